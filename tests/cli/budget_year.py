"""The budget of seed 000 for 240,000 euros over the fiscal year July 2026 to June 2027: the same inputs as commands of jalon, and as a
spreadsheet with formulas, which LibreOffice computes. Nothing in the spreadsheet comes from jalon.

usage: budget_year.py commands              what to type, an argument list in JSON a line
       budget_year.py sheet FILE.fods       the spreadsheet
       budget_year.py compare FOLDER        its sheet "groups" (groups.csv) against FOLDER/BASIS-GROUPING.json
Amounts are cents; in the sheet too, so that every product is a whole number."""
import csv
import json
import os
import sys
from decimal import Decimal
from xml.sax.saxutils import quoteattr

from document import Document

LEVERS = ['Outils', 'Contenu', 'Publicité', 'Innovation']
KPIS = ['CPL', 'Pipeline', 'CLV']
ACTIONS = [('Articles', 2), ('Livres blancs', 2), ('Newsletters', 2), ('Campagnes Search', 3)]  # title, lever
MONTHS = [f'{2026 + (6 + m) // 12}-{(6 + m) % 12 + 1:02d}' for m in range(12)]


def irregular(total, parts):
    cents = [parts[m % len(parts)] for m in range(12)]
    cents[11] = total - sum(cents[:11])
    return cents


# title, lever, action, category, sub-category, bucket, basis, rate (basis points), recovered (basis points), KPI, what is planned
LINES = [
    ('Licences CRM', 1, None, 'tools', 'crm', '70', 'net', 2000, 10000, 1, ('every', 'month', 89000)),
    ('Marketing automation', 1, None, 'tools', 'automation', '70', 'net', 2000, 10000, 2, ('every', 'quarter', 233000)),
    ('Contenu SEO', None, 3, 'people', 'freelancers', '70', 'net', 2000, 10000, 1, ('months', irregular(4800000, [400001, 399999, 350050, 412345, 387655]))),
    ('Search Ads', None, 4, 'media', 'ads', '70', 'gross', 2000, 10000, 1, ('months', irregular(7200000, [612345, 598765, 587799, 600001]))),
    ('LinkedIn', 3, None, 'media', 'social', '70', 'net', 2000, 10000, 2, ('whole', 4000000)),
    ('Agence CRO', 3, None, 'people', 'agencies', '20', 'net', 2000, 8000, 2, ('whole', 3000000)),
    ('Analytics', 1, None, 'tools', 'analytics', '20', 'net', 2000, 10000, 1, ('every', 'month', 50000)),
    ('Retargeting', 3, None, 'media', 'retargeting', '20', 'gross', 2000, 10000, 1, ('months', irregular(1440000, [111111, 123456, 130000]))),
    ('Assistant IA', 4, None, 'other', None, '10', 'gross', 2000, 5000, 3, ('whole', 1800000)),
    ('Podcasts', 4, None, 'media', None, '10', 'net', 550, 10000, None, ('whole', 900000)),
]
SHARES = {3: [(1, 6000), (2, 2500)]}  # of line 3, what is left is its own action's
RATE = 1084300  # USD for a euro, in millionths
# line, state, date, supplier, excl. VAT, incl. VAT, rate, currency, settles, part of, last invoice, KPI
EXPENSES = [
    (1, 'ordered', '2026-07-01', 'HubSpot', 1068000, None, None, None, None, None, False, None),
    (1, 'invoiced', '2026-07-31', 'HubSpot', 89000, None, None, None, 1, None, False, None),
    (1, 'invoiced', '2026-08-31', 'hubspot', 89033, None, None, None, 1, None, False, None),
    (2, 'invoiced', '2026-07-02', 'Brevo', 233000, 279600, None, None, None, None, False, None),
    (3, 'invoiced', '2026-07-30', 'Claire Rédaction', 400001, None, None, None, None, None, False, None),
    (3, 'invoiced', '2026-08-30', 'Claire Rédaction', 399997, None, 0, None, None, None, False, 3),
    (3, 'ordered', '2026-10-01', 'Atelier Mots', 120001, None, None, None, None, None, False, None),
    (4, 'invoiced', '2026-07-31', 'Google', None, 612300, None, None, None, None, False, None),
    (4, 'invoiced', '2026-08-31', 'Google', 498970, None, None, None, None, None, False, None),
    (4, 'invoiced', '2026-09-30', 'GOOGLE', -12345, None, None, None, None, None, False, None),
    (5, 'invoiced', '2026-09-15', 'LinkedIn Ireland', 333333, None, 0, 'USD', None, None, False, None),
    (5, 'ordered', '2026-11-02', 'LinkedIn Ireland', 500000, None, 0, 'USD', None, None, False, None),
    (5, 'invoiced', '2026-12-01', 'LinkedIn Ireland', 120050, None, 0, 'USD', 12, None, False, None),
    (6, 'ordered', '2026-09-01', 'Conversion & Cie', 1500000, None, None, None, None, None, False, None),
    (6, 'invoiced', '2026-10-31', 'Conversion & Cie', 733333, None, None, None, 14, None, False, None),
    (8, 'ordered', '2026-08-01', 'Criteo', None, 600000, None, None, None, None, False, None),
    (8, 'invoiced', '2026-12-15', 'Criteo', None, 555555, None, None, 16, None, True, None),
    (9, 'invoiced', '2027-01-10', 'OpenAI', 123457, None, None, None, None, None, False, None),
    (10, 'invoiced', '2026-11-20', 'Imprimerie Morel', 103, None, None, None, None, None, False, None),
    (10, 'invoiced', '2026-11-20', None, 107, None, None, None, None, 19, False, None),
    (10, 'invoiced', '2026-11-20', None, 109, None, None, None, None, 19, False, None),
]
GROUPINGS = ['lever', 'action', 'line', 'category', 'sub-category', 'bucket', 'supplier', 'month', 'quarter', 'year', 'kpi']
BASES = ['net', 'gross', 'cost']


# ---- as commands ----
def typed(cents):
    return f'{"-" if cents < 0 else ""}{abs(cents) // 100}.{abs(cents) % 100:02d}'


def share(points):
    return f'{Decimal(points) / 100}%'


def commands():
    yield ['objective', 'add', 'Chiffre d’affaires +20 %']
    for title in LEVERS:
        yield ['lever', 'add', title, '--objectives', 'O1']
    for title in KPIS:
        yield ['kpi', 'add', title]
    for title, lever in ACTIONS:
        yield ['action', 'add', title, '--lever', f'L{lever}']
    yield ['exchange-rate', 'add', '--currency', 'USD', '--day', '2026-07-01', '--rate', f'{RATE / 1e6:.4f}', '--source', 'BCE']
    for number, (title, lever, action, category, sub, bucket, basis, rate, back, kpi, planned) in enumerate(LINES, 1):
        line = ['budget-line', 'add', title, '--category', category, '--bucket', bucket, '--vat-basis', basis, '--vat-rate', share(rate)]
        line += [] if back == 10000 else ['--vat-recoverable', share(back)]
        line += ['--lever', f'L{lever}'] if lever else ['--action', f'A{action}']
        line += ['--subcategory', sub] if sub else []
        line += ['--kpi', f'K{kpi}'] if kpi else []
        if planned[0] == 'every':
            line += ['--every', planned[1], '--planned', typed(planned[2])]
        elif planned[0] == 'whole':
            line += ['--planned', typed(planned[1])]
        yield line
        for month, cents in zip(MONTHS, planned[1] if planned[0] == 'months' else []):
            yield ['budget-month', 'add', '--line', f'B{number}', '--month', month, '--planned', typed(cents)]
        for action_number, points in SHARES.get(number, []):
            yield ['budget-share', 'add', '--line', f'B{number}', '--action', f'A{action_number}', '--share', share(points)]
    for line, state, date, supplier, net, gross, rate, currency, settles, part_of, final, kpi in EXPENSES:
        head = part_of is None and any(e[9] is not None for e in EXPENSES) and supplier == 'Imprimerie Morel'
        expense = ['expense', 'add', 'Dépense', '--line', f'B{line}', '--state', state, '--date', date]
        expense += ['--supplier', supplier] if supplier else []
        expense += ['--net', typed(net)] if net is not None else []
        expense += ['--gross', typed(gross)] if gross is not None else []
        expense += ['--vat-rate', share(LINES[line - 1][7] if rate is None else rate)]
        expense += ['--currency', currency] if currency else []
        expense += ['--settles', f'X{settles}'] if settles else []
        expense += ['--part-of', f'X{part_of}'] if part_of else []
        expense += ['--vat-method', 'total'] if head else []
        expense += ['--final', 'yes'] if final else []
        expense += ['--kpi', f'K{kpi}'] if kpi else []
        yield expense


# ---- as a spreadsheet ----
class Sheet:
    def __init__(self, name):
        self.name, self.rows = name, []

    def add(self, *cells):
        """A row; its number. Texts that begin with = are formulas."""
        self.rows.append(cells)
        return len(self.rows)

    def xml(self):
        out = [f'<table:table table:name={quoteattr(self.name)}>']
        for row in self.rows:
            out.append('<table:table-row>')
            for cell in row:
                if isinstance(cell, str) and cell.startswith('='):
                    out.append(f'<table:table-cell table:formula={quoteattr("of:" + cell)}/>')
                elif isinstance(cell, str):
                    out.append(f'<table:table-cell office:value-type="string"><text:p>{quoteattr(cell)[1:-1]}</text:p></table:table-cell>')
                else:
                    out.append(f'<table:table-cell office:value-type="float" office:value="{cell}"/>')
            out.append('</table:table-row>')
        return ''.join(out) + '</table:table>'


work, entries = Sheet('work'), Sheet('entries')


def cell(formula):
    """A cell of the work sheet that has this value."""
    return f'[work.A{work.add(formula if isinstance(formula, int) else "=" + formula)}]'


def largest_remainder(total, weights):
    """Parts of a cell's amount in proportion to whole numbers; of equal remainders the first goes first."""
    whole = sum(weights)
    rests = [cell(f'MOD({total}*{w};{whole})') for w in weights]
    floors = [cell(f'({total}*{w}-{r})/{whole}') for w, r in zip(weights, rests)]
    left = cell(f'{total}-({"+".join(floors)})')
    parts = []
    for i, (floor, rest) in enumerate(zip(floors, rests)):
        before = '+'.join([f'({other}>{rest})' for other in rests[i + 1:]] + [f'({other}>={rest})' for other in rests[:i]]) or '0'
        parts.append(cell(f'{floor}+IF({before}<{left};1;0)'))
    return parts


def sides(amount, basis, rate, back):
    """Excl., incl. VAT and cost of an amount: to the cent, half up."""
    net = amount if basis == 'net' else cell(f'ROUND({amount}*10000/{10000 + rate};0)')
    gross = amount if basis == 'gross' else cell(f'ROUND({amount}*{10000 + rate}/10000;0)')
    return [net, gross, cell(f'{gross}-ROUND(({gross}-{net})*{back}/10000;0)')]


def quarter(month):
    index = MONTHS.index(month)
    return f'2026-2027-Q{index // 3 + 1}'


def enter(kind, line, month, amounts, action=None, supplier=None, kpi=None):
    title, lever, own, category, sub, bucket, _, _, _, line_kpi, _ = LINES[line - 1]
    action = action or own
    lever = lever or ACTIONS[action - 1][1]
    kpi = kpi or line_kpi
    keys = [f'L{lever} {LEVERS[lever - 1]}', f'A{action} {ACTIONS[action - 1][0]}' if action else 'none', f'B{line} {title}', category, sub or 'none', bucket,
            supplier or 'none', month or 'none', quarter(month) if month else 'none', '2026-2027' if month else 'none', f'K{kpi} {KPIS[kpi - 1]}' if kpi else 'none']
    entries.add(kind, *keys, *[f'={a}' for a in amounts])


def plan_lines():
    for number, line in enumerate(LINES, 1):
        basis, rate, back, planned = line[6], line[7], line[8], line[10]
        if planned[0] == 'whole':
            enter('planned', number, None, sides(cell(planned[1]), basis, rate, back))
            continue
        months = MONTHS if planned[0] == 'months' or planned[1] == 'month' else MONTHS[::3]
        amounts = planned[1] if planned[0] == 'months' else [planned[2]] * len(months)
        parts, total, before = [], 0, None
        for amount in amounts:  # what the line comes to with this month, less what it came to without it
            total += amount
            now = sides(cell(total), basis, rate, back)
            parts.append(now if before is None else [cell(f'{n}-{b}') for n, b in zip(now, before)])
            before = now
        if number not in SHARES:
            for month, part in zip(months, parts):
                enter('planned', number, month, part)
            continue
        weights = [points for _, points in SHARES[number]]
        weights.append(10000 - sum(weights))
        actions = [action for action, _ in SHARES[number]] + [line[2]]
        before = [None] * 3
        so_far = ['0'] * 3
        for month, part in zip(months, parts):
            so_far = [cell(f'{sum_}+{p}') for sum_, p in zip(so_far, part)]
            now = [largest_remainder(side, weights) for side in so_far]
            for i, action in enumerate(actions):
                enter('planned', number, month, [now[s][i] if before[s] is None else cell(f'{now[s][i]}-{before[s][i]}') for s in range(3)], action)
            before = now


def spend():
    own = []  # in their own currency
    for line, _, _, _, net, gross, rate, *_ in EXPENSES:
        rate = LINES[line - 1][7] if rate is None else rate
        back = LINES[line - 1][8]
        if net is not None and gross is not None:
            own.append([cell(net), cell(gross), cell(f'{gross}-ROUND(({gross}-{net})*{back}/10000;0)')])
        else:
            own.append(sides(cell(net if net is not None else gross), 'net' if net is not None else 'gross', rate, back))
    document = [i for i, e in enumerate(EXPENSES) if e[9] is not None or e[3] == 'Imprimerie Morel']
    total, before = '0', '0'
    for i in document:  # rounded on the total: what the lines up to this one make, less what those before it made
        line = EXPENSES[i][0]
        rate, back = LINES[line - 1][7], LINES[line - 1][8]
        total = cell(f'{total}+{own[i][0]}')
        upto = cell(f'ROUND({total}*{10000 + rate}/10000;0)')
        gross = cell(f'{upto}-{before}')
        own[i] = [own[i][0], gross, cell(f'{gross}-ROUND(({gross}-{own[i][0]})*{back}/10000;0)')]
        before = upto
    for i, (line, state, date, supplier, _, _, _, currency, _, part_of, _, kpi) in enumerate(EXPENSES):
        amounts = own[i]
        if state == 'ordered':
            invoices = [j for j, e in enumerate(EXPENSES) if e[8] == i + 1]
            over = any(EXPENSES[j][10] for j in invoices)
            amounts = [cell('0' if over else '-'.join([f'MAX(0;{amounts[s]}'] + [own[j][s] for j in invoices]) + ')') for s in range(3)]
        if currency:
            amounts = [cell(f'ROUND({a}*1000000/{RATE};0)') for a in amounts]
        kind = 'committed' if state == 'ordered' else 'actual'
        names = {'hubspot': 'HubSpot', 'google': 'Google'}
        supplier = supplier or EXPENSES[part_of - 1][3]
        supplier = names.get(supplier.lower(), supplier)
        if line not in SHARES:
            enter(kind, line, date[:7], amounts, None, supplier, kpi)
            continue
        weights = [points for _, points in SHARES[line]]
        weights.append(10000 - sum(weights))
        parts = [largest_remainder(a, weights) for a in amounts]
        for k, action in enumerate([a for a, _ in SHARES[line]] + [LINES[line - 1][2]]):
            enter(kind, line, date[:7], [parts[s][k] for s in range(3)], action, supplier, kpi)


def sheet(path):
    plan_lines()
    spend()
    groups = Sheet('groups')
    last = len(entries.rows)
    letters = 'ABCDEFGHIJKLMNO'
    for g, grouping in enumerate(GROUPINGS):
        keys = sorted({row[g + 1] for row in entries.rows})
        for key in keys + ['total']:
            for b, basis in enumerate(BASES):
                amounts = f'[entries.{letters[12 + b]}1:.{letters[12 + b]}{last}]'
                column = f'[entries.{letters[g + 1]}1:.{letters[g + 1]}{last}]'
                of = '' if key == 'total' else f'({column}="{key}")*'
                sums = [f'SUMPRODUCT({of}([entries.A1:.A{last}]="{kind}")*{amounts})' for kind in ('planned', 'committed', 'actual')]
                groups.add(grouping, key, basis, *['=' + s for s in sums], '=' + '-'.join(sums))
    spaces = ' '.join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in (('office', 'office'), ('table', 'table'), ('text', 'text'), ('of', 'of')))
    with open(path, 'w', encoding='utf-8') as out:
        out.write(f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces.replace("xmlns:of=" + chr(34) + "urn:oasis:names:tc:opendocument:xmlns:of:1.0" + chr(34), "xmlns:of=" + chr(34) + "urn:oasis:names:tc:opendocument:xmlns:of:1.2" + chr(34))} office:version="1.2" '
                  'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>'
                  f'{groups.xml()}{work.xml()}{entries.xml()}</office:spreadsheet></office:body></office:document>')


# ---- compared ----
BLOCKS = {'lever': ('levers', 'line'), 'category': ('categories', 'category'), 'bucket': ('buckets', 'bucket')}
NAMES = {'action': 'actions', 'line': 'lines', 'sub-category': 'subcategories', 'supplier': 'suppliers', 'month': 'months', 'quarter': 'quarters', 'year': 'years', 'kpi': 'kpis'}


def shown(folder, basis, grouping):
    with open(os.path.join(folder, f'{basis}-{grouping}.json'), encoding='utf-8') as file:
        document = Document(file.read())
    block, column = BLOCKS.get(grouping, (NAMES.get(grouping), 'group'))
    found = {}
    for row in document.rows(block):
        if row.get('level', 0) == 0:
            cells = row['cells']
            found[str(cells[column])] = tuple(int(Decimal(str(cells[k])) * 100) for k in ('planned', 'committed', 'actual', 'remaining'))
    return found


def compare(folder):
    computed = {}
    with open(os.path.join(folder, 'groups.csv'), encoding='utf-8') as file:
        for grouping, key, basis, *amounts in csv.reader(file):
            computed.setdefault((grouping, basis), {})[key] = tuple(int(Decimal(a)) for a in amounts)
    different = 0
    for (grouping, basis), wanted in computed.items():
        seen = shown(folder, basis, grouping)
        seen = {k: v for k, v in seen.items() if k in wanted or any(v)}
        if seen == wanted:
            continue
        different += 1
        for key in sorted(set(seen) | set(wanted)):
            if seen.get(key) != wanted.get(key):
                print(f'{basis} by {grouping}, {key}: jalon {seen.get(key)}, spreadsheet {wanted.get(key)}')
    print(f'{len(computed)} tables, {sum(len(w) for w in computed.values())} rows, {different} tables differ; total {computed[("line", "net")]["total"]}')
    return different == 0 and len(computed) == len(GROUPINGS) * len(BASES) and computed[('line', 'net')]['total'][0] == 24000000


if __name__ == '__main__':
    if sys.argv[1] == 'commands':
        for command in commands():
            print(json.dumps(command))
    elif sys.argv[1] == 'sheet':
        sheet(sys.argv[2])
    elif not compare(sys.argv[2]):
        sys.exit(1)
