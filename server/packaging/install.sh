#!/bin/sh
# install.sh FILE...: installs the Debian packages listed in the files, those that are missing only. Uses sudo when not root.
# The postgresql package must not create and start a cluster of its own: the server keeps a private one, which runs as the system
# user jalon when the server is started by root.
set -eu
if [ "$(id -u)" -eq 0 ] && ! getent passwd jalon >/dev/null; then
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin jalon
fi
missing=
for package in $(sed 's/#.*//' "$@"); do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install: these packages are missing and sudo is not there:$missing" >&2; exit 1; }
  as_root=sudo
fi
echo "installing:$missing" >&2
$as_root mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' | $as_root tee /etc/postgresql-common/createcluster.d/jalon.conf >/dev/null
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
