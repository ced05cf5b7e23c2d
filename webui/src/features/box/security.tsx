// Who may come in, what an admin can and cannot see, and who did what.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../app/notices';
import { session } from '../../app/wiring';
import type { ChangeBoxSettings, JoinMode } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { Callout } from '../../ui/callout';
import { Badge, Card, Row } from '../../ui/list';
import { useAction, useLoad } from '../../ui/load';
import { Options } from '../../ui/options';
import { Section } from '../../ui/page';
import { Select } from '../../ui/select';
import { admin } from './admin';
import { BoxIcon } from './box-icon';
import { BoxPageFrame, Refusal, Shown } from './box-page';

const DOORS: readonly JoinMode[] = ['invite', 'approval', 'open'];

export function doorOptions() {
  return DOORS.map((value) => ({ value, label: t(`door_${value}`), help: t(`door_${value}_help`) }));
}

const LENGTHS: readonly number[] = [8, 10, 12, 16, 20];

/** Also what was set by other means. */
function lengthOptions(now: number) {
  const lengths = [...new Set([...LENGTHS, now])].sort((a, b) => a - b);
  return lengths.map((n) => ({ value: String(n), label: t('security_password_length_n', { n }) }));
}

const HOUR = 60;
const EDITS: readonly number[] = [0, 15, HOUR, 24 * HOUR, 48 * HOUR, 7 * 24 * HOUR, 365 * 24 * HOUR];

/** Also what was set by other means. */
function editOptions(now: number) {
  const all = [...new Set([...EDITS, now])].sort((a, b) => a - b);
  return all.map((minutes) => ({ value: String(minutes), label: editLabel(minutes) }));
}

function editLabel(minutes: number): string {
  if (minutes === 0) return t('security_edit_never');
  if (minutes % (24 * HOUR) === 0) return t('security_edit_days', { n: minutes / (24 * HOUR) });
  return minutes % HOUR === 0 ? t('security_edit_hours', { n: minutes / HOUR }) : t('security_edit_minutes', { n: minutes });
}

export function Security() {
  const settings = useLoad(() => admin.settings(), []);
  const reports = useLoad(() => admin.reports({}), []);
  const action = useAction();
  // Shown as chosen while the box is asked.
  const wanted = useSignal<JoinMode | null>(null);
  const change = (to: ChangeBoxSettings) =>
    action.run(async () => {
      wanted.value = to.join_mode ?? null;
      try {
        settings.set(await admin.changeSettings(to));
      } finally {
        wanted.value = null;
      }
      void session.refreshBox();
      showNotice({ kind: 'done', text: t('saved') });
    });
  return (
    <BoxPageFrame title={t('box_security')}>
      <Shown of={settings}>
        {(now) => (
          <Section>
            <Options label={t('door_label')} value={wanted.value ?? now.join_mode} options={doorOptions()} onChange={(join_mode) => change({ join_mode })} disabled={action.busy} />
            <Select
              label={t('security_password_length')}
              help={t('security_password_length_help')}
              value={String(now.password_min_length)}
              options={lengthOptions(now.password_min_length)}
              onChange={(length) => change({ password_min_length: Number(length) })}
            />
            <Select
              label={t('security_edit')}
              help={t('security_edit_help')}
              value={String(now.edit_minutes)}
              options={editOptions(now.edit_minutes)}
              onChange={(minutes) => change({ edit_minutes: Number(minutes) })}
            />
            <Refusal code={action.error} />
          </Section>
        )}
      </Shown>
      <Section title={t('security_password_title')} help={t('security_password_help')}>
        <Card>
          <Row icon="lock" title={t('password')} href={formatRoute({ at: 'me', page: 'password' })} />
          <Row icon="devices" title={t('my_devices')} href={formatRoute({ at: 'me', page: 'devices' })} />
        </Card>
      </Section>
      <Section title={t('security_watch')}>
        <Card>
          <Row icon="devices" title={t('box_sessions')} note={t('sessions_note')} href={formatRoute({ at: 'box', page: 'sessions' })} />
          <Row
            icon="megaphone"
            title={t('box_reports')}
            end={<Badge count={reports.value?.open ?? 0} label={t('reports_open', { n: reports.value?.open ?? 0 })} />}
            href={formatRoute({ at: 'box', page: 'reports' })}
          />
          <Row lead={<BoxIcon name="journal" />} title={t('box_audit')} href={formatRoute({ at: 'box', page: 'audit' })} />
        </Card>
      </Section>
      <Callout kind="info" title={t('security_rooms_title')}>
        <p>{t('security_rooms_help')}</p>
      </Callout>
    </BoxPageFrame>
  );
}
