// What the self-check found: what it means, and the button that mends it.
import type { Finding, Repair } from '../../../core/admin-wire';
import { languageTag, t } from '../../../core/i18n';
import { formatRoute, type Route } from '../../../core/router';
import { formatBytes } from '../../../core/sizes';
import { Button, ButtonLink } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { whyBack } from '../update/last-update';

const KINDS = { bad: 'bad', warning: 'warn', hint: 'info' } as const;

const WAYS: Record<Repair, Route> = {
  storage: { at: 'box', page: 'storage' },
  files: { at: 'box', page: 'storage' },
  restart_box: { at: 'box', page: 'power' },
  clock: { at: 'box', page: 'clock' },
  network: { at: 'box', page: 'network' },
  name: { at: 'box', page: 'name' },
  update: { at: 'box', page: 'updates' },
  backup: { at: 'box', page: 'backup' },
  password: { at: 'box', page: 'people' },
  requests: { at: 'requests' },
  reports: { at: 'box', page: 'reports' },
  database: { at: 'box', page: 'power' },
};

interface FindingNoteProps {
  finding: Finding;
  /** Somebody has read of something that is over. */
  onDismiss: () => void;
}

export function FindingNote({ finding, onDismiss }: FindingNoteProps) {
  const { id, severity, repair, update, dismissible } = finding;
  return (
    <Callout kind={KINDS[severity]} title={update ? t('update_last_back', { version: update.version }) : t(`finding_${id}`, { n: finding.value ?? 0 })}>
      <p>
        {update && `${whyBack(update)} `}
        {id === 'card_mended' && !finding.value
          ? t('finding_card_mended_help_none')
          : t(`finding_${id}_help`, { value: valueOf(finding), n: finding.value ?? 0 })}
      </p>
      {(repair || dismissible) && (
        <div class="buttons">
          {repair && <ButtonLink href={formatRoute(WAYS[repair])}>{t(`repair_${repair}`)}</ButtonLink>}
          {dismissible && (
            <Button kind="plain" onClick={onDismiss}>
              {t('finding_dismiss')}
            </Button>
          )}
        </div>
      )}
    </Callout>
  );
}

/** In the unit that the id implies. */
function valueOf({ id, value }: Finding): string {
  if (value == null) return '';
  switch (id) {
    case 'disk_full':
    case 'files_disk_full':
    case 'disk_low':
    case 'memory_low':
      return formatBytes(value);
    case 'too_hot':
      return Math.round(value / 1000).toLocaleString(languageTag.value);
    default:
      return value.toLocaleString(languageTag.value);
  }
}
