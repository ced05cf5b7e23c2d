// Every owner's password is lost, and the box's holder reopened its claim: with the code from the box an owner gets a new
// password, or somebody becomes an owner too.
import { useSignal } from '@preact/signals';
import { replaceRoute } from '../../app/navigation';
import { api, attempts, session } from '../../app/wiring';
import type { OwnersToBe } from '../../core/admin-wire';
import { called } from '../../core/called';
import { asApiError } from '../../core/errors';
import { t } from '../../core/i18n';
import type { SignedIn } from '../../core/wire';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { Options } from '../../ui/options';
import '../box/admin';
import { Frame } from '../outside/frame';

export function ClaimAgain({ code: given }: { code: string }) {
  const code = useSignal(given);
  const found = useSignal<OwnersToBe | null>(null);
  // While somebody was thinking about their password.
  const closed = useSignal(false);
  const close = () => {
    found.value = null;
    closed.value = true;
  };
  return (
    <Frame title={t('again_title')}>
      {found.value ? (
        <Who code={code.value.trim()} found={found.value} onClosed={close} />
      ) : (
        <Code
          value={code.value}
          closed={closed.value}
          onInput={(value) => (code.value = value)}
          onFound={(owners) => (found.value = owners)}
        />
      )}
    </Frame>
  );
}

interface CodeProps {
  value: string;
  closed: boolean;
  onInput: (value: string) => void;
  onFound: (found: OwnersToBe) => void;
}

function Code({ value, closed, onInput, onFound }: CodeProps) {
  const action = useAction();
  const failure = action.error ?? (closed ? 'already_claimed' : null);
  const look = (event: Event) => {
    event.preventDefault();
    action.run(async () => onFound(await api.call<OwnersToBe>('POST', '/claim/owners', { code: value.trim() })));
  };
  return (
    <form onSubmit={look}>
      <p class="soft">{t('again_intro')}</p>
      <TextField
        label={t('claim_code')}
        help={t('claim_code_help')}
        value={value}
        onInput={onInput}
        error={failure && (failure === 'already_claimed' ? t('again_closed') : errorText(failure))}
        maxLength={40}
        code
        autofocus
        required
      />
      <Button kind="main" type="submit" busy={action.busy} disabled={value.trim() === ''}>
        {t('next')}
      </Button>
    </form>
  );
}

const NEW = 'new';

function Who({ code, found, onClosed }: { code: string; found: OwnersToBe; onClosed: () => void }) {
  const who = useSignal(String(found.owners[0]?.id ?? NEW));
  const name = useSignal('');
  const password = useSignal('');
  const action = useAction();
  const claim = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const as = who.peek() === NEW ? { as: 'somebody', name: name.peek().trim() } : { as: 'owner', user: Number(who.peek()) };
      const ask = (secret: string) => api.call<SignedIn>('POST', '/claim/again', { code, who: as, password: password.peek(), secret });
      try {
        await attempts.run(`again.${code.toUpperCase()}`, ask);
      } catch (thrown) {
        if (asApiError(thrown).code === 'already_claimed') onClosed();
        throw thrown;
      }
      // This browser may have been somebody else until now: everything begins anew.
      replaceRoute({ at: 'chats' });
      window.location.reload();
    });
  };
  const owners = found.owners.map((owner) => ({ value: String(owner.id), label: t('again_i_am', { name: called({ ...owner, status: 'active' }) }), help: t('again_i_am_help') }));
  const somebody = { value: NEW, label: t('again_somebody'), help: t('again_somebody_help') };
  const shortest = session.box.value?.password_min_length ?? 8;
  const ofName = action.error === 'name_unfit';
  const ready = [...password.value].length >= shortest && (who.value !== NEW || name.value.trim() !== '');
  return (
    <form onSubmit={claim}>
      <Options label={t('again_who')} value={who.value} options={[...owners, somebody]} onChange={(value) => (who.value = value)} />
      {who.value === NEW && (
        <TextField
          label={t('your_name')}
          value={name.value}
          onInput={(value) => (name.value = value)}
          error={ofName ? errorText('name_unfit') : null}
          autocomplete="nickname"
          maxLength={64}
          required
        />
      )}
      <TextField
        label={t('again_password')}
        help={`${t('password_new_help', { n: shortest })} ${t('setup_password_help')}`}
        type="password"
        value={password.value}
        onInput={(value) => (password.value = value)}
        autocomplete="new-password"
        error={action.error && !ofName ? errorText(action.error) : null}
        maxLength={256}
        required
      />
      <p class="soft">{t('again_told')}</p>
      <Button kind="main" type="submit" busy={action.busy} disabled={!ready}>
        {t('again_do')}
      </Button>
    </form>
  );
}
