#!/bin/bash
# Tamper evidence as people use it: heads exported and kept, the log exported, both verified without a server and against the server; what
# somebody changed in the file or in the database is named. What is found in a database is tests/component/test_verify.c.
. "$(dirname "$0")/lib.sh"
set_up
database() { psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$data/run" -U jalon -d jalon -c "$1"; }
F=$W/files
wrong() { json_of "$out" "[r for b in d['blocks'] if b['name'] == 'wrong' for r in b['rows']][0]['cells']['$1']"; }
json_of() { python3 -c 'import json, sys; d = json.loads(sys.argv[1]); print(eval(sys.argv[2]))' "$1" "$2"; }

# ---- a history, its heads on the way ----
admin history heads --all
check heads all_of 'exits 0; says "^jalon-heads 1$"; says "^name $DEMONSTRATION_NAME$"; says "^section strategy [0-9]+$"; says "^chain [0-9a-f]{8}( [0-9a-f]{8}){7}$"'
check heads-fit-a-screen [ "$(wc -L <<<"$out")" -le 80 ]
printf '%s\n' "$out" >"$F/heads.1"
for n in 1 2 3 4 5 6; do
  admin budget-line set B1 --planned "$((2000 + n))"
  admin action set A1 --title "Titre $n"
  marketing comment A1 "Un mot de Claire, le $n"
done
check edits exits 0
admin history heads --all
printf '%s\n' "$out" >"$F/heads.2"
cat "$F/heads.1" "$F/heads.2" >"$F/heads"
head=$(revision)

# ---- the server's history ----
admin history verify --all --heads "$F/heads"
check server all_of 'exits 0; says "as it was recorded"; says "$DEMONSTRATION_NAME .* as recorded$"; says "^organisation .* as recorded$"'
check nothing-aside [ -z "$err" ]
admin history verify --heads "$F/heads.1" --heads "$F/heads.2" --json
check both-files [ "$(json_of "$out" "d['blocks'][0]['rows'][0]['cells']['heads'] >= 8")" = True ]
admin history verify --heads - <"$F/heads" # the tests give no standard input
check nothing-on-standard-input exits 2

# ---- a file, without a server ----
admin history export "$F/plan.log"
check export all_of 'exits 0; says "changes up to r$head written"'
admin history export "$F/personal.log" --with-personal
check export-personal exits 0
admin history export "$F/organisation.log" --organisation
check export-organisation exits 0
cp "$F/plan.log" "$F/again.log"
admin history export "$F/again.log" --continue
check continue-with-nothing-new all_of 'exits 0; cmp "$F/plan.log" "$F/again.log"'
admin action set A1 --title "Titre d'après"
admin history export "$F/again.log" --continue
check continue all_of 'exits 0; says "changes up to r$((head + 1)) written"'
admin history export "$F/anew.log"
check continued-is-as-anew cmp <(tail -n +2 "$F/anew.log") <(tail -n +2 "$F/again.log")
admin history verify "$F/again.log" --heads "$F/heads"
check continued-is-right exits 0
admin history export "$F/again.log" --continue --with-personal
check not-with-other-values exits 2
admin history export - --continue
check continue-needs-a-file exits 2
sed '3s/"body":"C/"body":"D/' "$F/plan.log" >"$F/broken.log"
cp "$F/broken.log" "$F/kept.log"
admin history export "$F/broken.log" --continue
check what-was-changed-does-not-become-right all_of 'exits 9; cmp "$F/broken.log" "$F/kept.log"; ! cmp -s "$F/broken.log" "$F/plan.log"'
admin action set A1 --title "Titre 6"
head=$(revision)
admin history export "$F/plan.log" --continue
check no-personal-values [ "$(base64 -d <(python3 -c '
import json, sys
print("\n".join(json.loads(l).get("body", "") for l in open(sys.argv[1])))' "$F/plan.log") -i | grep -c "Un mot de Claire")" = 0 ]
stop_server
for file in plan personal organisation; do
  admin history verify "$F/$file.log" --heads "$F/heads"
  check "offline-$file" all_of 'exits 0; says "as recorded$"'
done
laptop_home=$W/nobody # no profile, no configuration
HOME=$laptop_home XDG_CONFIG_HOME=$laptop_home/config XDG_DATA_HOME=$laptop_home/data "$JALON" --lang en history verify "$F/plan.log" --heads "$F/heads" >"$F/out" 2>&1
check by-somebody-without-an-account grep -q 'as recorded' "$F/out"

# The file changed: one line each.
change() { # python statement over the list `lines` of objects, target file
  python3 -c '
import base64, hashlib, json, sys
lines = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
def body(i): return bytearray(base64.b64decode(lines[i]["body"]))
def put(i, b): lines[i]["body"] = base64.b64encode(bytes(b)).decode()
def at(revision, section=None): return next(i for i, l in enumerate(lines) if l.get("revision") == revision and i > 0 and section in (None, l["section"]))
def anew():
    chains = {}
    for l in lines[1:-1]:
        c = hashlib.blake2b(chains.get(l["section"], bytes(32)) + base64.b64decode(l["body"]), digest_size=32).digest()
        chains[l["section"]], l["chain"] = c, c.hex()
    for s, c in chains.items(): lines[-1]["section"][s]["chain"] = c.hex()
exec(sys.argv[2])
open(sys.argv[3], "w", encoding="utf-8").write("".join(json.dumps(l) + "\n" for l in lines))' "$F/plan.log" "$1" "$F/changed.log"
}
byte='i = at(6); b = body(i); b[len(b) // 2] ^= 1; put(i, b)'
change "$byte"
admin history verify "$F/changed.log" --json
check byte-changed all_of 'exits 9; [ "$(wrong revision)" = 6 ]; [ "$(wrong after)" = 5 ]'
change "i = at(6); del lines[i]"
admin history verify "$F/changed.log" --json
check row-removed all_of 'exits 9; [ "$(wrong revision)" = 6 ]'
change 'i, k = at(5), at(8); lines[i]["body"], lines[k]["body"] = lines[k]["body"], lines[i]["body"]'
admin history verify "$F/changed.log" --json
check rows-swapped all_of 'exits 9; [ "$(wrong revision)" = 5 ]'
change 'i, k = at(5), at(8); lines[i], lines[k] = lines[k], lines[i]'
admin history verify "$F/changed.log" --json
check lines-swapped all_of 'exits 9; [ "$(wrong revision)" = 5 ]'
change 'lines.insert(-1, dict(lines[-2]))'
admin history verify "$F/changed.log" --json
check row-appended exits 9
change 'lines.pop()'
admin history verify "$F/changed.log" --json
check end-cut all_of "exits 9; [ \"\$(wrong revision)\" = $((head + 1)) ]"
head -c -400 "$F/plan.log" >"$F/changed.log"
admin history verify "$F/changed.log"
check cut-in-a-line exits 9
# All of it written anew from there on: right in itself, and not what the heads say.
change "$byte; anew()"
admin history verify "$F/changed.log"
check written-anew-fits-together all_of 'exits 0; says "without heads that were kept elsewhere"'
admin history verify "$F/changed.log" --heads "$F/heads" --json
check written-anew all_of 'exits 9; [ "$(wrong after)" -lt 6 ]; [ "$(wrong revision)" -ge 6 ]; [ "$(wrong expected)" != "$(wrong found)" ]'
admin history verify "$F/changed.log" --heads "$F/heads" --width 80
check written-anew-in-words all_of 'exits 9; says "wrong: r[0-9]+ to r[0-9]+"; says "is not the one whose heads"; says "expected [0-9a-f]{64}"'
check words-fit-a-screen [ "$(wc -L <<<"$out")" -le 80 ]
jalon_in admin fr history verify "$F/changed.log" --heads "$F/heads" --width 80
check in-french all_of 'exits 9; says "pas celui qui a été enregistré"; says "faux : r[0-9]+ à r[0-9]+"'

# Heads that are none.
sed 's/^chain \(.\)/chain f\1/; s/^\(chain .\{70\}\).*/\1/' "$F/heads.2" >"$F/slip"
admin history verify "$F/plan.log" --heads "$F/slip"
check a-slip-of-the-pen all_of 'exits 2; complains "not as they were written|cannot be read"'
admin history verify "$F/plan.log" --heads "$F/plan.log"
check no-heads exits 2
admin history verify "$F/heads"
check no-log exits 2

# ---- the database changed ----
start_server
plan=$(database 'SELECT space_id FROM plan')
admin history verify --plan "$DEMONSTRATION_NAME" --heads "$F/heads"
check after-a-restart exits 0
database "UPDATE log SET body = set_byte(body, 100, get_byte(body, 100) # 1) WHERE space_id = '$plan' AND revision = 6"
stop_server && start_server # what it has in memory is not what was changed
admin history verify --json
check database-changed all_of 'exits 9; [ "$(wrong revision)" = 6 ]; [ "$(wrong after)" = 5 ]'
admin history export "$F/later.log"
check exported-all-the-same all_of 'exits 9; complains "r6"; [ -s "$F/later.log" ]'
database "UPDATE log SET body = set_byte(body, 100, get_byte(body, 100) # 1) WHERE space_id = '$plan' AND revision = 6"
admin history verify
check put-back exits 0

# ---- who does not read everything ----
admin rights set "Paul Bernard" budget none
sales history verify --heads "$F/heads"
check some-sections all_of 'exits 0; says "may not read"'
sales history heads
check heads-of-some-sections all_of 'exits 0; silent "section budget"; says "section strategy"'
admin history verify --offline
check needs-the-server exits 5
finish
