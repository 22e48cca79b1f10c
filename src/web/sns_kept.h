/*
 * web/sns_kept.h -- what is remembered of messages of SNS (web/sns.h) from one to the next: which came, and the
 * certificates. In memory, of fixed size.
 *
 * SNS sends a message again when an answer is late or lost, with the same MessageId; a stranger could send a copy. The
 * ids of REP_SNS_SEEN_MAX messages are remembered as keyed hashes, for as long as a message is believed at all
 * (REP_SNS_AGE_S). When there are more, the oldest is forgotten, and after a restart all are: then the store still counts
 * each delivery once.
 *
 * A certificate is kept by its URL; SNS changes it about once a year. What is not kept must be fetched, at most
 * REP_SNS_FETCHES at once and one more every REP_SNS_FETCH_EVERY_S.
 *
 * Pure: the time and a key are given.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_SNS_KEPT_H
#define REP_WEB_SNS_KEPT_H

#include "base/budget.h"
#include "base/hash.h"
#include "web/sns.h"

enum {
	REP_SNS_SEEN_MAX = 65536, /* messages: 18 a second for that hour */
	REP_SNS_CERTS_MAX = 8,	  /* certificates: one for each region, and one that replaces it */
	REP_SNS_URL_MAX = 512,	  /* bytes of the URL of a certificate: they have about 100 */
	REP_SNS_FETCHES = 10,
	REP_SNS_FETCH_EVERY_S = 6
};

struct rep_sns_cert {
	char url[REP_SNS_URL_MAX]; /* "": the row is free */
	char pem[REP_SNS_CERT_MAX];
	size_t n;
	int64_t used_s;
};

/* 1.2 MB. */
struct rep_sns_kept {
	struct rep_key key;
	struct {
		uint64_t id; /* keyed hash */
		int64_t at_s;
	} seen[REP_SNS_SEEN_MAX]; /* a ring */
	size_t next;
	struct rep_sns_cert cert[REP_SNS_CERTS_MAX];
	struct rep_budget fetches; /* in seconds */
};

/* The key: random bytes of this process. */
void rep_sns_kept_init(struct rep_sns_kept *k, const struct rep_key *key);

/* The hash of a message: of its topic and id. */
uint64_t rep_sns_kept_id(const struct rep_sns_kept *k, const struct rep_sns_message *m);
/* Whether a message of this hash was done before. */
bool rep_sns_kept_seen(const struct rep_sns_kept *k, uint64_t id, int64_t now_s);
/* It is done. */
void rep_sns_kept_note(struct rep_sns_kept *k, uint64_t id, int64_t now_s);

/* The certificate of a URL; n == 0: none is kept. It lives until the next rep_sns_kept_put. */
struct rep_str rep_sns_kept_get(struct rep_sns_kept *k, struct rep_str url, int64_t now_s);
/* Keeps one that a signature has fitted, in the place of that which was not used for longest. Too long a one is not kept. */
void rep_sns_kept_put(
    struct rep_sns_kept *k, struct rep_str url, struct rep_str pem, int64_t now_s);

/* Whether one more may be fetched now; it is counted. */
bool rep_sns_kept_may_fetch(struct rep_sns_kept *k, int64_t now_s);

#endif
