// Who may come in, what an admin can and cannot see, and who did what.
import { useSignal } from '@preact/signals';
import { session, showNotice } from '../../app';
import type { JoinMode } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { Callout } from '../../ui/callout';
import { Card, Row } from '../../ui/list';
import { useAction, useLoad } from '../../ui/load';
import { Options } from '../../ui/options';
import { Section } from '../../ui/page';
import { admin } from './admin';
import { BoxIcon } from './box-icon';
import { BoxPageFrame, Refusal, Shown } from './box-page';

const DOORS: readonly JoinMode[] = ['invite', 'approval', 'open'];

export function doorOptions() {
  return DOORS.map((value) => ({ value, label: t(`door_${value}`), help: t(`door_${value}_help`) }));
}

export function Security() {
  const settings = useLoad(() => admin.settings(), []);
  const action = useAction();
  // Shown as chosen while the box is asked.
  const wanted = useSignal<JoinMode | null>(null);
  const choose = (join_mode: JoinMode) =>
    action.run(async () => {
      wanted.value = join_mode;
      try {
        settings.set(await admin.changeSettings({ join_mode }));
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
            <Options label={t('door_label')} value={wanted.value ?? now.join_mode} options={doorOptions()} onChange={choose} disabled={action.busy} />
            <Refusal code={action.error} />
          </Section>
        )}
      </Shown>
      <Section title={t('security_password_title')} help={t('security_password_help')}>
        <Card>
          <Row icon="lock" title={t('password')} href={formatRoute({ at: 'me', page: 'password' })} />
          <Row icon="devices" title={t('my_devices')} href={formatRoute({ at: 'me', page: 'devices' })} />
          <Row lead={<BoxIcon name="journal" />} title={t('box_audit')} href={formatRoute({ at: 'box', page: 'audit' })} />
        </Card>
      </Section>
      <Callout kind="info" title={t('security_rooms_title')}>
        <p>{t('security_rooms_help')}</p>
      </Callout>
    </BoxPageFrame>
  );
}
