"""What `jalon why VIEW --all --json` says, recomputed: by the definitions of the operations (common/model/explain.h) in exact fractions, from the
fields of records as `jalon plan export` has them, never from what an explanation says that they are. It must be what the view shows.

usage: explain.py view.json why.json export.json [--mutants SEED | --block NAME | --also DAY]
Prints what does not hold; with --mutants each explanation is also spoilt in ways that have to be noticed; with --block only that table is looked at;
with --also the view also tells how things stood on that day."""
import json
import random
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

SCALES = {'money': 2, 'fraction': 6, 'share': 4, 'integer': 0}
LARGE = 400  # nodes of a tree: larger ones are recomputed, and not spoilt
EPOCH = date(1970, 1, 1).toordinal()
# what holds where a field is empty; else 0
DEFAULTS = {'impact': Fraction(5), 'margin': Fraction(1), 'weight': Fraction(1), 'tolerance': Fraction(1, 10), 'share_proven': Fraction(7, 10), 'share_optimisation': Fraction(2, 10),
            'share_innovation': Fraction(1, 10)}


def digits_of(node):
    return 0 if node['kind'] == 'money' and node['unit'] == 'JPY' else SCALES.get(node['kind'], 0)


def half_even(x, digits):
    scaled = x * 10**digits
    return Fraction(round(scaled), 10**digits)


def half_up(x, digits):
    scaled = abs(x) * 10**digits
    n = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(n if x >= 0 else -n, 10**digits)


def largest_remainder(whole, weights, digits):
    units, total = int(whole * 10**digits), sum(weights)
    parts = [w * units / total for w in weights]
    given = [p.numerator // p.denominator for p in parts]
    order = sorted(range(len(parts)), key=lambda i: (given[i] - parts[i], i))
    for i in order[: units - sum(given)]:
        given[i] += 1
    return [Fraction(g, 10**digits) for g in given]


def natural(value, kind):
    """A value of the JSON as a fraction (money in units, dates in days), or as text."""
    if value is None or kind in ('label', 'text', 'time', '', None):
        return value
    if kind == 'date':
        return Fraction(date.fromisoformat(value).toordinal() - EPOCH)
    return value if isinstance(value, bool) else Fraction(Decimal(str(value)))


class Records:
    """The plan's records by id, in the export's raw numbers."""

    def __init__(self, text):
        data = json.loads(text)
        self.by_id = {}
        self.of_type = {}
        self.add('plan', data['plan'])
        for record in data['records']:
            self.add(record['type'], record)
        for name, of_type in data['organisation'].items():
            for record in of_type:
                self.add(name, record)

    def add(self, kind, record):
        self.by_id[record['key']] = record
        self.of_type.setdefault(kind, []).append(record)

    def field(self, node):
        raw = self.by_id[node['id']].get(node['field'])
        kind = node['kind']
        if raw is None or kind not in list(SCALES) + ['date']:
            return raw
        if kind == 'money':
            return Fraction(raw, 10 ** digits_of(node))
        if kind == 'date':
            return Fraction(date.fromisoformat(raw).toordinal() - EPOCH) if isinstance(raw, str) else Fraction(raw)
        return Fraction(Decimal(raw)) if isinstance(raw, str) else Fraction(raw, 10 ** SCALES[kind])

    def words(self, node):
        """What a field in words may be shown as."""
        record, raw = self.by_id[node['id']], self.by_id[node['id']].get(node['field'])
        named = [self.by_id[key] for key in ([raw] if isinstance(raw, str) else raw or []) if key in self.by_id]
        names = [r.get('title', r.get('name', '')) for r in named]
        return [raw, f"{node['ref']} {raw}"] + names if record else []


class Wrong(Exception):
    pass


def must(condition, *said):
    if not condition:
        raise Wrong(' '.join(map(str, said)))


def read_tree(document):
    """Nodes of an explanation with their operands."""
    nodes = []
    for row in [r for b in document['blocks'] if b['name'] == 'explanation' for r in b['rows']]:
        node = dict(row['cells'], id=row.get('id'), ref=row.get('ref'), operands=[])
        node['said'] = natural(node['value'], node['kind'])
        must(node['node'] == len(nodes), 'nodes are numbered in order')
        must((node['of'] is None) == (not nodes), 'one root')
        if nodes:
            must(node['of'] < node['node'], 'an operand stands behind what it is one of')
            nodes[node['of']]['operands'].append(node)
        nodes.append(node)
    must(nodes, 'empty')
    return nodes


def compared(operands, tolerance_one=Fraction(1)):
    value, comparator, target, tolerance = (o['computed'] for o in operands)
    met = {'>': value > target, '>=': value >= target, '<': value < target, '<=': value <= target, '=': value == target}[comparator]
    if met:
        return 'green'
    return 'amber' if abs(value - target) <= abs(target) * tolerance / tolerance_one else 'red'


def leaf(node, records):
    if not node['field']:
        must(node['id'] in records.by_id, 'a record that is not there', node['what'])
        return None
    found = records.field(node)
    if found is None and node['kind'] in SCALES:
        found = DEFAULTS.get(node['field'], Fraction(0))
    if isinstance(found, Fraction) or isinstance(node['said'], Fraction):
        must(found == node['said'], node['ref'], node['field'], 'is', found, 'not', node['said'])
    return found


def evaluate(node, records, days):
    values = [o['computed'] for o in node['operands']]
    marked = [o for o in node['operands'] if o['taken']]
    digits, operation = digits_of(node), node['operation']
    if operation == 'field':
        return leaf(node, records)
    if operation in ('constant', 'undefined', 'rest'):
        return node['said']
    if operation == 'sum':
        return sum(values, Fraction(0))
    if operation == 'difference':
        return values[0] - sum(values[1:])
    if operation == 'product':
        product = Fraction(1)
        for value in values:
            product *= value
        return half_even(product, digits)
    if operation == 'ratio':
        must(len(values) == 2 and values[1] != 0, 'a ratio of two')
        return half_even(values[0] / values[1], digits)
    if operation == 'proportion':
        must(len(values) == 3 and values[2] != 0, 'a rule of three')
        return half_even(values[0] * values[1] / values[2], digits)
    if operation == 'scaled':
        scaled = values[0]
        for operand, value in zip(node['operands'][1:], values[1:]):
            scaled = scaled * value if operand['taken'] else scaled / value
        return half_even(scaled, digits)
    if operation == 'rounded-up':
        return Fraction(-(-values[0] // values[1]))
    if operation == 'net':
        return half_up(values[0] / (1 + values[1]), digits)
    if operation == 'gross':
        return half_up(values[0] * (1 + values[1]), digits)
    if operation == 'vat-share':
        return half_up(values[0] * values[1], digits)
    if operation == 'portion':
        must(len(marked) == 1, 'one part is marked')
        parts = largest_remainder(values[0], values[1:], digits)
        return parts[node['operands'].index(marked[0]) - 1]
    if operation == 'count':
        return Fraction(len(values))
    if operation in ('minimum', 'maximum'):
        return (min if operation == 'minimum' else max)(values)
    if operation == 'choice':
        must(len(marked) == 1, 'one is chosen')
        return marked[0]['computed']
    if operation == 'last':
        must(len(marked) == 1, 'one is the last')
        return last_of(marked[0], records, days)
    if operation == 'compared':
        return compared(node['operands'])
    raise Wrong(f'no arithmetic: {operation}')


def last_of(marked, records, days):
    """The latest record of the same parent until one of the days, whatever the explanation lists; of one day the one recorded last."""
    mine = records.by_id[marked['id']]
    of_kpi = [r for r in records.of_type['measurement'] if r['kpi'] == mine['kpi']]
    all_latest = [max((r['date'] for r in of_kpi if r['date'] <= day), default='') for day in days]
    must(mine['date'] in all_latest, 'a later one:', all_latest)
    latest, same = mine['date'], of_kpi
    return Fraction(Decimal([r for r in same if r['date'] == latest][-1]['value']))


def check(nodes, shown, records, days):
    for node in reversed(nodes):  # operands first
        node['computed'] = evaluate(node, records, days)
        text = node['kind'] in ('label', 'text', 'time', None)
        must(text or node['computed'] == node['said'], node['what'], 'comes to', node['computed'], 'not', node['said'])
    root = nodes[0]
    figure = root['kind'] in list(SCALES) + ['date']
    if figure:
        must(natural(shown, root['kind']) == root['computed'], 'shown is', shown, 'not', root['computed'])
    elif root['operation'] == 'field' and root['field']:
        must(any(word == shown or (word and str(shown).endswith(f' {word}')) for word in records.words(root)), 'shown is', shown, 'not', records.words(root))
    if root['operation'] == 'compared':
        must(root['computed'] == shown, 'the light is', shown, 'and should be', root['computed'])


def shown_cells(view, only):
    """Every cell that has something in it, by the name that an explanation gives it."""
    cells = {}
    for b, block in enumerate(view['blocks']):
        if only and block['name'] != only:
            continue
        count = {'r': 0, 't': 0}
        for row in block['rows']:
            letter = 't' if row.get('style') == 'total' else 'r'
            for c, value in enumerate(row['cells'].values()):
                if value is not None:
                    cells[f'{b}.{letter}{count[letter]}.{c}'] = value
            count[letter] += 1
    return cells


def documents(text):
    decoder, at = json.JSONDecoder(parse_float=Decimal), 0
    while at < len(text):
        document, end = decoder.raw_decode(text, at)
        yield document
        at = end + len(text[end:]) - len(text[end:].lstrip())


def spoilt(document, random_):
    """The explanation with one thing wrong in it."""
    rows = [r for b in document['blocks'] if b['name'] == 'explanation' for r in b['rows']]
    figures = [r for r in rows if r['cells']['kind'] in SCALES]
    way = random_.choice(['operand', 'dropped', 'rounding', 'record'])
    if way == 'operand':  # a leaf says another number
        row = random_.choice([r for r in figures if r['cells']['operation'] == 'field'])
        row['cells']['value'] = Decimal(str(row['cells']['value'])) + 1
    elif way == 'rounding':  # a unit in the last place of what is computed
        row = random_.choice([r for r in figures if r['cells']['operation'] not in ('field', 'constant')])
        row['cells']['value'] = Decimal(str(row['cells']['value'])) + Decimal(1).scaleb(-SCALES[row['cells']['kind']])
    elif way == 'record':  # a leaf names another record of its type, with another value
        row = random_.choice([r for r in figures if r['cells']['operation'] == 'field' and r['cells']['value']])
        row['id'] = random_.choice([r for r in rows if r.get('id') and r['type'] == row['type'] and r['id'] != row['id'] and
                                    r['cells']['field'] == row['cells']['field'] and r['cells']['value'] != row['cells']['value']])['id']
    else:  # an operand that matters is gone
        block = [b for b in document['blocks'] if b['name'] == 'explanation'][0]
        row = random_.choice([r for r in figures if r['cells']['operation'] == 'field' and r['cells']['value'] and
                              rows[r['cells']['of'] or 0]['cells']['operation'] in ('sum', 'difference')])
        at = rows.index(row)
        block['rows'] = rows[:at] + rows[at + 1:]
        for later in block['rows'][at:]:
            later['cells']['node'] -= 1
            if later['cells']['of'] is not None and later['cells']['of'] > at:
                later['cells']['of'] -= 1
    return way


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        view = json.load(file, parse_float=Decimal)
    with open(sys.argv[2], encoding='utf-8') as file:
        text = file.read()
    with open(sys.argv[3], encoding='utf-8') as file:
        records = Records(file.read())
    option, of = (sys.argv[4], sys.argv[5]) if len(sys.argv) > 5 else ('', None)
    days = [view['as_of']] + ([of] if option == '--also' else [])
    cells, seen, figures, caught, survived = shown_cells(view, of if option == '--block' else None), set(), 0, {}, []
    seed = of if option == '--mutants' else None
    bad = []
    for document in documents(text):
        name = document['title']
        try:
            nodes = read_tree(document)
            name = f"{nodes[0]['cell']} ({document['title']})"
            must(nodes[0]['cell'] in cells and nodes[0]['cell'] not in seen, 'no such cell, or told twice')
            seen.add(nodes[0]['cell'])
            figures += nodes[0]['kind'] in SCALES
            must(nodes[0]['kind'] not in SCALES or nodes[0]['operation'] != 'rests-on', 'a figure without arithmetic')
            if nodes[0]['operation'] == 'rests-on':
                continue
            check(nodes, cells[nodes[0]['cell']], records, days)
        except Wrong as wrong:
            bad.append(f'{name}: {wrong}')
        if seed is None or nodes[0]['kind'] not in SCALES or len(nodes) > LARGE:
            continue
        for round_ in range(4):
            copy = json.loads(json.dumps(document, default=float), parse_float=Decimal)
            try:
                way = spoilt(copy, random.Random(f"{seed} {nodes[0]['cell']} {round_}"))
            except IndexError:
                continue  # nothing in it to be spoilt in that way
            try:
                check(read_tree(copy), cells[nodes[0]['cell']], records, days)
                survived.append(f'{name}: {way} was not noticed')
            except (Wrong, IndexError, KeyError, ZeroDivisionError):
                caught[way] = caught.get(way, 0) + 1
    bad += [f'not explained: {name}' for name in sorted(set(cells) - seen)]
    print(f'{view["view"]}: {len(seen)} cells, {figures} figures' + (f', spoilt and noticed: {caught}' if seed else ''))
    for line in (bad + survived)[:30]:
        print(line)
    sys.exit(bool(bad or survived))


main()
