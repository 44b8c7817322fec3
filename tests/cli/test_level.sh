#!/bin/bash
# Levelling (product.md A4): who cannot do it all in which week and by how much, what could be done later within its slack, shown before it is
# accepted. Every answer as it stands at 80 columns, in French (level_fr.txt) and in English (level_en.txt). On paper: Claire has five days in
# the week of Monday 7 June 2027 and ten days of work; A1 is due on Friday, so A2, due on the 25th, waits for the 14th to the 18th, and A3 for
# the two days after it; nobody has too much then.
. "$(dirname "$0")/lib.sh"
set_up
TODAY=2027-06-07 # told to every command, so that nothing depends on the day of the run

tell() { # arguments...: the command, what it said, how it ended
  jalon_in marketing "$language" "$@" --width 80 --today $TODAY
  { printf '$'; printf " %s" jalon "$@"; printf '\n%s\n' "$out${out:+${err:+
}}$err"; [ "$status" -eq 0 ] || echo "[$status]"; echo; } | sed 's/ *$//' >>"$story"
}
story_of() { # language
  language=$1
  story=$W/files/level_$language.txt
  : >"$story"
  tell plan new "Plan $language" --start 2027-01-01 --end 2027-12-31
  tell action add "Salon" --due 2027-06-11 --duration 5
  tell action add "Livre blanc" --due 2027-06-25 --duration 5
  tell action add "Relecture" --due 2027-06-29 --duration 2 --timing early
  tell action add "Site" --start 2027-06-07 --due 2027-07-30 --duration 20
  tell dependency add --predecessor A2 --successor A3
  tell schedule --level
  for action in A1 A2 A3; do tell raci set $action R="Claire Martin" A="Claire Martin"; done
  tell schedule --level
  tell schedule --level --apply
  tell schedule --level
  tell action list
  tell undo
  tell action set A2 --due 2027-06-11
  tell schedule --level
}
for language in fr en; do
  story_of $language
  if [ -n "${JALON_WRITE:-}" ]; then cp "$story" "$here/level_$language.txt"; fi
  check "story-$language" diff -u "$here/level_$language.txt" "$story"
done
jalon_in marketing en action set A2 --due 2027-06-25
jalon_in marketing en schedule --level --json --today $TODAY
check on-paper python3 -c "
from document import Document; import sys
d = Document(sys.argv[1])
week = d.rows('overload')[0]['cells']
assert (week['week'], float(week['booked']), float(week['time']), float(week['over'])) == ('2027-W23', 10, 5, 5), week
moves = [(r['ref'], r['cells']['new_start'], r['cells']['new_end']) for r in d.rows('moves')]
assert moves == [('A2', '2027-06-14', '2027-06-18'), ('A3', '2027-06-21', '2027-06-22')], moves" "$out"
finish
