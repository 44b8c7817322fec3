/* What happens to the world of sync_world.h from outside: folders are copied, an older copy of the server's data is put back. */
#ifndef JL_TESTS_SYNC_COPIES_H
#define JL_TESTS_SYNC_COPIES_H
#include "tests/unit/sync_world.h"

JL_UNUSED static void copy_folder(const struct device *from, struct device *to, struct world *w) {
  *to = (struct device){.w = w};
  to->to_device_end = &to->to_device;
  snprintf(to->folder, sizeof to->folder, "/tmp/jalon-device.XXXXXX");
  assert_non_null(mkdtemp(to->folder));
  assert_true(folder_copy(from->folder, to->folder));
  device_files(to, NULL);
}

/* What the log makes, as far as `revision`. */
JL_UNUSED static struct jl_replica *folded(const struct world *w, uint64_t revision, size_t *ret_rows) {
  struct jl_error err;
  struct jl_replica *replica = jl_replica_new(&w->f->plan, JL_SPACE_PLAN);
  size_t rows = 0;
  jl_replica_position(replica)->epoch = 1;
  while (rows < w->row_count && w->rows[rows].revision <= revision) {
    struct jl_change changes[JL_SECTIONS];
    size_t n = 0;
    uint64_t of = w->rows[rows].revision;
    while (rows < w->row_count && w->rows[rows].revision == of) changes[n++] = w->rows[rows++].change;
    assert_true(jl_replica_apply(replica, changes, n, w->f->a, &err));
  }
  *ret_rows = rows;
  return replica;
}

/* An older copy of the server's data is restored: revisions after `keep` never were. */
JL_UNUSED static void lose_tail(struct world *w, uint64_t keep) {
  struct fx *f = w->f;
  struct jl_error err;
  struct jl_replica *older = folded(w, keep, &w->row_count);
  jl_replica_free(f->space);
  f->space = older;
  for (size_t i = 0; i < w->lane_count; i++) {
    struct world_lane *lane = &w->lanes[i];
    while (lane->seq > 0) {
      const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, lane->verdicts[lane->seq].packed, f->a, &err);
      if (v->revision <= keep && v->revision != 0) break;
      lane->seq--;
    }
    if (lane->confirmed > lane->seq) lane->confirmed = lane->seq;
  }
  size_t kept = 0;
  for (size_t i = 0; i < w->again_count; i++) {
    const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, w->again[i].packed, f->a, &err);
    if (v->revision <= keep && v->revision != 0) w->again[kept++] = w->again[i];
  }
  w->again_count = kept;
}

JL_UNUSED static uint64_t revision_of(const struct world *w, const struct jl_id *group_id, size_t *ret_times) {
  uint64_t revision = 0;
  *ret_times = 0;
  for (size_t i = 0; i < w->row_count; i++) {
    const struct jl_bytes body = w->rows[i].change.body;
    if (w->rows[i].revision == revision || memmem(body.data, body.size < 120 ? body.size : 120, group_id->bytes, 16) == NULL) continue;
    revision = w->rows[i].revision;
    ++*ret_times;
  }
  return revision;
}

/* Whoever looks at the base, whenever: its records are those of its position. */
JL_UNUSED static uint64_t looked_at(struct device *d) {
  struct jl_base_space s;
  struct jl_error err = {0};
  size_t rows;
  assert_true(jl_base_find(&d->base, &d->w->f->plan, &s, &err));
  if (s.live.number == 0) return 0;
  struct jl_replica *base = jl_base_load(&d->base, &s, &err), *made = folded(d->w, s.live.position.revision, &rows);
  assert_non_null(base);
  assert_memory_equal(s.live.position.sections, jl_replica_where(made)->sections, sizeof s.live.position.sections);
  fx_same(base, made);
  jl_replica_free(base);
  jl_replica_free(made);
  return s.live.position.revision;
}
#endif
