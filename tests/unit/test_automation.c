/* Automations: what sets them off, what they do, with whose rights, and that nothing they do goes round for ever. Days by the calendar: 2026-03-10
 * is a Tuesday, Easter Monday is 2026-04-06. */
#include "common/base/limits.h"
#include "common/model/automation/automation.h"
#include "common/model/automation/firing.h"
#include "common/model/replica_internal.h"
#include "model_fixture.h"

static int32_t day(int month, int of_month) { return jl_day_from_date(2026, month, of_month); }

/* "--when", "--if", "--set", "--tags" of it, one or several joined by "|"; NULL: none. */
struct says {
  const char *when, *conditions, *sets, *tags, *comment, *creates;
  int64_t duration;
  bool tells_paul;
};

static void put_texts(struct draft *d, uint32_t field, const char *texts) {
  struct jl_value values[32];
  size_t n = 0;
  for (const char *at = texts; at != NULL && *at != '\0'; n++) {
    size_t size = strcspn(at, "|");
    values[n].text = (struct jl_bytes){(const uint8_t *)at, size};
    at += size + (at[size] == '|');
  }
  if (n > 0) d->body = jl_record_with(d->f->a, d->body, field, jl_values_encode(d->f->a, fx_field(d->type, field), values, n));
}

static struct draft draft_of(struct fx *f, const char *title, const struct says *s) {
  struct draft d = d_new(f, JL_TYPE_AUTOMATION);
  d_text(d_text(&d, JL_AUTOMATION_TITLE, title), JL_AUTOMATION_WHEN, s->when);
  put_texts(&d, JL_AUTOMATION_CONDITIONS, s->conditions);
  put_texts(&d, JL_AUTOMATION_SETS, s->sets);
  put_texts(&d, JL_AUTOMATION_TAGS, s->tags);
  if (s->comment != NULL) d_text(&d, JL_AUTOMATION_COMMENT, s->comment);
  if (s->creates != NULL) d_text(&d, JL_AUTOMATION_CREATES, s->creates);
  if (s->duration > 0) d_int(&d, JL_AUTOMATION_DURATION, s->duration);
  if (s->tells_paul) d_ref(&d, JL_AUTOMATION_NOTIFY, f->paul);
  return d;
}

static void automation(struct fx *f, unsigned id, const char *title, struct says s) {
  struct draft d = draft_of(f, title, &s);
  fx_create_ok(f, &d, fx_id(id));
}

static void action(struct fx *f, unsigned id, const char *title) {
  struct draft d = fx_action(f, title);
  struct draft letters[] = {fx_raci(f, fx_id(id), JL_RACI_A, f->marie), fx_raci(f, fx_id(id), JL_RACI_R, f->marie)};
  fx_begin(f);
  fx_create(f, &d, fx_id(id));
  for (size_t i = 0; i < JL_COUNT(letters); i++) fx_create(f, &letters[i], fx_natural(f, &letters[i]));
  fx_ok(f);
}

static void change(struct fx *f, unsigned id, uint32_t field, struct jl_bytes next) {
  fx_update(f, JL_TYPE_ACTION, fx_id(id), field, jl_record_slice(fx_record(f, fx_id(id))->body, field), next);
}
static void status(struct fx *f, unsigned id, int64_t to) {
  change(f, id, JL_ACTION_STATUS, fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, to));
}

static int64_t number(struct fx *f, struct jl_id id, uint32_t field) {
  const struct jl_record *r = fx_record(f, id);
  return jl_record_int(r->type, r->body, field, -1);
}

/* The firing of an automation at that place of its log; -1: none. */
static int64_t outcome(struct fx *f, unsigned id, uint8_t place) {
  struct jl_id of = fx_id(id), at = jl_firing_place(&of, place);
  return jl_replica_record(f->space, &at) == NULL ? -1 : number(f, at, JL_AUTOMATION_FIRING_OUTCOME);
}
static void reason(struct fx *f, unsigned id, uint8_t place, const char *part) {
  struct jl_id of = fx_id(id), at = jl_firing_place(&of, place);
  const struct jl_record *r = fx_record(f, at);
  struct jl_bytes text = jl_record_text(r->type, r->body, JL_AUTOMATION_FIRING_REASON);
  char words[300];
  snprintf(words, sizeof words, "%.*s", (int)text.size, (const char *)text.data);
  if (strstr(words, part) == NULL) fail_msg("expected \"%s\" in \"%s\"", part, words);
}
static size_t count_of(struct fx *f, uint32_t type) {
  size_t n = 0;
  for (size_t i = 0; i < jl_replica_of_type(f->space, type); i++) n += jl_replica_of_type_at(f->space, type, i)->deleted_revision == 0;
  return n;
}
static bool tagged(struct fx *f, unsigned id, const char *tag) {
  const struct jl_record *r = fx_record(f, fx_id(id));
  struct jl_iterator it = jl_record_each(r->body, fx_field(JL_TYPE_ACTION, JL_ACTION_TAGS));
  for (struct jl_value v; jl_iterator_next(&it, &v);)
    if (v.text.size == strlen(tag) && memcmp(v.text.data, tag, v.text.size) == 0) return true;
  return false;
}

/* ---- what sets it off, and what it does ---- */
static void done_is_all_of_it(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Done", (struct says){.when = "status=done", .sets = "progress=100%", .tags = "fini"});
  action(f, 100, "A");
  status(f, 100, JL_IN_PROGRESS);
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_PROGRESS), -1);
  uint64_t revision = jl_replica_where(f->space)->revision;
  status(f, 100, JL_DONE);
  fx_ok(f);
  assert_int_equal(jl_replica_where(f->space)->revision, revision + 1); /* the same group */
  assert_int_equal(number(f, fx_id(100), JL_ACTION_PROGRESS), 1000000);
  assert_true(tagged(f, 100, "fini"));
  assert_int_equal(outcome(f, 50, 0), JL_FIRING_DONE);
  assert_int_equal(outcome(f, 50, 1), -1);
  change(f, 100, JL_ACTION_TITLE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "B")); /* it is done still: nothing became so */
  fx_ok(f);
  assert_int_equal(outcome(f, 50, 1), -1);
}

static void conditions_hold_all(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Big", (struct says){.when = "priority", .conditions = "impact>=7|lever=|tags!=stop|status=to-do", .tags = "grand"});
  action(f, 100, "A");
  static const struct {
    int64_t impact, status;
    bool fires;
  } cases[] = {{7, 0, true}, {6, 0, false}, {9, JL_READY, false}};
  for (unsigned i = 0; i < JL_COUNT(cases); i++) {
    action(f, 200 + i, "C");
    change(f, 200 + i, JL_ACTION_IMPACT, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, cases[i].impact));
    fx_ok(f);
    if (cases[i].status != 0) {
      status(f, 200 + i, cases[i].status);
      fx_ok(f);
    }
    change(f, 200 + i, JL_ACTION_PRIORITY, fx_int(f, JL_TYPE_ACTION, JL_ACTION_PRIORITY, JL_HIGH));
    fx_ok(f);
    assert_int_equal(tagged(f, 200 + i, "grand"), cases[i].fires);
  }
}

static void made_action_and_comment(void **state) {
  struct fx *f = *state;
  f->today = day(4, 3); /* Good Friday is worked in France but for Alsace; Monday is Easter Monday */
  automation(f, 50, "Blocked", (struct says){.when = "status=blocked", .comment = "{title} attend", .creates = "Débloquer {title}", .duration = 3, .tells_paul = true});
  action(f, 100, "Salon");
  status(f, 100, JL_BLOCKED);
  fx_set(f, f->edits[0], JL_ACTION_BLOCKED_REASON, NONE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_BLOCKED_REASON, "devis"));
  fx_ok(f);
  assert_int_equal(count_of(f, JL_TYPE_ACTION), 2);
  const struct jl_record *made = jl_replica_numbered(f->space, JL_TYPE_ACTION, 2);
  struct jl_bytes title = jl_record_text(made->type, made->body, JL_ACTION_TITLE);
  assert_int_equal(title.size, strlen("Débloquer Salon"));
  assert_memory_equal(title.data, "Débloquer Salon", title.size);
  assert_int_equal(jl_record_int(made->type, made->body, JL_ACTION_START, 0), day(4, 3));
  assert_int_equal(jl_record_int(made->type, made->body, JL_ACTION_DUE, 0), day(4, 8)); /* Friday, Tuesday, Wednesday */
  const struct jl_record *comment = jl_replica_numbered(f->space, JL_TYPE_COMMENT, 2); /* numbers of a type in several sections are apart */
  assert_non_null(comment);
  struct jl_id author, told;
  assert_true(jl_record_id(comment->type, comment->body, JL_COMMENT_AUTHOR, &author) && jl_id_equal(&author, &f->paul));
  assert_true(jl_record_id(comment->type, comment->body, JL_COMMENT_MENTIONS, &told) && jl_id_equal(&told, &f->paul));
  struct jl_bytes words = jl_record_text(comment->type, comment->body, JL_COMMENT_BODY);
  assert_memory_equal(words.data, "Salon attend", words.size);
}

/* ---- rights ---- */
static void grant(struct fx *f, unsigned id, struct jl_id holder, int64_t level) {
  struct draft d = d_new(f, JL_TYPE_GRANT);
  (void)id;
  d_int(d_int(d_ref(d_ref(&d, JL_GRANT_PLAN, f->plan), JL_GRANT_HOLDER, holder), JL_GRANT_SECTION, JL_SECTION_ACTIONS), JL_GRANT_LEVEL, level);
  f->administrator = true;
  fx_create_ok(f, &d, fx_natural(f, &d));
  f->administrator = false;
}

static void whoever_may_no_more_is_stopped(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Done", (struct says){.when = "status=done", .sets = "progress=100%"}); /* Paul's */
  action(f, 100, "A");
  grant(f, 70, f->paul, JL_RIGHT_READ);
  f->author = f->marie;
  status(f, 100, JL_DONE);
  fx_ok(f); /* her edit stays */
  assert_int_equal(number(f, fx_id(100), JL_ACTION_STATUS), JL_DONE);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_PROGRESS), -1);
  assert_int_equal(number(f, fx_id(50), JL_AUTOMATION_STATE), JL_AUTOMATION_STOPPED);
  assert_int_equal(number(f, fx_id(50), JL_AUTOMATION_STOPPED_BECAUSE), JL_STOP_RIGHTS);
  assert_int_equal(outcome(f, 50, 0), JL_FIRING_STOPPED);
  /* whoever switches it on again answers for it */
  fx_update(f, JL_TYPE_AUTOMATION, fx_id(50), JL_AUTOMATION_STATE, fx_int(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_STATE, JL_AUTOMATION_STOPPED),
            fx_int(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_STATE, JL_AUTOMATION_ON));
  fx_ok(f);
  struct jl_id author;
  const struct jl_record *on = fx_record(f, fx_id(50));
  assert_true(jl_record_id(on->type, on->body, JL_AUTOMATION_AUTHOR, &author) && jl_id_equal(&author, &f->marie));
  assert_false(jl_record_has(on->body, JL_AUTOMATION_STOPPED_BECAUSE));
  action(f, 101, "B");
  status(f, 101, JL_DONE);
  fx_ok(f);
  assert_int_equal(number(f, fx_id(101), JL_ACTION_PROGRESS), 1000000);
}

/* Nobody borrows rights by changing what another one's automation does. */
static void last_author_answers(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Done", (struct says){.when = "status=done", .sets = "progress=100%"});
  f->author = f->marie;
  fx_update(f, JL_TYPE_AUTOMATION, fx_id(50), JL_AUTOMATION_WHEN, fx_text(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_WHEN, "status=done"),
            fx_text(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_WHEN, "status=ready"));
  fx_ok(f);
  struct jl_id author;
  const struct jl_record *r = fx_record(f, fx_id(50));
  assert_true(jl_record_id(r->type, r->body, JL_AUTOMATION_AUTHOR, &author) && jl_id_equal(&author, &f->marie));
  fx_update(f, JL_TYPE_AUTOMATION, fx_id(50), JL_AUTOMATION_AUTHOR, fx_ref(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_AUTHOR, f->marie),
            fx_ref(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_AUTHOR, f->paul));
  fx_refused(f, JL_E_INVALID, "cannot change");
}

/* One without words of its own says its title, in its author's name: nobody puts words into another one's mouth. */
static void a_title_that_is_said(void **state) {
  struct fx *f = *state;
  struct jl_id author;
  f->today = day(3, 10);
  automation(f, 50, "Done", (struct says){.when = "status=done", .tells_paul = true});
  automation(f, 51, "Done", (struct says){.when = "status=done", .comment = "bravo", .tells_paul = true});
  f->author = f->marie;
  for (unsigned i = 50; i < 52; i++) {
    fx_update(f, JL_TYPE_AUTOMATION, fx_id(i), JL_AUTOMATION_TITLE, fx_text(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_TITLE, "Done"),
              fx_text(f, JL_TYPE_AUTOMATION, JL_AUTOMATION_TITLE, "You are late"));
    fx_ok(f);
    const struct jl_record *r = fx_record(f, fx_id(i));
    assert_true(jl_record_id(r->type, r->body, JL_AUTOMATION_AUTHOR, &author));
    assert_true(jl_id_equal(&author, i == 50 ? &f->marie : &f->paul));
  }
}

/* A rule refuses what it does, not the edit that it followed; of two automations the other one does its work. */
static void refused_alone(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Wrong", (struct says){.when = "priority=high", .sets = "status=blocked", .tags = "never"}); /* without a reason */
  automation(f, 51, "Right", (struct says){.when = "priority=high", .tags = "prêt"});
  action(f, 100, "A");
  change(f, 100, JL_ACTION_PRIORITY, fx_int(f, JL_TYPE_ACTION, JL_ACTION_PRIORITY, JL_HIGH));
  fx_ok(f);
  assert_int_not_equal(number(f, fx_id(100), JL_ACTION_STATUS), JL_BLOCKED);
  assert_false(tagged(f, 100, "never"));
  assert_true(tagged(f, 100, "prêt"));
  assert_int_equal(outcome(f, 50, 0), JL_FIRING_REFUSED);
  reason(f, 50, 0, "cannot be blocked without a reason");
  assert_int_equal(outcome(f, 51, 0), JL_FIRING_DONE);
}

/* Nor does it change back what was typed in the edit that sets it off. */
static void typing_stays(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Never ready", (struct says){.when = "status=ready", .sets = "status=to-do", .tags = "never"});
  action(f, 100, "A");
  status(f, 100, JL_READY);
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_STATUS), JL_READY);
  assert_false(tagged(f, 100, "never"));
  assert_int_equal(outcome(f, 50, 0), JL_FIRING_REFUSED);
  reason(f, 50, 0, "stays as it was typed");
}

/* Marie holds the R: Paul's automation may not touch it, and does not by way of her edit. */
static void letters_hold_for_it(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Done", (struct says){.when = "status=done", .sets = "progress=100%"});
  action(f, 100, "A");
  fx_update(f, JL_TYPE_PLAN, f->plan, JL_PLAN_RACI_ENFORCED, NONE, fx_int(f, JL_TYPE_PLAN, JL_PLAN_RACI_ENFORCED, 1));
  fx_ok(f);
  f->author = f->marie;
  status(f, 100, JL_DONE);
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_PROGRESS), -1);
  assert_int_equal(outcome(f, 50, 0), JL_FIRING_REFUSED);
  reason(f, 50, 0, "you hold neither R nor A of it");
}

/* What the edit lets through and an automation spoils together: the edit stays, the automation's part goes. */
static void edit_comes_first(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Early", (struct says){.when = "priority=urgent", .sets = "due=2026-03-01"});
  action(f, 100, "A");
  change(f, 100, JL_ACTION_PRIORITY, fx_int(f, JL_TYPE_ACTION, JL_ACTION_PRIORITY, JL_URGENT));
  fx_set(f, f->edits[0], JL_ACTION_START, NONE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_START, day(3, 5)));
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_START), day(3, 5));
  assert_int_equal(number(f, fx_id(100), JL_ACTION_DUE), -1);
  assert_int_equal(outcome(f, 50, 0), JL_FIRING_REFUSED);
}

static void log_is_the_servers(void **state) {
  struct fx *f = *state;
  struct draft d = d_new(f, JL_TYPE_AUTOMATION_FIRING);
  d_int(&d, JL_AUTOMATION_FIRING_DUE, day(3, 10));
  fx_begin(f);
  fx_create(f, &d, fx_id(900));
  fx_refused(f, JL_E_DENIED, "kept by the server");
}

/* ---- loops ---- */
static void two_that_set_each_other_off(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "A sets B", (struct says){.when = "priority=high", .sets = "priority=low"});
  automation(f, 51, "B sets A", (struct says){.when = "priority=low", .sets = "priority=high"});
  action(f, 100, "A");
  automation(f, 52, "begins", (struct says){.when = "status=ready", .sets = "priority=high"});
  status(f, 100, JL_READY);
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_PRIORITY), JL_HIGH);
  assert_int_equal(outcome(f, 50, 0), JL_FIRING_DONE);
  assert_int_equal(outcome(f, 50, 1), JL_FIRING_CUT);
  reason(f, 50, 1, "a loop");
  assert_int_equal(outcome(f, 51, 0), JL_FIRING_DONE);
  assert_int_equal(outcome(f, 51, 1), -1);
}

/* Each makes an action, on which the others would fire. */
static void nothing_breeds(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  for (unsigned i = 0; i < 20; i++) automation(f, 50 + i, "Breeds", (struct says){.when = "created", .creates = "again"});
  action(f, 100, "A");
  assert_int_equal(count_of(f, JL_TYPE_ACTION), 21);
}

static void as_many_as_a_plan_can_have(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  char tag[16];
  for (unsigned i = 0; i < JL_AUTOMATIONS; i++) {
    snprintf(tag, sizeof tag, "t%u", i);
    automation(f, 200 + i, tag, (struct says){.when = "priority", .tags = tag});
  }
  struct says more = {.when = "priority", .tags = "x"};
  struct draft d = draft_of(f, "more", &more);
  fx_begin(f);
  fx_create(f, &d, fx_id(900));
  fx_refused(f, JL_E_RULE_VIOLATION, "at most 100 automations");
  action(f, 100, "A");
  change(f, 100, JL_ACTION_PRIORITY, fx_int(f, JL_TYPE_ACTION, JL_ACTION_PRIORITY, JL_HIGH));
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_PRIORITY), JL_HIGH);
  assert_true(tagged(f, 100, "t0"));
  assert_int_equal(outcome(f, 200 + JL_AUTOMATION_FIRINGS, 0), JL_FIRING_CUT); /* said where it was cut */
  reason(f, 200 + JL_AUTOMATION_FIRINGS, 0, "one edit set off more than");
}

/* As many edits as a group holds, each for every automation: 200,000 firings are attempted. */
static void hostile_group_is_bounded(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  for (unsigned i = 0; i < JL_AUTOMATIONS; i++) automation(f, 200 + i, "A", (struct says){.when = "created", .sets = "impact=3", .creates = "again {title}"});
  struct draft d = fx_action(f, "A");
  fx_begin(f);
  for (unsigned i = 0; i < EDITS; i++) fx_create(f, &d, fx_id(10000 + i));
  fx_ok(f);
  assert_int_equal(count_of(f, JL_TYPE_ACTION), EDITS + JL_AUTOMATION_FIRINGS);
}

static void deep_chain_is_cut(void **state) {
  struct fx *f = *state;
  static const char *const fields[] = {"impact", "effort", "confidence", "reach", "target-conversions", "quantity-target"};
  f->today = day(3, 10);
  for (unsigned i = 0; i + 1 < JL_COUNT(fields); i++) {
    char when[40], sets[40];
    snprintf(when, sizeof when, "%s=5", fields[i]);
    snprintf(sets, sizeof sets, "%s=5", fields[i + 1]);
    automation(f, 50 + i, when, (struct says){.when = when, .sets = sets});
  }
  action(f, 100, "A");
  change(f, 100, JL_ACTION_IMPACT, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 5));
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_TARGET_CONVERSIONS), 5); /* the fourth */
  assert_int_equal(number(f, fx_id(100), JL_ACTION_QUANTITY_TARGET), -1);
  assert_int_equal(outcome(f, 54, 0), JL_FIRING_CUT);
}

static void what_comes_back_fires_nothing(void **state) {
  struct fx *f = *state;
  f->today = day(3, 10);
  automation(f, 50, "Done", (struct says){.when = "status=done", .tags = "fini"});
  action(f, 100, "A");
  status(f, 100, JL_DONE);
  f->group.has_undoes = true;
  f->group.undoes = 1;
  fx_ok(f);
  assert_false(tagged(f, 100, "fini"));
  action(f, 101, "B");
  status(f, 101, JL_DONE);
  f->group.has_import = true;
  f->group.import = fx_pb_id(f, fx_id(77));
  f->group.import_name = jl_arena_strdup(f->a, "leads.csv");
  fx_ok(f);
  assert_false(tagged(f, 101, "fini"));
}

/* ---- days ---- */
static size_t due(struct fx *f, struct jl_firing_due *ret, size_t most) {
  struct jl_due_place place = {0};
  return jl_automations_due(f->space, f->org, f->today, f->a, &place, most, ret);
}

/* As the server sends it. */
static void send_due(struct fx *f, const struct jl_firing_due *list, size_t n) {
  fx_begin(f);
  for (size_t i = 0; i < n; i++) {
    struct draft d = d_new(f, JL_TYPE_AUTOMATION_FIRING);
    d_ref(d_ref(&d, JL_AUTOMATION_FIRING_AUTOMATION, list[i].automation), JL_AUTOMATION_FIRING_RECORD, list[i].record);
    d_int(d_int(&d, JL_AUTOMATION_FIRING_DUE, list[i].day), JL_AUTOMATION_FIRING_OUTCOME, JL_FIRING_DUE);
    fx_create(f, &d, list[i].id);
  }
  f->author = (struct jl_id){{0}};
  f->administrator = f->by_system = true;
}
static void as_paul(struct fx *f) {
  f->author = f->paul;
  f->administrator = f->by_system = false;
}

/* Three working days before Thursday 9 April 2026: Wednesday 8, Tuesday 7, then Friday 3, for Monday is Easter Monday. */
static void a_day_fires_once(void **state) {
  struct fx *f = *state;
  struct jl_firing_due list[4];
  f->today = day(3, 10);
  automation(f, 50, "Soon", (struct says){.when = "due-3", .conditions = "status!=done", .tags = "bientôt"});
  action(f, 100, "A");
  change(f, 100, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, day(4, 9)));
  fx_ok(f);
  f->today = day(4, 2);
  assert_int_equal(due(f, list, 4), 0);
  f->today = day(4, 3);
  assert_int_equal(due(f, list, 4), 1);
  assert_int_equal(list[0].day, day(4, 3));
  f->today = day(4, 4); /* the server was away on the day itself */
  assert_int_equal(due(f, list, 4), 1);
  assert_int_equal(list[0].day, day(4, 3));
  send_due(f, list, 1);
  fx_ok(f);
  assert_true(tagged(f, 100, "bientôt"));
  assert_int_equal(number(f, list[0].id, JL_AUTOMATION_FIRING_OUTCOME), JL_FIRING_DONE);
  struct jl_firing_due again = list[0];
  assert_int_equal(due(f, list, 4), 0);
  send_due(f, &again, 1); /* another node found it too */
  fx_refused(f, JL_E_ALREADY_EXISTS, NULL);
  as_paul(f);
  change(f, 100, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, day(4, 10))); /* another day */
  fx_ok(f);
  f->today = day(4, 7);
  assert_int_equal(due(f, list, 4), 1);
  change(f, 100, JL_ACTION_STATUS, fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, JL_DONE));
  fx_ok(f);
  assert_int_equal(due(f, list + 1, 3), 0);
  send_due(f, list, 1); /* found before it was done */
  fx_refused(f, JL_E_GUARD_FAILED, "not so any more");
}

/* One day fires several for a record, and the first takes the reason away from the second: it is over for that day, and holds up none. */
static void a_day_fires_several(void **state) {
  struct fx *f = *state;
  struct jl_firing_due list[8];
  f->today = day(3, 10);
  automation(f, 50, "Later", (struct says){.when = "due+0", .conditions = "status!=done", .sets = "due=+5"});
  automation(f, 51, "Now", (struct says){.when = "due+0", .tags = "jour"});
  for (unsigned i = 100; i < 102; i++) {
    action(f, i, "A");
    change(f, i, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, day(3, 11)));
    fx_ok(f);
  }
  status(f, 101, JL_DONE);
  fx_ok(f);
  f->today = day(3, 11);
  assert_int_equal(due(f, list, 8), 3); /* "Later" not for the one that is done */
  send_due(f, list, 3);
  fx_ok(f);
  assert_int_equal(number(f, fx_id(100), JL_ACTION_DUE), day(3, 18)); /* five working days after Wednesday 11 March 2026 */
  assert_true(tagged(f, 101, "jour"));
  size_t over = 0;
  for (size_t i = 0; i < 3; i++) over += number(f, list[i].id, JL_AUTOMATION_FIRING_OUTCOME) == JL_FIRING_CUT;
  assert_int_equal(over, 1);
  assert_int_equal(due(f, list, 8), 0);
}

/* A look at a large plan is done bit by bit: 21 times 1,000 records are more than one turn looks at, and two of the last automation's are due. */
static void a_large_plan_is_looked_at_in_turns(void **state) {
  struct fx *f = *state;
  struct jl_firing_due list[4];
  struct jl_due_place place = {0};
  f->today = day(3, 10);
  for (unsigned i = 0; i < 20; i++) automation(f, 50 + i, "Far", (struct says){.when = "due+400", .tags = "x"});
  automation(f, 80, "Now", (struct says){.when = "due+0", .conditions = "priority=high", .tags = "x"});
  fx_begin(f);
  for (unsigned i = 0; i < 1000; i++) {
    struct draft d = fx_action(f, "A");
    d_int(d_int(&d, JL_ACTION_DUE, day(3, 10)), JL_ACTION_PRIORITY, i >= 998 ? JL_HIGH : JL_NORMAL);
    fx_create(f, &d, fx_id(10000 + i));
  }
  fx_ok(f);
  assert_int_equal(jl_automations_due(f->space, f->org, f->today, f->a, &place, 1, list), 0);
  assert_true(place.more);
  assert_int_equal(jl_automations_due(f->space, f->org, f->today, f->a, &place, 1, list), 1);
  assert_true(place.more); /* as many as were asked for */
  assert_int_equal(jl_automations_due(f->space, f->org, f->today, f->a, &place, 4, list + 1), 1);
  assert_false(place.more);
  assert_false(jl_id_equal(&list[0].id, &list[1].id));
}

static void no_earlier_day_fires(void **state) {
  struct fx *f = *state;
  struct jl_firing_due list[4];
  f->today = day(3, 10);
  action(f, 100, "A");
  change(f, 100, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, day(3, 9)));
  fx_ok(f);
  automation(f, 50, "Late", (struct says){.when = "due+0", .tags = "retard"});
  assert_int_equal(due(f, list, 4), 0); /* nothing comes over a plan that has been going on for long */
  f->administrator = false;
  struct draft forged = d_new(f, JL_TYPE_AUTOMATION_FIRING);
  d_int(&forged, JL_AUTOMATION_FIRING_DUE, day(3, 9));
  fx_begin(f);
  fx_create(f, &forged, fx_id(901));
  fx_refused(f, JL_E_DENIED, "kept by the server");
}

/* ---- what is written ---- */
static void what_cannot_be_read_is_refused(void **state) {
  struct fx *f = *state;
  static const struct {
    struct says says;
    const char *part;
  } cases[] = {{{.when = "statut=done", .tags = "x"}, "no field statut"},
               {{.when = "status=fini", .tags = "x"}, "cannot read \"fini\""},
               {{.when = "status-3", .tags = "x"}, "status is no date"},
               {{.when = "status=done"}, "would do nothing"},
               {{.when = "created", .sets = "rank=1"}, "no field rank"},
               {{.when = "created", .sets = "impact"}, "not written as FIELD=VALUE"},
               {{.when = "created", .sets = "impact=11000000000000000000000"}, "cannot read"},
               {{.when = "created", .sets = "due=demain"}, "cannot read \"demain\""},
               {{.when = "created", .sets = "tags=x"}, "not for an automation to set"},
               {{.when = "created", .conditions = "title>a", .tags = "x"}, "not more or less"},
               {{.when = "created", .sets = "lever=L99"}, "cannot read \"L99\""},
               {{.when = "created", .tags = "x", .duration = 3}, "makes no action"}};
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct draft d = draft_of(f, "A", &cases[i].says);
    fx_begin(f);
    fx_create(f, &d, fx_id(60));
    char words[800] = "accepted";
    if (!fx_send(f)) jl_error_describe(&f->err, words, sizeof words);
    if (strstr(words, cases[i].part) == NULL) fail_msg("case %zu: expected \"%s\" in \"%s\"", i, cases[i].part, words);
  }
}

/* Whether there is a lever L1 is nothing for who may not read the strategy: it is answered as L99 is. */
static void what_may_not_be_read_is_not_named(void **state) {
  struct fx *f = *state;
  static const char *const levers[] = {"lever=L1", "lever=L99"};
  struct draft lever = d_new(f, JL_TYPE_LEVER);
  d_text(&lever, JL_LEVER_NAME, "Webinars");
  fx_create_ok(f, &lever, fx_id(40));
  automation(f, 50, "Seen", (struct says){.when = "created", .conditions = "lever=L1", .tags = "x"});
  f->rights = 1U << JL_SECTION_ACTIONS;
  for (size_t i = 0; i < JL_COUNT(levers); i++) {
    struct says says = {.when = "created", .conditions = levers[i], .tags = "x"};
    struct draft d = draft_of(f, "A", &says);
    fx_begin(f);
    fx_create(f, &d, fx_id(60));
    fx_refused(f, JL_E_INVALID, "cannot read");
  }
}

static void values_as_they_are_written(void **state) {
  struct fx *f = *state;
  struct jl_setting_of of = {f->space, f->org, NULL, day(4, 3), f->a, 0};
  static const struct {
    uint32_t field;
    const char *text;
    int64_t number;
  } cases[] = {{JL_ACTION_PROGRESS, "50%", 500000},    {JL_ACTION_PROGRESS, "0.5", 500000}, {JL_ACTION_PROGRESS, "12,5%", 125000}, {JL_ACTION_IMPACT, "7", 7},
               {JL_ACTION_RICE_CONFIDENCE, "80%", 8000}, {JL_ACTION_TARGET_COST, "42.50", 4250}, {JL_ACTION_CAMPAIGN, "yes", 1},
               {JL_ACTION_DUE, "2026-03-01", 20513},   {JL_ACTION_STATUS, "in-progress", JL_IN_PROGRESS}};
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct jl_bytes slice;
    struct jl_value value;
    const struct jl_field *field = fx_field(JL_TYPE_ACTION, cases[i].field);
    assert_true(jl_automation_value(&of, field, cases[i].text, &slice, NULL) && jl_record_get(slice, field, &value));
    assert_int_equal(value.number, cases[i].number);
  }
  struct jl_bytes slice;
  struct jl_value value;
  const struct jl_field *field = fx_field(JL_TYPE_ACTION, JL_ACTION_DUE);
  assert_true(jl_automation_value(&of, field, "+1", &slice, NULL) && jl_record_get(slice, field, &value));
  assert_int_equal(value.number, day(4, 7)); /* over Easter */
}

/* A reason that is kept names nothing that whoever reads the actions may not read. */
static void reasons_tell_nobody_too_much(void **state) {
  struct fx *f = *state;
  struct jl_error why = {0};
  struct jl_bytes message, arguments;
  struct jl_arg args[JL_ERROR_ARGS];
  jl_fail(&why, JL_E_DENIED, "{1} {2} {3} {4}", NULL, jl_arg_text("A1 Salon"), jl_arg_text("B3 Stand"), jl_arg_text("Marie"), jl_arg_money(120000, "EUR"));
  assert_true(jl_firing_reason(f->a, &why, &message, &arguments));
  assert_int_equal(jl_firing_arguments(arguments, args), 4);
  assert_string_equal(args[0].text, "A1 Salon");
  assert_string_equal(args[1].text, "...");
  assert_string_equal(args[2].text, "...");
  assert_string_equal(args[3].text, "...");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(done_is_all_of_it),      FX_TEST(conditions_hold_all),       FX_TEST(made_action_and_comment),     FX_TEST(whoever_may_no_more_is_stopped),
      FX_TEST(last_author_answers), FX_TEST(a_title_that_is_said),    FX_TEST(refused_alone), FX_TEST(typing_stays),             FX_TEST(letters_hold_for_it),         FX_TEST(edit_comes_first),
      FX_TEST(log_is_the_servers),     FX_TEST(two_that_set_each_other_off), FX_TEST(nothing_breeds),            FX_TEST(as_many_as_a_plan_can_have),
      FX_TEST(hostile_group_is_bounded), FX_TEST(deep_chain_is_cut),       FX_TEST(what_comes_back_fires_nothing), FX_TEST(a_day_fires_once), FX_TEST(a_day_fires_several), FX_TEST(a_large_plan_is_looked_at_in_turns),
      FX_TEST(no_earlier_day_fires),   FX_TEST(what_cannot_be_read_is_refused), FX_TEST(what_may_not_be_read_is_not_named), FX_TEST(values_as_they_are_written), FX_TEST(reasons_tell_nobody_too_much),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
