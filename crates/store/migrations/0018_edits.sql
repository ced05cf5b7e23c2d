-- What messages said before they were edited.
ALTER TABLE events ADD COLUMN edited_seq INTEGER;
ALTER TABLE events ADD COLUMN edited_at INTEGER;
CREATE TABLE edits (
  room_id    INTEGER NOT NULL,
  seq        INTEGER NOT NULL,  -- the message
  edited_seq INTEGER NOT NULL,  -- the event that tells that it was edited then
  text       TEXT    NOT NULL,  -- what it said before
  at         INTEGER NOT NULL,  -- since when, milliseconds since 1970
  PRIMARY KEY (room_id, seq, edited_seq)
) STRICT, WITHOUT ROWID;
