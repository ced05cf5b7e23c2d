// The box's REST routes, one method each. Knows HTTP and the wire types; holds no state.
import { ApiError, errorFromAnswer } from './errors';
import type * as w from './wire';

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;
export type Api = ReturnType<typeof createApi>;
/** One request: JSON in `body`, or bytes in `raw`. */
export type Call = <T>(method: string, path: string, body?: unknown, raw?: Blob, headers?: Readonly<Record<string, string>>) => Promise<T>;

/** Where the events of a room are asked for; neither `before` nor `after`: the newest. */
export interface EventQuery {
  before?: number;
  after?: number;
  limit?: number;
}

/** What is looked for; times in milliseconds since 1970, `before` not included. */
export interface SearchQuery {
  q?: string;
  room?: number;
  from?: number;
  has?: w.Carries;
  after?: number;
  before?: number;
  cursor?: number;
}

const ROOT = '/api/v1';

/** So many members of a room come at once. */
export const MEMBERS_PAGE = 500;

/** `enterPassword` asks the person for their password when an act of administration needs it; did they enter it? */
export function createApi(fetch: Fetch, enterPassword: () => Promise<boolean> = async () => false) {
  const call: Call = async <T>(method: string, path: string, body?: unknown, raw?: Blob, headers?: Readonly<Record<string, string>>): Promise<T> => {
    for (;;) {
      try {
        return await once<T>(method, path, body, raw, headers);
      } catch (thrown) {
        if (!(thrown instanceof ApiError) || thrown.code !== 'fresh_password_required') throw thrown;
        if (!(await enterPassword())) throw new ApiError('cancelled', 0);
      }
    }
  };
  async function once<T>(method: string, path: string, body?: unknown, raw?: Blob, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    const init: RequestInit = { method, credentials: 'same-origin', cache: 'no-store', headers };
    if (raw) {
      init.body = raw;
      init.headers = { ...headers, 'Content-Type': raw.type || 'application/octet-stream' };
    } else if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...headers, 'Content-Type': 'application/json' };
    }
    let answer: Response;
    try {
      answer = await fetch(ROOT + path, init);
    } catch {
      throw new ApiError('unreachable', 0);
    }
    if (answer.status === 204) return undefined as T;
    const parsed: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw errorFromAnswer(answer.status, parsed);
    if (parsed === null) throw new ApiError('bad_answer', answer.status);
    return parsed as T;
  }
  const get = <T>(path: string) => call<T>('GET', path);
  const post = <T>(path: string, body?: unknown) => call<T>('POST', path, body);
  const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, body);
  const put = <T>(path: string, body?: unknown) => call<T>('PUT', path, body);
  const del = <T = void>(path: string) => call<T>('DELETE', path);

  return {
    /** For the routes of parts that are loaded when they are opened. */
    call,

    box: () => get<w.BoxInfo>('/box'),
    claim: (claim: w.Claim) => post<w.SignedIn>('/claim', claim),
    join: (join: w.Join) => post<w.SignedIn>('/join', join),
    signIn: (signIn: w.PasswordSignIn) => post<w.SignedIn>('/sign-in', signIn),
    signOut: () => post<void>('/sign-out'),
    checkInvite: (code: string) => get<w.InviteCheck>(`/invites/check/${encodeURIComponent(code)}`),

    me: () => get<w.Me>('/me'),
    changeMe: (change: w.ChangeMe) => patch<w.Me>('/me', change),
    setAvatar: (image: Blob) => call<w.Me>('PUT', '/me/avatar', undefined, image),
    removeAvatar: () => del<w.Me>('/me/avatar'),
    setQuiet: (quiet: w.Quiet) => put<void>('/me/quiet', quiet),
    setPassword: (change: w.SetPassword) => put<void>('/me/password', change),
    /** Not through `call`: a refusal is the answer. */
    enterPassword: (password: string) => once<void>('POST', '/me/password/enter', { password }),
    /** Messages that call me; older ones before what a page ended with. */
    mentions: (before?: number) => get<w.MentionPage>(`/me/mentions${query({ before })}`),
    starred: (before?: number) => get<w.StarPage>(`/me/stars${query({ before })}`),
    stars: (room: number) => get<w.StarsInRoom>(`/rooms/${room}/stars`),
    star: (room: number, seq: number) => put<void>(`/rooms/${room}/events/${seq}/star`),
    unstar: (room: number, seq: number) => del(`/rooms/${room}/events/${seq}/star`),
    storage: () => get<w.OwnStorage>('/me/storage'),
    devices: () => get<w.Device[]>('/me/devices'),
    revokeDevice: (id: number) => del(`/me/devices/${id}`),
    makeTicket: () => post<w.SignInTicket>('/me/tickets'),
    confirmTicket: (id: number) => post<void>(`/me/tickets/${id}/confirm`),
    refuseTicket: (id: number) => post<void>(`/me/tickets/${id}/refuse`),
    withdrawTicket: (id: number) => del(`/me/tickets/${id}`),
    /** 200 answers who you are; 202 answers the ticket, still waiting. */
    redeemTicket: (code: string, secret: string) => post<w.SignedIn | w.SignInTicket>('/tickets/redeem', { code, secret }),
    handOver: (url: string) => post<w.HandOverLink>('/me/hand-over', { url }),

    users: (q: string, after?: number) => get<w.UserPage>(`/users${query({ q: q || undefined, after })}`),
    user: (id: number) => get<w.User>(`/users/${id}`),
    changeUser: (id: number, change: w.ChangeUser) => patch<w.User>(`/users/${id}`, change),
    makeTicketFor: (user: number) => post<w.SignInTicket>(`/users/${user}/ticket`),
    requests: () => get<w.JoinRequest[]>('/requests'),
    resolveRequest: (user: number, answer: w.ResolveJoinRequest) => post<void>(`/requests/${user}`, answer),

    room: (id: number) => get<w.Room>(`/rooms/${id}`),
    makeRoom: (room: w.NewRoom) => post<w.Room>('/rooms', room),
    changeRoom: (id: number, change: w.ChangeRoom) => patch<w.Room>(`/rooms/${id}`, change),
    arrange: (id: number, change: w.ChangeMine) => patch<w.Room>(`/rooms/${id}/mine`, change),
    setKeep: (id: number, keep: w.SetKeep) => put<w.Expiring>(`/rooms/${id}/keep`, keep),
    setPicture: (id: number, image: Blob) => call<w.Room>('PUT', `/rooms/${id}/picture`, undefined, image),
    openDirect: (user: number) => post<w.Room>('/direct', { user }),
    /** At most `MEMBERS_PAGE`, those with larger ids than `after`. */
    members: (room: number, after?: number) => get<w.Member[]>(`/rooms/${room}/members${query({ after })}`),
    /** Members who are called like this, however large the room. */
    membersCalled: (room: number, q: string, limit: number) => get<w.Member[]>(`/rooms/${room}/members${query({ q: q || undefined, limit })}`),
    addMember: (room: number, user: number, role?: w.RoomRole) => put<w.Member>(`/rooms/${room}/members/${user}`, role ? { role } : {}),
    removeMember: (room: number, user: number) => del(`/rooms/${room}/members/${user}`),
    events: (room: number, where: EventQuery) => get<w.EventPage>(`/rooms/${room}/events${query({ ...where })}`),
    react: (room: number, seq: number, emoji: string) => put<void>(`${reactionsTo(room, seq)}/${encodeURIComponent(emoji)}`),
    takeReactionBack: (room: number, seq: number, emoji: string) => del(`${reactionsTo(room, seq)}/${encodeURIComponent(emoji)}`),
    editMessage: (room: number, seq: number, text: string) => patch<void>(`/rooms/${room}/messages/${seq}`, { text }),
    earlierTexts: (room: number, seq: number) => get<w.EarlierText[]>(`/rooms/${room}/messages/${seq}/edits`),
    whoReacted: (room: number, seq: number, after?: number) => get<w.ReactionPage>(`${reactionsTo(room, seq)}${query({ after })}`),
    search: (wanted: SearchQuery) => get<w.SearchPage>(`/search${query({ ...wanted })}`),
    reportMessage: (room: number, seq: number, reason: string) => post<void>(`/rooms/${room}/events/${seq}/report`, { reason }),
    deleteEvent: (room: number, seq: number) => del(`/rooms/${room}/events/${seq}`),

    abandonUpload: (id: string) => del(`/uploads/${id}`),

    invites: () => get<w.Invite[]>('/invites'),
    invite: (id: number) => get<w.InviteCreated>(`/invites/${id}`),
    makeInvite: (invite: w.NewInvite) => post<w.InviteCreated>('/invites', invite),
    revokeInvite: (id: number) => del(`/invites/${id}`),
  };
}

const reactionsTo = (room: number, seq: number) => `/rooms/${room}/messages/${seq}/reactions`;

/** Addresses that the browser loads by itself (images, downloads, uploads). */
export const urls = {
  file: (id: number) => `${ROOT}/files/${id}`,
  download: (id: number) => `${ROOT}/files/${id}?download`,
  thumbnail: (id: number) => `${ROOT}/files/${id}/thumbnail`,
  upload: (room: number, name: string) => `${ROOT}/rooms/${room}/files${query({ name })}`,
  /** Begins an upload in parts. */
  parts: (room: number, name: string) => `${ROOT}/uploads${query({ room, name })}`,
  /** Where its parts go, and what it became. */
  part: (upload: number | string) => `${ROOT}/uploads/${upload}`,
  inviteQr: (id: number, link: number) => `${ROOT}/invites/${id}/qr.svg${query({ link })}`,
  ticketQr: (code: string, link: number) => `${ROOT}/me/tickets/qr.svg${query({ code, link })}`,
};

export function query(values: Record<string, string | number | undefined>): string {
  const parts = Object.entries(values).filter(([, value]) => value !== undefined);
  if (parts.length === 0) return '';
  return `?${parts.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
}
