#!/bin/bash
# An import whose server goes while it is under way: it waits, says so, and goes on by itself; what its local copy says meanwhile counts for nothing. Then
# client and server are killed at random moments: no row is lost and none is there twice, and all of it is taken back as one.
. "$(dirname "$0")/lib.sh"
set_up
rows=${JALON_IMPORT_ROWS:-4500}
kills=${JALON_IMPORT_KILLS:-6}
seed=${JALON_TEST_SEED:-$(($(date +%s) % 100000))}
echo "# seed $seed, $rows rows, $kills kills (JALON_TEST_SEED, JALON_IMPORT_ROWS, JALON_IMPORT_KILLS)"
RANDOM=$seed
cd "$W/files" || exit 1

report() { # name of a count, of the last run with --json
  python3 - "$1" <<P
import sys
from document import Document
d = Document(open('$W/files/out').read())
print(next((r['cells']['value'] for r in d.rows('counts') if r['cells']['what'] == sys.argv[1]), 0))
P
}
told() { # "made=39 same=0"
  local IFS=' ' part bad=0
  for part in $1; do [ "$(report "${part%=*}")" = "${part#*=}" ] || { echo "${part%=*} is $(report "${part%=*}"), expected ${part#*=}"; bad=1; }; done
  return $bad
}
stopped() { grep -q '^State:.*T' "/proc/$1/status"; }
begin() { # point or "", arguments...: the client runs in the background: job, client
  local point=$1
  shift
  ran="(in the background, $point) $*"
  JALON_POINT=$point timeout --foreground $((2 * DEADLINE)) "$JALON" --profile marketing --lang en "$@" </dev/null >"$W/files/out" 2>"$W/files/err" &
  job=$!
  wait_for "$DEADLINE" pgrep -P "$job"
  client=$(pgrep -P "$job")
}
end() {
  wait "$job"
  status=$? out=$(plain_spaces <"$W/files/out") err=$(plain_spaces <"$W/files/err")
}
waits() { grep -q 'waiting for it' "$W/files/err"; }
# The client is halted at a point, the server killed, the client goes on; the server comes back once it waits.
without_server_at() { # point, arguments...
  begin "$@"
  wait_for "$DEADLINE" stopped "$client" || return 1
  kill_server
  kill -CONT "$client"
  wait_for "$DEADLINE" waits || return 1
  start_server || return 1
  end
}

# ---- the local copy is no answer ----
printf 'Titre;Levier;Échéance\nPage tarifs;SEO;15/03/2026\nPage contact;SEO;31/03/2026\n' >actions.csv
marketing import actions.csv --as action --json
check actions all_of "exits 0; told 'made=2'"
marketing sync
action=$(sql "SELECT 'A' || number FROM action WHERE title = 'Page tarifs'")
sales show "$action"
sales action set "$action" --due 20/03/2026 # of which the copy of the other one knows nothing
check changed-behind-its-back exits 0
without_server_at import.named:1:stop import actions.csv --as action --json
check waits-before-the-first-row all_of "exits 0; told 'kept=1 same=1 made=0'; complains 'away since row 0 of 2: waiting'; complains 'is back: it goes on'"
check not-overwritten [ "$(sql "SELECT due FROM action WHERE title = 'Page tarifs'")" = 2026-03-20 ]
sales action add 'Page presse' --lever SEO --due 2026-04-20 # nor does it know this one, which a row says again
check typed-behind-its-back exits 0
printf 'Titre;Levier;Échéance\nPage presse;SEO;20/04/2026\n' >typed.csv
without_server_at import.named:1:stop import typed.csv --as action --json
check what-others-typed-is-asked-of-the-server all_of "exits 0; told 'made=0 same=1'; complains 'is back: it goes on'"
check not-made-again [ "$(sql "SELECT count(*) FROM action WHERE title = 'Page presse' AND deleted_revision IS NULL")" = 1 ]

# ---- rows are sent once, whatever was under way ----
invoices "$rows" >many.csv
many=(import many.csv --as expense --set line=B4 --map Facture=document --json)
expected() { # the same of the file, by another program
  python3 - "$(sql "SELECT id FROM budget_line WHERE number = 4 AND deleted_revision IS NULL LIMIT 1")" <<'P'
import csv, sys
rows = list(csv.DictReader(open('many.csv', encoding='utf-8'), delimiter=';'))
for r in rows:
    d, m, y = r['Date'].split('/')
    print('|'.join((r['Facture'], r['Titre'], f'{y}-{m}-{d}', r['Montant HT'].replace(',', ''))))
P
}
there() { sql "SELECT document || '|' || title || '|' || date || '|' || net FROM expense WHERE deleted_revision IS NULL AND document LIKE 'M%'"; }
as_in_the_file() { diff <(expected | sed 's/|0*\([0-9]\)/|\1/4' | sort) <(there | sort); }
before=$(state_hash)
came=made
for point in import.submitted:1:stop import.decided:1:stop; do
  without_server_at "$point" "${many[@]}"
  check "goes-on-by-itself-$point" all_of "exits 0; told 'rows=$rows $came=$rows rejected=0 same=0'; complains 'waiting for it'; complains 'it goes on'"
  check "each-row-once-$point" as_in_the_file
  marketing undo --import many.csv --yes
  check "undone-$point" exits 0
  came=restored # what was taken back comes again
  check "as-before-$point" [ "$(state_hash)" = "$before" ]
done
begin import.named:1:stop "${many[@]}" --dry-run
wait_for "$DEADLINE" stopped "$client"
kill_server
kill -CONT "$client"
end
check a-dry-run-ends all_of "exits 5; complains 'nothing was changed'"
start_server

# ---- random moments: when so many rows are there, as the seed says ----
rows_there() { sql "SELECT count(*) FROM expense WHERE deleted_revision IS NULL AND document LIKE 'M%'"; }
reached() { [ "$(rows_there)" -ge "$1" ] || ! kill -0 "$client" 2>/dev/null; }
ends=''
for kill in $(seq "$kills"); do
  have=$(rows_there) victim=$((RANDOM % 3))
  moment=$((have + RANDOM * (rows - have) / 32768))
  begin '' "${many[@]}"
  wait_for "$DEADLINE" reached "$moment"
  if [ $victim = 0 ]; then
    kill_server
    start_server || { not_ok "server-$kill"; break; }
  else
    kill -KILL "$client" 2>/dev/null
  fi
  end
  ends="$ends $moment:$victim:$status"
  case $status in
  0) # it was too late, or the server alone: once more
    marketing undo --import many.csv --yes
    check "undone-$kill" exits 0
    ;;
  137 | 5 | 6) ;;
  *) not_ok "ends-well-$kill" "$(last_run)" ;;
  esac
done
echo "# rows, victim (0: server) and exit status of each:$ends"
marketing "${many[@]}"
check goes-on all_of "exits 0; told 'rows=$rows rejected=0'"
check no-row-lost-none-twice as_in_the_file
marketing undo --import many.csv --yes
check taken-back-as-one exits 0
check the-plan-is-as-before [ "$(state_hash)" = "$before" ]
finish
