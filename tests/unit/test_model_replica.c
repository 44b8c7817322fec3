/* The replica's indexes against a naive model, the chain against an independent BLAKE2b, the log backwards and forwards,
 * and many random groups on two replicas. Seeds are printed: JALON_SEED repeats a run. */
#include "common/base/limits.h"
#include "model_fixture.h"

#include <time.h>

static uint64_t random_state;
static uint32_t pick(uint32_t n) { /* splitmix64 */
  uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ (z >> 31)) % n);
}
static void seed_random(void) {
  const char *seed = getenv("JALON_SEED");
  random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)jl_now_utc_us();
  print_message("JALON_SEED=%llu\n", (unsigned long long)random_state);
}

/* ---- naive model: an array that is scanned ---- */
#define MODEL 300
struct naive {
  bool there, deleted;
  uint32_t type;
  uint64_t number;
  unsigned parent, other;
}; /* parent, other: index + 1, 0 none */
static struct naive model[MODEL];
static const uint32_t types[] = {JL_TYPE_ACTION, JL_TYPE_RACI, JL_TYPE_COMMENT, JL_TYPE_OBJECTIVE};

static bool naive_live(unsigned i) {
  for (int depth = 0; depth < 64; depth++) {
    if (!model[i].there) return depth > 0;
    if (model[i].deleted && (depth == 0 || model[i].type != JL_TYPE_COMMENT)) return false; /* what answers a comment outlives it */
    if (model[i].parent == 0) return true;
    i = model[i].parent - 1;
  }
  return false;
}
static uint32_t parent_field(uint32_t type) {
  return type == JL_TYPE_RACI ? JL_RACI_TARGET : type == JL_TYPE_COMMENT ? JL_COMMENT_TARGET : 0;
}
static uint32_t other_field(uint32_t type) {
  return type == JL_TYPE_RACI      ? JL_RACI_HOLDER
         : type == JL_TYPE_COMMENT ? JL_COMMENT_REPLY_TO
         : type == JL_TYPE_ACTION  ? JL_ACTION_LEVER
                                   : JL_OBJECTIVE_PARENT;
}

static void put_random(struct fx *f, struct jl_replica *r, uint64_t *next_number) {
  unsigned i = pick(MODEL);
  struct naive *m = &model[i];
  if (!m->there)
    *m = (struct naive){.there = true, .type = types[pick(4)], .number = pick(10) == 0 ? 0 : (*next_number)++};
  else if (m->number == 0 && pick(2) == 0)
    m->number = (*next_number)++;
  m->deleted = pick(6) == 0;
  m->parent = parent_field(m->type) != 0 && pick(8) != 0 ? pick(MODEL) + 1 : 0; /* cycles and missing ones too */
  m->other = pick(3) == 0 ? 0 : pick(MODEL) + 1;
  struct draft d = d_new(f, m->type);
  if (m->parent != 0) d_ref(&d, parent_field(m->type), fx_id(m->parent));
  if (m->other != 0) d_ref(&d, other_field(m->type), fx_id(m->other));
  struct jl_id id = fx_id(i + 1);
  struct jl_record *record = jl_record_new(m->type, &id, d.body);
  record->number = m->number;
  record->deleted_revision = m->deleted;
  assert_true(jl_replica_put(r, record));
}

static void compare_with_naive(struct fx *f, const struct jl_replica *r) {
  size_t n, count = 0, live = 0, listed = 0;
  for (unsigned i = 0; i < MODEL; i++) {
    struct jl_id id = fx_id(i + 1);
    count += model[i].there;
    assert_int_equal(jl_replica_record(r, &id) != NULL, model[i].there);
    assert_int_equal(jl_replica_live(r, &id) != NULL, model[i].there && naive_live(i));
    live += model[i].there && naive_live(i);
    if (model[i].there && model[i].number != 0)
      assert_ptr_equal(jl_replica_numbered(r, model[i].type, model[i].number), jl_replica_record(r, &id));
    size_t expected[2] = {0, 0};
    for (unsigned k = 0; k < MODEL; k++) {
      if (!model[k].there || !naive_live(k)) continue;
      expected[0] += model[k].parent == i + 1 || model[k].other == i + 1;
      expected[1] += model[k].type == JL_TYPE_RACI && model[k].other == i + 1;
    }
    const struct jl_record **found = jl_replica_referring(r, &id, 0, 0, f->a, &n);
    assert_int_equal(n, expected[0]);
    for (size_t k = 1; k < n; k++) assert_true(found[k - 1]->number - 1 <= found[k]->number - 1);
    jl_replica_referring(r, &id, JL_TYPE_RACI, JL_RACI_HOLDER, f->a, &n);
    assert_int_equal(n, expected[1]);
  }
  for (size_t t = 0; t < JL_COUNT(types); t++) {
    const struct jl_record **all = jl_replica_all(r, types[t], f->a, &n);
    for (size_t k = 1; k < n; k++) assert_true(all[k - 1]->number - 1 <= all[k]->number - 1);
    listed += n;
  }
  assert_int_equal(listed, live);
  assert_int_equal(jl_replica_count(r), count);
  size_t walked = 0;
  for (const struct jl_record *x = jl_replica_next(r, NULL), *last = NULL; x != NULL; last = x, x = jl_replica_next(r, &x->id), walked++)
    assert_true(last == NULL || jl_id_compare(&last->id, &x->id) < 0);
  assert_int_equal(walked, count);
}

static void indexes_match_a_naive_model(void **state) {
  struct fx *f = *state;
  struct jl_replica *r = jl_replica_new(&f->plan, JL_SPACE_PLAN);
  uint64_t next_number = 1;
  seed_random();
  memset(model, 0, sizeof model);
  for (int round = 0; round < 40; round++) {
    for (int i = 0; i < 60; i++) put_random(f, r, &next_number);
    compare_with_naive(f, r);
  }
  struct jl_replica *copy = jl_replica_copy(r);
  compare_with_naive(f, copy);
  jl_replica_free(r);
  compare_with_naive(f, copy);
  jl_replica_free(copy);
}

static void chain_is_blake2b_of_previous_and_body(void **state) {
  (void)state;
  /* Python: hashlib.blake2b(bytes(32) + b"jalon", digest_size=32), then of that alone. */
  static const uint8_t first[32] = {0x34, 0x51, 0x5e, 0xce, 0x1e, 0x11, 0xd2, 0x83, 0xab, 0x7e, 0x68, 0x31, 0x5f, 0x32, 0x52, 0xd1,
                                    0xa3, 0x7d, 0x90, 0x44, 0xb3, 0x64, 0xb6, 0x5c, 0x0e, 0xa6, 0x75, 0x79, 0x8f, 0x91, 0xcb, 0x97};
  static const uint8_t second[4] = {0xe4, 0x2b, 0xd3, 0x07};
  uint8_t chain[32] = {0};
  jl_chain_next(chain, (struct jl_bytes){(const uint8_t *)"jalon", 5}, chain);
  assert_memory_equal(chain, first, 32);
  jl_chain_next(chain, NONE, chain);
  assert_memory_equal(chain, second, 4);
}

static void forked_history_is_refused_whole(void **state) {
  struct fx *f = *state;
  struct draft d = fx_action(f, "Webinar");
  fx_create_ok(f, &d, fx_id(100));
  struct jl_replica *other = jl_replica_copy(f->space);
  fx_begin(f);
  struct draft e = fx_action(f, "Salon");
  fx_create(f, &e, fx_id(101));
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_TITLE,
         fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"), fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Podcast"));
  fx_ok(f);
  struct jl_id id = fx_id(100), added = fx_id(101);
  d_text(&d, JL_ACTION_TITLE, "Another history");
  struct jl_record *changed = jl_record_new(JL_TYPE_ACTION, &id, d.body);
  changed->number = 1;
  changed->revision = 2;
  assert_true(jl_replica_put(other, changed));
  uint8_t before[32], after[32];
  jl_replica_state_hash(other, before);
  struct jl_error err;
  assert_false(jl_replica_apply(other, f->out.changes, f->out.change_count, f->a, &err));
  assert_int_equal(err.code, JL_E_HISTORY_FORKED);
  assert_true(jl_id_equal(&err.record, &id));
  jl_replica_state_hash(other, after);
  assert_memory_equal(before, after, 32);
  assert_null(jl_replica_record(other, &added));
  assert_int_equal(jl_replica_last_number(other, JL_TYPE_ACTION), 1);
  assert_false(jl_replica_apply(f->space, f->out.changes, f->out.change_count, f->a, &err)); /* twice */
  assert_int_equal(err.code, JL_E_INVALID);
  uint8_t garbage[64];
  for (int i = 0; i < 20000; i++) { /* hostile bytes end in an error */
    struct jl_bytes body = f->out.changes[0].body;
    uint8_t *copy = malloc(body.size);
    memcpy(copy, body.data, body.size);
    for (int k = 0; k < 3; k++) copy[pick((uint32_t)body.size)] = (uint8_t)pick(256);
    struct jl_arena *a = jl_arena_new(1 << 20);
    struct jl_replica *target = i % 50 == 0 ? jl_replica_copy(f->mirror) : NULL;
    if (target != NULL) {
      jl_replica_position(target)->revision--;
      if (!jl_replica_apply(target, &(struct jl_change){{copy, body.size}, NONE}, 1, a, &err)) assert_int_not_equal(err.code, JL_E_OK);
    }
    for (size_t k = 0; k < sizeof garbage; k++) garbage[k] = (uint8_t)pick(256);
    assert_false(jl_replica_apply(other, &(struct jl_change){{garbage, sizeof garbage}, NONE}, 1, a, &err));
    jl_replica_free(target);
    jl_arena_free(a);
    free(copy);
  }
  jl_replica_free(other);
}

static void a_change_can_be_undone(void **state) {
  struct fx *f = *state;
  struct draft d = d_new(f, JL_TYPE_COMMENT);
  d_text(d_ref(&d, JL_COMMENT_TARGET, f->plan), JL_COMMENT_BODY, "first");
  fx_create_ok(f, &d, fx_id(100));
  struct jl_bytes before = jl_arena_dup(f->a, fx_record(f, fx_id(100))->body);
  fx_update(f, JL_TYPE_COMMENT, fx_id(100), JL_COMMENT_BODY, fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, "first"),
            fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, "second"));
  fx_ok(f);
  Jalon__ChangeBody *body = jalon__change_body__unpack(NULL, f->out.changes[0].body.size, f->out.changes[0].body.data);
  Jalon__ChangePrivate *values =
      jalon__change_private__unpack(NULL, f->out.changes[0].private_values.size, f->out.changes[0].private_values.data);
  assert_true(body != NULL && values != NULL && body->section == JL_SECTION_DIRECTORY && body->changes[0]->previous_revision == 2);
  struct jl_bytes back = jl_change_undo(f->a, fx_record(f, fx_id(100))->body, body->changes[0], values);
  assert_int_equal(back.size, before.size);
  assert_memory_equal(back.data, before.data, before.size);
  jalon__change_body__free_unpacked(body, NULL);
  jalon__change_private__free_unpacked(values, NULL);
}

static void people_find_records(void **state) {
  struct fx *f = *state;
  static const char *const titles[] = {"Webinar IA", "Été des clients", "Webinar CRM", "K4"};
  for (unsigned i = 0; i < JL_COUNT(titles); i++) {
    struct draft d = fx_action(f, titles[i]);
    fx_create_ok(f, &d, fx_id(100 + i));
  }
  static const struct {
    const char *text;
    unsigned id;
    enum jl_code code;
    const char *part;
  } cases[] = {
      {"A1", 100, JL_E_OK, NULL},
      {"a2", 101, JL_E_OK, NULL},
      {"ete", 101, JL_E_OK, NULL},
      {"webinar i", 100, JL_E_OK, NULL},
      {"webinar", 0, JL_E_AMBIGUOUS, "A3 Webinar CRM"},
      {"01020300-0000-0000-0000-000000000065", 101, JL_E_OK, NULL},
      {"01020300", 0, JL_E_AMBIGUOUS, "A1"},
      {"webinaire ia", 0, JL_E_NOT_FOUND, "did you mean A1"},
      {"A9", 0, JL_E_NOT_FOUND, "A9"},
      {"K5", 0, JL_E_NOT_FOUND, "list the records"}, /* the reference of another kind is no slip of the pen in the title "K4" */
      {"", 0, JL_E_INVALID, NULL},
      {"\xff", 0, JL_E_INVALID, NULL},
      {"PL1", 0, JL_E_NOT_FOUND, "is a plan, not a action"},
      {"A99999999999999999999999", 0, JL_E_NOT_FOUND, NULL},
  };
  static const uint32_t wanted[] = {JL_TYPE_ACTION};
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    const struct jl_record *r = NULL;
    struct jl_error err = {0};
    struct jl_id id = fx_id(cases[i].id);
    char words[800];
    bool ok = jl_resolve(f->space, cases[i].text, wanted, 1, false, f->a, &r, &err);
    jl_error_describe(&err, words, sizeof words);
    if (err.code != cases[i].code || ok != (cases[i].code == JL_E_OK) || (ok && !jl_id_equal(&r->id, &id)) ||
        (cases[i].part != NULL && strstr(words, cases[i].part) == NULL))
      fail_msg("\"%s\": %s", cases[i].text, words);
  }
}

/* ---- random groups by two people, some of them refused ---- */
static void random_edit(struct fx *f) {
  unsigned n = 100 + pick(40);
  struct jl_id id = fx_id(n);
  const struct jl_record *r = jl_replica_record(f->space, &id);
  static const uint32_t fields[] = {JL_ACTION_IMPACT, JL_ACTION_EFFORT, JL_ACTION_DURATION};
  if (r == NULL) {
    struct draft d = fx_action(f, "Action");
    fx_create(f, &d, id);
  } else if (pick(8) == 0) {
    fx_delete(f, JL_TYPE_ACTION, id, r->revision - pick(2), pick(2) != 0);
  } else if (pick(8) == 0) {
    fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, id);
  } else if (pick(4) == 0) {
    struct draft d = fx_raci(f, id, 1 + pick(4), pick(2) != 0 ? f->paul : f->sales);
    fx_create(f, &d, fx_natural(f, &d));
  } else {
    uint32_t field = fields[pick(3)];
    struct jl_bytes seen = pick(4) == 0 ? NONE : jl_record_slice(r->body, field);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, id), field, seen, fx_int(f, JL_TYPE_ACTION, field, 1 + pick(10)));
  }
}

static void random_groups_converge(void **state) {
  struct fx *f = *state;
  seed_random();
  unsigned accepted = 0, refused = 0;
  for (int i = 0; i < 2000; i++) {
    f->author = pick(2) != 0 ? f->paul : f->marie;
    fx_begin(f);
    for (unsigned k = 1 + pick(5); k > 0; k--) random_edit(f);
    if (fx_send(f))
      accepted++; /* fx_send compares both replicas either way */
    else {
      char words[800];
      jl_error_describe(&f->err, words, sizeof words);
      assert_int_not_equal(f->err.code, JL_E_OK);
      if (f->err.code == JL_E_INTERNAL || f->err.code == JL_E_NO_MEMORY) fail_msg("%s", words);
      refused++;
    }
  }
  print_message("%u accepted, %u refused\n", accepted, refused);
  assert_true(accepted > 100 && refused > 100);
}

static void edits_are_fast_enough(void **state) {
  struct fx *f = *state;
  enum { ACTIONS = 20000, EDITS_TIMED = 20000 };
  for (unsigned i = 0; i < ACTIONS; i++) {
    struct draft d = fx_action(f, "An action of a large plan");
    struct jl_id id = jl_id_derive("speed", &(struct jl_bytes){(const uint8_t *)&i, sizeof i}, 1);
    struct jl_record *r = jl_record_new(JL_TYPE_ACTION, &id, d.body);
    r->number = i + 1;
    r->revision = 1;
    assert_true(jl_replica_put(f->space, r));
  }
  struct jl_arena *a = jl_arena_new(64 << 20);
  clock_t fastest = CLOCKS_PER_SEC;
  for (unsigned i = 0; i < EDITS_TIMED; i++) {
    clock_t start = clock(); /* our own work, and the least disturbed of all */
    unsigned n = pick(ACTIONS);
    struct jl_id id = jl_id_derive("speed", &(struct jl_bytes){(const uint8_t *)&n, sizeof n}, 1);
    struct jl_arena *keep = f->a;
    f->a = a;
    fx_update(f, JL_TYPE_ACTION, id, JL_ACTION_IMPACT, jl_record_slice(fx_record(f, id)->body, JL_ACTION_IMPACT),
              fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 1 + pick(10)));
    struct jl_evaluation in = {.space = f->space, .organisation = f->org, .author = {f->author, f->rights, false, 0}};
    struct jl_outcome out;
    assert_true(jl_group_check(&f->group, &f->err) && jl_group_evaluate(&in, &f->group, a, &out, &f->err));
    for (size_t k = 0; k < out.touched_count; k++) {
      jl_record_release(out.touched[k].before);
      jl_record_release(out.touched[k].after);
    }
    if (out.change_count > 0) assert_true(jl_replica_apply(f->space, out.changes, out.change_count, a, &f->err));
    jl_arena_reset(a);
    f->a = keep;
    if (clock() - start < fastest) fastest = clock() - start;
  }
  double us = (double)fastest * 1e6 / CLOCKS_PER_SEC;
  print_message("%.1f us for one group of one edit, checked, evaluated and applied, at %d records\n", us, ACTIONS);
  jl_arena_free(a);
  assert_true(us < 2000); /* a scan would be far above, even with sanitizers */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(indexes_match_a_naive_model),
      FX_TEST(chain_is_blake2b_of_previous_and_body),
      FX_TEST(forked_history_is_refused_whole),
      FX_TEST(a_change_can_be_undone),
      FX_TEST(people_find_records),
      FX_TEST(random_groups_converge),
      FX_TEST(edits_are_fast_enough),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
