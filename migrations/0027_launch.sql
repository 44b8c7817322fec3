-- compatible
-- The launch gate: what makes a campaign traceable, who let one start all the same, and what people said of which no record tells.
ALTER TABLE "action"
  ADD COLUMN "campaign" boolean,
  ADD COLUMN "tracked_link" text CONSTRAINT action_tracked_link_length CHECK (octet_length("tracked_link") <= 2000),
  ADD COLUMN "promotion_code" text CONSTRAINT action_promotion_code_length CHECK (octet_length("promotion_code") <= 64),
  ADD COLUMN "segments" uuid[],
  ADD COLUMN "target_cost" bigint CONSTRAINT action_target_cost_range CHECK ("target_cost" >= 0),
  ADD COLUMN "target_conversions" bigint CONSTRAINT action_target_conversions_range CHECK ("target_conversions" BETWEEN 1 AND 1000000000);
COMMENT ON COLUMN "action"."campaign" IS 'campaign; it starts when it can be traced and the plan is ready for it: jalon gate';
COMMENT ON COLUMN "action"."tracked_link" IS 'tracked link; by which its visits are told from others';
COMMENT ON COLUMN "action"."promotion_code" IS 'promotion code; by which its sales are told from others';
COMMENT ON COLUMN "action"."segments" IS 'segments (id of: segment); whom it is sent to';
COMMENT ON COLUMN "action"."target_cost" IS 'target cost per conversion (minor units of the plan''s currency); more than that, and it does not pay';
COMMENT ON COLUMN "action"."target_conversions" IS 'target in conversions; leads, sales, visits to the shop: what it is run for';

-- Behind the columns that the report has by then, whichever those are.
DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."action" AS '
    || regexp_replace(pg_get_viewdef('report."action"'::regclass), '\s+FROM (public\.)?action\M',
                      ', "campaign", "tracked_link", "promotion_code", "segments", "target_cost", "target_conversions" FROM public."action"');
END $$;

CREATE TABLE "launch_override" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "action" uuid NOT NULL,
  "section" smallint NOT NULL,
  "reason" text NOT NULL,
  "missing" text[],
  "author" uuid,
  "since" timestamp with time zone,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT launch_override_section_values CHECK ("section" IN (1, 2)),
  CONSTRAINT launch_override_reason_length CHECK (octet_length("reason") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "launch_override" IS 'launch overrides (record type 82); deleted ones keep their row';
COMMENT ON COLUMN "launch_override"."action" IS 'action (id of: action)';
COMMENT ON COLUMN "launch_override"."section" IS 'part: 1 questions, 2 traceability';
COMMENT ON COLUMN "launch_override"."reason" IS 'reason';
COMMENT ON COLUMN "launch_override"."missing" IS 'missing then';
COMMENT ON COLUMN "launch_override"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "launch_override"."since" IS 'since';
COMMENT ON COLUMN "launch_override".unknown IS 'fields written by a newer program, kept as they came';

CREATE VIEW report."launch_override" AS SELECT
  space_id,
  id,
  number,
  "action",
  CASE "section" WHEN 1 THEN 'questions' WHEN 2 THEN 'traceability' END AS "section",
  "reason",
  "missing",
  "author",
  "since",
  revision,
  created_revision
FROM public."launch_override" WHERE deleted_revision IS NULL;

CREATE TABLE "assessment" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "reason" text NOT NULL,
  "question" smallint NOT NULL,
  "answer" smallint NOT NULL,
  "author" uuid,
  "since" timestamp with time zone,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT assessment_reason_length CHECK (octet_length("reason") <= 16384),
  CONSTRAINT assessment_question_values CHECK ("question" IN (1, 2, 3, 4)),
  CONSTRAINT assessment_answer_values CHECK ("answer" IN (1, 2, 3))
) WITH (fillfactor = 80);
COMMENT ON TABLE "assessment" IS 'assessments (record type 83); deleted ones keep their row';
COMMENT ON COLUMN "assessment"."reason" IS 'what it rests on';
COMMENT ON COLUMN "assessment"."question" IS 'question: 1 trained, 2 communication, 3 adjustable, 4 outside-view';
COMMENT ON COLUMN "assessment"."answer" IS 'answer: 1 yes, 2 partly, 3 no';
COMMENT ON COLUMN "assessment"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "assessment"."since" IS 'since';
COMMENT ON COLUMN "assessment".unknown IS 'fields written by a newer program, kept as they came';

CREATE VIEW report."assessment" AS SELECT
  space_id,
  id,
  number,
  "reason",
  CASE "question" WHEN 1 THEN 'trained' WHEN 2 THEN 'communication' WHEN 3 THEN 'adjustable' WHEN 4 THEN 'outside-view' END AS "question",
  CASE "answer" WHEN 1 THEN 'yes' WHEN 2 THEN 'partly' WHEN 3 THEN 'no' END AS "answer",
  "author",
  "since",
  revision,
  created_revision
FROM public."assessment" WHERE deleted_revision IS NULL;
