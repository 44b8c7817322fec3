/* Reviews (product.md M7; seed 000 "Réajustez chaque trimestre", seed 003 "chaque semaine, des arbitrages"): what was known is frozen with the start,
 * proposals follow from that and from nothing else, and each is accepted or refused.
 *
 *     start      the server reads the plan and keeps what it says as facts, a record for each thing and section (freeze.c)
 *     propose    facts -> proposals: pure, integers only, of a numbered version, so that a review comes out the same in ten years (propose.c)
 *     decide     one decision for each proposal (follow.c)
 *     apply      what is accepted becomes one approval, which moves all of it or nothing (governance/approvals.h)
 *     close      when everything is decided
 *
 * Nothing here looks at the plan once the facts are made: an edit of the plan, a renamed lever, a late invoice or another day change nothing of it.
 *
 * The arithmetic, version 3. A channel is judged when money was spent on it and it brought enough qualified leads (minimum_data); what one cost there
 * is spend / qualified leads of it, the mean is that of all judged channels together.
 *
 * - Stop: a judged channel where a qualified lead costs three times the mean or more; or one that is not judged although its money would have
 *   brought twice the data that is enough at the mean cost.
 * - Optimise: another judged one that costs `gap` more than the mean or more; or one where fewer leads become qualified than two thirds of what a
 *   benchmark says.
 * - Money leaves: lines whose work is finished, and lines of channels that are paused; then lines of channels, the dearest first. It reaches lines of
 *   judged channels, the cheapest first, where a qualified lead costs less by `gap`, where both have customers enough (JL_ENOUGH_CUSTOMERS) only when each
 *   euro brings more there, and where nobody who is responsible is overloaded. However few the customers: never where a euro signed less than where it
 *   leaves, as far as both were told, and never where nothing was signed while others signed (version 1 looked at neither).
 * - How much: what can leave the line, but not more than `step` of what it plans, unless its channel is to be stopped or its work is finished; what the
 *   other may get, `step` of what it plans and up to its maximum; what keeps every bucket within the rule and its tolerance, or no further from it
 *   than it is; what sales can treat; whole tens of the currency, downwards.
 * - A bucket up: a line of a channel that costs the mean or less, with a KPI that proves it (since version 2: and that does not sign nothing while others sign); down: one that costs `gap` more or more. Both only as
 *   far as the rule allows.
 * - Start: when less is planned for what is new than the rule and its tolerance ask for.
 * - Weekly besides: what is blocked, what is late, which KPI is off target.
 *
 * - What has no exchange rate (since version 3; the facts of versions before took the rest for the whole): a channel of which an invoice has none is
 *   not judged; money neither leaves nor reaches a line of which something has none; where something that is planned has none nobody knows a share of
 *   the whole, so nothing moves between buckets, no line changes its bucket, and nothing is said to be missing in one.
 *
 * Who may read what: each fact stands in the section that it is of, so that a line, a campaign or a KPI is put together from as many facts as the reader
 * may read; the name of a thing is in its own section alone, and a KPI that rests on two sections proves nothing here. Proposals about money are of the
 * budget, with their kind and their amount and without any figure of the pipeline: who decides on the budget has to see what is proposed for it, and
 * learns from it which channel is dear, as from any decision. What they rest on is shown to who may read all of it (review_view.c). */
#ifndef JL_MODEL_REVIEW_REVIEW_H
#define JL_MODEL_REVIEW_REVIEW_H
#include "common/model/budget/amounts.h"
#include "common/model/budget/earned.h"
#include "common/model/replica.h"

#define JL_ARITHMETIC_VERSION 3 /* of the reviews that are started; those of earlier versions come out as they did */
#define JL_ENOUGH_QUALIFIED 30 /* qualified leads, as JL_ENOUGH_LEADS */
#define JL_STEP_DEFAULT 2500       /* basis points */
#define JL_GAP_DEFAULT 5000
#define JL_ENOUGH_CUSTOMERS 5     /* customers of a channel from which on what they signed says something */
#define JL_REVIEW_LINES 400       /* of a review, those that plan most; smaller ones are one line for each bucket */
#define JL_REVIEW_CAMPAIGNS 200   /* of a review, in each section: those that cost, or brought, most */
#define JL_REVIEW_WEEKS 4         /* that the results of a weekly arbitration are of */

enum jl_review_limit { /* bits of ReviewProposal.held_by: what made the amount as small as it is, or what one by hand goes beyond */
  JL_LIMIT_MOVABLE = 1,      /* no more can leave: ordered, spent, minimum, closed months */
  JL_LIMIT_STEP = 2,         /* no more than a step at a time */
  JL_LIMIT_MAXIMUM = 4,      /* the maximum of the line that gets it */
  JL_LIMIT_SHARES = 8,       /* 70/20/10 */
  JL_LIMIT_SALES = 16,       /* sales cannot treat more */
  JL_LIMIT_PEOPLE = 32       /* who is responsible is overloaded */
};

/* Amounts in a currency that had no exchange rate: what they belong to was not known. */
struct jl_review_unrated {
  int64_t count; /* 0: none */
  char currency[4];
  int32_t since; /* the earliest day whose rate is missing */
};
struct jl_review_channel {
  struct jl_id id;
  uint64_t number;
  struct jl_bytes name;
  const struct jl_record *facts[JL_SECTIONS]; /* of each section; NULL: hidden, or there is nothing */
  struct jl_known spend, leads, qualified, opportunities, customers, potential, signed_revenue, benchmark;
  struct jl_review_unrated unrated; /* then spend is not known */
  int64_t overloaded;
  bool paused, stops /* by jl_review_judge */;
};
struct jl_review_line {
  struct jl_id id, lever, evidence; /* zero: none */
  int64_t evidence_of;              /* the section that tells of it, the lowest one first */
  uint64_t number;
  struct jl_bytes name;
  const struct jl_record *fact;
  struct jl_review_unrated unrated;
  unsigned unknown; /* JL_UNKNOWN of the amounts that were not known: they are 0 here */
  int64_t planned, committed, actual, movable, bucket;
  struct jl_known maximum;
  bool finished, fixed;
  int32_t first_month, last_month; /* 0: not planned by month */
  size_t channel;                  /* SIZE_MAX: of none that is known */
};
struct jl_review_point { /* what a weekly arbitration is besides about */
  struct jl_id id;
  uint64_t number;
  struct jl_bytes name;
  const struct jl_record *fact, *told; /* told: the name and the target of a KPI, which are of the strategy; NULL: hidden */
  int64_t section, status;
  int32_t due;
  bool kpi, on_target;
};
struct jl_review_terms {
  int64_t kind, rule[4] /* by number of bucket */, tolerance, minimum_data, step, gap, algorithm;
  int32_t first, last, since, frozen_on;
  char currency[4];
};
struct jl_review_mean {
  int64_t spend, qualified; /* of the judged channels */
  size_t channels;
};
struct jl_review_facts {
  struct jl_review_terms terms;
  struct jl_review_channel *channels, *campaigns; /* by number */
  struct jl_review_line *lines;
  struct jl_review_point *points;
  size_t channel_count, campaign_count, line_count, point_count;
  bool is_whole; /* what every line plans is known */
  struct jl_known capacity; /* qualified leads that sales can treat in as many days */
  const struct jl_record *sales;
  struct jl_review_mean mean; /* by jl_review_judge */
};
extern const uint32_t jl_review_amounts[]; /* by kind of money: the field of a fact */
void jl_review_judge(struct jl_review_facts *io); /* of facts that were put together by hand; jl_review_read does it itself */
/* From the records of a review; sections: those that may be read. false: no memory in the arena. */
JL_MUST_CHECK bool jl_review_read(const struct jl_replica *r, const struct jl_record *review, uint32_t sections, struct jl_arena *a, struct jl_review_facts *ret);

struct jl_review_proposal {
  int64_t key, section, kind, amount, held_by, before, after;
  struct jl_id source, destination;
  const struct jl_record *record; /* of one that is kept; NULL: worked out here */
};
#define JL_REVIEW_PROPOSALS 200 /* of one review that are worked out, the first ones in their order */
bool jl_review_knows(int64_t algorithm); /* this version of the arithmetic, or an earlier one */
/* false: no memory. *ret belongs to the arena. Nothing where the version of the arithmetic is a newer one. */
JL_MUST_CHECK bool jl_review_propose(const struct jl_review_facts *facts, struct jl_arena *a, struct jl_review_proposal **ret, size_t *ret_n);
/* The proposals of a review that are kept, by key. */
JL_MUST_CHECK bool jl_review_kept(const struct jl_replica *r, const struct jl_record *review, uint32_t sections, struct jl_arena *a,
                                  struct jl_review_proposal **ret, size_t *ret_n);

/* ---- what both of them and the views ask ---- */
struct jl_review_channel *jl_review_channel(const struct jl_review_facts *f, const struct jl_id *id); /* NULL: none */
struct jl_review_line *jl_review_line(const struct jl_review_facts *f, const struct jl_id *id);
bool jl_review_judged(const struct jl_review_facts *f, const struct jl_review_channel *c);
/* It has data enough, was told to have signed nothing, and another one signed something. */
bool jl_review_signs_nothing(const struct jl_review_facts *f, const struct jl_review_channel *c);
/* a - b of what a qualified lead costs: its sign. Both have spend and qualified leads; none of the latter: infinite. */
int jl_review_dearer(const struct jl_review_channel *a, const struct jl_review_channel *b);
/* What `amount` brings, or would have brought, in this channel, in proportion to what its money brought: millionths of qualified leads, minor units of
 * signed revenue (when it has customers enough). */
struct jl_known jl_review_qualified_for(const struct jl_review_channel *c, int64_t amount);
struct jl_known jl_review_revenue_for(const struct jl_review_channel *c, int64_t amount);
int64_t jl_review_planned(const struct jl_review_facts *f, int64_t bucket); /* in all lines of it; -1: of all */

/* Which limits a move that somebody proposes goes beyond, as if it were the only one (bits), and how much can leave the line at all. Without
 * memory: false. */
JL_MUST_CHECK bool jl_review_beyond(const struct jl_review_facts *f, const struct jl_review_proposal *move, struct jl_arena *a, int64_t *ret_most, int64_t *ret_bits);
#define JL_LIMITS_OF_PLAN (JL_LIMIT_MAXIMUM | JL_LIMIT_SHARES | JL_LIMIT_SALES) /* refuse where the plan's control does; the others advise */
/* The same of all of these together, in whatever order: how the budget stands afterwards. */
struct jl_review_after {
  int64_t beyond;     /* bits */
  size_t line;        /* the first one that gives or gets too much; SIZE_MAX: none */
  int64_t bucket;     /* the first one outside the rule, and further than before; 0: none */
  int64_t planned[4]; /* in each bucket */
};
JL_MUST_CHECK bool jl_review_all_beyond(const struct jl_review_facts *f, const struct jl_review_proposal *moves, size_t n, struct jl_arena *a, struct jl_review_after *ret);
int64_t jl_review_unit(const struct jl_review_terms *terms); /* amounts are whole ones: ten of the currency */
#endif
