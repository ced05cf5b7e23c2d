// Another box sealed the codes of a backup's open invites: here they are void, and posters on the wall are to be replaced.
import { t } from '../../../core/i18n';
import { Callout } from '../../../ui/callout';

export function VoidInvites({ count }: { count: number | undefined }) {
  if (!count) return null;
  return (
    <Callout kind="warn" live="status">
      <p>{t('restore_invites_void', { count })}</p>
    </Callout>
  );
}
