#include "common/model/strategy/clashes.h"
#include "common/model/strategy/canvas.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define COMPARED_MAX 300 /* of one theme, each with each other */

struct message {
  const struct jl_record *record;
  const char *theme; /* folded; "" none */
  int64_t stage, start, end;
  size_t place; /* in the list */
};

static struct message read_message(struct jl_builder *b, const struct jl_record *record, size_t place) {
  const char *theme = jl_view_text(b, jl_record_text(record->type, record->body, JL_KEY_MESSAGE_THEME));
  return (struct message){record, jl_view_folded(b, theme), jl_view_int(record, JL_KEY_MESSAGE_STAGE, 0),
                          jl_view_int(record, JL_KEY_MESSAGE_START, INT32_MIN), jl_view_int(record, JL_KEY_MESSAGE_END, INT32_MAX), place};
}

static int by_theme(const void *left, const void *right) {
  const struct message *a = left, *b = right;
  int order = strcmp(a->theme, b->theme);
  return order != 0 ? order : a->place < b->place ? -1 : a->place > b->place;
}

static bool names(const struct jl_record *message, const struct jl_id *persona) {
  struct jl_iterator it = jl_record_each(message->body, jl_field_by_number(message->type, JL_KEY_MESSAGE_PERSONAS));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_id_equal(&value.id, persona)) return true;
  return false;
}

/* One that names nobody is meant for everybody. */
static bool share_persona(const struct jl_record *x, const struct jl_record *y) {
  if (!jl_record_has(x->body, JL_KEY_MESSAGE_PERSONAS) || !jl_record_has(y->body, JL_KEY_MESSAGE_PERSONAS)) return true;
  struct jl_iterator it = jl_record_each(x->body, jl_field_by_number(x->type, JL_KEY_MESSAGE_PERSONAS));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (names(y, &value.id)) return true;
  return false;
}

static bool clash(const struct message *x, const struct message *y) {
  return (x->stage == y->stage || x->stage == 0 || y->stage == 0) &&
         x->start <= y->end && y->start <= x->end && share_persona(x->record, y->record);
}

/* Those of one theme: [from, to). */
static void compare(const struct message *messages, size_t from, size_t to, jl_clash_told *told, void *context) {
  if (messages[from].theme[0] == '\0') return;
  if (to - from > COMPARED_MAX) to = from + COMPARED_MAX;
  for (size_t i = from; i < to; i++)
    for (size_t k = i + 1; k < to; k++) {
      const struct jl_record *one = messages[i].record;
      const struct jl_clash found = {one, messages[k].record, jl_record_text(one->type, one->body, JL_KEY_MESSAGE_THEME)};
      if (clash(&messages[i], &messages[k])) told(context, &found);
    }
}

void jl_message_clashes(struct jl_builder *b, const struct jl_record **records, size_t n, jl_clash_told *told, void *context) {
  struct message *messages = jl_view_alloc(b, n, sizeof *messages);
  size_t kept = 0;
  for (size_t i = 0; i < n && messages != NULL; i++)
    if (!jl_view_yes(records[i], JL_KEY_MESSAGE_RETIRED)) messages[kept++] = read_message(b, records[i], i);
  if (kept > 0) qsort(messages, kept, sizeof *messages, by_theme);
  for (size_t from = 0, to = 0; from < kept; from = to) {
    for (to = from + 1; to < kept && strcmp(messages[to].theme, messages[from].theme) == 0;) to++;
    compare(messages, from, to, told, context);
  }
}
