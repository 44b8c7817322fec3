-- Adds a token for scripts; no row when the account is disabled, has one of that name, or a hundred of them.
-- $1 token_hash bytea, $2 login text, $3 name text, $4 read_only boolean, $5 spaces text (separated by commas) or NULL, $6 lifetime in seconds; gives expires_at, id
INSERT INTO session (token_hash, login, token_name, device, read_only, spaces, expires_at)
SELECT $1::bytea, login, $3::text, 'token', $4::boolean, string_to_array($5::text, ',')::uuid[], now() + make_interval(secs => $6::bigint)
  FROM account
 WHERE login = $2::text AND disabled_at IS NULL
   AND NOT EXISTS (SELECT FROM session WHERE login = $2::text AND token_name = $3::text AND expires_at > now())
   AND (SELECT count(*) FROM session WHERE login = $2::text AND token_name IS NOT NULL) < 100
RETURNING expires_at, id
