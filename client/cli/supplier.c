/* supplier list, supplier rename: suppliers are the names on expenses (common/model/budget/suppliers_view.c says why they are no records). */
#include "client/cli/undo.h"
#include "client/cli/written.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include <string.h>

static bool ask(struct jl_cli *cli, const char *name, const Jalon__Document **ret, uint64_t *ret_revision, struct jl_error *err) {
  static const char *const options[] = {"basis", "period"};
  struct jl_parameter parameters[JL_COUNT(options) + 1];
  size_t n = 0;
  if (name != NULL) parameters[n++] = (struct jl_parameter){"name", name};
  for (size_t i = 0; i < JL_COUNT(options); i++)
    if (jl_cli_option(cli, options[i]) != NULL) parameters[n++] = (struct jl_parameter){options[i], jl_cli_option(cli, options[i])};
  struct jl_view_ask question = {.space = cli->plan, .view = "suppliers", .parameters = parameters, .parameter_count = n};
  return ret == NULL ? jl_cli_view(cli, &question, err) : jl_cli_document(cli, &question, ret, ret_revision, err);
}

bool jl_cmd_supplier_list(struct jl_cli *cli, struct jl_error *err) {
  return ask(cli, cli->word_count > 0 ? cli->words[0] : NULL, NULL, NULL, err);
}

/* ---- rename ---- */
static bool look_up(struct jl_cli *cli, const Jalon__Block *expenses, struct jl_lookups *l, struct jl_error *err) {
  for (size_t i = 0; i < expenses->n_rows; i++) {
    const Jalon__RecordRef *record = expenses->rows[i]->record;
    struct jl_lookup *one = record == NULL ? NULL : jl_lookup_add(cli, l, NULL);
    if (record == NULL) continue; /* the total */
    if (one == NULL || !jl_id_from_bytes((struct jl_bytes){record->id.data, record->id.len}, &one->id)) return jl_cli_no_link(err);
    one->type = jl_record_type_by_number(JL_TYPE_EXPENSE);
  }
  if (l->count > JL_GROUP_MAX_EDITS)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} expenses are more than one group holds"), NULL, jl_arg_integer((int64_t)l->count));
  return jl_lookups_run(cli, l, err);
}

/* Where the name is that of its document's first line, that one is changed. *io_count: of those that are. */
static bool put_name(struct jl_group *g, const struct jl_lookup *one, struct jl_bytes name, size_t *io_count, struct jl_error *err) {
  struct jl_bytes there = jl_record_slice(one->record.body, JL_EXPENSE_SUPPLIER);
  if (one->error.code != JL_E_OK) {
    *err = one->error;
    return false;
  }
  if (there.size == 0 || jl_same_bytes(there, name)) return true;
  jl_group_update(g, JL_TYPE_EXPENSE, &one->record.id);
  jl_group_field(g, JL_EXPENSE_SUPPLIER, there, name);
  ++*io_count;
  return true;
}

bool jl_cmd_supplier_rename(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_EXPENSE);
  const Jalon__Document *document;
  struct jl_lookups l = {.space = cli->plan};
  struct jl_outcome_of outcome = {0};
  struct jl_bytes made = {NULL, 0};
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  uint64_t revision;
  size_t count = 0;
  if (cli->words[1][strspn(cli->words[1], " ")] == '\0') return jl_fail(err, JL_E_USAGE, JL_MSG("a supplier has a name"), NULL);
  if (!jl_record_put_text(cli, type, &made, JL_EXPENSE_SUPPLIER, cli->words[1], &input, err) || !ask(cli, cli->words[0], &document, &revision, err)) return false;
  const Jalon__Block *expenses = jl_cli_block(document, "expenses");
  struct jl_bytes name = jl_record_slice(made, JL_EXPENSE_SUPPLIER);
  struct jl_group *g = jl_group_new(&cli->plan);
  bool ok = g != NULL && expenses != NULL ? look_up(cli, expenses, &l, err) : jl_cli_no_link(err);
  for (size_t i = 0; ok && i < l.count; i++) ok = put_name(g, &l.items[i], name, &count, err);
  if (ok && count > 0 && jl_undo_asks(cli))
    jl_talk(cli, JL_MSG("expenses that would name the supplier {2}: {1}"), jl_arg_integer((int64_t)count), jl_arg_text(cli->words[1]));
  if (ok && count > 0) ok = jl_written_agreed(cli, g, err) && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  if (count == 0) {
    jl_say(cli, JL_MSG("every expense of it names it so already: nothing to change"));
    return true;
  }
  jl_say(cli, cli->dry_run ? JL_MSG("expenses that would name the supplier {2}: {1}") : JL_MSG("expenses that now name the supplier {2}: {1}{3}; jalon undo takes it back"),
         jl_arg_integer((int64_t)count), jl_arg_text(cli->words[1]), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
