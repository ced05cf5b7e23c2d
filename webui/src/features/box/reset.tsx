// Starting all over: what is lost is said first, and the box's name is typed by whoever means it.
import { useSignal } from '@preact/signals';
import { session, setUp, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { Button, ButtonLink } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { TextField } from '../../ui/field';
import { Card } from '../../ui/list';
import { useAction, useLoad } from '../../ui/load';
import { Section } from '../../ui/page';
import { Switch } from '../../ui/switch';
import { admin } from './admin';
import { BoxPageFrame, Refusal } from './box-page';

export function Reset() {
  const name = session.box.value?.name ?? '';
  const typed = useSignal('');
  const keep = useSignal(true);
  const gone = useSignal(false);
  const action = useAction();
  const disk = useLoad(() => admin.filesPlace(), []).value?.disk;
  if (sync.me.value?.user.role !== 'owner')
    return (
      <BoxPageFrame title={t('box_reset')}>
        <Callout kind="info" title={t('reset_owner_only')} />
      </BoxPageFrame>
    );
  const reset = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      await admin.factoryReset({ name: typed.peek().trim(), keep_backups: keep.peek() });
      setUp.end();
      gone.value = true;
    });
  };
  if (gone.value)
    return (
      <BoxPageFrame title={t('box_reset')}>
        <Callout kind="good" title={t('reset_done')} live="status">
          <p>{t('reset_done_help')}</p>
          <div class="buttons">
            <Button onClick={() => window.location.replace('/')}>{t('away_go_on')}</Button>
          </div>
        </Callout>
      </BoxPageFrame>
    );
  return (
    <BoxPageFrame title={t('box_reset')}>
      <Callout kind="bad" title={t('reset_lost')}>
        <ul class="box-lost">
          <li>{t('reset_lost_people')}</li>
          <li>{t('reset_lost_messages')}</li>
          <li>{t('reset_lost_settings')}</li>
          {disk && !disk.away && <li>{t('reset_lost_disk', { name: disk.label || t('disk_unnamed') })}</li>}
        </ul>
        {disk?.away && <p>{t('reset_disk_away', { name: disk.label || t('disk_unnamed') })}</p>}
        <p>{t('reset_backup_first')}</p>
        <div class="buttons">
          <ButtonLink href={formatRoute({ at: 'box', page: 'backup' })}>{t('box_backup')}</ButtonLink>
        </div>
      </Callout>
      <form class="box-form" onSubmit={reset}>
        <Section>
          <Card>
            <Switch label={t('reset_keep')} help={t('reset_keep_help')} on={keep.value} onChange={(on) => (keep.value = on)} />
          </Card>
        </Section>
        <TextField label={t('reset_name', { name })} help={t('reset_name_help')} value={typed.value} onInput={(value) => (typed.value = value)} maxLength={64} required />
        <Refusal code={action.error} />
        <Button kind="danger" type="submit" busy={action.busy} disabled={typed.value.trim() !== name}>
          {t('reset_do')}
        </Button>
      </form>
    </BoxPageFrame>
  );
}
