#!/bin/bash
# Somebody is erased while a history is being read: its end was taken before, and later pages have no values any more. That is no tampering:
# it is read on to the erasure. The export waits in a pipe that nobody empties, so the order is certain.
. "$(dirname "$0")/lib.sh"
set_up
F=$W/files
marketing comment A1 "Un mot de Claire, avant"
python3 - "$F/long.json" <<'PY' # more than two pages of half a MiB
import json, sys
records = [{"type": "action", "key": f"a{n}", "title": f"Longue {n}", "description": f"{n} " + "x" * 15000} for n in range(90)]
json.dump({"jalon": 1, "records": records}, open(sys.argv[1], "w"))
PY
marketing plan import "$F/long.json" --into "$DEMONSTRATION_NAME"
check a-long-history exits 0
marketing comment A1 "Un mot de Claire, après"
check comments exits 0
head=$(revision)

mkfifo "$F/pipe"
timeout --kill-after=5 $((2 * DEADLINE)) "$JALON" --profile admin --lang en history export - --with-personal >"$F/pipe" 2>"$F/export.err" </dev/null &
export_pid=$!
exec 7<"$F/pipe"
IFS= read -r -n 1 first <&7 # the end has been taken, and most of the first page does not fit a pipe
check export-has-begun [ "$first" = '{' ]
admin person erase "Claire Martin" --yes
check erased exits 0
erased=$(revision)
{ printf %s "$first"; cat <&7; } >"$F/erased.log"
exec 7<&-
wait "$export_pid"
status=$? out='' err=$(cat "$F/export.err") ran='history export -'
check export-goes-on-to-the-erasure exits 0
check first-line-is-of-the-beginning [ "$(head -n 1 "$F/erased.log" | python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["revision"])')" = "$head" ]
check last-line-is-of-the-end [ "$(tail -n 1 "$F/erased.log" | python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["end"])')" = "$erased" ]
check the-erasure-came-between all_of '[ "$erased" -gt "$head" ]; grep -q "\"private\"" "$F/erased.log"; ! base64 -d <(tail -n 5 "$F/erased.log" | grep -o "\"private\":\"[^\"]*" | cut -d\" -f4) | grep -q "Claire"'
admin history verify "$F/erased.log"
check the-file-is-right all_of 'exits 0; says "as recorded$"'
admin history verify --all
check the-server-is-right exits 0

# Without the erasure it is tampering, whoever wrote it.
sed "\$d" "$F/erased.log" | grep -v "\"revision\":$erased,\"section\"" >"$F/taken.log"
tail -n 1 "$F/erased.log" >>"$F/taken.log"
admin history verify "$F/taken.log"
check without-it-it-is-not exits 9
finish
