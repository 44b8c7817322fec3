/* plan new --from: a plan that begins where another one ended. It takes along what the earlier one wants and plans (carried.c), its dates moved
 * with the start; it leaves what happened in the earlier period, what is over, and what the user may only read there, and says so. The copy is
 * sent like an import: in groups, with progress, undone as a whole; without the server from this machine's copy. */
#include "client/cli/audit.h"
#include "client/cli/carried.h"
#include "client/cli/import.h"
#include "common/base/calendar.h"
#include "common/model/calendar/working_days.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fate { CARRIED, PERIOD, OMITTED, OVER, STOPPED, READ_ONLY, ORPHAN, FATES };
struct entry {
  struct jl_id old, new;
  enum fate fate;
  const struct jl_record_state *record;
};
struct copying {
  struct jl_cli *cli;
  struct jl_import im;
  struct jl_id source;
  char name[256]; /* of the earlier plan */
  struct entry *entries; /* in the order of the lists; the plan is not among them */
  size_t count;
  struct entry **by_old; /* ascending */
  struct jl_bytes plan;  /* record of the earlier plan */
  int32_t from_start, to_start;
  bool editable[JL_SECTION_PIPELINE + 1], readable[JL_SECTION_PIPELINE + 1]; /* by rights that the new plan will have too */
  size_t fates[FATES];
  bool has_grants;
  struct jl_working_days *days; /* of the new plan's period, and a year around it */
  const char *audit;  /* what the audit of the earlier plan says; NULL: nothing */
  size_t audited;     /* notes of it */
};

static const struct jl_record_type *type_of(uint32_t number) { return jl_record_type_by_number(number); }

static int by_old_id(const void *a, const void *b) { return jl_id_compare(&(*(struct entry *const *)a)->old, &(*(struct entry *const *)b)->old); }

static struct entry *entry_of(const struct copying *c, const struct jl_id *old) {
  struct entry key = {.old = *old}, *wanted = &key, **found = bsearch(&wanted, c->by_old, c->count, sizeof *c->by_old, by_old_id);
  return found == NULL ? NULL : *found;
}

/* ---- options ---- */
static bool is_without(const struct copying *c, const char *part) {
  const char *text = jl_cli_option(c->cli, "without");
  size_t size = strlen(part);
  for (const char *at = text; at != NULL && *at != '\0';) {
    size_t n = strcspn(at, ", ");
    if (n == size && memcmp(at, part, n) == 0) return true;
    at += n + strspn(at + n, ", ");
  }
  return false;
}

static bool parts_are_known(struct copying *c, struct jl_error *err) {
  const char *text = jl_cli_option(c->cli, "without");
  for (const char *at = text; at != NULL && *at != '\0';) {
    size_t n = strcspn(at, ", ");
    const char *part = jl_arena_strndup(c->cli->arena, at, n);
    if (part == NULL) return jl_cli_no_link(err);
    if (!jl_carried_is_part(part))
      return jl_fail(err, JL_E_USAGE, JL_MSG("--without: a plan has no part \"{1}\""), JL_MSG("the parts are {2}"), jl_arg_text(part), jl_arg_text(jl_carried_parts()));
    at += n + strspn(at + n, ", ");
  }
  return true;
}

/* ---- rights in the earlier plan ---- */
static bool read_rights(struct copying *c, struct jl_error *err) {
  static const struct jl_parameter me = {"why", "me"};
  const struct jl_view_ask ask = {.space = c->source, .view = "rights", .parameters = &me, .parameter_count = 1};
  const Jalon__Document *document;
  uint64_t revision;
  if (!jl_cli_document(c->cli, &ask, &document, &revision, err)) return false;
  const Jalon__Block *why = jl_cli_block(document, "why");
  for (size_t s = JL_SECTION_STRATEGY; s <= JL_SECTION_PIPELINE; s++) c->editable[s] = c->readable[s] = true;
  for (size_t r = 0; why != NULL && r < why->n_rows && r < JL_SECTION_PIPELINE; r++) { /* in the order of the sections */
    const Jalon__Row *row = why->rows[r];
    const char *level = row->n_cells > 1 && row->cells[1]->alternative != NULL ? row->cells[1]->alternative : "";
    c->readable[JL_SECTION_STRATEGY + r] = strcmp(level, "none") != 0;
    c->editable[JL_SECTION_STRATEGY + r] = strcmp(level, "edit") == 0;
  }
  return true;
}

static enum jl_section section_of(const struct jl_record_state *r) {
  const struct jl_record_type *type = type_of(r->type);
  return type->section == JL_SECTION_BY_FIELD ? jl_record_named_section(type, r->body) : type->section;
}

/* The rights go along, so what may not be edited there may not be made here. */
static bool is_read_only(const struct copying *c, const struct jl_record_state *r) {
  enum jl_section section = section_of(r);
  return !is_without(c, "rights") && section >= JL_SECTION_STRATEGY && section <= JL_SECTION_PIPELINE && !c->editable[section];
}

/* ---- what becomes of each record ---- */
static enum fate fate_of(const struct copying *c, const struct jl_record_state *r) {
  const struct jl_record_type *type = type_of(r->type);
  const struct jl_carried *carried = type == NULL ? NULL : jl_carried_of(r->type);
  if (carried == NULL) return PERIOD;
  if (is_without(c, carried->part)) return OMITTED;
  if (is_read_only(c, r)) return READ_ONLY;
  if (r->type == JL_TYPE_LEVER && jl_record_int(type, r->body, JL_LEVER_VERDICT, 0) == JL_VERDICT_STOP) return STOPPED;
  if (r->type != JL_TYPE_ACTION) return CARRIED;
  int64_t status = jl_record_int(type, r->body, JL_ACTION_STATUS, JL_TO_DO);
  return status == JL_DONE || status == JL_DROPPED ? OVER : CARRIED;
}

/* Whether it goes on without what the reference names: the other is of the plan, and stays there. */
static const struct entry *gone(const struct copying *c, const struct jl_id *id) {
  const struct entry *named = entry_of(c, id);
  return named != NULL && named->fate != CARRIED ? named : NULL;
}

/* A record that needs one which stays, stays too; an action of a lever that is stopped is not gone on with. */
static bool decide(const struct copying *c, struct entry *e) {
  const struct jl_record_type *type = type_of(e->record->type);
  for (size_t f = 0; e->fate == CARRIED && f < type->field_count; f++) {
    const struct jl_field *field = &type->fields[f];
    struct jl_id id;
    if (field->kind != JL_KIND_REFERENCE || field->repeated || !jl_record_id(type, e->record->body, field->number, &id)) continue;
    const struct entry *named = gone(c, &id);
    if (named == NULL) continue;
    if (named->fate == STOPPED && (e->record->type == JL_TYPE_ACTION || e->record->type == JL_TYPE_BUDGET_LINE)) e->fate = STOPPED;
    else if (field->required) e->fate = named->fate == OVER || named->fate == STOPPED ? named->fate : ORPHAN;
  }
  return e->fate != CARRIED;
}

static void decide_all(struct copying *c) {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < c->count; i++)
      if (c->entries[i].fate == CARRIED && decide(c, &c->entries[i])) changed = true;
  }
  for (size_t i = 0; i < c->count; i++) c->fates[c->entries[i].fate]++;
}

/* ---- the new records ---- */
static bool without(struct copying *c, struct jl_bytes *record, uint32_t field, struct jl_error *err) {
  if (!jl_record_has(*record, field)) return true;
  *record = jl_record_with(c->cli->arena, *record, field, (struct jl_bytes){NULL, 0});
  return record->data != NULL || record->size == 0 || jl_cli_no_link(err);
}

/* Names the copies; people, teams and roles are the same; what stayed behind is named no more. */
static bool name_copies(struct copying *c, const struct jl_field *field, struct jl_bytes *record, struct jl_error *err) {
  struct jl_iterator it = jl_record_each(*record, field);
  struct jl_value *values = NULL, value;
  size_t n = 0, kept = 0;
  bool changed = false;
  while (jl_iterator_next(&it, &value)) n++;
  if (n == 0) return true;
  values = jl_arena_array(c->cli->arena, n, sizeof *values);
  if (values == NULL) return jl_cli_no_link(err);
  for (it = jl_record_each(*record, field); jl_iterator_next(&it, &value);) {
    const struct entry *named = entry_of(c, &value.id);
    bool is_plan = jl_id_equal(&value.id, &c->source);
    changed = changed || named != NULL || is_plan;
    if (named != NULL && named->fate != CARRIED) continue;
    values[kept++] = (struct jl_value){.id = is_plan ? c->im.plan : named != NULL ? named->new : value.id};
  }
  if (!changed) return true;
  if (kept == 0) return without(c, record, field->number, err);
  struct jl_bytes slice = field->repeated ? jl_values_encode(c->cli->arena, field, values, kept) : jl_value_encode(c->cli->arena, field, values);
  return slice.data == NULL ? jl_cli_no_link(err) : jl_record_put(c->cli, record, field->number, slice, err);
}

static bool put_number(struct copying *c, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, int64_t number, struct jl_error *err) {
  return jl_record_put(c->cli, record, field, jl_value_encode(c->cli->arena, jl_field_by_number(type, field), &(struct jl_value){.number = number}), err);
}

static bool move_dates(struct copying *c, const struct jl_carried *carried, const struct jl_record_type *type, struct jl_bytes *record, struct jl_error *err) {
  for (size_t i = 0; i < JL_CARRIED_FIELDS && carried->dates[i] != 0; i++) {
    if (!jl_record_has(*record, carried->dates[i])) continue;
    int32_t day = (int32_t)jl_record_int(type, *record, carried->dates[i], 0);
    if (!put_number(c, type, record, carried->dates[i], jl_carried_day(day, c->from_start, c->to_start), err)) return false;
  }
  return true;
}

/* On the first day from it that is worked in France, and the last one up to it: never out of the period that it was in. */
static bool to_working_days(struct copying *c, const struct jl_carried *carried, const struct jl_record_type *type, struct jl_bytes *record, struct jl_error *err) {
  if (carried->working[0] == 0) return true;
  bool has_start = jl_record_has(*record, carried->working[0]), has_due = jl_record_has(*record, carried->working[1]);
  int64_t start = jl_record_int(type, *record, carried->working[0], 0), due = jl_record_int(type, *record, carried->working[1], 0);
  if (has_start) start = jl_working_day_from(c->days, (int32_t)start);
  if (has_due) due = jl_working_day_until(c->days, (int32_t)due);
  if (has_start && has_due && due < start) due = start;
  return (!has_start || put_number(c, type, record, carried->working[0], start, err)) && (!has_due || put_number(c, type, record, carried->working[1], due, err));
}

/* "A12 Webinar IA, Plan 2027" */
static bool put_origin(struct copying *c, const struct entry *e, const struct jl_record_type *type, uint32_t field, struct jl_bytes *record, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(e->record->type, e->record->number, reference);
  const char *text = jl_arena_printf(c->cli->arena, "%s %s, %s", reference, jl_title_text(c->cli, e->record->type, e->record->body), c->name);
  if (text == NULL) return jl_cli_no_link(err);
  size_t size = strlen(text), most = jl_field_by_number(type, field)->max_bytes;
  if (size > most)
    for (size = most; size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80;) size--;
  const struct jl_value value = {.text = {(const uint8_t *)text, size}};
  return jl_record_put(c->cli, record, field, jl_value_encode(c->cli->arena, jl_field_by_number(type, field), &value), err);
}

static bool make_record(struct copying *c, struct entry *e, struct jl_error *err) {
  const struct jl_record_type *type = type_of(e->record->type);
  const struct jl_carried *carried = jl_carried_of(type->number);
  struct jl_bytes record = e->record->body;
  for (size_t f = 0; f < type->field_count; f++) {
    const struct jl_field *field = &type->fields[f];
    if (field->by_server ? !without(c, &record, field->number, err) : field->kind == JL_KIND_REFERENCE && !name_copies(c, field, &record, err)) return false;
  }
  for (size_t i = 0; i < JL_COUNT(carried->left) && carried->left[i] != 0; i++)
    if (!without(c, &record, carried->left[i], err)) return false;
  if (!move_dates(c, carried, type, &record, err) || !to_working_days(c, carried, type, &record, err)) return false;
  if (type->number == JL_TYPE_ACTION &&
      (!put_number(c, type, &record, JL_ACTION_STATUS, JL_TO_DO, err) || !put_origin(c, e, type, JL_ACTION_ORIGIN, &record, err)))
    return false;
  if (type->natural_key[0] != '\0' && !jl_record_natural_id(type, &c->im.plan, record, &e->new))
    return jl_cli_no_link(err);
  return jl_record_check(type, record, err) && jl_import_put(&c->im, &c->im.plan, type->number, &e->new, record, err);
}

/* ---- the plan itself ---- */
/* From --start, else from the day after the earlier one; as long as that was, else up to --end. */
static bool find_start(struct copying *c, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_PLAN);
  const char *start = jl_cli_option(c->cli, "start");
  c->from_start = (int32_t)jl_record_int(type, c->plan, JL_PLAN_START, 0);
  c->to_start = (int32_t)jl_record_int(type, c->plan, JL_PLAN_END, 0) + 1;
  struct jl_input input = jl_plan_input(c->cli, (struct jl_bytes){NULL, 0});
  return start == NULL || jl_input_date(&input, start, &c->to_start, err);
}

static bool make_plan(struct copying *c, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_PLAN);
  struct jl_bytes record = c->plan;
  struct jl_input input = jl_plan_input(c->cli, (struct jl_bytes){NULL, 0});
  for (size_t f = 0; f < type->field_count; f++)
    if (type->fields[f].by_server && !without(c, &record, type->fields[f].number, err)) return false;
  int32_t end = (int32_t)jl_record_int(type, c->plan, JL_PLAN_END, 0);
  if (!put_number(c, type, &record, JL_PLAN_STATUS, JL_PLAN_DRAFT, err) || !put_number(c, type, &record, JL_PLAN_START, c->to_start, err) ||
      !put_number(c, type, &record, JL_PLAN_END, jl_carried_day(end, c->from_start, c->to_start), err))
    return false;
  if (jl_record_has(record, JL_PLAN_FISCAL_YEAR_START) &&
      !put_number(c, type, &record, JL_PLAN_FISCAL_YEAR_START,
                  jl_carried_day((int32_t)jl_record_int(type, record, JL_PLAN_FISCAL_YEAR_START, 0), c->from_start, c->to_start), err))
    return false;
  if (!jl_record_put_text(c->cli, type, &record, JL_PLAN_ORIGIN, c->name, &input, err) ||
      !jl_record_put_text(c->cli, type, &record, JL_PLAN_NAME, c->cli->words[0], &input, err))
    return false;
  for (size_t i = 0; i < c->cli->option_count; i++) {
    const struct jl_field *field = jl_field_by_name(type, c->cli->options[i].name);
    if (field != NULL && field->number != JL_PLAN_START && !jl_record_put_text(c->cli, type, &record, field->number, c->cli->options[i].value, &input, err))
      return false;
  }
  snprintf(c->im.name, sizeof c->im.name, "%s", c->cli->words[0]);
  return jl_record_check(type, record, err) && jl_import_put(&c->im, &c->im.plan, JL_TYPE_PLAN, &c->im.plan, record, err);
}

/* ---- all of it ---- */
static bool read_source(struct copying *c, struct jl_error *err) {
  const struct jl_record_state *records;
  size_t n;
  if (!jl_cli_read_plan(c->cli, &c->source, &records, &n, err) || !read_rights(c, err)) return false;
  c->entries = jl_arena_array(c->cli->arena, n + 1, sizeof *c->entries);
  c->by_old = jl_arena_array(c->cli->arena, n + 1, sizeof *c->by_old);
  if (c->entries == NULL || c->by_old == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < n; i++) {
    if (records[i].type == JL_TYPE_PLAN) {
      c->plan = records[i].body;
      continue;
    }
    c->has_grants = c->has_grants || records[i].type == JL_TYPE_GRANT;
    c->entries[c->count] = (struct entry){.old = records[i].id, .new = jl_id_random(), .record = &records[i], .fate = fate_of(c, &records[i])};
    c->by_old[c->count] = &c->entries[c->count];
    c->count++;
  }
  if (c->plan.size == 0) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no plan \"{1}\""), JL_MSG("see jalon plan list"), jl_arg_text(c->name));
  qsort(c->by_old, c->count, sizeof *c->by_old, by_old_id);
  decide_all(c);
  return true;
}

static const char *sections_text(const struct copying *c, const bool *may, const bool *but) {
  static const struct {
    enum jl_section section;
    const char *label;
  } sections[] = {{JL_SECTION_STRATEGY, JL_MSG("strategy")},
                  {JL_SECTION_ACTIONS, JL_MSG("actions")},
                  {JL_SECTION_BUDGET, JL_MSG("budget")},
                  {JL_SECTION_PAYROLL, JL_MSG("payroll")}};
  const char *text = "";
  for (size_t i = 0; i < JL_COUNT(sections) && text != NULL; i++) {
    if (may[sections[i].section] || (but != NULL && !but[sections[i].section])) continue;
    text = jl_arena_printf(c->cli->arena, "%s%s%s", text, text[0] != '\0' ? ", " : "", jl_tr(sections[i].label));
  }
  return text == NULL ? "" : text;
}

static void say_left(const struct copying *c) {
  static const struct {
    enum fate fate;
    const char *message;
  } lines[] = {{OVER, JL_MSG("  not taken along: {1} records of actions that are done or dropped")},
               {STOPPED, JL_MSG("  not taken along: {1} records of levers that are to be stopped, with their actions and lines")},
               {PERIOD, JL_MSG("  not taken along: {1} records of what happened in its period (expenses, measurements, approvals, comments ...)")},
               {OMITTED, JL_MSG("  not taken along: {1} records that --without names")},
               {ORPHAN, JL_MSG("  not taken along: {1} records that need one of these")},
               {READ_ONLY, JL_MSG("  not taken along: {1} records of what you may only read: {2}")}};
  const char *only_read = sections_text(c, c->editable, c->readable), *hidden = sections_text(c, c->readable, NULL);
  for (size_t i = 0; i < JL_COUNT(lines); i++)
    if (c->fates[lines[i].fate] > 0) jl_say(c->cli, lines[i].message, jl_arg_integer((int64_t)c->fates[lines[i].fate]), jl_arg_text(only_read));
  if (hidden[0] != '\0') jl_say(c->cli, JL_MSG("  not taken along: what you may not read: {1}"), jl_arg_text(hidden));
}

/* Closures and calendars of the organisation's own are asked of nobody: a plan that has one is gone through with jalon calendar. */
static bool open_calendar(struct copying *c, struct jl_error *err) {
  int32_t end = jl_carried_day((int32_t)jl_record_int(type_of(JL_TYPE_PLAN), c->plan, JL_PLAN_END, 0), c->from_start, c->to_start);
  const struct jl_working_days_of of = {.first = jl_day_add_months(c->to_start, -12), .last = jl_day_add_months(end, 12)};
  c->days = jl_working_days_new(&of, c->cli->arena);
  return c->days != NULL || jl_cli_no_link(err);
}

/* The audit begins the diagnostic, where that is taken along and may be written. */
static bool add_audit(struct copying *c, struct jl_error *err) {
  bool may = is_without(c, "rights") || c->editable[JL_SECTION_STRATEGY];
  return is_without(c, "diagnostic") || !may || jl_plan_audit(&c->im, &c->source, c->name, &c->audited, &c->audit, err);
}

static bool same_currency(const struct copying *c, struct jl_error *err) {
  const char *from = jl_import_currency_of(&c->im, c->plan), *to = jl_import_currency_of(&c->im, c->im.items[0].record); /* the plan comes first */
  return jl_import_same_currency(&c->im, from, to, JL_MSG("leave --currency out; or begin without the earlier plan: jalon plan new ... --currency {2}"), err);
}

static bool copy(struct copying *c, struct jl_error *err) {
  if (!parts_are_known(c, err) || !read_source(c, err) || !find_start(c, err) || !open_calendar(c, err) || !make_plan(c, err)) return false;
  for (size_t i = 0; i < c->count; i++)
    if (c->entries[i].fate == CARRIED && !make_record(c, &c->entries[i], err)) return false;
  if (!same_currency(c, err) || !add_audit(c, err)) return false;
  if (c->cli->dry_run) return true;
  return jl_import_send(&c->im, err) && jl_cli_choose_plan(c->cli, &c->im.plan, c->im.name, err);
}

bool jl_plan_from_plan(struct jl_cli *cli, const char *name, struct jl_error *err) {
  struct copying *c = jl_arena_alloc(cli->arena, sizeof *c);
  if (c == NULL) return jl_cli_no_link(err);
  *c = (struct copying){.cli = cli, .im = {.cli = cli, .run = jl_id_random(), .plan = jl_id_random()}};
  if (!jl_cli_resolve_plan(cli, name, &c->source, c->name, sizeof c->name, err)) return false;
  c->im.as = c->name;
  if (!copy(c, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("dry run: {1} records of {2} would go into {3}") : JL_MSG("{1} records of {2} are in {3}, the current plan{4}"),
         jl_arg_integer((int64_t)c->im.item_count), jl_arg_text(c->name), jl_arg_text(c->im.name),
         c->im.outcome.queued != 0 ? jl_cli_made(cli, &c->im.outcome) : jl_arg_text(""));
  say_left(c);
  if (c->audited > 0) {
    jl_say(cli, JL_MSG("audit of {1}: {2}"), jl_arg_text(c->name), jl_arg_text(c->audit));
    jl_say(cli, JL_MSG("  it begins the diagnostic: {1} notes with their figures; jalon --plan \"{2}\" audit shows all of it"), jl_arg_integer((int64_t)c->audited), jl_arg_text(c->name));
  }
  if (c->has_grants && is_without(c, "rights"))
    jl_talk(cli, JL_MSG("the rights of {1} were left out: everybody reads and edits all of the new plan until jalon rights set says otherwise"), jl_arg_text(c->name));
  jl_cli_done(cli, &c->im.outcome);
  return true;
}
