"""Control totals of the demonstration plan, computed from its file alone, and compared with `jalon --json budget`.

usage: totals.py demonstration.json budget.json
Amounts are cents excl. VAT: planned is the sum of the months of a line, or its own amount; committed is the open part of
its orders; actual its invoices; remaining what is left."""
import json
import sys
from decimal import Decimal

from document import Document

KEYS = ('planned', 'committed', 'actual', 'remaining')


def control_lines(records):
    lines = [dict(r) for r in records if r['type'] == 'budget_line']
    expenses = [r for r in records if r['type'] == 'expense']
    for line in lines:
        months = [r['planned'] for r in records if r['type'] == 'budget_month' and r['line'] == line['key']]
        line['planned'] = sum(months) if months else line.get('planned', 0)
        own = [e for e in expenses if e['line'] == line['key']]
        line['actual'] = sum(e['net'] for e in own if e['state'] == 'invoiced')
        line['committed'] = 0
        for order in (e for e in own if e['state'] == 'ordered'):
            settled = sum(e['net'] for e in expenses if 'key' in order and e.get('settles') == order['key'])
            line['committed'] += max(0, order['net'] - settled)
        line['remaining'] = line['planned'] - line['committed'] - line['actual']
    return lines


def add(lines):
    return {k: sum(line[k] for line in lines) for k in KEYS}


def shown(row):
    return {k: int(Decimal(str(row['cells'][k])) * 100) for k in KEYS}


def total_row(document, block):
    return next(r for r in document.rows(block) if r.get('style') == 'total')


def compare(name, row, expected, failures):
    seen = shown(row)
    print(f'{name}: {expected}')
    if seen != expected:
        failures.append(f'{name}: shown {seen}, control {expected}')


def main(plan_file, budget_file):
    with open(plan_file, encoding='utf-8') as f:
        records = json.load(f)['records']
    with open(budget_file, encoding='utf-8') as f:
        document = Document(f.read())
    lines, failures = control_lines(records), []
    for number, line in enumerate(lines, 1):
        row = document.row('levers', f'B{number}')
        if line['title'] not in row['cells']['line']:
            failures.append(f"B{number} is {row['cells']['line']}, control {line['title']}")
        compare(f'B{number}', row, add([line]), failures)
    for block in ('levers', 'categories', 'buckets'):
        compare(f'total of {block}', total_row(document, block), add(lines), failures)
    for category in ('tools', 'people', 'media', 'other'):
        compare(category, document.find('categories', 'category', category), add([x for x in lines if x['category'] == category]), failures)
    levers = {r['key']: r['name'] for r in records if r['type'] == 'lever'}
    for key, name in levers.items():
        own = [x for x in lines if x.get('lever') == key]
        if own:
            row = next(r for r in document.rows('levers') if r.get('type') == 'lever' and name in r['cells']['line'])
            compare(f'lever {name}', row, add(own), failures)
    total = add(lines)
    for bucket, rule in (('70', 0.7), ('20', 0.2), ('10', 0.1)):
        own = add([x for x in lines if x['bucket'] == bucket])
        row = document.find('buckets', 'bucket', bucket)
        compare(f'bucket {bucket}', row, own, failures)
        for column, key in (('share_planned', 'planned'), ('share_actual', 'actual')):
            expected = own[key] / total[key]
            if abs(float(row['cells'][column]) - expected) > 0.00011:
                failures.append(f"bucket {bucket} {column}: shown {row['cells'][column]}, control {expected:.4f}")
        if abs(float(row['cells']['rule']) - rule) > 1e-9:
            failures.append(f"bucket {bucket}: rule {row['cells']['rule']}")
    for column in ('share_planned', 'share_actual'):
        whole = sum(Decimal(str(r['cells'][column])) for r in document.rows('buckets') if r.get('style') != 'total')
        if whole != 1:
            failures.append(f'{column} adds up to {whole}')
    ids = {r['id'] for block in document.data['blocks'] for r in block['rows'] if 'id' in r}
    for row in document.rows('levers'):
        if row.get('type') == 'budget_line' and not all(row.get('sources', {}).get(k) for k in ('planned', 'remaining')):
            failures.append(f"{row['ref']}: a figure without its sources")
        if row.get('style') in ('total', 'heading') and not set(row['sources']['planned']) <= ids:
            failures.append('a source of a total is not in the view')
    print('\n'.join(failures) if failures else 'all equal')
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:]))
