-- $1 space, $2 replica, $3 seq
SELECT verdict FROM refusal WHERE space_id = $1::uuid AND replica = $2::uuid AND seq = $3::bigint
