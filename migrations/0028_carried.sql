-- compatible
-- Benchmarks as records, targets of KPIs by period, playbook steps with what a KPI and a budget line need, and where a plan made from another
-- one comes from.
ALTER TABLE "playbook_step"
  ADD COLUMN "budget" bigint CONSTRAINT playbook_step_budget_range CHECK ("budget" >= 0),
  ADD COLUMN "category" smallint CONSTRAINT playbook_step_category_values CHECK ("category" IN (1, 2, 3, 4)),
  ADD COLUMN "direction" smallint CONSTRAINT playbook_step_direction_values CHECK ("direction" IN (1, 2)),
  ADD COLUMN "timing" smallint CONSTRAINT playbook_step_timing_values CHECK ("timing" IN (1, 2)),
  ADD COLUMN "frequency" smallint CONSTRAINT playbook_step_frequency_values CHECK ("frequency" IN (1, 2, 3, 4, 5)),
  ADD COLUMN "comparator" smallint CONSTRAINT playbook_step_comparator_values CHECK ("comparator" IN (1, 2, 3, 4, 5)),
  ADD COLUMN "target" bigint,
  ADD COLUMN "quantity_target" bigint CONSTRAINT playbook_step_quantity_target_range CHECK ("quantity_target" BETWEEN 1 AND 1000000),
  ADD COLUMN "quantity_unit" text CONSTRAINT playbook_step_quantity_unit_length CHECK (octet_length("quantity_unit") <= 32),
  ADD COLUMN "checklist" text CONSTRAINT playbook_step_checklist_length CHECK (octet_length("checklist") <= 16384);
COMMENT ON COLUMN "playbook_step"."budget" IS 'budget hint (minor units); what it costs as a rule, excl. VAT; jalon playbook use --budget makes a budget line of it';
COMMENT ON COLUMN "playbook_step"."category" IS 'category: 1 tools, 2 people, 3 media, 4 other; of that budget line';
COMMENT ON COLUMN "playbook_step"."direction" IS 'direction: 1 up, 2 down; of the KPI';
COMMENT ON COLUMN "playbook_step"."timing" IS 'timing: 1 leading, 2 lagging; of the KPI';
COMMENT ON COLUMN "playbook_step"."frequency" IS 'frequency: 1 daily, 2 weekly, 3 monthly, 4 quarterly, 5 yearly; of the KPI';
COMMENT ON COLUMN "playbook_step"."comparator" IS 'comparator: 1 >, 2 >=, 3 <, 4 <=, 5 =';
COMMENT ON COLUMN "playbook_step"."target" IS 'target (millionths, unit in unit); of the KPI, to begin with';
COMMENT ON COLUMN "playbook_step"."quantity_target" IS 'quantity; how many, as in 6 webinars a year';
COMMENT ON COLUMN "playbook_step"."quantity_unit" IS 'quantity unit';
COMMENT ON COLUMN "playbook_step"."checklist" IS 'checklist; an item a line; they become those of the action';
ALTER TABLE "funnel" ADD COLUMN "sector" text CONSTRAINT funnel_sector_length CHECK (octet_length("sector") <= 64);
COMMENT ON COLUMN "funnel"."sector" IS 'sector; benchmarks of this sector come before those of all sectors; those of others are not used';
ALTER TABLE "action" ADD COLUMN "origin" text CONSTRAINT action_origin_length CHECK (octet_length("origin") <= 200);
COMMENT ON COLUMN "action"."origin" IS 'carried over from the plan; the action of the earlier plan: jalon plan new --from fills it';
ALTER TABLE "plan" ADD COLUMN "origin" text CONSTRAINT plan_origin_length CHECK (octet_length("origin") <= 200);
COMMENT ON COLUMN "plan"."origin" IS 'made from the plan; jalon plan new --from fills it';

-- Behind the columns that the reports have by then, whichever those are.
DO $$
DECLARE
  widened record;
BEGIN
  FOR widened IN SELECT * FROM (VALUES
    ('action', '"origin"'),
    ('plan', '"origin"'),
    ('playbook_step', '"budget", CASE "category" WHEN 1 THEN ''tools'' WHEN 2 THEN ''people'' WHEN 3 THEN ''media'' WHEN 4 THEN ''other'' END AS "category",
      CASE "direction" WHEN 1 THEN ''up'' WHEN 2 THEN ''down'' END AS "direction", CASE "timing" WHEN 1 THEN ''leading'' WHEN 2 THEN ''lagging'' END AS "timing",
      CASE "frequency" WHEN 1 THEN ''daily'' WHEN 2 THEN ''weekly'' WHEN 3 THEN ''monthly'' WHEN 4 THEN ''quarterly'' WHEN 5 THEN ''yearly'' END AS "frequency",
      CASE "comparator" WHEN 1 THEN ''>'' WHEN 2 THEN ''>='' WHEN 3 THEN ''<'' WHEN 4 THEN ''<='' WHEN 5 THEN ''='' END AS "comparator",
      "target"::numeric / 1000000 AS "target", "quantity_target", "quantity_unit", "checklist"')
  ) AS v(name, columns) LOOP
    EXECUTE format('CREATE OR REPLACE VIEW report.%I AS ', widened.name)
      || regexp_replace(pg_get_viewdef(format('report.%I', widened.name)::regclass), format('\s+FROM (public\.)?%s\M', widened.name),
                        ', ' || widened.columns || format(' FROM public.%I', widened.name));
  END LOOP;
END $$;

CREATE TABLE "benchmark" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "stage" text NOT NULL,
  "next" text NOT NULL,
  "rate" bigint NOT NULL,
  "source" text NOT NULL,
  "date" date NOT NULL,
  "trust" smallint,
  "expires" date,
  "channel" text,
  "share" integer,
  "sector" text,
  "country" text,
  "set" text,
  "lag" bigint,
  "side" smallint,
  "address" text,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT benchmark_stage_length CHECK (octet_length("stage") <= 200),
  CONSTRAINT benchmark_next_length CHECK (octet_length("next") <= 200),
  CONSTRAINT benchmark_rate_range CHECK ("rate" BETWEEN 0 AND 1000000),
  CONSTRAINT benchmark_source_length CHECK (octet_length("source") <= 300),
  CONSTRAINT benchmark_trust_values CHECK ("trust" IN (1, 2, 3)),
  CONSTRAINT benchmark_channel_length CHECK (octet_length("channel") <= 64),
  CONSTRAINT benchmark_share_range CHECK ("share" BETWEEN 0 AND 10000),
  CONSTRAINT benchmark_sector_length CHECK (octet_length("sector") <= 64),
  CONSTRAINT benchmark_country_length CHECK (octet_length("country") <= 64),
  CONSTRAINT benchmark_set_length CHECK (octet_length("set") <= 64),
  CONSTRAINT benchmark_lag_range CHECK ("lag" BETWEEN 0 AND 60),
  CONSTRAINT benchmark_side_values CHECK ("side" IN (1, 2)),
  CONSTRAINT benchmark_address_length CHECK (octet_length("address") <= 2000),
  CONSTRAINT benchmark_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "benchmark" IS 'benchmarks (record type 85); deleted ones keep their row';
COMMENT ON COLUMN "benchmark"."stage" IS 'funnel stage; its name: visits, leads, MQL, SQL ...';
COMMENT ON COLUMN "benchmark"."next" IS 'leads to; the stage that the rate leads to, or customers';
COMMENT ON COLUMN "benchmark"."rate" IS 'rate (millionths, shown as percent); how many go on to the next stage';
COMMENT ON COLUMN "benchmark"."source" IS 'source; who measured it, and where it is written';
COMMENT ON COLUMN "benchmark"."date" IS 'date; when it was measured';
COMMENT ON COLUMN "benchmark"."trust" IS 'trust: 1 low, 2 medium, 3 high';
COMMENT ON COLUMN "benchmark"."expires" IS 'expires; from then on it is used only when there is nothing else, and marked';
COMMENT ON COLUMN "benchmark"."channel" IS 'channel; when it holds for one channel only';
COMMENT ON COLUMN "benchmark"."share" IS 'share (basis points); of the stage that comes by this channel';
COMMENT ON COLUMN "benchmark"."sector" IS 'sector; when it holds for one sector only; a funnel says its own';
COMMENT ON COLUMN "benchmark"."country" IS 'country or region';
COMMENT ON COLUMN "benchmark"."set" IS 'set; several with one name make a whole funnel: jalon funnel new --benchmark NAME';
COMMENT ON COLUMN "benchmark"."lag" IS 'lag (months); from this stage to the next one';
COMMENT ON COLUMN "benchmark"."side" IS 'side: 1 marketing, 2 sales; who answers for the stage';
COMMENT ON COLUMN "benchmark"."address" IS 'address; where the source is to be read';
COMMENT ON COLUMN "benchmark"."rank" IS 'place';
COMMENT ON COLUMN "benchmark".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."benchmark" AS SELECT
  space_id,
  id,
  number,
  "stage",
  "next",
  "rate"::numeric / 1000000 AS "rate",
  "source",
  "date",
  CASE "trust" WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' END AS "trust",
  "expires",
  "channel",
  "share"::numeric / 10000 AS "share",
  "sector",
  "country",
  "set",
  "lag",
  CASE "side" WHEN 1 THEN 'marketing' WHEN 2 THEN 'sales' END AS "side",
  "address",
  revision,
  created_revision
FROM public."benchmark" WHERE deleted_revision IS NULL;

CREATE TABLE "kpi_target" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "kpi" uuid NOT NULL,
  "due" date NOT NULL,
  "target" bigint NOT NULL,
  unknown bytea,
  PRIMARY KEY (space_id, id)
) WITH (fillfactor = 80);
COMMENT ON TABLE "kpi_target" IS 'KPI targets (record type 86); deleted ones keep their row';
COMMENT ON COLUMN "kpi_target"."kpi" IS 'KPI (id of: KPI)';
COMMENT ON COLUMN "kpi_target"."due" IS 'until; last day of the period that it is for';
COMMENT ON COLUMN "kpi_target"."target" IS 'target (millionths); in the unit of the KPI; its comparator holds';
COMMENT ON COLUMN "kpi_target".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."kpi_target" AS SELECT
  space_id,
  id,
  number,
  "kpi",
  "due",
  "target"::numeric / 1000000 AS "target",
  revision,
  created_revision
FROM public."kpi_target" WHERE deleted_revision IS NULL;
