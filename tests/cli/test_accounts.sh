#!/bin/bash
# Accounts: add, disable, list; login, logout, passwd, whoami; never a prompt in a pipe; a disabled user's sessions end.
. "$(dirname "$0")/lib.sh"
set_up
profile_file() { echo "$XDG_CONFIG_HOME/jalon/$1.profile"; }

# ---- add, list ----
printf 'un mot de passe assez long\n' >"$W/files/lea.password"
admin user add lea --name "Léa Petit" --email lea@example.org --team Marketing --password-file "$W/files/lea.password"
check user-add exits_saying 0 'lea'
admin person list
check user-add-made-the-person says 'Léa Petit'
admin user list
check user-list all_of "exits 0; says 'lea.*Léa Petit|Léa Petit.*lea'; says 'marketing'; says 'admin'"
admin user list --json
check user-list-json python3 -m json.tool "$W/files/out" /dev/null
check user-list-has-no-secrets silent 'argon|hash|token'
admin user add lea --name "Léa Autre" --password-file "$W/files/lea.password"
check user-add-twice exits_complaining 4 'lea'
admin user add pierre --name "Pierre Long" --email pierre@example.org
check user-add-makes-a-password exits 0
made=$(grep -oE '[A-Za-z0-9_-]{12,}' <<<"$out$err" | tail -n 1)
printf '%s\n' "$made" >"$W/files/pierre.password"
jalon_in pierre en --server "$tcp_address" login pierre --password-file "$W/files/pierre.password"
check made-password-works exits 0
printf 'court\n' >"$W/files/short.password"
admin user add court --name "Mot Court" --password-file "$W/files/short.password"
check short-password-refused exits_complaining 4 'password'
admin user add "nom avec espaces" --name "X" --password-file "$W/files/lea.password"
check odd-account-name-refused all_of 'exits 4 || exits 2'
sales user list
check user-list-for-administrators exits 7
sales user disable marketing
check user-disable-for-administrators exits 7
admin user disable nobody-of-that-name
check user-disable-unknown exits_complaining 8 'nobody-of-that-name'

# ---- login, whoami, logout ----
jalon_in lea en --server "$tcp_address" login lea --password-file "$W/files/lea.password"
check login exits_saying 0 'lea|Léa'
jalon_in lea en whoami
check whoami all_of "exits 0; says 'lea'; says 'Léa Petit'; says '$tcp_address'"
check profile-is-private [ "$(stat -c %a "$(profile_file lea)")" = 600 ]
check profile-keeps-no-password eval '! grep -q "assez long" "$(profile_file lea)"'
printf 'pas le bon mot de passe\n' >"$W/files/wrong.password"
jalon_in other en --server "$tcp_address" login lea --password-file "$W/files/wrong.password"
check wrong-password exits 7
wrong_text=$err
jalon_in other en --server "$tcp_address" login nobody-at-all --password-file "$W/files/wrong.password"
check unknown-account-sounds-the-same all_of "exits 7; [ \"\$err\" = \"\$wrong_text\" ]"
jalon_in other en whoami
check failed-login-logs-nobody-in all_of "exits 7 || silent 'lea'"
jalon_in lea en whoami
check wrong-password-elsewhere-changes-nothing exits 0
printf 'un mot de passe assez long' | "$JALON" --profile lea2 --lang en --server "$unix_address" login lea --password-file - >"$W/files/out" 2>"$W/files/err"
check password-from-standard-input [ ${PIPESTATUS[1]} = 0 ]
jalon_in lea2 en logout
check logout exits 0
jalon_in lea2 en budget
check after-logout exits_complaining 7 'login|log in'
jalon_in lea en whoami
check logout-of-one-session-only exits 0
"$JALON" --profile lea3 --lang en --server "$unix_address" login lea --password-file "$W/files/lea.password" </dev/null >/dev/null 2>&1
jalon_in lea3 en logout --all
check logout-all exits 0
jalon_in lea en whoami
check logout-all-ends-the-others exits 7
jalon_in lea en login lea --password-file "$W/files/lea.password"
check login-again-remembers-the-server exits 0

# ---- another account in the same profile: a replica of its own ----
jalon_in shared en --server "$tcp_address" login pierre --password-file "$W/files/pierre.password"
shared=$XDG_CONFIG_HOME/jalon/shared.profile
first_replica=$(grep '^replica' "$shared")
jalon_in shared en login lea --password-file "$W/files/lea.password"
check another-account-in-the-same-profile exits_saying 0 'lea|Léa'
jalon_in shared en whoami
check another-account-works exits_saying 0 'lea|Léa'
check another-account-has-another-replica [ "$first_replica" != "$(grep '^replica' "$shared")" ]
grep -v '^account' "$shared" >"${shared%/*}/copied.profile"
chmod 600 "${shared%/*}/copied.profile"
jalon_in copied en --server "$tcp_address" login pierre --password-file "$W/files/pierre.password"
check the-replica-of-another-account-is-refused exits_complaining 7 'another profile'

# ---- passwords ----
printf 'un mot de passe assez long\nle nouveau mot de passe\n' >"$W/files/change"
jalon_in lea en passwd --password-file "$W/files/change"
check passwd exits 0
jalon_in lea4 en --server "$tcp_address" login lea --password-file "$W/files/lea.password"
check old-password-no-longer exits 7
printf 'le nouveau mot de passe\n' >"$W/files/lea.password"
jalon_in lea4 en --server "$tcp_address" login lea --password-file "$W/files/lea.password"
check new-password exits 0
printf 'faux\nencore un mot de passe\n' >"$W/files/change"
jalon_in lea4 en passwd --password-file "$W/files/change"
check passwd-needs-the-old-one all_of 'exits 7 || exits 4'

# ---- profiles are separate ----
jalon_in lea4 en plan use "$DEMONSTRATION_NAME"
jalon_in pierre en budget
check current-plan-is-the-profile-s-own all_of 'exits 2 || exits 8 || exits 4'
JALON_PROFILE=lea4 "$JALON" --lang en whoami </dev/null >"$W/files/out" 2>&1
check profile-from-environment grep -q 'lea' "$W/files/out"
jalon_in "../evil" en whoami
check profile-name-is-no-path all_of "exits 2 || exits 4; [ ! -e \"$XDG_CONFIG_HOME/evil.profile\" ]"
printf 'garbage\0\377' >"$(profile_file broken)"
jalon_in broken en whoami
check broken-profile-is-named all_of "[ $status -ne 0 ]; complains 'broken'; silent Sanitizer"

# ---- nothing asks in a pipe ----
for words in "login lea" "passwd" "start" "login"; do
  jalon_in asked en --server "$unix_address" $words
  check "no-prompt-${words// /-}" all_of "[ $status -ne 0 ]; [ $status -lt 100 ]; [ -n '${err:+x}' ]; silent '[Pp]assword: *\$'"
done

# ---- disabling ----
"$JALON" --profile lea4 --lang en watch budget </dev/null >"$W/files/watched" 2>"$W/files/watched.err" &
watcher=$!
wait_for "$DEADLINE" grep -q 'Plugin de chat' "$W/files/watched"
check watch-runs test -s "$W/files/watched"
admin user disable lea
check user-disable exits 0
check disabled-user-s-watch-ends wait_for "$DEADLINE" gone "$watcher"
if gone "$watcher"; then wait "$watcher"; else kill "$watcher"; wait "$watcher"; fi
check ended-watch-exit-status [ $? = 7 ]
jalon_in lea4 en budget
check disabled-user-is-out exits 7
jalon_in lea5 en --server "$tcp_address" login lea --password-file "$W/files/lea.password"
check disabled-user-cannot-log-in exits 7
admin user list
check user-list-shows-disabled says 'lea.*([Dd]isabled|closed|yes)'
admin user enable lea
jalon_in lea5 en --server "$tcp_address" login lea --password-file "$W/files/lea.password"
check enabled-again exits 0
admin user disable admin
check last-administrator-stays exits 4

# ---- guessing is slowed down, others are not ----
limited=0
for _ in $(seq 30); do
  jalon_in guess en --server "$tcp_address" login pierre --password-file "$W/files/wrong.password"
  if grep -qiE 'too many|later|wait|seconds' <<<"$err"; then limited=1; break; fi
done
check guessing-is-limited [ $limited = 1 ]
marketing whoami
check guessing-does-not-touch-others exits 0
jalon_in lea6 en --server "$unix_address" login lea --password-file "$W/files/lea.password"
check guessing-does-not-lock-others-out exits 0
finish
