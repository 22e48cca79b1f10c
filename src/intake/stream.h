/*
 * intake/stream.h -- finds the stream of a message: mail of one kind (doc/words.md, Who sends).
 *
 * From a log: the sender's domain and the local part, with digits, hex and VERP parts replaced
 * ("bounce-4711-jo=example.com@shop.example" is "shop.example/bounce-#-*"). Or the List-Id or
 * Feedback-ID if the mail server logs them. At most 64 for one sender domain; the rest is
 * "DOMAIN/other". Streams that the operator named come first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_STREAM_H
#define REP_INTAKE_STREAM_H

#include "base/err.h"

enum { REP_STREAMS_PER_DOMAIN = 64, REP_STREAM_TEXT = 320 };

/* A stream that the operator named. Patterns may have '*'. All views are borrowed. */
struct rep_stream_named {
	struct rep_str name;
	const struct rep_str *from, *list_id, *feedback_id;
	size_t from_n, list_id_n, feedback_id_n;
};

struct rep_streams; /* the streams seen so far */

/* named is borrowed. NULL: out of memory. */
struct rep_streams *rep_streams_new(const struct rep_stream_named *named, size_t n);
void rep_streams_free(struct rep_streams *s);

/* What was not counted separately, because there was too much of it. */
struct rep_streams_limits {
	size_t folded;	      /* sender domains with more than REP_STREAMS_PER_DOMAIN streams */
	struct rep_str first; /* of them; lives as long as the streams */
	bool full;	      /* more domains or streams than there is room for: "other/other" */
};
struct rep_streams_limits rep_streams_limits(const struct rep_streams *s);

/* One that was seen in an earlier run. */
void rep_streams_seen(struct rep_streams *s, struct rep_str stream);

/*
 * The stream of a message. The view is valid as long as s. n == 0 for the null sender. list_id and
 * feedback_id may be empty.
 */
struct rep_str rep_stream_of(struct rep_streams *s, struct rep_str sender, struct rep_str list_id,
    struct rep_str feedback_id);

/*
 * Replaces the parts of a local part that change from message to message. out has REP_STREAM_TEXT
 * bytes.
 */
size_t rep_stream_pattern(struct rep_str local, char *out);

/* '*' matches any bytes. Case does not matter. */
bool rep_glob(struct rep_str pattern, struct rep_str s);

/* The stream of what the addresses of a domain forward to elsewhere: "club.example/forwarded". */
struct rep_str rep_stream_forwarded(struct rep_streams *s, struct rep_str by);

#endif
