// Going back to a backup: what is lost is said first, and the box restarts as it was.
import { useSignal } from '@preact/signals';
import type { Backup, Restored } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { fullTime } from '../../../core/when';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Dialog } from '../../../ui/dialog';
import { useAction } from '../../../ui/load';
import { admin } from '../admin';
import { BackupPassphrase } from './passphrase';
import { Refusal } from '../box-page';

interface GoBackProps {
  to: Backup;
  onClose: () => void;
  /** The box restarts into it. */
  onDone: (restored: Restored) => void;
}

export function GoBack({ to, onClose, onDone }: GoBackProps) {
  const passphrase = useSignal('');
  const action = useAction();
  const goBack = () =>
    action.run(async () => {
      onDone(await admin.restoreOver({ name: to.name, disk: to.disk ?? null, passphrase: to.locked ? passphrase.peek() : null }));
    });
  return (
    <Dialog title={t('backup_restore', { when: fullTime(to.made_at) })} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          goBack();
        }}
      >
        <Callout kind="warn">
          <p>{t('backup_restore_lost')}</p>
          <p>{t('reset_backup_first')}</p>
        </Callout>
        {to.locked && (
          <BackupPassphrase of={passphrase} autofocus />
        )}
        {action.busy && <p role="status">{t('restore_checking')}</p>}
        <Refusal code={action.error} />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" type="submit" busy={action.busy} disabled={to.locked && passphrase.value === ''}>
            {t('backup_restore_do')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
