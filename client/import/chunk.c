/* Rows on their way: so many together as one group takes, compared with what is there, then sent. */
#include "client/import/parts.h"
#include "common/record/schema.h"
#include <string.h>

#define CHUNK_GROUPS 8   /* full ones; cut between rows they may be twice as many */
#define CHUNK_RAW (8u << 20) /* of rows as they were, should they be rejected */

static bool reserve(struct jl_arena *a, void **array, size_t count, size_t *capacity, size_t size, struct jl_error *err) {
  if (count < *capacity) return true;
  size_t wanted = *capacity == 0 ? 256 : *capacity * 2;
  void *larger = jl_arena_array(a, wanted, size);
  if (larger == NULL) return jl_ingest_no_memory(err);
  if (count > 0) memcpy(larger, *array, count * size);
  *array = larger;
  *capacity = wanted;
  return true;
}

static bool take(struct jl_ingest *in, struct jl_ingest_chunk *c, const struct jl_ingest_record *r, struct jl_error *err) {
  if (!reserve(c->arena, (void **)&c->items, c->item_count, &c->item_capacity, sizeof *c->items, err)) return false;
  struct jl_ingest_item *item = &c->items[c->item_count++];
  *item = (struct jl_ingest_item){.type = r->type->number, .id = r->id, .row = c->line_count - 1, .sent = JL_FATE_SAME, .whole = jl_arena_dup(c->arena, r->whole), .given_count = r->given_count};
  struct jl_bytes given = jl_arena_dup(c->arena, (struct jl_bytes){(const uint8_t *)r->given, r->given_count * sizeof *r->given});
  memcpy(&item->given, &given.data, sizeof item->given);
  if (r->named) {
    const struct jl_id space = jl_cli_space(in->cli, r->type);
    item->shown = in->cli->has_base ? in->cli->base : jl_profile_shown(in->cli->profile, &space, &r->id);
  }
  in->made_expenses = in->made_expenses || r->type->number == JL_TYPE_EXPENSE;
  c->bytes += r->whole.size + 64;
  c->lines[c->line_count - 1].count++;
  c->lines[c->line_count - 1].bytes += r->whole.size + 64;
  return (item->whole.data != NULL && (item->given_count == 0 || item->given != NULL)) || jl_ingest_no_memory(err);
}

/* They count all the same: an invoice that is a year off is only found out by who is told. */
static void note_early(struct jl_ingest *in, const struct jl_ingest_record *r) {
  if (r->type->number != JL_TYPE_EXPENSE || !in->input.has_period || !jl_record_has(r->whole, JL_EXPENSE_DATE)) return;
  if (jl_record_int(r->type, r->whole, JL_EXPENSE_DATE, 0) < in->input.period_start && in->early++ == 0) in->early_line = r->line;
}

static bool begin_line(struct jl_ingest *in, struct jl_ingest_chunk *c, struct jl_bytes raw, struct jl_error *err) {
  if (!reserve(c->arena, (void **)&c->lines, c->line_count, &c->line_capacity, sizeof *c->lines, err)) return false;
  c->lines[c->line_count++] = (struct jl_ingest_line){.line = in->line, .first = c->item_count, .place = raw.data != NULL ? in->place.number : 0, .raw = jl_arena_dup(c->arena, raw)};
  c->raw_bytes += raw.size;
  return true;
}

/* What other rows may refer to goes before the row: people and the like, then the plan's own. */
static struct jl_ingest_chunk *chunk_of(struct jl_ingest *in, const struct jl_ingest_record *r) {
  return r->type->space != JL_SPACE_PLAN && in->type == NULL ? &in->before[0] : r->once ? &in->before[1] : &in->chunk;
}

bool jl_ingest_chunk_take(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  struct jl_bytes raw = in->row == NULL ? (struct jl_bytes){NULL, 0} : jl_ingest_raw(in, in->row);
  if (!begin_line(in, c, raw, err)) return false;
  for (const struct jl_ingest_record *r = in->records; r != NULL; r = r->next) {
    struct jl_ingest_chunk *to = chunk_of(in, r);
    if (!jl_ingest_earlier_said(in, r, err)) return false;
    note_early(in, r);
    if ((to != c && !begin_line(in, to, (struct jl_bytes){NULL, 0}, err)) || !take(in, to, r, err)) return false;
  }
  return true;
}

bool jl_ingest_chunk_full(const struct jl_ingest *in) {
  size_t more = 0, bytes = 0;
  for (const struct jl_ingest_record *r = in->records; r != NULL; r = r->next) {
    more++;
    bytes += r->whole.size + 64;
  }
  return in->chunk.line_count > 0 && (in->before[0].item_count >= JL_INGEST_GROUP_ITEMS || in->before[1].item_count >= JL_INGEST_GROUP_ITEMS || in->chunk.item_count + more > CHUNK_GROUPS * JL_INGEST_GROUP_ITEMS || in->chunk.bytes + bytes > CHUNK_GROUPS * JL_INGEST_GROUP_BYTES || in->chunk.raw_bytes > CHUNK_RAW);
}

static bool tell_rejected(struct jl_ingest *in, struct jl_error *err) {
  for (size_t i = 0; i < in->chunk.line_count; i++) {
    struct jl_ingest_line *l = &in->chunk.lines[i];
    if (l->rejected && !jl_ingest_rejects(in, l->line, l->raw, l->place, &l->error, err)) return false;
  }
  return true;
}

/* Compared with what is there, and sent; from the beginning, when the server went meanwhile. */
static bool look_and_send(struct jl_ingest *in, void *context, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  in->kept_count = *(const size_t *)context;
  in->under_way_count = 0;
  for (size_t i = 0; i < c->item_count; i++) {
    struct jl_ingest_item *item = &c->items[i];
    item->there = item->taken_back = false;
    item->changes = NULL;
    item->change_count = item->open = 0;
    item->at = 0;
  }
  for (size_t i = 0; i < c->line_count; i++) c->lines[i].rejected = false;
  return (c->item_count == 0 || (jl_ingest_compare(in, err) && jl_ingest_bases(in, err))) && jl_ingest_send(in, err);
}

static bool done_with_server(struct jl_ingest *in, struct jl_error *err) {
  size_t kept = in->kept_count;
  if (!jl_ingest_with_server(in, look_and_send, &kept, err)) return false;
  jl_ingest_sent(in);
  return true;
}

/* What could not be made is missed by the rows that refer to it, which tell so. */
static bool flush_before(struct jl_ingest *in, struct jl_ingest_chunk *before, struct jl_error *err) {
  struct jl_ingest_chunk kept = in->chunk;
  uint64_t done = in->done;
  if (before->line_count == 0) return true;
  in->chunk = *before;
  bool ok = done_with_server(in, err) && jl_ingest_sample(in, true, err);
  jl_arena_reset(before->arena);
  *before = (struct jl_ingest_chunk){.arena = before->arena};
  in->chunk = kept;
  in->done = done;
  return ok;
}

bool jl_ingest_chunk_flush(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  if (c->line_count == 0) return true;
  bool ok = flush_before(in, &in->before[0], err) && flush_before(in, &in->before[1], err);
  ok = ok && done_with_server(in, err) && jl_ingest_sample(in, false, err) && tell_rejected(in, err);
  jl_arena_reset(c->arena);
  *c = (struct jl_ingest_chunk){.arena = c->arena};
  jl_ingest_progress(in);
  return ok && jl_ingest_go_on(in, err);
}
