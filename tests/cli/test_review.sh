#!/bin/bash
# A quarterly review of the demonstration plan, typed at 80 columns (product.md M7; seed 000: "chaque trimestre, on ajuste le tir"): facts are frozen,
# money moves from dear to cheap leads within 70/20/10, one proposal is refused, one is somebody's own, what is accepted is approved as one, and the
# review is closed. Every screen as it stands, in French (review_fr.txt) and in English (review_en.txt). A year later, under another name of everything,
# it is the same to the byte. Then two people at once, a budget that moves meanwhile, an approval that is sent back, a weekly arbitration, and who may
# not read the budget.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null || [ ! -e "$FAKETIME" ]; then
  echo "skip review (no tmux, or no libfaketime)"
  exit 0
fi
at_clock "2026-07-01 09:00:00"
set_up
laptop marketing marketing
laptop admin admin
at_clock "2026-10-05 09:00:00"

# The demonstration plan under this name, with what its first quarter brought: SEO 3 000 € for 120 MQL (25 €), SEA 4 200 + 4 800 € for 60 (150 €),
# e-mail 2 000 € for 40 (50 €), social 3 500 € for 6.
quarter() { # name
  sed "s/\"$DEMONSTRATION_NAME\"/\"$1\"/" "$DEMONSTRATION" >"$W/files/plan.json"
  at_clock "2026-07-01 09:00:00"
  admin plan import "$W/files/plan.json"
  check "a plan: $1" exits 0
  at_clock "2026-10-05 09:00:00"
  for name in admin marketing sales; do jalon_in $name en plan use "$1"; done
  for name in admin marketing; do on $name en plan use "$1"; done
  admin raci set "$1" A=Administration
  marketing figures set SEO --period 2026-08 leads=300 MQL=120 opportunities=12 customers=6 revenue=42000
  marketing figures set SEA --period 2026-08 leads=260 MQL=60 customers=5 revenue=12000
  marketing figures set Emailing --period 2026-08 leads=90 MQL=40
  marketing figures set "Réseaux sociaux" --period 2026-08 leads=40 MQL=6
  marketing expense add "Agence, trimestre" --line B5 --date 2026-08-15 --net 3000
  marketing expense add "Annonces" --line B4 --date 2026-08-15 --net 4200
  marketing expense add "Retargeting" --line B8 --date 2026-08-15 --net 4800
  marketing expense add "Routage" --line B2 --date 2026-08-15 --net 2000
  marketing expense add "TikTok" --line B9 --date 2026-08-15 --net 3500
  check "what it brought: $1" exits 0
}

tells_the_story() { # language, locale, name of the plan
  local language=$1 terminal=marketing-$1
  quarter "$3"
  laptop_terminal "$terminal" "$2" 80 120
  type_in "$terminal" "export XDG_CONFIG_HOME='$W/laptops/marketing/config' XDG_DATA_HOME='$W/laptops/marketing/data'; clear"
  wait_for "$DEADLINE" on_screen "$terminal" '^ready>'
  : >"$story"
  types "$terminal" "jalon review"
  types "$terminal" "jalon review start --period 2026-Q1"
  types "$terminal" "jalon why review 'L2 SEO' cost"
  types "$terminal" "jalon review accept RP3"
  types "$terminal" "jalon review refuse RP11"
  types "$terminal" "jalon review refuse RP11 --reason 'les e-mails suffisent'"
  types "$terminal" "jalon review add 'le salon approche' --from B9 --to B5 --amount 90000"
  types "$terminal" "jalon review add 'le salon approche' --from B9 --to B5 --amount 400"
  types "$terminal" "jalon review close"
  types "$terminal" "jalon review accept RP19 RP27"
  types "$terminal" "jalon review apply"
  types "$terminal" "jalon show AP3"
  on admin "$language" approve AP3
  check "approved-$language" exits_saying 0 AP3
  types "$terminal" "jalon budget --by bucket"
  types "$terminal" "jalon review close"
  types "$terminal" "jalon review --replay"
  types "$terminal" "jalon review accept RP3"
  cp "$story" "$W/files/told"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/told" "$here/review_$language.txt"
  check "review-$language" diff -u "$here/review_$language.txt" "$W/files/told"
}
steady() { sed -E 's/ +$//'; } # the clock stands still
tells_the_story fr fr_FR.UTF-8 "Plan de démonstration"
tells_the_story en en_GB.UTF-8 "Demonstration plan"

# ---- a year later: other day, other plan, other names ----
looks() { # folder: every face of it
  mkdir -p "$W/files/$1"
  for face in '' --markdown --csv --json '--width 80' '--replay --markdown'; do "$JALON" --profile marketing --lang fr review R1 $face </dev/null >"$W/files/$1/${face// /_}.txt" 2>&1 || echo "status $?" >>"$W/files/$1/${face// /_}.txt"; done
}
# ---- the next quarter: what was decided, and what came of it ----
# 3,400 € more for SEO at 25 € promised 136 leads, 3,000 € less for SEA 20 fewer; there came 300 - 120 and 45 - 60.
at_clock "2027-01-05 09:00:00"
wait_for "$DEADLINE" "$JALON" --profile marketing plan list
wait_for "$DEADLINE" "$JALON" --profile marketing figures set SEO --period 2026-11 MQL=300
wait_for "$DEADLINE" "$JALON" --profile marketing figures set SEA --period 2026-11 MQL=45
marketing review start --period 2026-Q2
check next-quarter exits_saying 0 'R2 is started'
marketing review R2 --width 120
check what-came-of-seo exits_saying 0 'L2 SEO +€3,400(\.00)? +136\.0 +180\.0 .*as expected'
check what-came-of-sea says 'L3 SEA +-€3,000(\.00)? +-20\.0 +-15\.0'
check how-much-was-decided says 'R1 2026-Q1: 3 of 4 proposals accepted'

looks then
check replay-is-the-same grep -q 'les mêmes' "$W/files/then/--replay_--markdown.txt"
at_clock "2027-10-06 10:00:00"
wait_for "$DEADLINE" "$JALON" --profile marketing plan list # logins that were not used for a year end
changes() { # once more where the server has just ended what was not used for a year
  marketing "$@"
  [ $status -le 4 ] || wait_for "$DEADLINE" "$JALON" --profile marketing sync
  [ $status -le 4 ] || marketing "$@"
  check "later: $1 $2" exits 0
}
changes lever set L2 --name "Contenu et référencement"
changes lever set L3 --name "Publicité" --paused yes
changes budget-line set B5 --title "Autre agence" --planned 1
changes plan set --name "Un autre plan" --currency CHF
changes kpi set K5 --name "Coût"
changes show B10
changes budget-line rm B10
changes expense add "Facture tardive" --line B4 --date 2026-08-20 --net 999
changes figures set L2 --period 2026-08 MQL=1
admin person set "Claire Martin" --name "Claire Durand"
check later-person exits 0
looks later
check the-same-a-year-later diff -r "$W/files/then" "$W/files/later"
on marketing fr review R1 --offline
check the-same-offline exits_saying 0 'L2 SEO'

# ---- two people at once, a budget that moves meanwhile, sent back ----
at_clock "2026-10-05 09:00:00"
quarter "À deux"
marketing review start --period 2026-Q1
check another-review exits_saying 0 'R1 is started'
marketing review accept RP3 &
sales_first=$("$JALON" --profile sales --lang en review refuse RP3 --reason "non" </dev/null 2>&1)
wait
check one-decision [ "$(sql "SELECT count(*) FROM review_decision AS d JOIN review_proposal AS p ON p.id = d.proposal AND p.space_id = d.space_id JOIN plan ON plan.space_id = d.space_id WHERE plan.name = 'À deux' AND d.deleted_revision IS NULL")" = 1 ]
sales review refuse RP3 --reason "non"
check decided-once exits_complaining 4 'is decided already'
marketing review reopen RP3
check reopened exits 0
marketing review accept RP3
check accepted exits_saying 0 'RP3 is accepted'
marketing budget-line set B5 --planned 13000
marketing review apply
check the-budget-moved exits_complaining 3 'B5 Agence SEO plans €13,000, it was €12,000 \(€1,000\)'
marketing budget-line set B5 --planned 12000
marketing review apply
check submitted exits_saying 0 'submitted: AP3'
marketing review reopen RP3
check waits exits_complaining 4 'waits to be approved with AP3'
admin send-back AP3 "pas avant novembre"
check sent-back exits 0
check nothing-moved [ "$(value_of marketing "d.cells('budget_line', 'B5')['planned']" budget-line list)" = 12000.00 ]
marketing review reopen RP3
check can-be-decided-again exits 0
marketing undo --yes
marketing review discard
check discarded exits_saying 0 'R1 is discarded'
marketing review apply R1
check nothing-of-a-discarded-one exits_complaining 3 'is over'

# ---- a week ----
marketing action set A6 --status blocked --blocked-reason "musique non libérée"
marketing plan set --arbitration 5000
check only-the-accountable-sets-it exits_complaining 7 'only who answers for the plan'
admin plan set --arbitration 5000
check the-accountable-sets-it exits 0
marketing review start --week 2026-W33
check a-week exits_saying 0 'Weekly arbitration R2: 2026-W33'
marketing review --width 100
check what-is-blocked says 'unblock A6'
move=$(value_of marketing "[r['cells']['proposal'] for r in d.rows('proposals') if r['cells']['amount']][0]" review)
marketing review accept "$move"
marketing review apply
check within-the-policy exits_saying 0 'has moved, within what the plan lets'

# ---- what scripts read, and who may not read the budget ----
marketing review start
check needs-a-period exits_complaining 2 '--period'
marketing review start --period 2031-Q1
check not-begun exits_complaining 4 'has not begun'
marketing review start --period 2026-Q1 --minimum-data 200
check enough-is-asked-for exits_saying 0 'not enough data'
admin rights set "Paul Bernard" budget none
check right-taken exits 0
sales review R1 --width 120
check nothing-of-the-budget all_of 'exits 0; says "is not shown: whether everything is decided"; silent "nothing is proposed|everything is decided: jalon"; says "may not read the section budget"; says "SEO"; says "120"; silent "3,?000|Agence|Annonces|performs"'
sales review R1 --replay
check no-replay-of-a-part exits_saying 0 'cannot be worked out again'
sales review-fact list --width 200
check no-facts-of-the-budget silent 'Agence|Annonces|9,?000'
sales review accept "$move"
check not-there exits 8
admin rights set "Paul Bernard" budget default
admin rights set "Paul Bernard" pipeline none
sales review R1 --width 120
check nothing-of-the-pipeline all_of 'exits 0; says "may not read the section pipeline"; silent "\b120\b|42,?000|performs"'
finish
