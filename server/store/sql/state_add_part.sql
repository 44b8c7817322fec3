-- $1 space, $2 revision, $3 part, $4 records
INSERT INTO past_state_part (space_id, revision, part, records) VALUES ($1::uuid, $2::bigint, $3::bigint, $4::bytea)
