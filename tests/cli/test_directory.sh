#!/bin/bash
# A real OpenLDAP: who gets in, what groups give, what happens when somebody leaves, when the directory stops or hangs.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/slapd.sh"
export NO_COLOR=1
if ! slapd_available; then
  echo "skip directory-tests-need-slapd"
  exit 0
fi
make_slapd && start_slapd || { not_ok slapd "$(cat "$W/ldap/log")"; exit 1; }
printf 'reader\n' >"$W/ldap/reader"
chmod 644 "$W/ldap/reader"
server_options=(--ldap-url="ldap://127.0.0.1:$ldap_port" --ldap-authority="$W/ldap/certificate.pem" --ldap-bind-dn=cn=reader,dc=example,dc=org
  --ldap-bind-password-file="$W/ldap/reader" --ldap-base=dc=example,dc=org --ldap-recheck-s=1 --ldap-timeout-ms=10000
  --ldap-groups='jalon-admins=administrator, marketing=team:Marketing')
listen=unix:$data/s,127.0.0.1:0
set_up
admin team add Marketing
json() { python3 -c "import json, sys; d = json.load(sys.stdin); print($1)" <<<"$out"; }
log_in() { # profile, account, password
  jalon_in "$1" en --server "unix:$data/s" login "$2" --password-file <(printf '%s\n' "$3")
}

log_in marie marie 'radium et polonium'
check gets-in-by-group exits_saying 0 'logged in as marie'
marie() { jalon_in marie en "$@"; }
marie --json whoami
check is-a-person [ "$(json 'd[0]["name"], d[0]["administrator"]')" = "Marie Curie False" ]
admin people
check is-in-her-team exits_saying 0 'Marie Curie.*Marketing'
log_in pierre pierre 'quartz et pression'
jalon_in pierre en --json whoami
check administrators-by-group [ "$(json 'd[0]["administrator"]')" = True ]
log_in marie2 marie 'wrong password'
check wrong-password exits_complaining 7 'account or password is wrong'
log_in marie2 nobody 'wrong password'
check unknown-person exits_complaining 7 'account or password is wrong'
log_in marie2 outsider 'no group at all'
check not-in-a-group exits_complaining 7 'account or password is wrong'
log_in marie2 twice 'twice and again'
check two-people-are-nobody exits_complaining 7 'account or password is wrong'
printf '\n' >"$W/files/empty"
jalon_in marie2 en --server "unix:$data/s" login marie --password-file "$W/files/empty"
check empty-password [ "$status" -ne 0 ]
admin user list
check says-in-the-list exits 0
marie passwd --password-file <(printf 'radium et polonium\nune autre phrase a moi\n')
check her-password-is-the-directorys exits_complaining 4 'kept by the directory'

# ---- leaving ----
marie plan use "$DEMONSTRATION_NAME"
"$JALON" --profile marie --lang en watch budget >"$W/files/watched" 2>&1 &
watching=$!
check watches wait_for "$DEADLINE" [ -s "$W/files/watched" ]
ldap_do <<LDIF
dn: cn=marketing,dc=example,dc=org
changetype: modify
delete: member
member: uid=marie,dc=example,dc=org
LDIF
check is-out-by-the-next-round wait_for "$DEADLINE" gone "$watching"
gone_at=$(grep -an 'directory.gone' "$server_log" | head -n 1 | cut -d: -f1) revoked_at=$(grep -an 'session.revoked' "$server_log" | tail -n 1 | cut -d: -f1)
check because-of-it [ "$revoked_at" -gt "$gone_at" ]
marie plan list
check and-her-token exits 7
ldap_do <<LDIF
dn: cn=marketing,dc=example,dc=org
changetype: modify
add: member
member: uid=marie,dc=example,dc=org
LDIF

# ---- renamed in the directory: the same person, under the new name ----
ldap_do <<LDIF
dn: uid=marie,dc=example,dc=org
changetype: modrdn
newrdn: uid=msklodowska
deleteoldrdn: 1
LDIF
ldap_do <<LDIF
dn: cn=marketing,dc=example,dc=org
changetype: modify
add: member
member: uid=msklodowska,dc=example,dc=org
LDIF
log_in renamed msklodowska 'radium et polonium'
check renamed-gets-in exits 0
admin --json user list
check is-one-account [ "$(json 'sorted(a["account"] for a in d if a["name"] == "Marie Curie")')" = "['msklodowska']" ]

# ---- the directory hangs ----
freeze_slapd
log_in hung msklodowska 'radium et polonium'
check is-told exits_complaining 5 'directory that checks passwords does not answer'
log_in local admin "$(cat "$W/files/admin.password")"
check local-administrators-get-in exits 0
jalon_in renamed en plan list
check whoever-is-in-stays exits 0
thaw_slapd
back() { log_in hung msklodowska 'radium et polonium' && [ $status -eq 0 ]; }
check comes-back wait_for "$DEADLINE" back

# ---- stopped; then with a certificate of somebody else ----
stop_slapd
log_in hung msklodowska 'radium et polonium'
check stopped-is-told exits 5
log_in local admin "$(cat "$W/files/admin.password")"
check local-again exits 0
stop_server
server_options[0]=--ldap-url=ldaps://127.0.0.1:$ldaps_port server_options[1]=--ldap-authority=$W/ldap/other.pem
start_slapd
start_server || not_ok restart "$(tail -n 20 "$server_log")"
log_in hung msklodowska 'radium et polonium'
check wrong-certificate-is-no-directory exits 5
stop_server
server_options[1]=--ldap-authority=$W/ldap/certificate.pem server_options[6]=--ldap-timeout-ms=60000
start_server || not_ok restart "$(tail -n 20 "$server_log")"
log_in hung msklodowska 'radium et polonium'
check ldaps exits 0

# ---- while one login waits for the directory others are served: as long as it takes, since it ends when we say so ----
opened() { grep -ac 'session.open' "$server_log"; }
one_more() { [ "$(opened)" -gt "$before" ]; }
freeze_slapd
before=$(opened)
(log_in waits msklodowska 'radium et polonium'; echo "$status" >"$W/files/waited") &
waits=$!
check login-has-begun wait_for "$DEADLINE" one_more
for round in 1 2; do
  admin plan list
  check "others-do-not-wait-$round" exits 0
done
check it-waits-still [ ! -e "$W/files/waited" ]
thaw_slapd
wait $waits
check and-gets-in-then [ "$(cat "$W/files/waited")" = 0 ]
check no-password-in-the-log eval '! grep -aqE "radium|quartz|reader" "$server_log"'
stop_slapd
finish
