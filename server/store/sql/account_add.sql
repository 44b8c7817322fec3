-- Adds an account; no row when the login or the person already has one.
-- $1 login text, $2 person uuid, $3 password_hash text, $4 administrator boolean; gives login
INSERT INTO account (login, person, password_hash, administrator)
VALUES ($1::text, $2::uuid, $3::text, $4::boolean)
ON CONFLICT DO NOTHING
RETURNING login
