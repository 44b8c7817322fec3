/* Build step: asks ICU (CLDR) how French and English write numbers, months, days and currencies, and prints const tables.
 * So the client has the users' spelling without loading ICU at every start. */
#include <stdio.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

static const char *const locales[] = {"fr_FR", "en_GB"};
static const char *const languages[] = {"fr", "en"};
static const char *const currencies[] = {"EUR", "USD", "GBP", "CHF", "CAD", "JPY", "MAD", "TND", "DZD", "XOF", "XAF", "SEK", "NOK", "DKK", "PLN", "CZK"};

static void print_text(const UChar *text, int32_t length) {
  char utf8[256];
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(utf8, sizeof utf8, &size, text, length, &status);
  putchar('"');
  for (int32_t i = 0; U_SUCCESS(status) && i < size; i++) printf("\\%03o", (unsigned char)utf8[i]);
  putchar('"');
}

static int print_symbol(const UNumberFormat *format, UNumberFormatSymbol symbol, const char *name) {
  UChar text[64];
  UErrorCode status = U_ZERO_ERROR;
  int32_t n = unum_getSymbol(format, symbol, text, 64, &status);
  printf("  .%s = ", name);
  print_text(text, n);
  printf(",\n");
  return U_FAILURE(status);
}

static int print_names(const UDateFormat *format, UDateFormatSymbolType type, int first, int count, const char *name) {
  printf("  .%s = {", name);
  for (int i = 0; i < count; i++) {
    UChar text[64];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = udat_getSymbols(format, type, first + i, text, 64, &status);
    if (U_FAILURE(status)) return 1;
    print_text(text, n);
    printf(", ");
  }
  printf("},\n");
  return 0;
}

static int print_locale(int i) {
  UErrorCode status = U_ZERO_ERROR;
  UNumberFormat *numbers = unum_open(UNUM_DECIMAL, NULL, 0, locales[i], NULL, &status);
  UDateFormat *dates = udat_open(UDAT_DEFAULT, UDAT_DEFAULT, locales[i], NULL, 0, NULL, 0, &status);
  if (U_FAILURE(status)) return 1;
  printf("{ .language = \"%s\",\n", languages[i]);
  int bad = print_symbol(numbers, UNUM_DECIMAL_SEPARATOR_SYMBOL, "decimal") | print_symbol(numbers, UNUM_GROUPING_SEPARATOR_SYMBOL, "group");
  bad |= print_names(dates, UDAT_MONTHS, 0, 12, "months") | print_names(dates, UDAT_SHORT_MONTHS, 0, 12, "short_months");
  bad |= print_names(dates, UDAT_WEEKDAYS, 1, 7, "weekdays"); /* ICU: 1 is Sunday */
  printf("  .currencies = {");
  for (size_t c = 0; c < sizeof currencies / sizeof *currencies; c++) {
    UChar code[4];
    int32_t length = 0;
    u_charsToUChars(currencies[c], code, 4);
    status = U_ZERO_ERROR;
    UBool choice = 0;
    const UChar *symbol = ucurr_getName(code, locales[i], UCURR_SYMBOL_NAME, &choice, &length, &status);
    bad |= U_FAILURE(status);
    printf("{\"%s\", ", currencies[c]);
    print_text(symbol, length);
    printf("}, ");
  }
  printf("{\"\", \"\"}},\n},\n");
  unum_close(numbers);
  udat_close(dates);
  return bad;
}

int main(void) {
  int bad = 0;
  printf("/* Made from ICU's CLDR data by client/faces/tables. */\n#include \"client/faces/locale.h\"\nconst struct jl_locale jl_locales[] = {\n");
  for (int i = 0; i < 2; i++) bad |= print_locale(i);
  printf("};\nconst size_t jl_locale_count = 2;\n");
  return bad ? 1 : 0;
}
