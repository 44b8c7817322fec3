/* An LDAP directory (OpenLDAP, Active Directory) that checks passwords. libldap blocks, whatever its flags say, so it runs in
 * threads of its own with a bounded queue; results come back on the loop. Every wait has an end (connecting and each
 * answer: the setting ldap-timeout-ms); after a few failures in a row nobody waits any more for a while.
 *
 * One check: TLS with a verified certificate (ldaps, or StartTLS; never without) -> bind as the service account -> search the
 * person: exactly one -> search their groups -> bind as the person. No referrals are followed. An empty password is refused
 * before anything is asked, because a directory takes it for an anonymous bind and says yes. */
#ifndef JL_AUTH_DIRECTORY_H
#define JL_AUTH_DIRECTORY_H
#include "server/auth/turns.h"
#include "server/ops/settings.h"
#include <uv.h>

#define JL_DIRECTORY_TEAMS 16
#define JL_DIRECTORY_ID 130 /* bytes of an identity as text */

enum jl_directory_result {
  JL_DIRECTORY_YES,
  JL_DIRECTORY_NO,         /* no such person, not one of the groups, more than one person, or (login) a wrong password */
  JL_DIRECTORY_UNAVAILABLE /* it does not answer, or not as it should */
};
struct jl_directory_answer {
  enum jl_directory_result result;
  char id[JL_DIRECTORY_ID]; /* entryUUID, objectGUID: stays when the person is renamed */
  char login[256]; /* as the directory writes it; "": the setting names no attribute */
  char name[256], mail[256];
  bool administrator, says_administrator; /* says: a group decides it */
  char teams[JL_DIRECTORY_TEAMS][128];    /* of those that the setting names */
  size_t team_count;
  char problem[256]; /* for the log */
};
struct jl_directory;
/* NULL with code OK: the settings name none. They are copied. */
struct jl_directory *jl_directory_new(uv_loop_t *loop, const struct jl_settings *s, struct jl_error *err);
void jl_directory_close(struct jl_directory *d, void (*closed)(void *context), void *context);
typedef void jl_directory_done(void *context, const struct jl_directory_answer *answer);
/* OVERLOADED when too many wait. password NULL: only whether the person is still there and may log in. */
JL_MUST_CHECK bool jl_directory_ask(struct jl_directory *d, enum jl_login_lane lane, const char *login, const char *password, jl_directory_done *done, void *context,
                                    struct jl_error *err);
bool jl_directory_names_team(const struct jl_directory *d, const char *team); /* membership of it is the directory's to say */

/* For the filter: RFC 4515. false: does not fit. */
JL_MUST_CHECK bool jl_directory_escape(const char *text, size_t size, char *out, size_t out_size);
#endif
