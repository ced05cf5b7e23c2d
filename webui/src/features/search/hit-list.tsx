// A list of messages from all rooms, newest first, page by page. A press leads to the message.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import type { SearchHit } from '../../core/wire';
import { Button } from '../../ui/button';
import type { IconName } from '../../ui/icon';
import { Page } from '../../ui/page';
import { useRoving } from '../../ui/roving';
import { Broken, Empty, Skeleton } from '../../ui/states';
import { usePages } from '../../ui/use-pages';
import { Hit } from './hit';
import './search.css';

interface HitListProps {
  title: string;
  /** What stands there when there is nothing, and how something comes there. */
  icon: IconName;
  none: string;
  help: string;
  load: (before?: number) => Promise<{ hits: SearchHit[]; next?: number | null }>;
  /** Asked anew when this changes. */
  news: unknown;
}

/** How far each list was scrolled, by its title: who comes back from a message goes on reading where they were. */
const tops = new Map<string, number>();

export function HitList({ title, icon, none, help, load, news }: HitListProps) {
  const rows = useRef<HTMLUListElement>(null);
  const { pages, error, more, reload } = usePages('', (_, before) => load(before), news);
  const hits = pages?.flatMap((page) => page.hits) ?? [];
  useRoving(rows, { items: '.hit', begin: 'first' });
  useLayoutEffect(() => {
    const body = rows.current?.closest('.page-body');
    if (body) body.scrollTop = tops.get(title) ?? 0;
  }, [pages === null]);
  return (
    <Page title={title} back={formatRoute({ at: 'chats' })}>
      {error && hits.length === 0 ? (
        <Broken code={error} onRetry={reload} />
      ) : !pages ? (
        <Skeleton />
      ) : (
        <>
          {hits.length === 0 && !more && (
            <Empty icon={icon} title={none}>
              {help}
            </Empty>
          )}
          <ul ref={rows} class="rooms" onClick={() => tops.set(title, rows.current?.closest('.page-body')?.scrollTop ?? 0)}>
            {hits.map((hit) => (
              <li key={`${hit.room}-${hit.seq}`}>
                <Hit hit={hit} />
              </li>
            ))}
          </ul>
          {more && <Button onClick={more}>{t('show_more')}</Button>}
        </>
      )}
    </Page>
  );
}
