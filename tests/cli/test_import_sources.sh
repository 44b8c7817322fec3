#!/bin/bash
# What platforms, accountants and Excel export, as records of a plan: spend and figures of Google Ads, Meta and LinkedIn, a ledger, budgets, weekly tables,
# analytics, RACI grids. Values were added up by hand (tests/data/make.py) or are control totals of the shared data; they are asked of the database.
# Everything is imported twice: the second time nothing is new.
. "$(dirname "$0")/lib.sh"
set_up
cd "$W/files" || exit 1 # where rejected rows go
shared=${SHARED_DIR:-$root/../shared}/data tables=$root/tests/data
TODAY=2026-10-15
m() { marketing "$@" --today $TODAY; }
plan() { # name, first day, last day: a plan of its own, the current one
  m plan new "$1" --start "$2" --end "$3" --currency EUR
  check "plan-$1" exits 0
  of="deleted_revision IS NULL AND space_id = (SELECT space_id FROM plan WHERE name = '$1')"
}
rows() { sql "SELECT $2 FROM $1 WHERE $of ${3:+AND $3} ORDER BY 1"; } # table, columns, condition: a value a line, columns with | between
is() { # name, expected, table, columns, condition
  local got
  got=$(rows "$3" "$4" "${5:-}")
  check "$1" [ "$got" = "$2" ]
}
made() { says "^ *records made +$1 *$"; }
again() { # name, arguments...: nothing new
  local name=$1
  shift
  m import "$@"
  check "$name-again" all_of "exits 0; made 0; says '^ *records changed +0 *$'"
}
lever_of() { echo "lever = (SELECT id FROM lever WHERE $of AND name = '$1')"; }
action_of() { echo "action = (SELECT id FROM action WHERE $of AND title = '$1')"; }

# ==== ad platforms ====
plan Publicité 2026-01-01 2026-12-31
m lever add SEA
m lever add Social
m action add "Search | Brand" --lever SEA
m action add "Webinar, HR" --lever SEA
m budget-line add "Ads" --lever SEA --category media --planned 200000
m budget-line add "Social payant" --lever Social --category media --planned 5000
google=$tables/google_ads_en.csv
m import "$google"
check with-or-without-vat-is-asked exits_complaining 2 'vat-basis=net'
m import "$google" --set vat-basis=net --dry-run
check dry-run all_of "exits 4; complains 'called \"PMax\" \\(rows: 1\\)'; complains 'value \"campaign:PMax=REF\"'"
is dry-run-makes-nothing '' expense title
m import "$google" --set vat-basis=net --value 'campaign:PMax='
check left-out all_of "exits 0; says ': 1 rows are passed over'; complains 'conversion-stage'"
is google-net 10383777 expense 'sum(net)'
is google-expenses 'Search | Brand|23100|2026-09-30|Google Ads
Webinar, HR|10360677|2026-09-30|Google Ads' expense 'title, net, date, supplier'
is google-line 2 expense 'count(*)' "line = (SELECT id FROM budget_line WHERE $of AND title = 'Ads') AND gross IS NULL AND currency IS NULL"
is google-visits "210|2026-09-01|2026-09-30
1030|2026-09-01|2026-09-30" figure 'count, start, "end"' "stage = 'visits'"
again google "$google" --set vat-basis=net --value 'campaign:PMax='
m import "$tables/google_ads_en_excel.csv" --set vat-basis=net --value 'campaign:PMax=' # the same report as "Excel .csv"
check the-same-from-excel all_of "exits 0; made 0"
m import "$google" --set vat-basis=net --create
check where-do-campaigns-belong exits_saying 4 'to which lever'
m import "$google" --set vat-basis=net --create --set lever=SEA --set conversion-stage=leads
check create all_of "exits 0; made 4" # the action, its visits, leads of three campaigns but for the one without; lines of the two others were made before
is created 1 action 'count(*)' "title = 'PMax' AND campaign AND $(lever_of SEA)"
is conversions-are-leads '0
14' figure count "stage = 'leads'" # 14.50, half to even
again created "$google" --set vat-basis=net --create --set lever=SEA --set conversion-stage=leads
sed 's/231\.00/240.55/' "$google" >"$W/files/google_ads_corrected.csv"
m import "$W/files/google_ads_corrected.csv" --set vat-basis=net
check corrected all_of "exits 0; made 0; says '^ *records changed +1 *$'"
is corrected-spend 24055 expense net "title = 'Search | Brand'"
m import "$tables/google_ads_daily.csv" --set overlap=yes --set vat-basis=gross --set vat-rate=20%
check daily all_of "exits 0; made 6"
is daily-gross '400|2026-09-01
1234|2026-09-01
1566|2026-09-02' expense 'gross, date' 'gross IS NOT NULL'
again daily "$tables/google_ads_daily.csv" --set overlap=yes --set vat-basis=gross --set vat-rate=20%
m import "$tables/google_ads_keywords_en.csv" --set vat-basis=net --set line=Ads
check no-rate-of-pounds exits 0
is keywords '725|GBP|2026-02-23
1250|GBP|2026-02-23' expense 'net, currency, date' "currency = 'GBP'"
m import "$tables/google_ads_fr.csv" --set vat-basis=HT --set lever=SEA
check google-french all_of "exits 0; says 'records made'"
is google-french-spend '2355|2026-09-30
100045|2026-09-30' expense 'net, date' "title IN ('PMax – été', 'Search | Marque | FR')"
is its-visits-are-the-levers 2020 figure count "stage = 'visits' AND action IS NULL AND $(lever_of SEA) AND \"end\" = '2026-09-30'"

m import "$tables/meta_en.csv" --set vat-basis=net --set lever=Social
check meta all_of "exits 0; says ': 1 rows are passed over'; says '^ *records made +4 *$'" # two expenses; visits and leads of the lever
is meta-spend '8065|Retargeting
41035|Livre blanc' expense 'net, title' "supplier = 'Meta' AND title IN ('Livre blanc', 'Retargeting')"
is meta-figures 'leads|12
visits|354' figure 'stage, count' "$(lever_of Social)"
again meta "$tables/meta_en.csv" --set vat-basis=net --set lever=Social
m import "$tables/meta_empty.csv" --set vat-basis=net
check meta-empty all_of "exits 0; made 0"
m import "$tables/meta_fr.xlsx" --set overlap=yes --set vat-basis=net --set lever=Social
check meta-french all_of "exits 0; made 2" # without its number a campaign is known by its name, so that Livre blanc is another one; the figures are the same
is meta-french-spend 8065 expense net "title = 'Relance – été'"
m import "$tables/linkedin.csv" --set vat-basis=net --set lever=Social
check linkedin all_of "exits 0; says 'records made'"
is linkedin-spend '6550|2026-09-13
10000|2026-09-02
123450|2026-09-01' expense 'net, date' "supplier = 'LinkedIn'"
m import "$tables/linkedin_resaved.csv" --set vat-basis=net --set lever=Social
check linkedin-resaved-is-the-same all_of "exits 0; made 0"

# ==== two platforms, and two accounts, of one campaign and day: 40 + 25 + 7 ====
plan Plateformes 2026-01-01 2026-12-31
m lever add SEA
m action add Lancement --lever SEA
m budget-line add Ads --lever SEA --category media --planned 1000
spend() { printf '%s\n' 'Date;Campagne;Dépense HT (€);Clics' "${@:2}" >"$1"; }
spend g.csv '2026-09-01;Lancement;100,00;40'
spend m.csv '2026-09-01;Lancement;50,00;25'
m import g.csv --as google-ads --set currency=EUR
check one-platform all_of "exits 0; made 2"
m import m.csv --as meta-ads --set currency=EUR --width 200
check another-platform all_of "exits 0; made 2; says 'both add up'"
is each-platform-counts '25|meta
40|google-ads' figure 'count, platform' "stage = 'visits'"
again one-platform g.csv --as google-ads --set currency=EUR
again another-platform m.csv --as meta-ads --set currency=EUR
spend m2.csv '2026-09-01;Lancement;30,00;7'
m import m2.csv --as meta-ads --set currency=EUR --set account=Alpes
check another-account-is-asked exits_saying 4 'is it the same'
m import m2.csv --as meta-ads --set currency=EUR --set account=Alpes --set overlap=yes
check another-account all_of "exits 0; made 2"
is platforms-add-up 72 figure 'sum(count)' "stage = 'visits'"
check by-platform [ "$(value_of marketing "[(r['cells']['platform'], r['cells']['visits']) for r in d.rows('platforms')]" figures --by platform)" = "[('google-ads', 40), ('meta', 25), ('meta:alpes', 7), ('total', 72)]" ]
m figures set SEA --campaign A1 --period 2026-10 --platform 'Google  Ads' leads=3
is typed-platform 'google-ads' figure platform "stage = 'leads'"
# two campaigns that are one action: 4 + 6
spend two.csv '2026-09-02;Lancement A;10,00;4' '2026-09-02;Lancement B;20,00;6'
two=(--as google-ads --set currency=EUR --value 'campaign:Lancement A=A1' --value 'campaign:Lancement B=A1' --set line=Ads)
m import two.csv "${two[@]}"
check two-campaigns-of-an-action all_of "exits 0; made 3"
is they-add-up 10 figure count "start = '2026-09-02'"
again two-campaigns two.csv "${two[@]}"
# a figure from before platforms were told: the same file takes it over, another platform asks
spend old.csv '2026-09-03;Lancement;5,00;9'
m import old.csv --as google-ads --set currency=EUR --set platform=
is no-platform-told '9|' figure 'count, platform' "start = '2026-09-03'"
again taken-over old.csv --as google-ads --set currency=EUR
spend corrected.csv '2026-09-03;Lancement;5,00;11'
m import corrected.csv --as google-ads --set currency=EUR
check corrected-one-too all_of "exits 0; made 0; says '^ *records changed +1 *$'"
is not-doubled '11|' figure 'count, platform' "start = '2026-09-03'"
m import old.csv --as meta-ads --set currency=EUR
check who-counted-is-asked exits_saying 4 'does not say who counted'
is nothing-replaced '11|' figure 'count, platform' "start = '2026-09-03'"

# ==== two platforms in one table of spend: each has its cost; what was imported before is found again ====
plan Tableau 2026-01-01 2026-12-31
m lever add SEA
m action add Lancement --lever SEA
m budget-line add Ads --lever SEA --category media --planned 1000
costs() { is "$1" "$2" expense 'coalesce(net, 0)' "date = '$3'"; }
told() { printf '%s\n' 'Date;Campagne;Plateforme;Dépense HT (€);Clics' "${@:2}" >"$1"; }
told both.csv '2026-09-01;Lancement;Google Ads;100,00;40' '2026-09-01;Lancement;Meta;50,00;25'
m import both.csv --as spend --set currency=EUR
check two-platforms-of-a-table all_of "exits 0; made 4"
costs two-costs '5000
10000' 2026-09-01
again two-platforms-of-a-table both.csv --as spend --set currency=EUR
told both.csv '2026-09-01;Lancement;meta;60,00;25' '2026-09-01;Lancement;google ads;100,00;40'
m import both.csv --as spend --set currency=EUR
check one-of-them-corrected all_of "exits 0; made 0; says '^ *records changed +1 *$'"
costs corrected '6000
10000' 2026-09-01
told twice.csv '2026-09-04;Lancement;Meta;50,00;25' '2026-09-04;Lancement;Meta;51,00;26'
m import twice.csv --as spend --set currency=EUR
check the-same-platform-twice exits_saying 4 'in line 2 already'
printf '%s\n' 'Début;Fin;Campagne;Plateforme;Dépense HT (€)' '2026-09-01;2026-09-30;Lancement;Meta;900,00' >month.csv
m import month.csv --as spend --set currency=EUR
check its-month-counts-twice exits_saying 4 'count twice'
# as imports left it that did not tell platforms of costs: the figures beside say whose it is
before() { # DAY COST: the cost alone
  printf '%s\n' 'Date;Campagne;Dépense HT (€)' "$1;Lancement;$2" >before.csv
  m import before.csv --as spend --set currency=EUR
}
before 2026-10-01 100,00
m figures set SEA --campaign A1 --period 2026-10-01 --platform google-ads visits=40
told october.csv '2026-10-01;Lancement;Meta;50,00;25' '2026-10-01;Lancement;Google Ads;110,00;40'
m import october.csv --as spend --set currency=EUR
check of-the-platform-beside all_of "exits 0; made 2"
costs not-doubled-by-the-table '5000
11000' 2026-10-01
again beside october.csv --as spend --set currency=EUR
cp october.csv renamed.csv
again beside-by-another-name renamed.csv --as spend --set currency=EUR
# nothing says: an import of the same name is, else it is asked
before 2026-10-02 100,00
told asked.csv '2026-10-02;Lancement;Meta;50,00;'
m import asked.csv --as spend --set currency=EUR
check whose-cost-is-asked exits_saying 4 'on which platform'
costs nothing-doubled 10000 2026-10-02
told before.csv '2026-10-02;Lancement;Google Ads;105,00;' '2026-10-02;Lancement;Meta;50,00;'
m import before.csv --as spend --set currency=EUR
check of-the-import-of-that-name all_of "exits 0; made 1"
costs taken-over-by-name '5000
10500' 2026-10-02
again by-name before.csv --as spend --set currency=EUR
before 2026-10-03 100,00
told asked.csv '2026-10-03;Lancement;Meta;50,00;'
m import asked.csv --as spend --set currency=EUR --set overlap=yes
check both-as-said all_of "exits 0; made 1"

# ==== what shows first is what would be taken; parts of results add up; levers that the plan does not have ====
plan Podcast 2026-01-01 2026-12-31
{
  echo 'Date;Canal;Campagne;Dépense HT (€);Conversions'
  for day in 01 02 03 04 05 06; do echo "2026-03-$day;Podcast;Hiver;10,00;0,3"; done
  echo '2026-03-07;Podcast;Hiver;5;0,3;zz'
} >podcast.csv
{
  cat podcast.csv
  echo '31/02/2026;Podcast;Hiver;25,00;0,3'
} >podcast_wrong.csv
podcast=(--as spend --create --set conversion-stage=leads)
m import podcast_wrong.csv "${podcast[@]}" --dry-run --width 200
check first-rows all_of "exits 4; says '8  more values than columns'; says '^ *passed over +1'; says '9 .*no day 31/02/2026'; says 'lever \"Podcast\". campaign \"Hiver\"'; says 'amount excl. VAT €10.'; silent '\b[0-9a-f]{8}\b'; silent '^ *9  expense'"
m import podcast.csv "${podcast[@]}"
check levers-are-made all_of "exits 0; made 15; says 'which are not taken: 1'" # lever, campaign, its line, six expenses, six figures
is lever-made '1' lever 'count(*)' "name = 'Podcast'"
is line-of-the-lever-made 'Hiver|0|4' budget_line 'title, planned, category' "$(lever_of Podcast) AND $(action_of Hiver)"
is six-times-three-tenths 2 figure 'sum(count)' "stage = 'leads'" # 1.8; day by day it would be 0
again podcast podcast.csv "${podcast[@]}"
sed 's/Podcast;Hiver/Vidéo;Printemps/' podcast.csv >video.csv
m import video.csv "${podcast[@]}" --value 'campaign:Printemps=' --value 'lever:Vidéo=Podcast' --set line=Hiver
check what-means-nothing-is-not-made exits 0
is no-campaign-was-made 0 action 'count(*)' "title = 'Printemps'"
is no-lever-was-made 0 lever 'count(*)' "name = 'Vidéo'"
printf 'Date;TV_spend;Radio_spend\n2026-03-02;10,50;3\n2026-03-09;20,25;4\n' >channels.csv
m import channels.csv --as weekly --create --set currency=EUR --set vat-basis=net
check channels-are-made all_of "exits 0; made 8" # two levers, two lines, four expenses
is channels '300|radio
400|radio
1050|tv
2025|tv' expense 'net, title' "title IN ('tv', 'radio')"
printf 'Poste;Levier;Catégorie;Budget HT (€)\nAffiches;Affichage;médias;100\n' >posters.csv
m import posters.csv --as budget --create
check a-lever-of-a-budget all_of "exits 0; made 2"
is its-lever-too 1 budget_line 'count(*)' "title = 'Affiches' AND $(lever_of Affichage)"
printf 'Poste;Catégorie;Devise;janv.;févr.\nStand;autre;GBP;10;20\n' >pounds_budget.csv
m import pounds_budget.csv --as budget --set vat-basis=HT --dry-run --width 200
check amounts-have-their-currency all_of "exits 0; says 'planned (£|GBP ?)10'; says 'budget line \"Stand\"'; silent 'planned €'"

# ==== the shapes that the shared data describe, whole files: totals worked out of the files by Python ====
if [ -d "$shared/synthetic_shapes" ]; then
  plan Formes 2026-01-01 2026-12-31
  for lever in SEA Social; do
    m lever add "$lever"
    m budget-line add "Ligne $lever" --lever "$lever" --category media --planned 1
  done
  totals() { # file, encoding, separator, lines above, titles of cost, clicks, leads: their sums as cents and counts
    python3 - "$@" <<'E2'
import csv, io, re, sys
from decimal import Decimal
path, encoding, separator, above, *titles = sys.argv[1:]
text = open(path, encoding=encoding, newline='').read().split('\n', int(above))[-1]
rows = [r for r in csv.DictReader(io.StringIO(text), delimiter=separator.replace('tab', '\t')) if not next(iter(r.values())).startswith('Total')]
def number(cell):
    cell = re.sub('[\u00a0\u202f ]', '', cell)
    return Decimal(cell.replace(',', '.') if '.' not in cell and re.search(',[0-9]{2}$', cell) else cell.replace(',', '')) if cell not in ('', '-', '--') else Decimal(0)
cost, *counts = [sum(number(r[t]) for r in rows) for t in titles]
print('|'.join(str(int(n)) for n in (cost * 100, *counts)))
E2
  }
  sums() { sql "SELECT coalesce((SELECT sum(net) FROM expense WHERE $of AND supplier = '$1'), 0) || '|' || coalesce((SELECT sum(count) FROM figure WHERE $of AND stage = 'visits' AND $(lever_of "$2")), 0)
    || coalesce('|' || (SELECT sum(count) FROM figure WHERE $of AND stage = 'leads' AND $(lever_of "$2")), '')"; }
  file=$shared/synthetic_shapes/google_ads_fr_utf16le_tsv.csv
  m import "$file" --set vat-basis=net --set lever=SEA
  check shape-google exits_saying 0 '^ *passed over +2 *$'
  check shape-google-totals [ "$(sums 'Google Ads' SEA)" = "$(totals "$file" utf-16 tab 2 Coût Clics)" ]
  file=$shared/synthetic_shapes/linkedin_campaign_performance_utf16le.csv
  m import "$file" --set vat-basis=net --set lever=Social --date-order month
  check shape-linkedin exits 0
  check shape-linkedin-totals [ "$(sums LinkedIn Social)" = "$(totals "$file" utf-16 tab 5 'Total Spent' Clicks Leads)" ]
  file=$shared/synthetic_shapes/linkedin_campaign_performance_utf8_comma_total.csv
  m import "$file" --set vat-basis=net --set lever=Social --date-order month
  check shape-linkedin-resaved all_of "exits 0; made 0; says '^ *passed over +1 *$'"
  check shape-linkedin-resaved-totals [ "$(sums LinkedIn Social)" = "$(totals "$file" utf-8 , 3 'Total Spent' Clicks Leads)" ]
else
  echo "skip shapes"
fi

# ==== currencies that a sign does not say ====
plan Devises 2026-01-01 2026-12-31
m lever add SEA
m budget-line add "Annonces" --lever SEA --category media --planned 5000
printf 'Date;Canal;Montant\n2026-02-01;SEA;"$50,00"\n2026-02-02;SEA;"$ 60,00"\n' >"$W/files/dollars.csv"
m import "$W/files/dollars.csv" --as spend --map Montant=spend --set vat-basis=net
check a-dollar-is-of-several all_of "exits_complaining 2 'currency=USD'"
m import "$W/files/dollars.csv" --as spend --map Montant=spend --set vat-basis=net --set currency=EUR
check no-euros all_of "exits 4; says 'two currencies: EUR'"
m import "$W/files/dollars.csv" --as spend --map Montant=spend --set vat-basis=net --set currency=USD
check dollars-that-are-said exits 0
is dollars '5000|USD
6000|USD' expense 'net, currency'
printf 'Date;Canal;Montant HT ($)\n2026-02-03;SEA;70,00\n' >"$W/files/dollars.csv"
m import "$W/files/dollars.csv" --as spend --map 'Montant HT ($)=spend'
check a-dollar-in-the-title exits_complaining 2 'currency=USD'
printf 'Date;Libellé;Ligne;Montant HT ($)\n2026-02-03;Affiches;Annonces;70,00\n' >"$W/files/dollars.csv"
m import "$W/files/dollars.csv" --as expense --map 'Montant HT ($)=net' --map Libellé=title --map Ligne=line
check nor-in-a-record exits_saying 4 'sign of several currencies'
printf 'Date;Canal;Dépense HT (€)\n2026-02-04;SEA;80,00\n2026-02-05;SEA;£90,00\n2026-02-06;SEA;5 %%\n' >"$W/files/pounds.csv"
m import "$W/files/pounds.csv" --as spend
check pounds-in-a-column-of-euros all_of "exits 4; says 'two currencies'; says 'is a percentage'"
is the-row-of-euros '8000|' expense 'net, currency' "date = '2026-02-04'"
is no-other 0 expense 'count(*)' "date IN ('2026-02-05', '2026-02-06')"
printf 'Date;Canal;Dépense HT\n2026-02-07;SEA;80,00\n2026-02-08;SEA;£90,00\n2026-02-09;SEA;10,00\n' >"$W/files/pounds.csv"
m import "$W/files/pounds.csv" --as spend
check one-pound-makes-no-pounds exits_complaining 2 'currency=EUR'

# ==== rows that stand for something else than the last time: what they said before goes ====
plan Corrections 2026-01-01 2026-12-31
for lever in Meta SEA "Réseaux sociaux"; do
  m lever add "$lever"
  m budget-line add "Ligne $lever" --lever "$lever" --category media --planned 5000
done
printf 'Date;Canal;Campagne;Dépense HT (€);Leads\n2026-02-01;SEA;Marque;100,00;7\n2026-02-01;SEA;Salon;50,00;3\n2026-02-02;Meta;;40,00;5\n' >"$W/files/moved.csv"
moved=("$W/files/moved.csv" --as spend)
m import "${moved[@]}"
check before-campaigns exits 0
is leads-of-levers 15 figure 'sum(count)' "stage = 'leads'"
m import "${moved[@]}" --create
is leads-once-they-are-of-campaigns 15 figure 'sum(count)' "stage = 'leads'"
m import "${moved[@]}" --create --dry-run --value 'lever:Meta=Réseaux sociaux'
check it-would-be-told all_of "exits 0; says 'would be taken away: 1'"
m import "${moved[@]}" --create --value 'lever:Meta=Réseaux sociaux'
check it-is-told all_of "exits 0; says 'taken away: 1'"
is leads-of-the-other-lever 5 figure 'sum(count)' "stage = 'leads' AND $(lever_of 'Réseaux sociaux')"
is no-lead-twice 15 figure 'sum(count)' "stage = 'leads'"
again moved "${moved[@]}" --create --value 'lever:Meta=Réseaux sociaux'
m undo --import moved.csv --yes
is undone-they-are-back 5 figure 'sum(count)' "stage = 'leads' AND $(lever_of Meta)"
m import "${moved[@]}" --create --value 'lever:Meta=Réseaux sociaux'
is as-corrected 15 figure 'sum(count)' "stage = 'leads'"
printf 'Date;Canal;Campagne;Dépense HT (€);Leads\n2026-02-02;SEA;Autre;11,00;2\n' >"$W/files/other.csv"
mkdir -p "$W/files/other" && mv "$W/files/other.csv" "$W/files/other/moved.csv"
m import "$W/files/other/moved.csv" --as spend
check another-file-of-that-name all_of "exits 0; made 2"
is takes-nothing-away 17 figure 'sum(count)' "stage = 'leads'"

# ==== what campaigns cost stands on lines of their own ====
plan Campagnes 2026-01-01 2026-12-31
m lever add SEA
m budget-line add "Annonces" --lever SEA --category media --bucket 20 --planned 5000
printf 'Date;Canal;Campagne;Dépense HT (€);Leads\n2026-03-01;SEA;Marque;100,00;7\n2026-03-01;SEA;Salon;50,00;3\n2026-03-02;SEA;Marque;25,00;1\n' >"$W/files/campaigns.csv"
m import "$W/files/campaigns.csv"
check a-table-of-spend-is-one all_of "exits 2; complains 'spend \(5\)'; complains 'as spend says it'"
m import "$W/files/campaigns.csv" --as spend --create --dry-run
check lines-in-a-dry-run exits 0
m import "$W/files/campaigns.csv" --as spend --create
check lines-of-campaigns all_of "exits 0; made 10" # two campaigns, two lines, three expenses, three figures
is campaigns-have-lines 'Marque|3|0
Salon|3|0' budget_line 'title, category, planned' "action IN (SELECT id FROM action WHERE $of) AND $(lever_of SEA) AND bucket = (SELECT bucket FROM budget_line WHERE $of AND title = 'Annonces')"
is what-they-cost 'Marque|12500
Salon|5000' 'expense x' "(SELECT title FROM budget_line b WHERE b.id = x.line AND b.space_id = x.space_id), sum(net)" 'true GROUP BY 1'
again campaigns "$W/files/campaigns.csv" --as spend --create
again campaigns-without-create "$W/files/campaigns.csv" --as spend
printf 'Libellé;N° facture;Montant HT (€);Date;Ligne\nAffiches;F-17;70,00;2026-03-05;Annonces\n' >"$W/files/invoices.csv"
m import "$W/files/invoices.csv" --as expense --map Libellé=title --map Ligne=line
is number-of-the-invoice F-17 expense document "title = 'Affiches'"

# ==== a ledger ====
plan Comptabilité 2026-01-01 2026-12-31
m budget-line add "Annonces et insertions" --category media --planned 10000
m budget-line add "Salons" --category other --planned 10000
fec=$tables/123456789FEC20261231.txt
m import "$fec"
check which-line-is-an-account all_of "exits 4; says '62330000'; says 'Foires et expositions'; says ': 6 rows are passed over'"
m import "$fec" --value 'line:62330000=Salons' --value 'line:62340000=Salons'
check ledger exits 0
is ledger-expenses '-20000|2026-03-01|AV-12|Atelier Rivière|0
9950|2026-02-12|F-882|Expo Lyon|0
120000|2026-01-15|F-881|Atelier Rivière|2000
350050|2026-02-12|F-882|Expo Lyon|0' expense 'net, date, document, supplier, vat_rate'
is ledger-total 460000 expense 'sum(net)'
again ledger "$fec" --value 'line:62330000=Salons' --value 'line:62340000=Salons'
m import "$tables/123456789FEC20261231_latin9.txt" --encoding iso-8859-15 --value 'line:62330000=Salons' --value 'line:62340000=Salons'
check the-same-with-pipes-in-latin9 all_of "exits 0; made 0"
head -n 2 "$fec" >"$W/files/twice.txt" # two lines alike of one entry are two
tail -n +2 "$fec" >>"$W/files/twice.txt"
m import "$W/files/twice.txt" --set line=Salons --overwrite --dry-run
check lines-alike-are-counted all_of "exits 0; says 'would be made +1 *$'"
m import "$fec" --set accounts=6226 --set line=Salons
check other-accounts all_of "exits 0; made 1"
is fees '80000|H-7|' expense 'net, document, supplier' "title = 'Conseil juridique'"

# ==== budgets ====
plan Budget 2026-01-01 2026-12-31
for lever in SEA Outils Événement Print; do m lever add "$lever"; done
m import "$tables/budget_fr_mois.csv" --as budget
check budget-by-month all_of "exits 0; made 21" # 3 lines; 12, 4 and 2 months have an amount
is budget-lines 'Google Ads|3|7|1|2000
Licence CRM|1|1|1|2000
Salon de Lyon|4||1|2000' budget_line 'title, category, subcategory, vat_basis, vat_rate'
is budget-months 3120675 budget_month 'sum(planned)'
is its-april 1415125 budget_month 'sum(planned)' "month = '2026-04-01'"
again budget-by-month "$tables/budget_fr_mois.csv" --as budget
m import "$tables/budget_fr_lignes.csv" --as budget --lang en
check budget-by-line all_of "exits 0; made 5"
is budget-gross 'Google Ads|2|2000
Imprimeur|2|1000' budget_line 'title, vat_basis, vat_rate' 'vat_basis = 2'
is budget-gross-months '55000|2026-03-01
120060|2026-01-01
120060|2026-02-01' budget_month 'planned, month' "line IN (SELECT id FROM budget_line WHERE $of AND vat_basis = 2)"
again budget-by-line "$tables/budget_fr_lignes.csv" --as budget
iconv -f windows-1252 -t utf-8 "$tables/budget_fr_mois.csv" | sed 's/15.001,50/99,99/; s/14.406,00/14 407,00/' >"$W/files/wrong.csv"
m import "$W/files/wrong.csv" --as budget
check wrong-total all_of "exits 4; says 'total says'"
printf 'Poste;Catégorie;janv.;févr.\nX;chaussures;1 €;2 €\n' >"$W/files/shoes.csv"
m import "$W/files/shoes.csv" --as budget --set vat-basis=HT
check no-such-category exits_saying 4 'chaussures.*is no category'
printf 'Poste;Catégorie;janv.;févr.\nX;outils;1,5;2\n' >"$W/files/bare.csv"
m import "$W/files/bare.csv" --as budget --set vat-basis=HT
check currency-is-asked exits_complaining 2 'currency=EUR'
m import "$W/files/bare.csv" --as budget --set vat-basis=HT --set currency=EUR
check months-of-the-plan all_of "exits 0; made 3"
is bare-months '150|2026-01-01
200|2026-02-01' budget_month 'planned, month' "line = (SELECT id FROM budget_line WHERE $of AND title = 'X')"

# ==== weekly tables ====
plan Hebdo 2026-01-01 2026-12-31
for lever in TV Print Facebook Search; do
  m lever add "$lever"
  m budget-line add "$lever" --lever "$lever" --category media --planned 1000
done
m import "$tables/weekly_wide.csv" --as weekly --set currency=EUR
check weekly-asks-for-vat exits_complaining 2 'vat-basis'
m import "$tables/weekly_wide.csv" --as weekly --set currency=EUR --set vat-basis=net
check weekly all_of "exits 0; made 8; complains 'competitor_sales_B.* is not read'" # 5 expenses, 3 revenues
is weekly-spend '1013|search|2026-01-11
2000|search|2026-01-18
5050|print|2026-01-18
9975|tv|2026-01-25
10025|tv|2026-01-11' expense 'net, title, date'
is weekly-revenue '100050|2026-01-05|2026-01-11
150025|2026-01-19|2026-01-25
200000|2026-01-12|2026-01-18' figure 'amount, start, "end"' "stage = 'customers' AND lever IS NULL"
again weekly "$tables/weekly_wide.csv" --as weekly --set currency=EUR --set vat-basis=net
if [ -r "$shared/adspend/robyn_dt_simulated_weekly.csv" ]; then
  plan Robyn 2015-11-01 2019-12-31
  for lever in tv ooh print facebook search; do
    m lever add "$lever"
    m budget-line add "$lever" --lever "$lever" --category media --planned 10000000
  done
  robyn=("$shared/adspend/robyn_dt_simulated_weekly.csv" --as weekly --set currency=EUR --set vat-basis=net)
  m import "${robyn[@]}"
  check robyn exits 0
  is robyn-revenue 37900569667 figure 'sum(amount)' "stage = 'customers'"
  got=$(sql "SELECT title, sum(net) FROM expense WHERE $of GROUP BY title ORDER BY 1")
  check robyn-spend [ "$got" = 'facebook|44629683
ooh|898933173
print|77555551
search|123042667
tv|308748777' ]
  again robyn "${robyn[@]}"
else
  echo "skip robyn"
fi
if [ -r "$shared/adspend/meridian_national_all_channels.csv" ]; then
  plan Meridian 2021-01-01 2024-12-31
  for n in 0 1 2 3 4; do
    m lever add "Channel$n"
    m budget-line add "C$n" --lever "Channel$n" --category media --planned 1
  done
  m import "$shared/adspend/meridian_national_all_channels.csv" --as weekly --set currency=USD --set vat-basis=net
  check meridian exits 0
  expected=$(python3 - "$shared/adspend/meridian_national_all_channels.csv" <<'E2'
import csv, sys
from decimal import Decimal, ROUND_HALF_EVEN
rows = list(csv.DictReader(open(sys.argv[1])))
for n in range(5):
    print(f"channel{n}|{(sum(Decimal(r[f'Channel{n}_spend']) for r in rows) * 100).quantize(Decimal(1), ROUND_HALF_EVEN)}|USD")
E2
)
  check meridian-spend [ "$(sql "SELECT title, sum(net), currency FROM expense WHERE $of GROUP BY title, currency ORDER BY 1")" = "$expected" ]
else
  echo "skip meridian"
fi
if [ -r "$shared/excel_fr/attendu.json" ]; then
  plan Excel 2026-01-01 2026-12-31
  for lever in "Google Ads" Salon LinkedIn Meta E-mailing; do
    m lever add "$lever"
    m budget-line add "B $lever" --lever "$lever" --category media --planned 1
  done
  m import "$shared/excel_fr/01_cp1252_pointvirgule_nbsp.csv" --as spend
  check excel-french exits 0
  expected=$(python3 - "$shared/excel_fr/attendu.json" <<'E2'
import json, sys
from decimal import Decimal
rows = json.load(open(sys.argv[1]), parse_float=Decimal)
spends = [r['depense'] for r in rows if r['depense']]
print(f"{len(spends)}|{int(sum(spends) * 100)}")
E2
)
  is excel-french-spend "$expected" expense 'count(*), sum(net)'
  for file in 02_utf8bom_pointvirgule_nnbsp.csv 03_texte_unicode_utf16le_tab.txt 04_indice_sep_cp1252.csv 05_mac_roman_cr.csv 07_sans_groupement_utf8_pointvirgule.csv; do
    again "excel-$file" "$shared/excel_fr/$file" --as spend $([ "${file#05}" = "$file" ] || echo --encoding mac-roman)
  done
else
  echo "skip excel-french"
fi

# ==== analytics ====
plan Site 2026-01-01 2026-12-31
m lever add SEO
m lever add SEA
m kpi add "Engagement rate" --unit percent
m kpi add "Position" --direction down
m import "$tables/ga4_report.csv" --value 'lever:Organic Search=SEO' --value 'lever:Paid Search=SEA' --value 'lever:Direct=' --set conversion-stage=leads
check analytics exits 0
is visits-by-channel '300|2026-09-01|2026-09-30
1200|2026-09-01|2026-09-30' figure 'count, start, "end"' "stage = 'visits' AND lever IS NOT NULL"
is leads-of-key-events '9
12
31' figure count "stage = 'leads'"
again analytics "$tables/ga4_report.csv" --value 'lever:Organic Search=SEO' --value 'lever:Paid Search=SEA' --value 'lever:Direct=' --set conversion-stage=leads
m import "$tables/ga4_exploration.csv" --as analytics --value 'lever:Organic Search=SEO' --value 'lever:Direct='
check exploration all_of "exits 0; made 0" # the same period and channels: other counts
is exploration-has-corrected 2500 figure count "stage = 'visits' AND $(lever_of SEO)"
m import "$tables/ga4_fr.csv"
check french-channels-unknown exits_complaining 4 'Organic Search'
m import "$tables/search_console.csv" --set lever=SEO
check search-console exits 0
is search-clicks '9|2026-09-03
12|2026-09-01
15|2026-09-02' figure 'count, start' "start = \"end\" AND stage = 'visits'"
is positions '8100000|2026-09-02
8400000|2026-09-01
8600000|2026-09-03' measurement 'value, date' "kpi = (SELECT id FROM kpi WHERE $of AND name = 'Position')"
again search-console "$tables/search_console.csv" --set lever=SEO
m import "$tables/matomo.csv" --as matomo --set lever=SEA --value 'kpi:bounce_rate=Engagement rate'
check matomo exits 0
is bounce '410000|2026-09-02
450000|2026-09-01' measurement 'value, date' "kpi = (SELECT id FROM kpi WHERE $of AND name = 'Engagement rate')"

# ==== RACI grids ====
plan Grille 2026-01-01 2026-12-31
m lever add Site
m action add "Site web" --lever Site
letters() { sql "SELECT a.title, r.letter, coalesce(p.name, f.name, t.name) FROM raci r JOIN action a ON a.id = r.target AND a.space_id = r.space_id LEFT JOIN person p ON p.id = r.holder LEFT JOIN role f ON f.id = r.holder
  LEFT JOIN team t ON t.id = r.holder WHERE r.deleted_revision IS NULL AND r.space_id = (SELECT space_id FROM plan WHERE name = 'Grille') ORDER BY 1, 2, 3"; }
m import "$tables/raci_fr.csv" --as raci-grid
check unknown-holders all_of "exits 4; complains 'COMEX|Ventes'"
admin plan use Grille
admin import "$tables/raci_fr.csv" --as raci-grid --create --dry-run
check roles-in-a-dry-run all_of "exits 0; complains 'role \"Ventes\" would be made'"
check no-role-was-made [ "$(sql "SELECT count(*) FROM role WHERE name = 'Ventes'")" = 0 ]
admin import "$tables/raci_fr.csv" --as raci-grid --create
check raci all_of "exits 0; made 20" # three actions, Site web was there; 15 letters; two roles
check raci-letters [ "$(letters)" = 'Lettre|1|Benoît Roy
Lettre|2|Benoît Roy
Plan 2026|1|Benoît Roy
Plan 2026|2|Claire Martin
Plan 2026|3|Ventes
Plan 2026|4|COMEX
Salon|1|Benoît Roy
Salon|1|Claire Martin
Salon|2|Claire Martin
Salon|3|Ventes
Salon|4|COMEX
Salon|4|Ventes
Site web|1|Claire Martin
Site web|2|Claire Martin
Site web|3|Ventes' ]
again raci "$tables/raci_fr.csv" --as raci-grid
printf 'Tâche;Cheffe de gare\nGuichet;A\n' >station.csv
admin import station.csv --as raci-grid --map Tâche=task --set lever=Quai --create
check no-such-lever all_of "exits 4; says 'Quai'"
check no-role-is-left [ "$(sql "SELECT count(*) FROM role WHERE name = 'Cheffe de gare'")" = 0 ]
admin import station.csv --as raci-grid --map Tâche=task --set lever=Site --create
check with-a-lever all_of "exits 0; made 3; complains 'role \"Cheffe de gare\" is made'" # action, role, letter
is its-lever 1 action 'count(*)' "title = 'Guichet' AND $(lever_of Site)"
again with-a-lever station.csv --as raci-grid --map Tâche=task --set lever=Site --create
m import "$tables/raci_en.xlsx" --as raci-grid --value 'holder:Sales=Ventes' --value 'holder:Product=marketing'
check two-holders-of-a-column all_of "exits 0; silent 'nothing in the plan'"
check both-are-consulted [ "$(letters | grep '^Web site|3')" = 'Web site|3|Marketing
Web site|3|Ventes' ]
sed 's/;A;R;C;I/;A;X;C;I/' "$tables/raci_fr.csv" >"$W/files/odd.csv"
m import "$W/files/odd.csv" --as raci-grid
check odd-letters all_of "exits 4; says 'column \"Benoît Roy\": \"X\" is none of'; says '^ *rows rejected +1 *$'"
if [ -r "$shared/raci/raci_en_packt.xlsx" ]; then
  plan Packt 2026-01-01 2026-12-31
  admin plan use Packt
  admin import "$shared/raci/raci_en_packt.xlsx" --as raci-grid --map Name=task --create
  check packt all_of "exits 0; complains 'Step Id.* is not read'"
  check packt-actions [ "$(rows action 'count(*)')" = 8 ]
  last=$(sql "SELECT string_agg(f.name || '=' || substr('RACI', r.letter, 1), ' ' ORDER BY f.name) FROM raci r JOIN role f ON f.id = r.holder JOIN action a ON a.id = r.target
    WHERE a.title = 'Leadership Review' AND r.deleted_revision IS NULL AND a.space_id = (SELECT space_id FROM plan WHERE name = 'Packt')")
  check packt-letters [ "$last" = 'Business=I Lead SDE=C PM-T=A SDE=I SDM=C TPM=R' ]
  admin import "$shared/raci/tpm_raci_en_packt.xlsx" --as raci-grid --map Step=task --value holder:Role=TPM
  spec=$(sql "SELECT string_agg(substr('RACI', r.letter, 1), '' ORDER BY r.letter) FROM raci r JOIN role f ON f.id = r.holder JOIN action a ON a.id = r.target WHERE f.name = 'TPM'
    AND a.title = 'Create functional spec' AND r.deleted_revision IS NULL")
  check one-role-down-a-column all_of "exits 0; [ '$spec' = RA ]" # "A/R"
else
  echo "skip packt"
fi
# ==== what nobody knows: German, odd values, no table ====
plan Divers 2026-01-01 2026-12-31
m lever add SEA
m budget-line add Ads --lever SEA --category media --planned 1000
printf 'Kampagnenbericht\n\nKampagnenstatus,Kampagne,Budget,Währungscode,Impr.,Klicks,Kosten\nAktiviert,Marke,"10,00",EUR,"1.178",19,"23,55"\nGesamt: Kampagnen, --, --,EUR,"1.178",19,"23,55"\n' >german.csv
m import german.csv
check german-is-nobodys exits_complaining 2 'what are the rows' '--as'
m import german.csv --as google-ads --set vat-basis=net
check german-has-no-spend exits_complaining 2 'COLUMN=spend'
german=(german.csv --as google-ads --set vat-basis=net --set lever=SEA --map Kosten=spend --map Kampagne=campaign --map Klicks=clicks --map Währungscode=currency)
m import "${german[@]}"
check days-are-asked exits_complaining 2 'which days' 'set start='
m import "${german[@]}" --set start=2026-09-01 --set end=2026-09-30
check german-mapped all_of "exits 0; made 2"
is german-spend '2355|2026-09-30|Marke' expense 'net, date, title'
printf 'Campaign,Cost,Currency code,Clicks,Impr.,Day\nx,1.00,XYZ,1,2,2026-09-01\ny,abc,EUR,1,2,2026-09-01\nz,1.00,EUR,< 10,3,2026-09-01\nw,1.00,EUR,4,3,2026-09-31\nv,2.00,EUR,4,3,2026-09-30\n' >odd.csv
m import odd.csv --as google-ads --set vat-basis=net --set line=Ads
check odd-values all_of "exits 4; says '\"XYZ\" is no currency'; says '\"abc\" is no number'; says '\"< 10\" is a limit'; says '2026-09-31'; says 'add up to: 1'"
is of-odd-rows-only-the-good-one '200|v
2355|Marke' expense 'net, title'
is a-part-of-a-sum-is-no-sum 0 figure 'count(*)' "start = '2026-09-30'"
m import "$tables/raci_fr.csv" --as budget
check no-amounts exits_complaining 2 'no amounts'
jalon_in marketing fr import "$google"
check french-question exits_complaining 2 'HT ou TTC'
finish
