/* Rights from outside, on a real server: for every right in every section what each kind of request gives is what the table says, and no
 * byte that is sent to somebody holds a word of what he may not read. Subscriptions end at the revision that changes rights, and begin
 * again with what may be read then; what is sent at the same time as the change that revokes is accepted before it or not at all. */
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
#define SECRET "Zorglub" /* in every text of every section, with its number behind it: Zorglub1 is of the strategy */
enum { NONE = JL_RIGHT_NONE, READ = JL_RIGHT_READ, EDIT = JL_RIGHT_EDIT };
static const struct {
  uint32_t type, title;
} kinds[] = {[JL_SECTION_STRATEGY] = {JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TITLE},
             [JL_SECTION_ACTIONS] = {JL_TYPE_ACTION, JL_ACTION_TITLE},
             [JL_SECTION_BUDGET] = {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE},
             [JL_SECTION_PAYROLL] = {JL_TYPE_PAYROLL_LINE, JL_PAYROLL_LINE_TITLE}};
#define FIRST JL_SECTION_STRATEGY
#define LAST JL_SECTION_PAYROLL

static struct daemon server;
static struct planner planner; /* the administrator's */
static struct jl_id records[LAST + 1];
static struct jl_arena *arena;

/* Somebody with one right in one section and nothing in the others. */
struct reader {
  char login[32];
  struct jl_id person, replica;
  int section, level;
  uint64_t seq;
  struct wire wire;
};
static struct reader readers[LAST + 1][EDIT + 1];

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct jl_bytes value_of(uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  struct jl_value v = {.number = number};
  if (id != NULL) v.id = *id;
  if (text != NULL) v.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_value_encode(arena, jl_field_by_number(jl_record_type_by_number(type), field), &v);
}

static struct jl_bytes with(struct jl_bytes record, uint32_t type, uint32_t field, int64_t number, const struct jl_id *id,
                            const char *text) {
  return jl_record_with(arena, record, field, value_of(type, field, number, id, text));
}

static struct jl_bytes grant_record(struct jl_id holder, int section, int level) {
  struct jl_bytes r = with((struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_GRANT, JL_GRANT_PLAN, 0, &planner.space, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_HOLDER, 0, &holder, NULL);
  r = with(r, JL_TYPE_GRANT, JL_GRANT_SECTION, section, NULL, NULL);
  return with(r, JL_TYPE_GRANT, JL_GRANT_LEVEL, level, NULL, NULL);
}

static struct jl_id grant_id(struct jl_bytes record) {
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_GRANT), &planner.space, record, &id));
  return id;
}

static void grant(struct jl_id holder, int section, int level) {
  struct jl_bytes record = grant_record(holder, section, level);
  planner_create(&planner, JL_TYPE_GRANT, grant_id(record), record);
}

/* ---- groups by anybody ---- */
static struct jl_bytes group_of(struct reader *r, Jalon__Edit *edit) {
  struct jl_id group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(&r->replica);
  group.space = id_bytes(&planner.space);
  group.seq = ++r->seq;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = 1;
  group.edits = &edit;
  return jl_pack(&group.base, arena, JL_GROUP_MAX_BYTES);
}

static uint32_t submit(struct reader *r, Jalon__Edit *edit) {
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = true;
  message.group = jl_to_pb(group_of(r, edit));
  return wire_send(&r->wire, JALON__FRAME_TYPE__SUBMIT, &message.base);
}

static uint32_t send_update(struct reader *r, int section, const char *from, const char *to) {
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  field.has_field = field.has_seen = field.has_next = true;
  field.field = kinds[section].title;
  field.seen = jl_to_pb(planner_text(arena, kinds[section].type, kinds[section].title, from));
  field.next = jl_to_pb(planner_text(arena, kinds[section].type, kinds[section].title, to));
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = kinds[section].type;
  edit.id = id_bytes(&records[section]);
  edit.n_fields = 1;
  edit.fields = fields;
  return submit(r, &edit);
}

static struct jl_bytes record_of(int section, const char *title) {
  struct jl_bytes r = planner_text(arena, kinds[section].type, kinds[section].title, title);
  if (section == JL_SECTION_BUDGET) r = with(r, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER, NULL, NULL);
  if (section == JL_SECTION_BUDGET) r = with(r, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, 0, &records[JL_SECTION_ACTIONS], NULL);
  if (section == JL_SECTION_PAYROLL) r = with(r, JL_TYPE_PAYROLL_LINE, JL_PAYROLL_LINE_PLANNED, 7123499, NULL, NULL);
  return r;
}

/* ---- a plan with a word in each section, and people ---- */
static int start(void **state) {
  (void)state;
  arena = jl_arena_new(1U << 28);
  daemon_start(&server);
  planner_open(&planner, &server);
  for (int s = FIRST; s <= LAST; s++) {
    char title[32];
    snprintf(title, sizeof title, SECRET "%d", s);
    records[s] = jl_id_random();
    planner_create(&planner, kinds[s].type, records[s], record_of(s, title));
    struct jl_bytes comment = with((struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_COMMENT, JL_COMMENT_TARGET, 0, &records[s], NULL);
    planner_create(&planner, JL_TYPE_COMMENT, jl_id_random(), with(comment, JL_TYPE_COMMENT, JL_COMMENT_BODY, 0, NULL, title));
  }
  for (int s = FIRST; s <= JL_SECTION_PIPELINE; s++) grant(planner.space, s, NONE);
  for (int s = FIRST; s <= LAST; s++)
    for (int level = NONE; level <= EDIT; level++) {
      struct reader *r = &readers[s][level];
      *r = (struct reader){.replica = jl_id_random(), .section = s, .level = level};
      snprintf(r->login, sizeof r->login, "reader%d%d", s, level);
      r->person = planner_colleague(&server, r->login, r->login, PASSWORD);
      grant(r->person, s, level);
      wire_open(&r->wire, &server, false);
      wire_login(&r->wire, r->login, PASSWORD, &r->replica, NULL);
    }
  return 0;
}
static int stop(void **state) {
  (void)state;
  for (int s = FIRST; s <= LAST; s++)
    for (int level = NONE; level <= EDIT; level++) wire_close(&readers[s][level].wire);
  planner_close(&planner);
  jl_arena_free(arena);
  return daemon_stop(&server);
}

/* ---- every byte that came ---- */
/* More comes on the stream: a subscription is not at the head yet. */
static bool goes_on(uint8_t type) {
  return type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY || type == JALON__FRAME_TYPE__SNAPSHOT || type == JALON__FRAME_TYPE__REVISIONS ||
         type == JALON__FRAME_TYPE__NAMES;
}

/* Everything up to the answers to the request and to a ping after it: nothing of it holds a word of a section that may not be read;
 * *ret_word: one that may was. */
static void scan(struct reader *r, uint32_t stream, bool *ret_error, bool *ret_word) {
  uint32_t ping = wire_send(&r->wire, JALON__FRAME_TYPE__PING, NULL);
  *ret_error = *ret_word = false;
  for (bool answered = false, alive = false; !answered || !alive;) {
    struct received m = wire_next(&r->wire);
    if (m.closed) fail_msg("%s was cut off", r->login);
    for (int s = FIRST; s <= LAST; s++) {
      char word[32];
      int size = snprintf(word, sizeof word, SECRET "%d", s);
      bool found = m.payload.size > 0 && memmem(m.payload.data, m.payload.size, word, (size_t)size) != NULL;
      bool may = s == r->section && r->level >= READ;
      if (found && !may) fail_msg("%s was sent %s in a message of type %u", r->login, word, m.type);
      *ret_word = *ret_word || found;
    }
    if (m.stream == stream && m.type == JALON__FRAME_TYPE__ERROR) *ret_error = true;
    answered = answered || (m.stream == stream && !goes_on(m.type));
    alive = alive || m.stream == ping;
  }
}

static void check(struct reader *r, uint32_t stream, bool shows, const char *what) {
  bool error, word;
  scan(r, stream, &error, &word);
  if (r->level == NONE && !error) fail_msg("%s: %s answers of a plan that is not there for it", r->login, what);
  if (r->level >= READ && shows && !word) fail_msg("%s: %s does not show what may be read", r->login, what);
}

static uint32_t view(struct reader *r, const char *name, const char *parameter, const char *value) {
  Jalon__ViewRequest in = JALON__VIEW_REQUEST__INIT;
  Jalon__ViewParameter p = JALON__VIEW_PARAMETER__INIT, *list[] = {&p};
  char view_name[32], parameter_name[32], parameter_value[64];
  snprintf(view_name, sizeof view_name, "%s", name);
  snprintf(parameter_name, sizeof parameter_name, "%s", parameter == NULL ? "" : parameter);
  snprintf(parameter_value, sizeof parameter_value, "%s", value == NULL ? "" : value);
  in.has_space = true;
  in.space = id_bytes(&planner.space);
  in.view = view_name;
  p.name = parameter_name;
  p.value = parameter_value;
  in.parameters = list;
  in.n_parameters = parameter == NULL ? 0 : 1;
  return wire_send(&r->wire, JALON__FRAME_TYPE__VIEW, &in.base);
}

static uint32_t read_records(struct reader *r, const char *text, struct jl_id *id, bool all, bool children) {
  Jalon__Read in = JALON__READ__INIT;
  Jalon__Query q = JALON__QUERY__INIT, *list[] = {&q};
  char copy[64];
  uint32_t comments[] = {JL_TYPE_COMMENT};
  snprintf(copy, sizeof copy, "%s", text == NULL ? "" : text);
  in.has_space = true;
  in.space = id_bytes(&planner.space);
  in.queries = list;
  in.n_queries = 1;
  q.text = text == NULL ? NULL : copy;
  q.has_id = id != NULL;
  if (id != NULL) q.id = id_bytes(id);
  q.has_all = q.all = all;
  q.has_deleted = q.deleted = all;
  q.children = comments;
  q.n_children = children ? 1 : 0;
  return wire_send(&r->wire, JALON__FRAME_TYPE__READ, &in.base);
}

static void every_request_shows_what_may_be_read_and_nothing_else(void **state) {
  (void)state;
  static const char *const views[] = {"dashboard", "tree", "raci", "budget", "kpi", "mine", "history", "rights"};
  for (int s = FIRST; s <= LAST; s++)
    for (int level = NONE; level <= EDIT; level++) {
      struct reader *r = &readers[s][level];
      for (size_t i = 0; i < JL_COUNT(views); i++) check(r, view(r, views[i], NULL, NULL), strcmp(views[i], "history") == 0, views[i]);
      for (int of = FIRST; of <= LAST; of++) {
        char text[JL_ID_TEXT_SIZE], title[32];
        jl_id_format(&records[of], text);
        snprintf(title, sizeof title, SECRET "%d", of);
        check(r, view(r, "show", "record", text), of == s, "show");
        check(r, view(r, "show", "record", SECRET "x"), false, "show of a near name");
        check(r, view(r, "history", "record", text), of == s, "history of a record");
        check(r, view(r, "list", "type", jl_record_type_by_number(kinds[of].type)->command), of == s, "list");
        check(r, read_records(r, NULL, &records[of], false, true), of == s, "read by id");
        bool error, word;
        scan(r, read_records(r, "zorglux", NULL, false, false), &error, &word); /* a suggestion names only what may be read */
        scan(r, read_records(r, "zorg", NULL, false, false), &error, &word);
      }
      check(r, read_records(r, NULL, NULL, true, false), true, "read of all");
      Jalon__ReadLog log = JALON__READ_LOG__INIT;
      log.has_space = log.has_from = true;
      log.space = id_bytes(&planner.space);
      log.from = 1;
      check(r, wire_send(&r->wire, JALON__FRAME_TYPE__READ_LOG, &log.base), true, "the log");
      Jalon__Presence here = JALON__PRESENCE__INIT;
      here.has_space = true;
      here.space = id_bytes(&planner.space);
      check(r, wire_send(&r->wire, JALON__FRAME_TYPE__PRESENCE, &here.base), false, "presence");
      check(r, planner_subscribe(&r->wire, planner.space, NULL, NULL), true, "subscribe");
    }
}

/* verb x section x right; the title stays what it is, so that nobody meets another's change. */
static void every_edit_is_allowed_where_the_table_says(void **state) {
  (void)state;
  for (int s = FIRST; s <= LAST; s++)
    for (int level = NONE; level <= EDIT; level++)
      for (int of = FIRST; of <= LAST; of++) {
        struct reader *r = &readers[s][level];
        char title[32];
        snprintf(title, sizeof title, SECRET "%d", of);
        const Jalon__Verdict *v =
            wire_expect(&r->wire, send_update(r, of, title, title), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
        enum jl_code expected = of != s || level == NONE ? JL_E_NOT_FOUND : level == READ ? JL_E_DENIED : JL_E_OK;
        enum jl_code got = v->error == NULL ? JL_E_OK : (enum jl_code)v->error->code;
        if (got != expected) fail_msg("%s edits section %d: %s instead of %s", r->login, of, jl_code_symbol(got), jl_code_symbol(expected));
        Jalon__Edit edit = JALON__EDIT__INIT;
        struct jl_id id = jl_id_random();
        edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
        edit.verb = JALON__VERB__CREATE;
        edit.type = kinds[of].type;
        edit.id = id_bytes(&id);
        edit.record = jl_to_pb(of == JL_SECTION_BUDGET ? with(planner_text(arena, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "theirs"),
                                                              JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER, NULL, NULL)
                                                       : record_of(of, "theirs"));
        v = wire_expect(&r->wire, submit(r, &edit), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
        got = v->error == NULL ? JL_E_OK : (enum jl_code)v->error->code;
        expected = level == NONE ? JL_E_INVALID : of == s && level == EDIT ? JL_E_OK : JL_E_DENIED;
        if (got != expected)
          fail_msg("%s creates in section %d: %s instead of %s", r->login, of, jl_code_symbol(got), jl_code_symbol(expected));
        struct jl_bytes right = grant_record(r->person, of, EDIT);
        id = grant_id(right);
        edit.type = JL_TYPE_GRANT;
        edit.record = jl_to_pb(right);
        v = wire_expect(&r->wire, submit(r, &edit), JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
        assert_non_null(v->error); /* nobody grants to himself */
      }
}

/* ---- subscriptions ---- */
static uint32_t ended_with(struct wire *w, uint32_t stream, const char *forbidden) {
  for (;;) {
    struct received m = wire_next(w);
    assert_false(m.closed);
    if (forbidden != NULL && m.payload.size > 0 && memmem(m.payload.data, m.payload.size, forbidden, strlen(forbidden)) != NULL)
      fail_msg("%s was sent after the right had ended", forbidden);
    if (m.stream != stream || m.type != JALON__FRAME_TYPE__ENDED) continue;
    struct jl_error err;
    const Jalon__Ended *ended = (const Jalon__Ended *)jl_unpack(&jalon__ended__descriptor, m.payload, arena, &err);
    assert_true(ended != NULL && ended->error != NULL);
    return ended->error->code;
  }
}

static void set_level(struct jl_id holder, int section, int from, int to) {
  struct jl_bytes record = grant_record(holder, section, from);
  struct jl_id id = grant_id(record), group_id = jl_id_random();
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  Jalon__Group group = JALON__GROUP__INIT;
  field.has_field = field.has_seen = field.has_next = true;
  field.field = JL_GRANT_LEVEL;
  field.seen = jl_to_pb(jl_record_slice(record, JL_GRANT_LEVEL));
  field.next = jl_to_pb(jl_record_slice(grant_record(holder, section, to), JL_GRANT_LEVEL));
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = JL_TYPE_GRANT;
  edit.id = id_bytes(&id);
  edit.n_fields = 1;
  edit.fields = fields;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(&planner.replica);
  group.space = id_bytes(&planner.space);
  group.seq = ++planner.seq;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = 1;
  group.edits = edits;
  planner_verdict(&planner, planner_submit(&planner, jl_pack(&group.base, arena, JL_GROUP_MAX_BYTES)));
}

static void a_subscription_ends_and_extends_at_the_revision(void **state) {
  (void)state;
  struct reader *r = &readers[JL_SECTION_ACTIONS][READ];
  struct wire w;
  struct copy c;
  wire_open(&w, &server, false);
  wire_login(&w, r->login, PASSWORD, NULL, NULL);
  grant(r->person, JL_SECTION_PIPELINE, READ); /* something stays when the actions go */
  copy_begin(&c, planner.space);
  uint32_t stream = planner_subscribe(&w, planner.space, NULL, NULL);
  while (!copy_snapshot_message(&c, &w, stream)) {
  }
  assert_non_null(jl_replica_record(c.replica, &records[JL_SECTION_ACTIONS]));
  assert_null(jl_replica_record(c.replica, &records[JL_SECTION_PAYROLL]));
  planner_retitle(&planner, records[JL_SECTION_ACTIONS], SECRET "2", SECRET "2 seen");
  copy_tail(&c, &w, stream, planner.head);
  struct kept_position kept;
  planner_position(&planner, &kept);
  set_level(r->person, JL_SECTION_ACTIONS, READ, NONE);
  uint64_t revoked = planner.head;
  planner_retitle(&planner, records[JL_SECTION_ACTIONS], SECRET "2 seen", SECRET "2 unseen");
  assert_int_equal(ended_with(&w, stream, "unseen"), JL_E_RIGHTS_CHANGED);
  /* Begun again: what may be read is said, and nothing of the rest comes. */
  stream = planner_subscribe(&w, planner.space, NULL, NULL);
  const Jalon__SubscribeReply *reply = wire_expect(&w, stream, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor);
  for (size_t i = 0; i < reply->n_readable; i++)
    assert_true(reply->readable[i] == JL_SECTION_PIPELINE || reply->readable[i] == JL_SECTION_DIRECTORY);
  assert_true(planner.head > revoked);
  /* Given again: the subscription ends, and a copy that has the rest gets the section alone. */
  copy_end(&c);
  copy_begin(&c, planner.space);
  while (!copy_snapshot_message(&c, &w, stream)) {
  }
  assert_null(jl_replica_record(c.replica, &records[JL_SECTION_ACTIONS]));
  set_level(r->person, JL_SECTION_ACTIONS, NONE, READ);
  assert_int_equal(ended_with(&w, stream, NULL), JL_E_RIGHTS_CHANGED);
  Jalon__Subscribe in = JALON__SUBSCRIBE__INIT;
  uint32_t held[] = {JL_SECTION_PIPELINE, JL_SECTION_DIRECTORY};
  in.has_space = true;
  in.space = id_bytes(&planner.space);
  in.from = &c.origin.wire;
  in.sections = held;
  in.n_sections = 2;
  stream = wire_send(&w, JALON__FRAME_TYPE__SUBSCRIBE, &in.base);
  bool last = false, came = false;
  while (!last) {
    struct received m = wire_next(&w);
    struct jl_error err;
    assert_false(m.closed);
    if (m.stream != stream || m.type != JALON__FRAME_TYPE__SNAPSHOT) continue;
    const Jalon__Snapshot *s = (const Jalon__Snapshot *)jl_unpack(&jalon__snapshot__descriptor, m.payload, arena, &err);
    assert_non_null(s);
    assert_int_equal(s->n_sections, 1);
    assert_int_equal(s->sections[0], JL_SECTION_ACTIONS);
    for (size_t i = 0; i < s->n_records; i++) {
      struct jl_id id;
      assert_true(jl_id_from_bytes(JL_PB(s->records[i]->id), &id));
      came = came || jl_id_equal(&id, &records[JL_SECTION_ACTIONS]);
      assert_int_not_equal(s->records[i]->type, JL_TYPE_PAYROLL_LINE);
    }
    last = s->last;
  }
  assert_true(came);
  copy_end(&c);
  wire_close(&w);
  planner_retitle(&planner, records[JL_SECTION_ACTIONS], SECRET "2 unseen", SECRET "2");
}

/* ---- in the organisation ---- */
static void open_organisation(struct planner *p) {
  *p = (struct planner){.replica = jl_id_random()};
  planner_reconnect(p, &server);
  Jalon__Read read = JALON__READ__INIT; /* without a space: the organisation */
  const Jalon__ReadReply *reply = wire_expect(&p->wire, wire_send(&p->wire, JALON__FRAME_TYPE__READ, &read.base),
                                              JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor);
  assert_true(jl_id_from_bytes(JL_PB(reply->position->space), &p->space));
}

static void change_teams(struct planner *p, struct jl_id person, struct jl_id *team, bool in) {
  struct jl_id group_id = jl_id_random();
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *fields[] = {&field};
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  Jalon__Group group = JALON__GROUP__INIT;
  ProtobufCBinaryData slice = jl_to_pb(value_of(JL_TYPE_PERSON, JL_PERSON_TEAMS, 0, team, NULL));
  field.has_field = true;
  field.field = JL_PERSON_TEAMS;
  field.has_add = in;
  field.has_remove = !in;
  if (in)
    field.add = slice;
  else
    field.remove = slice;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = JL_TYPE_PERSON;
  edit.id = id_bytes(&person);
  edit.n_fields = 1;
  edit.fields = fields;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(&p->replica);
  group.space = id_bytes(&p->space);
  group.seq = ++p->seq;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = 1;
  group.edits = edits;
  planner_verdict(p, planner_submit(p, jl_pack(&group.base, arena, JL_GROUP_MAX_BYTES)));
}

/* Nothing happens in the plan: subscriptions of several connections end while all are looked through. */
static void who_leaves_a_team_is_told_no_more_of_what_it_read(void **state) {
  (void)state;
  enum { AT_ONCE = 3 };
  struct reader *r = &readers[JL_SECTION_STRATEGY][READ];
  struct planner organisation;
  struct jl_id team = jl_id_random();
  struct wire w[AT_ONCE];
  uint32_t streams[AT_ONCE];
  open_organisation(&organisation);
  planner_create(&organisation, JL_TYPE_TEAM, team, planner_text(arena, JL_TYPE_TEAM, JL_TEAM_NAME, "Sales"));
  change_teams(&organisation, r->person, &team, true);
  grant(team, JL_SECTION_PIPELINE, READ);
  for (int i = 0; i < AT_ONCE; i++) {
    struct copy c;
    wire_open(&w[i], &server, false);
    wire_login(&w[i], r->login, PASSWORD, NULL, NULL);
    copy_begin(&c, planner.space);
    streams[i] = planner_subscribe(&w[i], planner.space, NULL, NULL);
    while (!copy_snapshot_message(&c, &w[i], streams[i])) {
    }
    copy_end(&c);
    wire_ping(&w[i]);
  }
  change_teams(&organisation, r->person, &team, false);
  for (int i = 0; i < AT_ONCE; i++) {
    assert_int_equal(ended_with(&w[i], streams[i], NULL), JL_E_RIGHTS_CHANGED);
    wire_close(&w[i]);
  }
  planner_close(&organisation);
}

/* Both at once, in whatever order they meet: all that is accepted stands before the revision that revokes. */
static void nothing_is_accepted_after_the_revoking_revision(void **state) {
  (void)state;
  enum { EDITS = 120 };
  struct reader *r = &readers[JL_SECTION_BUDGET][EDIT];
  uint32_t streams[EDITS];
  for (int round = 0; round < 3; round++) {
    uint64_t highest = 0, refused = 0;
    for (int i = 0; i < EDITS; i++) {
      Jalon__Edit edit = JALON__EDIT__INIT;
      struct jl_id id = jl_id_random();
      edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
      edit.verb = JALON__VERB__CREATE;
      edit.type = JL_TYPE_BUDGET_LINE;
      edit.id = id_bytes(&id);
      edit.record = jl_to_pb(with(planner_text(arena, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "theirs"), JL_TYPE_BUDGET_LINE,
                                  JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER, NULL, NULL));
      streams[i] = submit(r, &edit);
      if (i == EDITS / 2) set_level(r->person, JL_SECTION_BUDGET, EDIT, round == 0 ? READ : NONE);
    }
    uint64_t revoked = planner.head;
    for (int i = 0; i < EDITS; i++) {
      const Jalon__Verdict *v = wire_expect(&r->wire, streams[i], JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
      if (v->error == NULL && v->revision > highest) highest = v->revision;
      refused += v->error != NULL;
    }
    assert_true(highest < revoked);
    assert_true(refused >= EDITS / 2 - 1); /* those that were sent when the change was decided */
    set_level(r->person, JL_SECTION_BUDGET, round == 0 ? READ : NONE, EDIT);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_request_shows_what_may_be_read_and_nothing_else),
      cmocka_unit_test(every_edit_is_allowed_where_the_table_says),
      cmocka_unit_test(a_subscription_ends_and_extends_at_the_revision),
      cmocka_unit_test(who_leaves_a_team_is_told_no_more_of_what_it_read),
      cmocka_unit_test(nothing_is_accepted_after_the_revoking_revision),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
