-- compatible
-- A node that waits for a space says so, and the one that has its lease hands it over in turn.
ALTER TABLE lease ADD COLUMN since timestamptz NOT NULL DEFAULT now(), ADD COLUMN wanted_until timestamptz;
COMMENT ON COLUMN lease.since IS 'when this node took it';
COMMENT ON COLUMN lease.wanted_until IS 'another node has asked for it, and still waits until then';
