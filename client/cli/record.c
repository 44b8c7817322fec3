/* add, set and rm, for every record type from its table. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A plan's record comes along in the same exchange: its currency and period decide how input is read. */
static struct jl_lookup *add_plan_lookup(struct jl_cli *cli, struct jl_lookups *l) {
  struct jl_lookup *plan = jl_id_is_zero(&l->space) ? NULL : jl_lookup_add(cli, l, NULL);
  if (plan == NULL) return NULL;
  plan->id = l->space;
  plan->type = jl_record_type_by_number(JL_TYPE_PLAN);
  return plan;
}

static struct jl_group *new_group(const struct jl_id *space, struct jl_error *err) {
  struct jl_group *g = jl_group_new(space);
  if (g == NULL) (void)jl_cli_no_link(err);
  return g;
}

static bool submit_and_free(struct jl_cli *cli, struct jl_group *g, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  bool ok = jl_cli_submit(cli, g, ret_outcome, err);
  jl_group_free(g);
  return ok;
}

/* What a measurement belongs to, when it is named in the command. */
static const struct jl_record_state *typed_parent(const struct jl_record_type *type, const struct jl_typed *typed, size_t n,
                                                  const struct jl_lookups *l) {
  for (size_t i = 0; i < n; i++)
    if (typed[i].field == jl_parent_field(type) && typed[i].texts[0][0] != '\0') return &l->items[typed[i].first_lookup].record;
  return NULL;
}

/* ---- add ---- */
/* Whom a comment mentions is found when it is written, so that a later change of name does not matter. */
static bool add_mentions(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, struct jl_error *err) {
  struct jl_bytes body = jl_record_text(type, *record, JL_COMMENT_BODY), slice;
  struct jl_mentions mentions;
  char *text = jl_arena_strndup(cli->arena, (const char *)body.data, body.size);
  if (text == NULL) return jl_cli_no_link(err);
  if (jl_record_has(*record, JL_COMMENT_MENTIONS)) return true;
  if (!jl_cli_mentions(cli, text, &mentions, err) || !jl_mentions_slice(cli, &mentions, &slice, err)) return false;
  return slice.size == 0 || jl_record_put(cli, record, JL_COMMENT_MENTIONS, slice, err);
}

static bool build_new(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_typed *typed, size_t n,
                      const struct jl_lookups *l, const char *title, struct jl_input *input, struct jl_bytes *ret_record,
                      struct jl_error *err) {
  struct jl_bytes record = {NULL, 0};
  const struct jl_field *title_field = jl_title_field(type);
  if (title != NULL && !jl_record_put_text(cli, type, &record, title_field->number, title, input, err)) return false;
  /* Units and currencies are fields of the record too: texts first, so that "25%" finds its unit. */
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < n; i++) {
      struct jl_bytes slice;
      bool figure = typed[i].field->kind == JL_KIND_FRACTION || typed[i].field->kind == JL_KIND_MONEY;
      if (figure != (pass == 1)) continue;
      const struct jl_record_state *parent = jl_unit_of_parent(type, typed[i].field) ? typed_parent(type, typed, n, l) : NULL;
      input->unit = parent != NULL ? jl_unit_from_parent(cli, parent) : jl_unit_of(cli, type, typed[i].field, record);
      char sign = typed[i].signs[0] == '-' && typed[i].field->merge == JL_MERGE_COUNTER ? '-' : typed[i].signs[0];
      if (!jl_typed_slice(cli, &typed[i], sign, l, input, &slice, err) || !jl_record_put(cli, &record, typed[i].field->number, slice, err))
        return false;
    }
  if (!jl_record_defaults(cli, type, input, &record, err)) return false;
  *ret_record = record;
  return true;
}

static void say_made(struct jl_cli *cli, const struct jl_record_type *type, const char *title, const struct jl_outcome_of *outcome) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == type->number) jl_reference_text(type->number, outcome->given[i].number, reference);
  const char *message = title != NULL && title[0] != '\0' ? JL_MSG("{1} {2} {3}{4}") : JL_MSG("{1} {2}{4}");
  if (outcome->queued != 0) message = title != NULL && title[0] != '\0' ? JL_MSG("{2} {3}{4}") : JL_MSG("{2}{4}");
  if (cli->dry_run) message = title != NULL && title[0] != '\0' ? JL_MSG("{1} \"{3}\" would be made") : JL_MSG("{1}: one would be made");
  jl_say(cli, message, jl_arg_label(type->label), jl_arg_text(reference), jl_arg_text(title), jl_cli_made(cli, outcome));
}

/* Which way round it is, so that nobody takes 0.9 dollars a euro for 0.9 euros a dollar. */
static void say_rate(struct jl_cli *cli, const struct jl_input *input, struct jl_bytes record) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_EXCHANGE_RATE);
  char currency[4] = "";
  struct jl_bytes of = jl_record_text(type, record, JL_EXCHANGE_RATE_CURRENCY);
  if (input->currency == NULL || of.size != 3) return;
  memcpy(currency, of.data, 3);
  jl_say(cli, JL_MSG("{1} {2} = {3} {4}"), jl_arg_fraction(jl_record_int(type, record, JL_EXCHANGE_RATE_WORTH, 0), ""), jl_arg_text(input->currency),
         jl_arg_fraction(jl_record_int(type, record, JL_EXCHANGE_RATE_RATE, 0), ""), jl_arg_text(currency));
}

/* A month may be closed before its end: whoever did not mean to hears of it. */
static void tell_not_over(const struct jl_cli *cli, struct jl_bytes record) {
  int32_t first = (int32_t)jl_record_int(jl_record_type_by_number(JL_TYPE_CLOSED_MONTH), record, JL_CLOSED_MONTH_MONTH, 0);
  struct jl_date month = jl_date_from_day(first);
  char year[12];
  snprintf(year, sizeof year, "%d", month.year);
  if (!cli->quiet && jl_day_add_months(first, 1) > jl_cli_today(cli))
    jl_talk(cli, JL_MSG("{1} {2} is not over: what else is dated in it counts in the next open month"), jl_arg_label(jl_month_name(month.month)), jl_arg_text(year));
}

bool jl_cmd_record_add(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = cli->command->type;
  const struct jl_field *title_field = jl_title_field(type);
  const char *title = cli->word_count > 0 ? cli->words[0] : title_field != NULL ? jl_cli_option(cli, title_field->flag) : "";
  struct jl_id space = jl_cli_space(cli, type), id = jl_id_random();
  struct jl_lookups l = {.space = cli->plan};
  struct jl_typed *typed;
  size_t n;
  struct jl_bytes record;
  if (title == NULL || (title_field != NULL && title[0] == '\0'))
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} needs a {2}"), JL_MSG("see jalon help {1}"), jl_arg_text(cli->command->path),
                   jl_arg_label(title_field->label));
  if (!jl_typed_collect(cli, type, &l, &typed, &n, err)) return false;
  (void)add_plan_lookup(cli, &l);
  if (l.count > 0 && !jl_lookups_run(cli, &l, err)) return false;
  struct jl_input input = jl_plan_input(cli, l.count > 0 && l.items[l.count - 1].error.code == JL_E_OK ? l.items[l.count - 1].record.body
                                                                                                       : (struct jl_bytes){NULL, 0});
  if (!build_new(cli, type, typed, n, &l, cli->word_count > 0 ? title : NULL, &input, &record, err)) return false;
  if (type->number == JL_TYPE_COMMENT && !add_mentions(cli, type, &record, err)) return false;
  if (!jl_record_check(type, record, err)) return false;
  if (type->natural_key[0] != '\0') (void)jl_record_natural_id(type, &space, record, &id);
  struct jl_group *g = new_group(&space, err);
  if (g == NULL) return false;
  jl_group_create(g, type->number, &id, record);
  struct jl_outcome_of outcome;
  if (!submit_and_free(cli, g, &outcome, err)) return false;
  say_made(cli, type, title, &outcome);
  struct jl_record_state made = {
      .type = type->number, .id = id, .number = outcome.given_count > 0 ? outcome.given[0].number : 0, .revision = outcome.revision};
  jl_cli_done(cli, &outcome);
  if (type->number == JL_TYPE_EXCHANGE_RATE) say_rate(cli, &input, record);
  if (type->number == JL_TYPE_EXPENSE) jl_cli_tell_expense(cli, &id);
  if (type->number == JL_TYPE_CLOSED_MONTH) tell_not_over(cli, record);
  return cli->dry_run || jl_cli_mark(cli, &space, &made, 1, err);
}

/* ---- set ---- */
static bool put_edit(struct jl_cli *cli, struct jl_group *g, const struct jl_typed *typed, const struct jl_lookup *record,
                     const struct jl_lookups *l, const struct jl_input *input, struct jl_error *err) {
  const struct jl_field *field = typed->field;
  struct jl_bytes next, remove;
  if (typed->signs[0] == '=') {
    if (!jl_typed_slice(cli, typed, '=', l, input, &next, err)) return false;
    jl_group_field(g, field->number, jl_lookup_base(record, field->number), next);
    return true;
  }
  if (field->repeated) {
    if (!jl_typed_slice(cli, typed, '+', l, input, &next, err) || !jl_typed_slice(cli, typed, '-', l, input, &remove, err)) return false;
    jl_group_set(g, field->number, next, remove);
    return true;
  }
  struct jl_value value;
  if (!jl_input_value(input, field, typed->texts[0], &value, err)) {
    err->record_type = record->record.type;
    err->field = field->number;
    return false;
  }
  jl_group_count(g, field->number, value.number, NULL, NULL);
  return true;
}

/* The record with what is given now of that which decides about units. What cannot be read is said where it is put down. */
static struct jl_bytes as_it_will_be(struct jl_cli *cli, const struct jl_typed *typed, size_t n, struct jl_bytes record) {
  struct jl_input plain = {.today = 0};
  struct jl_bytes slice;
  struct jl_error ignored;
  for (size_t i = 0; i < n; i++) {
    const struct jl_field *field = typed[i].field;
    if ((field->kind != JL_KIND_ENUM && field->kind != JL_KIND_TEXT && field->kind != JL_KIND_CURRENCY) || field->repeated) continue;
    if (jl_value_slice(cli, field, typed[i].texts[0], &plain, &slice, &ignored) && !jl_record_put(cli, &record, field->number, slice, &ignored)) break;
  }
  return record;
}

/* The amounts of the plan itself are in its own currency, which the same command may change. NULL: another field. */
static const char *own_currency(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_field *field, struct jl_bytes plan) {
  struct jl_bytes code = jl_record_text(type, plan, JL_PLAN_CURRENCY);
  return type->number != JL_TYPE_PLAN || field->kind != JL_KIND_MONEY || code.size != 3 ? NULL : jl_arena_strndup(cli->arena, (const char *)code.data, code.size);
}

/* The unit that the record will have: the one given now wins over the one it has. */
static const char *unit_for(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_typed *typed, size_t n,
                            const struct jl_field *field, struct jl_bytes record, const struct jl_record_state *parent) {
  if (jl_unit_of_parent(type, field) && parent != NULL) return jl_unit_from_parent(cli, parent);
  const char *own = own_currency(cli, type, field, as_it_will_be(cli, typed, n, record));
  if (own != NULL) return own;
  if (field->unit_field == 0) return field->unit;
  return jl_unit_of(cli, type, field, as_it_will_be(cli, typed, n, record));
}

static void append_value(struct jl_cli *cli, const struct jl_typed *typed, char sign, const struct jl_lookups *l, struct jl_bytes slice,
                         const char *unit, struct jl_buffer *out) {
  size_t before = out->size, lookup = typed->first_lookup;
  if (typed->field->kind == JL_KIND_REFERENCE) {
    for (size_t i = 0; i < typed->text_count; i++) {
      if (typed->texts[i][0] == '\0') continue;
      const struct jl_lookup *one = &l->items[lookup++];
      if (typed->signs[i] != sign) continue;
      char reference[JL_REFERENCE_SIZE];
      jl_reference_text(one->record.type, one->record.number, reference);
      jl_buffer_printf(out, "%s%s", out->size > before ? ", " : "",
                       jl_type_is_directory(one->record.type) ? jl_title_text(cli, one->record.type, one->record.body) : reference);
    }
  } else
    jl_format_slice(typed->field, slice, cli->currency[0] != '\0' ? cli->currency : NULL, unit, out);
  if (out->size == before) jl_buffer_text(out, jl_tr(JL_MSG("(nothing)")));
}

/* "B3 planned: 1 000 EUR -> 1 200 EUR, r812" */
static void say_changed(struct jl_cli *cli, const struct jl_typed *typed, const struct jl_lookup *record, const struct jl_lookups *l,
                        const struct jl_input *input, const struct jl_outcome_of *outcome) {
  struct jl_buffer before, after;
  jl_buffer_init(&before, 65536);
  jl_buffer_init(&after, 65536);
  char reference[JL_REFERENCE_SIZE];
  struct jl_error ignored;
  struct jl_bytes slice = {NULL, 0};
  jl_reference_text(record->record.type, record->record.number, reference);
  for (const char *sign = "=+-"; *sign != '\0'; sign++) {
    if (memchr(typed->signs, *sign, typed->text_count) == NULL || !jl_typed_slice(cli, typed, *sign, l, input, &slice, &ignored)) continue;
    if (*sign != '=')
      jl_buffer_printf(&after, "%s%s", after.size > 0 ? " " : "",
                       *sign == '-' && typed->field->merge == JL_MERGE_COUNTER ? ""
                       : *sign == '+'                                          ? "+"
                                                                               : "-");
    append_value(cli, typed, *sign, l, slice, input->unit, &after);
  }
  bool shows_base = typed->signs[0] == '=' && typed->field->kind != JL_KIND_REFERENCE;
  struct jl_bytes base = jl_lookup_base(record, typed->field->number);
  /* in the unit that it had */
  const struct jl_record_type *type = jl_record_type_by_number(record->record.type);
  const char *was = typed->field->unit_field != 0 ? jl_unit_of(cli, type, typed->field, record->record.body) : own_currency(cli, type, typed->field, record->record.body);
  if (was == NULL) was = input->unit;
  if (shows_base && base.size > 0)
    jl_format_slice(typed->field, base, cli->currency[0] != '\0' ? cli->currency : NULL, was, &before);
  const char *b = jl_buffer_cstring(&before), *a = jl_buffer_cstring(&after);
  struct jl_arg args[] = {jl_arg_text(reference), jl_arg_label(typed->field->label), jl_arg_text(b), jl_arg_text(a),
                          jl_cli_made(cli, outcome)};
  const char *message = before.size > 0 ? JL_MSG("{1} {2}: {3} -> {4}{5}") : JL_MSG("{1} {2}: {4}{5}");
  if (cli->dry_run) message = before.size > 0 ? JL_MSG("{1} {2} would change: {3} -> {4}") : JL_MSG("{1} {2} would be: {4}");
  jl_cli_say(cli, message, args, 5);
  jl_buffer_release(&before);
  jl_buffer_release(&after);
}

static bool no_field(const struct jl_cli *cli, struct jl_error *err) {
  return jl_fail(err, JL_E_USAGE, JL_MSG("{1} needs a field to change"), JL_MSG("see jalon help {1}"), jl_arg_text(cli->command->path));
}

/* Somebody may have deleted it while it stood on our screen: then the server says who, as for any other conflict. */
static bool found_deleted(struct jl_cli *cli, struct jl_lookup *one) {
  struct jl_error ignored;
  struct jl_lookup again = {.text = one->text,
                            .id = one->id,
                            .type = one->type,
                            .base_fields = one->base_fields,
                            .base_field_count = one->base_field_count,
                            .deleted = true};
  if (one->error.code != JL_E_NOT_FOUND || !jl_lookup_one(cli, &again, &ignored) || again.record.deleted_revision == 0) return false;
  *one = again;
  return true;
}

/* The record that gives a changed value its unit: named in the command, or the one it belongs to. */
static bool unit_parent(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_typed *typed, size_t n,
                        const struct jl_lookups *l, const struct jl_record_state **ret_parent, struct jl_error *err) {
  bool needed = false;
  *ret_parent = typed_parent(type, typed, n, l);
  for (size_t i = 0; i < n; i++) needed = needed || jl_unit_of_parent(type, typed[i].field);
  struct jl_lookup *one = needed && *ret_parent == NULL ? jl_arena_alloc(cli->arena, sizeof *one) : NULL;
  if (one == NULL || !jl_record_id(type, l->items[0].record.body, jl_parent_field(type)->number, &one->id)) return true;
  one->field = jl_parent_field(type);
  one->deleted = true;
  if (!jl_lookup_one(cli, one, err)) return false;
  *ret_parent = &one->record;
  return true;
}

/* Who is mentioned in the new text is told; who was mentioned before was told then. */
static bool put_mentions(struct jl_cli *cli, struct jl_group *g, const char *text, struct jl_error *err) {
  struct jl_mentions mentions;
  struct jl_bytes slice, none = {NULL, 0};
  if (!jl_cli_mentions(cli, text, &mentions, err) || !jl_mentions_slice(cli, &mentions, &slice, err)) return false;
  if (slice.size > 0) jl_group_set(g, JL_COMMENT_MENTIONS, slice, none);
  return true;
}

static bool put_edits(struct jl_cli *cli, struct jl_group *g, const struct jl_typed *typed, size_t n, const struct jl_lookups *l,
                      const struct jl_record_state *parent, struct jl_input *input, struct jl_error *err) {
  const struct jl_lookup *record = &l->items[0];
  jl_group_update(g, record->record.type, &record->record.id);
  for (size_t i = 0; i < n; i++) {
    input->unit = unit_for(cli, cli->command->type, typed, n, typed[i].field, record->record.body, parent);
    if (!put_edit(cli, g, &typed[i], record, l, input, err)) return false;
    bool text = record->record.type == JL_TYPE_COMMENT && typed[i].field->number == JL_COMMENT_BODY;
    if (text && !put_mentions(cli, g, typed[i].texts[0], err)) return false;
  }
  return true;
}

bool jl_cmd_record_set(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = cli->command->type;
  struct jl_id space = jl_cli_space(cli, type);
  struct jl_lookups l = {.space = cli->plan};
  struct jl_typed *typed;
  size_t n;
  struct jl_lookup *main_lookup = jl_lookup_add(cli, &l, cli->word_count > 0 ? cli->words[0] : NULL);
  if (main_lookup == NULL) return jl_cli_no_link(err);
  main_lookup->id = space;
  main_lookup->type = type;
  if (!jl_typed_collect(cli, type, &l, &typed, &n, err)) return false;
  if (n == 0) return no_field(cli, err);
  uint32_t *fields = jl_arena_array(cli->arena, n, sizeof *fields);
  for (size_t i = 0; fields != NULL && i < n; i++) fields[i] = typed[i].field->number;
  (void)add_plan_lookup(cli, &l);
  l.items[0].base_fields = fields;
  l.items[0].base_field_count = fields == NULL ? 0 : n;
  if (!jl_lookups_run(cli, &l, err)) return false;
  const struct jl_lookup *record = &l.items[0];
  if (record->error.code != JL_E_OK && !found_deleted(cli, &l.items[0])) {
    *err = record->error;
    return false;
  }
  const struct jl_record_state *parent;
  if (!unit_parent(cli, type, typed, n, &l, &parent, err)) return false;
  const struct jl_lookup *last = &l.items[l.count - 1];
  struct jl_input input =
      jl_plan_input(cli, l.count > 1 && last->error.code == JL_E_OK && last->record.type == JL_TYPE_PLAN ? last->record.body
                                                                                                         : (struct jl_bytes){NULL, 0});
  struct jl_group *g = new_group(&space, err);
  if (g == NULL) return false;
  if (!put_edits(cli, g, typed, n, &l, parent, &input, err)) {
    jl_group_free(g);
    return false;
  }
  struct jl_outcome_of outcome;
  if (!submit_and_free(cli, g, &outcome, err)) return false;
  for (size_t i = 0; i < n; i++) {
    input.unit = unit_for(cli, type, typed, n, typed[i].field, record->record.body, parent);
    say_changed(cli, &typed[i], record, &l, &input, &outcome);
  }
  if (!cli->dry_run) jl_cli_tell_reopened(cli, &record->record, &outcome);
  jl_cli_done(cli, &outcome);
  if (type->number == JL_TYPE_EXPENSE) jl_cli_tell_expense(cli, &record->record.id);
  return true;
}

/* ---- rm ---- */
/* An order of a plan that refuses what is above what remains: others may take its room. */
static bool needs_room(struct jl_cli *cli, const struct jl_record_state *record) {
  struct jl_lookup plan = {.id = cli->plan, .type = jl_record_type_by_number(JL_TYPE_PLAN)};
  struct jl_error ignored;
  if (record->type != JL_TYPE_EXPENSE || jl_record_int(jl_record_type_by_number(JL_TYPE_EXPENSE), record->body, JL_EXPENSE_STATE, 0) != JL_ORDERED) return false;
  return jl_lookup_one(cli, &plan, &ignored) && jl_record_int(plan.type, plan.record.body, JL_PLAN_CONTROL, 0) == JL_CONTROL_REFUSE;
}

bool jl_cmd_record_rm(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = cli->command->type;
  struct jl_id space = jl_cli_space(cli, type);
  struct jl_lookup one = {.text = cli->words[0], .type = type};
  if (!jl_lookup_all_fields(cli, type, &one, err) || !jl_lookup_one(cli, &one, err)) return false;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(type->number, one.record.number, reference);
  uint64_t seen = jl_lookup_seen(cli, &space, &one);
  if (seen == 0)
    return jl_fail(err, JL_E_RECORD_CHANGED, JL_MSG("you have not looked at {1} yet, so it is not deleted"),
                   JL_MSG("run jalon show {1} first"), jl_arg_text(reference));
  struct jl_left_behind left;
  jl_cli_find_left_behind(cli, &one.record, &left);
  struct jl_group *g = new_group(&space, err);
  if (g == NULL) return false;
  jl_group_delete(g, type->number, &one.record.id, seen, jl_cli_option(cli, "with-children") != NULL);
  struct jl_outcome_of outcome;
  if (!submit_and_free(cli, g, &outcome, err)) return false;
  const char *title = jl_title_text(cli, type->number, one.record.body);
  const char *named = title[0] == '\0' ? reference : jl_arena_printf(cli->arena, "%s %s", reference, title);
  jl_say(cli,
         cli->dry_run ? JL_MSG("{2} would be deleted")
         : needs_room(cli, &one.record)
             ? JL_MSG("{2} deleted{3}; jalon undo or jalon {4} restore {1} brings it back, as long as its line still has room for it")
             : JL_MSG("{2} deleted{3}; jalon undo or jalon {4} restore {1} brings it back"),
         jl_arg_text(reference), jl_arg_text(named != NULL ? named : reference), jl_cli_made(cli, &outcome), jl_arg_text(type->command));
  jl_cli_tell_left_behind(cli, &left);
  jl_cli_done(cli, &outcome);
  return true;
}
