// The page at the new address: keeps the network as it is now, and goes on as the same person.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { replaceRoute } from '../../../app/navigation';
import { api, session } from '../../../app/wiring';
import { asApiError, type AppErrorCode } from '../../../core/errors';
import { t } from '../../../core/i18n';
import { randomId } from '../../../core/ids';
import { formatRoute } from '../../../core/router';
import { Button, ButtonLink } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { errorText } from '../../../ui/error-text';
import { Frame } from '../../outside/frame';
import { admin } from '../admin';
import { forget } from './change';

const AGAIN_MS = 1_000;

export function ConfirmNetwork({ token }: { token: string }) {
  const error = useSignal<AppErrorCode | null>(null);
  const kept = useSignal(false);
  const round = useSignal(0);
  useEffect(() => {
    let over = false;
    let timer = 0;
    const confirm = async () => {
      try {
        const { ticket } = await admin.confirmNetwork(token);
        kept.value = true;
        forget();
        // The cookie of the old address does not count here; the ticket signs this device in again.
        if (!session.box.peek()?.me) {
          const answer = await api.redeemTicket(ticket, randomId(40));
          if ('me' in answer) await session.entered(answer.me);
        }
        if (!over && session.box.peek()?.me) replaceRoute({ at: 'box', page: 'network' });
      } catch (thrown) {
        const failure = asApiError(thrown);
        if (over) return;
        if (failure.code === 'network_change_unfinished' || failure.passes) timer = window.setTimeout(() => void confirm(), AGAIN_MS);
        else error.value = failure.code;
      }
    };
    void confirm();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [token, round.value]);
  return (
    <Frame title={t('network_confirm_title')}>
      {kept.value ? (
        <Callout kind="good" title={t('network_kept')} live="status">
          <p>{t('network_kept_help')}</p>
        </Callout>
      ) : error.value ? (
        <>
          <Callout kind="bad" title={t('network_not_kept')} live="alert">
            <p>{errorText(error.value)}</p>
          </Callout>
          <Button
            onClick={() => {
              error.value = null;
              round.value++;
            }}
          >
            {t('try_again')}
          </Button>
        </>
      ) : (
        <p role="status">{t('network_confirming')}</p>
      )}
      {(kept.value || error.value) && (
        <ButtonLink kind="main" href={formatRoute({ at: 'box', page: 'network' })}>
          {t('network_to_page')}
        </ButtonLink>
      )}
    </Frame>
  );
}
