/* Teams that have a part in the plan: those of marketing, sales and management that hold a letter of RACI somewhere (seed 002). */
#include "common/model/governance/rights.h"
#include "common/model/readiness/criteria.h"
#include "common/record/schema.h"

static bool in_team(const struct jl_scope *s, const struct jl_id *holder, const struct jl_record *team) {
  size_t n = 0;
  const struct jl_record **people = jl_view_directory(s->in, s->b, JL_TYPE_PERSON, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_person_belongs(people[i], &people[i]->id, holder) && jl_person_belongs(people[i], &people[i]->id, &team->id)) return true;
  return false;
}

/* It holds a letter, or somebody of it does, in person or by a role. */
bool jl_team_involved(const struct jl_scope *s, const struct jl_record *team) {
  size_t n = 0;
  const struct jl_record **letters = jl_view_all(s->in, s->b, JL_TYPE_RACI, &n);
  struct jl_seen *asked = jl_seen_new(s->b, n);
  for (size_t i = 0; i < n; i++) {
    struct jl_id holder;
    if (!jl_record_id(letters[i]->type, letters[i]->body, JL_RACI_HOLDER, &holder)) continue;
    if (jl_id_equal(&holder, &team->id)) return true;
    if (jl_seen_add(asked, &holder) && in_team(s, &holder, team)) return true;
  }
  return false;
}

bool jl_team_has_part(const struct jl_scope *s, const struct jl_record *team) {
  (void)s;
  int64_t kind = jl_view_int(team, JL_TEAM_KIND, 0);
  return kind == JL_TEAM_MARKETING || kind == JL_TEAM_SALES || kind == JL_TEAM_MANAGEMENT;
}
