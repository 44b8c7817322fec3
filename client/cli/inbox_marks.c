/* How far each plan was read: one record for each plan in the person's own space (proto/personal.proto), which comes to every machine of that
 * person and nobody else's. Two machines that were offline merge: the highest position counts, and what either has read is read. */
#include "client/cli/cli.h"
#include "common/model/document.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_SIZE (JL_ID_TEXT_SIZE + 24) /* "RECORD@812" */

/* ---- reading ---- */
struct answer {
  struct jl_cli *cli;
  struct jl_inbox_marks *ret;
  struct jl_error error;
};

bool jl_inbox_marks_of(struct jl_cli *cli, const struct jl_reply *reply, struct jl_inbox_marks *ret) {
  *ret = (struct jl_inbox_marks){NULL, 0};
  if (reply->error.code != JL_E_OK || reply->found_count != 1 || reply->found[0].error.code != JL_E_OK) return false;
  const struct jl_found *found = &reply->found[0];
  struct jl_record_state *marks = jl_arena_array(cli->arena, found->record_count + 1, sizeof *marks);
  for (size_t i = 0; marks != NULL && i < found->record_count; i++) {
    marks[i] = found->records[i];
    marks[i].body = jl_arena_dup(cli->arena, found->records[i].body);
  }
  ret->marks = marks;
  ret->count = marks == NULL ? 0 : found->record_count;
  return marks != NULL;
}

static void on_read(void *context, const struct jl_reply *reply) {
  struct answer *a = context;
  jl_cli_heard(a->cli, reply);
  a->error = reply->error;
  (void)jl_inbox_marks_of(a->cli, reply, a->ret);
}

bool jl_inbox_marks_ask(struct jl_cli *cli, jl_done *done, void *context) {
  static const uint32_t types[] = {JL_TYPE_INBOX_MARK};
  const struct jl_query query = {.types = types, .type_count = 1, .all = true};
  struct jl_id person = jl_profile_identity(cli->profile)->person;
  return jl_client_read(cli->client, &person, &query, 1, done, context) != 0;
}

bool jl_inbox_marks_read(struct jl_cli *cli, struct jl_inbox_marks *ret, struct jl_error *err) {
  struct jl_id person = jl_profile_identity(cli->profile)->person;
  struct answer a = {.cli = cli, .ret = ret};
  *ret = (struct jl_inbox_marks){NULL, 0};
  if (jl_id_is_zero(&person)) return true;
  if (!jl_inbox_marks_ask(cli, on_read, &a)) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  /* Nothing was read yet, or not on this machine; or the login is a token for some plans, which keeps no marks. */
  if (a.error.code == JL_E_OK || a.error.code == JL_E_NOT_FOUND || a.error.code == JL_E_DENIED) return true;
  *err = a.error;
  return false;
}

static const struct jl_record_state *mark_of(const struct jl_inbox_marks *m, const struct jl_id *plan) {
  struct jl_id of;
  for (size_t i = 0; i < m->count; i++)
    if (m->marks[i].type == JL_TYPE_INBOX_MARK && m->marks[i].deleted_revision == 0 &&
        jl_record_id(jl_record_type_by_number(JL_TYPE_INBOX_MARK), m->marks[i].body, JL_INBOX_MARK_PLAN, &of) && jl_id_equal(&of, plan))
      return &m->marks[i];
  return NULL;
}

static struct jl_iterator each(const struct jl_record_state *mark, uint32_t field) {
  return jl_record_each(mark->body, jl_field_by_number(jl_record_type_by_number(JL_TYPE_INBOX_MARK), field));
}

static uint64_t revision_in(struct jl_bytes text, char before) {
  char digits[24];
  const uint8_t *at = text.size == 0 ? NULL : memchr(text.data, before, text.size);
  if (at == NULL) return 0;
  snprintf(digits, sizeof digits, "%.*s", (int)(text.size - (size_t)(at + 1 - text.data)), (const char *)at + 1);
  return strtoull(digits, NULL, 10);
}

static uint64_t position_of(const struct jl_record_state *mark) {
  uint64_t position = 0;
  if (mark == NULL) return 0;
  struct jl_iterator it = each(mark, JL_INBOX_MARK_POSITIONS);
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (revision_in(value.text, 'r') > position) position = revision_in(value.text, 'r');
  return position;
}

const char *jl_inbox_marks_since(struct jl_cli *cli, const struct jl_inbox_marks *m, const struct jl_id *plan) {
  const struct jl_record_state *mark = mark_of(m, plan);
  uint64_t position = position_of(mark);
  return position == 0 ? NULL : jl_arena_printf(cli->arena, "r%" PRIu64, position);
}

const char *jl_inbox_marks_single(struct jl_cli *cli, const struct jl_inbox_marks *m, const struct jl_id *plan) {
  const struct jl_record_state *mark = mark_of(m, plan);
  struct jl_buffer out;
  if (mark == NULL) return NULL;
  jl_buffer_init(&out, 65536);
  struct jl_iterator it = each(mark, JL_INBOX_MARK_READ);
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    jl_buffer_printf(&out, "%s%.*s", out.size > 0 ? "," : "", (int)value.text.size, (const char *)value.text.data);
  const char *text = jl_buffer_ok(&out) && out.size > 0 ? jl_arena_strdup(cli->arena, jl_buffer_cstring(&out)) : NULL;
  jl_buffer_release(&out);
  return text;
}

/* ---- writing ---- */
struct change {
  struct jl_value *add, *remove;
  size_t add_count, remove_count;
};

static bool room(struct jl_cli *cli, struct change *c, size_t add, size_t remove) {
  c->add = jl_arena_array(cli->arena, add + 1, sizeof *c->add);
  c->remove = jl_arena_array(cli->arena, remove + 1, sizeof *c->remove);
  return c->add != NULL && c->remove != NULL;
}

static bool slice_of(struct jl_cli *cli, uint32_t field, const struct jl_value *values, size_t n, struct jl_bytes *ret, struct jl_error *err) {
  *ret = (struct jl_bytes){NULL, 0};
  if (n == 0) return true;
  *ret = jl_values_encode(cli->arena, jl_field_by_number(jl_record_type_by_number(JL_TYPE_INBOX_MARK), field), values, n);
  return ret->data != NULL || jl_cli_no_link(err);
}

static struct jl_value text_value(const char *text) {
  return (struct jl_value){.text = {(const uint8_t *)text, strlen(text)}};
}

static size_t values_in(const struct jl_record_state *mark, uint32_t field) {
  size_t n = 0;
  if (mark == NULL) return 0;
  struct jl_iterator it = each(mark, field);
  for (struct jl_value value; jl_iterator_next(&it, &value);) n++;
  return n;
}

/* Everything is read up to here: before the first change of what is left unread. */
static uint64_t new_position(const struct jl_inbox_list *list, const struct jl_inbox_plan *plan, const bool *chosen) {
  uint64_t position = plan->revision;
  for (size_t i = 0; chosen != NULL && i < list->entry_count; i++) {
    const struct jl_inbox_entry *e = &list->entries[i];
    if (!chosen[i] && !e->waits && jl_id_equal(&e->plan, &plan->plan) && e->first > 0 && e->first - 1 < position) position = e->first - 1;
  }
  return position;
}

/* Those that the list leaves unread keep what came before them; the rest needs no line of its own any more. */
static bool change_single(struct jl_cli *cli, const struct jl_record_state *mark, const struct jl_inbox_list *list,
                          const struct jl_inbox_plan *plan, const bool *chosen, uint64_t position, struct change *c) {
  if (!room(cli, c, list->entry_count, values_in(mark, JL_INBOX_MARK_READ))) return false;
  if (mark != NULL) {
    struct jl_iterator it = each(mark, JL_INBOX_MARK_READ);
    for (struct jl_value value; jl_iterator_next(&it, &value);)
      if (revision_in(value.text, '@') <= position) c->remove[c->remove_count++] = value;
  }
  for (size_t i = 0; chosen != NULL && i < list->entry_count && plan->revision > position; i++) {
    const struct jl_inbox_entry *e = &list->entries[i];
    char id[JL_ID_TEXT_SIZE];
    if (!chosen[i] || e->waits || !jl_id_equal(&e->plan, &plan->plan)) continue;
    jl_id_format(&e->record, id);
    const char *text = jl_arena_printf(cli->arena, "%s@%" PRIu64, id, plan->revision);
    if (text == NULL) return false;
    c->add[c->add_count++] = text_value(text);
  }
  return true;
}

static bool change_position(struct jl_cli *cli, const struct jl_record_state *mark, uint64_t position, struct change *c) {
  uint64_t known = position_of(mark);
  if (!room(cli, c, 1, values_in(mark, JL_INBOX_MARK_POSITIONS))) return false;
  if (known >= position) return true;
  const char *text = jl_arena_printf(cli->arena, "r%" PRIu64, position);
  if (text == NULL) return false;
  c->add[c->add_count++] = text_value(text);
  if (mark == NULL) return true;
  struct jl_iterator it = each(mark, JL_INBOX_MARK_POSITIONS);
  for (struct jl_value value; jl_iterator_next(&it, &value);) c->remove[c->remove_count++] = value;
  return true;
}

bool jl_inbox_marks_put(struct jl_cli *cli, struct jl_group *g, const struct jl_inbox_marks *m, const struct jl_inbox_list *list,
                        const struct jl_inbox_plan *plan, const bool *chosen, struct jl_error *err) {
  static const uint32_t fields[] = {JL_INBOX_MARK_POSITIONS, JL_INBOX_MARK_READ};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_INBOX_MARK);
  const struct jl_record_state *mark = mark_of(m, &plan->plan);
  struct change changes[2] = {{0}, {0}};
  struct jl_bytes record = {NULL, 0}, add, remove;
  struct jl_id id, person = jl_profile_identity(cli->profile)->person;
  uint64_t position = new_position(list, plan, chosen);
  if (!change_position(cli, mark, position, &changes[0]) || !change_single(cli, mark, list, plan, chosen, position, &changes[1]))
    return jl_cli_no_link(err);
  if (changes[0].add_count + changes[1].add_count + changes[1].remove_count == 0) return true;
  if (mark != NULL) jl_group_update(g, type->number, &mark->id);
  if (mark == NULL && !jl_record_put_id(cli, type, &record, JL_INBOX_MARK_PLAN, &plan->plan, err)) return false;
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    if (!slice_of(cli, fields[i], changes[i].add, changes[i].add_count, &add, err) ||
        !slice_of(cli, fields[i], changes[i].remove, changes[i].remove_count, &remove, err))
      return false;
    if (mark != NULL && add.size + remove.size > 0) jl_group_set(g, fields[i], add, remove);
    if (mark == NULL && add.size > 0 && !jl_record_put(cli, &record, fields[i], add, err)) return false;
  }
  if (mark != NULL) return true;
  if (!jl_record_check(type, record, err)) return false;
  if (!jl_record_natural_id(type, &person, record, &id)) return jl_cli_no_link(err);
  jl_group_create(g, type->number, &id, record);
  return true;
}
