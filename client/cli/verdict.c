/* Submitting a group, and saying what became of it. */
#include "client/cli/cli.h"
#include "common/record/json.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct waiting {
  struct jl_cli *cli;
  struct jl_outcome_of outcome;
  struct jl_error error;
  struct jl_conflict *conflicts;
  size_t conflict_count;
};

#define NAMED_MAX 48 /* records that conflicting values point at and that are called by their names */

/* What the printing of conflicts needs to know. */
struct telling {
  struct jl_cli *cli;
  struct jl_lookups names; /* of the records in reference fields */
  bool deleted;            /* the record is gone: that is the conflict */
};

static const struct jl_field *field_of(const struct jl_conflict *c) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  return type == NULL || c->field == 0 ? NULL : jl_field_by_number(type, c->field);
}

static void put_name(const struct telling *t, const struct jl_id *id, struct jl_buffer *out) {
  char text[JL_ID_TEXT_SIZE];
  for (size_t i = 0; i < t->names.count; i++) {
    const struct jl_record_state *record = &t->names.items[i].record;
    if (t->names.items[i].error.code != JL_E_OK || !jl_id_equal(&record->id, id)) continue;
    jl_reference_text(record->type, record->number, text);
    const char *title = jl_title_text(t->cli, record->type, record->body);
    bool by_title = title[0] != '\0' && jl_type_is_directory(record->type);
    jl_buffer_printf(out, "%s%s%s", by_title ? "" : text, by_title || title[0] == '\0' ? "" : " ", title);
    return;
  }
  jl_id_format(id, text);
  jl_buffer_append(out, text, 8);
}

static void put_slice(const struct telling *t, const struct jl_field *field, struct jl_bytes slice, struct jl_buffer *out) {
  if (field->kind != JL_KIND_REFERENCE || slice.size == 0) {
    jl_format_slice(field, slice, t->cli->currency[0] != '\0' ? t->cli->currency : NULL, NULL, out);
    return;
  }
  struct jl_iterator values = jl_record_each(slice, field);
  struct jl_value value;
  for (size_t n = 0; jl_iterator_next(&values, &value); n++) {
    if (n > 0) jl_buffer_text(out, ", ");
    put_name(t, &value.id, out);
  }
}

static void conflict_line(struct jl_buffer *out, const struct telling *t, const char *label, const struct jl_field *field,
                          struct jl_bytes slice) {
  jl_buffer_text(out, "  ");
  jl_buffer_text(out, jl_tr(label));
  jl_buffer_text(out, " ");
  put_slice(t, field, slice, out);
}

static void names_of(struct telling *t, const struct jl_field *field, struct jl_bytes slice) {
  struct jl_iterator values = jl_record_each(slice, field);
  struct jl_value value;
  while (jl_iterator_next(&values, &value) && t->names.count < NAMED_MAX) {
    struct jl_lookup *one = jl_lookup_add(t->cli, &t->names, NULL);
    if (one == NULL) return;
    one->id = value.id;
    one->field = field;
    one->deleted = true;
  }
}

/* Values that point at records are told by name; without an answer their ids stand there. */
static void learn_names(struct telling *t, const struct waiting *w) {
  struct jl_error ignored;
  t->names.space = t->cli->plan;
  for (size_t i = 0; i < w->conflict_count; i++) {
    const struct jl_conflict *c = &w->conflicts[i];
    const struct jl_field *field = field_of(c);
    if (field == NULL || field->kind != JL_KIND_REFERENCE) continue;
    names_of(t, field, c->base);
    names_of(t, field, c->theirs);
    names_of(t, field, c->mine);
  }
  if (t->names.count > 0 && !jl_lookups_run(t->cli, &t->names, &ignored)) t->names.count = 0;
}

/* Base, theirs, mine, who and when: nothing is lost, the user picks. */
static void print_conflict(const struct telling *t, const struct jl_conflict *c, struct jl_buffer *out) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  const struct jl_field *field = field_of(c);
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(c->type, c->number, reference);
  char caption[300];
  snprintf(caption, sizeof caption, "%s %s", reference, c->title != NULL ? c->title : "");
  const struct jl_arg record = jl_arg_text(caption);
  if (field == NULL) jl_buffer_text(out, caption);
  else jl_format_words(JL_MSG("{1}: "), &record, 1, out);
  if (field != NULL) jl_buffer_text(out, jl_tr(field->label));
  jl_buffer_byte(out, '\n');
  if (field != NULL) {
    conflict_line(out, t, JL_MSG("you saw:"), field, c->base);
    jl_buffer_byte(out, '\n');
    if (t->deleted)
      jl_buffer_printf(out, "  %s", jl_tr(JL_MSG("now:     deleted")));
    else
      conflict_line(out, t, JL_MSG("now:    "), field, c->theirs);
  } else
    jl_buffer_text(out, "  ");
  jl_buffer_text(out, "  (");
  struct jl_arg who[] = {jl_arg_text(c->author_name), jl_arg_time(c->time_us), jl_arg_revision(c->revision)};
  bool named = c->author_name != NULL && c->author_name[0] != '\0';
  jl_format_words(named && c->time_us != 0 ? JL_MSG("{1}, {2}, r{3}") : named ? JL_MSG("{1}, r{3}") : JL_MSG("r{3}"), who, 3, out);
  jl_buffer_text(out, ")\n");
  if (field != NULL) {
    conflict_line(out, t, JL_MSG("yours:  "), field, c->mine);
    jl_buffer_byte(out, '\n');
  }
  struct jl_arg how[] = {jl_arg_text(reference), jl_arg_revision(c->revision), jl_arg_text(type != NULL ? type->command : "")};
  jl_buffer_text(out, "  ");
  jl_format_words(
      t->deleted
          ? JL_MSG("to leave it deleted do nothing; to write yours, restore it with jalon {3} restore {1} and repeat")
          : JL_MSG("to keep the present value do nothing; to write yours, look with jalon show {1} and repeat, or repeat with --base r{2}"),
      how, 3, out);
  jl_buffer_byte(out, '\n');
}

static void json_value(struct jl_buffer *out, const char *key, const struct telling *t, const struct jl_field *field,
                       struct jl_bytes slice) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (field != NULL) put_slice(t, field, slice, &text);
  jl_buffer_printf(out, ",\"%s\":", key);
  jl_json_write_string(out, text.data != NULL ? (const char *)text.data : "", text.size);
  jl_buffer_release(&text);
}

static void json_conflict(const struct telling *t, const struct jl_conflict *c, struct jl_buffer *out) {
  const struct jl_field *field = field_of(c);
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(c->type, c->number, reference);
  jl_buffer_printf(out, "{\"record\":\"%s\",\"field\":\"%s\",\"revision\":%" PRIu64, reference, field != NULL ? field->name : "",
                   c->revision);
  jl_buffer_text(out, ",\"author\":");
  jl_json_write_string(out, c->author_name != NULL ? c->author_name : "", c->author_name != NULL ? strlen(c->author_name) : 0);
  json_value(out, "base", t, field, c->base);
  json_value(out, "theirs", t, field, c->theirs);
  json_value(out, "mine", t, field, c->mine);
  jl_buffer_byte(out, '}');
}

static void show_conflicts(const struct waiting *w) {
  struct telling t = {.cli = w->cli, .deleted = w->error.code == JL_E_RECORD_DELETED};
  struct jl_buffer out;
  learn_names(&t, w);
  jl_buffer_init(&out, 4u << 20);
  if (w->cli->json) jl_buffer_text(&out, "{\"conflicts\":[");
  for (size_t i = 0; i < w->conflict_count; i++) {
    if (w->cli->json && i > 0) jl_buffer_byte(&out, ',');
    if (w->cli->json)
      json_conflict(&t, &w->conflicts[i], &out);
    else
      print_conflict(&t, &w->conflicts[i], &out);
  }
  if (w->cli->json) jl_buffer_text(&out, "]}\n");
  if (jl_buffer_ok(&out) && out.size > 0) (void)!fwrite(out.data, 1, out.size, w->cli->json ? stdout : stderr);
  jl_buffer_release(&out);
}

/* The reply is borrowed; the names in it are asked for after it. */
static void keep_conflicts(struct waiting *w, const struct jl_verdict *v) {
  struct jl_arena *a = w->cli->arena;
  w->conflicts = jl_arena_array(a, v->conflict_count + 1, sizeof *w->conflicts);
  for (size_t i = 0; w->conflicts != NULL && i < v->conflict_count; i++) {
    struct jl_conflict *c = &w->conflicts[w->conflict_count++];
    *c = v->conflicts[i];
    c->base = jl_arena_dup(a, c->base);
    c->theirs = jl_arena_dup(a, c->theirs);
    c->mine = jl_arena_dup(a, c->mine);
    c->title = c->title != NULL ? jl_arena_strdup(a, c->title) : NULL;
    c->author_name = c->author_name != NULL ? jl_arena_strdup(a, c->author_name) : NULL;
  }
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  struct waiting *w = context;
  w->error = reply->error;
  const struct jl_verdict *v = reply->verdict;
  if (v == NULL) return;
  w->outcome.decided = true;
  w->outcome.revision = v->revision;
  w->outcome.merged = v->merged;
  struct jl_bytes given = jl_arena_dup(w->cli->arena, (struct jl_bytes){(const uint8_t *)v->given, v->given_count * sizeof *v->given});
  w->outcome.given = (const struct jl_given *)(const void *)given.data;
  w->outcome.given_count = given.data != NULL ? v->given_count : 0;
  w->error = v->error;
  if (v->error.code != JL_E_OK) keep_conflicts(w, v);
}

static bool finish(struct waiting *w, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  if (w->conflict_count > 0) show_conflicts(w);
  if (w->error.code != JL_E_OK) {
    *err = w->error;
    return false;
  }
  *ret_outcome = w->outcome;
  return true;
}

bool jl_cli_submit(struct jl_cli *cli, const struct jl_group *group, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  struct waiting w = {.cli = cli};
  if (!jl_cli_lock(cli, err)) return false;
  if (jl_client_submit(cli->client, group, cli->dry_run, on_verdict, &w, err) == 0) return false;
  return jl_cli_wait(cli, err) && finish(&w, ret_outcome, err);
}

/* Another command of this profile may be at work on it right now; then it is its business. */
bool jl_cli_resume(struct jl_cli *cli, struct jl_error *err) {
  struct jl_error ignored;
  uint64_t seq = 0;
  if (jl_profile_in_flight(cli->profile, NULL, NULL, &seq).size == 0) return true;
  bool was_locked = jl_profile_locked(cli->profile);
  if (!was_locked && !jl_profile_lock(cli->profile, 0, &ignored)) return true;
  bool ok = true;
  struct jl_id space;
  while (ok && jl_profile_in_flight(cli->profile, NULL, &space, &seq).size > 0) {
    struct waiting w = {.cli = cli};
    struct jl_outcome_of outcome;
    ok = jl_client_resume(cli->client, &space, on_verdict, &w) != 0 && jl_cli_wait(cli, err);
    if (!ok) break;
    if (finish(&w, &outcome, err)) {
      jl_talk(cli, JL_MSG("an earlier change without answer was made: r{1}"), jl_arg_revision(outcome.revision));
      continue;
    }
    uint64_t still = 0;
    if (jl_profile_in_flight(cli->profile, &space, NULL, &still).size > 0)
      ok = false; /* still no answer */
    else
      jl_talk(cli, JL_MSG("an earlier change without answer was not made"));
  }
  if (!was_locked) jl_profile_unlock(cli->profile);
  return ok;
}

bool jl_cli_mark(struct jl_cli *cli, const struct jl_id *space, const struct jl_record_state *records, size_t n, struct jl_error *err) {
  bool was_locked = jl_profile_locked(cli->profile);
  if (!jl_cli_lock(cli, err)) return false;
  bool ok = true;
  for (size_t i = 0; i < n && ok; i++)
    ok = jl_profile_mark_shown(cli->profile, space, &records[i].id, records[i].type, records[i].number, records[i].revision) ||
         jl_cli_no_link(err);
  ok = ok && jl_profile_save(cli->profile, err);
  if (!was_locked) jl_profile_unlock(cli->profile);
  return ok;
}

void jl_cli_done(struct jl_cli *cli, const struct jl_outcome_of *outcome) {
  if (cli->dry_run && !cli->json) jl_say(cli, JL_MSG("dry run: nothing was changed"));
  if (outcome->merged) jl_say(cli, JL_MSG("somebody else changed the same record meanwhile: both changes were kept"));
  if (!cli->json) return;
  char revision[24] = "null"; /* a dry run makes none */
  if (!cli->dry_run) snprintf(revision, sizeof revision, "%" PRIu64, outcome->revision);
  printf("{\"revision\":%s,\"merged\":%s,\"dry_run\":%s,\"created\":[", revision, outcome->merged ? "true" : "false",
         cli->dry_run ? "true" : "false");
  for (size_t i = 0; i < outcome->given_count; i++) {
    char reference[JL_REFERENCE_SIZE], id[JL_ID_TEXT_SIZE];
    jl_reference_text(outcome->given[i].type, outcome->given[i].number, reference);
    jl_id_format(&outcome->given[i].record, id);
    printf("%s{\"record\":\"%s\",\"id\":\"%s\"}", i > 0 ? "," : "", reference, id);
  }
  printf("]}\n");
}
