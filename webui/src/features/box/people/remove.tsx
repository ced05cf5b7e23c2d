// Removing a person for good: says what is lost, and asks what happens to what they wrote.
import { useSignal } from '@preact/signals';
import { go } from '../../../app/navigation';
import { showNotice } from '../../../app/notices';
import type { MessagesOfRemoved } from '../../../core/admin-wire';
import { called } from '../../../core/called';
import { t } from '../../../core/i18n';
import type { User } from '../../../core/wire';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { useAction } from '../../../ui/load';
import { Options } from '../../../ui/options';
import { admin } from '../admin';
import { Refusal } from '../box-page';

const WAYS: readonly MessagesOfRemoved[] = ['keep', 'delete'];

export function Remove({ user, onClose }: { user: User; onClose: () => void }) {
  const messages = useSignal<MessagesOfRemoved>('keep');
  const action = useAction();
  const remove = () =>
    action.run(async () => {
      await admin.removePerson(user.id, messages.peek());
      showNotice({ kind: 'done', text: t('person_removed_done', { name: called(user) }) });
      onClose();
      go({ at: 'box', page: 'people' });
    });
  return (
    <Dialog title={t('person_remove_title', { name: called(user) })} onClose={onClose}>
      <p>{t('person_remove_text')}</p>
      <Options
        label={t('person_remove_messages')}
        value={messages.value}
        options={WAYS.map((value) => ({ value, label: t(`person_messages_${value}`), help: t(`person_messages_${value}_help`) }))}
        onChange={(value) => (messages.value = value)}
      />
      <Refusal code={action.error} />
      <div class="dialog-actions">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button kind="danger" busy={action.busy} onClick={remove}>
          {t('person_remove')}
        </Button>
      </div>
    </Dialog>
  );
}
