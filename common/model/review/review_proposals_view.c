/* What is proposed, why, and what was decided; the same computed again. */
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/model/governance/approver.h"
#include "common/model/measures/returns.h"
#include "common/model/review/view_blocks.h"
#include "common/record/schema.h"

static const struct jl_review_channel *channel_of(const struct jl_review_view *v, const struct jl_id *line) {
  const struct jl_review_line *l = jl_review_line(&v->facts, line);
  return l == NULL || l->channel == SIZE_MAX ? NULL : &v->facts.channels[l->channel];
}

static bool gives_up(const struct jl_review_view *v, const struct jl_review_proposal *p) {
  const struct jl_review_line *l = jl_review_line(&v->facts, &p->source);
  return l != NULL && !l->finished; /* work that is finished brings nothing more */
}

/* ---- what it says ---- */
static const char *letter(uint32_t type) { return jl_record_type_by_number(type)->letter; }

static const char *bucket_label(int64_t bucket) {
  return bucket == JL_PROVEN ? JL_MSG("proven") : bucket == JL_OPTIMISATION ? JL_MSG("optimisation") : JL_MSG("innovation");
}

static const struct jl_review_point *point_of(const struct jl_review_view *v, const struct jl_id *id) {
  for (size_t i = 0; i < v->facts.point_count; i++)
    if (jl_id_equal(&v->facts.points[i].id, id)) return &v->facts.points[i];
  return NULL;
}

static const char *subject(const struct jl_review_view *v, const struct jl_review_proposal *p) {
  const struct jl_review_channel *c = jl_review_channel(&v->facts, &p->source);
  const struct jl_review_point *point = point_of(v, &p->source);
  if (c != NULL) return jl_review_channel_caption(v, c);
  if (point != NULL) return jl_review_caption(v, letter(point->kpi ? JL_TYPE_KPI : JL_TYPE_ACTION), point->number, point->name);
  return jl_review_line_caption(v, &p->source);
}

/* priced: with the amount, where no column of its own has it. */
static void words(const struct jl_review_view *v, const struct jl_review_proposal *p, bool priced, const char **ret_message, struct jl_arg ret_args[5]) {
  const struct jl_review_point *point = point_of(v, &p->source);
  ret_args[0] = jl_arg_text(subject(v, p));
  ret_args[1] = jl_arg_text(jl_review_line_caption(v, &p->destination));
  ret_args[2] = jl_arg_money(p->amount, v->currency);
  ret_args[3] = jl_arg_label(p->after == 0 ? "" : bucket_label(p->after));
  ret_args[4] = point != NULL && point->due != INT32_MAX ? jl_arg_date(point->due) : jl_arg_text("");
  static const char *const messages[] = {"",
                                         JL_MSG("move {3} from {1} to {2}"),
                                         JL_MSG("{1} one bucket up: {4}"),
                                         JL_MSG("{1} one bucket down: {4}"),
                                         JL_MSG("stop {1}"),
                                         JL_MSG("optimise {1}"),
                                         JL_MSG("start something new: {3} are missing in {4}"),
                                         JL_MSG("unblock {1}"),
                                         JL_MSG("catch up {1}, due {5}"),
                                         JL_MSG("bring {1} back on target")};
  *ret_message = p->kind > 0 && p->kind < (int64_t)JL_COUNT(messages) ? messages[p->kind] : JL_MSG("a proposal of a newer version");
  if (p->kind == JL_PROPOSAL_MOVE && !priced) *ret_message = JL_MSG("from {1} to {2}");
}

static void cell_what(const struct jl_review_view *v, const struct jl_review_proposal *p, bool priced) {
  const char *message;
  struct jl_arg args[5];
  words(v, p, priced, &message, args);
  jl_cell_words(v->b, message, args, 5);
  if (p->record != NULL) jl_cell_source(v->b, p->record);
}

/* ---- what it brings and takes ---- */
static void why_effect(const struct jl_review_view *v, const struct jl_review_proposal *p, const struct jl_review_channel *c, struct jl_arg value, uint32_t field) {
  const struct jl_record *pipeline = c->facts[JL_SECTION_PIPELINE], *budget = c->facts[JL_SECTION_BUDGET];
  if (p->record == NULL || pipeline == NULL || budget == NULL) return;
  jl_cell_source(v->b, p->record);
  jl_cell_source(v->b, pipeline);
  jl_cell_source(v->b, budget);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_PROPORTION, value, JL_MSG("amount x what the channel brought / what was spent on it: the last euro brings as much as the first"))) {
    jl_why_field(v->b, v->in, p->record, JL_REVIEW_PROPOSAL_AMOUNT);
    jl_why_field(v->b, v->in, pipeline, field);
    jl_why_field(v->b, v->in, budget, JL_REVIEW_FACT_SPEND);
  }
  jl_why_end(v->b);
}

static void cell_leads(const struct jl_review_view *v, const struct jl_review_proposal *p, const struct jl_review_channel *c) {
  struct jl_known k = {0};
  if (c != NULL) k = jl_review_qualified_for(c, p->amount);
  jl_review_cell_fraction(v, k, JL_UNIT_TENTHS);
  if (k.known) why_effect(v, p, c, jl_arg_fraction(k.value, JL_UNIT_TENTHS), JL_REVIEW_FACT_QUALIFIED);
}

/* A gain beside a loss that nobody knows would look like a gain alone: both are known, or neither is told. What gives up nothing loses nothing. */
static bool tells_revenue(const struct jl_review_view *v, const struct jl_review_proposal *p, const struct jl_review_channel *from, const struct jl_review_channel *to) {
  if (to == NULL || !jl_review_revenue_for(to, p->amount).known) return false;
  return !gives_up(v, p) || (from != NULL && jl_review_revenue_for(from, p->amount).known);
}

static void cell_revenue(const struct jl_review_view *v, const struct jl_review_proposal *p, const struct jl_review_channel *c, bool told) {
  struct jl_known k = {0};
  if (c != NULL && told) k = jl_review_revenue_for(c, p->amount);
  if (!k.known) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_money(k.value, v->currency));
  why_effect(v, p, c, jl_arg_money(k.value, v->currency), JL_REVIEW_FACT_SIGNED);
}

static void cells_effect(const struct jl_review_view *v, const struct jl_review_proposal *p) {
  bool moves = p->kind == JL_PROPOSAL_MOVE;
  const struct jl_review_channel *from = moves && gives_up(v, p) ? channel_of(v, &p->source) : NULL, *to = moves ? channel_of(v, &p->destination) : NULL;
  if (!v->all) return;
  cell_leads(v, p, to);
  cell_leads(v, p, from);
  bool told = tells_revenue(v, p, from, to);
  cell_revenue(v, p, to, told);
  cell_revenue(v, p, from, told);
}

/* ---- what became of it ---- */
static void cells_decision(const struct jl_review_view *v, const struct jl_review_proposal *p) {
  const struct jl_record *decision = jl_review_decision(v->in->space, &p->record->id), *approval = jl_view_linked(v->in, p->record, JL_REVIEW_PROPOSAL_APPROVAL);
  if (decision == NULL) {
    jl_cell_label(v->b, JL_MSG("to be decided"), "open");
    jl_cell_tone(v->b, JL_TONE_WARN);
    jl_cells_empty(v->b, 3);
  } else {
    jl_cell_by_number(v->b, v->in, decision, JL_REVIEW_DECISION_VERDICT);
    jl_cell_tone(v->b, jl_view_int(decision, JL_REVIEW_DECISION_VERDICT, 0) == JL_VERDICT_ACCEPTED ? JL_TONE_GOOD : JL_TONE_MUTED);
    jl_cell_by_number(v->b, v->in, decision, JL_REVIEW_DECISION_REASON);
    jl_cell_by_number(v->b, v->in, decision, JL_REVIEW_DECISION_NAME);
    jl_cell_by_number(v->b, v->in, decision, JL_REVIEW_DECISION_DECIDED_AT);
  }
  if (approval == NULL) {
    jl_cell_empty(v->b);
    return;
  }
  const struct jl_enum_value *state = jl_enum_by_number(jl_field_by_number(approval->type, JL_APPROVAL_STATE)->enumeration, (int32_t)jl_view_int(approval, JL_APPROVAL_STATE, 0));
  const struct jl_arg args[] = {jl_arg_text(jl_review_caption(v, approval->type->letter, approval->number, (struct jl_bytes){NULL, 0})), jl_arg_label(state == NULL ? "" : state->label)};
  jl_cell_words(v->b, JL_MSG("{1}: {2}"), args, 2);
  jl_cell_source(v->b, approval);
}

static void proposal_row(const struct jl_review_view *v, const struct jl_review_proposal *p) {
  jl_row_begin(v->b, p->record, 0, jl_review_verdict(v, p) == JL_VERDICT_REFUSED ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_review_cell_text(v, jl_review_caption(v, p->record->type->letter, p->record->number, (struct jl_bytes){NULL, 0}));
  cell_what(v, p, !v->budget);
  if (p->amount > 0 && v->budget)
    jl_cell_by_number(v->b, v->in, p->record, JL_REVIEW_PROPOSAL_AMOUNT);
  else
    jl_cell_empty(v->b);
  cells_effect(v, p);
  cells_decision(v, p);
}

/* What was withdrawn or sent back waits as well: what closing asks (follow.c). All of it is of the budget. */
static int64_t still_to_apply(const struct jl_review_view *v) {
  struct jl_review_proposal *list;
  size_t n;
  if (!v->budget) return 0;
  if (jl_review_accepted(v->in->space, v->review, &(struct jl_id){{0}}, jl_builder_arena(v->b), &list, &n)) return (int64_t)n;
  jl_builder_fail(v->b, JL_E_NO_MEMORY);
  return 0;
}

/* The one that is submitted and not decided yet; NULL: none. */
static const struct jl_record *approval_that_waits(const struct jl_review_view *v) {
  const void *next = NULL;
  const struct jl_record *approval;
  while ((approval = jl_replica_next_referring(v->in->space, &v->review->id, JL_TYPE_APPROVAL, JL_APPROVAL_REVIEW, &next)) != NULL)
    if (jl_view_int(approval, JL_APPROVAL_STATE, 0) == JL_APPROVAL_SUBMITTED) return approval;
  return NULL;
}

/* Told before anything is accepted: what moves money is applied with an approval. */
static void note_nobody_approves(const struct jl_review_view *v) {
  const struct jl_record *plan = jl_view_plan(v->in);
  bool moves = false;
  for (size_t i = 0; i < v->n; i++) moves = moves || (v->list[i].kind <= JL_PROPOSAL_DEMOTE && jl_review_verdict(v, &v->list[i]) != JL_VERDICT_REFUSED);
  if (!moves || !v->all || plan == NULL || jl_approver_letter(v->in->space, &plan->id) != NULL) return;
  struct jl_bytes name = jl_view_title(plan);
  const struct jl_arg arg = jl_arg_textn((const char *)name.data, name.size);
  jl_note(v->b, JL_TONE_WARN, JL_MSG("nobody could approve what is accepted: the plan has no accountable. Name who decides: jalon raci set \"{1}\" A=..."), &arg, 1);
}

static void note_waits(const struct jl_review_view *v, const struct jl_record *approval, const char *review) {
  const struct jl_arg args[] = {jl_arg_text(jl_review_caption(v, approval->type->letter, approval->number, (struct jl_bytes){NULL, 0})), jl_arg_text(review)};
  jl_note(v->b, JL_TONE_WARN, JL_MSG("{1} waits to be approved: jalon show {1}; {2} can be closed once it is decided"), args, 2);
}

static void note_open(const struct jl_review_view *v) {
  int64_t open = 0, waiting = still_to_apply(v);
  const struct jl_record *asked = approval_that_waits(v);
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(v->review->type, v->review->number, reference);
  for (size_t i = 0; i < v->n; i++) open += jl_review_verdict(v, &v->list[i]) == 0;
  const struct jl_arg args[] = {jl_arg_integer(open), jl_arg_integer(waiting), jl_arg_text(reference)};
  if (jl_view_int(v->review, JL_REVIEW_STATE, 0) != JL_REVIEW_OPEN) return;
  if (open > 0) jl_note(v->b, JL_TONE_WARN, JL_MSG("to be decided: {1}; jalon review accept REF, jalon review refuse REF --reason \"...\""), args, 3);
  if (waiting > 0) jl_note(v->b, JL_TONE_WARN, JL_MSG("accepted and not applied yet: {2}; jalon review apply {3}"), args, 3);
  note_nobody_approves(v);
  if (asked != NULL && jl_view_readable(v->in, asked)) note_waits(v, asked, reference);
  if (open == 0 && waiting == 0 && asked == NULL && v->every) jl_note(v->b, JL_TONE_NONE, JL_MSG("everything is decided: jalon review close {3}"), args, 3);
}

void jl_review_block_proposals(const struct jl_review_view *v) {
  jl_block_begin(v->b, JL_BLOCK_ITEMS, "proposals", v->asked ? JL_MSG("what was proposed") : JL_MSG("proposals"));
  jl_column(v->b, "proposal", JL_MSG("proposal"), JL_ARG_TEXT, 0);
  jl_column(v->b, "what", JL_MSG("what"), JL_ARG_TEXT, 0);
  jl_column(v->b, "amount", JL_MSG("amount"), JL_ARG_MONEY, 0);
  if (v->all) {
    jl_column(v->b, "won", JL_MSG("qualified leads won"), JL_ARG_FRACTION, 1);
    jl_column(v->b, "lost", JL_MSG("qualified leads lost"), JL_ARG_FRACTION, 1);
    jl_column(v->b, "revenue_won", JL_MSG("revenue won"), JL_ARG_MONEY, 3);
    jl_column(v->b, "revenue_lost", JL_MSG("revenue lost"), JL_ARG_MONEY, 3);
  }
  jl_column(v->b, "decision", JL_MSG("decision"), JL_ARG_LABEL, 0);
  jl_column(v->b, "reason", JL_MSG("reason"), JL_ARG_TEXT, 2);
  jl_column(v->b, "by", JL_MSG("decided by"), JL_ARG_TEXT, 4);
  jl_column(v->b, "on", JL_MSG("decided on"), JL_ARG_TIME, 5);
  jl_column(v->b, "approval", JL_MSG("approval"), JL_ARG_TEXT, 4);
  for (size_t i = 0; i < v->n; i++) proposal_row(v, &v->list[i]);
  if (v->asked) return;
  if (v->n == 0 && v->every) jl_note(v->b, JL_TONE_NONE, JL_MSG("nothing is proposed"), NULL, 0);
  if (!v->every) jl_note(v->b, JL_TONE_WARN, JL_MSG("what is proposed in sections that you may not read is not shown: whether everything is decided, who may read them sees"), NULL, 0);
  note_open(v);
}

/* ---- why, line by line ---- */
static void note_cost(const struct jl_review_view *v, const char *reference, const struct jl_review_channel *c, const char *told, const char *without) {
  int64_t cost;
  if (c == NULL || !c->spend.known || !c->qualified.known) return;
  bool any = jl_cost_per(c->spend.value, c->qualified.value, &cost);
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_text(jl_review_channel_caption(v, c)), jl_arg_money(any ? cost : 0, v->currency), jl_arg_money(c->spend.value, v->currency),
                                jl_arg_integer(c->qualified.value)};
  jl_note(v->b, JL_TONE_NONE, any ? told : without, args, 5);
}

/* A channel that is not judged is not in the mean; of one that is the only one the mean says nothing more. */
static void note_mean(const struct jl_review_view *v, const char *reference, const struct jl_review_channel *c) {
  const struct jl_review_mean *mean = &v->facts.mean;
  bool within = c != NULL && jl_review_judged(&v->facts, c);
  int64_t cost;
  if ((within && mean->channels == 1) || !jl_cost_per(mean->spend, mean->qualified, &cost)) return;
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_money(cost, v->currency), jl_arg_integer((int64_t)mean->channels), jl_arg_money(mean->spend, v->currency), jl_arg_integer(mean->qualified)};
  jl_note(v->b, JL_TONE_MUTED,
          within                ? JL_MSG("{1}: on average of {3} judged channels, this one among them, one costs {2} ({4} / {5})")
          : mean->channels == 1 ? JL_MSG("{1}: in the only channel that is judged, another one, it costs {2} ({4} / {5})")
                                : JL_MSG("{1}: on average of the {3} other channels, which are judged, one costs {2} ({4} / {5})"),
          args, 5);
}

static void note_benchmark(const struct jl_review_view *v, const char *reference, const struct jl_review_channel *c) {
  const struct jl_record *fact = c == NULL ? NULL : c->facts[JL_SECTION_STRATEGY];
  int64_t rate;
  if (fact == NULL || !c->benchmark.known || !c->leads.known || !c->qualified.known || !jl_conversion(c->leads.value, c->qualified.value, &rate)) return;
  struct jl_bytes source = jl_record_text(fact->type, fact->body, JL_REVIEW_FACT_BENCHMARK_SOURCE);
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_fraction(rate, "percent"), jl_arg_fraction(c->benchmark.value, "percent"), jl_arg_textn((const char *)source.data, source.size)};
  jl_note(v->b, JL_TONE_NONE, JL_MSG("{1}: {2} of its leads become qualified, {3} elsewhere (benchmark: {4})"), args, 4);
}

static void note_limits(const struct jl_review_view *v, const struct jl_review_proposal *p, const char *reference) {
  bool by_hand = jl_view_int(p->record, JL_REVIEW_PROPOSAL_BY_HAND, 0) != 0;
  for (int64_t bit = 1; bit <= JL_LIMIT_PEOPLE; bit <<= 1) {
    const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_label(jl_review_limit_label(bit)), jl_arg_share(v->facts.terms.step)};
    const char *message = by_hand                 ? JL_MSG("{1}: goes beyond a limit: {2}")
                          : bit == JL_LIMIT_STEP ? JL_MSG("{1}: not more at a time: at most {3} of what a line plans leaves or reaches it")
                                                  : JL_MSG("{1}: not more, because of a limit: {2}");
    if (p->held_by & bit) jl_note(v->b, by_hand ? JL_TONE_WARN : JL_TONE_MUTED, message, args, 3);
  }
}

static void note_by_hand(const struct jl_review_view *v, const struct jl_review_proposal *p, const char *reference) {
  struct jl_bytes why = jl_record_text(p->record->type, p->record->body, JL_REVIEW_PROPOSAL_WHY);
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_textn((const char *)why.data, why.size)};
  if (why.size > 0) jl_note(v->b, JL_TONE_NONE, JL_MSG("{1}: {2}"), args, 2);
}

/* Where the columns of the revenue are empty. */
static void note_revenue(const struct jl_review_view *v, const struct jl_review_proposal *p, const char *reference, const struct jl_review_channel *from, const struct jl_review_channel *to) {
  if (to == NULL || (gives_up(v, p) && from == NULL) || tells_revenue(v, p, from, to)) return;
  bool lost = !gives_up(v, p) || jl_review_revenue_for(from, p->amount).known, won = jl_review_revenue_for(to, p->amount).known;
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_text(jl_review_channel_caption(v, lost ? to : from)), jl_arg_integer(JL_ENOUGH_CUSTOMERS),
                                jl_arg_text(jl_review_channel_caption(v, to))};
  jl_note(v->b, JL_TONE_MUTED,
          !lost && !won && from != to ? JL_MSG("{1}: what revenue it wins and loses cannot be told: {2} and {4} have less than {3} customers each with what they signed")
                                      : JL_MSG("{1}: what revenue it wins and loses cannot be told: {2} has less than {3} customers with what they signed"),
          args, 4);
}

static void note_move(const struct jl_review_view *v, const struct jl_review_proposal *p, const char *reference) {
  const struct jl_review_channel *from = channel_of(v, &p->source), *to = channel_of(v, &p->destination);
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_text(jl_review_line_caption(v, &p->source))};
  if (!gives_up(v, p))
    jl_note(v->b, JL_TONE_NONE, JL_MSG("{1}: the work of {2} is finished, or its channel is paused: nothing is lost"), args, 2);
  else
    note_cost(v, reference, from, JL_MSG("{1}: a qualified lead of {2} costs {3} ({4} / {5})"), JL_MSG("{1}: {2} brought no qualified lead for {4}"));
  note_cost(v, reference, to, JL_MSG("{1}: a qualified lead of {2} costs {3} ({4} / {5})"), JL_MSG("{1}: {2} brought no qualified lead for {4}"));
  note_revenue(v, p, reference, from, to);
}

static void note_evidence(const struct jl_review_view *v, const struct jl_review_proposal *p, const char *reference) {
  const struct jl_review_line *l = jl_review_line(&v->facts, &p->source);
  const struct jl_record *kpi = l == NULL || jl_id_is_zero(&l->evidence) ? NULL : jl_replica_record(v->in->space, &l->evidence);
  if (kpi == NULL || p->kind != JL_PROPOSAL_PROMOTE || !jl_view_readable(v->in, kpi)) return;
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_text(jl_review_caption(v, kpi->type->letter, kpi->number, (struct jl_bytes){NULL, 0}))};
  jl_note(v->b, JL_TONE_NONE, JL_MSG("{1}: {2} is measured and on target, which proves it"), args, 2);
}

static void note_point(const struct jl_review_view *v, const struct jl_review_proposal *p, const char *reference) {
  const struct jl_review_point *point = point_of(v, &p->source);
  if (point == NULL || point->fact == NULL || point->told == NULL) return;
  const char *unit = jl_view_text(v->b, jl_record_text(point->fact->type, point->fact->body, JL_REVIEW_FACT_UNIT));
  const struct jl_enum_value *comparator =
      jl_enum_by_number(jl_field_by_number(point->fact->type, JL_REVIEW_FACT_COMPARATOR)->enumeration, (int32_t)jl_view_int(point->told, JL_REVIEW_FACT_COMPARATOR, 0));
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_fraction(jl_view_int(point->fact, JL_REVIEW_FACT_VALUE, 0), unit),
                                jl_arg_fraction(jl_view_int(point->told, JL_REVIEW_FACT_TARGET, 0), unit), jl_arg_label(comparator == NULL ? "" : comparator->label)};
  jl_note(v->b, JL_TONE_NONE, JL_MSG("{1}: it is at {2}, the target is {4} {3}"), args, 4);
}

void jl_review_block_reasons(const struct jl_review_view *v) {
  jl_block_begin(v->b, JL_BLOCK_NOTES, "reasons", JL_MSG("why"));
  for (size_t i = 0; i < v->n; i++) {
    const struct jl_review_proposal *p = &v->list[i];
    const char *reference = jl_review_caption(v, p->record->type->letter, p->record->number, (struct jl_bytes){NULL, 0});
    const struct jl_review_channel *c = p->kind == JL_PROPOSAL_PROMOTE || p->kind == JL_PROPOSAL_DEMOTE ? channel_of(v, &p->source) : jl_review_channel(&v->facts, &p->source);
    note_by_hand(v, p, reference);
    note_point(v, p, reference);
    if (v->all && p->kind == JL_PROPOSAL_MOVE) note_move(v, p, reference);
    if (v->all && p->kind >= JL_PROPOSAL_PROMOTE && p->kind <= JL_PROPOSAL_OPTIMISE) {
      note_cost(v, reference, c, JL_MSG("{1}: a qualified lead of {2} costs {3} ({4} / {5})"), JL_MSG("{1}: {2} brought no qualified lead for {4}"));
      note_mean(v, reference, c);
      if (p->kind == JL_PROPOSAL_OPTIMISE) note_benchmark(v, reference, c);
      note_evidence(v, p, reference);
    }
    if (v->budget) note_limits(v, p, reference);
  }
}

/* ---- the same again ---- */
static bool same(const struct jl_review_proposal *a, const struct jl_review_proposal *b) {
  return a->key == b->key && a->section == b->section && a->kind == b->kind && a->amount == b->amount && a->held_by == b->held_by && a->before == b->before && a->after == b->after &&
         jl_id_equal(&a->source, &b->source) && jl_id_equal(&a->destination, &b->destination);
}

static void difference_row(const struct jl_review_view *v, const struct jl_review_proposal *kept, const struct jl_review_proposal *again) {
  jl_row_begin(v->b, kept == NULL ? NULL : kept->record, 0, JL_ROW_NORMAL);
  jl_cell(v->b, jl_arg_integer(kept != NULL ? kept->key : again->key));
  if (kept != NULL)
    cell_what(v, kept, true);
  else
    jl_cell_empty(v->b);
  if (again != NULL)
    cell_what(v, again, true);
  else
    jl_cell_empty(v->b);
}

static void compare(const struct jl_review_view *v, const struct jl_review_proposal *again, size_t n) {
  size_t at = 0, worked_out = 0, differences = 0;
  for (size_t i = 0; i < v->n; i++) {
    const struct jl_review_proposal *kept = &v->list[i], *other = at < n ? &again[at] : NULL;
    if (jl_view_int(kept->record, JL_REVIEW_PROPOSAL_BY_HAND, 0) != 0) continue;
    worked_out++;
    if (other != NULL) at++;
    if (other != NULL && same(kept, other)) continue;
    differences++;
    difference_row(v, kept, other);
  }
  for (; at < n; at++, differences++) difference_row(v, NULL, &again[at]);
  const struct jl_arg args[] = {jl_arg_integer((int64_t)worked_out), jl_arg_integer((int64_t)differences), jl_arg_integer(v->facts.terms.algorithm)};
  jl_note(v->b, differences == 0 ? JL_TONE_GOOD : JL_TONE_BAD,
          differences == 0 ? JL_MSG("worked out again from its facts with version {3} of the arithmetic: the same proposals: {1}") : JL_MSG("worked out again from its facts with version {3} of the arithmetic; what differs: {2}"), args, 3);
}

bool jl_review_block_replay(const struct jl_review_view *v, struct jl_error *err) {
  struct jl_review_proposal *again;
  size_t n;
  const struct jl_arg version[] = {jl_arg_integer(v->facts.terms.algorithm), jl_arg_integer(JL_ARITHMETIC_VERSION)};
  jl_block_begin(v->b, JL_BLOCK_TABLE, "replay", JL_MSG("worked out again"));
  jl_column(v->b, "key", JL_MSG("number"), JL_ARG_INTEGER, 0);
  jl_column(v->b, "kept", JL_MSG("kept"), JL_ARG_TEXT, 0);
  jl_column(v->b, "again", JL_MSG("again"), JL_ARG_TEXT, 0);
  if (!v->all) {
    jl_note(v->b, JL_TONE_WARN, JL_MSG("it cannot be worked out again by who may not read all of its facts"), NULL, 0);
    return true;
  }
  if (!jl_review_knows(v->facts.terms.algorithm)) {
    jl_note(v->b, JL_TONE_WARN, JL_MSG("it was worked out with version {1} of the arithmetic; this program knows version {2}"), version, 2);
    return true;
  }
  if (!jl_review_propose(&v->facts, jl_builder_arena(v->b), &again, &n)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  compare(v, again, n);
  return true;
}
