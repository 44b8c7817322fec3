-- An account is called and may do what the directory says; no row when the login is somebody else's.
-- $1 external_id text, $2 login text, $3 administrator boolean or NULL (not the directory's to say); gives login
UPDATE account
   SET login = $2::text, administrator = coalesce($3::boolean, administrator), named_at = CASE WHEN login = $2::text THEN named_at ELSE now() END
 WHERE provider = 'ldap' AND external_id = $1::text
   AND NOT EXISTS (SELECT FROM account WHERE login = $2::text AND external_id IS DISTINCT FROM $1::text)
RETURNING login
