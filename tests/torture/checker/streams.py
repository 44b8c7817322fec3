"""What followers were told: ordered, without gap or repetition, whole revisions, true bookmarks, and the digests of their replicas."""
from fold import ALL
from problems import DIVERGED, WRONG


class Follower:
    def __init__(self):
        self.resumed = False
        self.at = None  # revision through which it was told everything; None: a snapshot is on its way
        self.sections = ALL  # that its replica holds
        self.asked = 0  # where the server stood when it subscribed
        self.gone = False  # it followed a history that a restored copy has not


def check_streams(problems, space, paths, number, lost_tokens, rights):
    head, counts = space.revision, {"forks seen": 0, "compacted": 0, "messages": 0, "revisions": 0, "lags": 0, "digests": 0, "resumed": 0, "snapshots": 0, "snapshots resumed": 0, "ended by rights": 0, "sections added": 0}
    for path in paths:
        followers, process = {}, path.split(".")[-2]
        for line in open(path):
            if not line.endswith("\n"):
                break  # its process was killed here
            what, name, *words = line.rstrip("\n").split(" ", 3)
            if not name.endswith("." + number):
                continue
            check_line(problems, space, followers.setdefault(name, Follower()), what, name, words, head, counts, lost_tokens)
            if rights:
                check_rights(rights, followers[name], process, what, name, words)
    return counts


def seen(follower, what, words):
    """What may be read changes what it is told."""
    if what == "sections":
        readable, asked, _ = " ".join(words).split()
        follower.sections = int(readable) if follower.at is None and not follower.resumed else follower.sections & int(readable)
        follower.asked = int(asked)
    elif what == "added":
        follower.sections |= int(words[1].split()[0])


def check_rights(rights, follower, process, what, name, words):
    """Nothing comes of a section that could not be read any more."""
    if what == "sections":
        readable, asked, time = " ".join(words).split()
        rights.delivered(name, process, int(readable), int(asked), int(time))
    elif what == "added":
        added, time = words[1].split()
        rights.delivered(name, process, int(added), int(words[0]), int(time))
    elif what == "revisions":
        time, *told = words[1].split()
        mask = 0
        for item in told:
            mask |= 1 << int(item.split(".")[1])
        rights.delivered(name, process, mask, max(int(words[0]), follower.asked), int(time))


def check_line(problems, space, follower, what, name, words, head, counts, lost_tokens):
    if what == "revisions":
        check_revisions(problems, space, follower, name, int(words[0]), words[1].partition(" ")[2], counts, lost_tokens)
    elif what in ("sections", "added"):
        seen(follower, what, words)
        counts["sections added"] += what == "added"
    elif what == "ended":
        counts["ended by rights"] += words[0] == "303"
    elif what == "subscribe":
        follower.resumed = words[1] == "+"
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
        if int(words[0]) not in space.digests or space.digest(follower.sections, space.digests[int(words[0])]) != int(words[1]):
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
    elif follower.gone or told != told_of(space, first, through, follower.sections):
        problems.add(DIVERGED, "%s was not told r%d to r%d as the log has them" % (name, first, through))
    follower.at = through


def told_of(space, first, through, sections):
    told = " ".join(space.tokens[first:through + 1])
    return told if sections == ALL else " ".join(item for item in told.split() if sections >> int(item.split(".")[1]) & 1)


def check_dumps(problems, space, paths, number):
    replicas = 0
    for path in paths:
        for line in open(path):
            _, name, of, revision, sections, *rest = line.split()
            if of != number:
                continue
            replicas, sections = replicas + 1, int(sections)
            chains, count, digest = rest[:-2], int(rest[-2]), int(rest[-1])
            if int(revision) != space.revision:
                problems.add(DIVERGED, "%s ends at r%s, the log at r%d" % (name, revision, space.revision))
            if chains != [(chain if sections >> section & 1 else bytes(32)).hex() for section, chain in enumerate(space.chains) if section]:
                problems.add(DIVERGED, "%s: its chains are not the log's" % name)
            records = sum(n for section, n in enumerate(space.section_counts) if sections >> section & 1)
            if count != records or digest != space.digest(sections):
                problems.add(DIVERGED, "%s: its %d records are not the %d that the log makes" % (name, count, records))
    return replicas
