/*
 * fact/words.h -- the only list of words: classes, scopes, stages, statuses, causes.
 *
 * The words are public (doc/words.md): tables, JSON, rules and the configuration use these
 * spellings. The numbers are stored in the database: append, never renumber.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_WORDS_H
#define REP_FACT_WORDS_H

#include "base/str.h"

enum rep_class {
	REP_CLASS_UNKNOWN = 0,
	REP_CLASS_ACCEPTED,
	REP_CLASS_THROTTLED,
	REP_CLASS_BLOCKED,
	REP_CLASS_LISTED,
	REP_CLASS_GREYLISTED,
	REP_CLASS_AUTHENTICATION,
	REP_CLASS_IDENTITY,
	REP_CLASS_CONTENT,
	REP_CLASS_RECIPIENT,
	REP_CLASS_MAILBOX,
	REP_CLASS_POLICY,
	REP_CLASS_CAPACITY,
	REP_CLASS_NETWORK,
	REP_CLASS_TLS,
	REP_CLASS_PROTOCOL,
	REP_CLASS_N
};

enum rep_scope {
	REP_SCOPE_NONE = 0, /* not known: JSON null */
	REP_SCOPE_SOURCE,
	REP_SCOPE_SOURCE_OR_SUBNET,
	REP_SCOPE_SUBNET,
	REP_SCOPE_RANGE,
	REP_SCOPE_DOMAIN,
	REP_SCOPE_ROUTE,
	REP_SCOPE_MESSAGE,
	REP_SCOPE_URL,
	REP_SCOPE_RECIPIENT,
	REP_SCOPE_SESSION,
	REP_SCOPE_PROVIDER,
	REP_SCOPE_N
};

/* Where in the SMTP dialogue the reply came (RFC 5321); dot is the end of DATA. */
enum rep_stage {
	REP_STAGE_NONE = 0,
	REP_STAGE_CONNECT,
	REP_STAGE_EHLO,
	REP_STAGE_MAIL,
	REP_STAGE_RCPT,
	REP_STAGE_DATA,
	REP_STAGE_DOT,
	REP_STAGE_N
};

/* Our advice on trying again. What the server itself said is `permanent`. */
enum rep_retry {
	REP_RETRY_NONE = 0,
	REP_RETRY_RETRY,
	REP_RETRY_SLOWER,
	REP_RETRY_NOT_THIS_PATH,
	REP_RETRY_NEVER,
	REP_RETRY_FIX_FIRST,
	REP_RETRY_N
};

enum rep_status {
	REP_STATUS_NONE = 0,
	REP_STATUS_SENT,
	REP_STATUS_DEFERRED,
	REP_STATUS_BOUNCED,
	REP_STATUS_EXPIRED,
	REP_STATUS_DELAYED, /* a notice that mail waits (RFC 3464, delayed): no attempt of its own */
	REP_STATUS_N
};

enum rep_cause {
	REP_CAUSE_RANGE = 0,
	REP_CAUSE_OWN_REPUTATION,
	REP_CAUSE_HYGIENE,
	REP_CAUSE_AUTHENTICATION,
	REP_CAUSE_IDENTITY,
	REP_CAUSE_VOLUME,
	REP_CAUSE_CONTENT,
	REP_CAUSE_PROVIDER,
	REP_CAUSE_N
};

/* The word of a value; NULL for *_NONE and for unknown numbers. */
const char *rep_class_word(enum rep_class v);
const char *rep_scope_word(enum rep_scope v);
const char *rep_stage_word(enum rep_stage v);
const char *rep_retry_word(enum rep_retry v);
const char *rep_status_word(enum rep_status v);
const char *rep_cause_word(enum rep_cause v);

/*
 * The value of a word with this exact spelling. False when there is none: then *near (may be NULL)
 * gets the nearest word, or NULL when no word is near.
 */
bool rep_class_parse(struct rep_str s, enum rep_class *v, const char **near);
bool rep_scope_parse(struct rep_str s, enum rep_scope *v, const char **near);
bool rep_stage_parse(struct rep_str s, enum rep_stage *v, const char **near);
bool rep_retry_parse(struct rep_str s, enum rep_retry *v, const char **near);
bool rep_cause_parse(struct rep_str s, enum rep_cause *v, const char **near);

/* The nearest of n words (any may be NULL) within an edit distance of 3, or NULL. */
const char *rep_word_nearest(struct rep_str s, const char *const *words, size_t n);

#endif
