// Off and on again: the program, the box, or off until somebody takes its power away and gives it back.
import { useSignal } from '@preact/signals';
import type { PowerAct } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { Confirm } from '../../ui/confirm';
import { Card, Row } from '../../ui/list';
import { useAction } from '../../ui/load';
import { Section } from '../../ui/page';
import { admin } from './admin';
import { Away } from './away';
import { BoxIcon } from './box-icon';
import { BoxPageFrame, Refusal } from './box-page';

type Act = PowerAct | 'repair';
const ACTS: readonly Act[] = ['restart_daemon', 'restart_box', 'repair', 'shut_down'];
const ICONS = { restart_daemon: 'broom', restart_box: 'broom', repair: 'disk', shut_down: 'power' } as const;

export function Power() {
  const asked = useSignal<Act | null>(null);
  const done = useSignal<Act | null>(null);
  const action = useAction();
  const order = (act: Act) =>
    action.run(async () => {
      await (act === 'repair' ? admin.repair() : admin.power(act));
      done.value = act;
    });
  if (done.value)
    return (
      <BoxPageFrame title={t('box_power')}>
        <Away why={done.value === 'shut_down' ? 'off' : 'restart'} onBack={() => (done.value = null)} />
      </BoxPageFrame>
    );
  return (
    <BoxPageFrame title={t('box_power')}>
      <Section help={t('power_help')}>
        <Card>
          {ACTS.map((act) => (
            <Row
              key={act}
              lead={<BoxIcon name={ICONS[act]} />}
              title={t(`power_${act}`)}
              note={t(`power_${act}_note`)}
              onClick={() => (asked.value = act)}
              danger={act === 'shut_down'}
            />
          ))}
        </Card>
        <Refusal code={action.error} />
      </Section>
      {asked.value && (
        <Confirm
          title={t(`power_${asked.value}_title`)}
          text={t(`power_${asked.value}_text`)}
          action={t(`power_${asked.value}`)}
          onClose={() => (asked.value = null)}
          onConfirm={() => asked.value && order(asked.value)}
        />
      )}
    </BoxPageFrame>
  );
}
