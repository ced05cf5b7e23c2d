// Changes of messages: events that are no row of their own. What each makes of the message that it is about.
import type { EventOf, MessageEvent, Reaction, RoomEvent } from './wire';

const KINDS = ['message_deleted', 'message_edited', 'reacted', 'reaction_removed'] as const;
export type ChangeEvent = EventOf<(typeof KINDS)[number]>;
const known: ReadonlySet<string> = new Set(KINDS);

export function isChange(event: RoomEvent): event is ChangeEvent {
  return known.has(event.kind);
}

/** What is left in the place of a message that was deleted. */
export function buried(event: RoomEvent, by: number): EventOf<'deleted'> {
  return { seq: event.seq, sender: event.sender, at: event.at, kind: 'deleted', by };
}

/** `row` after `change`; the same when it includes that already, or is no message any more. */
export function after(row: RoomEvent, change: ChangeEvent, me: number): RoomEvent {
  if (row.kind !== 'message') return row;
  if (change.kind === 'message_deleted') return buried(row, change.sender);
  if (change.seq <= (row.as_of ?? 0)) return row;
  if (change.kind === 'message_edited') return edited(row, change);
  const changed = { ...row, as_of: change.seq };
  const on = change.kind === 'reacted';
  return change.sender === me ? reactedByMe(changed, change.emoji, on) : counted(changed, change.emoji, on ? 1 : -1);
}

/** With the words of an edit; as it is when they were not told. */
export function edited(row: MessageEvent, { seq, at, text, mentions }: EventOf<'message_edited'>): MessageEvent {
  return text == null ? row : { ...row, text, mentions, edited_at: at, as_of: seq };
}

/** With my reaction, or without it; as it is when that is so already. */
export function reactedByMe(row: MessageEvent, emoji: string, on: boolean): MessageEvent {
  if (isMine(row, emoji) === on) return row;
  const { reactions = [], ...rest } = counted(row, emoji, on ? 1 : -1);
  return { ...rest, reactions: reactions.map((one) => (one.emoji === emoji ? { ...one, mine: on } : one)) };
}

export function isMine(row: MessageEvent, emoji: string): boolean {
  return row.reactions?.find((one) => one.emoji === emoji)?.mine === true;
}

function counted(row: MessageEvent, emoji: string, by: 1 | -1): MessageEvent {
  const all = row.reactions ?? [];
  const there = all.some((one) => one.emoji === emoji);
  const reactions: Reaction[] = there ? all.map((one) => (one.emoji === emoji ? { ...one, count: one.count + by } : one)) : [...all, { emoji, count: by }];
  return { ...row, reactions: reactions.filter((one) => one.count > 0) };
}
