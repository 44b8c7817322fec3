#!/bin/bash
# Another plan has the same references: its list is known by the ids that it ends with, or by its titles, and writes over nothing unless one says so. One's
# own list is known again whatever is changed in it.
. "$(dirname "$0")/lib.sh"
set_up
cd "$W/files" || exit 1
told() { # "made=39 same=0": each count of the last run with --json is so
  python3 - "$1" <<P
import sys
from document import Document
d = Document(open('$W/files/out').read())
counts = {r['cells']['what']: str(r['cells']['value']) for r in d.rows('counts')}
bad = [part for part in sys.argv[1].split() if counts.get(part.split('=')[0], '0') != part.split('=')[1]]
sys.exit(f'{bad} of {counts}' if bad else 0)
P
}
without() { # file, column: to standard output, without that column
  python3 - "$1" "$2" <<'P'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding='utf-8', newline='')))
at = rows[0].index(sys.argv[2])
csv.writer(sys.stdout, lineterminator='\r\n').writerows(row[:at] + row[at + 1:] for row in rows)
P
}
lines_of() { sql "SELECT string_agg('B' || number || ' ' || title || ' ' || coalesce(planned, 0), ', ' ORDER BY number) FROM budget_line WHERE deleted_revision IS NULL AND space_id = (SELECT space_id FROM plan WHERE name = '$1')"; }

# ---- two plans of the same kind: B1 and B2 of one are not those of the other ----
for plan in North South; do
  marketing plan new $plan --start 2026-01-01 --end 2026-12-31 --currency EUR
  marketing lever add Ads
done
marketing plan use North
marketing budget-line add Fair --lever L1 --category other --planned 1000 --vat-rate 20%
marketing budget-line add Press --lever L1 --category other --planned 2000 --vat-rate 20%
marketing budget-line list --csv
cp out north.csv
check ids-stand-last [ "$(head -n 1 north.csv | tr -d '\r' | grep -oE '[a-z]+$')" = id ]
check each-row-has-its-own all_of "exits 0; [ \"\$(sql \"SELECT string_agg(id::text, ' ' ORDER BY number) FROM budget_line WHERE title IN ('Fair', 'Press')\")\" = \"\$(tail -n +2 north.csv | tr -d '\r' | grep -oE '[0-9a-f-]{36}\$' | paste -sd ' ')\" ]"
marketing plan use South
marketing budget-line add Fair --lever L1 --category other --planned 10
marketing budget-line add Press --lever L1 --category other --planned 20
south=$(lines_of South)
before=$(state_hash)
for how in '' --dry-run --preview --overwrite; do
  marketing import north.csv --as budget-line $how
  check "the-list-of-another-plan-by-its-ids$how" exits_complaining 2 '2 of 2 records that "ref" names are others in this plan, by their "id", such as B1 \(line 2: "Fair"\)' '--map "ref="' '--key ref'
done
check not-a-cell-was-written [ "$before" = "$(state_hash)" ]
jalon_in marketing fr import north.csv --as budget-line
check in-french exits_complaining 2 "selon leur « id »" "ref dit que les fiches"

# ---- without ids: by their titles ----
without north.csv id >bare.csv
sed 's/,Press,/,Posters,/' bare.csv >one.csv
marketing import one.csv --as budget-line
check one-other-title-is-asked-about exits_complaining 2 '1 of 2 records that "ref" names have another title in this plan, such as B2 \(line 3: "Posters"\)' '--key ref'
check still-nothing [ "$before" = "$(state_hash)" ]

# ---- what is meant is said ----
marketing import north.csv --as budget-line --map 'ref=' --map 'lever=' --set lever=L1 --json
check compared-by-title all_of "exits 0; told 'made=0 changed=0 kept=2'; [ \"\$(lines_of South)\" = \"\$south\" ]"
sed 's/,Fair,/,Congress,/; s/,Press,/,Posters,/' north.csv >new.csv
marketing import new.csv --as budget-line --map 'ref=' --json
check rows-are-new all_of "exits 0; told 'made=2 changed=0 rejected=0'; [ \"\$(lines_of South)\" = \"\$south, B3 Congress 100000, B4 Posters 200000\" ]"
check fractions-are-what-they-were [ "$(sql "SELECT string_agg(vat_rate::text, ' ') FROM budget_line WHERE title IN ('Congress', 'Posters')")" = '2000 2000' ]
marketing undo --import new.csv --yes
check taken-back [ "$before" = "$(state_hash)" ]
marketing import north.csv --as budget-line --key ref --dry-run --json
check shown-first all_of "exits 0; told 'made=0 changed=2'"
check and-only-shown [ "$before" = "$(state_hash)" ]
marketing import north.csv --as budget-line --key ref --json
check rows-are-these-records all_of "exits 0; told 'made=0 changed=2'; [ \"\$(lines_of South)\" = 'B1 Fair 100000, B2 Press 200000' ]"
marketing undo --import north.csv --yes

# ---- one's own list: every title may be another one ----
marketing budget-line list --csv
sed 's/,Fair,/,Congress,/; s/,Press,/,Posters,/' out >own.csv
marketing import own.csv --as budget-line --json
check own-titles all_of "exits 0; told 'made=0 changed=2 rejected=0'; [ \"\$(lines_of South)\" = 'B1 Congress 1000, B2 Posters 2000' ]"
marketing undo --import own.csv --yes
python3 - own.csv <<'P'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding='utf-8', newline='')))
rows.append([''] + rows[1][1:])
rows[3][rows[0].index('title')] = 'Copy'
csv.writer(open('copied.csv', 'w', newline='')).writerows(rows)
rows[3][0] = 'new'
csv.writer(open('answered.csv', 'w', newline='')).writerows(rows)
P
marketing import copied.csv --as budget-line --json
check a-copied-row-is-asked-about all_of "exits 4; told 'made=0 changed=2 rejected=1 rows=3'; says '.ref.. is empty, but ..id.. is that of B1'"
marketing import answered.csv --as budget-line --json
check and-is-new all_of "exits 0; told 'made=1 changed=0 same=2'; [ \"\$(sql \"SELECT count(*) FROM budget_line WHERE title = 'Copy' AND deleted_revision IS NULL\")\" = 1 ]"

# ---- people and roles are every plan's ----
marketing plan use North
marketing role list --csv
cp out roles.csv
marketing plan use South
marketing import roles.csv --as role --json
check roles-are-the-same-everywhere all_of "exits 0; told 'made=0 changed=0 rejected=0'"

# ---- a row without a reference among rows that have one: new, or said ----
marketing plan use South
adds_up() { # the rows of the last run with --json are all accounted for
  python3 - <<P
from document import Document
counts = {r['cells']['what']: int(r['cells']['value']) for r in Document(open('$W/files/out').read()).rows('counts') if r['cells']['what'] not in ('import', 'revision', 'passed-over')}
rows = counts.pop('rows')
assert rows == sum(counts.values()) and rows == $1, (rows, counts)
P
}
printf 'ref,title,lever,category,planned\nB1,Congress,L1,other,10\n,Poster,L1,other,30\n' >plain.csv
marketing import plain.csv --as budget-line --json
check an-empty-ref-is-a-new-record all_of "exits 0; told 'made=1 same=1 rejected=0'; adds_up 2; [ \"\$(sql \"SELECT planned FROM budget_line WHERE title = 'Poster' AND deleted_revision IS NULL\")\" = 3000 ]"
marketing import plain.csv --as budget-line --json
check and-new-once all_of "exits 0; told 'made=0 same=2'; adds_up 2"
marketing undo --import plain.csv --yes
marketing budget --csv
python3 - <<'P'
import csv
rows = list(csv.reader(open('out', encoding='utf-8', newline='')))
rows = rows[:rows.index([])]
at = next(i for i, row in enumerate(rows) if row[0] == 'B1')
rows.insert(at + 1, ['', 'Handbill', 'other', '', '', '30.00'] + [''] * (len(rows[0]) - 6))
csv.writer(open('view.csv', 'w', newline='')).writerows(rows)
print(sum(1 for row in rows[1:]), sum(1 for row in rows[1:] if row[0].startswith('B')), file=open('view.txt', 'w'))
P
read -r all lines <view.txt
marketing import view.csv --as budget-line --json
check a-row-that-was-added-to-a-view-is-rejected all_of "exits 4; told \"made=0 same=$lines rejected=1\"; says 'ref.. is empty: a new record, or a sum'"
sed -i 's/^,Handbill,/new,Handbill,/' view.csv
marketing import view.csv --as budget-line --set lever=L1 --json
check or-new-when-it-says-so all_of "exits 0; told \"made=1 rejected=0\"; [ \"\$(sql \"SELECT planned FROM budget_line WHERE title = 'Handbill' AND deleted_revision IS NULL\")\" = 3000 ]"
finish
