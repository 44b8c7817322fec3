#!/bin/bash
# jalon trace: from an expense, a line, an action, a lever, a measurement up to objectives, KPIs and what is credited to it; missing links.
# Figures by hand. SEA: invoiced 2,450.50 (X2) and 1,549.50 (a new one), together 4,000.00: X2 has 61.2625 % of it.
. "$(dirname "$0")/lib.sh"
set_up
day=$(value_of marketing 'd.data["as_of"]' kpi)
marketing figures set L3 --period "${day%-*}" leads=120 customers=3 revenue=9000
marketing expense add --line B8 --title Criteo --date "$day" --net 1549.50 --state invoiced

cell() { value_of marketing "[r['cells']['$3'] for r in d.rows('credit') if r['cells']['stage'] == '$2'][0]" trace "$1"; }
is() { # name, got, wanted
  check "$1" [ "$2" = "$3" ]
}
is share "$(cell X2 'L3 SEA' share)" 0.612625
is leads "$(cell X2 leads credited)" 73.515    # 120 x 0.612625
is customers "$(cell X2 customers credited)" 1.837875
is revenue "$(cell X2 customers credited_amount)" 5513.62 # 9,000 x 0.612625 = 5,513.625, to the even cent
is line "$(cell B8 'L3 SEA' share)" 0.387375
is lever "$(cell L3 customers credited_amount)" 9000.00
marketing trace X2
check path all_of 'exits 0; says "B4 Google Ads"; says "L3 SEA"; says "O2 "; says "O1 "'
check kpis says 'K5 CPL'
marketing trace X1
check missing-link all_of 'exits 0; says "B1 pays for no action and no lever"; says "budget-line set B1 --action"'
marketing trace B5
check no-figures says 'nobody has told what L2 brought'
check ordered says 'ordered and not invoiced: .2,500'
marketing trace A1
check action all_of 'exits 0; says "L1 Site web"'
marketing trace M3
check measurement all_of 'exits 0; says "K1 "; says "L1 Site web"; says "O2 "'

# ---- a campaign that has figures of its own takes their place ----
marketing action add "Campagne SEA" --lever L3
campaign=$(grep -oE '\bA[0-9]+' <<<"$out" | head -n 1)
marketing budget-line set B8 --action "$campaign"
is without-own-figures "$(cell B8 'L3 SEA' share)" 0.387375
marketing figures set L3 --period "${day%-*}" --campaign "$campaign" leads=8
is own-figures "$(cell B8 leads credited)" 8
marketing trace B8
check campaign says "$campaign Campagne SEA +100 ?%"

# ---- every cell explains itself ----
for record in X2 B8 L3; do
  marketing plan export -
  cp "$W/files/out" "$W/files/export.json"
  marketing trace $record --json
  cp "$W/files/out" "$W/files/view.json"
  marketing why trace --record $record --all --json
  cp "$W/files/out" "$W/files/why.json"
  check "explained-$record" python3 "$here/explain.py" "$W/files/view.json" "$W/files/why.json" "$W/files/export.json" --mutants 1
done
admin rights set everybody pipeline none
sales trace X2
check no-pipeline all_of 'exits 0; says "section that you may not read"; silent "9.000"'
finish
