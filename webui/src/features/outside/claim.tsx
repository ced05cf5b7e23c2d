// A fresh box meets its owner: the code from its screen or card, then two names.
import { useSignal } from '@preact/signals';
import { api, attempts, session } from '../../app';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { Frame } from './frame';
import { entered } from './join';

export function Claim({ code: given }: { code: string }) {
  const code = useSignal(given);
  const step = useSignal<'code' | 'names'>(given ? 'names' : 'code');
  if (step.value === 'code')
    return (
      <Frame title={t('claim_title')}>
        <p class="soft">{t('claim_intro')}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            step.value = 'names';
          }}
        >
          <TextField
            label={t('claim_code')}
            help={t('claim_code_help')}
            value={code.value}
            onInput={(value) => (code.value = value)}
            maxLength={32}
            code
            autofocus
            required
          />
          <Button kind="main" type="submit" disabled={code.value.trim() === ''}>
            {t('next')}
          </Button>
        </form>
      </Frame>
    );
  return <Names code={code.value} onWrongCode={() => (step.value = 'code')} />;
}

function Names({ code, onWrongCode }: { code: string; onWrongCode: () => void }) {
  const name = useSignal('');
  const boxName = useSignal(session.box.value?.name ?? '');
  const password = useSignal('');
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    const claim = (secret: string) =>
      api.claim({
        code: code.trim(),
        name: name.peek().trim(),
        box_name: boxName.peek().trim() || null,
        password: password.peek() || null,
        secret,
      });
    action.run(async () => entered(await attempts.run(`claim.${code.trim().toUpperCase()}`, claim)));
  };
  return (
    <Frame title={t('claim_names_title')}>
      <form onSubmit={submit}>
        <TextField
          label={t('your_name')}
          help={t('your_name_help')}
          value={name.value}
          onInput={(value) => (name.value = value)}
          autocomplete="nickname"
          maxLength={64}
          autofocus
          required
        />
        <TextField
          label={t('box_name')}
          help={t('box_name_help')}
          value={boxName.value}
          onInput={(value) => (boxName.value = value)}
          maxLength={64}
        />
        <TextField
          label={t('password_optional')}
          help={t('password_optional_help')}
          type="password"
          value={password.value}
          onInput={(value) => (password.value = value)}
          autocomplete="new-password"
        />
        {action.error && (
          <p class="field-error" role="alert">
            {errorText(action.error)}
          </p>
        )}
        <Button kind="main" type="submit" busy={action.busy} disabled={name.value.trim() === ''}>
          {t('claim_done')}
        </Button>
        <Button kind="plain" onClick={onWrongCode}>
          {t('other_code')}
        </Button>
      </form>
    </Frame>
  );
}
