-- A refresh token is good until one of its successors has been used: an answer with a new one can be lost on its way.
-- Before, the first use ended it, so what was used by now has ended.
ALTER TABLE refresh_tokens RENAME COLUMN used_at TO ended_at;
-- The hash of the token that this one was given for; none for a login's first.
ALTER TABLE refresh_tokens ADD COLUMN parent_hash BLOB;
CREATE INDEX refresh_tokens_by_parent ON refresh_tokens (parent_hash);
