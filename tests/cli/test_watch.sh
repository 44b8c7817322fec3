#!/bin/bash
# `jalon watch` in a real terminal: the other's change comes without a key pressed, survives a dead server, gives the
# terminal back; in a pipe it prints states.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip watch (no tmux)"
  exit 0
fi
set_up
watch="'$JALON' --profile marketing --lang fr watch"

banner='[Hh]ors ligne|[Cc]onnection|[Cc]onnexion|injoignable|ne répond pas'
terminal one 80 24
terminal two 40 12
type_in one 'stty -g >'"$W/files/before"
type_in one "$watch budget; echo fini=\$?"
sees watch-shows-the-view one 'Plugin de chat.* 1 000'
check watch-begins-at-the-top wait_for "$DEADLINE" eval '! screen one | head -n 1 | grep -q "ready>"'
widest=$(screen one | python3 -c "import sys; from document import columns; print(max(columns(l.rstrip('\n')) for l in sys.stdin))")
check watch-fits-80-columns [ "$widest" -le 80 ]
type_in two "$watch kpi"
sees watch-fits-40-columns two 'K1 '

# ---- the other's change ----
sales budget-line set B3 --planned "1 200,50"
check other-sets exits 0
sees change-comes-without-a-key one 'Plugin de chat.* 1 200,50'
sees change-names-who one 'Paul Bernard'
sees change-names-what one 'B3'
sales measurement add --kpi "Taux d'ouverture" --date today --value 31%
check measurement-in-its-kpi-s-unit exits 0
[ $status = 0 ] || sales measurement add --kpi "Taux d'ouverture" --date today --value 0.31
check other-measures exits 0
sees change-comes-to-the-other-view two '31 %'
sales budget-line add "Salon <b>\$(touch $W/files/no)" --category other --planned 12k
sees new-line-comes one 'Salon'
sales budget-line set B4 --title "$(printf 'Google Ads \xe2\x80\xae\xc2\x9b31m')"
check title-with-control-characters-is-refused exits 4

# ---- who else is here ----
terminal three 80 24
type_in three "'$JALON' --profile sales --lang en watch show B3"
sees others-watch three 'Plugin de chat'
sees presence-in-the-header one '^ici : Paul Bernard regarde B3'
sees presence-of-the-other three '^here: Claire Martin'
paul_looks() { marketing status && all_of "exits 0; says 'Paul Bernard +looks at +B3'"; }
check status-shows-who-is-here wait_for "$DEADLINE" paul_looks
marketing status --json
check status-shows-who-is-here-in-json says '"editing"|"looking"'
press three q
sees others-leave three 'ready> *$'
stops_seeing presence-goes one '^ici : '

# ---- another size ----
tmux -S "$tmux_socket" resize-window -t one -x 60 -y 30
check resize-redraws wait_for "$DEADLINE" eval 'screen one | python3 -c "
import sys
from document import columns
lines = [l.rstrip() for l in sys.stdin.read().split(chr(10))]
assert max(map(columns, lines)) <= 60 and len([l for l in lines if l]) > 12, lines"'
sees resize-keeps-the-figures one '1 200,50'
tmux -S "$tmux_socket" resize-window -t one -x 100 -y 40
sees wider-shows-more one '1 200,50'

# ---- the server goes and comes back ----
kill_server
sees stale-banner one "$banner"
check stale-banner-is-one-line wait_for "$DEADLINE" eval '[ "$(screen one | grep -cE "$banner")" = 1 ]'
check stale-screen-stays on_screen one 'Plugin de chat.* 1 200,50'
check watch-did-not-end not_on_screen one 'fini='
marketing budget
check other-commands-say-offline all_of "exits 0; complains '^offline since [0-9]{2}:[0-9]{2}, state of r[0-9]+'"
if start_server; then ok server-starts-again; else not_ok server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
stops_seeing banner-goes one "$banner"
sales budget-line set B3 --planned 1750
check set-after-restart exits 0
sees change-comes-after-restart one 'Plugin de chat.* 1 750'
sees other-view-comes-back two 'K1 .*'

# ---- begun without the server ----
kept_here() { marketing --offline budget; says "Plugin de chat.*$1"; }
check watching-keeps-the-copy-fresh wait_for "$DEADLINE" kept_here 1,750
find_lock() { # whoever opens the copy writes its process id there
  "$JALON" --profile marketing --offline budget >/dev/null 2>&1 &
  wait $!
  lock=$(grep -lx "$!" $(find "$HOME" -name lock))
}
check lock-of-the-copy wait_for "$DEADLINE" find_lock
exec 8<>"$lock"
flock 8 # another command has the copy at that moment
sales budget-line set B3 --planned 1760
sees change-comes-while-the-copy-is-taken one 'Plugin de chat.* 1 760'
flock --unlock 8
exec 8>&-
check and-is-kept-when-it-is-free wait_for "$DEADLINE" kept_here 1,760
kill_server
terminal four 80 24
type_in four "$watch budget"
sees begins-with-the-local-copy four 'Plugin de chat.* 1 760'
sees begins-with-a-banner four "$banner"
if start_server; then ok server-starts-once-more; else not_ok server-starts-once-more "$(tail -n 20 "$server_log")"; finish; fi
stops_seeing banner-goes-there-too four "$banner"
press four q

# ---- the end ----
press one q
sees q-ends-well one 'fini=0'
check screen-given-back [ "$(terminal_flag one alternate_on)" = 0 ]
check cursor-given-back [ "$(terminal_flag one cursor_flag)" = 1 ]
type_in one 'stty -g >'"$W/files/after"
wait_for "$DEADLINE" test -s "$W/files/after"
check terminal-modes-given-back cmp -s "$W/files/before" "$W/files/after"
press two C-c
sees interrupt-ends two 'ready> *$'
check interrupt-gives-the-screen-back [ "$(terminal_flag two alternate_on)" = 0 ]
watcher_of() { ours | while read -r id; do tr '\0' ' ' <"/proc/$id/cmdline" | grep -q ' watch ' && echo "$id"; done; }
type_in one "$watch dashboard"
sees dashboard-watched one 'Plan marketing'
wait_for "$DEADLINE" eval '[ -n "$(watcher_of)" ]'
for id in $(watcher_of); do kill -TERM "$id"; done
sees terminated-watch-gives-the-screen-back one 'ready> *$'
check terminated-watch-cursor [ "$(terminal_flag one cursor_flag)" = 1 ]

# ---- in a pipe ----
"$JALON" --profile marketing --lang en watch budget </dev/null >"$W/files/piped" 2>"$W/files/piped.err" &
piped=$!
has() { plain_spaces <"$W/files/piped" | grep -qE -- "$1"; }
check pipe-prints-the-first-state wait_for "$DEADLINE" has 'Plugin de chat.*1,760'
sales budget-line set B3 --planned 1999
check pipe-prints-the-next-state wait_for "$DEADLINE" has 'Plugin de chat.*1,999'
check pipe-has-no-escapes eval '! grep -q $(printf "\033") "$W/files/piped"'
kill -TERM "$piped"
wait "$piped" 2>/dev/null
"$JALON" --profile marketing --lang en watch budget --times 1 </dev/null >"$W/files/piped" 2>&1
check times-ends-by-itself has 'Plugin de chat.*1,999'
"$JALON" --profile marketing --lang en watch history --times 1 </dev/null >"$W/files/piped" 2>&1
check history-in-sentences has 'Administration made B1 '
"$JALON" --profile marketing --json watch budget --times 1 </dev/null >"$W/files/piped" 2>&1
check pipe-json python3 -c "from document import Document; import sys; assert Document(open(sys.argv[1]).read()).data['view'] == 'budget'" "$W/files/piped"
marketing watch nothing-like-this
check watch-unknown-view exits_complaining 2 'nothing-like-this'
check nothing-was-run [ ! -e "$W/files/no" ]
finish
