/* An amount stays in the currency it was given in: nobody converts what stands, so a currency changes only with every amount that counts in it given
 * anew in the same group, or where there is none. What an amount counts in is what it is shown in (cells.c): the currency that its own record names
 * for it, else that of the record it belongs to (months of a line), else the plan's; so do the rates, and the targets of KPIs that are computed in
 * money. A record that comes back is held against the currency of its deletion. To take a change back, what stood then or came with it may stay. */
#include "common/model/evaluation.h"
#include "common/model/governance/rights.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

/* An amount that would be in another currency. */
struct standing {
  const struct jl_record *record;
  struct jl_arg amount;   /* in `was` */
  char was[4], is[4];
  enum jl_section unseen; /* where one is that the author may not read; only told when there is no other */
};

static const struct jl_record *parent_of(const struct jl_replica *r, const struct jl_record *record) {
  const struct jl_field *up = jl_parent_field(record->type);
  struct jl_id id;
  const struct jl_record *parent = up != NULL && jl_record_id(record->type, record->body, up->number, &id) ? jl_replica_record(r, &id) : NULL;
  return parent == NULL || parent->type == NULL ? NULL : parent;
}

static bool in_money(const char *unit) { return strncmp(unit, "currency", 8) == 0; }

static bool is_amount(const struct jl_replica *r, const struct jl_record *record, const struct jl_field *field) {
  if (field->repeated || jl_record_int(record->type, record->body, field->number, 0) == 0) return false;
  if (field->kind == JL_KIND_MONEY) return true;
  if (field->kind != JL_KIND_FRACTION || field->unit[0] != '\0') return false;
  if (record->type_number == JL_TYPE_EXCHANGE_RATE) return field->number == JL_EXCHANGE_RATE_RATE;
  if (field->unit_field != 0) return in_money(jl_record_unit_implied(record->type, record->body));
  const struct jl_record *parent = parent_of(r, record);
  return parent != NULL && jl_field_by_name(parent->type, "unit") != NULL && in_money(jl_record_unit_implied(parent->type, parent->body));
}

/* ---- what an amount counts in, and counted in ---- */
static const struct jl_record *before_of(const struct jl_rule_input *in, const struct jl_record *record) {
  return record == NULL ? NULL : jl_run_before(in->run, record);
}

/* The field of a record as it was before the group, at a revision; *ret_known false: it was changed since, and how is not known any more. */
static struct jl_bytes value_at(const struct jl_rule_input *in, const struct jl_record *before, uint32_t field, uint64_t revision, bool *ret_known) {
  const struct jl_evaluation *e = in->evaluation;
  struct jl_unseen *unseen;
  size_t n = 0;
  struct jl_bytes now = jl_record_slice(before->body, field);
  *ret_known = true;
  if (before->revision <= revision) return now;
  *ret_known = e != NULL && e->changed_since != NULL && e->changed_since(e->context, before, revision, in->arena, &unseen, &n);
  for (size_t i = 0; *ret_known && i < n; i++)
    if (unseen[i].field == field) return unseen[i].before;
  return now;
}

/* Reads the currency of a record now, before the group (revision UINT64_MAX), or at a revision before that. false: it names none. */
enum { NOW, THEN };
static bool names(const struct jl_rule_input *in, const struct jl_record *record, uint32_t field, int when, uint64_t revision, bool *io_known, char ret[4]) {
  bool known = true;
  const struct jl_record *at = when == NOW ? record : before_of(in, record);
  struct jl_bytes slice = {NULL, 0};
  if (at != NULL) slice = when == NOW ? jl_record_slice(at->body, field) : value_at(in, at, field, revision, &known);
  struct jl_bytes text = slice.size == 0 ? slice : jl_record_text(record->type, slice, field);
  *io_known = *io_known && known;
  if (text.size != 3) return false;
  memcpy(ret, text.data, 3);
  ret[3] = '\0';
  return true;
}

/* *ret_known false: it may have been another at that revision. */
static void currency_of(const struct jl_rule_input *in, const struct jl_record *record, const struct jl_field *field, int when, uint64_t revision,
                        bool *ret_known, char ret[4]) {
  const struct jl_record *parent = field->unit_field == 0 ? parent_of(in->after, record) : NULL;
  const struct jl_field *its = parent == NULL ? NULL : jl_field_by_name(parent->type, "currency");
  const struct jl_record *plan = jl_replica_record(in->after, &jl_replica_where(in->after)->space);
  *ret_known = true;
  ret[0] = '\0';
  if (field->kind == JL_KIND_MONEY && field->unit_field != 0 && names(in, record, field->unit_field, when, revision, ret_known, ret)) return;
  if (its != NULL && its->kind == JL_KIND_CURRENCY && names(in, parent, its->number, when, revision, ret_known, ret)) return;
  if (plan != NULL) (void)names(in, plan, JL_PLAN_CURRENCY, when, revision, ret_known, ret);
}

/* ---- what may stay ---- */
static bool given_anew(const struct jl_rule_input *in, const struct jl_record *record, uint32_t field) {
  const struct jl_record *before = before_of(in, record);
  const Jalon__Group *group = in->run->group;
  if (before == NULL || !jl_bytes_equal(jl_record_slice(before->body, field), jl_record_slice(record->body, field))) return true;
  for (size_t i = 0; i < group->n_edits; i++) { /* the same number is an amount anew when somebody says so */
    const Jalon__Edit *edit = group->edits[i];
    if (edit->id.len != sizeof record->id.bytes || memcmp(edit->id.data, record->id.bytes, edit->id.len) != 0) continue;
    if (edit->verb == JALON__VERB__CREATE && jl_record_has(JL_PB(edit->record), field)) return true;
    for (size_t k = 0; k < edit->n_fields; k++)
      if (edit->fields[k]->field == field && edit->fields[k]->next.len > 0) return true;
  }
  return false;
}

/* The group takes a revision back: the currency is again what it was before that, and the amount has stood since. A copy leaves it to the server. */
static bool taken_back(const struct jl_rule_input *in, const struct jl_record *record, const struct jl_field *field, const char *currency) {
  const Jalon__Group *group = in->run->group;
  uint64_t revision = group->undoes != 0 ? group->undoes : group->redoes;
  bool known, stood;
  char was[4];
  if (revision == 0) return false;
  if (in->evaluation == NULL || in->evaluation->changed_since == NULL) return true;
  currency_of(in, record, field, THEN, revision - 1, &known, was);
  struct jl_bytes amount = value_at(in, before_of(in, record), field->number, revision, &stood);
  return known && stood && strcmp(was, currency) == 0 && jl_bytes_equal(amount, jl_record_slice(record->body, field->number));
}

static bool sees(const struct jl_rule_input *in, enum jl_section section) {
  const struct jl_author *author = in->evaluation == NULL ? NULL : &in->evaluation->author;
  return author == NULL || author->administrator || ((author->may_read | author->may_edit) >> section & 1) != 0;
}

/* since: the revision to hold its currency against; UINT64_MAX: the one before the group. True ends the search: one is found that may be told. */
static bool stands(const struct jl_rule_input *in, const struct jl_record *record, uint64_t since, struct standing *ret) {
  enum jl_section section = jl_replica_section(in->after, record);
  bool seen = sees(in, section), known;
  if (record->type == NULL || before_of(in, record) == NULL || (!seen && ret->unseen != JL_SECTION_NONE)) return false;
  for (size_t i = 0; i < record->type->field_count; i++) {
    const struct jl_field *field = &record->type->fields[i];
    char was[4], is[4];
    if (!is_amount(in->after, record, field)) continue;
    currency_of(in, record, field, THEN, since, &known, was);
    currency_of(in, record, field, NOW, 0, &known, is);
    if (was[0] == '\0' || strcmp(was, is) == 0 || given_anew(in, record, field->number) || taken_back(in, record, field, is)) continue;
    if (!seen) {
      ret->unseen = section;
      return false;
    }
    int64_t number = jl_record_int(record->type, record->body, field->number, 0);
    ret->record = record;
    ret->amount = field->kind == JL_KIND_MONEY ? jl_arg_money(number, was) : jl_arg_fraction(number, record->type_number == JL_TYPE_EXCHANGE_RATE ? "" : was);
    memcpy(ret->was, was, sizeof was);
    memcpy(ret->is, is, sizeof is);
    return true;
  }
  return false;
}

/* ---- refusals ---- */
static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL); }

static bool refuse_unseen(const struct jl_rule_input *in, uint32_t field, enum jl_section section, struct jl_error *err) {
  const struct jl_replica *r = in->after;
  const char *who = in->evaluation != NULL && in->evaluation->names != NULL
                        ? "" : jl_rights_who_can(r, &jl_replica_where(r)->space, in->organisation, section, in->arena);
  return jl_break(in, field, err, JL_MSG("{1} stays as it is: amounts in the section {2}, which you may not read, would be in another currency"),
                  who[0] == '\0' ? JL_MSG("ask who edits that section") : JL_MSG("ask who edits that section: {3}"), jl_arg_record(in->touched->after),
                  jl_arg_label(jl_section_label(section)), jl_arg_text(who));
}

static const char *way_out(const struct jl_rule_input *in, const struct standing *s) {
  const uint32_t of = in->touched->after->type_number, type = s->record->type_number;
  if (jl_rule_came(in)) return JL_MSG("add it anew, with its amounts in {5}");
  if (of == JL_TYPE_EXPENSE) return JL_MSG("give the amount anew in the same command: --net ... --currency {5}");
  if (of == JL_TYPE_BUDGET_LINE && type == JL_TYPE_BUDGET_LINE)
    return JL_MSG("give the amount anew in the same command: --planned ... --currency {5}; or plan in {5} on another line: jalon budget-line add ... --currency {5}");
  if (of == JL_TYPE_BUDGET_LINE) return JL_MSG("plan in {5} on another line: jalon budget-line add ... --currency {5}");
  if (type == JL_TYPE_PLAN) return JL_MSG("give the amount anew in the same command: --arbitration ... --currency {5}");
  if (type == JL_TYPE_BUDGET_LINE || type == JL_TYPE_BUDGET_MONTH)
    return JL_MSG("a line may stay in {3} by itself: jalon budget-line set ... --currency {3}; or begin another plan in {5}: jalon plan new ... --currency {5}");
  if (type == JL_TYPE_EXPENSE)
    return JL_MSG("an expense may stay in {3} by itself: jalon expense set ... --currency {3}; or begin another plan in {5}: jalon plan new ... --currency {5}");
  return JL_MSG("delete or clear it first; or begin another plan in {5}: jalon plan new ... --currency {5}");
}

static bool refuse(const struct jl_rule_input *in, uint32_t field, const struct standing *s, struct jl_error *err) {
  if (s->record == NULL && s->unseen == JL_SECTION_NONE) return true;
  if (s->record == NULL) return refuse_unseen(in, field, s->unseen, err);
  bool itself = s->record == in->touched->after, back = jl_rule_came(in), rate = s->record->type_number == JL_TYPE_EXCHANGE_RATE;
  const char *message = rate && back ? JL_MSG("{1} does not come back: it is a rate of {3}, not of {5}")
                        : rate ? JL_MSG("{1} stays in {3}: the rate {2} ({4}) is one of {3}, not of {5}")
                        : back ? itself ? JL_MSG("{1} does not come back: it has {4}, which nobody converts into {5}")
                                        : JL_MSG("{1} does not come back: {2} has {4}, which nobody converts into {5}")
                        : itself ? JL_MSG("{1} stays in {3}: it has {4}, which nobody converts into {5}")
                                 : JL_MSG("{1} stays in {3}: {2} has {4}, which nobody converts into {5}");
  return jl_break(in, field, err, message, way_out(in, s), jl_arg_record(in->touched->after), jl_arg_record(s->record), jl_arg_text(s->was), s->amount,
                  jl_arg_text(s->is));
}

/* ---- rules ---- */
/* A new record has no amounts that stood; without the group around it nothing is known. */
static bool held_alone(const struct jl_rule_input *in) { return in->run == NULL || in->touched->before == NULL || !jl_rule_alive(in); }

static bool line_currency(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *line = in->touched->after;
  struct standing s = {0};
  size_t n;
  if (held_alone(in) || jl_rule_came(in) || !jl_rule_changed(in, JL_BUDGET_LINE_CURRENCY)) return true;
  bool found = stands(in, line, UINT64_MAX, &s);
  const struct jl_record **months = jl_replica_referring(in->after, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, in->arena, &n);
  if (n == SIZE_MAX) return no_memory(err);
  for (size_t i = 0; !found && i < n; i++) found = stands(in, months[i], UINT64_MAX, &s);
  return refuse(in, JL_BUDGET_LINE_CURRENCY, &s, err);
}

static bool expense_currency(const struct jl_rule_input *in, struct jl_error *err) {
  struct standing s = {0};
  if (held_alone(in) || jl_rule_came(in) || !jl_rule_changed(in, JL_EXPENSE_CURRENCY)) return true;
  (void)stands(in, in->touched->after, UINT64_MAX, &s);
  return refuse(in, JL_EXPENSE_CURRENCY, &s, err);
}

static bool plan_currency(const struct jl_rule_input *in, struct jl_error *err) {
  struct standing s = {0};
  size_t n = 0;
  if (held_alone(in) || !jl_rule_changed(in, JL_PLAN_CURRENCY)) return true;
  bool found = false;
  for (size_t i = 0; !found && i < jl_record_type_count; i++) {
    const struct jl_record **all = jl_replica_all(in->after, jl_record_types[i]->number, in->arena, &n);
    if (n == SIZE_MAX) return no_memory(err);
    for (size_t k = 0; !found && k < n; k++) found = stands(in, all[k], UINT64_MAX, &s);
  }
  return refuse(in, JL_PLAN_CURRENCY, &s, err);
}

/* What lay below it comes back with it, untouched. */
static bool came_back(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *record = in->touched->after;
  struct standing s = {0};
  if (held_alone(in) || !jl_rule_came(in) || jl_replica_kind(in->after) != JL_SPACE_PLAN) return true;
  const uint64_t since = in->touched->before->deleted_revision;
  const struct jl_record **queue = jl_arena_array(in->arena, 1, sizeof *queue);
  if (queue == NULL) return no_memory(err);
  queue[0] = record;
  bool found = stands(in, record, since, &s);
  for (size_t n = 1; !found && n > 0;) { /* a level after the other */
    size_t next = 0;
    const struct jl_record **below = NULL;
    for (size_t i = 0; !found && i < n; i++) {
      size_t children;
      const struct jl_record **all = jl_replica_children(in->after, &queue[i]->id, in->arena, &children);
      if (children == SIZE_MAX) return no_memory(err);
      for (size_t k = 0; !found && k < children; k++) found = stands(in, all[k], since, &s);
      const struct jl_record **more = children == 0 ? below : jl_arena_array(in->arena, next + children, sizeof *more);
      if (children > 0 && more == NULL) return no_memory(err);
      if (children > 0 && next > 0) memcpy(more, below, next * sizeof *more);
      if (children > 0) memcpy(more + next, all, children * sizeof *more);
      below = more;
      next += children;
    }
    queue = below;
    n = next;
  }
  return refuse(in, 0, &s, err);
}

static const struct jl_rule rules[] = {
    {"line-currency", JL_TYPE_BUDGET_LINE, line_currency}, {"expense-currency", JL_TYPE_EXPENSE, expense_currency},
    {"plan-currency", JL_TYPE_PLAN, plan_currency},        {"currency-then", JL_RULE_ANY_TYPE, came_back},
};
const struct jl_rules jl_currency_rules = {rules, JL_COUNT(rules)};
