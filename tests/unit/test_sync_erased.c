/* Somebody was erased: what a device keeps of the values, in its outbox and on its disk, and that nothing else goes with them: groups that wait,
 * that were refused, that are under way, that were applied; verdicts that tell of the person; a base that died before it was swept. */
#include "tests/unit/sync_world.h"

#define WORD "zeppelin" /* in every text that is erased */

static bool on_disk(const struct device *d, const char *file, const char *word) {
  char path[128];
  size_t size = 0;
  snprintf(path, sizeof path, "%s/%s", d->folder, file);
  FILE *in = fopen(path, "rb");
  assert_non_null(in);
  char *bytes = malloc(1U << 24);
  assert_non_null(bytes);
  size = fread(bytes, 1, 1U << 24, in);
  fclose(in);
  bool found = memmem(bytes, size, word, strlen(word)) != NULL;
  free(bytes);
  return found;
}

/* ---- an action and a comment of Paul's about it, which is erased ---- */
struct story {
  struct device d;
  struct world *w;
  struct jl_id action, comment;
};

static void add_comment(struct fx *f, struct jl_id id, struct jl_id target) {
  struct draft c = d_new(f, JL_TYPE_COMMENT);
  d_text(d_ref(&c, JL_COMMENT_TARGET, target), JL_COMMENT_BODY, "a purple " WORD);
  fx_create(f, &c, id);
}

static void begin(struct story *s, void **state) {
  s->w = one_in_world(state, &s->d);
  s->w->f->author = s->w->f->paul;
  s->action = put_action(&s->d, "Webinar", NULL);
  s->comment = jl_id_random();
  fx_begin(s->w->f);
  add_comment(s->w->f, s->comment, s->action);
  (void)device_put(&s->d);
  device_follow(&s->d, false);
  device_up(&s->d);
  device_run(&s->d);
  assert_int_equal(s->w->refused, 0);
  device_down(&s->d);
  assert_true(on_disk(&s->d, "outbox.db", WORD)); /* the applied group */
}

static void end(struct story *s) {
  device_end(&s->d);
  free(s->w);
}

static void add_words(struct story *s, const char *words) {
  struct fx *f = s->w->f;
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_COMMENT, s->comment), JL_COMMENT_BODY, fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, "a purple " WORD),
         fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, words));
}

static void add_title(struct story *s) {
  struct fx *f = s->w->f;
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, s->action), JL_ACTION_TITLE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"),
         fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Salon"));
}

/* One of both, and one of the comment alone. */
static void put_both(struct story *s, uint64_t *ret_both, uint64_t *ret_alone) {
  fx_begin(s->w->f);
  add_words(s, "a green " WORD);
  add_title(s);
  *ret_both = device_put(&s->d);
  fx_begin(s->w->f);
  add_words(s, "a white " WORD);
  *ret_alone = device_put(&s->d);
}

static void erase(struct story *s) {
  struct fx *f = s->w->f;
  struct jl_id founder = fx_id(9999);
  struct world_lane *lane = world_lane(s->w, &founder);
  f->author = f->marie;
  f->administrator = true;
  fx_begin(f);
  f->group.has_erases = true;
  f->group.erases = fx_pb_id(f, f->paul);
  f->group.replica = fx_pb_id(f, founder);
  f->group.seq = lane->seq + 1;
  struct jl_id group_id = jl_id_random();
  f->group.group_id = fx_pb_id(f, group_id);
  assert_false(world_decide(s->w, lane, &f->group)->refused);
  f->author = f->paul;
  f->administrator = false;
  f->group.has_erases = false;
}

static void must_be_gone(struct story *s, size_t edits) {
  const struct jl_erased_edit *gone;
  struct jl_error err;
  size_t n, told = 0;
  assert_true(jl_outbox_gone(&s->d.outbox, s->w->f->a, &gone, &n, &err));
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(gone[i].type, JL_TYPE_COMMENT);
    assert_int_equal(gone[i].number, fx_record(s->w->f, s->comment)->number);
    assert_int_equal(gone[i].field, JL_COMMENT_BODY);
    told += gone[i].count;
  }
  assert_int_equal(told, edits);
  assert_true(jl_outbox_gone_told(&s->d.outbox, &err));
  assert_true(jl_outbox_gone(&s->d.outbox, s->w->f->a, &gone, &n, &err));
  assert_int_equal(n, 0);
  assert_false(on_disk(&s->d, "outbox.db", WORD));
}

static void must_say_erased(struct story *s, uint64_t id) {
  struct jl_entry e;
  struct jl_error err;
  assert_true(jl_outbox_get(&s->d.outbox, id, s->w->f->a, &e, &err));
  assert_int_equal(e.state, JL_OUTBOX_REFUSED);
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e.verdict, s->w->f->a, &err);
  assert_non_null(v);
  assert_string_equal(v->error->message, "the personal values of {1} were erased, and with them what you had typed");
  char number[32];
  snprintf(number, sizeof number, "CM%llu", (unsigned long long)fx_record(s->w->f, s->comment)->number);
  assert_string_equal(v->error->arguments[0]->text, number);
}

static void what_waits_goes_on_without_it(void **state) {
  struct story s;
  uint64_t both, alone;
  begin(&s, state);
  put_both(&s, &both, &alone);
  erase(&s);
  jl_engine_hold(s.d.engine, true);
  device_up(&s.d);
  device_run(&s.d);
  assert_int_equal(device_state(&s.d, both), JL_OUTBOX_QUEUED);
  must_be_gone(&s, 2);
  must_say_erased(&s, alone);
  jl_engine_hold(s.d.engine, false);
  jl_engine_flush(s.d.engine, false);
  device_run(&s.d);
  assert_int_equal(device_state(&s.d, both), JL_OUTBOX_DONE);
  assert_string_equal(world_title(s.w, s.action), "Salon");
  assert_int_equal(s.w->refused, 0);
  struct jl_error err = {0};
  struct jl_resolution mine = {.choice = JL_CHOICE_MINE};
  uint64_t id = 1;
  assert_true(jl_outbox_resolve(&s.d.outbox, alone, &mine, &id, &err)); /* there is nothing to be sent */
  assert_int_equal(id, 0);
  device_same(&s.d);
  end(&s);
}

/* Sent before the copy knows it: the server refuses both, and keeps nothing. */
static void what_is_refused_for_it_goes_on_without_it(void **state) {
  struct story s;
  uint64_t both, alone;
  begin(&s, state);
  put_both(&s, &both, &alone);
  erase(&s);
  device_up(&s.d);
  device_run(&s.d);
  assert_true(s.w->refused >= 1);
  assert_int_equal(device_state(&s.d, both), JL_OUTBOX_DONE);
  assert_string_equal(world_title(s.w, s.action), "Salon");
  must_be_gone(&s, 2);
  must_say_erased(&s, alone);
  device_same(&s.d);
  end(&s);
}

/* Applied before the erasure, the verdict lost: the copy follows first, dies, and has no base when the verdict comes. */
static void what_is_under_way_is_looked_at_when_it_is_decided(void **state) {
  for (int dies = 0; dies < 2; dies++) {
    struct story s;
    begin(&s, state);
    fx_begin(s.w->f);
    add_words(&s, "a green " WORD);
    add_title(&s);
    uint64_t entry = device_put(&s.d);
    device_up(&s.d);
    device_down(&s.d); /* with the verdict under way */
    assert_string_equal(world_title(s.w, s.action), "Salon");
    erase(&s);
    device_up(&s.d);
    struct message *verdict = NULL, **at = &s.d.to_device;
    while (*at != NULL && (*at)->type != JALON__FRAME_TYPE__SUBMIT_REPLY) at = &(*at)->next;
    verdict = *at;
    assert_non_null(verdict);
    *at = verdict->next;
    if (*at == NULL) s.d.to_device_end = at;
    while (device_step(&s.d)) continue;
    jl_engine_flush(s.d.engine, true);
    assert_int_equal(device_state(&s.d, entry), JL_OUTBOX_SENT);
    assert_true(on_disk(&s.d, "outbox.db", "green " WORD));
    if (dies == 1) {
      free(verdict);
      device_again(&s.d);
      jl_engine_set_base(s.d.engine, NULL);
      device_up(&s.d);
    } else {
      verdict->next = NULL;
      *s.d.to_device_end = verdict;
      s.d.to_device_end = &verdict->next;
    }
    device_run(&s.d);
    assert_int_equal(device_state(&s.d, entry), JL_OUTBOX_DONE);
    must_be_gone(&s, 0); /* it was applied, and is erased as everything of hers */
    end(&s);
  }
}

/* An import that made both is offered again without what was erased, should the server lose it. */
static void what_was_applied_is_kept_without_it(void **state) {
  struct story s;
  struct jl_error err;
  struct jl_entry e;
  begin(&s, state);
  struct jl_id other = jl_id_random(), second = jl_id_random();
  struct draft action = fx_action(s.w->f, "Import");
  fx_begin(s.w->f);
  fx_create(s.w->f, &action, other);
  add_comment(s.w->f, second, s.action);
  uint64_t entry = device_put(&s.d);
  device_up(&s.d);
  device_run(&s.d);
  erase(&s);
  world_tell(&s.d);
  device_run(&s.d);
  must_be_gone(&s, 0);
  assert_true(jl_outbox_get(&s.d.outbox, entry, s.w->f->a, &e, &err));
  assert_int_equal(e.state, JL_OUTBOX_DONE);
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, e.group, s.w->f->a, &err);
  assert_int_equal(group->n_edits, 1);
  assert_memory_equal(group->edits[0]->id.data, other.bytes, sizeof other.bytes);
  end(&s);
}

/* ---- a verdict that has the name in its words alone ---- */
static void names_go_from_verdicts(void **state) {
  struct device d;
  struct world *w = one_in_world(state, &d);
  struct fx *f = w->f;
  struct jl_error err = {0}, why;
  struct jl_entry e;
  Jalon__Verdict verdict = JALON__VERDICT__INIT;
  Jalon__Error wire = JALON__ERROR__INIT;
  uint64_t entry;
  size_t parked;
  (void)put_action(&d, "A", &entry);
  assert_true(jl_outbox_take(&d.outbox, &f->plan, true, f->a, &e, &err));
  assert_int_equal(e.id, entry);
  (void)jl_fail(&why, JL_E_DENIED, "{1} decides that, not {2}", NULL, jl_arg_text("Hildegarde Quetzal"), jl_arg_text("Paul"));
  jl_error_to_wire(&why, f->a, &wire);
  verdict.error = &wire;
  assert_true(jl_outbox_settle(&d.outbox, entry, &verdict, 1, &parked, &err));
  assert_true(on_disk(&d, "outbox.db", "Quetzal"));
  struct draft person = d_new(f, JL_TYPE_PERSON);
  d_text(&person, JL_PERSON_NAME, "Hildegarde Quetzal");
  struct jl_outbox_erased of = {.record = fx_id(777), .type = JL_TYPE_PERSON, .number = 12, .former = person.body};
  assert_true(jl_outbox_forget(&d.outbox, &of, &err));
  assert_false(on_disk(&d, "outbox.db", "Quetzal"));
  assert_true(jl_outbox_get(&d.outbox, entry, f->a, &e, &err));
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e.verdict, f->a, &err);
  assert_string_equal(v->error->arguments[1]->text, "Paul");
  device_end(&d);
  free(w);
}

/* ---- the base ---- */
static void a_base_is_swept_by_whoever_opens_it_next(void **state) {
  struct device d;
  struct world *w = one_in_world(state, &d);
  struct jl_error err = {0};
  struct jl_base_space s;
  static uint8_t text[3000];
  for (size_t i = 0; i + sizeof WORD < sizeof text; i += sizeof WORD) memcpy(text + i, WORD, sizeof WORD);
  assert_true(jl_base_find(&d.base, &w->f->plan, &s, &err) && jl_base_save(&d.base, &s, &err));
  for (uint64_t r = 1; r <= 50; r++) {
    struct jl_base_row row = {r, JL_SECTION_ACTIONS, {{text, sizeof text}, {NULL, 0}}};
    assert_true(jl_base_put_change(&d.base, &s, &row, 1, &err));
  }
  assert_true(jl_sql_run(&d.base.sql, "PRAGMA secure_delete = OFF", &err) && jl_sql_run(&d.base.sql, "DELETE FROM change WHERE revision < 40", &err));
  assert_true(jl_sql_begin(&d.base.sql, &err) && jl_base_erased(&d.base, &s, 51, &err) && jl_sql_commit(&d.base.sql, &err));
  assert_true(on_disk(&d, "replica.db", WORD)); /* in free pages */
  device_again(&d);
  assert_false(on_disk(&d, "replica.db", WORD));
  assert_int_equal(jl_base_number(&d.base, "to sweep", 1), 0);
  device_end(&d);
  free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(what_waits_goes_on_without_it),
      FX_TEST(what_is_refused_for_it_goes_on_without_it),
      FX_TEST(what_is_under_way_is_looked_at_when_it_is_decided),
      FX_TEST(what_was_applied_is_kept_without_it),
      FX_TEST(names_go_from_verdicts),
      FX_TEST(a_base_is_swept_by_whoever_opens_it_next),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
