-- From where accounts got in lately, the newest first; for the memory of a node that starts.
-- $1 seconds bigint, $2 most bigint; gives login, source, age in seconds
SELECT login, source, extract(epoch FROM now() - created_at)::bigint AS age
  FROM session
 WHERE source <> '' AND source <> 'unix' AND created_at > now() - make_interval(secs => $1::bigint)
 ORDER BY created_at DESC
 LIMIT $2::bigint
