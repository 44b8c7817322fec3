-- Binds a replica to the account that logs in with it first, for ever; gives whose it is. No row when another login is
-- binding it at this moment: asked again, its row is seen.
-- $1 replica uuid, $2 login text; gives login
WITH bound AS (
  INSERT INTO replica (id, login) VALUES ($1::uuid, $2::text) ON CONFLICT (id) DO NOTHING RETURNING login
)
SELECT login FROM bound UNION ALL SELECT login FROM replica WHERE id = $1::uuid
