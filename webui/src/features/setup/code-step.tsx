// The code proves that somebody holds the box. The box is asked here whether it is right: nobody types a password for nothing.
import { signal } from '@preact/signals';
import { api, setUp } from '../../app/wiring';
import { asApiError } from '../../core/errors';
import { t } from '../../core/i18n';
import { Callout } from '../../ui/callout';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { goTo, Step } from './step';

/** The box has refused this code. */
export const refusedCode = signal<string | null>(null);

export function CodeStep({ claimed }: { claimed: boolean }) {
  const { code } = setUp.draft.value;
  const action = useAction();
  const check = () =>
    action.run(async () => {
      const typed = code.trim();
      try {
        await api.call('POST', '/claim/check', { code: typed });
      } catch (thrown) {
        if (asApiError(thrown).code !== 'wrong_claim_code') throw thrown;
        refusedCode.value = typed;
        return;
      }
      goTo('you');
    });
  if (claimed)
    return (
      <Step step="code" title={t('claim_code')} onNext={() => goTo('you')}>
        <Callout kind="good" title={t('setup_yours')} />
      </Step>
    );
  const refused = refusedCode.value !== null && refusedCode.value === code.trim();
  return (
    <Step step="code" title={t('setup_code_title')} onNext={check} ready={code.trim() !== ''} busy={action.busy} error={action.error}>
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
