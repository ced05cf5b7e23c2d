// People that fit a search, page by page.
import { api, people } from '../../app/wiring';
import type { AppErrorCode } from '../../core/errors';
import type { User } from '../../core/wire';
import { usePages } from '../../ui/use-pages';

export interface FoundPeople {
  users: readonly User[] | null;
  error: AppErrorCode | null;
  more: (() => void) | null;
  reload: () => void;
}

export function usePeople(query: string): FoundPeople {
  const load = async (wanted: string, after?: number) => {
    const page = await api.users(wanted, after);
    people.putAll(page.users);
    return page;
  };
  const { pages, error, more, reload } = usePages(query, load, people.newcomers.value);
  return { users: pages && sorted(pages.flatMap((page) => page.users)), error, more, reload };
}

/** Those who are here first, then by name. */
function sorted(users: User[]): User[] {
  return users.sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name) || a.handle.localeCompare(b.handle));
}
