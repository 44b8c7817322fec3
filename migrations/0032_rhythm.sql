-- compatible
-- The rhythm: sprints with their events, stand-up notes, retrospective notes, meetings with their points; in which sprint an action is. Each
-- with its view for analysts.
ALTER TABLE "action" ADD COLUMN "sprint" uuid;
COMMENT ON COLUMN "action"."sprint" IS 'sprint (id of: sprint); in which it is worked on';

CREATE TABLE "sprint" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "start" date NOT NULL,
  "end" date NOT NULL,
  "goal" text,
  "team" uuid,
  "review" text,
  "closed" date,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT sprint_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT sprint_goal_length CHECK (octet_length("goal") <= 500),
  CONSTRAINT sprint_review_length CHECK (octet_length("review") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "sprint" IS 'sprints (record type 104); deleted ones keep their row';
COMMENT ON COLUMN "sprint"."name" IS 'name';
COMMENT ON COLUMN "sprint"."start" IS 'start';
COMMENT ON COLUMN "sprint"."end" IS 'end; its last day';
COMMENT ON COLUMN "sprint"."goal" IS 'goal; what exists at its end that did not exist before';
COMMENT ON COLUMN "sprint"."team" IS 'team (id of: team); whose sprint it is; sprints of one team do not overlap';
COMMENT ON COLUMN "sprint"."review" IS 'review; what was shown at its end, and what it brought';
COMMENT ON COLUMN "sprint"."closed" IS 'closed on; by jalon sprint close: nothing unfinished is left in it';
COMMENT ON COLUMN "sprint".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."sprint" AS SELECT
  space_id,
  id,
  number,
  "name",
  "start",
  "end",
  "goal",
  "team",
  "review",
  "closed",
  revision,
  created_revision
FROM public."sprint" WHERE deleted_revision IS NULL;

CREATE TABLE "sprint_event" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "sprint" uuid,
  "action" uuid,
  "kind" smallint,
  "day" date,
  "size" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT sprint_event_kind_values CHECK ("kind" IN (1, 2, 3, 4, 5))
) WITH (fillfactor = 80);
COMMENT ON TABLE "sprint_event" IS 'sprint events (record type 105); deleted ones keep their row';
COMMENT ON COLUMN "sprint_event"."sprint" IS 'sprint (id of: sprint)';
COMMENT ON COLUMN "sprint_event"."action" IS 'action (id of: action)';
COMMENT ON COLUMN "sprint_event"."kind" IS 'what happened: 1 entered, 2 left, 3 done, 4 reopened, 5 resized';
COMMENT ON COLUMN "sprint_event"."day" IS 'day';
COMMENT ON COLUMN "sprint_event"."size" IS 'size (millionths, shown as person-days); of the action from then on';
COMMENT ON COLUMN "sprint_event".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."sprint_event" AS SELECT
  space_id,
  id,
  number,
  "sprint",
  "action",
  CASE "kind" WHEN 1 THEN 'entered' WHEN 2 THEN 'left' WHEN 3 THEN 'done' WHEN 4 THEN 'reopened' WHEN 5 THEN 'resized' END AS "kind",
  "day",
  "size"::numeric / 1000000 AS "size",
  revision,
  created_revision
FROM public."sprint_event" WHERE deleted_revision IS NULL;

CREATE TABLE "stand_up" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "person" uuid NOT NULL,
  "day" date NOT NULL,
  "done" text,
  "next" text,
  "blocked" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT stand_up_done_length CHECK (octet_length("done") <= 500),
  CONSTRAINT stand_up_next_length CHECK (octet_length("next") <= 500),
  CONSTRAINT stand_up_blocked_length CHECK (octet_length("blocked") <= 500)
) WITH (fillfactor = 80);
COMMENT ON TABLE "stand_up" IS 'stand-up notes (record type 106); deleted ones keep their row';
COMMENT ON COLUMN "stand_up"."person" IS 'person (id of: person)';
COMMENT ON COLUMN "stand_up"."day" IS 'day';
COMMENT ON COLUMN "stand_up"."done" IS 'done since the last time';
COMMENT ON COLUMN "stand_up"."next" IS 'next';
COMMENT ON COLUMN "stand_up"."blocked" IS 'blocked by';
COMMENT ON COLUMN "stand_up".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."stand_up" AS SELECT
  space_id,
  id,
  number,
  "person",
  "day",
  "done",
  "next",
  "blocked",
  revision,
  created_revision
FROM public."stand_up" WHERE deleted_revision IS NULL;

CREATE TABLE "retro_note" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "sprint" uuid NOT NULL,
  "text" text NOT NULL,
  "verdict" smallint NOT NULL,
  "lesson" uuid,
  "action" uuid,
  "author" uuid,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT retro_note_text_length CHECK (octet_length("text") <= 500),
  CONSTRAINT retro_note_verdict_values CHECK ("verdict" IN (1, 2, 3)),
  CONSTRAINT retro_note_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "retro_note" IS 'retrospective notes (record type 107); deleted ones keep their row';
COMMENT ON COLUMN "retro_note"."sprint" IS 'sprint (id of: sprint)';
COMMENT ON COLUMN "retro_note"."text" IS 'text';
COMMENT ON COLUMN "retro_note"."verdict" IS 'verdict: 1 keep, 2 stop, 3 start';
COMMENT ON COLUMN "retro_note"."lesson" IS 'lesson (id of: lesson); that came of it';
COMMENT ON COLUMN "retro_note"."action" IS 'action (id of: action); that came of it';
COMMENT ON COLUMN "retro_note"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "retro_note"."rank" IS 'place';
COMMENT ON COLUMN "retro_note".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."retro_note" AS SELECT
  space_id,
  id,
  number,
  "sprint",
  "text",
  CASE "verdict" WHEN 1 THEN 'keep' WHEN 2 THEN 'stop' WHEN 3 THEN 'start' END AS "verdict",
  "lesson",
  "action",
  "author",
  revision,
  created_revision
FROM public."retro_note" WHERE deleted_revision IS NULL;

CREATE TABLE "meeting" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "date" date NOT NULL,
  "minutes" bigint,
  "participants" uuid[],
  "leader" uuid,
  "sprint" uuid,
  "status" smallint,
  "current" uuid,
  "started" timestamp with time zone,
  "ended" timestamp with time zone,
  "notes" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT meeting_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT meeting_minutes_range CHECK ("minutes" BETWEEN 5 AND 240),
  CONSTRAINT meeting_status_values CHECK ("status" IN (1, 2, 3)),
  CONSTRAINT meeting_notes_length CHECK (octet_length("notes") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "meeting" IS 'meetings (record type 108); deleted ones keep their row';
COMMENT ON COLUMN "meeting"."title" IS 'title';
COMMENT ON COLUMN "meeting"."date" IS 'date';
COMMENT ON COLUMN "meeting"."minutes" IS 'length (minutes)';
COMMENT ON COLUMN "meeting"."participants" IS 'participants (id of: person)';
COMMENT ON COLUMN "meeting"."leader" IS 'leader (id of: person)';
COMMENT ON COLUMN "meeting"."sprint" IS 'sprint (id of: sprint)';
COMMENT ON COLUMN "meeting"."status" IS 'status: 1 planned, 2 running, 3 closed';
COMMENT ON COLUMN "meeting"."current" IS 'point under discussion (id of: meeting_point)';
COMMENT ON COLUMN "meeting"."started" IS 'started';
COMMENT ON COLUMN "meeting"."ended" IS 'ended';
COMMENT ON COLUMN "meeting"."notes" IS 'notes';
COMMENT ON COLUMN "meeting".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."meeting" AS SELECT
  space_id,
  id,
  number,
  "title",
  "date",
  "minutes",
  "participants",
  "leader",
  "sprint",
  CASE "status" WHEN 1 THEN 'planned' WHEN 2 THEN 'running' WHEN 3 THEN 'closed' END AS "status",
  "current",
  "started",
  "ended",
  "notes",
  revision,
  created_revision
FROM public."meeting" WHERE deleted_revision IS NULL;

CREATE TABLE "meeting_point" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "meeting" uuid NOT NULL,
  "title" text NOT NULL,
  "reason" smallint,
  "about" uuid,
  "note" text,
  "decision" text,
  "action" uuid,
  "owner" uuid,
  "due" date,
  "closed" boolean,
  "begun" timestamp with time zone,
  "decided_at" timestamp with time zone,
  "decided_by" uuid,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT meeting_point_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT meeting_point_reason_values CHECK ("reason" IN (1, 2, 3, 4, 5)),
  CONSTRAINT meeting_point_note_length CHECK (octet_length("note") <= 16384),
  CONSTRAINT meeting_point_decision_length CHECK (octet_length("decision") <= 1000),
  CONSTRAINT meeting_point_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "meeting_point" IS 'meeting points (record type 109); deleted ones keep their row';
COMMENT ON COLUMN "meeting_point"."meeting" IS 'meeting (id of: meeting)';
COMMENT ON COLUMN "meeting_point"."title" IS 'title';
COMMENT ON COLUMN "meeting_point"."reason" IS 'why it is on the agenda: 1 blocked, 2 late, 3 off-target, 4 follow-up, 5 other';
COMMENT ON COLUMN "meeting_point"."about" IS 'about (id of: any)';
COMMENT ON COLUMN "meeting_point"."note" IS 'discussion';
COMMENT ON COLUMN "meeting_point"."decision" IS 'decision';
COMMENT ON COLUMN "meeting_point"."action" IS 'action (id of: action)';
COMMENT ON COLUMN "meeting_point"."owner" IS 'assigned to (id of: person)';
COMMENT ON COLUMN "meeting_point"."due" IS 'due date';
COMMENT ON COLUMN "meeting_point"."closed" IS 'closed';
COMMENT ON COLUMN "meeting_point"."begun" IS 'begun';
COMMENT ON COLUMN "meeting_point"."decided_at" IS 'decided on';
COMMENT ON COLUMN "meeting_point"."decided_by" IS 'decided by (id of: person)';
COMMENT ON COLUMN "meeting_point"."rank" IS 'place';
COMMENT ON COLUMN "meeting_point".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."meeting_point" AS SELECT
  space_id,
  id,
  number,
  "meeting",
  "title",
  CASE "reason" WHEN 1 THEN 'blocked' WHEN 2 THEN 'late' WHEN 3 THEN 'off-target' WHEN 4 THEN 'follow-up' WHEN 5 THEN 'other' END AS "reason",
  "about",
  "note",
  "decision",
  "action",
  "owner",
  "due",
  "closed",
  "begun",
  "decided_at",
  "decided_by",
  revision,
  created_revision
FROM public."meeting_point" WHERE deleted_revision IS NULL;

