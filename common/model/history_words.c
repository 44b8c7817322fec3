/* Changes as sentences: "Paul took B3 Licences from 1 000 EUR to 1 200 EUR". One table of templates: by what was done, and for a change of
 * a field by the field's kind. {1} who, {2} the record, {3} the field, {4} before, {5} after; translations order them as they like. */
#include "common/model/history_words.h"
#include "common/model/view_support.h"
#include "common/record/schema.h"
#include <string.h>

enum shape { VERB, FIGURE, MAIN_FIGURE, DAY, CHOICE, SHORT_TEXT, LONG_TEXT, LINK_TO, SET, PLACE, UNKNOWN, SHAPES };
/* changed: from one value to another; set: there was none; cleared: there is none any more. Of a set: some added and some taken out. */
static const struct {
  const char *changed, *set, *cleared;
} templates[SHAPES] = {
    [VERB] = {JL_MSG("{1} restored {2}"), JL_MSG("{1} made {2}"), JL_MSG("{1} deleted {2}")},
    [FIGURE] = {JL_MSG("{1} took {2} ({3}) from {4} to {5}"), JL_MSG("{1} set {2} ({3}) to {5}"),
                JL_MSG("{1} cleared {2} ({3}), which was {4}")},
    [MAIN_FIGURE] = {JL_MSG("{1} took {2} from {4} to {5}"), JL_MSG("{1} set {2} to {5}"), JL_MSG("{1} cleared {2} ({3}), which was {4}")},
    [DAY] = {JL_MSG("{1} moved {2} ({3}) from {4} to {5}"), JL_MSG("{1} set {2} ({3}) on {5}"),
             JL_MSG("{1} cleared {2} ({3}), which was {4}")},
    [CHOICE] = {JL_MSG("{1} put {2} ({3}) from \"{4}\" to \"{5}\""), JL_MSG("{1} put {2} ({3}) to \"{5}\""),
                JL_MSG("{1} cleared {2} ({3}), which was \"{4}\"")},
    [SHORT_TEXT] = {JL_MSG("{1} changed {2} ({3}) from \"{4}\" to \"{5}\""), JL_MSG("{1} wrote \"{5}\" in {2} ({3})"),
                    JL_MSG("{1} cleared {2} ({3}), which was \"{4}\"")},
    [LONG_TEXT] = {JL_MSG("{1} rewrote {2} ({3}): \"{5}\""), JL_MSG("{1} wrote in {2} ({3}): \"{5}\""),
                   JL_MSG("{1} cleared {2} ({3}), which was \"{4}\"")},
    [LINK_TO] = {JL_MSG("{1} put {5} in place of {4} in {2} ({3})"), JL_MSG("{1} put {5} in {2} ({3})"),
                 JL_MSG("{1} took {4} out of {2} ({3})")},
    [SET] = {JL_MSG("{1} added {5} to {2} ({3}) and took {4} out"), JL_MSG("{1} added {5} to {2} ({3})"),
             JL_MSG("{1} took {4} out of {2} ({3})")},
    [PLACE] = {JL_MSG("{1} moved {2} in its list"), JL_MSG("{1} moved {2} in its list"), JL_MSG("{1} moved {2} in its list")},
    [UNKNOWN] = {JL_MSG("{1} changed {2}"), JL_MSG("{1} changed {2}"), JL_MSG("{1} changed {2}")},
};

/* A record's one amount needs no name; nor does what a budget line plans, beside its bounds and estimates. */
static bool is_its_amount(const struct jl_record_type *type, const struct jl_field *field) {
  size_t n = 0;
  if (type->number == JL_TYPE_BUDGET_LINE) return field->number == JL_BUDGET_LINE_PLANNED;
  for (size_t i = 0; i < type->field_count; i++) n += type->fields[i].kind == JL_KIND_MONEY;
  return field->kind == JL_KIND_MONEY && n == 1;
}

static enum shape shape_of(const struct jl_record_type *type, const struct jl_field *field) {
  if (field == NULL) return UNKNOWN;
  if (field->repeated) return SET;
  switch (field->kind) {
  case JL_KIND_MONEY:
    return is_its_amount(type, field) ? MAIN_FIGURE : FIGURE;
  case JL_KIND_INTEGER:
  case JL_KIND_FRACTION:
  case JL_KIND_SHARE:
    return FIGURE;
  case JL_KIND_DATE:
  case JL_KIND_TIME:
    return DAY;
  case JL_KIND_ENUM:
  case JL_KIND_BOOL:
  case JL_KIND_CURRENCY:
    return CHOICE;
  case JL_KIND_TEXT:
  case JL_KIND_LINK:
    return SHORT_TEXT;
  case JL_KIND_LONG_TEXT:
    return LONG_TEXT;
  case JL_KIND_REFERENCE:
    return LINK_TO;
  case JL_KIND_RANK:
    return PLACE;
  }
  return UNKNOWN;
}

void jl_cell_verb_words(struct jl_builder *b, const struct jl_told *told, Jalon__Verb verb) {
  const struct jl_arg args[] = {told->who, told->what};
  const char *message = verb == JALON__VERB__CREATE    ? templates[VERB].set
                        : verb == JALON__VERB__DELETE  ? templates[VERB].cleared
                        : verb == JALON__VERB__RESTORE ? templates[VERB].changed
                                                       : templates[UNKNOWN].changed;
  jl_cell_words(b, message, args, JL_COUNT(args));
}

void jl_cell_field_words(struct jl_builder *b, const struct jl_view_input *in, const struct jl_told *told, const struct jl_told_field *f) {
  struct jl_arg none = {.kind = JL_ARG_NONE};
  struct jl_arg args[] = {told->who, told->what, none, none, none};
  enum shape shape = shape_of(told->type, f->field);
  const char *message = templates[shape].changed;
  if (f->erased && f->field != NULL) {
    args[2] = jl_arg_label(f->field->label);
    jl_cell_words(b, JL_MSG("{1} changed {2} ({3}); the values were erased"), args, JL_COUNT(args));
    return;
  }
  if (f->field != NULL && shape != PLACE) {
    const struct jl_setting s = {b, in->space, in->organisation, told->now, told->type, f->field};
    bool set = shape == SET;
    args[2] = jl_arg_label(f->field->label);
    args[3] = jl_arg_slice(&s, f->before, set ? f->after : (struct jl_bytes){NULL, 0});
    args[4] = jl_arg_slice(&s, f->after, set ? f->before : (struct jl_bytes){NULL, 0});
    if (args[3].kind == JL_ARG_NONE) message = templates[shape].set;
    if (args[4].kind == JL_ARG_NONE) message = templates[shape].cleared;
    if (strstr(message, "{3}") == NULL) args[2] = none; /* it would travel with each row */
  }
  jl_cell_words(b, message, args, JL_COUNT(args));
}
