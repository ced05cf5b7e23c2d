// Pages of people that fit a search, asked for once typing rests.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, people } from '../../app';
import { asApiError, type AppErrorCode } from '../../core/errors';
import type { User, UserPage } from '../../core/wire';

const REST_MS = 200;

export interface FoundPeople {
  users: readonly User[] | null;
  error: AppErrorCode | null;
  more: (() => void) | null;
  reload: () => void;
}

export function usePeople(query: string): FoundPeople {
  const pages = useSignal<readonly UserPage[] | null>(null);
  const error = useSignal<AppErrorCode | null>(null);
  const round = useSignal(0);
  const load = async (before: readonly UserPage[], after?: number) => {
    const page = await api.users(query.trim(), after);
    people.putAll(page.users);
    return [...before, page];
  };
  useEffect(() => {
    let stale = false;
    const timer = window.setTimeout(
      () =>
        load([]).then(
          (loaded) => stale || ((pages.value = loaded), (error.value = null)),
          (thrown: unknown) => stale || (error.value = asApiError(thrown).code),
        ),
      query ? REST_MS : 0,
    );
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [query, round.value, people.newcomers.value]);
  const shown = pages.value;
  const next = shown?.[shown.length - 1]?.next;
  return {
    users: shown && sorted(shown.flatMap((page) => page.users)),
    error: error.value,
    more: shown && next != null ? () => void load(shown, next).then((loaded) => (pages.value = loaded)) : null,
    reload: () => {
      error.value = null;
      round.value++;
    },
  };
}

/** Those who are here first, then by name. */
function sorted(users: User[]): User[] {
  return users.sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name));
}
