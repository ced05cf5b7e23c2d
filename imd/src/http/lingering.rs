//! Unwanted bodies, which are still read for a while. Many programs send a whole body before they look at the response;
//! if the connection were closed meanwhile, they would only see a broken connection and not why they were refused.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, SizeHint};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How much of an unwanted body is read. If more comes, or it comes too slowly, the connection is closed.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    bytes: u64,
    time: Duration,
    /// Longest time between two pieces.
    idle: Duration,
}

const BOUNDS: Bounds = Bounds { bytes: 64 << 20, time: Duration::from_secs(30), idle: Duration::from_secs(5) };

/// A request's body. If it is dropped before its end, what still arrives is read and discarded.
#[derive(Debug)]
pub(super) struct Lingering<B: Body<Data = Bytes> + Send + Unpin + 'static> {
    /// `None` at the end.
    body: Option<B>,
    /// The client sends nothing before it is asked to (`Expect: 100-continue`), and it was not asked.
    held_back: bool,
    bounds: Bounds,
}

impl<B: Body<Data = Bytes> + Send + Unpin + 'static> Lingering<B> {
    /// `held_back`: the client waits until it is asked for the body.
    pub(super) fn new(body: B, held_back: bool) -> Self {
        let body = if body.is_end_stream() { None } else { Some(body) };
        Self { body, held_back, bounds: BOUNDS }
    }
}

impl<B: Body<Data = Bytes> + Send + Unpin + 'static> Body for Lingering<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        self.held_back = false;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl<B: Body<Data = Bytes> + Send + Unpin + 'static> Drop for Lingering<B> {
    fn drop(&mut self) {
        let Some(body) = self.body.take().filter(|body| !self.held_back && !body.is_end_stream()) else { return };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(self.bounds.time, throw_away(body, self.bounds)));
        }
    }
}

async fn throw_away<B: Body<Data = Bytes> + Unpin>(mut body: B, bounds: Bounds) {
    let mut left = bounds.bytes;
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx));
        let Ok(Some(Ok(frame))) = timeout(bounds.idle, frame).await else { return };
        let len = frame.data_ref().map_or(0, |data| data.remaining() as u64);
        let Some(rest) = left.checked_sub(len) else { return };
        left = rest;
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::sync::mpsc;

    use super::*;

    /// A body whose pieces a test sends one by one; its sender notices when nobody reads any more.
    #[derive(Debug)]
    struct ByHand(mpsc::Receiver<Bytes>);

    impl Body for ByHand {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
        }
    }

    fn dropped(held_back: bool, bounds: Bounds) -> mpsc::Sender<Bytes> {
        let (sender, receiver) = mpsc::channel(1);
        let mut body = Lingering::new(ByHand(receiver), held_back);
        body.bounds = bounds;
        drop(body);
        sender
    }

    const HOUR: Duration = Duration::from_secs(3_600);
    const LITTLE: Duration = Duration::from_millis(50);
    const WHOLE: Bounds = Bounds { bytes: u64::MAX, time: HOUR, idle: HOUR };

    #[tokio::test]
    async fn what_is_not_wanted_is_read_up_to_a_limit() {
        let sender = dropped(false, Bounds { bytes: 100, ..WHOLE });
        let mut sent = 0;
        while sent < 1_000 && sender.send(Bytes::from_static(&[0; 10])).await.is_ok() {
            sent += 10;
        }
        // The one piece that was too much, and what the channel holds.
        assert!((100..=120).contains(&sent), "{sent}");
    }

    #[tokio::test]
    async fn whoever_sends_nothing_is_not_waited_for() {
        dropped(false, Bounds { idle: LITTLE, ..WHOLE }).closed().await;
    }

    #[tokio::test]
    async fn nor_is_whoever_sends_for_ever() {
        let sender = dropped(false, Bounds { time: LITTLE, ..WHOLE });
        while sender.send(Bytes::from_static(b".")).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// Were this to fail, a client would be asked for 20 MB only to have them discarded.
    #[tokio::test]
    async fn a_body_that_was_not_asked_for_stays_where_it_is() {
        assert!(dropped(true, WHOLE).is_closed());
    }
}
