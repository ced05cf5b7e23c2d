// Backups: make one while the chat goes on, take it along, let them be made by themselves.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../../app/notices';
import { socket, sync } from '../../../app/wiring';
import { adminUrls } from '../../../core/admin-api';
import type { Backup as BackupFile, BackupState, Every, Restored } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { fullTime } from '../../../core/when';
import { Button, IconButton } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { errorText } from '../../../ui/error-text';
import { Choice, TextField } from '../../../ui/field';
import { Card, Row } from '../../../ui/list';
import { useAction } from '../../../ui/load';
import { Meter } from '../../../ui/meter';
import { Section } from '../../../ui/page';
import { usePoll } from '../../../ui/poll';
import { Select } from '../../../ui/select';
import { Switch } from '../../../ui/switch';
import { admin } from '../admin';
import { Away } from '../away';
import { BoxIcon } from '../box-icon';
import { BoxPageFrame, Refusal, Shown } from '../box-page';
import { GoBack } from './go-back';
import { MoveOut } from './move-out';
import { saveAs } from '../save-as';
import { diskName, Disks, Where } from './usb-disks';
import { VoidInvites } from './void-invites';

const LOOK_MS = 1_000;
const OFTEN: readonly Every[] = ['never', 'day', 'week'];
/** Characters. */
const PASSPHRASE_LEAST = 8;
const PASSPHRASE_MOST = 256;
const KEPT = [1, 2, 3, 5, 7, 14, 30];

export function Backup() {
  const busy = useSignal(false);
  const into = useSignal<Restored | null>(null);
  const backups = usePoll(async () => {
    const now = await admin.backups();
    busy.value = now.under_way != null;
    return now;
  }, [], busy.value ? LOOK_MS : null);
  const take = (now: BackupState) => {
    busy.value = now.under_way != null;
    backups.set(now);
  };
  const restartInto = (restored: Restored) => {
    // Nothing more of the box as it was. What comes up may be another box, and must not take this page away before it was read.
    socket.stop();
    into.value = restored;
  };
  if (into.value)
    return (
      <BoxPageFrame title={t('box_backup')}>
        <div class="stack">
          <VoidInvites count={into.value.invites_void} />
          <Away why="restart" onBack={() => window.location.reload()} />
        </div>
      </BoxPageFrame>
    );
  return (
    <BoxPageFrame title={t('box_backup')}>
      <Shown of={backups}>
        {(now) => (
          <>
            <Make now={now} onChange={take} />
            <Made now={now} onChange={backups.reload} onGone={restartInto} />
            <Schedule now={now} onChange={take} />
            <Disks disks={now.disks} onChange={backups.reload} />
            <Callout kind="warn" title={t('backup_secret')}>
              <p>{t('backup_secret_help')}</p>
            </Callout>
            <Section title={t('backup_restore_title')}>
              <p class="section-help">{t('backup_restore_help')}</p>
            </Section>
            <MoveOut />
          </>
        )}
      </Shown>
    </BoxPageFrame>
  );
}

interface PartProps {
  now: BackupState;
  onChange: (now: BackupState) => void;
}

function Make({ now, onChange }: PartProps) {
  const action = useAction();
  const locked = useSignal(false);
  const passphrase = useSignal('');
  const disk = useSignal(now.schedule.disk ?? '');
  // One that was pulled out meanwhile is no choice any more.
  const to = now.disks.find((one) => one.id === disk.value && one.state === 'ready');
  const free = to?.free_bytes ?? now.free_bytes;
  const room = free > now.needed_bytes;
  const make = () =>
    action.run(async () => {
      onChange(await admin.makeBackup({ passphrase: locked.peek() ? passphrase.peek() : null, disk: to?.id ?? null }));
      passphrase.value = '';
    });
  return (
    <Section help={t('backup_what')}>
      {now.failed && !now.under_way && (
        <Callout kind="bad" title={t('backup_failed')} live="alert">
          <p>{errorText(now.failed)}</p>
        </Callout>
      )}
      {!room && !now.under_way && <Callout kind="bad" title={t('backup_no_room', { needed: formatBytes(now.needed_bytes), free: formatBytes(free) })} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        {/* It stays where it is while a backup is made: the page does not jump under the finger. */}
        <fieldset class="plain stack" disabled={now.under_way != null}>
          <Where disks={now.disks} value={to?.id ?? ''} onChange={(value) => (disk.value = value)} />
          <Switch label={t('backup_lock')} help={t('backup_lock_help')} on={locked.value} onChange={(on) => (locked.value = on)} />
          {locked.value && (
            <TextField
              label={t('backup_passphrase')}
              help={t('backup_passphrase_help')}
              value={passphrase.value}
              onInput={(value) => (passphrase.value = value)}
              maxLength={PASSPHRASE_MOST}
              autofocus
              required
            />
          )}
          {now.under_way ? (
            <div class="backup-making" role="status">
              <p>{t('backup_making', { done: formatBytes(now.under_way.done_bytes), all: formatBytes(now.under_way.total_bytes) })}</p>
              <Meter label={t('backup_make')} part={now.under_way.total_bytes > 0 ? now.under_way.done_bytes / now.under_way.total_bytes : 0} />
            </div>
          ) : (
            <Button kind="main" type="submit" busy={action.busy} disabled={!room || (locked.value && [...passphrase.value].length < PASSPHRASE_LEAST)}>
              {t('backup_make')}
            </Button>
          )}
        </fieldset>
      </form>
      <Refusal code={action.error} />
    </Section>
  );
}

function Made({ now, onChange, onGone }: { now: BackupState; onChange: () => void; onGone: (into: Restored) => void }) {
  const asked = useSignal<BackupFile | null>(null);
  const back = useSignal<BackupFile | null>(null);
  const isOwner = sync.me.value?.user.role === 'owner';
  const action = useAction();
  const download = (backup: BackupFile) => action.run(() => saveAs(adminUrls.backup(backup.name), backup.name));
  return (
    <Section title={t('backup_list')}>
      {now.backups.length === 0 ? (
        <p class="section-help">{t('backup_none')}</p>
      ) : (
        <Card>
          {now.backups.map((backup) => (
            <Row
              key={backup.name}
              lead={<BoxIcon name="safe" />}
              title={fullTime(backup.made_at)}
              note={[formatBytes(backup.size), backup.locked && t('backup_locked'), diskName(now.disks, backup.disk)].filter(Boolean).join(' · ')}
              end={
                <>
                  {isOwner && <IconButton icon="history" label={t('backup_restore', { when: fullTime(backup.made_at) })} onClick={() => (back.value = backup)} />}
                  <IconButton icon="download" label={t('backup_download', { when: fullTime(backup.made_at) })} onClick={() => download(backup)} />
                  <IconButton icon="trash" label={t('backup_delete', { when: fullTime(backup.made_at) })} onClick={() => (asked.value = backup)} />
                </>
              }
            />
          ))}
        </Card>
      )}
      <Refusal code={action.error} />
      {back.value && <GoBack to={back.value} onClose={() => (back.value = null)} onDone={onGone} />}
      {asked.value && (
        <Confirm
          title={t('backup_delete_title', { when: fullTime(asked.value.made_at) })}
          text={t('backup_delete_text')}
          action={t('delete')}
          onClose={() => (asked.value = null)}
          onConfirm={() => {
            const backup = asked.peek();
            if (backup) action.run(() => admin.deleteBackup(backup.name).then(onChange));
          }}
        />
      )}
    </Section>
  );
}

function Schedule({ now, onChange }: PartProps) {
  const action = useAction();
  const { every, keep, disk } = now.schedule;
  const set = (schedule: BackupState['schedule']) =>
    action.run(async () => {
      onChange(await admin.setBackupSchedule(schedule));
      showNotice({ kind: 'done', text: t('saved') });
    });
  const kept = KEPT.includes(keep) ? KEPT : [...KEPT, keep].sort((a, b) => a - b);
  return (
    <Section title={t('backup_schedule')} help={`${t('backup_schedule_help')} ${t('backup_schedule_open')}`}>
      <Choice label={t('backup_every')} value={every} options={OFTEN.map((value) => ({ value, label: t(`backup_${value}`) }))} onChange={(value) => set({ every: value, keep, disk })} disabled={action.busy} />
      <Select label={t('backup_keep')} value={String(keep)} options={kept.map((n) => ({ value: String(n), label: t('backup_keep_n', { n }) }))} onChange={(value) => set({ every, keep: Number(value), disk })} />
      <Where disks={now.disks} value={disk ?? ''} onChange={(value) => set({ every, keep, disk: value || null })} />
      <Switch label={t('backup_daily_copy')} help={t('backup_daily_copy_help')} on={now.schedule.daily_copy ?? true} disabled={action.busy} onChange={(daily_copy) => set({ every, keep, disk, daily_copy })} />
      <Refusal code={action.error} />
    </Section>
  );
}
