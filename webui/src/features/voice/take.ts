// Recording by the browser itself, where it allows that: on pages over HTTPS and on the box's own machine.
import { digits, LEVELS, levelsOf, MAX_VOICE_MS } from '../../core/levels';
import type { Voice } from '../../core/wire';

/** What is taken is stopped by itself there: the box takes an hour. */
export const LONGEST_MS = MAX_VOICE_MS - 1_000;

/** Opus where there is a choice; Safari has it from version 18.4 on. */
const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
const ENDINGS: Record<string, string> = { 'audio/webm': 'webm', 'audio/ogg': 'ogg', 'audio/mp4': 'm4a' };
/** How often the loudness is looked at, milliseconds. */
const LOOK_MS = 100;

export interface Recording {
  file: File;
  voice: Voice;
}

export class Take {
  private readonly pieces: Blob[] = [];
  private readonly loud: number[] = [];
  private readonly begun = performance.now();
  private timer = 0;

  private constructor(
    private readonly stream: MediaStream,
    private readonly context: AudioContext,
    private readonly recorder: MediaRecorder,
    private readonly meter: AnalyserNode,
  ) {}

  /** Asks for the microphone. Rejects with `NotAllowedError`, `NotFoundError` and others as `getUserMedia` does. */
  static async begin(onLoud: (loud: number, ms: number) => void): Promise<Take> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const context = new AudioContext();
    const meter = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(meter);
    const take = new Take(stream, context, new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 32_000 }), meter);
    take.recorder.addEventListener('dataavailable', ({ data }) => take.pieces.push(data));
    // In pieces: what was said so far is there even if the browser ends it.
    take.recorder.start(1_000);
    take.timer = window.setInterval(() => onLoud(take.look(), take.length), LOOK_MS);
    return take;
  }

  get length(): number {
    return performance.now() - this.begun;
  }

  async end(named: string): Promise<Recording> {
    const ms = this.length;
    const stopped = new Promise((done) => this.recorder.addEventListener('stop', done, { once: true }));
    if (this.recorder.state !== 'inactive') {
      this.recorder.stop();
      await stopped;
    }
    this.release();
    const type = this.recorder.mimeType.split(';')[0] ?? '';
    const file = new File(this.pieces, `${named}.${ENDINGS[type] ?? 'webm'}`, { type });
    return { file, voice: { duration_ms: Math.max(1, Math.min(MAX_VOICE_MS, Math.round(ms))), levels: digits(spread(this.loud)) } };
  }

  drop(): void {
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    this.release();
  }

  private look(): number {
    const samples = new Float32Array(this.meter.fftSize);
    this.meter.getFloatTimeDomainData(samples);
    const loud = Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
    this.loud.push(loud);
    return loud;
  }

  private release(): void {
    window.clearInterval(this.timer);
    for (const source of this.stream.getTracks()) source.stop();
    void this.context.close();
  }
}

/** As many as are drawn: the loudest of each stretch. */
function spread(loud: readonly number[]): number[] {
  return Array.from({ length: LEVELS }, (_, index) => {
    const from = Math.floor((index * loud.length) / LEVELS);
    return Math.max(0, ...loud.slice(from, Math.max(from + 1, Math.floor(((index + 1) * loud.length) / LEVELS))));
  });
}

/** What decoding may take in memory is bounded by what is read: half an hour of Opus. */
const MOST_BYTES = 8 << 20;

/** How a recording of the phone's own recorder is drawn; `null` when the browser cannot read it, or it is no voice note. */
export async function drawn(file: File): Promise<Voice | null> {
  if (file.size > MOST_BYTES) return null;
  const context = new OfflineAudioContext(1, 1, 8_000);
  try {
    const sound = await context.decodeAudioData(await file.arrayBuffer());
    const ms = Math.round(sound.duration * 1_000);
    return ms >= 1 && ms <= MAX_VOICE_MS ? { duration_ms: ms, levels: levelsOf(sound.getChannelData(0)) } : null;
  } catch {
    return null;
  }
}
