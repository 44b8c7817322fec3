/* Rights inside the commit's fence: a group that was judged by older rights and is on its way when another node changes them is never
 * accepted after that change, whether the change is a grant of the plan or somebody's team. The order is the test's: commits of one node
 * wait until the other has written. */
#include "common/model/governance/rights.h"
#include "tests/component/support/writer_world.h"

#define EMPTY ((struct jl_bytes){(const uint8_t *)"", 0})
enum { NODES = 2 };
struct stage {
  struct world *w;
  struct node node[NODES];
  struct jl_space *plan[NODES], *organisation[NODES];
  struct client admin[NODES], keeper /* of the directory: lanes are of one space */, paul;
  struct jl_id team, grant, action;
  struct jl_id space_of_organisation;
};

static struct jl_bytes field_of(uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  struct jl_value v = {.number = number};
  if (id != NULL) v.id = *id;
  if (text != NULL) v.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_value_encode(answers, jl_field_by_number(jl_record_type_by_number(type), field), &v);
}
static struct jl_bytes with(struct jl_bytes r, uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  return jl_record_with(answers, r, field, field_of(type, field, number, id, text));
}

/* One edit of any type: a record to be made, or a field with what it was and what it is to be. */
struct change {
  const struct jl_id *space, *id;
  uint32_t type, field;
  struct jl_bytes record, seen, next, add, remove;
  bool gone; /* it is deleted */
};
static struct jl_bytes packed(struct client *c, const struct change *change) {
  Jalon__Group g = JALON__GROUP__INIT;
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  struct jl_id group = jl_id_random();
  g.has_replica = g.has_space = g.has_seq = g.has_group_id = true;
  g.replica = jl_to_pb((struct jl_bytes){c->replica.bytes, 16});
  g.space = jl_to_pb((struct jl_bytes){change->space->bytes, 16});
  g.group_id = jl_to_pb((struct jl_bytes){group.bytes, 16});
  g.seq = ++c->seq;
  g.edits = edits;
  g.n_edits = 1;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.type = change->type;
  edit.id = jl_to_pb((struct jl_bytes){change->id->bytes, 16});
  edit.verb = change->record.size > 0 ? JALON__VERB__CREATE : JALON__VERB__UPDATE;
  edit.has_record = change->record.size > 0;
  edit.record = jl_to_pb(change->record);
  if (change->gone) {
    edit.verb = JALON__VERB__DELETE;
    edit.has_seen_revision = true;
    edit.seen_revision = 1000000;
  } else if (change->record.size == 0) {
    edit.fields = fields;
    edit.n_fields = 1;
    field.has_field = true;
    field.field = change->field;
    field.has_remove = change->remove.size > 0;
    field.remove = jl_to_pb(change->remove);
    field.has_add = change->add.size > 0;
    field.add = jl_to_pb(change->add);
    field.has_seen = field.has_next = !field.has_remove && !field.has_add;
    field.seen = jl_to_pb(change->seen);
    field.next = jl_to_pb(change->next);
  }
  return jl_pack(&g.base, answers, JL_MESSAGE_MAX);
}

static struct answer ask_space(struct stage *s, struct jl_space *space, struct client *c, const struct change *change) {
  struct answer answer = {0};
  jl_space_submit(space, &c->author, &c->account, packed(c, change), 0, on_answer, &answer);
  until(s->w, &answer.count, 1);
  return answer;
}
static void fine(struct stage *s, struct jl_space *space, struct client *c, const struct change *change) {
  struct answer a = ask_space(s, space, c, change);
  expect(&a, JL_E_OK);
}

static struct jl_bytes level(int64_t n) { return field_of(JL_TYPE_GRANT, JL_GRANT_LEVEL, n, NULL, NULL); }

static void looked(void *context, const struct jl_error *err) {
  assert_null(err);
  ++*(int *)context;
}
static void look(struct stage *s, struct jl_space *space) {
  int done = 0;
  jl_space_look(space, looked, &done);
  until(s->w, &done, 1);
}

/* Actions are for nobody but Paul's team. */
static void grant(struct stage *s, const struct jl_id *holder, int64_t n, struct jl_id *ret_id) {
  struct jl_bytes r = with(EMPTY, JL_TYPE_GRANT, JL_GRANT_PLAN, 0, &s->w->space, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_HOLDER, 0, holder, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_SECTION, JL_SECTION_ACTIONS, NULL, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_LEVEL, n, NULL, NULL);
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_GRANT), &s->w->space, r, ret_id));
  fine(s, s->plan[1], &s->admin[1], &(struct change){.space = &s->w->space, .type = JL_TYPE_GRANT, .id = ret_id, .record = r});
}

static void begin(struct stage *s, struct world *w) {
  *s = (struct stage){.w = w,
                      .node = {w->node, {fake_store_node(w->node.store), NULL}},
                      .admin = {new_client(), new_client()},
                      .keeper = new_client(),
                      .paul = new_client()};
  create_plan(w, &s->admin[0]);
  s->node[1].spaces = start(w, s->node[1].store);
  s->space_of_organisation = *jl_spaces_organisation(w->node.spaces);
  for (int i = 0; i < NODES; i++) {
    s->plan[i] = open_space(w, s->node[i].spaces, &w->space, false);
    s->organisation[i] = open_space(w, s->node[i].spaces, &s->space_of_organisation, false);
    jl_space_hold(s->plan[i]);
    jl_space_hold(s->organisation[i]);
  }
  s->paul.author.administrator = false;
  s->team = jl_id_random();
  s->action = jl_id_random();
  fine(s, s->organisation[1], &s->keeper,
       &(struct change){.space = &s->space_of_organisation,
                        .type = JL_TYPE_TEAM,
                        .id = &s->team,
                        .record = with(EMPTY, JL_TYPE_TEAM, JL_TEAM_NAME, 0, NULL, "Sales")});
  struct jl_bytes paul =
      with(with(EMPTY, JL_TYPE_PERSON, JL_PERSON_NAME, 0, NULL, "Paul"), JL_TYPE_PERSON, JL_PERSON_TEAMS, 0, &s->team, NULL);
  fine(s, s->organisation[1], &s->keeper,
       &(struct change){.space = &s->space_of_organisation, .type = JL_TYPE_PERSON, .id = &s->paul.author.person, .record = paul});
  struct jl_id everybody;
  fine(s, s->plan[1], &s->admin[1],
       &(struct change){.space = &w->space,
                        .type = JL_TYPE_ACTION,
                        .id = &s->action,
                        .record = with(EMPTY, JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "a")});
  grant(s, &s->w->space, JL_RIGHT_NONE, &everybody);
  grant(s, &s->team, JL_RIGHT_EDIT, &s->grant);
  look(s, s->organisation[0]); /* as a login of Paul's would there */
  /* An edit of Paul's on node 0 makes it read what node 1 wrote: both know who may what. */
  fine(s, s->plan[0], &s->paul,
       &(struct change){.space = &w->space,
                        .type = JL_TYPE_ACTION,
                        .id = &s->action,
                        .field = JL_ACTION_TITLE,
                        .seen = field_of(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "a"),
                        .next = field_of(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "b")});
}

static void end(struct stage *s) {
  for (int i = 0; i < NODES; i++) {
    jl_space_release(s->plan[i]);
    jl_space_release(s->organisation[i]);
  }
  stop(s->w, s->node[1].spaces);
  fake_store_free(s->node[1].store);
}

/* Paul's edit is judged on node 0 and waits to be committed; the change of node 1 is committed; then Paul's may go on. */
static void meanwhile(struct stage *s, struct jl_space *where, struct client *who, const struct change *change, enum jl_code expected) {
  struct answer answer = {0};
  const struct change edit = {.space = &s->w->space,
                              .type = JL_TYPE_ACTION,
                              .id = &s->action,
                              .field = JL_ACTION_TITLE,
                              .seen = field_of(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "b"),
                              .next = field_of(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "c")};
  fake_store_hold(s->node[0].store, true);
  jl_space_submit(s->plan[0], &s->paul.author, &s->paul.account, packed(&s->paul, &edit), 0, on_answer, &answer);
  for (int i = 0; i < 20; i++) uv_run(&s->w->loop, UV_RUN_NOWAIT); /* in this world nothing comes by itself: it is at the store by now */
  assert_int_equal(answer.count, 0);
  fine(s, where, who, change);
  uint64_t revoked = jl_replica_where(jl_space_committed(s->plan[1]))->revision;
  fake_store_hold(s->node[0].store, false);
  until(s->w, &answer.count, 1);
  expect(&answer, expected);
  if (answer.verdict->error == NULL) assert_true(answer.verdict->revision > revoked);
  struct jl_replica *stored = fake_store_replica(s->node[0].store, &s->w->space);
  const struct jl_record *action = jl_replica_record(stored, &s->action);
  struct jl_bytes title = jl_record_text(action->type, action->body, JL_ACTION_TITLE);
  assert_true(title.size == 1 && title.data[0] == (expected == JL_E_OK ? 'c' : 'b'));
  jl_replica_free(stored);
}

static void a_right_that_ends_meanwhile_ends_for_it(void **state) {
  struct stage s;
  begin(&s, *state);
  meanwhile(&s, s.plan[1], &s.admin[1],
            &(struct change){.space = &s.w->space,
                             .type = JL_TYPE_GRANT,
                             .id = &s.grant,
                             .field = JL_GRANT_LEVEL,
                             .seen = level(JL_RIGHT_EDIT),
                             .next = level(JL_RIGHT_READ)},
            JL_E_DENIED);
  end(&s);
}

static const struct change *leaves_the_team(struct stage *s) {
  static struct change change;
  change = (struct change){.space = &s->space_of_organisation,
                           .type = JL_TYPE_PERSON,
                           .id = &s->paul.author.person,
                           .field = JL_PERSON_TEAMS,
                           .remove = field_of(JL_TYPE_PERSON, JL_PERSON_TEAMS, 0, &s->team, NULL)};
  return &change;
}

static void a_team_that_is_left_meanwhile_gives_nothing(void **state) {
  struct stage s;
  begin(&s, *state);
  meanwhile(&s, s.organisation[1], &s.keeper, leaves_the_team(&s), JL_E_NOT_FOUND); /* to him the action is not there any more */
  end(&s);
}

/* ---- RACI enforced: the same fence ---- */
static struct jl_id named_a(struct stage *s, const struct jl_id *holder) {
  struct jl_id id;
  fine(s, s->plan[1], &s->admin[1],
       &(struct change){.space = &s->w->space,
                        .type = JL_TYPE_PLAN,
                        .id = &s->w->space,
                        .field = JL_PLAN_RACI_ENFORCED,
                        .seen = EMPTY,
                        .next = field_of(JL_TYPE_PLAN, JL_PLAN_RACI_ENFORCED, 1, NULL, NULL)});
  struct jl_bytes r = with(EMPTY, JL_TYPE_RACI, JL_RACI_TARGET, 0, &s->action, NULL);
  r = with(r, JL_TYPE_RACI, JL_RACI_LETTER, JL_RACI_A, NULL, NULL);
  r = with(r, JL_TYPE_RACI, JL_RACI_HOLDER, 0, holder, NULL);
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &s->w->space, r, &id));
  fine(s, s->plan[1], &s->admin[1], &(struct change){.space = &s->w->space, .type = JL_TYPE_RACI, .id = &id, .record = r});
  return id;
}

static void colleague(struct stage *s, const char *name, struct jl_id *ret_id) {
  *ret_id = jl_id_random();
  fine(s, s->organisation[1], &s->keeper,
       &(struct change){.space = &s->space_of_organisation,
                        .type = JL_TYPE_PERSON,
                        .id = ret_id,
                        .record = with(EMPTY, JL_TYPE_PERSON, JL_PERSON_NAME, 0, NULL, name)});
}

static void a_letter_that_is_lost_meanwhile_gives_nothing(void **state) {
  struct stage s;
  struct jl_id claire;
  begin(&s, *state);
  colleague(&s, "Claire", &claire);
  struct jl_id a = named_a(&s, &s.paul.author.person);
  meanwhile(&s, s.plan[1], &s.admin[1],
            &(struct change){.space = &s.w->space,
                             .type = JL_TYPE_RACI,
                             .id = &a,
                             .field = JL_RACI_HOLDER,
                             .seen = field_of(JL_TYPE_RACI, JL_RACI_HOLDER, 0, &s.paul.author.person, NULL),
                             .next = field_of(JL_TYPE_RACI, JL_RACI_HOLDER, 0, &claire, NULL)},
            JL_E_DENIED);
  end(&s);
}

static void a_letter_that_is_kept_meanwhile_is_enough(void **state) {
  struct stage s;
  struct jl_id claire;
  begin(&s, *state);
  colleague(&s, "Claire", &claire);
  struct jl_id a = named_a(&s, &s.paul.author.person);
  meanwhile(&s, s.plan[1], &s.admin[1],
            &(struct change){.space = &s.w->space,
                             .type = JL_TYPE_RACI,
                             .id = &a,
                             .field = JL_RACI_TASK,
                             .seen = EMPTY,
                             .next = field_of(JL_TYPE_RACI, JL_RACI_TASK, 0, NULL, "Validation")},
            JL_E_OK);
  end(&s);
}

static void a_leave_that_is_over_meanwhile_gives_nothing(void **state) {
  struct stage s;
  struct jl_id claire, leave = jl_id_random();
  enum { FOR_EVER = 60000 }; /* the writer's clock is the real one */
  begin(&s, *state);
  colleague(&s, "Claire", &claire);
  (void)named_a(&s, &claire);
  struct jl_bytes r = with(EMPTY, JL_TYPE_LEAVE, JL_LEAVE_PERSON, 0, &claire, NULL);
  r = with(with(r, JL_TYPE_LEAVE, JL_LEAVE_START, 1, NULL, NULL), JL_TYPE_LEAVE, JL_LEAVE_END, FOR_EVER, NULL, NULL);
  r = with(r, JL_TYPE_LEAVE, JL_LEAVE_SUBSTITUTE, 0, &s.paul.author.person, NULL);
  fine(&s, s.organisation[1], &s.keeper,
       &(struct change){.space = &s.space_of_organisation, .type = JL_TYPE_LEAVE, .id = &leave, .record = r});
  meanwhile(&s, s.organisation[1], &s.keeper,
            &(struct change){.space = &s.space_of_organisation,
                             .type = JL_TYPE_LEAVE,
                             .id = &leave,
                             .field = JL_LEAVE_END,
                             .seen = field_of(JL_TYPE_LEAVE, JL_LEAVE_END, FOR_EVER, NULL, NULL),
                             .next = field_of(JL_TYPE_LEAVE, JL_LEAVE_END, 2, NULL, NULL)},
            JL_E_DENIED);
  end(&s);
}

static void another_change_does_not_stand_in_the_way(void **state) {
  struct stage s;
  begin(&s, *state);
  struct jl_id other = jl_id_random();
  meanwhile(&s, s.organisation[1], &s.keeper,
            &(struct change){.space = &s.space_of_organisation,
                             .type = JL_TYPE_TEAM,
                             .id = &other,
                             .record = with(EMPTY, JL_TYPE_TEAM, JL_TEAM_NAME, 0, NULL, "Others")},
            JL_E_OK);
  end(&s);
}

static struct change of_pauls(const struct stage *s) {
  return (struct change){.space = &s->w->space,
                         .type = JL_TYPE_ACTION,
                         .id = &s->action,
                         .field = JL_ACTION_TITLE,
                         .seen = field_of(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "b"),
                         .next = field_of(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "c")};
}

/* A node whose organisation is of before opens the plan for the first time: it has nothing to compare it with but its head. */
static void a_plan_that_is_opened_is_not_judged_by_an_older_organisation(void **state) {
  struct stage s;
  begin(&s, *state);
  struct node late = {fake_store_node(s.node[0].store), NULL};
  late.spaces = start(s.w, late.store);
  fine(&s, s.organisation[1], &s.keeper, leaves_the_team(&s));
  struct jl_space *plan = open_space(s.w, late.spaces, &s.w->space, false);
  jl_space_hold(plan);
  struct change edit = of_pauls(&s);
  struct answer a = ask_space(&s, plan, &s.paul, &edit);
  expect(&a, JL_E_NOT_FOUND);
  jl_space_release(plan);
  stop(s.w, late.spaces);
  fake_store_free(late.store);
  end(&s);
}

/* The organisation was to be looked at, and could not be: that is no look. */
static void a_look_that_failed_is_none(void **state) {
  struct stage s;
  begin(&s, *state);
  struct change edit = of_pauls(&s);
  struct answer answer = {0};
  fine(&s, s.organisation[1], &s.keeper, leaves_the_team(&s));
  size_t reads = fake_store_counts(s.node[0].store).catch_ups;
  jl_space_submit(s.plan[0], &s.paul.author, &s.paul.account, packed(&s.paul, &edit), 0, on_answer, &answer);
  while (fake_store_counts(s.node[0].store).catch_ups == reads) uv_run(&s.w->loop, UV_RUN_NOWAIT); /* the plan; next the organisation */
  fake_store_healthy(s.node[0].store, false);
  for (int i = 0; i < 20; i++) uv_run(&s.w->loop, UV_RUN_NOWAIT);
  assert_int_equal(answer.count, 0);
  fake_store_healthy(s.node[0].store, true);
  until(s.w, &answer.count, 1);
  expect(&answer, JL_E_NOT_FOUND);
  end(&s);
}

/* No head of the new plan says by what its maker was judged: the organisation's own does, when it is made. */
static void who_has_left_makes_no_plan_on_a_node_that_does_not_know_it(void **state) {
  struct stage s;
  begin(&s, *state);
  fine(&s, s.organisation[1], &s.keeper,
       &(struct change){.space = &s.space_of_organisation,
                        .type = JL_TYPE_PERSON,
                        .id = &s.paul.author.person,
                        .field = JL_PERSON_INACTIVE,
                        .next = field_of(JL_TYPE_PERSON, JL_PERSON_INACTIVE, 1, NULL, NULL)});
  struct jl_id id = jl_id_random();
  struct client paul = s.paul;
  paul.replica = jl_id_random();
  paul.seq = 0;
  struct jl_space *plan = open_space(s.w, s.node[0].spaces, &id, true);
  jl_space_hold(plan);
  struct change make = {.space = &id, .type = JL_TYPE_PLAN, .id = &id, .record = plan_record(answers, "his")};
  struct answer a = ask_space(&s, plan, &paul, &make);
  expect(&a, JL_E_INVALID); /* to him no plan is there, nor can one be made */
  assert_null(fake_store_replica(s.node[0].store, &id));
  jl_space_release(plan);
  end(&s);
}

/* A node that is told of changed rights and cannot read them then does so later, although nobody tells it again. */
static void rights_that_could_not_be_read_are_read_later(void **state) {
  struct stage s;
  begin(&s, *state);
  uint64_t before = jl_replica_where(jl_space_committed(s.plan[0]))->acl_epoch;
  fine(&s, s.plan[1], &s.admin[1],
       &(struct change){.space = &s.w->space,
                        .type = JL_TYPE_GRANT,
                        .id = &s.grant,
                        .field = JL_GRANT_LEVEL,
                        .seen = level(JL_RIGHT_EDIT),
                        .next = level(JL_RIGHT_READ)});
  fake_store_healthy(s.node[0].store, false);
  jl_spaces_rights_moved(s.node[0].spaces, &s.w->space, before + 1);
  for (int i = 0; i < 20; i++) uv_run(&s.w->loop, UV_RUN_NOWAIT);
  jl_spaces_tick(s.node[0].spaces); /* it is away still */
  fake_store_healthy(s.node[0].store, true);
  for (int i = 0; i < 20; i++) uv_run(&s.w->loop, UV_RUN_NOWAIT);
  assert_int_equal(jl_replica_where(jl_space_committed(s.plan[0]))->acl_epoch, before); /* nothing comes by itself */
  jl_spaces_tick(s.node[0].spaces);
  for (int i = 0; i < 20; i++) uv_run(&s.w->loop, UV_RUN_NOWAIT);
  assert_int_equal(jl_replica_where(jl_space_committed(s.plan[0]))->acl_epoch, before + 1);
  end(&s);
}

/* A node where the plan is not open has heard nothing of it, as when what it was told was lost: it learns from the list what has ended too. */
static void a_right_that_ended_unheard_is_not_listed(void **state) {
  struct stage s;
  begin(&s, *state);
  struct node late = {fake_store_node(s.node[0].store), NULL};
  late.spaces = start(s.w, late.store);
  const struct jl_replica *plans = jl_spaces_plans(late.spaces);
  assert_non_null(jl_replica_live(plans, &s.grant));
  fine(&s, s.plan[1], &s.admin[1], &(struct change){.space = &s.w->space, .type = JL_TYPE_GRANT, .id = &s.grant, .gone = true});
  assert_null(jl_space_if_open(late.spaces, &s.w->space));
  jl_spaces_look(late.spaces);
  for (int i = 0; i < 20; i++) uv_run(&s.w->loop, UV_RUN_NOWAIT);
  assert_non_null(jl_replica_live(plans, &s.w->space)); /* the plan is there */
  assert_null(jl_replica_live(plans, &s.grant));
  stop(s.w, late.spaces);
  fake_store_free(late.store);
  end(&s);
}

/* Somebody's own space is opened where he is not known yet, as any id may be: to that node it could become a plan. Once it knows him it is his. */
static void a_space_is_its_persons_as_soon_as_he_is_known(void **state) {
  struct stage s;
  begin(&s, *state);
  struct jl_id id = jl_id_random();
  for (int known = 0; known < 2; known++) {
    struct jl_space *space = open_space(s.w, s.node[0].spaces, &id, true);
    assert_int_equal(jl_replica_kind(jl_space_committed(space)), known == 1 ? JL_SPACE_PERSONAL : JL_SPACE_PLAN);
    struct jl_bytes ana = with(EMPTY, JL_TYPE_PERSON, JL_PERSON_NAME, 0, NULL, "Ana");
    if (known == 1) break;
    fine(&s, s.organisation[1], &s.keeper,
         &(struct change){.space = &s.space_of_organisation, .type = JL_TYPE_PERSON, .id = &id, .record = ana});
    look(&s, s.organisation[0]);
  }
  end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(a_right_that_ends_meanwhile_ends_for_it),   TEST(a_team_that_is_left_meanwhile_gives_nothing),
                                     TEST(another_change_does_not_stand_in_the_way),  TEST(a_letter_that_is_lost_meanwhile_gives_nothing),
                                     TEST(a_letter_that_is_kept_meanwhile_is_enough), TEST(a_leave_that_is_over_meanwhile_gives_nothing),
                                     TEST(a_plan_that_is_opened_is_not_judged_by_an_older_organisation), TEST(a_look_that_failed_is_none),
                                     TEST(who_has_left_makes_no_plan_on_a_node_that_does_not_know_it),
                                     TEST(rights_that_could_not_be_read_are_read_later), TEST(a_right_that_ended_unheard_is_not_listed),
                                     TEST(a_space_is_its_persons_as_soon_as_he_is_known)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
