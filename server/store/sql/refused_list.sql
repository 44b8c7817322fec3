-- Refused groups of an account, by replica and number, for as long as those before them hold fewer bytes than asked for.
-- $1 space, $2 account, $3 replica and $4 number of the last one seen, $5 most rows, $6 bytes
SELECT replica, seq, group_bytes, verdict, at FROM (
  SELECT p.*, sum(size) OVER (ORDER BY replica, seq) - size AS before
  FROM (SELECT r.replica, r.seq, r.group_bytes, r.verdict, r.at, octet_length(r.group_bytes) + octet_length(r.verdict) AS size
        FROM refusal r JOIN lane l ON l.space_id = r.space_id AND l.replica = r.replica
        WHERE r.space_id = $1::uuid AND l.account = $2::uuid AND (r.replica, r.seq) > ($3::uuid, $4::bigint)
          AND r.group_bytes <> '' AND r.at > now() - interval '90 days'
        ORDER BY r.replica, r.seq LIMIT $5::bigint) AS p) AS q
WHERE before < $6::bigint ORDER BY replica, seq
