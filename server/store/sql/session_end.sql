-- Ends one login.
-- $1 token_hash bytea; gives login
DELETE FROM session WHERE token_hash = $1::bytea RETURNING login
