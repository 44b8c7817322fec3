-- Read-only views for analysts and BI tools: records that are not deleted, choices as words, fractions and shares as numbers.
-- A record below a deleted parent still has its own row here: join the parent to leave it out.

CREATE SCHEMA report;
COMMENT ON SCHEMA report IS 'read-only views of living records; money stays in minor units';

CREATE VIEW report."person" AS SELECT
  space_id,
  id,
  number,
  "name",
  "email",
  "job_title",
  "teams",
  "roles",
  "inactive",
  revision,
  created_revision
FROM public."person" WHERE deleted_revision IS NULL;

CREATE VIEW report."team" AS SELECT
  space_id,
  id,
  number,
  "name",
  CASE "kind" WHEN 1 THEN 'marketing' WHEN 2 THEN 'sales' WHEN 3 THEN 'management' WHEN 4 THEN 'agency' WHEN 5 THEN 'other' END AS "kind",
  "description",
  revision,
  created_revision
FROM public."team" WHERE deleted_revision IS NULL;

CREATE VIEW report."role" AS SELECT
  space_id,
  id,
  number,
  "name",
  "description",
  revision,
  created_revision
FROM public."role" WHERE deleted_revision IS NULL;

CREATE VIEW report."plan" AS SELECT
  space_id,
  id,
  number,
  "name",
  "description",
  "start",
  "end",
  "fiscal_year_start",
  "currency",
  "language",
  CASE "status" WHEN 1 THEN 'draft' WHEN 2 THEN 'submitted' WHEN 3 THEN 'approved' WHEN 4 THEN 'archived' END AS "status",
  "time_zone",
  "single_responsible",
  CASE "control" WHEN 1 THEN 'warn' WHEN 2 THEN 'refuse' END AS "control",
  "share_proven"::numeric / 10000 AS "share_proven",
  "share_optimisation"::numeric / 10000 AS "share_optimisation",
  "share_innovation"::numeric / 10000 AS "share_innovation",
  "share_tolerance"::numeric / 10000 AS "share_tolerance",
  revision,
  created_revision
FROM public."plan" WHERE deleted_revision IS NULL;

CREATE VIEW report."objective" AS SELECT
  space_id,
  id,
  number,
  "title",
  "parent",
  CASE "kind" WHEN 1 THEN 'business' WHEN 2 THEN 'marketing' WHEN 3 THEN 'sales' END AS "kind",
  CASE "form" WHEN 1 THEN 'smart' WHEN 2 THEN 'okr' WHEN 3 THEN 'north-star' END AS "form",
  CASE "nature" WHEN 1 THEN 'quantitative' WHEN 2 THEN 'qualitative' END AS "nature",
  "description",
  "metric",
  "unit",
  "baseline"::numeric / 1000000 AS "baseline",
  "target"::numeric / 1000000 AS "target",
  "current"::numeric / 1000000 AS "current",
  "start",
  "due",
  CASE "horizon" WHEN 1 THEN 'quarter' WHEN 2 THEN 'year' WHEN 3 THEN '3y' WHEN 4 THEN '5y' END AS "horizon",
  "owner",
  "weight",
  revision,
  created_revision
FROM public."objective" WHERE deleted_revision IS NULL;

CREATE VIEW report."key_result" AS SELECT
  space_id,
  id,
  number,
  "objective",
  "title",
  "unit",
  "start"::numeric / 1000000 AS "start",
  "target"::numeric / 1000000 AS "target",
  "current"::numeric / 1000000 AS "current",
  "weight",
  revision,
  created_revision
FROM public."key_result" WHERE deleted_revision IS NULL;

CREATE VIEW report."lever" AS SELECT
  space_id,
  id,
  number,
  "name",
  CASE "direction" WHEN 1 THEN 'inbound' WHEN 2 THEN 'outbound' END AS "direction",
  "channel",
  "objectives",
  "description",
  "unit",
  "baseline"::numeric / 1000000 AS "baseline",
  "target"::numeric / 1000000 AS "target",
  CASE "verdict" WHEN 1 THEN 'keep' WHEN 2 THEN 'stop' WHEN 3 THEN 'start' END AS "verdict",
  "verdict_reason",
  CASE "verdict_cause" WHEN 1 THEN 'lever' WHEN 2 THEN 'execution' WHEN 3 THEN 'unknown' END AS "verdict_cause",
  "owner",
  "paused",
  revision,
  created_revision
FROM public."lever" WHERE deleted_revision IS NULL;

CREATE VIEW report."persona" AS SELECT
  space_id,
  id,
  number,
  "name",
  "description",
  revision,
  created_revision
FROM public."persona" WHERE deleted_revision IS NULL;

CREATE VIEW report."action" AS SELECT
  space_id,
  id,
  number,
  "title",
  "lever",
  "description",
  CASE "status" WHEN 1 THEN 'to-do' WHEN 2 THEN 'ready' WHEN 3 THEN 'in-progress' WHEN 4 THEN 'blocked' WHEN 5 THEN 'done' WHEN 6 THEN 'dropped' END AS "status",
  "progress"::numeric / 1000000 AS "progress",
  CASE "priority" WHEN 1 THEN 'low' WHEN 2 THEN 'normal' WHEN 3 THEN 'high' WHEN 4 THEN 'urgent' END AS "priority",
  "impact",
  "effort",
  "start",
  "due",
  "duration",
  "kpis",
  "personas",
  "tags",
  "blocked_reason",
  "quantity_target",
  "quantity_done",
  "quantity_unit",
  "carried_from",
  "dropped_reason",
  "needs_approval",
  "conversion_from"::numeric / 1000000 AS "conversion_from",
  "conversion_to"::numeric / 1000000 AS "conversion_to",
  revision,
  created_revision
FROM public."action" WHERE deleted_revision IS NULL;

CREATE VIEW report."checklist_item" AS SELECT
  space_id,
  id,
  number,
  "action",
  "title",
  "done",
  "assignee",
  revision,
  created_revision
FROM public."checklist_item" WHERE deleted_revision IS NULL;

CREATE VIEW report."link" AS SELECT
  space_id,
  id,
  number,
  "action",
  "title",
  "address",
  revision,
  created_revision
FROM public."link" WHERE deleted_revision IS NULL;

CREATE VIEW report."raci" AS SELECT
  space_id,
  id,
  number,
  "target",
  CASE "letter" WHEN 1 THEN 'R' WHEN 2 THEN 'A' WHEN 3 THEN 'C' WHEN 4 THEN 'I' END AS "letter",
  "holder",
  "task",
  revision,
  created_revision
FROM public."raci" WHERE deleted_revision IS NULL;

CREATE VIEW report."comment" AS SELECT
  space_id,
  id,
  number,
  "target",
  "body",
  "author",
  "reply_to",
  revision,
  created_revision
FROM public."comment" WHERE deleted_revision IS NULL;

CREATE VIEW report."budget_line" AS SELECT
  space_id,
  id,
  number,
  "title",
  "lever",
  "action",
  CASE "category" WHEN 1 THEN 'tools' WHEN 2 THEN 'people' WHEN 3 THEN 'media' WHEN 4 THEN 'other' END AS "category",
  CASE "subcategory" WHEN 1 THEN 'crm' WHEN 2 THEN 'automation' WHEN 3 THEN 'analytics' WHEN 4 THEN 'salaries' WHEN 5 THEN 'freelancers' WHEN 6 THEN 'agencies' WHEN 7 THEN 'ads' WHEN 8 THEN 'social' WHEN 9 THEN 'retargeting' END AS "subcategory",
  CASE "bucket" WHEN 1 THEN '70' WHEN 2 THEN '20' WHEN 3 THEN '10' END AS "bucket",
  "planned",
  CASE "vat_basis" WHEN 1 THEN 'net' WHEN 2 THEN 'gross' END AS "vat_basis",
  "vat_rate"::numeric / 10000 AS "vat_rate",
  "kpi",
  "notes",
  revision,
  created_revision
FROM public."budget_line" WHERE deleted_revision IS NULL;

CREATE VIEW report."budget_month" AS SELECT
  space_id,
  id,
  number,
  "line",
  "month",
  "planned",
  revision,
  created_revision
FROM public."budget_month" WHERE deleted_revision IS NULL;

CREATE VIEW report."expense" AS SELECT
  space_id,
  id,
  number,
  "line",
  "title",
  CASE "state" WHEN 1 THEN 'ordered' WHEN 2 THEN 'invoiced' END AS "state",
  "date",
  "supplier",
  "net",
  "vat_rate"::numeric / 10000 AS "vat_rate",
  "gross",
  "document",
  "attachment",
  "settles",
  "kpi",
  revision,
  created_revision
FROM public."expense" WHERE deleted_revision IS NULL;

CREATE VIEW report."kpi" AS SELECT
  space_id,
  id,
  number,
  "name",
  "channel",
  "description",
  "unit",
  CASE "direction" WHEN 1 THEN 'up' WHEN 2 THEN 'down' END AS "direction",
  "formula",
  CASE "timing" WHEN 1 THEN 'leading' WHEN 2 THEN 'lagging' END AS "timing",
  CASE "nature" WHEN 1 THEN 'business' WHEN 2 THEN 'vanity' END AS "nature",
  "owner",
  CASE "frequency" WHEN 1 THEN 'daily' WHEN 2 THEN 'weekly' WHEN 3 THEN 'monthly' WHEN 4 THEN 'quarterly' WHEN 5 THEN 'yearly' END AS "frequency",
  CASE "comparator" WHEN 1 THEN '>' WHEN 2 THEN '>=' WHEN 3 THEN '<' WHEN 4 THEN '<=' WHEN 5 THEN '=' END AS "comparator",
  "target"::numeric / 1000000 AS "target",
  "baseline"::numeric / 1000000 AS "baseline",
  "tolerance"::numeric / 10000 AS "tolerance",
  "objective",
  "lever",
  "channel_objective",
  revision,
  created_revision
FROM public."kpi" WHERE deleted_revision IS NULL;

CREATE VIEW report."measurement" AS SELECT
  space_id,
  id,
  number,
  "kpi",
  "date",
  "value"::numeric / 1000000 AS "value",
  CASE "source" WHEN 1 THEN 'hand' WHEN 2 THEN 'file' WHEN 3 THEN 'computed' END AS "source",
  "note",
  revision,
  created_revision
FROM public."measurement" WHERE deleted_revision IS NULL;

CREATE VIEW report.history AS SELECT space_id, revision, section, author, at FROM public.log;
COMMENT ON VIEW report.history IS 'who changed which section of which space, and when';
