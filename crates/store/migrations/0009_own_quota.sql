-- How much one person may store, where that is not what everybody may.

ALTER TABLE users ADD COLUMN quota INTEGER;
