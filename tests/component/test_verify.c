/* The verifier on a real database: a random history is found to be right, and whatever is changed behind the server's back is found at
 * its first revision, whoever changed it how well; what cannot be found without an exported head is found with one. JALON_SEED repeats a
 * run. */
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include "server/verify/verify.h"
#include "tests/component/support/planner.h"
#include <inttypes.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GROUPS 160
#define STEP "32"
#define KNOWN_MAX 256
#define BYTES_CHANGED 24

static struct daemon server;
static struct planner planner;
static struct jl_arena *scratch;
static PGconn *database;
static char space[JL_ID_TEXT_SIZE];
static uint64_t chance, both /* a revision of two sections */, head;
static struct known {
  struct jl_id id;
  uint32_t type, field;
  char text[32];
} known[KNOWN_MAX];
static size_t known_count;

static uint64_t draw(uint64_t n) {
  chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (chance >> 33) % n;
}

/* ---- a history ---- */
static struct jl_bytes value_of(uint32_t type, uint32_t field, const struct jl_value *v) {
  return jl_value_encode(scratch, jl_field_by_number(jl_record_type_by_number(type), field), v);
}

static struct jl_bytes record_of(uint32_t type, uint32_t field, const char *text, struct jl_id target) {
  struct jl_bytes record = planner_text(scratch, type, field, text);
  if (type == JL_TYPE_BUDGET_LINE) {
    record = jl_record_with(scratch, record, JL_BUDGET_LINE_CATEGORY,
                            value_of(type, JL_BUDGET_LINE_CATEGORY, &(struct jl_value){.number = JL_CATEGORY_OTHER}));
    record =
        jl_record_with(scratch, record, JL_BUDGET_LINE_PLANNED, value_of(type, JL_BUDGET_LINE_PLANNED, &(struct jl_value){.number = 1000}));
  }
  if (type == JL_TYPE_COMMENT)
    record = jl_record_with(scratch, record, JL_COMMENT_TARGET, value_of(type, JL_COMMENT_TARGET, &(struct jl_value){.id = target}));
  return record;
}

static const struct known *an_action(void) {
  for (size_t i = 0; i < known_count; i++)
    if (known[i].type == JL_TYPE_ACTION) return &known[i];
  return NULL;
}

static void make_one(void) {
  static const uint32_t types[] = {JL_TYPE_ACTION, JL_TYPE_OBJECTIVE, JL_TYPE_BUDGET_LINE, JL_TYPE_COMMENT},
                        fields[] = {JL_ACTION_TITLE, JL_OBJECTIVE_TITLE, JL_BUDGET_LINE_TITLE, JL_COMMENT_BODY};
  size_t kind = an_action() == NULL ? 0 : draw(JL_COUNT(types));
  struct known *k = &known[known_count++];
  *k = (struct known){.id = jl_id_random(), .type = types[kind], .field = fields[kind]};
  snprintf(k->text, sizeof k->text, "Nom %" PRIu64 " élan", draw(1000));
  planner_create(&planner, k->type, k->id, record_of(k->type, k->field, k->text, kind == 3 ? an_action()->id : k->id));
}

static void change_one(struct known *k) {
  char next[32];
  snprintf(next, sizeof next, "Nom %" PRIu64 " élan", 1000 + draw(9000));
  planner_update(&planner, k->type, k->id, k->field, planner_text(scratch, k->type, k->field, k->text),
                 planner_text(scratch, k->type, k->field, next));
  memcpy(k->text, next, sizeof next);
}

/* An action and a budget line in one group: one revision of two sections. */
static uint64_t make_two(void) {
  struct jl_id action = jl_id_random(), line = jl_id_random(), group_id = jl_id_random();
  Jalon__Edit first = planner_creation(JL_TYPE_ACTION, &action, record_of(JL_TYPE_ACTION, JL_ACTION_TITLE, "Les deux", action)),
              second = planner_creation(JL_TYPE_BUDGET_LINE, &line, record_of(JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "Les deux", line)),
              *edits[] = {&first, &second};
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = jl_to_pb((struct jl_bytes){planner.replica.bytes, sizeof planner.replica.bytes});
  group.space = jl_to_pb((struct jl_bytes){planner.space.bytes, sizeof planner.space.bytes});
  group.group_id = jl_to_pb((struct jl_bytes){group_id.bytes, sizeof group_id.bytes});
  group.seq = ++planner.seq;
  group.model_version = jl_model_version;
  group.n_edits = JL_COUNT(edits);
  group.edits = edits;
  return planner_verdict(&planner, planner_submit(&planner, jl_pack(&group.base, scratch, 65536)));
}

static void make_history(void) {
  for (unsigned i = 0; i < GROUPS; i++) {
    jl_arena_reset(scratch);
    if (i == GROUPS / 2)
      both = make_two();
    else if (known_count < 4 || (known_count < KNOWN_MAX && draw(100) < 30))
      make_one();
    else
      change_one(&known[draw(known_count)]);
  }
  head = planner.head;
}

/* ---- the database, by somebody who may do anything ---- */
static PGresult *ask(const char *sql) { return daemon_ask(database, sql); }
static void act(const char *sql) { PQclear(ask(sql)); }
static uint64_t number(const char *sql) {
  PGresult *result = ask(sql);
  assert_int_equal(PQntuples(result), 1);
  uint64_t n = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
  PQclear(result);
  return n;
}
/* {S}: the plan's id. */
static const char *with_space(const char *sql) {
  static char text[4096];
  size_t n = 0;
  for (; *sql != '\0'; sql++) {
    if (strncmp(sql, "{S}", 3) != 0) {
      text[n++] = *sql;
      continue;
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "'%s'", space);
    sql += 2;
  }
  text[n] = '\0';
  return text;
}

static const char *const tables[] = {"log", "space_head", "past_state", "past_state_part", "action", "budget_line", "person"};

static void keep_database(void) {
  char sql[256];
  act("SET session_replication_role = replica"); /* no trigger, no foreign key */
  act("CREATE SCHEMA kept");
  for (size_t i = 0; i < JL_COUNT(tables); i++) {
    snprintf(sql, sizeof sql, "CREATE TABLE kept.%s AS SELECT * FROM %s", tables[i], tables[i]);
    act(sql);
  }
}

static void put_back(void) {
  char sql[256];
  for (size_t i = 0; i < JL_COUNT(tables); i++) {
    snprintf(sql, sizeof sql, "DELETE FROM %s", tables[i]);
    act(sql);
    snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM kept.%s", tables[i], tables[i]);
    act(sql);
  }
}

/* Everything that the chain of a section covers made anew from its rows: what somebody does who has understood it all. */
static void recompute(int section) {
  char sql[512], hex[2 * JL_CHAIN_SIZE + 1], link[2 * JL_LINK_SIZE + 1];
  uint8_t chain[JL_CHAIN_SIZE] = {0};
  snprintf(sql, sizeof sql,
           "SELECT revision, encode(body, 'hex'), (SELECT sum(1 << o.section) FROM log o WHERE o.space_id = l.space_id AND o.revision = "
           "l.revision) "
           "FROM log l WHERE space_id = '%s' AND section = %d ORDER BY revision",
           space, section);
  PGresult *rows = ask(sql);
  for (int i = 0; i < PQntuples(rows); i++) {
    const char *text = PQgetvalue(rows, i, 1);
    size_t size = strlen(text) / 2;
    uint8_t *body = malloc(size + 1), made[JL_LINK_SIZE];
    assert_non_null(body);
    for (size_t b = 0; b < size; b++) assert_int_equal(sscanf(text + 2 * b, "%2hhx", &body[b]), 1);
    jl_chain_next(chain, (struct jl_bytes){body, size}, chain);
    jl_link_make((uint32_t)strtoul(PQgetvalue(rows, i, 2), NULL, 10), chain, made);
    for (size_t b = 0; b < sizeof made; b++) snprintf(link + 2 * b, 3, "%02x", made[b]);
    snprintf(sql, sizeof sql, "UPDATE log SET link = '\\x%s' WHERE space_id = '%s' AND revision = %s AND section = %d", link, space,
             PQgetvalue(rows, i, 0), section);
    act(sql);
    free(body);
  }
  for (size_t b = 0; b < sizeof chain; b++) snprintf(hex + 2 * b, 3, "%02x", chain[b]);
  snprintf(sql, sizeof sql,
           "UPDATE space_head SET section_chains = overlay(section_chains PLACING '\\x%s'::bytea FROM %d), section_revisions[%d] = %s "
           "WHERE space_id = '%s'",
           hex, 1 + 32 * section, section + 1, PQntuples(rows) > 0 ? PQgetvalue(rows, PQntuples(rows) - 1, 0) : "0", space);
  act(sql);
  act("DELETE FROM past_state_part");
  act("DELETE FROM past_state"); /* they are made again */
  PQclear(rows);
}

/* ---- verifying ---- */
struct outcome {
  size_t spaces, wrong;
  uint64_t rows, records, states, heads;
  struct jl_verify_finding first; /* of the plan, or of whichever was wrong */
  bool whole;
};

static void on_verified(void *context, const struct jl_verified *v) {
  struct outcome *o = context;
  o->spaces++;
  o->rows += v->counts.rows;
  o->records += v->records;
  o->states += v->states;
  o->heads += v->counts.heads;
  if (v->finding_count == 0) return;
  o->wrong++;
  o->first = v->findings[0];
  o->whole = v->whole;
}

static struct outcome verify_on(const struct daemon *d, const struct jl_heads *heads, size_t head_count) {
  char connection[256];
  struct outcome o = {0};
  struct jl_error err = {0};
  snprintf(connection, sizeof connection, "host='%s/data/run' port=5432 user=jalon dbname=jalon", d->folder);
  const struct jl_verify_of of = {
      .connection = connection, .heads = heads, .head_count = head_count, .verified = on_verified, .context = &o};
  if (!jl_verify(&of, &err)) {
    char text[512];
    jl_error_describe(&err, text, sizeof text);
    fail_msg("%s", text);
  }
  return o;
}

static struct outcome verify(const struct jl_heads *heads, size_t head_count) { return verify_on(&server, heads, head_count); }

static void must_be_right(const char *what, const struct outcome *o) {
  char text[1024];
  jl_error_describe(&o->first.finding.what, text, sizeof text);
  if (o->wrong > 0) fail_msg("%s: r%" PRIu64 " of %s: %s", what, o->first.finding.revision, o->first.table, text);
}

static void must_be_wrong(const char *what, const struct outcome *o, uint64_t after, uint64_t revision, const char *table) {
  char text[1024];
  jl_error_describe(&o->first.finding.what, text, sizeof text);
  if (o->wrong == 0) fail_msg("%s: nothing was found", what);
  const struct jl_finding *f = &o->first.finding;
  if (o->wrong != 1 || f->revision != revision || f->after != after || strcmp(o->first.table, table) != 0)
    fail_msg("%s: found after r%" PRIu64 " at r%" PRIu64 " in '%s' (of %zu spaces), not after r%" PRIu64 " at r%" PRIu64 " in '%s': %s",
             what, f->after, f->revision, o->first.table, o->wrong, after, revision, table, text);
}

/* ---- tests ---- */
static int start(void **state) {
  static const char *const options[] = {"--past-step=" STEP, NULL};
  const char *seed = getenv("JALON_SEED");
  (void)state;
  chance = seed != NULL ? strtoull(seed, NULL, 10) : 1;
  printf("JALON_SEED=%" PRIu64 "\n", chance);
  scratch = jl_arena_new(1U << 24);
  daemon_start_with(&server, options);
  planner_open(&planner, &server);
  jl_id_format(&planner.space, space);
  make_history();
  while (daemon_number(&server, "SELECT count(*) FROM past_state") < GROUPS / 32) wire_ping(&planner.wire); /* the last state that is due */
  database = daemon_database(&server);
  keep_database();
  return 0;
}

static int stop(void **state) {
  (void)state;
  PQfinish(database);
  planner_close(&planner);
  jl_arena_free(scratch);
  return daemon_stop(&server);
}

static void test_nothing_is_wrong(void **state) {
  (void)state;
  struct outcome o = verify(NULL, 0);
  must_be_right("what the server wrote", &o);
  assert_true(o.rows == number("SELECT count(*) FROM log"));
  assert_true(o.spaces == number("SELECT count(*) FROM space_head"));
  assert_true(o.states == number("SELECT count(*) FROM past_state") && o.states > 0);
  assert_true(number(with_space("SELECT count(*) FROM log WHERE space_id = {S} AND private_values IS NOT NULL")) > 0);
  assert_int_equal(number("SELECT count(*) FROM log WHERE link IS NULL"), 0);
}

/* One bit of any byte of any body, personal value or link. */
static void test_a_byte(void **state) {
  static const char *const columns[] = {"body", "private_values", "link"};
  char sql[1024], what[128];
  (void)state;
  for (unsigned i = 0; i < BYTES_CHANGED; i++) {
    const char *column = columns[i % JL_COUNT(columns)];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM log WHERE space_id = '%s' AND %s IS NOT NULL", space, column);
    uint64_t skip = draw(number(sql)), bit = draw(8);
    snprintf(sql, sizeof sql,
             "SELECT revision FROM log WHERE space_id = '%s' AND %s IS NOT NULL ORDER BY revision, section OFFSET %" PRIu64 " LIMIT 1",
             space, column, skip);
    uint64_t revision = number(sql);
    snprintf(sql, sizeof sql,
             "SELECT octet_length(%s) FROM log WHERE space_id = '%s' AND %s IS NOT NULL ORDER BY revision, section OFFSET %" PRIu64
             " LIMIT 1",
             column, space, column, skip);
    uint64_t byte = draw(number(sql));
    snprintf(sql, sizeof sql,
             "UPDATE log SET %s = set_bit(%s, %" PRIu64 ", 1 - get_bit(%s, %" PRIu64
             ")) WHERE ctid = (SELECT ctid FROM log WHERE space_id = '%s' AND %s IS NOT NULL "
             "ORDER BY revision, section OFFSET %" PRIu64 " LIMIT 1)",
             column, column, byte * 8 + bit, column, byte * 8 + bit, space, column, skip);
    act(sql);
    struct outcome o = verify(NULL, 0);
    snprintf(what, sizeof what, "byte %" PRIu64 " bit %" PRIu64 " of %s of r%" PRIu64, byte, bit, column, revision);
    must_be_wrong(what, &o, revision - 1, revision, "");
    put_back();
  }
}

/* What somebody may do with psql, and where it begins: a statement that asks for the revision, before. */
static void test_by_hand(void **state) {
  static const struct {
    const char *what, *revision, *sql, *table;
  } cases[] = {
      {"a revision removed", "SELECT max(revision) / 2 FROM log WHERE space_id = {S}",
       "DELETE FROM log WHERE space_id = {S} AND revision = (SELECT max(revision) / 2 FROM log WHERE space_id = {S})", ""},
      {"the first revision removed", "SELECT 1", "DELETE FROM log WHERE space_id = {S} AND revision = 1", ""},
      {"one section of a revision removed", "SELECT revision FROM log WHERE space_id = {S} GROUP BY revision HAVING count(*) > 1",
       "DELETE FROM log WHERE space_id = {S} AND section = 2 AND revision = (SELECT revision FROM log WHERE space_id = {S} GROUP BY "
       "revision HAVING count(*) > 1)",
       ""},
      {"two rows swapped", "SELECT min(revision) FROM log WHERE space_id = {S} AND section = 2",
       "UPDATE log SET (body, private_values, link) = (SELECT o.body, o.private_values, o.link FROM log AS o WHERE o.space_id = {S} AND "
       "o.section = 2 AND o.revision = "
       "CASE log.revision WHEN (SELECT min(revision) FROM log WHERE space_id = {S} AND section = 2) THEN (SELECT max(revision) FROM log "
       "WHERE space_id = {S} AND section = 2) "
       "ELSE (SELECT min(revision) FROM log WHERE space_id = {S} AND section = 2) END) WHERE space_id = {S} AND section = 2 AND revision "
       "IN ("
       "SELECT min(revision) FROM log WHERE space_id = {S} AND section = 2 UNION SELECT max(revision) FROM log WHERE space_id = {S} AND "
       "section = 2)",
       ""},
      {"a revision appended", "SELECT max(revision) + 1 FROM log WHERE space_id = {S}",
       "INSERT INTO log (space_id, revision, section, author, replica, seq, at, body, link) SELECT space_id, revision + 1, section, "
       "author, replica, seq, at, body, link FROM log "
       "WHERE space_id = {S} AND revision = (SELECT max(revision) FROM log WHERE space_id = {S}) LIMIT 1",
       ""},
      {"the tail cut", "SELECT max(revision) - 2 FROM log WHERE space_id = {S}",
       "DELETE FROM log WHERE space_id = {S} AND revision > (SELECT max(revision) - 3 FROM log WHERE space_id = {S})", ""},
      {"another author in the column", "SELECT max(revision) / 3 FROM log WHERE space_id = {S}",
       "UPDATE log SET author = gen_random_uuid() WHERE space_id = {S} AND revision = (SELECT max(revision) / 3 FROM log WHERE space_id = "
       "{S})",
       ""},
      {"another time in the column", "SELECT max(revision) / 3 FROM log WHERE space_id = {S}",
       "UPDATE log SET at = at + interval '1 microsecond' WHERE space_id = {S} AND revision = (SELECT max(revision) / 3 FROM log WHERE "
       "space_id = {S})",
       ""},
      {"another lane in the column", "SELECT max(revision) / 3 FROM log WHERE space_id = {S}",
       "UPDATE log SET seq = seq + 1 WHERE space_id = {S} AND revision = (SELECT max(revision) / 3 FROM log WHERE space_id = {S})", ""},
      {"the name of an import that there was not", "SELECT max(revision) / 3 FROM log WHERE space_id = {S}",
       "UPDATE log SET import_name = 'leads' WHERE space_id = {S} AND revision = (SELECT max(revision) / 3 FROM log WHERE space_id = {S})",
       ""},
      {"personal values taken out", "SELECT min(revision) FROM log WHERE space_id = {S} AND private_values IS NOT NULL",
       "UPDATE log SET private_values = NULL WHERE space_id = {S} AND revision = (SELECT min(revision) FROM log WHERE space_id = {S} AND "
       "private_values IS NOT NULL)",
       ""},
      {"the head's chain", "SELECT revision FROM space_head WHERE space_id = {S}",
       "UPDATE space_head SET section_chains = set_byte(section_chains, 70, get_byte(section_chains, 70) # 1) WHERE space_id = {S}",
       "space_head"},
      {"the head's revision of a section", "SELECT revision FROM space_head WHERE space_id = {S}",
       "UPDATE space_head SET section_revisions[2] = section_revisions[2] - 1 WHERE space_id = {S}", "space_head"},
      {"the head row gone", "SELECT 1", "DELETE FROM space_head WHERE space_id = {S}", "space_head"},
      {"a field of a record", "SELECT max(revision) FROM action WHERE space_id = {S}",
       "UPDATE action SET title = title || '!' WHERE space_id = {S} AND revision = (SELECT max(revision) FROM action WHERE space_id = {S})",
       "action"},
      {"money of a record", "SELECT min(revision) FROM budget_line WHERE space_id = {S}",
       "UPDATE budget_line SET planned = planned + 1 WHERE space_id = {S} AND revision = (SELECT min(revision) FROM budget_line WHERE "
       "space_id = {S})",
       "budget_line"},
      {"a record's number", "SELECT min(revision) FROM action WHERE space_id = {S}",
       "UPDATE action SET number = number + 1000 WHERE space_id = {S} AND revision = (SELECT min(revision) FROM action WHERE space_id = "
       "{S})",
       "action"},
      {"a record deleted by hand", "SELECT min(revision) FROM action WHERE space_id = {S}",
       "UPDATE action SET deleted_revision = revision WHERE space_id = {S} AND revision = (SELECT min(revision) FROM action WHERE space_id "
       "= {S})",
       "action"},
      {"a record's row removed", "SELECT max(revision) FROM action WHERE space_id = {S}",
       "DELETE FROM action WHERE space_id = {S} AND revision = (SELECT max(revision) FROM action WHERE space_id = {S})", "action"},
      {"a record that nobody made", "SELECT 3",
       "INSERT INTO budget_line (space_id, id, number, revision, created_revision, title, category, planned) VALUES ({S}, "
       "gen_random_uuid(), 999, 3, 3, 'X', 1, 5)",
       "budget_line"},
      {"a byte of a stored state", "SELECT min(revision) FROM past_state WHERE space_id = {S}",
       "UPDATE past_state_part SET records = set_byte(records, octet_length(records) / 2, get_byte(records, octet_length(records) / 2) # "
       "4) "
       "WHERE space_id = {S} AND revision = (SELECT min(revision) FROM past_state WHERE space_id = {S})",
       "past_state"},
      {"the chain of a stored state", "SELECT max(revision) FROM past_state WHERE space_id = {S}",
       "UPDATE past_state SET section_chains = set_byte(section_chains, 70, get_byte(section_chains, 70) # 1) "
       "WHERE space_id = {S} AND revision = (SELECT max(revision) FROM past_state WHERE space_id = {S})",
       "past_state"},
      {"a stored state without its records", "SELECT max(revision) FROM past_state WHERE space_id = {S}",
       "DELETE FROM past_state_part WHERE space_id = {S} AND revision = (SELECT max(revision) FROM past_state WHERE space_id = {S})",
       "past_state"},
      {"the state of another revision", "SELECT max(revision) FROM past_state WHERE space_id = {S}",
       "UPDATE past_state_part AS p SET records = (SELECT records FROM past_state_part WHERE space_id = {S} ORDER BY revision, part LIMIT "
       "1) "
       "WHERE space_id = {S} AND revision = (SELECT max(revision) FROM past_state WHERE space_id = {S})",
       "past_state"},
  };
  (void)state;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    uint64_t revision = number(with_space(cases[i].revision));
    act(with_space(cases[i].sql));
    struct outcome o = verify(NULL, 0);
    must_be_wrong(cases[i].what, &o, revision - 1, revision, cases[i].table);
    put_back();
  }
  struct outcome o = verify(NULL, 0);
  must_be_right("put back", &o);
}

/* A database of before there were links: a stored state tells between which revisions it is. */
static void test_without_links(void **state) {
  (void)state;
  act("UPDATE log SET link = NULL");
  struct outcome o = verify(NULL, 0);
  must_be_right("no links", &o);
  uint64_t stored = number(with_space("SELECT min(revision) FROM past_state WHERE space_id = {S}"));
  uint64_t revision = number(with_space("SELECT max(l.revision) FROM log AS l WHERE l.space_id = {S} AND l.section = 2 AND "
                                        "position(decode('4e6f6d', 'hex') IN l.body) > 0 AND l.revision < "
                                        "(SELECT min(revision) FROM past_state WHERE space_id = {S})"));
  char sql[512];
  snprintf(
      sql, sizeof sql,
      "UPDATE log SET body = overlay(body PLACING decode('4e6f6e', 'hex') FROM position(decode('4e6f6d', 'hex') IN body)), link = NULL "
      "WHERE space_id = '%s' AND section = 2 AND revision = %" PRIu64,
      space, revision);
  act(sql);
  o = verify(NULL, 0);
  if (o.wrong != 1 || o.first.finding.after >= revision || o.first.finding.revision < revision || o.first.finding.revision > head)
    fail_msg("r%" PRIu64 " changed, state at r%" PRIu64 ": found after r%" PRIu64 " at r%" PRIu64, revision, stored, o.first.finding.after,
             o.first.finding.revision);
  put_back();
}

/* ---- who writes it all anew ---- */
static void heads_now(struct jl_heads *ret) {
  struct kept_position position;
  planner_position(&planner, &position);
  *ret = (struct jl_heads){.server = jl_id_random(),
                           .space = planner.space,
                           .time_us = jl_now_utc_us(),
                           .epoch = position.wire.epoch,
                           .revision = position.wire.revision};
  for (size_t i = 0; i < position.wire.n_sections; i++) {
    uint32_t section = position.sections[i].section;
    ret->sections |= 1U << section;
    ret->section[section].revision = position.sections[i].revision;
    memcpy(ret->section[section].chain, position.chains[i], JL_CHAIN_SIZE);
  }
}

static void test_everything_written_anew(void **state) {
  struct jl_heads heads[2];
  (void)state;
  heads_now(&heads[1]);
  heads[0] = heads[1];
  /* one of the middle, by hand: the chain behind a revision is that of its row */
  uint64_t middle = number(with_space("SELECT max(revision) FROM log WHERE space_id = {S} AND section = 2 AND revision < (SELECT "
                                      "max(revision) / 2 FROM log WHERE space_id = {S})"));
  uint8_t chain[JL_CHAIN_SIZE] = {0};
  char sql[1024];
  snprintf(sql, sizeof sql,
           "SELECT encode(body, 'hex') FROM log WHERE space_id = '%s' AND section = 2 AND revision <= %" PRIu64 " ORDER BY revision", space,
           middle);
  PGresult *rows = ask(sql);
  for (int i = 0; i < PQntuples(rows); i++) {
    const char *text = PQgetvalue(rows, i, 0);
    uint8_t body[65536];
    for (size_t b = 0; b < strlen(text) / 2; b++) assert_int_equal(sscanf(text + 2 * b, "%2hhx", &body[b]), 1);
    jl_chain_next(chain, (struct jl_bytes){body, strlen(text) / 2}, chain);
  }
  PQclear(rows);
  heads[0].revision = middle;
  heads[0].sections = 1U << JL_SECTION_ACTIONS;
  heads[0].section[JL_SECTION_ACTIONS].revision = middle;
  memcpy(heads[0].section[JL_SECTION_ACTIONS].chain, chain, JL_CHAIN_SIZE);
  struct outcome o = verify(heads, 2);
  must_be_right("with heads", &o);
  assert_true(o.heads >= 3);

  /* The last change of some action's title, and the action with it: "Nom" becomes "Non", all else follows. */
  uint64_t changed =
      number(with_space("SELECT max(revision) FROM action WHERE space_id = {S} AND title LIKE 'Nom%' AND deleted_revision IS NULL"));
  assert_true(changed > middle);
  snprintf(sql, sizeof sql,
           "UPDATE log SET body = substring(body FROM 1 FOR octet_length(body) - position(decode('6d6f4e', 'hex') IN r.r) - 2) || "
           "decode('4e6f6e', 'hex') || "
           "substring(body FROM octet_length(body) - position(decode('6d6f4e', 'hex') IN r.r) + 2) "
           "FROM (SELECT string_agg(substring(body FROM n FOR 1), '' ORDER BY n DESC) AS r FROM log, generate_series(1, "
           "octet_length(body)) AS n "
           "WHERE space_id = '%s' AND section = 2 AND revision = %" PRIu64
           ") AS r WHERE space_id = '%s' AND section = 2 AND revision = %" PRIu64,
           space, changed, space, changed);
  act(sql);
  snprintf(sql, sizeof sql, "UPDATE action SET title = 'Non' || substr(title, 4) WHERE space_id = '%s' AND revision = %" PRIu64, space,
           changed);
  act(sql);
  o = verify(NULL, 0);
  must_be_wrong("not yet made anew", &o, changed - 1, changed, "");
  recompute(JL_SECTION_ACTIONS);
  o = verify(NULL, 0);
  must_be_right("made anew, and nobody has a head", &o); /* that is what nobody can see */
  o = verify(heads, 2);
  uint64_t newest = heads[1].section[JL_SECTION_ACTIONS].revision;
  must_be_wrong("made anew, with heads", &o, middle, newest, "");
  assert_true(o.first.finding.has_chains &&
              memcmp(o.first.finding.expected, heads[1].section[JL_SECTION_ACTIONS].chain, JL_CHAIN_SIZE) == 0);
  put_back();

  /* The end cut off, head and records with it. */
  uint64_t cut = head - 1;
  snprintf(sql, sizeof sql, "DELETE FROM log WHERE space_id = '%s' AND revision > %" PRIu64, space, cut);
  act(sql);
  snprintf(sql, sizeof sql, "UPDATE space_head SET revision = %" PRIu64 " WHERE space_id = '%s'", cut, space);
  act(sql);
  for (int s = 1; s < JL_SECTIONS; s++) recompute(s);
  o = verify(&heads[1], 1);
  if (o.wrong != 1 || o.first.finding.revision != head) fail_msg("the end cut off: found at r%" PRIu64, o.first.finding.revision);
  put_back();

  /* All of the plan. */
  act(with_space("DELETE FROM log WHERE space_id = {S}"));
  act(with_space("DELETE FROM space_head WHERE space_id = {S}"));
  o = verify(&heads[1], 1);
  must_be_wrong("the plan taken away", &o, 0, 1, "space_head");
  put_back();
}

/* ---- a server that does it wrong itself ---- */
#ifdef JALON_MUTANTS
static struct jl_id person_of(const struct daemon *d) { /* the administrator */
  struct wire w;
  Jalon__AccountRequest who = JALON__ACCOUNT_REQUEST__INIT;
  struct jl_id person;
  wire_open(&w, d, true);
  wire_login(&w, "admin", DAEMON_PASSWORD, NULL, NULL);
  who.has_verb = true;
  who.verb = JALON__ACCOUNT_VERB__ACCOUNT_WHO;
  const Jalon__AccountReply *reply = wire_expect(&w, wire_send(&w, JALON__FRAME_TYPE__ACCOUNT, &who.base), JALON__FRAME_TYPE__ACCOUNT_REPLY,
                                                 &jalon__account_reply__descriptor);
  assert_true(reply->n_accounts == 1 && jl_id_from_bytes(JL_PB(reply->accounts[0]->person), &person));
  wire_close(&w);
  return person;
}

static void test_a_table_that_is_behind(void **state) {
  struct daemon bad;
  struct planner p;
  (void)state;
  setenv("JALON_MUTANT", "table-behind", 1); /* changes of assignments are in the log and not in their table */
  daemon_start(&bad);
  unsetenv("JALON_MUTANT");
  planner_open(&p, &bad);
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_id action = planner_action(&p, "Une action", NULL), id;
  struct jl_bytes raci = {(const uint8_t *)"", 0};
  jl_arena_reset(scratch);
  raci = jl_record_with(scratch, raci, JL_RACI_TARGET, value_of(JL_TYPE_RACI, JL_RACI_TARGET, &(struct jl_value){.id = action}));
  raci = jl_record_with(scratch, raci, JL_RACI_LETTER, value_of(JL_TYPE_RACI, JL_RACI_LETTER, &(struct jl_value){.number = JL_RACI_C}));
  raci = jl_record_with(scratch, raci, JL_RACI_HOLDER, value_of(JL_TYPE_RACI, JL_RACI_HOLDER, &(struct jl_value){.id = person_of(&bad)}));
  assert_true(jl_record_natural_id(type, &p.space, raci, &id));
  uint64_t made = planner_create(&p, JL_TYPE_RACI, id, raci);
  struct outcome o = verify_on(&bad, NULL, 0);
  must_be_right("an assignment made", &o);
  uint64_t revision = planner_delete(&p, JL_TYPE_RACI, id, made);
  o = verify_on(&bad, NULL, 0);
  must_be_wrong("an assignment deleted", &o, revision - 1, revision, "raci");
  planner_close(&p);
  daemon_stop(&bad);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
#ifdef JALON_MUTANTS
      cmocka_unit_test(test_a_table_that_is_behind),
#endif
      cmocka_unit_test(test_nothing_is_wrong),
      cmocka_unit_test(test_a_byte),
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_without_links),
      cmocka_unit_test(test_everything_written_anew)};
  return cmocka_run_group_tests_name("verify", tests, start, stop);
}
