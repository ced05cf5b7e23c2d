// Finding what was said: words, filters as chips, and what was found, newest first. A press on a hit leads into the room.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { searchFound, searchQuestion } from '../../app/state';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { asked, beginning, MAX_TYPED, NOTHING_ASKED, takeFilters, withoutBeginning, type SearchQuestion } from '../../core/search-question';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { useRoving } from '../../ui/roving';
import { Broken, Empty, Skeleton } from '../../ui/states';
import { Filters } from './filters';
import { Hit } from './hit';
import { Suggestions } from './suggestions';
import { useFound } from './use-found';
import '../people/search-field.css';
import './search.css';

/** The box is behind by more than what was said just now: it is making its index anew. */
const BEHIND = 1_000;

/** `room`: where the reader came from, to look there first. */
export function Search({ room }: { room?: number }) {
  const question = searchQuestion.value;
  const field = useRef<HTMLInputElement>(null);
  const rows = useRef<HTMLUListElement>(null);
  const wanted = asked(question);
  const found = useFound(wanted);
  const named = beginning(question.typed);
  useRoving(rows, { items: '.hit', begin: 'first' });

  useEffect(() => {
    if (room !== undefined) searchQuestion.value = { ...searchQuestion.peek(), room };
  }, [room]);
  // Who comes back from a message goes on reading the list where they were.
  useLayoutEffect(() => {
    const body = rows.current?.closest('.page-body');
    if (body && searchFound.peek()) body.scrollTop = searchFound.peek()!.top;
    else field.current?.focus();
  }, []);

  const set = (next: SearchQuestion) => (searchQuestion.value = takeFilters(next));
  const done = (filters: Partial<SearchQuestion>) => {
    set({ ...question, ...filters, typed: withoutBeginning(question.typed) });
    field.current?.focus();
  };
  const hits = found.pages?.flatMap((page) => page.hits) ?? [];
  const behind = found.pages?.[0]?.behind ?? 0;
  return (
    <Page title={t('search_title')} back={formatRoute({ at: 'chats' })}>
      <label class="search">
        <Icon name="search" />
        <span class="hidden">{t('search_messages')}</span>
        <input
          ref={field}
          type="search"
          value={question.typed}
          maxLength={MAX_TYPED}
          placeholder={t('search_messages')}
          autocomplete="off"
          enterkeyhint="search"
          onInput={(event) => set({ ...question, typed: event.currentTarget.value })}
          onKeyDown={(event) => {
            // The last word is finished, also if it is a filter.
            if (event.key === 'Enter' && !event.isComposing) set({ ...question, typed: `${question.typed} ` });
          }}
        />
      </label>
      <Filters question={question} onChange={(filters) => set({ ...question, ...filters })} />
      {named ? (
        <Suggestions beginning={named} onChoose={done} />
      ) : !wanted ? (
        <p class="search-help">{t('search_help')}</p>
      ) : found.error ? (
        <Broken code={found.error} onRetry={found.reload} />
      ) : !found.pages ? (
        <Skeleton />
      ) : (
        <>
          {behind > BEHIND && <p class="search-help" role="status">{t('search_behind')}</p>}
          <p class="hidden" role="status">{t('search_count', { n: hits.length })}</p>
          {hits.length === 0 && !found.more && (
            <Empty icon="search" title={t('search_nothing')}>
              {question !== NOTHING_ASKED && hasFilter(question) && (
                <Button onClick={() => set({ ...NOTHING_ASKED, typed: question.typed })}>{t('search_everywhere')}</Button>
              )}
            </Empty>
          )}
          <ul ref={rows} class="rooms">
            {hits.map((hit) => (
              <li key={`${hit.room}-${hit.seq}`}>
                <Hit hit={hit} />
              </li>
            ))}
          </ul>
          {found.more && <Button onClick={found.more}>{t('show_more')}</Button>}
        </>
      )}
    </Page>
  );
}

function hasFilter({ room, from, has, after, before }: SearchQuestion): boolean {
  return room !== null || from !== null || has !== null || after !== null || before !== null;
}
