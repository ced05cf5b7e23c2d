// What mentions me in all my rooms.
import { api, rooms } from '../../app/wiring';
import { t } from '../../core/i18n';
import { HitList } from './hit-list';

export function Mentions() {
  return <HitList title={t('mentions_title')} icon="at" none={t('mentions_none')} help={t('mentions_none_help')} load={api.mentions} news={rooms.mentioned.value} />;
}
