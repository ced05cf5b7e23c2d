// A message in a line of text, for lists and for those who have the page read to them.
import { withNames } from '../../app/mentions';
import { t } from '../../core/i18n';
import { clockLength } from '../../core/levels';
import { oneLine } from '../../core/text';
import { isVoice, type VoiceMessage } from '../../core/voice-queue';
import type { MessageEvent } from '../../core/wire';

export function voiceWords({ text, voice }: VoiceMessage): string {
  const spoken = t('voice_length', { time: clockLength(voice.duration_ms) });
  return text ? `${spoken}: ${text}` : spoken;
}

/** What it says; of one without words, `files`. */
export function lineOf(message: MessageEvent, files = t('sent_files', { n: message.files?.length ?? 0 })): string {
  return isVoice(message) ? voiceWords(message) : oneLine(withNames(message.text, message.mentions)) || files;
}
