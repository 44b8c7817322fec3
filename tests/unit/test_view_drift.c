/* The drift view against figures worked out by hand: dates in days, money line by line with its totals, targets, what is new and gone; what
 * a reader may not read is in no row and no total. */
#include "common/model/document.h"
#include "common/model/governance/snapshot.h"
#include "tests/unit/approvals_fixture.h"

static void put_cell(char *out, size_t size, const Jalon__Cell *cell) {
  if (!cell->has_kind)
    snprintf(out, size, "%s", "");
  else if (cell->kind == JL_ARG_TEXT || cell->kind == JL_ARG_LABEL)
    snprintf(out, size, "%s", cell->text);
  else
    snprintf(out, size, "%lld", (long long)cell->number);
}

/* "[dates] A1 Webinar|due date|20484|20491|7; ..." without the list of approvals; notes by their message. */
static const char *drift(struct fx *f, uint32_t sections, const char *record, const char *baseline) {
  struct jl_view_parameter parameters[2];
  struct jl_view_input in = {.space = f->space, .organisation = f->org, .sections = sections, .today = 20500, .parameters = parameters};
  struct jl_bytes packed;
  struct jl_error err;
  if (record != NULL) parameters[in.parameter_count++] = (struct jl_view_parameter){"record", record};
  if (baseline != NULL) parameters[in.parameter_count++] = (struct jl_view_parameter){"baseline", baseline};
  if (!jl_view_build(jl_view_by_name("drift"), &in, f->a, &packed, &err)) return jl_code_symbol(err.code);
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  char *out = jl_arena_alloc(f->a, 8192);
  size_t used = 0;
  for (size_t i = 0; i < d->n_blocks; i++) {
    const Jalon__Block *block = d->blocks[i];
    if (strcmp(block->name, "approvals") == 0 || strcmp(block->name, "rights") == 0) continue;
    used += (size_t)snprintf(out + used, 8192 - used, "[%s]\n", block->name);
    for (size_t r = 0; r < block->n_rows; r++)
      for (size_t c = 0; c < block->rows[r]->n_cells; c++) {
        char cell[200];
        assert_int_equal(block->rows[r]->n_cells, block->n_columns);
        put_cell(cell, sizeof cell, block->rows[r]->cells[c]);
        used += (size_t)snprintf(out + used, 8192 - used, "%s%s", cell, c + 1 < block->rows[r]->n_cells ? "|" : "\n");
      }
    for (size_t n = 0; n < block->n_notes; n++)
      if (strcmp(block->notes[n]->message, "amounts excl. VAT") != 0)
        used += (size_t)snprintf(out + used, 8192 - used, "- %s\n", block->notes[n]->message);
  }
  jalon__document__free_unpacked(d, NULL);
  return out;
}

static void moves(struct fx *f, uint32_t type, unsigned id, uint32_t field, int64_t next) {
  set_int(f, type, id, field, next);
  fx_ok(f);
}
static void delete (struct fx *f, uint32_t type, unsigned id) {
  fx_begin(f);
  fx_delete(f, type, fx_id(id), jl_replica_where(f->space)->revision, false);
  fx_ok(f);
}

/* The plan and an action that will go, approved as a whole by Paul, whom Marie named. */
static void approved(struct fx *f) {
  struct draft d = fx_action(f, "Salon"), webinar = af_webinar(f);
  f->author = f->paul;
  af_plan(f, &webinar);
  fx_create_ok(f, &d, fx_id(GONE));
  raci_a(f, f->plan, f->paul);
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
  approve(f, fx_id(FIRST));
}
#define BASE "- compared with {1}, approved by {2} on {3}\n"

static void before_and_after_an_approval(void **state) {
  struct fx *f = *state;
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, NULL), "[notes]\n- nothing that you may read has been approved yet\n");
  approved(f);
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, NULL), "[money]\n"
                                                          "budget lines as approved|170000|170000|0|2\n"
                                                          "budget|170000|170000|0|\n"
                                                          "payroll lines as approved|4200000|4200000|0|1\n"
                                                          "payroll|4200000|4200000|0|\n"
                                                          "budget with payroll|4370000|4370000|0|\n"
                                                          "[notes]\n" BASE "- nothing has moved\n");
  moves(f, JL_TYPE_ACTION, ACTION, JL_ACTION_PROGRESS, 500000); /* no drift */
  assert_non_null(strstr(drift(f, ALL_SECTIONS, NULL, NULL), "nothing has moved"));
}

static void everything_that_moved(void **state) {
  struct fx *f = *state;
  approved(f);
  moves(f, JL_TYPE_ACTION, ACTION, JL_ACTION_START, 20460);            /* 3 days sooner */
  moves(f, JL_TYPE_ACTION, ACTION, JL_ACTION_DUE, 20491);              /* a week later */
  moves(f, JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_PLANNED, 150000); /* + 300,00 */
  delete (f, JL_TYPE_BUDGET_LINE, OTHER_LINE);                         /* - 500,00 */
  line(f, 40, "Print", 20000, 0);                                      /* + 200,00 */
  moves(f, JL_TYPE_KPI, KPI, JL_KPI_TARGET, 4500000);                  /* 3 -> 4.5 */
  delete (f, JL_TYPE_ACTION, GONE);
  struct draft d = fx_action(f, "New");
  fx_create_ok(f, &d, fx_id(41));
  moves(f, JL_TYPE_PAYROLL_LINE, PAYROLL, JL_PAYROLL_LINE_PLANNED, 4300000); /* + 1 000,00 */
  static const char all[] = "[dates]\n"
                            "A1 Webinar|start|20463|20460|-3\n"
                            "A1 Webinar|due date|20484|20491|7\n"
                            "[money]\n"
                            "B1 Webinar tool|120000|150000|30000|changed\n"
                            "B2 Ads|50000|0|-50000|deleted\n"
                            "B3 Print|0|20000|20000|added\n"
                            "budget|170000|170000|0|\n"
                            "PY1 Salary|4200000|4300000|100000|changed\n"
                            "payroll|4200000|4300000|100000|\n"
                            "budget with payroll|4370000|4470000|100000|\n"
                            "[targets]\n"
                            "K1 CPL|target|3000000|4500000|1500000\n"
                            "[records]\n"
                            "A2 Salon|action|deleted\n"
                            "A3 New|action|added\n"
                            "[notes]\n" BASE;
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, NULL), all);
  /* without payroll: no row, no total that holds any of it */
  assert_string_equal(drift(f, ALL_SECTIONS & ~(1u << JL_SECTION_PAYROLL), "budget", NULL), "[money]\n"
                                                                                            "B1 Webinar tool|120000|150000|30000|changed\n"
                                                                                            "B2 Ads|50000|0|-50000|deleted\n"
                                                                                            "B3 Print|0|20000|20000|added\n"
                                                                                            "total|170000|170000|0|\n"
                                                                                            "[notes]\n" BASE);
  assert_string_equal(drift(f, 1u << JL_SECTION_ACTIONS | 1u << JL_SECTION_DIRECTORY, NULL, NULL), "[dates]\n"
                                                                                                   "A1 Webinar|start|20463|20460|-3\n"
                                                                                                   "A1 Webinar|due date|20484|20491|7\n"
                                                                                                   "[records]\n"
                                                                                                   "A2 Salon|action|deleted\n"
                                                                                                   "A3 New|action|added\n"
                                                                                                   "[notes]\n" BASE);
  /* of one action: itself and its money; of one line */
  assert_string_equal(drift(f, ALL_SECTIONS, "A1", NULL), "[dates]\n"
                                                          "A1 Webinar|start|20463|20460|-3\n"
                                                          "A1 Webinar|due date|20484|20491|7\n"
                                                          "[money]\n"
                                                          "B1 Webinar tool|120000|150000|30000|changed\n"
                                                          "budget|120000|150000|30000|\n"
                                                          "payroll|0|0|0|\n"
                                                          "budget with payroll|120000|150000|30000|\n"
                                                          "[notes]\n" BASE);
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, "AP9"), "NOT_FOUND");
  /* approved anew: nothing has moved; the earlier one is still there to be asked for */
  submit(f, fx_id(FIRST + 1), f->plan, JL_APPROVAL_OF_PLAN);
  approve(f, fx_id(FIRST + 1));
  assert_non_null(strstr(drift(f, ALL_SECTIONS, NULL, NULL), "nothing has moved"));
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, "AP6"), all);
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, "6"), all);
}

/* ---- dependencies ---- */
static struct jl_id depends(struct fx *f, int64_t kind, int64_t lag) { /* the second action waits for the first one */
  struct draft d = d_new(f, JL_TYPE_DEPENDENCY);
  d_ref(d_ref(&d, JL_DEPENDENCY_PREDECESSOR, fx_id(ACTION)), JL_DEPENDENCY_SUCCESSOR, fx_id(GONE));
  d_int(d_int(&d, JL_DEPENDENCY_KIND, kind), JL_DEPENDENCY_LAG, lag);
  struct jl_id id = fx_natural(f, &d);
  fx_create_ok(f, &d, id);
  return id;
}
static void two_that_depend(struct fx *f, struct jl_id ids[2]) {
  struct draft d = fx_action(f, "Salon"), webinar = af_webinar(f);
  f->author = f->paul;
  af_plan(f, &webinar);
  fx_create_ok(f, &d, fx_id(GONE));
  ids[0] = depends(f, JL_FINISH_TO_START, 2);
  ids[1] = depends(f, JL_START_TO_START, 1);
  raci_a(f, f->plan, f->paul);
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_PLAN);
}
static void change_dependencies(struct fx *f, const struct jl_id ids[2]) {
  fx_update(f, JL_TYPE_DEPENDENCY, ids[0], JL_DEPENDENCY_LAG, fx_int(f, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_LAG, 2), fx_int(f, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_LAG, 5));
  fx_ok(f);
  fx_begin(f);
  fx_delete(f, JL_TYPE_DEPENDENCY, ids[1], jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  depends(f, JL_FINISH_TO_FINISH, 3);
}

static void dependencies_of_an_approved_plan(void **state) {
  struct fx *f = *state;
  struct jl_id ids[2];
  two_that_depend(f, ids);
  approve(f, fx_id(FIRST));
  change_dependencies(f, ids);
  const char *said = drift(f, ALL_SECTIONS, NULL, NULL);
  assert_non_null(strstr(said, "[targets]\nDP1 A1 -> A2|lag of the dependency|2|5|3\n"));
  assert_non_null(strstr(said, "[records]\nDP2 A1 -> A2|dependency|deleted\nDP3 A1 -> A2|dependency|added\n"));
}

static void dependencies_that_changed_meanwhile_are_not_approved(void **state) {
  struct fx *f = *state;
  struct jl_id ids[2];
  two_that_depend(f, ids);
  change_dependencies(f, ids);
  decision(f, fx_id(FIRST), JL_APPROVAL_APPROVED);
  fx_refused(f, JL_E_GUARD_FAILED, "DP1 has changed since it was submitted");
}

/* As an earlier version submitted it: without dependencies. They are no reason to refuse it, and no drift from it. */
static void what_was_submitted_without_dependencies(void **state) {
  struct fx *f = *state;
  struct jl_id ids[2];
  two_that_depend(f, ids);
  struct jl_bytes text;
  assert_true(jl_snapshot_stored(f->space, fx_record(f, fx_id(FIRST)), JL_SECTION_ACTIONS, f->a, &text, &f->err));
  char *old = jl_arena_strndup(f->a, (const char *)text.data, text.size), *at = strstr(old, "DP1 "), *digest = strstr(old, "\n= ");
  assert_non_null(at);
  assert_non_null(digest);
  memmove(at, digest + 1, strlen(digest + 1) + 1);
  char *marker = strstr(old, "+ dependencies\n");
  assert_non_null(marker);
  *marker = '\0';
  size_t put = 0;
  for (uint64_t n = 1; n < 10; n++) {
    const struct jl_record *piece = jl_replica_numbered(f->space, JL_TYPE_BASELINE, n);
    if (piece == NULL || jl_replica_section(f->space, piece) != JL_SECTION_ACTIONS) continue;
    struct jl_bytes body = jl_record_with(f->a, piece->body, JL_BASELINE_CONTENT, fx_text(f, JL_TYPE_BASELINE, JL_BASELINE_CONTENT, old));
    struct jl_replica *const both[] = {f->space, f->mirror};
    struct jl_id id = piece->id;
    uint64_t revision = piece->revision, created = piece->created_revision;
    for (size_t i = 0; i < JL_COUNT(both); i++) {
      struct jl_record *r = jl_record_new(JL_TYPE_BASELINE, &id, body);
      assert_non_null(r);
      r->number = n;
      r->revision = revision;
      r->created_revision = created;
      assert_true(jl_replica_put(both[i], r));
    }
    put++;
  }
  assert_int_equal(put, 1);
  change_dependencies(f, ids);
  approve(f, fx_id(FIRST));
  assert_non_null(strstr(drift(f, ALL_SECTIONS, NULL, NULL), "nothing has moved"));
}

static void what_is_no_figure_is_told_of(void **state) {
  struct fx *f = *state;
  approved(f);
  const struct jl_record *r = fx_record(f, fx_id(ACTION));
  fx_update(f, JL_TYPE_ACTION, fx_id(ACTION), JL_ACTION_TITLE, jl_record_slice(r->body, JL_ACTION_TITLE),
            fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Salon"));
  fx_ok(f);
  const char *text = drift(f, ALL_SECTIONS, NULL, NULL);
  assert_non_null(strstr(text, "something else has changed since"));
  assert_null(strstr(text, "nothing has moved"));
}

static void a_later_budget_counts_for_the_money_alone(void **state) {
  struct fx *f = *state;
  approved(f);
  moves(f, JL_TYPE_ACTION, ACTION, JL_ACTION_DUE, 20491);
  moves(f, JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_PLANNED, 150000);
  submit(f, fx_id(FIRST + 1), f->plan, JL_APPROVAL_OF_BUDGET);
  approve(f, fx_id(FIRST + 1));
  moves(f, JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_PLANNED, 151000);
  assert_string_equal(drift(f, ALL_SECTIONS & ~(1u << JL_SECTION_PAYROLL), NULL, NULL), "[dates]\n"
                                                                                        "A1 Webinar|due date|20484|20491|7\n"
                                                                                        "[money]\n"
                                                                                        "B1 Webinar tool|150000|151000|1000|changed\n"
                                                                                        "budget lines as approved|50000|50000|0|1\n"
                                                                                        "total|200000|201000|1000|\n"
                                                                                        "[notes]\n" BASE BASE);
}

static void money_that_was_moved_with_an_approval_is_no_drift(void **state) {
  struct fx *f = *state;
  approved(f);
  struct draft d = d_new(f, JL_TYPE_APPROVAL);
  d_int(d_ref(&d, JL_APPROVAL_TARGET, fx_id(LINE)), JL_APPROVAL_SECTION, JL_APPROVAL_OF_BUDGET);
  d_int(d_ref(&d, JL_APPROVAL_TO, fx_id(OTHER_LINE)), JL_APPROVAL_AMOUNT, 20000);
  fx_create_ok(f, &d, fx_id(FIRST + 1));
  approve(f, fx_id(FIRST + 1));
  moves(f, JL_TYPE_BUDGET_LINE, OTHER_LINE, JL_BUDGET_LINE_PLANNED, 70500);
  assert_string_equal(drift(f, 1u << JL_SECTION_BUDGET | 1u << JL_SECTION_DIRECTORY, NULL, NULL),
                      "[money]\n"
                      "B2 Ads|70000|70500|500|changed\n"
                      "budget lines as approved|100000|100000|0|1\n"
                      "total|170000|170500|500|\n"
                      "[notes]\n" BASE "- {1}: as approved with the reallocation {2}\n"
                      "- {1}: as approved with the reallocation {2}\n");
  /* asked for that very baseline, the reallocation has moved it */
  assert_string_equal(drift(f, 1u << JL_SECTION_BUDGET | 1u << JL_SECTION_DIRECTORY, NULL, "AP6"),
                      "[money]\n"
                      "B1 Webinar tool|120000|100000|-20000|changed\n"
                      "B2 Ads|50000|70500|20500|changed\n"
                      "total|170000|170500|500|\n"
                      "[notes]\n" BASE);
}

static void months_that_moved_within_a_line(void **state) {
  struct fx *f = *state;
  line(f, 50, "by month", -1, 0);
  struct jl_id months[2];
  for (int i = 0; i < 2; i++) {
    struct draft d = d_new(f, JL_TYPE_BUDGET_MONTH);
    d_int(d_int(d_ref(&d, JL_BUDGET_MONTH_LINE, fx_id(50)), JL_BUDGET_MONTH_MONTH, 20454 + 31 * i), JL_BUDGET_MONTH_PLANNED, 3000);
    months[i] = fx_natural(f, &d);
    fx_create_ok(f, &d, months[i]);
  }
  raci_a(f, f->plan, f->paul);
  f->author = f->paul;
  submit(f, fx_id(FIRST), f->plan, JL_APPROVAL_OF_BUDGET);
  approve(f, fx_id(FIRST));
  for (int i = 0; i < 2; i++) {
    fx_update(f, JL_TYPE_BUDGET_MONTH, months[i], JL_BUDGET_MONTH_PLANNED, fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 3000),
              fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, i == 0 ? 1000 : 5000));
    fx_ok(f);
  }
  assert_string_equal(drift(f, 1u << JL_SECTION_BUDGET | 1u << JL_SECTION_DIRECTORY, "budget", NULL),
                      "[money]\n"
                      "budget lines as approved|6000|6000|0|1\n"
                      "total|6000|6000|0|\n"
                      "[months]\n"
                      "B1 by month|20454|3000|1000|-2000\n"
                      "B1 by month|20485|3000|5000|2000\n"
                      "[notes]\n" BASE);
}

/* ---- money without an exchange rate ---- */
static struct jl_id rate(struct fx *f, const char *currency, int32_t day, int64_t of_it) {
  struct draft d = d_new(f, JL_TYPE_EXCHANGE_RATE);
  d_int(d_text(&d, JL_EXCHANGE_RATE_CURRENCY, currency), JL_EXCHANGE_RATE_DAY, day);
  d_int(d_int(&d, JL_EXCHANGE_RATE_RATE, of_it), JL_EXCHANGE_RATE_WORTH, 1000000);
  struct jl_id id = fx_natural(f, &d);
  fx_create_ok(f, &d, id);
  return id;
}
static void foreign(struct fx *f, unsigned id, const char *title, const char *currency, int64_t planned) {
  struct draft d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(d_text(&d, JL_BUDGET_LINE_TITLE, title), JL_BUDGET_LINE_CURRENCY, currency), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  if (planned >= 0) d_int(&d, JL_BUDGET_LINE_PLANNED, planned);
  fx_create_ok(f, &d, fx_id(id));
}
#define NO_RATE \
  "- amounts in {2} without an exchange rate: {1} ({3}); sums with one of them are undefined. The rate of that day or before: jalon exchange-rate add --currency {2} --day {4} --rate ...\n"
#define NO_RATE_THEN "- without an exchange rate when it was submitted: {1}; what was approved of it stays undefined until it is submitted again\n"
#define BESIDE "- known without them: approved {2}, now {3}\n"
#define PAYROLL_AS_APPROVED "payroll lines as approved|4200000|4200000|0|1\npayroll|4200000|4200000|0|\n"

/* 1 000,00 dollars without a rate when it was approved, beside 1 200,00 and 500,00: what was approved of it nobody knows, then or later. At two dollars for a euro
 * it is 500,00 now, so 2 200,00 in all. Once it is approved with that it has not moved; 1 000 yen without a rate are new: what was approved is known, what is now is not. */
static void what_had_no_rate_when_it_was_approved(void **state) {
  struct fx *f = *state;
  foreign(f, 40, "Semrush", "USD", 100000);
  approved(f);
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, NULL), "[money]\n"
                                                          "B1 Semrush|undefined|undefined|undefined|undefined\n"
                                                          "budget lines as approved|170000|170000|0|2\n"
                                                          "budget|undefined|undefined|undefined|\n" PAYROLL_AS_APPROVED
                                                          "budget with payroll|undefined|undefined|undefined|\n" NO_RATE NO_RATE_THEN BESIDE "[notes]\n" BASE);
  rate(f, "USD", 20454, 2000000);
  assert_string_equal(drift(f, ALL_SECTIONS, NULL, NULL), "[money]\n"
                                                          "B1 Semrush|undefined|50000|undefined|undefined\n"
                                                          "budget lines as approved|170000|170000|0|2\n"
                                                          "budget|undefined|220000|undefined|\n" PAYROLL_AS_APPROVED
                                                          "budget with payroll|undefined|4420000|undefined|\n" NO_RATE_THEN BESIDE "[notes]\n" BASE);
  submit(f, fx_id(FIRST + 1), f->plan, JL_APPROVAL_OF_PLAN);
  approve(f, fx_id(FIRST + 1));
  assert_non_null(strstr(drift(f, ALL_SECTIONS, NULL, NULL), "nothing has moved"));
  foreign(f, 41, "Tokyo", "JPY", 1000);
  assert_string_equal(drift(f, ALL_SECTIONS & ~(1u << JL_SECTION_PAYROLL), "budget", NULL), "[money]\n"
                                                                                            "B4 Tokyo|0|undefined|undefined|added\n"
                                                                                            "budget lines as approved|220000|220000|0|3\n"
                                                                                            "total|220000|undefined|undefined|\n" NO_RATE BESIDE "[notes]\n" BASE);
  assert_non_null(strstr(drift(f, ALL_SECTIONS, "B4", NULL), "[money]\nB4 Tokyo|0|undefined|undefined|added\n"));
  assert_null(strstr(drift(f, ALL_SECTIONS, "A1", NULL), "undefined")); /* its own money has nothing to do with that */
}

/* Known when it was approved, 500,00; without its rate nobody knows what it is now. A rate from February on says nothing of January: of 10,00 dollars of each
 * month the line plans what is known of it and more. Months are in dollars. */
static void a_rate_that_is_gone_and_one_that_comes_too_late(void **state) {
  struct fx *f = *state;
  foreign(f, 40, "Semrush", "USD", 100000);
  struct jl_id first = rate(f, "USD", 20454, 2000000), months[2];
  approved(f);
  fx_begin(f);
  fx_delete(f, JL_TYPE_EXCHANGE_RATE, first, jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  const char *said = drift(f, ALL_SECTIONS, "B1", NULL);
  assert_non_null(strstr(said, "[money]\nB1 Semrush|50000|undefined|undefined|undefined\nbudget|50000|undefined|undefined|\n"));
  assert_null(strstr(said, "when it was submitted"));
  foreign(f, 41, "By month", "CHF", -1);
  for (int i = 0; i < 2; i++) {
    struct draft d = d_new(f, JL_TYPE_BUDGET_MONTH);
    d_int(d_int(d_ref(&d, JL_BUDGET_MONTH_LINE, fx_id(41)), JL_BUDGET_MONTH_MONTH, 20454 + 31 * i), JL_BUDGET_MONTH_PLANNED, 1000);
    months[i] = fx_natural(f, &d);
    fx_create_ok(f, &d, months[i]);
  }
  rate(f, "CHF", 20485, 1000000);
  submit(f, fx_id(FIRST + 1), f->plan, JL_APPROVAL_OF_BUDGET);
  approve(f, fx_id(FIRST + 1));
  rate(f, "CHF", 20454, 1000000);
  fx_update(f, JL_TYPE_BUDGET_MONTH, months[1], JL_BUDGET_MONTH_PLANNED, fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 1000),
            fx_int(f, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, 3000));
  fx_ok(f);
  said = drift(f, 1u << JL_SECTION_BUDGET | 1u << JL_SECTION_DIRECTORY, "B4", NULL);
  assert_non_null(strstr(said, "[money]\nB4 By month|undefined|4000|undefined|undefined\ntotal|undefined|4000|undefined|\n" NO_RATE_THEN));
  assert_non_null(strstr(said, "[months]\nB4 By month|20485|1000|3000|2000\n"));
}

/* The newest reallocation of a line counts, and each is read once, not once for each line. */
static void many_reallocations_are_read_once(void **state) {
  enum { LINES = 200, MOVES = 50 };
  struct fx *f = *state;
  for (unsigned i = 0; i < LINES; i++) line(f, 1000 + i, "a line", 1000, 0);
  approved(f); /* B201 and B202 of 1 200,00 and 500,00, with 200 lines of 10,00 */
  size_t before = jl_arena_used(f->a);
  assert_non_null(strstr(drift(f, ALL_SECTIONS, NULL, NULL), "nothing has moved"));
  size_t without = jl_arena_used(f->a) - before;
  for (unsigned i = 0; i < MOVES; i++) {
    struct draft d = d_new(f, JL_TYPE_APPROVAL);
    d_int(d_ref(&d, JL_APPROVAL_TARGET, fx_id(LINE)), JL_APPROVAL_SECTION, JL_APPROVAL_OF_BUDGET);
    d_int(d_ref(&d, JL_APPROVAL_TO, fx_id(OTHER_LINE)), JL_APPROVAL_AMOUNT, 100 + i);
    fx_create_ok(f, &d, fx_id(2000 + i));
    approve(f, fx_id(2000 + i));
  }
  moves(f, JL_TYPE_BUDGET_LINE, LINE, JL_BUDGET_LINE_PLANNED, 113776); /* 50 x 100 + (0 + ... + 49) = 6225 left it: 113775 */
  before = jl_arena_used(f->a);
  const char *text = drift(f, 1u << JL_SECTION_BUDGET | 1u << JL_SECTION_DIRECTORY, NULL, NULL);
  assert_string_equal(text, "[money]\n"
                            "B201 Webinar tool|113775|113776|1|changed\n"
                            "budget lines as approved|256225|256225|0|201\n"
                            "total|370000|370001|1|\n"
                            "[notes]\n" BASE "- {1}: as approved with the reallocation {2}\n"
                            "- {1}: as approved with the reallocation {2}\n");
  printf("# %zu bytes without, %zu with reallocations\n", without, jl_arena_used(f->a) - before);
  assert_true(jl_arena_used(f->a) - before < without + LINES * MOVES * 64);
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(before_and_after_an_approval),
                                     FX_TEST(everything_that_moved),
                                     FX_TEST(dependencies_of_an_approved_plan),
                                     FX_TEST(dependencies_that_changed_meanwhile_are_not_approved),
                                     FX_TEST(what_was_submitted_without_dependencies),
                                     FX_TEST(what_is_no_figure_is_told_of),
                                     FX_TEST(a_later_budget_counts_for_the_money_alone),
                                     FX_TEST(money_that_was_moved_with_an_approval_is_no_drift),
                                     FX_TEST(months_that_moved_within_a_line),
                                     FX_TEST(what_had_no_rate_when_it_was_approved),
                                     FX_TEST(a_rate_that_is_gone_and_one_that_comes_too_late),
                                     FX_TEST(many_reallocations_are_read_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
