// How the machine is at this moment, in numbers that people understand.
import type { DiskHealth, MachineHealth } from '../../../core/admin-wire';
import { languageTag, t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { Facts } from '../../../ui/facts';
import { Card } from '../../../ui/list';
import { Meter } from '../../../ui/meter';
import { Section } from '../../../ui/page';
import { usePoll } from '../../../ui/poll';
import { admin } from '../admin';
import { BoxPageFrame, Shown } from '../box-page';

const LOOK_MS = 5_000;

export function Health() {
  const health = usePoll(() => admin.health(), [], LOOK_MS);
  return (
    <BoxPageFrame title={t('box_health')}>
      <Shown of={health}>
        {(now) => (
          <>
            <Machine now={now} />
            <Space now={now} />
            {now.disks.map((disk) => (
              <Disk key={disk.device} disk={disk} errors={errorsOn(now, disk)} />
            ))}
          </>
        )}
      </Shown>
    </BoxPageFrame>
  );
}

function Machine({ now }: { now: MachineHealth }) {
  return (
    <Section title={t('health_machine')}>
      <Card>
        <Facts
          of={[
            now.temperature_mc != null && [t('health_temperature'), degrees(now.temperature_mc)],
            now.throttling != null && [t('health_power'), t(now.throttling.now.under_voltage ? 'health_weak' : now.throttling.ever.under_voltage ? 'health_was_weak' : 'health_good')],
            now.throttling != null && [t('health_speed'), t(now.throttling.now.throttled || now.throttling.now.frequency_capped ? 'health_slowed' : 'health_full_speed')],
            now.memory != null && [t('health_memory'), t('part_of', { part: formatBytes(now.memory.total - now.memory.available), all: formatBytes(now.memory.total) })],
            now.load != null && [t('health_load'), now.load.map((one) => one.toLocaleString(languageTag.value, { maximumFractionDigits: 1 })).join(' · ')],
            now.up_s != null && [t('health_up'), upTime(now.up_s)],
          ]}
        />
      </Card>
    </Section>
  );
}

function Space({ now }: { now: MachineHealth }) {
  const used = now.total_bytes - now.free_bytes;
  return (
    <Section title={t('health_space')} help={t('health_space_free', { free: formatBytes(now.free_bytes), all: formatBytes(now.total_bytes) })}>
      <Meter kind="used" label={t('health_space')} part={now.total_bytes > 0 ? used / now.total_bytes : 0} />
    </Section>
  );
}

function Disk({ disk, errors }: { disk: DiskHealth; errors: number }) {
  return (
    <Section title={`${t(`health_kind_${disk.kind}`)} · ${disk.model ?? disk.device}`}>
      <Card>
        <Facts
          of={[
            [t('health_size'), formatBytes(disk.size)],
            disk.life_used != null && [t('health_life'), t('health_life_used', { percent: Math.min(100, disk.life_used * 10) })],
            [t('health_errors'), errors === 0 ? t('health_no_errors') : <strong class="bad-number">{errors.toLocaleString(languageTag.value)}</strong>],
          ]}
        />
      </Card>
    </Section>
  );
}

function errorsOn(now: MachineHealth, disk: DiskHealth): number {
  const inFiles = now.file_systems.filter((one) => one.device.startsWith(disk.device)).reduce((sum, one) => sum + one.errors, 0);
  return inFiles + (disk.request_errors ?? 0);
}

function degrees(milli: number): string {
  return `${(milli / 1000).toLocaleString(languageTag.value, { maximumFractionDigits: 0 })} °C`;
}

/** "3 days", "5 hours", "12 minutes". */
function upTime(seconds: number): string {
  const [unit, value] = seconds >= 2 * 86_400 ? (['day', seconds / 86_400] as const) : seconds >= 2 * 3_600 ? (['hour', seconds / 3_600] as const) : (['minute', seconds / 60] as const);
  return new Intl.NumberFormat(languageTag.value, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(Math.floor(value));
}
