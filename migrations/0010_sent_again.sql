-- compatible: an older program sends nothing again, and a newer one looks here.
-- Groups that were sent in another lane than the one they may have been sent in before (the home directory was copied). The other copy
-- may come with the same group later, in the old lane: it gets this verdict.
CREATE TABLE sent_again (
  space_id uuid NOT NULL,
  account uuid NOT NULL,
  group_id uuid NOT NULL,
  verdict bytea NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (space_id, account, group_id)
);
COMMENT ON TABLE sent_again IS 'groups that a copied folder sent in a new lane, with their verdicts: kept 400 days';
COMMENT ON COLUMN sent_again.account IS 'of the lane: group ids are public, verdicts are not';
COMMENT ON COLUMN sent_again.verdict IS 'packed Verdict as it was answered';
CREATE INDEX sent_again_at ON sent_again USING brin (at);
