/* What rules share: names for messages and questions about the touched record. */
#ifndef JL_MODEL_RULES_H
#define JL_MODEL_RULES_H
#include "common/model/evaluate.h"

struct jl_arg jl_arg_record(const struct jl_record *record); /* "A12 title"; "A" for one without number and title */
struct jl_arg jl_arg_holder(const struct jl_replica *organisation,
                            const struct jl_id *id); /* name of a person, role or team; "" when not known */
const struct jl_replica *jl_names_for(const struct jl_evaluation *in); /* the organisation as the author may be told of it */

/* Who made the last change of a record's field (0: of the record): "" when that is the author, or not known. */
struct jl_arg jl_arg_first_author(const struct jl_evaluation *in, const struct jl_record *record, uint32_t field);

/* A create meets the live record of the same natural key, maybe with other content: false with an error when that breaks a rule. */
bool jl_rule_same_key(const struct jl_evaluation *in, const struct jl_record *current, struct jl_bytes wanted, struct jl_error *err);
bool jl_rule_keeps_parents(const struct jl_record *record); /* what it lies below cannot be deleted */
/* Their parts by domain. */
bool jl_closing_same_key(const struct jl_evaluation *in, const struct jl_record *current, struct jl_error *err);
bool jl_raci_same_key(const struct jl_evaluation *in, const struct jl_record *current, struct jl_bytes wanted, struct jl_error *err);
bool jl_expense_is_actual(const struct jl_record *record);

bool jl_rule_alive(const struct jl_rule_input *in);                   /* the touched record is live now */
bool jl_rule_came(const struct jl_rule_input *in);                    /* it is new or restored */
bool jl_rule_changed(const struct jl_rule_input *in, uint32_t field); /* value of the field differs, or the record came */
int64_t jl_rule_int(const struct jl_rule_input *in, uint32_t field, int64_t otherwise);
bool jl_rule_has(const struct jl_rule_input *in, uint32_t field);
/* Fails with RULE_VIOLATION at the touched record. */
bool jl_rule_broken(const struct jl_rule_input *in, uint32_t field, struct jl_error *err);
#define jl_break(in, field, err, message, hint, ...)                                                                                       \
  (jl_fail((err), JL_E_RULE_VIOLATION, message, hint, ##__VA_ARGS__), jl_rule_broken((in), (field), (err)))
#endif
