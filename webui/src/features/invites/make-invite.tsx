// A new invite: for how long, for how many, into which rooms.
import { useSignal } from '@preact/signals';
import { api, isAdmin, rooms } from '../../app/wiring';
import { t } from '../../core/i18n';
import type { InviteCreated } from '../../core/wire';
import { RoomAvatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { Choice } from '../../ui/field';
import { useAction } from '../../ui/load';
import { mayInvite } from '../details/rights';
import '../people/person-picker.css';

const DAY_S = 86_400;
type Life = 'day' | 'week' | 'poster';
type Uses = 'one' | 'any';

const SECONDS: Record<Life, number | null> = { day: DAY_S, week: 7 * DAY_S, poster: null };

export function MakeInvite({ onMade }: { onMade: (made: InviteCreated) => void }) {
  const life = useSignal<Life>('week');
  const uses = useSignal<Uses>('any');
  const as = useSignal<'member' | 'guest'>('member');
  const into = useSignal<ReadonlySet<number>>(new Set());
  const action = useAction();
  const make = () =>
    action.run(async () =>
      onMade(
        await api.makeInvite({
          rooms: [...into.peek()],
          expires_in_s: SECONDS[life.peek()],
          max_uses: uses.peek() === 'one' ? 1 : null,
          guest: as.peek() === 'guest',
        }),
      ),
    );
  const lives: Life[] = isAdmin.value ? ['day', 'week', 'poster'] : ['day', 'week'];
  return (
    <div class="stack section">
      <Choice
        label={t('invite_life')}
        value={life.value}
        options={lives.map((value) => ({ value, label: t(`life_${value}`) }))}
        onChange={(value) => (life.value = value)}
      />
      <Choice
        label={t('invite_uses')}
        value={uses.value}
        options={[
          { value: 'any', label: t('uses_any') },
          { value: 'one', label: t('uses_one') },
        ]}
        onChange={(value) => (uses.value = value)}
      />
      {isAdmin.value && (
        <Choice
          label={t('invite_as')}
          value={as.value}
          options={[
            { value: 'member', label: t('role_member') },
            { value: 'guest', label: t('role_guest') },
          ]}
          onChange={(value) => (as.value = value)}
          help={as.value === 'guest' ? t('invite_as_guest_help') : undefined}
        />
      )}
      <RoomChoice chosen={into.value} onChange={(next) => (into.value = next)} />
      <Button kind="main" icon="qr" busy={action.busy} onClick={make}>
        {t('make_invite')}
      </Button>
      {action.error && (
        <p class="field-error" role="alert">
          {errorText(action.error)}
        </p>
      )}
    </div>
  );
}

/** Rooms to land in beside the one for everybody. */
function RoomChoice({ chosen, onChange }: { chosen: ReadonlySet<number>; onChange: (chosen: ReadonlySet<number>) => void }) {
  const offered = rooms.list.value.filter((room) => mayInvite(room) && !room.is_default);
  if (offered.length === 0) return null;
  const toggle = (id: number) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset class="choice picker">
      <legend>{t('invite_rooms')}</legend>
      {offered.map((room) => (
        <label key={room.id} class="row">
          <input type="checkbox" checked={chosen.has(room.id)} onChange={() => toggle(room.id)} />
          <RoomAvatar room={room} size="s" />
          <span class="row-text">
            <span class="row-title">{room.name}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
