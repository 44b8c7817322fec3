#!/bin/bash
# Lists that people order, and long texts that two people changed.
. "$(dirname "$0")/lib.sh"
set_up

# Positions of references among the rows of a type's list.
order() { value_of admin "' '.join(r['cells']['reference'] for r in d.rows('${1//-/_}') if r['cells']['reference'] in '${*:2}'.split())" "$1" list; }
is_order() { # type, references...: in this order
  local is
  is=$(order "$@")
  [ "$is" = "${*:2}" ] || { echo "order is $is"; return 1; }
}

check as-made is_order action A1 A2 A3 A4
admin action move A4 --after A1
check moved-after exits_saying 0 '^A4 is behind A1 now, r[0-9]+$'
check after is_order action A1 A4 A2 A3
admin action move A3 --before A4
check moved-before exits_saying 0 '^A3 is before A4 now, r[0-9]+$'
check before is_order action A1 A3 A4 A2
admin action move A2 --first
check moved-first exits_saying 0 '^A2 is the first now'
check first is_order action A2 A1 A3 A4
admin undo
check undone exits_saying 0 'is undone'
check after-undo is_order action A1 A3 A4 A2
admin action move A1 --last
check moved-last exits_saying 0 '^A1 is the last now'
check last is_order action A3 A4 A2 A1
admin action add "À la fin"
check added-at-the-end is_order action A3 A4 A2 A1 "$(grep -oE '^action A[0-9]+' <<<"$out" | cut -d' ' -f2)"
admin action move A2 --first --dry-run
check dry-run exits_saying 0 '^A2 would be the first$'
check dry-run-changed-nothing is_order action A3 A4 A2 A1

# Two people at once: both moves stand, nobody is asked.
marketing action move A4 --after A2
sales action move A3 --after A2
check no-conflict exits_saying 0 'A3 is behind A2'
check both is_order action A2 A3 A4 A1

# What is no move.
admin action move A2
check move-needs-a-place exits_complaining 2 'where to\?' 'jalon help action move'
admin action move A2 --first --last
check move-takes-one-place exits_complaining 2 'where to\?'
admin action move A2 --after A2
check beside-itself exits_complaining 2 'cannot stand beside itself'
admin action move A2 --after L1
check another-list exits_complaining 8 'L1'
admin kpi move K1 --first
check no-order-of-its-own exits 2
admin help action move
check help exits_saying 0 '--after REF'

# The other lists.
admin objective move O2 --first
check objectives is_order objective O2 O1
admin lever move L2 --before L1
check levers is_order lever L2 L1
admin checklist-item add "Un" --action A1
one=$(grep -oE 'CI[0-9]+' <<<"$out")
admin checklist-item add "Deux" --action A1
two=$(grep -oE 'CI[0-9]+' <<<"$out")
admin checklist-item move "$two" --before "$one"
check checklist is_order checklist-item "$two" "$one"
admin history A4
check history-tells-moves exits_saying 0 'moved'
check history-shows-no-keys silent '\?\?|\\x'
admin show A4
check show-has-no-place silent 'place'

# ---- long texts ----
marketing action set A1 --description "Inviter les clients lundi, puis les prospects"
marketing show A1
sales show A1
marketing action set A1 --description "Inviter les bons clients lundi, puis les prospects"
sales action set A1 --description "Inviter les clients lundi, puis les prospects tièdes"
check text-merged exits 0
sales show A1
check both-texts says 'Inviter les bons clients lundi, puis les prospects tièdes'
marketing show A1
marketing action set A1 --description "Inviter les bons clients mardi, puis les prospects tièdes"
sales action set A1 --description "Inviter les bons clients jeudi, puis les prospects tièdes"
check text-conflict exits_complaining 3 'mardi' 'jeudi' 'lundi'

# ---- the same on two laptops without the server ----
laptop claire marketing
laptop paul sales
on_laptop_order() { # laptop, type, references...
  local laptop=$1 type=$2 is
  shift 2
  on "$laptop" en --json "$type" list
  is=$(W="$W" python3 -c "
import os, sys
from document import Document
d = Document(open(os.environ['W'] + '/files/out').read())
print(' '.join(r['cells']['reference'] for r in d.rows(sys.argv[1].replace('-', '_')) if r['cells']['reference'] in sys.argv[2:]))" "$type" "$@")
  [ "$is" = "$*" ] || { echo "order is $is"; return 1; }
}
admin action move A1 --first
admin action move A2 --after A1
admin action move A3 --after A2
admin action move A4 --after A3
admin action set A2 --description "Appeler les clients lundi matin"
for who in claire paul; do
  on $who en sync
  on $who en show A2
done
kill_server
on claire en action add "Hors ligne"
check made-offline exits_saying 0 '^A\?1 '
on claire en action move 'A?1' --after A1
check moved-offline exits_saying 0 'A\?1'
check offline-order on_laptop_order claire action A1 'A?1' A2 A3 A4
on claire en action set A2 --description "Appeler les meilleurs clients lundi matin"
on paul en action move A4 --after A1
check moved-offline-too on_laptop_order paul action A1 A4 A2 A3
on paul en action set A2 --description "Appeler les clients mardi matin"
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"
on claire en sync
check first-sync exits 0
on paul en sync
check second-sync-without-conflict exits 0
on claire en sync
on claire en --json action list
new=$(python3 -c "
from document import Document; import sys
print(Document(open(sys.argv[1]).read()).find('action', 'title', 'Hors ligne')['cells']['reference'])" "$W/files/out")
check both-moves-on-one on_laptop_order claire action A1 A4 "$new" A2 A3
check both-moves-on-the-other on_laptop_order paul action A1 A4 "$new" A2 A3
on paul en show A2
check texts-of-both-trains says 'Appeler les meilleurs clients mardi matin'
on paul en conflicts
check nothing-to-resolve silent 'C[0-9]+ '

# ---- a record that nothing else is shown of: showing it is what edits and deletes of it are based on ----
admin checklist-item add "Salle" --action A1
item=$(grep -oE 'CI[0-9]+' <<<"$out")
on claire en show "$item"
on paul en show "$item"
on claire en checklist-item set "$item" --done yes
on paul en checklist-item rm "$item"
check delete-shows-the-unseen-change exits_complaining 3 "$item" 'done' 'yes' 'marketing|Claire'
on claire en checklist-item set "$item" --title "Grande salle"
on paul en checklist-item set "$item" --title "Petite salle"
check edit-is-based-on-what-was-shown exits_complaining 3 'Grande salle' 'Petite salle'

# ---- a file has each list in its order, whoever is named before the one that names it ----
admin objective add "Parent" --target 5 --baseline 1
parent=$(grep -oE 'O[0-9]+' <<<"$out" | head -n 1)
admin objective set O1 --parent "$parent" # which stands behind it
admin action add "Repris" --carried-from A1
carried=$(grep -oE '^action A[0-9]+' <<<"$out" | cut -d' ' -f2)
admin action move "$carried" --first
titles() { # of a plan, by list
  local type
  for type in objective key-result lever action checklist-item; do
    echo "$type: $(value_of admin "' | '.join(str(r['cells'].get('title') or r['cells'].get('name')) for r in d.rows('${type//-/_}'))" "$type" list)"
  done
}
titles >"$W/files/here"
admin plan export "$W/files/ordered.json"
admin plan import "$W/files/ordered.json" --new "Dans l'ordre"
check import-in-order exits 0
titles >"$W/files/there"
check lists-have-their-order cmp "$W/files/here" "$W/files/there"
check it-was-an-order grep -q 'action: Repris' "$W/files/there"
admin plan export "$W/files/again.json"
check files-are-in-the-same-order python3 - "$W/files/ordered.json" "$W/files/again.json" <<'P'
import json, sys
a, b = ([(r['type'], r.get('title') or r.get('name')) for r in json.load(open(p))['records']] for p in sys.argv[1:])
assert a == b
P

finish
