/* jalon check: the view with an exit status, and findings that people accept with a reason or no longer do. */
#include "client/cli/cli.h"
#include "common/model/findings/findings.h"
#include "common/record/schema.h"
#include <string.h>

#define RECORDS_MAX 64 /* accepted at once */

/* ---- the view ---- */
/* Of the note that sums up: errors, warnings, advice, accepted (check_view.c). */
static int64_t count_of(const Jalon__Document *document, size_t argument) {
  const Jalon__Block *summary = jl_cli_block(document, "summary");
  if (summary == NULL || summary->n_notes == 0 || argument >= summary->notes[0]->n_arguments) return 0;
  return summary->notes[0]->arguments[argument]->number;
}

static bool counts(struct jl_cli *cli, const Jalon__Document *document, struct jl_error *err) {
  int64_t errors = count_of(document, 0), warnings = count_of(document, 1);
  if (errors == 0 && (warnings == 0 || jl_cli_option(cli, "strict") == NULL)) return true;
  cli->printed = true; /* what was found says it better */
  return jl_fail(err, JL_E_FINDINGS, JL_MSG("errors: {1}, warnings: {2}"), NULL, jl_arg_integer(errors), jl_arg_integer(warnings));
}

static bool ask(struct jl_cli *cli, const struct jl_parameter *parameters, size_t n, const Jalon__Document **ret_document, uint64_t *ret_revision,
                struct jl_error *err) {
  struct jl_view_ask asked = {.space = cli->plan, .view = "check", .parameters = parameters, .parameter_count = n};
  return jl_cli_document(cli, &asked, ret_document, ret_revision, err);
}

static bool show(struct jl_cli *cli, const struct jl_parameter *parameters, size_t n, bool judges, struct jl_error *err) {
  const Jalon__Document *document = NULL;
  uint64_t revision = 0;
  if (!ask(cli, parameters, n, &document, &revision, err) || !jl_cli_print_document(cli, document, err)) return false;
  if (cli->at_text == NULL && !jl_cli_mark_document(cli, &cli->plan, document, revision, err)) return false;
  return !judges || counts(cli, document, err);
}

/* Options of the view are its parameters; a switch says yes. */
bool jl_cmd_check(struct jl_cli *cli, struct jl_error *err) {
  struct jl_parameter parameters[8];
  struct jl_id given;
  size_t n = 0;
  char known[JL_ID_TEXT_SIZE];
  if (jl_cli_option(cli, "page") != NULL) return jl_cli_rules_page(cli, err);
  if (jl_cli_option(cli, "rules") != NULL) return jl_cli_view_here(cli, "check", &(struct jl_parameter){"rules", "yes"}, 1, err);
  if (!jl_cli_ready(cli, JL_COMMAND_PLAN | JL_COMMAND_PAST, err)) return false;
  if (cli->word_count > 0) parameters[n++] = (struct jl_parameter){"record", cli->words[0]};
  if (cli->word_count > 0 && jl_cli_given(cli, cli->words[0], &given)) {
    jl_id_format(&given, known);
    parameters[0].value = known;
  }
  for (size_t i = 0; i < cli->option_count && n < JL_COUNT(parameters); i++)
    if (jl_view_takes(jl_view_by_name("check"), cli->options[i].name))
      parameters[n++] = (struct jl_parameter){cli->options[i].name, cli->options[i].value[0] == '\0' ? "yes" : cli->options[i].value};
  return show(cli, parameters, n, true, err);
}

bool jl_cmd_check_accepted(struct jl_cli *cli, struct jl_error *err) {
  return show(cli, &(struct jl_parameter){"accepted", "yes"}, 1, false, err);
}

/* ---- accepting ---- */
struct accepting {
  struct jl_cli *cli;
  const struct jl_finding_rule *rule;
  struct jl_lookups lookups; /* of the records named; none: the plan as a whole */
  const Jalon__Block *findings;
};

static bool begin(struct accepting *a, struct jl_cli *cli, struct jl_error *err) {
  *a = (struct accepting){.cli = cli, .rule = jl_finding_rule_by_code(cli->words[0]), .lookups = {.space = cli->plan}};
  const struct jl_field *target = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACCEPTED_FINDING), JL_ACCEPTED_FINDING_TARGET);
  if (a->rule == NULL) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no rule {1}"), JL_MSG("jalon check --rules lists them"), jl_arg_text(cli->words[0]));
  for (size_t i = 1; i < cli->word_count; i++) {
    struct jl_lookup *one = jl_lookup_add(cli, &a->lookups, cli->words[i]);
    if (one == NULL) return jl_cli_no_link(err);
    one->field = target;
  }
  if (a->lookups.count > 0 && !jl_lookups_run(cli, &a->lookups, err)) return false;
  for (size_t i = 0; i < a->lookups.count; i++) {
    if (a->lookups.items[i].error.code == JL_E_OK) continue;
    *err = a->lookups.items[i].error;
    return false;
  }
  return true;
}

static const struct jl_id *target_of(const struct accepting *a, size_t i) { return a->lookups.count == 0 ? &a->cli->plan : &a->lookups.items[i].record.id; }

static size_t targets(const struct accepting *a) { return a->lookups.count == 0 ? 1 : a->lookups.count; }

static const char *name_of(const struct accepting *a, size_t i) {
  char reference[JL_REFERENCE_SIZE];
  if (a->lookups.count == 0) return jl_tr(JL_MSG("the plan"));
  jl_reference_text(a->lookups.items[i].record.type, a->lookups.items[i].record.number, reference);
  const char *made = jl_arena_strdup(a->cli->arena, reference);
  return made == NULL ? "" : made;
}

static bool put_number(const struct accepting *a, struct jl_bytes *record, uint32_t field, int64_t number, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ACCEPTED_FINDING);
  struct jl_bytes slice = jl_value_encode(a->cli->arena, jl_field_by_number(type, field), &(struct jl_value){.number = number});
  if (slice.data != NULL) *record = jl_record_with(a->cli->arena, *record, field, slice);
  return (slice.data != NULL && record->data != NULL) || jl_cli_no_link(err);
}

static bool acceptance(const struct accepting *a, size_t i, struct jl_bytes *ret_record, struct jl_id *ret_id, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ACCEPTED_FINDING);
  struct jl_input input = jl_plan_input(a->cli, (struct jl_bytes){NULL, 0});
  *ret_record = (struct jl_bytes){NULL, 0};
  if (!jl_record_put_id(a->cli, type, ret_record, JL_ACCEPTED_FINDING_TARGET, target_of(a, i), err) ||
      !jl_record_put_text(a->cli, type, ret_record, JL_ACCEPTED_FINDING_CODE, a->rule->code, &input, err) ||
      !put_number(a, ret_record, JL_ACCEPTED_FINDING_SECTION, jl_finding_rule_section(a->rule), err))
    return false;
  return jl_record_natural_id(type, &a->cli->plan, *ret_record, ret_id) || jl_cli_no_link(err);
}

static size_t column_of(const Jalon__Block *block, const char *name) {
  size_t c = 0;
  while (c < block->n_columns && strcmp(block->columns[c]->name, name) != 0) c++;
  return c;
}

/* The worst that the rule has found about it; false: nothing. What is found about
 * people counts for the plan. */
static bool extent_of(const struct accepting *a, size_t i, int64_t *ret_extent) {
  size_t column = column_of(a->findings, "extent");
  bool found = false;
  *ret_extent = 0;
  for (size_t r = 0; r < a->findings->n_rows; r++) {
    const Jalon__Row *row = a->findings->rows[r];
    const struct jl_record_type *type = row->record == NULL ? NULL : jl_record_type_by_number(row->record->type);
    struct jl_id id = a->cli->plan;
    if (type != NULL && type->space == JL_SPACE_PLAN && !jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &id)) continue;
    if (!jl_id_equal(&id, target_of(a, i)) || column >= row->n_cells) continue;
    found = true;
    if (row->cells[column]->number > *ret_extent) *ret_extent = row->cells[column]->number;
  }
  return found;
}

/* Accepted before, now with another reason or until another day: it is accepted anew, not merged into what was said then. */
static bool end_former(const struct accepting *a, struct jl_group *g, const struct jl_id *id, struct jl_error *err) {
  struct jl_lookups there = {.space = a->cli->plan};
  struct jl_lookup *one = jl_lookup_add(a->cli, &there, NULL);
  if (one == NULL) return jl_cli_no_link(err);
  one->id = *id;
  one->type = jl_record_type_by_number(JL_TYPE_ACCEPTED_FINDING);
  if (!jl_lookups_run(a->cli, &there, err)) return false;
  if (there.items[0].error.code == JL_E_OK && there.items[0].record.deleted_revision == 0)
    jl_group_delete(g, JL_TYPE_ACCEPTED_FINDING, id, there.items[0].record.revision, false);
  return true;
}

static bool add_one(const struct accepting *a, struct jl_group *g, size_t i, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ACCEPTED_FINDING);
  struct jl_input input = jl_plan_input_of(a->cli, &a->cli->plan);
  const char *until = jl_cli_option(a->cli, "until");
  struct jl_bytes record;
  struct jl_id id;
  int64_t extent;
  if (!extent_of(a, i, &extent))
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} ({2}): nothing is found there"),
                   a->lookups.count == 0 ? JL_MSG("name the record: jalon check accept {1} REF --reason \"...\"") : JL_MSG("jalon check --rule {1} lists what it has found"),
                   jl_arg_text(a->rule->code), jl_arg_text(name_of(a, i)));
  if (!acceptance(a, i, &record, &id, err) ||
      !jl_record_put_text(a->cli, type, &record, JL_ACCEPTED_FINDING_REASON, jl_cli_option(a->cli, "reason"), &input, err) ||
      (until != NULL && !jl_record_put_text(a->cli, type, &record, JL_ACCEPTED_FINDING_UNTIL, until, &input, err)) ||
      !put_number(a, &record, JL_ACCEPTED_FINDING_EXTENT, extent, err) || !jl_record_check(type, record, err) ||
      !end_former(a, g, &id, err))
    return false;
  jl_group_create(g, type->number, &id, record);
  return true;
}

static bool submit(const struct accepting *a, struct jl_group *g, bool ok, const char *done, const char *would, struct jl_error *err) {
  struct jl_outcome_of outcome;
  const char *names = "";
  ok = ok && jl_cli_submit(a->cli, g, &outcome, err);
  jl_group_free(g);
  for (size_t i = 0; ok && names != NULL && i < targets(a); i++) names = jl_arena_printf(a->cli->arena, "%s%s%s", names, i == 0 ? "" : ", ", name_of(a, i));
  if (!ok || names == NULL) return ok && jl_cli_no_link(err);
  jl_say(a->cli, a->cli->dry_run ? would : done, jl_arg_text(a->rule->code), jl_arg_text(names), jl_cli_made(a->cli, &outcome));
  jl_cli_done(a->cli, &outcome);
  return true;
}

bool jl_cmd_check_accept(struct jl_cli *cli, struct jl_error *err) {
  struct accepting a;
  const Jalon__Document *document = NULL;
  uint64_t revision = 0;
  const char *reason = jl_cli_option(cli, "reason");
  if (reason == NULL || reason[0] == '\0')
    return jl_fail(err, JL_E_USAGE, JL_MSG("a finding is accepted with a reason"), JL_MSG("jalon check accept {1} --reason \"...\""), jl_arg_text(cli->words[0]));
  if (!begin(&a, cli, err) || !ask(cli, &(struct jl_parameter){"rule", a.rule->code}, 1, &document, &revision, err)) return false;
  a.findings = jl_cli_block(document, "findings");
  struct jl_group *g = a.findings == NULL ? NULL : jl_group_new(&cli->plan);
  if (g == NULL) return jl_cli_no_link(err);
  bool ok = true;
  for (size_t i = 0; ok && i < targets(&a); i++) ok = add_one(&a, g, i, err);
  return submit(&a, g, ok, JL_MSG("accepted: {1} ({2}){3}"), JL_MSG("{1} ({2}) would be accepted"), err);
}

/* ---- and no longer ---- */
bool jl_cmd_check_withdraw(struct jl_cli *cli, struct jl_error *err) {
  struct accepting a;
  struct jl_id ids[RECORDS_MAX];
  struct jl_lookups there = {.space = cli->plan};
  if (!begin(&a, cli, err)) return false;
  for (size_t i = 0; i < targets(&a); i++) {
    struct jl_bytes key;
    if (!acceptance(&a, i, &key, &ids[i], err)) return false;
    struct jl_lookup *one = jl_lookup_add(cli, &there, NULL);
    if (one == NULL) return jl_cli_no_link(err);
    one->id = ids[i];
    one->type = jl_record_type_by_number(JL_TYPE_ACCEPTED_FINDING);
  }
  if (!jl_lookups_run(cli, &there, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  if (g == NULL) return jl_cli_no_link(err);
  bool ok = true;
  for (size_t i = 0; ok && i < there.count; i++) {
    const struct jl_lookup *one = &there.items[i];
    if (one->error.code != JL_E_OK || one->record.deleted_revision != 0)
      ok = jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} ({2}) is not accepted"), JL_MSG("jalon check accepted lists what is"), jl_arg_text(a.rule->code),
                   jl_arg_text(name_of(&a, i)));
    else
      jl_group_delete(g, JL_TYPE_ACCEPTED_FINDING, &ids[i], one->record.revision, false);
  }
  return submit(&a, g, ok, JL_MSG("no longer accepted: {1} ({2}){3}"), JL_MSG("{1} ({2}) would no longer be accepted"), err);
}
