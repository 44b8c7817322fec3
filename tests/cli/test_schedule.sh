#!/bin/bash
# Scheduling as people use it (product.md A3, A4, A7, A10): seed 001's chat plugin, with what comes before it, its owners and its budget, and
# its event with nurturing before and follow-up after; then a delay, what it pushes, and a move that is looked at before it is accepted.
# Every answer as it stands at 80 columns, in French (schedule_fr.txt) and in English (schedule_en.txt); the dates that matter are checked
# against those of a calendar on paper below.
. "$(dirname "$0")/lib.sh"
set_up
TODAY=2027-01-04 # a Monday; told to every command, so that nothing depends on the day of the run

tell() { # arguments...: the command, what it said, how it ended
  jalon_in marketing "$language" "$@" --width 80 --today $TODAY
  { printf '$'; printf " %s" jalon "$@"; printf '\n%s\n' "$out${out:+${err:+
}}$err"; [ "$status" -eq 0 ] || echo "[$status]"; echo; } | sed 's/ *$//' >>"$story"
}
column() { # view or block's column of an action in CSV: column ACTION NAME VIEW...
  jalon_in marketing en "${@:3}" --csv --today $TODAY
  python3 -c '
import csv, sys
rows = list(csv.reader(sys.stdin))
header = None
for row in rows:
    if row and row[0] == "ref": header = row
    elif row and row[0] == sys.argv[1] and sys.argv[2] in header: print(row[header.index(sys.argv[2])])' "$1" "$2" <<<"$out"
}

story_of() { # language
  language=$1
  story=$W/files/schedule_$language.txt
  : >"$story"
  TODAY=2027-01-04
  tell plan new "Plan $language" --start 2027-01-01 --end 2027-12-31
  # seed 001, step 5: the chat plugin; the deadline is January, Benoit has it
  tell objective add "Augmenter la génération de leads" --metric leads --unit leads --baseline 300 --target 450 --due 2027-10-10
  tell lever add "Site web" --objectives O1 --direction inbound
  tell kpi add "Taux de conversion du site web" --unit percent --direction up --comparator ">=" --target 5%
  tell kpi add "Nombre de conversations chat" --unit conversations
  tell kpi add "Nombre de leads issus du site web" --unit leads
  tell action add "Plugin de chat" --lever L1 --due 2027-01-29 --duration 3 --impact 8 --effort 3 --kpis K1,K2,K3 --conversion-from 4% --conversion-to 5%
  tell action add "Choisir l'outil de chat" --lever L1 --duration 5
  tell action add "Rédiger les réponses types" --lever L1 --duration 4
  tell action add "Former les commerciaux au chat" --lever L1 --duration 2
  tell dependency add --predecessor A2 --successor A1
  tell dependency add --predecessor A2 --successor A3 --kind ss --lag 2
  tell dependency add --predecessor A3 --successor A1
  tell dependency add --predecessor A1 --successor A4 --lag 1
  tell dependency add --predecessor A4 --successor A2
  tell raci set A1 A="Claire Martin" R="Benoit Lefèvre" C=sales I="Directeur Marketing"
  tell budget-line add "Plugin de chat" --action A1 --category tools --bucket 20
  tell budget-month add --line B1 --month 2027-02 --planned 600
  tell budget-month add --line B1 --month 2027-03 --planned 600
  tell funnel new "Inbound $language" --rates visites=4%,leads=30%,MQL=40%,SQL=25% --customers 30
  tell funnel-rate set FR1 --kpi K1
  tell gantt
  tell schedule
  tell schedule --apply
  tell raci A1
  tell budget
  # its event, with the nurturing before it and the follow-up
  tell lever add "Événements" --objectives O1 --direction outbound
  tell event new "Matinée clients" --date 2027-10-05 --lever L2
  tell gantt A5
  tell roadmap
  # two weeks later nothing of the plugin has begun
  TODAY=2027-01-18
  tell schedule
  tell schedule A1 --due 2027-02-12
  tell replan A1 --due 2027-03-12
  tell replan A5 --due 2027-10-12
  tell replan A5 --due 2027-10-12 --apply
  tell undo
}

for language in fr en; do
  story_of $language
  for file in schedule_$language; do
    if [ -n "${JALON_WRITE:-}" ]; then cp "$W/files/$file.txt" "$here/$file.txt"; fi
    check "story-$language" diff -u "$here/$file.txt" "$W/files/$file.txt"
  done
done

# On paper: A2 takes 4 to 8 January, A3 begins two days of work after it and takes 6 to 11, A1 12 to 14, A4 leaves out the 15th: 18 and 19.
TODAY=2027-01-04
for expected in "A2 start 2027-01-04" "A2 end 2027-01-08" "A3 start 2027-01-06" "A3 end 2027-01-11" "A1 start 2027-01-12" "A1 end 2027-01-14" "A4 start 2027-01-18" "A4 end 2027-01-19"; do
  read -r action name value <<<"$expected"
  check "paper-$action-$name" [ "$(column "$action" "$name" gantt)" = "$value" ]
done
# Ten days of work around an event on Tuesday 5 October: the newsletter 20 before it is on 7 September, the personal invitations 15 before
# it end on the 14th and take three; the review 10 behind it is on the 19th.
for expected in "A5 end 2027-10-05" "A8 end 2027-09-07" "A9 start 2027-09-10" "A9 end 2027-09-14" "A10 end 2027-10-01" "A11 end 2027-10-06" "A12 start 2027-10-07" "A12 end 2027-10-13" "A13 end 2027-10-19"; do
  read -r action name value <<<"$expected"
  check "paper-$action-$name" [ "$(column "$action" "$name" gantt)" = "$value" ]
done
# What the funnel misses, by hand: 30 customers take 120 SQL, 300 MQL, 1 000 leads, 25 000 visits in 365 days; from 28 January to 12 March are
# 43 days, in which 1 % more of them would have become leads: 25 000 x 43 / 365 x 0.01 = 29.45.
TODAY=2027-01-18
jalon_in marketing en replan A1 --due 2027-03-12 --csv --today $TODAY
check paper-funnel grep -q '^FS1,.*,43,.*,29,0' <<<"$out"
# The event, its eight steps and their dependencies are one group: one undo takes all of it.
jalon_in marketing en undo
check one-undo-takes-the-whole-event exits_saying 0 'is undone \(17 changes\)'
jalon_in marketing en gantt --csv --today $TODAY
check nothing-of-it-is-left silent 'Matinée clients'
finish
