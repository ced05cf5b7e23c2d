// A message that was found: who, where, when, and the words around the hit.
import { withNames } from '../../app/mentions';
import { route } from '../../app/navigation';
import { searchFound } from '../../app/state';
import { people, rooms } from '../../app/wiring';
import { urls } from '../../core/api';
import { boxToday } from '../../core/box-time';
import { called } from '../../core/called';
import { formatRoute } from '../../core/router';
import { plainParts } from '../../core/text';
import { fullTime, listTime } from '../../core/when';
import type { SearchHit } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Icon } from '../../ui/icon';
import { RoomTitle } from '../rooms/room-list';

/** Names of files that are shown; a message may have twenty. */
const FILES = 3;

export function Hit({ hit }: { hit: SearchHit }) {
  const at = route.value;
  const sender = people.get(hit.sender).value;
  const room = rooms.get(hit.room);
  const current = at.at === 'room' && at.room === hit.room && at.message === hit.seq;
  const files = hit.files ?? [];
  const photo = files.find((file) => file.thumbnail);
  return (
    <a
      class="row hit"
      href={formatRoute({ at: 'room', room: hit.room, pane: 'talk', message: hit.seq })}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        const found = searchFound.peek();
        if (found) searchFound.value = { ...found, top: event.currentTarget.closest('.page-body')?.scrollTop ?? 0 };
      }}
    >
      <UserAvatar user={sender} />
      <span class="row-text">
        <span class="hit-head">
          <span class="row-title">{called(sender)}</span>
          <time class="rooms-time" title={fullTime(hit.at)}>{listTime(hit.at, boxToday())}</time>
        </span>
        {room && room.kind !== 'direct' && <span class="hit-room"><RoomTitle room={room} /></span>}
        <span class="hit-text">{plainParts(hit.excerpt).map((part, at) => (part.hit ? <mark key={at}>{withNames(part.text, hit.mentions)}</mark> : withNames(part.text, hit.mentions)))}</span>
        {files.slice(0, FILES).map((file) => (
          <span key={file.id} class="hit-file">
            <Icon name={file.thumbnail ? 'camera' : 'file'} />
            <span>{file.name}</span>
          </span>
        ))}
      </span>
      {photo && <img class="hit-photo" src={urls.thumbnail(photo.id)} alt="" loading="lazy" decoding="async" />}
    </a>
  );
}
