-- The log of a space from its beginning. $1 space
SELECT revision, section, body, private_values, link, author, replica, seq, group_id, at
FROM log WHERE space_id = $1::uuid ORDER BY revision, section
