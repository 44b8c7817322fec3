/* Erasure of a person: what the group does to records, that nothing of the values is in what it writes, that whoever followed all along, and
 * whoever folds the log without what was erased, hold the same bytes and chains; and that nothing gives the values back. */
#include "common/wire/unpack.h"
#include "model_fixture.h"

#define REVISIONS 32

struct kept { /* the log as the server has it */
  struct jl_change changes[REVISIONS][JL_SECTIONS];
  size_t counts[REVISIONS];
};

static void keep(struct fx *f, struct kept *log) {
  uint64_t revision = jl_replica_where(f->space)->revision;
  assert_true(revision < REVISIONS);
  memcpy(log->changes[revision], f->out.changes, f->out.change_count * sizeof *f->out.changes);
  log->counts[revision] = f->out.change_count;
}

static void erases(struct fx *f, struct jl_id person) {
  fx_begin(f);
  f->group.has_erases = true;
  f->group.erases = fx_pb_id(f, person);
}

static struct jl_id comment(struct fx *f, struct kept *log, unsigned n, const char *text) {
  struct draft d = d_new(f, JL_TYPE_COMMENT);
  d_text(d_ref(&d, JL_COMMENT_TARGET, fx_id(100)), JL_COMMENT_BODY, text);
  fx_create_ok(f, &d, fx_id(n));
  keep(f, log);
  return fx_id(n);
}

/* Takes the values of everything but one record out, as the database does of those that are erased. */
static struct jl_bytes without(struct fx *f, const struct jl_change *change, const struct jl_id *kept) {
  struct jl_error err;
  if (change->private_values.size == 0) return NONE;
  Jalon__ChangeBody *body = (Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, change->body, f->a, &err);
  Jalon__ChangePrivate *all = (Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, change->private_values, f->a, &err);
  assert_true(body != NULL && all != NULL);
  size_t n = 0;
  for (size_t i = 0; i < all->n_values; i++)
    if (memcmp(body->changes[all->values[i]->change]->id.data, kept->bytes, sizeof kept->bytes) == 0) all->values[n++] = all->values[i];
  all->n_values = n;
  return n == 0 ? NONE : jl_pack(&all->base, f->a, SIZE_MAX);
}

static bool has(struct jl_bytes bytes, const char *text) { return bytes.size > 0 && memmem(bytes.data, bytes.size, text, strlen(text)) != NULL; }

static void what_somebody_wrote_goes(void **state) {
  struct fx *f = *state;
  struct kept log = {0};
  struct jl_error err;
  struct draft d = fx_action(f, "Webinar");
  keep(f, &log);
  fx_create_ok(f, &d, fx_id(100));
  keep(f, &log);
  struct jl_id first = comment(f, &log, 101, "a purple zeppelin"), gone = comment(f, &log, 102, "a green zeppelin");
  fx_update(f, JL_TYPE_COMMENT, first, JL_COMMENT_BODY, fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, "a purple zeppelin"),
            fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, "a white zeppelin"));
  fx_ok(f);
  keep(f, &log);
  fx_begin(f);
  fx_delete(f, JL_TYPE_COMMENT, gone, fx_record(f, gone)->revision, false);
  fx_ok(f);
  keep(f, &log);
  uint64_t deleted = fx_record(f, gone)->deleted_revision;
  f->author = f->marie;
  struct jl_id hers = comment(f, &log, 103, "an airship of my own");

  erases(f, f->paul);
  fx_refused(f, JL_E_DENIED, "administrator");
  f->administrator = true;
  erases(f, f->marie);
  fx_refused(f, JL_E_DENIED, "themselves");
  erases(f, f->paul);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_IMPACT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 8));
  fx_refused(f, JL_E_INVALID, "nothing else");
  erases(f, f->paul);
  fx_ok(f); /* fx_ok applies it to a mirror that followed, and compares */
  keep(f, &log);
  assert_false(f->out.merged);
  assert_true(f->out.erases);
  for (size_t i = 0; i < f->out.change_count; i++) {
    assert_false(has(f->out.changes[i].body, "zeppelin"));
    assert_int_equal(f->out.changes[i].private_values.size, 0);
  }
  const struct jl_record *one = fx_record(f, first), *other = fx_record(f, gone), *third = fx_record(f, hers);
  assert_true(jl_record_erased(one->type, one->body) && jl_record_erased(other->type, other->body));
  assert_false(jl_record_erased(third->type, third->body));
  assert_true(has(third->body, "airship") && !has(one->body, "zeppelin") && !has(other->body, "zeppelin"));
  assert_int_equal(one->deleted_revision, 0);
  assert_int_equal(other->deleted_revision, deleted); /* it stays deleted, since when it was */

  /* Whoever folds the log as it is now. */
  struct jl_replica *folded = jl_replica_new(&f->plan, JL_SPACE_PLAN);
  for (uint64_t r = 1; r <= jl_replica_where(f->space)->revision; r++) {
    struct jl_change changes[JL_SECTIONS];
    for (size_t i = 0; i < log.counts[r]; i++)
      changes[i] = (struct jl_change){log.changes[r][i].body, without(f, &log.changes[r][i], &hers)};
    assert_true(jl_replica_apply(folded, changes, log.counts[r], f->a, &err));
  }
  fx_same(f->space, folded);
  jl_replica_free(folded);

  erases(f, f->paul);
  fx_ok(f);
  assert_int_equal(f->out.change_count, 0); /* once */
  f->author = f->paul;
  fx_update(f, JL_TYPE_COMMENT, first, JL_COMMENT_BODY, NONE, fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, "a purple zeppelin"));
  fx_refused(f, JL_E_RULE_VIOLATION, "not given again");
  assert_true(f->out.of_erased);
  assert_int_equal(f->out.conflict_count, 0);
  fx_begin(f);
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_COMMENT, gone);
  fx_ok(f);
  assert_false(has(fx_record(f, gone)->body, "zeppelin"));
}

/* The note of a scenario, why a line changed its bucket, why a campaign started all the same: they go, and what they were about stays. */
static void notes_and_reasons_go(void **state) {
  struct fx *f = *state;
  struct kept log = {0};
  keep(f, &log);
  struct draft line = d_new(f, JL_TYPE_BUDGET_LINE), scenario = d_new(f, JL_TYPE_SCENARIO), change = d_new(f, JL_TYPE_BUCKET_CHANGE);
  d_int(d_text(&line, JL_BUDGET_LINE_TITLE, "Ads"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  d_int(&line, JL_BUDGET_LINE_BUCKET, JL_OPTIMISATION);
  fx_create_ok(f, &line, fx_id(200));
  d_text(d_text(&scenario, JL_SCENARIO_TITLE, "A fifth less"), JL_SCENARIO_NOTE, "a purple zeppelin");
  fx_create_ok(f, &scenario, fx_id(201));
  d_int(d_int(d_ref(&change, JL_BUCKET_CHANGE_LINE, fx_id(200)), JL_BUCKET_CHANGE_BEFORE, JL_PROVEN), JL_BUCKET_CHANGE_AFTER, JL_OPTIMISATION);
  d_text(&change, JL_BUCKET_CHANGE_REASON, "a green zeppelin");
  fx_create_ok(f, &change, fx_id(202));
  f->author = f->marie;
  f->administrator = true;
  erases(f, f->paul);
  fx_ok(f);
  for (size_t i = 0; i < f->out.change_count; i++) assert_false(has(f->out.changes[i].body, "zeppelin"));
  const struct jl_record *note = fx_record(f, fx_id(201)), *reason = fx_record(f, fx_id(202));
  assert_true(has(note->body, "A fifth less") && !has(note->body, "zeppelin"));
  assert_true(!has(reason->body, "zeppelin") && jl_record_erased(reason->type, reason->body));
  assert_int_equal(jl_record_int(reason->type, reason->body, JL_BUCKET_CHANGE_AFTER, 0), JL_OPTIMISATION);
}

static void many_texts_take_several_groups(void **state) {
  struct fx *f = *state;
  struct draft d = fx_action(f, "Webinar");
  fx_create_ok(f, &d, fx_id(100));
  for (unsigned n = 0; n < 2; n++) {
    fx_begin(f);
    for (unsigned i = 0; i < 1001; i++) {
      struct draft c = d_new(f, JL_TYPE_COMMENT);
      d_text(d_ref(&c, JL_COMMENT_TARGET, fx_id(100)), JL_COMMENT_BODY, "a word");
      fx_create(f, &c, fx_id(1000 + n * 1001 + i));
    }
    fx_ok(f);
  }
  f->author = f->marie;
  f->administrator = true;
  erases(f, f->paul);
  fx_ok(f);
  assert_true(f->out.merged);
  assert_int_equal(f->out.touched_count, 2000);
  erases(f, f->paul);
  fx_ok(f);
  assert_false(f->out.merged);
  assert_int_equal(f->out.touched_count, 2);
}

static void a_person_keeps_the_number_alone(void **state) {
  struct fx *f = *state;
  struct jl_error err;
  struct jl_id org = jl_replica_where(f->org)->space;
  struct jl_outcome out;
  jalon__group__init(&f->group);
  f->group.has_erases = f->group.has_space = true;
  f->group.erases = fx_pb_id(f, f->paul);
  f->group.space = fx_pb_id(f, org);
  const struct jl_evaluation in = {.space = f->org, .organisation = f->org, .author = {.person = f->marie, .administrator = true}};
  assert_true(jl_group_evaluate(&in, &f->group, f->a, &out, &err));
  assert_int_equal(out.touched_count, 1);
  const struct jl_record *r = out.touched[0].after;
  assert_true(jl_record_erased(r->type, r->body) && !has(r->body, "Paul"));
  assert_int_equal(jl_record_int(r->type, r->body, JL_PERSON_INACTIVE, 0), 1);
  assert_false(jl_record_check(r->type, r->body, &err));
  assert_true(jl_record_check_erased(r->type, r->body, &err));
  jl_record_release(out.touched[0].before);
  jl_record_release(out.touched[0].after);
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(what_somebody_wrote_goes), FX_TEST(notes_and_reasons_go), FX_TEST(many_texts_take_several_groups), FX_TEST(a_person_keeps_the_number_alone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
