// One person: what they may do, where they are signed in, and the ways to keep them out.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../../app/notices';
import { api, people, showError, sync } from '../../../app/wiring';
import type { PersonDetails } from '../../../core/admin-wire';
import { boxNow } from '../../../core/box-time';
import { called } from '../../../core/called';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { formatBytes } from '../../../core/sizes';
import { distance, fullTime } from '../../../core/when';
import type { Device, Role, SignInTicket } from '../../../core/wire';
import { UserAvatar } from '../../../ui/avatar';
import { Button, ButtonLink } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { Dialog } from '../../../ui/dialog';
import { Facts } from '../../../ui/facts';
import { Card, Row } from '../../../ui/list';
import { useAction, useLoad } from '../../../ui/load';
import { Options } from '../../../ui/options';
import { Section } from '../../../ui/page';
import { Select } from '../../../ui/select';
import { TicketCode } from '../../me/ticket-code';
import { admin } from '../admin';
import { BoxPageFrame, Refusal, Shown } from '../box-page';
import { QUOTAS, withSet } from '../storage/limits';
import { Remove } from './remove';
import '../../people/person.css';

const ROLES: readonly Role[] = ['owner', 'admin', 'member', 'guest'];

export function Person({ id }: { id: number }) {
  const loaded = useLoad(() => admin.person(id), [id]);
  return (
    <BoxPageFrame title={loaded.value?.person.user.name ?? t('box_people')} from="people">
      <Shown of={loaded}>{(details) => <Parts details={details} reload={loaded.reload} />}</Shown>
    </BoxPageFrame>
  );
}

interface PartProps {
  details: PersonDetails;
  reload: () => void;
}

function Parts({ details, reload }: PartProps) {
  const { user } = details.person;
  const me = sync.me.value?.user;
  const mine = user.id === me?.id;
  const above = user.role === 'owner' && me?.role !== 'owner';
  const gone = user.status === 'removed';
  return (
    <>
      <div class="person">
        <UserAvatar user={user} size="xl" />
        <h2 class="person-name">{user.name}</h2>
        <p class="person-note">
          @{user.handle} · {user.online ? t('online') : t('offline')}
        </p>
      </div>
      {user.status === 'suspended' && <Callout kind="warn" title={t('people_is_suspended')} />}
      {gone && <Callout kind="info" title={t('people_is_removed')} />}
      <Known details={details} />
      {!above && !gone && <Quota details={details} reload={reload} />}
      {mine ? (
        <Section help={t('person_is_me')}>
          <ButtonLink href={formatRoute({ at: 'me', page: 'menu' })}>{t('tab_me')}</ButtonLink>
        </Section>
      ) : above ? (
        <Callout kind="info" title={t('person_above')} />
      ) : (
        !gone && (
          <>
            <RolePart details={details} reload={reload} />
            <Access details={details} reload={reload} />
            <Devices details={details} reload={reload} />
            <Away details={details} reload={reload} />
          </>
        )
      )}
    </>
  );
}

function Known({ details: { person, storage } }: { details: PersonDetails }) {
  const used = formatBytes(storage.used_bytes);
  return (
    <Section>
      <Card>
        <Facts
          of={[
            [t('person_came'), fullTime(person.created_at)],
            person.seen_at != null && [t('person_seen'), person.user.online ? t('online') : distance(person.seen_at, boxNow())],
            [t('box_rooms'), String(person.rooms)],
            [t('person_files'), storage.quota_bytes == null ? used : t('my_files_of', { used, all: formatBytes(storage.quota_bytes) })],
            [t('password'), t(person.has_password ? 'password_set' : 'password_not_set')],
          ]}
        />
      </Card>
    </Section>
  );
}

/** What this person alone may store; everybody's limit is set under Storage. */
function Quota({ details: { person, own_quota_bytes: own }, reload }: PartProps) {
  const action = useAction();
  const set = (value: string) =>
    action.run(async () => {
      await admin.setQuota(person.user.id, value === '' ? null : Number(value));
      showNotice({ kind: 'done', text: t('saved') });
      reload();
    });
  return (
    <Section>
      <Select
        label={t('person_quota')}
        help={t('person_quota_help')}
        value={own == null ? '' : String(own)}
        options={[
          { value: '', label: t('person_quota_same') },
          { value: '0', label: t('storage_quota_none') },
          ...withSet(QUOTAS, own ?? 0).map((bytes) => ({ value: String(bytes), label: t('storage_quota_most', { size: formatBytes(bytes) }) })),
        ]}
        onChange={set}
      />
      <Refusal code={action.error} />
    </Section>
  );
}

function RolePart({ details, reload }: PartProps) {
  const { user } = details.person;
  const action = useAction();
  // Shown as chosen while the box is asked.
  const wanted = useSignal<Role | null>(null);
  const offered = ROLES.filter((role) => role !== 'owner' || sync.me.value?.user.role === 'owner');
  const set = (role: Role) =>
    action.run(async () => {
      wanted.value = role;
      try {
        people.put(await api.changeUser(user.id, { role }));
        showNotice({ kind: 'done', text: t('saved') });
        reload();
      } catch (thrown) {
        wanted.value = null;
        throw thrown;
      }
    });
  return (
    <Section>
      <Options
        label={t('role_label')}
        value={wanted.value ?? user.role}
        options={offered.map((role) => ({ value: role, label: t(`role_${role}`), help: t(`role_${role}_help`) }))}
        onChange={set}
        disabled={action.busy}
      />
      <Refusal code={action.error} />
    </Section>
  );
}

/** The ways back in for whoever lost a phone or a password. */
function Access({ details, reload }: PartProps) {
  const { user, has_password } = details.person;
  const ticket = useSignal<SignInTicket | null>(null);
  const sure = useSignal(false);
  const action = useAction();
  return (
    <Section title={t('person_access')} help={t('person_access_help')}>
      <div class="buttons">
        <Button icon="qr" busy={action.busy} onClick={() => action.run(async () => (ticket.value = await api.makeTicketFor(user.id)))}>
          {t('sign_in_qr_for')}
        </Button>
        {has_password && (
          <Button icon="lock" busy={action.busy} onClick={() => (sure.value = true)}>
            {t('person_drop_password')}
          </Button>
        )}
      </div>
      <Refusal code={action.error} />
      {ticket.value && (
        <Dialog title={t('sign_in_qr_for')} onClose={() => (ticket.value = null)}>
          <p>{t('sign_in_qr_for_help', { name: called(user) })}</p>
          <TicketCode ticket={ticket.value} />
        </Dialog>
      )}
      {sure.value && (
        <Confirm
          title={t('person_drop_password_title', { name: called(user) })}
          text={t('person_drop_password_text')}
          action={t('person_drop_password')}
          onClose={() => (sure.value = false)}
          onConfirm={() => action.run(() => admin.dropPassword(user.id).then(reload))}
        />
      )}
    </Section>
  );
}

function Devices({ details, reload }: PartProps) {
  const { user } = details.person;
  const asked = useSignal<Device | 'all' | null>(null);
  const action = useAction();
  const signOut = (which: Device | 'all') =>
    action.run(() => (which === 'all' ? admin.signOutAll(user.id) : admin.signOutOne(user.id, which.id)).then(reload));
  return (
    <Section title={t('person_devices')}>
      {details.devices.length === 0 ? (
        <p class="section-help">{t('person_no_devices')}</p>
      ) : (
        <Card>
          {details.devices.map((device) => (
            <Row
              key={device.id}
              icon="devices"
              title={device.label}
              note={device.online ? t('online') : t('seen_at', { when: distance(device.seen_at, boxNow()) })}
              end={
                <Button kind="plain" onClick={() => (asked.value = device)}>
                  {t('sign_out')}
                </Button>
              }
            />
          ))}
        </Card>
      )}
      {details.devices.length > 1 && (
        <div class="buttons">
          <Button busy={action.busy} onClick={() => (asked.value = 'all')}>
            {t('person_sign_out_all')}
          </Button>
        </div>
      )}
      <Refusal code={action.error} />
      {asked.value && (
        <Confirm
          title={asked.value === 'all' ? t('person_sign_out_all') : t('revoke_title', { device: asked.value.label })}
          text={t('revoke_text')}
          action={t('sign_out')}
          onClose={() => (asked.value = null)}
          onConfirm={() => asked.value && signOut(asked.value)}
        />
      )}
    </Section>
  );
}

/** Suspended can be undone, removed can't. */
function Away({ details, reload }: PartProps) {
  const { user } = details.person;
  const asked = useSignal<'suspend' | 'remove' | null>(null);
  const suspended = user.status === 'suspended';
  const change = (status: 'active' | 'suspended') =>
    void api.changeUser(user.id, { status }).then((now) => {
      people.put(now);
      if (status === 'suspended') showNotice({ kind: 'done', text: t('suspended_done', { name: called(user) }) });
      reload();
    }, showError);
  return (
    <Section title={t('person_away')} help={t('person_away_help')}>
      <div class="buttons">
        {suspended ? (
          <Button onClick={() => change('active')}>{t('unsuspend')}</Button>
        ) : (
          <Button kind="danger" onClick={() => (asked.value = 'suspend')}>
            {t('suspend')}
          </Button>
        )}
        <Button kind="danger" icon="trash" onClick={() => (asked.value = 'remove')}>
          {t('person_remove')}
        </Button>
      </div>
      {asked.value === 'suspend' && (
        <Confirm
          title={t('suspend_title', { name: called(user) })}
          text={t('suspend_text')}
          action={t('suspend')}
          onClose={() => (asked.value = null)}
          onConfirm={() => change('suspended')}
        />
      )}
      {asked.value === 'remove' && <Remove user={user} onClose={() => (asked.value = null)} />}
    </Section>
  );
}
