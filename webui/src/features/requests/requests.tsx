// Who asks to be let in, and the answer: yes, no, or "I know them, it's the same person".
import { useSignal } from '@preact/signals';
import { wide } from '../../app/navigation';
import { api, showError, sync } from '../../app/wiring';
import { boxNow } from '../../core/box-time';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { distance } from '../../core/when';
import type { JoinRequest, User } from '../../core/wire';
import { Avatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { UserAvatar } from '../../ui/avatar';
import { Row } from '../../ui/list';
import { SearchField } from '../people/search-field';
import { usePeople } from '../people/use-people';
import './requests.css';

export function Requests() {
  const requests = sync.requests.value;
  return (
    <Page title={t('requests_title')} back={wide.value ? undefined : formatRoute({ at: 'people' })} narrow>
      {requests.length === 0 && <Empty icon="check" title={t('requests_none')} />}
      <ul class="stack">
        {requests.map((request) => (
          <li key={request.user}>
            <RequestCard request={request} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function RequestCard({ request }: { request: JoinRequest }) {
  const choosing = useSignal(false);
  const answer = (approve: boolean, existing?: number) => {
    sync.requests.value = sync.requests.peek().filter((one) => one.user !== request.user);
    api.resolveRequest(request.user, { approve, existing_user: existing ?? null }).catch((thrown: unknown) => {
      sync.requests.value = [...sync.requests.peek(), request];
      showError(thrown);
    });
  };
  return (
    <article class="request" aria-label={request.name}>
      <div class="request-who">
        <Avatar name={request.name} />
        <p class="row-text">
          <span class="row-title">{request.name}</span>
          <span class="row-note">
            {request.device} · {distance(request.at, boxNow())}
          </span>
        </p>
      </div>
      {request.namesake && !request.returning && <p class="request-returning">{t('request_namesake')}</p>}
      {request.returning && <p class="request-returning">{t('request_returning')}</p>}
      <div class="buttons">
        <Button kind={request.returning ? 'quiet' : 'main'} onClick={() => answer(true)}>
          {request.returning ? t('request_new') : t('request_yes')}
        </Button>
        <Button kind={request.returning ? 'main' : 'quiet'} onClick={() => (choosing.value = true)}>
          {t('request_same')}
        </Button>
        <Button kind="danger" onClick={() => answer(false)}>
          {t('request_no')}
        </Button>
      </div>
      {choosing.value && (
        <Dialog title={t('request_same_title', { name: request.name })} onClose={() => (choosing.value = false)}>
          <SamePerson name={request.name} onChoose={(user) => answer(true, user.id)} />
        </Dialog>
      )}
    </article>
  );
}

function SamePerson({ name, onChoose }: { name: string; onChoose: (user: User) => void }) {
  const query = useSignal(name);
  const found = usePeople(query.value);
  return (
    <div>
      <p class="section-help">{t('request_same_help')}</p>
      <SearchField value={query.value} onInput={(value) => (query.value = value)} />
      <ul>
        {found.users?.map((user) => (
          <li key={user.id}>
            <Row lead={<UserAvatar user={user} />} title={user.name} note={`@${user.handle}`} onClick={() => onChoose(user)} />
          </li>
        ))}
      </ul>
      {found.users?.length === 0 && <p class="section-help">{t('nobody_found')}</p>}
    </div>
  );
}
