/* The n-th allocation fails, for every n; then the arena is too small, for many sizes: unpacking, evaluating a group,
 * building views and reading JSON end in a clean error, leak nothing and leave the space as it was. Linked with --wrap. */
#include "tests/unit/model_fixture.h"

#include "common/base/limits.h"
#include "common/base/reserve.h"
#include "common/model/document.h"
#include "common/record/json.h"
#include "common/wire/unpack.h"

#define CAPS 300       /* arena sizes tried per operation */
#define ARENA (8u << 20)

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *pointer);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *pointer);

static bool watching;
static size_t allocations, failing; /* failing: number of the allocation that fails, 0: none */
static ptrdiff_t alive;

static bool refuse(void) { return watching && ++allocations == failing; }
static void *count(void *pointer) {
  alive += watching && pointer != NULL;
  return pointer;
}
void *__wrap_malloc(size_t size) { return refuse() ? NULL : count(__real_malloc(size)); }
void *__wrap_calloc(size_t n, size_t size) { return refuse() ? NULL : count(__real_calloc(n, size)); }
void *__wrap_realloc(void *old, size_t size) {
  if (refuse()) return NULL;
  return old == NULL ? count(__real_malloc(size)) : __real_realloc(old, size);
}
void __wrap_free(void *pointer) {
  alive -= watching && pointer != NULL;
  __real_free(pointer);
}
/* An operation of one try: makes everything it needs in the arena, releases the rest. */
typedef bool operation(struct fx *f, struct jl_arena *a, struct jl_error *err);

static bool run(operation *op, struct fx *f, size_t fail_at, size_t cap, size_t *ret_used, struct jl_error *err) {
  memset(err, 0, sizeof *err);
  allocations = 0;
  failing = fail_at;
  alive = 0;
  watching = true;
  struct jl_arena *a = jl_arena_new(cap);
  bool ok = a != NULL && op(f, a, err);
  if (ret_used != NULL) *ret_used = a == NULL ? 0 : jl_arena_used(a);
  bool refused = a != NULL;
  jl_arena_free(a);
  watching = false;
  if (!ok && refused && err->code != JL_E_NO_MEMORY && err->code != JL_E_TOO_LARGE)
    fail_msg("allocation %zu, %zu bytes: %s %s", fail_at, cap, jl_code_symbol(err->code), err->message);
  return ok;
}

static void no_leak(const char *what, size_t n, ptrdiff_t expected) {
  if (alive != expected) fail_msg("%s %zu: %td allocations more or less than expected", what, n, alive - expected);
}

/* Operations that leave nothing behind but in the arena. */
static void exhaust(operation *op, struct fx *f) {
  struct jl_error err;
  size_t used, failures = 0;
  assert_true(run(op, f, 0, ARENA, &used, &err));
  no_leak("undisturbed", 0, 0);
  size_t total = allocations;
  assert_true(total > 0 && used > 0);
  for (size_t n = 1; n <= total; n++) {
    failures += !run(op, f, n, ARENA, NULL, &err);
    no_leak("allocation", n, 0);
  }
  size_t step = used / CAPS + 1;
  for (size_t cap = 0; cap < used; cap += step) {
    assert_false(run(op, f, 0, cap, NULL, &err));
    no_leak("bytes", cap, 0);
  }
  assert_true(failures > 0);
}

/* ---- unpacking ---- */
static struct jl_bytes packed_group;
static bool unpack(struct fx *f, struct jl_arena *a, struct jl_error *err) {
  (void)f;
  return jl_unpack(&jalon__group__descriptor, packed_group, a, err) != NULL;
}
static void begin_plan_of_everything(struct fx *f) {
  struct draft action = fx_action(f, "Webinar");
  fx_create(f, &action, fx_id(20));
  struct draft a = fx_raci(f, fx_id(20), JL_RACI_A, f->paul), r = fx_raci(f, fx_id(20), JL_RACI_R, f->marie);
  fx_create(f, &a, fx_natural(f, &a));
  fx_create(f, &r, fx_natural(f, &r));
}
static void unpacking(void **state) {
  struct fx *f = *state;
  fx_begin(f);
  begin_plan_of_everything(f);
  packed_group = jl_pack(&f->group.base, f->a, JL_MESSAGE_MAX);
  assert_non_null(packed_group.data);
  exhaust(unpack, f);
}

/* ---- evaluating: a create, a merge, a set, a delete with what depends on it ---- */
static void release_touched(const struct jl_outcome *out) {
  for (size_t i = 0; i < out->touched_count; i++) {
    jl_record_release(out->touched[i].before);
    jl_record_release(out->touched[i].after);
  }
}
static bool evaluate(struct fx *f, struct jl_arena *a, struct jl_error *err) {
  struct jl_evaluation in = {.space = f->space, .organisation = f->org, .author = {f->author, f->rights, false, 0}, .time_us = 1};
  struct jl_outcome out = {0};
  bool ok = jl_group_evaluate(&in, &f->group, a, &out, err);
  if (ok) release_touched(&out);
  return ok;
}
/* A group that touches records old and new, references and children. */
static void begin_rich_group(struct fx *f) {
  const struct jl_record *action = fx_record(f, fx_id(20));
  fx_begin(f);
  struct draft next = fx_action(f, "Salon"), r = fx_raci(f, fx_id(21), JL_RACI_A, f->marie);
  fx_create(f, &next, fx_id(21));
  fx_create(f, &r, fx_natural(f, &r));
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(20)), JL_ACTION_TITLE,
         jl_record_slice(action->body, JL_ACTION_TITLE), fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinaire"));
  struct draft held = fx_raci(f, fx_id(20), JL_RACI_A, f->paul); /* a reference changes: the old one must come back */
  struct jl_id accountable = fx_natural(f, &held);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_RACI, accountable), JL_RACI_HOLDER,
         jl_record_slice(fx_record(f, accountable)->body, JL_RACI_HOLDER), fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, f->marie));
  fx_delete(f, JL_TYPE_ACTION, fx_id(22), fx_record(f, fx_id(22))->revision, true);
}
static struct fx *plan_with_actions(void) {
  void *state;
  assert_int_equal(fx_setup(&state), 0);
  struct fx *f = state;
  fx_begin(f);
  begin_plan_of_everything(f);
  struct draft doomed = fx_action(f, "Salon annulé");
  fx_create(f, &doomed, fx_id(22));
  struct draft a = fx_raci(f, fx_id(22), JL_RACI_A, f->paul);
  fx_create(f, &a, fx_natural(f, &a));
  fx_ok(f);
  begin_rich_group(f);
  return f;
}
static void evaluating(void **state) {
  (void)state;
  struct fx *f = plan_with_actions();
  struct jl_error err;
  size_t used, total, refused = 0;
  assert_true(run(evaluate, f, 0, ARENA, &used, &err)); /* the replica's tables grow and stay */
  assert_true(run(evaluate, f, 0, ARENA, &used, &err));
  no_leak("undisturbed", 0, 0);
  total = allocations;
  for (size_t n = 1; n <= total; n++) {
    refused += !run(evaluate, f, n, ARENA, NULL, &err);
    no_leak("allocation", n, 0);
    fx_same(f->space, f->mirror);
  }
  assert_int_equal(refused, total); /* none is made where it could not be refused: while the space is put back */
  for (size_t cap = 0; cap < used; cap += used / CAPS + 1) {
    assert_false(run(evaluate, f, 0, cap, NULL, &err));
    no_leak("bytes", cap, 0);
    fx_same(f->space, f->mirror);
  }
  void *last = f;
  (void)fx_teardown(&last);
}

/* ---- applying ---- */
static struct jl_outcome to_apply;
static bool apply(struct fx *f, struct jl_arena *a, struct jl_error *err) {
  return jl_replica_apply(f->mirror, to_apply.changes, to_apply.change_count, a, err);
}
static void applying_in_a_small_arena(void **state) {
  (void)state;
  struct fx *f = plan_with_actions();
  struct jl_error err;
  struct jl_evaluation in = {.space = f->space, .organisation = f->org, .author = {f->author, f->rights, false, 0}, .time_us = 1};
  assert_true(jl_group_evaluate(&in, &f->group, f->a, &to_apply, &err));
  struct jl_replica *kept = f->mirror;
  size_t used;
  f->mirror = jl_replica_copy(kept);
  assert_true(run(apply, f, 0, ARENA, &used, &err));
  jl_replica_free(f->mirror);
  f->mirror = kept;
  for (size_t cap = 0; cap < used; cap += used / CAPS + 1) {
    assert_false(run(apply, f, 0, cap, NULL, &err));
    fx_same(f->space, f->mirror);
  }
  release_touched(&to_apply);
  void *last = f;
  (void)fx_teardown(&last);
}

/* ---- views ---- */
static const struct jl_view *shown;
static bool build(struct fx *f, struct jl_arena *a, struct jl_error *err) {
  struct jl_view_parameter record = {"record", "A1"};
  struct jl_view_input in = {.space = f->space,
                             .organisation = f->org,
                             .plans = f->space,
                             .sections = ALL_SECTIONS,
                             .reader = f->paul,
                             .today = jl_day_from_date(2026, 3, 1),
                             .parameters = &record,
                             .parameter_count = shown->by_record};
  struct jl_bytes packed;
  return jl_view_build(shown, &in, a, &packed, err);
}
static void views(void **state) {
  (void)state;
  struct fx *f = plan_with_actions();
  size_t built = 0;
  for (size_t i = 0; i < jl_view_count; i++) {
    struct jl_error err;
    struct jl_arena *a = jl_arena_new(ARENA);
    shown = &jl_views[i];
    bool works = build(f, a, &err); /* one that asks for more parameters than this test has is left out */
    jl_arena_free(a);
    if (!works) continue;
    exhaust(build, f);
    built++;
  }
  assert_true(built >= 10);
  void *last = f;
  (void)fx_teardown(&last);
}

/* ---- JSON ---- */
static bool parse(struct fx *f, struct jl_arena *a, struct jl_error *err) {
  static const char text[] = "{\"title\":\"Webinar \\u00e9t\\u00e9\",\"due\":\"2026-03-01\",\"impact\":8,\"effort\":3,\"#900\":\"oDgB\"}";
  const struct jl_json *root;
  struct jl_bytes record;
  (void)f;
  return jl_json_parse(a, (struct jl_bytes){(const uint8_t *)text, sizeof text - 1}, &root, err) &&
         jl_record_from_json(jl_record_type_by_number(JL_TYPE_ACTION), root, a, NULL, NULL, &record, err);
}
static void json(void **state) { exhaust(parse, *state); }

/* ---- what begins although there is no memory ---- */
static void *take_reserved(struct jl_reserve *r, size_t fail_at) {
  allocations = 0;
  failing = fail_at;
  watching = true;
  void *memory = jl_reserve_take(r, 100);
  watching = false;
  return memory;
}

static void reserve(void **state) {
  (void)state;
  static const uint8_t zeros[100];
  struct jl_reserve *r = jl_reserve_new(3, 100);
  void *taken[4];
  assert_non_null(r);
  taken[3] = take_reserved(r, 0); /* of the heap */
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < 3; i++) { /* all three blocks, each its own and clean */
      taken[i] = take_reserved(r, 1);
      assert_true((uintptr_t)taken[i] % _Alignof(max_align_t) == 0);
      assert_memory_equal(taken[i], zeros, sizeof zeros);
      assert_int_equal(jl_reserve_scarce(r), i >= 1); /* more than half */
      memset(taken[i], 0xff, sizeof zeros);
    }
    for (size_t i = 0; i < 3; i++) {
      jl_reserve_give(taken[i]);
      jl_reserve_give(NULL);
    }
    assert_false(jl_reserve_scarce(r));
  }
  assert_memory_equal(taken[3], zeros, sizeof zeros);
  jl_reserve_give(taken[3]);
  jl_reserve_free(r);
  jl_reserve_free(NULL);
}

/* ---- the largest legal revision still unpacks: many small fields, then many small changes ---- */
static size_t size_of(const Jalon__ChangeBody *body) { return jalon__change_body__get_packed_size(body); }
static void largest_revision(void **state) {
  struct fx *f = *state;
  size_t widest = 0;
  for (uint32_t number = 0; number < 100; number++) {
    const struct jl_record_type *type = jl_record_type_by_number(number);
    if (type != NULL && type->field_count > widest) widest = type->field_count;
  }
  assert_true(widest > 10);
  Jalon__FieldResult field = JALON__FIELD_RESULT__INIT, *fields[64];
  field.has_field = field.has_after = true;
  field.field = 5;
  field.after = (ProtobufCBinaryData){2, f->mirror == NULL ? NULL : f->plan.bytes};
  for (size_t i = 0; i < JL_COUNT(fields); i++) fields[i] = &field;
  Jalon__RecordChange change = JALON__RECORD_CHANGE__INIT;
  change.has_type = change.has_id = change.has_verb = change.has_previous_revision = true;
  change.type = 5;
  change.id = (ProtobufCBinaryData){16, f->plan.bytes};
  change.verb = JALON__VERB__UPDATE;
  change.fields = fields;
  static Jalon__RecordChange *changes[JL_REVISION_BYTES / 24];
  for (size_t i = 0; i < JL_COUNT(changes); i++) changes[i] = &change;
  for (size_t n = 0; n <= widest; n++) {
    Jalon__ChangeBody body = JALON__CHANGE_BODY__INIT;
    change.n_fields = n;
    body.changes = changes;
    body.n_changes = 1;
    size_t one = size_of(&body);
    body.n_changes = n == 0 ? JL_REVISION_BYTES / one : JL_GROUP_MAX_EDITS;
    if (body.n_changes > JL_COUNT(changes)) body.n_changes = JL_COUNT(changes);
    struct jl_arena *a = jl_arena_new(64u << 20);
    struct jl_bytes packed = jl_pack(&body.base, a, SIZE_MAX);
    struct jl_error err = {0};
    if (packed.size > JL_REVISION_BYTES) fail_msg("no legal revision: %zu", packed.size);
    if (jl_unpack(&jalon__change_body__descriptor, packed, a, &err) == NULL)
      fail_msg("%zu fields in each of %zu changes, %zu bytes: %s %s", n, body.n_changes, packed.size, jl_code_symbol(err.code),
               err.message);
    jl_arena_free(a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(unpacking),
                                     cmocka_unit_test(evaluating),
                                     cmocka_unit_test(applying_in_a_small_arena),
                                     cmocka_unit_test(views),
                                     FX_TEST(json),
                                     cmocka_unit_test(reserve),
                                     FX_TEST(largest_revision)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
