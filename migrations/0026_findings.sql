-- compatible
-- Findings of the check that people live with, and why.
CREATE TABLE "accepted_finding" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "target" uuid NOT NULL,
  "code" text NOT NULL,
  "section" smallint NOT NULL,
  "reason" text NOT NULL,
  "until" date,
  "extent" bigint,
  "accepted_by" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT accepted_finding_code_length CHECK (octet_length("code") <= 16),
  CONSTRAINT accepted_finding_section_values CHECK ("section" IN (1, 2, 3, 4, 5)),
  CONSTRAINT accepted_finding_reason_length CHECK (octet_length("reason") <= 16384),
  CONSTRAINT accepted_finding_extent_range CHECK ("extent" >= 0)
) WITH (fillfactor = 80);
COMMENT ON TABLE "accepted_finding" IS 'accepted findings (record type 80); deleted ones keep their row';
COMMENT ON COLUMN "accepted_finding"."target" IS 'target (id of: any)';
COMMENT ON COLUMN "accepted_finding"."code" IS 'rule';
COMMENT ON COLUMN "accepted_finding"."section" IS 'section: 1 strategy, 2 actions, 3 budget, 4 payroll, 5 pipeline';
COMMENT ON COLUMN "accepted_finding"."reason" IS 'reason';
COMMENT ON COLUMN "accepted_finding"."until" IS 'until; from then on it counts again';
COMMENT ON COLUMN "accepted_finding"."extent" IS 'extent; how bad it was; when it gets worse it counts again';
COMMENT ON COLUMN "accepted_finding"."accepted_by" IS 'accepted by (id of: person)';
COMMENT ON COLUMN "accepted_finding".unknown IS 'fields written by a newer program, kept as they came';
