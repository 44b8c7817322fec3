-- compatible
-- RACI enforced: whether, above which load, and who is away with whom as the substitute.
ALTER TABLE "plan" ADD COLUMN "raci_enforced" boolean;
ALTER TABLE "plan" ADD COLUMN "load_limit" bigint;
ALTER TABLE "plan" ADD COLUMN "load_days" bigint;
ALTER TABLE "plan" ADD CONSTRAINT plan_load_limit_range CHECK ("load_limit" BETWEEN 1 AND 1000);
ALTER TABLE "plan" ADD CONSTRAINT plan_load_days_range CHECK ("load_days" BETWEEN 1 AND 2600);
COMMENT ON COLUMN "plan"."raci_enforced" IS 'RACI enforced; only R and A edit an action that has them; nobody is stopped where nobody is named';
COMMENT ON COLUMN "plan"."load_limit" IS 'load limit; actions not done where one person may be R or A before that is an overload; 10 when not set';
COMMENT ON COLUMN "plan"."load_days" IS 'load limit in days (working days); days of the actions not done where one person is R before that is an overload; 60 when not set';

CREATE TABLE "leave" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "person" uuid NOT NULL,
  "start" date NOT NULL,
  "end" date NOT NULL,
  "substitute" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id)
) WITH (fillfactor = 80);
COMMENT ON TABLE "leave" IS 'leaves (record type 4); deleted ones keep their row';
COMMENT ON COLUMN "leave"."person" IS 'person (id of: person)';
COMMENT ON COLUMN "leave"."start" IS 'start; first day away';
COMMENT ON COLUMN "leave"."end" IS 'end; last day away';
COMMENT ON COLUMN "leave"."substitute" IS 'substitute (id of: person); holds the person''s letters of RACI meanwhile';
COMMENT ON COLUMN "leave".unknown IS 'fields written by a newer program, kept as they came';
