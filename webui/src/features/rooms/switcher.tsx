// Goes to a conversation or a person by a few letters of their name: Ctrl+K or ⌘K from anywhere.
import { useSignal } from '@preact/signals';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { go } from '../../app/navigation';
import { switching } from '../../app/state';
import { api, people, rooms, showError } from '../../app/wiring';
import { t } from '../../core/i18n';
import { fits } from '../../core/switching';
import type { Room, User } from '../../core/wire';
import { RoomAvatar, UserAvatar } from '../../ui/avatar';
import { Dialog } from '../../ui/dialog';
import { PersonName } from '../../ui/person-name';
import { SearchField } from '../people/search-field';
import { RoomTitle, roomTitle } from './room-list';
import './switcher.css';

/** The box is asked once typing rests. */
const REST_MS = 120;
const MOST = 12;

type Choice = { room: Room } | { user: User };

export function Switcher() {
  const typed = useSignal('');
  const found = useSignal<{ typed: string; users: readonly User[] }>({ typed: '', users: [] });
  const at = useSignal(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const close = () => (switching.value = false);
  const query = typed.value.trim();

  useEffect(() => {
    at.value = 0;
    if (!query) return;
    const timer = window.setTimeout(() => {
      api.users(query).then(
        ({ users }) => {
          people.putAll(users);
          found.value = { typed: query, users };
        },
        // The rooms that are known here are offered all the same.
        () => undefined,
      );
    }, REST_MS);
    return () => window.clearTimeout(timer);
  }, [query]);

  const users = query && found.value.typed === query ? found.value.users : [];
  const called = new Set(users.map((user) => user.id));
  const known = rooms.list.value.filter((room) => !query || fits(query, roomTitle(room), room.peer?.handle) || (room.peer && called.has(room.peer.id)));
  const peers = new Set(known.map((room) => room.peer?.id));
  const choices: Choice[] = [...known.map((room) => ({ room })), ...users.filter((user) => !peers.has(user.id)).map((user) => ({ user }))].slice(0, MOST);
  const chosen = Math.min(at.value, choices.length - 1);
  useLayoutEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' }), [chosen]);

  const open = (choice: Choice | undefined) => {
    if (!choice) return;
    close();
    if ('room' in choice) go({ at: 'room', room: choice.room.id, pane: 'talk' });
    else
      api.openDirect(choice.user.id).then((room) => {
        rooms.put(room);
        go({ at: 'room', room: room.id, pane: 'talk' });
      }, showError);
  };

  return (
    <Dialog title={t('switch_to')} onClose={close}>
      <div
        class="switcher"
        onKeyDown={(event) => {
          if (event.isComposing) return;
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step && choices.length > 0) at.value = (chosen + step + choices.length) % choices.length;
          else if (event.key === 'Enter') open(choices[chosen]);
          else return;
          event.preventDefault();
        }}
      >
        <SearchField value={typed.value} onInput={(value) => (typed.value = value)} label={t('switch_find')} list={`${id}-list`} active={choices.length > 0 ? `${id}-${chosen}` : undefined} />
        <ul ref={list} id={`${id}-list`} class="switcher-list" role="listbox" aria-label={t('switch_to')}>
          {choices.map((choice, index) => (
            <li
              key={'room' in choice ? `r${choice.room.id}` : `u${choice.user.id}`}
              id={`${id}-${index}`}
              class="row"
              role="option"
              aria-selected={index === chosen}
              onClick={() => open(choice)}
            >
              {'room' in choice ? <RoomAvatar room={choice.room} peer={choice.room.peer ?? null} size="s" /> : <UserAvatar user={choice.user} size="s" />}
              <span class="row-text">
                <span class="row-title">{'room' in choice ? <RoomTitle room={choice.room} /> : <PersonName user={choice.user} />}</span>
              </span>
            </li>
          ))}
        </ul>
        <p class={choices.length > 0 ? 'hidden' : 'rooms-none'} role="status">
          {choices.length === 0 ? t('nobody_found') : ''}
        </p>
      </div>
    </Dialog>
  );
}
