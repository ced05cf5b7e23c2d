// The list of the admin pages, in three groups: the people, the machine, what is kept.
import { useEffect, useRef } from 'preact/hooks';
import { route } from '../../app/navigation';
import { sync } from '../../app/wiring';
import { t, type Key } from '../../core/i18n';
import { formatRoute, type BoxPage } from '../../core/router';
import { Badge, Row } from '../../ui/list';
import { useRoving } from '../../ui/roving';
import { BoxIcon, type BoxIconName } from './box-icon';
import { PAGE_TITLES } from './box-page';
import './admin';

const GROUPS: readonly { title: Key; pages: readonly [BoxPage, BoxIconName][] }[] = [
  {
    title: 'box_group_people',
    pages: [
      ['people', 'people'],
      ['invites', 'qr'],
      ['rooms', 'rooms'],
      ['security', 'shield'],
      ['audit', 'journal'],
    ],
  },
  {
    title: 'box_group_machine',
    pages: [
      ['name', 'tag'],
      ['network', 'network'],
      ['clock', 'clock'],
      ['power', 'power'],
      ['updates', 'update'],
      ['health', 'well'],
      ['log', 'lines'],
    ],
  },
  {
    title: 'box_group_kept',
    pages: [
      ['storage', 'disk'],
      ['backup', 'safe'],
      ['charts', 'chart'],
      ['about', 'about'],
      ['reset', 'broom'],
    ],
  },
];

export function MenuGroups() {
  const at = route.value;
  const waiting = sync.requests.value.length;
  const all = useRef<HTMLDivElement>(null);
  const chosen = at.at === 'box' ? at.page : null;
  // The list is longer than a laptop's screen.
  useEffect(() => all.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' }), [chosen]);
  useRoving(all, { items: '.row', begin: 'first' });
  return (
    <div ref={all}>
      {GROUPS.map(({ title, pages }) => (
        <nav key={title} class="box-menu" aria-label={t(title)}>
          <h2 class="section-title">{t(title)}</h2>
          {pages.map(([page, icon]) => (
            <Row
              key={page}
              lead={<BoxIcon name={icon} />}
              title={t(PAGE_TITLES[page])}
              end={page === 'people' ? <Badge count={waiting} label={t('requests_count', { n: waiting })} /> : undefined}
              href={formatRoute({ at: 'box', page })}
              current={at.at === 'box' && at.page === page}
            />
          ))}
        </nav>
      ))}
    </div>
  );
}
