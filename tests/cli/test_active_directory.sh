#!/bin/bash
# What Active Directory does otherwise than OpenLDAP, as far as its documentation can be played: active_directory.py is no Active Directory.
. "$(dirname "$0")/lib.sh"
export NO_COLOR=1
mkdir -m 755 "$W/ldap"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 5 -subj /CN=directory -addext 'subjectAltName=IP:127.0.0.1' \
  -keyout "$W/ldap/key.pem" -out "$W/ldap/certificate.pem" 2>/dev/null
printf 'reader\n' >"$W/ldap/reader"
: >"$W/ldap/disabled"
chmod 644 "$W/ldap/certificate.pem" "$W/ldap/reader"
mkfifo "$W/ldap/port"
python3 "$(dirname "$0")/active_directory.py" "$W/ldap/certificate.pem" "$W/ldap/key.pem" "$W/ldap/disabled" >"$W/ldap/port" 2>"$W/ldap/log" &
directory=$!
disown $directory
read -r ldap_port <"$W/ldap/port"
server_options=(--ldap-url="ldaps://127.0.0.1:$ldap_port" --ldap-authority="$W/ldap/certificate.pem" --ldap-bind-dn=jalon@corp.example
  --ldap-bind-password-file="$W/ldap/reader" --ldap-base=dc=corp,dc=example --ldap-recheck-s=1 --ldap-timeout-ms=60000
  --ldap-filter='(&(objectClass=user)(|(sAMAccountName={login})(userPrincipalName={login}))(!(userAccountControl:1.2.840.113556.1.4.803:=2)))'
  --ldap-login-attribute=sAMAccountName --ldap-id-attribute=objectGUID
  --ldap-group-filter='(member:1.2.840.113556.1.4.1941:={dn})' --ldap-groups='jalon-admins=administrator, marketing=team:Marketing')
listen=unix:$data/s,127.0.0.1:0
set_up
admin team add Marketing
log_in() { # profile, account, password
  jalon_in "$1" en --server "unix:$data/s" login "$2" --password-file <(printf '%s\n' "$3")
}
json() { python3 -c "import json, sys; d = json.load(sys.stdin); print($1)" <<<"$out"; }

log_in marie MCurie 'radium et polonium'
check by-sam-account-name exits_saying 0 'logged in as mcurie'
admin people
check team-by-a-group-inside-of-a-group exits_saying 0 'Marie Curie.*Marketing'
log_in marie2 marie.curie@corp.example 'radium et polonium'
check by-user-principal-name-it-is-the-same-account exits_saying 0 'logged in as mcurie'
log_in pierre pcurie 'quartz et pression'
check among-three-hundred-groups exits 0
jalon_in pierre en --json whoami
check administrator-by-one-of-them [ "$(json 'd[0]["administrator"]')" = True ]
admin --json user list
check one-account-each [ "$(json 'sorted(a["account"] for a in d if a["name"].endswith("Curie"))')" = "['mcurie', 'pcurie']" ]
log_in marie3 jalon@corp.example reader
check in-no-group exits_complaining 7 'account or password is wrong'
log_in marie3 mcurie 'wrong password'
check wrong-password exits_complaining 7 'account or password is wrong'
jalon_in marie en plan list
check still-in exits 0

# One command, connected for less time than the server takes to come round.
printf 'MCurie\n' >"$W/ldap/disabled"
jalon_in marie en plan list
found_gone() { grep -q 'directory.gone.*mcurie' "$server_log"; }
check disabled-is-noticed-after-one-short-command wait_for "$DEADLINE" found_gone
out_again() { jalon_in marie en plan list && [ $status -eq 7 ]; }
check disabled-is-out-by-the-next-round wait_for "$DEADLINE" out_again
log_in marie3 mcurie 'radium et polonium'
check disabled-does-not-get-in exits_complaining 7 'account or password is wrong'
log_in marie3 pierre.curie@corp.example 'quartz et pression'
check others-do exits 0
check no-referral-was-followed eval '! grep -q FOLLOWED "$W/ldap/log"'
check nothing-else-went-wrong-there [ ! -s "$W/ldap/log" ]
kill "$directory"
finish
