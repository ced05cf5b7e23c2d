// What I have starred in all my rooms.
import { api, stars } from '../../app/wiring';
import { t } from '../../core/i18n';
import { HitList } from './hit-list';

export function Starred() {
  return <HitList title={t('starred_title')} icon="star" none={t('starred_none')} help={t('starred_none_help')} load={api.starred} news={stars.changes.value} />;
}
