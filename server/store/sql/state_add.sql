-- Another server may have stored the same one: then this fails, and its parts with it.
-- $1 space, $2 revision, $3 epoch, $4 records, $5 revisions of sections, $6 chains of sections
INSERT INTO past_state (space_id, revision, epoch, records, section_revisions, section_chains)
VALUES ($1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::bigint[], $6::bytea)
