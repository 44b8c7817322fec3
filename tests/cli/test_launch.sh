#!/bin/bash
# The launch gate. First the story of seed 003: NutriBoost plans five channels without a measure on any; the gate holds each of its five
# campaigns up and says why, jalon check names what is not measured on each; then the seed's own advice is followed, command by command, and
# they start. Every answer as it stands at 80
# columns, in French (nutriboost_fr.txt) and in English (nutriboost_en.txt). Then who may override, offline, two at once, and what is told to whom.
. "$(dirname "$0")/lib.sh"
set_up
TODAY=2027-03-15 # told to every command, so that nothing depends on the day of the run
for name in content guest; do printf 'mot de passe de %s 1\n' "$name" >"$W/files/$name.password"; done
admin user add content --person "Marie Dupont" --password-file "$W/files/content.password"
admin user add guest --name "Gilles Agence" --password-file "$W/files/guest.password"
admin person set "Gilles Agence" --guest yes

tell() { # profile, arguments...: the command, what it said, how it ended
  jalon_in "$1" "$language" "${@:2}" --width 80 --today $TODAY
  { printf '$'; printf " %s" jalon "${@:2}"; printf '\n%s\n' "$out${out:+${err:+
}}$err"; [ "$status" -eq 0 ] || echo "[$status]"; echo; } | sed 's/ *$//' >>"$story"
}
we() { tell marketing "$@"; }

story_of() { # language
  language=$1
  story=$W/files/nutriboost_$language.txt
  : >"$story"
  we plan new "Vitalité Boost $language" --start 2027-04-01 --end 2027-06-30

  # As the seed tells it: a 360 campaign, and what was put in place to follow each channel.
  we objective add "Réussir le lancement de Vitalité Boost"
  we lever add "Réseaux sociaux" --channel "Réseaux sociaux" --direction inbound --objectives O1 --tracking none --tracking-detail "Nombre de publications (sans tracking)"
  we lever add Influence --channel Influence --direction inbound --objectives O1 --tracking none --tracking-detail "Aucun contrat de publication ni lien tracké"
  we lever add Emailing --channel Emailing --direction outbound --objectives O1 --tracking none --tracking-detail "Envoi massif sans segmentation"
  we lever add "Points de vente" --channel "Points de vente" --direction outbound --objectives O1 --tracking none --tracking-detail "Pas de code promo ni système de mesure"
  we lever add "Ads Google" --channel SEA --direction outbound --objectives O1 --tracking none --tracking-detail "Budget dépensé sans suivi du coût/conversion"
  we action add "Visibilité : publications" --lever L1 --campaign yes
  we action add "Crédibilité produit : influenceurs" --lever L2 --campaign yes
  we action add "Conversion : e-mails" --lever L3 --campaign yes
  we action add "Drive-to-store : animations" --lever L4 --campaign yes
  we action add "Acquisition : annonces" --lever L5 --campaign yes
  for action in A1 A2 A3 A4 A5; do jalon_in admin en plan use "Vitalité Boost $language"; admin raci set $action A="Claire Martin" R="Marie Dupont"; done
  for lever in L1 L2 L3 L4 L5; do we check $lever; done
  we gate
  we gate A1
  we action set A5 --status in-progress
  we questions
  we alignment

  # The seed's advice: SMART objectives, KPIs by channel, what each is traced by, a target each.
  we objective set O1 --title "Générer 5 000 leads qualifiés via une campagne SEA d'ici la fin du trimestre" --metric leads --unit leads --baseline 0 --target 5000 --due 2027-06-30
  we segment add "Actifs de 30 à 50 ans" --market b2c
  we segment add "Inactifs 90j" --market b2c
  we persona add "Actif pressé" --segments S1,S2
  we lever set L1 --tracking link --tracking-detail "?utm_source=social" --segments S1
  we lever set L2 --tracking link --tracking-detail "contrat de publication, lien tracké" --segments S1
  we lever set L3 --tracking link --tracking-detail "?utm_source=email" --segments S2
  we lever set L4 --tracking code --tracking-detail VITALITE --segments S1
  we lever set L5 --tracking platform --tracking-detail "conversions suivies" --segments S1
  we kpi add Partages --channel "Réseaux sociaux" --lever L1 --unit partages --comparator ">=" --target 1000
  we kpi add "Taux d'engagement" --channel Influence --lever L2 --unit percent --comparator ">=" --target 3%
  we kpi add "Taux d'ouverture" --channel Emailing --lever L3 --unit percent --comparator ">" --target 25%
  we kpi add "Ventes avec le code" --channel "Points de vente" --lever L4 --unit ventes --comparator ">=" --target 400
  we kpi add CPL --channel SEA --lever L5 --unit EUR --direction down --comparator "<" --target 3
  for lever in L1 L2 L3 L4 L5; do we check $lever; done
  we action set A1 --tracked-link "https://nutriboost.example/vitalite?utm_source=social" --segments S1 --target-cost 5 --target-conversions 300
  we action set A2 --tracked-link "https://nutriboost.example/vitalite?utm_source=influence" --segments S1 --target-cost 8 --target-conversions 200
  we action set A3 --tracked-link "https://nutriboost.example/vitalite?utm_source=email" --segments S2 --target-cost 1 --target-conversions 600
  we action set A4 --promotion-code VITALITE --segments S1 --target-cost 4 --target-conversions 400
  we action set A5 --tracked-link "https://nutriboost.example/vitalite?utm_source=sea" --segments S1 --target-cost 3 --target-conversions 5000
  we gate
  we promise add "L'énergie du matin jusqu'au soir" --difference quality
  we competitor add Concurrents
  we criterion add Origine --ours "France, tracée"
  we rating add --criterion Origine --competitor Concurrents --value Inconnue
  we assessment add "formation aux KPI le 10 mars, tous présents" --question trained --answer yes
  we assessment add "chaque lundi, Claire arbitre" --question adjustable --answer yes
  we gate A5
  we gate
  we action set A5 --status in-progress
  we gate
}

for language in fr en; do
  story_of $language
  if diff -u "$here/nutriboost_$language.txt" "$W/files/nutriboost_$language.txt" >"$W/files/diff"; then
    ok "nutriboost-$language"
  else
    not_ok "nutriboost-$language" "$(cat "$W/files/diff")"
  fi
  [ -z "${JALON_STORY:-}" ] || cp "$W/files/nutriboost_$language.txt" "$JALON_STORY/"
done

# ---- channel by channel, what seed 003 finds missing ----
plan="Vitalité Boost again"
marketing plan new "$plan" --start 2027-04-01 --end 2027-06-30
admin plan use "$plan"
sales plan use "$plan"
jalon_in content en --server "$unix_address" login content --password-file "$W/files/content.password"
jalon_in content en plan use "$plan"
marketing action add "Annonces" --campaign yes
admin raci set A1 A="Claire Martin" R="Marie Dupont"
lines=$(value_of marketing "[(r['cells']['item'], r['cells']['answer']) for r in d.rows('traceability')]" gate A1)
check each-line-asked [ "$lines" = "[('lever', 'no'), ('tracked_link', 'no'), ('promotion_code', 'no'), ('segments', 'no'), ('target_cost', 'no'), ('target_conversions', 'no')]" ]

# ---- overriding: the A, with a reason; not R, not somebody else ----
jalon_in content en gate override A1 "the fair is tomorrow"
check r-does-not-override exits_complaining 7 'only the accountable \(A\) of A1'
sales gate override A1 "the fair is tomorrow"
check nor-does-somebody-else exits 7
marketing gate override A1 ""
check without-a-reason [ $status -ne 0 ]
marketing gate override A1 "the fair is tomorrow"
check a-overrides exits_saying 0 'A1 may start'
marketing gate override A1 "once more"
check nothing-left-to-override exits 4
marketing show A1
check in-the-record all_of 'says "the fair is tomorrow"; says "Claire Martin"'
marketing history
check in-the-history says 'Claire Martin .*the fair is tomorrow'
marketing segment add "PME"
marketing action set A1 --segments S1
jalon_in content en action set A1 --status in-progress
check then-r-starts-it exits 0
jalon_in content en action set A1 --campaign no
check only-a-says-it-is-none exits_complaining 7 'no campaign any more'
marketing launch-override list --csv
check both-parts all_of 'says "traceability"; says "questions"; says "link-or-code"'
reference=$(grep -oE '\bLO[0-9]+' <<<"$out" | head -n 1)
jalon_in content en launch-override show "$reference"
jalon_in content en launch-override rm "$reference"
check r-does-not-withdraw-it exits 7
marketing launch-override rm "$reference"
check a-withdraws-it exits 0

# ---- two at once: one starts it, the other, on a train, takes the segment away ----
marketing lever add Annonces
marketing action add "Relance" --campaign yes --lever L1 --segments S1 --target-cost 3 --target-conversions 10 --promotion-code FAIR
admin raci set A2 A="Claire Martin" R="Marie Dupont"
marketing gate override A2 "the plan follows"
check the-plan-is-overridden exits 0
for who in marketing content; do
  laptop $who $who
  on $who en plan use "$plan"
  on $who en gate A2
  on $who en sync
done
kill_server
on content en --offline action set A2 --segments=-S1
check taken-away-on-a-train all_of 'exits 0; says "kept"'
on marketing en --offline action set A2 --status in-progress --dry-run
check offline-the-gate-opens exits 0
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"
on marketing en action set A2 --status in-progress
check started-meanwhile exits 0
on content en sync
on content en conflicts
check refused-when-it-comes says 'would be left without a segment'
marketing show A2
check the-segment-is-there says 'S1 PME'
marketing action set A2 --segments=-S1
check nor-does-a-take-it exits_complaining 4 'would be left without a segment'

# ---- offline the same words ----
marketing action add "Affiches" --campaign yes
admin raci set A3 A="Claire Martin" R="Marie Dupont"
on marketing en action set A3 --status in-progress --dry-run
online="$status:$err"
on marketing en sync
kill_server
on marketing en --offline action set A3 --status in-progress --dry-run
check offline-says-what-the-server-says all_of "exits 4; complains 'A3 Affiches cannot start: it lacks a lever'; complains 'the plan lacks'"
check online-said-so [ "${online%%:*}" = 4 ]
start_server || not_ok server-starts-again "$(tail -n 20 "$server_log")"

# ---- a copy: what runs in it was no campaign, and nobody has overridden or answered anything there ----
marketing plan export "$W/files/plan.json"
check exported exits 0
marketing plan import "$W/files/plan.json" --new "Copie"
check imported exits 0
marketing plan use Copie
marketing launch-override list
check without-overrides silent 'LO[0-9]'
marketing gate
check what-runs-is-none all_of 'exits 0; says "Affiches"; silent "Relance .*started"'
marketing plan use "$plan"

# ---- who may not read the strategy learns nothing of it, and starts no campaign ----
admin rights set "Gilles Agence" actions edit
jalon_in guest en --server "$unix_address" login guest --password-file "$W/files/guest.password"
jalon_in guest en plan use "$plan"
admin raci set A3 R="Gilles Agence"
jalon_in guest en gate A3
check the-own-part-is-shown all_of "exits 0; says 'promotion code'; silent 'brand promise|segment of the plan|trained'"
jalon_in guest en action set A3 --status in-progress
check the-same-words-whatever-is-missing all_of "exits 7; complains 'must be able to read strategy and actions'; silent 'lacks|promise'"
jalon_in guest en questions
check questions-hidden all_of "exits 0; says 'not for you to see'; says 'you may not read the section strategy'"
jalon_in guest en alignment
check score-says-what-it-could-not-see all_of "exits 0; says 'not for you to see'; says 'you may not read the section strategy'"
finish
