#!/bin/bash
# Every cell of dashboard, budget and KPIs explains itself, and the explanation comes to what is shown: recomputed by tests/cli/explain.py from the
# records, over the demonstration plan and a random one (JALON_SEED). Explanations that were spoilt are noticed.
. "$(dirname "$0")/lib.sh"
set_up
seed=${JALON_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
echo "# JALON_SEED=$seed"

told() { # name, "mutants", "block NAME", "also DAY" or nothing, the view as it is shown..., --, what follows "why VIEW --all"...
  local name=$1 shown=() mutants=()
  [ "$2" != mutants ] || mutants=(--mutants "$seed")
  [ "${2%% *}" != also ] || mutants=(--also "${2#* }")
  [ "${2%% *}" != block ] || mutants=(--block "${2#* }")
  shift 2
  while [ "$1" != -- ]; do shown+=("$1"); shift; done
  shift
  admin "${shown[@]}" --json
  cp "$W/files/out" "$W/files/view.json"
  admin why "${shown[0]}" --all "$@" --json
  cp "$W/files/out" "$W/files/why.json"
  check "$name" python3 "$here/explain.py" "$W/files/view.json" "$W/files/why.json" "$W/files/export.json" "${mutants[@]}"
}
every_cell() { told "$1" mutants "${@:2}" -- "${@:3}"; } # name, view and its parameters...
only_right() { told "$1" '' "${@:2}" -- "${@:3}"; }      # large trees: spoiling each of them takes too long
views() { # plan, the day before its fiscal year that begins in this one
  admin budget-objective add "30 clients" --customers 30 --monthly-revenue 250 --lifetime 36 --margin 70%
  local cut=23%
  admin scenario new "moins" --cut 15%
  if [ "$1" = random ] && [ $status -ne 0 ]; then # an amount without a rate: nobody knows a share of the whole
    check random-no-share-of-what-nobody-knows exits_complaining 4 'nobody knows what a share of the budget is' 'jalon exchange-rate add'
    cut=2300
    admin scenario new "moins" --cut 1500
  fi
  admin plan export -
  cp "$W/files/out" "$W/files/export.json"
  every_cell "$1-dashboard" dashboard
  every_cell "$1-budget" budget
  every_cell "$1-kpi" kpi
  every_cell "$1-budget-gross" budget --basis gross
  every_cell "$1-budget-by-month" budget --by month
  every_cell "$1-budget-by-supplier" budget --by supplier --basis net
  if [ "$1" = random ]; then # hundreds of cells, each over the whole budget
    for block in variance methods; do told "$1-variance-$block" "block $block" variance --method both -- --table "$block" --method both; done
  else
    only_right "$1-variance" variance --method both
  fi
  only_right "$1-allocation" allocation
  told "$1-cut" '' cut $cut -- --cut $cut
  told "$1-scenarios" '' scenario compare --
  told "$1-scenario" '' scenario SC1 -- --record SC1
  only_right "$1-figures" figures
  told "$1-report" "also $2" report --period "$(the_date +%Y)" -- --period "$(the_date +%Y)"
  told "$1-dashboard-of-a-year" "also $2" dashboard --period "$(the_date +%Y)" -- --period "$(the_date +%Y)"
}
views demonstration "$(($(the_date +%Y) - 1))-12-31"
python3 "$here/random_plan.py" "$seed" >"$W/files/random.json"
admin plan import "$W/files/random.json"
check random-plan exits 0
views random "$(the_date -d "$(the_date +%Y-%m-01) -1 day" +%F)"
finish
