#!/bin/bash
# Every cell of dashboard, budget and KPIs explains itself, and the explanation comes to what is shown: recomputed by tests/cli/explain.py from the
# records, over the demonstration plan and a random one (JALON_SEED). Explanations that were spoilt are noticed.
. "$(dirname "$0")/lib.sh"
set_up
seed=${JALON_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
echo "# JALON_SEED=$seed"

every_cell() { # name, view and its parameters...
  local name=$1
  shift
  admin "$@" --json
  cp "$W/files/out" "$W/files/view.json"
  admin why "$1" --all "${@:2}" --json
  cp "$W/files/out" "$W/files/why.json"
  check "$name" python3 "$here/explain.py" "$W/files/view.json" "$W/files/why.json" "$W/files/export.json" --mutants "$seed"
}
views() { # plan
  admin plan export -
  cp "$W/files/out" "$W/files/export.json"
  every_cell "$1-dashboard" dashboard
  every_cell "$1-budget" budget
  every_cell "$1-kpi" kpi
  every_cell "$1-budget-gross" budget --basis gross
  every_cell "$1-budget-by-month" budget --by month
  every_cell "$1-budget-by-supplier" budget --by supplier --basis net
}
views demonstration
python3 "$here/random_plan.py" "$seed" >"$W/files/random.json"
admin plan import "$W/files/random.json"
check random-plan exits 0
views random
finish
