// What takes the space, how much files may take, how long messages are kept, and making room: always with what would go said first.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../../app/notices';
import { people } from '../../../app/wiring';
import type { CleanedUp, StorageReport, StorageShare } from '../../../core/admin-wire';
import { called } from '../../../core/called';
import { t, isKnown, type Key } from '../../../core/i18n';
import { formatRoute, type Route } from '../../../core/router';
import { formatBytes } from '../../../core/sizes';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { Facts } from '../../../ui/facts';
import { Card, Row } from '../../../ui/list';
import { useAction, useLoad } from '../../../ui/load';
import { Meter } from '../../../ui/meter';
import { Section } from '../../../ui/page';
import { Select } from '../../../ui/select';
import { admin } from '../admin';
import { BoxPageFrame, Refusal, Shown } from '../box-page';
import { Damaged } from './damaged';
import { Kept } from './keep';
import { Limits } from './limits';
import { FilesPlace } from './place';

/** Days. */
const AGES = [30, 90, 180, 365, 730];
const MOST = 8;

export function Storage() {
  const report = useLoad(() => admin.storage(), []);
  return (
    <BoxPageFrame title={t('box_storage')}>
      <Shown of={report}>
        {(now) => (
          <>
            <Whole now={now} />
            <FilesPlace onMoved={report.reload} />
            <Kept now={now} onDone={report.reload} />
            <Limits now={now} onDone={report.reload} />
            <CleanUp now={now} onDone={report.reload} />
            <Damaged onDone={report.reload} />
            <Shares title={t('storage_kinds')} shares={now.kinds} name={kindName} />
            <Shares title={t('storage_rooms')} shares={[...now.rooms, ...(now.direct.bytes > 0 ? [{ ...now.direct, name: t('storage_direct') }] : [])]} to={(id) => ({ at: 'box', page: 'rooms', id })} />
            <Shares title={t('storage_people')} shares={now.people} name={personName} to={(id) => ({ at: 'box', page: 'people', id })} />
          </>
        )}
      </Shown>
    </BoxPageFrame>
  );
}

function Whole({ now }: { now: StorageReport }) {
  const used = now.total_bytes - now.free_bytes;
  const other = Math.max(0, used - now.database_bytes - now.search_bytes - now.files_bytes - now.backups_bytes);
  return (
    <Section>
      <p>{t('health_space_free', { free: formatBytes(now.free_bytes), all: formatBytes(now.total_bytes) })}</p>
      <Meter kind="used" label={t('health_space')} part={now.total_bytes > 0 ? used / now.total_bytes : 0} />
      <Card>
        <Facts
          of={[
            [t('storage_files'), formatBytes(now.files_bytes)],
            ...(now.usb_files_bytes != null ? [[t('place_files'), formatBytes(now.usb_files_bytes)] as const] : []),
            [t('storage_messages', { n: now.events }), formatBytes(now.database_bytes)],
            [t('storage_search'), formatBytes(now.search_bytes)],
            [t('storage_backups'), formatBytes(now.backups_bytes)],
            [t('storage_system'), formatBytes(other)],
          ]}
        />
      </Card>
    </Section>
  );
}

interface SharesProps {
  title: string;
  shares: readonly StorageShare[];
  name?: (share: StorageShare) => string;
  to?: (id: number) => Route;
}

function Shares({ title, shares, name = (share) => share.name, to }: SharesProps) {
  const shown = shares.filter((share) => share.bytes > 0).slice(0, MOST);
  if (shown.length === 0) return null;
  const most = Math.max(...shown.map((share) => share.bytes));
  return (
    <Section title={title}>
      <Card>
        {shown.map((share) => (
          <Row
            key={`${share.id ?? ''}${share.name}`}
            title={name(share)}
            note={
              <>
                {formatBytes(share.bytes)} · {t('files_count', { n: share.files })}
                <Meter label={name(share)} part={share.bytes / most} />
              </>
            }
            href={to && share.id != null ? formatRoute(to(share.id)) : undefined}
          />
        ))}
      </Card>
    </Section>
  );
}

function personName({ id, name }: StorageShare): string {
  return called(id == null ? null : people.get(id).value, name);
}

/** By the first half of the media type; what is not known by its name is a document. */
function kindName({ name }: StorageShare): string {
  const key = `storage_kind_${name}` as Key;
  return isKnown(key) ? t(key) : t('storage_kind_application');
}

function CleanUp({ now, onDone }: { now: StorageReport; onDone: () => void }) {
  const days = useSignal(365);
  const room = useSignal('');
  const found = useSignal<CleanedUp | null>(null);
  const sure = useSignal(false);
  const action = useAction();
  const wanted = () => ({ older_than_days: days.peek(), room: room.peek() === '' ? null : Number(room.peek()) });
  const check = () => action.run(async () => (found.value = await admin.cleanUp({ ...wanted(), check: true })));
  const clean = () =>
    action.run(async () => {
      const gone = await admin.cleanUp({ ...wanted(), check: false });
      found.value = null;
      showNotice({ kind: 'done', text: t('storage_cleaned', { size: formatBytes(gone.bytes) }) });
      onDone();
    });
  return (
    <Section title={t('storage_clean')} help={t('storage_clean_help')}>
      <Select
        label={t('storage_older')}
        value={String(days.value)}
        options={AGES.map((value) => ({ value: String(value), label: t('storage_days', { n: value }) }))}
        onChange={(value) => {
          days.value = Number(value);
          found.value = null;
        }}
      />
      <Select
        label={t('storage_where')}
        value={room.value}
        options={[{ value: '', label: t('storage_everywhere') }, ...now.rooms.filter((one) => one.id != null).map((one) => ({ value: String(one.id), label: one.name }))]}
        onChange={(value) => {
          room.value = value;
          found.value = null;
        }}
      />
      {found.value === null ? (
        <div class="buttons">
          <Button icon="search" busy={action.busy} onClick={check}>
            {t('storage_check')}
          </Button>
        </div>
      ) : found.value.events === 0 ? (
        <Callout kind="info" title={t('storage_nothing_old')} live="status" />
      ) : (
        <Callout kind="warn" title={t('storage_would', { n: found.value.events })} live="status">
          <p>{t('storage_would_files', { n: found.value.files, size: formatBytes(found.value.bytes) })}</p>
          <div class="buttons">
            <Button kind="danger" icon="trash" busy={action.busy} onClick={() => (sure.value = true)}>
              {t('delete')}
            </Button>
          </div>
        </Callout>
      )}
      <Refusal code={action.error} />
      {sure.value && found.value && (
        <Confirm
          title={t('storage_sure_title')}
          text={t('storage_sure', { messages: found.value.events, files: found.value.files })}
          action={t('delete')}
          onClose={() => (sure.value = false)}
          onConfirm={clean}
        />
      )}
    </Section>
  );
}
