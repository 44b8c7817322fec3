-- Takes a space's lease, or keeps it. While another node has it, the wish is left there; a node that has had it for a while and finds
-- such a wish gives it up. $1 space, $2 node, $3 milliseconds; gives whose it is and for how many milliseconds: 0 is given up.
-- No row when another node takes it at this moment.
WITH mine AS (
  INSERT INTO lease AS l (space_id, node, until) VALUES ($1::uuid, $2::uuid, now() + $3::bigint * interval '1 millisecond')
  ON CONFLICT (space_id) DO UPDATE SET
    node = excluded.node,
    until = CASE WHEN l.node = excluded.node AND l.wanted_until > now() AND l.since < now() - interval '250 milliseconds' THEN now()
                 ELSE excluded.until END,
    since = CASE WHEN l.node = excluded.node THEN l.since ELSE now() END,
    wanted_until = CASE WHEN l.node = excluded.node AND l.since >= now() - interval '250 milliseconds' THEN l.wanted_until END
  WHERE l.node = excluded.node OR l.until <= now()
  RETURNING node, until),
wish AS (
  UPDATE lease SET wanted_until = now() + interval '2 seconds'
   WHERE space_id = $1::uuid AND node <> $2::uuid AND until > now() AND NOT EXISTS (SELECT FROM mine)
  RETURNING node, until)
SELECT node, ceil(extract(epoch FROM until - now()) * 1000)::bigint FROM mine
UNION ALL
SELECT node, ceil(extract(epoch FROM until - now()) * 1000)::bigint FROM wish
