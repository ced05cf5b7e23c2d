// One line about an event, for the list of rooms.
import { drafts, outbox, people, sync } from '../../app/wiring';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import type { Room } from '../../core/wire';
import { noticeText } from '../room/notice-text';
import { lineOf } from '../voice/words';

/** What waits to be said comes before what was said; of the open room the composer shows it. */
export function noteOf(room: Room, place: 'open' | 'closed'): string {
  const unsent = outbox.items.value.filter((item) => item.room === room.id && (item.state === 'failed' || item.state === 'kept')).length;
  if (unsent > 0) return t('preview_unsent', { n: unsent });
  const draft = place === 'open' ? '' : drafts.get(room.id).replace(/\s+/g, ' ').trim();
  return draft ? t('preview_draft', { text: draft }) : previewOf(room);
}

function previewOf(room: Room): string {
  const event = room.last;
  if (!event) return room.topic;
  if (event.kind === 'deleted') return t('message_deleted');
  if (event.kind !== 'message') return room.kind === 'direct' ? '' : noticeText(event);
  const said = lineOf(event, fileWords(event.files ?? []));
  if (event.sender === sync.me.value?.user.id) return t('preview_mine', { text: said });
  if (room.kind === 'direct') return said;
  return t('preview_other', { name: called(people.get(event.sender).value), text: said });
}

function fileWords(files: readonly { name: string; thumbnail: boolean }[]): string {
  const photos = files.filter((file) => file.thumbnail).length;
  if (photos === files.length) return t('photos_count', { n: photos });
  const first = files[0];
  return files.length === 1 && first ? first.name : t('files_count', { n: files.length });
}
