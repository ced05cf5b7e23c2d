-- How far those have come who follow the log of all rooms (search, later bots): up to this event each has taken all of it.
CREATE TABLE followers (
  name     TEXT    PRIMARY KEY,
  position INTEGER NOT NULL     -- events.id; 0: from the beginning
) STRICT, WITHOUT ROWID;
