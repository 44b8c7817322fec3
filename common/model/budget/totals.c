#include "common/model/budget/totals.h"
#include "common/model/budget/line_memo.h"
#include "common/model/budget/rates.h"
#include "common/base/money.h"
#include "common/model/budget/why.h"
#include "common/record/schema.h"
#include <string.h>

bool jl_money_too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"),
                 JL_MSG("correct the largest budget lines"));
}

bool jl_amounts_add(struct jl_amounts *total, const struct jl_amounts *more, struct jl_error *err) {
  struct jl_amounts sum;
  if (!jl_add(total->planned, more->planned, &sum.planned) || !jl_add(total->committed, more->committed, &sum.committed) ||
      !jl_add(total->actual, more->actual, &sum.actual) || !jl_add(total->remaining, more->remaining, &sum.remaining))
    return jl_money_too_large(err);
  *total = sum;
  return true;
}

bool jl_money_whole_plan(const struct jl_view_input *in, int32_t first, int32_t last) {
  const struct jl_record *plan = jl_view_plan(in);
  return plan != NULL && jl_view_int(plan, JL_PLAN_START, INT32_MIN) >= first && jl_view_int(plan, JL_PLAN_END, INT32_MAX) <= last;
}

bool jl_money_filter_has(const struct jl_money_filter *filter, const struct jl_money_entry *entry) {
  return !filter->has_days || (entry->day == JL_WHOLE_PERIOD ? filter->whole : entry->day >= filter->first && entry->day <= filter->last);
}

bool jl_money_to_come(const struct jl_money_entry *entry, int32_t today) { return entry->kind == JL_MONEY_ACTUAL && entry->day > today; }

/* ---- lines ---- */
struct reading {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_money_filter *filter;
  struct jl_money_line *lines;
  size_t count, room, first; /* first: of the line being read */
  struct jl_money_remarks *remarks;
  struct jl_line_making *scratch;
  struct jl_excess_walk *excess; /* NULL: nothing is looked at */
};

static bool keep_source(struct reading *r, struct jl_money_line *line, const struct jl_money_entry *entry) {
  size_t *n = &line->source_count[entry->kind], *room = &line->source_room[entry->kind];
  if (entry->record == line->line || *n == JL_CELL_SOURCES) return true;
  if (*n == *room) {
    size_t more = *room == 0 ? 4 : *room * 4;
    const struct jl_record **grown = jl_view_alloc(r->b, more, sizeof *grown);
    if (grown == NULL) return false;
    for (size_t i = 0; i < *n; i++) grown[i] = line->sources[entry->kind][i];
    line->sources[entry->kind] = grown;
    *room = more;
  }
  line->sources[entry->kind][(*n)++] = entry->record;
  return true;
}

static struct jl_money_line *new_part(struct reading *r, const struct jl_money_entry *entry) {
  if (r->count == r->room) {
    size_t more = r->room == 0 ? 16 : r->room * 2;
    struct jl_money_line *grown = jl_view_alloc(r->b, more, sizeof *grown);
    if (grown == NULL) return NULL;
    if (r->count > 0) memcpy(grown, r->lines, r->count * sizeof *grown);
    r->lines = grown;
    r->room = more;
  }
  struct jl_money_line *part = &r->lines[r->count++];
  bool readable = entry->action != NULL && jl_view_readable(r->in, entry->action);
  *part = (struct jl_money_line){.line = entry->line,
                                 .whom = entry->action,
                                 .action = readable ? entry->action : NULL,
                                 .part = entry->part,
                                 .lever = jl_view_linked(r->in, entry->line, JL_BUDGET_LINE_LEVER),
                                 .category = jl_view_int(entry->line, JL_BUDGET_LINE_CATEGORY, 0),
                                 .bucket = jl_view_int(entry->line, JL_BUDGET_LINE_BUCKET, 0)};
  bool own = entry->part == JL_SHARE_ONE;
  if (part->lever == NULL || (!own && part->action != NULL && jl_view_linked(r->in, part->action, JL_ACTION_LEVER) != NULL))
    part->lever = jl_view_linked(r->in, part->action, JL_ACTION_LEVER);
  return part;
}

/* The entry's part of its line. Entries of a line follow one another, and each of its parts is in each of its amounts. */
static struct jl_money_line *part_for(struct reading *r, const struct jl_money_entry *entry) {
  if (r->count > r->first && r->lines[r->first].line != entry->line) r->first = r->count;
  for (size_t i = r->first; i < r->count; i++)
    if (r->lines[i].whom == entry->action && r->lines[i].part == entry->part) return &r->lines[i];
  return new_part(r, entry);
}

/* ---- what is above what there was for it: of all days, line after line ---- */
static bool count_above(void *context, const struct jl_excess *excess) {
  ((struct jl_money_remarks *)context)->above[excess->kind]++;
  return true;
}

static bool end_above(struct reading *r) {
  bool ok = r->excess == NULL || r->excess->line == NULL || jl_excess_end(r->excess, count_above, r->remarks);
  if (r->excess != NULL) r->excess->line = NULL;
  return ok;
}

static bool look_above(struct reading *r, const struct jl_money_entry *entry) {
  if (r->remarks == NULL || r->filter->has_days) return true;
  if (r->excess == NULL) {
    r->excess = jl_view_alloc(r->b, 1, sizeof *r->excess);
    if (r->excess == NULL) return false;
    jl_excess_begin(r->excess, r->in->space, jl_builder_arena(r->b));
  }
  if (r->excess->line != entry->line) {
    if (!end_above(r)) return false;
    jl_excess_line(r->excess, entry->line);
  }
  return jl_excess_entry(r->excess, entry);
}

static bool take(void *context, const struct jl_money_entry *entry) {
  struct reading *r = context;
  struct jl_money_line *part = part_for(r, entry);
  if (!look_above(r, entry)) return false;
  if (part == NULL) return false;
  if (!jl_money_filter_has(r->filter, entry))
    return entry->day != JL_WHOLE_PERIOD || entry->kind != JL_MONEY_PLANNED || jl_add(part->undated, jl_sum_in(&entry->sum, r->filter->basis), &part->undated);
  return jl_amounts_take(&part->amounts, entry->kind, jl_sum_in(&entry->sum, r->filter->basis)) && keep_source(r, part, entry) &&
         (r->remarks == NULL || jl_remark(r->remarks, entry));
}

static bool keep_apart(void *context, const struct jl_money_entry *entry) {
  struct reading *r = context;
  struct jl_money_line *part = part_for(r, entry);
  if (part == NULL || !look_above(r, entry)) return false;
  if (!jl_money_filter_has(r->filter, entry)) {
    part->undated_unknown = part->undated_unknown || (entry->day == JL_WHOLE_PERIOD && entry->kind == JL_MONEY_PLANNED);
    return true;
  }
  part->unknown |= JL_UNKNOWN(entry->kind);
  return keep_source(r, part, entry) && (r->remarks == NULL || jl_remark(r->remarks, entry));
}

/* A line that is known already. The action of a line without shares is its own. */
static bool use_memo(struct reading *r, const struct jl_record *line, struct jl_line_memo *memo) {
  struct jl_id id;
  bool has = jl_record_id(line->type, line->body, JL_BUDGET_LINE_ACTION, &id);
  const struct jl_money_entry whole = {.line = line, .action = has ? jl_replica_live(r->in->space, &id) : NULL, .part = JL_SHARE_ONE};
  enum jl_basis side = r->filter->basis;
  struct jl_money_line *part = new_part(r, &whole);
  if (part == NULL) return false;
  part->amounts = memo->amounts[side];
  const struct jl_record **sources = memo->sources;
  for (int kind = 0; kind < JL_MONEY_KINDS; kind++) {
    part->sources[kind] = sources;
    part->source_count[kind] = part->source_room[kind] = memo->source_count[kind];
    sources += memo->source_count[kind];
  }
  if (r->remarks == NULL) return true;
  r->remarks->vat_costs = r->remarks->vat_costs || memo->vat_costs;
  for (int kind = 0; kind < JL_ABOVE_KINDS; kind++) r->remarks->above[kind] += memo->above[kind];
  return jl_remarked_join(&r->remarks->without_kpi, &memo->without_kpi, memo->without_kpi_sums[side]) &&
         jl_remarked_join(&r->remarks->late, &memo->late, memo->late_sums[side]);
}

/* Lines in their order: those without a memo are walked over together. */
static bool read_lines(struct reading *r, const struct jl_record *const *lines, size_t n) {
  size_t first = 0;
  for (size_t i = 0; i <= n; i++) {
    bool fits = true;
    struct jl_line_memo *memo = i == n || r->filter->has_days ? NULL : jl_line_memo(r->in, r->b, lines[i], &r->scratch, &fits);
    if (!fits) return false;
    if (i < n && memo == NULL) continue;
    if (i > first && !(jl_lines_entries(r->in->space, lines + first, i - first, jl_builder_arena(r->b), take, keep_apart, r) && end_above(r))) return false;
    first = i + 1;
    if (memo != NULL && !use_memo(r, lines[i], memo)) return false;
  }
  return true;
}

bool jl_money_lines_remarked(const struct jl_view_input *in, struct jl_builder *b, const struct jl_money_filter *filter,
                                struct jl_money_line **ret_lines, size_t *ret_n, struct jl_amounts *ret_total,
                             struct jl_money_remarks *remarks, struct jl_error *err) {
  size_t n = 0;
  struct jl_amounts total = {0};
  const struct jl_record **records = jl_view_all(in, b, JL_TYPE_BUDGET_LINE, &n);
  struct reading reading = {.in = in, .b = b, .filter = filter, .remarks = remarks};
  if (!read_lines(&reading, records, n)) return jl_money_too_large(err);
  for (size_t i = 0; i < reading.count; i++)
    if (!jl_amounts_add(&total, &reading.lines[i].amounts, err)) return false;
  *ret_lines = reading.lines;
  *ret_n = reading.count;
  *ret_total = total;
  return true;
}

bool jl_money_join(struct jl_money_line *lines, size_t *io_n, struct jl_error *err) {
  size_t kept = 0;
  for (size_t i = 0; i < *io_n; i++) {
    if (kept > 0 && lines[kept - 1].line == lines[i].line) {
      if (!jl_amounts_add(&lines[kept - 1].amounts, &lines[i].amounts, err)) return false;
      if (!jl_add(lines[kept - 1].undated, lines[i].undated, &lines[kept - 1].undated)) return jl_money_too_large(err);
      lines[kept - 1].part = 0;
      lines[kept - 1].unknown |= lines[i].unknown;
      lines[kept - 1].undated_unknown = lines[kept - 1].undated_unknown || lines[i].undated_unknown;
      continue;
    }
    lines[kept++] = lines[i];
  }
  *io_n = kept;
  return true;
}

bool jl_money_lines_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_money_filter *filter,
                       struct jl_money_line **ret_lines, size_t *ret_n, struct jl_amounts *ret_total, struct jl_error *err) {
  return jl_money_lines_remarked(in, b, filter, ret_lines, ret_n, ret_total, NULL, err);
}

bool jl_money_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_money_line **ret_lines, size_t *ret_n,
                    struct jl_amounts *ret_total, struct jl_error *err) {
  const struct jl_money_filter all = {.basis = JL_BASIS_COST};
  return jl_money_lines_of(in, b, &all, ret_lines, ret_n, ret_total, err);
}

bool jl_money_line_has(const struct jl_money_line *line, const struct jl_money_entry *entry) {
  return line->line == entry->line && (line->part == 0 || (line->whom == entry->action && line->part == entry->part));
}

/* ---- cells ---- */
void jl_columns_money(struct jl_builder *b) {
  jl_column(b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 2);
  jl_column(b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 1);
  jl_column(b, "remaining", JL_MSG("remaining"), JL_ARG_MONEY, 0);
}

void jl_cell_money_line(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_line *line) {
  const char *caption = jl_record_caption(b, in->space, line->line);
  if (line->part == JL_SHARE_ONE || line->part == 0) {
    jl_cell_title(b, in, line->line);
    return;
  }
  char action[JL_REFERENCE_SIZE] = "", reference[JL_REFERENCE_SIZE];
  jl_reference_format(line->line->type, line->line->number, reference);
  if (line->action != NULL) jl_reference_format(line->action->type, line->action->number, action);
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_share(line->part), jl_arg_text(jl_view_text(b, jl_view_title(line->line))), jl_arg_text(action)};
  jl_cell_words(b, line->action != NULL ? JL_MSG("{1} ({2} for {4}) {3}") : JL_MSG("{1} (the other {2}) {3}"), args, line->action != NULL ? 4 : 3);
  jl_cell_alternative(b, caption);
}

/* What a line names as its sources: itself, and of a single one its months or expenses. */
static void line_sources(struct jl_builder *b, const struct jl_money_line *line, bool alone, unsigned kinds) {
  jl_cell_source(b, line->line);
  for (int kind = 0; alone && kind < JL_MONEY_KINDS; kind++)
    for (size_t i = 0; ((kinds >> kind) & 1U) != 0 && i < line->source_count[kind]; i++) jl_cell_source(b, line->sources[kind][i]);
}

void jl_line_currency(const struct jl_view_input *in, const struct jl_record *line, char ret[4]) {
  struct jl_rates rates;
  jl_rates_init(&rates, in->space, NULL); /* none is asked for */
  jl_currency_of(&rates, line, JL_BUDGET_LINE_CURRENCY, ret);
}

unsigned jl_money_unknown(const struct jl_money_line *lines, size_t n, bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group) {
  unsigned unknown = 0;
  for (size_t i = 0; i < n; i++)
    if (belongs == NULL || belongs(&lines[i], group)) unknown |= lines[i].unknown;
  return unknown;
}

void jl_cell_money_known(struct jl_builder *b, int64_t amount, const char *currency, unsigned unknown) {
  if (unknown != 0)
    jl_cell_undefined(b);
  else
    jl_cell(b, jl_arg_money(amount, currency));
}

void jl_cells_money(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *amounts, const struct jl_money_line *lines,
                    size_t n, bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group) {
  const struct {
    int64_t amount;
    unsigned kinds, sources;
  } cells[] = {{amounts->planned, JL_UNKNOWN(JL_MONEY_PLANNED), JL_UNKNOWN(JL_MONEY_PLANNED)},
               {amounts->committed, JL_UNKNOWN(JL_MONEY_COMMITTED), JL_UNKNOWN(JL_MONEY_COMMITTED)},
               {amounts->actual, JL_UNKNOWN(JL_MONEY_ACTUAL), JL_UNKNOWN(JL_MONEY_ACTUAL)},
               {amounts->remaining, JL_UNKNOWN_ANY, JL_UNKNOWN(JL_MONEY_COMMITTED) | JL_UNKNOWN(JL_MONEY_ACTUAL)}};
  const unsigned unknown = jl_money_unknown(lines, n, belongs, group);
  char currency[4];
  jl_plan_currency(in->space, currency);
  for (size_t c = 0; c < JL_COUNT(cells); c++) {
    const unsigned lacks = unknown & cells[c].kinds;
    jl_cell_money_known(b, cells[c].amount, currency, lacks);
    size_t named = 0;
    for (size_t i = 0; i < n && named < JL_CELL_SOURCES; i++) {
      if (belongs != NULL && !belongs(&lines[i], group)) continue;
      line_sources(b, &lines[i], n == 1 && belongs == NULL, cells[c].sources);
      named++;
    }
    if (!jl_explaining(b)) continue;
    if (lacks != 0)
      jl_why_no_rate(b, in, lines, n, belongs, group, lacks);
    else
      jl_why_money(b, in, amounts, lines, n, belongs, group, (enum jl_money_figure)c);
  }
  if (amounts->remaining < 0 && unknown == 0) jl_cell_tone(b, JL_TONE_BAD);
}
