// One member of a room; those who run it can change what a member may do, or take them out.
import { useSignal } from '@preact/signals';
import { people, sync } from '../../app/wiring';
import { besideName, called } from '../../core/called';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { Member, Room, RoomRole } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Button, ButtonLink, IconButton } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Choice } from '../../ui/field';
import { Row } from '../../ui/list';
import { runs } from './rights';

interface MemberRowProps {
  room: Room;
  member: Member;
  onRole: (role: RoomRole) => void;
  onRemove: () => void;
}

const ROLES: readonly RoomRole[] = ['owner', 'admin', 'member'];

export function MemberRow({ room, member, onRole, onRemove }: MemberRowProps) {
  const asked = useSignal<'menu' | 'remove' | null>(null);
  const user = people.get(member.user.id).value ?? member.user;
  const mine = user.id === sync.me.value?.user.id;
  return (
    <>
      <Row
        lead={<UserAvatar user={user} dot />}
        title={mine ? t('name_you', { name: user.name }) : user.name}
        note={[besideName(user), member.role !== 'member' && t(`room_role_${member.role}`)].filter(Boolean).join(' · ')}
        end={!mine && <IconButton icon="more" label={t('more_about', { name: called(user) })} onClick={() => (asked.value = 'menu')} />}
      />
      {asked.value === 'menu' && (
        <Dialog title={called(user)} onClose={() => (asked.value = null)} sheet>
          <ButtonLink icon="me" href={formatRoute({ at: 'person', user: user.id })}>
            {t('show_person')}
          </ButtonLink>
          {runs(room) && (
            <>
              <Choice
                label={t('role_label')}
                value={member.role}
                options={ROLES.map((role) => ({ value: role, label: t(`room_role_${role}`) }))}
                onChange={(role) => {
                  asked.value = null;
                  onRole(role);
                }}
              />
              {!room.is_default && (
                <Button kind="danger" onClick={() => (asked.value = 'remove')}>
                  {t('remove_member')}
                </Button>
              )}
            </>
          )}
        </Dialog>
      )}
      {asked.value === 'remove' && (
        <Confirm
          title={t('remove_member_title', { name: called(user) })}
          text={t('remove_member_text')}
          action={t('remove_member')}
          onClose={() => (asked.value = null)}
          onConfirm={onRemove}
        />
      )}
    </>
  );
}
