#!/bin/bash
# A profile belongs to one server: met at the same address, another one is refused before anything is sent to it.
. "$(dirname "$0")/lib.sh"
set_up
sales budget
check pinned-profile-reads exits 0
revision_before=$(revision)
stop_server
first=$data
data=$W/other
"$JALOND" setup --data-directory="$data" --administrator=admin --name=Administration --password-file="$W/files/admin.password" >>"$server_log" 2>&1
if start_server; then ok other-server-starts; else not_ok other-server-starts "$(tail -n 20 "$server_log")"; finish; fi
sales budget
check other-server-is-refused exits_complaining 7 'not the one' 'sales'
sales budget-line set B3 --planned 4321
check nothing-is-sent-to-it exits_complaining 7 'not the one'
french() { jalon_in sales fr "$@"; }
french budget
check refused-in-french exits_complaining 7 "n'est pas celui"
stop_server
data=$first
if start_server; then ok first-server-starts-again; else not_ok first-server-starts-again "$(tail -n 20 "$server_log")"; finish; fi
sales budget
check the-own-server-still-answers exits 0
check nothing-changed-there [ "$(revision)" = "$revision_before" ]
sales show B3
check the-edit-was-not-made silent '4 ?321'
finish
