#include "common/model/calendar/capacity_cells.h"
#include "common/base/calendar.h"
#include <inttypes.h>
#include <stdio.h>

#define HUNDREDTH 10000 /* millionths: what is shown */

const char *jl_weekday_label(int weekday) {
  static const char *const labels[] = {JL_MSG("Mon"), JL_MSG("Tue"), JL_MSG("Wed"), JL_MSG("Thu"), JL_MSG("Fri"), JL_MSG("Sat"), JL_MSG("Sun")};
  return labels[weekday - 1];
}

static int64_t shown(int64_t millionths) { return (millionths + HUNDREDTH / 2) / HUNDREDTH * HUNDREDTH; }

void jl_cell_days(struct jl_builder *b, int64_t millionths, bool too_much) {
  if (millionths <= 0) {
    jl_cell_empty(b);
    return;
  }
  jl_cell(b, jl_arg_fraction(shown(millionths), ""));
  if (too_much) jl_cell_tone(b, JL_TONE_BAD);
}

static const char *state_of(const struct jl_working_days *days, int32_t day, const char **ret_text) {
  static const struct {
    const char *label, *text;
  } states[] = {[JL_DAY_WORKED] = {NULL, ""},
                [JL_DAY_HOLIDAY] = {JL_MSG("holiday"), "holiday"},
                [JL_DAY_CLOSED] = {JL_MSG("closed"), "closed"},
                [JL_DAY_LEAVE] = {JL_MSG("away"), "away"},
                [JL_DAY_WEEKEND] = {JL_MSG("weekend"), "weekend"},
                [JL_DAY_NOT_THIS_DAY] = {JL_MSG("day off"), "off"}};
  enum jl_day_off off = jl_day_off(days, day);
  *ret_text = states[off].text;
  return states[off].label;
}

void jl_cell_over(struct jl_builder *b, int64_t millionths) {
  if (millionths <= 0) {
    jl_cell_empty(b);
    return;
  }
  jl_cell_label(b, JL_MSG("overload"), "overload");
  jl_cell_tone(b, JL_TONE_BAD);
}

void jl_cell_day_state(struct jl_builder *b, const struct jl_working_days *days, int32_t day, bool too_much) {
  const char *text, *label = state_of(days, day, &text);
  if (label != NULL) {
    jl_cell_label(b, label, text);
    jl_cell_tone(b, too_much ? JL_TONE_BAD : JL_TONE_MUTED);
  } else {
    jl_cell_over(b, too_much);
  }
}

/* The reason when all the days are off for it. */
static const char *reason(const struct jl_working_days *days, int32_t first, int32_t last, const char **ret_text) {
  const char *label = state_of(days, first, ret_text), *text;
  for (int32_t day = first + 1; day <= last; day++) {
    const char *other = state_of(days, day, &text);
    if (other != label && jl_day_off(days, day) != JL_DAY_WEEKEND) return NULL;
  }
  return label;
}

/* Files have the same in every language: "0.25". */
static void plain(int64_t millionths, char ret_text[24]) {
  int64_t hundredths = millionths / HUNDREDTH;
  if (hundredths % 100 == 0)
    snprintf(ret_text, 24, "%" PRId64, hundredths / 100);
  else if (hundredths % 10 == 0)
    snprintf(ret_text, 24, "%" PRId64 ".%" PRId64, hundredths / 100, hundredths % 100 / 10);
  else
    snprintf(ret_text, 24, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
}

void jl_cell_taken(struct jl_builder *b, const struct jl_capacity *c, size_t person, int32_t first, int32_t last) {
  int64_t time = jl_time_of(c, person, first, last), booked = jl_booked_person(c, person, first, last);
  const struct jl_arg args[] = {jl_arg_fraction(shown(booked), ""), jl_arg_fraction(shown(time), "")};
  const char *text = "", *why = booked > 0 || time > 0 ? NULL : reason(c->people[person].days, first, last, &text);
  if (why != NULL) {
    jl_cell_label(b, why, text);
    jl_cell_tone(b, JL_TONE_MUTED);
    return;
  }
  char of_booked[24], of_time[24], both[52];
  plain(shown(booked), of_booked);
  plain(shown(time), of_time);
  snprintf(both, sizeof both, "%s/%s", of_booked, of_time);
  jl_cell_words(b, booked > time ? JL_MSG("{1}/{2} !") : JL_MSG("{1}/{2}"), args, 2);
  jl_cell_alternative(b, both);
  jl_cell_tone(b, booked > time ? JL_TONE_BAD : booked == 0 ? JL_TONE_MUTED : JL_TONE_NONE);
}
