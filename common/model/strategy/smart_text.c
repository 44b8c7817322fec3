#include "common/model/strategy/smart_text.h"
#include "common/base/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MAX 120 /* a title has fewer; what comes behind is not read */

enum sort { WORD = 0, NUMBER = 1, UNIT = 2, MONTH = 4, YEAR = 8, DAY = 16, PART = 32, GRAMMAR = 64, ORDINAL = 128, COUNT_WORD = 256, CHANGE = 512, SIGN = 1024 };
struct word {
  const char *text; /* folded */
  size_t from, until; /* where it stands in what was typed */
  unsigned sort;
  bool used; /* of the time */
};
struct reading {
  const char *typed;
  struct word words[WORDS_MAX];
  size_t count;
};

/* All without accents and capitals, each list ended by NULL. */
static const char *const units[] = {"jour",  "jours", "semaine", "semaines", "mois",     "trimestre", "trimestres", "semestre", "semestres", "an",   "ans",
                                    "annee", "annees", "day",    "days",     "week",     "weeks",     "month",      "months",   "quarter",   "quarters",
                                    "year",  "years", "exercice", NULL};
static const char *const months[] = {"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
                                     "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", NULL};
static const char *const days[] = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
                                   "demain", "tomorrow", "noel", "christmas", "paques", "easter", "ete", "summer", "rentree", "eoy", "eoq", "eom", "eow", "eod", NULL};
static const char *const ordinals[] = {"premier", "premiere", "deuxieme", "second", "seconde", "troisieme", "quatrieme", "dernier", "derniere", "prochain", "prochaine", "prochains", "prochaines",
                                       "first", "third", "fourth", "last", "next", "1er", "2e", "3e", "4e", "coming", "cette", "ce", "this", NULL};
/* Words that measure without digits. */
static const char *const changes[] = {"doubler", "double", "doubling", "tripler", "triple", "quadrupler", "halve", "halving", "moitie", "half", "tiers", "thirds", NULL};
/* What stands behind a figure and belongs to it. */
static const char *const signs[] = {"%", "€", "$", "£", "eur", "usd", "chf", "euros", "k", "m", "k€", "m€", "k$", "m$", "million", "millions", "points", "pts", NULL};
/* A number behind one of these is a name: "version 2", "phase 3", "Web 3.0". */
static const char *const numbered[] = {"version", "v", "web", "phase", "etape", "step", "stage", "niveau", "level", "lot", "vague", "wave", "axe", "iso", "numero", "n°", "no", "chapitre", "chapter",
                                       "partie", "part", "industrie", "industry", "generation", "gen", "article", "norme", "type", "ga", "windows", NULL};
static const char *const counts[] = {"deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "douze", "quinze", "vingt", "trente", "cinquante", "cent", "mille", "million", "millions",
                                     "two", "three", "four", "five", "seven", "eight", "nine", "ten", "twelve", "fifteen", "twenty", "thirty", "fifty", "hundred", "thousand", NULL};
static const char *const grammar[] = {"le", "la", "les", "l", "de", "du", "des", "d", "un", "une", "et", "ou", "a", "au", "aux", "en", "dans", "sur", "pour", "par", "avec", "via", "nos", "notre", "nous", "on", "va",
                                      "son", "sa", "ses", "leur", "leurs", "que", "qui", "ne", "pas", "se", "s", "plus", "moins", "mieux", "tres", "ici", "avant", "apres", "sous", "chez", "vers", "y", "il", "faut",
                                      "the", "of", "to", "in", "on", "by", "for", "with", "and", "or", "our", "we", "will", "an", "from", "at", "more", "less", "better", "very", "within", "before", "it", "is", "be", NULL};
static const char *const activities[] = {"tester", "essayer", "lancer", "utiliser", "publier", "poster", "communiquer", "participer", "faire", "test", "try", "launch", "use", "publish", "post", "do", "make", NULL};

static bool is_one_of(const char *word, const char *const *list) {
  for (; *list != NULL; list++)
    if (strcmp(word, *list) == 0) return true;
  return false;
}

static bool all_digits(const char *text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (!isdigit((unsigned char)text[i])) return false;
  return size > 0;
}

/* 31/01, 31/01/2027, 2027-01-31, 31.01.2027 */
static bool is_date(const char *w) {
  size_t size = strlen(w), digits = 0, marks = 0;
  for (size_t i = 0; i < size; i++) {
    bool mark = w[i] == '/' || w[i] == '-' || w[i] == '.';
    digits += isdigit((unsigned char)w[i]) != 0;
    marks += mark;
    if (!isdigit((unsigned char)w[i]) && !mark) return false;
  }
  return (marks == 2 && digits >= 5 && digits <= 8) || (marks == 1 && strchr(w, '/') != NULL && digits >= 2 && digits <= 4 && isdigit((unsigned char)w[size - 1]));
}

/* "30%", "+20", "10k", "1,5M", "5000", "x2"; "4p" (of the mix), "b2b", "360" with a sign for degrees are none. */
static bool is_number(const char *w) {
  const char *p = w + (w[0] == '+' || w[0] == '-' || (w[0] == 'x' && isdigit((unsigned char)w[1])));
  p += strncmp(p, "€", 3) == 0 ? 3 : strncmp(p, "£", 2) == 0 ? 2 : *p == '$';
  size_t digits = strspn(p, "0123456789.,");
  if (digits == 0 || !isdigit((unsigned char)p[0])) return false;
  p += digits;
  if (*p == 'k' || *p == 'm' || *p == 'x') p++;
  if (*p == '%') p++;
  if (strncmp(p, "€", 3) == 0) p += 3;
  return *p == '\0' || strcmp(p, "$") == 0 || strcmp(p, "eur") == 0;
}

static unsigned sort_of(const char *w) {
  unsigned sort = WORD;
  size_t size = strlen(w);
  if (is_one_of(w, units)) sort |= UNIT;
  if (is_one_of(w, months)) sort |= MONTH;
  if (is_one_of(w, days) || is_date(w)) sort |= DAY;
  if (size == 2 && strchr("tqs", w[0]) != NULL && w[1] >= '1' && w[1] <= '4') sort |= PART;
  if (size == 2 && w[0] == 'h' && (w[1] == '1' || w[1] == '2')) sort |= PART;
  if (size == 4 && all_digits(w, 4) && w[0] == '2' && w[1] == '0' && w[2] >= '1' && w[2] <= '6') sort |= YEAR; /* 2000 is a count */
  if (is_one_of(w, ordinals)) sort |= ORDINAL;
  if (is_one_of(w, grammar)) sort |= GRAMMAR;
  if (is_one_of(w, counts)) sort |= COUNT_WORD;
  if (is_one_of(w, changes)) sort |= CHANGE;
  if (is_one_of(w, signs)) sort |= SIGN;
  if (is_number(w) && (sort & (DAY | PART)) == 0) sort |= NUMBER;
  return sort;
}

/* ---- cutting into words ---- */
static bool separates(const char *p, size_t *ret_size) {
  static const char *const wide[] = {"’", "‘", "«", "»", "“", "”", "…", "–", "—", "\xc2\xa0", "\xe2\x80\xaf", NULL};
  for (size_t i = 0; wide[i] != NULL; i++)
    if (strncmp(p, wide[i], strlen(wide[i])) == 0) {
      *ret_size = strlen(wide[i]);
      return true;
    }
  *ret_size = 1;
  if (strchr(" '\"()[]{}:;!?*_=<>", *p) != NULL) return true;
  /* at the end of a word these are punctuation, within a number or a date they are not */
  return strchr(".,/-", *p) != NULL && !isdigit((unsigned char)p[1]);
}

static bool cut(struct jl_arena *a, struct reading *r) {
  for (const char *p = r->typed; *p != '\0' && r->count < WORDS_MAX;) {
    size_t size = 0, skip = 0;
    while (p[size] != '\0' && !separates(p + size, &skip)) size++;
    if (size > 0) {
      const char *typed = jl_arena_strndup(a, p, size), *word = typed == NULL ? NULL : jl_text_fold(a, typed);
      size_t from = (size_t)(p - r->typed);
      if (word == NULL) return false;
      r->words[r->count++] = (struct word){.text = word, .from = from, .until = from + size, .sort = sort_of(word)};
    }
    p += size;
    if (*p != '\0') p += skip == 0 ? 1 : skip;
  }
  return true;
}

/* ---- patterns ---- */
static unsigned sort_at(const struct reading *r, size_t i) { return i < r->count ? r->words[i].sort : 0; }
static bool word_is(const struct reading *r, size_t i, const char *text) { return i < r->count && strcmp(r->words[i].text, text) == 0; }

/* What a word is beside the others only. "a third" is a figure, "the third quarter" none; "the second half" is a time; a number may be
 * part of a name. */
static void look_around(struct reading *r) {
  for (size_t i = 0; i < r->count; i++) {
    struct word *w = &r->words[i];
    bool article = i > 0 && (word_is(r, i - 1, "a") || word_is(r, i - 1, "one"));
    size_t size = strlen(w->text);
    if (strcmp(w->text, "third") == 0 && article && (sort_at(r, i + 1) & UNIT) == 0) w->sort = CHANGE;
    if ((strcmp(w->text, "half") == 0 || strcmp(w->text, "moitie") == 0) && i > 0 && (sort_at(r, i - 1) & ORDINAL) != 0) w->sort = UNIT;
    if (i == 0 || (w->sort & NUMBER) == 0) continue;
    bool named = is_one_of(r->words[i - 1].text, numbered);
    bool point_zero = size == 3 && w->text[1] == '.' && w->text[2] == '0' && (r->words[i - 1].sort & GRAMMAR) == 0;
    if ((named || point_zero) && (sort_at(r, i + 1) & SIGN) == 0) w->sort = GRAMMAR;
  }
}

/* "fin du trimestre", "la fin de l'annee", "end of the quarter", "mi-juin": the words of it, 0: it is none. */
static size_t end_of_something(const struct reading *r, size_t at) {
  size_t i = at;
  while (i < at + 2 && (word_is(r, i, "la") || word_is(r, i, "the") || word_is(r, i, "le"))) i++;
  if (!word_is(r, i, "fin") && !word_is(r, i, "end") && !word_is(r, i, "mi") && !word_is(r, i, "debut") && !word_is(r, i, "mid")) return 0;
  for (size_t j = i + 1; j < r->count && j < i + 5; j++) {
    if ((sort_at(r, j) & (UNIT | MONTH | YEAR | PART | DAY)) != 0) return j + 1 + ((sort_at(r, j) & YEAR) == 0 && (sort_at(r, j + 1) & YEAR) != 0) - at;
    if ((sort_at(r, j) & (GRAMMAR | ORDINAL)) == 0) return 0;
  }
  return 0;
}

/* A moment: "31 mars 2027", "march 31", "juin", "2027", "T2 2027", "vendredi", "31/03". */
static size_t moment(const struct reading *r, size_t at) {
  size_t i = at;
  if (word_is(r, i, "le") || word_is(r, i, "the") || word_is(r, i, "l") || word_is(r, i, "la")) i++;
  if ((sort_at(r, i) & (DAY | PART)) != 0)
    i++;
  else if ((sort_at(r, i) & NUMBER) != 0 && (sort_at(r, i + 1) & MONTH) != 0)
    i += 2;
  else if ((sort_at(r, i) & MONTH) != 0)
    i += (sort_at(r, i + 1) & NUMBER) != 0 && (sort_at(r, i + 1) & YEAR) == 0 ? 2 : 1;
  else if ((sort_at(r, i) & YEAR) != 0)
    return i + 1 - at;
  else
    return 0;
  return i + ((sort_at(r, i) & YEAR) != 0) - at;
}

/* A time that lies ahead: "6 mois", "les 6 prochains mois", "l'annee", "the next two quarters", "un an". */
static size_t span(const struct reading *r, size_t at) {
  static const char *const articles[] = {"le", "la", "les", "l", "un", "une", "the", "a", NULL};
  bool counted = false;
  for (size_t i = at; i < r->count && i < at + 5; i++) {
    bool number = (sort_at(r, i) & NUMBER) != 0 && strchr(r->words[i].text, '%') == NULL;
    if (counted && (word_is(r, i, "this") || word_is(r, i, "cette") || word_is(r, i, "ce"))) return 0; /* "by 200 this year" */
    counted = counted || number;
    if ((sort_at(r, i) & UNIT) != 0) return i + 1 - at;
    if (!number && (sort_at(r, i) & (COUNT_WORD | ORDINAL)) == 0 && !is_one_of(r->words[i].text, articles)) return 0;
  }
  return 0;
}

static size_t time_at(const struct reading *r, size_t at) {
  static const char *const ahead[] = {"dans", "sous", "sur", "en", "within", "in", "over", "d", "avant", "before", "by", "pour", "for", "a", "until", "jusque", "jusqu", "au", "during", "pendant", NULL};
  size_t size;
  if (word_is(r, at, "par") || word_is(r, at, "per") || word_is(r, at, "chaque") || word_is(r, at, "every") || word_is(r, at, "each")) return 0;
  if ((size = end_of_something(r, at)) > 0) return size;
  if (r->words[at].sort & ORDINAL && sort_at(r, at + 1) & UNIT) return 2; /* "ce trimestre", "next year" */
  if (word_is(r, at, "ete") && (at == 0 || !(word_is(r, at - 1, "l") || word_is(r, at - 1, "cet")))) return 0; /* "a été", no summer */
  if (!is_one_of(r->words[at].text, ahead)) return (sort_at(r, at) & (DAY | PART)) != 0 ? moment(r, at) : 0;
  size_t next = at + 1 + (word_is(r, at, "d") && word_is(r, at + 1, "ici"));
  while (word_is(r, next, "a") || word_is(r, next, "au") || word_is(r, next, "of")) next++;
  if ((size = end_of_something(r, next)) > 0 || (size = moment(r, next)) > 0) return next + size - at;
  if ((size = span(r, next)) == 0) return 0;
  /* "a trois ans" is a horizon, "une reponse a 2 jours" is not */
  const char *unit = r->words[next + size - 1].text;
  bool years = strncmp(unit, "an", 2) == 0 || strncmp(unit, "year", 4) == 0;
  return word_is(r, at, "a") && !years ? 0 : next + size - at;
}

/* As it was typed; the words at the end that do not fit are left out whole. */
static void keep(const struct reading *r, size_t from, size_t size, char out[JL_SMART_FOUND]) {
  if (from + size > r->count) size = r->count - from;
  while (size > 1 && r->words[from + size - 1].until - r->words[from].from >= JL_SMART_FOUND) size--;
  size_t n = r->words[from + size - 1].until - r->words[from].from;
  if (n >= JL_SMART_FOUND) n = 0; /* one word alone */
  memcpy(out, r->typed + r->words[from].from, n);
  out[n] = '\0';
}

/* Is it what happens again and again, "par mois", and no time by which? */
static bool is_frequency(const struct reading *r, size_t at) {
  return at > 0 && (word_is(r, at - 1, "par") || word_is(r, at - 1, "per") || word_is(r, at - 1, "chaque") || word_is(r, at - 1, "every"));
}

static void find_time(struct reading *r, struct jl_smart_words *ret) {
  for (size_t i = 0; i < r->count; i++) {
    size_t size = is_frequency(r, i) ? 0 : time_at(r, i);
    if (size == 0) continue;
    if (ret->deadline[0] == '\0') keep(r, i, size, ret->deadline);
    for (size_t j = i; j < i + size && j < r->count; j++) r->words[j].used = true;
    i += size - 1;
  }
}

static bool is_figure(const struct reading *r, size_t i) {
  return (sort_at(r, i) & NUMBER) != 0 && (sort_at(r, i) & YEAR) == 0 && !r->words[i].used;
}

/* A figure with its groups of digits and its sign: "5 000", "30 %", "10 k€"; 0: none. */
static size_t figure_at(const struct reading *r, size_t at) {
  size_t size = 0;
  while (size < 4 && is_figure(r, at + size)) size++;
  return size == 0 ? 0 : size + (sort_at(r, at + size) & SIGN ? 1 : 0);
}

/* "de 4 à 5 %", "from 200 to 300": the words from the figure on, whose first one stands at `at`; 0: only one figure. */
static size_t range_at(const struct reading *r, size_t at, size_t first) {
  static const char *const between[] = {"a", "to", "et", "and", NULL};
  size_t next = at + first;
  if (at == 0 || !(word_is(r, at - 1, "de") || word_is(r, at - 1, "from") || word_is(r, at - 1, "entre") || word_is(r, at - 1, "between"))) return 0;
  size_t second = next < r->count && is_one_of(r->words[next].text, between) ? figure_at(r, next + 1) : 0;
  return second == 0 ? 0 : first + 1 + second;
}

static void find_measure(const struct reading *r, struct jl_smart_words *ret) {
  for (size_t i = 0; i < r->count; i++) {
    size_t figure = figure_at(r, i), range = figure > 0 ? range_at(r, i, figure) : 0;
    bool times = (word_is(r, i, "deux") || word_is(r, i, "trois")) && word_is(r, i + 1, "fois");
    bool word = !r->words[i].used && (sort_at(r, i) & (CHANGE | COUNT_WORD)) != 0;
    if (figure == 0 && !word) continue;
    if (range > 0)
      keep(r, i - 1, 1 + range, ret->measure);
    else
      keep(r, i, figure > 0 ? figure : 1U + times, ret->measure);
    if (ret->measure[0] != '\0') return;
  }
}

static bool is_vague(const struct reading *r) {
  static const struct {
    const char *first, *second;
  } phrases[] = {{"faire", "mieux"}, {"faire", "plus"},    {"faire", "davantage"}, {"etre", "present"}, {"etre", "visible"}, {"du", "buzz"},      {"du", "bruit"},
                 {"do", "better"},   {"do", "more"},       {"make", "noise"},      {"be", "present"},   {"be", "visible"},   {"more", "content"}, {"aller", "plus"}};
  for (size_t i = 0; i + 1 < r->count; i++)
    for (size_t p = 0; p < JL_COUNT(phrases); p++)
      if (word_is(r, i, phrases[p].first) && word_is(r, i + 1, phrases[p].second)) return true;
  return false;
}

bool jl_smart_read(struct jl_arena *a, const char *text, struct jl_smart_words *ret) {
  struct reading *r = jl_arena_alloc(a, sizeof *r);
  *ret = (struct jl_smart_words){.content = 0};
  if (r == NULL) return false;
  *r = (struct reading){.typed = text};
  if (!cut(a, r)) return false;
  look_around(r);
  find_time(r, ret);
  find_measure(r, ret);
  ret->vague = is_vague(r);
  bool first = true;
  for (size_t i = 0; i < r->count; i++) {
    const struct word *w = &r->words[i];
    if (w->used || (w->sort & (GRAMMAR | NUMBER | SIGN)) != 0) continue;
    if (first) ret->activity = is_one_of(w->text, activities);
    first = false;
    ret->content++;
  }
  return true;
}
