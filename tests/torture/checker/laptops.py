"""What users of libjalon were told is kept, and what became of it: see laptop/laptop.h. Every group ends applied, merged, as a visible conflict,
or was given up by its author."""
import glob
import hashlib
import sqlite3
from problems import DIVERGED, DOUBLED, LOST, WRONG

QUEUED, SENT, REFUSED, PARKED, DONE = 1, 2, 3, 4, 5


class Laptop:
    def __init__(self, path):
        self.name = path.rsplit("/", 1)[1]
        self.person = None
        self.kept = {}      # id -> (group id, space, packed group)
        self.touched = set() # ids that its author resolved or dropped, perhaps cut off by a kill
        self.gone = set()    # ids that are not expected in the outbox any more
        self.entries = {}    # id -> [state, group id, space, seq, revision, merged, again]
        self.heard = {}
        self.known = set()   # group ids
        for line in open(path):
            words = line.split()
            if not line.endswith("\n") or not words:
                continue
            getattr(self, "read_" + words[0])(words)

    def read_person(self, words):
        self.person = words[1]

    def read_keep(self, words):
        self.kept[int(words[1])] = (words[2], words[3], bytes.fromhex(words[4]))
        self.known.add(words[2])

    def read_found(self, words):
        self.kept[int(words[1])] = (words[2], None, None)
        self.known.add(words[2])

    def read_heard(self, words):
        self.heard[int(words[1])] = (int(words[2]), int(words[3]))

    def read_full(self, words):
        pass

    def read_resolving(self, words):
        self.touched.add(int(words[1]))

    def read_resolve(self, words):
        if words[3] == "0":
            self.gone.add(int(words[1]))
        self.known.add(words[4])

    def read_dropping(self, words):
        self.touched.add(int(words[1]))

    def read_drop(self, words):
        self.gone.add(int(words[1]))

    def read_entry(self, words):
        self.entries[int(words[1])] = [int(words[2]), words[3], words[4]] + [int(word) for word in words[5:]]
        self.known.add(words[3])


def read_laptops(folder):
    return [Laptop(path) for path in sorted(glob.glob(folder + "/laptop.*"))]


def groups_of(laptops, space):
    """{group id: (packed group or None, person)} of one space, for the fold."""
    found = {}
    for laptop in laptops:
        for group_id, of, packed in laptop.kept.values():
            if of == space:
                found[group_id] = (packed, laptop.person)
        for identity, (_, group_id, of, *_) in laptop.entries.items():
            same = identity in laptop.kept and identity not in laptop.touched  # offered again after the server had lost it
            if of == space:
                found.setdefault(group_id, (laptop.kept[identity][2] if same else None, laptop.person))
    return found


def done_groups(laptops, space):
    """(group id, revision) of what the laptops of one space hold for applied: in the log, or with nothing to do there."""
    return [(entry[1], entry[4]) for laptop in laptops for entry in laptop.entries.values() if entry[0] == DONE and entry[2] == space]


def check_laptops(problems, laptops, revisions, gone):
    """revisions: {group id: revision} of all spaces; gone: group ids of a history that a restored copy has not."""
    counts = {"kept by laptops": 0, "applied": 0, "merged": 0, "conflicts left": 0, "refused, told and not kept": 0, "offered again by laptops": 0, "lost and offered again by laptops": 0, "given up or resolved": 0}
    for laptop in laptops:
        for identity, (group_id, _, _) in laptop.kept.items():
            counts["kept by laptops"] += 1
            entry = laptop.entries.get(identity)
            heard = laptop.heard.get(identity)
            if entry is None:
                end_without_entry(problems, laptop, identity, group_id, heard, revisions, counts)
                continue
            state, now_id, _, _, revision, merged, again = entry
            if group_id in gone:
                counts["lost and offered again by laptops"] += 1
                if state == DONE and now_id == group_id and group_id not in revisions and not again:
                    problems.add(LOST, "%s: group %d was lost by the restored copy and not offered again" % (laptop.name, identity))
            counts["offered again by laptops"] += again
            if state in (QUEUED, SENT):
                problems.add(LOST, "%s: group %d still waits at the end" % (laptop.name, identity))
            elif state == DONE:
                counts["merged" if merged else "applied"] += 1
                if revisions.get(now_id, revision) != revision:
                    problems.add(WRONG, "%s: group %d was applied at r%d, the log has r%d" % (laptop.name, identity, revision, revisions[now_id]))
            else:
                counts["conflicts left"] += 1
                if now_id in revisions:
                    problems.add(DOUBLED, "%s: group %d is shown as a conflict and is in the log" % (laptop.name, identity))
            if heard and state == DONE and not again and now_id == group_id and heard[0] != revision:
                problems.add(WRONG, "%s: group %d was told r%d, its outbox says r%d" % (laptop.name, identity, heard[0], revision))
    return counts


def end_without_entry(problems, laptop, identity, group_id, heard, revisions, counts):
    if heard and heard[0] == 0:
        counts["refused, told and not kept"] += 1
        if group_id in revisions:
            problems.add(DOUBLED, "%s: group %d was refused and is in the log" % (laptop.name, identity))
    elif identity in laptop.gone or identity in laptop.touched:
        counts["given up or resolved"] += 1
    else:
        problems.add(LOST, "%s: group %d was kept and is gone" % (laptop.name, identity))


def check_identities(problems, laptops, identities, restored):
    """A replica id is for life, unless the server lost its past or the folder was copied: no fault of a run copies folders."""
    for laptop in laptops:
        own = [replica for person, replica in identities if person == laptop.person]
        if len(own) > 1 and not restored:
            problems.add(WRONG, "%s became another replica: %d ids" % (laptop.name, len(own)))


def check_copies(problems, folder, spaces):
    """Every local copy against the fold at its position. spaces: {id in hex: (digests by revision, head)}."""
    compared = 0
    for path in sorted(glob.glob(folder + "/home.*/.local/share/jalon/*/replica.db")):
        base = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
        for part, identity, revision in base.execute("select live, lower(hex(id)), revision from space").fetchall():
            if identity not in spaces or part == 0:
                continue
            digest, head, records = spaces[identity]
            if revision != head:
                problems.add(DIVERGED, "%s: a copy stands at r%d, the log at r%d" % (path, revision, head))
                continue
            total = count = 0
            for row in base.execute("select id, type, number, revision, deleted_revision, body from record where part = ?", (part,)):
                numbers = b"".join([n.to_bytes(8, "little") for n in row[1:5]])
                total += int.from_bytes(hashlib.blake2b(row[0] + numbers + row[5], digest_size=16).digest()[:8], "little")
                count += 1
            compared += 1
            if total & ((1 << 64) - 1) != digest or count != records:
                problems.add(DIVERGED, "%s: its %d records at r%d are not those that the log makes" % (path, count, revision))
        base.close()
    return compared
