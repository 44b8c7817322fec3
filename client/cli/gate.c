/* gate override: the accountable lets a campaign start although something is missing, with a reason; one record for each part that lacks
 * something, in one group. What is missing is what the gate shows; the server keeps what was missing when the group came. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <string.h>

/* The block has a line that says no, and that no override covers yet. */
static bool lacks(const Jalon__Document *document, const char *block_name) {
  const Jalon__Block *block = jl_cli_block(document, block_name);
  size_t answer = SIZE_MAX, overridden = SIZE_MAX;
  for (size_t c = 0; block != NULL && c < block->n_columns; c++) {
    if (strcmp(block->columns[c]->name, "answer") == 0) answer = c;
    if (strcmp(block->columns[c]->name, "overridden") == 0) overridden = c;
  }
  for (size_t i = 0; block != NULL && i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    if (answer >= row->n_cells || overridden >= row->n_cells || row->cells[overridden]->kind == JL_ARG_BOOL) continue;
    const char *text = row->cells[answer]->alternative;
    if (text != NULL && (strcmp(text, "no") == 0 || strcmp(text, "needs-answer") == 0)) return true;
  }
  return false;
}

static bool add_part(struct jl_cli *cli, struct jl_group *g, const struct jl_id *action, const char *part, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_LAUNCH_OVERRIDE);
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  struct jl_input input = jl_plan_input(cli, record);
  if (!jl_record_put_id(cli, type, &record, JL_LAUNCH_OVERRIDE_ACTION, action, err) ||
      !jl_record_put_text(cli, type, &record, JL_LAUNCH_OVERRIDE_SECTION, part, &input, err) ||
      !jl_record_put_text(cli, type, &record, JL_LAUNCH_OVERRIDE_REASON, cli->words[1], &input, err) || !jl_record_check(type, record, err))
    return false;
  jl_group_create(g, type->number, &id, record);
  return true;
}

bool jl_cmd_gate_override(struct jl_cli *cli, struct jl_error *err) {
  static const char *const parts[] = {"traceability", "questions"}; /* blocks of the view and texts of the field are the same words */
  struct jl_lookup one = {.text = cli->words[0], .field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_LAUNCH_OVERRIDE), JL_LAUNCH_OVERRIDE_ACTION)};
  char reference[JL_REFERENCE_SIZE];
  if (!jl_lookup_one(cli, &one, err)) return false;
  jl_reference_text(one.record.type, one.record.number, reference);
  const struct jl_parameter parameter = {"record", reference};
  struct jl_view_ask ask = {.space = cli->plan, .view = "gate", .parameters = &parameter, .parameter_count = 1};
  const Jalon__Document *document;
  uint64_t revision;
  size_t made = 0;
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  if (g == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < JL_COUNT(parts); i++) {
    if (!lacks(document, parts[i])) continue;
    made++;
    if (add_part(cli, g, &one.record.id, parts[i], err)) continue;
    jl_group_free(g);
    return false;
  }
  struct jl_outcome_of outcome;
  bool ok = made > 0 ? jl_cli_submit(cli, g, &outcome, err)
                     : jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("nothing is missing for {1} that is not overridden already"), JL_MSG("jalon gate {1}"),
                               jl_arg_text(reference));
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} could start: what is missing would be overridden") : JL_MSG("{1} may start: what is missing is overridden{2}"),
         jl_arg_text(reference), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
