-- Ends every login of an account but one: those too that were opened while its password was being changed.
-- $1 login text, $2 token_hash bytea of the login that stays, may be NULL; gives login
DELETE FROM session WHERE login = $1::text AND token_hash IS DISTINCT FROM $2::bytea RETURNING login
