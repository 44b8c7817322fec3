#!/bin/bash
# Past days and revisions: every view as it was printed then, errors for what is still to come and for what was before the plan, and rights
# of today and of then. A state is stored every five revisions, so that what is shown comes from one of them and from the log.
. "$(dirname "$0")/lib.sh"
server_options=(--past-step=5)
day=$(the_date +%F) # midnight may fall into this
set_up

views=(dashboard tree raci budget kpi mine definitions drift rights "action list" "budget-line list" "show B1" "plan show" "raci A1" "show A2")
keep() { # name: what every view says now
  local view n=0
  for view in "${views[@]}"; do
    admin $view --today "$day"
    [ $status -eq 0 ] || not_ok "keep-$1-$view" "$(last_run)"
    printf '%s\n' "$out" >"$W/files/kept.$1.$((n++))"
  done
}
as_kept() { # name, --at: each view says it again
  local view n=0
  for view in "${views[@]}"; do
    admin $view --today "$day" --at "$2"
    exits 0 || return 1
    diff "$W/files/kept.$1.$n" - <<<"$out" >"$W/files/diff" || { echo "$view --at $2"; cat "$W/files/diff"; return 1; }
    n=$((n + 1))
  done
}

# ---- five states of a plan, each shown again later ----
revisions=()
for step in 1 2 3 4 5; do
  admin budget-line set B1 --planned "$((1000 + step))"
  admin action set A1 --title "Titre numéro $step" --progress "$step%"
  case $step in
  1) admin action add "Seulement au début" --due +2w ;;
  2) admin action rm "Seulement au début" ;;
  3) admin kpi add "Tardif" --unit EUR --direction down ;;
  4) admin raci set A2 C="Paul Bernard" ;;
  5) admin action move A1 --last ;;
  esac
  check "edits-$step" exits 0
  keep "$step"
  revisions+=("$(revision)")
done
for step in 5 1 3 2 4; do check "state-$step" as_kept "$step" "r${revisions[step - 1]}"; done
admin budget --json --at "r${revisions[0]}"
check json-has-the-revision says "\"revision\": ${revisions[0]}"

# ---- another server process finds what was stored ----
stop_server && start_server
for step in 2 5; do check "after-a-restart-$step" as_kept "$step" "r${revisions[step - 1]}"; done

# ---- what is deleted now, and what was not there yet ----
admin show "Seulement au début"
check gone-now exits_saying 0 'this record is deleted'
admin show "Seulement au début" --at "r${revisions[0]}"
check was-there all_of 'exits 0; says "Seulement au début"; silent deleted'
admin show "Tardif" --at "r${revisions[0]}"
check was-not-there-yet exits 8

# ---- the history ends where the past does ----
admin history B1 --at "r${revisions[1]}"
check history-then all_of 'exits 0; says "1 ?.?002"; silent "1 ?.?003"'

# ---- days ----
admin budget --at today
check today exits 0
admin budget --at "$(the_date -d "$day -1 day" +%F)"
check before-it-began exits_complaining 4 'there was nothing then: it begins on' 'r1'
admin budget --at 2099-12-31
check still-to-come exits_complaining 4 'still to come'
admin budget --at r999999
check no-such-revision exits_complaining 4 'r999999 is not there yet' "newest revision is r${revisions[4]}"
admin budget --at r0
check not-a-revision exits 4
admin budget --at "not a day"
check not-a-day exits_complaining 4 'not a date'
admin action set A1 --title "x" --at "r${revisions[0]}"
check nothing-is-changed-in-the-past exits_complaining 2 'takes no --at'
admin plan list --at today
check no-past-list-of-plans exits_complaining 2 'takes no --at'
admin budget --at "r${revisions[0]}" --offline
check needs-the-server exits 5

# ---- two states beside each other: B1 went from 1 001 to 1 003 euros between them, "Seulement au début" went, "Tardif" came ----
admin diff "r${revisions[0]}" "r${revisions[2]}"
check diff-title says "^From r${revisions[0]} to r${revisions[2]} "
check diff-field says '^B1 .* planned +€1,001 +€1,003$'
check diff-deleted says '^A[0-9]+ Seulement au début +deleted'
check diff-added says '^K[0-9]+ Tardif +added'
check diff-title-of-action says 'title +Titre numéro 1 +Titre numéro 3'
check diff-money says '^B1 .* planned +€1,001.00 +€1,003.00 +€2(.00)?$'
check diff-total says '^total +planned +€[0-9,.]+ +€[0-9,.]+ +€2(.00)?$'
admin diff "r${revisions[0]}" "r${revisions[2]}" A1
check diff-of-one all_of 'exits 0; says "Titre numéro 3"; silent Tardif; silent "^B1"'
admin diff "r${revisions[0]}" A1
check diff-until-now all_of 'exits 0; says "Titre numéro 1 +Titre numéro 5"'
admin diff "r${revisions[2]}" "r${revisions[2]}"
check diff-nothing exits_saying 0 'nothing differs'
admin diff "r${revisions[2]}" "r${revisions[0]}"
check diff-backwards exits_complaining 4 'is after'
admin diff 2099-01-01
check diff-future exits_complaining 4 'still to come'
admin diff "r${revisions[0]}" --offline
check diff-needs-the-server exits 5

# ---- what was shown of the past is not what the next edit is based on ----
marketing budget
marketing budget --at "r${revisions[0]}"
marketing budget-line set B1 --planned 5000
check base-is-what-was-seen-of-now exits 0

# ---- rights of today and of then ----
admin raci set "$DEMONSTRATION_NAME" A="Claire Martin"
marketing payroll-line add "Salaire de Zorglub" --planned 71234
marketing rights set everybody payroll none
hidden=$(revision)
sales budget
check hidden-now all_of 'exits 0; silent Zorglub'
marketing rights set "Paul Bernard" payroll read
sales budget
check let-in-since all_of 'exits 0; says Zorglub'
sales budget --at "r$hidden"
check hidden-then all_of 'exits 0; silent Zorglub; silent "71.?234"; says "may not read the section payroll"'
sales history --at "r$hidden"
check hidden-in-the-history-then silent Zorglub
sales diff "r$hidden"
check diff-hides-what-was-hidden-then all_of 'exits 0; silent Zorglub; silent "71.?234"'
marketing budget --at "r$hidden"
check seen-then all_of 'exits 0; says Zorglub'
open=$(revision)
marketing rights set "Paul Bernard" payroll none
sales budget --at "r$open"
check hidden-today all_of 'exits 0; silent Zorglub'
finish
