/* experiment conclude: the verdict that the counts speak for, or another one that somebody gives, with what was learned. */
#include "client/cli/experiment.h"
#include "client/cli/rhythm.h"
#include "common/record/schema.h"
#include <string.h>

static const uint32_t fields[] = {JL_EXPERIMENT_VERDICT, JL_EXPERIMENT_CONCLUSION, JL_EXPERIMENT_CONCLUDED};

/* What the view says: won, lost or unclear. */
static bool counts_say(struct jl_cli *cli, const char *reference, const char **ret, struct jl_error *err) {
  struct jl_parameter record = {"record", reference};
  const struct jl_view_ask ask = {.space = cli->plan, .view = "experiments", .parameters = &record, .parameter_count = 1};
  const Jalon__Document *document;
  uint64_t revision;
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  const Jalon__Block *block = jl_cli_block(document, "experiments");
  const Jalon__Cell *says = block == NULL || block->n_rows == 0 ? NULL : jl_row_cell(block, block->rows[0], "says");
  *ret = says != NULL && says->alternative != NULL ? says->alternative : "unclear";
  return jl_cli_mark_document(cli, &cli->plan, document, revision, err);
}

static const char *verdict_label(const char *text) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_EXPERIMENT), JL_EXPERIMENT_VERDICT);
  const struct jl_enum_value *value = jl_enum_by_text(field->enumeration, text);
  return value == NULL ? NULL : value->label;
}

bool jl_cmd_experiment_conclude(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_EXPERIMENT);
  struct jl_lookup one = {.text = cli->words[0], .type = type, .base_fields = fields, .base_field_count = JL_COUNT(fields)};
  const char *given = jl_cli_option(cli, "verdict"), *says = "unclear";
  struct jl_outcome_of outcome = {0};
  struct jl_rhythm r;
  if (!jl_lookup_one(cli, &one, err) || !counts_say(cli, cli->words[0], &says, err)) return false;
  const char *verdict = given != NULL ? given : says, *label = verdict_label(verdict);
  if (label == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no verdict"), JL_MSG("won, lost or unclear"), jl_arg_text(verdict));
  if (!jl_rhythm_begin(&r, cli, err)) return false;
  const struct jl_enum_value *value = jl_enum_by_text(jl_field_by_number(type, JL_EXPERIMENT_VERDICT)->enumeration, verdict);
  jl_group_update(r.group, JL_TYPE_EXPERIMENT, &one.record.id);
  bool ok = jl_change_number(&r, &one, JL_EXPERIMENT_VERDICT, value->number, err) && jl_change_text(&r, &one, JL_EXPERIMENT_CONCLUSION, cli->words[1], err) &&
            jl_change_number(&r, &one, JL_EXPERIMENT_CONCLUDED, jl_cli_today(cli), err);
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would be concluded: {2}") : JL_MSG("{1} concluded: {2}{3}"), jl_cli_called(cli, &one.record), jl_arg_label(label), jl_cli_made(cli, &outcome));
  if (strcmp(verdict, says) != 0) jl_talk(cli, JL_MSG("the counts speak for another verdict: {1}"), jl_arg_label(verdict_label(says)));
  if (strcmp(verdict, "won") == 0)
    jl_talk(cli, JL_MSG("it is proven now: jalon bucket promote LINE --evidence {1} moves its budget line towards the 70"), jl_cli_called(cli, &one.record));
  jl_cli_done(cli, &outcome);
  return true;
}
