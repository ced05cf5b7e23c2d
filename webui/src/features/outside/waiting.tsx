// The quiet screens on the way in: loading, no answer, waiting for a yes, a no.
import { session } from '../../app/wiring';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { Frame } from './frame';
import './waiting.css';

export function Loading() {
  return (
    <div class="splash" role="status">
      <img src="/icon.svg" alt="" width="64" height="64" />
      <span class="hidden">{t('loading')}</span>
    </div>
  );
}

export function Unreachable() {
  return (
    <Frame title={t('unreachable_title')}>
      <p>{t('unreachable_text')}</p>
      <Button kind="main" icon="retry" onClick={() => void session.open()}>
        {t('try_again')}
      </Button>
    </Frame>
  );
}

export function Waiting() {
  const name = session.box.value?.me?.user.name ?? '';
  return (
    <Frame title={t('waiting_title', { name })}>
      <p role="status">{t('waiting_text')}</p>
      <div class="waiting-dots" aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
      <Button kind="plain" onClick={() => session.startOver()}>
        {t('start_over')}
      </Button>
    </Frame>
  );
}

export function Refused() {
  return (
    <Frame title={t('refused_title')}>
      <p role="status">{t('refused_text')}</p>
      <Button onClick={() => session.startOver()}>{t('start_over')}</Button>
    </Frame>
  );
}

export function Suspended() {
  return (
    <Frame title={t('suspended_title')}>
      <p role="status">{t('error_suspended')}</p>
      <Button onClick={() => void session.open()}>{t('try_again')}</Button>
    </Frame>
  );
}
