#!/bin/bash
# KPIs as seed 003 shows them, the catalogue, computed KPIs from figures and invoices, experiments, the report of a month.
. "$(dirname "$0")/lib.sh"
at_clock '2026-11-25 09:00:00' # the demonstration plan begins in the month of its import, and has invoices of these days
set_up
TODAY=2027-02-10

# ---- the catalogue: seed 003's table, cell by cell ----
jalon_in marketing fr kpi catalogue --width 80
for cells in "SEO .*Visibilité organique .*Trafic, Position moyenne" "SEA .*Acquisition .*CPC, Taux de conversion" "Emailing .*Réengagement .*Taux d'ouverture, CTR" \
  "Réseaux sociaux .*Notoriété / Engagement .*Reach, Interactions" "Influence .*Crédibilité / Buzz .*Taux d'engagement, UGC généré" "CRM .*Fidélisation .*LTV, Taux de réachat" \
  "Content marketing .*Expertise .*Temps moyen / page, téléchargements"; do
  check "catalogue-has-${cells%% *}" says "^$cells *$"
done
jalon_in marketing fr kpi catalogue crm
check catalogue-of-a-channel all_of "exits 0; says 'LTV'; says 'valeur à vie|clv'"
marketing kpi catalogue nothing
check no-such-channel exits_complaining 8 'nothing' 'seo'
marketing kpi use business
check use-makes exits_saying 0 'made: 7; there already: 0'
marketing kpi use business
check use-again-makes-none exits_saying 0 'already: 7'
jalon_in marketing fr kpi use influence
check use-knows-what-the-plan-has exits_saying 0 'déjà.*: 2'
marketing check
check check-still-runs exits 10

# ---- seed 003's second table, of the demonstration plan ----
marketing kpi set "Taux d'ouverture" --channel-objective Réactivation
marketing kpi set K5 --channel-objective "Génération de leads"
jalon_in marketing fr kpi --by action --width 220
for cells in "Emailing segmentation « Inactifs 90j » .*Réactivation .*Taux d'ouverture .*>25 ?% .*En cours" "SEA campagne produit .*Génération de leads .*CPL .*<3 ?€ .*À lancer" \
  "Publication reels TikTok .*Visibilité & viralité .*Partages .*1 000 partages .*Actif"; do
  check "activity-${cells%% *}" says "^$cells *$"
done
jalon_in marketing fr kpi --by action --width 80 # too wide for a line: nothing of it is left out or cut
check activity-in-80-columns all_of "says '^Emailing segmentation « Inactifs 90j » +En cours'; says \"objectif : Réactivation · KPI : Taux d'ouverture · cible : >25 ?%\"; silent '…'"
jalon_in marketing fr kpi --by channel
check by-channel says 'SEO .*Visibilité organique .*Trafic, Position moyenne'

# ---- computed, from a file and invoices ----
printf 'mois;levier;mql;clients;CA\n2027-01;SEA;20;2;900,00\n' >"$W/files/janvier.csv"
marketing budget-line add "Annonces" --category media --lever SEA --planned 5000
line=$(grep -oE '\bB[0-9]+\b' <<<"$out" | head -n 1)
marketing expense add "Google" --line "$line" --date 2027-01-15 --net 600 --state invoiced
jalon_in marketing fr figures import "$W/files/janvier.csv"
marketing kpi add "CPL SEA" --computed cpl --stage MQL --lever SEA --direction down --comparator between --target 20 --upper 40
kpi=$(grep -oE '\bK[0-9]+\b' <<<"$out" | head -n 1)
value() { value_of marketing "d.cells('kpis', '$kpi')['$1']" kpi --today $TODAY; }
check computed [ "$(value value) $(value light)" = "30 green" ] # 600 / 20
marketing why kpi "$kpi" value --today $TODAY
check computed-explains-itself all_of "exits 0; says '600'; says '20'"
marketing figures set SEA --period 2027-02 MQL=0
check undefined [ "$(value value)" = undefined ]
marketing kpi set "$kpi" --upper 10
check range-that-ends-before-it-begins exits_complaining 4 'range'
marketing kpi add "Sans haut" --comparator between --target 3
check range-without-an-end exits_complaining 4 'upper'

# ---- a computed KPI brings its unit ----
# 900 of revenue for 600 spent: (900 - 600) / 600 = 50 %; 2 of 20 MQL: 10 %
marketing kpi add "ROI SEA" --computed roi --lever SEA --comparator ">=" --target 20
roi=$(grep -oE '\bK[0-9]+\b' <<<"$out" | head -n 1)
marketing kpi add "Conversion SEA" --computed conversion --stage MQL --next-stage clients --lever SEA --comparator ">=" --target 12% --tolerance 20%
conversion=$(grep -oE '\bK[0-9]+\b' <<<"$out" | head -n 1)
of() { value_of marketing "d.cells('kpis', '$1')['$2']" kpi --today 2027-01-31; }
check roi-in-percent [ "$(of "$roi" target) $(of "$roi" value) $(of "$roi" light) $(of "$roi" reached)" = "0.2 0.5 green 2.5" ]
check conversion-close-by-its-tolerance [ "$(of "$conversion" target) $(of "$conversion" value) $(of "$conversion" light)" = "0.12 0.1 amber" ] # 2 points are 16.7 % of 12
jalon_in marketing fr show "$roi"
check roi-is-shown-in-percent says '20 ?%'
marketing kpi set "$roi" --target 35%
check percent-typed [ "$(of "$roi" target)" = 0.35 ]
marketing kpi set "$roi" --target 40
check number-typed [ "$(of "$roi" target)" = 0.4 ]
marketing kpi-target add --kpi "$roi" --due 2027-06-30 --target 25
check target-of-a-period [ "$(of "$roi" target)" = 0.25 ]
marketing kpi add "ROI en euros" --computed roi --unit EUR
check unit-that-contradicts all_of "exits_complaining 4 'percent'; complains '--unit'"
marketing kpi add "CAC en %" --computed cac --unit percent
check currency-fits exits_complaining 4 'EUR'
marketing kpi add "ROI en pour cent" --computed roi --unit %
check unit-that-fits exits 0
marketing kpi set "$roi" --computed cpl
check numbers-in-the-old-unit exits_complaining 4 'old one'
marketing kpi set "$roi" --computed cpl --target 25
check numbers-said-again [ "$(value_of marketing "[r for r in d.rows('kpi') if r['ref'] == '$roi'][0]['cells']['target']" kpi list)" = 25 ]
marketing kpi add "Vitesse" --computed velocity --cycle 60 --comparator ">=" --target "5 000 EUR"
jalon_in marketing fr kpi --today 2027-01-31 --width 200
check velocity-is-a-day says '5 000 ?€/jour'

# ---- experiments ----
marketing experiment add "Titre chiffré" --hypothesis "un chiffre attire" --metric clics --expected 20% --effect 5%
marketing variant add Sans --experiment EX1 --control yes --shown 1200 --counted 240
marketing variant add Avec --experiment EX1 --shown 1200 --counted 312
jalon_in marketing fr experiments EX1 --width 80
check experiment-says-what-is-needed all_of "exits 0; says '1 091'; says '99 %'"
marketing variant set EV2 --counted 1300
check more-counted-than-shown exits_complaining 4 'counts more'
marketing experiment conclude EX1 "le chiffre dans le titre fait cliquer"
check concluded all_of "exits_saying 0 'won'; complains 'bucket promote'"
check verdict-is-kept [ "$(value_of marketing "d.rows('experiments')[0]['cells']['verdict']" experiments)" = won ]
marketing budget-line add "Titres" --category media --lever SEA --action A6 --bucket 10 --planned 100
titles=$(grep -oE '\bB[0-9]+\b' <<<"$out" | head -n 1)
marketing bucket promote "$titles" --evidence EX1 --reason "titre chiffré gagné"
check experiment-of-something-else exits_complaining 4 'tells nothing'
marketing experiment set EX1 --action A6
marketing bucket promote "$titles" --evidence EX1 --reason "titre chiffré gagné"
check won-experiment-promotes exits 0
check promoted [ "$(value_of marketing "d.cells('budget_line', '$titles')['bucket']" budget-line list)" = 20 ]
marketing experiment conclude EX1 "finalement non" --verdict unclear
check another-verdict all_of "exits 0; complains 'another verdict'"
marketing bucket promote "$titles" --evidence EX1 --reason "encore"
check unclear-experiment-proves-nothing exits_complaining 4 'not won'

# ---- the report ----
jalon_in marketing fr report --month 2027-01 --width 80 --today $TODAY
check report all_of "exits 0; says 'dépense +600'; says 'CA signé +900'; says 'ROI +50 ?%'"
check report-is-one-page [ "$(wc -l <<<"$out")" -le 66 ]
jalon_in marketing fr report --quarter 2026-Q1 --width 80 --today $TODAY
check report-of-a-quarter exits_saying 0 '01/11/2026.*31/01/2027' # the fiscal year is the plan's
jalon_in marketing fr dashboard --period 2027-01 --width 80 --today $TODAY
check dashboard-of-a-month all_of "exits 0; says '900'"
marketing report --month 2027-13
check no-such-month exits_complaining 4 '2027-13'
finish
