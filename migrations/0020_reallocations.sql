-- compatible
-- What exactly a reallocation moves: excl. or incl. VAT, from which months to which.
ALTER TABLE "approval"
  ADD COLUMN "basis" smallint CONSTRAINT approval_basis_values CHECK ("basis" IN (1, 2)),
  ADD COLUMN "first_month" date,
  ADD COLUMN "last_month" date,
  ADD COLUMN "to_first_month" date,
  ADD COLUMN "to_last_month" date;
COMMENT ON COLUMN "approval"."basis" IS 'amount is: 1 net, 2 gross; as both lines are kept, when it is not said';
COMMENT ON COLUMN "approval"."first_month" IS 'from the month; of a line that is planned by month';
COMMENT ON COLUMN "approval"."last_month" IS 'to the month';
COMMENT ON COLUMN "approval"."to_first_month" IS 'gets it from the month; of the line that gets it; as it left, when it is not said';
COMMENT ON COLUMN "approval"."to_last_month" IS 'gets it to the month';
