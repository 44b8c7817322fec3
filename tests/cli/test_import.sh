#!/bin/bash
# Tables become records: one table in ten encodings, imported again, with what people changed and deleted since, rejected rows corrected and
# imported, names and mappings, an import whose client and server are killed and that goes on, all of it taken back.
. "$(dirname "$0")/lib.sh"
set_up
data_folder=${SHARED_DIR:-$root/../shared}/data/excel_fr
rows=${JALON_IMPORT_ROWS:-6000}
cd "$W/files" || exit 1

report() { # name of the count: its number, of the last run with --json
  python3 - "$1" <<P
import sys
from document import Document
d = Document(open('$W/files/out').read())
print(next((r['cells']['value'] for r in d.rows('counts') if r['cells']['what'] == sys.argv[1]), 0))
P
}
told() { # "made=39 same=0": each count is so
  local IFS=' ' part bad=0
  for part in $1; do [ "$(report "${part%=*}")" = "${part#*=}" ] || { echo "${part%=*} is $(report "${part%=*}"), expected ${part#*=}"; bad=1; }; done
  return $bad
}
content() { sql "SELECT md5(string_agg(concat_ws('|', id, line, title, state, date, supplier, net, vat_rate, document), E'\n' ORDER BY id)) FROM expense WHERE deleted_revision IS NULL"; }
number() { sql "SELECT count(*) FROM expense WHERE deleted_revision IS NULL"; }

# ---- ten encodings of one table: the same forty rows, one of them without an amount ----
if [ -d "$data_folder" ]; then
  before=$(number)
  passed=(--as expense --set line=B4 --map Canal= --map Impressions= --map Conversions= --map Commentaire= --map "Taux de conversion=")
  marketing import "$data_folder/06_double_encodage_utf8.csv" "${passed[@]}"
  check asks-for-the-encoding all_of 'exits_complaining 2 "in which encoding" "--encoding"; [ "$(number)" = '"$before"' ]'
  made=39
  for file in "$data_folder"/[01]*; do
    answer=()
    case $file in *06_*) answer=(--encoding utf-8-twice) ;; esac
    marketing import "$file" "${passed[@]}" "${answer[@]}" --json
    check "encoding-$(basename "$file")" all_of "exits 4; told 'rows=40 made=$made same=$((39 - made)) rejected=1'"
    made=0
  done
  cat >"$W/files/expected.py" <<'P'
import json, sys
expected = sorted((r["date"], r["campagne"], round(r["depense"] * 100)) for r in json.load(open(sys.argv[1])) if r["depense"] is not None)
found = sorted((d, t, int(n)) for d, t, n in (line.rstrip("\n").split("|") for line in open(sys.argv[2])))
assert len(expected) == 39 and found == expected, (found, expected)
P
  sql "SELECT date || '|' || title || '|' || net FROM expense WHERE deleted_revision IS NULL AND created_revision > 1" >"$W/files/found"
  check values-as-expected python3 "$W/files/expected.py" "$data_folder/attendu.json" "$W/files/found"
  check the-amount-is-asked-for grep -q 'Été 2026 – prospects « PME »;;' 01_cp1252_pointvirgule_nbsp.csv.rejected.csv

  # ---- rejected rows, corrected and imported in the same way ----
  sed -i 's/« PME »;;/« PME »;12,50;/' 01_cp1252_pointvirgule_nbsp.csv.rejected.csv
  marketing import 01_cp1252_pointvirgule_nbsp.csv.rejected.csv "${passed[@]}" --date-order day --json
  check corrected-rows all_of "exits 0; told 'rows=1 made=1 rejected=0'"
  check their-value [ "$(sql "SELECT net || ' ' || date FROM expense WHERE title LIKE '%« PME »%' AND net = 1250")" = "1250 2026-01-19" ]
else
  echo "# skip: no $data_folder"
fi

# ---- what it is, when nobody says, and what is missing ----
printf 'Fournisseur;Libellé;Date;Montant HT;N° de facture;Visa\nAlpha;Annonces;05/01/2026;1 200,50;F1;ok\nBêta;Salon;31/01/2026;-80,00;F2;\n' >factures.csv
marketing import factures.csv
check says-what-it-needs exits_complaining 2 'what are the rows' 'expense \([0-9]\)' '--as expense'
marketing import factures.csv --as expens
check nearest exits_complaining 2 'did you mean expense'
marketing import factures.csv --as expense
check a-required-field-without-column exits_complaining 2 'budget line' '--set line='
jalon_in marketing fr import factures.csv --as expense
check in-french exits_complaining 2 'aucune colonne de factures.csv n.est prise pour ligne de budget' '--set line='
marketing import factures.csv --as expense --set line=B4 --map 'Numéro=document'
check no-such-column exits_complaining 2 'no column "Numéro"'
marketing import factures.csv --as expense --set line=B4 --map 'N° de facture=documnet'
check no-such-field exits_complaining 2 'did you mean document'
marketing import factures.csv --as expense --set line=B4 --preview --json
check preview all_of "exits 0; told 'rows=2 made=2'; complains 'passed over: .*Visa'; [ \"\$(sql \"SELECT count(*) FROM expense WHERE title = 'Annonces'\")\" = 0 ]"
marketing import factures.csv --as expense --set line=B4 --map 'N° de facture=document' --dry-run --json
check dry-run all_of "exits 0; told 'made=2'; [ \"\$(sql \"SELECT count(*) FROM expense WHERE title = 'Annonces'\")\" = 0 ]"

# ---- a mapping that is kept ----
marketing import factures.csv --as expense --set line=B4 --map 'N° de facture=document' --save-mapping Factures --json
check imported all_of "exits 0; told 'made=2 changed=0 same=0'; complains 'mapping \"Factures\"'"
check exact-values [ "$(sql "SELECT string_agg(net || supplier || document, ',' ORDER BY net) FROM expense WHERE document IN ('F1', 'F2')")" = "-8000BêtaF2,120050AlphaF1" ]
sales import-mapping list
check everybody-sees-it all_of 'exits 0; says "Factures"'
marketing import factures.csv --mapping factures --json
check twice-is-never-twice all_of "exits 0; told 'made=0 changed=0 same=2'"
marketing import factures.csv --mapping Devis
check no-such-mapping all_of "exits 8; complains 'there is no import mapping'"

# ---- what the file changes, what somebody changed here, what somebody deleted ----
row() { sql "SELECT '$1' || number FROM expense WHERE document = '$2'"; }
marketing expense set "$(row X F2)" --title 'Salon de Lyon'
printf 'Fournisseur;Libellé;Date;Montant HT;N° de facture\nAlpha;Annonces;05/01/2026;1 300,50;F1\nBêta;Salon;31/01/2026;-90,00;F2\nGamma;Vidéo;02/02/2026;10,00;F3\n' >factures.csv
marketing import factures.csv --mapping Factures --json
check what-the-file-changes all_of "exits 0; told 'made=1 changed=2 same=0 rejected=0'"
check only-that [ "$(sql "SELECT string_agg(title || net, ',' ORDER BY document) FROM expense WHERE document IN ('F1', 'F2', 'F3')")" = "Annonces130050,Salon de Lyon-9000,Vidéo1000" ]
marketing expense set "$(row X F1)" --net 7
sed -i 's/1 300,50/1 400,50/' factures.csv
marketing import factures.csv --mapping Factures
check by-hand-is-kept all_of 'exits 0; says "7"; says "1,400.50"; says "--overwrite"'
check it-is [ "$(sql "SELECT net FROM expense WHERE document = 'F1'")" = 700 ]
marketing import factures.csv --mapping Factures --json
check still-kept all_of "exits 0; told 'kept=2 changed=0'"
marketing import factures.csv --mapping Factures --overwrite --json
check overwritten all_of "exits 0; told 'changed=2'; [ \"\$(sql \"SELECT title || net FROM expense WHERE document IN ('F1', 'F2') ORDER BY document\" | tr '\\n' ' ')\" = 'Annonces140050 Salon-9000 ' ]"
marketing show "$(row X F3)"
marketing expense rm "$(row X F3)"
marketing import factures.csv --mapping Factures --json
check deleted-stays-deleted all_of "exits 0; told 'deleted=1 made=0 same=2'"
marketing import factures.csv --mapping Factures --restore --json
check restored all_of "exits 0; told 'restored=1 same=2'; [ \"\$(sql \"SELECT count(*) FROM expense WHERE document = 'F3' AND deleted_revision IS NULL\")\" = 1 ]"
marketing undo --import factures.csv --yes
check restoring-undone all_of "exits 0; [ \"\$(sql \"SELECT count(*) FROM expense WHERE document = 'F3' AND deleted_revision IS NULL\")\" = 0 ]"
marketing import factures.csv --mapping Factures --json
check what-a-person-deleted-stays-so all_of "exits 0; told 'deleted=1 made=0 same=2'"
marketing import factures.csv --mapping Factures --restore --json
check restored-again all_of "exits 0; told 'restored=1 same=2'"

# ---- names, references, values in both languages ----
printf 'Titre;Levier;Statut;Échéance;Impact\nPage tarifs;SEO;À faire;15/03/2026;8\nArticle invité;Relations presse;À faire;31/03/2026;3\n' >actions.csv
marketing import actions.csv --as action --json
check unknown-name all_of "exits 4; told 'made=1 rejected=1'; complains 'nothing in the plan is called \"Relations presse\" \\(rows: 1\\)'"
marketing import actions.csv --as action --value 'lever:Relations presse=L5' --json
check said-what-it-means all_of "exits 0; told 'made=1 same=1'"
check as-typed [ "$(sql "SELECT a.title || '|' || l.name || '|' || a.status || '|' || a.due || '|' || a.impact FROM action a JOIN lever l ON l.id = a.lever WHERE a.title IN ('Page tarifs', 'Article invité') ORDER BY 1")" = \
  "$(printf 'Article invité|Emailing|1|2026-03-31|3\nPage tarifs|SEO|1|2026-03-15|8')" ]

# ---- what begins like a formula is text in the file of rejected rows, and comes back as it was ----
printf 'Titre;Levier\n=1+1;Nulle part\n' >formula.csv
marketing import formula.csv --as action
check rejected exits 4
check armed grep -q "^\"'=1+1\"" formula.csv.rejected.csv
marketing import formula.csv.rejected.csv --as action --value 'lever:Nulle part='
check as-it-was all_of "exits 0; [ \"\$(sql \"SELECT count(*) FROM action WHERE title = '=1+1'\")\" = 1 ]"

# ---- killed and gone on with ----
invoices "$rows" >many.csv
many=(import many.csv --as expense --set line=B4 --map Facture=document --json)
stopped() { grep -q '^State:.*T' "/proc/$1/status"; }
plan_hash=$(state_hash)
marketing "${many[@]}"
check many all_of "exits 0; told 'rows=$rows made=$rows'"
whole=$(content)
marketing undo --import many.csv --yes
check many-undone exits 0
check the-plan-is-as-before [ "$(state_hash)" = "$plan_hash" ]
for point in import.submitted:1:kill import.decided:1:kill import.submitted:2:kill; do
  JALON_POINT=$point marketing "${many[@]}"
  check "killed-at-$point" exits 137
done
kill_server_at() { # point: the client is halted there, the server killed, and the client goes on
  local client
  JALON_POINT=$1 JALON_PATIENCE=5 timeout --foreground $((2 * DEADLINE)) "$JALON" --profile marketing --lang en "${many[@]}" </dev/null >"$W/files/out" 2>"$W/files/err" &
  local job=$!
  wait_for "$DEADLINE" pgrep -P "$job"
  client=$(pgrep -P "$job")
  wait_for "$DEADLINE" stopped "$client" || return 1
  kill_server
  kill -CONT "$client"
  wait "$job"
  status=$? out=$(cat "$W/files/out") err=$(plain_spaces <"$W/files/err")
  start_server
}
kill_server_at import.submitted:1:stop
check server-killed all_of "[ $status -eq 5 -o $status -eq 6 ]"
check some-rows-are-there [ "$(number)" -gt 0 ]
marketing "${many[@]}"
check goes-on all_of "exits 0; told 'rows=$rows'; complains 'was not finished: it goes on'"
check no-row-twice-none-lost [ "$(sql "SELECT count(*) || ' ' || count(DISTINCT document) FROM expense WHERE deleted_revision IS NULL AND document LIKE 'M%'")" = "$rows $rows" ]
check the-same-records [ "$(content)" = "$whole" ]
marketing undo --import many.csv --yes
check taken-back-as-one exits 0
check the-plan-is-as-before-again [ "$(state_hash)" = "$plan_hash" ]

# ---- without the server ----
stop_server
JALON_PATIENCE=2 marketing import factures.csv --mapping Factures --json
check offline-nothing-new all_of "exits 0; told 'same=3 made=0'"
sed -i 's/Gamma;Vidéo;02\/02\/2026;10,00;F3/Gamma;Vidéo;02\/02\/2026;10,00;F3\nDelta;Podcast;03\/02\/2026;20,00;F4/' factures.csv
JALON_PATIENCE=2 marketing import factures.csv --mapping Factures
check kept-for-later all_of 'exits 0; says "will be sent"'
start_server
marketing sync
check sent-later [ "$(sql "SELECT title || net FROM expense WHERE document = 'F4'")" = Podcast2000 ]
finish
