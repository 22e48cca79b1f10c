/*
 * engine/outbox.h -- alerts that were opened, and their messages until each channel has taken them.
 *
 * Whoever changes it does so in a transaction (engine/outbox_kept.h): rep_outbox_begin, the change,
 * rep_outbox_commit.
 *
 * The messages of a channel are sent in their order, one at a time (act/deliver.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_OUTBOX_H
#define REP_ENGINE_OUTBOX_H

#include "base/arena.h"
#include "base/err.h"
#include "engine/alert.h"

struct rep_session;
struct rep_store;

enum {
	/* Messages that are done, and alerts that are resolved, are kept up to this number: to be looked at. */
	REP_OUTBOX_KEEP = 200,
	/* Messages that some channel has not taken yet. Nobody reads so many: the oldest are given up. */
	REP_OUTBOX_WAITING_MAX = 1000,
	REP_OUTBOX_TEXT_MAX = 16 << 10, /* bytes of a text; a longer one is cut, and says so */
	/* A channel that did not take a message for three days does not get it. Judgement: then it is history. */
	REP_OUTBOX_TRY_S = 3 * 86400,
	/* Nor before so many tries: the clock may have jumped, or nobody was there to try. Judgement: some hours. */
	REP_OUTBOX_TRY_LEAST = 12,
	/* Until the second try; doubled each time. Judgement: a receiver that restarts, and one that is down. */
	REP_OUTBOX_AGAIN_S = 10,
	REP_OUTBOX_AGAIN_MAX_S = 3600
};

enum rep_outbox_state { REP_OUTBOX_WAITS = 0, REP_OUTBOX_TAKEN, REP_OUTBOX_GIVEN_UP };

/* A message on its way to one channel. */
struct rep_outbox_way {
	struct rep_str channel; /* its name in the configuration */
	enum rep_outbox_state state;
	uint64_t tries;
	/* At the last try, in a way that only a person can change: others do not wait for it. */
	bool refused;
	int64_t first_s;    /* the first try; 0: there was none */
	int64_t due_s;	    /* not before */
	int64_t done_s;	    /* taken or given up; 0: neither */
	struct rep_str why; /* the last try failed; n == 0: it did not */
};

struct rep_outbox_message {
	uint64_t n; /* from 1, never again */
	uint64_t alert;
	enum rep_alert_event event;
	int64_t at_s;
	struct rep_str title, text;
	struct rep_outbox_way *ways;
	size_t ways_n;
};

struct rep_outbox_alert {
	uint64_t n; /* from 1, never again */
	bool open;
	bool of_conditions;	     /* and not of incidents (engine/condition_alerts.h) */
	bool acked;		     /* a person knows: no updates, only that it is resolved */
	int64_t since_s, resolved_s; /* 0: not yet */
	int64_t snoozed_s;    /* nothing before then, but that it is resolved; 0: not snoozed */
	struct rep_str title; /* of the message that opened it */
};

struct rep_outbox {
	const struct rep_session *session; /* borrowed, and the store too: engine/outbox_kept.h */
	struct rep_store *store;
	struct rep_arena *arena; /* of all below; the caller's */
	uint64_t messages_last, alerts_last;
	uint64_t
	    origin; /* of this database: with the number it makes the id of a message. 0: none yet */
	struct rep_outbox_message *messages; /* by n */
	size_t messages_n, messages_cap;
	struct rep_outbox_alert *alerts; /* by n */
	size_t alerts_n, alerts_cap;
	/* Messages of which something was given up since it was read, that nobody was told of. */
	size_t crowded;	 /* more waited than REP_OUTBOX_WAITING_MAX */
	size_t homeless; /* the configuration has no such channel any more */
};

/* Copies one into the box, as the last. NULL: out of memory. */
struct rep_outbox_alert *rep_outbox_add_alert(
    struct rep_outbox *box, const struct rep_outbox_alert *x);
struct rep_outbox_message *rep_outbox_add_message(
    struct rep_outbox *box, const struct rep_outbox_message *x);

/* Whether some channel has neither taken it nor been given up. */
bool rep_outbox_waits(const struct rep_outbox_message *m);

/* NULL: there is none of this number. */
struct rep_outbox_alert *rep_outbox_alert(const struct rep_outbox *box, uint64_t n);

/* Ends an alert without a message: what was told of it was all. */
void rep_outbox_close_alert(struct rep_outbox *box, uint64_t n, int64_t now_s);
/* Notes that an alert is of conditions. */
void rep_outbox_of_conditions(struct rep_outbox *box, uint64_t n);

/* Who is told. */
struct rep_outbox_to {
	const struct rep_str *channels; /* their names in the configuration */
	size_t n;
	int64_t now_s; /* the clock */
};

/*
 * Adds a message of an alert; alert 0 opens one. Texts are copied; `before` ("Over: ") stands in front of the title
 * of the message, not of the alert. An alert that was acknowledged gets no updates, and a snoozed one gets them
 * later: *alert is its number in any case. When it is resolved, updates that still wait are given up. When one
 * opens, what waits before it because a try failed is due at once.
 */
enum rep_rc rep_outbox_add(struct rep_outbox *box, uint64_t *alert, enum rep_alert_event event,
    const char *before, struct rep_str title, struct rep_str text, const struct rep_outbox_to *to,
    struct rep_err *err) REP_NODISCARD;

/* Somebody knows: updates that wait are given up, and no more are added. */
void rep_outbox_ack(struct rep_outbox *box, struct rep_outbox_alert *a, int64_t now_s);
/* The same until then; one message reminds of it then, if it is not over. */
enum rep_rc rep_outbox_snooze(struct rep_outbox *box, struct rep_outbox_alert *a, int64_t until_s,
    const struct rep_outbox_to *to, struct rep_err *err) REP_NODISCARD;

/*
 * The message that a channel is to get next. NULL: none waits. *due_s: not before. A try that
 * is further away than the last one said is due now: the clock was set back.
 */
struct rep_outbox_message *rep_outbox_next(
    const struct rep_outbox *box, struct rep_str channel, int64_t now_s, int64_t *due_s);
/*
 * Notes that a message is about to be sent. This is stored before it is sent: if what comes of it cannot be
 * stored, the message is sent again later, not at once and for ever.
 */
void rep_outbox_try(struct rep_outbox *box, uint64_t n, struct rep_str channel, int64_t now_s);
/* Notes that a channel took a message, or did not and why. The way as it is now; NULL: it waits no more. */
const struct rep_outbox_way *rep_outbox_tried(struct rep_outbox *box, uint64_t n,
    struct rep_str channel, int64_t now_s, bool taken, bool refused, struct rep_str why);
/* When the first message for any of these channels is due; 0: none waits. */
int64_t rep_outbox_due(const struct rep_outbox *box, const struct rep_outbox_to *to);
/* All that waits for a channel is due now, also what it refused: somebody may have mended it. The order stays. */
void rep_outbox_bring(struct rep_outbox *box, struct rep_str channel, int64_t now_s);
/* Gives up what waits for channels that are none of these. */
void rep_outbox_channels(struct rep_outbox *box, const struct rep_outbox_to *to);

/* The message as channels get it, in the arena of the box. `host` is borrowed. */
struct rep_alert_message rep_outbox_shown(
    const struct rep_outbox *box, const struct rep_outbox_message *m, struct rep_str host);

#endif
