#!/bin/bash
# kill -9 of a `jalon` at any moment: the next command works, what was sent is applied once or not at all.
. "$(dirname "$0")/lib.sh"
set_up
rounds=${JALON_TEST_ROUNDS:-60}
seed=${JALON_TEST_SEED:-$(($(date +%s) % 100000))}
echo "# seed $seed, $rounds rounds (JALON_TEST_SEED, JALON_TEST_ROUNDS)"
RANDOM=$seed

now_ms() { echo $(($(date +%s%N) / 1000000)); }
done_now() { value_of admin "d.cells('action', 'A3').get('quantity_done')" action list; }

admin action set A3 --quantity-target 100000
started=$(now_ms)
marketing action set A3 --quantity-done +1
check one-by-one exits 0
whole=$(($(now_ms) - started)) # how long an undisturbed run takes
most=$whole # of a delay: a run that ended first shortens it, one that was killed lengthens it, however fast the machine is at the moment
killed=0 finished=0 broken='' done_deltas='' # each round adds another number, so that the history tells the rounds apart
for round in $(seq "$rounds"); do
  "$JALON" --profile marketing --lang en action set A3 --quantity-done "+$((round + 10))" </dev/null >"$W/files/out" 2>"$W/files/err" &
  pid=$!
  delay=$((RANDOM % (most + 1)))
  sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))" # the moment of the kill, drawn from the seed
  kill -KILL $pid 2>/dev/null
  wait $pid 2>/dev/null
  result=$?
  case $result in
  137) killed=$((killed + 1)) most=$((most + most / 8 + 1)) ;;
  0) finished=$((finished + 1)) most=$((most / 2)) done_deltas="$done_deltas $((round + 10))" ;;
  *) broken="$broken round $round: status $result: $(cat "$W/files/err");" ;;
  esac
  if ((round % 5 == 0)); then
    marketing action show A3
    [ $status = 0 ] || broken="$broken round $round: show: status $status: $err;"
  fi
done
check no-run-failed-otherwise [ -z "$broken" ]
check some-were-killed [ "$killed" -gt $((rounds / 5)) ]
echo "# killed $killed, finished $finished"
[ -z "$broken" ] || echo "# $broken"

# Every later command works, and settles what was left open.
marketing action set A3 --quantity-done +1
check later-command-works exits 0
marketing history A3 --json
cp "$W/files/out" "$W/files/history.json"
reached=$(done_now)
echo "# counter $reached"
check history-has-each-round-once-at-most python3 -c "
from document import Document
import sys
rows = [r['cells'] for r in Document(open(sys.argv[1]).read()).rows('history') if r['cells'].get('field') == 'quantity_done']
rows.reverse()
number = lambda text: int(float(text)) if text not in (None, '') else 0
steps = [(number(r['before']), number(r['after'])) for r in rows]
revisions = [r['revision'] for r in rows]
assert steps[-1][1] == int(sys.argv[2]), (steps[-1], sys.argv[2])
assert len(set(revisions)) == len(revisions), 'two changes in one revision'
for earlier, later in zip(steps, steps[1:]): assert later[0] == earlier[1], (earlier, later)
rounds = [b - a for a, b in steps if b - a > 10]
assert len(rounds) == len(set(rounds)), f'applied twice: {sorted(r for r in rounds if rounds.count(r) > 1)}'
lost = [d for d in map(int, sys.argv[3].split()) if d not in rounds]
assert not lost, f'acknowledged and lost: {lost}'
" "$W/files/history.json" "${reached:-0}" "$done_deltas"

# Additions: a killed `add` leaves one record or none, never two of one run.
for round in $(seq 20); do
  "$JALON" --profile marketing --lang en persona add "Persona $round" </dev/null >/dev/null 2>&1 &
  pid=$!
  delay=$((RANDOM % (whole + 1)))
  sleep "$(printf '0.%03d' $((delay % 1000)))"
  kill -KILL $pid 2>/dev/null
  wait $pid 2>/dev/null
done
marketing persona add "La dernière"
check add-after-kills exits 0
names=$(value_of admin "'\n'.join(r['cells']['name'] for r in d.rows('persona'))" persona list)
check no-addition-twice [ -z "$(sort <<<"$names" | uniq -d)" ]

# The same while the server is killed: an edit sent to a dead server is settled when it is back.
marketing show B3
marketing_before=$(done_now)
"$JALON" --profile marketing --lang en action set A3 --quantity-done +1 </dev/null >"$W/files/out" 2>"$W/files/err" &
pid=$!
kill_server
wait $pid
result=$?
case $result in 0 | 5 | 6) ok set-while-the-server-dies ;; *) not_ok set-while-the-server-dies "status $result: $(cat "$W/files/err")" ;; esac
marketing action set A3 --quantity-done +1
check set-without-server-waits exits_saying 0 'kept, will be sent'
if start_server; then ok server-starts-again; else not_ok server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
marketing action set A3 --quantity-done +1
check set-after-restart exits 0
after=$(done_now)
check settled-once all_of "[ $after -ge $((marketing_before + 2)) ]; [ $after -le $((marketing_before + 3)) ]"

# A copied profile gets an identity of its own, told once; both go on and nothing is lost or doubled.
cp "$XDG_CONFIG_HOME/jalon/marketing.profile" "$XDG_CONFIG_HOME/jalon/copied.profile"
before=$(done_now)
for name in marketing copied marketing copied; do
  jalon_in $name en action set A3 --quantity-done +1
  if [ $status = 5 ] && grep -q 'copied' <<<"$err"; then jalon_in $name en action set A3 --quantity-done +1; fi
  check "copied-profile-$name" exits 0
done
check copied-profile-loses-nothing [ "$(done_now)" = $((before + 4)) ]
finish
