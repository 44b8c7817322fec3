/* What a view looks like in a terminal of so many columns; 0: in a pipe. */
#ifndef JL_TESTS_UNIT_VIEW_DRAWN_H
#define JL_TESTS_UNIT_VIEW_DRAWN_H
#include "client/faces/face.h"
#include "view_fixture.h"

/* In the fixture's arena. */
static inline char *fx_drawn(struct fixture *fx, const char *view, int width) {
  struct jl_buffer out;
  struct jl_error err = {.code = JL_E_OK};
  Jalon__Document *d = fx_view(fx, view, NULL, NULL);
  jl_buffer_init(&out, 1u << 20);
  assert_true(jl_face_render(d, &(struct jl_face_options){.face = JL_FACE_TERMINAL, .width = width}, &out, &err));
  char *text = jl_arena_strndup(fx->arena, (const char *)out.data, out.size);
  assert_non_null(text);
  jl_buffer_release(&out);
  jalon__document__free_unpacked(d, NULL);
  return text;
}
#endif
