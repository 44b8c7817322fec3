#!/bin/bash
# History: in words, each kind of field its own sentence; of a record, a person, a period; in pages; without what may not be read.
. "$(dirname "$0")/lib.sh"
began=$(the_date +%F) # days are named by their date: midnight may fall into this
set_up
admin action set A1 --due 2027-01-31

start=$(revision)
admin budget-line set B1 --planned "1 200"
check b1 exits 0
before_paul=$(revision)
sales action add "Nouveau"
admin action set A1 --title "Autre titre" --tags x,y --due 2026-12-24 --status done
admin action set A1 --tags +z,-x
admin action set A1 --due ""
admin action set A1 --description "Une description"
sales action rm Nouveau
sales action restore Nouveau
admin action move A1 --last
admin budget-line set B2 --action A1
admin kpi set K1 --target 12
check edits exits 0
end=$(revision)

# ---- each kind of field in words ----
admin history --since "r$start"
sentence() { check "$1" says "[0-9]  $2\$"; }
sentence money 'Administration took B1 Licences CRM from €12,000 to €1,200'
sentence made 'Paul Bernard made A7 Nouveau'
sentence deleted 'Paul Bernard deleted A7 Nouveau'
sentence restored 'Paul Bernard restored A7 Nouveau'
sentence text 'Administration changed A1 Autre titre \(title\) from "Mettre en place un plugin de chat sur le site" to "Autre titre"'
sentence choice 'Administration put A1 Autre titre \(status\) from "to do" to "done"'
sentence date 'Administration moved A1 Autre titre \(due date\) from 31 Jan 2027 to 24 Dec 2026'
sentence date-cleared 'Administration cleared A1 Autre titre \(due date\), which was 24 Dec 2026'
sentence set 'Administration added z to A1 Autre titre \(tags\) and took x out'
sentence long-text 'Administration (wrote in|rewrote) A1 Autre titre \(description\): "Une description"'
sentence place 'Administration moved A1 Autre titre in its list'
sentence figure 'Administration took K1 Taux de conversion du site web \(target\) from 5% to 12%'
sentence link 'Administration put A1 Autre titre in .*B2 Marketing automation \(action\)'
check since-a-revision silent 'made B1'
admin history A1 --sentences yes --json
check json says '"sentence": "Administration moved A1 Autre titre in its list"'
admin history A1 --json
check columns-for-programs all_of 'exits 0; silent sentence; says "\"field\": \"due\""'
admin history A1 --csv
check columns-in-csv all_of 'exits 0; says "^ref,time,revision,who,"; silent "moved A1"'
admin history A1 --sentences no
check columns-when-asked-for all_of 'exits 0; says "what changed +before +after"; silent "moved A1"'
jalon_in admin fr history --since "r$start"
check in-french all_of 'exits 0; says "Administration a porté B1 Licences CRM de 12 000 € à 1 200 €"; says "Paul Bernard a créé A7 Nouveau"'

# ---- at 80 columns: whole sentences, folded, nothing cut ----
jalon_in admin en --width 80 history --since "r$start"
check narrow python3 -c "
import re, sys
lines = sys.argv[1].splitlines()
assert max(map(len, lines)) <= 80, max(lines, key=len)
whole = re.sub(r'\s+', ' ', sys.argv[1])
assert 'Administration changed A1 Autre titre (title) from \"Mettre en place un plugin de chat sur le site\" to \"Autre titre\"' in whole, whole
assert '…' not in whole, whole
" "$out"

# ---- persons and periods ----
admin history --by "Paul Bernard"
check by-person all_of 'exits 0; says "Paul Bernard made A7"; says "Paul Bernard restored A7"; silent Administration'
admin history --by "Paul Bernard" --until "r$before_paul"
check by-person-before-that all_of 'exits 0; says "no change known"'
admin history --by Nobody
check by-nobody exits_complaining 8 'Nobody'
admin history B1 --since "$began"
check since-a-day all_of 'exits 0; says "took B1"; says "made B1"'
before=$(the_date -d "$began -1 day" +%F)
admin history B1 --until "$before"
check until-the-day-before all_of 'exits 0; says "no change known"'
admin history --until "$before"
check before-the-plan all_of 'exits 0; says "no change known"; silent "older changes"'
admin history --by Administration --limit 1
check older-with-the-filters all_of 'exits 0; says "repeat with --before r[0-9]+"; silent "jalon history --before"'
admin history B1 --since "r$start"
check record-since all_of 'exits 0; says "1,200"; silent " made B1"'
admin history --since "not a day"
check not-a-day exits_complaining 4 'not a date'
sales --offline history --by "Paul Bernard" --since "$began"
check offline exits 0

# ---- pages: the newest first, and where the next one begins ----
admin history A1 --limit 1
check first-page all_of 'exits 0; says "moved A1 Autre titre in its list"; silent "description"'
older=$(sed -n 's/.*--before \(r[0-9]*\).*/\1/p' <<<"$out")
admin history A1 --limit 1 --before "$older"
check second-page all_of 'exits 0; says "Une description"; silent "moved A1"'
admin history --limit 0
check no-such-limit exits_complaining 4 'limit is a number from 1 to 1,000'

# ---- a long history of one record, whole and in order ----
for n in $(seq 1 90); do echo "$n"; done | while read -r n; do admin action set A3 --progress "$n%" || break; done
admin history A3 --json
check long-history python3 -c "
import document, sys
rows = document.Document(sys.argv[1]).rows('history')
after = [r['cells']['after'] for r in rows if r['cells']['field'] == 'progress']
revisions = [r['cells']['revision'] for r in rows]
assert len(after) >= 90 and after[:90] == sorted(after[:90], reverse=True), after
assert revisions == sorted(revisions, reverse=True)
" "$out"

# ---- what may not be read is in no line ----
admin raci set "$DEMONSTRATION_NAME" A="Claire Martin"
marketing payroll-line add "Salaire de Zorglub" --planned 71234
marketing rights set everybody payroll none
sales history
check hidden all_of 'exits 0; silent Zorglub; silent "71.?234"'
sales history --by "Claire Martin"
check hidden-of-a-person all_of 'exits 0; silent Zorglub'
marketing history --by "Claire Martin"
check seen all_of 'exits 0; says "made PY1 Salaire de Zorglub"'
finish
