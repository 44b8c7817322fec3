-- The certificates of a space. $1 space
SELECT revision, section, person, author, at, chain_before, chain_after, records FROM erasure WHERE space_id = $1::uuid ORDER BY revision, section
