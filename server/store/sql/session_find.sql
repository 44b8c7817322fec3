-- The account of a live login. Its last use is noted at most once an hour, so that a command costs no write.
-- $1 token_hash bytea, $2 idle time in seconds; gives login, person, administrator, expires_at
WITH touched AS (
  UPDATE session SET last_used_at = now()
   WHERE token_hash = $1::bytea AND last_used_at BETWEEN now() - make_interval(secs => $2::bigint) AND now() - interval '1 hour'
)
SELECT a.login, a.person, a.administrator, s.expires_at
  FROM session s JOIN account a ON a.login = s.login
 WHERE s.token_hash = $1::bytea AND a.disabled_at IS NULL AND s.expires_at > now()
   AND s.last_used_at > now() - make_interval(secs => $2::bigint)
