#!/usr/bin/env python3
"""Judges a fault run from what was recorded: the clients' history, the replicas' dump, and the database read with psql.

Shares no code with the product: it parses the log's protobuf itself, folds it, and recomputes the chains.
check.py HISTORY DUMP PSQL_ARGUMENT..."""
import hashlib
import subprocess
import sys

SECTIONS = 6


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """(number, value, raw) of each field; value is an int or bytes."""
    at, out = 0, []
    while at < len(data):
        start = at
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError("wire type %d" % (tag & 7))
        out.append((tag >> 3, value, data[start:at]))
    return out


def one(parsed, number, otherwise=None):
    for n, value, _ in parsed:
        if n == number:
            return value
    return otherwise


problems = []


def problem(text):
    problems.append(text)
    if len(problems) > 20:
        finish()


def finish():
    for text in problems:
        print("not ok " + text)
    sys.exit(1 if problems else 0)


def read_history(path):
    """Also checks real time: what is asked after an acknowledgement of the same space gets a higher revision."""
    invoked, floor, acknowledged, refused, highest, deletes = {}, {}, {}, {}, {}, {}
    for line in open(path):
        what, replica, space, seq, group, revision, code, *about = line.split()
        key = (replica, space, int(seq))
        revision = int(revision)
        if what == "invoke":
            if key in invoked:
                problem("%s asked twice in the history" % (key,))
            invoked[key] = group
            if about[0] == "3":
                deletes[key] = bytes.fromhex(about[1])
            floor[key] = highest.get(space, 0)
        elif what == "ok":
            if acknowledged.get(key, revision) != revision:
                problem("%s acknowledged at two revisions" % (key,))
            if revision <= floor[key] and key not in deletes:
                problem("%s asked after r%d was acknowledged, yet got r%d" % (key, floor[key], revision))
            acknowledged[key] = revision
            highest[space] = max(highest.get(space, 0), revision)
        elif what == "refused":
            refused[key] = int(code)
    return invoked, acknowledged, refused, deletes


class Space:
    def __init__(self):
        self.revision = 0
        self.chains = [bytes(32)] * (SECTIONS + 1)
        self.records = {}  # id -> [type, number, revision, deleted, {field: slice}]
        self.groups = {}   # (replica, seq) -> (revision, group)


def apply_change(space, name, revision, change, private):
    parsed = fields(change)
    kind, identity, verb, number = one(parsed, 1), one(parsed, 2), one(parsed, 3), one(parsed, 4, 0)
    previous = one(parsed, 5, 0)
    record = space.records.get(identity)
    if record is None:
        if verb != 1:
            problem("%s r%d changes a record that is not there" % (name, revision))
        record = space.records[identity] = [kind, number, 0, 0, {}]
    if record[2] != previous:
        problem("%s r%d: previous revision r%d, in truth r%d" % (name, revision, previous, record[2]))
    for n, result, _ in parsed:
        if n != 6:
            continue
        parts = fields(result)
        field, before, after = one(parts, 1), one(parts, 2, b""), one(parts, 3, b"")
        before_hash, after_hash = one(parts, 4), one(parts, 5)
        if before_hash is not None or after_hash is not None:
            salt, before, after = private.get(field, (b"", b"", b""))
            for h, value in ((before_hash, before), (after_hash, after)):
                if h is not None and hashlib.blake2b(salt + value, digest_size=32).digest() != h:
                    problem("%s r%d: the hash of personal field %d does not fit its value" % (name, revision, field))
        if record[4].get(field, b"") != before:
            problem("%s r%d overwrites a value of field %d that its author had not seen" % (name, revision, field))
        if after:
            record[4][field] = after
        else:
            record[4].pop(field, None)
    record[1], record[2] = number, revision
    if verb == 3:
        record[3] = revision
    if verb in (1, 4):
        record[3] = 0


def read_log(psql, used):
    person = subprocess.run(psql + ["-At", "-c", "select encode(uuid_send(person),'hex') from account where login = 'admin'"], check=True, capture_output=True, text=True).stdout.strip()
    rows = subprocess.run(psql + ["-AtF", " ", "-c",
                                  "select encode(uuid_send(space_id),'hex'), revision, section, encode(body,'hex'), 'p'||coalesce(encode(private_values,'hex'),''), encode(uuid_send(author),'hex') "
                                  "from log order by space_id, revision, section"], check=True, capture_output=True, text=True).stdout
    spaces = {}
    for line in rows.splitlines():
        name, revision, section, body, private, author = line.split(" ")
        revision, section, body = int(revision), int(section), bytes.fromhex(body)
        space = spaces.setdefault(name, Space())
        if revision not in (space.revision, space.revision + 1):
            problem("%s jumps from r%d to r%d" % (name, space.revision, revision))
        parsed = fields(body)
        if one(parsed, 1) != revision or one(parsed, 2) != section:
            problem("%s r%d: the body says otherwise than its row" % (name, revision))
        if name in used and (author != person or one(parsed, 3).hex() != person):
            problem("%s r%d: its author is not the person who sent it" % (name, revision))
        key = (one(parsed, 5).hex(), one(parsed, 6))
        group = one(parsed, 7).hex()
        if space.groups.setdefault(key, (revision, group)) != (revision, group):
            problem("%s: %s was applied at r%d and again at r%d" % (name, key, space.groups[key][0], revision))
        space.revision = revision
        space.chains[section] = hashlib.blake2b(space.chains[section] + body, digest_size=32).digest()
        private_of = {}
        for n, value, _ in fields(bytes.fromhex(private[1:])):
            parts = fields(value)
            private_of.setdefault(one(parts, 1, 0), {})[one(parts, 2)] = (one(parts, 3, b""), one(parts, 4, b""), one(parts, 5, b""))
        changes = [value for n, value, _ in parsed if n == 8]
        for i, change in enumerate(changes):
            apply_change(space, name, revision, change, private_of.get(i, {}))
    return spaces


def check_heads(psql, spaces):
    rows = subprocess.run(psql + ["-AtF", " ", "-c", "select encode(uuid_send(space_id),'hex'), revision from space_head"], check=True, capture_output=True, text=True).stdout
    for line in rows.splitlines():
        name, revision = line.split(" ")
        if name in spaces and spaces[name].revision != int(revision):
            problem("%s: head r%s, log r%d" % (name, revision, spaces[name].revision))


def check_groups(spaces, invoked, acknowledged, refused, deletes):
    used = {key[1] for key in invoked}
    for key, revision in acknowledged.items():
        replica, name, seq = key
        entry = spaces[name].groups.get((replica, seq)) if name in spaces else None
        if entry is None and key in deletes:
            record = spaces[name].records.get(deletes[key])
            if record is None or not 0 < record[3] <= revision:
                problem("%s: a deletion was acknowledged at r%d, the record lives" % (key, revision))
        elif entry is None:
            problem("%s was acknowledged at r%d and is not in the log" % (key, revision))
        elif entry != (revision, invoked[key]):
            problem("%s was acknowledged at r%d, the log has r%d" % (key, revision, entry[0]))
    for key in refused:
        if key[1] in spaces and (key[0], key[2]) in spaces[key[1]].groups:
            problem("%s was refused and is in the log" % (key,))
    for name in used:
        for (replica, seq), (revision, group) in spaces[name].groups.items():
            key = (replica, name, seq)
            if key not in invoked:
                if revision != 1:
                    problem("%s r%d was never asked for" % (name, revision))
            elif key not in acknowledged:
                problem("%s is in the log, its client heard nothing at the end" % (key,))


def check_dump(path, spaces):
    current = name = None
    seen = set()

    def close():
        if current is not None and len(seen) != len(spaces[name].records):
            problem("%s %s holds %d records, the log %d" % (current, name, len(seen), len(spaces[name].records)))

    replicas = 0
    for line in open(path):
        words = line.split()
        if words[0] == "replica":
            close()
            current, name, seen = words[1], words[2], set()
            replicas += 1
            space = spaces[name]
            if int(words[3]) != space.revision:
                problem("%s %s stands at r%s, the log at r%d" % (current, name, words[3], space.revision))
            for section in range(1, SECTIONS + 1):
                if words[3 + section] != space.chains[section].hex():
                    problem("%s %s: chain of section %d differs" % (current, name, section))
        else:
            identity = bytes.fromhex(words[1])
            seen.add(identity)
            record = spaces[name].records.get(identity)
            body = b"".join(record[4][f] for f in sorted(record[4])) if record else None
            if record is None or [str(record[0]), str(record[1]), str(record[2]), str(record[3]), body.hex()] != words[2:6] + [words[6] if len(words) > 6 else ""]:
                problem("%s %s: record %s differs from the log" % (current, name, words[1]))
    close()
    return replicas


def check_tables(psql, spaces):
    """The typed tables against the fold: figures and texts that the load changes."""
    def decode(slice_, kind):
        if not slice_:
            return ""
        value = fields(slice_)[0][1]
        return value.decode() if kind == "text" else str((value >> 1) ^ -(value & 1))

    checks = {"budget_line": (40, [("title", 1, "text"), ("planned", 7, "number")]), "action": (20, [("title", 1, "text")]), "comment": (31, [("body", 2, "text")])}
    compared = 0
    for table, (kind, columns) in checks.items():
        rows = subprocess.run(psql + ["-AtF", "\x1f", "-c", "select encode(uuid_send(space_id),'hex'), encode(uuid_send(id),'hex'), number, revision, coalesce(deleted_revision,0), %s from %s"
                                      % (", ".join(c[0] for c in columns), table)], check=True, capture_output=True, text=True).stdout
        found = 0
        for line in rows.splitlines():
            words = line.split("\x1f")
            record = spaces[words[0]].records.get(bytes.fromhex(words[1])) if words[0] in spaces else None
            expected = record and [str(record[1]), str(record[2]), str(record[3])] + [decode(record[4].get(f), k) for _, f, k in columns]
            found += 1
            if expected != words[2:]:
                problem("table %s: %s differs from the log: %s, expected %s" % (table, words[1], words[2:], expected))
        wanted = sum(1 for space in spaces.values() for record in space.records.values() if record[0] == kind)
        if wanted != found:
            problem("table %s has %d rows, the log makes %d" % (table, found, wanted))
        compared += found
    return compared


def main():
    psql = sys.argv[3:]
    invoked, acknowledged, refused, deletes = read_history(sys.argv[1])
    spaces = read_log(psql, {key[1] for key in invoked})
    check_heads(psql, spaces)
    check_groups(spaces, invoked, acknowledged, refused, deletes)
    replicas = check_dump(sys.argv[2], spaces)
    rows = check_tables(psql, spaces)
    if len(acknowledged) < len(invoked) / 3:
        problem("only %d of %d groups were accepted: the load says little" % (len(acknowledged), len(invoked)))
    if len(acknowledged) + len(refused) != len(invoked):
        problem("%d groups have no verdict" % (len(invoked) - len(acknowledged) - len(refused)))
    print("# %d asked, %d accepted, %d refused; %d replicas and %d rows equal to the log" % (len(invoked), len(acknowledged), len(refused), replicas, rows))
    finish()


main()
