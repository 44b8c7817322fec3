-- Accounts that are renamed, get one-time passwords and come from a directory; tokens for scripts; word of every change to
-- the nodes that hold live connections.

ALTER TABLE account
  ADD COLUMN born text,
  ADD COLUMN named_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN one_time_until timestamptz,
  ADD COLUMN provider text NOT NULL DEFAULT 'local' CHECK (provider IN ('local', 'ldap')),
  ADD COLUMN external_id text,
  ADD CONSTRAINT account_external UNIQUE (provider, external_id),
  ADD CONSTRAINT account_provider CHECK ((provider = 'local') = (external_id IS NULL));
UPDATE account SET born = login, named_at = created_at;
ALTER TABLE account ALTER COLUMN born SET NOT NULL, ADD CONSTRAINT account_born UNIQUE (born);
COMMENT ON COLUMN account.born IS 'the login that it was added with, made unique: what its lanes are bound to, whatever it is called since';
COMMENT ON COLUMN account.named_at IS 'since when it has this login: a client certificate made earlier was for somebody else';
COMMENT ON COLUMN account.one_time_until IS 'its password was given by an administrator: to be changed at the first login, until then';
COMMENT ON COLUMN account.provider IS 'who checks its password: we, or a directory';
COMMENT ON COLUMN account.external_id IS 'its identity in the directory (entryUUID, objectGUID), which renaming does not change';

ALTER TABLE session
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  ADD COLUMN source text NOT NULL DEFAULT '',
  ADD COLUMN token_name text,
  ADD COLUMN read_only boolean NOT NULL DEFAULT false,
  ADD COLUMN spaces uuid[];
COMMENT ON COLUMN session.id IS 'what it is called in lists; proves nothing';
COMMENT ON COLUMN session.token_name IS 'a token for scripts; NULL: a login of a person';
COMMENT ON COLUMN session.spaces IS 'plans that a token is for; NULL: all';

ALTER TABLE session DROP CONSTRAINT session_login_fkey,
  ADD CONSTRAINT session_login_fkey FOREIGN KEY (login) REFERENCES account (login) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE replica DROP CONSTRAINT replica_login_fkey,
  ADD CONSTRAINT replica_login_fkey FOREIGN KEY (login) REFERENCES account (login) ON DELETE CASCADE ON UPDATE CASCADE;

-- Changes of rights, numbered in the order of their commits: the row of auth_change is held until then. Every node asks for
-- what is new several times a second and looks again at its connections of these accounts.
CREATE TABLE auth_change (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch bigint NOT NULL
);
COMMENT ON TABLE auth_change IS 'how many changes of accounts and logins there were';
INSERT INTO auth_change (epoch) VALUES (0);
CREATE TABLE auth_event (
  epoch bigint PRIMARY KEY,
  login text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE auth_event IS 'whose account or logins changed; kept an hour';

CREATE FUNCTION auth_changed(who text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM auth_event WHERE at < now() - interval '1 hour';
  WITH next AS (UPDATE auth_change SET epoch = epoch + 1 RETURNING epoch)
  INSERT INTO auth_event (epoch, login) SELECT epoch, who FROM next;
$$;

CREATE FUNCTION account_was_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM auth_changed(OLD.login);
  RETURN NULL;
END $$;
CREATE TRIGGER account_changed AFTER UPDATE OF login, disabled_at, administrator, password_hash, one_time_until ON account
  FOR EACH ROW EXECUTE FUNCTION account_was_changed();
CREATE TRIGGER account_removed AFTER DELETE ON account FOR EACH ROW EXECUTE FUNCTION account_was_changed();

CREATE FUNCTION sessions_were_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM auth_changed(login) FROM (SELECT DISTINCT login FROM gone WHERE expires_at > now()) AS ended;
  RETURN NULL;
END $$;
CREATE TRIGGER sessions_ended AFTER DELETE ON session REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_were_ended();
