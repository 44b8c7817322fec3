#!/bin/bash
# What is left goes on: `action carry` to another sprint or date with people, links and open checklist items; quantities counted, by two people
# at once too, against what is due by now; offline.
. "$(dirname "$0")/lib.sh"
set_up
marketing plan new "Plan 2027" --start 2027-01-01
sales plan use "Plan 2027"
field() { value_of marketing "[r['cells'].get('$2') for r in d.rows('action') if r['ref'] == '$1'][0]" action list; }

# ---- carried over ----
marketing lever add SEO --direction inbound
marketing action add "Dix articles" --lever L1 --start 2027-01-04 --due 2027-03-31 --quantity-target 10 --quantity-done 4 --quantity-unit articles --impact 7
marketing raci set A1 A='Claire Martin' R='Marie Dupont' C=Sales
marketing checklist-item add "Liste des mots-clés" --action A1 --done yes
marketing checklist-item add "Relecture" --action A1
marketing link add "Brief" --action A1 --address https://example.org/brief
marketing sprint add "Sprint 7" --start 2027-04-05 --end 2027-04-16
marketing action carry A1
check to-when exits_complaining 2 'to when' '--into SP2, or --due'
marketing action carry A1 --into SP1 --due 2027-04-16 --dry-run
check as-a-try exits_saying 0 'A1 would be carried over'
marketing action carry A1 --into SP1 --due 2027-04-16 --reason "rédactrice absente en mars"
check carried exits_saying 0 '^A1 is carried over as A2, r'
check the-old-one-is-closed [ "$(field A1 status) $(field A1 dropped_reason)" = "dropped rédactrice absente en mars" ]
check the-new-one-goes-on [ "$(field A2 status)/$(field A2 title)/$(field A2 lever)/$(field A2 impact)/$(field A2 due)/$(field A2 start)/$(field A2 sprint)/$(field A2 carried_from)" = \
  "to-do/Dix articles/L1 SEO/7/2027-04-16/None/SP1 Sprint 7/A1 Dix articles" ]
check what-is-left-of-the-quantity [ "$(field A2 quantity_target) $(field A2 quantity_done)" = "6 None" ]
marketing raci A2
check its-people all_of 'exits 0; says "Claire Martin"; says "Marie Dupont"; says "Sales"'
marketing show A2
check its-open-items-and-links all_of 'exits 0; says "Relecture"; says "Brief"; silent "Liste des mots"'
marketing action carry A1 --due 2027-06-30
check only-once exits_complaining 4 'A1 .*is dropped'
marketing undo --yes
check taken-back [ "$(field A1 status)" = to-do ]

# ---- quantities ----
marketing action add "Webinaires" --quantity-target 6 --quantity-unit webinaires
marketing action add "Posts" --quantity-target 2 --quantity-per month --quantity-unit posts
marketing action count A3
check one-more exits_saying 0 '^A3 webinaires: done 1, quantity 6, r'
sales action count A3 2
check two-more exits_saying 0 '^A3 webinaires: done 3, quantity 6'
marketing action count A3 -1
check one-less exits_saying 0 'done 2, quantity 6'
marketing action count A3 -5
check not-less-than-none exits_complaining 4 'fewer than none'
marketing action count A3 two
check no-number exits_complaining 2 'no number of things'
rows() { value_of marketing "[[r['cells'][c] for c in ('done', 'due', 'until', 'all', 'behind')] for r in d.rows('quantities') if r['ref'] == '$1'][0]" quantities --today 2027-07-20; }
check six-a-year [ "$(rows A3)" = "[2, 3, '2027-07-31', 6, 1]" ] # one every two months: three after six of them, and still three after seven
check two-a-month [ "$(rows A4)" = "[0, 14, '2027-07-31', 24, 12]" ]
marketing sync
stop_server
marketing action count A3
check counted-offline exits_saying 0 'done 3, quantity 6: kept'
finish
