-- Compare-and-swap of the heads. A fence that fails must raise, for an update of no row is no error in a pipeline: the
-- division does (22012). $1 spaces, $2 epochs, $3 old revisions, $4 acl epochs, $5 new revisions, $6 times,
-- $7 section revisions (array literals), $8 section chains, $9 how many
WITH w AS (
  UPDATE space_head AS h
  SET revision = e.new_revision, time_us = e.time_us, section_revisions = e.revisions::bigint[], section_chains = e.chains
  FROM (
      SELECT unnest($1::uuid[]) AS space_id, unnest($2::bigint[]) AS epoch, unnest($3::bigint[]) AS old_revision,
             unnest($4::bigint[]) AS acl_epoch, unnest($5::bigint[]) AS new_revision, unnest($6::bigint[]) AS time_us,
             unnest($7::text[]) AS revisions, unnest($8::bytea[]) AS chains) AS e
  WHERE h.space_id = e.space_id AND h.epoch = e.epoch AND h.revision = e.old_revision AND h.acl_epoch = e.acl_epoch
  RETURNING 1)
SELECT 1 / (count(*) = $9::bigint)::integer FROM w
