-- How long a room keeps messages.

ALTER TABLE rooms ADD COLUMN keep_days INTEGER;
