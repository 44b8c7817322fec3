#!/bin/bash
# Lines that pay for several actions: why explains every part of them; what a lever or an action that is deleted leaves behind is said. Months by name.
. "$(dirname "$0")/lib.sh"
set_up

made() { marketing "$@"; [ "$status" -eq 0 ] || not_ok "set up: $*" "$(last_run)"; }
made plan new "Parts" --start 2026-07-01 --end 2027-06-30
made lever add "SEA" --direction outbound
made lever add "SEO" --direction inbound
for title in Un Deux Trois; do made action add "$title" --lever L1; done
made budget-line add "Moitié" --category media --planned 1000
made budget-line add "Autre" --category media --planned 900
for share in 'B1 A1 50%' 'B1 A2 50%' 'B2 A1 60%' 'B2 A2 40%'; do
  read -r line action part <<<"$share"
  made budget-share add --line "$line" --action "$action" --share "$part"
done
made expense add "Commande" --line B1 --date 2026-08-03 --net 300 --state ordered

# ---- every part of 1,000 (500 and 500) and of 900 (540 and 360), equal or not ----
marketing why budget B1 planned
check equal-parts all_of "exits 0; says '^B1 [(]50% for A1[)] Moitié$'; says '^B1 [(]50% for A2[)] Moitié$'"
check both-explained [ "$(grep -c '^planned  *€500' <<<"$out")" = 2 ]
marketing why budget B2 planned
check other-parts all_of "exits 0; says '^planned +€540'; says '^planned +€360'"
marketing why budget "B2 (40% for A2) Autre" planned
check one-of-them all_of "exits 0; says '^planned +€360'; silent '€540'"
marketing why budget B1 committed
check of-an-order-too [ "$(grep -c '^committed  *€150' <<<"$out")" = 2 ]

# ---- months by name, and by their first day in files ----
made closed-month add --month 2026-07-01
marketing closed-month list
check month-by-name says '^MC1 +July 2026 +closed'
jalon_in marketing fr closed-month list
check month-in-french says '^MC1 +juillet 2026 +clos'
marketing closed-month list --csv
check day-in-files all_of "says '2026-07-01'; silent 'July'"
marketing closed-month show MC1
check month-alone says '^month +July 2026$'

# ---- what stays without a lever: 1,000 + 900 planned, 300 ordered ----
marketing lever rm L1 --dry-run
check dry-run exits_complaining 0 'would count for no lever: 2, planned €1,900, ordered €300 [(]excl. VAT[)]'
marketing lever rm L1
check no-lever exits_complaining 0 'that count for no lever now: 2, planned €1,900, ordered €300 [(]excl. VAT[)]' 'jalon budget-line set B[12] --lever'
marketing budget
check the-budget-says-the-same says '^no lever +€1,900 +€300 '
marketing undo
check undone exits 0
jalon_in marketing fr lever rm L1
check in-french exits_complaining 0 'ne comptent plus pour aucun levier : 2, prévu 1 900 €, commandé 300 € [(]HT[)]'
made undo
marketing lever rm L2
check nothing-behind all_of "exits 0; silent 'count for no'"

# ---- without an action: 500 + 540 planned, 150 ordered ----
marketing action rm A1
check no-action exits_complaining 0 'that count for no action now: 2, planned €1,040, ordered €150 [(]excl. VAT[)]' 'jalon budget-line set B[12] --action'
marketing action rm A3
check no-line all_of "exits 0; silent 'count for no'"
jalon_in sales en plan use Parts
sales action rm A2 --quiet
check quiet all_of "silent 'count for no'"

finish
