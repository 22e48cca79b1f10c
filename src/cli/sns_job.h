/*
 * cli/sns_job.h -- takes in what SNS has posted: checks it (web/sns.h), gets certificates, confirms subscriptions, and
 * stores the events of SES as `reputed ingest` does.
 *
 * It is a process of the desk of the page (cli/desk_sns.h) for some requests at once: a process for each would cost more than the
 * work, and writers go one by one anyway. One such process at a time; what is posted meanwhile waits for the next one.
 * What it must remember (web/sns_kept.h) is the desk's, and comes back with the answers.
 *
 * SNS waits 15 s for an answer (Amazon SNS Developer Guide, "Creating an HTTP/S delivery policy"), so at most
 * REP_SNS_REQUESTS_MAX requests to Amazon are made, of REP_SNS_REQUEST_MS each, and the database is waited for
 * REP_SNS_WAIT_S; what is not done then is answered 503, and comes again. An answer of 200 says that it is stored.
 *
 * Of a message only what Amazon signed goes on, in an envelope made here. Afterwards the daemon judges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_SNS_JOB_H
#define REP_CLI_SNS_JOB_H

#include "cli/child.h"
#include "web/sns_kept.h"

enum {
	REP_SNS_AT_ONCE_MAX = 32, /* requests of one process: their bodies have 32 MB at most */
	REP_SNS_REQUESTS_MAX = 2, /* to Amazon: two certificates, or one and a confirmation */
	REP_SNS_REQUEST_MS = 4000,
	REP_SNS_WAIT_S = 5
};

/* One request. Views that live until the process has begun. */
struct rep_sns_posted {
	struct rep_str name; /* of the path: /sns/NAME */
	struct rep_str body;
};

struct rep_sns_answer {
	enum rep_sns_outcome outcome; /* rep_sns_status: the answer to the request */
	char why[240];		      /* a sentence for the log; may quote a stranger */
	uint64_t id;		      /* to be remembered; 0: nothing */
};

/* What the process says: below 64 KB, which a pipe holds. */
struct rep_sns_done {
	struct rep_sns_answer v[REP_SNS_AT_ONCE_MAX]; /* in the order of the requests */
	size_t n;
	struct {
		char url[REP_SNS_URL_MAX];
		char pem[REP_SNS_CERT_MAX];
		size_t n;
	} cert[REP_SNS_REQUESTS_MAX]; /* got now, and a signature fitted */
	size_t certs;
	size_t asked; /* requests to Amazon */
	bool news;    /* something was stored: judge */
};

/* The block of the configuration for a path; NULL: there is none. */
const struct rep_config_sns *rep_sns_block(const struct rep_config *cfg, struct rep_str name);

/* How the two requests to Amazon are made: https://HOST/PATH into out. For tests. */
typedef enum rep_rc (*rep_sns_get_fn)(
    void *ctx, const char *host, const char *path, struct rep_buf *out, struct rep_err *err);

/*
 * The work, in a process of its own. `kept` is a copy of the desk's, and is changed. n: at most REP_SNS_AT_ONCE_MAX.
 * get NULL: by DNS, as --server says, and https, with the authorities of the system or of SSL_CERT_FILE.
 */
void rep_sns_job(struct rep_cli *c, struct rep_sns_kept *kept, const struct rep_sns_posted *v,
    size_t n, rep_sns_get_fn get, void *ctx, struct rep_sns_done *out);

/*
 * In the desk: begins the process. As rep_child_start: < 0, and every request is to be answered 503 (NOT_DONE). In the
 * child it does not return.
 */
pid_t rep_sns_start(struct rep_cli *c, int lock, struct rep_sns_kept *kept,
    const struct rep_sns_posted *v, size_t n, int *pipe);

/*
 * In the desk, when the process has ended: its answers, for n requests, and what is remembered goes into `kept`. When
 * it did not end well, each answer is REP_SNS_NOT_DONE.
 */
void rep_sns_ended(
    int *pipe, struct rep_sns_kept *kept, size_t n, int64_t now_s, struct rep_sns_done *out);

#endif
