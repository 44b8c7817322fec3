#include "common/model/budget/rates.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

void jl_rates_init(struct jl_rates *rates, const struct jl_replica *r, struct jl_arena *a) {
  *rates = (struct jl_rates){.r = r, .a = a};
  jl_plan_currency(r, rates->own);
}

static void text_of(const struct jl_record *record, uint32_t field, char ret[4]) {
  struct jl_bytes text = jl_record_text(record->type, record->body, field);
  memset(ret, 0, 4);
  if (text.size == 3) memcpy(ret, text.data, 3);
}

void jl_currency_of(const struct jl_rates *rates, const struct jl_record *record, uint32_t field, char ret[4]) {
  text_of(record, field, ret);
  if (ret[0] == '\0') memcpy(ret, rates->own, 4);
}

static int by_day(const void *left, const void *right) {
  const struct jl_rate_day *a = left, *b = right;
  int order = strcmp(a->currency, b->currency);
  return order != 0 ? order : a->day < b->day ? -1 : a->day > b->day;
}

static bool read(struct jl_rates *rates) {
  size_t n;
  const struct jl_record **records = jl_replica_all(rates->r, JL_TYPE_EXCHANGE_RATE, rates->a, &n);
  if (n == SIZE_MAX) return false;
  rates->days = jl_arena_array(rates->a, n + 1, sizeof *rates->days);
  if (rates->days == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    rates->days[i].rate = records[i];
    rates->days[i].day = (int32_t)jl_record_int(records[i]->type, records[i]->body, JL_EXCHANGE_RATE_DAY, 0);
    text_of(records[i], JL_EXCHANGE_RATE_CURRENCY, rates->days[i].currency);
  }
  if (n > 0) qsort(rates->days, n, sizeof *rates->days, by_day);
  rates->count = n;
  rates->known = true;
  return true;
}

bool jl_rate_at(struct jl_rates *rates, const char *currency, int32_t day, const struct jl_record **ret_rate) {
  struct jl_rate_day key = {.day = day};
  size_t low = 0, high;
  *ret_rate = NULL;
  if (!rates->known && !read(rates)) return false;
  memcpy(key.currency, currency, 3);
  for (high = rates->count; low < high;) { /* the first one after that day */
    size_t middle = low + (high - low) / 2;
    if (by_day(&rates->days[middle], &key) <= 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low > 0 && strcmp(rates->days[low - 1].currency, key.currency) == 0) *ret_rate = rates->days[low - 1].rate;
  return true;
}

static int64_t power_of_ten(int n) {
  int64_t ret = 1;
  while (n-- > 0) ret *= 10;
  return ret;
}

/* amount / 10^digits of the one x worth / rate x 10^digits of the other: at most 10^16 on either side. */
bool jl_rate_convert(const struct jl_rates *rates, const struct jl_record *rate, int64_t amount, int64_t *ret) {
  char currency[4];
  text_of(rate, JL_EXCHANGE_RATE_CURRENCY, currency);
  int from = jl_currency_digits(currency), to = jl_currency_digits(rates->own);
  int64_t so_much = jl_record_int(rate->type, rate->body, JL_EXCHANGE_RATE_RATE, 0),
          worth = jl_record_int(rate->type, rate->body, JL_EXCHANGE_RATE_WORTH, 0);
  if (from < 0 || to < 0 || so_much <= 0 || worth <= 0) return false;
  return jl_mul_div_half_even(amount, worth * power_of_ten(to), so_much * power_of_ten(from), ret);
}
