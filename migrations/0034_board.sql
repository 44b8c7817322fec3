-- compatible
-- The board: how many actions a column may hold at a time.
ALTER TABLE "plan"
  ADD COLUMN "wip_to_do" bigint,
  ADD COLUMN "wip_ready" bigint,
  ADD COLUMN "wip_in_progress" bigint,
  ADD COLUMN "wip_blocked" bigint,
  ADD CONSTRAINT plan_wip_to_do_range CHECK ("wip_to_do" BETWEEN 1 AND 1000),
  ADD CONSTRAINT plan_wip_ready_range CHECK ("wip_ready" BETWEEN 1 AND 1000),
  ADD CONSTRAINT plan_wip_in_progress_range CHECK ("wip_in_progress" BETWEEN 1 AND 1000),
  ADD CONSTRAINT plan_wip_blocked_range CHECK ("wip_blocked" BETWEEN 1 AND 1000);
COMMENT ON COLUMN "plan"."wip_to_do" IS 'limit of to do; actions there before the board warns';
COMMENT ON COLUMN "plan"."wip_ready" IS 'limit of ready; actions there before the board warns';
COMMENT ON COLUMN "plan"."wip_in_progress" IS 'limit of in progress; actions there before the board warns';
COMMENT ON COLUMN "plan"."wip_blocked" IS 'limit of blocked; actions there before the board warns';

DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."plan" AS '
    || regexp_replace(pg_get_viewdef('report."plan"'::regclass), '\s+FROM (public\.)?plan\M',
      ', "wip_to_do", "wip_ready", "wip_in_progress", "wip_blocked" FROM public."plan"');
END $$;
