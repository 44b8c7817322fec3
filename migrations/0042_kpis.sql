-- compatible
-- KPIs that are computed from figures and budget; targets that are ranges.
ALTER TABLE "kpi"
  DROP CONSTRAINT kpi_comparator_values,
  ADD CONSTRAINT kpi_comparator_values CHECK ("comparator" IN (1, 2, 3, 4, 5, 6)),
  ADD COLUMN "computed" smallint CONSTRAINT kpi_computed_values CHECK ("computed" IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
  ADD COLUMN "stage" text CONSTRAINT kpi_stage_length CHECK (octet_length("stage") <= 64),
  ADD COLUMN "next_stage" text CONSTRAINT kpi_next_stage_length CHECK (octet_length("next_stage") <= 64),
  ADD COLUMN "upper" bigint,
  ADD COLUMN "action" uuid,
  ADD COLUMN "arpu" bigint CONSTRAINT kpi_arpu_range CHECK ("arpu" >= 0),
  ADD COLUMN "churn" bigint CONSTRAINT kpi_churn_range CHECK ("churn" BETWEEN 0 AND 1000000),
  ADD COLUMN "margin" bigint CONSTRAINT kpi_margin_range CHECK ("margin" BETWEEN 0 AND 1000000),
  ADD COLUMN "cycle" bigint CONSTRAINT kpi_cycle_range CHECK ("cycle" BETWEEN 1 AND 3650);
ALTER TABLE "playbook_step"
  DROP CONSTRAINT playbook_step_comparator_values,
  ADD CONSTRAINT playbook_step_comparator_values CHECK ("comparator" IN (1, 2, 3, 4, 5, 6));
COMMENT ON COLUMN "kpi"."comparator" IS 'comparator: 1 >, 2 >=, 3 <, 4 <=, 5 =, 6 between; a target needs one';
COMMENT ON COLUMN "playbook_step"."comparator" IS 'comparator: 1 >, 2 >=, 3 <, 4 <=, 5 =, 6 between';
COMMENT ON COLUMN "kpi"."computed" IS 'computed as: 1 count, 2 amount, 3 spend, 4 cpl, 5 cac, 6 clv, 7 ltv-cac, 8 payback, 9 roi, 10 romi, 11 conversion, 12 velocity; from pipeline figures and budget, not measured';
COMMENT ON COLUMN "kpi"."stage" IS 'stage; of the funnel, that it is computed of; which one counts as a lead';
COMMENT ON COLUMN "kpi"."next_stage" IS 'leads to; of a conversion: the stage that is reached';
COMMENT ON COLUMN "kpi"."upper" IS 'upper end of the target (millionths, in the unit of the row); of the comparator between';
COMMENT ON COLUMN "kpi"."action" IS 'campaign (id of: action); computed of this action alone';
COMMENT ON COLUMN "kpi"."arpu" IS 'ARPU (minor units of the plan''s currency); what a customer pays a month';
COMMENT ON COLUMN "kpi"."churn" IS 'churn (millionths, shown as percent); part of the customers that leave in a month';
COMMENT ON COLUMN "kpi"."margin" IS 'gross margin (millionths, shown as percent); for the net form';
COMMENT ON COLUMN "kpi"."cycle" IS 'sales cycle (days); of the velocity: from opportunity to signature';

DO $$
DECLARE
  known text := pg_get_viewdef('report."kpi"'::regclass);
BEGIN
  known := replace(known, 'WHEN 5 THEN ''=''::text', 'WHEN 5 THEN ''=''::text WHEN 6 THEN ''between''::text');
  EXECUTE 'CREATE OR REPLACE VIEW report."kpi" AS '
    || regexp_replace(known, '\s+FROM (public\.)?kpi\M',
      ', CASE "computed" WHEN 1 THEN ''count'' WHEN 2 THEN ''amount'' WHEN 3 THEN ''spend'' WHEN 4 THEN ''cpl'' WHEN 5 THEN ''cac'' WHEN 6 THEN ''clv'' WHEN 7 THEN ''ltv-cac'' '
      || 'WHEN 8 THEN ''payback'' WHEN 9 THEN ''roi'' WHEN 10 THEN ''romi'' WHEN 11 THEN ''conversion'' WHEN 12 THEN ''velocity'' END AS "computed", '
      || '"stage", "next_stage", "upper"::numeric / 1000000 AS "upper", "action", "arpu", "churn"::numeric / 1000000 AS "churn", "margin"::numeric / 1000000 AS "margin", "cycle" FROM public."kpi"');
  EXECUTE 'CREATE OR REPLACE VIEW report."playbook_step" AS '
    || replace(pg_get_viewdef('report."playbook_step"'::regclass), 'WHEN 5 THEN ''=''::text', 'WHEN 5 THEN ''=''::text WHEN 6 THEN ''between''::text');
END $$;
