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

# cost per lead 4,000 / 104 = 38.46, 2.6 / 104 = 2.5 %; 7,566 / 78 = 97, 5.2 / 78 = 6.6667 %: 9,000 x 2.5 % / 38.46 = 5.85, 9,000 x 6.6667 % / 97 = 6.19
check sea-is-cut-first [ "$(value_of admin "[(r['cells']['line'].split()[0], round(float(r['cells']['yield']), 2)) for r in d.rows('cut')[:2]]" cut 10% --today 2026-11-26)" = "[('B1', 5.85), ('B2', 6.19)]" ]

admin plan export -
cp "$W/files/out" "$W/files/export.json"
every_cell() { # name, view, parameters...
  admin "${@:2}" --today 2026-11-26 --json
  cp "$W/files/out" "$W/files/view.json"
  admin why "$2" --all $([ "$2" != cut ] || echo --cut) "${@:3}" --today 2026-11-26 --json
  cp "$W/files/out" "$W/files/why.json"
  check "every-cell-$1" python3 "$here/explain.py" "$W/files/view.json" "$W/files/why.json" "$W/files/export.json"
}
every_cell cut cut 10%
every_cell allocation allocation
every_cell audit audit --period 2026-11-15
every_cell figures figures --period 2026-11-01..2026-11-26
every_cell kpi kpi
# one day: 4 leads, a tenth of a customer: 2.5 %, neither 0 nor one of four
check audit-of-a-day [ "$(value_of admin "[round(float(r['cells']['conversion']), 4) for r in d.rows('results') if 'SEA' in (r['cells']['channel'] or '')]" audit --period 2026-11-15 --today 2026-11-26)" = "[0.025]" ]
finish
