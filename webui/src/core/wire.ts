// Short names for the generated wire types. Everything that goes over the line has its shape from here.
import type { components } from './wire.gen';

type Schemas = components['schemas'];

export type BoxInfo = Schemas['BoxInfo'];
export type ServerAddress = Schemas['ServerAddress'];
export type ErrorCode = Schemas['ErrorCode'];
export type ErrorDetail = Schemas['ErrorDetail'];
export type ErrorBody = Schemas['ErrorBody'];
export type RoomEvent = Schemas['Event'];
export type EarlierText = Schemas['EarlierText'];
export type Reaction = Schemas['Reaction'];
export type ReactionPage = Schemas['ReactionPage'];
export type EventPage = Schemas['EventPage'];
export type SentFile = Schemas['File'];
export type Voice = Schemas['Voice'];
export type Quiet = Schemas['Quiet'];
export type ClientFrame = Schemas['ClientFrame'];
export type ServerFrame = Schemas['ServerFrame'];
export type Seen = Schemas['Seen'];
export type Invite = Schemas['Invite'];
export type InviteCheck = Schemas['InviteCheck'];
export type InviteCreated = Schemas['InviteCreated'];
export type NewInvite = Schemas['NewInvite'];
export type User = Schemas['User'];
export type UserPage = Schemas['UserPage'];
export type Me = Schemas['Me'];
export type ChangeMe = Schemas['ChangeMe'];
export type ChangeUser = Schemas['ChangeUser'];
export type Device = Schemas['Device'];
export type Role = Schemas['Role'];
export type JoinRequest = Schemas['JoinRequest'];
export type ResolveJoinRequest = Schemas['ResolveJoinRequest'];
export type SearchPage = Schemas['SearchPage'];
export type SearchHit = Schemas['SearchHit'];
export type Mention = Schemas['Mention'];
export type MentionPage = Schemas['MentionPage'];
export type StarPage = Schemas['StarPage'];
export type StarsInRoom = Schemas['StarsInRoom'];
export type Carries = Schemas['Carries'];
export type Room = Schemas['Room'];
export type RoomKind = Schemas['RoomKind'];
export type RoomRole = Schemas['RoomRole'];
export type NewRoom = Schemas['NewRoom'];
export type ChangeRoom = Schemas['ChangeRoom'];
export type Member = Schemas['Member'];
export type NewMessage = Schemas['NewMessage'];
export type SendReceipt = Schemas['SendReceipt'];
export type Claim = Schemas['Claim'];
export type Join = Schemas['Join'];
export type PasswordSignIn = Schemas['PasswordSignIn'];
export type OwnStorage = Schemas['OwnStorage'];
export type Expiring = Schemas['Expiring'];
export type ChangeMine = Schemas['ChangeMine'];
export type SetKeep = Schemas['SetKeep'];
export type SetPassword = Schemas['SetPassword'];
export type SignedIn = Schemas['SignedIn'];
export type SignInTicket = Schemas['SignInTicket'];
export type HandOverLink = Schemas['HandOverLink'];

export type EnterPassword = Schemas['EnterPassword'];

/** One kind of event with its own fields: `EventOf<'message'>`. */
export type EventOf<K extends RoomEvent['kind']> = Extract<RoomEvent, { kind: K }>;
export type MessageEvent = EventOf<'message'>;

/** One kind of server frame: `FrameOf<'ready'>`. */
export type FrameOf<T extends ServerFrame['t']> = Extract<ServerFrame, { t: T }>;
