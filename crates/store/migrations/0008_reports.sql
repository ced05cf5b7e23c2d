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
  files     TEXT    NOT NULL,                       -- names of its files, one a line
  sent_at   INTEGER NOT NULL,                       -- milliseconds since 1970
  at        INTEGER NOT NULL,
  closed_at INTEGER,                                -- NULL: nobody has looked at it yet
  outcome   TEXT    NOT NULL DEFAULT ''             -- what was done, as stable words with blanks between
) STRICT;
-- While it waits, the same person reporting the same message is the same report.
CREATE UNIQUE INDEX reports_open ON reports (reporter, room_id, seq) WHERE closed_at IS NULL;
