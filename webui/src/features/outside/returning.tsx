// "I was here before": three ways back to the same person, the quickest first.
import { useSignal } from '@preact/signals';
import { api, attempts, session } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { Button, ButtonLink } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { Frame } from './frame';
import { entered } from './join';

export function Returning({ invite }: { invite: string }) {
  return (
    <Frame title={t('been_here')}>
      <section class="stack">
        <h2>{t('back_by_device')}</h2>
        <p class="soft">{t('back_by_device_help')}</p>
      </section>
      <section class="stack frame-ways">
        <h2>{t('back_by_password')}</h2>
        <PasswordForm />
      </section>
      <section class="stack frame-ways">
        <h2>{t('back_by_asking')}</h2>
        <p class="soft">{t('back_by_asking_help')}</p>
        <AskForm />
      </section>
      <div class="frame-ways">
        <ButtonLink kind="plain" href={formatRoute({ at: 'join', code: invite })}>
          {t('im_new')}
        </ButtonLink>
      </div>
    </Frame>
  );
}

function PasswordForm() {
  const name = useSignal('');
  const password = useSignal('');
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => entered(await api.signIn({ name: name.peek().trim(), password: password.peek() })));
  };
  return (
    <form onSubmit={submit}>
      <TextField label={t('name_or_handle')} value={name.value} onInput={(value) => (name.value = value)} autocomplete="username" />
      <TextField
        label={t('password')}
        type="password"
        value={password.value}
        onInput={(value) => (password.value = value)}
        autocomplete="current-password"
        error={action.error && errorText(action.error)}
      />
      <Button type="submit" busy={action.busy} disabled={!name.value.trim() || !password.value}>
        {t('sign_in')}
      </Button>
    </form>
  );
}

function AskForm() {
  const name = useSignal('');
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const ask = (secret: string) => api.join({ name: name.peek().trim(), returning: true, secret });
      const signedIn = await attempts.run('return', ask);
      session.entered(signedIn.me);
    });
  };
  return (
    <form onSubmit={submit}>
      <TextField
        label={t('name_before')}
        value={name.value}
        onInput={(value) => (name.value = value)}
        autocomplete="nickname"
        maxLength={64}
        error={action.error && errorText(action.error)}
      />
      <Button type="submit" busy={action.busy} disabled={!name.value.trim()}>
        {t('ask_to_join')}
      </Button>
    </form>
  );
}
