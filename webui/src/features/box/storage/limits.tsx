// How much of the disk one person's files may take, and what all files leave free.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../../app/notices';
import type { StorageLimits, StorageReport } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { Button } from '../../../ui/button';
import { useAction } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { Select } from '../../../ui/select';
import { admin } from '../admin';
import { Refusal } from '../box-page';

const MB = 1_000_000;
export const QUOTAS = [100 * MB, 500 * MB, 1000 * MB, 2000 * MB, 5000 * MB, 10_000 * MB, 50_000 * MB];
const RESERVES = [100 * MB, 500 * MB, 1000 * MB, 2000 * MB, 5000 * MB];

export function Limits({ now, onDone }: { now: StorageReport; onDone: () => void }) {
  const limits = useSignal<StorageLimits>(now.limits);
  const action = useAction();
  const change = (to: Partial<StorageLimits>) => (limits.value = { ...limits.peek(), ...to });
  const save = () =>
    action.run(async () => {
      await admin.setStorageLimits(limits.peek());
      showNotice({ kind: 'done', text: t('saved') });
      onDone();
    });
  const { quota_bytes: quota, reserve_bytes: reserve } = limits.value;
  return (
    <Section title={t('storage_limits')}>
      <Select
        label={t('storage_quota')}
        help={t('storage_quota_help')}
        value={String(quota)}
        options={[
          { value: '0', label: t('storage_quota_none') },
          ...withSet(QUOTAS, now.limits.quota_bytes).map((bytes) => ({ value: String(bytes), label: t('storage_quota_most', { size: formatBytes(bytes) }) })),
        ]}
        onChange={(value) => change({ quota_bytes: Number(value) })}
      />
      <Select
        label={t('storage_reserve_label')}
        help={t('storage_reserve', { reserve: formatBytes(reserve) })}
        value={String(reserve)}
        options={withSet(
          RESERVES.filter((bytes) => bytes <= now.total_bytes / 2),
          now.limits.reserve_bytes,
        ).map((bytes) => ({ value: String(bytes), label: formatBytes(bytes) }))}
        onChange={(value) => change({ reserve_bytes: Number(value) })}
      />
      <div class="buttons">
        <Button busy={action.busy} onClick={save}>
          {t('save')}
        </Button>
      </div>
      <Refusal code={action.error} />
    </Section>
  );
}

/** With what is set, which may be set elsewhere. */
export function withSet(sizes: readonly number[], set: number): readonly number[] {
  return set === 0 || sizes.includes(set) ? sizes : [...sizes, set].sort((a, b) => a - b);
}
