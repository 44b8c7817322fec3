-- The rest of a group that erases: the log before it, accounts, what was refused. $1 space, $2 its revision, $3 chains of sections before
-- it, $4 after it
SELECT erase($1::uuid, $2::bigint, $3::bytea, $4::bytea)
