// How this browser likes it, whichever box answers: language, theme, sound. Knows nothing of the box.
import { effect, signal } from '@preact/signals';
import { isLanguage, languageTag, pickLanguage, speak, type Language } from '../core/i18n';
import { isFolder, type Folder } from '../core/mine';
import { browserStore } from '../core/storage';

/** Where it is kept. */
export const store = browserStore(() => window.localStorage);

export type Theme = 'system' | 'light' | 'dark';
export const theme = signal<Theme>(readTheme());
export function setTheme(next: Theme): void {
  theme.value = next;
  store.set('theme', next);
}
/** Whether a message in another room is to be heard. */
export const sound = signal(store.get('sound') !== 'off');
export function setSound(on: boolean): void {
  sound.value = on;
  store.set('sound', on ? 'on' : 'off');
}
/** The folder of the list of rooms that is open. */
export const folder = signal<Folder>(readFolder());
export function setFolder(next: Folder): void {
  folder.value = next;
  store.set('folder', next);
}
export function setLanguage(next: Language): void {
  store.set('language', next);
  // Without a line to the box it stays as it is; the wish is kept for the next time.
  void speak(next).catch(() => undefined);
}

/** So long until the words are asked for again, when the line broke just then. */
const AGAIN_MS = 2_000;

/** Brings the words of the language that was chosen before, or that the browser asks for: without any there is nothing to show. */
export async function firstWords(): Promise<void> {
  const saved = store.get('language');
  const first = isLanguage(saved) ? saved : pickLanguage(navigator.languages ?? [navigator.language]);
  for (;;) {
    try {
      return await speak(first);
    } catch {
      await new Promise((again) => window.setTimeout(again, AGAIN_MS));
    }
  }
}

/** Keeps the document to what was chosen. */
export function applyPreferences(): void {
  effect(() => {
    document.documentElement.lang = languageTag.value;
    document.documentElement.dir = 'ltr';
  });
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  });
}

/** Has somebody chosen a language in this browser? */
export const hasChosenLanguage = (): boolean => isLanguage(store.get('language'));

/** The archive is looked into, and not stayed in. */
function readFolder(): Folder {
  const saved = store.get('folder');
  return isFolder(saved) && saved !== 'archive' ? saved : 'all';
}

function readTheme(): Theme {
  const saved = store.get('theme');
  return saved === 'light' || saved === 'dark' ? saved : 'system';
}
