/* The audit of the earlier plan feeds the diagnostic of the next one (product.md P3). plan new --from begins it: a note with the result, and of each lever
 * that there were figures to judge by a strength, a weakness or an opportunity with these figures. Below the diagnostic stands what it says now. */
#include "client/cli/audit.h"
#include "client/faces/cell.h"
#include "common/record/schema.h"
#include <string.h>

enum { TITLE_MOST = 200 };

static const struct {
  const char *proposal, *kind;
} kinds[] = {{"keep", "strength"}, {"improve", "weakness"}, {"stop", "weakness"}, {"start", "opportunity"}};

static const char *kind_of(const struct jl_audit_finding *f) {
  for (size_t i = 0; f->measured && i < JL_COUNT(kinds); i++)
    if (strcmp(kinds[i].proposal, f->proposal) == 0) return kinds[i].kind;
  return NULL;
}

static const char *plain_name(const struct jl_audit_finding *f) { /* its number is another one in the new plan */
  const char *blank = strchr(f->name, ' ');
  return blank == NULL ? f->name : blank + 1;
}

static const char *words(struct jl_cli *cli, const char *message, const struct jl_arg *args, int n, size_t most) {
  struct jl_buffer text;
  jl_buffer_init(&text, 16000);
  jl_format_words(message, args, n, &text);
  size_t size = jl_buffer_ok(&text) ? text.size : 0;
  if (size > most)
    for (size = most; size > 0 && (text.data[size] & 0xc0) == 0x80;) size--;
  const char *copy = jl_arena_strndup(cli->arena, (const char *)text.data, size);
  jl_buffer_release(&text);
  return copy == NULL ? "" : copy;
}

static bool put(struct jl_import *im, const char *title, const char *kind, const char *evidence, const char *source, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_DIAGNOSTIC);
  struct jl_bytes record = {NULL, 0};
  struct jl_input input = jl_plan_input(im->cli, record);
  const struct jl_id id = jl_id_random();
  struct jl_bytes date = jl_value_encode(im->cli->arena, jl_field_by_number(type, JL_DIAGNOSTIC_DATE), &(struct jl_value){.number = jl_cli_today(im->cli)});
  if (date.data == NULL) return jl_cli_no_link(err);
  return jl_record_put_text(im->cli, type, &record, JL_DIAGNOSTIC_TITLE, title, &input, err) && jl_record_put_text(im->cli, type, &record, JL_DIAGNOSTIC_KIND, kind, &input, err) &&
         (evidence == NULL || jl_record_put_text(im->cli, type, &record, JL_DIAGNOSTIC_EVIDENCE, evidence, &input, err)) &&
         jl_record_put_text(im->cli, type, &record, JL_DIAGNOSTIC_SOURCE, source, &input, err) && jl_record_put(im->cli, &record, JL_DIAGNOSTIC_DATE, date, err) &&
         jl_record_check(type, record, err) && jl_import_put(im, &im->plan, type->number, &id, record, err);
}

/* "stop: SEA; keep: SEO, E-mail" */
static const char *result_of(struct jl_cli *cli, const struct jl_audit_read *audit) {
  static const char *const order[] = {"stop", "improve", "keep", "start"};
  const char *text = "";
  for (size_t o = 0; o < JL_COUNT(order) && text != NULL; o++) {
    bool first = true;
    for (size_t i = 0; i < audit->count && text != NULL; i++) {
      const struct jl_audit_finding *f = &audit->findings[i];
      if (kind_of(f) == NULL || strcmp(f->proposal, order[o]) != 0) continue;
      text = first ? jl_arena_printf(cli->arena, "%s%s%s: %s", text, text[0] == '\0' ? "" : "; ", f->label, plain_name(f)) : jl_arena_printf(cli->arena, "%s, %s", text, plain_name(f));
      first = false;
    }
  }
  return text == NULL ? "" : text;
}

bool jl_plan_audit(struct jl_import *im, const struct jl_id *plan, const char *name, size_t *ret_notes, const char **ret_result, struct jl_error *err) {
  struct jl_audit_read audit;
  *ret_notes = 0;
  if (!jl_audit_ask(im->cli, plan, NULL, &audit, err)) return false;
  *ret_result = result_of(im->cli, &audit);
  if ((*ret_result)[0] == '\0') return true;
  const struct jl_arg of[] = {jl_arg_text(audit.title), jl_arg_text(name)}, result[] = {jl_arg_text(name), jl_arg_text(*ret_result)};
  const char *source = words(im->cli, JL_MSG("{1}, plan {2}"), of, 2, TITLE_MOST);
  if (!put(im, words(im->cli, JL_MSG("audit of {1}: {2}"), result, 2, TITLE_MOST), "insight", *ret_result, source, err)) return false;
  for (size_t i = 0; i < audit.count; i++) {
    const struct jl_audit_finding *f = &audit.findings[i];
    if (kind_of(f) == NULL) continue;
    const struct jl_arg args[] = {jl_arg_text(plain_name(f)), jl_arg_text(f->label), jl_arg_text(f->reason)};
    if (!put(im, words(im->cli, JL_MSG("{1}: {2}: {3}"), args, 3, TITLE_MOST), kind_of(f), f->figures, source, err)) return false;
    ++*ret_notes;
  }
  return true;
}

/* The plan that this one was made from; false: none, or none that may be seen. */
static bool find_origin(struct jl_cli *cli, const struct jl_id *plan, struct jl_id *ret_origin, char *ret_name, size_t size) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PLAN);
  struct jl_lookup one = {.id = *plan, .type = type};
  struct jl_lookups l = {.items = &one, .count = 1, .capacity = 1, .space = *plan};
  struct jl_error ignored;
  if (!jl_lookups_run(cli, &l, &ignored) || one.error.code != JL_E_OK) return false;
  struct jl_bytes origin = jl_record_text(type, one.record.body, JL_PLAN_ORIGIN);
  const char *name = origin.size == 0 ? NULL : jl_arena_strndup(cli->arena, (const char *)origin.data, origin.size);
  return name != NULL && jl_cli_resolve_plan(cli, name, ret_origin, ret_name, size, &ignored);
}

void jl_audit_note(struct jl_cli *cli, const struct jl_id *plan, Jalon__Document *document) {
  struct jl_audit_read audit;
  struct jl_error ignored;
  struct jl_id origin;
  char name[256];
  if (!find_origin(cli, plan, &origin, name, sizeof name) || !jl_audit_ask(cli, &origin, NULL, &audit, &ignored)) return;
  const struct jl_arg args[] = {jl_arg_text(name), jl_arg_text(result_of(cli, &audit))};
  if (args[1].text[0] != '\0') jl_cli_add_note(cli, document, "audit", JL_MSG("audit of {1}, as it stands: {2}; with its figures: jalon --plan \"{1}\" audit"), args, 2);
}
