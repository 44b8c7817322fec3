"""What a plan that was made of a template must be, so that somebody can start from it: read as `jalon plan export` writes it.

usage: template_plan.py TEMPLATE LANGUAGE EXPORT"""
import datetime
import json
import sys


def words(value, language):
    return value[language] if isinstance(value, dict) and language in value else value


def main(template, language, export):
    source = json.load(open(template, encoding='utf-8'))
    plan = json.load(open(export, encoding='utf-8'))
    records = plan['records']
    by_type = {}
    for r in records:
        by_type.setdefault(r['type'], []).append(r)
    for value in source['template'].values():
        assert set(value) == {'fr', 'en'}, value
    # every record is there, in the words of the language
    for r in source['records']:
        for name in ('title', 'name', 'statement', 'text'):
            if name in r and (r['type'], name) != ('definition', 'text'):
                wanted = words(r[name], language)
                assert any(x.get(name) == wanted for x in by_type[r['type']]), (r['type'], wanted)
    assert len(records) == len(source['records']), (len(records), len(source['records']))
    # within the plan
    start, end = plan['plan']['start'], plan['plan']['end']
    assert plan['plan']['language'] == language and start < end
    for r in records:
        for name in ('start', 'due', 'end'):
            assert name not in r or r['type'] == 'key_result' or start <= r[name] <= end, r
    # nothing was seen in the future: what is known on the day is written down without a date
    assert all('date' not in r for r in by_type['diagnostic'])
    # why: objectives that say how much and until when, and serve a business one
    objectives = {r['key']: r for r in by_type['objective']}
    for o in objectives.values():
        if o.get('nature') != 'qualitative':
            assert o.get('target') and o.get('due') and o.get('metric'), o
        above = o
        while 'parent' in above:
            above = objectives[above['parent']]
        assert above['kind'] == 'business', o
    # for whom
    for s in by_type['segment']:
        assert any(s['key'] in p.get('segments', []) for p in by_type['persona']), s
    for p in by_type['persona']:
        assert p['goals'] and p['stakes'] and p['problems'] and p['review'] > start, p
    # channels: at most three, each with an objective, a KPI, a tracking, an owner
    kpis = by_type['kpi']
    assert len({l['channel'] for l in by_type['lever']}) <= 3
    for l in by_type['lever']:
        assert l['objectives'] and l['owner'] and l['tracking'] != 'none' and any(k.get('lever') == l['key'] for k in kpis), l
    for k in kpis:
        assert k['comparator'] and k['target'] and k['owner'] and k['frequency'] and ('lever' in k or 'objective' in k), k
    # who does what by when, measured by what
    for a in by_type['action']:
        letters = sorted(r['letter'] for r in by_type['raci'] if r['target'] == a['key'])
        assert letters == ['A', 'R'] and a['kpis'] and a['lever'] and a['due'] and a['impact'] and a['effort'], (a, letters)
    # 70/20/10, and a KPI for each euro
    shares = {'70': 0, '20': 0, '10': 0}
    for line in by_type['budget_line']:
        assert line['kpi'], line
        shares[line['bucket']] += line['planned']
    total = sum(shares.values())
    assert [shares[b] * 100 / total for b in ('70', '20', '10')] == [70, 20, 10], shares
    for tool in by_type['tool']:
        assert tool['purpose'] and tool['kpis'], tool
    datetime.date.fromisoformat(start)


main(*sys.argv[1:])
