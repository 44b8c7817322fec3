#!/bin/bash
# Which record a row is: among rows with one key, in the file of rejected rows, after a trial, by references however they are written, and after
# an import that was taken back; and that no import writes over what somebody corrected or keeps by a name.
. "$(dirname "$0")/lib.sh"
set_up
cd "$W/files" || exit 1
told() { # "made=39 same=0": each count of the last run with --json is so
  python3 - "$1" <<P
import sys
from document import Document
d = Document(open('$W/files/out').read())
counts = {r['cells']['what']: str(r['cells']['value']) for r in d.rows('counts')}
bad = [part for part in sys.argv[1].split() if counts.get(part.split('=')[0], '0') != part.split('=')[1]]
sys.exit(f'{bad} of {counts}' if bad else 0)
P
}
amounts() { sql "SELECT string_agg(title || net, ' ' ORDER BY title) FROM expense WHERE document = '$1' AND deleted_revision IS NULL"; }
same_amounts() { [ "$(amounts "$1")" = "$2" ] || { amounts "$1"; return 1; }; }
as=(--as expense --date-order day --map 'N° de pièce=document' --json)
invoice=("${as[@]}" --set line=B4)

# ---- the first of two lines of an invoice cannot be read; corrected, it is no other line ----
printf 'N° de pièce;Libellé;Date;Montant HT\nH1;A;05/01/2026;abc\nH1;B;05/01/2026;200,00\n' >t.csv
marketing import t.csv "${invoice[@]}"
check one-is-rejected all_of "exits 4; told 'made=1 rejected=1'; same_amounts H1 B20000"
sed -i 's/;abc;/;50,00;/' t.csv.rejected.csv
marketing import t.csv.rejected.csv "${invoice[@]}"
check corrected-is-its-own all_of "exits 0; told 'made=1 changed=0'; same_amounts H1 'A5000 B20000'"
sed -i 's/;abc/;50,00/' t.csv
marketing import t.csv "${invoice[@]}"
check the-original-corrected-as-well all_of "exits 0; told 'made=0 changed=0 same=2'; same_amounts H1 'A5000 B20000'"

# ---- a reference is what it means ----
line=$(sql "SELECT title FROM budget_line WHERE number = 4")
marketing import t.csv "${as[@]}" --set "line=$line"
check by-title-as-by-reference all_of "exits 0; told 'made=0 same=2'"

# ---- an import that was taken back wrote nothing ----
sed 's/200,00/210,00/' t.csv >t2.csv
marketing import t2.csv "${invoice[@]}"
check changes all_of "exits 0; told 'changed=1'; same_amounts H1 'A5000 B21000'"
marketing undo --import t2.csv --yes
check taken-back all_of "exits 0; same_amounts H1 'A5000 B20000'"
marketing import t2.csv "${invoice[@]}"
check comes-again all_of "exits 0; told 'changed=1 kept=0'; same_amounts H1 'A5000 B21000'"
marketing expense set "X$(sql "SELECT number FROM expense WHERE document = 'H1' AND title = 'B'")" --net 33
marketing import t2.csv "${invoice[@]}" --overwrite
marketing undo --import t2.csv --yes
check typed-value-is-back same_amounts H1 'A5000 B3300'
marketing import t2.csv "${invoice[@]}"
check typed-is-kept all_of "exits 0; told 'kept=1 changed=0'; same_amounts H1 'A5000 B3300'"

# ---- a ledger: the trial of --all-or-nothing counts nothing ----
{ printf 'JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n'
  for i in 1 2; do printf 'AC\tAchats\t7\t20260310\t623100\tAnnonces\t\t\tP7\t20260310\tAnnonce double\t50,00\t0,00\t\t\t20260310\t\t\n'; done
  printf 'AC\tAchats\t7\t20260310\t401000\tFournisseurs\tALPHA\tAlpha\tP7\t20260310\tAnnonce double\t0,00\t100,00\t\t\t20260310\t\t\n'; } >ledger.txt
marketing import ledger.txt --as fec --set line=B4 --all-or-nothing --json
check ledger-as-a-whole all_of "exits 0; told 'made=2 rejected=0'"
marketing import ledger.txt --as fec --set line=B4 --json
check the-same-lines all_of "exits 0; told 'made=0 same=2'"

# ---- corrections and sources stay ----
printf 'N° de pièce;Libellé;Date;Montant HT\nH2;C;05/01/2026;def\n' >c.csv
marketing import c.csv "${invoice[@]}"
check rejected-again exits 4
sed -i 's/;def;/;70,00;/' c.csv.rejected.csv
cp c.csv.rejected.csv corrected
marketing import c.csv "${invoice[@]}"
check corrections-stay all_of "exits 4; cmp corrected c.csv.rejected.csv; grep -q def c.csv.rejected-2.csv"
marketing import c.csv "${invoice[@]}"
check the-same-file-has-one-name all_of "exits 4; [ ! -e c.csv.rejected-3.csv ]"
sed -i 's/;def;/;80,00;/' c.csv.rejected-2.csv
marketing import c.csv.rejected-2.csv "${invoice[@]}"
check corrected-under-another-name all_of "exits 0; told 'made=1'; same_amounts H2 C8000"
cp c.csv before
marketing import c.csv "${invoice[@]}" --rejected ./c.csv
check not-over-the-source all_of "exits 2; complains 'the file that is imported'; cmp before c.csv"

# ---- a mapping that another keeps by that name ----
marketing import t.csv "${invoice[@]}" --save-mapping Team
check saved exits 0
marketing import t.csv "${invoice[@]}" --save-mapping Team
check the-same-is-no-other exits 0
settings() { sql "SELECT settings FROM import_mapping WHERE name = 'Team'"; }
theirs=$(settings)
sales import t.csv "${as[@]}" --set line=B2 --save-mapping Team
check not-over-theirs all_of "exits 4; complains 'already, which says something else'; [ \"\$(settings)\" = \"\$theirs\" ]"
check nothing-was-begun [ "$(sql "SELECT count(*) FROM expense e JOIN budget_line l ON l.id = e.line WHERE l.number = 2 AND e.document = 'H1'")" = 0 ]
marketing import t.csv --mapping Team --set vat-rate=10 --save-mapping Team --preview
check on-top-of-it exits 0
finish
