#!/bin/bash
# libjalon as another program meets it: installed, found with pkg-config, compiled with its own headers alone; its symbols are the
# published ones; the two examples run against a real server.
. "$(dirname "$0")/lib.sh"
set_up
prefix=$W/prefix
check installs cmake --install "$JALON_BIN" --component library --prefix "$prefix"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name libjalon.pc)")
export PKG_CONFIG_PATH
check pkg-config-knows-it [ "$(pkg-config --modversion libjalon)" = "$("$JALON" version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)" ]
library=$(find "$prefix" -name 'libjalon.so.1')
check symbols-are-the-published-ones diff "$root/client/sync/libjalon.symbols" <(nm -D --defined-only "$library" | awk '$2 ~ /[A-Z]/ && $3 ~ /^jl_/ {print $3}' | LC_ALL=C sort)
check no-other-symbols [ -z "$(nm -D --defined-only "$library" | awk '$3 !~ /^jl_/ && $3 !~ /^_(init|fini|_bss_start|edata|end)$/ && $3 !~ /^__(asan|odr_asan|start|stop)|^\.|^_/ {print $3}')" ]

# Only what is installed is on the include path; every warning is an error.
sanitizers=-fsanitize=address,undefined
nm -D "$library" | grep -q __asan || sanitizers=
for example in budget_monitor bulk_load; do
  # shellcheck disable=SC2046,SC2086
  check "$example-compiles" cc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror $sanitizers -o "$W/files/$example" "$root/client/examples/$example.c" $(pkg-config --cflags --libs libjalon) "-Wl,-rpath,$(dirname "$library")"
done
for header in jalon.h jalon_record.h; do
  # shellcheck disable=SC2046
  check "$header-stands-alone" cc -std=c17 -Wall -Wextra -Werror -fsyntax-only $(pkg-config --cflags libjalon) -include "$header" -x c /dev/null
  check "$header-has-no-protobuf" bash -c "! cc -E $(pkg-config --cflags libjalon) -include $header -x c /dev/null | grep -qiE 'protobuf|pb-c|sqlite|uv_'"
done

# ---- the monitor sees what a colleague changes ----
"$W/files/budget_monitor" marketing >"$W/files/monitor" 2>"$W/files/monitor.err" &
monitor=$!
check monitor-shows-the-plan wait_for "$DEADLINE" grep -qE '^r[0-9]+ planned [0-9]+,[0-9]{2}$' "$W/files/monitor"
start=$(tail -n 1 "$W/files/monitor" | sed 's/.*planned //; s/,//')
line=$("$JALON" --profile sales --lang en --json budget-line add "Salon de Lyon" --category other --planned 1234,56 </dev/null | python3 -c 'import json,sys; print(json.load(sys.stdin)["created"][0]["record"])')
cents() { tail -n 1 "$W/files/monitor" | sed 's/.*planned //; s/,//' | sed 's/^0*//'; }
monitor_says() { [ "$(cents)" = "$1" ]; }
check monitor-sees-a-new-line wait_for "$DEADLINE" monitor_says $((start + 123456))
sales show "$line"
sales budget-line set "$line" --planned 1000
check monitor-sees-a-change wait_for "$DEADLINE" monitor_says $((start + 100000))
sales budget-line rm "$line"
check monitor-sees-a-deletion wait_for "$DEADLINE" monitor_says "$start"
sales budget-line restore "$line"
check monitor-sees-a-restore wait_for "$DEADLINE" monitor_says $((start + 100000))
check no-protocol-errors [ ! -s "$W/files/monitor.err" ]

# ---- the loader: 1,200 lines in three groups, once ----
python3 - >"$W/files/lines" <<'P'
for i in range(1200):
    print("Ligne %d;%d;%s" % (i, 100 * i, ("tools", "people", "media", "other")[i % 4]))
P
loaded() { "$W/files/bulk_load" sales "$W/files/lines" 2>"$W/files/load.err" | tail -n 1; }
check loader-loads [ "$(loaded)" = "1200 lines loaded, 0 were there" ]
check loader-loads-once [ "$(loaded)" = "0 lines loaded, 1200 were there" ]
check monitor-saw-all-of-it wait_for "$DEADLINE" monitor_says $((start + 100000 + 100 * 1199 * 1200 / 2))
echo 'Trop;abc;tools' >"$W/files/lines"
check loader-refuses-bad-lines [ "$(loaded)" = "0 lines loaded, 0 were there" ]
kill "$monitor"
wait "$monitor" 2>/dev/null
check sanitizers-of-the-examples bash -c "! cat '$W/files/monitor.err' '$W/files/load.err' | grep -E 'Sanitizer|runtime error'"
finish
