// A backup on a fresh box: the code proves that it is ours, the file is checked whole, and the box is what it was.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { setUp } from '../../app';
import { adminUrls } from '../../core/admin-api';
import type { Restored } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { formatBytes } from '../../core/sizes';
import { fullTime } from '../../core/when';
import { Button, ButtonLink } from '../../ui/button';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { Meter } from '../../ui/meter';
import { Refusal } from '../box/box-page';
import { sendFile } from '../box/send-file';
import { Frame } from '../outside/frame';
import { Ready } from './ready';

/** What a locked file begins with (age v1). */
const LOCKED = 'age-encryption.org/v1\n';
const BEGINNING_BYTES = 4_096;

export function RestoreStep() {
  const { code } = setUp.draft.value;
  const picker = useRef<HTMLInputElement>(null);
  const file = useSignal<File | null>(null);
  const locked = useSignal(false);
  const passphrase = useSignal('');
  const part = useSignal<number | null>(null);
  const done = useSignal<Restored | null>(null);
  const action = useAction();
  const restore = () =>
    action.run(async () => {
      const chosen = file.peek();
      if (!chosen) return;
      // A header holds no Chinese.
      const headers = { 'Claim-Code': code.trim(), 'Backup-Passphrase': locked.peek() ? encodeURIComponent(passphrase.peek()) : '' };
      // A wrong passphrase is told before all of it is sent.
      if (locked.peek()) await sendFile(adminUrls.restoreCheck, chosen.slice(0, BEGINNING_BYTES), () => {}, headers).done;
      part.value = 0;
      try {
        const progress = (bytes: number) => (part.value = bytes / Math.max(1, chosen.size));
        done.value = await sendFile<Restored>(adminUrls.restore, chosen, progress, headers).done;
        setUp.end();
      } finally {
        part.value = null;
      }
    });
  if (done.value)
    return (
      <Ready title={t('restore_title')} says={t('restore_away')}>
        <p>{t('restore_done', { name: done.value.name, when: fullTime(done.value.made_at) })}</p>
        <p>{t('restore_away_help')}</p>
      </Ready>
    );
  return (
    <Frame title={t('restore_title')}>
      <p class="soft">{t('restore_help')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          restore();
        }}
      >
        <TextField label={t('claim_code')} help={t('claim_code_help')} value={code} onInput={(value) => setUp.change({ code: value })} maxLength={32} code required />
        <Button icon="attach" onClick={() => picker.current?.click()}>
          {file.value ? `${file.value.name} · ${formatBytes(file.value.size)}` : t('restore_choose')}
        </Button>
        <input
          ref={picker}
          type="file"
          accept=".tar,.age"
          class="hidden"
          tabIndex={-1}
          aria-hidden="true"
          onChange={({ currentTarget }) => {
            const chosen = currentTarget.files?.[0];
            currentTarget.value = '';
            if (!chosen) return;
            file.value = chosen;
            void chosen
              .slice(0, LOCKED.length)
              .text()
              .then((beginning) => (locked.value = beginning === LOCKED));
          }}
        />
        {locked.value && (
          <TextField
            label={t('restore_passphrase')}
            help={t('restore_passphrase_help')}
            value={passphrase.value}
            onInput={(value) => (passphrase.value = value)}
            maxLength={256}
            required
          />
        )}
        {part.value !== null && (
          <div class="stack" role="status">
            <p>{part.value >= 1 ? t('restore_checking') : t('restore_sending', { percent: Math.floor(part.value * 100) })}</p>
            <Meter label={t('restore_title')} part={part.value} />
          </div>
        )}
        <Refusal code={action.error} />
        <Button kind="main" type="submit" busy={action.busy} disabled={!file.value || code.trim() === '' || (locked.value && passphrase.value === '')}>
          {t('restore_start')}
        </Button>
      </form>
      <ButtonLink kind="plain" href={formatRoute({ at: 'setup', step: 'language' })}>
        {t('back')}
      </ButtonLink>
    </Frame>
  );
}
