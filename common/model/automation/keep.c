/* The log of automations: a record for each of the last firings, and why one was refused. */
#include "common/model/automation/firing.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a reason ---- */
/* "A12 title", of what whoever reads the actions may read. */
static bool is_of_actions(const char *text) {
  const struct jl_record_type *type;
  uint64_t number;
  return jl_reference_scan(text, &type, &number) > 0 && type != NULL && type->section == JL_SECTION_ACTIONS;
}

static bool may_be_told(const struct jl_arg *arg) {
  switch (arg->kind) {
  case JL_ARG_TEXT:
    return is_of_actions(arg->text);
  case JL_ARG_INTEGER:
  case JL_ARG_DATE:
  case JL_ARG_LABEL:
  case JL_ARG_SHARE:
  case JL_ARG_BOOL:
    return true;
  case JL_ARG_NONE:
  case JL_ARG_MONEY:
  case JL_ARG_FRACTION:
  case JL_ARG_TIME:
  case JL_ARG_BYTES:
  case JL_ARG_REVISION:
    break;
  }
  return false;
}

/* A line each: kind, number, text. */
bool jl_firing_reason(struct jl_arena *a, const struct jl_error *why, struct jl_bytes *ret_message, struct jl_bytes *ret_arguments) {
  char lines[700] = "";
  size_t used = 0;
  for (int i = 0; i < JL_ERROR_ARGS && why->args[i].kind != JL_ARG_NONE; i++) {
    struct jl_arg arg = may_be_told(&why->args[i]) ? why->args[i] : jl_arg_text("...");
    for (char *c = arg.text; *c != '\0'; c++) /* of several labels only the first line: they are kept one a line */
      if (*c == '\n') *c = '\0';
    int size = snprintf(lines + used, sizeof lines - used, "%d %lld %s\n", (int)arg.kind, (long long)arg.number, arg.text);
    if (size < 0 || used + (size_t)size >= sizeof lines) {
      lines[used] = '\0';
      break;
    }
    used += (size_t)size;
  }
  *ret_message = jl_arena_dup(a, (struct jl_bytes){(const uint8_t *)why->message, strlen(why->message)});
  *ret_arguments = jl_arena_dup(a, (struct jl_bytes){(const uint8_t *)lines, used});
  return ret_message->data != NULL && (used == 0 || ret_arguments->data != NULL);
}

int jl_firing_arguments(struct jl_bytes arguments, struct jl_arg ret[JL_ERROR_ARGS]) {
  int n = 0;
  while (arguments.size > 0 && n < JL_ERROR_ARGS) {
    char line[JL_ARG_TEXT_MAX + 64], *end;
    const uint8_t *stop = memchr(arguments.data, '\n', arguments.size);
    size_t size = stop == NULL ? arguments.size : (size_t)(stop - arguments.data), kept = size < sizeof line ? size : sizeof line - 1;
    memcpy(line, arguments.data, kept);
    line[kept] = '\0';
    arguments = (struct jl_bytes){arguments.data + size, arguments.size - size};
    if (arguments.size > 0) arguments = (struct jl_bytes){arguments.data + 1, arguments.size - 1};
    long kind = strtol(line, &end, 10);
    long long number = strtoll(end, &end, 10);
    ret[n] = jl_arg_text(*end == ' ' ? end + 1 : end);
    ret[n].kind = kind > JL_ARG_NONE && kind <= JL_ARG_REVISION ? (enum jl_arg_kind)kind : JL_ARG_TEXT;
    ret[n++].number = number;
  }
  return n;
}

/* ---- records of them ---- */
static bool is_free(const struct jl_record *record) { return record == NULL || record->type_number == JL_TYPE_AUTOMATION_FIRING; }

/* The first place that is empty, else the one that was filled longest ago. false: people have taken all these ids. */
static bool find_place(const struct jl_run *run, const struct jl_id *automation, struct jl_id *ret) {
  uint64_t oldest = UINT64_MAX;
  for (uint8_t place = 0; place < JL_AUTOMATION_KEPT; place++) {
    struct jl_id id = jl_firing_place(automation, place);
    const struct jl_record *record = jl_replica_record(run->space, &id);
    uint64_t since = record == NULL ? 0 : record->revision;
    if (!is_free(record) || since >= oldest) continue;
    oldest = since;
    *ret = id;
    if (record == NULL) return true;
  }
  return oldest != UINT64_MAX;
}

static bool put_field(struct jl_run *run, struct jl_bytes *body, uint32_t field, const struct jl_value *value) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_AUTOMATION_FIRING);
  struct jl_bytes slice = {NULL, 0};
  if (value != NULL) slice = jl_value_encode(run->a, jl_field_by_number(type, field), value);
  if (value != NULL && slice.data == NULL) return false;
  *body = jl_record_with(run->a, *body, field, slice);
  return body->data != NULL;
}

static bool keep(struct jl_run *run, const struct jl_firing *firing, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_AUTOMATION_FIRING);
  const struct jl_id *automation = &firing->automation->record->id;
  struct jl_bytes message = {NULL, 0}, arguments = {NULL, 0}, body = {NULL, 0};
  struct jl_id id = firing->id;
  bool by_day = !jl_id_is_zero(&id), why = firing->why.message[0] != '\0' && (firing->outcome == JL_FIRING_REFUSED || firing->outcome == JL_FIRING_CUT);
  if (!by_day && !find_place(run, automation, &id)) return true;
  const struct jl_record *current = jl_replica_record(run->space, &id);
  if (by_day && current != NULL) body = current->body;
  if (why && !jl_firing_reason(run->a, &firing->why, &message, &arguments)) return jl_no_memory(err);
  bool ok = put_field(run, &body, JL_AUTOMATION_FIRING_AUTOMATION, &(struct jl_value){.id = *automation}) &&
            put_field(run, &body, JL_AUTOMATION_FIRING_RECORD, &(struct jl_value){.id = firing->record}) &&
            put_field(run, &body, JL_AUTOMATION_FIRING_TIME, &(struct jl_value){.number = run->in->time_us}) &&
            put_field(run, &body, JL_AUTOMATION_FIRING_OUTCOME, &(struct jl_value){.number = firing->outcome}) &&
            put_field(run, &body, JL_AUTOMATION_FIRING_MADE, jl_id_is_zero(&firing->made) ? NULL : &(struct jl_value){.id = firing->made}) &&
            put_field(run, &body, JL_AUTOMATION_FIRING_REASON, message.size == 0 ? NULL : &(struct jl_value){.text = message}) &&
            put_field(run, &body, JL_AUTOMATION_FIRING_ARGUMENTS, arguments.size == 0 ? NULL : &(struct jl_value){.text = arguments});
  if (!ok) return jl_no_memory(err);
  return jl_run_put(run, type, &id, current, body, false, err);
}

/* Visible where it is listed, and in its author's way back: whoever switches it on again is its author. */
static bool stop(struct jl_run *run, const struct jl_firing *firing, struct jl_error *err) {
  const struct jl_id id = firing->automation->record->id;
  const struct jl_record *record = jl_replica_record(run->space, &id);
  const struct {
    uint32_t field;
    int64_t number;
  } fields[] = {{JL_AUTOMATION_STATE, JL_AUTOMATION_STOPPED}, {JL_AUTOMATION_STOPPED_BECAUSE, firing->stop}};
  struct jl_bytes body = record->body;
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    struct jl_bytes slice = jl_value_encode(run->a, jl_field_by_number(record->type, fields[i].field), &(struct jl_value){.number = fields[i].number});
    body = slice.data == NULL ? slice : jl_record_with(run->a, body, fields[i].field, slice);
    if (body.data == NULL) return jl_no_memory(err);
  }
  return jl_run_put(run, record->type, &id, record, body, false, err);
}

bool jl_firings_keep(struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0; i < run->firings->count; i++) {
    const struct jl_firing *firing = &run->firings->list[i];
    if (!keep(run, firing, err) || (firing->outcome == JL_FIRING_STOPPED && !stop(run, firing, err))) return false;
  }
  return true;
}
