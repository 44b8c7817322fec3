#!/bin/bash
# An amount stays in the currency it was given in: of a line, an expense, a plan, a copy of a plan, an import; undone, and decided later.
. "$(dirname "$0")/lib.sh"
set_up

made() { marketing "$@"; [ "$status" -eq 0 ] || not_ok "set up: $*" "$(last_run)"; }
planned() { sql "SELECT coalesce(planned::text, '-') || ' ' || coalesce(currency, '-') FROM budget_line WHERE title = '$1' AND deleted_revision IS NULL ORDER BY 1" | paste -sd ';'; }
made plan new "Devises" --start 2027-01-01 --end 2027-12-31 --currency EUR
made raci set Devises A=claire
made budget-line add "Ads" --category media --planned 150
made budget-line add "Rien" --category media
made budget-line add "Par mois" --category media
made budget-month add --line "Par mois" --month 2027-02 --planned 1000

# ---- a line ----
marketing budget-line set Ads --currency USD
check line-stays all_of "exits_complaining 4 'B1 Ads stays in EUR: it has €150(.00)?, which nobody converts into USD' 'budget-line add ... --currency USD'"
jalon_in marketing fr budget-line set Ads --currency USD
check line-stays-in-french exits_complaining 4 'B1 Ads reste en EUR : il porte 150(,00)? €, que personne ne convertit en USD' 'redonnez le montant'
check nothing-changed [ "$(planned Ads)" = '15000 -' ]
marketing budget-line set Ads --currency USD --planned 150
check said-anew exits 0
check said-anew-is-there [ "$(planned Ads)" = '15000 USD' ]
marketing undo
check undone exits 0
check undone-is-there [ "$(planned Ads)" = '15000 -' ]
marketing redo
check redone [ "$(planned Ads)" = '15000 USD' ]
made budget-line set Ads --currency EUR --planned 160,50
check and-back [ "$(planned Ads)" = '16050 EUR' ]
marketing undo
check taken-back-with-its-amount [ "$(planned Ads)" = '15000 USD' ]
marketing budget-line set "Par mois" --currency USD
check months-stay exits_complaining 4 'B3 Par mois stays in EUR: BM1 has €1,000' 'on another line'
marketing budget-line set Rien --currency CHF
check nothing-is-free exits 0

# ---- an expense ----
made expense add "Facture" --line Rien --date 2027-03-01 --net 80
marketing expense set X1 --currency USD
check expense-stays exits_complaining 4 'X1 Facture stays in EUR: it has €80' '--net ... --currency USD'
marketing expense set X1 --currency USD --net 80
check expense-anew exits 0
printf 'Titre;Montant;Devise;Date;Pièce\nSalle;80;EUR;01/04/2027;F1\n' >"$W/files/invoices.csv"
import=(import "$W/files/invoices.csv" --as expense --set line=Rien --map Titre=title --map Montant=net --map Devise=currency --map Date=date --map Pièce=document --date-order day)
made "${import[@]}"
check imported [ "$(sql "SELECT net || ' ' || currency FROM expense WHERE title = 'Salle'")" = '8000 EUR' ]
sed -i 's/EUR/USD/' "$W/files/invoices.csv"
marketing "${import[@]}"
check import-gives-it-anew all_of "exits 0; says 'records changed +1'"
check import-gave-it-anew [ "$(sql "SELECT net || ' ' || currency FROM expense WHERE title = 'Salle'")" = '8000 USD' ]

# ---- the plan ----
marketing plan set --currency CHF
check plan-stays exits_complaining 4 'Devises stays in EUR: B[0-9] .*BM1|Devises stays in EUR: BM1 has €1,000' 'a line may stay in EUR by itself'
made budget-line set "Par mois" --currency EUR
made plan set --arbitration 500
marketing plan set --currency CHF
check its-own-too exits_complaining 4 'Devises stays in EUR: it has €500' '--arbitration ... --currency CHF'
marketing plan set --currency JPY --arbitration 70000
check with-its-own exits 0
check in-yen [ "$(sql "SELECT currency || ' ' || arbitration FROM plan WHERE name = 'Devises'")" = 'JPY 70000' ]
check tells-in-its-currency all_of "says 'arbitrated without approval: €500(.00)? -> (JP)?¥?70,000'"
marketing undo
check plan-taken-back [ "$(sql "SELECT currency || ' ' || arbitration FROM plan WHERE name = 'Devises'")" = 'EUR 50000' ]

# ---- what comes back, when the plan is in another currency since ----
made payroll-line add "Ana" --planned 40000
made payroll-line rm PY1
made plan set --currency CHF --arbitration 450
marketing restore PY1
check not-in-another exits_complaining 4 'PY1 Ana does not come back: it has €40,000(.00)?, which nobody converts into CHF'
made plan set --currency EUR --arbitration 500
marketing restore PY1
check in-the-same exits 0

# ---- offline: the server decides, of what there is then ----
made budget-line add "Train" --category media
made sync
made budget-line list
marketing --offline budget-line set Train --currency USD
check kept-offline exits 0
sales plan use Devises
sales budget-line set Train --planned 300
check others-plan exits 0
marketing sync
check decided-later [ "$(planned Train)" = '30000 -' ]
marketing conflicts
check told-later says 'Train stays in EUR: it has €300'

# ---- copies ----
marketing plan new "Copie" --from Devises --start 2028-01-01 --currency USD
check copy-stays exits_complaining 4 'the amounts are in EUR, and nobody converts them into USD' 'leave --currency out'
marketing plan new "Copie" --from Devises --start 2028-01-01
check copy exits 0
marketing plan export "$W/files/devises.json"
printf '{"jalon": 1, "plan": {"name": "x", "start": "2027-01-01", "end": "2027-12-31", "currency": "EUR"}, "records": [{"type": "budget_line", "title": "Stand", "category": "other", "planned": 15000}]}' >"$W/files/stand.json"
made plan new "Francs" --start 2027-01-01 --currency CHF
marketing plan import "$W/files/stand.json" --into Francs
check import-stays exits_complaining 4 'the amounts are in EUR, and nobody converts them into CHF' '--new'
sed -i 's/EUR/CHF/' "$W/files/stand.json"
marketing plan import "$W/files/stand.json" --into Francs
check import-in-the-same exits 0
marketing plan import "$W/files/devises.json" --new Importé
check import exits 0
marketing plan new "Modèle" --template annual-b2b --start 2027-01-01 --currency CHF
check template-says-so all_of "exits 0; complains 'thought of in EUR'"
marketing plan new "Modèle EUR" --template annual-b2b --start 2027-01-01
check template-silent all_of "exits 0; silent 'thought of in'"

finish
