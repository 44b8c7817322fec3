-- Closed accounts that come near the end of their time, or are there, the first one first; those that come near it for the first time are
-- noted as announced, and counted from there. $1 months that an account is kept closed, $2 days between its announcement and its end;
-- gives person, when it is to be erased, and whether that is now
WITH near AS (
  UPDATE account SET erase_announced_at = now()
   WHERE disabled_at + make_interval(months => $1::integer) <= now() + make_interval(days => $2::integer) AND erase_announced_at IS NULL
  RETURNING person, disabled_at, erase_announced_at),
known AS (
  SELECT person, disabled_at, erase_announced_at FROM account
   WHERE disabled_at + make_interval(months => $1::integer) <= now() + make_interval(days => $2::integer) AND erase_announced_at IS NOT NULL)
SELECT person, due, due <= now()
  FROM (SELECT person, greatest(disabled_at + make_interval(months => $1::integer), erase_announced_at + make_interval(days => $2::integer)) AS due
          FROM (SELECT * FROM near UNION ALL SELECT * FROM known) AS a) AS d
 ORDER BY due LIMIT 2000
