/* Figures of earlier imports of the same rows. A figure is known by its lever and campaign, so a row that stands for another one now makes another
 * figure; the one that it made before would count the same results twice. Nothing in a figure says which row it is of, but the log does: what
 * imports of this name made together. A figure of one of them goes when the file speaks of its stage and days and does not say it again, and says all
 * else that was made with it: the expenses of its days or, when no import of the name made any, all its stages and days. So a file of other campaigns
 * that only has the same name takes nothing away; what somebody changed since stays, and is told. */
#include "client/import/parts.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define READ_AT_ONCE 64
#define FIGURES_MAX 200000

struct figure {
  struct jl_id id, run, period;
  int32_t end;
  uint64_t revision;   /* of the last import of this name that touched it */
};
struct earlier {
  struct jl_ingest *in;
  struct figure *figures;
  size_t count, capacity;
  struct jl_ingest_index by_id, days /* of expenses */, made /* imports, and days of them, with expenses */, lacking /* of these the file has not all */;
  uint64_t last;
  bool has_more, local;
  struct jl_error error;
};
struct asked {
  struct earlier *e;
  struct figure *const *figures;
  size_t count;
  struct jl_record_state *states; /* revision 0: it is not there */
  struct jl_error error;
};

static const struct jl_record_type *type_of(uint32_t number) { return jl_record_type_by_number(number); }

static struct jl_id period_of(struct jl_bytes stage, struct jl_bytes start, struct jl_bytes end, struct jl_bytes platform) {
  const struct jl_bytes parts[] = {stage, start, end, platform};
  return jl_id_derive("period of a figure", parts, JL_COUNT(parts));
}

static struct jl_id day_of(const struct jl_id *run, int64_t day) {
  const struct jl_bytes parts[] = {{run->bytes, sizeof run->bytes}, {(const uint8_t *)&day, sizeof day}};
  return jl_id_derive("day of an import", parts, JL_COUNT(parts));
}

bool jl_ingest_earlier_said(struct jl_ingest *in, const struct jl_ingest_record *r, struct jl_error *err) {
  struct jl_ingest_seen *seen;
  bool is_new;
  if (r->type->number != JL_TYPE_FIGURE) return true;
  const struct jl_bytes stage = jl_record_slice(r->whole, JL_FIGURE_STAGE), start = jl_record_slice(r->whole, JL_FIGURE_START), end = jl_record_slice(r->whole, JL_FIGURE_END);
  const struct jl_id period = period_of(stage, start, end, jl_record_slice(r->whole, JL_FIGURE_PLATFORM)), any = period_of(stage, start, end, (struct jl_bytes){NULL, 0}); /* what tells none is from before */
  in->says_figures = true;
  return jl_ingest_index_put(&in->index, &period, r->line, &seen, &is_new, err) && jl_ingest_index_put(&in->index, &any, r->line, &seen, &is_new, err);
}

static bool says(const struct jl_ingest *in, const struct jl_id *id) {
  const struct jl_ingest_seen *seen = jl_ingest_index_find(&in->index, id);
  return seen != NULL && seen->line != JL_INGEST_VOID;
}

/* ---- what imports of this name made ---- */
static struct jl_bytes after(const struct jl_log_change *c, uint32_t field) {
  for (size_t i = 0; i < c->field_count; i++)
    if (c->fields[i].field == field) return c->fields[i].after;
  return (struct jl_bytes){NULL, 0};
}

static bool note(struct jl_ingest_index *x, const struct jl_id *id, size_t place, struct jl_error *err) {
  struct jl_ingest_seen *seen;
  bool is_new;
  return jl_ingest_index_put(x, id, place, &seen, &is_new, err);
}

/* Of this import and day, of the day, of the import, of all of the name. */
static void scopes(const struct jl_id *run, int64_t day, struct jl_id ret[4]) {
  static const struct jl_id any = {{0}};
  ret[0] = day_of(run, day);
  ret[1] = day_of(&any, day);
  ret[2] = *run;
  ret[3] = day_of(&any, INT64_MAX);
}

static bool take_expense(struct earlier *e, const struct jl_log_entry *entry, const struct jl_log_change *c, struct jl_error *err) {
  const struct jl_bytes date = after(c, JL_EXPENSE_DATE);
  struct jl_ingest_seen *seen = jl_ingest_index_find(&e->days, &c->id);
  struct jl_id within[4];
  bool is_new, has = says(e->in, &c->id);
  if (seen == NULL && date.size == 0) return true;
  if (seen == NULL && !jl_ingest_index_put(&e->days, &c->id, 0, &seen, &is_new, err)) return false;
  if (date.size > 0) seen->line = (uint32_t)jl_record_int(type_of(JL_TYPE_EXPENSE), date, JL_EXPENSE_DATE, 0);
  scopes(&entry->import, (int32_t)seen->line, within);
  for (size_t i = 0; i < JL_COUNT(within); i++)
    if (!note(&e->made, &within[i], 0, err) || (!has && !note(&e->lacking, &within[i], 0, err))) return false;
  return true;
}

static bool grow(struct earlier *e, struct jl_error *err) {
  if (e->count < e->capacity) return true;
  size_t wanted = e->capacity == 0 ? 256 : e->capacity * 2;
  struct figure *larger = e->count < FIGURES_MAX ? realloc(e->figures, wanted * sizeof *larger) : NULL;
  if (larger == NULL) return jl_ingest_no_memory(err);
  e->figures = larger;
  e->capacity = wanted;
  return true;
}

static bool take_figure(struct earlier *e, const struct jl_log_entry *entry, const struct jl_log_change *c, struct jl_error *err) {
  struct jl_ingest_seen *seen = jl_ingest_index_find(&e->by_id, &c->id);
  if (seen != NULL) e->figures[seen->line].revision = entry->revision;
  if (seen != NULL || c->verb != JL_VERB_CREATE) return true;
  struct jl_bytes end = after(c, JL_FIGURE_END);
  struct figure f = {.id = c->id, .run = entry->import, .revision = entry->revision, .period = period_of(after(c, JL_FIGURE_STAGE), after(c, JL_FIGURE_START), end, after(c, JL_FIGURE_PLATFORM))};
  f.end = (int32_t)jl_record_int(type_of(JL_TYPE_FIGURE), end, JL_FIGURE_END, 0);
  if (!grow(e, err) || !note(&e->by_id, &c->id, e->count, err)) return false;
  e->figures[e->count++] = f;
  return true;
}

static void on_log(void *context, const struct jl_reply *reply) {
  struct earlier *e = context;
  jl_ingest_heard(e->in, reply);
  e->error = reply->error;
  e->has_more = reply->has_more;
  e->local = reply->local;
  e->last = reply->log_last;
  for (size_t i = 0; e->error.code == JL_E_OK && i < reply->log_count; i++) {
    const struct jl_log_entry *entry = &reply->log[i];
    if (entry->revision > e->last) e->last = entry->revision;
    if (strcmp(entry->import_name, e->in->name) != 0) continue; /* an older server tells of all */
    for (size_t k = 0; e->error.code == JL_E_OK && k < entry->change_count; k++) {
      const struct jl_log_change *c = &entry->changes[k];
      if (c->type == JL_TYPE_EXPENSE) (void)!take_expense(e, entry, c, &e->error);
      if (c->type == JL_TYPE_FIGURE) (void)!take_figure(e, entry, c, &e->error);
    }
  }
}

static bool read_log(struct earlier *e, struct jl_error *err) {
  struct jl_log_ask ask = {.space = e->in->cli->plan, .from = 1, .to = UINT64_MAX, .import_name = e->in->name};
  for (bool more = true; more;) {
    if (jl_client_find_log(e->in->cli->client, &ask, on_log, e) == 0) return jl_cli_no_link(err);
    if (!jl_cli_wait(e->in->cli, err)) return false;
    if (e->error.code != JL_E_OK) {
      *err = e->error;
      return false;
    }
    more = e->has_more && e->last + 1 > ask.from;
    ask.from = e->last + 1;
  }
  return true;
}

/* ---- which of them go ---- */
/* When nothing of the name made expenses: imports of which the file does not say all. */
static bool find_lacking(struct earlier *e, struct jl_error *err) {
  for (size_t i = 0; e->made.count == 0 && i < e->count; i++)
    if (!says(e->in, &e->figures[i].period) && !note(&e->lacking, &e->figures[i].run, 0, err)) return false;
  return true;
}

static bool goes(const struct earlier *e, const struct figure *f) {
  struct jl_id within[4];
  size_t i = 0;
  if (says(e->in, &f->id) || !says(e->in, &f->period)) return false;
  scopes(&f->run, f->end, within);
  while (i < JL_COUNT(within) && jl_ingest_index_find(&e->made, &within[i]) == NULL) i++;
  return jl_ingest_index_find(&e->lacking, i < JL_COUNT(within) ? &within[i] : &f->run) == NULL;
}

static void on_read(void *context, const struct jl_reply *reply) {
  struct asked *a = context;
  jl_ingest_heard(a->e->in, reply);
  a->error = reply->error;
  for (size_t i = 0; a->error.code == JL_E_OK && i < a->count && i < reply->found_count; i++)
    if (reply->found[i].error.code == JL_E_OK && reply->found[i].record_count > 0) a->states[i] = reply->found[i].records[0];
}

static bool read_states(struct asked *a, struct jl_error *err) {
  static const uint32_t type = JL_TYPE_FIGURE;
  struct jl_query queries[READ_AT_ONCE];
  for (size_t i = 0; i < a->count; i++) queries[i] = (struct jl_query){.id = a->figures[i]->id, .types = &type, .type_count = 1, .deleted = true};
  if (jl_client_read(a->e->in->cli->client, &a->e->in->cli->plan, queries, a->count, on_read, a) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(a->e->in->cli, err)) return false;
  if (a->error.code == JL_E_OK) return true;
  *err = a->error;
  return false;
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  struct earlier *e = context;
  jl_ingest_heard(e->in, reply);
  e->error = reply->verdict != NULL ? reply->verdict->error : reply->error;
  if (reply->verdict != NULL && reply->verdict->revision > e->in->outcome.revision) e->in->outcome.revision = reply->verdict->revision;
}

static bool send(struct earlier *e, struct jl_group *g, struct jl_error *err) {
  struct jl_ingest *in = e->in;
  if (!jl_ingest_resume_note(in, err) || !jl_cli_open_local(in->cli, JL_LOCAL_WAIT_MS, err)) return false;
  jl_group_import(g, &in->run, in->name, ++in->part);
  e->error = (struct jl_error){0};
  if (jl_client_submit(in->cli->client, g, false, on_verdict, e, err) == 0) return false;
  in->cli->submitted = true;
  if (!jl_cli_wait(in->cli, err)) return false;
  if (e->error.code == JL_E_OK) return ++in->groups > 0;
  *err = e->error;
  return false;
}

struct undoing { struct jl_ingest *in; uint64_t revision; bool is; struct jl_error error; };

static void on_entry(void *context, const struct jl_reply *reply) {
  struct undoing *u = context;
  jl_ingest_heard(u->in, reply);
  u->error = reply->error;
  for (size_t i = 0; i < reply->log_count; i++) u->is = u->is || reply->log[i].undoes != 0;
}

/* The undoing of an import brought it back, nobody typed it. Those of one undoing follow each other, so the last answer is kept. */
static bool undid(struct undoing *u, uint64_t revision, struct jl_error *err) {
  if (u->revision == revision) return true;
  *u = (struct undoing){.in = u->in, .revision = revision};
  if (jl_client_read_log(u->in->cli->client, &u->in->cli->plan, revision, revision, 0, on_entry, u) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(u->in->cli, err)) return false;
  if (u->error.code == JL_E_OK) return true;
  *err = u->error;
  return false;
}

/* Not when somebody changed it since. */
static bool take_one(struct earlier *e, const struct figure *f, const struct jl_record_state *now, struct undoing *u, struct jl_group *g, struct jl_error *err) {
  if (now->revision == 0 || now->deleted_revision != 0) return true;
  bool ours = now->revision == f->revision || e->in->overwrite;
  if (!ours && !undid(u, now->revision, err)) return false;
  ours = ours || u->is;
  e->in->earlier += ours;
  e->in->earlier_kept += !ours;
  if (ours) jl_group_delete(g, JL_TYPE_FIGURE, &f->id, now->revision, false);
  return true;
}

/* So many of them as one request reads. */
static bool take_away(struct earlier *e, struct figure *const *figures, size_t n, struct jl_error *err) {
  struct jl_record_state states[READ_AT_ONCE] = {{0}};
  struct asked a = {.e = e, .figures = figures, .count = n, .states = states};
  struct jl_ingest *in = e->in;
  if (!read_states(&a, err)) return false;
  struct jl_group *g = jl_group_new(&in->cli->plan);
  if (g == NULL) return jl_cli_no_link(err);
  struct undoing undoing = {.in = in};
  bool ok = true;
  for (size_t i = 0; ok && i < n; i++) ok = take_one(e, figures[i], &states[i], &undoing, g, err);
  ok = ok && (in->cli->dry_run || jl_group_edits(g) == 0 || send(e, g, err));
  jl_group_free(g);
  return ok;
}

static bool all_of(struct earlier *e, struct jl_error *err) {
  struct figure *some[READ_AT_ONCE];
  size_t n = 0;
  if (!read_log(e, err)) return false;
  if (e->local || e->count == 0) return true; /* the same command finds them when the server is there */
  if (!find_lacking(e, err)) return false;
  for (size_t i = 0; i < e->count; i++) {
    if (goes(e, &e->figures[i])) some[n++] = &e->figures[i];
    if (n == READ_AT_ONCE || (n > 0 && i + 1 == e->count)) {
      if (!take_away(e, some, n, err)) return false;
      n = 0;
    }
  }
  return true;
}

static bool once(struct jl_ingest *in, void *context, struct jl_error *err) {
  struct earlier e = {.in = in};
  (void)context;
  in->earlier = in->earlier_kept = 0;
  bool ok = all_of(&e, err);
  jl_ingest_index_free(&e.by_id);
  jl_ingest_index_free(&e.days);
  jl_ingest_index_free(&e.made);
  jl_ingest_index_free(&e.lacking);
  free(e.figures);
  return ok;
}

bool jl_ingest_earlier(struct jl_ingest *in, struct jl_error *err) {
  in->earlier = in->earlier_kept = 0;
  return !in->says_figures || in->preview || in->rejected > 0 || in->cli->heard.local || jl_ingest_with_server(in, once, NULL, err);
}

/* ---- whether one of them is a row's ---- */
static bool find_made(struct jl_ingest *in, void *context, struct jl_error *err) {
  struct earlier e = {.in = in};
  (void)context;
  bool ok = read_log(&e, err);
  jl_ingest_index_free(&in->figures_made);
  jl_ingest_index_free(&in->expenses_made);
  if (e.local) jl_ingest_index_free(&e.by_id);
  if (e.local) jl_ingest_index_free(&e.days);
  in->figures_made = e.by_id;
  in->expenses_made = e.days;
  jl_ingest_index_free(&e.made);
  jl_ingest_index_free(&e.lacking);
  free(e.figures);
  return ok;
}

bool jl_ingest_earlier_made(struct jl_ingest *in, const struct jl_id *id, bool *ret, struct jl_error *err) {
  if (!in->has_figures_made && !jl_ingest_with_server(in, find_made, NULL, err)) return false;
  in->has_figures_made = true;
  *ret = jl_ingest_index_find(&in->figures_made, id) != NULL || jl_ingest_index_find(&in->expenses_made, id) != NULL;
  return true;
}
