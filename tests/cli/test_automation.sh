#!/bin/bash
# Automations with a real server: what they do in the same revision as the edit, in French and English; what they would do; with whose rights; taken back
# with the edit; one that a day fires, on one of two nodes, once, though one of them is killed.
. "$(dirname "$0")/lib.sh"
server_options=(--automation-look-s=1)
set_up

field() { value_of marketing "d.find('$1', 'reference', '$2')['cells']['$3']" "${1//_/-}" list; }
has() { [ "$(field "$1" "$2" "$3")" = "$4" ] || { echo "$1 $2 $3 is $(field "$1" "$2" "$3"), not $4"; return 1; }; }

# ---- in the edit's own revision ----
marketing action add "Plugin de chat" --lever L1
chat=$(grep -oE 'A[0-9]+' <<<"$out" | head -n 1)
marketing raci set "$chat" A='Claire Martin' R='Claire Martin'
marketing automation add "Terminé : 100 %" --when status=done --set progress=100% --tags fini
check add exits_saying 0 'AU1'
marketing automation add "Bloqué : on prévient" --when status=blocked --notify "Paul Bernard" --create "Débloquer {title}" --duration 2 --responsible "Paul Bernard"
check add-another exits_saying 0 'AU2'
before=$(revision)
marketing action set "$chat" --status blocked --blocked-reason "devis"
check blocked exits 0
check same-revision [ "$(revision)" = $((before + 1)) ]
marketing history --limit 12
check history-says-who all_of "says 'the automation AU2 Bloqué : on prévient acted on $chat'"
sales inbox
check told says 'Bloqué : on prévient'
marketing action list --text Débloquer
check made says 'Débloquer Plugin de chat'
marketing undo --yes
check undone exits 0
marketing action list --text Débloquer
check undone-with-it silent 'Débloquer Plugin'
check undone-edit has action "$chat" status to-do

# ---- what it would do ----
marketing automation test AU1 "$chat"
check trial all_of "exits 0; says '100'; says fini"
check trial-changes-nothing has action "$chat" status to-do
jalon_in marketing fr automation test AU1 "$chat"
check trial-french all_of "exits 0; says '[Aa]vancement'; says '100'"
jalon_in marketing fr automations --width 80
check automations-french all_of "exits 0; says 'action-clé : statut devient Terminé'; says 'activée'"
check values-as-shown says 'avancement = 100 ?%'
marketing automations AU2 --json
check one-json all_of "exits 0; says '\"firings\"'"

marketing automations AU1 --json
check files-have-what-was-typed says '"progress=100%"'

# ---- switched off and on, and refused ----
marketing automation off AU1
check off exits_saying 0 'is off'
marketing automation off AU1
check off-already all_of "exits 4; complains 'is off already'"
marketing action set "$chat" --status done
marketing show "$chat"
check off-does-nothing silent fini
marketing automation on AU1
check on exits_saying 0 'with your rights'
marketing automation add "Faux" --when statut=fini --tags x
check wrong-field all_of "exits 4; complains 'no field statut'; complains 'status, due'"
jalon_in marketing fr automation add "Faux" --when status=fini --tags x
check wrong-value all_of "exits 4; complains 'ne sait pas lire|fini'"
marketing automation add "Rien" --when created
check nothing-to-do all_of "exits 4; complains 'would do nothing'"
marketing automation-firing rm FI1
check log-is-the-servers exits 2

# ---- whoever may edit no more ----
sales automation add "De Paul" --when priority=urgent --tags urgent
check of-paul exits_saying 0 'AU3'
admin rights set 'Paul Bernard' actions read
check rights exits 0
marketing action set "$chat" --priority urgent
check her-edit-stays all_of "exits 0; has action $chat priority urgent"
marketing automations
check stopped-and-why says 'may not edit the actions any more'
admin rights set 'Paul Bernard' actions edit

# ---- by a day: two nodes, one of them killed ----
marketing automation add "Échéance" --when due+0 --tags échu --comment "{title} : c'est aujourd'hui"
check by-day exits 0
marketing action add "À rendre" --due today
due=$(grep -oE 'A[0-9]+' <<<"$out" | head -n 1)
tagged() { marketing action show "$1"; grep -q échu <<<"$out"; }
check fired wait_for "$DEADLINE" tagged "$due"
said() { marketing action show "$1"; grep -o "c'est aujourd'hui" <<<"$out" | wc -l; }
check fired-once [ "$(said "$due")" = 1 ]
marketing history "$due"
check system-fired says 'the automation AU4 Échéance acted'
kill_server
marketing --offline action add "Encore" --due today
start_server
marketing sync
again=$(value_of marketing "d.find('action', 'title', 'Encore')['cells']['reference']" action list)
check fired-after-a-kill wait_for "$DEADLINE" tagged "${again:-A0}"
check once-after-a-kill [ "$(said "${again:-A0}")" = 1 ]

# ---- two servers on one database look at the same time; then one of them is killed ----
set -- $(sed -n '4p;5p' "$data/postgres/postmaster.pid")
mkdir -m 777 "$W/node"
setsid "$JALOND" --data-directory="$W/node/data" --database="host=$2 port=$1 user=jalon dbname=jalon" --listen="unix:$W/node/data/s" \
  --pid-file="$W/node/pid" --automation-look-s=1 </dev/null >>"$server_log" 2>&1 &
second=$!
disown $second
check second-server wait_for "$DEADLINE" [ -s "$W/node/pid" ]
for title in Un Deux Trois; do marketing action add "$title" --due today; done
for title in Un Deux Trois; do
  due=$(value_of marketing "d.find('action', 'title', '$title')['cells']['reference']" action list)
  check "fired-by-one-of-two-$title" wait_for "$DEADLINE" tagged "${due:-A0}"
  check "once-by-two-$title" [ "$(said "${due:-A0}")" = 1 ]
done
kill -KILL $second
check second-server-is-gone wait_for "$DEADLINE" gone $second
marketing action add "Quatre" --due today
due=$(value_of marketing "d.find('action', 'title', 'Quatre')['cells']['reference']" action list)
check fired-by-the-other wait_for "$DEADLINE" tagged "${due:-A0}"
check firings-are-one-each [ "$(sql "SELECT count(*) = count(DISTINCT (automation, record, due)) FROM automation_firing WHERE due IS NOT NULL")" = t ]
stop_server
"$JALOND" verify --data-directory="$data" --log-level=error </dev/null >"$W/files/out" 2>"$W/files/err"
status=$? out=$(cat "$W/files/out") err=$(cat "$W/files/err") ran='jalond verify'
check verified exits 0
finish
