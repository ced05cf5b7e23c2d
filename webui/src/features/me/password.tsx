// A password: not needed, but a way back in when all devices are lost.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../app/notices';
import { api, session, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { MePageFrame } from './me-page';

export function Password() {
  const me = sync.me.value;
  const current = useSignal('');
  const next = useSignal('');
  const action = useAction();
  if (!me) return null;
  const set = (password: string | null) =>
    action.run(async () => {
      await api.setPassword({ current: me.has_password ? current.peek() : null, new: password });
      sync.me.value = { ...me, has_password: password !== null };
      current.value = '';
      next.value = '';
      showNotice({ kind: 'done', text: password === null ? t('password_removed') : t('saved') });
    });
  return (
    <MePageFrame title={t('password')}>
      <p class="section-help">{t('password_why', { handle: me.user.handle })}</p>
      <form
        class="stack section"
        onSubmit={(event) => {
          event.preventDefault();
          set(next.peek());
        }}
      >
        <input type="text" name="username" class="hidden" autocomplete="username" tabIndex={-1} aria-hidden="true" value={me.user.handle} readOnly />
        {me.has_password && (
          <TextField
            label={t('password_current')}
            type="password"
            autocomplete="current-password"
            value={current.value}
            onInput={(value) => (current.value = value)}
          />
        )}
        <TextField
          label={t('password_new')}
          help={t('password_new_help', { n: session.box.value?.password_min_length ?? 8 })}
          type="password"
          autocomplete="new-password"
          value={next.value}
          onInput={(value) => (next.value = value)}
          error={action.error && errorText(action.error)}
        />
        <div class="buttons">
          <Button kind="main" type="submit" busy={action.busy} disabled={next.value === ''}>
            {t('save')}
          </Button>
          {me.has_password && (
            <Button kind="danger" disabled={current.value === ''} onClick={() => set(null)}>
              {t('password_remove')}
            </Button>
          )}
        </div>
      </form>
    </MePageFrame>
  );
}
