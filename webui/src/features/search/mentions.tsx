// What mentions me in all my rooms, newest first. A press leads to the message.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { mentionsTop } from '../../app/state';
import { api, rooms } from '../../app/wiring';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { Button } from '../../ui/button';
import { Page } from '../../ui/page';
import { useRoving } from '../../ui/roving';
import { Broken, Empty, Skeleton } from '../../ui/states';
import { usePages } from '../../ui/use-pages';
import { Hit } from './hit';
import './search.css';

export function Mentions() {
  const rows = useRef<HTMLUListElement>(null);
  const { pages, error, more, reload } = usePages('', (_, before) => api.mentions(before), rooms.mentioned.value);
  const hits = pages?.flatMap((page) => page.hits) ?? [];
  useRoving(rows, { items: '.hit', begin: 'first' });
  // Who comes back from a message goes on reading the list where they were.
  useLayoutEffect(() => {
    const body = rows.current?.closest('.page-body');
    if (body) body.scrollTop = mentionsTop.peek();
  }, [pages === null]);
  const keepTop = (event: Event) => (mentionsTop.value = (event.currentTarget as HTMLElement).closest('.page-body')?.scrollTop ?? 0);
  return (
    <Page title={t('mentions_title')} back={formatRoute({ at: 'chats' })}>
      {error && hits.length === 0 ? (
        <Broken code={error} onRetry={reload} />
      ) : !pages ? (
        <Skeleton />
      ) : (
        <>
          {hits.length === 0 && !more && (
            <Empty icon="at" title={t('mentions_none')}>
              {t('mentions_none_help')}
            </Empty>
          )}
          <ul ref={rows} class="rooms" onClick={keepTop}>
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
