// One line about an event, for the list of rooms.
import { people, sync } from '../../app';
import { t } from '../../core/i18n';
import type { Room } from '../../core/wire';
import { noticeText } from '../room/notice-text';

export function previewOf(room: Room): string {
  const event = room.last;
  if (!event) return room.topic;
  if (event.kind === 'deleted') return t('message_deleted');
  if (event.kind !== 'message') return room.kind === 'direct' ? '' : noticeText(event);
  const said = event.text.replace(/\s+/g, ' ') || fileWords(event.files ?? []);
  if (event.sender === sync.me.value?.user.id) return t('preview_mine', { text: said });
  if (room.kind === 'direct') return said;
  return t('preview_other', { name: people.get(event.sender).value?.name ?? t('someone'), text: said });
}

function fileWords(files: readonly { name: string; thumbnail: boolean }[]): string {
  const photos = files.filter((file) => file.thumbnail).length;
  if (photos === files.length) return t('photos_count', { n: photos });
  const first = files[0];
  return files.length === 1 && first ? first.name : t('files_count', { n: files.length });
}
