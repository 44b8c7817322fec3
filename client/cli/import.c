/* plan import: reads a plan from a JSON file.
 *
 *   {"jalon": 1,
 *    "organisation": {"people": [{"key": "benoit", "name": "Benoit Roy", "email": "..."}], "teams": [...], "roles": [...], "calendars": [...]},
 *    "plan": {"name": "Plan 2026", "start": "@month-start", "end": "+365d", ...},
 *    "records": [{"type": "objective", "key": "o1", "title": "..."},
 *                {"type": "lever", "key": "l1", "name": "SEO", "objectives": ["o1"], "owner": {"person": "benoit"}}, ...]}
 *
 * Fields as in common/record/record.h (money in minor units, fractions as decimals). "defaults": false at the top leaves
 * out the values that new records get otherwise; export writes it. References are keys of this file, or {"person"|"team"|
 * "role"|"calendar": key or name}; "$plan" is the plan itself, "$me" who imports. What exists of these by that name is reused.
 * A text may be written in several languages, {"fr": "...", "en": "..."}: the one of the user is taken. A file with "template": {"title",
 * "description"} is a template (template.c).
 * Dates: "2026-01-31"; "+30d", "-2w", "+3m" from the day of import; "next-january" (the first day of the next such month,
 * not this one), "next-january-end" (its last); "@month-start" and "@month-end" (of the month of import), "@month-start+2" and
 * "@month-end+2" (of the second month after it); "@start" (the day of import) and "@start+2" (two months later: the same day, or the
 * last of a shorter month), "@end" (the last day before "@start+1") and "@end+2" (before "@start+3"). For a template the day of import
 * is the one on which its plan starts.
 * Everything is read and checked before anything is sent. Then people, teams and roles go first, and the records in the
 * file's order, in groups of at most JL_GROUP_MAX_EDITS. A reference may point forward; lists have the file's order. */
#include "client/cli/import.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IMPORT_FILE_MAX (64u << 20)

static bool at(struct jl_error *err, const struct jl_json *j, const char *message, const char *hint, const char *what) {
  return jl_fail(err, JL_E_INVALID, message, hint, jl_arg_integer(j->line), jl_arg_text(what));
}

/* ---- keys: open addressing, at most half full ---- */
static uint64_t key_hash(const char *key) {
  uint64_t h = 1469598103934665603u;
  for (; *key != '\0'; key++) h = (h ^ (uint8_t)*key) * 1099511628211u;
  return h;
}

struct jl_import_key *jl_import_find(const struct jl_import *im, const char *key) {
  for (uint64_t i = key_hash(key);; i++) {
    struct jl_import_key *slot = &im->keys[i & (im->key_capacity - 1)];
    if (slot->key == NULL || strcmp(slot->key, key) == 0) return slot;
  }
}

bool jl_import_add_key(struct jl_import *im, const char *key, const struct jl_id *id, const struct jl_json *where, struct jl_error *err) {
  struct jl_import_key *slot = jl_import_find(im, key);
  if (slot->key != NULL && where != NULL) return at(err, where, JL_MSG("line {1}: the key \"{2}\" is used twice"), NULL, key);
  *slot = (struct jl_import_key){key, *id};
  return true;
}

const char *jl_import_text(const struct jl_json *object, const char *name) {
  const struct jl_json *member = jl_json_member(object, name);
  return member != NULL && member->kind == JL_JSON_STRING ? member->text : NULL;
}

/* ---- dates ---- */
/* "@start+2": the beginning or the end of a month, so many after the one of the import, or after the day itself. */
static bool month_day(const struct jl_import *im, const char *text, int32_t *ret_day) {
  static const struct {
    const char *word;
    bool calendar, end;
  } words[] = {{"@month-start", true, false}, {"@month-end", true, true}, {"@start", false, false}, {"@end", false, true}};
  struct jl_date today = jl_date_from_day(im->input.today);
  size_t w = 0;
  while (w < JL_COUNT(words) && strncmp(text, words[w].word, strlen(words[w].word)) != 0) w++;
  if (w == JL_COUNT(words)) return false;
  const char *rest = text + strlen(words[w].word);
  char *end = NULL;
  long n = *rest == '\0' ? 0 : strtol(rest, &end, 10);
  if (end != NULL && (*end != '\0' || (*rest != '+' && *rest != '-') || labs(n) > 1200)) return false;
  int32_t from = words[w].calendar ? jl_day_from_date(today.year, today.month, 1) : im->input.today;
  *ret_day = words[w].end ? jl_day_add_months(from, (int)n + 1) - 1 : jl_day_add_months(from, (int)n);
  return true;
}

static bool import_day(const struct jl_import *im, const char *text, int32_t *ret_day) {
  static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};
  struct jl_date today = jl_date_from_day(im->input.today);
  struct jl_error ignored;
  if (text[0] == '@') return month_day(im, text, ret_day);
  for (int m = 0; strncmp(text, "next-", 5) == 0 && m < 12; m++) {
    size_t size = strlen(months[m]);
    if (strncmp(text + 5, months[m], size) != 0) continue;
    int32_t first = jl_day_from_date(m + 1 > today.month ? today.year : today.year + 1, m + 1, 1);
    bool last = strcmp(text + 5 + size, "-end") == 0;
    if (!last && text[5 + size] != '\0') return false;
    *ret_day = last ? jl_day_add_months(first, 1) - 1 : first;
    return true;
  }
  if (text[0] == '+' || text[0] == '-') return jl_input_date(&im->input, text, ret_day, &ignored);
  return jl_day_parse_iso(text, ret_day);
}

/* ---- one object of the file into what the record reader takes ---- */
static const struct jl_json *string_node(struct jl_import *im, const struct jl_json *like, const char *text) {
  struct jl_json *node = text == NULL ? NULL : jl_arena_alloc(im->cli->arena, sizeof *node);
  if (node == NULL) return NULL;
  *node = (struct jl_json){
      .kind = JL_JSON_STRING, .text = text, .text_size = strlen(text), .key = like->key, .line = like->line, .column = like->column};
  return node;
}

/* The text in the user's language; in the first one when it is not written in that. */
static const struct jl_json *in_language(const struct jl_json *j) {
  const struct jl_json *mine = j->kind == JL_JSON_OBJECT ? jl_json_member(j, jl_language()) : NULL;
  if (mine == NULL && j->kind == JL_JSON_OBJECT && j->first != NULL && strlen(j->first->key) == 2) mine = j->first;
  return mine != NULL && mine->kind == JL_JSON_STRING ? mine : j;
}

const char *jl_import_words(const struct jl_json *object, const char *name) {
  const struct jl_json *member = object == NULL ? NULL : jl_json_member(object, name);
  const struct jl_json *text = member == NULL ? NULL : in_language(member);
  return text != NULL && text->kind == JL_JSON_STRING ? text->text : NULL;
}

/* {"person": "benoit"} becomes "person:benoit". */
static const struct jl_json *plain_reference(struct jl_import *im, const struct jl_json *j) {
  const struct jl_json *inner = j->kind == JL_JSON_OBJECT ? j->first : NULL;
  if (inner == NULL || inner->next != NULL || inner->kind != JL_JSON_STRING) return j;
  return string_node(im, j, jl_arena_printf(im->cli->arena, "%s:%s", inner->key, inner->text));
}

static const struct jl_json *plain_item(struct jl_import *im, const struct jl_field *field, const struct jl_json *j) {
  if (field->kind == JL_KIND_REFERENCE) return plain_reference(im, j);
  const struct jl_json *text = in_language(j);
  return text == j ? j : string_node(im, j, text->text);
}

static bool takes_words(const struct jl_field *field) {
  return field->kind == JL_KIND_REFERENCE || field->kind == JL_KIND_TEXT || field->kind == JL_KIND_LONG_TEXT || field->kind == JL_KIND_LINK;
}

static const struct jl_json *plain_value(struct jl_import *im, const struct jl_field *field, const struct jl_json *j,
                                         struct jl_error *err) {
  if (field == NULL) return j;
  int32_t day;
  char iso[11];
  if (field->kind == JL_KIND_DATE && j->kind == JL_JSON_STRING) {
    if (!import_day(im, j->text, &day)) {
      (void)at(err, j, JL_MSG("line {1}: \"{2}\" is not a date"), JL_MSG("write it like 2026-01-31, +30d, next-january or @month-start+2"),
               j->text);
      return NULL;
    }
    jl_day_format_iso(day, iso);
    return string_node(im, j, jl_arena_strdup(im->cli->arena, iso));
  }
  if (!takes_words(field)) return j;
  if (j->kind != JL_JSON_ARRAY) return plain_item(im, field, j);
  struct jl_json *list = jl_arena_alloc(im->cli->arena, sizeof *list), *last = NULL;
  if (list == NULL) return NULL;
  *list = *j;
  list->first = NULL;
  for (const struct jl_json *item = j->first; item != NULL; item = item->next) {
    struct jl_json *copy = jl_arena_alloc(im->cli->arena, sizeof *copy);
    const struct jl_json *plain = plain_item(im, field, item);
    if (copy == NULL || plain == NULL) return NULL;
    *copy = *plain;
    copy->next = NULL;
    if (last == NULL)
      list->first = copy;
    else
      last->next = copy;
    last = copy;
  }
  return list;
}

static bool is_ours(const char *key) { return strcmp(key, "type") == 0 || strcmp(key, "key") == 0 || key[0] == '#'; }

/* "type" and "key" are of this file; a field of that very name would be meant only if the type had one. */
static bool plain_object(struct jl_import *im, const struct jl_record_type *type, const struct jl_json *j, struct jl_json *ret_object,
                         struct jl_error *err) {
  struct jl_json *last = NULL;
  *ret_object = *j;
  ret_object->first = NULL;
  for (const struct jl_json *member = j->first; member != NULL; member = member->next) {
    if (is_ours(member->key)) continue;
    *err = (struct jl_error){0};
    const struct jl_json *plain = plain_value(im, jl_field_by_name(type, member->key), member, err);
    struct jl_json *copy = plain == NULL ? NULL : jl_arena_alloc(im->cli->arena, sizeof *copy);
    if (copy == NULL) return err->code != JL_E_OK ? false : jl_cli_no_link(err);
    *copy = *plain;
    copy->next = NULL;
    if (last == NULL)
      ret_object->first = copy;
    else
      last->next = copy;
    last = copy;
  }
  return true;
}

static bool resolve(void *context, const struct jl_field *field, const char *text, struct jl_id *ret_id, struct jl_error *err) {
  struct jl_import *im = context;
  if (strcmp(text, "$plan") == 0) {
    *ret_id = im->plan;
    return true;
  }
  if (strcmp(text, "$me") == 0) {
    *ret_id = jl_profile_identity(im->cli->profile)->person;
    return true;
  }
  const struct jl_import_key *key = jl_import_find(im, text);
  if (key->key == NULL) {
    const char *colon = strchr(text, ':');
    char *folded = colon == NULL ? NULL : jl_text_fold(im->cli->arena, colon + 1);
    const char *name = folded == NULL ? NULL : jl_arena_printf(im->cli->arena, "%.*s:=%s", (int)(colon - text), text, folded);
    if (name != NULL) key = jl_import_find(im, name);
  }
  if (key->key == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1}: nothing in the file has the key \"{2}\""),
                   JL_MSG("give the record that key, or name people as in \"person\": \"name\""), jl_arg_label(field->label),
                   jl_arg_text(text));
  *ret_id = key->id;
  return true;
}

bool jl_import_record(struct jl_import *im, const struct jl_record_type *type, const struct jl_json *j, struct jl_bytes *ret_record,
                      struct jl_error *err) {
  struct jl_json object;
  if (j->kind != JL_JSON_OBJECT) return at(err, j, JL_MSG("line {1}: a record must be an object in curly brackets"), NULL, "");
  return plain_object(im, type, j, &object, err) && jl_record_from_json(type, &object, im->cli->arena, resolve, im, ret_record, err) &&
         jl_import_unknown(im, type, j, ret_record, err) && (!im->defaults || jl_record_defaults(im->cli, type, &im->input, ret_record, err)) && jl_record_check(type, *ret_record, err);
}

/* Nobody has approved what comes from a file: its plan is a draft, and what is under way in it needed no approval and was no campaign, which
 * would be held up now. */
static bool undecided(struct jl_import *im, const struct jl_record_type *type, struct jl_bytes *record, struct jl_error *err) {
  static const uint32_t freed[] = {JL_ACTION_NEEDS_APPROVAL, JL_ACTION_CAMPAIGN};
  int64_t status = jl_record_int(type, *record, type->number == JL_TYPE_PLAN ? JL_PLAN_STATUS : JL_ACTION_STATUS, 0);
  if (type->number == JL_TYPE_PLAN && (status == JL_PLAN_SUBMITTED || status == JL_PLAN_APPROVED)) {
    struct jl_bytes draft = jl_value_encode(im->cli->arena, jl_field_by_number(type, JL_PLAN_STATUS), &(struct jl_value){.number = JL_PLAN_DRAFT});
    *record = jl_record_with(im->cli->arena, *record, JL_PLAN_STATUS, draft);
  }
  for (size_t i = 0; i < JL_COUNT(freed) && type->number == JL_TYPE_ACTION && status >= JL_IN_PROGRESS && status <= JL_DONE && record->data != NULL; i++)
    *record = jl_record_with(im->cli->arena, *record, freed[i], (struct jl_bytes){NULL, 0});
  return record->data != NULL || jl_cli_no_link(err);
}

/* ---- groups ---- */
static void progress(struct jl_import *im) {
  if (im->item_count > JL_GROUP_MAX_EDITS && isatty(STDERR_FILENO) == 1)
    jl_talk(im->cli, JL_MSG("{1} of {2} records"), jl_arg_integer((int64_t)im->done), jl_arg_integer((int64_t)im->item_count));
}

static bool flush(struct jl_import *im, struct jl_error *err) {
  if (im->group == NULL || jl_group_edits(im->group) == 0) return true;
  bool ok = jl_cli_submit(im->cli, im->group, &im->outcome, err);
  if (ok && im->done < im->item_count) im->done += jl_group_edits(im->group); /* afterwards they are moves */
  jl_group_free(im->group);
  im->group = NULL;
  if (ok) progress(im);
  return ok;
}

bool jl_import_put(struct jl_import *im, const struct jl_id *space, uint32_t type, const struct jl_id *id, struct jl_bytes record,
                   struct jl_error *err) {
  if (im->item_count == im->item_capacity) {
    size_t capacity = im->item_capacity == 0 ? 1024 : im->item_capacity * 2;
    struct jl_import_item *items = jl_arena_array(im->cli->arena, capacity, sizeof *items);
    if (items == NULL) return jl_cli_no_link(err);
    if (im->item_count > 0) memcpy(items, im->items, im->item_count * sizeof *items);
    im->items = items;
    im->item_capacity = capacity;
  }
  im->items[im->item_count++] = (struct jl_import_item){.space = *space, .id = *id, .type = type, .record = record};
  return true;
}

/* The groups of an import know it by its id, so that it can be undone as a whole. */
static bool begin_group(struct jl_import *im, const struct jl_id *space, struct jl_error *err) {
  im->group = jl_group_new(space);
  if (im->group == NULL) return jl_cli_no_link(err);
  if (jl_id_equal(space, &im->plan)) jl_group_import(im->group, &im->run, im->as, ++im->part);
  return true;
}

/* How many edits and bytes an item takes with those that are bound to it. Of what is larger than a group as much as there is room for. */
static bool has_room(const struct jl_import *im, size_t at) {
  size_t edits = jl_group_edits(im->group), bytes = jl_group_bytes(im->group);
  for (size_t i = at; i < im->item_count && (i == at || im->sent[i].bound); i++) {
    edits++;
    bytes += im->sent[i].record.size + 64;
  }
  return edits <= JL_GROUP_MAX_EDITS && bytes <= JL_GROUP_MAX_BYTES - 4096;
}

static bool send_item(struct jl_import *im, size_t at, struct jl_error *err) {
  const struct jl_import_item *item = &im->sent[at];
  bool other_space = at > 0 && !jl_id_equal(&item->space, &im->sent[at - 1].space);
  bool full = im->group != NULL && (jl_group_edits(im->group) >= JL_GROUP_MAX_EDITS ||
                                    jl_group_bytes(im->group) + item->record.size + 64 > JL_GROUP_MAX_BYTES - 4096 ||
                                    (!item->bound && !has_room(im, at)));
  bool closes = at > 0 && item->type == JL_TYPE_CLOSED_MONTH && im->sent[at - 1].type != JL_TYPE_CLOSED_MONTH; /* what is in them stands by then */
  if ((full || other_space || closes) && !flush(im, err)) return false;
  if (im->group == NULL && !begin_group(im, &item->space, err)) return false;
  jl_group_create(im->group, item->type, &item->id, item->record);
  return true;
}

static bool send_move(struct jl_import *im, const struct jl_import_move *move, struct jl_error *err) {
  if (im->group != NULL && jl_group_edits(im->group) >= JL_GROUP_MAX_EDITS && !flush(im, err)) return false;
  if (im->group == NULL && !begin_group(im, &move->item->space, err)) return false;
  jl_group_update(im->group, move->item->type, &move->item->id);
  jl_group_place(im->group, jl_rank_field(jl_record_type_by_number(move->item->type))->number, move->after, NULL);
  return true;
}

bool jl_import_send(struct jl_import *im, struct jl_error *err) {
  bool ok = jl_import_order(im, err);
  for (size_t i = 0; ok && i < im->item_count; i++) ok = send_item(im, i, err);
  ok = ok && flush(im, err);
  for (size_t i = 0; ok && i < im->move_count; i++) ok = send_move(im, &im->moves[i], err);
  ok = ok && flush(im, err);
  jl_group_free(im->group);
  im->group = NULL;
  if (!ok && im->done > 0) jl_talk(im->cli, JL_MSG("{1} records were imported before the failure"), jl_arg_integer((int64_t)im->done));
  return ok;
}

/* ---- the file ---- */
static bool read_all(struct jl_cli *cli, const char *path, struct jl_bytes *ret_text, struct jl_error *err) {
  FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
  if (file == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  struct jl_buffer b;
  jl_buffer_init(&b, IMPORT_FILE_MAX);
  char chunk[65536];
  size_t n;
  while ((n = fread(chunk, 1, sizeof chunk, file)) > 0) jl_buffer_append(&b, chunk, n);
  bool failed = ferror(file) != 0;
  if (file != stdin) fclose(file);
  *ret_text = jl_arena_dup(cli->arena, jl_buffer_bytes(&b));
  bool ok = !failed && jl_buffer_ok(&b) && (b.size == 0 || ret_text->data != NULL);
  jl_buffer_release(&b);
  return ok || jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} cannot be read, or is larger than {2}"), NULL, jl_arg_text(path),
                       jl_arg_bytes(IMPORT_FILE_MAX));
}

bool jl_import_read(struct jl_import *im, const char *path, struct jl_error *err) {
  struct jl_bytes text;
  int64_t version = 0;
  if (!read_all(im->cli, path, &text, err) || !jl_json_parse(im->cli->arena, text, &im->root, err)) return false;
  const struct jl_json *jalon = jl_json_member(im->root, "jalon"), *defaults = jl_json_member(im->root, "defaults");
  if (jalon == NULL || !jl_json_integer(jalon, &version) || version != 1)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a plan of jalon"), JL_MSG("its first member must be \"jalon\": 1"),
                   jl_arg_text(path));
  im->defaults = defaults == NULL || defaults->kind != JL_JSON_BOOL || defaults->boolean;
  im->records = jl_json_member(im->root, "records");
  for (const struct jl_json *r = im->records != NULL ? im->records->first : NULL; r != NULL; r = r->next) im->total++;
  return true;
}

bool jl_import_open(struct jl_import *im, const char *path, struct jl_error *err) {
  if (!jl_import_read(im, path, err)) return false;
  size_t people = 0;
  const struct jl_json *organisation = jl_json_member(im->root, "organisation");
  for (const struct jl_json *list = organisation != NULL ? organisation->first : NULL; list != NULL; list = list->next)
    for (const struct jl_json *one = list->first; one != NULL; one = one->next) people++;
  im->key_capacity = 4096;
  while (im->key_capacity < 2 * (im->total + 4 * people + 65536)) im->key_capacity *= 2;
  im->keys = jl_arena_array(im->cli->arena, im->key_capacity, sizeof *im->keys);
  return im->keys != NULL || jl_cli_no_link(err);
}

/* Ids first, so that references may point forward. Records with a natural key get theirs when they are built. */
static bool give_ids(struct jl_import *im, struct jl_error *err) {
  for (const struct jl_json *r = im->records != NULL ? im->records->first : NULL; r != NULL; r = r->next) {
    const struct jl_record_type *type = jl_import_type(im, r, err);
    const char *key = jl_import_text(r, "key");
    struct jl_id id = jl_id_random();
    if (type == NULL) return false;
    if (key != NULL && type->natural_key[0] == '\0' && !jl_import_add_key(im, key, &id, r, err)) return false;
  }
  return true;
}

static bool import_records(struct jl_import *im, struct jl_error *err) {
  for (const struct jl_json *r = im->records != NULL ? im->records->first : NULL; r != NULL; r = r->next) {
    const struct jl_record_type *type = jl_import_type(im, r, err);
    const char *key = jl_import_text(r, "key");
    struct jl_bytes record;
    struct jl_id id = jl_id_random();
    if (type == NULL) return false;
    if (!jl_import_record(im, type, r, &record, err)) {
      struct jl_arg line = jl_arg_integer(r->line);
      jl_cli_note(im->cli, JL_MSG("in the record of line {1}:"), &line, 1);
      return false;
    }
    if (!undecided(im, type, &record, err)) return false;
    if (type->natural_key[0] != '\0') {
      (void)jl_record_natural_id(type, &im->plan, record, &id);
      if (key != NULL && !jl_import_add_key(im, key, &id, r, err)) return false;
    } else if (key != NULL)
      id = jl_import_find(im, key)->id;
    if (!jl_import_put(im, &im->plan, type->number, &id, record, err)) return false;
  }
  return true;
}

/* What was given for the new plan comes before what its file says. */
static bool put_plan_options(struct jl_import *im, const struct jl_record_type *type, struct jl_bytes *record, struct jl_error *err) {
  for (size_t i = 0; i < im->plan_option_count; i++) {
    const struct jl_field *field = jl_field_by_name(type, im->plan_options[i].name);
    if (field != NULL && !jl_record_put_text(im->cli, type, record, field->number, im->plan_options[i].value, &im->input, err)) return false;
  }
  return true;
}

static bool import_plan(struct jl_import *im, const char *name, struct jl_error *err) {
  struct jl_cli *cli = im->cli;
  const char *into = jl_cli_option(cli, "into");
  if (name == NULL) name = jl_cli_option(cli, "new");
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PLAN);
  const struct jl_json *plan = jl_json_member(im->root, "plan");
  struct jl_bytes record;
  if (into != NULL && name != NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("--into and --new exclude each other"), NULL);
  if (into != NULL) return jl_cli_resolve_plan(cli, into, &im->plan, im->name, sizeof im->name, err);
  if (plan == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the file has no plan"), JL_MSG("give it one, or add its records to a plan with --into"));
  im->plan = jl_id_random();
  bool defaults = im->defaults;
  if (name != NULL || defaults) {
    struct jl_json object;
    if (!plain_object(im, type, plan, &object, err) || !jl_record_from_json(type, &object, cli->arena, resolve, im, &record, err))
      return false;
    if (name != NULL && !jl_record_put_text(cli, type, &record, JL_PLAN_NAME, name, &im->input, err)) return false;
    if (!put_plan_options(im, type, &record, err)) return false;
    if ((defaults && !jl_record_defaults(cli, type, &im->input, &record, err)) || !jl_record_check(type, record, err)) return false;
  } else if (!jl_import_record(im, type, plan, &record, err))
    return false;
  if (!undecided(im, type, &record, err)) return false;
  const char *key = jl_import_text(plan, "key");
  if (key != NULL && !jl_import_add_key(im, key, &im->plan, plan, err)) return false;
  struct jl_bytes title = jl_record_text(type, record, JL_PLAN_NAME);
  snprintf(im->name, sizeof im->name, "%.*s", (int)title.size, (const char *)title.data);
  return jl_import_put(im, &im->plan, JL_TYPE_PLAN, &im->plan, record, err);
}

/* ---- currencies ---- */
/* Of the plan it goes to, new or not. */
static bool currency_to(struct jl_import *im, const char **ret, struct jl_error *err) {
  const struct jl_id was = im->cli->plan;
  struct jl_lookup one = {.id = im->plan, .type = jl_record_type_by_number(JL_TYPE_PLAN)};
  for (size_t i = 0; i < im->item_count; i++)
    if (im->items[i].type == JL_TYPE_PLAN) {
      *ret = jl_import_currency_of(im, im->items[i].record);
      return true;
    }
  im->cli->plan = im->plan;
  bool ok = jl_lookup_one(im->cli, &one, err);
  im->cli->plan = was;
  *ret = ok ? jl_import_currency_of(im, one.record.body) : "";
  return ok;
}

/* What a file has in one currency does not go into a plan in another. A template is a plan to go on from: it says that its amounts are to be looked at. */
static bool fits_currency(struct jl_import *im, bool *ret_remark, struct jl_error *err) {
  const struct jl_json *plan = jl_json_member(im->root, "plan");
  const char *from = plan == NULL ? NULL : jl_import_text(plan, "currency"), *to;
  *ret_remark = false;
  if (from == NULL) return true;
  if (!currency_to(im, &to, err)) return false;
  *ret_remark = im->plan_option_count > 0 && jl_import_in_currency(im, from, to) != NULL;
  return *ret_remark || jl_import_same_currency(im, from, to, JL_MSG("import it as a plan of its own (--new), or into one in {1}"), err);
}

/* As it is undone by: --as, or what the file is called. */
static const char *name_of(const struct jl_cli *cli) {
  const char *as = jl_cli_option(cli, "as"), *slash = strrchr(cli->words[0], '/'), *file = slash != NULL ? slash + 1 : cli->words[0];
  return as != NULL && as[0] != '\0' ? as : file[0] != '\0' ? file : "-";
}

static bool has_expenses(const struct jl_import *im) {
  for (size_t i = 0; i < im->item_count; i++)
    if (im->items[i].type == JL_TYPE_EXPENSE) return true;
  return false;
}

bool jl_import_make(struct jl_import *im, const char *name, struct jl_error *err) {
  struct jl_cli *cli = im->cli;
  bool remark = false;
  bool ok = jl_import_people(im, err) && give_ids(im, err) && import_plan(im, name, err) && import_records(im, err) && fits_currency(im, &remark, err) &&
            (cli->dry_run || jl_import_send(im, err));
  if (!ok) return false;
  if (!cli->dry_run && !jl_cli_choose_plan(cli, &im->plan, im->name, err)) return false;
  jl_say(cli,
         cli->dry_run ? JL_MSG("dry run: {1} records and {2} new people, teams and roles would go into {3}")
                      : JL_MSG("{1} records and {2} new people, teams and roles are in {3}, the current plan{4}"),
         jl_arg_integer((int64_t)im->total), jl_arg_integer((int64_t)im->new_people), jl_arg_text(im->name),
         im->outcome.queued != 0 ? jl_cli_made(cli, &im->outcome) : jl_arg_text(""));
  if (remark) jl_talk(cli, JL_MSG("its amounts were thought of in {1}, and nobody converted them: look at each of them"), jl_arg_text(jl_import_text(jl_json_member(im->root, "plan"), "currency")));
  jl_cli_done(cli, &im->outcome);
  if (has_expenses(im)) jl_cli_tell_overspent(cli);
  return true;
}

bool jl_import_records(struct jl_import *im, struct jl_error *err) { return give_ids(im, err) && import_records(im, err); }

bool jl_cmd_plan_import(struct jl_cli *cli, struct jl_error *err) {
  struct jl_import *im = jl_arena_alloc(cli->arena, sizeof *im);
  if (im == NULL) return jl_cli_no_link(err);
  im->cli = cli;
  im->run = jl_id_random();
  im->as = name_of(cli);
  im->input = jl_plan_input(cli, (struct jl_bytes){NULL, 0});
  return jl_import_open(im, cli->words[0], err) && jl_import_make(im, NULL, err);
}
