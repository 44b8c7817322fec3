-- Another server may have stored the same one: then this fails, and its parts with it. It stands for the log up to its revision: where the
-- last change that it was made from is not in the log (an older copy was restored, a standby took over), nothing is stored.
-- $1 space, $2 revision, $3 epoch, $4 records, $5 revisions of sections, $6 chains of sections, $7 section of that change, $8 its body
INSERT INTO past_state (space_id, revision, epoch, records, section_revisions, section_chains)
SELECT $1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::bigint[], $6::bytea
WHERE EXISTS (SELECT FROM log WHERE space_id = $1::uuid AND revision = $2::bigint AND section = $7::bigint AND body = $8::bytea)
