/* Request bodies: the first byte is the type of a frame, the rest its body, for every request that the server's table has. What is
 * unpacked goes on as in the server: groups are evaluated over a small plan, reads and views are answered from it. Each ends in an
 * answer or in an error with words; the plan stays as it was, and what was accepted can be applied. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/model_fixture.h"

#include "common/base/limits.h"
#include "common/model/query.h"
#include "common/wire/unpack.h"
#include "server/net/session.h"
#include "server/space/head.h"

#define ROWS_MAX 64
static struct fx *f;
static uint8_t before[32]; /* state hash of the plan */
static struct jl_log_row rows[ROWS_MAX];
static size_t row_count;

/* ---- the plan ---- */
static void commit(void) {
  fx_ok(f);
  for (size_t i = 0; i < f->out.change_count; i++) {
    JL_ASSERT(row_count < ROWS_MAX);
    rows[row_count++] = (struct jl_log_row){jl_replica_where(f->space)->revision, f->out.sections[i], f->out.changes[i], 0, {0}, NULL};
  }
}

static struct draft named(uint32_t type, uint32_t field, const char *name) {
  struct draft d = d_new(f, type);
  d_text(&d, field, name);
  return d;
}

static void make_plan(void) {
  void *state;
  JL_ASSERT(fx_setup(&state) == 0);
  f = state;
  fx_begin(f);
  struct draft objective = named(JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TITLE, "Leads"), lever = named(JL_TYPE_LEVER, JL_LEVER_NAME, "SEO");
  struct draft kpi = named(JL_TYPE_KPI, JL_KPI_NAME, "CPL"), action = fx_action(f, "Webinar"), other = fx_action(f, "Salon");
  fx_create(f, &objective, fx_id(20));
  fx_create(f, d_ref(&lever, JL_LEVER_OBJECTIVES, fx_id(20)), fx_id(21));
  fx_create(f, &kpi, fx_id(22));
  fx_create(f, d_ref(&action, JL_ACTION_LEVER, fx_id(21)), fx_id(23));
  fx_create(f, &other, fx_id(24));
  struct draft raci = fx_raci(f, fx_id(23), JL_RACI_A, f->paul);
  fx_create(f, &raci, fx_natural(f, &raci));
  commit();
  for (int64_t effort = 1; effort < 6; effort++) {
    fx_update(f, JL_TYPE_ACTION, fx_id(23), JL_ACTION_EFFORT, effort == 1 ? NONE : fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, effort - 1),
              fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, effort));
    commit();
  }
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(24), fx_record(f, fx_id(24))->revision, true);
  commit();
  jl_replica_state_hash(f->space, before);
}

static void check_unchanged(void) {
  uint8_t now[32];
  jl_replica_state_hash(f->space, now);
  JL_ASSERT(memcmp(now, before, sizeof now) == 0);
}
static bool has_words(const struct jl_error *err) { return err->code != JL_E_OK && err->message[0] != '\0'; }

/* ---- the log of that plan; context: the arena that bodies are unpacked into ---- */
static bool rows_of(void *context, const struct jl_log_want *want, struct jl_log_rows *ret, struct jl_error *err) {
  static struct jl_log_row found[ROWS_MAX];
  *ret = (struct jl_log_rows){.rows = found};
  uint64_t at = want->revision;
  for (size_t i = row_count; want->of_record && i-- > 0 && at > want->down_to && ret->count < want->limit;) {
    if (rows[i].revision != at) continue;
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, rows[i].change.body, context, err);
    if (body == NULL) return false;
    for (size_t k = 0; k < body->n_changes; k++)
      if (memcmp(body->changes[k]->id.data, want->record.bytes, 16) == 0) {
        found[ret->count++] = rows[i];
        at = body->changes[k]->previous_revision;
        break;
      }
  }
  for (size_t i = 0; !want->of_record && i < row_count; i++)
    if (rows[i].revision >= want->from && rows[i].revision <= want->to) found[ret->count++] = rows[i];
  return true;
}

static struct jl_asker asker(bool with_space) {
  return (struct jl_asker){.space = with_space ? f->space : NULL,
                           .organisation = f->org,
                           .plans = f->space,
                           .sections = ALL_SECTIONS,
                           .person = f->paul,
                           .replica = fx_id(9000),
                           .today = jl_day_from_date(2026, 3, 1)};
}

/* ---- what becomes of a body ---- */
static void apply(const struct jl_outcome *out) {
  struct jl_arena *a = jl_arena_new(64U << 20);
  struct jl_replica *copy = jl_replica_copy(f->space);
  struct jl_error err = {0};
  JL_ASSERT(a != NULL && copy != NULL && (out->change_count == 0 || jl_replica_apply(copy, out->changes, out->change_count, a, &err)));
  jl_replica_free(copy);
  jl_arena_free(a);
}

static void submit(const ProtobufCMessage *message, struct jl_arena *a) {
  const Jalon__Submit *in = (const Jalon__Submit *)message;
  struct jl_group_head head;
  struct jl_error err = {0};
  struct jl_outcome out = {0};
  struct jl_evaluation how = {.space = f->space,
                              .organisation = f->org,
                              .author = {f->paul, ALL_SECTIONS, false, ALL_SECTIONS},
                              .time_us = 1000000000,
                              .who_changed = fx_who,
                              .changed_since = fx_since,
                              .context = f};
  if (!in->has_group || !jl_group_head(JL_PB(in->group), &head, &err)) return;
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, JL_PB(in->group), a, &err);
  if (group == NULL || !jl_group_check(group, &err)) {
    JL_ASSERT(has_words(&err));
    return;
  }
  JL_ASSERT(memcmp(head.replica.bytes, group->replica.data, 16) == 0 && memcmp(head.space.bytes, group->space.data, 16) == 0);
  JL_ASSERT(memcmp(head.group.bytes, group->group_id.data, 16) == 0 && head.seq == group->seq);
  bool ok = jl_group_evaluate(&how, group, a, &out, &err);
  JL_ASSERT(ok || has_words(&err));
  check_unchanged();
  if (!ok) return;
  apply(&out);
  for (size_t i = 0; i < out.touched_count; i++) {
    jl_record_release(out.touched[i].before);
    jl_record_release(out.touched[i].after);
  }
}

static void read_records(const ProtobufCMessage *message, struct jl_arena *a) {
  const Jalon__Read *in = (const Jalon__Read *)message;
  const struct jl_log_source log = {rows_of, a};
  const struct jl_asker query = asker(in->has_space);
  Jalon__ReadReply reply;
  struct jl_error err = {0};
  JL_ASSERT((jl_read_check(in, &err) && jl_query_read(&query, in, &log, a, &reply, &err)) || has_words(&err));
}

static void view(const ProtobufCMessage *message, struct jl_arena *a) {
  const Jalon__ViewRequest *in = (const Jalon__ViewRequest *)message;
  const struct jl_log_source log = {rows_of, a};
  const struct jl_asker query = asker(in->has_space);
  struct jl_bytes document;
  struct jl_error err = {0};
  struct jl_arena *large = jl_arena_new(JL_VIEW_ARENA);
  JL_ASSERT(jl_query_view(&query, in, &log, large, &document, &err) || has_words(&err));
  jl_arena_free(large);
}

static void subscribe(const ProtobufCMessage *message, struct jl_arena *a) {
  const Jalon__Subscribe *in = (const Jalon__Subscribe *)message;
  if (in->view != NULL) view(&in->view->base, a);
}

static void read_log(const ProtobufCMessage *message, struct jl_arena *a) {
  const Jalon__ReadLog *in = (const Jalon__ReadLog *)message;
  const struct jl_log_source log = {rows_of, a};
  const struct jl_asker query = asker(true);
  Jalon__ReadLogReply reply;
  struct jl_error err = {0};
  JL_ASSERT(jl_query_read_log(&query, in, &log, a, &reply, &err) || has_words(&err));
}

static const struct {
  Jalon__FrameType type;
  void (*work)(const ProtobufCMessage *message, struct jl_arena *a);
} works[] = {
    {JALON__FRAME_TYPE__SUBMIT, submit}, {JALON__FRAME_TYPE__READ, read_records},   {JALON__FRAME_TYPE__VIEW, view},
    {JALON__FRAME_TYPE__SUBSCRIBE, subscribe}, {JALON__FRAME_TYPE__READ_LOG, read_log},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (f == NULL) make_plan();
  const struct jl_request_type *type = size == 0 ? NULL : jl_request_type(data[0]);
  if (type == NULL) return 0;
  struct jl_arena *a = jl_arena_new(JL_REQUEST_ARENA);
  struct jl_error err = {0};
  JL_ASSERT(a != NULL);
  const ProtobufCMessage *message = jl_unpack(type->descriptor, (struct jl_bytes){data + 1, size - 1}, a, &err);
  JL_ASSERT(message != NULL || has_words(&err));
  for (size_t i = 0; message != NULL && i < JL_COUNT(works); i++)
    if (works[i].type == type->type) works[i].work(message, a);
  jl_arena_free(a);
  return 0;
}
