// Every conversation, newest first, with what was said last and how much is unread.
import { useRef } from 'preact/hooks';
import { route } from '../../app/navigation';
import { isAdmin, newRooms, people, rooms, socket, sync } from '../../app/wiring';
import { boxToday } from '../../core/box-time';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { listTime } from '../../core/when';
import type { Room, User } from '../../core/wire';
import { RoomAvatar } from '../../ui/avatar';
import { ButtonLink, IconLink } from '../../ui/button';
import { Badge, Row } from '../../ui/list';
import { Page } from '../../ui/page';
import { PersonName } from '../../ui/person-name';
import { useRoving } from '../../ui/roving';
import { Empty, Skeleton } from '../../ui/states';
import { unreadFigure, unreadWords } from '../../core/unread';
import { noteOf } from './preview';
import './room-list.css';

export function RoomList() {
  const list = rooms.list.value;
  const rows = useRef<HTMLUListElement>(null);
  useRoving(rows, { items: '.row', begin: 'first' });
  const guest = sync.me.value?.user.role === 'guest';
  return (
    <Page
      title={t('tab_chats')}
      actions={
        <>
          <MentionsLink />
          <IconLink icon="search" label={t('search_title')} href={formatRoute({ at: 'search' })} />
          {!guest && <IconLink icon="plus" label={t('new_group')} href={formatRoute({ at: 'new-group' })} />}
        </>
      }
    >
      {list.length === 0 ? (
        socket.state.value === 'online' ? (
          <Empty icon="chats" title={t('no_rooms')}>
            <ButtonLink kind="main" href={formatRoute({ at: 'people' })}>
              {t('find_people')}
            </ButtonLink>
          </Empty>
        ) : (
          <Skeleton />
        )
      ) : (
        <ul ref={rows} class="rooms">
          {list.map((room) => (
            <li key={room.id}>
              <RoomRow room={room} among={list} />
            </li>
          ))}
        </ul>
      )}
      {isAdmin.value && list.some((room) => room.is_default && room.member_count < 2) && (
        <div class="rooms-hint">
          <p>{t('invite_hint')}</p>
          <ButtonLink kind="main" icon="invite" href={formatRoute({ at: 'invites' })}>
            {t('invite_people')}
          </ButtonLink>
        </div>
      )}
    </Page>
  );
}

/** To what mentions me, with a dot while something is unread that does. */
function MentionsLink() {
  const calling = rooms.calling.value > 0;
  return (
    <span class="rooms-mentions">
      <IconLink icon="at" label={t('mentions_title')} href={formatRoute({ at: 'mentions' })} />
      {calling && <span class="rooms-dot" />}
    </span>
  );
}

/** Something unread mentions me. */
function Called({ n }: { n: number }) {
  if (n === 0) return null;
  return (
    <span class="badge badge-at">
      <span aria-hidden="true">@</span>
      <span class="hidden">{unreadWords(n, 'mentions_unread', 'mentions_unread_more')}</span>
    </span>
  );
}

/** A conversation's name: the other person's in a direct one. */
export function roomTitle(room: Room): string {
  return room.kind === 'direct' ? called(peerOf(room)) : room.name;
}

/** The same on one line. */
export function RoomTitle({ room }: { room: Room }) {
  const peer = peerOf(room);
  return room.kind === 'direct' && peer ? <PersonName user={peer} /> : <>{roomTitle(room)}</>;
}

function peerOf(room: Room): User | null {
  return room.peer ? (people.get(room.peer.id).value ?? room.peer) : null;
}

/**
 * `among`: the whole list, so that every row is rendered with it. A row that was passed over would keep its former list alive, that
 * one the list before it, and so on.
 */
function RoomRow({ room }: { room: Room; among: readonly Room[] }) {
  const at = route.value;
  const peer = room.peer ? people.get(room.peer.id).value : null;
  const open = at.at === 'room' && at.room === room.id;
  return (
    <Row
      href={formatRoute({ at: 'room', room: room.id, pane: 'talk' })}
      current={open}
      lead={<RoomAvatar room={room} peer={peer} />}
      title={<RoomTitle room={room} />}
      note={noteOf(room, open ? 'open' : 'closed')}
      end={
        <span class="rooms-end">
          {room.last && <time class="rooms-time">{listTime(room.last.at, boxToday())}</time>}
          {newRooms.ids.value.has(room.id) && room.unread === 0 && <span class="badge badge-new">{t('room_new')}</span>}
          <span class="rooms-marks">
            <Called n={room.unread_mentions ?? 0} />
            <Badge count={unreadFigure(room.unread)} label={unreadWords(room.unread, 'unread_count', 'unread_count_more')} />
          </span>
        </span>
      }
    />
  );
}
