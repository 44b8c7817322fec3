/* The plan's day. */
#include "common/base/calendar.h"
#include "common/model/query.h"
#include "server/net/session.h"
#include <stdio.h>
#include <string.h>

/* The zone's file is read once per zone and day. */
static int32_t day_in_zone(struct jl_server *server, const char *zone, int64_t now_us) {
  for (size_t i = 0; i < JL_ZONE_DAYS; i++) {
    struct jl_zone_day *known = &server->zone_days[i];
    if (known->until_us > now_us && strcmp(known->zone, zone) == 0) return known->day;
  }
  struct jl_zone_day *entry = &server->zone_days[server->next_zone_day++ % JL_ZONE_DAYS];
  int32_t day;
  int64_t until_us;
  if (!jl_day_in_zone(zone, now_us, &day, &until_us)) {
    day = (int32_t)(now_us / INT64_C(86400000000));
    until_us = (day + INT64_C(1)) * INT64_C(86400000000);
  }
  snprintf(entry->zone, sizeof entry->zone, "%s", zone);
  entry->day = day;
  entry->until_us = until_us;
  return day;
}

int32_t jl_server_today(struct jl_server *server, const struct jl_replica *plan) {
  char zone[JL_ZONE_MAX];
  jl_plan_time_zone(plan, zone);
  return day_in_zone(server, zone, jl_now_utc_us());
}
