#include "common/model/governance/drift.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct finding {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_drift *d;
  const struct jl_record *only; /* the baseline that was asked for; NULL: the last */
  const struct jl_record **all; /* every readable approval, newest decision first */
  size_t n, capacity;
  struct jl_error *err;
};

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_view_int(record, field, 0); }

static bool is_baseline(const struct jl_record *approval) {
  int64_t state = number_of(approval, JL_APPROVAL_STATE);
  return (state == JL_APPROVAL_APPROVED || state == JL_APPROVAL_REOPENED) && !jl_approval_reallocates(approval);
}

static bool is_of(const struct jl_record *approval, const struct jl_record *target) {
  struct jl_id id;
  return jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &id) && jl_id_equal(&id, &target->id);
}

static int newest_first(const void *left, const void *right) {
  const struct jl_record *const *a = left, *const *b = right;
  int64_t x = jl_record_int((*a)->type, (*a)->body, JL_APPROVAL_DECIDED_AT, INT64_MAX),
          y = jl_record_int((*b)->type, (*b)->body, JL_APPROVAL_DECIDED_AT, INT64_MAX);
  if (x != y) return x > y ? -1 : 1;
  return (*a)->number > (*b)->number ? -1 : (*a)->number < (*b)->number;
}

/* ---- what it is about ---- */
static bool find_target(struct finding *f) {
  static const uint32_t types[] = {JL_TYPE_PLAN, JL_TYPE_ACTION, JL_TYPE_BUDGET_LINE};
  const char *text = jl_view_value(f->in, "record");
  f->d->budget_only = text != NULL && strcmp(text, "budget") == 0;
  if (text != NULL && text[0] != '\0' && !f->d->budget_only && !jl_view_named(f->in, f->b, types, JL_COUNT(types), &f->d->target, f->err))
    return false;
  if (f->d->target == NULL) f->d->target = jl_view_plan(f->in);
  return f->d->target != NULL || jl_fail(f->err, JL_E_NOT_FOUND, JL_MSG("there is no plan here"), NULL);
}

static bool list_approvals(struct finding *f) {
  const struct jl_drift *d = f->d;
  f->all = jl_view_all(f->in, f->b, JL_TYPE_APPROVAL, &f->n);
  if (f->n > 0) qsort(f->all, f->n, sizeof *f->all, newest_first);
  f->d->approvals = jl_view_alloc(f->b, f->n, sizeof *f->d->approvals);
  if (f->d->approvals == NULL) return jl_fail(f->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < f->n; i++) {
    struct jl_id to;
    bool gets = jl_record_id(f->all[i]->type, f->all[i]->body, JL_APPROVAL_TO, &to) && jl_id_equal(&to, &d->target->id);
    bool budgets = number_of(f->all[i], JL_APPROVAL_SECTION) == JL_APPROVAL_OF_BUDGET;
    if ((d->budget_only && budgets) || gets || is_of(f->all[i], d->target)) f->d->approvals[f->d->approval_count++] = f->all[i];
  }
  return true;
}

static bool find_asked(struct finding *f) {
  const char *text = jl_view_value(f->in, "baseline");
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_APPROVAL);
  uint64_t number;
  if (text == NULL || text[0] == '\0') return true;
  if (!jl_view_number(text, &number) && (!jl_reference_parse(text, &type, &number) || type->number != JL_TYPE_APPROVAL)) number = 0;
  for (size_t i = 0; i < f->n; i++)
    if (f->all[i]->number == number) f->only = f->all[i];
  return f->only != NULL || jl_fail(f->err, JL_E_NOT_FOUND, JL_MSG("there is no baseline {1} here"),
                                    JL_MSG("jalon drift without it lists the baselines"), jl_arg_text(text));
}

/* ---- which approval each section is compared with ---- */
static bool covers(const struct finding *f, const struct jl_record *approval, uint32_t section) {
  const struct jl_record *target = f->d->target;
  bool whole = number_of(approval, JL_APPROVAL_SECTION) != JL_APPROVAL_OF_ACTION;
  if ((jl_approval_sections(approval) >> section & 1) == 0) return false;
  if (f->only != NULL) return approval == f->only;
  return is_baseline(approval) && (whole || is_of(approval, target));
}

static const struct jl_record *base_of(const struct finding *f, uint32_t section) {
  const struct jl_record *found = NULL;
  for (size_t i = 0; i < f->n; i++) {
    if (!covers(f, f->all[i], section)) continue;
    if (number_of(f->all[i], JL_APPROVAL_SECTION) == JL_APPROVAL_OF_ACTION) return f->all[i]; /* its own, before that of the plan */
    if (found == NULL) found = f->all[i];
  }
  return found;
}

/* ---- records that belong to what it is about ---- */
static bool names(const struct jl_record *record, uint32_t field, const struct jl_record *what) {
  struct jl_id id;
  return record != NULL && jl_record_id(record->type, record->body, field, &id) && jl_id_equal(&id, &what->id);
}

static bool of_line_or_action(const struct finding *f, const struct jl_record *line) {
  const struct jl_record *target = f->d->target;
  return line != NULL && (line == target || (target->type_number == JL_TYPE_ACTION && names(line, JL_BUDGET_LINE_ACTION, target)));
}

static bool is_of_target(const struct finding *f, const struct jl_record *record) {
  struct jl_id line;
  if (f->d->target->type_number == JL_TYPE_PLAN) return true;
  if (record == NULL) return false;
  switch (record->type_number) {
  case JL_TYPE_ACTION:
    return record == f->d->target;
  case JL_TYPE_DEPENDENCY: /* what it waits for */
    return names(record, JL_DEPENDENCY_SUCCESSOR, f->d->target);
  case JL_TYPE_BUDGET_LINE:
    return of_line_or_action(f, record);
  case JL_TYPE_BUDGET_MONTH:
    return jl_record_id(record->type, record->body, JL_BUDGET_MONTH_LINE, &line) &&
           of_line_or_action(f, jl_replica_record(f->in->space, &line));
  default:
    return false;
  }
}

static bool belongs(const struct finding *f, const struct jl_record *base, const struct jl_record *record) { return is_of(base, f->d->target) || is_of_target(f, record); }

/* ---- money that was moved with an approval counts as approved ---- */
struct reallocated {
  struct jl_figures figures;
  const struct jl_record *approval;
  size_t age; /* the newest: 0 */
};
struct reallocations {
  struct reallocated *list; /* by type and number, each budget line and month once: as its newest left it */
  size_t count, capacity;
};

static int compare(const struct jl_figures *a, const struct jl_figures *b) {
  if (a->type != b->type) return a->type->number < b->type->number ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static int by_line(const void *left, const void *right) {
  const struct reallocated *a = left, *b = right;
  int order = compare(&a->figures, &b->figures);
  if (order != 0) return order;
  return a->age < b->age ? -1 : a->age > b->age;
}

static bool keep_reallocated(struct finding *f, struct reallocations *all, const struct jl_record *approval, size_t age) {
  struct jl_bytes text;
  struct jl_figures figures;
  size_t at = 0;
  if (!jl_snapshot_stored(f->in->space, approval, JL_SECTION_BUDGET, jl_builder_arena(f->b), &text, f->err)) return false;
  while (jl_snapshot_next(text, &at, &figures)) {
    if (figures.type->number != JL_TYPE_BUDGET_LINE && figures.type->number != JL_TYPE_BUDGET_MONTH) continue;
    if (all->count == all->capacity) {
      size_t capacity = all->capacity == 0 ? 64 : all->capacity * 2;
      struct reallocated *larger = jl_view_alloc(f->b, capacity, sizeof *larger);
      if (larger == NULL) return jl_fail(f->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
      if (all->count > 0) memcpy(larger, all->list, all->count * sizeof *larger);
      all->list = larger;
      all->capacity = capacity;
    }
    all->list[all->count++] = (struct reallocated){figures, approval, age};
  }
  return true;
}

/* Those that are newer than what is compared with (NULL: all of them); each is read once. */
static bool find_reallocations(struct finding *f, const struct jl_record *base, struct reallocations *all) {
  size_t kept = 0;
  for (size_t i = 0; i < f->n && f->only == NULL; i++) {
    const struct jl_record *approval = f->all[i];
    if (base != NULL && newest_first(&approval, &base) >= 0) break; /* the rest is older */
    if (!jl_approval_reallocates(approval) || number_of(approval, JL_APPROVAL_STATE) != JL_APPROVAL_APPROVED) continue;
    if (!keep_reallocated(f, all, approval, i)) return false;
  }
  if (all->count > 0) qsort(all->list, all->count, sizeof *all->list, by_line);
  for (size_t i = 0; i < all->count; i++)
    if (kept == 0 || compare(&all->list[i].figures, &all->list[kept - 1].figures) != 0) all->list[kept++] = all->list[i];
  all->count = kept;
  return true;
}

static void take_reallocation(const struct reallocations *all, struct jl_moved *row) {
  const struct jl_figures key = {.type = row->type, .number = row->number};
  size_t low = 0, high = all->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare(&all->list[middle].figures, &key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == all->count || compare(&all->list[low].figures, &key) != 0) return;
  row->then = all->list[low].figures;
  row->has_then = true;
  row->reallocated = all->list[low].approval;
}

/* ---- comparing ---- */
static struct jl_moved *add(struct finding *f) {
  if (f->d->count == f->capacity) {
    size_t capacity = f->capacity == 0 ? 256 : f->capacity * 2;
    struct jl_moved *rows = jl_view_alloc(f->b, capacity, sizeof *rows);
    if (rows == NULL) return NULL;
    if (f->d->count > 0) memcpy(rows, f->d->rows, f->d->count * sizeof *rows);
    f->d->rows = rows;
    f->capacity = capacity;
  }
  struct jl_moved *row = &f->d->rows[f->d->count++];
  *row = (struct jl_moved){.record = NULL};
  return row;
}

static struct jl_bytes digest_line(struct jl_bytes text) {
  for (size_t i = text.size; i-- > 0;)
    if (text.data[i] == '=' && i + 1 < text.size && text.data[i + 1] == ' ' && (i == 0 || text.data[i - 1] == '\n'))
      return (struct jl_bytes){text.data + i, text.size - i};
  return (struct jl_bytes){NULL, 0};
}

static bool same_bytes(struct jl_bytes a, struct jl_bytes b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool compare_section(struct finding *f, enum jl_section section, const struct jl_record *base) {
  struct jl_bytes then, now;
  struct jl_arena *a = jl_builder_arena(f->b);
  struct reallocations reallocations = {.count = 0};
  size_t from_then = 0, from_now = 0;
  bool more_or_less = false;
  if (!jl_snapshot_stored(f->in->space, base, section, a, &then, f->err) ||
      !jl_snapshot_make(f->in->space, base, section, false, a, &now, f->err))
    return false;
  if (then.size == 0) return true; /* not at hand */
  f->d->bases[section] = base;
  if (section == JL_SECTION_BUDGET && !find_reallocations(f, base, &reallocations)) return false;
  struct jl_figures x, y;
  bool has_x = jl_snapshot_next(then, &from_then, &x), has_y = jl_snapshot_next(now, &from_now, &y);
  while (has_x || has_y) {
    int order = !has_x ? 1 : !has_y ? -1 : compare(&x, &y);
    const struct jl_figures *first = order <= 0 ? &x : &y;
    const struct jl_record *record = jl_replica_numbered(f->in->space, first->type->number, first->number);
    if (belongs(f, base, record)) {
      struct jl_moved *row = add(f);
      if (row == NULL) return jl_fail(f->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
      row->record = record;
      row->type = first->type;
      row->number = first->number;
      row->has_then = order <= 0;
      row->has_now = order >= 0;
      if (row->has_then) row->then = x;
      if (row->has_now) row->now = y;
      take_reallocation(&reallocations, row); /* there are some of the budget alone */
    }
    more_or_less = more_or_less || order != 0;
    if (order <= 0) has_x = jl_snapshot_next(then, &from_then, &x);
    if (order >= 0) has_y = jl_snapshot_next(now, &from_now, &y);
  }
  f->d->rest_changed[section] = !more_or_less && !same_bytes(digest_line(then), digest_line(now));
  return true;
}

/* Where nothing but reallocations was approved (a review's, too): what they moved, and no more. */
static int by_record(const void *left, const void *right) {
  const struct jl_moved *a = left, *b = right;
  if (a->type != b->type) return a->type->number < b->type->number ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static bool compare_moved_by(struct finding *f, const struct jl_record *approval, const struct reallocations *all) {
  struct jl_bytes now;
  struct jl_figures y;
  size_t at = 0;
  if (!jl_snapshot_make(f->in->space, approval, JL_SECTION_BUDGET, false, jl_builder_arena(f->b), &now, f->err)) return false;
  for (size_t i = 0; i < all->count; i++) {
    const struct reallocated *then = &all->list[i];
    const struct jl_record *record = jl_replica_numbered(f->in->space, then->figures.type->number, then->figures.number);
    if (then->approval != approval || !is_of_target(f, record)) continue;
    struct jl_moved *row = add(f);
    if (row == NULL) return jl_fail(f->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
    *row = (struct jl_moved){.record = record, .type = then->figures.type, .number = then->figures.number, .then = then->figures, .has_then = true, .reallocated = approval};
    for (at = 0; !row->has_now && jl_snapshot_next(now, &at, &y);) {
      row->has_now = compare(&y, &then->figures) == 0;
      if (row->has_now) row->now = y;
    }
  }
  return true;
}

static bool compare_moved(struct finding *f) {
  struct reallocations all = {.count = 0};
  if (!find_reallocations(f, NULL, &all)) return false;
  for (size_t i = 0; i < f->n && all.count > 0; i++) {
    size_t before = f->d->count;
    if (!jl_approval_reallocates(f->all[i]) || number_of(f->all[i], JL_APPROVAL_STATE) != JL_APPROVAL_APPROVED) continue;
    if (!compare_moved_by(f, f->all[i], &all)) return false;
    if (f->d->count > before && f->d->bases[JL_SECTION_BUDGET] == NULL) f->d->bases[JL_SECTION_BUDGET] = f->all[i];
  }
  f->d->moved_only = f->d->bases[JL_SECTION_BUDGET] != NULL;
  if (f->d->moved_only) qsort(f->d->rows, f->d->count, sizeof *f->d->rows, by_record);
  return true;
}

bool jl_drift_of(const struct jl_view_input *in, struct jl_builder *b, struct jl_drift *ret, struct jl_error *err) {
  static const enum jl_section order[] = {JL_SECTION_STRATEGY, JL_SECTION_ACTIONS, JL_SECTION_BUDGET, JL_SECTION_PAYROLL};
  struct finding f = {.in = in, .b = b, .d = ret, .err = err};
  *ret = (struct jl_drift){.target = NULL};
  if (!find_target(&f) || !list_approvals(&f) || !find_asked(&f)) return false;
  for (size_t i = 0; i < JL_COUNT(order); i++) {
    bool money = order[i] == JL_SECTION_BUDGET || order[i] == JL_SECTION_PAYROLL;
    const struct jl_record *base = jl_view_sees(in, order[i]) && (!ret->budget_only || money) ? base_of(&f, order[i]) : NULL;
    if (base != NULL && !compare_section(&f, order[i], base)) return false;
  }
  bool nothing = f.d->count == 0 && f.only == NULL;
  for (size_t i = 0; i < JL_COUNT(order); i++) nothing = nothing && ret->bases[order[i]] == NULL;
  return !nothing || !jl_view_sees(in, JL_SECTION_BUDGET) || compare_moved(&f);
}
