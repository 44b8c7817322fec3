#!/bin/bash
# jalon why: cells by the names that a screen shows, in both languages; what is unknown or ambiguous; past states; rights.
. "$(dirname "$0")/lib.sh"
set_up

marketing why kpi K1 value
check why-value all_of 'exits 0; says "the last measurement until this day"; says "M3, .*value +4\.3"'
jalon_in marketing fr why kpi "taux de conversion du site" "dernière valeur"
check why-value-french all_of 'exits 0; says "la dernière mesure"; says "M3, .*valeur +4,3 %"'
jalon_in marketing fr why dashboard "generation de leads" avancement --width 80
check why-progress all_of 'exits 0; says "valeur actuelle − départ +35 leads"; says "23,33 %"'
marketing why budget B3 category
check why-field all_of 'exits 0; says "as it was entered"; says "tools"'
marketing why budget total planned
check why-same-in-every-table exits 0
marketing why budget total planned --by category
check why-parameters exits 0
marketing why budget total plan
check why-ambiguous all_of 'exits_complaining 8 "may mean several figures"; complains "by bucket: total, % planned: 100 ?%"; complains "by lever: total, planned"'
marketing why budget total plan --table "by category"
check why-table exits 0
marketing why budget B99 planned
check why-unknown-row all_of 'exits_complaining 8 "has no row B99"; complains "by lever: B3"'
marketing why budget B3 colour
check why-unknown-column all_of 'exits_complaining 8 "there is no colour"; complains ": remaining"'
marketing why nothing
check why-unknown-view exits_complaining 8 'no view nothing'
marketing why kpi
check why-list all_of 'exits 0; says "K1 "; says "last value"'
marketing why kpi K1
check why-row all_of 'exits 0; says "last value +4\.3"'
marketing why show --record O2 progress score
check why-of-a-record all_of 'exits 0; says "23\.33"'

# ---- as it was ----
before=$(revision)
marketing measurement add --kpi K1 --date "$(value_of marketing 'd.data["as_of"]' kpi)" --value 9 --note now
marketing why kpi K1 value
check why-now says 'M17, .*value +9'
marketing why kpi K1 value --at "r$before"
check why-then all_of 'exits 0; says "M3, "; silent "M17, "'
marketing why kpi K1 value --offline
check why-offline all_of 'exits 0; says "M17, "'

# ---- what may not be read is neither shown nor named ----
admin payroll-line add "Alice Secret" --planned 4242
admin why budget "Alice Secret" planned
check why-payroll all_of 'exits 0; says "PY1 Alice Secret"'
admin rights set everybody payroll none
sales why budget "Alice Secret" planned
check why-no-payroll all_of 'exits 8; silent "4.?242"; silent "PY1"'
finish
