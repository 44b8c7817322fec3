#include "common/base/money.h"
#include <stdlib.h>
#include <string.h>

/* ISO 4217 list one, active currencies, by number of minor digits; each code is followed by a space. */
static const struct {
  int digits;
  const char *codes;
} currencies[] = {
    {2, "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU "
        "CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD "
        "KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK "
        "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
        "TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG "},
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "},
    {3, "BHD IQD JOD KWD LYD OMR TND "},
    {4, "CLF UYW "},
};

int jl_currency_digits(const char *iso4217) {
  if (iso4217 == NULL || strnlen(iso4217, 4) != 3) return -1;
  for (size_t i = 0; i < JL_COUNT(currencies); i++)
    for (const char *p = currencies[i].codes; *p != '\0'; p += 4)
      if (memcmp(p, iso4217, 3) == 0) return currencies[i].digits;
  return -1;
}

bool jl_add(int64_t a, int64_t b, int64_t *ret_sum) {
  int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) return false;
  *ret_sum = sum;
  return true;
}

enum rounding { HALF_EVEN, HALF_AWAY };

static bool mul_div(int64_t a, int64_t b, int64_t c, enum rounding rounding, int64_t *ret_result) {
  if (c == 0) return false;
  __int128 n = (__int128)a * b;
  bool negative = (n < 0) != (c < 0);
  unsigned __int128 magnitude = n < 0 ? (unsigned __int128)-n : (unsigned __int128)n;
  unsigned __int128 divisor = c < 0 ? (unsigned __int128)-(__int128)c : (unsigned __int128)c;
  unsigned __int128 quotient = magnitude / divisor;
  unsigned __int128 twice = magnitude % divisor * 2;
  if (twice > divisor || (twice == divisor && (rounding == HALF_AWAY || (quotient & 1) != 0))) quotient++;
  if (quotient > (unsigned __int128)INT64_MAX + (negative ? 1u : 0u)) return false;
  *ret_result = negative ? (int64_t) - (__int128)quotient : (int64_t)quotient;
  return true;
}

bool jl_mul_div_half_even(int64_t a, int64_t b, int64_t c, int64_t *ret_result) { return mul_div(a, b, c, HALF_EVEN, ret_result); }
bool jl_mul_div_half_up(int64_t a, int64_t b, int64_t c, int64_t *ret_result) { return mul_div(a, b, c, HALF_AWAY, ret_result); }

bool jl_vat_gross(int64_t net, int64_t rate_basis_points, int64_t *ret_gross) {
  int64_t whole;
  if (rate_basis_points < 0 || !jl_add(JL_SHARE_ONE, rate_basis_points, &whole)) return false;
  return jl_mul_div_half_up(net, whole, JL_SHARE_ONE, ret_gross);
}

bool jl_vat_net(int64_t gross, int64_t rate_basis_points, int64_t *ret_net) {
  int64_t whole;
  if (rate_basis_points < 0 || !jl_add(JL_SHARE_ONE, rate_basis_points, &whole)) return false;
  return jl_mul_div_half_up(gross, JL_SHARE_ONE, whole, ret_net);
}

struct remainder {
  unsigned __int128 size;
  size_t index;
};

static int by_size_then_index(const void *a, const void *b) {
  const struct remainder *x = a, *y = b;
  if (x->size != y->size) return x->size > y->size ? -1 : 1;
  return x->index < y->index ? -1 : x->index > y->index;
}

bool jl_split(int64_t total, const int64_t *weights, size_t n, int64_t *ret_parts) {
  unsigned __int128 sum = 0;
  for (size_t i = 0; i < n; i++) {
    if (weights[i] < 0) return false;
    sum += (unsigned __int128)weights[i];
  }
  if (sum == 0) return false;
  struct remainder *remainders = calloc(n, sizeof *remainders);
  if (remainders == NULL) return false;
  uint64_t magnitude = total < 0 ? 0 - (uint64_t)total : (uint64_t)total;
  uint64_t left = magnitude;
  for (size_t i = 0; i < n; i++) {
    unsigned __int128 product = (unsigned __int128)magnitude * (uint64_t)weights[i];
    uint64_t part = (uint64_t)(product / sum);
    remainders[i] = (struct remainder){product % sum, i};
    left -= part;
    ret_parts[i] = total < 0 ? (int64_t)(0 - part) : (int64_t)part;
  }
  qsort(remainders, n, sizeof *remainders, by_size_then_index);
  for (size_t i = 0; i < left; i++) ret_parts[remainders[i].index] += total < 0 ? -1 : 1;
  free(remainders);
  return true;
}
