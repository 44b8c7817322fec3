/* Scheduling (common/model/actions/schedule.h) against published networks, dates worked out by hand on the calendar of 2026, and random
 * networks that are worked out a second time in another way: day by day, counting days one by one, until nothing is violated.
 *
 * A case has a line per work: name, days of work, what it waits for ("A", "A:ss+2", several joined by ","; "-": nothing), first day, last
 * day, slack, and what else holds for it (from=, due=, late, fixed=DAY, cal=all|away). Textbooks count from 0 to the end without
 * weekends: there the first day is the early start and the last day the early finish. */
#include "common/base/calendar.h"
#include "common/model/actions/schedule.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST 40

/* ---- calendars ---- */
/* Public holidays of metropolitan France as the Etalab list has them, by hand. */
static bool holiday(int32_t day) {
  static const int of_2026[][2] = {{1, 1}, {4, 6}, {5, 1}, {5, 8}, {5, 14}, {5, 25}, {7, 14}, {8, 15}, {11, 1}, {11, 11}, {12, 25}};
  struct jl_date d = jl_date_from_day(day);
  if (d.year == 2027 && d.month == 1 && d.day == 1) return true;
  for (size_t i = 0; d.year == 2026 && i < JL_COUNT(of_2026); i++)
    if (d.month == of_2026[i][0] && d.day == of_2026[i][1]) return true;
  return false;
}
static bool french(const void *context, int32_t day) {
  (void)context;
  return jl_weekday(day) <= 5 && !holiday(day);
}
static bool all_days(const void *context, int32_t day) {
  (void)context, (void)day;
  return true;
}
/* Somebody French who is away from 18 to 22 May 2026. */
static bool away(const void *context, int32_t day) {
  int32_t first = jl_day_from_date(2026, 5, 18);
  return french(context, day) && (day < first || day > first + 4);
}

struct net {
  struct jl_arena *a;
  const struct jl_days *days, *french, *all, *away;
  struct jl_work works[MOST];
  struct jl_dependence links[MOST * 4];
  char names[MOST][8];
  int64_t expected[MOST][3]; /* first, last, slack */
  size_t count, link_count;
  int32_t origin;
  bool numbers;
  struct jl_schedule s;
};

static struct net *net_new(const char *origin) {
  struct net *n = calloc(1, sizeof *n);
  assert_non_null(n);
  n->a = jl_arena_new(8u << 20);
  assert_non_null(n->a);
  n->numbers = origin == NULL;
  n->origin = 0;
  assert_true(origin == NULL || jl_day_parse_iso(origin, &n->origin));
  int32_t first = n->origin - 400;
  n->french = jl_days_new(n->a, first, first + 1500, french, NULL);
  n->all = jl_days_new(n->a, first, first + 1500, all_days, NULL);
  n->away = jl_days_new(n->a, first, first + 1500, away, NULL);
  n->days = n->numbers ? n->all : n->french;
  return n;
}

static void net_free(struct net *n) {
  jl_arena_free(n->a);
  free(n);
}

static int32_t day_of(const struct net *n, const char *text) {
  int32_t day;
  if (n->numbers) return (int32_t)strtol(text, NULL, 10);
  if (!jl_day_parse_iso(text, &day)) fail_msg("no day: %s", text);
  return day;
}

static uint32_t named(const struct net *n, const char *name, size_t size) {
  for (uint32_t i = 0; i < n->count; i++)
    if (strlen(n->names[i]) == size && memcmp(n->names[i], name, size) == 0) return i;
  fail_msg("no work %.*s", (int)size, name);
  return 0;
}

static void read_links(struct net *n, uint32_t after, const char *text) {
  static const char *const kinds[] = {"", "fs", "ss", "ff", "sf"};
  while (*text != '\0' && *text != '-') {
    size_t size = strcspn(text, ":,");
    struct jl_dependence l = {.before = named(n, text, size), .after = after, .kind = JL_LINK_FS};
    text += size;
    if (*text == ':') {
      for (int k = 1; k <= 4; k++)
        if (strncmp(text + 1, kinds[k], 2) == 0) l.kind = (enum jl_link_kind)k;
      char *end;
      l.lag = (int32_t)strtol(text + 3, &end, 10);
      text = end;
    }
    if (*text == ',') text++;
    n->links[n->link_count++] = l;
  }
}

static void read_option(struct net *n, struct jl_work *w, const char *text) {
  if (strncmp(text, "from=", 5) == 0) w->floor = day_of(n, text + 5);
  else if (strncmp(text, "due=", 4) == 0) w->deadline = day_of(n, text + 4);
  else if (strcmp(text, "late") == 0) w->late = true;
  else if (strcmp(text, "cal=all") == 0) w->days = n->all;
  else if (strcmp(text, "cal=away") == 0) w->days = n->away;
  else if (strncmp(text, "fixed=", 6) == 0) {
    w->held = w->fixed = true;
    w->start = w->end = day_of(n, text + 6);
  } else fail_msg("no option: %s", text);
}

static void read_works(struct net *n, const char *text) {
  char line[256], *rest = NULL, *word;
  while (*text != '\0') {
    size_t size = strcspn(text, "\n");
    assert_true(size < sizeof line && n->count < MOST);
    memcpy(line, text, size);
    line[size] = '\0';
    text += size + (text[size] == '\n');
    uint32_t at = (uint32_t)n->count++;
    struct jl_work *w = &n->works[at];
    *w = (struct jl_work){.days = n->days, .floor = JL_NO_DAY, .deadline = JL_NO_DAY};
    snprintf(n->names[at], sizeof n->names[at], "%s", strtok_r(line, " ", &rest));
    w->duration = (int32_t)strtol(strtok_r(NULL, " ", &rest), NULL, 10);
    read_links(n, at, strtok_r(NULL, " ", &rest));
    n->expected[at][0] = day_of(n, strtok_r(NULL, " ", &rest));
    n->expected[at][1] = day_of(n, strtok_r(NULL, " ", &rest));
    n->expected[at][2] = strtol(strtok_r(NULL, " ", &rest), NULL, 10);
    while ((word = strtok_r(NULL, " ", &rest)) != NULL) read_option(n, w, word);
  }
}

static void work_out(struct net *n) {
  struct jl_error err;
  assert_true(jl_schedule_new(n->a, n->works, n->count, n->links, n->link_count, n->days, n->origin, &n->s, &err));
}

static const char *said(const struct net *n, int64_t day, char out[16]) {
  if (n->numbers) snprintf(out, 16, "%d", (int)day);
  else jl_day_format_iso((int32_t)day, out);
  return out;
}

struct known {
  const char *name, *origin, *works;
};

/* Books: Moder and Phillips' method as these give it. */
static const struct known cases[] = {
    {"Wikipedia, Program evaluation and review technique: te of a to g, in sixths", NULL,
     "a 24 - 0 24 0\nb 32 - 0 32 23\nc 31 a 24 55 0\nd 38 a 24 62 28\ne 31 b,c 55 86 0\nf 27 d 62 89 28\ng 31 e 86 117 0"},
    {"Hillier and Lieberman, Reliable Construction: 44 weeks, A-B-C-E-F-J-L-N", NULL,
     "A 2 - 0 2 0\nB 4 A 2 6 0\nC 10 B 6 16 0\nD 6 C 16 22 4\nE 4 C 16 20 0\nF 5 E 20 25 0\nG 7 D 22 29 4\nH 9 E,G 29 38 4\n"
     "I 7 C 16 23 2\nJ 8 F,I 25 33 0\nK 4 J 33 37 1\nL 5 J 33 38 0\nM 2 H 38 40 4\nN 6 K,L 38 44 0"},
    {"Heizer and Render, Milwaukee Paper: 15 weeks, A-C-E-G-H", NULL,
     "A 2 - 0 2 0\nB 3 - 0 3 1\nC 2 A 2 4 0\nD 4 A,B 3 7 1\nE 4 C 4 8 0\nF 3 C 4 7 6\nG 5 D,E 8 13 0\nH 2 F,G 13 15 0"},
    {"Render and Stair, General Foundry: 15 weeks, A-C-E-G-H", NULL,
     "A 2 - 0 2 0\nB 3 - 0 3 1\nC 2 A 2 4 0\nD 4 B 3 7 1\nE 4 C 4 8 0\nF 3 C 4 7 6\nG 5 D,E 8 13 0\nH 2 F,G 13 15 0"},
    {"Winston, Widgetco: 38 days, B-D-E-F", NULL, "A 6 - 0 6 3\nB 9 - 0 9 0\nC 8 A,B 9 17 9\nD 7 A,B 9 16 0\nE 10 D 16 26 0\nF 12 C,E 26 38 0"},
    {"Anderson, Sweeney and Williams, Western Hills: 26 weeks, A-E-F-G-I", NULL,
     "A 5 - 0 5 0\nB 6 - 0 6 6\nC 4 A 5 9 3\nD 3 A 5 8 2\nE 1 A 5 6 0\nF 4 E 6 10 0\nG 14 D,F 10 24 0\nH 12 B,C 9 21 3\nI 2 G,H 24 26 0"},
    {"Krajewski and Ritzman, St. Adolf's Hospital: 69 weeks, B-D-H-J-K", NULL,
     "A 12 - 0 12 2\nB 9 - 0 9 0\nC 10 A 12 22 2\nD 10 B 9 19 0\nE 24 B 9 33 26\nF 10 A 12 22 41\nG 35 C 22 57 2\nH 40 D 19 59 0\n"
     "I 15 A 12 27 36\nJ 4 E,G,H 59 63 0\nK 6 F,I,J 63 69 0"},
    {"Levy, Thompson and Wiest, The ABCs of the Critical Path Method (1963): a house in 34 days, b-c-d-j-k-l-n-t-s", NULL,
     "b 4 - 0 4 0\nc 2 b 4 6 0\nd 4 c 6 10 0\ne 6 d 10 16 8\nf 1 c 6 7 1\ng 2 f 7 9 1\nh 3 f 7 10 4\ni 2 d 10 12 2\nj 4 d,g 10 14 0\n"
     "k 10 i,j,h 14 24 0\nl 3 k 24 27 0\nm 1 l 27 28 1\nn 2 l 27 29 0\no 3 l 27 30 2\np 2 e 16 18 8\nq 1 p 18 19 8\nr 1 c 6 7 20\n"
     "t 3 m,n 29 32 0\ns 2 o,t 32 34 0\nu 1 t 32 33 1\nv 2 q,r 19 21 8\nw 5 v 21 26 8"},
    /* by hand, on the calendar of 2026 */
    {"over 1 May", "2026-04-29", "A 3 - 2026-04-29 2026-05-04 0\nB 2 A 2026-05-05 2026-05-06 0"},
    {"FS+2 over 8 May", "2026-05-04", "A 2 - 2026-05-04 2026-05-05 0\nB 1 A:fs+2 2026-05-11 2026-05-11 0"},
    {"FS-1: the last day is shared", "2026-05-04", "A 4 - 2026-05-04 2026-05-07 0\nB 2 A:fs-1 2026-05-07 2026-05-11 0"},
    {"FS-10: further back than anything may begin", "2026-05-11", "A 2 - 2026-05-11 2026-05-12 0\nB 1 A:fs-10 2026-05-11 2026-05-11 1"},
    {"SS", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 0\nB 2 A:ss+0 2026-05-11 2026-05-12 3"},
    {"SS+2", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 0\nB 3 A:ss+2 2026-05-13 2026-05-18 0"},
    {"SS-1: a day before it, but not before everything", "2026-05-11", "A 2 - 2026-05-13 2026-05-15 0 from=2026-05-13\nB 1 A:ss-1 2026-05-12 2026-05-12 2"},
    {"FF", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 0\nB 2 A:ff+0 2026-05-15 2026-05-18 0"},
    {"FF+1", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 0\nB 2 A:ff+1 2026-05-18 2026-05-19 0"},
    {"FF-2", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 0\nB 3 A:ff-2 2026-05-11 2026-05-13 2"},
    {"SF: ended the Friday before a Monday", "2026-05-11", "A 2 - 2026-05-18 2026-05-19 0 from=2026-05-18\nB 3 A:sf+0 2026-05-12 2026-05-15 2"},
    {"SF+2", "2026-05-11", "A 2 - 2026-05-18 2026-05-19 0 from=2026-05-18\nB 3 A:sf+2 2026-05-15 2026-05-19 0"},
    {"SF-1", "2026-05-11", "A 2 - 2026-05-18 2026-05-19 0 from=2026-05-18\nB 3 A:sf-1 2026-05-11 2026-05-13 3"},
    {"SS+1 and FF+1 of one pair", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 0\nB 3 A:ss+1,A:ff+1 2026-05-15 2026-05-19 0"},
    {"the later of two", "2026-05-11", "A 2 - 2026-05-11 2026-05-12 2\nB 4 - 2026-05-11 2026-05-15 0\nC 1 A,B 2026-05-18 2026-05-18 0"},
    {"a milestone stands on the day that brings it about", "2026-05-11", "A 2 - 2026-05-11 2026-05-12 0\nM 0 A 2026-05-12 2026-05-12 0\nB 1 M 2026-05-13 2026-05-13 0"},
    {"a milestone at the beginning takes no day", "2026-05-11", "M 0 - 2026-05-11 2026-05-11 0\nB 1 M 2026-05-11 2026-05-11 0"},
    {"milestones in a row", "2026-05-11", "L 0 - 2026-05-11 2026-05-11 0\nM 0 L 2026-05-11 2026-05-11 0\nN 0 M 2026-05-11 2026-05-11 0\nA 1 N 2026-05-11 2026-05-11 0"},
    {"a milestone not before Ascension day", "2026-05-11", "M 0 - 2026-05-15 2026-05-15 0 from=2026-05-14\nB 1 M 2026-05-15 2026-05-15 0"},
    {"two milestones with a lag", "2026-05-11", "M 0 - 2026-05-11 2026-05-11 0\nN 0 M:fs+3 2026-05-13 2026-05-13 0"},
    {"not before a holiday", "2026-05-04", "A 2 - 2026-05-11 2026-05-12 0 from=2026-05-08"},
    {"not before a Saturday", "2026-05-04", "A 1 - 2026-05-18 2026-05-18 0 from=2026-05-16"},
    {"a deadline before the end of everything", "2026-05-11", "A 2 - 2026-05-11 2026-05-12 3 due=2026-05-18\nB 10 - 2026-05-11 2026-05-26 0"},
    {"a deadline that cannot be kept", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 -1 due=2026-05-15"},
    {"a chain that cannot keep it", "2026-05-11", "A 3 - 2026-05-11 2026-05-13 -2\nB 3 A 2026-05-15 2026-05-19 -2 due=2026-05-15"},
    {"a deadline on a holiday is that of the day before", "2026-05-11", "A 3 - 2026-05-11 2026-05-13 0 due=2026-05-14\nB 9 - 2026-05-11 2026-05-22 0"},
    {"as late as possible", "2026-05-11", "A 2 - 2026-05-18 2026-05-19 4 late\nB 1 A 2026-05-20 2026-05-20 0 from=2026-05-20"},
    {"as late as possible in a row, before what is fixed", "2026-05-11", "A 2 - 2026-05-15 2026-05-18 3 late\nB 3 A 2026-05-19 2026-05-21 3 late\nC 1 B 2026-05-22 2026-05-22 0 fixed=2026-05-22"},
    {"an event: newsletter 5 days of work before, invitations 15, over Whit Monday", "2026-05-04",
     "I 2 - 2026-05-18 2026-05-19 8 late\nN 1 - 2026-06-03 2026-06-03 19 late\nE 1 I:fs+15,N:fs+5 2026-06-11 2026-06-11 0 fixed=2026-06-11\nF 2 E:fs+1 2026-06-15 2026-06-16 0"},
    {"what is fixed collides with what comes before it", "2026-05-11", "A 5 - 2026-05-11 2026-05-18 -2\nE 1 A 2026-05-15 2026-05-15 -2 fixed=2026-05-15"},
    {"what is fixed behind its deadline", "2026-05-11", "E 1 - 2026-05-19 2026-05-19 -2 fixed=2026-05-19 due=2026-05-15"},
    {"a fixed milestone stands on its Saturday", "2026-05-11", "M 0 - 2026-05-16 2026-05-16 0 fixed=2026-05-16\nB 1 M 2026-05-18 2026-05-18 0"},
    {"a fixed Saturday", "2026-05-11", "A 1 - 2026-05-11 2026-05-11 3\nE 1 A 2026-05-16 2026-05-16 0 fixed=2026-05-16\nB 1 E 2026-05-18 2026-05-18 0"},
    {"who works on weekends", "2026-05-15", "A 1 - 2026-05-15 2026-05-15 0\nB 2 A 2026-05-16 2026-05-17 0 cal=all"},
    {"who does not, after who does", "2026-05-16", "A 2 - 2026-05-16 2026-05-17 0 cal=all\nB 1 A 2026-05-18 2026-05-18 0"},
    {"FF after a Sunday: Monday", "2026-05-11", "A 1 - 2026-05-17 2026-05-17 1 from=2026-05-17 cal=all\nB 2 A:ff+0 2026-05-15 2026-05-18 0"},
    {"SS of who works on weekends", "2026-05-11", "A 1 - 2026-05-18 2026-05-18 0 from=2026-05-16\nB 1 A:ss+0 2026-05-18 2026-05-18 0 cal=all"},
    {"a week of leave", "2026-05-15", "A 3 - 2026-05-15 2026-05-27 0 cal=away\nB 1 A 2026-05-28 2026-05-28 0"},
    {"leave does not stretch a lag", "2026-05-15", "A 1 - 2026-05-15 2026-05-15 0 cal=away\nB 1 A:fs+2 2026-05-20 2026-05-20 0"},
    {"over New Year", "2026-12-24", "A 4 - 2026-12-24 2026-12-30 0\nB 2 A 2026-12-31 2027-01-04 0"},
    {"14 July", "2026-07-13", "A 2 - 2026-07-13 2026-07-15 0\nB 1 A 2026-07-16 2026-07-16 0"},
    {"11 November", "2026-11-09", "A 5 - 2026-11-09 2026-11-16 0"},
    {"Easter Monday within a lag", "2026-04-01", "A 1 - 2026-04-01 2026-04-01 0\nB 1 A:fs+3 2026-04-08 2026-04-08 0"},
    {"15 August and 1 November are on weekends in 2026", "2026-08-14", "A 2 - 2026-08-14 2026-08-17 55\nB 1 - 2026-11-02 2026-11-02 0 from=2026-10-31"},
};

static void known_networks(void **state) {
  (void)state;
  for (size_t c = 0; c < JL_COUNT(cases); c++) {
    struct net *n = net_new(cases[c].origin);
    read_works(n, cases[c].works);
    work_out(n);
    for (size_t i = 0; i < n->count; i++) {
      const struct jl_planned *d = &n->s.dates[i];
      int64_t first = jl_planned_first(&n->works[i], &d->planned), last = jl_planned_last(&n->works[i], &d->planned);
      char a[2][16], b[2][16];
      if (n->numbers) { /* the early finish of a book is the boundary */
        last = d->early.finish;
        assert_int_equal(d->late.start - d->early.start, n->expected[i][2]);
        assert_int_equal(d->late.finish - d->late.start, n->works[i].duration);
      }
      if (first != n->expected[i][0] || last != n->expected[i][1] || d->slack != n->expected[i][2])
        fail_msg("%s: %s is %s to %s, slack %d; expected %s to %s, %d", cases[c].name, n->names[i], said(n, first, a[0]), said(n, last, a[1]), d->slack,
                 said(n, n->expected[i][0], b[0]), said(n, n->expected[i][1], b[1]), (int)n->expected[i][2]);
    }
    net_free(n);
  }
  assert_true(JL_COUNT(cases) >= 40);
}

/* Western Hills: D can slip 2 weeks and B and H 3 without moving anything, C none (it would move H). */
static void free_slack(void **state) {
  static const int32_t expected[] = {0, 3, 0, 2, 0, 0, 0, 3, 0};
  struct net *n = net_new(NULL);
  (void)state;
  read_works(n, cases[5].works);
  work_out(n);
  for (size_t i = 0; i < n->count; i++) assert_int_equal(n->s.dates[i].free, expected[i]);
  net_free(n);
}

static void what_drives_what(void **state) {
  struct net *n = net_new("2026-05-11");
  (void)state;
  read_works(n, "A 2 - 2026-05-11 2026-05-12 0\nB 4 - 2026-05-11 2026-05-15 0\nC 1 A,B 2026-05-18 2026-05-18 0\nD 1 A 2026-05-20 2026-05-20 0 from=2026-05-20");
  work_out(n);
  assert_int_equal(n->s.dates[0].driver, JL_NO_LINK);
  assert_int_equal(n->s.links[n->s.dates[2].driver].before, 1);
  assert_int_equal(n->s.dates[3].driver, JL_NO_LINK); /* its own date, and not A */
  net_free(n);
}

/* Of its own date and a link that asks for the same day the link decides. What is held is driven by what would have it later, and by nothing
 * when nothing would. Of two links between the same two the kinds decide in their order, in whatever order the records came. */
static void what_drives_of_two_alike(void **state) {
  struct net *n = net_new("2026-05-11");
  (void)state;
  read_works(n, "A 2 - 2026-05-11 2026-05-12 0\nB 1 A 2026-05-13 2026-05-13 0 from=2026-05-13\n"
                "C 1 A 2026-05-12 2026-05-12 0 fixed=2026-05-12\nD 1 A 2026-05-18 2026-05-18 0 fixed=2026-05-18");
  work_out(n);
  assert_int_equal(n->s.links[n->s.dates[1].driver].before, 0);
  assert_int_equal(n->s.links[n->s.dates[2].driver].before, 0);
  assert_int_equal(n->s.dates[2].slack, -1);
  assert_int_equal(n->s.dates[3].driver, JL_NO_LINK);
  net_free(n);
  static const char *const orders[] = {"A 2 - 2026-05-11 2026-05-12 0\nB 2 A:ss+1,A:ff+1 2026-05-12 2026-05-13 0",
                                       "A 2 - 2026-05-11 2026-05-12 0\nB 2 A:ff+1,A:ss+1 2026-05-12 2026-05-13 0"};
  for (size_t i = 0; i < JL_COUNT(orders); i++) {
    n = net_new("2026-05-11");
    read_works(n, orders[i]);
    work_out(n);
    assert_int_equal(n->s.links[n->s.dates[1].driver].kind, JL_LINK_SS);
    net_free(n);
  }
}

/* A is done on the 12th and due on the 13th; B is not before the 20th. A can be four days of work later (13, 15, 18, 19) without moving B,
 * though only one without missing what it is due. */
static void what_free_slack_leaves_out(void **state) {
  struct net *n = net_new("2026-05-11");
  (void)state;
  read_works(n, "A 2 - 2026-05-11 2026-05-12 1 due=2026-05-13\nB 1 A 2026-05-20 2026-05-20 0 from=2026-05-20");
  work_out(n);
  assert_int_equal(n->s.dates[0].slack, 1);
  assert_int_equal(n->s.dates[0].free, 4);
  net_free(n);
}

/* A circle cannot be made, but a file or an older server may have one: it is broken at its first work and said. */
static void a_circle_ends(void **state) {
  struct net *n = net_new("2026-05-11");
  (void)state;
  read_works(n, "A 1 - 2026-05-11 2026-05-11 0\nB 1 A 2026-05-12 2026-05-12 0\nC 1 B 2026-05-13 2026-05-13 0");
  n->links[n->link_count++] = (struct jl_dependence){.before = 2, .after = 0, .kind = JL_LINK_FS};
  work_out(n);
  assert_int_equal(n->s.ignored, 1);
  assert_int_equal(jl_planned_first(&n->works[2], &n->s.dates[2].early), jl_day_from_date(2026, 5, 13));
  net_free(n);
}

/* ---- random networks, and the slow way ---- */
struct chance { uint64_t state; };
static uint32_t any(struct chance *c, uint32_t below) {
  c->state ^= c->state << 13;
  c->state ^= c->state >> 7;
  c->state ^= c->state << 17;
  return (uint32_t)(c->state >> 33) % below;
}

static struct net *random_net(struct chance *c, bool plain) {
  struct net *n = net_new("2026-03-02");
  n->count = 2 + any(c, 22);
  for (size_t i = 0; i < n->count; i++) {
    uint32_t kind = any(c, 12);
    const struct jl_days *days = plain ? n->french : kind == 0 ? n->all : kind == 1 ? n->away : n->french;
    struct jl_work *w = &n->works[i];
    *w = (struct jl_work){.days = days, .duration = (int32_t)any(c, 9), .floor = n->origin, .deadline = JL_NO_DAY};
    if (any(c, 4) == 0) w->floor = n->origin + (int32_t)any(c, 90);
    if (plain) continue;
    if (any(c, 4) == 0) w->deadline = n->origin + (int32_t)any(c, 120);
    w->late = any(c, 4) == 0;
    if (any(c, 8) != 0) continue;
    w->held = true;
    w->fixed = any(c, 2) == 0;
    w->start = n->origin + (int32_t)any(c, 60);
    w->end = w->start + (w->duration == 0 ? 0 : (int32_t)any(c, 9));
  }
  size_t wanted = any(c, (uint32_t)n->count * 2);
  for (size_t k = 0; k < wanted && n->count > 1; k++) {
    uint32_t after = 1 + any(c, (uint32_t)n->count - 1), before = any(c, after);
    n->links[n->link_count++] =
        (struct jl_dependence){.before = before, .after = after, .kind = (enum jl_link_kind)(1 + any(c, 4)), .lag = any(c, 3) == 0 ? (int32_t)any(c, 9) - 3 : 0};
  }
  return n;
}

/* The slow way knows a calendar only by asking of each day. */
static bool worked(const struct net *n, const struct jl_days *days, int32_t day) {
  return days == n->all ? all_days(NULL, day) : days == n->away ? away(NULL, day) : french(NULL, day);
}
static int32_t work_until(const struct net *n, int32_t boundary) {
  int32_t count = 0;
  for (int32_t day = n->origin - 300; day < boundary; day++) count += french(NULL, day);
  return count;
}
/* Days from `start` on until its work is done. */
static struct jl_span lasting(const struct net *n, const struct jl_work *w, int32_t start) {
  if (w->held) return (struct jl_span){w->duration == 0 ? w->end + 1 : w->start, w->end + 1};
  int32_t day = start, left = w->duration;
  while (left > 0) left -= worked(n, w->days, day++);
  return (struct jl_span){start, day};
}
static bool kept(const struct net *n, const struct jl_dependence *l, struct jl_span before, struct jl_span after) {
  int32_t source = l->kind == JL_LINK_FS || l->kind == JL_LINK_FF ? before.finish : before.start;
  int32_t target = l->kind == JL_LINK_FS || l->kind == JL_LINK_SS ? after.start : after.finish;
  if (l->lag != 0) return work_until(n, target) >= work_until(n, source) + l->lag;
  if (target >= source) return true;
  if (l->kind != JL_LINK_SF) return false;
  for (int32_t day = target; day < source; day++)
    if (worked(n, n->works[l->after].days, day)) return false;
  return true;
}
static bool may_begin(const struct net *n, const struct jl_work *w, int32_t day) { return w->duration == 0 || worked(n, w->days, day); }

static void slow_early(const struct net *n, struct jl_span *early) {
  for (size_t i = 0; i < n->count; i++) {
    int32_t day = n->works[i].floor;
    while (!may_begin(n, &n->works[i], day)) day++;
    early[i] = lasting(n, &n->works[i], day);
  }
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t k = 0; k < n->link_count; k++) {
      const struct jl_dependence *l = &n->links[k];
      const struct jl_work *w = &n->works[l->after];
      if (w->held || kept(n, l, early[l->before], early[l->after])) continue;
      int32_t day = early[l->after].start + 1;
      while (!may_begin(n, w, day)) day++;
      early[l->after] = lasting(n, w, day);
      moved = true;
    }
  }
}

static bool all_kept(const struct net *n, size_t i, struct jl_span span, const struct jl_span *behind) {
  for (size_t k = 0; k < n->link_count; k++)
    if (n->links[k].before == i && !kept(n, &n->links[k], span, behind[n->links[k].after])) return false;
  return true;
}

/* From far behind backwards, until the end of everything, the deadline and what comes behind it are kept. */
static struct jl_span slow_last(const struct net *n, size_t i, int32_t finish, const struct jl_span *behind) {
  const struct jl_work *w = &n->works[i];
  for (int32_t day = finish + 60;; day--) {
    if (!may_begin(n, w, day)) continue;
    struct jl_span span = lasting(n, w, day);
    if (span.finish <= finish && (w->deadline == JL_NO_DAY || span.finish <= w->deadline + 1) && all_kept(n, i, span, behind)) return span;
  }
}

static void same(const struct net *n, uint64_t seed, const char *what, size_t i, struct jl_span is, struct jl_span slow) {
  if (is.start == slow.start && is.finish == slow.finish) return;
  fail_msg("seed %llu, work %zu of %zu, %s: %d to %d, the slow way %d to %d", (unsigned long long)seed, i, n->count, what, is.start - n->origin,
           is.finish - n->origin, slow.start - n->origin, slow.finish - n->origin);
}

static void as_the_slow_way(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 250; seed++) {
    struct chance c = {seed * UINT64_C(0x9e3779b97f4a7c15)};
    struct net *n = random_net(&c, seed % 4 == 0);
    struct jl_span early[MOST], late[MOST], planned[MOST];
    work_out(n);
    slow_early(n, early);
    int32_t finish = early[0].finish;
    for (size_t i = 0; i < n->count; i++) finish = early[i].finish > finish ? early[i].finish : finish;
    assert_int_equal(finish, n->s.finish);
    for (size_t i = n->count; i-- > 0;) { /* links lead to higher numbers */
      late[i] = n->works[i].held ? early[i] : slow_last(n, i, finish, late);
      planned[i] = early[i];
      if (n->works[i].late && !n->works[i].held) {
        struct jl_span last = slow_last(n, i, finish, planned);
        if (last.start > early[i].start) planned[i] = last;
      }
    }
    for (size_t i = 0; i < n->count; i++) {
      same(n, seed, "early", i, n->s.dates[i].early, early[i]);
      same(n, seed, "late", i, n->s.dates[i].late, late[i]);
      same(n, seed, "planned", i, n->s.dates[i].planned, planned[i]);
    }
    net_free(n);
  }
}

/* On one calendar, without deadlines and dates that are held: forwards and backwards find the same critical path, from where nothing is waited for to the
 * end of everything, and nothing has less than no slack. */
static void one_critical_path(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 150; seed++) {
    struct chance c = {seed * UINT64_C(0xd1342543de82ef95)};
    struct net *n = random_net(&c, true);
    size_t at = MOST;
    work_out(n);
    for (size_t i = 0; i < n->count; i++) {
      if (n->s.dates[i].slack < 0 || n->s.dates[i].free < 0 || n->s.dates[i].free > n->s.dates[i].slack)
        fail_msg("seed %llu: work %zu has slack %d, free %d", (unsigned long long)seed, i, n->s.dates[i].slack, n->s.dates[i].free);
      if (n->s.dates[i].early.finish == n->s.finish) at = i;
    }
    assert_true(at < MOST);
    for (size_t steps = 0; steps <= n->count; steps++) {
      if (n->s.dates[at].slack != 0) fail_msg("seed %llu: work %zu is on the longest path and has slack %d", (unsigned long long)seed, at, n->s.dates[at].slack);
      if (n->s.dates[at].driver == JL_NO_LINK) break;
      at = n->s.links[n->s.dates[at].driver].before;
    }
    assert_int_equal(n->s.dates[at].driver, JL_NO_LINK);
    net_free(n);
  }
}

static void same_dates(uint64_t seed, const struct jl_schedule *a, const struct jl_schedule *b, const size_t *place) {
  assert_int_equal(a->finish, b->finish);
  for (size_t i = 0; i < a->count; i++) {
    const struct jl_planned *x = &a->dates[i], *y = &b->dates[place == NULL ? i : place[i]];
    if (memcmp(&x->early, &y->early, sizeof x->early) != 0 || memcmp(&x->late, &y->late, sizeof x->late) != 0 ||
        memcmp(&x->planned, &y->planned, sizeof x->planned) != 0 || x->slack != y->slack || x->free != y->free || (place == NULL && x->driver != y->driver))
      fail_msg("seed %llu: work %zu differs", (unsigned long long)seed, i);
  }
}

static void a_change_is_a_new_schedule(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 120; seed++) {
    struct chance c = {seed * UINT64_C(0xa0761d6478bd642f)};
    struct net *n = random_net(&c, seed % 3 == 0), *other = random_net(&c, false);
    struct jl_error err;
    work_out(n);
    for (int change = 0; change < 12; change++) {
      size_t i = any(&c, (uint32_t)n->count);
      struct jl_work now = other->works[any(&c, (uint32_t)other->count)];
      struct jl_work *again = jl_arena_array(n->a, n->count + 1, sizeof *again);
      struct jl_dependence *links = jl_arena_array(n->a, n->link_count + 1, sizeof *links);
      struct jl_schedule fresh;
      now.days = any(&c, 2) == 0 ? n->all : n->french;
      jl_schedule_change(&n->s, i, &now);
      assert_true(again != NULL && links != NULL);
      memcpy(again, n->works, n->count * sizeof *again);
      memcpy(links, n->links, n->link_count * sizeof *links);
      assert_true(jl_schedule_new(n->a, again, n->count, links, n->link_count, n->days, n->origin, &fresh, &err));
      same_dates(seed, &n->s, &fresh, NULL);
    }
    net_free(n);
    net_free(other);
  }
}

static void the_order_of_records_does_not_matter(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 120; seed++) {
    struct chance c = {seed * UINT64_C(0xe7037ed1a0b428db)};
    struct net *n = random_net(&c, false);
    struct jl_work works[MOST];
    struct jl_dependence links[MOST * 4];
    size_t place[MOST];
    struct jl_schedule shuffled;
    struct jl_error err;
    work_out(n);
    for (size_t i = 0; i < n->count; i++) place[i] = i;
    for (size_t i = n->count; i-- > 1;) {
      size_t k = any(&c, (uint32_t)i + 1), kept_place = place[i];
      place[i] = place[k];
      place[k] = kept_place;
    }
    for (size_t i = 0; i < n->count; i++) works[place[i]] = n->works[i];
    for (size_t k = 0; k < n->link_count; k++) {
      links[n->link_count - 1 - k] = n->links[k];
      links[n->link_count - 1 - k].before = (uint32_t)place[n->links[k].before];
      links[n->link_count - 1 - k].after = (uint32_t)place[n->links[k].after];
    }
    assert_true(jl_schedule_new(n->a, works, n->count, links, n->link_count, n->days, n->origin, &shuffled, &err));
    same_dates(seed, &n->s, &shuffled, place);
    net_free(n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_networks),           cmocka_unit_test(free_slack),        cmocka_unit_test(what_drives_what),
      cmocka_unit_test(what_drives_of_two_alike), cmocka_unit_test(what_free_slack_leaves_out),
      cmocka_unit_test(a_circle_ends),            cmocka_unit_test(as_the_slow_way),   cmocka_unit_test(one_critical_path),
      cmocka_unit_test(a_change_is_a_new_schedule), cmocka_unit_test(the_order_of_records_does_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
