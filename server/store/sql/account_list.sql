-- All accounts, by login.
-- gives login, person, administrator, disabled, last_login_at, must_change, provider
SELECT login, person, administrator, disabled_at IS NOT NULL AS disabled, last_login_at, one_time_until IS NOT NULL AS must_change, provider
  FROM account
 ORDER BY login
 LIMIT 5000
