-- compatible
-- How money is shared out: what a line may not fall below and costs a lead, the budget of an objective, scenarios, moves between buckets.
ALTER TABLE "budget_line"
  ADD COLUMN "minimum" bigint,
  ADD COLUMN "maximum" bigint,
  ADD COLUMN "to_come" bigint,
  ADD COLUMN "cost_per_lead" bigint,
  ADD COLUMN "lead_conversion" bigint,
  ADD CONSTRAINT budget_line_minimum_range CHECK ("minimum" >= 0),
  ADD CONSTRAINT budget_line_maximum_range CHECK ("maximum" >= 0),
  ADD CONSTRAINT budget_line_to_come_range CHECK ("to_come" >= 0),
  ADD CONSTRAINT budget_line_cost_per_lead_range CHECK ("cost_per_lead" >= 1),
  ADD CONSTRAINT budget_line_lead_conversion_range CHECK ("lead_conversion" BETWEEN 1 AND 1000000);
COMMENT ON COLUMN "budget_line"."minimum" IS 'minimum (minor units); excl. VAT: whoever shares the budget out or cuts it leaves the line so much';
COMMENT ON COLUMN "budget_line"."maximum" IS 'maximum (minor units); excl. VAT: it gets no more than that when the budget is shared out';
COMMENT ON COLUMN "budget_line"."to_come" IS 'still to come (minor units); excl. VAT: what it will still cost, estimated anew (ETC); jalon variance --method bottom-up';
COMMENT ON COLUMN "budget_line"."cost_per_lead" IS 'expected cost per lead (minor units); excl. VAT';
COMMENT ON COLUMN "budget_line"."lead_conversion" IS 'expected lead conversion (millionths); how many of its leads become customers';

DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."budget_line" AS '
    || regexp_replace(pg_get_viewdef('report."budget_line"'::regclass), '\s+FROM (public\.)?budget_line\M',
      ', "minimum", "maximum", "to_come", "cost_per_lead", "lead_conversion" FROM public."budget_line"');
END $$;

CREATE TABLE "budget_objective" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "funnel" uuid,
  "customers" bigint,
  "revenue" bigint,
  "deal" bigint,
  "acquisition_cost" bigint,
  "monthly_revenue" bigint,
  "lifetime" bigint,
  "churn" bigint,
  "margin" integer,
  "lead_conversion" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT budget_objective_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT budget_objective_customers_range CHECK ("customers" BETWEEN 1 AND 1000000000),
  CONSTRAINT budget_objective_revenue_range CHECK ("revenue" >= 1),
  CONSTRAINT budget_objective_deal_range CHECK ("deal" >= 1),
  CONSTRAINT budget_objective_acquisition_cost_range CHECK ("acquisition_cost" >= 1),
  CONSTRAINT budget_objective_monthly_revenue_range CHECK ("monthly_revenue" >= 1),
  CONSTRAINT budget_objective_lifetime_range CHECK ("lifetime" BETWEEN 1 AND 1200),
  CONSTRAINT budget_objective_churn_range CHECK ("churn" BETWEEN 1 AND 1000000),
  CONSTRAINT budget_objective_margin_range CHECK ("margin" BETWEEN 1 AND 10000),
  CONSTRAINT budget_objective_lead_conversion_range CHECK ("lead_conversion" BETWEEN 1 AND 1000000)
) WITH (fillfactor = 80);
COMMENT ON TABLE "budget_objective" IS 'budget objectives (record type 130); deleted ones keep their row';
COMMENT ON COLUMN "budget_objective"."title" IS 'title';
COMMENT ON COLUMN "budget_objective"."funnel" IS 'funnel (id of: funnel); whose customers and rates they are, when they are not given here';
COMMENT ON COLUMN "budget_objective"."customers" IS 'customers target; new customers; when it is given, it decides and not the revenue';
COMMENT ON COLUMN "budget_objective"."revenue" IS 'revenue target (minor units)';
COMMENT ON COLUMN "budget_objective"."deal" IS 'mean deal (minor units); what one customer brings at first, from which the revenue target is counted';
COMMENT ON COLUMN "budget_objective"."acquisition_cost" IS 'target CAC (minor units); what a new customer may cost; a third of the CLV when not set';
COMMENT ON COLUMN "budget_objective"."monthly_revenue" IS 'revenue of a customer per month (minor units); ARPU, for the CLV';
COMMENT ON COLUMN "budget_objective"."lifetime" IS 'lifetime of a customer (months)';
COMMENT ON COLUMN "budget_objective"."churn" IS 'churn per month (millionths); how many customers leave in a month, when the lifetime is not set';
COMMENT ON COLUMN "budget_objective"."margin" IS 'gross margin (basis points); the CLV is net of what is delivered; gross when not set';
COMMENT ON COLUMN "budget_objective"."lead_conversion" IS 'lead conversion (millionths); how many leads become customers; that of the funnel when not set';
COMMENT ON COLUMN "budget_objective".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."budget_objective" AS SELECT
  space_id,
  id,
  number,
  "title",
  "funnel",
  "customers",
  "revenue",
  "deal",
  "acquisition_cost",
  "monthly_revenue",
  "lifetime",
  "churn",
  "margin",
  "lead_conversion",
  revision,
  created_revision
FROM public."budget_objective" WHERE deleted_revision IS NULL;

CREATE TABLE "scenario" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "cut" integer,
  "amount" bigint,
  "state" smallint,
  "base" bigint,
  "note" text,
  "author" uuid,
  "since" timestamp with time zone,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT scenario_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT scenario_cut_range CHECK ("cut" BETWEEN 0 AND 10000),
  CONSTRAINT scenario_amount_range CHECK ("amount" >= 0),
  CONSTRAINT scenario_state_values CHECK ("state" IN (1, 2, 3)),
  CONSTRAINT scenario_base_range CHECK ("base" >= 0),
  CONSTRAINT scenario_note_length CHECK (octet_length("note") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "scenario" IS 'scenarios (record type 131); deleted ones keep their row';
COMMENT ON COLUMN "scenario"."title" IS 'title';
COMMENT ON COLUMN "scenario"."cut" IS 'cut (basis points); of what is planned in all';
COMMENT ON COLUMN "scenario"."amount" IS 'amount cut (minor units); excl. VAT, in place of a share';
COMMENT ON COLUMN "scenario"."state" IS 'state: 1 draft, 2 accepted, 3 discarded';
COMMENT ON COLUMN "scenario"."base" IS 'planned then (minor units); what was planned in all when it was worked out, excl. VAT';
COMMENT ON COLUMN "scenario"."note" IS 'note';
COMMENT ON COLUMN "scenario"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "scenario"."since" IS 'since';
COMMENT ON COLUMN "scenario".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."scenario" AS SELECT
  space_id,
  id,
  number,
  "title",
  "cut",
  "amount",
  CASE "state" WHEN 1 THEN 'draft' WHEN 2 THEN 'accepted' WHEN 3 THEN 'discarded' END AS "state",
  "base",
  "note",
  "author",
  "since",
  revision,
  created_revision
FROM public."scenario" WHERE deleted_revision IS NULL;

CREATE TABLE "scenario_line" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "scenario" uuid NOT NULL,
  "line" uuid NOT NULL,
  "before" bigint,
  "after" bigint NOT NULL,
  "reason" smallint,
  "expected_return" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT scenario_line_before_range CHECK ("before" >= 0),
  CONSTRAINT scenario_line_after_range CHECK ("after" >= 0),
  CONSTRAINT scenario_line_reason_values CHECK ("reason" IN (1, 2, 3, 4))
) WITH (fillfactor = 80);
COMMENT ON TABLE "scenario_line" IS 'scenario lines (record type 132); deleted ones keep their row';
COMMENT ON COLUMN "scenario_line"."scenario" IS 'scenario (id of: scenario)';
COMMENT ON COLUMN "scenario_line"."line" IS 'budget line (id of: budget_line)';
COMMENT ON COLUMN "scenario_line"."before" IS 'planned then (minor units); excl. VAT, when it was worked out';
COMMENT ON COLUMN "scenario_line"."after" IS 'would be planned (minor units); excl. VAT';
COMMENT ON COLUMN "scenario_line"."reason" IS 'reason: 1 no-return, 2 low-return, 3 by-hand, 4 common';
COMMENT ON COLUMN "scenario_line"."expected_return" IS 'expected return (millionths); revenue for each euro, when it was worked out';
COMMENT ON COLUMN "scenario_line".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."scenario_line" AS SELECT
  space_id,
  id,
  number,
  "scenario",
  "line",
  "before",
  "after",
  CASE "reason" WHEN 1 THEN 'no-return' WHEN 2 THEN 'low-return' WHEN 3 THEN 'by-hand' WHEN 4 THEN 'common' END AS "reason",
  "expected_return",
  revision,
  created_revision
FROM public."scenario_line" WHERE deleted_revision IS NULL;

CREATE TABLE "bucket_change" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "line" uuid NOT NULL,
  "before" smallint NOT NULL,
  "after" smallint NOT NULL,
  "reason" text NOT NULL,
  "evidence" uuid,
  "author" uuid,
  "since" timestamp with time zone,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT bucket_change_before_values CHECK ("before" IN (1, 2, 3)),
  CONSTRAINT bucket_change_after_values CHECK ("after" IN (1, 2, 3)),
  CONSTRAINT bucket_change_reason_length CHECK (octet_length("reason") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "bucket_change" IS 'bucket changes (record type 133); deleted ones keep their row';
COMMENT ON COLUMN "bucket_change"."line" IS 'budget line (id of: budget_line)';
COMMENT ON COLUMN "bucket_change"."before" IS 'from the bucket: 1 70, 2 20, 3 10';
COMMENT ON COLUMN "bucket_change"."after" IS 'to the bucket: 1 70, 2 20, 3 10';
COMMENT ON COLUMN "bucket_change"."reason" IS 'reason';
COMMENT ON COLUMN "bucket_change"."evidence" IS 'evidence (id of: kpi); the KPI that is on target; needed to go up';
COMMENT ON COLUMN "bucket_change"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "bucket_change"."since" IS 'since';
COMMENT ON COLUMN "bucket_change".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."bucket_change" AS SELECT
  space_id,
  id,
  number,
  "line",
  CASE "before" WHEN 1 THEN '70' WHEN 2 THEN '20' WHEN 3 THEN '10' END AS "before",
  CASE "after" WHEN 1 THEN '70' WHEN 2 THEN '20' WHEN 3 THEN '10' END AS "after",
  "reason",
  "evidence",
  "author",
  "since",
  revision,
  created_revision
FROM public."bucket_change" WHERE deleted_revision IS NULL;
