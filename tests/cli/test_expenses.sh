#!/bin/bash
# Invoices above what there was for them are recorded and said, by how much, excl. or incl. VAT, in the order's currency; closed months speak by their
# names; late ones say where they count; suppliers are names that are one whatever their case. Every figure by hand.
. "$(dirname "$0")/lib.sh"
set_up

admin plan new "Budget 2026-2027" --start 2026-07-01 --end 2027-06-30
check plan exits 0
typed() { admin "$@"; check "${*:1:3}" exits 0; }
typed lever add "SEA" --direction outbound
typed budget-line add "Google Ads" --category media --lever L1
for month in 07 08 09; do typed budget-month add --line B1 --month "2026-$month-01" --planned 10000; done
typed budget-line add "Salon de Lyon" --category other --planned 60000 --vat-basis gross --vat-rate 10%
typed budget-line add "Semrush" --category tools --planned 12000 --currency USD
typed exchange-rate add --currency USD --day 2026-07-01 --rate 1.10
check which-way-round says '^1 EUR = 1[.]1 USD$'
typed exchange-rate add --currency USD --day 2026-08-10 --rate 2
admin exchange-rate list
check the-rate-with-its-currency says 'USD .* 1[.]1 +1$'
# a rate is no amount: all of its digits are shown wherever it stands
admin exchange-rate add --currency CHF --day 2026-07-02 --rate 0,00001
check a-small-rate all_of "exits 0; says '^1 EUR = 0[.]00001 CHF$'"
small=$(grep -o 'XR[0-9]*' <<<"$out" | head -n 1)
admin exchange-rate set "$small" --rate 0.843799
check a-rate-that-changes all_of "exits 0; says 'rate: 0[.]00001 -> 0[.]843799'"
admin exchange-rate show "$small"
check a-rate-alone says '0[.]843799'
admin history "$small"
check a-rate-as-it-was says '0[.]00001 .* 0[.]843799'
jalon_in admin fr exchange-rate list
check a-rate-in-french says 'CHF .* 0,843799 +1$'
whispers() { [ -z "$err" ] || { echo "something is said: $err"; return 1; }; }

# ---- above its order: 11,000 + 12,500 of 22,000 incl. VAT; a credit note takes it back ----
admin expense add "Stand" --line B2 --date 2026-09-01 --gross 22000 --vat-rate 10% --state ordered --supplier "GL Events"
check an-order-that-fits all_of "exits 0; whispers"
admin expense add "Acompte" --line B2 --date 2026-09-10 --gross 11000 --vat-rate 10% --settles X1 --supplier "gl events"
check an-invoice-that-fits all_of "exits 0; whispers"
admin expense add "Solde" --line B2 --date 2026-09-20 --gross 12500 --vat-rate 10% --settles X1 --supplier "GL  Events"
check above-its-order exits_complaining 0 'X1 Stand come to €1,500 incl. VAT more than was ordered \(€22,000\)'
admin check --lang en
check the-check-says-so says 'BUD15'
admin budget
check the-budget-says-so says 'orders 1, lines 0, months of lines 0: jalon overspent'
check the-view-says-so [ "$(value_of admin "[(r['cells']['kind'], *(str(r['cells'][c]) for c in ('for', 'is', 'over')), r['cells']['basis']) for r in d.rows('overspent')]" overspent)" = "[('order', '22000.00', '23500.00', '1500.00', 'gross')]" ]
admin expense add "Avoir" --line B2 --date 2026-09-25 --gross=-1500 --vat-rate 10% --settles X1
check a-credit-note all_of "exits 0; whispers"
admin overspent
check taken-back says 'nothing is above what there was for it'

# ---- in the order's currency, whatever the rates: 1,100 of 1,000 USD, at half the price in euros ----
typed expense add "Licence" --line B3 --date 2026-08-01 --net 1000 --currency USD --state ordered --supplier Semrush
admin expense add "Facture" --line B3 --date 2026-08-15 --net 1100 --currency USD --settles X5 --supplier SEMRUSH
check above-in-dollars exits_complaining 0 'X5 Licence come to 100 US\$ excl. VAT more than was ordered \(1,000 US\$\)'

# ---- at 80 columns a list says how much, and what is above has what there was for it ----
admin expense list --width 80
check lists-amounts all_of "says 'X3 +Solde .*€12,500'; says 'X6 +Facture .*1,100 US[$]'"
admin overspent --width 80
check shows-what-there-was all_of "says 'there was'; says 'there is'; says 'above it'"

# ---- above its month, above its line; an edit says it too ----
admin expense add "Juillet" --line B1 --date 2026-07-31 --net 10200.50 --supplier "Google Ads"
check above-its-month exits_complaining 0 'B1 Google Ads is €200.50 excl. VAT above what it plans for July 2026'
admin expense add "Août" --line B1 --date 2026-08-31 --net 9000 --supplier "Google"
check a-month-that-fits all_of "exits 0; whispers"
admin expense set X8 --net 19800.00
check above-its-line exits_complaining 0 'B1 Google Ads is €0.50 excl. VAT above what it plans in all \(€30,000\)' 'B1 Google Ads is €9,800 excl. VAT above what it plans for August 2026'
jalon_in admin fr overspent X8
check in-french all_of "exits 0; says 'B1 Google Ads dépasse de 9 800 € HT son prévu pour août 2026'"
admin expense set X8 --net 9000
check and-no-more all_of "exits 0; whispers"
admin budget --json
check json-has-it-too says '"notes"'

# ---- closed months ----
typed closed-month add --month 2026-07-01
admin closed-month add --month 2026-07-01
check closed-once exits_complaining 4 'the month of July 2026 \(MC1\) is already closed, by Administration on' 'nothing is left to do'
admin expense set X7 --net 1
check closed-by-name exits_complaining 4 'the month of July 2026 \(MC1\) is closed' 'closed-month set MC1 --state reopened'
admin closed-month rm MC1
check not-deleted exits_complaining 4 'the month of July 2026 \(MC1\) is closed, and a closed month is not deleted' 'jalon closed-month set MC1 --state reopened'
admin expense add "Retard" --line B1 --date 2026-07-15 --net 100 --supplier "Google Ads"
check late-says-where exits_complaining 0 'X9 Retard counts in August 2026, its date stays 15 Jul 2026'
admin closed-month set MC1 --state reopened --reason "saisie"
check reopened exits 0
admin closed-month add --month 2026-07-01
check not-closed-anew-by-adding exits_complaining 4 'was closed and reopened' 'closed-month set MC1 --state closed'
typed closed-month set MC1 --state closed
# what it counts for stays as well: what was spent keeps the lever, action and category that it has
admin budget-line set B1 --category other
check its-category-stays exits_complaining 4 'B1 Google Ads has amounts in July 2026 \(MC1\), which is closed: they stay with' 'budget-line add; to change the past reopen the month'
jalon_in admin fr budget-line set B1 --category other
check its-category-stays-in-french exits_complaining 4 'B1 Google Ads a des montants en juillet 2026 \(MC1\), mois clos' 'rouvrez le mois : jalon closed-month set MC1 --state reopened'
admin lever rm L1
check the-lever-of-an-expense-stays exits_complaining 4 'L1 SEA cannot be deleted: the actual expense X[0-9]+ .* lies below it' 'give B1.* another lever first: jalon budget-line set B1 --lever'

# ---- suppliers ----
of() { value_of admin "[(r['cells']['supplier'], r['cells']['expenses'], str(r['cells']['committed']), str(r['cells']['actual'])) for r in d.rows('suppliers')]" suppliers --basis net; }
# GL Events: 11,000 and 12,500 incl. 10 %: 10,000 and 11,363.64; Semrush: 1,100 USD at 2; nobody: -1,500 incl. 10 %: -1,363.64
check by-supplier [ "$(of)" = "[('GL Events', 3, '0.00', '21363.64'), ('Google Ads', 2, '0.00', '10300.50'), ('Google', 1, '0.00', '9000.00'), ('Semrush', 2, '0.00', '550.00'), ('none', 1, '0.00', '-1363.64'), ('total', 9, '0.00', '39850.50')]" ]
check as-in-the-budget [ "$(value_of admin "d.rows('suppliers')[-1]['cells']['actual']" budget --by supplier --basis net)" = 39850.50 ]
typed expense add "Commande" --line B2 --date 2026-10-01 --gross 1100 --vat-rate 10% --state ordered --supplier "gl EVENTS"
check open-orders [ "$(value_of admin "[(r.get('ref'), str(r['cells']['committed'])) for r in d.rows('expenses') if r['cells']['committed'] != 0][0]" suppliers --name 'gl events' --basis gross)" = "('X10', '1100.00')" ]
admin supplier list "GL events" --period 2026-10
check of-one-month all_of "exits 0; says 'X10 Commande'; silent 'X2 Acompte'"
before=$(state_hash 2>/dev/null)
admin supplier rename google "Google Ads" --dry-run
check a-dry-run all_of "exits 0; says 'would name the supplier Google Ads: 1'"
check a-dry-run-changes-nothing [ "$before" = "$(state_hash 2>/dev/null)" ]
admin supplier rename google "Google Ads"
check two-become-one exits_saying 0 'now name the supplier Google Ads: 1'
admin supplier rename "gl events" "GL Events"
check one-spelling exits_saying 0 'now name the supplier GL Events: 3'
admin supplier rename "gl events" "GL Events"
check nothing-twice exits_saying 0 'nothing to change'
check one-row [ "$(value_of admin "[r['cells']['expenses'] for r in d.rows('suppliers') if r['cells']['supplier'] == 'Google Ads']" suppliers)" = '[3]' ]
admin undo --yes
admin undo --yes
check taken-back-as-it-was [ "$before" = "$(state_hash 2>/dev/null)" ]
admin supplier rename "Personne" "X"
check no-such-supplier exits_complaining 8 'no expense names the supplier Personne' 'supplier list'

# ---- an import says how much of the plan is above what there was: the order in dollars; July by 200.50 ----
of_months() { value_of admin "[[str(r['cells'][c]) for c in ('planned', 'committed', 'actual')] for r in d.rows('months')]" budget --by month; }
as_it_is=$(of_months)
admin plan export "$W/files/plan.json"
admin plan import "$W/files/plan.json" --new "Repris"
check an-import-says-so exits_complaining 0 'orders 1, lines 0, months of lines 1: jalon overspent'
check the-same-months [ "$(of_months)" = "$as_it_is" ]
admin expense set "Juillet" --net 1
check and-closed-as-they-were exits_complaining 4 'is closed'
admin plan use "Budget 2026-2027"

# ---- refused where the plan says so: in the basis of the line, and which ----
typed plan set --control refuse
admin expense add "Trop" --line B2 --date 2026-10-01 --gross 50000 --vat-rate 10% --state ordered
check refused-incl-vat exits_complaining 4 'of €50,000 incl. VAT is above what remains on B2 Salon de Lyon: €36,900 incl. VAT' # 60,000 - 22,000 - 1,100
admin expense add "Trop" --line B1 --date 2026-09-01 --net 20000 --state ordered
check refused-excl-vat exits_complaining 4 'of €20,000 excl. VAT is above what remains on B1 Google Ads: €10,699.50 excl. VAT' # 30,000 - 10,200.50 - 9,000 - 100

# ---- and an order comes back only while there is room: 36,900 - 20,000 = 16,900 of 30,000 ----
typed expense add "Sol" --line B2 --date 2026-10-01 --gross 30000 --vat-rate 10% --state ordered
admin expense rm "Sol"
check the-promise-is-honest all_of "exits 0; says 'brings it back, as long as its line still has room for it'"
typed expense add "Mur" --line B2 --date 2026-10-02 --gross 20000 --vat-rate 10% --state ordered
admin restore Sol
check no-room-any-more exits_complaining 4 'of €30,000 incl. VAT does not come back: €16,900 incl. VAT remain on B2 Salon de Lyon, €13,100 less than it takes' 'plan €13,100 more on B2, or delete or lower another of its orders'
admin expense rm "Mur"
check mur-goes exits 0
admin restore Sol
check room-again exits 0
admin expense rm "Sol"
check sol-goes exits 0

# ---- a dry run that nobody could approve ----
typed budget-objective add "30 clients" --customers 30 --acquisition-cost 4000 --monthly-revenue 250 --lifetime 36 --lead-conversion 3%
admin allocation apply --dry-run
check nobody-could-approve all_of "exits 0; says 'nobody could approve'; says 'would be planned anew'"
admin allocation apply --yes
check and-it-is-refused exits_complaining 4 'nobody could approve'
admin raci set "Budget 2026-2027" A=Administration
admin allocation apply --dry-run
check somebody-could exits_saying 0 'and the budget submitted'


# ---- what recurs, closed months and dollars, shared out and cut: what is written costs what was shown ----
admin plan new "Répartition" --start 2026-07-01 --end 2027-06-30
typed lever add "SEA" --direction outbound
typed action add "Campagne" --lever L1
typed budget-line add "Licence" --category tools --action A1 --every month --planned 100
typed budget-line add "Annonces" --category media --action A1
for month in 09 10 11; do typed budget-month add --line B2 --month "2026-$month-01" --planned 1000; done
typed budget-line add "Londres" --category media --action A1 --planned 800 --currency GBP
typed exchange-rate add --currency GBP --day 2026-07-01 --rate 0.80
typed budget-line add "CRM" --category tools --planned 500
admin closed-month add --month 2027-07-01
check no-month-of-the-plan exits_complaining 4 'July 2027 is no month of the plan, which goes from 1 Jul 2026 to 30 Jun 2027' 'jalon plan set --start'
admin closed-month add --month 2026-09-01 --today 2026-09-30 --dry-run
check not-over exits_complaining 0 'September 2026 is not over: what else is dated in it counts in the next open month'
admin closed-month add --month 2026-09-01 --today 2026-10-01
check over all_of "exits 0; whispers"
typed budget-objective add "Un client" --customers 1 --acquisition-cost 10000.07
typed raci set "Répartition" A=Administration
planned() { value_of admin "[str(r['cells']['planned']) for r in d.rows('lines')]" budget --by line; }
check before [ "$(planned)" = "['1200.00', '3000.00', '1000.00', '500.00', '5700.00']" ]
admin allocation apply --yes --today 2026-10-15
# the CRM keeps 500; a third of 9,500.07 is 3,166.69: the licence, begun, has 12 times at most: 1,200; half of 8,300.07 is 4,150.035: London 4,150.03
# would be 3,320.024 GBP: 3,320.02 is 4,150.02; the ads the rest, September staying
check allotted exits_saying 0 'planned anew, and the budget is submitted'
check to-the-cent [ "$(planned)" = "['1200.00', '4150.05', '4150.02', '500.00', '10000.07']" ]
check september-stays [ "$(value_of admin "str(d.find('months', 'group', '2026-09')['cells']['planned'])" budget --by month)" = 1100.00 ]
admin allocation apply --yes --set B1=350 --today 2026-10-15
check ends-earlier exits_saying 0 'planned anew'
admin show B1
check its-last-time says 'last time +1 Sept 2026' # July, August and September: 300; October would make 400
check still-to-the-cent [ "$(value_of admin "str(d.rows('lines')[-1]['cells']['planned'])" budget --by line)" = 10000.07 ]
admin undo --yes
admin scenario new "Moins" --cut 9000 --today 2026-10-15
check a-scenario exits 0
admin scenario accept SC1 --yes --no-submit --today 2026-10-15
check accepted exits_saying 0 'is accepted'
check cut-to-the-cent [ "$(value_of admin "str(d.rows('lines')[-1]['cells']['planned'])" budget --by line)" = 1300.00 ] # what is over and closed: 300 and 1,000

# ---- a closed month and its rates: first the rate, then the month; what is wrong then is mended by reopening it ----
admin plan new "Devises" --start 2026-07-01 --end 2027-06-30
typed lever add "SEA" --direction outbound
typed budget-line add "Annonces" --category media --lever L1 --planned 9000
typed expense add "Londres" --line B1 --date 2026-08-20 --net 100 --currency GBP
admin closed-month add --month 2026-08-01
check not-without-its-rate exits_complaining 4 'August 2026 cannot be closed: there is no rate of GBP for 20 Aug 2026 yet, so nobody knows what this is: X1' 'jalon exchange-rate add --currency GBP'
jalon_in admin fr closed-month add --month 2026-08-01
check not-without-its-rate-in-french exits_complaining 4 "août 2026 ne peut pas être clos : il n'y a pas encore de taux du GBP pour le 20/08/2026, personne ne sait donc ce que vaut : X1" "donnez d'abord le taux"
typed exchange-rate add --currency GBP --day 2026-08-20 --rate 0.80
typed closed-month add --month 2026-08-01
typed exchange-rate add --currency GBP --day 2026-08-19 --rate 0.85 # no closed amount has it
typed exchange-rate list
rate=$(grep -E '20 Aug 2026' <<<"$out" | grep -oE '^XR[0-9]+')
admin exchange-rate set "$rate" --rate 0.90
check its-rate-stands exits_complaining 4 'a rate of GBP on 20 Aug 2026 would change what X1 is in a month that is closed \(MC1\)' 'jalon closed-month set MC1 --state reopened --reason ..., then --state closed'
typed closed-month set MC1 --state reopened --reason "taux"
typed exchange-rate set "$rate" --rate 0.90
typed closed-month set MC1 --state closed
check at-the-new-rate [ "$(value_of admin "str(d.rows('lines')[-1]['cells']['actual'])" budget --by line)" = 111.11 ]

# ---- entered twice: the supplier's number is there already ----
admin plan use "Budget 2026-2027"
typed budget-line add "Imprimeur" --category other --planned 9000
typed expense add "Flyers" --line Imprimeur --date 2026-09-02 --net 100 --supplier "Impr. Dupont" --document F-77
admin expense add "Flyers bis" --line Imprimeur --date 2026-09-03 --net 120.50 --supplier "IMPR. DUPONT" --document f-77
check entered-twice exits_complaining 0 'Flyers bis \(€120[.]50\) has the supplier and the document number of X[0-9]+ Flyers \(€100\)'
admin check --lang en
check the-check-names-it says 'BUD17'
admin overspent X1 --lang en
check others-are-none all_of "exits 0; ! says 'entered twice'"

# ---- who may not read the budget ----
admin plan use "Budget 2026-2027"
admin rights set "Paul Bernard" budget none
sales plan use "Budget 2026-2027"
for view in overspent suppliers "supplier list"; do
  sales $view
  check "nothing-in-$view" silent 'Google|GL Events|Stand|36,?900'
done
sales supplier rename "Google" "X"
check nothing-to-rename exits_complaining 8 'no expense names'
finish
