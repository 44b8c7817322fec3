-- Ends every login of an account but one: those too that were opened while its password was being changed.
-- $1 login text, $2 token_hash bytea of the login that stays, may be NULL: then tokens for scripts end too; gives login
DELETE FROM session
 WHERE login = $1::text AND token_hash IS DISTINCT FROM $2::bytea AND ($2::bytea IS NULL OR token_name IS NULL)
RETURNING login
