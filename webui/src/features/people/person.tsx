// One person: who they are, and a message to them.
import { useSignal } from '@preact/signals';
import { go, wide } from '../../app/navigation';
import { showNotice } from '../../app/notices';
import { api, isAdmin, people, rooms, showError, sync } from '../../app/wiring';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { Role, SignInTicket, User } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Button, ButtonLink } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Choice } from '../../ui/field';
import { useAction, useLoad } from '../../ui/load';
import { Page, Section } from '../../ui/page';
import { Broken, Skeleton } from '../../ui/states';
import { TicketCode } from '../me/ticket-code';
import './person.css';

export function Person({ user: id }: { user: number }) {
  const loaded = useLoad(async () => {
    const user = await api.user(id);
    people.put(user);
    return user;
  }, [id]);
  const user = people.get(id).value ?? loaded.value;
  const action = useAction();
  const back = wide.value ? undefined : formatRoute({ at: 'people' });
  if (!user) {
    return (
      <Page title={t('tab_people')} back={back}>
        {loaded.error ? <Broken code={loaded.error} onRetry={loaded.reload} /> : <Skeleton rows={1} />}
      </Page>
    );
  }
  const write = () =>
    action.run(async () => {
      const room = await api.openDirect(id).catch(showError);
      if (!room) return;
      rooms.put(room);
      go({ at: 'room', room: room.id, pane: 'talk' });
    });
  return (
    <Page title={user.name} back={back} narrow>
      <div class="person">
        <UserAvatar user={user} size="xl" />
        <h2 class="person-name">{user.name}</h2>
        <p class="person-note">
          @{user.handle} · {user.online ? t('online') : t('offline')}
        </p>
        <Button kind="main" icon="chats" busy={action.busy} onClick={write}>
          {t('write_to')}
        </Button>
      </div>
      {isAdmin.value && id !== sync.me.value?.user.id && <AdminPart user={user} />}
    </Page>
  );
}

function AdminPart({ user }: { user: User }) {
  const sure = useSignal(false);
  const ticket = useSignal<SignInTicket | null>(null);
  const iAmOwner = sync.me.value?.user.role === 'owner';
  if (user.role === 'owner' && !iAmOwner) return null;
  const change = (to: { role?: Role; status?: string }) => void api.changeUser(user.id, to).then((now) => people.put(now), showError);
  const roles: Role[] = iAmOwner ? ['owner', 'admin', 'member', 'guest'] : ['admin', 'member', 'guest'];
  return (
    <Section title={t('admin_part')}>
      <Choice
        label={t('role_label')}
        value={user.role}
        options={roles.map((role) => ({ value: role, label: t(`role_${role}`) }))}
        onChange={(role) => change({ role })}
      />
      <div class="buttons">
        <ButtonLink href={formatRoute({ at: 'box', page: 'people', id: user.id })}>{t('person_more')}</ButtonLink>
        <Button icon="qr" onClick={() => void api.makeTicketFor(user.id).then((made) => (ticket.value = made), showError)}>
          {t('sign_in_qr_for')}
        </Button>
        {user.status === 'suspended' ? (
          <Button onClick={() => change({ status: 'active' })}>{t('unsuspend')}</Button>
        ) : (
          <Button kind="danger" onClick={() => (sure.value = true)}>
            {t('suspend')}
          </Button>
        )}
      </div>
      {sure.value && (
        <Confirm
          title={t('suspend_title', { name: called(user) })}
          text={t('suspend_text')}
          action={t('suspend')}
          onClose={() => (sure.value = false)}
          onConfirm={() => {
            change({ status: 'suspended' });
            showNotice({ kind: 'done', text: t('suspended_done', { name: called(user) }) });
          }}
        />
      )}
      {ticket.value && (
        <Dialog title={t('sign_in_qr_for')} onClose={() => (ticket.value = null)}>
          <p>{t('sign_in_qr_for_help', { name: called(user) })}</p>
          <TicketCode ticket={ticket.value} />
        </Dialog>
      )}
    </Section>
  );
}
