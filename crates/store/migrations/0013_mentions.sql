-- Who was mentioned where, beside the message that says it, and who may mention everybody.
CREATE TABLE mentions (
  room_id  INTEGER NOT NULL,
  user_id  INTEGER NOT NULL,  -- 0: everybody who was in the room
  seq      INTEGER NOT NULL,  -- the message
  event_id INTEGER NOT NULL,  -- the same in the log of the whole box
  sender   INTEGER NOT NULL,  -- who does not mention themselves
  PRIMARY KEY (room_id, user_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_user ON mentions (user_id, event_id);
CREATE INDEX mentions_event ON mentions (room_id, seq);

ALTER TABLE rooms ADD COLUMN mention_rule TEXT NOT NULL DEFAULT 'everyone';
UPDATE rooms SET mention_rule = 'admins' WHERE is_default = 1 OR kind = 'channel';

-- A name as it may be typed in Latin letters; '': not made yet.
ALTER TABLE users ADD COLUMN spelled TEXT NOT NULL DEFAULT '';
