-- compatible
-- Strategy: diagnostic, competitors, segments, ideal customers, promise, positioning, messages, mix, stack, lessons, playbooks; what a persona
-- is besides its name; what a lever's verdict rests on and how its results are told from others. Each with its view for analysts.
ALTER TABLE "lever"
  ADD COLUMN "evidence" uuid[],
  ADD COLUMN "evidence_address" text,
  ADD COLUMN "verdict_date" date,
  ADD COLUMN "segments" uuid[],
  ADD COLUMN "personas" uuid[],
  ADD COLUMN "tracking" smallint,
  ADD COLUMN "tracking_detail" text,
  ADD CONSTRAINT lever_evidence_address_length CHECK (octet_length("evidence_address") <= 2000),
  ADD CONSTRAINT lever_tracking_values CHECK ("tracking" IN (1, 2, 3, 4, 5, 6, 7)),
  ADD CONSTRAINT lever_tracking_detail_length CHECK (octet_length("tracking_detail") <= 200);
COMMENT ON COLUMN "lever"."evidence" IS 'evidence (id of: kpi, measurement, diagnostic, lesson); the records behind the verdict';
COMMENT ON COLUMN "lever"."evidence_address" IS 'address of the evidence';
COMMENT ON COLUMN "lever"."verdict_date" IS 'date of the verdict';
COMMENT ON COLUMN "lever"."segments" IS 'segments (id of: segment); none: to everybody';
COMMENT ON COLUMN "lever"."personas" IS 'personas (id of: persona)';
COMMENT ON COLUMN "lever"."tracking" IS 'tracking: 1 none, 2 link, 3 code, 4 form, 5 platform, 6 crm, 7 survey; by what its results are told from those of other channels';
COMMENT ON COLUMN "lever"."tracking_detail" IS 'tracking in detail; the link, the code, the form';

ALTER TABLE "persona"
  ADD COLUMN "segments" uuid[],
  ADD COLUMN "job_title" text,
  ADD COLUMN "buying_role" smallint,
  ADD COLUMN "daily" text,
  ADD COLUMN "goals" text,
  ADD COLUMN "stakes" text,
  ADD COLUMN "problems" text,
  ADD COLUMN "journey" text,
  ADD COLUMN "friction" text,
  ADD COLUMN "objections" text,
  ADD COLUMN "answers" text,
  ADD COLUMN "channels" text[],
  ADD COLUMN "quote" text,
  ADD COLUMN "interviews" bigint,
  ADD COLUMN "version" bigint,
  ADD COLUMN "review" date,
  ADD COLUMN "owner" uuid,
  ADD COLUMN "retired" boolean,
  ADD CONSTRAINT persona_job_title_length CHECK (octet_length("job_title") <= 200),
  ADD CONSTRAINT persona_buying_role_values CHECK ("buying_role" IN (1, 2, 3, 4, 5, 6)),
  ADD CONSTRAINT persona_daily_length CHECK (octet_length("daily") <= 16384),
  ADD CONSTRAINT persona_goals_length CHECK (octet_length("goals") <= 16384),
  ADD CONSTRAINT persona_stakes_length CHECK (octet_length("stakes") <= 16384),
  ADD CONSTRAINT persona_problems_length CHECK (octet_length("problems") <= 16384),
  ADD CONSTRAINT persona_journey_length CHECK (octet_length("journey") <= 16384),
  ADD CONSTRAINT persona_friction_length CHECK (octet_length("friction") <= 16384),
  ADD CONSTRAINT persona_objections_length CHECK (octet_length("objections") <= 16384),
  ADD CONSTRAINT persona_answers_length CHECK (octet_length("answers") <= 16384),
  ADD CONSTRAINT persona_quote_length CHECK (octet_length("quote") <= 200),
  ADD CONSTRAINT persona_interviews_range CHECK ("interviews" BETWEEN 0 AND 10000),
  ADD CONSTRAINT persona_version_range CHECK ("version" BETWEEN 1 AND 1000);
COMMENT ON COLUMN "persona"."segments" IS 'segments (id of: segment)';
COMMENT ON COLUMN "persona"."job_title" IS 'job title';
COMMENT ON COLUMN "persona"."buying_role" IS 'part in the purchase: 1 decider, 2 buyer, 3 influencer, 4 user, 5 champion, 6 blocker';
COMMENT ON COLUMN "persona"."daily" IS 'daily life';
COMMENT ON COLUMN "persona"."goals" IS 'goals';
COMMENT ON COLUMN "persona"."stakes" IS 'stakes';
COMMENT ON COLUMN "persona"."problems" IS 'problems';
COMMENT ON COLUMN "persona"."journey" IS 'journey; how they come to buy';
COMMENT ON COLUMN "persona"."friction" IS 'friction; where they stop on the way';
COMMENT ON COLUMN "persona"."objections" IS 'objections';
COMMENT ON COLUMN "persona"."answers" IS 'our answers';
COMMENT ON COLUMN "persona"."channels" IS 'channels; where they are reached';
COMMENT ON COLUMN "persona"."quote" IS 'in their words';
COMMENT ON COLUMN "persona"."interviews" IS 'interviews; clients and prospects asked';
COMMENT ON COLUMN "persona"."version" IS 'version';
COMMENT ON COLUMN "persona"."review" IS 'to be reviewed on';
COMMENT ON COLUMN "persona"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "persona"."retired" IS 'retired; no longer used; kept for what refers to it';

CREATE TABLE "diagnostic" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "kind" smallint NOT NULL,
  "description" text,
  "evidence" text,
  "source" text,
  "date" date,
  "importance" bigint,
  "effect" smallint,
  "voice" smallint,
  "segments" uuid[],
  "country" text,
  "answers" uuid[],
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT diagnostic_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT diagnostic_kind_values CHECK ("kind" IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
  CONSTRAINT diagnostic_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT diagnostic_evidence_length CHECK (octet_length("evidence") <= 16384),
  CONSTRAINT diagnostic_source_length CHECK (octet_length("source") <= 200),
  CONSTRAINT diagnostic_importance_range CHECK ("importance" BETWEEN 1 AND 10),
  CONSTRAINT diagnostic_effect_values CHECK ("effect" IN (1, 2)),
  CONSTRAINT diagnostic_voice_values CHECK ("voice" IN (1, 2, 3, 4, 5)),
  CONSTRAINT diagnostic_country_length CHECK (octet_length("country") <= 64),
  CONSTRAINT diagnostic_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "diagnostic" IS 'diagnostic notes (record type 15); deleted ones keep their row';
COMMENT ON COLUMN "diagnostic"."title" IS 'title';
COMMENT ON COLUMN "diagnostic"."kind" IS 'kind: 1 strength, 2 weakness, 3 opportunity, 4 threat, 5 political, 6 economic, 7 social, 8 technological, 9 environmental, 10 legal, 11 expectation, 12 insight; of SWOT: strength, weakness, opportunity, threat; of PESTEL: political, economic, social, technological, environmental, legal; expectation; insight';
COMMENT ON COLUMN "diagnostic"."description" IS 'description';
COMMENT ON COLUMN "diagnostic"."evidence" IS 'evidence; the figures and facts behind it';
COMMENT ON COLUMN "diagnostic"."source" IS 'source';
COMMENT ON COLUMN "diagnostic"."date" IS 'date; when it was seen';
COMMENT ON COLUMN "diagnostic"."importance" IS 'importance';
COMMENT ON COLUMN "diagnostic"."effect" IS 'effect: 1 favourable, 2 unfavourable; on us, of what happens around us';
COMMENT ON COLUMN "diagnostic"."voice" IS 'whose expectation: 1 clients, 2 prospects, 3 employees, 4 partners, 5 management';
COMMENT ON COLUMN "diagnostic"."segments" IS 'segments (id of: segment)';
COMMENT ON COLUMN "diagnostic"."country" IS 'country or region';
COMMENT ON COLUMN "diagnostic"."answers" IS 'dealt with by (id of: objective, lever); what the plan does about it';
COMMENT ON COLUMN "diagnostic"."rank" IS 'place';
COMMENT ON COLUMN "diagnostic".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."diagnostic" AS SELECT
  space_id,
  id,
  number,
  "title",
  CASE "kind" WHEN 1 THEN 'strength' WHEN 2 THEN 'weakness' WHEN 3 THEN 'opportunity' WHEN 4 THEN 'threat' WHEN 5 THEN 'political' WHEN 6 THEN 'economic' WHEN 7 THEN 'social' WHEN 8 THEN 'technological' WHEN 9 THEN 'environmental' WHEN 10 THEN 'legal' WHEN 11 THEN 'expectation' WHEN 12 THEN 'insight' END AS "kind",
  "description",
  "evidence",
  "source",
  "date",
  "importance",
  CASE "effect" WHEN 1 THEN 'favourable' WHEN 2 THEN 'unfavourable' END AS "effect",
  CASE "voice" WHEN 1 THEN 'clients' WHEN 2 THEN 'prospects' WHEN 3 THEN 'employees' WHEN 4 THEN 'partners' WHEN 5 THEN 'management' END AS "voice",
  "segments",
  "country",
  "answers",
  revision,
  created_revision
FROM public."diagnostic" WHERE deleted_revision IS NULL;

CREATE TABLE "competitor" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "description" text,
  "address" text,
  "segments" uuid[],
  "promise" text,
  "channels" text[],
  "strengths" text,
  "weaknesses" text,
  "source" text,
  "date" date,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT competitor_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT competitor_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT competitor_address_length CHECK (octet_length("address") <= 2000),
  CONSTRAINT competitor_promise_length CHECK (octet_length("promise") <= 200),
  CONSTRAINT competitor_strengths_length CHECK (octet_length("strengths") <= 16384),
  CONSTRAINT competitor_weaknesses_length CHECK (octet_length("weaknesses") <= 16384),
  CONSTRAINT competitor_source_length CHECK (octet_length("source") <= 200),
  CONSTRAINT competitor_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "competitor" IS 'competitors (record type 16); deleted ones keep their row';
COMMENT ON COLUMN "competitor"."name" IS 'name';
COMMENT ON COLUMN "competitor"."description" IS 'description';
COMMENT ON COLUMN "competitor"."address" IS 'address';
COMMENT ON COLUMN "competitor"."segments" IS 'segments (id of: segment)';
COMMENT ON COLUMN "competitor"."promise" IS 'promise; what they promise';
COMMENT ON COLUMN "competitor"."channels" IS 'channels';
COMMENT ON COLUMN "competitor"."strengths" IS 'strengths';
COMMENT ON COLUMN "competitor"."weaknesses" IS 'weaknesses';
COMMENT ON COLUMN "competitor"."source" IS 'source';
COMMENT ON COLUMN "competitor"."date" IS 'date; when it was seen';
COMMENT ON COLUMN "competitor"."rank" IS 'place';
COMMENT ON COLUMN "competitor".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."competitor" AS SELECT
  space_id,
  id,
  number,
  "name",
  "description",
  "address",
  "segments",
  "promise",
  "channels",
  "strengths",
  "weaknesses",
  "source",
  "date",
  revision,
  created_revision
FROM public."competitor" WHERE deleted_revision IS NULL;

CREATE TABLE "criterion" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "ours" text,
  "score" bigint,
  "weight" bigint,
  "evidence" text,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT criterion_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT criterion_ours_length CHECK (octet_length("ours") <= 200),
  CONSTRAINT criterion_score_range CHECK ("score" BETWEEN 1 AND 10),
  CONSTRAINT criterion_weight_range CHECK ("weight" BETWEEN 1 AND 1000),
  CONSTRAINT criterion_evidence_length CHECK (octet_length("evidence") <= 16384),
  CONSTRAINT criterion_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "criterion" IS 'criteria (record type 17); deleted ones keep their row';
COMMENT ON COLUMN "criterion"."title" IS 'title';
COMMENT ON COLUMN "criterion"."ours" IS 'our company; where we stand, in a word or two';
COMMENT ON COLUMN "criterion"."score" IS 'our score; 1 weak to 10 strong, as clients see it';
COMMENT ON COLUMN "criterion"."weight" IS 'weight; how much it counts for clients; 1 when not set';
COMMENT ON COLUMN "criterion"."evidence" IS 'evidence; the figures and facts behind it';
COMMENT ON COLUMN "criterion"."rank" IS 'place';
COMMENT ON COLUMN "criterion".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."criterion" AS SELECT
  space_id,
  id,
  number,
  "title",
  "ours",
  "score",
  "weight",
  "evidence",
  revision,
  created_revision
FROM public."criterion" WHERE deleted_revision IS NULL;

CREATE TABLE "rating" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "criterion" uuid NOT NULL,
  "competitor" uuid NOT NULL,
  "value" text,
  "score" bigint,
  "source" text,
  "date" date,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT rating_value_length CHECK (octet_length("value") <= 200),
  CONSTRAINT rating_score_range CHECK ("score" BETWEEN 1 AND 10),
  CONSTRAINT rating_source_length CHECK (octet_length("source") <= 200)
) WITH (fillfactor = 80);
COMMENT ON TABLE "rating" IS 'ratings (record type 18); deleted ones keep their row';
COMMENT ON COLUMN "rating"."criterion" IS 'criterion (id of: criterion)';
COMMENT ON COLUMN "rating"."competitor" IS 'competitor (id of: competitor)';
COMMENT ON COLUMN "rating"."value" IS 'value; where they stand, in a word or two';
COMMENT ON COLUMN "rating"."score" IS 'score; 1 weak to 10 strong, as clients see it';
COMMENT ON COLUMN "rating"."source" IS 'source';
COMMENT ON COLUMN "rating"."date" IS 'date; when it was seen';
COMMENT ON COLUMN "rating".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."rating" AS SELECT
  space_id,
  id,
  number,
  "criterion",
  "competitor",
  "value",
  "score",
  "source",
  "date",
  revision,
  created_revision
FROM public."rating" WHERE deleted_revision IS NULL;

CREATE TABLE "segment" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "market" smallint,
  "sector" text,
  "size" text,
  "country" text,
  "behaviour" text,
  "description" text,
  "count" bigint,
  "potential" smallint,
  "set_aside" boolean,
  "owner" uuid,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT segment_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT segment_market_values CHECK ("market" IN (1, 2, 3, 4)),
  CONSTRAINT segment_sector_length CHECK (octet_length("sector") <= 200),
  CONSTRAINT segment_size_length CHECK (octet_length("size") <= 200),
  CONSTRAINT segment_country_length CHECK (octet_length("country") <= 64),
  CONSTRAINT segment_behaviour_length CHECK (octet_length("behaviour") <= 16384),
  CONSTRAINT segment_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT segment_count_range CHECK ("count" >= 0),
  CONSTRAINT segment_potential_values CHECK ("potential" IN (1, 2, 3)),
  CONSTRAINT segment_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "segment" IS 'segments (record type 19); deleted ones keep their row';
COMMENT ON COLUMN "segment"."name" IS 'name';
COMMENT ON COLUMN "segment"."market" IS 'market: 1 b2b, 2 b2c, 3 d2c, 4 public';
COMMENT ON COLUMN "segment"."sector" IS 'sector';
COMMENT ON COLUMN "segment"."size" IS 'size; staff, revenue, household: as it is written on the list';
COMMENT ON COLUMN "segment"."country" IS 'country or region';
COMMENT ON COLUMN "segment"."behaviour" IS 'buying behaviour';
COMMENT ON COLUMN "segment"."description" IS 'description';
COMMENT ON COLUMN "segment"."count" IS 'how many there are; companies or people who could buy';
COMMENT ON COLUMN "segment"."potential" IS 'potential: 1 low, 2 medium, 3 high';
COMMENT ON COLUMN "segment"."set_aside" IS 'set aside; known, but not addressed by this plan';
COMMENT ON COLUMN "segment"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "segment"."rank" IS 'place';
COMMENT ON COLUMN "segment".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."segment" AS SELECT
  space_id,
  id,
  number,
  "name",
  CASE "market" WHEN 1 THEN 'b2b' WHEN 2 THEN 'b2c' WHEN 3 THEN 'd2c' WHEN 4 THEN 'public' END AS "market",
  "sector",
  "size",
  "country",
  "behaviour",
  "description",
  "count",
  CASE "potential" WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' END AS "potential",
  "set_aside",
  "owner",
  revision,
  created_revision
FROM public."segment" WHERE deleted_revision IS NULL;

ALTER TABLE "action"
  ADD COLUMN "messages" uuid[];
COMMENT ON COLUMN "action"."messages" IS 'messages (id of: key_message); that it carries';

CREATE TABLE "icp" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "segment" uuid,
  "description" text,
  "sector" text,
  "size" text,
  "country" text,
  "tools" text,
  "signals" text,
  "criteria" text,
  "excluded" text,
  "deal" bigint,
  "cycle" bigint,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT icp_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT icp_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT icp_sector_length CHECK (octet_length("sector") <= 200),
  CONSTRAINT icp_size_length CHECK (octet_length("size") <= 200),
  CONSTRAINT icp_country_length CHECK (octet_length("country") <= 64),
  CONSTRAINT icp_tools_length CHECK (octet_length("tools") <= 200),
  CONSTRAINT icp_signals_length CHECK (octet_length("signals") <= 16384),
  CONSTRAINT icp_criteria_length CHECK (octet_length("criteria") <= 16384),
  CONSTRAINT icp_excluded_length CHECK (octet_length("excluded") <= 16384),
  CONSTRAINT icp_deal_range CHECK ("deal" >= 0),
  CONSTRAINT icp_cycle_range CHECK ("cycle" BETWEEN 0 AND 3650),
  CONSTRAINT icp_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "icp" IS 'ideal customer profiles (record type 60); deleted ones keep their row';
COMMENT ON COLUMN "icp"."name" IS 'name';
COMMENT ON COLUMN "icp"."segment" IS 'segment (id of: segment)';
COMMENT ON COLUMN "icp"."description" IS 'description';
COMMENT ON COLUMN "icp"."sector" IS 'sector';
COMMENT ON COLUMN "icp"."size" IS 'size; staff, revenue, household: as it is written on the list';
COMMENT ON COLUMN "icp"."country" IS 'country or region';
COMMENT ON COLUMN "icp"."tools" IS 'tools they use';
COMMENT ON COLUMN "icp"."signals" IS 'buying signals; what says that the moment has come';
COMMENT ON COLUMN "icp"."criteria" IS 'what they must have';
COMMENT ON COLUMN "icp"."excluded" IS 'not for; who is turned away';
COMMENT ON COLUMN "icp"."deal" IS 'deal size (minor units of the plan''s currency); average, excl. VAT';
COMMENT ON COLUMN "icp"."cycle" IS 'sales cycle (days)';
COMMENT ON COLUMN "icp"."rank" IS 'place';
COMMENT ON COLUMN "icp".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."icp" AS SELECT
  space_id,
  id,
  number,
  "name",
  "segment",
  "description",
  "sector",
  "size",
  "country",
  "tools",
  "signals",
  "criteria",
  "excluded",
  "deal",
  "cycle",
  revision,
  created_revision
FROM public."icp" WHERE deleted_revision IS NULL;

CREATE TABLE "promise" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "statement" text NOT NULL,
  "value_proposition" text,
  "difference" smallint,
  "proofs" text,
  "segments" uuid[],
  "owner" uuid,
  "retired" boolean,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT promise_statement_length CHECK (octet_length("statement") <= 200),
  CONSTRAINT promise_value_proposition_length CHECK (octet_length("value_proposition") <= 16384),
  CONSTRAINT promise_difference_values CHECK ("difference" IN (1, 2, 3, 4, 5, 6)),
  CONSTRAINT promise_proofs_length CHECK (octet_length("proofs") <= 16384),
  CONSTRAINT promise_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "promise" IS 'promises (record type 61); deleted ones keep their row';
COMMENT ON COLUMN "promise"."statement" IS 'statement';
COMMENT ON COLUMN "promise"."value_proposition" IS 'value proposition';
COMMENT ON COLUMN "promise"."difference" IS 'what makes the difference: 1 price, 2 quality, 3 innovation, 4 experience, 5 closeness, 6 expertise';
COMMENT ON COLUMN "promise"."proofs" IS 'proofs';
COMMENT ON COLUMN "promise"."segments" IS 'segments (id of: segment); none: to everybody';
COMMENT ON COLUMN "promise"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "promise"."retired" IS 'retired; no longer used; kept for what refers to it';
COMMENT ON COLUMN "promise"."rank" IS 'place';
COMMENT ON COLUMN "promise".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."promise" AS SELECT
  space_id,
  id,
  number,
  "statement",
  "value_proposition",
  CASE "difference" WHEN 1 THEN 'price' WHEN 2 THEN 'quality' WHEN 3 THEN 'innovation' WHEN 4 THEN 'experience' WHEN 5 THEN 'closeness' WHEN 6 THEN 'expertise' END AS "difference",
  "proofs",
  "segments",
  "owner",
  "retired",
  revision,
  created_revision
FROM public."promise" WHERE deleted_revision IS NULL;

CREATE TABLE "positioning" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "statement" text NOT NULL,
  "promise" uuid,
  "segments" uuid[],
  "need" text,
  "category" text,
  "benefit" text,
  "competitors" uuid[],
  "difference" text,
  "proofs" text,
  "tone" text,
  "retired" boolean,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT positioning_statement_length CHECK (octet_length("statement") <= 200),
  CONSTRAINT positioning_need_length CHECK (octet_length("need") <= 16384),
  CONSTRAINT positioning_category_length CHECK (octet_length("category") <= 200),
  CONSTRAINT positioning_benefit_length CHECK (octet_length("benefit") <= 16384),
  CONSTRAINT positioning_difference_length CHECK (octet_length("difference") <= 16384),
  CONSTRAINT positioning_proofs_length CHECK (octet_length("proofs") <= 16384),
  CONSTRAINT positioning_tone_length CHECK (octet_length("tone") <= 200),
  CONSTRAINT positioning_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "positioning" IS 'positionings (record type 62); deleted ones keep their row';
COMMENT ON COLUMN "positioning"."statement" IS 'statement';
COMMENT ON COLUMN "positioning"."promise" IS 'promise (id of: promise); that it comes from';
COMMENT ON COLUMN "positioning"."segments" IS 'segments (id of: segment); none: to everybody';
COMMENT ON COLUMN "positioning"."need" IS 'need';
COMMENT ON COLUMN "positioning"."category" IS 'market category; what clients would take us for';
COMMENT ON COLUMN "positioning"."benefit" IS 'main benefit';
COMMENT ON COLUMN "positioning"."competitors" IS 'competitors (id of: competitor)';
COMMENT ON COLUMN "positioning"."difference" IS 'differentiation';
COMMENT ON COLUMN "positioning"."proofs" IS 'proofs';
COMMENT ON COLUMN "positioning"."tone" IS 'tone of voice';
COMMENT ON COLUMN "positioning"."retired" IS 'retired; no longer used; kept for what refers to it';
COMMENT ON COLUMN "positioning"."rank" IS 'place';
COMMENT ON COLUMN "positioning".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."positioning" AS SELECT
  space_id,
  id,
  number,
  "statement",
  "promise",
  "segments",
  "need",
  "category",
  "benefit",
  "competitors",
  "difference",
  "proofs",
  "tone",
  "retired",
  revision,
  created_revision
FROM public."positioning" WHERE deleted_revision IS NULL;

CREATE TABLE "key_message" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "text" text NOT NULL,
  "personas" uuid[],
  "stage" smallint,
  "theme" text,
  "body" text,
  "proofs" text,
  "call" text,
  "channels" text[],
  "promise" uuid,
  "start" date,
  "end" date,
  "retired" boolean,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT key_message_text_length CHECK (octet_length("text") <= 200),
  CONSTRAINT key_message_stage_values CHECK ("stage" IN (1, 2, 3, 4, 5)),
  CONSTRAINT key_message_theme_length CHECK (octet_length("theme") <= 64),
  CONSTRAINT key_message_body_length CHECK (octet_length("body") <= 16384),
  CONSTRAINT key_message_proofs_length CHECK (octet_length("proofs") <= 16384),
  CONSTRAINT key_message_call_length CHECK (octet_length("call") <= 200),
  CONSTRAINT key_message_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "key_message" IS 'key messages (record type 63); deleted ones keep their row';
COMMENT ON COLUMN "key_message"."text" IS 'message';
COMMENT ON COLUMN "key_message"."personas" IS 'personas (id of: persona); none: to everybody';
COMMENT ON COLUMN "key_message"."stage" IS 'stage: 1 awareness, 2 consideration, 3 decision, 4 retention, 5 advocacy';
COMMENT ON COLUMN "key_message"."theme" IS 'theme; price, lead time, quality ...: what it says something about';
COMMENT ON COLUMN "key_message"."body" IS 'in full';
COMMENT ON COLUMN "key_message"."proofs" IS 'proofs';
COMMENT ON COLUMN "key_message"."call" IS 'call to action';
COMMENT ON COLUMN "key_message"."channels" IS 'channels';
COMMENT ON COLUMN "key_message"."promise" IS 'promise (id of: promise); that it comes from';
COMMENT ON COLUMN "key_message"."start" IS 'start';
COMMENT ON COLUMN "key_message"."end" IS 'end';
COMMENT ON COLUMN "key_message"."retired" IS 'retired; no longer used; kept for what refers to it';
COMMENT ON COLUMN "key_message"."rank" IS 'place';
COMMENT ON COLUMN "key_message".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."key_message" AS SELECT
  space_id,
  id,
  number,
  "text",
  "personas",
  CASE "stage" WHEN 1 THEN 'awareness' WHEN 2 THEN 'consideration' WHEN 3 THEN 'decision' WHEN 4 THEN 'retention' WHEN 5 THEN 'advocacy' END AS "stage",
  "theme",
  "body",
  "proofs",
  "call",
  "channels",
  "promise",
  "start",
  "end",
  "retired",
  revision,
  created_revision
FROM public."key_message" WHERE deleted_revision IS NULL;

CREATE TABLE "mix_item" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "element" smallint NOT NULL,
  "description" text,
  "objectives" uuid[],
  "segments" uuid[],
  "owner" uuid,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT mix_item_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT mix_item_element_values CHECK ("element" IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
  CONSTRAINT mix_item_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT mix_item_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "mix_item" IS 'mix items (record type 64); deleted ones keep their row';
COMMENT ON COLUMN "mix_item"."title" IS 'title';
COMMENT ON COLUMN "mix_item"."element" IS 'P of the mix: 1 product, 2 price, 3 place, 4 promotion, 5 people, 6 process, 7 evidence, 8 partnership, 9 permission, 10 purple-cow; 4P: product, price, place, promotion; 7P: with people, process, evidence; 10P: with partnership, permission, purple-cow';
COMMENT ON COLUMN "mix_item"."description" IS 'description';
COMMENT ON COLUMN "mix_item"."objectives" IS 'objectives (id of: objective)';
COMMENT ON COLUMN "mix_item"."segments" IS 'segments (id of: segment); none: to everybody';
COMMENT ON COLUMN "mix_item"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "mix_item"."rank" IS 'place';
COMMENT ON COLUMN "mix_item".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."mix_item" AS SELECT
  space_id,
  id,
  number,
  "title",
  CASE "element" WHEN 1 THEN 'product' WHEN 2 THEN 'price' WHEN 3 THEN 'place' WHEN 4 THEN 'promotion' WHEN 5 THEN 'people' WHEN 6 THEN 'process' WHEN 7 THEN 'evidence' WHEN 8 THEN 'partnership' WHEN 9 THEN 'permission' WHEN 10 THEN 'purple-cow' END AS "element",
  "description",
  "objectives",
  "segments",
  "owner",
  revision,
  created_revision
FROM public."mix_item" WHERE deleted_revision IS NULL;

CREATE TABLE "tool" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "kind" smallint,
  "purpose" text,
  "cost" bigint,
  "billing" smallint,
  "owner" uuid,
  "kpis" uuid[],
  "levers" uuid[],
  "renewal" date,
  "address" text,
  "description" text,
  "retired" boolean,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT tool_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT tool_kind_values CHECK ("kind" IN (1, 2, 3, 4, 5, 6, 7)),
  CONSTRAINT tool_purpose_length CHECK (octet_length("purpose") <= 200),
  CONSTRAINT tool_cost_range CHECK ("cost" >= 0),
  CONSTRAINT tool_billing_values CHECK ("billing" IN (1, 2, 3)),
  CONSTRAINT tool_address_length CHECK (octet_length("address") <= 2000),
  CONSTRAINT tool_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT tool_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "tool" IS 'tools of the stack (record type 65); deleted ones keep their row';
COMMENT ON COLUMN "tool"."name" IS 'name';
COMMENT ON COLUMN "tool"."kind" IS 'kind: 1 crm, 2 automation, 3 analytics, 4 collaboration, 5 advertising, 6 content, 7 other';
COMMENT ON COLUMN "tool"."purpose" IS 'purpose; what the plan needs it for';
COMMENT ON COLUMN "tool"."cost" IS 'cost (minor units of the plan''s currency); excl. VAT, per month or year as billing says';
COMMENT ON COLUMN "tool"."billing" IS 'billing: 1 monthly, 2 yearly, 3 once';
COMMENT ON COLUMN "tool"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "tool"."kpis" IS 'KPIs (id of: kpi); that it makes visible';
COMMENT ON COLUMN "tool"."levers" IS 'levers (id of: lever); that it serves';
COMMENT ON COLUMN "tool"."renewal" IS 'renewal';
COMMENT ON COLUMN "tool"."address" IS 'address';
COMMENT ON COLUMN "tool"."description" IS 'description';
COMMENT ON COLUMN "tool"."retired" IS 'retired; no longer used; kept for what refers to it';
COMMENT ON COLUMN "tool"."rank" IS 'place';
COMMENT ON COLUMN "tool".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."tool" AS SELECT
  space_id,
  id,
  number,
  "name",
  CASE "kind" WHEN 1 THEN 'crm' WHEN 2 THEN 'automation' WHEN 3 THEN 'analytics' WHEN 4 THEN 'collaboration' WHEN 5 THEN 'advertising' WHEN 6 THEN 'content' WHEN 7 THEN 'other' END AS "kind",
  "purpose",
  "cost",
  CASE "billing" WHEN 1 THEN 'monthly' WHEN 2 THEN 'yearly' WHEN 3 THEN 'once' END AS "billing",
  "owner",
  "kpis",
  "levers",
  "renewal",
  "address",
  "description",
  "retired",
  revision,
  created_revision
FROM public."tool" WHERE deleted_revision IS NULL;

CREATE TABLE "lesson" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "title" text NOT NULL,
  "kind" smallint,
  "description" text,
  "cause" text,
  "advice" text,
  "sources" uuid[],
  "date" date,
  "tags" text[],
  "owner" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT lesson_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT lesson_kind_values CHECK ("kind" IN (1, 2, 3)),
  CONSTRAINT lesson_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT lesson_cause_length CHECK (octet_length("cause") <= 16384),
  CONSTRAINT lesson_advice_length CHECK (octet_length("advice") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "lesson" IS 'lessons (record type 66); deleted ones keep their row';
COMMENT ON COLUMN "lesson"."title" IS 'title';
COMMENT ON COLUMN "lesson"."kind" IS 'kind: 1 success, 2 failure, 3 practice';
COMMENT ON COLUMN "lesson"."description" IS 'description; what happened, with the figures';
COMMENT ON COLUMN "lesson"."cause" IS 'cause';
COMMENT ON COLUMN "lesson"."advice" IS 'what to do next time';
COMMENT ON COLUMN "lesson"."sources" IS 'learned from (id of: action, lever, objective, kpi)';
COMMENT ON COLUMN "lesson"."date" IS 'date; when it was seen';
COMMENT ON COLUMN "lesson"."tags" IS 'tags';
COMMENT ON COLUMN "lesson"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "lesson".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."lesson" AS SELECT
  space_id,
  id,
  number,
  "title",
  CASE "kind" WHEN 1 THEN 'success' WHEN 2 THEN 'failure' WHEN 3 THEN 'practice' END AS "kind",
  "description",
  "cause",
  "advice",
  "sources",
  "date",
  "tags",
  "owner",
  revision,
  created_revision
FROM public."lesson" WHERE deleted_revision IS NULL;

CREATE TABLE "playbook" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "name" text NOT NULL,
  "channel" text,
  "description" text,
  "lessons" uuid[],
  "owner" uuid,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT playbook_name_length CHECK (octet_length("name") <= 200),
  CONSTRAINT playbook_channel_length CHECK (octet_length("channel") <= 64),
  CONSTRAINT playbook_description_length CHECK (octet_length("description") <= 16384)
) WITH (fillfactor = 80);
COMMENT ON TABLE "playbook" IS 'playbooks (record type 67); deleted ones keep their row';
COMMENT ON COLUMN "playbook"."name" IS 'name';
COMMENT ON COLUMN "playbook"."channel" IS 'channel';
COMMENT ON COLUMN "playbook"."description" IS 'description';
COMMENT ON COLUMN "playbook"."lessons" IS 'lessons (id of: lesson); that it comes from';
COMMENT ON COLUMN "playbook"."owner" IS 'owner (id of: person, role, team)';
COMMENT ON COLUMN "playbook".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."playbook" AS SELECT
  space_id,
  id,
  number,
  "name",
  "channel",
  "description",
  "lessons",
  "owner",
  revision,
  created_revision
FROM public."playbook" WHERE deleted_revision IS NULL;

CREATE TABLE "playbook_step" (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL,
  created_revision bigint NOT NULL,
  deleted_revision bigint,
  "playbook" uuid NOT NULL,
  "title" text NOT NULL,
  "description" text,
  "after" bigint,
  "duration" bigint,
  "impact" bigint,
  "effort" bigint,
  "kpi" text,
  "unit" text,
  "rank" bytea,
  unknown bytea,
  PRIMARY KEY (space_id, id),
  CONSTRAINT playbook_step_title_length CHECK (octet_length("title") <= 200),
  CONSTRAINT playbook_step_description_length CHECK (octet_length("description") <= 16384),
  CONSTRAINT playbook_step_after_range CHECK ("after" BETWEEN 0 AND 3650),
  CONSTRAINT playbook_step_duration_range CHECK ("duration" BETWEEN 0 AND 2600),
  CONSTRAINT playbook_step_impact_range CHECK ("impact" BETWEEN 1 AND 10),
  CONSTRAINT playbook_step_effort_range CHECK ("effort" BETWEEN 1 AND 10),
  CONSTRAINT playbook_step_kpi_length CHECK (octet_length("kpi") <= 200),
  CONSTRAINT playbook_step_unit_length CHECK (octet_length("unit") <= 32),
  CONSTRAINT playbook_step_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE "playbook_step" IS 'playbook steps (record type 68); deleted ones keep their row';
COMMENT ON COLUMN "playbook_step"."playbook" IS 'playbook (id of: playbook)';
COMMENT ON COLUMN "playbook_step"."title" IS 'title';
COMMENT ON COLUMN "playbook_step"."description" IS 'description';
COMMENT ON COLUMN "playbook_step"."after" IS 'starts after (days); counted from the day on which the playbook is used';
COMMENT ON COLUMN "playbook_step"."duration" IS 'duration (working days)';
COMMENT ON COLUMN "playbook_step"."impact" IS 'impact';
COMMENT ON COLUMN "playbook_step"."effort" IS 'effort';
COMMENT ON COLUMN "playbook_step"."kpi" IS 'KPI; by which it is measured';
COMMENT ON COLUMN "playbook_step"."unit" IS 'unit';
COMMENT ON COLUMN "playbook_step"."rank" IS 'place';
COMMENT ON COLUMN "playbook_step".unknown IS 'fields written by a newer program, kept as they came';
CREATE VIEW report."playbook_step" AS SELECT
  space_id,
  id,
  number,
  "playbook",
  "title",
  "description",
  "after",
  "duration",
  "impact",
  "effort",
  "kpi",
  "unit",
  revision,
  created_revision
FROM public."playbook_step" WHERE deleted_revision IS NULL;


CREATE OR REPLACE VIEW report."lever" AS SELECT
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
  created_revision,
  "evidence",
  "evidence_address",
  "verdict_date",
  "segments",
  "personas",
  CASE "tracking" WHEN 1 THEN 'none' WHEN 2 THEN 'link' WHEN 3 THEN 'code' WHEN 4 THEN 'form' WHEN 5 THEN 'platform' WHEN 6 THEN 'crm' WHEN 7 THEN 'survey' END AS "tracking",
  "tracking_detail"
FROM public."lever" WHERE deleted_revision IS NULL;

CREATE OR REPLACE VIEW report."persona" AS SELECT
  space_id,
  id,
  number,
  "name",
  "description",
  revision,
  created_revision,
  "segments",
  "job_title",
  CASE "buying_role" WHEN 1 THEN 'decider' WHEN 2 THEN 'buyer' WHEN 3 THEN 'influencer' WHEN 4 THEN 'user' WHEN 5 THEN 'champion' WHEN 6 THEN 'blocker' END AS "buying_role",
  "daily",
  "goals",
  "stakes",
  "problems",
  "journey",
  "friction",
  "objections",
  "answers",
  "channels",
  "quote",
  "interviews",
  "version",
  "review",
  "owner",
  "retired"
FROM public."persona" WHERE deleted_revision IS NULL;

CREATE OR REPLACE VIEW report."action" AS SELECT
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
  created_revision,
  "messages"
FROM public."action" WHERE deleted_revision IS NULL;
