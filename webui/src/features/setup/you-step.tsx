// The owner's name and password; with them the box is claimed. Says plainly that plain HTTP can be overheard.
import { useSignal } from '@preact/signals';
import { api, attempts, people, session, setUp, sync } from '../../app/wiring';
import { asApiError } from '../../core/errors';
import { t } from '../../core/i18n';
import { Callout } from '../../ui/callout';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { refusedCode } from './code-step';
import { goTo, Step } from './step';

export function YouStep({ claimed }: { claimed: boolean }) {
  return claimed ? <Again /> : <First />;
}

function First() {
  const { name, code } = setUp.draft.value;
  // Not kept over a reload: what is stored can be read by whoever uses this browser later.
  const password = useSignal('');
  const action = useAction();
  const claim = () =>
    action.run(async () => {
      // Known before the answer: it may be lost although the box is claimed.
      setUp.change({ claimed: true });
      try {
        const claim = (secret: string) => api.claim({ code: code.trim(), name: name.trim(), password: password.peek(), secret });
        const { me } = await attempts.run(`claim.${code.trim().toUpperCase()}`, claim);
        await session.entered(me);
        goTo('name');
      } catch (thrown) {
        const failure = asApiError(thrown);
        if (failure.status >= 400 && failure.status < 500) setUp.change({ claimed: false });
        if (failure.code === 'wrong_claim_code') {
          refusedCode.value = code.trim();
          goTo('code');
        }
        throw thrown;
      }
    });
  const shortest = session.box.value?.password_min_length ?? 8;
  const ready = name.trim() !== '' && [...password.value].length >= shortest;
  return (
    <Step step="you" title={t('setup_you_title')} onNext={claim} busy={action.busy} ready={ready} error={action.error}>
      <TextField
        label={t('your_name')}
        help={t('your_name_help')}
        value={name}
        onInput={(value) => setUp.change({ name: value })}
        autocomplete="nickname"
        maxLength={64}
        required
      />
      <TextField
        label={t('password')}
        help={`${t('password_new_help', { n: shortest })} ${t('setup_password_help')}`}
        type="password"
        value={password.value}
        onInput={(value) => (password.value = value)}
        autocomplete="new-password"
        maxLength={256}
        required
      />
      {location.protocol === 'http:' && (
        <Callout kind="info" title={t('setup_overheard')}>
          <p>{t('setup_overheard_help')}</p>
        </Callout>
      )}
    </Step>
  );
}

/** Gone back to after the claim: the name can be mended, the password is changed where one signs in. */
function Again() {
  const name = useSignal(sync.me.value?.user.name ?? '');
  const action = useAction();
  const save = () =>
    action.run(async () => {
      if (name.peek().trim() !== sync.me.peek()?.user.name) {
        const me = await api.changeMe({ name: name.peek().trim() });
        sync.me.value = me;
        people.put(me.user);
      }
      goTo('name');
    });
  return (
    <Step step="you" title={t('setup_you_title')} onNext={save} busy={action.busy} ready={name.value.trim() !== ''} error={action.error}>
      <TextField
        label={t('your_name')}
        help={t('your_name_help')}
        value={name.value}
        onInput={(value) => (name.value = value)}
        autocomplete="nickname"
        maxLength={64}
        required
      />
      <Callout kind="good" title={t('setup_password_set')} />
    </Step>
  );
}
