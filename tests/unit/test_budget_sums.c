/* Random plans with everything that money can be (shares, currencies, recurring lines, documents, unrecovered VAT, closed months) under random
 * edits: every grouping comes to the total that a second calculation (budget_oracle.h) makes, moves leave it as it is, closed months keep theirs in
 * every grouping and close as soon as their currencies have rates, which can always be given; and what is shared out is what lines cost once it is written (budget_allotted.h).
 * JALON_TEST_SEED: the first seed, JALON_TEST_ROUNDS: how many. */
#include "budget_allotted.h"
#include "budget_oracle.h"
#include "common/model/document.h"
#include "model_fixture.h"

#define LINES 9
#define ACTIONS 4
#define LEVERS 3
#define KPIS 2
#define EXPENSES_MAX 60
enum { LINE = 100, ACTION = 200, LEVER = 300, KPI = 400, EXPENSE = 500 }; /* ids */

struct random_plan {
  struct fx *f;
  struct jl_arena *a; /* of the checks, emptied after each */
  uint64_t random;
  unsigned expenses; /* made so far */
  bool closed[13];   /* by month, 1 to 12 */
  unsigned seed, step, edit; /* where it is: said when something is wrong */
};

static int64_t below(struct random_plan *p, int64_t n) {
  p->random = p->random * 6364136223846793005U + 1442695040888963407U;
  return (int64_t)((p->random >> 33) % (uint64_t)n);
}
static bool one_in(struct random_plan *p, int64_t n) { return below(p, n) == 0; }
static struct jl_id any(struct random_plan *p, unsigned of, int64_t n) { return fx_id(of + (unsigned)below(p, n)); }
static int32_t first_of(int64_t month) { return jl_day_from_date(2026, (int)month, 1); }
static int32_t any_day(struct random_plan *p) { return jl_day_from_date(2026, 1, 1) + (int32_t)below(p, 365); }
static const struct jl_record *live(const struct random_plan *p, struct jl_id id) { return jl_replica_live(p->f->space, &id); }
static int64_t a_rate(struct random_plan *p) { return ((const int64_t[]){2000, 1000, 550, 210, 0})[below(p, 5)]; }
static int64_t a_part(struct random_plan *p) { return ((const int64_t[]){0, 5000, 8000, 3333, 10000})[below(p, 5)]; }
static const char *a_currency(struct random_plan *p) { return ((const char *const[]){"USD", "JPY", "TND", "CHF", "GBP"})[below(p, 5)]; }

/* ---- what is seen ---- */
struct seen {
  int64_t figures[4]; /* planned, committed, actual, remaining */
  int64_t unknown[4]; /* 1: something of it has no rate; the figure is what the rest comes to, on a screen nothing */
};

/* period NULL: all days. */
static Jalon__Document *budget_of(struct random_plan *p, const struct jl_replica *plan, const char *by, int basis, const char *period, struct jl_bytes *ret_packed) {
  const struct jl_view_parameter parameters[] = {{"by", by}, {"basis", ((const char *const[]){"cost", "net", "gross"})[basis]}, {"period", period}};
  const struct jl_view_input in = {.space = plan, .organisation = p->f->org, .sections = ALL_SECTIONS, .today = first_of(6), .parameters = parameters,
                                   .parameter_count = period == NULL ? 2 : 3};
  struct jl_bytes packed;
  struct jl_error err;
  assert_true(jl_view_build(jl_view_by_name("budget"), &in, p->a, &packed, &err));
  if (ret_packed != NULL) *ret_packed = packed;
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  return d;
}

static Jalon__Document *budget(struct random_plan *p, const struct jl_replica *plan, const char *by, int basis, struct jl_bytes *ret_packed) {
  return budget_of(p, plan, by, basis, NULL, ret_packed);
}

static size_t behind_money(const Jalon__Block *block, const Jalon__Row *row) {
  size_t end = row->n_cells;
  while (block->columns[end - 1]->kind != JL_ARG_MONEY) end--;
  return end;
}

static struct seen figures_of(const Jalon__Block *block, const Jalon__Row *row) {
  struct seen ret = {{0}, {0}};
  size_t end = behind_money(block, row);
  for (size_t i = 0; i < 4; i++) {
    const Jalon__Cell *cell = row->cells[end - 4 + i];
    ret.unknown[i] = cell->kind == JL_ARG_LABEL;
    if (ret.unknown[i]) assert_string_equal(cell->text, "undefined");
    ret.figures[i] = ret.unknown[i] ? 0 : cell->number;
  }
  return ret;
}

static void add(struct seen *to, const struct seen *more) {
  for (size_t i = 0; i < 4; i++) {
    to->figures[i] += more->figures[i];
    to->unknown[i] |= more->unknown[i];
  }
}

/* Undefined where it has to be, and nowhere else; the same where it is not. */
static void same(const struct random_plan *p, const char *what, int basis, const struct seen *is, const struct seen *expected) {
  bool equal = true;
  for (size_t i = 0; i < 4; i++) equal = equal && is->unknown[i] == expected->unknown[i] && (is->unknown[i] || is->figures[i] == expected->figures[i]);
  if (equal) return;
  const int64_t *a = is->figures, *b = expected->figures, *x = is->unknown, *y = expected->unknown;
  fail_msg("seed %u step %u edit %u: %s, basis %d: %lld|%lld|%lld|%lld, not %lld|%lld|%lld|%lld; undefined %d%d%d%d, not %d%d%d%d", p->seed, p->step, p->edit, what, basis,
           (long long)a[0], (long long)a[1], (long long)a[2], (long long)a[3], (long long)b[0], (long long)b[1], (long long)b[2], (long long)b[3], (int)x[0], (int)x[1], (int)x[2],
           (int)x[3], (int)y[0], (int)y[1], (int)y[2], (int)y[3]);
}

static void take(struct seen *to, const struct o_entry *entry, int basis) {
  int64_t amount = entry->sum.in[basis];
  if (entry->apart[0] != '\0') {
    to->unknown[entry->kind] = to->unknown[3] = 1;
    return;
  }
  to->figures[entry->kind] += amount;
  to->figures[3] += entry->kind == JL_MONEY_PLANNED ? amount : -amount;
}

static bool same_month(int32_t day, const char *month) {
  char text[11] = "none";
  if (day != JL_WHOLE_PERIOD) jl_day_format_iso(day, text);
  text[day == JL_WHOLE_PERIOD ? 4 : 7] = '\0';
  return strcmp(text, month) == 0;
}

/* What the second calculation has for a row of the grouping; false: it knows nothing of this grouping. */
static bool expected_of(const struct oracle *o, const char *by, const Jalon__Row *row, int basis, struct seen *ret) {
  bool line = strcmp(by, "line") == 0, action = strcmp(by, "action") == 0;
  *ret = (struct seen){{0}, {0}};
  if (!line && !action && strcmp(by, "month") != 0) return false;
  for (size_t i = 0; i < (action ? o->shared_count : o->whole_count); i++) {
    const struct o_entry *entry = action ? &o->shared[i] : &o->whole[i];
    const struct jl_record *of = line ? entry->line : entry->action;
    bool named = row->record != NULL && row->record->has_id;
    if (line || action ? named == (of != NULL) && (of == NULL || memcmp(of->id.bytes, row->record->id.data, 16) == 0)
                       : same_month(entry->day, row->cells[0]->alternative != NULL ? row->cells[0]->alternative : "none"))
      take(ret, entry, basis);
  }
  return true;
}

static void check_grouping(struct random_plan *p, const struct oracle *o, const char *by, int basis, const struct seen *total) {
  Jalon__Document *d = budget(p, p->f->space, by, basis, NULL);
  const Jalon__Block *block = d->blocks[0];
  struct seen sum = {{0}, {0}}, below_it = sum, heading = sum, expected;
  for (size_t i = 0; i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    struct seen now = figures_of(block, row);
    if (now.unknown[3] == 0) assert_int_equal(now.figures[3], now.figures[0] - now.figures[1] - now.figures[2]);
    else assert_true(now.unknown[0] + now.unknown[1] + now.unknown[2] > 0);
    if (row->level > 0) {
      add(&below_it, &now);
      continue;
    }
    if (i > 0 && block->rows[i - 1]->level > 0) same(p, by, basis, &heading, &below_it);
    below_it = (struct seen){{0}, {0}};
    heading = now;
    if (i + 1 == block->n_rows)
      same(p, by, basis, &now, total);
    else if (expected_of(o, by, row, basis, &expected))
      same(p, by, basis, &now, &expected);
    if (i + 1 < block->n_rows) add(&sum, &now);
  }
  same(p, by, basis, &sum, total);
  jalon__document__free_unpacked(d, NULL);
}

/* What has no rate is listed, in its own currency, and nothing else is. */
static void check_apart(struct random_plan *p, const struct oracle *o) {
  static const char *const kinds[] = {[JL_MONEY_PLANNED] = "planned", [JL_MONEY_COMMITTED] = "committed", [JL_MONEY_ACTUAL] = "actual"};
  Jalon__Document *d = budget(p, p->f->space, "line", 0, NULL);
  const Jalon__Block *block = NULL;
  size_t row = 0;
  for (size_t i = 0; i < d->n_blocks; i++)
    if (strcmp(d->blocks[i]->name, "apart") == 0) block = d->blocks[i];
  for (size_t i = 0; i < o->whole_count; i++) {
    const struct o_entry *entry = &o->whole[i];
    if (entry->apart[0] == '\0') continue;
    assert_true(block != NULL && row < block->n_rows);
    const Jalon__Row *r = block->rows[row++];
    assert_memory_equal(r->record->id.data, entry->record->id.bytes, 16);
    assert_string_equal(r->cells[1]->alternative, kinds[entry->kind]);
    assert_string_equal(r->cells[3]->text, entry->apart);
    assert_int_equal(r->cells[3]->number, entry->sum.in[JL_BASIS_NET]);
    assert_int_equal(r->cells[4]->number, entry->sum.in[JL_BASIS_GROSS]);
  }
  assert_int_equal(row, block == NULL ? 0 : block->n_rows);
  jalon__document__free_unpacked(d, NULL);
}

static void check_all(struct random_plan *p) {
  static const char *const by[] = {"lever", "action", "line", "category", "sub-category", "bucket", "supplier", "month", "quarter", "year", "kpi", "person"};
  struct oracle *o = malloc(sizeof *o);
  struct jl_replica *fresh = jl_replica_copy(p->f->space);
  assert_true(o != NULL && fresh != NULL);
  oracle_read(o, p->f->space, p->a);
  for (int basis = 0; basis < 3; basis++) {
    struct seen total = {{0}, {0}};
    struct jl_bytes kept, anew;
    for (size_t i = 0; i < o->whole_count; i++) take(&total, &o->whole[i], basis);
    for (size_t i = 0; i < JL_COUNT(by); i++) check_grouping(p, o, by[i], basis, &total);
    jalon__document__free_unpacked(budget(p, p->f->space, "lever", basis, &kept), NULL);
    jalon__document__free_unpacked(budget(p, fresh, "lever", basis, &anew), NULL);
    assert_int_equal(kept.size, anew.size);
    assert_memory_equal(kept.data, anew.data, kept.size);
  }
  check_apart(p, o);
  struct allotted al = {.plan = fresh, .organisation = p->f->org, .a = p->a, .today = first_of(1 + below(p, 12)), .seed = p->seed, .step = p->step};
  al_known(&al, o);
  al_cut(&al, "20%", 2000);
  al_cut(&al, "77,77%", 7777);
  al_shared_out(&al, o, below(p, one_in(p, 2) ? 20000000 : 100000000), p->closed);
  jl_replica_free(fresh);
  free(o);
}

/* By basis: the total, and the months of the year. */
struct snapshot {
  struct seen total[3], months[3][13];
};
static void look(struct random_plan *p, struct snapshot *ret) {
  memset(ret, 0, sizeof *ret);
  for (int basis = 0; basis < 3; basis++) {
    Jalon__Document *d = budget(p, p->f->space, "month", basis, NULL);
    const Jalon__Block *block = d->blocks[0];
    for (size_t i = 0; i < block->n_rows; i++) {
      const char *month = block->rows[i]->cells[0]->alternative;
      if (month != NULL && strncmp(month, "2026-", 5) == 0) ret->months[basis][strtol(month + 5, NULL, 10)] = figures_of(block, block->rows[i]);
    }
    ret->total[basis] = figures_of(block, block->rows[block->n_rows - 1]);
    jalon__document__free_unpacked(d, NULL);
  }
}

/* What was planned for a closed month and what was paid in it. What is still open of its orders is no fact of the month: it falls as they are
 * invoiced, whenever that is. */
static void closed_stay(struct random_plan *p, const struct snapshot *then, const struct snapshot *now, const bool closed_then[13]) {
  for (int basis = 0; basis < 3; basis++)
    for (int month = 1; month <= 12; month++) {
      struct seen before = then->months[basis][month], after = now->months[basis][month];
      char what[64];
      if (!p->closed[month] || !closed_then[month]) continue;
      before.figures[1] = before.figures[3] = after.figures[1] = after.figures[3] = 0;
      before.unknown[1] = before.unknown[3] = after.unknown[1] = after.unknown[3] = 0;
      snprintf(what, sizeof what, "closed month %d", month);
      same(p, what, basis, &after, &before);
    }
}

/* The table of each closed month in each grouping, as text: what was planned and paid, by what it counts for. Not by who answers for it, which is asked
 * of today; quarters and years are names of months. */
struct tables { char *of[13]; };
static void forget(struct tables *t) {
  for (int month = 1; month <= 12; month++) free(t->of[month]);
  memset(t, 0, sizeof *t);
}
static void write_rows(FILE *out, const Jalon__Block *block, const char *by) {
  for (size_t i = 0; i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    const struct seen seen = figures_of(block, row);
    if (seen.figures[0] == 0 && seen.figures[2] == 0) continue; /* what is still open of orders falls as they are invoiced */
    fprintf(out, "%s %u ", by, row->level);
    for (size_t k = 0; row->record != NULL && row->record->has_id && k < row->record->id.len; k++) fprintf(out, "%02x", row->record->id.data[k]);
    fprintf(out, " %s|%s: %lld, %lld\n", row->cells[0]->text == NULL ? "" : row->cells[0]->text,
            row->cells[0]->alternative == NULL ? "" : row->cells[0]->alternative, (long long)seen.figures[0], (long long)seen.figures[2]);
  }
}
static void look_at_closed(struct random_plan *p, struct tables *ret) {
  static const char *const by[] = {"lever", "action", "line", "category", "sub-category", "supplier", "month"};
  for (int month = 1; month <= 12; month++) {
    size_t size;
    char period[12];
    FILE *out = p->closed[month] ? open_memstream(&ret->of[month], &size) : NULL;
    if (out == NULL) continue;
    snprintf(period, sizeof period, "2026-%02d", month);
    for (size_t i = 0; i < JL_COUNT(by); i++) {
      Jalon__Document *d = budget_of(p, p->f->space, by[i], 0, period, NULL);
      write_rows(out, d->blocks[0], by[i]);
      jalon__document__free_unpacked(d, NULL);
    }
    assert_int_equal(fclose(out), 0);
  }
}
static void tables_stay(const struct random_plan *p, const struct tables *then, const struct tables *now) {
  for (int month = 1; month <= 12; month++) {
    if (then->of[month] == NULL || now->of[month] == NULL || strcmp(then->of[month], now->of[month]) == 0) continue;
    const char *a = then->of[month], *b = now->of[month];
    while (strcspn(a, "\n") == strcspn(b, "\n") && strncmp(a, b, strcspn(a, "\n") + 1) == 0) a += strcspn(a, "\n") + 1, b += strcspn(b, "\n") + 1;
    fail_msg("seed %u step %u edit %u: closed month %d had \"%.*s\" and has \"%.*s\"", p->seed, p->step, p->edit, month, (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
  }
}

/* Every late one counts in the first open month after its own; nothing is dated anew. */
static void booked_right(struct random_plan *p, struct jl_id id, int32_t date) {
  const struct jl_record *x = live(p, id);
  int month = jl_date_from_day(date).month;
  assert_non_null(x);
  assert_int_equal(o_date(x), date);
  if (p->closed[month]) {
    while (month <= 12 && p->closed[month]) month++;
    assert_int_equal(o_int(x, JL_EXPENSE_BOOKED, 0), first_of(month));
  } else
    assert_false(o_has(x, JL_EXPENSE_BOOKED));
}

/* ---- what is edited ---- */
static void set(struct random_plan *p, Jalon__Edit *edit, struct jl_id id, uint32_t field, struct jl_bytes next) {
  fx_set(p->f, edit, field, jl_arena_dup(p->f->a, jl_record_slice(fx_record(p->f, id)->body, field)), next);
}
static bool change(struct random_plan *p, uint32_t type, struct jl_id id, uint32_t field, struct jl_bytes next) {
  if (live(p, id) == NULL) return false;
  fx_begin(p->f);
  set(p, fx_edit(p->f, JALON__VERB__UPDATE, type, id), id, field, next);
  return fx_send(p->f);
}
static bool change_int(struct random_plan *p, uint32_t type, struct jl_id id, uint32_t field, int64_t next) {
  return change(p, type, id, field, fx_int(p->f, type, field, next));
}
static bool create(struct random_plan *p, const struct draft *d, struct jl_id id) {
  fx_begin(p->f);
  fx_create(p->f, d, id);
  return fx_send(p->f);
}
static bool drop(struct random_plan *p, uint32_t type, struct jl_id id, bool with_children) {
  if (live(p, id) == NULL) return false;
  fx_begin(p->f);
  fx_delete(p->f, type, id, jl_replica_where(p->f->space)->revision, with_children);
  return fx_send(p->f);
}

static bool put_month(struct random_plan *p, struct jl_id line, int64_t month, int64_t planned) {
  struct draft d = d_new(p->f, JL_TYPE_BUDGET_MONTH);
  d_int(d_int(d_ref(&d, JL_BUDGET_MONTH_LINE, line), JL_BUDGET_MONTH_MONTH, first_of(month)), JL_BUDGET_MONTH_PLANNED, planned);
  struct jl_id id = fx_natural(p->f, &d);
  return live(p, id) == NULL ? create(p, &d, id) : change_int(p, JL_TYPE_BUDGET_MONTH, id, JL_BUDGET_MONTH_PLANNED, planned);
}

static bool put_share(struct random_plan *p) {
  struct draft d = d_new(p->f, JL_TYPE_BUDGET_SHARE);
  d_int(d_ref(d_ref(&d, JL_BUDGET_SHARE_LINE, any(p, LINE, LINES)), JL_BUDGET_SHARE_ACTION, any(p, ACTION, ACTIONS)), JL_BUDGET_SHARE_SHARE, 1 + below(p, 6000));
  struct jl_id id = fx_natural(p->f, &d);
  if (live(p, id) == NULL) return create(p, &d, id);
  return one_in(p, 2) ? drop(p, JL_TYPE_BUDGET_SHARE, id, false) : change_int(p, JL_TYPE_BUDGET_SHARE, id, JL_BUDGET_SHARE_SHARE, 1 + below(p, 6000));
}

static bool rate_of(struct random_plan *p, const char *currency, int32_t day) {
  struct draft d = d_new(p->f, JL_TYPE_EXCHANGE_RATE);
  d_int(d_text(&d, JL_EXCHANGE_RATE_CURRENCY, currency), JL_EXCHANGE_RATE_DAY, day);
  bool half = one_in(p, 3); /* halves of a cent */
  d_int(d_int(&d, JL_EXCHANGE_RATE_RATE, half ? 1000000 : 100000 + below(p, 200000000)), JL_EXCHANGE_RATE_WORTH, half ? 500000 : 1 + below(p, 90000000));
  struct jl_id id = fx_natural(p->f, &d);
  return live(p, id) == NULL && create(p, &d, id);
}
static bool put_rate(struct random_plan *p) { return rate_of(p, a_currency(p), any_day(p)); }

static void new_line(struct random_plan *p, unsigned i) {
  struct draft d = d_new(p->f, JL_TYPE_BUDGET_LINE);
  bool by_month = i % 3 == 0, recurs = i % 3 == 1;
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "line"), JL_BUDGET_LINE_CATEGORY, one_in(p, 2) ? JL_CATEGORY_TOOLS : JL_CATEGORY_OTHER);
  if (i % 2 == 0) d_int(d_int(&d, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS), JL_BUDGET_LINE_SUBCATEGORY, JL_CRM_LICENCES + below(p, 3));
  if (!by_month) d_int(&d, JL_BUDGET_LINE_PLANNED, below(p, 1000000));
  if (recurs) d_int(&d, JL_BUDGET_LINE_EVERY, i == 1 ? JL_EVERY_MONTH : JL_EVERY_MONTH + below(p, 3));
  if (recurs && one_in(p, 2)) d_int(&d, JL_BUDGET_LINE_FIRST, jl_day_from_date(2026, 1, 31));
  if (recurs && one_in(p, 2)) d_int(&d, JL_BUDGET_LINE_LAST, first_of(7) + (int32_t)below(p, 120));
  if (!one_in(p, 3)) d_ref(&d, JL_BUDGET_LINE_LEVER, any(p, LEVER, LEVERS));
  if (!one_in(p, 3)) d_ref(&d, JL_BUDGET_LINE_ACTION, any(p, ACTION, ACTIONS));
  if (!one_in(p, 3)) d_ref(&d, JL_BUDGET_LINE_KPI, any(p, KPI, KPIS));
  if (!one_in(p, 3)) d_int(&d, JL_BUDGET_LINE_BUCKET, JL_PROVEN + below(p, 3));
  if (!one_in(p, 4)) d_int(&d, JL_BUDGET_LINE_VAT_BASIS, one_in(p, 2) ? JL_NET : JL_GROSS);
  if (!one_in(p, 5)) d_int(&d, JL_BUDGET_LINE_VAT_RATE, a_rate(p));
  if (one_in(p, 2)) d_int(&d, JL_BUDGET_LINE_VAT_RECOVERABLE, a_part(p));
  if (i >= 6) d_text(&d, JL_BUDGET_LINE_CURRENCY, a_currency(p));
  fx_create_ok(p->f, &d, fx_id(LINE + i));
  for (int m = 0; by_month && m < 5; m++) (void)put_month(p, fx_id(LINE + i), 1 + below(p, 12), below(p, 100000));
}

/* Of a line, alone, as a line of a document, or as what settles an order. */
static bool new_expense(struct random_plan *p) {
  static const char *const suppliers[] = {"Google", "GOOGLE", "Été", "ete"};
  struct draft d = d_new(p->f, JL_TYPE_EXPENSE);
  struct jl_id line = any(p, LINE, LINES), id = fx_id(EXPENSE + p->expenses), other = any(p, EXPENSE, one_in(p, 2) ? 3 : p->expenses + 1);
  const struct jl_record *of = live(p, other);
  int32_t date = any_day(p);
  int64_t net = below(p, 200000) - 20000, rate = a_rate(p), sides = below(p, 3);
  bool settles = of != NULL && one_in(p, 3) && !o_invoice(of), part = of != NULL && !settles && !o_has(of, JL_EXPENSE_PART_OF) && !one_in(p, 3), ordered = !settles && one_in(p, 3);
  char currency[4] = "EUR";
  if (p->expenses == EXPENSES_MAX || live(p, line) == NULL) return false;
  if (part) ordered = !o_invoice(of);
  if (part || p->expenses < 3) rate = 2000; /* documents with lines enough at one rate */
  if (settles) (void)jl_record_id(of->type, of->body, JL_EXPENSE_LINE, &line);
  if (part || (settles && !one_in(p, 3)))
    o_currency(of, JL_EXPENSE_CURRENCY, currency);
  else if (one_in(p, 3))
    memcpy(currency, a_currency(p), 4);
  d_text(d_ref(&d, JL_EXPENSE_LINE, line), JL_EXPENSE_TITLE, "expense");
  d_int(d_int(&d, JL_EXPENSE_STATE, ordered ? JL_ORDERED : JL_INVOICED), JL_EXPENSE_DATE, date);
  if (!one_in(p, 3)) d_text(&d, JL_EXPENSE_SUPPLIER, suppliers[below(p, 4)]);
  if (sides != 1) d_int(&d, JL_EXPENSE_NET, net);
  if (sides == 1) d_int(&d, JL_EXPENSE_GROSS, net);
  if (sides == 2) d_int(&d, JL_EXPENSE_GROSS, o_gross(net, rate) + below(p, 3) - 1);
  if (sides == 2 || rate == 2000 || one_in(p, 2)) d_int(&d, JL_EXPENSE_VAT_RATE, rate);
  if (one_in(p, 3)) d_int(&d, JL_EXPENSE_VAT_RECOVERABLE, a_part(p));
  if (one_in(p, 3)) d_ref(&d, JL_EXPENSE_KPI, any(p, KPI, KPIS));
  if (strcmp(currency, "EUR") != 0) d_text(&d, JL_EXPENSE_CURRENCY, currency);
  if (part)
    d_ref(&d, JL_EXPENSE_PART_OF, other);
  else if (one_in(p, 2))
    d_int(&d, JL_EXPENSE_VAT_METHOD, one_in(p, 3) ? JL_VAT_BY_LINE : JL_VAT_ON_TOTAL);
  if (settles) d_ref(&d, JL_EXPENSE_SETTLES, other);
  if (settles && one_in(p, 6)) d_int(&d, JL_EXPENSE_FINAL, 1);
  if (!create(p, &d, id)) return false;
  p->expenses++;
  booked_right(p, id, date);
  return true;
}

static bool is_linked(const struct random_plan *p, const struct jl_record *x) {
  size_t n;
  jl_replica_referring(p->f->space, &x->id, JL_TYPE_EXPENSE, 0, p->f->a, &n);
  return n > 0 || o_has(x, JL_EXPENSE_SETTLES) || o_has(x, JL_EXPENSE_PART_OF);
}

/* The moves: *ret_bases says in which bases the total stays; 0: it is none of them. */
static bool move_expense(struct random_plan *p, unsigned *ret_bases) {
  struct jl_id id = any(p, EXPENSE, p->expenses + 1);
  const struct jl_record *x = live(p, id);
  if (x != NULL && !is_linked(p, x)) *ret_bases = o_has(x, JL_EXPENSE_VAT_RATE) && o_has(x, JL_EXPENSE_VAT_RECOVERABLE) ? 7 : o_has(x, JL_EXPENSE_NET) ? 2 : 0;
  return change(p, JL_TYPE_EXPENSE, id, JL_EXPENSE_LINE, fx_ref(p->f, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, any(p, LINE, LINES)));
}

static bool bring_back(struct random_plan *p, uint32_t type, struct jl_id id) {
  if (live(p, id) != NULL) return false;
  fx_begin(p->f);
  (void)fx_edit(p->f, JALON__VERB__RESTORE, type, id);
  return fx_send(p->f);
}

/* What lines and expenses count for goes, comes back, or belongs elsewhere. */
static bool move_named(struct random_plan *p, unsigned *ret_bases) {
  struct jl_id lever = any(p, LEVER, LEVERS), action = any(p, ACTION, ACTIONS), kpi = any(p, KPI, KPIS);
  *ret_bases = 7;
  switch (below(p, 8)) {
  case 0: return drop(p, JL_TYPE_LEVER, lever, false);
  case 1: return drop(p, JL_TYPE_ACTION, action, true);
  case 2: return drop(p, JL_TYPE_KPI, kpi, true);
  case 3: return bring_back(p, JL_TYPE_LEVER, lever) || bring_back(p, JL_TYPE_ACTION, action) || bring_back(p, JL_TYPE_KPI, kpi);
  case 4: return change(p, JL_TYPE_ACTION, action, JL_ACTION_LEVER, one_in(p, 4) ? NONE : fx_ref(p->f, JL_TYPE_ACTION, JL_ACTION_LEVER, lever));
  case 5: return change(p, JL_TYPE_EXPENSE, any(p, EXPENSE, p->expenses + 1), JL_EXPENSE_KPI, fx_ref(p->f, JL_TYPE_EXPENSE, JL_EXPENSE_KPI, kpi));
  case 6: return change(p, JL_TYPE_BUDGET_LINE, any(p, LINE, LINES), JL_BUDGET_LINE_KPI, fx_ref(p->f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_KPI, kpi));
  default: return change_int(p, JL_TYPE_BUDGET_LINE, any(p, LINE, LINES), JL_BUDGET_LINE_BUCKET, JL_PROVEN + below(p, 3));
  }
}

static bool move_line(struct random_plan *p, unsigned *ret_bases) {
  uint32_t field = one_in(p, 2) ? JL_BUDGET_LINE_LEVER : JL_BUDGET_LINE_ACTION;
  *ret_bases = 7;
  return change(p, JL_TYPE_BUDGET_LINE, any(p, LINE, LINES), field,
                fx_ref(p->f, JL_TYPE_BUDGET_LINE, field, field == JL_BUDGET_LINE_LEVER ? any(p, LEVER, LEVERS) : any(p, ACTION, ACTIONS)));
}

static bool move_month(struct random_plan *p, unsigned *ret_bases) {
  size_t n;
  const struct jl_record **months = jl_replica_all(p->f->space, JL_TYPE_BUDGET_MONTH, p->f->a, &n);
  bool plain = true;
  if (n < 2) return false;
  const struct jl_record *two[] = {months[below(p, (int64_t)n)], months[below(p, (int64_t)n)]};
  int64_t amount = o_int(two[0], JL_BUDGET_MONTH_PLANNED, 0), moved = amount == 0 ? 0 : below(p, amount);
  if (two[0] == two[1]) return false;
  fx_begin(p->f);
  for (int i = 0; i < 2; i++) {
    struct jl_id id;
    assert_true(jl_record_id(two[i]->type, two[i]->body, JL_BUDGET_MONTH_LINE, &id));
    const struct jl_record *line = fx_record(p->f, id);
    plain = plain && !o_has(line, JL_BUDGET_LINE_CURRENCY) && o_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_NET;
    set(p, fx_edit(p->f, JALON__VERB__UPDATE, JL_TYPE_BUDGET_MONTH, two[i]->id), two[i]->id, JL_BUDGET_MONTH_PLANNED,
        fx_int(p->f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, o_int(two[i], JL_BUDGET_MONTH_PLANNED, 0) + (i == 0 ? -moved : moved)));
  }
  *ret_bases = plain ? 1U << JL_BASIS_NET : 0;
  return fx_send(p->f);
}

/* An order of 100.00, of which 40.00 are invoiced: what was committed is paid, and what remains is what it was. */
static bool invoice_order(struct random_plan *p) {
  struct snapshot then, now;
  struct jl_id line = any(p, LINE, LINES), order = fx_id(EXPENSE + p->expenses), invoice = fx_id(EXPENSE + p->expenses + 1);
  if (p->expenses + 2 > EXPENSES_MAX || live(p, line) == NULL) return false;
  for (int i = 0; i < 2; i++) {
    struct draft d = d_new(p->f, JL_TYPE_EXPENSE);
    d_text(d_ref(&d, JL_EXPENSE_LINE, line), JL_EXPENSE_TITLE, i == 0 ? "order" : "its invoice");
    d_int(d_int(&d, JL_EXPENSE_STATE, i == 0 ? JL_ORDERED : JL_INVOICED), JL_EXPENSE_DATE, any_day(p));
    d_int(d_int(&d, JL_EXPENSE_NET, i == 0 ? 10000 : 4000), JL_EXPENSE_VAT_RATE, 2000);
    d_int(&d, JL_EXPENSE_VAT_RECOVERABLE, 5000);
    if (i == 1) d_ref(&d, JL_EXPENSE_SETTLES, order);
    fx_create_ok(p->f, &d, i == 0 ? order : invoice);
    look(p, i == 0 ? &then : &now);
    p->expenses++;
  }
  for (int basis = 0; basis < 3; basis++) {
    int64_t paid = ((const int64_t[]){4400, 4000, 4800})[basis];
    struct seen expected = then.total[basis];
    expected.figures[1] -= paid;
    expected.figures[2] += paid;
    same(p, "an order partly invoiced", basis, &now.total[basis], &expected);
  }
  return true;
}

/* What counts in the month in a currency that has no rate until then, by the second calculation: these have to come before it is closed. */
static bool is_unrated(struct random_plan *p, int month) {
  struct oracle *o = malloc(sizeof *o);
  bool found = false;
  assert_non_null(o);
  oracle_read(o, p->f->space, p->a);
  for (size_t i = 0; i < o->whole_count; i++) {
    const struct o_entry *entry = &o->whole[i];
    found = found || (entry->apart[0] != '\0' && entry->kind != JL_MONEY_COMMITTED && entry->day >= first_of(month) && entry->day < first_of(month + 1));
  }
  free(o);
  return found;
}

static void give_rates(struct random_plan *p, int month) {
  static const char *const all[] = {"USD", "JPY", "TND", "CHF", "GBP"};
  for (size_t i = 0; i < 5 && is_unrated(p, month); i++) (void)rate_of(p, all[i], first_of(1));
  assert_false(is_unrated(p, month));
}

static bool close_or_reopen(struct random_plan *p) {
  int month = 1;
  struct draft d = d_new(p->f, JL_TYPE_CLOSED_MONTH);
  while (month <= 9 && p->closed[month]) month++;
  bool reopens = month > 1 && one_in(p, 4);
  if (reopens) month--;
  if (month > 9) return false;
  d_int(d_int(&d, JL_CLOSED_MONTH_MONTH, first_of(month)), JL_CLOSED_MONTH_STATE, JL_MONTH_CLOSED);
  struct jl_id id = fx_natural(p->f, &d);
  fx_begin(p->f);
  if (live(p, id) == NULL)
    fx_create(p->f, &d, id);
  else {
    Jalon__Edit *edit = fx_edit(p->f, JALON__VERB__UPDATE, JL_TYPE_CLOSED_MONTH, id);
    char reason[32];
    snprintf(reason, sizeof reason, "step %u", p->step);
    set(p, edit, id, JL_CLOSED_MONTH_STATE, fx_int(p->f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_STATE, reopens ? JL_MONTH_REOPENED : JL_MONTH_CLOSED));
    if (reopens) set(p, edit, id, JL_CLOSED_MONTH_REASON, fx_text(p->f, JL_TYPE_CLOSED_MONTH, JL_CLOSED_MONTH_REASON, reason));
  }
  if (!reopens && is_unrated(p, month)) {
    fx_refused(p->f, JL_E_RULE_VIOLATION, "cannot be closed");
    give_rates(p, month);
    return true; /* closed another time */
  }
  fx_ok(p->f);
  p->closed[month] = !reopens;
  return true;
}

static bool change_expense(struct random_plan *p) {
  struct jl_id id = any(p, EXPENSE, p->expenses + 1);
  switch (below(p, 6)) {
  case 0: return change_int(p, JL_TYPE_EXPENSE, id, JL_EXPENSE_NET, below(p, 100000));
  case 1: return change_int(p, JL_TYPE_EXPENSE, id, JL_EXPENSE_DATE, any_day(p));
  case 2: return change_int(p, JL_TYPE_EXPENSE, id, JL_EXPENSE_VAT_RATE, a_rate(p));
  case 3: return change_int(p, JL_TYPE_EXPENSE, id, JL_EXPENSE_VAT_METHOD, one_in(p, 2) ? JL_VAT_BY_LINE : JL_VAT_ON_TOTAL);
  case 4: return change_int(p, JL_TYPE_EXPENSE, id, JL_EXPENSE_STATE, JL_INVOICED);
  default: return drop(p, JL_TYPE_EXPENSE, id, false);
  }
}

static bool change_line(struct random_plan *p) {
  struct jl_id id = any(p, LINE, LINES);
  switch (below(p, 7)) {
  case 0: return change_int(p, JL_TYPE_BUDGET_LINE, id, JL_BUDGET_LINE_PLANNED, below(p, 1000000));
  case 1: return change_int(p, JL_TYPE_BUDGET_LINE, id, JL_BUDGET_LINE_VAT_RATE, a_rate(p));
  case 2: return change_int(p, JL_TYPE_BUDGET_LINE, id, JL_BUDGET_LINE_VAT_RECOVERABLE, a_part(p));
  case 3: return change_int(p, JL_TYPE_BUDGET_LINE, id, JL_BUDGET_LINE_VAT_BASIS, one_in(p, 2) ? JL_NET : JL_GROSS);
  case 4: return change_int(p, JL_TYPE_BUDGET_LINE, id, JL_BUDGET_LINE_LAST, any_day(p));
  case 5: return change(p, JL_TYPE_BUDGET_LINE, id, JL_BUDGET_LINE_CURRENCY, one_in(p, 2) ? NONE : fx_text(p->f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CURRENCY, a_currency(p)));
  default: return one_in(p, 6) && drop(p, JL_TYPE_BUDGET_LINE, id, true);
  }
}

static bool change_plan(struct random_plan *p) {
  int64_t which = below(p, 4);
  p->edit = 100 + (unsigned)which;
  switch (which) {
  case 0: return change_int(p, JL_TYPE_PLAN, p->f->plan, JL_PLAN_VAT_METHOD, one_in(p, 2) ? JL_VAT_BY_LINE : JL_VAT_ON_TOTAL);
  case 1: return change_int(p, JL_TYPE_PLAN, p->f->plan, JL_PLAN_START, first_of(1) - (int32_t)below(p, 40));
  case 2: return change_int(p, JL_TYPE_PLAN, p->f->plan, JL_PLAN_END, jl_day_from_date(2026, 12, 31) + (int32_t)below(p, 90));
  default: return one_in(p, 3) && drop(p, JL_TYPE_ACTION, any(p, ACTION, ACTIONS), false);
  }
}

static bool edit(struct random_plan *p, unsigned *ret_bases) {
  p->edit = (unsigned)below(p, 13);
  switch (p->edit) {
  case 0:
  case 1: return new_expense(p);
  case 2: return change_expense(p);
  case 3: return change_line(p);
  case 4: return move_expense(p, ret_bases);
  case 5: return move_line(p, ret_bases);
  case 6: return move_month(p, ret_bases);
  case 7: return put_month(p, any(p, LINE, LINES), 1 + below(p, 12), below(p, 100000));
  case 8: return put_share(p);
  case 9: return put_rate(p);
  case 12: return move_named(p, ret_bases);
  case 10: return one_in(p, 2) ? change_plan(p) : invoice_order(p);
  default: return close_or_reopen(p);
  }
}

static void new_plan(struct random_plan *p) {
  p->f->administrator = true;
  for (unsigned i = 0; i < LEVERS; i++) {
    struct draft d = d_new(p->f, JL_TYPE_LEVER);
    fx_create_ok(p->f, d_text(&d, JL_LEVER_NAME, "lever"), fx_id(LEVER + i));
  }
  for (unsigned i = 0; i < KPIS; i++) {
    struct draft d = d_new(p->f, JL_TYPE_KPI);
    fx_create_ok(p->f, d_text(&d, JL_KPI_NAME, "KPI"), fx_id(KPI + i));
  }
  for (unsigned i = 0; i < ACTIONS; i++) {
    struct draft d = fx_action(p->f, "action"), a = fx_raci(p->f, fx_id(ACTION + i), JL_RACI_A, i % 2 == 0 ? p->f->paul : p->f->marie);
    if (i > 0) d_ref(&d, JL_ACTION_LEVER, any(p, LEVER, LEVERS));
    fx_create_ok(p->f, &d, fx_id(ACTION + i));
    if (i < 3) fx_create_ok(p->f, &a, fx_natural(p->f, &a));
  }
  for (int i = 0; i < 8; i++) (void)put_rate(p);
  for (unsigned i = 0; i < LINES; i++) new_line(p, i);
  for (int i = 0; i < 8; i++) (void)put_share(p);
  for (int i = 0; i < 18; i++) (void)new_expense(p);
}

static void random_plan(struct fx *f, unsigned seed, unsigned *io_accepted) {
  struct random_plan p = {.f = f, .a = jl_arena_new(64U << 20), .random = seed * 7919U, .seed = seed};
  struct snapshot then, now;
  struct tables closed_then = {{NULL}}, closed_now = {{NULL}};
  assert_non_null(p.a);
  new_plan(&p);
  check_all(&p);
  look(&p, &then);
  for (p.step = 1; p.step <= 50; p.step++) {
    bool closed[13];
    unsigned bases = 0;
    memcpy(closed, p.closed, sizeof closed);
    bool accepted = edit(&p, &bases);
    look(&p, &now);
    closed_stay(&p, &then, &now, closed);
    if (accepted) {
      look_at_closed(&p, &closed_now);
      tables_stay(&p, &closed_then, &closed_now);
      forget(&closed_then);
      closed_then = closed_now;
      closed_now = (struct tables){{NULL}};
    }
    for (int basis = 0; basis < 3; basis++)
      if (!accepted || ((bases >> basis) & 1U) != 0) same(&p, accepted ? "a move" : "nothing", basis, &now.total[basis], &then.total[basis]);
    then = now;
    *io_accepted += accepted;
    if (p.step % 10 == 0) check_all(&p);
    jl_arena_reset(p.a);
  }
  forget(&closed_then);
  jl_arena_free(p.a);
}

static void random_plans(void **state) {
  const char *from = getenv("JALON_TEST_SEED"), *count = getenv("JALON_TEST_ROUNDS");
  unsigned first = from != NULL ? (unsigned)strtoul(from, NULL, 10) : 1, rounds = count != NULL ? (unsigned)strtoul(count, NULL, 10) : 4, accepted = 0;
  for (unsigned seed = first; seed < first + rounds; seed++) {
    print_message("# seed %u (JALON_TEST_SEED, JALON_TEST_ROUNDS)\n", seed);
    random_plan(*state, seed, &accepted);
    assert_int_equal(fx_teardown(state) + fx_setup(state), 0);
  }
  print_message("# %u edits accepted\n", accepted);
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(random_plans)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
