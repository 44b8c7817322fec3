"""Every message id of the sources and of the record descriptions has a text in a language's catalogue.

usage: catalogue.py ROOT LANGUAGE"""
import pathlib
import re
import subprocess
import sys

LITERAL = r'"((?:[^"\\\\]|\\\\.)*)"'


def wanted(root):
    ids = set()
    for folder in ('common', 'server', 'client'):
        for path in sorted((root / folder).rglob('*.[ch]')):
            for match in re.finditer(r'\bJL_MSG\(\s*((?:' + LITERAL + r'\s*)+)\)', path.read_text(encoding='utf-8')):
                ids.add(''.join(re.findall(LITERAL, match.group(1))))
    for path in sorted((root / 'proto').glob('*.proto')):
        if path.name != 'options.proto':
            ids.update(re.findall(r'\b(?:label|plural|help|unit): ' + LITERAL, path.read_text(encoding='utf-8')))
    ids = {i for i in ids if not i.startswith('currency/')}  # a currency and what it is for each of: put together, no word
    return {i for i in ids if re.search(r'[a-z]{3}', re.sub(r'\{\d\}', '', i)) and i != '...'}


def translated(root, language):
    catalogue = subprocess.run(['msgcat', '--no-wrap', str(root / 'client' / 'po' / f'{language}.po')], capture_output=True, text=True, check=True).stdout
    return {m.group(1) for m in re.finditer(r'^msgid "(.*)"\nmsgstr "(.+)"$', catalogue, re.MULTILINE)}


def main(root, language):
    root = pathlib.Path(root)
    ids = wanted(root)
    missing = sorted(ids - translated(root, language))
    print(f'{len(missing)} of {len(ids)} message ids have no text in {language}')
    print('\n'.join(missing))
    return 1 if missing or not ids else 0


sys.exit(main(*sys.argv[1:]))
