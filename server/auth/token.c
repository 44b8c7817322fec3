#include "server/auth/token.h"
#include <sodium.h>
#include <string.h>

void jl_token_new(uint8_t ret_token[JL_TOKEN_SIZE]) { randombytes_buf(ret_token, JL_TOKEN_SIZE); }

void jl_token_hash(const uint8_t token[JL_TOKEN_SIZE], uint8_t ret_hash[JL_TOKEN_HASH_SIZE]) {
  crypto_generichash(ret_hash, JL_TOKEN_HASH_SIZE, token, JL_TOKEN_SIZE, NULL, 0);
}

bool jl_login_normalise(const char *text, char ret_login[JL_LOGIN_MAX + 1]) {
  size_t size = strnlen(text, JL_LOGIN_MAX + 1);
  if (size == 0 || size > JL_LOGIN_MAX) return false;
  char login[JL_LOGIN_MAX + 1] = "";
  for (size_t i = 0; i < size; i++) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    bool inside = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i > 0 && c != '\0' && strchr("._@-", c) != NULL);
    if (!inside) return false;
    login[i] = c;
  }
  memcpy(ret_login, login, sizeof login);
  return true;
}
