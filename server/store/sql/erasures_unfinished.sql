-- Of whom something was erased in a plan, so long ago or longer, and who is there still: it was interrupted. $1 seconds; gives person and space:
-- for each person every plan, and the organisation last, for when he is gone from it nobody sees any more that something was left
SELECT p.id, h.space_id
  FROM (SELECT id, number FROM person AS p
         WHERE name IS NOT NULL AND EXISTS (SELECT FROM erasure AS e WHERE e.person = p.id)
           AND NOT EXISTS (SELECT FROM erasure AS e WHERE e.person = p.id AND e.at > now() - make_interval(secs => $1::integer))
         ORDER BY number LIMIT 20) AS p, space_head AS h
 WHERE h.kind IN (1, 2, 3)
 ORDER BY p.number, h.kind = 1, h.space_id
