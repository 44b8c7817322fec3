"""The plan of a year that has ended, with the year before it: what eight channels cost and brought, in every case that an audit tells apart.

usage: audit_plan.py            the plan, as plan import reads it
       audit_plan.py expected   what the audit must show of 2025: a channel a line, worked out here from the same numbers
"""
import json
import sys
from fractions import Fraction

# channel: what was spent (cents) by month of 2025 and of 2024, figures of a quarter: MQL, customers, opportunities, potential and signed (cents)
CHANNELS = {
    'SEO': dict(spend={2025: [100000] * 12, 2024: [90000] * 12}, planned=1200000, kpi=True,
                figures={2025: [(30, 12, 20, 9000000, 6000000)] * 4, 2024: [(20, 9, 15, 7000000, 4500000)] * 4}),
    'SEA': dict(spend={2025: [250050] * 12, 2024: [100000] * 12}, planned=3000000, kpi=True, late=True,
                figures={2025: [(15, 1, 3, 800000, 225000)] * 4, 2024: [(20, 2, 4, 900000, 400000)] * 4}),
    'Salons': dict(spend={2025: [0, 0, 1250000, 0, 0, 0, 0, 0, 1250000, 0, 0, 0], 2024: []}, planned=2500000, kpi=True,
                   figures={2025: [(10, 3, 4, 2000000, 375000)] * 4, 2024: []}),
    'E-mail': dict(spend={2025: [25000] * 12, 2024: [25000] * 12}, planned=300000, kpi=True,
                   figures={2025: [(42, 7, 12, 3000000, 1500000)] * 4, 2024: [(40, 7, 12, 3000000, 1500000)] * 4}),
    'LinkedIn': dict(spend={2025: [0] * 9 + [70000, 70000, 60000], 2024: []}, planned=200000, kpi=True, figures={2025: [None, None, None, (4, 0, 1, 500000, 0)], 2024: []}),
    'Affiches': dict(spend={2025: [0, 500000], 2024: []}, planned=500000, kpi=False, figures={2025: [], 2024: []}),
    'Partenaires': dict(spend={2025: [], 2024: []}, planned=None, kpi=True, figures={2025: [(2, 1, 2, 400000, 300000)] * 4, 2024: []}),
    'Webinar': dict(spend={2025: [], 2024: [0, 0, 0, 200000, 0, 0, 0, 0, 0, 200000]}, planned=None, kpi=True, figures={2025: [], 2024: [None, (30, 4, 6, 1500000, 2000000), None, (30, 4, 6, 1500000, 2000000)]}),
}
REST = 123456  # an invoice of no channel, cents
QUARTERS = ['01-01', '03-31', '04-01', '06-30', '07-01', '09-30', '10-01', '12-31']
STAGES = ['MQL', 'clients', 'opportunités']


def plan():
    records = [{'type': 'objective', 'key': 'o', 'title': 'Plus de clients', 'metric': 'clients', 'baseline': '80', 'target': '120', 'unit': 'clients', 'due': '2025-12-31'}]

    def add(kind, **fields):
        records.append({'type': kind, 'key': f'{kind}{len(records)}', **{k: v for k, v in fields.items() if v is not None}})
        return records[-1]['key']

    for name, c in CHANNELS.items():
        lever = add('lever', name=name, channel=name, objectives=['o'], tracking='crm')
        action = add('action', title=f'Campagne {name}', lever=lever, due='2025-06-30' if c.get('late') else None)
        if c['kpi']:
            add('kpi', name=f'CPL {name}', lever=lever, unit='EUR', direction='down')
        if c['planned'] is not None or any(c['spend'].values()):
            line = add('budget_line', title=f'Budget {name}', lever=lever, action=action if name == 'SEA' else None, category='media', planned=c['planned'] or 0)
        for year, months in c['spend'].items():
            for m, cents in enumerate(months):
                if cents:
                    add('expense', line=line, title=f'{name} {year}-{m + 1:02d}', state='invoiced', date=f'{year}-{m + 1:02d}-15', net=cents, vat_rate=2000)
        for year, quarters in c['figures'].items():
            for q, told in enumerate(quarters):
                for stage, count, amount in [] if told is None else [('MQL', told[0], None), ('clients', told[1], told[4]), ('opportunités', told[2], told[3])]:
                    add('figure', stage=stage, start=f'{year}-{QUARTERS[2 * q]}', end=f'{year}-{QUARTERS[2 * q + 1]}', lever=lever, action=action if name == 'SEA' and year == 2025 else None,
                        count=count, amount=amount)
    add('expense', line=add('budget_line', title='Divers', category='other', planned=200000), title='Divers', state='invoiced', date='2025-05-05', net=REST, vat_rate=2000)
    add('benchmark', stage='MQL', next='clients', rate='0.2', source='Salons de 2024, notre secteur', date='2024-12-01', channel='Salons')
    add('playbook', name='Lancer un podcast', channel='Podcast')
    return {'jalon': 1, 'defaults': False, 'organisation': {}, 'plan': {'name': 'Plan 2025', 'start': '2025-01-01', 'end': '2025-12-31', 'currency': 'EUR', 'language': 'fr', 'status': 'approved'}, 'records': records}


def percent(above, below):
    return None if not below else round(Fraction(above, below) * 10**6)


def euros(cents):
    return None if cents is None else f'{Fraction(round(cents), 100)}'


def expected():
    """channel, spend, MQL, cost per lead, opportunities, potential, customers, conversion, signed, ROI: cents and millionths; None: not told."""
    rows = []
    for name, c in CHANNELS.items():
        told = [q for q in c['figures'][2025] if q is not None]
        spend = sum(c['spend'][2025])
        mql, customers, opportunities, potential, signed = ([sum(q[i] for q in told) if told else None for i in range(5)])
        rows.append([name, spend or None, mql, None if not spend or mql is None else round(Fraction(spend, mql)), opportunities, potential, customers,
                     None if mql is None else percent(customers, mql), signed, None if signed is None or not spend else percent(signed - spend, spend)])
    total = [sum(r[i] or 0 for r in rows) for i in (1, 2, 4, 5, 6, 8)]
    total[0] += REST
    rows.append(['total', total[0], total[1], round(Fraction(total[0], total[1])), total[2], total[3], total[4], percent(total[4], total[1]), total[5], percent(total[5] - total[0], total[0])])
    return rows


json.dump(expected() if sys.argv[1:] == ['expected'] else plan(), sys.stdout, ensure_ascii=False)
