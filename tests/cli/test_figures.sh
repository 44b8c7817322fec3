#!/bin/bash
# Pipeline figures by hand and from files: what is made, changed and left alone, French Excel's CSV, what is refused, undo of an import.
. "$(dirname "$0")/lib.sh"
set_up
TODAY=2026-04-10
sum_of() { value_of marketing "sum(int(r['cells'].get('count') or 0) for r in d.rows('figure') if r['cells']['stage'] == '$1')" figure list; }
told() { # "made=5 same=0": each count of the last run with --json
  python3 - "$@" <<P
import sys
from document import Document
counts = {r['cells']['what']: r['cells']['value'] for r in Document(open('$W/files/out').read()).rows('counts')}
wrong = [(name, counts.get(name, 0), n) for name, n in (part.split('=') for part in sys.argv[1].split()) if str(counts.get(name, 0)) != n]
sys.exit(str(wrong) if wrong else 0)
P
}
cell() { value_of marketing "[r['cells'].get('$2') for r in d.rows('levers') if r['cells']['lever'].startswith('$1')][0]" figures "${@:3}"; }

# ---- by hand ----
marketing figures set "Site web" --period 2026-02 visits=5000 leads=100 MQL=40 customers=3 revenue="9 000,50"
check set-makes exits_saying 0 'made: 4, changed: 0; as they were: 0, r[0-9]+' # customers and what they signed are one
check set-is-kept [ "$(cell 'L1 ' leads --period 2026-02)$(cell 'L1 ' revenue --period 2026-02)" = 1009000.50 ]
before=$(revision)
marketing figures set "Site web" --period 2026-02 leads=100
check same-again-changes-nothing all_of "exits_saying 0 'there already: 1'; [ $(revision) = $before ]"
marketing figures set "Site web" --period 2026-02 prospects=1
check no-such-stage exits_complaining 4 'prospects'
jalon_in marketing fr figures set "Site web" --period 2026-02 pistes=110 visites=5100
check french-names-are-the-same-stages exits_saying 0 ': 0, .*: 2'
check changed [ "$(cell 'L1 ' leads --period 2026-02)" = 110 ]
marketing figures set leads=7 --period 2026-02
check without-a-lever [ "$(cell none leads --period 2026-02)" = 7 ]
marketing figures set --period 2026-02 "Site web"
check no-figure exits_complaining 2 'leads='
marketing figures set "Site web" leads=1
check no-period exits_complaining 2 'period'
marketing figures set "Site web" --period 2026-Q9 leads=1
check wrong-period exits_complaining 4 '2026-Q9'
marketing figures set "Site web" --period 2026-02 leads=-1
check below-zero exits_complaining 4 '-1'
marketing figures set "Rien de tel" --period 2026-02 leads=1
check unknown-lever exits_complaining 8 'Rien de tel'
marketing figures set "Site web" --period 2026-Q3 leads=300 --dry-run
check dry-run all_of "exits_saying 0 'would be made: 1'; [ -z \"\$(cell 'L1 ' leads --period 2026-Q3 2>/dev/null)\" ]"
reference=$(value_of marketing "[r['cells']['reference'] for r in d.rows('figure') if r['cells']['stage'] == 'MQL'][0]" figure list)
marketing show "$reference"
marketing figure rm "$reference"
marketing figures set "Site web" --period 2026-02 MQL=41
check deleted-one-comes-back all_of "exits 0; [ \"\$(cell 'L1 ' mql --period 2026-02)\" = 41 ]"

# ---- from a file: French Excel, ; between columns, decimal comma, Windows-1252 ----
python3 - "$W/files/chiffres.csv" <<'E2'
import sys
rows = ['Mois;Levier;Campagne;Visites;Leads;Opportunités;CA potentiel;Clients;CA signé;Remarque',
        '01/03/2026;Site web;;6 000;120;9;48000,50;3;12 000,00;"vu; avec les ventes"',
        '2026-03;;A1;;30;;;;;',
        '01/03/2026;Site web;;500;5;;;1;;reste',
        ';;;;;;;;;']
open(sys.argv[1], 'wb').write('\r\n'.join(rows).encode('cp1252'))
E2
jalon_in marketing fr figures import "$W/files/chiffres.csv" --dry-run
check import-asks exits_complaining 2 '01/03/2026' '--date-order' # 1 March or 3 January
jalon_in marketing fr figures import "$W/files/chiffres.csv" --date-order day --dry-run --json
check import-dry-run all_of "exits 0; told 'made=5 rejected=0'"
jalon_in marketing fr figures import "$W/files/chiffres.csv" --date-order day --json
check import all_of "exits 0; told 'made=5 changed=0 rejected=0'; complains 'Remarque'"
check rows-of-one-figure-are-added-up [ "$(cell 'L1 ' visits --period 2026-03) $(cell 'L1 ' customers --period 2026-03)" = "6500 4" ]
check decimal-comma [ "$(cell 'L1 ' pipeline --period 2026-03)" = 48000.50 ]
check lever-has-its-campaigns-too [ "$(cell 'L1 ' leads --period 2026-03) $(cell 'A1 ' leads --period 2026-03)" = "155 30" ]
before=$(revision)
jalon_in marketing fr figures import "$W/files/chiffres.csv" --date-order day --json
check import-again-changes-nothing all_of "exits 0; told 'same=5 made=0 changed=0'; [ $(revision) = $before ]"
marketing import "$W/files/chiffres.csv" --date-order day
check nobody-says-what-it-is exits_complaining 2 'fit figures \(' '--as figures'
marketing import "$W/files/chiffres.csv" --as figures --date-order day --name chiffres.csv --json
check the-same-by-import all_of "exits 0; told 'same=5 made=0'; [ $(revision) = $before ]"
printf 'start,end,channel,stage,count,amount\n2026-01-01,2026-01-31,"Site web",customers,2,"5,000.00"\n2026-01-01,2026-01-31,Rien,customers,2,\n' >"$W/files/long.csv"
cd "$W/files" || exit 1 # where rejected rows go
marketing figures import "$W/files/long.csv"
check unknown-lever-in-a-file all_of "exits 4; complains 'Rien'; says '^ *3 .*Rien'; [ $(revision) = $before ]"
sed -i 's/Rien/Site web/' "$W/files/long.csv"
marketing figures import "$W/files/long.csv" --name janvier
check long-form all_of "exits 0; [ \"\$(cell 'L1 ' customers --period 2026-01) \$(cell 'L1 ' revenue --period 2026-01)\" = '4 5000.00' ]"
marketing undo --import janvier --yes
check undo-of-an-import all_of "exits 0; [ -z \"\$(cell 'L1 ' customers --period 2026-01 2>/dev/null)\" ]"
marketing figures import "$W/files/long.csv" --name janvier
check imported-again-after-undo all_of "exits 0; [ \"\$(cell 'L1 ' customers --period 2026-01)\" = 4 ]"
printf 'lever;leads\nSite web;3\n' >"$W/files/never.csv"
marketing figures import "$W/files/never.csv"
check file-without-a-period exits_complaining 4 'when'
printf 'mois;leads\n2026-01;1,5\n' >"$W/files/half.csv"
marketing figures import "$W/files/half.csv"
check half-a-lead all_of "exits 4; says '^ *2 .*1,5'"
printf 'mois;leads\n2026-01;-3\n' >"$W/files/half.csv"
marketing figures import "$W/files/half.csv"
check less-than-nothing exits_saying 4 'below 0'
printf 'mois;leads\n2026-02-31;3\n' >"$W/files/half.csv"
marketing figures import "$W/files/half.csv"
check no-such-day exits_saying 4 'no day 2026-02-31'
printf 'période;canal;leads;étape;nombre\n2026-04;Podcast;7;MQL;2\n2026-04;Podcast;;MQL;3\n' >"$W/files/trimestres.csv"
marketing figures import "$W/files/trimestres.csv" --create
check periods-and-a-lever-that-is-made [ "$(sql "SELECT string_agg(f.stage || ' ' || f.count || ' ' || f.start || ' ' || f.\"end\", ',' ORDER BY f.stage) FROM figure f JOIN lever l ON l.id = f.lever WHERE l.name = 'Podcast' AND f.deleted_revision IS NULL")" = 'MQL 5 2026-04-01 2026-04-30,leads 7 2026-04-01 2026-04-30' ]
marketing undo --import trimestres.csv --yes
marketing figures import "$W/files/none.csv"
check no-file exits_complaining 2 'none.csv'
python3 -c "
print('month;lever;leads')
for m in range(1200): print('%04d-%02d;Site web;%d' % (1950 + m // 12, m % 12 + 1, m))" >"$W/files/many.csv"
marketing figures import "$W/files/many.csv" --json
check several-groups all_of "exits 0; told 'rows=1200 rejected=0'"
marketing undo --import many.csv --yes
check undone exits 0

# ---- rights ----
admin rights set Sales pipeline none
sales figures
check not-readable-figures-are-not-shown all_of "exits 0; silent '12,000'"
marketing figures --period 2026-03 --width 80
check view all_of "says 'L1 Site web'; says '12,000'"
finish
