#!/bin/bash
# The funnel: test A and test B as their source has them, without a server; of a plan, by period, by channel; its figures become
# objectives and KPI targets in one group that can be undone; the SMART check; OKR scores.
. "$(dirname "$0")/lib.sh"

# ---- without a server, a plan or a login ----
counts() { # arguments...: the counts from the widest stage to the customers
  "$JALON" --profile nobody --lang en funnel "$@" --json </dev/null 2>"$W/files/err" | python3 -c "
import sys
from document import Document
print(*[r['cells']['count'] for r in Document(sys.stdin.read()).rows('stages')])"
}
# formulas.md, test A: 10M / 100k = 100; 10 % 1,000; 40 % 2,500; 80 % 3,125; 10 % 31,250
test_a='31250 3125 2500 1000 100'
check test-a-by-the-named-benchmark [ "$(counts --revenue 10M --deal 100k --benchmark waterfall-2009)" = "$test_a" ]
check test-a-by-rates [ "$(counts --revenue 10M --deal 100k --rates inquiries=10%,MQL=80%,SAL=40%,SQO=10%)" = "$test_a" ]
check test-a-in-french-figures [ "$(counts --revenue '10 M€' --deal '100 k€' --rates '10 %; 80 %; 40 %; 10 %')" = "$test_a" ]
check test-a-whole-amounts [ "$(counts --revenue 10000000 --deal '100 000' --benchmark waterfall-2009)" = "$test_a" ]
# test B: 30 customers; 25 % 120; 40 % 300; 30 % 1,000; 2 % 50,000
check test-b [ "$(counts --customers 30 --rates 2%,30%,40%,25%)" = "50000 1000 300 120 30" ]
check test-b-by-the-named-benchmark [ "$(counts --customers 30 --benchmark inbound-b2b)" = "50000 1000 300 120 30" ]
check forwards [ "$(counts --forward visits=50000 --rates 2%,30%,40%,25%)" = "50000 1000 300 120 30" ]
check forwards-from-the-middle [ "$(counts --forward leads=999 --rates 2%,30%,40%,25%)" = "None 999 299 119 29" ]
check decimal-comma [ "$(counts --customers 30 --rates visites=2,5%,leads=30%,MQL=40%,SQL=25%)" = "40000 1000 300 120 30" ]
# 7 / 30 % = 23.3: 24; / 30 % = 80, or 77.8: 78 when nothing is rounded in between
check rounding-at-each-stage [ "$(counts --customers 7 --rates 30%,30%)" = "80 24 7" ]
check rounding-where-shown [ "$(counts --customers 7 --rates 30%,30% --rounding shown)" = "78 24 7" ]
jalon_in nobody fr funnel --revenue 10M --deal 100k --benchmark waterfall-2009 --start 2027-10-01 --periods 1 --today 2026-11-26 --width 80
check whole-screen diff <(printf '%s\n' "$out") "$here/funnel_screen.txt"
jalon_in nobody en funnel --customers 30 --rates 2%,0%,40%,25%
check a-rate-of-zero-is-an-error exits_complaining 4 'rate of leads is 0' 'above 0'
jalon_in nobody en funnel --revenue 10M --rates 2%
check revenue-without-deal exits_complaining 4 'mean deal' '--deal'
jalon_in nobody en funnel --customers 30 --rates 2,30
check a-rate-without-percent exits_complaining 2 'without %'
jalon_in nobody en funnel --customers 30 --rates 130%
check a-rate-above-the-whole exits_complaining 2 'between 0 and 100'
jalon_in nobody en funnel --customers 30 --benchmark none
check no-such-benchmark exits_complaining 8 'none' 'benchmarks'
jalon_in nobody en funnel --customers 1M --rates 0.0001%,0.0001%
check too-large-is-said exits_complaining 4 'too large'

# what contradicts itself or would be of no use is refused, with the option as it was typed
refused() { # name, pattern, arguments...
  jalon_in nobody en funnel "${@:3}"
  check "refused-$1" exits_complaining 2 "$2"
}
refused rates-and-benchmark '--rates and --benchmark' --customers 30 --rates 2%,30% --benchmark inbound-b2b
refused customers-and-revenue '--customers and --revenue' --customers 30 --revenue 1M --deal 10k --rates 2%
refused forward-and-customers '--forward and --customers' --forward visits=5000 --customers 30 --rates 2%,30%,40%,25%
refused reps-alone '--capacity SQL=50' --customers 30 --rates 2%,30%,40%,25% --reps 3
refused capacity-alone '--reps 3' --customers 30 --rates 2%,30%,40%,25% --capacity SQL=50
refused no-periods '--periods 0: it is between 1 and 60' --customers 30 --rates 2% --start 2027-01-01 --periods 0
refused periods-without-a-day '--start' --customers 30 --rates 2% --periods 4
refused currency '--currency XYZ: there is no such currency' --customers 30 --rates 2% --currency XYZ
refused negative-revenue '--revenue -5: it is €0.00 or more|--revenue -5: it is €0 or more' --revenue -5 --deal 1 --rates 2%
refused negative-count '--forward visits=-5: it is 0 or more' --forward visits=-5 --rates 2%,30%,40%,25%
refused benchmark-of-channels 'channels-b2b has rates of channels' --customers 30 --benchmark channels-b2b

# ---- of a plan ----
set_up
marketing plan new "Plan 2027" --start 2027-01-01 --end 2027-12-31
jalon_in marketing en funnel
check none-yet exits_saying 0 'no funnel yet'
jalon_in marketing en funnel --revenue 10M --deal 100k
check a-revenue-without-stages-is-refused exits_complaining 2 '--revenue needs the stages' '--benchmark inbound-b2b'
jalon_in marketing en funnel new "Ventes 2027" --benchmark waterfall-2009 --revenue 10M --deal 100k --reps 3 --dry-run
check new-dry-run exits_saying 0 'would be made; stages with their rates: 4'
jalon_in marketing en funnel new "Ventes 2027" --benchmark waterfall-2009 --revenue 10M --deal 100k --reps 3
check new exits_saying 0 'FN1 Ventes 2027; stages with their rates: 4.*r[0-9]+'
of_plan() { value_of sales "' '.join(str(r['cells']['count']) for r in d.rows('stages'))" funnel "$@"; }
"$JALON" --profile sales plan use "Plan 2027" >/dev/null </dev/null
check another-person-sees-it [ "$(of_plan)" = "$test_a" ]
check another-revenue-what-if [ "$(of_plan FN1 --revenue 5M)" = "15630 1563 1250 500 50" ] # 1,250 / 80 % = 1,562.5

# what is due when: 6 months lie between inquiries and customers, so the first are due in the second half of the year before
due() { value_of sales "d.rows('periods')[$1]['cells']['$2']" funnel "${@:3}"; }
check by-period-first [ "$(due 0 from)" = 2026-07-01 ]
check by-period-inquiries [ "$(due 0 inquiries)" = 7813 ]
check by-period-customers-come-later [ "$(due 0 customers) $(due 2 customers)" = "0 25" ]
check by-period-adds-up [ "$(value_of sales "sum(r['cells']['inquiries'] for r in d.rows('periods') if r.get('style') != 'total')" funnel)" = 31250 ]
sales funnel --today 2026-11-26
check what-is-late-is-said says 'due before 26 Nov 2026: 7,813 inquiries'
check expired-benchmarks-are-marked says 'expired: 4 of 4 rates'

# sales capacity: 3 reps x 50 SQO a quarter are 150 of the 250 that are due
marketing funnel-stage set FS4 --capacity 50
sales funnel
check title-names-the-funnel says '^Funnel.*FN1 Ventes 2027'
check capacity-is-exceeded says 'SQO.*250.*150.*5.*over capacity'
check capacity-in-customers says 'sales reps: 3; what they can treat in a period: 150 SQO, which makes 15 customers, €1,500,000'

# a measured rate comes before a benchmark; its KPI says it: 2,500 / 50 % = 5,000 MQL, 50,000 inquiries
marketing kpi add "MQL acceptés" --unit % --comparator ">=" --target 50%
marketing measurement add --kpi K1 --date 2026-11-01 --value 50%
marketing funnel-rate add --stage FS2 --kpi K1 --source "notre CRM"
check measured-by-a-kpi [ "$(of_plan --today 2026-11-26)" = "50000 5000 2500 1000 100" ]
check its-origin-is-told [ "$(value_of sales "d.rows('rates')[1]['cells']['origin'], d.rows('rates')[1]['cells']['source']" funnel --today 2026-11-26)" = "measured notre CRM" ]
sales funnel --today 2026-11-26
check nobody-says-on-how-many-cases says 'measured, number of cases unknown: 1 of 4 rates'
check before-it-was-measured-the-benchmark [ "$(of_plan --today 2026-10-31)" = "$test_a" ]
marketing funnel-rate rm FR5
marketing funnel-rate show FR5
marketing funnel-rate rm FR5
check without-it-the-benchmark-again [ "$(of_plan)" = "$test_a" ]
marketing funnel-rate add --stage FS2 --rate 50% --origin measured --cases 12 --source "trop peu"
sales funnel
check few-cases-are-marked says 'measured on fewer than 30 cases: 1 of 4 rates'
check few-cases-come-after-what-has-not-expired [ "$(of_plan)" = "50000 5000 2500 1000 100" ]
marketing funnel-rate add --stage FS2 --rate 80% --origin benchmark --source "étude 2026" --date 2026-06-01 --expires 2029-06-01 --trust medium
check few-cases-come-after-a-benchmark [ "$(of_plan)" = "$test_a" ]
marketing funnel-rate add --stage FS2 --rate 25% --origin measured --source "sans nombre" --date 2026-11-01
check an-unknown-number-of-cases-comes-after-it-too [ "$(of_plan)" = "$test_a" ]

# by channel: shares of MQL, as seed 004 has them, and the rates from there on
marketing funnel-stage set FS2 --shared yes
marketing funnel-channel add "SEO" --funnel FN1 --share 59,3%
marketing funnel-channel add "SEA" --funnel FN1 --share 20,3%
marketing funnel-channel list
marketing funnel --json
check channels-add-up python3 -c "
import sys
from document import Document
d = Document(open(sys.argv[1]).read())
rows = [r['cells'] for r in d.rows('channels')]
assert [r['share'] for r in rows] == [0.593, 0.203, 0.204, 1] or [str(r['share']) for r in rows] == ['0.593', '0.203', '0.204', '1'], rows
for column in ('inquiries', 'MQL', 'customers'):
    assert sum(r[column] for r in rows[:-1]) == rows[-1][column], (column, rows)
assert rows[0]['MQL'] == 1853, rows  # 3,125 x 0.593 = 1,853.1" "$W/files/out"
# a rate of one channel has its row too, marked as the others are: 4 of the stages and this one, of which one is measured on few
marketing funnel-rate add --stage FS3 --channel SEO --rate 45,8% --origin benchmark --trust low
marketing funnel-channel list
check channel-rate-is-shown [ "$(value_of sales "[(str(r['cells']['rate']), r['cells']['origin'], r['cells']['trust']) for r in d.rows('rates') if r['cells']['channel'] == 'SEO']" funnel)" = "[('0.458', 'benchmark', 'low')]" ]
marketing funnel
check channel-rate-counts says 'benchmarks and assumptions: 5 of 5 rates'
marketing funnel-stage set FS3 --shared yes
marketing funnel
check two-shared-stages-are-refused exits_complaining 4 'both MQL and SAL' 'jalon funnel-stage set FS3 --shared no'
marketing funnel-stage set FS3 --shared no
for id in FC1 FC2; do marketing funnel-channel rm $id; done

# ---- objectives and KPI targets ----
objectives() { value_of sales "[(r['cells']['reference'], r['cells']['target']) for r in d.rows('objective')]" objective list; }
marketing objective add "Croissance" --kind business
marketing funnel apply --serves O1 --dry-run
check apply-dry-run exits_saying 0 'would be made'
check apply-dry-run-changes-nothing [ "$(value_of sales "len(d.rows('objective'))" objective list)" = 1 ]
before=$(value_of sales d.revision kpi)
marketing funnel apply --serves O1
check apply exits_saying 0 '12 objectives and KPIs made and 0 changed' # revenue, customers and four stages, each with a KPI
check apply-is-one-group [ "$(value_of sales d.revision kpi)" = $((before + 1)) ]
target() { value_of sales "str(d.find('objective', 'title', '$1')['cells']['target'])" objective list; }
check target-of-revenue [ "$(target 'Reach a revenue of')" = 10000000 ]
check target-of-customers [ "$(target 'Reach 100 customers')" = 100 ]
check target-of-inquiries [ "$(target 'Reach 31,250 inquiries')" = 31250 ]
check due-of-inquiries [ "$(value_of sales "d.find('objective', 'title', 'Reach 31,250 inquiries')['cells']['due']" objective list)" = 2027-06-30 ]
marketing objective show O4
check horizon-of-a-year says 'horizon +year' # from January to December
marketing tree
check all-of-them-serve-the-business silent 'serves nothing'
marketing kpi --json
check kpi-targets python3 -c "
import sys
from document import Document
d = Document(open(sys.argv[1]).read())
k = d.find('kpis', 'kpi', 'K')
assert [str(r['cells']['target']) for r in d.rows('kpis') if 'SQO' in str(r['cells']['kpi'])] == ['1000'], d.rows('kpis')
assert [r['cells']['timing'] for r in d.rows('kpis') if 'SQO' in str(r['cells']['kpi'])] == ['leading']" "$W/files/out"
marketing funnel apply
check apply-again-changes-nothing exits_saying 0 'nothing to change'
marketing --json funnel apply --dry-run
check nothing-to-change-is-told-to-programs exits_saying 0 '"dry_run":true,"created":\[\]'
marketing funnel set FN1 --revenue 12M
marketing objective set O3 --title "Nos clients"
marketing funnel apply --dry-run
check what-was-and-what-comes exits_saying 0 'inquiries: 31,250 -> 37,500 by'
marketing funnel apply
check apply-after-a-change exits_saying 0 '0 objectives and KPIs made and 12 changed'
check new-target-and-title [ "$(target 'Reach 37,500 inquiries')" = 37500 ]
check a-title-that-somebody-wrote-stays [ "$(target 'Nos clients')" = 120 ]
marketing undo --yes
check undo-takes-the-targets-back [ "$(target 'Reach 31,250 inquiries')" = 31250 ]
marketing funnel
check objectives-stand-beside-the-figures says 'SQO'

# test B: customers and no deal, so no revenue: the customers' objective is the business one, and the chain serves it
marketing plan new "Plan B" --start 2027-01-01 --end 2027-12-31
marketing funnel new B --benchmark inbound-b2b
marketing funnel apply FN1
check without-a-target-says-how-to-give-it exits_complaining 4 'jalon funnel set FN1 --customers'
marketing funnel set FN1 --customers 30
marketing funnel apply FN1
check apply-of-customers-alone exits_saying 0 '10 objectives and KPIs made and 0 changed' # customers and four stages
kinds() { value_of marketing "' '.join(str(r['cells']['reference']) + ':' + str(r['cells']['kind']) for r in d.rows('objective'))" objective list; }
check customers-are-the-business [ "$(kinds)" = "O1:business O2:sales O3:marketing O4:marketing O5:marketing" ]
marketing tree
check the-chain-serves-it silent 'serves nothing'
marketing funnel apply FN1
check again-nothing exits_saying 0 'nothing to change'
# with a deal there is a revenue, 30 x 10k, and the customers serve it
marketing funnel set FN1 --deal 10k
marketing funnel apply FN1
check a-revenue-comes-on-top exits_saying 0 '2 objectives and KPIs made and 1 changed'
marketing show O1
check customers-serve-it says 'O6'
# both targets in one funnel: both are shown, and that only one decides
marketing funnel set FN1 --revenue 1M
marketing funnel
check both-targets-are-shown all_of 'says "revenue target +€1,000,000"; says "customers target +30"; says "customers target decides"'
marketing funnel --customers 40
check what-if-of-customers-alone silent 'revenue target'
marketing funnel new "Deux" --customers 30 --revenue 1M --deal 10k --benchmark inbound-b2b
check new-with-both-is-refused exits_complaining 2 '--customers and --revenue'
marketing funnel new "Cotes" --customers 30 --rates leads=30%,MQL=40%,SQL=25%,Opportunités=50%
sides() { value_of marketing "' '.join(str(r['cells']['side']) for r in d.rows('funnel_stage') if r['cells']['reference'] in ('FS5', 'FS6', 'FS7', 'FS8'))" funnel-stage list; }
check known-stages-of-sales-are-theirs [ "$(sides)" = "marketing marketing sales sales" ]

# what somebody linked before apply is put below; what somebody chose by hand stays, and is said
marketing plan new "Plan C" --start 2027-01-01 --end 2027-12-31
marketing funnel new C --benchmark inbound-b2b --revenue 300k --deal 10k
marketing objective add "Trente clients" --kind sales --funnel-stage FN1
marketing objective add "Croissance" --kind business
marketing objective add "Autre" --kind business
marketing funnel apply
marketing show O1
check linked-beforehand-is-put-below says 'Reach a revenue of €300,000'
marketing funnel apply --serves O2
check serves-changes-what-is-there exits_saying 0 '0 objectives and KPIs made and 1 changed'
marketing funnel apply --serves O3
check chosen-by-hand-stays all_of 'exits_saying 0 "nothing to change"; complains "O4 serves another objective already"'

"$JALON" --profile marketing plan use "Plan 2027" >/dev/null </dev/null
# ---- SMART and OKR ----
marketing objective add "Augmenter les ventes" --kind business
sales_ref=$(grep -oE '\bO[0-9]+\b' <<<"$out" | head -n 1)
letter() { value_of sales "d.rows('objectives')[0]['cells']['$1']" smart "${@:2}"; }
check increase-sales-fails-m-and-t [ "$(letter S "$sales_ref") $(letter M "$sales_ref") $(letter T "$sales_ref")" = "yes no no" ]
marketing smart "$sales_ref"
check smart-says-how-to-fix says "jalon objective set $sales_ref --due"
check thirty-percent-in-six-months-passes [ "$(letter S --text "augmenter le chiffre d'affaires de 30 % dans les 6 mois") $(letter M --text "augmenter le chiffre d'affaires de 30 % dans les 6 mois") $(letter T --text "augmenter le chiffre d'affaires de 30 % dans les 6 mois")" = "yes yes yes" ]
jalon_in nobody en smart --text "Augmenter les ventes"
check words-need-no-login exits_saying 0 'jalon objective add "Augmenter les ventes" --due'
jalon_in nobody en smart --text "  "
check no-words-are-refused exits_complaining 2 'no words'
jalon_in nobody en benchmarks
check benchmarks-need-no-login exits_saying 0 'waterfall-2009'
marketing smart
check smart-counts-reservations says 'objectives without a letter that fails: [0-9]+ of [0-9]+; with reservations: [0-9]+'
marketing objective set "$sales_ref" --metric CA --unit EUR --baseline 100k --target 130k --due 2027-06-30
check its-fields-make-it-pass [ "$(letter M "$sales_ref") $(letter T "$sales_ref")" = "yes yes" ]
marketing objective add "Notoriété en régions"
marketing tree
check what-serves-nothing-is-marked says 'Notoriété en régions.*serves nothing'
# 0.5 x 3 + 1.0 x 1 over 4 is 0.625, told as 0.6: yellow
marketing objective add "Contenu utile" --form okr
okr_ref=$(grep -oE '\bO[0-9]+\b' <<<"$out" | head -n 1)
marketing key-result add "Articles lus" --objective "$okr_ref" --start 0 --target 10 --current 5 --weight 3
marketing key-result add "Rebond" --objective "$okr_ref" --start 100 --target 50 --current 40
check okr-score [ "$(value_of sales "[(str(r['cells']['score']), r['cells']['colour']) for r in d.rows('okr') if r.get('level', 0) == 0][-1]" okr)" = "('0.6', 'yellow')" ]
finish
