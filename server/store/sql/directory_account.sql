-- The account of a person of the directory.
-- $1 external_id text; gives login, person, administrator, disabled
SELECT login, person, administrator, disabled_at IS NOT NULL AS disabled FROM account WHERE provider = 'ldap' AND external_id = $1::text
