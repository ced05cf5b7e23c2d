// Another device wants to be me: yes or no, wherever in the app I am.
import { showNotice } from '../../app/notices';
import { api, showError, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';

export function SignInQuestion() {
  const ticket = sync.signIn.value;
  if (!ticket) return null;
  const close = () => (sync.signIn.value = null);
  const refuse = () => {
    close();
    void api.refuseTicket(ticket.id).catch(showError);
  };
  const confirm = () => {
    close();
    api.confirmTicket(ticket.id).then(() => showNotice({ kind: 'done', text: t('sign_in_confirmed') }), showError);
  };
  return (
    <Dialog title={t('sign_in_question')} onClose={refuse}>
      <p>{t('sign_in_question_text', { device: ticket.device ?? t('a_device') })}</p>
      <div class="dialog-actions">
        <Button onClick={refuse}>{t('sign_in_not_me')}</Button>
        <Button kind="main" onClick={confirm}>
          {t('sign_in_its_me')}
        </Button>
      </div>
    </Dialog>
  );
}
