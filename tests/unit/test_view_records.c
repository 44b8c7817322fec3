/* Views over any record (show, list, history), the directory, and what must hold for all: bounded memory, long texts. */
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include "view_fixture.h"
#include <stdlib.h>

static ProtobufCBinaryData pb(struct jl_bytes bytes) {
  union {
    const uint8_t *in;
    uint8_t *out;
  } u = {.in = bytes.data};
  return (ProtobufCBinaryData){bytes.size, u.out};
}

static struct jl_bytes slice(struct fixture *fx, uint32_t type, uint32_t field, struct jl_value value) {
  return jl_value_encode(fx->arena, jl_field_by_number(jl_record_type_by_number(type), field), &value);
}

static struct jl_value text(const char *s) { return (struct jl_value){.text = {(const uint8_t *)s, strlen(s)}}; }

static void history(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id marie = fx_named(&fx, JL_TYPE_PERSON, "Marie"), action = fx_named(&fx, JL_TYPE_ACTION, "Webinar");
  fx_begin(&fx, JL_TYPE_COMMENT);
  fx_ref(&fx, JL_COMMENT_TARGET, action);
  fx_text(&fx, JL_COMMENT_BODY, "kept words");
  struct jl_id comment = fx_put(&fx);
  Jalon__FieldResult status = JALON__FIELD_RESULT__INIT, progress = JALON__FIELD_RESULT__INIT, body_text = JALON__FIELD_RESULT__INIT;
  status.has_field = status.has_before = status.has_after = true;
  status.field = JL_ACTION_STATUS;
  status.before = pb(slice(&fx, JL_TYPE_ACTION, JL_ACTION_STATUS, (struct jl_value){.number = JL_TO_DO}));
  status.after = pb(slice(&fx, JL_TYPE_ACTION, JL_ACTION_STATUS, (struct jl_value){.number = JL_DONE}));
  progress.has_field = progress.has_after = true;
  progress.field = JL_ACTION_PROGRESS;
  progress.after = pb(slice(&fx, JL_TYPE_ACTION, JL_ACTION_PROGRESS, (struct jl_value){.number = 250000}));
  uint8_t hash[32] = {7};
  body_text.has_field = body_text.has_before_hash = body_text.has_after_hash = true;
  body_text.field = JL_COMMENT_BODY;
  body_text.before_hash = body_text.after_hash = (ProtobufCBinaryData){sizeof hash, hash};
  Jalon__FieldResult *of_action[] = {&status, &progress}, *of_comment[] = {&body_text};
  Jalon__RecordChange changes[2] = {JALON__RECORD_CHANGE__INIT, JALON__RECORD_CHANGE__INIT};
  struct jl_id *ids[2] = {&action, &comment};
  for (int i = 0; i < 2; i++) {
    changes[i].has_type = changes[i].has_id = changes[i].has_verb = true;
    changes[i].type = i == 0 ? JL_TYPE_ACTION : JL_TYPE_COMMENT;
    changes[i].id = (ProtobufCBinaryData){16, ids[i]->bytes};
    changes[i].verb = JALON__VERB__UPDATE;
    changes[i].n_fields = i == 0 ? 2 : 1;
    changes[i].fields = i == 0 ? of_action : of_comment;
  }
  Jalon__RecordChange *both[] = {&changes[0], &changes[1]};
  Jalon__ChangeBody body = JALON__CHANGE_BODY__INIT;
  body.has_revision = body.has_section = body.has_author = body.has_time_us = true;
  body.revision = 9;
  body.section = JL_SECTION_ACTIONS;
  body.author = (ProtobufCBinaryData){16, marie.bytes};
  body.time_us = 1234;
  body.n_changes = 2;
  body.changes = both;
  Jalon__PrivateValue kept = JALON__PRIVATE_VALUE__INIT; /* `before` was erased */
  kept.has_change = kept.has_field = kept.has_after = true;
  kept.change = 1;
  kept.field = JL_COMMENT_BODY;
  kept.after = pb(slice(&fx, JL_TYPE_COMMENT, JL_COMMENT_BODY, text("kept words")));
  Jalon__PrivateValue *values[] = {&kept};
  Jalon__ChangePrivate private_values = JALON__CHANGE_PRIVATE__INIT;
  private_values.n_values = 1;
  private_values.values = values;
  const Jalon__ChangeBody *log[] = {&body};
  const Jalon__ChangePrivate *log_private[] = {&private_values};
  fx.in.log = log;
  fx.in.log_private = log_private;
  fx.in.log_count = 1;
  Jalon__Document *d = fx_view(&fx, "history", NULL, NULL);
  FX_ROWS(fx_block(d, "history"), "1234|9|Marie|A1 Webinar|status|to do|done", "1234|9|Marie|A1 Webinar|progress||250000 percent",
          "1234|9|Marie|CM1 kept words|text|erased|kept words");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "history", "record", "CM1");
  assert_int_equal(fx_block(d, "history")->n_rows, 1);
  jalon__document__free_unpacked(d, NULL);
  fx.in.sections = 1u << JL_SECTION_STRATEGY;
  d = fx_view(&fx, "history", NULL, NULL);
  assert_int_equal(fx_block(d, "history")->n_rows, 0);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void show_action(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  char *longest = malloc(16001);
  memset(longest, 'x', 16000);
  longest[16000] = '\0';
  fx_plan(&fx);
  struct jl_id top = fx_named(&fx, JL_TYPE_OBJECTIVE, "Growth");
  fx_begin(&fx, JL_TYPE_OBJECTIVE);
  fx_text(&fx, JL_OBJECTIVE_TITLE, "Leads");
  fx_ref(&fx, JL_OBJECTIVE_PARENT, top);
  struct jl_id leads = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_LEVER);
  fx_text(&fx, JL_LEVER_NAME, "SEA");
  fx_ref(&fx, JL_LEVER_OBJECTIVES, leads);
  struct jl_id sea = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Campaign");
  fx_ref(&fx, JL_ACTION_LEVER, sea);
  fx_text(&fx, JL_ACTION_DESCRIPTION, longest);
  fx_int(&fx, JL_ACTION_PRIORITY, JL_HIGH);
  fx_int(&fx, JL_ACTION_NEEDS_APPROVAL, 1);
  struct jl_value tags[2] = {text("b"), text("a")};
  fx_slice(&fx, JL_ACTION_TAGS, tags, 2);
  struct jl_id action = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_CHECKLIST_ITEM);
  fx_ref(&fx, JL_CHECKLIST_ITEM_ACTION, action);
  fx_text(&fx, JL_CHECKLIST_ITEM_TITLE, "book");
  fx_int(&fx, JL_CHECKLIST_ITEM_DONE, 1);
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "show", "record", "A1");
  const Jalon__Block *fields = fx_block(d, "fields");
  assert_int_equal(fields->n_rows, 6);
  assert_string_equal(fields->rows[1]->cells[1]->text, "L1 SEA");
  assert_string_equal(fields->rows[2]->cells[1]->text, longest); /* not cut */
  assert_string_equal(fields->rows[3]->cells[1]->text, "high");
  assert_string_equal(fields->rows[3]->cells[1]->alternative, "high");
  assert_string_equal(fields->rows[4]->cells[1]->text, "a, b");
  assert_int_equal(fields->rows[5]->cells[1]->kind, JL_ARG_BOOL);
  FX_ROWS(fx_block(d, "why"), "objective|O1 Growth", "  objective|O2 Leads", "    lever|L1 SEA", "      action|A1 Campaign");
  FX_ROWS(fx_block(d, "checklist"), "CI1 book|1|");
  jalon__document__free_unpacked(d, NULL);
  free(longest);
  fx_free(&fx);
}

static void lists(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  (void)fx_named(&fx, JL_TYPE_ACTION, "kept");
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "gone");
  fx_put_as(&fx, fx_id(200), 5);
  Jalon__Document *d = fx_view(&fx, "list", "type", "action");
  FX_ROWS(fx_block(d, "action"), "A1|kept");
  jalon__document__free_unpacked(d, NULL);
  struct jl_view_parameter parameters[] = {{"type", "action"}, {"deleted", "yes"}};
  struct jl_bytes packed;
  struct jl_error err;
  fx.in.parameters = parameters;
  fx.in.parameter_count = 2;
  assert_true(jl_view_build(jl_view_by_name("list"), &fx.in, fx.arena, &packed, &err));
  d = jalon__document__unpack(NULL, packed.size, packed.data);
  FX_ROWS(fx_block(d, "action"), "A2|gone");
  jalon__document__free_unpacked(d, NULL);
  assert_null(fx_try(&fx, "list", "type", "colour", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  assert_null(fx_try(&fx, "list", NULL, NULL, &err));
  fx_free(&fx);
}

static void directory(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_id sales = fx_named(&fx, JL_TYPE_TEAM, "Sales");
  for (int i = 0; i < 2; i++) {
    fx_begin(&fx, JL_TYPE_PERSON);
    fx_text(&fx, JL_PERSON_NAME, i == 0 ? "Marie" : "Paul");
    fx_ref(&fx, JL_PERSON_TEAMS, sales);
    if (i == 1) fx_int(&fx, JL_PERSON_INACTIVE, 1);
    fx_put(&fx);
  }
  fx.in.space = NULL;
  Jalon__Document *d = fx_view(&fx, "people", NULL, NULL);
  FX_ROWS(fx_block(d, "people"), "Marie||Sales|||", "Paul||Sales|||1");
  FX_ROWS(fx_block(d, "teams"), "Sales||1");
  jalon__document__free_unpacked(d, NULL);
  fx.in.space = fx.organisation; /* a program that has only the organisation at hand */
  fx.in.organisation = NULL;
  d = fx_view(&fx, "list", "type", "person");
  FX_ROWS(fx_block(d, "person"), "P1|Marie|Sales|", "P2|Paul|Sales|1");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "show", "record", "P1");
  FX_ROWS(fx_block(d, "fields"), "name|Marie", "teams|Sales");
  jalon__document__free_unpacked(d, NULL);
  struct jl_error err;
  assert_null(fx_try(&fx, "list", "type", "action", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&fx);
}

/* One of each type of the strategy that is made by its title alone, and a note of the diagnostic. */
/* A review of one channel that was judged, with a proposal. */
static void review_records(struct fixture *fx, struct jl_id lever) {
  fx_begin(fx, JL_TYPE_REVIEW);
  fx_text(fx, JL_REVIEW_PERIOD, "2026-Q1");
  fx_int(fx, JL_REVIEW_KIND, JL_REVIEW_QUARTERLY);
  fx_int(fx, JL_REVIEW_STATE, JL_REVIEW_OPEN);
  fx_int(fx, JL_REVIEW_ALGORITHM, 1);
  fx_text(fx, JL_REVIEW_CURRENCY, "EUR");
  struct jl_id review = fx_put(fx);
  for (int64_t section = JL_SECTION_BUDGET; section <= JL_SECTION_PIPELINE; section += 2) {
    fx_begin(fx, JL_TYPE_REVIEW_FACT);
    fx_ref(fx, JL_REVIEW_FACT_REVIEW, review);
    fx_int(fx, JL_REVIEW_FACT_SECTION, section);
    fx_int(fx, JL_REVIEW_FACT_KIND, JL_FACT_CHANNEL);
    fx_ref(fx, JL_REVIEW_FACT_SUBJECT, lever);
    fx_int(fx, section == JL_SECTION_BUDGET ? JL_REVIEW_FACT_SPEND : JL_REVIEW_FACT_QUALIFIED, 90);
    fx_put(fx);
  }
  fx_begin(fx, JL_TYPE_REVIEW_PROPOSAL);
  fx_ref(fx, JL_REVIEW_PROPOSAL_REVIEW, review);
  fx_int(fx, JL_REVIEW_PROPOSAL_KEY, 1);
  fx_int(fx, JL_REVIEW_PROPOSAL_SECTION, JL_SECTION_BUDGET);
  fx_int(fx, JL_REVIEW_PROPOSAL_KIND, JL_PROPOSAL_OPTIMISE);
  fx_ref(fx, JL_REVIEW_PROPOSAL_SOURCE, lever);
  fx_put(fx);
}

static void strategy_records(struct fixture *fx) {
  static const uint32_t types[] = {JL_TYPE_PERSONA, JL_TYPE_SEGMENT, JL_TYPE_COMPETITOR, JL_TYPE_CRITERION, JL_TYPE_PROMISE, JL_TYPE_POSITIONING,
                                   JL_TYPE_LEVER,   JL_TYPE_TOOL,    JL_TYPE_LESSON,     JL_TYPE_PLAYBOOK,  JL_TYPE_KEY_MESSAGE, JL_TYPE_ICP};
  for (size_t i = 0; i < JL_COUNT(types); i++) (void)fx_named(fx, types[i], "One");
  fx_begin(fx, JL_TYPE_SPRINT);
  fx_text(fx, JL_SPRINT_NAME, "One");
  fx_int(fx, JL_SPRINT_START, 20499);
  fx_int(fx, JL_SPRINT_END, 20510);
  fx_put(fx);
  fx_begin(fx, JL_TYPE_AUTOMATION);
  fx_text(fx, JL_AUTOMATION_TITLE, "One");
  fx_text(fx, JL_AUTOMATION_WHEN, "due-3");
  fx_text(fx, JL_AUTOMATION_COMMENT, "{title}: soon");
  fx_put(fx);
  fx_begin(fx, JL_TYPE_MEETING);
  fx_text(fx, JL_MEETING_TITLE, "One");
  fx_int(fx, JL_MEETING_DATE, 20500);
  fx_put(fx);
  review_records(fx, fx_named(fx, JL_TYPE_LEVER, "Reviewed"));
  fx_begin(fx, JL_TYPE_DIAGNOSTIC);
  fx_text(fx, JL_DIAGNOSTIC_TITLE, "Known");
  fx_int(fx, JL_DIAGNOSTIC_KIND, JL_STRENGTH);
  fx_put(fx);
}

/* Every view with every size of memory: an error that says so, or the document; never anything else. */
static void little_memory(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id paul = fx_named(&fx, JL_TYPE_PERSON, "Paul"), action = fx_named(&fx, JL_TYPE_ACTION, "Webinar");
  (void)fx_named(&fx, JL_TYPE_KPI, "CPL");
  (void)fx_named(&fx, JL_TYPE_OBJECTIVE, "Growth");
  fx_raci(&fx, action, JL_RACI_A, paul, NULL);
  fx_begin(&fx, JL_TYPE_BUDGET_LINE);
  fx_text(&fx, JL_BUDGET_LINE_TITLE, "line");
  fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  fx_put(&fx);
  strategy_records(&fx);
  fx.in.plans = fx.in.before = fx.plan;
  for (size_t v = 0; v < jl_view_count; v++) {
    static const struct {
      const char *view;
      struct jl_view_parameter parameters[2];
      size_t count;
    } asked[] = {
        {"list", {{"type", "action"}}, 1},
        {"persona", {{"record", "PS1"}}, 1},
        {"smart", {{"record", "O1"}}, 1},
        {"bucket", {{"record", "B1"}}, 1},
        {"allocation", {{0}}, 0},
        {"review", {{"record", "R1"}, {"replay", "yes"}}, 2},
        {"experiments", {{0}}, 0},
        {"scenario", {{0}}, 0},
        {"overspent", {{0}}, 0},
        {"suppliers", {{0}}, 0},
        {"replan", {{"record", "A1"}, {"due", "2026-06-25"}}, 2},
        {"automations", {{"record", "AU1"}, {"on", "A1"}}, 2},
        {"sprint", {{"record", "SP1"}}, 1},
        {"planning", {{"record", "SP1"}}, 1},
        {"minutes", {{"record", "MT1"}}, 1},
        {"funnel", {{"customers", "30"}, {"rates", "20000,300000,leads=1"}}, 2},
    };
    static const struct jl_view_parameter record = {"record", "A1"};
    bool built = false;
    fx.in.parameters = &record;
    fx.in.parameter_count = jl_views[v].by_record ? 1 : 0;
    for (size_t i = 0; i < JL_COUNT(asked); i++)
      if (strcmp(asked[i].view, jl_views[v].name) == 0) {
        fx.in.parameters = asked[i].parameters;
        fx.in.parameter_count = asked[i].count;
      }
    for (size_t size = 256; size < 4000000 && !built; size += size < 40000 ? 256 : size / 2) {
      struct jl_arena *a = jl_arena_new(size);
      struct jl_bytes packed = {NULL, 0};
      struct jl_error err = {.code = JL_E_OK};
      if (a == NULL) continue;
      built = jl_view_build(&jl_views[v], &fx.in, a, &packed, &err);
      if (!built && err.code != JL_E_NO_MEMORY && err.code != JL_E_TOO_LARGE)
        fail_msg("view %s in %zu bytes: %s", jl_views[v].name, size, err.message);
      jl_arena_free(a);
    }
    if (!built) fail_msg("view %s was never built", jl_views[v].name);
  }
  fx_free(&fx);
}

static uint64_t first_cell(const Jalon__Row *row) { return strtoull(row->cells[0]->text + 1, NULL, 10); } /* "A12" */

/* A view that does not fit comes in pages, each of which can be unpacked by its reader. */
static void pages(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  char *words = malloc(16001);
  memset(words, 'w', 16000);
  words[16000] = '\0';
  fx_plan(&fx);
  for (int i = 0; i < 150; i++) {
    fx_begin(&fx, JL_TYPE_ACTION);
    fx_text(&fx, JL_ACTION_TITLE, "t");
    fx_text(&fx, JL_ACTION_DESCRIPTION, words);
    fx_put(&fx);
  }
  uint64_t from = 0, seen = 0;
  int count = 0;
  do {
    char row[24];
    snprintf(row, sizeof row, "%" PRIu64, from);
    const struct jl_view_parameter parameters[] = {{"type", "action"}, {"from", row}};
    struct jl_error err = {.code = JL_E_OK};
    struct jl_bytes packed;
    struct jl_arena *a = jl_arena_new(64u << 20);
    fx.in.parameters = parameters;
    fx.in.parameter_count = 2;
    assert_true(jl_view_build(jl_view_by_name("list"), &fx.in, a, &packed, &err));
    assert_true(packed.size < JL_VIEW_MAX - 65536);
    const Jalon__Document *d = (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, packed, JL_UNPACK_MAX, a, &err);
    assert_non_null(d);
    for (size_t i = 0; i < d->blocks[0]->n_rows; i++) assert_int_equal(first_cell(d->blocks[0]->rows[i]), ++seen);
    assert_true(d->has_next_row == (seen < 150));
    assert_string_equal(d->blocks[d->n_blocks - 1]->name, seen < 150 ? "page" : "action");
    if (d->has_next_row) {
      assert_true(d->next_row > from && d->next_row == seen);
      assert_int_equal(d->blocks[1]->notes[0]->arguments[0]->number, 150 - (int64_t)seen);
    }
    from = d->has_next_row ? d->next_row : 0;
    count++;
    jl_arena_free(a);
  } while (from > 0);
  assert_int_equal(seen, 150);
  assert_true(count >= 3 && count <= 5);
  free(words);
  fx_free(&fx);
}

static void a_page_begins_with_a_number(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_error err = {.code = JL_E_OK};
  fx_plan(&fx);
  assert_null(fx_try(&fx, "tree", "from", "-1", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  Jalon__Document *d = fx_view(&fx, "tree", "from", "999999999999999999");
  assert_int_equal(fx_block(d, "tree")->n_rows, 0);
  assert_false(d->has_next_row);
  jalon__document__free_unpacked(d, NULL);
  fx.in.log_older = 1234;
  d = fx_view(&fx, "history", NULL, NULL);
  assert_string_equal(fx_block(d, "history")->notes[0]->arguments[0]->text, "r1234");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(history),   cmocka_unit_test(show_action),   cmocka_unit_test(lists),
                                     cmocka_unit_test(directory), cmocka_unit_test(little_memory), cmocka_unit_test(pages),
                                     cmocka_unit_test(a_page_begins_with_a_number)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
