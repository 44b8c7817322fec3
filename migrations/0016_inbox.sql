-- compatible
-- Mentions, requests for advice and shared definitions; what each person has read, in spaces of their own (kind 4).
COMMENT ON COLUMN space_head.kind IS '1 organisation, 2 plan, 3 pipeline, 4 a person''s own (id: the person)';

ALTER TABLE "team" ADD COLUMN "lead" uuid;
COMMENT ON COLUMN "team"."lead" IS 'lead (id of: person); signs for the team; without one any member does';

ALTER TABLE "comment" ADD COLUMN "mentions" uuid[], ADD COLUMN "answers" uuid;
COMMENT ON COLUMN "comment"."mentions" IS 'mentions (id of: person, role, team); whom it is meant for: @marie in the text';
COMMENT ON COLUMN "comment"."answers" IS 'answer to (id of: advice)';

CREATE TABLE "advice" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "target" uuid NOT NULL,
  "question" text,
  "asked" uuid NOT NULL,
  "author" uuid,
  "due" date,
  "since" timestamp with time zone,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT advice_question_length CHECK (octet_length("question") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "advice" IS 'requests for advice (record type 36); deleted ones keep their row';
COMMENT ON COLUMN "advice"."target" IS 'target (id of: any)';
COMMENT ON COLUMN "advice"."question" IS 'question';
COMMENT ON COLUMN "advice"."asked" IS 'asked (id of: person, role, team)';
COMMENT ON COLUMN "advice"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "advice"."due" IS 'due date';
COMMENT ON COLUMN "advice"."since" IS 'since (when it was asked)';
COMMENT ON COLUMN "advice".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "definition" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "kind" smallint,
  "text" text NOT NULL,
  "kpi" uuid,
  "teams" uuid[],
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT definition_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT definition_kind_values CHECK ("kind" IN (1, 2, 3)),
  CONSTRAINT definition_text_length CHECK (octet_length("text") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "definition" IS 'definitions (record type 37); deleted ones keep their row';
COMMENT ON COLUMN "definition"."title" IS 'title';
COMMENT ON COLUMN "definition"."kind" IS 'kind: 1 lead status, 2 KPI, 3 term';
COMMENT ON COLUMN "definition"."text" IS 'text';
COMMENT ON COLUMN "definition"."kpi" IS 'KPI (id of: kpi); that it defines: its unit and direction are part of it';
COMMENT ON COLUMN "definition"."teams" IS 'teams (id of: team); who share it and sign it';
COMMENT ON COLUMN "definition".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "signature" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "definition" uuid NOT NULL,
  "team" uuid NOT NULL,
  "digest" text NOT NULL,
  "signer" uuid,
  "since" timestamp with time zone,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT signature_digest_length CHECK (octet_length("digest") <= 36)
) WITH (fillfactor = 80);
COMMENT ON TABLE "signature" IS 'signatures (record type 38); deleted ones keep their row';
COMMENT ON COLUMN "signature"."definition" IS 'definition (id of: definition)';
COMMENT ON COLUMN "signature"."team" IS 'team (id of: team)';
COMMENT ON COLUMN "signature"."digest" IS 'digest of the text that was signed';
COMMENT ON COLUMN "signature"."signer" IS 'signed by (id of: person)';
COMMENT ON COLUMN "signature"."since" IS 'since (when it was signed)';
COMMENT ON COLUMN "signature".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "inbox_mark" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "plan" uuid NOT NULL,
  "positions" text[],
  "read" text[],
  unknown bytea,
  PRIMARY KEY (space_id, id)
) WITH (fillfactor = 80);
COMMENT ON TABLE "inbox_mark" IS 'inbox marks (record type 39), in spaces of their person; deleted ones keep their row';
COMMENT ON COLUMN "inbox_mark"."plan" IS 'plan (id of: plan)';
COMMENT ON COLUMN "inbox_mark"."positions" IS 'read up to: r812';
COMMENT ON COLUMN "inbox_mark"."read" IS 'read: RECORD@812';
COMMENT ON COLUMN "inbox_mark".unknown IS 'fields written by a newer program, kept as they came';
