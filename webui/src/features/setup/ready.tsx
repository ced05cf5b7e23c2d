// Everything is in place and the box restarts into it. What is said here is to be read: the page waits for a tap, and begins anew.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { api } from '../../app/wiring';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { Frame } from '../outside/frame';

const ASK_MS = 1_500;

interface ReadyProps {
  title: string;
  says: string;
  /** What is to be done about it. */
  mind?: ComponentChildren;
  children: ComponentChildren;
}

export function Ready({ title, says, mind, children }: ReadyProps) {
  const back = useSignal(false);
  useEffect(() => {
    if (back.value) return undefined;
    const timer = window.setInterval(() => {
      // Not by way of the session, which leaves the page as soon as what came in answers as another box.
      void api.box().then(
        (box) => (back.value = box.state === 'claimed'),
        () => undefined,
      );
    }, ASK_MS);
    return () => window.clearInterval(timer);
  }, [back.value]);
  const goOn = () => {
    window.location.hash = '';
    window.location.reload();
  };
  return (
    <Frame title={title}>
      <Callout kind="good" title={says} live="status">
        {children}
      </Callout>
      {mind}
      <p class="soft" role="status">
        {t(back.value ? 'away_back' : 'away_restarts')}
      </p>
      <Button kind="main" busy={!back.value} disabled={!back.value} onClick={goOn}>
        {t('go_on')}
      </Button>
    </Frame>
  );
}
