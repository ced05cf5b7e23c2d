// A voice note in a line of text, for lists and for those who have the page read to them.
import { t } from '../../core/i18n';
import { clockLength } from '../../core/levels';
import type { VoiceMessage } from '../../core/voice-queue';

export function voiceWords({ text, voice }: VoiceMessage): string {
  const spoken = t('voice_length', { time: clockLength(voice.duration_ms) });
  return text ? `${spoken}: ${text}` : spoken;
}
