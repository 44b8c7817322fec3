#include "common/model/review/apply.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/model/review/follow.h"
#include "common/model/review/freeze.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static const struct jl_record *review_of(const struct jl_replica *r, const struct jl_record *approval) {
  struct jl_id id;
  const struct jl_record *review = jl_record_id(approval->type, approval->body, JL_APPROVAL_REVIEW, &id) ? jl_replica_live(r, &id) : NULL;
  return review == NULL || review->type_number != JL_TYPE_REVIEW ? NULL : review;
}

#define REFUSE(message, hint, ...) (jl_fail(err, JL_E_GUARD_FAILED, message, hint, ##__VA_ARGS__), jl_error_at(err, approval->type_number, &approval->id, JL_APPROVAL_REVIEW))

struct accepted {
  const struct jl_record *review;
  struct jl_review_facts facts;
  struct jl_review_proposal *list, *earlier; /* earlier: what other approvals of this review moved */
  size_t n, earlier_n;
};

static bool read_accepted(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, struct accepted *ret, struct jl_error *err) {
  *ret = (struct accepted){.review = review_of(r, approval)};
  if (ret->review == NULL) return true;
  return (jl_review_read(r, ret->review, UINT32_MAX, a, &ret->facts) && jl_review_accepted(r, ret->review, &approval->id, a, &ret->list, &ret->n) &&
          jl_review_approved(r, ret->review, &approval->id, a, &ret->earlier, &ret->earlier_n)) ||
         jl_no_memory(err);
}

static bool read(struct jl_run *run, const struct jl_record *approval, struct accepted *ret, struct jl_error *err) { return read_accepted(run->space, approval, run->a, ret, err); }

/* ---- the budget is still as it was, where it counts ---- */
/* Excl. VAT, as the facts are. */
static bool net_of(const struct jl_record *line, int64_t amount, int64_t *ret) {
  *ret = amount;
  return number_of(line, JL_BUDGET_LINE_VAT_BASIS) != JL_GROSS || jl_vat_net(amount, number_of(line, JL_BUDGET_LINE_VAT_RATE), ret);
}

static int64_t leaving(const struct accepted *all, const struct jl_id *line) {
  int64_t sum = 0;
  for (size_t i = 0; i < all->n; i++)
    if (all->list[i].kind == JL_PROPOSAL_MOVE && jl_id_equal(&all->list[i].source, line) && !jl_add(sum, all->list[i].amount, &sum)) return INT64_MAX;
  return sum;
}

/* What this review itself moved there since it was started is no drift. cents: by which rounding may differ, a minor unit for each move of a line incl. VAT. */
static bool moved_by_itself(const struct accepted *all, const struct jl_id *line, int64_t *ret, int64_t *ret_cents) {
  *ret = *ret_cents = 0;
  for (size_t i = 0; i < all->earlier_n; i++) {
    const struct jl_review_proposal *p = &all->earlier[i];
    bool gives = jl_id_equal(&p->source, line);
    if (p->kind != JL_PROPOSAL_MOVE || (!gives && !jl_id_equal(&p->destination, line))) continue;
    if (!jl_add(*ret, gives ? -p->amount : p->amount, ret)) return false;
    ++*ret_cents;
  }
  return true;
}

static bool is_planned_still(const struct jl_record *line, int64_t now, int64_t then, int64_t cents) {
  int64_t more;
  if (number_of(line, JL_BUDGET_LINE_VAT_BASIS) != JL_GROSS) return now == then;
  return !__builtin_sub_overflow(now, then, &more) && more <= cents && more >= -cents;
}

static bool touches(const struct accepted *all, const struct jl_id *line) {
  for (size_t i = 0; i < all->n; i++)
    if (jl_id_equal(&all->list[i].source, line) || jl_id_equal(&all->list[i].destination, line)) return true;
  return false;
}

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"), JL_MSG("correct the largest budget lines"));
}

struct moved {
  size_t lines;                  /* that count and are not as they were */
  const struct jl_record *first; /* NULL: it is gone */
  uint64_t number;
  bool is_planned; /* else what is left of it */
  bool unknown;    /* neither: something of it has no exchange rate */
  int64_t then, now;
};

static bool look_at(const struct jl_replica *r, struct jl_arena *a, const struct accepted *all, const struct jl_review_line *line, struct moved *io, struct jl_error *err) {
  const struct jl_record *now = jl_replica_live(r, &line->id);
  struct moved one = {.lines = io->lines + 1, .first = now, .number = line->number, .is_planned = true};
  struct jl_amounts amounts;
  int64_t planned, left, out = leaving(all, &line->id), then, own, cents;
  if (!moved_by_itself(all, &line->id, &own, &cents) || !jl_add(line->planned, own, &one.then)) return too_large(err);
  if (now != NULL) {
    unsigned unknown = 0;
    if (!jl_line_unknown(r, now, a, &unknown) || !jl_line_amounts(r, now, a, &amounts) || !net_of(now, amounts.planned, &planned) || !net_of(now, amounts.remaining, &left) ||
        __builtin_sub_overflow(one.then, line->committed, &then) || __builtin_sub_overflow(then, line->actual, &then))
      return too_large(err);
    bool as_planned = unknown == 0 && is_planned_still(now, planned, one.then, cents);
    one.unknown = unknown != 0;
    one.now = planned;
    if (as_planned && (out == 0 || left >= out || left >= then)) return true; /* asking for more than there was is no drift: keeps_limits */
    if (as_planned) {
      one.is_planned = false;
      one.then = then;
      one.now = left;
    }
  }
  io->lines++;
  if (io->lines == 1) *io = one;
  return true;
}

/* asked: it waits to be approved already, and nothing of it can be refused any more. */
static bool has_moved(const struct jl_record *approval, const struct accepted *all, const struct moved *m, bool asked, struct jl_error *err) {
  const struct jl_record *review = all->review;
  const char *currency = all->facts.terms.currency,
             *hint = asked ? JL_MSG("it cannot be approved as it is: jalon send-back REF \"...\"") : JL_MSG("refuse what is about it and apply the rest, or start another review; jalon review shows what it rests on");
  if (m->lines == 0) return true;
  if (m->first == NULL)
    return REFUSE(JL_MSG("the budget has moved since {1} was started: budget line B{2} is gone; lines that are not as they were: {3}"), hint, jl_arg_record(review), jl_arg_integer((int64_t)m->number),
                  jl_arg_integer((int64_t)m->lines));
  if (m->unknown)
    return REFUSE(JL_MSG("the budget has moved since {1} was started: something of {2} has no exchange rate now, so nobody knows what it plans and what is left"), hint, jl_arg_record(review),
                  jl_arg_record(m->first));
  const struct jl_arg now = jl_arg_money(m->now, currency), then = jl_arg_money(m->then, currency);
  if (m->lines > 1)
    return REFUSE(m->is_planned ? JL_MSG("the budget has moved since {1} was started: {2} plans {3}, it was {4}; lines that are not as they were: {5}")
                                : JL_MSG("the budget has moved since {1} was started: of {2} {3} is left, it was {4}; lines that are not as they were: {5}"),
                  hint, jl_arg_record(review), jl_arg_record(m->first), now, then, jl_arg_integer((int64_t)m->lines));
  return REFUSE(m->is_planned ? JL_MSG("the budget has moved since {1} was started: {2} plans {3}, it was {4} ({5})") : JL_MSG("the budget has moved since {1} was started: of {2} {3} is left, it was {4} ({5})"), hint,
                jl_arg_record(review), jl_arg_record(m->first), now, then, jl_arg_money(m->now - m->then, currency));
}

static bool is_as_it_was(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, const struct accepted *all, bool asked, struct jl_error *err) {
  struct moved moved = {0};
  for (size_t i = 0; i < all->facts.line_count; i++)
    if (touches(all, &all->facts.lines[i].id) && !look_at(r, a, all, &all->facts.lines[i], &moved, err)) return false;
  return has_moved(approval, all, &moved, asked, err);
}

bool jl_review_still_holds(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, struct jl_error *err) {
  struct accepted all;
  return read_accepted(r, approval, a, &all, err) && (all.review == NULL || is_as_it_was(r, approval, a, &all, true, err));
}

/* ---- limits of all of it together ---- */
/* As the lines stand after what was moved earlier: what a line got then may go on, what it gave is gone. */
static void move_earlier(struct accepted *io) {
  for (size_t i = 0; i < io->earlier_n; i++) {
    const struct jl_review_proposal *p = &io->earlier[i];
    struct jl_review_line *from = jl_review_line(&io->facts, &p->source), *to = jl_review_line(&io->facts, &p->destination);
    if (p->kind != JL_PROPOSAL_MOVE || from == NULL || to == NULL) continue;
    from->planned -= p->amount; /* within what moved_by_itself added up */
    from->movable -= p->amount;
    to->planned += p->amount;
  }
}

/* Shares, and what sales can treat, are of all steps together; what can leave a line and what it may get is of this one. */
static bool beyond(struct jl_run *run, struct accepted *io, struct jl_review_after *ret) {
  static const int64_t of_lines = JL_LIMIT_MOVABLE | JL_LIMIT_MAXIMUM;
  struct jl_review_after whole;
  size_t n = io->earlier_n + io->n;
  struct jl_review_proposal *together = jl_arena_array(run->a, n + 1, sizeof *together);
  if (together == NULL) return false;
  if (io->earlier_n > 0) memcpy(together, io->earlier, io->earlier_n * sizeof *together);
  if (io->n > 0) memcpy(together + io->earlier_n, io->list, io->n * sizeof *together);
  if (!jl_review_all_beyond(&io->facts, together, n, run->a, &whole)) return false;
  move_earlier(io);
  if (!jl_review_all_beyond(&io->facts, io->list, io->n, run->a, ret)) return false;
  ret->beyond = (ret->beyond & of_lines) | (whole.beyond & ~of_lines);
  return true;
}

static bool keeps_limits(struct jl_run *run, const struct jl_record *approval, struct accepted *all, struct jl_error *err) {
  struct jl_review_after after;
  if (!beyond(run, all, &after)) return jl_no_memory(err);
  int64_t bits = after.beyond & (JL_LIMIT_MOVABLE | (number_of(all->review, JL_REVIEW_REFUSES) != 0 ? JL_LIMITS_OF_PLAN : 0));
  const struct jl_record *line = after.line == SIZE_MAX ? NULL : jl_replica_live(run->space, &all->facts.lines[after.line].id);
  if (bits == 0) return true;
  if (line == NULL)
    return REFUSE(JL_MSG("what is accepted of {1} passes a limit, taken together: {2}"), JL_MSG("refuse some of it: jalon review shows the shares before and after"), jl_arg_record(all->review),
                  jl_arg_label(jl_review_limit_label(bits)));
  return REFUSE(JL_MSG("what is accepted of {1} passes a limit, taken together: {2} ({3})"), JL_MSG("refuse some of it: jalon review shows what can leave each line"), jl_arg_record(all->review),
                jl_arg_label(jl_review_limit_label(bits)), jl_arg_record(line));
}

static bool waits_already(struct jl_run *run, const struct jl_record *approval, const struct jl_record *review, struct jl_error *err) {
  const void *next = NULL;
  const struct jl_record *other;
  while ((other = jl_replica_next_referring(run->space, &review->id, JL_TYPE_APPROVAL, JL_APPROVAL_REVIEW, &next)) != NULL)
    if (!jl_id_equal(&other->id, &approval->id) && number_of(other, JL_APPROVAL_STATE) == JL_APPROVAL_SUBMITTED)
      return REFUSE(JL_MSG("{1} waits to be approved already, as {2}"), JL_MSG("have that decided, or withdraw it: jalon withdraw {2}"), jl_arg_record(review), jl_arg_record(other));
  return true;
}

bool jl_review_may_apply(struct jl_run *run, const struct jl_record *approval, bool submits, struct jl_error *err) {
  struct accepted all;
  if (!jl_record_has(approval->body, JL_APPROVAL_REVIEW)) return true;
  if (!read(run, approval, &all, err)) return false;
  if (all.review == NULL) return true; /* the references are checked after this */
  if (submits && number_of(all.review, JL_REVIEW_STATE) != JL_REVIEW_OPEN)
    return REFUSE(JL_MSG("{1} is over: nothing of it changes any more"), JL_MSG("start another one: jalon review start"), jl_arg_record(all.review));
  if (submits && !waits_already(run, approval, all.review, err)) return false;
  if (all.n == 0) return REFUSE(JL_MSG("nothing that is accepted of {1} has still to be applied"), JL_MSG("accept what is to move first: jalon review accept REF"), jl_arg_record(all.review));
  return is_as_it_was(run->space, approval, run->a, &all, !submits, err) && keeps_limits(run, approval, &all, err);
}

/* ---- what follows ---- */
bool jl_review_ask(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  struct accepted all;
  const struct jl_id id = approval->id;
  if (!jl_record_has(approval->body, JL_APPROVAL_REVIEW)) return true;
  if (!read(run, approval, &all, err)) return false;
  for (size_t i = 0; i < all.n; i++) {
    struct jl_making m = {.run = run, .type = all.list[i].record->type, .body = all.list[i].record->body};
    const struct jl_id proposal = all.list[i].record->id;
    jl_making_id(&m, JL_REVIEW_PROPOSAL_APPROVAL, &id);
    if (!jl_making_put(&m, &proposal, err)) return false;
  }
  return true;
}

static bool change_bucket(struct jl_run *run, const struct accepted *all, const struct jl_review_proposal *p, struct jl_error *err) {
  const struct jl_record *line = jl_replica_live(run->space, &p->source);
  const struct jl_review_line *then = jl_review_line(&all->facts, &p->source);
  struct jl_bytes period = jl_record_text(all->review->type, all->review->body, JL_REVIEW_PERIOD);
  if (line == NULL || then == NULL) return true;
  struct jl_making change = {.run = run, .type = jl_record_type_by_number(JL_TYPE_BUCKET_CHANGE)}, set = {.run = run, .type = line->type, .body = line->body};
  const struct jl_id id = line->id, of_change = jl_id_derive("bucket of a review", (const struct jl_bytes[]){{p->record->id.bytes, sizeof p->record->id.bytes}}, 1);
  jl_making_int(&set, JL_BUDGET_LINE_BUCKET, p->after);
  jl_making_id(&change, JL_BUCKET_CHANGE_LINE, &id);
  jl_making_int(&change, JL_BUCKET_CHANGE_BEFORE, p->before);
  jl_making_int(&change, JL_BUCKET_CHANGE_AFTER, p->after);
  jl_making_text(&change, JL_BUCKET_CHANGE_REASON, period);
  if (p->kind == JL_PROPOSAL_PROMOTE) jl_making_id(&change, JL_BUCKET_CHANGE_EVIDENCE, &then->evidence);
  jl_making_id(&change, JL_BUCKET_CHANGE_AUTHOR, &run->in->author.person);
  jl_making_int(&change, JL_BUCKET_CHANGE_SINCE, run->in->time_us);
  return jl_making_put(&set, &id, err) && jl_making_put(&change, &of_change, err);
}

bool jl_review_change_buckets(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  struct accepted all;
  if (!jl_record_has(approval->body, JL_APPROVAL_REVIEW)) return true;
  if (!read(run, approval, &all, err)) return false;
  for (size_t i = 0; i < all.n; i++)
    if (all.list[i].kind != JL_PROPOSAL_MOVE && !change_bucket(run, &all, &all.list[i], err)) return false;
  return true;
}

bool jl_review_arbitrates(struct jl_run *run, const struct jl_record *approval, bool *ret, struct jl_error *err) {
  struct accepted all;
  int64_t sum = 0;
  *ret = false;
  if (!jl_record_has(approval->body, JL_APPROVAL_REVIEW)) return true;
  if (!read(run, approval, &all, err)) return false;
  if (all.review == NULL || number_of(all.review, JL_REVIEW_KIND) != JL_REVIEW_WEEKLY) return true;
  for (size_t i = 0; i < all.n; i++)
    if (all.list[i].kind != JL_PROPOSAL_MOVE || !jl_add(sum, all.list[i].amount, &sum)) return true;
  *ret = all.n > 0 && sum <= number_of(all.review, JL_REVIEW_ARBITRATION);
  return true;
}
