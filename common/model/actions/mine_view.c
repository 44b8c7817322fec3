/* What waits for the reader, as one wants it on a Monday morning: first whom the reader keeps waiting (approvals, questions, signatures: the
 * inbox knows), then the reader's own actions by their days, the late ones first, those where only advice is wanted last; comments without
 * an answer; checklist items. */
#include "common/model/governance/inbox.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>

struct held {
  const struct jl_record *action;
  bool r, a, c;
  const struct jl_record *from[3];
};
struct mine {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct held *held;
  size_t count;
  struct jl_seen *holders;
};

/* The reader, their teams and their roles. */
static void find_holders(struct mine *m) {
  static const uint32_t groups[] = {JL_PERSON_TEAMS, JL_PERSON_ROLES};
  m->holders = jl_seen_new(m->b, 256);
  (void)jl_seen_add(m->holders, &m->in->reader);
  const struct jl_record *person = m->in->organisation == NULL ? NULL : jl_replica_live(m->in->organisation, &m->in->reader);
  for (size_t g = 0; person != NULL && person->type_number == JL_TYPE_PERSON && g < JL_COUNT(groups); g++) {
    struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, groups[g]));
    struct jl_value value;
    while (jl_iterator_next(&it, &value)) (void)jl_seen_add(m->holders, &value.id);
  }
}

static bool hold(const struct mine *m, const struct jl_record *action, struct held *ret) {
  size_t n = 0;
  struct jl_id holder;
  *ret = (struct held){.action = action};
  const struct jl_record **assignments = jl_view_referring(m->in, m->b, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &n);
  for (size_t i = 0; i < n; i++) {
    if (!jl_record_id(assignments[i]->type, assignments[i]->body, JL_RACI_HOLDER, &holder) || !jl_seen_has(m->holders, &holder)) continue;
    switch (jl_view_int(assignments[i], JL_RACI_LETTER, 0)) {
    case JL_RACI_A:
      ret->a = true;
      ret->from[0] = assignments[i];
      break;
    case JL_RACI_R:
      ret->r = true;
      ret->from[1] = assignments[i];
      break;
    case JL_RACI_C:
      ret->c = true;
      ret->from[2] = assignments[i];
      break;
    default:
      break;
    }
  }
  return ret->a || ret->r || ret->c;
}

static int sooner(const void *left, const void *right) {
  const struct held *a = left, *b = right;
  bool own_a = a->r || a->a, own_b = b->r || b->a;
  if (own_a != own_b) return own_a ? -1 : 1;
  int64_t due_a = jl_view_int(a->action, JL_ACTION_DUE, INT32_MAX), due_b = jl_view_int(b->action, JL_ACTION_DUE, INT32_MAX);
  if (due_a != due_b) return due_a < due_b ? -1 : 1;
  if (a->action->number != b->action->number) return a->action->number < b->action->number ? -1 : 1;
  return jl_id_compare(&a->action->id, &b->action->id);
}

static void block_actions(const struct mine *m) {
  struct jl_builder *b = m->b;
  jl_block_begin(b, JL_BLOCK_TABLE, "actions", JL_MSG("actions"));
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "raci", JL_MSG("RACI"), JL_ARG_TEXT, 0);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 0);
  jl_column(b, "progress", JL_MSG("progress"), JL_ARG_FRACTION, 3);
  jl_column(b, "blocked", JL_MSG("blocked because"), JL_ARG_TEXT, 4);
  for (size_t i = 0; i < m->count; i++) {
    const struct held *held = &m->held[i];
    char letters[8] = "";
    snprintf(letters, sizeof letters, "%s%s%s%s%s", held->a ? "A" : "", held->a && held->r ? "/" : "", held->r ? "R" : "",
             (held->a || held->r) && held->c ? "/" : "", held->c ? "C" : "");
    jl_row_begin(b, held->action, 0, JL_ROW_NORMAL);
    jl_cell_title(b, m->in, held->action);
    jl_cell(b, jl_arg_text(letters));
    for (size_t k = 0; k < JL_COUNT(held->from); k++) jl_cell_source(b, held->from[k]);
    jl_cell_action_status(b, m->in, held->action);
    jl_cell_action_due(b, m->in, held->action);
    jl_cell_by_number(b, m->in, held->action, JL_ACTION_PROGRESS);
    jl_cell_by_number(b, m->in, held->action, JL_ACTION_BLOCKED_REASON);
  }
}

static bool by_reader(const struct mine *m, const struct jl_record *comment) {
  struct jl_id author;
  return jl_record_id(comment->type, comment->body, JL_COMMENT_AUTHOR, &author) && jl_id_equal(&author, &m->in->reader);
}

/* Comments of others after the reader's last one: numbers are given in the order of commits. */
static void comment_rows(const struct mine *m, const struct jl_record *action) {
  size_t n = 0, first = 0;
  const struct jl_record **comments = jl_view_referring(m->in, m->b, &action->id, JL_TYPE_COMMENT, JL_COMMENT_TARGET, &n);
  for (size_t i = 0; i < n; i++)
    if (by_reader(m, comments[i])) first = i + 1;
  for (size_t i = first; i < n; i++) {
    jl_row_begin(m->b, comments[i], 0, JL_ROW_NORMAL);
    jl_cell_title(m->b, m->in, action);
    jl_cell_by_number(m->b, m->in, comments[i], JL_COMMENT_AUTHOR);
    jl_cell_by_number(m->b, m->in, comments[i], JL_COMMENT_BODY);
  }
}

static void block_comments(const struct mine *m) {
  jl_block_begin(m->b, JL_BLOCK_TABLE, "comments", JL_MSG("comments without your answer"));
  jl_column(m->b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(m->b, "author", JL_MSG("author"), JL_ARG_TEXT, 1);
  jl_column(m->b, "text", JL_MSG("text"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < m->count; i++) comment_rows(m, m->held[i].action);
}

static void block_checklist(const struct mine *m) {
  size_t n = 0;
  const struct jl_record **items = jl_view_referring(m->in, m->b, &m->in->reader, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ASSIGNEE, &n);
  jl_block_begin(m->b, JL_BLOCK_TABLE, "checklist", JL_MSG("checklist items"));
  jl_column(m->b, "item", JL_MSG("checklist item"), JL_ARG_TEXT, 0);
  jl_column(m->b, "action", JL_MSG("action"), JL_ARG_TEXT, 1);
  jl_column(m->b, "due", JL_MSG("due date"), JL_ARG_DATE, 1);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *action = jl_view_linked(m->in, items[i], JL_CHECKLIST_ITEM_ACTION);
    if (action == NULL || !jl_action_open(action) || jl_view_int(items[i], JL_CHECKLIST_ITEM_DONE, 0) != 0) continue;
    jl_row_begin(m->b, items[i], 0, JL_ROW_NORMAL);
    jl_cell_title(m->b, m->in, items[i]);
    jl_cell_title(m->b, m->in, action);
    jl_cell_action_due(m->b, m->in, action);
  }
}

/* An empty table says nothing; all of them together do. */
static void note_nothing(struct jl_builder *b) {
  const Jalon__Document *document = jl_builder_document(b);
  size_t rows = 0;
  for (size_t i = 0; i < document->n_blocks; i++) rows += document->blocks[i]->n_rows;
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (rows == 0) jl_note(b, JL_TONE_GOOD, JL_MSG("nothing waits for you here"), NULL, 0);
}

bool jl_mine_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct mine m = {.in = in, .b = b};
  size_t n = 0;
  find_holders(&m);
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  m.held = jl_view_alloc(b, n, sizeof *m.held);
  if (m.held == NULL || m.holders == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++)
    if (jl_action_open(actions[i]) && hold(&m, actions[i], &m.held[m.count])) m.count++;
  if (m.count > 0) qsort(m.held, m.count, sizeof *m.held, sooner);
  const struct jl_arg name = jl_arg_text(jl_view_holder_name(in, b, &in->reader));
  jl_builder_title(b, JL_MSG("what waits for {1}"), &name, 1);
  struct jl_inbox *inbox = jl_arena_alloc(a, sizeof *inbox);
  if (inbox == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (!jl_inbox_collect(inbox, in, b, false, err)) return false;
  (void)jl_inbox_block(inbox, true, false);
  block_actions(&m);
  block_comments(&m);
  block_checklist(&m);
  note_nothing(b);
  return true;
}
