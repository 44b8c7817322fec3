-- Ends every login of an account.
-- $1 login text; gives login
DELETE FROM session WHERE login = $1::text RETURNING login
