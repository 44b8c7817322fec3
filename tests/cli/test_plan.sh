#!/bin/bash
# Plans: new, list, use, show; export and import; hostile files; what waits for me, comments, history.
. "$(dirname "$0")/lib.sh"
set_up

# ---- plans ----
marketing plan new "Plan 2027" --start 2027-01-01 --end 2027-12-31
check plan-new exits_saying 0 'Plan 2027'
marketing whoami
check plan-new-is-current says 'Plan 2027'
marketing tree
check plan-new-is-empty all_of "exits 0; silent 'plugin de chat'"
marketing objective add "Premier objectif"
check plan-new-numbers-from-one exits_saying 0 'O1\b'
marketing plan list
check plan-list all_of "exits 0; says 'Plan 2027'; says '$DEMONSTRATION_NAME'"
marketing plan show
check plan-show all_of "exits 0; says 'Plan 2027'; says '2027'; says 'EUR'"
marketing plan new "Double" --start 2027-01-01 --end 2027-12-31
marketing plan new "Double" --start 2027-01-01 --end 2027-12-31
check plan-new-same-name all_of 'exits 0 || exits 4'
same_name=$status
marketing plan use "Double"
[ $same_name != 0 ] || check same-name-is-ambiguous exits_complaining 8 'Double'
marketing plan new "À l'envers" --start 2027-12-31 --end 2027-01-01
check plan-dates-in-order exits_complaining 4 'end|start'
marketing plan use "Rien de tel"
check plan-use-unknown exits_complaining 8 'Rien de tel'
marketing plan use "$DEMONSTRATION_NAME"
check plan-use exits 0
marketing show A1
check plan-use-works says 'plugin de chat'
marketing plan use "plan marketing"
check plan-use-by-prefix exits 0
marketing objective list --plan "Plan 2027"
check plan-option all_of "says 'Premier objectif'; silent 'leads'"
sales plan list
check plan-list-of-another says 'Plan 2027'

# ---- export, import, export ----
marketing plan export "$W/files/one.json"
check export exits 0
check export-is-json python3 -m json.tool "$W/files/one.json" /dev/null
marketing plan export -
check export-to-standard-output cmp "$W/files/out" "$W/files/one.json"
plans() { value_of admin "len([r for b in d.data['blocks'] for r in b['rows'] if r.get('type') == 'plan'])" plan list; }
count=$(plans)
admin plan import "$W/files/one.json" --new "Copie" --dry-run
check import-dry-run all_of "exits 0; [ $(plans) = $count ]"
admin plan import "$W/files/one.json" --new "Copie"
check import exits 0
check import-made-one-plan [ "$(plans)" = $((count + 1)) ]
admin plan use "Copie"
admin plan export "$W/files/two.json"
check export-of-the-import exits 0
cat >"$W/files/same.py" <<'PY'
import json, sys

def plan(name):
    data = json.load(open(name, encoding='utf-8'))
    records = data['records']
    key = {}
    count = {}
    for r in records:
        n = count[r['type']] = count.get(r['type'], 0) + 1
        for k in ('key', 'id'):
            if k in r:
                key[r[k]] = f"{r['type']} {n}"
    def canon(value, field=None):
        if isinstance(value, dict):
            return {k: canon(v, k) for k, v in value.items() if k not in ('id', 'key', 'created', 'author')}
        if isinstance(value, list):
            return sorted((canon(v) for v in value), key=str)  # sets
        return key.get(value, value) if isinstance(value, str) else value
    head = {k: v for k, v in data['plan'].items() if k not in ('id', 'key', 'name')}
    return head, sorted(json.dumps(canon(r), sort_keys=True) for r in records), len(records)

a, b = plan(sys.argv[1]), plan(sys.argv[2])
assert a[0] == b[0], (a[0], b[0])
missing = [x for x in a[1] if x not in b[1]][:5]
more = [x for x in b[1] if x not in a[1]][:5]
assert a[1] == b[1], f'lost: {missing}\nnew: {more}'
demonstration = json.load(open(sys.argv[3], encoding='utf-8'))
assert a[2] == len(demonstration['records']), (a[2], len(demonstration['records']))
PY
check export-import-export-is-equal python3 "$W/files/same.py" "$W/files/one.json" "$W/files/two.json" "$DEMONSTRATION"
admin plan use "$DEMONSTRATION_NAME"
admin plan import "$W/files/none.json"
check import-missing-file all_of 'exits 8 || exits 2 || exits 4; complains none.json'

# ---- what was deleted stays behind, with what lay below it, and nobody names it ----
made() { marketing "$@"; [ "$status" -eq 0 ] || not_ok "set up: $*" "$(last_run)"; }
made plan new "Ménage" --start 2027-01-01
made lever add "SEO" --direction inbound
made lever add "Salons" --direction outbound
made kpi add "Leads" --unit leads --comparator ">=" --target 400 --lever L2
made action add "Partie" --lever L1
made action add "Reste" --lever L2
made checklist-item add "Point parti" --action A1
made checklist-item add "Point resté" --action A2
made raci set A1 A=claire
made dependency add --predecessor A1 --successor A2
made budget-line add "Ligne partie" --lever L1 --category media
made budget-month add --line B1 --month 2027-02 --planned 1000
made budget-line add "Ligne restée" --lever L2 --category media
made action rm A1 --with-children
made budget-line rm B1 --with-children
made lever rm L2 --with-children
left_behind() {
  python3 - "$1" <<'PY'
import json, sys
records = json.load(open(sys.argv[1], encoding='utf-8'))['records']
keys = {r['key'] for r in records}
of = lambda type: [r for r in records if r['type'] == type]
assert [r['title'] for r in of('action')] == ['Reste'] and [r['title'] for r in of('checklist_item')] == ['Point resté'], records
assert not of('raci') and not of('dependency') and not of('budget_month'), records
assert [r.get('name', r.get('title')) for r in of('budget_line')] == ['Ligne restée'], of('budget_line')
assert [r['name'] for r in of('lever')] == ['SEO'], of('lever')
for type in ('kpi', 'action', 'budget_line'):
    (one,) = of(type)
    assert 'lever' not in one, one
assert of('checklist_item')[0]['action'] in keys
PY
}
marketing plan export "$W/files/tidy.json"
check export-without-the-deleted all_of 'exits 0; left_behind "$W/files/tidy.json"'
marketing plan new "Ménage 2028" --from "Ménage"
check begin-from-it exits 0
marketing plan export "$W/files/tidy-2028.json"
check what-begins-is-without-them left_behind "$W/files/tidy-2028.json"
marketing plan import "$W/files/tidy.json" --new "Ménage encore"
check import-without-the-deleted exits 0
marketing plan use "Ménage"
marketing sync
marketing --offline plan export "$W/files/tidy-offline.json"
check export-offline-without-the-deleted all_of 'exits 0; left_behind "$W/files/tidy-offline.json"'
marketing plan use "$DEMONSTRATION_NAME"

# ---- hostile files: a clear error, nothing changed ----
hostile() { # name, pattern in the error; the file comes on standard input
  local before after
  cat >"$W/files/bad-$1.json"
  before=$(value_of admin "[(r['cells'], r.get('id')) for b in d.data['blocks'] for r in b['rows']]" plan list)
  admin plan import "$W/files/bad-$1.json"
  after=$(value_of admin "[(r['cells'], r.get('id')) for b in d.data['blocks'] for r in b['rows']]" plan list)
  check "hostile-$1" all_of "[ $status -ne 0 ]; [ $status -lt 100 ]; [ -n '${err:+x}' ]; complains '$2'; silent 'Sanitizer|Assertion|Aborted'"
  check "hostile-$1-changes-nothing" [ "$before" = "$after" ]
}
plan='"jalon": 1, "plan": {"name": "Mauvais", "start": "2026-01-01", "end": "2026-12-31", "currency": "EUR"}'
hostile empty 'line 1' </dev/null
printf '{"jalon": 1, "plan": {' | hostile cut 'line|JSON|position|end'
printf 'PK\003\004 not json at all' | hostile zip 'JSON|line'
head -c 5000 /dev/urandom | hostile random 'JSON|UTF-8|line'
printf '[]' | hostile array 'object|plan|jalon'
printf '{"plan": {"name": "x"}}' | hostile no-version 'jalon'
printf '{"jalon": 99, "plan": {"name": "x"}, "records": []}' | hostile newer '99|version|newer'
printf '{%s, "records": [{"type": "spaceship"}]}' "$plan" | hostile unknown-type 'spaceship'
printf '{%s, "records": [{"type": "objective", "title": "x", "wings": 2}]}' "$plan" | hostile unknown-field 'wings'
printf '{%s, "records": [{"type": "objective"}]}' "$plan" | hostile no-title 'title'
printf '{%s, "records": [{"type": "action", "title": "x", "status": "flying"}]}' "$plan" | hostile unknown-choice 'line.*status'
printf '{%s, "records": [{"type": "action", "title": "x", "impact": 99}]}' "$plan" | hostile out-of-range 'impact|99'
printf '{%s, "records": [{"type": "action", "title": "x", "lever": "nobody"}]}' "$plan" | hostile unknown-reference 'nobody'
printf '{%s, "records": [{"type": "action", "title": "x", "due": "2026-02-31"}]}' "$plan" | hostile wrong-date '2026-02-31'
printf '{%s, "records": [{"type": "budget_line", "title": "x", "category": "tools", "planned": 1e40}]}' "$plan" | hostile huge-number 'planned|1e40|number'
printf '{%s, "records": [{"type": "budget_line", "title": "x", "category": "tools", "planned": 12.5}]}' "$plan" | hostile half-cent 'planned|12'
printf '{%s, "records": [{"type": "objective", "key": "a", "title": "x"}, {"type": "objective", "key": "a", "title": "y"}]}' "$plan" | hostile same-key-twice '"?a"?'
printf '{%s, "records": [{"type": "objective", "key": "a", "title": "x", "parent": "b"}, {"type": "objective", "key": "b", "title": "y", "parent": "a"}]}' "$plan" | hostile cycle 'parent|itself|cycle|below|a|b'
printf '{%s, "records": [{"type": "action", "key": "a", "title": "x"}, {"type": "raci", "target": "a", "letter": "A", "holder": {"team": "Sales"}}, {"type": "raci", "target": "a", "letter": "A", "holder": {"team": "COMEX"}}]}' "$plan" | hostile two-accountables 'accountable|A'
printf '{%s, "records": [{"type": "objective", "title": "a\\u0000b"}]}' "$plan" | hostile nul 'title|NUL|u0000|character|JSON'
printf '{%s, "records": [{"type": "objective", "title": "a\xff\xfeb"}]}' "$plan" | hostile not-utf8 'UTF-8|JSON|line'
printf '{%s, "records": {"type": "objective"}}' "$plan" | hostile records-no-list 'records'
printf '{"jalon": 1, "plan": {"name": "x", "start": "2026-12-31", "end": "2026-01-01", "currency": "EUR"}, "records": []}' | hostile plan-dates 'end|start'
printf '{"jalon": 1, "plan": {"name": "x", "start": "2026-01-01", "end": "2026-12-31", "currency": "BEEF"}, "records": []}' | hostile currency 'BEEF|currency'
python3 -c "print('[' * 200000)" | hostile deep 'deep|nest|JSON|level'
python3 -c "print('{%s, \"records\": [{\"type\": \"objective\", \"title\": \"' % '''$plan''' + 'x' * 3000000 + '\"}]}')" | hostile long-title 'title|long|large|200'
python3 -c "
import json
print(json.dumps({'jalon': 1, 'plan': {'name': 'x', 'start': '2026-01-01', 'end': '2026-12-31', 'currency': 'EUR'},
  'records': [{'type': 'objective', 'title': f'o {i}'} for i in range(3000)] + [{'type': 'objective', 'title': 'x', 'wings': 1}]}))" | hostile bad-at-the-end 'wings'
mkdir "$W/files/folder"
admin plan import "$W/files/folder"
check import-of-a-folder all_of "[ $status -ne 0 ]; complains 'folder'"
python3 -c "
import json
print(json.dumps({'jalon': 1, 'plan': {'name': 'Grand plan', 'start': '2026-01-01', 'end': '2026-12-31', 'currency': 'EUR'},
  'records': [{'type': 'objective', 'title': f'objectif {i}'} for i in range(3000)]}))" >"$W/files/big.json"
admin plan import "$W/files/big.json"
check import-of-3000-records exits 0
admin plan use "Grand plan"
check import-of-3000-records-complete [ "$(value_of admin "len(d.rows('objective'))" objective list)" = 3000 ]
admin plan use "$DEMONSTRATION_NAME"

# ---- mine, comments ----
marketing mine
check mine-by-name-and-role all_of "exits 0; says 'A4'; says 'A2'"
check mine-shows-letters says 'A4.*\bA\b'
check mine-has-open-comments says 'prévoir un renvoi direct'
sales mine
check mine-of-a-team all_of "exits 0; says 'A1'; says 'A3'"
sales comment A1 "Le commercial de garde répond de 9 h à 18 h ; \$(id) <b>"
check comment exits_saying 0 'A1|CM[0-9]+'
marketing show A1
check comment-shown all_of "says 'commercial de garde'; says 'Paul Bernard'"
marketing mine
check comment-waits-for-an-answer says 'commercial de garde'
marketing comment A1 "Parfait, merci"
marketing mine
check comment-answered silent 'commercial de garde'
marketing comment A1 ""
check comment-empty all_of 'exits 4 || exits 2'
marketing comment A999 "personne"
check comment-on-nothing exits_complaining 8 'A999'

# ---- history ----
marketing show B3
marketing budget-line set B3 --planned 1234
marketing history B3
check history-who-when-what all_of "exits 0; says 'Claire Martin'; says '1,000.*1,234'; says '20[0-9][0-9]'"
marketing history B3 --json
check history-newest-first python3 -c "
from document import Document
import sys
rows = Document(open(sys.argv[1]).read()).rows('history')
numbers = [r['cells']['revision'] for r in rows]
assert numbers == sorted(numbers, reverse=True) and str(rows[0]['cells']['after']) == '1234.00', rows[0]" "$W/files/out"
marketing history
check history-of-the-plan all_of "exits 0; says 'B3'; says 'Paul Bernard'"
marketing history B999
check history-of-nothing exits_complaining 8 'B999'
# ---- the guided first plan, in a terminal ----
if command -v tmux >/dev/null; then
  terminal guide 100 40
  type_in guide "'$JALON' --profile marketing --lang en start; echo fini=\$?"
  asked() { [ "$(screen guide | grep -cE '\?( \[.*\])?( .*)?$')" -gt "$1" ] || on_screen guide '^fini='; }
  number=0
  # name, first and last day, objective, unit, target, date, three levers, budget; an empty answer takes what is proposed
  for answer in "Plan guidé" 2027-01-01 2027-12-31 "Doubler les leads" leads 200 "" SEO Salons "" 30k; do
    wait_for "$DEADLINE" asked $number || break
    type_in guide "$answer"
    number=$((number + 1))
  done
  sees start-ends guide '^fini=0'
  marketing plan list
  check start-made-the-plan says 'Plan guidé'
  marketing budget --json
  check start-splits-70-20-10 python3 -c "
from document import Document
import sys
d = Document(open(sys.argv[1]).read())
assert [str(d.find('buckets', 'bucket', b)['cells']['planned']) for b in ('70', '20', '10')] == ['21000.00', '6000.00', '3000.00'], d.rows('buckets')" "$W/files/out"
  marketing tree
  check start-made-objective-and-levers all_of "says 'Doubler les leads'; says 'SEO'; says 'Salons'"
else
  echo "skip start (no tmux)"
fi
finish
