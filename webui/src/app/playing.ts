// The one voice note that plays, wherever its row is: it goes on while somebody scrolls or reads another room.
import { computed, signal } from '@preact/signals';
import { urls } from '../core/api';
import { nextVoice, type VoiceMessage } from '../core/voice-queue';
import { store } from './preferences';
import { rooms } from './wiring';

/** What plays: a message, or a recording that is not sent yet. */
export interface Track {
  /** Tells it from all others. */
  key: string;
  src: string;
  durationMs: number;
  /** Where it was said, for what plays next. */
  said?: { room: number; seq: number; sender: number };
}

export const SPEEDS = [1, 1.5, 2] as const;

export const track = signal<Track | null>(null);
export const playing = signal(false);
/** Where it is, milliseconds. */
export const position = signal(0);
export const speed = signal(savedSpeed());
/** The key of what could not be played here. */
export const unplayable = signal<string | null>(null);
export const playingRoom = computed(() => track.value?.said?.room ?? null);

let audio: HTMLAudioElement | null = null;

export function trackOf(room: number, { seq, sender, files, voice }: VoiceMessage): Track {
  return { key: `${room}-${seq}`, src: urls.file(files[0].id), durationMs: voice.duration_ms, said: { room, seq, sender } };
}

export function toggle(next: Track): void {
  if (track.peek()?.key !== next.key) return start(next);
  if (playing.peek()) audio?.pause();
  else void play();
}

export function seek(next: Track, ms: number): void {
  if (track.peek()?.key !== next.key) start(next);
  position.value = ms;
  if (audio) audio.currentTime = ms / 1_000;
}

export function nextSpeed(): void {
  const at = SPEEDS.findIndex((one) => one === speed.peek());
  speed.value = SPEEDS[(at + 1) % SPEEDS.length]!;
  store.set('voice-speed', String(speed.peek()));
  if (audio) audio.playbackRate = speed.peek();
}

export function stop(): void {
  track.value = null;
  playing.value = false;
  position.value = 0;
  audio?.removeAttribute('src');
  audio?.load();
}

function start(next: Track): void {
  audio ??= listen(new Audio());
  unplayable.value = null;
  track.value = next;
  position.value = 0;
  audio.src = next.src;
  audio.defaultPlaybackRate = speed.peek();
  audio.playbackRate = speed.peek();
  void play();
}

async function play(): Promise<void> {
  const key = track.peek()?.key;
  try {
    await audio?.play();
  } catch (thrown) {
    // Another one was started, or it was stopped, before this one had begun.
    if ((thrown as Error).name === 'AbortError' || track.peek()?.key !== key) return;
    playing.value = false;
  }
}

function listen(made: HTMLAudioElement): HTMLAudioElement {
  made.preload = 'auto';
  made.addEventListener('play', () => (playing.value = true));
  made.addEventListener('pause', () => (playing.value = false));
  made.addEventListener('timeupdate', () => {
    if (track.peek()) position.value = Math.min(track.peek()!.durationMs, made.currentTime * 1_000);
  });
  made.addEventListener('ended', () => ended());
  made.addEventListener('error', () => {
    const failed = track.peek();
    if (!failed || !made.getAttribute('src')) return;
    stop();
    unplayable.value = failed.key;
  });
  return made;
}

function ended(): void {
  const said = track.peek()?.said;
  const next = said && nextVoice(rooms.log(said.room).events.peek(), said.seq);
  if (said && next && rooms.peek(said.room)) start(trackOf(said.room, next));
  else stop();
}

function savedSpeed(): number {
  return SPEEDS.find((one) => String(one) === store.get('voice-speed')) ?? 1;
}
