/* Days that would count twice: a campaign's cost by days and its total of the month, a report with the campaigns' numbers and one without, figures of
 * weeks and of the month. What a row says is held against what the plan has and against the rows before it. An expense does not say of which days
 * it is, but its id does: it is that of the campaign and the days for some days that end on its date. */
#include "client/import/about.h"
#include "client/import/parts.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

#define OTHERS 4 /* campaigns that one expense was held against and is none of */
#define PLACES 16384 /* of the hash table */

struct span {
  const struct jl_record_state *record; /* NULL: of a row of this file */
  struct jl_id of;                      /* what it counts */
  int32_t start, end;
  uint32_t line;
  const char *platform; /* of a figure, or of the cost of a row; "" none; of an expense that is there NULL */
  const char *owner;    /* platform of an expense whose key has none; NULL: not known */
  bool looked;          /* for it among the figures */
  struct jl_id subject; /* of a figure: its campaign, else its lever */
  bool proven; /* a report made it, of the campaign `whose` */
  struct jl_id whose, others[OTHERS];
  size_t other_count;
  struct span *next;
};
struct jl_ingest_overlaps { struct span *there[PLACES], *rows[PLACES]; bool has_figures, has_expenses; };

static struct jl_ingest_overlaps *overlaps_of(struct jl_ingest *in) {
  if (in->overlaps == NULL) in->overlaps = jl_arena_alloc(in->cli->arena, sizeof *in->overlaps);
  return in->overlaps;
}

void jl_ingest_overlaps_rewind(struct jl_ingest *in) {
  if (in->overlaps != NULL) memset(in->overlaps->rows, 0, sizeof in->overlaps->rows);
}

static bool add(struct jl_ingest *in, struct span *places[PLACES], const struct span *s, struct jl_error *err) {
  struct span *copy = jl_arena_alloc(in->cli->arena, sizeof *copy);
  struct span **at = &places[jl_id_hash(&s->of) % PLACES];
  if (copy == NULL) return jl_ingest_no_memory(err);
  *copy = *s;
  copy->next = *at;
  *at = copy;
  return true;
}

static struct span *next_of(struct span *s, const struct jl_id *of) {
  while (s != NULL && !jl_id_equal(&s->of, of)) s = s->next;
  return s;
}

static struct span *first_of(struct span *const places[PLACES], const struct jl_id *of) { return next_of(places[jl_id_hash(of) % PLACES], of); }

/* --set overlap=yes: who imports knows better. */
static bool is_allowed(struct jl_ingest *in) {
  static const struct jl_ingest_row none = {0};
  const char *said = jl_ingest_has(in, "overlap") ? jl_ingest_words(in, &none, "overlap") : NULL;
  return said != NULL && (strcasecmp(said, "yes") == 0 || strcasecmp(said, "oui") == 0);
}

static bool meet(const struct span *s, const struct jl_about *about) { return s->start <= about->end && about->start <= s->end; }
static bool same_days(const struct span *s, const struct jl_about *about) { return s->start == about->start && s->end == about->end; }

static bool twice(const struct span *s, const struct jl_about *about, const char *what, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE] = "";
  if (s->record == NULL)
    return jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("line {1} has \"{2}\" of these days already: they would count twice"), JL_MSG("leave one of them out, the total or its days; --set overlap=yes takes both"),
                   jl_arg_integer(s->line), jl_arg_text(what));
  jl_reference_text(s->record->type, s->record->number, reference);
  return jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("{1} has \"{2}\" of {3} to {4} already: these days would count twice"),
                 JL_MSG("leave these rows out, or take {1} away (jalon {5} rm {1}) when they are to stand in its place; --set overlap=yes takes both"), jl_arg_text(reference), jl_arg_text(about->name[0] != '\0' ? about->name : what),
                 jl_arg_date(s->start), jl_arg_date(s->end), jl_arg_text(jl_record_type_by_number(s->record->type)->command));
}

/* ---- figures ---- */
static struct jl_id figure_of(struct jl_ingest *in, const char *stage, const struct jl_id *lever, const struct jl_id *action) {
  const char *folded = jl_text_fold(in->row_arena, stage);
  const struct jl_bytes parts[] = {{(const uint8_t *)folded, folded == NULL ? 0 : strlen(folded)}, {lever->bytes, sizeof lever->bytes}, {action->bytes, sizeof action->bytes}};
  return jl_id_derive("what a figure counts", parts, JL_COUNT(parts));
}

static bool cost_of(struct jl_ingest *in, const char *title, const char *supplier, struct jl_id *ret, struct jl_error *err) {
  const char *one = jl_text_fold(in->row_arena, title), *other = jl_text_fold(in->row_arena, supplier);
  if (one == NULL || other == NULL) return jl_ingest_no_memory(err);
  const struct jl_bytes parts[] = {{(const uint8_t *)one, strlen(one)}, {(const uint8_t *)other, strlen(other)}};
  *ret = jl_id_derive("what an expense is for", parts, JL_COUNT(parts));
  return true;
}

static bool add_figure(struct jl_ingest *in, struct jl_ingest_overlaps *o, const struct jl_record_state *figure, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_FIGURE);
  struct jl_id lever = {{0}}, action = {{0}};
  struct jl_bytes stage = jl_record_text(type, figure->body, JL_FIGURE_STAGE);
  const char *text = jl_arena_strndup(in->row_arena, (const char *)stage.data, stage.size);
  if (text == NULL) return jl_ingest_no_memory(err);
  (void)jl_record_id(type, figure->body, JL_FIGURE_LEVER, &lever);
  (void)jl_record_id(type, figure->body, JL_FIGURE_ACTION, &action);
  struct span s = {.record = figure, .of = figure_of(in, text, &lever, &action)};
  const struct jl_bytes platform = jl_record_text(type, figure->body, JL_FIGURE_PLATFORM);
  s.platform = jl_arena_strndup(in->cli->arena, (const char *)platform.data, platform.size);
  if (s.platform == NULL) return jl_ingest_no_memory(err);
  s.subject = jl_record_has(figure->body, JL_FIGURE_ACTION) ? action : lever;
  s.start = (int32_t)jl_record_int(type, figure->body, JL_FIGURE_START, 0);
  s.end = (int32_t)jl_record_int(type, figure->body, JL_FIGURE_END, 0);
  return add(in, o->there, &s, err);
}

static bool add_expense(struct jl_ingest *in, struct jl_ingest_overlaps *o, const struct jl_record_state *expense, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_EXPENSE);
  struct jl_bytes title = jl_record_text(type, expense->body, JL_EXPENSE_TITLE), supplier = jl_record_text(type, expense->body, JL_EXPENSE_SUPPLIER);
  const char *one = jl_arena_strndup(in->row_arena, (const char *)title.data, title.size), *other = jl_arena_strndup(in->row_arena, (const char *)supplier.data, supplier.size);
  struct span s = {.record = expense};
  s.start = s.end = (int32_t)jl_record_int(type, expense->body, JL_EXPENSE_DATE, 0);
  if (one == NULL || other == NULL) return jl_ingest_no_memory(err);
  return cost_of(in, one, other, &s.of, err) && add(in, o->there, &s, err);
}

/* All of a type, with memory of its own: the row under way keeps what it has. */
static bool read_all(struct jl_ingest *in, struct jl_ingest_overlaps *o, uint32_t type, bool (*take)(struct jl_ingest *, struct jl_ingest_overlaps *, const struct jl_record_state *, struct jl_error *), bool *io_has,
                     struct jl_error *err) {
  const struct jl_record_state *records;
  size_t n;
  if (*io_has) return true;
  if (!jl_ingest_all(in, type, &records, &n, err)) return false;
  struct jl_arena *own = in->row_arena;
  in->row_arena = jl_arena_new(JL_INGEST_ROW_ARENA);
  bool ok = in->row_arena != NULL || jl_ingest_no_memory(err);
  for (size_t i = 0; ok && i < n; i++) {
    ok = take(in, o, &records[i], err);
    jl_arena_reset(in->row_arena);
  }
  if (in->row_arena != NULL) jl_arena_free(in->row_arena);
  in->row_arena = own;
  *io_has = ok;
  return ok;
}

/* One of them does not say which platform, or which account of it. */
static bool may_be(const char *one, const char *other) {
  size_t n = strlen(one), m = strlen(other), shorter = n < m ? n : m;
  return strncmp(one, other, shorter) == 0 && (shorter == 0 || n == m || (n > m ? one : other)[shorter] == ':');
}

/* A figure of the same days that does not say all of its platform is the row's when the row's expense was imported before, or, without one, when an
 * import of this name made it. Else it may be another account's, and is for who imports to say. */
static bool is_it(struct jl_ingest *in, const struct span *s, const struct jl_about *about, bool *ret, struct jl_error *err) {
  *ret = about->cost == JL_COST_THERE;
  return about->cost != JL_COST_NONE || jl_ingest_earlier_made(in, &s->record->id, ret, err);
}

static bool may_be_it(const struct span *s, const struct jl_about *about, const char *stage, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(s->record->type, s->record->number, reference);
  return s->platform[0] == '\0' ? jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("{1} has \"{2}\" of these days and does not say who counted them: is it the same?"),
                                         JL_MSG("--set platform= says that it is, and takes what the file says for it; --set overlap=yes adds both up"), jl_arg_text(reference), jl_arg_text(stage))
                                : jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("{1} has \"{2}\" of these days, as {3} counted them, the file says {4}: is it the same?"),
                                         JL_MSG("--set platform={3} says that it is, and takes what the file says for it; --set overlap=yes adds both up"), jl_arg_text(reference), jl_arg_text(stage), jl_arg_text(s->platform),
                                         jl_arg_text(about->platform[0] != '\0' ? about->platform : "-"));
}

static bool note_beside(struct jl_ingest *in, const struct span *s, struct jl_error *err) {
  if (in->beside.platform != NULL) return true;
  in->beside.platform = jl_arena_strdup(in->cli->arena, s->platform);
  jl_reference_text(s->record->type, s->record->number, in->beside.reference);
  return in->beside.platform != NULL || jl_ingest_no_memory(err);
}

static bool find_figure(struct jl_ingest *in, const struct jl_about *about, const char *stage, struct jl_ingest_record *g, struct jl_error *err) {
  static const struct jl_id none = {{0}};
  struct jl_ingest_overlaps *o = overlaps_of(in);
  bool it = false;
  if (o == NULL) return jl_ingest_no_memory(err);
  if (!read_all(in, o, JL_TYPE_FIGURE, add_figure, &o->has_figures, err)) return false;
  const struct jl_id of = figure_of(in, stage, about->has_lever ? &about->lever : &none, about->has_action ? &about->action : &none);
  for (const struct span *s = first_of(o->there, &of); s != NULL; s = next_of(s->next, &of))
    if (same_days(s, about) && strcmp(s->platform, about->platform) == 0) return true; /* it is there: this one changes it */
  for (const struct span *s = first_of(o->there, &of); s != NULL; s = next_of(s->next, &of)) {
    if (!meet(s, about)) continue;
    bool may = may_be(s->platform, about->platform), same = same_days(s, about);
    if (may && same && !is_it(in, s, about, &it, err)) return false;
    if (may && same && it) jl_ingest_is(g, &s->record->id);
    if (may && same && it) return true;
    if (may && same && !is_allowed(in)) return may_be_it(s, about, stage, err);
    if (may && !same && about->has_action && !is_allowed(in)) return twice(s, about, stage, err); /* of a channel several files may tell */
    if (same && !note_beside(in, s, err)) return false;
  }
  return true;
}

bool jl_about_figure_once(struct jl_ingest *in, const struct jl_about *about, const char *stage, struct jl_ingest_record *g, struct jl_error *err) {
  return find_figure(in, about, stage, g, err) && (g->is || about->platform[0] == '\0' || jl_ingest_put_words(g, JL_FIGURE_PLATFORM, about->platform, err));
}

/* ---- costs ---- */
/* From the first to the last day of an expense: days and weeks, months, two, a quarter, half a year, a year. */
static const struct { int32_t least, most; } lengths[] = {{0, 31}, {58, 61}, {88, 91}, {180, 183}, {363, 365}};

static bool is_of(struct jl_ingest *in, struct span *s, struct jl_ingest_record *campaign, int32_t back) {
  struct jl_about days = {.name = "", .start = s->end - back, .end = s->end};
  size_t keys = campaign->key_count;
  (void)jl_about_key_days(campaign, in, &days);
  const struct jl_id id = jl_ingest_own_id(campaign);
  campaign->key_count = keys;
  jl_arena_reset(in->row_arena);
  s->proven = jl_id_equal(&id, &s->record->id);
  if (s->proven) s->start = days.start;
  return s->proven;
}

static void try_lengths(struct jl_ingest *in, struct span *s, struct jl_ingest_record *const campaign[2]) {
  for (size_t i = 0; i < JL_COUNT(lengths); i++)
    for (int32_t back = lengths[i].least; back <= lengths[i].most; back++)
      for (size_t k = 0; k < 2; k++)
        if (campaign[k] != NULL && is_of(in, s, campaign[k], back)) return;
}

/* Whether the expense is of this campaign, and of which days: those for which the campaign gives it its id. */
static bool belongs(struct jl_ingest *in, struct span *s, struct jl_ingest_record *const campaign[2], struct jl_arena *scratch) {
  if (campaign[0] == NULL && campaign[1] == NULL) return false;
  const struct jl_id whose = jl_ingest_own_id(campaign[campaign[0] != NULL ? 0 : 1]);
  if (s->proven) return jl_id_equal(&s->whose, &whose);
  for (size_t i = 0; i < s->other_count; i++)
    if (jl_id_equal(&s->others[i], &whose)) return false;
  struct jl_arena *own = in->row_arena;
  in->row_arena = scratch;
  try_lengths(in, s, campaign);
  in->row_arena = own;
  if (s->proven) s->whose = whose;
  else if (s->other_count < OTHERS) s->others[s->other_count++] = whose;
  return s->proven;
}

static bool once_in_file(struct jl_ingest *in, struct jl_ingest_overlaps *o, const struct jl_id *of, const struct jl_about *about, struct jl_error *err) {
  const char *platform = about->says_platform ? jl_arena_strdup(in->cli->arena, about->platform) : "";
  if (platform == NULL) return jl_ingest_no_memory(err);
  for (const struct span *s = first_of(o->rows, of); s != NULL; s = next_of(s->next, of)) {
    bool same = same_days(s, about) && strcmp(s->platform, platform) == 0; /* its key says so */
    if (meet(s, about) && may_be(s->platform, platform) && !same && !is_allowed(in)) return twice(s, about, about->name, err);
  }
  return add(in, o->rows, &(struct span){.of = *of, .start = about->start, .end = about->end, .line = (uint32_t)in->line, .platform = platform}, err);
}

struct row_cost {
  struct jl_ingest *in;
  struct jl_ingest_record *x;
  const struct jl_about_cost *cost;
  struct jl_about *about;
  struct jl_id of;    /* what it is for: as all expenses from `first` on */
  struct span *first;
  struct jl_arena *scratch;
};

static bool is_there(const struct row_cost *c, const struct jl_id *id) {
  for (const struct span *s = c->first; s != NULL; s = next_of(s->next, &c->of))
    if (jl_id_equal(&s->record->id, id)) return true;
  return false;
}

/* The cost of the row's days on another platform. */
static bool has_own(const struct row_cost *c, const char *platform) {
  struct jl_ingest_record other = *c->x;
  other.key_count = c->cost->platform_at;
  (void)jl_ingest_key(&other, jl_arena_printf(c->in->row_arena, JL_ABOUT_KEY_PLATFORM, platform));
  other.key_count = c->x->key_count;
  const struct jl_id id = jl_ingest_own_id(&other);
  return is_there(c, &id);
}

/* Whose an expense is from before platforms were told of costs: that of the figures beside it, when there is one that has no cost of its own. */
static void find_owner(const struct row_cost *c, struct span *s) {
  static const struct jl_id none = {{0}};
  const struct jl_ingest_overlaps *o = c->in->overlaps;
  const struct jl_id *subject = c->about->has_action ? &c->about->action : c->about->has_lever ? &c->about->lever : &none;
  const char *owner = NULL;
  if (s->looked) return;
  s->looked = true;
  for (size_t i = 0; i < PLACES; i++)
    for (const struct span *f = o->there[i]; f != NULL; f = f->next) {
      if (f->platform == NULL || f->platform[0] == '\0' || !jl_id_equal(&f->subject, subject) || f->start != s->start || f->end != s->end) continue;
      if ((owner != NULL && strcmp(owner, f->platform) == 0) || has_own(c, f->platform)) continue;
      if (owner != NULL) return;
      owner = f->platform;
    }
  s->owner = owner;
}

/* An expense of the row's days from that time is the row's when the figures beside it are its platform's, or, where these do not say, when an import of
 * this name made it: then it was made of the first of its rows. Else it is for who imports to say. *ret false: it is another platform's. */
static bool is_before(const struct row_cost *c, struct span *s, bool *ret, struct jl_error *err) {
  const char *platform = c->about->platform;
  char reference[JL_REFERENCE_SIZE];
  bool made = false;
  find_owner(c, s);
  if (s->owner == NULL && !jl_ingest_earlier_made(c->in, &s->record->id, &made, err)) return false;
  if (made) s->owner = jl_arena_strdup(c->in->cli->arena, platform);
  if (made && s->owner == NULL) return jl_ingest_no_memory(err);
  *ret = s->owner != NULL && may_be(s->owner, platform);
  if (*ret) jl_ingest_is(c->x, &s->record->id);
  if (s->owner != NULL || is_allowed(c->in)) return true;
  jl_reference_text(s->record->type, s->record->number, reference);
  return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("{1} is what \"{2}\" cost in these days and does not say on which platform, the file says {3}: is it the same?"),
                 JL_MSG("leave these rows out, or take {1} away (jalon {5} rm {1}) when they are to stand in its place; --set overlap=yes takes both"), jl_arg_text(reference), jl_arg_text(c->about->name), jl_arg_text(platform),
                 jl_arg_text(""), jl_arg_text(jl_record_type_by_number(s->record->type)->command));
}

/* The row's own id of that time. */
static bool find_before(const struct row_cost *c, bool *ret, struct jl_error *err) {
  struct jl_ingest_overlaps *o = c->in->overlaps;
  *ret = false;
  if (!c->about->says_platform) return true;
  if (!read_all(c->in, o, JL_TYPE_FIGURE, add_figure, &o->has_figures, err)) return false;
  for (struct span *s = c->first; s != NULL; s = next_of(s->next, &c->of)) {
    if (!jl_id_equal(&s->record->id, &c->cost->own_before)) continue;
    s->start = c->about->start;
    return is_before(c, s, ret, err);
  }
  return true;
}

/* Of the campaign by a key that has no platform, and not known to be another platform's. */
static bool was_before(const struct row_cost *c, struct span *s) {
  if (jl_id_equal(&s->record->id, &c->cost->own_before) || !belongs(c->in, s, c->cost->before, c->scratch)) return false;
  find_owner(c, s);
  return s->owner == NULL || may_be(s->owner, c->about->platform);
}

/* What is not known to be of this campaign is another's of the same name, when the row says which account, platform or campaign it is. */
static bool meets_none(const struct row_cost *c, bool *ret, struct jl_error *err) {
  const struct jl_about_cost *cost = c->cost;
  *ret = false;
  for (struct span *s = c->first; s != NULL && !*ret; s = next_of(s->next, &c->of)) {
    if (s->end < c->about->start) continue;
    bool known = belongs(c->in, s, cost->campaign, c->scratch), before = !known && was_before(c, s), same = same_days(s, c->about) && !cost->broken_down;
    if ((!known && !before && (cost->broken_down || cost->says_which)) || !meet(s, c->about)) continue;
    if (same && known) jl_ingest_is(c->x, &s->record->id);
    if (same && known) *ret = true;
    if (same && before && !is_before(c, s, ret, err)) return false;
    if (!*ret && !(same && before) && !is_allowed(c->in)) return twice(s, c->about, c->about->name, err);
  }
  return true;
}

static bool find_cost(struct row_cost *c, struct jl_error *err) {
  const struct jl_id own = jl_ingest_own_id(c->x);
  bool is = is_there(c, &own);
  if (c->first == NULL) return true;
  if (!is && !find_before(c, &is, err)) return false;
  if (!is) {
    c->scratch = jl_arena_new(JL_INGEST_ROW_ARENA);
    bool ok = c->scratch != NULL ? meets_none(c, &is, err) : jl_ingest_no_memory(err);
    if (c->scratch != NULL) jl_arena_free(c->scratch);
    if (!ok) return false;
  }
  c->about->cost = is ? JL_COST_THERE : JL_COST_NEW;
  return true;
}

bool jl_about_cost_once(struct jl_ingest *in, struct jl_ingest_record *x, const struct jl_about_cost *cost, struct jl_about *about, struct jl_error *err) {
  struct jl_ingest_overlaps *o = overlaps_of(in);
  struct row_cost c = {.in = in, .x = x, .cost = cost, .about = about};
  if (o == NULL) return jl_ingest_no_memory(err);
  about->cost = JL_COST_NEW;
  if (!read_all(in, o, JL_TYPE_EXPENSE, add_expense, &o->has_expenses, err) || !cost_of(in, about->name, cost->supplier, &c.of, err)) return false;
  c.first = first_of(o->there, &c.of);
  return find_cost(&c, err) && once_in_file(in, o, &cost->of, about, err);
}
