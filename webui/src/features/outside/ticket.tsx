// The second device's side of signing in by a link: asks, waits for the yes on the first device, is in.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api } from '../../app/wiring';
import { asApiError, type AppErrorCode } from '../../core/errors';
import { t } from '../../core/i18n';
import { randomId } from '../../core/ids';
import { formatRoute } from '../../core/router';
import type { SignedIn } from '../../core/wire';
import { Button, ButtonLink } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { Frame } from './frame';
import { entered } from './join';

const POLL_MS = 2_000;

export function Ticket({ code }: { code: string }) {
  const asked = useSignal(false);
  const error = useSignal<AppErrorCode | null>(null);
  const round = useSignal(0);
  useEffect(() => {
    const secret = secretFor(code);
    let timer = 0;
    let over = false;
    const ask = async () => {
      try {
        const answer = await api.redeemTicket(code, secret);
        if (over) return;
        if (isSignedIn(answer)) {
          await entered(answer);
          return;
        }
        asked.value = true;
        if (answer.state === 'refused') error.value = 'ticket_refused';
        else timer = window.setTimeout(() => void ask(), POLL_MS);
      } catch (thrown) {
        const failure = asApiError(thrown);
        if (over) return;
        if (failure.passes) timer = window.setTimeout(() => void ask(), POLL_MS);
        else error.value = failure.code;
      }
    };
    void ask();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [code, round.value]);

  if (error.value)
    return (
      <Frame title={t('ticket_failed')}>
        <p role="alert">{errorText(error.value)}</p>
        <Button
          onClick={() => {
            error.value = null;
            round.value++;
          }}
        >
          {t('try_again')}
        </Button>
        <ButtonLink kind="plain" href={formatRoute({ at: 'returning', code: '' })}>
          {t('other_way')}
        </ButtonLink>
      </Frame>
    );
  return (
    <Frame title={t('ticket_title')}>
      <p role="status">{asked.value ? t('ticket_waiting') : t('loading')}</p>
    </Frame>
  );
}

function isSignedIn(answer: object): answer is SignedIn {
  return 'me' in answer;
}

/** The same secret for a code as long as this tab lives: only it gets the sign-in. */
function secretFor(code: string): string {
  const key = `imbox.ticket.${code}`;
  try {
    const kept = window.sessionStorage.getItem(key);
    if (kept) return kept;
    const made = randomId(40);
    window.sessionStorage.setItem(key, made);
    return made;
  } catch {
    return randomId(40);
  }
}
