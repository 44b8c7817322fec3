#include "common/model/governance/definition.h"
#include "common/record/schema.h"
#include <string.h>

void jl_definition_digest(const struct jl_replica *space, const struct jl_record *definition, char ret_digest[JL_ID_TEXT_SIZE]) {
  static const uint32_t own[] = {JL_DEFINITION_TITLE, JL_DEFINITION_KIND, JL_DEFINITION_TEXT, JL_DEFINITION_KPI};
  static const uint32_t of_kpi[] = {JL_KPI_NAME, JL_KPI_DESCRIPTION, JL_KPI_UNIT, JL_KPI_DIRECTION, JL_KPI_FORMULA};
  struct jl_bytes parts[JL_COUNT(own) + JL_COUNT(of_kpi)];
  struct jl_id id;
  const struct jl_record *kpi =
      jl_record_id(definition->type, definition->body, JL_DEFINITION_KPI, &id) ? jl_replica_record(space, &id) : NULL;
  if (kpi != NULL && kpi->type_number != JL_TYPE_KPI) kpi = NULL;
  for (size_t i = 0; i < JL_COUNT(own); i++) parts[i] = jl_record_slice(definition->body, own[i]);
  for (size_t i = 0; i < JL_COUNT(of_kpi); i++)
    parts[JL_COUNT(own) + i] = kpi == NULL ? (struct jl_bytes){NULL, 0} : jl_record_slice(kpi->body, of_kpi[i]);
  struct jl_id digest = jl_id_derive("text of a definition", parts, JL_COUNT(parts));
  jl_id_format(&digest, ret_digest);
}

const struct jl_record *jl_definition_signature(const struct jl_replica *space, const struct jl_record *definition,
                                                const struct jl_id *team) {
  char digest[JL_ID_TEXT_SIZE];
  const void *at = NULL;
  const struct jl_record *signature;
  struct jl_id of;
  jl_definition_digest(space, definition, digest);
  while ((signature = jl_replica_next_referring(space, &definition->id, JL_TYPE_SIGNATURE, JL_SIGNATURE_DEFINITION, &at)) != NULL) {
    struct jl_bytes signed_text = jl_record_text(signature->type, signature->body, JL_SIGNATURE_DIGEST);
    if (signed_text.size == strlen(digest) && memcmp(signed_text.data, digest, signed_text.size) == 0 &&
        jl_record_id(signature->type, signature->body, JL_SIGNATURE_TEAM, &of) && jl_id_equal(&of, team))
      return signature;
  }
  return NULL;
}

bool jl_definition_signed(const struct jl_replica *space, const struct jl_record *definition) {
  struct jl_iterator teams = jl_record_each(definition->body, jl_field_by_number(definition->type, JL_DEFINITION_TEAMS));
  size_t n = 0;
  for (struct jl_value team; jl_iterator_next(&teams, &team); n++)
    if (jl_definition_signature(space, definition, &team.id) == NULL) return false;
  return n > 0;
}

static bool is_member(const struct jl_record *person, const struct jl_id *team) {
  struct jl_iterator teams = jl_record_each(person->body, jl_field_by_number(person->type, JL_PERSON_TEAMS));
  for (struct jl_value of; jl_iterator_next(&teams, &of);)
    if (jl_id_equal(&of.id, team)) return true;
  return false;
}

bool jl_may_sign_for(const struct jl_replica *organisation, const struct jl_id *person, const struct jl_id *team) {
  const struct jl_record *who = organisation == NULL ? NULL : jl_replica_live(organisation, person),
                         *group = organisation == NULL ? NULL : jl_replica_live(organisation, team);
  struct jl_id lead;
  if (who == NULL || who->type_number != JL_TYPE_PERSON || group == NULL || group->type_number != JL_TYPE_TEAM) return false;
  if (jl_record_int(who->type, who->body, JL_PERSON_INACTIVE, 0) != 0 || jl_record_int(who->type, who->body, JL_PERSON_GUEST, 0) != 0) return false;
  if (jl_record_id(group->type, group->body, JL_TEAM_LEAD, &lead)) return jl_id_equal(&lead, person);
  return is_member(who, team);
}

const struct jl_record *jl_definition_unsigned_of(const struct jl_replica *space, const struct jl_id *kpi) {
  const void *at = NULL;
  const struct jl_record *definition;
  while ((definition = jl_replica_next_referring(space, kpi, JL_TYPE_DEFINITION, JL_DEFINITION_KPI, &at)) != NULL)
    if (!jl_definition_signed(space, definition)) return definition;
  return NULL;
}
