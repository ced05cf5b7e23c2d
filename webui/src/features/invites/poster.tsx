// A sheet for the wall: the QR code large, and the addresses to type.
import { session } from '../../app/wiring';
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import type { InviteCreated } from '../../core/wire';
import { Button } from '../../ui/button';
import { hostOf } from '../../ui/link-share';
import './poster.css';

export function Poster({ invite, links }: InviteCreated) {
  return (
    <>
      <div class="poster">
        <p class="poster-name">{session.box.value?.name}</p>
        <p class="poster-words">{t('poster_scan')}</p>
        <img src={urls.inviteQr(invite.id, 0)} alt={t('invite_qr')} width="320" height="320" />
        <p class="poster-words">{t('poster_type')}</p>
        <ul class="poster-hosts">
          {links.map((link) => (
            <li key={link}>{hostOf(link)}</li>
          ))}
        </ul>
        <p class="poster-code">{t('poster_code', { code: invite.code })}</p>
      </div>
      <div class="poster-print">
        <Button kind="main" icon="print" onClick={() => window.print()}>
          {t('print')}
        </Button>
      </div>
    </>
  );
}
