// Shows a message to those who run the box. Says first what they will see of it, and what not.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../app/notices';
import { api, people, rooms } from '../../app/wiring';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import type { MessageEvent } from '../../core/wire';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { errorText } from '../../ui/error-text';
import { TextArea } from '../../ui/field';
import { useAction } from '../../ui/load';

export function ReportMessage({ room, event, onClose }: { room: number; event: MessageEvent; onClose: () => void }) {
  const reason = useSignal('');
  const action = useAction();
  const name = called(people.get(event.sender).value);
  const report = (submit: Event) => {
    submit.preventDefault();
    action.run(async () => {
      await api.reportMessage(room, event.seq, reason.peek());
      showNotice({ kind: 'done', text: t('report_sent') });
      onClose();
    });
  };
  return (
    <Dialog title={t('report_title')} onClose={onClose}>
      <form class="stack" onSubmit={report}>
        <p>{t('report_text')}</p>
        <p>{t('report_text_secret', { name })}</p>
        {rooms.get(room)?.kind === 'direct' && <p>{t('report_text_direct', { name })}</p>}
        <TextArea label={t('report_reason')} value={reason.value} onInput={(value) => (reason.value = value)} maxLength={500} error={action.error && errorText(action.error)} />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="main" type="submit" busy={action.busy}>
            {t('report')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
