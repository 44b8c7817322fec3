"""What an audit of years of weekly spend by channel must say, worked out from the table itself.

usage: adspend_years.py robyn|meridian FILE channels     the channels, a line each, in the order of their levers
       adspend_years.py robyn|meridian FILE audit.json   holds the audit in JSON against the table, year by year and channel by channel; prints what differs
       adspend_years.py robyn|meridian FILE review.json FIRST LAST  holds a review of these years in JSON against the table
A week's spend counts on its last day, its revenue by its days. Amounts have many decimals in the tables: each is the difference of two rounded running
totals, so that totals are those of the table, to the cent."""
import csv
import json
import sys
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

CHANNELS = {'robyn': [(f'{name}_S', name) for name in ('tv', 'ooh', 'print', 'facebook', 'search')], 'meridian': [(f'Channel{i}_spend', f'Channel{i}') for i in range(5)]}


def half_even(x):
    return round(Fraction(x))


def cents_of(values):
    cents, total, before = [], Fraction(0), 0
    for value in values:
        total += Fraction(Decimal(value)) * 100
        cents.append(half_even(total) - before)
        before += cents[-1]
    return cents


class Table:
    def __init__(self, kind, path):
        with open(path, encoding='utf-8', newline='') as file:
            rows = list(csv.DictReader(file))
        self.starts = [date.fromisoformat(r['DATE' if kind == 'robyn' else 'time']) for r in rows]
        self.ends = [day + timedelta(days=6) for day in self.starts]
        self.spend = {name: cents_of([r[column] for r in rows]) for column, name in CHANNELS[kind]}
        self.revenue = cents_of([r['revenue'] for r in rows]) if kind == 'robyn' else None  # Meridian's table has it in two columns
        self.years = range(self.ends[0].year, self.ends[-1].year + 1)


def part(whole, start, until):
    """What of a week's figure lies before a day."""
    days = max(0, min(7, (until - start).days))
    return half_even(Fraction(whole * days, 7))


def within(table, year):
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return sum(part(v, day, after) - part(v, day, first) for day, v in zip(table.starts, table.revenue))


def in_cents(value):
    return 0 if value is None else half_even(Fraction(Decimal(str(value))) * 100)


def differences(table, document):
    blocks = {b['name']: [(r.get('level', 0), r['cells']) for r in b['rows']] for b in document['blocks']}
    shown, place = {}, None
    for level, cells in blocks['years']:
        if level == 0:
            place = cells['year']
        else:
            shown[place, int(cells['year'])] = cells
    expected = {}
    for n, (name, cents) in enumerate(table.spend.items()):
        for year in table.years:
            expected[f'L{n + 1} {name}', year] = sum(c for c, day in zip(cents, table.ends) if day.year == year)
    for year in table.years:
        expected['total', year] = sum(v for (name, y), v in list(expected.items()) if y == year)
    for key, cents in expected.items():
        found = in_cents(shown.get(key, {}).get('spend'))
        if found != cents:
            yield f'spend of {key}: {found} and not {cents}'
    for year in table.years if table.revenue else []:
        cells, revenue, spend = shown['total', year], within(table, year), expected['total', year]
        if in_cents(cells['signed']) != revenue:
            yield f"signed in {year}: {cells['signed']} and not {revenue}"
        roi = half_even(Fraction(revenue - spend, spend) * 10**6)
        if half_even(Fraction(Decimal(str(cells['roi']))) * 10**6) != roi:
            yield f"ROI of {year}: {cells['roi']} and not {roi} millionths"
    totals = {cells['channel']: cells for level, cells in blocks['results'] if level == 0}
    for n, (name, cents) in enumerate(table.spend.items()):
        if in_cents(totals[f'L{n + 1} {name}']['spend']) != sum(cents):
            yield f"spend of {name} in all: {totals[f'L{n + 1} {name}']['spend']}"
        print('#', name, totals[f'L{n + 1} {name}']['spend'])
    if in_cents(totals['total']['spend']) != sum(map(sum, table.spend.values())):
        yield f"spend in all: {totals['total']['spend']}"
    print('# revenue', totals['total']['signed'])


def of_years(table, first, last, document):
    """A review of whole years: what each channel cost; revenue is of the plan, of no channel."""
    rows = {row['cells']['what']: row['cells'] for block in document['blocks'] if block['name'] == 'channels' for row in block['rows']}
    total = 0
    for n, (name, cents) in enumerate(table.spend.items()):
        expected = sum(c for c, day in zip(cents, table.ends) if first <= day.year <= last)
        total += expected
        found = in_cents(rows[f'L{n + 1} {name}']['spend'])
        if found != expected:
            yield f'spend of {name}: {found} and not {expected}'
    if in_cents(rows['total']['spend']) != total or total == 0:
        yield f"spend in all: {rows['total']['spend']} and not {total} cents"


kind, path, what = sys.argv[1:4]
if what == 'channels':
    print('\n'.join(name for column, name in CHANNELS[kind]))
else:
    with open(what, encoding='utf-8') as file:
        document = json.load(file, parse_float=Decimal)
    bad = list(of_years(Table(kind, path), int(sys.argv[4]), int(sys.argv[5]), document) if len(sys.argv) > 4 else differences(Table(kind, path), document))
    print('\n'.join(bad))
    sys.exit(bool(bad))
