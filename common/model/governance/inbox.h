/* The inbox (product.md G6): what waits for a person's answer in a plan, and what is new for that person there since it was last read. A pure
 * function of the replica as the reader sees it, the log, and how far the reader has read: the parameter `since` (r812: everything up to there;
 * 2026-11-24: by day; none: the last seven days) and `read` (RECORD@812,...: single records, up to a revision). What was read is kept in the
 * reader's own space (proto/personal.proto), so the same view serves the server, a copy offline, a digest by mail and other programs.
 *
 * Kinds of items are rows of the table in inbox_kinds.c: a name and a function that adds what it finds. Nobody hears of what he did himself,
 * nothing is told twice, and all changes of a record are one item. */
#ifndef JL_MODEL_GOVERNANCE_INBOX_H
#define JL_MODEL_GOVERNANCE_INBOX_H
#include "common/model/view_support.h"

#define JL_INBOX_FROM 2 /* of an item are named */
struct jl_inbox_kind;
struct jl_inbox_item {
  const struct jl_record *record; /* what is read or answered: the comment, the request, the action that changed; its id tells items apart */
  const struct jl_record *about;  /* what it is about; NULL: the record itself */
  struct jl_id from[JL_INBOX_FROM]; /* persons, teams or roles, the latest first; zero: none, or not known */
  bool from_more;                 /* and others */
  const char *what, *what_plain;  /* message ids, one a line, and the same for files; NULL: those of the kind */
  struct jl_bytes text;           /* data: what was said */
  uint64_t first;                 /* revision of the first change in it */
  int64_t since_us;               /* 0: not known */
  int32_t due;
  bool has_due;
  int64_t amount;                 /* money that moves with it, in the plan's currency; 0: none, or not the reader's to know */
  const char *answer;             /* what to type */
  const struct jl_inbox_kind *kind; /* set by jl_inbox_add */
};
/* A record up to a revision: lists of them are sorted by id, each id once, with its greatest revision. */
struct jl_inbox_mark {
  struct jl_id id;
  uint64_t revision;
};
struct jl_inbox_marks {
  struct jl_inbox_mark *list;
  size_t count;
};
#define JL_INBOX_GROUPS 256 /* teams and roles of a person that are looked at */
struct jl_inbox {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_inbox_kind *kind; /* whose items are being looked for */
  struct jl_id mine[JL_INBOX_GROUPS]; /* the reader with teams and roles, then whom the reader stands in for */
  size_t mine_count;
  uint64_t since;    /* news is what came after this revision */
  bool whole_log;    /* the log at hand reaches back to there */
  struct jl_inbox_marks read;   /* the parameter of that name */
  struct jl_inbox_marks spoken; /* what the reader commented on, and when last */
  struct jl_seen *told;
  struct jl_inbox_item *items;
  size_t count, capacity;
};
struct jl_inbox_kind {
  const char *name;  /* in files */
  const char *label; /* message id */
  bool waits;        /* for the reader, until it is answered; otherwise it is news until it is read */
  void (*find)(struct jl_inbox *inbox);
};
extern const struct jl_inbox_kind jl_inbox_kinds[];
extern const size_t jl_inbox_kind_count;

/* Items of all kinds, or only of those that wait; the latter need no log. */
JL_MUST_CHECK bool jl_inbox_collect(struct jl_inbox *inbox, const struct jl_view_input *in, struct jl_builder *b, bool news,
                                    struct jl_error *err);
/* The rows of items that wait (or do not), what is late first, then as they came; returns how many. A block is begun only when there are some.
 * Numbers are for where a list is kept that they can be looked up in. */
size_t jl_inbox_block(struct jl_inbox *inbox, bool waits, bool numbered);

/* ---- for kinds ---- */
void jl_inbox_add(struct jl_inbox *inbox, const struct jl_inbox_item *item); /* unless one of that record is there already */
bool jl_inbox_is_mine(const struct jl_inbox *inbox, const struct jl_id *holder); /* the reader, a team or role of the reader, or somebody away for whom the reader stands in */
/* After this revision a record is news: as far as everything was read, or this record alone. */
uint64_t jl_inbox_read(const struct jl_inbox *inbox, const struct jl_id *record);
/* The revision of the reader's last comment on a record; 0: none. */
uint64_t jl_inbox_spoken(const struct jl_inbox *inbox, const struct jl_id *target);
/* Who made a revision, and when; false: not in the log at hand. */
bool jl_inbox_made(const struct jl_inbox *inbox, uint64_t revision, struct jl_id *ret_person, int64_t *ret_time_us);
/* "jalon WORDS A12 [REST]" */
const char *jl_inbox_command(struct jl_inbox *inbox, const char *words, const struct jl_record *record, const char *rest);
#endif
