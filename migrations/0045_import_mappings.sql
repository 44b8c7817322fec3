-- compatible
-- How files of one kind are imported, by a name. With its view for analysts.
CREATE TABLE "import_mapping" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "rows" text NOT NULL,
  "settings" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT import_mapping_name_length CHECK (octet_length("name") <= 60),
  CONSTRAINT import_mapping_rows_length CHECK (octet_length("rows") <= 40),
  CONSTRAINT import_mapping_settings_length CHECK (octet_length("settings") <= 8000)
) WITH (fillfactor = 80);
COMMENT ON TABLE "import_mapping" IS 'import mappings (record type 154); deleted ones keep their row';
COMMENT ON COLUMN "import_mapping"."name" IS 'name';
COMMENT ON COLUMN "import_mapping"."rows" IS 'rows become; a type of records or a source, as jalon import --as takes it';
COMMENT ON COLUMN "import_mapping"."settings" IS 'settings; an option of jalon import each line: map=Coût HT=net';
COMMENT ON COLUMN "import_mapping".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."import_mapping" AS SELECT
  space_id,
  id,
  number,
  "name",
  "rows",
  "settings",
  revision,
  created_revision
FROM public."import_mapping" WHERE deleted_revision IS NULL;
