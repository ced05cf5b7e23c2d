// The first minute: one field, one button, inside.
import { useSignal } from '@preact/signals';
import { go, replaceRoute } from '../../app/navigation';
import { justCameIn } from '../../app/state';
import { api, attempts, rooms, session } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { SignedIn } from '../../core/wire';
import { Button, ButtonLink } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction, useLoad } from '../../ui/load';
import { Frame } from './frame';

export function Join({ invite }: { invite: string }) {
  const box = session.box.value;
  const name = useSignal('');
  const action = useAction();
  const check = useLoad(async () => (invite ? await api.checkInvite(invite) : null), [invite]);
  // Used up, perhaps by us: the answer may have been lost.
  const mayBeOurs = attempts.unanswered('join.').includes(`join.${invite}`);
  const inviteGood = invite !== '' && (check.error === null || mayBeOurs);
  const asks = box?.join_mode === 'approval' || (box?.join_mode === 'invite' && !inviteGood);
  const submit = (event: Event) => {
    event.preventDefault();
    const code = inviteGood ? invite : '';
    const join = (secret: string) => api.join({ name: name.peek().trim(), invite: code || null, secret });
    action.run(async () => entered(await attempts.run(`join.${code}`, join)));
  };
  return (
    <Frame title={box?.name ?? ''}>
      {session.wasSignedOut.value && <p role="status">{t('was_signed_out')}</p>}
      {check.value && <p class="soft">{t('invited_by', { name: check.value.from })}</p>}
      {check.value && check.value.rooms.length > 0 && <p class="soft">{t('invited_into', { rooms: check.value.rooms.join(' · ') })}</p>}
      {check.error && !inviteGood && <p role="alert">{errorText(check.error)}</p>}
      {asks && !check.error && <p class="soft">{t('join_asks')}</p>}
      <form onSubmit={submit}>
        <TextField
          label={t('your_name')}
          value={name.value}
          onInput={(value) => (name.value = value)}
          help={t('your_name_help')}
          error={action.error && errorText(action.error)}
          autocomplete="nickname"
          maxLength={64}
          autofocus
          required
        />
        <Button kind="main" type="submit" busy={action.busy} disabled={name.value.trim() === ''}>
          {asks ? t('ask_to_join') : t('come_in')}
        </Button>
      </form>
      <div class="frame-ways">
        {invite === '' && <CodeForm />}
        <ButtonLink kind="plain" href={formatRoute({ at: 'returning', code: invite })}>
          {t('been_here')}
        </ButtonLink>
        {box?.claim_reopened && (
          <ButtonLink kind="plain" href={formatRoute({ at: 'claim', code: '' })}>
            {t('again_link')}
          </ButtonLink>
        )}
      </div>
    </Frame>
  );
}

/** For those who typed the address from a poster: its code is on it too. */
function CodeForm() {
  const shown = useSignal(false);
  const code = useSignal('');
  if (!shown.value)
    return (
      <Button kind="plain" onClick={() => (shown.value = true)}>
        {t('have_code')}
      </Button>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        go({ at: 'join', code: code.peek().trim().toUpperCase() });
      }}
    >
      <TextField label={t('invite_code')} value={code.value} onInput={(value) => (code.value = value)} maxLength={32} code autofocus />
      <Button type="submit" disabled={code.value.trim() === ''}>
        {t('next')}
      </Button>
    </form>
  );
}

export async function entered({ me }: SignedIn): Promise<void> {
  session.wasSignedOut.value = false;
  await session.entered(me);
  if (me.user.status === 'pending') replaceRoute({ at: 'chats' });
  else openHouse();
}

/** Opens the house's room, so that the first thing a newcomer sees is people talking. */
export function openHouse(): void {
  justCameIn.value = true;
  replaceRoute({ at: 'chats' });
  const stop = rooms.list.subscribe((list) => {
    const home = list.find((room) => room.is_default) ?? list[0];
    if (!home) return;
    queueMicrotask(() => stop());
    replaceRoute({ at: 'room', room: home.id, pane: 'talk' });
  });
}
