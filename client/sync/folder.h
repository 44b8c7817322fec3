/* Where the local copy of an account lies: a folder named after server and account, both by their ids, since an account may be
 * renamed and its name given to somebody else. */
#ifndef JL_SYNC_FOLDER_H
#define JL_SYNC_FOLDER_H
#include "client/include/jalon.h"

#define JL_FOLDER_MAX 3600
struct jl_folder {
  char path[JL_FOLDER_MAX];
  char former[JL_FOLDER_MAX]; /* one of before the account's id was known, to be taken over; empty: none */
};
/* The folder of all local copies, ending in /, as the environment says now. false: it says nothing usable, or too long. */
bool jl_folder_data(char *out, size_t size);
bool jl_folder_find(const struct jl_profile_identity *id, const char *data, struct jl_folder *ret_folder); /* false: the path is too long */
/* The former one, whose lock is held, becomes the account's. Where it cannot be renamed it is used as it is. false: it is not
 * there any more, or the other has come: find again. */
bool jl_folder_take_over(struct jl_folder *f);
#endif
