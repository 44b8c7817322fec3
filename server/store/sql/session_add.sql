-- Opens a login and drops the account's ended and oldest ones (100 stay), and the one that the same profile had before; no row when the account is disabled or gone, its
-- person has left, or it has another password by now than the one that was checked.
-- $1 token_hash bytea, $2 login text, $3 device text, $4 replica uuid or NULL, $5 lifetime in seconds, $6 idle time in seconds,
-- $7 password_hash text that was checked or NULL (something else was), $8 source text; gives expires_at, id
WITH used AS (
  UPDATE account SET last_login_at = now()
   WHERE login = $2::text AND disabled_at IS NULL AND password_hash = coalesce($7::text, password_hash)
     AND NOT EXISTS (SELECT FROM person WHERE id = account.person AND inactive)
  RETURNING login
), ended AS (
  DELETE FROM session
   WHERE login = $2::text AND token_name IS NULL
     AND ((replica = $4::uuid AND EXISTS (SELECT FROM used)) OR expires_at < now() OR last_used_at < now() - make_interval(secs => $6::bigint)
          OR token_hash IN (SELECT token_hash FROM session WHERE login = $2::text AND token_name IS NULL ORDER BY last_used_at DESC OFFSET 99))
)
INSERT INTO session (token_hash, login, device, replica, expires_at, source)
SELECT $1::bytea, login, $3::text, $4::uuid, now() + make_interval(secs => $5::bigint), $8::text FROM used
RETURNING expires_at, id
