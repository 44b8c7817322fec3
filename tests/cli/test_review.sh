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

# Two people in terminals of 80 columns: who leads the marketing, and who answers for the plan.
sits_down() { # terminal, laptop, locale
  laptop_terminal "$1" "$3" 80 120
  type_in "$1" "export XDG_CONFIG_HOME='$W/laptops/$2/config' XDG_DATA_HOME='$W/laptops/$2/data'; clear"
  wait_for "$DEADLINE" on_screen "$1" '^ready>'
}
tells_the_story() { # language, locale, name of the plan
  local language=$1 marketing=marketing-$1 accountable=accountable-$1
  quarter "$3"
  sits_down "$marketing" marketing "$2"
  sits_down "$accountable" admin "$2"
  : >"$story"
  types "$marketing" "jalon review"
  types "$marketing" "jalon review start --period 2026-Q1"
  types "$marketing" "jalon why review 'L2 SEO' cost"
  types "$marketing" "jalon review accept RP3"
  types "$marketing" "jalon review refuse RP11"
  types "$marketing" "jalon review refuse RP11 --reason 'les e-mails suffisent'"
  types "$marketing" "jalon review add 'le salon approche' --from B9 --to B5 --amount 90000"
  types "$marketing" "jalon review add 'le salon approche' --from B9 --to B5 --amount 400"
  types "$marketing" "jalon review close"
  types "$marketing" "jalon review accept RP19 RP27"
  types "$marketing" "jalon review apply"
  types "$accountable" "jalon inbox"
  types "$accountable" "jalon show AP3"
  types "$accountable" "jalon approve AP3"
  types "$marketing" "jalon budget --by bucket"
  types "$marketing" "jalon review close"
  types "$marketing" "jalon review R1 --markdown >~/R1-$language.md; grep -c . ~/R1-$language.md"
  types "$marketing" "jalon review accept RP3"
  cp "$story" "$W/files/story-$language"
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
check how-much-was-decided says 'R1 2026-Q1: proposals: 4, accepted: 3, accepted and never applied: 0'

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
marketing plan set --currency CHF
check later-no-other-currency exits_complaining 4 'stays in EUR'
changes plan set --name "Un autre plan"
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
# The same screens a year later, and the minutes that were kept: the same to the byte.
tells_the_end() { # language, name of the plan
  on marketing "$1" plan use "$2"
  cp "$W/files/story-$1" "$story"
  printf '=== 2027-10-06\n' >>"$story"
  types "marketing-$1" "jalon review R1 --replay"
  types "marketing-$1" "jalon review R1 --markdown | cmp - ~/R1-$1.md && echo 'R1-$1.md: ='"
  cp "$story" "$W/files/told"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/told" "$here/review_$1.txt"
  check "review-$1" diff -u "$here/review_$1.txt" "$W/files/told"
}
jalon_in marketing en plan use "Plan de démonstration"
changes lever set L2 --name "Référencement"
changes budget-line set B5 --planned 1
tells_the_end fr "Plan de démonstration"
tells_the_end en "Un autre plan"

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
# between asking and approving: who decides sees it, cannot approve it, and can again once it is as it was
marketing budget-line set B5 --planned 13000
admin show AP3
check who-decides-sees-that-it-moved all_of "says 'the budget has moved since R1 2026-Q1 was started: B5 Agence SEO plans €13,000, it was €12,000 .€1,000.'; says 'jalon send-back AP3'; silent 'jalon approve AP3'"
admin approve AP3
check what-moved-is-not-approved exits_complaining 3 'B5 Agence SEO plans €13,000, it was €12,000' 'it cannot be approved as it is: jalon send-back REF'
check nor-can-it-be-refused-in-part silent 'refuse what is about it'
check still-waits [ "$(value_of marketing "d.cells('approval', 'AP3')['state']" approval list)" = submitted ]
marketing budget-line set B5 --planned 12000
admin show AP3
check as-it-was all_of "silent 'has moved'; says 'jalon approve AP3'"
# an order of what was to leave counts as well
marketing expense add "Campagne de Noël" --line B4 --state ordered --date 2026-10-04 --net 22000
check ordered-meanwhile exits 0
admin approve AP3
check what-was-ordered-is-not-moved exits_complaining 3 'of B4 Google Ads €1,349.50 is left, it was €23,349.50'
marketing undo --yes
marketing review
check asked-for-is-not-to-be-applied-again silent 'accepted and not applied yet'
admin send-back AP3 "pas avant novembre"
check sent-back exits 0
marketing review
check what-was-sent-back-is-still-to-be-applied says 'accepted and not applied yet: 1; jalon review apply R1'
check nothing-moved [ "$(value_of marketing "d.cells('budget_line', 'B5')['planned']" budget-line list)" = 12000.00 ]
marketing review reopen RP3
check can-be-decided-again exits 0
marketing undo --yes
marketing review discard
check discarded exits_saying 0 'R1 is discarded'
marketing review apply R1
check nothing-of-a-discarded-one exits_complaining 3 'is over'

# ---- after the approval: what was moved and changed again is drift, and nothing else of the budget is ----
marketing review start --period 2026-Q1
check started-again exits_saying 0 'R2 is started'
marketing review start --period 2026-Q1
check one-at-a-time exits_complaining 4 'R2 2026-Q1 is of the same period, and still open' 'jalon review close R2, jalon review discard R2'
open=$(value_of marketing "' '.join(r['cells']['proposal'] for r in d.rows('proposals') if r['cells']['decision'] == 'open')" review)
marketing review accept ${open%% *}
marketing review apply
approval=$(grep -oE 'AP[0-9]+' <<<"$out" | head -1)
admin inbox
check inbox-has-the-amount says "R2 2026-Q1 .*€3,000.* jalon show $approval"
sales show $approval
check seen-by-whoever-reads-the-budget says 'qualified leads won'
admin approve $approval
check approved exits_saying 0 "approved .$approval."
marketing drift
check no-drift-yet all_of "says 'compared with $approval'; says 'nothing has moved'; says 'nothing else of the budget has been approved'"
marketing show B5
marketing budget-line set B5 --planned 15500
admin drift
check drift-is-told all_of "says 'B5 Agence SEO +€15,000 +€15,500 +€500'; says 'as approved with the reallocation $approval'; silent 'B1 Licences'"
admin drift B5
check drift-of-the-line says 'B5 Agence SEO +€15,000 +€15,500 +€500'
marketing undo --yes
# A second step of the same review: what it moved itself is no drift (12 000 + 3 000), what somebody else did is. 12 000 + 3 000 + 400 = 15 400.
marketing review add "le salon approche" --from B9 --to B5 --amount 400
second=$(grep -oE 'RP[0-9]+' <<<"$out" | head -1)
marketing review accept "$second"
marketing budget-line set B5 --planned 15500
marketing review apply
check drift-beside-its-own-move exits_complaining 3 'B5 Agence SEO plans €15,500, it was €15,000 \(€500\)'
marketing undo --yes
marketing review apply
check a-second-step exits_saying 0 'submitted: AP'
admin approve "$(grep -oE 'AP[0-9]+' <<<"$out" | head -1)"
check a-second-step-approved exits_saying 0 'approved'
check both-steps-have-moved [ "$(value_of marketing "d.cells('budget_line', 'B5')['planned']" budget-line list)" = 15400.00 ]
# What it got may go on (B5 to B9); what can leave B9 was 2 500, of which 400 are gone.
marketing review add "le salon s'éloigne" --from B5 --to B9 --amount 100
third=$(grep -oE 'RP[0-9]+' <<<"$out" | head -1)
marketing review accept "$third"
marketing review apply
check a-third-step exits_saying 0 'submitted: AP'
marketing withdraw "$(grep -oE 'AP[0-9]+' <<<"$out" | head -1)"
marketing review
check what-was-withdrawn-is-still-to-be-applied says 'accepted and not applied yet: 1; jalon review apply R2'
marketing review reopen "$third"
marketing review add "tout le salon" --from B9 --to B10 --amount 2200
more=$(grep -oE 'RP[0-9]+' <<<"$out" | head -1)
marketing review accept "$more"
marketing review apply
check not-twice exits_complaining 3 'passes a limit, taken together: what can leave the line \(B9'
marketing review reopen "$more"

# ---- a week ----
marketing action set A6 --status blocked --blocked-reason "musique non libérée"
marketing plan set --arbitration 5000
check only-the-accountable-sets-it exits_complaining 7 'only who answers for the plan'
admin plan set --arbitration 5000
check the-accountable-sets-it exits 0
marketing review start --week 2026-W33
check a-week exits_saying 0 'Weekly arbitration R3: W33 2026, 10 Aug 2026 to 16 Aug 2026'
marketing review --width 100
check what-is-blocked says 'unblock A6'
move=$(value_of marketing "[r['cells']['proposal'] for r in d.rows('proposals') if r['cells']['amount']][0]" review)
marketing review accept "$move"
marketing review apply
check within-the-policy exits_saying 0 'has moved, within what the plan lets'

# ---- what scripts read, and who may not read the budget ----
marketing review start
check needs-a-period exits_complaining 2 '--period'
for wrong in '--period 2026-Q3:has not begun:--period 2026-Q1' '--period 2031-Q1:is after the plan, which ends on 30 Jun 2027:--period 2026-Q1' \
  '--period 2025-Q2:is before the plan, which begins on 1 Jul 2026:--period 2026-Q1' '--week +1:2026-W42 has not begun:--week 2026-W40' '--week 2025-W20:is before the plan:--week 2026-W40'; do
  IFS=: read -r typed why instead <<<"$wrong"
  marketing review start $typed
  check "refused: $typed" exits_complaining 4 "$why" "jalon review start $instead"
done
marketing review start --week soon
check no-such-week exits_complaining 4 '"soon" is no week' '-1 the last'
marketing review discard R2
check ended-first exits 0
marketing review start --period 2026-Q1 --minimum-data 200
check discarding-does-not-move-it-back exits_complaining 4 'R2 2026-Q1 has decided on the same period' 'jalon review R2; .*jalon submit'
marketing review start --period 2026-08 --minimum-data 200
check enough-is-asked-for exits_saying 0 'not enough data'
# A quarter that runs: on 5 October 5 days of 92. 2 leads in 5 days for 400 €: 28 more take 28 x 5 / 2 = 70 days, or 28 x 400 / 2 = 5 600 €.
marketing figures set Emailing --period 2026-10-01..2026-10-05 MQL=2
marketing expense add "Routage" --line B2 --date 2026-10-02 --net 400
check the-quarter-has-begun exits 0
marketing review start --period 2026-Q2
check a-running-quarter exits_saying 0 'is started'
marketing review --width 200
check says-that-it-runs all_of "says 'not over when the review was started: 5 days of 92'; says 'of 1 Oct 2026 to 5 Oct 2026'"
check at-the-pace-of-the-days-that-passed says 'Emailing: not enough data, 2 of 30 qualified leads. Enough would be 28 more: 70 days at this pace, or €5,600'
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
