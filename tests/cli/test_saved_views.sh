#!/bin/bash
# Views kept by a name: one's own and everybody's, "me" as whoever reads, options typed beside them, rights, without the server; the filters of
# gantt, roadmap, calendar, week and schedule, and key dates in gantt and roadmap.
. "$(dirname "$0")/lib.sh"
set_up
TODAY=2027-03-01
marketing view save "Mes bloqués" board --person me --status blocked
check save exits_saying 0 'Mes bloqués is saved'
marketing view save "Semaine" board --status to-do --shared
check save-shared exits 0
marketing view save "Faux" tableau
check no-such-view all_of "exits 2; complains 'no view tableau'"
marketing view save "Faux" board --zone a
check no-such-option exits 2
marketing action add "Plugin bloqué" --due 2027-03-10
reference=$(grep -oE 'A[0-9]+' <<<"$out" | head -n 1)
marketing raci set "$reference" A='Claire Martin' R='Claire Martin'
marketing action set "$reference" --status blocked --blocked-reason devis
jalon_in marketing fr view use "Mes bloqués"
check use all_of "exits 0; says 'Plugin bloqué'"
marketing view use "Mes bloqués" --json
check use-json all_of "exits 0; says '\"view\": *\"board\"|\"board\"'"
sales view use "Semaine"
check shared-is-everybodys exits 0
sales view save "Mes bloqués" board --person me --status blocked
sales view use "Mes bloqués"
check own-one-of-that-name all_of "exits 0; silent 'Plugin bloqué'"
marketing view list
check listed all_of "says 'Mes bloqués'; says 'Semaine'"
marketing --offline view use "Mes bloqués"
check offline all_of "exits 0; says 'Plugin bloqué'"
marketing view rm VW2
check removed exits 0
sales view use "Semaine"
check gone exits 8

# ---- filters everywhere, key dates in pictures ----
marketing key-date add "Salon de Lyon" --date 2027-05-19 --until 2027-05-21
for view in gantt roadmap calendar week schedule; do
  more=''
  case $view in calendar) more='--month 2027-03' ;; week) more='--week 2027-W10' ;; esac
  marketing $view $more --today $TODAY
  check "$view-all" all_of "exits 0; says 'Plugin bloqué'"
  marketing $view $more --today $TODAY --status to-do
  check "$view-filtered" all_of "exits 0; silent 'Plugin bloqué'"
  marketing $view $more --today $TODAY --person me --status blocked
  check "$view-mine" all_of "exits 0; says 'Plugin bloqué'"
done
for view in gantt roadmap; do
  jalon_in marketing fr $view --width 80
  check "$view-key-dates" all_of "exits 0; says 'KD1 Salon de Lyon'"
done
finish
