// Everybody, as those who run the box need to see them: who they are, their devices, when they were last here.
import { useSignal } from '@preact/signals';
import { sync } from '../../../app/wiring';
import { adminUrls } from '../../../core/admin-api';
import type { Person } from '../../../core/admin-wire';
import { boxNow } from '../../../core/box-time';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { distance } from '../../../core/when';
import { UserAvatar } from '../../../ui/avatar';
import { Button, ButtonLink } from '../../../ui/button';
import { Choice } from '../../../ui/field';
import { Badge, Card, Row } from '../../../ui/list';
import { Broken, Empty, Skeleton } from '../../../ui/states';
import { usePages } from '../../../ui/use-pages';
import { SearchField } from '../../people/search-field';
import { admin } from '../admin';
import { BoxPageFrame } from '../box-page';

type Which = 'here' | 'suspended' | 'removed';
const WHICH: readonly Which[] = ['here', 'suspended', 'removed'];

export function People() {
  const query = useSignal('');
  const which = useSignal<Which>('here');
  const waiting = sync.requests.value.length;
  return (
    <BoxPageFrame title={t('box_people')}>
      <Card>
        <Row
          icon="bell"
          title={t('requests_title')}
          note={waiting > 0 ? t('requests_count', { n: waiting }) : t('requests_none')}
          end={<Badge count={waiting} label="" />}
          href={formatRoute({ at: 'requests' })}
        />
        <Row icon="invite" title={t('invite_people')} note={t('box_invite_note')} href={formatRoute({ at: 'box', page: 'invites' })} />
        <Row icon="file" title={t('import_title')} note={t('import_note')} href={formatRoute({ at: 'box', page: 'import' })} />
      </Card>
      <div class="box-form">
        <SearchField value={query.value} onInput={(value) => (query.value = value)} />
        <Choice
          label={t('people_which')}
          value={which.value}
          options={WHICH.map((value) => ({ value, label: t(`people_${value}`) }))}
          onChange={(value) => (which.value = value)}
        />
      </div>
      <List key={which.value} query={query.value} which={which.value} />
      <div class="buttons box-foot">
        <a class="button button-quiet" href={adminUrls.peopleCsv} download="imbox-people.csv">
          {t('download_csv')}
        </a>
      </div>
    </BoxPageFrame>
  );
}

function List({ query, which }: { query: string; which: Which }) {
  const status = which === 'here' ? undefined : which;
  const { pages, error, more, reload } = usePages(query, (q, after) => admin.people({ q: q || undefined, status, after }));
  if (error) return <Broken code={error} onRetry={reload} />;
  if (!pages) return <Skeleton />;
  const people = pages.flatMap((page) => page.people);
  if (people.length === 0) return <Empty icon="search" title={t('nobody_found')} />;
  return (
    <>
      <ul class="rooms">
        {people.map((person) => (
          <li key={person.user.id}>
            <PersonRow person={person} />
          </li>
        ))}
      </ul>
      {more && <Button onClick={more}>{t('show_more')}</Button>}
    </>
  );
}

function PersonRow({ person }: { person: Person }) {
  const { user } = person;
  const seen = user.online ? t('online') : person.seen_at != null ? t('seen_at', { when: distance(person.seen_at, boxNow()) }) : t('people_never');
  return (
    <Row
      lead={<UserAvatar user={user} dot />}
      title={user.name}
      note={`@${user.handle} · ${seen}`}
      end={
        user.status === 'suspended' ? (
          <span class="tag">{t('people_is_suspended')}</span>
        ) : user.role === 'member' ? undefined : (
          <span class="tag">{t(`role_${user.role}`)}</span>
        )
      }
      href={formatRoute({ at: 'box', page: 'people', id: user.id })}
    />
  );
}

export function ToPeople() {
  return <ButtonLink href={formatRoute({ at: 'box', page: 'people' })}>{t('box_people')}</ButtonLink>;
}
