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
