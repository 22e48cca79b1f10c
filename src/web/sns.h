/*
 * web/sns.h -- messages of Amazon SNS, as it posts them to /sns/NAME: parsed, and believed only when Amazon signed them.
 *
 * SNS carries the events of SES. Anybody can post, so nothing of a message counts before all of this holds (Amazon SNS
 * Developer Guide, "Verifying the signatures of Amazon SNS messages" and "HTTP/HTTPS notification JSON format"):
 *
 * - its topic is one that the configuration names for NAME: exactly, byte for byte;
 * - it is not older than SNS tries to deliver, and not of the future;
 * - the URL of its certificate is https, of a host sns.REGION.amazonaws.com (or, in China, .amazonaws.com.cn), without
 *   user, port, query or fragment, and its path is one name that ends in .pem;
 * - the certificate that is fetched from there, with the host's own certificate checked, is valid now, has an RSA key
 *   of 2,048 bits or more, and the signature over the fields in their order fits: SHA-1 for SignatureVersion 1, SHA-256
 *   for 2 (RSA, PKCS#1 v1.5).
 *
 * The order is this one, so a stranger who does not know the topic causes no request to Amazon. SHA-1 is what SNS signs
 * with by default; nobody can make a second message for such a signature (that needs a second preimage), and topics can
 * be set to 2.
 *
 * A subscription is confirmed by getting its SubscribeURL. That URL is compared with what it must be (the host of the
 * topic's region, Action, TopicArn, Token, nothing else), and the request is made from the parts.
 *
 * What SNS does with an answer ("Amazon SNS message delivery retries"): 4xx ends the delivery for good, 5xx is tried
 * again, for an hour at most. So only what can never become right gets 4xx.
 *
 * Pure: bytes, certificate and time are given. jansson takes the JSON apart, OpenSSL the certificate.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_SNS_H
#define REP_WEB_SNS_H

#include "base/arena.h"
#include "base/err.h"

enum {
	REP_SNS_BODY_MAX = 1 << 20,  /* bytes: SNS takes 256 KB, which JSON doubles for SES */
	REP_SNS_CERT_MAX = 16 << 10, /* bytes of a PEM file: they have 2 KB */
	REP_SNS_AGE_S = 3600 + 300,  /* SNS tries for at most an hour; five minutes for clocks */
	REP_SNS_AHEAD_S = 300,	     /* five minutes for clocks */
	REP_SNS_ID_MAX = 128,	     /* bytes of a MessageId: a UUID has 36 */
	REP_SNS_TOKEN_MAX = 1024,    /* bytes of a Token: some 300 */
	REP_SNS_TOPIC_MAX = 512,     /* bytes of an ARN: a name has at most 256 */
	REP_SNS_HOST_TEXT = 96,	     /* room for "sns.REGION.amazonaws.com.cn" and a NUL */
	REP_SNS_PATH_TEXT = 2048     /* room for a path that is asked for, and a NUL */
};

enum rep_sns_type { REP_SNS_NOTIFICATION, REP_SNS_SUBSCRIBED, REP_SNS_UNSUBSCRIBED };

/* All views point into the arena. */
struct rep_sns_message {
	enum rep_sns_type type;
	struct rep_str id, topic, message, timestamp, subject;
	bool has_subject;
	struct rep_str token, subscribe_url; /* of the two confirmations */
	int version;			     /* of the signature: 1 or 2 */
	struct rep_str signature;	     /* decoded */
	struct rep_str cert_url;
	int64_t at_s; /* Timestamp */
};

/* What is to be done, or was done. The order is that of the table in sns.c. */
enum rep_sns_outcome {
	REP_SNS_FETCH = 0, /* so far so good: get the certificate, then rep_sns_verify */
	REP_SNS_STORE,	   /* Amazon sent it: take the message in */
	REP_SNS_CONFIRM,   /* Amazon sent it: get the path of rep_sns_confirm */
	REP_SNS_STORED,	   /* the message was taken in */
	REP_SNS_CONFIRMED, /* the subscription was confirmed */
	REP_SNS_NOTED, /* Amazon sent it, and nothing is to be done: the end of a subscription, no event of SES */
	REP_SNS_KNOWN,	     /* the same message once more */
	REP_SNS_NO_NAME,     /* the configuration has no `sns` of this name */
	REP_SNS_TOO_LARGE,   /* more than REP_SNS_BODY_MAX */
	REP_SNS_MALFORMED,   /* no message of SNS */
	REP_SNS_RAW,	     /* an event of SES without a signature: "raw message delivery" is on */
	REP_SNS_OTHER_TOPIC, /* a topic that is not in the configuration */
	REP_SNS_OLD,	     /* older than REP_SNS_AGE_S */
	REP_SNS_AHEAD,	     /* of the future, or this machine's clock is behind */
	REP_SNS_OTHER_HOST,  /* a certificate or SubscribeURL that is not Amazon's */
	REP_SNS_NO_CERT,     /* the certificate could not be had, or is not valid now */
	REP_SNS_FORGED,	     /* the signature does not fit */
	REP_SNS_NOT_DONE, /* it could not be stored or confirmed: this machine's fault, or the network's */
	REP_SNS_BUSY, /* too much at once */
	REP_SNS_OUTCOMES
};

/* 200, 400, ...: the answer to the request. FETCH, STORE and CONFIRM are no answers yet: 503. */
int rep_sns_status(enum rep_sns_outcome o);
/* "other-topic" */
const char *rep_sns_word(enum rep_sns_outcome o);

/*
 * Looks at a body: REP_SNS_FETCH, or why not, with a sentence in `why`. topics: those of the configuration for this
 * name. *m is set for REP_SNS_FETCH.
 */
enum rep_sns_outcome rep_sns_look(struct rep_str body, const struct rep_str *topics,
    size_t topics_n, int64_t now_s, struct rep_arena *a, struct rep_sns_message *m,
    struct rep_err *why);

/* Where its certificate is. Only after REP_SNS_FETCH. */
void rep_sns_cert_at(
    const struct rep_sns_message *m, char host[REP_SNS_HOST_TEXT], char path[REP_SNS_PATH_TEXT]);

/* Appends what was signed. */
void rep_sns_signed_text(const struct rep_sns_message *m, struct rep_buf *out);

/*
 * Checks the signature with the certificate, as PEM: REP_SNS_STORE, REP_SNS_CONFIRM or REP_SNS_NOTED; else
 * REP_SNS_NO_CERT, REP_SNS_FORGED, or REP_SNS_NOT_DONE (out of memory), with a sentence.
 */
enum rep_sns_outcome rep_sns_verify(
    const struct rep_sns_message *m, struct rep_str pem, int64_t now_s, struct rep_err *why);

/*
 * What to get to confirm a subscription. Only after REP_SNS_CONFIRM.
 */
void rep_sns_confirm(
    const struct rep_sns_message *m, char host[REP_SNS_HOST_TEXT], char path[REP_SNS_PATH_TEXT]);

#endif
