-- Names as a hurried reader sees them, so that people of one name are told apart (made by the program, which fills them in at its start).
ALTER TABLE users ADD COLUMN looks TEXT NOT NULL DEFAULT '';
CREATE INDEX users_looks ON users (looks);
