/* What an audit makes of the facts of a period (product.md M6, P11; seed 000 step 1b, seed 001 step 3): what cost much and brought little, where there
 * are too few cases to judge by, whether the lever was wrong or its execution, and what to do: keep, improve, stop, start. Every rule is one that the
 * view says in words beside what comes of it; thresholds are whoever asks's to set. */
#ifndef JL_MODEL_MEASURES_JUDGEMENT_H
#define JL_MODEL_MEASURES_JUDGEMENT_H
#include "common/model/measures/facts.h"

struct jl_judging {
  int64_t much;   /* basis points: from so much of the spend on it cost much */
  int64_t little; /* basis points: less than this part of its share of the spend, in qualified leads and in signed revenue, is little */
  int64_t enough; /* qualified leads: fewer are too few, unless its spend would have brought as many at the average cost */
  int32_t end;    /* the last day that counts: of the period, but not after today */
  bool compares;  /* spend with what was planned: the period is over, and one of the plan */
};
#define JL_MUCH 1000
#define JL_LITTLE 5000
#define JL_ENOUGH 30        /* as for the rates of a funnel */
#define JL_UNDERSPENT 5000  /* basis points of what was planned: less was spent than that */
#define JL_OVERSPENT 12000

/* Parts of the plan's totals, in millionths; of what nobody has told, or is 0 in all, there is none. */
struct jl_shares {
  bool has_spend, has_leads, has_signed;
  bool unknown; /* the spend, or that of all, is not known: it has no share */
  int64_t spend, leads, signed_;
};
struct jl_shares jl_shares_of(const struct jl_facts *f, const struct jl_facts_row *row);

/* What was visible of how a lever or a campaign was carried out. */
struct jl_execution {
  size_t actions, late, dropped, kpis;
  bool tracked, untracked;    /* something tells its results from those of others, or nothing does; neither: nobody has said */
  bool underspent, overspent; /* against what was planned */
  bool flawed;                /* any of these */
};
/* How many others get on: of its channel, from qualified leads to customers. */
struct jl_others {
  bool known;
  int64_t rate;
  const char *source;
  bool source_is_message;
  const struct jl_record *record; /* NULL: the program brings it along */
};
enum jl_proposal { JL_PROPOSE_NOTHING, JL_PROPOSE_KEEP, JL_PROPOSE_IMPROVE, JL_PROPOSE_STOP, JL_PROPOSE_START, JL_PROPOSE_WAIT, JL_PROPOSE_UNKNOWN /* it would rest on an amount without an exchange rate */ };
enum jl_gap { JL_GAP_NONE, JL_GAP_NO_FIGURE /* spend, and nobody told what it brought */, JL_GAP_NO_SPEND /* results, and no invoice */ };
struct jl_judged {
  const struct jl_facts_row *now, *before; /* before NULL: none was asked for */
  struct jl_shares shares;
  enum jl_gap gap;
  bool thin, has_expected;
  int64_t leads, expected; /* qualified leads that came, and that its spend would have brought at the average cost */
  bool costly;
  struct jl_execution execution;
  struct jl_others others;
  enum jl_proposal proposal;
  int64_t cause;      /* VerdictCause of proto/strategy.proto; 0: does not matter */
  const struct jl_facts *unrated; /* of JL_PROPOSE_UNKNOWN: whose money has no exchange rate */
  const char *reason, *rule; /* the rule that the proposal follows: message id, and as files have it */
};
bool jl_lever_is_of_channel(struct jl_builder *b, const struct jl_record *lever, const char *channel); /* by its channel or its name; SEA is one of the paid campaigns */
/* Of a lever or a campaign. */
struct jl_judged jl_judge(const struct jl_facts *now, const struct jl_facts *before, size_t row, const struct jl_judging *by);
const char *jl_proposal_label(enum jl_proposal proposal); /* message id */
const char *jl_proposal_text(enum jl_proposal proposal);  /* in files */
#endif
