#!/bin/bash
# What the columns of a table say, and what is asked of them: rows and columns that a workbook hides, cells that are empty where the one above is meant,
# quarters, currencies.
# Workbooks are made here, as spreadsheets write them; what comes of them is counted by hand.
. "$(dirname "$0")/lib.sh"
set_up
cd "$W/files" || exit 1
cat >book.py <<'P'
# A workbook of one sheet: book(file, rows, columns): a row is (cells, hidden), a cell a text, a number or (number, style); styles are codes of formats.
import zipfile
from xml.sax.saxutils import escape, quoteattr
M = ' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
P = 'http://schemas.openxmlformats.org/package/2006/relationships'
def book(name, rows, columns='', formats=()):
    def cell(at, value):
        if value is None: return ''
        if isinstance(value, tuple): return f'<c r="{at}" s="{formats.index(value[1]) + 1}"><v>{value[0]}</v></c>'
        if isinstance(value, str): return f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{at}"><v>{value}</v></c>'
    body = ''.join(f'<row r="{n}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>' + ''.join(cell(chr(65 + i) + str(n), v) for i, v in enumerate(cells)) + '</row>' for n, (cells, hidden) in enumerate(rows, 1))
    codes = ''.join(f'<numFmt numFmtId="{164 + i}" formatCode={quoteattr(code)}/>' for i, code in enumerate(formats))
    with zipfile.ZipFile(name, 'w') as z:
        z.writestr('_rels/.rels', f'<Relationships xmlns="{P}"><Relationship Id="r1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr('xl/workbook.xml', f'<workbook{M} xmlns:r="{R}"><sheets><sheet name="Budget" sheetId="1" r:id="r1"/></sheets></workbook>')
        z.writestr('xl/_rels/workbook.xml.rels', f'<Relationships xmlns="{P}"><Relationship Id="r1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{R}/styles" Target="styles.xml"/></Relationships>')
        z.writestr('xl/styles.xml', f'<styleSheet{M}><numFmts>{codes}</numFmts><cellXfs><xf numFmtId="0"/>' + ''.join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(formats))) + '</cellXfs></styleSheet>')
        z.writestr('xl/worksheets/sheet1.xml', f'<worksheet{M}>{columns}<sheetData>{body}</sheetData></worksheet>')
P
in_plan() { # of the plan: type, expression, condition
  sql "SELECT coalesce(string_agg(($2)::text, ' ' ORDER BY number), '') FROM $1 x WHERE deleted_revision IS NULL AND x.space_id = (SELECT space_id FROM plan WHERE name = '$plan') AND ${3:-true}"
}
plan_of() { # name: empty, in euros, with the levers SEO and SEA and their lines
  plan=$1
  marketing plan new "$plan" --start 2026-01-01 --end 2026-12-31 --currency EUR
  for lever in SEO SEA; do
    marketing lever add $lever
    marketing budget-line add "Ligne $lever" --lever $lever --category media --planned 5000
  done
}

# ==== hidden rows and columns ====
plan_of Masqués
python3 - <<'P'
from book import book
book('filtered.xlsx', [(['Levier', 'Titre', 'Budget'], False), (['SEO', 'Audit', 100], False), (['SEO', 'Vieux site', 2000], True), (['SEA', 'Annonces', 30], False), (['SEA', 'Essai', 4], True)], '<cols><col min="3" max="3" hidden="1"/></cols>')
P
for language in en fr; do
  jalon_in nobody $language import filtered.xlsx --preview
  check "hidden-rows-are-asked-$language" all_of "exits 0; says '^! (2 of 4 rows are hidden in the sheet|2 lignes sur 4 sont masquées dans la feuille)'; says '(from line 3|partir de la ligne 3)'; says '^--hidden keep '; says '^--hidden skip '"
  check "hidden-columns-are-told-$language" says '(columns that are hidden in the sheet|colonnes masquées dans la feuille).*: "Budget"'
done
lines=(filtered.xlsx --as budget-line --set category=media)
marketing import "${lines[@]}"
check hidden-rows-are-not-guessed exits_complaining 2 '2 of 4 rows are hidden' '--hidden'
check nothing-of-it [ "$(in_plan budget_line title "title NOT LIKE 'Ligne%'")" = "" ]
marketing import "${lines[@]}" --hidden skip
check left-out all_of "exits 0; says 'records made +2'; says 'passed over +2'; says 'hidden in the sheet, left out: 2'; says '3  hidden in the sheet  *SEO'"
check left-out-in-the-plan [ "$(in_plan budget_line planned "title NOT LIKE 'Ligne%'")" = "10000 3000" ]
marketing import "${lines[@]}" --hidden keep
check taken all_of "exits 0; says 'records made +2'; says 'taken as the others: 2'"
check taken-in-the-plan [ "$(in_plan budget_line planned "title NOT LIKE 'Ligne%'")" = "10000 3000 200000 400" ]
marketing import "${lines[@]}" --hidden perhaps
check neither-nor exits_complaining 2 'keep or skip'

# ==== a lever that stands in the first of its rows alone ====
plan_of Fusionnés
printf 'Levier;Titre;Budget\nSEO;Audit;100\n;Textes;20\n;Liens;3\nSEA;Annonces;40\n;Outil;5\n' >merged.csv
for language in en fr; do
  jalon_in nobody $language import merged.csv --preview
  check "empty-cells-are-asked-$language" all_of "exits 0; says 'Levier.*: 3 .(the first in line 3, below .SEO|la première à la ligne 3, sous . SEO)'; says '^--empty Levier=same '; says 'jalon import merged.csv --preview --empty Levier=same'"
done
lines=(merged.csv --as budget-line --set category=media --save-mapping fusion)
of_levers() { in_plan budget_line "planned / 100 || coalesce((SELECT name FROM lever l WHERE l.id = x.lever AND l.space_id = x.space_id), '-')" "title NOT LIKE 'Ligne%'"; }
marketing import "${lines[@]}"
check empty-cells-are-not-guessed exits_complaining 2 'cells that are empty below a filled one: 3' '--empty'
marketing import "${lines[@]}" --empty Levier=same
check same-as-above all_of "exits 0; says 'records made +5'; says 'say the same as above: 3, from line 3'"
check levers-of-all-rows [ "$(of_levers)" = "100SEO 20SEO 3SEO 40SEA 5SEA" ]
marketing import merged.csv --mapping fusion
check again-the-same exits_saying 0 'records as they were +5'
marketing import merged.csv --mapping fusion --empty Levier=none --dry-run
check the-other-answer all_of "exits 0; says 'without a value: 3, from line 3'"
marketing import merged.csv --as budget-line --empty Lever=same
check no-such-column exits_complaining 2 '--empty: there is no column "Lever"'
marketing import merged.csv --as budget-line --empty Levier
check no-such-answer exits_complaining 2 '= and same or none'
printf 'Levier;Titre;Budget\nSEO;Audit 2;1\nSEO;Textes 2;2\n;Divers;3\n' >written.csv
marketing import written.csv --as budget-line --set category=media
check written-out-is-told all_of "exits 0; says '\"Levier\": cells that are empty below a filled one, without a value: 1, from line 4'"

# ==== quarters, however they are written: those of the plan's fiscal year, which begins in April ====
plan=Trimestres
marketing plan new $plan --start 2026-04-01 --end 2027-03-31 --currency EUR
marketing lever add SEO
printf 'Trimestre;Levier;Leads\n2026-Q1;SEO;1\nT2 2026;SEO;2\nQ3 2026;SEO;4\n2026-T4;SEO;8\n2e trimestre 2026;SEO;16\n' >quarters.csv
jalon_in nobody en import quarters.csv --preview
check quarters-are-figures says 'next: jalon import quarters.csv --as figures'
marketing figures import quarters.csv
check quarters-are-read all_of "exits 0; says 'rows rejected +0'"
check their-days [ "$(in_plan figure "start || '..' || \"end\" || '=' || count")" = "2026-04-01..2026-06-30=1 2026-07-01..2026-09-30=18 2026-10-01..2026-12-31=4 2027-01-01..2027-03-31=8" ]
printf 'Mois;Levier;MQL\n2026-04-01;SEO;1\n1er trimestre 2026;SEO;2\njuin 2026;SEO;4\n2026-05-01;SEO;8\n' >months.csv
marketing figures import months.csv
check a-quarter-among-months [ "$(in_plan figure "start || '..' || \"end\" || '=' || count" "stage = 'MQL'")" = "2026-04-01..2026-04-30=1 2026-04-01..2026-06-30=2 2026-06-01..2026-06-30=4 2026-05-01..2026-05-31=8" ]
marketing figures set SEO --period 't2 2026' SQL=3
check a-command-takes-it [ "$(in_plan figure "start || '..' || \"end\" || '=' || count" "stage = 'SQL'")" = "2026-07-01..2026-09-30=3" ]
marketing kpi add Trafic --unit visits --comparator ">=" --target 100
printf 'KPI;Période;Valeur\nTrafic;T1 2026;10\nTrafic;3e trimestre 2026;30\n' >measured.csv
marketing import measured.csv --as measurement
check measurements-of-quarters [ "$(in_plan measurement "date || '=' || value / 1000000")" = "2026-06-30=10 2026-12-31=30" ]
marketing import measured.csv --as measurement
check measurements-again exits_saying 0 'records as they were +2'
printf 'KPI;Période;Valeur\nTrafic;T5 2026;10\n' >measured.csv
marketing import measured.csv --as measurement
check no-such-quarter all_of "exits 4; says 'T5 2026'"

# ==== a currency that the cells say is not asked for ====
plan_of Devises
python3 - <<'P'
from book import book
formats = ['#,##0.00\\ "€"', '_-* #,##0.00\\ [$€-40C]_-;-* #,##0.00\\ [$€-40C]_-', '[$EUR] #,##0.00', '#,##0.00 €', '[$£-809]#,##0.00', '[$CHF-100C] #,##0.00', '[$$-409]#,##0.00', '"$"#,##0.00', '[$-40C]#,##0.00', '_€#,##0.00']
for n, code in enumerate(formats): book(f'format{n}.xlsx', [(['Date', 'Canal', 'Dépense HT'], False), (['2026-02-07', 'SEA', (80.5, code)], False), (['2026-02-08', 'SEA', (90, code)], False)], formats=formats)
P
n=0
for code in EUR EUR EUR EUR GBP CHF USD '[$]' -; do
  jalon_in nobody en import format$n.xlsx --preview --json
  check "format-$n-says-$code" python3 -c "
import sys
from document import Document
c = {r['cells']['column']: r['cells'] for r in Document(open('$W/files/out', encoding='utf-8').read()).rows('columns')}['Dépense HT']
assert (c['kind'], c['currency'] or '-') == ('amount', sys.argv[1].strip('[]')), c" "$code"
  n=$((n + 1))
done
marketing import format0.xlsx --as spend
check euros-of-a-format all_of "exits 0; [ '$(in_plan expense "coalesce(currency, '-') || net")' = '-8050 -9000' ]"
marketing import format7.xlsx --as spend --dry-run
check a-dollar-is-asked exits_complaining 2 'sign of several currencies' '--set currency=USD'
marketing import format8.xlsx --as spend --dry-run
check a-language-is-no-currency exits_complaining 2 'in which currency'
printf 'Date;Canal;Dépense HT\n2026-03-01;SEA;EUR 80.00\n2026-03-02;SEA;£90.00\n2026-03-03;SEA;CHF 7.00\n' >several.csv
jalon_in nobody en import several.csv --preview
check several-are-told says '"Dépense HT": its amounts are in several currencies: EUR \(line 2\), GBP \(line 3\), CHF \(line 4\)'
marketing import several.csv --as spend --name several
check each-in-its-own all_of "exits 0; says 'several currencies: EUR .line 2., GBP .line 3., CHF .line 4.'"
check each-in-its-own-in-the-plan [ "$(in_plan expense "coalesce(currency, '-') || net" "date >= '2026-03-01'")" = "-8000 GBP9000 CHF700" ]
printf 'Date;Canal;Dépense HT\n2026-04-01;SEA;80,00 €\n2026-04-02;SEA;£90,00\n2026-04-03;SEA;7,00\n2026-04-04;SEA;£8,00\n' >mixed.csv
marketing import mixed.csv --as spend
check a-mixture-is-asked exits_complaining 2 'several currencies: EUR .line 2., GBP .line 3.; in which one are the others' '--set currency=EUR'
marketing import mixed.csv --as spend --set currency=EUR
check the-answer-is-for-the-others [ "$(in_plan expense "coalesce(currency, '-') || net" "date >= '2026-04-01'")" = "-8000 GBP9000 -700 GBP800" ]

# ==== what a preview says next runs as it stands ====
plan_of Suite
printf 'Date;Libellé;Fournisseur;Montant HT\n2026-02-07;Salon;X;80,00\n2026-02-08;Stand;X;90,00\n' >invoices.csv
printf 'Date;Libellé;Fournisseur;Montant\n2026-02-07;Salon;X;80,00\n2026-02-08;Stand;X;90,00\n' >basis.csv
printf 'Date;Canal;Dépense\n2026-02-07;SEA;80,00\n' >spent.csv
printf 'Date;Canal;Dépense HT (€)\n2026-02-07;SEA;80,00\n' >complete.csv
for case in 'invoices:--as expense --set line=B[0-9]+ --dry-run' 'basis:--as expense --set line=B[0-9]+ --set vat-basis=net --dry-run' 'spent:--as spend --set currency=EUR --set vat-basis=net --dry-run' 'complete:--as spend --dry-run'; do
  file=${case%%:*}
  marketing import "$file.csv" --preview --width 300
  next=$(sed -nE 's/^ *next[^:]*: (jalon .*) \(its columns fit .*/\1/p' <<<"$out")
  check "next-of-$file" grep -qxE -- "jalon import $file.csv ${case#*:}" <(printf '%s\n' "$next")
  read -ra words <<<"$next"
  marketing "${words[@]:1}"
  check "next-of-$file-runs" all_of "exits 0; says 'rows that would be rejected +0'; says 'records that would be made +[12]'"
done
jalon_in nobody en import invoices.csv --preview --width 300
check next-without-a-plan says 'next, with the answers that are right: jalon import invoices.csv --as expense --set line=B1 --dry-run'

# ---- one value that is none does not make a text of a column ----
printf 'Libellé;Coût projet;Parts;Code\nA;1,50 €;12;01\nB;2,50 €;13;02\nC;à voir;n.d.;03\nD;4,50 €;15;04\nE;5,50 €;16;5A\n' >slip.csv
jalon_in nobody en import slip.csv --preview --json
check a-slip-is-told python3 -c "
from document import Document
c = {r['cells']['column']: r['cells'] for r in Document(open('$W/files/out', encoding='utf-8').read()).rows('columns')}
assert [(c[n]['kind'], c[n]['bad'], c[n]['bad-line']) for n in ('Coût projet', 'Parts')] == [('amount', 1, 4), ('numeric', 1, 4)] and c['Code']['kind'] == 'text', c"

# ==== what is dated before the plan begins ====
plan_of Avant
line=$(in_plan budget_line "'B' || number" "title = 'Ligne SEO'")
printf 'Date;Libellé;Montant HT (€)\n2026-01-01;Premier jour;1,00\n2025-12-31;Dernière facture;20,00\n2025-03-02;Un an trop tôt;300,00\n' >early.csv
for language in en fr; do
  jalon_in marketing $language import early.csv --as expense --set line="$line" --preview
  check "early-invoices-$language" all_of "exits 0; says '(dated before the plan begins .1 Jan 2026.: 2, the first in line 3|datées d.avant le début du plan .01/01/2026. : 2, la première à la ligne 3)'"
done
marketing import early.csv --as expense --set line="$line"
check early-invoices-are-told all_of "exits 0; says 'dated before the plan begins'"
jalon_in marketing en budget --by line --json
check they-count-in-the-line grep -q 'B1 Ligne SEO", "planned": 5000.00, "committed": 0.00, "actual": 321.00' "$W/files/out" # 1 + 20 + 300 euros
jalon_in marketing en budget --by month --json
check in-months-before-the-plan all_of "grep -q 2025-03 '$W/files/out'; grep -q 2025-12 '$W/files/out'"

# ---- a plan's file in this folder is a template by its name; what is wrong in it is told with its line ----
printf '{"jalon": 1,\n "plan": {"name": "P", "start": "2026-01-01", "end": "2026-12-31", "currency": "EUR"},\n "records": [\n  {"type": "lever", "key": "l", "name": "SEO"},\n\n  {"type": "budget_line", "title": "x", "lever": "l", "category": "media",\n   "planned": "abc"}]}\n' >plan.json
for from in plan.json ./plan.json; do
  marketing plan new Fichier --template $from
  check "lines-of-the-file-$from" exits_complaining 4 'record of line 6' 'line 7, column 15: planned'
done
finish
