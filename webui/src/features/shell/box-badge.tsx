// On the tab of the box: how much its self-check found that needs somebody. An admin who only chats sees it too.
import { useEffect } from 'preact/hooks';
import { boxFindings } from '../../app/state';
import { api } from '../../app/wiring';
import type { PatrolReport } from '../../core/admin-wire';
import { t } from '../../core/i18n';
import { Badge } from '../../ui/list';
import { usePoll } from '../../ui/poll';

/** The box looks once a minute. */
const LOOK_MS = 60_000;

export function BoxBadge() {
  const { value } = usePoll(() => api.call<PatrolReport>('GET', '/admin/patrol'), [], LOOK_MS);
  useEffect(() => {
    if (value) boxFindings.value = value.findings;
  }, [value]);
  // A hint can wait until somebody comes by.
  const n = boxFindings.value.filter(({ severity }) => severity !== 'hint').length;
  return <Badge count={n} label={t('box_found_count', { n })} />;
}
