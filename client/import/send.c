/* The chunk as one group of edits. What the server refuses is looked into by dry runs, which leave nothing behind: halves, until the guilty rows
 * are found; these are rejected with the rule's reason and the rest is sent. */
#include "client/import/parts.h"
#include "common/base/mutants.h"
#include <string.h>

#define RANGES 64   /* on the stack of halves: more than a chunk can have */
#define NAMED_MOST 8 /* refusals that name their record are taken out one by one so often, before it is halved */

struct sent {
  struct jl_ingest *in;
  bool decided, queued, parked, local;
  uint64_t revision, outbox;
  struct jl_error error;
  bool conflicts;
};
struct range { size_t from, to; };

static struct jl_ingest_item *item_of(struct jl_ingest *in, const struct jl_id *id) {
  for (size_t i = 0; i < in->chunk.item_count; i++)
    if (jl_id_equal(&in->chunk.items[i].id, id)) return &in->chunk.items[i];
  return NULL;
}

/* Somebody else was there between our look and our edit: it stays as it is, and is told. */
static void met(struct jl_ingest *in, const struct jl_verdict *v) {
  for (size_t i = 0; i < v->conflict_count; i++) {
    struct jl_ingest_item *item = item_of(in, &v->conflicts[i].record);
    if (item == NULL) continue;
    item->fate = v->error.code == JL_E_RECORD_DELETED ? JL_FATE_GONE : JL_FATE_KEPT;
  }
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  struct sent *s = context;
  const struct jl_verdict *v = reply->verdict;
  jl_ingest_heard(s->in, reply);
  jl_ingest_progress(s->in);
  s->error = reply->error;
  s->local = reply->local;
  if (reply->queued != 0) {
    s->queued = true;
    s->outbox = reply->queued;
    s->parked = reply->foreseen.code == JL_E_DEPENDS;
    if (s->in->under_way_count < JL_COUNT(s->in->under_way)) s->in->under_way[s->in->under_way_count++] = reply->queued;
  }
  if ((reply->queued != 0 || (v == NULL && reply->local)) && s->error.code == JL_E_OK && !s->parked) s->error = reply->foreseen; /* what the local copy thinks */
  if (v == NULL) return;
  s->decided = true;
  s->revision = v->revision;
  s->error = v->error;
  s->conflicts = v->conflict_count > 0;
  if (v->error.code != JL_E_OK) met(s->in, v);
}

/* ---- a group ---- */
static const struct jl_ingest_change *change_of(const struct jl_ingest_item *item, uint32_t field) {
  for (size_t i = 0; i < item->change_count; i++)
    if (item->changes[i].field == field) return &item->changes[i];
  return NULL;
}

/* The row says what its amounts are in: in another currency they are given anew, be they the same numbers. */
static bool is_given_anew(const struct jl_ingest_item *item, const struct jl_field *field) {
  const struct jl_ingest_change *unit = field->kind == JL_KIND_MONEY ? change_of(item, field->unit_field) : NULL;
  for (size_t i = 0; unit != NULL && !unit->kept && i < item->given_count; i++)
    if (item->given[i] == field->number) return jl_record_has(item->now.body, field->number);
  return false;
}

static void put_fields(struct jl_group *g, const struct jl_ingest_item *item) {
  const struct jl_record_type *type = jl_record_type_by_number(item->type);
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    const struct jl_ingest_change *change = change_of(item, field->number);
    struct jl_bytes now = jl_record_slice(item->now.body, field->number);
    if (change != NULL && !change->kept) jl_group_field(g, field->number, change->base, change->next);
    if (change == NULL && is_given_anew(item, field)) jl_group_field(g, field->number, now, now);
  }
}

static void put_item(struct jl_group *g, const struct jl_ingest_item *item) {
  if (item->fate == JL_FATE_MAKE) jl_group_create(g, item->type, &item->id, item->whole);
  if (item->fate == JL_FATE_BACK) jl_group_restore(g, item->type, &item->id);
  if (item->fate == JL_FATE_CHANGE || (item->fate == JL_FATE_BACK && item->change_count > 0)) {
    jl_group_update(g, item->type, &item->id);
    put_fields(g, item);
  }
}

static struct jl_group *group_of(struct jl_ingest *in, struct range r, bool dry, struct jl_error *err) {
  const struct jl_id space = in->chunk.item_count == 0 ? in->cli->plan : jl_cli_space(in->cli, jl_record_type_by_number(in->chunk.items[0].type));
  struct jl_group *g = jl_group_new(&space);
  if (g == NULL) (void)jl_cli_no_link(err);
  for (size_t l = r.from; g != NULL && l < r.to; l++)
    for (size_t i = 0; !in->chunk.lines[l].rejected && i < in->chunk.lines[l].count; i++) {
      struct jl_ingest_item *item = &in->chunk.items[in->chunk.lines[l].first + i];
      put_item(g, item);
      if (!dry && (item->fate == JL_FATE_MAKE || item->fate == JL_FATE_CHANGE || item->fate == JL_FATE_BACK)) item->sent = item->fate;
    }
  return g;
}

/* After a conflict its group waits in the outbox for a choice; here the choice is made. */
static void forget(struct jl_ingest *in, uint64_t outbox) {
  struct jl_error ignored;
  if (outbox != 0 && jl_cli_has_outbox(in->cli)) (void)!jl_local_drop(in->cli->local, outbox, false, &ignored);
}

/* Of a dry run the server keeps what the parts before this one did, as long as they have the import's name and count on; a probe stands alone. */
enum how { FOR_GOOD, PROBE };

/* Without waiting for the verdict. *ret_edits 0: there was nothing to send. */
static bool submit(struct jl_ingest *in, struct range r, enum how how, struct sent *s, size_t *ret_edits, struct jl_error *err) {
  *s = (struct sent){.in = in};
  bool dry = in->cli->dry_run || how == PROBE;
  struct jl_group *g = group_of(in, r, dry, err);
  if (g == NULL) return false;
  *ret_edits = jl_group_edits(g);
  bool ok = *ret_edits == 0 || dry || jl_cli_open_local(in->cli, JL_LOCAL_WAIT_MS, err);
  if (ok && *ret_edits > 0) {
    uint32_t *part = in->type == NULL && jl_type_is_directory(in->chunk.items[0].type) ? &in->directory_part : &in->part; /* each space counts its own */
    if (how == FOR_GOOD) jl_group_import(g, &in->run, in->name, ++*part);
    uint64_t number = jl_client_submit(in->cli->client, g, dry, on_verdict, s, err);
    ok = number != 0;
    if (!dry) in->cli->submitted = true;
    if (!dry) s->outbox = number;
  }
  jl_group_free(g);
  return ok;
}

static bool try_range(struct jl_ingest *in, struct range r, enum how how, struct sent *s, size_t *ret_edits, struct jl_error *err) {
  return submit(in, r, how, s, ret_edits, err) && (*ret_edits == 0 || jl_cli_wait(in->cli, err));
}

/* ---- what came of it ---- */
static bool refused_for_good(const struct sent *s) {
  enum jl_class class = jl_code_class(s->error.code);
  return class == JL_CLASS_RETRY || class == JL_CLASS_UNKNOWN || class == JL_CLASS_RESYNC || class == JL_CLASS_INTERNAL || s->error.code == JL_E_UNAUTHENTICATED ||
         s->error.code == JL_E_LOGIN_LIMITED;
}

/* "X9 Salon has no amount": X9 is no record, and will be another one's number. */
static void without_number(const struct jl_ingest *in, const struct jl_ingest_line *l, struct jl_arg *arg) {
  const struct jl_record_type *type;
  uint64_t number;
  size_t size = arg->kind == JL_ARG_TEXT ? jl_reference_scan(arg->text, &type, &number) : 0;
  if (size == 0 || arg->text[size] != ' ' || type == NULL) return;
  for (size_t i = 0; i < l->count; i++) {
    const struct jl_ingest_item *item = &in->chunk.items[l->first + i];
    if (item->type != type->number || item->fate != JL_FATE_MAKE) continue;
    memmove(arg->text, arg->text + size + 1, strlen(arg->text + size + 1) + 1);
    return;
  }
}

static void reject(struct jl_ingest *in, size_t line, const struct jl_error *why) {
  struct jl_ingest_line *l = &in->chunk.lines[line];
  l->rejected = true;
  l->error = *why;
  for (size_t i = 0; i < JL_ERROR_ARGS; i++) without_number(in, l, &l->error.args[i]);
}

/* The row whose record the refusal is about. */
static bool reject_named(struct jl_ingest *in, struct range r, const struct jl_error *why) {
  const struct jl_ingest_item *item = jl_id_is_zero(&why->record) ? NULL : item_of(in, &why->record);
  if (item == NULL || item->row < r.from || item->row >= r.to || in->chunk.lines[item->row].rejected) return false;
  reject(in, item->row, why);
  return true;
}

static bool is_edited(const struct jl_ingest *in, size_t line) {
  const struct jl_ingest_line *l = &in->chunk.lines[line];
  for (size_t i = 0; i < l->count; i++) {
    enum jl_ingest_fate fate = in->chunk.items[l->first + i].fate;
    if (fate == JL_FATE_MAKE || fate == JL_FATE_CHANGE || fate == JL_FATE_BACK) return !l->rejected;
  }
  return false;
}

static size_t edited_lines(const struct jl_ingest *in, struct range r, size_t *ret_last) {
  size_t n = 0;
  for (size_t l = r.from; l < r.to; l++)
    if (is_edited(in, l)) {
      n++;
      *ret_last = l;
    }
  return n;
}

/* Kept for later, when the command began without the server; otherwise it is sent before the rows are looked at again (away.c). */
static void taken(struct jl_ingest *in, const struct sent *s) {
  in->groups++;
  if (s->queued) in->outcome.queued = s->outbox;
  if (!s->queued && s->revision > in->outcome.revision && !in->cli->dry_run) in->outcome.revision = s->revision;
}

/* By halves of what is left, each a probe; or each for good: when every half is right by itself and the whole is not, they are too much together
 * (a budget that is spent). */
static bool halve(struct jl_ingest *in, struct range all, enum how how, struct jl_error *err) {
  struct range stack[RANGES] = {all};
  size_t depth = 1, last = 0;
  while (depth > 0) {
    struct range r = stack[--depth];
    struct sent s = {0};
    size_t edits = 0;
    if (edited_lines(in, r, &last) == 0) continue;
    for (size_t named = 0; named < NAMED_MOST; named++) {
      if (!try_range(in, r, how, &s, &edits, err)) return false;
      if (s.error.code == JL_E_OK || refused_for_good(&s)) break;
      if (s.conflicts) forget(in, s.outbox);
      if (!s.conflicts && !reject_named(in, r, &s.error)) break;
    }
    if (s.error.code == JL_E_OK && how == FOR_GOOD) taken(in, &s);
    if (s.error.code == JL_E_OK) continue;
    if (refused_for_good(&s)) {
      *err = s.error;
      return false;
    }
    size_t n = edited_lines(in, r, &last);
    if (n == 1) reject(in, last, &s.error);
    if (n <= 1 || depth + 2 > RANGES) continue;
    size_t middle = r.from + (r.to - r.from) / 2;
    stack[depth++] = (struct range){middle, r.to};
    stack[depth++] = (struct range){r.from, middle};
  }
  return true;
}

static size_t rejected_lines(const struct jl_ingest *in, struct range r) {
  size_t n = 0;
  for (size_t i = r.from; i < r.to; i++) n += in->chunk.lines[i].rejected;
  return n;
}

/* What was sent before the server went, and was found there when it was back, was done by this import. */
void jl_ingest_sent(struct jl_ingest *in) {
  for (size_t l = 0; l < in->chunk.line_count; l++) {
    in->done++;
    for (size_t i = 0; !in->chunk.lines[l].rejected && i < in->chunk.lines[l].count; i++) {
      const struct jl_ingest_item *item = &in->chunk.items[in->chunk.lines[l].first + i];
      in->fates[item->fate == JL_FATE_SAME ? item->sent : item->fate]++;
    }
  }
  jl_point("import.decided");
}

/* The guilty rows of a group that was refused are looked for without trace, and the rest is sent. */
static bool send_rest(struct jl_ingest *in, struct range r, struct sent *s, struct jl_error *err) {
  for (size_t attempt = 0; attempt < 3 + NAMED_MOST; attempt++) {
    size_t edits, before = rejected_lines(in, r);
    if (s->error.code == JL_E_OK) taken(in, s);
    if (s->error.code == JL_E_OK) return true;
    if (refused_for_good(s)) {
      in->outcome.queued = s->queued ? s->outbox : 0;
      *err = s->error;
      return false;
    }
    forget(in, s->queued || s->conflicts ? s->outbox : 0);
    if (!s->conflicts) {
      if (in->cli->dry_run) return halve(in, r, FOR_GOOD, err); /* leaves nothing either */
      if (!halve(in, r, PROBE, err)) return false;
      if (rejected_lines(in, r) == before) return halve(in, r, FOR_GOOD, err);
    }
    if (!try_range(in, r, FOR_GOOD, s, &edits, err)) return false;
    if (edits == 0) return true;
  }
  return jl_fail(err, JL_E_OVERLOADED, JL_MSG("others keep changing the same records"), JL_MSG("the same command goes on from here"));
}

/* The chunk as groups that are under way together. */
static bool send(struct jl_ingest *in, struct jl_error *err) {
  struct range ranges[JL_INGEST_GROUPS];
  struct sent sent[JL_INGEST_GROUPS];
  size_t edits[JL_INGEST_GROUPS], n = 0;
  for (size_t from = 0; from < in->chunk.line_count; n++) {
    size_t to = from, items = 0, bytes = 0;
    for (; to < in->chunk.line_count && (to == from || n + 1 == JL_INGEST_GROUPS || (items + in->chunk.lines[to].count <= JL_INGEST_GROUP_ITEMS && bytes + in->chunk.lines[to].bytes <= JL_INGEST_GROUP_BYTES)); to++) {
      items += in->chunk.lines[to].count;
      bytes += in->chunk.lines[to].bytes;
    }
    ranges[n] = (struct range){from, to};
    from = to;
  }
  bool ok = true;
  size_t begun = 0;
  for (; ok && begun < n; begun++) ok = submit(in, ranges[begun], FOR_GOOD, &sent[begun], &edits[begun], err);
  jl_point("import.submitted");
  if (begun > 0 && !jl_cli_wait(in->cli, ok ? err : &(struct jl_error){0})) ok = false; /* what is under way points here */
  for (size_t i = 0; ok && i < n; i++) ok = edits[i] == 0 || send_rest(in, ranges[i], &sent[i], err);
  return ok;
}

bool jl_ingest_send(struct jl_ingest *in, struct jl_error *err) { return in->preview || (jl_ingest_resume_note(in, err) && send(in, err)); }
