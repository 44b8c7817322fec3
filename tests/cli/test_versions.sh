#!/bin/bash
# Programs and files of other versions: a command line of an earlier schema (tests/support/earlier_schema: no personas, no description,
# priority, personas, tags and conversion of actions) keeps what it does not know through copy, offline edits, conflicts and files; an
# outbox of an earlier program is brought up to date, newer files are left alone.
. "$(dirname "$0")/lib.sh"
set_up
earlier() { JALON=$JALON_BIN/tests/earlier/jalon_earlier on claire en "$@"; }
present() { on paul en "$@"; }
laptop paul sales
JALON=$JALON_BIN/tests/earlier/jalon_earlier laptop claire marketing

cat >"$W/files/unknown.py" <<'PY'
"""What the earlier program does not know of an exported plan: the fields of actions by title, and the personas."""
import json, sys
records = json.load(open(sys.argv[1], encoding='utf-8'))['records']
names = {r['key']: r['name'] for r in records if r['type'] == 'persona'}
fields = ('description', 'priority', 'tags', 'conversion_from', 'conversion_to')
print(sorted((r['name'], r.get('description')) for r in records if r['type'] == 'persona'))
for r in sorted((r for r in records if r['type'] == 'action'), key=lambda r: r['title']):
    print(r['title'], [r.get(f) for f in fields], sorted(names[p] for p in r.get('personas', [])))
PY
unknown() { # file: what the earlier program does not know, as the present one exports it
  present sync --quiet
  present plan export "$W/files/plan.json" && python3 "$W/files/unknown.py" "$W/files/plan.json" >"$1"
}
cat >"$W/files/rows.py" <<'PY'
"""The records of the current plans of two local copies, byte for byte."""
import sqlite3, sys
def rows(path):
    with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as db:
        return db.execute('SELECT s.id, s.revision, s.sections, r.id, r.type, r.number, r.revision, r.deleted_revision, r.body FROM space s '
                          'JOIN record r ON r.part = s.live WHERE s.kind = 2 ORDER BY s.id, r.id').fetchall()
a, b = rows(sys.argv[1]), rows(sys.argv[2])
assert a == b, (len(a), len(b), [x for x in a if x not in b][:3])
assert any(row[4] == 14 for row in a), 'no persona'
PY
copy_of() { find "$W/laptops/$1/data" -name replica.db; }
same_bytes() {
  earlier sync --quiet && present sync --quiet && python3 "$W/files/rows.py" "$(copy_of claire)" "$(copy_of paul)"
}

# ---- reading and editing beside what is not known ----
earlier help action set
check it-is-an-earlier-program all_of "exits 0; says '--effort'; silent '--tags|--description'"
present action set A1 --tags +essai --description "Première phrase. Seconde phrase."
present action set A2 --tags +deux
unknown "$W/files/before"
check same-bytes-in-both-copies same_bytes
earlier show A1
check earlier-shows exits_saying 0 'plugin de chat'
earlier tree
check earlier-tree exits_saying 0 'A1'
earlier action set A1 --effort 7
check earlier-edits exits 0
earlier action set A3 --quantity-done +1
earlier action move A2 --after A4
check earlier-moves exits 0
unknown "$W/files/after"
check nothing-unknown-was-lost cmp "$W/files/before" "$W/files/after"
check same-bytes-after-edits same_bytes

# ---- without the server: overlay and outbox ----
kill_server
earlier action set A1 --impact 4
earlier action add "Fait par un ancien programme" --lever L1
check earlier-adds-offline exits_saying 0 'A\?1'
earlier action set 'A?1' --effort 2
earlier show A1
check earlier-overlay exits_saying 0 'plugin de chat'
present action set A1 --description "Première phrase changée. Seconde phrase."
present action set A1 --title "Chat du site"
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"
present sync
check present-sends exits_complaining 0 '2 applied'
earlier sync
check earlier-sends-and-is-merged exits_complaining 0 '3 applied'
earlier show A1
check both-changes all_of "says 'Chat du site'; says '\b4\b'"
present show A1
check the-unknown-one-too all_of "says 'Première phrase changée'; says 'essai'"
check same-bytes-after-the-train same_bytes

# ---- conflicts ----
unknown "$W/files/before"
earlier show A1
present show A1
kill_server
earlier action set A1 --title "Titre ancien"
present action set A1 --title "Titre neuf"
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"
present sync
earlier sync
check conflict exits_complaining 3 '1 conflict'
earlier conflicts
check conflict-is-the-first says 'C1\b'
earlier resolve C1 --mine
check earlier-resolves exits_saying 0 'C1 is resolved'
sed 's/^Chat du site /Titre ancien /' "$W/files/before" | sort >"$W/files/expected"
unknown "$W/files/after"
sort "$W/files/after" >"$W/files/sorted"
check resolving-keeps-what-is-unknown cmp "$W/files/expected" "$W/files/sorted"

# A deletion against a change that the earlier program cannot name.
earlier show A2
kill_server
earlier action rm A2
present action set A2 --tags +trois
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"
present sync
earlier sync
check deletion-meets-the-unseen-change exits_complaining 3 '1 conflict'
earlier conflicts
check told-though-it-cannot-be-named exits_saying 0 'C2\b'
earlier resolve C2 --theirs
check earlier-leaves-it exits_saying 0 'C2 is resolved'
present show A2
check still-there all_of "exits 0; says 'trois'"
earlier action rm A2
earlier undo
check deleted-and-restored exits 0
present show A2
check restored-with-what-is-unknown all_of "exits 0; says 'trois'"
check same-bytes-after-conflicts same_bytes

# ---- files ----
unknown "$W/files/before"
earlier plan export "$W/files/earlier.json"
check earlier-exports exits 0
check earlier-exports-types-by-number grep -q '"type":14,' "$W/files/earlier.json"
present plan import "$W/files/earlier.json" --new "Par le programme présent"
check present-imports-it exits 0
unknown "$W/files/after"
check file-keeps-what-is-unknown cmp "$W/files/before" "$W/files/after"
earlier plan import "$W/files/earlier.json" --new "Par l'ancien programme"
check earlier-imports-it exits 0
present plan use "Par l'ancien programme"
unknown "$W/files/after"
check both-ways cmp "$W/files/before" "$W/files/after"
present plan use "$DEMONSTRATION_NAME"
earlier plan use "$DEMONSTRATION_NAME"

# ---- an outbox of an earlier program ----
cat >"$W/files/old_outbox.py" <<'PY'
"""The outbox as the first version made it, with what the present one holds."""
import os, sqlite3, sys
path = sys.argv[1]
now = sqlite3.connect(path)
assert now.execute('PRAGMA user_version').fetchone()[0] > 1
os.rename(path, path + '.present')
old = sqlite3.connect(path)
old.executescript('''
CREATE TABLE fact (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE lane (space BLOB PRIMARY KEY, next_seq INTEGER NOT NULL, last_own INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT, space BLOB NOT NULL, group_id BLOB NOT NULL UNIQUE, state INTEGER NOT NULL,
 flags INTEGER NOT NULL, seq INTEGER NOT NULL DEFAULT 0, depends_on INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL DEFAULT 0,
 created_us INTEGER NOT NULL, decided_us INTEGER NOT NULL DEFAULT 0, behind INTEGER NOT NULL DEFAULT 0,
 body BLOB NOT NULL, verdict BLOB NOT NULL DEFAULT x'') STRICT;
CREATE INDEX entry_by_state ON entry (state, space, seq);
CREATE TABLE touch (record BLOB NOT NULL, entry INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE, how INTEGER NOT NULL,
 PRIMARY KEY (record, entry)) STRICT, WITHOUT ROWID;
CREATE INDEX touch_by_entry ON touch (entry);
CREATE TABLE given (type INTEGER NOT NULL, number INTEGER NOT NULL, space BLOB NOT NULL, record BLOB NOT NULL UNIQUE,
 final INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (type, number)) STRICT, WITHOUT ROWID;
PRAGMA application_id = 0x4a4c6f62;
PRAGMA user_version = 1;''')
for table in ('fact', 'lane', 'entry', 'touch', 'given'):
    columns = ', '.join(c[1] for c in old.execute(f'PRAGMA table_info({table})'))
    rows = now.execute(f"SELECT {columns} FROM {table}" + (" WHERE name IN ('replica')" if table == 'fact' else '')).fetchall()
    for row in rows:
        old.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", row)
old.commit()
old.close()
os.chmod(path, 0o600)
PY
outbox=$(find "$W/laptops/paul/data" -name outbox.db)
user_version() { python3 -c "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
if len(sys.argv) > 2: db.execute(f'PRAGMA user_version = {int(sys.argv[2])}'); db.commit()
print(db.execute('PRAGMA user_version').fetchone()[0])" "$@"; }
present show A4
earlier show A4
earlier action set A4 --title "Autre titre"
kill_server
present action set A4 --title "Mon titre"
present action set A5 --quantity-done +1
present action add "Dans l'ancienne boîte"
cp "$outbox" "$W/files/outbox.db"
python3 "$W/files/old_outbox.py" "$outbox"
check outbox-is-old [ "$(user_version "$outbox")" = 1 ]
present status
check what-waits-is-read all_of "exits 0; says 'Mon titre'; says 'ancienne boîte'"
check outbox-is-brought-up-to-date [ "$(user_version "$outbox")" = "$(user_version "$W/files/outbox.db")" ]
check its-rows-are-the-same python3 - "$outbox" "$W/files/outbox.db" <<'PY'
import sqlite3, sys
new, was = (sqlite3.connect(p) for p in sys.argv[1:])
for table in ('lane', 'entry', 'touch', 'given'):
    q = f'SELECT * FROM {table} ORDER BY 1, 2'
    assert new.execute(q).fetchall() == was.execute(q).fetchall(), table
    assert new.execute(f'PRAGMA table_info({table})').fetchall() == was.execute(f'PRAGMA table_info({table})').fetchall(), table
assert new.execute('PRAGMA integrity_check').fetchone()[0] == 'ok'
PY
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"
present sync
check it-is-sent exits_complaining 3 '2 applied' '1 conflict'
present conflicts
check conflicts-are-counted-from-one says 'C1\b'
# One that was refused under the earlier program, and is shown by this one.
python3 "$W/files/old_outbox.py" "$outbox"
present conflicts
check an-old-conflict-has-a-number all_of "exits 0; says 'C1\b'; says 'Mon titre'"
present resolve C1 --mine
check an-old-conflict-is-resolved exits_saying 0 'C1 is resolved'
present show A4
check resolved-as-wanted says 'Mon titre'

# ---- files of a newer program: nothing of them is touched ----
replica=$(copy_of paul)
for file in "$outbox" "$replica"; do
  name=$(basename "$file" .db)
  is=$(user_version "$file")
  user_version "$file" $((is + 1)) >/dev/null
  sum=$(sha256sum <"$file")
  present action set A5 --quantity-done +1
  [ "$name" = replica ] || check "newer-$name-is-refused" all_of "[ $status -ne 0 ]; complains 'newer version'; complains '$name'"
  present --offline show A5
  check "newer-$name-offline" all_of "[ $status -ne 0 ]; complains 'newer version'; complains 'install'"
  present sync
  check "newer-$name-sync" all_of "[ $status -ne 0 ]; complains 'newer version'"
  check "newer-$name-is-not-touched" [ "$(sha256sum <"$file")" = "$sum" ]
  user_version "$file" "$is" >/dev/null
done
present sync
check both-are-used-again exits 0
present action set A5 --quantity-done +1
check and-written exits 0

finish
