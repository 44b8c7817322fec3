-- $1 spaces, $2 revisions, $3 sections, $4 authors, $5 replicas, $6 seqs, $7 groups, $8 outcomes, $9 times, $10 bodies,
-- $11 private values, $12 links
INSERT INTO log (space_id, revision, section, author, replica, seq, group_id, outcome, at, body, private_values, link)
SELECT e.space_id, e.revision, e.section, e.author, e.replica, e.seq, e.group_id, e.outcome, e.at, e.body, e.private_values, e.link
FROM (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::bigint[]) AS revision, unnest($3::smallint[]) AS section,
           unnest($4::uuid[]) AS author, unnest($5::uuid[]) AS replica, unnest($6::bigint[]) AS seq,
           unnest($7::uuid[]) AS group_id, unnest($8::smallint[]) AS outcome, unnest($9::timestamptz[]) AS at,
           unnest($10::bytea[]) AS body, unnest($11::bytea[]) AS private_values,
           unnest($12::bytea[]) AS link) AS e
