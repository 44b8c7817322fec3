/* What people agree on: answers to requests for advice, signatures under definitions, findings that they live with. */
#include "common/model/findings/findings.h"
#include "common/model/governance/definition.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

static bool answer_same_target(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *comment = in->touched->after;
  struct jl_id advice, here, there;
  if (!jl_rule_came(in) || !jl_record_id(comment->type, comment->body, JL_COMMENT_ANSWERS, &advice)) return true;
  const struct jl_record *asked = jl_replica_record(in->after, &advice);
  if (asked == NULL || !jl_record_id(comment->type, comment->body, JL_COMMENT_TARGET, &here) ||
      !jl_record_id(asked->type, asked->body, JL_ADVICE_TARGET, &there) || jl_id_equal(&here, &there))
    return true;
  return jl_break(in, JL_COMMENT_ANSWERS, err, JL_MSG("an answer must be about the same record as the request that it answers"),
                  JL_MSG("answer with: jalon answer {1} TEXT"), jl_arg_record(asked));
}

static bool shares(const struct jl_record *definition, const struct jl_id *team) {
  struct jl_iterator teams = jl_record_each(definition->body, jl_field_by_number(definition->type, JL_DEFINITION_TEAMS));
  for (struct jl_value of; jl_iterator_next(&teams, &of);)
    if (jl_id_equal(&of.id, team)) return true;
  return false;
}

static bool not_by_you(const struct jl_rule_input *in, const struct jl_id *team, struct jl_error *err) {
  const struct jl_record *group = jl_replica_record(in->organisation, team);
  struct jl_id lead;
  bool led = group != NULL && group->type != NULL && jl_record_id(group->type, group->body, JL_TEAM_LEAD, &lead);
  jl_fail(err, JL_E_DENIED, led ? JL_MSG("{2} signs for the team {1}, as its lead") : JL_MSG("only members of the team {1} sign for it"),
          JL_MSG("whoever has to sign finds it in the inbox"), jl_arg_holder(jl_names_for(in->evaluation), team),
          led ? jl_arg_holder(jl_names_for(in->evaluation), &lead) : jl_arg_text(""));
  return jl_rule_broken(in, JL_SIGNATURE_TEAM, err);
}

/* Made and withdrawn by who signs for the team; made for the present text only. Who deletes a definition withdraws nothing: its signatures
 * stay below it, in the history, and count again when it is restored. */
static bool signature_is_theirs(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *signature = in->touched->after;
  const struct jl_author *author = &in->evaluation->author;
  struct jl_id of, team;
  char digest[JL_ID_TEXT_SIZE];
  if (!jl_record_id(signature->type, signature->body, JL_SIGNATURE_DEFINITION, &of) ||
      !jl_record_id(signature->type, signature->body, JL_SIGNATURE_TEAM, &team))
    return true;
  const struct jl_record *definition = jl_replica_live(in->after, &of);
  bool withdrawn = signature->deleted_revision != 0;
  if (withdrawn && author->administrator) return true;
  if (in->organisation != NULL && !jl_may_sign_for(in->organisation, &author->person, &team)) return not_by_you(in, &team, err);
  if (withdrawn || definition == NULL) return true;
  if (!shares(definition, &team))
    return jl_break(in, JL_SIGNATURE_TEAM, err, JL_MSG("{1} is not shared by the team {2}"),
                    JL_MSG("share it first: jalon definition set {1} --teams +{2}"), jl_arg_record(definition),
                    jl_arg_holder(jl_names_for(in->evaluation), &team));
  jl_definition_digest(in->after, definition, digest);
  struct jl_bytes signed_text = jl_record_text(signature->type, signature->body, JL_SIGNATURE_DIGEST);
  if (signed_text.size == strlen(digest) && memcmp(signed_text.data, digest, signed_text.size) == 0) return true;
  return jl_break(in, JL_SIGNATURE_DIGEST, err, JL_MSG("{1} has changed since you read it: nothing was signed"),
                  JL_MSG("read it again with jalon show, then sign"), jl_arg_record(definition));
}

/* In the section of its rule, so that whoever may not be told of the rule is not told that it was accepted. A rule that is not known here is
 * one of a newer program. */
static bool accepted_in_its_section(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *accepted = in->touched->after;
  struct jl_bytes text = jl_record_text(accepted->type, accepted->body, JL_ACCEPTED_FINDING_CODE);
  char code[17] = "";
  if (text.size < sizeof code) memcpy(code, text.data, text.size);
  const struct jl_finding_rule *rule = jl_finding_rule_by_code(code);
  if (rule == NULL || jl_rule_int(in, JL_ACCEPTED_FINDING_SECTION, 0) == (int64_t)jl_finding_rule_section(rule)) return true;
  return jl_break(in, JL_ACCEPTED_FINDING_SECTION, err, JL_MSG("{1} reads another section of the plan"), JL_MSG("jalon check accept {1} REF --reason \"...\""),
                  jl_arg_text(code));
}

static const struct jl_rule rules[] = {
    {"answer-same-target", JL_TYPE_COMMENT, answer_same_target},
    {"signature-is-theirs", JL_TYPE_SIGNATURE, signature_is_theirs},
    {"accepted-in-its-section", JL_TYPE_ACCEPTED_FINDING, accepted_in_its_section},
};
const struct jl_rules jl_agreement_rules = {rules, JL_COUNT(rules)};
