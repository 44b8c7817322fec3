-- Ends the session that a commit was lost with and waits for its end, so that what we read next is final. $1 its name
SELECT count(*) FILTER (WHERE NOT pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE application_name = $1::text AND pid <> pg_backend_pid()
