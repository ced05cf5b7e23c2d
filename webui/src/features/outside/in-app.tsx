// Inside WeChat or a hotspot's sign-in window an account would be lost at once: show the way to a real browser instead.
import { useSignal } from '@preact/signals';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { copyText } from '../../ui/copy';
import { Frame } from './frame';

export function InApp() {
  const copied = useSignal(false);
  return (
    <Frame title={t('in_app_title')}>
      <p>{t('in_app_why')}</p>
      <ol class="stack steps">
        <li>{t('in_app_step_menu')}</li>
        <li>{t('in_app_step_open')}</li>
      </ol>
      <p class="soft">{t('in_app_or_copy')}</p>
      <code class="frame-link">{location.href}</code>
      <Button kind="main" icon="copy" onClick={() => (copied.value = copyText(location.href))}>
        {copied.value ? t('copied') : t('copy_link')}
      </Button>
    </Frame>
  );
}
