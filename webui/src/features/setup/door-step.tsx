// Who may come in, with what each choice means.
import { useSignal } from '@preact/signals';
import { session } from '../../app/wiring';
import { t } from '../../core/i18n';
import { useAction } from '../../ui/load';
import { Options } from '../../ui/options';
import { admin } from '../box/admin';
import { doorOptions } from '../box/security';
import { goTo, Step } from './step';

export function DoorStep() {
  const mode = useSignal(session.box.value?.join_mode ?? 'approval');
  const action = useAction();
  const save = () =>
    action.run(async () => {
      await admin.changeSettings({ join_mode: mode.peek() });
      await session.refreshBox();
      goTo('poster');
    });
  return (
    <Step step="door" title={t('setup_door_title')} onNext={save} busy={action.busy} error={action.error}>
      <Options label={t('door_label')} value={mode.value} options={doorOptions()} onChange={(value) => (mode.value = value)} />
      <p class="soft">{t('setup_door_later')}</p>
    </Step>
  );
}
