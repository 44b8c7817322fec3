#!/bin/bash
# The life of one action through all four letters, typed at 80 columns: made and shared out as in the table of seed 000 (Création de contenu,
# Validation, Avis, Information), worked on (R), advised on (C) from the inbox, submitted, sent back with a reason, mended, approved (A), told
# (I), and drifting from what was approved. Every screen as it stands, in French (four_letters_fr.txt) and in English (four_letters_en.txt).
. "$(dirname "$0")/lib.sh"
if ! command -v tmux >/dev/null; then
  echo "skip four-letters (no tmux)"
  exit 0
fi
set_up
steady() { times_steady; } # the day is told to every command, so only the log's clock changes
account() { # login, options of the person
  printf 'mot de passe de %s 1\n' "$1" >"$W/files/$1.password"
  admin user add "$1" "${@:2}" --password-file "$W/files/$1.password"
  [ $status -eq 0 ] || not_ok "account-$1" "$(last_run)"
}
account comex --name "Jeanne Moreau"
account content --person "Marie Dupont"
admin person set "Jeanne Moreau" --teams COMEX
for who in marketing sales comex content; do laptop $who $who; done

tells_the_story() { # language, locale, name of the plan
  local language=$1 plan=$3 who
  on marketing "$language" plan new "$plan" --start 2027-01-01
  check "a-plan-$language" exits 0
  for who in sales comex content; do on $who "$language" plan use "$plan"; done
  for who in marketing sales comex content; do # what came before is read
    on $who "$language" inbox
    on $who "$language" inbox read all
    laptop_terminal $who-$language "$2" 80 60
    type_in $who-$language "export XDG_CONFIG_HOME='$W/laptops/$who/config' XDG_DATA_HOME='$W/laptops/$who/data'; alias jalon='$JALON --today 2026-11-30'; clear"
    wait_for "$DEADLINE" on_screen $who-$language '^ready>'
  done
  : >"$story"
  # who decides about the plan, what it is for
  types marketing-$language "jalon raci set '$plan' A='Directeur Marketing'"
  types marketing-$language "jalon lever add 'Création de contenus premium' --direction inbound"
  types marketing-$language "jalon action add 'Création de contenu' --lever L1 --due 2027-01-15 --needs-approval yes"
  # the four letters
  types marketing-$language "jalon raci set A1 R='Content Manager' --task 'Création de contenu'"
  types marketing-$language "jalon raci set A1 A='Directeur Marketing' --task Validation"
  types marketing-$language "jalon raci set A1 C=sales,product --task Avis"
  types marketing-$language "jalon raci set A1 I=comex --task Information"
  types marketing-$language "jalon raci A1"
  # R does the work, and cannot start it
  types content-$language "jalon inbox"
  types content-$language "jalon action set A1 --due 2027-01-29"
  types content-$language "jalon checklist-item add 'Plan du livre blanc' --action A1"
  types content-$language "jalon action set A1 --status in-progress"
  # C is asked, and answers from the inbox
  types content-$language "jalon ask A1 C 'Quels arguments de vente mettre en avant ?' --by 2026-12-04"
  types sales-$language "jalon inbox"
  types sales-$language "jalon inbox answer 1 'Le retour sur investissement, et un cas client.'"
  types sales-$language "jalon action set A1 --due 2027-02-26"
  types content-$language "jalon inbox"
  # R submits, A sends it back
  types content-$language "jalon submit A1 --note 'Plan et dates prêts'"
  types content-$language "jalon action set A1 --status in-progress"
  types content-$language "jalon approve A1"
  types marketing-$language "jalon dashboard"
  types marketing-$language "jalon inbox"
  types marketing-$language "jalon show A1"
  types marketing-$language "jalon send-back A1"
  types marketing-$language "jalon send-back A1 'Commencer par un cas client, et finir le 22 janvier au plus tard'"
  # R mends
  types content-$language "jalon inbox"
  types content-$language "jalon mine"
  types content-$language "jalon action set A1 --due 2027-01-22"
  types content-$language "jalon checklist-item add 'Cas client' --action A1"
  types content-$language "jalon submit A1 --note 'Cas client ajouté, fin le 22 janvier'"
  # A approves what A has looked at
  types marketing-$language "jalon approve A1"
  types marketing-$language "jalon mine"
  types marketing-$language "jalon show A1"
  types marketing-$language "jalon approve A1"
  types content-$language "jalon inbox"
  types content-$language "jalon inbox read all"
  types content-$language "jalon action set A1 --status in-progress"
  # I is told, and changes nothing
  types comex-$language "jalon dashboard"
  types comex-$language "jalon inbox"
  types comex-$language "jalon action set A1 --due 2027-03-31"
  types comex-$language "jalon inbox read all"
  types comex-$language "jalon inbox"
  # a date moves: drift, for A and I
  types content-$language "jalon action set A1 --due 2027-02-12"
  types marketing-$language "jalon inbox"
  types marketing-$language "jalon drift A1"
  types comex-$language "jalon inbox"
  types comex-$language "jalon drift A1"
  types content-$language "jalon mine"
  types content-$language "jalon submit A1 --note 'Le client témoin répond en février'"
  types marketing-$language "jalon inbox"
  types marketing-$language "jalon approve AP18"
  types marketing-$language "jalon drift A1"
  types marketing-$language "jalon inbox"
  cp "$story" "$W/files/told"
  [ -z "${JALON_TEST_ACCEPT:-}" ] || cp "$W/files/told" "$here/four_letters_$language.txt"
  check "life-of-an-action-$language" diff -u "$here/four_letters_$language.txt" "$W/files/told"
  for who in content comex marketing sales; do on $who "$language" inbox && on $who "$language" inbox read all; done
}
tells_the_story fr fr_FR.UTF-8 "Plan 2027"
tells_the_story en en_GB.UTF-8 "Plan 2027 bis"
finish
