-- Heads of new spaces; one that exists already is a fence that failed. $1 spaces, $2 kinds, $3 epochs, $4 revisions,
-- $5 acl epochs, $6 times, $7 section revisions (array literals), $8 section chains
INSERT INTO space_head (space_id, kind, epoch, revision, acl_epoch, time_us, section_revisions, section_chains)
SELECT e.space_id, e.kind, e.epoch, e.revision, e.acl_epoch, e.time_us, e.revisions::bigint[], e.chains
FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::bytea[])
  AS e(space_id, kind, epoch, revision, acl_epoch, time_us, revisions, chains)
