// How long messages are kept, for the box or a room: what would be lost is said before it is set.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../app/notices';
import { t } from '../../core/i18n';
import { day, fullTime } from '../../core/when';
import type { Expiring } from '../../core/wire';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { errorText } from '../../ui/error-text';
import { useAction } from '../../ui/load';
import { Select } from '../../ui/select';

/** Days. */
const AGES = [1, 7, 30, 90, 180, 365, 730];

interface KeepRuleProps {
  /** In days; 0: none. */
  rule: number;
  /** What no rule means. */
  none: string;
  /** More days may not be set. */
  most: number;
  set: (days: number, how: 'set' | 'check') => Promise<Expiring>;
  onDone: () => void;
}

export function KeepRule({ rule, none, most, set, onDone }: KeepRuleProps) {
  const days = useSignal(rule);
  const would = useSignal<Expiring | null>(null);
  const action = useAction();
  const offered = AGES.filter((age) => age < most || age === rule);
  const ages = rule === 0 || offered.includes(rule) ? offered : [...offered, rule].sort((a, b) => a - b);
  const save = async () => {
    await set(days.peek(), 'set');
    showNotice({ kind: 'done', text: t('saved') });
    onDone();
  };
  const look = () =>
    action.run(async () => {
      const goes = await set(days.peek(), 'check');
      if (goes.events > 0) would.value = goes;
      else await save();
    });
  return (
    <>
      <Select
        label={t('keep_label')}
        value={String(days.value)}
        options={[{ value: '0', label: none }, ...ages.map((age) => ({ value: String(age), label: t('keep_days', { n: age }) }))]}
        onChange={(value) => (days.value = Number(value))}
      />
      <div class="buttons">
        <Button busy={action.busy} disabled={days.value === rule} onClick={look}>
          {t('keep_set')}
        </Button>
      </div>
      {action.error && (
        <p class="field-error" role="alert">
          {errorText(action.error)}
        </p>
      )}
      {would.value && (
        <Confirm
          title={t('keep_sure_title', { day: day(would.value.before ?? 0) })}
          text={sure(would.value)}
          action={t('keep_sure_do')}
          onClose={() => (would.value = null)}
          onConfirm={() => action.run(save)}
        />
      )}
    </>
  );
}

function sure({ events, files, oldest_at: oldest, waits_until: waits }: Expiring): string {
  const lost = t('keep_sure', { messages: events, files, oldest: day(oldest ?? 0) });
  return waits == null ? lost : `${lost} ${t('keep_waits', { when: fullTime(waits) })}`;
}
