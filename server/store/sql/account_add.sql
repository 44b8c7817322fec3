-- Adds an account; no row when the login or the person already has one, or the person is not there or was erased, which is waited for. Its lanes are bound to `born`, which is nobody's again: not when
-- it is renamed, nor when somebody else gets the login of a person who was erased.
-- $1 login text, $2 person uuid, $3 password_hash text, $4 administrator boolean, $5 external_id text or NULL (local); gives login
INSERT INTO account (login, person, password_hash, administrator, provider, external_id, born)
SELECT $1::text, $2::uuid, $3::text, $4::boolean, CASE WHEN $5::text IS NULL THEN 'local' ELSE 'ldap' END, $5::text,
       $1::text || '/' || gen_random_uuid()
  FROM person WHERE id = $2::uuid AND name IS NOT NULL AND deleted_revision IS NULL
   FOR SHARE
ON CONFLICT DO NOTHING
RETURNING login
