// Who may be meant by what is typed behind an `@`: people of the room, those who spoke last first, and everybody where that is allowed.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, people, rooms, sync, watch } from '../../app/wiring';
import { t } from '../../core/i18n';
import { likely, type Candidate } from '../../core/mention-candidates';
import type { Room, User } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Icon } from '../../ui/icon';
import { PersonName } from '../../ui/person-name';
import { mayMentionAll } from '../details/rights';
import { OptionList, type Offer } from './option-list';

/** The box is asked once typing rests. */
const REST_MS = 120;
/** More is found faster by one more letter. */
const MOST = 20;

export function MentionList({ room, ...offer }: Offer & { room: Room }) {
  const found = useCandidates(room, offer.typed.typed).map((one) => ({ written: one.handle, shown: <Option of={one} /> }));
  return <OptionList {...offer} label={t('mention_whom')} found={found} />;
}

function Option({ of: { user, handle } }: { of: Candidate }) {
  if (user)
    return (
      <>
        <UserAvatar user={user} size="s" dot />
        <span class="option-name"><PersonName user={user} /></span>
        {!user.namesake && <span class="mention-handle">@{handle}</span>}
      </>
    );
  return (
    <>
      <span class="mention-all"><Icon name="megaphone" /></span>
      <span class="option-name">{t(handle === 'all' ? 'mention_all' : 'mention_here')}</span>
      <span class="mention-handle">@{handle}</span>
    </>
  );
}

function useCandidates(room: Room, typed: string): Candidate[] {
  const asked = useSignal<{ typed: string; users: readonly User[] } | null>(null);
  const me = sync.me.value?.user.id;
  const members = watch.room.value === room.id ? watch.members.value : null;
  useEffect(() => {
    // Of a small room all members are here, but not how their names are typed in other letters.
    if (members && typed === '') return;
    let stale = false;
    const timer = window.setTimeout(() => {
      api.membersCalled(room.id, typed, MOST).then(
        (found) => {
          people.putAll(found.map(({ user }) => user));
          if (!stale) asked.value = { typed, users: found.map(({ user }) => user) };
        },
        // What is known here is offered all the same.
        () => undefined,
      );
    }, REST_MS);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [room.id, typed, members === null]);
  const inside = members && new Set(members.map(({ user }) => user.id));
  const speakers = rooms.log(room.id).speakers().filter((id) => inside?.has(id) ?? true);
  return likely({
    typed,
    me,
    speakers: speakers.flatMap((id) => people.get(id).value ?? []),
    members: members?.map(({ user }) => people.get(user.id).value ?? user) ?? [],
    found: asked.value?.typed === typed ? asked.value.users : [],
    all: mayMentionAll(room) ? [t('mention_all'), t('mention_here')] : null,
    most: MOST,
  });
}
