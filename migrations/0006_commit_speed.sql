-- compatible: what every commit touches costs less. A CHECK is parsed anew by each statement that writes its table, which took a
-- fifth of the database's time for a single edit. These guard what one program writes, fenced and tested, and no person types.
ALTER TABLE space_head
  DROP CONSTRAINT space_head_kind_check,
  DROP CONSTRAINT space_head_epoch_check,
  DROP CONSTRAINT space_head_revision_check,
  DROP CONSTRAINT space_head_acl_epoch_check,
  DROP CONSTRAINT space_head_check;
ALTER TABLE lane DROP CONSTRAINT lane_seq_check;
ALTER TABLE log DROP CONSTRAINT log_revision_check;
