-- compatible: the same answers.
-- What an import's groups write into the log is packed with lz4 where PostgreSQL was built with it: packing took a good part of an import's
-- time. Rows of a usual edit are too short to be packed; what is there already stays as it is.
DO $$
BEGIN
  ALTER TABLE log ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  NULL;
END $$;
