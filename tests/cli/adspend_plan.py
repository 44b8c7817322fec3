"""Weekly spend and revenue by channel over years, as plan import reads it, and what an audit of them must say.

usage: adspend_plan.py robyn|meridian FILE plan       expenses by week and channel; revenue (and conversions) of each week as figures
       adspend_plan.py robyn|meridian FILE audit.json  holds the audit in JSON against the table, year by year and channel by channel; prints what differs
Amounts have many decimals in the tables: each is the difference of two rounded running totals, so that totals are those of the table, to the cent."""
import csv
import json
import sys
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

ROBYN = {'tv_S': 'TV', 'ooh_S': 'Affichage', 'print_S': 'Presse', 'facebook_S': 'Facebook', 'search_S': 'Search'}
MERIDIAN = {f'Channel{i}_spend': f'Canal {i}' for i in range(5)}


def half_even(x):
    return round(Fraction(x))


def cents_of(values, scale=100):
    cents, total, before = [], Fraction(0), 0
    for value in values:
        total += Fraction(Decimal(value)) * scale
        cents.append(half_even(total) - before)
        before += cents[-1]
    return cents


class Table:
    def __init__(self, kind, path):
        with open(path, encoding='utf-8', newline='') as file:
            rows = list(csv.DictReader(file))
        self.days = [date.fromisoformat(r['DATE' if kind == 'robyn' else 'time']) for r in rows]
        self.spend = {name: cents_of([r[column] for r in rows]) for column, name in (ROBYN if kind == 'robyn' else MERIDIAN).items()}
        if kind == 'robyn':
            self.revenue, self.customers = cents_of([r['revenue'] for r in rows]), None
        else:
            self.revenue = cents_of([Decimal(r['conversions']) * Decimal(r['revenue_per_conversion']) for r in rows])
            self.customers = cents_of([r['conversions'] for r in rows], 1)
        self.years = range(self.days[0].year, (self.days[-1] + timedelta(days=6)).year + 1)


def plan(table, kind):
    records = []
    for n, (name, cents) in enumerate(table.spend.items()):
        records.append({'type': 'lever', 'key': f'l{n}', 'name': name, 'channel': name})
        records.append({'type': 'budget_line', 'key': f'b{n}', 'title': name, 'lever': f'l{n}', 'category': 'media', 'planned': 0})
        records += [{'type': 'expense', 'key': f'x{n}.{day}', 'line': f'b{n}', 'title': f'{name} {day}', 'state': 'invoiced', 'date': str(day), 'net': amount, 'vat_rate': 2000}
                    for day, amount in zip(table.days, cents) if amount]
    for i, day in enumerate(table.days):
        figure = {'type': 'figure', 'key': f'f{day}', 'stage': 'clients', 'start': str(day), 'end': str(day + timedelta(days=6)), 'amount': table.revenue[i]}
        records.append({**figure, **({} if table.customers is None else {'count': table.customers[i]})})
    last = table.days[-1] + timedelta(days=6)
    return {'jalon': 1, 'defaults': False, 'organisation': {}, 'records': records,
            'plan': {'name': f'Audit {kind}', 'start': f'{table.years[0]}-01-01', 'end': f'{last.year}-12-31', 'fiscal_year_start': f'{table.years[0]}-01-01', 'fiscal_year_end': f'{table.years[0]}-12-31',
                     'currency': 'EUR', 'language': 'fr', 'status': 'approved'}}


def part(whole, start, until):
    """What of a week's figure lies before a day."""
    days = max(0, min(7, (until - start).days))
    return half_even(Fraction(whole * days, 7))


def within(table, values, year):
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return sum(part(v, day, after) - part(v, day, first) for day, v in zip(table.days, values))


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
            expected[f'L{n + 1} {name}', year] = sum(c for c, day in zip(cents, table.days) if day.year == year)
    for year in table.years:
        expected['total', year] = sum(v for (name, y), v in list(expected.items()) if y == year)
    for key, cents in expected.items():
        found = in_cents(shown.get(key, {}).get('spend'))
        if found != cents:
            yield f'spend of {key}: {found} and not {cents}'
    for year in table.years:
        cells, revenue, spend = shown['total', year], within(table, table.revenue, year), expected['total', year]
        if in_cents(cells['signed']) != revenue:
            yield f"signed in {year}: {cells['signed']} and not {revenue}"
        if table.customers is not None and cells['customers'] != within(table, table.customers, year):
            yield f"customers in {year}: {cells['customers']}"
        roi = half_even(Fraction(revenue - spend, spend) * 10**6)
        if half_even(Fraction(Decimal(str(cells['roi']))) * 10**6) != roi:
            yield f"ROI of {year}: {cells['roi']} and not {roi} millionths"
    total = [cells for level, cells in blocks['results'] if cells['channel'] == 'total'][0]
    for column, cents in (('spend', sum(map(sum, table.spend.values()))), ('signed', sum(table.revenue))):
        if in_cents(total[column]) != cents:
            yield f'{column} in all: {total[column]} and not {cents}'
    for level, cells in blocks['results']:
        print('#', cells['channel'], cells['spend'], cells['signed'])


kind, path, what = sys.argv[1:4]
if what == 'plan':
    json.dump(plan(Table(kind, path), kind), sys.stdout, ensure_ascii=False)
else:
    with open(what, encoding='utf-8') as file:
        bad = list(differences(Table(kind, path), json.load(file, parse_float=Decimal)))
    print('\n'.join(bad))
    sys.exit(bool(bad))
