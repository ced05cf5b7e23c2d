// How this browser likes it, whichever box answers: language, theme, sound. Knows nothing of the box.
import { effect, signal } from '@preact/signals';
import { isLanguage, language, languageTag, pickLanguage, type Language } from '../core/i18n';
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
export function setLanguage(next: Language): void {
  language.value = next;
  store.set('language', next);
}

/** Takes up what was chosen before, or what the browser asks for, and keeps the document to it. */
export function applyPreferences(): void {
  const saved = store.get('language');
  language.value = isLanguage(saved) ? saved : pickLanguage(navigator.languages ?? [navigator.language]);
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

function readTheme(): Theme {
  const saved = store.get('theme');
  return saved === 'light' || saved === 'dark' ? saved : 'system';
}
