/* What a playbook finds below the lever: actions of the same titles say that it was used before, KPIs of the same names are used again. */
#include "client/cli/playbook.h"
#include "client/cli/undo.h"
#include "common/record/schema.h"
#include <string.h>

/* "A12 Title *" without its number and the mark of what nobody has signed. */
static struct jl_bytes title_in(const Jalon__Row *row) {
  const char *text = row->n_cells > 0 && row->cells[0]->text != NULL ? row->cells[0]->text : "";
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(row->record->type, row->record->has_number ? row->record->number : 0, reference);
  size_t size = strlen(reference);
  if (strncmp(text, reference, size) == 0 && text[size] == ' ') text += size + 1;
  size = strlen(text);
  if (size > 2 && strcmp(text + size - 2, " *") == 0) size -= 2;
  return (struct jl_bytes){(const uint8_t *)text, size};
}

static bool is_step(const struct jl_playbook_use *u, struct jl_bytes title) {
  const struct jl_record_type *step = jl_record_type_by_number(JL_TYPE_PLAYBOOK_STEP);
  for (size_t i = 0; i < u->playbook->below_count; i++)
    if (jl_same_bytes(jl_record_text(step, u->playbook->below[i].body, JL_PLAYBOOK_STEP_TITLE), title)) return true;
  return false;
}

static bool keep_kpi(struct jl_playbook_use *u, const Jalon__Row *row) {
  struct jl_playbook_kpi *kpis = jl_arena_array(u->cli->arena, u->kpi_count + u->playbook->below_count + 1, sizeof *kpis);
  if (kpis == NULL) return false;
  if (u->kpi_count > 0) memcpy(kpis, u->kpis, u->kpi_count * sizeof *kpis);
  kpis[u->kpi_count].name = title_in(row);
  if (!jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &kpis[u->kpi_count].id)) return true;
  u->kpis = kpis;
  u->kpi_count++;
  return true;
}

static bool look(struct jl_playbook_use *u, const char *lever, size_t *ret_actions, struct jl_error *err) {
  const struct jl_parameter record = {"record", lever};
  const struct jl_view_ask ask = {.space = u->cli->plan, .view = "show", .parameters = &record, .parameter_count = 1};
  const Jalon__Document *document;
  uint64_t revision;
  if (!jl_cli_document(u->cli, &ask, &document, &revision, err)) return false;
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; r < document->blocks[b]->n_rows; r++) {
      const Jalon__Row *row = document->blocks[b]->rows[r];
      if (row->record == NULL) continue;
      if (row->record->type == JL_TYPE_ACTION && is_step(u, title_in(row))) ++*ret_actions;
      if (row->record->type == JL_TYPE_KPI && !keep_kpi(u, row)) return jl_cli_no_link(err);
    }
  return true;
}

bool jl_playbook_used(struct jl_playbook_use *u, const struct jl_record_state *lever, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  size_t actions = 0;
  if (lever->number == 0) return true; /* made here, and not sent yet */
  jl_reference_text(JL_TYPE_LEVER, lever->number, reference);
  if (!look(u, reference, &actions, err)) return false;
  if (actions == 0 || jl_cli_option(u->cli, "again") != NULL) return true;
  const struct jl_arg name = jl_arg_text(u->cli->words[0]), count = jl_arg_integer((int64_t)actions), below = jl_arg_text(u->lever_name);
  if (!jl_undo_asks(u->cli))
    return jl_fail(err, JL_E_INVALID, JL_MSG("the playbook {1} was used before: below {3} stand actions of its steps, {2} in all"),
                   JL_MSG("--again makes them once more"), name, count, below);
  jl_talk(u->cli, JL_MSG("the playbook {1} was used before: below {3} stand actions of its steps, {2} in all"), name, count, below);
  return jl_undo_agreed(u->cli, err);
}
