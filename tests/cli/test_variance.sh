#!/bin/bash
# Budget control, typed at 80 columns: where seed 000's "à court en milieu d'année" shows, what is earned, what the end will have cost under
# each assumption. Every screen as it stands, in French (variance_fr.txt) and in English (variance_en.txt); what scripts read; who may not
# read the budget.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip variance (no tmux)"
  exit 0
fi
set_up
steady() { times_steady; } # the day is told to every command
laptop marketing marketing

tells_the_story() { # language, locale, name of the plan
  local language=$1 plan=$3
  on marketing "$language" plan new "$plan" --start 2027-01-01 --end 2027-12-31
  check "a-plan-$language" exits 0
  laptop_terminal marketing-$language "$2" 80 70
  type_in marketing-$language "export XDG_CONFIG_HOME='$W/laptops/marketing/config' XDG_DATA_HOME='$W/laptops/marketing/data'; alias jalon='$JALON --today 2027-03-31'; clear"
  wait_for "$DEADLINE" on_screen marketing-$language '^ready>'
  : >"$story"
  does() { on marketing "$language" "$@" --today 2027-03-31; check "$language-$1-$2-$3" exits 0; }
  does lever add "Google Ads" --direction outbound
  does lever add "Salons" --direction outbound
  does action add "Campagne de marque" --lever L1 --progress 20%
  does action add "Stand au salon de Lyon" --lever L2
  does raci set A2 A='Claire Martin' R='Claire Martin'
  does action set A2 --status done
  does budget-line add "Licence CRM" --category tools --planned 12000
  does budget-line add "Annonces" --category media --action A1
  does budget-month add --line B2 --month 2027-01-01 --planned 40000
  does budget-month add --line B2 --month 2027-04-01 --planned 60000
  does budget-line add "Stand" --category other --action A2 --planned 50000
  does expense add "Licence, 1er trimestre" --line B1 --date 2027-01-15 --net 3000
  does expense add "Annonces de février" --line B2 --date 2027-02-10 --net 25000
  does expense add "Annonces d'avril" --line B2 --date 2027-03-10 --net 9000 --state ordered
  does expense add "Facture du stand" --line B3 --date 2027-03-01 --net 45000,50
  types marketing-$language "jalon variance"
  types marketing-$language "jalon variance --method pace --months 1"
  cp "$story" "$W/files/told"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/told" "$here/variance_$language.txt"
  check "variance-$language" diff -u "$here/variance_$language.txt" "$W/files/told"
}
tells_the_story fr fr_FR.UTF-8 "Plan 2027"
tells_the_story en en_GB.UTF-8 "Plan 2027 bis"

# ---- what scripts read ----
marketing plan use "Plan 2027"
of_total() { value_of marketing "d.rows('$1')[-1]['cells']['$2']" variance --today 2027-03-31 "${@:3}"; }
for column in planned committed actual remaining; do
  check "as-in-the-budget-$column" [ "$(of_total variance $column)" = "$(value_of marketing "d.rows('levers')[-1]['cells']['$column']" budget)" ]
done
check theoretical [ "$(of_total variance theoretical)" = 55500.00 ] # 3,000 of the year's 12,000; the first quarter's 40,000; a quarter of 50,000
check estimate-at-end [ "$(of_total forecast end --method atypical)" = 162000.50 ] # 73,000.50 + 162,000 - 73,000
jalon_in marketing en variance --method guess
check no-such-method exits_complaining 4 'guess' 'typical'
jalon_in marketing en variance --months 0
check no-such-pace exits_complaining 4 '0 is no number of months'
jalon_in marketing en variance --at r3 --today 2027-03-31
check as-it-was exits_saying 0 'no budget line yet'

marketing why variance B3 difference --today 2027-03-31
check why-the-difference all_of "exits 0; says 'difference = theoretical to date - actual'; says '12,500'; says '45,000.50'"
marketing why variance total cost_index --today 2027-03-31
check why-the-index all_of "exits 0; says 'CPI = earned / actual'; says '73,000.50'"

# a third is done, for 40 of 100: the screen has 33.33, the estimate is worked out from a third
marketing action add "Webinars" --quantity-target 3 --quantity-done 1
marketing budget-line add "Webinars" --action Webinars --category media --planned 100
marketing expense add "Studio" --line B4 --date 2027-03-01 --net 40
marketing why variance B4 "estimate at end" --today 2027-03-31
check the-estimate-is-of-a-third all_of "exits 0; says 'estimate at end +€120'; says '33[.]333333'"

# ---- an invoice of June is none of March: 73,040.50 are spent, 9,000 ordered, and 1,000 to come ----
marketing expense add "Licence, acompte de juin" --line B1 --date 2027-06-15 --net 1000
check an-invoice-dated-later exits 0
check it-is-not-spent-yet [ "$(of_total variance actual) $(of_total variance committed) $(of_total variance remaining)" = "73040.50 10000.00 79059.50" ]
marketing variance --today 2027-03-31
check and-that-is-said says 'invoices dated after 31 Mar 2027: €1,000'
marketing variance --today 2027-06-15
check until-its-day all_of "exits 0; silent 'invoices dated after'"
marketing why variance B1 committed --today 2027-03-31
check why-it-is-committed all_of "exits 0; says 'committed = ordered, not yet invoiced, and invoices dated later'; says 'acompte de juin'; says '1,000'"
marketing why variance B1 actual --today 2027-03-31
check why-not-actual all_of "exits 0; says '3,000'; silent 'acompte de juin'"

# ---- what has no exchange rate is held against nothing, and that is said ----
marketing budget-line set B1 --bucket 70
marketing budget-line add "Semrush" --category tools --planned 1000 --currency USD --bucket 70
marketing expense add "Semrush, janvier" --line Semrush --date 2027-01-20 --net 100 --currency USD
check a-line-without-a-rate exits 0
marketing check --today 2027-03-31 --width 400
check the-rules-say-so all_of "says 'are spent, without the lines of which something has no exchange rate'; says 'amounts in USD: 2 [(]'; silent 'BUD0[12]'"

# ---- who may not read the budget ----
admin plan use "Plan 2027"
admin rights set "Paul Bernard" budget none
check right-taken exits 0
sales plan use "Plan 2027"
sales variance --today 2027-03-31 --width 120
check nothing-of-it all_of "exits 0; silent 'Annonces|Licence|45,?000|73,?000'; says 'total +not yours'; silent '€0|no budget line yet'"
sales budget
check nor-that-there-is-none all_of "exits 0; says 'may not read the section budget'; silent 'no budget line yet'"
finish
