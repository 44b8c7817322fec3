-- The author is in the body. $1 spaces, $2 revisions, $3 sections, $4 replicas, $5 seqs, $6 groups, $7 outcomes, $8 times, $9 bodies,
-- $10 private values, $11 names of imports, $12 revisions taken back or made again,
-- $13 links
INSERT INTO log (space_id, revision, section, replica, seq, group_id, outcome, at, body, private_values, import_name, takes_back, link)
SELECT e.space_id, e.revision, e.section, e.replica, e.seq, e.group_id, e.outcome, e.at, e.body, e.private_values, e.import_name, e.takes_back, e.link
FROM (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::bigint[]) AS revision, unnest($3::smallint[]) AS section,
           unnest($4::uuid[]) AS replica, unnest($5::bigint[]) AS seq, unnest($6::uuid[]) AS group_id,
           unnest($7::smallint[]) AS outcome, unnest($8::timestamptz[]) AS at, unnest($9::bytea[]) AS body,
           unnest($10::bytea[]) AS private_values, unnest($11::text[]) AS import_name, unnest($12::bigint[]) AS takes_back,
           unnest($13::bytea[]) AS link) AS e
