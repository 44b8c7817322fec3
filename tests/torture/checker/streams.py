"""What followers were told: ordered, without gap or repetition, whole revisions, true bookmarks, and the digests of their replicas."""
from problems import DIVERGED, WRONG


class Follower:
    def __init__(self):
        self.at = None  # revision through which it was told everything; None: a snapshot is on its way
        self.gone = False  # it followed a history that a restored copy has not


def check_streams(problems, space, paths, number, lost_tokens):
    head, counts = space.revision, {"forks seen": 0, "compacted": 0, "messages": 0, "revisions": 0, "lags": 0, "digests": 0, "resumed": 0, "snapshots": 0, "snapshots resumed": 0}
    for path in paths:
        followers = {}
        for line in open(path):
            if not line.endswith("\n"):
                break  # its process was killed here
            what, name, *words = line.rstrip("\n").split(" ", 3)
            if not name.endswith("." + number):
                continue
            check_line(problems, space, followers.setdefault(name, Follower()), what, name, words, head, counts, lost_tokens)
    return counts


def check_line(problems, space, follower, what, name, words, head, counts, lost_tokens):
    if what == "revisions":
        check_revisions(problems, space, follower, name, int(words[0]), " ".join(words[1:]), counts, lost_tokens)
    elif what == "subscribe":
        if words[1] in "-+":
            if words[1] == "+" and follower.at is not None:
                problems.add(WRONG, "%s goes on with a snapshot that it had whole" % name)
            follower.at = None
        elif follower.at != int(words[1]):
            problems.add(WRONG, "%s resumes at r%s, having been told r%s" % (name, words[1], follower.at))
        counts["resumed"] += words[1] not in "-+"
        counts["snapshots resumed"] += words[1] == "+"
    elif what == "snapshot":
        follower.at = int(words[0])
        counts["snapshots"] += 1
        if follower.at > head and follower.at not in lost_tokens:
            problems.add(DIVERGED, "%s has a snapshot of r%d, the log ends at r%d" % (name, follower.at, head))
    elif what == "bookmark":
        if int(words[0]) != follower.at:
            problems.add(DIVERGED, "%s is told that r%s is all, having been told r%s" % (name, words[0], follower.at))
    elif what == "lagging":
        counts["lags"] += 1
        if follower.at is not None and int(words[0]) != follower.at:
            problems.add(WRONG, "%s lags after r%s, having been told r%s" % (name, words[0], follower.at))
    elif what == "resync" and words[0] == "400":
        counts["compacted"] += 1
    elif what == "resync" and words[0] == "401":
        counts["forks seen"] += 1
        if not lost_tokens:
            problems.add(WRONG, "%s is told that its history forked" % name)
        follower.at, follower.gone = None, False
    elif what == "digest" and not follower.gone:
        counts["digests"] += 1
        if space.digests.get(int(words[0])) != int(words[1]):
            problems.add(DIVERGED, "%s at r%s holds other records than the log makes" % (name, words[0]))


def check_revisions(problems, space, follower, name, through, told, counts, lost_tokens):
    first = follower.at + 1 if follower.at is not None else None
    counts["messages"] += 1
    if first is None or through < first:
        problems.add(DIVERGED, "%s is told of r%d out of turn" % (name, through))
        return
    counts["revisions"] += through - first + 1
    if lost_tokens and " ".join([space.tokens[r] if r not in lost_tokens else lost_tokens[r] for r in range(first, through + 1) if r < len(space.tokens) or r in lost_tokens]) == told:
        follower.gone = follower.gone or through in lost_tokens
    elif follower.gone or told != " ".join(space.tokens[first:through + 1]):
        problems.add(DIVERGED, "%s was not told r%d to r%d as the log has them" % (name, first, through))
    follower.at = through


def check_dumps(problems, space, paths, number):
    replicas = 0
    for path in paths:
        for line in open(path):
            _, name, of, revision, *rest = line.split()
            if of != number:
                continue
            replicas += 1
            chains, count, digest = rest[:-2], int(rest[-2]), int(rest[-1])
            if int(revision) != space.revision:
                problems.add(DIVERGED, "%s ends at r%s, the log at r%d" % (name, revision, space.revision))
            if chains != [chain.hex() for chain in space.chains[1:]]:
                problems.add(DIVERGED, "%s: its chains are not the log's" % name)
            if count != len(space.records) or digest != space.digest:
                problems.add(DIVERGED, "%s: its %d records are not the %d that the log makes" % (name, count, len(space.records)))
    return replicas
