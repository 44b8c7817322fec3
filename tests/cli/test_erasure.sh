#!/bin/bash
# Erasure of a person (RGPD): after it the person's words are found nowhere: not in the files of PostgreSQL once they were written anew
# (jalond scrub), not in the copies and outboxes of two laptops, one of which was away, not in what the server tells of today or of the past.
# The chains go on; nothing brings it back; there is a certificate.
. "$(dirname "$0")/lib.sh"
server_options=(--past-step=3)
set_up
# each is a word of its own that nothing else has
name='Hildegarde Quetzalcoatl' former='Hildegarde Wombatinski' mail='hildegarde.q@zibeline.example' job='Ornithologue maritime'
remark='Le zeppelin mauve arrive' question='Combien de narvals faut-il' deleted='Un brouillon xylophage'
stand_up='Affiches ocellot' retrospective='Moins de ouistitis' note='Couper les axolotls' reason='Le casoar remonte'
words=(Quetzalcoatl Wombatinski zibeline Ornithologue 'zeppelin mauve' narvals xylophage pangolins ocellot ouistitis axolotls casoar hildegarde-login)
printf 'a password for hilde\n' >"$W/files/hildegarde-login.password"
admin plan use "$DEMONSTRATION_NAME"
admin user add hildegarde-login --name "$former" --email "$mail" --password-file "$W/files/hildegarde-login.password"
check an-account exits 0
admin person set "$former" --name "$name" --job-title "$job"
check more-of-her exits 0
admin raci set A1 C="$name"
check a-letter exits 0
laptop her hildegarde-login
on her en comment A1 "$remark"
check a-comment exits 0
on her en comment A1 "$deleted"
check another exits 0
comment=$(on her en show A1 --json; grep -o 'CM[0-9]*' <<<"$out" | tail -n 1)
on her en comment rm "$comment"
check which-is-deleted exits 0
on her en ask A1 "Paul Bernard" "$question"
check a-question exits 0
on her en stand-up --done "$stand_up"
check a-stand-up-note exits 0
on her en sprint add "Sprint 1" --start 2026-09-07 --end 2026-09-18
on her en retro-note add "$retrospective" --sprint "Sprint 1" --verdict stop
check a-retrospective-note exits 0
on her en scenario new "Un peu moins" --cut 1 --note "$note"
check a-note-of-a-scenario exits 0
on her en budget-line add "Essai de ses mots" --category media --planned 100 --bucket 70
on her en bucket demote "Essai de ses mots" --reason "$reason" --yes
check a-reason-of-a-bucket-change exits 0
on her en inbox
on her en inbox read all
check an-own-space exits 0
before=$(revision)

# ---- two laptops: one follows, one is away with edits of hers ----
laptop office marketing
laptop train sales
for machine in office train; do
  on "$machine" en sync
  check "$machine-has-a-copy" exits 0
done
on office en person show "$name"
check office-sees-her exits_saying 0 "$mail"
on office en history --sentences yes
on train en --offline person set "$name" --job-title "Dompteuse de pangolins"
check train-waits-with-an-edit-of-hers exits 0
on train en --offline action set A2 --title "Un titre du train"
check train-waits-with-another exits 0
admin show A1 --at "r$before"
check a-past-state-is-made exits_saying 0 'zeppelin'

# ---- what is held of her, for administrators and herself ----
exported() { # python expression over `d`, the export that was just printed
  python3 -c "
import json, sys
d = json.load(sys.stdin)
places = {p['place']: p for p in d['places']}
plan = places[sys.argv[1]]
sys.exit(not ($1))" "$DEMONSTRATION_NAME" <<<"$out" || { echo "does not hold: $1"; return 1; }
}
texts_of() { exported "{'$remark', '$deleted', '$question', '$stand_up', '$retrospective', '$note', '$reason'} <= {str(r['fields'].get(f)) for r in plan['records'] for f in ('body', 'question', 'done', 'text', 'note', 'reason')}"; }
admin person export "$name"
check export all_of 'exits 0; exported "d[\"person\"][\"fields\"][\"email\"] == \"$mail\""; texts_of'
check export-account exported 'd["account"]["login"] == "hildegarde-login" and len(d["logins"]) == 1'
check export-has-the-letter exported 'any(r["type"] == "raci" for r in plan["records"])'
check export-has-the-history exported '"Hildegarde Wombatinski" in [h["after"].get("name") for h in places["organisation"]["history"]] and sum(h["by_the_person"] for h in plan["history"]) == 12'
check export-has-no-secret silent 'argon2|hash'
check export-of-the-own-space-is-not-an-administrators exported '"own" not in places'
on her en person export
check her-own-export all_of 'exits 0; exported "len(places[\"own\"][\"records\"]) == 1 and d[\"account\"][\"login\"]"; texts_of'
on office en person export "$name"
check not-of-others exits 7
on office en person export
check of-oneself all_of 'exits 0; silent zibeline'

# ---- pages of the history that have nothing that one may read: some 2 MB of payroll, then one edit ----
python3 - "$W/files/payroll.json" <<'PY'
import json, sys
json.dump({"jalon": 1, "records": [{"type": "payroll_line", "key": f"p{n}", "title": f"Poste {n}", "planned": 100, "notes": "w" * 9000} for n in range(200)]}, open(sys.argv[1], "w"))
PY
admin plan import "$W/files/payroll.json" --into "$DEMONSTRATION_NAME"
check much-payroll exits 0
admin rights set everybody payroll none
check nobody-reads-it exits 0
on office en comment A2 'Une remarque du bureau'
check an-edit-after-it exits 0
on office en person export
check export-goes-on-over-pages-without-anything all_of 'exits 0; silent "wwww"; exported "any(h[\"after\"].get(\"body\") == \"Une remarque du bureau\" for h in plan[\"history\"])"'

# ---- what was refused of one's own is in one's own export ----
admin action set A1 --title "Un titre"
on office en action set A1 --title "Trop tard, dit Zibulon" --base r1
check refused exits 3
on office en person export
check refused-is-in-ones-own-export exported 'any("Zibulon" in str(g["edits"]) and g["because"] for g in plan["refused"])'
admin person export "Claire Martin"
check but-in-no-other all_of 'silent Zibulon'

# ---- who may erase ----
on office en person erase "$name" --yes
check not-everybody exits 7
admin person erase Administration --yes
check not-oneself exits 7
admin person erase "$name" --dry-run
check says-what-stays-on-own-machines complains 'copies on machines that P[0-9]+ used stay.*remove ~/.local/share/jalon'
check dry-run all_of 'exits 0; complains "for ever"; complains "stays: titles"'
admin person show "$name"
check a-dry-run-erases-nothing exits_saying 0 "$mail"

admin person add "Ferdinand Vanderbroucke"
admin action add "Entretien avec M. vanderbroucke" --due +3w
mention=$(grep -o 'A[0-9]*' <<<"$out" | head -n 1)
admin person erase "Ferdinand Vanderbroucke" --dry-run
check what-others-wrote-is-told exits_complaining 0 "in $mention, title: it stays"

# ---- erased ----
admin person erase "$name" --yes
check certificate-says-so says 'machines that the person used'
check erased all_of 'exits 0; says "Certificate of erasure"; says organisation'
number=$(grep -oE '\bP[0-9]+\b' <<<"$out" | head -n 1)
admin person erasures --json
check certificate all_of 'exits 0; says "chain_before"; silent "Quetzalcoatl|zibeline|zeppelin"'
on her en --server "$tcp_address" budget
check her-login-has-ended exits 7
admin user list
check no-account-is-left silent hildegarde-login

# ---- nothing that the server tells has it ----
nothing_in() { # what was just printed
  local word
  for word in "${words[@]}"; do silent "$word" || return 1; done
}
for view in "person list" "person show $number" "history $comment" history "history --sentences yes" "show A1" "show A1 --at r$before" "history A1" \
  "list --type comment" "list --type person" "list --type stand-up" "list --type retro-note" "list --type bucket-change" "list --type scenario" "scenario SC1" bucket stand-up raci "raci --at r$before" "diff r1 r$before" "person erasures" "plan export -" inbox "mine" "user list" "session list --all" "person export $number"; do
  admin $view
  check "nothing-in-${view//[^a-zA-Z0-9]/-}" nothing_in
done
admin person show "$number"
check says-erased exits_saying 0 '\(erased\)'
admin history "$comment"
check history-says-erased exits_saying 0 'erased'
admin raci A1
check the-letter-stays exits_saying 0 "$number"

# ---- nothing brings it back ----
admin person set "$number" --name "$name"
check not-by-hand exits_complaining 4 'were erased'
admin restore "$comment"
check a-restored-comment-is-empty nothing_in
admin user add again --person "$number" --password-file "$W/files/hildegarde-login.password"
check no-account-for-her exits 8

plans_revision=$(sql "SELECT max(e.revision) FROM erasure AS e JOIN space_head AS h USING (space_id) WHERE h.kind <> 1")
admin undo "r$plans_revision" --yes
check no-erasure-is-undone exits_complaining 4 'for ever'
organisation=$(sql "SELECT space_id FROM space_head WHERE kind = 1")
organisations_revision=$(sql "SELECT max(e.revision) FROM erasure AS e JOIN space_head AS h USING (space_id) WHERE h.kind = 1")
admin --plan "$organisation" undo "r$organisations_revision" --yes
check nor-the-organisations [ "$status" -ne 0 ]
check she-is-inactive-still [ "$(sql "SELECT inactive FROM person WHERE number = ${number#P}")" = t ]

# ---- the laptops ----
on office en sync
check office-syncs exits 0
on train en sync
check train-syncs all_of 'silent internal; complains "was erased: what you had typed and was not sent is gone"'
on train en conflicts
check train-has-what-ended all_of 'exits 0; says "personal values of P[0-9]+ were erased, and with them what you had typed"; nothing_in'
admin show A2
check the-other-edit-of-the-train-arrived says 'Un titre du train'
on train en sync
check told-once silent 'what you had typed'
on office en --offline show A1
check office-copy nothing_in
bytes_of() { find "$@" -type f -exec cat {} +; }
absent_in() { # files and folders: none of the words, in UTF-8 as it is on the wire and in every file here
  local word
  for word in "${words[@]}"; do
    ! grep -qaF -- "$word" <(bytes_of "$@") || { echo "$word is in: $(grep -rlaF -- "$word" "$@")"; return 1; }
  done
}
check office-disk absent_in "$W/laptops/office"
check train-disk absent_in "$W/laptops/train"
admin sync
check admin-syncs exits 0
check admins-disk absent_in "$W/home" "$W/config"

# ---- PostgreSQL ----
# somebody reads: scrub does not wait in front of everybody who commits
coproc READER { psql -X -q -At -h "$data/run" -U jalon -d jalon; }
echo 'BEGIN; SELECT count(*) FROM comment;' >&"${READER[1]}"
read -r <&"${READER[0]}"
"$JALOND" scrub --data-directory="$data" >"$W/files/scrub" 2>&1 &
scrub=$!
check scrub-says-what-is-in-use wait_for "$DEADLINE" grep -q '^comment is in use: trying again' "$W/files/scrub"
admin comment A2 "Une remarque pendant ce temps"
check edits-go-on-meanwhile exits 0
echo 'COMMIT; \q' >&"${READER[1]}"
wait "$scrub"
check scrub [ $? -eq 0 ]
heaps() { find "$data" -type f \( -path '*/base/*' -o -path '*/global/*' \); }
absent_in_database() {
  local word files
  mapfile -t files < <(heaps)
  [ ${#files[@]} -gt 100 ] || { echo "only ${#files[@]} files of the database"; return 1; }
  for word in "${words[@]}"; do
    ! grep -qaF -- "$word" "${files[@]}" || { echo "$word is in $(grep -laF -- "$word" "${files[@]}")"; return 1; }
  done
}
check database-files absent_in_database
admin budget
check the-server-goes-on exits 0
"$JALOND" verify --data-directory="$data" >"$W/files/verify" 2>&1
check verify-is-clean [ $? -eq 0 ]

# ---- an erasure that was interrupted between the plans and the person ----
sql "INSERT INTO erasure (space_id, revision, section, person, author, at, chain_before, chain_after, records, changes) SELECT h.space_id, 1, 1, p.id, p.id, now() - interval '1 minute', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), 1, 1 FROM person AS p, space_head AS h WHERE p.name = 'Ferdinand Vanderbroucke' AND h.kind = 2" >/dev/null
admin person erasures
check an-interrupted-one-is-told says 'was interrupted: the server ends it within minutes, jalon person erase P[0-9]+ at once'

# ---- after a restart, from the tables, all of it is as it was ----
state=$(value_of admin d.revision budget)
stop_server && start_server
admin show A1
check the-server-ends-it wait_for "$DEADLINE" grep -q 'erasure.ended person=' "$server_log"
check nothing-of-him-is-left [ "$(sql "SELECT count(*) FROM person WHERE name = 'Ferdinand Vanderbroucke'")" = 0 ]
admin person erasures
check it-is-ended all_of 'exits 0; silent interrupted'
admin show A1
check after-a-restart all_of 'exits 0; nothing_in'
check no-revision-is-lost [ "$(value_of admin d.revision budget)" -ge "$state" ]
# ---- a database that this program does not know is left alone ----
last=$(sql "SELECT max(name) FROM migration")
sql "CREATE TABLE set_aside AS SELECT * FROM migration WHERE name = '$last'; DELETE FROM migration WHERE name = '$last'" >/dev/null
"$JALOND" scrub --data-directory="$data" >"$W/files/scrub" 2>&1
check scrub-migrates-nothing [ $? -ne 0 ]
check it-says-what-to-do grep -q "lacks migration $last" "$W/files/scrub"
check nothing-was-migrated [ "$(sql "SELECT count(*) FROM migration WHERE name = '$last'")" = 0 ]
sql "INSERT INTO migration SELECT * FROM set_aside; DROP TABLE set_aside" >/dev/null
finish
