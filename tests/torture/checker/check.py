#!/usr/bin/env python3
"""Judges a fault run from what was recorded: what the clients asked and heard, what followers were told, what replicas ended with, and
the database read with psql. Shares no code with the product: it reads the log's bytes itself, folds them and computes the chains again.

check.py FOLDER"""
import glob
import multiprocessing
import os
import sys
from content import check_group, check_guards, without_effect
from database import head, log_rows, table_rows
from fold import ALL, Space, token
from group import Group
from history import History
from laptops import check_copies, check_identities, check_laptops, done_groups, groups_of, read_laptops
from problems import DIVERGED, DOUBLED, LOST, WRONG, Problems
from rights import DENIED, NOT_FOUND, Rights
from rules import Rules
from schema import ACTION, COMMENT, EXPENSE, ITEM, LINE, MONTH, OBJECTIVE, RACI, TITLES
from streams import check_dumps, check_streams
from wire import content, fields, number


WORKED_ON = {OBJECTIVE: "objectives", ACTION: "actions", ITEM: "checklists", RACI: "assignments", COMMENT: "comments", LINE: "budget lines", MONTH: "months", EXPENSE: "expenses"}
MUCH = 4000  # groups: with so many none of these is left out by chance


def read_facts(folder):
    facts = {"space": {}, "restored": {}, "reader": {}}
    for line in open(folder + "/facts"):
        name, rest = line.rstrip("\n").split(" ", 1)
        if name == "space":
            index, identity = rest.split()
            facts["space"][index] = identity
        elif name == "reader":
            index, person = rest.split()
            facts["reader"][index] = person
        elif name == "restored":
            index, common, time = rest.split()
            facts["restored"][index] = (int(common), int(time))
        else:
            facts[name] = rest
    return facts


class Judge:
    def __init__(self, folder, facts, index):
        self.folder, self.facts, self.index, self.name = folder, facts, index, facts["space"][index]
        self.problems = Problems("space %s" % index)
        self.space = Space(self.name, self.problems)
        self.rules = Rules(self.space, self.problems)
        self.rights = Rights(self.problems, facts, self.name) if facts["reader"] else None
        self.history = History(bool(self.rights))
        self.changed = {}  # type -> changes
        self.nothing_done = {}  # revision -> groups that were accepted there without effect
        self.checkpoint = int(facts["checkpoint"])
        self.laptops = read_laptops(folder)
        self.laptop_groups = groups_of(self.laptops, index)
        self.laptop_revisions, self.laptop_replicas = {}, set()
        self.restored = facts["restored"].get(index)  # (last revision that both histories have, when)

    def files(self, what):
        return sorted(glob.glob("%s/%s.*" % (self.folder, what)))

    def revision(self, key, group_id, author, revision, changes):
        packed = self.history.asked.get(key)
        self.space.applied(key, revision)
        if packed is None and group_id.hex() in self.laptop_groups:
            packed = self.laptop_revision(group_id.hex(), author, revision)
            self.laptop_replicas.add((author.hex(), key[0]))
        elif packed is not None and self.history.persons.get(key[0]) != author.hex():
            self.problems.add(WRONG, "r%d: its author is not the person who sent it" % revision)
        elif packed is None and revision != 1:
            self.problems.add(WRONG, "r%d: %s was never asked for" % (revision, key))
        if packed is not None:
            group = Group(packed)
            if group.id != group_id and key in self.history.asked:
                self.problems.add(WRONG, "r%d: %s is another group than was asked for" % (revision, key))
            for edit in check_group(self.problems, self.space, revision, group, changes):
                if not without_effect(self.space, edit):
                    self.problems.add(LOST, "r%d: an edit of %s is not in the log" % (revision, key))
            for change in changes:
                self.space.server_fields(change, author)
        for change in changes:
            self.changed[change.record.type] = self.changed.get(change.record.type, 0) + 1
        self.rules.check(changes)
        if self.rights:
            self.rights.group(revision, author, changes)
        self.check_nothing_done(revision)
        if revision % self.checkpoint == 0:
            self.space.digests[revision] = list(self.space.section_digests)

    def laptop_revision(self, group_id, author, revision):
        """What it asked for; None when its author changed it while resolving."""
        packed, person = self.laptop_groups[group_id]
        if group_id in self.laptop_revisions:
            self.problems.add(DOUBLED, "a laptop's group was applied at r%d and again at r%d" % (self.laptop_revisions[group_id], revision))
        self.laptop_revisions[group_id] = revision
        if person != author.hex():
            self.problems.add(WRONG, "r%d: its author is not the person who sent it" % revision)
        return packed

    def guards(self, key, revision):
        packed = self.history.asked.get(key)
        if packed is not None and b"\x3a" in packed:
            check_guards(self.problems, self.space, revision, Group(packed))

    def fold(self):
        pending, now = [], None  # the changes of one revision, over all its sections
        for revision, section, body, private in log_rows(self.facts["database"], self.name):
            if now and revision != now[3]:
                self.revision(*now, pending)
                pending = []
                now = None
            self.space.revision = revision
            if now is None:
                self.guards(self.key_of(body), revision)
            (replica, seq, group_id, author), changes = self.space.section(revision, section, body, private)
            if now and now[:2] != ((replica, seq), group_id):
                self.problems.add(WRONG, "r%d is of two groups" % revision)
            now = ((replica, seq), group_id, author, revision)
            pending += changes
        if now:
            self.revision(*now, pending)

    @staticmethod
    def key_of(body):
        replica = seq = None
        for n, value in fields(body):
            if n == 5:
                replica = value.hex()
            elif n == 6:
                seq = value
                break
        return replica, seq

    def check_nothing_done(self, revision):
        for key in self.nothing_done.pop(revision, ()):
            if key in self.space.groups or key in self.laptop_revisions:
                continue
            packed = self.laptop_groups[key][0] if key in self.laptop_groups else self.history.asked[key]
            for edit in Group(packed).edits if packed else ():
                if not without_effect(self.space, edit):
                    self.problems.add(LOST, "%s was accepted at r%d and is not in the log" % (key, revision))
                    break

    def is_lost(self, key):
        """Acknowledged in a history that the restored copy has not."""
        revision, code = self.history.verdicts[key][:2]
        if self.restored is None or code != 0 or revision <= self.restored[0]:
            return False
        return self.history.times[key] < self.restored[1] or key in self.offered_from  # a process that stood still hears late

    def check_lost(self, key):
        if key in self.space.groups:
            self.problems.add(DOUBLED, "%s was lost by the restored copy and is in the log" % (key,))
        if key[0] not in self.told:
            self.problems.add(LOST, "%s was lost by the restored copy and its client was not told" % (key,))
        if key not in self.offered_from:
            self.problems.add(LOST, "%s was lost by the restored copy and not offered again" % (key,))

    def check_verdicts(self):
        history, space = self.history, self.space
        self.told = {replica for replica, _, _ in history.forks}
        for key in self.lost:
            self.check_lost(key)
        if self.restored and not self.lost:
            self.problems.add(WRONG, "void: the restored copy lost nothing")
        for key, (revision, code, _, _) in history.verdicts.items():
            if key in self.lost:
                continue
            applied = space.groups.get(key)
            if code == 0 and applied is not None and applied != revision:
                self.problems.add(WRONG, "%s was acknowledged at r%d, the log has r%d" % (key, revision, applied))
            if code != 0 and applied is not None:
                self.problems.add(WRONG, "%s was refused and is in the log" % (key,))
            depends = Group(history.asked[key]).depends_on if code == 0 and key in history.asked else 0
            if depends and history.verdicts.get((key[0], depends), (0, 1))[1] != 0:
                self.problems.add(WRONG, "%s was accepted, what it depends on was refused" % (key,))
        for key, given in history.given.items():
            for identity, number in given:
                record = space.records.get(identity)
                if key not in self.lost and (record is None or record.number != number):
                    self.problems.add(WRONG, "%s was told number %d of a record that has another" % (key, number))
        for key in history.asked:
            if key not in history.verdicts and not self.is_offered_again(key):
                self.problems.add(LOST, "%s has no verdict" % (key,))

    def is_offered_again(self, key):
        return key in self.offered_from

    def lost_tokens(self):
        """{revision: what followers were told of it} in the history that is gone."""
        tokens = {}
        for path in glob.glob("%s/lost.%s" % (self.folder, self.index)):
            for line in open(path):
                revision, section, _, body, private = line.rstrip("\n").split("\t")
                told = token(int(revision), int(section), bytes.fromhex(body), bytes.fromhex(private))
                tokens[int(revision)] = (tokens[int(revision)] + " " if int(revision) in tokens else "") + told
        return tokens

    def lost_groups(self):
        """Ids of the groups of that history, in hex."""
        ids = set()
        for path in glob.glob("%s/lost.%s" % (self.folder, self.index)):
            for line in open(path):
                ids.add(dict(fields(bytes.fromhex(line.split("\t")[3])))[7].hex())
        return ids

    def check_tables(self):
        compared = 0
        for kind, (table, columns) in TITLES.items():
            found = 0
            for identity, *words in table_rows(self.facts["database"], table, [c[0] for c in columns], self.name):
                record = self.space.records.get(bytes.fromhex(identity))
                found += 1
                expected = record and [str(record.number), str(record.revision), str(record.deleted)] + [shown(record.fields.get(f), k) for _, f, k in columns]
                if expected != words:
                    self.problems.add(DIVERGED, "table %s: %s is %s, the log makes %s" % (table, identity, words, expected))
            if found != sum(1 for record in self.space.records.values() if record.type == kind):
                self.problems.add(DIVERGED, "table %s has %d rows, the log makes another number" % (table, found))
            compared += found
        return compared

    def count_rights(self):
        r = self.rights
        return {"changes of rights": len(r.states), "refused for rights": sum(v[1] in (DENIED, NOT_FOUND) for v in self.history.verdicts.values()),
                "deliveries judged": r.judged_deliveries, "deliveries after their right had ended": r.late_deliveries,
                "groups judged": r.judged_groups, "groups accepted after their right had ended": r.late_groups}

    def judge(self):
        self.history.read(self.problems, self.files("history"), self.index)
        self.offered_from = set(self.history.offered.values())
        self.lost = {key for key in self.history.verdicts if self.is_lost(key)}
        for key, (revision, code, _, _) in self.history.verdicts.items():
            if code == 0 and key not in self.lost:
                self.nothing_done.setdefault(revision, []).append(key)
        for group_id, revision in done_groups(self.laptops, self.index):
            self.nothing_done.setdefault(revision, []).append(group_id)
        self.fold()
        for revision in sorted(self.nothing_done):
            for key in self.nothing_done[revision]:
                if key not in self.space.groups and key not in self.laptop_revisions:
                    self.problems.add(LOST, "%s was acknowledged at r%d, the log ends at r%d" % (key, revision, self.space.revision))
        if head(self.facts["database"], self.name) != [self.space.revision]:
            self.problems.add(WRONG, "the head is not the end of the log")
        self.check_verdicts()
        self.history.check_real_time(self.problems, lambda key: key in self.space.groups, self.lost)
        lost_tokens = self.lost_tokens()
        if self.rights:
            self.rights.folded()
        counts = check_streams(self.problems, self.space, self.files("stream"), self.index, lost_tokens, self.rights)
        if lost_tokens and counts["forks seen"] == 0:
            self.problems.add(WRONG, "void: no follower had gone further than the restored copy")
        counts["replicas"] = check_dumps(self.problems, self.space, self.files("dump"), self.index)
        counts["rows"] = self.check_tables()
        counts["asked"] = len(self.history.asked)
        counts["accepted"] = sum(1 for v in self.history.verdicts.values() if v[1] == 0)
        counts["refused"] = len(self.history.verdicts) - counts["accepted"]
        counts["merged"] = sum(1 for v in self.history.verdicts.values() if v[2] == "1")
        counts["asked again"] = self.history.repeats
        counts.update({"changes of " + name: self.changed.get(kind, 0) for kind, name in WORKED_ON.items()})
        if self.rights:
            counts.update(self.count_rights())
        if self.restored:
            counts["lost by the restored copy and offered again"] = len(self.lost)
        return counts, self.problems, (self.index, self.name, self.space.digest(ALL), self.space.revision, len(self.space.records), self.laptop_revisions, self.laptop_replicas, self.lost_groups())


def report_rights(problems, total):
    late = total["deliveries after their right had ended"], total["groups accepted after their right had ended"]
    for what in ("changes of rights", "refused for rights", "ended by rights", "sections added"):
        if total[what] == 0:
            problems.add(WRONG, "void: there were no %s" % what)
    print("# rights: %d states, %d subscriptions ended by them, %d groups refused; of %d deliveries and %d accepted groups" % (
        total["changes of rights"], total["ended by rights"], total["refused for rights"], total["deliveries judged"], total["groups judged"]))
    print("# %d deliveries and %d accepted groups after the revoking revision" % late)


def shown(slice_, kind):
    if not slice_:
        return ""
    return content(slice_).decode() if kind == "text" else str(number(slice_))


def judge_space(arguments):
    return Judge(*arguments).judge()


def main():
    folder = sys.argv[1]
    facts = read_facts(folder)
    problems, total = Problems("run"), {}
    with multiprocessing.Pool(min(len(facts["space"]), os.cpu_count() or 1)) as pool:
        copies, revisions, identities, gone = {}, {}, set(), set()
        for counts, found, (index, name, digest, revision, records, applied, replicas, lost) in pool.imap(judge_space, [(folder, facts, index) for index in facts["space"]]):
            copies[name] = (digest, revision, records)
            revisions.update(applied)
            identities |= replicas
            gone |= lost
            problems.take(found)
            for name, count in counts.items():
                total[name] = total.get(name, 0) + count
    laptops = read_laptops(folder)
    if laptops:
        total.update(check_laptops(problems, laptops, revisions, gone))
        check_identities(problems, laptops, identities, bool(facts["restored"]))
        if gone and total["lost and offered again by laptops"] == 0:
            problems.add(WRONG, "void: the restored copy lost nothing of a laptop")
        total["copies"] = check_copies(problems, folder, copies)
    if total["accepted"] < total["asked"] / 3 or total["refused"] < total["asked"] / 50:
        problems.add(WRONG, "void: %d of %d groups were accepted, %d refused: the load says little" % (total["accepted"], total["asked"], total["refused"]))
    for name in WORKED_ON.values():
        if total["asked"] >= MUCH and total["changes of " + name] == 0:
            problems.add(WRONG, "void: nothing was ever done to %s" % name)
    if facts["asleep"] == "1" and total["lags"] == 0:
        problems.add(WRONG, "void: the follower that slept was never too far behind for the server's memory")
    if facts["away"] == "1" and total["compacted"] == 0:
        problems.add(WRONG, "void: no follower was away for longer than the server keeps the way back")
    if facts["reader"]:
        report_rights(problems, total)
    print("# checked: " + ", ".join("%d %s" % (count, name) for name, count in total.items()))
    for text in problems.texts:
        print("not ok " + text)
    print("# %d lost, %d doubled, %d diverged, %d otherwise wrong" % tuple(problems.counts[k] for k in (LOST, DOUBLED, DIVERGED, WRONG)))
    return 1 if problems.texts else 0


if __name__ == "__main__":
    sys.exit(main())
