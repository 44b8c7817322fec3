#include "common/model/strategy/north_star.h"
#include "common/record/schema.h"
#include <string.h>

static bool guides(const struct jl_record *objective) { return jl_view_int(objective, JL_OBJECTIVE_FORM, 0) == JL_FORM_NORTH_STAR; }

void jl_cell_objective(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *objective) {
  const char *title = guides(objective) ? jl_record_caption(b, in->space, objective) : NULL;
  const char *marked = title == NULL ? NULL : jl_arena_printf(jl_builder_arena(b), "★ %s", title);
  if (marked == NULL) {
    jl_cell_title(b, in, objective);
    return;
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)marked, strlen(marked)});
  jl_cell_alternative(b, title);
}

void jl_note_north_star(const struct jl_view_input *in, struct jl_builder *b, bool warn) {
  size_t n = 0, stars = 0;
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) stars += guides(objectives[i]);
  const struct jl_arg count = jl_arg_integer((int64_t)stars);
  if (stars > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("★ the North Star"), NULL, 0);
  if (stars > 1 && warn) jl_note(b, JL_TONE_WARN, JL_MSG("objectives that are called North Star: {1}; keep one"), &count, 1);
}
