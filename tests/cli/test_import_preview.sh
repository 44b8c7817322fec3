#!/bin/bash
# How a table is read, shown before anything is imported: whole screens in both languages, what is asked and answered, JSON, what is refused.
# No server, plan or login. Tables of the shared data that are not there are counted as skipped.
. "$(dirname "$0")/lib.sh"
shared=${SHARED_DIR:-$root/../shared}/data

cd "$W/files" || exit 1
budget=budget.csv
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
check answered all_of "exits 0; silent 'préciser'; says 'virgule décimale'"
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

# ---- a preview ends with what is to be typed next, as it stands ----
printf "Date;Canal;L'objet;Montant HT\n31/01/2026;SEA;x;1,50\n30/01/2026;SEA;y;2,50;3\n" >"d'avril.csv"
jalon_in nobody en import "d'avril.csv" --preview --set 'supplier=A$1 "B"'
next=$(sed -n 's/^ *next, with the answers that are right: \(.*\) (its columns fit .*/\1/p' <<<"$out")
check next-command [ "$next" = "jalon import \"d'avril.csv\" --set 'supplier=A\$1 \"B\"' --as spend --set currency=EUR --dry-run" ]
check next-command-is-one-for-a-shell python3 -c "
import shlex, sys
assert shlex.split(sys.argv[1]) == ['jalon', 'import', \"d'avril.csv\", '--set', 'supplier=A\$1 \"B\"', '--as', 'spend', '--set', 'currency=EUR', '--dry-run'], shlex.split(sys.argv[1])" "$next"
check longer-than-its-titles all_of "says '3  more values than columns'; says 'which are not taken: 1'"
printf 'Date;Montant\n03/04/2026;1,234\n' >asks.csv
jalon_in nobody en import asks.csv --preview
check next-are-answers says 'next, with the answers that are right: jalon import asks.csv --preview --date-order day --decimal comma'
jalon_in nobody fr import asks.csv --preview
check next-in-french says 'ensuite, avec les bonnes réponses : jalon import asks.csv'
printf 'Nom;Prénom;E-mail;Société\nLefèvre;Zoé;zoe@exemple.fr;Lumen\n' >leads.csv
for language in en fr; do
  jalon_in nobody $language import leads.csv --preview
  check "leads-come-later-$language" all_of "exits 0; says '(cannot be imported yet|ne s.importent pas encore)'; says '(not in this file: source, created|absents de ce fichier : source, créé)'; silent 'next:'"
done
jalon_in nobody en import leads.csv --as lead
check as-lead exits_complaining 4 'cannot be imported yet' '--preview'
for name in hubspot_deals_fr_utf8bom:currency pipedrive_deals_en:created salesforce_report_latin1_footer:deal.number; do
  file=$shared/synthetic_shapes/${name%%:*}.csv
  if [ ! -r "$file" ]; then echo "skip later-${name%%:*}"; continue; fi
  jalon_in nobody en import "$file" --preview
  check "later-${name%%:*}" all_of "exits 0; says 'deals of a CRM, which cannot be imported yet'; says 'will need: deal number, deal, stage, amount, currency'; says 'not in this file: ${name##*:}'"
  jalon_in nobody en import "$file"
  check "refused-${name%%:*}" exits_complaining 4 'deals of a CRM, which cannot be imported yet' 'their import will need'
done

# ---- days that are none ----
printf 'Date;Canal;Dépense\n31/02/2026;SEA;1\n15/02/2026;SEA;2\n30 février 2026;SEA;3\n' >days.csv
jalon_in nobody en import days.csv --preview --json
check no-such-days python3 -c "
from document import Document
d = Document(open('$W/files/out', encoding='utf-8').read())
c = {r['cells']['column']: r['cells'] for r in d.rows('columns')}['Date']
assert c['kind'] == 'date' and c['bad'] == 2 and c['bad-line'] == 2, c"

# ---- too much: refused in time that grows with the file, and in bounded memory ----
python3 - <<'P'
import zipfile
MB = 1 << 20
for name, parts in (('cell', [b'"'] + [b'x' * MB] * 64 + [b'"']), ('quotes', [b'"'] + [b'""' * (MB // 2)] * 64 + [b'"']), ('row', [b';' * MB] * 64)):
    with open(name + '.csv', 'wb') as f:
        f.write(b'Date;Titre;Montant\n2026-03-01;')
        for part in parts: f.write(part)
        f.write(b';1\n')
S = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = b'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
P = b'http://schemas.openxmlformats.org/package/2006/'
def text(value): return b'<c t="inlineStr"><is><t>' + value + b'</t></is></c>'
HEAD, TAIL = b'<worksheet' + S + b'><sheetData><row>' + text(b'Date') + text(b'Titre') + b'</row>', b'</sheetData></worksheet>'
def book(name, sheet, before=b''):
    with zipfile.ZipFile(name + '.xlsx', 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        z.writestr('[Content_Types].xml', b'<Types xmlns="' + P + b'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>')
        z.writestr('_rels/.rels', b'<Relationships xmlns="' + P + b'relationships"><Relationship Id="r1" Type="' + R + b'/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr('xl/workbook.xml', b'<workbook' + S + b' xmlns:r="' + R + b'"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>')
        z.writestr('xl/_rels/workbook.xml.rels', b'<Relationships xmlns="' + P + b'relationships"><Relationship Id="r1" Type="' + R + b'/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        with z.open('xl/worksheets/sheet1.xml', 'w') as f:
            f.write(b'<?xml version="1.0"?>' + before)
            for part in sheet: f.write(part)
book('fine', [HEAD, b'<row>', text(b'2026-03-01'), text(b'Salon'), b'</row>', TAIL])
book('cell', [HEAD, b'<row>'] + [b'<c t="inlineStr"><is><t>'] + [b'x' * MB] * 64 + [b'</t></is></c></row>', TAIL])
book('blanks', [HEAD] + [b' ' * MB] * 1024 + [TAIL])
book('rows', [HEAD] + [b'<row><c/></row>' * 65536] * 600 + [TAIL])
entities = b''.join(b'<!ENTITY %c "%s">' % (98 + i, b'&%c;' % (97 + i) * 10) for i in range(9))
book('entities', [HEAD, b'<row>', text(b'&j;'), b'</row>', TAIL], b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + entities + b']>')
P
jalon_in nobody en import fine.xlsx --preview
check such-a-workbook-is-read all_of "exits 0; says 'Salon'"
# Processor time of the commands that ended so far (cutime and cstime of proc(5)), in ticks: whatever else the machine does.
ticks() { sed 's/.*) //' /proc/$$/stat | awk '{print $14 + $15}'; }
timed() { # sets took: seconds
  local before
  before=$(ticks)
  jalon_in nobody en import "$1" --preview
  took=$((($(ticks) - before) / $(getconf CLK_TCK)))
}
for name in cell:64.KiB quotes:64.KiB 'row:(columns|64.KiB)'; do
  timed "${name%%:*}.csv"
  check "64-MB-${name%%:*}" exits_complaining 4 'line 2' "${name##*:}"
  check "64-MB-${name%%:*}-in-a-minute" [ "$took" -lt 60 ]
done
for name in cell blanks rows entities; do
  timed "$name.xlsx"
  check "workbook-$name" exits_complaining 4 '(refused|too large|cannot be read|damaged)'
  check "workbook-$name-in-a-minute" [ "$took" -lt 60 ]
done

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
