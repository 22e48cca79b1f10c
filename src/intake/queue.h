/*
 * intake/queue.h -- the open queue ids: what later lines need from earlier ones.
 *
 * At most REP_QUEUE_MAX. Then the oldest that was not touched again is removed: its later
 * deliveries still count, but without stream and Message-ID. Everything can be saved and loaded, so
 * that reading continues where it stopped. Recipients are stored only as hashes;
 * who handed a message in (a login, perhaps an address) is stored as text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_QUEUE_H
#define REP_INTAKE_QUEUE_H

#include "base/buf.h"
#include "base/err.h"
#include "fact/waiting.h"
#include "fact/words.h"

enum {
	REP_QUEUE_MAX = 60000,	     /* about 30 MB; few servers have more open at once */
	REP_QUEUE_PENDING_MAX = 200, /* recipients of a message; the others cannot expire */
	REP_QUEUE_HOSTS_MAX = 4096   /* log hosts; ids of other hosts are not stored */
};

/* A recipient that was deferred and not yet sent or bounced: it may expire. */
struct rep_pending {
	struct rep_pending *next; /* belongs to the entry */
	uint64_t recipient_hash, identity_hash;
	enum rep_class class;
	enum rep_scope scope;
	enum rep_stage stage;
	bool certain;
	enum rep_wait waits;
	int64_t since_s;   /* since when it waits like that */
	int64_t arrived_s; /* when the message came in; 0: not known */
	/* In one block after the struct; each at most 255 bytes. */
	struct rep_str domain, host, provider, provider_domain, route, rule, label;
};

enum { REP_QUEUE_ID_MAX = 24 };

/*
 * Its first 64 bytes are all that a lookup needs, and a line that adds nothing: one line of the
 * processor's cache.
 */
struct rep_queued {
	/* For the queue itself. */
	uint64_t hash;
	char id_bytes[REP_QUEUE_ID_MAX];
	uint32_t older, newer;
	int64_t seen_s;		     /* time of its last line; 0: not known */
	struct rep_pending *pending; /* owned */
	uint16_t host;		     /* number of its log host in the queue */
	uint8_t id_n;
	bool touched; /* after it was put at the new end */
	/* What the queue manager said, and whether a delivery was seen (intake/waiting.h). */
	uint8_t rounds; /* how often it was sent, as far as there was time for an attempt between */
	bool tried;	/* a delivery line was seen, of whatever daemon */
	bool removed;	/* it left the queue, and no delivery line was seen */
	bool bounce;	/* from <> */
	/* Owned; n == 0: not known. */
	struct rep_str stream, sender_domain, message_id, label, list_id, feedback_id;
	struct rep_str who; /* who handed it in (fact/handed.h) */
	/* The last reply of a session that was logged without a recipient. Not saved: it is soon used. */
	struct rep_str said;
	int64_t said_s, who_s;	     /* when; not saved */
	struct rep_str id, log_host; /* the key; belongs to the entry and the queue */
	int64_t round_s;	     /* when the last of the rounds began */
	uint32_t recipients;	     /* of the last time it was sent; 0: not known */
	unsigned pending_n;
};

struct rep_queue;

struct rep_queue *rep_queue_new(void); /* NULL: out of memory */
void rep_queue_free(struct rep_queue *q);
/* Forgets everything. The queue is like a new one, and keeps its memory. */
void rep_queue_clear(struct rep_queue *q);
size_t rep_queue_n(const struct rep_queue *q);

/* What the limits above cost, since the queue was made. */
struct rep_queue_limits {
	uint64_t forgotten; /* open ids that made room for newer ones */
	uint64_t hosts;	    /* lookups of ids of log hosts beyond the limit: not kept */
	uint64_t long_ids;  /* lookups of ids too long to be kept */
	uint64_t pending;   /* recipients beyond the limit of a message: they do not expire */
};
struct rep_queue_limits rep_queue_limits(const struct rep_queue *q);
/* q takes the place of `old`, and goes on counting where that one is. */
void rep_queue_take_limits(struct rep_queue *q, const struct rep_queue *old);

struct rep_queued *rep_queue_find(struct rep_queue *q, struct rep_str log_host, struct rep_str id);
/*
 * Finds or makes an entry. NULL when out of memory, when the id is longer than REP_QUEUE_ID_MAX, or
 * when there are too many log hosts. The pointer is valid until the next call that makes an entry.
 */
struct rep_queued *rep_queue_get(struct rep_queue *q, struct rep_str log_host, struct rep_str id);
void rep_queue_remove(struct rep_queue *q, struct rep_queued *e);

/*
 * A line of this message came at at_s. Mail servers use ids again. After REP_QUEUE_STALE_S without
 * a line (a message that waits is tried every hour or so), and without having been removed in the
 * logs that were read, the id is another message's: then everything about the old one is dropped.
 */
enum { REP_QUEUE_STALE_S = 86400 };
void rep_queued_seen(struct rep_queued *e, int64_t at_s);
/* Drops everything about the message; the entry stays. */
void rep_queued_anew(struct rep_queued *e);

/* All entries in turn; NULL: the first, and at the end. Nothing may be made or removed meanwhile. */
const struct rep_queued *rep_queue_each(const struct rep_queue *q, const struct rep_queued *e);

/*
 * What the queue manager says of a message, and whether a delivery was ever seen of it. A message
 * that left the queue without one stays for a day, until its delivery comes from another log: that
 * log is missing. At most REP_QUEUE_UNSEEN_MAX of them stay, the newest.
 */
enum { REP_QUEUE_UNSEEN_MAX = 4096, REP_QUEUE_ROUND_S = 300 };
void rep_queued_round(struct rep_queued *e, uint32_t recipients, int64_t at_s);
/* A delivery line was seen. Removes the entry when the message had left. */
void rep_queued_tried(struct rep_queue *q, struct rep_queued *e);
/* It left the queue. Removes the entry, or keeps it as said above. */
void rep_queued_removed(struct rep_queue *q, struct rep_queued *e, int64_t at_s);

/* Sets one of the owned strings (cut at 998 bytes). False when out of memory. */
bool rep_queued_set(struct rep_str *field, struct rep_str value);

/*
 * Puts p's content (strings copied) among the pending, or replaces the one of its identity: since_s
 * stays when it waited like that before, and arrived_s when p has none. False
 * when out of memory or when there are REP_QUEUE_PENDING_MAX already (which q counts).
 */
bool rep_queued_pend(struct rep_queue *q, struct rep_queued *e, const struct rep_pending *p);
/* The recipient of an identity; NULL: it does not wait. */
const struct rep_pending *rep_queued_pending(const struct rep_queued *e, uint64_t identity_hash);
/* The recipient's fate is known. */
void rep_queued_settle(struct rep_queued *e, uint64_t identity_hash);
void rep_queued_settle_all(struct rep_queued *e);

void rep_queue_save(const struct rep_queue *q, struct rep_buf *out);
/* Loads into an empty queue. REP_ESYNTAX when rep_queue_save did not write these bytes. */
enum rep_rc rep_queue_load(
    struct rep_queue *q, struct rep_str bytes, struct rep_err *err) REP_NODISCARD;

#endif
