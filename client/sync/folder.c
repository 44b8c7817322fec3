#include "client/sync/folder.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX_ID 32
#define PERSON_SUFFIX 9 /* "-" and 8 digits of the person's id */

static void put_hex_id(const struct jl_id *id, char out[HEX_ID + 1]) {
  for (size_t i = 0; i < sizeof id->bytes; i++) snprintf(out + 2 * i, 3, "%02x", id->bytes[i]);
}

/* ---- folders of before: SERVER-NAME-PERSON, the name's unusual bytes written %xx, 8 digits of the person's id ---- */
static void person_suffix(const struct jl_profile_identity *id, char out[PERSON_SUFFIX + 1]) {
  const uint8_t *p = id->person.bytes;
  snprintf(out, PERSON_SUFFIX + 1, "-%02x%02x%02x%02x", p[0], p[1], p[2], p[3]);
}

static bool put_name(char *out, size_t size, const char *account) {
  size_t used = 0;
  for (const char *c = account; *c != '\0'; c++) {
    if (used + 4 >= size) return false;
    bool plain = isalnum((unsigned char)*c) || strchr("._-@+", *c) != NULL;
    used += (size_t)snprintf(out + used, size - used, plain ? "%c" : "%%%02x", (unsigned char)*c);
  }
  return true;
}

/* A profile that no login has told the id. Another profile of the account may have moved the folder; then the name leads on. */
static bool find_by_name(const struct jl_profile_identity *id, const char *data, const char *server, struct jl_folder *f) {
  char name[600], suffix[PERSON_SUFFIX + 1], target[HEX_ID * 2 + 8];
  if (!put_name(name, sizeof name, id->account)) return false;
  person_suffix(id, suffix);
  int n = snprintf(f->path, sizeof f->path, "%s%s-%s%s", data, server, name, suffix);
  if (n < 0 || (size_t)n >= sizeof f->path) return false;
  ssize_t size = readlink(f->path, target, sizeof target - 1);
  if (size <= 0 || memchr(target, '/', (size_t)size) != NULL) return true;
  n = snprintf(f->path, sizeof f->path, "%s%.*s", data, (int)size, target);
  return n >= 0 && (size_t)n < sizeof f->path;
}

/* The folder of this person, whatever the account was called then; of several the one whose outbox was used last. */
static void find_former(const struct jl_profile_identity *id, const char *data, const char *server, struct jl_folder *f) {
  char suffix[PERSON_SUFFIX + 1], outbox[JL_FOLDER_MAX + 16], candidate[JL_FOLDER_MAX];
  struct stat st;
  time_t latest = 0;
  DIR *folders = jl_id_is_zero(&id->person) || lstat(f->path, &st) == 0 ? NULL : opendir(data);
  if (folders == NULL) return;
  person_suffix(id, suffix);
  for (const struct dirent *entry = readdir(folders); entry != NULL; entry = readdir(folders)) {
    size_t size = strlen(entry->d_name);
    if (size <= HEX_ID + 1 + PERSON_SUFFIX || strncmp(entry->d_name, server, HEX_ID) != 0 || strcmp(entry->d_name + size - PERSON_SUFFIX, suffix) != 0)
      continue;
    int n = snprintf(candidate, sizeof candidate, "%s%s", data, entry->d_name);
    if (n < 0 || (size_t)n >= sizeof candidate || lstat(candidate, &st) != 0 || !S_ISDIR(st.st_mode)) continue;
    snprintf(outbox, sizeof outbox, "%s/outbox.db", candidate);
    if (stat(outbox, &st) != 0 || (f->former[0] != '\0' && st.st_mtime <= latest)) continue;
    latest = st.st_mtime;
    memcpy(f->former, candidate, (size_t)n + 1);
  }
  closedir(folders);
}

bool jl_folder_data(char *out, size_t size) {
  const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
  int n = data != NULL && data[0] == '/'   ? snprintf(out, size, "%s/jalon/", data)
          : home != NULL && home[0] == '/' ? snprintf(out, size, "%s/.local/share/jalon/", home)
                                           : -1;
  return n >= 0 && (size_t)n < size;
}

bool jl_folder_find(const struct jl_profile_identity *id, const char *data, struct jl_folder *ret_folder) {
  char server[HEX_ID + 1], account[HEX_ID + 1];
  *ret_folder = (struct jl_folder){.path = ""};
  put_hex_id(&id->server_id, server);
  if (jl_id_is_zero(&id->account_id)) return find_by_name(id, data, server, ret_folder);
  put_hex_id(&id->account_id, account);
  int n = snprintf(ret_folder->path, sizeof ret_folder->path, "%s%s-%s", data, server, account);
  if (n < 0 || (size_t)n >= sizeof ret_folder->path) return false;
  find_former(id, data, server, ret_folder);
  return true;
}

bool jl_folder_take_over(struct jl_folder *f) {
  if (rename(f->former, f->path) == 0) {
    (void)!symlink(strrchr(f->path, '/') + 1, f->former); /* for profiles that do not know the id yet */
    f->former[0] = '\0';
    return true;
  }
  if (errno == ENOENT || errno == EEXIST || errno == ENOTEMPTY) return false;
  memcpy(f->path, f->former, sizeof f->path);
  f->former[0] = '\0';
  return true;
}
