// The code proves that somebody holds the box. Whether it is right is known when the box is claimed with it.
import { signal } from '@preact/signals';
import { setUp } from '../../app';
import { t } from '../../core/i18n';
import { Callout } from '../../ui/callout';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { goTo, Step } from './step';

/** The box has refused this code. */
export const refusedCode = signal<string | null>(null);

export function CodeStep({ claimed }: { claimed: boolean }) {
  const { code } = setUp.draft.value;
  if (claimed)
    return (
      <Step step="code" title={t('claim_code')} onNext={() => goTo('you')}>
        <Callout kind="good" title={t('setup_yours')} />
      </Step>
    );
  const refused = refusedCode.value !== null && refusedCode.value === code.trim();
  return (
    <Step step="code" title={t('setup_code_title')} onNext={() => goTo('you')} ready={code.trim() !== ''}>
      <p class="soft">{t('claim_intro')}</p>
      <TextField
        label={t('claim_code')}
        help={t('claim_code_help')}
        value={code}
        onInput={(value) => setUp.change({ code: value })}
        error={refused ? errorText('wrong_claim_code') : null}
        maxLength={32}
        code
        required
      />
    </Step>
  );
}
