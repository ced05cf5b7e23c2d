// The card that everything before being inside is written on, with the languages at hand.
import type { ComponentChildren } from 'preact';
import { setLanguage } from '../../app/preferences';
import { session } from '../../app/wiring';
import { LANGUAGES, language, t } from '../../core/i18n';
import './frame.css';

interface FrameProps {
  title: string;
  /** The page itself asks for the language. */
  asksLanguage?: boolean;
  children: ComponentChildren;
}

export function Frame({ title, asksLanguage, children }: FrameProps) {
  const box = session.box.value?.name ?? 'imbox';
  return (
    <div class="frame">
      <header class="frame-head">
        <span class="frame-box">
          <img src="/icon.svg" alt="" width="28" height="28" />
          {box !== title && box}
        </span>
        {!asksLanguage && <LanguageSwitch />}
      </header>
      <main class="frame-card">
        <h1 tabIndex={-1}>{title}</h1>
        {children}
      </main>
    </div>
  );
}

function LanguageSwitch() {
  return (
    <div class="languages" role="group" aria-label={t('language')}>
      {LANGUAGES.map(({ id, name, tag }) => (
        <button key={id} type="button" lang={tag} aria-pressed={language.value === id} onClick={() => setLanguage(id)}>
          {name}
        </button>
      ))}
    </div>
  );
}
