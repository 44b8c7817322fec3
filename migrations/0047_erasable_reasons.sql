-- compatible: an older server fills it.
-- Notes of scenarios, reasons of bucket changes and of launch overrides are erased with who wrote them: a change without its reason was erased.
-- Automations are not: whoever wrote one last is its author, and what it says is the team's. Nor is why a finding was accepted: others say it anew.
ALTER TABLE "bucket_change" ALTER COLUMN "reason" DROP NOT NULL;
ALTER TABLE "launch_override" ALTER COLUMN "reason" DROP NOT NULL;
