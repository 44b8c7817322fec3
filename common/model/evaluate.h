/* merge -> rules: what one group does to a space, as a pure function. The server's writer runs it against its running-ahead
 * replica; tests and simulation run it anywhere. */
#ifndef JL_MODEL_EVALUATE_H
#define JL_MODEL_EVALUATE_H
#include "common/model/replica.h"

struct jl_author { struct jl_id person; uint32_t may_edit; /* bit mask 1 << section */ bool administrator; uint32_t may_read; /* same, besides may_edit: other records are as if they were not there */
                   uint32_t allowed; /* same: what the login lets through, whatever the rights; for what a letter of RACI gives, and one's own leave */
                   bool by_system; /* the server itself, whose days fire automations */ };
/* Long texts that two people changed. The evaluation asks for a merge and does none itself: it takes a while. */
enum jl_text_result { JL_TEXT_UNKNOWN /* not worked out yet */, JL_TEXT_MERGED, JL_TEXT_OVERLAPS };
struct jl_text_merge { struct jl_bytes base, theirs, mine; };
#define JL_TEXT_MERGES_MAX 64 /* wanted of one evaluation; with more it wants the rest the next time */

/* What a record was before others changed it: per field that differs, its value then, and who changed it last. */
struct jl_unseen { uint32_t field; struct jl_bytes before; struct jl_id person; int64_t time_us; uint64_t revision; };

struct jl_trial;
struct jl_run;
struct jl_evaluation {               /* in */
  const struct jl_replica *space;    /* running ahead: includes the batch's earlier groups */
  const struct jl_replica *organisation; /* NULL: not at hand, references into it are not checked */
  const struct jl_replica *names;        /* who may be named to the author, and by him; NULL: whoever is in the organisation */
  struct jl_author author;
  int64_t time_us;                   /* display time, never before the space's last */
  bool foresees;                     /* a copy, that foresees what the server will decide: it says nothing of whom it does not know */
  int32_t today;                     /* the plan's day of that time, for leaves: rules know no clock */
  /* Author and time of a revision for conflict texts; may be NULL. false: not known any more. */
  bool (*who_changed)(void *context, const struct jl_record *record, uint32_t field, struct jl_id *ret_person, int64_t *ret_time_us, uint64_t *ret_revision);
  /* The fields of a record that were changed after revision `since`, in the arena, each once; for conflict texts, and to tell changes
   * that are none (a value that is back, another place in a list). false: not known any more, or it was made or deleted after that.
   * NULL: never known. */
  bool (*changed_since)(void *context, const struct jl_record *record, uint64_t since, struct jl_arena *a, struct jl_unseen **ret_unseen, size_t *ret_count);
  void *context;
  /* Number of a record that the group creates: a client's overlay gives provisional ones, the same ones each time. NULL or 0: the next
   * free one of its type. */
  uint64_t (*number_of)(void *context, uint32_t type, const struct jl_id *record);
  const struct jl_trial *trial;      /* NULL: a group that is to stay */
  /* What is known of a merge; *ret_text must stay until the outcome is used. NULL: texts that two people changed are conflicts. */
  enum jl_text_result (*merge_text)(void *context, const struct jl_text_merge *texts, struct jl_bytes *ret_text);
};
/* A dry run of an automation: what it would do to a record now, whatever sets it off. */
struct jl_trial { struct jl_id automation, record; };
/* One touched record, as the store writes it. */
struct jl_touched { struct jl_record *before; /* NULL: new */ struct jl_record *after; const uint32_t *fields; size_t field_count; /* changed */ struct jl_id instead_of; /* whom its author stood in for; zero: nobody */ };
struct jl_outcome {                  /* in the arena; records carry one reference each that the caller releases */
  struct jl_change *changes; uint32_t *sections; size_t change_count; /* one per section touched, ascending */
  struct jl_bytes import_name; uint64_t takes_back; /* as the group said: the name of its import; the revision that it undoes or redoes */
  struct jl_touched *touched; size_t touched_count;
  Jalon__Given *given; size_t given_count;
  bool merged;    /* of a group that erases: there is more */
  bool erases; struct jl_id erased; /* personal values of this person, in the log before it too */
  bool of_erased; /* refused: it is about a record whose personal values were erased, and nothing of what was typed is to be kept */
  bool unsure;                       /* in a copy that lacks a section: whether RACI lets the author do it hangs on what is not in it */
  Jalon__Conflict *conflicts; size_t conflict_count; /* when refused with FIELD_CONFLICT, RECORD_DELETED ... */
  /* Not decided (the evaluation returned false with UNAVAILABLE): these must be merged first, then evaluate again. In the
   * group and the arena. */
  struct jl_text_merge *merges; size_t merge_count;
};
/* The group has passed jl_group_check. While this runs the edits stand in `space` itself (no copy is made), so nobody else may look at it.
 * Evaluates the group at revision where(space).revision + 1. On success the outcome holds everything to commit; nothing is
 * changed in `space` (the caller applies outcome->changes to it). On refusal: false, err, and conflicts. */
JL_MUST_CHECK bool jl_group_evaluate(const struct jl_evaluation *in, const Jalon__Group *group, struct jl_arena *a, struct jl_outcome *ret_outcome, struct jl_error *err);
/* Shape of a group before it is queued: ids, limits, slices canonical, verbs known. No state needed. */
JL_MUST_CHECK bool jl_group_check(const Jalon__Group *group, struct jl_error *err);

/* Rules: one table per domain folder, found through common/model/rules.c. A rule looks at the state with the group's edits
 * applied, and only at what the group touched. */
struct jl_rule_input { const struct jl_replica *after; const struct jl_replica *organisation; const struct jl_touched *touched; /* ->before: NULL when new */
                       struct jl_arena *arena; const struct jl_evaluation *evaluation;
                       struct jl_line_sums *sums; /* what rules worked out for others of the group: budget/line_sums.h; NULL: nothing is kept */
                       const struct jl_run *run; /* the group as it is evaluated (evaluation.h); NULL: the touched record alone is looked at */ };
#define JL_RULE_ANY_TYPE 0
struct jl_rule { const char *name; uint32_t type; bool (*holds)(const struct jl_rule_input *in, struct jl_error *err); };
struct jl_rules { const struct jl_rule *rules; size_t count; };
bool jl_rules_hold(const struct jl_rule_input *in, struct jl_error *err); /* all of the touched record's type */
extern const struct jl_rules jl_strategy_rules;
extern const struct jl_rules jl_actions_rules;
extern const struct jl_rules jl_governance_rules;
extern const struct jl_rules jl_approval_rules;
extern const struct jl_rules jl_agreement_rules;
extern const struct jl_rules jl_budget_rules;
extern const struct jl_rules jl_money_rules;
extern const struct jl_rules jl_closing_rules;
extern const struct jl_rules jl_kept_rules;
extern const struct jl_rules jl_document_rules;
extern const struct jl_rules jl_currency_rules;
extern const struct jl_rules jl_bucket_rules;
extern const struct jl_rules jl_measures_rules;
extern const struct jl_rules jl_calendar_rules;
extern const struct jl_rules jl_rhythm_rules;
extern const struct jl_rules jl_automation_rules;
extern const struct jl_rules jl_saved_rules;

/* Finds the one record that people mean: "A12" (also "a12"), UUID or its prefix of at least 4 hex digits, the title or its
 * unambiguous prefix (folded: case and accents do not matter). NOT_FOUND (with the nearest title as hint) or AMBIGUOUS (naming up to 3). */
JL_MUST_CHECK bool jl_resolve(const struct jl_replica *r, const char *text, const uint32_t *types, size_t type_count, bool deleted, struct jl_arena *a,
                              const struct jl_record **ret_record, struct jl_error *err);
/* The same for one of several questions, whose titles are looked at once. */
struct jl_titles;
JL_MUST_CHECK bool jl_resolve_among(struct jl_titles *titles, const char *text, const uint32_t *types, size_t type_count, bool deleted, struct jl_arena *a,
                                    const struct jl_record **ret_record, struct jl_error *err);
#endif
