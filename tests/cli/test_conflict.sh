#!/bin/bash
# Two people at once: what each saw is the base of what each changes (design.md sections 3 and 9).
. "$(dirname "$0")/lib.sh"
set_up

planned() { value_of admin "d.find('levers', 'line', '$1')['cells']['planned']" budget; }
title() { value_of admin "d.cells('action', '$1')['title']" action list; }

# ---- the same field, from the same base ----
marketing show B3
check both-look-1 all_of "exits 0; says '1,000'"
sales show B3
check both-look-2 exits 0
sales budget-line set B3 --planned "1 200"
check first-is-taken exits_saying 0 '^B3 planned: .*1,000.* -> .*1,200.*, r[0-9]+$'
sales_revision=$(grep -oE 'r[0-9]+$' <<<"$out")
before=$(revision)
jalon_in marketing fr budget-line set B3 --planned 1300
check second-is-a-conflict exits 3
check conflict-names-record-and-field exits_complaining 3 'B3' '[Pp]révu|[Pp]lanifié|planned'
check conflict-shows-base complains '1 000'
check conflict-shows-theirs complains '1 200'
check conflict-shows-mine complains '1 300'
check conflict-says-who complains 'Paul Bernard'
check conflict-says-when complains '[0-9]{2}[/:][0-9]{2}|[0-9]+ (seconde|minute)|instant|aujourd'
check conflict-changes-nothing all_of "[ $(revision) = $before ]; [ $(planned B3) = 1200.00 ]"
marketing budget-line set B3 --planned 1300 --json
check conflict-in-json exits 3
check conflict-json-has-all python3 -c "
import json, sys
c = json.loads(sys.argv[1])['conflicts'][0]
assert (c['record'], c['field'], c['author']) == ('B3', 'planned', 'Paul Bernard'), c
assert all(c[k] for k in ('base', 'theirs', 'mine', 'revision')), c" "$out"
marketing show B3
marketing budget-line set B3 --planned 1300
check after-looking-again-it-is-taken exits_saying 0 '^B3 planned: .*1,200.* -> .*1,300.*, r[0-9]+$'
check after-looking-again-value [ "$(planned B3)" = 1300.00 ]

# ---- a stale base: the look is long ago, and nothing is read just before writing ----
marketing budget
sales show B4
sales budget-line show B5
sales budget-line set B5 --planned "13 000"
check other-changes-it exits 0
marketing whoami
marketing kpi
marketing budget-line set B5 --planned 11000
check stale-base-is-a-conflict exits_complaining 3 'Paul Bernard' '12,000' '13,000' '11,000'
check stale-base-keeps-theirs [ "$(planned B5)" = 13000.00 ]
marketing budget-line list
marketing budget-line set B5 --planned 11000
check a-list-counts-as-looking exits 0

# ---- different fields, own changes, equal values ----
marketing show B7
sales show B7
sales budget-line set B7 --planned 5500
marketing budget-line set B7 --title "Analytics et mesure"
check different-fields-are-kept exits 0
check different-fields-both all_of "[ $(planned 'B7 Analytics et mesure') = 5500.00 ]"
marketing show B8
sales show B8
sales budget-line set B8 --planned 15000
marketing budget-line set B8 --planned 15000
check same-value-is-no-conflict exits 0
marketing show B9
for amount in 6100 6200 6300; do marketing budget-line set B9 --planned $amount; done
check own-changes-in-a-row all_of "exits 0; [ $(planned B9) = 6300.00 ]"

# ---- sets merge, and long texts word by word; where both changed the same words both are shown ----
marketing show A6
sales show A6
sales action set A6 --tags +été
marketing action set A6 --tags +vidéo
check tags-of-both-accepted exits 0
check tags-of-both-kept [ "$(value_of admin "sorted(t.strip() for t in d.cells('action', 'A6')['tags'].split(','))" action list)" = "['vidéo', 'été']" ]
marketing action set A6 --description "un deux trois quatre cinq six sept huit neuf dix"
marketing show A6
sales show A6
sales action set A6 --description "UN deux trois quatre cinq six sept huit neuf dix"
marketing action set A6 --description "un deux trois quatre cinq six sept huit neuf DIX"
check long-text-is-merged exits_saying 0 'both changes were kept'
description() { value_of admin "d.cells('action', 'A6')['description']" action list; }
check long-text-has-both [ "$(description)" = "UN deux trois quatre cinq six sept huit neuf DIX" ]
marketing show A6
sales show A6
sales action set A6 --description "UN deux trois QUATRE cinq six sept huit neuf DIX"
marketing action set A6 --description "UN deux trois vier cinq six sept huit neuf DIX"
check long-text-is-a-conflict exits_complaining 3 'A6' 'description' 'Paul Bernard'
check long-text-conflict-shows-all-three all_of "complains 'trois quatre cinq'; complains 'trois QUATRE cinq'; complains 'trois vier cinq'"
check long-text-keeps-the-first [ "$(description)" = "UN deux trois QUATRE cinq six sept huit neuf DIX" ]
marketing show A6
marketing action set A6 --description "UN deux trois vier cinq six sept huit neuf DIX"
check long-text-after-looking exits 0
check long-text-after-looking-nothing-is-lost [ "$(description)" = 'UN deux trois vier cinq six sept huit neuf DIX' ]

# ---- RACI letters are fields too ----
marketing raci A5
sales raci A5
sales raci set A5 "A=Paul Bernard"
check raci-set-by-the-first exits 0
marketing raci set A5 "A=Marie Dupont"
check raci-set-over-an-unseen-change exits_complaining 3 'Paul Bernard'
check raci-conflict-names-the-holders complains 'yours:.*Marie Dupont'
marketing raci set A5 A=marie --json
check raci-conflict-in-json all_of "exits 3; says 'Marie Dupont'; says 'Paul Bernard'"
marketing raci rm A5 "A=Paul Bernard"
check raci-rm-over-an-unseen-change exits_complaining 3 'Paul Bernard'
marketing raci A5
marketing raci set A5 "A=Marie Dupont"
check raci-set-after-looking exits 0
marketing raci set A5 "A=Claire Martin"
check raci-set-over-my-own-change exits 0
sales raci A5
marketing raci add A5 C=Product
check raci-add-beside exits 0
sales raci set A5 C=Sales
check raci-set-does-not-remove-an-unseen-one exits_complaining 3 'Claire Martin'
sales raci
sales raci set A5 C=Sales
check raci-set-after-the-matrix exits 0

# ---- a base given by number ----
marketing show B10
old=$(revision)
sales show B10
sales budget-line set B10 --planned 4100
new=$(revision)
marketing budget-line set B10 --planned 4200 --base "r$old"
check base-before-the-change-conflicts exits 3
marketing budget-line set B10 --planned 4200 --base "r$new"
check base-after-the-change-is-taken all_of "exits 0; [ $(planned B10) = 4200.00 ]"
marketing budget-line set B10 --planned 4300 --base nonsense
check base-must-be-a-revision exits 2

# ---- deleting ----
sales budget-line show B10
marketing show B10
marketing budget-line set B10 --title "Influence et presse"
sales budget-line rm B10
check delete-of-an-unseen-change exits_complaining 3 'Claire Martin'
sales budget-line show B10
sales budget-line rm B10
check delete-after-looking exits 0
marketing budget-line set B10 --planned 1
check change-of-a-deleted-one exits_complaining 3 'Paul Bernard' 'brings it back'
check change-of-a-deleted-one-says-how complains 'jalon resolve C[0-9]+ --mine'
marketing budget-line set B10 --planned 1 --json
check change-of-a-deleted-one-in-json all_of "exits 3; says 'B10'"
sales budget-line restore B10
check restore exits 0
sales show B10
sales budget-line set B10 --planned 4400
sales budget-line rm B10
check delete-of-my-own-change exits 0

# ---- undo ----
marketing show A4
marketing action set A4 --title "Relance des inactifs"
check undo-before [ "$(title A4)" = "Relance des inactifs" ]
marketing undo
check undo-accepted exits 0
check undo-brings-back [ "$(title A4)" = "Emailing segmentation « Inactifs 90j »" ]
marketing action add "Essai à reprendre"
reference=$(grep -oE '\bA[0-9]+' <<<"$out" | head -n 1)
marketing undo
check undo-of-an-addition exits 0
marketing show "${reference:-none}"
check undone-addition-is-gone all_of 'exits 8 || says "[Dd]eleted"'
marketing show A4
marketing action set A4 --title "Titre de Claire"
sales show A4
sales action set A4 --title "Titre de Paul"
marketing undo
check undo-of-what-another-changed-since exits_complaining 3 'Paul Bernard' 'Titre de Paul'
check undo-conflict-changes-nothing [ "$(title A4)" = "Titre de Paul" ]
sales undo
check undo-is-of-my-own-change [ "$(title A4)" = "Titre de Claire" ]
check first-revision-known [ -n "$sales_revision" ]
finish
