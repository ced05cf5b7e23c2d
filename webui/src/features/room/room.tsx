// An open conversation: who it is with, what was said, what to say.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { arrange } from '../../app/arrange';
import { listed, route, wide } from '../../app/navigation';
import { history, newRooms, people, rooms, socket, sync, watch } from '../../app/wiring';
import { asApiError, type AppErrorCode } from '../../core/errors';
import { called } from '../../core/called';
import { boxNow } from '../../core/box-time';
import { t } from '../../core/i18n';
import { waiting } from '../../core/mine';
import { formatRoute } from '../../core/router';
import { unreadFigure, unreadWords } from '../../core/unread';
import type { Room as RoomInfo } from '../../core/wire';
import { useArrival } from '../../ui/arrival';
import { RoomAvatar } from '../../ui/avatar';
import { ButtonLink, IconLink } from '../../ui/button';
import { Badge } from '../../ui/list';
import { Broken, Empty, Skeleton } from '../../ui/states';
import { Composer } from '../composer/composer';
import { RoomTitle, roomTitle } from '../rooms/room-list';
import { MessageList } from './message-list';
import './room.css';

/** `message`: the seq of the one to show. */
export function Room({ room: id, message }: { room: number; message?: number }) {
  const room = rooms.get(id);
  const error = useSignal<AppErrorCode | null>(null);
  const log = rooms.log(id);
  const known = room !== undefined;
  const open = () => {
    error.value = null;
    history.open(id).catch((thrown: unknown) => (error.value = asApiError(thrown).code));
  };
  useEffect(() => {
    if (known) open();
  }, [id, known]);
  const online = socket.state.value === 'online';
  useEffect(() => {
    if (!known || !online) return;
    watch.look(id, room.member_count);
    if (!log.loaded.peek()) open();
  }, [id, known, online]);
  useEffect(() => {
    if (rooms.peek(id)?.mine?.marked_unread) arrange(id, { marked_unread: false });
  }, [id, known]);
  useEffect(() => () => watch.look(null, 0), [id]);

  if (!room) {
    if (!online) return <Skeleton />;
    return (
      <Empty icon="chats" title={t('room_gone')}>
        <ButtonLink href={formatRoute({ at: 'chats' })}>{t('to_chats')}</ButtonLink>
      </Empty>
    );
  }
  return (
    <section class="room" aria-label={roomTitle(room)}>
      <Head room={room} />
      {error.value && !log.loaded.value ? (
        <Broken code={error.value} onRetry={open} />
      ) : log.loaded.value ? (
        <MessageList key={id} room={id} message={message} />
      ) : (
        <div class="room-loading">
          <Skeleton />
        </div>
      )}
      <Composer key={`composer-${id}`} room={room} />
    </section>
  );
}

function Head({ room }: { room: RoomInfo }) {
  const heading = useArrival<HTMLHeadingElement>();
  const at = route.value;
  const details = at.at === 'room' && at.pane !== 'talk';
  const peer = room.peer ? people.get(room.peer.id).value : null;
  return (
    <header class="room-head">
      {!wide.value && <Back room={room} />}
      <a
        class="room-who"
        href={formatRoute({ at: 'room', room: room.id, pane: details ? 'talk' : 'details' })}
      >
        <RoomAvatar room={room} peer={peer} size="s" />
        <span class="room-names">
          <h1 ref={heading} class="room-name" tabIndex={-1}><RoomTitle room={room} /></h1>
          <span class="room-sub">{subline(room, peer?.online ?? false)}</span>
          <span class="hidden">{t('details')}</span>
        </span>
      </a>
      <IconLink icon="search" label={t('search_in_room')} href={formatRoute({ at: 'search', room: room.id })} />
    </header>
  );
}

/** To the list, or to what was found; with how much waits there. */
function Back({ room }: { room: RoomInfo }) {
  const n = rooms.unread.value - waiting(room, boxNow()) + newRooms.ids.value.size;
  return (
    <span class="room-back">
      <IconLink class="icon-turns" icon="back" label={t('back')} href={formatRoute({ at: listed.value })} />
      <Badge count={unreadFigure(n)} label={unreadWords(n, 'unread_count', 'unread_count_more')} />
    </span>
  );
}

function subline(room: RoomInfo, peerOnline: boolean): string {
  const typing = sync.typing.value;
  if (typing?.room === room.id)
    return room.kind === 'direct' ? t('typing') : t('typing_who', { name: called(people.get(typing.user).value) });
  if (room.kind === 'direct') return peerOnline ? t('online') : t('offline');
  const count = sync.onlineCount.value;
  const members = t('members_count', { n: room.member_count });
  if (count?.room !== room.id || count.count < 2) return members;
  return t('members_online', { members, online: t('online_count', { n: count.count }) });
}
