#!/bin/bash
# Logins and tokens: listed, ended, renamed, reset, limited; a second server on the same database hears of it within a second.
. "$(dirname "$0")/lib.sh"
export NO_COLOR=1
listen="tls:127.0.0.1:0,unix:$data/s"
start_tls() {
  for name in admin marketing; do printf 'mot de passe de %s 1\n' "$name" >"$W/files/$name.password"; done
  "$JALOND" setup --data-directory="$data" --administrator=admin --name=Administration --password-file="$W/files/admin.password" >>"$server_log" 2>&1
  start_server || { not_ok start "$(tail -n 30 "$server_log")"; exit 1; }
  admin --server "unix:$data/s" login admin --password-file "$W/files/admin.password"
  admin plan import "$DEMONSTRATION"
  admin plan use "$DEMONSTRATION_NAME"
  admin plan new "Autre plan" --start 2027-01-01
  admin plan use "$DEMONSTRATION_NAME"
  admin user add marketing --person "Claire Martin" --password-file "$W/files/marketing.password"
  marketing --server "unix:$data/s" login marketing --password-file "$W/files/marketing.password"
  marketing plan use "$DEMONSTRATION_NAME"
  [ $status -eq 0 ] || { not_ok set-up "$(last_run)"; exit 1; }
}
start_tls
json() { python3 -c "import json, sys; d = json.load(sys.stdin); print($1)" <<<"$out"; }
tls=tls:127.0.0.1:$tcp_port fingerprint=$("$JALOND" fingerprint --data-directory="$data")

# ---- sessions ----
jalon_in second en --server "$tls" login marketing --password-file "$W/files/marketing.password" --fingerprint "$fingerprint"
check logs-in-a-second-time exits 0
marketing --json session list
check two-logins [ "$(json 'len(d), sum(s["current"] for s in d), {s["account"] for s in d}')" = "2 1 {'marketing'}" ]
check says-from-where [ "$(json 'sorted(s["source"].split(":")[0] for s in d)')" = "['127.0.0.1', 'unix']" ]
other=$(json '[s["id"] for s in d if not s["current"]][0]')
marketing session list
check list-for-people exits_saying 0 "${other:0:8} .*marketing.*127.0.0.1"
"$JALON" --profile second --lang en plan use "$DEMONSTRATION_NAME" >/dev/null
"$JALON" --profile second --lang en watch budget >"$W/files/watched" 2>&1 &
watching=$!
check watches wait_for "$DEADLINE" [ -s "$W/files/watched" ]
marketing session end "${other:0:8}"
check ends-it exits_saying 0 'is ended'
check the-watcher-ends wait_for "$DEADLINE" gone "$watching"
wait "$watching"
check with-the-status-of-a-login [ $? -eq 7 ]
check the-server-says-so wait_for "$DEADLINE" grep -q 'session.revoked' "$server_log"
jalon_in second en plan list
check its-token-is-worth-nothing exits_complaining 7 'login has ended'
marketing session end 00000000
check not-somebody-elses exits 8
admin --json session list --all
check administrators-see-all [ "$(json 'len({s["account"] for s in d})')" = 2 ]
marketing session list --all
check others-do-not exits_complaining 7 'only an administrator'

# ---- tokens ----
admin plan new "Plan discret" --start 2028-01-01
check another-plan exits 0
admin plan use "$DEMONSTRATION_NAME"
marketing --json token add nightly --only "$DEMONSTRATION_NAME" --days 30
check adds-a-token exits 0
json 'd["token"]' >"$W/files/token"
check looks-like-a-token grep -qE '^jalon_[0-9a-f]{64}$' "$W/files/token"
jalon_in robot en --server "unix:$data/s" login --token-file "$W/files/token"
check logs-in-with-it exits_saying 0 'logged in as marketing'
jalon_in robot en budget
check reads-its-plan exits 0
check its-plan-is-chosen [ "$status" -eq 0 ]
jalon_in robot en budget-line set B1 --planned 5
check edits-nothing exits_complaining 7 'may only read'
jalon_in robot en --plan "$DEMONSTRATION_NAME" budget
check finds-its-plan-by-name exits 0
jalon_in robot en plan list
check lists-its-plan-only all_of "exits 0; says '$DEMONSTRATION_NAME'; silent 'discret'"
jalon_in robot en --plan "Plan discret" budget
check not-another-plan exits_complaining 8 'no plan'
jalon_in robot en --plan "Plan discrat" budget
check nor-is-it-proposed all_of "exits 8; silent 'discret'"
jalon_in robot en plans
check lists-no-other-plan all_of "exits 0; silent 'discret'"
admin --json token add fleet --edit --only "$DEMONSTRATION_NAME"
json 'd["token"]' >"$W/files/fleet"
jalon_in fleet en --server "unix:$data/s" login --token-file "$W/files/fleet"
jalon_in fleet en person set "Paul Bernard" --guest yes
check a-plans-token-edits-no-people exits_complaining 7 'not for that plan'
jalon_in robot en token add more
check makes-no-tokens exits_complaining 7 'does not manage accounts'
printf 'mot de passe de marketing 1\nune phrase a moi\n' >"$W/files/change"
jalon_in robot en passwd --password-file "$W/files/change"
check changes-no-password exits 7
marketing token list
check lists-tokens exits_saying 0 'nightly +marketing +read'
marketing token add nightly
check names-once exits_complaining 4 'already'
marketing token add long --days 4000
check not-for-ever exits_complaining 2 '366 days'
marketing --json token add writer --edit
json 'd["token"]' >"$W/files/token2"
jalon_in writer en --server "unix:$data/s" login --token-file "$W/files/token2"
jalon_in writer en plan use "$DEMONSTRATION_NAME"
jalon_in writer en budget-line set B1 --planned 5
check another-edits exits 0
marketing token rm nightly
check removes-it exits 0
jalon_in robot en budget
check then-it-is-nothing exits_complaining 7 'login has ended'
jalon_in robot en --server "unix:$data/s" login --token-file "$W/files/admin.password"
check a-file-without-token exits_complaining 2 'no token'

# ---- passwords ----
printf 'mot de passe de marketing 1\nPassword2024!\n' >"$W/files/change"
marketing passwd --password-file "$W/files/change"
check common-passwords-are-refused exits_complaining 4 'tried first'
printf 'mot de passe de marketing 1\nazertyuiop\n' >"$W/files/change"
marketing passwd --password-file "$W/files/change"
check french-ones-too exits_complaining 4 'tried first'
printf 'mot de passe de marketing 1\nquatre mots bien choisis\n' >"$W/files/change"
marketing passwd --password-file "$W/files/change"
check changes all_of "exits 0; silent 'harder to guess'"
printf 'quatre mots bien choisis\nquatre mots !\n' >"$W/files/change"
marketing passwd --password-file "$W/files/change"
check advises-fifteen-characters exits_complaining 0 '15 characters or more'
printf 'quatre mots !\nquatre mots bien choisis\n' >"$W/files/change"
marketing passwd --password-file "$W/files/change"
check changes-back exits 0
jalon_in writer en budget
check tokens-stay-at-ones-own-change exits 0
admin --json user reset marketing
json 'd["password"]' >"$W/files/once"
marketing plan list
check reset-ends-logins exits 7
jalon_in writer en budget
check and-tokens exits 7
marketing login --password-file "$W/files/once"
check one-time-login exits_complaining 0 'set your own'
marketing plan list
check nothing-else-before exits_complaining 7 'jalon passwd'
{ cat "$W/files/once"; echo 'encore une phrase a moi'; } >"$W/files/change"
marketing passwd --password-file "$W/files/change"
check sets-ones-own exits 0
marketing plan list
check and-is-free exits 0
marketing login --password-file "$W/files/once"
check once-is-once exits 7

# ---- renaming, with an edit of the old name's lane before and after ----
marketing budget-line set B1 --planned 6
marketing --offline budget-line set B1 --planned 7
check an-edit-waits all_of "exits 0; says 'will be sent'"
admin user rename marketing claire
check renames exits 0
marketing sync
check and-goes-out-under-the-same-lane all_of "exits 0; complains '1 waiting change sent: 1 applied'"
marketing --offline budget-line set B1 --planned 8
admin user rename claire chloe
printf 'encore une phrase a moi\n' >"$W/files/chloe"
marketing login chloe --password-file "$W/files/chloe"
check logs-in-by-the-new-name exits 0
marketing sync
check the-same-local-copy all_of "exits 0; complains '1 waiting change sent: 1 applied'"
marketing --offline budget
check with-the-edit-in-it all_of "exits 0; says '8'"
admin user rename chloe claire
marketing --json whoami
check is-called-claire [ "$(json 'd[0]["account"]')" = claire ]
admin user rename admin claire
check not-a-name-that-is-taken exits 8
admin user add marketing --person "Paul Bernard" --password-file "$W/files/marketing.password"
check the-old-name-is-free exits 0
jalon_in paul en --server "unix:$data/s" login marketing --password-file "$W/files/marketing.password"
check old-name-logs-in exits 0
jalon_in paul en plan use "$DEMONSTRATION_NAME"
check old-name-chooses exits 0
jalon_in paul en budget-line set B1 --planned 8
check for-somebody-else exits 0

# ---- client certificates ----
"$JALOND" certificate --account=claire --data-directory="$data" >"$W/files/claire.pem"
jalon_in card en --server "$tls" login --certificate "$W/files/claire.pem" --fingerprint "$fingerprint"
check logs-in-by-certificate exits_saying 0 'logged in as claire'
jalon_in card en plan list
check and-works exits 0
jalon_in card2 en --server "unix:$data/s" login --certificate "$W/files/claire.pem"
check not-without-tls exits_complaining 7 'no client certificate'
"$JALOND" certificate --account=nobody --data-directory="$data" >"$W/files/nobody.pem"
jalon_in card3 en --server "$tls" login --certificate "$W/files/nobody.pem" --fingerprint "$fingerprint"
check nobody-is-nobody exits_complaining 7 'names no account'
admin user disable claire
jalon_in card en plan list
check disabled-is-out exits 7
jalon_in card en login --certificate "$W/files/claire.pem"
check and-stays-out exits 7
admin user enable claire

# ---- a second server on the same database ----
set -- $(sed -n '4p;5p' "$data/postgres/postmaster.pid")
mkdir -m 777 "$W/node"
setsid "$JALOND" --data-directory="$W/node/data" --database="host=$2 port=$1 user=jalon dbname=jalon" --listen="unix:$W/node/data/s" \
  --pid-file="$W/node/pid" </dev/null >>"$server_log" 2>&1 &
second=$!
disown $second
check second-server wait_for "$DEADLINE" [ -s "$W/node/pid" ]
jalon_in far en --server "unix:$W/node/data/s" login claire --password-file <(echo 'encore une phrase a moi')
jalon_in far en plan use "$DEMONSTRATION_NAME"
check logs-in-there exits 0
"$JALON" --profile far --lang en watch budget >"$W/files/far" 2>&1 &
watching=$!
check watches-there wait_for "$DEADLINE" [ -s "$W/files/far" ]
before=$(grep -ac 'session.revoked' "$server_log")
admin user disable claire
check out-on-the-other-server wait_for "$DEADLINE" gone "$watching" # how often it asks: LOOK_MS of server/net/revocation.c
one_more_revoked() { [ "$(grep -ac 'session.revoked' "$server_log")" -gt "$before" ]; }
check because-of-that wait_for "$DEADLINE" one_more_revoked
kill -TERM $second
check second-server-stops wait_for "$DEADLINE" gone $second

# ---- an account that asks too much waits, and is answered ----
stop_server
server_options=(--account-requests=2)
listen="unix:$data/s,127.0.0.1:0"
start_server || not_ok restart "$(tail -n 20 "$server_log")"
begin=$(date +%s%N)
for _ in 1 2 3 4 5 6; do
  admin budget
  [ $status -eq 0 ] || not_ok waits-but-is-answered "$(last_run)"
done
check two-requests-a-second [ $(($(date +%s%N) - begin)) -gt 1500000000 ]
finish
