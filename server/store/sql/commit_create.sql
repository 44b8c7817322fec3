-- Heads of new spaces; one that exists already is a fence that failed. Their lanes are new too, and written whole. Who may make a plan was
-- judged by the organisation: another one by now is a fence that failed as well (22012), and it stays as it is until this is committed.
-- $1 spaces, $2 kinds, $3 epochs, $4 revisions, $5 acl epochs, $6 times, $7 section revisions (array literals), $8 section chains,
-- $9 rights epochs, $10 organisations (NULL: the space is one), $11 generations
WITH e AS (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::smallint[]) AS kind, unnest($3::bigint[]) AS epoch,
           unnest($4::bigint[]) AS revision, unnest($5::bigint[]) AS acl_epoch, unnest($6::bigint[]) AS time_us,
           unnest($7::text[]) AS revisions, unnest($8::bytea[]) AS chains, unnest($9::bigint[]) AS rights_epoch,
           unnest($10::uuid[]) AS organisation, unnest($11::bigint[]) AS generation),
known AS (SELECT space_id, acl_epoch, generation FROM space_head WHERE space_id IN (SELECT organisation FROM e) FOR SHARE),
made AS (
  INSERT INTO space_head (space_id, kind, epoch, revision, commit_number, lanes_revision, acl_epoch, rights_epoch, generation, time_us,
                          section_revisions, section_chains)
  SELECT space_id, kind, epoch, revision, 1, revision, acl_epoch, rights_epoch, generation, time_us, revisions::bigint[], chains FROM e
  RETURNING 1)
SELECT 1 / (NOT EXISTS (
    SELECT FROM e LEFT JOIN known ON known.space_id = e.organisation
     WHERE e.organisation IS NOT NULL
       AND (known.acl_epoch IS DISTINCT FROM e.rights_epoch OR known.generation IS DISTINCT FROM e.generation)))::integer
