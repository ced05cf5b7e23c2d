//! The box's front door: plain HTTP requests, and answers that say why when they are not what was expected.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use imd::wire::{ErrorBody, ErrorCode};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::PATIENCE;

/// Where the box answers, also after a restart on another port.
#[derive(Clone)]
pub struct Door {
    address: Arc<Mutex<SocketAddr>>,
    http: reqwest::Client,
}

impl Door {
    pub fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { address: Arc::new(Mutex::new(address)), http }
    }

    /// The same door, knocked at by a neighbour with another address: 127.0.0.`neighbour`.
    pub fn of(&self, neighbour: u8) -> Self {
        let from = std::net::Ipv4Addr::new(127, 0, 0, neighbour);
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).local_address(std::net::IpAddr::V4(from));
        Self { address: Arc::clone(&self.address), http: http.build().unwrap() }
    }

    pub fn address(&self) -> SocketAddr {
        *self.address.lock().unwrap()
    }

    pub fn moved(&self, address: SocketAddr) {
        *self.address.lock().unwrap() = address;
    }

    /// What a browser says its page's origin is.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address())
    }

    /// A request that says nothing yet of who asks.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address()))
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::POST, path).header("accept-token", "true").json(body)).await
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Reply {
    asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub async fn of(request: RequestBuilder) -> Self {
        Self::try_of(request).await.unwrap()
    }

    /// As [`Self::of`], where the line may break.
    pub async fn try_of(request: RequestBuilder) -> Result<Self, reqwest::Error> {
        let asked = request.try_clone().and_then(|r| r.build().ok());
        let asked = asked.map_or_else(String::new, |r| format!("{} {}", r.method(), r.url()));
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Self { asked, status, headers, body: answer.bytes().await?.to_vec() })
    }

    /// It went well, and this came.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!((200..300).contains(&self.status), "{self}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// It went well.
    #[track_caller]
    pub fn done(&self) {
        assert!((200..300).contains(&self.status), "{self}");
    }

    /// It was refused with this code, in the one shape, with a sentence and the status that belongs to the code.
    #[track_caller]
    pub fn refused(&self, code: ErrorCode) {
        assert_eq!(self.code(), code, "{self}");
        assert_eq!(self.status, imd::http::status(code).as_u16(), "{self}");
    }

    /// The code of a refusal.
    #[track_caller]
    pub fn code(&self) -> ErrorCode {
        assert!(self.status >= 400, "{self}");
        let body: ErrorBody = serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not the one error shape, {error}: {self}"));
        assert!(body.error.message.ends_with('.'), "a sentence: {self}");
        body.error.code
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(500).collect();
        write!(f, "{} → {} {body}", self.asked, self.status)
    }
}
