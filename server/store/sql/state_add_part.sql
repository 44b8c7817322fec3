-- Of a state that was stored. $1 space, $2 revision, $3 part, $4 records
INSERT INTO past_state_part (space_id, revision, part, records)
SELECT $1::uuid, $2::bigint, $3::bigint, $4::bytea
WHERE EXISTS (SELECT FROM past_state WHERE space_id = $1::uuid AND revision = $2::bigint)
