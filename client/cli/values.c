/* What people typed for the fields of a record, by the field tables only. */
#include "client/cli/cli.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include <string.h>

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* Cuts "a, b" at its commas; "+a" and "-b" give the sign, which holds until the next one. */
static bool split_set(struct jl_cli *cli, const char *value, struct jl_typed *typed, char *signs, size_t capacity, struct jl_error *err) {
  char sign = '=';
  if (value[0] == '\0') {
    typed->texts[typed->text_count] = "";
    signs[typed->text_count++] = '=';
    return true;
  }
  while (*value != '\0') {
    size_t size = strcspn(value, ","), start = strspn(value, " ");
    size_t end = size;
    if (start < size && (value[start] == '+' || value[start] == '-')) sign = value[start++];
    while (end > start && value[end - 1] == ' ') end--;
    if (end > start) {
      char *text = jl_arena_strndup(cli->arena, value + start, end - start);
      if (text == NULL || typed->text_count >= capacity) return no_memory(err);
      typed->texts[typed->text_count] = text;
      signs[typed->text_count++] = sign;
    }
    value += size + (value[size] == ',');
  }
  return true;
}

static bool collect_field(struct jl_cli *cli, const struct jl_field *field, struct jl_typed *typed, struct jl_error *err) {
  size_t capacity = 0;
  for (size_t i = 0; i < cli->option_count; i++)
    for (const char *c = cli->options[i].value; strcmp(cli->options[i].name, field->flag) == 0 && *c != '\0'; c++) capacity += 1;
  capacity += cli->option_count + 1;
  char *signs = jl_arena_alloc(cli->arena, capacity);
  *typed = (struct jl_typed){.field = field, .texts = jl_arena_array(cli->arena, capacity, sizeof *typed->texts), .signs = signs};
  if (signs == NULL || typed->texts == NULL) return no_memory(err);
  for (size_t i = 0; i < cli->option_count; i++) {
    if (strcmp(cli->options[i].name, field->flag) != 0) continue;
    const char *value = cli->options[i].value;
    if (field->repeated) {
      if (!split_set(cli, value, typed, signs, capacity, err)) return false;
      continue;
    }
    if (typed->text_count > 0) return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} is given twice"), NULL, jl_arg_text(field->flag));
    typed->texts[0] = value;
    typed->text_count = 1;
    signs[0] = field->merge == JL_MERGE_COUNTER && (value[0] == '+' || value[0] == '-') ? value[0] : '=';
  }
  for (size_t i = 1; i < typed->text_count; i++)
    if ((signs[i] == '=') != (signs[0] == '='))
      return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} takes either a whole list or +x and -x"), NULL, jl_arg_text(field->flag));
  return true;
}

bool jl_typed_collect(struct jl_cli *cli, const struct jl_record_type *type, struct jl_lookups *lookups, struct jl_typed **ret_typed,
                      size_t *ret_count, struct jl_error *err) {
  struct jl_typed *typed = jl_arena_array(cli->arena, type->field_count + 1, sizeof *typed);
  size_t n = 0;
  if (typed == NULL) return no_memory(err);
  for (size_t f = 0; f < type->field_count; f++) {
    const struct jl_field *field = &type->fields[f];
    if (jl_names_the_plan(field)) continue;
    if (!collect_field(cli, field, &typed[n], err)) return false;
    if (typed[n].text_count == 0) continue;
    typed[n].first_lookup = lookups->count;
    for (size_t i = 0; field->kind == JL_KIND_REFERENCE && i < typed[n].text_count; i++) {
      if (typed[n].texts[i][0] == '\0') continue;
      struct jl_lookup *lookup = jl_lookup_add(cli, lookups, typed[n].texts[i]);
      if (lookup == NULL) return no_memory(err);
      lookup->field = field;
    }
    n++;
  }
  *ret_typed = typed;
  *ret_count = n;
  return true;
}

/* Says which field could not be read; the face names it. */
static bool at_field(struct jl_error *err, const struct jl_field *field) {
  if (err->field != 0) return false;
  for (size_t i = 0; i < jl_record_type_count; i++) {
    const struct jl_record_type *type = jl_record_types[i];
    if (field >= type->fields && field < type->fields + type->field_count) err->record_type = type->number;
  }
  err->record = (struct jl_id){{0}};
  err->field = field->number;
  return false;
}

bool jl_typed_slice(struct jl_cli *cli, const struct jl_typed *typed, char sign, const struct jl_lookups *lookups,
                    const struct jl_input *input, struct jl_bytes *ret_slice, struct jl_error *err) {
  struct jl_value *values = jl_arena_array(cli->arena, typed->text_count + 1, sizeof *values);
  size_t n = 0, lookup = typed->first_lookup;
  if (values == NULL) return no_memory(err);
  for (size_t i = 0; i < typed->text_count; i++) {
    if (typed->texts[i][0] == '\0') continue;
    bool wanted = typed->signs[i] == sign;
    if (typed->field->kind == JL_KIND_REFERENCE) {
      const struct jl_lookup *one = &lookups->items[lookup++];
      if (one->error.code != JL_E_OK) {
        *err = one->error;
        return at_field(err, typed->field);
      }
      if (wanted) values[n++].id = one->record.id;
    } else if (wanted && !jl_input_value(input, typed->field, typed->texts[i], &values[n++], err))
      return at_field(err, typed->field);
  }
  *ret_slice = (struct jl_bytes){NULL, 0};
  if (n == 0) return true;
  *ret_slice =
      typed->field->repeated ? jl_values_encode(cli->arena, typed->field, values, n) : jl_value_encode(cli->arena, typed->field, values);
  return ret_slice->data != NULL || no_memory(err);
}

bool jl_value_slice(struct jl_cli *cli, const struct jl_field *field, const char *text, const struct jl_input *input,
                    struct jl_bytes *ret_slice, struct jl_error *err) {
  struct jl_value value;
  *ret_slice = (struct jl_bytes){NULL, 0};
  if (text[0] == '\0') return true;
  if (!jl_input_value(input, field, text, &value, err)) return at_field(err, field);
  *ret_slice = jl_value_encode(cli->arena, field, &value);
  return ret_slice->data != NULL || no_memory(err);
}

struct jl_input jl_plan_input(struct jl_cli *cli, struct jl_bytes plan) {
  struct jl_input in = {.today = jl_cli_today(cli), .day_first = strcmp(jl_language(), "fr") == 0};
  struct jl_bytes currency = {NULL, 0};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PLAN);
  if (plan.size > 0) currency = jl_record_text(type, plan, JL_PLAN_CURRENCY);
  if (currency.size == 3) {
    memcpy(cli->currency, currency.data, 3);
    cli->currency[3] = '\0';
  }
  in.currency = cli->currency[0] != '\0' ? cli->currency : NULL;
  if (plan.size == 0 || !jl_record_has(plan, JL_PLAN_START) || !jl_record_has(plan, JL_PLAN_END)) return in;
  in.has_period = true;
  in.period_start = (int32_t)jl_record_int(type, plan, JL_PLAN_START, 0);
  in.period_end = (int32_t)jl_record_int(type, plan, JL_PLAN_END, 0);
  return in;
}

struct jl_input jl_plan_input_of(struct jl_cli *cli, const struct jl_id *plan) {
  struct jl_lookup one = {.id = *plan, .type = jl_record_type_by_number(JL_TYPE_PLAN)};
  struct jl_lookups l = {.items = &one, .count = 1, .capacity = 1, .space = *plan};
  struct jl_error ignored;
  bool known = !jl_id_is_zero(plan) && jl_lookups_run(cli, &l, &ignored) && one.error.code == JL_E_OK;
  return jl_plan_input(cli, known ? one.record.body : (struct jl_bytes){NULL, 0});
}

bool jl_record_put(struct jl_cli *cli, struct jl_bytes *record, uint32_t field, struct jl_bytes slice, struct jl_error *err) {
  struct jl_bytes next = jl_record_with(cli->arena, *record, field, slice);
  if (next.data == NULL && (record->size > 0 || slice.size > 0)) return no_memory(err);
  *record = next;
  return true;
}

bool jl_record_put_text(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, uint32_t number, const char *text,
                        const struct jl_input *input, struct jl_error *err) {
  struct jl_bytes slice;
  const struct jl_field *field = jl_field_by_number(type, number);
  if (text == NULL || text[0] == '\0') return true;
  return jl_value_slice(cli, field, text, input, &slice, err) && jl_record_put(cli, record, number, slice, err);
}

bool jl_record_put_id(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, uint32_t number,
                      const struct jl_id *id, struct jl_error *err) {
  struct jl_value value = {.id = *id};
  struct jl_bytes slice = jl_value_encode(cli->arena, jl_field_by_number(type, number), &value);
  if (slice.data == NULL) return no_memory(err);
  return jl_record_put(cli, record, number, slice, err);
}

/* --plan says in which plan a command works, and there is no other that such a field could name. */
bool jl_names_the_plan(const struct jl_field *field) {
  return field->kind == JL_KIND_REFERENCE && field->reference_count == 1 && field->references[0] == JL_TYPE_PLAN;
}

bool jl_record_defaults(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_input *input, struct jl_bytes *record,
                        struct jl_error *err) {
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    if (jl_names_the_plan(field) && !jl_record_has(*record, field->number) &&
        !jl_record_put_id(cli, type, record, field->number, &cli->plan, err))
      return false;
    if (field->default_text[0] == '\0' || field->by_server || jl_record_has(*record, field->number)) continue;
    if (!jl_record_put_text(cli, type, record, field->number, field->default_text, input, err)) return false;
  }
  return true;
}

/* Measurements have the unit of their KPI, months the currency of their line. */
static const struct jl_field *unit_field_of(const struct jl_record_type *type) {
  const struct jl_field *unit = type == NULL ? NULL : jl_field_by_name(type, "unit");
  const struct jl_field *currency = type == NULL ? NULL : jl_field_by_name(type, "currency");
  return unit != NULL ? unit : currency != NULL && currency->kind == JL_KIND_CURRENCY ? currency : NULL;
}

bool jl_unit_of_parent(const struct jl_record_type *type, const struct jl_field *field) {
  const struct jl_field *up = jl_parent_field(type);
  if (up == NULL || field->unit_field != 0 || field->unit[0] != '\0') return false;
  return field->kind == JL_KIND_FRACTION || (field->kind == JL_KIND_MONEY && up->reference_count == 1 &&
                                             unit_field_of(jl_record_type_by_number(up->references[0])) != NULL);
}

const char *jl_unit_from_parent(struct jl_cli *cli, const struct jl_record_state *parent) {
  const struct jl_record_type *type = jl_record_type_by_number(parent->type);
  const struct jl_field *unit = unit_field_of(type);
  char out[JL_UNIT_SIZE];
  struct jl_bytes text = unit == NULL ? (struct jl_bytes){NULL, 0} : jl_record_unit(type, parent->body, unit->number, cli->currency, out);
  const char *copy = text.size > 0 ? jl_arena_strndup(cli->arena, (const char *)text.data, text.size) : "";
  return copy != NULL ? copy : "";
}

const char *jl_unit_of(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_field *field, struct jl_bytes record) {
  if (field->unit_field == 0) return field->unit;
  char out[JL_UNIT_SIZE];
  struct jl_bytes unit = jl_record_unit(type, record, field->unit_field, cli->currency, out);
  const char *text = unit.size > 0 ? jl_arena_strndup(cli->arena, (const char *)unit.data, unit.size) : "";
  return text != NULL ? text : "";
}

const char *jl_title_text(struct jl_cli *cli, uint32_t type_number, struct jl_bytes record) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  const struct jl_field *title = type == NULL ? NULL : jl_title_field(type);
  struct jl_bytes text = title == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(type, record, title->number);
  const char *copy = text.size > 0 ? jl_arena_strndup(cli->arena, (const char *)text.data, text.size) : "";
  return copy != NULL ? copy : "";
}
