-- compatible
-- What a review could not know: amounts in a currency without an exchange rate. Sums that they belong to are left out of the fact.
ALTER TABLE "review_fact" ADD COLUMN "unrated" bigint CONSTRAINT review_fact_unrated_range CHECK ("unrated" >= 0);
ALTER TABLE "review_fact" ADD COLUMN "unrated_in" text CONSTRAINT review_fact_unrated_in_length CHECK (octet_length("unrated_in") <= 3);
ALTER TABLE "review_fact" ADD COLUMN "unrated_since" date;
COMMENT ON COLUMN "review_fact"."unrated" IS 'amounts without an exchange rate; in one currency: what they belong to was not known, and is not told';
COMMENT ON COLUMN "review_fact"."unrated_in" IS 'currency without an exchange rate';
COMMENT ON COLUMN "review_fact"."unrated_since" IS 'earliest day without an exchange rate';

DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."review_fact" AS '
    || regexp_replace(pg_get_viewdef('report."review_fact"'::regclass), '\s+FROM (public\.)?review_fact\M', ', "unrated", "unrated_in", "unrated_since" FROM public."review_fact"');
END $$;
