-- $1 space, $2 revision, $3 section
SELECT body FROM log WHERE space_id = $1::uuid AND revision = $2::bigint AND section = $3::smallint
