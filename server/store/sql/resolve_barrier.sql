-- A commit that writes WAL: when it is durable (on the standby too), all that we can see is.
SELECT pg_logical_emit_message(true, 'jalon', 'barrier')
