-- $1 space, $2 revision
SELECT revision, section, body, private_values FROM log WHERE space_id = $1::uuid AND revision = $2::bigint ORDER BY section
