-- Uploads that come in parts, and a quick look at what somebody has uploaded and never sent.

CREATE TABLE uploads (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  room_id    INTEGER NOT NULL REFERENCES rooms (id),
  uploader   INTEGER NOT NULL REFERENCES users (id),
  name       TEXT    NOT NULL,
  length     INTEGER NOT NULL,
  received   INTEGER NOT NULL DEFAULT 0,
  file_id    INTEGER,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX uploads_uploader ON uploads (uploader);
CREATE INDEX uploads_expiry ON uploads (expires_at);
CREATE INDEX files_unsent ON files (uploader) WHERE event_seq IS NULL;
