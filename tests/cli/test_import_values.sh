#!/bin/bash
# What a file says is what is in the plan, value by value: the ten encodings of one French table, csv-spectrum and the naughty strings in and, by CSV, out again
# unchanged to the byte. The files are read by other programs (Python); what cannot be kept is refused with line and reason.
. "$(dirname "$0")/lib.sh"
set_up
shared=${SHARED_DIR:-$root/../shared}/data
cd "$W/files" || exit 1

# ---- ten encodings: forty rows as attendu.json has them ----
cat >compare.py <<'P'
# The rows of a database (JSON) and attendu.json: every value of every row.
import json, sys
from decimal import Decimal
def number(x): return None if x is None else Decimal(str(x))
expected = json.load(open(sys.argv[1], encoding='utf-8'), parse_float=Decimal)
found = json.load(open(sys.argv[2], encoding='utf-8'), parse_float=Decimal)
wanted = sorted((r['date'], r['campagne'], r['canal'], r['impressions'], number(r['conversions']), -1 if r['taux'] is None else number(r['taux']), r['commentaire'] or '') for r in expected)
got = sorted((r['due'], r['title'], r['lever'], r['reach'], Decimal(r['workload']) / 1000000, -1 if r['conversion_from'] is None else round(Decimal(r['conversion_from']) / 10000, 2), r['description'] or '') for r in found['actions'])
assert len(wanted) == 40 and got == wanted, [pair for pair in zip(wanted, got) if pair[0] != pair[1]][:3]
wanted = sorted((r['date'], r['campagne'], r['canal'], int(number(r['depense']) * 100)) for r in expected if r['depense'] is not None)
got = sorted((r['date'], r['title'], r['line'], r['net']) for r in found['expenses'])
assert len(wanted) == 39 and got == wanted, [pair for pair in zip(wanted, got) if pair[0] != pair[1]][:3]
P
of() { echo "FROM $1 x WHERE x.deleted_revision IS NULL AND x.space_id = (SELECT space_id FROM plan WHERE name = 'Valeurs')"; }
in_plan() {
  sql "SELECT json_build_object('actions', (SELECT coalesce(json_agg(json_build_object('title', title, 'due', due, 'reach', reach, 'workload', workload, 'conversion_from', conversion_from, 'description', description,
        'lever', (SELECT name FROM lever l WHERE l.id = x.lever AND l.space_id = x.space_id))), '[]') $(of action)),
      'expenses', (SELECT coalesce(json_agg(json_build_object('title', title, 'date', date, 'net', net, 'line', (SELECT title FROM budget_line b WHERE b.id = x.line AND b.space_id = x.space_id))), '[]') $(of expense)))" >found.json
}
as_expected() { in_plan && python3 compare.py "$shared/excel_fr/attendu.json" found.json; }
if [ -d "$shared/excel_fr" ]; then
  marketing plan new Valeurs --start 2026-01-01 --end 2026-12-31 --currency EUR
  for name in "Google Ads" Salon LinkedIn Meta E-mailing; do
    marketing lever add "$name"
    marketing budget-line add "$name" --lever "$name" --category media --planned 1
  done
  fields=(--map Date=due --map Canal=lever --map Campagne=title --map Impressions=reach --map Conversions=workload --map "Taux de conversion=conversion-from" --map Commentaire=description --map "Dépense HT (€)=")
  costs=(--map Canal=line --map Campagne=title --map Impressions= --map Conversions= --map Commentaire= --map "Taux de conversion=")
  for file in "$shared/excel_fr"/[01]*; do
    name=$(basename "$file") answer=()
    marketing import "$file" --as action "${fields[@]}" --name table
    if [ $status = 2 ]; then # it asks; then the answer is what the question offers
      check "asks-$name" complains 'in which encoding'
      answer=(--encoding "$(case $name in *06_*) echo utf-8-twice ;; *) echo mac-roman ;; esac)")
      marketing import "$file" --as action "${fields[@]}" --name table "${answer[@]}"
    fi
    check "rows-$name" exits 0
    marketing import "$file" --as expense "${costs[@]}" --name costs "${answer[@]}" --rejected rejected.csv
    check "costs-$name" all_of "exits 4; says '^ *rows rejected +1 *$'"
    check "value-by-value-$name" as_expected
    for name in table costs; do marketing undo --import $name --yes; done
    [ "$(sql "SELECT count(*) $(of action)")" = 0 ] || not_ok "nothing-left-of-$name"
  done
  check only-one-had-to-ask [ "$(grep -c . <<<"${answer[*]}")" = 0 ]
else
  echo "skip ten-encodings"
fi

# ---- csv-spectrum: quotes, line feeds, commas, JSON and UTF-8 in values ----
# Titles of expenses hold a line of text, notes of actions any text. What comes out by CSV is taken apart by Python.
cat >round.py <<'P'
# Makes a table of texts (a JSON list of lists, the first the titles), and compares what came out with it.
import csv, io, json, sys
rows = json.load(open(sys.argv[2], encoding='utf-8'))
if sys.argv[1] == 'make':
    with open(sys.argv[3], 'w', encoding='utf-8', newline='') as f: csv.writer(f, quoting=csv.QUOTE_ALL).writerows(rows)
    sys.exit()
out = list(csv.reader(io.StringIO(open(sys.argv[3], encoding='utf-8', newline='').read())))
signs = '=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'
def plain(text): # an export arms what begins like a formula; nothing else is changed
    armed = text.startswith("'") and text.lstrip("'")[:1] in signs and text.lstrip("'") != ''
    return text[1:] if armed else text
names = rows[0]
found = {plain(r[out[0].index('title')]): r for r in out[1:] if len(r) == len(out[0])}
bad = []
for row in rows[1:]:
    got = found.get(row[0])
    for name, text in zip(names[1:], row[1:]):
        text = text.replace('\r\n', '\n') # within a text a line ends with a line feed
        value = None if got is None else got[out[0].index(name)]
        if value is None or plain(value) != text: bad.append((row[0], name, text, value))
        elif text.lstrip("'")[:1] in signs and text.lstrip("'") and not value.startswith("'"): bad.append((row[0], 'runs', text, value))
assert not bad, bad[:5]
assert len(rows) > 1
P
round_trip() { # name, file of rows (title, description): in by CSV, out by CSV, in again as it came out
  python3 round.py make "$2" "$1.csv"
  marketing plan new "Plan $1" --start 2026-01-01 --end 2026-12-31 --currency EUR
  marketing import "$1.csv" --as action --header-row 1 --totals keep --encoding utf-8
  check "$1-in" exits_saying 0 "^ *rows rejected +0 *\$"
  "$JALON" --profile marketing --lang en action list --csv >"$1.out.csv" 2>/dev/null </dev/null
  check "$1-out-unchanged" python3 round.py compare "$2" "$1.out.csv"
  marketing plan new "Plan $1 encore" --start 2026-01-01 --end 2026-12-31 --currency EUR
  marketing import "$1.out.csv" --as action --header-row 1 --encoding utf-8 --map ref= # into another plan
  check "$1-in-again" exits_saying 0 "^ *rows rejected +0 *\$"
  "$JALON" --profile marketing --lang en action list --csv >"$1.again.csv" 2>/dev/null </dev/null
  check "$1-again-unchanged" python3 round.py compare "$2" "$1.again.csv"
  check "$1-as-it-was" [ "$(sql "SELECT count(*) FROM action a JOIN action b ON b.title = a.title AND b.description IS NOT DISTINCT FROM a.description WHERE a.space_id = (SELECT space_id FROM plan WHERE name = 'Plan $1')
    AND b.space_id = (SELECT space_id FROM plan WHERE name = 'Plan $1 encore')")" = "$(sql "SELECT count(*) FROM action WHERE space_id = (SELECT space_id FROM plan WHERE name = 'Plan $1')")" ]
}
if [ -d "$shared/testsuites/csv-spectrum" ]; then
  python3 - "$shared/testsuites/csv-spectrum" <<'P'
# Every cell of every file, as its JSON has it, is the description of an action; the whole file is one too. The files themselves are read below.
import glob, json, os, sys
rows, n = [['title', 'description']], 0
for path in sorted(glob.glob(sys.argv[1] + '/json/*.json')):
    name = os.path.basename(path)[:-5]
    lines = json.load(open(path, encoding='utf-8'))
    for line in lines if isinstance(lines, list) else [lines]:
        for key, value in line.items():
            n += 1
            if value.strip(): rows.append([f'{name} {n} {key.strip()}', value])
    text = open(sys.argv[1] + '/csvs/' + name + '.csv', encoding='utf-8', newline='').read()
    rows.append([name, '  ' + text + ' '])
json.dump(rows, open('spectrum.json', 'w'))
P
  round_trip spectrum spectrum.json
  # and as the files are: each is read as Python reads it
  for file in "$shared/testsuites/csv-spectrum/csvs"/*.csv; do
    name=$(basename "$file" .csv)
    jalon_in nobody en import "$file" --preview --header-row 1 --separator , --totals keep --json
    check "spectrum-file-$name" python3 -c "
import csv, json, sys
from document import Document
d = Document(open('$W/files/out', encoding='utf-8').read())
rows = [r for r in csv.reader(open(sys.argv[1], encoding='utf-8', newline='')) if r][1:]
shown = [list(r['cells'].values())[1:] for r in d.rows('rows')] # behind its line
wanted = [[c.replace('\r\n', '??') for c in r] for r in rows if any(c for c in r)][:5]
assert len(shown) == len(wanted) and all([c or '' for c in s] == w for s, w in zip(shown, wanted)), (shown, wanted)" "$file"
  done
else
  echo "skip csv-spectrum"
fi

# ---- the big list of naughty strings ----
if [ -d "$shared/testsuites/blns" ]; then
  python3 - "$shared/testsuites/blns/blns.txt" <<'P'
# Lines as they are, also comments: all that is text. Control characters are none: these lines go into a list of their own.
import json, sys, unicodedata
kept, refused = [['title', 'description']], [['title', 'description']]
for n, line in enumerate(open(sys.argv[1], 'rb').read().decode('utf-8').split('\n'), 1):
    if line.strip() != '': (refused if any(unicodedata.category(c) == 'Cc' and c != '\t' for c in line) else kept).append([f'ligne {n}', line])
json.dump(kept, open('naughty.json', 'w'))
json.dump(refused, open('controls.json', 'w'))
print('# naughty strings:', len(kept) - 1, 'texts,', len(refused) - 1, 'with control characters')
P
  round_trip naughty naughty.json
  python3 round.py make controls.json controls.csv
  refused=$(python3 -c "import json; print(len(json.load(open('controls.json'))) - 1)")
  marketing import controls.csv --as action --header-row 1 --totals keep --encoding utf-8
  check controls-are-refused all_of "exits 4; says '^ *rows rejected +$refused *$'; says 'control characters are refused'; says '^ *2 .*description'"
else
  echo "skip naughty-strings"
fi

# ---- what cannot be kept ----
printf 'Titre;Description\nA;bien\nB;un\0nul\n' >nul.csv
marketing import nul.csv --as action
check nul-is-refused exits_complaining 4 'line 3' 'NUL'
printf 'Titre;Description\nA;bien\nB;\xc3\x28\n' >bytes.csv
marketing import bytes.csv --as action --encoding utf-8
check no-utf-8-is-refused exits_complaining 4 'line 3' '0xC3'
printf 'Titre;Description\nA;\x1b[31mrouge\n' >escape.csv
marketing import escape.csv --as action
check a-control-character all_of "exits 4; says '^ *2 '"

# ---- what the columns of amounts are ----
# A rate is kept in hundredths of a percent: 40 of 200 is 20 % (2000), 11 of 200 is 5.5 % (550), 0.79 of 37.50 (2.1 %: 0.7875) is 2.1 % (210).
marketing plan new Montants --start 2026-01-01 --end 2026-12-31 --currency EUR
marketing budget-line add Pub --category media --planned 50000
amounts() { sql "SELECT string_agg(concat_ws('/', document, coalesce(net::text, '-'), vat_rate, coalesce(gross::text, '-')), ' ' ORDER BY document) FROM expense WHERE deleted_revision IS NULL AND document LIKE '$1%'"; }
invoices() { marketing import "$1.csv" --as expense --date-order day --set line=Pub --name "$1" "${@:2}"; }
printf 'Date;Libellé;Montant HT;TVA;N° facture\n13/04/2026;d;200,00;40,00;Q1\n14/04/2026;e;200,00;11,00;Q2\n15/04/2026;f;37,50;0,79;Q3\n16/04/2026;g;80,00;0,00;Q4\n' >vat.csv
invoices vat
check amounts-of-vat [ "$status $(amounts Q)" = '0 Q1/20000/2000/- Q2/20000/550/- Q3/3750/210/- Q4/8000/0/-' ]
printf 'Date;Libellé;Montant HT;TVA;Montant TTC;Pièce\n13/04/2026;d;200,00;40,00;240,00;R1\n14/04/2026;e;100,00;15,50;115,50;R2\n' >three.csv
invoices three
check three-amounts [ "$status $(amounts R)" = '0 R1/20000/2000/24000 R2/10000/1550/11550' ]
printf 'Date;Libellé;TTC;TVA;N° pièce\n13/04/2026;d;240,00;40,00;S1\n' >with.csv
invoices with
check amount-of-vat-in-a-gross-one [ "$status $(amounts S)" = '0 S1/-/2000/24000' ]
printf 'Date;Libellé;HT;TVA;N° pièce\n13/04/2026;d;1000,00;20;T1\n13/04/2026;e;1000,00;5,5;T2\n' >rates.csv
invoices rates
check rates-stay-rates [ "$status $(amounts T)" = '0 T1/100000/2000/- T2/100000/550/-' ]
printf 'Date;Libellé;HT;TVA;N° pièce\n13/04/2026;d;50,00;10,00;U1\n' >either.csv
invoices either
check either-is-asked all_of "exits 2; complains 'rates or amounts of VAT'; complains 'TVA=vat-rate'; complains 'TVA=vat\"'"
invoices either --map TVA=vat
check answered-with-amounts [ "$status $(amounts U)" = '0 U1/5000/2000/-' ]
invoices either --map TVA=vat-rate --overwrite
check answered-with-rates [ "$status $(amounts U)" = '0 U1/5000/1000/-' ]
printf 'Date;Libellé;HT;TVA;N° pièce\n13/04/2026;d;200,00;40,00;V1\n13/04/2026;e;10,00;99,99;V2\n13/04/2026;f;200,00;;V3\n' >odd.csv
invoices odd --map TVA=vat --rejected rejected-odd.csv
check no-rate-makes-it all_of "exits 4; says 'no rate makes'; says 'VAT is missing'"
check the-good-row-is-there [ "$(amounts V)" = V1/20000/2000/- ]

printf 'Date;Libellé;Montant;N° pièce\n13/04/2026;d;120,00;W1\n' >basis.csv
invoices basis
check with-vat-or-without all_of "exits 2; complains 'with VAT or without'; complains 'vat-basis=gross'"
invoices basis --set vat-basis=gross --save-mapping Factures
check said-to-be-gross [ "$status $(amounts W)" = '0 W1/-/2000/12000' ]
printf 'Date;Libellé;Montant;N° pièce\n13/04/2026;e;60,00;W2\n' >basis2.csv
marketing import basis2.csv --date-order day --set line=Pub --mapping Factures
check the-mapping-remembers [ "$status $(amounts W2)" = '0 W2/-/2000/6000' ]
printf 'Date;Libellé;Montant;N° pièce;Montant\n13/04/2026;d;120,00;X1;7,00\n' >twins.csv
invoices twins --set vat-basis=net
check two-of-one-name exits_complaining 2 'two columns are called "Montant"'
printf 'Date;Libellé;Débit;Crédit\n13/04/2026;d;120,00;\n' >debit.csv
invoices debit
check debit-is-asked exits_complaining 2 'Débit=net'

# A row without an amount is no other expense that says the rest too.
printf 'Date;Libellé;HT\n20/05/2026;Affiches;90,00\n' >one.csv
invoices one
check one-is-there exits 0
printf 'Date;Libellé;HT\n20/05/2026;Affiches;\n' >none.csv
invoices none
check no-amount-is-rejected all_of "exits 4; says 'it has no amount'; says '^ *rows rejected +1 *\$'"

# ---- a workbook has binary fractions: what is beyond fifteen digits is noise; a third decimal is one, as in CSV ----
python3 - <<'P'
import csv, zipfile
S, R, T = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main', 'http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'http://schemas.openxmlformats.org/package/2006/'
# As sheets write them: a double in seventeen digits.
values = [repr(x) for x in (0.1 + 0.2, 3 * 1234.56, sum([0.1] * 10), 100.07, 12.345, 100 / 3)] + ['12.345000000000001', '33.333333333', '1.2E2']
def cell(name, text): return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'
rows = ['<row r="1">' + cell('A1', 'Date') + cell('B1', 'title') + cell('C1', 'net') + cell('D1', 'document') + '</row>']
for i, value in enumerate(values):
    rows.append(f'<row r="{i + 2}">' + cell(f'A{i + 2}', '2026-05-20') + cell(f'B{i + 2}', f'v{i}') + f'<c r="C{i + 2}"><v>{value}</v></c>' + cell(f'D{i + 2}', f'Y{i}') + '</row>')
with zipfile.ZipFile('binary.xlsx', 'w') as z:
    z.writestr('[Content_Types].xml', f'<Types xmlns="{T}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>')
    z.writestr('_rels/.rels', f'<Relationships xmlns="{T}relationships"><Relationship Id="r1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    z.writestr('xl/workbook.xml', f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>')
    z.writestr('xl/_rels/workbook.xml.rels', f'<Relationships xmlns="{T}relationships"><Relationship Id="r1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
    z.writestr('xl/worksheets/sheet1.xml', f'<worksheet xmlns="{S}"><sheetData>' + ''.join(rows) + '</sheetData></worksheet>')
csv.writer(open('decimal.csv', 'w')).writerows([['Date', 'title', 'net', 'document']] + [['2026-05-20', f'v{i}', '%.15g' % float(v), f'Z{i}'] for i, v in enumerate(values)]) # what a sheet shows at its widest
P
marketing import binary.xlsx --as expense --set line=Pub
check noise-is-no-decimal [ "$status $(amounts Y)" = '4 Y0/30/2000/- Y1/370368/2000/- Y2/100/2000/- Y3/10007/2000/- Y8/12000/2000/-' ]
check a-third-decimal-is-rejected all_of "says '^ *rows rejected +4 *\$'; says '12.345\" has too many decimals'; says '33.3333333333333\" has too'; says '33.333333333\" has too'; says 'ROUND'"
rejected_lines() { awk '/Rejected rows/ {on = 1} on && /line [0-9]+|^ *[0-9]+ / {print}' out | grep -oE '^ *(line )?[0-9]+' | tr -d ' '; }
rejected_lines >book.txt
marketing import decimal.csv --as expense --set line=Pub --decimal point
check as-in-csv [ "$status $(amounts Z | tr Z Y)" = '4 Y0/30/2000/- Y1/370368/2000/- Y2/100/2000/- Y3/10007/2000/- Y8/12000/2000/-' ]
rejected_lines >text.txt
check the-same-lines all_of "[ -s book.txt ]; cmp book.txt text.txt"
jalon_in marketing fr import binary.xlsx --as expense --set line=Pub
check said-in-french all_of "exits 4; says 'ARRONDI'"
finish
