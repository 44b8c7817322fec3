#!/bin/bash
# The board, typed at 80 columns: the demonstration's actions in their columns, a limit that is exceeded, a column for each person, one's own
# late ones, what will not be done and why. Every screen as it stands, in French (board_fr.txt) and in English (board_en.txt). Then files,
# pipes, filters in every list of actions, refusals, and a machine without its server.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip board (no tmux)"
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
  type_in marketing-$language "export XDG_CONFIG_HOME='$W/laptops/marketing/config' XDG_DATA_HOME='$W/laptops/marketing/data'; alias jalon='$JALON --today 2027-02-15'; clear"
  wait_for "$DEADLINE" on_screen marketing-$language '^ready>'
  : >"$story"
  on marketing "$language" lever add "SEO" --direction inbound
  on marketing "$language" lever add "Événements" --direction outbound
  local title lever due who more
  while IFS='|' read -r title lever due who; do
    on marketing "$language" action add "$title" ${lever:+--lever "$lever"} ${due:+--due "$due"}
    check "action-$language-$title" exits 0
  done <<'A'
Article sur un mot-clé métier|L1|2027-01-15
Audit technique du site|L1|2027-02-01
Webinaire client|L2|2027-03-18
Salon régional|L2|2027-05-20
Série d'e-mails automatisée||2027-02-26
A
  for more in A1 A2 A3; do on marketing "$language" raci set $more A='Claire Martin' R='Marie Dupont'; done
  on marketing "$language" raci set A5 A='Claire Martin' R='Benoit Lefèvre'
  on marketing "$language" action set A1 --status done
  on marketing "$language" action set A2 --status in-progress
  on marketing "$language" action set A3 --status blocked --blocked-reason "l'intervenant n'a pas confirmé"
  on marketing "$language" action set A4 --status dropped --dropped-reason "trop cher pour ce qu'il rapporte"
  on marketing "$language" action set A5 --status in-progress --priority urgent
  on marketing "$language" checklist-item add "Mesurer les pages lentes" --action A2 --done yes
  on marketing "$language" checklist-item add "Corriger les liens morts" --action A2
  on marketing "$language" action set A5 --quantity-target 6 --quantity-done +2 --quantity-unit e-mails
  check "a-week-$language" exits 0
  types marketing-$language "jalon board"
  types marketing-$language "jalon plan set --wip-in-progress 1"
  types marketing-$language "jalon board"
  types marketing-$language "jalon board --by person"
  types marketing-$language "jalon board --by lever --sort due"
  types marketing-$language "jalon board --person 'Marie Dupont' --late"
  types marketing-$language "jalon board --status dropped"
  types marketing-$language "jalon action list --lever SEO --status done,in-progress"
  cp "$story" "$W/files/told"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/told" "$here/board_$language.txt"
  check "board-$language" diff -u "$here/board_$language.txt" "$W/files/told"
}
tells_the_story fr fr_FR.UTF-8 "Plan 2027"
tells_the_story en en_GB.UTF-8 "Plan 2027 bis"

# ---- files and pipes ----
marketing plan use "Plan 2027"
cards() { # arguments...: "column:title" of the cards
  "$JALON" --profile marketing --lang en --today 2027-02-15 "$@" --json </dev/null 2>"$W/files/err" | python3 -c "
import sys
from document import Document
print(*[r['cells']['column'] + ':' + r['ref'] for r in Document(sys.stdin.read()).rows('board') if 'ref' in r])"
}
check cards [ "$(cards board)" = "in-progress:A2 in-progress:A5 blocked:A3 done:A1" ]
check cards-of-a-team-and-of-a-lever [ "$(cards board --lever SEO,L2)" = "in-progress:A2 blocked:A3 done:A1" ]
check cards-of-me [ "$(cards board --person me)" = "in-progress:A2 in-progress:A5 blocked:A3 done:A1" ]
check cards-by-words [ "$(cards board 'CLE metier')" = "done:A1" ]
check cards-by-number [ "$(cards board --sort number --by priority)" = "urgent:A5 normal:A1 normal:A2 normal:A3" ]
marketing board --csv
check csv all_of 'exits 0; says ^A3,blocked,'
marketing board
check a-pipe-is-a-list all_of 'exits 0; silent ───; says A2.Audit'
marketing board --cards 1
check what-is-left-out-is-said exits_saying 0 '1 more'
marketing board --width 40
check forty-columns all_of 'exits 0; silent .{41}'
marketing watch board --times 1 --status blocked
check watch-with-a-filter all_of 'exits 0; says Webinaire; silent Audit'
marketing scores --person me --lever SEO
check scores-take-filters exits 0
marketing matrix --late
check matrix-takes-filters exits 0

# ---- refusals ----
marketing board --status someday
check no-such-status exits_complaining 4 'someday' 'to-do, ready'
marketing board --by moon
check no-such-grouping exits_complaining 4 'moon' 'status, lever, person or priority'
marketing board --lever Nothing
check no-such-lever exits_complaining 8 'Nothing'
marketing kpi list --status done
check filters-are-of-actions exits_complaining 2 'status'
marketing watch budget --late
check a-view-without-filters exits_complaining 2 'late'

# ---- without the server ----
marketing sync
stop_server
marketing board --by person
check offline exits_saying 0 'Marie Dupont'
marketing action set A2 --status done
marketing board --status done
check offline-moves-a-card exits_saying 0 'A2'
finish
