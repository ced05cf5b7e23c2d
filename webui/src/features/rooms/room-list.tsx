// Every conversation, newest first, with what was said last and how much is unread.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { arrange } from '../../app/arrange';
import { route, touch } from '../../app/navigation';
import { folder, setFolder } from '../../app/preferences';
import { isAdmin, newRooms, people, rooms, socket, sync } from '../../app/wiring';
import { boxNow, boxToday } from '../../core/box-time';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import { FOLDERS, inFolder, isQuiet, type Folder } from '../../core/mine';
import { formatRoute } from '../../core/router';
import { listTime } from '../../core/when';
import type { Room, User } from '../../core/wire';
import { RoomAvatar } from '../../ui/avatar';
import { ButtonLink, IconLink } from '../../ui/button';
import { Icon, type IconName } from '../../ui/icon';
import { lazyBeside } from '../../ui/lazy';
import { Badge, Row } from '../../ui/list';
import { Page } from '../../ui/page';
import { PersonName } from '../../ui/person-name';
import { useRoving } from '../../ui/roving';
import { Empty, Skeleton } from '../../ui/states';
import { unreadFigure, unreadWords } from '../../core/unread';
import { useLongPress } from '../room/long-press';
import { noteOf } from './preview';
import { readRoom } from './read-room';
import { useSwipe } from './use-swipe';
import './room-list.css';

const RoomMenu = lazyBeside(async () => (await import('./room-menu')).RoomMenu);

/** Fewer rooms than these need no folders. */
const FEW = 6;

export function RoomList() {
  const list = rooms.list.value;
  const open = folder.value;
  const shown = list.filter((room) => inFolder(room, open));
  const menu = useSignal<{ room: number; anchor: HTMLElement } | null>(null);
  const of = menu.value ? rooms.get(menu.value.room) : undefined;
  const onMenu = (room: number, anchor: HTMLElement) => (menu.value = { room, anchor });
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
        <>
          {(list.length >= FEW || list.some((room) => room.mine?.archived) || open !== 'all') && <Folders list={list} open={open} />}
          <ul ref={rows} class="rooms">
            {shown.map((room) => (
              <li key={room.id}>
                <RoomRow room={room} among={shown} onMenu={onMenu} />
              </li>
            ))}
          </ul>
          {shown.length === 0 && <p class="rooms-none">{t('folder_empty')}</p>}
          {menu.value && of && <RoomMenu room={of} anchor={menu.value.anchor} onClose={() => (menu.value = null)} />}
        </>
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
function RoomRow({ room, onMenu }: { room: Room; among: readonly Room[]; onMenu: (room: number, anchor: HTMLElement) => void }) {
  const at = route.value;
  const peer = room.peer ? people.get(room.peer.id).value : null;
  const open = at.at === 'room' && at.room === room.id;
  const row = useRef<HTMLSpanElement>(null);
  const openMenu = () => {
    const anchor = row.current?.querySelector<HTMLElement>('.row');
    if (anchor) onMenu(room.id, anchor);
  };
  const press = useLongPress(openMenu);
  const swipe = useSwipe({
    left: () => arrange(room.id, { archived: !room.mine?.archived }),
    right: () => (room.unread > 0 || room.mine?.marked_unread ? readRoom(room) : arrange(room.id, { marked_unread: true })),
  });
  const { mine } = room;
  const quiet = isQuiet(room, boxNow());
  return (
    <span
      ref={row}
      class={quiet ? 'rooms-row rooms-quiet' : 'rooms-row'}
      onPointerDown={(event) => (press.onPointerDown(event), swipe.onPointerDown(event))}
      onPointerMove={(event) => (press.onPointerMove(event), swipe.onPointerMove(event))}
      onPointerUp={(event) => (press.onPointerUp(), swipe.onPointerUp(event))}
      onPointerCancel={(event) => (press.onPointerCancel(), swipe.onPointerCancel(event))}
      onContextMenu={(event) => {
        event.preventDefault();
        // A finger that stays has its own way.
        if ((event as MouseEvent as PointerEvent).pointerType !== 'touch') openMenu();
      }}
    >
      {touch && (
        <span class="rooms-swipe" aria-hidden="true">
          <Icon name="dot" />
          <Icon name="archive" />
        </span>
      )}
      <Row
        href={formatRoute({ at: 'room', room: room.id, pane: 'talk' })}
        current={open}
        lead={<RoomAvatar room={room} peer={peer} />}
        title={<RoomTitle room={room} />}
        note={noteOf(room, open ? 'open' : 'closed')}
        end={
          <span class="rooms-end">
            {room.last && <time class="rooms-time">{listTime(room.last.at, boxToday())}</time>}
            <span class="rooms-marks">
              {(quiet || mine?.notify === 'mentions') && <Mark icon="bell_off" label={t(quiet ? 'muted' : 'mute_but_mentions')} />}
              {mine?.pinned_at && <Mark icon="pin" label={t('pinned')} />}
              {mine?.marked_unread && room.unread === 0 && <Mark icon="dot" label={t('marked_unread')} />}
              {newRooms.ids.value.has(room.id) && room.unread === 0 && <span class="badge badge-new">{t('room_new')}</span>}
              <Called n={room.unread_mentions ?? 0} />
              <Badge count={unreadFigure(room.unread)} label={unreadWords(room.unread, 'unread_count', 'unread_count_more')} />
            </span>
          </span>
        }
      />
    </span>
  );
}

function Mark({ icon, label }: { icon: IconName; label: string }) {
  return (
    <span class={`rooms-mark rooms-mark-${icon}`} title={label}>
      <Icon name={icon} />
      <span class="hidden">{label}</span>
    </span>
  );
}

/** Which part of the list is shown. */
function Folders({ list, open }: { list: readonly Room[]; open: Folder }) {
  return (
    <div class="folders" role="group" aria-label={t('folders')}>
      {FOLDERS.filter((one) => one === 'all' || one === open || one === 'unread' || list.some((room) => inFolder(room, one))).map((one) => (
        <button key={one} type="button" class="folder" aria-pressed={one === open} onClick={() => setFolder(one)}>
          {t(`folder_${one}`)}
        </button>
      ))}
    </div>
  );
}
