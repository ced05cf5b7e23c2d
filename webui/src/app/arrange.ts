// Changes what this person has arranged about a room: at once on the screen, then on the box, which tells their other devices.
import type { ChangeMine } from '../core/wire';
import { boxNow } from '../core/box-time';
import { api, rooms, showError } from './wiring';

export function arrange(room: number, change: ChangeMine): void {
  const before = rooms.peek(room);
  if (!before) return;
  const { pinned, archived } = change;
  const mine = { ...before.mine };
  mine.marked_unread = change.marked_unread ?? mine.marked_unread;
  mine.notify = change.notify ?? mine.notify;
  if (change.muted_until != null) mine.muted_until = change.muted_until || null;
  if (pinned != null || archived) mine.pinned_at = pinned ? (mine.pinned_at ?? boxNow()) : null;
  if (archived != null || pinned) mine.archived = archived ?? false;
  rooms.put({ ...before, mine });
  api.arrange(room, change).then(
    (now) => rooms.put(now),
    (thrown) => {
      const now = rooms.peek(room);
      if (now) rooms.put({ ...now, mine: before.mine });
      showError(thrown);
    },
  );
}
