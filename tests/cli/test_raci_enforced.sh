#!/bin/bash
# RACI enforced. First as marketing, sales, COMEX and a guest in four terminals: the same plan, four different rights, each refused action
# with its reason and who could do it. Then the life of one action through the four letters, the table of seed 000 (Création de contenu,
# Validation, Avis, Information), in French and in English. Whole screens are compared.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip raci-enforced (no tmux)"
  exit 0
fi
set_up
secret='Prime de Zorglub'
account() { # login, person, options of the person
  printf 'mot de passe de %s 1\n' "$1" >"$W/files/$1.password"
  admin user add "$1" "${@:2}" --password-file "$W/files/$1.password"
  [ $status -eq 0 ] || not_ok "account-$1" "$(last_run)"
}
account comex --name "Jeanne Moreau"
account guest --name "Gilles Invité"
account content --person "Marie Dupont"
account traffic --person "Benoit Lefèvre"
admin person set "Jeanne Moreau" --teams COMEX
admin person set "Gilles Invité" --guest yes

# ---- rights and policy ----
admin payroll-line add "$secret" --planned 71234
admin rights set everybody payroll none
admin rights set Marketing payroll edit
for section in strategy actions budget; do admin rights set COMEX $section read; done
admin rights set "Gilles Invité" actions read
admin plan set --raci-enforced yes
check enforced exits 0
for who in marketing sales comex guest content traffic; do
  laptop $who $who
  laptop_terminal $who fr_FR.UTF-8 170 45 # no line that holds a date is wrapped
done

# ---- four terminals ----
for who in guest comex sales marketing; do # who may comes last: nobody finds it done already
  types $who "jalon action set A2 --impact 9"
  types $who "jalon raci set A2 R=benoit"
  types $who "jalon --lang en budget-line set B3 --planned 1100"
  types $who "jalon --lang en comment A2 'par $who'"
  types $who "jalon payroll-line list | grep -c Zorglub"
  types $who "jalon budget | grep -c -e Zorglub -e '71.234'"
done
for view in dashboard tree raci budget kpi mine history rights people 'rights A2 --why marketing' 'list --type payroll-line' 'plan export -'; do
  for who in comex guest sales; do
    on $who en $view
    check "no-payroll-$who-${view// /-}" silent 'Zorglub|71.?234'
  done
done
marketing budget
check marketing-sees-payroll says 'Zorglub'
marketing raci set A2 R="Content Manager" --task "Création de contenu"
check back-to-the-seed exits 0
cp "$story" "$W/files/four"
: >"$story"

# ---- the life of one action ----
# Days are counted from today, in words for the stories, so that no calendar ever makes them the past; midnight may pass at any moment.
day() { the_date -d "$1" +%F; }
for who in content sales comex; do
  type_in $who "export SOON=$(day '+5 months') LATER=$(day '+6 months') LATE=$(day '+7 months')"
done
for lang in fr en; do
  types content "jalon --lang $lang raci A2"
  types content "jalon --lang $lang rights A2 --why me"
done
types content "jalon action set A2 --due \$SOON --status ready"           # R does the work
types content "jalon checklist-item add 'Plan du livre blanc' --action A2"
types sales "jalon comment A2 'Avis : parler du prix'"                     # C advises
for lang in fr en; do
  types sales "jalon --lang $lang action set A2 --due \$LATER"              # and does not change
  types comex "jalon --lang $lang action set A2 --due \$LATE"               # I is told
  types content "jalon --lang $lang raci set A2 A='Marie Dupont'"          # A alone says who
done
types comex "jalon --lang en comment A2 'Pourquoi pas plus tôt ?'"
types marketing "jalon action set A2 --status in-progress"                 # A decides
# ---- somebody else in the place of R ----
type_in content "export START=$(day '-1 day') END=$(day '+7 days')"
types traffic "jalon action set A2 --effort 4"
types content "jalon leave add --person 'Marie Dupont' --start \$START --end \$END --substitute 'Benoit Lefèvre'"
types traffic "jalon --lang en rights A2 --why me"
types traffic "jalon action set A2 --effort 4"
for lang in fr en; do types comex "jalon --lang $lang history A2 | head -n 6"; done
same() { steady <"$2" >"$W/files/steady"; diff -u "$here/$1" "$W/files/steady"; }
if [ -n "${JALON_TEST_ACCEPT:-}" ]; then
  cp "$W/files/four" "$here/four_terminals.txt"
  cp "$story" "$here/life_of_an_action.txt"
fi
check four-terminals-as-written-down same four_terminals.txt "$W/files/four"
check life-of-an-action-as-written-down same life_of_an_action.txt "$story"

# ---- offline says the same; of a line below an action that one may not read the copy promises nothing, and tells nothing ----
admin rights set "Gilles Invité" actions none
admin rights set "Gilles Invité" budget edit
line=$(admin budget-line add "Livre blanc" --action A2 --category media --planned 500; grep -oE '\bB[0-9]+' <<<"$out" | head -n 1)
loose=$(admin budget-line add "Divers" --category other --planned 50; grep -oE '\bB[0-9]+' <<<"$out" | head -n 1)
check lines-for-the-guest [ -n "$line" ] && [ -n "$loose" ]
for who in guest comex sales marketing content; do on $who en sync; done
kill_server
hidden_words='Création|Claire|Marie|Benoit|Content Manager|\bA2\b'
on guest en --offline budget-line set "$line" --planned 600 --dry-run
check no-promise-below-a-hidden-action all_of 'exits 6; complains "it belongs to what you may not read"; silent "$hidden_words"'
on guest en --offline budget-line set "$loose" --planned 60 --dry-run
check a-line-of-its-own-is-foreseen exits 0
on guest fr --offline budget-line set "$line" --planned 600
check kept-without-a-promise all_of 'exits 0; complains "pourrait refuser"; complains "ne pouvez pas lire"; silent "$hidden_words"'
on guest en status
check status-promises-nothing silent "$hidden_words"
on guest en --offline budget-line set "$loose" --planned 60
check the-other-is-kept all_of 'exits 0; silent "may not read"'
for who in sales comex; do
  on $who en --offline budget-line set "$line" --planned 700 --dry-run
  check "who-reads-the-action-is-told-$who" all_of 'exits 7'
done
on content en --offline budget-line set "$line" --planned 700 --dry-run
check who-holds-r-is-not-stopped exits 0
on marketing en --offline budget-line set "$line" --planned 700 --dry-run
check nor-who-holds-a exits 0
start_server || not_ok server-starts-again-for-the-guest "$(tail -n 20 "$server_log")"
on guest en sync
check the-server-decides all_of 'silent "$hidden_words"'
on guest en conflicts
check refused-and-kept all_of 'exits 0; says "neither R nor A of what it belongs to"; silent "$hidden_words"'
admin budget-line show "$line"
check nothing-was-written says '500'
admin budget-line show "$loose"
check the-other-was says '60'
for who in guest comex sales marketing content; do on $who en sync; done

# ---- of an action that is read ----
on sales en sync
later=$(day '+6 months')
on sales en action set A2 --due "$later" --dry-run
online="$status:$err"
kill_server
on sales en --offline action set A2 --due "$later" --dry-run
check dry-run-offline-says-what-the-server-says all_of "exits 7; complains 'consulted'"
check dry-run-online-said-so [ "${online%%:*}" = 7 ]
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"

# ---- load and gaps ----
marketing plan set --load-limit 1
marketing raci
check overload-flagged all_of "exits 0; says 'Claire Martin .*overload'; says 'more than 1 actions'"
admin person set "Marie Dupont" --inactive yes
check somebody-leaves exits 0
marketing raci
check left-behind-flagged all_of "says 'A3 .*held by somebody who has left +Marie Dupont'; says 'A2 .*held by a role or team without people'"
marketing dashboard
check dashboard-tells all_of "exits 0; says 'letters held by people who have left: [0-9]+'; says 'people with an overload'"
marketing leave add --person "Claire Martin" --start "$(day '-1 day')" --end "$(day '+3 days')"
check own-leave exits 0
marketing raci
check away-without-a-substitute says 'A4 .*A is away, without a substitute +Claire Martin'
today=$(day today)
sales leave add --person "Claire Martin" --start "$today" --end "$today" --substitute "Paul Bernard"
check not-another-s-leave exits 7
marketing leave set LV2 --substitute "Claire Martin"
check not-oneself exits_complaining 4 'substitute'
finish
