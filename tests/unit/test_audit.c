/* Following a log of chains (common/model/audit.h) and heads as text, without a database: what can be told from links, heads and stored
 * states, by who reads everything and by who reads a section; erased values. tests/component/test_verify.c does it to a real one. */
#include "common/model/audit.h"
#include "common/model/governance/rights.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 12
static const struct jl_id space = {{1}}, author = {{2}}, other = {{3}}, replica = {{4}}, server = {{5}};
static const uint32_t two_sections = 1U << JL_SECTION_ACTIONS | 1U << JL_SECTION_BUDGET;

/* A log of ROWS revisions; odd ones of the actions, even ones of the budget, the last of both. */
struct log {
  struct jl_arena *arena;
  struct jl_audit_row rows[ROWS + 1];
  size_t count;
  struct jl_section_position at[JL_SECTIONS]; /* behind the last */
};
struct row_of {
  uint64_t revision;
  enum jl_section section;
  struct jl_id author, record;
  int64_t time_us;
  uint32_t sections;    /* of the revision */
  const char *personal; /* a value, or NULL */
  const struct jl_id *erases;
};

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct jl_bytes pack(struct log *l, const ProtobufCMessage *m) {
  struct jl_bytes packed = jl_pack(m, l->arena, 65536);
  assert_non_null(packed.data);
  return packed;
}

static struct jl_change change_of(struct log *l, struct row_of of) {
  struct jl_id group = {{9, (uint8_t)of.revision}}, lane = replica;
  uint8_t salt[] = "salt of sixteen.", hash[JL_CHAIN_SIZE];
  Jalon__FieldResult field = JALON__FIELD_RESULT__INIT, *fields[] = {&field};
  Jalon__RecordChange change = JALON__RECORD_CHANGE__INIT, *changes[] = {&change};
  Jalon__ChangeBody body = JALON__CHANGE_BODY__INIT;
  Jalon__PrivateValue value = JALON__PRIVATE_VALUE__INIT, *values[] = {&value};
  Jalon__ChangePrivate private_values = JALON__CHANGE_PRIVATE__INIT;
  struct jl_bytes slice = {(const uint8_t *)(of.personal != NULL ? of.personal : "plain"),
                           strlen(of.personal != NULL ? of.personal : "plain")};
  field.has_field = true;
  field.field = 2;
  if (of.personal != NULL) {
    jl_personal_hash((struct jl_bytes){salt, sizeof salt - 1}, slice, hash);
    field.has_after_hash = true;
    field.after_hash = (ProtobufCBinaryData){sizeof hash, hash};
    value.has_change = value.has_field = value.has_salt = value.has_after = true;
    value.field = 2;
    value.salt = (ProtobufCBinaryData){sizeof salt - 1, salt};
    value.after = jl_to_pb(slice);
    private_values.n_values = 1;
    private_values.values = values;
  } else {
    field.has_after = true;
    field.after = jl_to_pb(slice);
  }
  change.has_type = change.has_id = change.has_verb = true;
  change.type = JL_TYPE_COMMENT;
  change.id = id_bytes(&of.record);
  change.verb = JALON__VERB__CREATE;
  change.n_fields = 1;
  change.fields = fields;
  body.has_revision = body.has_section = body.has_author = body.has_time_us = body.has_replica = body.has_seq = body.has_group_id = true;
  body.revision = of.revision;
  body.section = of.section;
  body.author = id_bytes(&of.author);
  body.time_us = of.time_us;
  body.replica = id_bytes(&lane);
  body.seq = of.revision;
  body.group_id = id_bytes(&group);
  body.n_changes = 1;
  body.changes = changes;
  struct jl_bytes packed = pack(l, &body.base);
  if (of.erases != NULL) { /* field 14, bytes */
    uint8_t *longer = jl_arena_alloc(l->arena, packed.size + 18);
    assert_non_null(longer);
    memcpy(longer, packed.data, packed.size);
    longer[packed.size] = 0x72;
    longer[packed.size + 1] = 16;
    memcpy(longer + packed.size + 2, of.erases->bytes, 16);
    packed = (struct jl_bytes){longer, packed.size + 18};
  }
  return (struct jl_change){packed, of.personal != NULL ? pack(l, &private_values.base) : (struct jl_bytes){NULL, 0}};
}

static void link_row(struct log *l, struct jl_audit_row *row, uint32_t sections) {
  struct jl_section_position *at = &l->at[row->section];
  uint8_t *link = jl_arena_alloc(l->arena, JL_LINK_SIZE);
  assert_non_null(link);
  jl_chain_next(at->chain, row->change.body, at->chain);
  at->revision = row->revision;
  jl_link_make(sections, at->chain, link);
  row->link = (struct jl_bytes){link, JL_LINK_SIZE};
}

static void add(struct log *l, struct row_of of) {
  assert_true(l->count < JL_COUNT(l->rows));
  struct jl_audit_row *row = &l->rows[l->count++];
  *row = (struct jl_audit_row){.revision = of.revision, .section = of.section, .change = change_of(l, of)};
  link_row(l, row, of.sections);
}

static struct row_of usual(uint64_t revision) {
  return (struct row_of){.revision = revision,
                         .section = revision % 2 == 1 ? JL_SECTION_ACTIONS : JL_SECTION_BUDGET,
                         .author = author,
                         .record = {{7, (uint8_t)revision}},
                         .time_us = (int64_t)revision * 1000,
                         .sections = revision % 2 == 1 ? 1U << JL_SECTION_ACTIONS : 1U << JL_SECTION_BUDGET};
}

static void begin(struct log *l) { *l = (struct log){.arena = jl_arena_new(1U << 20)}; }

static void usual_log(struct log *l) {
  begin(l);
  for (uint64_t r = 1; r < ROWS; r++) add(l, usual(r));
  struct row_of last = usual(ROWS);
  last.sections = two_sections;
  last.section = JL_SECTION_ACTIONS;
  add(l, last);
  last.section = JL_SECTION_BUDGET;
  add(l, last);
}

static void no_links(struct log *l) {
  for (size_t i = 0; i < l->count; i++) l->rows[i].link = (struct jl_bytes){NULL, 0};
}

/* What it finds in these rows; revision 0: nothing. */
struct reader {
  uint32_t sections;
  bool whole, no_personal;
  const struct jl_heads *heads;
  size_t head_count;
  uint64_t revision; /* of the space; 0: ROWS */
};
static struct jl_finding run(const struct log *l, struct reader r) {
  const struct jl_audit_of of = {
      .space = space, .sections = r.sections, .whole = r.whole, .personal = !r.no_personal, .heads = r.heads, .head_count = r.head_count};
  struct jl_audit *a = jl_audit_new(&of);
  struct jl_finding found = {.revision = 0};
  assert_non_null(a);
  bool ok = true;
  for (size_t i = 0; ok && i < l->count; i++)
    if ((r.sections >> l->rows[i].section & 1) != 0) ok = jl_audit_row(a, &l->rows[i], &found);
  if (ok) ok = jl_audit_end(a, r.revision != 0 ? r.revision : ROWS, &found);
  if (ok)
    found = (struct jl_finding){.revision = 0};
  else
    assert_int_equal(found.what.code, JL_E_TAMPERED);
  jl_audit_free(a);
  return found;
}

static const struct reader everything = {.sections = JL_EVERYTHING, .whole = true}, actions = {.sections = 1U << JL_SECTION_ACTIONS},
                           budget = {.sections = 1U << JL_SECTION_BUDGET};

#define MUST_FIND(found_in, at_after, at_revision, in_section)                                                                             \
  do {                                                                                                                                     \
    struct jl_finding f_ = (found_in);                                                                                                     \
    assert_int_equal(f_.revision, (at_revision));                                                                                          \
    assert_int_equal(f_.after, (at_after));                                                                                                \
    assert_int_equal(f_.section, (in_section));                                                                                            \
  } while (0)

static void remove_row(struct log *l, size_t at) {
  memmove(&l->rows[at], &l->rows[at + 1], (l->count - at - 1) * sizeof l->rows[0]);
  l->count--;
}

static void change_body(struct log *l, size_t at) {
  struct jl_bytes body = jl_arena_dup(l->arena, l->rows[at].change.body);
  uint8_t *bytes;
  memcpy(&bytes, &body.data, sizeof bytes);
  for (size_t i = 0; i + 5 <= body.size; i++)
    if (memcmp(bytes + i, "plain", 5) == 0) bytes[i] = 'P';
  l->rows[at].change.body = body;
}

static void test_rows(void **state) {
  struct log l;
  (void)state;
  usual_log(&l);
  assert_int_equal(run(&l, everything).revision, 0);
  assert_int_equal(run(&l, actions).revision, 0);
  assert_int_equal(run(&l, budget).revision, 0);
  change_body(&l, 4);
  MUST_FIND(run(&l, everything), 4, 5, JL_SECTION_ACTIONS);
  MUST_FIND(run(&l, actions), 3, 5, JL_SECTION_ACTIONS); /* to who does not read all r4 may be one that is missing */
  assert_int_equal(run(&l, budget).revision, 0);         /* whoever does not read it cannot tell */
  jl_arena_free(l.arena);

  usual_log(&l);
  remove_row(&l, 4); /* r5 */
  MUST_FIND(run(&l, everything), 4, 5, JL_SECTION_NONE);
  MUST_FIND(run(&l, actions), 3, 7, JL_SECTION_ACTIONS); /* by the link behind it: revisions have gaps here */
  jl_arena_free(l.arena);

  usual_log(&l);
  remove_row(&l, ROWS); /* the second section of the last */
  MUST_FIND(run(&l, everything), ROWS - 1, ROWS, JL_SECTION_BUDGET);
  jl_arena_free(l.arena);

  usual_log(&l);
  struct jl_change kept = l.rows[2].change;
  l.rows[2].change = l.rows[6].change;
  l.rows[6].change = kept;
  MUST_FIND(run(&l, everything), 2, 3, JL_SECTION_ACTIONS);
  jl_arena_free(l.arena);

  usual_log(&l);
  struct jl_audit_row moved = l.rows[2];
  l.rows[2] = l.rows[6];
  l.rows[6] = moved;
  MUST_FIND(run(&l, everything), 2, 3, JL_SECTION_NONE); /* r3 is not where it has to be */
  jl_arena_free(l.arena);

  usual_log(&l);
  struct reader shorter = everything;
  shorter.revision = ROWS - 1;
  MUST_FIND(run(&l, shorter), ROWS - 1, ROWS, JL_SECTION_NONE); /* beyond the head */
  shorter.revision = ROWS + 2;
  MUST_FIND(run(&l, shorter), ROWS, ROWS + 1, JL_SECTION_NONE); /* the end is missing */
  jl_arena_free(l.arena);
}

static struct jl_heads heads_of(const struct log *l, uint64_t revision, uint32_t sections) {
  struct jl_heads h = {.server = server,
                       .space = space,
                       .time_us = 1795676543041650,
                       .epoch = 1,
                       .revision = revision,
                       .sections = sections,
                       .name = "Plan 2027"};
  for (size_t i = 0; i < l->count && l->rows[i].revision <= revision; i++) {
    struct jl_section_position *at = &h.section[l->rows[i].section];
    jl_chain_next(at->chain, l->rows[i].change.body, at->chain);
    at->revision = l->rows[i].revision;
  }
  return h;
}

static void write_anew(struct log *l) {
  memset(l->at, 0, sizeof l->at);
  for (size_t i = 0; i < l->count; i++) link_row(l, &l->rows[i], l->rows[i].revision == ROWS ? two_sections : 1U << l->rows[i].section);
}

/* Of before there were links: what the bodies say of themselves. */
static void test_rows_without_links(void **state) {
  struct log l;
  (void)state;
  usual_log(&l);
  no_links(&l);
  assert_int_equal(run(&l, everything).revision, 0);
  struct jl_change kept = l.rows[2].change;
  l.rows[2].change = l.rows[6].change;
  l.rows[6].change = kept;
  MUST_FIND(run(&l, everything), 2, 3, JL_SECTION_ACTIONS);
  jl_arena_free(l.arena);

  usual_log(&l);
  no_links(&l);
  l.rows[6] = l.rows[4]; /* r5 once more, in the place of r7 */
  MUST_FIND(run(&l, actions), 4, 5, JL_SECTION_ACTIONS);
  jl_arena_free(l.arena);

  usual_log(&l);
  no_links(&l);
  const struct jl_heads head = heads_of(&l, 3, 1U << JL_SECTION_ACTIONS);
  struct reader r = actions;
  r.heads = &head;
  r.head_count = 1;
  write_anew(&l);
  remove_row(&l, 2); /* r3, which the head names: it is that one, and not r5, whose link does not fit either */
  MUST_FIND(run(&l, r), 2, 3, JL_SECTION_ACTIONS);
  jl_arena_free(l.arena);
}

/* Rows that were written for the purpose, links and all. */
static void test_groups(void **state) {
  struct log l;
  (void)state;
  begin(&l);
  add(&l, usual(1));
  struct row_of earlier = usual(2);
  earlier.time_us = 1;
  add(&l, earlier);
  struct reader two = everything;
  two.revision = 2;
  MUST_FIND(run(&l, two), 1, 2, JL_SECTION_BUDGET);
  jl_arena_free(l.arena);

  begin(&l);
  struct row_of first = usual(1), second = usual(1);
  first.sections = second.sections = two_sections;
  second.section = JL_SECTION_BUDGET;
  second.author = other;
  add(&l, first);
  add(&l, second);
  two.revision = 1;
  MUST_FIND(run(&l, two), 0, 1, JL_SECTION_BUDGET);
  jl_arena_free(l.arena);
}

/* ---- heads ---- */
static void test_heads(void **state) {
  struct log l;
  (void)state;
  usual_log(&l);
  const struct jl_heads heads[] = {heads_of(&l, 4, two_sections), heads_of(&l, 10, two_sections), heads_of(&l, 10, 1U << JL_SECTION_BUDGET),
                                   heads_of(&l, ROWS, two_sections)};
  struct reader r = everything, a = actions;
  r.heads = a.heads = heads;
  r.head_count = a.head_count = JL_COUNT(heads);
  assert_int_equal(run(&l, r).revision, 0);
  assert_int_equal(run(&l, a).revision, 0);
  change_body(&l, 6); /* r7, of the actions */
  write_anew(&l);
  assert_int_equal(run(&l, everything).revision, 0); /* without a head nobody can tell */
  MUST_FIND(run(&l, r), 3, 9, JL_SECTION_ACTIONS);   /* r3 and r9 are the last of the actions in two heads */
  MUST_FIND(run(&l, a), 3, 9, JL_SECTION_ACTIONS);
  struct jl_finding f = run(&l, r);
  assert_true(f.has_chains);
  assert_memory_equal(f.expected, heads[1].section[JL_SECTION_ACTIONS].chain, JL_CHAIN_SIZE);
  jl_arena_free(l.arena);

  /* A row put in where the head says that there was none: r8 as one of the actions. */
  usual_log(&l);
  struct log with = {.arena = jl_arena_new(1U << 20)};
  for (uint64_t n = 1; n < ROWS; n++) {
    struct row_of of = usual(n);
    if (n == 10) of.section = JL_SECTION_ACTIONS, of.sections = 1U << JL_SECTION_ACTIONS;
    add(&with, of);
  }
  r.revision = a.revision = ROWS - 1;
  const struct jl_heads one = heads_of(&l, 10, 1U << JL_SECTION_ACTIONS);
  a.heads = &one;
  a.head_count = 1;
  MUST_FIND(run(&with, a), 9, 10, JL_SECTION_ACTIONS);
  jl_arena_free(with.arena);

  /* The end cut off, and everything made to fit. */
  l.count = ROWS - 2;
  r = everything;
  r.heads = heads;
  r.head_count = 3;
  r.revision = ROWS - 2;
  assert_int_equal(run(&l, r).revision, 0);
  r.head_count = 4;
  MUST_FIND(run(&l, r), ROWS - 1, ROWS, JL_SECTION_ACTIONS);
  const struct jl_heads bare = {.space = space, .revision = ROWS}; /* of sections that one does not read */
  a = budget;
  a.heads = &bare;
  a.head_count = 1;
  a.revision = ROWS - 2;
  MUST_FIND(run(&l, a), ROWS - 2, ROWS - 1, JL_SECTION_NONE);
  jl_arena_free(l.arena);
}

static void test_states(void **state) {
  struct log l;
  struct jl_finding f;
  (void)state;
  for (int linked = 0; linked < 2; linked++) {
    usual_log(&l);
    if (!linked) no_links(&l);
    const struct jl_audit_of of = {.space = space, .sections = JL_EVERYTHING, .whole = true, .personal = true};
    struct jl_heads at5 = heads_of(&l, 5, two_sections), at9 = heads_of(&l, 9, two_sections);
    struct jl_audit *a = jl_audit_new(&of);
    assert_non_null(a);
    for (size_t i = 0; i < 5; i++) assert_true(jl_audit_row(a, &l.rows[i], &f));
    assert_int_equal(jl_audit_confirmed(a), linked ? 5 : 0);
    assert_true(jl_audit_state(a, 5, at5.section, "x", &f));
    assert_int_equal(jl_audit_confirmed(a), 5);
    for (size_t i = 5; i < 9; i++) assert_true(jl_audit_row(a, &l.rows[i], &f));
    struct jl_heads later = at9;
    later.section[JL_SECTION_BUDGET].revision++; /* the same chain, said to be behind another revision */
    assert_false(jl_audit_state(a, 9, later.section, "x", &f));
    assert_int_equal(f.section, JL_SECTION_BUDGET);
    at9.section[JL_SECTION_BUDGET].chain[0] ^= 1;
    assert_false(jl_audit_state(a, 9, at9.section, "x", &f));
    assert_int_equal(f.section, JL_SECTION_BUDGET);
    assert_int_equal(f.revision, 9);
    assert_int_equal(f.after, linked ? 8 : 4); /* r4 is the last one of the budget that was confirmed */
    jl_audit_free(a);
    jl_arena_free(l.arena);
  }
}

/* ---- personal values ---- */
static struct jl_finding erased(struct row_of gone, struct row_of erasing, bool no_personal) {
  struct log l;
  begin(&l);
  gone.revision = 1;
  gone.personal = "Marie";
  erasing.revision = 2;
  erasing.section = JL_SECTION_ACTIONS;
  erasing.sections = 1U << JL_SECTION_ACTIONS;
  add(&l, gone);
  l.rows[0].change.private_values = (struct jl_bytes){NULL, 0};
  add(&l, erasing);
  struct reader r = everything;
  r.revision = 2;
  r.no_personal = no_personal;
  struct jl_finding f = run(&l, r);
  jl_arena_free(l.arena);
  return f;
}

static void test_personal(void **state) {
  struct log l;
  (void)state;
  begin(&l);
  struct row_of of = usual(1);
  of.personal = "Marie";
  add(&l, of);
  struct reader one = everything;
  one.revision = 1;
  assert_int_equal(run(&l, one).revision, 0);
  struct jl_bytes whole = l.rows[0].change.private_values;
  for (size_t i = 0; i < whole.size; i++) /* the salt, the value, and what names the field */
    for (unsigned bit = 0; bit < 8; bit++) {
      struct jl_bytes copy = jl_arena_dup(l.arena, whole);
      uint8_t *bytes;
      memcpy(&bytes, &copy.data, sizeof bytes);
      bytes[i] ^= (uint8_t)(1U << bit);
      l.rows[0].change.private_values = copy;
      MUST_FIND(run(&l, one), 0, 1, JL_SECTION_ACTIONS);
    }
  jl_arena_free(l.arena);

  begin(&l);
  add(&l, of);
  add(&l, usual(2));
  l.rows[1].change.private_values = l.rows[0].change.private_values; /* of a change that has none */
  one.revision = 2;
  MUST_FIND(run(&l, one), 1, 2, JL_SECTION_BUDGET);
  jl_arena_free(l.arena);

  struct row_of gone = usual(1), plain = usual(3), erasing = plain;
  struct jl_id person = other, record = gone.record;
  MUST_FIND(erased(gone, plain, false), 0, 1, JL_SECTION_ACTIONS); /* nobody says so */
  assert_int_equal(erased(gone, plain, true).revision, 0);         /* values are not here */
  erasing.erases = &person;
  MUST_FIND(erased(gone, erasing, false), 0, 1, JL_SECTION_ACTIONS); /* it is of somebody else */
  erasing.record = record;
  assert_int_equal(erased(gone, erasing, false).revision, 0); /* the record that it was in was erased */
  erasing.record = plain.record;
  erasing.erases = &author; /* who wrote it was erased, and it was about somebody else */
  MUST_FIND(erased(gone, erasing, false), 0, 1, JL_SECTION_ACTIONS);
  erasing.erases = &record; /* it says whose, and its changes do not name the record */
  MUST_FIND(erased(gone, erasing, false), 0, 1, JL_SECTION_ACTIONS);
}

/* ---- heads as text ---- */
static struct jl_bytes text_of(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

static void test_text(void **state) {
  struct log l;
  struct jl_buffer out;
  struct jl_heads *read;
  struct jl_error err = {0};
  size_t n;
  (void)state;
  usual_log(&l);
  struct jl_heads one = heads_of(&l, 10, two_sections), two = heads_of(&l, ROWS, 1U << JL_SECTION_BUDGET);
  snprintf(two.name, sizeof two.name, "%s", "");
  jl_buffer_init(&out, 65536);
  jl_heads_explain(&out);
  jl_heads_put(&one, &out);
  jl_heads_put(&two, &out);
  char *text = strdup(jl_buffer_cstring(&out));
  assert_true(jl_heads_parse(text_of(text), l.arena, &read, &n, NULL, &err));
  assert_int_equal(n, 2);
  assert_int_equal(read[0].revision, 10);
  assert_int_equal(read[0].time_us, one.time_us);
  assert_int_equal(read[0].epoch, 1);
  assert_string_equal(read[0].name, "Plan 2027");
  assert_true(jl_id_equal(&read[0].server, &server) && jl_id_equal(&read[1].space, &space));
  assert_int_equal(read[0].sections, two_sections);
  assert_int_equal(read[1].sections, 1U << JL_SECTION_BUDGET);
  assert_memory_equal(&read[0].section[JL_SECTION_ACTIONS], &one.section[JL_SECTION_ACTIONS], sizeof one.section[0]);
  assert_memory_equal(&read[1].section[JL_SECTION_BUDGET], &two.section[JL_SECTION_BUDGET], sizeof two.section[0]);
  for (char *line = text, *end; *line != '\0'; line = end + 1) { /* fits a screen, and a sheet */
    end = strchr(line, '\n');
    assert_non_null(end);
    assert_true(end - line <= 80);
  }

  /* Copied by hand: blanks do not count. */
  char *at = strstr(text, "chain ");
  at[5] = '\t';
  assert_true(jl_heads_parse(text_of(text), l.arena, &read, &n, NULL, &err));
  char *chain = strstr(text, "chain\t") + 6;
  *chain = *chain == '1' ? '2' : '1'; /* a slip of the pen */
  assert_false(jl_heads_parse(text_of(text), l.arena, &read, &n, NULL, &err));
  assert_non_null(strstr(err.message, "not as they were written"));
  static const char *const wrong[] = {"",
                                      "# nothing\n",
                                      "revision 5\n",
                                      "jalon-heads 1\nserver x\n",
                                      "jalon-heads 1\nrevision 5\n",
                                      "jalon-heads 2\n",
                                      "jalon-heads 1\ncheck 00000000\n",
                                      "jalon-heads 1\nsection actions 5\nsection actions 6\n"};
  for (size_t i = 0; i < JL_COUNT(wrong); i++) assert_false(jl_heads_parse(text_of(wrong[i]), l.arena, &read, &n, NULL, &err));
  free(text);
  jl_buffer_release(&out);
  jl_arena_free(l.arena);
}

/* A crash or a full disk in the middle of a block, anywhere, and what came behind it: nothing else is lost. */
static void test_torn(void **state) {
  struct log l;
  struct jl_buffer block, out;
  struct jl_heads *read;
  struct jl_error err;
  size_t n, torn;
  (void)state;
  usual_log(&l);
  struct jl_heads one = heads_of(&l, 10, two_sections);
  struct jl_arena *a = jl_arena_new(1U << 20);
  jl_buffer_init(&block, 65536);
  jl_heads_put(&one, &block);
  size_t whole = block.size - 2; /* line feeds behind the check are no part of it */
  for (size_t cut = 1; cut < block.size; cut++)
    for (int behind = 0; behind < 3; behind++) { /* nothing, a block, what a file system may leave and a block */
      static const char zeros[16];
      jl_buffer_init(&out, 65536);
      jl_buffer_append(&out, block.data, block.size);
      jl_buffer_append(&out, block.data, cut);
      if (behind == 2) jl_buffer_append(&out, zeros, sizeof zeros);
      if (behind > 0) jl_buffer_byte(&out, '\n');
      if (behind > 0) jl_buffer_append(&out, block.data, block.size);
      err = (struct jl_error){0};
      jl_arena_reset(a);
      bool ok = jl_heads_parse(jl_buffer_bytes(&out), a, &read, &n, &torn, &err);
      size_t more = behind == 2 ? cut > whole : cut >= whole; /* nobody is sure of a line with zeros behind it */
      if (!ok) fail_msg("cut after %zu bytes: %s", cut, err.message);
      assert_int_equal(n, 1 + more + (behind > 0));
      assert_int_equal(torn, behind == 2 ? 1 : 1 - more);
      assert_int_equal(read[n - 1].revision, 10);
      jl_buffer_release(&out);
    }
  jl_buffer_release(&block);
  jl_arena_free(a);
  jl_arena_free(l.arena);
}

/* The form is a promise for years: these bytes were made by another implementation (Python's hashlib.blake2b), and must stay readable. */
static void test_text_of_long_ago(void **state) {
  static const char text[] = "jalon-heads 1\n"
                             "server 05000000-0000-0000-0000-000000000000\n"
                             "space 01000000-0000-0000-0000-000000000000\n"
                             "name Plan été\n"
                             "time 2026-11-26T05:11:55.000000Z\n"
                             "epoch 1\n"
                             "revision 812\n"
                             "section strategy 810\n"
                             "chain 00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f\n"
                             "check 717da063\n";
  struct jl_heads *read;
  struct jl_error err = {0};
  size_t n;
  struct jl_arena *a = jl_arena_new(65536);
  (void)state;
  assert_true(jl_heads_parse(text_of(text), a, &read, &n, NULL, &err));
  assert_int_equal(n, 1);
  assert_int_equal(read[0].section[JL_SECTION_STRATEGY].revision, 810);
  for (uint8_t i = 0; i < JL_CHAIN_SIZE; i++) assert_int_equal(read[0].section[JL_SECTION_STRATEGY].chain[i], i);
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  jl_heads_put(&read[0], &out);
  assert_memory_equal(out.data, text, sizeof text - 1);
  jl_buffer_release(&out);
  jl_arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),   cmocka_unit_test(test_rows_without_links),
                                     cmocka_unit_test(test_groups), cmocka_unit_test(test_heads),
                                     cmocka_unit_test(test_states), cmocka_unit_test(test_personal),
                                     cmocka_unit_test(test_text),   cmocka_unit_test(test_torn), cmocka_unit_test(test_text_of_long_ago)};
  return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
