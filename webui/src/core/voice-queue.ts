// Which voice note comes after another: they play one after the other, as they were said.
import type { MessageEvent, RoomEvent, SentFile, Voice } from './wire';

export interface VoiceMessage extends MessageEvent {
  voice: Voice;
  files: [SentFile];
}

/** Is it a message that is spoken? */
export function isVoice(event: RoomEvent): event is VoiceMessage {
  return event.kind === 'message' && event.voice != null && event.files?.length === 1;
}

/** The first one after `seq`, as far as the room is loaded. */
export function nextVoice(events: readonly RoomEvent[], seq: number): VoiceMessage | undefined {
  return events.find((event): event is VoiceMessage => event.seq > seq && isVoice(event));
}
