#!/bin/bash
# Rights: one plan, four people, four different rights; each refused action says why and who could; what may not be read is not there, in
# no view, count, total, history line, error or export, and leaves the disk of a copy when the right ends.
. "$(dirname "$0")/lib.sh"
set_up
secret='Prime de Zorglub'

jalon_in admin en plan use "$DEMONSTRATION_NAME"
for account in guest comex; do
  printf '%s\n' "a password for $account" >"$W/files/$account.password"
  admin user add "$account" --name "${account^} Person" --password-file "$W/files/$account.password"
  check "account-$account" exits 0
done
admin person set "Comex Person" --teams COMEX
check comex-is-in-its-team exits 0
admin person set "Guest Person" --guest yes
check guest-is-one exits 0
for account in guest comex; do
  jalon_in "$account" en --server "$unix_address" login "$account" --password-file "$W/files/$account.password"
done

# ---- nothing granted: as before for everybody, nothing for guests ----
jalon_in comex en plan use "$DEMONSTRATION_NAME"
check no-grant-everybody-sees exits 0
jalon_in guest en plan use "$DEMONSTRATION_NAME"
check no-grant-guest-sees-no-plan exits_complaining 8 'there is no'
jalon_in guest en plan list
check no-grant-guest-lists-no-plan all_of 'exits 0; silent démonstration'

# ---- granting ----
marketing rights set comex payroll none
check only-some-may-grant exits_complaining 7 'you may not change who may do what' 'administrator'
admin raci set "$DEMONSTRATION_NAME" A="Claire Martin"
check an-accountable-of-the-plan exits 0
marketing payroll-line add "$secret" --planned 71234 --actual 1000
check payroll-line exits 0
marketing rights set everybody payroll none
check the-accountable-grants exits 0
marketing rights set COMEX strategy read
check grants-a-team exits 0
marketing rights set COMEX budget read
marketing rights set COMEX actions read
marketing rights set "Guest Person" actions read
check grants-a-guest exits 0
marketing rights set Marketing payroll edit
marketing rights set Marketing payroll edit
check the-same-again all_of 'exits 0; says nothing'
marketing rights
check matrix-en all_of 'exits 0; says "accountable of the plan"; says payroll; says Guest; says COMEX'
jalon_in marketing fr rights --why "Comex Person"
check why-fr all_of 'exits 0; says "accordé|granted"; says COMEX; says "G[0-9]"'
marketing rights --why COMEX
check why-of-a-team all_of 'exits 0; says "granted to this team"; says "rights of the team COMEX"'
marketing plan show
check plan-shows-rights all_of 'exits 0; says COMEX; says payroll'

# ---- four people, the same plan ----
marketing budget
check marketing-sees-payroll all_of 'exits 0; says Zorglub; says "budget with payroll"; says "71 ?.?234"'
jalon_in comex en budget
check comex-sees-the-budget all_of 'exits 0; silent Zorglub; silent "71.234"; silent "budget with payroll"; says "may not read the section payroll"'
jalon_in guest en plan use "$DEMONSTRATION_NAME"
check guest-finds-the-plan exits 0
jalon_in guest en budget
check guest-sees-no-budget all_of 'exits 0; silent "Plugin|Zorglub"; says "may not read the section budget"'
# a total of what may not be read is no zero
for view in budget 'budget --by month' variance 'cut 10%' 'supplier list' 'scenario compare' bucket dashboard 'dashboard --period 2026' 'report --year 2026' overspent 'trace A1'; do
  jalon_in guest en $view
  check "no-zero-for-it-${view// /-}" all_of 'exits 0; silent "€0|€-|0%"; says "may not read the section budget"'
done
for view in budget variance 'scenario compare' portfolio 'trace A1'; do
  jalon_in guest en $view
  check "said-in-the-cell-${view// /-}" all_of 'exits 0; says "not yours"'
done
jalon_in guest en why budget total actual
check why-says-so-too all_of 'exits 0; silent "€0"; says "not yours to read"; says "may not read the section budget"'
jalon_in guest en tree
check guest-sees-actions exits 0
for view in dashboard tree raci budget kpi mine history rights people 'list --type action' 'list --type payroll-line' 'show PY1' 'plan export -'; do
  for account in comex guest; do
    jalon_in "$account" en $view
    check "no-secret-$account-${view// /-}" silent 'Zorglub|71.?234'
  done
done
jalon_in comex en show PY1
comex_there=$status:${err//PY1/X}
jalon_in comex en show PY999
check unreadable-is-as-if-not-there [ "$comex_there" = "$status:${err//PY999/X}" ]
jalon_in comex en payroll-line set PY1 --planned 1
check unreadable-edit-as-if-not-there all_of 'exits 8; silent Zorglub'
jalon_in comex en budget-line set B1 --planned 5
check refused-with-reason-and-who exits_complaining 7 'may not edit the section budget' 'Claire Martin'
jalon_in comex fr budget-line set B1 --planned 5
check refused-in-french exits 7
jalon_in guest en comment B1 "what is this?"
check guest-comments-nothing-unreadable all_of 'exits 8; silent Plugin'
jalon_in guest en action set A1 --impact 3
check guest-reads-only exits_complaining 7 'section actions'

# ---- offline copies: revoked while away, gone from the disk; what was written stays, refused ----
laptop away sales
on away en sync
check copy-made exits 0
admin person set "Paul Bernard" --teams Sales
marketing rights set Sales payroll edit
on away en sync
check payroll-comes-to-the-copy exits 0
on away en --offline budget
check payroll-offline all_of 'says Zorglub; says "budget with payroll"'
files() { find "$W/laptops/away" -type f -exec cat {} +; }
check secret-is-on-the-disk grep -qaF Zorglub <(files)
on away en --offline payroll-line add "Mine to keep" --planned 10
check written-away exits 0
marketing rights set Sales payroll none
check revoked exits 0
on away en sync
check told-of-the-refusal complains 'conflict|refused|conflit' 
if grep -qaF Zorglub <(files); then not_ok secret-is-gone-from-the-disk; else ok secret-is-gone-from-the-disk; fi
on away en conflicts
check what-was-written-is-kept says 'Mine to keep'
on away en --offline budget
check nothing-of-it-offline all_of 'exits 0; silent Zorglub; says "may not read the section payroll"'
marketing rights set Sales payroll read
on away en sync
on away en --offline budget
check given-again-comes-again says Zorglub
marketing rights set Sales all none
on away en sync
if grep -qaF 'Plugin de chat' <(find "$W/laptops/away" -name 'replica.db*' -exec cat {} +); then not_ok a-plan-taken-away-is-gone; else ok a-plan-taken-away-is-gone; fi

# ---- a right as the record that it is: of the plan that the command works in, so there is no field to name it by ----
marketing grant add --holder COMEX --section pipeline --level none
check a-right-by-its-record all_of 'exits 0; says "G[0-9]"'
marketing help grant add
check the-plan-is-no-field-of-it all_of 'exits 0; says "--holder"; silent "plan, needed"'

finish
