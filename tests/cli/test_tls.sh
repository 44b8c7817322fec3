#!/bin/bash
# A server that speaks TLS with its own authority: the first meeting in a terminal and in scripts, pinning, wrong
# certificates, reload and renewal, a machine of its own (a network namespace) as the client.
. "$(dirname "$0")/lib.sh"
export NO_COLOR=1

printf 'mot de passe de admin 1\n' >"$W/files/admin.password"
"$JALOND" setup --data-directory="$data" --administrator=admin --name=Administration --password-file="$W/files/admin.password" >>"$server_log" 2>&1
listen="tls:127.0.0.1:0,unix:$data/s"
server_options=(--tls-names=plans.example.org)
if ! start_server; then
  not_ok start "$(tail -n 30 "$server_log")"
  exit 1
fi
tls=tls:127.0.0.1:$tcp_port
log_in=(login admin --password-file "$W/files/admin.password")
first_in() { [ "$(head -n 1 "$1")" = "$2" ] || head -n 3 "$1"; }

# ---- who it is ----
fingerprint=$("$JALOND" fingerprint --data-directory="$data")
theirs=$(openssl x509 -in "$data/tls/authority.pem" -noout -fingerprint -sha256 | cut -d= -f2)
check fingerprint-is-openssl-s [ "$fingerprint" = "SHA256:$theirs" ]
check authority-is-for-10-years openssl x509 -in "$data/tls/authority.pem" -noout -checkend $((3649 * 86400))
check certificate-names-the-setting grep -q plans.example.org <(openssl x509 -in "$data/tls/server.pem" -noout -ext subjectAltName)
check key-is-the-servers-alone [ "$(stat -c %a "$data/tls/authority.key" "$data/tls/server.pem" "$data/tls" | tr '\n' ' ')" = '600 600 700 ' ]

# ---- the first meeting ----
admin --server "$tls" "${log_in[@]}"
check no-question-in-a-pipe exits_complaining 2 'for the first time' '--fingerprint'
admin --server "$tls" "${log_in[@]}" --fingerprint "SHA256:$(printf '%064d' 0)"
check wrong-fingerprint exits_complaining 7 'another fingerprint' "$fingerprint"
admin --server "$tls" "${log_in[@]}" --fingerprint "$fingerprint"
check by-fingerprint exits_saying 0 'logged in as admin'
check pinned-file [ "$(stat -c %a "$XDG_CONFIG_HOME"/jalon/admin.authority "$XDG_CONFIG_HOME"/jalon/admin.ticket | tr '\n' ' ')" = '600 600 ' ]
admin whoami
check then-without-a-word exits_saying 0 'Administration'
admin "${log_in[@]}"
check logs-in-again exits 0

terminal first 100 30
type_in first "'$JALON' --profile asked --lang en --server $tls login admin --password-file '$W/files/admin.password'"
sees asks-in-a-terminal first 'Trust it\? \[yes/no\]'
check shows-the-fingerprint eval 'screen first | tr -d " \n" | grep -qF "$fingerprint"'
type_in first no
sees no-means-no first 'is not trusted'
type_in first "clear; '$JALON' --profile asked --lang fr --server $tls login admin --password-file '$W/files/admin.password'"
sees asks-again first 'yes/no|oui/non'
type_in first yes
sees yes-logs-in first 'admin'
check pinned-after-yes wait_for "$DEADLINE" [ -s "$XDG_CONFIG_HOME/jalon/asked.authority" ]

jalon_in filed en --server "$tls" "${log_in[@]}" --authority "$data/tls/authority.pem"
check by-authority-file exits_saying 0 'logged in as admin'
jalon_in filed2 en --server "$tls" "${log_in[@]}" --authority "$W/files/admin.password"
check a-file-that-is-none exits_complaining 4 'no certificate'
jalon_in plain en --server "127.0.0.1:$tcp_port" "${log_in[@]}"
check plain-to-tls exits_complaining 4 'only TLS' 'tls:host:port'
jalon_in plain en --server "unix:$data/s" "${log_in[@]}" --fingerprint "$fingerprint"
check no-authority-without-tls exits_complaining 2 'not encrypted'

# ---- OpenSSL is loaded by the first encrypted connection, and by nothing else ----
loads() { LD_DEBUG=files "$JALON" --profile "$1" --lang en "${@:3}" 2>&1 </dev/null | grep -qF "file=$2"; } # profile, library, command
jalon_in socket en --server "unix:$data/s" "${log_in[@]}"
check in-over-the-socket exits_saying 0 'logged in as admin'
check the-socket-needs-no-openssl eval 'loads socket libuv.so.1 whoami && ! loads socket libssl.so.3 whoami && ! loads socket libcrypto.so.3 whoami'
check tls-loads-it loads filed libcrypto.so.3 whoami
mkdir "$W/files/empty" && cc -shared -x c -o "$W/files/empty/libssl.so.3" /dev/null
LD_LIBRARY_PATH=$W/files/empty jalon_in filed en whoami
check without-openssl-tls-says-so exits_complaining 4 'OpenSSL is missing' 'libssl3'
LD_LIBRARY_PATH=$W/files/empty jalon_in socket en whoami
check without-openssl-the-socket-does exits_saying 0 'Administration'

# ---- a certificate for other names; a reload that clients do not notice ----
admin --server "tls:localhost:$tcp_port" whoami
check another-of-its-names exits 0
watcher() { "$JALON" --profile admin --lang en watch plans --times 2 >"$W/files/watched" 2>&1; }
admin plan new "Plan 2027" --start 2027-01-01
watcher &
watching=$!
check watches wait_for "$DEADLINE" grep -q 'Plan 2027' "$W/files/watched"
before=$(openssl x509 -in "$data/tls/server.pem" -noout -serial)
cp "$data/tls/server.pem" "$W/files/server.pem"
: >"$data/tls/server.pem" # lost: made anew at the reload
kill -HUP "$server_pid"
check reloaded wait_for "$DEADLINE" grep -q 'tls.reloaded' "$server_log"
check made-anew [ "$(openssl x509 -in "$data/tls/server.pem" -noout -serial)" != "$before" ]
admin plan new "Plan 2028" --start 2028-01-01
check works-after-reload exits 0
check the-watcher-stayed wait_for "$DEADLINE" grep -q 'Plan 2028' "$W/files/watched"
wait "$watching"

# ---- files of the administrator's: about to end, then another authority ----
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 5 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$W/files/own.key" -out "$W/files/own.pem" 2>/dev/null
chmod 755 "$W/files"
chmod 644 "$W/files/own.key" "$W/files/own.pem"
stop_server
server_options=(--tls-certificate="$W/files/own.pem" --tls-key="$W/files/own.key")
listen="tls:127.0.0.1:$tcp_port,unix:$data/s"
start_server || not_ok restart "$(tail -n 20 "$server_log")"
check warns-of-the-end grep -q 'tls.certificate.ends days_left=[45]' "$server_log"
admin whoami
check changed-authority-is-refused exits_complaining 7 'another authority' 'jalon login --fingerprint'
check and-says-it-in-french eval 'jalon_in admin fr whoami; exits_complaining 7 .'
admin "${log_in[@]}"
check login-does-not-repin exits_complaining 7 'another authority'
admin "${log_in[@]}" --fingerprint "$(openssl x509 -in "$W/files/own.pem" -noout -fingerprint -sha256 | cut -d= -f2)"
check repinned-by-fingerprint exits 0
printf 'rubbish\n' >"$W/files/own.pem"
kill -HUP "$server_pid"
check a-bad-file-is-said wait_for "$DEADLINE" grep -q 'settings.refused' "$server_log"
admin whoami
check and-the-old-one-stays exits 0
stop_server

# ---- another machine: only through a network of its own ----
ns=jalon$$
if [ "$(id -u)" -eq 0 ] && ip netns add "$ns" 2>/dev/null; then
  octet=$(($$ % 250 + 1))
  ip link add "jv$$" type veth peer name eth0 netns "$ns"
  ip addr add "10.231.$octet.1/24" dev "jv$$"
  ip link set "jv$$" up
  ip -n "$ns" addr add "10.231.$octet.2/24" dev eth0
  ip -n "$ns" link set eth0 up
  listen="10.231.$octet.1:0,unix:$data/s"
  server_options=()
  start_server || not_ok start-on-the-network "$(tail -n 20 "$server_log")"
  far=10.231.$octet.1:$tcp_port
  there() {
    ran="(other machine) $*"
    out=$(ip netns exec "$ns" timeout $((2 * DEADLINE)) "$JALON" --profile far --lang en "$@" 2>"$W/files/err" </dev/null)
    status=$?
    err=$(cat "$W/files/err")
  }
  there --server "$far" "${log_in[@]}"
  check far-is-tls-without-saying exits_complaining 2 'for the first time'
  there --server "$far" "${log_in[@]}" --fingerprint "$("$JALOND" fingerprint --data-directory="$data")"
  check far-logs-in exits_saying 0 'logged in as admin'
  there plan list
  check far-reads exits_saying 0 'Plan 2028'
  printf 'JALON/1\n' | ip netns exec "$ns" timeout "$DEADLINE" python3 -c "
import socket, sys
s = socket.create_connection(('10.231.$octet.1', $tcp_port))
s.sendall(b'JALON/1\n')
sys.stdout.buffer.write(s.recv(400))" >"$W/files/plain" 2>&1
  check nothing-in-clear-is-served grep -aq 'only TLS' "$W/files/plain"
  ip link del "jv$$"
  ip netns del "$ns"
else
  echo "skip another-machine-in-a-network-namespace"
fi
finish
