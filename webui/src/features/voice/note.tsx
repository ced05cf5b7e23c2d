// A voice note: play, see how far it is, go anywhere in it, faster for those in a hurry.
import { useComputed } from '@preact/signals';
import { nextSpeed, playing, position, seek, speed, toggle, track, trackOf, unplayable, type Track } from '../../app/playing';
import { clockLength } from '../../core/levels';
import { languageTag, t } from '../../core/i18n';
import type { VoiceMessage } from '../../core/voice-queue';
import { Icon } from '../../ui/icon';
import { Wave } from './wave';
import './voice.css';

interface VoiceNoteProps {
  room: number;
  event: VoiceMessage;
  /** What this browser cannot play is a file like any other. */
  file: () => preact.ComponentChild;
}

export function VoiceNote({ room, event, file }: VoiceNoteProps) {
  const failed = useComputed(() => unplayable.value === `${room}-${event.seq}`).value;
  return failed ? <>{file()}</> : <VoicePlayer track={trackOf(room, event)} levels={event.voice.levels} />;
}

export function VoicePlayer({ track: own, levels }: { track: Track; levels: string }) {
  const current = useComputed(() => track.value?.key === own.key).value;
  const plays = useComputed(() => playing.value && track.value?.key === own.key).value;
  const at = useComputed(() => (track.value?.key === own.key ? position.value : 0)).value;
  return (
    <div class="voice" role="group" aria-label={t('voice_length', { time: clockLength(own.durationMs) })}>
      <button type="button" class="voice-play" aria-label={t(plays ? 'pause' : 'voice_play')} onClick={() => toggle(own)}>
        <Icon name={plays ? 'pause' : 'play'} />
      </button>
      <span class="voice-line">
        <Wave levels={levels} durationMs={own.durationMs} position={at} onSeek={(ms) => seek(own, ms)} />
        <span class="voice-time">{current && at > 0 ? `${clockLength(at)} / ${clockLength(own.durationMs)}` : clockLength(own.durationMs)}</span>
      </span>
      {current && <Speed />}
    </div>
  );
}

export function Speed() {
  const shown = speed.value.toLocaleString(languageTag.value);
  return (
    <button type="button" class="voice-speed" aria-label={t('voice_speed', { n: shown })} onClick={nextSpeed}>
      {shown}×
    </button>
  );
}
