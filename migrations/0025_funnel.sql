-- compatible
-- Funnels: how many it takes at each stage for a revenue, from rates with their source and their trust; objectives made from them.
ALTER TABLE "objective" ADD COLUMN "funnel_stage" uuid;
COMMENT ON COLUMN "objective"."funnel_stage" IS 'funnel stage (id of: funnel_stage, funnel); whose figure it is: jalon funnel apply writes its target';

CREATE TABLE "funnel" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "revenue" bigint,
  "customers" bigint,
  "deal" bigint,
  "rounding" smallint,
  "period" smallint,
  "start" date,
  "periods" bigint,
  "reps" bigint,
  "enough" bigint,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT funnel_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT funnel_revenue_range CHECK ("revenue" >= 0),
  CONSTRAINT funnel_customers_range CHECK ("customers" BETWEEN 0 AND 1000000000000),
  CONSTRAINT funnel_deal_range CHECK ("deal" >= 1),
  CONSTRAINT funnel_rounding_values CHECK ("rounding" IN (1, 2)),
  CONSTRAINT funnel_period_values CHECK ("period" IN (1, 2, 3)),
  CONSTRAINT funnel_periods_range CHECK ("periods" BETWEEN 1 AND 60),
  CONSTRAINT funnel_reps_range CHECK ("reps" BETWEEN 0 AND 100000),
  CONSTRAINT funnel_enough_range CHECK ("enough" BETWEEN 1 AND 1000000),
  CONSTRAINT funnel_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "funnel" IS 'funnels (record type 70); deleted ones keep their row';
COMMENT ON COLUMN "funnel"."name" IS 'name';
COMMENT ON COLUMN "funnel"."revenue" IS 'revenue target (minor units)';
COMMENT ON COLUMN "funnel"."customers" IS 'customers target; new customers; when it is given, it decides and not the revenue';
COMMENT ON COLUMN "funnel"."deal" IS 'mean deal (minor units); what one customer brings on average';
COMMENT ON COLUMN "funnel"."rounding" IS 'rounding of the funnel: 1 stage, 2 shown';
COMMENT ON COLUMN "funnel"."period" IS 'period: 1 month, 2 quarter, 3 year';
COMMENT ON COLUMN "funnel"."start" IS 'start; first day on which the revenue counts; that of the plan when not set';
COMMENT ON COLUMN "funnel"."periods" IS 'number of periods that the target is spread over; as many as the plan has when not set';
COMMENT ON COLUMN "funnel"."reps" IS 'sales reps';
COMMENT ON COLUMN "funnel"."enough" IS 'enough cases; from so many cases on a measured rate counts before a benchmark; 30 when not set';
COMMENT ON COLUMN "funnel"."rank" IS 'place';
COMMENT ON COLUMN "funnel".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "funnel_stage" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "funnel" uuid NOT NULL,
  "name" text NOT NULL,
  "lag" bigint,
  "capacity" bigint,
  "shared" boolean,
  "side" smallint,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT funnel_stage_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT funnel_stage_lag_range CHECK ("lag" BETWEEN 0 AND 60),
  CONSTRAINT funnel_stage_capacity_range CHECK ("capacity" BETWEEN 1 AND 1000000),
  CONSTRAINT funnel_stage_side_values CHECK ("side" IN (1, 2)),
  CONSTRAINT funnel_stage_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "funnel_stage" IS 'funnel stages (record type 71); deleted ones keep their row';
COMMENT ON COLUMN "funnel_stage"."funnel" IS 'funnel (id of: funnel)';
COMMENT ON COLUMN "funnel_stage"."name" IS 'name; visits, leads, MQL, SQL ...';
COMMENT ON COLUMN "funnel_stage"."lag" IS 'lag (months); from this stage to the next one';
COMMENT ON COLUMN "funnel_stage"."capacity" IS 'capacity of a rep; how many of these one sales rep can treat in a period';
COMMENT ON COLUMN "funnel_stage"."shared" IS 'shared by channels; the shares of the channels are shares of this stage; otherwise of the first one';
COMMENT ON COLUMN "funnel_stage"."side" IS 'side: 1 marketing, 2 sales';
COMMENT ON COLUMN "funnel_stage"."rank" IS 'place';
COMMENT ON COLUMN "funnel_stage".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "funnel_rate" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "stage" uuid NOT NULL,
  "channel" text,
  "rate" bigint,
  "origin" smallint,
  "source" text,
  "date" date,
  "expires" date,
  "trust" smallint,
  "cases" bigint,
  "kpi" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT funnel_rate_channel_length CHECK (octet_length("channel") <= 64),
  CONSTRAINT funnel_rate_rate_range CHECK ("rate" BETWEEN 0 AND 1000000),
  CONSTRAINT funnel_rate_origin_values CHECK ("origin" IN (1, 2, 3)),
  CONSTRAINT funnel_rate_source_length CHECK (octet_length("source") <= 300),
  CONSTRAINT funnel_rate_trust_values CHECK ("trust" IN (1, 2, 3)),
  CONSTRAINT funnel_rate_cases_range CHECK ("cases" >= 0)
) WITH (fillfactor = 80);
COMMENT ON TABLE "funnel_rate" IS 'funnel rates (record type 72); deleted ones keep their row';
COMMENT ON COLUMN "funnel_rate"."stage" IS 'funnel stage (id of: funnel_stage)';
COMMENT ON COLUMN "funnel_rate"."channel" IS 'channel; when it holds for one channel only';
COMMENT ON COLUMN "funnel_rate"."rate" IS 'rate (millionths, shown as percent); how many go on to the next stage';
COMMENT ON COLUMN "funnel_rate"."origin" IS 'origin: 1 measured, 2 benchmark, 3 assumption';
COMMENT ON COLUMN "funnel_rate"."source" IS 'source';
COMMENT ON COLUMN "funnel_rate"."date" IS 'date';
COMMENT ON COLUMN "funnel_rate"."expires" IS 'expires; from then on it is used only when there is nothing else, and marked';
COMMENT ON COLUMN "funnel_rate"."trust" IS 'trust: 1 low, 2 medium, 3 high';
COMMENT ON COLUMN "funnel_rate"."cases" IS 'cases; on how many it was measured';
COMMENT ON COLUMN "funnel_rate"."kpi" IS 'KPI (id of: kpi); a KPI in percent that measures it: its last value is the rate';
COMMENT ON COLUMN "funnel_rate".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "funnel_channel" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "funnel" uuid NOT NULL,
  "name" text NOT NULL,
  "share" integer NOT NULL,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT funnel_channel_name_length CHECK (octet_length("name") <= 64),
  CONSTRAINT funnel_channel_share_range CHECK ("share" BETWEEN 0 AND 10000),
  CONSTRAINT funnel_channel_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "funnel_channel" IS 'funnel channels (record type 73); deleted ones keep their row';
COMMENT ON COLUMN "funnel_channel"."funnel" IS 'funnel (id of: funnel)';
COMMENT ON COLUMN "funnel_channel"."name" IS 'channel';
COMMENT ON COLUMN "funnel_channel"."share" IS 'share (basis points); of the stage that the channels share';
COMMENT ON COLUMN "funnel_channel"."rank" IS 'place';
COMMENT ON COLUMN "funnel_channel".unknown IS 'fields written by a newer program, kept as they came';
