/* bucket promote, bucket demote: a budget line goes one bucket up with the KPI that proves it, or down, with a reason that is kept. What it does to
 * the shares is shown first. */
#include "client/cli/written.h"
#include "common/model/budget/bucket.h"
#include "common/record/schema.h"
#include <stdio.h>

static const char *bucket_text(int64_t bucket) { return bucket == JL_PROVEN ? "70" : bucket == JL_OPTIMISATION ? "20" : "10"; }

static bool show(struct jl_cli *cli, const char *reference, int64_t to, struct jl_error *err) {
  const struct jl_parameter parameters[] = {{"record", reference}, {"to", bucket_text(to)}};
  struct jl_view_ask ask = {.space = cli->plan, .view = "bucket", .parameters = parameters, .parameter_count = 2};
  const Jalon__Document *document;
  uint64_t revision;
  return jl_cli_document(cli, &ask, &document, &revision, err) && (cli->face.face != JL_FACE_TERMINAL || cli->quiet || jl_cli_print_document(cli, document, err)) &&
         jl_cli_mark_document(cli, &cli->plan, document, revision, err);
}

static bool make_change(struct jl_cli *cli, struct jl_group *g, const struct jl_lookup *line, int64_t before, int64_t after, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BUCKET_CHANGE);
  const char *evidence = jl_cli_option(cli, "evidence"), *reason = jl_cli_option(cli, "reason");
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  if (!jl_record_put_id(cli, type, &record, JL_BUCKET_CHANGE_LINE, &line->record.id, err) || !jl_written_int(cli, type, &record, JL_BUCKET_CHANGE_BEFORE, before, err) ||
      !jl_written_int(cli, type, &record, JL_BUCKET_CHANGE_AFTER, after, err) || !jl_record_put_text(cli, type, &record, JL_BUCKET_CHANGE_REASON, reason, &input, err))
    return false;
  if (evidence != NULL) {
    struct jl_lookup of = {.text = evidence, .field = jl_field_by_number(type, JL_BUCKET_CHANGE_EVIDENCE)};
    if (!jl_lookup_one(cli, &of, err) || !jl_record_put_id(cli, type, &record, JL_BUCKET_CHANGE_EVIDENCE, &of.record.id, err)) return false;
  }
  if (!jl_record_check(type, record, err)) return false;
  jl_group_create(g, type->number, &id, record);
  return true;
}

static bool put_bucket(struct jl_cli *cli, struct jl_group *g, const struct jl_lookup *line, int64_t after, struct jl_error *err) {
  struct jl_bytes made = {NULL, 0};
  if (!jl_written_int(cli, line->type, &made, JL_BUDGET_LINE_BUCKET, after, err)) return false;
  jl_group_update(g, line->record.type, &line->record.id);
  jl_group_field(g, JL_BUDGET_LINE_BUCKET, jl_record_slice(line->record.body, JL_BUDGET_LINE_BUCKET), jl_record_slice(made, JL_BUDGET_LINE_BUCKET));
  return true;
}

static bool move(struct jl_cli *cli, bool up, struct jl_error *err) {
  struct jl_lookup line = {.text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_BUDGET_LINE)};
  struct jl_outcome_of outcome = {0};
  char reference[JL_REFERENCE_SIZE];
  if (jl_cli_option(cli, "reason") == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("a move between buckets needs a reason"), JL_MSG("say why: --reason \"...\""));
  if (!jl_lookup_one(cli, &line, err)) return false;
  int64_t before = jl_record_int(line.type, line.record.body, JL_BUDGET_LINE_BUCKET, 0), after = up ? jl_bucket_above(before) : jl_bucket_below(before);
  jl_reference_text(line.record.type, line.record.number, reference);
  if (after == 0)
    return jl_fail(err, JL_E_RULE_VIOLATION, before == 0 ? JL_MSG("{1} is in no bucket") : up ? JL_MSG("{1} is in the 70 already") : JL_MSG("{1} is in the 10 already"),
                   before == 0 ? JL_MSG("set it first: jalon budget-line set {1} --bucket 10") : NULL, jl_arg_text(reference));
  if (!show(cli, reference, after, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  bool ok = (g != NULL || jl_cli_no_link(err)) && put_bucket(cli, g, &line, after, err) && make_change(cli, g, &line, before, after, err) &&
            jl_written_agreed(cli, g, err) && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would go from {2} to {3}") : JL_MSG("{1} goes from {2} to {3}{4}"), jl_arg_text(reference), jl_arg_text(bucket_text(before)),
         jl_arg_text(bucket_text(after)), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_bucket_promote(struct jl_cli *cli, struct jl_error *err) { return move(cli, true, err); }
bool jl_cmd_bucket_demote(struct jl_cli *cli, struct jl_error *err) { return move(cli, false, err); }
