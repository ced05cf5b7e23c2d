// What is not well with the machine: what it means, and what to do about it.
import type { ComponentChildren } from 'preact';
import type { MachineHealth } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { formatRoute, type BoxPage } from '../../core/router';
import { formatBytes } from '../../core/sizes';
import { ButtonLink } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { PAGE_TITLES } from './box-page';

export interface Finding {
  id: 'disk_full' | 'disk_errors' | 'voltage' | 'hot' | 'slow' | 'memory';
  kind: 'warn' | 'bad';
  /** Where it can be mended or looked into. */
  page?: BoxPage;
  free?: number;
  degrees?: number;
}

const HOT_MC = 80_000;

export function findingsOf(health: MachineHealth): Finding[] {
  const found: Finding[] = [];
  const free = health.total_bytes > 0 ? health.free_bytes / health.total_bytes : 1;
  if (free < 0.1 && health.free_bytes < 8e9) found.push({ id: 'disk_full', kind: free < 0.03 ? 'bad' : 'warn', free: health.free_bytes, page: 'health' });
  if (health.file_systems.some((one) => one.errors > 0) || health.disks.some((one) => (one.request_errors ?? 0) > 0 || (one.life_used ?? 0) >= 10))
    found.push({ id: 'disk_errors', kind: 'bad', page: 'health' });
  if (health.under_voltage || health.throttling?.now.under_voltage) found.push({ id: 'voltage', kind: 'bad', page: 'health' });
  if ((health.temperature_mc ?? 0) >= HOT_MC || health.throttling?.now.too_hot)
    found.push({ id: 'hot', kind: 'warn', degrees: Math.round((health.temperature_mc ?? 0) / 1000), page: 'health' });
  else if (health.throttling?.now.throttled) found.push({ id: 'slow', kind: 'warn', page: 'health' });
  if (health.memory && health.memory.available < health.memory.total * 0.05) found.push({ id: 'memory', kind: 'warn', page: 'power' });
  return found;
}

export function FindingNote({ finding, children }: { finding: Finding; children?: ComponentChildren }) {
  return (
    <Callout kind={finding.kind} title={t(`finding_${finding.id}`)}>
      <p>{t(`finding_${finding.id}_help`, { free: formatBytes(finding.free ?? 0), degrees: finding.degrees ?? 0 })}</p>
      {children}
      {finding.page && (
        <div class="buttons">
          <ButtonLink href={formatRoute({ at: 'box', page: finding.page })}>{t(PAGE_TITLES[finding.page])}</ButtonLink>
        </div>
      )}
    </Callout>
  );
}
