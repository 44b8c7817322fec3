-- $1 spaces, $2 revisions, $3 sections, $4 authors, $5 replicas, $6 seqs, $7 times, $8 bodies, $9 private values
INSERT INTO log (space_id, revision, section, author, replica, seq, at, body, private_values)
SELECT e.space_id, e.revision, e.section, e.author, e.replica, e.seq, e.at, e.body, e.private_values
FROM (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::bigint[]) AS revision, unnest($3::smallint[]) AS section,
           unnest($4::uuid[]) AS author, unnest($5::uuid[]) AS replica, unnest($6::bigint[]) AS seq,
           unnest($7::timestamptz[]) AS at, unnest($8::bytea[]) AS body, unnest($9::bytea[]) AS private_values) AS e
