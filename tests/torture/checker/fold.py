"""The log of one space, folded revision by revision: records, chains, display time, numbers, what each follower must have been told."""
import hashlib
import zlib
from problems import DOUBLED, WRONG
from schema import BY_SERVER, COMMENT, GIVEN_BY, PARENT, RACI, REFERENCES
from wire import content, fields

SECTIONS = 6
ALL = (1 << SECTIONS + 1) - 2  # bits of all sections
EMPTY = {}
MASK = (1 << 64) - 1


def token(revision, section, body, raw_private):
    return "%d.%d.%08x" % (revision, section, zlib.crc32(raw_private, zlib.crc32(body)))


class Record:
    __slots__ = ("type", "number", "section", "revision", "deleted", "fields", "digest")

    def __init__(self, kind, number, section):
        self.type, self.number, self.section = kind, number, section
        self.revision = self.deleted = self.digest = 0
        self.fields = {}

    def body(self):
        return b"".join([self.fields[f] for f in sorted(self.fields)])


class Change:
    """One record's change: `before` and `after` are what the revision says of each field."""
    __slots__ = ("id", "verb", "record", "came", "was_deleted", "fields")


OF_TARGET = {30, 31, 36} # RACI assignments, comments, requests for advice: in the section of what they are about


class Space:
    def __init__(self, name, problems):
        self.name, self.problems = name, problems
        self.revision = self.time = 0
        self.chains = [bytes(32)] * (SECTIONS + 1)
        self.records = {}
        self.section_digests, self.section_counts = [0] * (SECTIONS + 1), [0] * (SECTIONS + 1)
        self.last_numbers = {}
        self.groups = {}   # (replica, seq) -> revision
        self.tokens = [""] # by revision, as followers record it
        self.referring = {}  # (target, type, field) -> ids
        self.digests = {}  # at checkpoints

    # ---- reading it ----
    def live(self, identity):
        """The record, when neither it nor one that it belongs to is deleted. What answers a comment outlives it."""
        found = record = self.records.get(identity)
        while record is not None and (not record.deleted or (record is not found and record.type == COMMENT)):
            parent = PARENT.get(record.type)
            if parent is None or parent not in record.fields:
                return found
            record = self.records.get(content(record.fields[parent]))
        return None

    def refer(self, target, kind, field):
        """Live records of a type that name target in that field."""
        return [i for i in self.referring.get((target, kind, field), ()) if self.live(i)]

    def digest(self, sections, digests=None):
        """Of the records of these sections (bits), now or at a checkpoint."""
        return sum(d for section, d in enumerate(digests or self.section_digests) if sections >> section & 1) & MASK

    # ---- folding ----
    def index(self, identity, record, field, before, after):
        if field in REFERENCES.get(record.type, EMPTY):
            if before:
                self.referring[(content(before), record.type, field)].discard(identity)
            if after:
                self.referring.setdefault((content(after), record.type, field), set()).add(identity)

    def private(self, raw):
        found = {}
        for _, value in fields(raw):
            parts = dict(fields(value))
            found[(parts.get(1, 0), parts[2])] = (parts.get(3, b""), parts.get(4, b""), parts.get(5, b""))
        return found

    def personal(self, revision, field, parts, private):
        salt, before, after = private.get(field, (b"", b"", b""))
        for digest, value in ((parts.get(4), before), (parts.get(5), after)):
            if digest is not None and hashlib.blake2b(salt + value, digest_size=32).digest() != digest:
                self.problems.add(WRONG, "r%d: the hash of personal field %d does not fit its value" % (revision, field))
        return before, after

    def change(self, revision, section, at, data, private):
        kind = identity = verb = None
        number = previous = 0
        results = []
        for n, value in fields(data):
            if n == 6:
                results.append(value)
            elif n == 1:
                kind = value
            elif n == 2:
                identity = value
            elif n == 3:
                verb = value
            elif n == 4:
                number = value
            elif n == 5:
                previous = value
        record = self.records.get(identity)
        change = Change()
        change.id, change.verb, change.came, change.was_deleted, change.fields = identity, verb, record is None or record.deleted != 0, record is not None and record.deleted != 0, []
        if record is None:
            if verb != 1:
                self.problems.add(WRONG, "r%d changes a record that is not there" % revision)
            apart = section if kind in OF_TARGET else 0 # numbered apart in each section: from its own number on, in steps of 8
            last = self.last_numbers.get((kind, apart), 0)
            if number != (last + 1 if apart == 0 else last + 8 if last else apart):
                self.problems.add(WRONG, "r%d gives number %d of type %d after %d" % (revision, number, kind, last))
            self.last_numbers[(kind, apart)] = number
            record = self.records[identity] = Record(kind, number, section)
            self.section_counts[section] += 1
        elif number != record.number:
            self.problems.add(WRONG, "r%d changes number %d of a record to %d" % (revision, record.number, number))
        if record.revision != previous:
            self.problems.add(WRONG, "r%d: previous revision r%d, in truth r%d" % (revision, previous, record.revision))
        for result in results:
            parts = dict(fields(result))
            field, before, after = parts[1], parts.get(2, b""), parts.get(3, b"")
            if 4 in parts or 5 in parts:
                before, after = self.personal(revision, field, parts, {f: v for (c, f), v in private.items() if c == at})
            if record.fields.get(field, b"") != before:
                self.problems.add(WRONG, "r%d overwrites a value of field %d that its author had not seen" % (revision, field))
            if after:
                record.fields[field] = after
            else:
                record.fields.pop(field, None)
            self.index(identity, record, field, before, after)
            change.fields.append((field, before, after))
        record.revision = revision
        if verb == 3:
            record.deleted = revision
        elif verb in (1, 4):
            record.deleted = 0
        head = identity + b"".join([n.to_bytes(8, "little") for n in (record.type, record.number, record.revision, record.deleted)])
        digest = int.from_bytes(hashlib.blake2b(head + record.body(), digest_size=16).digest()[:8], "little")
        self.section_digests[record.section] += digest - record.digest
        record.digest = digest
        change.record = record
        return change

    def section(self, revision, section, body, raw_private):
        """One row of the log: (replica, seq, group id, author), and its changes."""
        head, changes = {}, []
        for n, value in fields(body):
            if n == 8:
                changes.append(value)
            else:
                head[n] = value
        if head.get(1) != revision or head.get(2) != section:
            self.problems.add(WRONG, "r%d: the body says otherwise than its row" % revision)
        if head[4] < self.time:
            self.problems.add(WRONG, "r%d: displayed time goes back by %d us" % (revision, self.time - head[4]))
        self.time = head[4]
        self.chains[section] = hashlib.blake2b(self.chains[section] + body, digest_size=32).digest()
        told = token(revision, section, body, raw_private)
        if revision == len(self.tokens):
            self.tokens.append(told)
        elif revision == len(self.tokens) - 1:
            self.tokens[-1] += " " + told
        else:
            self.problems.add(WRONG, "jumps from r%d to r%d" % (len(self.tokens) - 1, revision))
            self.tokens += [""] * (revision - len(self.tokens)) + [told]
        private = self.private(raw_private) if raw_private else EMPTY
        return (head[5].hex(), head[6], head[7], head[3]), [self.change(revision, section, i, change, private) for i, change in enumerate(changes)]

    def applied(self, key, revision):
        if self.groups.setdefault(key, revision) != revision:
            self.problems.add(DOUBLED, "%s was applied at r%d and again at r%d" % (key, self.groups[key], revision))

    def server_fields(self, change, author):
        for field, _, after in change.fields:
            if change.record.type == COMMENT and (COMMENT, field) in BY_SERVER and content(after) != author:
                self.problems.add(WRONG, "the author of comment %d is not the one who wrote it" % change.record.number)
        if change.record.type == RACI and not change.record.deleted:
            changed = {field for field, before, after in change.fields if before != after}
            if change.came or 3 in changed:
                if content(change.record.fields.get(GIVEN_BY[1])) != author:
                    self.problems.add(WRONG, "letter %d does not say who gave it" % change.record.number)
            elif GIVEN_BY[1] in changed:
                self.problems.add(WRONG, "letter %d says that somebody else gave it, though its holder is the same" % change.record.number)
