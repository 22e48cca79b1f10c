/*
 * unit/test_store_report.c -- what receivers report is kept once: both back ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store_world.h"
#include "store/inside.h"

struct kept {
	char text[4096];
	size_t n;
};

static enum rep_rc
on_report(void *ctx, const struct rep_kept_report *r)
{
	struct kept *k = ctx;
	size_t at = strlen(k->text);

	snprintf(k->text + at, sizeof k->text - at, "%.*s %.*s %.*s %lld-%lld t%d x%llu \"%.*s\"\n",
	    REP_PR(r->org), REP_PR(r->domain), REP_PR(r->report_id), (long long)(r->begin_s - T),
	    (long long)(r->end_s - T), (int)r->trust, (unsigned long long)r->count,
	    REP_PR(r->bytes));
	k->n++;
	return REP_OK;
}

static struct kept
all(struct world *w, int64_t from_s, int64_t until_s)
{
	static struct kept k;

	memset(&k, 0, sizeof k);
	NEED(rep_store_reports(w->s, REP_KEPT_AGGREGATE, from_s, until_s, on_report, &k, &err));
	return k;
}

static enum rep_kept_came
put(struct world *w, const char *org, const char *id, int64_t day, enum rep_kept_trust trust,
    const char *bytes)
{
	struct rep_kept_report r = { .kind = REP_KEPT_AGGREGATE,
		.trust = trust,
		.begin_s = T + day * DAY,
		.end_s = T + (day + 1) * DAY - 1,
		.read_s = T,
		.records = 1,
		.count = 5,
		.org = rep_str_c(org),
		.reporter = rep_str_c(org),
		.domain = REP_S("shop.example"),
		.report_id = rep_str_c(id),
		.bytes = rep_str_c(bytes) };
	enum rep_kept_came came = REP_KEPT_NEW;

	NEED(rep_store_report_put(w->s, &r, &came, &err));
	return came;
}

/* How often one was put that was not known. */
static int64_t
times(struct world *w)
{
	uint64_t n = 99;

	NEED(rep_store_reports_put(w->s, &n, &err));
	return (int64_t)n;
}

static void
test_once(const char *name, bool file)
{
	struct rep_kept_report none = { .kind = REP_KEPT_AGGREGATE };
	enum rep_kept_came came;
	struct world w;

	open_world(&w, name, file, 0);
	is_int(rep_store_report_put(w.s, &none, &came, &err), REP_EUSAGE,
	    "%s: in a transaction only", name);
	is_int(times(&w), 0, "%s: none was put", name);
	begin(&w);
	is_int(put(&w, "b.example", "1", 1, REP_KEPT_GIVEN, "one"), REP_KEPT_NEW, "%s: a report",
	    name);
	is_int(put(&w, "B.Example", "1", 1, REP_KEPT_GIVEN, "one"), REP_KEPT_KNOWN,
	    "%s: the same again", name);
	is_int(put(&w, "b.example", "1", 1, REP_KEPT_GIVEN, "two"), REP_KEPT_REPLACED,
	    "%s: a corrected one", name);
	is_int(put(&w, "b.example", "1", 1, REP_KEPT_UNSURE, "three"), REP_KEPT_KNOWN,
	    "%s: one that is believed less takes nobody's place", name);
	is_int(put(&w, "b.example", "1", 2, REP_KEPT_UNSURE, "one"), REP_KEPT_NEW,
	    "%s: another day", name);
	is_int(put(&w, "b.example", "1", 2, REP_KEPT_PROVEN, "one"), REP_KEPT_REPLACED,
	    "%s: the same, and it is proven now", name);
	is_int(put(&w, "a.example", "1", 1, REP_KEPT_GIVEN, "one"), REP_KEPT_NEW,
	    "%s: another organisation", name);
	is_int(put(&w, "", "", 3, REP_KEPT_GIVEN, "one"), REP_KEPT_NEW, "%s: without a name", name);
	is_int(put(&w, "", "", 3, REP_KEPT_GIVEN, "two"), REP_KEPT_NEW,
	    "%s: another one without a name", name);
	is_int(put(&w, "", "", 3, REP_KEPT_GIVEN, "two"), REP_KEPT_KNOWN, "%s: it again", name);
	is_int(
	    times(&w), 7, "%s: each that was not known is counted, in the transaction too", name);
	commit(&w);
	begin(&w);
	(void)put(&w, "c.example", "1", 9, REP_KEPT_GIVEN, "never");
	rep_store_rollback(w.s);
	reopen(&w, REP_STORE_READ_ONLY);
	is_int(times(&w), 7, "%s: and after it, but not what was rolled back", name);
	is_int((int64_t)all(&w, 0, INT64_MAX).n, 5,
	    "%s: all, and what was rolled back is not there", name);
	is_str(rep_str_c(all(&w, T + 2 * DAY, T + 3 * DAY).text),
	    "b.example shop.example 1 172800-259199 t3 x5 \"one\"\n", "%s: those of a day", name);
	is_int((int64_t)all(&w, T + 2 * DAY - 1, T + 2 * DAY).n, 2,
	    "%s: a period that touches it counts", name);
	rep_store_close(w.s);
}

/* Whatever the order in which they came, they are read by begin. */
static void
test_order(const char *name, bool file)
{
	enum { MANY = 40 };
	char id[16], want[4096] = "", text[80];
	struct world w;

	open_world(&w, name, file, 0);
	begin(&w);
	for (int k = 0; k < MANY; k++) {
		snprintf(id, sizeof id, "%d", k * 17 % MANY);
		(void)put(&w, "b.example", id, k * 17 % MANY, REP_KEPT_GIVEN, id);
	}
	commit(&w);
	for (int k = 0; k < MANY; k++) {
		snprintf(text, sizeof text, "b.example shop.example %d %d-%d t2 x5 \"%d\"\n", k,
		    k * DAY, (k + 1) * DAY - 1, k);
		snprintf(want + strlen(want), sizeof want - strlen(want), "%s", text);
	}
	is_str(rep_str_c(all(&w, 0, INT64_MAX).text), want, "%s: by begin", name);
	rep_store_close(w.s);
}

/* --- what may be proven later --------------------------------------------------------------------------- */

static enum rep_kept_came
put_unproven(struct world *w, int64_t day, const char *bytes, const char *proof)
{
	struct rep_kept_report r = { .kind = REP_KEPT_AGGREGATE,
		.trust = REP_KEPT_UNSURE,
		.begin_s = T + day * DAY,
		.end_s = T + (day + 1) * DAY - 1,
		.read_s = T + 5,
		.count = 5,
		.org = REP_S("b.example"),
		.reporter = REP_S("b.example"),
		.domain = REP_S("shop.example"),
		.report_id = REP_S("1"),
		.bytes = rep_str_c(bytes),
		.proof = rep_str_c(proof) };
	enum rep_kept_came came = REP_KEPT_NEW;

	NEED(rep_store_report_put(w->s, &r, &came, &err));
	return came;
}

struct waiting {
	const char *proof; /* what is looked for */
	uint64_t id;	   /* of the mail with it */
	size_t n;	   /* all that wait */
};

static enum rep_rc
on_unproven(void *ctx, const struct rep_unproven *m)
{
	struct waiting *v = ctx;

	v->n++;
	if (rep_str_eq(m->proof, rep_str_c(v->proof)))
		v->id = m->id;
	return REP_OK;
}

static struct waiting
waiting(struct world *w, const char *proof)
{
	struct waiting v = { .proof = proof };

	NEED(rep_store_unproven(w->s, on_unproven, &v, &err));
	return v;
}

static void
decide(struct world *w, const char *proof, int64_t read_s, bool proven)
{
	struct rep_decided d = { waiting(w, proof).id, read_s, proven };

	NEED(rep_store_decide(w->s, &d, 1, T + 100, &err));
}

static enum rep_rc
on_head(void *ctx, const struct rep_kept_report *r)
{
	++*(int *)ctx;
	return r->trust == REP_KEPT_UNSURE && r->bytes.n == 0 ? REP_OK : REP_EIO;
}

static int
heads(struct world *w)
{
	int n = 0;

	NEED(rep_store_waiting(w->s, on_head, &n, &err));
	return n;
}

static bool
has(struct world *w, const char *text)
{
	return strstr(all(w, 0, INT64_MAX).text, text) != NULL;
}

static void
test_proof(const char *name, bool file)
{
	struct rep_decided none;
	struct world w;

	open_world(&w, name, file, 0);
	begin(&w);
	is_int(put_unproven(&w, 1, "true", "p1"), REP_KEPT_NEW, "%s: it may be proven later", name);
	is_int(put_unproven(&w, 9, "second", "p1"), REP_KEPT_NEW, "%s: another of the same mail",
	    name);
	is_int(put_unproven(&w, 1, "forged", "p2"), REP_KEPT_NEW,
	    "%s: another with its name is kept apart", name);
	is_int(put_unproven(&w, 1, "true", "p1"), REP_KEPT_KNOWN, "%s: the first again", name);
	is_int(put(&w, "b.example", "1", 1, REP_KEPT_UNSURE, "forged"), REP_KEPT_NEW,
	    "%s: nor does one without a signature take its place", name);
	is_int((int64_t)waiting(&w, "p1").n, 2, "%s: two mails wait", name);
	is_int(heads(&w), 3, "%s: with three reports", name);
	commit(&w);
	begin(&w);
	decide(&w, "p1", T, true);
	rep_store_rollback(w.s);
	is_int((int64_t)waiting(&w, "p1").n, 2, "%s: what is rolled back is not decided", name);
	is_int(rep_store_decide(w.s, &none, 0, T, &err), REP_EUSAGE, "%s: in a transaction only",
	    name);
	begin(&w);
	decide(&w, "p1", T, true);
	decide(&w, "p2", T, false);
	decide(&w, "of no mail", T, true);
	commit(&w);
	is_int((int64_t)waiting(&w, "p1").n + heads(&w), 0, "%s: nothing waits", name);
	ok(has(&w, "t3 x5 \"true\"") && has(&w, "t3 x5 \"second\"") && !has(&w, "t3 x5 \"forged\""),
	    "%s: the true ones are proven, the forged ones are not", name);
	begin(&w);
	is_int(
	    put_unproven(&w, 1, "true", "p1"), REP_KEPT_KNOWN, "%s: read again, it is known", name);
	is_int(put_unproven(&w, 1, "forged", "p2"), REP_KEPT_KNOWN,
	    "%s: and what was refused stays refused", name);
	is_int((int64_t)waiting(&w, "p1").n, 0, "%s: nothing waits for it", name);
	commit(&w);
	rep_store_close(w.s);
}

/* A report and its correction: the one that was read last stays, whatever the order in which they are decided. */
static void
test_correction(const char *name, bool file)
{
	struct world w;

	open_world(&w, name, file, 0);
	for (int k = 0; k < 2; k++) {
		struct rep_decided d[2];

		begin(&w);
		(void)put_unproven(&w, 20 + k, "early", k == 0 ? "e0" : "e1");
		(void)put_unproven(&w, 20 + k, "late", k == 0 ? "l0" : "l1");
		d[k] = (struct rep_decided){ waiting(&w, k == 0 ? "e0" : "e1").id, T + 1, true };
		d[1 - k] =
		    (struct rep_decided){ waiting(&w, k == 0 ? "l0" : "l1").id, T + 2, true };
		NEED(rep_store_decide(w.s, d, 2, T + 100, &err));
		commit(&w);
	}
	ok(!has(&w, "early") && has(&w, "t3 x5 \"late\""),
	    "%s: of two in one pass the later one stays", name);
	begin(&w);
	is_int(
	    put_unproven(&w, 20, "early", "e0"), REP_KEPT_KNOWN, "%s: the early one again", name);
	is_int(put_unproven(&w, 20, "late", "l0"), REP_KEPT_KNOWN, "%s: the late one again", name);
	commit(&w);
	ok(!has(&w, "early"), "%s: read again, nothing turns", name);
	begin(&w);
	is_int(put(&w, "b.example", "1", 30, REP_KEPT_PROVEN, "at once"), REP_KEPT_NEW,
	    "%s: another day, proven at once", name);
	(void)put_unproven(&w, 30, "read before", "b");
	decide(&w, "b", T - 1, true);
	ok(has(&w, "at once") && !has(&w, "read before"), "%s: what was read before does not win",
	    name);
	(void)put_unproven(&w, 30, "read after", "a");
	decide(&w, "a", T + 1, true);
	ok(!has(&w, "at once") && has(&w, "read after"), "%s: what was read after does", name);
	commit(&w);
	rep_store_close(w.s);
}

static enum rep_rc
on_any(void *ctx, const struct rep_kept_report *r)
{
	(void)r;
	++*(int *)ctx;
	return REP_OK;
}

/* Failure reports are about single messages: they go when single facts do. */
static void
test_prune(const char *name, bool file)
{
	struct rep_kept_report r = { .kind = REP_KEPT_FAILURE,
		.trust = REP_KEPT_PROVEN,
		.begin_s = T,
		.end_s = T,
		.reporter = REP_S("b.example"),
		.domain = REP_S("shop.example"),
		.bytes = REP_S("one") };
	enum rep_kept_came came;
	struct world w;
	int n = 0;

	open_world(&w, name, file, 0);
	begin(&w);
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	r.bytes = REP_S("two");
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	is_int(came, REP_KEPT_NEW, "%s: two failures of one second are two", name);
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	is_int(came, REP_KEPT_KNOWN, "%s: what says the same is the same", name);
	r.begin_s = r.end_s = T + DAY;
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	is_int(came, REP_KEPT_KNOWN, "%s: also when it is read later and has no time", name);
	(void)put(&w, "b.example", "1", 1, REP_KEPT_GIVEN, "aggregate");
	NEED(rep_store_prune(w.s, T + 90 * DAY - 10, &err));
	NEED(rep_store_reports(w.s, REP_KEPT_FAILURE, 0, INT64_MAX, on_any, &n, &err));
	is_int(n, 2, "%s: kept for 90 days", name);
	NEED(rep_store_prune(w.s, T + 90 * DAY + 10, &err));
	n = 0;
	NEED(rep_store_reports(w.s, REP_KEPT_FAILURE, 0, INT64_MAX, on_any, &n, &err));
	is_int(n, 0, "%s: then gone", name);
	is_int((int64_t)all(&w, 0, INT64_MAX).n, 1, "%s: other reports stay", name);
	commit(&w);
	rep_store_close(w.s);
}

struct listing {
	int n;
};

static enum rep_rc
on_bytes(void *ctx, int64_t id, struct rep_str bytes)
{
	struct listing *l = ctx;

	(void)id;
	(void)bytes;
	l->n++;
	return REP_OK;
}

static struct listing
proofs(struct world *w)
{
	struct listing l = { 0 };

	NEED(w->s->b->ops->notes(w->s->b, REP_NOTE_WAITING, on_bytes, &l, &err));
	return l;
}

/* That a report waits goes with it. */
static void
test_prune_proofs(const char *name, bool file)
{
	struct rep_kept_report r = { .kind = REP_KEPT_FAILURE,
		.trust = REP_KEPT_UNSURE,
		.begin_s = T,
		.end_s = T,
		.read_s = T,
		.reporter = REP_S("b.example"),
		.domain = REP_S("shop.example"),
		.bytes = REP_S("one"),
		.proof = REP_S("old") };
	enum rep_kept_came came;
	struct world w;

	open_world(&w, name, file, 0);
	begin(&w);
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	r.bytes = REP_S("two");
	r.proof = REP_S("new");
	r.begin_s = r.end_s = T + 30 * DAY;
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	commit(&w);
	is_int(proofs(&w).n, 2, "%s: two may be proven later", name);
	begin(&w);
	NEED(rep_store_prune(w.s, T + 91 * DAY, &err));
	commit(&w);
	is_int(proofs(&w).n, 1, "%s: a report that went waits no more", name);
	is_int(heads(&w), 1, "%s: the other one waits still", name);
	rep_store_close(w.s);
}

/* What was decided of a failure report goes when the report does, that of others stays. */
static void
test_prune_decided(const char *name, bool file)
{
	struct rep_kept_report r = { .kind = REP_KEPT_FAILURE,
		.trust = REP_KEPT_UNSURE,
		.begin_s = T,
		.end_s = T,
		.read_s = T,
		.reporter = REP_S("b.example"),
		.domain = REP_S("shop.example"),
		.bytes = REP_S("one"),
		.proof = REP_S("good") };
	enum rep_kept_came came;
	struct world w;
	int n = 0;

	open_world(&w, name, file, 0);
	begin(&w);
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	r.bytes = REP_S("two");
	r.proof = REP_S("bad");
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	(void)put_unproven(&w, 1, "aggregate", "mail");
	decide(&w, "good", T, true);
	decide(&w, "bad", T, false);
	decide(&w, "mail", T, true);
	is_int(heads(&w), 0, "%s: nothing waits", name);
	NEED(rep_store_prune(w.s, T + 90 * DAY - 10, &err));
	is_int(proofs(&w).n, 3, "%s: what was decided is known", name);
	NEED(rep_store_report_put(w.s, &r, &came, &err));
	is_int(came, REP_KEPT_KNOWN, "%s: and the mail, read again", name);
	NEED(rep_store_prune(w.s, T + 90 * DAY + 10, &err));
	commit(&w);
	NEED(rep_store_reports(w.s, REP_KEPT_FAILURE, 0, INT64_MAX, on_any, &n, &err));
	is_int(n, 0, "%s: the failure reports are gone", name);
	is_int(proofs(&w).n, 1, "%s: and what was decided of them", name);
	begin(&w);
	is_int(put_unproven(&w, 1, "aggregate", "mail"), REP_KEPT_KNOWN, "%s: the other is known",
	    name);
	commit(&w);
	rep_store_close(w.s);
}

int
main(void)
{
	make_dir();
	test_order("order-memory", false);
	test_order("order-file", true);
	test_once("report-memory", false);
	test_once("report-file", true);
	test_proof("proof-memory", false);
	test_proof("proof-file", true);
	test_correction("correction-memory", false);
	test_correction("correction-file", true);
	test_prune("prune-memory", false);
	test_prune("prune-file", true);
	test_prune_proofs("proofs-memory", false);
	test_prune_proofs("proofs-file", true);
	test_prune_decided("decided-memory", false);
	test_prune_decided("decided-file", true);
	drop_dir();
	return done();
}
