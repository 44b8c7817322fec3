-- Plans with automations that a day fires ("due-3", "start+0"), switched on. Gives space
SELECT DISTINCT space_id FROM automation WHERE deleted_revision IS NULL AND coalesce("state", 1) = 1 AND "when" ~ '[+-][0-9]+$'
