#!/bin/bash
# Money without an exchange rate is no figure: a line and an invoice in dollars, through the split of a budget, a cut, a scenario, the shares of the
# buckets, the audit, the check; each says what is missing with the command that mends it, and nothing is proposed that would rest on it. Once the
# command is typed there are figures.
. "$(dirname "$0")/lib.sh"
at_clock "2027-03-01 09:00:00" # a review is started by the clock of the server
set_up
m() { jalon_in marketing en --today 2027-03-01 "$@"; }
must() { m "$@"; check "$1-$2" exits 0; }
shown() { value_of marketing "$@" --today 2027-03-01; }

must plan new "Dollars" --start 2027-01-01 --end 2027-12-31
must lever add SEO
must lever add Ads
must budget-line add "Articles" --category people --lever L1 --bucket 70 --planned 7000
must budget-line add "Annonces" --category media --lever L2 --bucket 20 --planned 2000
must budget-line add "Essai" --category media --lever L2 --bucket 10 --planned 1000
must budget-line add "Semrush" --category tools --planned 1000 --currency USD
must expense add "Articles" --line B1 --date 2027-01-20 --net 1000
must expense add "Google" --line B2 --date 2027-01-20 --net 500 --currency USD
must figures set SEO --period 2027-01 leads=100 customers=10 revenue=20000
must figures set Ads --period 2027-01 leads=100 customers=1 revenue=100
must budget-objective add "30 clients" --customers 30 --acquisition-cost 400

mends='amounts in USD without an exchange rate: 2 [(]X2, B4[)]. sums with one of them are undefined[.] The rate of that day or before: jalon exchange-rate add --currency USD --day 2027-01-01 --rate'
# ---- the split, the cut, the scenario ----
m allocation --width 200
check no-split all_of "exits 0; says '$mends'; says 'known without them: planned .?10,?000'; says 'total .*undefined'"
m allocation apply --yes
check nothing-is-written exits_complaining 4 'the budget is not split: amounts in USD without an exchange rate: 2' 'exchange-rate add --currency USD --day 2027-01-01'
check as-it-was [ "$(shown "d.rows('levers')[-1]['cells']['planned']" budget)" = undefined ]
m cut 20%
check no-share-of-what-nobody-knows exits_complaining 4 'nobody knows what a share of the budget is' 'exchange-rate add --currency USD --day 2027-01-01'
m scenario new "Un cinquième de moins" --cut 20%
check no-scenario-of-it exits_complaining 4 'nobody knows what a share of the budget is'
m scenario new "Cinq cents de moins" --cut 500
check an-amount-can-be-cut exits 0
m scenario SC1 --width 200
check its-total-is-undefined all_of "exits 0; says 'total +undefined +undefined +undefined'; says '$mends'; silent ' B4 '"
# ---- the buckets, the check ----
m bucket --width 200
check no-shares all_of "exits 0; says 'proven +70% +undefined'; says '$mends'"
m check --width 300
check the-check-names-it all_of "says 'BUD18'; silent 'BUD0[12]'"
# ---- what has moved since the budget was submitted, what a change does ----
must raci set Dollars A="Claire Martin"
must submit budget
submitted=$(grep -oE 'AP[0-9]+' <<<"$out" | head -n 1)
m drift --baseline "$submitted" --width 200
check no-drift-of-what-nobody-knows all_of "exits 0; says 'B4 Semrush +undefined +undefined +undefined'; says 'without an exchange rate when it was submitted: B4'; says 'amounts in USD without an exchange rate: 1 [(]B4[)]'; says 'known without them: approved .?10,000(.00)?, now .?10,000'; silent 'nothing has moved'"
m replan B1 --planned 8000 --width 200
check what-the-line-changes-is-known all_of "exits 0; says 'B1 Articles .*7,000.*8,000.*1,000'; says 'total +undefined +undefined +.?1,000(.00)? .*undefined'; says '$mends'"
m replan B4 --planned 2000 --width 200
check in-its-own-currency all_of "exits 0; says 'B4 Semrush .*1,000 US[$] .*2,000 US[$]'; says 'total +undefined +undefined +undefined +undefined +undefined'; says '$mends'"
# ---- the audit ----
m audit --width 300
check not-judged all_of "exits 0; says 'not judged: amounts in USD without an exchange rate: 1'; says 'jalon exchange-rate add --currency USD --day 2027-01-01'"
cells() { shown "{r['cells']['channel'].split(' ', 1)[-1]: (str(r['cells']['spend']), str(r['cells']['cost_per_lead']), str(r['cells']['roi'])) for r in d.rows('results')}['$1']" audit; }
check a-lead-costs-nobody-knows-what [ "$(cells Ads)" = "('undefined', 'undefined', 'undefined')" ]
check what-is-known-stays [ "$(cells SEO)" = "('1000.00', '10.00', '19')" ]
check nor-does-anybody-know-the-total [ "$(cells total)" = "('undefined', 'undefined', 'undefined')" ]
m why audit 'L2 Ads' cost_per_lead
check why-it-is-undefined all_of "exits 0; says 'there is no exchange rate for a part of it'; says 'X2'"

# ---- the review, which is frozen as it is ----
m review start --period 2027-Q1
check a-review-is-started exits_saying 0 'R1 is started'
m review R1 --width 300
check review-does-not-judge all_of "exits 0; says 'L2 Ads: not judged: invoices in USD had no exchange rate when the review was started: 1. For another review: jalon exchange-rate add --currency USD --day 2027-01-20'; says 'B4 Semrush: stays as it is: amounts in USD had no exchange rate .*: 1.'; says 'L2 Ads +undefined .*not judged'; says 'known without them: planned .?10,000'; silent 'stop L2|optimise L2|one bucket|start something new'"
m why review 'L2 Ads' spend
check why-it-was-undefined all_of "exits 0; says 'had no exchange rate when the review was started'"
cp "$W/files/out" "$W/files/why.txt"
m review R1 --markdown
cp "$W/files/out" "$W/files/frozen.md"

# ---- the command that the remark names: a euro is 2 dollars ----
must exchange-rate add --currency USD --day 2027-01-01 --rate 2
m review R1 --markdown
check what-is-frozen-stays diff "$W/files/frozen.md" "$W/files/out"
m review R1 --replay
check and-comes-out-the-same all_of "exits 0; says 'the same proposals'"
must review discard R1
m review start --period 2027-Q1
m review R2 --width 300
check another-one-judges all_of "exits 0; says 'L2 Ads +.?250'; silent 'undefined|exchange rate|not judged'"
check spend-of-ads [ "$(cells Ads)" = "('250.00', '2.50', '-0.6')" ]
check spend-of-all [ "$(cells total)" = "('1250.00', '6.25', '15.08')" ]
m audit --width 300
check judged all_of "exits 0; silent 'not judged|exchange rate'"
m cut 20% --width 200
check a-fifth all_of "exits 0; says 'total .*10,500(.00)? .*8,400'" # 7,000 + 2,000 + 1,000 + 500
m scenario new "Un cinquième de moins" --cut 20%
check a-scenario-of-a-fifth exits 0
m scenario refresh SC1
check worked-out-anew exits 0
m scenario SC1 --width 200
check it-has-a-total all_of "exits 0; says 'total .*10,500'; silent 'undefined'"
m bucket --width 200
check shares all_of "exits 0; says 'proven +70% +6[67]'; silent 'undefined|exchange rate'" # 7,000 of 10,500
m drift --baseline "$submitted" --width 200
check approved-without-it-stays-so all_of "exits 0; says 'B4 Semrush +undefined +.?500(.00)? +undefined'; says 'budget +undefined +.?10,500(.00)? +undefined'; silent 'amounts in USD'"
m replan B4 --planned 2000 --width 200
check a-thousand-dollars-more-are-500 all_of "exits 0; says 'total .*10,500(.00)? .*11,000(.00)? .*500'; silent 'undefined|exchange rate'"
m allocation --width 200
check split all_of "exits 0; says 'total .*12,000'; silent 'undefined'"
m check --width 300
check nothing-of-rates silent 'BUD18'
finish
