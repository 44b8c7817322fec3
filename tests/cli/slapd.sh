# Sourced after lib.sh by tests that need a directory: a real slapd on loopback with a certificate of its own, in $W/ldap.
# slapd_available; start_slapd; stop_slapd; freeze_slapd, thaw_slapd; ldap_do LDIF-on-stdin (as its administrator).
slapd_pid='' ldap_port=''
slapd_available() { [ -x /usr/sbin/slapd ] && [ -d /usr/lib/ldap ] && command -v ldapmodify >/dev/null; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
make_slapd() {
  mkdir -m 755 "$W/ldap" && mkdir -m 700 "$W/ldap/db"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 5 -subj /CN=directory -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' \
    -keyout "$W/ldap/key.pem" -out "$W/ldap/certificate.pem" 2>/dev/null
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 5 -subj /CN=other -keyout /dev/null -out "$W/ldap/other.pem" 2>/dev/null
  chmod 644 "$W/ldap"/*.pem
  cat >"$W/ldap/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $W/ldap/pid
TLSCertificateFile $W/ldap/certificate.pem
TLSCertificateKeyFile $W/ldap/key.pem
database mdb
maxsize 10485760
suffix "dc=example,dc=org"
rootdn "cn=root,dc=example,dc=org"
rootpw secret
directory $W/ldap/db
CONF
  cat >"$W/ldap/people.ldif" <<LDIF
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: cn=reader,dc=example,dc=org
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reader

dn: uid=marie,dc=example,dc=org
objectClass: inetOrgPerson
uid: marie
cn: Marie Curie
sn: Curie
mail: marie@example.org
userPassword: radium et polonium

dn: uid=pierre,dc=example,dc=org
objectClass: inetOrgPerson
uid: pierre
cn: Pierre Curie
sn: Curie
mail: pierre@example.org
userPassword: quartz et pression

dn: uid=outsider,dc=example,dc=org
objectClass: inetOrgPerson
uid: outsider
cn: Not In A Group
sn: Nobody
userPassword: no group at all

dn: uid=star*\\28x\\29,dc=example,dc=org
objectClass: inetOrgPerson
uid: star
uid: twice
cn: Twice
sn: Twice
userPassword: twice and again

dn: uid=twin,dc=example,dc=org
objectClass: inetOrgPerson
uid: twin
uid: twice
cn: Twin
sn: Twin
userPassword: twice and again

dn: cn=jalon-admins,dc=example,dc=org
objectClass: groupOfNames
cn: jalon-admins
member: uid=pierre,dc=example,dc=org

dn: cn=marketing,dc=example,dc=org
objectClass: groupOfNames
cn: marketing
member: uid=marie,dc=example,dc=org
member: uid=pierre,dc=example,dc=org
member: uid=twin,dc=example,dc=org
LDIF
  /usr/sbin/slapadd -f "$W/ldap/slapd.conf" -l "$W/ldap/people.ldif" || return 1
  ldap_port=$(free_port) ldaps_port=$(free_port)
}
start_slapd() {
  /usr/sbin/slapd -f "$W/ldap/slapd.conf" -h "ldap://127.0.0.1:$ldap_port ldaps://127.0.0.1:$ldaps_port" -d 0 >>"$W/ldap/log" 2>&1 &
  slapd_pid=$!
  disown $slapd_pid
  wait_for "$DEADLINE" ldapsearch_root
}
ldapsearch_root() { LDAPNOINIT=1 ldapsearch -x -H "ldap://127.0.0.1:$ldap_port" -b '' -s base -o nettimeout=2; }
stop_slapd() { kill -TERM "$slapd_pid" && wait_for "$DEADLINE" gone "$slapd_pid"; }
freeze_slapd() { kill -STOP "$slapd_pid"; }
thaw_slapd() { kill -CONT "$slapd_pid"; }
ldap_do() { LDAPNOINIT=1 ldapmodify -x -H "ldap://127.0.0.1:$ldap_port" -D cn=root,dc=example,dc=org -w secret "$@" >>"$W/ldap/log" 2>&1; }
