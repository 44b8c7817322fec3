-- Whose rights are judged by what: a plan's head says how new the directory must be at least that its rights are judged by, changes of
-- rights are told to every server as changes of accounts are, and servers that do not know this can neither read nor commit.
ALTER TABLE space_head RENAME COLUMN commits TO commit_number; -- older servers ask for the former name, and stop
ALTER TABLE space_head ADD COLUMN rights_epoch bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN space_head.rights_epoch IS 'of a plan: acl_epoch of the organisation that its people''s rights follow from; who knows an older one reads it first';
ALTER TABLE space_head ADD COLUMN generation integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN space_head.generation IS 'of the tables, one more with each migration that older servers cannot work beside: part of the fence';
ALTER TABLE auth_change ADD COLUMN generation integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN auth_change.generation IS 'as in space_head; a server that knows less of them than this stops';
UPDATE space_head SET rights_epoch = (SELECT acl_epoch FROM space_head WHERE kind = 1) WHERE kind = 2;

ALTER TABLE auth_event ADD COLUMN space_id uuid, ADD COLUMN acl_epoch bigint;
COMMENT ON COLUMN auth_event.space_id IS 'the space in which rights have changed; then login is empty';
COMMENT ON TABLE auth_event IS 'whose account or logins changed, and where rights did; kept an hour';
COMMENT ON COLUMN auth_event.acl_epoch IS 'of that space since: a server that knows it need not look';
CREATE FUNCTION rights_changed(space uuid, acl bigint) RETURNS void LANGUAGE sql AS $$
  DELETE FROM auth_event WHERE at < now() - interval '1 hour';
  WITH next AS (UPDATE auth_change SET epoch = epoch + 1 RETURNING epoch)
  INSERT INTO auth_event (epoch, login, space_id, acl_epoch) SELECT epoch, '', space, acl FROM next;
$$;

-- Who has left is not logged in any more.
DELETE FROM session USING account, person
 WHERE session.login = account.login AND account.person = person.id AND person.inactive AND person.deleted_revision IS NULL;
