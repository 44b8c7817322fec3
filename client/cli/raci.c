/* raci set, add and rm: letters and their holders, in one group. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

struct part {
  char letter;
  struct jl_id holder;
  const char *name;
};
struct raci {
  struct jl_cli *cli;
  struct jl_lookups lookups;
  struct part parts[256];
  size_t part_count;
  bool named[4];
};

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
    if (i > 0) r->parts[i - 1].holder = r->lookups.items[i].record.id;
  }
  return true;
}

static bool is_part(const struct jl_record_state *record, const struct part *part) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_id holder;
  return jl_record_int(type, record->body, JL_RACI_LETTER, 0) == letter_number(part->letter) &&
         jl_record_id(type, record->body, JL_RACI_HOLDER, &holder) && jl_id_equal(&holder, &part->holder);
}

static const struct jl_record_state *existing(const struct raci *r, const struct part *part) {
  const struct jl_lookup *target = &r->lookups.items[0];
  for (size_t i = 0; i < target->below_count; i++)
    if (target->below[i].type == JL_TYPE_RACI && target->below[i].deleted_revision == 0 && is_part(&target->below[i], part))
      return &target->below[i];
  return NULL;
}

static bool add_part(struct raci *r, struct jl_group *g, const struct part *part, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_bytes record = {NULL, 0}, letter;
  struct jl_value value = {.number = letter_number(part->letter)};
  struct jl_id id;
  letter = jl_value_encode(r->cli->arena, jl_field_by_number(type, JL_RACI_LETTER), &value);
  if (letter.data == NULL || !jl_record_put_id(r->cli, type, &record, JL_RACI_TARGET, &r->lookups.items[0].record.id, err) ||
      !jl_record_put(r->cli, &record, JL_RACI_LETTER, letter, err) ||
      !jl_record_put_id(r->cli, type, &record, JL_RACI_HOLDER, &part->holder, err))
    return letter.data != NULL ? false : jl_cli_no_link(err);
  if (!jl_record_natural_id(type, &r->cli->plan, record, &id)) return jl_cli_no_link(err);
  jl_group_create(g, type->number, &id, record);
  return true;
}

/* The id of an A names the action and the letter only, so another A is an update of its holder and keeps the id. */
static const struct jl_record_state *present_a(const struct raci *r) {
  const struct jl_lookup *target = &r->lookups.items[0];
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  for (size_t i = 0; i < target->below_count; i++)
    if (target->below[i].type == JL_TYPE_RACI && target->below[i].deleted_revision == 0 &&
        jl_record_int(type, target->below[i].body, JL_RACI_LETTER, 0) == JL_RACI_A)
      return &target->below[i];
  return NULL;
}

static void change_a(struct raci *r, struct jl_group *g, const struct jl_record_state *a, const struct part *part) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_value value = {.id = part->holder};
  jl_group_update(g, JL_TYPE_RACI, &a->id);
  jl_group_field(g, JL_RACI_HOLDER, jl_record_slice(a->body, JL_RACI_HOLDER),
                 jl_value_encode(r->cli->arena, jl_field_by_number(type, JL_RACI_HOLDER), &value));
}

static void remove_unnamed(struct raci *r, struct jl_group *g) {
  const struct jl_lookup *target = &r->lookups.items[0];
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  for (size_t i = 0; i < target->below_count; i++) {
    const struct jl_record_state *record = &target->below[i];
    int64_t letter = jl_record_int(type, record->body, JL_RACI_LETTER, 0);
    bool wanted = false;
    if (record->type != JL_TYPE_RACI || record->deleted_revision != 0 || letter < 1 || letter > 4 || !r->named[letter - 1]) continue;
    for (size_t p = 0; p < r->part_count; p++)
      wanted = wanted || is_part(record, &r->parts[p]) || (letter == JL_RACI_A && r->parts[p].letter == 'A');
    if (!wanted) jl_group_delete(g, JL_TYPE_RACI, &record->id, record->revision, false);
  }
}

static bool submit(struct raci *r, struct jl_group *g, struct jl_error *err) {
  struct jl_outcome_of outcome;
  char reference[32];
  jl_reference_text(r->lookups.items[0].record.type, r->lookups.items[0].record.number, reference);
  if (jl_group_edits(g) == 0) {
    jl_say(r->cli, JL_MSG("RACI of {1} is so already: nothing to change"), jl_arg_text(reference));
    return true;
  }
  if (!jl_cli_submit(r->cli, g, &outcome, err)) return false;
  char words[400] = "";
  for (size_t i = 1; i < r->cli->word_count; i++) {
    size_t used = strlen(words);
    snprintf(words + used, sizeof words - used, "%s%s", i > 1 ? " " : "", r->cli->words[i]);
  }
  jl_say(r->cli, JL_MSG("RACI of {1}: {2}, r{3}"), jl_arg_text(reference), jl_arg_text(words), jl_arg_integer((int64_t)outcome.revision));
  jl_cli_done(r->cli, &outcome);
  return true;
}

static bool run(struct jl_cli *cli, bool set, bool adding, struct jl_error *err) {
  struct raci *r = jl_arena_alloc(cli->arena, sizeof *r);
  if (r == NULL) return jl_cli_no_link(err);
  r->cli = cli;
  if (!resolve(r, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  bool ok = g != NULL || jl_cli_no_link(err);
  if (ok && set) remove_unnamed(r, g);
  for (size_t i = 0; ok && i < r->part_count; i++) {
    const struct part *part = &r->parts[i];
    const struct jl_record_state *there = existing(r, part), *a = part->letter == 'A' ? present_a(r) : NULL;
    if (!adding && there == NULL)
      ok = jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} does not hold {2} here"), NULL, jl_arg_text(part->name),
                   jl_arg_text((char[]){part->letter, 0}));
    else if (!adding)
      jl_group_delete(g, JL_TYPE_RACI, &there->id, there->revision, false);
    else if (there == NULL && set && a != NULL)
      change_a(r, g, a, part);
    else if (there == NULL)
      ok = add_part(r, g, part, err);
  }
  ok = ok && submit(r, g, err);
  jl_group_free(g);
  return ok;
}

bool jl_cmd_raci_set(struct jl_cli *cli, struct jl_error *err) { return run(cli, true, true, err); }
bool jl_cmd_raci_add(struct jl_cli *cli, struct jl_error *err) { return run(cli, false, true, err); }
bool jl_cmd_raci_rm(struct jl_cli *cli, struct jl_error *err) { return run(cli, false, false, err); }
