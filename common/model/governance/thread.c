#include "common/model/governance/thread.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 300 /* the rest is counted in a note */
#define DEPTH_MAX 32 /* what answers the last level stands at the end */

struct place {
  const struct jl_record *comment;
  int level;
};
struct thread {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record **gone; /* deleted, with answers that are there */
  size_t gone_count;
  struct jl_seen *here, *told; /* about this record; with a row already */
  struct place *waiting; /* to be put, the next one last */
  size_t waiting_count;
  size_t rows, more;
};

static bool names(const struct jl_record *comment, uint32_t field, const struct jl_id *id) {
  struct jl_id of;
  return jl_record_id(comment->type, comment->body, field, &of) && jl_id_equal(&of, id);
}

static bool is_answered(const struct jl_view_input *in, const struct jl_record *comment) {
  static const uint32_t ways[] = {JL_COMMENT_REPLY_TO, JL_COMMENT_TARGET};
  for (size_t i = 0; i < JL_COUNT(ways); i++) {
    const void *at = NULL;
    if (jl_replica_next_referring(in->space, &comment->id, JL_TYPE_COMMENT, ways[i], &at) != NULL) return true;
  }
  return false;
}

static void find_gone(struct thread *t, const struct jl_record *about) {
  const struct jl_replica *space = t->in->space;
  size_t n = jl_replica_of_type(space, JL_TYPE_COMMENT), count = 0;
  for (int pass = 0; pass < 2; pass++) {
    if (pass == 1) t->gone = jl_view_alloc(t->b, count, sizeof *t->gone);
    if (pass == 1 && t->gone == NULL) return;
    for (size_t i = 0; i < n; i++) {
      const struct jl_record *comment = jl_replica_of_type_at(space, JL_TYPE_COMMENT, i);
      if (comment->deleted_revision == 0 || comment->type == NULL || !names(comment, JL_COMMENT_TARGET, &about->id) ||
          !is_answered(t->in, comment) || !jl_view_readable(t->in, comment))
        continue;
      if (pass == 0)
        count++;
      else if (t->gone_count < count)
        t->gone[t->gone_count++] = comment;
    }
  }
}

static int by_age(const void *left, const void *right) {
  const struct jl_record *const *a = left, *const *b = right;
  if ((*a)->created_revision != (*b)->created_revision) return (*a)->created_revision < (*b)->created_revision ? -1 : 1;
  if ((*a)->number != (*b)->number) return (*a)->number < (*b)->number ? -1 : 1;
  return jl_id_compare(&(*a)->id, &(*b)->id);
}

/* Live and deleted ones that name it in one of the two fields, the oldest first. field2 0: one field. */
static const struct jl_record **said(struct thread *t, const struct jl_id *id, uint32_t field, uint32_t field2, size_t *ret_n) {
  size_t n = 0, n2 = 0, count = 0;
  const struct jl_record **first = jl_view_referring(t->in, t->b, id, JL_TYPE_COMMENT, field, &n),
                         **second = field2 == 0 ? NULL : jl_view_referring(t->in, t->b, id, JL_TYPE_COMMENT, field2, &n2),
                         **all = jl_view_alloc(t->b, n + n2 + t->gone_count, sizeof *all);
  *ret_n = 0;
  if (all == NULL) return NULL;
  for (size_t i = 0; i < n; i++) all[count++] = first[i];
  for (size_t i = 0; i < n2; i++) all[count++] = second[i];
  for (size_t i = 0; i < t->gone_count; i++)
    if (names(t->gone[i], field, id)) all[count++] = t->gone[i];
  if (count > 1) qsort(all, count, sizeof *all, by_age);
  *ret_n = count;
  return all;
}

static void put_row(struct thread *t, const struct jl_record *comment, int level) {
  bool gone = comment->deleted_revision != 0;
  if (t->rows == ROWS_MAX) {
    t->more++;
    return;
  }
  t->rows++;
  jl_row_begin(t->b, gone ? NULL : comment, level, gone ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_by_number(t->b, t->in, comment, JL_COMMENT_AUTHOR);
  if (gone)
    jl_cell_label(t->b, JL_MSG("(deleted)"), "(deleted)");
  else
    jl_cell_by_number(t->b, t->in, comment, JL_COMMENT_BODY);
}

static void push(struct thread *t, const struct jl_record *comment, int level) {
  if (jl_seen_add(t->told, &comment->id)) t->waiting[t->waiting_count++] = (struct place){comment, level};
}

/* A comment and all that answers it, each answer right below. */
static void put(struct thread *t, const struct jl_record *comment) {
  push(t, comment, 0);
  while (t->waiting_count > 0 && jl_builder_ok(t->b)) {
    const struct place at = t->waiting[--t->waiting_count];
    size_t n = 0;
    put_row(t, at.comment, at.level);
    const struct jl_record **answers =
        at.level == DEPTH_MAX ? NULL : said(t, &at.comment->id, JL_COMMENT_REPLY_TO, JL_COMMENT_TARGET, &n);
    while (n-- > 0) push(t, answers[n], at.level + 1);
  }
}

/* What it answers stands here too, so it comes below that. */
static bool answers_here(const struct thread *t, const struct jl_record *comment) {
  struct jl_id to;
  return jl_record_id(comment->type, comment->body, JL_COMMENT_REPLY_TO, &to) && jl_seen_has(t->here, &to);
}

void jl_block_thread(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *about) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_COMMENT);
  static const uint32_t columns[] = {JL_COMMENT_AUTHOR, JL_COMMENT_BODY};
  struct thread t = {.in = in, .b = b};
  size_t n = 0;
  if (in->space == NULL) return;
  find_gone(&t, about);
  const struct jl_record **all = said(&t, &about->id, JL_COMMENT_TARGET, 0, &n);
  if (n == 0 || all == NULL) return;
  size_t most = jl_replica_of_type(in->space, JL_TYPE_COMMENT);
  t.here = jl_seen_new(b, n);
  t.told = jl_seen_new(b, most);
  t.waiting = jl_view_alloc(b, most, sizeof *t.waiting); /* each comes into it once */
  if (t.here == NULL || t.told == NULL || t.waiting == NULL) return;
  for (size_t i = 0; i < n; i++) (void)jl_seen_add(t.here, &all[i]->id);
  jl_block_begin(b, JL_BLOCK_TABLE, "comments", JL_MSG("comments"));
  for (size_t i = 0; i < JL_COUNT(columns); i++) {
    const struct jl_field *field = jl_field_by_number(type, columns[i]);
    jl_column(b, field->name, field->label, jl_view_argument_kind(field), (int)i);
  }
  for (int pass = 0; pass < 2; pass++) /* those that answer one another in a circle come last */
    for (size_t i = 0; i < n; i++)
      if (pass == 1 || !answers_here(&t, all[i])) put(&t, all[i]);
  const struct jl_arg more = jl_arg_integer((int64_t)t.more);
  if (t.more > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more are not shown"), &more, 1);
}
