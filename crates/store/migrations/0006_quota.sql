-- Counting what one person has stored, at each upload of theirs.

CREATE INDEX files_uploader ON files (uploader, size);
