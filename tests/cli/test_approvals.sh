#!/bin/bash
# Submit, approve, send back; what an approval holds up; drift from what was approved, as whole screens in both languages; who may not read
# payroll sees none of it in any total.
. "$(dirname "$0")/lib.sh"
set_up

# Times, and the columns that they widen, differ from day to day.
masked() {
  sed -E '1s/(as of|au) .*, r[0-9]+/\1 TODAY/; s/[0-9]{2}\/[0-9]{2}\/[0-9]{4} [0-9]{2}:[0-9]{2}/DAY/g
    s/[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}/DAY/g; s/(decided on|décidé le) +/\1  /; s/ +$//'
}
screen_is() { # expected on standard input
  diff -u - <(masked <<<"$out") && exits 0
}

sales action set A1 --due 2027-01-31 # the demonstration's dates go with the day

# ---- nobody decides: nothing is submitted ----
admin payroll-line add "Prime de Zorglub" --planned 71234
sales submit
check without-accountable-refused exits_complaining 4 'nobody could approve' 'raci set'
jalon_in sales fr submit
check without-accountable-refused-fr exits_complaining 4 'personne ne pourrait approuver'
admin raci set "$DEMONSTRATION_NAME" A="Claire Martin"
check named exits 0

# ---- a plan: what is approved is what was submitted and looked at ----
sales submit --note "pour le comité"
check submitted exits_saying 0 'is submitted: AP6'
sales approve AP6
check not-by-anybody exits_complaining 7 'only the accountable' 'Claire Martin'
marketing approve
check not-before-looking exits_complaining 3 'AP6, which you have not looked at' 'approve AP6'
marketing dashboard
check dashboard-shows-what-waits all_of 'exits 0; says "Waiting to be approved"; says "AP6.*Paul Bernard"'
marketing plan show
check shown all_of 'exits 0; says AP6; says submitted; says "pour le comité"'
sales budget-line set B1 --planned 1100
check edited-meanwhile exits 0
marketing approve
check what-changed-is-not-approved exits_complaining 3 'B1 .* has changed since it was submitted, by Paul Bernard' 'submitted again'
marketing send-back "$DEMONSTRATION_NAME" "trop de salons"
check sent-back exits_saying 0 'is sent back \(AP6\)'
jalon_in sales fr plan show
check reason-shown says 'trop de salons'
sales submit
check submitted-again exits_saying 0 'AP14'
jalon_in marketing fr drift
check drift-before-any all_of 'exits 0; says "rien de ce que vous pouvez lire"; says AP14'
jalon_in marketing fr approve
check approved exits_saying 0 'est approuvé \(AP14\)'
marketing plan list
check plan-is-approved says 'approved'
marketing drift
check no-drift all_of 'exits 0; says "nothing has moved"; says "AP14, approved by Claire Martin"'
marketing plan set --status draft
marketing plan set --status approved
check status-is-decided-not-written exits_complaining 4 'becomes approved by its accountable' 'jalon approve'

# ---- drift, as whole screens: 28 days later; 1 100,00 + 150,50; 300,00 more, 1 000,00 less; the salary 71 234 + 100 ----
sales action set A1 --due 2027-02-28
sales budget-line set B1 --planned 1250,50
sales budget-line add "Affiches" --category media --planned 300
sales show B3
sales budget-line rm B3
sales kpi set K1 --target 4
admin payroll-line set PY1 --planned 71334
marketing drift
check drift-en screen_is <<'S'
Drift — Plan marketing de démonstration  as of TODAY

Dates that moved
record                                            field     approved     now          days
A1 Mettre en place un plugin de chat sur le site  due date  31 Jan 2027  28 Feb 2027    28

Planned money
budget line               approved          now  difference  state
B1 Licences CRM             €1,100    €1,250.50     €150.50  changed
B3 Plugin de chat           €1,000        €0.00  -€1,000.00  deleted
B11 Affiches                    €0      €300.00     €300.00  added
budget lines as approved   €87,000   €87,000.00       €0.00  8
budget                     €89,100   €88,550.50    -€549.50
PY1 Prime de Zorglub       €71,234   €71,334.00     €100.00  changed
payroll                    €71,234   €71,334.00     €100.00
budget with payroll       €160,334  €159,884.50    -€449.50
  amounts excl. VAT

Targets that moved
record                             field   approved  now  difference
K1 Taux de conversion du site web  target        5%   4%         -1%
  compared with AP14, approved by Claire Martin on DAY

Approvals
approval  what is approved  state      submitted by  decided by     decided on  note            sent back because
AP14      plan              approved   Paul Bernard  Claire Martin  DAY
AP6       plan              sent back  Paul Bernard  Claire Martin  DAY  pour le comité  trop de salons
S
jalon_in marketing fr drift
check drift-fr screen_is <<'S'
Dérive — Plan marketing de démonstration  au TODAY

Dates qui ont bougé
fiche                                             champ     approuvé    maintenant  jours
A1 Mettre en place un plugin de chat sur le site  échéance  31/01/2027  28/02/2027     28

Montants prévus
ligne de budget                         approuvé    maintenant        écart  état
B1 Licences CRM                          1 100 €    1 250,50 €     150,50 €  modifié
B3 Plugin de chat                        1 000 €        0,00 €  -1 000,00 €  supprimé
B11 Affiches                                 0 €      300,00 €     300,00 €  ajouté
lignes de budget telles qu'approuvées   87 000 €   87 000,00 €       0,00 €  8
budget                                  89 100 €   88 550,50 €    -549,50 €
PY1 Prime de Zorglub                    71 234 €   71 334,00 €     100,00 €  modifié
masse salariale                         71 234 €   71 334,00 €     100,00 €
budget avec la masse salariale         160 334 €  159 884,50 €    -449,50 €
  montants HT

Cibles qui ont bougé
fiche                              champ  approuvé  maintenant  écart
K1 Taux de conversion du site web  cible       5 %         4 %   -1 %
  comparé à AP14, approuvé par Claire Martin le DAY

Approbations
approbation  objet           état      soumis par    décidé par     décidé le  note            motif du renvoi
AP14         plan marketing  approuvé  Paul Bernard  Claire Martin  DAY
AP6          plan marketing  renvoyé   Paul Bernard  Claire Martin  DAY  pour le comité  trop de salons
S
for column in approved now difference; do # what the lines add up to is what the total says, to the cent
  seen=$(value_of marketing "'%d %d' % (round(100 * sum(r['cells']['$column'] for r in d.rows('money') if r['cells']['line'] not in ('budget', 'payroll', 'total'))), round(100 * d.rows('money')[-1]['cells']['$column']))" drift)
  check "adds-up-$column" [ "${seen% *}" = "${seen#* }" ]
done
marketing drift --csv
check csv all_of 'exits 0; says "^B3,B3 Plugin de chat,1000.00,0.00,-1000.00,deleted"; says "^A1,.*,due,2027-01-31,2027-02-28,28"; says "^,total,160334.00,159884.50,-449.50,"'
marketing drift B1
check drift-of-a-line all_of 'exits 0; says "Drift of B1"; says "€150.50"; silent Affiches'
marketing drift A1
check drift-of-an-action all_of 'exits 0; says "28 Feb 2027"; silent "Licences CRM"'
marketing drift --baseline AP7
check drift-from-what-is-not-there exits_complaining 8 'no baseline AP7'
marketing drift --baseline AP6
check drift-from-what-was-sent-back all_of 'exits 0; says "not approved"'

# ---- offline: the same, from this machine's copy ----
laptop train marketing
on train en drift
online=$(masked <<<"$out")
on train en sync
on train en --offline drift
check drift-offline [ "$(masked <<<"$out" | sed 's/ *offline.*//')" = "$(sed 's/ *offline.*//' <<<"$online")" ]

# ---- who may not read payroll: no row of it, no total that holds any ----
marketing rights set everybody payroll none
sales drift
check no-payroll-for-sales all_of 'exits 0; silent "Zorglub|71.?[23]34|160.334"; says "total +€89,100"; says "may not read the section payroll"'
for view in 'baseline list' 'approval list' 'history' 'plan export -' 'show AP14' 'drift --json' 'drift --csv'; do
  sales $view
  check "no-payroll-in-${view// /-}" silent 'Zorglub|71.?[23]34|7123400'
done
on train en --offline baseline list
marketing rights set everybody payroll default

# ---- an action that needs approval ----
admin raci set A3 A="Claire Martin" R="Paul Bernard"
sales action set A3 --needs-approval yes --status to-do
sales action set A3 --status in-progress
check needs-approval exits_complaining 4 'A3 .* cannot start: it needs approval' 'jalon submit A3'
sales tree
check tree-says-so says 'A3 .*to be approved'
sales submit A3 --note "devis reçu"
check action-submitted exits_saying 0 'A3 is submitted: AP2'
jalon_in sales fr action set A3 --status in-progress
check waits-fr exits_complaining 4 "ne peut pas commencer : l'approbation est attendue"
marketing show A3
check show-approvals all_of 'exits 0; says "AP2 +action +submitted +Paul Bernard"'
marketing approve A3
check action-approved exits_saying 0 'A3 is approved \(AP2\)'
sales action set A3 --progress 10
check progress-does-not-reopen exits 0
sales action set A3 --due +9w
sales action set A3 --status in-progress
check reopened exits_complaining 4 'has changed since it was approved'
sales drift A3
check drift-of-the-action all_of 'exits 0; says "due date"; says "AP2 +action +to approve again"'
sales action set A3 --needs-approval no
check not-around-it exits_complaining 7 'only the accountable of A3'
sales submit A3
marketing show A3
marketing send-back A3 "trop tard"
check action-sent-back exits_saying 0 'A3 is sent back \(AP10\)'
sales submit A3
marketing approve AP18
sales action set A3 --status in-progress
check started exits 0
sales withdraw A3
check nothing-waits exits_complaining 8 'nothing of A3 waits'
sales undo
marketing history AP2
check history all_of 'exits 0; says "to approve again"; says "approved"'
sales history
check history-without-pieces all_of 'exits 0; silent "BL[0-9]"'

# ---- money from one line to another ----
sales submit B5 --to B8 --amount 5000
check reallocation exits_saying 0 'B5 is submitted: AP3'
sales submit B5
check needs-both exits_complaining 2 'both lines and the amount'
marketing show B5
marketing approve B5
check reallocated exits_saying 0 'B5 is approved \(AP3\)'
marketing drift budget
check reallocation-is-no-drift all_of 'exits 0; silent "B5 Agence SEO +€"; says "as approved with the reallocation AP3"'
marketing drift --baseline AP14
check but-from-that-baseline says 'B5 Agence SEO +€12,000 +€7,000'

# ---- between lines by month and with different VAT: what has to be chosen is asked for, what moves is shown, no total changes ----
line_of() { grep -oE '\bB[0-9]+' <<<"$out" | head -n 1; }
planned_in_all() { value_of marketing "'%d' % round(100 * d.rows('levers')[-1]['cells']['planned'])" budget; }
sales budget-line add "Annonces par mois" --category media
monthly=$(line_of)
for month in 01:333,33 02:333,33 03:333,34; do sales budget-month add --line "$monthly" --month "2027-${month%:*}" --planned "${month#*:}"; done
sales budget-line add "Salon TTC" --category other --vat-basis gross --vat-rate "5,5%" --planned 500
with_vat=$(line_of)
in_all=$(planned_in_all)
sales submit "$monthly" --to "$with_vat" --amount 100,01
check vat-is-asked-for exits_complaining 4 'meant excl. or incl. VAT' '--net AMOUNT, or --gross AMOUNT'
sales submit "$monthly" --to "$with_vat" --net 100,01
check months-are-asked-for exits_complaining 4 "$monthly .* is planned by month: which months give" '--months 2027-03\.\.2027-05'
jalon_in sales fr submit "$monthly" --to "$with_vat" --net 100,01
check months-are-asked-for-fr exits_complaining 4 'quels mois donnent'
sales submit "$monthly" --to "$with_vat" --net 1 --gross 1
check one-amount exits_complaining 2 'one amount moves'
sales submit A3 --months 2027-01
check months-of-money-only exits_complaining 2 'both lines and the amount'
sales submit "$monthly" --to "$with_vat" --net 100,01 --months 2027-01..2027-03
check by-month-submitted all_of 'exits 0; says "what exactly moves: jalon show AP[0-9]+"'
moves=$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)
for lang in en fr; do
  jalon_in marketing $lang show "$moves"
  masked <<<"$out"
done >"$W/files/moves"
check what-moves-is-shown diff -u "$here/reallocation.txt" "$W/files/moves"
[ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/moves" "$here/reallocation.txt"
marketing approve "$moves"
check by-month-approved exits 0
check no-total-changes [ "$in_all" = "$(planned_in_all)" ]
marketing show "$monthly"
check months-gave all_of 'says "Jan 2027 +€299.99"; says "Feb 2027 +€300.00"; says "Mar 2027 +€300.00"'
marketing show "$with_vat"
check the-other-got says 'planned +€605.51'
sales submit budget
marketing approve "$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)"
check budget-approved exits 0
sales submit "$with_vat" --to "$monthly" --gross 105,51 --to-months 2027-02
moves=$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)
marketing show "$moves"
marketing approve "$moves"
check back-into-one-month exits 0
check still-no-total-changes [ "$in_all" = "$(planned_in_all)" ]
marketing show "$monthly"
check the-month-got says 'Feb 2027 +€400.01'
marketing drift budget
check months-that-were-approved-are-no-drift all_of "exits 0; silent 'onths that moved'; says '$monthly .*as approved with the reallocation $moves'"

# ---- to a file and back: nobody has approved the copy ----
marketing plan export "$W/files/plan.json"
check exported exits 0
check without-approvals bash -c "! grep -qE '\"type\":\"(approval|baseline)\"' '$W/files/plan.json'"
# ---- four eyes: the A that one gives oneself approves what others submit, and nothing of one's own ----
sales action add "Quatre yeux" --due 2027-03-31 --needs-approval yes
looked_at=$(grep -oE '\bA[0-9]+' <<<"$out" | head -n 1)
sales raci set "$looked_at" A="Paul Bernard"
check names-himself exits 0
sales submit "$looked_at"
sales approve "$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)"
check not-his-own exits_complaining 7 "you submitted $looked_at .* and gave its A yourself" "raci rm $looked_at A=\.\.\., raci set $looked_at A="
sales action set "$looked_at" --needs-approval no
check nor-without exits_complaining 7 'only the accountable of' 'does not count'
marketing submit "$looked_at"
sales approve "$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)"
check what-another-submits exits 0
sales action add "Deux commandes" --due 2027-03-31 --needs-approval yes # what that hint says works
renamed=$(grep -oE '\bA[0-9]+' <<<"$out" | head -n 1)
sales raci set "$renamed" A="Paul Bernard"
sales submit "$renamed"
waits=$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)
sales approve "$waits"
check not-by-the-own-a exits_complaining 7 "you submitted $renamed" 'somebody else'
sales inbox
check nor-asked-to bash -c '! grep -q "$1" <<<"$2"' - "$waits" "$out"
admin raci rm "$renamed" A="Paul Bernard"
check taken-away exits 0
admin raci set "$renamed" A="Paul Bernard"
check given-by-an-administrator exits 0
sales approve "$waits"
check then-approved exits 0

# ---- letters of before it was kept who gave them: the table as an older server left it ----
sales action add "Ancienne lettre" --due 2027-03-31 --needs-approval yes
older=$(grep -oE '\bA[0-9]+' <<<"$out" | head -n 1)
admin raci set "$older" A="Paul Bernard"
sales submit "$older"
waits=$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)
check as-an-older-server-left-it psql -q -h "$data/run" -U jalon -d jalon -c 'UPDATE raci SET named_by = NULL'
stop_server
check started-on-it start_server
sales approve "$waits"
check giver-not-known exits_complaining 7 "who gave you its A is not known any more" "raci set $older A="
jalon_in sales fr approve "$waits"
check giver-not-known-fr exits_complaining 7 "on ne sait plus qui vous en a donné le A"
sales inbox
check not-asked-either bash -c '! grep -q "$1" <<<"$2"' - "$waits" "$out"
sales raci set "$older" A="Paul Bernard"
sales approve "$waits"
check not-by-the-holder exits_complaining 7 'not known any more'
marketing raci set "$older" A="Paul Bernard"
check given-once-more exits_saying 0 'A=Paul Bernard'
sales inbox
check then-asked says "$waits"
sales approve "$waits"
check then-approves exits 0
marketing raci set "$older" A="Paul Bernard"
check known-now says 'so already: nothing to change'

admin plan import "$W/files/plan.json" --new "Copie"
check imported exits 0
admin plan list
check a-draft says 'Copie +draft'
finish
