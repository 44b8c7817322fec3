-- $1 space, $2 replica
SELECT seq, verdicts FROM lane WHERE space_id = $1::uuid AND replica = $2::uuid
