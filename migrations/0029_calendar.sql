-- compatible
-- Working calendars: which days a plan, a team or a person works; closures, school holidays, the key dates of a plan; part time and workload.
ALTER TABLE "plan" ADD COLUMN "calendar" uuid;
ALTER TABLE "team" ADD COLUMN "calendar" uuid;
ALTER TABLE "person" ADD COLUMN "calendar" uuid;
ALTER TABLE "person" ADD COLUMN "days_per_week" bigint;
ALTER TABLE "person" ADD COLUMN "off_days" text;
ALTER TABLE "person" ADD CONSTRAINT person_days_per_week_range CHECK ("days_per_week" BETWEEN 0 AND 7000000);
ALTER TABLE "person" ADD CONSTRAINT person_off_days_length CHECK (octet_length("off_days") <= 64);
ALTER TABLE "action" ADD COLUMN "workload" bigint;
ALTER TABLE "action" ADD CONSTRAINT action_workload_range CHECK ("workload" BETWEEN 0 AND 1000000000);
COMMENT ON COLUMN "plan"."calendar" IS 'calendar (id of: calendar); which days are worked, also of people and teams that have none of their own; France''s when not set';
COMMENT ON COLUMN "team"."calendar" IS 'calendar (id of: calendar); of its people, unless they have their own';
COMMENT ON COLUMN "person"."calendar" IS 'calendar (id of: calendar); which days are worked; that of the team or the plan when not set';
COMMENT ON COLUMN "person"."days_per_week" IS 'days per week (millionths, shown in days); of work, when it is less than the calendar''s week [personal data]';
COMMENT ON COLUMN "person"."off_days" IS 'off days; days of the week never worked, such as "wed" [personal data]';
COMMENT ON COLUMN "action"."workload" IS 'workload (millionths, shown in days); days of work of each person who is R, between start and due date; the duration when not set';

CREATE TABLE "calendar" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "territory" smallint,
  "local_days" boolean,
  "solidarity_day" boolean,
  "days" text[],
  "worked" text[],
  "weekend" text,
  "zone" smallint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT calendar_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT calendar_territory_values CHECK ("territory" IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)),
  CONSTRAINT calendar_weekend_length CHECK (octet_length("weekend") <= 64),
  CONSTRAINT calendar_zone_values CHECK ("zone" IN (1, 2, 3))
) WITH (fillfactor = 80);
COMMENT ON TABLE "calendar" IS 'calendars (record type 90); deleted ones keep their row';
COMMENT ON COLUMN "calendar"."name" IS 'name';
COMMENT ON COLUMN "calendar"."territory" IS 'territory: 1 france, 2 alsace-moselle, 3 guadeloupe, 4 martinique, 5 guyane, 6 reunion, 7 mayotte, 8 saint-martin, 9 saint-barthelemy, 10 nouvelle-caledonie, 11 polynesie, 12 wallis-et-futuna, 13 saint-pierre-et-miquelon, 14 other';
COMMENT ON COLUMN "calendar"."local_days" IS 'local days; also those of local law or custom: Good Friday in Alsace-Moselle, Mi-Carême, Citizenship day ...';
COMMENT ON COLUMN "calendar"."solidarity_day" IS 'solidarity day; Whit Monday is worked';
COMMENT ON COLUMN "calendar"."days" IS 'further days off; 12-25 Christmas; easter+1; mon>=05-01; 2027-06-04; jalon calendar import reads them from a file';
COMMENT ON COLUMN "calendar"."worked" IS 'holidays worked; of those that there are, such as 05-08 or easter+39';
COMMENT ON COLUMN "calendar"."weekend" IS 'weekend; days of the week that are not worked, such as "fri sat"; Saturday and Sunday when not set';
COMMENT ON COLUMN "calendar"."zone" IS 'school zone: 1 a, 2 b, 3 c; whose holidays are shown beside the days; they are worked';
COMMENT ON COLUMN "calendar".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "closure" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "start" date NOT NULL,
  "end" date NOT NULL,
  "calendar" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT closure_name_length CHECK (octet_length("name") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "closure" IS 'closures (record type 91); deleted ones keep their row';
COMMENT ON COLUMN "closure"."name" IS 'name';
COMMENT ON COLUMN "closure"."start" IS 'start; first day closed';
COMMENT ON COLUMN "closure"."end" IS 'end; last day closed';
COMMENT ON COLUMN "closure"."calendar" IS 'calendar (id of: calendar); only for whom this calendar holds; for everybody when not set';
COMMENT ON COLUMN "closure".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "school_holiday" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "start" date NOT NULL,
  "end" date NOT NULL,
  "zone" smallint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT school_holiday_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT school_holiday_zone_values CHECK ("zone" IN (1, 2, 3))
) WITH (fillfactor = 80);
COMMENT ON TABLE "school_holiday" IS 'school holidays (record type 92); deleted ones keep their row';
COMMENT ON COLUMN "school_holiday"."name" IS 'name';
COMMENT ON COLUMN "school_holiday"."start" IS 'start; first day without school';
COMMENT ON COLUMN "school_holiday"."end" IS 'end; last day without school';
COMMENT ON COLUMN "school_holiday"."zone" IS 'school zone: 1 a, 2 b, 3 c; all zones when not set';
COMMENT ON COLUMN "school_holiday".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "key_date" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "start" date NOT NULL,
  "end" date,
  "kind" smallint,
  "description" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT key_date_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT key_date_kind_values CHECK ("kind" IN (1, 2, 3)),
  CONSTRAINT key_date_description_length CHECK (octet_length("description") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "key_date" IS 'key dates (record type 93); deleted ones keep their row';
COMMENT ON COLUMN "key_date"."title" IS 'title';
COMMENT ON COLUMN "key_date"."start" IS 'date; of several days the first';
COMMENT ON COLUMN "key_date"."end" IS 'until; its last day; the same day when not set';
COMMENT ON COLUMN "key_date"."kind" IS 'kind: 1 highlight, 2 deadline, 3 event';
COMMENT ON COLUMN "key_date"."description" IS 'description';
COMMENT ON COLUMN "key_date".unknown IS 'fields written by a newer program, kept as they came';
