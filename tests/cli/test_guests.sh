#!/bin/bash
# A guest of the organisation: knows himself and the names of those who appear in what he may read, online, offline, in exports and on the
# disk; nobody's mail address, job, team or leave; of the others not that they are. A member who becomes one loses the rest from the disk.
. "$(dirname "$0")/lib.sh"
set_up
hidden='Zorglubnard'
mail='quatrevingt'

jalon_in admin en plan use "$DEMONSTRATION_NAME"
for name in gilles marie zorg; do
  printf 'a password for %s\n' "$name" >"$W/files/$name.password"
done
admin user add marie --name "Apolline Apparente" --email "$mail.marie@example.org" --password-file "$W/files/marie.password"
check account-who-appears exits 0
admin user add zorg --name "$hidden" --email "$mail.zorg@example.org" --password-file "$W/files/zorg.password"
check account-who-does-not exits 0
admin user add gilles --name "Gilles Dehors" --password-file "$W/files/gilles.password"
check account-of-the-guest exits 0
admin team add "Team $hidden" --description "$mail"
admin leave add --person "Apolline Apparente" --start 1/1/2026 --end 31/12/2030 --substitute "$hidden"
check a-leave exits 0
admin action add "Salon de Lyon" --due 31/12
action=$(grep -o 'A[0-9]*' <<<"$out" | head -n 1)
admin raci set "$action" A="Apolline Apparente" R="Gilles Dehors"
check letters exits 0
admin raci set B1 A="$hidden"
admin rights set "Gilles Dehors" actions edit
check the-guest-has-a-section exits 0

# ---- a member has all of it ----
laptop outside gilles
on outside en plan use "$DEMONSTRATION_NAME"
on outside en sync
check member-copies exits 0
files() { find "$W/laptops/outside" -type f -exec cat {} +; }
on_the_disk() { grep -qaF "$1" <(files); }
check a-member-has-everybody all_of 'on_the_disk "$hidden"; on_the_disk "$mail"'

# ---- a guest has names ----
admin person set "Gilles Dehors" --guest yes
check is-a-guest-now exits 0
on outside en sync
check guest-syncs exits 0
not_on_the_disk() { ! on_the_disk "$1"; }
check the-rest-is-gone-from-the-disk all_of 'not_on_the_disk "$hidden"; not_on_the_disk "$mail"'
check names-stay on_the_disk "Apolline Apparente"
for how in "" --offline; do
  on outside en $how raci
  check "raci-names-who-appears$how" all_of 'exits 0; says "Apolline Apparente"'
  on outside en $how show "$action"
  check "show-names-who-appears$how" all_of 'exits 0; says "Apolline Apparente"'
done
for view in dashboard tree raci budget kpi mine history rights people inbox drift 'list --type action' 'list --type person' 'list --type team' \
  'person show Zorglub' 'person show Zorglubnarx' 'person show "Apolline Apparente"' 'leave list' 'show P1' 'show P5' 'history P2' 'plan export -' \
  'rights --why Zorglub' "comment $action @zorglub" "raci set $action C=Zorglub" "ask $action zorglub why?"; do
  for how in "" --offline; do
    eval "on outside en $how $view"
    check "nothing-of-others${how}-${view//[^a-zA-Z0-9]/-}" silent "$hidden|$mail"
  done
done
on outside en plan export -
check export-has-the-names all_of 'exits 0; says "Apolline Apparente"'
on outside en comment "$action" "@apolline on y va ?"
check a-guest-mentions-whom-he-knows exits 0
on outside en raci set "$action" C="Apolline Apparente"
check a-guest-names-whom-he-knows exits 0
on outside en --offline comment "$action" "@apolline plus tard"
check offline-too exits 0
on outside en sync
check it-is-sent all_of 'exits 0'
check still-nothing-on-the-disk all_of 'not_on_the_disk "$hidden"; not_on_the_disk "$mail"'

# ---- a guest is away too: an administrator enters it, he sees it, and who stands in holds his letters and can be told apart in history ----
on outside en leave add --person "Gilles Dehors" --start 1/1/2026 --end 31/12/2030 --substitute "Apolline Apparente"
check leave-refused-with-the-way-out exits_complaining 7 'guests do not enter leaves' 'an administrator enters yours: leave add --person'
on outside fr leave add --person "Gilles Dehors" --start 1/1/2026 --end 31/12/2030
check leave-refused-fr exits_complaining 7 'les invités ne saisissent pas de congés'
on outside en leave list
check no-leave-yet all_of 'exits 0; says none'
admin leave add --person "Gilles Dehors" --start 1/1/2026 --end 31/12/2030 --substitute "Paul Bernard"
check an-administrator-enters-it exits 0
on outside en leave list
check the-guest-sees-his-leave all_of 'exits 0; says "Gilles Dehors"; says "Paul Bernard"; silent Apolline'
on outside en list --type person
check people-of-the-plan-by-name silent "$hidden|$mail"
on outside en leave set LV2 --end 31/12/2026
check nor-does-he-change-it exits 8
admin plan set --raci-enforced yes
sales action set "$action" --impact 7
check who-stands-in-works exits 0
sales history "$action"
check history-says-for-whom says 'Gilles Dehors'
marketing action set "$action" --impact 8
check others-do-not exits_complaining 7 'neither R nor A'
# his copy has no leaves of others: whether he stands in for somebody is not known there, and not refused either
admin person add "Absente Durand"
admin action add "Salon de Nantes" --due 31/12
other=$(grep -o 'A[0-9]*' <<<"$out" | head -n 1)
admin raci set "$other" A="Absente Durand"
admin leave add --person "Absente Durand" --start 1/1/2026 --end 31/12/2030 --substitute "Gilles Dehors"
check somebody-else-is-away exits 0
on outside en sync
on outside en --offline action set "$other" --impact 6
check offline-it-is-not-known exits_complaining 0 'stand in for somebody who may change it is not known on this machine'
on outside en sync
check and-the-server-lets-him exits 0
admin history "$other"
check history-says-for-whom-he-did says 'Absente Durand'
on outside en --json leave list
check leave-list-json all_of 'exits 0; silent "$hidden|$mail"'
on outside en list --type action
check a-plan-is-still-needed-for-the-rest exits 0

# ---- his own data are his ----
on outside en person export
check own-data all_of 'exits 0; says "Gilles Dehors"; silent "$hidden|$mail"; python3 -m json.tool "$W/files/out" /dev/null'

# ---- who appears no more goes from the disk; who appears comes ----
admin raci set "$action" I="$hidden"
on outside en sync
check who-appears-comes on_the_disk "$hidden"
on outside en --offline raci
check and-is-named-offline says "$hidden"
admin raci remove "$action" I="$hidden"
on outside en sync
check mail-never-came not_on_the_disk "$mail"

# ---- a member again ----
admin person set "Gilles Dehors" --guest no
on outside en sync
check a-member-again all_of 'exits 0; on_the_disk "$mail"'

finish
