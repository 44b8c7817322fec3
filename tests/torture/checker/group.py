"""A group as its client packed it."""
from wire import fields

CREATE, UPDATE, DELETE, RESTORE = 1, 2, 3, 4


class FieldEdit:
    __slots__ = ("field", "seen", "next", "add", "remove", "count", "has_next", "after", "before")

    def __init__(self, data):
        self.seen = self.next = self.add = self.remove = b""
        self.count = None
        self.has_next = False
        self.after = self.before = None
        for number, value in fields(data):
            if number == 1:
                self.field = value
            elif number == 2:
                self.seen = value
            elif number == 3:
                self.next, self.has_next = value, True
            elif number == 4:
                self.add = value
            elif number == 5:
                self.remove = value
            elif number == 6:
                self.count = (value >> 1) ^ -(value & 1)
            elif number == 9:
                self.after = value
            elif number == 10:
                self.before = value


class Edit:
    __slots__ = ("verb", "type", "id", "record", "fields")

    def __init__(self, data):
        self.record = b""
        self.fields = []
        for number, value in fields(data):
            if number == 1:
                self.verb = value
            elif number == 2:
                self.type = value
            elif number == 3:
                self.id = value
            elif number == 4:
                self.record = value
            elif number == 5:
                self.fields.append(FieldEdit(value))


class Group:
    __slots__ = ("replica", "seq", "id", "depends_on", "guards", "edits")

    def __init__(self, data):
        self.depends_on = 0
        self.guards, self.edits = [], []
        for number, value in fields(data):
            if number == 1:
                self.replica = value
            elif number == 3:
                self.seq = value
            elif number == 4:
                self.id = value
            elif number == 6:
                self.depends_on = value
            elif number == 7:
                guard = dict(fields(value))
                self.guards.append((guard[1], guard[2], guard.get(3, b"")))
            elif number == 8:
                self.edits.append(Edit(value))
