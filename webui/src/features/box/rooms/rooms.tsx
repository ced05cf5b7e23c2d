// All rooms from outside: who owns them, how much is in them. What is said in them stays with their members.
import { useSignal } from '@preact/signals';
import type { RoomSummary } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { formatBytes } from '../../../core/sizes';
import { Avatar } from '../../../ui/avatar';
import { Button, IconLink } from '../../../ui/button';
import { TextField } from '../../../ui/field';
import { Row } from '../../../ui/list';
import { Broken, Empty, Skeleton } from '../../../ui/states';
import { usePages } from '../../../ui/use-pages';
import { admin } from '../admin';
import { BoxPageFrame } from '../box-page';

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
  const { pages, error, more, reload } = usePages(query, (q, after) => admin.rooms({ q: q || undefined, after }));
  if (error) return <Broken code={error} onRetry={reload} />;
  if (!pages) return <Skeleton />;
  const rooms = pages.flatMap((page) => page.rooms);
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
      {more && <Button onClick={more}>{t('show_more')}</Button>}
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
