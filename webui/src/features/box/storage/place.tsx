// Where the files are kept: the card, or a USB disk that is chosen, filled, taken out and brought back here.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { showNotice } from '../../../app/notices';
import { sync } from '../../../app/wiring';
import type { FilesDisk, FilesPlace as Place, PlaceChoice } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { errorText } from '../../../ui/error-text';
import { Facts } from '../../../ui/facts';
import { Card, Row } from '../../../ui/list';
import { useAction } from '../../../ui/load';
import { Meter } from '../../../ui/meter';
import { Section } from '../../../ui/page';
import { usePoll } from '../../../ui/poll';
import { admin } from '../admin';
import { BoxIcon } from '../box-icon';
import { Refusal } from '../box-page';

/** While files are under way, and else. */
const SOON_MS = 1_000;
const LOOK_MS = 5_000;

interface PartProps {
  disk: FilesDisk;
  onChange: (now: Place) => void;
}

/** `onMoved`: what takes the space where has changed. */
export function FilesPlace({ onMoved }: { onMoved: () => void }) {
  const moving = useSignal(false);
  const look = (now: Place) => {
    moving.value = now.disk != null && (now.disk.all_bytes != null || now.disk.way === 'to_box');
    return now;
  };
  const place = usePoll(async () => look(await admin.filesPlace()), [], moving.value ? SOON_MS : LOOK_MS);
  const take = (now: Place) => {
    place.set(look(now));
    // What was just ordered begins in a moment.
    moving.value = now.disk != null;
  };
  const now = place.value;
  const state = now && [now.disk?.id, now.disk?.way, now.disk?.away, now.disk?.all_bytes == null].join();
  const before = useRef(state);
  useEffect(() => {
    if (before.current && state && before.current !== state) onMoved();
    before.current = state;
  }, [state]);
  if (!now) return null;
  return (
    <Section title={t('place')} help={now.disk ? undefined : t('place_help')}>
      {now.disk ? <Chosen disk={now.disk} onChange={take} /> : <Choices of={now.disks} onChange={take} />}
    </Section>
  );
}

function Choices({ of, onChange }: { of: readonly PlaceChoice[]; onChange: (now: Place) => void }) {
  const action = useAction();
  const choose = (id: string) => action.run(async () => onChange(await admin.keepFiles({ disk: id })));
  return (
    <>
      {of.length === 0 ? (
        <p class="section-help">{t('place_none')}</p>
      ) : (
        <Card>
          {of.map(({ disk, refused, holds }) => (
            <Row
              key={disk.id}
              lead={<BoxIcon name="safe" />}
              title={disk.label || t('disk_unnamed')}
              note={
                <>
                  {disk.state === 'ready' && `${t('disk_free', { free: formatBytes(disk.free_bytes), all: formatBytes(disk.total_bytes) })} · ${disk.format}`}
                  {refused && <span class="place-refused">{whyNot({ disk, refused, holds })}</span>}
                </>
              }
              end={
                !refused && (
                  <Button busy={action.busy} onClick={() => choose(disk.id)}>
                    {t('place_choose')}
                  </Button>
                )
              }
            />
          ))}
        </Card>
      )}
      <Refusal code={action.error} />
    </>
  );
}

function whyNot({ disk, refused, holds }: PlaceChoice): string {
  if (holds) return t('place_other_box', { name: holds });
  if (disk.state === 'format') return t('disk_format', { format: disk.format });
  return refused ? errorText(refused) : '';
}

function Chosen({ disk, onChange }: PartProps) {
  const name = disk.label || t('disk_unnamed');
  if (disk.away) return <IsAway disk={disk} onChange={onChange} />;
  const back = disk.way === 'to_box';
  const moving = disk.all_bytes != null && disk.done_bytes != null;
  return (
    <div class="stack">
      {disk.failed && (
        <Callout kind="bad" title={t('place_stopped')} live="alert">
          <p>{errorText(disk.failed)}</p>
        </Callout>
      )}
      {disk.unreadable > 0 && !moving && (
        <Callout kind="bad" title={t('place_unreadable', { n: disk.unreadable })} live="alert">
          <p>{t('place_unreadable_help')}</p>
        </Callout>
      )}
      {moving ? (
        <div class="stack" role="status">
          <p>{t(back ? 'place_to_box' : 'place_to_disk', { name, done: formatBytes(disk.done_bytes ?? 0), all: formatBytes(disk.all_bytes ?? 0) })}</p>
          <Meter label={t('place')} part={disk.all_bytes ? (disk.done_bytes ?? 0) / disk.all_bytes : 0} />
          <p class="section-help">{t('place_meanwhile')}</p>
        </div>
      ) : (
        <p>{t(back ? 'place_partly' : 'place_on_disk', { name })}</p>
      )}
      <Card>
        <Facts
          of={[
            [t('place_files'), formatBytes(disk.files_bytes ?? 0)],
            [t('place_free'), t('disk_free', { free: formatBytes(disk.free_bytes), all: formatBytes(disk.total_bytes) })],
          ]}
        />
      </Card>
      <Acts disk={disk} onChange={onChange} />
    </div>
  );
}

function Acts({ disk, onChange }: PartProps) {
  const action = useAction();
  const back = disk.way === 'to_box';
  const stuck = disk.failed != null || disk.unreadable > 0;
  const keep = (way: FilesDisk['way']) => action.run(async () => onChange(await admin.keepFiles({ disk: way === 'to_disk' ? disk.id : null })));
  const eject = () =>
    action.run(async () => {
      await admin.ejectDisk(disk.id);
      showNotice({ kind: 'done', text: t('disk_ejected', { name: disk.label || t('disk_unnamed') }) });
      onChange(await admin.filesPlace());
    });
  return (
    <>
      <div class="buttons">
        {stuck && (
          <Button kind="main" icon="retry" busy={action.busy} onClick={() => keep(disk.way)}>
            {t('try_again')}
          </Button>
        )}
        <Button busy={action.busy} onClick={() => keep(back ? 'to_disk' : 'to_box')}>
          {t(back ? 'place_stay' : 'place_back')}
        </Button>
        <Button busy={action.busy} onClick={eject}>
          {t('disk_eject')}
        </Button>
      </div>
      <Refusal code={action.error} />
      {back && disk.unreadable > 0 && <GiveUp disk={disk} onChange={onChange} />}
    </>
  );
}

function IsAway({ disk, onChange }: PartProps) {
  const name = disk.label || t('disk_unnamed');
  return (
    <Callout kind="bad" title={t(disk.failed ? 'place_unusable' : 'place_away', { name })} live="alert">
      {disk.failed && <p>{disk.failed === 'files_away' ? t('place_unusable_empty') : errorText(disk.failed)}</p>}
      <p>{t(disk.failed ? 'place_unusable_help' : 'place_away_help')}</p>
      <GiveUp disk={disk} onChange={onChange} />
    </Callout>
  );
}

/** Only owners let files go for good. */
function GiveUp({ disk, onChange }: PartProps) {
  const action = useAction();
  const sure = useSignal(false);
  if (sync.me.value?.user.role !== 'owner') return null;
  return (
    <>
      <div class="buttons">
        <Button kind="plain" busy={action.busy} onClick={() => (sure.value = true)}>
          {t('place_lost')}
        </Button>
      </div>
      <Refusal code={action.error} />
      {sure.value && (
        <Confirm
          title={t('place_lost_title', { name: disk.label || t('disk_unnamed') })}
          text={t('place_lost_text')}
          action={t('place_lost_do')}
          onClose={() => (sure.value = false)}
          onConfirm={() => action.run(async () => onChange(await admin.giveUpDisk()))}
        />
      )}
    </>
  );
}
