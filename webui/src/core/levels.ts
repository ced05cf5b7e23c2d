// How a voice note is drawn: its loudness as hexadecimal digits, one for each stretch of equal length.

/** So many bars fit beside a play button on a small phone. */
export const LEVELS = 40;
/** Longest voice note; what is longer is a file. */
export const MAX_VOICE_MS = 60 * 60_000;

/** Of one channel's samples, -1 to 1. The loudest stretch is full; silence is nothing. */
export function levelsOf(samples: ArrayLike<number>, count = LEVELS): string {
  const loud = Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * samples.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * samples.length) / count));
    let sum = 0;
    for (let at = from; at < to; at++) sum += (samples[at] ?? 0) ** 2;
    return Math.sqrt(sum / (to - from));
  });
  return digits(loud);
}

/** Of loudness as it was measured while recording, any number of times. */
export function digits(loud: readonly number[]): string {
  // What is quieter than this is the room, not a voice.
  const most = Math.max(0.01, ...loud);
  return loud.map((one) => Math.round(15 * Math.sqrt(Math.min(1, one / most))).toString(16)).join('');
}

/** The heights of the bars, 0 to 15. */
export function barsOf(levels: string): number[] {
  return [...levels].map((digit) => parseInt(digit, 16) || 0);
}

/** As people read a length: 0:07, 12:30, 1:02:03. */
export function clockLength(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
