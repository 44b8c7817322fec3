-- The account of a live login. Its last use is noted at most once an hour, so that a command costs no write.
-- $1 token_hash bytea, $2 idle time in seconds; gives login, person, administrator, expires_at, born, id, read_only,
-- spaces (text, separated by commas; NULL: all), must_change, is_token, provider
WITH touched AS (
  UPDATE session SET last_used_at = now()
   WHERE token_hash = $1::bytea AND last_used_at < now() - interval '1 hour'
     AND (token_name IS NOT NULL OR last_used_at > now() - make_interval(secs => $2::bigint))
)
SELECT a.login, a.person, a.administrator, s.expires_at, a.born, s.id, s.read_only, array_to_string(s.spaces, ',') AS spaces,
       a.one_time_until IS NOT NULL AS must_change, s.token_name IS NOT NULL AS is_token, a.provider
  FROM session s JOIN account a ON a.login = s.login
 WHERE s.token_hash = $1::bytea AND a.disabled_at IS NULL AND s.expires_at > now()
   AND (s.token_name IS NOT NULL OR s.last_used_at > now() - make_interval(secs => $2::bigint))
