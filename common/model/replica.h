/* The replica of a space: its records in memory at a position, indexed for rules and views. Same code in the server and
 * in the client. Records are immutable and shared by reference count (one thread per replica family), so a second replica
 * that runs ahead of the committed one costs only its indexes. */
#ifndef JL_MODEL_REPLICA_H
#define JL_MODEL_REPLICA_H
#include "common/record/record.h"
#include "proto/wire.pb-c.h"

#define JL_CHAIN_SIZE 32
struct jl_section_position { uint64_t revision; uint8_t chain[JL_CHAIN_SIZE]; };
struct jl_position { struct jl_id space; uint64_t epoch, revision, acl_epoch; struct jl_section_position sections[JL_SECTIONS]; };

struct jl_record {
  uint32_t reference_count;
  uint32_t type_number;
  const struct jl_record_type *type; /* NULL: a newer server's type; kept, not understood */
  struct jl_id id;
  uint64_t number;                   /* short reference, from 1; JL_NUMBER_PROVISIONAL + n: given by a client offline; 0: not given yet */
  uint64_t revision, created_revision, deleted_revision; /* deleted 0: alive */
  struct jl_bytes body;              /* canonical, owned (allocated with the struct) */
};
struct jl_record *jl_record_new(uint32_t type_number, const struct jl_id *id, struct jl_bytes body); /* reference_count 1; NULL: no memory */
struct jl_record *jl_record_share(const struct jl_record *r);
void jl_record_release(struct jl_record *r);

struct jl_replica;
struct jl_replica *jl_replica_new(const struct jl_id *space, enum jl_space_kind kind);
struct jl_replica *jl_replica_copy(const struct jl_replica *r); /* shares the records */
void jl_replica_free(struct jl_replica *r);
enum jl_space_kind jl_replica_kind(const struct jl_replica *r);
struct jl_position *jl_replica_position(struct jl_replica *r);
const struct jl_position *jl_replica_where(const struct jl_replica *r);
size_t jl_replica_count(const struct jl_replica *r);   /* records, tombstones included */
size_t jl_replica_memory(const struct jl_replica *r);  /* bytes, estimate */

/* Puts a record in place of the one with its id; takes over the caller's reference. false: no memory or too many. */
JL_MUST_CHECK bool jl_replica_put(struct jl_replica *r, struct jl_record *record);
const struct jl_record *jl_replica_record(const struct jl_replica *r, const struct jl_id *id);  /* tombstones too; NULL: none */
const struct jl_record *jl_replica_live(const struct jl_replica *r, const struct jl_id *id);    /* NULL when deleted itself or below a deleted parent */
/* What lies below a deleted record of this type stays: what others answered to a comment is theirs, not its author's to delete. */
bool jl_leaves_answers(uint32_t type);
const struct jl_record *jl_replica_numbered(const struct jl_replica *r, uint32_t type, uint64_t number);
uint64_t jl_replica_last_number(const struct jl_replica *r, uint32_t type); /* provisional ones left out */
uint64_t jl_replica_last_number_like(const struct jl_replica *r, uint32_t type, uint64_t remainder, uint64_t step); /* of those that leave it when divided */
/* Live records of a type, ascending by number. The array belongs to the arena. NULL with *ret_n 0 when none; SIZE_MAX on no memory. */
const struct jl_record **jl_replica_all(const struct jl_replica *r, uint32_t type, struct jl_arena *a, size_t *ret_n);
/* Live records of `type` (0: any) that name `target` in a reference field (field 0: any), ascending by number. */
const struct jl_record **jl_replica_referring(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field, struct jl_arena *a, size_t *ret_n);
/* The same one by one, without memory and in no order; *io_at NULL at first. NULL: no more. Valid until the next put. */
const struct jl_record *jl_replica_next_referring(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field, const void **io_at);
/* The same, tombstones and what lies below them too. */
const struct jl_record *jl_replica_next_naming(const struct jl_replica *r, const struct jl_id *target, uint32_t type, uint32_t field, const void **io_at);
/* Every record, tombstones too, ascending by id, starting after `after` (NULL: at the start): for snapshots and hashes. */
const struct jl_record *jl_replica_next(const struct jl_replica *r, const struct jl_id *after);
enum jl_section jl_replica_section(const struct jl_replica *r, const struct jl_record *record); /* follows OF_TARGET */
/* BLAKE2b-256 over (type, id, number, deleted?, body) of all records in id order, bookkeeping left out. */
void jl_replica_state_hash(const struct jl_replica *r, uint8_t ret_hash[32]);
void jl_replica_live_hash(const struct jl_replica *r, uint8_t ret_hash[32]); /* of what is not deleted: what undoing everything brings back */

/* The log. A change is what one revision did to one section; applying it is the only way a replica moves. */
struct jl_change { struct jl_bytes body, private_values; };  /* packed ChangeBody, ChangePrivate */
void jl_chain_next(const uint8_t previous[JL_CHAIN_SIZE], struct jl_bytes body, uint8_t ret_chain[JL_CHAIN_SIZE]);
/* What is kept beside a row of the log, to tell where a change of the log begins: the sections of its revision, a bit for each, and the
 * beginning of its section's chain behind it. */
#define JL_LINK_SIZE 4
void jl_link_make(uint32_t sections, const uint8_t chain[JL_CHAIN_SIZE], uint8_t ret_link[JL_LINK_SIZE]);
bool jl_bytes_equal(struct jl_bytes a, struct jl_bytes b);
/* BLAKE2b-256(salt || slice): how a personal value enters the chain. */
void jl_personal_hash(struct jl_bytes salt, struct jl_bytes slice, uint8_t ret_hash[JL_CHAIN_SIZE]);
/* Applies the changes of ONE revision (one per section touched), all or nothing; moves the position and the chains.
 * INVALID when not the next revision or when a `before` is not what we have (HISTORY_FORKED). A record whose revision is not lower
 * came with a snapshot that was taken while the tail grew: it stays as it is. */
JL_MUST_CHECK bool jl_replica_apply(struct jl_replica *r, const struct jl_change *changes, size_t n, struct jl_arena *scratch, struct jl_error *err);
/* The body of a record as it was at a revision, by walking changes backwards: applies one change's `before`s to `body`. */
struct jl_bytes jl_change_undo(struct jl_arena *a, struct jl_bytes body, const Jalon__RecordChange *change, const Jalon__ChangePrivate *private_values);
#endif
