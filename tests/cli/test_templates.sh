#!/bin/bash
# Templates: what is listed and shown, a plan of each in both languages, dates that count from its start, files of one's own.
. "$(dirname "$0")/lib.sh"
set_up
templates=$root/client/templates

# ---- what there is; no server is needed for that ----
for language in fr en; do
  jalon_in nobody $language template list
  check "list-$language" exits 0
  for file in "$templates"/*.json; do
    name=$(basename "$file" .json)
    check "list-$language-names-$name" says "^$name  "
  done
done
jalon_in nobody fr template list
check list-in-french all_of "says 'Lancement de produit'; silent 'Product launch'"
jalon_in nobody en template list --json
check list-json python3 -c "
import sys
from document import Document
d = Document(sys.argv[1])
assert [r['cells']['name'] for r in d.rows('templates')] == sorted(r['cells']['name'] for r in d.rows('templates'))
assert len(d.rows('templates')) >= 4, d.rows('templates')" "$out"
jalon_in nobody fr template show event
check show all_of "exits 0; says 'Tenir 60 rendez-vous'; says 'objectifs +3\$'; silent '[Aa]ppointments'"
jalon_in nobody en template show nothing
check show-unknown exits_complaining 8 'nothing' 'template list'

# ---- a plan of each ----
for file in "$templates"/*.json; do
  name=$(basename "$file" .json)
  for language in fr en; do
    jalon_in marketing $language plan new "$name $language" --template "$name" --start 2027-03-01 --dry-run
    check "$name-$language-dry-run" exits_saying 0 "$name $language"
    jalon_in marketing $language plan new "$name $language" --template "$name" --start 2027-03-01
    check "$name-$language" exits_saying 0 "$name $language"
    jalon_in marketing $language plan export "$W/files/made.json"
    check "$name-$language-is-a-plan-to-start-from" python3 "$here/template_plan.py" "$file" $language "$W/files/made.json"
    check "$name-$language-starts-when-wanted" grep -q '"start":"2027-03-01"' "$W/files/made.json"
    for view in dashboard strategy tree budget levers targets; do
      jalon_in marketing $language $view --width 80
      check "$name-$language-$view" exits 0
    done
    jalon_in marketing en levers
    check "$name-$language-levers-are-founded" silent 'dispersion|without a reason'
    jalon_in marketing en budget
    check "$name-$language-budget-without-warnings" silent '^! '
  done
done
marketing plan list --json
check dry-runs-made-nothing python3 -c "
import sys
from document import Document
names = [r['cells']['name'] for r in Document(sys.argv[1]).rows('plans')]
assert len(names) == len(set(names)) == 1 + 2 * int(sys.argv[2]), names" "$out" "$(ls "$templates"/*.json | wc -l)"

# ---- all of them side by side ----
marketing portfolio --json
check portfolio python3 -c "
import sys
from document import Document
rows = {r['cells']['plan']: r['cells'] for r in Document(sys.argv[1]).rows('summary')}
assert len(rows) == 1 + 2 * int(sys.argv[2]), rows
assert (rows['annual-b2b fr']['planned'], rows['event en']['planned']) == ('100000.00', '20000.00') or \\
  [float(rows[n]['planned']) for n in ('annual-b2b fr', 'event en')] == [100000, 20000], rows
assert rows['event en']['actions'] == 8 and rows['event en']['start'] == '2027-03-01', rows" "$out" "$(ls "$templates"/*.json | wc -l)"
jalon_in marketing fr portfolio --width 80
check portfolio-in-french all_of "exits 0; says '^Portefeuille'; says '^annual-b2b fr  '; says 'avancement'"
jalon_in marketing fr portfolio --width 200
check portfolio-in-french-whole all_of "says '% fait'; says 'KPI non mesurés'"
marketing portfolio --csv
check portfolio-csv all_of "exits 0; says '^event en,event en,draft,2027-03-01,'; silent '^PL1'"
check portfolio-by-start-then-name python3 -c "
import sys
from document import Document
rows = [(r['cells']['start'], r['cells']['plan']) for r in Document(sys.argv[1]).rows('summary')]
assert rows == sorted(rows), rows" "$(marketing portfolio --json; echo "$out")"
jalon_in marketing en portfolio --json
check portfolio-knows-what-is-not-measured python3 -c "
import sys
from document import Document
cells = {r['cells']['plan']: r['cells'] for r in Document(sys.argv[1]).rows('summary')}['event en']
assert (cells['off_target'], cells['not_measured']) == (None, 4), cells" "$out" # its four KPIs
marketing watch portfolio --times 1
check portfolio-is-watched all_of "exits 0; says '^event fr'; says '^saas-b2b en'"
# as it changes: the second state has what another did meanwhile, in one of the plans
"$JALON" --profile marketing --lang en watch portfolio --times 2 >"$W/files/watched" 2>&1 </dev/null &
watcher=$!
wait_for "$DEADLINE" grep -q '^sme en' "$W/files/watched"
marketing --plan "sme en" action add "One more" --lever L1
check portfolio-another-edits exits 0
wait $watcher
check portfolio-is-redrawn all_of "[ \$(grep -c '^sme en' '$W/files/watched') = 2 ]; grep -q '^---' '$W/files/watched'"

# ---- a playbook's steps become actions ----
marketing plan new "Avec le playbook" --template content-inbound --start 2027-03-01
marketing playbook use PB1 --lever SEO --start 2027-04-05 --dry-run
check playbook-dry-run exits_saying 0 '4 actions and 3 KPIs would be made below SEO' # the time on a page is measured there already
marketing playbook use PB1 --lever SEO --start 2027-04-05
check playbook-use exits_saying 0 '4 actions and 3 KPIs are below SEO, r[0-9]+'
marketing action list --json
check playbook-actions python3 -c "
import sys
from document import Document
rows = [r['cells'] for r in Document(sys.argv[1]).rows('action')][-4:]
# after 0, 7, 0 and 30 days from a Monday; 3, 20, 8 and 2 days from Monday to Friday
assert [(r['start'], r['due']) for r in rows] == [('2027-04-05', '2027-04-07'), ('2027-04-12', '2027-05-07'), ('2027-04-05', '2027-04-14'),
                                                  ('2027-05-05', '2027-05-06')], rows
assert all(r['lever'] == 'L1 SEO' and r['kpis'] and r['impact'] for r in rows), rows" "$out"
# what is there already is said, and not made once more unasked; its four KPIs are there
marketing playbook use PB1 --lever SEO --start 2027-05-08
check playbook-used-before exits_complaining 4 'used before.*SEO.*4 in all' '--again'
marketing playbook use PB1 --lever SEO --start 2027-05-08 --again
check playbook-again exits_saying 0 '4 actions and 0 KPIs are below SEO, r[0-9]+'
marketing action list --json
check playbook-starts-on-working-days python3 -c "
import sys
from document import Document
rows = [r['cells'] for r in Document(sys.argv[1]).rows('action')][-4:]
# 8 May 2027 is a Saturday, as is a week later, and 30 days later a Monday: Mondays 10 May, 17 May and 7 June; 3, 20, 8 and 2 working days
assert [(r['start'], r['due']) for r in rows] == [('2027-05-10', '2027-05-12'), ('2027-05-17', '2027-06-11'), ('2027-05-10', '2027-05-19'),
                                                  ('2027-06-07', '2027-06-08')], rows" "$out"
marketing playbook use PB1
check playbook-makes-its-lever exits_saying 0 "below SEO d'une PME|below SEO of a small firm"
marketing playbook use PB1
check playbook-finds-its-lever exits_complaining 4 'used before' '--again'
marketing undo --yes
check playbook-is-one-group all_of 'exits 0'
marketing playbook use PB1
check playbook-once-more exits_saying 0 '4 actions and 4 KPIs are below'
marketing undo --yes
marketing playbook add "Vide"
marketing playbook use Vide
check playbook-without-steps exits_complaining 4 'Vide' 'playbook-step add'

# ---- 80 columns: what names a row has its room first ----
jalon_in marketing en strategy --width 80
check strategy-titles all_of "says 'O1 Sign 400,000 EUR of clients who (cam|came)'; says 'How do we get there'"
jalon_in marketing en benchmarks --width 80
check benchmarks-tell-rows-apart says '^set +stage +channel +rate'
jalon_in marketing fr persona --width 80
check persona-has-its-version says 'version 1, à revoir le 31/08/2027'
marketing plan new "Nu" --start 2027-01-01
jalon_in marketing fr strategy --width 80
check empty-strategy all_of "says 'Comment allons-nous y arriver'; says 'jalon promise add'"

# ---- what is given comes first ----
marketing plan new "Court" --template event --start 2027-01-15 --end 2027-05-31 --currency CHF
check given-fields exits 0
marketing plan show
check given-fields-are-there all_of "says '15 Jan 2027'; says '31 May 2027'; says 'CHF'"
marketing objective list --json
check dates-count-from-the-start python3 -c "
import sys
from document import Document
assert Document(sys.argv[1]).cells('objective', 'O1')['due'] == '2027-05-14'" "$out" # the day before four months later
# 12 months from 15 March; the end of February, from which months are as long as they can be; 31 January and the month after it
for dates in 'content-inbound 2027-03-15 2028-03-14' 'event 2028-02-29 2028-06-28' 'product-launch 2027-01-31 2027-07-30'; do
  read -r name start end <<<"$dates"
  marketing plan new "$name $start" --template "$name" --start "$start"
  marketing plan export "$W/files/dated.json"
  check "$name-from-$start" python3 - "$W/files/dated.json" "$start" "$end" <<'EOF'
import json, sys
plan, start, end = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3]
assert (plan['plan']['start'], plan['plan']['end']) == (start, end), plan['plan']
dates = [r[name] for r in plan['records'] if r['type'] != 'key_result' for name in ('start', 'due', 'end') if name in r]
assert len(dates) > 20 and min(dates) == start and max(dates) == end, (min(dates), max(dates))
if start == '2027-01-31':  # a month later is the last day of February, and the first month ends the day before
    assert '2027-02-28' in dates and '2027-02-27' in dates and '2027-03-31' in dates, dates
EOF
done
marketing plan new "Rien" --template nothing
check unknown-template exits_complaining 8 'nothing' 'template list'

# ---- one's own: a file anywhere, in one language or in several ----
cat >"$W/files/mine.json" <<'EOF'
{"jalon": 1, "template": {"title": "Le mien", "description": {"en": "Mine"}},
 "plan": {"name": "x", "start": "@month-start", "end": "@month-end", "currency": "EUR"},
 "records": [
  {"type": "objective", "key": "o", "title": {"en": "Twenty leads"}, "owner": "$me", "due": "+10d"},
  {"type": "lever", "name": "SEO", "objectives": ["o"]}]}
EOF
jalon_in marketing fr template show "$W/files/mine.json"
check own-shown all_of "exits 0; says 'Le mien'; says 'Mine'"
jalon_in marketing fr plan new "Le mien" --template "$W/files/mine.json" --start 2027-06-01
check own exits 0
marketing objective list --json
check own-counts-from-its-start python3 -c "
import sys
from document import Document
cells = Document(sys.argv[1]).cells('objective', 'O1')
assert (cells['title'], cells['due'], cells['owner']) == ('Twenty leads', '2027-06-11', 'Claire Martin'), cells" "$out"
sed 's/"due": "+10d"/"due": "soon"/' "$W/files/mine.json" >"$W/files/wrong.json"
marketing plan new "Faux" --template "$W/files/wrong.json"
check own-wrong exits_complaining 4 'soon' 'line 4'
sed 's/{"en": "Twenty leads"}/{"title": "Twenty leads"}/' "$W/files/mine.json" >"$W/files/wrong.json"
marketing plan new "Faux" --template "$W/files/wrong.json"
check words-of-no-language all_of 'exits 4; complains "title"'
finish
