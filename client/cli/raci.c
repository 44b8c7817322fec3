/* raci set, add and rm: letters and their holders, in one group. What is changed or removed carries what this profile last
 * saw of it, so another's unseen change is a conflict. An assignment that was never shown is taken as it is, as `set` does
 * with any record, unless it was made after the letters of this target were last looked at. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

struct part {
  char letter;
  struct jl_id holder;
  const char *name;  /* as it was typed */
  const char *title; /* as the record has it */
};
struct assignment {
  const struct jl_record_state *record;
  uint64_t seen;                /* what a delete may say */
  struct jl_bytes holder, task; /* as last seen */
};
struct raci {
  struct jl_cli *cli;
  struct jl_lookups lookups;
  struct part parts[256];
  size_t part_count;
  bool named[4];
  const char *task; /* NULL: not given */
  struct assignment *assignments;
  size_t assignment_count;
};

#define ASKED_MAX 60 /* assignments whose history is asked for at once; the rest count as not seen */

static const char letters[] = "RACI";
static int32_t letter_number(char letter) { return (int32_t)(strchr(letters, letter) - letters) + 1; } /* RACI_R = 1 .. RACI_I = 4 */

static bool bad_part(struct jl_error *err, const char *word) {
  return jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" is no RACI part"), JL_MSG("write it like A=paul or R=marie,benoit"), jl_arg_text(word));
}

/* "R=marie,benoit"; "I=" names a letter and nobody. */
static bool read_part(struct raci *r, const char *word, struct jl_error *err) {
  char letter = (char)(word[0] >= 'a' && word[0] <= 'z' ? word[0] - 32 : word[0]);
  if (letter == '\0' || strchr(letters, letter) == NULL || word[1] != '=') return bad_part(err, word);
  r->named[letter_number(letter) - 1] = true;
  for (const char *p = word + 2; *p != '\0';) {
    size_t size = strcspn(p, ",");
    const char *name = jl_arena_strndup(r->cli->arena, p, size);
    struct jl_lookup *one =
        size == 0 || name == NULL || r->part_count >= JL_COUNT(r->parts) ? NULL : jl_lookup_add(r->cli, &r->lookups, name);
    if (one == NULL) return bad_part(err, word);
    for (size_t i = 0; letter == 'A' && i < r->part_count; i++)
      if (r->parts[i].letter == 'A')
        return jl_fail(err, JL_E_USAGE, JL_MSG("there is one A only: {1} or {2}"), NULL, jl_arg_text(r->parts[i].name), jl_arg_text(name));
    one->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_HOLDER);
    r->parts[r->part_count++] = (struct part){.letter = letter, .name = name};
    p += size + (p[size] == ',');
  }
  return true;
}

static bool resolve(struct raci *r, struct jl_error *err) {
  static const uint32_t children[] = {JL_TYPE_RACI};
  struct jl_cli *cli = r->cli;
  r->lookups.space = cli->plan;
  struct jl_lookup *target = jl_lookup_add(cli, &r->lookups, cli->words[0]);
  if (target == NULL) return jl_cli_no_link(err);
  target->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_TARGET);
  target->children = children;
  target->child_count = 1;
  for (size_t i = 1; i < cli->word_count; i++)
    if (!read_part(r, cli->words[i], err)) return false;
  if (!jl_lookups_run(cli, &r->lookups, err)) return false;
  for (size_t i = 0; i < r->lookups.count; i++) {
    if (r->lookups.items[i].error.code != JL_E_OK) {
      *err = r->lookups.items[i].error;
      return false;
    }
    if (i == 0) continue;
    const struct jl_record_state *holder = &r->lookups.items[i].record;
    r->parts[i - 1].holder = holder->id;
    r->parts[i - 1].title = jl_title_text(cli, holder->type, holder->body);
  }
  return true;
}

static bool is_part(const struct jl_record_state *record, const struct part *part) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_id holder;
  return jl_record_int(type, record->body, JL_RACI_LETTER, 0) == letter_number(part->letter) &&
         jl_record_id(type, record->body, JL_RACI_HOLDER, &holder) && jl_id_equal(&holder, &part->holder);
}

static bool is_live_raci(const struct jl_record_state *record) { return record->type == JL_TYPE_RACI && record->deleted_revision == 0; }

/* The revision at which this target's letters were looked at. What this profile made without looking counts only when
 * nothing else does. */
static uint64_t looked_at(const struct raci *r) {
  const struct jl_lookup *target = &r->lookups.items[0];
  uint64_t looked = 0, made = 0;
  for (size_t i = 0; i < target->below_count; i++) {
    uint64_t shown = jl_profile_shown(r->cli->profile, &r->cli->plan, &target->below[i].id);
    uint64_t *to = shown > target->below[i].created_revision ? &looked : &made;
    if (is_live_raci(&target->below[i]) && shown > *to) *to = shown;
  }
  return looked > 0 ? looked : made;
}

static bool as_shown(struct raci *r, struct jl_error *err) {
  static const uint32_t fields[] = {JL_RACI_HOLDER, JL_RACI_TASK};
  struct jl_cli *cli = r->cli;
  struct jl_lookups asked = {.space = cli->plan};
  struct jl_lookup *target = &r->lookups.items[0];
  uint64_t looked = cli->has_base ? cli->base : looked_at(r);
  r->assignments = jl_arena_array(cli->arena, target->below_count + 1, sizeof *r->assignments);
  if (r->assignments == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < target->below_count; i++) {
    const struct jl_record_state *record = &target->below[i];
    if (!is_live_raci(record)) continue;
    uint64_t shown = cli->has_base ? cli->base : jl_profile_shown(cli->profile, &cli->plan, &record->id);
    struct assignment *one = &r->assignments[r->assignment_count++];
    *one = (struct assignment){.record = record, .seen = shown > 0 ? shown : looked};
    bool unseen = shown < record->revision && record->created_revision > one->seen && one->seen > 0;
    if (unseen) continue;
    one->holder = jl_record_slice(record->body, JL_RACI_HOLDER);
    one->task = jl_record_slice(record->body, JL_RACI_TASK);
    if (shown == 0) one->seen = record->revision;
    struct jl_lookup *ask = shown == 0 || record->revision <= shown || asked.count >= ASKED_MAX ? NULL : jl_lookup_add(cli, &asked, NULL);
    if (ask == NULL) continue;
    ask->id = record->id;
    ask->type = jl_record_type_by_number(JL_TYPE_RACI);
    ask->base_fields = fields;
    ask->base_field_count = JL_COUNT(fields);
  }
  if (asked.count > 0 && !jl_lookups_run(cli, &asked, err)) return false;
  for (size_t i = 0, next = 0; i < r->assignment_count && next < asked.count; i++) {
    const struct jl_lookup *ask = &asked.items[next];
    if (!jl_id_equal(&r->assignments[i].record->id, &ask->id)) continue;
    next++;
    if (ask->error.code != JL_E_OK) continue; /* gone meanwhile: the server says so */
    r->assignments[i].holder = jl_lookup_base(ask, JL_RACI_HOLDER);
    r->assignments[i].task = jl_lookup_base(ask, JL_RACI_TASK);
    r->assignments[i].seen = jl_lookup_seen(cli, &cli->plan, ask);
  }
  return true;
}

static const struct assignment *existing(const struct raci *r, const struct part *part) {
  for (size_t i = 0; i < r->assignment_count; i++)
    if (is_part(r->assignments[i].record, part)) return &r->assignments[i];
  return NULL;
}

static int64_t letter_of(const struct assignment *a) {
  return jl_record_int(jl_record_type_by_number(JL_TYPE_RACI), a->record->body, JL_RACI_LETTER, 0);
}

static struct jl_bytes text_slice(struct raci *r, const char *text) {
  struct jl_value value = {.text = {(const uint8_t *)text, strlen(text)}};
  return text[0] == '\0' ? (struct jl_bytes){NULL, 0}
                         : jl_value_encode(r->cli->arena, jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_TASK), &value);
}

/* The label of a new assignment: the one given; else, when letters are replaced, the one that all of this letter had. */
static struct jl_bytes task_of_new(struct raci *r, const struct part *part, bool set) {
  struct jl_bytes common = {NULL, 0};
  bool any = false;
  if (r->task != NULL) return text_slice(r, r->task);
  for (size_t i = 0; set && i < r->assignment_count; i++) {
    if (letter_of(&r->assignments[i]) != letter_number(part->letter)) continue;
    struct jl_bytes task = jl_record_slice(r->assignments[i].record->body, JL_RACI_TASK);
    if (any && !jl_same_bytes(task, common)) return (struct jl_bytes){NULL, 0};
    common = task;
    any = true;
  }
  return common;
}

static bool add_part(struct raci *r, struct jl_group *g, const struct part *part, bool set, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_bytes record = {NULL, 0}, letter;
  struct jl_value value = {.number = letter_number(part->letter)};
  struct jl_id id;
  letter = jl_value_encode(r->cli->arena, jl_field_by_number(type, JL_RACI_LETTER), &value);
  if (letter.data == NULL || !jl_record_put_id(r->cli, type, &record, JL_RACI_TARGET, &r->lookups.items[0].record.id, err) ||
      !jl_record_put(r->cli, &record, JL_RACI_LETTER, letter, err) ||
      !jl_record_put_id(r->cli, type, &record, JL_RACI_HOLDER, &part->holder, err) ||
      !jl_record_put(r->cli, &record, JL_RACI_TASK, task_of_new(r, part, set), err))
    return letter.data != NULL ? false : jl_cli_no_link(err);
  if (!jl_record_check(type, record, err)) return false;
  if (!jl_record_natural_id(type, &r->cli->plan, record, &id)) return jl_cli_no_link(err);
  jl_group_create(g, type->number, &id, record);
  return true;
}

/* The id of an A names the action and the letter only, so another A is an update of its holder and keeps the id. */
static const struct assignment *present_a(const struct raci *r) {
  for (size_t i = 0; i < r->assignment_count; i++)
    if (letter_of(&r->assignments[i]) == JL_RACI_A) return &r->assignments[i];
  return NULL;
}

/* Another holder (of an A), another label, or neither. */
static void change(struct raci *r, struct jl_group *g, const struct assignment *a, const struct part *part) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_value value = {.id = part->holder};
  struct jl_bytes task = r->task != NULL ? text_slice(r, r->task) : (struct jl_bytes){NULL, 0};
  bool holder = !is_part(a->record, part);
  bool label = r->task != NULL && !jl_same_bytes(task, jl_record_slice(a->record->body, JL_RACI_TASK));
  /* Given once more to who has it, which says who gave it: common/model/governance/approver.h. */
  bool confirms = !holder && part->letter == 'A' && !jl_record_has(a->record->body, JL_RACI_NAMED_BY);
  if (!holder && !label && !confirms) return;
  jl_group_update(g, JL_TYPE_RACI, &a->record->id);
  if (holder || confirms)
    jl_group_field(g, JL_RACI_HOLDER, a->holder, jl_value_encode(r->cli->arena, jl_field_by_number(type, JL_RACI_HOLDER), &value));
  if (label) jl_group_field(g, JL_RACI_TASK, a->task, task);
}

static void remove_unnamed(struct raci *r, struct jl_group *g) {
  for (size_t i = 0; i < r->assignment_count; i++) {
    const struct assignment *one = &r->assignments[i];
    int64_t letter = letter_of(one);
    bool wanted = false;
    if (letter < 1 || letter > 4 || !r->named[letter - 1]) continue;
    for (size_t p = 0; p < r->part_count; p++)
      wanted = wanted || is_part(one->record, &r->parts[p]) || (letter == JL_RACI_A && r->parts[p].letter == 'A');
    if (!wanted) jl_group_delete(g, JL_TYPE_RACI, &one->record->id, one->seen, false);
  }
}

/* What was made here is known here; not so when it met somebody else's. */
static bool mark_made(struct raci *r, const struct jl_outcome_of *outcome, struct jl_error *err) {
  struct jl_record_state made[JL_COUNT(r->parts)];
  size_t n = 0;
  for (size_t i = 0; i < outcome->given_count && n < JL_COUNT(made) && !outcome->merged && !r->cli->dry_run; i++)
    made[n++] = (struct jl_record_state){.type = outcome->given[i].type,
                                         .id = outcome->given[i].record,
                                         .number = outcome->given[i].number,
                                         .revision = outcome->revision};
  return n == 0 || jl_cli_mark(r->cli, &r->cli->plan, made, n, err);
}

/* "R=Marie Dupont C=Sales,Product": the letters that were named, their holders as they are called. */
static void put_parts(const struct raci *r, struct jl_buffer *out) {
  for (size_t n = 0; n < JL_COUNT(r->named); n++) {
    size_t held = 0;
    if (!r->named[n]) continue;
    jl_buffer_printf(out, "%s%c=", out->size > 0 ? " " : "", letters[n]);
    for (size_t i = 0; i < r->part_count; i++)
      if (r->parts[i].letter == letters[n]) jl_buffer_printf(out, "%s%s", held++ > 0 ? "," : "", r->parts[i].title);
  }
}

static bool submit(struct raci *r, struct jl_group *g, struct jl_error *err) {
  const struct jl_record_state *target = &r->lookups.items[0].record;
  struct jl_outcome_of outcome;
  struct jl_buffer words;
  struct jl_arg of = jl_cli_called(r->cli, target);
  if (jl_group_edits(g) == 0) {
    jl_say(r->cli, JL_MSG("RACI of {1} is so already: nothing to change"), of);
    return true;
  }
  if (!jl_cli_submit(r->cli, g, &outcome, err)) return false;
  jl_buffer_init(&words, 65536);
  put_parts(r, &words);
  jl_say(r->cli, r->cli->dry_run ? JL_MSG("RACI of {1} would change: {2}") : JL_MSG("RACI of {1}: {2}{3}"), of,
         jl_arg_text(words.size > 0 && jl_buffer_ok(&words) ? jl_buffer_cstring(&words) : ""), jl_cli_made(r->cli, &outcome));
  jl_buffer_release(&words);
  jl_cli_done(r->cli, &outcome);
  return mark_made(r, &outcome, err);
}

static bool run_part(struct raci *r, struct jl_group *g, const struct part *part, bool set, bool adding, struct jl_error *err) {
  const struct assignment *there = existing(r, part), *a = part->letter == 'A' ? present_a(r) : NULL;
  if (!adding && there == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} does not hold {2} here"), NULL, jl_arg_text(part->name),
                   jl_arg_text((char[]){part->letter, 0}));
  if (!adding)
    jl_group_delete(g, JL_TYPE_RACI, &there->record->id, there->seen, false);
  else if (there != NULL || (set && a != NULL))
    change(r, g, there != NULL ? there : a, part);
  else
    return add_part(r, g, part, set, err);
  return true;
}

static bool run(struct jl_cli *cli, bool set, bool adding, struct jl_error *err) {
  struct raci *r = jl_arena_alloc(cli->arena, sizeof *r);
  if (r == NULL) return jl_cli_no_link(err);
  r->cli = cli;
  r->task = jl_cli_option(cli, "task");
  if (!resolve(r, err) || !as_shown(r, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  bool ok = g != NULL || jl_cli_no_link(err);
  if (ok && set) remove_unnamed(r, g);
  for (size_t i = 0; ok && i < r->part_count; i++) ok = run_part(r, g, &r->parts[i], set, adding, err);
  ok = ok && submit(r, g, err);
  jl_group_free(g);
  return ok;
}

bool jl_cmd_raci_set(struct jl_cli *cli, struct jl_error *err) { return run(cli, true, true, err); }
bool jl_cmd_raci_add(struct jl_cli *cli, struct jl_error *err) { return run(cli, false, true, err); }
bool jl_cmd_raci_rm(struct jl_cli *cli, struct jl_error *err) { return run(cli, false, false, err); }
