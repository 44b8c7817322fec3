-- Takes a space's lease, or keeps it; not while another node has it. $1 space, $2 node, $3 milliseconds; gives whose it is and for how
-- many milliseconds. No row when another node takes it at this moment.
WITH mine AS (
  INSERT INTO lease AS l (space_id, node, until) VALUES ($1::uuid, $2::uuid, now() + $3::bigint * interval '1 millisecond')
  ON CONFLICT (space_id) DO UPDATE SET node = excluded.node, until = excluded.until WHERE l.node = excluded.node OR l.until < now()
  RETURNING node, until)
SELECT node, ceil(extract(epoch FROM until - now()) * 1000)::bigint FROM mine
UNION ALL
SELECT node, ceil(extract(epoch FROM until - now()) * 1000)::bigint FROM lease
 WHERE space_id = $1::uuid AND NOT EXISTS (SELECT FROM mine)
