-- compatible
-- Pipeline figures: how many reached a stage by a channel or a campaign in a period, and what they are worth.
CREATE TABLE "figure" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "stage" text NOT NULL,
  "start" date NOT NULL,
  "end" date NOT NULL,
  "lever" uuid,
  "action" uuid,
  "count" bigint,
  "amount" bigint,
  "source" smallint,
  "note" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT figure_stage_length CHECK (octet_length("stage") <= 64),
  CONSTRAINT figure_count_range CHECK ("count" BETWEEN 0 AND 1000000000000),
  CONSTRAINT figure_amount_range CHECK ("amount" >= 0),
  CONSTRAINT figure_source_values CHECK ("source" IN (1, 2, 3)),
  CONSTRAINT figure_note_length CHECK (octet_length("note") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "figure" IS 'figures (record type 140); deleted ones keep their row';
COMMENT ON COLUMN "figure"."stage" IS 'stage; visits, leads, MQL, SQL, opportunities, customers, or a stage of a funnel of the plan';
COMMENT ON COLUMN "figure"."start" IS 'start; first day of the period';
COMMENT ON COLUMN "figure"."end" IS 'end; its last day';
COMMENT ON COLUMN "figure"."lever" IS 'lever (id of: lever); the channel; none: not told of which';
COMMENT ON COLUMN "figure"."action" IS 'campaign (id of: action); the action; none: of the lever apart from its campaigns';
COMMENT ON COLUMN "figure"."count" IS 'count; how many reached the stage in the period';
COMMENT ON COLUMN "figure"."amount" IS 'amount (minor units of the plan''s currency); of opportunities what they may bring, of customers what they signed';
COMMENT ON COLUMN "figure"."source" IS 'source: 1 by hand, 2 from a file, 3 computed';
COMMENT ON COLUMN "figure"."note" IS 'note';
COMMENT ON COLUMN "figure".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."figure" AS SELECT
  space_id,
  id,
  number,
  "stage",
  "start",
  "end",
  "lever",
  "action",
  "count",
  "amount",
  CASE "source" WHEN 1 THEN 'hand' WHEN 2 THEN 'file' WHEN 3 THEN 'computed' END AS "source",
  "note",
  revision,
  created_revision
FROM public."figure" WHERE deleted_revision IS NULL;
