-- compatible
-- Prioritisation: what ICE, RICE and WSJF are computed from, and the plan's settings for them and for the matrix.
ALTER TABLE "plan"
  ADD COLUMN "matrix_midpoint" bigint,
  ADD COLUMN "ice_form" smallint,
  ADD CONSTRAINT plan_matrix_midpoint_range CHECK ("matrix_midpoint" BETWEEN 2 AND 10),
  ADD CONSTRAINT plan_ice_form_values CHECK ("ice_form" IN (1, 2));
COMMENT ON COLUMN "plan"."matrix_midpoint" IS 'midpoint of the matrix; impact and effort are high from this number on; 6 when not set';
COMMENT ON COLUMN "plan"."ice_form" IS 'ICE form: 1 mean, 2 product; ICE as the mean or the product of impact, confidence and ease; the mean when not set';

ALTER TABLE "action"
  ADD COLUMN "confidence" bigint,
  ADD COLUMN "reach" bigint,
  ADD COLUMN "rice_impact" smallint,
  ADD COLUMN "rice_confidence" integer,
  ADD COLUMN "person_months" bigint,
  ADD COLUMN "business_value" smallint,
  ADD COLUMN "time_criticality" smallint,
  ADD COLUMN "risk_reduction" smallint,
  ADD COLUMN "job_size" smallint,
  ADD CONSTRAINT action_confidence_range CHECK ("confidence" BETWEEN 1 AND 10),
  ADD CONSTRAINT action_reach_range CHECK ("reach" BETWEEN 0 AND 1000000000),
  ADD CONSTRAINT action_rice_impact_values CHECK ("rice_impact" IN (1, 2, 4, 8, 12)),
  ADD CONSTRAINT action_rice_confidence_range CHECK ("rice_confidence" BETWEEN 100 AND 10000),
  ADD CONSTRAINT action_person_months_range CHECK ("person_months" BETWEEN 500000 AND 1000000000),
  ADD CONSTRAINT action_business_value_values CHECK ("business_value" IN (1, 2, 3, 5, 8, 13, 20)),
  ADD CONSTRAINT action_time_criticality_values CHECK ("time_criticality" IN (1, 2, 3, 5, 8, 13, 20)),
  ADD CONSTRAINT action_risk_reduction_values CHECK ("risk_reduction" IN (1, 2, 3, 5, 8, 13, 20)),
  ADD CONSTRAINT action_job_size_values CHECK ("job_size" IN (1, 2, 3, 5, 8, 13, 20));
COMMENT ON COLUMN "action"."confidence" IS 'confidence; of ICE: how sure its impact is';
COMMENT ON COLUMN "action"."reach" IS 'reach; of RICE: how many people it reaches in a period, the same period for all';
COMMENT ON COLUMN "action"."rice_impact" IS 'RICE impact in quarters: 1 minimal, 2 low, 4 medium, 8 high, 12 massive';
COMMENT ON COLUMN "action"."rice_confidence" IS 'RICE confidence (basis points); 100, 80 or 50 %; less than 50 % is a moonshot';
COMMENT ON COLUMN "action"."person_months" IS 'person-months (millionths); effort of RICE; half a month at least';
COMMENT ON COLUMN "action"."business_value" IS 'business value; of WSJF: 1, 2, 3, 5, 8, 13 or 20, beside the other actions';
COMMENT ON COLUMN "action"."time_criticality" IS 'time criticality; of WSJF: what waiting costs, on the same scale';
COMMENT ON COLUMN "action"."risk_reduction" IS 'risk or opportunity; of WSJF: the risk that it takes away or what it makes possible, on the same scale';
COMMENT ON COLUMN "action"."job_size" IS 'job size; of WSJF, on the same scale';

-- The views of analysts keep whatever columns they have, and get these behind them.
DO $$
BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW report."action" AS '
    || regexp_replace(pg_get_viewdef('report."action"'::regclass), '\s+FROM (public\.)?action\M',
      ', "confidence", "reach", "rice_impact"::numeric / 4 AS "rice_impact", "rice_confidence"::numeric / 10000 AS "rice_confidence", "person_months"::numeric / 1000000 AS "person_months", "business_value", "time_criticality", "risk_reduction", "job_size" FROM public."action"');
  EXECUTE 'CREATE OR REPLACE VIEW report."plan" AS '
    || regexp_replace(pg_get_viewdef('report."plan"'::regclass), '\s+FROM (public\.)?plan\M',
      ', "matrix_midpoint", CASE "ice_form" WHEN 1 THEN ''mean'' WHEN 2 THEN ''product'' END AS "ice_form" FROM public."plan"');
END $$;
