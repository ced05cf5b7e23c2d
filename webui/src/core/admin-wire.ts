// Short names for the generated wire types of the box's administration.
import type { components } from './wire.gen';

type Schemas = components['schemas'];

export type JoinMode = Schemas['JoinMode'];
export type BoxSettings = Schemas['BoxSettings'];
export type ChangeBoxSettings = Schemas['ChangeBoxSettings'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditPage = Schemas['AuditPage'];
export type PowerAct = Schemas['PowerAct'];
export type ClockState = Schemas['ClockState'];
export type ChangeClock = Schemas['ChangeClock'];
export type LogSeverity = Schemas['LogSeverity'];
export type LogEntry = Schemas['LogEntry'];
export type LogPage = Schemas['LogPage'];
export type MachineHealth = Schemas['MachineHealth'];
export type DiskHealth = Schemas['DiskHealth'];
export type NetworkState = Schemas['NetworkState'];
export type NetworkInterface = Schemas['NetworkInterface'];
export type IpSettings = Schemas['IpSettings'];
export type WifiNetwork = Schemas['WifiNetwork'];
export type NetworkChange = Schemas['NetworkChange'];
export type NetworkChangeMade = Schemas['NetworkChangeMade'];
export type NetworkChangeConfirmed = Schemas['NetworkChangeConfirmed'];
export type PendingChange = Schemas['PendingChange'];
export type UpdateState = Schemas['UpdateState'];
export type UpdateBundle = Schemas['UpdateBundle'];
export type SystemSlot = Schemas['SystemSlot'];
export type Person = Schemas['Person'];
export type PersonPage = Schemas['PersonPage'];
export type PersonDetails = Schemas['PersonDetails'];
export type SignedInDevice = Schemas['SignedInDevice'];
export type SignedInDevicePage = Schemas['SignedInDevicePage'];
export type SetQuota = Schemas['SetQuota'];
export type SetAside = Schemas['SetAside'];
export type SetAsideFile = Schemas['SetAsideFile'];
export type MessagesOfRemoved = Schemas['MessagesOfRemoved'];
export type ImportReport = Schemas['ImportReport'];
export type RoomSummary = Schemas['RoomSummary'];
export type RoomSummaryPage = Schemas['RoomSummaryPage'];
export type ChangeRoomFromOutside = Schemas['ChangeRoomFromOutside'];
export type Report = Schemas['Report'];
export type ReportDeed = Schemas['ReportDeed'];
export type ReportPage = Schemas['ReportPage'];
export type ReportPerson = Schemas['ReportPerson'];
export type AnswerReport = Schemas['AnswerReport'];
export type PatrolReport = Schemas['PatrolReport'];
export type Finding = Schemas['Finding'];
export type FindingId = Schemas['FindingId'];
export type LastUpdate = Schemas['LastUpdate'];
export type OwnersToBe = Schemas['OwnersToBe'];
export type Repair = Schemas['Repair'];
export type Chart = Schemas['Chart'];
export type ChartPoint = Schemas['ChartPoint'];
export type FilesPlace = Schemas['FilesPlace'];
export type FilesDisk = Schemas['FilesDisk'];
export type KeepFiles = Schemas['KeepFiles'];
export type PlaceChoice = Schemas['PlaceChoice'];
export type StorageReport = Schemas['StorageReport'];
export type Expiring = Schemas['Expiring'];
export type KeepState = Schemas['KeepState'];
export type SetKeep = Schemas['SetKeep'];
export type StorageLimits = Schemas['StorageLimits'];
export type StorageShare = Schemas['StorageShare'];
export type CleanUp = Schemas['CleanUp'];
export type CleanedUp = Schemas['CleanedUp'];
export type FactoryReset = Schemas['FactoryReset'];
export type Backup = Schemas['Backup'];
export type MakeBackup = Schemas['MakeBackup'];
export type BackupState = Schemas['BackupState'];
export type BackupSchedule = Schemas['BackupSchedule'];
export type UsbDisk = Schemas['UsbDisk'];
export type Every = Schemas['Every'];
export type MoveOut = Schemas['MoveOut'];
export type MoveBegun = Schemas['MoveBegun'];
export type MoveHere = Schemas['MoveHere'];
export type MoveIn = Schemas['MoveIn'];
export type RestoreStored = Schemas['RestoreStored'];
export type StoredBackups = Schemas['StoredBackups'];
export type Restored = Schemas['Restored'];

/** Which people; the first of them is after `after`. */
export interface PeopleQuery {
  q?: string;
  status?: string;
  after?: number;
}

export interface RoomsQuery {
  q?: string;
  after?: number;
}
