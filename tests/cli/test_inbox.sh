#!/bin/bash
# The inbox: mentions, requests for advice, what one is informed of, what is to sign; what was read is kept for the person alone and merged from
# two laptops that were offline; nothing that may not be read comes in, not as a count.
. "$(dirname "$0")/lib.sh"
set_up
printf 'a password for comex\n' >"$W/files/comex.password"
admin user add comex --name "Rachel Comex" --password-file "$W/files/comex.password"
admin person set "Rachel Comex" --teams COMEX
jalon_in comex en --server "$unix_address" login comex --password-file "$W/files/comex.password"
jalon_in comex en plan use "$DEMONSTRATION_NAME"
check comex-is-in exits 0
marketing lever add "Webinaires" --direction inbound
lever=$(grep -oE 'L[0-9]+' <<<"$out" | head -n 1)
marketing action add "Webinar IA" --lever "$lever"
action=$(grep -oE 'A[0-9]+' <<<"$out" | head -n 1)
check an-action [ -n "$action" ]
for who in sales comex marketing; do jalon_in $who en inbox && jalon_in $who en inbox read all; done
check everything-is-read exits 0
jalon_in sales en inbox
check nothing-new says 'nothing new, and nothing waits for you'

# ---- mentions ----
marketing comment "$action" "la date bouge, @paul peux-tu regarder ? écrire à paul@example.com"
check mentions-by-first-name exits 0
sales inbox
check mentioned all_of "exits 0; says 'Claire Martin +mentions you +$action Webinar IA +la date bouge'; says 'jalon answer CM[0-9]+'"
jalon_in comex en inbox
check others-are-not all_of 'exits 0; silent "la date bouge"; says "nothing new"'
marketing comment "$action" "et @paule ?"
check unknown-mention exits_complaining 8 'nobody is called @paule' 'did you mean @Paul Bernard'
marketing comment "$action" "rendez-vous @10h" --quiet
check no-name-no-mention exits 0
marketing comment "$action" "@nobody-at-all" --no-mentions
check no-mentions exits 0
admin person set "Paul Bernard" --name "Paul B. Durand"
sales inbox
check a-new-name-breaks-no-mention says 'la date bouge'
admin person set "Paul B. Durand" --name "Paul Bernard"
sales inbox
sales inbox answer 1 "oui, lundi"
check answers-from-the-list all_of 'exits 0; says "answer to CM[0-9]+"'
sales inbox
check an-answered-one-is-gone silent 'la date bouge'
marketing inbox
check the-answer-arrives all_of 'exits 0; says "Paul Bernard +answers you +A[0-9]+ Webinar IA +oui, lundi"'

# ---- advice ----
marketing raci set "$action" A="Claire Martin" R="Claire Martin" C="Sales" I=COMEX
check raci exits 0
marketing ask "$action" C "quels leads d'abord ?" --by 2026-01-31 --today 2026-01-20
check asks-whoever-is-consulted all_of 'exits 0; says "asked for advice: Sales .Q2., r[0-9]+. it stands in the inbox"'
request=$(grep -oE 'Q[0-9]+' <<<"$out" | head -n 1)
sales inbox --today 2026-02-02
check asked all_of "exits 0; says 'Waits for your answer'; says 'asks for your advice'; says 'quels leads'; says 'jalon answer $request'"
jalon_in sales fr inbox --today 2026-02-02
check asked-fr all_of "exits 0; says 'En attente de votre réponse'; says 'demande votre avis'"
sales mine
check mine-has-it says 'quels leads'
marketing inbox --today 2026-02-02
check late-ones-are-shown says 'has not answered you'
sales answer "$request" "ceux du salon"
check answers exits 0
sales inbox --today 2026-02-02
check answered silent 'quels leads'
marketing inbox --today 2026-02-02
check the-advice-arrives all_of 'says "ceux du salon"; silent "has not answered"'

# ---- informed: one line per record ----
jalon_in comex en inbox
check told-of-its-letter says 'you are kept informed \(I\)'
jalon_in comex en inbox read all
marketing action set "$action" --status ready
marketing action set "$action" --priority high
marketing checklist-item add "salle" --action "$action"
jalon_in comex en inbox
check informed all_of "exits 0; says 'Claire Martin +(status, priority, checklist items|checklist items, priority, status) +$action Webinar IA'"
check one-line-per-record [ "$(grep -c "$action Webinar IA" <<<"$out")" = 1 ]
jalon_in comex fr inbox
check informed-fr says 'statut'
jalon_in comex en inbox --json
check informed-json all_of 'says "\"what\": \"[a-z_, ]*status"'
jalon_in comex en inbox --csv
check informed-csv says 'Webinar IA'
jalon_in comex en inbox read 1
check read-one exits 0
jalon_in comex en inbox
check read-one-is-gone all_of 'says "nothing new"'
jalon_in comex en inbox --since yesterday
check digest says "$action Webinar IA"

# ---- rights: not as a count either ----
admin raci set "$DEMONSTRATION_NAME" A="Claire Martin"
marketing rights set COMEX budget none
line=$(marketing budget-line list; grep -oE 'B[0-9]+' <<<"$out" | head -n 1)
jalon_in comex en inbox read all
jalon_in comex en inbox
marketing comment "$line" "@comex prime secrète de Zorglub"
marketing ask "$line" @comex "Zorglub encore ?"
check wrote-in-the-budget exits 0
jalon_in comex en inbox
check hidden-comment all_of 'silent Zorglub; silent "asks for your advice"; silent "mentions you"'
jalon_in comex en inbox --json
check hidden-comment-json silent Zorglub

# ---- definitions ----
marketing definition add "MQL" --text "a téléchargé deux contenus et travaille dans la cible" --teams Marketing,Sales
check definition exits 0
marketing definition sign D1
check marketing-signs all_of 'exits 0; says "D1 MQL is signed for Marketing"'
sales inbox
check to-sign all_of "says 'to sign'; says 'jalon definition sign D1'"
jalon_in comex en definition sign D1
check not-theirs-to-sign exits_complaining 7 'you sign for none of the teams'
marketing rights set Sales strategy read
sales definition sign D1
check readers-sign exits 0
marketing definition list
check all-signed all_of 'says "Marketing \(Claire Martin\)"; says "Sales \(Paul Bernard\)"; says "all are signed"'
marketing kpi add "CPL cible" --unit EUR --direction down
kpi=$(grep -oE 'K[0-9]+' <<<"$out" | head -n 1)
marketing definition set D1 --kpi "$kpi"
marketing definition list
check a-change-asks-again all_of 'says "has still to sign"; says "not agreed yet: 1"'
sales inbox
check signs-again says 'changed: to sign again'
marketing kpi
check marked all_of "says '$kpi CPL cible \*'; says 'not signed by all teams'"
marketing definition sign D1
sales definition sign D1
marketing kpi
check not-marked silent 'not signed by all teams'

# ---- two laptops, offline ----
laptop one sales
laptop two sales
on one en inbox
on one en inbox read all
on two en inbox
on two en sync
check two-has-the-marks exits 0
for n in 1 2 3; do marketing comment "$action" "@paul question $n"; done
on one en sync
on two en sync
on one en --offline inbox
check offline-list all_of 'says "question 1"; says "question 3"'
one=$(grep -n 'question 3' <<<"$out" | head -n 1 >/dev/null; grep -E 'question 3' <<<"$out" | grep -oE '^ *[0-9]+' | tr -d ' ')
on one en --offline inbox read "$one"
check offline-read exits 0
on one en --offline inbox
check offline-read-shows all_of 'silent "question 3"; says "question 1"'
on two en --offline inbox
two=$(grep -E 'question 1' <<<"$out" | grep -oE '^ *[0-9]+' | tr -d ' ')
on two en --offline inbox read "$two"
check offline-read-two exits 0
on one en sync
check one-sends exits 0
on two en sync
check two-merges all_of 'exits 0; silent conflict'
on one en sync
for l in one two; do
  on $l en inbox
  check "merged-$l" all_of 'says "question 2"; silent "question 1"; silent "question 3"'
  on $l en --offline inbox
  check "merged-$l-offline" all_of 'says "question 2"; silent "question 1"; silent "question 3"'
done
on two en inbox read all
on one en inbox
check all-read-everywhere says 'nothing new'

finish
