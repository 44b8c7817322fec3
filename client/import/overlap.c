/* Days that would count twice: a campaign's cost by days and its total of the month, a report with the campaigns' numbers and one without, figures of
 * weeks and of the month. What a row says is held against what the plan has and against the rows before it. An expense does not say of which days
 * it is, but its id does: it is that of the campaign and the days for some days that end on its date. */
#include "client/import/about.h"
#include "client/import/parts.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

#define DAYS_MOST 366
#define PLACES 16384 /* of the hash table */

struct span {
  const struct jl_record_state *record; /* NULL: of a row of this file */
  struct jl_id of;                      /* what it counts */
  int32_t start, end;
  uint32_t line;
  bool looked /* for its days */, proven /* a report made it, of the same campaign */;
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

static bool read_figures(struct jl_ingest *in, struct jl_ingest_overlaps *o, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_FIGURE);
  const struct jl_record_state *figures;
  size_t n;
  if (o->has_figures) return true;
  if (!jl_ingest_all(in, JL_TYPE_FIGURE, &figures, &n, err)) return false;
  o->has_figures = true;
  for (size_t i = 0; i < n; i++) {
    struct jl_id lever = {{0}}, action = {{0}};
    struct jl_bytes stage = jl_record_text(type, figures[i].body, JL_FIGURE_STAGE);
    const char *text = jl_arena_strndup(in->row_arena, (const char *)stage.data, stage.size);
    if (text == NULL) return jl_ingest_no_memory(err);
    (void)jl_record_id(type, figures[i].body, JL_FIGURE_LEVER, &lever);
    (void)jl_record_id(type, figures[i].body, JL_FIGURE_ACTION, &action);
    struct span s = {.record = &figures[i], .of = figure_of(in, text, &lever, &action)};
    s.start = (int32_t)jl_record_int(type, figures[i].body, JL_FIGURE_START, 0);
    s.end = (int32_t)jl_record_int(type, figures[i].body, JL_FIGURE_END, 0);
    if (!add(in, o->there, &s, err)) return false;
  }
  return true;
}

bool jl_about_figure_once(struct jl_ingest *in, const struct jl_about *about, const char *stage, struct jl_error *err) {
  static const struct jl_id none = {{0}};
  struct jl_ingest_overlaps *o = overlaps_of(in);
  if (o == NULL) return jl_ingest_no_memory(err);
  if (!about->has_action) return true; /* several platforms bring visits to one channel */
  if (!read_figures(in, o, err)) return false;
  const struct jl_id of = figure_of(in, stage, about->has_lever ? &about->lever : &none, about->has_action ? &about->action : &none);
  for (const struct span *s = first_of(o->there, &of); s != NULL; s = next_of(s->next, &of))
    if (meet(s, about) && !same_days(s, about) && !is_allowed(in)) return twice(s, about, stage, err);
  return true;
}

/* ---- costs ---- */
static bool cost_of(struct jl_ingest *in, const char *title, const char *supplier, struct jl_id *ret, struct jl_error *err) {
  const char *one = jl_text_fold(in->row_arena, title), *other = jl_text_fold(in->row_arena, supplier);
  if (one == NULL || other == NULL) return jl_ingest_no_memory(err);
  const struct jl_bytes parts[] = {{(const uint8_t *)one, strlen(one)}, {(const uint8_t *)other, strlen(other)}};
  *ret = jl_id_derive("what an expense is for", parts, JL_COUNT(parts));
  return true;
}

static bool read_expenses(struct jl_ingest *in, struct jl_ingest_overlaps *o, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_EXPENSE);
  const struct jl_record_state *expenses;
  size_t n;
  if (o->has_expenses) return true;
  if (!jl_ingest_all(in, JL_TYPE_EXPENSE, &expenses, &n, err)) return false;
  o->has_expenses = true;
  struct jl_arena *own = in->row_arena;
  in->row_arena = jl_arena_new(JL_INGEST_ROW_ARENA); /* the row under way keeps its own */
  bool ok = in->row_arena != NULL || jl_ingest_no_memory(err);
  for (size_t i = 0; ok && i < n; i++) {
    struct jl_bytes title = jl_record_text(type, expenses[i].body, JL_EXPENSE_TITLE), supplier = jl_record_text(type, expenses[i].body, JL_EXPENSE_SUPPLIER);
    const char *one = jl_arena_strndup(in->row_arena, (const char *)title.data, title.size), *other = jl_arena_strndup(in->row_arena, (const char *)supplier.data, supplier.size);
    struct span s = {.record = &expenses[i]};
    s.start = s.end = (int32_t)jl_record_int(type, expenses[i].body, JL_EXPENSE_DATE, 0);
    ok = one != NULL && other != NULL ? cost_of(in, one, other, &s.of, err) && add(in, o->there, &s, err) : jl_ingest_no_memory(err);
    jl_arena_reset(in->row_arena);
  }
  jl_arena_free(in->row_arena);
  in->row_arena = own;
  return ok;
}

/* Of which days an expense is: those for which the campaign gives it its id. */
static void find_days(struct jl_ingest *in, struct span *s, struct jl_ingest_record *const campaign[2]) {
  s->looked = true;
  for (int32_t back = 0; back < DAYS_MOST && !s->proven; back++)
    for (size_t i = 0; i < 2 && !s->proven; i++) {
      if (campaign[i] == NULL) continue;
      struct jl_about days = {.name = "", .start = s->end - back, .end = s->end};
      size_t keys = campaign[i]->key_count;
      (void)jl_about_key_days(campaign[i], in, &days);
      const struct jl_id id = jl_ingest_own_id(campaign[i]);
      campaign[i]->key_count = keys;
      s->proven = jl_id_equal(&id, &s->record->id);
      if (s->proven) s->start = days.start;
    }
}

static bool once_in_file(struct jl_ingest *in, struct jl_ingest_overlaps *o, const struct jl_id *of, const struct jl_about *about, struct jl_error *err) {
  for (const struct span *s = first_of(o->rows, of); s != NULL; s = next_of(s->next, of))
    if (meet(s, about) && !same_days(s, about) && !is_allowed(in)) return twice(s, about, about->name, err);
  return add(in, o->rows, &(struct span){.of = *of, .start = about->start, .end = about->end, .line = (uint32_t)in->line}, err);
}

bool jl_about_cost_once(struct jl_ingest *in, struct jl_ingest_record *x, const struct jl_about_cost *cost, const struct jl_about *about, struct jl_error *err) {
  struct jl_ingest_overlaps *o = overlaps_of(in);
  const struct jl_id own = jl_ingest_own_id(x);
  struct jl_id of;
  if (o == NULL) return jl_ingest_no_memory(err);
  if (!read_expenses(in, o, err) || !cost_of(in, about->name, cost->supplier, &of, err)) return false;
  struct span *const first = first_of(o->there, &of);
  for (struct span *s = first; s != NULL; s = next_of(s->next, &of))
    if (jl_id_equal(&s->record->id, &own)) return once_in_file(in, o, &cost->of, about, err);
  for (struct span *s = first; s != NULL; s = next_of(s->next, &of)) {
    if (s->end < about->start) continue;
    if (!s->looked) find_days(in, s, cost->campaign);
    if ((cost->broken_down && !s->proven) || !meet(s, about)) continue;
    if (same_days(s, about) && s->proven && !cost->broken_down) {
      jl_ingest_is(x, &s->record->id);
      break;
    }
    if (!is_allowed(in)) return twice(s, about, about->name, err);
  }
  return once_in_file(in, o, &cost->of, about, err);
}
