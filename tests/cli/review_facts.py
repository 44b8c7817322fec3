"""What a review freezes and an audit shows of a period, worked out from the plan's own records by this program alone.

usage: review_facts.py plan SEED                                   a plan of 2026 with invoices, orders, credits and figures of all lengths, as plan import reads it
       review_facts.py many                                        a plan of more lines and campaigns than one review keeps one by one
       review_facts.py check export.json FACTS audit.json FIRST LAST   FACTS: tests/cli/review_records.py's rows of a review of these days; prints what differs
A figure that reaches beyond the period has a part in it by days, each end rounded half to even; spend is what was invoiced on the days, excl. VAT that is
recovered."""
import json
import random
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

STAGES = {'leads': 'leads', 'MQL': 'qualified', 'opportunities': 'opportunities', 'customers': 'customers'}
AMOUNTS = {'opportunities': 'potential', 'customers': 'signed'}
BUDGET, PIPELINE = 3, 5  # sections, proto/options.proto
CHANNEL, CAMPAIGN, LINE = 1, 2, 3  # kinds of facts, proto/review.proto


def plan(seed):
    r, records = random.Random(seed), []

    def add(kind, **fields):
        records.append({'type': kind, 'key': f'{kind}{len(records)}', **{k: v for k, v in fields.items() if v is not None}})
        return records[-1]['key']

    objective = add('objective', title='Plus de clients', metric='clients', baseline='80', target='120', unit='clients', due='2026-12-31')
    levers = [add('lever', name=f'Canal {i}', objectives=[objective]) for i in range(6)]
    actions = [add('action', title=f'Campagne {i}', lever=r.choice(levers), start='2026-02-01', due=f'2026-{r.randint(3, 12):02d}-20') for i in range(8)]
    for i in range(14):
        of_action = r.random() < 0.4
        monthly = r.random() < 0.5
        line = add('budget_line', title=f'Ligne {i}', lever=None if of_action or r.random() < 0.1 else r.choice(levers), action=r.choice(actions) if of_action else None,
                   category=r.choice(['tools', 'media', 'other']), bucket=r.choice(['70', '20', '10', None]), planned=None if monthly else r.randint(0, 4000000))
        for month in r.sample(range(1, 13), 5) if monthly else []:
            add('budget_month', line=line, month=f'2026-{month:02d}-01', planned=r.randint(1, 900000))
        for n in range(r.randint(0, 6)):
            is_order = r.random() < 0.25
            day = date(2026, r.randint(1, 12), r.choice([1, 28, 15])).isoformat() if r.random() < 0.8 else r.choice(['2026-06-30', '2026-07-01', '2026-09-30', '2026-10-01'])
            add('expense', line=line, title=f'Facture {n}', state='ordered' if is_order else 'invoiced', date=day,
                net=r.randint(-50000, -1) if not is_order and r.random() < 0.1 else r.randint(1, 500000), vat_rate=r.choice([0, 550, 2000]))
    spans = [('2026-07-01', '2026-07-31'), ('2026-08-01', '2026-08-31'), ('2026-09-01', '2026-09-30'), ('2026-06-15', '2026-07-14'), ('2026-09-21', '2026-11-20'), ('2026-01-01', '2026-06-30')]
    for place in [(lever, None) for lever in levers[:5]] + [(None, action) for action in actions[:4]] + [(None, None)]:
        for first, last in spans:
            for stage in r.sample(list(STAGES), r.randint(1, 4)):
                add('figure', stage=stage, start=first, end=last, lever=place[0], action=place[1], count=r.randint(0, 90), amount=r.randint(0, 9000000) if stage in AMOUNTS else None)
    return {'jalon': 1, 'defaults': False, 'organisation': {},
            'plan': {'name': 'Faits', 'start': '2026-01-01', 'end': '2026-12-31', 'currency': 'EUR', 'language': 'fr', 'status': 'approved'}, 'records': records}


def many():
    records = [{'type': 'objective', 'key': 'o', 'title': 'Plus de clients', 'metric': 'clients', 'baseline': '80', 'target': '120', 'unit': 'clients', 'due': '2026-12-31'}]
    for i in range(60):
        records.append({'type': 'lever', 'key': f'l{i}', 'name': f'Canal {i} ' + 'x' * 100, 'objectives': ['o']})
    for i in range(450):
        records.append({'type': 'action', 'key': f'a{i}', 'title': f'Campagne {i} ' + 'y' * 100, 'lever': f'l{i % 60}', 'start': '2026-07-01', 'due': '2026-08-31'})
        records.append({'type': 'figure', 'key': f'f{i}', 'stage': 'MQL', 'start': '2026-07-01', 'end': '2026-07-31', 'lever': f'l{i % 60}', 'action': f'a{i}', 'count': 450 - i})
    for i in range(620):
        records.append({'type': 'budget_line', 'key': f'b{i}', 'title': f'Ligne {i} ' + 'z' * 100, 'lever': f'l{i % 60}', 'action': f'a{i}' if i < 450 else None, 'category': 'media',
                        'bucket': ['70', '70', '20', '10'][i % 4], 'planned': 100000 + 1000 * (i * 7919 % 620)})
        records[-1] = {k: v for k, v in records[-1].items() if v is not None}
        if i < 450:
            records.append({'type': 'expense', 'key': f'x{i}', 'line': f'b{i}', 'title': f'Facture {i}', 'state': 'invoiced', 'date': '2026-07-15', 'net': 10000 + i, 'vat_rate': 2000})
    return {'jalon': 1, 'defaults': False, 'organisation': {},
            'plan': {'name': 'Grand plan', 'start': '2026-01-01', 'end': '2026-12-31', 'currency': 'EUR', 'language': 'fr', 'status': 'approved'}, 'records': records}


def before(whole, start, days, day):
    return 0 if day <= start else whole if day >= start + days else round(Fraction(whole * (day - start), days))


class Plan:
    def __init__(self, path, first, last):
        with open(path, encoding='utf-8') as file:
            self.of = {}
            for record in json.load(file)['records']:
                self.of.setdefault(record['type'], {})[record['key']] = record
        self.first, self.last = first, last

    def lever_of(self, record):
        return record.get('lever') or self.of['action'].get(record.get('action'), {}).get('lever')

    def within(self, figure, field):
        start, end = (date.fromisoformat(figure[f]).toordinal() for f in ('start', 'end'))
        ends = [before(figure[field], start, end - start + 1, day) for day in (date.fromisoformat(self.first).toordinal(), date.fromisoformat(self.last).toordinal() + 1)]
        return ends[1] - ends[0]

    def touches(self, figure):
        return figure['start'] <= self.last and figure['end'] >= self.first

    def results(self, belongs):
        """By name of the fact; what nobody has told is not in it."""
        found = {}
        for f in self.of['figure'].values():
            if not belongs(f) or not self.touches(f):
                continue
            for field, name in (('count', STAGES[f['stage']]), ('amount', AMOUNTS.get(f['stage']))):
                if name is not None and f.get(field) is not None:
                    found[name] = found.get(name, 0) + self.within(f, field)
        return found

    def spend(self, belongs):
        """Cents, or None where no invoice is of these days."""
        lines = {key for key, line in self.of['budget_line'].items() if belongs(line)}
        amounts = [x['net'] for x in self.of['expense'].values() if x['line'] in lines and x['state'] == 'invoiced' and self.first <= x['date'] <= self.last]
        return sum(amounts) if amounts else None

    def line(self, key):
        months = [m['planned'] for m in self.of.get('budget_month', {}).values() if m['line'] == key]
        spent = [x for x in self.of['expense'].values() if x['line'] == key]
        return {'planned': sum(months) if months else self.of['budget_line'][key].get('planned', 0), 'committed': sum(x['net'] for x in spent if x['state'] == 'ordered'),
                'actual': sum(x['net'] for x in spent if x['state'] == 'invoiced')}


def facts_of(path):
    """(kind, section, subject): the fact."""
    found = {}
    with open(path, encoding='utf-8') as file:
        for row in file:
            table, record = row.rstrip('\n').split('\t', 1)
            if table == 'review_fact':
                fact = json.loads(record)
                found[fact['kind'], fact['section'], fact['subject']] = fact
    return found


def values(fact, names):
    return {name: fact[name] for name in names if fact.get(name) is not None}


RESULTS = [*STAGES.values(), *AMOUNTS.values()]


def differences(plan_, facts, audit):
    shown = {row['id']: row['cells'] for block in audit['blocks'] if block['name'] == 'results' for row in block['rows'] if row.get('level', 0) == 0 and row.get('id')}
    for key, lever in plan_.of['lever'].items():
        results, spend = plan_.results(lambda f: plan_.lever_of(f) == key), plan_.spend(lambda line: plan_.lever_of(line) == key)
        budget, pipeline = facts.get((CHANNEL, BUDGET, key), {}), facts.get((CHANNEL, PIPELINE, key), {})
        yield lever['name'], 'spend of the review', budget.get('spend'), spend or 0
        yield lever['name'], 'results of the review', values(pipeline, RESULTS), results
        yield lever['name'], 'in its own section', (values(budget, RESULTS), pipeline.get('spend')), ({}, None)
        cells = shown.get(key, {})
        yield lever['name'], 'spend of the audit', cells.get('spend'), None if spend is None else Decimal(spend) / 100
        for name in RESULTS:
            scale = 100 if name in AMOUNTS.values() else 1
            value = cells.get('mql' if name == 'qualified' else name)
            yield lever['name'], f'{name} of the audit', value, None if name not in results else Decimal(results[name]) / scale
    for key, action in plan_.of['action'].items():
        results, spend = plan_.results(lambda f: f.get('action') == key), plan_.spend(lambda line: line.get('action') == key)
        yield action['title'], 'spend', facts.get((CAMPAIGN, BUDGET, key), {}).get('spend'), spend
        yield action['title'], 'results', values(facts.get((CAMPAIGN, PIPELINE, key), {}), RESULTS), results
    for key, line in plan_.of['budget_line'].items():
        yield line['title'], 'amounts', values(facts.get((LINE, BUDGET, key), {}), ['planned', 'committed', 'actual']), plan_.line(key)


if sys.argv[1] in ('plan', 'many'):
    json.dump(many() if sys.argv[1] == 'many' else plan(sys.argv[2]), sys.stdout, ensure_ascii=False)
else:
    with open(sys.argv[4], encoding='utf-8') as file:
        shown_audit = json.load(file, parse_float=Decimal)
    compared, bad = 0, 0
    for who, what, found, expected in differences(Plan(sys.argv[2], *sys.argv[5:7]), facts_of(sys.argv[3]), shown_audit):
        compared += 1
        if found != expected:
            bad += 1
            print(f'{who}: {what}: {found} and not {expected}')
    print(f'{compared} compared')
    sys.exit(bool(bad) or compared < 80)
