#!/bin/bash
# What an import made in the organisation goes with it when it is taken back: by its name and as the last change, to the last byte of what was there before;
# what a plan names stays.
. "$(dirname "$0")/lib.sh"
set_up

# ---- a RACI grid: its roles are the organisation's, and go too ----
printf 'Tâche;Levier;Chef de zone;Chef de rayon\nInventaire;SEO;R;A\nVitrine;SEO;A;R\n' >"$W/files/grid.csv"
admin plan use "$DEMONSTRATION_NAME"
before=$(state_hash)
roles() { sql "SELECT count(*) FROM role WHERE name LIKE 'Chef de %' AND deleted_revision IS NULL"; }
admin import "$W/files/grid.csv" --as raci-grid --create
check grid-with-roles all_of "exits 0; [ \$(roles) = 2 ]"
admin undo --import grid.csv --dry-run
check grid-dry-run all_of "exits 0; complains 'of the organisation it takes back what grid.csv made there'; [ \$(roles) = 2 ]"
admin undo --import grid.csv --yes
check grid-is-taken-back exits 0
check as-if-it-had-never-been [ "$before" = "$(state_hash)" ]
admin undo --import grid.csv --yes
check taken-back-already exits_complaining 8 'taken back already'
admin import "$W/files/grid.csv" --as raci-grid --create
check grid-once-more all_of "exits 0; [ \$(roles) = 2 ]"
admin undo --yes
check by-plain-undo [ "$before" = "$(state_hash)" ]
admin import "$W/files/grid.csv" --as raci-grid --create
admin plan new Ailleurs --start 2026-01-01 --end 2026-12-31
admin lever add SEO
admin action add Audit --lever L1
admin raci set A1 A="Chef de zone"
check another-plan-names-it exits 0
admin plan use "$DEMONSTRATION_NAME"
admin undo --import grid.csv --yes
check a-role-that-another-plan-names-stays all_of "complains 'stay'; [ \"\$(sql \"SELECT string_agg(name, ' ') FROM role WHERE name LIKE 'Chef de %' AND deleted_revision IS NULL\")\" = 'Chef de zone' ]"
check its-rows-are-gone [ "$(sql "SELECT count(*) FROM action WHERE title IN ('Inventaire', 'Vitrine') AND deleted_revision IS NULL")" = 0 ]
finish
