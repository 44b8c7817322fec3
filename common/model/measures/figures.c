#include "common/model/measures/figures.h"
#include "common/base/money.h"
#include "common/model/measures/returns.h"
#include "common/model/rules.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define MEMO 512 /* answers that are kept: many KPIs ask for the same */

struct row {
  const char *stage; /* canonical */
  struct jl_id lever, action; /* zero: none */
  int32_t start, end;
  const char *platform; /* "": none */
  const struct jl_record *record;
};
struct answer {
  bool kept;
  struct jl_figure_ask ask; /* its stage is the range's */
  size_t first;
  bool ok;
  struct jl_figure_sum sum;
};
struct days { int32_t first, end; /* the day after the last */ };
struct jl_figures {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct row *rows; /* by stage, lever, first day */
  size_t n;
  struct days *days; /* room for as many as there are rows, once it is asked for */
  struct answer memo[MEMO];
};

static int by_place(const struct row *a, const struct row *b, bool to_the_lever) {
  int stage = strcmp(a->stage, b->stage), lever = stage != 0 ? stage : jl_id_compare(&a->lever, &b->lever);
  if (lever != 0 || to_the_lever) return lever;
  if (a->start != b->start) return a->start < b->start ? -1 : 1;
  if (a->record->number != b->record->number) return a->record->number < b->record->number ? -1 : 1;
  return jl_id_compare(&a->record->id, &b->record->id);
}
static int in_order(const void *left, const void *right) { return by_place(left, right, false); }

static const char *canonical(struct jl_builder *b, const char *name) {
  char out[JL_STAGE_NAME];
  jl_stage_canonical(b, name, out);
  return jl_view_text(b, (struct jl_bytes){(const uint8_t *)out, strlen(out)});
}

static struct jl_id id_of(const struct jl_record *record) { return record == NULL ? (struct jl_id){{0}} : record->id; }

/* The lever that it names, else its campaign's; what names one that is gone is of none. */
static struct jl_id lever_of(const struct jl_view_input *in, const struct jl_record *figure, const struct jl_record *action) {
  const struct jl_record *lever = jl_view_linked(in, figure, JL_FIGURE_LEVER);
  return id_of(lever != NULL || action == NULL ? lever : jl_view_linked(in, action, JL_ACTION_LEVER));
}

static void read_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *figure, struct row *row) {
  const struct jl_record *action = jl_view_linked(in, figure, JL_FIGURE_ACTION);
  *row = (struct row){.stage = canonical(b, jl_view_text(b, jl_view_title(figure))),
                      .lever = lever_of(in, figure, action),
                      .action = id_of(action),
                      .start = (int32_t)jl_view_int(figure, JL_FIGURE_START, 0),
                      .end = (int32_t)jl_view_int(figure, JL_FIGURE_END, -1),
                      .platform = jl_view_text(b, jl_record_text(figure->type, figure->body, JL_FIGURE_PLATFORM)),
                      .record = figure};
}

struct jl_figures *jl_figures_read(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_FIGURE, &n);
  struct jl_figures *f = jl_view_alloc(b, 1, sizeof *f);
  struct row *rows = jl_view_alloc(b, n, sizeof *rows);
  if (f == NULL || rows == NULL) return NULL;
  memset(f, 0, sizeof *f);
  f->in = in;
  f->b = b;
  f->rows = rows;
  f->n = n;
  for (size_t i = 0; i < n; i++) read_row(in, b, all[i], &rows[i]);
  if (!jl_builder_ok(b)) return NULL;
  if (n > 0) qsort(rows, n, sizeof *rows, in_order);
  return f;
}

/* The first row that is not before the place. */
static size_t lower(const struct jl_figures *f, const struct row *place, bool to_the_lever) {
  size_t low = 0, high = f->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = to_the_lever ? by_place(&f->rows[middle], place, true) : strcmp(f->rows[middle].stage, place->stage);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool belongs(const struct row *row, const struct row *place, const struct jl_figure_ask *ask) {
  return strcmp(row->stage, place->stage) == 0 && ((ask->lever == NULL && !ask->no_lever) || jl_id_equal(&row->lever, &place->lever));
}
static bool counts(const struct row *row, const struct jl_figure_ask *ask) {
  return row->start < ask->to && row->end >= ask->from && row->end >= row->start && (ask->action == NULL || jl_id_equal(&row->action, &ask->action->id)) &&
         (!ask->no_action || jl_id_is_zero(&row->action)) && (ask->platform == NULL || strcmp(row->platform, ask->platform) == 0);
}

/* So that parts that follow one another add up. */
int64_t jl_figure_before(int64_t whole, int32_t start, int32_t end, int32_t day) {
  int64_t part = 0, days = (int64_t)end - start + 1;
  if (day <= start) return 0;
  if (day > end) return whole;
  return jl_mul_div_half_even(whole, (int64_t)day - start, days, &part) ? part : whole; /* it is less than the whole, so it fits */
}

static bool add_days(const struct row *row, int64_t whole, const struct jl_figure_ask *ask, int64_t *io_sum) {
  return jl_add(*io_sum, jl_figure_before(whole, row->start, row->end, ask->to) - jl_figure_before(whole, row->start, row->end, ask->from), io_sum);
}

/* io_exact NULL: nobody needs it. */
static bool add_part(const struct row *row, uint32_t field, const struct jl_figure_ask *ask, bool *io_has, int64_t *io_sum, int64_t *io_exact) {
  struct jl_value whole;
  int64_t millionths;
  if (!jl_record_get(row->record->body, jl_field_by_number(row->record->type, field), &whole)) return true;
  *io_has = true;
  return add_days(row, whole.number, ask, io_sum) &&
         (io_exact == NULL || (!__builtin_mul_overflow(whole.number, (int64_t)JL_FRACTION_ONE, &millionths) && add_days(row, millionths, ask, io_exact)));
}

static bool add_row(const struct row *row, const struct jl_figure_ask *ask, struct jl_figure_sum *sum) {
  sum->records++;
  sum->split = sum->split || row->start < ask->from || row->end >= ask->to;
  return add_part(row, JL_FIGURE_COUNT, ask, &sum->has_count, &sum->count, &sum->exact) && add_part(row, JL_FIGURE_AMOUNT, ask, &sum->has_amount, &sum->amount, NULL);
}

static struct row place_of(struct jl_figures *f, const struct jl_figure_ask *ask, size_t *ret_first) {
  struct row place = {.stage = canonical(f->b, ask->stage), .lever = id_of(ask->lever)};
  *ret_first = lower(f, &place, ask->lever != NULL || ask->no_lever);
  return place;
}

static struct answer *kept_at(struct jl_figures *f, const struct jl_figure_ask *ask, size_t first) {
  uint64_t h = first * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)(uint32_t)ask->from << 32 ^ (uint32_t)ask->to;
  if (ask->action != NULL) h ^= jl_id_hash(&ask->action->id);
  return &f->memo[(h ^ h >> 29) % MEMO];
}
static bool same(const struct answer *a, const struct jl_figure_ask *ask, size_t first) {
  bool platform = a->ask.platform == ask->platform || (a->ask.platform != NULL && ask->platform != NULL && strcmp(a->ask.platform, ask->platform) == 0);
  return platform && a->kept && a->first == first && a->ask.lever == ask->lever && a->ask.no_lever == ask->no_lever && a->ask.no_action == ask->no_action && a->ask.action == ask->action && a->ask.from == ask->from && a->ask.to == ask->to;
}

bool jl_figures_sum(struct jl_figures *f, const struct jl_figure_ask *ask, struct jl_figure_sum *ret) {
  size_t first;
  if (f == NULL || f->n == 0) {
    *ret = (struct jl_figure_sum){0};
    return true;
  }
  const struct row place = place_of(f, ask, &first);
  struct answer *a = kept_at(f, ask, first);
  if (first < f->n && !belongs(&f->rows[first], &place, ask)) first = f->n;
  if (!same(a, ask, first)) {
    *a = (struct answer){.kept = true, .ask = *ask, .first = first, .ok = true};
    for (size_t i = first; i < f->n && belongs(&f->rows[i], &place, ask) && a->ok; i++)
      if (counts(&f->rows[i], ask)) a->ok = add_row(&f->rows[i], ask, &a->sum);
  }
  *ret = a->ok ? a->sum : (struct jl_figure_sum){0};
  return a->ok;
}

struct jl_arg jl_figure_counted(const struct jl_figure_sum *sum) { return sum->split ? jl_arg_fraction(sum->exact, "") : jl_arg_integer(sum->count); }

const struct jl_record *jl_figures_next(struct jl_figures *f, const struct jl_figure_ask *ask, size_t *io_at) {
  size_t first;
  if (f == NULL || f->n == 0) return NULL;
  const struct row place = place_of(f, ask, &first);
  size_t i = *io_at > 0 ? *io_at : first;
  while (i < f->n && belongs(&f->rows[i], &place, ask) && !counts(&f->rows[i], ask)) i++;
  *io_at = i + 1;
  return i < f->n && belongs(&f->rows[i], &place, ask) ? f->rows[i].record : NULL;
}

void jl_figures_sources(struct jl_figures *f, const struct jl_figure_ask *ask) {
  const struct jl_record *record;
  size_t at = 0, n = 0;
  while (n++ < JL_CELL_SOURCES && (record = jl_figures_next(f, ask, &at)) != NULL) jl_cell_source(f->b, record);
}

static int by_first(const void *left, const void *right) {
  const struct days *a = left, *b = right;
  return a->first != b->first ? (a->first < b->first ? -1 : 1) : 0;
}

/* Where the rows of the next stage begin. */
static size_t behind(const struct jl_figures *f, size_t from) {
  size_t low = from, high = f->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(f->rows[middle].stage, f->rows[from].stage) <= 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int32_t jl_figures_days(struct jl_figures *f, const struct jl_figure_ask *ask) {
  size_t n = 0;
  int32_t days = 0, until = ask->from;
  if (f == NULL || f->n == 0) return 0;
  if (f->days == NULL) f->days = jl_view_alloc(f->b, f->n, sizeof *f->days);
  if (f->days == NULL) return 0;
  for (size_t stage = 0; stage < f->n; stage = behind(f, stage)) {
    const struct row place = {.stage = f->rows[stage].stage, .lever = id_of(ask->lever)};
    for (size_t i = ask->lever != NULL || ask->no_lever ? lower(f, &place, true) : stage; i < f->n && belongs(&f->rows[i], &place, ask); i++) {
      const struct row *row = &f->rows[i];
      if (counts(row, ask)) f->days[n++] = (struct days){row->start > ask->from ? row->start : ask->from, row->end < ask->to ? row->end + 1 : ask->to};
    }
  }
  if (n > 0) qsort(f->days, n, sizeof *f->days, by_first);
  for (size_t i = 0; i < n; i++) {
    int32_t from = f->days[i].first > until ? f->days[i].first : until;
    if (f->days[i].end <= from) continue;
    days += f->days[i].end - from;
    until = f->days[i].end;
  }
  return days;
}

static const struct jl_record *readable(struct jl_figures *f, const struct jl_id *id) {
  const struct jl_record *record = jl_id_is_zero(id) ? NULL : jl_replica_live(f->in->space, id);
  return record != NULL && jl_view_readable(f->in, record) ? record : NULL;
}

const struct jl_figure_place *jl_figures_places(struct jl_figures *f, size_t *ret_n) {
  struct jl_figure_place *places = f == NULL ? NULL : jl_view_alloc(f->b, f->n, sizeof *places);
  *ret_n = 0;
  for (size_t i = 0; places != NULL && i < f->n; i++) {
    const struct row *row = &f->rows[i], *last = i == 0 ? NULL : &f->rows[i - 1];
    if (last != NULL && jl_id_equal(&row->lever, &last->lever) && jl_id_equal(&row->action, &last->action)) continue;
    places[(*ret_n)++] = (struct jl_figure_place){readable(f, &row->lever), readable(f, &row->action)};
  }
  return places;
}

/* From the widest to the narrowest (formulas.md, Stages; SAL and SQO between), also as people call those that nothing is computed of; what is none of
 * these comes behind, by name. */
static const struct { const char *stage; bool named_here; } known[] = {
    {JL_STAGE_VISITS, true}, {"subscribers", false}, {"inquiries", false}, {JL_STAGE_LEADS, true},         {JL_STAGE_MQL, true},       {"SAL", false},
    {JL_STAGE_SQL, true},    {"SQO", false},         {JL_STAGE_OPPORTUNITIES, true}, {JL_STAGE_CUSTOMERS, true}, {"evangelists", false}};

bool jl_stage_has_place(struct jl_builder *b, const char *stage) {
  for (size_t k = 0; k < JL_COUNT(known); k++)
    if (jl_stage_names_agree(b, known[k].stage, stage)) return true;
  return false;
}

const char *const *jl_figures_stages(struct jl_figures *f, size_t *ret_n) {
  size_t n = 0, distinct = 0;
  *ret_n = 0;
  for (size_t i = 0; f != NULL && i < f->n; i++) distinct += i == 0 || strcmp(f->rows[i].stage, f->rows[i - 1].stage) != 0;
  const char **stages = f == NULL ? NULL : jl_view_alloc(f->b, distinct, sizeof *stages);
  bool *shown = f == NULL ? NULL : jl_view_alloc(f->b, distinct, sizeof *shown);
  if (stages == NULL || shown == NULL) return NULL;
  for (size_t k = 0; k <= JL_COUNT(known); k++) { /* last those that are none of them */
    const char *wanted = k < JL_COUNT(known) ? canonical(f->b, known[k].stage) : NULL;
    size_t at = 0;
    for (size_t i = 0; i < f->n; i++) {
      if (i > 0 && strcmp(f->rows[i].stage, f->rows[i - 1].stage) == 0) continue;
      bool is_it = wanted != NULL ? strcmp(f->rows[i].stage, wanted) == 0 : !shown[at];
      if (is_it) {
        shown[at] = true;
        stages[n++] = wanted != NULL && known[k].named_here ? known[k].stage : jl_view_text(f->b, jl_view_title(f->rows[i].record));
      }
      at++;
    }
  }
  *ret_n = n;
  return stages;
}

static int by_name(const void *left, const void *right) {
  const char *a = *(const char *const *)left, *b = *(const char *const *)right;
  return a[0] != '\0' && b[0] != '\0' ? strcmp(a, b) : (a[0] == '\0') - (b[0] == '\0');
}

const char *const *jl_figures_platforms(struct jl_figures *f, size_t *ret_n) {
  const char **all = f == NULL || f->n == 0 ? NULL : jl_view_alloc(f->b, f->n, sizeof *all);
  size_t n = 0;
  *ret_n = 0;
  if (all == NULL) return NULL;
  for (size_t i = 0; i < f->n; i++) all[i] = f->rows[i].platform;
  qsort(all, f->n, sizeof *all, by_name);
  for (size_t i = 0; i < f->n; i++)
    if (n == 0 || strcmp(all[i], all[n - 1]) != 0) all[n++] = all[i];
  *ret_n = n;
  return all;
}

/* ---- counted twice ---- */
static int by_campaign(const void *left, const void *right) {
  const struct row *a = *(const struct row *const *)left, *b = *(const struct row *const *)right;
  int order = by_place(a, b, true);
  if (order == 0) order = jl_id_compare(&a->action, &b->action);
  return order != 0 ? order : by_place(a, b, false);
}

static int by_platform(const void *left, const void *right) {
  const struct row *a = *(const struct row *const *)left, *b = *(const struct row *const *)right;
  int order = by_place(a, b, true);
  if (order == 0) order = jl_id_compare(&a->action, &b->action);
  if (order == 0) order = strcmp(a->platform, b->platform);
  return order != 0 ? order : by_place(a, b, false);
}

/* Of one platform; across: of one that names none and one that does. */
static size_t sweep(const struct row *const *rows, size_t n, bool across, struct jl_figure_overlap *ret, size_t most, size_t found) {
  const struct row *last = NULL, *longest[2] = {NULL, NULL};
  for (size_t i = 0; i < n; i++) {
    const struct row *row = rows[i];
    if (last != NULL && (by_place(last, row, true) != 0 || !jl_id_equal(&last->action, &row->action) || (!across && strcmp(last->platform, row->platform) != 0))) longest[0] = longest[1] = NULL;
    last = row;
    const size_t mine = across && row->platform[0] != '\0';
    const struct row *other = longest[across ? 1 - mine : mine];
    if (other != NULL && row->start <= other->end && row->end >= row->start) {
      if (found < most) ret[found] = (struct jl_figure_overlap){other->record, row->record, row->start, row->end < other->end ? row->end : other->end};
      found++;
    }
    if (longest[mine] == NULL || row->end > longest[mine]->end) longest[mine] = row;
  }
  return found;
}

size_t jl_figures_overlaps(struct jl_figures *f, struct jl_figure_overlap *ret, size_t most) {
  const struct row **rows = f == NULL ? NULL : jl_view_alloc(f->b, f->n, sizeof *rows);
  if (rows == NULL || f->n == 0) return 0;
  for (size_t i = 0; i < f->n; i++) rows[i] = &f->rows[i];
  qsort(rows, f->n, sizeof *rows, by_platform);
  size_t n = sweep(rows, f->n, false, ret, most, 0);
  qsort(rows, f->n, sizeof *rows, by_campaign);
  return sweep(rows, f->n, true, ret, most, n);
}

void jl_note_overlaps(struct jl_figures *f, int32_t first, int32_t last) {
  enum { MOST = 1000, SHOWN = 3 };
  struct jl_figure_overlap *found = f == NULL ? NULL : jl_view_alloc(f->b, MOST, sizeof *found);
  size_t n = found == NULL ? 0 : jl_figures_overlaps(f, found, MOST), told = 0;
  for (size_t i = 0; i < n && i < MOST; i++) {
    if (found[i].last < first || found[i].first > last || told++ >= SHOWN) continue;
    const struct jl_arg args[] = {jl_arg_record(found[i].one), jl_arg_record(found[i].other), jl_arg_date(found[i].first), jl_arg_date(found[i].last)};
    jl_note(f->b, JL_TONE_BAD, JL_MSG("{1} and {2} both count {3} to {4}: these days are in the sums twice"), args, 4);
  }
  const struct jl_arg more = jl_arg_integer((int64_t)told - SHOWN);
  if (told > SHOWN) jl_note(f->b, JL_TONE_BAD, JL_MSG("further figures that are in the sums twice: {1}"), &more, 1);
}
