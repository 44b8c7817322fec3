-- compatible
-- Who gave a letter, and whose A it was when something was submitted: nobody approves own work by an A of one's own giving.
ALTER TABLE "raci" ADD COLUMN "named_by" uuid;
COMMENT ON COLUMN "raci"."named_by" IS 'named by (id of: person); who made the owner this one: nobody approves own work by an A of one''s own giving';
ALTER TABLE "approval" ADD COLUMN "decides" uuid;
COMMENT ON COLUMN "approval"."decides" IS 'who decides (id of: person, role, team); whose A it was when it was submitted';
