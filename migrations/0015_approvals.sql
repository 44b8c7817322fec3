-- compatible
-- What was submitted and decided, and the baselines that it left.
CREATE TABLE "approval" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "target" uuid NOT NULL,
  "section" smallint NOT NULL,
  "state" smallint,
  "note" text,
  "reason" text,
  "submitted_by" uuid,
  "decided_by" uuid,
  "decided_at" timestamp with time zone,
  "to" uuid,
  "amount" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT approval_section_values CHECK ("section" IN (2, 3, 6)),
  CONSTRAINT approval_state_values CHECK ("state" IN (1, 2, 3, 4, 5)),
  CONSTRAINT approval_note_length CHECK (octet_length("note") <= 16384),
  CONSTRAINT approval_reason_length CHECK (octet_length("reason") <= 16384),
  CONSTRAINT approval_amount_range CHECK ("amount" >= 1)
) WITH (fillfactor = 80);
COMMENT ON TABLE "approval" IS 'approvals (record type 33); deleted ones keep their row';
COMMENT ON COLUMN "approval"."target" IS 'target (id of: action, plan, budget_line)';
COMMENT ON COLUMN "approval"."section" IS 'what is approved: 2 action, 3 budget, 6 plan';
COMMENT ON COLUMN "approval"."state" IS 'state: 1 submitted, 2 approved, 3 sent-back, 4 withdrawn, 5 reopened';
COMMENT ON COLUMN "approval"."note" IS 'note';
COMMENT ON COLUMN "approval"."reason" IS 'sent back because';
COMMENT ON COLUMN "approval"."submitted_by" IS 'submitted by (id of: person)';
COMMENT ON COLUMN "approval"."decided_by" IS 'decided by (id of: person)';
COMMENT ON COLUMN "approval"."decided_at" IS 'decided on';
COMMENT ON COLUMN "approval"."to" IS 'to (id of: budget_line); the budget line that gets the money';
COMMENT ON COLUMN "approval"."amount" IS 'amount (minor units of the plan''s currency); that goes from the target to another line';
COMMENT ON COLUMN "approval".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "baseline" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "approval" uuid NOT NULL,
  "section" smallint NOT NULL,
  "piece" bigint NOT NULL,
  "content" text NOT NULL,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT baseline_section_values CHECK ("section" IN (1, 2, 3, 4, 5)),
  CONSTRAINT baseline_piece_range CHECK ("piece" >= 1),
  CONSTRAINT baseline_content_length CHECK (octet_length("content") <= 61440)
) WITH (fillfactor = 80);
COMMENT ON TABLE "baseline" IS 'baseline parts (record type 34); deleted ones keep their row';
COMMENT ON COLUMN "baseline"."approval" IS 'approval (id of: approval)';
COMMENT ON COLUMN "baseline"."section" IS 'section: 1 strategy, 2 actions, 3 budget, 4 payroll, 5 pipeline';
COMMENT ON COLUMN "baseline"."piece" IS 'piece';
COMMENT ON COLUMN "baseline"."content" IS 'content';
COMMENT ON COLUMN "baseline".unknown IS 'fields written by a newer program, kept as they came';
