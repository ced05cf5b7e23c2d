-- When people do not want to be disturbed.
CREATE TABLE quiet (
  user_id     INTEGER PRIMARY KEY,
  from_minute INTEGER,  -- quiet hours, minutes after midnight where the device is; NULL: none
  to_minute   INTEGER,
  until       INTEGER   -- not to be disturbed until then, milliseconds since 1970; NULL: no such time
) STRICT, WITHOUT ROWID;
