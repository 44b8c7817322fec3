#!/bin/bash
# Seed 004's rhythm, typed at 80 columns over two weeks: quick wins of the matrix go into the next sprint, a capacity net of Easter Monday and
# of leave, stand-ups, the meeting on what holds the team up, in which no point ends without its decision, minutes, review, retrospective,
# and what the sprint leaves to the next one. The clock is set, so that every day is the one that the story tells. Every screen as it stands,
# in French (sprint_fr.txt) and in English (sprint_en.txt).
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null || [ ! -e "$FAKETIME" ]; then
  echo "skip sprint (no tmux, or no faketime)"
  exit 0
fi
at_clock "2027-03-19 09:00:00"
set_up
steady() { sed -E 's/ +$//'; } # the clock is set

each() { # command...: for either language, of which `language` and `story` tell
  for language in fr en; do
    story=$W/files/story-$language
    "$@"
  done
}
prepare() { # arguments of a command that is not shown
  on "claire-$language" "$language" "$@"
  [ $status -eq 0 ] || not_ok "prepares-$language" "$(last_run)"
}
show() { types "claire-$language" "jalon $1"; }
prepares() { each prepare "$@"; }
shows() { each show "$1"; }
begin() {
  : >"$story"
  laptop "claire-$language" marketing
  prepare plan new "Plan 2027 $language" --start 2027-01-01
  laptop_terminal "claire-$language" "$([ $language = fr ] && echo fr_FR || echo en_GB).UTF-8" 80 70
}
tells() { # what the screens were to be
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$story" "$here/sprint_$language.txt"
  check "sprint-$language" diff -u "$here/sprint_$language.txt" "$story"
}
each begin

# ---- Friday before: what is in the matrix, who does it, how long it takes ----
while IFS='|' read -r reference title impact effort days who; do
  prepares action add "$title" --impact "$impact" --effort "$effort" --workload "$days"
  prepares raci set "$reference" A='Claire Martin' R="$who"
done <<'A'
A1|Série d'e-mails automatisée|8|5|5|Marie Dupont
A2|Webinaire client|9|6|8|Benoit Lefèvre
A3|Posts sur les réseaux sociaux|3|4|2|Marie Dupont
A4|Refonte du blog|5|8|20|Benoit Lefèvre
A5|Article sur un mot-clé métier|7|3|3|Marie Dupont
A6|Rappel des prospects dans la minute|9|2|2|Benoit Lefèvre
A
prepares kpi add "MQL" --comparator ">=" --target 40 --direction up
prepares measurement add --kpi K1 --date 2027-03-18 --value 25
admin leave add --person "Benoit Lefèvre" --start 2027-04-01 --end 2027-04-02
check leave exits 0
shows 'sprint add "Sprint 1" --start 2027-03-22 --end 2027-04-02 --goal "Une série d'"'"'e-mails en ligne, les prospects rappelés dans la minute"'
shows 'matrix apply --dry-run'
shows 'matrix apply --yes'
shows 'planning'
shows 'action set A2 --sprint SP1'
shows 'sprint'

# ---- the first days ----
at_clock "2027-03-22 09:15:00"
prepares action set A5 --status in-progress
prepares action set A6 --status in-progress
shows 'stand-up --person marie --next "plan de l'"'"'article, liste des mots-clés"'
shows 'stand-up --person benoit --next "règles de rappel dans le CRM"'
at_clock "2027-03-24 09:15:00"
prepares action set A6 --status done
prepares action set A1 --status blocked --blocked-reason "la base de contacts n'est pas dédoublonnée"
prepares action set A2 --status in-progress --due 2027-03-26
shows 'stand-up --person marie --done "article rédigé" --blocked "la base de contacts n'"'"'est pas dédoublonnée"'
shows 'stand-up --person benoit --done "rappel en place : 40 secondes en moyenne" --next "intervenants du webinaire"'
shows 'stand-up --person benoit --next "intervenants et date du webinaire"'
shows 'sprint SP1'

# ---- Tuesday after Easter: 25 minutes on what holds us up ----
at_clock "2027-03-30 09:00:00"
prepares action set A5 --status done
shows 'agenda'
shows 'meeting new --with claire,marie,benoit --leader claire'
shows 'meeting start MT1'
shows 'meeting close MT1'
at_clock "2027-03-30 09:07:00"
shows 'meeting decide MP1 "On dédoublonne avec les commerciaux"'
shows 'meeting decide MP1 "On dédoublonne avec les commerciaux" --owner paul --due 2027-03-31'
at_clock "2027-03-30 09:14:00"
shows 'meeting decide MP2 "Le webinaire est reporté, avec un seul intervenant" --action A2 --due 2027-04-09'
at_clock "2027-03-30 09:21:00"
shows 'meeting decide MP3 "Un formulaire plus court sur la page de démonstration" --owner marie --due 2027-04-02'
shows 'meeting close MT1'
shows 'minutes MT1'

# ---- the last day ----
at_clock "2027-04-02 16:00:00"
prepares action set A1 --status done --blocked-reason ""
shows 'retro-note add "Les rappels dans la minute" --verdict keep --sprint SP1'
shows 'retro-note add "Attendre le vendredi pour parler d'"'"'un blocage" --verdict stop --sprint SP1'
shows 'retro-note add "Dédoublonner la base chaque mois" --verdict start --sprint SP1'
shows 'sprint close SP1 --review "La série d'"'"'e-mails tourne, les prospects sont rappelés ; le webinaire est pour avril"'
shows 'sprint SP1'
shows 'velocity'
shows 'planning'
each tells

# ---- which sprint quick wins go to ----
quick_win_of() { value_of marketing "[r['cells'].get('$1') for r in d.rows('action') if r['ref'] == '$2'][0]" action list; }
marketing plan new Sprints --start 2027-01-01
marketing action add Quick --impact 9 --effort 2
marketing matrix apply --yes
check without-a-sprint all_of "exits 0; says '^1 actions made ready and 0 stopped'; says 'no sprint is to come yet'"
marketing matrix apply --yes
check nothing-more-to-decide exits_saying 0 'nothing to decide'
marketing sprint add Past --start 2027-03-22 --end 2027-04-02
marketing sprint add Ours --start 2027-04-12 --end 2027-04-23 --team Marketing
marketing sprint add Theirs --start 2027-04-12 --end 2027-04-23 --team Sales
marketing matrix apply --yes
check two-teams-begin-together exits_complaining 2 '2 sprints begin on 12 Apr 2027' '--into'
marketing matrix apply --yes --into Theirs
check into-the-one-that-is-named exits_saying 0 '^1 actions made ready and 0 stopped; in SP3 Theirs: 1'
check and-is-there [ "$(quick_win_of sprint A1)" = "SP3 Theirs" ]
marketing action set A1 --status to-do
marketing matrix apply --yes --into SP2
check a-sprint-is-kept [ "$(quick_win_of sprint A1) $(quick_win_of status A1)" = "SP3 Theirs ready" ]
finish
