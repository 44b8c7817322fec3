/* What belongs to the action of a playbook's step besides itself: its checklist and, when they are wanted, its budget line. */
#include "client/cli/playbook.h"
#include "common/record/schema.h"

static const struct jl_record_type *type_of(uint32_t number) { return jl_record_type_by_number(number); }

static bool put_item(struct jl_playbook_use *u, const struct jl_id *action, struct jl_bytes title, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_CHECKLIST_ITEM);
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  return jl_record_put_id(u->cli, type, &record, JL_CHECKLIST_ITEM_ACTION, action, err) &&
         jl_record_put(u->cli, &record, JL_CHECKLIST_ITEM_TITLE,
                       jl_value_encode(u->cli->arena, jl_field_by_number(type, JL_CHECKLIST_ITEM_TITLE), &(struct jl_value){.text = title}), err) &&
         jl_playbook_create(u, type, &id, record, err);
}

/* An item a line; what stands around it is no part of it. */
static bool put_checklist(struct jl_playbook_use *u, const struct jl_record_state *step, const struct jl_id *action, struct jl_error *err) {
  struct jl_bytes text = jl_record_text(type_of(JL_TYPE_PLAYBOOK_STEP), step->body, JL_PLAYBOOK_STEP_CHECKLIST);
  for (size_t at = 0, end; at < text.size; at = end + 1) {
    for (end = at; end < text.size && text.data[end] != '\n'; end++) {
    }
    size_t first = at, last = end;
    while (first < last && text.data[first] <= ' ') first++;
    while (last > first && text.data[last - 1] <= ' ') last--;
    if (last > first && !put_item(u, action, (struct jl_bytes){text.data + first, last - first}, err)) return false;
  }
  return true;
}

static bool put_choice(struct jl_playbook_use *u, const struct jl_record_type *type, uint32_t field, int64_t value, struct jl_bytes *record, struct jl_error *err) {
  return jl_record_put(u->cli, record, field, jl_value_encode(u->cli->arena, jl_field_by_number(type, field), &(struct jl_value){.number = value}), err);
}

/* The hint is what is planned, for somebody to set right. */
static bool put_line(struct jl_playbook_use *u, const struct jl_record_state *step, const struct jl_id *action, const struct jl_id *kpi, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_BUDGET_LINE);
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  int64_t category = jl_record_int(type_of(JL_TYPE_PLAYBOOK_STEP), step->body, JL_PLAYBOOK_STEP_CATEGORY, JL_CATEGORY_OTHER);
  bool ok = jl_playbook_copy(u, step, JL_PLAYBOOK_STEP_TITLE, type, JL_BUDGET_LINE_TITLE, &record, err) &&
            jl_record_put_id(u->cli, type, &record, JL_BUDGET_LINE_LEVER, &u->lever, err) &&
            jl_record_put_id(u->cli, type, &record, JL_BUDGET_LINE_ACTION, action, err) &&
            put_choice(u, type, JL_BUDGET_LINE_CATEGORY, category, &record, err) &&
            (u->bucket == 0 || put_choice(u, type, JL_BUDGET_LINE_BUCKET, u->bucket, &record, err)) &&
            jl_playbook_copy(u, step, JL_PLAYBOOK_STEP_BUDGET, type, JL_BUDGET_LINE_PLANNED, &record, err) &&
            (jl_id_is_zero(kpi) || jl_record_put_id(u->cli, type, &record, JL_BUDGET_LINE_KPI, kpi, err));
  u->lines_made++;
  return ok && jl_playbook_create(u, type, &id, record, err);
}

bool jl_playbook_parts(struct jl_playbook_use *u, const struct jl_record_state *step, const struct jl_id *action, const struct jl_id *kpi, struct jl_error *err) {
  bool with_line = u->has_money && jl_cli_option(u->cli, "budget") != NULL && jl_record_has(step->body, JL_PLAYBOOK_STEP_BUDGET);
  return put_checklist(u, step, action, err) && (!with_line || put_line(u, step, action, kpi, err));
}
