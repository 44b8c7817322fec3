/* The system's zone files (TZif, RFC 9636), read anew at each call: libc's own functions keep a global zone. */
#include "common/base/calendar.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONE_DIRECTORY "/usr/share/zoneinfo/"
#define ZONE_NAME_MAX 64
#define ZONE_FILE_MAX 131072 /* bytes; the largest real one is below 4 KiB */
#define DAY INT64_C(86400)

/* One change of the footer's rule: Mm.w.d, Jn or n, and the wall-clock second of that day. */
struct change {
  char form; /* 'M', 'J' or 'n' */
  int month, week, weekday, day;
  int64_t second;
};
/* "CET-1CEST,M3.5.0,M10.5.0/3". Offsets are seconds east. */
struct rule {
  bool present, has_summer;
  int64_t standard, summer;
  struct change begin, end;
};
struct zone {
  uint8_t *file;
  const uint8_t *times, *indexes, *types;
  uint32_t time_count, type_count;
  struct rule rule;
};

static uint64_t big_endian(const uint8_t *p, size_t size) {
  uint64_t n = 0;
  for (size_t i = 0; i < size; i++) n = n << 8 | p[i];
  return n;
}

static bool name_is_safe(const char *name) {
  size_t size = strnlen(name, ZONE_NAME_MAX);
  if (size == 0 || size == ZONE_NAME_MAX || name[0] == '/' || name[0] == '.' || strstr(name, "..") != NULL) return false;
  return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == size;
}

static uint8_t *read_file(const char *name, size_t *ret_size) {
  char path[sizeof ZONE_DIRECTORY + ZONE_NAME_MAX];
  snprintf(path, sizeof path, ZONE_DIRECTORY "%s", name);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return NULL;
  struct stat status;
  uint8_t *data = NULL;
  size_t used = 0;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 && status.st_size <= ZONE_FILE_MAX)
    data = malloc((size_t)status.st_size + 1);
  while (data != NULL && used < (size_t)status.st_size) {
    ssize_t n = read(fd, data + used, (size_t)status.st_size - used);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    used += (size_t)n;
  }
  close(fd);
  if (data != NULL) data[used] = '\0';
  *ret_size = used;
  return data;
}

static const char *skip_name(const char *p) {
  const char *start = p;
  if (*p == '<') {
    p = strchr(p, '>');
    return p == NULL ? NULL : p + 1;
  }
  while ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')) p++;
  return p - start >= 3 ? p : NULL;
}

static const char *read_number(const char *p, int64_t max, int64_t *ret_n) {
  if (p == NULL || *p < '0' || *p > '9') return NULL;
  int64_t n = 0;
  for (; *p >= '0' && *p <= '9'; p++)
    if ((n = n * 10 + (*p - '0')) > max) return NULL;
  *ret_n = n;
  return p;
}

/* [+-]hh[:mm[:ss]] */
static const char *read_time(const char *p, int64_t *ret_seconds) {
  int64_t sign = 1, part, total = 0;
  if (p == NULL) return NULL;
  if (*p == '-' || *p == '+') sign = *p++ == '-' ? -1 : 1;
  for (int64_t unit = 3600, max = 167; unit > 0; unit /= 60, max = 59) {
    p = read_number(p, max, &part);
    if (p == NULL) return NULL;
    total += part * unit;
    if (*p != ':') break;
    p++;
  }
  *ret_seconds = sign * total;
  return p;
}

static const char *read_change(const char *p, struct change *ret_change) {
  struct change c = {.form = 'n', .second = 7200};
  int64_t n[3] = {0, 0, 0};
  if (*p++ != ',') return NULL;
  if (*p == 'M') {
    c.form = 'M';
    p = read_number(p + 1, 12, &n[0]);
    p = p != NULL && *p == '.' ? read_number(p + 1, 5, &n[1]) : NULL;
    p = p != NULL && *p == '.' ? read_number(p + 1, 6, &n[2]) : NULL;
    if (p == NULL || n[0] < 1 || n[1] < 1) return NULL;
    c.month = (int)n[0];
    c.week = (int)n[1];
    c.weekday = (int)n[2];
  } else {
    if (*p == 'J') c.form = *p++;
    p = read_number(p, 365, &n[0]);
    if (p == NULL) return NULL;
    c.day = (int)n[0];
  }
  if (*p == '/') p = read_time(p + 1, &c.second);
  *ret_change = c;
  return p;
}

static bool read_rule(const char *text, struct rule *ret_rule) {
  struct rule r = {.present = true};
  const char *p = read_time(skip_name(text), &r.standard);
  if (p == NULL) return false;
  r.standard = -r.standard; /* POSIX counts west as positive */
  r.summer = r.standard + 3600;
  if (*p != '\0') {
    r.has_summer = true;
    p = skip_name(p);
    if (p != NULL && *p != ',' && *p != '\0') {
      p = read_time(p, &r.summer);
      r.summer = -r.summer;
    }
    if (p != NULL) p = read_change(p, &r.begin);
    if (p != NULL) p = read_change(p, &r.end);
    if (p == NULL || *p != '\0') return false;
  }
  *ret_rule = r;
  return true;
}

/* Seconds since 1970 of a change in a year, on a clock that is not shifted. */
static int64_t change_in_year(const struct change *c, int year) {
  int32_t first = jl_day_from_date(year, 1, 1);
  bool leap = jl_date_valid(year, 2, 29);
  int64_t day = first + c->day;
  if (c->form == 'J') day = first + c->day - 1 + (leap && c->day >= 60);
  if (c->form == 'M') {
    int32_t month = jl_day_from_date(year, c->month, 1);
    int32_t next = c->month == 12 ? jl_day_from_date(year + 1, 1, 1) : jl_day_from_date(year, c->month + 1, 1);
    day = month + (c->weekday + 7 - jl_weekday(month) % 7) % 7 + (c->week - 1) * 7;
    if (day >= next) day -= 7;
  }
  return day * DAY + c->second;
}

static int64_t rule_offset(const struct rule *rule, int64_t t) {
  if (!rule->has_summer) return rule->standard;
  int64_t day = (t + rule->standard) / DAY - ((t + rule->standard) % DAY < 0);
  if (day < JL_DAY_MIN || day > JL_DAY_MAX) return rule->standard;
  int year = jl_date_from_day((int32_t)day).year;
  int64_t begin = change_in_year(&rule->begin, year) - rule->standard;
  int64_t end = change_in_year(&rule->end, year) - rule->summer;
  bool summer = begin < end ? t >= begin && t < end : t >= begin || t < end;
  return summer ? rule->summer : rule->standard;
}

#define HEADER 44
/* Size of the body that follows a header whose times have the given width. */
static size_t body_size(const uint8_t *header, size_t width) {
  size_t n[6];
  for (size_t i = 0; i < 6; i++) n[i] = (size_t)big_endian(header + 20 + 4 * i, 4);
  return n[0] + n[1] + n[2] * (width + 4) + n[3] * (width + 1) + n[4] * 6 + n[5];
}

static bool parse(struct zone *z, size_t size) {
  const uint8_t *p = z->file;
  if (size < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2') return false;
  size_t skip = HEADER + body_size(p, 4);
  if (skip > size || size - skip < HEADER || memcmp(p + skip, "TZif", 4) != 0) return false;
  p += skip;
  size -= skip;
  size_t body = body_size(p, 8);
  if (body > size - HEADER) return false;
  z->time_count = (uint32_t)big_endian(p + 32, 4);
  z->type_count = (uint32_t)big_endian(p + 36, 4);
  if (z->type_count == 0) return false;
  z->times = p + HEADER;
  z->indexes = z->times + (size_t)z->time_count * 8;
  z->types = z->indexes + z->time_count;
  for (uint32_t i = 0; i < z->time_count; i++)
    if (z->indexes[i] >= z->type_count) return false;
  char *footer = (char *)z->file + (p - z->file) + HEADER + body;
  if (*footer != '\n') return *footer == '\0';
  char *end = strchr(++footer, '\n');
  if (end == NULL) return false;
  *end = '\0';
  return *footer == '\0' || read_rule(footer, &z->rule);
}

/* Seconds east of UTC at an instant. */
static int64_t offset_at(const struct zone *z, int64_t t) {
  uint32_t low = 0, high = z->time_count; /* transitions at or before t */
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if ((int64_t)big_endian(z->times + (size_t)middle * 8, 8) <= t)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == z->time_count && z->rule.present) return rule_offset(&z->rule, t);
  uint32_t type = low == 0 ? 0 : z->indexes[low - 1];
  return (int32_t)big_endian(z->types + (size_t)type * 6, 4);
}

static int64_t day_at(const struct zone *z, int64_t t) {
  int64_t local = t + offset_at(z, t);
  return local / DAY - (local % DAY < 0);
}

/* Zones skip midnight, even whole days; so the next day is searched for in steps shorter than any two changes of a zone. */
static int64_t next_day_start(const struct zone *z, int64_t t, int64_t day) {
  int64_t low = t, high = t;
  do {
    low = high;
    high = low + 900;
  } while (day_at(z, high) <= day && high < t + 3 * DAY);
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (day_at(z, middle) > day)
      high = middle;
    else
      low = middle;
  }
  return high;
}

bool jl_day_in_zone(const char *zone, int64_t utc_us, int32_t *ret_day, int64_t *ret_next_utc_us) {
  struct zone z = {0};
  size_t size;
  if (zone == NULL || !name_is_safe(zone)) return false;
  z.file = read_file(zone, &size);
  bool ok = z.file != NULL && parse(&z, size);
  if (ok) {
    int64_t t = utc_us / 1000000 - (utc_us % 1000000 < 0);
    int64_t day = day_at(&z, t);
    ok = day >= JL_DAY_MIN && day <= JL_DAY_MAX;
    if (ok) *ret_day = (int32_t)day;
    if (ok && ret_next_utc_us != NULL) *ret_next_utc_us = next_day_start(&z, t, day) * 1000000;
  }
  free(z.file);
  return ok;
}

int32_t jl_zone_day_at(struct jl_zone_days *known, const char *zone, int64_t utc_us) {
  if (utc_us >= known->from_us && utc_us < known->until_us && strcmp(known->zone, zone) == 0) return known->day;
  if (!jl_day_in_zone(zone, utc_us, &known->day, &known->until_us)) {
    known->day = (int32_t)(utc_us / (DAY * 1000000) - (utc_us % (DAY * 1000000) < 0));
    known->until_us = (known->day + INT64_C(1)) * DAY * 1000000;
  }
  known->from_us = utc_us;
  snprintf(known->zone, sizeof known->zone, "%s", zone);
  return known->day;
}
