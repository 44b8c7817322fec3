"""Does the log say what was asked? Each group against the changes of its revision."""
from group import CREATE, DELETE, RESTORE, UPDATE
from problems import WRONG
from schema import BY_SERVER, COUNTERS, GIVEN_BY, NATURAL, RANK_BYTES, RANKS, SETS, TEXTS
from wire import content, elements, number, slices


def field_effect(kind, edit, before, after):
    """What is wrong with before -> after as the effect of one field edit; None: nothing."""
    where = (kind, edit.field)
    if where in SETS:
        had, has = set(elements(before)), set(elements(after))
        wanted = (had | set(elements(edit.add))) - set(elements(edit.remove))
        return None if has == wanted else "a set is not what was added and removed"
    if where in COUNTERS:
        low, high = COUNTERS[where]
        total = number(after, 0)
        return None if total - number(before, 0) == edit.count and low <= total <= high else "a counter is not the sum, or out of bounds"
    if before == edit.seen:
        return None if after == edit.next else "a field is not what was asked for"
    if where in TEXTS:
        return None  # merged with what its author had not seen
    return "a field was overwritten that its author had not seen"


def rank_of(space, identity, field):
    record = space.live(identity) if identity else None
    return content(record.fields.get(field)) if record else None


def place_wrong(space, record, edit):
    """Neighbours count as they stand after the revision; one that is gone says nothing."""
    own = content(record.fields.get(edit.field))
    if own is None or len(own) > RANK_BYTES:
        return "a place without a key, or with one too long"
    after, before = rank_of(space, edit.after, edit.field), rank_of(space, edit.before, edit.field)
    if after is not None and edit.before is None and not after < own or before is not None and edit.after is None and not own < before:
        return "a record is not where it was put in its list"
    return None


def check_edit(problems, space, revision, edit, change):
    record = change.record
    if edit.verb == CREATE:
        wanted = slices(edit.record)
        if not change.came and edit.type in NATURAL:
            return  # someone made the same one first: merged
        for field in wanted:
            if record.fields.get(field) != wanted[field]:
                problems.add(WRONG, "r%d: field %d of a new record is not what was asked for" % (revision, field))
        for field in record.fields:
            if field not in wanted and (record.type, field) not in BY_SERVER:
                problems.add(WRONG, "r%d: a new record has field %d, which nobody gave" % (revision, field))
        return
    if change.verb != edit.verb:
        problems.add(WRONG, "r%d: verb %d was asked for, the log has %d" % (revision, edit.verb, change.verb))
    effects = {field: (before, after) for field, before, after in change.fields}
    for field in edit.fields:
        if (record.type, field.field) in RANKS:
            wrong = place_wrong(space, record, field)
            if wrong:
                problems.add(WRONG, "r%d: %s (type %d number %d)" % (revision, wrong, record.type, record.number))
            continue
        if field.field not in effects:
            effects[field.field] = (record.fields.get(field.field, b""),) * 2
            if (record.type, field.field) not in SETS and (record.type, field.field) not in TEXTS and effects[field.field][0] == field.next:
                continue  # both wanted it
        wrong = field_effect(record.type, field, *effects[field.field])
        if wrong:
            problems.add(WRONG, "r%d: %s (type %d field %d)" % (revision, wrong, record.type, field.field))
    named = {field.field for field in edit.fields}
    for field in effects:
        if field not in named and (record.type, field) != GIVEN_BY:
            problems.add(WRONG, "r%d changes field %d, which nobody asked for" % (revision, field))


def check_group(problems, space, revision, group, changes):
    edits = {edit.id: edit for edit in group.edits}
    for change in changes:
        edit = edits.pop(change.id, None)
        if edit is None and all((change.record.type, field) in RANKS for field, _, _ in change.fields):
            continue  # neighbours got new keys
        if edit is None:
            problems.add(WRONG, "r%d changes a record that its group does not name" % revision)
        else:
            check_edit(problems, space, revision, edit, change)
    return list(edits.values())  # those without effect


def without_effect(space, edit):
    """Was there really nothing to do?"""
    record = space.records.get(edit.id)
    if record is None:
        return False
    if edit.verb == DELETE:
        return record.deleted != 0
    if edit.verb == RESTORE:
        return record.deleted == 0
    if edit.verb == CREATE:
        return edit.type in NATURAL and all(record.fields.get(f) == s for f, s in slices(edit.record).items())
    for field in edit.fields if edit.verb == UPDATE else ():
        now = record.fields.get(field.field, b"")
        if (record.type, field.field) in RANKS:
            if place_wrong(space, record, field):
                return False
        elif (record.type, field.field) in SETS:
            have = set(elements(now))
            if not set(elements(field.add)) <= have or set(elements(field.remove)) & have:
                return False
        elif (record.type, field.field) in TEXTS:
            continue  # the other's text may hold this one's words
        elif now != field.next:
            return False
    return True


def check_guards(problems, space, revision, group):
    """Before the revision is folded."""
    for identity, field, expected in group.guards:
        record = space.live(identity)
        if record is None or record.fields.get(field, b"") != expected:
            problems.add(WRONG, "r%d was accepted although its guard had changed" % revision)
