// People or rooms that a filter may mean.
import { rooms } from '../../app/wiring';
import { t } from '../../core/i18n';
import type { Beginning, SearchQuestion } from '../../core/search-question';
import { RoomAvatar, UserAvatar } from '../../ui/avatar';
import { Row } from '../../ui/list';
import { PersonName } from '../../ui/person-name';
import { Broken, Empty, Skeleton } from '../../ui/states';
import { usePeople } from '../people/use-people';
import { RoomTitle, roomTitle } from '../rooms/room-list';

/** More would have to be read; another letter is typed faster. */
const MOST = 8;

interface SuggestionsProps {
  beginning: Beginning;
  onChoose: (filter: Pick<SearchQuestion, 'from'> | Pick<SearchQuestion, 'room'>) => void;
}

export function Suggestions({ beginning, onChoose }: SuggestionsProps) {
  return beginning.filter === 'from' ? (
    <PeopleNamed name={beginning.name} onChoose={(from) => onChoose({ from })} />
  ) : (
    <RoomsNamed name={beginning.name} onChoose={(room) => onChoose({ room })} />
  );
}

function PeopleNamed({ name, onChoose }: { name: string; onChoose: (id: number) => void }) {
  const found = usePeople(name);
  if (found.error) return <Broken code={found.error} onRetry={found.reload} />;
  if (!found.users) return <Skeleton />;
  if (found.users.length === 0) return <Empty icon="search" title={t('nobody_found')} />;
  return (
    <div class="rooms">
      {found.users.slice(0, MOST).map((user) => (
        <Row key={user.id} lead={<UserAvatar user={user} />} title={<PersonName user={user} />} note={`@${user.handle}`} onClick={() => onChoose(user.id)} />
      ))}
    </div>
  );
}

function RoomsNamed({ name, onChoose }: { name: string; onChoose: (id: number) => void }) {
  const wanted = name.trim().toLocaleLowerCase();
  const found = rooms.list.value.filter((room) => roomTitle(room).toLocaleLowerCase().includes(wanted));
  if (found.length === 0) return <Empty icon="search" title={t('search_no_room')} />;
  return (
    <div class="rooms">
      {found.slice(0, MOST).map((room) => (
        <Row key={room.id} lead={<RoomAvatar room={room} />} title={<RoomTitle room={room} />} onClick={() => onChoose(room.id)} />
      ))}
    </div>
  );
}
