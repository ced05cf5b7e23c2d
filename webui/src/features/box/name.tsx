// What people call the box, and how phones find it on the network.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../app/notices';
import { session } from '../../app/wiring';
import type { BoxSettings } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { TextField } from '../../ui/field';
import { useAction, useLoad } from '../../ui/load';
import { admin } from './admin';
import { BoxPageFrame, Refusal, Shown } from './box-page';

const HOST = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function NamePage() {
  const settings = useLoad(() => admin.settings(), []);
  return (
    <BoxPageFrame title={t('box_name_page')}>
      <Shown of={settings}>{(now) => <NameForm key={`${now.name}/${now.host}`} now={now} onSaved={settings.set} />}</Shown>
    </BoxPageFrame>
  );
}

function NameForm({ now, onSaved }: { now: BoxSettings; onSaved: (now: BoxSettings) => void }) {
  const name = useSignal(now.name);
  const host = useSignal(now.host);
  const action = useAction();
  const wanted = host.value.trim().toLowerCase();
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      onSaved(await admin.changeSettings({ name: name.peek().trim(), host: wanted === now.host ? null : wanted }));
      await session.refreshBox();
      showNotice({ kind: 'done', text: t('saved') });
    });
  };
  return (
    <form class="box-form" onSubmit={save}>
      <TextField label={t('box_name')} help={t('box_name_help')} value={name.value} onInput={(value) => (name.value = value)} maxLength={64} required />
      <TextField
        label={t('host_label')}
        help={t('host_help', { host: wanted || 'imbox' })}
        value={host.value}
        onInput={(value) => (host.value = value)}
        maxLength={63}
        error={HOST.test(wanted) ? null : t('host_unfit')}
        required
      />
      {now.address && now.address !== `${now.host}.local` && (
        <Callout kind="warn" title={t('host_taken', { address: now.address })}>
          <p>{t('host_taken_help', { host: `${now.host}.local` })}</p>
        </Callout>
      )}
      <Refusal code={action.error} />
      <Button kind="main" type="submit" busy={action.busy} disabled={!HOST.test(wanted) || name.value.trim() === ''}>
        {t('save')}
      </Button>
    </form>
  );
}
