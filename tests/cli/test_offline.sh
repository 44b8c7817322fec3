#!/bin/bash
# Without the server every command that reads or edits works, says so, and what waits is sent by the next command that
# reaches it. Nothing is asked, nothing fails without saying what to do.
. "$(dirname "$0")/lib.sh"
set_up
laptop one marketing
check plan-use-says-that-it-works-offline says 'offline'
on one en plan use "$DEMONSTRATION_NAME"
check plan-use-says-it-once all_of "exits 0; silent 'offline'"
for view in tree raci budget kpi dashboard mine "action list" "show A6" people "plan list" "plan show"; do
  on one en --json $view
  [ $status = 0 ] || not_ok "online $view" "$(last_run)"
  cp "$W/files/out" "$W/files/online.${view// /_}"
done
on one en sync
check sync-says-what-it-did exits 0

# ---- after an online view this machine's copy stands where the view stood ----
sales budget-line set B7 --title "Analytics et mesure"
on one en kpi
check view-says-nothing-of-it [ -z "$err" ]
on one en --offline budget
check view-refreshed-the-copy says 'Analytics et mesure'
for n in $(seq 70); do "$JALON" --profile sales action set A3 --quantity-done +0 </dev/null >/dev/null; done
sales action set A3 --quantity-done 3
on one en kpi # too far behind for this command: another one goes on behind its back
copy_is_there() { on one en --offline action list --json && [ "$(python3 -c "from document import Document; import sys; print(Document(sys.argv[1]).cells('action', 'A3')['quantity_done'])" "$out")" = 3 ]; }
check view-refreshed-the-copy-behind-its-back wait_for "$DEADLINE" copy_is_there
sales undo
on one en sync
for view in tree raci budget kpi dashboard mine "action list" "show A6" people "plan list" "plan show"; do
  on one en --json $view
  cp "$W/files/out" "$W/files/online.${view// /_}"
done
at=$(on one en budget --json >/dev/null; python3 -c "import json,sys; print(json.load(open(sys.argv[1]))['revision'])" "$W/files/online.budget")
kill_server

# ---- reading: the same documents as online, one line on standard error ----
offline_line='^offline since [0-9]{2}:[0-9]{2}, state of r'"$at"' \(.*\)$'
for view in tree raci budget kpi dashboard mine "action list" "show A6" people "plan list" "plan show"; do
  on one en --json $view
  check "offline-${view// /-}" all_of "exits 0; cmp '$W/files/out' '$W/files/online.${view// /_}'"
  check "offline-${view// /-}-says-so-in-one-line" [ "$(grep -c . <<<"$err")" = 1 ]
done
on one en budget
check offline-line complains "$offline_line"
on one fr budget
check offline-line-french complains '^hors ligne depuis [0-9]{2}:[0-9]{2}, état r'"$at"' \(.*\)$'
on one en --offline budget
check offline-on-request all_of "exits 0; says 'Plugin de chat'; complains 'r$at'"
on one en whoami
check whoami-offline all_of "exits 0; says 'marketing'"
on one en plan export -
check export-offline all_of "exits 0; says '\"jalon\":1'; says 'Plugin de chat'"

# ---- editing ----
on one en action add "Webinar IA" --due 2027-03-31
check add-waits exits_saying 0 '^A\?1 Webinar IA: kept, will be sent \(offline since [0-9]{2}:[0-9]{2}\)$'
check an-edit-says-nothing-else [ -z "$err" ]
on one fr action add "Livre blanc"
check add-waits-in-french exits_saying 0 '^A\?2 Livre blanc : gardé, sera envoyé \(hors ligne depuis [0-9]{2}:[0-9]{2}\)$'
on one en action set 'A?1' --impact 8
check provisional-reference exits_saying 0 '^A\?1 .*8.*: kept, will be sent'
on one en action set 'a?1' --effort 2
check provisional-reference-lower-case exits 0
on one en raci set 'A?1' A=marie
check raci-of-a-provisional-one exits 0
on one en comment 'A?1' "salle réservée ?"
check comment-on-a-provisional-one exits 0
on one en show 'A?1'
check overlay-is-shown all_of "exits 0; says 'Webinar IA'; says 'salle réservée'; says 'Marie'"
on one en action list --json
check overlay-in-json python3 -c "
from document import Document; import sys
row = Document(sys.argv[1]).row('action', 'A?1')
assert row['cells']['title'] == 'Webinar IA' and float(row['cells']['impact']) == 8, row" "$out"
on one en action list --csv
check overlay-in-csv says '^A\?1,'
on one en budget-line set B3 --planned "1 200"
check set-waits exits_saying 0 '^B3 planned: .*1,000.* -> .*1,200.*: kept, will be sent'
on one en budget
check set-is-seen says 'Plugin de chat.*1,200'
on one en budget-line set B3 --planned "1 250" --json
check set-in-json all_of "exits 0; says '\"revision\":null'; says '\"waiting\":true'"
on one en action set A6 --title "" --offline
check a-bad-value-is-refused-at-once exits 4
on one en action add "Essai à sec" --dry-run
check dry-run-offline all_of "exits 0; silent 'kept'"
on one en action show "Essai à sec"
check dry-run-keeps-nothing exits 8
on one en budget-line rm B9
check rm-waits exits_saying 0 'B9 .*deleted: kept, will be sent'
on one en budget
check deleted-is-gone all_of "exits 0; silent 'B9'"
on one en budget-line restore B9
check restore-waits exits 0
on one en action rm A5
check what-may-be-refused-is-kept-with-a-warning all_of "exits 0; says 'kept'; complains 'may refuse'; complains 'A5 .* below it'"
on one en undo
check undo-of-it exits_saying 0 'taken back.*A5'

# ---- undo of what waits takes it back ----
on one en action add "Pas si vite"
check another-waits exits_saying 0 '^A\?3 '
on one en undo
check undo-takes-back exits_saying 0 'A\?3 .*taken back|taken back.*A\?3'
on one en show 'A?3'
check undone-is-gone exits 8
on one en action add "Encore une"
check provisional-numbers-are-never-reused exits_saying 0 '^A\?4 '
on one en budget-line add "Écrite hors ligne" --category media --bucket 70 --planned 7
on one en expense add "Payée hors ligne" --line "Écrite hors ligne" --net 5 --date 2026-12-09
on one en budget
check remarks-name-them-as-the-table-does all_of "exits 0; says 'budget lines without a KPI: .*B[?][0-9]+'; says 'expenses without a KPI: .*X[?][0-9]+'; silent '46116860184'"

# ---- what needs the server says so ----
printf 'autre mot de passe 1\n' >"$W/files/new.password"
for command in "login marketing --password-file $W/files/marketing.password" "user list" "user add x --name X" "user disable sales" \
  "passwd --password-file $W/files/two.password" logout; do
  cat "$W/files/marketing.password" "$W/files/new.password" >"$W/files/two.password"
  on one en $command
  check "needs-the-server-${command%% --*}" exits_complaining 5 'needs the server' 'jalon status|when it is back|again'
done
on one en plan use "Nothing like this"
check plan-not-here-offline exits 8

# ---- jalon status ----
on one en status
check status-offline all_of "exits 0; says 'offline since'; says 'Plan marketing de démonstration +$at '; says 'A\?1'"
on one en status --json
check status-json python3 -c "
from document import Document; import sys
d = Document(sys.argv[1])
plans = d.rows('plans'); waiting = d.rows('waiting')
assert len(waiting) >= 8, waiting
assert any(p['cells']['revision'] == $at for p in plans), plans" "$out"
waiting=$(python3 -c "
from document import Document; import sys
print(len(Document(sys.argv[1]).rows('waiting')))" "$out")
on one en sync
check sync-offline exits_complaining 5 'server'

# ---- back: the next command sends, in order, and then does its work ----
if start_server; then ok server-starts-again; else not_ok server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
on one en --server "$tcp_address" budget
check next-command-works all_of "exits 0; says 'Plugin de chat.*1,250'"
check next-command-reports complains "^$waiting waiting changes sent: $waiting applied \(A\?1 is now A[0-9]+.*\)"
check report-is-short [ "$(grep -c . <<<"$err")" -le 2 ]
on one en budget
check report-comes-once [ -z "$err" ]
on one en show 'A?1'
check provisional-number-still-works all_of "exits 0; says 'Webinar IA'"
admin action list
check others-see-it says 'A[0-9]+ +Webinar IA'
on one en status --json
check nothing-waits python3 -c "
from document import Document; import sys
names = [b['name'] for b in Document(sys.argv[1]).data['blocks'] if b['rows']]
assert 'waiting' not in names and 'conflicts' not in names, names" "$out"
on one en undo
check undo-after-the-return exits 0

# ---- a server that does not answer ----
stop_server
python3 "$here/silent.py" "$W/files/silent.port" "$W/files/silent.count" &
silent=$!
wait_for "$DEADLINE" test -s "$W/files/silent.port"
unset JALON_PATIENCE # two seconds
still_noted() { find "$W/laptops/one/data" -name silent -exec touch {} +; } # however long a command took: the note is of this moment
silent_address=127.0.0.1:$(cat "$W/files/silent.port")
on one en --server "$silent_address" budget
check silent-server-is-offline all_of "exits 0; complains 'offline since'"
still_noted
on one en --server "$silent_address" kpi
still_noted
on one en --server "$silent_address" action add "Silence"
check silent-server-edits all_of "exits 0; says 'kept, will be sent'"
check silent-server-is-tried-once [ "$(cat "$W/files/silent.count")" = 1 ]
on one en --server "$silent_address" sync
check sync-insists all_of "exits 5; [ \"$(cat "$W/files/silent.count")\" = 2 ]"
kill "$silent"
wait "$silent" 2>/dev/null
export JALON_PATIENCE=$DEADLINE

# ---- a stopping server is no error ----
if start_server; then ok server-starts-once-more; else not_ok server-starts-once-more "$(tail -n 20 "$server_log")"; finish; fi
on one en --server "$tcp_address" sync
check sync-after-silence exits 0
for round in 1 2 3; do
  on one en action set A3 --quantity-done +1
  check "edit-before-restart-$round" exits 0
  kill -TERM "$server_pid"
  on one en action set A3 --quantity-done +1
  check "edit-while-the-server-stops-$round" exits 0
  wait_for "$DEADLINE" gone "$server_pid"
  if start_server; then ok "restart-$round"; else not_ok "restart-$round" "$(tail -n 20 "$server_log")"; finish; fi
done
on one en sync
on one en history A3 --json
check restarts-lose-and-double-nothing python3 -c "
from document import Document; import sys
rows = [r for r in Document(sys.argv[1]).rows('history') if r['cells'].get('field') == 'quantity_done']
numbers = [int(float(r['cells']['after'])) for r in rows]
assert numbers[:6] == [7, 6, 5, 4, 3, 2], numbers" "$out"
finish
