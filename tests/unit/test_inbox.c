/* The inbox and shared definitions: every group goes through the evaluation, its log is what the view reads, and what must stand in whose
 * inbox is written down by hand. */
#include "common/model/document.h"
#include "common/model/governance/definition.h"
#include "model_fixture.h"

#define DAY 20500 /* of the views: 2026-02-16 */
#define LOG_MAX 256

struct world {
  struct fx *f;
  struct jl_id claire, comex, content, benoit, action, line; /* content: a role; benoit: a guest of the sales team */
  Jalon__ChangeBody *log[LOG_MAX]; /* oldest first */
  size_t log_count;
  unsigned next_id;
  bool administrator; /* who reads is one */
};

static void member(struct fx *f, struct jl_id id, const char *name, const struct jl_id *team, const struct jl_id *role, bool guest) {
  struct draft d = d_new(f, JL_TYPE_PERSON);
  d_text(&d, JL_PERSON_NAME, name);
  if (team != NULL) d_ref(&d, JL_PERSON_TEAMS, *team);
  if (role != NULL) d_ref(&d, JL_PERSON_ROLES, *role);
  if (guest) d_int(&d, JL_PERSON_GUEST, 1);
  struct jl_record *r = jl_record_new(JL_TYPE_PERSON, &id, d.body);
  assert_true(r != NULL && jl_replica_put(f->org, r));
}

static void keep_log(struct world *w) {
  for (size_t i = 0; i < w->f->out.change_count; i++) {
    struct jl_bytes body = w->f->out.changes[i].body;
    assert_true(w->log_count < LOG_MAX);
    w->log[w->log_count] = jalon__change_body__unpack(NULL, body.size, body.data);
    assert_non_null(w->log[w->log_count++]);
  }
}

static struct jl_id make(struct world *w, struct jl_id author, const struct draft *d) {
  struct jl_id id = fx_id(w->next_id++);
  if (jl_record_type_by_number(d->type)->natural_key[0] != '\0') id = fx_natural(w->f, d);
  w->f->author = author;
  fx_create_ok(w->f, d, id);
  keep_log(w);
  return id;
}

static void change(struct world *w, struct jl_id author, struct jl_id id, uint32_t field, struct jl_bytes next) {
  const struct jl_record *r = fx_record(w->f, id);
  w->f->author = author;
  fx_update(w->f, r->type_number, id, field, jl_record_slice(r->body, field), next);
  fx_ok(w->f);
  keep_log(w);
}

static struct draft comment(struct world *w, struct jl_id target, const char *text) {
  struct draft d = d_new(w->f, JL_TYPE_COMMENT);
  d_text(d_ref(&d, JL_COMMENT_TARGET, target), JL_COMMENT_BODY, text);
  return d;
}

static uint64_t head(const struct world *w) { return jl_replica_where(w->f->space)->revision; }

static struct world begin(struct fx *f) {
  struct world w = {.f = f, .next_id = 100};
  fx_member(f, w.comex = fx_id(8010), JL_TYPE_TEAM, JL_TEAM_NAME, "COMEX");
  fx_member(f, w.content = fx_id(8011), JL_TYPE_ROLE, JL_ROLE_NAME, "Content Manager");
  member(f, f->paul, "Paul", &f->sales, NULL, false);
  member(f, w.claire = fx_id(8012), "Claire", NULL, NULL, false);
  member(f, f->marie, "Marie", &w.comex, &w.content, false);
  member(f, w.benoit = fx_id(8013), "Benoit", &f->sales, NULL, true);
  struct draft d = fx_action(f, "Webinar");
  w.action = make(&w, w.claire, &d);
  d = d_new(f, JL_TYPE_BUDGET_LINE);
  d_int(d_text(&d, JL_BUDGET_LINE_TITLE, "Salon"), JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER);
  w.line = make(&w, w.claire, &d);
  return w;
}

static void end(struct world *w) {
  for (size_t i = 0; i < w->log_count; i++) jalon__change_body__free_unpacked(w->log[i], NULL);
}

/* ---- an inbox as lines: "from|what|record|text" ---- */
static const char *cell(const Jalon__Block *block, const Jalon__Row *row, const char *name) {
  for (size_t c = 0; c < block->n_columns; c++)
    if (strcmp(block->columns[c]->name, name) == 0) return row->cells[c]->text != NULL ? row->cells[c]->text : "";
  return "";
}

static void lines(struct world *w, struct jl_id reader, uint32_t sections, const char *since, const char *read, char *out, size_t size) {
  const Jalon__ChangeBody *log[LOG_MAX];
  struct jl_view_parameter parameters[] = {{"since", since}, {"read", read}};
  size_t n = 0, used = 0;
  for (size_t i = w->log_count; i-- > 0;)
    if ((sections >> w->log[i]->section & 1) != 0) log[n++] = w->log[i];
  struct jl_view_input in = {.space = w->f->space,
                             .organisation = w->f->org,
                             .sections = sections,
                             .reader = reader,
                             .administrator = w->administrator,
                             .today = DAY,
                             .parameters = parameters,
                             .parameter_count = read == NULL ? 1 : 2,
                             .log = log,
                             .log_count = n};
  struct jl_bytes packed;
  struct jl_error err = {.code = JL_E_OK};
  char words[400] = "";
  if (!jl_view_build(jl_view_by_name("inbox"), &in, w->f->a, &packed, &err)) jl_error_describe(&err, words, sizeof words);
  assert_string_equal(words, "");
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  out[0] = '\0';
  for (size_t b = 0; b < d->n_blocks; b++)
    for (size_t r = 0; r < d->blocks[b]->n_rows; r++) {
      const Jalon__Block *block = d->blocks[b];
      char what[200];
      snprintf(what, sizeof what, "%s", cell(block, block->rows[r], "what"));
      for (char *p = what; *p != '\0'; p++)
        if (*p == '\n') *p = '+';
      used += (size_t)snprintf(out + used, size - used, "%s%s|%s|%s|%s\n", strcmp(block->name, "waiting") == 0 ? "! " : "",
                               cell(block, block->rows[r], "from"), what, cell(block, block->rows[r], "record"),
                               cell(block, block->rows[r], "text"));
      assert_true(used < size);
    }
  jalon__document__free_unpacked(d, NULL);
}

static void expect(struct world *w, struct jl_id reader, const char *since, const char *expected) {
  char seen[4000];
  lines(w, reader, ALL_SECTIONS, since, NULL, seen, sizeof seen);
  assert_string_equal(seen, expected);
}

static const char *position(const struct world *w) {
  return jl_arena_printf(w->f->a, "r%u", (unsigned)head(w));
}

/* ---- mentions ---- */
static void mentions(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  const char *before = position(&w);
  struct draft d = comment(&w, w.action, "@paul @sales");
  struct jl_value both[] = {{.id = f->paul}, {.id = f->sales}};
  d.body = jl_record_with(f->a, d.body, JL_COMMENT_MENTIONS, jl_values_encode(f->a, fx_field(JL_TYPE_COMMENT, JL_COMMENT_MENTIONS), both, 2));
  struct jl_id first = make(&w, w.claire, &d);
  d = comment(&w, w.action, "for content");
  d_ref(&d, JL_COMMENT_MENTIONS, w.content);
  (void)make(&w, w.claire, &d);
  expect(&w, f->paul, before, "Claire|mentions you|A1 Webinar|@paul @sales\n"); /* person and team: once */
  expect(&w, f->marie, before, "Claire|mentions you|A1 Webinar|for content\n"); /* through the role */
  expect(&w, w.claire, before, "");                                             /* the author hears nothing of it */
  expect(&w, f->paul, position(&w), "");
  /* read by itself, up to a revision */
  char id[JL_ID_TEXT_SIZE], read[80], seen[400];
  jl_id_format(&first, id);
  snprintf(read, sizeof read, "%s@%u", id, (unsigned)head(&w));
  lines(&w, f->paul, ALL_SECTIONS, before, read, seen, sizeof seen);
  assert_string_equal(seen, "");
  snprintf(read, sizeof read, "%s@1", id);
  lines(&w, f->paul, ALL_SECTIONS, before, read, seen, sizeof seen);
  assert_string_equal(seen, "Claire|mentions you|A1 Webinar|@paul @sales\n");
  /* an answer settles it, and comes to who wrote */
  before = position(&w);
  d = comment(&w, w.action, "yes");
  d_ref(&d, JL_COMMENT_REPLY_TO, first);
  (void)make(&w, f->paul, &d);
  expect(&w, f->paul, "r1", "");
  expect(&w, w.claire, before, "Paul|answers you|A1 Webinar|yes\n");
  end(&w);
}

/* ---- for somebody away ---- */
static void away(struct fx *f, unsigned id_number, struct jl_id person, int first, int last, struct jl_id substitute) {
  struct draft d = d_new(f, JL_TYPE_LEAVE);
  struct jl_id id = fx_id(id_number);
  d_int(d_int(d_ref(&d, JL_LEAVE_PERSON, person), JL_LEAVE_START, first), JL_LEAVE_END, last);
  d_ref(&d, JL_LEAVE_SUBSTITUTE, substitute);
  struct jl_record *r = jl_record_new(JL_TYPE_LEAVE, &id, d.body);
  assert_true(r != NULL && jl_replica_put(f->org, r));
}

static void stands_in(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  const char *before = position(&w);
  struct jl_id people[] = {f->marie, w.benoit};
  for (size_t i = 0; i < JL_COUNT(people); i++) {
    struct draft d = comment(&w, w.action, i == 0 ? "@marie" : "@benoit");
    d_ref(&d, JL_COMMENT_MENTIONS, people[i]);
    (void)make(&w, w.claire, &d);
  }
  expect(&w, f->paul, before, "");
  away(f, 8501, f->marie, DAY - 9, DAY - 1, f->paul); /* over, whichever of them is looked at first */
  away(f, 8505, f->marie, DAY + 1, DAY + 9, f->paul);
  expect(&w, f->paul, before, "");
  away(f, 8503, f->marie, DAY, DAY, f->paul);
  expect(&w, f->paul, before, "Claire|mentions you|A1 Webinar|@marie\n");
  away(f, 8507, w.benoit, DAY, DAY, f->paul); /* of two at once the first counts */
  expect(&w, f->paul, before, "Claire|mentions you|A1 Webinar|@benoit\nClaire|mentions you|A1 Webinar|@marie\n");
  away(f, 8506, w.benoit, DAY, DAY, f->marie);
  expect(&w, f->paul, before, "Claire|mentions you|A1 Webinar|@marie\n");
  end(&w);
}

/* ---- what may not be read comes in nowhere ---- */
static void hidden(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  const char *before = position(&w);
  struct draft d = comment(&w, w.line, "secret");
  d_ref(&d, JL_COMMENT_MENTIONS, f->paul);
  (void)make(&w, w.claire, &d);
  d = d_new(f, JL_TYPE_ADVICE);
  d_text(d_ref(&d, JL_ADVICE_TARGET, w.line), JL_ADVICE_QUESTION, "secret too");
  d_ref(&d, JL_ADVICE_ASKED, f->paul);
  (void)make(&w, w.claire, &d);
  d = fx_raci(f, w.line, JL_RACI_I, f->paul);
  (void)make(&w, w.claire, &d);
  change(&w, w.claire, w.line, JL_BUDGET_LINE_TITLE, fx_text(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "Salon secret"));
  char seen[4000];
  lines(&w, f->paul, ALL_SECTIONS, before, NULL, seen, sizeof seen);
  assert_string_equal(seen, "! Claire|asks for your advice|B1 Salon secret|secret too\n"
                            "Claire|title|B1 Salon secret|\n"
                            "Claire|you are kept informed (I)|B1 Salon secret|\n"
                            "Claire|mentions you|B1 Salon secret|secret\n");
  lines(&w, f->paul, ALL_SECTIONS & ~(1U << JL_SECTION_BUDGET), before, NULL, seen, sizeof seen);
  assert_string_equal(seen, "");
  end(&w);
}

/* ---- advice ---- */
static void advice(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  struct draft d = d_new(f, JL_TYPE_ADVICE);
  d_text(d_ref(&d, JL_ADVICE_TARGET, w.action), JL_ADVICE_QUESTION, "which leads?");
  d_int(d_ref(&d, JL_ADVICE_ASKED, f->sales), JL_ADVICE_DUE, DAY - 1);
  struct jl_id asked = make(&w, w.claire, &d);
  const struct jl_record *made = fx_record(f, asked);
  struct jl_id author;
  assert_true(jl_record_id(made->type, made->body, JL_ADVICE_AUTHOR, &author) && jl_id_equal(&author, &w.claire));
  assert_int_equal(jl_record_int(made->type, made->body, JL_ADVICE_SINCE, 0), (int64_t)f->seq * 1000000); /* the writer's clock */
  expect(&w, f->paul, position(&w), "! Claire|asks for your advice|A1 Webinar|which leads?\n"); /* waits although everything was read */
  expect(&w, w.claire, position(&w), "! Sales|has not answered you|A1 Webinar|which leads?\n"); /* late */
  expect(&w, f->marie, position(&w), "");
  /* the asker's own comment is no answer; a done action asks for nothing */
  d = comment(&w, w.action, "well?");
  d_ref(&d, JL_COMMENT_ANSWERS, asked);
  (void)make(&w, w.claire, &d);
  expect(&w, f->paul, position(&w), "! Claire|asks for your advice|A1 Webinar|which leads?\n");
  /* an answer about something else is refused */
  d = comment(&w, w.line, "here?");
  d_ref(&d, JL_COMMENT_ANSWERS, asked);
  fx_begin(f);
  f->author = f->paul;
  fx_create(f, &d, fx_id(900));
  fx_refused(f, JL_E_RULE_VIOLATION, "about the same record");
  const char *before = position(&w);
  d = comment(&w, w.action, "those of the fair");
  d_ref(&d, JL_COMMENT_ANSWERS, asked);
  (void)make(&w, f->paul, &d);
  expect(&w, f->paul, position(&w), "");
  expect(&w, w.claire, before, "Paul|answers you|A1 Webinar|those of the fair\n");
  end(&w);
}

static void a_set_time_is_refused(void **state) {
  struct world w = begin(*state);
  struct draft d = d_new(w.f, JL_TYPE_ADVICE);
  d_text(d_ref(&d, JL_ADVICE_TARGET, w.action), JL_ADVICE_QUESTION, "when?");
  d_int(d_ref(&d, JL_ADVICE_ASKED, w.f->paul), JL_ADVICE_SINCE, 17);
  fx_begin(w.f);
  fx_create(w.f, &d, fx_id(901));
  fx_refused(w.f, JL_E_DENIED, "set by the server");
  end(&w);
}

/* ---- informed: a line per record ---- */
static void informed(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  struct draft d = fx_raci(f, w.action, JL_RACI_I, w.comex);
  (void)make(&w, w.claire, &d);
  const char *before = position(&w);
  uint64_t first = head(&w) + 1;
  change(&w, w.claire, w.action, JL_ACTION_PRIORITY, fx_int(f, JL_TYPE_ACTION, JL_ACTION_PRIORITY, JL_HIGH));
  change(&w, w.claire, w.action, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, DAY));
  change(&w, w.claire, w.action, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, DAY + 1));
  d = d_new(f, JL_TYPE_CHECKLIST_ITEM);
  d_text(d_ref(&d, JL_CHECKLIST_ITEM_ACTION, w.action), JL_CHECKLIST_ITEM_TITLE, "room");
  (void)make(&w, w.claire, &d);
  expect(&w, f->marie, before, "Claire|checklist items+due date+priority|A1 Webinar|\n");
  expect(&w, f->paul, before, "");
  /* read in between: what came after it is left, and the first change of that is known */
  char read[80], id[JL_ID_TEXT_SIZE], seen[400];
  jl_id_format(&w.action, id);
  snprintf(read, sizeof read, "%s@%u", id, (unsigned)first);
  lines(&w, f->marie, ALL_SECTIONS, before, read, seen, sizeof seen);
  assert_string_equal(seen, "Claire|checklist items+due date|A1 Webinar|\n");
  /* one's own changes are no news; of several others two are named, the latest first */
  change(&w, f->marie, w.action, JL_ACTION_IMPACT, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 7));
  expect(&w, f->marie, before, "Claire|checklist items+due date+priority|A1 Webinar|\n");
  before = position(&w);
  change(&w, f->paul, w.action, JL_ACTION_EFFORT, fx_int(f, JL_TYPE_ACTION, JL_ACTION_EFFORT, 3));
  change(&w, w.claire, w.action, JL_ACTION_IMPACT, fx_int(f, JL_TYPE_ACTION, JL_ACTION_IMPACT, 8));
  expect(&w, f->marie, before, "Claire, Paul|impact+effort|A1 Webinar|\n");
  change(&w, w.benoit, w.action, JL_ACTION_TITLE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar 2"));
  expect(&w, f->marie, before, "Benoit, Claire ...|title+impact+effort|A1 Webinar 2|\n");
  /* deleted with all that belongs to it: still told */
  before = position(&w);
  f->author = w.claire;
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, w.action, head(&w), true);
  fx_ok(f);
  keep_log(&w);
  expect(&w, f->marie, before, "Claire|deleted|A1 Webinar 2|\n");
  end(&w);
}

/* ---- approvals ---- */
static struct jl_id submitted(struct world *w, struct jl_id author, struct jl_id target) {
  struct draft d = d_new(w->f, JL_TYPE_APPROVAL);
  d_int(d_ref(&d, JL_APPROVAL_TARGET, target), JL_APPROVAL_SECTION, JL_APPROVAL_OF_ACTION);
  return make(w, author, &d);
}

static void decide(struct world *w, struct jl_id author, struct jl_id approval, int64_t state, const char *reason) {
  struct fx *f = w->f;
  f->author = author;
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_APPROVAL, approval);
  fx_set(f, e, JL_APPROVAL_STATE, fx_int(f, JL_TYPE_APPROVAL, JL_APPROVAL_STATE, JL_APPROVAL_SUBMITTED),
         fx_int(f, JL_TYPE_APPROVAL, JL_APPROVAL_STATE, state));
  if (reason != NULL)
    fx_set(f, e, JL_APPROVAL_REASON, (struct jl_bytes){NULL, 0}, fx_text(f, JL_TYPE_APPROVAL, JL_APPROVAL_REASON, reason));
  fx_ok(f);
  keep_log(w);
}

static void approvals(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  struct draft d = fx_raci(f, w.action, JL_RACI_A, w.claire);
  (void)make(&w, w.claire, &d);
  const char *before = position(&w);
  struct jl_id first = submitted(&w, f->paul, w.action);
  expect(&w, w.claire, position(&w), "! Paul|asks for your approval|A1 Webinar|\n");
  decide(&w, w.claire, first, JL_APPROVAL_SENT_BACK, "too late");
  expect(&w, w.claire, position(&w), "");
  expect(&w, f->paul, before, "Claire|sent back|A1 Webinar|too late\n");
  struct jl_id second = submitted(&w, f->paul, w.action);
  expect(&w, f->paul, before, ""); /* it was submitted again: what was said then asks for nothing any more */
  decide(&w, w.claire, second, JL_APPROVAL_APPROVED, NULL);
  expect(&w, f->paul, before, "Claire|approved|A1 Webinar|\n");
  /* what was approved moves: who approved hears of it, not who moved it */
  before = position(&w);
  change(&w, f->paul, w.action, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, DAY + 9));
  expect(&w, w.claire, before, "Paul|has moved since you approved it|A1 Webinar|\n");
  expect(&w, f->paul, before, "");
  (void)submitted(&w, f->paul, w.action);
  expect(&w, w.claire, before, "! Paul|asks for your approval|A1 Webinar|\n");
  end(&w);
}

/* What waited is not asked for any more: who was asked hears of it, and who submitted it, once each and not who did it; likewise of what was
 * approved. What somebody withdrew goes by its own words; what another submission took the place of is not told. */
static void not_asked_any_more(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  const struct jl_bytes yes = fx_int(f, JL_TYPE_ACTION, JL_ACTION_NEEDS_APPROVAL, 1), no = fx_int(f, JL_TYPE_ACTION, JL_ACTION_NEEDS_APPROVAL, 0);
  struct draft d = fx_raci(f, w.action, JL_RACI_A, w.claire), plan = fx_raci(f, f->plan, JL_RACI_A, f->marie);
  (void)make(&w, f->marie, &d);
  (void)make(&w, w.claire, &plan);
  change(&w, w.claire, w.action, JL_ACTION_NEEDS_APPROVAL, yes);
  struct jl_id waits = submitted(&w, f->paul, w.action);
  const char *before = position(&w);
  change(&w, f->marie, w.action, JL_ACTION_NEEDS_APPROVAL, no);
  assert_int_equal(jl_record_int(fx_record(f, waits)->type, fx_record(f, waits)->body, JL_APPROVAL_STATE, 0), JL_APPROVAL_WITHDRAWN);
  expect(&w, w.claire, before, "Marie|lets it start without approval|A1 Webinar|\n");
  expect(&w, f->paul, before, "Marie|lets it start without approval|A1 Webinar|\n");
  expect(&w, f->marie, before, "");
  expect(&w, w.benoit, before, "");
  expect(&w, w.claire, position(&w), ""); /* read */
  /* approved, then freed: who approved, and who submitted; freed by the A itself: only who submitted */
  change(&w, f->marie, w.action, JL_ACTION_NEEDS_APPROVAL, yes);
  decide(&w, w.claire, submitted(&w, f->paul, w.action), JL_APPROVAL_APPROVED, NULL);
  before = position(&w);
  change(&w, f->marie, w.action, JL_ACTION_NEEDS_APPROVAL, no);
  expect(&w, w.claire, before, "Marie|lets it start without approval|A1 Webinar|\n");
  expect(&w, f->paul, before, "Marie|lets it start without approval|A1 Webinar|\n");
  change(&w, f->marie, w.action, JL_ACTION_NEEDS_APPROVAL, yes);
  waits = submitted(&w, f->paul, w.action);
  before = position(&w);
  change(&w, w.claire, w.action, JL_ACTION_NEEDS_APPROVAL, no);
  expect(&w, w.claire, before, "");
  expect(&w, f->paul, before, "Claire|lets it start without approval|A1 Webinar|\n");
  /* submitted although it needs none, and with the switch in one group: that is asked */
  waits = submitted(&w, f->paul, w.action);
  expect(&w, w.claire, position(&w), "! Paul|asks for your approval|A1 Webinar|\n");
  before = position(&w);
  decide(&w, f->paul, waits, JL_APPROVAL_WITHDRAWN, NULL);
  expect(&w, w.claire, before, "Paul|does not ask for your approval any more|A1 Webinar|\n");
  expect(&w, f->paul, before, "");
  waits = submitted(&w, f->paul, w.action);
  expect(&w, w.claire, before, "! Paul|asks for your approval|A1 Webinar|\n"); /* what was withdrawn then asks again */
  (void)submitted(&w, f->marie, w.action); /* takes its place */
  expect(&w, w.claire, position(&w), "! Marie|asks for your approval|A1 Webinar|\n");
  expect(&w, f->paul, before, "");
  waits = submitted(&w, f->paul, w.action);
  before = position(&w);
  decide(&w, w.claire, waits, JL_APPROVAL_WITHDRAWN, NULL);
  expect(&w, f->paul, before, "Claire|withdrew what you submitted|A1 Webinar|\n");
  expect(&w, w.claire, before, "");
  end(&w);
}

/* Who gave himself the A approves what others submit while he holds it so, and is asked for nothing else: not for what he submitted himself,
 * nor for what waited for whom he took the A from. An administrator is asked, and so is whom somebody else named. */
static void four_eyes_ask(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  struct draft d = fx_raci(f, w.action, JL_RACI_A, w.claire);
  struct jl_id letter = make(&w, w.claire, &d);
  (void)submitted(&w, w.claire, w.action);
  expect(&w, w.claire, position(&w), "");
  w.administrator = true;
  expect(&w, w.claire, position(&w), "! Claire|asks for your approval|A1 Webinar|\n");
  w.administrator = false;
  (void)submitted(&w, f->marie, w.action); /* takes the place of the first */
  expect(&w, w.claire, position(&w), "! Marie|asks for your approval|A1 Webinar|\n");
  change(&w, f->paul, letter, JL_RACI_HOLDER, fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, f->paul));
  expect(&w, w.claire, position(&w), "");
  expect(&w, f->paul, position(&w), ""); /* it was submitted to Claire */
  (void)submitted(&w, f->marie, w.action);
  expect(&w, f->paul, position(&w), "! Marie|asks for your approval|A1 Webinar|\n");
  change(&w, f->marie, letter, JL_RACI_HOLDER, fx_ref(f, JL_TYPE_RACI, JL_RACI_HOLDER, w.claire));
  (void)submitted(&w, w.claire, w.action); /* Marie trusts her */
  expect(&w, w.claire, position(&w), "! Claire|asks for your approval|A1 Webinar|\n");
  end(&w);
}

/* That the approval of an action ended says that its money moved, to who sees nothing else that could have ended it. */
static void hidden_money_reopens_unheard(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  uint32_t without = ALL_SECTIONS & ~(1U << JL_SECTION_BUDGET);
  char seen[800];
  struct draft d = fx_raci(f, w.action, JL_RACI_A, w.claire);
  (void)make(&w, w.claire, &d);
  d = fx_raci(f, w.action, JL_RACI_I, f->marie);
  (void)make(&w, w.claire, &d);
  change(&w, w.claire, w.line, JL_BUDGET_LINE_ACTION, fx_ref(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, w.action));
  decide(&w, w.claire, submitted(&w, f->paul, w.action), JL_APPROVAL_APPROVED, NULL);
  const char *before = position(&w);
  change(&w, w.benoit, w.line, JL_BUDGET_LINE_PLANNED, fx_int(f, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 500000));
  expect(&w, f->paul, before, "Benoit|to approve again|A1 Webinar|\n");
  expect(&w, f->marie, before, "Benoit|approvals|A1 Webinar|\n");
  expect(&w, w.claire, before, "Benoit|has moved since you approved it|A1 Webinar|\n");
  const struct jl_id readers[] = {f->paul, f->marie, w.claire};
  for (size_t i = 0; i < JL_COUNT(readers); i++) {
    lines(&w, readers[i], without, before, NULL, seen, sizeof seen);
    assert_string_equal(seen, "");
  }
  /* a date that they see moves too: that is told, and what it did */
  decide(&w, w.claire, submitted(&w, f->paul, w.action), JL_APPROVAL_APPROVED, NULL);
  before = position(&w);
  change(&w, w.benoit, w.action, JL_ACTION_DUE, fx_int(f, JL_TYPE_ACTION, JL_ACTION_DUE, DAY + 9));
  lines(&w, f->paul, without, before, NULL, seen, sizeof seen);
  assert_string_equal(seen, "Benoit|to approve again|A1 Webinar|\n");
  lines(&w, f->marie, without, before, NULL, seen, sizeof seen);
  assert_string_equal(seen, "Benoit|due date+approvals|A1 Webinar|\n");
  end(&w);
}

/* ---- a comment is its author's, the answers to it are not ---- */
static void expect_said(struct world *w, const char *expected) {
  struct jl_view_parameter parameter = {"record", "A1"};
  struct jl_view_input in = {.space = w->f->space, .organisation = w->f->org, .sections = ALL_SECTIONS, .today = DAY, .parameters = &parameter, .parameter_count = 1};
  struct jl_bytes packed;
  struct jl_error err = {.code = JL_E_OK};
  char seen[800] = "";
  size_t used = 0;
  assert_true(jl_view_build(jl_view_by_name("show"), &in, w->f->a, &packed, &err));
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  for (size_t b = 0; b < d->n_blocks; b++)
    for (size_t r = 0; strcmp(d->blocks[b]->name, "comments") == 0 && r < d->blocks[b]->n_rows; r++) {
      const Jalon__Row *row = d->blocks[b]->rows[r];
      used += (size_t)snprintf(seen + used, sizeof seen - used, "%.*s%s: %s\n", (int)row->level, ">>>>", row->cells[0]->text, row->cells[1]->text);
      assert_true(used < sizeof seen);
    }
  jalon__document__free_unpacked(d, NULL);
  assert_string_equal(seen, expected);
}

static void answers_outlive_a_comment(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  struct draft d = comment(&w, w.action, "who comes?");
  struct jl_id first = make(&w, f->paul, &d);
  d = comment(&w, w.action, "I do");
  d_ref(&d, JL_COMMENT_REPLY_TO, first);
  struct jl_id reply = make(&w, f->marie, &d);
  d = comment(&w, first, "so do I");
  struct jl_id below = make(&w, w.claire, &d);
  d = comment(&w, w.action, "another thing");
  (void)make(&w, w.claire, &d);
  expect_said(&w, "Paul: who comes?\n>Marie: I do\n>Claire: so do I\nClaire: another thing\n");
  f->author = f->paul;
  fx_begin(f);
  fx_delete(f, JL_TYPE_COMMENT, first, head(&w), true);
  fx_ok(f);
  assert_null(jl_replica_live(f->space, &first));
  assert_non_null(jl_replica_live(f->space, &reply));
  assert_non_null(jl_replica_live(f->space, &below));
  expect_said(&w, "Paul: (deleted)\n>Marie: I do\n>Claire: so do I\nClaire: another thing\n");
  change(&w, w.claire, below, JL_COMMENT_BODY, fx_text(f, JL_TYPE_COMMENT, JL_COMMENT_BODY, "so do we")); /* still hers */
  /* they go with what they are about, and with whoever said them */
  f->author = f->marie;
  fx_begin(f);
  fx_delete(f, JL_TYPE_COMMENT, reply, head(&w), false);
  fx_ok(f);
  expect_said(&w, "Paul: (deleted)\n>Claire: so do we\nClaire: another thing\n");
  f->author = w.claire;
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, w.action, head(&w), true);
  fx_ok(f);
  assert_null(jl_replica_live(f->space, &below));
  end(&w);
}

/* A position beyond the head, of data that an older copy replaced, hides nothing that is still to come. */
static void restored(void **state) {
  struct world w = begin(*state);
  expect(&w, w.f->paul, "r999999", "");
  end(&w);
}

/* ---- definitions ---- */
static struct draft signature(struct world *w, struct jl_id definition, struct jl_id team) {
  char digest[JL_ID_TEXT_SIZE];
  struct draft d = d_new(w->f, JL_TYPE_SIGNATURE);
  jl_definition_digest(w->f->space, fx_record(w->f, definition), digest);
  d_text(d_ref(d_ref(&d, JL_SIGNATURE_DEFINITION, definition), JL_SIGNATURE_TEAM, team), JL_SIGNATURE_DIGEST, digest);
  return d;
}

static bool is_signed(const struct world *w, struct jl_id definition) { return jl_definition_signed(w->f->space, fx_record(w->f, definition)); }

static void definitions(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  struct draft d = d_new(f, JL_TYPE_KPI);
  d_text(d_text(&d, JL_KPI_NAME, "CPL"), JL_KPI_UNIT, "EUR");
  struct jl_id kpi = make(&w, w.claire, &d);
  d = d_new(f, JL_TYPE_DEFINITION);
  d_text(d_text(&d, JL_DEFINITION_TITLE, "CPL"), JL_DEFINITION_TEXT, "spent / leads");
  d_ref(&d, JL_DEFINITION_KPI, kpi);
  struct jl_value teams[] = {{.id = f->sales}, {.id = w.comex}};
  d.body = jl_record_with(f->a, d.body, JL_DEFINITION_TEAMS, jl_values_encode(f->a, fx_field(JL_TYPE_DEFINITION, JL_DEFINITION_TEAMS), teams, 2));
  struct jl_id definition = make(&w, w.claire, &d);
  assert_non_null(jl_definition_unsigned_of(f->space, &kpi));
  expect(&w, f->paul, position(&w), "! Claire|to sign|D1 CPL|spent / leads\n");
  expect(&w, w.claire, position(&w), ""); /* in neither team */
  expect(&w, w.benoit, position(&w), ""); /* a guest signs for nobody */

  /* each team for itself; who only reads the strategy signs too, in the own team's name alone */
  d = signature(&w, definition, f->sales);
  f->rights = 0;
  f->reads = f->allowed = ALL_SECTIONS;
  (void)make(&w, f->paul, &d);
  assert_false(is_signed(&w, definition));
  d = signature(&w, definition, w.comex);
  f->author = f->paul;
  fx_begin(f);
  fx_create(f, &d, fx_natural(f, &d));
  fx_refused(f, JL_E_DENIED, "only members of the team");
  (void)make(&w, f->marie, &d);
  assert_true(is_signed(&w, definition));
  f->rights = ALL_SECTIONS;
  expect(&w, f->paul, position(&w), "");

  /* a second member signs the same text at the same time: one signature, of the first */
  member(f, fx_id(8014), "Olga", &w.comex, NULL, false);
  (void)make(&w, fx_id(8014), &d);
  struct jl_id signer;
  const struct jl_record *signed_by = jl_definition_signature(f->space, fx_record(f, definition), &w.comex);
  assert_true(jl_record_id(signed_by->type, signed_by->body, JL_SIGNATURE_SIGNER, &signer) && jl_id_equal(&signer, &f->marie));

  /* a change of the text, or of the KPI's unit, is not what was signed; the old text is again */
  struct draft old = signature(&w, definition, f->sales);
  change(&w, w.claire, definition, JL_DEFINITION_TEXT, fx_text(f, JL_TYPE_DEFINITION, JL_DEFINITION_TEXT, "spent / qualified leads"));
  assert_false(is_signed(&w, definition));
  expect(&w, f->paul, position(&w), "! Claire|changed: to sign again|D1 CPL|spent / qualified leads\n");
  fx_begin(f);
  f->author = f->paul;
  fx_create(f, &old, fx_id(902));
  fx_refused(f, JL_E_INVALID, NULL); /* its id must follow from its key */
  f->author = w.claire;
  fx_begin(f);
  fx_delete(f, JL_TYPE_SIGNATURE, fx_natural(f, &old), head(&w), false);
  fx_refused(f, JL_E_DENIED, "only members of the team Sales"); /* nobody withdraws another team's */
  change(&w, w.claire, definition, JL_DEFINITION_TEXT, fx_text(f, JL_TYPE_DEFINITION, JL_DEFINITION_TEXT, "spent / leads"));
  assert_true(is_signed(&w, definition));
  change(&w, w.claire, kpi, JL_KPI_UNIT, fx_text(f, JL_TYPE_KPI, JL_KPI_UNIT, "USD"));
  assert_false(is_signed(&w, definition));
  change(&w, w.claire, kpi, JL_KPI_UNIT, fx_text(f, JL_TYPE_KPI, JL_KPI_UNIT, "EUR"));
  assert_null(jl_definition_unsigned_of(f->space, &kpi));

  /* who deletes a definition deletes nobody's signature with it: it is there again when the definition is */
  f->author = w.claire;
  fx_begin(f);
  fx_delete(f, JL_TYPE_SIGNATURE, fx_natural(f, &old), head(&w), false);
  fx_delete(f, JL_TYPE_DEFINITION, definition, head(&w), true);
  fx_refused(f, JL_E_DENIED, "only members of the team Sales");
  fx_begin(f);
  fx_delete(f, JL_TYPE_DEFINITION, definition, head(&w), true);
  fx_ok(f);
  assert_true(fx_record(f, fx_natural(f, &old))->deleted_revision == 0);
  fx_begin(f);
  (void)fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_DEFINITION, definition);
  fx_ok(f);
  assert_true(is_signed(&w, definition));
  end(&w);
}

/* What was read on a train and has changed since is not signed unread. */
static void signs_what_was_read(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  struct draft d = d_new(f, JL_TYPE_DEFINITION);
  d_text(d_text(&d, JL_DEFINITION_TITLE, "MQL"), JL_DEFINITION_TEXT, "old");
  d_ref(&d, JL_DEFINITION_TEAMS, f->sales);
  struct jl_id definition = make(&w, w.claire, &d);
  struct draft read = signature(&w, definition, f->sales);
  change(&w, w.claire, definition, JL_DEFINITION_TEXT, fx_text(f, JL_TYPE_DEFINITION, JL_DEFINITION_TEXT, "new"));
  fx_begin(f);
  f->author = f->paul;
  fx_create(f, &read, fx_natural(f, &read));
  fx_refused(f, JL_E_RULE_VIOLATION, "has changed since you read it");
  /* a team with a lead signs through the lead alone */
  struct draft team = d_new(f, JL_TYPE_TEAM);
  d_ref(d_text(&team, JL_TEAM_NAME, "Sales"), JL_TEAM_LEAD, w.claire);
  struct jl_record *led = jl_record_new(JL_TYPE_TEAM, &f->sales, team.body);
  assert_true(led != NULL && jl_replica_put(f->org, led));
  d = signature(&w, definition, f->sales);
  fx_begin(f);
  fx_create(f, &d, fx_natural(f, &d));
  fx_refused(f, JL_E_DENIED, "Claire signs for the team Sales");
  (void)make(&w, w.claire, &d);
  assert_true(is_signed(&w, definition));
  end(&w);
}

/* Of single records that were read the furthest counts; what is no record and revision is passed over. */
static void read_one_by_one(void **state) {
  struct world w = begin(*state);
  struct fx *f = w.f;
  char ids[3][JL_ID_TEXT_SIZE], seen[800];
  const char *before = position(&w), *texts[] = {"one", "two", "three"};
  for (int i = 0; i < 3; i++) {
    struct draft d = comment(&w, i == 2 ? w.line : w.action, texts[i]);
    d_ref(&d, JL_COMMENT_MENTIONS, f->paul);
    struct jl_id id = make(&w, w.claire, &d);
    jl_id_format(&id, ids[i]);
  }
  unsigned now = (unsigned)head(&w);
  const char *read = jl_arena_printf(f->a, "%s@%u,%s@1,,x@9,%s,%s@,x%s@%u,%s@2,%s@1", ids[1], now, ids[1], ids[0], ids[0], ids[2], now, ids[1], ids[2]);
  lines(&w, f->paul, ALL_SECTIONS, before, read, seen, sizeof seen);
  assert_string_equal(seen, "Claire|mentions you|B1 Salon|three\nClaire|mentions you|A1 Webinar|one\n");
  /* a comment of one's own settles what was said before it, there and nowhere else */
  struct draft own = comment(&w, w.action, "done");
  struct jl_id last = make(&w, f->paul, &own);
  struct draft d = comment(&w, w.action, "four");
  d_ref(&d, JL_COMMENT_MENTIONS, f->paul);
  (void)make(&w, w.claire, &d);
  expect(&w, f->paul, before, "Claire|mentions you|A1 Webinar|four\nClaire|mentions you|B1 Salon|three\n");
  f->author = f->paul; /* taken back, it settles nothing */
  fx_begin(f);
  fx_delete(f, JL_TYPE_COMMENT, last, head(&w), false);
  fx_ok(f);
  expect(&w, f->paul, before, "Claire|mentions you|A1 Webinar|four\nClaire|mentions you|B1 Salon|three\n"
                              "Claire|mentions you|A1 Webinar|two\nClaire|mentions you|A1 Webinar|one\n");
  end(&w);
}

/* A login that may only read: nobody is named who could give the right. */
static void ones_own_space_names_nobody(void **state) {
  struct fx *f = *state;
  struct jl_replica *own = jl_replica_new(&f->paul, JL_SPACE_PERSONAL);
  struct draft d = d_new(f, JL_TYPE_INBOX_MARK);
  d_ref(&d, JL_INBOX_MARK_PLAN, f->plan);
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(d.type), &f->paul, d.body, &id));
  fx_begin(f);
  fx_create(f, &d, id);
  f->group.space = fx_pb_id(f, f->paul);
  struct jl_evaluation in = {.space = own, .organisation = f->org, .author = {.person = f->paul, .may_read = 1u << JL_SECTION_DIRECTORY}};
  char words[800];
  assert_false(jl_group_evaluate(&in, &f->group, f->a, &f->out, &f->err));
  jl_error_describe(&f->err, words, sizeof words);
  assert_int_equal(f->err.code, JL_E_DENIED);
  assert_non_null(strstr(words, "own space"));
  assert_null(strstr(words, "Paul"));
  assert_null(strstr(words, "Marie"));
  assert_null(strstr(words, "plan"));
  jl_replica_free(own);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(mentions), FX_TEST(stands_in),   FX_TEST(hidden),              FX_TEST(advice),          FX_TEST(a_set_time_is_refused),
      FX_TEST(informed), FX_TEST(restored),    FX_TEST(definitions),         FX_TEST(signs_what_was_read), FX_TEST(read_one_by_one),
      FX_TEST(ones_own_space_names_nobody), FX_TEST(approvals), FX_TEST(four_eyes_ask), FX_TEST(not_asked_any_more), FX_TEST(hidden_money_reopens_unheard), FX_TEST(answers_outlive_a_comment)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
