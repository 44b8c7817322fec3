-- All accounts, by login.
-- gives login, person, administrator, disabled, last_login_at
SELECT login, person, administrator, disabled_at IS NOT NULL AS disabled, last_login_at
  FROM account
 ORDER BY login
 LIMIT 5000
