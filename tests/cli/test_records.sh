#!/bin/bash
# Every record type: add, set, show, list, rm, restore; references, input as people write it, result lines, errors, exit codes.
. "$(dirname "$0")/lib.sh"
set_up
TODAY=2026-03-10 # a Tuesday

# Arguments that make a record of each type, then a flag with its new value, and what `list` calls it afterwards.
add_arguments() {
  case $1 in
  person) set -- "Anne Roux" --email anne@example.org --job-title Stagiaire ;;
  team) set -- "Agence Horizon" --kind agency ;;
  role) set -- "Chef de produit" ;;
  leave) set -- --person "Paul Bernard" --start 2026-03-10 --end 2026-03-20 --substitute "Marie Dupont" ;;
  calendar) set -- "La Réunion" --territory reunion --worked 05-08 ;;
  closure) set -- "Fermeture d'été" --start 2027-08-02 --end 2027-08-13 ;;
  school-holiday) set -- "Vacances d'hiver" --start 2027-02-06 --end 2027-02-21 --zone c ;;
  key-date) set -- "Salon de Lyon" --date 2027-05-19 --until 2027-05-21 ;;
  objective) set -- "Doubler les inscriptions" --kind marketing --due +3m --unit inscriptions --target 200 ;;
  key-result) set -- "Cent inscriptions" --objective O1 --target 100 ;;
  lever) set -- "Salons" --direction outbound --objectives O1,O2 ;;
  persona) set -- "Responsable achats" ;;
  action) set -- "Tenir un stand" --lever Salons --impact 8 --due +2w --tags salon,presse ;;
  checklist-item) set -- "Réserver le stand" --action A1 ;;
  link) set -- "Plan du salon" --action A1 --address https://example.org/salon ;;
  dependency) set -- --predecessor A1 --successor A2 --lag 2 ;;
  accepted-finding) set -- ACT02 --target A1 --section actions --reason "le salon est obligatoire" ;;
  raci) set -- A5 C=Sales ;; # its verbs take letters: raci_verbs
  comment) set -- "Vu avec l'agence" --target A1 ;;
  budget-line) set -- "Stand" --category other --bucket 10 --planned "1 500,50" ;;
  payroll-line) set -- "Cheffe de projet" --planned "48 000" --actual 4000 ;;
  budget-month) set -- --line "Par mois" --month 2027-01 --planned 100 ;;
  expense) set -- "Acompte stand" --line B1 --date 2026-03-09 --net 500 ;;
  budget-share) set -- --line B1 --action A1 --share 40% ;;
  exchange-rate) set -- --currency USD --day 2026-03-01 --rate 1,0843 --source BCE ;;
  closed-month) set -- --month "$(the_date -d "$(the_date +%Y-%m-15) 10 months" +%Y-%m)" ;; # the plan is of twelve months from this one on
  kpi) set -- "Visiteurs du stand" --unit visiteurs --comparator ">=" --target 300 ;;
  measurement) set -- --kpi K1 --date 2026-03-09 --value 0,045 ;;
  advice) set -- "Quel stand prendre ?" --target A1 --asked Sales ;;
  segment) set -- "PME industrielles" --market b2b --sector industrie --count 1200 --potential high ;;
  icp) set -- "Usine de 50 à 250 salariés" --segment "PME industrielles" --deal "100 000" --cycle 120 ;;
  diagnostic) set -- "Site rapide" --kind strength --evidence "1,2 s de chargement" --answers O1 ;;
  competitor) set -- "Concurrents" --promise "Moins cher" --channels salons,SEA ;;
  criterion) set -- "Prix" --ours Moyen --score 5 --weight 3 ;;
  rating) set -- --criterion Prix --competitor Concurrents --value "Bas/Moyen" --score 7 ;;
  promise) set -- "Réponse en une heure" --difference experience ;;
  positioning) set -- "Le plus réactif" --promise "Réponse en une heure" --category "Maintenance" ;;
  key-message) set -- "Une heure, pas une semaine" --personas "Dirigeant de PME" --stage decision --theme délai ;;
  mix-item) set -- "Forfait annuel" --element price --objectives O1 ;;
  tool) set -- "HubSpot" --kind crm --purpose "suivre chaque lead" --cost 890 --kpis K1 ;;
  lesson) set -- "Annoncer le prix" --kind success --sources A1,L1 --tags prix ;;
  playbook) set -- "SEO d'une PME" --channel SEO ;;
  playbook-step) set -- "Choisir dix mots-clés" --playbook "SEO d'une PME" --duration 3 --kpi "Position moyenne" ;;
  definition) set -- "SQL" --text "accepté par les ventes" --teams Sales ;;
  funnel) set -- "Entonnoir" --revenue 10M --deal 100k ;;
  funnel-stage) set -- "demandes" --funnel FN1 --lag 2 ;;
  funnel-rate) set -- --stage FS1 --rate 10% --origin benchmark --trust low --date 2026-01-31 ;;
  funnel-channel) set -- "SEO" --funnel FN1 --share 59,3% ;;
  benchmark) set -- "visites" --next leads --rate 2% --source "étude 2026" --date 2026-01-31 ;;
  kpi-target) set -- --kpi K1 --due 2026-06-30 --target 150 ;;
  experiment) set -- "Titre chiffré" --hypothesis "un chiffre attire" --metric clics --expected 2% --effect 0,5% ;;
  variant) set -- "Sans chiffre" --experiment EX1 --control yes --shown 1000 ;;
  figure) set -- "leads" --start 2026-02-01 --end 2026-02-28 --lever L1 --count 120 ;;
  budget-objective) set -- "Trente clients" --customers 30 --acquisition-cost "2 000" ;;
  scenario) set -- "Un cinquième de moins" --cut 20% ;;
  scenario-line) set -- --scenario SC1 --line B1 --after 500 ;;
  sprint) set -- "Sprint 1" --start 2026-03-09 --end 2026-03-20 ;;
  stand-up) set -- --person "Paul Bernard" --day 2026-03-10 --next "Maquette du stand" ;;
  retro-note) set -- "Stand-up de dix minutes" --sprint "Sprint 1" --verdict keep ;;
  import-mapping) set -- "Factures du mois" --rows expense --settings "map=Coût HT=net" ;;
  view) set -- "Mes bloqués" --view board --settings status=blocked ;;
  automation) set -- "Terminé : 100 %" --when status=done --set progress=100% ;;
  meeting) set -- "Point hebdomadaire" --date 2026-03-09 ;;
  meeting-point) set -- "Le CPL monte" --meeting "Point hebdomadaire" --reason off-target ;;
  *) return 1 ;;
  esac
  arguments=("$@")
}
set_arguments() {
  case $1 in
  person) set -- --job-title Cheffe ;; team | role | persona | lever | objective) set -- --description "Deux lignes" ;;
  leave) set -- --end 2026-03-25 ;;
  calendar) set -- --solidarity-day yes ;; closure) set -- --end 2027-08-20 ;; school-holiday) set -- --zone a ;; key-date) set -- --kind event ;;
  segment | icp | competitor | mix-item | tool | lesson | playbook | playbook-step | diagnostic) set -- --description "Deux lignes" ;;
  criterion) set -- --ours Haut ;; rating) set -- --value Bas ;; promise | positioning | key-message) set -- --proofs "97 % en une heure" ;;
  key-result) set -- --target 120 ;; action) set -- --status ready ;; checklist-item) set -- --done yes ;;
  link) set -- --address https://example.org/hall ;; dependency) set -- --lag -1 ;; accepted-finding) set -- --until +2w ;; raci) set -- --task Avis ;; comment) set -- --body "Vu et validé" ;;
  budget-line) set -- --planned 12k ;; budget-month) set -- --planned 250 ;; expense) set -- --supplier Viparis ;;
  budget-share) set -- --share 50% ;; exchange-rate) set -- --rate 1,09 ;; closed-month) set -- --state reopened --reason "avoir reçu" ;;
  funnel) set -- --deal 120k ;; funnel-stage) set -- --capacity 20 ;; funnel-rate) set -- --rate 12,5% ;; funnel-channel) set -- --share 60% ;;
  budget-objective) set -- --customers 40 ;; scenario) set -- --note "À discuter" ;; scenario-line) set -- --after 600 ;;
  sprint) set -- --goal "Stand prêt" ;; stand-up) set -- --blocked "Fichier absent" ;; retro-note) set -- --verdict start ;;
  import-mapping) set -- --settings "map=Coût TTC=gross" ;; automation) set -- --tags fini ;; view) set -- --settings status=done ;;
  meeting) set -- --minutes 20 ;; meeting-point) set -- --note "Vu avec l'agence" ;;
  benchmark) set -- --trust high ;; kpi-target) set -- --target 160 ;; figure) set -- --amount "1 200,50" ;;
  experiment) set -- --verdict unclear ;; variant) set -- --counted 200 ;;
  payroll-line) set -- --planned 50k ;; advice) set -- --due +2w ;; definition) set -- --kind term ;; kpi) set -- --target 400 ;; measurement) set -- --value 0,05 ;;
  *) return 1 ;;
  esac
  arguments=("$@")
}
listed() { value_of admin "d.find('${1//-/_}', 'reference', '$2')['cells']['reference']" "$1" list "${@:3}" 2>/dev/null; }
is_listed() { [ "$(listed "$@")" = "$2" ]; }
is_not_listed() { [ -z "$(listed "$@")" ]; }

every_verb() { # record type
  local type=$1 reference id
  if ! add_arguments "$type"; then
    not_ok "$type" "no arguments known here: add them to add_arguments and set_arguments"
    return
  fi
  if [ "$type" = budget-month ]; then
    arguments+=(--today "$TODAY")
    admin budget-line add "Par mois" --category media
  fi
  admin "$type" add "${arguments[@]}" --dry-run
  check "$type-add-dry-run" exits 0
  admin "$type" add "${arguments[@]}"
  check "$type-add" exits_saying 0 '[A-Z]{1,3}[0-9]+.*r[0-9]+'
  [ $status = 0 ] || return # the verbs after it have nothing to work on
  reference=$(grep -oE '\b[A-Z]{1,2}[0-9]+\b' <<<"$out" | head -n 1)
  check "$type-list" is_listed "$type" "${reference:-none}"
  id=$(value_of admin "d.find('${type//-/_}', 'reference', '$reference')['id']" "$type" list)
  admin "$type" show "$reference"
  check "$type-show-by-number" exits_saying 0 "$reference|${arguments[0]}" # people, teams and roles go by their names
  admin "$type" show "${reference,,}"
  check "$type-show-by-small-letters" exits_saying 0 "$reference|${arguments[0]}"
  admin "$type" show "$id"
  check "$type-show-by-id" exits_saying 0 "$reference|${arguments[0]}"
  admin "$type" show "${id:0:18}"
  check "$type-show-by-id-prefix" exits_saying 0 "$reference|${arguments[0]}"
  set_arguments "$type"
  admin "$type" set "$reference" "${arguments[@]}" --dry-run
  check "$type-set-dry-run" exits 0
  admin "$type" set "$reference" "${arguments[@]}"
  check "$type-set" exits_saying 0 "^$reference .+: .+, r[0-9]+\$"
  admin "$type" rm "$reference" --dry-run
  check "$type-rm-dry-run-keeps" is_listed "$type" "$reference"
  admin "$type" rm "$reference"
  if [ "$type" = person ]; then # people are deactivated, never removed
    check person-rm-refused exits 4
    return
  fi
  check "$type-rm" exits_saying 0 "$reference"
  check "$type-rm-not-listed" is_not_listed "$type" "$reference"
  check "$type-rm-listed-as-deleted" is_listed "$type" "$reference" --deleted
  admin "$type" show "$reference"
  check "$type-rm-shown-as-deleted-or-not-found" all_of 'exits 8 || says "[Dd]eleted"'
  admin "$type" restore "$reference"
  check "$type-restore" exits_saying 0 "$reference"
  check "$type-restore-listed" is_listed "$type" "$reference"
}

raci_verbs() { # its add, set and rm speak of letters; list, show and restore are those of all records
  local reference
  admin raci add A5 C=Sales
  check raci-add exits 0
  reference=$(value_of admin "d.rows('raci')[-1]['cells']['reference']" raci list)
  check raci-list is_listed raci "${reference:-none}"
  admin raci show "$reference"
  check raci-show exits_saying 0 "$reference"
  admin raci rm A5 C=Sales
  check raci-rm exits 0
  check raci-rm-not-listed is_not_listed raci "$reference"
  check raci-rm-listed-as-deleted is_listed raci "$reference" --deleted
  admin raci restore "$reference"
  check raci-restore exits_saying 0 "$reference"
  check raci-restore-listed is_listed raci "$reference"
  admin raci set "$reference" --task "Avis"
  check raci-task-can-be-set exits 0
}

grant_verbs() { # rights set makes, changes and takes back; the rest is as with all records
  local reference
  admin rights set Sales budget read
  check grant-add exits 0
  reference=$(value_of admin "d.rows('grant')[-1]['cells']['reference']" grant list)
  check grant-list is_listed grant "${reference:-none}"
  admin grant show "$reference"
  check grant-show exits_saying 0 "$reference"
  admin rights set Sales budget default
  check grant-rm exits 0
  check grant-rm-not-listed is_not_listed grant "$reference"
  admin grant restore "$reference"
  check grant-restore exits_saying 0 "$reference"
  admin rights set Sales budget default
}

by_moving() { # sprint events follow from what happens to an action
  admin action set A1 --sprint "Sprint 1"
  check sprint-event-list is_listed sprint-event SE1
  admin sprint-event show SE1
  check sprint-event-show exits_saying 0 SE1
}

bucket_change_verbs() { # bucket promote and demote make them, and nothing in them changes
  local reference
  admin budget-line set B1 --bucket 70
  admin bucket demote B1 --reason "CPL au-dessus de la cible" --yes
  check bucket-change-add exits 0
  reference=$(value_of admin "d.rows('bucket_change')[-1]['cells']['reference']" bucket-change list)
  check bucket-change-list is_listed bucket-change "${reference:-none}"
  admin bucket-change show "$reference"
  check bucket-change-show exits_saying 0 "$reference"
  admin bucket-change add "Sans changer la ligne" --line B1 --before 20 --after 10
  check bucket-change-says-what-the-line-says exits_complaining 4 'another bucket than the line'
}

by_submitting() { # approvals and their figures are made and decided by commands of their own (test_approvals.sh)
  admin "$1" list
  check "$1-list" exits 0
  [ "$1" != review ] || return # review add is a proposal of one's own
  admin "$1" add "Sans soumettre"
  check "$1-add-is-no-command" exits 2
}

signature_verbs() { # definition sign makes them
  local reference
  admin definition add "Lead" --text "a laissé son adresse" --teams Sales
  reference=$(grep -oE '\bD[0-9]+\b' <<<"$out" | head -n 1)
  sales definition sign "$reference"
  check signature-add exits 0
  reference=$(value_of admin "d.rows('signature')[-1]['cells']['reference']" signature list)
  check signature-list is_listed signature "${reference:-none}"
  sales signature show "$reference"
  check signature-show exits_saying 0 "$reference"
  sales signature rm "$reference"
  check signature-rm exits 0
  check signature-rm-not-listed is_not_listed signature "$reference"
  sales signature restore "$reference"
  check signature-restore exits_saying 0 "$reference"
}

assessment_verbs() { # an answer is not changed: another one is given
  local reference
  admin assessment add "formation en mars" --question trained --answer yes --dry-run
  check assessment-add-dry-run exits 0
  admin assessment add "formation en mars" --question trained --answer yes
  check assessment-add exits_saying 0 'AS[0-9]+'
  reference=$(grep -oE '\bAS[0-9]+\b' <<<"$out" | head -n 1)
  check assessment-list is_listed assessment "${reference:-none}"
  admin assessment show "$reference"
  check assessment-show exits_saying 0 'formation en mars'
  admin assessment rm "$reference"
  check assessment-rm exits 0
  check assessment-rm-not-listed is_not_listed assessment "$reference"
  admin assessment restore "$reference"
  check assessment-restore exits_saying 0 "$reference"
}

# ---- all types that help names ----
admin help
types=$(awk '/^Records/ {on=1; next} /^[^ ]/ {on=0} on && NF {print $1}' <<<"$out")
check help-names-the-records [ "$(wc -w <<<"$types")" -ge 13 ]
for type in $types; do
  case $type in
  plan) ;;
  raci) raci_verbs ;;
  grant) grant_verbs ;;
  approval | baseline | launch-override | automation-firing | review*) by_submitting "$type" ;; # gate override (test_launch.sh), review start (test_review.sh)
  assessment) assessment_verbs ;;
  sprint-event) by_moving ;;
  bucket-change) bucket_change_verbs ;;
  signature) signature_verbs ;;
  *) every_verb "$type" ;;
  esac
  admin help "$type"
  case $type in approval | baseline | launch-override | sprint-event | automation-firing | bucket-change | review*) check "$type-help" exits_saying 0 "$type list" ;; *) check "$type-help" exits_saying 0 "$type set" ;; esac
done
for type in person team role plan objective lever action raci budget-line expense kpi measurement comment; do
  check "type-$type-exists" grep -qxF -- "$type" <<<"$types"
done
admin plan set --description "Nouvelle description"
check plan-set exits_saying 0 ': .*, r[0-9]+$'

# ---- references ----
for reference in A1 a1 "Mettre en place un plugin de chat sur le site" "mettre en place un plugin" "METTRE EN PLACE UN PLUGIN DE CHAT SUR LE SITE"; do
  marketing show "$reference"
  check "reference-$reference" exits_saying 0 'A1'
done
marketing show "creation de contenu"
check reference-without-accents all_of 'exits 0; says A2'
marketing action show "Cré"
check ambiguous-title exits_complaining 8 'A2' 'A3'
marketing action show A9999
check unknown-number exits_complaining 8 'A9999'
marketing action show ""
check empty-reference all_of 'exits 4 || exits 2'

# ---- input as people write it, --today makes it repeatable ----
dated() { marketing action set A1 --due "$1" --today "$TODAY" "${@:3}"; check "date-$1" all_of "exits 0; [ \"\$(value_of admin \"d.cells('action', 'A1')['due']\" action list)\" = $2 ]"; }
marketing show A1
dated 2026-12-24 2026-12-24
dated 31/12/2026 2026-12-31
dated "31 janvier 2027" 2027-01-31
dated demain 2026-03-11
dated +10d 2026-03-20
dated +2w 2026-03-24
dated "+3m" 2026-06-10
dated vendredi 2026-03-13
dated friday 2026-03-13
dated tomorrow 2026-03-11
marketing action set A1 --due 31/01 --today "$TODAY"
seen=$(value_of admin "d.cells('action', 'A1')['due']" action list)
check date-without-year-is-one-in-the-plan [ "$seen" = 2027-01-31 ]
marketing action set A1 --due mardi --today "$TODAY"
check weekday-of-today-is-refused exits_complaining 4 'mardi'
for wrong in 31/02/2026 2026-13-01 "un jour" 32/12; do
  marketing action set A1 --due "$wrong"
  check "date-$wrong-refused" exits_complaining 4 "${wrong//\//.}"
done
check date-error-names-the-field complains 'due'
check date-error-says-how-to-write-it complains '31/01/2026'
amount() { marketing budget-line set B2 --planned "$1"; check "amount-$1" all_of "exits 0; [ \"\$(value_of admin \"d.cells('budget_line', 'B2')['planned']\" budget-line list)\" = $2 ]"; }
marketing show B2
amount "1 500,50" 1500.50
amount 12k 12000.00
amount 1500 1500.00
amount "1.500,50" 1500.50
amount "1,500.50" 1500.50
amount "1,2M" 1200000.00
amount "2 000 €" 2000.00
amount "$(printf '3\xc2\xa0000,25')" 3000.25
amount 0 0.00
marketing budget-line set B2 --planned -5
check amount-below-zero-refused exits_complaining 4 'planned'
for wrong in 1,500 1.500 abc 1e9 1,234,56 99999999999999999999 1500,555; do
  marketing budget-line set B2 --planned "$wrong"
  check "amount-$wrong-refused" exits_complaining 4 "$wrong"
done
check amount-error-names-the-field complains 'planned'
check refused-amounts-change-nothing [ "$(value_of admin "d.cells('budget_line', 'B2')['planned']" budget-line list)" = 0.00 ]
marketing budget-line set B2 --vat-rate 5,5%
check percent [ "$(value_of admin "d.cells('budget_line', 'B2')['vat_rate']" budget-line list)" = 0.055 ]
marketing action set A3 --quantity-done +2
check counter-adds [ "$(value_of admin "d.cells('action', 'A3')['quantity_done']" action list)" = 3 ]
marketing action set A1 --tags +urgent --tags -site
check tags-add-and-remove [ "$(value_of admin "sorted(t.strip() for t in d.cells('action', 'A1')['tags'].split(','))" action list)" = "['conversion', 'urgent']" ]
marketing action set A1 --tags +site,-urgent
check tags-with-a-sign-each [ "$(value_of admin "sorted(t.strip() for t in d.cells('action', 'A1')['tags'].split(','))" action list)" = "['conversion', 'site']" ]
marketing action set A1 --tags un,-deux
check tags-mixed-with-a-list-refused exits_complaining 2 'tags'
marketing action set A1 --duration ""
check empty-value-clears [ "$(value_of admin "d.cells('action', 'A1').get('duration')" action list)" = None ]

# ---- result lines ----
marketing show B3
marketing budget-line set B3 --planned 1200
check result-line exits_saying 0 '^B3 planned: .*1,000.* -> .*1,200.*, r[0-9]+$'
jalon_in marketing fr budget-line set B3 --planned 1000
check result-line-french exits_saying 0 '^B3 .+ : .*1 200.* -> .*1 000.*, r[0-9]+$|^B3 .+: 1 200 (€|EUR) -> 1 000 (€|EUR), r[0-9]+$'
before=$(revision)
marketing budget-line set B3 --planned 1300 --dry-run
check dry-run-says-what-would-change exits_saying 0 '1,000.* -> .*1,300'
check dry-run-says-would all_of "says 'would'; silent ', r[0-9]'"
marketing budget-line rm B3 --dry-run
check dry-run-of-rm all_of "exits 0; says 'B3 .*would be deleted'; silent ', r[0-9]'"
marketing objective add "Essai" --kind marketing --dry-run
check dry-run-of-add all_of "exits 0; says 'Essai.* would be made'; silent ', r[0-9]'"
check dry-run-changes-nothing [ "$(revision)" = "$before" ]
marketing budget-line set B3 --planned 1000
check same-value-is-fine exits 0
marketing budget-line set B3 --planned 1100 --quiet
check quiet-says-nothing [ "$status$out$err" = 0 ]
marketing budget-line set B3 --planned 1050 --json
check json-result python3 -c 'import json, sys; json.loads(sys.argv[1])' "$out"

# ---- errors: field, reason, fix; exit codes ----
before=$(revision)
marketing budget-line set B3
check set-without-fields exits 2
marketing budget-line set B3 --colour red
check unknown-option exits_complaining 2 'colour' 'help|did you mean'
marketing budget-lin list
check unknown-command exits_complaining 2 'did you mean' 'budget'
marketing budget-line dance
check unknown-verb exits 2
marketing action set A1 --status flying
check unknown-choice exits_complaining 4 'flying' 'to-do' 'in-progress'
check unknown-choice-names-the-field complains 'status'
marketing measurement add --kpi K1 --date 2026-03-09 --value 4,5%
check measurement-in-percent-of-a-percent-KPI exits 0
reference=$(grep -oE '\bM[0-9]+\b' <<<"$out" | head -n 1)
check measurement-in-percent-is-a-fraction [ "$(value_of admin "d.find('measurement', 'reference', '$reference')['cells']['value']" measurement list)" = 0.045 ]
marketing measurement set "$reference" --value 5,5%
check measurement-changed-in-percent exits_saying 0 "$reference value: 4.5% -> 5.5%"
marketing action set A1 --impact 11
check out-of-range exits_complaining 4 'impact' '11|10'
marketing budget-line add "Sans catégorie"
check required-field-missing all_of 'exits 4 || exits 2; complains category'
marketing action set A1 --start 2026-12-01 --due 2026-11-01
check dates-in-order exits_complaining 4 'A1' '2026'
marketing action set A1 --lever "Rien de tel"
check reference-not-found exits_complaining 8 'Rien de tel'
marketing action set A1 --lever O1
check reference-of-wrong-type all_of 'exits 4 || exits 8; complains "[Ll]ever|O1"'
marketing action set A1 --title ""
check title-is-required exits_complaining 4 'title'
marketing action set A1 --title "$(printf 'x%.0s' {1..300})"
check title-too-long exits_complaining 4 'title' '200'
marketing action set A1 --title "$(printf 'a\xffb')"
check not-utf8 exits_complaining 4 'UTF-8'
marketing link add "Mauvaise adresse" --action A1 --address "javascript:alert(1)"
check link-address-refused exits_complaining 4 'address'
marketing lever rm L6
check delete-of-what-was-never-shown exits_complaining 3 'show L6'
for reference in L5 B1 O4; do marketing show $reference; done
marketing lever rm L5
check delete-with-children-or-references all_of 'exits 0 || exits 4'
marketing budget-line rm B1 --with-children
check delete-above-actual-expenses-refused exits_complaining 4 'X[0-9]+|expense'
marketing objective rm O4
check delete-with-children-refused exits_complaining 4 'with-children|children'
marketing objective rm O4 --with-children
check delete-with-children exits 0
marketing objective restore O4
check restore-with-children all_of "exits 0; [ -n \"\$(listed key-result KR1)\" ]"
marketing expense add "Facture" --line B1 --date today --net 100 --gross 500
check vat-checked exits_complaining 4 '120|500'
marketing expense set X1 --state ordered --settles X3
check rules-name-the-record exits_complaining 4 'X1'
sales user add intruder --name "Jean Intrus" --password-file "$W/files/sales.password"
check not-allowed exits 7
marketing person add "Claire Autre"
check directory-is-administrators all_of 'exits 0 || exits 7'
"$JALON" --profile nobody --lang en budget </dev/null >"$W/files/out" 2>"$W/files/err"
status=$? err=$(cat "$W/files/err") out=''
check no-login all_of 'exits 7 || exits 5 || exits 2'
"$JALON" --profile nobody --lang en --server "unix:$W/none" login admin --password-file "$W/files/admin.password" </dev/null >"$W/files/out" 2>"$W/files/err"
status=$? err=$(cat "$W/files/err")
check offline exits_complaining 5 "$W/none|server"
admin budget --plan "Aucun plan de ce nom"
check unknown-plan exits_complaining 8 'Aucun plan'
admin help nothing
check help-unknown exits 2
admin version
check version exits_saying 0 '[0-9]+\.[0-9]+'
finish
