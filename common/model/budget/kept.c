/* Money stays where it was spent: what an actual expense counts for (its lever, its action, its KPI, the rate that it has) is not deleted from above it
 * (design.md 9), and no edit moves an amount of a closed month to another lever, action or category. Both look at the whole plan,
 * whatever the author may read; who may not read the budget hears that something is in the way, not what and how much. */
#include "common/model/budget/closing.h"
#include "common/model/budget/expense.h"
#include "common/model/budget/line_sums.h"
#include "common/model/governance/rights.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

/* A budget line whose amounts count for the touched record, what says so, and what would let them count for another. */
struct holding {
  const struct jl_record *line;
  const struct jl_record *by;   /* the line, one of its shares, an action, an expense */
  const char *instead;          /* message id: {3} is by, {4} its reference */
};
struct holdings {
  const struct jl_rule_input *in;
  struct holding *all;
  size_t count, room;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL); }

static bool add(struct holdings *h, const struct jl_record *line, const struct jl_record *by, const char *instead) {
  if (h->count == h->room) {
    size_t room = h->room == 0 ? 16 : h->room * 2;
    struct holding *grown = jl_arena_array(h->in->arena, room, sizeof *grown);
    if (grown == NULL) return false;
    if (h->count > 0) memcpy(grown, h->all, h->count * sizeof *grown);
    h->all = grown;
    h->room = room;
  }
  h->all[h->count++] = (struct holding){line, by, instead};
  return true;
}

static const struct jl_record *linked(const struct jl_replica *r, const struct jl_record *record, uint32_t field) {
  struct jl_id id;
  return jl_record_id(record->type, record->body, field, &id) ? jl_replica_live(r, &id) : NULL;
}

/* Records of the type that name it in the field; each is the line itself, or names its line in `of_line`. */
static bool add_naming(struct holdings *h, const struct jl_record *named, uint32_t type, uint32_t field, uint32_t of_line, const char *instead) {
  size_t n;
  const struct jl_record **all = jl_replica_referring(h->in->after, &named->id, type, field, h->in->arena, &n);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++) {
    const struct jl_record *line = of_line == 0 ? all[i] : linked(h->in->after, all[i], of_line);
    if (line != NULL && !add(h, line, all[i], instead)) return false;
  }
  return n != SIZE_MAX;
}

/* The lever of a line is its own, else its action's; a part of a line is its action's lever's (totals.c). */
static bool action_decides(const struct jl_replica *r, const struct jl_record *line) {
  const void *at = NULL;
  return linked(r, line, JL_BUDGET_LINE_LEVER) == NULL ||
         jl_replica_next_referring(r, &line->id, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_LINE, &at) != NULL;
}

static bool add_lines_of(struct holdings *h, const struct jl_record *action) {
  struct holdings lines = {.in = h->in};
  if (!add_naming(&lines, action, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, 0, NULL) ||
      !add_naming(&lines, action, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_ACTION, JL_BUDGET_SHARE_LINE, NULL))
    return false;
  for (size_t i = 0; i < lines.count; i++)
    if (action_decides(h->in->after, lines.all[i].line) &&
        !add(h, lines.all[i].line, action, JL_MSG("give {3} another lever first: jalon action set {4} --lever ...")))
      return false;
  return true;
}

static bool holdings_of(struct holdings *h, const struct jl_record *record) {
  size_t n = 0;
  if (record->type_number == JL_TYPE_KPI)
    return add_naming(h, record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_KPI, 0, JL_MSG("give {3} another KPI first: jalon budget-line set {4} --kpi ...")) &&
           add_naming(h, record, JL_TYPE_EXPENSE, JL_EXPENSE_KPI, JL_EXPENSE_LINE, JL_MSG("give {3} another KPI first: jalon expense set {4} --kpi ..."));
  if (record->type_number == JL_TYPE_ACTION)
    return add_naming(h, record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, 0,
                      JL_MSG("give {3} another action first: jalon budget-line set {4} --action ...")) &&
           add_naming(h, record, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_ACTION, JL_BUDGET_SHARE_LINE,
                      JL_MSG("let its budget line pay for other actions first: jalon budget-share rm {4}"));
  if (!add_naming(h, record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_LEVER, 0, JL_MSG("give {3} another lever first: jalon budget-line set {4} --lever ...")))
    return false;
  const struct jl_record **actions = jl_replica_referring(h->in->after, &record->id, JL_TYPE_ACTION, JL_ACTION_LEVER, h->in->arena, &n);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++)
    if (!add_lines_of(h, actions[i])) return false;
  return n != SIZE_MAX;
}

/* ---- who is told what ---- */
static bool sees_budget(const struct jl_rule_input *in) {
  const struct jl_author *author = in->evaluation == NULL ? NULL : &in->evaluation->author;
  return author == NULL || author->administrator || ((author->may_read | author->may_edit) >> JL_SECTION_BUDGET & 1) != 0;
}

static bool refuse_unseen(const struct jl_rule_input *in, uint32_t field, struct jl_error *err) {
  const struct jl_replica *r = in->after;
  const char *who = in->evaluation != NULL && in->evaluation->names != NULL
                        ? "" : jl_rights_who_can(r, &jl_replica_where(r)->space, in->organisation, JL_SECTION_BUDGET, in->arena);
  return jl_break(in, field, err,
                  field == 0 ? JL_MSG("{1} stays: something lies below it in the section {2}, which you may not read")
                             : JL_MSG("{1} stays where it is: something lies below it in the section {2}, which you may not read"),
                  who[0] == '\0' ? JL_MSG("ask who edits that section") : JL_MSG("ask who edits that section: {3}"), jl_arg_record(in->touched->after),
                  jl_arg_label(jl_section_label(JL_SECTION_BUDGET)), jl_arg_text(who));
}

static struct jl_arg reference_of(const struct jl_record *record) {
  char text[JL_REFERENCE_SIZE];
  jl_reference_format(record->type, record->number, text);
  return jl_arg_text(text);
}

/* ---- actual expenses ---- */
/* The first of the line that counts; of a KPI those that have none of their own. */
static const struct jl_record *actual_of(const struct jl_rule_input *in, const struct holding *holding) {
  bool of_kpi = in->touched->after->type_number == JL_TYPE_KPI;
  size_t n;
  if (holding->by->type_number == JL_TYPE_EXPENSE) return jl_expense_is_actual(holding->by) ? holding->by : NULL;
  const struct jl_record **all = jl_replica_referring(in->after, &holding->line->id, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, in->arena, &n);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++)
    if (jl_expense_is_actual(all[i]) && !(of_kpi && linked(in->after, all[i], JL_EXPENSE_KPI) != NULL)) return all[i];
  return NULL;
}

static bool deleted_by_it(const struct jl_rule_input *in) {
  const struct jl_record *before = in->touched->before;
  return before != NULL && before->deleted_revision == 0 && in->touched->after->deleted_revision != 0;
}

static bool no_actual_below(const struct jl_rule_input *in, struct jl_error *err) {
  struct holdings h = {.in = in};
  if (!deleted_by_it(in)) return true;
  if (!holdings_of(&h, in->touched->after)) return no_memory(err);
  for (size_t i = 0; i < h.count; i++) {
    const struct jl_record *expense = actual_of(in, &h.all[i]);
    if (expense == NULL) continue;
    if (!sees_budget(in)) return refuse_unseen(in, 0, err);
    return jl_break(in, 0, err, JL_MSG("{1} cannot be deleted: the actual expense {2} lies below it"), h.all[i].instead, jl_arg_record(in->touched->after),
                    jl_arg_record(expense), jl_arg_record(h.all[i].by), reference_of(h.all[i].by));
  }
  return true;
}

/* Without any rate an expense drops out of every total. */
static bool rate_not_needed(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *rate = in->touched->after;
  const struct jl_bytes currency = jl_record_text(rate->type, rate->body, JL_EXCHANGE_RATE_CURRENCY);
  if (!deleted_by_it(in) || currency.size != 3) return true;
  const struct jl_foreigns *foreigns = jl_line_sums_foreigns(in->sums, in->after, in->arena);
  if (foreigns == NULL) return no_memory(err);
  for (size_t i = 0; i < foreigns->count; i++) {
    const struct jl_foreign *one = &foreigns->all[i];
    if (one->record->type_number != JL_TYPE_EXPENSE || one->rated != JL_UNRATED || one->day < jl_rule_int(in, JL_EXCHANGE_RATE_DAY, 0) ||
        memcmp(one->currency, currency.data, 3) != 0)
      continue;
    return jl_break(in, 0, err, JL_MSG("{1} cannot be deleted: the actual expense {2} has no other rate"),
                    JL_MSG("correct it: jalon exchange-rate set {3} --rate ...; or give an earlier one first"), jl_arg_record(rate), jl_arg_record(one->record), reference_of(rate));
  }
  return true;
}

/* ---- closed months ---- */
static bool differs(const struct jl_rule_input *in, uint32_t field) {
  return !jl_bytes_equal(jl_record_slice(in->touched->before->body, field), jl_record_slice(in->touched->after->body, field));
}

static bool any_closed(const struct jl_rule_input *in) { return jl_closed_until(in->after, in->arena) != INT32_MIN; }

/* line: what has amounts in a closed month, if it has. */
static bool stays(const struct jl_rule_input *in, const struct jl_record *line, uint32_t field, struct jl_error *err) {
  struct jl_closing_name name;
  int32_t day;
  if (!jl_closing_of_line(in, line, &day) || !jl_closing_named(in->after, day, &name)) return true;
  if (!sees_budget(in)) return refuse_unseen(in, field, err);
  return jl_break(in, field, err, JL_MSG("{4} has amounts in {1} {2} ({3}), which is closed: they stay with the lever, action and category that they have"),
                  JL_MSG("what comes from now on goes into a new line: jalon budget-line add; to change the past reopen the month: jalon closed-month set {3} --state reopened --reason ..."),
                  name.month, name.year, name.reference, jl_arg_record(line));
}

static bool line_stays(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_BUDGET_LINE_LEVER, JL_BUDGET_LINE_ACTION, JL_BUDGET_LINE_CATEGORY, JL_BUDGET_LINE_SUBCATEGORY};
  if (jl_rule_came(in) || !jl_rule_alive(in) || !any_closed(in)) return true;
  for (size_t i = 0; i < JL_COUNT(fields); i++)
    if (differs(in, fields[i])) return stays(in, in->touched->after, fields[i], err);
  return true;
}

static bool share_stays(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *line = linked(in->after, in->touched->after, JL_BUDGET_SHARE_LINE);
  return line == NULL || !any_closed(in) || stays(in, line, JL_BUDGET_SHARE_SHARE, err);
}

/* A lever or an action that goes or comes back takes amounts with it, an action that goes to another lever too. */
static bool named_stays(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *before = in->touched->before, *after = in->touched->after;
  struct holdings h = {.in = in};
  if (before == NULL || !any_closed(in)) return true;
  bool turned = (before->deleted_revision == 0) != (after->deleted_revision == 0);
  bool moved = !turned && after->deleted_revision == 0 && after->type_number == JL_TYPE_ACTION && differs(in, JL_ACTION_LEVER);
  if (!turned && !moved) return true;
  if (moved ? !add_lines_of(&h, after) : !holdings_of(&h, after)) return no_memory(err);
  for (size_t i = 0; i < h.count; i++)
    if (!stays(in, h.all[i].line, moved ? JL_ACTION_LEVER : 0, err)) return false;
  return true;
}

static const struct jl_rule rules[] = {
    {"lever-kept", JL_TYPE_LEVER, no_actual_below},          {"action-kept", JL_TYPE_ACTION, no_actual_below},
    {"kpi-kept", JL_TYPE_KPI, no_actual_below},              {"rate-kept", JL_TYPE_EXCHANGE_RATE, rate_not_needed},
    {"line-stays", JL_TYPE_BUDGET_LINE, line_stays},         {"share-stays", JL_TYPE_BUDGET_SHARE, share_stays},
    {"lever-stays", JL_TYPE_LEVER, named_stays},             {"action-stays", JL_TYPE_ACTION, named_stays},
};
const struct jl_rules jl_kept_rules = {rules, JL_COUNT(rules)};
