#!/bin/bash
# The inbox: mentions, requests for advice, what one is informed of, what is to sign; what was read is kept for the person alone and merged from
# two laptops that were offline; nothing that may not be read comes in, not as a count.
. "$(dirname "$0")/lib.sh"
set_up
day=2026-02-02
looks() { # who, language, arguments...: adds the whole screen to what inbox_screens.txt says
  jalon_in "$1" "$2" --width 80 --today $day "${@:3}"
  { printf '=== %s %s $ jalon %s\n' "$1" "$2" "${*:3}"; printf '%s\n' "$out" | times_steady; echo "[$status]"; } >>"$story"
}
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
looks sales en inbox
looks sales fr inbox
sales dashboard
check dashboard-without-news silent 'inbox'

# ---- mentions ----
marketing comment "$action" "la date bouge, @paul peux-tu regarder ? écrire à paul@example.com"
check mentions-by-first-name exits 0
looks sales en inbox
looks sales fr inbox
sales dashboard
check dashboard-with-news says '1 new in your inbox of this plan: jalon inbox'
jalon_in comex en dashboard
check not-of-others silent 'in your inbox'
looks comex en inbox
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
looks sales en inbox
looks marketing en inbox
looks marketing fr inbox

# ---- advice ----
marketing raci set "$action" A="Claire Martin" R="Claire Martin" C="Sales" I=COMEX
check raci exits 0
marketing ask "$action" C "quels leads d'abord ?" --by 2026-01-31 --today 2026-01-20
check asks-whoever-is-consulted all_of 'exits 0; says "asked for advice: Sales .Q2., r[0-9]+. it stands in the inbox"'
request=$(grep -oE 'Q[0-9]+' <<<"$out" | head -n 1)
looks sales en inbox
looks sales fr inbox
sales mine
check mine-has-it says 'asks for your advice .*quels leads'
looks marketing en inbox
looks marketing fr inbox
marketing inbox read all
looks marketing en inbox
sales answer "$request" "ceux du salon"
check answers exits 0
looks sales en inbox
looks marketing en inbox

# ---- informed: one line per record ----
looks comex en inbox
jalon_in comex en inbox read all
marketing action set "$action" --status ready
marketing action set "$action" --priority high
marketing checklist-item add "salle" --action "$action"
looks comex en inbox
looks comex fr inbox
jalon_in comex en inbox --json
check informed-json all_of 'says "\"what\": \"[a-z_, ]*status"'
jalon_in comex en inbox --csv
check informed-csv says 'Webinar IA'
jalon_in comex en inbox read 1
check read-one exits 0
looks comex en inbox
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
looks comex en inbox
jalon_in comex en dashboard
check hidden-comment-not-counted silent 'in your inbox'

# ---- definitions ----
marketing definition add "MQL" --text "a téléchargé deux contenus et travaille dans la cible" --teams Marketing,Sales
check definition exits 0
marketing definition sign D1
check marketing-signs all_of 'exits 0; says "D1 MQL is signed for Marketing"'
looks sales en inbox
sales inbox read all
looks sales fr inbox
looks sales en definition list
looks sales fr definition list
jalon_in comex en definition sign D1
check not-theirs-to-sign exits_complaining 7 'you sign for none of the teams'
marketing rights set Sales strategy read
sales definition sign D1
check readers-sign exits 0
looks marketing en definition list
looks marketing fr definition list
marketing kpi add "CPL cible" --unit EUR --direction down
kpi=$(grep -oE 'K[0-9]+' <<<"$out" | head -n 1)
marketing definition set D1 --kpi "$kpi"
looks marketing en definition list
looks sales en inbox
marketing kpi
check marked all_of "says '$kpi CPL cible \*'; says 'not signed by all teams'"
marketing definition sign D1
sales definition sign D1
marketing kpi
check not-marked silent 'not signed by all teams'

# ---- that an action needs approval is switched off while its approval waits: nobody's list loses a line without a word ----
admin action add "Affiche du salon" --lever "$lever" --needs-approval yes
poster=$(grep -oE '\bA[0-9]+' <<<"$out" | head -n 1)
admin raci set "$poster" A="Claire Martin"
sales submit "$poster" --note "devis de l'imprimeur"
check something-waits exits_saying 0 'is submitted'
for who in marketing sales; do jalon_in $who en inbox && jalon_in $who en inbox read all; done
looks marketing en inbox
admin action set "$poster" --needs-approval no
check switched-off exits_saying 0 "$poster does not wait to be approved any more .AP[0-9]+.; who was asked is told"
for who in marketing sales; do for lang in en fr; do looks $who $lang inbox; done; done
jalon_in comex en inbox
check not-told-to-others silent 'lets it start'
marketing inbox --json
check not-asked-json says '"what": "no-approval"'
admin undo
marketing show "$poster"
check undone-it-needs-approval-and-waits-no-more all_of 'says "needs approval +yes"; says "withdrawn"'

cp "$story" "$W/files/seen"
[ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/seen" "$here/inbox_screens.txt"
check screens-as-written-down diff -u "$here/inbox_screens.txt" "$W/files/seen"

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
on one en --offline dashboard --width 80
check offline-dashboard says '3 new in your inbox of this plan: jalon inbox'
on one en --offline inbox
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

# ---- watched: it begins after what was read, and goes on when that is read on another machine ----
if command -v tmux >/dev/null; then
  laptop_terminal one fr_FR.UTF-8 80 24
  type_in one "jalon watch inbox"
  sees watch-begins-after-what-was-read one 'rien de nouveau'
  marketing comment "$action" "@paul c'est décidé"
  sees watch-shows-what-comes one 'vous mentionne'
  on two en inbox
  on two en inbox read all
  stops_seeing watch-follows-what-is-read one 'vous mentionne'
  sees watch-says-nothing-is-new one 'rien de nouveau'
  marketing comment "$action" "@paul vraiment ?"
  sees watch-shows-the-next one '1  Claire Martin  vous mentionne'
  press one q
  sees watch-ends one 'ready> *$'
  on one fr inbox answer 1 "vraiment"
  check numbers-are-those-of-the-watch all_of 'exits 0; says "réponse à CM"'
  type_in one "jalon watch"
  sees watch-of-the-dashboard one 'Tableau de bord'
  marketing comment "$action" "@paul et demain ?"
  sees watched-dashboard-tells one 'nouveau dans votre boîte de réception de ce plan : 1 '
  on two en inbox
  on two en inbox read 1
  stops_seeing watched-dashboard-follows one 'boîte de réception'
  press one q
  sees watch-of-the-dashboard-ends one 'ready> *$'
fi

finish
