-- The live logins or tokens of an account, the last used first.
-- $1 login text or NULL (of everybody), $2 whether tokens are asked for, $3 idle time in seconds; gives id, login, device, source,
-- created_at, last_used_at, expires_at, token_name, read_only, spaces (text), token_hash
SELECT id, login, device, source, created_at, last_used_at, expires_at, coalesce(token_name, '') AS token_name, read_only,
       coalesce(array_to_string(spaces, ','), '') AS spaces, token_hash
  FROM session
 WHERE login = coalesce($1::text, login) AND (token_name IS NOT NULL) = $2::boolean AND expires_at > now()
   AND (token_name IS NOT NULL OR last_used_at > now() - make_interval(secs => $3::bigint))
 ORDER BY last_used_at DESC, id
 LIMIT 2000
