// What a room is: its people, its rules, and how to leave it.
import { useRef } from 'preact/hooks';
import { wide } from '../../app/navigation';
import { api, people, rooms, showError } from '../../app/wiring';
import { MEMBERS_PAGE } from '../../core/api';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { Room } from '../../core/wire';
import { RoomAvatar } from '../../ui/avatar';
import { Button, IconLink } from '../../ui/button';
import { Card, Row } from '../../ui/list';
import { useLoad } from '../../ui/load';
import { Page, Section } from '../../ui/page';
import { useRoving } from '../../ui/roving';
import { Broken, Skeleton } from '../../ui/states';
import { roomTitle } from '../rooms/room-list';
import { AddPeople } from './add-people';
import { EditRoom } from './edit-room';
import { Leave } from './leave';
import { MemberRow } from './member-row';
import { mayInvite, runs } from './rights';
import '../people/person.css';

export function Details({ room: id, pane }: { room: number; pane: 'talk' | 'details' | 'add' | 'edit' }) {
  const room = rooms.get(id);
  if (!room) return null;
  if (pane === 'add') return <AddPeople room={room} />;
  if (pane === 'edit') return <EditRoom room={room} />;
  return <Overview room={room} />;
}

function Overview({ room }: { room: Room }) {
  const peer = room.peer ? people.get(room.peer.id).value : null;
  const talk = formatRoute({ at: 'room', room: room.id, pane: 'talk' });
  return (
    <Page
      title={t('details')}
      back={wide.value ? undefined : talk}
      actions={
        <>
          {runs(room) && <IconLink icon="edit" label={t('edit_room')} href={formatRoute({ at: 'room', room: room.id, pane: 'edit' })} />}
          {wide.value && <IconLink icon="close" label={t('close')} href={talk} />}
        </>
      }
      narrow
    >
      <div class="person">
        <RoomAvatar room={room} peer={peer} size="xl" />
        <h2 class="person-name">{roomTitle(room)}</h2>
        {room.topic && <p class="person-note">{room.topic}</p>}
        {peer && (
          <p class="person-note">
            @{peer.handle} · {peer.online ? t('online') : t('offline')}
          </p>
        )}
      </div>
      {room.kind === 'direct' && room.keep_days != null && (
        <Section title={t('rules')}>
          <Card>
            <Kept days={room.keep_days} />
          </Card>
        </Section>
      )}
      {room.kind !== 'direct' && (
        <>
          <Members room={room} />
          <Section title={t('rules')}>
            <Card>
              <Row title={t('rule_write')} note={t(`who_${room.write}`)} />
              <Row title={t('rule_invite')} note={t(`who_${room.invite}`)} />
              <Row title={t('rule_mention_all')} note={t(`who_${room.mention_all}`)} />
              <Row title={t('rule_history')} note={t(`history_${room.history}`)} />
              <Kept days={room.keep_days} />
            </Card>
          </Section>
          <Leave room={room} />
        </>
      )}
    </Page>
  );
}

/** Whoever says something should know how long it stays. */
function Kept({ days }: { days?: number | null }) {
  return <Row title={t('messages')} note={days == null ? t('kept_ever') : t('kept_days', { n: days })} />;
}

function Members({ room }: { room: Room }) {
  const members = useLoad(() => api.members(room.id), [room.id, room.member_count]);
  const last = members.value?.[members.value.length - 1];
  const rows = useRef<HTMLUListElement>(null);
  useRoving(rows, { items: '.row button', begin: 'first' });
  const more = async () => members.set([...(members.value ?? []), ...(await api.members(room.id, last?.user.id))]);
  return (
    <Section title={t('members_count', { n: room.member_count })}>
      <Card>
        {mayInvite(room) && (
          <Row icon="invite" title={t('add_people')} href={formatRoute({ at: 'room', room: room.id, pane: 'add' })} />
        )}
        {members.error ? (
          <Broken code={members.error} onRetry={members.reload} />
        ) : members.value === null ? (
          <Skeleton rows={3} />
        ) : (
          <ul ref={rows}>
            {members.value.map((member) => (
              <li key={member.user.id}>
                <MemberRow
                  room={room}
                  member={member}
                  onRole={(role) => void api.addMember(room.id, member.user.id, role).then(members.reload, showError)}
                  onRemove={() => void api.removeMember(room.id, member.user.id).then(members.reload, showError)}
                />
              </li>
            ))}
          </ul>
        )}
        {members.value && members.value.length < room.member_count && members.value.length % MEMBERS_PAGE === 0 && (
          <Button kind="plain" onClick={() => void more().catch(showError)}>
            {t('show_more')}
          </Button>
        )}
      </Card>
    </Section>
  );
}
