-- compatible
-- Test and learn: experiments and what was counted of their variants.
CREATE TABLE "experiment" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "hypothesis" text NOT NULL,
  "metric" text NOT NULL,
  "kpi" uuid,
  "action" uuid,
  "start" date,
  "end" date,
  "expected" bigint,
  "effect" bigint,
  "verdict" smallint,
  "conclusion" text,
  "concluded" date,
  "owner" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT experiment_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT experiment_hypothesis_length CHECK (octet_length("hypothesis") <= 500),
  CONSTRAINT experiment_metric_length CHECK (octet_length("metric") <= 64),
  CONSTRAINT experiment_expected_range CHECK ("expected" BETWEEN 0 AND 1000000),
  CONSTRAINT experiment_effect_range CHECK ("effect" BETWEEN -1000000 AND 1000000),
  CONSTRAINT experiment_verdict_values CHECK ("verdict" IN (1, 2, 3)),
  CONSTRAINT experiment_conclusion_length CHECK (octet_length("conclusion") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "experiment" IS 'experiments (record type 141); deleted ones keep their row';
COMMENT ON COLUMN "experiment"."title" IS 'title';
COMMENT ON COLUMN "experiment"."hypothesis" IS 'hypothesis; if we do this, that changes by so much, because';
COMMENT ON COLUMN "experiment"."metric" IS 'metric; what is counted of those who see it: clicks, leads ...';
COMMENT ON COLUMN "experiment"."kpi" IS 'KPI (id of: KPI); that it is to move; lower is better when the KPI says so';
COMMENT ON COLUMN "experiment"."action" IS 'action (id of: action); that is tested';
COMMENT ON COLUMN "experiment"."start" IS 'start';
COMMENT ON COLUMN "experiment"."end" IS 'end';
COMMENT ON COLUMN "experiment"."expected" IS 'expected rate (millionths, shown as percent); of those who see no change';
COMMENT ON COLUMN "experiment"."effect" IS 'expected effect (millionths, shown as percent); points by which the change moves it';
COMMENT ON COLUMN "experiment"."verdict" IS 'verdict: 1 won, 2 lost, 3 unclear';
COMMENT ON COLUMN "experiment"."conclusion" IS 'conclusion; what was learned';
COMMENT ON COLUMN "experiment"."concluded" IS 'concluded on';
COMMENT ON COLUMN "experiment"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "experiment".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."experiment" AS SELECT
  space_id,
  id,
  number,
  "title",
  "hypothesis",
  "metric",
  "kpi",
  "action",
  "start",
  "end",
  "expected"::numeric / 1000000 AS "expected",
  "effect"::numeric / 1000000 AS "effect",
  CASE "verdict" WHEN 1 THEN 'won' WHEN 2 THEN 'lost' WHEN 3 THEN 'unclear' END AS "verdict",
  "conclusion",
  "concluded",
  "owner",
  revision,
  created_revision
FROM public."experiment" WHERE deleted_revision IS NULL;

CREATE TABLE "variant" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "experiment" uuid NOT NULL,
  "name" text NOT NULL,
  "control" boolean,
  "shown" bigint,
  "counted" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT variant_name_length CHECK (octet_length("name") <= 64),
  CONSTRAINT variant_shown_range CHECK ("shown" BETWEEN 0 AND 1000000000),
  CONSTRAINT variant_counted_range CHECK ("counted" BETWEEN 0 AND 1000000000)
) WITH (fillfactor = 80);
COMMENT ON TABLE "variant" IS 'variants (record type 142); deleted ones keep their row';
COMMENT ON COLUMN "variant"."experiment" IS 'experiment (id of: experiment)';
COMMENT ON COLUMN "variant"."name" IS 'name';
COMMENT ON COLUMN "variant"."control" IS 'control; those who see no change';
COMMENT ON COLUMN "variant"."shown" IS 'shown to; how many saw it';
COMMENT ON COLUMN "variant"."counted" IS 'counted; how many of them did what the metric counts';
COMMENT ON COLUMN "variant".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."variant" AS SELECT
  space_id,
  id,
  number,
  "experiment",
  "name",
  "control",
  "shown",
  "counted",
  revision,
  created_revision
FROM public."variant" WHERE deleted_revision IS NULL;
