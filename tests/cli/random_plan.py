"""A plan with random money, objectives and KPIs, as plan import reads it: random_plan.py SEED. Amounts with and without VAT, months that no
rate divides, orders with several invoices, credits, periods with targets of their own, measurements of one day."""
import json
import random
import sys

r = random.Random(sys.argv[1])
records = []


def add(kind, **fields):
    key = f'{kind}{len(records)}'
    records.append({'type': kind, 'key': key, **{name: value for name, value in fields.items() if value is not None}})
    return key


def maybe(value, chance=0.5):
    return value if r.random() < chance else None


def decimal(low, high):
    return str(round(r.uniform(low, high), r.randint(0, 4)))


objectives = []
for i in range(6):
    start = maybe(decimal(-50, 500))
    target = decimal(500, 900) if r.random() < 0.7 else decimal(-900, -500)
    objectives.append(add('objective', title=f'Objective {i}', baseline=start, target=target, current=maybe(decimal(-1000, 1000), 0.8), unit=maybe('leads')))
for i in range(12):
    add('key_result', objective=r.choice(objectives[:3]), title=f'Result {i}', start=decimal(0, 50), target=decimal(50, 90), current=maybe(decimal(-20, 120), 0.7),
        weight=maybe(r.randint(1, 9)))
levers = [add('lever', name=f'Lever {i}', objectives=[r.choice(objectives)]) for i in range(5)]
actions = [add('action', title=f'Action {i}', lever=maybe(r.choice(levers), 0.7)) for i in range(8)]
for i in range(10):
    higher = r.random() < 0.5
    target = maybe(decimal(1, 100), 0.8)
    kpi = add('kpi', name=f'Figure {i}', unit=r.choice(['percent', 'leads', 'EUR']), direction='up' if higher else 'down', target=target,
              comparator=None if target is None else r.choice(['>', '>=', '='] if higher else ['<', '<=', '=']), tolerance=maybe(r.randint(0, 3000)))
    days = [r.randint(-90, 5) for _ in range(r.randint(0, 6))]
    for day in days + days[:1]:
        add('measurement', kpi=kpi, date=f'{day:+}d', value=decimal(0, 120), source='hand')
    for days in r.sample(range(-60, 90), r.randint(0, 2)) if target is not None else []:
        add('kpi_target', kpi=kpi, due=f'{days:+}d', target=decimal(1, 100))
for currency in ['USD', 'JPY']:
    for day in sorted(r.sample(range(-200, 30), 3)) + ['-400d']:
        add('exchange_rate', currency=currency, day=day if isinstance(day, str) else f'{day:+}d', rate=decimal(1, 200), worth=r.choice(['1', '100']))
for i in range(25):
    basis, whole = r.choice(['net', 'gross']), r.random() < 0.6
    rate = r.choice([2000, 1000, 550, 210, 0])
    line = add('budget_line', title=f'Line {i}', lever=maybe(r.choice(levers)), action=maybe(r.choice(actions)), category=r.choice(['tools', 'people', 'media', 'other']),
               bucket=maybe(r.choice(['70', '20', '10']), 0.8), planned=maybe(r.randint(0, 5000000), 0.8) if whole else None, vat_basis=basis, vat_rate=rate,
               vat_recoverable=maybe(r.randint(0, 10000), 0.3), currency=maybe(r.choice(['USD', 'JPY', 'CHF']), 0.2) if whole else None)
    for shared in r.sample(actions, r.choice([0, 0, 1, 2])) if whole else []:
        add('budget_share', line=line, action=shared, share=r.randint(1, 4000))
    for month in [] if whole else r.sample(range(12), r.randint(1, 7)):
        add('budget_month', line=line, month=f'@month-start{month:+}', planned=r.randint(0, 99999))
    for n in range(r.randint(0, 4)):
        side = r.choice(['net', 'gross', 'both'])
        amount = r.randint(1, 300000)
        own = r.choice([2000, 1000, 550, 210]) if side == 'both' else maybe(r.choice([2000, 1000, 550, 210]))
        money = {'gross': amount} if side == 'gross' else {'net': amount}
        if side == 'both':  # as the law rounds it
            money['gross'] = (amount * (10000 + own) * 2 + 10000) // 20000
        ordered = r.random() < 0.4
        expense = add('expense', line=line, title=f'Expense {i}.{n}', state='ordered' if ordered else 'invoiced', date=f'-{r.randint(0, 200)}d',
                      vat_rate=own, supplier=maybe(r.choice(['Google', 'Meta', 'Horizon'])),
                      vat_recoverable=maybe(r.randint(0, 10000), 0.2), currency=None if ordered else maybe('USD', 0.2), **money)
        for part in range(r.randint(0, 3) if ordered else 0):
            add('expense', line=line, title=f'Invoice {i}.{n}.{part}', state='invoiced', date=f'-{r.randint(0, 99)}d', settles=expense,
                vat_rate=maybe(r.choice([2000, 550])), **{r.choice(['net', 'gross']): r.randint(1, max(1, amount // 2))})
# what recurs, months of lines that several actions share, in other currencies too, and documents whose VAT is rounded on the total
for i in range(8):
    foreign = maybe(r.choice(['USD', 'JPY']), 0.3)
    line = add('budget_line', title=f'Again {i}', lever=r.choice(levers), action=maybe(r.choice(actions)), category='media', bucket='20', vat_basis=r.choice(['net', 'gross']),
               vat_rate=r.choice([2000, 550, 210]), vat_recoverable=maybe(r.randint(0, 10000), 0.5), currency=foreign, to_come=None if foreign else maybe(r.randint(0, 99999)),
               **({'planned': r.randint(1, 99999), 'every': r.choice(['month', 'quarter'])} if i % 2 == 0 else {}))
    for month in r.sample(range(12), r.randint(1, 7)) if i % 2 == 1 else []:
        add('budget_month', line=line, month=f'@month-start{month:+}', planned=r.randint(0, 99999))
    for shared in r.sample(actions, r.choice([0, 1, 2])):
        add('budget_share', line=line, action=shared, share=r.randint(1, 4000))
    head = None
    for n in range(r.randint(0, 5)):
        own = r.choice([2000, 550])
        expense = add('expense', line=line, title=f'Document {i}.{n}', state='invoiced', date=f'-{r.randint(0, 99)}d', supplier=None if head else 'Papier', part_of=head,
                      vat_method='total' if head is None else None, vat_rate=own, vat_recoverable=maybe(r.randint(0, 10000), 0.3), **{r.choice(['net', 'net', 'gross']): r.randint(1, 9999)})
        head = head or expense
# figures of the pipeline, some over several periods, and KPIs that are computed from them
for stage, most in [('visits', 99999), ('leads', 2000), ('MQL', 600), ('SQL', 200), ('opportunities', 90), ('customers', 30)]:
    for lever in r.sample(levers, 3):
        for back in r.sample(range(0, 200, 20), 3):
            add('figure', stage=stage, start=f'-{back + 19}d', end=f'-{back + r.randint(0, 9)}d', lever=lever, count=r.randint(1, most),
                amount=r.randint(100000, 9000000) if stage in ('opportunities', 'customers') else None)
for computed in ['count', 'amount', 'spend', 'cpl', 'cac', 'clv', 'ltv-cac', 'payback', 'roi', 'romi', 'conversion', 'velocity']:
    for lever in [None, r.choice(levers)]:
        add('kpi', name=f'{computed} {lever}', computed=computed, lever=lever, frequency=r.choice(['monthly', 'quarterly', 'yearly']), arpu=r.randint(1000, 90000), churn=decimal(0.01, 0.2),
            margin=maybe(decimal(0.2, 0.9)), cycle=r.randint(10, 120), stage=None if computed in ('amount', 'velocity') else 'MQL' if computed == 'cpl' else 'leads', next_stage='customers',
            target=decimal(1, 9), comparator='>=', direction='up')
for i in range(5):
    add('payroll_line', title=f'Salary {i}', planned=r.randint(1, 9000000), actual=maybe(r.randint(0, 5000000)))
plan = {'name': f'Random {sys.argv[1]}', 'start': '@month-start', 'end': '+364d', 'currency': 'EUR', 'language': 'en', 'status': 'draft'}
json.dump({'jalon': 1, 'defaults': False, 'organisation': {}, 'plan': plan, 'records': records}, sys.stdout, ensure_ascii=False, indent=1)
