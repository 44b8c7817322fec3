/* Who may do what, over real sockets on a real server: every kind of request, by everybody, in every section, on records that are there, that
 * were deleted and that never were. What is allowed stands in the tables below, written out by hand; nothing of it is computed. */
#include "common/base/limits.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSWORD "a password of theirs"

enum role { MARKETING, SALES, COMEX, GUEST, ADMINISTRATOR, NOBODY, ROLES };
enum part { STRATEGY, ACTIONS, BUDGET, PAYROLL, PARTS };
enum state { NEW, EXISTING, DELETED };

/* ---- the rights table: E edits, R reads, - nothing ---- */
static const struct {
  const char *login, *rights; /* strategy, actions, budget, payroll */
} people[ROLES] = {
    [MARKETING] = {"marketing", "EEE-"},     [SALES] = {"sales", "RER-"}, [COMEX] = {"comex", "RRRR"}, [GUEST] = {"guest", "-R--"},
    [ADMINISTRATOR] = {"admin", "EEEE"},     [NOBODY] = {"nobody", "----"},
};

/* ---- what comes of an edit: by the right in the section; "-": in another section only, " ": in none ---- */
enum act { MAKE, CHANGE, REMOVE, BRING_BACK, SAY };
static const struct edit_row {
  enum act act;
  enum state state;
  enum jl_code edits, reads, other, nothing;
} edit_table[] = {
    {MAKE, NEW, JL_E_OK, JL_E_DENIED, JL_E_DENIED, JL_E_INVALID},
    {MAKE, EXISTING, JL_E_ALREADY_EXISTS, JL_E_DENIED, JL_E_DENIED, JL_E_INVALID},
    {MAKE, DELETED, JL_E_ALREADY_EXISTS, JL_E_DENIED, JL_E_DENIED, JL_E_INVALID},
    {CHANGE, NEW, JL_E_NOT_FOUND, JL_E_NOT_FOUND, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {CHANGE, EXISTING, JL_E_OK, JL_E_DENIED, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {CHANGE, DELETED, JL_E_RECORD_DELETED, JL_E_DENIED, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {REMOVE, NEW, JL_E_NOT_FOUND, JL_E_NOT_FOUND, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {REMOVE, EXISTING, JL_E_OK, JL_E_DENIED, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {REMOVE, DELETED, JL_E_OK, JL_E_DENIED, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {BRING_BACK, NEW, JL_E_NOT_FOUND, JL_E_NOT_FOUND, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {BRING_BACK, EXISTING, JL_E_OK, JL_E_DENIED, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {BRING_BACK, DELETED, JL_E_OK, JL_E_DENIED, JL_E_NOT_FOUND, JL_E_NOT_FOUND},
    {SAY, NEW, JL_E_PARENT_DELETED, JL_E_PARENT_DELETED, JL_E_PARENT_DELETED, JL_E_PARENT_DELETED},
    {SAY, EXISTING, JL_E_OK, JL_E_DENIED, JL_E_PARENT_DELETED, JL_E_PARENT_DELETED},
    {SAY, DELETED, JL_E_PARENT_DELETED, JL_E_DENIED, JL_E_PARENT_DELETED, JL_E_PARENT_DELETED},
};
static const char *const act_names[] = {"makes", "changes", "deletes", "restores", "comments on"};

/* ---- what a question shows of a record that may be read; of one that may not, never anything ---- */
enum question { READ_ONE, READ_DELETED, READ_ALL, READ_LOG, SHOW, HISTORY, LIST, SUBSCRIBE, QUESTIONS };
static const struct {
  const char *name;
  bool existing, deleted; /* must be in the answer */
} question_table[QUESTIONS] = {[READ_ONE] = {"read", true, false},      [READ_DELETED] = {"read of a deleted one", true, true},
                               [READ_ALL] = {"read of all", true, true}, [READ_LOG] = {"read of the log", true, true},
                               [SHOW] = {"show", true, false},           [HISTORY] = {"history", true, false},
                               [LIST] = {"list", true, false},           [SUBSCRIBE] = {"subscription", true, false}};

/* ---- what everybody is answered that is of no section: OK, or the code of the refusal ---- */
enum common { OWN_LOGINS, ALL_LOGINS, ALL_ACCOUNTS, OWN_ACCOUNT, MAKE_TEAM, MAKE_GRANT, MAKE_ACCOUNTABLE, COMMONS };
static const struct {
  const char *name;
  enum jl_code administrator, others_in_the_plan, nobody;
} common_table[COMMONS] = {[OWN_LOGINS] = {"own logins", JL_E_OK, JL_E_OK, JL_E_OK},
                           [ALL_LOGINS] = {"everybody's logins", JL_E_OK, JL_E_DENIED, JL_E_DENIED},
                           [ALL_ACCOUNTS] = {"all accounts", JL_E_OK, JL_E_DENIED, JL_E_DENIED},
                           [OWN_ACCOUNT] = {"own account", JL_E_OK, JL_E_OK, JL_E_OK},
                           [MAKE_TEAM] = {"a team", JL_E_OK, JL_E_DENIED, JL_E_DENIED},
                           [MAKE_GRANT] = {"a right for itself", JL_E_OK, JL_E_DENIED, JL_E_INVALID},
                           [MAKE_ACCOUNTABLE] = {"itself accountable of the plan", JL_E_OK, JL_E_DENIED, JL_E_PARENT_DELETED}};

/* ---- the stage ---- */
static const struct {
  uint32_t type, title, section;
} kinds[PARTS] = {[STRATEGY] = {JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TITLE, JL_SECTION_STRATEGY},
                  [ACTIONS] = {JL_TYPE_ACTION, JL_ACTION_TITLE, JL_SECTION_ACTIONS},
                  [BUDGET] = {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, JL_SECTION_BUDGET},
                  [PAYROLL] = {JL_TYPE_PAYROLL_LINE, JL_PAYROLL_LINE_TITLE, JL_SECTION_PAYROLL}};

static struct daemon server;
static struct planner planner, directory; /* the administrator's */
static struct jl_arena *arena;
static struct actor {
  struct jl_id person, replica;
  uint64_t seq, directory_seq;
  struct wire wire;
} actors[ROLES];

static ProtobufCBinaryData id_bytes(const struct jl_id *id) {
  return jl_to_pb(jl_arena_dup(arena, (struct jl_bytes){id->bytes, sizeof id->bytes}));
}
static struct jl_bytes with(struct jl_bytes record, uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  struct jl_value v = {.number = number};
  if (id != NULL) v.id = *id;
  if (text != NULL) v.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_record_with(arena, record, field, jl_value_encode(arena, jl_field_by_number(jl_record_type_by_number(type), field), &v));
}
#define EMPTY ((struct jl_bytes){(const uint8_t *)"", 0})

static struct jl_bytes record_of(enum part part, const char *title) {
  struct jl_bytes r = with(EMPTY, kinds[part].type, kinds[part].title, 0, NULL, title);
  if (part == BUDGET) r = with(r, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER, NULL, NULL);
  if (part == PAYROLL) r = with(r, JL_TYPE_PAYROLL_LINE, JL_PAYROLL_LINE_PLANNED, 7000, NULL, NULL);
  return r;
}
static struct jl_bytes grant_of(const struct jl_id *holder, uint32_t section, int64_t level, struct jl_id *ret_id) {
  struct jl_bytes r = with(EMPTY, JL_TYPE_GRANT, JL_GRANT_PLAN, 0, &planner.space, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_HOLDER, 0, holder, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_SECTION, section, NULL, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_LEVEL, level, NULL, NULL);
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_GRANT), &planner.space, r, ret_id));
  return r;
}
static void grant(const struct jl_id *holder, uint32_t section, char right) {
  struct jl_id id;
  struct jl_bytes r = grant_of(holder, section, right == 'E' ? JL_RIGHT_EDIT : right == 'R' ? JL_RIGHT_READ : JL_RIGHT_NONE, &id);
  planner_create(&planner, JL_TYPE_GRANT, id, r);
}

/* Marketing, sales and COMEX by their teams, the guest by a right of its own, the administrator by being one, nobody not at all. */
static int start(void **state) {
  (void)state;
  arena = jl_arena_new(1U << 28);
  daemon_start(&server);
  planner_open(&planner, &server);
  planner_directory(&directory, &server);
  for (uint32_t s = JL_SECTION_STRATEGY; s <= JL_SECTION_PIPELINE; s++) grant(&planner.space, s, '-');
  for (int role = 0; role < ROLES; role++) {
    struct actor *a = &actors[role];
    *a = (struct actor){.replica = jl_id_random()};
    const char *login = people[role].login, *password = role == ADMINISTRATOR ? DAEMON_PASSWORD : PASSWORD;
    if (role != ADMINISTRATOR) a->person = planner_colleague(&server, login, login, PASSWORD);
    struct jl_id holder = a->person;
    if (role <= COMEX) {
      holder = jl_id_random();
      planner_create(&directory, JL_TYPE_TEAM, holder, planner_text(arena, JL_TYPE_TEAM, JL_TEAM_NAME, login));
      struct jl_bytes team = jl_record_slice(with(EMPTY, JL_TYPE_PERSON, JL_PERSON_TEAMS, 0, &holder, NULL), JL_PERSON_TEAMS);
      planner_update(&directory, JL_TYPE_PERSON, a->person, JL_PERSON_TEAMS, EMPTY, team);
    }
    if (role == GUEST)
      planner_update(&directory, JL_TYPE_PERSON, a->person, JL_PERSON_GUEST, EMPTY,
                     jl_record_slice(with(EMPTY, JL_TYPE_PERSON, JL_PERSON_GUEST, 1, NULL, NULL), JL_PERSON_GUEST));
    if (role <= GUEST)
      for (int part = 0; part < PARTS; part++)
        if (people[role].rights[part] != '-') grant(&holder, kinds[part].section, people[role].rights[part]);
    wire_open(&a->wire, &server, false);
    wire_login(&a->wire, login, password, &a->replica, NULL);
  }
  return 0;
}
static int stop(void **state) {
  (void)state;
  for (int role = 0; role < ROLES; role++) wire_close(&actors[role].wire);
  planner_close(&directory);
  planner_close(&planner);
  jl_arena_free(arena);
  return daemon_stop(&server);
}

/* A record of its own for each case: none meets what was done to another. */
static struct jl_id given_record(enum part part, enum state state, const char *title, uint64_t *ret_seen) {
  struct jl_id id = jl_id_random();
  *ret_seen = planner.head;
  if (state == NEW) return id;
  *ret_seen = planner_create(&planner, kinds[part].type, id, record_of(part, title));
  if (state == DELETED) *ret_seen = planner_delete(&planner, kinds[part].type, id, *ret_seen);
  return id;
}

/* ---- edits ---- */
static enum jl_code submit(struct actor *a, uint64_t *io_seq, const struct jl_id *space, Jalon__Edit *edit) {
  struct jl_id group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  Jalon__Submit message = JALON__SUBMIT__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(&a->replica);
  group.space = id_bytes(space);
  group.seq = ++*io_seq;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = 1;
  group.edits = &edit;
  message.has_group = true;
  message.group = jl_to_pb(jl_pack(&group.base, arena, JL_GROUP_MAX_BYTES));
  const Jalon__Verdict *v = wire_expect(&a->wire, wire_send(&a->wire, JALON__FRAME_TYPE__SUBMIT, &message.base),
                                        JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  return v->error == NULL ? JL_E_OK : (enum jl_code)v->error->code;
}

static enum jl_code does(struct actor *a, enum act act, enum part part, const struct jl_id *id, uint64_t seen, const char *title) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  struct jl_id comment = jl_id_random();
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.type = kinds[part].type;
  edit.id = id_bytes(id);
  switch (act) {
  case MAKE:
    edit.verb = JALON__VERB__CREATE;
    edit.has_record = true;
    edit.record = jl_to_pb(record_of(part, "made again"));
    break;
  case CHANGE:
    edit.verb = JALON__VERB__UPDATE;
    field.has_field = field.has_seen = field.has_next = true;
    field.field = kinds[part].title;
    field.seen = jl_to_pb(jl_record_slice(record_of(part, title), kinds[part].title));
    field.next = jl_to_pb(jl_record_slice(record_of(part, "changed"), kinds[part].title));
    edit.fields = fields;
    edit.n_fields = 1;
    break;
  case REMOVE:
    edit.verb = JALON__VERB__DELETE;
    edit.has_seen_revision = true;
    edit.seen_revision = seen;
    break;
  case BRING_BACK:
    edit.verb = JALON__VERB__RESTORE;
    break;
  case SAY:
  default:
    edit.verb = JALON__VERB__CREATE;
    edit.type = JL_TYPE_COMMENT;
    edit.id = id_bytes(&comment);
    edit.has_record = true;
    edit.record = jl_to_pb(with(with(EMPTY, JL_TYPE_COMMENT, JL_COMMENT_TARGET, 0, id, NULL), JL_TYPE_COMMENT, JL_COMMENT_BODY, 0, NULL, "?"));
    break;
  }
  return submit(a, &a->seq, &planner.space, &edit);
}

static void edits_are_what_the_table_says(void **state) {
  (void)state;
  for (int role = 0; role < ROLES; role++)
    for (int part = 0; part < PARTS; part++)
      for (size_t i = 0; i < JL_COUNT(edit_table); i++) {
        const struct edit_row *row = &edit_table[i];
        uint64_t seen;
        struct jl_id id = given_record((enum part)part, row->state, "a title", &seen);
        char right = people[role].rights[part];
        enum jl_code expected = right == 'E' ? row->edits : right == 'R' ? row->reads : role == NOBODY ? row->nothing : row->other;
        enum jl_code got = does(&actors[role], row->act, (enum part)part, &id, seen, "a title");
        if (got != expected)
          fail_msg("%s (%c) %s a record in state %d of section %d: %s instead of %s", people[role].login, right, act_names[row->act],
                   (int)row->state, part, jl_code_symbol(got), jl_code_symbol(expected));
      }
}

/* ---- questions ---- */
/* Everything that comes up to the answer on that stream and to a ping behind it. */
struct answer {
  bool word, shown, error; /* word: it stands in something that came; shown: in the answer */
  uint32_t code;
  uint8_t type;
  struct jl_bytes payload; /* of the last message of the stream, in the test's arena */
};
static bool goes_on(uint8_t type) {
  return type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY || type == JALON__FRAME_TYPE__SNAPSHOT || type == JALON__FRAME_TYPE__REVISIONS ||
         type == JALON__FRAME_TYPE__NAMES;
}
static struct answer answer_to(struct wire *w, uint32_t stream, const char *word) {
  struct answer a = {.word = false};
  uint32_t ping = wire_send(w, JALON__FRAME_TYPE__PING, NULL);
  for (bool answered = false, alive = false; !answered || !alive;) {
    struct received m = wire_next(w);
    assert_false(m.closed);
    if (word != NULL && m.payload.size > 0 && memmem(m.payload.data, m.payload.size, word, strlen(word)) != NULL) {
      a.word = true;
      a.shown = a.shown || m.stream == stream;
    }
    if (m.stream == stream) {
      a.type = m.type;
      a.payload = jl_arena_dup(arena, m.payload);
      if (m.type == JALON__FRAME_TYPE__ERROR) a.error = true;
    }
    answered = answered || (m.stream == stream && !goes_on(m.type));
    alive = alive || m.stream == ping;
  }
  if (a.error) {
    struct jl_error err;
    const Jalon__Error *error = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, a.payload, arena, &err);
    assert_non_null(error);
    a.code = error->code;
  }
  return a;
}

static uint32_t view(struct wire *w, const struct jl_id *space, const char *name, const char *parameter, const char *value) {
  Jalon__ViewRequest in = JALON__VIEW_REQUEST__INIT;
  Jalon__ViewParameter p = JALON__VIEW_PARAMETER__INIT, *list[] = {&p};
  in.has_space = true;
  in.space = id_bytes(space);
  in.view = jl_arena_strdup(arena, name);
  p.name = jl_arena_strdup(arena, parameter);
  p.value = jl_arena_strdup(arena, value);
  in.parameters = list;
  in.n_parameters = 1;
  return wire_send(w, JALON__FRAME_TYPE__VIEW, &in.base);
}

static uint32_t read_records(struct wire *w, const struct jl_id *space, const struct jl_id *id, bool deleted) {
  Jalon__Read in = JALON__READ__INIT;
  Jalon__Query q = JALON__QUERY__INIT, *list[] = {&q};
  in.has_space = true;
  in.space = id_bytes(space);
  in.queries = list;
  in.n_queries = 1;
  q.has_id = id != NULL;
  if (id != NULL) q.id = id_bytes(id);
  q.has_all = q.all = id == NULL;
  q.has_deleted = q.deleted = deleted;
  return wire_send(w, JALON__FRAME_TYPE__READ, &in.base);
}

static uint32_t ask(struct wire *w, enum question question, enum part part, const struct jl_id *space, const struct jl_id *id) {
  char text[JL_ID_TEXT_SIZE];
  jl_id_format(id, text);
  Jalon__ReadLog log = JALON__READ_LOG__INIT;
  switch (question) {
  case READ_ONE:
    return read_records(w, space, id, false);
  case READ_DELETED:
    return read_records(w, space, id, true);
  case READ_ALL:
    return read_records(w, space, NULL, true);
  case READ_LOG:
    log.has_space = log.has_from = true;
    log.space = id_bytes(space);
    log.from = planner.head > 3 ? planner.head - 3 : 1; /* the record was made last */
    return wire_send(w, JALON__FRAME_TYPE__READ_LOG, &log.base);
  case SHOW:
    return view(w, space, "show", "record", text);
  case HISTORY:
    return view(w, space, "history", "record", text);
  case LIST:
    return view(w, space, "list", "type", jl_record_type_by_number(kinds[part].type)->command);
  case SUBSCRIBE:
  case QUESTIONS:
    break;
  }
  return planner_subscribe(w, *space, NULL, NULL);
}

static void questions_show_what_the_table_says(void **state) {
  (void)state;
  static const enum state states[] = {EXISTING, DELETED};
  int serial = 0;
  for (int part = 0; part < PARTS; part++)
    for (size_t s = 0; s < JL_COUNT(states); s++) {
      char word[32];
      uint64_t seen;
      snprintf(word, sizeof word, "Zorglub%dz", ++serial);
      struct jl_id id = given_record((enum part)part, states[s], word, &seen);
      for (int role = 0; role < ROLES; role++)
        for (int q = 0; q < QUESTIONS; q++) {
          struct actor *a = &actors[role];
          char right = people[role].rights[part];
          struct answer got = answer_to(&a->wire, ask(&a->wire, (enum question)q, (enum part)part, &planner.space, &id), word);
          bool must = states[s] == EXISTING ? question_table[q].existing : question_table[q].deleted;
          if (got.word && right == '-') fail_msg("%s is shown %s by %s", people[role].login, word, question_table[q].name);
          if (!got.shown && right != '-' && must)
            fail_msg("%s (%c) is not shown section %d in state %d by %s (error %u)", people[role].login, right, part, (int)states[s],
                     question_table[q].name, got.code);
          if (role == NOBODY && (!got.error || got.code != JL_E_NOT_FOUND)) fail_msg("nobody is answered by %s", question_table[q].name);
        }
    }
}

/* ---- a plan of which nothing may be seen, and one that is not there ---- */
static void hidden_and_missing_are_the_same(void **state) {
  (void)state;
  struct jl_id missing = jl_id_random(), id = jl_id_random();
  struct wire *w = &actors[NOBODY].wire;
  for (int q = 0; q <= QUESTIONS; q++) {
    struct answer got[2];
    for (int i = 0; i < 2; i++) {
      const struct jl_id *space = i == 0 ? &planner.space : &missing;
      Jalon__Presence here = JALON__PRESENCE__INIT;
      here.has_space = true;
      here.space = id_bytes(space);
      got[i] = answer_to(w, q < QUESTIONS ? ask(w, (enum question)q, ACTIONS, space, &id) : wire_send(w, JALON__FRAME_TYPE__PRESENCE, &here.base), NULL);
    }
    if (!got[0].error || got[0].type != got[1].type || !jl_bytes_equal(got[0].payload, got[1].payload))
      fail_msg("question %d tells that there is a plan", q);
  }
  for (int i = 0; i < 2; i++) { /* a token for it can be made of neither */
    Jalon__AccountRequest add = JALON__ACCOUNT_REQUEST__INIT;
    ProtobufCBinaryData space = id_bytes(i == 0 ? &planner.space : &missing);
    add.has_verb = add.has_days = true;
    add.verb = JALON__ACCOUNT_VERB__TOKEN_ADD;
    add.token_name = jl_arena_strdup(arena, i == 0 ? "hidden" : "missing");
    add.days = 1;
    add.spaces = &space;
    add.n_spaces = 1;
    assert_int_equal(wire_expect_error(w, wire_send(w, JALON__FRAME_TYPE__ACCOUNT, &add.base)), JL_E_NOT_FOUND);
  }
}

/* ---- what is of no section ---- */
static enum jl_code account(struct actor *a, Jalon__AccountVerb verb, bool everybody) {
  Jalon__AccountRequest in = JALON__ACCOUNT_REQUEST__INIT;
  in.has_verb = in.has_everybody = true;
  in.verb = verb;
  in.everybody = everybody;
  struct answer got = answer_to(&a->wire, wire_send(&a->wire, JALON__FRAME_TYPE__ACCOUNT, &in.base), NULL);
  return got.error ? (enum jl_code)got.code : JL_E_OK;
}

static enum jl_code makes(struct actor *a, enum common what) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  struct jl_id id = jl_id_random();
  struct jl_bytes record;
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  if (what == MAKE_TEAM) {
    edit.type = JL_TYPE_TEAM;
    record = planner_text(arena, JL_TYPE_TEAM, JL_TEAM_NAME, "mine");
  } else if (what == MAKE_GRANT) {
    edit.type = JL_TYPE_GRANT;
    record = grant_of(&a->person, JL_SECTION_PIPELINE, JL_RIGHT_EDIT, &id);
  } else {
    edit.type = JL_TYPE_RACI;
    record = with(EMPTY, JL_TYPE_RACI, JL_RACI_TARGET, 0, &planner.space, NULL);
    record = with(record, JL_TYPE_RACI, JL_RACI_LETTER, JL_RACI_A, NULL, NULL);
    record = with(record, JL_TYPE_RACI, JL_RACI_HOLDER, 0, &actors[COMEX].person, NULL);
    assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &planner.space, record, &id));
  }
  edit.id = id_bytes(&id);
  edit.record = jl_to_pb(record);
  return submit(a, what == MAKE_TEAM ? &a->directory_seq : &a->seq, what == MAKE_TEAM ? &directory.space : &planner.space, &edit);
}

/* The administrator last: what he is allowed changes the rights of others. */
static void what_is_of_no_section_is_as_the_table_says(void **state) {
  (void)state;
  static const enum role order[] = {MARKETING, SALES, COMEX, GUEST, NOBODY, ADMINISTRATOR};
  actors[ADMINISTRATOR].person = actors[MARKETING].person; /* to whom the administrator gives what others would give themselves */
  for (size_t i = 0; i < JL_COUNT(order); i++)
    for (int c = 0; c < COMMONS; c++) {
      struct actor *a = &actors[order[i]];
      enum jl_code expected = order[i] == ADMINISTRATOR ? common_table[c].administrator
                              : order[i] == NOBODY      ? common_table[c].nobody
                                                        : common_table[c].others_in_the_plan;
      enum jl_code got = c == OWN_LOGINS     ? account(a, JALON__ACCOUNT_VERB__SESSION_LIST, false)
                         : c == ALL_LOGINS   ? account(a, JALON__ACCOUNT_VERB__SESSION_LIST, true)
                         : c == ALL_ACCOUNTS ? account(a, JALON__ACCOUNT_VERB__ACCOUNT_LIST, false)
                         : c == OWN_ACCOUNT  ? account(a, JALON__ACCOUNT_VERB__ACCOUNT_WHO, false)
                                             : makes(a, (enum common)c);
      if (got != expected)
        fail_msg("%s asks for %s: %s instead of %s", people[order[i]].login, common_table[c].name, jl_code_symbol(got), jl_code_symbol(expected));
    }
}

/* Who is not logged in may say hello, log in and ask whether the server is there. */
static void without_a_login_nothing_is_answered(void **state) {
  (void)state;
  static const uint8_t types[] = {JALON__FRAME_TYPE__SUBMIT,      JALON__FRAME_TYPE__VERDICT_QUERY, JALON__FRAME_TYPE__READ,
                                  JALON__FRAME_TYPE__READ_LOG,    JALON__FRAME_TYPE__VIEW,          JALON__FRAME_TYPE__SUBSCRIBE,
                                  JALON__FRAME_TYPE__UNSUBSCRIBE, JALON__FRAME_TYPE__PRESENCE,      JALON__FRAME_TYPE__REFUSED_READ,
                                  JALON__FRAME_TYPE__ACCOUNT,     JALON__FRAME_TYPE__LOGOUT,        JALON__FRAME_TYPE__CANCEL};
  struct wire w;
  wire_open(&w, &server, false);
  wire_hello(&w);
  for (size_t i = 0; i < JL_COUNT(types); i++)
    if (wire_expect_error(&w, wire_send(&w, types[i], NULL)) != JL_E_UNAUTHENTICATED) fail_msg("type %u is answered without a login", types[i]);
  wire_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edits_are_what_the_table_says),
      cmocka_unit_test(questions_show_what_the_table_says),
      cmocka_unit_test(hidden_and_missing_are_the_same),
      cmocka_unit_test(without_a_login_nothing_is_answered),
      cmocka_unit_test(what_is_of_no_section_is_as_the_table_says),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
