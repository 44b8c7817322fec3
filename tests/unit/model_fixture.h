/* A plan with an organisation, and a mirror that follows it: every group that the tests send is evaluated, applied to both
 * and compared; every refusal is checked to have changed nothing. */
#ifndef JL_TESTS_MODEL_FIXTURE_H
#define JL_TESTS_MODEL_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/calendar.h"
#include "common/model/budget/amounts.h"
#include "common/model/evaluate.h"
#include "common/record/schema.h"

#define NONE ((struct jl_bytes){NULL, 0})
#define ALL_SECTIONS 0x7fu
#define EDITS 2000
struct fx_log {
  struct jl_id record, person;
  uint32_t field;
  uint64_t revision;
  int64_t time_us;
  struct jl_bytes before;
  bool update;
};
struct fx {
  struct jl_arena *a;
  struct jl_replica *org, *space, *mirror;
  const struct jl_replica *names; /* all that the author knows of the organisation; NULL: whoever is there */
  struct jl_id plan, paul, marie, sales;
  struct jl_id author;
  uint32_t rights, reads; /* bit masks of sections: may edit; may read besides */
  uint32_t allowed;       /* what the login lets through */
  bool administrator, by_system;
  int32_t today;
  uint64_t seq;
  Jalon__Group group;
  Jalon__Edit *edits[EDITS];
  Jalon__Guard *guards[EDITS];
  struct jl_outcome out; /* of the last group; touched released already */
  struct jl_error err;
  struct fx_log log[20000];
  size_t log_count;
  /* long texts that two people changed; NULL: conflicts */
  enum jl_text_result (*merge_text)(void *context, const struct jl_text_merge *texts, struct jl_bytes *ret_text);
};

JL_UNUSED static struct jl_id fx_id(unsigned n) {
  struct jl_id id = {{1, 2, 3}};
  id.bytes[14] = (uint8_t)(n >> 8);
  id.bytes[15] = (uint8_t)n;
  return id;
}
static const struct jl_field *fx_field(uint32_t type, uint32_t field) { return jl_field_by_number(jl_record_type_by_number(type), field); }
JL_UNUSED static struct jl_bytes fx_int(struct fx *f, uint32_t type, uint32_t field, int64_t n) {
  return jl_value_encode(f->a, fx_field(type, field), &(struct jl_value){.number = n});
}
static struct jl_bytes fx_text(struct fx *f, uint32_t type, uint32_t field, const char *t) {
  return jl_value_encode(f->a, fx_field(type, field), &(struct jl_value){.text = {(const uint8_t *)t, strlen(t)}});
}
static struct jl_bytes fx_ref(struct fx *f, uint32_t type, uint32_t field, struct jl_id id) {
  return jl_value_encode(f->a, fx_field(type, field), &(struct jl_value){.id = id});
}

/* ---- a record being written ---- */
struct draft {
  struct fx *f;
  uint32_t type;
  struct jl_bytes body;
};
JL_UNUSED static struct draft *d_int(struct draft *d, uint32_t field, int64_t n) {
  d->body = jl_record_with(d->f->a, d->body, field, fx_int(d->f, d->type, field, n));
  return d;
}
static struct draft *d_text(struct draft *d, uint32_t field, const char *t) {
  d->body = jl_record_with(d->f->a, d->body, field, fx_text(d->f, d->type, field, t));
  return d;
}
JL_UNUSED static struct draft *d_ref(struct draft *d, uint32_t field, struct jl_id id) {
  d->body = jl_record_with(d->f->a, d->body, field, fx_ref(d->f, d->type, field, id));
  return d;
}
JL_UNUSED static struct draft d_new(struct fx *f, uint32_t type) { return (struct draft){f, type, {NULL, 0}}; }

/* ---- a group being written ---- */
static ProtobufCBinaryData fx_pb(struct fx *f, struct jl_bytes b) {
  uint8_t *copy = jl_arena_alloc(f->a, b.size);
  if (b.size > 0) memcpy(copy, b.data, b.size);
  return (ProtobufCBinaryData){b.size, copy};
}
static ProtobufCBinaryData fx_pb_id(struct fx *f, struct jl_id id) { return fx_pb(f, (struct jl_bytes){id.bytes, 16}); }
static void fx_begin(struct fx *f) {
  jalon__group__init(&f->group);
  f->group.edits = f->edits;
  f->group.guards = f->guards;
  f->group.has_replica = f->group.has_space = f->group.has_group_id = f->group.has_seq = true;
  f->group.replica = fx_pb_id(f, fx_id(9000));
  f->group.space = fx_pb_id(f, f->plan);
  f->group.seq = ++f->seq;
  f->group.group_id = fx_pb_id(f, fx_id(10000 + (unsigned)f->seq));
}
static Jalon__Edit *fx_edit(struct fx *f, Jalon__Verb verb, uint32_t type, struct jl_id id) {
  Jalon__Edit *e = jl_arena_alloc(f->a, sizeof *e);
  assert_non_null(e);
  jalon__edit__init(e);
  e->has_verb = e->has_type = e->has_id = true;
  e->verb = verb;
  e->type = type;
  e->id = fx_pb_id(f, id);
  e->fields = jl_arena_array(f->a, 16, sizeof *e->fields);
  assert_true(f->group.n_edits < EDITS);
  f->edits[f->group.n_edits++] = e;
  return e;
}
static void fx_create(struct fx *f, const struct draft *d, struct jl_id id) {
  Jalon__Edit *e = fx_edit(f, JALON__VERB__CREATE, d->type, id);
  e->has_record = true;
  e->record = fx_pb(f, d->body);
}
JL_UNUSED static struct jl_id fx_natural(struct fx *f, const struct draft *d) {
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(d->type), &f->plan, d->body, &id));
  return id;
}
JL_UNUSED static Jalon__FieldEdit *fx_set(struct fx *f, Jalon__Edit *e, uint32_t field, struct jl_bytes seen, struct jl_bytes next) {
  Jalon__FieldEdit *x = jl_arena_alloc(f->a, sizeof *x);
  jalon__field_edit__init(x);
  x->has_field = x->has_seen = x->has_next = true;
  x->field = field;
  x->seen = fx_pb(f, seen);
  x->next = fx_pb(f, next);
  e->fields[e->n_fields++] = x;
  return x;
}
JL_UNUSED static void fx_delete(struct fx *f, uint32_t type, struct jl_id id, uint64_t seen, bool with_children) {
  Jalon__Edit *e = fx_edit(f, JALON__VERB__DELETE, type, id);
  e->has_seen_revision = e->has_with_children = true;
  e->seen_revision = seen;
  e->with_children = with_children;
}

/* ---- sending it ---- */
static bool fx_who(void *context, const struct jl_record *record, uint32_t field, struct jl_id *ret_person, int64_t *ret_time,
                   uint64_t *ret_revision) {
  const struct fx *f = context;
  for (size_t i = f->log_count; i-- > 0;)
    if (jl_id_equal(&f->log[i].record, &record->id) && (field == 0 || f->log[i].field == field)) {
      *ret_person = f->log[i].person;
      *ret_time = f->log[i].time_us;
      *ret_revision = f->log[i].revision;
      return true;
    }
  return false;
}
static bool fx_since(void *context, const struct jl_record *record, uint64_t since, struct jl_arena *a, struct jl_unseen **ret_unseen,
                     size_t *ret_count) {
  const struct fx *f = context;
  struct jl_unseen *list = *ret_unseen = jl_arena_array(a, 64, sizeof *list);
  *ret_count = 0;
  for (size_t i = f->log_count; i-- > 0;) {
    const struct fx_log *log = &f->log[i];
    size_t k = 0;
    if (!jl_id_equal(&log->record, &record->id) || log->revision <= since) continue;
    if (!log->update) return false;
    while (k < *ret_count && list[k].field != log->field) k++;
    if (k == *ret_count) list[(*ret_count)++] = (struct jl_unseen){log->field, NONE, log->person, log->time_us, log->revision};
    list[k].before = log->before;
  }
  return true;
}
static void fx_same(const struct jl_replica *x, const struct jl_replica *y) {
  uint8_t a[32], b[32];
  jl_replica_state_hash(x, a);
  jl_replica_state_hash(y, b);
  assert_memory_equal(a, b, 32);
  assert_int_equal(jl_replica_where(x)->revision, jl_replica_where(y)->revision);
  for (int s = 0; s < JL_SECTIONS; s++)
    assert_memory_equal(jl_replica_where(x)->sections[s].chain, jl_replica_where(y)->sections[s].chain, 32);
  const struct jl_record *p = jl_replica_next(x, NULL), *q = jl_replica_next(y, NULL);
  for (; p != NULL && q != NULL; p = jl_replica_next(x, &p->id), q = jl_replica_next(y, &q->id)) {
    assert_true(p->number == q->number && p->revision == q->revision && p->created_revision == q->created_revision &&
                p->deleted_revision == q->deleted_revision);
    assert_int_equal(jl_replica_last_number(x, p->type_number), jl_replica_last_number(y, p->type_number));
  }
  assert_true(p == NULL && q == NULL);
}
/* The group as it stands; true: accepted. */
static bool fx_send(struct fx *f) {
  struct jl_evaluation in = {.space = f->space,
                             .organisation = f->org,
                             .names = f->names,
                             .author = {f->author, f->rights, f->administrator, f->reads, f->allowed, f->by_system},
                             .time_us = (int64_t)f->seq * 1000000,
                             .today = f->today,
                             .who_changed = fx_who,
                             .changed_since = fx_since,
                             .merge_text = f->merge_text,
                             .context = f};
  memset(&f->err, 0, sizeof f->err);
  memset(&f->out, 0, sizeof f->out);
  if (!jl_group_check(&f->group, &f->err)) return false;
  bool ok = jl_group_evaluate(&in, &f->group, f->a, &f->out, &f->err);
  fx_same(f->space, f->mirror); /* evaluation changes nothing */
  if (!ok) return false;
  for (size_t i = 0; i < f->out.touched_count; i++) {
    struct jl_touched *t = &f->out.touched[i];
    for (size_t k = 0; k < t->field_count; k++) {
      assert_true(f->log_count < JL_COUNT(f->log));
      bool update = t->before != NULL && t->before->deleted_revision == 0 && t->after->deleted_revision == 0;
      struct jl_bytes before = update ? jl_arena_dup(f->a, jl_record_slice(t->before->body, t->fields[k])) : NONE;
      f->log[f->log_count++] = (struct fx_log){t->after->id, f->author, t->fields[k], t->after->revision, in.time_us, before, update};
    }
    if (t->field_count == 0)
      f->log[f->log_count++] = (struct fx_log){t->after->id, f->author, 0, t->after->revision, in.time_us, NONE, false};
    jl_record_release(t->before);
    jl_record_release(t->after);
  }
  if (f->out.change_count == 0) return true;
  struct jl_error err;
  char words[400] = "";
  bool applied = jl_replica_apply(f->space, f->out.changes, f->out.change_count, f->a, &err) &&
                 jl_replica_apply(f->mirror, f->out.changes, f->out.change_count, f->a, &err);
  if (!applied) jl_error_describe(&err, words, sizeof words);
  assert_string_equal(words, "");
  fx_same(f->space, f->mirror);
  return true;
}
static void fx_ok(struct fx *f) {
  char words[800] = "";
  bool ok = fx_send(f);
  if (!ok) jl_error_describe(&f->err, words, sizeof words);
  assert_string_equal(words, "");
  assert_true(ok);
}
JL_UNUSED static void fx_refused(struct fx *f, enum jl_code code, const char *part) {
  char words[800] = "accepted";
  if (!fx_send(f)) jl_error_describe(&f->err, words, sizeof words);
  if (f->err.code != code || (part != NULL && strstr(words, part) == NULL))
    fail_msg("expected %s \"%s\", got %s: %s", jl_code_symbol(code), part == NULL ? "" : part, jl_code_symbol(f->err.code), words);
}
JL_UNUSED static void fx_create_ok(struct fx *f, const struct draft *d, struct jl_id id) {
  fx_begin(f);
  fx_create(f, d, id);
  fx_ok(f);
}
JL_UNUSED static void fx_update(struct fx *f, uint32_t type, struct jl_id id, uint32_t field, struct jl_bytes seen, struct jl_bytes next) {
  fx_begin(f);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, type, id), field, seen, next);
}
JL_UNUSED static const struct jl_record *fx_record(const struct fx *f, struct jl_id id) {
  const struct jl_record *r = jl_replica_record(f->space, &id);
  assert_non_null(r);
  return r;
}
JL_UNUSED static struct draft fx_action(struct fx *f, const char *title) {
  struct draft d = d_new(f, JL_TYPE_ACTION);
  d_text(&d, JL_ACTION_TITLE, title);
  return d;
}
JL_UNUSED static struct draft fx_raci(struct fx *f, struct jl_id target, int64_t letter, struct jl_id holder) {
  struct draft d = d_new(f, JL_TYPE_RACI);
  d_int(d_ref(&d, JL_RACI_TARGET, target), JL_RACI_LETTER, letter);
  d_ref(&d, JL_RACI_HOLDER, holder);
  return d;
}

static void fx_member(struct fx *f, struct jl_id id, uint32_t type, uint32_t name_field, const char *name) {
  struct draft d = d_new(f, type);
  d_text(&d, name_field, name);
  struct jl_record *r = jl_record_new(type, &id, d.body);
  assert_true(r != NULL && jl_replica_put(f->org, r));
}
static int fx_setup(void **state) {
  struct fx *f = calloc(1, sizeof *f);
  f->a = jl_arena_new(512u << 20);
  struct jl_id org = fx_id(8000);
  f->plan = fx_id(1);
  f->org = jl_replica_new(&org, JL_SPACE_ORGANISATION);
  f->space = jl_replica_new(&f->plan, JL_SPACE_PLAN);
  f->mirror = jl_replica_new(&f->plan, JL_SPACE_PLAN);
  fx_member(f, f->paul = fx_id(8001), JL_TYPE_PERSON, JL_PERSON_NAME, "Paul");
  fx_member(f, f->marie = fx_id(8002), JL_TYPE_PERSON, JL_PERSON_NAME, "Marie");
  fx_member(f, f->sales = fx_id(8003), JL_TYPE_TEAM, JL_TEAM_NAME, "Sales");
  f->author = f->paul;
  f->rights = ALL_SECTIONS;
  struct draft plan = d_new(f, JL_TYPE_PLAN);
  d_text(d_text(&plan, JL_PLAN_NAME, "2026"), JL_PLAN_CURRENCY, "EUR");
  d_int(d_int(&plan, JL_PLAN_START, jl_day_from_date(2026, 1, 1)), JL_PLAN_END, jl_day_from_date(2026, 12, 31));
  fx_begin(f);
  fx_create(f, &plan, f->plan);
  fx_ok(f);
  *state = f;
  return 0;
}
JL_UNUSED static int fx_teardown(void **state) {
  struct fx *f = *state;
  jl_replica_free(f->org);
  jl_replica_free(f->space);
  jl_replica_free(f->mirror);
  jl_arena_free(f->a);
  free(f);
  return 0;
}
#define FX_TEST(t) cmocka_unit_test_setup_teardown(t, fx_setup, fx_teardown)
#endif
