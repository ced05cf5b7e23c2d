// Who did what when from where: every act of administration, newest first.
import { useSignal } from '@preact/signals';
import { people, showError } from '../../app/wiring';
import { adminUrls } from '../../core/admin-api';
import type { AuditEntry, AuditPage } from '../../core/admin-wire';
import { called } from '../../core/called';
import { t, isKnown, type Key } from '../../core/i18n';
import { fullTime } from '../../core/when';
import { Button, IconLink } from '../../ui/button';
import { useLoad } from '../../ui/load';
import { Empty } from '../../ui/states';
import { admin } from './admin';
import { auditDetail } from './audit-detail';
import { BoxPageFrame, Shown } from './box-page';
import './entries.css';

export function Audit() {
  const older = useSignal<readonly AuditPage[]>([]);
  const first = useLoad(() => admin.audit(), []);
  const pages = first.value ? [first.value, ...older.value] : [];
  const next = pages[pages.length - 1]?.next;
  return (
    <BoxPageFrame
      title={t('box_audit')}
      from="security"
      actions={<IconLink icon="download" label={t('download_csv')} href={adminUrls.auditCsv} download="imbox-audit.csv" />}
    >
      <p class="section-help">{t('audit_help')}</p>
      <Shown of={first} rows={6}>
        {() => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) return <Empty icon="check" title={t('audit_none')} />;
          return (
            <ol class="entries">
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ol>
          );
        }}
      </Shown>
      {next != null && (
        <Button onClick={() => void admin.audit(next).then((page) => (older.value = [...older.peek(), page]), showError)}>{t('show_more')}</Button>
      )}
    </BoxPageFrame>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const detail = auditDetail(entry.detail);
  return (
    <li class="entry">
      <p>
        <strong>{nameThen(entry)}</strong> {actionText(entry)}
      </p>
      {detail && <p class="entry-detail">{detail}</p>}
      <p class="entry-note">
        <time dateTime={new Date(entry.at).toISOString()}>{fullTime(entry.at)}</time>
        {entry.address && ` · ${entry.address}`}
      </p>
    </li>
  );
}

/** Their name at that time, which another may have as well. */
function nameThen({ actor, name }: AuditEntry): string {
  const user = actor === 0 ? null : people.get(actor).value;
  return user ? called({ ...user, name }) : name;
}

/** In words where there are some; acts of newer versions by their code. */
function actionText({ action, target }: AuditEntry): string {
  const key = `audit_${action.replace(/\./g, '_')}` as Key;
  return isKnown(key) ? t(key, { target }) : `${action} ${target}`;
}
