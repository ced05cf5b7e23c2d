// The first question, in both languages at once by what stands on the choices.
import { setLanguage } from '../../app/preferences';
import { LANGUAGES, language, t } from '../../core/i18n';
import { Options } from '../../ui/options';
import { formatRoute } from '../../core/router';
import { ButtonLink } from '../../ui/button';
import { goTo, Step } from './step';

export function LanguageStep() {
  return (
    <Step
      step="language"
      title={t('claim_title')}
      onNext={() => goTo('code')}
      ways={
        <>
          <ButtonLink kind="plain" href={formatRoute({ at: 'setup', step: 'restore' })}>
            {t('restore_have')}
          </ButtonLink>
          <ButtonLink kind="plain" href={formatRoute({ at: 'setup', step: 'move' })}>
            {t('move_have')}
          </ButtonLink>
        </>
      }
    >
      <p class="soft">{t('setup_welcome')}</p>
      <Options
        label={t('language')}
        value={language.value}
        options={LANGUAGES.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setLanguage}
      />
    </Step>
  );
}
