#!/usr/bin/env python3
"""active_directory.py CERTIFICATE KEY CONTROL: what Active Directory does otherwise than OpenLDAP, as its documentation says, over ldaps on
a loopback port that is printed: names that are no DN in a bind, binary objectGUID, bits of userAccountControl, groups inside of groups by
the rule 1.2.840.113556.1.4.1941, a referral behind every search of the root, never more entries than the size limit. CONTROL: a file; the
login names in it are disabled. Who follows a referral is written to stderr as FOLLOWED."""
import socket, ssl, sys, threading

BASE = 'dc=corp,dc=example'
CHAIN, BIT_AND = '1.2.840.113556.1.4.1941', '1.2.840.113556.1.4.803'
certificate, key, control = sys.argv[1:4]

def person(cn, sam, upn, password, guid):
    return {'dn': f'CN={cn},OU=People,{BASE}', 'password': password, 'objectClass': [b'top', b'person', b'user'], 'cn': [cn.encode()],
            'sAMAccountName': [sam.encode()], 'userPrincipalName': [upn.encode()], 'mail': [upn.encode()], 'userAccountControl': [b'512'],
            'objectGUID': [guid]}
# All bytes of the first one could be Latin-1 text; the second has a NUL.
people = [person('Marie Curie', 'MCurie', 'marie.curie@corp.example', 'radium et polonium', bytes(range(0xc0, 0xd0))),
          person('Pierre Curie', 'PCurie', 'pierre.curie@corp.example', 'quartz et pression', bytes([0, 1, 2, 3] * 4)),
          person('Jalon (Reader)', 'jalon', 'jalon@corp.example', 'reader', bytes([7] * 16))]
def group(cn, *members):
    return {'dn': f'CN={cn},OU=Groups,{BASE}', 'objectClass': [b'top', b'group'], 'cn': [cn.encode()], 'member': [m.encode() for m in members]}
groups = [group('Communication', people[0]['dn']), group('marketing', f'CN=Communication,OU=Groups,{BASE}'), group('jalon-admins', people[1]['dn'])]
groups += [group(f'a{n:03}', people[0]['dn'], people[1]['dn']) for n in range(300)]
entries = people + sorted(groups, key=lambda g: g['cn'])

def belongs(member, group_dn, seen):
    if group_dn.lower() in seen: return False
    seen.add(group_dn.lower())
    for g in groups:
        if g['dn'].lower() == group_dn.lower():
            return any(m.decode().lower() == member.lower() or belongs(member, m.decode(), seen) for m in g['member'])
    return False

# ---- BER ----
def length(n): return bytes([n]) if n < 128 else bytes([0x80 | ((n.bit_length() + 7) // 8)]) + n.to_bytes((n.bit_length() + 7) // 8, 'big')
def tlv(tag, *parts): body = b''.join(parts); return bytes([tag]) + length(len(body)) + body
def integer(n, tag=2): return tlv(tag, n.to_bytes(n.bit_length() // 8 + 1, 'big'))
def text(s): return tlv(4, s if isinstance(s, bytes) else s.encode())
def split(data):
    out = []
    while data:
        n, at = data[1], 2
        if n & 0x80: at += n & 0x7f; n = int.from_bytes(data[2:at], 'big')
        out.append((data[0], data[at:at + n])); data = data[at + n:]
    return out

def matches(entry, tag, body):
    if tag in (0xa0, 0xa1): return (all if tag == 0xa0 else any)(matches(entry, *part) for part in split(body))
    if tag == 0xa2: return not matches(entry, *split(body)[0])
    values = {k.lower(): v for k, v in entry.items()}
    if tag == 0x87: return body.decode().lower() in values
    if tag == 0xa3:
        (_, name), (_, value) = split(body)
        return value.lower() in [v.lower() for v in values.get(name.decode().lower(), []) if isinstance(v, bytes)]
    if tag == 0xa9:
        parts = {t: v.decode() for t, v in split(body)}
        rule, name, value = parts[0x81], parts[0x82].lower(), parts[0x83]
        if rule == BIT_AND: return any(int(v) & int(value) == int(value) for v in values.get(name, []))
        if rule == CHAIN and name == 'member': return 'member' in values and belongs(value, entry['dn'], set())
    return False # undefined: AD finds nothing then

def result(tag, code, diagnostic=''): return tlv(tag, integer(code, 10), text(''), text(diagnostic))

def bind(body):
    _, (_, name), (_, password) = split(body)
    name, password = name.decode().lower(), password.decode()
    if password == '': return result(0x61, 0) # anonymous, whatever the name: as the real one
    for p in people:
        if name in (p['dn'].lower(), p['userPrincipalName'][0].decode().lower()) and p['password'] == password:
            if p['userAccountControl'] == [b'514']: break
            return result(0x61, 0)
    return result(0x61, 49, '80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 533, v4563')

def search(body):
    (_, base), _, _, (_, most), _, _, wanted, (_, attributes) = split(body)
    names = [a.decode() for _, a in split(attributes)]
    most, found = int.from_bytes(most, 'big') or 1000, 0
    for entry in entries:
        if not entry['dn'].lower().endswith(base.decode().lower()) or not matches(entry, *wanted): continue
        if found == most: yield result(0x65, 4); return
        found += 1
        yield tlv(0x64, text(entry['dn']), tlv(0x30, *[tlv(0x30, text(n), tlv(0x31, *map(text, entry[n]))) for n in names if n in entry]))
    if base.decode().lower() == BASE: yield tlv(0x73, text(f'ldap://127.0.0.1:{trap.getsockname()[1]}/DC=ForestDnsZones,{BASE}'))
    yield result(0x65, 0)

def serve(raw):
    try:
        line = context.wrap_socket(raw, server_side=True)
        data = b''
        while True:
            more = line.recv(65536)
            if not more: return
            data += more
            while len(data) > 2:
                n, at = data[1], 2
                if n & 0x80: at += n & 0x7f; n = int.from_bytes(data[2:at], 'big')
                if len(data) < at + n: break
                (_, number), (op, body) = split(data[at:at + n])[:2]
                data = data[at + n:]
                disabled = open(control).read().split()
                for p in people: p['userAccountControl'] = [b'514' if p['sAMAccountName'][0].decode() in disabled else b'512']
                answers = [bind(body)] if op == 0x60 else search(body) if op == 0x63 else []
                line.sendall(b''.join(tlv(0x30, tlv(2, number), a) for a in answers))
    except OSError: pass

def watch_trap():
    while True:
        trap.accept()
        print('FOLLOWED', file=sys.stderr, flush=True)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
trap, listener = socket.create_server(('127.0.0.1', 0)), socket.create_server(('127.0.0.1', 0))
threading.Thread(target=watch_trap, daemon=True).start()
print(listener.getsockname()[1], flush=True)
while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
