-- Messages that somebody has marked for themselves.
CREATE TABLE stars (
  user_id  INTEGER NOT NULL REFERENCES users (id),
  room_id  INTEGER NOT NULL,
  seq      INTEGER NOT NULL,  -- the message
  event_id INTEGER NOT NULL,  -- the same in the log of the whole box
  PRIMARY KEY (user_id, room_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX stars_user ON stars (user_id, event_id);
CREATE INDEX stars_event ON stars (room_id, seq);
