// Name, topic, picture and rules of a room.
import { useSignal } from '@preact/signals';
import { go, route } from '../../app/navigation';
import { api, rooms, showError } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { ChangeRoom, Room } from '../../core/wire';
import { RoomAvatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { Choice, TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { Page, Section } from '../../ui/page';
import { PicturePicker } from '../../ui/picture-picker';
import { KeepRule } from '../keep/keep-rule';

export function EditRoom({ room }: { room: Room }) {
  const name = useSignal(room.name);
  const topic = useSignal(room.topic);
  const action = useAction();
  const change = async (to: ChangeRoom) => rooms.put(await api.changeRoom(room.id, to));
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      await change({ name: name.peek().trim(), topic: topic.peek().trim() });
      // Who has gone elsewhere meanwhile is left there.
      const now = route.peek();
      if (now.at === 'room' && now.pane === 'edit') go({ at: 'room', room: room.id, pane: 'details' });
    });
  };
  const rule = (to: ChangeRoom) => void change(to).catch(showError);
  const who = [
    { value: 'everyone' as const, label: t('who_everyone') },
    { value: 'admins' as const, label: t('who_admins') },
  ];
  return (
    <Page title={t('edit_room')} back={formatRoute({ at: 'room', room: room.id, pane: 'details' })} narrow>
      <div class="person">
        <RoomAvatar room={room} size="xl" />
        <PicturePicker onPicture={async (image) => rooms.put(await api.setPicture(room.id, image))} onError={showError} />
      </div>
      <form class="stack" onSubmit={save}>
        <TextField label={t('group_name')} value={name.value} onInput={(value) => (name.value = value)} maxLength={64} required />
        <TextField
          label={t('topic_optional')}
          value={topic.value}
          onInput={(value) => (topic.value = value)}
          maxLength={256}
          error={action.error && errorText(action.error)}
        />
        <Button kind="main" type="submit" busy={action.busy} disabled={name.value.trim() === ''}>
          {t('save')}
        </Button>
      </form>
      <Section title={t('rules')}>
        <Choice label={t('rule_write')} value={room.write} options={who} onChange={(write) => rule({ write })} />
        <Choice label={t('rule_invite')} value={room.invite} options={who} onChange={(invite) => rule({ invite })} />
        <Choice label={t('rule_mention_all')} value={room.mention_all} options={who} onChange={(mention_all) => rule({ mention_all })} />
        <Choice
          label={t('rule_history')}
          value={room.history}
          options={[
            { value: 'all', label: t('history_all') },
            { value: 'since_joined', label: t('history_since_joined') },
          ]}
          onChange={(history) => rule({ history })}
        />
      </Section>
      <Kept room={room} />
    </Page>
  );
}

function Kept({ room: { id, keep_days: days, box_keep_days: most } }: { room: Room }) {
  const rule = days == null || days === most ? 0 : days;
  return (
    <Section title={t('keep_title')} help={t('keep_room_help')}>
      <KeepRule
        key={`${rule}/${most ?? 0}`}
        rule={rule}
        none={most == null ? t('keep_as_box_ever') : t('keep_as_box', { days: t('keep_days', { n: most }) })}
        most={most ?? Infinity}
        set={(days, how) => api.setKeep(id, { days, check: how === 'check' })}
        onDone={() => void api.room(id).then((now) => rooms.put(now), showError)}
      />
    </Section>
  );
}
