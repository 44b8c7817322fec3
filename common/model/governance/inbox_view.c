/* The inbox of a person in one plan (inbox.h); the command line asks every plan for it. */
#include "common/model/governance/inbox.h"
#include "common/model/view_table.h"

/* Who asked, and when, is told however long ago that was. */
size_t jl_inbox_log_points(const struct jl_view_input *in, struct jl_arena *a, struct jl_log_point ret[JL_LOG_POINTS]) {
  struct jl_builder *b = jl_builder_new(a, "inbox", in->today, in->space);
  struct jl_inbox *inbox = jl_arena_alloc(a, sizeof *inbox);
  struct jl_error ignored = {0};
  size_t n = 0;
  if (b == NULL || inbox == NULL) return 0;
  jl_builder_reader(b, in->sections);
  if (!jl_inbox_collect(inbox, in, b, false, &ignored)) return 0;
  for (size_t i = 0; i < inbox->count && n < JL_LOG_POINTS; i++)
    if (inbox->items[i].since_us == 0) ret[n++] = (struct jl_log_point){inbox->items[i].record->id, inbox->items[i].first};
  return n;
}

bool jl_inbox_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct jl_inbox *inbox = jl_arena_alloc(a, sizeof *inbox);
  if (inbox == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (!jl_inbox_collect(inbox, in, b, true, err)) return false;
  const struct jl_arg name = jl_arg_text(jl_view_holder_name(in, b, &in->reader));
  jl_builder_title(b, JL_MSG("inbox of {1}"), &name, 1);
  size_t n = jl_inbox_block(inbox, true, true);
  n += jl_inbox_block(inbox, false, true);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (n == 0) jl_note(b, JL_TONE_GOOD, JL_MSG("nothing new, and nothing waits for you"), NULL, 0);
  if (!inbox->whole_log) jl_note(b, JL_TONE_MUTED, JL_MSG("who changed what long ago is not told here: jalon history REF"), NULL, 0);
  return true;
}
