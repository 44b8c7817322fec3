/* The launch gate: what holds a campaign up, what it keeps while it runs, who may let it start all the same, and what is told to whom. */
#include "model_fixture.h"
#include "common/model/readiness/launch.h"

enum { PROMISE = 30, CRITERION, COMPETITOR, RATING, SEGMENT, OBJECTIVE, LEVER, KPI, TRAINED, ADJUSTABLE, CAMPAIGN = 50, OTHER, OVERRIDE = 60, SECOND, THIRD, MORE = 80 };
#define STRATEGY (1u << JL_SECTION_STRATEGY)
#define ACTIONS (1u << JL_SECTION_ACTIONS)

static struct draft titled(struct fx *f, uint32_t type, const char *title) {
  struct draft d = d_new(f, type);
  d_text(&d, jl_title_field(jl_record_type_by_number(type))->number, title);
  return d;
}
static void assess(struct fx *f, unsigned id, int64_t question, int64_t answer) {
  struct draft d = titled(f, JL_TYPE_ASSESSMENT, "asked at the meeting");
  fx_create_ok(f, d_int(d_int(&d, JL_ASSESSMENT_QUESTION, question), JL_ASSESSMENT_ANSWER, answer), fx_id(id));
}
/* All that is asked of the plan. */
static void ready_plan(struct fx *f) {
  struct draft d = titled(f, JL_TYPE_PROMISE, "An answer within the hour");
  fx_create_ok(f, &d, fx_id(PROMISE));
  d = titled(f, JL_TYPE_CRITERION, "Service");
  fx_create_ok(f, d_text(&d, JL_CRITERION_OURS, "personal"), fx_id(CRITERION));
  d = titled(f, JL_TYPE_COMPETITOR, "Others");
  fx_create_ok(f, &d, fx_id(COMPETITOR));
  d = d_new(f, JL_TYPE_RATING);
  d_ref(d_ref(&d, JL_RATING_CRITERION, fx_id(CRITERION)), JL_RATING_COMPETITOR, fx_id(COMPETITOR));
  fx_create_ok(f, d_text(&d, JL_RATING_VALUE, "standard"), fx_natural(f, &d));
  d = titled(f, JL_TYPE_SEGMENT, "SMEs");
  fx_create_ok(f, &d, fx_id(SEGMENT));
  d = titled(f, JL_TYPE_OBJECTIVE, "New clients in the region");
  d_text(d_text(&d, JL_OBJECTIVE_METRIC, "clients"), JL_OBJECTIVE_UNIT, "clients");
  fx_create_ok(f, d_int(d_int(&d, JL_OBJECTIVE_BASELINE, 0), JL_OBJECTIVE_TARGET, 30000000), fx_id(OBJECTIVE));
  d = titled(f, JL_TYPE_LEVER, "E-mail");
  fx_create_ok(f, d_ref(&d, JL_LEVER_OBJECTIVES, fx_id(OBJECTIVE)), fx_id(LEVER));
  d = titled(f, JL_TYPE_KPI, "Leads");
  fx_create_ok(f, d_int(d_int(d_ref(&d, JL_KPI_LEVER, fx_id(LEVER)), JL_KPI_COMPARATOR, JL_AT_LEAST), JL_KPI_TARGET, 40000000), fx_id(KPI));
  assess(f, TRAINED, JL_ASKED_TRAINED, JL_ASSESSED_YES);
  assess(f, ADJUSTABLE, JL_ASKED_ADJUSTABLE, JL_ASSESSED_PARTLY); /* half is not nothing */
}
/* A by somebody else than its holder. */
static void letter(struct fx *f, unsigned target, int64_t letter, struct jl_id holder, struct jl_id giver) {
  struct draft d = fx_raci(f, fx_id(target), letter, holder);
  struct jl_id author = f->author;
  f->author = giver;
  fx_create_ok(f, &d, fx_natural(f, &d));
  f->author = author;
}
/* Marie is R, Paul is A by Marie's giving. */
static void campaign(struct fx *f, bool traced) {
  struct draft d = fx_action(f, "Spring");
  d_int(&d, JL_ACTION_CAMPAIGN, 1);
  if (traced) {
    d_ref(d_text(d_ref(&d, JL_ACTION_LEVER, fx_id(LEVER)), JL_ACTION_TRACKED_LINK, "https://example.org/?c=spring"), JL_ACTION_SEGMENTS, fx_id(SEGMENT));
    d_int(d_int(&d, JL_ACTION_TARGET_COST, 2500), JL_ACTION_TARGET_CONVERSIONS, 40);
  }
  fx_create_ok(f, &d, fx_id(CAMPAIGN));
  letter(f, CAMPAIGN, JL_RACI_A, f->paul, f->marie);
  letter(f, CAMPAIGN, JL_RACI_R, f->marie, f->paul);
}
static void set(struct fx *f, uint32_t type, unsigned id, uint32_t field, struct jl_bytes next) {
  fx_update(f, type, fx_id(id), field, jl_record_slice(fx_record(f, fx_id(id))->body, field), next);
}
static void status(struct fx *f, int64_t next) { set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_STATUS, fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, next)); }
static void clear(struct fx *f, uint32_t field) { set(f, JL_TYPE_ACTION, CAMPAIGN, field, NONE); }
static void override(struct fx *f, unsigned id, int64_t part, const char *reason) {
  struct draft d = titled(f, JL_TYPE_LAUNCH_OVERRIDE, reason);
  d_int(d_ref(&d, JL_LAUNCH_OVERRIDE_ACTION, fx_id(CAMPAIGN)), JL_LAUNCH_OVERRIDE_SECTION, part);
  fx_begin(f);
  fx_create(f, &d, fx_id(id));
}
static void codes(const struct fx *f, unsigned id, const char *expected) {
  const struct jl_record *r = fx_record(f, fx_id(id));
  struct jl_iterator it = jl_record_each(r->body, jl_field_by_number(r->type, JL_LAUNCH_OVERRIDE_MISSING));
  char text[300] = "";
  for (struct jl_value v; jl_iterator_next(&it, &v);) {
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s%.*s", used > 0 ? " " : "", (int)v.text.size, (const char *)v.text.data);
  }
  assert_string_equal(text, expected);
}
static void has_label(const struct fx *f, size_t arg, const char *label) {
  if (strstr(f->err.args[arg].text, label) == NULL) fail_msg("\"%s\" does not name %s", f->err.args[arg].text, label);
}

static void others_start_without(void **state) {
  struct fx *f = *state;
  campaign(f, false);
  f->author = f->paul;
  set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_CAMPAIGN, NONE);
  fx_ok(f);
  status(f, JL_IN_PROGRESS);
  fx_ok(f);
  set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_CAMPAIGN, fx_int(f, JL_TYPE_ACTION, JL_ACTION_CAMPAIGN, 1)); /* what runs is marked without a word */
  fx_ok(f);
}

static void held_up_by_all_of_it(void **state) {
  struct fx *f = *state;
  campaign(f, false);
  static const int64_t starts[] = {JL_IN_PROGRESS, JL_DONE};
  for (size_t i = 0; i < JL_COUNT(starts); i++) {
    status(f, starts[i]);
    fx_refused(f, JL_E_RULE_VIOLATION, "cannot start");
    assert_int_equal(f->err.field, JL_ACTION_STATUS);
    for (uint32_t item = 0; item < JL_LAUNCHES; item++) /* without a lever nothing is said of levers and their objectives */
      if (item == JL_LAUNCH_SERVES) assert_null(strstr(f->err.args[2].text, jl_launch_items[item].label));
      else has_label(f, item < JL_LAUNCH_PROMISE ? 1 : 2, jl_launch_items[item].label);
  }
  status(f, JL_READY);
  fx_ok(f); /* ready is not started */
}

static void ready_starts(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  status(f, JL_IN_PROGRESS);
  fx_ok(f);
}

/* Each thing alone, taken away and given back: one is missing, no other is named. */
static void each_alone(void **state) {
  static const struct {
    uint32_t type;
    unsigned id;
    uint32_t field;
    enum jl_launch item;
  } needed[] = {{JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_TRACKED_LINK, JL_LAUNCH_TRACE},
                {JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_SEGMENTS, JL_LAUNCH_SEGMENT},
                {JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_TARGET_COST, JL_LAUNCH_COST},
                {JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_TARGET_CONVERSIONS, JL_LAUNCH_TARGET},
                {JL_TYPE_CRITERION, CRITERION, JL_CRITERION_OURS, JL_LAUNCH_DIFFERENCE},
                {JL_TYPE_KPI, KPI, JL_KPI_LEVER, JL_LAUNCH_KPI},
                {JL_TYPE_OBJECTIVE, OBJECTIVE, JL_OBJECTIVE_TARGET, JL_LAUNCH_MEASURABLE}};
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  for (size_t i = 0; i < JL_COUNT(needed); i++) {
    struct jl_bytes was = jl_arena_dup(f->a, jl_record_slice(fx_record(f, fx_id(needed[i].id))->body, needed[i].field));
    set(f, needed[i].type, needed[i].id, needed[i].field, NONE);
    fx_ok(f);
    status(f, JL_IN_PROGRESS);
    fx_refused(f, JL_E_RULE_VIOLATION, "cannot start");
    size_t arg = needed[i].item < JL_LAUNCH_PROMISE ? 1 : 2;
    assert_string_equal(f->err.args[arg].text, jl_launch_items[needed[i].item].label);
    assert_string_equal(f->err.args[arg == 1 ? 2 : 1].text, "");
    set(f, needed[i].type, needed[i].id, needed[i].field, was);
    fx_ok(f);
  }
  clear(f, JL_ACTION_TRACKED_LINK); /* of link and code one is enough */
  fx_ok(f);
  set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_PROMOTION_CODE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_PROMOTION_CODE, "SPRING27"));
  fx_ok(f);
  assess(f, MORE, JL_ASKED_TRAINED, JL_ASSESSED_NO); /* the last answer counts */
  status(f, JL_IN_PROGRESS);
  fx_refused(f, JL_E_RULE_VIOLATION, "cannot start");
  assert_string_equal(f->err.args[2].text, jl_launch_items[JL_LAUNCH_TRAINED].label);
  assess(f, MORE + 1, JL_ASKED_TRAINED, JL_ASSESSED_YES);
  status(f, JL_IN_PROGRESS);
  fx_ok(f);
}

/* ---- two at once: whichever comes first, no campaign runs without what it is to be traced by ---- */
static void start_and_removal(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  struct jl_bytes segments = jl_arena_dup(f->a, jl_record_slice(fx_record(f, fx_id(CAMPAIGN))->body, JL_ACTION_SEGMENTS));
  struct jl_bytes to_do = jl_record_slice(fx_record(f, fx_id(CAMPAIGN))->body, JL_ACTION_STATUS), going = fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, JL_IN_PROGRESS);
  /* Paul takes the segment away; Marie, who has not seen it, starts. */
  f->author = f->paul;
  fx_update(f, JL_TYPE_ACTION, fx_id(CAMPAIGN), JL_ACTION_SEGMENTS, segments, NONE);
  fx_ok(f);
  f->author = f->marie;
  fx_update(f, JL_TYPE_ACTION, fx_id(CAMPAIGN), JL_ACTION_STATUS, to_do, going);
  fx_refused(f, JL_E_RULE_VIOLATION, "cannot start");
  assert_string_equal(f->err.args[1].text, jl_launch_items[JL_LAUNCH_SEGMENT].label);
  /* The other way round. */
  fx_update(f, JL_TYPE_ACTION, fx_id(CAMPAIGN), JL_ACTION_SEGMENTS, NONE, segments);
  fx_ok(f);
  fx_update(f, JL_TYPE_ACTION, fx_id(CAMPAIGN), JL_ACTION_STATUS, to_do, going);
  fx_ok(f);
  f->author = f->paul;
  fx_update(f, JL_TYPE_ACTION, fx_id(CAMPAIGN), JL_ACTION_SEGMENTS, segments, NONE);
  fx_refused(f, JL_E_RULE_VIOLATION, "has started and would be left without");
  has_label(f, 1, jl_launch_items[JL_LAUNCH_SEGMENT].label);
  assert_string_equal(f->err.args[3].text, "Marie"); /* who started it meanwhile */
  fx_update(f, JL_TYPE_ACTION, fx_id(CAMPAIGN), JL_ACTION_SEGMENTS, segments, NONE); /* once it is stopped it may go */
  fx_set(f, f->edits[0], JL_ACTION_STATUS, going, fx_int(f, JL_TYPE_ACTION, JL_ACTION_STATUS, JL_READY));
  Jalon__FieldEdit *first = f->edits[0]->fields[0];
  f->edits[0]->fields[0] = f->edits[0]->fields[1], f->edits[0]->fields[1] = first; /* ascending */
  fx_ok(f);
}

/* The segment itself is deleted: it is none any more. */
static void deleted_segment(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  fx_begin(f);
  fx_delete(f, JL_TYPE_SEGMENT, fx_id(SEGMENT), jl_replica_where(f->space)->revision, false);
  fx_ok(f);
  status(f, JL_IN_PROGRESS);
  fx_refused(f, JL_E_RULE_VIOLATION, "the plan lacks");
  assert_string_equal(f->err.args[2].text, jl_launch_items[JL_LAUNCH_SEGMENTS].label);
}

/* ---- overrides ---- */
static void only_the_accountable_overrides(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  clear(f, JL_ACTION_TARGET_COST);
  fx_ok(f);
  f->author = f->marie; /* R */
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "tomorrow");
  fx_refused(f, JL_E_DENIED, "only the accountable");
  f->author = fx_id(8888); /* somebody */
  f->administrator = true; /* is not the accountable either */
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "tomorrow");
  fx_refused(f, JL_E_DENIED, "only the accountable");
  f->administrator = false;
  f->author = f->paul;
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "  ");
  fx_refused(f, JL_E_RULE_VIOLATION, "needs a reason");
  override(f, OVERRIDE, JL_LAUNCH_STRATEGY, "tomorrow"); /* of that part nothing is missing */
  fx_refused(f, JL_E_RULE_VIOLATION, "nothing to override");
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "the fair is tomorrow");
  fx_ok(f);
  codes(f, OVERRIDE, "cost");
  const struct jl_record *made = fx_record(f, fx_id(OVERRIDE));
  struct jl_id author;
  assert_true(jl_record_id(made->type, made->body, JL_LAUNCH_OVERRIDE_AUTHOR, &author) && jl_id_equal(&author, &f->paul));
  assert_true(jl_record_int(made->type, made->body, JL_LAUNCH_OVERRIDE_SINCE, 0) == (int64_t)f->seq * 1000000);
  f->author = f->marie;
  status(f, JL_IN_PROGRESS);
  fx_ok(f);
  fx_begin(f); /* and nobody else takes it back */
  fx_delete(f, JL_TYPE_LAUNCH_OVERRIDE, fx_id(OVERRIDE), made->revision, false);
  fx_refused(f, JL_E_DENIED, "only the accountable");
  f->author = f->paul;
  fx_begin(f);
  fx_delete(f, JL_TYPE_LAUNCH_OVERRIDE, fx_id(OVERRIDE), made->revision, false);
  fx_ok(f);
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_LAUNCH_OVERRIDE, fx_id(OVERRIDE));
  f->author = f->marie;
  fx_refused(f, JL_E_DENIED, "only the accountable");
}

static void ones_own_a_does_not_count(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  struct draft d = fx_action(f, "Spring");
  fx_create_ok(f, d_int(&d, JL_ACTION_CAMPAIGN, 1), fx_id(CAMPAIGN));
  letter(f, CAMPAIGN, JL_RACI_A, f->paul, f->paul);
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "because");
  fx_refused(f, JL_E_DENIED, "the A that you gave yourself does not count");
  f->administrator = true;
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "because");
  fx_ok(f);
}

/* It covers what was missing then, and nothing that goes missing later. */
static void something_else_goes_missing(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  clear(f, JL_ACTION_TARGET_COST);
  fx_ok(f);
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "no figures yet");
  fx_ok(f);
  set(f, JL_TYPE_PROMISE, PROMISE, JL_PROMISE_RETIRED, fx_int(f, JL_TYPE_PROMISE, JL_PROMISE_RETIRED, 1));
  fx_ok(f);
  clear(f, JL_ACTION_TARGET_CONVERSIONS);
  fx_ok(f);
  status(f, JL_IN_PROGRESS);
  fx_refused(f, JL_E_RULE_VIOLATION, "cannot start");
  assert_string_equal(f->err.args[1].text, jl_launch_items[JL_LAUNCH_TARGET].label); /* not the cost */
  assert_string_equal(f->err.args[2].text, jl_launch_items[JL_LAUNCH_PROMISE].label);
  override(f, SECOND, JL_LAUNCH_ACTIONS, "still none");
  fx_ok(f);
  codes(f, SECOND, "cost target");
  override(f, THIRD, JL_LAUNCH_STRATEGY, "the new promise comes in May");
  fx_ok(f);
  codes(f, THIRD, "promise");
  status(f, JL_IN_PROGRESS);
  fx_ok(f);
  clear(f, JL_ACTION_TRACKED_LINK); /* of a running one neither is covered */
  fx_refused(f, JL_E_RULE_VIOLATION, "would be left without");
}

static void nothing_to_override(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "because");
  fx_refused(f, JL_E_RULE_VIOLATION, "nothing to override");
  set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_CAMPAIGN, NONE);
  fx_ok(f);
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "because");
  fx_refused(f, JL_E_RULE_VIOLATION, "is no campaign");
}

static void codes_are_the_servers(void **state) {
  struct fx *f = *state;
  ready_plan(f);
  campaign(f, true);
  clear(f, JL_ACTION_TARGET_COST);
  fx_ok(f);
  struct draft d = titled(f, JL_TYPE_LAUNCH_OVERRIDE, "all of it");
  d_int(d_ref(&d, JL_LAUNCH_OVERRIDE_ACTION, fx_id(CAMPAIGN)), JL_LAUNCH_OVERRIDE_SECTION, JL_LAUNCH_ACTIONS);
  fx_create_ok(f, d_text(&d, JL_LAUNCH_OVERRIDE_MISSING, "segment"), fx_id(OVERRIDE)); /* what it says is not what counts */
  codes(f, OVERRIDE, "cost");
  f->author = f->paul;
  set(f, JL_TYPE_LAUNCH_OVERRIDE, OVERRIDE, JL_LAUNCH_OVERRIDE_MISSING, fx_text(f, JL_TYPE_LAUNCH_OVERRIDE, JL_LAUNCH_OVERRIDE_MISSING, "segment"));
  fx_refused(f, JL_E_INVALID, NULL);
}

static void a_campaign_stays_one(void **state) {
  struct fx *f = *state;
  campaign(f, false);
  f->author = f->marie;
  set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_CAMPAIGN, NONE);
  fx_refused(f, JL_E_DENIED, "no campaign any more");
  set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_CAMPAIGN, NONE); /* nor by way of deleting it, to be restored without its gate */
  fx_delete(f, JL_TYPE_ACTION, fx_id(CAMPAIGN), 99, true);
  fx_refused(f, JL_E_DENIED, "no campaign any more");
  f->author = f->paul;
  set(f, JL_TYPE_ACTION, CAMPAIGN, JL_ACTION_CAMPAIGN, NONE);
  fx_ok(f);
}

/* ---- what one may not read ---- */
/* The same words whether the plan is ready or not. */
static void nothing_is_told_of_what_is_hidden(void **state) {
  struct fx *f = *state;
  char words[2][800];
  for (int ready = 0; ready < 2; ready++) {
    if (ready == 0) campaign(f, false);
    if (ready == 1) {
      ready_plan(f);
      static const uint32_t fields[] = {JL_ACTION_LEVER, JL_ACTION_PROMOTION_CODE, JL_ACTION_SEGMENTS, JL_ACTION_TARGET_COST, JL_ACTION_TARGET_CONVERSIONS};
      const struct jl_bytes values[] = {fx_ref(f, JL_TYPE_ACTION, JL_ACTION_LEVER, fx_id(LEVER)), fx_text(f, JL_TYPE_ACTION, JL_ACTION_PROMOTION_CODE, "X"),
                                        fx_ref(f, JL_TYPE_ACTION, JL_ACTION_SEGMENTS, fx_id(SEGMENT)), fx_int(f, JL_TYPE_ACTION, JL_ACTION_TARGET_COST, 1),
                                        fx_int(f, JL_TYPE_ACTION, JL_ACTION_TARGET_CONVERSIONS, 1)};
      for (size_t i = 0; i < JL_COUNT(fields); i++) {
        set(f, JL_TYPE_ACTION, CAMPAIGN, fields[i], values[i]);
        fx_ok(f);
      }
    }
    f->author = f->marie;
    f->rights = ALL_SECTIONS & ~STRATEGY;
    status(f, JL_IN_PROGRESS);
    assert_false(fx_send(f));
    assert_int_equal(f->err.code, JL_E_DENIED);
    jl_error_describe(&f->err, words[ready], sizeof words[ready]);
    f->rights = ALL_SECTIONS;
    f->author = f->paul;
  }
  assert_string_equal(words[0], words[1]);
  f->author = f->marie;
  f->rights = ALL_SECTIONS & ~STRATEGY;
  f->reads = STRATEGY; /* reading is enough */
  status(f, JL_IN_PROGRESS);
  fx_ok(f);
}

/* The part about the plan is kept among the strategy, and is not there for who may not read that. */
static void each_part_in_its_section(void **state) {
  struct fx *f = *state;
  campaign(f, false);
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "because");
  fx_ok(f);
  override(f, SECOND, JL_LAUNCH_STRATEGY, "because");
  fx_ok(f);
  assert_int_equal(jl_replica_section(f->space, fx_record(f, fx_id(OVERRIDE))), JL_SECTION_ACTIONS);
  assert_int_equal(jl_replica_section(f->space, fx_record(f, fx_id(SECOND))), JL_SECTION_STRATEGY);
  f->rights = ALL_SECTIONS & ~STRATEGY;
  override(f, THIRD, JL_LAUNCH_STRATEGY, "because");
  fx_refused(f, JL_E_DENIED, NULL);
  fx_begin(f);
  fx_delete(f, JL_TYPE_LAUNCH_OVERRIDE, fx_id(SECOND), 99, false);
  fx_refused(f, JL_E_NOT_FOUND, "does not exist");
  f->author = f->marie;
  f->rights = ALL_SECTIONS & ~ACTIONS; /* has that part, and learns nothing of the action from it */
  fx_begin(f);
  fx_delete(f, JL_TYPE_LAUNCH_OVERRIDE, fx_id(SECOND), 99, false);
  fx_refused(f, JL_E_DENIED, "must be able to read strategy and actions");
}

/* The A needs no right to edit beside it. */
static void reading_is_enough_to_override(void **state) {
  struct fx *f = *state;
  campaign(f, false);
  f->rights = 0;
  f->allowed = f->reads = ALL_SECTIONS;
  override(f, OVERRIDE, JL_LAUNCH_ACTIONS, "because");
  fx_ok(f);
  f->allowed = 0; /* a token that reads */
  override(f, SECOND, JL_LAUNCH_ACTIONS, "because");
  fx_refused(f, JL_E_DENIED, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(others_start_without),
                                     FX_TEST(held_up_by_all_of_it),
                                     FX_TEST(ready_starts),
                                     FX_TEST(each_alone),
                                     FX_TEST(start_and_removal),
                                     FX_TEST(deleted_segment),
                                     FX_TEST(only_the_accountable_overrides),
                                     FX_TEST(ones_own_a_does_not_count),
                                     FX_TEST(something_else_goes_missing),
                                     FX_TEST(nothing_to_override),
                                     FX_TEST(codes_are_the_servers),
                                     FX_TEST(a_campaign_stays_one),
                                     FX_TEST(nothing_is_told_of_what_is_hidden),
                                     FX_TEST(each_part_in_its_section),
                                     FX_TEST(reading_is_enough_to_override)};
  return cmocka_run_group_tests_name("launch", tests, NULL, NULL);
}
