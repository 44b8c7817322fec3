/* Short references, written and read: the one place that knows their form. */
#include "common/record/record.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LETTERS_MAX 7
#define DIGITS_MAX 18

void jl_reference_format(const struct jl_record_type *type, uint64_t number, char ret_text[JL_REFERENCE_SIZE]) {
  bool provisional = jl_number_provisional(number);
  ret_text[0] = '\0';
  if (number == 0) return;
  snprintf(ret_text, JL_REFERENCE_SIZE, "%s%s%" PRIu64, type == NULL ? "#" : type->letter, provisional ? "?" : "",
           provisional ? number - JL_NUMBER_PROVISIONAL : number);
}

size_t jl_reference_scan(const char *text, const struct jl_record_type **ret_type, uint64_t *ret_number) {
  size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  const char *digits = text + letters + (text[letters] == '?' ? 1 : 0);
  size_t count = strspn(digits, "0123456789");
  if (letters == 0 || letters > LETTERS_MAX || count == 0 || count > DIGITS_MAX || digits[0] == '0') return 0;
  *ret_type = jl_record_type_by_letter(text, letters);
  *ret_number = text[letters] == '?' ? JL_NUMBER_PROVISIONAL : 0;
  uint64_t number = 0;
  for (size_t i = 0; i < count; i++) number = number * 10 + (uint64_t)(digits[i] - '0');
  *ret_number += number;
  return (size_t)(digits - text) + count;
}

bool jl_reference_parse(const char *text, const struct jl_record_type **ret_type, uint64_t *ret_number) {
  size_t size = jl_reference_scan(text, ret_type, ret_number);
  return size > 0 && text[size] == '\0' && *ret_type != NULL;
}
