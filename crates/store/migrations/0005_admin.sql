-- Running the box: rooms that are only read any more, and what is plotted.

ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;

-- A bounded ring for each step; the clock may jump, so a stretch is found by its number and written over.
CREATE TABLE samples (
  step        INTEGER NOT NULL,  -- seconds that a row stands for
  slot        INTEGER NOT NULL,  -- its time, in steps since 1970
  online      INTEGER NOT NULL,  -- most people online at once
  messages    INTEGER NOT NULL,  -- sent in this stretch
  free_bytes  INTEGER NOT NULL,  -- least free on the data disk
  temperature INTEGER,           -- highest, thousandths of a degree Celsius
  memory      INTEGER,           -- least available, bytes
  PRIMARY KEY (step, slot)
) STRICT, WITHOUT ROWID;
