#!/bin/bash
# The money of an objective, typed at 80 columns (seed 001 step 6): from 30 customers, CAC and CLV to a global budget, split by priority and
# importance, submitted with the ROI expected of each action; then a budget that is cut by a fifth (seed 000: "ils décroissent d'année en
# année"): what goes first and why, scenarios side by side, one accepted; a line that goes up a bucket with evidence, and back. Every screen as
# it stands, in French (scenarios_fr.txt) and in English (scenarios_en.txt). Then what scripts read, refusals, and who may not read the budget.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip scenarios (no tmux)"
  exit 0
fi
set_up
steady() { times_steady; } # the day is told to every command
laptop marketing marketing
laptop admin admin

tells_the_story() { # language, locale, name of the plan
  local language=$1 plan=$3
  on marketing "$language" plan new "$plan" --start 2027-01-01 --end 2027-12-31
  check "a-plan-$language" exits 0
  on admin "$language" plan use "$plan"
  laptop_terminal marketing-$language "$2" 80 90
  type_in marketing-$language "export XDG_CONFIG_HOME='$W/laptops/marketing/config' XDG_DATA_HOME='$W/laptops/marketing/data'; alias jalon='$JALON --today 2027-03-01'; clear"
  wait_for "$DEADLINE" on_screen marketing-$language '^ready>'
  : >"$story"
  does() { on marketing "$language" "$@" --today 2027-03-01; check "$language-$1-$2-$3" exits 0; }
  does lever add "SEO" --direction inbound
  does lever add "Google Ads" --direction outbound
  does action add "Dix pages métier" --lever L1 --priority high --impact 9
  does action add "Campagne Ads" --lever L2 --impact 6
  does action add "Salon de Lyon" --lever L2 --priority low --impact 4
  does budget-line add "Rédaction" --category people --action A1 --bucket 70 --planned 20000 --cost-per-lead 50 --lead-conversion 4%
  does budget-line add "Annonces" --category media --action A2 --bucket 20 --cost-per-lead 60 --lead-conversion 2%
  does budget-month add --line B2 --month 2027-02-01 --planned 5000
  does budget-month add --line B2 --month 2027-04-01 --planned 10000
  does budget-month add --line B2 --month 2027-06-01 --planned 9000
  does budget-line add "Stand" --category other --action A3 --bucket 10 --planned 10000 --maximum 8000
  does budget-line add "CRM" --category tools --planned 6000
  does expense add "Annonces de février" --line B2 --date 2027-02-10 --net 4000
  does expense add "Réservation du stand" --line B3 --date 2027-02-10 --net 2500 --state ordered
  does kpi add "Leads SEO" --unit leads --comparator ">=" --target 40 --lever L1
  does kpi add "CPL Ads" --unit EUR --direction down --comparator "<=" --target 60 --lever L2
  does measurement add --kpi K2 --date 2026-11-15 --value 48
  on admin "$language" raci set "$plan" A=Administration --today 2027-03-01
  check "accountable-$language" exits 0
  types marketing-$language "jalon allocation"
  types marketing-$language "jalon budget-objective add '30 clients' --customers 30 --acquisition-cost 2000 --monthly-revenue 250 --lifetime 36 --lead-conversion 3%"
  types marketing-$language "jalon allocation"
  types marketing-$language "jalon allocation apply --set 'B2=20000' --yes"
  types marketing-$language "jalon show AP3"
  types marketing-$language "jalon cut 20%"
  types marketing-$language "jalon scenario new 'Un cinquième de moins' --cut 20%"
  types marketing-$language "jalon scenario new 'Dix mille de moins' --cut 10000"
  types marketing-$language "jalon scenario compare"
  types marketing-$language "jalon budget-line set B4 --planned 7000"
  types marketing-$language "jalon scenario accept SC1 --yes"
  types marketing-$language "jalon scenario refresh SC1"
  types marketing-$language "jalon scenario SC1"
  types marketing-$language "jalon scenario accept SC1 --yes"
  types marketing-$language "jalon bucket"
  types marketing-$language "jalon bucket promote B2 --evidence K1 --reason 'habitude' --yes"
  types marketing-$language "jalon bucket promote B2 --evidence K2 --reason 'CPL de 48 pour 60 visés' --yes"
  types marketing-$language "jalon bucket demote B2 --reason 'le CPL remonte' --yes"
  cp "$story" "$W/files/told"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/told" "$here/scenarios_$language.txt"
  check "scenarios-$language" diff -u "$here/scenarios_$language.txt" "$W/files/told"
}
tells_the_story fr fr_FR.UTF-8 "Plan 2027"
tells_the_story en en_GB.UTF-8 "Plan 2027 bis"

# ---- in a terminal, nobody is asked about what would be refused ----
type_in marketing-en "jalon bucket promote B3 --reason 'habit'"
check refused-before-it-asks wait_for "$DEADLINE" on_screen marketing-en 'not by habit'

# ---- what scripts read ----
marketing plan use "Plan 2027"
check shares-add-up [ "$(value_of marketing "sum(float(r['cells']['given']) for r in d.rows('allocation')[:-1]) == float(d.rows('allocation')[-1]['cells']['given'])" allocation --today 2027-03-01)" = True ]
marketing cut 12,5% --today 2027-03-01
check a-share-with-a-comma exits 0
check cut-of-a-share [ "$(value_of marketing "float(d.rows('cut')[-1]['cells']['difference'])" cut 50% --today 2027-03-01)" = -24400.0 ]
marketing cut lots
check no-such-cut exits_complaining 4 'lots' '20%'
marketing scenario new "Rien"
check a-scenario-cuts exits_complaining 2 '--cut 20%'
marketing allocation --set B1
check set-without-amount exits_complaining 2 'B1' 'B3=5000'
marketing bucket promote B3 --reason "parce que" --yes
check no-promotion-by-habit exits_complaining 4 'not by habit' 'jalon bucket'
marketing bucket promote B3 --evidence K1 --reason "parce que" --yes
check no-promotion-by-the-kpi-of-another-lever exits_complaining 4 'tells nothing of'
marketing bucket promote B1 --evidence K1 --reason "parce que" --yes
check nothing-above-70 exits_complaining 4 'in the 70 already'
marketing bucket promote B3 --evidence K2
check a-reason-is-needed exits_complaining 2 '--reason'
marketing scenario accept SC1 --yes
check accepted-once exits_complaining 4 'no draft any more'
sales plan use "Plan 2027"
sales scenario compare --today 2027-03-01
check others-see-scenarios exits_saying 0 'SC2 Dix mille de moins'

# ---- who may not read the budget ----
admin plan use "Plan 2027"
admin rights set "Paul Bernard" budget none
check right-taken exits 0
for view in allocation "cut 20%" "scenario compare" bucket; do
  sales $view --today 2027-03-01 --width 120
  check "nothing-in-$view" silent 'Annonces|Stand|Rédaction|SC1|60,?000|9,?000'
done
finish
