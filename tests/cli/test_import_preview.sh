#!/bin/bash
# How a table is read, shown before anything is imported: whole screens in both languages, what is asked and answered, JSON, what is refused.
# No server, plan or login. Tables of the shared data that are not there are counted as skipped.
. "$(dirname "$0")/lib.sh"
shared=${SHARED_DIR:-$root/../shared}/data

budget=$W/files/budget.csv
python3 - "$budget" <<'E2'
import sys
rows = ['Budget marketing 2026;;;', '', 'Date;Canal;Dépense HT (€);Impressions', '03/04/2026;Salon;1 234,56 €;1 000', '19/04/2026;"LinkedIn ; RH";-125,00 €;N/C', 'x;Meta;12,5;7', 'Total;;1 122,06 €;']
open(sys.argv[1], 'wb').write('\r\n'.join(rows).replace(' 234', '\xa0234').replace(' 000', '\xa0000').encode('cp1252'))
E2
for language in fr en; do
  jalon_in nobody $language import "$budget" --preview --today 2026-11-26 --width 80
  check "whole-screen-$language" all_of "exits 0; diff <(printf '%s\n' \"\$out\") '$here/import_preview_$language.txt'"
done
jalon_in nobody en import "$budget" --preview --json
check json python3 -c "
import sys
from document import Document
d = Document(open('$W/files/out', encoding='utf-8').read())
columns = {r['cells']['column']: r['cells'] for r in d.rows('columns')}
assert columns['Dépense HT (€)']['field'] == 'spend' and columns['Dépense HT (€)']['currency'] == 'EUR', columns
assert columns['Date']['bad'] == 1 and columns['Date']['bad-line'] == 6, columns
assert [(r['cells']['line'], r['cells']['text']) for r in d.rows('skipped')] == [(1, 'Budget marketing 2026'), (7, 'Total | 1 122,06 €')] or sys.exit(str(d.rows('skipped')))"

printf 'Date;Montant\n03/04/2026;1,234\n' >"$W/files/asks.csv"
jalon_in nobody en import "$W/files/asks.csv" --preview
check asks all_of "exits 0; says 'day or the month'; says '--date-order day'; says '--decimal comma'"
jalon_in nobody fr import "$W/files/asks.csv" --preview --date-order day --decimal comma
check answered all_of "exits 0; silent '--date-order'; silent 'préciser'; says 'virgule décimale'"
check standard-input [ "$("$JALON" --lang en import - --preview --json <"$W/files/asks.csv" | grep -c 'Montant')" -gt 0 ]
jalon_in nobody en import - --preview
check empty-input exits_complaining 4 'empty'
printf 'a,b\nx,"y\n' >"$W/files/open.csv"
jalon_in nobody en import "$W/files/open.csv" --preview
check unclosed exits_complaining 4 'line 2, column 2' 'never closed'
jalon_in nobody en import "$W/files/none.csv" --preview
check no-such-file exits_complaining 2 'none.csv'
jalon_in nobody en import "$budget"
check without-preview exits_complaining 2 '--preview'
jalon_in nobody en import "$budget" --preview --encoding klingon
check no-such-encoding exits_complaining 2 'klingon' 'windows-1252'
head -c 4096 /dev/zero >"$W/files/zeros.csv"
jalon_in nobody en import "$W/files/zeros.csv" --preview
check nothing-but-nul exits_complaining 4 'NUL'

for name in excel_fr/06_double_encodage_utf8.csv:encoding raci/raci_en_packt.xlsx: synthetic_shapes/google_ads_fr_utf16le_tsv.csv: synthetic_shapes/linkedin_campaign_performance_utf16le.csv:date-order; do
  file=$shared/${name%%:*} asks=${name##*:}
  if [ ! -r "$file" ]; then echo "skip shared-${name%%:*}"; continue; fi
  jalon_in nobody en import "$file" --preview
  if [ -n "$asks" ]; then
    check "shared-${name%%:*}" all_of "exits 0; says 'To be said'; says '--$asks'"
  else
    check "shared-${name%%:*}" all_of "exits 0; silent 'To be said'"
  fi
done
finish
