#include "server/auth/turns.h"
#include "common/base/limits.h"

void jl_turns_init(struct jl_turns *t, size_t most) {
  *t = (struct jl_turns){.most = most};
  for (int i = 0; i < JL_LOGIN_LANES; i++) t->lanes[i].end = &t->lanes[i].first;
}

bool jl_turns_room(const struct jl_turns *t, enum jl_login_lane lane) { return t->lanes[lane].count < t->most; }
bool jl_turns_empty(const struct jl_turns *t) { return t->lanes[JL_LOGIN_KNOWN].count + t->lanes[JL_LOGIN_STRANGER].count == 0; }

bool jl_turns_wait(struct jl_turns *t, enum jl_login_lane lane, struct jl_waiting *w) {
  if (!jl_turns_room(t, lane)) return false;
  w->next = NULL;
  *t->lanes[lane].end = w;
  t->lanes[lane].end = &w->next;
  t->lanes[lane].count++;
  return true;
}

static enum jl_login_lane whose_turn(struct jl_turns *t) {
  if (t->lanes[JL_LOGIN_STRANGER].count == 0) return JL_LOGIN_KNOWN;
  if (t->lanes[JL_LOGIN_KNOWN].count > 0 && ++t->passed < JL_LOGIN_STRANGERS_TURN) return JL_LOGIN_KNOWN;
  t->passed = 0;
  return JL_LOGIN_STRANGER;
}

struct jl_waiting *jl_turns_next(struct jl_turns *t) {
  enum jl_login_lane lane = whose_turn(t);
  struct jl_waiting *w = t->lanes[lane].first;
  if (w == NULL) return NULL;
  t->lanes[lane].first = w->next;
  if (w->next == NULL) t->lanes[lane].end = &t->lanes[lane].first;
  t->lanes[lane].count--;
  return w;
}
