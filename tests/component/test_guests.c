/* What a guest knows of the organisation, on a real server: himself, and the bare names of those who appear in what he may read. No byte that
 * is sent to him, whatever he asks for, holds another person's mail address or job, or the name of somebody who appears nowhere there; who
 * becomes a guest is told nothing from that revision on, who is one no more is told everything. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSWORD "a password of theirs"
#define EMPTY ((struct jl_bytes){(const uint8_t *)"", 0})
/* Each holds the word that is looked for. SHOWN appears in the actions, which the guest reads; HIDDEN in the budget, which he does not. */
#define SHOWN "Mariette"
#define HIDDEN "Zorglubnard"
#define MAIL "Quatrevingt" /* in every mail address, job and description */
static const char *const secrets[] = {HIDDEN, MAIL};

static struct daemon server;
static struct planner planner, organisation; /* the administrator's */
static struct jl_arena *arena;
static struct jl_id guest, shown, hidden, hidden_team, shown_team, action, line, leave;
static struct wire wire; /* the guest's */
static struct jl_id replica;
static uint64_t as_member;     /* the plan's revision when he was one */
static uint64_t before_moving; /* when SHOWN had another address, which the log knows */

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct jl_bytes with(struct jl_bytes record, uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  struct jl_value v = {.number = number};
  if (id != NULL) v.id = *id;
  if (text != NULL) v.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_record_with(arena, record, field, jl_value_encode(arena, jl_field_by_number(jl_record_type_by_number(type), field), &v));
}
static struct jl_bytes slice(uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  return jl_record_slice(with(EMPTY, type, field, number, id, text), field);
}

static struct jl_id natural(uint32_t type, struct jl_bytes record) {
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(type), &planner.space, record, &id));
  return id;
}

static void grant(struct jl_id holder, int section, int level) {
  struct jl_bytes r = with(EMPTY, JL_TYPE_GRANT, JL_GRANT_PLAN, 0, &planner.space, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_HOLDER, 0, &holder, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_SECTION, section, NULL, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_LEVEL, level, NULL, NULL);
  planner_create(&planner, JL_TYPE_GRANT, natural(JL_TYPE_GRANT, r), r);
}

static struct jl_bytes letter_record(struct jl_id target, int letter, struct jl_id holder) {
  struct jl_bytes r = with(EMPTY, JL_TYPE_RACI, JL_RACI_TARGET, 0, &target, NULL);
  return with(with(r, JL_TYPE_RACI, JL_RACI_LETTER, letter, NULL, NULL), JL_TYPE_RACI, JL_RACI_HOLDER, 0, &holder, NULL);
}
static void letter(struct jl_id target, int which, struct jl_id holder) {
  struct jl_bytes r = letter_record(target, which, holder);
  planner_create(&planner, JL_TYPE_RACI, natural(JL_TYPE_RACI, r), r);
}

static uint64_t set_text(struct jl_id person, uint32_t field, const char *from, const char *to) {
  return planner_update(&organisation, JL_TYPE_PERSON, person, field, from == NULL ? EMPTY : slice(JL_TYPE_PERSON, field, 0, NULL, from),
                 slice(JL_TYPE_PERSON, field, 0, NULL, to));
}

static void set_guest(bool is) {
  struct jl_bytes flag = slice(JL_TYPE_PERSON, JL_PERSON_GUEST, 1, NULL, NULL);
  planner_update(&organisation, JL_TYPE_PERSON, guest, JL_PERSON_GUEST, is ? EMPTY : flag, is ? flag : EMPTY);
}

static int start(void **state) {
  static const char *const features[] = {"names", NULL};
  (void)state;
  arena = jl_arena_new(1U << 28);
  daemon_start_with(&server, (const char *const[]){"--heartbeat-ms=600000", NULL}); /* a copy's messages are compared one by one */
  planner_open(&planner, &server);
  planner_directory(&organisation, &server);
  replica = jl_id_random();
  guest = planner_colleague(&server, "Gilles", "gilles", PASSWORD);
  shown = planner_colleague(&server, SHOWN, "shown", PASSWORD);
  hidden = planner_colleague(&server, HIDDEN, "hidden", PASSWORD);
  before_moving = set_text(shown, JL_PERSON_EMAIL, NULL, MAIL "1@example.org");
  set_text(shown, JL_PERSON_EMAIL, MAIL "1@example.org", MAIL "7@example.org");
  set_text(shown, JL_PERSON_JOB_TITLE, NULL, MAIL "2");
  set_text(hidden, JL_PERSON_EMAIL, NULL, MAIL "3@example.org");
  hidden_team = jl_id_random(), shown_team = jl_id_random(), leave = jl_id_random();
  planner_create(&organisation, JL_TYPE_TEAM, hidden_team, with(EMPTY, JL_TYPE_TEAM, JL_TEAM_NAME, 0, NULL, HIDDEN " team"));
  planner_create(&organisation, JL_TYPE_TEAM, shown_team,
                 with(with(EMPTY, JL_TYPE_TEAM, JL_TEAM_NAME, 0, NULL, SHOWN " team"), JL_TYPE_TEAM, JL_TEAM_DESCRIPTION, 0, NULL, MAIL "4"));
  struct jl_bytes away = with(EMPTY, JL_TYPE_LEAVE, JL_LEAVE_PERSON, 0, &shown, NULL);
  away = with(with(away, JL_TYPE_LEAVE, JL_LEAVE_START, 0, NULL, NULL), JL_TYPE_LEAVE, JL_LEAVE_END, 40000, NULL, NULL);
  planner_create(&organisation, JL_TYPE_LEAVE, leave, with(away, JL_TYPE_LEAVE, JL_LEAVE_SUBSTITUTE, 0, &hidden, NULL));
  action = planner_action(&planner, "Webinar", NULL);
  as_member = planner.head;
  set_guest(true);
  line = jl_id_random();
  planner_create(&planner, JL_TYPE_BUDGET_LINE, line,
                 with(with(EMPTY, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, 0, NULL, "Salle"), JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY,
                      JL_CATEGORY_OTHER, NULL, NULL));
  letter(action, JL_RACI_A, shown);
  letter(action, JL_RACI_C, shown_team);
  letter(line, JL_RACI_A, hidden);
  letter(line, JL_RACI_C, hidden_team);
  grant(guest, JL_SECTION_ACTIONS, JL_RIGHT_EDIT);
  wire_open(&wire, &server, false);
  wire.features = features;
  wire_login(&wire, "gilles", PASSWORD, &replica, NULL);
  return 0;
}
static int stop(void **state) {
  (void)state;
  wire_close(&wire);
  planner_close(&planner);
  planner_close(&organisation);
  jl_arena_free(arena);
  return daemon_stop(&server);
}

static bool holds(struct jl_bytes payload, const char *word) {
  return payload.size > 0 && memmem(payload.data, payload.size, word, strlen(word)) != NULL;
}

static void no_secret(const struct received *m, const char *what) {
  for (size_t i = 0; i < JL_COUNT(secrets); i++)
    if (holds(m->payload, secrets[i])) fail_msg("%s: a guest was sent %s in a message of type %u", what, secrets[i], m->type);
}

static bool goes_on(uint8_t type) {
  return type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY || type == JALON__FRAME_TYPE__SNAPSHOT || type == JALON__FRAME_TYPE__REVISIONS ||
         type == JALON__FRAME_TYPE__NAMES;
}

/* What came up to the answer and to a ping after it; gives the answer's type, and whether it names who appears. */
static const char *looked_for = SHOWN;
static uint8_t scan(uint32_t stream, const char *what, bool *ret_shown) {
  uint32_t ping = wire_send(&wire, JALON__FRAME_TYPE__PING, NULL);
  uint8_t answer = 0;
  bool found = false;
  for (bool alive = false; answer == 0 || !alive;) {
    struct received m = wire_next(&wire);
    if (m.closed) fail_msg("%s: the guest was cut off", what);
    no_secret(&m, what);
    found = found || holds(m.payload, looked_for);
    if (m.stream == stream && !goes_on(m.type)) answer = m.type;
    alive = alive || m.stream == ping;
  }
  if (ret_shown != NULL) *ret_shown = found;
  return answer;
}

/* ---- whatever is asked ---- */
static uint32_t view(struct jl_id space, const char *name, const char *parameter, const char *value) {
  Jalon__ViewRequest in = JALON__VIEW_REQUEST__INIT;
  Jalon__ViewParameter p = JALON__VIEW_PARAMETER__INIT, *list[] = {&p};
  char texts[3][64];
  snprintf(texts[0], sizeof texts[0], "%s", name);
  snprintf(texts[1], sizeof texts[1], "%s", parameter == NULL ? "" : parameter);
  snprintf(texts[2], sizeof texts[2], "%s", value == NULL ? "" : value);
  in.has_space = !jl_id_is_zero(&space);
  in.space = id_bytes(&space);
  in.view = texts[0];
  p.name = texts[1];
  p.value = texts[2];
  in.parameters = list;
  in.n_parameters = parameter == NULL ? 0 : 1;
  return wire_send(&wire, JALON__FRAME_TYPE__VIEW, &in.base);
}

/* With bases: the values that the fields had some time ago. */
static uint32_t read_record(struct jl_id space, uint32_t type, const char *text, struct jl_id *id, bool all, bool bases) {
  Jalon__Read in = JALON__READ__INIT;
  Jalon__Query q = JALON__QUERY__INIT, *list[] = {&q};
  uint32_t fields[] = {JL_PERSON_NAME, JL_PERSON_EMAIL, JL_PERSON_JOB_TITLE, JL_PERSON_TEAMS}, children[] = {JL_TYPE_LEAVE};
  char copy[64];
  snprintf(copy, sizeof copy, "%s", text == NULL ? "" : text);
  in.has_space = !jl_id_is_zero(&space);
  in.space = id_bytes(&space);
  in.queries = list;
  in.n_queries = 1;
  q.text = text == NULL ? NULL : copy;
  q.has_id = id != NULL;
  if (id != NULL) q.id = id_bytes(id);
  q.has_all = q.all = q.has_deleted = q.deleted = all;
  q.types = &type;
  q.n_types = type == 0 ? 0 : 1;
  q.children = children;
  q.n_children = 1;
  q.base_fields = fields;
  q.n_base_fields = bases ? JL_COUNT(fields) : 0;
  q.has_shown_revision = bases;
  q.shown_revision = before_moving;
  return wire_send(&wire, JALON__FRAME_TYPE__READ, &in.base);
}

static void no_question_brings_more_than_names(void **state) {
  (void)state;
  static const char *const views[] = {"dashboard", "tree", "raci", "budget", "kpi", "mine", "history", "rights", "inbox", "drift", "people", "definitions"};
  static const uint32_t types[] = {JL_TYPE_PERSON, JL_TYPE_TEAM, JL_TYPE_ROLE, JL_TYPE_LEAVE, 0};
  static const char *const texts[] = {SHOWN, "Zorglub", "Zorglubnarx", "zorg", "P1", "P2", "P3", "P4", "T1", "T2", "LV1"};
  const struct jl_id spaces[] = {planner.space, organisation.space, {{0}}};
  struct jl_id *const ids[] = {&shown, &hidden, &hidden_team, &shown_team, &leave};
  bool named;
  for (size_t s = 0; s < JL_COUNT(spaces); s++) {
    for (size_t i = 0; i < JL_COUNT(views); i++) scan(view(spaces[s], views[i], NULL, NULL), views[i], NULL);
    for (size_t i = 0; i < JL_COUNT(views); i++) { /* the past too, when he was a member */
      char then[2][32];
      snprintf(then[0], sizeof then[0], "r%llu", (unsigned long long)as_member);
      snprintf(then[1], sizeof then[1], "r%llu", (unsigned long long)planner.head);
      for (size_t t = 0; t < JL_COUNT(then); t++) {
        uint8_t answer = scan(view(spaces[s], views[i], "at", then[t]), views[i], &named);
        if (s == 0 && strcmp(views[i], "raci") == 0) assert_int_equal(answer, JALON__FRAME_TYPE__VIEW_REPLY);
        if (s == 0 && t == 1 && strcmp(views[i], "raci") == 0) assert_true(named);
      }
    }
    for (size_t i = 0; i < JL_COUNT(texts); i++) {
      scan(view(spaces[s], "show", "record", texts[i]), "show", NULL);
      scan(view(spaces[s], "history", "record", texts[i]), "history", NULL);
      for (size_t t = 0; t < JL_COUNT(types); t++) scan(read_record(spaces[s], types[t], texts[i], NULL, false, true), texts[i], NULL);
    }
    for (size_t i = 0; i < JL_COUNT(ids); i++) {
      char text[JL_ID_TEXT_SIZE];
      jl_id_format(ids[i], text);
      scan(view(spaces[s], "show", "record", text), "show by id", NULL);
      scan(view(spaces[s], "history", "record", text), "history by id", NULL);
      scan(view(spaces[s], "rights", "why", text), "why", NULL);
      for (size_t t = 0; t < JL_COUNT(types); t++) scan(read_record(spaces[s], types[t], NULL, ids[i], false, true), "read by id", NULL);
    }
    for (size_t t = 0; t < JL_COUNT(types); t++) {
      scan(read_record(spaces[s], types[t], NULL, NULL, true, false), "read of all", &named);
      assert_int_equal(named, s == 0 && (types[t] == JL_TYPE_PERSON || types[t] == JL_TYPE_TEAM));
    }
    Jalon__ReadLog log = JALON__READ_LOG__INIT;
    struct jl_id space = spaces[s];
    log.has_space = log.has_from = true;
    log.space = id_bytes(&space);
    log.from = 1;
    assert_int_equal(scan(wire_send(&wire, JALON__FRAME_TYPE__READ_LOG, &log.base), "the log", NULL),
                     s == 0 ? JALON__FRAME_TYPE__READ_LOG_REPLY : JALON__FRAME_TYPE__ERROR);
  }
  (void)scan(view(planner.space, "raci", NULL, NULL), "raci", &named);
  assert_true(named);
  assert_int_equal(scan(read_record(planner.space, JL_TYPE_PERSON, SHOWN, NULL, false, true), "by name", &named), JALON__FRAME_TYPE__READ_REPLY);
  assert_true(named);
}

/* ---- who is there ---- */
static uint32_t be_present(struct wire *w, struct jl_id space, Jalon__Doing doing) {
  Jalon__Presence in = JALON__PRESENCE__INIT;
  in.has_space = true;
  in.space = id_bytes(&space);
  in.has_doing = doing != JALON__DOING__DOING_UNSPECIFIED;
  in.doing = doing;
  return wire_send(w, JALON__FRAME_TYPE__PRESENCE, &in.base);
}

static void presence_names_and_counts_those_whom_one_knows(void **state) {
  (void)state;
  static const char *const logins[] = {"shown", "hidden"};
  struct wire others[2];
  for (size_t i = 0; i < 2; i++) {
    wire_open(&others[i], &server, false);
    wire_login(&others[i], logins[i], PASSWORD, NULL, NULL);
    (void)wire_expect(&others[i], be_present(&others[i], planner.space, JALON__DOING__EDITING), JALON__FRAME_TYPE__PRESENCE_REPLY,
                      &jalon__present_now__descriptor);
  }
  const Jalon__PresentNow *now =
      wire_expect(&wire, be_present(&wire, planner.space, JALON__DOING__DOING_UNSPECIFIED), JALON__FRAME_TYPE__PRESENCE_REPLY, &jalon__present_now__descriptor);
  assert_int_equal(now->total, 1);
  assert_int_equal(now->n_present, 1);
  assert_string_equal(now->present[0]->name, SHOWN);
  assert_int_equal(scan(be_present(&wire, organisation.space, JALON__DOING__LOOKING), "presence in the organisation", NULL), JALON__FRAME_TYPE__ERROR);
  for (size_t i = 0; i < 2; i++) wire_close(&others[i]);
}

/* ---- what he writes ---- */
static uint32_t submit(struct jl_id space, Jalon__Edit *edit, char *ret_message, size_t size) {
  static uint64_t numbers[2]; /* each space's lane has its own */
  uint64_t seq = ++numbers[jl_id_equal(&space, &organisation.space)];
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = true;
  message.group = jl_to_pb(planner_pack(&(struct one_edit){.replica = &replica, .space = &space, .seq = seq}, edit, arena));
  uint32_t stream = wire_send(&wire, JALON__FRAME_TYPE__SUBMIT, &message.base), code = UINT32_MAX;
  while (code == UINT32_MAX) {
    struct received m = wire_next(&wire);
    struct jl_error err;
    assert_false(m.closed);
    no_secret(&m, "a verdict");
    if (m.stream != stream) continue;
    assert_int_equal(m.type, JALON__FRAME_TYPE__SUBMIT_REPLY);
    const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, m.payload, arena, &err);
    assert_non_null(v);
    code = v->error == NULL ? 0 : v->error->code;
    if (ret_message != NULL) snprintf(ret_message, size, "%s", v->error == NULL ? "" : v->error->message);
  }
  return code;
}

static uint32_t create(struct jl_id space, uint32_t type, struct jl_id id, struct jl_bytes record, char *ret_message, size_t size) {
  Jalon__Edit edit = planner_creation(type, &id, record);
  return submit(space, &edit, ret_message, size);
}

static struct jl_bytes comment(const char *body, const struct jl_id *mention) {
  struct jl_bytes r = with(with(EMPTY, JL_TYPE_COMMENT, JL_COMMENT_TARGET, 0, &action, NULL), JL_TYPE_COMMENT, JL_COMMENT_BODY, 0, NULL, body);
  return mention == NULL ? r : with(r, JL_TYPE_COMMENT, JL_COMMENT_MENTIONS, 0, mention, NULL);
}

static void nothing_he_writes_names_others(void **state) {
  (void)state;
  struct jl_id nobody = jl_id_random();
  char unknown[512], known[512];
  /* Somebody who appears nowhere answers like somebody who is not there, though his id is known here. */
  assert_int_equal(create(planner.space, JL_TYPE_COMMENT, jl_id_random(), comment("?", &nobody), unknown, sizeof unknown), JL_E_INVALID);
  assert_int_equal(create(planner.space, JL_TYPE_COMMENT, jl_id_random(), comment("?", &hidden), known, sizeof known), JL_E_INVALID);
  assert_string_equal(unknown, known);
  assert_int_equal(create(planner.space, JL_TYPE_COMMENT, jl_id_random(), comment("?", &shown), NULL, 0), 0);
  assert_int_equal(create(planner.space, JL_TYPE_COMMENT, jl_id_random(), comment("?", &guest), NULL, 0), 0);
  struct jl_bytes raci = letter_record(action, JL_RACI_C, hidden);
  assert_int_not_equal(create(planner.space, JL_TYPE_RACI, natural(JL_TYPE_RACI, raci), raci, NULL, 0), 0);
  raci = letter_record(action, JL_RACI_A, guest); /* refused naming who has it, whom he knows */
  assert_int_not_equal(create(planner.space, JL_TYPE_RACI, natural(JL_TYPE_RACI, raci), raci, NULL, 0), 0);
  raci = letter_record(line, JL_RACI_A, guest); /* this he does not know of */
  assert_int_not_equal(create(planner.space, JL_TYPE_RACI, natural(JL_TYPE_RACI, raci), raci, NULL, 0), 0);
  /* In the organisation nothing is there for him. */
  struct jl_id *const ids[] = {&shown, &hidden, &nobody};
  for (size_t i = 0; i < JL_COUNT(ids); i++) {
    Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
    Jalon__Edit edit = JALON__EDIT__INIT;
    field.has_field = field.has_seen = field.has_next = true;
    field.field = JL_PERSON_EMAIL;
    field.next = jl_to_pb(slice(JL_TYPE_PERSON, JL_PERSON_EMAIL, 0, NULL, "x@example.org"));
    edit.has_verb = edit.has_type = edit.has_id = true;
    edit.verb = JALON__VERB__UPDATE;
    edit.type = JL_TYPE_PERSON;
    edit.id = id_bytes(ids[i]);
    edit.n_fields = 1;
    edit.fields = fields;
    assert_int_equal(submit(organisation.space, &edit, NULL, 0), JL_E_NOT_FOUND);
  }
}

/* ---- without a plan ---- */
static void nothing_of_its_position(const Jalon__Position *position) {
  assert_non_null(position);
  assert_int_equal(position->revision, 0);
  assert_int_equal(position->n_sections, 0);
}

/* The organisation's revision counts what he does not see, its chain covers all of it. */
static void where_the_organisation_stands_is_not_told(void **state) {
  (void)state;
  static const char *const views[] = {"plans", "people"};
  for (size_t i = 0; i < JL_COUNT(views); i++) {
    char name[32];
    snprintf(name, sizeof name, "%s", views[i]);
    Jalon__ViewRequest asked = JALON__VIEW_REQUEST__INIT;
    Jalon__Subscribe in = JALON__SUBSCRIBE__INIT;
    Jalon__Cancel end = JALON__CANCEL__INIT;
    in.view = &asked;
    asked.view = name;
    uint32_t stream = wire_send(&wire, JALON__FRAME_TYPE__SUBSCRIBE, &in.base);
    const Jalon__SubscribeReply *begun =
        wire_expect(&wire, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
    nothing_of_its_position(begun->position);
    const Jalon__ViewState *now = wire_expect(&wire, stream, JALON__FRAME_TYPE__VIEW_STATE, &jalon__view_state__descriptor);
    nothing_of_its_position(now->position);
    end.has_stream = true;
    end.stream = stream;
    (void)wire_expect(&wire, wire_send(&wire, JALON__FRAME_TYPE__UNSUBSCRIBE, &end.base), JALON__FRAME_TYPE__UNSUBSCRIBE_REPLY, &jalon__empty__descriptor);
    const Jalon__ViewReply *once = wire_expect(&wire, wire_send(&wire, JALON__FRAME_TYPE__VIEW, &asked.base), JALON__FRAME_TYPE__VIEW_REPLY, &jalon__view_reply__descriptor);
    nothing_of_its_position(once->position);
  }
}

/* ---- copies ---- */
/* The names that came last before anything else of the stream did; gives how many. */
static size_t names_of(uint32_t stream, bool *ret_shown, bool *ret_other, const char *other) {
  *ret_shown = *ret_other = false;
  for (size_t count = 0;;) {
    struct received m = wire_next(&wire);
    struct jl_error err;
    assert_false(m.closed);
    no_secret(&m, "names");
    if (m.stream != stream || m.type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY) continue;
    assert_int_equal(m.type, JALON__FRAME_TYPE__NAMES);
    const Jalon__Names *names = (const Jalon__Names *)jl_unpack(&jalon__names__descriptor, m.payload, arena, &err);
    assert_non_null(names);
    count += names->n_records;
    *ret_shown = *ret_shown || holds(m.payload, SHOWN);
    *ret_other = *ret_other || (other != NULL && holds(m.payload, other));
    if (names->last) return count;
  }
}

static uint32_t ended_with(struct wire *w, uint32_t stream) {
  for (;;) {
    struct received m = wire_next(w);
    struct jl_error err;
    assert_false(m.closed);
    no_secret(&m, "a subscription");
    if (m.stream != stream || (m.type != JALON__FRAME_TYPE__ENDED && m.type != JALON__FRAME_TYPE__ERROR)) continue;
    if (m.type == JALON__FRAME_TYPE__ERROR) return ((const Jalon__Error *)jl_unpack(&jalon__error__descriptor, m.payload, arena, &err))->code;
    return ((const Jalon__Ended *)jl_unpack(&jalon__ended__descriptor, m.payload, arena, &err))->error->code;
  }
}

static void a_copy_comes_with_the_names_that_appear_in_it(void **state) {
  (void)state;
  bool has_shown, has_other;
  struct jl_id other = planner_colleague(&server, "Barnabas", "barnabas", PASSWORD);
  uint32_t stream = planner_subscribe(&wire, planner.space, NULL, NULL);
  assert_int_equal(names_of(stream, &has_shown, &has_other, "Barnabas"), 4); /* himself, a person, a team, and the administrator, who named them */
  assert_true(has_shown && !has_other);
  for (struct received m = wire_next(&wire); m.type != JALON__FRAME_TYPE__BOOKMARK; m = wire_next(&wire)) no_secret(&m, "a snapshot");
  letter(action, JL_RACI_I, other); /* his name comes before what names him */
  assert_int_equal(names_of(stream, &has_shown, &has_other, "Barnabas"), 5);
  assert_true(has_shown && has_other);
  struct received next = wire_next(&wire);
  assert_int_equal(next.type, JALON__FRAME_TYPE__REVISIONS);
  planner_update(&organisation, JL_TYPE_PERSON, other, JL_PERSON_NAME, slice(JL_TYPE_PERSON, JL_PERSON_NAME, 0, NULL, "Barnabas"),
                 slice(JL_TYPE_PERSON, JL_PERSON_NAME, 0, NULL, "Cunegonde")); /* and comes again when it changes */
  assert_int_equal(names_of(stream, &has_shown, &has_other, "Cunegonde"), 5);
  assert_true(has_other);
  set_text(other, JL_PERSON_EMAIL, NULL, MAIL "5@example.org"); /* the rest of him is no reason to */
  planner_action(&planner, "Salon", NULL);
  do {
    next = wire_next(&wire);
    no_secret(&next, "a copy");
    assert_int_not_equal(next.type, JALON__FRAME_TYPE__NAMES);
  } while (next.type != JALON__FRAME_TYPE__REVISIONS);
  Jalon__Cancel end = JALON__CANCEL__INIT;
  end.has_stream = true;
  end.stream = stream;
  (void)wire_expect(&wire, wire_send(&wire, JALON__FRAME_TYPE__UNSUBSCRIBE, &end.base), JALON__FRAME_TYPE__UNSUBSCRIBE_REPLY, &jalon__empty__descriptor);
  /* The organisation itself: not there, and who comes with a copy of it is told that it is to go. */
  struct kept_position kept;
  planner_position(&organisation, &kept);
  assert_int_equal(ended_with(&wire, planner_subscribe(&wire, organisation.space, NULL, NULL)), JL_E_NOT_FOUND);
  assert_int_equal(ended_with(&wire, planner_subscribe(&wire, organisation.space, &kept.wire, NULL)), JL_E_RIGHTS_CHANGED);
}

static void who_becomes_a_guest_is_told_no_more(void **state) {
  (void)state;
  struct wire w;
  struct copy c;
  uint32_t streams[2];
  uint32_t as_guest = planner_subscribe(&wire, planner.space, NULL, NULL);
  set_guest(false); /* a member: the guest's copy begins again, and the organisation is there */
  assert_int_equal(ended_with(&wire, as_guest), JL_E_RIGHTS_CHANGED);
  wire_open(&w, &server, false);
  wire_login(&w, "gilles", PASSWORD, NULL, NULL);
  copy_begin(&c, organisation.space);
  streams[0] = planner_subscribe(&w, organisation.space, NULL, NULL);
  while (!copy_snapshot_message(&c, &w, streams[0])) continue;
  const struct jl_record *record = jl_replica_record(c.replica, &hidden);
  assert_non_null(record);
  assert_true(holds(record->body, HIDDEN) && holds(record->body, MAIL));
  copy_end(&c);
  copy_begin(&c, planner.space);
  streams[1] = planner_subscribe(&w, planner.space, NULL, NULL);
  while (!copy_snapshot_message(&c, &w, streams[1])) continue;
  copy_end(&c);
  wire_ping(&w);
  set_guest(true); /* both end at that revision, and nothing of what follows is told */
  set_text(hidden, JL_PERSON_JOB_TITLE, NULL, MAIL "6");
  bool over[2] = {false, false};
  while (!over[0] || !over[1]) {
    struct received m = wire_next(&w);
    struct jl_error err;
    assert_false(m.closed);
    no_secret(&m, "a member no more");
    for (int i = 0; i < 2; i++) {
      if (m.stream != streams[i] || m.type != JALON__FRAME_TYPE__ENDED) continue;
      over[i] = true;
      assert_int_equal(((const Jalon__Ended *)jl_unpack(&jalon__ended__descriptor, m.payload, arena, &err))->error->code, JL_E_RIGHTS_CHANGED);
    }
  }
  uint32_t older = planner_subscribe(&w, planner.space, NULL, NULL); /* this one does not know what NAMES are */
  for (struct received m = wire_next(&w); m.type != JALON__FRAME_TYPE__BOOKMARK || m.stream != older; m = wire_next(&w)) {
    no_secret(&m, "a program that knows no names");
    assert_int_not_equal(m.type, JALON__FRAME_TYPE__NAMES);
  }
  wire_close(&w);
}

/* Of the past he knows whom he knows today: what was kept of a past view is not for whom another plan of today made it. The past does not
 * move, so only the plan of today can tell two answers apart. */
static void a_past_view_names_whom_he_knows_today(void **state) {
  char at[32];
  bool named = false;
  (void)state;
  struct jl_id once = planner_colleague(&server, "Zephyrine", "zephyrine", PASSWORD), salon = planner_action(&planner, "Salon", NULL);
  struct jl_id a = natural(JL_TYPE_RACI, letter_record(salon, JL_RACI_A, once));
  const struct jl_bytes hers = slice(JL_TYPE_RACI, JL_RACI_HOLDER, 0, &once, NULL), his = slice(JL_TYPE_RACI, JL_RACI_HOLDER, 0, &guest, NULL);
  letter(salon, JL_RACI_A, once);
  snprintf(at, sizeof at, "r%llu", (unsigned long long)planner.head);
  looked_for = "Zephyrine";
  for (int round = 0; round < 2; round++) {
    for (int again = 0; again < 2; again++) { /* made, and as it was kept */
      assert_int_equal(scan(view(planner.space, "raci", "at", at), "the past", &named), JALON__FRAME_TYPE__VIEW_REPLY);
      assert_true(named);
    }
    planner_update(&planner, JL_TYPE_RACI, a, JL_RACI_HOLDER, hers, his); /* nothing of today names her */
    assert_int_equal(scan(view(planner.space, "raci", "at", at), "the past of whom he does not know today", &named), JALON__FRAME_TYPE__VIEW_REPLY);
    assert_false(named);
    planner_update(&planner, JL_TYPE_RACI, a, JL_RACI_HOLDER, his, hers);
  }
  looked_for = SHOWN;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_question_brings_more_than_names),
      cmocka_unit_test(presence_names_and_counts_those_whom_one_knows),
      cmocka_unit_test(nothing_he_writes_names_others),
      cmocka_unit_test(where_the_organisation_stands_is_not_told),
      cmocka_unit_test(a_copy_comes_with_the_names_that_appear_in_it),
      cmocka_unit_test(who_becomes_a_guest_is_told_no_more),
      cmocka_unit_test(a_past_view_names_whom_he_knows_today),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
