// The routes of the box's administration, one method each. Knows HTTP and the wire types; holds no state.
import { query, type Call } from './api';
import type * as w from './admin-wire';

export type AdminApi = ReturnType<typeof createAdminApi>;

/** Which lines of the log. */
export interface LogQuery {
  severity?: w.LogSeverity;
  q?: string;
  this_start?: string;
}

const ADMIN = '/admin';

export function createAdminApi(call: Call) {
  const get = <T>(path: string) => call<T>('GET', ADMIN + path);
  const post = <T>(path: string, body?: unknown) => call<T>('POST', ADMIN + path, body);
  const put = <T>(path: string, body: unknown) => call<T>('PUT', ADMIN + path, body);
  const patch = <T>(path: string, body: unknown) => call<T>('PATCH', ADMIN + path, body);
  const del = <T = void>(path: string) => call<T>('DELETE', ADMIN + path);

  return {
    settings: () => get<w.BoxSettings>('/settings'),
    changeSettings: (change: w.ChangeBoxSettings) => patch<w.BoxSettings>('/settings', change),
    audit: (before?: number) => get<w.AuditPage>(`/audit${query({ before, limit: 50 })}`),

    /** Changes nothing, and asks for the password where the next request can't. */
    enterPassword: () => patch<w.BoxSettings>('/settings', {}),

    people: (which: w.PeopleQuery) => get<w.PersonPage>(`/people${query({ ...which })}`),
    person: (user: number) => get<w.PersonDetails>(`/people/${user}`),
    dropPassword: (user: number) => del(`/people/${user}/password`),
    devices: (which: { q?: string; before?: number }) => get<w.SignedInDevicePage>(`/devices${query({ ...which })}`),
    setQuota: (user: number, quota_bytes: number | null) => put<void>(`/people/${user}/quota`, { quota_bytes } satisfies w.SetQuota),
    signOutAll: (user: number) => del(`/people/${user}/devices`),
    signOutOne: (user: number, device: number) => del(`/people/${user}/devices/${device}`),
    removePerson: (user: number, messages: w.MessagesOfRemoved) => post<void>(`/people/${user}/remove`, { messages }),
    importPeople: (csv: Blob, how: 'check' | 'make') => call<w.ImportReport>('POST', `${ADMIN}/people/import${query({ check: how === 'check' ? '' : undefined })}`, undefined, csv),
    rooms: (which: w.RoomsQuery) => get<w.RoomSummaryPage>(`/rooms${query({ ...which })}`),
    room: (room: number) => get<w.RoomSummary>(`/rooms/${room}`),
    changeRoom: (room: number, change: w.ChangeRoomFromOutside) => patch<w.RoomSummary>(`/rooms/${room}`, change),
    deleteRoom: (room: number) => del(`/rooms/${room}`),

    reports: (which: { answered?: true; before?: number }) => get<w.ReportPage>(`/reports${query({ ...which, answered: which.answered && 'true' })}`),
    answerReport: (id: number, answer: w.AnswerReport) => post<void>(`/reports/${id}`, answer),

    patrol: () => get<w.PatrolReport>('/patrol'),
    patrolNow: () => post<w.PatrolReport>('/patrol'),
    dismissFinding: (finding: w.FindingId) => post<w.PatrolReport>('/patrol/dismiss', { finding }),
    chart: (step: number) => get<w.Chart>(`/chart${query({ step })}`),
    storage: () => get<w.StorageReport>('/storage'),
    filesPlace: () => get<w.FilesPlace>('/storage/place'),
    keepFiles: (to: w.KeepFiles) => put<w.FilesPlace>('/storage/place', to),
    giveUpDisk: () => del<w.FilesPlace>('/storage/place'),
    setStorageLimits: (limits: w.StorageLimits) => put<w.StorageLimits>('/storage/limits', limits),
    setKeep: (keep: w.SetKeep) => put<w.Expiring>('/storage/keep', keep),
    damaged: () => get<w.SetAside[]>('/damaged'),
    deleteDamaged: (name: string) => del(`/damaged/${encodeURIComponent(name)}`),
    cleanUp: (wanted: w.CleanUp) => post<w.CleanedUp>('/storage/clean-up', wanted),
    factoryReset: (order: w.FactoryReset) => post<void>('/factory-reset', order),
    backups: () => get<w.BackupState>('/backups'),
    makeBackup: (order: w.MakeBackup) => post<w.BackupState>('/backups', order),
    setBackupSchedule: (schedule: w.BackupSchedule) => put<w.BackupState>('/backups/schedule', schedule),
    ejectDisk: (disk: string) => post<void>(`/disks/${encodeURIComponent(disk)}/eject`),
    deleteBackup: (name: string) => del(`/backups/${encodeURIComponent(name)}`),

    restoreOver: (which: w.RestoreStored) => post<w.Restored>('/restore', which),
    moveOut: () => get<w.MoveOut>('/move'),
    beginMove: () => post<w.MoveBegun>('/move'),
    revokeMove: () => del<w.MoveOut>('/move'),

    power: (order: w.PowerAct) => post<void>('/power', { order }),
    /** Restarts into the repair page, which is not the app's. */
    repair: () => post<void>('/repair'),
    clock: () => get<w.ClockState>('/clock'),
    changeClock: (change: w.ChangeClock) => patch<w.ClockState>('/clock', change),
    zones: () => get<string[]>('/clock/zones'),
    setTime: (at: number) => post<w.ClockState>('/clock/set', { at }),
    log: (lines: LogQuery, at: { before?: string; after?: string }) => get<w.LogPage>(`/log${query({ ...lines, ...at, limit: 100 })}`),
    health: () => get<w.MachineHealth>('/health'),

    network: () => get<w.NetworkState>('/network'),
    scan: () => get<w.WifiNetwork[]>('/network/wifi'),
    changeNetwork: (change: w.NetworkChange) => post<w.NetworkChangeMade>('/network/changes', change),
    undoNetwork: (change: number) => del(`/network/changes/${change}`),
    setCountry: (country: string) => put<void>('/network/country', { country }),
    confirmNetwork: (token: string) => call<w.NetworkChangeConfirmed>('POST', '/network/confirm', { token }),

    update: () => get<w.UpdateState>('/update'),
    discardUpdate: () => del('/update/bundle'),
    installUpdate: () => post<w.UpdateState>('/update/install'),
    goBack: () => post<void>('/update/back'),
  };
}

/** What whoever holds a box that nobody owns does with it, by its claim code. */
export function createHolderApi(call: Call, claimCode: string) {
  const headers = { 'Claim-Code': claimCode };
  return {
    storedBackups: () => call<w.StoredBackups>('GET', '/restore/stored', undefined, undefined, headers),
    restoreStored: (which: w.RestoreStored) => call<w.Restored>('POST', '/restore/stored', which, undefined, headers),
    moveIn: () => call<w.MoveIn>('GET', '/move', undefined, undefined, headers),
    beginMoveIn: (from: w.MoveHere) => call<w.MoveIn>('POST', '/move', from, undefined, headers),
    cancelMoveIn: () => call<w.MoveIn>('DELETE', '/move', undefined, undefined, headers),
  };
}

/** Addresses that the browser loads by itself. */
export const adminUrls = {
  auditCsv: '/api/v1/admin/audit.csv',
  peopleCsv: '/api/v1/admin/people.csv',
  backup: (name: string) => `/api/v1/admin/backups/${encodeURIComponent(name)}`,
  damaged: (name: string, file: string) => `/api/v1/admin/damaged/${encodeURIComponent(name)}/${encodeURIComponent(file)}`,
  reportedFile: (report: number, place: number) => `/api/v1/admin/reports/${report}/files/${place}`,
  reportedThumbnail: (report: number, place: number) => `/api/v1/admin/reports/${report}/files/${place}/thumbnail`,
  restore: '/api/v1/restore',
  restoreCheck: '/api/v1/restore/check',
  log: (lines: LogQuery) => `/api/v1/admin/log.txt${query({ ...lines })}`,
  bundle: (name: string) => `/api/v1/admin/update/bundle${query({ name })}`,
};
