"""What must hold after every revision, looked at where the revision touched something."""
from problems import WRONG
from schema import ACTION, EXPENSE, LINE, MONTH, OBJECTIVE, PLAN, RACI, REFERENCES, REQUIRED
from wire import content, number, plain

A, R = 2, 1
BLOCKED, DROPPED, STARTED = 4, 6, (3, 4, 5)
ORDERED, INVOICED = 1, 2
REFUSE = 2


class Rules:
    def __init__(self, space, problems):
        self.space, self.problems = space, problems
        self.plan = None

    def broken(self, text, record):
        self.problems.add(WRONG, "r%d: %s (type %d number %d)" % (self.space.revision, text, record.type, record.number))

    def check(self, changes):
        staffed, lines = set(), set()
        for change in changes:
            record = change.record
            if record.type == PLAN:
                self.plan = record
            if record.type == RACI:
                staffed.add(content(record.fields[1]))
            if self.space.live(change.id) is None:
                continue
            self.complete(change)
            if record.type == ACTION:
                self.action(record)
                staffed.add(change.id)
            elif record.type == OBJECTIVE:
                self.tree(change)
            elif record.type in (LINE, MONTH):
                lines.add(change.id if record.type == LINE else content(record.fields[1]))
            elif record.type == EXPENSE:
                self.expense(change)
        for target in staffed:
            self.letters(target)
        for line in lines:
            self.line(line)

    def complete(self, change):
        record = change.record
        for field in REQUIRED.get(record.type, ()):
            if field not in record.fields:
                self.broken("required field %d is missing" % field, record)
        references = REFERENCES.get(record.type, {})
        for field, _, after in change.fields:
            if field in references and after:
                target = self.space.live(content(after))
                if target is None or (references[field] and target.type not in references[field]):
                    self.broken("field %d names a record that is not there" % field, record)

    def action(self, record):
        start, due, status = number(record.fields.get(9)), number(record.fields.get(10)), plain(record.fields.get(4), 1)
        if start is not None and due is not None and start > due:
            self.broken("due before it starts", record)
        if status == BLOCKED and not (content(record.fields.get(15)) or b"").strip() or status == DROPPED and not (content(record.fields.get(20)) or b"").strip():
            self.broken("status without its reason", record)
        done = number(record.fields.get(17), 0)
        if not 0 <= done <= 1000000:
            self.broken("counter out of bounds", record)

    def letters(self, target):
        record = self.space.live(target)
        if record is None:
            return
        held = [plain(self.space.records[i].fields.get(2)) for i in self.space.refer(target, RACI, 1)]
        accountable, responsible = held.count(A), held.count(R)
        if accountable > 1:
            self.broken("%d accountable" % accountable, record)
        if responsible > 1 and self.plan and plain(self.plan.fields.get(10)):
            self.broken("%d responsible where the plan wants one" % responsible, record)
        if record.type == ACTION and plain(record.fields.get(4), 1) in STARTED and (accountable != 1 or responsible == 0):
            self.broken("started with %d accountable and %d responsible" % (accountable, responsible), record)

    def tree(self, change):
        at, seen = change.id, set()
        while at is not None:
            if at in seen:
                self.broken("serves itself", change.record)
                return
            seen.add(at)
            record = self.space.records.get(at)
            at = content(record.fields.get(2)) if record else None

    def line(self, identity):
        record = self.space.live(identity)
        if record is None:
            return
        months = self.space.refer(identity, MONTH, 1)
        if months and 7 in record.fields:
            self.broken("planned as a whole and by month", record)
        if number(record.fields.get(7), 0) < 0:
            self.broken("planned below zero", record)
        first, last = number(self.plan.fields.get(3)), number(self.plan.fields.get(4))
        for month in months:
            day = number(self.space.records[month].fields.get(2))
            if day not in FIRSTS or not first <= day <= last:
                self.broken("a month that is none of the plan", record)

    # The load gives amounts excl. VAT, on lines that count so.
    def open_amount(self, identity):
        order = self.space.records[identity]
        settled = sum(number(self.space.records[i].fields.get(6), 0) for i in self.space.refer(identity, EXPENSE, 11) if plain(self.space.records[i].fields.get(3)) == INVOICED)
        return max(0, number(order.fields.get(6), 0) - settled)

    def remaining(self, line):
        months = self.space.refer(line, MONTH, 1)
        planned = sum(number(self.space.records[m].fields.get(3), 0) for m in months) if months else number(self.space.records[line].fields.get(7), 0)
        for identity in self.space.refer(line, EXPENSE, 1):
            expense = self.space.records[identity]
            planned -= self.open_amount(identity) if plain(expense.fields.get(3)) == ORDERED else number(expense.fields.get(6), 0)
        return planned

    def expense(self, change):
        record = change.record
        if 6 not in record.fields and 8 not in record.fields:
            self.broken("an expense without an amount", record)
        settles = content(record.fields.get(11))
        order = self.space.live(settles) if settles else None
        if order is not None and (plain(order.fields.get(3)) != ORDERED or order.fields.get(1) != record.fields.get(1) or plain(record.fields.get(3)) != INVOICED):
            self.broken("settles what is no order of its line", record)
        if plain(record.fields.get(3)) != ORDERED:
            return
        for identity in self.space.refer(change.id, EXPENSE, 11):
            if self.space.records[identity].fields.get(1) != record.fields.get(1):
                self.broken("settled by an invoice of another line", record)
        if self.plan and plain(self.plan.fields.get(11)) == REFUSE and grows(change) and self.remaining(content(record.fields[1])) < 0:
            self.broken("ordered above what remained", record)


def grows(change):
    """A commitment that came, or that this revision made larger or moved."""
    before = {field: old for field, old, _ in change.fields}
    after = {field: new for field, _, new in change.fields}
    return change.came or 1 in after or 3 in after or number(before.get(6), 0) < number(after.get(6), 0)


def first_days():
    import datetime
    epoch = datetime.date(1970, 1, 1)
    return {(datetime.date(year, month, 1) - epoch).days for year in range(2025, 2028) for month in range(1, 13)}


FIRSTS = first_days()
