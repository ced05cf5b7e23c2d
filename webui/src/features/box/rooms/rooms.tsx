// All rooms from outside: who owns them, how much is in them. What is said in them stays with their members.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RoomSummary, RoomSummaryPage } from '../../../core/admin-wire';
import { asApiError, type AppErrorCode } from '../../../core/errors';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { formatBytes } from '../../../core/sizes';
import { Avatar } from '../../../ui/avatar';
import { Button, IconLink } from '../../../ui/button';
import { TextField } from '../../../ui/field';
import { Row } from '../../../ui/list';
import { Broken, Empty, Skeleton } from '../../../ui/states';
import { admin } from '../admin';
import { BoxPageFrame } from '../box-page';

const REST_MS = 200;

export function Rooms() {
  const query = useSignal('');
  return (
    <BoxPageFrame title={t('box_rooms')} actions={<IconLink icon="plus" label={t('new_group')} href={formatRoute({ at: 'new-group' })} />}>
      <p class="section-help">{t('rooms_help')}</p>
      <div class="box-form">
        <TextField label={t('rooms_find')} value={query.value} onInput={(value) => (query.value = value)} maxLength={60} />
      </div>
      <List query={query.value} />
    </BoxPageFrame>
  );
}

function List({ query }: { query: string }) {
  const pages = useSignal<readonly RoomSummaryPage[] | null>(null);
  const error = useSignal<AppErrorCode | null>(null);
  const round = useSignal(0);
  const load = (before: readonly RoomSummaryPage[], after?: number) =>
    admin.rooms({ q: query.trim() || undefined, after }).then((page) => [...before, page]);
  useEffect(() => {
    let stale = false;
    const timer = window.setTimeout(
      () =>
        load([]).then(
          (loaded) => stale || ((pages.value = loaded), (error.value = null)),
          (thrown: unknown) => stale || (error.value = asApiError(thrown).code),
        ),
      query ? REST_MS : 0,
    );
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [query, round.value]);
  if (error.value) return <Broken code={error.value} onRetry={() => round.value++} />;
  const shown = pages.value;
  if (!shown) return <Skeleton />;
  const rooms = shown.flatMap((page) => page.rooms);
  const next = shown[shown.length - 1]?.next;
  if (rooms.length === 0) return <Empty icon="search" title={t('rooms_none')} />;
  return (
    <>
      <ul class="rooms">
        {rooms.map((room) => (
          <li key={room.id}>
            <RoomRow room={room} />
          </li>
        ))}
      </ul>
      {next != null && (
        <Button
          onClick={() =>
            void load(shown, next).then(
              (loaded) => (pages.value = loaded),
              (thrown: unknown) => (error.value = asApiError(thrown).code),
            )
          }
        >
          {t('show_more')}
        </Button>
      )}
    </>
  );
}

function RoomRow({ room }: { room: RoomSummary }) {
  return (
    <Row
      lead={<Avatar name={room.name} />}
      title={room.name}
      note={[t('members_count', { n: room.member_count }), t('rooms_events', { n: room.events }), room.bytes > 0 && formatBytes(room.bytes)].filter(Boolean).join(' · ')}
      end={
        room.archived ? <span class="tag">{t('rooms_archived')}</span> : room.is_default ? <span class="tag">{t('rooms_default')}</span> : room.kind === 'channel' ? <span class="tag">{t('kind_channel')}</span> : undefined
      }
      href={formatRoute({ at: 'box', page: 'rooms', id: room.id })}
    />
  );
}
