#!/bin/bash
# The story of seed 001, typed step by step: objectives, personas, levers, key actions, organisation, budget, measure; before them the
# diagnostic, the promise and the differentiation table of seed 002. Every answer as it stands at 80 columns, in French
# (marketing_plan_fr.txt) and in English (marketing_plan_en.txt).
. "$(dirname "$0")/lib.sh"
TODAY=2027-01-04 # a Monday; told to every command, so that nothing depends on the day of the run
at_clock "2026-12-01 09:00:00" # what is in the inbox is new by the server's clock: before that day nothing is
set_up
printf 'mot de passe de direction 1\n' >"$W/files/direction.password"
admin user add direction --name "Jeanne Moreau" --password-file "$W/files/direction.password"
jalon_in direction en --server "$unix_address" login direction --password-file "$W/files/direction.password"
check an-account-of-the-management exits 0

tell() { # profile, arguments...: the command, what it said, how it ended
  jalon_in "$1" "$language" "${@:2}" --width 80 --today $TODAY
  { printf '$'; printf " %s" jalon "${@:2}"; printf '\n%s\n' "$out${out:+${err:+
}}$err"; [ "$status" -eq 0 ] || echo "[$status]"; echo; } | sed 's/ *$//' >>"$story"
}
we() { tell marketing "$@"; }

story_of() { # language
  language=$1
  story=$W/files/marketing_plan_$language.txt
  : >"$story"
  we plan new "Plan $language" --start 2027-01-01 --end 2027-12-31
  jalon_in direction $language plan use "Plan $language"
  we raci set "Plan $language" A="Jeanne Moreau" R="Directeur Marketing"

  # Where are we? (seed 002, step 1)
  we diagnostic add "Nos clients nous recommandent" --kind strength --importance 8
  we diagnostic add "Site qui convertit peu : 4 %" --kind weakness --importance 9 --evidence "4 % contre 5 % pour le meilleur concurrent"
  we diagnostic add "Les acheteurs comparent en ligne" --kind opportunity
  we diagnostic add "Coût des annonces en hausse" --kind threat
  we diagnostic add "Être rappelé dans l'heure" --kind expectation --voice clients
  we swot
  we competitor add Concurrents
  we criterion add Prix --ours Moyen
  we criterion add Qualité --ours Haute
  we criterion add "Service client" --ours Personnalisé
  we criterion add Innovation --ours Forte
  we rating add --criterion Prix --competitor Concurrents --value Bas/Moyen
  we rating add --criterion Qualité --competitor Concurrents --value Moyenne
  we rating add --criterion "Service client" --competitor Concurrents --value Standard
  we rating add --criterion Innovation --competitor Concurrents --value Faible
  we competitors
  we promise add "Un interlocuteur, une réponse dans l'heure" --difference experience
  we positioning add "Le plus réactif pour les PME" --promise PR1 --competitors CP1

  # 1. Objectives
  we objective add "Augmenter le chiffre d'affaires de 30 % dans les 6 mois" --kind business --metric "chiffre d'affaires" --unit EUR --baseline 1000000 --target 1300000 --start 2027-01-01 --due 2027-06-30 --horizon year
  we objective add "Gagner 30 nouveaux clients" --kind sales --parent O1 --metric clients --unit clients --target 30 --due 2027-06-30 --horizon year
  we objective add "Augmenter la génération de leads" --parent O2 --metric leads --unit leads --baseline 300 --target 450 --current 310 --due 2027-06-30 --horizon year
  we objective add "Augmenter le trafic du site web de 50 % dans les 6 mois" --parent O3 --metric visites --unit visites --baseline 20000 --target 30000 --due 2027-06-30 --horizon year
  we objective add "Être la référence de notre métier" --kind business --nature qualitative --horizon 5y

  # 2. Personas
  we segment add "PME de 20 à 250 salariés" --market b2b --potential high
  we persona add "Responsable marketing" --segments S1 --job-title "Responsable marketing" --buying-role champion --goals "Prouver ce que rapporte son budget" --stakes "Garder son budget l'an prochain" --problems "Passe ses vendredis dans Excel" --journey "Lit, compare, demande une démonstration" --friction "Aucun prix sur le site" --review 2027-07-01
  we persona add Dirigeant --segments S1 --buying-role decider --goals "Croître sans recruter d'abord" --stakes "Chaque euro doit se justifier" --problems "Ne sait pas ce que rapporte le marketing" --review 2027-07-01
  we persona PS1
  we targets
  we key-message add "Chaque euro, relié à un client" --personas PS2 --stage decision --theme retour --promise PR1

  # 3. Levers
  we lever add SEO --channel SEO --direction inbound --objectives O3,O4 --unit visites --baseline 12000 --target 18000 --verdict keep --verdict-reason "Les leads les moins chers : 12 € contre 40 €" --tracking platform
  we lever add "Google Ads" --channel SEA --direction outbound --objectives O3 --verdict keep --verdict-cause execution --verdict-reason "Ce n'est pas le levier mais la formulation des annonces" --tracking link
  we lever add "Salon régional" --channel Salon --direction outbound --verdict stop --verdict-cause lever --verdict-reason "9 000 € pour 4 leads"
  we lever add "Création de contenus premium" --channel "Content marketing" --direction inbound --objectives O3 --unit contenus --baseline 6 --target 12 --verdict keep --verdict-reason "Un lead sur trois" --tracking form
  we lever add "Site web" --channel "Site web" --direction inbound --objectives O3 --unit percent --baseline 4% --target 5% --verdict start --tracking form
  we diagnostic set DG2 --answers L5
  we diagnostic set DG4 --answers L2
  we levers

  # 4. Key actions
  we kpi add "Trafic organique" --channel SEO --lever SEO --unit visites --comparator ">=" --target 18000 --timing leading
  we kpi add "Taux de conversion du site web" --channel "Site web" --lever L5 --unit percent --comparator ">=" --target 5% --timing leading
  we kpi add "Conversations chat" --channel "Site web" --lever L5 --unit conversations --comparator ">=" --target 120 --timing leading
  we kpi add "Leads issus du site web" --channel "Site web" --lever L5 --unit leads --comparator ">=" --target 75 --timing leading
  we kpi add "Coût par lead" --channel SEA --lever L2 --unit EUR --direction down --comparator "<=" --target 30
  we action add "Études de cas" --lever L4 --kpis K4 --personas PS1 --impact 6 --effort 4 --due 2027-12-15
  we action add "Créer 6 webinars dans l'année" --lever L4 --kpis K4 --personas PS1,PS2 --messages KM1 --quantity-target 6 --quantity-unit webinars --impact 7 --effort 6 --due 2027-12-15
  we action add "Récrire les annonces" --lever L2 --kpis K5 --impact 7 --effort 2 --due 2027-02-15

  # 5. Organisation
  we action add "Mettre en place un plugin de chat sur le site" --lever L5 --kpis K2,K3,K4 --priority high --impact 8 --effort 3 --duration 10 --due 2027-01-29 --conversion-from 4% --conversion-to 5%
  we raci set A4 A="Directeur Marketing" R="Benoit Lefèvre" C=Sales I=COMEX
  we checklist-item add "Choisir l'outil" --action A4
  we checklist-item add "Former l'équipe" --action A4
  we tool add "Chat du site" --kind other --purpose "répondre tout de suite aux visiteurs" --cost 89 --kpis K3 --levers L5 --owner "Benoit Lefèvre"
  we show A4
  we tree
  we raci

  # 6. Budget
  we budget-line add "Annonces Google" --lever L2 --category media --bucket 70 --planned 14000 --kpi K5
  we budget-line add "Plugin de chat" --action A4 --category tools --bucket 20 --planned 4000 --kpi K2
  we budget-line add "Studio des webinars" --action A2 --category other --bucket 10 --planned 2000 --kpi K4
  we budget
  we strategy
  we submit budget --note "chaque ligne a son KPI"
  tell direction budget --by bucket
  tell direction approve AP3

  # 7. Measure, and learn
  we measurement add --kpi K2 --date 2027-01-04 --value 4,6%
  we measurement add --kpi K5 --date 2027-01-04 --value 28
  we measurement add --kpi K3 --date 2027-01-04 --value 130
  we kpi
  we lesson add "Répondre dans la minute double les rendez-vous" --kind success --sources A4 --advice "Toujours quelqu'un au chat de 9 h à 18 h" --tags chat,réactivité
  we lessons chat
  we stack
  we dashboard
}

for language in fr en; do
  story_of $language
  if diff -u "$here/marketing_plan_$language.txt" "$W/files/marketing_plan_$language.txt" >"$W/files/diff"; then
    ok "story-$language"
  else
    not_ok "story-$language" "$(cat "$W/files/diff")"
  fi
  [ -z "${JALON_STORY:-}" ] || cp "$W/files/marketing_plan_$language.txt" "$JALON_STORY/"
done
# Seed 002's table, cell by cell.
marketing competitors --json
check differentiation-table python3 -c "
import sys
from document import Document
rows = [tuple(r['cells'].values()) for r in Document(sys.argv[1]).rows('differentiation')]
assert rows == [('Prix', 'Moyen', 'Bas/Moyen'), ('Qualité', 'Haute', 'Moyenne'), ('Service client', 'Personnalisé', 'Standard'),
                ('Innovation', 'Forte', 'Faible')], rows" "$out"
finish
