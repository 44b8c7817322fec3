/* READ, VIEW and READ_LOG answered from a replica and rows that are at hand, as a client does it from its local copy. */
#include "model_fixture.h"

#include "common/model/query.h"
#include "common/wire/unpack.h"

#define ROWS_MAX 4000
struct fixture {
  struct fx *f; /* first: FX_TEST's */
  struct jl_log_row rows[ROWS_MAX];
  size_t count, asked;
  const struct jl_error *problem;
  struct jl_log_row found[ROWS_MAX];
};
static struct fixture kept; /* one test at a time */

static struct fixture *begin(void **state) {
  struct fx *f = *state;
  kept = (struct fixture){.f = f};
  return &kept;
}

/* The group as it stands is sent, and its rows join the log. */
static void ok(struct fixture *x, unsigned replica) {
  x->f->group.replica = fx_pb_id(x->f, fx_id(replica));
  fx_ok(x->f);
  for (size_t i = 0; i < x->f->out.change_count; i++) {
    assert_true(x->count < ROWS_MAX);
    x->rows[x->count++] = (struct jl_log_row){jl_replica_where(x->f->space)->revision, x->f->out.sections[i], x->f->out.changes[i], 0, {0}, NULL};
  }
}

static const Jalon__RecordChange *touches(struct fixture *x, const struct jl_log_row *row, const struct jl_id *record) {
  struct jl_error err;
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, x->f->a, &err);
  assert_non_null(body);
  for (size_t i = 0; i < body->n_changes; i++)
    if (memcmp(body->changes[i]->id.data, record->bytes, 16) == 0) return body->changes[i];
  return NULL;
}

static bool rows_of(void *context, const struct jl_log_want *want, struct jl_log_rows *ret, struct jl_error *err) {
  struct fixture *x = context;
  x->asked++;
  assert_true(jl_id_equal(&want->space, &x->f->plan));
  if (x->problem != NULL) {
    *err = *x->problem;
    return false;
  }
  *ret = (struct jl_log_rows){.rows = x->found};
  uint64_t at = want->revision;
  size_t bytes = 0;
  if (want->of_record) {
    for (size_t i = x->count; i-- > 0 && at > want->down_to && ret->count < want->limit;) {
      const Jalon__RecordChange *change = x->rows[i].revision == at ? touches(x, &x->rows[i], &want->record) : NULL;
      if (change == NULL) continue;
      x->found[ret->count++] = x->rows[i];
      at = change->previous_revision;
    }
    return true;
  }
  for (size_t i = 0; i < x->count && !ret->has_more; i++) {
    if (x->rows[i].revision < want->from || x->rows[i].revision > want->to) continue;
    bytes += x->rows[i].change.body.size;
    ret->has_more = ret->count > 0 && bytes > want->max_bytes;
    if (!ret->has_more) x->found[ret->count++] = x->rows[i];
  }
  return true;
}

static struct jl_asker query_of(struct fixture *x) {
  return (struct jl_asker){.space = x->f->space, .organisation = x->f->org, .sections = ALL_SECTIONS, .replica = fx_id(9000)};
}

static const Jalon__Found *read_one(struct fixture *x, Jalon__Query *q) {
  const struct jl_asker query = query_of(x);
  const struct jl_log_source log = {rows_of, x};
  Jalon__Read in = JALON__READ__INIT;
  in.n_queries = 1;
  in.queries = &q;
  Jalon__ReadReply *reply = jl_arena_alloc(x->f->a, sizeof *reply);
  struct jl_error err = {0};
  assert_true(jl_query_read(&query, &in, &log, x->f->a, reply, &err));
  assert_int_equal(reply->n_found, 1);
  assert_int_equal(reply->position->revision, jl_replica_where(x->f->space)->revision);
  return reply->found[0];
}

static void effort(struct fixture *x, unsigned replica, int64_t seen, int64_t n) {
  struct fx *f = x->f;
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_EFFORT, seen == 0 ? NONE : fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, seen),
            fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, n));
  ok(x, replica);
}

static void a_record_with_its_children(void **state) {
  struct fixture *x = begin(state);
  struct fx *f = x->f;
  struct draft d = fx_action(f, "Webinar");
  fx_begin(f);
  fx_create(f, &d, fx_id(100));
  struct draft raci = fx_raci(f, fx_id(100), JL_RACI_R, f->paul);
  fx_create(f, &raci, fx_natural(f, &raci));
  ok(x, 9000);
  uint32_t children[] = {JL_TYPE_RACI};
  Jalon__Query q = JALON__QUERY__INIT;
  q.text = (char[]){"webi"};
  q.n_children = 1;
  q.children = children;
  const Jalon__Found *found = read_one(x, &q);
  assert_null(found->error);
  assert_int_equal(found->n_records, 2);
  assert_int_equal(found->records[0]->number, 1);
  assert_int_equal(found->records[1]->type, JL_TYPE_RACI);
  q.text = (char[]){"A2"};
  found = read_one(x, &q);
  assert_non_null(found->error);
  assert_int_equal(found->error->code, JL_E_NOT_FOUND);
  assert_int_equal(x->asked, 0);
}

/* 4,000 actions of 200 letters are more than one answer holds: pages follow each other by id, each once, the deleted one only when it is asked for. */
static void all_of_a_type_in_pages(void **state) {
  struct fixture *x = begin(state);
  struct fx *f = x->f;
  char title[201];
  memset(title, 'a', 200);
  title[200] = '\0';
  for (unsigned i = 0; i < 4000; i += 500) {
    fx_begin(f);
    for (unsigned k = 0; k < 500; k++) {
      struct draft d = fx_action(f, title);
      fx_create(f, &d, fx_id(10000 + i + k));
    }
    ok(x, 9000);
  }
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(10007), jl_replica_where(f->space)->revision, false);
  ok(x, 9000);
  uint32_t types[] = {JL_TYPE_ACTION};
  for (int deleted = 0; deleted < 2; deleted++) {
    struct jl_id last = {{0}};
    size_t n = 0, pages = 0;
    for (bool more = true; more; pages++) {
      Jalon__Query q = JALON__QUERY__INIT;
      q.n_types = 1;
      q.types = types;
      q.has_all = q.all = q.has_after = true;
      q.has_deleted = q.deleted = deleted == 1;
      if (n > 0) q.after = fx_pb_id(f, last);
      const Jalon__Found *found = read_one(x, &q);
      assert_null(found->error);
      for (size_t i = 0; i < found->n_records; i++) {
        struct jl_id id;
        assert_true(jl_id_from_bytes((struct jl_bytes){found->records[i]->id.data, found->records[i]->id.len}, &id));
        assert_true(n == 0 || jl_id_compare(&last, &id) < 0);
        last = id;
        n++;
      }
      more = found->has_more;
    }
    assert_int_equal(n, deleted == 1 ? 4000 : 3999);
    assert_true(pages >= 2 && pages <= 4); /* 1.1 MB, half a MiB each */
  }
  Jalon__Query q = JALON__QUERY__INIT;
  q.n_types = 1;
  q.types = types;
  q.has_all = q.all = q.has_after = true;
  q.after = (ProtobufCBinaryData){.len = 3, .data = (uint8_t *)(char[]){"abc"}};
  assert_int_equal(read_one(x, &q)->error->code, JL_E_INVALID);
}

/* What this replica wrote itself counts as seen, what others wrote since does not. */
static void bases_from_rows_at_hand(void **state) {
  struct fixture *x = begin(state);
  struct fx *f = x->f;
  struct draft d = fx_action(f, "Webinar");
  fx_begin(f);
  fx_create(f, &d, fx_id(100));
  ok(x, 9000); /* r2: shown */
  effort(x, 9000, 0, 3);
  effort(x, 9001, 3, 5);
  uint32_t fields[] = {JL_ACTION_EFFORT};
  Jalon__Query q = JALON__QUERY__INIT;
  q.text = (char[]){"A1"};
  q.has_shown_revision = true;
  q.shown_revision = 2;
  q.n_base_fields = 1;
  q.base_fields = fields;
  const Jalon__Found *found = read_one(x, &q);
  struct jl_bytes three = fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, 3);
  assert_int_equal(found->n_bases, 1);
  assert_int_equal(found->bases[0]->before.len, three.size);
  assert_memory_equal(found->bases[0]->before.data, three.data, three.size);
  assert_int_equal(x->asked, 1);
  struct jl_error problem = {0};
  jl_fail(&problem, JL_E_UNAVAILABLE, "the log is kept from r3 on", NULL);
  x->problem = &problem;
  found = read_one(x, &q);
  assert_int_equal(found->error->code, JL_E_UNAVAILABLE);
  assert_int_equal(found->n_records, 0);
}

static Jalon__Document *view(struct fixture *x, const char *name, const char *parameter, const char *value) {
  const struct jl_asker query = query_of(x);
  const struct jl_log_source log = {rows_of, x};
  Jalon__ViewParameter p = JALON__VIEW_PARAMETER__INIT, *list[] = {&p};
  Jalon__ViewRequest in = JALON__VIEW_REQUEST__INIT;
  char names[2][64];
  snprintf(names[0], sizeof names[0], "%s", parameter == NULL ? "" : parameter);
  snprintf(names[1], sizeof names[1], "%s", value == NULL ? "" : value);
  p.name = names[0];
  p.value = names[1];
  in.view = jl_arena_strdup(x->f->a, name);
  in.n_parameters = parameter != NULL;
  in.parameters = list;
  struct jl_bytes document;
  struct jl_error err = {0};
  bool built = jl_query_view(&query, &in, &log, x->f->a, &document, &err);
  assert_true(built);
  return (Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, document, 64u << 20, x->f->a, &err);
}

static void history_of_one_and_of_all(void **state) {
  struct fixture *x = begin(state);
  struct draft d = fx_action(x->f, "Webinar");
  fx_begin(x->f);
  fx_create(x->f, &d, fx_id(100));
  ok(x, 9000);
  for (int64_t i = 1; i <= 500; i++) effort(x, 9000, i == 1 ? 0 : (i - 1) % 10 + 1, i % 10 + 1);
  const Jalon__Document *document = view(x, "history", "record", "A1");
  assert_int_equal(document->blocks[0]->n_rows, 200);
  assert_int_equal(document->blocks[0]->rows[0]->cells[1]->number, 502);
  assert_int_equal(document->blocks[0]->n_notes, 1);
  document = view(x, "history", "before", "r11");
  assert_int_equal(document->blocks[0]->n_rows, 9); /* r2 .. r10 */
  document = view(x, "history", NULL, NULL);
  assert_int_equal(document->blocks[0]->n_rows, 200);
}

static void the_log_in_parts(void **state) {
  struct fixture *x = begin(state);
  struct draft d = fx_action(x->f, "Webinar");
  fx_begin(x->f);
  fx_create(x->f, &d, fx_id(100));
  ok(x, 9000);
  for (int64_t i = 1; i <= 20; i++) effort(x, 9000, i == 1 ? 0 : (i - 1) % 10 + 1, i % 10 + 1);
  const struct jl_asker query = query_of(x);
  const struct jl_log_source log = {rows_of, x};
  Jalon__ReadLog in = JALON__READ_LOG__INIT;
  Jalon__ReadLogReply reply;
  struct jl_error err = {0};
  in.from = 5;
  in.has_limit = true;
  in.limit = 7;
  assert_true(jl_query_read_log(&query, &in, &log, x->f->a, &reply, &err));
  assert_int_equal(reply.n_changes, 7);
  assert_true(reply.has_more);
  in.from = 100;
  assert_true(jl_query_read_log(&query, &in, &log, x->f->a, &reply, &err));
  assert_int_equal(reply.n_changes, 0);
  assert_false(reply.has_more);
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(a_record_with_its_children), FX_TEST(bases_from_rows_at_hand),
                                     FX_TEST(history_of_one_and_of_all), FX_TEST(the_log_in_parts), FX_TEST(all_of_a_type_in_pages)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
