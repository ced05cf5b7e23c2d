-- The whole layout, as all migrations together leave it (a test compares).

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
  created_at INTEGER NOT NULL,           -- milliseconds since 1970
  invite_id  INTEGER REFERENCES invites (id), -- pending only: what they were invited to
  asked_from BLOB,                       -- pending only: the IPv6 address they asked from (IPv4 mapped), 16 bytes
  waits_until INTEGER,                   -- pending only: when their place is given up; NULL: not set yet
  quota      INTEGER,                    -- bytes they may have stored, 0: any number; NULL: as everybody
  folded     TEXT    NOT NULL DEFAULT '', -- the name without case and accents, as it is looked for; '': not made yet
  looks      TEXT    NOT NULL DEFAULT '', -- the name's skeleton (UTS #39): names that are taken for each other have the same; '': not made yet
  spelled    TEXT    NOT NULL DEFAULT ''  -- the name in Latin letters, as it may be typed: by words, without gaps, by initials; '': not made yet
) STRICT;
CREATE INDEX users_folded ON users (folded);
CREATE INDEX users_looks ON users (looks);
CREATE INDEX users_pending ON users (id) WHERE status = 'pending';
CREATE INDEX users_avatar ON users (avatar) WHERE avatar IS NOT NULL;

-- When people do not want to be disturbed.
CREATE TABLE quiet (
  user_id     INTEGER PRIMARY KEY,
  from_minute INTEGER,  -- quiet hours, minutes after midnight where the device is; NULL: none
  to_minute   INTEGER,
  until       INTEGER   -- not to be disturbed until then, milliseconds since 1970; NULL: no such time
) STRICT, WITHOUT ROWID;

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
  created_at   INTEGER NOT NULL, archived INTEGER NOT NULL DEFAULT 0, -- 1: only read any more
  keep_days   INTEGER,                       -- messages are deleted after so many; NULL: as the box's setting says
  folded      TEXT    NOT NULL DEFAULT '',   -- as in users
  mention_rule TEXT   NOT NULL DEFAULT 'everyone', -- who may mention everybody at once: everyone, admins
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
  -- What they have arranged for themselves:
  pinned_at     INTEGER,                  -- NULL: not pinned
  archived_seq  INTEGER,                  -- newest event when they archived it; NULL: not archived
  marked_unread INTEGER NOT NULL DEFAULT 0,
  notify        TEXT    NOT NULL DEFAULT 'all', -- all, mentions, none
  muted_until   INTEGER,
  PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user ON members (user_id, room_id);

-- Who was mentioned in which message, so that they find it and see a mark. Conversations of two have none.
CREATE TABLE mentions (
  room_id  INTEGER NOT NULL,
  user_id  INTEGER NOT NULL,              -- 0: everybody who was in the room
  seq      INTEGER NOT NULL,              -- the message
  event_id INTEGER NOT NULL,              -- the same in the log of the whole box
  sender   INTEGER NOT NULL,              -- who does not mention themselves
  PRIMARY KEY (room_id, user_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_user ON mentions (user_id, event_id);
CREATE INDEX mentions_event ON mentions (room_id, seq);

-- Messages that somebody has marked for themselves.
CREATE TABLE stars (
  user_id  INTEGER NOT NULL REFERENCES users (id),
  room_id  INTEGER NOT NULL,
  seq      INTEGER NOT NULL,              -- the message
  event_id INTEGER NOT NULL,              -- the same in the log of the whole box
  PRIMARY KEY (user_id, room_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX stars_user ON stars (user_id, event_id);
CREATE INDEX stars_event ON stars (room_id, seq);

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
  changed_seq INTEGER,                    -- messages only: the newest event that has changed it; NULL: none has
  shown_seq INTEGER,                      -- changes of messages only: the newest event before it that is no change
  edited_seq INTEGER,                     -- messages only: the event that tells the last edit; NULL: never edited
  edited_at INTEGER,                      -- and when that was
  UNIQUE (room_id, seq)
) STRICT;
-- A retry after a lost acknowledgement finds the first one here.
CREATE UNIQUE INDEX events_client ON events (device_id, client_id) WHERE client_id IS NOT NULL;

-- Who reacted to which message. What the log says of it comes first.
CREATE TABLE reactions (
  room_id     INTEGER NOT NULL,
  seq         INTEGER NOT NULL,                        -- the message
  emoji       TEXT    NOT NULL,                        -- one emoji, fully qualified
  user_id     INTEGER NOT NULL REFERENCES users (id),
  reacted_seq INTEGER NOT NULL,                        -- the event that tells it
  at          INTEGER NOT NULL,                        -- milliseconds since 1970, for showing
  PRIMARY KEY (room_id, seq, emoji, user_id)
) STRICT, WITHOUT ROWID;

-- What messages said before they were edited. Goes with its message.
CREATE TABLE edits (
  room_id    INTEGER NOT NULL,
  seq        INTEGER NOT NULL,            -- the message
  edited_seq INTEGER NOT NULL,            -- the event that tells that it was edited then
  text       TEXT    NOT NULL,            -- what it said before
  at         INTEGER NOT NULL,            -- since when, milliseconds since 1970
  PRIMARY KEY (room_id, seq, edited_seq)
) STRICT, WITHOUT ROWID;

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
CREATE INDEX files_uploader ON files (uploader, size);
CREATE INDEX files_unsent ON files (uploader) WHERE event_seq IS NULL;

-- An upload that comes in parts. Ids are never used again: what came so far lies in a file of that name.
CREATE TABLE uploads (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  room_id    INTEGER NOT NULL REFERENCES rooms (id),
  uploader   INTEGER NOT NULL REFERENCES users (id),
  name       TEXT    NOT NULL,
  length     INTEGER NOT NULL,            -- bytes in all
  received   INTEGER NOT NULL DEFAULT 0,  -- bytes that are on the disk
  file_id    INTEGER,                     -- the file it became; NULL: not whole yet
  expires_at INTEGER NOT NULL             -- forgotten then
) STRICT;
CREATE INDEX uploads_uploader ON uploads (uploader);
CREATE INDEX uploads_expiry ON uploads (expires_at);

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
  created_at  INTEGER NOT NULL,
  issuer      INTEGER REFERENCES users (id) -- the admin who made it for another; NULL: one's own
) STRICT;
CREATE INDEX tickets_user ON tickets (user_id);
CREATE INDEX tickets_issuer ON tickets (issuer) WHERE issuer IS NOT NULL;
CREATE INDEX tickets_expires ON tickets (expires_at);

-- The answer that signs a device in may be lost on the way. Whoever asks again with the same secret gets one more token
-- for the same device, until it was seen with a token.
CREATE TABLE attempts (
  hash      BLOB    NOT NULL PRIMARY KEY,                              -- BLAKE3 of what was asked for, the code and the secret
  device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  arrived   INTEGER NOT NULL DEFAULT 0                                 -- 1: the device was seen with a token
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_device ON attempts (device_id);

-- Who did what when from where, for every act of administration. Append-only: no statement changes or deletes a row.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,  -- milliseconds since 1970
  actor   INTEGER NOT NULL,  -- user id; their name may change, so it is kept below
  name    TEXT    NOT NULL,  -- the actor's name at that time
  address TEXT    NOT NULL,  -- where the request came from; '' when from the box itself
  action  TEXT    NOT NULL,  -- stable word: person.role, request.approve, box.rename
  target  TEXT    NOT NULL,  -- what it was done to, in words
  detail  TEXT    NOT NULL   -- from what to what; may be empty
) STRICT;
CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;

-- What is plotted. A bounded ring for each step; the clock may jump, so a stretch is found by its number and written over.
CREATE TABLE samples (
  step        INTEGER NOT NULL,  -- seconds that a row stands for
  slot        INTEGER NOT NULL,  -- its time, in steps since 1970
  online      INTEGER NOT NULL,  -- most people online at once
  messages    INTEGER NOT NULL,  -- sent in this stretch
  free_bytes  INTEGER NOT NULL,  -- least free on the data disk
  temperature INTEGER,           -- highest, thousandths of a degree Celsius
  memory      INTEGER,           -- least available, bytes
  PRIMARY KEY (step, slot)
) STRICT, WITHOUT ROWID;

-- Messages that members reported to the admins: all that an admin who is not in the room ever sees of it.
CREATE TABLE reports (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  room_id   INTEGER NOT NULL,
  seq       INTEGER NOT NULL,                       -- the message
  room_name TEXT    NOT NULL,                       -- as reported; '' for a conversation of two
  author    INTEGER NOT NULL REFERENCES users (id),
  reporter  INTEGER NOT NULL REFERENCES users (id),
  reason    TEXT    NOT NULL,                       -- may be empty
  text      TEXT    NOT NULL,                       -- the message as reported
  files     TEXT    NOT NULL,                       -- its files, one a line: the name, and while it waits a tab and where the content is
  sent_at   INTEGER NOT NULL,                       -- milliseconds since 1970
  at        INTEGER NOT NULL,
  closed_at INTEGER,                                -- NULL: nobody has looked at it yet
  outcome   TEXT    NOT NULL DEFAULT ''             -- what was done, as stable words with blanks between
) STRICT;
-- While it waits, the same person reporting the same message is the same report.
CREATE UNIQUE INDEX reports_open ON reports (reporter, room_id, seq) WHERE closed_at IS NULL;

-- How far those have come who follow the log of all rooms (search, later bots): up to this event each has taken all of it.
CREATE TABLE followers (
  name     TEXT    PRIMARY KEY,
  position INTEGER NOT NULL     -- events.id; 0: from the beginning
) STRICT, WITHOUT ROWID;
