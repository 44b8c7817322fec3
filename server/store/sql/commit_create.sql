-- Heads of new spaces; one that exists already is a fence that failed. Their lanes are new too, and written whole. $1 spaces, $2 kinds, $3 epochs, $4 revisions,
-- $5 acl epochs, $6 times, $7 section revisions (array literals), $8 section chains
INSERT INTO space_head (space_id, kind, epoch, revision, commits, lanes_revision, acl_epoch, time_us, section_revisions, section_chains)
SELECT e.space_id, e.kind, e.epoch, e.revision, 1, e.revision, e.acl_epoch, e.time_us, e.revisions::bigint[], e.chains
FROM (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::smallint[]) AS kind, unnest($3::bigint[]) AS epoch,
           unnest($4::bigint[]) AS revision, unnest($5::bigint[]) AS acl_epoch, unnest($6::bigint[]) AS time_us,
           unnest($7::text[]) AS revisions, unnest($8::bytea[]) AS chains) AS e
