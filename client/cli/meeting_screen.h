/* A meeting that runs, on a screen: the time left in large digits, the point under discussion against its share of the time, the other points,
 * and what is typed. It is made of the view of its minutes; nothing here reads a clock. */
#ifndef JL_CLI_MEETING_SCREEN_H
#define JL_CLI_MEETING_SCREEN_H
#include "client/faces/face.h"

#define JL_MEETING_FIELDS 4 /* of a decision: the decision, who, by when, the action */
#define JL_MEETING_TYPED 1000

struct jl_meeting_point {
  struct jl_id id;
  const char *reference, *title, *reason, *decision, *action, *owner, *due; /* as people read them; "": none */
  bool closed, current;
  int64_t seconds; /* spent, but for the time that runs now */
};
struct jl_meeting_shown {
  const char *title;
  bool planned, closed;
  int64_t minutes, running_since /* 0: it pauses */, seconds /* spent before */;
  struct jl_meeting_point *points;
  size_t count;
};
/* From the minutes' document, whose memory it uses; false: there is no meeting in it, or no memory. */
JL_MUST_CHECK bool jl_meeting_shown_of(const Jalon__Document *minutes, struct jl_arena *a, struct jl_meeting_shown *ret);
const struct jl_meeting_point *jl_meeting_current(const struct jl_meeting_shown *shown); /* NULL: none */

/* What is typed for a decision. */
struct jl_meeting_form {
  bool open;
  size_t at; /* which field */
  char typed[JL_MEETING_FIELDS][JL_MEETING_TYPED + 1];
};
enum jl_typed_key { JL_TYPED_ON, JL_TYPED_DONE /* behind the last field */, JL_TYPED_AWAY /* escape */ };
enum jl_typed_key jl_meeting_type(struct jl_meeting_form *form, const char *keys, size_t size);

struct jl_meeting_screen {
  const struct jl_meeting_shown *shown;
  const struct jl_meeting_form *form;
  int64_t now_us;
  const char *message, *advice; /* what came of the last key; NULL: nothing */
  bool bad, asks_to_postpone;
  int width, height;
  bool colour;
};
void jl_meeting_draw(const struct jl_meeting_screen *s, struct jl_buffer *out); /* height lines at most, each within the width */
#endif
