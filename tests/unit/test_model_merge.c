/* Two people at once: every row of the design's table, and what single groups may and may not do. */
#include "model_fixture.h"

static void make_action(struct fx *f, unsigned n, const char *title) {
  struct draft d = fx_action(f, title);
  fx_create_ok(f, &d, fx_id(n));
}

static void different_fields_are_both_kept(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_IMPACT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 8));
  fx_ok(f);
  f->author = f->marie;
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_EFFORT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, 3));
  f->edits[0]->has_seen_revision = true;
  f->edits[0]->seen_revision = 2;
  fx_ok(f);
  assert_true(f->out.merged);
  const struct jl_record *r = fx_record(f, fx_id(100));
  assert_int_equal(jl_record_int(r->type, r->body, JL_ACTION_IMPACT, 0), 8);
  assert_int_equal(jl_record_int(r->type, r->body, JL_ACTION_EFFORT, 0), 3);
  assert_int_equal(r->number, 1);
}

static void same_value_is_nothing_to_do(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  struct jl_bytes eight = fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 8);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_IMPACT, NONE, eight);
  fx_ok(f);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_IMPACT, NONE, eight);
  fx_ok(f);
  assert_int_equal(f->out.change_count, 0);
  assert_true(f->out.merged);
}

static void same_field_is_a_conflict_with_all_values(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  struct jl_bytes webinar = fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"),
                  theirs = fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Salon"),
                  mine = fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Podcast"), one = fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 1),
                  two = fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 2);
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100));
  fx_set(f, e, JL_ACTION_TITLE, webinar, theirs);
  fx_set(f, e, JL_ACTION_IMPACT, NONE, one);
  fx_ok(f);
  f->author = f->marie;
  fx_begin(f);
  e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100));
  fx_set(f, e, JL_ACTION_TITLE, webinar, mine);
  fx_set(f, e, JL_ACTION_IMPACT, NONE, two);
  fx_set(f, e, JL_ACTION_EFFORT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, 2));
  fx_refused(f, JL_E_FIELD_CONFLICT, "changed by Paul");
  assert_int_equal(f->out.conflict_count, 2);
  const Jalon__Conflict *c = &f->out.conflicts[0];
  assert_true(c->seen.len == webinar.size && memcmp(c->seen.data, webinar.data, webinar.size) == 0);
  assert_true(c->theirs.len == theirs.size && memcmp(c->theirs.data, theirs.data, theirs.size) == 0);
  assert_true(c->mine.len == mine.size && memcmp(c->mine.data, mine.data, mine.size) == 0);
  assert_memory_equal(c->author.data, f->paul.bytes, 16);
  assert_string_equal(c->author_name, "Paul");
  assert_string_equal(c->title, "Salon");
  assert_int_equal(c->revision, 3);
  assert_int_equal(c->number, 1);
}

static void sets_merge_by_element(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  const struct jl_field *tags = fx_field(JL_TYPE_ACTION, JL_ACTION_TAGS);
  struct jl_bytes a = fx_text(f, JL_TYPE_ACTION, JL_ACTION_TAGS, "a"), b = fx_text(f, JL_TYPE_ACTION, JL_ACTION_TAGS, "b"),
                  c = fx_text(f, JL_TYPE_ACTION, JL_ACTION_TAGS, "c");
  struct jl_bytes ab = jl_set_apply(f->a, tags, a, b, NONE), bc = jl_set_apply(f->a, tags, b, c, NONE);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_TAGS, NONE, ab);
  fx_ok(f);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_TAGS, ab, b); /* one takes a away */
  fx_ok(f);
  f->author = f->marie;
  fx_begin(f); /* the other adds c at the same time */
  Jalon__FieldEdit *x = fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_TAGS, ab, NONE);
  x->has_next = false;
  x->has_add = true;
  x->add = fx_pb(f, c);
  fx_ok(f);
  assert_true(f->out.merged);
  struct jl_bytes now = jl_record_slice(fx_record(f, fx_id(100))->body, JL_ACTION_TAGS);
  assert_true(now.size == bc.size && memcmp(now.data, bc.data, bc.size) == 0);
}

static void counters_add_within_bounds(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinars");
  for (int i = 0; i < 3; i++) {
    fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_QUANTITY_DONE, NONE, NONE);
    Jalon__FieldEdit *x = f->edits[0]->fields[0];
    x->has_next = x->has_seen = false;
    x->has_add_number = true;
    x->add_number = i < 2 ? 2 : -5;
    if (i < 2)
      fx_ok(f);
    else
      fx_refused(f, JL_E_RULE_VIOLATION, "4");
  }
  const struct jl_record *r = fx_record(f, fx_id(100));
  assert_int_equal(jl_record_int(r->type, r->body, JL_ACTION_QUANTITY_DONE, 0), 4);
}

static void deleted_and_changed(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_IMPACT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 8));
  fx_ok(f);
  f->author = f->marie;
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), 2, false);
  fx_refused(f, JL_E_RECORD_CHANGED, "changed by Paul");
  assert_int_equal(f->out.conflict_count, 1);
  assert_int_equal(f->out.conflicts[0].revision, 3);
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), 3, false);
  fx_ok(f);
  struct jl_id gone = fx_id(100);
  assert_null(jl_replica_live(f->space, &gone));
  fx_begin(f); /* both delete: fine */
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), 3, false);
  fx_ok(f);
  assert_int_equal(f->out.change_count, 0);
  f->author = f->paul;
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_EFFORT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, 3));
  fx_refused(f, JL_E_RECORD_DELETED, "deleted");
  assert_int_equal(f->out.conflict_count, 1);
  assert_int_equal(f->out.conflicts[0].mine.len, 2);
  fx_begin(f); /* restore and apply */
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, fx_id(100));
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_EFFORT, NONE,
         fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, 3));
  fx_ok(f);
  assert_int_equal(fx_record(f, fx_id(100))->deleted_revision, 0);
}

static void children_go_with_their_parent(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  struct draft item = d_new(f, JL_TYPE_CHECKLIST_ITEM);
  d_text(d_ref(&item, JL_CHECKLIST_ITEM_ACTION, fx_id(100)), JL_CHECKLIST_ITEM_TITLE, "Room");
  fx_create_ok(f, &item, fx_id(101));
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), 2, false);
  fx_refused(f, JL_E_RULE_VIOLATION, "Room");
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), 2, true);
  fx_ok(f);
  struct jl_id child = fx_id(101), parent = fx_id(100);
  assert_null(jl_replica_live(f->space, &child));
  assert_int_equal(fx_record(f, child)->deleted_revision, 0);
  fx_update(f, JL_TYPE_CHECKLIST_ITEM, child, JL_CHECKLIST_ITEM_DONE, NONE, fx_int(f, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_DONE, 1));
  fx_refused(f, JL_E_PARENT_DELETED, NULL);
  fx_begin(f); /* a new child of a deleted parent */
  fx_create(f, &item, fx_id(102));
  fx_refused(f, JL_E_PARENT_DELETED, "Webinar");
  fx_begin(f);
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, parent);
  fx_ok(f);
  assert_non_null(jl_replica_live(f->space, &child));
}

static void later_edits_see_earlier_ones_and_all_or_none(void **state) {
  struct fx *f = *state;
  struct draft a = fx_action(f, "Webinar"), item = d_new(f, JL_TYPE_CHECKLIST_ITEM);
  d_text(d_ref(&item, JL_CHECKLIST_ITEM_ACTION, fx_id(100)), JL_CHECKLIST_ITEM_TITLE, "Room");
  fx_begin(f);
  fx_create(f, &item, fx_id(101)); /* even before its parent */
  fx_create(f, &a, fx_id(100));
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_IMPACT, NONE,
         fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 3));
  fx_ok(f);
  assert_int_equal(f->out.given_count, 2);
  assert_int_equal(jl_replica_where(f->space)->revision, 2);
  fx_begin(f);
  fx_create(f, &a, fx_id(102));
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_IMPACT, NONE,
         fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 4));
  fx_refused(f, JL_E_FIELD_CONFLICT, NULL);
  struct jl_id id = fx_id(102);
  assert_null(jl_replica_record(f->space, &id));
  fx_begin(f);
  fx_create(f, &a, fx_id(102));
  fx_ok(f);
  assert_int_equal(f->out.given[0].number, 2);
}

static void rights_are_by_section(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  f->rights = 1u << JL_SECTION_BUDGET;
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_TITLE, NONE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "x"));
  fx_refused(f, JL_E_NOT_FOUND, "this action does not exist"); /* as if it were not there */
  f->reads = 1u << JL_SECTION_ACTIONS;
  fx_begin(f);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_TITLE, NONE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "x"));
  fx_refused(f, JL_E_DENIED, "actions"); /* and nothing about the conflict */
  assert_int_equal(f->out.conflict_count, 0);
  struct draft c = d_new(f, JL_TYPE_COMMENT);
  d_text(d_ref(&c, JL_COMMENT_TARGET, fx_id(100)), JL_COMMENT_BODY, "hello");
  fx_begin(f);
  fx_create(f, &c, fx_id(103));
  fx_refused(f, JL_E_DENIED, "actions");
  f->rights = ALL_SECTIONS;
  fx_begin(f);
  fx_create(f, &c, fx_id(103));
  fx_ok(f);
  const struct jl_record *r = fx_record(f, fx_id(103));
  struct jl_id author;
  assert_true(jl_record_id(r->type, r->body, JL_COMMENT_AUTHOR, &author) && jl_id_equal(&author, &f->paul));
  assert_int_equal(jl_replica_section(f->space, r), JL_SECTION_ACTIONS);
  assert_true(f->out.changes[0].private_values.size > 0); /* the text is personal: not in the body */
  assert_null(memmem(f->out.changes[0].body.data, f->out.changes[0].body.size, "hello", 5));
  d_ref(&c, JL_COMMENT_AUTHOR, f->marie);
  fx_begin(f);
  fx_create(f, &c, fx_id(104));
  fx_refused(f, JL_E_DENIED, "set by the server");
}

static void guards_fail_when_what_was_read_changed(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  for (int i = 0; i < 2; i++) {
    fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_IMPACT, i == 0 ? NONE : fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 3),
              fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 3 + i));
    Jalon__Guard *g = jl_arena_alloc(f->a, sizeof *g);
    jalon__guard__init(g);
    g->has_record = g->has_field = g->has_expected = true;
    g->record = fx_pb_id(f, fx_id(100));
    g->field = JL_ACTION_TITLE;
    g->expected = fx_pb(f, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, i == 0 ? "Webinar" : "Salon"));
    f->guards[f->group.n_guards++] = g;
    if (i == 0)
      fx_ok(f);
    else
      fx_refused(f, JL_E_GUARD_FAILED, "title");
  }
}

static void bad_groups_are_named(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  struct draft d = fx_action(f, "Webinar");
  fx_begin(f);
  fx_create(f, &d, fx_id(100));
  fx_refused(f, JL_E_ALREADY_EXISTS, "A1 Webinar");
  fx_begin(f);
  fx_refused(f, JL_E_INVALID, "without edits");
  d_ref(&d, JL_ACTION_LEVER, fx_id(100)); /* an action is no lever */
  fx_begin(f);
  fx_create(f, &d, fx_id(105));
  fx_refused(f, JL_E_INVALID, "lever");
  d_ref(&d, JL_ACTION_LEVER, fx_id(777));
  fx_begin(f);
  fx_create(f, &d, fx_id(105));
  fx_refused(f, JL_E_INVALID, "does not exist");
  fx_update(f, JL_TYPE_ACTION, fx_id(777), JL_ACTION_IMPACT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 4));
  fx_refused(f, JL_E_NOT_FOUND, NULL);
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_IMPACT, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 11));
  fx_refused(f, JL_E_INVALID, "impact");
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_TITLE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"), NONE);
  fx_refused(f, JL_E_INVALID, "required");
  fx_begin(f);
  fx_delete(f, JL_TYPE_PLAN, f->plan, 1, true);
  fx_refused(f, JL_E_RULE_VIOLATION, "plan");
  struct jl_id other = fx_id(500), keep = f->plan;
  struct jl_replica *space = f->space, *mirror = f->mirror; /* a plan that does not begin with itself */
  f->plan = other;
  f->space = jl_replica_new(&other, JL_SPACE_PLAN);
  f->mirror = jl_replica_new(&other, JL_SPACE_PLAN);
  d = fx_action(f, "Webinar");
  fx_begin(f);
  fx_create(f, &d, fx_id(100));
  fx_refused(f, JL_E_INVALID, "first group");
  jl_replica_free(f->space);
  jl_replica_free(f->mirror);
  f->space = space;
  f->mirror = mirror;
  f->plan = keep;
}

static void send_hostile(struct fx *f, const uint8_t *data, size_t size) {
  Jalon__Group *group = jalon__group__unpack(NULL, size, data);
  if (group == NULL) return;
  struct jl_arena *a = jl_arena_new(4 << 20);
  struct jl_evaluation in = {
      .space = f->space, .organisation = f->org, .author = {f->author, f->rights, false, 0}, .who_changed = fx_who, .context = f};
  struct jl_outcome out = {0};
  if (jl_group_check(group, &f->err) && jl_group_evaluate(&in, group, a, &out, &f->err))
    for (size_t i = 0; i < out.touched_count; i++) {
      jl_record_release(out.touched[i].before);
      jl_record_release(out.touched[i].after);
    }
  fx_same(f->space, f->mirror);
  jl_arena_free(a);
  jalon__group__free_unpacked(group, NULL);
}

/* A group with every verb, three of its bytes changed at a time: whatever comes of it, the space stays as it was. */
static void hostile_groups_change_nothing(void **state) {
  struct fx *f = *state;
  make_action(f, 100, "Webinar");
  make_action(f, 101, "Salon");
  struct draft a = fx_action(f, "Podcast"), r = fx_raci(f, fx_id(100), JL_RACI_A, f->paul);
  fx_begin(f);
  fx_create(f, &a, fx_id(102));
  fx_create(f, &r, fx_natural(f, &r));
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100));
  fx_set(f, e, JL_ACTION_TITLE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"), fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Web"));
  fx_set(f, e, JL_ACTION_TAGS, NONE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TAGS, "x"));
  fx_delete(f, JL_TYPE_ACTION, fx_id(101), 3, true);
  uint8_t packed[2048], changed[2048];
  size_t size = jalon__group__pack(&f->group, packed);
  assert_true(size < sizeof packed);
  srand(20261122);
  for (int i = 0; i < 30000; i++) {
    memcpy(changed, packed, size);
    for (int k = i % 4; k > 0; k--) changed[(size_t)rand() % size] = (uint8_t)rand();
    send_hostile(f, changed, size);
  }
}

/* A tombstone may come back, so nothing enters it that could not stand in a living record. */
static void what_is_changed_and_deleted_at_once_is_checked(void **state) {
  struct fx *f = *state;
  struct draft action = fx_action(f, "Webinar"), objective = d_new(f, JL_TYPE_OBJECTIVE);
  d_text(&objective, JL_OBJECTIVE_TITLE, "Leads");
  fx_create_ok(f, &action, fx_id(100));
  fx_create_ok(f, &objective, fx_id(101));
  const unsigned targets[] = {101 /* no lever */, 102 /* nothing */};
  for (size_t i = 0; i < JL_COUNT(targets); i++) {
    fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_LEVER, NONE, fx_ref(f, JL_TYPE_ACTION, JL_ACTION_LEVER, fx_id(targets[i])));
    fx_delete(f, JL_TYPE_ACTION, fx_id(100), 99, false);
    fx_refused(f, JL_E_INVALID, NULL);
  }
  fx_update(f, JL_TYPE_ACTION, fx_id(100), JL_ACTION_TITLE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"),
            fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Cancelled webinar"));
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), 99, false);
  fx_ok(f);
}

static void a_delete_hides_no_unseen_child(void **state) {
  struct fx *f = *state;
  struct draft action = fx_action(f, "Webinar"), item = d_new(f, JL_TYPE_CHECKLIST_ITEM);
  fx_create_ok(f, &action, fx_id(100));
  uint64_t seen = jl_replica_where(f->space)->revision;
  d_text(d_ref(&item, JL_CHECKLIST_ITEM_ACTION, fx_id(100)), JL_CHECKLIST_ITEM_TITLE, "invite");
  f->author = f->marie;
  fx_create_ok(f, &item, fx_id(110));
  f->author = f->paul;
  fx_create_ok(f, &item, fx_id(111)); /* his own, which he knows */
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), seen, true);
  fx_refused(f, JL_E_RECORD_CHANGED, "Marie");
  assert_int_equal(f->out.conflict_count, 1);
  assert_memory_equal(f->out.conflicts[0].record.data, fx_id(110).bytes, 16);
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(100), seen + 1, true);
  fx_ok(f);
}

/* Adding one tag writes the whole set twice: a small group must not make a revision that no message can carry. */
static void a_revision_fits_into_a_message(void **state) {
  struct fx *f = *state;
  struct draft action = fx_action(f, "Webinar");
  struct jl_bytes tags = NONE;
  for (int i = 0; i < 31; i++) {
    char tag[200];
    memset(tag, 'x', sizeof tag);
    snprintf(tag, 10, "%09d", i);
    tag[9] = 'x';
    tag[199] = '\0';
    tags = jl_set_apply(f->a, fx_field(JL_TYPE_ACTION, JL_ACTION_TAGS), tags, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TAGS, tag), NONE);
  }
  action.body = jl_record_with(f->a, action.body, JL_ACTION_TAGS, tags);
  Jalon__Edit *many[2000];
  for (unsigned i = 0; i < 120; i++) fx_create_ok(f, &action, fx_id(200 + i));
  for (unsigned n = 120; n >= 60; n -= 60) {
    fx_begin(f);
    f->group.edits = many;
    for (unsigned i = 0; i < n; i++) {
      f->group.n_edits = 0;
      f->group.edits = f->edits;
      many[i] = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(200 + i));
      Jalon__FieldEdit *x = fx_set(f, many[i], JL_ACTION_TAGS, NONE, NONE);
      x->has_seen = x->has_next = false;
      x->has_add = true;
      x->add = fx_pb(f, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TAGS, "new"));
    }
    f->group.edits = many;
    f->group.n_edits = n;
    if (n == 120)
      fx_refused(f, JL_E_TOO_LARGE, "several groups");
    else
      fx_ok(f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(different_fields_are_both_kept),
      FX_TEST(same_value_is_nothing_to_do),
      FX_TEST(same_field_is_a_conflict_with_all_values),
      FX_TEST(sets_merge_by_element),
      FX_TEST(counters_add_within_bounds),
      FX_TEST(deleted_and_changed),
      FX_TEST(children_go_with_their_parent),
      FX_TEST(later_edits_see_earlier_ones_and_all_or_none),
      FX_TEST(rights_are_by_section),
      FX_TEST(guards_fail_when_what_was_read_changed),
      FX_TEST(bad_groups_are_named),
      FX_TEST(hostile_groups_change_nothing),
      FX_TEST(what_is_changed_and_deleted_at_once_is_checked),
      FX_TEST(a_delete_hides_no_unseen_child),
      FX_TEST(a_revision_fits_into_a_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
