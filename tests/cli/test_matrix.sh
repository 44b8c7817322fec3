#!/bin/bash
# Seed 004's arbitration, typed at 80 columns: every action under way or planned, its impact and its effort from 1 to 10, the matrix, the
# decisions (time sinks stopped, quick wins ready for the next sprint) shown before they are made, and what is left. Every screen as it
# stands, in French (matrix_fr.txt) and in English (matrix_en.txt). Then what scripts read, refusals, and a machine without its server.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip matrix (no tmux)"
  exit 0
fi
set_up
steady() { times_steady; } # the day is told to every command
laptop marketing marketing

tells_the_story() { # language, locale, name of the plan
  local language=$1 plan=$3
  on marketing "$language" plan new "$plan" --start 2027-01-01
  check "a-plan-$language" exits 0
  laptop_terminal marketing-$language "$2" 80 60
  type_in marketing-$language "export XDG_CONFIG_HOME='$W/laptops/marketing/config' XDG_DATA_HOME='$W/laptops/marketing/data'; alias jalon='$JALON --today 2026-11-30'; clear"
  wait_for "$DEADLINE" on_screen marketing-$language '^ready>'
  : >"$story"
  local action
  while IFS='|' read -r title impact effort confidence due; do
    on marketing "$language" action add "$title" --impact "$impact" --effort "$effort" ${confidence:+--confidence "$confidence"} ${due:+--due "$due"}
    check "action-$language-$title" exits 0
  done <<'A'
Série d'e-mails automatisée|8|5|7|2027-01-29
Webinaire client|9|6|6|2027-03-18
Posts sur les réseaux sociaux|3|4|8|
Refonte du blog|5|8|4|2027-06-30
Article sur un mot-clé métier|7|3|9|2027-01-15
Salon régional|2|9|3|
A
  on marketing "$language" action add "Stratégie TikTok"
  on marketing "$language" action set A4 --status ready
  types marketing-$language "jalon matrix"
  types marketing-$language "jalon scores"
  types marketing-$language "jalon matrix apply --dry-run"
  types marketing-$language "jalon matrix apply --yes"
  types marketing-$language "jalon matrix"
  types marketing-$language "jalon action set A2 --business-value 13 --time-criticality 8 --risk-reduction 2 --job-size 8"
  types marketing-$language "jalon action set A5 --business-value 8 --time-criticality 5 --risk-reduction 3 --job-size 5 --reach 500 --rice-impact 2 --rice-confidence 80% --person-months 2"
  types marketing-$language "jalon plan set --ice-form product"
  types marketing-$language "jalon scores"
  cp "$story" "$W/files/told"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/told" "$here/matrix_$language.txt"
  check "arbitration-$language" diff -u "$here/matrix_$language.txt" "$W/files/told"
}
tells_the_story fr fr_FR.UTF-8 "Plan 2027"
tells_the_story en en_GB.UTF-8 "Plan 2027 bis"

# ---- files ----
rows() { # what, arguments...: cells of the rows with a record
  "$JALON" --profile marketing --lang en "${@:2}" --json </dev/null 2>"$W/files/err" | python3 -c "
import sys
from document import Document
print(*['/'.join(str(r['cells'][c]) for c in sys.argv[2].split(',')) for r in Document(sys.stdin.read()).rows(sys.argv[1]) if 'ref' in r or 'id' in r], sep=' ')" "${1%%:*}" "${1#*:}"
}
marketing plan new Files --start 2027-01-01
marketing action add Quick --impact 6 --effort 5
marketing action add Big --impact 6 --effort 6
marketing action add Filler --impact 5 --effort 5
marketing action add Sink --impact 5 --effort 6
check boundaries [ "$(rows matrix:impact,effort,quadrant matrix)" = "6/5/quick-wins 6/6/big-projects 5/5/fillers 5/6/time-sinks" ]
marketing plan set --matrix-midpoint 5
check midpoint-of-the-plan [ "$(rows matrix:impact,effort,quadrant matrix)" = "6/5/big-projects 6/6/big-projects 5/5/big-projects 5/6/big-projects" ]
marketing matrix apply
check nothing-to-decide exits_saying 0 'nothing to decide'
marketing plan set --matrix-midpoint 6
marketing matrix --csv
check csv all_of 'exits 0; says ^A1,.*6,5,quick-wins,to-do'
marketing matrix
check a-pipe-has-no-picture all_of 'exits 0; silent ┌; says A4.Sink'
marketing matrix apply --only sinks
check only-what-there-is exits_complaining 2 'sinks' 'quick-wins or time-sinks'
marketing matrix apply --only time-sinks --reason 'costs more than it brings'
check one-decision exits_saying 0 '0 actions made ready and 1 stopped'
check its-reason [ "$(value_of marketing "d.rows('action')[3]['cells']['dropped_reason']" action list)" = "costs more than it brings" ]
marketing undo --yes
check taken-back [ "$(rows matrix:status matrix)" = "to-do to-do to-do to-do" ]

# ---- refusals ----
marketing action set A1 --rice-confidence 65%
check no-finer-confidence exits_complaining 4 'RICE confidence of A1' '100, 80 or 50 %'
marketing action set A1 --rice-confidence 20% --reach 10 --rice-impact 3 --person-months 1.5
check a-moonshot exits 0
marketing scores rice
check a-moonshot-is-said exits_saying 0 'moonshot' # 10 x 3 x 20 % / 1.5 = 4
check its-figures [ "$(value_of marketing "d.rows('rice')[0]['cells']['score'], d.rows('rice')[0]['cells']['how']" scores)" = "4 10*3.00*0.2000/1.500000" ]
marketing action set A1 --person-months 0.2
check half-a-month-at-least exits_complaining 4 'person-months'
marketing action set A1 --job-size 4
check the-scale-of-wsjf exits_complaining 4 '1, 2, 3, 5, 8, 13, 20'
marketing scores moscow
check no-such-score exits_complaining 4 'moscow'

# ---- without the server ----
marketing sync
stop_server
marketing matrix
check offline-matrix exits_saying 0 'Quick wins|quick wins'
marketing matrix apply --only quick-wins
check offline-decision exits_saying 0 '1 actions made ready'
marketing matrix --csv
check offline-shows-it says '^A1,.*quick-wins,ready'
finish
