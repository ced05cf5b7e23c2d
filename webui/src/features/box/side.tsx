// What stands beside an admin page on wide screens: the list of all of them.
import { route } from '../../app/navigation';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { Row } from '../../ui/list';
import { Page } from '../../ui/page';
import { BoxIcon } from './box-icon';
import { MenuGroups } from './menu';
import './box.css';

export function BoxSide() {
  const at = route.value;
  return (
    <Page title={t('tab_box')}>
      <Row
        lead={<BoxIcon name="well" />}
        title={t('box_home')}
        href={formatRoute({ at: 'box', page: 'home' })}
        current={at.at === 'box' && at.page === 'home'}
      />
      <MenuGroups />
    </Page>
  );
}
