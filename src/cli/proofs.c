/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/proofs.h"
#include "cli/jobs.h"
#include "cli/net.h"
#include "cli/out.h"

enum {
	ARENA_BYTES = 128
	    << 20, /* REP_PROOFS_MAX of some 2 KB each have room, and of 5 KB each a quarter of them */
	/* Judgement: nobody waits longer for an ingest; a slow name server has 5 s for each question. */
	BUDGET_MS = 10000,
	/* Judgement: reports come once a day, and some hours late. */
	NEXT_MS = 600000,
	AGAIN_MS = 3600000,
	SENTENCE = 1000
};

static enum rep_rc
load(struct rep_cli *c, struct rep_arena *a, struct rep_proofs *out, struct rep_err *err)
{
	struct rep_store *store = NULL;
	enum rep_rc rc = rep_session_store(&c->session, REP_STORE_READ_ONLY, &store, err);

	if (rc == REP_OK)
		rc = rep_proofs_load(store, a, out, err);
	rep_store_close(store);
	return rc;
}

static enum rep_rc
keep(struct rep_cli *c, const struct rep_proofs *p, struct rep_arena *a, struct rep_err *err)
{
	struct rep_store *store = NULL;
	enum rep_rc rc = rep_session_store(&c->session, 0, &store, err);

	if (rc == REP_OK && (rc = rep_store_begin(store, err)) == REP_OK &&
	    (rc = rep_proofs_store(p, store, c->session.clock_s, a, err)) == REP_OK)
		rc = rep_store_commit(store, err);
	rep_store_close(store);
	return rc;
}

enum rep_rc
rep_cli_prove(struct rep_cli *c, struct rep_proofs *out, struct rep_err *dns, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(ARENA_BYTES);
	struct rep_resolver *r = NULL;
	enum rep_rc rc;

	*out = (struct rep_proofs){ .v = NULL };
	dns->msg[0] = '\0';
	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = load(c, a, out, err)) == REP_OK && out->n > 0) {
		if (rep_cli_resolver_within(c, BUDGET_MS, &r, dns) != REP_OK)
			out->unanswered = out->n;
		else
			(void)!rep_proofs_ask(&c->session, r, out, dns);
		rep_resolver_close(r);
		rc = keep(c, out, a, err);
	}
	out->v = NULL;
	rep_arena_free(a);
	return rc;
}

void
rep_cli_proofs_text(struct rep_buf *out, const struct rep_proofs *p, const struct rep_err *dns)
{
	char n[32];

	if (p->proven > 0)
		rep_buf_printf(out, "%s mail%s with reports %s proven: the signature holds\n",
		    rep_out_number(p->proven, n), rep_plural(p->proven),
		    p->proven == 1 ? "is" : "are");
	if (p->refused > 0)
		rep_buf_printf(out,
		    "%s mail%s with reports %s not proven, and will not count: no published key fits the signature\n",
		    rep_out_number(p->refused, n), rep_plural(p->refused),
		    p->refused == 1 ? "is" : "are");
	if (p->unanswered > 0)
		rep_buf_printf(out,
		    "%s mail%s with reports wait%s for a DNS answer, and %s not count until then%s%s; the next ingest asks again\n",
		    rep_out_number(p->unanswered, n), rep_plural(p->unanswered),
		    p->unanswered == 1 ? "s" : "", p->unanswered == 1 ? "does" : "do",
		    dns->msg[0] != '\0' ? ": " : "", dns->msg);
	if (p->waiting > 0)
		rep_buf_printf(out,
		    "%s more mail%s with reports wait%s: so many are not asked for in one go; the next ingest goes on\n",
		    rep_out_number(p->waiting, n), rep_plural(p->waiting),
		    p->waiting == 1 ? "s" : "");
}

void
rep_cli_unproven_text(
    struct rep_buf *out, uint64_t reports, uint64_t messages, uint64_t waiting, bool named)
{
	struct rep_buf b;
	char n[32];

	if (reports == 0)
		return;
	rep_buf_init(&b, SENTENCE);
	rep_buf_printf(&b, "%s more report%s", rep_out_number(reports, n), rep_plural(reports));
	if (messages > 0)
		rep_buf_printf(
		    &b, " (%s message%s)", rep_out_number(messages, n), rep_plural(messages));
	rep_buf_printf(&b, " came by mail, and nothing proves who sent %s: not counted here.",
	    reports == 1 ? "it" : "them");
	if (waiting > 0)
		rep_buf_printf(&b,
		    " DNS did not say yet whether a key proves %s%s: the next reputed ingest asks again.",
		    waiting < reports  ? rep_out_number(waiting, n)
			: reports == 1 ? "it"
				       : "them",
		    waiting < reports ? " of them" : "");
	if (waiting < reports)
		rep_buf_printf(&b, " No published key fits %s. %s",
		    waiting > 0	       ? "the signatures of the others, or they have none"
			: reports == 1 ? "its signature, or it has none"
				       : "their signatures, or they have none",
		    named
			? "Nor does the mail server that authserv-id names say at the top of these mails that a signature of "
			  "their sender passed: if it does by another name, name that too."
			: "If your mail server checks signatures, name it (authserv-id in reputed.conf), then read these "
			  "mails again.");
	rep_out_paragraph(out, rep_buf_str(&b));
	rep_buf_fini(&b);
}

void
rep_proof_job(struct rep_cli *c, unsigned failed, struct rep_job_done *done)
{
	struct rep_proofs p;
	struct rep_err dns, err;
	enum rep_rc rc = rep_cli_prove(c, &p, &dns, &err);

	*done =
	    (struct rep_job_done){ .in_ms = p.unanswered > 0 && p.proven + p.refused == 0 ? AGAIN_MS
											  : NEXT_MS,
		    .news = p.proven > 0,
		    .fine = rc == REP_OK };
	if (p.waiting > 0 && p.proven + p.refused > 0)
		done->in_ms = 0;
	if (rc != REP_OK && failed == 0)
		rep_cli_say("the reports that came by mail: %s", err.msg);
}
