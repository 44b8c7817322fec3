#!/bin/bash
# A plan from an existing one (product.md P2): what it takes along, what stays, dates, rights, offline, undone as a whole.
. "$(dirname "$0")/lib.sh"
set_up

# ---- a plan of 2027 with a year behind it ----
made() { marketing "$@"; [ "$status" -eq 0 ] || not_ok "set up: $*" "$(last_run)"; }
made plan new "Plan 2027" --start 2027-01-01
made raci set "Plan 2027" A=claire
made persona add "Dirigeante" --review 2027-06-30
made objective add "Gagner 40 clients" --kind sales --metric clients --unit clients --baseline 0 --target 40 --start 2027-01-01 --due 2027-12-31
made objective set O1 --current 31
made lever add "SEO" --channel SEO --objectives O1 --verdict keep --verdict-reason "18 clients"
made lever add "Salons" --channel Salon --objectives O1 --verdict stop --verdict-reason "0 client"
made kpi add "Leads" --unit leads --comparator ">=" --target 400 --lever L1
made kpi-target add --kpi K1 --due 2027-03-31 --target 100
made measurement add --kpi K1 --date 2027-03-01 --value 96
made action add "Une page par mot-clé" --lever L1 --kpis K1 --start 2027-02-01 --due 2027-02-28 --personas Dirigeante --quantity-target 10
made raci set A1 A=claire R=paul
made action set A1 --status in-progress --progress 40%
made checklist-item add "Plan" --action A1
made checklist-item set "Plan" --done yes
made action add "Audit" --lever L1 --due 2027-01-15
made raci set A2 A=claire R=claire
made action set A2 --status done
made checklist-item add "Rapport d'audit" --action A2
made action add "Stand" --lever L2 --due 2027-03-31
made budget-line add "Rédaction" --action A1 --lever L1 --category people --bucket 70 --planned 12000 --kpi K1
made budget-line add "Par mois" --lever L1 --category media --kpi K1
made budget-month add --line "Par mois" --month 2027-02 --planned 1000
made expense add "Facture" --line "Rédaction" --date 2027-03-01 --net 900
made budget-line add "Stand" --lever L2 --category other --planned 5000
made payroll-line add "Cheffe de projet" --planned 48000 --actual 40000 --start 2027-01-01 --end 2027-12-31
made comment A1 "vu"
made action add "Mesurer" --lever L1 --start 2027-03-01 --due 2027-03-31
made dependency add --predecessor A1 --successor A4 --lag 2
made key-date add "Salon de Lyon" --date 2027-03-16 --until 2027-03-18
made lesson add "Annoncer le prix" --sources A2 --kind success
marketing plan export "$W/files/2027.json"

# ---- its successor ----
marketing plan new "Plan 2028" --from "Plan 2027" --start 2028-01-01 --dry-run
check dry-run exits_saying 0 'records of Plan 2027 would go into Plan 2028'
marketing plan list
check dry-run-made-nothing silent 'Plan 2028'
marketing plan new "Plan 2028" --from "Plan 2027" --start 2028-01-01
check made all_of "exits 0; says '[0-9]+ records of Plan 2027 are in Plan 2028, the current plan'; says '4 records of actions that are done'; says '3 records of levers that are to be stopped'; says 'what happened in its period'"
marketing plan export "$W/files/2028.json"
check what-came-along python3 - "$W/files/2027.json" "$W/files/2028.json" <<'PY'
import json, sys
old, new = (json.load(open(p)) for p in sys.argv[1:])
def of(plan, type): return [r for r in plan['records'] if r['type'] == type]
p = new['plan']
assert (p['name'], p['start'], p['end'], p['status'], p['origin']) == ('Plan 2028', '2028-01-01', '2028-12-31', 'draft', 'Plan 2027'), p
# strategy, with its dates a year later; a persona is to be reviewed a year later, the end of June being the end of June
(persona,), (o,) = of(new, 'persona'), of(new, 'objective')
assert persona['review'] == '2028-06-30', persona
assert (o['start'], o['due'], o['target']) == ('2028-01-01', '2028-12-31', '40') and 'current' not in o, o
(lever,) = of(new, 'lever')  # the one to be stopped is stopped
assert lever['name'] == 'SEO' and lever['verdict_reason'] == '18 clients' and lever['objectives'] == [o['key']], lever
# KPIs with their targets, nothing measured
(kpi,), (target,) = of(new, 'kpi'), of(new, 'kpi_target')
assert kpi['target'] == '400' and kpi['lever'] == lever['key'] and (target['due'], target['target'], target['kpi']) == ('2028-03-31', '100', kpi['key'])
# the action that is not done, begun anew: 1 February 2028 is a Tuesday, and 29 February, the month's last day, is one too
a, later = of(new, 'action')
assert (a['title'], a['start'], a['due'], a['status'], a['quantity_target']) == ('Une page par mot-clé', '2028-02-01', '2028-02-29', 'to-do', 10), a
assert 'progress' not in a and a['origin'] == 'A1 Une page par mot-clé, Plan 2027' and a['personas'] == [persona['key']] and a['kpis'] == [kpi['key']], a
(item,) = of(new, 'checklist_item')
assert item['title'] == 'Plan' and not item.get('done') and item['action'] == a['key'], item
(dependency,), (fair,) = of(new, 'dependency'), of(new, 'key_date')
assert (dependency['predecessor'], dependency['successor'], dependency['lag']) == (a['key'], later['key'], 2), dependency
assert (fair['start'], fair['end']) == ('2028-03-16', '2028-03-18'), fair
letters = sorted((r['letter'], r['target'] == a['key']) for r in of(new, 'raci'))
assert letters == [('A', False), ('A', True), ('R', True)], letters
# money as it was planned
(line, monthly), (month,), (pay,) = of(new, 'budget_line'), of(new, 'budget_month'), of(new, 'payroll_line')
assert (line['title'], line['planned'], line['action'], line['kpi']) == ('Rédaction', 1200000, a['key'], kpi['key']), line
assert (month['month'], month['planned'], month['line']) == ('2028-02-01', 100000, monthly['key']), month
assert (pay['planned'], pay['start'], pay['end']) == (4800000, '2028-01-01', '2028-12-31') and 'actual' not in pay, pay
(lesson,) = of(new, 'lesson')
assert lesson['title'] == 'Annoncer le prix' and not lesson.get('sources'), lesson  # what it was learned from stayed
for type in ('expense', 'measurement', 'comment', 'approval'):
    assert not of(new, type), type
keys = {r['key'] for r in old['records']} & {r['key'] for r in new['records']}
assert not keys, keys
PY
jalon_in marketing fr show A1
check its-origin-is-shown says 'A1 Une page par mot-clé, Plan 2027'
jalon_in marketing fr --plan "Plan 2027" show A1
check the-earlier-one-is-untouched says 'En cours'

# ---- without a start: the day after; weekends are no working days ----
marketing plan new "La suite" --from "Plan 2027"
marketing plan show
check starts-the-day-after says '1 Jan 2028'
marketing plan new "Décalé" --from "Plan 2027" --start 2028-07-01 --end 2029-03-31
marketing action list --json
check days-from-monday-to-friday python3 -c "
import sys
from document import Document
r = [r['cells'] for r in Document(sys.argv[1]).rows('action')][0]
# 18 months later: 1 August 2028 is a Tuesday, 31 August a Thursday
assert (r['start'], r['due']) == ('2028-08-01', '2028-08-31'), r" "$out"
marketing plan new "Samedi" --from "Plan 2027" --start 2026-04-01
marketing action list --json
check landed-on-working-days python3 -c "
import sys
from document import Document
r = [r['cells'] for r in Document(sys.argv[1]).rows('action')][0]
# 9 months earlier: 1 May 2026 is a Friday, and a holiday: the Monday after it; 31 May a Sunday: the Friday before it
assert (r['start'], r['due']) == ('2026-05-04', '2026-05-29'), r" "$out"

# ---- parts of it ----
marketing plan new "Sans" --from "Plan 2027" --start 2028-01-01 --without actions,payroll,raci
check without exits 0
marketing plan export "$W/files/sans.json"
check without-those-parts python3 - "$W/files/sans.json" <<'PY'
import json, sys
records = json.load(open(sys.argv[1]))['records']
types = {r['type'] for r in records}
assert not types & {'action', 'checklist_item', 'payroll_line', 'raci'} and {'objective', 'lever', 'budget_line', 'kpi'} <= types, types
assert all('action' not in r for r in records if r['type'] == 'budget_line')
PY
marketing plan new "Faux" --from "Plan 2027" --without money
check unknown-part exits_complaining 2 'no part "money"' 'budget, payroll'
marketing plan new "Faux" --without actions
check without-what exits_complaining 2 '--from'
marketing plan new "Faux" --from "Plan 2027" --template event
check from-or-template exits_complaining 2 '--from and --template'
marketing plan new "Faux" --from "Plan 1999"
check no-such-plan exits_complaining 8 'Plan 1999'

# ---- one group after the other, taken back as a whole ----
marketing plan use "Plan 2028"
marketing undo --import "Plan 2027" --yes
check undone exits 0
marketing action list --json
check undone-as-a-whole python3 -c "
import sys
from document import Document
assert Document(sys.argv[1]).rows('action') == []" "$out"

# ---- rights: paul sees no payroll and may only read the budget; his copy has neither, and says so ----
marketing plan use "Plan 2027"
marketing rights set everybody payroll none
marketing rights set everybody budget read
sales plan new "De Paul" --from "Plan 2027" --start 2028-01-01
check of-another all_of "exits 0; says '[0-9]+ records of what you may only read: budget'; says 'what you may not read: payroll'"
sales plan export "$W/files/paul.json"
check nothing-that-he-may-not-read python3 - "$W/files/paul.json" <<'PY'
import json, sys
records = json.load(open(sys.argv[1]))['records']
types = {r['type'] for r in records}
assert not types & {'payroll_line', 'budget_line', 'budget_month'} and {'objective', 'action', 'raci', 'grant'} <= types, types
PY
sales rights
check the-rights-go-along says 'everybody.*nothing'
sales plan new "De Paul, sans droits" --from "Plan 2027" --start 2028-01-01 --without rights
check without-rights-is-said all_of "exits 0; complains 'everybody'"
sales plan export "$W/files/paul.json"
check without-rights-what-he-reads python3 - "$W/files/paul.json" <<'PY'
import json, sys
types = {r['type'] for r in json.load(open(sys.argv[1]))['records']}
assert 'budget_line' in types and not types & {'payroll_line', 'grant'}, types
PY

# ---- offline: from this machine's copy, sent later ----
marketing plan use "Plan 2027"
marketing sync
marketing --offline plan new "Plan 2029" --from "Plan 2027" --start 2029-01-01
check offline exits_saying 0 'Plan 2029.*kept, will be sent'
marketing sync
check sent exits 0
marketing plan use "Plan 2029"
marketing action list
check there says 'Une page par mot-clé'
finish
