// How long the box keeps messages, and what has gone by that rule.
import type { StorageReport } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { fullTime } from '../../../core/when';
import { Callout } from '../../../ui/callout';
import { Section } from '../../../ui/page';
import { KeepRule } from '../../keep/keep-rule';
import { admin } from '../admin';

export function Kept({ now: { keep }, onDone }: { now: StorageReport; onDone: () => void }) {
  const rule = keep.days ?? 0;
  return (
    <Section title={t('keep_title')} help={t('keep_help')}>
      <KeepRule
        key={rule}
        rule={rule}
        none={t('keep_ever')}
        most={Infinity}
        set={(days, how) => admin.setKeep({ days, check: how === 'check' })}
        onDone={onDone}
      />
      {keep.waits_until != null && <Callout kind="info" title={t('keep_waits', { when: fullTime(keep.waits_until) })} />}
      {keep.last && (
        <p class="section-help">{t('keep_went', { when: fullTime(keep.last.at), messages: keep.last.events, files: keep.last.files })}</p>
      )}
    </Section>
  );
}
