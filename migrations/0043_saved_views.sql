-- compatible
-- Views that people keep by a name. With its view for analysts.
CREATE TABLE "view" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "view" text NOT NULL,
  "record" text,
  "settings" text,
  "shared" boolean,
  "owner" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT view_name_length CHECK (octet_length("name") <= 60),
  CONSTRAINT view_view_length CHECK (octet_length("view") <= 40),
  CONSTRAINT view_record_length CHECK (octet_length("record") <= 80),
  CONSTRAINT view_settings_length CHECK (octet_length("settings") <= 2000)
) WITH (fillfactor = 80);
COMMENT ON TABLE "view" IS 'saved views (record type 100); deleted ones keep their row';
COMMENT ON COLUMN "view"."name" IS 'name';
COMMENT ON COLUMN "view"."view" IS 'view; as the command line calls it: board, gantt, week';
COMMENT ON COLUMN "view"."record" IS 'of; the record that the view is about';
COMMENT ON COLUMN "view"."settings" IS 'settings; an option of the view each line: status=blocked';
COMMENT ON COLUMN "view"."shared" IS 'for everybody; otherwise it is in the list of whoever saved it only';
COMMENT ON COLUMN "view"."owner" IS 'saved by (id of: person)';
COMMENT ON COLUMN "view".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."view" AS SELECT
  space_id,
  id,
  number,
  "name",
  "view",
  "record",
  "settings",
  "shared",
  "owner",
  revision,
  created_revision
FROM public."view" WHERE deleted_revision IS NULL;
