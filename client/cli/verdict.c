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
  uint64_t group;    /* its number in the outbox */
  uint64_t conflict; /* its number where it can be resolved; 0: nowhere */
  struct jl_outcome_of outcome;
  struct jl_error error, foreseen;
  struct jl_conflict *conflicts;
  size_t conflict_count;
};

/* What the printing of conflicts needs to know. */
struct telling {
  struct jl_cli *cli;
  struct jl_names names; /* of the records in reference fields */
  uint64_t conflict;     /* its number where it can be resolved; 0: nowhere */
  bool deleted;          /* the record is gone: that is the conflict */
};

static const struct jl_field *field_of(const struct jl_conflict *c) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  return type == NULL || c->field == 0 ? NULL : jl_field_by_number(type, c->field);
}

static void conflict_line(struct jl_buffer *out, const struct telling *t, const char *label, const struct jl_field *field,
                          struct jl_bytes slice) {
  jl_buffer_text(out, "  ");
  jl_buffer_text(out, jl_tr(label));
  jl_buffer_text(out, " ");
  jl_names_put(&t->names, field, slice, out);
}

static void learn_names(struct telling *t, const struct waiting *w) {
  for (size_t i = 0; i < w->conflict_count; i++) {
    const struct jl_conflict *c = &w->conflicts[i];
    const struct jl_field *field = field_of(c);
    jl_names_want(&t->names, field, c->base);
    jl_names_want(&t->names, field, c->theirs);
    jl_names_want(&t->names, field, c->mine);
  }
  jl_names_learn(&t->names, &t->cli->plan);
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
  if (t->conflict != 0) return;
  struct jl_arg how[] = {jl_arg_text(reference), jl_arg_revision(c->revision), jl_arg_text(type != NULL ? type->command : "")};
  jl_buffer_text(out, "  ");
  jl_format_words(
      t->deleted
          ? JL_MSG("to leave it deleted do nothing; to write yours, restore it with jalon {3} restore {1} and repeat")
          : JL_MSG("to keep the present value do nothing; to write yours, look with jalon show {1} and repeat, or repeat with --base r{2}"),
      how, 3, out);
  jl_buffer_byte(out, '\n');
}

/* The group waits in the outbox for its author's choice. */
static void print_choices(const struct telling *t, size_t conflicts, struct jl_buffer *out) {
  const struct jl_arg number = jl_arg_revision(t->conflict);
  if (t->conflict == 0) return;
  jl_buffer_text(out, "  ");
  jl_format_words(t->deleted       ? JL_MSG("jalon resolve C{1} --mine brings it back and writes yours, --theirs leaves it deleted")
                  : conflicts == 1 ? JL_MSG("jalon resolve C{1} --mine writes yours, --theirs keeps what is there, --edit VALUE writes another")
                                   : JL_MSG("jalon resolve C{1} --mine writes yours, --theirs keeps what is there; without option it asks"),
                  &number, 1, out);
  jl_buffer_byte(out, '\n');
}

static void json_value(struct jl_buffer *out, const char *key, const struct telling *t, const struct jl_field *field,
                       struct jl_bytes slice) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (field != NULL) jl_names_put(&t->names, field, slice, &text);
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
  struct telling t = {
      .cli = w->cli, .names = {.cli = w->cli}, .conflict = w->conflict, .deleted = w->error.code == JL_E_RECORD_DELETED};
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
  if (!w->cli->json) print_choices(&t, w->conflict_count, &out);
  else if (w->conflict != 0) jl_buffer_printf(&out, "],\"conflict\":\"C%" PRIu64 "\"}\n", w->conflict);
  else jl_buffer_text(&out, "]}\n");
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

static const struct jl_given *keep_given(struct jl_arena *a, const struct jl_given *given, size_t n, size_t *ret_n) {
  struct jl_bytes copy = jl_arena_dup(a, (struct jl_bytes){(const uint8_t *)given, n * sizeof *given});
  *ret_n = copy.data != NULL ? n : 0;
  return (const struct jl_given *)(const void *)copy.data;
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  struct waiting *w = context;
  jl_cli_heard(w->cli, reply);
  w->error = reply->error;
  const struct jl_verdict *v = reply->verdict;
  if (reply->queued != 0 || (v == NULL && reply->local)) { /* kept for later, or a dry run here */
    w->outcome.queued = reply->queued;
    w->foreseen = reply->foreseen;
    w->outcome.parked = reply->foreseen.code == JL_E_DEPENDS;
    w->outcome.given = keep_given(w->cli->arena, reply->given, reply->given_count, &w->outcome.given_count);
  }
  if (v == NULL) return;
  w->outcome.decided = true;
  w->outcome.revision = v->revision;
  w->outcome.merged = v->merged;
  w->outcome.given = keep_given(w->cli->arena, v->given, v->given_count, &w->outcome.given_count);
  w->error = v->error;
  if (v->error.code != JL_E_OK) keep_conflicts(w, v);
}

/* A refused group stays in the outbox when its author has a choice to make. */
static void find_in_outbox(struct waiting *w) {
  struct jl_outbox_ask ask = {.id = w->group, .states = 1u << JL_OUTBOX_REFUSED};
  const struct jl_outbox_group *groups;
  struct jl_error ignored;
  size_t n = 0;
  if (w->group != 0 && jl_cli_has_outbox(w->cli) && jl_local_outbox(w->cli->local, &ask, w->cli->arena, &groups, &n, &ignored) && n > 0)
    w->conflict = groups->conflict;
}

/* What is wrong in itself is not kept: it would be refused whenever it is sent. What others may have a say in is kept, with
 * a warning. */
static bool take_foreseen(struct waiting *w, struct jl_error *err) {
  enum jl_class class = jl_code_class(w->foreseen.code);
  struct jl_error ignored;
  if (w->foreseen.code == JL_E_OK || w->outcome.parked) return true;
  if (class == JL_CLASS_INVALID || class == JL_CLASS_AUTH || w->cli->dry_run) {
    if (w->outcome.queued != 0 && !jl_local_drop(w->cli->local, w->outcome.queued, false, &ignored)) return true;
    *err = w->foreseen;
    return false;
  }
  jl_talk(w->cli, JL_MSG("the server may refuse this when it is sent:"));
  jl_cli_note(w->cli, w->foreseen.message, w->foreseen.args, JL_ERROR_ARGS);
  return true;
}

static bool finish(struct waiting *w, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  if (w->error.code != JL_E_OK) find_in_outbox(w);
  if (w->conflict_count > 0 && !(w->cli->settles && w->conflict != 0)) show_conflicts(w);
  if (w->error.code != JL_E_OK) {
    *err = w->error;
    return false;
  }
  if (!take_foreseen(w, err)) return false;
  *ret_outcome = w->outcome;
  return true;
}

bool jl_cli_submit(struct jl_cli *cli, const struct jl_group *group, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  struct waiting w = {.cli = cli};
  if (jl_arena_short(cli->arena)) return jl_cli_no_link(err); /* the change may have been put together without what found no place */
  if (!cli->dry_run && !jl_cli_open_local(cli, JL_LOCAL_WAIT_MS, err)) return false;
  uint64_t number = jl_client_submit(cli->client, group, cli->dry_run, on_verdict, &w, err);
  if (number == 0) return false;
  w.group = cli->dry_run ? 0 : number;
  cli->submitted = !cli->dry_run;
  if (!jl_cli_wait(cli, err)) return false;
  bool ok = finish(&w, ret_outcome, err);
  if (!ok) *ret_outcome = (struct jl_outcome_of){.conflict = w.conflict};
  return ok;
}

bool jl_cli_try(struct jl_cli *cli, const struct jl_group *group, struct jl_tried *ret_tried, struct jl_error *err) {
  struct waiting w = {.cli = cli};
  if (jl_client_submit(cli->client, group, true, on_verdict, &w, err) == 0 || !jl_cli_wait(cli, err)) return false;
  *ret_tried = (struct jl_tried){w.error, w.conflicts, w.conflict_count};
  if (w.outcome.decided || jl_code_class(w.error.code) != JL_CLASS_RETRY) return true;
  *err = w.error;
  return false;
}

bool jl_cli_mark(struct jl_cli *cli, const struct jl_id *space, const struct jl_record_state *records, size_t n, struct jl_error *err) {
  bool was_locked = jl_profile_locked(cli->profile);
  if (!jl_cli_lock(cli, err)) return false;
  bool ok = true;
  for (size_t i = 0; i < n && ok; i++)
    ok = records[i].revision == 0 /* waits: the outbox knows what it saw */ ||
         jl_profile_mark_shown(cli->profile, space, &records[i].id, records[i].type, records[i].number, records[i].revision) ||
         jl_cli_no_link(err);
  ok = ok && jl_profile_save(cli->profile, err);
  if (!was_locked) jl_profile_unlock(cli->profile);
  return ok;
}

void jl_cli_done(struct jl_cli *cli, const struct jl_outcome_of *outcome) {
  if (cli->dry_run && !cli->json) jl_say(cli, JL_MSG("dry run: nothing was changed"));
  if (outcome->merged) jl_say(cli, JL_MSG("somebody else changed the same record meanwhile: both changes were kept"));
  if (!cli->json) return;
  char revision[24] = "null"; /* a dry run makes none, what waits has none yet */
  if (outcome->revision != 0) snprintf(revision, sizeof revision, "%" PRIu64, outcome->revision);
  printf("{\"revision\":%s,\"waiting\":%s,\"merged\":%s,\"dry_run\":%s,\"created\":[", revision, outcome->queued != 0 ? "true" : "false",
         outcome->merged ? "true" : "false", cli->dry_run ? "true" : "false");
  for (size_t i = 0; i < outcome->given_count; i++) {
    char reference[JL_REFERENCE_SIZE], id[JL_ID_TEXT_SIZE];
    jl_reference_text(outcome->given[i].type, outcome->given[i].number, reference);
    jl_id_format(&outcome->given[i].record, id);
    printf("%s{\"record\":\"%s\",\"id\":\"%s\"}", i > 0 ? "," : "", reference, id);
  }
  printf("]}\n");
}
