// Asks for the password once more before an act of administration, or for a first one where there is none.
import { useSignal } from '@preact/signals';
import { passwordAsked } from '../../app/password';
import { api, session, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import './admin';

export function PasswordQuestion() {
  const answer = passwordAsked.value;
  const password = useSignal('');
  const action = useAction();
  const me = sync.me.value;
  if (!answer || !me) return null;
  const first = !me.has_password;
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      if (first) {
        await api.setPassword({ current: null, new: password.peek() });
        sync.me.value = { ...me, has_password: true };
      } else {
        await api.enterPassword(password.peek());
      }
      answer(true);
    });
  };
  return (
    <Dialog title={t(first ? 'fresh_first_title' : 'fresh_title')} onClose={() => answer(false)}>
      <form class="stack" onSubmit={submit}>
        <p>{t(first ? 'fresh_first_text' : 'fresh_text')}</p>
        <input type="text" name="username" class="hidden" autocomplete="username" tabIndex={-1} aria-hidden="true" value={me.user.handle} readOnly />
        <TextField
          label={t('password')}
          help={first ? t('password_new_help', { n: session.box.value?.password_min_length ?? 8 }) : undefined}
          type="password"
          autocomplete={first ? 'new-password' : 'current-password'}
          value={password.value}
          onInput={(value) => (password.value = value)}
          error={action.error && (action.error === 'wrong_password' ? t('fresh_wrong') : errorText(action.error))}
          autofocus
        />
        <div class="dialog-actions">
          <Button onClick={() => answer(false)}>{t('cancel')}</Button>
          <Button kind="main" type="submit" busy={action.busy} disabled={password.value === ''}>
            {t('fresh_go_on')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
