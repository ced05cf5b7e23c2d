// What a system event says, in words.
import { people, sync } from '../../app/wiring';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import type { RoomEvent } from '../../core/wire';

export function noticeText(event: RoomEvent): string {
  // From nobody: there is no name to ask for.
  if (event.kind === 'lost') return t('message_lost');
  const who = nameOf(event.sender);
  switch (event.kind) {
    case 'room_created':
      return t('notice_created', { who });
    case 'room_renamed':
      return t('notice_renamed', { who, name: event.name });
    case 'topic_changed':
      return event.topic ? t('notice_topic', { who, topic: event.topic }) : t('notice_topic_removed', { who });
    case 'picture_changed':
      return t('notice_picture', { who });
    case 'joined':
      return t('notice_joined', { whom: nameOf(event.user) });
    case 'added':
      return t('notice_added', { who, whom: nameOf(event.user, t('you_object')) });
    case 'left':
      return t('notice_left', { whom: nameOf(event.user) });
    case 'removed':
      return t('notice_removed', { who, whom: nameOf(event.user, t('you_object')) });
    case 'role_changed':
      return t('notice_role', { who, whom: nameOf(event.user, t('you_object')), role: t(`room_role_${event.role}`) });
    case 'rules_changed':
      return t('notice_rules', { who });
    case 'claim_reopened':
      return t('notice_claim_reopened');
    case 'owner_by_code':
      return t('notice_owner_by_code', { who });
    case 'message':
    case 'deleted':
    case 'message_deleted':
    case 'message_edited':
    case 'newer':
    case 'reacted':
    case 'reaction_removed':
      return t('message_deleted');
  }
}

/** The same happened to all of them: two by name, the others counted. */
export function noticeTextOfMany(events: readonly RoomEvent[]): string {
  const [first, second] = events;
  const n = events.length - 2;
  if (!first || !second || first.kind !== second.kind) return '';
  switch (first.kind) {
    case 'joined':
    case 'left':
      return t(`notice_${first.kind}_many`, { one: nameOf(first.user), two: nameOf(userOf(second)), n });
    case 'added':
    case 'removed':
      return t(`notice_${first.kind}_many`, { who: nameOf(first.sender), one: nameOf(first.user, t('you_object')), two: nameOf(userOf(second), t('you_object')), n });
    default:
      return '';
  }
}

function userOf(event: RoomEvent): number {
  return 'user' in event ? event.user : event.sender;
}

function nameOf(user: number, me = t('you')): string {
  if (user === sync.me.value?.user.id) return me;
  return called(people.get(user).value);
}
