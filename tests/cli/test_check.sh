#!/bin/bash
# The check: what it finds, in both languages, with exit statuses for scripts; findings that are accepted, offline too; what a reader who
# may not see the budget learns of it (nothing); the page of the rules is the table; every command that it advises can be typed; each
# template passes without an error.
. "$(dirname "$0")/lib.sh"

# ---- without a server: the rules, and their page ----
page() { "$JALON" --profile nobody --lang "$1" check --rules --page </dev/null; }
check page-is-the-table diff <(page en) "$root/common/model/findings/RULES.md"
check page-in-french diff <(page fr) "$root/common/model/findings/RULES.fr.md"
jalon_in nobody en check --rules --csv
check rules-as-csv exits_saying 0 '^,warning,LEV04,too many active channels'
jalon_in nobody en help check lev05
check help-of-a-rule exits_saying 0 '^LEV05  channels that nobody tracks  \(error\)'
jalon_in nobody fr help check LEV05
check help-of-a-rule-in-french exits_saying 0 '^LEV05  canaux sans aucun suivi  \(erreur\)'
# Every advised command is one, with options that it has: whoever is not logged in hears of that, if of anything, and of no usage error.
typed_well() {
  local code fix line bad=0
  while IFS=$'\t' read -r code fix; do
    while IFS= read -r line; do
      line=${line#jalon }
      eval "\"\$JALON\" --profile nobody --lang en ${line//REF/A1}" </dev/null >"$W/files/typed" 2>&1
      case $? in 0|7) ;; *) echo "$code: jalon $line: $(head -n 2 "$W/files/typed")"; bad=1 ;; esac
    done < <(sed 's/; jalon/\njalon/g' <<<"$fix")
  done < <("$JALON" --profile nobody --lang en check --rules --json </dev/null | python3 -c "
import sys
from document import Document
for r in Document(sys.stdin.read()).rows('rules'): print(r['cells']['code'], r['cells']['fix'], sep='\t')")
  return $bad
}
check every-advice-can-be-typed typed_well

# ---- a young plan, and one of the seeds' mistakes ----
set_up
codes() { value_of marketing "' '.join(r['cells']['code'] for r in d.rows('findings'))" check "$@"; }
marketing plan new "Jeune" --start 2027-01-01 --end 2027-12-31
marketing check
check young-plan-is-short exits_saying 10 'errors: 1, warnings: 1, advice: 0; accepted: 0'
check young-plan-codes [ "$(codes)" = "PLN01 PLN02" ]
marketing objective add "augmenter le CA de 30 % dans les 6 mois" --kind business --due 2027-06-30
check an-objective-later [ "$(codes --severity error)" = "" ]
marketing check --severity error
check no-error-no-status exits 0
marketing check --strict
check strict-has-a-status exits 10
marketing lever add "Réseaux sociaux" --objectives O1 --tracking none
marketing check L1
check a-record exits_saying 10 'LEV05'
jalon_in marketing fr check L1
check a-record-in-french exits_saying 10 'canaux sans aucun suivi'
check nothing-is-said-but-the-findings [ -z "$err" ]
marketing check L1 --rule LEV06
check the-rule-decides exits 0
marketing lever set L1 --tracking link
marketing check L1 --severity error
check advice-followed exits 0

# ---- accepted ----
jalon_in marketing fr check accept LEV02 L1 --reason "essai de deux mois"
check accept-in-french exits_saying 0 '^accepté : LEV02 \(L1\), r'
marketing check accept LEV02 L1 --reason "essai de deux mois, jusqu'à mars"
check accept-with-another-reason exits_saying 0 '^accepted: LEV02 \(L1\), r'
marketing check accept LEV02 L1 --reason "essai de deux mois"
check accept-again exits_saying 0 '^accepted: LEV02 \(L1\), r'
marketing conflicts
check no-conflict-with-oneself silent 'C1'
marketing check accept lev03 L1 --reason "too early" --until 2027-03-01
check accept exits_saying 0 '^accepted: LEV03 \(L1\), r'
check accepted-is-not-counted [ "$(codes --rule LEV02 >/dev/null; value_of sales "1" plan use Jeune >/dev/null 2>&1; "$JALON" --profile sales plan use Jeune >/dev/null </dev/null; value_of sales "d.rows('findings')[0]['cells']['state']" check --rule LEV02)" = accepted ]
sales check accepted
check others-see-why exits_saying 0 'essai de deux mois'
check by-whom says 'Claire Martin'
sales check L1 --rule LEV03 --today 2027-03-01
check back-on-its-day says 'was accepted, and is back'
sales check accepted --today 2027-03-01
check and-no-longer-among-the-accepted silent 'too early'
marketing check accept LEV02 --reason x
check what-is-not-found-is-not-accepted exits_complaining 8 'LEV02 \(the plan\): nothing is found there'
marketing check accept LEV99 L1 --reason x
check no-such-rule exits_complaining 8 'there is no rule LEV99'
marketing check accept LEV02 L1
check a-reason-is-needed exits_complaining 2 'with a reason'
marketing check withdraw LEV02 L1
check withdraw exits_saying 0 '^no longer accepted: LEV02 \(L1\), r'
marketing check withdraw LEV02 L1
check withdraw-once exits_complaining 8 'LEV02 \(L1\) is not accepted'
check it-counts-again [ "$(codes --rule LEV02)" = LEV02 ]
# worse than it was accepted: four channels, then five
for n in 2 3 4; do marketing lever add "Canal $n" --objectives O1 --tracking link; done
marketing check accept LEV04 --reason "quatre, le temps du lancement"
check accept-of-the-plan exits 0
check four-channels-are-accepted [ "$(value_of marketing "d.rows('findings')[0]['cells']['state']" check --rule LEV04)" = accepted ]
marketing lever add "Canal 5" --objectives O1 --tracking link
check five-are-not [ "$(value_of marketing "d.rows('findings')[0]['cells']['state']" check --rule LEV04)" = back ]
marketing check accept LEV04 --reason "cinq, c'est décidé"
check accepted-anew exits_saying 0 'accepted: LEV04'
check five-are-accepted [ "$(value_of marketing "d.rows('findings')[0]['cells']['reason']" check --rule LEV04)" = "cinq, c'est décidé" ]

# ---- offline: the same, and two acceptances of one finding are one ----
online=$("$JALON" --profile marketing --lang en --json check --all </dev/null | sed 's/"revision": [0-9]*/"revision": N/')
offline=$("$JALON" --profile marketing --lang en --json --offline check --all </dev/null 2>/dev/null | sed 's/"revision": [0-9]*/"revision": N/')
check offline-says-the-same [ "$online" = "$offline" ]
marketing --offline check accept LEV11 L1 --reason "même raison"
check accept-offline exits_saying 0 'kept, will be sent'
sales check accept LEV11 L1 --reason "même raison"
check accept-online-meanwhile exits 0
marketing sync
check both-are-one exits 0
check one-acceptance [ "$(value_of sales "len([r for r in d.rows('findings') if r['cells']['code'] == 'LEV11'])" check accepted)" = 1 ]
marketing conflicts
check without-a-conflict silent 'LEV11'

# ---- who may not read the budget learns nothing of it ----
jalon_in admin en plan use Jeune
marketing action add "Campagne" --lever L1
marketing budget-line add "Zorglub" --action A1 --category media --planned 4321
marketing check accept BUD03 B1 --reason "secret de Zorglub"
check money-is-found [ "$status" = 0 ]
admin raci set Jeune A="Claire Martin"
marketing rights set "Paul Bernard" budget none
check the-budget-is-closed exits 0
sales check --all
check rules-are-left-out says 'rules that were not asked, as they read what you may not: [0-9]+'
check no-word-of-money silent 'BUD0|Zorglub|4.?321'
sales check accepted
check no-acceptance-of-money silent 'BUD03|Zorglub'
sales check --rule BUD
check no-count-of-money says 'errors: 0, warnings: 0, advice: 0; accepted: 0'

# ---- templates ----
for template in "$root"/client/templates/*.json; do
  name=$(basename "$template" .json)
  marketing plan new "De $name" --template "$name" --start 2027-01-01
  marketing check --severity error --today 2027-01-01
  check "template-$name-has-no-error" exits 0
done
finish
