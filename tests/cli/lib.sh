# Sourced by the test_*.sh of this folder: one real server with its private PostgreSQL in a folder of its own, the
# demonstration plan, and two people with profiles: marketing (Claire Martin) and sales (Paul Bernard). JALON_BIN is the
# build folder. Everything ends with the script: processes by their ids, then the folder.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${JALON_BIN:?set JALON_BIN to the build folder}"
JALON=$JALON_BIN/client/jalon JALOND=$JALON_BIN/server/jalond
DEMONSTRATION=$root/server/packaging/demonstration.json
DEMONSTRATION_NAME='Plan marketing de démonstration'
DEADLINE=${JALON_TEST_DEADLINE:-120} # seconds that any one condition may take, and any one command
export JALON_PATIENCE=$DEADLINE # a server that is slow is not away
unset JALON_PROFILE JALON_SERVER NO_COLOR COLUMNS LINES LANGUAGE LANG LC_MESSAGES MSYSTEM
export LC_ALL=C.UTF-8 TZ=Europe/Paris TERM=xterm-256color PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8

W=$(mktemp -d /tmp/jalon-cli.XXXXXX)
chmod 755 "$W" # a server started as root becomes another user
mkdir -m 700 "$W/home" "$W/config" "$W/files"
export HOME=$W/home XDG_CONFIG_HOME=$W/config
data=$W/data server_log=$W/jalond.log server_pid='' server_options=() listen='' tmux_socket=$W/files/tmux
failures=$W/files/failures out='' err='' status=0 ran='' tcp_port=''
: >"$server_log"
: >"$failures"

# ---- results ----
ok() { printf 'ok %s\n' "$1"; }
not_ok() { # name, what was seen
  echo "$1" >>"$failures" # a file: pipes run checks in subshells
  printf 'not ok %s\n' "$1"
  [ $# -lt 2 ] || printf '%s\n' "$2" | head -n 40 | sed 's/^/#   /'
}
last_run() { printf '$ jalon %s\n-> %s\n%s\n%s\n' "$ran" "$status" "$out" "$err"; }
check() { # name, command...: ok when the command succeeds; the last run is shown when not
  local name=$1
  shift
  if "$@" >"$W/files/check" 2>&1; then
    ok "$name"
  else
    [ "$1" != '[' ] || printf '%s\n' "does not hold: $*" >>"$W/files/check"
    not_ok "$name" "$(cat "$W/files/check"; last_run)"
  fi
}

# ---- running ----
# no-break spaces are the right ones for amounts, and a nuisance in patterns
plain_spaces() { sed 's/\xc2\xa0/ /g; s/\xe2\x80\xaf/ /g'; }
jalon_in() { # profile, language, arguments...: sets out, err, status
  local profile=$1 language=$2
  shift 2
  ran="--profile $profile --lang $language $*"
  timeout --kill-after=5 $((2 * DEADLINE)) "$JALON" --profile "$profile" --lang "$language" "$@" </dev/null >"$W/files/out" 2>"$W/files/err"
  status=$?
  out=$(plain_spaces <"$W/files/out") err=$(plain_spaces <"$W/files/err")
  if grep -qE 'Sanitizer|runtime error:' <<<"$err"; then not_ok "sanitizer of jalon $1" "$(last_run)"; fi
}
# The server's database, in its own words: one statement, one value a line.
sql() {
  local lines
  mapfile -t lines <"$data/postgres/postmaster.pid"
  psql -X -At -v ON_ERROR_STOP=1 -h "${lines[4]}" -p "${lines[3]}" -U "$(stat -c %U "$data/postgres")" -d jalon -c "$1"
}
# What is there, of all records and spaces: every column of every table but those that count revisions.
state_hash() {
  local table union=''
  for table in $(sql "SELECT table_name FROM information_schema.columns WHERE column_name = 'deleted_revision' AND table_schema = 'public' ORDER BY 1"); do
    union+="${union:+ UNION ALL }SELECT '$table' AS name, md5(coalesce(string_agg((to_jsonb(t) - '{revision,created_revision}'::text[])::text, E'\n' ORDER BY space_id, id), '')) AS rows
      FROM \"$table\" AS t WHERE deleted_revision IS NULL"
  done
  sql "SELECT md5(string_agg(name || ' ' || rows, E'\n' ORDER BY name)) FROM ($union) AS of_all"
}
# A laptop is a home of its own: $W/laptops/NAME with configuration and data. `on NAME LANGUAGE ARGUMENTS...` runs there.
laptop() { # name, account: logged in, with the demonstration plan as its current one
  mkdir -p -m 700 "$W/laptops/$1/config" "$W/laptops/$1/data"
  on "$1" en --server "$tcp_address" login "$2" --password-file "$W/files/$2.password"
  [ $status -eq 0 ] && on "$1" en plan use "$DEMONSTRATION_NAME"
  [ $status -eq 0 ] && return
  not_ok "laptop-$1" "$(last_run)"
  exit 1
}
on() {
  local name=$1 language=$2
  shift 2
  ran="($name) --lang $language $*"
  XDG_CONFIG_HOME=$W/laptops/$name/config XDG_DATA_HOME=$W/laptops/$name/data \
    timeout --kill-after=5 $((2 * DEADLINE)) "$JALON" --lang "$language" "$@" </dev/null >"$W/files/out" 2>"$W/files/err"
  status=$?
  out=$(plain_spaces <"$W/files/out") err=$(plain_spaces <"$W/files/err")
  if grep -qE 'Sanitizer|runtime error:' <<<"$err"; then not_ok "sanitizer of jalon $1" "$(last_run)"; fi
}
admin() { jalon_in admin en "$@"; }
marketing() { jalon_in marketing en "$@"; }
sales() { jalon_in sales en "$@"; }

exits() { [ "$status" -eq "$1" ] || { echo "exit status $status, expected $1"; return 1; }; }
says() { grep -qE -- "$1" <<<"$out" || { echo "standard output does not match: $1"; return 1; }; }
complains() { grep -qE -- "$1" <<<"$err" || { echo "standard error does not match: $1"; return 1; }; }
silent() { ! grep -qE -- "$1" <<<"$out$err" || { echo "output matches: $1"; return 1; }; }
all_of() { # 'check args; check args': each must succeed
  local IFS=';' part bad=0
  for part in $1; do eval "$part" || bad=1; done
  return $bad
}
exits_saying() { exits "$1" && says "$2"; } # status, pattern in standard output
exits_complaining() { # status, patterns...: each somewhere in standard error
  exits "$1" || return 1
  shift
  local pattern
  for pattern in "$@"; do complains "$pattern" || return 1; done
}
# One value of a view's JSON: python expression over `d` (tests/cli/document.py).
value_of() { "$JALON" --profile "$1" --lang en --json "${@:3}" </dev/null 2>"$W/files/err" | python3 -c "
import sys
from document import Document
d = Document(sys.stdin.read())
print($2)"; }
revision() { value_of admin d.revision budget; } # of the current plan

invoices() { # how many: a table of them, the same each time, for long imports
  python3 - "$1" <<'P'
import random, sys
random.seed(9)
print("Date;Titre;Montant HT;Facture")
for i in range(int(sys.argv[1])):
    print("%02d/%02d/2026;Dépense %d;%d,%02d;M%d" % (random.randint(1, 28), random.randint(1, 10), i, random.randint(1, 999), random.randint(0, 99), i))
P
}
wait_for() { # seconds, command...: until it succeeds; looks 20 times a second
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt "$end" ] || return 1
    sleep 0.05
  done
}

# ---- the day ----
# A test that tells of several days sets the clock: server and commands see this day and time, which stands still until it is set again.
# PostgreSQL keeps the machine's, and waiting goes on: the monotonic clock stays true. `the_date` is date(1) by their clock.
FAKETIME=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1
the_date() {
  if [ -e "$W/clock" ]; then LD_PRELOAD=$FAKETIME FAKETIME_TIMESTAMP_FILE=$W/clock NO_FAKE_STAT=1 date "$@"; else date "$@"; fi
}
at_clock() { # "2027-03-22 09:00:00": before set_up the first time, which ends a test where there is no faketime
  local program
  [ -e "$FAKETIME" ] || { program=${0##*/test_} && echo "skip ${program%.sh} (no faketime)"; exit 0; }
  printf '%s\n' "$1" >"$W/clock.next"
  mv "$W/clock.next" "$W/clock"
  [ "$JALON" != "$W/files/bin/jalon" ] || return 0
  mkdir -p "$W/files/bin"
  for program in "$JALON" "$JALOND"; do
    {
      printf '#!/bin/sh\nexport LD_PRELOAD=%s FAKETIME_TIMESTAMP_FILE=%s FAKETIME_ONLY_CMDS=jalon,jalond\n' "$FAKETIME" "$W/clock"
      printf 'export FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1\n'
      printf 'export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"\nexec %s "$@"\n' "$program"
    } >"$W/files/bin/${program##*/}"
    chmod 755 "$W/files/bin/${program##*/}"
  done
  JALON=$W/files/bin/jalon JALOND=$W/files/bin/jalond
}
# JALON_TEST_CLOCK=+33d (or -2h, +90s): every test that sets no clock itself runs by one that is so far off and goes on, to find what depends on the day.
[ -z "${JALON_TEST_CLOCK:-}" ] || at_clock "$JALON_TEST_CLOCK"

# ---- the server ----
gone() { [ ! -d "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; }
listening() { gone "$server_pid" || [ -s "$W/port" ]; }
start_server() {
  rm -f "$W/port"
  setsid "$JALOND" --data-directory="$data" --listen="${listen:-unix:$data/s,127.0.0.1:${tcp_port:-0}}" --port-file="$W/port" --pid-file="$W/pid" \
    --heartbeat-ms=1000 "${server_options[@]}" </dev/null >>"$server_log" 2>&1 &
  server_pid=$!
  disown "$server_pid"
  wait_for 120 listening
  if gone "$server_pid" || [ ! -s "$W/port" ]; then return 1; fi
  tcp_port=$(cat "$W/port")
  unix_address=unix:$data/s
  tcp_address=127.0.0.1:$tcp_port
}
kill_server() { # without warning; PostgreSQL may live on as an orphan
  kill -KILL "$server_pid"
  wait_for "$DEADLINE" gone "$server_pid"
  server_pid=''
}
stop_server() {
  [ -n "$server_pid" ] || return 0
  kill -TERM "$server_pid" 2>/dev/null
  wait_for "$DEADLINE" gone "$server_pid" || return 1
  server_pid=''
}
ours() { # ids of processes that name our folder, and of every jalon that was started here
  local id
  for id in $({ grep -laF -- "$W" /proc/[0-9]*/cmdline; grep -lxF jalon /proc/[0-9]*/comm | sed 's,comm$,environ,' | xargs -r grep -laF -- "$W"; } 2>/dev/null |
    sed 's,/proc/\([0-9]*\)/.*,\1,' | sort -un); do
    [ "$id" = $$ ] || [ "$id" = "$BASHPID" ] || gone "$id" || echo "$id"
  done
}
none_left() { [ -z "$(ours)" ]; }

set_up() { # server, demonstration plan, accounts
  local name
  for name in admin marketing sales; do printf 'mot de passe de %s 1\n' "$name" >"$W/files/$name.password"; done
  if ! "$JALOND" setup --data-directory="$data" --administrator=admin --name=Administration --password-file="$W/files/admin.password" >>"$server_log" 2>&1; then
    not_ok set-up "$(grep -aA20 -m1 Sanitizer "$server_log" || tail -n 30 "$server_log")"
    exit 1
  fi
  if ! start_server; then
    not_ok start "$(tail -n 30 "$server_log")"
    exit 1
  fi
  admin --server "$unix_address" login admin --password-file "$W/files/admin.password"
  [ $status -eq 0 ] && admin plan import "$DEMONSTRATION"
  [ $status -eq 0 ] && admin user add marketing --person "Claire Martin" --password-file "$W/files/marketing.password"
  [ $status -eq 0 ] && admin user add sales --person "Paul Bernard" --password-file "$W/files/sales.password"
  [ $status -eq 0 ] && marketing --server "$unix_address" login marketing --password-file "$W/files/marketing.password"
  [ $status -eq 0 ] && sales --server "$tcp_address" login sales --password-file "$W/files/sales.password"
  for name in admin marketing sales; do [ $status -eq 0 ] && jalon_in $name en plan use "$DEMONSTRATION_NAME"; done
  [ $status -eq 0 ] && return
  not_ok set-up "$(last_run; tail -n 30 "$server_log")"
  exit 1
}

# Sanitizers report on the server's standard error: a finding is a failure of whatever ran.
sanitizers_quiet() { ! grep -aE 'ERROR: (Address|Leak|Thread)Sanitizer|runtime error:' "$server_log"; }

tear_down() {
  local result=$? id
  trap - EXIT
  [ ! -S "$tmux_socket" ] || tmux -S "$tmux_socket" kill-server 2>/dev/null
  if [ -n "$server_pid" ]; then
    if stop_server; then wait_for $((2 * DEADLINE)) none_left; else not_ok server-stops-on-TERM "$(tail -n 20 "$server_log")"; fi
    if none_left; then :; else not_ok no-process-left "$(for id in $(ours); do tr '\0' ' ' <"/proc/$id/cmdline"; echo; done)"; fi
    sanitizers_quiet >"$W/files/check" || not_ok server-sanitizers "$(cat "$W/files/check"; grep -aA30 -m1 Sanitizer "$server_log")"
  fi
  for id in $(ours); do kill -KILL "$id" 2>/dev/null; done
  [ ! -s "$failures" ] || result=1
  if [ -n "${JALON_TEST_KEEP:-}" ]; then echo "# kept: $W"; else rm -rf "$W"; fi
  exit "$result"
}
trap tear_down EXIT
trap 'exit 130' INT TERM
finish() { exit 0; } # tear_down knows what failed

# ---- terminals ----
terminal() { # name, columns, rows: a terminal of its own with a shell in it
  tmux -S "$tmux_socket" -f /dev/null new-session -d -s "$1" -x "$2" -y "$3" "PS1='ready> ' exec bash --norc --noprofile -i"
  tmux -S "$tmux_socket" set-option -t "$1" status off >/dev/null
  tmux -S "$tmux_socket" resize-window -t "$1" -x "$2" -y "$3"
  wait_for "$DEADLINE" on_screen "$1" 'ready>'
}
screen() { tmux -S "$tmux_socket" capture-pane -p -t "$1" | plain_spaces; }
on_screen() { screen "$1" | grep -qE -- "$2"; }
not_on_screen() { ! on_screen "$1" "$2"; }
type_in() { tmux -S "$tmux_socket" send-keys -t "$1" -l "$2"; tmux -S "$tmux_socket" send-keys -t "$1" Enter; }
press() { tmux -S "$tmux_socket" send-keys -t "$1" "$2"; }
terminal_flag() { tmux -S "$tmux_socket" display-message -p -t "$1" "#{$2}"; }
sees() { # name of the check, terminal, pattern
  if wait_for "$DEADLINE" on_screen "$2" "$3"; then ok "$1"; else not_ok "$1" "looked for: $3
$(screen "$2")"; fi
}
stops_seeing() {
  if wait_for "$DEADLINE" not_on_screen "$2" "$3"; then ok "$1"; else not_ok "$1" "still there: $3
$(screen "$2")"; fi
}

# ---- laptops in terminals: whole screens ----
# Dates, clock times, ports and how long ago something was change from run to run, and with them the width of columns;
# everything else must not.
steady() {
  sed -E 's/ +$//; s/127\.0\.0\.1:[0-9]+/SERVER/g; s/\b[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec) 20[0-9]{2}\b/DAY/g
    s#\b[0-9]{2}/[0-9]{2}/20[0-9]{2}\b#DAY#g; s/\b[0-9]{2}:[0-9]{2}\b/hh:mm/g; s/(just now|à l.instant|[0-9]+ min ago|il y a [0-9]+ min)/AGE/g; s/ {3,}/  /g'
}
# Only the times of the log. How wide those are moves what stands on their lines in a list: they get lines of their own.
times_steady() {
  sed -E 's/ +$//; s#\b([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec) 20[0-9]{2}|[0-9]{2}/[0-9]{2}/20[0-9]{2}) [0-9]{2}:[0-9]{2}\b#DAY hh:mm#g' |
    sed -zE ':a; s/\n( +)([^\n]*[^ \n]) · ((since|depuis|decided on|décidé le) ?: DAY hh:mm)/\n\1\2\n\1\3/; ta
      :b; s/\n( +)((since|depuis|decided on|décidé le) ?: DAY hh:mm) · /\n\1\2\n\1/; tb'
}
laptop_terminal() { # name, language, columns, rows
  terminal "$1" "$3" "$4"
  type_in "$1" "export XDG_CONFIG_HOME='$W/laptops/$1/config' XDG_DATA_HOME='$W/laptops/$1/data' LC_ALL=$2 EDITOR='$here/editor.sh'; alias jalon='$JALON'; clear"
  wait_for "$DEADLINE" on_screen "$1" '^ready>'
}
# Types a command on a cleared screen, waits for its end and adds the whole screen to the story. The exit status ends it.
story=$W/files/story
typed=0
types() { # laptop, command
  typed=$((typed + 1))
  tmux -S "$tmux_socket" send-keys -t "$1" -l "clear; $2; echo \"[\$?] end $typed\""
  tmux -S "$tmux_socket" send-keys -t "$1" Enter
  wait_for "$DEADLINE" on_screen "$1" "^\\[[0-9]+\\] end $typed\$" || not_ok "ends: $2" "$(screen "$1")"
  { printf '=== %s $ %s\n' "$1" "$2"; screen "$1" | sed "/^ready>/d; s/ end $typed\$//; /^waiting for the server\$/d; /^attente du serveur\$/d" | steady | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'; } >>"$story"
}
