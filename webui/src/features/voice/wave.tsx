// A recording as its loudness, with a handle to go to any place in it.
import { barsOf, clockLength } from '../../core/levels';
import { t } from '../../core/i18n';
import './voice.css';

const STEP = 3;
const HEIGHT = 24;

interface WaveProps {
  levels: string;
  durationMs: number;
  /** How far it has played, milliseconds. */
  position: number;
  onSeek?: (ms: number) => void;
}

export function Wave({ levels, durationMs, position, onSeek }: WaveProps) {
  const bars = barsOf(levels);
  const played = Math.round((bars.length * position) / durationMs);
  return (
    <span class="wave">
      <svg viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="wave-rest" d={drawn(bars, played, bars.length)} />
        <path class="wave-played" d={drawn(bars, 0, played)} />
      </svg>
      {onSeek && (
        <input
          type="range"
          class="wave-handle"
          min={0}
          max={durationMs}
          step={Math.max(1, Math.round(durationMs / 100))}
          value={position}
          aria-label={t('voice_position')}
          aria-valuetext={t('voice_position_of', { at: clockLength(position), all: clockLength(durationMs) })}
          onInput={(event) => onSeek(Number(event.currentTarget.value))}
        />
      )}
    </span>
  );
}

function drawn(bars: readonly number[], from: number, to: number): string {
  let path = '';
  for (let index = from; index < to; index++) {
    const half = Math.max(1, ((bars[index] ?? 0) / 15) * (HEIGHT / 2 - 1));
    path += `M${index * STEP + STEP / 2} ${HEIGHT / 2 - half}V${HEIGHT / 2 + half}`;
  }
  return path;
}
