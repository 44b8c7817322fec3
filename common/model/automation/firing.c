#include "common/model/automation/firing.h"
#include "common/base/limits.h"
#include "common/model/governance/rights.h"
#include "common/record/schema.h"
#include <string.h>

/* What somebody changed, to be held against every automation. */
struct event {
  const struct jl_record *before, *after; /* before NULL: new; both stay while the evaluation runs */
  unsigned depth;
};
struct following {
  struct jl_run *run;
  struct jl_firings *firings;
  struct jl_setting_of of;
  struct event *events;
  size_t count, capacity;
  struct jl_error *err;
};

static bool add_event(struct following *f, const struct jl_record *before, const struct jl_record *after, unsigned depth) {
  if (f->count == f->capacity) {
    size_t wanted = f->capacity * 2 + 16;
    struct event *larger = jl_arena_array(f->run->a, wanted, sizeof *larger);
    if (larger == NULL) return jl_no_memory(f->err);
    if (f->count > 0) memcpy(larger, f->events, f->count * sizeof *larger);
    f->events = larger;
    f->capacity = wanted;
  }
  f->events[f->count++] = (struct event){before, after, depth};
  return true;
}

/* ---- one firing ---- */
static bool author_of(const struct jl_record *automation, struct jl_id *ret) { return jl_record_id(automation->type, automation->body, JL_AUTOMATION_AUTHOR, ret); }

/* What whoever wrote it may do now. 0: enough; else why it is switched off. */
static int64_t judge_author(const struct jl_run *run, const struct jl_record *automation, struct jl_author *ret) {
  struct jl_rights rights;
  *ret = (struct jl_author){.allowed = UINT32_MAX};
  if (!author_of(automation, &ret->person) || jl_rights_has_left(run->in->organisation, &ret->person)) return JL_STOP_LEFT;
  jl_space_rights(run->space, run->in->organisation, &(struct jl_who){ret->person, false}, &rights);
  ret->may_edit = rights.editable;
  ret->may_read = rights.readable;
  return (rights.editable >> JL_SECTION_ACTIONS & 1) != 0 ? 0 : JL_STOP_RIGHTS;
}

/* A copy that only foresees does not know everybody. */
static bool is_known(const struct jl_run *run, const struct jl_record *automation) {
  struct jl_id person;
  return !run->in->foresees || (run->in->organisation != NULL && author_of(automation, &person) && jl_rights_knows(run->in->organisation, &person));
}

/* Each record that the firing changed, once. */
static struct jl_id *changed_since(struct jl_run *run, const struct jl_mark *mark, size_t *ret_n) {
  struct jl_id *ids = jl_arena_array(run->a, run->replaced_count - mark->replaced + 1, sizeof *ids);
  *ret_n = 0;
  for (size_t i = mark->replaced; ids != NULL && i < run->replaced_count; i++) {
    bool known = false;
    for (size_t k = 0; k < *ret_n && !known; k++) known = jl_id_equal(&ids[k], &run->replaced[i].id);
    if (!known) ids[(*ret_n)++] = run->replaced[i].id;
  }
  return ids;
}

static bool edits_field(const Jalon__Edit *e, uint32_t field) {
  for (size_t i = 0; i < e->n_fields; i++)
    if (e->fields[i]->field == field && e->fields[i]->has_next) return true;
  return false;
}

/* Nobody's typing is silently overwritten: not by what it sets off either. */
static const Jalon__FieldEdit *overwrites(const struct jl_run *run, const Jalon__Group *firing) {
  for (size_t i = 0; i < firing->n_edits; i++)
    for (size_t k = 0; k < run->group->n_edits; k++) {
      const Jalon__Edit *does = firing->edits[i], *typed = run->group->edits[k];
      if (does->verb != JALON__VERB__UPDATE || typed->verb != JALON__VERB__UPDATE || !jl_bytes_equal(JL_PB(does->id), JL_PB(typed->id))) continue;
      for (size_t n = 0; n < does->n_fields; n++)
        if (does->fields[n]->has_next && edits_field(typed, does->fields[n]->field)) return does->fields[n];
    }
  return NULL;
}

static bool perform(struct jl_run *run, struct jl_setting_of *of, struct jl_firing *firing, const struct jl_id *id, const struct jl_author *author) {
  const struct jl_record *record = jl_replica_live(run->space, &firing->record);
  struct jl_evaluation in = *run->in;
  Jalon__Group group = *run->group;
  struct jl_mark mark = jl_run_mark(run);
  size_t n = 0;
  if (record == NULL) return jl_fail(&firing->why, JL_E_RECORD_DELETED, JL_MSG("what it is about was deleted"), NULL);
  in.author = *author;
  in.names = NULL;
  group.n_guards = 0;
  if (!jl_firing_edits(of, firing->automation, record, id, &group, &firing->made, &firing->why)) return false;
  const Jalon__FieldEdit *over = overwrites(run, &group);
  if (over != NULL)
    return jl_fail(&firing->why, JL_E_RULE_VIOLATION, JL_MSG("{1} was changed by hand just then, and stays as it was typed"), NULL,
                   jl_arg_label(jl_field_by_number(record->type, over->field)->label));
  if (!jl_run_apart(run, &in, &group, &firing->why)) return false;
  struct jl_id *ids = changed_since(run, &mark, &n);
  if (ids == NULL) return jl_no_memory(&firing->why);
  const struct jl_evaluation *was = run->in;
  run->in = &in;
  bool ok = jl_run_check(run, ids, n, &firing->why);
  run->in = was;
  return ok;
}

bool jl_firing_try(struct jl_run *run, struct jl_setting_of *of, struct jl_firing *firing, const struct jl_id *id, struct jl_error *err) {
  struct jl_author author;
  struct jl_mark mark = jl_run_mark(run);
  firing->stop = judge_author(run, firing->automation->record, &author);
  firing->outcome = JL_FIRING_STOPPED;
  if (firing->stop != 0) return true;
  run->on_behalf = author.person;
  bool ok = perform(run, of, firing, id, &author);
  run->on_behalf = (struct jl_id){{0}};
  firing->outcome = ok ? JL_FIRING_DONE : JL_FIRING_REFUSED;
  if (ok) return true;
  firing->made = (struct jl_id){{0}};
  if (!jl_run_take_back(run, &mark)) return jl_no_memory(err);
  if (firing->why.code != JL_E_NO_MEMORY) return true;
  if (err != NULL) *err = firing->why;
  return false;
}

/* ---- the group ---- */
static struct jl_firing *firing_of(const struct jl_firings *firings, const struct jl_automation *automation, const struct jl_id *record, bool cut) {
  for (size_t i = 0; i < firings->count; i++) {
    struct jl_firing *known = &firings->list[i];
    if (known->automation == automation && jl_id_equal(&known->record, record) && (known->outcome == JL_FIRING_CUT) == cut) return known;
  }
  return NULL;
}

/* At most one for each that fired, one that came too deep and one that came too late. */
#define FIRINGS_MAX (JL_AUTOMATION_FIRINGS + JL_AUTOMATION_DUE + 32)

static struct jl_firing *add_firing(struct following *f, const struct jl_automation *automation, const struct jl_id *record) {
  if (f->firings->count == FIRINGS_MAX) return NULL;
  struct jl_firing *firing = &f->firings->list[f->firings->count++];
  *firing = (struct jl_firing){.automation = automation, .record = *record};
  return firing;
}

static void cut(struct following *f, const struct jl_automation *automation, const struct jl_record *record, const char *message, int64_t limit) {
  if (firing_of(f->firings, automation, &record->id, true) != NULL) return;
  struct jl_firing *firing = add_firing(f, automation, &record->id);
  if (firing == NULL) return;
  firing->outcome = JL_FIRING_CUT;
  jl_fail(&firing->why, JL_E_RULE_VIOLATION, message, NULL, jl_arg_integer(limit));
}

static bool went_off(struct following *f, const struct jl_mark *mark, unsigned depth) {
  struct jl_run *run = f->run;
  size_t n = 0;
  struct jl_id *ids = changed_since(run, mark, &n);
  if (ids == NULL) return jl_no_memory(f->err);
  for (size_t i = 0; i < n; i++) {
    size_t at = mark->replaced;
    while (!jl_id_equal(&run->replaced[at].id, &ids[i])) at++; /* the first one is from before the firing */
    if (!add_event(f, run->replaced[at].was, jl_replica_record(run->space, &ids[i]), depth)) return false;
  }
  return true;
}

/* The same way of the same group, on whatever machine, makes the same ids. */
static struct jl_id own_id(const struct jl_run *run, const struct jl_firing *firing) {
  if (!jl_id_is_zero(&firing->id)) return firing->id;
  const struct jl_id *automation = &firing->automation->record->id;
  const struct jl_bytes parts[] = {JL_PB(run->group->group_id), {automation->bytes, sizeof automation->bytes}, {firing->record.bytes, sizeof firing->record.bytes}};
  return jl_id_derive("automation firing in a group", parts, JL_COUNT(parts));
}

static bool fire(struct following *f, struct jl_firing *firing, unsigned depth) {
  struct jl_mark mark = jl_run_mark(f->run);
  struct jl_id id = own_id(f->run, firing);
  if (!jl_firing_try(f->run, &f->of, firing, &id, f->err)) return false;
  if (f->run->in->foresees && firing->outcome == JL_FIRING_STOPPED) { /* that is the server's to say */
    f->firings->count--;
    return true;
  }
  f->firings->done += firing->outcome == JL_FIRING_DONE;
  return firing->outcome != JL_FIRING_DONE || went_off(f, &mark, depth + 1);
}

static bool breeds(const struct jl_automation *automation, const struct jl_id *record) {
  return jl_automation_made(record) && jl_record_has(automation->record->body, JL_AUTOMATION_CREATES);
}

static bool is_stopped(const struct jl_firings *firings, const struct jl_automation *automation) {
  for (size_t i = 0; i < firings->count; i++)
    if (firings->list[i].automation == automation && firings->list[i].outcome == JL_FIRING_STOPPED) return true;
  return false;
}

static bool meet(struct following *f, const struct event *event, const struct jl_automation *automation) {
  const struct jl_record *after = event->after;
  if (!jl_automation_triggered(&f->of, automation, event->before, after) || !jl_automation_holds(&f->of, automation, after) ||
      breeds(automation, &after->id) || !is_known(f->run, automation->record) || is_stopped(f->firings, automation))
    return true;
  if (firing_of(f->firings, automation, &after->id, false) != NULL) {
    cut(f, automation, after, JL_MSG("it would have fired again for the same record: a loop"), 0);
    return true;
  }
  if (event->depth >= JL_AUTOMATION_DEPTH) {
    cut(f, automation, after, JL_MSG("more than {1} automations set each other off"), JL_AUTOMATION_DEPTH);
    return true;
  }
  if (f->firings->count >= JL_AUTOMATION_FIRINGS) {
    if (!f->firings->full) cut(f, automation, after, JL_MSG("one edit set off more than {1} firings: this one and those after it were left out"), JL_AUTOMATION_FIRINGS);
    f->firings->full = true;
    return true;
  }
  struct jl_firing *firing = add_firing(f, automation, &after->id);
  return firing == NULL || fire(f, firing, event->depth);
}

/* Fields beyond it are looked at each time. */
#define FIELDS_KNOWN 256

static bool hold_against(struct following *f, const struct event *event) {
  uint32_t fields[512];
  bool changed[FIELDS_KNOWN] = {false};
  struct jl_bytes was = event->before == NULL ? (struct jl_bytes){NULL, 0} : event->before->body;
  size_t n = jl_record_diff(was, event->after->body, fields, JL_COUNT(fields));
  for (size_t i = 0; i < n; i++)
    if (fields[i] < FIELDS_KNOWN) changed[fields[i]] = true;
  for (size_t i = 0; i < f->firings->automation_count && !f->firings->full; i++) {
    const struct jl_automation *automation = &f->firings->automations[i];
    uint32_t field = automation->when.field == NULL ? FIELDS_KNOWN : automation->when.field->number;
    if (automation->of != event->after->type || (field < FIELDS_KNOWN && !changed[field])) continue;
    if (!meet(f, event, automation)) return false;
  }
  return true;
}

/* ---- by a day ---- */
static const struct jl_automation *automation_named(const struct jl_firings *firings, const struct jl_record *firing) {
  struct jl_id id;
  if (!jl_record_id(firing->type, firing->body, JL_AUTOMATION_FIRING_AUTOMATION, &id)) return NULL;
  for (size_t i = 0; i < firings->automation_count; i++)
    if (jl_id_equal(&firings->automations[i].record->id, &id)) return &firings->automations[i];
  return NULL;
}

static bool is_due(struct following *f, const struct jl_record *made, const struct jl_automation *automation, const struct jl_id *record) {
  int32_t day = 0, due = (int32_t)jl_record_int(made->type, made->body, JL_AUTOMATION_FIRING_DUE, 0);
  const struct jl_record *about = jl_replica_live(f->run->space, record);
  if (automation == NULL || automation->trigger != JL_TRIGGER_DATE || about == NULL) return false;
  struct jl_id id = jl_firing_id(&automation->record->id, record, due);
  return jl_id_equal(&id, &made->id) && jl_automation_day(&f->of, automation, about, &day) && day == due && day <= f->of.today &&
         jl_automation_holds(&f->of, automation, about) && !breeds(automation, record);
}

/* The server found it due in what was committed then. What is not so any more is looked for again. */
static bool found_due(struct following *f, const struct jl_record *made) {
  struct jl_id record;
  if (!jl_automation_days(&f->of)) return jl_no_memory(f->err);
  return (jl_record_id(made->type, made->body, JL_AUTOMATION_FIRING_RECORD, &record) && is_due(f, made, automation_named(f->firings, made), &record)) ||
         jl_fail(f->err, JL_E_GUARD_FAILED, JL_MSG("what made an automation fire is not so any more"), NULL);
}

/* Of several that one day fires for a record the first ones may take the reason away from the others: these are over for that day, else the
 * same group would be looked for again and refused for ever. */
static bool fire_due(struct following *f, const struct jl_record *made) {
  const struct jl_automation *automation = automation_named(f->firings, made);
  struct jl_id record;
  bool named = jl_record_id(made->type, made->body, JL_AUTOMATION_FIRING_RECORD, &record);
  struct jl_firing *firing = !named || is_stopped(f->firings, automation) ? NULL : add_firing(f, automation, &record);
  if (firing == NULL) return true;
  firing->id = made->id;
  if (is_due(f, made, automation, &record)) return fire(f, firing, 0);
  firing->outcome = JL_FIRING_CUT;
  jl_fail(&firing->why, JL_E_RULE_VIOLATION, JL_MSG("what made an automation fire is not so any more"), NULL);
  return true;
}

/* ---- what is written about automations ---- */
static bool set_number(struct jl_run *run, const struct jl_id *id, uint32_t field, const struct jl_value *value, struct jl_error *err) {
  const struct jl_record *record = jl_replica_record(run->space, id);
  struct jl_bytes slice = {NULL, 0};
  if (value != NULL) {
    slice = jl_value_encode(run->a, jl_field_by_number(record->type, field), value);
    if (slice.data == NULL) return jl_no_memory(err);
  }
  if (jl_bytes_equal(slice, jl_record_slice(record->body, field))) return true;
  struct jl_bytes body = jl_record_with(run->a, record->body, field, slice);
  return body.data != NULL ? jl_run_put(run, record->type, id, record, body, false, err) : jl_no_memory(err);
}

/* Where it has no other words it says its title, in its author's name. */
static bool says_title(const struct jl_record *automation) {
  return jl_record_has(automation->body, JL_AUTOMATION_NOTIFY) && !jl_record_has(automation->body, JL_AUTOMATION_COMMENT);
}

static bool differs(const struct jl_record *before, const struct jl_record *after, uint32_t but) {
  uint32_t fields[64];
  size_t n = jl_record_diff(before->body, after->body, fields, JL_COUNT(fields));
  for (size_t i = 0; i < n; i++)
    if (fields[i] != but && (fields[i] != JL_AUTOMATION_TITLE || says_title(after)) && fields[i] != JL_AUTOMATION_AUTHOR && fields[i] != JL_AUTOMATION_SINCE) return true;
  return false;
}

/* It does what its last author may do: nobody lends anybody rights by changing what another one's automation does, or by switching it on. Days
 * that passed while it was not so, or off, make nothing fire. Switched off by hand it stays its author's. */
static bool note_author(struct jl_run *run, const struct jl_touch *touch, struct jl_error *err) {
  const struct jl_record *after = jl_replica_record(run->space, &touch->id);
  if (after->type_number != JL_TYPE_AUTOMATION || after->deleted_revision != 0) return true;
  bool came = touch->before == NULL || touch->before->deleted_revision != 0;
  int64_t state = jl_record_int(after->type, after->body, JL_AUTOMATION_STATE, JL_AUTOMATION_ON);
  bool back = run->group->undoes != 0 || run->group->redoes != 0 || run->group->has_import;
  bool stops = state == JL_AUTOMATION_STOPPED && (came || jl_record_int(after->type, touch->before->body, JL_AUTOMATION_STATE, JL_AUTOMATION_ON) != state);
  if (stops && back) return set_number(run, &touch->id, JL_AUTOMATION_STATE, &(struct jl_value){.number = JL_AUTOMATION_OFF}, err);
  if (stops) {
    jl_fail(err, JL_E_DENIED, JL_MSG("only the server switches an automation off in this way"), JL_MSG("switch it off by hand: state off"));
    return jl_error_at(err, after->type_number, &after->id, JL_AUTOMATION_STATE);
  }
  if (!came && !differs(touch->before, after, state == JL_AUTOMATION_OFF ? JL_AUTOMATION_STATE : 0)) return true;
  if (!set_number(run, &touch->id, JL_AUTOMATION_STOPPED_BECAUSE, NULL, err) ||
      !set_number(run, &touch->id, JL_AUTOMATION_SINCE, &(struct jl_value){.number = run->in->today}, err))
    return false;
  return jl_id_is_zero(&run->in->author.person) || set_number(run, &touch->id, JL_AUTOMATION_AUTHOR, &(struct jl_value){.id = run->in->author.person}, err);
}

static bool check_edits(const struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0; i < run->group->n_edits && !run->in->author.by_system; i++)
    if (run->group->edits[i]->type == JL_TYPE_AUTOMATION_FIRING)
      return jl_fail(err, JL_E_DENIED, JL_MSG("what automations did is kept by the server"), JL_MSG("change the automation itself"));
  return true;
}

/* Also of one that is switched off. */
static bool try_out(struct following *f, const struct jl_trial *trial) {
  const struct jl_record *record = jl_replica_live(f->run->space, &trial->automation);
  const struct jl_automation *automation = NULL;
  for (size_t i = 0; i < f->firings->automation_count && automation == NULL; i++)
    if (f->firings->automations[i].record == record) automation = &f->firings->automations[i];
  struct jl_automation *off = automation != NULL || record == NULL ? NULL : jl_arena_alloc(f->run->a, sizeof *off);
  if (automation == NULL && off == NULL) return jl_no_memory(f->err);
  if (automation == NULL && !jl_automation_read(record, f->run->a, off, f->err)) return false;
  struct jl_firing *firing = add_firing(f, automation != NULL ? automation : off, &trial->record);
  return firing == NULL || fire(f, firing, 0);
}

static bool is_by_day(const struct jl_touch *touch, const struct jl_record *after) { return after->type_number == JL_TYPE_AUTOMATION_FIRING && touch->before == NULL; }

static bool follow(struct following *f) {
  struct jl_run *run = f->run;
  if (run->in->trial != NULL && !try_out(f, run->in->trial)) return false;
  size_t edited = run->touch_count;
  for (size_t i = 0; i < edited; i++) {
    const struct jl_record *after = jl_replica_record(run->space, &run->touches[i].id);
    if (is_by_day(&run->touches[i], after) && !found_due(f, after)) return false;
  }
  for (size_t i = 0; i < edited; i++) {
    const struct jl_record *before = run->touches[i].before, *after = jl_replica_record(run->space, &run->touches[i].id);
    if (is_by_day(&run->touches[i], after) ? !fire_due(f, after) : !add_event(f, before, after, 0)) return false;
  }
  for (size_t i = 0; i < f->count; i++) {
    const struct event event = f->events[i];
    if (event.after->type != NULL && !hold_against(f, &event)) return false;
  }
  return true;
}

bool jl_automations_follow(struct jl_run *run, struct jl_error *err) {
  if (jl_replica_kind(run->space) != JL_SPACE_PLAN) return true;
  if (!check_edits(run, err)) return false;
  for (size_t i = 0, edited = run->touch_count; i < edited; i++) {
    const struct jl_touch touch = run->touches[i];
    if (!note_author(run, &touch, err)) return false;
  }
  if (run->group->undoes != 0 || run->group->redoes != 0 || run->group->has_import) return true;
  if (jl_replica_of_type(run->space, JL_TYPE_AUTOMATION) == 0) return true;
  struct jl_firings *firings = jl_arena_alloc(run->a, sizeof *firings);
  struct jl_automation *automations = jl_arena_array(run->a, JL_AUTOMATIONS, sizeof *automations);
  if (firings == NULL || automations == NULL) return jl_no_memory(err);
  *firings = (struct jl_firings){.automations = automations, .automation_count = jl_automations_on(run->space, run->a, automations)};
  if (firings->automation_count == 0 && !run->in->author.by_system && run->in->trial == NULL) return true;
  firings->list = jl_arena_array(run->a, FIRINGS_MAX, sizeof *firings->list);
  if (firings->list == NULL) return jl_no_memory(err);
  firings->mark = jl_run_mark(run);
  run->firings = firings;
  struct following f = {.run = run, .firings = firings, .err = err, .of = {run->space, run->in->organisation, NULL, run->in->today, run->a, 0}};
  return follow(&f) && jl_firings_keep(run, err);
}

bool jl_automations_withdraw(struct jl_run *run, struct jl_error *err) {
  struct jl_firings *firings = run->firings;
  struct jl_error why = {0};
  if (err != NULL) why = *err;
  if (firings == NULL || firings->done == 0 || why.code == JL_E_NO_MEMORY) return false;
  if (!jl_run_take_back(run, &firings->mark)) return jl_no_memory(err);
  for (size_t i = 0; i < firings->count; i++) {
    if (firings->list[i].outcome != JL_FIRING_DONE) continue;
    firings->list[i].outcome = JL_FIRING_REFUSED;
    firings->list[i].made = (struct jl_id){{0}};
    firings->list[i].why = why;
  }
  firings->done = 0;
  return jl_firings_keep(run, err);
}
