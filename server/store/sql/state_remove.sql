-- A state that is not what the log says, and those after it, which may have been made from it. $1 space, $2 revision
DELETE FROM past_state WHERE space_id = $1::uuid AND revision >= $2::bigint
