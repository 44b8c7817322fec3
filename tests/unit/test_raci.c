/* RACI enforced: who holds which letter on which day, and what that lets each of eight people do. The tables are written by hand from
 * product.md G2 and the table of seed 000; nothing of them is computed. */
#include "common/model/governance/raci.h"
#include "common/model/governance/rights.h"
#include "common/model/query.h"
#include "common/wire/unpack.h"
#include "tests/unit/model_fixture.h"

enum { CLAIRE, MARIE, PAUL, DORA, ELSA, FRED, INES, ANNE, PEOPLE }; /* A, R, C, I, nobody, A of the plan, has left, stands in for Marie */
static const char *const names[PEOPLE] = {"Claire Martin", "Marie Dupont", "Paul Bernard", "Dora Petit",
                                          "Elsa Roux",     "Fred Morel",   "Ines Blanc",   "Anne Leroy"};
struct stage {
  struct fx *f;
  struct jl_id person[PEOPLE], director /* role */, sales, comex /* teams */, action, free, line, own_line, item, raci[4];
};
enum { FIRST = 100, LAST = 110 }; /* of Marie's leave */

static uint32_t serial = 3000;

static void join(struct stage *s, int who, uint32_t field, struct jl_id group, bool inactive) {
  struct draft d = d_new(s->f, JL_TYPE_PERSON);
  d_text(&d, JL_PERSON_NAME, names[who]);
  if (field != 0) d_ref(&d, field, group);
  if (inactive) d_int(&d, JL_PERSON_INACTIVE, 1);
  s->person[who] = fx_id(8100u + (unsigned)who);
  struct jl_record *r = jl_record_new(JL_TYPE_PERSON, &s->person[who], d.body);
  assert_non_null(r);
  r->number = (uint64_t)who + 1;
  assert_true(jl_replica_put(s->f->org, r));
}

static void leave(struct stage *s, int who, int first, int last, int substitute) {
  struct draft d = d_new(s->f, JL_TYPE_LEAVE);
  d_int(d_int(d_ref(&d, JL_LEAVE_PERSON, s->person[who]), JL_LEAVE_START, first), JL_LEAVE_END, last);
  if (substitute >= 0) d_ref(&d, JL_LEAVE_SUBSTITUTE, s->person[substitute]);
  struct jl_id id = fx_id(serial++);
  struct jl_record *r = jl_record_new(JL_TYPE_LEAVE, &id, d.body);
  assert_true(r != NULL && jl_replica_put(s->f->org, r));
}

static struct jl_id assign(struct stage *s, struct jl_id target, int64_t letter, struct jl_id holder) {
  struct draft d = fx_raci(s->f, target, letter, holder);
  struct jl_id id = fx_natural(s->f, &d);
  fx_create_ok(s->f, &d, id);
  return id;
}

static void enforce(struct stage *s, bool yes) {
  struct jl_bytes now = jl_record_slice(fx_record(s->f, s->f->plan)->body, JL_PLAN_RACI_ENFORCED);
  struct jl_bytes seen = jl_arena_dup(s->f->a, now);
  fx_update(s->f, JL_TYPE_PLAN, s->f->plan, JL_PLAN_RACI_ENFORCED, seen, fx_int(s->f, JL_TYPE_PLAN, JL_PLAN_RACI_ENFORCED, yes));
}

/* The table of seed 000: Content Manager R, Directeur Marketing A, Sales C, COMEX I; Fred answers for the plan. */
static void set_stage(struct stage *s, struct fx *f) {
  *s = (struct stage){.f = f, .director = fx_id(8200), .sales = fx_id(8201), .comex = fx_id(8202)};
  fx_member(f, s->director, JL_TYPE_ROLE, JL_ROLE_NAME, "Directeur Marketing");
  fx_member(f, s->sales, JL_TYPE_TEAM, JL_TEAM_NAME, "Sales team");
  fx_member(f, s->comex, JL_TYPE_TEAM, JL_TEAM_NAME, "COMEX");
  join(s, CLAIRE, JL_PERSON_ROLES, s->director, false);
  join(s, MARIE, 0, s->comex, false);
  join(s, PAUL, JL_PERSON_TEAMS, s->sales, false);
  join(s, DORA, JL_PERSON_TEAMS, s->comex, false);
  join(s, ELSA, 0, s->comex, false);
  join(s, FRED, 0, s->comex, false);
  join(s, INES, JL_PERSON_ROLES, s->director, true);
  join(s, ANNE, 0, s->comex, false);
  leave(s, MARIE, FIRST, LAST, ANNE);
  struct draft d = fx_action(f, "Creation de contenu");
  fx_create_ok(f, &d, s->action = fx_id(serial++));
  d = fx_action(f, "Libre");
  fx_create_ok(f, &d, s->free = fx_id(serial++));
  d = d_new(f, JL_TYPE_CHECKLIST_ITEM);
  d_text(d_ref(&d, JL_CHECKLIST_ITEM_ACTION, s->action), JL_CHECKLIST_ITEM_TITLE, "Relire");
  d_ref(&d, JL_CHECKLIST_ITEM_ASSIGNEE, s->person[ELSA]);
  fx_create_ok(f, &d, s->item = fx_id(serial++));
  for (int own = 0; own < 2; own++) {
    d = d_new(f, JL_TYPE_BUDGET_LINE);
    d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Redaction"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER);
    d_ref(&d, JL_BUDGET_LINE_ACTION, s->action);
    *(own ? &s->own_line : &s->line) = fx_id(serial);
    fx_create_ok(f, &d, fx_id(serial++));
  }
  s->raci[0] = assign(s, s->action, JL_RACI_R, s->person[MARIE]);
  s->raci[1] = assign(s, s->action, JL_RACI_A, s->director);
  s->raci[2] = assign(s, s->action, JL_RACI_C, s->sales);
  s->raci[3] = assign(s, s->action, JL_RACI_I, s->comex);
  assign(s, s->own_line, JL_RACI_R, s->person[ELSA]);
  assign(s, f->plan, JL_RACI_A, s->person[FRED]);
  f->allowed = ALL_SECTIONS;
  f->today = FIRST;
  enforce(s, true);
  fx_ok(f);
}

/* ---- letters ---- */
static const char *spelled(uint32_t letters, char text[8]) {
  static const char all[] = "?RACI";
  size_t used = 0;
  for (int l = 1; l < JL_LETTERS; l++)
    if ((letters & JL_LETTER(l)) != 0) text[used++] = all[l];
  text[used] = '\0';
  return text;
}

static void letters_come_by_person_role_team_and_leave(void **state) {
  struct stage s;
  set_stage(&s, *state);
  leave(&s, CLAIRE, 105, 105, ANNE);
  leave(&s, ANNE, 107, 107, ELSA);    /* what Anne holds for others goes no further */
  leave(&s, INES, FIRST, LAST, ELSA); /* who has left holds nothing that could be lent */
  static const struct {
    int person;
    int32_t day;
    const char *held, *own;
  } expected[] = {{CLAIRE, 99, "A", "A"}, {CLAIRE, 105, "A", "A"}, {MARIE, 99, "R", "R"},  {MARIE, FIRST, "R", "R"}, {PAUL, 99, "C", "C"},
                  {DORA, 99, "I", "I"},   {ELSA, 99, "", ""},      {ELSA, 107, "", ""},    {ELSA, 100, "", ""},      {FRED, 99, "", ""},
                  {INES, 99, "", ""},     {ANNE, 99, "", ""},      {ANNE, FIRST, "R", ""}, {ANNE, 104, "R", ""},     {ANNE, 105, "RA", ""},
                  {ANNE, 106, "R", ""},   {ANNE, LAST, "R", ""},   {ANNE, 111, "", ""}};
  for (size_t i = 0; i < JL_COUNT(expected); i++) {
    struct jl_raci in = {s.f->space, s.f->org, expected[i].day};
    struct jl_letters letters;
    char held[8], own[8];
    jl_letters_of(&in, &s.action, &s.person[expected[i].person], &letters);
    if (strcmp(spelled(letters.held, held), expected[i].held) != 0 || strcmp(spelled(letters.own, own), expected[i].own) != 0)
      fail_msg("%s on day %d holds \"%s\", of these own \"%s\"", names[expected[i].person], (int)expected[i].day, held, own);
  }
  struct jl_raci in = {s.f->space, s.f->org, 105};
  struct jl_letters letters;
  jl_letters_of(&in, &s.action, &s.person[ANNE], &letters);
  assert_true(jl_id_equal(&letters.instead_of[JL_RACI_R], &s.person[MARIE]));
  assert_true(jl_id_equal(&letters.instead_of[JL_RACI_A], &s.person[CLAIRE]));
  assert_true(jl_id_equal(&letters.through[JL_RACI_A], &s.director));
}

static void who_holds_them_is_found_from_the_other_side(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct jl_raci in = {s.f->space, s.f->org, FIRST};
  struct jl_raci_person *people;
  size_t n;
  char handle[JL_HANDLE_MAX];
  jl_raci_people(&in, &s.action, JL_LETTERS_WORK, s.f->a, &people, &n);
  assert_int_equal(n, 3);
  assert_true(jl_id_equal(&people[0].id, &s.person[MARIE]) && people[0].letters == JL_LETTER(JL_RACI_R));
  assert_true(jl_id_equal(&people[1].id, &s.person[CLAIRE]) && people[1].letters == JL_LETTER(JL_RACI_A));
  assert_true(jl_id_equal(&people[2].id, &s.person[ANNE]) && jl_id_equal(&people[2].instead_of, &s.person[MARIE]));
  assert_string_equal(jl_raci_names(&in, &s.action, JL_LETTERS_WORK, false, s.f->a, handle), "Claire Martin (A), Anne Leroy (R)");
  assert_string_equal(handle, "@claire");
  in.day = 99;
  assert_string_equal(jl_raci_names(&in, &s.action, JL_LETTERS_ALL, false, s.f->a, handle),
                      "Claire Martin (A), Marie Dupont (R), Sales team (C), COMEX (I)");
  jl_raci_people(&in, &s.action, JL_LETTER(JL_RACI_C), s.f->a, &people, &n);
  assert_int_equal(n, 1);
  assert_true(jl_id_equal(&people[0].id, &s.person[PAUL]));
  assert_string_equal(jl_raci_names(&in, &s.action, JL_LETTERS_WORK, true, s.f->a, handle), "Directeur Marketing (A), Marie Dupont (R)");
  assert_string_equal(jl_raci_names(&in, &s.free, JL_LETTERS_WORK, false, s.f->a, handle), "");
}

/* ---- what each may do ---- */
enum act {
  WORK,
  ADD_ITEM,
  TICK,
  ASSIGN,
  NAME_ANOTHER_A,
  REMOVE,
  INHERITED_LINE,
  NEW_LINE,
  OWN_LINE,
  FREE,
  NAME_ON_FREE,
  MOVE_ITEM_IN,
  PLAN_NAME,
  POLICY,
  COMMENT,
  ASK,
  RANK,
  ACTS
};

static void do_act(struct stage *s, enum act act) {
  struct fx *f = s->f;
  struct draft d;
  const struct jl_record *r;
  fx_begin(f);
  switch (act) {
  case WORK:
  case FREE:
    r = fx_record(f, act == WORK ? s->action : s->free);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, r->id), JL_ACTION_IMPACT,
           jl_arena_dup(f->a, jl_record_slice(r->body, JL_ACTION_IMPACT)),
           fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, (int64_t)(serial++ % 9) + 1));
    break;
  case ADD_ITEM:
  case MOVE_ITEM_IN:
    d = d_new(f, JL_TYPE_CHECKLIST_ITEM);
    d_text(d_ref(&d, JL_CHECKLIST_ITEM_ACTION, act == ADD_ITEM ? s->action : s->free), JL_CHECKLIST_ITEM_TITLE, "Plan");
    if (act == MOVE_ITEM_IN) { /* from an action of nobody's into this one */
      struct jl_id id = fx_id(serial++);
      bool administrator = f->administrator;
      f->administrator = true;
      fx_create(f, &d, id);
      fx_ok(f);
      f->administrator = administrator;
      fx_begin(f);
      fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_CHECKLIST_ITEM, id), JL_CHECKLIST_ITEM_ACTION,
             fx_ref(f, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, s->free),
             fx_ref(f, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, s->action));
    } else {
      fx_create(f, &d, fx_id(serial++));
    }
    break;
  case TICK:
    r = fx_record(f, s->item);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_CHECKLIST_ITEM, s->item), JL_CHECKLIST_ITEM_DONE,
           jl_arena_dup(f->a, jl_record_slice(r->body, JL_CHECKLIST_ITEM_DONE)),
           fx_int(f, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_DONE, serial++ % 2));
    break;
  case ASSIGN:
  case NAME_ON_FREE:
    d = fx_raci(f, act == ASSIGN ? s->action : s->free, JL_RACI_I, s->sales);
    fx_create(f, &d, fx_natural(f, &d));
    break;
  case NAME_ANOTHER_A:
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_RACI, s->raci[1]), JL_RACI_HOLDER,
           fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, s->director), fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, s->director));
    break;
  case REMOVE:
    fx_delete(f, JL_TYPE_ACTION, s->action, 1000000, false); /* it has records below it: refused for that, unless for RACI */
    break;
  case INHERITED_LINE:
  case OWN_LINE:
    r = fx_record(f, act == OWN_LINE ? s->own_line : s->line);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_BUDGET_LINE, r->id), JL_BUDGET_LINE_PLANNED,
           jl_arena_dup(f->a, jl_record_slice(r->body, JL_BUDGET_LINE_PLANNED)),
           fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, (int64_t)serial++));
    break;
  case NEW_LINE:
    d = d_new(f, JL_TYPE_BUDGET_LINE);
    d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Encore"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER);
    d_ref(&d, JL_BUDGET_LINE_ACTION, s->action);
    fx_create(f, &d, fx_id(serial++));
    break;
  case PLAN_NAME:
    r = fx_record(f, f->plan);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_PLAN, f->plan), JL_PLAN_NAME,
           jl_arena_dup(f->a, jl_record_slice(r->body, JL_PLAN_NAME)),
           fx_text(f, JL_TYPE_PLAN, JL_PLAN_NAME, serial++ % 2 == 0 ? "2027" : "2028"));
    break;
  case POLICY:
    enforce(s, true);
    break;
  case ASK:
    d = d_new(f, JL_TYPE_ADVICE);
    d_ref(d_text(d_ref(&d, JL_ADVICE_TARGET, s->action), JL_ADVICE_QUESTION, "?"), JL_ADVICE_ASKED, s->person[MARIE]);
    fx_create(f, &d, fx_id(serial++));
    break;
  case COMMENT:
    d = d_new(f, JL_TYPE_COMMENT);
    d_text(d_ref(&d, JL_COMMENT_TARGET, s->action), JL_COMMENT_BODY, "?");
    fx_create(f, &d, fx_id(serial++));
    break;
  case RANK: {
    Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, s->action);
    Jalon__FieldEdit *field = fx_set(f, e, JL_ACTION_RANK, NONE, NONE);
    field->has_seen = field->has_next = false;
    field->has_after = true;
    field->after = fx_pb_id(f, s->free);
    break;
  }
  default:
    fail();
  }
}

/* 'y': no gate is in the way. People as in the enumeration, then an administrator who holds nothing. */
static const char *const may[ACTS] = {
    /*                  A R C I - P left substitute administrator */
    [WORK] = "yynnnynyy",         [ADD_ITEM] = "yynnnynyy",       [TICK] = "yynnyynyy", /* assigned to Elsa */
    [ASSIGN] = "ynnnnynny",       [NAME_ANOTHER_A] = "ynnnnynny", [REMOVE] = "yynnnynyy", [INHERITED_LINE] = "yynnnynyy",
    [NEW_LINE] = "yynnnynyy",     [OWN_LINE] = "nnnnyynny",       [FREE] = "yyyyyyyyy",   [NAME_ON_FREE] = "yyyyyyyyy",
    [MOVE_ITEM_IN] = "yynnnynyy", [PLAN_NAME] = "nnnnnynny",      [POLICY] = "nnnnnynny", [COMMENT] = "yyyyyyyyy", [ASK] = "yyyyyyyyy",
    [RANK] = "yyyyyyyyy",
};

static void letters_let_people_do_what_the_table_says(void **state) {
  struct stage s;
  set_stage(&s, *state);
  for (int act = 0; act < ACTS; act++)
    for (int who = 0; who <= PEOPLE; who++) {
      s.f->author = who == PEOPLE ? s.person[ELSA] : s.person[who];
      s.f->administrator = who == PEOPLE;
      do_act(&s, (enum act)act);
      bool refused = !fx_send(s.f) && s.f->err.code == JL_E_DENIED;
      if (refused != (may[act][who] == 'n'))
        fail_msg("act %d by %s: %s: %s", act, who == PEOPLE ? "an administrator" : names[who], jl_code_symbol(s.f->err.code),
                 s.f->err.message);
    }
}

/* A plan that does not enforce it is as it was: the rights to sections alone decide. */
static void nothing_is_enforced_before_the_plan_says_so(void **state) {
  struct stage s;
  set_stage(&s, *state);
  s.f->administrator = true;
  enforce(&s, false);
  fx_ok(s.f);
  s.f->administrator = false;
  s.f->author = s.person[DORA];
  for (int act = 0; act < POLICY; act++) {
    do_act(&s, (enum act)act);
    if (!fx_send(s.f) && s.f->err.code == JL_E_DENIED) fail_msg("act %d: %s", act, s.f->err.message);
  }
}

/* Who only reads the section: a comment is for A, R and C, nothing else is for anybody. */
static void reading_and_a_letter_let_people_comment(void **state) {
  struct stage s;
  set_stage(&s, *state);
  static const char talk[] = "yyynnnny";
  for (int who = 0; who < PEOPLE; who++) {
    s.f->author = s.person[who];
    s.f->rights = 1U << JL_SECTION_STRATEGY;
    s.f->reads = 1U << JL_SECTION_ACTIONS;
    s.f->allowed = ALL_SECTIONS;
    do_act(&s, COMMENT);
    assert_int_equal(fx_send(s.f), talk[who] == 'y');
    do_act(&s, ASK);
    assert_int_equal(fx_send(s.f), talk[who] == 'y');
    do_act(&s, WORK);
    fx_refused(s.f, JL_E_DENIED, "section"); /* both gates hold */
    s.f->allowed = 0;                        /* a token that only reads */
    do_act(&s, COMMENT);
    fx_refused(s.f, JL_E_DENIED, "section");
    s.f->reads = 0;
    s.f->allowed = ALL_SECTIONS;
    do_act(&s, COMMENT);
    fx_refused(s.f, JL_E_PARENT_DELETED, "does not exist");
  }
}

/* ---- one group ---- */
static void a_group_uses_no_letter_that_it_gives(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct fx *f = s.f;
  /* a new action with all its letters and its work, by somebody who keeps none of them */
  struct jl_id made = fx_id(serial++);
  struct draft action = fx_action(f, "Neuf"), r = fx_raci(f, made, JL_RACI_R, s.person[MARIE]), a = fx_raci(f, made, JL_RACI_A, s.director),
               item = d_new(f, JL_TYPE_CHECKLIST_ITEM);
  d_text(d_ref(&item, JL_CHECKLIST_ITEM_ACTION, made), JL_CHECKLIST_ITEM_TITLE, "x");
  f->author = s.person[ELSA];
  fx_begin(f);
  fx_create(f, &action, made);
  fx_create(f, &a, fx_natural(f, &a));
  fx_create(f, &r, fx_natural(f, &r));
  fx_create(f, &item, fx_id(serial++));
  fx_ok(f);
  /* and now it is not hers */
  s.action = made;
  do_act(&s, WORK);
  fx_refused(f, JL_E_DENIED, "neither R nor A");
  /* naming herself first, in the same group, is no way in */
  struct draft mine = fx_raci(f, made, JL_RACI_R, s.person[ELSA]);
  do_act(&s, WORK);
  fx_create(f, &mine, fx_natural(f, &mine));
  struct Jalon__Edit *work = f->edits[0];
  f->edits[0] = f->edits[1];
  f->edits[1] = work;
  fx_refused(f, JL_E_DENIED, "accountable");
  /* the accountable hands the letter over and does the last of the work, in whatever order */
  f->author = s.person[CLAIRE];
  do_act(&s, WORK);
  struct jl_id a_id = fx_natural(f, &a);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_RACI, a_id), JL_RACI_HOLDER, fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, s.director),
         fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, s.person[PAUL]));
  work = f->edits[0];
  f->edits[0] = f->edits[1];
  f->edits[1] = work;
  fx_ok(f);
  do_act(&s, WORK);
  fx_refused(f, JL_E_DENIED, "neither R nor A");
  f->author = s.person[PAUL];
  do_act(&s, WORK);
  fx_ok(f);
}

static struct draft line_below(struct stage *s, const struct jl_id *action) {
  struct draft d = d_new(s->f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Salon"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER);
  if (action != NULL) d_ref(&d, JL_BUDGET_LINE_ACTION, *action);
  return d;
}

static void move_line(struct stage *s, struct jl_id line, const struct jl_id *from, struct jl_id to) {
  struct jl_bytes seen = from == NULL ? NONE : fx_ref(s->f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, *from);
  fx_set(s->f, fx_edit(s->f, JALON__VERB__UPDATE, JL_TYPE_BUDGET_LINE, line), JL_BUDGET_LINE_ACTION, seen,
         fx_ref(s->f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, to));
}

/* Made somewhere else first, then moved: in one group that is no way in either. */
static void what_a_group_makes_does_not_slip_below_an_action(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct fx *f = s.f;
  for (int from_free = 0; from_free < 2; from_free++) {
    const struct jl_id *from = from_free ? &s.free : NULL;
    struct draft line = line_below(&s, from), item = d_new(f, JL_TYPE_CHECKLIST_ITEM);
    struct jl_id id = fx_id(serial++);
    f->author = s.person[ELSA];
    fx_begin(f);
    fx_create(f, &line, id);
    move_line(&s, id, from, s.action);
    fx_refused(f, JL_E_DENIED, "neither R nor A of A1 Creation de contenu, to which it belongs");
    d_text(d_ref(&item, JL_CHECKLIST_ITEM_ACTION, s.free), JL_CHECKLIST_ITEM_TITLE, "Relire");
    fx_begin(f);
    fx_create(f, &item, id);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_CHECKLIST_ITEM, id), JL_CHECKLIST_ITEM_ACTION,
           fx_ref(f, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, s.free),
           fx_ref(f, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, s.action));
    fx_refused(f, JL_E_DENIED, "neither R nor A of A1 Creation de contenu, to which it belongs");
    f->author = s.person[MARIE];
    fx_begin(f);
    fx_create(f, &line, id);
    move_line(&s, id, from, s.action);
    fx_ok(f);
  }
}

/* A line's own letters let its people work on it, not put it below an action of others. */
static void a_line_of_ones_own_goes_below_no_action_of_others(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct fx *f = s.f;
  struct draft d = line_below(&s, &s.free);
  struct jl_id line = fx_id(serial++);
  fx_create_ok(f, &d, line);
  f->administrator = true;
  assign(&s, line, JL_RACI_R, s.person[ELSA]);
  assign(&s, line, JL_RACI_R, s.person[CLAIRE]);
  f->administrator = false;
  static const struct {
    int who;
    const char *refusal;
  } tries[] = {{ELSA, "you hold neither R nor A of A1 Creation de contenu"}, /* of the line alone */
               {MARIE, "B3 Salon: you hold neither R nor A of it"},          /* of the action alone */
               {CLAIRE, NULL}};
  for (size_t i = 0; i < JL_COUNT(tries); i++) {
    f->author = s.person[tries[i].who];
    fx_begin(f);
    move_line(&s, line, &s.free, s.action);
    if (tries[i].refusal != NULL)
      fx_refused(f, JL_E_DENIED, tries[i].refusal);
    else
      fx_ok(f);
  }
  f->author = s.person[ELSA]; /* there, it is hers as before: to work on, and to take away */
  fx_update(f, JL_TYPE_BUDGET_LINE, line, JL_BUDGET_LINE_PLANNED, NONE, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 5));
  move_line(&s, line, &s.action, s.action);
  fx_ok(f);
  fx_begin(f);
  move_line(&s, line, &s.action, s.free);
  fx_ok(f);
  f->author = s.person[FRED];
  fx_begin(f);
  move_line(&s, line, &s.free, s.action);
  fx_ok(f);
}

/* ---- what was deleted ---- */
static void set_impact(struct stage *s, int64_t impact) {
  fx_set(s->f, fx_edit(s->f, JALON__VERB__UPDATE, JL_TYPE_ACTION, s->action), JL_ACTION_IMPACT, NONE,
         fx_int(s->f, JL_TYPE_ACTION, JL_ACTION_IMPACT, impact));
}

static void what_is_deleted_keeps_its_letters(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct fx *f = s.f;
  static const int others[] = {PAUL, DORA, ELSA};
  char words[800];
  f->author = s.person[CLAIRE];
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, s.action, 1000000, true);
  fx_ok(f);
  for (size_t i = 0; i < JL_COUNT(others); i++) {
    f->author = s.person[others[i]];
    fx_begin(f);
    (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, s.action);
    fx_refused(f, JL_E_DENIED, "you may not edit A1 Creation de contenu");
    jl_error_describe(&f->err, words, sizeof words);
    assert_non_null(strstr(words, "Claire Martin (A), Anne Leroy (R) may"));
    fx_begin(f);
    set_impact(&s, 7);
    fx_refused(f, JL_E_DENIED, "you may not edit A1");
    fx_begin(f);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_RACI, s.raci[1]), JL_RACI_HOLDER, fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, s.director),
           fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, f->author));
    fx_refused(f, JL_E_DENIED, "you may not change the RACI of A1");
  }
  f->author = s.person[MARIE]; /* R restores and works; the letters of A stay those of A */
  fx_begin(f);
  set_impact(&s, 7);
  fx_refused(f, JL_E_RECORD_DELETED, "A1 Creation de contenu"); /* who could have edited it is told by whom it was deleted */
  assert_int_equal(f->out.conflict_count, 1);
  assert_memory_equal(f->out.conflicts[0].author.data, s.person[CLAIRE].bytes, 16);
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, s.action);
  fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_RACI, s.raci[1]), JL_RACI_HOLDER, fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, s.director),
         fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, f->author));
  fx_refused(f, JL_E_DENIED, "you may not change the RACI of A1");
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, s.action);
  set_impact(&s, 7);
  fx_ok(f);
}

static void a_deleted_line_keeps_its_letters(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct fx *f = s.f;
  f->author = s.person[ELSA];
  fx_begin(f);
  fx_delete(f, JL_TYPE_BUDGET_LINE, s.own_line, 1000000, true);
  fx_ok(f);
  f->author = s.person[MARIE]; /* of its action, not of it */
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_BUDGET_LINE, s.own_line);
  fx_refused(f, JL_E_DENIED, "you hold neither R nor A");
  f->author = s.person[ELSA];
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_BUDGET_LINE, s.own_line);
  fx_ok(f);
  /* a line without letters of its own is nobody's once its action is gone */
  f->author = s.person[CLAIRE];
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, s.action, 1000000, true);
  fx_ok(f);
  f->author = s.person[PAUL];
  do_act(&s, INHERITED_LINE);
  fx_ok(f);
}

/* ---- who will decide ---- */
static void who_decides_is_not_for_the_one_who_asks_to_say(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct fx *f = s.f;
  char words[800];
  f->author = s.person[ELSA];
  struct draft mine = fx_raci(f, s.free, JL_RACI_A, f->author), ready = fx_raci(f, s.free, JL_RACI_R, f->author);
  for (int submitted = 0; submitted < 2; submitted++) {
    struct jl_id action = fx_id(serial++);
    struct draft d = fx_action(f, "A valider");
    if (!submitted) d_int(&d, JL_ACTION_NEEDS_APPROVAL, 1);
    fx_create_ok(f, &d, action);
    if (submitted) {
      d = d_new(f, JL_TYPE_APPROVAL);
      d_int(d_ref(&d, JL_APPROVAL_TARGET, action), JL_APPROVAL_SECTION, JL_APPROVAL_OF_ACTION);
      fx_create_ok(f, &d, fx_id(serial++));
    }
    mine = fx_raci(f, action, JL_RACI_A, f->author);
    ready = fx_raci(f, action, JL_RACI_R, f->author);
    fx_create_ok(f, &ready, fx_natural(f, &ready));
    fx_begin(f);
    fx_create(f, &mine, fx_natural(f, &mine));
    fx_refused(f, JL_E_DENIED, "who decides on it is for the accountable (A) of the plan to say");
    jl_error_describe(&f->err, words, sizeof words);
    assert_non_null(strstr(words, "Fred Morel (A) may"));
    f->author = s.person[FRED];
    fx_create_ok(f, &mine, fx_natural(f, &mine));
    f->author = s.person[ELSA]; /* hers now: she hands it on */
    fx_begin(f);
    fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_RACI, fx_natural(f, &mine)), JL_RACI_HOLDER,
           fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, f->author), fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, s.person[PAUL]));
    fx_ok(f);
  }
  mine = fx_raci(f, s.free, JL_RACI_A, f->author); /* nothing is to be approved there */
  fx_create_ok(f, &mine, fx_natural(f, &mine));
}

/* ---- leaves ---- */
static struct draft own_leave(struct stage *s, int who, int substitute) {
  struct draft d = d_new(s->f, JL_TYPE_LEAVE);
  d_int(d_int(d_ref(&d, JL_LEAVE_PERSON, s->person[who]), JL_LEAVE_START, FIRST), JL_LEAVE_END, LAST);
  if (substitute >= 0) d_ref(&d, JL_LEAVE_SUBSTITUTE, s->person[substitute]);
  return d;
}

static void everybody_writes_two_hundred_leaves(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct fx *f = s.f;
  struct jl_replica *space = f->space, *mirror = f->mirror;
  struct jl_id first = fx_id(serial);
  struct draft d = own_leave(&s, ELSA, -1);
  f->plan = fx_id(8000);
  f->space = f->org;
  f->mirror = jl_replica_copy(f->org);
  f->author = s.person[ELSA];
  f->rights = 0;
  f->reads = f->allowed = 1U << JL_SECTION_DIRECTORY;
  for (int group = 0; group < 4; group++) {
    fx_begin(f);
    for (int i = 0; i < 50; i++) fx_create(f, &d, fx_id(serial++));
    fx_ok(f);
  }
  fx_begin(f);
  fx_create(f, &d, fx_id(serial++));
  fx_refused(f, JL_E_RULE_VIOLATION, "Elsa Roux has 200 leaves, deleted ones included: no more can be added");
  fx_begin(f); /* which makes no room: the record stays */
  fx_delete(f, JL_TYPE_LEAVE, first, 1000000, false);
  fx_ok(f);
  fx_begin(f);
  fx_create(f, &d, fx_id(serial++));
  fx_refused(f, JL_E_RULE_VIOLATION, "no more can be added");
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_LEAVE, first);
  fx_ok(f);
  fx_update(f, JL_TYPE_LEAVE, first, JL_LEAVE_END, fx_int(f, JL_TYPE_LEAVE, JL_LEAVE_END, LAST),
            fx_int(f, JL_TYPE_LEAVE, JL_LEAVE_END, LAST + 1));
  fx_ok(f);
  f->author = s.person[PAUL]; /* each has his own two hundred */
  d = own_leave(&s, PAUL, -1);
  fx_create_ok(f, &d, fx_id(serial++));
  f->administrator = true;
  f->rights = f->reads;
  d = own_leave(&s, ELSA, -1);
  fx_create_ok(f, &d, fx_id(serial++));
  jl_replica_free(f->mirror);
  f->space = space;
  f->mirror = mirror;
}

static struct jl_record *leave_record(struct stage *s, int substitute) {
  struct draft d = own_leave(s, ELSA, substitute);
  struct jl_id id = fx_id(serial++);
  struct jl_record *r = jl_record_new(JL_TYPE_LEAVE, &id, d.body);
  assert_non_null(r);
  return r;
}

/* Only a leave that lends letters, or did, changes what people may do. */
static void a_leave_without_substitute_touches_no_rights(void **state) {
  struct stage s;
  set_stage(&s, *state);
  struct jl_record *alone = leave_record(&s, -1), *covered = leave_record(&s, PAUL);
  const struct jl_id organisation = fx_id(8000);
  assert_false(jl_rights_touched(&organisation, NULL, alone));
  assert_false(jl_rights_touched(&organisation, alone, alone));
  assert_true(jl_rights_touched(&organisation, NULL, covered));
  assert_true(jl_rights_touched(&organisation, covered, covered)); /* its days, or deleted */
  assert_true(jl_rights_touched(&organisation, alone, covered));
  assert_true(jl_rights_touched(&organisation, covered, alone));
  jl_record_release(alone);
  jl_record_release(covered);
}

/* ---- the log ---- */
static bool logged_for(struct fx *f, struct jl_id *ret_person) {
  struct jl_error err;
  for (size_t i = 0; i < f->out.change_count; i++) {
    Jalon__ChangeBody *body = (Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, f->out.changes[i].body, f->a, &err);
    assert_non_null(body);
    for (size_t k = 0; k < body->n_changes; k++)
      if (body->changes[k]->has_instead_of) return jl_id_from_bytes(JL_PB(body->changes[k]->instead_of), ret_person);
  }
  return false;
}

static void a_substitute_is_in_the_log_as_one(void **state) {
  struct stage s;
  struct jl_id person;
  set_stage(&s, *state);
  s.f->author = s.person[ANNE];
  do_act(&s, WORK);
  fx_ok(s.f);
  assert_true(logged_for(s.f, &person));
  assert_true(jl_id_equal(&person, &s.person[MARIE]));
  do_act(&s, FREE); /* there she needs nobody's letter */
  fx_ok(s.f);
  assert_false(logged_for(s.f, &person));
  s.f->author = s.person[MARIE];
  do_act(&s, WORK);
  fx_ok(s.f);
  assert_false(logged_for(s.f, &person));
  s.f->author = s.person[ANNE];
  s.f->today = LAST + 1;
  do_act(&s, WORK);
  fx_refused(s.f, JL_E_DENIED, "neither R nor A");
}

/* ---- refusals ---- */
static void refusals_say_why_and_who(void **state) {
  struct stage s;
  char words[800];
  set_stage(&s, *state);
  s.f->author = s.person[PAUL];
  do_act(&s, WORK);
  fx_refused(s.f, JL_E_DENIED, "A1 Creation de contenu: you are consulted (C), to advise");
  jl_error_describe(&s.f->err, words, sizeof words);
  assert_non_null(strstr(words, "Claire Martin (A), Anne Leroy (R) may: ask them with jalon comment A1 \"@claire ...\""));
  s.f->author = s.person[DORA];
  do_act(&s, ADD_ITEM);
  fx_refused(s.f, JL_E_DENIED, "of A1 Creation de contenu, to which it belongs, you are informed (I), to know");
  do_act(&s, ASSIGN);
  fx_refused(s.f, JL_E_DENIED, "RACI of A1 Creation de contenu: you are informed (I), not its accountable");
  jl_error_describe(&s.f->err, words, sizeof words);
  assert_non_null(strstr(words, "Claire Martin (A) may"));
  assert_null(strstr(words, "(R)"));
  /* A line whose action he may not read: nothing of it, nor of who works on it, is in the answer. */
  s.f->author = s.person[PAUL];
  s.f->rights = 1U << JL_SECTION_BUDGET;
  do_act(&s, INHERITED_LINE);
  fx_refused(s.f, JL_E_DENIED, "B1 Redaction: you hold neither R nor A of what it belongs to");
  jl_error_describe(&s.f->err, words, sizeof words);
  assert_null(strstr(words, "Creation"));
  assert_null(strstr(words, "Claire"));
  assert_null(strstr(words, "Anne"));
  assert_null(strstr(words, "A1"));
  /* Nor does it tell whether there is an action: a line below one that he may not read, and below one that is not there. */
  const struct jl_id nowhere = fx_id(serial++);
  for (int there = 0; there < 2; there++) {
    struct draft d = line_below(&s, there ? &s.action : &nowhere);
    fx_begin(s.f);
    fx_create(s.f, &d, fx_id(serial++));
    fx_refused(s.f, JL_E_INVALID, "names a record that does not exist");
    struct jl_id line = fx_id(serial++);
    d = line_below(&s, NULL);
    fx_begin(s.f);
    fx_create(s.f, &d, line);
    move_line(&s, line, NULL, there ? s.action : nowhere);
    fx_refused(s.f, JL_E_INVALID, "names a record that does not exist");
  }
}

/* A copy without the actions: what lies below one is promised to nobody, whether letters forbid it or not; what has letters of its own, or lies
 * nowhere, is foreseen as ever; the A of the plan may everywhere. The whole replica knows, so nothing is unsure there. */
static void a_copy_without_the_action_promises_nothing(void **state) {
  struct stage s;
  struct fx *f = *state;
  set_stage(&s, f);
  struct draft loose = line_below(&s, NULL), expense = d_new(f, JL_TYPE_EXPENSE);
  struct jl_id loose_line = fx_id(serial++);
  f->author = s.person[FRED];
  fx_create_ok(f, &loose, loose_line);
  d_text(d_int(d_ref(&expense, JL_EXPENSE_LINE, s.line), JL_EXPENSE_STATE, JL_INVOICED), JL_EXPENSE_TITLE, "facture");
  d_int(d_int(&expense, JL_EXPENSE_DATE, 20490), JL_EXPENSE_NET, 100);
  struct jl_replica *copy = jl_replica_readable(f->space, 1U << JL_SECTION_BUDGET | 1U << JL_SECTION_DIRECTORY);
  assert_non_null(copy);
  const struct {
    int who;
    const struct jl_id *line; /* NULL: an expense on the line below the hidden action */
    bool whole, ok, unsure;
  } rows[] = {{PAUL, &s.line, false, true, true},   {MARIE, &s.line, false, true, true}, {FRED, &s.line, false, true, false},
              {PAUL, NULL, false, true, true},      {PAUL, &loose_line, false, true, false}, {ELSA, &s.own_line, false, true, false},
              {PAUL, &s.own_line, false, false, false}, {PAUL, &s.line, true, false, false}, {MARIE, &s.line, true, true, false}};
  for (size_t i = 0; i < JL_COUNT(rows); i++) {
    struct jl_evaluation in = {.space = rows[i].whole ? f->space : copy, .organisation = f->org, .today = f->today, .time_us = 1000000,
                               .author = {.person = s.person[rows[i].who], .may_edit = 1U << JL_SECTION_BUDGET, .allowed = ALL_SECTIONS}};
    struct jl_outcome out;
    struct jl_error err = {0};
    fx_begin(f);
    if (rows[i].line == NULL)
      fx_create(f, &expense, fx_id(serial++));
    else
      fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_BUDGET_LINE, *rows[i].line), JL_BUDGET_LINE_PLANNED, NONE,
             fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 100));
    bool ok = jl_group_evaluate(&in, &f->group, f->a, &out, &err);
    if (ok != rows[i].ok || out.unsure != rows[i].unsure) fail_msg("row %zu: %d %d", i, ok, out.unsure);
    for (size_t k = 0; k < out.touched_count; k++) {
      jl_record_release(out.touched[k].before);
      jl_record_release(out.touched[k].after);
    }
  }
  jl_replica_free(copy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(a_copy_without_the_action_promises_nothing),
      FX_TEST(letters_come_by_person_role_team_and_leave),
      FX_TEST(who_holds_them_is_found_from_the_other_side),
      FX_TEST(letters_let_people_do_what_the_table_says),
      FX_TEST(nothing_is_enforced_before_the_plan_says_so),
      FX_TEST(reading_and_a_letter_let_people_comment),
      FX_TEST(a_group_uses_no_letter_that_it_gives),
      FX_TEST(a_substitute_is_in_the_log_as_one),
      FX_TEST(refusals_say_why_and_who),
      FX_TEST(what_a_group_makes_does_not_slip_below_an_action),
      FX_TEST(a_line_of_ones_own_goes_below_no_action_of_others),
      FX_TEST(what_is_deleted_keeps_its_letters),
      FX_TEST(a_deleted_line_keeps_its_letters),
      FX_TEST(who_decides_is_not_for_the_one_who_asks_to_say),
      FX_TEST(everybody_writes_two_hundred_leaves),
      FX_TEST(a_leave_without_substitute_touches_no_rights),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
