#!/bin/bash
# Two people plan at once, with real clients, one of them on a train for a while: planning_together.py says what must hold. Each seed is
# printed; JALON_SEEDS="7 8 9" tries others.
. "$(dirname "$0")/lib.sh"
set_up
laptop one marketing
laptop two admin
for seed in ${JALON_SEEDS:-1 2 3}; do
  check "planning-together-seed-$seed" python3 "$here/planning_together.py" "$JALON" "$W/laptops" "$seed"
  cat "$W/files/check"
done
finish
