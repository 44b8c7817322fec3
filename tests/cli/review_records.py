"""The plan as `jalon plan export` has it, with its reviews as they stand in the database beside it: what tests/cli/explain.py recomputes a review from.

usage: review_records.py export.json < rows     each row: TABLE, a tab, the record as to_jsonb gives it"""
import json
import re
import sys

WORDS = {  # proto/review.proto, proto/budget.proto
    ('review', 'kind'): ['', 'quarterly', 'weekly', 'other'],
    ('review', 'state'): ['', 'open', 'closed', 'discarded'],
    ('review_decision', 'verdict'): ['', 'accepted', 'refused'],
    ('review_fact', 'bucket'): ['', '70', '20', '10'],
}


def plain(table, column, value):
    if (table, column) in WORDS:
        return WORDS[table, column][value]
    if isinstance(value, str) and re.fullmatch(r'\\x[0-9a-f]{32}', value):  # an id
        h = value[2:]
        return f'{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}'
    if isinstance(value, str) and re.match(r'\d{4}-\d\d-\d\dT', value):
        return re.sub(r'(\.\d+)?\+00:00$', lambda m: (m.group(1) or '.').ljust(7, '0') + 'Z', value)
    return value


with open(sys.argv[1], encoding='utf-8') as file:
    data = json.load(file)
for line in sys.stdin:
    table, record = line.rstrip('\n').split('\t', 1)
    cells = {column: plain(table, column, value) for column, value in json.loads(record).items() if value is not None}
    data['records'].append(dict(cells, type=table, key=cells['id']))
json.dump(data, sys.stdout, ensure_ascii=False)
