// What is found, page by page. It is kept while the reader looks at a message, and asked for again when the question changes.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { searchFound } from '../../app/state';
import { api } from '../../app/wiring';
import type { SearchQuery } from '../../core/api';
import { asApiError, type AppErrorCode } from '../../core/errors';
import type { SearchPage } from '../../core/wire';

/** Asked once typing rests. */
const REST_MS = 250;

export interface Found {
  /** What has come so far; null before the first. */
  pages: readonly SearchPage[] | null;
  error: AppErrorCode | null;
  /** Asks for older hits; null when there are none. */
  more: (() => void) | null;
  reload: () => void;
}

export function useFound(wanted: SearchQuery | null): Found {
  const error = useSignal<AppErrorCode | null>(null);
  const round = useSignal(0);
  const key = wanted ? JSON.stringify(wanted) : '';
  const fail = (thrown: unknown) => void (error.value = asApiError(thrown).code);
  useEffect(() => {
    error.value = null;
    if (!wanted || searchFound.peek()?.asked === key) return;
    let stale = false;
    const timer = window.setTimeout(
      () =>
        api.search(wanted).then(
          (page) => !stale && (searchFound.value = { asked: key, pages: [page], top: 0 }),
          (thrown: unknown) => !stale && fail(thrown),
        ),
      REST_MS,
    );
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [key, round.value]);
  const found = searchFound.value;
  const pages = found?.asked === key ? found.pages : null;
  const cursor = pages?.[pages.length - 1]?.next;
  const more = () => {
    if (!wanted || !found || cursor == null) return;
    api.search({ ...wanted, cursor }).then((page) => {
      if (searchFound.peek()?.asked === key) searchFound.value = { ...found, pages: [...found.pages, page] };
    }, fail);
  };
  return { pages, error: error.value, more: cursor == null ? null : more, reload: () => void round.value++ };
}
