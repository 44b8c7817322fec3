#!/bin/bash
# jalon conflicts and jalon resolve: every way to settle, in every face, scriptable; never a question in a pipe.
. "$(dirname "$0")/lib.sh"
set_up
laptop one marketing
conflict_in() { # record, options of the other..., --, options of mine...: leaves `number` of the conflict
  local record=$1 other=() type
  shift
  while [ "$1" != -- ]; do other+=("$1"); shift; done
  shift
  case $record in B*) type=budget-line ;; *) type=action ;; esac
  on one en show "$record"
  sales show "$record"
  sales $type set "$record" "${other[@]}"
  on one en $type set "$record" "$@"
  number=$(grep -oE '\bC[0-9]+\b' <<<"$err" | head -n 1)
}
planned() { value_of admin "d.find('levers', 'line', '$1')['cells']['planned']" budget; }
cell() { value_of admin "d.cells('action', '$1')['$2']" action list; }

# ---- shown ----
conflict_in B3 --planned 1200 -- --planned 1300
check conflict-names-its-number all_of "exits 3; complains 'jalon resolve $number --mine'"
on one en conflicts
check conflicts-shows-all all_of "exits 0; says '$number +B3 Plugin de chat +planned'; says 'you saw +€1,000'; says 'now +€1,200'; says 'yours +€1,300'; says 'Paul Bernard'"
on one fr conflicts
check conflicts-in-french all_of "says 'vous avez vu +1 000'; says 'maintenant +1 200'; says 'votre valeur +1 300'"
on one en conflicts --json
check conflicts-json python3 -c "
from document import Document; import sys
row = Document(sys.argv[1]).rows('conflicts')[0]['cells']
assert (row['conflict'], row['field'], row['author']) == ('$number', 'planned', 'Paul Bernard'), row
assert all(row[k] for k in ('record', 'base', 'theirs', 'mine', 'time', 'revision', 'made')), row" "$out"
on one en conflicts --csv
check conflicts-csv python3 -c "
from document import csv_tables; import sys
table = csv_tables(sys.argv[1])[0]
assert len(table) == 2 and '$number' in table[1], table" "$out"
for width in 40 60 80 120 200; do
  on one en conflicts --width $width
  widest=$(python3 -c "import sys; from document import columns; print(max(columns(l.rstrip('\n')) for l in sys.stdin))" <<<"$out")
  check "conflicts-fit-$width" [ "$widest" -le $width ]
  on one fr status --width $width
  widest=$(python3 -c "import sys; from document import columns; print(max(columns(l.rstrip('\n')) for l in sys.stdin))" <<<"$out")
  check "status-fits-$width" [ "$widest" -le $width ]
done
on one en status
check status-names-conflicts says "$number .*B3"

# ---- never a question in a pipe; bad choices change nothing ----
on one en resolve
check no-question-in-a-pipe exits 2
on one en resolve "$number"
check a-choice-is-needed exits_complaining 2 '--mine'
on one en resolve C999 --mine
check unknown-conflict exits 8
on one en resolve "$number" --mine --theirs
check two-choices exits 2
on one en resolve "$number" --edit "beaucoup"
check bad-value exits_complaining 4 'beaucoup'
on one en resolve "$number" --field due=mine
check field-not-in-conflict exits_complaining 2 'due' 'B3.planned'
check nothing-changed [ "$(planned B3)" = 1200.00 ]

# ---- mine, theirs, another ----
on one en resolve "$number" --mine
check mine all_of "exits 0; says '^$number is resolved, r[0-9]+'; [ \"$(planned B3)\" = 1300.00 ]"
on one en conflicts
check none-left all_of "exits 0; silent '$number'"
conflict_in B3 --planned 1400 -- --planned 1500
on one en resolve "$number" --theirs
check theirs all_of "exits 0; says 'stays'; [ \"$(planned B3)\" = 1400.00 ]"
conflict_in B3 --planned 1600 -- --planned 1700
on one en resolve "${number#C}" --edit "1 650,50" --json
check edit-in-json all_of "exits 0; says '\"resolved\":true'; [ \"$(planned B3)\" = 1650.50 ]"

# ---- several fields ----
conflict_in B2 --planned 15100 --title "Ads de Paul" -- --planned 15200 --title "Ads de Claire"
on one en resolve "$number" --edit x
check edit-needs-one-field exits_complaining 2 'B2.planned' 'B2.title'
on one en resolve "$number" --field planned=mine
check each-field-needs-a-choice exits_complaining 2 'B2.title'
on one en resolve "$number" --field B2.planned=mine --field title=theirs
check field-by-field exits 0
check field-by-field-values [ "$(planned 'B2 Ads de Paul')" = 15200.00 ]
conflict_in B2 --planned 15300 --title "Encore Paul" -- --planned 15400 --title "Encore Claire"
on one en resolve "$number" --field planned=15350 --field "title=Les deux"
check field-by-field-others all_of "exits 0; [ \"$(planned 'B2 Les deux')\" = 15350.00 ]"

# ---- changed again while it was being settled ----
conflict_in B5 --planned 12100 -- --planned 12200
sales show B5
sales budget-line set B5 --planned 12300
on one en resolve "$number" --mine
check changed-again-is-a-new-conflict exits_complaining 3 'C[0-9]+'
on one en conflicts
check new-conflict-shows-the-third says 'now +€12,300'
number=$(grep -oE '\bC[0-9]+\b' <<<"$out" | head -n 1)
on one en resolve "$number" --mine
check then-it-is-taken all_of "exits 0; [ \"$(planned B5)\" = 12200.00 ]"

# ---- a deleted record: restore and apply ----
on one en show B10
sales show B10
sales budget-line rm B10
on one en budget-line set B10 --planned 777
check deleted-is-a-conflict exits_complaining 3 'Paul Bernard'
number=$(grep -oE '\bC[0-9]+\b' <<<"$err" | head -n 1)
on one en resolve "$number" --mine
check restore-and-apply all_of "exits 0; [ \"$(planned B10)\" = 777.00 ]"
on one en show B10
sales show B10
sales budget-line rm B10
on one en budget-line set B10 --planned 778
number=$(grep -oE '\bC[0-9]+\b' <<<"$err" | head -n 1)
on one en resolve "$number" --theirs
check leave-it-deleted exits 0
admin show B10
check it-is-deleted all_of 'exits 8 || says "[Dd]eleted"'

# ---- what waits for a conflict follows it ----
on one en show B7
sales show B7
sales budget-line set B7 --planned 5100
stop_server
on one en budget-line set B7 --planned 5200
on one en budget-line set B7 --title "Analytics de Claire"
on one en action set A6 --tags +libre
if start_server; then ok server-starts-again; else not_ok server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
on one en --server "$tcp_address" budget
check one-conflict-the-rest-flows complains '1 conflict: jalon conflicts'
check dependents-are-parked complains '1 waits for a conflict'
check the-rest-was-applied [ "$(cell A6 tags)" = libre ]
on one en conflicts
check conflicts-names-what-waits says 'waits for it +W[0-9]+ B7'
number=$(grep -oE '\bC[0-9]+\b' <<<"$out" | head -n 1)
on one en resolve "$number" --theirs
check theirs-lets-the-rest-follow all_of "exits 0; [ \"$(planned 'B7 Analytics de Claire')\" = 5100.00 ]"

# ---- offline ----
conflict_in B1 --planned 15100 -- --planned 15200
stop_server
on one en resolve "$number" --mine
check resolve-offline all_of "exits 0; says 'resolved: kept, will be sent'"
on one en conflicts
check resolved-offline-is-settled silent "$number"
if start_server; then ok server-starts-again-2; else not_ok server-starts-again-2 "$(tail -n 20 "$server_log")"; finish; fi
on one en --server "$tcp_address" sync
check resolved-offline-is-sent all_of "exits 0; [ \"$(planned B1)\" = 15200.00 ]"

# ---- long texts in an editor ----
if command -v tmux >/dev/null; then
  conflict_in A6 --description "un deux trois QUATRE" -- --description "un deux TROIS quatre cinq"
  if [ -n "$number" ]; then
    terminal edit 80 40
    type_in edit "export XDG_CONFIG_HOME='$W/laptops/one/config' XDG_DATA_HOME='$W/laptops/one/data' EDITOR='$here/editor.sh' EDITOR_TEXT='un deux TROIS QUATRE'; clear"
    type_in edit "'$JALON' --lang en resolve $number"
    sees editor-asked edit 'm yours, t theirs, e edit'
    type_in edit e
    sees editor-resolves edit 'is resolved, r[0-9]+'
    check editor-text [ "$(cell A6 description)" = "un deux TROIS QUATRE" ]
  else
    not_ok long-text-conflict "$(last_run)"
  fi
fi
finish
