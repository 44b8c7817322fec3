-- The account of a login name.
-- $1 login text; gives login, person, password_hash, administrator, disabled, born, must_change, over (its one-time password),
-- provider, named_at
SELECT login, person, password_hash, administrator, disabled_at IS NOT NULL AS disabled, born, one_time_until IS NOT NULL AS must_change,
       coalesce(one_time_until < now(), false) AS over, provider, named_at
  FROM account
 WHERE login = $1::text
