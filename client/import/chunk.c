/* Rows on their way: so many together as one group takes, compared with what is there, then sent. */
#include "client/import/parts.h"
#include <string.h>

#define CHUNK_ITEMS 1000   /* records; one that comes back changed takes two edits */
#define CHUNK_BYTES 300000 /* of records; a group has names and bases besides */
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

static bool take(struct jl_ingest_chunk *c, const struct jl_ingest_record *r, struct jl_error *err) {
  if (!reserve(c->arena, (void **)&c->items, c->item_count, &c->item_capacity, sizeof *c->items, err)) return false;
  struct jl_ingest_item *item = &c->items[c->item_count++];
  *item = (struct jl_ingest_item){.type = r->type->number, .id = r->id, .row = c->line_count - 1, .whole = jl_arena_dup(c->arena, r->whole), .given_count = r->given_count};
  struct jl_bytes given = jl_arena_dup(c->arena, (struct jl_bytes){(const uint8_t *)r->given, r->given_count * sizeof *r->given});
  memcpy(&item->given, &given.data, sizeof item->given);
  c->bytes += r->whole.size + 64;
  return (item->whole.data != NULL && (item->given_count == 0 || item->given != NULL)) || jl_ingest_no_memory(err);
}

bool jl_ingest_chunk_take(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  size_t n = 0;
  for (const struct jl_ingest_record *r = in->records; r != NULL; r = r->next) n++;
  if (n == 0) {
    in->done++;
    return true;
  }
  if (!reserve(c->arena, (void **)&c->lines, c->line_count, &c->line_capacity, sizeof *c->lines, err)) return false;
  struct jl_bytes raw = in->row == NULL ? (struct jl_bytes){NULL, 0} : jl_ingest_raw(in, in->row);
  c->lines[c->line_count++] = (struct jl_ingest_line){.line = in->line, .first = c->item_count, .count = n, .raw = jl_arena_dup(c->arena, raw)};
  c->raw_bytes += raw.size;
  for (const struct jl_ingest_record *r = in->records; r != NULL; r = r->next)
    if (!take(c, r, err)) return false;
  return true;
}

bool jl_ingest_chunk_full(const struct jl_ingest *in) {
  size_t more = 0, bytes = 0;
  for (const struct jl_ingest_record *r = in->records; r != NULL; r = r->next) {
    more++;
    bytes += r->whole.size + 64;
  }
  return in->chunk.item_count > 0 && (in->chunk.item_count + more > CHUNK_ITEMS || in->chunk.bytes + bytes > CHUNK_BYTES || in->chunk.raw_bytes > CHUNK_RAW);
}

static bool tell_rejected(struct jl_ingest *in, struct jl_error *err) {
  for (size_t i = 0; i < in->chunk.line_count; i++) {
    struct jl_ingest_line *l = &in->chunk.lines[i];
    if (l->rejected && !jl_ingest_rejects(in, l->line, l->raw, &l->error, err)) return false;
  }
  return true;
}

bool jl_ingest_chunk_flush(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  bool ok = c->line_count == 0 || (jl_ingest_compare(in, err) && jl_ingest_bases(in, err) && jl_ingest_send(in, err) && tell_rejected(in, err));
  jl_arena_reset(c->arena);
  *c = (struct jl_ingest_chunk){.arena = c->arena};
  return ok;
}
