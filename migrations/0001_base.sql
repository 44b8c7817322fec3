-- What every database of the service has besides the records: positions, lanes, the log, accounts and sessions.

CREATE TABLE cluster (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id uuid NOT NULL DEFAULT gen_random_uuid()
);
COMMENT ON TABLE cluster IS 'the stable identity of this database';
INSERT INTO cluster DEFAULT VALUES;

-- One narrow row per space, rewritten by each commit: room on the page keeps the update HOT, and nothing refers to it.
CREATE TABLE space_head (
  space_id uuid PRIMARY KEY,
  kind smallint NOT NULL CHECK (kind IN (1, 2, 3)),
  epoch bigint NOT NULL CHECK (epoch >= 0),
  revision bigint NOT NULL CHECK (revision >= 0),
  acl_epoch bigint NOT NULL CHECK (acl_epoch >= 0),
  time_us bigint NOT NULL,
  section_revisions bigint[] NOT NULL,
  section_chains bytea NOT NULL CHECK (octet_length(section_chains) = 32 * cardinality(section_revisions))
) WITH (fillfactor = 40);
COMMENT ON TABLE space_head IS 'the position of each space';
COMMENT ON COLUMN space_head.kind IS '1 organisation, 2 plan, 3 pipeline';
COMMENT ON COLUMN space_head.acl_epoch IS 'grows when rights in the space change; part of the fence';
COMMENT ON COLUMN space_head.time_us IS 'display time of the last group, microseconds UTC';
COMMENT ON COLUMN space_head.section_revisions IS 'by section number from 0: the last revision that touched it';
COMMENT ON COLUMN space_head.section_chains IS 'by section number from 0: 32 bytes each';

CREATE TABLE lane (
  space_id uuid NOT NULL,
  replica uuid NOT NULL,
  account uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  verdicts bytea NOT NULL,
  PRIMARY KEY (space_id, replica)
) WITH (fillfactor = 40);
COMMENT ON TABLE lane IS 'per replica and space: the highest group decided (kept for ever) and the verdicts not yet confirmed';

CREATE TABLE log (
  space_id uuid NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  section smallint NOT NULL,
  author uuid NOT NULL,
  replica uuid NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  body bytea NOT NULL,
  private_values bytea,
  PRIMARY KEY (space_id, revision, section)
);
COMMENT ON TABLE log IS 'what each revision did to each section; append only';
COMMENT ON COLUMN log.body IS 'packed ChangeBody, the bytes that the chain covers';
COMMENT ON COLUMN log.private_values IS 'packed ChangePrivate: personal values and their salts, erasable';

CREATE TABLE refusal (
  space_id uuid NOT NULL,
  replica uuid NOT NULL,
  seq bigint NOT NULL,
  group_id bytea NOT NULL,
  verdict bytea NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (space_id, replica, seq)
);
COMMENT ON TABLE refusal IS 'verdicts of refused groups, kept 90 days';
CREATE INDEX refusal_at ON refusal USING brin (at);

CREATE TABLE account (
  login text PRIMARY KEY CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
  person uuid NOT NULL UNIQUE,
  password_hash text NOT NULL,
  administrator boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_login_at timestamptz
);
COMMENT ON TABLE account IS 'who may log in; never part of what clients read';

CREATE TABLE replica (
  id uuid PRIMARY KEY,
  login text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE replica IS 'whose each replica is: the account that logged in with it first; ids are public, so nobody else may use it';
CREATE INDEX replica_login ON replica (login);

CREATE TABLE session (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  login text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
  device text NOT NULL DEFAULT '',
  replica uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE session IS 'open logins; only the hash of a token is kept';
CREATE INDEX session_login ON session (login);
