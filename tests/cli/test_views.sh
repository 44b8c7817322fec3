#!/bin/bash
# Every view in every face, both languages, several widths; budget totals against control totals; lights; colours.
. "$(dirname "$0")/lib.sh"
set_up
admin funnel new "Entonnoir" --benchmark inbound-b2b --customers 30 --reps 2
admin funnel-stage set FS4 --capacity 20
admin funnel-channel add "SEO" --funnel FN1 --share 60%
admin review start --period +0
began=$(revision)
admin action set A1 --impact 9
changed=$(revision)
admin undo --yes # for diff; the other views show what they did

view_text() { # view: what it needs besides its name
  case $1 in show) echo A1 ;; trace) echo X1 ;; list) echo action ;; diff) echo "r$began r$changed" ;; replan) echo "A1 --due 2026-12-18" ;; esac
}
status_of() { if [ "$1" = check ]; then echo 10; else echo 0; fi; } # view: the check has found something, and says so to scripts
fits() { # columns: no line of the last output is wider
  COLUMNS='' python3 -c "
import sys
from document import columns
wide = [l for l in open(sys.argv[1], encoding='utf-8').read().split('\n') if columns(l) > int(sys.argv[2])]
print('\n'.join(wide))
sys.exit(bool(wide))" "$W/files/out" "$1"
}
clean() { ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$W/files/out"; }
parses_as_json() { python3 -c "
import sys
from document import Document
d = Document(open(sys.argv[1], encoding='utf-8').read())
assert d.data['title'] and d.data['blocks'] and (not d.data['as_of'] or len(d.data['as_of']) == 10), d.data" "$W/files/out"; }
parses_as_csv() { python3 -c "
import sys
from document import csv_tables
tables = csv_tables(open(sys.argv[1], encoding='utf-8', newline='').read())
assert tables and all(len(t[0]) > 1 for t in tables), tables" "$W/files/out"; }

# ---- every view, every face ----
admin help
views=$(awk '/^Views/ {on=1; next} /^[^ ]/ {on=0} on && NF {print $1}' <<<"$out")
for name in tree raci budget kpi dashboard history mine; do check "help-names-$name" grep -qxF -- "$name" <<<"$views"; done
for name in $views; do
  extra=$(view_text "$name")
  for language in fr en; do
    for width in 80 40 120; do
      jalon_in marketing $language "$name" $extra --width $width
      check "$name-$language-$width-columns" all_of "exits $(status_of "$name"); [ -n '${out:+x}' ]; fits $width; clean"
    done
    jalon_in marketing $language "$name" $extra
    check "$name-$language-pipe" all_of "exits $(status_of "$name"); clean"
    jalon_in marketing $language "$name" $extra --json
    check "$name-$language-json" all_of "exits $(status_of "$name"); parses_as_json"
    jalon_in marketing $language "$name" $extra --csv
    check "$name-$language-csv" all_of "exits $(status_of "$name"); parses_as_csv"
  done
  "$JALON" --profile marketing --lang fr --json $name $extra </dev/null 2>/dev/null | python3 -c "
import json, sys
def bare(d): return [(b['name'], [r['cells'] for r in b['rows']]) for b in d['blocks']]
json.dump(bare(json.load(sys.stdin)), sys.stdout, sort_keys=True)" >"$W/files/fr.json"
  "$JALON" --profile marketing --lang en --json $name $extra </dev/null 2>/dev/null | python3 -c "
import json, sys
def bare(d): return [(b['name'], [r['cells'] for r in b['rows']]) for b in d['blocks']]
json.dump(bare(json.load(sys.stdin)), sys.stdout, sort_keys=True)" >"$W/files/en.json"
  check "$name-json-values-in-no-language" cmp "$W/files/fr.json" "$W/files/en.json"
done
marketing budget --json --csv
check json-and-csv-exclude-each-other exits 2

# A figure that is cut is a wrong figure: what is shown narrow must be among the figures shown wide.
figures() { grep -oE '[0-9]+( [0-9]{3})*(,[0-9]+)? €' <<<"$1" | sort -u; }
jalon_in marketing fr budget --by bucket
wide=$(figures "$out")
jalon_in marketing fr budget --by bucket --width 40
check narrow-shows-whole-figures python3 -c "
import re, sys
wide = {re.sub(r',00', '', w) for w in sys.argv[1].split('\n')}
for line in sys.argv[2].split('\n'):
    cells = [c for c in re.split(r'  +', line.strip())[1:] if re.match(r'[0-9]', c)]
    for c in cells: assert c.endswith('%') or re.sub(r',00', '', c) in wide, (c, line)" "$wide" "$out"

# ---- languages ----
jalon_in marketing fr budget
check french says 'Prévu|prévu|Planifié|planifié'
check french-amounts says '12 000 €'
check french-has-no-english all_of "silent '[Rr]emaining'; silent 'committed'; silent 'without a KPI'"
jalon_in marketing en budget
check english all_of "says '[Rr]emaining'; says '12,000'"
LC_ALL=C LANG=fr_FR.UTF-8 "$JALON" --profile marketing budget </dev/null >"$W/files/out" 2>&1
out=$(plain_spaces <"$W/files/out")
check lang-from-environment-C-stays-english says '[Rr]emaining'
LC_ALL=fr_FR.UTF-8 "$JALON" --profile marketing budget </dev/null >"$W/files/out" 2>&1
out=$(plain_spaces <"$W/files/out")
check lang-from-environment-french says '12 000 €'
check french-catalogue-complete python3 "$here/catalogue.py" "$root" fr
check english-catalogue-valid msgfmt --check -o /dev/null "$root/client/po/en.po"
for name in $views; do
  jalon_in marketing fr "$name" $(view_text "$name")
  out=$(sed 's/ jalon [a-z-]* set [A-Z0-9]* --.*//' <<<"$out") # commands are what they are
  check "$name-french-has-no-english-words" silent '\b(title|status|owner|due date|planned|remaining|accountable|responsible|not measured|on target|off target|without|the measurement|since)\b'
done

# ---- budget ----
jalon_in marketing en budget --json
cp "$W/files/out" "$W/files/budget.json"
check budget-equals-control-totals python3 "$here/totals.py" "$DEMONSTRATION" "$W/files/budget.json"
jalon_in marketing fr budget
check budget-total-printed says '[Tt]otal.* 100 000.* 4 100.* 6 950,50.* 88 949,50'
check budget-says-what-remaining-is says '[Rr]este'
check budget-names-lines-without-kpi says 'B5.*B7.*B10'
for by in lever category bucket; do
  marketing budget --by $by --json
  check "budget-by-$by" all_of 'exits 0; parses_as_json'
done
marketing budget --by colour
check budget-by-unknown exits_complaining 4 'colour' 'lever'

# ---- lights ----
light() { value_of marketing "d.cells('kpis', '$1')['light']" kpi; }
check light-close-to-target [ "$(light K1)" = red ] # 4.3 % of 5 %: 14 % away, tolerance 10 %
check light-nothing-yet [ "$(light K2)" = red ]
check light-amber-or-red-by-tolerance [ "$(light K3)" = red ] # 64 of 75: 14.7 % away
check light-above [ "$(light K4)" = green ]                   # 26 % > 25 %
check light-below-is-good [ "$(light K5)" = green ]           # 2.90 < 3
check light-not-measured [ "$(light K7)" = none ]
marketing kpi set K1 --tolerance 15%
check light-follows-the-tolerance [ "$(light K1)" = amber ]
marketing measurement add --kpi K4 --date today --value 25%
check light-strict-comparator [ "$(light K4)" = amber ] # 25 % is not > 25 %
marketing kpi --today 2020-01-01 --json
check light-before-any-measurement python3 -c "
from document import Document
import sys
d = Document(open(sys.argv[1]).read())
assert {r['cells']['light'] for r in d.rows('kpis')} == {'none'}, d.rows('kpis')
assert d.data['as_of'] == '2020-01-01'" "$W/files/out"

# ---- one record with everything below it ----
marketing show A1
check show-has-raci all_of "says 'Directeur Marketing'; says 'Benoit Lefèvre'"
check show-has-kpis says 'Taux de conversion du site web'
check show-has-money says '1,000'
check show-has-comments says 'prévoir un renvoi direct'
check show-has-checklist says 'réponses types'
marketing tree
check tree-order python3 -c "
import sys
text = sys.argv[1]
places = [text.index(x) for x in ('Augmenter la génération de leads', 'Site web', 'Mettre en place un plugin de chat')]
assert places == sorted(places), text" "$out"
marketing dashboard --width 80
check dashboard-is-one-screen [ "$(wc -l <<<"$out")" -le 50 ]
check dashboard-has-all all_of "says 'O2 '; says '100,000'; says 'K1 '; says '[Bb]ucket'"

# ---- colours ----
in_terminal() { script -qec "stty cols 80 rows 50; $*" /dev/null </dev/null 2>&1; }
if command -v script >/dev/null; then
  colours() { grep -q $'\033\[[0-9;]*m' <<<"$1"; }
  check colours-in-a-terminal colours "$(in_terminal "'$JALON' --profile marketing kpi")"
  check no-colours-with-NO_COLOR eval '! colours "$(in_terminal "NO_COLOR=1 '"'$JALON'"' --profile marketing kpi")"'
  check no-colours-with-option eval '! colours "$(in_terminal "'"'$JALON'"' --profile marketing kpi --no-color")"'
  check no-colours-in-a-dumb-terminal eval '! colours "$(in_terminal "TERM=dumb '"'$JALON'"' --profile marketing kpi")"'
else
  echo "skip colours (no script)"
fi
marketing kpi
check no-colours-in-a-pipe clean
finish
