/* A marketing budget as people keep it in Excel: a line for each item with its months in columns ("janv. 2026", "01/2026", "janv-26"), or a line for
 * each item and month, or one amount for the whole period. Makes budget lines with their months. Categories and sub-categories in French or English,
 * a sub-category says its category. A column "Total" is held against the months. The months of a title without a year are those of the plan's period,
 * when it has each only once; else --set year=2026 says it. A line is known by its title, lever, campaign and categories;
 * one that people made by title, lever and campaign. */
#include "client/import/about.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct budget {
  struct jl_about_file file;
  int32_t *months; /* of each column: first day; INT32_MIN: it is none */
  size_t month_count;
  int total;  /* column; -1: none */
  const char *amount; /* slot, where months are no columns */
  int digits;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* ---- words ---- */
struct word { const char *name; int64_t value; };
static const struct word categories[] = {
    {"tools", JL_CATEGORY_TOOLS},   {"tool", JL_CATEGORY_TOOLS},     {"outil", JL_CATEGORY_TOOLS},    {"logiciel", JL_CATEGORY_TOOLS}, {"licence", JL_CATEGORY_TOOLS},       {"software", JL_CATEGORY_TOOLS},
    {"people", JL_CATEGORY_PEOPLE}, {"humain", JL_CATEGORY_PEOPLE},  {"rh", JL_CATEGORY_PEOPLE},      {"personnel", JL_CATEGORY_PEOPLE}, {"ressources humaines", JL_CATEGORY_PEOPLE}, {"ressource humaine", JL_CATEGORY_PEOPLE}, {"equipe", JL_CATEGORY_PEOPLE},
    {"media", JL_CATEGORY_MEDIA},   {"achat media", JL_CATEGORY_MEDIA}, {"diffusion", JL_CATEGORY_MEDIA},
    {"other", JL_CATEGORY_OTHER},   {"autre", JL_CATEGORY_OTHER},    {"diver", JL_CATEGORY_OTHER},    {"misc", JL_CATEGORY_OTHER}};
static const struct word subcategories[] = {
    {"crm", JL_CRM_LICENCES},  {"licences crm", JL_CRM_LICENCES}, {"licence crm", JL_CRM_LICENCES}, {"crm licence", JL_CRM_LICENCES}, {"automation", JL_MARKETING_AUTOMATION}, {"marketing automation", JL_MARKETING_AUTOMATION},
    {"analytic", JL_ANALYTICS}, {"analyse", JL_ANALYTICS},        {"salaire", JL_SALARIES},         {"salarie", JL_SALARIES},         {"salary", JL_SALARIES},                 {"freelance", JL_FREELANCERS}, {"freelancer", JL_FREELANCERS},
    {"agence", JL_AGENCIES},   {"agency", JL_AGENCIES},           {"agencie", JL_AGENCIES},         {"ad", JL_ADS},                   {"publicite", JL_ADS},                   {"annonce", JL_ADS},
    {"social", JL_SOCIAL_PAID}, {"paid social", JL_SOCIAL_PAID},  {"social paid", JL_SOCIAL_PAID},  {"reseaux sociaux", JL_SOCIAL_PAID}, {"retargeting", JL_RETARGETING},      {"reciblage", JL_RETARGETING}};

/* Case, accents and a plural's s do not count. *ret 0: there is no value. */
static bool word_of(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot, const struct word *words, size_t n, int64_t *ret, struct jl_error *err) {
  const char *text = jl_ingest_words(in, row, slot);
  char *folded = text == NULL ? NULL : jl_text_fold(jl_ingest_arena(in), text);
  *ret = 0;
  if (folded == NULL) return no_memory(err);
  if (folded[0] == '\0' || strcmp(folded, "-") == 0) return true;
  size_t size = strlen(folded);
  for (size_t i = 0; i < n && *ret == 0; i++) {
    size_t length = strlen(words[i].name);
    if (strncmp(folded, words[i].name, length) == 0 && (size == length || (size == length + 1 && (folded[length] == 's' || folded[length] == 'x')))) *ret = words[i].value;
  }
  return *ret != 0 || jl_fail(err, JL_E_INVALID, words == categories ? JL_MSG("\"{1}\" is no category of a budget") : JL_MSG("\"{1}\" is no sub-category of a budget"),
                              words == categories ? JL_MSG("tools (outils), people (humain), media (médias), other (autre)")
                                                  : JL_MSG("CRM, marketing automation, analytics, salaires, freelances, agences, publicité, social, retargeting"),
                              jl_arg_text(text));
}

static int64_t category_of(int64_t subcategory) {
  if (subcategory == 0) return 0;
  return subcategory <= JL_ANALYTICS ? JL_CATEGORY_TOOLS : subcategory <= JL_AGENCIES ? JL_CATEGORY_PEOPLE : JL_CATEGORY_MEDIA;
}

/* ---- months in titles ---- */
/* "janv-26" as "janv 2026", as Excel writes mmm-yy. */
static const char *spelled(struct jl_ingest *in, const char *title) {
  char *text = jl_arena_strdup(jl_ingest_cli(in)->arena, title), *dash = text == NULL ? NULL : strrchr(text, '-');
  if (dash == NULL || dash == text || !isdigit((unsigned char)dash[1]) || !isdigit((unsigned char)dash[2]) || dash[3] != '\0' || isdigit((unsigned char)dash[-1])) return text;
  *dash = '\0';
  return jl_arena_printf(jl_ingest_cli(in)->arena, "%s 20%s", text, dash + 1);
}

static bool month_in(const char *text, int32_t *ret) {
  struct jl_date_seen seen;
  if (!jl_date_look(text, strlen(text), &seen)) return false;
  int32_t day = seen.by_day.day;
  if (!seen.only_month && (seen.differs || jl_date_from_day(day).day != 1)) return false;
  *ret = day;
  return true;
}

/* "janvier" alone: the one of the plan's period. *ret_twice: it has several. */
static bool month_of_plan(struct jl_ingest *in, const char *title, int32_t *ret, bool *ret_twice) {
  const struct jl_input *input = jl_ingest_input(in);
  static const struct jl_ingest_row none = {0};
  const char *given = jl_ingest_has(in, "year") ? jl_ingest_words(in, &none, "year") : NULL;
  int first = given != NULL ? (int)strtol(given, NULL, 10) : input->has_period ? jl_date_from_day(input->period_start).year : 0;
  int last = given != NULL ? first : input->has_period ? jl_date_from_day(input->period_end).year : -1, found = 0;
  int32_t day = 0;
  for (int year = first; year <= last && year < first + 20; year++) {
    const char *text = jl_arena_printf(jl_ingest_cli(in)->arena, "%s %d", title, year);
    if (text == NULL || !month_in(text, &day)) continue;
    if (given == NULL && (jl_day_add_months(day, 1) <= input->period_start || day > input->period_end)) continue;
    *ret = day;
    found++;
  }
  *ret_twice = found > 1;
  return found > 0;
}

static bool find_months(struct jl_ingest *in, struct budget *b, struct jl_error *err) {
  const struct jl_table_found *t = jl_ingest_table(in);
  b->total = -1;
  b->month_count = 0;
  for (size_t i = 0; i < t->column_count; i++) {
    const struct jl_column *c = &t->columns[i];
    const char *title = spelled(in, c->title);
    bool twice = false, numeric = c->kind == JL_COLUMN_NUMBER || c->kind == JL_COLUMN_MONEY || c->kind == JL_COLUMN_EMPTY;
    b->months[i] = INT32_MIN;
    if (title == NULL) return no_memory(err);
    if (!numeric || jl_ingest_fills(in, i) || jl_ingest_passed_over(in, i)) continue;
    if (strncmp(c->folded, "total", 5) == 0)
      b->total = (int)i;
    else if (month_in(title, &b->months[i]) || month_of_plan(in, title, &b->months[i], &twice))
      b->month_count++;
    if (twice) return jl_fail(err, JL_E_USAGE, JL_MSG("of which year is \"{1}\"? The plan has several"), JL_MSG("--set year=2026"), jl_arg_text(c->title));
  }
  return true;
}

/* ---- the file ---- */
static bool tell(struct jl_ingest *in, const struct budget *b) {
  const struct jl_table_found *t = jl_ingest_table(in);
  for (size_t i = 0; !jl_ingest_notes(in) && i < t->column_count; i++)
    if (b->months[i] == INT32_MIN && (int)i != b->total && !jl_ingest_fills(in, i) && !jl_ingest_passed_over(in, i))
      jl_talk(jl_ingest_cli(in), JL_MSG("the column \"{1}\" is not read: it is no month"), jl_arg_text(t->columns[i].title));
  return true;
}

static bool begin(struct jl_ingest *in, struct jl_error *err) {
  static const char *const amounts[] = {"budget", "amount", "spend"};
  const struct jl_table_found *t = jl_ingest_table(in);
  struct budget *b = jl_ingest_state(in, sizeof *b);
  int column = -1;
  if (b == NULL) return no_memory(err);
  if (b->months == NULL) b->months = jl_arena_array(jl_ingest_cli(in)->arena, t->column_count + 1, sizeof *b->months);
  if (b->months == NULL) return no_memory(err);
  if (!find_months(in, b, err)) return false;
  b->amount = NULL;
  for (size_t i = 0; i < JL_COUNT(amounts) && b->month_count == 0 && b->amount == NULL; i++)
    if (jl_ingest_column(in, amounts[i]) >= 0) b->amount = amounts[i];
  for (size_t i = 0; i < t->column_count && column < 0; i++)
    if (b->months[i] != INT32_MIN && t->columns[i].kind != JL_COLUMN_EMPTY) column = (int)i;
  if (b->amount != NULL) column = jl_ingest_column(in, b->amount);
  if (column < 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("there are no amounts: neither months in columns nor a column of amounts"), JL_MSG("--map \"TITLE=budget\" says which column has them; titles of months are like \"janv. 2026\""));
  if (!jl_about_currency(in, column, b->file.currency, err) || !jl_about_basis(in, b->amount, &b->file.basis, err)) return false;
  return tell(in, b);
}

/* ---- one row ---- */
struct item { const char *title; int64_t category, subcategory; struct jl_about about; char currency[4]; const struct jl_record_state *said; /* --value "line:TITLE=B3" */ };

static bool read_item(struct jl_ingest *in, const struct jl_ingest_row *row, struct item *x, struct jl_error *err) {
  const char *line = jl_ingest_words(in, row, "line"), *label = jl_ingest_words(in, row, "label");
  const char *lever = jl_ingest_words(in, row, "lever"), *channel = jl_ingest_words(in, row, "channel"), *campaign = jl_ingest_words(in, row, "campaign");
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BUDGET_LINE);
  const struct jl_record_state *found = NULL;
  if (line == NULL || label == NULL || lever == NULL || channel == NULL || campaign == NULL) return no_memory(err);
  if (lever[0] == '\0') lever = channel;
  x->title = line[0] != '\0' ? line : label[0] != '\0' ? label : campaign[0] != '\0' ? campaign : lever;
  if (x->title[0] == '\0') return jl_fail(err, JL_E_INVALID, JL_MSG("it has no title"), JL_MSG("--map \"COLUMN=line\" says which column has it"));
  if (!jl_about_lever(in, lever, &x->about, err)) return false;
  if (!jl_ingest_find(in, "campaign", jl_field_by_number(type, JL_BUDGET_LINE_ACTION), campaign, &found, err)) return false;
  x->about.has_action = found != NULL;
  if (found != NULL) x->about.action = found->id;
  if (jl_ingest_is_said(in, "line", x->title) && !jl_ingest_find(in, "line", jl_field_by_number(jl_record_type_by_number(JL_TYPE_EXPENSE), JL_EXPENSE_LINE), x->title, &x->said, err)) return false;
  if (!word_of(in, row, "category", categories, JL_COUNT(categories), &x->category, err) || !word_of(in, row, "sub-category", subcategories, JL_COUNT(subcategories), &x->subcategory, err)) return false;
  if (x->category == 0) x->category = category_of(x->subcategory);
  return x->category != 0 || jl_fail(err, JL_E_INVALID, JL_MSG("it has no category"), JL_MSG("a column category, or --set category=media"));
}

/* ---- which line it is ---- */
static bool put_key(struct jl_ingest *in, const struct jl_ingest_row *row, const struct item *x, int64_t category, int64_t subcategory, struct jl_ingest_record *r, struct jl_error *err) {
  char lever[JL_ID_TEXT_SIZE] = "", action[JL_ID_TEXT_SIZE] = "";
  const char *given = jl_ingest_words(in, row, "lever"), *channel = jl_ingest_words(in, row, "channel");
  if (x->about.has_lever) jl_id_format(&x->about.lever, lever);
  if (x->about.has_action) jl_id_format(&x->about.action, action);
  const char *parts[] = {x->title, lever, given != NULL && given[0] == '\0' ? "" : channel, action};
  for (size_t i = 0; i < JL_COUNT(parts); i++) {
    const char *folded = parts[i] == NULL ? NULL : jl_text_fold(jl_ingest_arena(in), parts[i]);
    if (folded == NULL) return no_memory(err);
    (void)jl_ingest_key(r, folded);
  }
  const char *kinds = jl_arena_printf(jl_ingest_arena(in), "%" PRId64 ".%" PRId64, category, subcategory);
  return kinds == NULL ? no_memory(err) : jl_ingest_key(r, kinds);
}

static bool refers(struct jl_bytes body, uint32_t field, bool has, const struct jl_id *id) {
  struct jl_id other;
  bool is = jl_record_id(jl_record_type_by_number(JL_TYPE_BUDGET_LINE), body, field, &other);
  return is == has && (!is || jl_id_equal(&other, id));
}

/* Title, lever, campaign and, where the file says it, category are the row's. What another row of such a file makes is none: its categories are other ones. */
static bool may_be(struct jl_ingest *in, const struct jl_ingest_row *row, const struct item *x, const struct jl_record_state *line, bool *ret, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BUDGET_LINE);
  struct jl_bytes title = jl_record_text(type, line->body, JL_BUDGET_LINE_TITLE);
  const char *copy = jl_arena_strndup(jl_ingest_arena(in), (const char *)title.data, title.size), *theirs = copy == NULL ? NULL : jl_text_fold(jl_ingest_arena(in), copy), *ours = jl_text_fold(jl_ingest_arena(in), x->title);
  *ret = false;
  if (theirs == NULL || ours == NULL) return no_memory(err);
  if (strcmp(theirs, ours) != 0 || !refers(line->body, JL_BUDGET_LINE_LEVER, x->about.has_lever, &x->about.lever) || !refers(line->body, JL_BUDGET_LINE_ACTION, x->about.has_action, &x->about.action)) return true;
  if (jl_ingest_has(in, "category") && jl_record_int(type, line->body, JL_BUDGET_LINE_CATEGORY, 0) != x->category) return true;
  struct jl_ingest_record *other = jl_ingest_make(in, JL_TYPE_BUDGET_LINE);
  if (!put_key(in, row, x, jl_record_int(type, line->body, JL_BUDGET_LINE_CATEGORY, 0), jl_record_int(type, line->body, JL_BUDGET_LINE_SUBCATEGORY, 0), other, err)) return false;
  const struct jl_id id = jl_ingest_own_id(other);
  *ret = !jl_id_equal(&id, &line->id);
  return true;
}

/* A line that is there already, whoever made it, is no second one. */
static bool find_line(struct jl_ingest *in, const struct jl_ingest_row *row, const struct item *x, struct jl_ingest_record *r, struct jl_error *err) {
  const struct jl_id own = jl_ingest_own_id(r);
  const struct jl_record_state *lines, *found = NULL;
  char one[JL_REFERENCE_SIZE] = "", other[JL_REFERENCE_SIZE] = "";
  size_t n, count = 0;
  if (x->said != NULL) jl_ingest_is(r, &x->said->id);
  if (x->said != NULL) return true;
  if (!jl_ingest_all(in, JL_TYPE_BUDGET_LINE, &lines, &n, err)) return false;
  for (size_t i = 0; i < n; i++)
    if (jl_id_equal(&lines[i].id, &own)) return true;
  for (size_t i = 0; i < n; i++) {
    bool may = false;
    if (!may_be(in, row, x, &lines[i], &may, err)) return false;
    if (!may) continue;
    count++;
    if (found == NULL || lines[i].number < found->number) {
      memcpy(other, one, sizeof other);
      jl_reference_text(JL_TYPE_BUDGET_LINE, lines[i].number, one);
      found = &lines[i];
    } else {
      jl_reference_text(JL_TYPE_BUDGET_LINE, lines[i].number, other);
    }
  }
  if (count == 1) jl_ingest_is(r, &found->id);
  return count <= 1 || jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("several lines of the plan are called \"{1}\" there: {2}, {3}"), JL_MSG("--value \"line:{1}={2}\" says which one it is"), jl_arg_text(x->title), jl_arg_text(one), jl_arg_text(other));
}

static bool make_line(struct jl_ingest *in, const struct budget *b, const struct jl_ingest_row *row, const struct item *x, bool whole, int64_t planned, struct jl_id *ret, struct jl_error *err) {
  const char *plans = jl_ingest_input(in)->currency;
  struct jl_ingest_record *r = jl_ingest_make(in, JL_TYPE_BUDGET_LINE);
  bool ok = jl_ingest_put_words(r, JL_BUDGET_LINE_TITLE, x->title, err) && (!x->about.has_lever || jl_ingest_put_id(r, JL_BUDGET_LINE_LEVER, &x->about.lever, err)) &&
            (!x->about.has_action || jl_ingest_put_id(r, JL_BUDGET_LINE_ACTION, &x->about.action, err)) && jl_ingest_put_number(r, JL_BUDGET_LINE_CATEGORY, x->category, err) &&
            (x->subcategory == 0 || jl_ingest_put_number(r, JL_BUDGET_LINE_SUBCATEGORY, x->subcategory, err)) && jl_ingest_put_slot(r, JL_BUDGET_LINE_BUCKET, row, "bucket", err) &&
            jl_ingest_put_number(r, JL_BUDGET_LINE_VAT_BASIS, b->file.basis, err) && jl_ingest_put_slot(r, JL_BUDGET_LINE_VAT_RATE, row, "vat-rate", err) &&
            jl_ingest_put_slot(r, JL_BUDGET_LINE_NOTES, row, "comment", err) && (!whole || jl_ingest_put_number(r, JL_BUDGET_LINE_PLANNED, planned, err)) &&
            (x->currency[0] == '\0' || (plans != NULL && strcmp(plans, x->currency) == 0) || jl_ingest_put_words(r, JL_BUDGET_LINE_CURRENCY, x->currency, err));
  if (!ok || !put_key(in, row, x, x->category, x->subcategory, r, err) || !find_line(in, row, x, r, err)) return false;
  if (!(whole || b->month_count > 0 ? jl_ingest_add(r, err) : jl_ingest_add_once(r, err))) return false;
  *ret = *jl_ingest_id(r);
  return true;
}

static bool make_month(struct jl_ingest *in, const struct jl_id *line, int32_t month, int64_t planned, struct jl_error *err) {
  struct jl_ingest_record *m = jl_ingest_make(in, JL_TYPE_BUDGET_MONTH);
  return jl_ingest_put_id(m, JL_BUDGET_MONTH_LINE, line, err) && jl_ingest_put_number(m, JL_BUDGET_MONTH_MONTH, month, err) && jl_ingest_put_number(m, JL_BUDGET_MONTH_PLANNED, planned, err) && jl_ingest_add(m, err);
}

static bool below_zero(const struct jl_table_cell *cell, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is below 0"), JL_MSG("what is planned is not; a saving is a smaller amount"), jl_arg_textn(cell->text, cell->size));
}

static bool same_total(struct jl_ingest *in, const struct budget *b, const struct jl_ingest_row *row, int64_t sum, const char *currency, struct jl_error *err) {
  char other[4];
  bool has = false;
  int64_t total = 0;
  if (b->total < 0) return true;
  if (!jl_about_amount(in, &b->file, row, &row->cells[b->total], b->total, &has, &total, other, err)) return false;
  return !has || total == sum || jl_fail(err, JL_E_INVALID, JL_MSG("its months add up to {1}, its total says {2}"), JL_MSG("correct it, or pass the total over: --map \"{3}=\""), jl_arg_money(sum, currency),
                                         jl_arg_money(total, currency), jl_arg_text(jl_ingest_table(in)->columns[b->total].title));
}

static bool take_months(struct jl_ingest *in, const struct budget *b, const struct jl_ingest_row *row, struct item *x, struct jl_error *err) {
  const size_t n = jl_ingest_table(in)->column_count;
  int64_t *amounts = jl_arena_array(jl_ingest_arena(in), n + 1, sizeof *amounts), sum = 0;
  bool *has = jl_arena_array(jl_ingest_arena(in), n + 1, sizeof *has);
  struct jl_id line;
  if (amounts == NULL || has == NULL) return no_memory(err);
  memcpy(x->currency, b->file.currency, 4);
  for (size_t i = 0; i < n; i++) {
    char currency[4] = "";
    if (b->months[i] == INT32_MIN) continue;
    if (!jl_about_amount(in, &b->file, row, &row->cells[i], (int)i, &has[i], &amounts[i], currency, err)) return false;
    if (!has[i]) continue;
    if (amounts[i] < 0) return below_zero(&row->cells[i], err);
    if (x->currency[0] != '\0' && strcmp(x->currency, currency) != 0) return jl_fail(err, JL_E_INVALID, JL_MSG("it names two currencies: {1} and {2}"), NULL, jl_arg_text(x->currency), jl_arg_text(currency));
    memcpy(x->currency, currency, 4);
    if (__builtin_add_overflow(sum, amounts[i], &sum)) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is too large"), NULL, jl_arg_textn(row->cells[i].text, row->cells[i].size));
  }
  if (!same_total(in, b, row, sum, x->currency, err)) return false;
  if (jl_ingest_notes(in)) return true;
  if (!make_line(in, b, row, x, false, 0, &line, err)) return false;
  for (size_t i = 0; i < n; i++)
    if (b->months[i] != INT32_MIN && has[i] && !make_month(in, &line, b->months[i], amounts[i], err)) return false;
  return true;
}

static bool take_amount(struct jl_ingest *in, const struct budget *b, const struct jl_ingest_row *row, struct item *x, struct jl_error *err) {
  int column = jl_ingest_column(in, b->amount);
  const struct jl_table_cell *cell = &row->cells[column];
  struct jl_date d;
  struct jl_id line;
  bool has = false, dated = false;
  int64_t amount = 0;
  int32_t day = 0;
  if (!jl_ingest_day(in, row, "date", &dated, &day, err) || !jl_about_amount(in, &b->file, row, cell, column, &has, &amount, x->currency, err)) return false;
  if (!has) return jl_fail(err, JL_E_INVALID, JL_MSG("it has no amount"), NULL);
  if (amount < 0) return below_zero(cell, err);
  if (jl_ingest_column(in, "date") >= 0 && !dated) return jl_fail(err, JL_E_INVALID, JL_MSG("it does not say of which month it is"), NULL);
  if (jl_ingest_notes(in)) return true;
  if (!make_line(in, b, row, x, !dated, amount, &line, err)) return false;
  d = jl_date_from_day(day);
  return !dated || make_month(in, &line, jl_day_from_date(d.year, d.month, 1), amount, err);
}

static bool row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  const struct budget *b = jl_ingest_state(in, sizeof *b);
  struct item x = {0};
  if (b == NULL) return no_memory(err);
  if (!read_item(in, row, &x, err)) return false;
  return b->month_count > 0 ? take_months(in, b, row, &x, err) : take_amount(in, b, row, &x, err);
}

static const char *const reads[] = {"line", "label", "lever", "channel", "campaign", "category", "sub-category", "bucket", "budget", "amount", "spend", "date", "year", "comment", JL_ABOUT_MONEY, NULL};
const struct jl_ingest_source jl_source_budget = {.name = "budget", .label = JL_MSG("a marketing budget, by month or for the whole period"), .reads = reads, .every_column = true, .begin = begin, .row = row};
