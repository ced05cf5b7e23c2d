// Who may be meant by what is typed behind an `@`: people of the room, those who spoke last first, and everybody where that is allowed.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { touch } from '../../app/navigation';
import { api, people, rooms, sync, watch } from '../../app/wiring';
import { t } from '../../core/i18n';
import { likely, type Candidate } from '../../core/mention-candidates';
import type { Beginning } from '../../core/mentions';
import type { Room, User } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Icon } from '../../ui/icon';
import { PersonName } from '../../ui/person-name';
import { mayMentionAll } from '../details/rights';
import './mention-list.css';

/** The box is asked once typing rests. */
const REST_MS = 120;
/** More is found faster by one more letter. */
const MOST = 20;

/** What the composer tells the list: keys that may be meant for it, and what stands on it for whoever has it read. */
export interface MentionKeys {
  /** Answers whether the key was for the list. */
  press(event: KeyboardEvent): boolean;
}

export const LIST_ID = 'mention-list';

interface MentionListProps {
  room: Room;
  typed: Beginning;
  keys: { current: MentionKeys | null };
  /** The id of the option that Enter would choose; none: nobody is found. */
  active: Signal<string | undefined>;
  onChoose: (handle: string) => void;
  onClose: () => void;
}

export function MentionList({ room, typed, keys, active, onChoose, onClose }: MentionListProps) {
  const list = useRef<HTMLUListElement>(null);
  const at = useSignal(0);
  const moved = useRef(false);
  const found = useCandidates(room, typed.typed);
  const chosen = Math.min(at.value, found.length - 1);
  const optionId = (index: number) => `mention-${index}`;

  useEffect(() => {
    at.value = 0;
    moved.current = false;
  }, [typed.at, typed.typed]);
  useLayoutEffect(() => {
    active.value = found.length > 0 ? optionId(chosen) : undefined;
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen, found.length]);
  useEffect(
    () => () => {
      active.value = undefined;
      keys.current = null;
    },
    [],
  );
  keys.current = {
    press: ({ key, shiftKey }) => {
      if (found.length === 0) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (step) {
        moved.current = true;
        at.value = (chosen + step + found.length) % found.length;
      } else if ((key === 'Tab' || (key === 'Enter' && (!touch || moved.current))) && !shiftKey) onChoose(found[chosen]!.handle);
      else if (key === 'Escape') onClose();
      else return false;
      return true;
    },
  };

  return (
    <>
      <p class="hidden" role="status">{t('mention_found', { n: found.length })}</p>
      {found.length > 0 && (
        <ul ref={list} id={LIST_ID} class="mention-list" role="listbox" aria-label={t('mention_whom')}>
          {found.map((one, index) => (
            <li
              key={one.handle}
              id={optionId(index)}
              class="mention-option"
              role="option"
              aria-selected={index === chosen}
              // The words keep the caret, and a phone its keyboard.
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(one.handle)}
            >
              <Option of={one} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Option({ of: { user, handle } }: { of: Candidate }) {
  if (user)
    return (
      <>
        <UserAvatar user={user} size="s" dot />
        <span class="mention-name"><PersonName user={user} /></span>
        {!user.namesake && <span class="mention-handle">@{handle}</span>}
      </>
    );
  return (
    <>
      <span class="mention-all"><Icon name="megaphone" /></span>
      <span class="mention-name">{t(handle === 'all' ? 'mention_all' : 'mention_here')}</span>
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
