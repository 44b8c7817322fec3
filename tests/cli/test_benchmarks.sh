#!/bin/bash
# Benchmarks of one's own (product.md P10): recorded with source, date, trust and expiry, used by funnels where nothing better is known, marked in
# what is made from them; targets of a KPI by period.
. "$(dirname "$0")/lib.sh"
set_up
marketing plan new "Repères" --start 2027-01-01
sales plan use "Repères"
remove() { marketing "$1" rm "$2"; marketing "$1" show "$2"; marketing "$1" rm "$2"; } # what was not seen as it is now is shown first
of_funnel() { value_of marketing "[(r['cells']['stage'], str(r['cells']['rate']), r['cells']['origin'], r['cells']['source'], r.get('ref')) for r in d.rows('rates')]" funnel FN1 --today 2026-11-26; }
counts() { value_of marketing "' '.join(str(r['cells']['count']) for r in d.rows('stages'))" funnel FN1 --today 2026-11-26; }

marketing benchmark add "Visites" --next leads --rate 2% --date 2026-01-31
check source-is-required exits_complaining 4 'source'
marketing funnel new "Ventes" --rates visits=4%,leads=25% --customers 10
check guesses [ "$(counts)" = "1000 40 10" ] # 10 / 25 % = 40, / 4 % = 1,000

# "visites" is "visits", and a benchmark comes before a guess
marketing benchmark add "Visites" --next leads --rate 2% --source "Baromètre 2026" --date 2026-06-30 --trust medium --expires 2028-06-30
check own exits 0
check own-comes-before-a-guess [ "$(of_funnel)" = "[('visits', '0.02', 'benchmark', 'Baromètre 2026', 'BN1'), ('leads', '0.25', 'assumption', None, 'FR2')]" ]
check own-counts [ "$(counts)" = "2000 40 10" ]
sales funnel FN1 --today 2026-11-26
check own-is-marked all_of "says 'Baromètre 2026'; says 'benchmarks and assumptions: 2 of 2 rates'"

# one of another sector is not used; of the funnel's own sector it comes before one of all sectors
marketing benchmark add "visits" --next leads --rate 1% --sector "Édition de logiciels" --source "SaaS 2026" --date 2026-03-01 --expires 2028-06-30
check another-sector-is-not-used [ "$(counts)" = "2000 40 10" ]
marketing funnel set FN1 --sector "edition de logiciels"
check sector-comes-first [ "$(counts)" = "4000 40 10" ] # 40 / 1 %
marketing funnel set FN1 --sector ""
check sector-cleared [ "$(counts)" = "2000 40 10" ]

# leads that lead to something else are others
marketing benchmark add "leads" --next MQL --rate 30% --source "Baromètre 2026" --date 2026-06-30
check only-for-what-it-leads-to [ "$(counts)" = "2000 40 10" ]
marketing benchmark add "leads" --next clients --rate 20% --source "Baromètre 2026" --date 2026-06-30 --expires 2026-11-26
check expired-is-not-chosen [ "$(counts)" = "2000 40 10" ] # it has expired on that day, the guess has not
remove funnel-rate FR2
check expired-when-there-is-nothing-else [ "$(counts)" = "2500 50 10" ] # 10 / 20 % = 50, / 2 % = 2,500
sales funnel FN1 --today 2026-11-26
check expired-is-marked says 'expired: 1 of 2 rates'

# what was measured on enough comes before all of them
marketing funnel-rate add --stage FS1 --rate 5% --origin measured --cases 400 --source "notre site"
check measured-comes-first [ "$(counts)" = "1000 50 10" ]

# nothing at all: what the program brings along, marked
marketing funnel new "Nu" --rates visits=4%,leads=25% --customers 10
remove benchmark BN1
remove funnel-rate FR4
marketing funnel FN2 --today 2026-11-26 --json
check of-the-program python3 -c "
import sys
from document import Document
rate = Document(sys.argv[1]).rows('rates')[0]['cells']
assert (str(rate['rate']), rate['origin'], rate['trust']) == ('0.02', 'benchmark', 'low') and 'article' in rate['source'], rate" "$out"

# ---- a set of one's own is a whole funnel ----
for stage in 'visits leads 3% 0 marketing' 'leads SQL 10% 1 marketing' 'SQL customers 25% 2 sales'; do
  read -r name next rate lag side <<<"$stage"
  marketing benchmark add "$name" --next "$next" --rate "$rate" --lag "$lag" --side "$side" --set "nos-clients" --source "Étude interne" --date 2026-09-01
done
marketing funnel --customers 5 --benchmark nos-clients
check own-set-on-the-fly all_of "exits 0; says 'SQL +[^0-9]*20'; says 'Étude interne'" # 5 / 25 % = 20
marketing funnel new "Interne" --benchmark nos-clients --customers 5
check own-set-becomes-a-funnel exits_saying 0 'funnel FN3 Interne; stages with their rates: 3'
check own-set-counts [ "$(value_of marketing "' '.join(str(r['cells']['count']) for r in d.rows('stages'))" funnel FN3)" = "6667 200 20 5" ] # 20 / 10 % = 200, / 3 % = 6,666.7
marketing funnel-stage list --json
check own-set-keeps-lag-and-side python3 -c "
import sys
from document import Document
rows = [(r['cells']['name'], r['cells']['lag'], r['cells']['side']) for r in Document(sys.argv[1]).rows('funnel_stage')][-3:]
assert rows == [('visits', None, 'marketing'), ('leads', 1, 'marketing'), ('SQL', 2, 'sales')], rows" "$out"
marketing funnel new "Rien" --benchmark nothing --customers 5
check no-such-set exits_complaining 8 'nothing' 'jalon benchmarks'

# ---- the view ----
jalon_in marketing fr benchmarks --width 80 --today 2026-11-26
check in-french all_of "exits 0; says 'nos-clients'; says 'inbound-b2b'; says 'expirés? : [0-9]+'"
marketing benchmarks --json
check columns python3 -c "
import sys
from document import Document
rows = [r['cells'] for r in Document(sys.argv[1]).rows('benchmarks')]
saas = next(r for r in rows if r['source'] == 'SaaS 2026')
assert (saas['set'], saas['next'], saas['sector'], str(saas['rate']), saas['trust']) == ('plan', 'leads', 'Édition de logiciels', '0.01', 'low'), saas" "$out"

# ---- targets of a KPI by period ----
marketing kpi add "Leads cumulés" --unit leads --comparator ">=" --target 400
marketing kpi-target add --kpi K1 --due 2027-03-31 --target 100
check kpi-target exits 0
marketing kpi-target add --kpi K1 --due 2027-06-30 --target 200
marketing measurement add --kpi K1 --date 2027-02-28 --value 100
on() { value_of marketing "(lambda c: (c['target'], c['light']))(d.cells('kpis', 'K1'))" kpi --today "$1"; }
check first-quarter [ "$(on 2027-02-28)" = "(100, 'green')" ] # 100 of 100
marketing measurement add --kpi K1 --date 2027-05-31 --value 150
check second-quarter [ "$(on 2027-05-31)" = "(200, 'red')" ] # 150 of 200, more than a tenth off
marketing measurement add --kpi K1 --date 2027-09-30 --value 380
check after-the-last-its-own [ "$(on 2027-09-30)" = "(400, 'amber')" ] # 380 of 400
marketing show K1
check show-has-them says 'KPI targets'
marketing kpi-target add --kpi K1 --due 2027-03-31 --target 120
check one-for-each-day exits 3 # of the same key: the same record, not a second one
marketing kpi-target list --json
check still-two python3 -c "
import sys
from document import Document
assert len(Document(sys.argv[1]).rows('kpi_target')) == 2" "$out"

# ---- a funnel's schedule becomes targets by period: 8 customers over four quarters, 16 leads of which half become customers ----
marketing plan new "Trimestres" --start 2027-01-01 --end 2027-12-31
marketing funnel new "T" --rates leads=50% --customers 8
marketing funnel apply --dry-run
check apply-dry-run exits_saying 0 'targets of these KPIs by period that would be set: 8'
marketing funnel apply
check apply exits_saying 0 'targets of these KPIs by period: 8'
by_period() { value_of marketing "[(r['cells']['due'], str(r['cells']['target'])) for r in d.rows('kpi_target')]" kpi-target list; }
check each-quarter-adds-up [ "$(by_period)" = "[('2027-03-31', '2'), ('2027-06-30', '4'), ('2027-09-30', '6'), ('2027-12-31', '8'), ('2027-03-31', '4'), ('2027-06-30', '8'), ('2027-09-30', '12'), ('2027-12-31', '16')]" ]
marketing funnel apply
check apply-again exits_saying 0 'nothing to change'
marketing funnel set FN1 --customers 12
marketing funnel apply
check apply-after-a-change exits_saying 0 'targets of these KPIs by period: 8'
check each-quarter-adds-up-anew [ "$(by_period)" = "[('2027-03-31', '3'), ('2027-06-30', '6'), ('2027-09-30', '9'), ('2027-12-31', '12'), ('2027-03-31', '6'), ('2027-06-30', '12'), ('2027-09-30', '18'), ('2027-12-31', '24')]" ]
marketing undo --yes
check undone all_of "exits 0"
check as-before grep -qF "[('2027-03-31', '2'), ('2027-06-30', '4')," <<<"$(by_period)"
marketing funnel --csv
check no-bars-in-files all_of "says '^FS1,leads,24,'; silent '█'"
# sales cannot follow at first: what one quarter leaves waits for the next ones
marketing funnel set FN1 --reps 1 --customers 8
marketing funnel-stage set FS1 --capacity 3
marketing funnel --json
check waiting python3 -c "
import sys
from document import Document
rows = [(r['cells']['needed'], r['cells']['able'], r['cells']['waiting']) for r in Document(sys.argv[1]).rows('capacity')]
assert rows == [(4, 3, 1), (4, 3, 2), (4, 3, 3), (4, 3, 4)], rows" "$out"
marketing funnel
check waiting-at-the-end says 'still waiting at the end: 4 leads; periods that they take with the same sales reps: 2'
finish
