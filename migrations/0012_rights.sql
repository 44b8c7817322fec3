-- compatible
-- Who may read and edit which section of a plan, who is a guest, and what people cost.
ALTER TABLE "person" ADD COLUMN "guest" boolean;
COMMENT ON COLUMN "person"."guest" IS 'guest; from outside: sees only what plans grant';

CREATE TABLE "grant" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "plan" uuid NOT NULL,
  "holder" uuid NOT NULL,
  "section" smallint NOT NULL,
  "level" smallint NOT NULL,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT grant_section_values CHECK ("section" IN (1, 2, 3, 4, 5)),
  CONSTRAINT grant_level_values CHECK ("level" IN (1, 2, 3))
) WITH (fillfactor = 80);
COMMENT ON TABLE "grant" IS 'rights (record type 32); deleted ones keep their row';
COMMENT ON COLUMN "grant"."plan" IS 'plan (id of: plan)';
COMMENT ON COLUMN "grant"."holder" IS 'whose (id of: team, person, plan); a team or a person; the plan: everybody';
COMMENT ON COLUMN "grant"."section" IS 'section: 1 strategy, 2 actions, 3 budget, 4 payroll, 5 pipeline';
COMMENT ON COLUMN "grant"."level" IS 'level: 1 none, 2 read, 3 edit';
COMMENT ON COLUMN "grant".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "payroll_line" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "person" uuid,
  "start" date,
  "end" date,
  "planned" bigint NOT NULL,
  "actual" bigint,
  "notes" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT payroll_line_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT payroll_line_planned_range CHECK ("planned" >= 0),
  CONSTRAINT payroll_line_actual_range CHECK ("actual" >= 0),
  CONSTRAINT payroll_line_notes_length CHECK (octet_length("notes") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "payroll_line" IS 'payroll lines (record type 43); deleted ones keep their row';
COMMENT ON COLUMN "payroll_line"."title" IS 'title';
COMMENT ON COLUMN "payroll_line"."person" IS 'person (id of: person)';
COMMENT ON COLUMN "payroll_line"."start" IS 'start';
COMMENT ON COLUMN "payroll_line"."end" IS 'end';
COMMENT ON COLUMN "payroll_line"."planned" IS 'planned (minor units of the plan''s currency); cost to the employer over the whole period';
COMMENT ON COLUMN "payroll_line"."actual" IS 'actual (minor units of the plan''s currency); paid so far';
COMMENT ON COLUMN "payroll_line"."notes" IS 'notes';
COMMENT ON COLUMN "payroll_line".unknown IS 'fields written by a newer program, kept as they came';
