// Everybody on the box, by name; a press leads to the person.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { route } from '../../app/navigation';
import { isAdmin, people, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { User } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Button, IconLink } from '../../ui/button';
import { Badge, Row } from '../../ui/list';
import { Page } from '../../ui/page';
import { useRoving } from '../../ui/roving';
import { Broken, Empty, Skeleton } from '../../ui/states';
import { SearchField } from './search-field';
import { usePeople } from './use-people';

export function PeopleList() {
  const query = useSignal('');
  const rows = useRef<HTMLUListElement>(null);
  useRoving(rows, { items: '.row', begin: 'first' });
  const found = usePeople(query.value);
  const me = sync.me.value?.user.id;
  const at = route.value;
  const waiting = sync.requests.value.length;
  const guest = sync.me.value?.user.role === 'guest';
  return (
    <Page
      title={t('tab_people')}
      actions={!guest && <IconLink icon="invite" label={t('invite_people')} href={formatRoute({ at: 'invites' })} />}
    >
      <SearchField value={query.value} onInput={(value) => (query.value = value)} />
      {isAdmin.value && waiting > 0 && (
        <Row
          icon="bell"
          title={t('requests_title')}
          note={t('requests_count', { n: waiting })}
          end={<Badge count={waiting} label="" />}
          href={formatRoute({ at: 'requests' })}
          current={at.at === 'requests'}
        />
      )}
      {found.error ? (
        <Broken code={found.error} onRetry={found.reload} />
      ) : found.users === null ? (
        <Skeleton />
      ) : found.users.length === 0 ? (
        <Empty icon="search" title={t('nobody_found')} />
      ) : (
        <ul ref={rows} class="rooms">
          {found.users.map((user) => (
            <li key={user.id}>
              <PersonRow user={user} mine={user.id === me} current={at.at === 'person' && at.user === user.id} />
            </li>
          ))}
        </ul>
      )}
      {found.more && <Button onClick={found.more}>{t('show_more')}</Button>}
    </Page>
  );
}

function PersonRow({ user: listed, mine, current }: { user: User; mine: boolean; current: boolean }) {
  const user = people.get(listed.id).value ?? listed;
  useEffect(() => people.put(listed), [listed]);
  return (
    <Row
      lead={<UserAvatar user={user} dot />}
      title={mine ? t('name_you', { name: user.name }) : user.name}
      note={`@${user.handle}`}
      end={user.role === 'owner' || user.role === 'admin' || user.role === 'guest' ? <span class="tag">{t(`role_${user.role}`)}</span> : undefined}
      href={mine ? formatRoute({ at: 'me', page: 'profile' }) : formatRoute({ at: 'person', user: user.id })}
      current={current}
    />
  );
}
