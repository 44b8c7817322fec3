/* Who changed what, when, from what to what (product.md G5): newest first, of one record or of the whole space. */
#include "common/model/history_words.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct history {
  struct { /* who did what to what, of the last row: the next one is often the same */
    struct jl_told told;
    struct jl_id author, instead;
    bool known;
  } last;
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *only;
  size_t rows;
  bool sentences; /* instead of a column for each part */
  bool stood_in;  /* somebody made a change as a substitute: there is a column for it */
};
struct entry {
  const Jalon__ChangeBody *body;
  const Jalon__ChangePrivate *private_values;
  const Jalon__RecordChange *change;
  uint32_t index;
  const struct jl_record_type *type;
  const struct jl_record *now;
};

static struct jl_bytes bytes(ProtobufCBinaryData b) { return (struct jl_bytes){b.data, b.len}; }

static void cell_who(const struct history *h, const Jalon__ChangeBody *body) {
  struct jl_id person;
  const char *name = body->has_author && jl_id_from_bytes(bytes(body->author), &person) && !jl_id_is_zero(&person)
                         ? jl_view_holder_name(h->in, h->b, &person)
                         : "";
  if (name[0] == '\0')
    jl_cell_label(h->b, JL_MSG("the system"), "system");
  else
    jl_cell(h->b, jl_arg_text(name));
}

/* "Marie Dupont | Paul Bernard": Marie for Paul. */
static void cell_instead_of(const struct history *h, const Jalon__RecordChange *change) {
  struct jl_id person;
  if (!h->stood_in) return;
  if (change->has_instead_of && jl_id_from_bytes(bytes(change->instead_of), &person))
    jl_cell(h->b, jl_arg_text(jl_view_holder_name(h->in, h->b, &person)));
  else
    jl_cell_empty(h->b);
}

static void cell_what(const struct history *h, const struct entry *e) {
  if (e->now != NULL) {
    jl_cell_title(h->b, h->in, e->now);
  } else if (e->type != NULL) {
    jl_cell_label(h->b, e->type->label, NULL);
  } else {
    jl_cell(h->b, jl_arg_integer(e->change->type));
  }
}

static void row_begin(struct history *h, const struct entry *e) {
  jl_row_begin(h->b, e->now, 0, JL_ROW_NORMAL);
  jl_cell(h->b, jl_arg_time(e->body->time_us));
  jl_cell(h->b, jl_arg_revision(e->body->revision));
  cell_who(h, e->body);
  cell_instead_of(h, e->change);
  cell_what(h, e);
  h->rows++;
}

static const Jalon__PrivateValue *private_value(const struct entry *e, uint32_t field) {
  for (size_t i = 0; e->private_values != NULL && i < e->private_values->n_values; i++) {
    const Jalon__PrivateValue *value = e->private_values->values[i];
    if (value->change == e->index && value->field == field) return value;
  }
  return NULL;
}

/* A personal value stands beside the change; when its hash is there and it is not, it was erased. */
static void cell_side(const struct history *h, const struct entry *e, const struct jl_field *field, struct jl_bytes shown, bool hashed,
                      const ProtobufCBinaryData *personal) {
  if (hashed && (personal == NULL || personal->len == 0)) {
    jl_cell_label(h->b, JL_MSG("erased"), "erased");
    jl_cell_tone(h->b, JL_TONE_MUTED);
    return;
  }
  jl_cell_slice(h->b, h->in->space, h->in->organisation, e->now, e->type, field, hashed ? bytes(*personal) : shown);
}

/* ---- as sentences: time, revision, what happened in words ---- */
static void tell_whom(const struct history *h, const struct jl_id *author, const struct jl_id *instead, struct jl_told *told) {
  const char *name = jl_id_is_zero(author) ? "" : jl_view_holder_name(h->in, h->b, author);
  told->who = name[0] == '\0' ? jl_arg_label(JL_MSG("the system")) : jl_arg_text(name);
  if (name[0] == '\0' || jl_id_is_zero(instead)) return;
  const char *both = jl_arena_printf(jl_builder_arena(h->b), "%s (%s)", name, jl_view_holder_name(h->in, h->b, instead));
  if (both != NULL) told->who = jl_arg_text(both);
}

static struct jl_told told_of(struct history *h, const struct entry *e) {
  struct jl_told told = {.type = e->type, .now = e->now};
  struct jl_id author = {{0}}, instead = {{0}};
  if (e->body->has_author) (void)!jl_id_from_bytes(bytes(e->body->author), &author);
  if (e->change->has_instead_of) (void)!jl_id_from_bytes(bytes(e->change->instead_of), &instead);
  bool same = h->last.known && jl_id_equal(&author, &h->last.author) && jl_id_equal(&instead, &h->last.instead);
  if (same && e->now != NULL && e->now == h->last.told.now) return h->last.told;
  if (same)
    told.who = h->last.told.who;
  else
    tell_whom(h, &author, &instead, &told);
  const struct jl_record *owner =
      e->now == NULL || e->now->type == NULL || jl_title_field(e->now->type) != NULL || jl_parent_field(e->now->type) == NULL
          ? NULL
          : jl_view_linked(h->in, e->now, jl_parent_field(e->now->type)->number);
  const char *below = owner == NULL ? NULL
                                    : jl_arena_printf(jl_builder_arena(h->b), "%s (%s)", jl_record_caption(h->b, h->in->space, e->now),
                                                      jl_record_caption(h->b, h->in->space, owner)); /* "RA12 (A3 Webinar)" */
  told.what = below != NULL     ? jl_arg_text(below)
              : e->now != NULL  ? jl_arg_text(jl_record_caption(h->b, h->in->space, e->now))
              : e->type != NULL ? jl_arg_label(e->type->label)
                                : jl_arg_integer(e->change->type);
  h->last.told = told;
  h->last.author = author;
  h->last.instead = instead;
  h->last.known = true;
  return told;
}

static void sentence_begin(struct history *h, const struct entry *e) {
  jl_row_begin(h->b, e->now, 0, JL_ROW_NORMAL);
  jl_cell(h->b, jl_arg_time(e->body->time_us));
  jl_cell(h->b, jl_arg_revision(e->body->revision));
  h->rows++;
}

static void tell_field(struct history *h, const struct entry *e, const struct jl_told *told, const Jalon__FieldResult *result) {
  struct jl_told_field f = {.field = e->type == NULL ? NULL : jl_field_by_number(e->type, result->field)};
  const Jalon__PrivateValue *personal = private_value(e, result->field);
  bool hashed = result->has_before_hash || result->has_after_hash;
  f.before = !hashed ? bytes(result->before) : personal != NULL ? bytes(personal->before) : (struct jl_bytes){NULL, 0};
  f.after = !hashed ? bytes(result->after) : personal != NULL ? bytes(personal->after) : (struct jl_bytes){NULL, 0};
  f.erased = (result->has_before_hash && f.before.size == 0) || (result->has_after_hash && f.after.size == 0);
  sentence_begin(h, e);
  jl_cell_field_words(h->b, h->in, told, &f);
}

static void tell(struct history *h, const struct entry *e) {
  const struct jl_told told = told_of(h, e);
  Jalon__Verb verb = e->change->verb;
  if (verb != JALON__VERB__UPDATE) {
    sentence_begin(h, e);
    jl_cell_verb_words(h->b, &told, verb);
  }
  if (verb == JALON__VERB__CREATE) return; /* what it was made with is said by what it is */
  for (size_t i = 0; i < e->change->n_fields; i++) tell_field(h, e, &told, e->change->fields[i]);
}

static void field_row(struct history *h, const struct entry *e, const Jalon__FieldResult *result) {
  const struct jl_field *field = e->type == NULL ? NULL : jl_field_by_number(e->type, result->field);
  const Jalon__PrivateValue *personal = private_value(e, result->field);
  if (field != NULL && field->kind == JL_KIND_RANK && e->change->verb == JALON__VERB__CREATE) return; /* its first place is no move */
  row_begin(h, e);
  if (field == NULL) { /* of a newer model: that it changed is all we can say */
    jl_cell(h->b, jl_arg_integer(result->field));
    jl_cells_empty(h->b, 2);
    return;
  }
  if (field->kind == JL_KIND_RANK) {
    jl_cell_label(h->b, JL_MSG("moved"), "moved");
    jl_cells_empty(h->b, 2);
    return;
  }
  jl_cell_label(h->b, field->label, field->name);
  cell_side(h, e, field, bytes(result->before), result->has_before_hash, personal == NULL ? NULL : &personal->before);
  cell_side(h, e, field, bytes(result->after), result->has_after_hash, personal == NULL ? NULL : &personal->after);
}

static void verb_row(struct history *h, const struct entry *e, const char *message, const char *text, enum jl_tone tone) {
  row_begin(h, e);
  jl_cell_label(h->b, message, text);
  jl_cell_tone(h->b, tone);
  jl_cells_empty(h->b, 2);
}

static void change_rows(struct history *h, const struct entry *e) {
  Jalon__Verb verb = e->change->verb;
  if (verb == JALON__VERB__CREATE) verb_row(h, e, JL_MSG("created"), "created", JL_TONE_GOOD);
  if (verb == JALON__VERB__DELETE) verb_row(h, e, JL_MSG("deleted"), "deleted", JL_TONE_BAD);
  if (verb == JALON__VERB__RESTORE) verb_row(h, e, JL_MSG("restored"), "restored", JL_TONE_GOOD);
  if (verb == JALON__VERB__CREATE && h->only == NULL) return; /* its first values are in its own history */
  for (size_t i = 0; i < e->change->n_fields; i++) field_row(h, e, e->change->fields[i]);
}

/* ---- what automations did, beside whose edit set them off ---- */
/* A record that the firing named then: what did not change with it is known while it is the last one of its place. */
static const struct jl_record *fired_on(const struct history *h, const struct entry *e, uint32_t field) {
  const struct jl_field *described = jl_field_by_number(e->type, field);
  struct jl_value value;
  for (size_t i = 0; i < e->change->n_fields; i++)
    if (e->change->fields[i]->field == field)
      return jl_record_get(bytes(e->change->fields[i]->after), described, &value) ? jl_replica_record(h->in->space, &value.id) : NULL;
  bool last = e->now != NULL && e->now->revision == e->body->revision;
  return last && jl_record_get(jl_record_slice(e->now->body, field), described, &value) ? jl_replica_record(h->in->space, &value.id) : NULL;
}

static int64_t fired_how(const struct entry *e) {
  const struct jl_field *described = jl_field_by_number(e->type, JL_AUTOMATION_FIRING_OUTCOME);
  for (size_t i = 0; i < e->change->n_fields; i++)
    if (e->change->fields[i]->field == described->number) return jl_record_number(bytes(e->change->fields[i]->after), described, 0);
  return e->now != NULL && e->now->revision == e->body->revision ? jl_view_int(e->now, described->number, 0) : JL_FIRING_DONE;
}

static void firing_row(struct history *h, const struct entry *e) {
  const struct jl_record *automation = e->now == NULL ? NULL : jl_view_linked(h->in, e->now, JL_AUTOMATION_FIRING_AUTOMATION), /* it stays the same */
                         *record = fired_on(h, e, JL_AUTOMATION_FIRING_RECORD), *made = fired_on(h, e, JL_AUTOMATION_FIRING_MADE);
  int64_t how = fired_how(e);
  const struct jl_enum_value *outcome = jl_enum_by_number(jl_field_by_number(e->type, JL_AUTOMATION_FIRING_OUTCOME)->enumeration, (int32_t)how);
  if (h->only != NULL && h->only != automation && h->only != record && h->only != made) return;
  if (automation == NULL || how == JL_FIRING_DUE) return;
  const struct jl_arg args[] = {jl_arg_text(jl_record_caption(h->b, h->in->space, automation)), jl_arg_text(record == NULL ? "" : jl_record_caption(h->b, h->in->space, record))};
  if (h->sentences) {
    sentence_begin(h, e);
    jl_cell_words(h->b,
                  how == JL_FIRING_STOPPED   ? JL_MSG("the server switched the automation {1} off")
                  : how == JL_FIRING_CUT     ? JL_MSG("the automation {1} was cut off")
                  : how == JL_FIRING_REFUSED ? JL_MSG("the automation {1} was refused")
                  : record == NULL           ? JL_MSG("the automation {1} acted")
                                             : JL_MSG("the automation {1} acted on {2}"),
                  args, JL_COUNT(args));
    return;
  }
  jl_row_begin(h->b, automation, 0, JL_ROW_NORMAL);
  jl_cell(h->b, jl_arg_time(e->body->time_us));
  jl_cell(h->b, jl_arg_revision(e->body->revision));
  cell_who(h, e->body);
  cell_instead_of(h, e->change);
  jl_cell_title(h->b, h->in, automation);
  jl_cell_label(h->b, outcome == NULL ? "" : outcome->label, outcome == NULL ? NULL : outcome->text);
  jl_cell_empty(h->b);
  jl_cell(h->b, args[1]);
  h->rows++;
}

static const struct jl_record *record_now(const struct jl_view_input *in, const struct jl_id *id) {
  const struct jl_record *record = in->space == NULL ? NULL : jl_replica_record(in->space, id);
  return record == NULL && in->organisation != NULL ? jl_replica_record(in->organisation, id) : record;
}

static void body_rows(struct history *h, const Jalon__ChangeBody *body, const Jalon__ChangePrivate *private_values) {
  if (body->section != JL_SECTION_DIRECTORY && !jl_view_sees(h->in, (enum jl_section)body->section)) return;
  for (size_t i = 0; i < body->n_changes && jl_builder_ok(h->b); i++) {
    struct entry e = {.body = body, .private_values = private_values, .change = body->changes[i], .index = (uint32_t)i};
    struct jl_id id;
    bool fired = e.change->type == JL_TYPE_AUTOMATION_FIRING;
    if (!jl_id_from_bytes(bytes(e.change->id), &id) || (h->only != NULL && !fired && !jl_id_equal(&id, &h->only->id))) continue;
    e.type = jl_record_type_by_number(e.change->type);
    e.now = record_now(h->in, &id);
    if (e.change->type == JL_TYPE_BASELINE || e.change->type == JL_TYPE_SPRINT_EVENT) continue; /* what follows from a change that has its own line */
    if (e.now != NULL && !jl_view_readable(h->in, e.now)) continue; /* belongs to a record of another section */
    if (fired)
      firing_row(h, &e);
    else if (h->sentences)
      tell(h, &e);
    else
      change_rows(h, &e);
  }
}

static bool anybody_stood_in(const struct jl_view_input *in) {
  for (size_t i = 0; i < in->log_count; i++)
    for (size_t k = 0; k < in->log[i]->n_changes; k++)
      if (in->log[i]->changes[k]->has_instead_of) return true;
  return false;
}

static bool filtered(const struct jl_view_input *in) {
  return jl_view_value(in, "by") != NULL || jl_view_value(in, "import") != NULL || jl_view_value(in, "since") != NULL || jl_view_value(in, "until") != NULL;
}

static void note_older(const struct history *h) {
  char revision[32], reference[JL_REFERENCE_SIZE] = "";
  if (h->in->log_older == 0) return;
  snprintf(revision, sizeof revision, "r%" PRIu64, h->in->log_older);
  if (h->only != NULL) jl_reference_format(h->only->type, h->only->number, reference);
  const struct jl_arg args[] = {jl_arg_text(revision), jl_arg_text(reference)};
  if (filtered(h->in) || (h->only != NULL && reference[0] == '\0')) /* the same filters, the same record again */
    jl_note(h->b, JL_TONE_MUTED, JL_MSG("older changes are not shown: repeat with --before {1}"), args, 1);
  else if (h->only == NULL)
    jl_note(h->b, JL_TONE_MUTED, JL_MSG("older changes are not shown: jalon history --before {1}"), args, 1);
  else
    jl_note(h->b, JL_TONE_MUTED, JL_MSG("older changes are not shown: jalon history {2} --before {1}"), args, 2);
}

static void begin_columns(const struct history *h) {
  jl_column(h->b, "who", JL_MSG("who"), JL_ARG_TEXT, 1);
  if (h->stood_in) jl_column(h->b, "instead_of", JL_MSG("in place of"), JL_ARG_TEXT, 1);
  jl_column(h->b, "record", JL_MSG("record"), JL_ARG_TEXT, h->only == NULL ? 0 : 5);
  jl_column(h->b, "field", JL_MSG("what changed"), JL_ARG_LABEL, 0);
  jl_column(h->b, "before", JL_MSG("before"), JL_ARG_TEXT, 0);
  jl_column(h->b, "after", JL_MSG("after"), JL_ARG_TEXT, 0);
}

bool jl_history_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  struct history h = {.in = in, .b = b, .stood_in = anybody_stood_in(in)};
  if (!jl_view_named(in, b, NULL, 0, &h.only, err)) return false;
  const struct jl_arg name = jl_arg_text(h.only == NULL ? "" : jl_record_caption(b, in->space, h.only));
  if (h.only == NULL)
    jl_builder_title(b, JL_MSG("history"), NULL, 0);
  else
    jl_builder_title(b, JL_MSG("history of {1}"), &name, 1);
  const char *sentences = jl_view_value(in, "sentences");
  h.sentences = sentences != NULL && strcmp(sentences, "no") != 0;
  jl_block_begin(b, JL_BLOCK_TABLE, "history", NULL);
  jl_column(b, "time", JL_MSG("time"), JL_ARG_TIME, 0);
  jl_column(b, "revision", JL_MSG("revision"), JL_ARG_REVISION, 3);
  if (h.sentences)
    jl_column(b, "sentence", JL_MSG("what happened"), JL_ARG_TEXT, 0);
  else
    begin_columns(&h);
  for (size_t i = 0; i < in->log_count; i++) body_rows(&h, in->log[i], in->log_private == NULL ? NULL : in->log_private[i]);
  if (h.sentences && h.stood_in)
    jl_note(b, JL_TONE_MUTED, JL_MSG("a name in brackets behind a person: in whose place it was done"), NULL, 0);
  note_older(&h);
  if (h.rows == 0 && in->log_older == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no change known"), NULL, 0);
  return true;
}
