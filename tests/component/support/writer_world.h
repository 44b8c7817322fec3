/* What tests of the writer share: a loop, a store in memory, clients, groups and their answers. */
#ifndef JL_TEST_WRITER_WORLD_H
#define JL_TEST_WRITER_WORLD_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The functions themselves: they stand in for those of server/store, so they must be in this program and in no other. */
#include "tests/component/support/fake_store_functions.h"

#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"

#define PATIENCE_US INT64_C(300000000) /* for what happens at once unless it never does */
#include "server/space/space.h"

struct node {
  struct jl_store *store;
  struct jl_spaces *spaces;
};
struct world {
  uv_loop_t loop;
  struct jl_arena *a;
  struct node node;
  struct jl_id space;
};
struct client {
  struct jl_id replica, account;
  struct jl_author author;
  uint64_t seq;
};
struct answer {
  int count;
  struct jl_bytes bytes;
  Jalon__Verdict *verdict;
  struct jl_error err;
};

static struct jl_arena *answers; /* of the running test */

/* ---- the loop ---- */
static inline void until(struct world *w, const int *done, int wanted) {
  int64_t end = jl_monotonic_us() + PATIENCE_US;
  while (*done < wanted) {
    uv_run(&w->loop, UV_RUN_NOWAIT);
    if (jl_monotonic_us() > end) fail_msg("nothing happens any more");
  }
}

static inline void on_ready(void *context, const struct jl_error *err) {
  assert_null(err);
  ++*(int *)context;
}
static inline void on_closed(void *context) { ++*(int *)context; }

static inline struct jl_spaces *start(struct world *w, struct jl_store *store) {
  int ready = 0;
  struct jl_spaces *s = jl_spaces_new(&w->loop, store, on_ready, &ready);
  assert_non_null(s);
  until(w, &ready, 1);
  return s;
}
static inline void stop(struct world *w, struct jl_spaces *s) {
  int closed_count = 0;
  jl_spaces_close(s, on_closed, &closed_count);
  until(w, &closed_count, 1);
}
static inline void restart(struct world *w) {
  stop(w, w->node.spaces);
  w->node.spaces = start(w, w->node.store);
}

struct opened {
  int count;
  struct jl_space *space;
  struct jl_error err;
};
static inline void on_open(void *context, struct jl_space *space, const struct jl_error *err) {
  struct opened *o = context;
  o->count++;
  o->space = space;
  if (err != NULL) o->err = *err;
  if (space != NULL) jl_space_hold(space);
}
static inline struct jl_space *open_space(struct world *w, struct jl_spaces *s, const struct jl_id *id, bool create) {
  struct opened o = {0};
  jl_space_open(s, id, create, on_open, &o);
  assert_int_equal(o.count, 0); /* never inside the call */
  until(w, &o.count, 1);
  if (o.space != NULL) jl_space_release(o.space);
  return o.space;
}
static inline struct jl_space *the_space(struct world *w) { return open_space(w, w->node.spaces, &w->space, true); }

/* ---- groups ---- */
struct edit {
  Jalon__Verb verb;
  struct jl_id id;
  const char *title;
  uint32_t field;
  struct jl_bytes seen, next;
  uint64_t depends_on;
  bool dry, shapeless;
};

static inline struct jl_bytes text_slice(struct jl_arena *a, uint32_t type, uint32_t field, const char *text) {
  struct jl_value v = {.text = {(const uint8_t *)text, strlen(text)}};
  return text == NULL ? (struct jl_bytes){NULL, 0} : jl_value_encode(a, jl_field_by_number(jl_record_type_by_number(type), field), &v);
}
static inline struct jl_bytes number_slice(struct jl_arena *a, uint32_t type, uint32_t field, int64_t n) {
  return jl_value_encode(a, jl_field_by_number(jl_record_type_by_number(type), field), &(struct jl_value){.number = n});
}
static inline struct jl_bytes plan_record(struct jl_arena *a, const char *name) {
  struct jl_bytes r = jl_record_with(a, (struct jl_bytes){NULL, 0}, JL_PLAN_NAME, text_slice(a, JL_TYPE_PLAN, JL_PLAN_NAME, name));
  r = jl_record_with(a, r, JL_PLAN_START, number_slice(a, JL_TYPE_PLAN, JL_PLAN_START, 20454));
  r = jl_record_with(a, r, JL_PLAN_END, number_slice(a, JL_TYPE_PLAN, JL_PLAN_END, 20818));
  return jl_record_with(a, r, JL_PLAN_CURRENCY, text_slice(a, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR"));
}

static inline struct jl_bytes group_of(const struct client *c, const struct jl_id *space, uint64_t seq, const struct jl_id *group,
                                       const struct edit *e) {
  struct jl_arena *a = answers;
  Jalon__Group g = JALON__GROUP__INIT;
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  bool plan = jl_id_equal(&e->id, space);
  uint32_t type = plan ? JL_TYPE_PLAN : JL_TYPE_ACTION;
  g.has_replica = g.has_space = g.has_seq = g.has_group_id = g.has_depends_on = g.has_dry_run = true;
  g.replica = jl_to_pb((struct jl_bytes){c->replica.bytes, 16});
  g.space = jl_to_pb((struct jl_bytes){space->bytes, 16});
  g.group_id = jl_to_pb((struct jl_bytes){group->bytes, 16});
  g.seq = seq;
  g.depends_on = e->depends_on;
  g.dry_run = e->dry;
  g.edits = edits;
  g.n_edits = e->shapeless ? 0 : 1;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = e->verb;
  edit.type = type;
  edit.id = jl_to_pb((struct jl_bytes){e->id.bytes, 16});
  if (e->verb == JALON__VERB__CREATE) {
    edit.has_record = true;
    edit.record =
        jl_to_pb(plan ? plan_record(a, e->title)
                      : jl_record_with(a, (struct jl_bytes){NULL, 0}, JL_ACTION_TITLE, text_slice(a, type, JL_ACTION_TITLE, e->title)));
  } else {
    edit.fields = fields;
    edit.n_fields = 1;
    field.has_field = field.has_seen = field.has_next = true;
    field.field = e->field == 0 ? JL_ACTION_TITLE : e->field;
    field.seen = jl_to_pb(e->seen);
    field.next = jl_to_pb(e->next);
  }
  return jl_pack(&g.base, a, JL_MESSAGE_MAX);
}

static inline void on_answer(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct answer *answer = context;
  answer->count++;
  answer->verdict = NULL;
  answer->bytes = (struct jl_bytes){NULL, 0};
  answer->err = (struct jl_error){0};
  if (err != NULL) {
    answer->err = *err;
    return;
  }
  answer->bytes = jl_arena_dup(answers, verdict);
  answer->verdict = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, answer->bytes, answers, &answer->err);
  assert_non_null(answer->verdict);
}

static inline void submit(struct world *w, const struct client *c, struct jl_bytes group, struct answer *answer) {
  jl_space_submit(the_space(w), &c->author, &c->account, group, 0, on_answer, answer);
}
static inline struct answer ask(struct world *w, const struct client *c, struct jl_bytes group) {
  struct answer answer = {0};
  submit(w, c, group, &answer);
  assert_int_equal(answer.count, 0);
  until(w, &answer.count, 1);
  return answer;
}
static inline enum jl_code code_of(const struct answer *a) {
  return a->verdict == NULL ? a->err.code : a->verdict->error == NULL ? JL_E_OK : (enum jl_code)a->verdict->error->code;
}
static inline struct client new_client(void) {
  return (struct client){
      jl_id_random(), jl_id_random(), {.person = jl_id_random(), .may_edit = UINT32_MAX, .administrator = true, .may_read = UINT32_MAX}, 0};
}
static inline struct jl_bytes create_group(struct world *w, struct client *c, const struct jl_id *id, const char *title) {
  struct jl_id group = jl_id_random();
  return group_of(c, &w->space, ++c->seq, &group, &(struct edit){.verb = JALON__VERB__CREATE, .id = *id, .title = title});
}
static inline struct jl_bytes title_group(struct world *w, struct client *c, const struct jl_id *id, const char *seen, const char *next) {
  struct jl_id group = jl_id_random();
  return group_of(c, &w->space, ++c->seq, &group,
                  &(struct edit){.verb = JALON__VERB__UPDATE,
                                 .id = *id,
                                 .seen = text_slice(answers, JL_TYPE_ACTION, JL_ACTION_TITLE, seen),
                                 .next = text_slice(answers, JL_TYPE_ACTION, JL_ACTION_TITLE, next)});
}
static inline void expect(const struct answer *a, enum jl_code code) {
  char text[600] = "";
  if (a->err.code != JL_E_OK) jl_error_describe(&a->err, text, sizeof text);
  if (code_of(a) != code)
    fail_msg("%s instead of %s (%s%s)", jl_code_symbol(code_of(a)), jl_code_symbol(code), text,
             a->verdict != NULL && a->verdict->error != NULL ? a->verdict->error->message : "");
}

/* ---- before and after each test ---- */
static inline struct jl_id create_plan(struct world *w, struct client *c) {
  struct answer a = ask(w, c, create_group(w, c, &w->space, "Plan 2026"));
  expect(&a, JL_E_OK);
  assert_int_equal(a.verdict->revision, 1);
  return w->space;
}
static inline int setup(void **state) {
  struct world *w = calloc(1, sizeof *w);
  uv_loop_init(&w->loop);
  answers = w->a = jl_arena_new(1u << 30);
  w->node.store = fake_store_new(&w->loop);
  w->node.spaces = start(w, w->node.store);
  w->space = jl_id_random();
  *state = w;
  return 0;
}
static inline int teardown(void **state) {
  struct world *w = *state;
  stop(w, w->node.spaces);
  fake_store_free(w->node.store);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&w->loop), 0);
  jl_arena_free(w->a);
  free(w);
  return 0;
}

/* The log, folded, is what memory holds and what the records say. */
static inline void check_log(struct world *w, struct jl_space *space) {
  struct jl_replica *folded = jl_replica_new(&w->space, JL_SPACE_PLAN), *stored = fake_store_replica(w->node.store, &w->space);
  uint8_t a[32], b[32], c[32];
  size_t n = fake_store_log_count(w->node.store, &w->space);
  *jl_replica_position(folded) = (struct jl_position){.space = w->space, .epoch = 1, .acl_epoch = 1};
  for (size_t i = 0, rows; i < n; i += rows) {
    struct jl_change changes[JL_SECTIONS];
    struct jl_error err = {0};
    const struct jl_store_log *first = fake_store_log_row(w->node.store, &w->space, i);
    for (rows = 0; i + rows < n && fake_store_log_row(w->node.store, &w->space, i + rows)->revision == first->revision; rows++)
      changes[rows] = (struct jl_change){fake_store_log_row(w->node.store, &w->space, i + rows)->body,
                                         fake_store_log_row(w->node.store, &w->space, i + rows)->private_values};
    struct jl_arena *scratch = jl_arena_new(1u << 26);
    if (!jl_replica_apply(folded, changes, rows, scratch, &err))
      fail_msg("revision %llu: %s", (unsigned long long)first->revision, err.message);
    jl_arena_free(scratch);
  }
  jl_replica_state_hash(folded, a);
  jl_replica_state_hash(jl_space_committed(space), b);
  jl_replica_state_hash(stored, c);
  assert_memory_equal(a, b, 32);
  assert_memory_equal(a, c, 32);
  assert_memory_equal(jl_replica_where(folded), jl_replica_where(jl_space_committed(space)), sizeof(struct jl_position));
  jl_replica_free(folded);
  jl_replica_free(stored);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#endif
