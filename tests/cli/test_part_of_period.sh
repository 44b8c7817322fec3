#!/bin/bash
# Figures of a whole month seen before it ends: ratios are of the exact parts, only what is shown is whole. November has 30 days, it is the 26th:
# SEA 120 leads and 3 customers are 104 and 2.6, SEO 90 and 6 are 78 and 5.2. Every cell explains itself with the parts that it is made of.
. "$(dirname "$0")/lib.sh"
set_up
admin plan new "Novembre" --start 2026-11-01 --end 2027-10-31
check plan exits 0
typed() { admin "$@" --today 2026-11-26; check "${*:1:3}" exits 0; }
typed lever add "SEA" --direction outbound
typed lever add "SEO" --direction inbound
typed budget-line add "Annonces" --category media --lever SEA --planned 10000
typed budget-line add "Articles" --category media --lever SEO --planned 10000
typed expense add "Annonces de novembre" --line B1 --date 2026-11-10 --net 4000 --vat-rate 0%
typed expense add "Articles de novembre" --line B2 --date 2026-11-10 --net 7566 --vat-rate 0%
typed figures set SEA --period 2026-11 leads=120 customers=3 revenue=30000
typed figures set SEO --period 2026-11 leads=90 customers=6 revenue=54000
typed budget-objective add "30 clients" --customers 30 --monthly-revenue 250 --lifetime 36
typed kpi add "CPL" --computed cost-per-lead --stage leads --lever SEA --unit EUR --direction down --comparator "<=" --target 40

# A cut is of whole months: of a plan's first one, while it runs, nothing is known yet. Then a lead costs 4,000 / 120 = 33.33 and 3 / 120 = 2.5 % of them become
# customers; 7,566 / 90 = 84.07 and 6 / 90 = 6.6667 %: 9,000 x 2.5 % / 33.33 = 6.75, 9,000 x 6.6667 % / 84.07 = 7.14.
returns() { value_of admin "[(r['cells']['line'].split()[0], round(float(r['cells']['yield']), 2) if r['cells'].get('yield') else None) for r in d.rows('cut')[:2]]" cut 10% --today "$1"; }
check nothing-is-known-of-a-month-that-runs [ "$(returns 2026-11-26)" = "[('B2', None), ('B1', None)]" ]
check sea-is-cut-first [ "$(returns 2026-12-01)" = "[('B1', 6.75), ('B2', 7.14)]" ]

admin plan export -
cp "$W/files/out" "$W/files/export.json"
today=2026-11-26
every_cell() { # name, view, parameters...
  admin "${@:2}" --today $today --json
  cp "$W/files/out" "$W/files/view.json"
  admin why "$2" --all $([ "$2" != cut ] || echo --cut) "${@:3}" --today $today --json
  cp "$W/files/out" "$W/files/why.json"
  check "every-cell-$1" python3 "$here/explain.py" "$W/files/view.json" "$W/files/why.json" "$W/files/export.json"
}
every_cell cut cut 10%
every_cell allocation allocation
every_cell audit audit --period 2026-11-15
every_cell figures figures --period 2026-11-01..2026-11-26
every_cell kpi kpi
today=2026-12-01
every_cell cut-of-a-month cut 10%
every_cell allocation-of-a-month allocation
# one day: 4 leads, a tenth of a customer: 2.5 %, neither 0 nor one of four
check audit-of-a-day [ "$(value_of admin "[round(float(r['cells']['conversion']), 4) for r in d.rows('results') if 'SEA' in (r['cells']['channel'] or '')]" audit --period 2026-11-15 --today 2026-11-26)" = "[0.025]" ]
finish
