// A backup on a fresh box, from a file or from a disk in it: the code proves that it is ours, the backup is checked whole, and the
// box is what it was.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { api, setUp } from '../../app/wiring';
import { adminUrls, createHolderApi } from '../../core/admin-api';
import type { Backup, Restored, StoredBackups } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { formatBytes } from '../../core/sizes';
import { fullTime } from '../../core/when';
import { Button, ButtonLink } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { TextField } from '../../ui/field';
import { FilePicker } from '../../ui/file-picker';
import { useAction } from '../../ui/load';
import { Meter } from '../../ui/meter';
import { Options } from '../../ui/options';
import { BackupPassphrase } from '../box/backup/passphrase';
import { Refusal } from '../box/box-page';
import { sendFile } from '../box/update/send-file';
import { diskName } from '../box/backup/usb-disks';
import { VoidInvites } from '../box/backup/void-invites';
import { Frame } from '../outside/frame';
import { Ready } from './ready';

/** What a locked file begins with (age v1). */
const LOCKED = 'age-encryption.org/v1\n';
const BEGINNING_BYTES = 4_096;

/** A file of this phone or computer, or a backup in the box. */
type Chosen = { file: File; locked: boolean } | { stored: Backup; locked: boolean };

export function RestoreStep() {
  const { code } = setUp.draft.value;
  const chosen = useSignal<Chosen | null>(null);
  const here = useSignal<StoredBackups | null>(null);
  const passphrase = useSignal('');
  const part = useSignal<number | null>(null);
  const done = useSignal<Restored | null>(null);
  const action = useAction();
  const holder = () => createHolderApi(api.call, code.trim());
  const look = () =>
    action.run(async () => {
      here.value = await holder().storedBackups();
      const newest = here.value.backups[0];
      chosen.value = newest ? { stored: newest, locked: newest.locked } : null;
    });
  const restore = () =>
    action.run(async () => {
      const it = chosen.peek();
      if (!it) return;
      try {
        if ('stored' in it) {
          part.value = 1;
          done.value = await holder().restoreStored({ name: it.stored.name, disk: it.stored.disk ?? null, passphrase: it.locked ? passphrase.peek() : null });
        } else {
          // A wrong code is told before anything is sent.
          await api.call('POST', '/claim/check', { code: code.trim() });
          done.value = await sendAll(it.file, it.locked ? passphrase.peek() : '', code.trim(), (sent) => (part.value = sent));
        }
        setUp.end();
      } finally {
        part.value = null;
      }
    });
  if (done.value)
    return (
      <Ready title={t('restore_title')} says={t('restore_away')} mind={<VoidInvites count={done.value.invites_void} />}>
        <p>{t('restore_done', { name: done.value.name, when: fullTime(done.value.made_at) })}</p>
        <p>{t('restore_away_help')}</p>
      </Ready>
    );
  const it = chosen.value;
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
        <FromFile
          chosen={it && 'file' in it ? it.file : null}
          onChoose={(file, locked) => {
            here.value = null;
            chosen.value = { file, locked };
          }}
        />
        {here.value ? (
          <Here of={here.value} chosen={it && 'stored' in it ? it.stored : null} onChoose={(stored) => (chosen.value = { stored, locked: stored.locked })} onLook={look} />
        ) : (
          <Button icon="search" busy={action.busy && part.value === null} disabled={code.trim() === ''} onClick={look}>
            {t('restore_here')}
          </Button>
        )}
        {it?.locked && (
          <BackupPassphrase of={passphrase} />
        )}
        {part.value !== null && (
          <div class="stack" role="status">
            <p>{part.value >= 1 ? t('restore_checking') : t('restore_sending', { percent: Math.floor(part.value * 100) })}</p>
            <Meter label={t('restore_title')} part={part.value} />
          </div>
        )}
        <Refusal code={action.error} />
        <Button kind="main" type="submit" busy={action.busy} disabled={!it || code.trim() === '' || (it.locked && passphrase.value === '')}>
          {t('restore_start')}
        </Button>
      </form>
      <ButtonLink kind="plain" href={formatRoute({ at: 'setup', step: 'language' })}>
        {t('back')}
      </ButtonLink>
    </Frame>
  );
}

async function sendAll(file: File, passphrase: string, code: string, progress: (part: number) => void): Promise<Restored> {
  // A header holds no Chinese.
  const headers = { 'Claim-Code': code, 'Backup-Passphrase': encodeURIComponent(passphrase) };
  // A wrong passphrase is told before all of it is sent.
  if (passphrase !== '') await sendFile(adminUrls.restoreCheck, file.slice(0, BEGINNING_BYTES), () => {}, headers).done;
  progress(0);
  return sendFile<Restored>(adminUrls.restore, file, (bytes) => progress(bytes / Math.max(1, file.size)), headers).done;
}

async function locked(file: File): Promise<boolean> {
  return (await file.slice(0, LOCKED.length).text()) === LOCKED;
}

function FromFile({ chosen, onChoose }: { chosen: File | null; onChoose: (file: File, locked: boolean) => void }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon="attach" onClick={() => picker.current?.click()}>
        {chosen ? `${chosen.name} · ${formatBytes(chosen.size)}` : t('restore_choose')}
      </Button>
      <FilePicker picker={picker} accept=".tar,.age" onFiles={([file]) => void locked(file).then((it) => onChoose(file, it))} />
    </>
  );
}

interface HereProps {
  of: StoredBackups;
  chosen: Backup | null;
  onChoose: (backup: Backup) => void;
  onLook: () => void;
}

function Here({ of, chosen, onChoose, onLook }: HereProps) {
  const named = (backup: Backup) => `${backup.disk ?? ''}/${backup.name}`;
  if (of.backups.length === 0)
    return (
      <Callout kind="info" live="status">
        <p>{t('restore_here_none')}</p>
        <div class="buttons">
          <Button icon="retry" onClick={onLook}>
            {t('restore_look')}
          </Button>
        </div>
      </Callout>
    );
  return (
    <Options
      label={t('restore_here_help')}
      value={chosen && named(chosen)}
      options={of.backups.map((backup) => ({
        value: named(backup),
        label: fullTime(backup.made_at),
        help: [formatBytes(backup.size), backup.locked && t('backup_locked'), diskName(of.disks, backup.disk) ?? t('backup_on_box')].filter(Boolean).join(' · '),
      }))}
      onChange={(value) => {
        const backup = of.backups.find((one) => named(one) === value);
        if (backup) onChoose(backup);
      }}
    />
  );
}
