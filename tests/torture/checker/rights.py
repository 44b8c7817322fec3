"""Who may read and edit what of a plan, and since when: from the grants in its log and the organisation's log, in the order in which their
transactions were committed. A delivery or an accepted group after the one that ended its right is what must never be.

product.md G4: a person's own grant, else the best of the teams', else everybody's, else editing; guests nothing unless granted;
administrators everything."""
import bisect
from database import log_rows, psql
from fold import Space
from problems import WRONG
from schema import GRANT, PERSON, PLAN
from wire import content, elements, plain

NONE, READ, EDIT = 1, 2, 3
STRATEGY, DIRECTORY = 1, 6
GRANTED = range(1, 6)
EVERYTHING = sum(1 << section for section in range(1, DIRECTORY + 1))
END = 1 << 62
DENIED, NOT_FOUND = 301, 207


def commit_times(database, space):
    """[microseconds by revision]; 0 for what was committed before they were kept."""
    sql = "select revision, coalesce(extract(epoch from min(pg_xact_commit_timestamp(xmin))) * 1000000, 0)::bigint from log where space_id = '%s' group by 1 order by 1" % space
    times = [0]
    for revision, time in psql(database, sql):
        times += [times[-1]] * (int(revision) - len(times)) + [int(time)]
    return times


def organisation(database, identity, problems):
    """[(time, {person: (teams, guest, inactive)})], one for each revision that changed somebody."""
    times, space, people, states = commit_times(database, identity), Space(identity, problems), {}, []
    for revision, section, body, private in log_rows(database, identity):
        space.revision = revision
        changes = [c for c in space.section(revision, section, body, private)[1] if c.record.type == PERSON]
        if changes:
            people = dict(people)
            for change in changes:
                fields = change.record.fields
                people[change.id] = (frozenset(elements(fields.get(4, b""))), bool(plain(fields.get(7), 0)), bool(plain(fields.get(6), 0)) or change.record.deleted)
            states.append((times[revision], people))
    return states


class Rights:
    def __init__(self, problems, facts, name):
        self.problems, self.name = problems, bytes.fromhex(name.replace("-", ""))
        self.administrator = bytes.fromhex(facts["administrator"])
        self.readers = {index: bytes.fromhex(person) for index, person in facts["reader"].items()}
        self.people = organisation(facts["database"], facts["organisation"], problems)
        self.moved = [time for time, _ in self.people]
        self.times = commit_times(facts["database"], name)
        if any(a > b for a, b in zip(self.times, self.times[1:])):
            problems.add(WRONG, "void: the machine's clock was set back")
        self.levels = {}  # (holder, section) -> level, as of the revision that is folded
        self.granted = [(0, 0, self.levels)]  # (time, revision, levels)
        self.states, self.keys, self.known = [], [], {}
        self.judged_groups = self.late_groups = self.judged_deliveries = self.late_deliveries = 0

    def may(self, person, levels, people, wanted):
        """Bits of the sections in which the person has at least this level."""
        if person == self.administrator:
            return EVERYTHING
        teams, guest, inactive = people.get(person, (frozenset(), False, False))
        mask = 0
        for section in GRANTED if not inactive else ():
            level = levels.get((person, section))
            if level is None:
                level = max((levels[(team, section)] for team in teams if (team, section) in levels), default=None)
            if level is None and not guest:
                level = levels.get((self.name, section), EDIT)
            if level is not None and level >= wanted:
                mask |= 1 << section
        return mask

    # ---- while the log is folded ----
    def group(self, revision, author, changes):
        """Was its author allowed to do it, with every revision before it? Then what it changes of the rights themselves."""
        people = self.people[max(0, bisect.bisect_left(self.moved, self.times[revision]) - 1)][1]
        mask = self.may(author, self.levels, people, EDIT)
        self.judged_groups += 1
        for change in changes:
            record = change.record
            section = DIRECTORY if record.type == GRANT else STRATEGY if record.type == PLAN else record.section
            if not mask >> section & 1 and revision != 1:
                self.late_groups += 1
                self.problems.add(WRONG, "r%d changes section %d, which its author could not edit any more" % (revision, section))
                break
        grants = [change.record for change in changes if change.record.type == GRANT]
        if grants:
            self.levels = dict(self.levels)
            for record in grants:
                key = (content(record.fields[2]), plain(record.fields[3]))
                if record.deleted:
                    self.levels.pop(key, None)
                else:
                    self.levels[key] = plain(record.fields[4])
            self.granted.append((self.times[revision], revision, self.levels))

    # ---- afterwards ----
    def folded(self):
        """States of both together: each from its key on."""
        events = [((time, revision), levels, None) for time, revision, levels in self.granted] + [((time, END), None, people) for time, people in self.people]
        levels, people = {}, {}
        for key, more, others in sorted(events, key=lambda event: event[0]):
            levels, people = levels if more is None else more, people if others is None else others
            self.keys.append(key)
            self.states.append((levels, people))

    def readable(self, person, state):
        mask = self.known.get((person, state))
        if mask is None:
            mask = self.may(person, *self.states[state], READ)
            self.known[(person, state)] = mask = mask | (1 << DIRECTORY if mask else 0)
        return mask

    def delivered(self, name, process, mask, through, time):
        """Sections that came in a message which says everything up to a revision, at a time: each was readable at it or after it."""
        person = self.readers[process]
        first = bisect.bisect_right(self.keys, (self.times[through], through)) - 1 if through < len(self.times) else len(self.keys) - 1
        last = bisect.bisect_right(self.keys, (time, END)) - 1
        self.judged_deliveries += 1
        for state in range(first, max(first, last) + 1):
            mask &= ~self.readable(person, state)
            if not mask:
                return
        self.late_deliveries += 1
        self.problems.add(WRONG, "%s is told of sections %s with r%d, which it could not read any more" % (name, [s for s in range(DIRECTORY + 1) if mask >> s & 1], through))
