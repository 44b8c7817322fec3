-- compatible
-- What comes before what, and what the dates of an action are for whoever works out the others.
ALTER TABLE "action" ADD COLUMN "timing" smallint;
ALTER TABLE "action" ADD COLUMN "not_before" date;
ALTER TABLE "action" ADD COLUMN "no_later" date;
ALTER TABLE "action" ADD CONSTRAINT action_timing_values CHECK ("timing" IN (1, 2, 3));
COMMENT ON COLUMN "action"."timing" IS 'timing: 1 early, 2 late, 3 fixed; early, late: its dates are worked out (jalon schedule); fixed: nothing moves it';
COMMENT ON COLUMN "action"."not_before" IS 'not before; it cannot start earlier';
COMMENT ON COLUMN "action"."no_later" IS 'no later than; it must be done by then, whatever is planned';

CREATE TABLE "dependency" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "predecessor" uuid NOT NULL,
  "successor" uuid NOT NULL,
  "kind" smallint NOT NULL,
  "lag" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT dependency_kind_values CHECK ("kind" IN (1, 2, 3, 4)),
  CONSTRAINT dependency_lag_range CHECK ("lag" BETWEEN -2600 AND 2600)
) WITH (fillfactor = 80);
COMMENT ON TABLE "dependency" IS 'dependencies (record type 94); deleted ones keep their row';
COMMENT ON COLUMN "dependency"."predecessor" IS 'predecessor (id of: action); the action that comes before';
COMMENT ON COLUMN "dependency"."successor" IS 'successor (id of: action); the action that waits for it';
COMMENT ON COLUMN "dependency"."kind" IS 'kind of dependency: 1 fs, 2 ss, 3 ff, 4 sf';
COMMENT ON COLUMN "dependency"."lag" IS 'lag of the dependency (working days); days of work between the two; negative: they overlap';
COMMENT ON COLUMN "dependency".unknown IS 'fields written by a newer program, kept as they came';
