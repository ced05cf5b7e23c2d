// The filters: chips that are set, each with a button that removes it, and those that can be added.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { people, rooms } from '../../app/wiring';
import { called } from '../../core/called';
import { t, type Key } from '../../core/i18n';
import { dayAfter, dayFrom, dayText, type SearchQuestion } from '../../core/search-question';
import { day } from '../../core/when';
import type { Carries } from '../../core/wire';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { Row } from '../../ui/list';
import { RoomTitle } from '../rooms/room-list';
import { SearchField } from '../people/search-field';
import { Suggestions } from './suggestions';

type Change = Partial<Omit<SearchQuestion, 'typed'>>;
type Asked = 'from' | 'in' | 'has' | 'when';

const KINDS: readonly Carries[] = ['photo', 'video', 'audio', 'file', 'link'];

export function Filters({ question, onChange }: { question: SearchQuestion; onChange: (change: Change) => void }) {
  const open = useSignal<Asked | null>(null);
  const close = () => (open.value = null);
  const choose = (change: Change) => {
    close();
    onChange(change);
  };
  const { room: roomId, from, has, after, before } = question;
  const room = roomId === null ? undefined : rooms.get(roomId);
  const add = (what: Asked, label: Key, isSet: boolean) =>
    !isSet && (
      <button type="button" class="chip chip-add" onClick={() => (open.value = what)}>
        <Icon name="plus" />
        {t(label)}
      </button>
    );
  return (
    <div class="chips" role="group" aria-label={t('search_filters')}>
      {roomId !== null && <Chip onRemove={() => onChange({ room: null })}>{t('search_in')} {room ? <RoomTitle room={room} /> : ''}</Chip>}
      {from !== null && <Chip onRemove={() => onChange({ from: null })}>{t('search_from')} {called(people.get(from).value)}</Chip>}
      {has !== null && <Chip onRemove={() => onChange({ has: null })}>{t(`search_has_${has}`)}</Chip>}
      {after !== null && <Chip onRemove={() => onChange({ after: null })}>{t('search_since', { day: day(after) })}</Chip>}
      {before !== null && <Chip onRemove={() => onChange({ before: null })}>{t('search_until', { day: day(before - 1) })}</Chip>}
      {add('from', 'search_from', from !== null)}
      {add('in', 'search_in', roomId !== null)}
      {add('has', 'search_has', has !== null)}
      {add('when', 'search_when', after !== null && before !== null)}
      {(open.value === 'from' || open.value === 'in') && <Named filter={open.value} onChoose={choose} onClose={close} />}
      {open.value === 'has' && (
        <Dialog title={t('search_has')} onClose={close} sheet>
          {KINDS.map((kind) => (
            <Row key={kind} title={t(`search_has_${kind}`)} onClick={() => choose({ has: kind })} />
          ))}
        </Dialog>
      )}
      {open.value === 'when' && <Days after={after} before={before} onChoose={choose} onClose={close} />}
    </div>
  );
}

function Chip({ onRemove, children }: { onRemove: () => void; children: ComponentChildren }) {
  return (
    <button type="button" class="chip" onClick={onRemove}>
      <span class="chip-text">{children}</span>
      <Icon name="close" />
      <span class="hidden">{t('search_remove')}</span>
    </button>
  );
}

function Named({ filter, onChoose, onClose }: { filter: 'from' | 'in'; onChoose: (change: Change) => void; onClose: () => void }) {
  const name = useSignal('');
  return (
    <Dialog title={t(filter === 'from' ? 'search_from' : 'search_in')} onClose={onClose}>
      <SearchField value={name.value} label={t(filter === 'from' ? 'search_people' : 'search_rooms')} onInput={(value) => (name.value = value)} />
      <Suggestions beginning={{ filter, name: name.value }} onChoose={onChoose} />
    </Dialog>
  );
}

function Days({ after, before, onChoose, onClose }: { after: number | null; before: number | null; onChoose: (change: Change) => void; onClose: () => void }) {
  const first = useSignal(dayText(after));
  const last = useSignal(dayText(before === null ? null : before - 1));
  const [from, to] = [dayFrom(first.value), dayFrom(last.value)];
  const turned = from !== null && to !== null && from > to;
  return (
    <Dialog title={t('search_when')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!turned) onChoose({ after: from, before: to === null ? null : dayAfter(to) });
        }}
      >
        <TextField label={t('search_first_day')} type="date" value={first.value} onInput={(value) => (first.value = value)} />
        <TextField label={t('search_last_day')} type="date" value={last.value} onInput={(value) => (last.value = value)} error={turned ? t('search_days_turned') : undefined} />
        <Button kind="main" type="submit">{t('search_apply')}</Button>
      </form>
    </Dialog>
  );
}
