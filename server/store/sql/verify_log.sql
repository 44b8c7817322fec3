-- The log of a space from its beginning. $1 space
SELECT revision, section, body, private_values, link, author, replica, seq, group_id, at, import_name, takes_back
FROM log WHERE space_id = $1::uuid ORDER BY revision, section
