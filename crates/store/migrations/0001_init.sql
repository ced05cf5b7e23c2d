-- The first layout: people, devices, rooms, the event log, files, invites, tickets.

-- What the box knows about itself: name, claim code hash, join mode.
CREATE TABLE settings (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Ids are never used again: an answer to someone at the door must not reach whoever came after them.
CREATE TABLE users (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  handle     TEXT    NOT NULL UNIQUE,
  name       TEXT    NOT NULL,
  role       TEXT    NOT NULL,           -- owner, admin, member, guest
  status     TEXT    NOT NULL,           -- pending, active, suspended, removed
  was_here   INTEGER NOT NULL DEFAULT 0, -- pending only: says they were here before
  avatar     TEXT,                       -- BLAKE3 of the picture, hex
  password   TEXT,                       -- argon2id, PHC string
  created_at INTEGER NOT NULL            -- milliseconds since 1970
) STRICT;
CREATE INDEX users_pending ON users (id) WHERE status = 'pending';
CREATE INDEX users_avatar ON users (avatar) WHERE avatar IS NOT NULL;

-- One signed-in browser or client. Events keep the id of a device that is gone.
CREATE TABLE devices (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id    INTEGER NOT NULL REFERENCES users (id),
  label      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_user ON devices (user_id);

-- A device has one token for each address of the box that it signed in at.
CREATE TABLE tokens (
  hash       BLOB    NOT NULL PRIMARY KEY, -- BLAKE3 of the 256-bit token
  device_id  INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_device ON tokens (device_id);

CREATE TABLE rooms (
  id           INTEGER PRIMARY KEY,
  kind         TEXT    NOT NULL,             -- direct, group, channel
  name         TEXT    NOT NULL,
  topic        TEXT    NOT NULL DEFAULT '',
  picture      TEXT,                         -- BLAKE3, hex
  is_default   INTEGER NOT NULL DEFAULT 0,   -- everyone lands in it
  write_rule   TEXT    NOT NULL,             -- everyone, admins
  invite_rule  TEXT    NOT NULL,             -- everyone, admins
  history_rule TEXT    NOT NULL,             -- all, since_joined
  first_seq    INTEGER NOT NULL DEFAULT 1,   -- oldest event kept; raised by retention
  last_seq     INTEGER NOT NULL DEFAULT 0,   -- newest event
  member_count INTEGER NOT NULL DEFAULT 0,
  direct_low   INTEGER,                      -- direct only: the smaller user id
  direct_high  INTEGER,                      -- direct only: the larger user id
  created_at   INTEGER NOT NULL,
  UNIQUE (direct_low, direct_high)
) STRICT;
CREATE INDEX rooms_picture ON rooms (picture) WHERE picture IS NOT NULL;
CREATE UNIQUE INDEX rooms_default ON rooms (is_default) WHERE is_default = 1;

CREATE TABLE members (
  room_id    INTEGER NOT NULL REFERENCES rooms (id),
  user_id    INTEGER NOT NULL REFERENCES users (id),
  role       TEXT    NOT NULL,            -- owner, admin, member
  joined_seq INTEGER NOT NULL,            -- newest event when they came in
  read_seq   INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user ON members (user_id, room_id);

-- The log. `id` is the place in the log of the whole box: followers (search, webhooks) keep theirs.
CREATE TABLE events (
  id        INTEGER PRIMARY KEY,
  room_id   INTEGER NOT NULL,
  seq       INTEGER NOT NULL,             -- 1, 2, 3 in each room, no gaps
  kind      TEXT    NOT NULL,
  sender    INTEGER NOT NULL,
  at        INTEGER NOT NULL,             -- for showing, never for ordering
  device_id INTEGER,                      -- messages only
  client_id TEXT,                         -- messages only
  body      TEXT    NOT NULL,             -- JSON, by kind
  UNIQUE (room_id, seq)
) STRICT;
-- A retry after a lost acknowledgement finds the first one here.
CREATE UNIQUE INDEX events_client ON events (device_id, client_id) WHERE client_id IS NOT NULL;

-- A file uploaded to a room; several may share the same bytes.
CREATE TABLE files (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  room_id    INTEGER NOT NULL REFERENCES rooms (id),
  uploader   INTEGER NOT NULL REFERENCES users (id),
  blake3     TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  media_type TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  width      INTEGER,
  height     INTEGER,
  thumbnail  INTEGER NOT NULL,
  event_seq  INTEGER,                     -- the message that carries it; NULL: not sent yet
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_blob ON files (blake3);
CREATE INDEX files_room ON files (room_id, event_seq);

CREATE TABLE invites (
  id         INTEGER PRIMARY KEY,
  code       TEXT    NOT NULL UNIQUE,
  creator    INTEGER NOT NULL REFERENCES users (id),
  expires_at INTEGER,                     -- NULL: never
  max_uses   INTEGER,                     -- NULL: any number
  uses       INTEGER NOT NULL DEFAULT 0,
  guest      INTEGER NOT NULL,
  revoked    INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invites_creator ON invites (creator);

CREATE TABLE invite_rooms (
  invite_id INTEGER NOT NULL REFERENCES invites (id) ON DELETE CASCADE,
  room_id   INTEGER NOT NULL REFERENCES rooms (id),
  PRIMARY KEY (invite_id, room_id)
) STRICT, WITHOUT ROWID;

-- A way in for one more device (or one more address) of an existing person.
CREATE TABLE tickets (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  code_hash   BLOB    NOT NULL UNIQUE,    -- BLAKE3 of the code
  user_id     INTEGER NOT NULL REFERENCES users (id),
  device_id   INTEGER,                    -- hand-over: the device that moves; NULL: a new device
  state       TEXT    NOT NULL,           -- open, waiting, confirmed, refused, done
  confirmed   INTEGER NOT NULL,           -- 1: needs no confirmation (hand-over, issued by an admin)
  secret_hash BLOB,                       -- BLAKE3 of the redeeming device's secret
  label       TEXT,                       -- the redeeming device
  expires_at  INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_user ON tickets (user_id);
