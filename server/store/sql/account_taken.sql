-- Who has the login or the person that account_add found taken; no row: then it was the person who is not there. $1 login text, $2 person uuid
SELECT login FROM account WHERE login = $1::text OR person = $2::uuid LIMIT 1
