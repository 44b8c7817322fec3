/* Automations (product.md A9, as Butler or Asana rules): when a field of a record changes, a record is made or a day comes, and the conditions
 * hold, fields are set, tags and comments added, people told, actions made from a template.
 *
 * Within the edit's group. What follows from an edit is part of that edit's own group and revision: it is there exactly when the edit is, undoing
 * the edit takes it back, and replicas apply it like anything else, without knowing rules. A day has no edit to follow: the server makes a group
 * of its own that holds nothing but the firing, whose id is that of the automation, the record and the day, and the rest follows from that.
 * Two nodes, or one that was killed and comes back, make the same id: the second one is there already (server/space/automations.c).
 *
 * Whose rights. It does what whoever wrote it last may do then, as if that person sent the edits: sections, RACI, approvals, the launch gate and
 * every rule hold (firing.c). The power of administrators is the server's to know and no automation's. What it is refused is taken back and kept
 * in its log; the edit that it followed stays. Whoever wrote it has left, or may not edit the actions any more: it is switched off.
 *
 * What it can tell. It looks at, says and does things within the section of the actions only, so whoever reads of it may read all that it was
 * made of; what a refusal says of other sections, or of people, is left out.
 *
 * No loops. It fires once for a record in a group, at most JL_AUTOMATION_DEPTH deep and JL_AUTOMATION_FIRINGS times in a group; what is cut off
 * is in its log. An action that an automation made makes no automation make another one, so that nothing breeds from group to group. What is
 * undone, redone or imported fires nothing: it is what it was there. */
#ifndef JL_MODEL_AUTOMATION_AUTOMATION_H
#define JL_MODEL_AUTOMATION_AUTOMATION_H
#include "common/model/calendar/working_days.h"
#include "common/model/evaluate.h"

#define JL_AUTOMATION_TERMS 16 /* conditions, and fields set: the rule refuses more */

enum jl_trigger { JL_TRIGGER_CREATED, JL_TRIGGER_CHANGED, JL_TRIGGER_BECOMES, JL_TRIGGER_DATE };
enum jl_relation { JL_IS, JL_IS_NOT, JL_IS_LESS, JL_IS_MORE, JL_IS_AT_MOST, JL_IS_AT_LEAST };
struct jl_term { /* of a condition, of what is set, of what a field becomes */
  const struct jl_field *field;
  enum jl_relation relation;
  const char *value; /* "": none */
};
struct jl_automation {
  const struct jl_record *record;
  const struct jl_record_type *of;
  enum jl_trigger trigger;
  struct jl_term when; /* the field, what it becomes */
  int32_t offset;      /* working days from the date */
  struct jl_term conditions[JL_AUTOMATION_TERMS], sets[JL_AUTOMATION_TERMS];
  size_t condition_count, set_count;
};
/* What is written in the record, worked out. Texts are in the arena. */
JL_MUST_CHECK bool jl_automation_read(const struct jl_record *record, struct jl_arena *a, struct jl_automation *ret, struct jl_error *err);
/* On, not deleted, and readable: in *ret, which has room for JL_AUTOMATIONS. */
size_t jl_automations_on(const struct jl_replica *space, struct jl_arena *a, struct jl_automation *ret);

/* Values as they are written in files: a slice of the field, size 0 for none. Dates also as today, +5 or -3 (working days from today). */
struct jl_setting_of {
  const struct jl_replica *space, *organisation; /* NULL: people cannot be named */
  struct jl_working_days *days;                  /* made when it is needed */
  int32_t today;
  struct jl_arena *a;
  uint32_t hidden; /* bit mask of sections: what is named of them is as if it were not there */
};
JL_MUST_CHECK bool jl_automation_value(struct jl_setting_of *of, const struct jl_field *field, const char *text, struct jl_bytes *ret_slice, struct jl_error *err);
/* A value that cannot be read (any more) fits nothing. */
bool jl_automation_holds(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *record);
/* An edit made this of that (before NULL: it is new): the trigger fits, conditions aside. */
bool jl_automation_triggered(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *before, const struct jl_record *after);
/* The day that fires it for a record; false: the record has no such date, or it came before the automation. */
bool jl_automation_day(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *record, int32_t *ret_day);
JL_MUST_CHECK bool jl_automation_days(struct jl_setting_of *of); /* the plan's working days; false: no memory */

/* The id of a firing by a day, the same wherever it is made. */
struct jl_id jl_firing_id(const struct jl_id *automation, const struct jl_id *record, int32_t day);
#define JL_AUTOMATION_KEPT 16 /* of an automation, firings by edits that are kept: their places */
struct jl_id jl_firing_place(const struct jl_id *automation, uint8_t place);
/* Actions and comments that automations make have ids that tell it; programs of people make no such ids. */
struct jl_id jl_automation_makes(const char *what, const struct jl_id *firing);
bool jl_automation_made(const struct jl_id *id);

/* Fires of its own: what days have come for, in the order of automations and records; at most `most`. today: the plan's. A look goes on from
 * *io_at (zero: the beginning), so that a large plan does not hold up everybody else; `more`: it is not at its end. */
struct jl_firing_due { struct jl_id automation, record, id; int32_t day; };
struct jl_due_place { size_t automation, record; bool more; };
size_t jl_automations_due(const struct jl_replica *space, const struct jl_replica *organisation, int32_t today, struct jl_arena *a, struct jl_due_place *io_at, size_t most,
                          struct jl_firing_due *ret);
#endif
