#!/bin/bash
# RACI: the classic table of one action, the one accountable, letters replaced together, the matrix.
. "$(dirname "$0")/lib.sh"
set_up

holders() { value_of admin "' '.join(sorted(f\"{r['cells']['raci']}={o}\" for r in d.rows('raci') for o in r['cells']['owner'].split(' / ')))" raci "$1"; }

# ---- the table of the seed ----
expected='Création de contenu|Content Manager|R
Validation|Directeur Marketing|A
Avis|Sales / Product|C
Information|COMEX|I'
jalon_in marketing fr raci "Création de contenu" --csv
seen=$(python3 -c "
import sys
from document import csv_tables
table = csv_tables(sys.stdin.read())[0]
order = [table[0].index(name) for name in ('task', 'owner', 'raci')]
for row in table[1:]: print('|'.join(row[i] for i in order))" <<<"$out")
check table-of-the-seed-csv [ "$seen" = "$expected" ]
jalon_in marketing fr raci "Création de contenu"
seen=$(sed -E 's/^ +//; s/ +$//; s/ {2,}/|/g; s/ *[│|] */|/g; s/^\|//; s/\|$//' <<<"$out" | grep -xF -- "$expected")
check table-of-the-seed-printed [ "$seen" = "$expected" ]
check table-of-the-seed-heading says '[Tt]âche.*[Pp]ropriétaire|[Tt]âche.*([Rr]esponsable|[Oo]wner)'
marketing raci A2
seen_by_number=$(tail -n +2 <<<"$out")
marketing raci création\ de\ contenu
check found-by-number-and-title [ "$(tail -n +2 <<<"$out")" = "$seen_by_number" ]
marketing raci "rien de tel"
check unknown-action exits_complaining 8 'rien de tel'

# ---- one accountable ----
before=$(revision)
marketing raci add A2 "A=Paul Bernard"
check second-A-refused-naming-the-first exits_complaining 4 'Directeur Marketing' 'A2'
check second-A-says-how-to-fix complains 'raci set'
check second-A-changes-nothing [ "$(revision)" = "$before" ]
marketing raci add A2 "C=COMEX" "A=Paul Bernard"
check one-refused-letter-refuses-the-group all_of "exits 4; [ $(revision) = $before ]"
admin action add "Salon professionnel" --lever SEO
check new-action exits 0
marketing raci add A7 "A=Claire Martin"
check first-A-taken exits 0
sales raci add A7 "A=Paul Bernard"
check second-A-of-another-names-the-first exits_complaining 4 'Claire Martin'
marketing raci add A7 R=marie "R=Benoit Lefèvre"
check several-responsible exits 0
marketing raci add A7 R=marie
check same-assignment-twice-is-one [ "$(holders A7)" = 'A=Claire Martin R=Benoit Lefèvre R=Marie Dupont' ]

# ---- a started action keeps its letters ----
marketing raci rm A3 "A=Directeur Marketing"
check started-action-keeps-its-A exits_complaining 4 'A3'
sales action set A7 --status in-progress
check starting-with-A-and-R exits 0
admin action add "Sans personne"
marketing action set A8 --status in-progress
check starting-without-A-refused exits_complaining 4 'A8' '[AR]'

# ---- set replaces the letters that it names, in one group ----
before=$(revision)
marketing raci set A2 A=paul R=marie C=sales I=comex
check set-accepted exits 0
check set-is-one-revision [ "$(revision)" = $((before + 1)) ]
check set-replaced [ "$(holders A2)" = 'A=Paul Bernard C=Sales I=COMEX R=Marie Dupont' ]
marketing raci set A2 C=sales,product
check set-leaves-other-letters [ "$(holders A2)" = 'A=Paul Bernard C=Product C=Sales I=COMEX R=Marie Dupont' ]
before=$(revision)
marketing raci set A2 A=personne-de-tel
check set-unknown-holder exits_complaining 8 'personne-de-tel'
marketing raci set A2 X=paul
check set-unknown-letter exits 2
marketing raci set A2 A=paul,marie
check set-two-accountables-refused all_of 'exits 4 || exits 2'
marketing raci set A2 A=marie --dry-run
check set-dry-run all_of "exits 0; [ $(revision) = $before ]; [ \"\$(holders A2)\" = 'A=Paul Bernard C=Product C=Sales I=COMEX R=Marie Dupont' ]"
marketing undo
check undo-of-set [ "$(holders A2)" = 'A=Paul Bernard C=Sales I=COMEX R=Marie Dupont' ]

# ---- the label of a part ----
task() { value_of admin "' '.join(str(r['cells']['task']) for r in d.rows('raci') if r['cells']['raci'] == '$2')" raci "$1"; }
marketing raci A2
check undo-brings-labels-back [ "$(task A2 I)" = Information ]
marketing raci set A2 I=product
check set-keeps-the-label-of-a-letter all_of "exits 0; [ \"$(task A2 I)\" = Information ]"
marketing raci set A2 I=comex
marketing raci set A2 R=marie --task "Rédaction"
check set-with-a-task all_of "exits 0; [ \"$(task A2 R)\" = Rédaction ]"
marketing raci add A2 C=product --task "Relecture"
check add-with-a-task [ "$(task A2 C | grep -c Relecture)" = 1 ]
reference=$(value_of admin "[r['cells']['reference'] for r in d.rows('raci') if r['cells'].get('task') == 'Relecture'][0]" raci list)
marketing raci set "$reference" --task "Relecture du texte"
check set-of-one-assignment all_of "exits 0; [ \"$(task A2 C | grep -c 'Relecture du texte')\" = 1 ]"
marketing raci rm A2 C=product
marketing raci set A2 R=marie --task "" --dry-run
check dry-run-says-would all_of "exits 0; says 'would change'; silent 'r[0-9]+$'"

# ---- the matrix ----
marketing raci
check matrix-printed all_of "exits 0; says 'A2 Création de contenu'; says 'Paul Bernard'; says 'Directeur Marketing'"
seen=$(value_of marketing "'|'.join(f'{k}:{v}' for k, v in sorted(d.cells('matrix', 'A2').items()) if v and k not in ('target', 'gaps'))" raci)
check matrix-letters [ "$seen" = 'COMEX:I|Marie Dupont:R|Paul Bernard:A|Sales:C' ]
seen=$(value_of marketing "d.cells('matrix', 'A8')['gaps']" raci)
check matrix-names-gaps [ "$seen" = 'no A, no R' ]
seen=$(value_of marketing "[r for r in d.rows('matrix') if r.get('style') == 'total'][0]['cells']['Marie Dupont']" raci)
check matrix-load [ "$seen" = 5 ]
finish
