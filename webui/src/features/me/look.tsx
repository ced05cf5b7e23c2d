// Language and theme, changed as soon as they are pressed.
import { setLanguage, setTheme, theme, type Theme } from '../../app/preferences';
import { LANGUAGES, language, t } from '../../core/i18n';
import { Choice } from '../../ui/field';
import { Section } from '../../ui/page';
import { MePageFrame } from './me-page';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export function languageName(): string {
  return LANGUAGES.find((one) => one.id === language.value)?.name ?? '';
}

export function themeName(): string {
  return t(`theme_${theme.value}`);
}

export function Look() {
  return (
    <MePageFrame title={t('look')}>
      <Section>
        <Choice
          label={t('language')}
          value={language.value}
          options={LANGUAGES.map(({ id, name, tag }) => ({ value: id, label: name, lang: tag }))}
          onChange={setLanguage}
        />
      </Section>
      <Section>
        <Choice
          label={t('theme')}
          value={theme.value}
          options={THEMES.map((value) => ({ value, label: t(`theme_${value}`) }))}
          onChange={setTheme}
        />
      </Section>
    </MePageFrame>
  );
}
