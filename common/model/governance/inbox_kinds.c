/* What can come into an inbox: a row of the table and a function for each kind. */
#include "common/base/money.h"
#include "common/model/automation/automation.h"
#include "common/model/governance/advice.h"
#include "common/model/governance/approver.h"
#include "common/model/governance/definition.h"
#include "common/model/governance/inbox.h"
#include "common/model/governance/snapshot.h"
#include "common/model/replica_internal.h"
#include "common/model/review/follow.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

static bool id_of(const struct jl_record *record, uint32_t field, struct jl_id *ret_id) {
  return jl_record_id(record->type, record->body, field, ret_id);
}
static bool by_reader(const struct jl_inbox *inbox, const struct jl_record *record, uint32_t author_field) {
  struct jl_id author;
  return id_of(record, author_field, &author) && jl_id_equal(&author, &inbox->in->reader);
}
/* Live and readable, and not an action that is over. */
static const struct jl_record *open_target(const struct jl_inbox *inbox, const struct jl_record *record, uint32_t field) {
  const struct jl_record *target = jl_view_linked(inbox->in, record, field);
  return target != NULL && (target->type_number != JL_TYPE_ACTION || jl_action_open(target)) ? target : NULL;
}

/* ---- requests for advice ---- */
static void add_request(struct jl_inbox *inbox, const struct jl_record *advice, uint32_t from, const char *answer) {
  const struct jl_record *target = open_target(inbox, advice, JL_ADVICE_TARGET);
  if (target == NULL || jl_advice_answer(inbox->in->space, advice) != NULL) return;
  struct jl_inbox_item item = {.record = advice,
                               .about = target,
                               .text = jl_view_title(advice),
                               .first = advice->created_revision,
                               .since_us = jl_view_int(advice, JL_ADVICE_SINCE, 0),
                               .due = (int32_t)jl_view_int(advice, JL_ADVICE_DUE, 0),
                               .has_due = jl_record_has(advice->body, JL_ADVICE_DUE),
                               .answer = answer};
  (void)id_of(advice, from, &item.from[0]);
  jl_inbox_add(inbox, &item);
}

static void advice_wanted(struct jl_inbox *inbox) {
  for (size_t m = 0; m < inbox->mine_count; m++) {
    size_t n = 0;
    const struct jl_record **all = jl_view_referring(inbox->in, inbox->b, &inbox->mine[m], JL_TYPE_ADVICE, JL_ADVICE_ASKED, &n);
    for (size_t i = 0; i < n; i++)
      if (!by_reader(inbox, all[i], JL_ADVICE_AUTHOR))
        add_request(inbox, all[i], JL_ADVICE_AUTHOR, jl_inbox_command(inbox, "answer", all[i], "\"...\""));
  }
}

/* What the reader asked for by a day that has passed. */
static void advice_late(struct jl_inbox *inbox) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(inbox->in, inbox->b, &inbox->in->reader, JL_TYPE_ADVICE, JL_ADVICE_AUTHOR, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(all[i], JL_ADVICE_DUE, INT32_MAX) < inbox->in->today)
      add_request(inbox, all[i], JL_ADVICE_ASKED, jl_inbox_command(inbox, "advice rm", all[i], ""));
}

/* ---- approvals ---- */
/* Not what four eyes keep the reader from approving: it waits for somebody else. */
static bool may_approve(const struct jl_inbox *inbox, const struct jl_record *approval) {
  const struct jl_author reader = {.person = inbox->in->reader, .administrator = inbox->in->administrator};
  return jl_approver_is(inbox->in->space, inbox->in->organisation, approval, &reader.person, inbox->in->today) &&
         jl_approver_eyes(inbox->in->space, approval, &reader) == JL_EYES_FOUR;
}

/* What moves with it: an amount of its own, or all that is accepted of its review. */
static int64_t amount_of(const struct jl_inbox *inbox, const struct jl_record *approval) {
  const struct jl_record *review = jl_view_linked(inbox->in, approval, JL_APPROVAL_REVIEW);
  struct jl_review_proposal *moves;
  int64_t sum = 0;
  size_t n = 0;
  if (!jl_view_sees(inbox->in, JL_SECTION_BUDGET)) return 0;
  if (review == NULL) return jl_view_int(approval, JL_APPROVAL_AMOUNT, 0);
  if (!jl_review_accepted(inbox->in->space, review, &approval->id, jl_builder_arena(inbox->b), &moves, &n)) return 0;
  for (size_t i = 0; i < n; i++)
    if (moves[i].kind == JL_PROPOSAL_MOVE && !jl_add(sum, moves[i].amount, &sum)) return 0;
  return sum;
}

static void to_approve(struct jl_inbox *inbox) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(inbox->in, inbox->b, JL_TYPE_APPROVAL, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *target = jl_view_linked(inbox->in, all[i], JL_APPROVAL_TARGET);
    if (target == NULL || jl_view_int(all[i], JL_APPROVAL_STATE, 0) != JL_APPROVAL_SUBMITTED ||
        !may_approve(inbox, all[i]))
      continue;
    const struct jl_record *review = jl_view_linked(inbox->in, all[i], JL_APPROVAL_REVIEW);
    struct jl_inbox_item item = {.record = all[i],
                                 .about = review != NULL ? review : target,
                                 .text = jl_record_text(all[i]->type, all[i]->body, JL_APPROVAL_NOTE),
                                 .amount = amount_of(inbox, all[i]),
                                 .first = all[i]->created_revision,
                                 .answer = jl_inbox_command(inbox, review != NULL ? "show" : "approve", all[i], "")};
    (void)jl_inbox_made(inbox, all[i]->created_revision, &item.from[0], &item.since_us);
    (void)id_of(all[i], JL_APPROVAL_SUBMITTED_BY, &item.from[0]);
    jl_inbox_add(inbox, &item);
  }
}

/* An approval ends with what it was about. Where the reader sees nothing that ended it, it was money that is not the reader's to know of, and
 * that it ended is not told either. */
static bool may_know(const struct jl_inbox *inbox, const struct jl_record *approval, int64_t state, uint64_t revision) {
  uint32_t sections = jl_approval_sections(approval);
  if (state != JL_APPROVAL_REOPENED || (sections & ~inbox->in->sections) == 0) return true;
  for (size_t i = 0; i < inbox->in->log_count && inbox->in->log[i]->revision >= revision; i++) {
    const Jalon__ChangeBody *body = inbox->in->log[i];
    for (size_t k = 0; body->revision == revision && k < body->n_changes; k++)
      if (body->changes[k]->type != JL_TYPE_APPROVAL) return true;
  }
  return false;
}

/* Also by the submission that takes its place in the same revision. */
static bool submitted_since(const struct jl_inbox *inbox, const struct jl_record *approval, const struct jl_record *target) {
  const void *at = NULL;
  const struct jl_record *other;
  while ((other = jl_replica_next_referring(inbox->in->space, &target->id, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, &at)) != NULL)
    if (other != approval && other->created_revision >= approval->revision) return true;
  return false;
}

/* In this revision it was switched off that the action needs approval. */
static bool is_freed(const struct jl_inbox *inbox, const struct jl_record *action, uint64_t revision) {
  const struct jl_field *field = action->type_number == JL_TYPE_ACTION ? jl_field_by_number(action->type, JL_ACTION_NEEDS_APPROVAL) : NULL;
  for (size_t i = 0; field != NULL && i < inbox->in->log_count && inbox->in->log[i]->revision >= revision; i++) {
    const Jalon__ChangeBody *body = inbox->in->log[i];
    for (size_t k = 0; body->revision == revision && k < body->n_changes; k++) {
      const Jalon__RecordChange *change = body->changes[k];
      if (!jl_bytes_equal(JL_PB(change->id), (struct jl_bytes){action->id.bytes, sizeof action->id.bytes})) continue;
      for (size_t f = 0; f < change->n_fields; f++)
        if (change->fields[f]->field == field->number && jl_record_number(JL_PB(change->fields[f]->after), field, 0) == 0) return true;
    }
  }
  return false;
}
#define FREED JL_MSG("lets it start without approval")
#define FREED_PLAIN "no-approval"

/* What became of what the reader submitted. */
static void decided(struct jl_inbox *inbox) {
  size_t n = 0;
  const struct jl_record **all =
      jl_view_referring(inbox->in, inbox->b, &inbox->in->reader, JL_TYPE_APPROVAL, JL_APPROVAL_SUBMITTED_BY, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t state = jl_view_int(all[i], JL_APPROVAL_STATE, 0);
    const struct jl_record *target = jl_view_linked(inbox->in, all[i], JL_APPROVAL_TARGET);
    const struct jl_enum_value *word =
        jl_enum_by_number(jl_field_by_number(all[i]->type, JL_APPROVAL_STATE)->enumeration, (int32_t)state);
    struct jl_inbox_item item = {.record = all[i],
                                 .about = target,
                                 .text = jl_record_text(all[i]->type, all[i]->body, JL_APPROVAL_REASON),
                                 .first = all[i]->revision};
    if (target == NULL || word == NULL || state == JL_APPROVAL_SUBMITTED || !may_know(inbox, all[i], state, all[i]->revision) ||
        (state != JL_APPROVAL_APPROVED && submitted_since(inbox, all[i], target)) ||
        all[i]->revision <= jl_inbox_read(inbox, &all[i]->id) ||
        !jl_inbox_made(inbox, all[i]->revision, &item.from[0], &item.since_us) || jl_id_equal(&item.from[0], &inbox->in->reader))
      continue;
    bool freed = (state == JL_APPROVAL_REOPENED || state == JL_APPROVAL_WITHDRAWN) && is_freed(inbox, target, all[i]->revision);
    item.what = freed ? FREED : state == JL_APPROVAL_WITHDRAWN ? JL_MSG("withdrew what you submitted") : word->label;
    item.what_plain = freed ? FREED_PLAIN : word->text;
    bool again = state != JL_APPROVAL_APPROVED && !freed && target->type_number == JL_TYPE_ACTION; /* once it is mended */
    item.answer = jl_inbox_command(inbox, again ? "submit" : "show", target, "");
    jl_inbox_add(inbox, &item);
  }
}

/* What the reader had approved and has moved since. */
static void moved(struct jl_inbox *inbox) {
  size_t n = 0;
  const struct jl_record **all =
      jl_view_referring(inbox->in, inbox->b, &inbox->in->reader, JL_TYPE_APPROVAL, JL_APPROVAL_DECIDED_BY, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *target = open_target(inbox, all[i], JL_APPROVAL_TARGET);
    struct jl_inbox_item item = {.record = all[i], .about = target, .first = all[i]->revision};
    if (target == NULL || jl_view_int(all[i], JL_APPROVAL_STATE, 0) != JL_APPROVAL_REOPENED || submitted_since(inbox, all[i], target) ||
        all[i]->revision <= jl_inbox_read(inbox, &all[i]->id) || !may_know(inbox, all[i], JL_APPROVAL_REOPENED, all[i]->revision) ||
        !jl_inbox_made(inbox, all[i]->revision, &item.from[0], &item.since_us) || jl_id_equal(&item.from[0], &inbox->in->reader))
      continue;
    bool freed = is_freed(inbox, target, all[i]->revision);
    item.what = freed ? FREED : NULL;
    item.what_plain = freed ? FREED_PLAIN : NULL;
    item.answer = jl_inbox_command(inbox, freed ? "show" : "drift", target, "");
    jl_inbox_add(inbox, &item);
  }
}

/* What waited for the reader's approval and was withdrawn by somebody else: else it would be gone from the list without a word. */
static void not_asked(struct jl_inbox *inbox) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(inbox->in, inbox->b, JL_TYPE_APPROVAL, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *target = open_target(inbox, all[i], JL_APPROVAL_TARGET);
    struct jl_inbox_item item = {.record = all[i],
                                 .about = target,
                                 .text = jl_record_text(all[i]->type, all[i]->body, JL_APPROVAL_NOTE),
                                 .first = all[i]->revision};
    if (target == NULL || jl_view_int(all[i], JL_APPROVAL_STATE, 0) != JL_APPROVAL_WITHDRAWN || !may_approve(inbox, all[i]) ||
        submitted_since(inbox, all[i], target) || all[i]->revision <= jl_inbox_read(inbox, &all[i]->id) ||
        !jl_inbox_made(inbox, all[i]->revision, &item.from[0], &item.since_us) || jl_id_equal(&item.from[0], &inbox->in->reader))
      continue;
    bool freed = is_freed(inbox, target, all[i]->revision);
    item.what = freed ? FREED : NULL;
    item.what_plain = freed ? FREED_PLAIN : NULL;
    item.answer = jl_inbox_command(inbox, "show", target, "");
    jl_inbox_add(inbox, &item);
  }
}

/* ---- definitions to sign ---- */
/* For one of these teams somebody signed it, as it was before. */
static bool was_signed(const struct jl_inbox *inbox, const struct jl_record *definition) {
  const void *at = NULL;
  const struct jl_record *signature;
  struct jl_id team;
  while ((signature = jl_replica_next_referring(inbox->in->space, &definition->id, JL_TYPE_SIGNATURE, JL_SIGNATURE_DEFINITION, &at)) != NULL)
    if (id_of(signature, JL_SIGNATURE_TEAM, &team) && jl_may_sign_for(inbox->in->organisation, &inbox->in->reader, &team) &&
        jl_definition_signature(inbox->in->space, definition, &team) == NULL)
      return true;
  return false;
}

static void to_sign(struct jl_inbox *inbox) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(inbox->in, inbox->b, JL_TYPE_DEFINITION, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_iterator teams = jl_record_each(all[i]->body, jl_field_by_number(all[i]->type, JL_DEFINITION_TEAMS));
    bool wanted = false;
    for (struct jl_value team; !wanted && jl_iterator_next(&teams, &team);)
      wanted = jl_may_sign_for(inbox->in->organisation, &inbox->in->reader, &team.id) &&
               jl_definition_signature(inbox->in->space, all[i], &team.id) == NULL;
    if (!wanted) continue;
    struct jl_inbox_item item = {.record = all[i],
                                 .text = jl_record_text(all[i]->type, all[i]->body, JL_DEFINITION_TEXT),
                                 .first = all[i]->revision,
                                 .answer = jl_inbox_command(inbox, "definition sign", all[i], "")};
    (void)jl_inbox_made(inbox, all[i]->revision, &item.from[0], &item.since_us);
    if (was_signed(inbox, all[i])) {
      item.what = JL_MSG("changed: to sign again");
      item.what_plain = "definition-changed";
    }
    jl_inbox_add(inbox, &item);
  }
}

/* ---- comments ---- */
static bool commented_since(const struct jl_inbox *inbox, const struct jl_record *comment) {
  struct jl_id target;
  return id_of(comment, JL_COMMENT_TARGET, &target) && jl_inbox_spoken(inbox, &target) > comment->created_revision;
}

static void add_comment(struct jl_inbox *inbox, const struct jl_record *comment) {
  const struct jl_record *target = jl_view_linked(inbox->in, comment, JL_COMMENT_TARGET);
  if (target == NULL || comment->created_revision <= jl_inbox_read(inbox, &comment->id) || (by_reader(inbox, comment, JL_COMMENT_AUTHOR) && !jl_automation_made(&comment->id)) ||
      commented_since(inbox, comment))
    return;
  struct jl_inbox_item item = {.record = comment,
                               .about = target,
                               .text = jl_view_title(comment),
                               .first = comment->created_revision,
                               .answer = jl_inbox_command(inbox, "answer", comment, "\"...\"")};
  (void)jl_inbox_made(inbox, comment->created_revision, &item.from[0], &item.since_us);
  (void)id_of(comment, JL_COMMENT_AUTHOR, &item.from[0]);
  jl_inbox_add(inbox, &item);
}

static void mentions(struct jl_inbox *inbox) {
  for (size_t m = 0; m < inbox->mine_count; m++) {
    size_t n = 0;
    const struct jl_record **all = jl_view_referring(inbox->in, inbox->b, &inbox->mine[m], JL_TYPE_COMMENT, JL_COMMENT_MENTIONS, &n);
    for (size_t i = 0; i < n; i++) add_comment(inbox, all[i]);
  }
}

/* To a comment of the reader, or the advice that the reader asked for. */
static bool answers_reader(const struct jl_inbox *inbox, const struct jl_record *comment) {
  const struct jl_record *to = jl_view_linked(inbox->in, comment, JL_COMMENT_REPLY_TO), *asked = jl_view_linked(inbox->in, comment, JL_COMMENT_ANSWERS);
  return (to != NULL && by_reader(inbox, to, JL_COMMENT_AUTHOR)) || (asked != NULL && by_reader(inbox, asked, JL_ADVICE_AUTHOR));
}

static void answers(struct jl_inbox *inbox) {
  const struct jl_replica *space = inbox->in->space;
  size_t n = jl_replica_of_type(space, JL_TYPE_COMMENT);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *comment = jl_replica_of_type_at(space, JL_TYPE_COMMENT, i);
    bool fresh = comment->deleted_revision == 0 && comment->created_revision > inbox->since;
    if (fresh && comment->type != NULL && jl_view_readable(inbox->in, comment) && answers_reader(inbox, comment)) add_comment(inbox, comment);
  }
}

/* ---- letters of RACI that the reader was given ---- */
static void letters(struct jl_inbox *inbox) {
  static const struct {
    int64_t letter;
    const char *label, *plain;
  } words[] = {{JL_RACI_R, JL_MSG("yours to do (R)"), "R"},
               {JL_RACI_A, JL_MSG("yours to decide (A)"), "A"},
               {JL_RACI_C, JL_MSG("your advice counts (C)"), "C"},
               {JL_RACI_I, JL_MSG("you are kept informed (I)"), "I"}};
  for (size_t m = 0; m < inbox->mine_count; m++) {
    size_t n = 0;
    const struct jl_record **all = jl_view_referring(inbox->in, inbox->b, &inbox->mine[m], JL_TYPE_RACI, JL_RACI_HOLDER, &n);
    for (size_t i = 0; i < n; i++) {
      const struct jl_record *target = open_target(inbox, all[i], JL_RACI_TARGET);
      struct jl_inbox_item item = {.record = all[i],
                                   .about = target,
                                   .text = jl_record_text(all[i]->type, all[i]->body, JL_RACI_TASK),
                                   .first = all[i]->revision};
      /* It is told when the log says who gave it; the letter itself stands in every list of one's own. */
      if (target == NULL || all[i]->revision <= jl_inbox_read(inbox, &all[i]->id) ||
          !jl_inbox_made(inbox, all[i]->revision, &item.from[0], &item.since_us) || jl_id_equal(&item.from[0], &inbox->in->reader))
        continue;
      for (size_t w = 0; w < JL_COUNT(words); w++)
        if (words[w].letter == jl_view_int(all[i], JL_RACI_LETTER, 0)) {
          item.what = words[w].label;
          item.what_plain = words[w].plain;
        }
      item.answer = jl_inbox_command(inbox, "show", target, "");
      jl_inbox_add(inbox, &item);
    }
  }
}

/* ---- what the reader is kept informed of ---- */
#define LABELS_MAX 6
struct watched {
  const struct jl_record *record;
  uint64_t read, first;
  struct jl_id from[JL_INBOX_FROM]; /* who changed it, the latest first */
  size_t from_count;
  bool from_more;
  int64_t last_us;
  const char *labels[LABELS_MAX], *plain[LABELS_MAX];
  size_t label_count;
  bool more;
};

static int by_record(const void *left, const void *right) {
  return jl_id_compare(&((const struct watched *)left)->record->id, &((const struct watched *)right)->record->id);
}

/* Letters of a record that was deleted went with it, and are still known. */
static struct watched *find_watched(struct jl_inbox *inbox, size_t *ret_n) {
  const struct jl_replica *space = inbox->in->space;
  size_t n = jl_replica_of_type(space, JL_TYPE_RACI), count = 0, kept = 0;
  struct watched *all = jl_view_alloc(inbox->b, n, sizeof *all);
  *ret_n = 0;
  for (size_t i = 0; all != NULL && i < n; i++) {
    const struct jl_record *raci = jl_replica_of_type_at(space, JL_TYPE_RACI, i);
    struct jl_id holder, id;
    if (raci->type == NULL || jl_view_int(raci, JL_RACI_LETTER, 0) != JL_RACI_I || !id_of(raci, JL_RACI_HOLDER, &holder) ||
        !jl_inbox_is_mine(inbox, &holder) || !id_of(raci, JL_RACI_TARGET, &id))
      continue;
    const struct jl_record *target = jl_replica_record(space, &id);
    if (target == NULL || !jl_view_readable(inbox->in, target)) continue;
    if (raci->deleted_revision != 0 && raci->deleted_revision != target->deleted_revision) continue;
    all[count++] = (struct watched){.record = target, .read = jl_inbox_read(inbox, &id)};
  }
  if (count > 0) qsort(all, count, sizeof *all, by_record);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || !jl_id_equal(&all[i].record->id, &all[kept - 1].record->id)) all[kept++] = all[i];
  *ret_n = kept;
  return all;
}

static void add_label(struct watched *w, const char *label, const char *plain) {
  for (size_t i = 0; i < w->label_count; i++)
    if (strcmp(w->labels[i], label) == 0) return;
  if (w->label_count == LABELS_MAX) {
    w->more = true;
    return;
  }
  w->labels[w->label_count] = label;
  w->plain[w->label_count++] = plain;
}

static void add_from(struct watched *w, const struct jl_id *author) {
  for (size_t i = 0; i < w->from_count; i++)
    if (jl_id_equal(&w->from[i], author)) return;
  if (w->from_count == JL_INBOX_FROM)
    w->from_more = true;
  else
    w->from[w->from_count++] = *author;
}

static void label_change(struct watched *w, const Jalon__RecordChange *change, const struct jl_record_type *type, bool own) {
  if (!own) {
    add_label(w, type->plural, type->name);
    return;
  }
  switch (change->verb) {
  case JALON__VERB__CREATE:
    add_label(w, JL_MSG("created"), "created");
    return;
  case JALON__VERB__DELETE:
    add_label(w, JL_MSG("deleted"), "deleted");
    return;
  case JALON__VERB__RESTORE:
    add_label(w, JL_MSG("restored"), "restored");
    return;
  default:
    break;
  }
  for (size_t i = 0; i < change->n_fields; i++) {
    const struct jl_field *field = jl_field_by_number(type, change->fields[i]->field);
    if (field != NULL && field->kind != JL_KIND_RANK) add_label(w, field->label, field->name);
  }
}

/* The watched record that a change is of, or of a part of: a comment, a checklist item, a letter. */
static struct watched *concerned(const struct jl_inbox *inbox, struct watched *all, size_t n, const struct jl_id *id, bool *ret_own) {
  const struct jl_record *now = jl_replica_record(inbox->in->space, id);
  if (now == NULL || now->type == NULL || !jl_view_readable(inbox->in, now)) return NULL;
  struct watched key = {.record = now};
  struct watched *found = bsearch(&key, all, n, sizeof *all, by_record);
  const struct jl_field *parent = jl_parent_field(now->type);
  struct jl_id up;
  *ret_own = found != NULL;
  if (found != NULL || parent == NULL || jl_seen_has(inbox->told, id) || !id_of(now, parent->number, &up)) return found;
  key.record = jl_replica_record(inbox->in->space, &up);
  return key.record == NULL ? NULL : bsearch(&key, all, n, sizeof *all, by_record);
}

/* An approval that ended in this revision, for nothing that the reader sees of it. */
static bool reopens_unseen(const struct jl_inbox *inbox, const Jalon__ChangeBody *body, const Jalon__RecordChange *change, const struct jl_id *id) {
  const struct jl_record *approval = change->type == JL_TYPE_APPROVAL ? jl_replica_record(inbox->in->space, id) : NULL;
  int64_t state = 0;
  for (size_t i = 0; approval != NULL && i < change->n_fields; i++) {
    struct jl_value value;
    if (change->fields[i]->field == JL_APPROVAL_STATE &&
        jl_record_get(JL_PB(change->fields[i]->after), jl_field_by_number(approval->type, JL_APPROVAL_STATE), &value))
      state = value.number;
  }
  return approval != NULL && !may_know(inbox, approval, state, body->revision);
}

/* Newest first: the last one that is looked at is the first change. */
static void look_at(struct jl_inbox *inbox, struct watched *all, size_t n, const Jalon__ChangeBody *body) {
  struct jl_id author = {{0}}, id;
  (void)jl_id_from_bytes((struct jl_bytes){body->author.data, body->author.len}, &author);
  if (body->revision <= inbox->since || jl_id_equal(&author, &inbox->in->reader)) return;
  for (size_t i = 0; i < body->n_changes; i++) {
    const Jalon__RecordChange *change = body->changes[i];
    const struct jl_record_type *type = jl_record_type_by_number(change->type);
    bool own = false;
    if (type == NULL || !jl_id_from_bytes((struct jl_bytes){change->id.data, change->id.len}, &id)) continue;
    struct watched *w = concerned(inbox, all, n, &id, &own);
    if (w == NULL || body->revision <= w->read || reopens_unseen(inbox, body, change, &id)) continue;
    size_t before = w->label_count;
    label_change(w, change, type, own);
    if (w->label_count == 0) continue; /* only its place in a list */
    if (w->first == 0) w->last_us = body->time_us;
    if (w->first == 0 || w->label_count > before) add_from(w, &author);
    w->first = body->revision;
  }
}

static const char *joined(struct jl_inbox *inbox, const char *const *words, size_t n, const char *between) {
  const char *text = n == 0 ? "" : words[0];
  for (size_t i = 1; i < n && text != NULL; i++) text = jl_arena_printf(jl_builder_arena(inbox->b), "%s%s%s", text, between, words[i]);
  if (text == NULL) jl_builder_fail(inbox->b, JL_E_NO_MEMORY);
  return text == NULL ? "" : text;
}

static void informed(struct jl_inbox *inbox) {
  size_t n = 0;
  struct watched *all = find_watched(inbox, &n);
  for (size_t i = 0; n > 0 && i < inbox->in->log_count; i++) look_at(inbox, all, n, inbox->in->log[i]);
  for (size_t i = 0; i < n && jl_builder_ok(inbox->b); i++) {
    struct watched *w = &all[i];
    bool long_ago = w->first == 0 && !inbox->whole_log && w->record->revision > w->read; /* older than the log at hand: that much is known */
    if (w->first == 0 && !long_ago) continue;
    struct jl_inbox_item item = {.record = w->record,
                                 .from_more = w->from_more,
                                 .first = long_ago ? w->read + 1 : w->first,
                                 .since_us = w->last_us,
                                 .answer = jl_inbox_command(inbox, w->record->deleted_revision != 0 ? "history" : "show", w->record, "")};
    memcpy(item.from, w->from, sizeof item.from);
    if (w->more) add_label(w, "...", "...");
    if (w->label_count > 0) {
      item.what = joined(inbox, w->labels, w->label_count, "\n");
      item.what_plain = joined(inbox, w->plain, w->label_count, ", ");
    }
    jl_inbox_add(inbox, &item);
  }
}

const struct jl_inbox_kind jl_inbox_kinds[] = {
    {"approval", JL_MSG("asks for your approval"), true, to_approve},
    {"advice", JL_MSG("asks for your advice"), true, advice_wanted},
    {"definition", JL_MSG("to sign"), true, to_sign},
    {"advice-late", JL_MSG("has not answered you"), true, advice_late},
    {"decided", JL_MSG("decided"), false, decided},
    {"moved", JL_MSG("has moved since you approved it"), false, moved},
    {"not-asked", JL_MSG("does not ask for your approval any more"), false, not_asked},
    {"mention", JL_MSG("mentions you"), false, mentions},
    {"answer", JL_MSG("answers you"), false, answers},
    {"letter", JL_MSG("RACI"), false, letters},
    {"informed", JL_MSG("changed"), false, informed},
};
const size_t jl_inbox_kind_count = JL_COUNT(jl_inbox_kinds);
