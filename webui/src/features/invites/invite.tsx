// One invite to show, share, print or take back.
import { useSignal } from '@preact/signals';
import { api, isAdmin, session } from '../../app/wiring';
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import type { InviteCreated } from '../../core/wire';
import { Button, ButtonLink } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { LinkShare } from '../../ui/link-share';
import { useLoad } from '../../ui/load';
import { Page } from '../../ui/page';
import { Broken, Skeleton } from '../../ui/states';
import { endOf, revoke, usesOf } from './invites';
import { Poster } from './poster';
import { inviteHref, listHref } from './where';

export function InvitePage({ invite: id, pane }: { invite: number; pane: 'show' | 'poster' }) {
  const loaded = useLoad(() => api.invite(id), [id]);
  const back = pane === 'poster' ? inviteHref(id, 'show') : listHref();
  return (
    <Page title={pane === 'poster' ? t('poster') : t('invite')} back={back} narrow>
      {loaded.error ? (
        <Broken code={loaded.error} onRetry={loaded.reload} />
      ) : !loaded.value ? (
        <Skeleton rows={2} />
      ) : pane === 'poster' ? (
        <Poster {...loaded.value} />
      ) : (
        <Show {...loaded.value} />
      )}
    </Page>
  );
}

function Show({ invite, links }: InviteCreated) {
  const link = useSignal(0);
  const sure = useSignal(false);
  return (
    <div class="stack">
      <p class="section-help">
        {usesOf(invite)} · {endOf(invite)}
      </p>
      <LinkShare
        links={links}
        chosen={link.value}
        onChoose={(index) => (link.value = index)}
        qr={(index) => urls.inviteQr(invite.id, index)}
        qrLabel={t('invite_qr')}
        shareText={t('share_text', { box: session.box.value?.name ?? '' })}
      />
      <div class="buttons invite-buttons">
        {isAdmin.value && (
          <ButtonLink icon="print" href={inviteHref(invite.id, 'poster')}>
            {t('poster')}
          </ButtonLink>
        )}
        <Button kind="danger" icon="trash" onClick={() => (sure.value = true)}>
          {t('revoke_invite')}
        </Button>
      </div>
      {sure.value && (
        <Confirm
          title={t('revoke_invite_title')}
          text={t('revoke_invite_text')}
          action={t('revoke_invite')}
          onClose={() => (sure.value = false)}
          onConfirm={() => revoke(invite)}
        />
      )}
    </div>
  );
}
