#!/bin/bash
# undo, redo: my last change and those before it, the one of a revision, what others changed since, whose it may be; whole screens in both
# languages.
. "$(dirname "$0")/lib.sh"
set_up
title() { value_of admin "d.cells('action', '$1')['title']" action list; }
field() { value_of admin "[r['cells']['value'] for r in d.rows('fields') if r['cells']['field'] == '$2'][0]" show "$1"; }
order() { value_of admin "' '.join(r['cells']['reference'] for r in d.rows('action'))" action list; }
last_reference() { grep -oE "\\b$1[0-9]+" <<<"$out" | head -n 1; }

# ---- one after the other, and back ----
marketing show A4
was=$(title A4)
marketing action set A4 --title "Un"
first=$(revision)
marketing action set A4 --title "Deux"
marketing undo
check undo exits_saying 0 "^r$((first + 1)) is undone, r$((first + 2))\$"
check undone [ "$(title A4)" = Un ]
marketing undo
check undo-goes-on exits_saying 0 "^r$first is undone, r$((first + 3))\$"
check undone-further [ "$(title A4)" = "$was" ]
marketing redo
check redo exits_saying 0 "^what r$((first + 3)) took back is made again, r$((first + 4))\$"
check redone [ "$(title A4)" = Un ]
marketing redo
check redo-goes-on all_of "exits 0; [ \"\$(title A4)\" = Deux ]"
marketing redo
check nothing-more-to-redo exits_complaining 8 'could be made again'
marketing undo
check undo-of-what-was-redone all_of "exits 0; [ \"\$(title A4)\" = Un ]"
marketing action set A4 --impact 7
marketing redo
check a-change-ends-redo exits_complaining 8 'could be made again'
marketing undo
check undo-takes-that-change all_of "exits 0; says 'is undone'; [ \"\$(field A4 impact)\" = 6 ]"
marketing undo
check undo-passes-over-what-was-undone all_of "exits 0; [ \"\$(title A4)\" = '$was' ]"

# ---- dry run: says what, and does nothing ----
marketing budget-line show B3
marketing budget-line set B3 --planned 1200
at=$(revision)
marketing undo --dry-run
check dry-run all_of "exits 0; says 'would be undone'; complains 'B3 Plugin de chat: planned €1,200 -> €1,000'; [ $(revision) = $at ]"

# ---- what was made goes, with what it was made with; not when something was added below ----
marketing action add "Essai à reprendre" --lever L1
made=$(last_reference A)
at=$(revision)
sales action show "$made"
sales checklist-item add "Ajouté par Paul" --action "$made"
marketing undo
check undo-of-what-has-something-below exits_complaining 4 "$made .* has 1 records below it, such as .*Ajouté par Paul"
sales undo
check undo-of-what-was-below exits 0
marketing undo r$at
check undo-by-revision exits 0
marketing show "$made"
check gone says 'eleted'
marketing redo
check made-again all_of "exits 0; [ \"\$(title $made)\" = 'Essai à reprendre' ]"

# ---- what was deleted comes back to its place ----
before=$(order)
marketing action show "$made"
marketing action move "$made" --after A1
marketing action rm "$made"
check removed exits 0
marketing undo
check deletion-undone [ "$(title "$made")" = 'Essai à reprendre' ]
check back-in-its-place eval "[[ \"$(order)\" == 'A1 $made '* ]]"
marketing undo
check move-undone [ "$(order)" = "$before" ]

# ---- what others changed since stays, the rest is undone ----
marketing show A5
marketing action set A5 --title "Titre de Claire" --impact 3 --tags +claire
mine=$(revision)
sales show A5
sales action set A5 --title "Titre de Paul" --tags +paul
theirs=$(revision)
marketing undo
check the-rest-is-undone all_of "exits 3; says '^r$mine is undone, r$((theirs + 1))\$'; complains 'changed by others since, and left to you: A5 .*title'"
check conflict-shows-all-three all_of "complains 'you saw: Titre de Claire'; complains 'now: +Titre de Paul +.Paul Bernard, .*r$theirs'; complains 'yours:'; complains 'jalon resolve C[0-9]+'"
check theirs-stays [ "$(title A5)" = "Titre de Paul" ]
check elements-one-by-one [ "$(field A5 tags)" = paul ]
conflict=$(grep -oE 'C[0-9]+' <<<"$err" | head -n 1)
marketing resolve "$conflict" --mine
check resolved-as-any-conflict all_of "exits 0; [ \"\$(title A5)\" != 'Titre de Paul' ]"
marketing show A6
marketing action set A6 --title "Encore Claire"
sales show A6
sales action set A6 --title "Encore Paul"
marketing undo --force
check force-writes-over all_of "exits 0; [ \"\$(title A6)\" != 'Encore Paul' ]; [ \"\$(title A6)\" != 'Encore Claire' ]"

# ---- a restored record goes again, but not with what was added below it since ----
marketing action add "Essai repris" --lever L1
made=$(last_reference A)
marketing action show "$made"
marketing action rm "$made"
marketing restore "$made"
back=$(revision)
marketing checklist-item add "Ajouté depuis" --action "$made"
marketing undo "r$back"
check own-addition-is-not-taken-along all_of "exits 3; complains 'Ajouté depuis'; [ \"\$(title $made)\" = 'Essai repris' ]"
conflict=$(grep -oE 'C[0-9]+' <<<"$err" | head -n 1)
marketing resolve "$conflict" --theirs
check left-as-it-is exits 0
marketing undo "r$back" --force
check by-force-it-goes-along exits 0
marketing show "$made"
check both-are-gone says 'eleted'

# ---- what others brought back meanwhile is there: nothing is left to undo ----
marketing action add "Deux fois"
made=$(last_reference A)
marketing action rm "$made"
gone=$(revision)
admin action restore "$made"
restored=$(revision)
marketing undo "r$gone"
check nothing-is-left all_of "exits_complaining 4 'nothing was left of r$gone'; silent 'is undone|both changes'; [ $(revision) = $restored ]"
marketing action rm "$made"
check nameless-or-not exits_saying 0 "^$made Deux fois deleted"

# ---- what is taken back already is not taken back a second time ----
quantity() { value_of admin "d.cells('action', 'A3')['quantity_done']" action list; }
marketing action set A3 --quantity-target 1000 --quantity-done 100
marketing action set A3 --quantity-done +5
five=$(revision)
marketing action set A3 --quantity-done +7
seven=$(revision)
check counted [ "$(quantity)" = 112 ]
marketing undo "r$five"
check one-is-undone all_of "exits 0; [ $(quantity) = 107 ]"
marketing undo "r$five"
check not-twice exits_complaining 4 "r$five is undone already by r$((seven + 1))"
marketing undo "r$five" --force
check not-twice-by-force all_of "exits 4; [ $(quantity) = 107 ]"
marketing undo "r$five..r$seven" --dry-run
check range-counts-the-rest complains 'a group of yours .*changes: 1'
marketing undo "r$five..r$seven" --yes
check range-takes-the-rest all_of "exits 0; [ $(quantity) = 100 ]"
marketing undo "r$five..r$seven" --yes
check range-not-twice exits_complaining 8 'that is taken back already'
marketing undo "r$five..r999999999" --yes
check range-beyond-the-end exits_complaining 8 'that is taken back already'
marketing undo r999999998..r999999999 --yes
check range-after-the-end exits_complaining 8 'there is nothing of yours'
check still-counted [ "$(quantity)" = 100 ]
marketing redo
check made-again-what-the-range-took all_of "exits 0; [ $(quantity) = 107 ]"
marketing undo "r$seven"
check undone-after-it-was-made-again all_of "exits 0; [ $(quantity) = 100 ]"
marketing undo "r$seven"
check not-twice-after-that exits 4

# ---- whose ----
marketing budget-line set B3 --planned 1300
of_claire=$(revision)
sales undo "r$of_claire"
check not-somebody-elses exits_complaining 7 "r$of_claire is somebody else's change"
admin undo "r$of_claire"
check administrators-may all_of "exits 0; says 'r$of_claire is undone'"
sales undo r999999
check no-such-revision exits_complaining 8 'nothing that you could undo'
sales undo nonsense
check no-revision exits_complaining 2 'not a revision'

# ---- what may not be read is as if it were not there, and today's rights count ----
admin payroll-line add "Chargée de projet" --planned 71234
pay=$(revision)
admin rights set everybody payroll none
sales undo "r$pay"
check unreadable-is-not-there all_of "exits 8; complains 'nothing that you could undo'; silent 'Charg|payroll'"
sales show A2
sales action set A2 --impact 2
admin rights set sales actions read
sales undo
check rights-of-today exits_complaining 7 'may not edit'
admin undo
check rights-are-undone-too exits 0
sales undo
check and-then-it-works exits 0

# ---- what was submitted or decided is not undone but withdrawn ----
sales submit A2
sales undo
check submission exits_complaining 4 'submitted or decided' 'jalon withdraw'

# ---- whole screens ----
if ! command -v tmux >/dev/null; then
  echo "skip undo-screens (no tmux)"
  finish
fi
laptop claire marketing
laptop paul sales
laptop_terminal claire en_GB.UTF-8 150 40
laptop_terminal paul fr_FR.UTF-8 100 40
answers() { # laptop, command, then pairs: what is asked, the answer
  typed=$((typed + 1))
  local who=$1 command=$2
  # A question that still stands there from before is not this one's.
  type_in "$who" clear
  [ $# -lt 3 ] || wait_for "$DEADLINE" not_on_screen "$who" "$3" || not_ok "cleared: $command" "$(screen "$who")"
  tmux -S "$tmux_socket" send-keys -t "$who" -l "clear; $command; echo \"[\$?] end $typed\""
  tmux -S "$tmux_socket" send-keys -t "$who" Enter
  shift 2
  while [ $# -gt 0 ]; do
    wait_for "$DEADLINE" on_screen "$who" "$1" || not_ok "asks: $command" "$(screen "$who")"
    type_in "$who" "$2"
    shift 2
  done
  wait_for "$DEADLINE" on_screen "$who" "^\\[[0-9]+\\] end $typed\$" || not_ok "ends: $command" "$(screen "$who")"
  { printf '=== %s $ %s\n' "$who" "$command"; screen "$who" | sed "/^ready>/d; s/ end $typed\$//; /^waiting for the server\$/d; /^attente du serveur\$/d" | steady | sed -E 's/\br[0-9]+\b/rN/g; s/\bC[0-9]+\b/CN/g; s/(in revision|dans la révision)  [0-9]+/\1  N/'; } | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >>"$story"
}
types claire "jalon show B3 >/dev/null"
types claire "jalon budget-line set B3 --planned 1250 --title 'Plugin de discussion' >/dev/null"
types paul "jalon show B3 >/dev/null"
answers claire "jalon undo" 'Do it' no
types paul "jalon budget-line set B3 --planned 1400 >/dev/null"
answers claire "jalon undo" 'Do it' yes 'm yours' t
answers claire "jalon redo" 'Do it' yes
answers paul "jalon undo" 'Le faire' oui
answers paul "jalon undo --yes"
types paul "jalon help undo"
types claire "jalon help undo"

# ---- without the server: from this machine's copy, as far as that goes back ----
on claire en action show A3
on claire en action set A3 --impact 9
applied=$(revision)
on claire en sync
on claire en --offline undo
check offline-from-the-copy all_of "exits 0; says 'r$applied is undone: kept, will be sent'"
on claire en --offline undo
check offline-what-waits-is-taken-back exits_saying 0 'taken back, it was not sent: A3 .*impact 9 -> '
on claire en --offline undo r1
check offline-not-so-far-back exits_complaining 5 'does not hold change r1' 'needs the server'
on claire en --offline undo "r$applied"
check offline-an-old-one-by-its-revision all_of "exits 0; says 'r$applied is undone: kept, will be sent'"
on claire en --offline undo "r$applied"
check offline-not-twice-while-it-waits exits_complaining 4 "r$applied is taken back already; that waits to be sent" 'jalon status'
on claire fr --offline undo "r$applied"
check offline-not-twice-in-french complains "r$applied est déjà annulé ; cela attend d'être envoyé"
on claire en sync
check offline-undo-is-sent [ "$(field A3 impact)" != 9 ]

same() { steady <"$1" | sed -E 's/\br[0-9]+\b/rN/g' >"$W/files/steady"; diff -u "$here/undo.txt" "$W/files/steady"; }
if [ -n "${JALON_TEST_ACCEPT:-}" ]; then steady <"$story" | sed -E 's/\br[0-9]+\b/rN/g' >"$here/undo.txt"; fi
check whole-screens-as-written-down same "$story"
finish
