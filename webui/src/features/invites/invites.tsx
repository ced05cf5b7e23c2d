// Invites: make one, see those there are, take one back.
import { wide } from '../../app/navigation';
import { api, people, rooms, showError } from '../../app/wiring';
import { boxNow } from '../../core/box-time';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import { day, distance } from '../../core/when';
import type { Invite } from '../../core/wire';
import { Card, Row } from '../../ui/list';
import { useLoad } from '../../ui/load';
import { Page, Section } from '../../ui/page';
import { Broken, Skeleton } from '../../ui/states';
import { MakeInvite } from './make-invite';
import { aboveHref, inviteHref, listHref } from './where';

export function Invites() {
  const invites = useLoad(() => api.invites(), []);
  return (
    <Page title={t('invite_people')} back={wide.value ? undefined : aboveHref()} narrow>
      <p class="section-help">{t('invite_help')}</p>
      <MakeInvite onMade={(made) => (location.hash = inviteHref(made.invite.id, 'show'))} />
      <Section title={t('invites_open')}>
        {invites.error ? (
          <Broken code={invites.error} onRetry={invites.reload} />
        ) : invites.value === null ? (
          <Skeleton rows={2} />
        ) : invites.value.length === 0 ? (
          <p class="section-help">{t('invites_none')}</p>
        ) : (
          <Card>
            {invites.value.map((invite) => (
              <InviteRow key={invite.id} invite={invite} />
            ))}
          </Card>
        )}
      </Section>
    </Page>
  );
}

function InviteRow({ invite }: { invite: Invite }) {
  return (
    <Row
      icon="qr"
      title={
        <>
          <span class="invite-code">{invite.code}</span> · {called(people.get(invite.creator).value)}
        </>
      }
      note={[day(invite.created_at), invite.guest && t('role_guest'), ...invite.rooms.map((id) => rooms.get(id)?.name), usesOf(invite), endOf(invite)].filter(Boolean).join(' · ')}
      href={inviteHref(invite.id, 'show')}
    />
  );
}

export function usesOf(invite: Invite): string {
  if (invite.max_uses == null) return t('uses', { n: invite.uses });
  return t('uses_of', { uses: invite.uses, n: invite.max_uses });
}

export function endOf(invite: Invite): string {
  if (invite.expires_at == null) return t('never_ends');
  return t('ends', { when: distance(invite.expires_at, boxNow()) });
}

export function revoke(invite: Invite): void {
  const back = listHref();
  void api.revokeInvite(invite.id).then(() => (location.hash = back), showError);
}
