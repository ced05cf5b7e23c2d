// A new group or channel: a name, some people, done.
import { useSignal } from '@preact/signals';
import { go } from '../../app/navigation';
import { api, isAdmin, rooms, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { User } from '../../core/wire';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { Choice, TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { Page, Section } from '../../ui/page';
import { PersonPicker } from '../people/person-picker';

export function NewGroup() {
  const kind = useSignal<'group' | 'channel'>('group');
  const name = useSignal('');
  const topic = useSignal('');
  const chosen = useSignal<readonly User[]>([]);
  const action = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const room = await api.makeRoom({
        kind: kind.peek(),
        name: name.peek().trim(),
        topic: topic.peek().trim(),
        members: chosen.peek().map((user) => user.id),
      });
      rooms.put(room);
      go({ at: 'room', room: room.id, pane: 'talk' });
    });
  };
  return (
    <Page title={t('new_group')} back={formatRoute({ at: 'chats' })} narrow>
      <form class="stack" onSubmit={make}>
        <TextField
          label={t('group_name')}
          value={name.value}
          onInput={(value) => (name.value = value)}
          maxLength={64}
          autofocus
          required
          error={action.error && errorText(action.error)}
        />
        <TextField label={t('topic_optional')} value={topic.value} onInput={(value) => (topic.value = value)} maxLength={256} />
        {isAdmin.value && (
          <Choice
            label={t('kind_label')}
            value={kind.value}
            options={[
              { value: 'group', label: t('kind_group') },
              { value: 'channel', label: t('kind_channel') },
            ]}
            onChange={(value) => (kind.value = value)}
            help={t('kind_help')}
          />
        )}
        <Section title={t('group_people')}>
          <PersonPicker
            chosen={chosen.value}
            onChange={(next) => (chosen.value = next)}
            without={new Set([sync.me.value?.user.id ?? -1])}
          />
        </Section>
        <Button kind="main" type="submit" busy={action.busy} disabled={name.value.trim() === ''}>
          {t('make_group')}
        </Button>
      </form>
    </Page>
  );
}
