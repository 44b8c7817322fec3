/* The marketing accounts of a ledger, as French law has it exported (FEC, 18 columns): each line of an account that begins with 623 (or what --set
 * accounts=623,6226 says) is an invoice, debit less credit, so that a credit note is negative. Amounts of such accounts have no VAT in them; the
 * rate is worked out of the VAT lines of the same entry. The supplier is the auxiliary account of the same entry, the document its voucher. A line is
 * known by journal, entry, account, label and amount, and by its place among lines alike, which the law's columns have no number for: so it is the
 * same in an export of the year and of the month, or in the file of rejected rows. */
#include "client/import/about.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 2000000 /* some hundred bytes each */

struct entry { /* or a line, with its amount: how many alike there were before */
  const char *key; /* journal and number */
  const char *supplier;
  size_t alike;
  int64_t costs, vat; /* cents of classes 2 and 6, and of 4456 and 4457 */
};
struct ledger {
  struct jl_about_file file;
  struct entry *entries; /* open addressing, at most half full */
  size_t count, capacity;
  const char *accounts;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static struct entry *slot(const struct ledger *l, const char *key) {
  uint64_t h = 1469598103934665603u;
  for (const char *p = key; *p != '\0'; p++) h = (h ^ (uint8_t)*p) * 1099511628211u;
  for (;; h++) {
    struct entry *e = &l->entries[h & (l->capacity - 1)];
    if (e->key == NULL || strcmp(e->key, key) == 0) return e;
  }
}

static bool grow(struct jl_ingest *in, struct ledger *l, struct jl_error *err) {
  struct ledger more = {.capacity = l->capacity == 0 ? 4096 : l->capacity * 2};
  if (l->count >= ENTRIES_MAX) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the ledger has more than {1} entries"), JL_MSG("export the months one by one"), jl_arg_integer(ENTRIES_MAX));
  more.entries = jl_arena_array(jl_ingest_cli(in)->arena, more.capacity, sizeof *more.entries);
  if (more.entries == NULL) return no_memory(err);
  for (size_t i = 0; i < l->capacity; i++)
    if (l->entries[i].key != NULL) *slot(&more, l->entries[i].key) = l->entries[i];
  l->entries = more.entries;
  l->capacity = more.capacity;
  return true;
}

/* Made when it is not there. */
static bool place(struct jl_ingest *in, struct ledger *l, const char *key, struct entry **ret, struct jl_error *err) {
  if (l->count * 2 >= l->capacity && !grow(in, l, err)) return false;
  *ret = slot(l, key);
  if ((*ret)->key != NULL) return true;
  **ret = (struct entry){.key = jl_arena_strdup(jl_ingest_cli(in)->arena, key)};
  l->count += (*ret)->key != NULL;
  return (*ret)->key != NULL || no_memory(err);
}

static const char *key_of(struct jl_ingest *in, const struct jl_ingest_row *row) {
  const char *journal = jl_ingest_words(in, row, "journal"), *number = jl_ingest_words(in, row, "entry");
  return journal == NULL || number == NULL ? NULL : jl_arena_printf(jl_ingest_arena(in), "%s %s", journal, number);
}

/* "623,6226": whether the account begins with one of them. */
static bool is_of(const char *accounts, const char *account) {
  for (const char *at = accounts; *at != '\0';) {
    size_t n = strcspn(at, ", ;");
    if (n > 0 && strncmp(at, account, n) == 0) return true;
    at += n + (at[n] != '\0');
  }
  return false;
}

static bool amount_of(struct jl_ingest *in, const struct jl_ingest_row *row, int64_t *ret, struct jl_error *err) {
  int64_t debit = 0, credit = 0;
  bool has_debit = false, has_credit = false;
  if (!jl_ingest_money(in, row, "debit", &has_debit, &debit, err) || !jl_ingest_money(in, row, "credit", &has_credit, &credit, err)) return false;
  if (!has_debit && !has_credit) return jl_fail(err, JL_E_INVALID, JL_MSG("it has neither debit nor credit"), NULL);
  return !__builtin_sub_overflow(debit, credit, ret) || jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is too large"), NULL, jl_arg_integer(debit));
}

/* First pass: what an entry says in its other lines. */
static bool note_entry(struct jl_ingest *in, struct ledger *l, const struct jl_ingest_row *row, struct jl_error *err) {
  const char *key = key_of(in, row), *supplier = jl_ingest_words(in, row, "supplier"), *account = jl_ingest_words(in, row, "ledger-account");
  int64_t amount = 0;
  if (key == NULL || supplier == NULL || account == NULL) return no_memory(err);
  struct entry *e = NULL;
  if (!place(in, l, key, &e, err)) return false;
  if (e->supplier == NULL && supplier[0] != '\0' && strncmp(account, "40", 2) == 0) {
    e->supplier = jl_arena_strdup(jl_ingest_cli(in)->arena, supplier);
    if (e->supplier == NULL) return no_memory(err);
  }
  struct jl_error ignored = {0}; /* the second pass tells it */
  if (!amount_of(in, row, &amount, &ignored)) return true;
  if (account[0] == '6' || account[0] == '2') (void)__builtin_add_overflow(e->costs, amount, &e->costs);
  if (strncmp(account, "4456", 4) == 0 || strncmp(account, "4457", 4) == 0) (void)__builtin_add_overflow(e->vat, amount, &e->vat);
  return true;
}

/* Basis points, when the entry's VAT is that of one rate to the cent of each of its lines; -1: it is of several, or none that is known. */
static int64_t rate_of(const struct entry *e) {
  static const int64_t rates[] = {0, 210, 550, 1000, 2000};
  for (size_t i = 0; i < JL_COUNT(rates); i++) {
    int64_t off = e->vat * 10000 - e->costs * rates[i];
    if (llabs(off) <= 20000) return rates[i];
  }
  return -1;
}

static bool begin(struct jl_ingest *in, struct jl_error *err) {
  static const struct jl_ingest_row none = {0};
  struct ledger *l = jl_ingest_state(in, sizeof *l);
  if (l == NULL) return no_memory(err);
  const char *accounts = jl_ingest_has(in, "accounts") ? jl_ingest_words(in, &none, "accounts") : "623";
  l->accounts = accounts == NULL ? NULL : jl_arena_strdup(jl_ingest_cli(in)->arena, accounts);
  l->file.basis = JL_NET;
  for (size_t i = 0; i < l->capacity; i++) l->entries[i].alike = 0; /* counted in each pass */
  return l->accounts != NULL || no_memory(err);
}

/* The line that was said for all, or that the account's number or name means. */
static bool find_line(struct jl_ingest *in, const struct jl_ingest_row *row, const char *account, const char *title, struct jl_about *about, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_EXPENSE), JL_EXPENSE_LINE);
  const char *line = jl_ingest_words(in, row, "line");
  const struct jl_record_state *found = NULL;
  if (line == NULL) return no_memory(err);
  if (line[0] != '\0') {
    if (!jl_ingest_find(in, "line", field, line, &found, err)) return false;
  } else {
    if (!jl_ingest_look(in, "line", field, account, &found, err)) return false;
    if (found == NULL && title[0] != '\0' && !jl_ingest_look(in, "line", field, title, &found, err)) return false;
  }
  if (jl_ingest_notes(in)) return true;
  if (found == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("which budget line is account {1} ({2})?"), JL_MSG("--value \"line:{1}=B3\", or --set line=B3 for all of them"), jl_arg_text(account), jl_arg_text(title));
  about->line = found->id;
  return true;
}

static bool make(struct jl_ingest *in, struct ledger *l, const struct jl_ingest_row *row, const char *account, struct jl_about *about, int64_t amount, struct jl_error *err) {
  const char *key = key_of(in, row), *given = jl_ingest_words(in, row, "vat-rate"), *currency = jl_ingest_input(in)->currency;
  const char *line = key == NULL ? NULL : jl_arena_printf(jl_ingest_arena(in), "%s\n%s %" PRId64 " %s", key, account, amount, about->name);
  struct jl_ingest_record *x;
  struct entry *alike;
  if (line == NULL || given == NULL || l->capacity == 0) return no_memory(err);
  if (!place(in, l, line, &alike, err)) return false;
  const char *which = jl_arena_printf(jl_ingest_arena(in), "%zu", jl_ingest_place(in, ++alike->alike) - 1);
  const struct entry *e = slot(l, key);
  if (which == NULL) return no_memory(err);
  if (e->key == NULL) return jl_fail(err, JL_E_INTERNAL, JL_MSG("the file has changed while it was read"), JL_MSG("try again"));
  if (!jl_about_expense(in, &l->file, row, about, amount, currency != NULL ? currency : "", e->supplier != NULL ? e->supplier : "", &x, err)) return false;
  int64_t rate = rate_of(e);
  if (given[0] == '\0' && rate < 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("entry {1}: its VAT is not of one rate"), JL_MSG("--set vat-rate=20%, or leave it out and enter it by hand"), jl_arg_text(key));
  if (given[0] == '\0' && !jl_ingest_put_number(x, JL_EXPENSE_VAT_RATE, rate, err)) return false;
  return jl_ingest_put_slot(x, JL_EXPENSE_DOCUMENT, row, "voucher", err) && jl_ingest_key(x, line) && jl_ingest_key(x, which) && jl_ingest_add(x, err);
}

static bool row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  struct ledger *l = jl_ingest_state(in, sizeof *l);
  const char *account = jl_ingest_words(in, row, "ledger-account"), *title = jl_ingest_words(in, row, "category");
  struct jl_about about = {.name = jl_ingest_words(in, row, "ledger-label")};
  bool has = false;
  int64_t amount = 0;
  if (l == NULL || account == NULL || title == NULL || about.name == NULL) return no_memory(err);
  if (jl_ingest_notes(in) && !note_entry(in, l, row, err)) return false;
  if (!is_of(l->accounts, account)) return jl_ingest_leave(in, JL_MSG("lines of accounts that are not asked for"));
  if (!jl_ingest_day(in, row, "date", &has, &about.end, err)) return false;
  if (!has) return jl_fail(err, JL_E_INVALID, JL_MSG("it has no date"), NULL);
  about.start = about.end;
  if (about.name[0] == '\0') about.name = title[0] != '\0' ? title : account;
  if (!find_line(in, row, account, title, &about, err) || !amount_of(in, row, &amount, err)) return false;
  if (amount == 0) return jl_ingest_leave(in, JL_MSG("lines without an amount"));
  return jl_ingest_notes(in) || make(in, l, row, account, &about, amount, err);
}

static const char *const needs[] = {"ledger-account", "date", "debit", "credit", "entry", NULL};
static const char *const reads[] = {"journal", "category", "ledger-label", "supplier", "voucher", "line", "accounts", "vat-rate", NULL};
const struct jl_ingest_source jl_source_ledger = {.name = "fec", .label = JL_MSG("invoices of a ledger (FEC)"), .vocabulary = "FEC", .needs = needs, .reads = reads, .begin = begin, .row = row};
