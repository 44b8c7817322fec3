"""A view as `jalon --json` or `jalon --csv` prints it, for the checks of this folder."""
import csv
import io
import json
import unicodedata
from decimal import Decimal


class Document:
    def __init__(self, text):
        self.data = json.loads(text, parse_float=Decimal)

    @property
    def revision(self):
        return self.data['revision']

    def block(self, name):
        for block in self.data['blocks']:
            if block['name'] == name:
                return block
        raise KeyError(f"no block {name!r}, only {[b['name'] for b in self.data['blocks']]}")

    def rows(self, name):
        return self.block(name)['rows']

    def row(self, block, ref):
        for row in self.rows(block):
            if row.get('ref') == ref:
                return row
        raise KeyError(f'no row {ref} in {block}')

    def cells(self, block, ref):
        return self.row(block, ref)['cells']

    def find(self, block, column, start):
        """First row whose column starts with a text."""
        for row in self.rows(block):
            if str(row['cells'].get(column, '')).startswith(start):
                return row
        raise KeyError(f'no row with {column} {start!r} in {block}')


def csv_tables(text):
    """Blocks of a CSV answer: lists of rows, the header first. Raises when a row has not its header's width."""
    tables = [[]]
    for row in csv.reader(io.StringIO(text), strict=True):
        if row:
            tables[-1].append(row)
        elif tables[-1]:
            tables.append([])
    tables = [t for t in tables if t]
    for table in tables:
        for row in table:
            if len(row) != len(table[0]):
                raise ValueError(f'{len(row)} cells under {len(table[0])} headings: {row}')
    return tables


def columns(line):
    """Columns that a line takes on a terminal."""
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ('Cf', 'Mn') else
               2 if unicodedata.east_asian_width(c) in ('W', 'F') else 1 for c in line)
