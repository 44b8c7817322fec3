/* The dates of what would go before an event and follow it, before any of it is made: a copy of the plan with the event and its steps in it, worked
 * out as the plan would be. Parameters of the view `schedule`: event "2027-10-05" or "2027-10-05..2027-10-07", steps "-40:10,1:1": days of work
 * between the step and the event (negative: before it), and how many it takes. */
#include "common/base/calendar.h"
#include "common/model/actions/proposal.h"
#include "common/model/actions/replan.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define STEPS_MOST 100

struct event {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_what_if w;
  struct jl_id id, steps[STEPS_MOST];
  size_t count;
};

static bool bad(struct jl_error *err, const char *text) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no event with steps"), NULL, jl_arg_text(text));
}
static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL); }

/* Ids of what is only in the copy: no record has them. */
static struct jl_id made_up(uint8_t n) {
  struct jl_id id = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
  id.bytes[15] = n;
  return id;
}

struct value {
  uint32_t field;
  int64_t number;
  const struct jl_id *id;
};
static bool put(struct event *e, uint32_t type, const struct jl_id *id, const struct value *values, size_t n, struct jl_error *err) {
  const struct jl_record_type *t = jl_record_type_by_number(type);
  struct jl_arena *a = jl_builder_arena(e->b);
  struct jl_bytes body = {NULL, 0};
  struct jl_id natural;
  for (size_t i = 0; i < n; i++) {
    struct jl_value value = {.number = values[i].number};
    if (values[i].id != NULL) value.id = *values[i].id;
    struct jl_bytes slice = jl_value_encode(a, jl_field_by_number(t, values[i].field), &value);
    body = slice.data == NULL ? slice : jl_record_with(a, body, values[i].field, slice);
    if (body.data == NULL) return no_memory(err);
  }
  if (id == NULL && !jl_record_natural_id(t, &jl_replica_where(e->w.space)->space, body, &natural)) return no_memory(err);
  struct jl_record *r = jl_record_new(type, id == NULL ? &natural : id, body);
  return (r != NULL && jl_replica_put(e->w.space, r)) || no_memory(err);
}

static bool put_step(struct event *e, int64_t offset, int64_t days, struct jl_error *err) {
  struct jl_id *id = &e->steps[e->count];
  bool before = offset < 0;
  *id = made_up((uint8_t)(++e->count));
  const struct value step[] = {{JL_ACTION_DURATION, days, NULL}, {JL_ACTION_TIMING, before ? JL_LATEST : JL_EARLIEST, NULL}};
  const struct value link[] = {{JL_DEPENDENCY_PREDECESSOR, 0, before ? id : &e->id},
                               {JL_DEPENDENCY_SUCCESSOR, 0, before ? &e->id : id},
                               {JL_DEPENDENCY_KIND, JL_FINISH_TO_START, NULL},
                               {JL_DEPENDENCY_LAG, before ? -offset - 1 : offset - 1, NULL}};
  return put(e, JL_TYPE_ACTION, id, step, JL_COUNT(step), err) && put(e, JL_TYPE_DEPENDENCY, NULL, link, JL_COUNT(link), err);
}

static bool put_steps(struct event *e, const char *text, struct jl_error *err) {
  for (const char *at = text; *at != '\0';) {
    char *end, *behind;
    long offset = strtol(at, &end, 10), days = *end == ':' ? strtol(end + 1, &behind, 10) : -1;
    if (days < 0 || days > 2600 || offset == 0 || offset < -2600 || offset > 2600 || e->count == STEPS_MOST || behind == end + 1 ||
        (*behind != ',' && *behind != '\0'))
      return bad(err, text);
    if (!put_step(e, offset, days, err)) return false;
    at = behind + (*behind == ',');
  }
  return true;
}

static bool put_event(struct event *e, const char *text, struct jl_error *err) {
  char first[11] = "", last[11] = "";
  int32_t start, due;
  size_t size = strlen(text);
  if (size != 10 && (size != 22 || text[10] != '.' || text[11] != '.')) return bad(err, text);
  memcpy(first, text, 10);
  memcpy(last, text + size - 10, 10);
  if (!jl_day_parse_iso(first, &start) || !jl_day_parse_iso(last, &due) || due < start) return bad(err, text);
  e->id = made_up(0);
  const struct value values[] = {{JL_ACTION_START, start, NULL}, {JL_ACTION_DUE, due, NULL}, {JL_ACTION_DURATION, due - start + 1, NULL}, {JL_ACTION_TIMING, JL_FIXED, NULL}};
  return put(e, JL_TYPE_ACTION, &e->id, values, JL_COUNT(values), err);
}

static bool rows(struct event *e, struct jl_error *err) {
  struct jl_builder *b = e->b;
  struct jl_network n;
  if (!jl_view_network(&e->w.in, b, &n, err)) return false;
  jl_block_begin(b, JL_BLOCK_TABLE, "steps", JL_MSG("what goes before it and what follows"));
  jl_column(b, "step", JL_MSG("step"), JL_ARG_INTEGER, 0);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 0);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 0);
  for (size_t i = 0; i < e->count; i++) {
    size_t at = jl_network_find(&n, &e->steps[i]);
    if (at == SIZE_MAX) continue;
    struct jl_proposal p = jl_propose(&n, at);
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_integer((int64_t)i + 1));
    jl_cell_day(b, p.start);
    jl_cell_day(b, p.due);
  }
  return true;
}

bool jl_event_blocks(const struct jl_view_input *in, struct jl_builder *b, struct jl_error *err) {
  struct event *e = jl_view_alloc(b, 1, sizeof *e);
  const char *steps = jl_view_value(in, "steps");
  if (e == NULL) return true; /* the builder knows */
  *e = (struct event){.in = in, .b = b};
  jl_builder_title(b, JL_MSG("event"), NULL, 0);
  bool ok = jl_what_if_begin(in, &e->w, err) && put_event(e, jl_view_value(in, "event"), err) && put_steps(e, steps == NULL ? "" : steps, err) && rows(e, err);
  jl_what_if_end(&e->w);
  return ok;
}
