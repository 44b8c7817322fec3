-- Compare-and-swap of the heads. A fence that fails must raise, for an update of no row is no error in a pipeline: the
-- division does (22012). Refusals move no revision, but every commit moves `commit_number`: so nothing that one writer decided is decided
-- again by another, and no other table needs a fence. $1 spaces, $2 epochs, $3 old revisions, $4 old commits, $5 acl epochs,
-- $6 new revisions, $7 lanes' revisions, $8 times, $9 section revisions (array literals), $10 section chains, $11 generations, $12 how many
WITH w AS (
  UPDATE space_head AS h
  SET revision = e.new_revision, commit_number = e.old_commits + 1, lanes_revision = e.lanes_revision, time_us = e.time_us,
      section_revisions = e.revisions::bigint[], section_chains = e.chains
  FROM (
      SELECT unnest($1::uuid[]) AS space_id, unnest($2::bigint[]) AS epoch, unnest($3::bigint[]) AS old_revision,
             unnest($4::bigint[]) AS old_commits, unnest($5::bigint[]) AS acl_epoch, unnest($6::bigint[]) AS new_revision,
             unnest($7::bigint[]) AS lanes_revision, unnest($8::bigint[]) AS time_us, unnest($9::text[]) AS revisions,
             unnest($10::bytea[]) AS chains, unnest($11::bigint[]) AS generation) AS e
  WHERE h.space_id = e.space_id AND h.epoch = e.epoch AND h.revision = e.old_revision AND h.commit_number = e.old_commits
    AND h.acl_epoch = e.acl_epoch AND h.generation = e.generation
  RETURNING 1)
SELECT 1 / (count(*) = $12::bigint)::integer FROM w
