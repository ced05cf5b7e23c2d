-- Names as they are looked for: without case and accents (made by the program, which fills them in at its start).
ALTER TABLE users ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN folded TEXT NOT NULL DEFAULT '';
CREATE INDEX users_folded ON users (folded);
