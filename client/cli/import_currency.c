/* Amounts that a file or an earlier plan brings count in the currency of the plan that they come from, where they name none: they do not become so
 * much of another one. The same is said of records that are there already by the server's rules (common/model/budget/currency_kept.c). */
#include "client/cli/import.h"
#include "common/record/schema.h"
#include <string.h>

const char *jl_import_currency_of(const struct jl_import *im, struct jl_bytes plan) {
  struct jl_bytes text = jl_record_text(jl_record_type_by_number(JL_TYPE_PLAN), plan, JL_PLAN_CURRENCY);
  const char *copy = jl_arena_strndup(im->cli->arena, (const char *)text.data, text.size);
  return copy == NULL ? "" : copy;
}

static bool in_money(const struct jl_record_type *type, struct jl_bytes record) {
  return strncmp(jl_record_unit_implied(type, record), "currency", 8) == 0; /* a KPI that is computed in money, and what is wanted of it */
}

/* Whether the record has, or decides of, amounts in the plan's currency. The months of a line are in that of the line, which is among the records too. */
static bool counts(const struct jl_import_item *item) {
  const struct jl_record_type *type = jl_record_type_by_number(item->type);
  if (type == NULL || type->space != JL_SPACE_PLAN || item->type == JL_TYPE_PLAN || item->type == JL_TYPE_BUDGET_MONTH) return false;
  if (item->type == JL_TYPE_BUDGET_LINE && !jl_record_has(item->record, JL_BUDGET_LINE_CURRENCY)) return true;
  if (item->type == JL_TYPE_EXCHANGE_RATE || in_money(type, item->record)) return true;
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    if (field->kind != JL_KIND_MONEY || jl_record_int(type, item->record, field->number, 0) == 0) continue;
    if (field->unit_field == 0 || !jl_record_has(item->record, field->unit_field)) return true;
  }
  return false;
}

const struct jl_import_item *jl_import_in_currency(const struct jl_import *im, const char *from, const char *to) {
  if (strlen(from) != 3 || strlen(to) != 3 || strcmp(from, to) == 0) return NULL;
  for (size_t i = 0; i < im->item_count; i++)
    if (counts(&im->items[i])) return &im->items[i];
  return NULL;
}

bool jl_import_same_currency(const struct jl_import *im, const char *from, const char *to, const char *hint, struct jl_error *err) {
  const struct jl_import_item *first = jl_import_in_currency(im, from, to);
  if (first == NULL) return true;
  const struct jl_record_type *type = jl_record_type_by_number(first->type);
  return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("the amounts are in {1}, and nobody converts them into {2}: {3} {4}"), hint, jl_arg_text(from), jl_arg_text(to),
                 jl_arg_label(type->label), jl_arg_text(jl_title_text(im->cli, first->type, first->record)));
}
