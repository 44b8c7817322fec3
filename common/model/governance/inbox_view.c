/* The inbox of a person in one plan (inbox.h); the command line asks every plan for it. */
#include "common/model/governance/inbox.h"
#include "common/model/view_table.h"

bool jl_inbox_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct jl_inbox *inbox = jl_arena_alloc(a, sizeof *inbox);
  if (inbox == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (!jl_inbox_collect(inbox, in, b, true, err)) return false;
  const struct jl_arg name = jl_arg_text(jl_view_holder_name(in, b, &in->reader));
  jl_builder_title(b, JL_MSG("inbox of {1}"), &name, 1);
  size_t n = jl_inbox_block(inbox, true);
  n += jl_inbox_block(inbox, false);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (n == 0) jl_note(b, JL_TONE_GOOD, JL_MSG("nothing new, and nothing waits for you"), NULL, 0);
  if (!inbox->whole_log) jl_note(b, JL_TONE_MUTED, JL_MSG("who changed what long ago is not told here: jalon history REF"), NULL, 0);
  return true;
}
