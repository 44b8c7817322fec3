#!/usr/bin/env python3
"""Writes the seeds of fuzz_table: make_corpus_tables.py FOLDER. The first byte of each chooses the answers (fuzz_table.c)."""
import io
import os
import sys
import zipfile

HEAD = "Date;Canal;Dépense HT (€);Commentaire\r\n"
BODY = "05/01/2026;Salon;1 234,56 €;\"à, \"\"b\"\"\n c\"\r\n19/01/26;Meta;-125,00;N/C\r\n\r\nTotal;;1;\r\n"
FRENCH = HEAD + BODY
SEEDS = {
    "windows": FRENCH.encode("cp1252"),
    "utf8_mark": b"\xef\xbb\xbf" + FRENCH.encode(),
    "twice": FRENCH.encode().decode("cp1252").encode(),
    "mac": FRENCH.replace("\r\n", "\r").encode("mac_roman"),
    "utf16le": b"\xff\xfe" + FRENCH.replace(";", "\t").encode("utf-16-le"),
    "utf32be": b"\0\0\xfe\xff" + HEAD.encode("utf-32-be"),
    "hint": b"sep=|\nname|amount\nx|(1.234,50)\n",
    "ambiguous": b"a;b,c\n1,234;03/04/2026,x\n",
    "english": b"Campaign report\nAll time\nCampaign,Clicks,Cost,Day\n\"A, b\",\"1,234\",12.5,2026-01-31\nTotal: Account, --,1,\n",
    "comments": b"# ---\n# Report\n\nDay,Sessions\n20260131,4\n\n# next\nPage,Views\n/,3\n",
    "unclosed": b"a,b\n1,\"never closed\n2,3\n",
    "nul": b"a,b\n1,\0\n",
    "ragged": b"a,b\n1\n1,2,3\n,\n",
    "dates": "when;what\n1er sept. 2026;a\nJanuary 3, 2026 2:05 PM;b\n2006-04-15T03:23:15.000Z;c\n46044;d\n".encode(),
    "signs": b"n;m\n<10%;1e5\n5-;$3\n1'234;USD 4\n007;+1\n",
    "old_workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheet, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as z:
        def put(name, text):
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, compression)
        put("_rels/.rels", f'<R><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="w.xml"/></R>')
        put("w.xml", '<w xmlns:r="r"><sheet name="S" r:id="a"/><sheet name="T" r:id="b"/></w>')
        put("_rels/w.xml.rels", f'<R><Relationship Id="a" Type="{OFFICE}/worksheet" Target="s.xml"/><Relationship Id="b" Type="{OFFICE}/worksheet" Target="s.xml"/>'
                                f'<Relationship Id="c" Type="{OFFICE}/styles" Target="y.xml"/><Relationship Id="d" Type="{OFFICE}/sharedStrings" Target="t.xml"/></R>')
        put("y.xml", '<y><numFmts><numFmt numFmtId="170" formatCode="d/m/yy"/></numFmts><cellXfs><xf numFmtId="170"/><xf numFmtId="10"/></cellXfs></y>')
        put("t.xml", "<t><si><t>Date</t></si><si><r><t>x</t></r></si></t>")
        put("s.xml", sheet)
        z.comment = b" " * 2048  # long enough that only a fuzzer mutates it (driver.c): archives take their time
    return out.getvalue()


SHEET = ('<s><sheetData><row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="3"><c r="A3" s="0"><v>46044.5</v></c><c r="B3" s="1"><v>0.5</v></c></row>'
         '<row><c t="e"><v>#N/A</v></c><c t="inlineStr"><is><t>y</t></is></c></row></sheetData><mergeCells><mergeCell ref="B3:B4"/></mergeCells></s>')
SEEDS["workbook"] = workbook(SHEET)
SEEDS["workbook_stored"] = workbook(SHEET, zipfile.ZIP_STORED)
SEEDS["workbook_entities"] = workbook('<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><s><sheetData><row><c><v>&b;</v></c></row></sheetData></s>')
SEEDS["workbook_bomb"] = workbook("<s><sheetData>" + " " * (1 << 24) + "</sheetData></s>")
SEEDS["workbook_truncated"] = SEEDS["workbook"][:-30]

os.makedirs(os.path.join(sys.argv[1], "table"), exist_ok=True)
for number, (name, data) in enumerate(SEEDS.items()):
    answer = (0, 0, 1, 0, 0, 0, 0, 2, 3, 0, 4, 0, 0, 5, 2)[number] if number < 15 else 0
    with open(os.path.join(sys.argv[1], "table", name), "wb") as out:
        out.write(bytes([answer]) + data)
