/*
 * cli/queue_job.c -- reads the queue of the Postfix of this machine, and stores how much waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/jobs.h"
#include "engine/certificates.h"
#include "engine/queue_usual.h"
#include "engine/waiting.h"
#include "io/steady.h"

enum {
	ARENA_BYTES = 96 << 20, /* as `reputed queue` */
	LEAST_MS = 60000,	/* postqueue -j reads the whole queue from disk */
	SHARE = 20,		/* it takes at most a twentieth of the time, up to MOST_MS */
	MOST_MS = REP_QUEUE_OLD_S *
	    500,	  /* half of it: else nothing is known of now before the next one */
	NONE_MS = 3600000 /* without Postfix: it may be installed later */
};

/* Once, and again when it could be read meanwhile. */
static void
say_unread(const struct rep_certificates *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].why.n > 0)
			rep_cli_say("the certificate %.*s of Postfix cannot be read: %.*s; when it "
				    "expires is not told (what to do: doc/alerts.md, What reputed "
				    "cannot read)",
			    REP_PR(c->v[i].file), REP_PR(c->v[i].why));
}

static enum rep_rc
store(struct rep_cli *c, const struct rep_queue_groups *q, int64_t at_s, struct rep_err *err)
{
	struct rep_certificates certificates;
	struct rep_store *store = NULL;
	/* What could not be found out changes nothing. */
	bool known = rep_certificates_read(c->arena, at_s, &certificates, NULL) == REP_OK;
	enum rep_rc rc;

	if ((rc = rep_session_store(&c->session, 0, &store, err)) != REP_OK)
		return rc;
	if ((rc = rep_store_begin(store, err)) == REP_OK &&
	    (rc = rep_waits_put(store, q, at_s, err)) == REP_OK &&
	    (rc = rep_queue_usual_note(store, q, at_s, err)) == REP_OK &&
	    (!known || (rc = rep_certificates_note(&certificates, store, c->arena, err)) == REP_OK))
		rc = rep_store_commit(store, err);
	if (rc == REP_OK && known)
		say_unread(&certificates);
	rep_store_close(store);
	return rc;
}

void
rep_queue_job(struct rep_cli *c, unsigned failed, struct rep_job_done *done)
{
	const struct rep_queue_from from = { .path = NULL };
	int64_t begun_ms = rep_steady_ms(), rest_ms;
	struct rep_arena *a = NULL;
	struct rep_know *know = NULL;
	struct rep_queue_groups q;
	struct rep_err err = { .msg = "out of memory" };
	enum rep_rc rc = REP_EMEM;

	*done = (struct rep_job_done){ .in_ms = -1, .fine = true };
	if (c->cfg.queue == REP_QUEUE_NO)
		return;
	if ((a = rep_arena_new(ARENA_BYTES)) != NULL &&
	    (rc = rep_session_know(&c->session, &know, &err)) == REP_OK &&
	    (rc = rep_queue_group_all(&c->session, know, &from, c->session.clock_s, a, &q, &err)) ==
		REP_OK) {
		rest_ms = (rep_steady_ms() - begun_ms) * SHARE;
		rest_ms = rest_ms < MOST_MS ? rest_ms : MOST_MS;
		done->in_ms = rest_ms > LEAST_MS ? rest_ms : LEAST_MS;
		rc = store(c, &q, c->session.clock_s, &err);
		done->news = true;
	}
	rep_know_free(know);
	rep_arena_free(a);
	if (rc == REP_ENOTFOUND) {
		done->in_ms = NONE_MS;
	} else if (rc != REP_OK) {
		done->fine = done->news = false;
		if (failed == 0)
			rep_cli_say("the queue could not be read: %s", err.msg);
	}
}
