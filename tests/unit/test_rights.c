/* Who may read and edit what: against an oracle that is written from the rule in words, over random plans; then what a group may do, for
 * every verb, section, right and state of a record, from one table. */
#include "common/model/governance/rights.h"
#include "tests/unit/model_fixture.h"

/* ---- the oracle: "a person's right in a section is that of the own grant; else the best of the teams'; else everybody's; else edit, but
 * for guests nothing; administrators and the accountable of the plan edit everything; who has left, nothing, nor who is unknown" ---- */
enum { TEAMS = 4, PEOPLE = 8 };
struct world {
  bool member[PEOPLE][TEAMS], guest[PEOPLE], inactive[PEOPLE];
  int team_grant[TEAMS][JL_SECTIONS], own_grant[PEOPLE][JL_SECTIONS], everybody[JL_SECTIONS]; /* 0: nothing is said */
  int accountable;                                                                            /* 0: none, 1 + person, 100 + team */
};

static int expected_level(const struct world *w, int person, int section, bool administrator) {
  if (w->inactive[person]) return JL_RIGHT_NONE;
  if (administrator) return JL_RIGHT_EDIT;
  if (w->accountable == 1 + person) return JL_RIGHT_EDIT;
  if (w->accountable >= 100 && w->member[person][w->accountable - 100]) return JL_RIGHT_EDIT;
  if (w->own_grant[person][section] != 0) return w->own_grant[person][section];
  int best = 0;
  for (int t = 0; t < TEAMS; t++)
    if (w->member[person][t] && w->team_grant[t][section] > best) best = w->team_grant[t][section];
  if (best != 0) return best;
  if (w->guest[person]) return JL_RIGHT_NONE;
  return w->everybody[section] != 0 ? w->everybody[section] : JL_RIGHT_EDIT;
}

static struct jl_id team_id(int t) { return fx_id((uint32_t)(5000 + t)); }
static struct jl_id person_id(int p) { return fx_id((uint32_t)(6000 + p)); }

static struct jl_record *made(struct fx *f, uint32_t type, struct jl_id id, struct jl_bytes body) {
  (void)f;
  struct jl_record *r = jl_record_new(type, &id, body);
  assert_non_null(r);
  r->number = r->revision = r->created_revision = 1;
  return r;
}

static struct jl_bytes with_number(struct fx *f, struct jl_bytes body, uint32_t type, uint32_t field, int64_t n) {
  struct jl_value v = {.number = n};
  return jl_record_with(f->a, body, field, jl_value_encode(f->a, jl_field_by_number(jl_record_type_by_number(type), field), &v));
}
static struct jl_bytes with_id(struct fx *f, struct jl_bytes body, uint32_t type, uint32_t field, struct jl_id id) {
  struct jl_value v = {.id = id};
  return jl_record_with(f->a, body, field, jl_value_encode(f->a, jl_field_by_number(jl_record_type_by_number(type), field), &v));
}

static uint32_t serial = 7000;
static void put_grant(struct fx *f, struct jl_replica *plan, struct jl_id holder, int section, int level) {
  struct jl_bytes b = with_id(f, (struct jl_bytes){NULL, 0}, JL_TYPE_GRANT, JL_GRANT_PLAN, f->plan);
  b = with_id(f, b, JL_TYPE_GRANT, JL_GRANT_HOLDER, holder);
  b = with_number(f, b, JL_TYPE_GRANT, JL_GRANT_SECTION, section);
  b = with_number(f, b, JL_TYPE_GRANT, JL_GRANT_LEVEL, level);
  assert_true(jl_replica_put(plan, made(f, JL_TYPE_GRANT, fx_id(serial++), b)));
}

static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
  return *state;
}
static int some(uint64_t *state, int n) { return (int)(next_random(state) % (uint64_t)n); }

static void build(struct fx *f, const struct world *w, struct jl_replica *plan, struct jl_replica *directory) {
  assert_true(jl_replica_put(plan, made(f, JL_TYPE_PLAN, f->plan, (struct jl_bytes){NULL, 0})));
  for (int t = 0; t < TEAMS; t++) {
    assert_true(jl_replica_put(directory, made(f, JL_TYPE_TEAM, team_id(t), (struct jl_bytes){NULL, 0})));
    for (int s = 1; s <= JL_SECTION_PIPELINE; s++)
      if (w->team_grant[t][s] != 0) put_grant(f, plan, team_id(t), s, w->team_grant[t][s]);
  }
  for (int s = 1; s <= JL_SECTION_PIPELINE; s++)
    if (w->everybody[s] != 0) put_grant(f, plan, f->plan, s, w->everybody[s]);
  for (int p = 0; p < PEOPLE; p++) {
    struct jl_bytes b = {NULL, 0}, teams = {NULL, 0};
    uint8_t packed[TEAMS * 18];
    size_t used = 0;
    for (int t = 0; t < TEAMS; t++) {
      struct jl_value v = {.id = team_id(t)};
      if (!w->member[p][t]) continue;
      struct jl_bytes one = jl_value_encode(f->a, jl_field_by_number(jl_record_type_by_number(JL_TYPE_PERSON), JL_PERSON_TEAMS), &v);
      memcpy(packed + used, one.data, one.size);
      used += one.size;
    }
    teams = jl_arena_dup(f->a, (struct jl_bytes){packed, used});
    if (used > 0) b = jl_record_with(f->a, b, JL_PERSON_TEAMS, teams);
    if (w->inactive[p]) b = with_number(f, b, JL_TYPE_PERSON, JL_PERSON_INACTIVE, 1);
    if (w->guest[p]) b = with_number(f, b, JL_TYPE_PERSON, JL_PERSON_GUEST, 1);
    assert_true(jl_replica_put(directory, made(f, JL_TYPE_PERSON, person_id(p), b)));
    for (int s = 1; s <= JL_SECTION_PIPELINE; s++)
      if (w->own_grant[p][s] != 0) put_grant(f, plan, person_id(p), s, w->own_grant[p][s]);
  }
  if (w->accountable != 0) {
    struct jl_id holder = w->accountable >= 100 ? team_id(w->accountable - 100) : person_id(w->accountable - 1);
    struct jl_bytes b = with_id(f, (struct jl_bytes){NULL, 0}, JL_TYPE_RACI, JL_RACI_TARGET, f->plan);
    b = with_number(f, b, JL_TYPE_RACI, JL_RACI_LETTER, JL_RACI_A);
    b = with_id(f, b, JL_TYPE_RACI, JL_RACI_HOLDER, holder);
    assert_true(jl_replica_put(plan, made(f, JL_TYPE_RACI, fx_id(serial++), b)));
  }
}

static void rights_are_what_the_rule_says(void **state) {
  struct fx *f = *state;
  uint64_t random = 88172645463325252u;
  for (int round = 0; round < 200; round++) {
    struct world w = {.accountable =
                          some(&random, 3) == 0 ? (some(&random, 2) ? 1 + some(&random, PEOPLE) : 100 + some(&random, TEAMS)) : 0};
    for (int p = 0; p < PEOPLE; p++) {
      w.guest[p] = some(&random, 4) == 0;
      w.inactive[p] = some(&random, 8) == 0;
      for (int t = 0; t < TEAMS; t++) w.member[p][t] = some(&random, 3) == 0;
      for (int s = 1; s < JL_SECTIONS - 1; s++) w.own_grant[p][s] = some(&random, 6) == 0 ? 1 + some(&random, 3) : 0;
    }
    for (int s = 1; s < JL_SECTIONS - 1; s++) {
      w.everybody[s] = some(&random, 3) == 0 ? 1 + some(&random, 3) : 0;
      for (int t = 0; t < TEAMS; t++) w.team_grant[t][s] = some(&random, 3) == 0 ? 1 + some(&random, 3) : 0;
    }
    struct jl_id none = fx_id(4999);
    struct jl_replica *plan = jl_replica_new(&f->plan, JL_SPACE_PLAN), *directory = jl_replica_new(&none, JL_SPACE_ORGANISATION);
    build(f, &w, plan, directory);
    for (int p = 0; p < PEOPLE; p++)
      for (int administrator = 0; administrator < 2; administrator++) {
        struct jl_rights rights;
        uint32_t readable = 0, editable = 0;
        jl_rights_of(plan, &f->plan, directory, &(struct jl_who){person_id(p), administrator != 0}, &rights);
        for (int s = 1; s <= JL_SECTION_PIPELINE; s++) {
          int level = expected_level(&w, p, s, administrator != 0);
          assert_int_equal(rights.sections[s].level, level);
          if (level >= JL_RIGHT_READ) readable |= 1u << s;
          if (level >= JL_RIGHT_EDIT) editable |= 1u << s;
        }
        bool may_grant =
            !w.inactive[p] && (administrator || w.accountable == 1 + p || (w.accountable >= 100 && w.member[p][w.accountable - 100]));
        uint32_t besides = 1u << JL_SECTION_DIRECTORY | (w.guest[p] && administrator == 0 ? JL_NAMES_ONLY : 0);
        assert_int_equal(rights.readable, readable | (readable != 0 ? besides : 0));
        assert_int_equal(rights.editable, editable | (may_grant ? 1u << JL_SECTION_DIRECTORY : 0));
      }
    struct jl_rights rights;
    jl_rights_of(plan, &f->plan, directory, &(struct jl_who){person_id(PEOPLE), false}, &rights); /* whom the directory does not know */
    assert_int_equal(rights.readable | rights.editable, 0);
    jl_space_rights(directory, directory, &(struct jl_who){person_id(PEOPLE), false}, &rights);
    assert_int_equal(rights.readable | rights.editable, 0);
    jl_replica_free(plan);
    jl_replica_free(directory);
  }
}

static bool fx_try(struct fx *f) { return fx_send(f); }
static void fx_restore(struct fx *f, uint32_t type, struct jl_id id) { (void)fx_edit(f, JALON__VERB__RESTORE, type, id); }
static void fx_guard(struct fx *f, struct jl_id id, uint32_t field, struct jl_bytes expected) {
  Jalon__Guard *g = jl_arena_alloc(f->a, sizeof *g);
  jalon__guard__init(g);
  g->has_record = g->has_field = g->has_expected = true;
  g->record = fx_pb_id(f, id);
  g->field = field;
  g->expected = fx_pb(f, expected);
  f->guards[f->group.n_guards++] = g;
}

/* ---- what a group may do: verb x section x right x state of the record ---- */
struct kind {
  uint32_t type, title;
  enum jl_section section;
};
static const struct kind kinds[] = {{JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TITLE, JL_SECTION_STRATEGY},
                                    {JL_TYPE_ACTION, JL_ACTION_TITLE, JL_SECTION_ACTIONS},
                                    {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, JL_SECTION_BUDGET},
                                    {JL_TYPE_PAYROLL_LINE, JL_PAYROLL_LINE_TITLE, JL_SECTION_PAYROLL}};

static struct draft draft_of(struct fx *f, const struct kind *k, const char *title) {
  struct draft d = d_new(f, k->type);
  d_text(&d, k->title, title);
  if (k->type == JL_TYPE_BUDGET_LINE) d_int(&d, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER);
  if (k->type == JL_TYPE_PAYROLL_LINE) d_int(&d, JL_PAYROLL_LINE_PLANNED, 100);
  return d;
}

enum state { ABSENT, LIVE, DELETED, STATES };
enum act { MAKE, CHANGE, REMOVE, BRING_BACK, SAY /* a comment on it */, RELY /* a guard on it */, ACTS };

/* The answer that the rights table gives: OK means that rights are not in the way, whatever else may be. */
static enum jl_code allowed(enum act act, enum state state, int level) {
  bool there = state != ABSENT;
  switch (act) {
  case MAKE:
    return level == JL_RIGHT_EDIT ? JL_E_OK : JL_E_DENIED; /* the section is known by its type; the record is not */
  case SAY:
    if (!there || level < JL_RIGHT_READ) return JL_E_PARENT_DELETED;
    return level == JL_RIGHT_EDIT ? JL_E_OK : JL_E_DENIED;
  case RELY:
    return state == LIVE && level >= JL_RIGHT_READ ? JL_E_OK : JL_E_GUARD_FAILED;
  default:
    if (!there || level < JL_RIGHT_READ) return JL_E_NOT_FOUND;
    return level == JL_RIGHT_EDIT ? JL_E_OK : JL_E_DENIED;
  }
}

static bool says(const struct fx *f, const char *secret) {
  char words[800];
  jl_error_describe(&f->err, words, sizeof words);
  if (strstr(words, secret) != NULL) return true;
  for (size_t i = 0; i < f->out.conflict_count; i++)
    if (f->out.conflicts[i].title != NULL && strstr(f->out.conflicts[i].title, secret) != NULL) return true;
  return false;
}

static void try_act(struct fx *f, const struct kind *k, enum act act, struct jl_id id) {
  fx_begin(f);
  if (act == MAKE) {
    struct draft d = draft_of(f, k, "made");
    fx_create(f, &d, fx_id(serial++));
  } else if (act == CHANGE) {
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, k->type, id), k->title, fx_text(f, k->type, k->title, "Zorglub"),
           fx_text(f, k->type, k->title, "Zorglub"));
  } else if (act == REMOVE) {
    fx_delete(f, k->type, id, 1000000, false);
  } else if (act == BRING_BACK) {
    fx_restore(f, k->type, id);
  } else if (act == SAY) {
    struct draft d = d_new(f, JL_TYPE_COMMENT);
    d_text(d_ref(&d, JL_COMMENT_TARGET, id), JL_COMMENT_BODY, "hello");
    fx_create(f, &d, fx_id(serial++));
  } else {
    fx_guard(f, id, k->title, fx_text(f, k->type, k->title, "Zorglub"));
    struct draft d = d_new(f, JL_TYPE_COMMENT);
    d_text(d_ref(&d, JL_COMMENT_TARGET, f->plan), JL_COMMENT_BODY, "hello");
    fx_create(f, &d, fx_id(serial++));
  }
}

/* A record of its own for each try, so that none meets what another has done. */
static struct jl_id prepared(struct fx *f, const struct kind *k, enum state state) {
  struct jl_id id = fx_id(serial++);
  if (state == ABSENT) return id;
  f->rights = ALL_SECTIONS, f->reads = 0;
  struct draft d = draft_of(f, k, "Zorglub");
  fx_create_ok(f, &d, id);
  if (state != DELETED) return id;
  fx_begin(f);
  fx_delete(f, k->type, id, 1000000, false);
  fx_ok(f);
  return id;
}

static void groups_do_what_the_table_allows(void **state) {
  struct fx *f = *state;
  for (size_t k = 0; k < JL_COUNT(kinds); k++)
    for (int level = JL_RIGHT_NONE; level <= JL_RIGHT_EDIT; level++)
      for (int s = 0; s < STATES; s++)
        for (int act = 0; act < ACTS; act++) {
          uint32_t bit = 1u << kinds[k].section,
                   other = 1u << (kinds[k].section == JL_SECTION_STRATEGY ? JL_SECTION_ACTIONS : JL_SECTION_STRATEGY);
          if (act == RELY && kinds[k].section == JL_SECTION_STRATEGY) continue; /* the comment beside the guard would need the same right */
          struct jl_id id = prepared(f, &kinds[k], (enum state)s);
          f->rights = (level == JL_RIGHT_EDIT ? bit : 0) | other; /* the plan is there */
          f->reads = level >= JL_RIGHT_READ ? bit : 0;
          try_act(f, &kinds[k], (enum act)act, id);
          enum jl_code expected = allowed((enum act)act, (enum state)s, level);
          bool fine = fx_try(f);
          enum jl_code got = fine ? JL_E_OK : f->err.code;
          bool by_rights =
              got == JL_E_DENIED || got == JL_E_NOT_FOUND || got == JL_E_GUARD_FAILED || (got == JL_E_PARENT_DELETED && s != DELETED);
          if (expected != JL_E_OK ? got != expected : by_rights)
            fail_msg("section %d, level %d, state %d, act %d: %s instead of %s", (int)kinds[k].section, level, s, act, jl_code_symbol(got),
                     jl_code_symbol(expected));
          if (!fine && level < JL_RIGHT_READ) assert_false(says(f, "Zorglub"));
        }
}

/* An unreadable record answers, to the letter, like one that never was. */
static void what_may_not_be_read_is_not_there(void **state) {
  struct fx *f = *state;
  for (size_t k = 0; k < JL_COUNT(kinds); k++) {
    struct draft d = draft_of(f, &kinds[k], "Zorglub");
    struct jl_id there = fx_id(serial++), nowhere = fx_id(serial++);
    f->rights = ALL_SECTIONS, f->reads = 0;
    fx_create_ok(f, &d, there);
    f->rights = (kinds[k].section == JL_SECTION_STRATEGY ? 1u << JL_SECTION_ACTIONS : 1u << JL_SECTION_STRATEGY);
    for (int act = CHANGE; act < RELY; act++) {
      struct jl_error first;
      try_act(f, &kinds[k], (enum act)act, there);
      assert_false(fx_try(f));
      first = f->err;
      try_act(f, &kinds[k], (enum act)act, nowhere);
      assert_false(fx_try(f));
      assert_int_equal(first.code, f->err.code);
      assert_string_equal(first.message, f->err.message);
    }
    f->rights = ALL_SECTIONS;
  }
}

/* Whoever made a record with the id that a right will have could keep that right from being given or ended. */
static void ids_of_rights_are_kept_for_them(void **state) {
  struct fx *f = *state;
  f->rights = ALL_SECTIONS, f->reads = 0;
  struct draft d = draft_of(f, &kinds[1], "Taken first");
  struct jl_id id = fx_id(serial++);
  id.bytes[0] = id.bytes[1] = 0xff, id.bytes[2] = 0x67, id.bytes[3] = 0x72; /* as proto/README.md C6 says */
  fx_begin(f);
  fx_create(f, &d, id);
  fx_refused(f, JL_E_INVALID, "kept for rights");
  id.bytes[3]++;
  fx_create_ok(f, &d, id);
}

/* So could whoever took the id of the plan's accountable, which everybody can work out, before there is one. */
static void nobody_takes_the_place_of_the_accountable(void **state) {
  struct fx *f = *state;
  f->rights = ALL_SECTIONS, f->reads = 0;
  struct draft a = fx_raci(f, f->plan, JL_RACI_A, f->marie), d = draft_of(f, &kinds[1], "Taken first");
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &f->plan, a.body, &id));
  fx_begin(f);
  fx_create(f, &d, id);
  fx_refused(f, JL_E_INVALID, "kept for the accountable");
  fx_create_ok(f, &a, id);
}

/* In a plan that is not there nothing can be made but the plan: no letter, no right, no record, whatever stands beside it. */
static void nothing_is_made_in_a_plan_that_is_not_there(void **state) {
  struct fx *f = *state;
  struct jl_replica *space = f->space, *mirror = f->mirror;
  struct jl_id plan = f->plan;
  f->rights = ALL_SECTIONS, f->reads = 0;
  f->plan = fx_id(serial++);
  f->space = jl_replica_new(&f->plan, JL_SPACE_PLAN);
  f->mirror = jl_replica_new(&f->plan, JL_SPACE_PLAN);
  struct draft accountable = fx_raci(f, f->plan, JL_RACI_A, f->paul), others = fx_raci(f, plan, JL_RACI_A, f->paul), action = draft_of(f, &kinds[1], "a");
  struct draft *drafts[] = {&accountable, &others, &action};
  for (size_t i = 0; i < JL_COUNT(drafts); i++) {
    struct jl_id id = fx_id(serial++);
    if (i < 2) assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &f->plan, drafts[i]->body, &id));
    fx_begin(f);
    fx_create(f, drafts[i], id);
    assert_false(fx_send(f));
    assert_null(jl_replica_next(f->space, NULL));
  }
  jl_replica_free(f->space);
  jl_replica_free(f->mirror);
  f->space = space;
  f->mirror = mirror;
  f->plan = plan;
  fx_begin(f); /* nor may a letter of one plan name another */
  struct draft foreign = fx_raci(f, fx_id(serial++), JL_RACI_A, f->paul);
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &f->plan, foreign.body, &id));
  fx_create(f, &foreign, id);
  assert_false(fx_send(f));
}

/* A refusal names three who could, of the first 256 people: with thousands it must stay cheap. */
static void who_could_is_looked_for_among_some(void **state) {
  enum { MANY = 300, LOOKED = 256 };
  static const struct {
    int editors[5];
    const char *names;
  } cases[] = {{{LOOKED - 1, LOOKED, -1}, "P255"}, {{LOOKED, MANY - 1, -1}, ""}, {{0, 7, 9, -1}, "P0, P7, P9"}, {{0, 1, 2, 250, -1}, "P0, P1, P2 ..."}};
  struct fx *f = *state;
  for (size_t c = 0; c < JL_COUNT(cases); c++) {
    struct jl_id none = fx_id(4999);
    struct jl_replica *plan = jl_replica_new(&f->plan, JL_SPACE_PLAN), *directory = jl_replica_new(&none, JL_SPACE_ORGANISATION);
    assert_true(jl_replica_put(plan, made(f, JL_TYPE_PLAN, f->plan, (struct jl_bytes){NULL, 0})));
    put_grant(f, plan, f->plan, JL_SECTION_STRATEGY, JL_RIGHT_NONE);
    for (int i = 0; i < MANY; i++) {
      char name[16];
      struct jl_value v = {.text = {(const uint8_t *)name, (size_t)snprintf(name, sizeof name, "P%d", i)}};
      struct jl_record *r = made(f, JL_TYPE_PERSON, fx_id((uint32_t)(10000 + i)),
                                 jl_value_encode(f->a, jl_field_by_number(jl_record_type_by_number(JL_TYPE_PERSON), JL_PERSON_NAME), &v));
      r->number = (uint64_t)i + 1;
      assert_true(jl_replica_put(directory, r));
    }
    for (const int *e = cases[c].editors; *e >= 0; e++) put_grant(f, plan, fx_id((uint32_t)(10000 + *e)), JL_SECTION_STRATEGY, JL_RIGHT_EDIT);
    assert_string_equal(jl_rights_who_can(plan, &f->plan, directory, JL_SECTION_STRATEGY, f->a), cases[c].names);
    jl_replica_free(plan);
    jl_replica_free(directory);
  }
}

/* Who signs for a team follows from its lead, and from its being there. */
static void a_change_of_who_signs_is_one_of_rights(void **state) {
  struct fx *f = *state;
  struct draft plain = d_new(f, JL_TYPE_TEAM), led = plain, named = plain;
  d_text(&plain, JL_TEAM_NAME, "Sales");
  d_ref(d_text(&led, JL_TEAM_NAME, "Sales"), JL_TEAM_LEAD, f->marie);
  d_text(&named, JL_TEAM_NAME, "Sales and more");
  struct jl_id org = jl_replica_where(f->org)->space;
  const struct {
    const struct draft *before, *after;
    bool gone_before, gone_after, touched;
  } cases[] = {{&plain, &led, false, false, true},  {&led, &plain, false, false, true},  {&plain, &named, false, false, false},
               {&plain, &plain, false, true, true}, {&plain, &plain, true, false, true}, {NULL, &led, false, false, false}};
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct jl_record *after = made(f, JL_TYPE_TEAM, f->sales, cases[i].after->body), *before = NULL;
    if (cases[i].before != NULL) before = made(f, JL_TYPE_TEAM, f->sales, cases[i].before->body);
    if (cases[i].gone_before) before->deleted_revision = 1;
    if (cases[i].gone_after) after->deleted_revision = 1;
    assert_int_equal(jl_rights_touched(&org, before, after), cases[i].touched);
    jl_record_release(before);
    jl_record_release(after);
  }
  /* A person that is deleted has left; the rules let nobody be deleted, but rights do not rest on that. */
  const struct jl_record *paul = jl_replica_record(f->org, &f->paul);
  struct jl_record *gone = made(f, JL_TYPE_PERSON, f->paul, paul->body);
  assert_false(jl_rights_touched(&org, paul, gone));
  gone->deleted_revision = 1;
  assert_true(jl_rights_touched(&org, paul, gone));
  assert_false(jl_rights_has_left(f->org, &f->paul));
  assert_true(jl_replica_put(f->org, gone));
  assert_true(jl_rights_has_left(f->org, &f->paul));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(rights_are_what_the_rule_says, fx_setup, fx_teardown),
      cmocka_unit_test_setup_teardown(groups_do_what_the_table_allows, fx_setup, fx_teardown),
      cmocka_unit_test_setup_teardown(what_may_not_be_read_is_not_there, fx_setup, fx_teardown),
      cmocka_unit_test_setup_teardown(ids_of_rights_are_kept_for_them, fx_setup, fx_teardown),
      cmocka_unit_test_setup_teardown(who_could_is_looked_for_among_some, fx_setup, fx_teardown),
      cmocka_unit_test_setup_teardown(nobody_takes_the_place_of_the_accountable, fx_setup, fx_teardown),
      cmocka_unit_test_setup_teardown(nothing_is_made_in_a_plan_that_is_not_there, fx_setup, fx_teardown),
      cmocka_unit_test_setup_teardown(a_change_of_who_signs_is_one_of_rights, fx_setup, fx_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
