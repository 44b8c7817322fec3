-- $1 spaces, $2 revisions, $3 sections, $4 authors, $5 replicas, $6 seqs, $7 times, $8 bodies, $9 private values
INSERT INTO log (space_id, revision, section, author, replica, seq, at, body, private_values)
SELECT e.space_id, e.revision, e.section, e.author, e.replica, e.seq, e.at, e.body, e.private_values
FROM unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::uuid[], $5::uuid[], $6::bigint[], $7::timestamptz[], $8::bytea[], $9::bytea[])
  AS e(space_id, revision, section, author, replica, seq, at, body, private_values)
