// Where the person is, as a hash address. Hash routing keeps invite codes out of the box's request logs.

export type Route =
  | { at: 'chats' }
  /** `message`: the seq of the one to show. */
  | { at: 'room'; room: number; pane: 'talk' | 'details' | 'add' | 'edit'; photo?: number; message?: number }
  /** `room`: only there. */
  | { at: 'search'; room?: number }
  /** What mentions me. */
  | { at: 'mentions' }
  /** What I have starred. */
  | { at: 'starred' }
  | { at: 'people' }
  | { at: 'person'; user: number }
  | { at: 'new-group' }
  | { at: 'me'; page: MePage }
  | { at: 'invites' }
  | { at: 'invite'; invite: number; pane: 'show' | 'poster' }
  | { at: 'requests' }
  | { at: 'box'; page: BoxPage; id?: number }
  | { at: 'setup'; step: SetupStep }
  /** A changed network is confirmed from its new address. */
  | { at: 'network'; code: string }
  | { at: 'join'; code: string }
  | { at: 'returning'; code: string }
  | { at: 'claim'; code: string }
  | { at: 'ticket'; code: string };

export type MePage = 'menu' | 'profile' | 'password' | 'devices' | 'ticket' | 'look' | 'notifications' | 'addresses';

const ME_PAGES: readonly MePage[] = ['profile', 'password', 'devices', 'ticket', 'look', 'notifications', 'addresses'];

export const BOX_PAGES = [
  'people',
  'import',
  'rooms',
  'invites',
  'poster',
  'security',
  'sessions',
  'reports',
  'audit',
  'name',
  'network',
  'address',
  'wifi',
  'hotspot',
  'clock',
  'power',
  'updates',
  'log',
  'health',
  'storage',
  'backup',
  'charts',
  'about',
  'reset',
] as const;
export type BoxPage = 'home' | (typeof BOX_PAGES)[number];

/** The way from a fresh box to one with people in it. */
export const SETUP_STEPS = ['language', 'code', 'you', 'name', 'door', 'poster'] as const;
/** They lead off it: a box that was backed up, or is to be replaced, comes back instead. */
const OTHER_WAYS = ['restore', 'move'] as const;
export type OtherWay = (typeof OTHER_WAYS)[number];
export type SetupStep = (typeof SETUP_STEPS)[number] | OtherWay;

/** Unknown addresses lead to the list of chats. */
export function parseRoute(hash: string): Route {
  const [first = '', second = '', third = '', fourth = ''] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  switch (first) {
    case 'room':
      return roomRoute(second, third, fourth);
    case 'search':
      return { at: 'search', room: number(second) ?? undefined };
    case 'people': {
      const user = number(second);
      return user === null ? { at: 'people' } : { at: 'person', user };
    }
    case 'new':
      return { at: 'new-group' };
    case 'me':
      return { at: 'me', page: ME_PAGES.find((page) => page === second) ?? 'menu' };
    case 'invites': {
      const invite = number(second);
      if (invite === null) return { at: 'invites' };
      return { at: 'invite', invite, pane: third === 'poster' ? 'poster' : 'show' };
    }
    case 'mentions':
    case 'starred':
    case 'requests':
      return { at: first };
    case 'box': {
      const page = BOX_PAGES.find((page) => page === second) ?? 'home';
      return { at: 'box', page, id: number(third) ?? undefined };
    }
    case 'setup':
      return { at: 'setup', step: [...SETUP_STEPS, ...OTHER_WAYS].find((step) => step === second) ?? 'language' };
    case 'join':
    case 'returning':
    case 'claim':
    case 'network':
    case 'ticket':
      return { at: first, code: second };
    default:
      return { at: 'chats' };
  }
}

export function formatRoute(route: Route): string {
  switch (route.at) {
    case 'chats':
      return '#/';
    case 'room':
      if (route.photo !== undefined) return `#/room/${route.room}/photo/${route.photo}`;
      if (route.message !== undefined) return `#/room/${route.room}/at/${route.message}`;
      return `#/room/${route.room}${route.pane === 'talk' ? '' : `/${route.pane}`}`;
    case 'search':
      return `#/search${route.room === undefined ? '' : `/${route.room}`}`;
    case 'person':
      return `#/people/${route.user}`;
    case 'new-group':
      return '#/new';
    case 'me':
      return route.page === 'menu' ? '#/me' : `#/me/${route.page}`;
    case 'invite':
      return `#/invites/${route.invite}${route.pane === 'poster' ? '/poster' : ''}`;
    case 'box':
      return `#/box${route.page === 'home' ? '' : `/${route.page}`}${route.id === undefined ? '' : `/${route.id}`}`;
    case 'setup':
      return `#/setup/${route.step}`;
    case 'join':
    case 'returning':
    case 'claim':
    case 'network':
    case 'ticket':
      return `#/${route.at}${route.code ? `/${encodeURIComponent(route.code)}` : ''}`;
    default:
      return `#/${route.at}`;
  }
}

function roomRoute(id: string, pane: string, which: string): Route {
  const room = number(id);
  if (room === null) return { at: 'chats' };
  if (pane === 'photo') return { at: 'room', room, pane: 'talk', photo: number(which) ?? undefined };
  if (pane === 'at') return { at: 'room', room, pane: 'talk', message: number(which) ?? undefined };
  const known = pane === 'details' || pane === 'add' || pane === 'edit';
  return { at: 'room', room, pane: known ? pane : 'talk' };
}

function number(text: string): number | null {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
