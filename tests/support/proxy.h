/* Bad networks on demand: links that forward every connection they accept to one address, each direction of which can be
 * slowed, held back or swallowed, and whose connections can be cut. One thread serves all links of a proxy. Bytes are never changed,
 * doubled or put in another order; what a link swallowed ends with the connection, so nobody sees a stream with a hole. */
#ifndef JL_TESTS_PROXY_H
#define JL_TESTS_PROXY_H
#include <stdbool.h>
#include <stdint.h>

enum link_way { LINK_UP /* towards the target */, LINK_DOWN, LINK_WAYS };
enum link_mode {
  LINK_PASS,
  LINK_HOLD,   /* nothing is read: it waits in the kernel and arrives late */
  LINK_SWALLOW /* half open: read and thrown away; the connections end when the mode does */
};
struct proxy;
struct link;
struct proxy *proxy_new(void);
struct link *proxy_link_unix(struct proxy *p, const char *listen_path, const char *target_path);
struct link *proxy_link_tcp(struct proxy *p, uint16_t target_port); /* both ends on 127.0.0.1 */
uint16_t link_port(const struct link *l);                          /* where a TCP link listens */
void proxy_start(struct proxy *p);                                 /* no more links after this */
void proxy_stop(struct proxy *p);                                  /* closes everything and frees */

/* From any thread. */
void link_set(struct link *l, enum link_way way, enum link_mode mode, uint32_t bytes_per_second /* 0: as fast as it goes */);
void link_heal(struct link *l); /* passes everything again; connections that lost bytes are cut */
void link_cut(struct link *l);  /* all its connections, wherever in a frame they are */
void link_refuse(struct link *l, bool refuse); /* new connections are closed at once */
uint64_t link_connections(const struct link *l);
uint64_t link_bytes(const struct link *l, enum link_way way); /* forwarded so far */
#endif
