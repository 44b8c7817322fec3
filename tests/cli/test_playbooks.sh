#!/bin/bash
# The playbooks that come with the program (product.md P14): each of them in a plan, in both languages; what they bring is there to be worked
# with: an order in time, a KPI with a target for each step, checklists, budget lines. And one that is made one's own.
. "$(dirname "$0")/lib.sh"
set_up

# ---- the catalogue needs no server ----
jalon_in nobody fr playbook catalogue
check catalogue-in-french all_of "exits 0; says '^seo  '; says '^sea  '; says '^email  '; says '^social  '; says '^webinar  '; says '^trade-show  '; says 'Salon professionnel'"
jalon_in nobody en playbook catalogue seo
check catalogue-shows-one all_of "exits 0; says 'Choose 5 to 10 business keywords'; says 'playbook steps +7'"
jalon_in nobody en playbook catalogue nothing
check catalogue-unknown exits_complaining 8 'nothing' 'playbook catalogue'

# ---- each of them, in both languages ----
for language in fr en; do
  jalon_in marketing $language plan new "Plan $language" --start 2027-01-01
  for file in "$root"/client/playbooks/*.json; do
    name=$(basename "$file" .json)
    jalon_in marketing $language playbook use "$name" --start 2027-02-01 --budget --bucket 20
    check "$name-$language" exits_saying 0 "$([ $language = fr ] && echo 'lignes budgétaires créées' || echo 'budget lines made')"
  done
  jalon_in marketing $language plan export "$W/files/made.json"
  check "$language-is-ready-to-be-worked-with" python3 - "$W/files/made.json" "$root/client/playbooks" $language <<'PY'
import glob, json, sys
plan, language = json.load(open(sys.argv[1])), sys.argv[3]
by_type = {}
for r in plan['records']:
    by_type.setdefault(r['type'], []).append(r)
words = lambda v: v[language] if isinstance(v, dict) else v
levers = {r['name']: r for r in by_type['lever']}
kpis = {r['key']: r for r in by_type['kpi']}
steps_in_all = 0
for path in glob.glob(sys.argv[2] + '/*.json'):
    records = json.load(open(path))['records']
    book = next(r for r in records if r['type'] == 'playbook')
    steps = [r for r in records if r['type'] == 'playbook_step']
    steps_in_all += len(steps)
    lever = levers[words(book['name'])]
    assert lever['channel'] == words(book['channel']), lever
    actions = {a['title']: a for a in by_type['action'] if a['lever'] == lever['key']}
    assert len(actions) == len(steps) >= 6, (path, len(actions))
    for s in steps:
        a = actions[words(s['title'])]
        # every step says what is done, takes some days, and is measured by a KPI of the lever that has a target
        assert a['description'] == words(s['description']) and a['due'] >= a['start'] >= '2027-02-01', a
        (kpi,) = (kpis[k] for k in a['kpis'])
        assert kpi['name'] == words(s['kpi']) and kpi['lever'] == lever['key'] and kpi['target'] and kpi['comparator'] and kpi['unit'], kpi
        items = [c['title'] for c in by_type['checklist_item'] if c['action'] == a['key']]
        assert items == (words(s['checklist']).split('\n') if 'checklist' in s else []), items
        lines = [b for b in by_type['budget_line'] if b.get('action') == a['key']]
        assert len(lines) == ('budget' in s), lines
        for b in lines:
            assert b['planned'] == s['budget'] and b['kpi'] == kpi['key'] and b['bucket'] == '20' and b['lever'] == lever['key'], b
    assert any('budget' in s for s in steps) and any('checklist' in s for s in steps), path
assert steps_in_all == len(by_type['action'])
PY
  jalon_in marketing $language budget --width 80
  check "$language-budget-has-no-line-without-a-KPI" silent 'sans KPI|without a KPI'
done

# ---- SEO, by what seed 004 says of it ----
marketing plan new "SEO seul" --start 2027-01-01
marketing lever add SEO --direction inbound --channel SEO
marketing playbook use seo --lever SEO --start 2027-02-01 --dry-run
check dry-run exits_saying 0 '7 actions and 6 KPIs would be made below SEO' # the conversion rate measures two of its steps
marketing playbook use seo --lever SEO --start 2027-02-01
check told-what-it-costs all_of "exits 0; says '7 actions and 6 KPIs are below SEO'; says '€5,500.*--budget'" # 4,000 for the pages, 1,500 for the site
marketing action list --json
check seo-steps python3 -c "
import sys
from document import Document
rows = [r['cells'] for r in Document(sys.argv[1]).rows('action')]
assert (rows[0]['start'], rows[0]['due'], rows[0]['quantity_target'], rows[0]['quantity_unit']) == ('2027-02-01', '2027-02-03', 10, 'keywords'), rows[0]
# a week later, twenty days from Monday to Friday: 8 February to 5 March
assert (rows[1]['start'], rows[1]['due'], rows[1]['quantity_unit']) == ('2027-02-08', '2027-03-05', 'pages'), rows[1]" "$out"
marketing budget-line list --json
check no-lines-unasked python3 -c "
import sys
from document import Document
assert Document(sys.argv[1]).rows('budget_line') == []" "$out"
marketing playbook use seo --lever SEO
check used-before exits_complaining 4 'used before' '--again'
marketing playbook use seo --bucket 20
check bucket-of-nothing exits_complaining 2 'bucket' '--budget'

# ---- made one's own: taken, changed, used; it comes before the file of its name ----
marketing playbook take webinar --dry-run
check take-dry-run exits_saying 0 'Webinar would be in the plan; its steps: 8'
marketing playbook take webinar
check take exits_saying 0 'Webinar is in the plan; its steps: 8'
marketing playbook-step set "Choose the subject with sales" --title "Choose the subject with sales and support"
marketing playbook use webinar
check own-comes-first exits_saying 0 '8 actions'
marketing action list
check own-words says 'sales and support'
marketing playbook use nothing
check unknown exits_complaining 8 'nothing'

# ---- a plan in another currency: what it costs in euros is not taken for francs ----
marketing plan new "Genève" --start 2027-01-01 --currency CHF
marketing playbook use trade-show --budget
check no-euros-as-francs all_of "exits 0; silent 'budget lines'"

# ---- offline: the files are here, the plan too ----
marketing lever add "Salons" --direction outbound
marketing sync
marketing --offline playbook use sea --lever Salons
check offline exits_saying 0 '6 actions.*kept, will be sent'
marketing sync
check sent-later all_of "exits 0; complains 'applied'"
finish
