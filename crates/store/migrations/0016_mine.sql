-- How a member has arranged a room for themselves: nobody else sees it, and it goes with the membership.
ALTER TABLE members ADD COLUMN pinned_at INTEGER;                        -- NULL: not pinned
ALTER TABLE members ADD COLUMN archived_seq INTEGER;                     -- the newest event when they archived it; NULL: not archived
ALTER TABLE members ADD COLUMN marked_unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN notify TEXT NOT NULL DEFAULT 'all';       -- all, mentions, none
ALTER TABLE members ADD COLUMN muted_until INTEGER;
