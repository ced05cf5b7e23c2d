// Takes people into a room.
import { useSignal } from '@preact/signals';
import { go } from '../../app/navigation';
import { api, showError } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { Room, User } from '../../core/wire';
import { Button } from '../../ui/button';
import { useAction, useLoad } from '../../ui/load';
import { Page } from '../../ui/page';
import { Skeleton } from '../../ui/states';
import { PersonPicker } from '../people/person-picker';

export function AddPeople({ room }: { room: Room }) {
  const chosen = useSignal<readonly User[]>([]);
  const members = useLoad(() => api.members(room.id), [room.id]);
  const action = useAction();
  const add = () =>
    action.run(async () => {
      for (const user of chosen.peek()) await api.addMember(room.id, user.id).catch(showError);
      go({ at: 'room', room: room.id, pane: 'details' });
    });
  return (
    <Page title={t('add_people')} back={formatRoute({ at: 'room', room: room.id, pane: 'details' })} narrow>
      {members.value ? (
        <PersonPicker
          chosen={chosen.value}
          onChange={(next) => (chosen.value = next)}
          without={new Set(members.value.map((member) => member.user.id))}
        />
      ) : (
        <Skeleton />
      )}
      <Button kind="main" busy={action.busy} disabled={chosen.value.length === 0} onClick={add}>
        {t('add_count', { n: chosen.value.length })}
      </Button>
    </Page>
  );
}
