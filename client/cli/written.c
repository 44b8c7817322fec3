#include "client/cli/written.h"
#include "client/cli/undo.h"
#include "common/base/limits.h"
#include "common/model/budget/writes.h"
#include "common/record/schema.h"
#include <string.h>

const Jalon__Cell *jl_written_cell(const Jalon__Block *block, const Jalon__Row *row, const char *column) {
  for (size_t i = 0; block != NULL && i < block->n_columns && i < row->n_cells; i++)
    if (block->columns[i]->name != NULL && strcmp(block->columns[i]->name, column) == 0) return row->cells[i];
  return NULL;
}

bool jl_written_int(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, int64_t value, struct jl_error *err) {
  struct jl_bytes slice = jl_value_encode(cli->arena, jl_field_by_number(type, field), &(struct jl_value){.number = value});
  if (slice.data == NULL) return jl_cli_no_link(err);
  *record = jl_record_with(cli->arena, *record, field, slice);
  return record->data != NULL || jl_cli_no_link(err);
}

/* What a block says of records of a type: which field of them it changes. */
static uint32_t field_of(const char *block, uint32_t type) {
  if (strcmp(block, JL_BLOCK_ENDS) == 0) return type == JL_TYPE_BUDGET_LINE ? JL_BUDGET_LINE_LAST : 0;
  return type == JL_TYPE_BUDGET_LINE ? JL_BUDGET_LINE_PLANNED : type == JL_TYPE_BUDGET_MONTH ? JL_BUDGET_MONTH_PLANNED : 0;
}

static bool moved(const struct jl_lookup *one, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(one->record.type, one->record.number, reference);
  return jl_fail(err, JL_E_GUARD_FAILED, JL_MSG("{1} was changed while this was worked out"), JL_MSG("look again"), jl_arg_text(reference));
}

/* A last time that is not there is the plan's end; an amount that is not there is none. */
static bool put(struct jl_cli *cli, struct jl_group *g, const struct jl_lookup *one, uint32_t number, int64_t now, int64_t after, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(one->type, number);
  struct jl_bytes there = jl_record_slice(one->record.body, number);
  struct jl_bytes shown = jl_value_encode(cli->arena, field, &(struct jl_value){.number = now}),
                  next = jl_value_encode(cli->arena, field, &(struct jl_value){.number = after});
  bool none = there.size == 0 && (now == 0 || number == JL_BUDGET_LINE_LAST);
  if (shown.data == NULL || next.data == NULL) return jl_cli_no_link(err);
  if (!jl_same_bytes(there, shown) && !none) return moved(one, err);
  jl_group_update(g, one->record.type, &one->record.id);
  jl_group_field(g, number, there, next);
  return true;
}

static bool put_block(struct jl_cli *cli, const Jalon__Document *document, const char *name, struct jl_group *g, size_t *io_count, struct jl_error *err) {
  const Jalon__Block *block = jl_cli_block(document, name);
  struct jl_lookups l = {.space = cli->plan};
  size_t n = block == NULL ? 0 : block->n_rows;
  *io_count += n;
  if (n == 0) return true;
  if (*io_count > JL_GROUP_MAX_EDITS - 2) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("this changes more lines and months than one group holds"), NULL);
  for (size_t i = 0; i < n; i++) {
    struct jl_lookup *one = jl_lookup_add(cli, &l, NULL);
    const Jalon__RecordRef *record = block->rows[i]->record;
    if (one == NULL || record == NULL || field_of(name, record->type) == 0 || !jl_id_from_bytes((struct jl_bytes){record->id.data, record->id.len}, &one->id))
      return jl_cli_no_link(err);
    one->type = jl_record_type_by_number(record->type);
  }
  if (!jl_lookups_run(cli, &l, err)) return false;
  for (size_t i = 0; i < n; i++) {
    const Jalon__Cell *now = jl_written_cell(block, block->rows[i], "now"), *after = jl_written_cell(block, block->rows[i], "afterwards");
    if (l.items[i].error.code != JL_E_OK) {
      *err = l.items[i].error;
      return false;
    }
    if (now == NULL || after == NULL || !put(cli, g, &l.items[i], field_of(name, l.items[i].record.type), now->number, after->number, err)) return false;
  }
  return true;
}

bool jl_written_put(struct jl_cli *cli, const Jalon__Document *document, struct jl_group *g, size_t *ret_count, struct jl_error *err) {
  *ret_count = 0;
  return put_block(cli, document, JL_BLOCK_WRITES, g, ret_count, err) && put_block(cli, document, JL_BLOCK_ENDS, g, ret_count, err);
}

/* The submission alone: who could decide about it does not hang on what is planned anew. */
static bool nobody_decides(struct jl_cli *cli, const struct jl_id *id, struct jl_bytes record, bool *ret, struct jl_error *err) {
  struct jl_group *g = jl_group_new(&cli->plan);
  struct jl_tried tried;
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_create(g, JL_TYPE_APPROVAL, id, record);
  bool ok = jl_cli_try(cli, g, &tried, err);
  jl_group_free(g);
  if (!ok) return false;
  *ret = tried.error.code == JL_E_RULE_VIOLATION && tried.error.record_type == JL_TYPE_APPROVAL && tried.error.field == JL_APPROVAL_TARGET;
  if (!*ret) return true;
  jl_cli_say(cli, tried.error.message, tried.error.args, JL_ERROR_ARGS);
  if (tried.error.hint[0] != '\0') jl_cli_say(cli, tried.error.hint, tried.error.args, JL_ERROR_ARGS);
  return true;
}

bool jl_written_submit(struct jl_cli *cli, struct jl_group *g, const char *note, bool *ret_submits, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_APPROVAL);
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  struct jl_input input = jl_plan_input(cli, record);
  bool nobody = false;
  if (!jl_record_put_id(cli, type, &record, JL_APPROVAL_TARGET, &cli->plan, err) ||
      !jl_record_put_text(cli, type, &record, JL_APPROVAL_SECTION, "budget", &input, err) ||
      (note != NULL && !jl_record_put_text(cli, type, &record, JL_APPROVAL_NOTE, note, &input, err)) || !jl_record_check(type, record, err) ||
      (cli->dry_run && !nobody_decides(cli, &id, record, &nobody, err)))
    return false;
  if (!nobody) jl_group_create(g, type->number, &id, record);
  *ret_submits = !nobody;
  return true;
}

bool jl_written_agreed(struct jl_cli *cli, const struct jl_group *g, struct jl_error *err) {
  struct jl_tried tried;
  if (!jl_undo_asks(cli)) return true;
  if (!jl_cli_try(cli, g, &tried, err)) return false;
  if (tried.error.code != JL_E_OK && tried.conflict_count == 0) { /* a conflict is shown when it is sent, and kept to be resolved */
    *err = tried.error;
    return false;
  }
  return jl_undo_agreed(cli, err);
}

struct jl_arg jl_written_approval(const struct jl_outcome_of *outcome) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == JL_TYPE_APPROVAL) jl_reference_text(JL_TYPE_APPROVAL, outcome->given[i].number, reference);
  return jl_arg_text(reference);
}
