// Chooses some people: search, tick, see who is chosen.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import type { User } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Icon } from '../../ui/icon';
import { Button } from '../../ui/button';
import { useRoving } from '../../ui/roving';
import { Broken, Empty, Skeleton } from '../../ui/states';
import { SearchField } from './search-field';
import { usePeople } from './use-people';
import './person-picker.css';

interface PickerProps {
  chosen: readonly User[];
  onChange: (chosen: readonly User[]) => void;
  /** Not offered: those who are in already. */
  without: ReadonlySet<number>;
}

export function PersonPicker({ chosen, onChange, without }: PickerProps) {
  const query = useSignal('');
  const found = usePeople(query.value);
  const rows = useRef<HTMLUListElement>(null);
  useRoving(rows, { items: 'input', begin: 'first' });
  const toggle = (user: User) =>
    onChange(chosen.some((one) => one.id === user.id) ? chosen.filter((one) => one.id !== user.id) : [...chosen, user]);
  const offered = found.users?.filter((user) => !without.has(user.id) && user.status === 'active');
  return (
    <div>
      {chosen.length > 0 && (
        <ul class="chosen" aria-label={t('chosen_people')}>
          {chosen.map((user) => (
            <li key={user.id}>
              <button type="button" class="chip" onClick={() => toggle(user)} aria-label={t('remove_named', { name: called(user) })}>
                <UserAvatar user={user} size="s" />
                {called(user)}
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <SearchField value={query.value} onInput={(value) => (query.value = value)} />
      {found.error && <Broken code={found.error} onRetry={found.reload} />}
      {!offered && !found.error && <Skeleton rows={3} />}
      {offered?.length === 0 && <Empty icon="people" title={t('nobody_found')} />}
      <ul class="picker" ref={rows}>
        {offered?.map((user) => (
          <li key={user.id}>
            <label class="row">
              <input type="checkbox" checked={chosen.some((one) => one.id === user.id)} onChange={() => toggle(user)} />
              <UserAvatar user={user} dot />
              <span class="row-text">
                <span class="row-title">{user.name}</span>
                <span class="row-note">@{user.handle}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {found.more && <Button onClick={found.more}>{t('show_more')}</Button>}
    </div>
  );
}
