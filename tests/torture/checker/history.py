"""What the clients of one space asked and heard: see shared/history.h."""
import bisect
from problems import WRONG


class History:
    def __init__(self, cut):
        self.cut = cut      # what verdicts say beside revision and outcome may be cut when they are told again: rights change
        self.persons = {}   # replica -> person, both in hex
        self.asked = {}     # (replica, seq) -> packed group
        self.verdicts = {}  # (replica, seq) -> (revision, code, merged, digest)
        self.offered = {}   # (replica, seq) -> (replica, seq) of the lost group that it offers again
        self.given = {}     # (replica, seq) -> [(record id, the number that its client was told)]
        self.times = {}     # (replica, seq) -> when its verdict was first heard
        self.forks = []     # (replica, code, high water)
        self.repeats = 0
        self.invokes, self.acks = [], []  # (time, key), (time, revision, key)

    def verdict(self, problems, key, words):
        time, revision = int(words[1]), int(words[5])
        said = (revision, int(words[6]), words[7], words[8])
        before = self.verdicts.setdefault(key, said)
        if key not in self.asked:
            problems.add(WRONG, "a verdict of %s, which nobody asked for" % (key,))
        if before is not said:
            self.repeats += 1
            if before[:2 if self.cut else 4] != said[:2 if self.cut else 4]:
                problems.add(WRONG, "the verdict of %s changed from %s to %s" % (key, before, said))
            return
        self.times[key] = time
        if len(words) > 10:
            self.given[key] = [(bytes.fromhex(identity), int(number)) for identity, number in (word.split("=") for word in words[10].split(","))]
        if revision:
            self.acks.append((time, revision, key))

    def read(self, problems, paths, space):
        for path in paths:
            replicas, older = {}, {}
            for line in open(path):
                if not line.endswith("\n"):
                    break
                words = line.split()
                what, client = words[0], words[2]
                if what == "login":
                    if replicas.get(client, words[3]) != words[3]:
                        older[client] = replicas[client]
                    replicas[client] = words[3]
                    self.persons[words[3]] = words[4]
                    continue
                if words[3] != space:
                    continue
                if what == "forked":
                    self.forks.append((replicas[client], int(words[4]), int(words[5])))
                    continue
                key = (replicas[client], int(words[4]))
                if what == "invoke":
                    if key in self.asked:
                        problems.add(WRONG, "%s was asked twice with one number" % (key,))
                    self.asked[key] = bytes.fromhex(words[5])
                    self.invokes.append((int(words[1]), key))
                    if len(words) > 6:
                        self.offered[key] = (older[client], int(words[6]))
                else:
                    self.verdict(problems, key, words)

    def check_real_time(self, problems, has_effect, lost):
        """What is asked after an acknowledgement was heard gets a higher revision. Those of a history that is gone do not count."""
        self.acks.sort()
        times, highest, top = [], [], 0
        for time, revision, key in self.acks:
            if key in lost:
                continue
            top = max(top, revision)
            times.append(time)
            highest.append(top)
        for time, key in self.invokes:
            revision = self.verdicts.get(key, (0,))[0]
            at = bisect.bisect_left(times, time)
            if revision and at and key not in lost and revision <= highest[at - 1] and has_effect(key):
                problems.add(WRONG, "%s was asked after r%d had been acknowledged, yet got r%d" % (key, highest[at - 1], revision))
