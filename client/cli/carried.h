/* What a plan that is made from another one takes along, record type by record type (plan_from.c). What is not in the table stays with the
 * earlier plan: what was spent, measured, said and decided in its period. */
#ifndef JL_CLI_CARRIED_H
#define JL_CLI_CARRIED_H
#include <stdbool.h>
#include <stdint.h>

enum { JL_CARRIED_FIELDS = 4 };
struct jl_carried {
  uint32_t type;
  const char *part;                       /* of --without */
  uint32_t dates[JL_CARRIED_FIELDS];      /* move with the plan's start; 0: none */
  uint32_t left[JL_CARRIED_FIELDS + 1];   /* are of the earlier period */
  uint32_t working[2];                    /* start and due: land on days from Monday to Friday */
};
const struct jl_carried *jl_carried_of(uint32_t type); /* NULL: it stays */
const char *jl_carried_parts(void);                    /* "actions, budget, ...", for messages */
bool jl_carried_is_part(const char *text);
/* A day of a plan that starts on one day as a day of one that starts on another: whole months later where both start on the same day of a
 * month, the last day of a month being the last there too; else as many days later as the plan starts. */
int32_t jl_carried_day(int32_t day, int32_t from_start, int32_t to_start);
#endif
