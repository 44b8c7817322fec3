/* Who may read and edit which section (product.md G4): a matrix, and for one person why. */
#include "common/model/evaluate.h"
#include "common/model/governance/raci.h"
#include "common/model/governance/rights.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

static const enum jl_section shown[] = {JL_SECTION_STRATEGY, JL_SECTION_ACTIONS, JL_SECTION_BUDGET, JL_SECTION_PAYROLL,
                                        JL_SECTION_PIPELINE};

static const struct jl_id *plan_of(const struct jl_view_input *in) { return &jl_replica_where(in->space)->space; }

static void cell_level(struct jl_builder *b, int64_t level, const struct jl_record *grant) {
  static const struct {
    int64_t level;
    const char *label, *text;
    enum jl_tone tone;
  } levels[] = {{JL_RIGHT_NONE, JL_MSG("nothing"), "none", JL_TONE_BAD},
                {JL_RIGHT_READ, JL_MSG("read"), "read", JL_TONE_WARN},
                {JL_RIGHT_EDIT, JL_MSG("edit"), "edit", JL_TONE_GOOD}};
  for (size_t i = 0; i < JL_COUNT(levels); i++)
    if (levels[i].level == level) {
      jl_cell_label(b, levels[i].label, levels[i].text);
      jl_cell_tone(b, grant == NULL ? JL_TONE_MUTED : levels[i].tone);
    }
  if (grant != NULL) jl_cell_source(b, grant);
}

/* What is said of a holder; else what is said of everybody; else edit. */
static void holder_cells(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *holder) {
  for (size_t i = 0; i < JL_COUNT(shown); i++) {
    struct jl_right own = jl_right_of_holder(in->space, plan_of(in), holder, shown[i]),
                    all = jl_right_of_holder(in->space, plan_of(in), plan_of(in), shown[i]);
    cell_level(b, own.level != 0 ? own.level : all.level != 0 ? all.level : JL_RIGHT_EDIT, own.grant);
  }
}

static void accountable_rows(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(in, b, plan_of(in), JL_TYPE_RACI, JL_RACI_TARGET, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_id holder;
    if (jl_view_int(all[i], JL_RACI_LETTER, 0) != JL_RACI_A || !jl_record_id(all[i]->type, all[i]->body, JL_RACI_HOLDER, &holder)) continue;
    const char *name = jl_view_holder_name(in, b, &holder);
    jl_row_begin(b, all[i], 0, JL_ROW_NORMAL);
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
    jl_cell_label(b, JL_MSG("accountable of the plan"), "accountable");
    for (size_t k = 0; k < JL_COUNT(shown); k++) cell_level(b, JL_RIGHT_EDIT, all[i]);
  }
}

static void team_rows(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **teams = jl_view_directory(in, b, JL_TYPE_TEAM, &n);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, teams[i], 0, JL_ROW_NORMAL);
    jl_cell_text(b, jl_view_title(teams[i]));
    jl_cell_label(b, JL_MSG("team"), "team");
    holder_cells(in, b, &teams[i]->id);
  }
}

static bool has_own(const struct jl_view_input *in, const struct jl_id *person) {
  bool any = false;
  for (size_t i = 0; i < JL_COUNT(shown); i++) any = any || jl_right_of_holder(in->space, plan_of(in), person, shown[i]).level != 0;
  return any;
}

static void person_rows(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **people = jl_view_directory(in, b, JL_TYPE_PERSON, &n);
  for (size_t i = 0; i < n; i++) {
    bool guest = jl_view_int(people[i], JL_PERSON_GUEST, 0) != 0, own = has_own(in, &people[i]->id);
    if (!guest && !own) continue;
    struct jl_rights rights;
    jl_rights_of(in->space, plan_of(in), in->organisation, &(struct jl_who){.person = people[i]->id}, &rights);
    jl_row_begin(b, people[i], 0, JL_ROW_NORMAL);
    jl_cell_text(b, jl_view_title(people[i]));
    jl_cell_label(b, guest ? JL_MSG("guest") : JL_MSG("person"), guest ? "guest" : "person");
    for (size_t k = 0; k < JL_COUNT(shown); k++) cell_level(b, rights.sections[shown[k]].level, rights.sections[shown[k]].grant);
  }
}

static void matrix(const struct jl_view_input *in, struct jl_builder *b) {
  static const char *const names[] = {"strategy", "actions", "budget", "payroll", "pipeline"};
  jl_block_begin(b, JL_BLOCK_TABLE, "rights", NULL);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 0);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 2);
  for (size_t i = 0; i < JL_COUNT(shown); i++) jl_column(b, names[i], jl_section_label(shown[i]), JL_ARG_LABEL, 0);
  accountable_rows(in, b);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(b, JL_MSG("everybody"), "everybody");
  jl_cell_empty(b);
  holder_cells(in, b, plan_of(in));
  team_rows(in, b);
  person_rows(in, b);
}

/* ---- why ---- */
static void because(const struct jl_view_input *in, struct jl_builder *b, const struct jl_right *right, bool of_team) {
  static const struct {
    enum jl_right_from from;
    const char *label, *text;
  } reasons[] = {{JL_RIGHT_DEFAULT, JL_MSG("the plan says nothing else: everybody edits"), "default"},
                 {JL_RIGHT_ADMINISTRATOR, JL_MSG("administrator of the server"), "administrator"},
                 {JL_RIGHT_ACCOUNTABLE, JL_MSG("accountable of the plan"), "accountable"},
                 {JL_RIGHT_PERSON, JL_MSG("granted to this person"), "person"},
                 {JL_RIGHT_TEAM, JL_MSG("granted to a team of this person"), "team"},
                 {JL_RIGHT_EVERYBODY, JL_MSG("granted to everybody"), "everybody"},
                 {JL_RIGHT_GUEST, JL_MSG("a guest, to whom nothing is granted"), "guest"},
                 {JL_RIGHT_INACTIVE, JL_MSG("marked as inactive"), "inactive"},
                 {JL_RIGHT_UNKNOWN, JL_MSG("not in the directory"), "unknown"}};
  for (size_t i = 0; i < JL_COUNT(reasons); i++)
    if (reasons[i].from == right->from)
      jl_cell_label(b, of_team && right->from == JL_RIGHT_TEAM ? JL_MSG("granted to this team") : reasons[i].label, reasons[i].text);
  bool through = right->from == JL_RIGHT_TEAM || right->from == JL_RIGHT_ACCOUNTABLE;
  if (through) {
    const char *name = jl_view_holder_name(in, b, &right->through);
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
  } else {
    jl_cell_empty(b);
  }
  if (right->grant != NULL) {
    char text[JL_REFERENCE_SIZE];
    jl_reference_format(right->grant->type, right->grant->number, text);
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
    jl_cell_source(b, right->grant);
  } else {
    jl_cell_empty(b);
  }
}

/* ---- why, the second gate: RACI ---- */
struct gate {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_raci raci;
  const struct jl_who *who;
  const struct jl_rights *rights;
};

static void cell_letters(struct jl_builder *b, uint32_t letters) {
  static const struct {
    uint32_t letter;
    char text;
  } order[] = {{JL_RACI_A, 'A'}, {JL_RACI_R, 'R'}, {JL_RACI_C, 'C'}, {JL_RACI_I, 'I'}};
  char text[8];
  size_t used = 0;
  for (size_t i = 0; i < JL_COUNT(order); i++)
    if ((letters & JL_LETTER(order[i].letter)) != 0) {
      if (used > 0) text[used++] = '/';
      text[used++] = order[i].text;
    }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, used});
}

static void cell_holder(const struct gate *g, const struct jl_id *holder) {
  if (jl_id_is_zero(holder)) {
    jl_cell_empty(g->b);
    return;
  }
  const char *name = jl_view_holder_name(g->in, g->b, holder);
  jl_cell_text(g->b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
}

static void cell_verdict(const struct gate *g, const struct jl_record *target, const struct jl_id *decides, bool enforced) {
  struct jl_id instead_of;
  bool named = jl_raci_named(g->in->space, decides, JL_LETTERS_WORK);
  if ((g->rights->editable >> jl_edited_as(g->in->space, target) & 1) == 0) {
    jl_cell_label(g->b, JL_MSG("no: the right to the section is missing"), "section");
    jl_cell_tone(g->b, JL_TONE_BAD);
  } else if (!enforced) {
    jl_cell_label(g->b, JL_MSG("yes: RACI is not enforced here"), "not enforced");
  } else if (!named) {
    jl_cell_label(g->b, JL_MSG("yes: nobody is named R or A"), "nobody named");
  } else if (g->who->administrator) {
    jl_cell_label(g->b, JL_MSG("yes: administrator of the server"), "administrator");
  } else if (!jl_raci_passes(&g->raci, &g->who->person, decides, JL_LETTERS_WORK, &instead_of)) {
    jl_cell_label(g->b, JL_MSG("no: neither R nor A"), "raci");
    jl_cell_tone(g->b, JL_TONE_BAD);
  } else if (!jl_id_is_zero(&instead_of)) {
    jl_cell_label(g->b, JL_MSG("yes: as the substitute"), "substitute");
  } else {
    jl_cell_label(g->b, JL_MSG("yes"), "yes");
  }
}

static void gate_row(const struct gate *g, const struct jl_record *target, bool always) {
  struct jl_letters letters;
  struct jl_id decides, through = {{0}}, instead_of = {{0}};
  if (!jl_raci_target(g->in->space, target, &decides)) decides = target->id;
  jl_letters_of(&g->raci, &decides, &g->who->person, &letters);
  if (letters.held == 0 && !always) return;
  static const uint32_t order[] = {JL_RACI_A, JL_RACI_R, JL_RACI_C, JL_RACI_I};
  for (size_t i = JL_COUNT(order); i-- > 0;) /* of the strongest letter */
    if ((letters.held & JL_LETTER(order[i])) != 0) {
      through = letters.through[order[i]];
      instead_of = letters.instead_of[order[i]];
    }
  jl_row_begin(g->b, target, 0, JL_ROW_NORMAL);
  jl_cell_title(g->b, g->in, target);
  cell_letters(g->b, letters.held);
  cell_holder(g, jl_id_equal(&through, &g->who->person) ? &(struct jl_id){{0}} : &through);
  cell_holder(g, &instead_of);
  cell_verdict(g, target, &decides, jl_raci_enforced(g->in->space));
}

static void second_gate(const struct gate *g, const struct jl_record *only) {
  static const uint32_t types[] = {JL_TYPE_PLAN, JL_TYPE_ACTION, JL_TYPE_BUDGET_LINE};
  struct jl_builder *b = g->b;
  jl_block_begin(b, JL_BLOCK_TABLE, "raci", JL_MSG("RACI"));
  jl_column(b, "target", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(b, "letters", JL_MSG("letters"), JL_ARG_TEXT, 0);
  jl_column(b, "through", JL_MSG("through"), JL_ARG_TEXT, 1);
  jl_column(b, "instead_of", JL_MSG("in place of"), JL_ARG_TEXT, 2);
  jl_column(b, "edits", JL_MSG("may edit it"), JL_ARG_LABEL, 0);
  if (only != NULL) gate_row(g, only, true);
  for (size_t t = 0; only == NULL && t < JL_COUNT(types); t++) {
    size_t n = 0;
    const struct jl_record **records = jl_view_all(g->in, b, types[t], &n);
    for (size_t i = 0; i < n && jl_builder_ok(b); i++) gate_row(g, records[i], false);
  }
  if (jl_raci_enforced(g->in->space))
    jl_note(b, JL_TONE_MUTED,
            JL_MSG("both must let an edit through: the right to the section, and RACI where R or A is named; A of the plan and "
                   "administrators always may"),
            NULL, 0);
  else
    jl_note(b, JL_TONE_MUTED, JL_MSG("RACI is not enforced in this plan: jalon plan set --raci-enforced yes"), NULL, 0);
}

/* Of a team: its own, else everybody's. Its members may have others. */
static void rights_of_team(const struct jl_view_input *in, const struct jl_id *team, struct jl_rights *ret) {
  *ret = (struct jl_rights){0};
  for (size_t i = 0; i < JL_COUNT(shown); i++) {
    struct jl_right own = jl_right_of_holder(in->space, plan_of(in), team, shown[i]),
                    all = jl_right_of_holder(in->space, plan_of(in), plan_of(in), shown[i]), *right = &ret->sections[shown[i]];
    *right = own.level != 0 ? own : all;
    right->from = own.level != 0 ? JL_RIGHT_TEAM : all.level != 0 ? JL_RIGHT_EVERYBODY : JL_RIGHT_DEFAULT;
    right->through = own.level != 0 ? *team : (struct jl_id){{0}};
    if (right->level == 0) right->level = JL_RIGHT_EDIT;
  }
}

static bool why(const struct jl_view_input *in, struct jl_builder *b, const char *whose, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_PERSON, JL_TYPE_TEAM};
  const struct jl_record *person = NULL, *only = NULL;
  if (!jl_view_named(in, b, NULL, 0, &only, err)) return false;
  bool me = strcmp(whose, "me") == 0 || strcmp(whose, "moi") == 0;
  struct jl_who who = {.person = in->reader, .administrator = in->administrator};
  if (!me) {
    if (in->organisation == NULL || !jl_resolve(in->organisation, whose, types, JL_COUNT(types), false, jl_builder_arena(b), &person, err)) return false;
    who = (struct jl_who){.person = person->id, .administrator = in->administrator && jl_id_equal(&person->id, &in->reader)};
  } else {
    person = in->organisation == NULL ? NULL : jl_replica_record(in->organisation, &in->reader);
  }
  struct jl_rights rights;
  bool team = person != NULL && person->type_number == JL_TYPE_TEAM;
  if (team)
    rights_of_team(in, &person->id, &rights);
  else
    jl_rights_of(in->space, plan_of(in), in->organisation, &who, &rights);
  jl_block_begin(b, JL_BLOCK_TABLE, "why", JL_MSG("why"));
  jl_column(b, "section", JL_MSG("section"), JL_ARG_LABEL, 0);
  jl_column(b, "level", JL_MSG("level"), JL_ARG_LABEL, 0);
  jl_column(b, "because", JL_MSG("because"), JL_ARG_LABEL, 0);
  jl_column(b, "through", JL_MSG("through"), JL_ARG_TEXT, 0);
  jl_column(b, "grant", JL_MSG("right"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < JL_COUNT(shown); i++) {
    jl_row_begin(b, rights.sections[shown[i]].grant, 0, JL_ROW_NORMAL);
    jl_cell_label(b, jl_section_label(shown[i]), NULL);
    cell_level(b, rights.sections[shown[i]].level, rights.sections[shown[i]].grant);
    because(in, b, &rights.sections[shown[i]], team);
  }
  if (!team) second_gate(&(struct gate){in, b, {in->space, in->organisation, in->today}, &who, &rights}, only);
  jl_block_begin(b, JL_BLOCK_NOTES, "whose", NULL);
  if (person != NULL) {
    const struct jl_arg name = jl_arg_textn((const char *)jl_view_title(person).data, jl_view_title(person).size);
    jl_note(b, JL_TONE_MUTED, team ? JL_MSG("these are the rights of the team {1}; a member's own come before them, and of several teams the best") : JL_MSG("these are the rights of {1}"),
            &name, 1);
  }
  return true;
}

bool jl_rights_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  const char *whose = jl_view_value(in, "why");
  if (jl_replica_kind(in->space) != JL_SPACE_PLAN)
    return jl_fail(err, JL_E_INVALID, JL_MSG("no plan is chosen"), JL_MSG("choose one with jalon plan use"));
  jl_builder_title(b, JL_MSG("who may do what"), NULL, 0);
  matrix(in, b);
  bool of_record = jl_view_value(in, "record") != NULL;
  if ((of_record || (whose != NULL && whose[0] != '\0')) && !why(in, b, whose == NULL || whose[0] == '\0' ? "me" : whose, err))
    return false;
  const struct jl_arg granters = jl_arg_text(jl_rights_who_can(in->space, plan_of(in), in->organisation, JL_SECTION_DIRECTORY, a));
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  jl_note(b, JL_TONE_MUTED,
          JL_MSG("a person's own right comes before those of the teams, the best of these before everybody's; guests have only what is "
                 "granted to them"),
          NULL, 0);
  if (granters.text[0] == '\0')
    jl_note(b, JL_TONE_MUTED, JL_MSG("rights are changed by administrators and the plan's accountable; it has none yet"), NULL, 0);
  else
    jl_note(b, JL_TONE_MUTED, JL_MSG("rights are changed by administrators and {1}"), &granters, 1);
  return true;
}
