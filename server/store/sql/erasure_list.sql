-- What was erased of a person, or of everybody, the latest first.
-- $1 person uuid or NULL, $2 how many of them to leave out, $3 how many at most; gives person, space_id, revision, author, at, section, chain_before, chain_after, records, changes, refused, logins,
-- had_account, own, texts_left
SELECT person, space_id, revision, author, at, section, chain_before, chain_after, records, changes, refused, logins, had_account, own,
       texts_left
  FROM erasure WHERE person = coalesce($1::uuid, person)
 ORDER BY at DESC, space_id, revision DESC, section OFFSET $2::bigint LIMIT $3::bigint
