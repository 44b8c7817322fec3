#!/bin/bash
# `jalon meeting run` in a real terminal, with a clock that the test sets: 25 minutes that run before everybody's eyes, points closed with their
# decision, owner, date and action, a pause, another size, Ctrl-C and kill, which lose nothing that was closed, a second screen, a train
# without the server. Then the minutes.
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null || [ ! -e "$FAKETIME" ]; then
  echo "skip meeting (no tmux, or no faketime)"
  exit 0
fi
at_clock "2027-03-30 09:00:00"
at() { at_clock "2027-03-30 $1"; } # everything on the screens is from then on
set_up
laptop claire marketing
laptop paul sales

on claire en plan new "Plan 2027" --start 2027-01-01
on paul en plan use "Plan 2027"
for title in "Série d'e-mails" "Webinaire client" "Article sur un mot-clé"; do on claire en action add "$title" --due 2027-03-24; done
on claire en raci set A2 A=claire R=benoit
on claire en kpi add MQL --comparator ">=" --target 40 --direction up
on claire en measurement add --kpi K1 --date 2027-03-29 --value 25
on claire en meeting new "Point hebdomadaire" --with claire,marie,benoit --leader claire
check meeting exits_saying 0 '^MT1: meeting, points: 4'

# ---- elsewhere than in a terminal ----
on claire en meeting run MT1
check in-a-pipe exits_complaining 2 'run in a terminal' 'jalon meeting start MT1'
on claire en meeting run MT1 --json
check as-json exits 2
on claire en minutes --json
check nothing-began says '"planned"'

# ---- the time runs ----
laptop_terminal claire fr_FR.UTF-8 80 24
laptop_terminal paul en_GB.UTF-8 60 20
shot() { screen "$1" | sed -E 's/ +$//'; }
type_in claire "clear; jalon meeting run MT1; echo \"fini=\$?\""
sees it-runs claire '^▶ MP1 A1 Série d.e-mails  0:00'
at 09:03:10
sees counts-down claire 'ce point : 3:10 sur 6:15'
cat >"$W/files/expected" <<'S'
MT1 Point hebdomadaire

    ██████    ██        ██████  ██████
        ██  ████    ██  ██      ██  ██
    ██████    ██        ██████  ██  ██
    ██        ██    ██      ██  ██  ██
    ██████  ██████      ██████  ██████

    ███████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
    restent sur 25 minutes

MP1  A1 Série d'e-mails (en retard)
  ce point : 3:10 sur 6:15

▶ MP1 A1 Série d'e-mails  3:10
  MP2 A2 Webinaire client
  MP3 A3 Article sur un mot-clé
  MP4 K1 MQL





d décider  n suivant  p précédent  espace pause  e clore  q quitter
S
check the-screen diff -u "$W/files/expected" <(shot claire)
type_in paul "clear; jalon meeting run MT1; echo \"done=\$?\""
sees the-other-sees-it-too paul 'this point: 3:10 of 6:15'

# ---- no point ends without decision, owner and date ----
press claire d
sees the-form claire '^> décision :'
type_in claire "On dédoublonne avec les commerciaux"
sees typed-for-whom claire '^> confiée à :'
type_in claire paul
sees typed-until-when claire '^> échéance :'
press claire Enter
sees typed-the-action claire '^> action-clé'
press claire Enter
sees a-point-needs-a-date claire 'MP1 A1 Série d.e-mails ne peut pas être clos : il n.a pas d.échéance'
check it-is-open-still on_screen claire '^▶ MP1'
press claire Up
sees back-to-the-date claire '^> échéance :'
type_in claire 2027-03-31
sees on-to-the-action claire '^> action-clé'
press claire Enter
sees it-is-decided claire '^✓ MP1 A1 Série d.e-mails : Paul Bernard, 31/03/2027 : On dédoublonne'
sees the-next-one-is-taken-up claire '^▶ MP2 A2 Webinaire client  0:00'
sees the-other-sees-the-decision paul '^✓ MP1'
sees the-other-sees-the-next-one paul '^▶ MP2'

# ---- over its share; a pause; the last five minutes; over the time ----
at 09:09:45
sees a-point-is-over-its-share claire 'ce point : 6:35 sur 6:15, dépassé de 0:20'
press claire Space
sees it-pauses claire 'en pause ; prévu : 25 min'
sees it-pauses-for-the-other-too paul 'it pauses'
at 09:30:00
sees nothing-runs-in-a-pause paul 'this point: 6:35 of 6:15'
press claire Space
sees it-goes-on claire 'restent sur 25 minutes'
at 09:40:15 # 9:45 before the pause, 10:15 behind it
sees the-last-five-minutes claire 'il reste moins de 5 minutes sur 25'
check the-last-five-minutes-are-coloured wait_for "$DEADLINE" eval 'tmux -S "$tmux_socket" capture-pane -p -e -t claire | grep -q "\[1;33m\|\[1m.\[33m\|\[33m"'
at 09:46:18
sees over-the-time claire 'dépassé de 1:03 ; prévu : 25 min'

# ---- keys, and another size ----
press claire n
sees another-point claire '^▶ MP3'
press claire p
sees and-back claire '^▶ MP2'
tmux -S "$tmux_socket" resize-window -t claire -x 44 -y 12
narrow() { [ "$(shot claire | python3 -c "import sys; from document import columns; l = [x.rstrip('\n') for x in sys.stdin]; print(max(map(columns, l)) <= 44, any('-1:03' in x for x in l[:3]), any(x.startswith('▶ MP2') for x in l))")" = "True True True" ]; }
check fits-a-small-screen wait_for "$DEADLINE" narrow
tmux -S "$tmux_socket" resize-window -t claire -x 80 -y 24
sees wide-again claire '^ +█'

# ---- Ctrl-C and kill: what was closed stands, and the meeting is taken up where it was ----
press claire C-c
sees ctrl-c-gives-the-terminal-back claire '^fini=0'
check and-says-how-to-go-on on_screen claire 'MT1 continue'
on claire en minutes MT1
check decided-before-it all_of 'exits 0; says "On dédoublonne"'
type_in claire "clear; jalon meeting run MT1; echo \"fini=\$?\""
sees taken-up claire '^▶ MP2'
press claire d
sees form-again claire '^> décision :'
type_in claire "Reporté"
press claire Enter
kill -KILL "$(pgrep -P "$(tmux -S "$tmux_socket" display-message -p -t claire '#{pane_pid}')")"
sees killed claire 'fini=137'
type_in claire "reset; clear; jalon meeting run MT1; echo \"fini=\$?\""
sees taken-up-after-a-kill claire '^▶ MP2 A2 Webinaire'
check nothing-was-decided-half not_on_screen claire '^✓ MP2'

# ---- without the server ----
press paul q
sees the-other-leaves paul '^done=0'
on claire en sync # what the screen shows is in her copy too
check her-copy-has-it exits 0
kill_server
press claire d
sees form-without-a-server claire '^> décision :'
type_in claire "Reporté, avec un seul intervenant"
type_in claire ""
type_in claire 2027-04-09
type_in claire A2
sees decided-without-the-server claire '^✓ MP2 A2 Webinaire client : Benoit Lefèvre, 09/04/2027 : Reporté'
if start_server; then ok server-starts-again; else not_ok server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
seen_by_paul() { on paul en minutes MT1 && says 'Reporté, avec un seul intervenant'; }
check sent-when-it-is-back wait_for "$DEADLINE" seen_by_paul
check whose-action-is-it [ "$(XDG_CONFIG_HOME=$W/laptops/paul/config XDG_DATA_HOME=$W/laptops/paul/data value_of default "[(r['cells']['owner'], r['cells']['due']) for r in d.rows('points') if r['ref'] == 'MP2'][0]" minutes MT1)" = "('Benoit Lefèvre', '2027-04-09')" ]

# ---- the end ----
press claire e
sees asks-what-becomes-of-the-rest claire 'points sans décision : 2'
press claire x
sees goes-on claire '^d décider'
press claire e
sees asks-again claire 'points sans décision : 2'
press claire o
sees it-ends claire '^fini=0'
on claire en minutes MT1
check its-minutes all_of 'exits 0; says "it took 26 minutes of 25"; says "3 min 10 s"'
on claire fr minutes MT1 --markdown
check minutes-as-markdown all_of "exits 0; says '^# Compte rendu de MT1 Point hebdomadaire\$'; says '^- \*\*animateur\*\*: Claire Martin\$'; says '^\| MP1 A1 Série d.e-mails \| en retard \|.*\| On dédoublonne avec les commerciaux \| A4 On dédoublonne avec les commerciaux \| Paul Bernard \| 31/03/2027 \| 3 min 10 s \| décidé \|\$'"
on claire en minutes MT1 --markdown --json
check one-face exits_complaining 2 'exclude each other'
on claire en minutes MT2
check the-rest-is-for-next-week all_of 'exits 0; says "MP3 A3"; says "MP4 K1"; says "6 Apr 2027"'
on claire en meeting run MT1
check in-a-pipe-again exits 2
finish
