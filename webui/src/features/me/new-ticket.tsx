// "Sign in on another device": a QR code to scan there, and a yes to say here.
import { useEffect } from 'preact/hooks';
import { api, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { useLoad } from '../../ui/load';
import { Broken, Skeleton } from '../../ui/states';
import { MePageFrame } from './me-page';
import { TicketCode } from './ticket-code';

export function NewTicket() {
  const ticket = useLoad(() => api.makeTicket(), []);
  const id = ticket.value?.id;
  useEffect(() => {
    if (id === undefined) return undefined;
    return () => {
      if (sync.signIn.peek()?.id !== id) void api.withdrawTicket(id).catch(() => undefined);
    };
  }, [id]);
  return (
    <MePageFrame title={t('other_device')} from="devices">
      <ol class="stack steps section">
        <li>{t('other_device_step_scan')}</li>
        <li>{t('other_device_step_confirm')}</li>
      </ol>
      {ticket.error ? (
        <Broken code={ticket.error} onRetry={ticket.reload} />
      ) : ticket.value ? (
        <TicketCode ticket={ticket.value} />
      ) : (
        <Skeleton rows={2} />
      )}
    </MePageFrame>
  );
}
