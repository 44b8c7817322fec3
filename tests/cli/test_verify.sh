#!/bin/bash
# jalond verify as somebody runs it: beside a running server and without one, for people and for programs, with what it says when something
# was changed in the database. What it finds is tests/component/test_verify.c.
. "$(dirname "$0")/lib.sh"
server_options=(--heads-file="$W/heads")
set_up

verify() { # arguments: sets out, err, status
  ran="jalond verify $*"
  timeout --kill-after=5 $((2 * DEADLINE)) "$JALOND" verify --data-directory="$data" --log-level=error "$@" </dev/null >"$W/files/out" 2>"$W/files/err"
  status=$?
  out=$(cat "$W/files/out") err=$(cat "$W/files/err")
}
database() { psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$data/run" -U jalon -d jalon -c "$1"; }
field() { python3 -c '
import json, sys
for line in sys.stdin:
    d = json.loads(line)
    if d["kind"] == "plan": print(eval(sys.argv[1]))' "$1" <<<"$out"; }

# ---- beside a running server ----
verify
check nothing-is-wrong exits 0
check says-so says 'nothing is wrong$'
check names-the-plan says "plan [0-9a-f-]{36} $DEMONSTRATION_NAME: r[0-9]+, [0-9]+ rows, [0-9]+ records, .*: right$"
check nothing-on-the-error-channel [ -z "$err" ]
rows=$(database 'SELECT count(*) FROM log')
verify --format=json
check json exits 0
check json-counts [ "$(python3 -c 'import json, sys; print(sum(json.loads(l)["rows"] for l in sys.stdin))' <<<"$out")" = "$rows" ]
plan=$(field 'd["space"]')
verify --space="$plan"
check one-space all_of 'exits 0; says "^1 spaces"'

# ---- what it cannot do ----
verify --space=00000000-0000-4000-8000-00000000ffff
check no-such-space exits 8
verify --space=leads
check no-id exits 2
verify --format=xml
check no-format exits 2
verify --heads=/nowhere
check no-heads exits 2
printf 'jalon-heads 1\nserver nobody\n' >"$W/files/heads"
verify --heads="$W/files/heads"
check bad-heads all_of 'exits 2; complains "line 2"'

# ---- heads that the server writes by itself: when it starts, and once a day ----
check heads-file-begun wait_for "$DEADLINE" grep -q heads.exported "$server_log"
check heads-file-explains-itself grep -q '^# Heads of the chains' "$W/heads"
stop_server && start_server # the plan was made after the first start
check heads-file-appended wait_for "$DEADLINE" grep -q "^name $DEMONSTRATION_NAME" "$W/heads"
check heads-file-explains-itself-once [ "$(grep -c '^# Heads of the chains' "$W/heads")" = 1 ]
verify --heads="$W/heads"
check with-those-heads all_of 'exits 0; says "exported heads"'

# A crash in the middle of a block: the next start appends behind it, and nothing else is lost.
stop_server
blocks=$(grep -c '^jalon-heads' "$W/heads")
size=$(($(grep -b '^check ' "$W/heads" | tail -n 1 | cut -d : -f 1) - 40)) # in the middle of the last chain
truncate -s "$size" "$W/heads"
verify --heads="$W/heads"
check torn-at-the-end all_of 'exits 0; says "exported heads"; complains "1 blocks were not written whole"'
start_server
more_blocks() { [ "$(grep -c '^jalon-heads' "$W/heads")" -gt "$blocks" ] && tail -n 1 "$W/heads" | grep -q '^# whole '; }
check torn-and-appended wait_for "$DEADLINE" more_blocks
verify --heads="$W/heads"
check torn-in-the-middle all_of 'exits 0; says "exported heads"; complains "1 blocks were not written whole"'

# ---- somebody changes the database ----
revision=$(database "SELECT min(revision) FROM budget_line WHERE space_id = '$plan'")
database "UPDATE budget_line SET planned = planned + 1 WHERE space_id = '$plan' AND number = 1"
revision=$(database "SELECT revision FROM budget_line WHERE space_id = '$plan' AND number = 1")
verify
check money-changed all_of 'exits 9; says "WRONG at r$revision, table budget_line, budget line [0-9a-f-]{36}, planned:"; says "SOMETHING IS WRONG"'
verify --format=json
check money-changed-json [ "$(field '(d["wrong"][0]["revision"], d["wrong"][0]["table"], d["whole"])')" = "($revision, 'budget_line', True)" ]
database "UPDATE budget_line SET planned = planned - 1 WHERE space_id = '$plan' AND number = 1"
verify
check put-back exits 0
database "UPDATE log SET body = set_byte(body, 40, get_byte(body, 40) # 1) WHERE space_id = '$plan' AND revision = 1 AND section = (SELECT min(section) FROM log WHERE space_id = '$plan' AND revision = 1)"
verify
check log-changed all_of 'exits 9; says "WRONG at r1, table log"; says "were not compared"'
database "UPDATE log SET body = set_byte(body, 40, get_byte(body, 40) # 1) WHERE space_id = '$plan' AND revision = 1 AND section = (SELECT min(section) FROM log WHERE space_id = '$plan' AND revision = 1)"

# ---- without a server: the embedded PostgreSQL is started for it, and stopped ----
stop_server
verify
check without-a-server exits 0
check nothing-left-running none_left
start_server
verify
check the-server-again exits 0
finish
