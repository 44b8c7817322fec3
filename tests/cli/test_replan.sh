#!/bin/bash
# "Un GPS qui recalcule l'itinéraire" (product.md A10): another budget, another rate, other dates; what each does to dates, money and funnel
# together before it is accepted, then written as one group, and taken back. Every answer as it stands at 80 columns, in French
# (replan_fr.txt) and in English (replan_en.txt); the figures are checked against those worked out on paper below.
. "$(dirname "$0")/lib.sh"
set_up
TODAY=2027-02-15 # told to every command, so that nothing depends on the day of the run

tell() { # arguments...: the command, what it said, how it ended
  jalon_in marketing "$language" "$@" --width 80 --today $TODAY
  { printf '$'; printf " %s" jalon "$@"; printf '\n%s\n' "$out${out:+${err:+
}}$err"; [ "$status" -eq 0 ] || echo "[$status]"; echo; } | sed 's/ *$//' >>"$story"
}
story_of() { # language
  language=$1
  story=$W/files/replan_$language.txt
  : >"$story"
  tell plan new "Plan $language" --start 2027-01-01 --end 2027-12-31
  tell lever add "Site web" --direction inbound
  tell kpi add "Taux de conversion du site web" --unit percent --direction up
  tell action add "Plugin de chat" --lever L1 --start 2027-03-01 --due 2027-11-30 --kpis K1 --conversion-from 4% --conversion-to 5%
  tell budget-line add "Publicité" --action A1 --category media --bucket 70
  for month in 01 02 03 04 05 06 07 08 09 10; do tell budget-month add --line B1 --month 2027-$month --planned 1000; done
  tell budget-line add "Outils" --lever L1 --category tools --bucket 20 --planned 2000
  tell expense add "Facture" --line B1 --net 1500 --date 2027-01-20
  tell funnel new "Inbound $language" --rates visites=4%,leads=30%,MQL=40%,SQL=25% --customers 30
  tell funnel-rate set FR1 --kpi K1
  tell replan
  tell replan B1 --planned 8000
  tell replan B2 --planned 1200.50
  tell replan FR2 --rate 15%
  tell replan FR1 --rate 5%
  tell replan A1 --due 2027-12-17
  tell replan B1 --planned 8000 --apply
  tell undo
  tell replan B2 --planned 1000 --apply --dry-run
  tell replan FR2 --rate 15% --apply
  tell replan FR2 --rate 15% --apply
  tell undo
  tell replan A1 --start 2027-06-01 --due 2027-08-31 --apply
  tell budget-month list
  tell undo
  tell replan B1
  tell replan B1 --planned 100
  tell replan FR2 --rate 0%
}
for language in fr en; do
  story_of $language
  if [ -n "${JALON_WRITE:-}" ]; then cp "$story" "$here/replan_$language.txt"; fi
  check "story-$language" diff -u "$here/replan_$language.txt" "$story"
done

# On paper: 7 000 over nine months are 777.78 seven times and 777.77 twice. A thousand a month from January on: 8 000 are gone on 31 August, and
# the action goes on until 30 November: 30 + 31 + 30 days. Of 12 000 the plan keeps 10 000: 25 customers at 400 each instead of 30.
jalon_in marketing en replan B1 --planned 8000 --json --today $TODAY
check paper-budget python3 -c "
from document import Document; import sys
d = Document(sys.argv[1])
months = [str(r['cells']['new_planned']) for r in d.rows('money')]
assert months == ['777.78'] * 7 + ['777.77'] * 2, months
dates = d.rows('dates')[0]['cells']
assert (dates['until'], dates['days']) == ('2027-08-31', 91), dates
customers = d.rows('funnel')[-1]['cells']
assert (customers['needed'], customers['same'], str(customers['each'])) == (30, 25, '400.00'), customers" "$out"
# Half the rate of the leads takes twice as many of them and of visits; the year's 30 customers take two years of 365 days: until 30 December 2028.
jalon_in marketing en replan FR2 --rate 15% --json --today $TODAY
check paper-rate python3 -c "
from document import Document; import sys
d = Document(sys.argv[1])
assert [r['cells']['new_needed'] for r in d.rows('funnel')] == [50000, 2000, 300, 120, 30]
assert [r['cells']['brings'] for r in d.rows('funnel')] == [25000, 1000, 150, 60, 15]
assert d.rows('dates')[0]['cells']['then'] == '2028-12-30', d.rows('dates')
assert [str(r['cells']['then']) for r in d.rows('money')] == ['24000.00', '800.00'], d.rows('money')" "$out"

# ---- somebody changes meanwhile what it was worked out from: nothing is written, and it says what changed ----
laptop paul admin
on paul en plan use "Plan en"
on paul en replan FR2 --rate 15%
on paul en --offline replan FR2 --rate 15% --apply --yes
check waits-offline exits_saying 0 'written: kept, will be sent'
jalon_in marketing en funnel set FN1 --customers 60
check another-target exits 0
on paul en sync
check a-guard-refuses exits_complaining 3 '1 conflict'
on paul en conflicts
check a-conflict-names-what-changed says 'customers target of FN1 Inbound en, which this edit relied on, has changed'
jalon_in marketing en show FR2
check nothing-was-written says '30%'
on paul en resolve C1 --theirs
jalon_in marketing en undo
finish
