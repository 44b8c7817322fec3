#!/bin/bash
# Two laptops on two trains: the server goes, both edit, the server comes back. Merged where possible, the conflict shown
# and resolved, both histories complete. Whole screens of terminals are compared, in both languages.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip two-laptops (no tmux)"
  exit 0
fi
set_up
laptop claire marketing
laptop paul sales
laptop_terminal claire en_GB.UTF-8 160 45
laptop_terminal paul fr_FR.UTF-8 80 45

tell_story() { # line, action: records that both change
  types claire "jalon show $1"
  types paul "jalon show $1"
  types claire "jalon show $2 >/dev/null"
  types paul "jalon show $2 >/dev/null"
  kill_server
  # Claire
  types claire "jalon budget-line set $1 --planned '1 200'"
  types claire "jalon action add 'Webinar IA' --due 2027-03-31"
  types claire "jalon action set $2 --tags +video"
  types claire "jalon raci set 'A?1' A='Claire Martin'"
  types claire "jalon show 'A?1'"
  types claire "jalon status"
  # Paul
  types paul "jalon budget-line set $1 --planned 1300"
  types paul "jalon budget-line set $1 --title 'Plugin de discussion'"
  types paul "jalon action set $2 --tags +ete"
  types paul "jalon comment $2 'vu depuis le train'"
  types paul "jalon status"
  start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"
  # back
  types claire "jalon show $1"
  types paul "jalon show $1"
  types paul "jalon conflicts"
  types paul "jalon resolve C${3:-1} --mine"
  types paul "jalon show $1"
  types claire "jalon show $1"
  types claire "jalon show $2"
  types claire "jalon history $1"
  types paul "jalon history $1"
  types paul "jalon status"
}
tell_story B3 A6
same() { steady <"$1" >"$W/files/steady"; diff -u "$here/two_laptops.txt" "$W/files/steady"; }
if [ -n "${JALON_TEST_ACCEPT:-}" ]; then cp "$story" "$here/two_laptops.txt"; fi
check whole-screens-as-written-down same "$story"

# ---- both histories complete, and the same ----
for view in "history B3" "history A6" budget raci; do
  on claire en $view --json
  cp "$W/files/out" "$W/files/of_claire"
  on paul en $view --json
  check "same-for-both-${view// /-}" cmp "$W/files/out" "$W/files/of_claire"
done
on paul en history B3 --json
check history-has-every-step python3 -c "
from document import Document; import sys
rows = [r['cells'] for r in Document(sys.argv[1]).rows('history')]
planned = [(str(r['before']), str(r['after'])) for r in rows if r.get('field') == 'planned']
assert ('1000.00', '1200.00') in planned and ('1200.00', '1300.00') in planned, planned
assert any(r.get('field') == 'title' for r in rows), rows" "$out"
on claire en action list --json
check both-tags python3 -c "
from document import Document; import sys
tags = Document(sys.argv[1]).cells('action', 'A6')['tags']
assert sorted(t.strip() for t in tags.split(',')) == ['ete', 'video'], tags" "$out"

# ---- the other way round: Claire meets the conflict, in English, and settles it field by field in a terminal ----
on claire en show B6
on paul en show B6
kill_server
on paul fr budget-line set B6 --planned 8500 --title "Plumes et voix"
on claire en budget-line set B6 --planned 8750 --title "Writers"
if start_server; then ok server-starts-once-more; else not_ok server-starts-once-more "$(tail -n 20 "$server_log")"; finish; fi
on paul fr sync
check paul-s-is-taken exits 0
on claire en conflicts
check conflict-is-found-by-any-command all_of "exits 0; complains '1 conflict: jalon conflicts'"
type_in claire "clear; jalon resolve"
sees interactive-shows-both claire 'Plumes et voix'
sees interactive-asks claire 'B6 .*: m yours, t theirs, e edit, l later, q quit\?'
type_in claire t
wait_for "$DEADLINE" eval '[ "$(screen claire | grep -c "m yours")" = 2 ]'
type_in claire e
sees interactive-asks-for-the-value claire 'New value\?'
type_in claire '8 600'
sees interactive-resolves claire 'C[0-9]+ is resolved, r[0-9]+'
on paul en show B6
check field-by-field-result all_of "says '8,600'; says 'Plumes et voix|Writers'"
finish
