// Who is likely meant by the beginning of a name: those who spoke last, then those whose name begins so, then the others.
import type { User } from './wire';

export interface Candidate {
  handle: string;
  /** `null`: everybody, or everybody who is here. */
  user: User | null;
}

export interface Known {
  typed: string;
  me: number | undefined;
  /** The latest first. */
  speakers: readonly User[];
  members: readonly User[];
  /** What the box found, by rules of its own. */
  found: readonly User[];
  /** What `@all` and `@here` are called; `null`: they are not allowed. */
  all: readonly [string, string] | null;
  most: number;
}

export function likely({ typed, me, speakers, members, found, all, most }: Known): Candidate[] {
  const wanted = folded(typed);
  const taken = new Map<string, Candidate>();
  const take = (users: readonly User[], fits: (user: User) => boolean) => {
    for (const user of users) {
      const { id, handle, status } = user;
      if (id !== me && status !== 'removed' && !taken.has(handle) && taken.size < most && fits(user)) taken.set(handle, { handle, user });
    }
  };
  const takeAll = (fits: (name: string) => boolean) => {
    ['all', 'here'].forEach((handle, at) => {
      if (all && [handle, folded(all[at]!)].some(fits)) taken.set(handle, { handle, user: null });
    });
  };
  const begins = (user: User) => [user.handle, ...folded(user.name).split(' '), initialsOf(user.handle)].some((name) => name.startsWith(wanted));
  const named = sorted([...members, ...found]);
  const foundIds = new Set(found.map(({ id }) => id));
  take(speakers, (user) => begins(user) || foundIds.has(user.id));
  take(named, begins);
  if (wanted !== '') takeAll((name) => name.startsWith(wanted));
  take(named, (user) => foundIds.has(user.id) || folded(user.name).includes(wanted) || user.handle.includes(wanted));
  if (wanted === '') takeAll(() => true);
  return [...taken.values()];
}

/** Without case and accents. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** `wang-fang` → `wf`. */
function initialsOf(handle: string): string {
  return handle.split(/[-_.]+/).map((word) => word[0] ?? '').join('');
}

/** Those who are online first, then by name. */
function sorted(users: readonly User[]): User[] {
  return [...users].sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name));
}
