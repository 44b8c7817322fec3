#!/bin/bash
# An import of 5,000 records taken back as a whole: the plan's export is what it was. Interrupted and gone on with; with changes of others
# in between; a range of revisions; from another machine.
. "$(dirname "$0")/lib.sh"
set_up
python3 - "$W/files/leads.json" <<'PY'
import json, sys
records = []
for a in range(500):
    # the items before their action, so that lists must be put in order afterwards
    records += [{"type": "checklist_item", "action": f"a{a}", "title": f"Point {a}.{i}"} for i in range(9)]
    records.append({"type": "action", "key": f"a{a}", "title": f"Action importée {a}", "lever": f"l{a % 5}"})
records += [{"type": "lever", "key": f"l{n}", "name": f"Levier importé {n}", "objectives": ["o"]} for n in range(5)]
records.append({"type": "objective", "key": "o", "title": "Objectif importé"})
assert len(records) == 5006
json.dump({"jalon": 1, "records": records}, open(sys.argv[1], "w"))
PY
export_plan() { admin plan export "$W/files/$1.json"; [ $status -eq 0 ]; }
same_plan() { cmp "$W/files/$1.json" "$W/files/$2.json"; }
count() { value_of admin "len(d.rows('$1'))" "$2" list; }
actions() { value_of admin "sum(r['cells']['title'].startswith('Action importée') for r in d.rows('action'))" action list; }

check export-before export_plan before
hash_before=$(state_hash)
check has-a-hash grep -qE '^[0-9a-f]{32}$' <<<"$hash_before"
first=$(($(revision) + 1))
marketing plan import "$W/files/leads.json" --into "$DEMONSTRATION_NAME"
check imported exits 0
last=$(revision)
check in-several-groups [ $((last - first)) -ge 2 ]
check they-are-there [ "$(actions)" = 500 ]
check export-after export_plan imported
hash_imported=$(state_hash)
check another-hash [ "$hash_imported" != "$hash_before" ]

# ---- its groups are found by its name ----
marketing history --import leads.json --csv
check history-of-the-import all_of "exits 0; [ \$(grep -c 'Action importée' <<<\"\$out\") -ge 500 ]; silent 'Licences'"
sales history --import leads.json --limit 1
check in-sentences all_of 'exits 0; says "Claire Martin made "; says "repeat with --before r[0-9]+"'
marketing history --import nothing.json
check history-of-no-import all_of 'exits 0; says "no change known"'
marketing history B1 --import leads.json
check history-of-a-record-without-it all_of 'exits 0; says "no change known"'
marketing history --import leads.json --by "Paul Bernard"
check history-of-the-import-by-another all_of 'exits 0; says "no change known"'
check in-the-log [ "$(sql "SELECT string_agg(DISTINCT import_name, ',') || min(revision) || '-' || max(revision) FROM log WHERE import_name IS NOT NULL AND revision >= $first")" = "leads.json$first-$last" ]

# ---- asked for as a whole ----
marketing undo --import nothing.json
check no-such-import exits_complaining 8 'nothing was imported into this plan as nothing.json' 'leads.json'
sales undo --import leads.json --yes
check not-somebody-elses exits_complaining 7 "somebody else's"
jalon_in marketing fr undo --import leads.json --dry-run
check in-french complains "ceci annule l'import leads.json : $((last - first + 1)) groupes de r$first à r$last, changements : 5[  ]?006"
marketing undo --import leads.json
check asks-and-there-is-no-terminal exits_complaining 2 'add --yes'
marketing undo --import leads.json --dry-run
check dry-run all_of "exits 0; complains 'this takes back the import leads.json: $((last - first + 1)) groups from r$first to r$last, changes: 5,?006'; [ $(revision) = $last ]"

# ---- broken off after the last group, and gone on with from elsewhere ----
marketing undo "r$last" --yes
check one-of-them exits 0
marketing undo --import leads.json --yes
check import-undone exits_saying 0 'groups are undone: [0-9,]+ changes, r[0-9]+ to r[0-9]+'
check export-undone export_plan undone
check the-plan-is-what-it-was same_plan before undone
check and-so-is-its-state [ "$(state_hash)" = "$hash_before" ]
marketing undo --import leads.json --yes
check taken-back-already exits_complaining 8 'taken back already'

# ---- and made again, by its revisions ----
back=$(revision)
marketing undo "r$((last + 1))..r$back" --yes
check range-undone exits 0
check export-again export_plan again
check the-import-is-there-again same_plan imported again
check with-its-state [ "$(state_hash)" = "$hash_imported" ]

# ---- with what others did since ----
marketing undo "r$((back + 1))..r$(revision)" --yes
check away-again all_of "exits 0; export_plan undone; same_plan before undone"
marketing plan import "$W/files/leads.json" --into "$DEMONSTRATION_NAME" --as second
check imported-again exits 0
changed=$(value_of admin "[r['ref'] for r in d.rows('action') if r['cells']['title'] == 'Action importée 7'][0]" action list)
below=$(value_of admin "[r['ref'] for r in d.rows('action') if r['cells']['title'] == 'Action importée 8'][0]" action list)
sales show "$changed"
sales action set "$changed" --title "Action importée de Paul"
sales checklist-item add "Point de Paul" --action "$below"
marketing undo --import second --yes
check what-others-touched-stays exits_complaining 3 '^jalon: [0-9]+ changes stay, because others'
check only-those [ "$(value_of admin "' '.join(sorted(r['cells']['title'] for r in d.rows('action') if 'importée' in r['cells']['title']))" action list)" = 'Action importée 8 Action importée de Paul' ]
marketing conflicts
check as-conflicts says 'Action importée de Paul'
conflict=$(grep -oE 'C[0-9]+' <<<"$out" | head -n 1)
marketing resolve "$conflict" --mine
check settled exits 0
sales undo
check what-paul-added-goes exits 0
marketing undo --import second --yes
check the-rest-goes-too all_of "exits 0; export_plan rest; same_plan before rest"
check and-the-state-is-what-it-was [ "$(state_hash)" = "$hash_before" ]
marketing undo --import second --yes
check all-of-it-is-gone exits_complaining 8 'second is taken back already'

# ---- one group: what somebody changed below stays, and with it what it belongs to ----
printf '{"jalon": 1, "records": [{"type": "action", "key": "a", "title": "Petite action"}, {"type": "checklist_item", "key": "i", "action": "a", "title": "Petit point"}]}' >"$W/files/two.json"
marketing plan import "$W/files/two.json" --into "$DEMONSTRATION_NAME"
small=$(revision)
item=$(value_of admin "[r['ref'] for r in d.rows('checklist_item') if r['cells']['title'] == 'Petit point'][0]" checklist-item list)
action=$(value_of admin "[r['ref'] for r in d.rows('action') if r['cells']['title'] == 'Petite action'][0]" action list)
sales checklist-item show "$item"
sales checklist-item set "$item" --title "Point de Paul"
marketing undo "r$small"
check stays-with-what-it-belongs-to all_of "exits 3; complains '1 records stay'; complains 'Point de Paul'; complains 'jalon resolve C[0-9]+'"
conflict=$(grep -oE 'C[0-9]+' <<<"$err" | head -n 1)
marketing resolve "$conflict" --mine
check settled-alone exits 0
marketing undo "r$small"
check then-the-rest all_of "exits 0; export_plan last; same_plan before last"
marketing undo --import two.json --yes
check nothing-of-it-is-there exits_complaining 8 'two.json is taken back already'
marketing restore "$action"
check restored-by-hand all_of "exits 0; export_plan last; ! same_plan before last"
marketing undo --import two.json --yes
check what-is-there-again-goes-again all_of "exits 0; says 'undone, changes: 1, r[0-9]+.* jalon redo'; export_plan last; same_plan before last"
marketing undo --import two.json --yes
check and-only-once exits_complaining 8 'two.json is taken back already'

# ---- restore: what was deleted with it comes back too, what was deleted before does not ----
marketing plan import "$W/files/leads.json" --into "$DEMONSTRATION_NAME" --as third
one=$(value_of admin "[r['ref'] for r in d.rows('action') if r['cells']['title'] == 'Action importée 3'][0]" action list)
gone=$(value_of admin "[r['ref'] for r in d.rows('checklist_item') if r['cells']['title'] == 'Point 3.4'][0]" checklist-item list)
marketing checklist-item show "$gone"
marketing checklist-item rm "$gone"
marketing restore "$one"
check not-deleted exits_complaining 4 "$one is not deleted"
marketing undo --import third --yes
check third-is-gone exits 0
items() { value_of admin "' '.join(sorted(r['cells']['title'] for r in d.rows('checklist_item') if r['cells']['title'].startswith('Point 3.')))" checklist-item list; }
marketing restore "$one" --dry-run
check restore-dry-run exits_saying 0 "^$one Action importée 3 would be back, with 8 records that were deleted with it"
marketing restore "$one"
check restored-with-what-went-with-it exits_saying 0 "^$one Action importée 3 is back, with 8 records that were deleted with it, r[0-9]+\$"
check those-and-no-others [ "$(items)" = 'Point 3.0 Point 3.1 Point 3.2 Point 3.3 Point 3.5 Point 3.6 Point 3.7 Point 3.8' ]
marketing undo
check restore-undone all_of "exits 0; [ -z \"\$(items)\" ]"
marketing restore "$one"
marketing show "$one"
hidden=$(value_of admin "[r['ref'] for r in d.rows('checklist_item') if r['cells']['title'] == 'Point 3.5'][0]" checklist-item list)
marketing action rm "$one" --with-children
check removed-with-children exits 0
marketing restore "$hidden"
check names-what-it-belongs-to exits_complaining 3 "$hidden belongs to $one, which was deleted" "jalon restore $one"
marketing restore "$one"
check restored-hidden-ones-come-by-themselves all_of "exits 0; says '^$one Action importée 3 is back, r[0-9]+'; [ \$(wc -w <<<\"\$(items)\") = 16 ]"

# ---- several imports of one name: one after the other, or all ----
for title in Avant Après; do
  printf '{"jalon": 1, "records": [{"type": "action", "key": "%s", "title": "%s"}]}' "$title" "$title" >"$W/files/$title.json"
done
import_both() { for title in Avant Après; do marketing plan import "$W/files/$title.json" --into "$DEMONSTRATION_NAME" --as twice; done; }
titles() { value_of admin "' '.join(sorted(r['cells']['title'] for r in d.rows('action') if r['cells']['title'] in ('Avant', 'Après')))" action list; }
import_both
check both-are-there [ "$(titles)" = 'Après Avant' ]
marketing undo --import twice --dry-run
check one-of-two all_of "exits 0; complains 'twice was imported 2 times.* this is one of them'"
marketing undo --import twice --yes
check the-last-one all_of "exits 0; complains 'earlier imports of that name: 1'; [ \$(titles) = Avant ]"
marketing undo --import twice --yes
check the-one-before all_of 'exits 0; silent "earlier imports"; [ -z "$(titles)" ]'
marketing undo --import twice --yes
check both-are-gone exits_complaining 8 'twice is taken back already'
state=$(state_hash)
import_both
marketing undo --import twice --all --dry-run
check all-dry-run all_of 'exits 0; complains "2 groups from r[0-9]+ to r[0-9]+, changes: 2"; silent "one of them"; [ "$(titles)" = "Après Avant" ]'
marketing undo --import twice --all
check all-asks-too exits_complaining 2 'add --yes'
marketing undo --import twice --all --yes
check all-of-them all_of 'exits 0; [ -z "$(titles)" ]'
check the-state-is-that-of-before-both [ "$(state_hash)" = "$state" ]
marketing undo --import twice --all --yes
check all-are-taken-back-already exits_complaining 8 'twice is taken back already'
marketing undo --all
check all-of-what exits_complaining 2 '--all goes with --import'

# ---- an import is one action: the last one is taken back as one ----
# one of the first import was brought back by hand, and stays
marketing plan import "$W/files/leads.json" --into "$DEMONSTRATION_NAME" --as third
check third all_of 'exits 0; [ "$(actions)" = 501 ]'
marketing undo --yes
check undone-as-one all_of 'exits 0; [ "$(actions)" = 1 ]'

# ---- what stays because its month was closed since ----
month=$(the_date +%Y-%m) # the plan's first
cat >"$W/files/invoices.json" <<J
{"jalon": 1, "records": [{"type": "budget_line", "key": "b", "title": "Ligne d'un mois clos", "category": "media"},
  {"type": "expense", "title": "Facture d'un mois clos", "line": "b", "date": "$month-01", "net": 10000}]}
J
marketing plan import "$W/files/invoices.json" --into "$DEMONSTRATION_NAME" --as closed
check invoices exits 0
admin closed-month add --month "$month"
check closed exits 0
marketing undo --import closed --yes
check says-what-closed exits_complaining 4 'changes stay' 'the month of .*is closed' 'reopen'
check no-conflict-is-named silent 'jalon conflicts|others have'
marketing conflicts --json
check there-is-none silent 'mois clos'
admin closed-month set MC1 --state reopened --reason "reprise"
marketing undo --import closed --yes
check and-when-it-is-open exits 0
finish
