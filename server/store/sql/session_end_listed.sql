-- Ends the login or token with an id, or whose id begins so and is the only one, or the token with that name.
-- $1 login text or NULL (whosever it is), $2 id text in lower case, or a token's name; gives login
DELETE FROM session
 WHERE id IN (SELECT (array_agg(id))[1] FROM session
               WHERE login = coalesce($1::text, login) AND (token_name = $2::text OR (length($2::text) >= 4 AND starts_with(id::text, $2::text)))
              HAVING count(*) = 1)
RETURNING login
