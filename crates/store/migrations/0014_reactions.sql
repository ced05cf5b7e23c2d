-- Messages that later events have changed, and who reacted to them.
ALTER TABLE events ADD COLUMN changed_seq INTEGER;
ALTER TABLE events ADD COLUMN shown_seq INTEGER;
CREATE TABLE reactions (
  room_id     INTEGER NOT NULL,
  seq         INTEGER NOT NULL,                        -- the message
  emoji       TEXT    NOT NULL,
  user_id     INTEGER NOT NULL REFERENCES users (id),
  reacted_seq INTEGER NOT NULL,                        -- the event that tells it
  at          INTEGER NOT NULL,                        -- milliseconds since 1970, for showing
  PRIMARY KEY (room_id, seq, emoji, user_id)
) STRICT, WITHOUT ROWID;
