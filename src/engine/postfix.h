/*
 * engine/postfix.h -- asks the Postfix of this machine: its queue (postqueue -j), and how long it
 * tries (postconf). Or reads a queue that was saved.
 *
 * It only asks. Nothing of Postfix is changed, and no message is touched. The programs are found in
 * PATH, else in /usr/sbin; MAIL_CONFIG in the environment names another instance, as for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_POSTFIX_H
#define REP_ENGINE_POSTFIX_H

#include "engine/session.h"
#include "intake/postqueue.h"
#include "serve/reader.h"

/* Called for each message; its views and its recipients are valid until it returns. */
typedef enum rep_rc (*rep_waiting_fn)(void *ctx, struct rep_queue_message *m, struct rep_err *err);

struct rep_postfix_read {
	uint64_t messages, bad; /* lines that are no message are reported to the session */
};

/*
 * Reads a saved queue (path; "-" is standard input), or runs postqueue -j (NULL). REP_ENOTFOUND
 * when there is no postqueue; REP_EIO when it failed, or a file cannot be read.
 */
enum rep_rc rep_postfix_queue(const struct rep_session *s, const char *path, rep_waiting_fn fn,
    void *ctx, struct rep_postfix_read *out, struct rep_err *err) REP_NODISCARD;

/* The same, from an input that is open; name: for messages. */
enum rep_rc rep_postfix_queue_input(const struct rep_session *s, const char *name,
    struct rep_reader *reader, const struct rep_reader_input *in, rep_waiting_fn fn, void *ctx,
    struct rep_postfix_read *out, struct rep_err *err) REP_NODISCARD;

/*
 * Runs a program of Postfix, and reads what it prints into `text`, up to n bytes. False: it is not there, or failed. argv
 * ends in NULL.
 */
bool rep_postfix_says(char *const argv[], char *text, size_t n, struct rep_str *out);

/* How long and how often Postfix tries; postconf(5) has the names. */
struct rep_postfix_times {
	int64_t lifetime_s;	   /* maximal_queue_lifetime */
	int64_t bounce_lifetime_s; /* bounce_queue_lifetime */
	int64_t backoff_min_s, backoff_max_s, run_s;
	bool asked; /* postconf answered; else these are the defaults of Postfix */
};
/* ask: run postconf (the queue is this machine's). */
void rep_postfix_times(bool ask, struct rep_postfix_times *out);

#endif
