-- compatible
-- The time of a meeting: since when it runs, how long it and each of its points took. Quantities of actions are due in each of their periods.
ALTER TABLE "meeting"
  ADD COLUMN "running_since" timestamp with time zone,
  ADD COLUMN "spent" bigint,
  ADD CONSTRAINT meeting_spent_range CHECK ("spent" BETWEEN 0 AND 86400);
COMMENT ON COLUMN "meeting"."running_since" IS 'time runs since; empty while it pauses: jalon meeting run';
COMMENT ON COLUMN "meeting"."spent" IS 'time spent (seconds); before that; pauses do not count';
ALTER TABLE "meeting_point"
  ADD COLUMN "spent" bigint,
  ADD CONSTRAINT meeting_point_spent_range CHECK ("spent" BETWEEN 0 AND 86400);
COMMENT ON COLUMN "meeting_point"."spent" IS 'time spent (seconds)';
ALTER TABLE "action"
  ADD COLUMN "quantity_per" smallint,
  ADD CONSTRAINT action_quantity_per_values CHECK ("quantity_per" IN (1, 2, 3, 4));
COMMENT ON COLUMN "action"."quantity_per" IS 'quantity per: 1 week, 2 month, 3 quarter, 4 year; week, month, quarter or year; otherwise in all, from start to due date';

DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."meeting" AS '
    || regexp_replace(pg_get_viewdef('report."meeting"'::regclass), '\s+FROM (public\.)?meeting\M', ', "running_since", "spent" FROM public."meeting"');
  EXECUTE 'CREATE OR REPLACE VIEW report."meeting_point" AS '
    || regexp_replace(pg_get_viewdef('report."meeting_point"'::regclass), '\s+FROM (public\.)?meeting_point\M', ', "spent" FROM public."meeting_point"');
  EXECUTE 'CREATE OR REPLACE VIEW report."action" AS '
    || regexp_replace(pg_get_viewdef('report."action"'::regclass), '\s+FROM (public\.)?action\M',
      ', CASE "quantity_per" WHEN 1 THEN ''week'' WHEN 2 THEN ''month'' WHEN 3 THEN ''quarter'' WHEN 4 THEN ''year'' END AS "quantity_per" FROM public."action"');
END $$;
