/* Saved views: one that cannot be shown is refused when it is saved, not when somebody wants to see it. */
#include "common/model/document.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

static const char *text_of(const struct jl_rule_input *in, uint32_t field) {
  struct jl_bytes text = jl_record_text(in->touched->after->type, in->touched->after->body, field);
  return jl_arena_strndup(in->arena, text.size == 0 ? "" : (const char *)text.data, text.size);
}

static bool can_be_shown(const struct jl_rule_input *in, struct jl_error *err) {
  const char *name = text_of(in, JL_VIEW_VIEW), *settings = text_of(in, JL_VIEW_SETTINGS);
  if (name == NULL || settings == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  const struct jl_view *view = jl_view_by_name(name);
  /* one of a newer program is not known here, and stays as it came */
  if (!jl_rule_alive(in) || !(jl_rule_changed(in, JL_VIEW_VIEW) || jl_rule_changed(in, JL_VIEW_SETTINGS))) return true;
  if (view == NULL || !view->needs_space)
    return jl_break(in, JL_VIEW_VIEW, err, JL_MSG("there is no view {1} of a plan"), JL_MSG("jalon help lists the views"), jl_arg_text(name));
  for (const char *at = settings; *at != '\0';) {
    size_t size = strcspn(at, "\n"), key = strcspn(at, "=\n");
    const char *option = jl_arena_strndup(in->arena, at, key);
    if (option == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    if (key == size || !jl_view_takes(view, option) || strcmp(option, "record") == 0)
      return jl_break(in, JL_VIEW_SETTINGS, err, JL_MSG("view {1} takes no parameter {2}"), NULL, jl_arg_text(name), jl_arg_text(option));
    at += size + (at[size] == '\n');
  }
  return true;
}

static const struct jl_rule rules[] = {{"saved-view-shown", JL_TYPE_VIEW, can_be_shown}};
const struct jl_rules jl_saved_rules = {rules, JL_COUNT(rules)};
