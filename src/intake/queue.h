/*
 * intake/queue.h -- the queue ids that are open: what later lines need of earlier ones.
 *
 * At most REP_QUEUE_MAX; beyond it the oldest that was not touched again goes (its later
 * deliveries count all the same, only without stream and Message-ID). The whole can
 * be saved and loaded, so that reading goes on where it stopped; recipients are in
 * it only as hashes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_QUEUE_H
#define REP_INTAKE_QUEUE_H

#include "base/buf.h"
#include "base/err.h"
#include "fact/words.h"

enum {
	REP_QUEUE_MAX = 60000,	     /* some 40 MB; more are open at once on few servers */
	REP_QUEUE_PENDING_MAX = 200, /* recipients of a message; later ones do not expire */
	REP_QUEUE_HOSTS_MAX = 4096   /* log hosts; ids of others are not kept */
};

/* A recipient that was deferred and neither sent nor bounced yet: it may expire. */
struct rep_pending {
	struct rep_pending *next; /* owned by the entry */
	uint64_t recipient_hash, identity_hash;
	enum rep_class class;
	enum rep_scope scope;
	enum rep_stage stage;
	bool certain;
	/* One block after the struct; n up to 255 each. */
	struct rep_str domain, host, provider, provider_domain, route, rule, label;
};

enum { REP_QUEUE_ID_MAX = 24 };

struct rep_queued {
	/* The queue's own; what a look-up needs stands together. */
	uint64_t hash;
	char id_bytes[REP_QUEUE_ID_MAX];
	struct rep_str id, log_host; /* the key; in the entry and in the queue */
	uint32_t older, newer, slot;
	bool touched; /* since it was put at the new end */
	/* Owned; n == 0: not known */
	struct rep_str stream, sender_domain, message_id, list_id, feedback_id, label;
	struct rep_pending *pending; /* owned */
	unsigned pending_n;
};

struct rep_queue;

struct rep_queue *rep_queue_new(void); /* NULL: out of memory */
void rep_queue_free(struct rep_queue *q);
size_t rep_queue_n(const struct rep_queue *q);

/* What the limits above cost, since the queue was made. */
struct rep_queue_limits {
	uint64_t forgotten; /* open ids that made room for newer ones */
	uint64_t hosts;	    /* look-ups of ids of log hosts beyond the limit: not kept */
	uint64_t long_ids;  /* look-ups of ids too long to be kept */
	uint64_t pending;   /* recipients beyond the limit of a message: they do not expire */
};
struct rep_queue_limits rep_queue_limits(const struct rep_queue *q);

struct rep_queued *rep_queue_find(struct rep_queue *q, struct rep_str log_host, struct rep_str id);
/* Finds or makes; NULL when out of memory, or the id is longer than REP_QUEUE_ID_MAX, or of one log host too many. The pointer lives until the next call that makes one. */
struct rep_queued *rep_queue_get(struct rep_queue *q, struct rep_str log_host, struct rep_str id);
void rep_queue_remove(struct rep_queue *q, struct rep_queued *e);

/* Sets one of the owned strings (cut at 998 bytes); false when out of memory. */
bool rep_queued_set(struct rep_str *field, struct rep_str value);

/*
 * Puts p's content (strings copied) among the pending, or replaces the one of its identity. False
 * when out of memory or when there are REP_QUEUE_PENDING_MAX already (which q counts).
 */
bool rep_queued_pend(struct rep_queue *q, struct rep_queued *e, const struct rep_pending *p);
/* The recipient's fate is known. */
void rep_queued_settle(struct rep_queued *e, uint64_t identity_hash);
void rep_queued_settle_all(struct rep_queued *e);

void rep_queue_save(const struct rep_queue *q, struct rep_buf *out);
/* Into an empty queue. REP_ESYNTAX when the bytes are not what rep_queue_save wrote. */
enum rep_rc rep_queue_load(
    struct rep_queue *q, struct rep_str bytes, struct rep_err *err) REP_NODISCARD;

#endif
