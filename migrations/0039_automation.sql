-- compatible
-- Automations and what they did. Each with its view for analysts.
CREATE TABLE "automation" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "when" text NOT NULL,
  "watches" smallint,
  "conditions" text[],
  "sets" text[],
  "tags" text[],
  "comment" text,
  "notify" uuid[],
  "creates" text,
  "duration" bigint,
  "lever" uuid,
  "responsible" uuid,
  "accountable" uuid,
  "consulted" uuid[],
  "informed" uuid[],
  "state" smallint,
  "stopped_because" smallint,
  "author" uuid,
  "since" date,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT automation_title_length CHECK (octet_length("title") <= 120),
  CONSTRAINT automation_when_length CHECK (octet_length("when") <= 200),
  CONSTRAINT automation_watches_values CHECK ("watches" IN (20, 21, 104)),
  CONSTRAINT automation_comment_length CHECK (octet_length("comment") <= 1000),
  CONSTRAINT automation_creates_length CHECK (octet_length("creates") <= 120),
  CONSTRAINT automation_duration_range CHECK ("duration" BETWEEN 1 AND 2600),
  CONSTRAINT automation_state_values CHECK ("state" IN (1, 2, 3)),
  CONSTRAINT automation_stopped_because_values CHECK ("stopped_because" IN (1, 2))
) WITH (fillfactor = 80);
COMMENT ON TABLE "automation" IS 'automations (record type 110); deleted ones keep their row';
COMMENT ON COLUMN "automation"."title" IS 'title';
COMMENT ON COLUMN "automation"."when" IS 'when; created, status, status=done, due-3 (working days before), due+0';
COMMENT ON COLUMN "automation"."watches" IS 'records: 20 action, 21 checklist-item, 104 sprint; what it looks at';
COMMENT ON COLUMN "automation"."conditions" IS 'conditions; all must hold: priority=high, tags!=presse, impact>=7, lever=';
COMMENT ON COLUMN "automation"."sets" IS 'sets; FIELD=VALUE: progress=100%, due=+5 (working days from today)';
COMMENT ON COLUMN "automation"."tags" IS 'adds tags';
COMMENT ON COLUMN "automation"."comment" IS 'comments; {title} is the title of what it is about';
COMMENT ON COLUMN "automation"."notify" IS 'tells (id of: person, role, team); in their inbox';
COMMENT ON COLUMN "automation"."creates" IS 'makes the action; its title; {title} is that of what it is about';
COMMENT ON COLUMN "automation"."duration" IS 'duration of the new action (working days); from today';
COMMENT ON COLUMN "automation"."lever" IS 'lever of the new action (id of: lever); otherwise that of the action it is about';
COMMENT ON COLUMN "automation"."responsible" IS 'R of the new action (id of: person, role, team)';
COMMENT ON COLUMN "automation"."accountable" IS 'A of the new action (id of: person, role, team)';
COMMENT ON COLUMN "automation"."consulted" IS 'C of the new action (id of: person, role, team)';
COMMENT ON COLUMN "automation"."informed" IS 'I of the new action (id of: person, role, team)';
COMMENT ON COLUMN "automation"."state" IS 'state: 1 on, 2 off, 3 stopped';
COMMENT ON COLUMN "automation"."stopped_because" IS 'switched off because: 1 left, 2 rights';
COMMENT ON COLUMN "automation"."author" IS 'author (id of: person); who wrote it last: it does what that person may do';
COMMENT ON COLUMN "automation"."since" IS 'since; no earlier day makes it fire';
COMMENT ON COLUMN "automation".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."automation" AS SELECT
  space_id,
  id,
  number,
  "title",
  "when",
  CASE "watches" WHEN 20 THEN 'action' WHEN 21 THEN 'checklist-item' WHEN 104 THEN 'sprint' END AS "watches",
  "conditions",
  "sets",
  "tags",
  "comment",
  "notify",
  "creates",
  "duration",
  "lever",
  "responsible",
  "accountable",
  "consulted",
  "informed",
  CASE "state" WHEN 1 THEN 'on' WHEN 2 THEN 'off' WHEN 3 THEN 'stopped' END AS "state",
  CASE "stopped_because" WHEN 1 THEN 'left' WHEN 2 THEN 'rights' END AS "stopped_because",
  "author",
  "since",
  revision,
  created_revision
FROM public."automation" WHERE deleted_revision IS NULL;

CREATE TABLE "automation_firing" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "automation" uuid,
  "record" uuid,
  "due" date,
  "time" timestamp with time zone,
  "outcome" smallint,
  "made" uuid,
  "reason" text,
  "arguments" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT automation_firing_outcome_values CHECK ("outcome" IN (1, 2, 3, 4, 5)),
  CONSTRAINT automation_firing_reason_length CHECK (octet_length("reason") <= 240),
  CONSTRAINT automation_firing_arguments_length CHECK (octet_length("arguments") <= 700)
) WITH (fillfactor = 80);
COMMENT ON TABLE "automation_firing" IS 'automation firings (record type 111); deleted ones keep their row';
COMMENT ON COLUMN "automation_firing"."automation" IS 'automation (id of: automation)';
COMMENT ON COLUMN "automation_firing"."record" IS 'record (id of: any)';
COMMENT ON COLUMN "automation_firing"."due" IS 'day; that fired it; none when an edit did';
COMMENT ON COLUMN "automation_firing"."time" IS 'time';
COMMENT ON COLUMN "automation_firing"."outcome" IS 'outcome: 1 done, 2 refused, 3 cut, 4 stopped, 5 due';
COMMENT ON COLUMN "automation_firing"."made" IS 'action made (id of: action)';
COMMENT ON COLUMN "automation_firing"."reason" IS 'reason';
COMMENT ON COLUMN "automation_firing"."arguments" IS 'figures of the reason';
COMMENT ON COLUMN "automation_firing".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."automation_firing" AS SELECT
  space_id,
  id,
  number,
  "automation",
  "record",
  "due",
  "time",
  CASE "outcome" WHEN 1 THEN 'done' WHEN 2 THEN 'refused' WHEN 3 THEN 'cut' WHEN 4 THEN 'stopped' WHEN 5 THEN 'due' END AS "outcome",
  "made",
  "reason",
  "arguments",
  revision,
  created_revision
FROM public."automation_firing" WHERE deleted_revision IS NULL;
