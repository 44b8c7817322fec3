/* Inside of server/net: what a guest's copy of a plan comes with instead of the organisation (common/model/governance/names.h). Told with the
 * beginning of the subscription and, before the revisions that come with it, whenever it has changed. */
#ifndef JL_NET_NAMES_H
#define JL_NET_NAMES_H
#include "server/net/subscription.h"

void jl_names_tell(struct jl_subscription *sub); /* when they are not those told last; nothing to who is no guest. Sending may end it */
void jl_names_look(struct jl_server *server);    /* the organisation has changed */
#endif
