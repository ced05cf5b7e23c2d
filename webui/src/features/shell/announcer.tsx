// Reads new messages of others to those who listen.
import { heard } from '../../app/state';
import { people, rooms, sync, watch } from '../../app/wiring';
import { boxNow } from '../../core/box-time';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import { isHeard } from '../../core/mine';
import { lineOf } from '../voice/words';

export function Announcer() {
  const latest = heard.value;
  return (
    <div class="hidden" aria-live="polite" aria-atomic="true">
      {latest && say(latest)}
    </div>
  );
}

function say({ room, messages }: NonNullable<typeof heard.value>): string {
  const last = messages[messages.length - 1];
  if (!last) return '';
  const name = called(people.get(last.sender).value);
  const text = lineOf(last);
  if (room === watch.room.value) return t('heard_here', { name, text });
  const info = rooms.get(room);
  if (info && !isHeard(info, messages, sync.me.value?.user.id ?? -1, boxNow())) return '';
  return info?.name ? t('heard_there', { name, room: info.name }) : t('heard_direct', { name });
}
