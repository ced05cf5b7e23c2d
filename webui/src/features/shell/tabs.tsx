// The app's places: at the bottom on phones, under the list on wide screens.
import { isAdmin, newRooms, rooms, sync } from '../../app/wiring';
import { t, type Key } from '../../core/i18n';
import { formatRoute, type Route } from '../../core/router';
import { Icon, type IconName } from '../../ui/icon';
import { Badge } from '../../ui/list';
import { unreadFigure, unreadWords } from '../../core/unread';
import { BoxBadge } from './box-badge';

export type Tab = 'chats' | 'people' | 'me' | 'box';

export function tabOf(at: Route): Tab {
  switch (at.at) {
    case 'people':
    case 'person':
    case 'invites':
    case 'invite':
    case 'requests':
      return 'people';
    case 'me':
      return 'me';
    case 'box':
      return 'box';
    default:
      return 'chats';
  }
}

const TABS: readonly { tab: Tab; icon: IconName; label: Key; to: Route }[] = [
  { tab: 'chats', icon: 'chats', label: 'tab_chats', to: { at: 'chats' } },
  { tab: 'people', icon: 'people', label: 'tab_people', to: { at: 'people' } },
  { tab: 'me', icon: 'me', label: 'tab_me', to: { at: 'me', page: 'menu' } },
  { tab: 'box', icon: 'box', label: 'tab_box', to: { at: 'box', page: 'home' } },
];

/** What was not read, and rooms that were not looked into. */
function Unread() {
  const n = rooms.unread.value + newRooms.ids.value.size;
  return <Badge count={unreadFigure(n)} label={unreadWords(n, 'unread_count', 'unread_count_more')} />;
}

export function Tabs({ at }: { at: Route }) {
  const current = tabOf(at);
  return (
    <nav class="tabs" aria-label={t('tabs')}>
      {TABS.filter(({ tab }) => tab !== 'box' || isAdmin.value).map(({ tab, icon, label, to }) => (
        <a key={tab} class="tab" href={formatRoute(to)} aria-current={tab === current ? 'page' : undefined}>
          <Icon name={icon} />
          {t(label)}
          {tab === 'chats' && <Unread />}
          {tab === 'people' && <Badge count={sync.requests.value.length} label={t('requests_count', { n: sync.requests.value.length })} />}
          {tab === 'box' && <BoxBadge />}
        </a>
      ))}
    </nav>
  );
}
