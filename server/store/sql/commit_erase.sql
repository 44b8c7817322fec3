-- The rest of a group that erases: the log before it, accounts, what was refused. $1 space, $2 its revision (0: it changes no record), $3 person,
-- $4 chains of sections before it, $5 after it
SELECT erase($1::uuid, $2::bigint, $3::uuid, $4::bytea, $5::bytea)
