/* Asks the rules, puts what they found in order, and holds it against what was accepted. */
#include "common/model/findings/run.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- what rules look at ---- */
/* A rule is asked only when all that it reads may be seen: where the section is that of the type, no record needs to be asked again. */
static const struct jl_record **read_list(const struct jl_looking *l, uint32_t type, size_t *ret_n) {
  const struct jl_record_type *described = jl_record_type_by_number(type);
  if (described == NULL || described->section >= JL_SECTIONS) return jl_view_all(l->in, l->b, type, ret_n);
  const struct jl_record **records = jl_replica_all(l->in->space, type, jl_builder_arena(l->b), ret_n);
  if (*ret_n == SIZE_MAX) {
    jl_builder_fail(l->b, JL_E_NO_MEMORY);
    *ret_n = 0;
  }
  return records;
}

const struct jl_record **jl_looked_at(struct jl_looking *l, uint32_t type, size_t *ret_n) {
  *ret_n = 0;
  if (type >= JL_RUN_TYPES || l->in->space == NULL || !jl_builder_ok(l->b)) return NULL;
  if (!l->run->lists[type].known) {
    l->run->lists[type].records = read_list(l, type, &l->run->lists[type].count);
    l->run->lists[type].known = true;
  }
  *ret_n = l->run->lists[type].count;
  return l->run->lists[type].records;
}

size_t jl_looked_count(struct jl_looking *l, uint32_t type) {
  size_t n = 0;
  (void)jl_looked_at(l, type, &n);
  return n;
}

bool jl_has(const struct jl_record *record, uint32_t field) { return jl_record_has(record->body, field); }

bool jl_is_named(const struct jl_looking *l, const struct jl_record *record, uint32_t type, uint32_t field) {
  const void *at = NULL;
  return jl_replica_next_referring(l->in->space, &record->id, type, field, &at) != NULL;
}

bool jl_points(const struct jl_looking *l, const struct jl_record *record, uint32_t field) {
  struct jl_iterator it = jl_record_each(record->body, jl_field_by_number(record->type, field));
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_replica_live(l->in->space, &value.id) != NULL) return true;
  return false;
}

void jl_plan_days(const struct jl_looking *l, int32_t *ret_start, int32_t *ret_end) {
  const struct jl_record *plan = jl_view_plan(l->in);
  *ret_start = plan == NULL ? 0 : (int32_t)jl_view_int(plan, JL_PLAN_START, 0);
  *ret_end = plan == NULL ? -1 : (int32_t)jl_view_int(plan, JL_PLAN_END, -1);
}

/* ---- what they say ---- */
void jl_found_detail(struct jl_looking *l, const struct jl_record *record, int64_t extent, const char *detail, const struct jl_arg *args, int n) {
  struct jl_run_of_rules *run = l->run;
  if (!jl_builder_ok(l->b)) return;
  if (run->count == run->capacity) {
    size_t capacity = run->capacity == 0 ? 256 : run->capacity * 2;
    struct jl_finding *more = jl_view_alloc(l->b, capacity, sizeof *more);
    if (more == NULL) return;
    if (run->count > 0) memcpy(more, run->found, run->count * sizeof *more);
    run->found = more;
    run->capacity = capacity;
  }
  struct jl_arg *kept = n == 0 ? NULL : jl_view_alloc(l->b, (size_t)n, sizeof *kept);
  if (n > 0 && kept == NULL) return;
  if (n > 0) memcpy(kept, args, (size_t)n * sizeof *kept);
  run->found[run->count++] = (struct jl_finding){
      .rule = l->rule, .record = record, .extent = extent, .detail = detail, .args = kept, .arg_count = n, .counts = true};
}

void jl_found(struct jl_looking *l, const struct jl_record *record) { jl_found_detail(l, record, 1, NULL, NULL, 0); }

void jl_find_faults(struct jl_looking *l, uint32_t type, jl_fault_function *is_fault) {
  size_t n = 0;
  const struct jl_record **records = jl_looked_at(l, type, &n);
  for (size_t i = 0; i < n && jl_builder_ok(l->b); i++)
    if (is_fault(l, records[i])) jl_found(l, records[i]);
}

/* ---- acceptance ---- */
struct accepted {
  const struct jl_finding_rule *rule;
  struct jl_id target;
  const struct jl_record *record;
};

static int by_rule_and_target(const void *left, const void *right) {
  const struct accepted *a = left, *b = right;
  int order = strcmp(a->rule->code, b->rule->code);
  return order != 0 ? order : jl_id_compare(&a->target, &b->target);
}

/* Those of rules that are known here; others come from a newer program. */
static struct accepted *accepted_ones(struct jl_looking *l, size_t *ret_n) {
  size_t n = 0, kept = 0;
  const struct jl_record **records = jl_looked_at(l, JL_TYPE_ACCEPTED_FINDING, &n);
  struct accepted *list = jl_view_alloc(l->b, n, sizeof *list);
  *ret_n = 0;
  for (size_t i = 0; i < n && list != NULL; i++) {
    struct jl_bytes text = jl_record_text(records[i]->type, records[i]->body, JL_ACCEPTED_FINDING_CODE);
    char code[17];
    if (text.size >= sizeof code) continue;
    memcpy(code, text.data, text.size);
    code[text.size] = '\0';
    list[kept] = (struct accepted){.rule = jl_finding_rule_by_code(code), .record = records[i]};
    kept += list[kept].rule != NULL && jl_record_id(records[i]->type, records[i]->body, JL_ACCEPTED_FINDING_TARGET, &list[kept].target);
  }
  if (kept > 0) qsort(list, kept, sizeof *list, by_rule_and_target);
  *ret_n = kept;
  return list;
}

/* It was accepted as it was then, and until a day. */
static bool still_accepted(const struct jl_looking *l, const struct jl_finding *finding) {
  int64_t until = jl_view_int(finding->accepted, JL_ACCEPTED_FINDING_UNTIL, INT64_MAX);
  return l->in->today < until && finding->extent <= jl_view_int(finding->accepted, JL_ACCEPTED_FINDING_EXTENT, INT64_MAX);
}

static void hold_against_accepted(struct jl_looking *l) {
  size_t n = 0;
  const struct accepted *list = accepted_ones(l, &n);
  for (size_t i = 0; i < l->run->count && n > 0; i++) {
    struct jl_finding *finding = &l->run->found[i];
    bool of_plan = finding->record != NULL && finding->record->type->space == JL_SPACE_PLAN; /* of people: for the plan as a whole */
    const struct jl_id *target = of_plan ? &finding->record->id : &jl_replica_where(l->in->space)->space;
    const struct accepted key = {.rule = finding->rule, .target = *target}, *found = bsearch(&key, list, n, sizeof *list, by_rule_and_target);
    if (found == NULL) continue;
    finding->accepted = found->record;
    finding->counts = !still_accepted(l, finding);
  }
}

/* ---- all of it ---- */
static bool is_asked(const struct jl_finding_rule *rule, const char *const *codes) {
  if (codes == NULL) return true;
  for (; *codes != NULL; codes++) {
    size_t i = 0;
    while ((*codes)[i] != '\0' && rule->code[i] == toupper((unsigned char)(*codes)[i])) i++;
    if ((*codes)[i] == '\0') return true;
  }
  return false;
}

bool jl_findings_of(const struct jl_view_input *in, struct jl_builder *b, const char *const *codes, struct jl_findings *ret) {
  *ret = (struct jl_findings){0};
  struct jl_run_of_rules *run = jl_view_alloc(b, 1, sizeof *run);
  if (run == NULL) return false;
  memset(run, 0, sizeof *run);
  struct jl_looking l = {.in = in, .b = b, .run = run};
  for (int severity = JL_SEVERITY_ERROR; severity < JL_SEVERITIES; severity++)
    for (size_t i = 0; i < jl_finding_rule_count() && jl_builder_ok(b); i++) {
      l.rule = jl_finding_rule_at(i);
      if (l.rule->severity != (enum jl_severity)severity || !is_asked(l.rule, codes)) continue;
      if ((l.rule->sections & ~in->sections) != 0)
        ret->unasked++;
      else
        l.rule->look(&l);
    }
  if (jl_builder_ok(b)) hold_against_accepted(&l);
  ret->list = run->found;
  ret->count = run->count;
  for (size_t i = 0; i < run->count; i++) {
    ret->counts[run->found[i].rule->severity] += run->found[i].counts;
    ret->accepted += !run->found[i].counts;
  }
  return jl_builder_ok(b);
}

size_t jl_findings_count(const struct jl_findings *found, const char *code, const struct jl_id *record) {
  size_t n = 0;
  for (size_t i = 0; i < found->count; i++) {
    const struct jl_finding *f = &found->list[i];
    n += f->counts && (code == NULL || strcmp(f->rule->code, code) == 0) && (record == NULL || (f->record != NULL && jl_id_equal(&f->record->id, record)));
  }
  return n;
}
