// What people will call the box.
import { useSignal } from '@preact/signals';
import { api, rooms, session } from '../../app/wiring';
import { t } from '../../core/i18n';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { admin } from '../box/admin';
import { goTo, Step } from './step';

export function NameStep() {
  const name = useSignal(session.box.value?.name ?? '');
  const action = useAction();
  const save = () =>
    action.run(async () => {
      const before = session.box.peek()?.name;
      const now = name.peek().trim();
      await admin.changeSettings({ name: now });
      // The house's room was named after the box when that was claimed, under its first name.
      const home = rooms.list.peek().find((room) => room.is_default && room.name === before);
      if (home && now !== before) rooms.put(await api.changeRoom(home.id, { name: now }));
      await session.refreshBox();
      goTo('door');
    });
  return (
    <Step step="name" title={t('setup_name_title')} onNext={save} busy={action.busy} ready={name.value.trim() !== ''} error={action.error}>
      <TextField label={t('box_name')} help={t('box_name_help')} value={name.value} onInput={(value) => (name.value = value)} maxLength={64} required />
    </Step>
  );
}
