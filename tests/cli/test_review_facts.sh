#!/bin/bash
# What a review rests on: its facts are those that another program works out from the records of the plan (tests/cli/review_facts.py), and those of the
# audit of the same days; every cell of it explains itself; more lines and campaigns than it keeps one by one; and what of it a person sees who may not
# read the budget, the pipeline or the payroll, in whatever view.
. "$(dirname "$0")/lib.sh"
set_up
seed=${JALON_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
echo "# JALON_SEED=$seed"
TODAY=2026-11-30 # the records' days are of 2026; the server's own day only says what can still move

rows_of() { # name of the plan: its reviews as they stand in the database
  local table
  for table in review review_fact review_proposal review_decision; do
    sql "SELECT '$table' || E'\t' || to_jsonb(t)::text FROM $table AS t JOIN plan ON plan.space_id = t.space_id WHERE plan.name = '$1' AND t.deleted_revision IS NULL ORDER BY t.number"
  done
}
every_cell() { # name, review, name of the plan
  admin plan export -
  cp "$W/files/out" "$W/files/export.json"
  rows_of "$3" | python3 "$here/review_records.py" "$W/files/export.json" >"$W/files/all.json"
  admin review "$2" --json
  cp "$W/files/out" "$W/files/view.json"
  admin why review --all --record "$2" --json
  cp "$W/files/out" "$W/files/why.json"
  check "every-cell-$1" python3 "$here/explain.py" "$W/files/view.json" "$W/files/why.json" "$W/files/all.json" --mutants "$seed"
  # no operand of a figure is a number that stands in no record
  check "no-bare-figure-$1" python3 - "$W/files/why.json" <<'P'
import json, sys
text, decoder, at, bare = open(sys.argv[1], encoding='utf-8').read(), json.JSONDecoder(), 0, []
while at < len(text):
    document, at = decoder.raw_decode(text, at)
    at += len(text[at:]) - len(text[at:].lstrip())
    rows = [r['cells'] for b in document['blocks'] if b['name'] == 'explanation' for r in b['rows']]
    bare += [(document['title'], r['what']) for r in rows if r['operation'] == 'constant' and r['kind'] in ('money', 'integer', 'fraction', 'share')]
print(bare)
sys.exit(bool(bare))
P
}

# ---- against another program, and against the audit ----
python3 "$here/review_facts.py" plan "$seed" >"$W/files/plan.json"
admin plan import "$W/files/plan.json"
check random-plan exits 0
admin plan use Faits
number=0
for period in 2026-Q3:2026-07-01:2026-09-30 2026-08:2026-08-01:2026-08-31 2026-07-10..2026-10-05:2026-07-10:2026-10-05; do
  IFS=: read -r asked first last <<<"$period"
  number=$((number + 1))
  admin review start --period "$asked" --minimum-data 5
  check "started-$asked" exits_saying 0 "R$number is started"
  admin plan export -
  cp "$W/files/out" "$W/files/export.json"
  one=$(sql "SELECT r.id FROM review AS r JOIN plan ON plan.space_id = r.space_id WHERE plan.name = 'Faits' AND r.number = $number")
  rows_of Faits | grep -F "$one" >"$W/files/facts"
  admin audit --period "$asked" --today $TODAY --json
  cp "$W/files/out" "$W/files/audit.json"
  check "facts-$asked" python3 "$here/review_facts.py" check "$W/files/export.json" "$W/files/facts" "$W/files/audit.json" "$first" "$last"
  every_cell "$asked" "R$number" Faits
done

# ---- more than is kept one by one: the smaller lines are one for each bucket, and nothing is lost of the shares ----
python3 "$here/review_facts.py" many >"$W/files/many.json"
admin plan import "$W/files/many.json"
check many exits 0
admin plan use "Grand plan"
admin review start --period 2026-Q3
check many-are-frozen exits_saying 0 'R1 is started'
kept() { value_of admin "$1" review; }
check smaller-lines-together [ "$(kept "len(d.rows('lines')), sum(int(r['cells']['line'].rsplit('(+', 1)[1][:-1]) + 1 for r in d.rows('lines') if '(+' in r['cells']['line'])")" = '404 220' ]
check budget-is-whole [ "$(kept "d.rows('lines')[-1]['cells']['planned']")" = "$(python3 -c "print('%.2f' % (sum(100000 + 1000 * (i * 7919 % 620) for i in range(620)) / 100))")" ]
check shares-are-whole [ "$(kept "[str(r['cells']['now']) for r in d.rows('buckets')]")" = "$(value_of admin "[str(r['cells']['share_planned']) for r in d.rows('buckets')[:3]]" budget --by bucket)" ]
numbers() { kept "sorted(int(r['cells']['what'].split()[0][1:]) for r in d.rows('campaigns') if r['cells']['$1'] is not None) == list(range($2))"; }
check the-campaigns-that-cost-most [ "$(numbers spend '251, 451')" = True ]
check the-campaigns-that-brought-most [ "$(numbers qualified '1, 201')" = True ]
admin review --width 200
check it-is-said says 'of campaigns the 200 that cost most'
admin review --replay
check the-same-again says 'the same proposals'

# ---- what signed nothing gets nothing, whatever its leads cost; a period is decided once ----
# A lead: SEO 55.56 €, SEA 257.15 €, e-mail 20.83 €, Social 96.77 €; mean 18,250.13 / 216 = 84.49 €, of which SEA is three times. For a euro SEO signed 6,
# SEA 0.44, e-mail 9.6, Social nothing. SEA gives a step of each of the others: 1,250 to e-mail, 7,500 to SEO (30,000.05 / 4, in whole tens).
admin plan new "Renvois" --start 2026-07-01 --end 2027-06-30 --fiscal-year-start 2026-07-01
while IFS=: read -r channel line planned bucket spent mql customers revenue; do
  admin lever add "$channel"
  admin budget-line add "$line" --lever "$channel" --category media --planned "$planned" --bucket "$bucket"
  number=$(grep -oE '\bB[0-9]+' <<<"$out" | head -1)
  admin expense add "$line" --line "$number" --date 2026-08-15 --net "$spent"
  admin figures set "$channel" --period 2026-08 MQL="$mql" customers="$customers" revenue="$revenue"
  check "told: $channel" exits 0
done <<'V'
SEO:Contenus:30000.05:70:5000.03:90:6:30000
SEA:Ads:40000:20:9000.10:35:1:4000
Emailing:Outil mail:5000:70:1250:60:4:12000
Social:TikTok:8000:10:3000:31:0:0
V
admin budget-line add "Divers" --category media --planned 3000 --minimum 1000
admin review start --period 2026-Q1 --width 200
check nobody-could-approve exits_saying 0 'nobody could approve what is accepted: .*jalon raci set "Renvois" A='
check both-have-few-customers says 'RP[0-9]+: what revenue it wins and loses cannot be told: L2 SEA and L3 Emailing have less than 5 customers each'
check one-has-few-customers says 'RP[0-9]+: what revenue it wins and loses cannot be told: L2 SEA has less than 5 customers'
of() { value_of admin "$1" review R1; }
shares() { of "' '.join('%.2f' % (100 * r['cells']['$1']) for r in d.rows('buckets'))"; }
check what-moves [ "$(of "[(r['cells']['what'], str(r['cells']['amount'])) for r in d.rows('proposals') if r['cells']['amount']]")" = \
  "[('from B2 Ads to B3 Outil mail', '1250.00'), ('from B2 Ads to B1 Contenus', '7500.00')]" ]
check the-judgement [ "$(of "[r['cells'].get('judgement') for r in d.rows('channels')][:4]")" = "['performs', 'stop', 'performs', 'unsigned']" ]
# of 86,000.05: 35,000.05, 40,000, 8,000, and 3,000 in no bucket
check shares-add-up [ "$(shares now)" = '40.70 46.51 9.30 3.49' ]
check shares-with-both [ "$(shares all)" = '50.87 36.34 9.30 3.49' ]
every_cell renvois R1 Renvois
admin why review 'B5 Divers' movable --record R1
check why-it-can-move all_of "says 'planned - minimum'; says 'planned - committed - actual'"
admin raci set Renvois A=Administration
marketing plan use Renvois
marketing review
check somebody-can-approve all_of "exits 0; silent 'nobody could approve'"
numbers_of() { of "' '.join(r['cells']['proposal'] for r in d.rows('proposals') if $1)"; }
refused=$(numbers_of "r['cells']['amount'] == 7500")
marketing review refuse "$refused" --reason "pas maintenant"
# 35,000.05 + 1,250 and 40,000 - 1,250
check refused-is-not-in-it [ "$(shares all)" = '42.15 45.06 9.30 3.49' ]
marketing review accept $(numbers_of "r['cells']['decision'] == 'open'")
marketing review apply
check asked exits_saying 0 'submitted: AP'
approval=$(grep -oE 'AP[0-9]+' <<<"$out" | head -1)
marketing review --width 200
check what-is-waited-for all_of "says '$approval waits to be approved: jalon show $approval. R1 can be closed once it is decided'; silent 'everything is decided'"
admin approve "$approval"
marketing review
check now-it-can-be-closed says 'everything is decided: jalon review close R1'
marketing review close
check closed exits 0
for again in 2026-Q1 2026-07-01..2026-09-30; do
  marketing review start --period "$again"
  check "decided-once: $again" exits_complaining 4 'R1 2026-Q1 has decided on the same period' 'jalon review R1; .*jalon submit'
done

# ---- who may not read all of it ----
admin plan use Faits
sales plan use Faits
admin raci set Faits A=Administration
admin payroll-line add "Salaire de Zorglub" --planned 71234
admin review add "Parce que" --review R1 --amount 10 $(value_of admin "'--from %s --to %s' % tuple([r['cells']['line'].split()[0] for r in d.rows('lines')[:-1] if r['cells']['movable'] and not r['cells']['state']][:2])" review R1)
check proposed exits_saying 0 'proposed as'
admin review accept "$(grep -oE 'RP[0-9]+' <<<"$out" | head -1)"
admin review apply R1
check applied exits_saying 0 'AP[0-9]+'
approval=$(grep -oE 'AP[0-9]+' <<<"$out" | head -1)
looks() { # what a person sees of it, in whatever view and face
  local view
  while IFS= read -r view; do
    sales $view
    cat "$W/files/out" "$W/files/err"
  done <<V
review R1
review R1 --json
review R1 --csv
review R1 --replay --json
why review --all --record R1 --json
review-fact list --json
review-proposal list --json
review-decision list --json
show R1 --json
show $approval --json
approval list --json
inbox --json
drift --json
history --json
audit --period 2026-Q3 --json
audit --period 2026-Q3 --by campaign --json
why audit --all --period 2026-Q3 --json
report --period 2026-Q3 --json
V
}
# Amounts of the plan that nobody could write by chance: of invoices and lines, and of what was signed.
python3 - "$W/files/plan.json" "$W/files" <<'P'
import json, sys
records = json.load(open(sys.argv[1], encoding='utf-8'))['records']
money = {x['net'] for x in records if x['type'] == 'expense'} | {x['planned'] for x in records if x['type'] in ('budget_line', 'budget_month') and x.get('planned')}
worth = {x['amount'] for x in records if x['type'] == 'figure' and x.get('amount')}
for name, cents in (('budget', money - worth), ('pipeline', worth - money)):
    with open(f'{sys.argv[2]}/{name}.amounts', 'w') as file:
        file.writelines(f'{abs(c) // 100}.{abs(c) % 100:02d}\n' for c in cents if abs(c) >= 100000)
P
has_of() { grep -qwF -f "$W/files/$1.amounts" "$W/files/seen"; }
none_of() { ! grep -wF -f "$W/files/$1.amounts" "$W/files/seen"; }
no_figure_of() { ! grep -oE "\"($1)\": *-?[0-9][^,}]*" "$W/files/seen"; } # columns of the JSON
admin rights set "Paul Bernard" payroll none
looks >"$W/files/seen"
check there-is-something-to-see all_of 'has_of budget; has_of pipeline'
no_payroll() { ! grep -E '\b71[., ]?234\b|Zorglub' "$W/files/seen"; }
check nothing-of-the-payroll no_payroll
admin rights set "Paul Bernard" budget none
looks >"$W/files/seen"
check nothing-of-the-budget all_of 'none_of budget; no_figure_of "spend|planned|committed|actual|remaining|movable|cost|return|roi|cost_per_lead|spend_change|amount"; has_of pipeline'
admin rights set "Paul Bernard" budget default
admin rights set "Paul Bernard" pipeline none
looks >"$W/files/seen"
check nothing-of-the-pipeline all_of 'none_of pipeline; no_figure_of "leads|qualified|mql|customers|opportunities|potential|signed|cost|return|roi|won|lost|revenue_won|revenue_lost|conversion|cost_per_lead"; has_of budget'
admin rights set "Paul Bernard" budget none
sales review R1 --replay
check neither all_of "exits 0; says 'may not read the section budget'; says 'cannot be worked out again'; silent 'performs|dear'"
finish
