-- compatible
-- Who counted a figure: those of two platforms, or of two accounts of one, are two figures of the same campaign and days. Its id follows from it too,
-- so figures from before keep theirs and have none.
ALTER TABLE "figure" ADD COLUMN "platform" text CONSTRAINT figure_platform_length CHECK (octet_length("platform") <= 100);
COMMENT ON COLUMN "figure"."platform" IS 'platform; who counted it, and in which account: google-ads, meta:alpes; figures of several platforms add up; none: not told';

DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."figure" AS '
    || regexp_replace(pg_get_viewdef('report."figure"'::regclass), '\s+FROM (public\.)?figure\M', ', "platform" FROM public."figure"');
END $$;
