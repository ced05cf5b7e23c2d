-- Coming in: answers that were lost on the way, what someone who waits was invited to, and for how long they wait.

-- Whoever asks again with the same secret gets one more token for the same device, until it was seen with a token.
CREATE TABLE attempts (
  hash      BLOB    NOT NULL PRIMARY KEY,                                  -- BLAKE3 of what was asked for, the code and the secret
  device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  arrived   INTEGER NOT NULL DEFAULT 0                                     -- 1: the device was seen with a token
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_device ON attempts (device_id);

ALTER TABLE users ADD COLUMN invite_id INTEGER REFERENCES invites (id);
ALTER TABLE users ADD COLUMN asked_from BLOB;
ALTER TABLE users ADD COLUMN waits_until INTEGER;

ALTER TABLE tickets ADD COLUMN issuer INTEGER REFERENCES users (id);
CREATE INDEX tickets_issuer ON tickets (issuer) WHERE issuer IS NOT NULL;
CREATE INDEX tickets_expires ON tickets (expires_at);
