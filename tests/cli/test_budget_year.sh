#!/bin/bash
# The budget of seed 000 for 240,000 euros over the fiscal year July 2026 to June 2027, typed command by command, and the same inputs as a
# spreadsheet that LibreOffice computes: every grouping to the cent, excl. VAT, incl. VAT and in what it costs.
. "$(dirname "$0")/lib.sh"
set_up
year=$W/files/year
mkdir -p "$year"

admin plan new "Budget 2026-2027" --start 2026-07-01 --end 2027-06-30
check plan exits 0
admin plan set --fiscal-year-start 2026-07-01 --fiscal-year-end 2027-06-30
check fiscal-year exits 0

typed=0 refused=''
while IFS= read -r line; do
  mapfile -d '' -t arguments < <(python3 -c 'import json, sys; sys.stdout.write("\0".join(json.loads(sys.argv[1])) + "\0")' "$line")
  admin "${arguments[@]}"
  typed=$((typed + 1))
  [ $status -eq 0 ] || { refused="$(last_run)"; break; }
done < <(python3 "$here/budget_year.py" commands)
check "typed-$typed-commands" [ -z "$refused" ]
[ -z "$refused" ] || { printf '%s\n' "$refused"; exit 1; }

for basis in net gross cost; do
  for by in lever action line category sub-category bucket supplier month quarter year kpi; do
    "$JALON" --profile admin --lang en --json budget --by $by --basis $basis </dev/null >"$year/$basis-$by.json" 2>"$W/files/err" || not_ok "$basis-$by" "$(cat "$W/files/err")"
  done
done

if command -v soffice >/dev/null; then
  python3 "$here/budget_year.py" sheet "$year/year.fods"
  (cd "$year" && LC_ALL=C timeout "$((4 * DEADLINE))" soffice --headless --norestore --nologo "-env:UserInstallation=file://$W/files/office" \
    --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1' --outdir "$year" "$year/year.fods") >"$W/files/soffice" 2>&1 </dev/null
  mv "$year/year-groups.csv" "$year/groups.csv" || not_ok spreadsheet "$(cat "$W/files/soffice")"
  python3 "$here/budget_year.py" compare "$year" >"$W/files/compared" 2>&1
  if [ $? -eq 0 ]; then ok "the-same-as-the-spreadsheet: $(tail -n 1 "$W/files/compared")"; else not_ok the-same-as-the-spreadsheet "$(cat "$W/files/compared")"; fi
else
  echo "skip the-same-as-the-spreadsheet: no LibreOffice"
fi

# A month is closed: it keeps its amounts, and what comes late counts in the next open one; both are said.
admin closed-month add --month 2026-07
check closed exits 0
admin expense set X5 --net 4000
check closed-refuses exits_complaining 4 'closed'
admin expense add "Retard" --line B1 --date 2026-07-20 --net 10 --supplier HubSpot
check late exits 0
late=$(grep -oE 'X[0-9]+' <<<"$out" | head -n 1)
jalon_in admin fr show "$late"
check late-says-both all_of "says 'date +20/07/2026'; says '01/08/2026'"
admin budget --by month
check late-is-noted says "closed months.*: 1, .*$late"
finish
