-- Refusals are kept 90 days.
DELETE FROM refusal WHERE at < now() - interval '90 days'
