#!/bin/bash
# The audit of a year that has ended: its figures against those of another program, whole screens in French and English, where every cell comes from,
# the verdict with its figures, the diagnostic of the next plan, who may not read all of it; then years of weekly spend of other people's tables.
. "$(dirname "$0")/lib.sh"
set_up
shared=${SHARED_DIR:-$root/../shared}/data/adspend
TODAY=2026-01-15
a() { jalon_in "$1" en --today $TODAY "${@:2}"; }
python3 "$here/audit_plan.py" >"$W/files/plan.json"
a admin plan import "$W/files/plan.json"
check the-year-is-there exits 0
marketing plan use "Plan 2025"

# ---- the figures ----
a marketing audit --json
check exits-well exits 0
cp "$W/files/out" "$W/files/audit.json"
python3 "$here/audit_plan.py" expected >"$W/files/expected.json"
check figures-of-2025 python3 - "$W/files/audit.json" "$W/files/expected.json" <<'P'
import json, sys
from fractions import Fraction
from decimal import Decimal
from document import Document
d = Document(open(sys.argv[1], encoding='utf-8').read())
rows = {(r['cells']['channel'] or '').split(' ', 1)[-1]: r['cells'] for r in d.rows('results') if r.get('level', 0) == 0}
columns = [('spend', 100), ('mql', 1), ('cost_per_lead', 100), ('opportunities', 1), ('potential', 100), ('customers', 1), ('conversion', 10**6), ('signed', 100), ('roi', 10**6)]
bad = 0
for name, *values in json.load(open(sys.argv[2])):
    for (column, scale), value in zip(columns, values):
        shown = rows[name][column]
        got = None if shown in (None, 'undefined') else round(Fraction(Decimal(str(shown))) * scale)
        if got != value:
            print(name, column, got, 'and not', value)
            bad = 1
sys.exit(bad)
P
costly() { value_of marketing "[r['cells']['channel'] for r in d.rows('costly')]" audit --today $TODAY "$@"; }
check much-for-little [ "$(costly)" = "['L2 SEA', 'A2 Campagne SEA', 'L3 Salons']" ]
check much-is-a-setting [ "$(costly --much 35%)" = "['L2 SEA', 'A2 Campagne SEA']" ]
check little-is-a-setting [ "$(costly --little 35)" = "['L3 Salons']" ]
proposals() { value_of marketing "' '.join(r['cells']['channel'].split(' ', 1)[-1] + '=' + r['cells']['proposal'] + (':' + r['cells']['cause'] if r['cells']['cause'] else '') for r in d.rows('proposals') if r.get('type') == 'lever')" audit --today $TODAY "$@"; }
check proposals [ "$(proposals)" = "Salons=stop:lever SEA=improve:execution Affiches=improve:unknown SEO=keep E-mail=keep Webinar=start LinkedIn=wait Partenaires=wait" ]
check enough-is-a-setting grep -q 'SEA=wait' <<<"$(proposals --enough 200)"
check gaps [ "$(value_of marketing "[(r['cells']['channel'], r['cells']['gap']) for r in d.rows('gaps')]" audit --today $TODAY)" = "[('L6 Affiches', 'no-figure'), ('L7 Partenaires', 'no-spend'), ('none', 'no-channel')]" ]
check ideas-name-their-record [ "$(value_of marketing "[r.get('ref') for r in d.rows('proposals') if r['cells']['channel'] == 'Podcast']" audit --today $TODAY)" = "['PB1']" ]
check by-campaign-adds-up [ "$(value_of marketing "[str(d.rows('results')[-1]['cells'][c]) for c in ('spend', 'mql', 'signed')]" audit --by campaign --today $TODAY)" = "['78240.56', '400', '336000.00']" ]
check year-by-year [ "$(value_of marketing "[(r['cells']['year'], str(r['cells']['spend']), r['cells']['mql']) for r in d.rows('years')][-2:]" audit --period 2024..2025 --today $TODAY)" = "[('2024', '29800.00', 380), ('2025', '78240.56', 400)]" ]
# 29,800.00 were spent in 2024: the plan of 2025 says that it leaves them out, and what is of both years; with a period that was asked for
a marketing audit
check left-out-and-said says 'not in it: €29,800, dated before or after the plan: jalon audit 2024-[0-9]{2}[.][.]2025-12'
check both-years [ "$(value_of marketing "str(d.rows('results')[-1]['cells']['spend'])" audit --period "$(grep -oE '2024-[0-9]{2}[.][.]2025-12' <<<"$out")" --today $TODAY)" = 108040.56 ]
a marketing audit 2025
check a-period-leaves-nothing-out silent 'not in it'
# in July the last quarter has not begun: nothing of it is held against the third one, which has figures
jalon_in marketing en --today 2025-07-05 audit 2025-Q4
check a-period-to-come all_of "exits 0; says 'this period has not begun: there are no results yet'; silent 'period before'; silent ' -[0-9]+ (of|days)'"
# the report of the same year says the same
check report-says-the-same [ "$(value_of marketing "[str(r['cells']['now']) for r in d.rows('results') if r['cells']['figure'] in ('spend', 'revenue', 'mql')]" report --year 2025 --today $TODAY)" = "['78240.56', '400', '336000.00']" ]
check budget-says-the-same [ "$(value_of marketing "d.rows('levers')[-1]['cells']['actual']" budget --period 2025 --today $TODAY)" = 78240.56 ]

# ---- whole screens ----
for language in en fr; do
  {
    jalon_in marketing $language --today $TODAY --width 80 audit
    printf '%s\n\n' "$out"
    jalon_in marketing $language --today $TODAY --width 80 audit 2025-Q4 --by campaign
    printf '%s\n' "$out"
  } >"$W/files/screen"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/screen" "$here/audit_$language.txt"
  check "screens-$language" diff -u "$here/audit_$language.txt" "$W/files/screen"
done

# ---- where each cell comes from ----
seed=${JALON_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
echo "# JALON_SEED=$seed"
a admin plan use "Plan 2025"
a admin plan export -
cp "$W/files/out" "$W/files/export.json"
every_cell() { # name, parameters...
  a admin audit "${@:2}" --json
  cp "$W/files/out" "$W/files/view.json"
  a admin why audit --all "${@:2}" --json
  cp "$W/files/out" "$W/files/why.json"
  check "every-cell-$1" python3 "$here/explain.py" "$W/files/view.json" "$W/files/why.json" "$W/files/export.json" --mutants "$seed"
}
every_cell plan
every_cell years --period 2024..2025
every_cell month-of-quarters --period 2025-02
every_cell campaigns --by campaign --period 2025-Q4

# ---- what is planned for the whole year is of no quarter, and nobody is judged by it: SEA plans 30,000 by no month and spent 7,501.50 ----
check planned-of-the-year [ "$(value_of marketing "[str(r['cells']['planned']) for r in d.rows('results') if r['cells']['channel'] in ('L2 SEA', 'total')]" audit --today $TODAY)" = "['30000.00', '79000.00']" ]
check planned-of-no-quarter [ "$(value_of marketing "[r['cells']['planned'] for r in d.rows('results') if r['cells']['channel'] in ('L2 SEA', 'total')]" audit 2025-Q4 --today $TODAY)" = "[None, None]" ]
check not-judged-by-it [ "$(value_of marketing "[r['cells']['execution'] for r in d.rows('proposals') if r['cells']['channel'].startswith('L2')]" audit 2025-Q4 --today $TODAY | grep -c planned)" = 0 ]
a marketing audit 2025-Q4 --width 100
check planned-is-said says 'planned: empty where lines are planned for the whole of the plan .*€79,000'
# ---- like with like: of the period before as many days as have passed of this one ----
jalon_in marketing en --today 2025-11-14 --width 100 audit 2025-Q4
check as-many-days all_of "says 'the period before: 1 Jul 2025 to 14 Aug 2025'; says 'the period is not over: 45 of 92 days, of the one before as many are taken'"
a marketing audit 2031
check outside-the-plan says 'no day of it is in the plan, which goes from 1 Jan 2025 to 31 Dec 2025'

# ---- refused ----
a marketing audit --by lever
check no-such-grouping exits_complaining 4 'lever' 'channel or campaign'
for wrong in '--much 101%' '--much x' '--little -1' '--enough many'; do
  a marketing audit $wrong
  check "refuses-$wrong" exits_complaining 4 "${wrong#* }"
done
a marketing audit --period 2025-Q7
check no-such-period exits_complaining 4 2025-Q7

# ---- the verdict ----
lever() { value_of marketing "[d.cells('levers', 'L$1')[c] for c in ('cause', 'date', 'reason')]" levers --today $TODAY; }
a marketing audit accept Salons --reason "Trop cher" --lesson "Un salon se paie rarement" --dry-run
check dry-run all_of "exits_saying 0 'would have'; [ \"\$(value_of marketing \"d.cells('levers', 'L3')['date']\" levers)\" = None ]"
a marketing audit accept Salons --reason "Trop cher" --lesson "Un salon se paie rarement"
check accept all_of "exits_saying 0 'L3 has the verdict: stop'; complains 'spend €25,000'; complains 'L3: these figures are part of the strategy with it'"
check reason-has-the-figures grep -q "'lever', '2026-01-15', 'Trop cher.nspend €25,000 (31.95% of all), qualified leads 40 (10%) at €625, signed €15,000 (4.46%), ROI -40% (audit, 1 Jan 2025 to 31 Dec 2025)'" <<<"$(lever 3 | plain_spaces)"
check lesson-of-it [ "$(value_of marketing "[(r['cells']['title'], r['cells']['kind'], r['cells']['sources']) for r in d.rows('lessons')]" lessons)" = "[('LS1 Un salon se paie rarement', 'failure', 'L3 Salons')]" ]
a marketing audit accept SEA
check what-is-to-be-improved-goes-on exits_saying 0 'L2 has the verdict: keep'
a marketing audit accept SEO --verdict stop --cause lever --reason "On passe à autre chose"
check another-verdict all_of "exits_saying 0 'stop'; complains 'proposes something else: keep'"
a marketing undo
check undo-takes-it-back exits 0
a marketing audit accept LinkedIn
check too-early-needs-a-word exits_complaining 2 'L5' '--verdict'
a marketing audit accept LinkedIn --verdict start
check start-although-early exits 0
a marketing audit accept SEO --verdict go
check no-such-verdict exits_complaining 4 '"go"'
a marketing audit accept SEO --cause weather
check no-such-cause exits_complaining 4 'weather'
a marketing audit accept Rien
check no-such-lever exits_complaining 8 'Rien'
a marketing audit accept SEO --period 2023 --verdict keep
check without-figures-a-reason exits_complaining 2 '--reason'

# ---- the next plan ----
a marketing plan new "Plan 2026" --from "Plan 2025" --start 2026-01-01
check next-plan exits_saying 0 'audit of Plan 2025: stop: Salons; improve: SEA; keep: SEO, E-mail; start: Webinar'
a marketing diagnostic --width 100
check diagnostic-has-it all_of "says 'audit of Plan 2025: stop: Salons'; says 'SEA: improve'; says 'source: audit, 1 Jan 2025 to 31 Dec 2025, plan Plan 2025'"
check with-its-figures grep -q 'spend €30,006 (38.35% of all)' <<<"$(value_of marketing "[r['cells']['evidence'] for r in d.rows('swot')]" diagnostic | plain_spaces)"
a marketing diagnostic add "Une note" --kind threat
a marketing --plan "Plan 2025" figures set Salons --period 2025-11 MQL=400
a marketing diagnostic
check line-says-what-it-says-now grep -q 'audit of Plan 2025, as it stands: improve: SEA; keep: SEO, Salons' <<<"$(tr -s '\n ' ' ' <<<"$out")"
a marketing --plan "Plan 2025" undo
a marketing plan new "Plan 2027" --from "Plan 2025" --start 2027-01-01 --without diagnostic
check left-out all_of "exits 0; silent 'audit of'"
marketing plan use "Plan 2025"

# ---- who may not read all of it ----
a admin rights set "Paul Bernard" pipeline none
sales plan use "Plan 2025"
a sales audit
check without-results all_of "exits 0; says 'may not read the section pipeline'; says 'no proposals'; says '30,006.00'; silent 'SEA +[^ ]+ +60'; silent 'nobody has told of MQL'; silent 'neither money nor figures'; "
a sales audit accept SEA
check no-verdict-without-results exits_complaining 2 'proposes nothing'
a admin rights set "Paul Bernard" pipeline read
a admin rights set "Paul Bernard" budget none
a sales audit
check without-money all_of "exits 0; says 'may not read the section budget'; says 'no proposals'; silent '30,006'; silent 'neither money nor figures'; silent '78,240'; says '336,000'"
a sales audit --period 2025-02
check nor-that-there-is-none all_of "exits 0; silent 'neither money nor figures'; "

# ---- weekly spend over years, as other people publish it ----
for kind in robyn meridian; do
  table=$(ls "$shared/$kind"*.csv 2>/dev/null)
  if [ -z "$table" ]; then
    echo "skip $kind: no table in $shared"
    continue
  fi
  a admin plan new "Audit $kind" --start 2015-01-01 --end 2024-12-31 --fiscal-year-start 2015-01-01
  for channel in $(python3 "$here/adspend_years.py" $kind "$table" channels); do
    a admin lever add "$channel"
    a admin budget-line add "$channel" --lever "$channel" --category media --planned 1
  done
  a admin import "$table" --as weekly --set currency=EUR --set vat-basis=net
  check "$kind-is-there" exits 0
  a admin audit --json
  cp "$W/files/out" "$W/files/weeks"
  check "$kind-year-by-year" python3 "$here/adspend_years.py" $kind "$table" "$W/files/weeks"
  [ $kind = meridian ] || check robyn-control-totals [ "$(sed -n 's/^# //p' "$W/files/check" | tr '\n' ' ')" = \
    "tv 3087487.77 ooh 8989331.73 print 775555.51 facebook 446296.83 search 1230426.67 revenue 379005696.67 " ]
  # of five years the first and the last are told in part: these are compared with none
  a admin audit --width 100
  check "$kind-years-of-other-lengths" says 'are not compared: [0-9]+ and [0-9]+ days of them are known of'
  check "$kind-like-with-like" python3 - "$W/files/weeks" $kind <<'P'
import json, sys
rows = [b for b in json.load(open(sys.argv[1], encoding='utf-8'))['blocks'] if b['name'] == 'years'][0]['rows']
total = [r['cells'] for r in rows[[r['cells']['year'] for r in rows].index('total') + 1:] if r.get('level')]
print([(r['year'], r['spend_change']) for r in total])
told = [r['spend_change'] for r in total]
sys.exit(not (len(total) >= 4 and told[0] is None and told[-1] is None and (told[1] is None) == (sys.argv[2] == 'robyn') and None not in told[2:-1]))
P
  # a review over all of them, and over whole years
  a admin review start --period 2015..2024
  check "$kind-review-of-all-years" exits_saying 0 'R1 is started'
  two=$([ $kind = robyn ] && echo 2017..2018 || echo 2021..2022)
  a admin review start --period $two
  check "$kind-review-of-two-years" exits_saying 0 'R2 is started'
  for of in R1:2015:2024 R2:${two%..*}:${two#*..}; do
    IFS=: read -r review first last <<<"$of"
    a admin review "$review" --json
    cp "$W/files/out" "$W/files/years"
    check "$kind-$review-against-the-table" python3 "$here/adspend_years.py" $kind "$table" "$W/files/years" $first $last
    a admin review "$review" --replay
    check "$kind-$review-replays" says 'the same proposals'
  done
done
finish
