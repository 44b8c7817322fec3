-- compatible
-- Money: recovered VAT, currencies with dated rates, recurring lines, shares of a line for actions, documents with several lines, closed
-- months, fiscal years of any length.
ALTER TABLE "budget_line"
  ADD COLUMN "vat_recoverable" integer CONSTRAINT budget_line_vat_recoverable_range CHECK ("vat_recoverable" BETWEEN 0 AND 10000),
  ADD COLUMN "currency" text CONSTRAINT budget_line_currency_length CHECK (octet_length("currency") <= 3),
  ADD COLUMN "every" smallint CONSTRAINT budget_line_every_values CHECK ("every" IN (1, 2, 3)),
  ADD COLUMN "first" date,
  ADD COLUMN "last" date;
COMMENT ON COLUMN "budget_line"."planned" IS 'planned (minor units of its currency); for the whole period, when not planned by month; of a recurring line each time';
COMMENT ON COLUMN "budget_line"."vat_recoverable" IS 'recovered VAT (basis points); share of the VAT that the company gets back; the rest is a cost; all of it when not set';
COMMENT ON COLUMN "budget_line"."currency" IS 'currency; of its amounts; the plan''s when not set';
COMMENT ON COLUMN "budget_line"."every" IS 'recurs: 1 month, 2 quarter, 3 year; its planned amount comes back';
COMMENT ON COLUMN "budget_line"."first" IS 'first time; of a recurring line; the plan''s start when not set';
COMMENT ON COLUMN "budget_line"."last" IS 'last time; of a recurring line, or before; the plan''s end when not set';
COMMENT ON COLUMN "budget_month"."planned" IS 'planned (minor units of its line''s currency)';

ALTER TABLE "expense"
  ADD COLUMN "vat_recoverable" integer CONSTRAINT expense_vat_recoverable_range CHECK ("vat_recoverable" BETWEEN 0 AND 10000),
  ADD COLUMN "currency" text CONSTRAINT expense_currency_length CHECK (octet_length("currency") <= 3),
  ADD COLUMN "part_of" uuid,
  ADD COLUMN "vat_method" smallint CONSTRAINT expense_vat_method_values CHECK ("vat_method" IN (1, 2)),
  ADD COLUMN "booked" date,
  ADD COLUMN "final" boolean;
COMMENT ON COLUMN "expense"."net" IS 'amount excl. VAT (minor units of its currency)';
COMMENT ON COLUMN "expense"."gross" IS 'amount incl. VAT (minor units of its currency)';
COMMENT ON COLUMN "expense"."vat_recoverable" IS 'recovered VAT (basis points); share of the VAT that the company gets back; its line''s when not set';
COMMENT ON COLUMN "expense"."currency" IS 'currency; of its amounts; the plan''s when not set';
COMMENT ON COLUMN "expense"."part_of" IS 'line of the document of (id of: expense); the first line of the same invoice or order';
COMMENT ON COLUMN "expense"."vat_method" IS 'VAT rounded: 1 line, 2 total; of a document with several lines, on its first one; the plan''s when not set';
COMMENT ON COLUMN "expense"."booked" IS 'counted in; first day of the month it counts in, when that is not the month of its date: closed months keep their amounts';
COMMENT ON COLUMN "expense"."final" IS 'last invoice; nothing more will come of the order that it settles';

ALTER TABLE "plan"
  ADD COLUMN "fiscal_year_end" date,
  ADD COLUMN "vat_method" smallint CONSTRAINT plan_vat_method_values CHECK ("vat_method" IN (1, 2));
COMMENT ON COLUMN "plan"."fiscal_year_end" IS 'fiscal year end; last day of that fiscal year, which may be shorter or longer; twelve months when not set';
COMMENT ON COLUMN "plan"."vat_method" IS 'VAT rounded: 1 line, 2 total; of documents with several lines; line by line when not set';

DO $$
DECLARE
  widened record;
BEGIN
  FOR widened IN SELECT * FROM (VALUES
    ('budget_line', '"vat_recoverable"::numeric / 10000 AS "vat_recoverable", "currency", CASE "every" WHEN 1 THEN ''month'' WHEN 2 THEN ''quarter'' WHEN 3 THEN ''year'' END AS "every",
      "first", "last"'),
    ('expense', '"vat_recoverable"::numeric / 10000 AS "vat_recoverable", "currency", "part_of", CASE "vat_method" WHEN 1 THEN ''line'' WHEN 2 THEN ''total'' END AS "vat_method",
      "booked", "final"'),
    ('plan', '"fiscal_year_end", CASE "vat_method" WHEN 1 THEN ''line'' WHEN 2 THEN ''total'' END AS "vat_method"')
  ) AS v(name, columns) LOOP
    EXECUTE format('CREATE OR REPLACE VIEW report.%I AS ', widened.name)
      || regexp_replace(pg_get_viewdef(format('report.%I', widened.name)::regclass), format('\s+FROM (public\.)?%s\M', widened.name),
                        ', ' || widened.columns || format(' FROM public.%I', widened.name));
  END LOOP;
END $$;

CREATE TABLE "budget_share" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "line" uuid NOT NULL,
  "action" uuid NOT NULL,
  "share" integer NOT NULL,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT budget_share_share_range CHECK ("share" BETWEEN 1 AND 10000)
) WITH (fillfactor = 80);
COMMENT ON TABLE "budget_share" IS 'budget shares (record type 123); deleted ones keep their row';
COMMENT ON COLUMN "budget_share"."line" IS 'budget line (id of: budget line)';
COMMENT ON COLUMN "budget_share"."action" IS 'action (id of: action)';
COMMENT ON COLUMN "budget_share"."share" IS 'share (basis points); of every amount of the line';
COMMENT ON COLUMN "budget_share".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."budget_share" AS SELECT
  space_id,
  id,
  number,
  "line",
  "action",
  "share"::numeric / 10000 AS "share",
  revision,
  created_revision
FROM public."budget_share" WHERE deleted_revision IS NULL;

CREATE TABLE "exchange_rate" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "currency" text NOT NULL,
  "day" date NOT NULL,
  "rate" bigint NOT NULL,
  "worth" bigint NOT NULL,
  "source" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT exchange_rate_currency_length CHECK (octet_length("currency") <= 3),
  CONSTRAINT exchange_rate_rate_range CHECK ("rate" BETWEEN 1 AND 1000000000000),
  CONSTRAINT exchange_rate_worth_range CHECK ("worth" BETWEEN 1 AND 1000000000000),
  CONSTRAINT exchange_rate_source_length CHECK (octet_length("source") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "exchange_rate" IS 'exchange rates (record type 120); deleted ones keep their row';
COMMENT ON COLUMN "exchange_rate"."currency" IS 'currency';
COMMENT ON COLUMN "exchange_rate"."day" IS 'day; it holds from then on, until the next one';
COMMENT ON COLUMN "exchange_rate"."rate" IS 'rate (millionths); so much of the currency';
COMMENT ON COLUMN "exchange_rate"."worth" IS 'worth (millionths); is so much of the plan''s currency';
COMMENT ON COLUMN "exchange_rate"."source" IS 'source; who says so';
COMMENT ON COLUMN "exchange_rate".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."exchange_rate" AS SELECT
  space_id,
  id,
  number,
  "currency",
  "day",
  "rate"::numeric / 1000000 AS "rate",
  "worth"::numeric / 1000000 AS "worth",
  "source",
  revision,
  created_revision
FROM public."exchange_rate" WHERE deleted_revision IS NULL;

CREATE TABLE "closed_month" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "month" date NOT NULL,
  "state" smallint NOT NULL,
  "reason" text,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT closed_month_state_values CHECK ("state" IN (1, 2)),
  CONSTRAINT closed_month_reason_length CHECK (octet_length("reason") <= 500)
) WITH (fillfactor = 80);
COMMENT ON TABLE "closed_month" IS 'closed months (record type 121); deleted ones keep their row';
COMMENT ON COLUMN "closed_month"."month" IS 'month; its first day';
COMMENT ON COLUMN "closed_month"."state" IS 'state: 1 closed, 2 reopened';
COMMENT ON COLUMN "closed_month"."reason" IS 'reason; why it was reopened';
COMMENT ON COLUMN "closed_month".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."closed_month" AS SELECT
  space_id,
  id,
  number,
  "month",
  CASE "state" WHEN 1 THEN 'closed' WHEN 2 THEN 'reopened' END AS "state",
  "reason",
  revision,
  created_revision
FROM public."closed_month" WHERE deleted_revision IS NULL;
