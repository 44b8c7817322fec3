"""Two people plan at once (product.md A3, A4): random edits of dates, durations, dependencies, letters, leaves and closures from two laptops
at the same moment, one of them offline for a while. Whatever the order was in which the server took them: no action ever comes before
itself, both copies and the server show the same schedule and propose the same levelling, to the byte, and the schedule is the one that is worked out here from the records, in
another way than the program's: day by day, asking of each whether it is worked, and moving what breaks a link until nothing does.

usage: planning_together.py JALON FOLDER SEED   (FOLDER/NAME/config and data: the laptops one and two, logged in)"""
import datetime
import json
import os
import random
import re
import subprocess
import sys

JALON, FOLDER, SEED = sys.argv[1], sys.argv[2], int(sys.argv[3])
TODAY = datetime.date(2027, 3, 1)
ACTIONS, ROUNDS, PEOPLE = 12, 6, ('Claire Martin', 'Administration')
DEADLINE = 2 * int(os.environ.get('JALON_PATIENCE', '120'))


class Laptop:
    def __init__(self, name):
        self.name, self.offline = name, False
        self.environment = dict(os.environ, XDG_CONFIG_HOME=f'{FOLDER}/{name}/config', XDG_DATA_HOME=f'{FOLDER}/{name}/data')

    def begin(self, *arguments):
        line = [JALON, '--lang', 'en', *(['--offline'] if self.offline else []), *arguments]
        return subprocess.Popen(line, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self, process, accepted):
        out, err = (text.decode() for text in process.communicate(timeout=DEADLINE))
        if process.returncode not in accepted or 'Sanitizer' in err or 'runtime error' in err:
            sys.exit(f'seed {SEED}: {self.name}: {" ".join(process.args[1:])}\n-> {process.returncode}\n{out}\n{err}')
        return process.returncode, out, err

    def run(self, *arguments, accepted=(0,)):
        return self.end(self.begin(*arguments), accepted)


def date(text):
    return None if text is None else datetime.date.fromisoformat(text).toordinal()


# ---- edits ----
def any_edit(chance, person):
    action, other = (f'A{n}' for n in chance.sample(range(1, ACTIONS + 1), 2))
    day = str(TODAY + datetime.timedelta(chance.randrange(0, 70)))
    kind, lag = chance.choice(('fs', 'fs', 'fs', 'ss', 'ff', 'sf')), str(chance.choice((0, 0, 0, 1, 3, -2)))
    until = str(datetime.date.fromisoformat(day) + datetime.timedelta(chance.randrange(0, 7)))
    which = chance.randrange(13)
    if which < 4:
        return ('dependency', 'add', '--predecessor', action, '--successor', other, '--kind', kind, '--lag', lag)
    dependency = f'DP{chance.randrange(1, 20)}'
    return (('dependency', 'rm', dependency), ('dependency', 'set', dependency, '--lag', lag),
            ('action', 'set', action, '--duration', str(chance.randrange(0, 9))), ('action', 'set', action, '--start', day),
            ('action', 'set', action, '--due', day), ('action', 'set', action, '--timing', chance.choice(('early', 'late', 'fixed', ''))),
            ('action', 'set', action, '--not-before', day), ('action', 'set', action, '--no-later', day),
            ('closure', 'add', 'Fermeture', '--start', day, '--end', until) if person == 'Administration' else
            ('leave', 'add', '--person', person, '--start', day, '--end', until))[which - 4]


def settle(laptop, chance):
    """What was refused: a few are insisted on, then everything that is left is given up."""
    for attempt in range(40):
        found = re.findall(r'^ *(C\d+)\b', laptop.run('conflicts')[1], re.M)
        if not found:
            return
        how = '--mine' if attempt < 3 and chance.randrange(2) else '--theirs'
        laptop.run('resolve', found[0], how, accepted=(0, 3, 4))
    sys.exit(f'seed {SEED}: conflicts of {laptop.name} that do not end')


# ---- the schedule, the slow way ----
FIXED_DAYS = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
MOVABLE = [datetime.date(*d) for d in ((2026, 4, 6), (2026, 5, 14), (2026, 5, 25), (2027, 3, 29), (2027, 5, 6), (2027, 5, 17), (2028, 4, 17), (2028, 5, 25), (2028, 6, 5))]


class Plan:
    def __init__(self, export, closures, leaves):
        self.today, self.start = TODAY.toordinal(), date(export['plan']['start'])
        records = export['records']
        self.off = {None: closures}
        for person, first, last in leaves:
            self.off.setdefault(person, []).append((first, last))
        names = {p['key']: p['name'] for p in export['organisation']['people']}
        holders = {}
        for r in records:
            if r['type'] == 'raci' and r['letter'] == 'R' and r['holder'] in names:
                holders[r['target']] = min(holders.get(r['target'], r['holder']), r['holder'])
        actions = [r for r in records if r['type'] == 'action' and r['status'] not in ('done', 'dropped')]
        dates = [date(a[k]) for a in actions for k in ('start', 'due', 'not_before', 'no_later') if a.get(k)]
        self.window = min([self.today, self.start, *dates]) - 62  # before it only the days of the week count
        self.works = {a['key']: self.work(a, names.get(holders.get(a['key']))) for a in actions}
        self.links = [(r['predecessor'], r['successor'], r['kind'], r.get('lag', 0)) for r in records
                      if r['type'] == 'dependency' and r['predecessor'] in self.works and r['successor'] in self.works]

    def worked(self, day, whose):
        d = datetime.date.fromordinal(day)
        if d.weekday() > 4 or day < self.window:
            return d.weekday() <= 4
        if (d.month, d.day) in FIXED_DAYS or d in MOVABLE:
            return False
        return not any(first <= day <= last for who in {None, whose} for first, last in self.off.get(who, ()))

    def nth(self, day, count, whose, step=1):
        """The count-th worked day from a day on (step -1: backwards)."""
        while True:
            if self.worked(day, whose):
                count -= 1
                if count <= 0:
                    return day
            day += step

    def between(self, first, end, whose):
        if end < first:
            return -self.between(end, first, whose)
        return sum(self.worked(day, whose) for day in range(first, end))

    def work(self, a, whose):
        start, due, timing = date(a.get('start')), date(a.get('due')), a.get('timing')
        length, limit = a.get('duration'), date(a.get('no_later'))
        if length is None:
            length = max(1, self.between(start, due + 1, whose)) if start and due and due >= start else 1
        decided = timing not in ('early', 'late')
        if decided and timing != 'fixed' and due and (limit is None or due <= limit):
            limit = due
        w = {'whose': whose, 'days': length, 'limit': limit, 'late': timing == 'late', 'held': None, 'start': start, 'due': due,
             'worked_out': not decided, 'floor': max([self.today, start if decided and start else self.start, date(a.get('not_before')) or 0])}
        if timing == 'fixed' and (start or due):
            first = start or self.nth(due, max(length, 1), whose, -1)
            last = due if due and due >= first else self.nth(first, max(length, 1), whose)
            w['held'] = (last + 1 if length == 0 else first, last + 1)
        return w

    def lasting(self, w, day):
        if w['held']:
            return w['held']
        begin, left = day, w['days']
        while left > 0:
            left -= self.worked(day, w['whose'])
            day += 1
        return (begin, day)

    def may_begin(self, w, day):
        return w['days'] == 0 or self.worked(day, w['whose'])

    def kept(self, link, before, after):
        _, successor, kind, lag = link
        source, target = before[kind[0] == 'f'], after[kind[1] == 'f']
        if lag != 0:
            return self.between(source, target, None) >= lag
        if target >= source:
            return True
        return kind == 'sf' and not any(self.worked(day, self.works[successor]['whose']) for day in range(target, source))

    def early(self):
        spans = {}
        for key, w in self.works.items():
            day = w['floor']
            while not self.may_begin(w, day):
                day += 1
            spans[key] = self.lasting(w, day)
        moved = True
        while moved:
            moved = False
            for link in self.links:
                key = link[1]
                w = self.works[key]
                while not w['held'] and not self.kept(link, spans[link[0]], spans[key]):
                    day = spans[key][0] + 1
                    while not self.may_begin(w, day):
                        day += 1
                    spans[key] = self.lasting(w, day)
                    moved = True
        return spans

    def last(self, key, finish, behind):
        w, day = self.works[key], finish + 60
        out = [link for link in self.links if link[0] == key]
        while True:
            if self.may_begin(w, day):
                span = self.lasting(w, day)
                if span[1] <= finish and (w['limit'] is None or span[1] <= w['limit'] + 1) and all(self.kept(k, span, behind[k[1]]) for k in out):
                    return span
            day -= 1

    def order(self):
        """Backwards: what comes behind stands before. None: there is a circle."""
        left, order = set(self.works), []
        while left:
            free = [k for k in left if not any(l[0] == k and l[1] in left for l in self.links)]
            if not free:
                return None
            order += free
            left -= set(free)
        return order

    def shown(self, w, span):
        if w['days'] > 0:
            return span[0], span[1] - 1
        if w['held']:
            return span[1] - 1, span[1] - 1
        day = self.nth(span[0], 1, w['whose']) if span[0] <= w['floor'] else self.nth(span[0] - 1, 1, w['whose'], -1)
        return day, day

    def rows(self):
        order, early = self.order(), self.early()
        finish = max((span[1] for span in early.values()), default=self.today)
        late, planned, rows = {}, {}, {}
        for key in order:
            w = self.works[key]
            late[key] = w['held'] or self.last(key, finish, late)
            planned[key] = early[key]
            if w['late'] and not w['held']:
                planned[key] = max(early[key], self.last(key, finish, planned))
        for key, w in self.works.items():
            first, last = self.shown(w, planned[key])
            start = w['start'] if w['held'] else first
            due = last if not w['held'] and (w['worked_out'] or not w['due'] or w['due'] < last) else w['due']
            slack = None if w['held'] else self.between(early[key][0], late[key][0], w['whose'])
            rows[key] = (start, due, *self.shown(w, late[key]), first, last, slack)
        return rows


# ---- what is shown ----
def answers(laptop):
    return tuple(laptop.run(*view.split(), '--json', '--today', str(TODAY))[1] for view in ('schedule', 'gantt', 'schedule --level'))


def blocks_of(text, name):
    return [b for b in json.loads(text)['blocks'] if b['name'] == name]


def days_off(laptop, kind):
    rows = [row['cells'] for block in blocks_of(laptop.run(kind, 'list', '--json')[1], kind) for row in block['rows']]
    return [(row.get('person'), date(row['start']), date(row['end'])) for row in rows]


def say(day):
    return None if day is None else str(datetime.date.fromordinal(day))


def look(laptops, moment):
    """All three alike, without a circle, and as worked out here."""
    from_server = answers(laptops[0])
    for laptop in laptops:
        laptop.run('sync', accepted=(0, 3))
        laptop.offline = True
        of_copy = answers(laptop)
        laptop.offline = False
        if of_copy != from_server:
            sys.exit(f'seed {SEED}, {moment}: the copy of {laptop.name} shows another schedule than the server:\n{of_copy}\n{from_server}')
    plan = Plan(json.loads(laptops[0].run('plan', 'export', '-')[1]), [d[1:] for d in days_off(laptops[0], 'closure')], days_off(laptops[0], 'leave'))
    if plan.order() is None:
        sys.exit(f'seed {SEED}, {moment}: a circle: {plan.links}')
    expected, seen = plan.rows(), {}
    for row in blocks_of(from_server[0], 'schedule')[0]['rows']:
        c = row['cells']
        seen[row['id']] = [date(c[k]) for k in ('proposed_start', 'proposed_due', 'latest_start', 'latest_end')] + [c['slack']]
    for row in blocks_of(from_server[1], 'gantt')[0]['rows']:
        if row.get('type') == 'action':
            seen[row['id']][4:4] = [date(row['cells']['start']), date(row['cells']['end'])]
    for key, e in expected.items():
        s = seen.pop(key)
        if e[6] is None:
            s[6] = None
        if tuple(s) != e:
            sys.exit(f'seed {SEED}, {moment}: {key} {plan.works[key]}\nshown    {[say(d) for d in s[:6]]} {s[6]}\nworked out {[say(d) for d in e[:6]]} {e[6]}\n{plan.links}')
    if seen:
        sys.exit(f'seed {SEED}, {moment}: rows of nothing: {seen}')
    return len(plan.links)


def main():
    chance, laptops, refused, asked = random.Random(SEED), [Laptop('one'), Laptop('two')], 0, 0
    one, two = laptops
    name = f'Ensemble {SEED}'
    one.run('plan', 'new', name, '--start', '2027-01-01', '--end', '2027-12-31')
    one.run('plan', 'set', '--raci-enforced', 'no')
    for n in range(1, ACTIONS + 1):
        one.run('action', 'add', f'Action {n}', '--duration', str(chance.randrange(1, 7)))
        if n % 3 > 0:
            one.run('raci', 'set', f'A{n}', f'R={PEOPLE[n % 3 - 1]}')
    two.run('plan', 'use', name)
    for _ in range(16):
        before, after = sorted(chance.sample(range(1, ACTIONS + 1), 2))
        one.run('dependency', 'add', '--predecessor', f'A{before}', '--successor', f'A{after}', accepted=(0, 3))
    for r in range(ROUNDS):
        two.run('sync', accepted=(0, 3))
        two.offline = r % 3 == 1  # on a train
        for _ in range(6):
            begun = [(laptop, laptop.begin(*any_edit(chance, person))) for laptop, person in zip(laptops, PEOPLE)]
            for laptop, process in begun:
                status = laptop.end(process, (0, 3, 4, 8))[0]
                asked += 1
                refused += status != 0
        two.offline = False
        two.run('sync', accepted=(0, 3, 4))
        for laptop in laptops:
            settle(laptop, chance)
        links = look(laptops, f'round {r + 1}')
    print(f'seed {SEED}: {asked} edits, {refused} refused at once, {links} dependencies in the end')


main()
