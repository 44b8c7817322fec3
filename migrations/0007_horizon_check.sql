-- compatible: as 0006 says of the other columns of this table, which every commit writes.
ALTER TABLE space_head DROP CONSTRAINT space_head_horizon_check;
