-- Lists that people order themselves: objectives, key results, levers, actions and checklist items have a place, a key that the
-- server gives (compared byte by byte). Records from before have none: their number is their place.

ALTER TABLE "objective" ADD COLUMN "rank" bytea;
ALTER TABLE "objective" ADD CONSTRAINT objective_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64);
COMMENT ON COLUMN "objective"."rank" IS 'place';
ALTER TABLE "key_result" ADD COLUMN "rank" bytea;
ALTER TABLE "key_result" ADD CONSTRAINT key_result_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64);
COMMENT ON COLUMN "key_result"."rank" IS 'place';
ALTER TABLE "lever" ADD COLUMN "rank" bytea;
ALTER TABLE "lever" ADD CONSTRAINT lever_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64);
COMMENT ON COLUMN "lever"."rank" IS 'place';
ALTER TABLE "action" ADD COLUMN "rank" bytea;
ALTER TABLE "action" ADD CONSTRAINT action_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64);
COMMENT ON COLUMN "action"."rank" IS 'place';
ALTER TABLE "checklist_item" ADD COLUMN "rank" bytea;
ALTER TABLE "checklist_item" ADD CONSTRAINT checklist_item_rank_length CHECK (octet_length("rank") BETWEEN 1 AND 64);
COMMENT ON COLUMN "checklist_item"."rank" IS 'place';
