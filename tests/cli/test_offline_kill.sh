#!/bin/bash
# kill -9 of a `jalon` that edits without the server, and of one that sends what waits: what was acknowledged is applied
# once, what was not at most once, and the next command always works.
. "$(dirname "$0")/lib.sh"
set_up
rounds=${JALON_TEST_ROUNDS:-60}
seed=${JALON_TEST_SEED:-$(($(date +%s) % 100000))}
echo "# seed $seed, $rounds rounds (JALON_TEST_SEED, JALON_TEST_ROUNDS)"
RANDOM=$seed
laptop one marketing
on_one() { XDG_CONFIG_HOME=$W/laptops/one/config XDG_DATA_HOME=$W/laptops/one/data exec "$JALON" --lang en "$@"; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }
killed_at_random() { # longest delay in ms, arguments...: sets result
  local most=$1 delay
  shift
  (on_one "$@") </dev/null >"$W/files/out" 2>"$W/files/err" &
  local pid=$!
  delay=$((RANDOM % (most + 1)))
  sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))" # the moment of the kill, drawn from the seed
  kill -KILL $pid 2>/dev/null
  wait $pid 2>/dev/null
  result=$?
}

on one en action set A3 --quantity-done +1
check edit-online exits 0
kill_server
started=$(now_ms)
on one en action set A3 --quantity-done +2
check edit-offline exits_saying 0 'kept, will be sent'
whole=$(($(now_ms) - started)) # how long an undisturbed run takes
most=$whole # a run that ended first shortens the delay, one that was killed lengthens it, however fast the machine is at the moment
killed=0 finished=0 broken='' acknowledged=''
for round in $(seq "$rounds"); do
  killed_at_random "$most" action set A3 --quantity-done "+$((round + 10))"
  case $result in
  137) killed=$((killed + 1)) most=$((most + most / 8 + 1)) ;;
  0) finished=$((finished + 1)) most=$((most / 2)) acknowledged="$acknowledged $((round + 10))" ;;
  *) broken="$broken round $round: status $result: $(cat "$W/files/err");" ;;
  esac
  if ((round % 10 == 0)); then
    on one en action show A3
    [ $status = 0 ] || broken="$broken round $round: show: status $status: $err;"
  fi
done
for round in $(seq 20); do killed_at_random "$whole" persona add "Persona $round"; done
echo "# killed $killed, finished $finished"
check no-run-failed-otherwise [ -z "$broken" ]
[ -z "$broken" ] || echo "# $broken"
check some-were-killed [ "$killed" -gt $((rounds / 6)) ]
on one en status
check status-works exits 0

# ---- and while what waits is sent ----
if start_server; then ok server-starts-again; else not_ok server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
for round in $(seq 25); do
  killed_at_random "$whole" sync --quiet
  case $result in 0 | 137) ;; *) broken="$broken sync $round: status $result: $(cat "$W/files/err");" ;; esac
done
check no-sync-failed-otherwise [ -z "$broken" ]
[ -z "$broken" ] || echo "# $broken"
on one en sync
check sync-settles-everything exits 0
on one en persona add "La dernière"
check later-command-works exits 0
on one en status --json
check nothing-waits python3 -c "
from document import Document; import sys
names = [b['name'] for b in Document(sys.argv[1]).data['blocks'] if b['rows']]
assert 'waiting' not in names and 'conflicts' not in names, names" "$out"
admin history A3 --json
cp "$W/files/out" "$W/files/history.json"
check each-once python3 -c "
from document import Document; import sys
rows = [r['cells'] for r in Document(open(sys.argv[1]).read()).rows('history') if r['cells'].get('field') == 'quantity_done']
rows.reverse()
number = lambda text: int(float(text)) if text not in (None, '') else 0
steps = [(number(r['before']), number(r['after'])) for r in rows]
for earlier, later in zip(steps, steps[1:]): assert later[0] == earlier[1], (earlier, later)
deltas = [b - a for a, b in steps]
rounds = [d for d in deltas if d > 10]
assert len(rounds) == len(set(rounds)), f'applied twice: {sorted(r for r in rounds if rounds.count(r) > 1)}'
lost = [d for d in map(int, sys.argv[2].split()) if d not in rounds]
assert not lost, f'acknowledged and lost: {lost}'
assert 1 in deltas and 2 in deltas, deltas" "$W/files/history.json" "$acknowledged"
names=$(value_of admin "'\n'.join(r['cells']['name'] for r in d.rows('persona'))" persona list)
check no-addition-twice [ -z "$(sort <<<"$names" | uniq -d)" ]
on one en --offline history A3 --json
check local-copy-agrees python3 -c "
from document import Document; import sys
rows = lambda path: [(r['cells']['revision'], r['cells']['before'], r['cells']['after']) for r in Document(open(path).read()).rows('history') if r['cells'].get('field') == 'quantity_done' and r['cells']['revision'] > 1]
here, there = rows(sys.argv[1]), rows(sys.argv[2])
assert here == there and len(here) > 5, (here[:5], there[:5])" "$W/files/out" "$W/files/history.json"
finish
