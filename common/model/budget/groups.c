#include "common/model/budget/groups.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/model/budget/supplier.h"
#include "common/model/budget/why.h"
#include "common/model/governance/raci.h"
#include "common/record/schema.h"
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pass;
/* Where an entry belongs: fills in what tells the group from others. */
typedef void belongs_function(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key);
struct jl_grouping {
  const char *by, *block, *title, *label;
  enum jl_arg_kind kind;
  belongs_function *belongs;
  void (*cell)(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group);
  const char *none; /* the group of what has none */
};
struct pass {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_grouping *by;
  const struct jl_money_filter *filter;
  struct jl_fiscal fiscal;
  void *tree; /* of groups; the nodes are the C library's */
  struct jl_money_group *last;
  const struct jl_record *line; /* whose name this is: */
  const char *name;
  struct jl_money_groups groups;
  size_t room;
};

/* A table of groups, while it is written. */
struct shown {
  const struct jl_grouping *by;
  const struct jl_money_filter *filter;
  struct jl_money_groups groups;
};

/* ---- where an entry belongs ---- */
static void by_record(struct jl_money_group *key, const struct jl_record *record) {
  key->record = record;
  key->none = record == NULL;
}

static void of_action(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  by_record(key, entry->action != NULL && jl_view_readable(p->in, entry->action) ? entry->action : NULL);
}

static void of_line(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  (void)p;
  by_record(key, entry->line);
}

/* An expense's own KPI, else its line's. */
static void of_kpi(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  const struct jl_record *kpi =
      entry->record->type_number == JL_TYPE_EXPENSE ? jl_view_linked(p->in, entry->record, JL_EXPENSE_KPI) : NULL;
  by_record(key, kpi != NULL ? kpi : jl_view_linked(p->in, entry->line, JL_BUDGET_LINE_KPI));
}

static void of_subcategory(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  (void)p;
  key->number = jl_view_int(entry->line, JL_BUDGET_LINE_SUBCATEGORY, 0);
  key->none = key->number == 0;
}

/* Case and accents make no other one; it is shown as it was first written. */
static void by_text(struct pass *p, struct jl_money_group *key, const char *text) {
  key->text = text;
  key->folded = jl_view_folded(p->b, text);
  key->none = key->folded[0] == '\0';
}

static void of_supplier(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  const struct jl_record *expense = entry->record->type_number == JL_TYPE_EXPENSE ? entry->record : NULL;
  struct jl_bytes supplier = expense == NULL ? (struct jl_bytes){NULL, 0} : jl_supplier_of(p->in, expense);
  by_text(p, key, supplier.size == 0 ? "" : jl_view_text(p->b, supplier));
}

/* Who answers for the line: holders of its A, or of its action's. */
static void of_person(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  if (p->line != entry->line) {
    const struct jl_raci raci = {.plan = p->in->space, .organisation = p->in->organisation, .day = p->in->today};
    char handle[JL_HANDLE_MAX];
    struct jl_id target;
    const struct jl_record *of = jl_raci_target(p->in->space, entry->line, &target) ? jl_replica_live(p->in->space, &target) : NULL;
    p->line = entry->line;
    p->name = of != NULL && jl_view_readable(p->in, of)
                  ? jl_raci_names(&raci, &target, JL_LETTER(JL_RACI_A), false, jl_builder_arena(p->b), handle)
                  : "";
    if (p->name == NULL) p->name = "";
  }
  by_text(p, key, p->name);
}

static void of_month(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  (void)p;
  key->none = entry->day == JL_WHOLE_PERIOD;
  if (key->none) return;
  struct jl_date date = jl_date_from_day(entry->day);
  key->number = jl_day_from_date(date.year, date.month, 1);
}

static void of_quarter(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  struct jl_fiscal_quarter at;
  key->none = entry->day == JL_WHOLE_PERIOD;
  if (key->none) return;
  jl_fiscal_at(&p->fiscal, entry->day, &at);
  key->number = at.start;
}

static void of_year(struct pass *p, const struct jl_money_entry *entry, struct jl_money_group *key) {
  struct jl_fiscal_quarter at;
  key->none = entry->day == JL_WHOLE_PERIOD;
  if (key->none) return;
  jl_fiscal_at(&p->fiscal, entry->day, &at);
  key->number = at.year_start;
}

/* ---- the name of a group ---- */
static void record_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group) {
  jl_cell_title(b, in, group->record);
}

static void text_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group) {
  (void)in;
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)group->text, strlen(group->text)});
}

static void subcategory_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group) {
  (void)in;
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_BUDGET_LINE), JL_BUDGET_LINE_SUBCATEGORY);
  const struct jl_enum_value *value = jl_enum_by_number(field->enumeration, (int32_t)group->number);
  if (value == NULL) {
    jl_cell(b, jl_arg_integer(group->number)); /* of a newer version */
    return;
  }
  jl_cell_label(b, value->label, value->text);
}

static void month_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group) {
  (void)in;
  jl_cell_month(b, (int32_t)group->number);
}

static void quarter_words(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group, bool of_year) {
  const struct jl_fiscal fiscal = jl_fiscal_of(jl_view_plan(in), in->today);
  struct jl_fiscal_quarter at;
  char name[JL_FISCAL_NAME], alternative[48];
  jl_fiscal_at(&fiscal, (int32_t)group->number, &at);
  jl_fiscal_year_name(&at, name);
  const struct jl_arg args[] = {jl_arg_integer(at.number), jl_arg_text(name)};
  if (of_year) {
    jl_cell(b, jl_arg_text(name));
    return;
  }
  jl_cell_words(b, JL_MSG("Q{1} {2}"), args, 2);
  snprintf(alternative, sizeof alternative, "%s-Q%d", name, at.number);
  jl_cell_alternative(b, alternative);
}

static void quarter_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group) {
  quarter_words(b, in, group, false);
}
static void year_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_group *group) {
  quarter_words(b, in, group, true);
}

static const struct jl_grouping groupings[] = {
    {"line", "lines", JL_MSG("by budget line"), JL_MSG("budget line"), JL_ARG_TEXT, of_line, record_cell, ""},
    {"action", "actions", JL_MSG("by action"), JL_MSG("action"), JL_ARG_TEXT, of_action, record_cell, JL_MSG("no action")},
    {"sub-category", "subcategories", JL_MSG("by sub-category"), JL_MSG("sub-category"), JL_ARG_LABEL, of_subcategory, subcategory_cell,
     JL_MSG("no sub-category")},
    {"supplier", "suppliers", JL_MSG("by supplier"), JL_MSG("supplier"), JL_ARG_TEXT, of_supplier, text_cell, JL_MSG("no supplier")},
    {"month", "months", JL_MSG("by month"), JL_MSG("month"), JL_ARG_TEXT, of_month, month_cell, JL_MSG("for the whole period")},
    {"quarter", "quarters", JL_MSG("by quarter"), JL_MSG("quarter"), JL_ARG_TEXT, of_quarter, quarter_cell, JL_MSG("for the whole period")},
    {"year", "years", JL_MSG("by fiscal year"), JL_MSG("fiscal year"), JL_ARG_TEXT, of_year, year_cell, JL_MSG("for the whole period")},
    {"kpi", "kpis", JL_MSG("by KPI"), JL_MSG("KPI"), JL_ARG_TEXT, of_kpi, record_cell, JL_MSG("no KPI")},
    {"person", "people", JL_MSG("by accountable person"), JL_MSG("accountable"), JL_ARG_TEXT, of_person, text_cell, JL_MSG("nobody")},
};

const struct jl_grouping *jl_grouping_by(const char *by) {
  for (size_t i = 0; i < JL_COUNT(groupings); i++)
    if (strcmp(groupings[i].by, by) == 0) return &groupings[i];
  return NULL;
}

/* ---- the groups ---- */
static int compare(const void *left, const void *right) {
  const struct jl_money_group *a = left, *b = right;
  if (a->none || b->none) return (int)a->none - (int)b->none;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  if (a->folded != NULL && b->folded != NULL) return strcmp(a->folded, b->folded);
  if (a->record == b->record || a->record == NULL || b->record == NULL) return (a->record != NULL) - (b->record != NULL);
  if (a->record->number != b->record->number) return a->record->number < b->record->number ? -1 : 1;
  return jl_id_compare(&a->record->id, &b->record->id);
}

static int compare_rows(const void *left, const void *right) {
  return compare(*(const struct jl_money_group *const *)left, *(const struct jl_money_group *const *)right);
}

static bool new_group(struct pass *p, struct jl_money_group *group) {
  struct jl_money_groups *all = &p->groups;
  if (all->count == p->room) {
    size_t more = p->room == 0 ? 16 : p->room * 2;
    struct jl_money_group **grown = jl_view_alloc(p->b, more, sizeof *grown);
    if (grown == NULL) return false;
    for (size_t i = 0; i < all->count; i++) grown[i] = all->rows[i];
    all->rows = grown;
    p->room = more;
  }
  all->rows[all->count++] = group;
  return true;
}

static struct jl_money_group *find(struct pass *p, const struct jl_money_group *key) {
  if (p->last != NULL && compare(p->last, key) == 0) return p->last;
  struct jl_money_group **found = tfind(key, &p->tree, compare), *group;
  if (found != NULL) return p->last = *found;
  group = jl_view_alloc(p->b, 1, sizeof *group);
  if (group == NULL) return NULL;
  *group = *key;
  if (tsearch(group, &p->tree, compare) == NULL) {
    jl_builder_fail(p->b, JL_E_NO_MEMORY);
    return NULL;
  }
  return new_group(p, group) ? p->last = group : NULL;
}

static bool keep_source(struct pass *p, struct jl_money_group *group, const struct jl_money_entry *entry) {
  size_t *n = &group->source_count[entry->kind], *room = &group->source_room[entry->kind];
  if (*n == JL_CELL_SOURCES) return true;
  if (*n == *room) {
    size_t more = *room == 0 ? 4 : *room * 4;
    const struct jl_record **grown = jl_view_alloc(p->b, more, sizeof *grown);
    if (grown == NULL) return false;
    for (size_t i = 0; i < *n; i++) grown[i] = group->sources[entry->kind][i];
    group->sources[entry->kind] = grown;
    *room = more;
  }
  group->sources[entry->kind][(*n)++] = entry->record;
  return true;
}

static bool take(void *context, const struct jl_money_entry *entry) {
  struct pass *p = context;
  struct jl_money_group key = {.number = 0};
  if (!jl_money_filter_has(p->filter, entry)) return true;
  p->by->belongs(p, entry, &key);
  struct jl_money_group *group = find(p, &key);
  int64_t amount = jl_sum_in(&entry->sum, p->filter->basis);
  return group != NULL && jl_amounts_take(&group->amounts, entry->kind, amount) &&
         jl_amounts_take(&p->groups.total.amounts, entry->kind, amount) && keep_source(p, group, entry) &&
         keep_source(p, &p->groups.total, entry);
}

/* What has no rate is in no sum, and still a row: of what is not known. */
static bool apart(void *context, const struct jl_money_entry *entry) {
  struct pass *p = context;
  struct jl_money_group key = {.number = 0};
  if (!jl_money_filter_has(p->filter, entry)) return true;
  p->by->belongs(p, entry, &key);
  struct jl_money_group *group = find(p, &key);
  if (group == NULL) return false;
  group->unknown |= JL_UNKNOWN(entry->kind);
  p->groups.total.unknown |= JL_UNKNOWN(entry->kind);
  return keep_source(p, group, entry);
}

static void keep(void *node) { (void)node; /* the groups are the arena's */ }

bool jl_money_groups(const struct jl_view_input *in, struct jl_builder *b, const struct jl_grouping *by,
                     const struct jl_money_filter *filter, struct jl_money_groups *ret, struct jl_error *err) {
  size_t n = 0;
  struct pass p = {.in = in, .b = b, .by = by, .filter = filter, .fiscal = jl_fiscal_of(jl_view_plan(in), in->today)};
  const struct jl_record **lines = jl_view_all(in, b, JL_TYPE_BUDGET_LINE, &n);
  bool fits = jl_lines_entries(in->space, lines, n, jl_builder_arena(b), take, apart, &p);
  tdestroy(p.tree, keep);
  if (!fits) return jl_money_too_large(err);
  if (p.groups.count > 0) qsort(p.groups.rows, p.groups.count, sizeof *p.groups.rows, compare_rows);
  *ret = p.groups;
  return true;
}

/* ---- where it comes from: the entries that belong to the group, once more ---- */
struct members {
  struct pass pass;
  const struct jl_money_group *group; /* NULL: all */
  unsigned kinds;                     /* JL_UNKNOWN of those that are wanted */
  struct jl_money_entries entries;
};

static bool member(void *context, const struct jl_money_entry *entry) {
  struct members *m = context;
  struct jl_money_group key = {.number = 0};
  if (!jl_money_filter_has(m->pass.filter, entry) || (m->kinds & JL_UNKNOWN(entry->kind)) == 0) return true;
  if (m->group != NULL) m->pass.by->belongs(&m->pass, entry, &key);
  return (m->group != NULL && compare(m->group, &key) != 0) || jl_money_entries_add(&m->entries, m->pass.b, entry);
}

static bool pass_over(void *context, const struct jl_money_entry *entry) {
  (void)context;
  (void)entry;
  return true;
}

/* lacks: of these kinds something has no rate, so nobody knows; 0: the figure is known. */
static void why(struct jl_builder *b, const struct jl_view_input *in, const struct shown *shown, const struct jl_money_group *group, size_t figure, unsigned lacks) {
  size_t n = 0;
  struct members m = {.pass = {.in = in, .b = b, .by = shown->by, .filter = shown->filter, .fiscal = jl_fiscal_of(jl_view_plan(in), in->today)},
                      .group = group == &shown->groups.total ? NULL : group,
                      .kinds = lacks != 0 ? lacks : JL_UNKNOWN_ANY};
  const struct jl_record **lines = jl_view_all(in, b, JL_TYPE_BUDGET_LINE, &n);
  if (!jl_lines_entries(in->space, lines, n, jl_builder_arena(b), lacks != 0 ? pass_over : member, lacks != 0 ? member : NULL, &m)) jl_builder_fail(b, JL_E_NO_MEMORY);
  if (lacks != 0)
    jl_why_unrated(b, in, &m.entries, shown->filter->basis);
  else
    jl_why_entries(b, in, shown->filter, &m.entries, &group->amounts, (enum jl_money_figure)figure, true);
}

static void cells(struct jl_builder *b, const struct jl_view_input *in, const struct shown *shown, const struct jl_money_group *group) {
  const struct jl_amounts *amounts = &group->amounts;
  const struct {
    int64_t amount;
    unsigned kinds;
  } money[] = {{amounts->planned, JL_UNKNOWN(JL_MONEY_PLANNED)},
               {amounts->committed, JL_UNKNOWN(JL_MONEY_COMMITTED)},
               {amounts->actual, JL_UNKNOWN(JL_MONEY_ACTUAL)},
               {amounts->remaining, JL_UNKNOWN_ANY}};
  char currency[4];
  jl_plan_currency(in->space, currency);
  for (size_t c = 0; c < JL_COUNT(money); c++) {
    const unsigned lacks = group->unknown & money[c].kinds;
    jl_cell_money_known(b, money[c].amount, currency, lacks);
    for (int kind = 0; kind < JL_MONEY_KINDS; kind++)
      for (size_t i = 0; ((money[c].kinds >> kind) & 1U) != 0 && i < group->source_count[kind]; i++)
        jl_cell_source(b, group->sources[kind][i]);
    if (jl_explaining(b)) why(b, in, shown, group, c, lacks);
  }
  if (amounts->remaining < 0 && group->unknown == 0) jl_cell_tone(b, JL_TONE_BAD);
}

bool jl_block_groups(const struct jl_view_input *in, struct jl_builder *b, const struct jl_grouping *by, const struct jl_money_filter *filter,
                     struct jl_error *err) {
  struct shown shown = {.by = by, .filter = filter};
  if (!jl_money_groups(in, b, by, filter, &shown.groups, err)) return false;
  jl_block_begin(b, JL_BLOCK_TABLE, by->block, by->title);
  jl_column(b, "group", by->label, by->kind, 0);
  jl_columns_money(b);
  for (size_t i = 0; i < shown.groups.count; i++) {
    const struct jl_money_group *group = shown.groups.rows[i];
    jl_row_begin(b, group->record, 0, JL_ROW_NORMAL);
    if (group->none)
      jl_cell_label(b, by->none, "none");
    else
      by->cell(b, in, group);
    cells(b, in, &shown, group);
  }
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total"), "total");
  cells(b, in, &shown, &shown.groups.total);
  return true;
}
