// A new version of the whole system: choose the file, see what it is, install it, restart into it; and the way back.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { adminUrls } from '../../../core/admin-api';
import type { SystemSlot, UpdateBundle, UpdateState } from '../../../core/admin-wire';
import { asApiError, type AppErrorCode } from '../../../core/errors';
import { t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { fullTime } from '../../../core/when';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { errorText } from '../../../ui/error-text';
import { Facts } from '../../../ui/facts';
import { FilePicker } from '../../../ui/file-picker';
import { Card } from '../../../ui/list';
import { useAction } from '../../../ui/load';
import { Meter } from '../../../ui/meter';
import { Section } from '../../../ui/page';
import { usePoll } from '../../../ui/poll';
import { admin } from '../admin';
import { Away } from '../away';
import { BoxPageFrame, Refusal, Shown } from '../box-page';
import { LastUpdateNote } from './last-update';
import { sendFile, type SendJob } from './send-file';

const LOOK_MS = 1_000;

export function Updates() {
  const busy = useSignal(false);
  const restarting = useSignal(false);
  const update = usePoll(async () => {
    const now = await admin.update();
    busy.value = now.install?.state === 'running';
    return now;
  }, [], busy.value ? LOOK_MS : null);
  const restart = () => (restarting.value = true);
  return (
    <BoxPageFrame title={t('box_updates')}>
      {restarting.value ? (
        <Away
          why="restart"
          onBack={() => {
            restarting.value = false;
            update.reload();
          }}
        />
      ) : (
        <Shown of={update}>
          {(now) => (
            <>
              <Section title={t('update_running_title')}>
                {now.last && <LastUpdateNote last={now.last} />}
                <Slot slot={now.current} />
              </Section>
              <Next now={now} reload={update.reload} onRestart={restart} />
              <Previous now={now} onRestart={restart} />
            </>
          )}
        </Shown>
      )}
    </BoxPageFrame>
  );
}

function Slot({ slot }: { slot: SystemSlot }) {
  return (
    <Card>
      <Facts
        of={[
          [t('update_version'), slot.version ?? t('update_from_card')],
          slot.installed_at != null && [t('update_installed_at'), fullTime(Date.parse(slot.installed_at))],
          [t('update_slot'), slot.name],
          slot.health !== 'unknown' && [t('update_health'), t(slot.incomplete ? 'update_incomplete' : `update_health_${slot.health}`)],
        ]}
      />
      {slot.notes && <p class="update-notes">{slot.notes}</p>}
    </Card>
  );
}

interface NextProps {
  now: UpdateState;
  reload: () => void;
  onRestart: () => void;
}

/** Choose, look, install, restart: one of these at a time. */
function Next({ now, reload, onRestart }: NextProps) {
  const action = useAction();
  const { install, bundle } = now;
  const restart = () => action.run(async () => {
    await admin.power('restart_box');
    onRestart();
  });
  return (
    <Section title={t('update_new_title')}>
      {install?.state === 'running' ? (
        <div class="stack" role="status">
          <p>{t('update_installing', { percent: install.percent })}</p>
          <Meter label={t('update_new_title')} part={install.percent / 100} />
          <p class="section-help">{t('update_installing_help')}</p>
        </div>
      ) : install?.state === 'done' && now.next === 'other' ? (
        <Callout kind="good" title={t('update_done', { version: now.other?.version ?? '' })} live="status">
          <p>{t('update_done_help')}</p>
          <div class="buttons">
            <Button kind="main" icon="retry" busy={action.busy} onClick={restart}>
              {t('power_restart_box')}
            </Button>
          </div>
        </Callout>
      ) : (
        <>
          {install?.state === 'failed' && (
            <Callout kind="bad" title={t('update_failed')} live="alert">
              <p>{errorText(install.reason)}</p>
            </Callout>
          )}
          {bundle ? <Bundle bundle={bundle} now={now} reload={reload} /> : <Choose onDone={reload} />}
        </>
      )}
      <Refusal code={action.error} />
    </Section>
  );
}

function Bundle({ bundle, now, reload }: { bundle: UpdateBundle; now: UpdateState; reload: () => void }) {
  const action = useAction();
  const older = now.current.version != null && bundle.version.localeCompare(now.current.version, 'en', { numeric: true }) < 0;
  return (
    <>
      <Card>
        <Facts
          of={[
            [t('update_version'), bundle.version],
            [t('health_size'), formatBytes(bundle.size)],
            [t('update_signed'), t('update_signed_yes')],
          ]}
        />
        {bundle.notes && <p class="update-notes">{bundle.notes}</p>}
      </Card>
      {!bundle.fits && <Callout kind="bad" title={t('error_update_incompatible')} />}
      {bundle.fits && older && <Callout kind="warn" title={t('update_older')} />}
      {bundle.fits && <p class="section-help">{t('update_install_help')}</p>}
      <div class="buttons">
        {bundle.fits && (
          <Button kind="main" busy={action.busy} onClick={() => action.run(() => admin.installUpdate().then(reload))}>
            {t('update_install')}
          </Button>
        )}
        <Button busy={action.busy} onClick={() => action.run(() => admin.discardUpdate().then(reload))}>
          {t('update_discard')}
        </Button>
      </div>
      <Refusal code={action.error} />
    </>
  );
}

function Choose({ onDone }: { onDone: () => void }) {
  const picker = useRef<HTMLInputElement>(null);
  const part = useSignal<number | null>(null);
  const error = useSignal<AppErrorCode | null>(null);
  const job = useRef<SendJob<UpdateBundle> | null>(null);
  const send = async (file: File) => {
    error.value = null;
    part.value = 0;
    try {
      // Asks for the password before hundreds of megabytes are on their way, and makes room for them.
      await admin.discardUpdate();
      job.current = sendFile<UpdateBundle>(adminUrls.bundle(file.name), file, (bytes) => (part.value = file.size > 0 ? bytes / file.size : 1));
      await job.current.done;
      onDone();
    } catch (thrown) {
      const { code } = asApiError(thrown);
      if (code !== 'cancelled') error.value = code;
    } finally {
      part.value = null;
      job.current = null;
    }
  };
  return (
    <div class="stack">
      <p class="section-help">{t('update_choose_help')}</p>
      {part.value === null ? (
        <Button kind="main" icon="attach" onClick={() => picker.current?.click()}>
          {t('update_choose')}
        </Button>
      ) : (
        <div class="stack" role="status">
          <p>{part.value >= 1 ? t('update_checking') : t('update_uploading', { percent: Math.floor(part.value * 100) })}</p>
          <Meter label={t('update_choose')} part={part.value} />
          <div class="buttons">
            <Button icon="close" onClick={() => job.current?.cancel()}>
              {t('cancel')}
            </Button>
          </div>
        </div>
      )}
      <FilePicker picker={picker} accept=".raucb" onFiles={([file]) => void send(file)} />
      <Refusal code={error.value} />
    </div>
  );
}

function Previous({ now, onRestart }: { now: UpdateState; onRestart: () => void }) {
  const sure = useSignal(false);
  const action = useAction();
  const { other } = now;
  if (!other || now.install?.state === 'running') return null;
  const usable = other.health !== 'bad' && !other.incomplete;
  return (
    <Section title={t('update_other_title')} help={t('update_other_help')}>
      <Slot slot={other} />
      {other.health === 'bad' && now.last?.outcome !== 'rolled_back' && <Callout kind="warn" title={t('update_rolled_back')} />}
      {usable && now.next !== 'other' && (
        <div class="buttons">
          <Button busy={action.busy} onClick={() => (sure.value = true)}>
            {t('update_back')}
          </Button>
        </div>
      )}
      <Refusal code={action.error} />
      {sure.value && (
        <Confirm
          title={t('update_back_title', { version: other.version ?? t('update_from_card') })}
          text={t('update_back_text')}
          action={t('update_back')}
          onClose={() => (sure.value = false)}
          onConfirm={() => action.run(() => admin.goBack().then(onRestart))}
        />
      )}
    </Section>
  );
}
