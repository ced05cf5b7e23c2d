// Everything is in place and the box restarts into it: it is in use then, and the page begins anew.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { session } from '../../app/wiring';
import { Callout } from '../../ui/callout';
import { Frame } from '../outside/frame';

const ASK_MS = 1_500;

export function Ready({ title, says, children }: { title: string; says: string; children: ComponentChildren }) {
  useEffect(() => {
    const timer = window.setInterval(() => {
      void session.refreshBox().then(() => {
        if (session.box.peek()?.state !== 'claimed') return;
        window.location.hash = '';
        window.location.reload();
      });
    }, ASK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <Frame title={title}>
      <Callout kind="good" title={says} live="status">
        {children}
      </Callout>
    </Frame>
  );
}
