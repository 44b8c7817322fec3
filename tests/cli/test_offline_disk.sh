#!/bin/bash
# The local copy on disks that misbehave, in homes that were copied, with files of other versions, and in use by others.
. "$(dirname "$0")/lib.sh"
set_up
laptop one marketing

# ---- a copied home directory: both go on, nothing is lost or doubled ----
on one en action set A3 --quantity-done +1
done_now() { value_of admin "d.cells('action', 'A3').get('quantity_done')" action list; }
kill_server
on one en action set A3 --quantity-done +10
check waits-before-the-copy exits 0
cp -a "$W/laptops/one" "$W/laptops/copy"
on one en action set A3 --quantity-done +100
on copy en action set A3 --quantity-done +1000
check the-copy-edits exits 0
if start_server; then ok server-starts-again; else not_ok server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
for round in 1 2; do
  on one en sync
  check "original-syncs-$round" exits 0
  on copy en sync
  check "copy-syncs-$round" exits 0
done
check copied-home-loses-and-doubles-nothing [ "$(done_now)" = 1112 ] # 1 in the demonstration plan
for name in one copy; do
  on $name en action set A3 --quantity-done +1
  check "$name-goes-on" exits 0
done
check copied-home-goes-on [ "$(done_now)" = 1114 ]

# ---- files of other versions, and broken ones ----
folder=$(dirname "$(find "$W/laptops/one/data" -name outbox.db)")
check folder-is-private [ "$(stat -c %a "$folder")" = 700 ]
check files-are-private [ -z "$(find "$folder" -type f -perm /077)" ]
on one en budget --json
cp "$W/files/out" "$W/files/online"
version() { python3 -c "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1]); print(db.execute('PRAGMA user_version').fetchone()[0])
if len(sys.argv) > 2: db.execute(f'PRAGMA user_version = {int(sys.argv[2])}'); db.commit()" "$@"; }
old=$(version "$folder/replica.db" 1)
[ "$old" -gt 1 ] || version "$folder/replica.db" 0 >/dev/null
on one en budget --json
check older-replica-is-fetched-again all_of "exits 0; cmp '$W/files/out' '$W/files/online'"
on one en sync
check older-replica-sync exits 0
on one en --offline budget --json
check older-replica-offline-again all_of "exits 0; cmp '$W/files/out' '$W/files/online'"
head -c 20000 /dev/urandom >"$folder/replica.db"
on one en budget --json
check broken-replica-online all_of "exits 0; cmp '$W/files/out' '$W/files/online'"
on one en sync
check broken-replica-is-fetched-again exits 0
on one en --offline budget --json
check broken-replica-offline-again all_of "exits 0; cmp '$W/files/out' '$W/files/online'"
cp "$folder/outbox.db" "$W/files/outbox.db"
version "$folder/outbox.db" 9999 >/dev/null
before=$(sha256sum <"$folder/outbox.db")
on one en action set A3 --quantity-done +1
check newer-outbox-is-refused all_of "[ $status != 0 ]; complains 'newer'"
check newer-outbox-is-not-touched [ "$(sha256sum <"$folder/outbox.db")" = "$before" ]
cp "$W/files/outbox.db" "$folder/outbox.db"
on one en action set A3 --quantity-done +1
check outbox-put-back exits 0

# ---- in use by another ----
python3 - "$folder/lock" "$W/files/locked" <<'P' &
import fcntl, signal, sys
lock = open(sys.argv[1], 'r+')
fcntl.flock(lock, fcntl.LOCK_EX)
open(sys.argv[2], 'w').write('x')
signal.pause()
P
holder=$!
wait_for "$DEADLINE" test -s "$W/files/locked"
JALON_PATIENCE='' on one en action set A3 --quantity-done +1
check in-use-says-so all_of "exits 5; complains '[Aa]nother|in use|waiting'"
kill $holder
wait $holder 2>/dev/null
on one en action set A3 --quantity-done +1
check free-again exits 0
# Who has it and gets on is waited for, however long it takes: longer than for one that gives no sign.
python3 - "$folder" "$W/files/gets-on" <<'P' &
import fcntl, os, sys, time
lock = open(sys.argv[1] + '/lock', 'r+')
fcntl.flock(lock, fcntl.LOCK_EX)
open(sys.argv[2], 'w').write('x')
wanted = open(sys.argv[1] + '/wanted', 'a')
def is_wanted():
    try:
        fcntl.flock(wanted, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(wanted, fcntl.LOCK_UN)
end = None
while end is None or time.monotonic() < end:
    os.utime(lock.fileno())
    if end is None and is_wanted():
        end = time.monotonic() + 7
    time.sleep(0.1)
P
holder=$!
wait_for "$DEADLINE" test -s "$W/files/gets-on"
on one en action set A3 --quantity-done +1
check who-gets-on-is-waited-for all_of "exits 0; complains 'waiting for another jalon command'"
wait $holder
# What fetches behind the user's back gives way to him after a page.
admin action set A2 --title 'Nouveau titre'
stopped() { grep -q '^State:.*T' "/proc/$1/status"; }
wanted() { ! flock --nonblock "$folder/wanted" true; }
(XDG_DATA_HOME=$W/laptops/one/data XDG_CONFIG_HOME=$W/laptops/one/config JALON_POINT=sync.page:1:stop exec "$JALON" --lang en sync --behind) </dev/null >"$W/files/behind" 2>&1 &
behind=$!
wait_for "$DEADLINE" stopped "$behind"
(on one en action set A3 --quantity-done +1; echo "$status" >"$W/files/written") >/dev/null &
writer=$!
wait_for "$DEADLINE" wanted
kill -CONT "$behind"
wait "$behind"
behind_status=$?
wait "$writer"
check gives-way all_of "[ $behind_status = 5 ]; grep -q 'goes first' '$W/files/behind'"
check goes-first [ "$(cat "$W/files/written")" = 0 ]
before=$(done_now)
for round in $(seq 8); do (on one en action set A3 --quantity-done +1; echo "$status" >>"$W/files/eight") >/dev/null & done
wait $(jobs -p | grep -v "^$server_pid$")
on one en sync
counted=$(grep -cx 0 "$W/files/eight") # on a slow machine one may find the copy in use for too long, and says so
check eight-at-once-end-well [ "$(grep -cxE '0|5' "$W/files/eight")" = 8 ]
check eight-at-once [ "$(done_now)" = $((before + counted)) ]
check eight-at-once-some-are-taken [ "$counted" -ge 1 ]

# ---- a disk of its own: full, then read-only ----
mkdir -p "$W/laptops/disk/data"
if ! mount -t tmpfs -o size=6m,mode=700 jalon-test "$W/laptops/disk/data" 2>/dev/null; then
  echo "skip full-and-read-only-disk (no right to mount)"
  finish
fi
trap 'umount -l "$W/laptops/disk/data" 2>/dev/null; tear_down' EXIT
mkdir -p "$W/laptops/disk/config"
laptop disk sales
on disk en sync
check disk-syncs exits 0
cat /dev/zero >"$W/laptops/disk/data/fill" 2>/dev/null
before=$(done_now)
on disk en budget
check full-disk-reads all_of "exits 0; says 'Plugin de chat'"
on disk en action set A3 --quantity-done +1
full=$status
check full-disk-says-so eval '[ $status = 0 ] || complains "space|full|disk"'
kill_server
on disk en --offline budget
check full-disk-reads-offline all_of "exits 0; says 'Plugin de chat'"
on disk en action set A3 --quantity-done +1
check full-disk-keeps-or-says eval '[ $status = 0 ] || complains "space|full|disk"'
full_offline=$status
rm "$W/laptops/disk/data/fill"
on disk en action set A3 --quantity-done +1
check room-again exits_saying 0 'kept, will be sent'
mount -o remount,ro "$W/laptops/disk/data"
on disk en budget
check read-only-reads-offline all_of "exits 0; says 'Plugin de chat'"
on disk en action set A3 --quantity-done +1
check read-only-is-refused all_of "[ $status != 0 ]; complains 'cannot be written'"
if start_server; then ok server-starts-once-more; else not_ok server-starts-once-more "$(tail -n 20 "$server_log")"; finish; fi
on disk en budget
check read-only-reads-online all_of "exits 0; says 'Plugin de chat'"
mount -o remount,rw "$W/laptops/disk/data"
on disk en sync
check writable-again exits 0
check disk-lost-and-doubled-nothing [ "$(done_now)" = $((before + 1 + (full == 0) + (full_offline == 0))) ]
finish
