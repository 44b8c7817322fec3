#include "common/model/governance/inbox.h"
#include "common/model/budget/amounts.h"
#include "common/base/calendar.h"
#include "common/model/governance/raci.h"
#include "common/model/query.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define AWAY_MAX 4096  /* people who ever named the reader as a substitute that are looked at */
#define DEFAULT_DAYS 7 /* of news for somebody who has never read */

/* ---- whose ---- */
static void add_person(struct jl_inbox *inbox, const struct jl_id *id) {
  static const uint32_t groups[] = {JL_PERSON_TEAMS, JL_PERSON_ROLES};
  const struct jl_view_input *in = inbox->in;
  if (inbox->mine_count == JL_INBOX_GROUPS) return;
  inbox->mine[inbox->mine_count++] = *id;
  const struct jl_record *person = in->organisation == NULL ? NULL : jl_replica_live(in->organisation, id);
  for (size_t g = 0; person != NULL && person->type_number == JL_TYPE_PERSON && g < JL_COUNT(groups); g++) {
    struct jl_iterator it = jl_record_each(person->body, jl_field_by_number(person->type, groups[g]));
    for (struct jl_value value; inbox->mine_count < JL_INBOX_GROUPS && jl_iterator_next(&it, &value);)
      inbox->mine[inbox->mine_count++] = value.id;
  }
}

/* The reader, and whomever the reader stands in for that day. */
static void find_mine(struct jl_inbox *inbox) {
  const struct jl_view_input *in = inbox->in;
  const void *at = NULL;
  const struct jl_record *leave;
  struct jl_id away, substitute;
  add_person(inbox, &in->reader);
  if (in->organisation == NULL) return;
  struct jl_seen *asked = jl_seen_new(inbox->b, AWAY_MAX); /* about: each once, however many leaves name the reader */
  while (inbox->mine_count < JL_INBOX_GROUPS &&
         (leave = jl_replica_next_referring(in->organisation, &in->reader, JL_TYPE_LEAVE, JL_LEAVE_SUBSTITUTE, &at)) != NULL) {
    if (!jl_record_id(leave->type, leave->body, JL_LEAVE_PERSON, &away) || !jl_seen_add(asked, &away)) continue;
    const struct jl_record *now = jl_leave_of(in->organisation, &away, in->today);
    if (now != NULL && jl_record_id(now->type, now->body, JL_LEAVE_SUBSTITUTE, &substitute) && jl_id_equal(&substitute, &in->reader))
      add_person(inbox, &away);
  }
}

bool jl_inbox_is_mine(const struct jl_inbox *inbox, const struct jl_id *holder) {
  for (size_t i = 0; i < inbox->mine_count; i++)
    if (jl_id_equal(&inbox->mine[i], holder)) return true;
  return false;
}

/* ---- the log, newest first ---- */
bool jl_inbox_made(const struct jl_inbox *inbox, uint64_t revision, struct jl_id *ret_person, int64_t *ret_time_us) {
  size_t low = 0, high = inbox->in->log_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (inbox->in->log[middle]->revision > revision)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == inbox->in->log_count || inbox->in->log[low]->revision != revision) return false;
  const Jalon__ChangeBody *body = inbox->in->log[low];
  struct jl_bytes author = {body->author.data, body->author.len};
  if (!jl_id_from_bytes(author, ret_person)) *ret_person = (struct jl_id){{0}};
  *ret_time_us = body->time_us;
  return true;
}

/* ---- how far it was read ---- */
/* The last revision before that day, as the plan counts days. */
static uint64_t before_day(const struct jl_view_input *in, int32_t day) {
  char zone[JL_ZONE_MAX];
  jl_plan_time_zone(in->space, zone);
  for (size_t i = 0; i < in->log_count; i++) {
    int32_t of = 0;
    if (!jl_day_in_zone(zone, in->log[i]->time_us, &of, NULL)) of = (int32_t)(in->log[i]->time_us / INT64_C(86400000000));
    if (of < day) return in->log[i]->revision;
  }
  return in->log_older > 0 ? in->log_older - 1 : 0;
}

static bool find_since(struct jl_inbox *inbox, struct jl_error *err) {
  const struct jl_view_input *in = inbox->in;
  const char *since = jl_view_value(in, "since");
  int32_t day = in->today - DEFAULT_DAYS;
  uint64_t head = jl_replica_where(in->space)->revision;
  if (since != NULL && since[0] == 'r') {
    if (!jl_view_number(since + 1, &inbox->since))
      return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a revision"), JL_MSG("give one such as r123"), jl_arg_text(since));
    if (inbox->since > head) inbox->since = head; /* an older copy of the data was restored */
    inbox->whole_log = in->log_older == 0 || in->log_older <= inbox->since + 1;
    return true;
  }
  if (since != NULL && since[0] != '\0' && !jl_day_parse_iso(since, &day))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is neither a day nor a revision"), JL_MSG("give one such as 2026-01-31 or r123"),
                   jl_arg_text(since));
  inbox->since = before_day(in, day);
  inbox->whole_log = true; /* by day it is what the log at hand says */
  return true;
}

static int by_id(const void *left, const void *right) {
  const struct jl_inbox_mark *a = left, *b = right;
  int order = jl_id_compare(&a->id, &b->id);
  if (order != 0) return order;
  return a->revision > b->revision ? -1 : a->revision < b->revision;
}

static void sort_marks(struct jl_inbox_marks *marks) {
  size_t kept = 0;
  if (marks->list == NULL) return;
  if (marks->count > 0) qsort(marks->list, marks->count, sizeof *marks->list, by_id);
  for (size_t i = 0; i < marks->count; i++)
    if (kept == 0 || !jl_id_equal(&marks->list[i].id, &marks->list[kept - 1].id)) marks->list[kept++] = marks->list[i];
  marks->count = kept;
}

static uint64_t mark_of(const struct jl_inbox_marks *marks, const struct jl_id *id) {
  size_t low = 0, high = marks->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (jl_id_compare(&marks->list[middle].id, id) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < marks->count && jl_id_equal(&marks->list[low].id, id) ? marks->list[low].revision : 0;
}

/* RECORD@812,...; what is none is passed over. */
static void find_read(struct jl_inbox *inbox) {
  const char *read = jl_view_value(inbox->in, "read");
  size_t room = 1;
  if (read == NULL || read[0] == '\0') return;
  for (const char *p = read; *p != '\0'; p++) room += *p == ',';
  inbox->read.list = jl_view_alloc(inbox->b, room, sizeof *inbox->read.list);
  if (inbox->read.list == NULL) return;
  for (const char *at = read; at != NULL; at = strchr(at, ',')) {
    char text[JL_ID_TEXT_SIZE];
    struct jl_inbox_mark *mark = &inbox->read.list[inbox->read.count];
    at += *at == ',';
    size_t size = strcspn(at, "@,");
    if (size >= sizeof text || at[size] != '@') continue;
    memcpy(text, at, size);
    text[size] = '\0';
    if (!jl_id_parse(text, &mark->id)) continue;
    mark->revision = strtoull(at + size + 1, NULL, 10);
    inbox->read.count++;
  }
  sort_marks(&inbox->read);
}

static void find_spoken(struct jl_inbox *inbox) {
  size_t n = 0;
  const struct jl_record **all =
      jl_view_referring(inbox->in, inbox->b, &inbox->in->reader, JL_TYPE_COMMENT, JL_COMMENT_AUTHOR, &n);
  if (n > 0) inbox->spoken.list = jl_view_alloc(inbox->b, n, sizeof *inbox->spoken.list);
  for (size_t i = 0; inbox->spoken.list != NULL && i < n; i++) {
    struct jl_inbox_mark *mark = &inbox->spoken.list[inbox->spoken.count];
    if (!jl_record_id(all[i]->type, all[i]->body, JL_COMMENT_TARGET, &mark->id)) continue;
    mark->revision = all[i]->created_revision;
    inbox->spoken.count++;
  }
  sort_marks(&inbox->spoken);
}

uint64_t jl_inbox_read(const struct jl_inbox *inbox, const struct jl_id *record) {
  uint64_t alone = mark_of(&inbox->read, record);
  return alone > inbox->since ? alone : inbox->since;
}

uint64_t jl_inbox_spoken(const struct jl_inbox *inbox, const struct jl_id *target) { return mark_of(&inbox->spoken, target); }

/* ---- items ---- */
void jl_inbox_add(struct jl_inbox *inbox, const struct jl_inbox_item *item) {
  if (!jl_builder_ok(inbox->b) || jl_seen_has(inbox->told, &item->record->id)) return;
  (void)jl_seen_add(inbox->told, &item->record->id);
  if (inbox->count == inbox->capacity) {
    size_t capacity = inbox->capacity == 0 ? 64 : inbox->capacity * 2;
    struct jl_inbox_item *larger = jl_view_alloc(inbox->b, capacity, sizeof *larger);
    if (larger == NULL) return;
    if (inbox->count > 0) memcpy(larger, inbox->items, inbox->count * sizeof *larger);
    inbox->items = larger;
    inbox->capacity = capacity;
  }
  inbox->items[inbox->count] = *item;
  inbox->items[inbox->count++].kind = inbox->kind;
}

const char *jl_inbox_command(struct jl_inbox *inbox, const char *words, const struct jl_record *record, const char *rest) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(record->type, record->number, reference);
  const char *text = jl_arena_printf(jl_builder_arena(inbox->b), "jalon %s %s%s%s", words, reference, rest[0] == '\0' ? "" : " ", rest);
  if (text == NULL) jl_builder_fail(inbox->b, JL_E_NO_MEMORY);
  return text == NULL ? "" : text;
}

bool jl_inbox_collect(struct jl_inbox *inbox, const struct jl_view_input *in, struct jl_builder *b, bool news, struct jl_error *err) {
  *inbox = (struct jl_inbox){.in = in, .b = b};
  inbox->told = jl_seen_new(b, 4096);
  if (inbox->told == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (jl_id_is_zero(&in->reader)) return true; /* nobody's */
  find_mine(inbox);
  if (news && !find_since(inbox, err)) return false;
  if (news) {
    find_read(inbox);
    find_spoken(inbox);
  }
  for (size_t i = 0; i < jl_inbox_kind_count; i++) {
    inbox->kind = &jl_inbox_kinds[i];
    if (news || inbox->kind->waits) inbox->kind->find(inbox);
  }
  return true;
}

/* ---- rows ---- */
static bool late(const struct jl_inbox *inbox, const struct jl_inbox_item *item) { return item->has_due && item->due < inbox->in->today; }

static int sooner(const void *left, const void *right) {
  const struct jl_inbox_item *a = left, *b = right;
  int32_t due_a = a->has_due ? a->due : INT32_MAX, due_b = b->has_due ? b->due : INT32_MAX;
  if (a->kind->waits != b->kind->waits) return a->kind->waits ? -1 : 1;
  if (a->kind->waits && due_a != due_b) return due_a < due_b ? -1 : 1;
  if (a->kind->waits && a->record->created_revision != b->record->created_revision)
    return a->record->created_revision < b->record->created_revision ? -1 : 1;
  if (!a->kind->waits && a->first != b->first) return a->first > b->first ? -1 : 1; /* the newest first */
  return jl_id_compare(&a->record->id, &b->record->id);
}

static void cell_what(struct jl_builder *b, const struct jl_inbox_item *item) {
  jl_cell_label(b, item->what != NULL ? item->what : item->kind->label, item->what != NULL ? item->what_plain : item->kind->name);
}

static void cell_from(const struct jl_inbox *inbox, const struct jl_inbox_item *item) {
  const char *name = "";
  for (size_t i = 0; i < JL_INBOX_FROM && name != NULL && !jl_id_is_zero(&item->from[i]); i++)
    name = jl_arena_printf(jl_builder_arena(inbox->b), "%s%s%s%s", name, i == 0 ? "" : ", ",
                           jl_view_holder_name(inbox->in, inbox->b, &item->from[i]), item->from_more && i + 1 == JL_INBOX_FROM ? " ..." : "");
  if (name == NULL) {
    jl_builder_fail(inbox->b, JL_E_NO_MEMORY);
    return;
  }
  jl_cell_text(inbox->b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
}

static void cell_amount(const struct jl_inbox *inbox, const struct jl_inbox_item *item) {
  char currency[4];
  if (item->amount == 0) {
    jl_cell_empty(inbox->b);
    return;
  }
  jl_plan_currency(inbox->in->space, currency);
  jl_cell(inbox->b, jl_arg_money(item->amount, currency));
  jl_cell_source(inbox->b, item->record);
}

/* number 0: none. */
static void item_row(const struct jl_inbox *inbox, const struct jl_inbox_item *item, size_t number) {
  struct jl_builder *b = inbox->b;
  bool waits = item->kind->waits;
  jl_row_begin(b, item->record, 0, JL_ROW_NORMAL);
  if (number > 0) jl_cell(b, jl_arg_integer((int64_t)number));
  cell_from(inbox, item);
  cell_what(b, item);
  if (waits && late(inbox, item)) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell_title(b, inbox->in, item->about != NULL ? item->about : item->record);
  jl_cell_text(b, item->text);
  if (waits) cell_amount(inbox, item);
  if (waits && item->has_due) {
    jl_cell(b, jl_arg_date(item->due));
    if (late(inbox, item)) jl_cell_tone(b, JL_TONE_BAD);
  } else if (waits) {
    jl_cell_empty(b);
  }
  if (item->since_us != 0)
    jl_cell(b, jl_arg_time(item->since_us));
  else
    jl_cell_empty(b);
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)item->answer, strlen(item->answer)});
  if (waits)
    jl_cell_empty(b);
  else
    jl_cell(b, jl_arg_revision(item->first));
}

size_t jl_inbox_block(struct jl_inbox *inbox, bool waits, bool numbered) {
  struct jl_builder *b = inbox->b;
  size_t n = 0, before = 0;
  if (!jl_builder_ok(b)) return 0;
  if (inbox->count > 0) qsort(inbox->items, inbox->count, sizeof *inbox->items, sooner);
  for (size_t i = 0; i < inbox->count; i++) {
    n += inbox->items[i].kind->waits == waits;
    before += inbox->items[i].kind->waits && !waits;
  }
  if (n == 0) return 0;
  jl_block_begin(b, JL_BLOCK_ITEMS, waits ? "waiting" : "news", waits ? JL_MSG("waits for your answer") : JL_MSG("new for you"));
  if (numbered) jl_column(b, "n", "#", JL_ARG_INTEGER, 0);
  jl_column(b, "from", JL_MSG("from"), JL_ARG_TEXT, 0);
  jl_column(b, "what", JL_MSG("what"), JL_ARG_LABEL, 0);
  jl_column(b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(b, "text", JL_MSG("text"), JL_ARG_TEXT, 2);
  if (waits) jl_column(b, "amount", JL_MSG("amount"), JL_ARG_MONEY, 1);
  if (waits) jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 1);
  jl_column(b, "since", JL_MSG("since"), JL_ARG_TIME, 3);
  jl_column(b, "answer", JL_MSG("what to type"), JL_ARG_TEXT, 2);
  jl_column(b, "revision", JL_MSG("revision"), JL_ARG_REVISION, 8);
  for (size_t i = 0, shown = 0; i < inbox->count; i++)
    if (inbox->items[i].kind->waits == waits) item_row(inbox, &inbox->items[i], numbered ? before + ++shown : 0);
  return n;
}
