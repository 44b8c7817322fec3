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

# ---- twins: a row that comes before them takes nobody's place ----
titles='N° de pièce;Libellé;Date;Montant HT'
numbered() { sql "SELECT 'X' || number FROM expense WHERE document = '$1' AND title = '$2' AND deleted_revision IS NULL"; }
printf '%s\nH3;A;05/01/2026;50,00\nH3;B;05/01/2026;200,00\n' "$titles" >twins.csv
marketing import twins.csv "${invoice[@]}"
check twins all_of "exits 0; told 'made=2'"
a=$(numbered H3 A) b=$(numbered H3 B)
printf '%s\nH3;N;05/01/2026;70,00\nH3;A;05/01/2026;50,00\nH3;B;05/01/2026;200,00\n' "$titles" >twins.csv
marketing import twins.csv "${invoice[@]}"
check one-before-them all_of "exits 0; told 'made=1 changed=0 same=2'; same_amounts H3 'A5000 B20000 N7000'; [ $a = \$(numbered H3 A) ]; [ $b = \$(numbered H3 B) ]"
marketing expense set "$a" --net 55
printf '%s\nH3;M;05/01/2026;75,00\nH3;N;05/01/2026;70,00\nH3;A;05/01/2026;50,00\nH3;B;05/01/2026;210,00\n' "$titles" >twins.csv
marketing import twins.csv "${invoice[@]}"
check what-was-corrected-here-is-its-own-row all_of "exits 0; told 'made=1 changed=1 kept=1 same=1'; same_amounts H3 'A5500 B21000 M7500 N7000'; [ $a = \$(numbered H3 A) ]; [ $b = \$(numbered H3 B) ]"
printf '%s\nH3;B;05/01/2026;210,00\n' "$titles" >twins.csv
marketing import twins.csv "${invoice[@]}"
check alone-it-is-still-itself all_of "exits 0; told 'made=0 changed=0 same=1'; same_amounts H3 'A5500 B21000 M7500 N7000'"

# ---- records that people typed ----
marketing expense add 'Salon de Lille' --line B4 --date 2026-01-05 --net 80 --document H4 --supplier Alpha
typed=$(numbered H4 'Salon de Lille')
printf '%s;Fournisseur\nH4;Salon de Lille;05/01/2026;80,00;Alpha\n' "$titles" >typed.csv
marketing import typed.csv "${invoice[@]}"
check typed-and-in-the-file-is-one all_of "exits 0; told 'made=0 changed=0 same=1'; same_amounts H4 'Salon de Lille8000'"
sed -i 's/80,00/90,00/' typed.csv
marketing import typed.csv "${invoice[@]}"
check typed-is-not-written-over all_of "exits 0; told 'made=0 changed=0 kept=1'; same_amounts H4 'Salon de Lille8000'; says 'somebody typed or another import made: 1'"
marketing import typed.csv "${invoice[@]}" --overwrite
check unless-that-is-said all_of "exits 0; told 'made=0 changed=1'; same_amounts H4 'Salon de Lille9000'"
printf '%s;Fournisseur\nH4;Autre ligne;05/01/2026;30,00;Alpha\nH4;Encore une;05/01/2026;31,00;Alpha\n' "$titles" >typed.csv
marketing import typed.csv "${invoice[@]}"
check which-one-is-asked all_of "exits 4; told 'made=0 rejected=2'; says 'it may be $typed'; says 'column ..ref'; same_amounts H4 'Salon de Lille9000'"
printf 'ref;%s;Fournisseur\n%s;H4;Autre ligne;05/01/2026;30,00;Alpha\nnouveau;H4;Encore une;05/01/2026;31,00;Alpha\n' "$titles" "$typed" >typed.csv
marketing import typed.csv "${invoice[@]}"
check another-title-is-asked-about exits_complaining 2 "such as $typed .line 2" '--key ref'
marketing import typed.csv "${invoice[@]}" --key ref
check and-answered all_of "exits 0; told 'made=1 changed=1'; same_amounts H4 'Autre ligne3000 Encore une3100'; [ $typed = \$(numbered H4 'Autre ligne') ]"
marketing import typed.csv "${invoice[@]}"
check new-is-new-once all_of "exits 0; told 'made=0 changed=0 same=2'"
printf 'ref;%s\nX99999;H4;Personne;05/01/2026;30,00\n' "$titles" >typed.csv
marketing import typed.csv "${invoice[@]}"
check nobody-has-that-reference all_of "exits 4; says 'there is no X99999 in this plan'"
marketing action add 'Divers' --lever L2
printf 'Titre;Levier\nDivers;L2\n' >action.csv
marketing import action.csv --as action --json
check an-action-by-its-title all_of "exits 0; told 'made=0 same=1'"
printf 'Titre;Levier\nDivers;L3\n' >action.csv
marketing import action.csv --as action --json
check below-another-lever-it-is-another all_of "exits 0; told 'made=1 same=0'"

# ---- accents as their own characters, and a default that is said ----
printf 'Libellé;Date;Montant HT\nÉté à Évry;05/01/2026;12,00\n' >nfc.csv
python3 -c "import unicodedata; open('nfd.csv', 'w').write(unicodedata.normalize('NFD', open('nfc.csv').read()))"
marketing import nfc.csv --as expense --date-order day --set line=B4 --json
check composed all_of "exits 0; told 'made=1'"
marketing import nfd.csv --as expense --date-order day --set line=B4 --json
check decomposed-is-the-same all_of "exits 0; told 'made=0 same=1'"
marketing import nfc.csv --as expense --date-order day --set line=B4 --set state=invoiced --set vat-rate=20% --json
check a-default-that-is-said-is-the-same all_of "exits 0; told 'made=0 same=1'"

# ---- all or nothing; a row that is kept in part ----
printf '%s\nH6;A;05/01/2026;50,00\nH6;B;05/01/2026;abc\n' "$titles" >whole.csv
jalon_in marketing fr import whole.csv --as expense --date-order day --map 'N° de pièce=document' --set line=B4 --all-or-nothing
check all-or-nothing-says-what-to-correct all_of "exits 4; says 'corrigez-les dans whole.csv, et importez-le'; complains 'corrigez-les dans whole.csv'; silent 'simulation'; same_amounts H6 ''"
sed -i 's/abc/60,00/' whole.csv
marketing import whole.csv "${invoice[@]}" --all-or-nothing
check then-all-of-it all_of "exits 0; told 'made=2'; same_amounts H6 'A5000 B6000'"
marketing expense set "$(numbered H6 A)" --net 51
sed -i 's/H6;A;05.01.2026;50,00/H6;A;06\/01\/2026;52,00/' whole.csv
marketing import whole.csv "${invoice[@]}"
check kept-in-part-is-said all_of "exits 0; told 'changed=1 kept=0 same=1'; says 'overwrite takes what the file says'; same_amounts H6 'A5100 B6000'"

# ---- a budget over lines that people made ----
marketing budget-line add 'Salon de Metz' --lever L2 --category other --planned 900
salon=$(sql "SELECT 'B' || number FROM budget_line WHERE title = 'Salon de Metz'")
lines() { sql "SELECT count(*) || ' ' || coalesce(sum(planned), 0) FROM budget_line WHERE title = 'Salon de Metz' AND deleted_revision IS NULL"; }
printf 'Poste;Levier;Catégorie;Budget HT (€)\nSalon de Metz;L2;Autre;900,00\n' >lines.csv
marketing import lines.csv --as budget --map 'Poste=line' --json
check a-line-that-people-made-is-that-line all_of "exits 0; told 'made=0 same=1'; says 'somebody typed or another import made: 1'; [ \"\$(lines)\" = '1 90000' ]"
sed -i 's/900,00/950,00/' lines.csv
marketing import lines.csv --as budget --map 'Poste=line' --json
check and-is-not-written-over all_of "exits 0; told 'made=0 kept=1'; [ \"\$(lines)\" = '1 90000' ]"
marketing import lines.csv --as budget --map 'Poste=line' --overwrite --json
check unless-one-says-so all_of "exits 0; told 'made=0 changed=1'; [ \"\$(lines)\" = '1 95000' ]"
sed 's/;L2;/;L3;/' lines.csv >other.csv
marketing import other.csv --as budget --map 'Poste=line' --json
check of-another-lever-it-is-another all_of "exits 0; told 'made=1'; [ \"\$(lines)\" = '2 190000' ]"
marketing budget-line add 'Salon de Metz' --lever L2 --category other --planned 10
marketing import lines.csv --as budget --map 'Poste=line' --json
check two-may-be-meant all_of "exits 4; told 'made=0 rejected=1'; says 'line:Salon de Metz=$salon'; [ \"\$(lines)\" = '3 191000' ]"
marketing import lines.csv --as budget --map 'Poste=line' --value "line:Salon de Metz=$salon" --json
check the-one-that-is-said all_of "exits 0; told 'made=0 same=1'; [ \"\$(lines)\" = '3 191000' ]"

# ---- costs of one campaign: with and without its number, by days and as a total ----
marketing action add 'Campagne Marque' --lever L3 --campaign yes
spent() { sql "SELECT count(*) || ' ' || coalesce(sum(net), 0) FROM expense WHERE title = 'Campagne Marque' AND deleted_revision IS NULL"; }
ads=(--as google-ads --set vat-basis=net --set currency=EUR --set line=B4 --date-order day --json)
printf 'Campaign;Campaign ID;Day;Cost\nCampagne Marque;4711;01/03/2026;10,00\nCampagne Marque;4711;02/03/2026;20,00\n' >days.csv
marketing import days.csv "${ads[@]}"
check by-days all_of "exits 0; told 'made=2'; [ \"\$(spent)\" = '2 3000' ]"
printf 'Campaign;Day;Cost\nCampagne Marque;01/03/2026;10,00\nCampagne Marque;02/03/2026;20,00\n' >unnumbered.csv
marketing import unnumbered.csv "${ads[@]}"
printf 'Campaign;Cost\nCampagne Marque;30,00\n' >month.csv
marketing import month.csv "${ads[@]}" --set start=2026-03-01 --set end=2026-03-31
check the-total-of-its-month-is-refused all_of "exits 4; told 'made=0 rejected=1'; says 'would count twice'; says 'overlap=yes'"

# A year and a half of days of two accounts: each its own costs, again nothing new; an account's total of a month is refused, another's is not.
python3 - <<'P'
import datetime
for account in ("CA", "CB", "CC"):
    with open(f"{account}.csv", "w") as f:
        f.write("Campagne,Account,Jour,Coût,Devise\n")
        days = [datetime.date(2027, 1, 1)] if account == "CC" else [datetime.date(2026, 1, 1) + datetime.timedelta(i) for i in range(550)]
        for day in days: f.write(f"Seuil,{account},{day},2.10,EUR\n")
P
marketing action add 'Seuil' --lever L3 --campaign yes
long=(--as google-ads --set vat-basis=net --set line=B4 --json)
marketing import CA.csv "${long[@]}"
check a-year-of-days all_of "exits 0; told 'made=550'"
marketing import CB.csv "${long[@]}"
check another-account-has-its-own all_of "exits 0; told 'made=550'"
marketing import CA.csv "${long[@]}"
check again-the-same all_of "exits 0; told 'made=0 same=550'"
printf 'Campagne,Account,Coût,Devise\nSeuil,CA,"65,10",EUR\n' >total.csv
marketing import total.csv "${long[@]}" --set start=2026-03-01 --set end=2026-03-31
check its-total-is-refused all_of "exits 4; told 'made=0 rejected=1'; says 'would count twice'"
sed 's/,CA,/,CD,/' total.csv >totals.csv
marketing import totals.csv "${long[@]}" --set start=2026-03-01 --set end=2026-03-31
check another-account-has-its-total all_of "exits 0; told 'made=1'"

# ---- a large group of one key: 250 of one title, in another order, with one value more ----
python3 - <<'P'
import datetime
rows = [(datetime.date(2027, 1, 1) + datetime.timedelta(i), f"sujet {i}") for i in range(250)]
with open("posts.csv", "w") as f:
    f.write("title;lever;start;description\n" + "".join(f"Post;L3;{d};{s}\n" for d, s in rows))
with open("sorted.csv", "w") as f:
    f.write("title;lever;start;description;effort\n" + "".join(f"Post;L3;{d};{s};3\n" for d, s in rows[::-1]))
P
marketing import posts.csv --as action --json
check many-of-one-title all_of "exits 0; told 'made=250'"
posts() { sql "SELECT md5(string_agg(number || start::text || description, ',' ORDER BY number)) FROM action WHERE title = 'Post'"; }
before=$(posts)
marketing import sorted.csv --as action --json
check each-stays-itself all_of "exits 0; told 'made=0 changed=250'; [ \"\$(posts)\" = '$before' ]"

# ---- a budget row of another category is another line ----
marketing budget-line add Foire --lever L2 --category other
printf 'Poste;Levier;Catégorie;Budget HT (€)\nFoire;L2;Médias;100,00\nFoire;L2;Autre;1500,50\n' >fair.csv
marketing import fair.csv --as budget --map 'Poste=line' --json
check other-category-other-line all_of "exits 0; told 'made=1'; [ \"\$(sql \"SELECT count(*) FROM budget_line WHERE title = 'Foire' AND deleted_revision IS NULL\")\" = 2 ]"

# ---- figures of a month and of its weeks in one file: again the same ----
printf 'start;end;lever;campaign;leads\n01/05/2027;31/05/2027;L3;A5;100\n03/05/2027;09/05/2027;L3;A5;30\n' >weeks.csv
marketing import weeks.csv --as figures --date-order day --json
first=$status
marketing import weeks.csv --as figures --date-order day --json
check figures-again-the-same all_of "exits 0; told 'made=0 same=2'; [ $first = 0 ]"

# ---- lists of our own ----
sheet() { # file, from, to: as a spreadsheet in French keeps it: semicolons, decimal commas, dates with the day first
  python3 - "$1" "$2" "$3" <<'P'
import csv, sys
rows = list(csv.reader(open(sys.argv[1])))
assert sum(sys.argv[2] in cell for row in rows for cell in row) == 1, sys.argv[2]
out = csv.writer(open(sys.argv[1], 'w', newline=''), delimiter=';')
for n, row in enumerate(rows):
    for i, title in enumerate(rows[0]):
        row[i] = row[i].replace(sys.argv[2], sys.argv[3])
        if n > 0 and title in ('net', 'gross', 'vat_rate', 'planned', 'baseline', 'target', 'tolerance', 'value'):
            row[i] = row[i].replace('.', ',')
        if n > 0 and title in ('date', 'due', 'start', 'month') and row[i]:
            row[i] = '/'.join(reversed(row[i].split('-')))
    out.writerow(row)
P
}
before=$(state_hash)
for type in person role objective lever action raci checklist-item budget-line budget-month expense kpi measurement; do
  marketing $type list --csv
  cp out own.csv
  marketing import own.csv --as $type --json
  check "own-$type" all_of "exits 0; told 'made=0 changed=0 kept=0 rejected=0 same=$(($(python3 -c 'import csv; print(len(list(csv.reader(open("own.csv")))))') - 1))'"
done
check nothing-changed [ "$before" = "$(state_hash)" ]
for view in levers:lever kpi:kpi; do
  marketing ${view%:*} --csv
  cp out own.csv
  marketing import own.csv --as ${view#*:} --json
  check "own-view-$view" all_of "exits 0; told 'made=0 changed=0 rejected=0'"
done
changed() { # sql of what is to be so
  [ "$(sql "$1")" = "$2" ] || { sql "$1"; return 1; }
}
marketing kpi list --csv
cp out own.csv
sheet own.csv 'Nombre de conversations chat' 'Conversations du chat'
marketing import own.csv --as kpi --json
check one-cell-of-a-kpi all_of "exits 0; told 'made=0 changed=1 rejected=0'; changed 'SELECT name FROM kpi WHERE number = 2' 'Conversations du chat'"
marketing budget-line list --csv
cp out own.csv
sheet own.csv 14000.00 14500.00
sed -i 's/Marketing automation;/Automatisation;/' own.csv
marketing import own.csv --as budget-line --json
check two-cells-of-lines all_of "exits 0; told 'made=0 changed=2 rejected=0'; changed \"SELECT string_agg(title || coalesce(planned, 0), ',' ORDER BY number) FROM budget_line WHERE number IN (2, 7) OR planned = 1450000\" \"\$(sql \"SELECT string_agg(title || coalesce(planned, 0), ',' ORDER BY number) FROM budget_line WHERE title = 'Automatisation' OR planned = 1450000 OR number IN (2, 7)\")\""
marketing lever list --csv
cp out own.csv
sales show L2
sales lever set L2 --name 'Référencement'
sheet own.csv 'Transformer davantage de visiteurs en leads.' 'Plus de leads.'
marketing import own.csv --as lever --json
check what-others-wrote-since-stays all_of "exits 0; told 'made=0 changed=1 rejected=0'; changed 'SELECT name FROM lever WHERE number = 2' Référencement; changed 'SELECT description FROM lever WHERE number = 1' 'Plus de leads.'"
marketing undo --import own.csv --yes
printf 'ref,title,net\nX1,Un autre,1\nX2,Encore,2\nX3,Et encore,3\nX4,Et puis,4\n' >other.csv
marketing import other.csv --as expense
check the-list-of-another-plan exits_complaining 2 'have another title in this plan' '--map "ref="'

# ---- the same costs with another line: their money does not move unasked ----
marketing action add 'Deux lignes' --lever L3 --campaign yes
printf 'Campaign;Account;Day;Cost\nDeux lignes;K1;01/03/2027;10,00\nDeux lignes;K1;02/03/2027;20,00\n' >moves.csv
paid() { sql "SELECT string_agg('B' || l.number || '=' || e.sum, ' ' ORDER BY l.number) FROM (SELECT line, sum(net) FROM expense WHERE title = 'Deux lignes' AND deleted_revision IS NULL GROUP BY line) e JOIN budget_line l ON l.id = e.line"; }
moving=(moves.csv --as spend --set vat-basis=net --set currency=EUR --date-order day --json)
marketing import "${moving[@]}" --set line=B4
check costs-of-a-line all_of "exits 0; told 'made=2'; [ \"\$(paid)\" = B4=3000 ]"
marketing import "${moving[@]}" --set line=B8 --dry-run
check another-line-is-asked-about-first all_of "exits 4; told 'changed=0 rejected=2'; says 'which an earlier import put on another budget line'; says 'overwrite moves it'"
marketing import "${moving[@]}" --set line=B8
check and-nothing-moves all_of "exits 4; told 'made=0 changed=0 rejected=2'; [ \"\$(paid)\" = B4=3000 ]"
sed -i 's/20,00/25,00/' moves.csv
marketing import "${moving[@]}" --set line=B4
check a-corrected-cost-of-the-same-line-is-none all_of "exits 0; told 'changed=1 same=1'; [ \"\$(paid)\" = B4=3500 ]"
marketing import "${moving[@]}" --set line=B8 --overwrite
check it-moves-when-one-says-so all_of "exits 0; told 'changed=2'; [ \"\$(paid)\" = B8=3500 ]"
sed 's/;K1;/;K2;/' moves.csv >other-account.csv
marketing import other-account.csv "${moving[@]:1}" --set line=B4
check of-another-account-they-are-new all_of "exits 0; told 'made=2'; [ \"\$(paid)\" = 'B4=3500 B8=3500' ]"
marketing action add 'Autre colonne' --lever L3 --campaign yes
sed 's/;Account;/;line;/; s/;K1;/;B4;/; s/Deux lignes/Autre colonne/' moves.csv >own-line.csv
marketing import own-line.csv "${moving[@]:1}"
sed -i 's/;B4;/;B8;/' own-line.csv
marketing import own-line.csv "${moving[@]:1}"
check a-column-is-the-word-of-the-file all_of "exits 0; told 'changed=2'"

# ---- a row that went, and another of the same title and lever: whose record is whose is asked ----
published() { sql "SELECT string_agg('A' || number || ' ' || start || ' ' || coalesce(description, '-'), ', ' ORDER BY number) FROM action WHERE title = 'Article' AND deleted_revision IS NULL"; }
printf 'title;lever;start;description\nArticle;L3;2027-02-01;un\nArticle;L3;2027-02-08;deux\n' >articles.csv
marketing import articles.csv --as action --json
check two-of-one-title all_of "exits 0; told 'made=2'"
were=$(published)
one=$(sql "SELECT 'A' || number FROM action WHERE description = 'un' AND title = 'Article'")
printf 'title;lever;start;description\nArticle;L3;2027-02-08;deux\nArticle;L3;2027-03-01;trois\n' >articles.csv
marketing import articles.csv --as action --json
check another-row-is-not-the-one-that-went all_of "exits 4; told 'made=0 changed=0 same=1 rejected=1'; says \"it may be $one, \"; [ \"\$(published)\" = \"\$were\" ]"
printf 'ref;title;lever;start;description\n;Article;L3;2027-02-08;deux\nnew;Article;L3;2027-03-01;trois\n' >answered.csv
marketing import answered.csv --as action --json
check it-is-new-when-one-says-so all_of "exits 0; told 'made=1 changed=0 same=1'; [ \"\$(sql \"SELECT count(*) FROM action WHERE title = 'Article' AND deleted_revision IS NULL\")\" = 3 ]"
marketing undo --import answered.csv --yes
printf "ref;title;lever;start;description\n;Article;L3;2027-02-08;deux\n$one;Article;L3;2027-03-01;trois\n" >answered.csv
marketing import answered.csv --as action --json
check or-the-one-that-is-named all_of "exits 0; told 'made=0 changed=1 same=1'; [ \"\$(sql \"SELECT description FROM action WHERE 'A' || number = '$one'\")\" = trois ]"
printf 'title;lever;start\nSeul;L3;2027-02-01\n' >single.csv
marketing import single.csv --as action --json
sed -i 's/-02-01/-06-01/' single.csv
marketing import single.csv --as action --json
check one-row-of-a-key-is-its-record all_of "exits 0; told 'made=0 changed=1'"
finish
