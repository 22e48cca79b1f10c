/*
 * unit/test_small.c -- many small domains that refuse: few names, right sums, the same however the
 * log is cut into runs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/labels.h"
#include "engine/small.h"
#include "store_world.h"

enum { STEP = 512, FLOOD = 20000 };

static struct rep_fact
by_domain(const char *domain, const char *queue_id, int64_t at_s)
{
	struct rep_fact f = refused(at_s, "jo@example.com", "550 5.7.1 blocked");

	f.provider = REP_S("other");
	f.provider_domain = rep_str_c(domain);
	f.queue_id = rep_str_c(queue_id);
	f.rule = REP_S("");
	return f;
}

struct counted {
	uint64_t all, together, of_firm;
	uint32_t firm, others, names;
};

static enum rep_rc
on_counted(void *ctx, const struct rep_observation *o)
{
	struct counted *c = ctx;

	c->all += o->count;
	c->together += o->provider_domain == c->others ? o->count : 0;
	c->of_firm += o->provider_domain == c->firm && c->firm != 0 ? o->count : 0;
	return REP_OK;
}

static struct counted
count(struct world *w)
{
	struct counted c = { .firm = rep_store_name_id(w->s, REP_S("firm.example")),
		.others = rep_store_name_id(w->s, REP_OTHER_DOMAINS),
		.names = rep_store_names(w->s).n };

	NEED(rep_store_observations(
	    w->s, REP_LEVEL_DAY, INT64_MIN / 2, INT64_MAX / 2, on_counted, &c, &err));
	return c;
}

/* A flood of domains that refuse once, and among them one that refuses 50 times. */
static struct counted
flood(struct world *w, int each)
{
	char domain[32], id[32];
	struct rep_fact f;

	for (int i = 0; i < FLOOD; i++) {
		if (i % each == 0) {
			if (i > 0)
				NEED(rep_store_commit(w->s, &err));
			if (i % (5 * each) == 0)
				reopen(w, 0);
			NEED(rep_store_begin(w->s, &err));
		}
		snprintf(domain, sizeof domain, "d%d.example", i);
		snprintf(id, sizeof id, "Q%d", i);
		f = by_domain(domain, id, T + i);
		NEED(rep_store_add(w->s, &f, NULL, &err));
		if (i % (FLOOD / 50) == 100) {
			id[0] = 'F';
			f = by_domain("firm.example", id, T + i);
			NEED(rep_store_add(w->s, &f, NULL, &err));
		}
	}
	NEED(rep_store_commit(w->s, &err));
	return count(w);
}

static void
test_flood(const char *name, bool file)
{
	struct world whole, cut;
	struct counted a, b;
	struct rep_store_totals t = { 0 };

	open_world(&whole, name, file, 0);
	a = flood(&whole, FLOOD);
	is_int((int64_t)a.all, FLOOD + 50, "%s: every refusal is counted", name);
	ok(a.names < 5 * STEP, "%s: few names (%u)", name, a.names);
	ok(a.firm != 0 && a.of_firm >= 50 - 16, "%s: the one that refuses much is seen (%d of 50)",
	    name, (int)a.of_firm);
	NEED(rep_store_totals(whole.s, &t, &err));
	ok(t.small == a.together && a.together > FLOOD - 4 * STEP,
	    "%s: it is known how many are counted together", name);
	open_world(&cut, file ? "cut-file" : "cut", file, 0);
	b = flood(&cut, 77);
	ok(memcmp(&a, &b, sizeof a) == 0, "%s: the same in many runs as in one", name);
	rep_store_close(whole.s);
	rep_store_close(cut.s);
}

/* Within a period few domains get their name at once; the next period begins anew. */
static void
test_periods(void)
{
	char domain[32];
	struct world w;
	struct rep_fact f;

	open_world(&w, "periods", false, 0);
	NEED(rep_store_begin(w.s, &err));
	for (int i = 0; i < STEP + 1; i++) {
		snprintf(domain, sizeof domain, "p%d.example", i);
		f = by_domain(domain, domain, T);
		NEED(rep_store_add(w.s, &f, NULL, &err));
	}
	ok(rep_store_name_id(w.s, REP_S("p511.example")) != 0, "the 512th has a name");
	ok(rep_store_name_id(w.s, REP_S("p512.example")) == 0, "the 513th has none");
	for (int i = 0; i < 3; i++) {
		f = by_domain("p512.example", &"abc"[i], T + 1 + i);
		NEED(rep_store_add(w.s, &f, NULL, &err));
	}
	ok(rep_store_name_id(w.s, REP_S("p512.example")) != 0, "with its fourth refusal it has");
	f = by_domain("later.example", "L", T + 31 * DAY);
	NEED(rep_store_add(w.s, &f, NULL, &err));
	ok(rep_store_name_id(w.s, REP_S("later.example")) != 0,
	    "a month later the first does again");
	NEED(rep_store_commit(w.s, &err));
	rep_store_close(w.s);
}

/* --- own labels --------------------------------------------------------------------------------- */

enum { LABELS = 6000, LABEL_STEP = 1024, REAL = 200 };

static enum rep_rc
on_label(void *ctx, const struct rep_observation *o)
{
	struct counted *c = ctx;

	c->all += o->count;
	c->together += o->label == c->others ? o->count : 0;
	c->of_firm += o->label == c->firm && c->firm != 0 ? o->count : 0;
	return REP_OK;
}

/* Invented log hosts, each with one line, and among them a real one that begins late. */
static struct counted
labels(struct world *w, int each)
{
	struct counted c = { 0 };
	char label[32], id[32];

	for (int i = 0; i < LABELS; i++) {
		struct rep_fact f;

		if (i % each == 0) {
			if (i > 0)
				NEED(rep_store_commit(w->s, &err));
			if (i % (5 * each) == 0)
				reopen(w, 0);
			NEED(rep_store_begin(w->s, &err));
		}
		snprintf(label, sizeof label, "h%d/postfix/smtp", i);
		snprintf(id, sizeof id, "Q%d", i);
		f = refused(T + i, "jo@example.com", "550 5.7.1 blocked");
		f.queue_id = rep_str_c(id);
		f.label = rep_str_c(label);
		NEED(rep_store_add(w->s, &f, NULL, &err));
		if (i >= LABELS - REAL) {
			id[0] = 'R';
			f.label = REP_S("real/postfix/smtp");
			NEED(rep_store_add(w->s, &f, NULL, &err));
		}
	}
	NEED(rep_store_commit(w->s, &err));
	c.firm = rep_store_name_id(w->s, REP_S("real/postfix/smtp"));
	c.others = rep_store_name_id(w->s, REP_OTHER_LABELS);
	c.names = rep_store_names(w->s).n;
	NEED(rep_store_observations(
	    w->s, REP_LEVEL_DAY, INT64_MIN / 2, INT64_MAX / 2, on_label, &c, &err));
	return c;
}

static void
test_labels(const char *name, bool file)
{
	struct world whole, cut;
	struct counted a, b;
	struct rep_store_totals t = { 0 };

	open_world(&whole, name, file, 0);
	a = labels(&whole, LABELS);
	is_int((int64_t)a.all, LABELS + REAL, "%s: every delivery is counted", name);
	ok(a.names < 3 * LABEL_STEP, "%s: few names (%u)", name, a.names);
	ok(a.firm != 0 && a.of_firm >= REAL - 16,
	    "%s: one that sends more has its name, however late (%d of %d)", name, (int)a.of_firm,
	    REAL);
	NEED(rep_store_totals(whole.s, &t, &err));
	ok(t.labels == a.together && a.together > LABELS - 3 * LABEL_STEP,
	    "%s: it is known how many are counted together", name);
	open_world(&cut, file ? "labels-cut-file" : "labels-cut", file, 0);
	b = labels(&cut, 77);
	ok(memcmp(&a, &b, sizeof a) == 0, "%s: the same in many runs as in one", name);
	rep_store_close(whole.s);
	rep_store_close(cut.s);
}

static void
test_labels_together(void)
{
	enum { N = 3000 };
	static struct rep_str names[N + 1];
	static struct rep_observation v[2 * N], recent[N];
	static char text[N + 1][24];
	struct rep_str own = REP_S("h2998/smtp");
	struct rep_config_source mine = { .labels = { &own, 1 } };
	struct rep_config cfg = { .sources = &mine, .n_sources = 1 };
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_judge_in in = { .names = { names, N + 1 } };
	size_t together = 0, kept = 0, sum = 0, last = 0;

	for (uint32_t i = 1; i <= N; i++) {
		snprintf(text[i], sizeof text[i], "h%u/smtp", i);
		names[i] = rep_str_c(text[i]);
		for (uint32_t k = 0; k < 2; k++)
			v[k * N + i - 1] = (struct rep_observation){
				.from_s = T + k * HOUR, .label = i, .count = i == N ? 9 : 1
			};
		recent[i - 1] = v[i - 1];
	}
	NEED(rep_labels_together(&in, &cfg, v, 2 * N, recent, N, a, &together, &err));
	is_int((int64_t)together, N - REP_LABELS_JUDGED, "labels: the others are one");
	for (size_t i = 0; i < 2 * N; i++) {
		kept += v[i].label <= N;
		sum += v[i].count;
		last += i < N && recent[i].label != v[i].label;
	}
	is_int(
	    (int64_t)kept, 2 * REP_LABELS_JUDGED, "labels: those that are judged have both hours");
	is_int((int64_t)sum, 2 * N + 16, "labels: nothing is lost");
	ok(v[N - 1].label == N, "labels: one that sent more is judged");
	ok(v[2997].label == 2998, "labels: one of the configuration is judged");
	is_int((int64_t)last, 0, "labels: the same for the window");
	ok(in.names.n == N + 2 && rep_str_eq(in.names.v[N + 1], REP_OTHER_LABELS),
	    "labels: they have a name");
	rep_arena_free(a);
}

/* --- what is judged one by one ---------------------------------------------------------------- */

static struct rep_observation
refusal(uint32_t domain, int64_t from_s, uint32_t count)
{
	return (struct rep_observation){ .from_s = from_s,
		.first_s = from_s,
		.last_s = from_s,
		.label = 1,
		.provider = 2,
		.provider_domain = domain,
		.class = REP_CLASS_BLOCKED,
		.status = REP_STATUS_BOUNCED,
		.count = count };
}

/* named: the store has counted some under the name for all already, between the others in time. */
static void
test_together(const char *what, bool named)
{
	enum { N = 3000, BUSY = N + 2 };
	static struct rep_str names[N + 4];
	static struct rep_observation v[2 * N + 1];
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_judge_in in = { .names = { names, N + 3 + named } };
	struct rep_history h;
	size_t together = 0, kept = 0, sum = 0, n = 0;
	bool busy = false;

	names[1] = REP_S("mx1");
	names[2] = REP_S("other");
	names[N + 3] = REP_OTHER_DOMAINS;
	for (uint32_t k = 0; k < 2; k++) { /* by time */
		for (uint32_t i = 3; i < N + 3; i++) {
			names[i] = REP_S("d.example");
			v[n++] = refusal(i, T + k * HOUR, i == BUSY ? 9 : 1);
		}
		if (k == 0 && named)
			v[n++] = refusal(N + 3, T + HOUR / 2, 5);
	}
	NEED(rep_small_together(&in, v, n, NULL, 0, a, &together, &err));
	is_int((int64_t)together, N - REP_SMALL_CELLS_MAX, "%s: all but those with a cell", what);
	for (size_t i = 0; i < n; i++) {
		kept += v[i].provider_domain < N + 3;
		sum += v[i].count;
		busy = busy || v[i].provider_domain == BUSY;
	}
	is_int((int64_t)kept, 2 * REP_SMALL_CELLS_MAX, "%s: the others have both hours", what);
	is_int((int64_t)sum, 2 * N + 16 + 5 * named, "%s: nothing is lost", what);
	ok(busy, "%s: one that refused more is among them", what);
	ok(in.names.n == N + 4 && rep_str_eq(in.names.v[N + 3], REP_OTHER_DOMAINS),
	    "%s: they have a name", what);
	is_int(rep_history_of_array(v, n, a, &h, &err), REP_OK, "%s: sorted for the judge", what);
	rep_arena_free(a);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	test_flood("memory", false);
	test_flood("file", true);
	test_periods();
	test_labels("labels", false);
	test_labels("labels-file", true);
	test_labels_together();
	test_together("together", false);
	test_together("together, some before", true);
	return done();
}
