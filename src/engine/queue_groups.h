/*
 * engine/queue_groups.h -- what waits in a queue, by whom it waits for and why.
 *
 * Each recipient's last words of a server are read like those in a log (intake/heard.h). A message
 * counts once in each group that it has recipients in. Memory is bounded: senders and domains are
 * counted up to REP_QUEUE_TALLIES of them in all, and the count of the rest is kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_QUEUE_GROUPS_H
#define REP_ENGINE_QUEUE_GROUPS_H

#include "engine/postfix.h"
#include "fact/waiting.h"
#include "intake/heard.h"

enum { REP_QUEUE_TALLIES = 1 << 17, REP_QUEUE_GROUPS = 2048, REP_QUEUE_TOP = 3 };

/* Who keeps a recipient waiting, by the queue and the reason that is given. */
enum rep_wait rep_wait_of(const struct rep_queue_message *m, struct rep_str reason);
/* When Postfix gives up on it; 0: not by itself. */
int64_t rep_queue_expiry(
    const struct rep_postfix_times *t, const struct rep_queue_message *m, int64_t now_s);
/* A message of this age is tried again within so many seconds; 0: not by itself. */
int64_t rep_queue_next(const struct rep_postfix_times *t, enum rep_wait wait, int64_t age_s);

/* A sender or a domain, and how many messages (senders) or recipients (domains). */
struct rep_queue_top {
	/* A sender; n == 0: bounces. Of forwarded mail "SRS0=" and the domain that it came from. */
	struct rep_str name;
	uint64_t n;
};

struct rep_queue_group {
	enum rep_wait wait;
	const struct rep_provider *provider; /* NULL: other */
	const struct rep_rule *rule;	     /* NULL: none */
	enum rep_class class;
	uint64_t messages, recipients, bounces;
	int64_t oldest_s, newest_s;
	int64_t expires_s;	  /* when the first of them is given up; 0: does not expire */
	uint64_t expiring;	  /* messages given up within a day */
	int64_t next_within_s;	  /* each is tried again within this time; 0: not by itself */
	struct rep_str oldest_id; /* queue id of the oldest message */
	struct rep_str sample;	  /* the words about one of them, masked */
	struct rep_queue_top senders[REP_QUEUE_TOP], domains[REP_QUEUE_TOP];
	size_t senders_n, domains_n;
	uint64_t last; /* the number of the message that was counted last */
};

struct rep_queue_groups {
	struct rep_queue_group *v; /* most messages first */
	size_t n;
	uint64_t messages, recipients, bytes, forced;
	uint64_t forwarded; /* messages of others that are sent on (SRS) */
	uint64_t untold; /* recipients whose sender or domain found no more room in the tallies */
	uint64_t folded; /* recipients beyond REP_QUEUE_GROUPS, counted in no group */
	int64_t oldest_s;
	struct rep_queue_top senders[REP_QUEUE_TOP]; /* of all messages */
	size_t senders_n;
	struct rep_postfix_times times;
	struct rep_postfix_read read;
};

/* Where a listing is read from: a path as in rep_postfix_queue, or an open input. */
struct rep_queue_from {
	const char *path; /* of an open input: its name */
	struct rep_reader *reader;
	const struct rep_reader_input *in; /* NULL: path is opened */
};

/*
 * Reads and groups a queue: path as in rep_postfix_queue. Everything is in the arena, except what
 * is borrowed from know. now_s: what ages count from.
 */
enum rep_rc rep_queue_group_all(const struct rep_session *s, const struct rep_know *know,
    const struct rep_queue_from *from, int64_t now_s, struct rep_arena *a,
    struct rep_queue_groups *out, struct rep_err *err) REP_NODISCARD;

#endif
