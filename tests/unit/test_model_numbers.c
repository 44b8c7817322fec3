/* Short references: given numbers, and the provisional ones of records that were made offline. */
#include "model_fixture.h"

#include "common/model/query.h"
#include "common/wire/unpack.h"

#define P(n) (JL_NUMBER_PROVISIONAL + (n))

static void written_and_read(void **state) {
  (void)state;
  static const struct {
    const char *text, *written; /* written NULL: no reference */
    uint32_t type;
    uint64_t number;
  } cases[] = {
      {"A12", "A12", JL_TYPE_ACTION, 12},
      {"a12", "A12", JL_TYPE_ACTION, 12},
      {"kr3", "KR3", JL_TYPE_KEY_RESULT, 3},
      {"A?3", "A?3", JL_TYPE_ACTION, P(3)},
      {"kr?12", "KR?12", JL_TYPE_KEY_RESULT, P(12)},
      {"A999999999999999999", "A999999999999999999", JL_TYPE_ACTION, 999999999999999999},
      {"A", NULL, 0, 0},
      {"A?", NULL, 0, 0},
      {"A0", NULL, 0, 0},
      {"A?0", NULL, 0, 0},
      {"A03", NULL, 0, 0},
      {"A??3", NULL, 0, 0},
      {"?3", NULL, 0, 0},
      {"A 3", NULL, 0, 0},
      {"A3 ", NULL, 0, 0},
      {"A3?", NULL, 0, 0},
      {"3", NULL, 0, 0},
      {"", NULL, 0, 0},
      {"ZZ3", NULL, 0, 0},
      {"A9999999999999999999", NULL, 0, 0},
      {"ACTIONSS3", NULL, 0, 0},
  };
  char text[JL_REFERENCE_SIZE];
  const struct jl_record_type *type;
  uint64_t number;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    bool read = jl_reference_parse(cases[i].text, &type, &number);
    if (read != (cases[i].written != NULL)) fail_msg("\"%s\"", cases[i].text);
    if (!read) continue;
    assert_int_equal(type->number, cases[i].type);
    assert_true(number == cases[i].number);
    jl_reference_format(type, number, text);
    assert_string_equal(text, cases[i].written);
  }
  jl_reference_format(NULL, 7, text);
  assert_string_equal(text, "#7");
  jl_reference_format(jl_record_type_by_number(JL_TYPE_ACTION), 0, text);
  assert_string_equal(text, "");
  assert_int_equal(jl_reference_scan("A12 Webinar", &type, &number), 3);
  assert_int_equal(jl_reference_scan("KR?5: more", &type, &number), 4);
}

struct offline {
  struct jl_id ids[8];
  uint32_t types[8];
  uint64_t next[128];
  uint64_t numbers[8];
  size_t count;
};
static uint64_t provisional(void *context, uint32_t type, const struct jl_id *record) {
  struct offline *o = context;
  for (size_t i = 0; i < o->count; i++)
    if (jl_id_equal(&o->ids[i], record)) return o->numbers[i];
  o->ids[o->count] = *record;
  return o->numbers[o->count++] = P(++o->next[type]);
}

/* The group on top of the replica, as a client's overlay has it. */
static bool overlay(struct fx *f, struct offline *o) {
  struct jl_evaluation in = {
      .space = f->space, .organisation = f->org, .author = {f->author, f->rights, false, 0}, .context = o, .number_of = provisional};
  assert_true(jl_group_check(&f->group, &f->err));
  if (!jl_group_evaluate(&in, &f->group, f->a, &f->out, &f->err)) return false;
  for (size_t i = 0; i < f->out.touched_count; i++) {
    jl_record_release(f->out.touched[i].before);
    jl_record_release(f->out.touched[i].after);
  }
  assert_true(jl_replica_apply(f->space, f->out.changes, f->out.change_count, f->a, &f->err));
  return true;
}

static uint64_t number_of(const struct fx *f, unsigned id) { return fx_record(f, fx_id(id))->number; }

static void make(struct fx *f, struct offline *o, unsigned id, const char *title) {
  struct draft d = fx_action(f, title);
  fx_begin(f);
  fx_create(f, &d, fx_id(id));
  if (o == NULL)
    fx_ok(f);
  else
    assert_true(overlay(f, o));
}

static void provisional_numbers_stand_after_given_ones(void **state) {
  struct fx *f = *state;
  struct offline o = {0};
  make(f, NULL, 100, "Given");
  make(f, &o, 101, "First offline");
  make(f, &o, 102, "Second offline");
  assert_true(number_of(f, 101) == P(1) && number_of(f, 102) == P(2));
  assert_int_equal(f->out.given_count, 1);
  assert_true(f->out.given[0].number == P(2));
  assert_int_equal(jl_replica_last_number(f->space, JL_TYPE_ACTION), 1);
  /* Somebody else's comes from the server. */
  struct draft d = fx_action(f, "Theirs");
  struct jl_id id = fx_id(103);
  struct jl_record *theirs = jl_record_new(JL_TYPE_ACTION, &id, d.body);
  theirs->number = 2;
  assert_true(jl_replica_put(f->space, theirs));
  assert_int_equal(jl_replica_last_number(f->space, JL_TYPE_ACTION), 2);
  size_t n;
  const struct jl_record **all = jl_replica_all(f->space, JL_TYPE_ACTION, f->a, &n);
  static const unsigned order[] = {100, 103, 101, 102};
  assert_int_equal(n, JL_COUNT(order));
  for (size_t i = 0; i < n; i++) assert_ptr_equal(all[i], fx_record(f, fx_id(order[i])));
  assert_ptr_equal(jl_replica_numbered(f->space, JL_TYPE_ACTION, P(2)), fx_record(f, fx_id(102)));
  assert_null(jl_replica_numbered(f->space, JL_TYPE_ACTION, P(3)));
  /* The server's number takes the provisional one's place. */
  struct jl_record *settled = jl_record_new(JL_TYPE_ACTION, &fx_record(f, fx_id(101))->id, fx_record(f, fx_id(101))->body);
  settled->number = 3;
  assert_true(jl_replica_put(f->space, settled));
  assert_int_equal(jl_replica_last_number(f->space, JL_TYPE_ACTION), 3);
  assert_null(jl_replica_numbered(f->space, JL_TYPE_ACTION, P(1)));
}

static void people_write_them(void **state) {
  struct fx *f = *state;
  struct offline o = {0};
  const struct jl_record *found;
  const uint32_t action = JL_TYPE_ACTION;
  make(f, &o, 100, "Webinar");
  assert_true(jl_resolve(f->space, "a?1", &action, 1, false, f->a, &found, &f->err));
  assert_ptr_equal(found, fx_record(f, fx_id(100)));
  assert_false(jl_resolve(f->space, "A?2", &action, 1, false, f->a, &found, &f->err));
  assert_int_equal(f->err.code, JL_E_NOT_FOUND);
  assert_false(jl_resolve(f->space, "A1", &action, 1, false, f->a, &found, &f->err));
  struct jl_bytes one = fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 1), two = fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 2);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_IMPACT, one, two);
  assert_false(overlay(f, &o));
  assert_string_equal(f->err.args[1].text, "A?1 Webinar");
}

static bool no_rows(void *context, const struct jl_log_want *want, struct jl_log_rows *ret, struct jl_error *err) {
  const struct jl_log_row *row = context;
  (void)want;
  (void)err;
  *ret = (struct jl_log_rows){row, 1, false};
  return true;
}

/* Every view that names the record writes "A?1", and its rows carry the number. */
static void views_show_them(void **state) {
  struct fx *f = *state;
  struct offline o = {0};
  static const char *const views[][3] = {{"list", "type", "action"}, {"show", "record", "A?1"}, {"tree", NULL, NULL},
                                         {"raci", NULL, NULL},       {"raci", "record", "A?1"}, {"history", "record", "a?1"},
                                         {"mine", NULL, NULL}};
  make(f, &o, 100, "Webinar");
  struct draft raci = fx_raci(f, fx_id(100), JL_RACI_R, f->paul);
  struct jl_log_row row = {.revision = jl_replica_where(f->space)->revision, .section = JL_SECTION_ACTIONS, .change = f->out.changes[0]};
  fx_begin(f);
  fx_create(f, &raci, fx_natural(f, &raci));
  assert_true(overlay(f, &o));
  const struct jl_asker query = {.space = f->space, .organisation = f->org, .sections = ALL_SECTIONS, .person = f->paul};
  const struct jl_log_source log = {no_rows, &row};
  for (size_t i = 0; i < JL_COUNT(views); i++) {
    Jalon__ViewParameter p = JALON__VIEW_PARAMETER__INIT, *list[] = {&p};
    Jalon__ViewRequest in = JALON__VIEW_REQUEST__INIT;
    struct jl_bytes document;
    in.view = jl_arena_strdup(f->a, views[i][0]);
    in.n_parameters = views[i][1] != NULL;
    in.parameters = list;
    if (views[i][1] != NULL) p.name = jl_arena_strdup(f->a, views[i][1]);
    if (views[i][1] != NULL) p.value = jl_arena_strdup(f->a, views[i][2]);
    assert_true(jl_query_view(&query, &in, &log, f->a, &document, &f->err));
    if (memmem(document.data, document.size, "A?1", 3) == NULL) fail_msg("%s", views[i][0]);
  }
}

static uint64_t comment_on(struct fx *f, struct jl_id target, unsigned id) {
  struct draft d = d_new(f, JL_TYPE_COMMENT);
  d_text(d_ref(&d, JL_COMMENT_TARGET, target), JL_COMMENT_BODY, "?");
  fx_create_ok(f, &d, fx_id(id));
  assert_true(f->out.given_count == 1 && f->out.given[0].number == number_of(f, id));
  return number_of(f, id);
}

/* Who reads the comments of one section sees numbers that those of another leave no gap in. */
static void numbers_of_a_section_tell_nothing_of_another(void **state) {
  struct fx *f = *state;
  struct draft action = fx_action(f, "a"), objective = d_new(f, JL_TYPE_OBJECTIVE), old = d_new(f, JL_TYPE_COMMENT);
  d_text(&objective, JL_OBJECTIVE_TITLE, "o");
  fx_create_ok(f, &action, fx_id(100));
  fx_create_ok(f, &objective, fx_id(101));
  static const struct {
    unsigned target;
    uint64_t number;
  } made[] = {{100, 2}, {100, 10}, {101, 1}, {100, 18}, {101, 9}, {101, 17}, {100, 26}}; /* actions are section 2, the strategy is 1 */
  for (unsigned i = 0; i < JL_COUNT(made); i++) assert_int_equal(comment_on(f, fx_id(made[i].target), 200 + i), made[i].number);
  /* After numbers of before they were apart. */
  d_text(d_ref(&old, JL_COMMENT_TARGET, fx_id(100)), JL_COMMENT_BODY, "old");
  struct jl_id id = fx_id(300);
  struct jl_record *record = jl_record_new(JL_TYPE_COMMENT, &id, old.body), *same = jl_record_new(JL_TYPE_COMMENT, &id, old.body);
  record->number = same->number = 33;
  assert_true(jl_replica_put(f->space, record) && jl_replica_put(f->mirror, same));
  assert_int_equal(comment_on(f, fx_id(101), 301), 41);
  assert_int_equal(comment_on(f, fx_id(100), 302), 34);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(written_and_read),
      FX_TEST(provisional_numbers_stand_after_given_ones),
      FX_TEST(people_write_them),
      FX_TEST(views_show_them),
      FX_TEST(numbers_of_a_section_tell_nothing_of_another),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
