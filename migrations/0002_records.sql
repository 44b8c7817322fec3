-- One table per record type: one column per field of its message in proto/ (the server compares both at start). A change of a
-- message is one new migration. Written only by the commit path; a deleted record keeps its row (deleted_revision).

CREATE TABLE "person" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text,
  "email" text,
  "job_title" text,
  "teams" uuid[],
  "roles" uuid[],
  "inactive" boolean,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT person_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT person_email_length CHECK (octet_length("email") <= 200),
  CONSTRAINT person_job_title_length CHECK (octet_length("job_title") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "person" IS 'people (record type 1); deleted ones keep their row';
COMMENT ON COLUMN "person"."name" IS 'name [personal data]';
COMMENT ON COLUMN "person"."email" IS 'e-mail [personal data]';
COMMENT ON COLUMN "person"."job_title" IS 'job title [personal data]';
COMMENT ON COLUMN "person"."teams" IS 'teams (id of: team)';
COMMENT ON COLUMN "person"."roles" IS 'roles (id of: role)';
COMMENT ON COLUMN "person"."inactive" IS 'inactive; has left; keeps its history';
COMMENT ON COLUMN "person".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "team" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "kind" smallint,
  "description" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT team_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT team_kind_values CHECK ("kind" IN (1, 2, 3, 4, 5)),
  CONSTRAINT team_description_length CHECK (octet_length("description") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "team" IS 'teams (record type 2); deleted ones keep their row';
COMMENT ON COLUMN "team"."name" IS 'name';
COMMENT ON COLUMN "team"."kind" IS 'kind: 1 marketing, 2 sales, 3 management, 4 agency, 5 other';
COMMENT ON COLUMN "team"."description" IS 'description';
COMMENT ON COLUMN "team".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "role" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "description" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT role_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT role_description_length CHECK (octet_length("description") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "role" IS 'roles (record type 3); deleted ones keep their row';
COMMENT ON COLUMN "role"."name" IS 'name';
COMMENT ON COLUMN "role"."description" IS 'description';
COMMENT ON COLUMN "role".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "plan" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "description" text,
  "start" date NOT NULL,
  "end" date NOT NULL,
  "fiscal_year_start" date,
  "currency" text NOT NULL,
  "language" text,
  "status" smallint,
  "time_zone" text,
  "single_responsible" boolean,
  "control" smallint,
  "share_proven" integer,
  "share_optimisation" integer,
  "share_innovation" integer,
  "share_tolerance" integer,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT plan_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT plan_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT plan_currency_length CHECK (octet_length("currency") <= 3),
  CONSTRAINT plan_language_length CHECK (octet_length("language") <= 8),
  CONSTRAINT plan_status_values CHECK ("status" IN (1, 2, 3, 4)),
  CONSTRAINT plan_time_zone_length CHECK (octet_length("time_zone") <= 64),
  CONSTRAINT plan_control_values CHECK ("control" IN (1, 2))
) WITH (fillfactor = 80);
COMMENT ON TABLE "plan" IS 'plans (record type 10); deleted ones keep their row';
COMMENT ON COLUMN "plan"."name" IS 'name';
COMMENT ON COLUMN "plan"."description" IS 'description';
COMMENT ON COLUMN "plan"."start" IS 'start';
COMMENT ON COLUMN "plan"."end" IS 'end';
COMMENT ON COLUMN "plan"."fiscal_year_start" IS 'fiscal year start';
COMMENT ON COLUMN "plan"."currency" IS 'currency';
COMMENT ON COLUMN "plan"."language" IS 'language';
COMMENT ON COLUMN "plan"."status" IS 'status: 1 draft, 2 submitted, 3 approved, 4 archived';
COMMENT ON COLUMN "plan"."time_zone" IS 'time zone';
COMMENT ON COLUMN "plan"."single_responsible" IS 'one responsible only; refuse a second R on an action';
COMMENT ON COLUMN "plan"."control" IS 'budget control: 1 warn, 2 refuse; what happens to a commitment above what remains';
COMMENT ON COLUMN "plan"."share_proven" IS 'share of proven (basis points)';
COMMENT ON COLUMN "plan"."share_optimisation" IS 'share of optimisation (basis points)';
COMMENT ON COLUMN "plan"."share_innovation" IS 'share of innovation (basis points)';
COMMENT ON COLUMN "plan"."share_tolerance" IS 'tolerance of the bucket rule (basis points)';
COMMENT ON COLUMN "plan".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "objective" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "parent" uuid,
  "kind" smallint,
  "form" smallint,
  "nature" smallint,
  "description" text,
  "metric" text,
  "unit" text,
  "baseline" bigint,
  "target" bigint,
  "current" bigint,
  "start" date,
  "due" date,
  "horizon" smallint,
  "owner" uuid,
  "weight" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT objective_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT objective_kind_values CHECK ("kind" IN (1, 2, 3)),
  CONSTRAINT objective_form_values CHECK ("form" IN (1, 2, 3)),
  CONSTRAINT objective_nature_values CHECK ("nature" IN (1, 2)),
  CONSTRAINT objective_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT objective_metric_length CHECK (octet_length("metric") <= 200),
  CONSTRAINT objective_unit_length CHECK (octet_length("unit") <= 32),
  CONSTRAINT objective_horizon_values CHECK ("horizon" IN (1, 2, 3, 4))
) WITH (fillfactor = 80);
COMMENT ON TABLE "objective" IS 'objectives (record type 11); deleted ones keep their row';
COMMENT ON COLUMN "objective"."title" IS 'title';
COMMENT ON COLUMN "objective"."parent" IS 'parent objective (id of: objective); the objective that this one serves';
COMMENT ON COLUMN "objective"."kind" IS 'kind: 1 business, 2 marketing, 3 sales';
COMMENT ON COLUMN "objective"."form" IS 'form: 1 smart, 2 okr, 3 north-star';
COMMENT ON COLUMN "objective"."nature" IS 'nature: 1 quantitative, 2 qualitative';
COMMENT ON COLUMN "objective"."description" IS 'description';
COMMENT ON COLUMN "objective"."metric" IS 'metric';
COMMENT ON COLUMN "objective"."unit" IS 'unit';
COMMENT ON COLUMN "objective"."baseline" IS 'baseline (millionths)';
COMMENT ON COLUMN "objective"."target" IS 'target (millionths)';
COMMENT ON COLUMN "objective"."current" IS 'current value (millionths)';
COMMENT ON COLUMN "objective"."start" IS 'start';
COMMENT ON COLUMN "objective"."due" IS 'due date';
COMMENT ON COLUMN "objective"."horizon" IS 'horizon: 1 quarter, 2 year, 3 3y, 4 5y';
COMMENT ON COLUMN "objective"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "objective"."weight" IS 'weight';
COMMENT ON COLUMN "objective".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "key_result" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "objective" uuid NOT NULL,
  "title" text NOT NULL,
  "unit" text,
  "start" bigint,
  "target" bigint,
  "current" bigint,
  "weight" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT key_result_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT key_result_unit_length CHECK (octet_length("unit") <= 32)
) WITH (fillfactor = 80);
COMMENT ON TABLE "key_result" IS 'key results (record type 12); deleted ones keep their row';
COMMENT ON COLUMN "key_result"."objective" IS 'objective (id of: objective)';
COMMENT ON COLUMN "key_result"."title" IS 'title';
COMMENT ON COLUMN "key_result"."unit" IS 'unit';
COMMENT ON COLUMN "key_result"."start" IS 'start value (millionths)';
COMMENT ON COLUMN "key_result"."target" IS 'target (millionths)';
COMMENT ON COLUMN "key_result"."current" IS 'current value (millionths)';
COMMENT ON COLUMN "key_result"."weight" IS 'weight';
COMMENT ON COLUMN "key_result".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "lever" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "direction" smallint,
  "channel" text,
  "objectives" uuid[],
  "description" text,
  "unit" text,
  "baseline" bigint,
  "target" bigint,
  "verdict" smallint,
  "verdict_reason" text,
  "verdict_cause" smallint,
  "owner" uuid,
  "paused" boolean,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT lever_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT lever_direction_values CHECK ("direction" IN (1, 2)),
  CONSTRAINT lever_channel_length CHECK (octet_length("channel") <= 64),
  CONSTRAINT lever_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT lever_unit_length CHECK (octet_length("unit") <= 32),
  CONSTRAINT lever_verdict_values CHECK ("verdict" IN (1, 2, 3)),
  CONSTRAINT lever_verdict_reason_length CHECK (octet_length("verdict_reason") <= 16384),
  CONSTRAINT lever_verdict_cause_values CHECK ("verdict_cause" IN (1, 2, 3))
) WITH (fillfactor = 80);
COMMENT ON TABLE "lever" IS 'levers (record type 13); deleted ones keep their row';
COMMENT ON COLUMN "lever"."name" IS 'name';
COMMENT ON COLUMN "lever"."direction" IS 'direction: 1 inbound, 2 outbound';
COMMENT ON COLUMN "lever"."channel" IS 'channel';
COMMENT ON COLUMN "lever"."objectives" IS 'objectives (id of: objective)';
COMMENT ON COLUMN "lever"."description" IS 'description';
COMMENT ON COLUMN "lever"."unit" IS 'unit';
COMMENT ON COLUMN "lever"."baseline" IS 'baseline (millionths)';
COMMENT ON COLUMN "lever"."target" IS 'target (millionths)';
COMMENT ON COLUMN "lever"."verdict" IS 'verdict: 1 keep, 2 stop, 3 start; of the retrospective: keep, stop or start';
COMMENT ON COLUMN "lever"."verdict_reason" IS 'reason of the verdict; the figures behind it';
COMMENT ON COLUMN "lever"."verdict_cause" IS 'wrong lever or wrong execution: 1 lever, 2 execution, 3 unknown';
COMMENT ON COLUMN "lever"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "lever"."paused" IS 'paused';
COMMENT ON COLUMN "lever".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "persona" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "description" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT persona_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT persona_description_length CHECK (octet_length("description") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "persona" IS 'personas (record type 14); deleted ones keep their row';
COMMENT ON COLUMN "persona"."name" IS 'name';
COMMENT ON COLUMN "persona"."description" IS 'description';
COMMENT ON COLUMN "persona".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "action" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "lever" uuid,
  "description" text,
  "status" smallint,
  "progress" bigint,
  "priority" smallint,
  "impact" bigint,
  "effort" bigint,
  "start" date,
  "due" date,
  "duration" bigint,
  "kpis" uuid[],
  "personas" uuid[],
  "tags" text[],
  "blocked_reason" text,
  "quantity_target" bigint,
  "quantity_done" bigint,
  "quantity_unit" text,
  "carried_from" uuid,
  "dropped_reason" text,
  "needs_approval" boolean,
  "conversion_from" bigint,
  "conversion_to" bigint,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT action_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT action_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT action_status_values CHECK ("status" IN (1, 2, 3, 4, 5, 6)),
  CONSTRAINT action_priority_values CHECK ("priority" IN (1, 2, 3, 4)),
  CONSTRAINT action_blocked_reason_length CHECK (octet_length("blocked_reason") <= 200),
  CONSTRAINT action_quantity_unit_length CHECK (octet_length("quantity_unit") <= 32),
  CONSTRAINT action_dropped_reason_length CHECK (octet_length("dropped_reason") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "action" IS 'actions (record type 20); deleted ones keep their row';
COMMENT ON COLUMN "action"."title" IS 'title';
COMMENT ON COLUMN "action"."lever" IS 'lever (id of: lever)';
COMMENT ON COLUMN "action"."description" IS 'description';
COMMENT ON COLUMN "action"."status" IS 'status: 1 to-do, 2 ready, 3 in-progress, 4 blocked, 5 done, 6 dropped';
COMMENT ON COLUMN "action"."progress" IS 'progress (millionths, shown as percent)';
COMMENT ON COLUMN "action"."priority" IS 'priority: 1 low, 2 normal, 3 high, 4 urgent';
COMMENT ON COLUMN "action"."impact" IS 'impact';
COMMENT ON COLUMN "action"."effort" IS 'effort';
COMMENT ON COLUMN "action"."start" IS 'start';
COMMENT ON COLUMN "action"."due" IS 'due date';
COMMENT ON COLUMN "action"."duration" IS 'duration (working days)';
COMMENT ON COLUMN "action"."kpis" IS 'KPIs (id of: kpi)';
COMMENT ON COLUMN "action"."personas" IS 'personas (id of: persona)';
COMMENT ON COLUMN "action"."tags" IS 'tags';
COMMENT ON COLUMN "action"."blocked_reason" IS 'blocked because';
COMMENT ON COLUMN "action"."quantity_target" IS 'quantity; how many, as in 6 webinars a year';
COMMENT ON COLUMN "action"."quantity_done" IS 'quantity done';
COMMENT ON COLUMN "action"."quantity_unit" IS 'quantity unit';
COMMENT ON COLUMN "action"."carried_from" IS 'carried over from (id of: action)';
COMMENT ON COLUMN "action"."dropped_reason" IS 'will not do because';
COMMENT ON COLUMN "action"."needs_approval" IS 'needs approval';
COMMENT ON COLUMN "action"."conversion_from" IS 'conversion from (millionths, shown as percent)';
COMMENT ON COLUMN "action"."conversion_to" IS 'conversion to (millionths, shown as percent)';
COMMENT ON COLUMN "action".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "checklist_item" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "action" uuid NOT NULL,
  "title" text NOT NULL,
  "done" boolean,
  "assignee" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT checklist_item_title_length CHECK (octet_length("title") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "checklist_item" IS 'checklist items (record type 21); deleted ones keep their row';
COMMENT ON COLUMN "checklist_item"."action" IS 'action (id of: action)';
COMMENT ON COLUMN "checklist_item"."title" IS 'title';
COMMENT ON COLUMN "checklist_item"."done" IS 'done';
COMMENT ON COLUMN "checklist_item"."assignee" IS 'assignee (id of: person)';
COMMENT ON COLUMN "checklist_item".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "link" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "action" uuid NOT NULL,
  "title" text NOT NULL,
  "address" text NOT NULL,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT link_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT link_address_length CHECK (octet_length("address") <= 2000)
) WITH (fillfactor = 80);
COMMENT ON TABLE "link" IS 'links (record type 22); deleted ones keep their row';
COMMENT ON COLUMN "link"."action" IS 'action (id of: action)';
COMMENT ON COLUMN "link"."title" IS 'title';
COMMENT ON COLUMN "link"."address" IS 'address';
COMMENT ON COLUMN "link".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "raci" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "target" uuid NOT NULL,
  "letter" smallint NOT NULL,
  "holder" uuid NOT NULL,
  "task" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT raci_letter_values CHECK ("letter" IN (1, 2, 3, 4)),
  CONSTRAINT raci_task_length CHECK (octet_length("task") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "raci" IS 'RACI assignments (record type 30); deleted ones keep their row';
COMMENT ON COLUMN "raci"."target" IS 'target (id of: action, plan, budget line)';
COMMENT ON COLUMN "raci"."letter" IS 'letter: 1 R, 2 A, 3 C, 4 I';
COMMENT ON COLUMN "raci"."holder" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "raci"."task" IS 'task; what this part consists of, as in the classic table';
COMMENT ON COLUMN "raci".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "comment" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "target" uuid NOT NULL,
  "body" text,
  "author" uuid,
  "reply_to" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT comment_body_length CHECK (octet_length("body") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "comment" IS 'comments (record type 31); deleted ones keep their row';
COMMENT ON COLUMN "comment"."target" IS 'target (id of: any)';
COMMENT ON COLUMN "comment"."body" IS 'text [personal data]';
COMMENT ON COLUMN "comment"."author" IS 'author (id of: person)';
COMMENT ON COLUMN "comment"."reply_to" IS 'in reply to (id of: comment)';
COMMENT ON COLUMN "comment".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "budget_line" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "lever" uuid,
  "action" uuid,
  "category" smallint NOT NULL,
  "subcategory" smallint,
  "bucket" smallint,
  "planned" bigint,
  "vat_basis" smallint,
  "vat_rate" integer,
  "kpi" uuid,
  "notes" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT budget_line_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT budget_line_category_values CHECK ("category" IN (1, 2, 3, 4)),
  CONSTRAINT budget_line_subcategory_values CHECK ("subcategory" IN (1, 2, 3, 4, 5, 6, 7, 8, 9)),
  CONSTRAINT budget_line_bucket_values CHECK ("bucket" IN (1, 2, 3)),
  CONSTRAINT budget_line_vat_basis_values CHECK ("vat_basis" IN (1, 2)),
  CONSTRAINT budget_line_notes_length CHECK (octet_length("notes") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "budget_line" IS 'budget lines (record type 40); deleted ones keep their row';
COMMENT ON COLUMN "budget_line"."title" IS 'title';
COMMENT ON COLUMN "budget_line"."lever" IS 'lever (id of: lever)';
COMMENT ON COLUMN "budget_line"."action" IS 'action (id of: action)';
COMMENT ON COLUMN "budget_line"."category" IS 'category: 1 tools, 2 people, 3 media, 4 other';
COMMENT ON COLUMN "budget_line"."subcategory" IS 'sub-category: 1 crm, 2 automation, 3 analytics, 4 salaries, 5 freelancers, 6 agencies, 7 ads, 8 social, 9 retargeting';
COMMENT ON COLUMN "budget_line"."bucket" IS 'bucket: 1 70, 2 20, 3 10; 70 proven, 20 optimisation, 10 innovation';
COMMENT ON COLUMN "budget_line"."planned" IS 'planned (minor units of the plan''s currency); for the whole period, when not planned by month';
COMMENT ON COLUMN "budget_line"."vat_basis" IS 'VAT basis: 1 net, 2 gross';
COMMENT ON COLUMN "budget_line"."vat_rate" IS 'VAT rate (basis points)';
COMMENT ON COLUMN "budget_line"."kpi" IS 'KPI (id of: kpi)';
COMMENT ON COLUMN "budget_line"."notes" IS 'notes';
COMMENT ON COLUMN "budget_line".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "budget_month" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "line" uuid NOT NULL,
  "month" date NOT NULL,
  "planned" bigint NOT NULL,
  unknown bytea,
  PRIMARY KEY (space_id, id)
) WITH (fillfactor = 80);
COMMENT ON TABLE "budget_month" IS 'budget months (record type 41); deleted ones keep their row';
COMMENT ON COLUMN "budget_month"."line" IS 'budget line (id of: budget line)';
COMMENT ON COLUMN "budget_month"."month" IS 'month; its first day';
COMMENT ON COLUMN "budget_month"."planned" IS 'planned (minor units of the plan''s currency)';
COMMENT ON COLUMN "budget_month".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "expense" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "line" uuid NOT NULL,
  "title" text NOT NULL,
  "state" smallint NOT NULL,
  "date" date NOT NULL,
  "supplier" text,
  "net" bigint,
  "vat_rate" integer,
  "gross" bigint,
  "document" text,
  "attachment" text,
  "settles" uuid,
  "kpi" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT expense_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT expense_state_values CHECK ("state" IN (1, 2)),
  CONSTRAINT expense_supplier_length CHECK (octet_length("supplier") <= 200),
  CONSTRAINT expense_document_length CHECK (octet_length("document") <= 64),
  CONSTRAINT expense_attachment_length CHECK (octet_length("attachment") <= 500)
) WITH (fillfactor = 80);
COMMENT ON TABLE "expense" IS 'expenses (record type 42); deleted ones keep their row';
COMMENT ON COLUMN "expense"."line" IS 'budget line (id of: budget line)';
COMMENT ON COLUMN "expense"."title" IS 'title';
COMMENT ON COLUMN "expense"."state" IS 'state: 1 ordered, 2 invoiced';
COMMENT ON COLUMN "expense"."date" IS 'date';
COMMENT ON COLUMN "expense"."supplier" IS 'supplier';
COMMENT ON COLUMN "expense"."net" IS 'amount excl. VAT (minor units of the plan''s currency)';
COMMENT ON COLUMN "expense"."vat_rate" IS 'VAT rate (basis points)';
COMMENT ON COLUMN "expense"."gross" IS 'amount incl. VAT (minor units of the plan''s currency)';
COMMENT ON COLUMN "expense"."document" IS 'document number';
COMMENT ON COLUMN "expense"."attachment" IS 'attachment; where the document is kept';
COMMENT ON COLUMN "expense"."settles" IS 'settles order (id of: expense)';
COMMENT ON COLUMN "expense"."kpi" IS 'KPI (id of: kpi)';
COMMENT ON COLUMN "expense".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "kpi" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "channel" text,
  "description" text,
  "unit" text,
  "direction" smallint,
  "formula" text,
  "timing" smallint,
  "nature" smallint,
  "owner" uuid,
  "frequency" smallint,
  "comparator" smallint,
  "target" bigint,
  "baseline" bigint,
  "tolerance" integer,
  "objective" uuid,
  "lever" uuid,
  "channel_objective" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT kpi_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT kpi_channel_length CHECK (octet_length("channel") <= 64),
  CONSTRAINT kpi_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT kpi_unit_length CHECK (octet_length("unit") <= 32),
  CONSTRAINT kpi_direction_values CHECK ("direction" IN (1, 2)),
  CONSTRAINT kpi_formula_length CHECK (octet_length("formula") <= 500),
  CONSTRAINT kpi_timing_values CHECK ("timing" IN (1, 2)),
  CONSTRAINT kpi_nature_values CHECK ("nature" IN (1, 2)),
  CONSTRAINT kpi_frequency_values CHECK ("frequency" IN (1, 2, 3, 4, 5)),
  CONSTRAINT kpi_comparator_values CHECK ("comparator" IN (1, 2, 3, 4, 5)),
  CONSTRAINT kpi_channel_objective_length CHECK (octet_length("channel_objective") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "kpi" IS 'KPIs (record type 50); deleted ones keep their row';
COMMENT ON COLUMN "kpi"."name" IS 'name';
COMMENT ON COLUMN "kpi"."channel" IS 'channel';
COMMENT ON COLUMN "kpi"."description" IS 'description';
COMMENT ON COLUMN "kpi"."unit" IS 'unit; percent, EUR, leads ...';
COMMENT ON COLUMN "kpi"."direction" IS 'direction: 1 up, 2 down';
COMMENT ON COLUMN "kpi"."formula" IS 'formula';
COMMENT ON COLUMN "kpi"."timing" IS 'timing: 1 leading, 2 lagging; leading moves before the result, lagging is the result';
COMMENT ON COLUMN "kpi"."nature" IS 'nature: 1 business, 2 vanity';
COMMENT ON COLUMN "kpi"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "kpi"."frequency" IS 'frequency: 1 daily, 2 weekly, 3 monthly, 4 quarterly, 5 yearly';
COMMENT ON COLUMN "kpi"."comparator" IS 'comparator: 1 >, 2 >=, 3 <, 4 <=, 5 =; a target needs one: >, >=, <, <=, =';
COMMENT ON COLUMN "kpi"."target" IS 'target (millionths)';
COMMENT ON COLUMN "kpi"."baseline" IS 'baseline (millionths)';
COMMENT ON COLUMN "kpi"."tolerance" IS 'tolerance of the amber light (basis points)';
COMMENT ON COLUMN "kpi"."objective" IS 'objective (id of: objective)';
COMMENT ON COLUMN "kpi"."lever" IS 'lever (id of: lever)';
COMMENT ON COLUMN "kpi"."channel_objective" IS 'purpose of the channel; what the channel is used for, as in the catalogue';
COMMENT ON COLUMN "kpi".unknown IS 'fields written by a newer program, kept as they came';

CREATE TABLE "measurement" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "kpi" uuid NOT NULL,
  "date" date NOT NULL,
  "value" bigint NOT NULL,
  "source" smallint,
  "note" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT measurement_source_values CHECK ("source" IN (1, 2, 3)),
  CONSTRAINT measurement_note_length CHECK (octet_length("note") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "measurement" IS 'measurements (record type 51); deleted ones keep their row';
COMMENT ON COLUMN "measurement"."kpi" IS 'KPI (id of: kpi)';
COMMENT ON COLUMN "measurement"."date" IS 'date';
COMMENT ON COLUMN "measurement"."value" IS 'value (millionths)';
COMMENT ON COLUMN "measurement"."source" IS 'source: 1 hand, 2 file, 3 computed';
COMMENT ON COLUMN "measurement"."note" IS 'note';
COMMENT ON COLUMN "measurement".unknown IS 'fields written by a newer program, kept as they came';
