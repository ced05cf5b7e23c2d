// A sign-in ticket to scan or to copy, for each address of the box.
import { useSignal } from '@preact/signals';
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import type { SignInTicket } from '../../core/wire';
import { LinkShare } from '../../ui/link-share';
import './me.css';

export function TicketCode({ ticket }: { ticket: SignInTicket }) {
  const link = useSignal(0);
  return (
    <LinkShare
      links={ticket.links ?? []}
      chosen={link.value}
      onChoose={(index) => (link.value = index)}
      qr={(index) => urls.ticketQr(ticket.code ?? '', index)}
      qrLabel={t('sign_in_qr')}
    />
  );
}
