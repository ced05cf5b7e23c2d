// Pages of a list that fit a search, asked for once typing rests.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asApiError, type AppErrorCode } from '../core/errors';

const REST_MS = 200;

export interface Pages<Page> {
  /** What has come so far; null before the first. */
  pages: readonly Page[] | null;
  error: AppErrorCode | null;
  /** Asks for the next page; null when there is none. */
  more: (() => void) | null;
  reload: () => void;
}

/** `load` answers the page after an id, or the first. It is asked anew when `query` or `news` changes. */
export function usePages<Page extends { next?: number | null }>(
  query: string,
  load: (query: string, after?: number) => Promise<Page>,
  news?: unknown,
): Pages<Page> {
  const pages = useSignal<readonly Page[] | null>(null);
  const error = useSignal<AppErrorCode | null>(null);
  const round = useSignal(0);
  const wanted = query.trim();
  const fail = (thrown: unknown) => (error.value = asApiError(thrown).code);
  useEffect(() => {
    let stale = false;
    const timer = window.setTimeout(
      () =>
        load(wanted).then(
          (page) => stale || ((pages.value = [page]), (error.value = null)),
          (thrown: unknown) => stale || fail(thrown),
        ),
      query ? REST_MS : 0,
    );
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [query, round.value, news]);
  const shown = pages.value;
  const next = shown?.[shown.length - 1]?.next;
  return {
    pages: shown,
    error: error.value,
    more: shown && next != null ? () => void load(wanted, next).then((page) => (pages.value = [...shown, page]), fail) : null,
    reload: () => {
      error.value = null;
      round.value++;
    },
  };
}
