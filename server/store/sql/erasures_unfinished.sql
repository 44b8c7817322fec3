-- Of whom something was erased in a plan, five minutes ago or longer, and who is there still: it was interrupted. Gives person, number
SELECT p.id, p.number FROM person AS p
 WHERE p.name IS NOT NULL AND EXISTS (SELECT FROM erasure AS e WHERE e.person = p.id)
   AND NOT EXISTS (SELECT FROM erasure AS e WHERE e.person = p.id AND e.at > now() - interval '5 minutes')
 ORDER BY p.number LIMIT 100
