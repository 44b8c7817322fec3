-- compatible
-- Reviews: what was known, what was proposed, what was decided; money that moves with one; what a weekly arbitration may move by itself.

CREATE TABLE "review" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "period" text NOT NULL,
  "kind" smallint NOT NULL,
  "state" smallint,
  "first" date,
  "last" date,
  "since" date,
  "frozen_on" date,
  "frozen_revision" bigint,
  "algorithm" bigint,
  "plan_name" text,
  "currency" text,
  "share_proven" integer,
  "share_optimisation" integer,
  "share_innovation" integer,
  "share_tolerance" integer,
  "refuses" boolean,
  "arbitration" bigint,
  "qualified" text,
  "minimum_data" bigint,
  "step" integer,
  "gap" integer,
  "until" date,
  "note" text,
  "author" uuid,
  "started" timestamp with time zone,
  "ended" timestamp with time zone,
  "previous" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT review_period_length CHECK (octet_length("period") <= 32),
  CONSTRAINT review_kind_values CHECK ("kind" IN (1, 2, 3)),
  CONSTRAINT review_state_values CHECK ("state" IN (1, 2, 3)),
  CONSTRAINT review_frozen_revision_range CHECK ("frozen_revision" >= 0),
  CONSTRAINT review_algorithm_range CHECK ("algorithm" >= 0),
  CONSTRAINT review_plan_name_length CHECK (octet_length("plan_name") <= 200),
  CONSTRAINT review_currency_length CHECK (octet_length("currency") <= 3),
  CONSTRAINT review_share_proven_range CHECK ("share_proven" BETWEEN 0 AND 10000),
  CONSTRAINT review_share_optimisation_range CHECK ("share_optimisation" BETWEEN 0 AND 10000),
  CONSTRAINT review_share_innovation_range CHECK ("share_innovation" BETWEEN 0 AND 10000),
  CONSTRAINT review_share_tolerance_range CHECK ("share_tolerance" BETWEEN 0 AND 10000),
  CONSTRAINT review_arbitration_range CHECK ("arbitration" >= 0),
  CONSTRAINT review_qualified_length CHECK (octet_length("qualified") <= 64),
  CONSTRAINT review_minimum_data_range CHECK ("minimum_data" BETWEEN 1 AND 1000000),
  CONSTRAINT review_step_range CHECK ("step" BETWEEN 1 AND 10000),
  CONSTRAINT review_gap_range CHECK ("gap" BETWEEN 1 AND 1000000),
  CONSTRAINT review_note_length CHECK (octet_length("note") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "review" IS 'reviews (record type 150); deleted ones keep their row';
COMMENT ON COLUMN "review"."period" IS 'period; 2026-Q3, 2026-07, 2026-W40';
COMMENT ON COLUMN "review"."kind" IS 'kind of review: 1 quarterly, 2 weekly, 3 other';
COMMENT ON COLUMN "review"."state" IS 'state: 1 open, 2 closed, 3 discarded';
COMMENT ON COLUMN "review"."first" IS 'first day';
COMMENT ON COLUMN "review"."last" IS 'last day';
COMMENT ON COLUMN "review"."since" IS 'results since; spend and results are those from this day until the last one: of a week the four weeks that end with it';
COMMENT ON COLUMN "review"."frozen_on" IS 'frozen on';
COMMENT ON COLUMN "review"."frozen_revision" IS 'as of the revision';
COMMENT ON COLUMN "review"."algorithm" IS 'version of the arithmetic';
COMMENT ON COLUMN "review"."plan_name" IS 'plan''s name then';
COMMENT ON COLUMN "review"."currency" IS 'currency';
COMMENT ON COLUMN "review"."share_proven" IS 'share of proven (basis points)';
COMMENT ON COLUMN "review"."share_optimisation" IS 'share of optimisation (basis points)';
COMMENT ON COLUMN "review"."share_innovation" IS 'share of innovation (basis points)';
COMMENT ON COLUMN "review"."share_tolerance" IS 'tolerance of the bucket rule (basis points)';
COMMENT ON COLUMN "review"."refuses" IS 'limits refuse; the plan''s budget control was: refuse';
COMMENT ON COLUMN "review"."arbitration" IS 'arbitrated without approval (minor units)';
COMMENT ON COLUMN "review"."qualified" IS 'qualified from the stage; what counts as a qualified lead; MQL when not set, or leads where nobody tells of any';
COMMENT ON COLUMN "review"."minimum_data" IS 'enough data; qualified leads of a channel from which on it is judged; 30 when not set';
COMMENT ON COLUMN "review"."step" IS 'largest step (basis points); a line gets at most so much of what it plans; 25% when not set';
COMMENT ON COLUMN "review"."gap" IS 'difference that counts (basis points); money moves when a qualified lead costs so much more there than here; 50% when not set';
COMMENT ON COLUMN "review"."until" IS 'money until; only money of months until then moves; the plan''s end when not set';
COMMENT ON COLUMN "review"."note" IS 'note';
COMMENT ON COLUMN "review"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "review"."started" IS 'started';
COMMENT ON COLUMN "review"."ended" IS 'ended';
COMMENT ON COLUMN "review"."previous" IS 'review before (id of: review); of the same kind, closed: what was decided then is held against what came of it';
COMMENT ON COLUMN "review".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."review" AS SELECT
  space_id,
  id,
  number,
  "period",
  CASE "kind" WHEN 1 THEN 'quarterly' WHEN 2 THEN 'weekly' WHEN 3 THEN 'other' END AS "kind",
  CASE "state" WHEN 1 THEN 'open' WHEN 2 THEN 'closed' WHEN 3 THEN 'discarded' END AS "state",
  "first",
  "last",
  "since",
  "frozen_on",
  "frozen_revision",
  "algorithm",
  "plan_name",
  "currency",
  "share_proven",
  "share_optimisation",
  "share_innovation",
  "share_tolerance",
  "refuses",
  "arbitration",
  "qualified",
  "minimum_data",
  "step",
  "gap",
  "until",
  "note",
  "author",
  "started",
  "ended",
  "previous",
  revision,
  created_revision
FROM public."review" WHERE deleted_revision IS NULL;

CREATE TABLE "review_fact" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "review" uuid NOT NULL,
  "section" smallint NOT NULL,
  "kind" smallint NOT NULL,
  "subject" uuid NOT NULL,
  "name" text,
  "subject_number" bigint,
  "lever" uuid,
  "planned" bigint,
  "committed" bigint,
  "actual" bigint,
  "minimum" bigint,
  "maximum" bigint,
  "movable" bigint,
  "first_month" date,
  "last_month" date,
  "bucket" smallint,
  "finished" boolean,
  "fixed" boolean,
  "spend" bigint,
  "leads" bigint,
  "qualified" bigint,
  "opportunities" bigint,
  "customers" bigint,
  "potential" bigint,
  "signed" bigint,
  "value" bigint,
  "target" bigint,
  "unit" text,
  "comparator" smallint,
  "on_target" boolean,
  "status" smallint,
  "due" date,
  "overloaded" bigint,
  "capacity" bigint,
  "evidence" uuid,
  "benchmark" bigint,
  "benchmark_source" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT review_fact_section_values CHECK ("section" IN (1, 2, 3, 4, 5)),
  CONSTRAINT review_fact_kind_values CHECK ("kind" IN (1, 2, 3, 4, 5, 6)),
  CONSTRAINT review_fact_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT review_fact_subject_number_range CHECK ("subject_number" >= 0),
  CONSTRAINT review_fact_movable_range CHECK ("movable" >= 0),
  CONSTRAINT review_fact_bucket_values CHECK ("bucket" IN (1, 2, 3)),
  CONSTRAINT review_fact_leads_range CHECK ("leads" >= 0),
  CONSTRAINT review_fact_qualified_range CHECK ("qualified" >= 0),
  CONSTRAINT review_fact_opportunities_range CHECK ("opportunities" >= 0),
  CONSTRAINT review_fact_customers_range CHECK ("customers" >= 0),
  CONSTRAINT review_fact_unit_length CHECK (octet_length("unit") <= 32),
  CONSTRAINT review_fact_comparator_values CHECK ("comparator" IN (1, 2, 3, 4, 5, 6)),
  CONSTRAINT review_fact_status_values CHECK ("status" IN (1, 2, 3, 4, 5, 6)),
  CONSTRAINT review_fact_overloaded_range CHECK ("overloaded" >= 0),
  CONSTRAINT review_fact_capacity_range CHECK ("capacity" >= 0),
  CONSTRAINT review_fact_benchmark_source_length CHECK (octet_length("benchmark_source") <= 500)
) WITH (fillfactor = 80);
COMMENT ON TABLE "review_fact" IS 'review facts (record type 151); deleted ones keep their row';
COMMENT ON COLUMN "review_fact"."review" IS 'review (id of: review)';
COMMENT ON COLUMN "review_fact"."section" IS 'section: 1 strategy, 2 actions, 3 budget, 4 payroll, 5 pipeline';
COMMENT ON COLUMN "review_fact"."kind" IS 'of what: 1 channel, 2 campaign, 3 line, 4 action, 5 kpi, 6 sales';
COMMENT ON COLUMN "review_fact"."subject" IS 'what it is about (id of: any)';
COMMENT ON COLUMN "review_fact"."name" IS 'name then';
COMMENT ON COLUMN "review_fact"."subject_number" IS 'its number';
COMMENT ON COLUMN "review_fact"."lever" IS 'lever (id of: lever)';
COMMENT ON COLUMN "review_fact"."planned" IS 'planned (minor units); excl. VAT';
COMMENT ON COLUMN "review_fact"."committed" IS 'committed (minor units); excl. VAT';
COMMENT ON COLUMN "review_fact"."actual" IS 'actual (minor units); excl. VAT';
COMMENT ON COLUMN "review_fact"."minimum" IS 'minimum (minor units)';
COMMENT ON COLUMN "review_fact"."maximum" IS 'maximum (minor units)';
COMMENT ON COLUMN "review_fact"."movable" IS 'can move (minor units); excl. VAT: of what is planned, not ordered, not spent, above the minimum, in months that are open';
COMMENT ON COLUMN "review_fact"."first_month" IS 'from the month; that can give or get money, of a line that is planned by month';
COMMENT ON COLUMN "review_fact"."last_month" IS 'to the month';
COMMENT ON COLUMN "review_fact"."bucket" IS 'bucket: 1 70, 2 20, 3 10';
COMMENT ON COLUMN "review_fact"."finished" IS 'finished; what it pays for is done or dropped';
COMMENT ON COLUMN "review_fact"."fixed" IS 'stays as it is; it recurs, is in another currency, or no month of it is left: money neither leaves nor reaches it';
COMMENT ON COLUMN "review_fact"."spend" IS 'spend (minor units); invoiced for the days of the results, in what it costs';
COMMENT ON COLUMN "review_fact"."leads" IS 'leads';
COMMENT ON COLUMN "review_fact"."qualified" IS 'qualified leads';
COMMENT ON COLUMN "review_fact"."opportunities" IS 'opportunities';
COMMENT ON COLUMN "review_fact"."customers" IS 'customers';
COMMENT ON COLUMN "review_fact"."potential" IS 'potential revenue (minor units)';
COMMENT ON COLUMN "review_fact"."signed" IS 'signed revenue (minor units)';
COMMENT ON COLUMN "review_fact"."value" IS 'value (millionths)';
COMMENT ON COLUMN "review_fact"."target" IS 'target (millionths)';
COMMENT ON COLUMN "review_fact"."unit" IS 'unit';
COMMENT ON COLUMN "review_fact"."comparator" IS 'comparator: 1 >, 2 >=, 3 <, 4 <=, 5 =, 6 between';
COMMENT ON COLUMN "review_fact"."on_target" IS 'on target';
COMMENT ON COLUMN "review_fact"."status" IS 'status: 1 to-do, 2 ready, 3 in-progress, 4 blocked, 5 done, 6 dropped';
COMMENT ON COLUMN "review_fact"."due" IS 'due date';
COMMENT ON COLUMN "review_fact"."overloaded" IS 'overloaded people; of those who are responsible for its open actions';
COMMENT ON COLUMN "review_fact"."capacity" IS 'capacity of sales; qualified leads that sales can treat in the days of the results';
COMMENT ON COLUMN "review_fact"."evidence" IS 'evidence (id of: kpi); a KPI of it that is measured and on target';
COMMENT ON COLUMN "review_fact"."benchmark" IS 'benchmark (millionths, shown as percent); of leads that become qualified, elsewhere';
COMMENT ON COLUMN "review_fact"."benchmark_source" IS 'source of the benchmark';
COMMENT ON COLUMN "review_fact".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."review_fact" AS SELECT
  space_id,
  id,
  number,
  "review",
  CASE "section" WHEN 1 THEN 'strategy' WHEN 2 THEN 'actions' WHEN 3 THEN 'budget' WHEN 4 THEN 'payroll' WHEN 5 THEN 'pipeline' END AS "section",
  CASE "kind" WHEN 1 THEN 'channel' WHEN 2 THEN 'campaign' WHEN 3 THEN 'line' WHEN 4 THEN 'action' WHEN 5 THEN 'kpi' WHEN 6 THEN 'sales' END AS "kind",
  "subject",
  "name",
  "subject_number",
  "lever",
  "planned",
  "committed",
  "actual",
  "minimum",
  "maximum",
  "movable",
  "first_month",
  "last_month",
  CASE "bucket" WHEN 1 THEN '70' WHEN 2 THEN '20' WHEN 3 THEN '10' END AS "bucket",
  "finished",
  "fixed",
  "spend",
  "leads",
  "qualified",
  "opportunities",
  "customers",
  "potential",
  "signed",
  "value"::numeric / 1000000 AS "value",
  "target"::numeric / 1000000 AS "target",
  "unit",
  CASE "comparator" WHEN 1 THEN '>' WHEN 2 THEN '>=' WHEN 3 THEN '<' WHEN 4 THEN '<=' WHEN 5 THEN '=' WHEN 6 THEN 'between' END AS "comparator",
  "on_target",
  CASE "status" WHEN 1 THEN 'to-do' WHEN 2 THEN 'ready' WHEN 3 THEN 'in-progress' WHEN 4 THEN 'blocked' WHEN 5 THEN 'done' WHEN 6 THEN 'dropped' END AS "status",
  "due",
  "overloaded",
  "capacity",
  "evidence",
  "benchmark"::numeric / 1000000 AS "benchmark",
  "benchmark_source",
  revision,
  created_revision
FROM public."review_fact" WHERE deleted_revision IS NULL;

CREATE TABLE "review_proposal" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "review" uuid NOT NULL,
  "key" bigint NOT NULL,
  "section" smallint NOT NULL,
  "kind" smallint NOT NULL,
  "source" uuid,
  "destination" uuid,
  "amount" bigint,
  "held_by" bigint,
  "by_hand" boolean,
  "why" text,
  "before" smallint,
  "after" smallint,
  "author" uuid,
  "approval" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT review_proposal_key_range CHECK ("key" >= 1),
  CONSTRAINT review_proposal_section_values CHECK ("section" IN (1, 2, 3, 4, 5)),
  CONSTRAINT review_proposal_kind_values CHECK ("kind" IN (1, 2, 3, 4, 5, 6, 7, 8, 9)),
  CONSTRAINT review_proposal_amount_range CHECK ("amount" >= 1),
  CONSTRAINT review_proposal_held_by_range CHECK ("held_by" >= 0),
  CONSTRAINT review_proposal_why_length CHECK (octet_length("why") <= 500),
  CONSTRAINT review_proposal_before_values CHECK ("before" IN (1, 2, 3)),
  CONSTRAINT review_proposal_after_values CHECK ("after" IN (1, 2, 3))
) WITH (fillfactor = 80);
COMMENT ON TABLE "review_proposal" IS 'proposals (record type 152); deleted ones keep their row';
COMMENT ON COLUMN "review_proposal"."review" IS 'review (id of: review)';
COMMENT ON COLUMN "review_proposal"."key" IS 'key of the proposal; its place among those that were worked out; by chance for those of people';
COMMENT ON COLUMN "review_proposal"."section" IS 'section: 1 strategy, 2 actions, 3 budget, 4 payroll, 5 pipeline';
COMMENT ON COLUMN "review_proposal"."kind" IS 'kind of proposal: 1 move, 2 promote, 3 demote, 4 stop, 5 optimise, 6 start, 7 unblock, 8 catch-up, 9 correct';
COMMENT ON COLUMN "review_proposal"."source" IS 'from (id of: budget line, lever, action, kpi); the line that gives, or what it is about';
COMMENT ON COLUMN "review_proposal"."destination" IS 'to (id of: budget line); the line that gets it';
COMMENT ON COLUMN "review_proposal"."amount" IS 'amount (minor units); excl. VAT';
COMMENT ON COLUMN "review_proposal"."held_by" IS 'limits that held it';
COMMENT ON COLUMN "review_proposal"."by_hand" IS 'by hand';
COMMENT ON COLUMN "review_proposal"."why" IS 'why; of a proposal that somebody made';
COMMENT ON COLUMN "review_proposal"."before" IS 'from the bucket: 1 70, 2 20, 3 10';
COMMENT ON COLUMN "review_proposal"."after" IS 'to the bucket: 1 70, 2 20, 3 10';
COMMENT ON COLUMN "review_proposal"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "review_proposal"."approval" IS 'asked with (id of: approval)';
COMMENT ON COLUMN "review_proposal".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."review_proposal" AS SELECT
  space_id,
  id,
  number,
  "review",
  "key",
  CASE "section" WHEN 1 THEN 'strategy' WHEN 2 THEN 'actions' WHEN 3 THEN 'budget' WHEN 4 THEN 'payroll' WHEN 5 THEN 'pipeline' END AS "section",
  CASE "kind" WHEN 1 THEN 'move' WHEN 2 THEN 'promote' WHEN 3 THEN 'demote' WHEN 4 THEN 'stop' WHEN 5 THEN 'optimise' WHEN 6 THEN 'start' WHEN 7 THEN 'unblock' WHEN 8 THEN 'catch-up' WHEN 9 THEN 'correct' END AS "kind",
  "source",
  "destination",
  "amount",
  "held_by",
  "by_hand",
  "why",
  CASE "before" WHEN 1 THEN '70' WHEN 2 THEN '20' WHEN 3 THEN '10' END AS "before",
  CASE "after" WHEN 1 THEN '70' WHEN 2 THEN '20' WHEN 3 THEN '10' END AS "after",
  "author",
  "approval",
  revision,
  created_revision
FROM public."review_proposal" WHERE deleted_revision IS NULL;

CREATE TABLE "review_decision" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "proposal" uuid NOT NULL,
  "verdict" smallint NOT NULL,
  "reason" text,
  "decided_by" uuid,
  "name" text,
  "decided_at" timestamp with time zone,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT review_decision_verdict_values CHECK ("verdict" IN (1, 2)),
  CONSTRAINT review_decision_reason_length CHECK (octet_length("reason") <= 1000),
  CONSTRAINT review_decision_name_length CHECK (octet_length("name") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "review_decision" IS 'review decisions (record type 153); deleted ones keep their row';
COMMENT ON COLUMN "review_decision"."proposal" IS 'proposal (id of: review proposal)';
COMMENT ON COLUMN "review_decision"."verdict" IS 'verdict: 1 accepted, 2 refused';
COMMENT ON COLUMN "review_decision"."reason" IS 'reason; a refusal needs one';
COMMENT ON COLUMN "review_decision"."decided_by" IS 'decided by (id of: person)';
COMMENT ON COLUMN "review_decision"."name" IS 'decided by (name then)';
COMMENT ON COLUMN "review_decision"."decided_at" IS 'decided on';
COMMENT ON COLUMN "review_decision".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."review_decision" AS SELECT
  space_id,
  id,
  number,
  "proposal",
  CASE "verdict" WHEN 1 THEN 'accepted' WHEN 2 THEN 'refused' END AS "verdict",
  "reason",
  "decided_by",
  "name",
  "decided_at",
  revision,
  created_revision
FROM public."review_decision" WHERE deleted_revision IS NULL;

ALTER TABLE "approval"
  ADD COLUMN "review" uuid;
COMMENT ON COLUMN "approval"."review" IS 'review (id of: review); all that is accepted of it, in one: money that moves, lines that change their bucket';
ALTER TABLE "plan"
  ADD COLUMN "arbitration" bigint CONSTRAINT plan_arbitration_range CHECK ("arbitration" >= 0);
COMMENT ON COLUMN "plan"."arbitration" IS 'arbitrated without approval (minor units); a weekly arbitration may move so much in all by itself; whoever answers for the plan sets it; nothing when not set';

DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."plan" AS '
    || regexp_replace(pg_get_viewdef('report."plan"'::regclass), '\s+FROM (public\.)?plan\M', ', "arbitration" FROM public."plan"');
END $$;
