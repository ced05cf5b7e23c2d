// Two soft notes for a message that is not on the screen. Made by the browser itself; silent until somebody has touched the page.

const NOTES = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.12 },
];
const LOUD = 0.08;
const LASTS_S = 0.25;
/** However many come, it sounds no more often. */
const REST_MS = 3_000;

let context: AudioContext | null = null;
let last = -REST_MS;

export function chime(): void {
  const now = performance.now();
  if (now - last < REST_MS || typeof AudioContext !== 'function' || navigator.userActivation?.hasBeenActive === false) return;
  last = now;
  try {
    context ??= new AudioContext();
    void context.resume();
    for (const { hertz, at } of NOTES) play(context, hertz, context.currentTime + at);
  } catch {
    // A browser without sound is no worse for it.
  }
}

function play(on: AudioContext, hertz: number, at: number): void {
  const tone = on.createOscillator();
  const volume = on.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + LASTS_S);
  tone.connect(volume).connect(on.destination);
  tone.start(at);
  tone.stop(at + LASTS_S);
}
