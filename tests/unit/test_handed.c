/*
 * unit/test_handed.c -- more names hand in mail than have a place: the one that jumps gets one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/handed.h"
#include "store_world.h"

enum { NAMES = 1300, T0 = 1793664000 };

static unsigned next_id;

static void
hand_in(struct rep_store *s, const char *who, int64_t at_s)
{
	struct rep_fact f = accepted(at_s, "jo@example.com");
	char id[24];

	snprintf(id, sizeof id, "%u", next_id++);
	f.queue_id = rep_str_c(id);
	f.who = rep_str_c(who);
	NEED(rep_store_add(s, &f, NULL, &err));
}

/* Each of the names writes to `each` recipients, one after the other, within two hours. */
static void
ordinary_day(struct rep_store *s, const char *kind, int64_t at_s, unsigned each)
{
	char who[40];

	for (unsigned k = 0; k < each; k++)
		for (unsigned i = 0; i < NAMES; i++) {
			snprintf(who, sizeof who, "%s u%u", kind, i);
			hand_in(s, who, at_s + k * 1800 + i);
		}
}

static const struct rep_handed *
row_of(struct rep_store *s, const char *who, size_t *rows)
{
	const struct rep_handed *v = NULL;

	NEED(rep_store_handed(s, &v, rows, &err));
	for (size_t i = 0; i < *rows; i++)
		if (rep_str_eq(v[i].who, rep_str_c(who)))
			return &v[i];
	return NULL;
}

/* Text of all rows, to compare two stores. */
static struct rep_str
all_of(struct rep_store *s, struct rep_buf *b)
{
	const struct rep_handed *v = NULL;
	size_t n;

	rep_buf_clear(b);
	NEED(rep_store_handed(s, &v, &n, &err));
	for (size_t i = 0; i < n; i++) {
		rep_buf_printf(b, "%.*s", REP_PR(v[i].who));
		for (size_t k = 0; k < v[i].hours_n; k++)
			rep_buf_printf(b, " %lld:%u%s", (long long)v[i].hours[k].from_s,
			    v[i].hours[k].n, v[i].hours[k].at_most ? "!" : "");
		rep_buf_addc(b, '\n');
	}
	return rep_buf_str(b);
}

static void
again(struct world *w)
{
	commit(w);
	reopen(w, 0);
	begin(w);
}

static void
end(struct world *w)
{
	commit(w);
	rep_store_close(w->s);
}

/* `cut`: it is written and read again between any two hours. */
static void
a_week(struct world *w, bool cut, const char *kind, const char *jumps)
{
	next_id = 0;
	for (unsigned d = 0; d < 5; d++) {
		ordinary_day(w->s, kind, T0 + d * DAY, 2);
		if (cut)
			again(w);
	}
	for (unsigned i = 0; i < 120; i++) {
		hand_in(w->s, jumps, T0 + 5 * DAY + i * 60);
		if (cut && i % 2 == 0)
			again(w);
	}
	ordinary_day(w->s, kind, T0 + 5 * DAY + 6 * HOUR, 2);
}

static void
test_jump(const char *kind, size_t places)
{
	struct world w[2];
	struct rep_buf one, other;
	char jumps[40], file[40];
	const struct rep_handed *h;
	size_t rows;

	snprintf(jumps, sizeof jumps, "%s u%u", kind, NAMES - 100);
	for (int k = 0; k < 2; k++) {
		snprintf(file, sizeof file, "%s-%d", kind, k);
		open_world(&w[k], file, k == 1, 0);
		begin(&w[k]);
		a_week(&w[k], k == 1, kind, jumps);
	}
	h = row_of(w[0].s, jumps, &rows);
	ok(rows == places + 1, "%s: no more places than before (%zu)", kind, rows);
	ok(h != NULL && h->hours_n == 4 && h->hours[0].at_most &&
		h->hours[0].n == REP_HANDED_BAR - 1 && h->hours[0].from_s == T0 + 5 * DAY - HOUR,
	    "%s: who jumps has a place, which says what it had before at most", kind);
	ok(h != NULL && h->hours_n == 4 && !h->hours[1].at_most &&
		h->hours[1].n == 60 - (REP_HANDED_BAR - 1) && h->hours[2].n == 60 &&
		h->hours[3].n == 2,
	    "%s: and is counted from then on", kind);
	ok((h = row_of(w[0].s, "", &rows)) != NULL && h->hours_n > 0,
	    "%s: the others are counted together", kind);
	rep_buf_init(&one, 1 << 22);
	rep_buf_init(&other, 1 << 22);
	ok(rep_str_eq(all_of(w[0].s, &one), all_of(w[1].s, &other)),
	    "%s: the same however the log is cut into runs", kind);
	rep_buf_fini(&one);
	rep_buf_fini(&other);
	for (int k = 0; k < 2; k++)
		end(&w[k]);
}

/* All have busy hours: the least busy gives way to four times as much, and that is remembered. */
static void
test_busy(void)
{
	struct world w;
	const struct rep_handed *h;
	size_t rows;

	open_world(&w, "busy", false, 0);
	begin(&w);
	for (unsigned k = 0; k < 6; k++)
		ordinary_day(w.s, "login", T0 + k * 300, 1);
	ok(row_of(w.s, "login late", &rows) == NULL && rows == REP_HANDED_LOGINS + 1,
	    "busy: all places are taken");
	for (unsigned i = 0; i < 23; i++)
		hand_in(w.s, "login late", T0 + DAY + i);
	ok(row_of(w.s, "login late", &rows) == NULL, "busy: three times the least is not enough");
	for (unsigned i = 0; i < 40; i++)
		hand_in(w.s, "login late", T0 + DAY + 100 + i);
	h = row_of(w.s, "login late", &rows);
	ok(h != NULL && rows == REP_HANDED_LOGINS + 1 && h->hours[0].at_most && h->hours[0].n == 6,
	    "busy: four times is, and names without a place may have had as much as who lost it");
	end(&w);
}

static void
test_sketch(void)
{
	static struct rep_handed_few f, g;
	struct rep_buf b;
	unsigned n = 0;

	for (unsigned k = 0; k < 300; k++)
		n = rep_handed_few_add(&f, 77, 1000);
	ok(n == REP_HANDED_FEW_MOST, "sketch: a count stays at its most");
	ok(rep_handed_few_add(&f, UINT64_C(0x123456789abcdef), 1000) == 1,
	    "sketch: another name has its own");
	rep_buf_init(&b, 1 << 20);
	f.lost = 9;
	f.lost_hour = 998;
	rep_handed_few_pack(&f, &b);
	ok(rep_handed_few_unpack(&g, rep_buf_str(&b)) && g.hour == 1000 && g.lost == 9 &&
		g.lost_hour == 998 && memcmp(g.n, f.n, sizeof f.n) == 0,
	    "sketch: written and read");
	ok(!rep_handed_few_unpack(&g, REP_S("short")) && g.hour == 1000,
	    "sketch: not of other bytes");
	rep_buf_fini(&b);
	ok(rep_handed_few_add(&f, UINT64_C(0x123456789abcdef), 999) == 2,
	    "sketch: a late one counts");
	ok(rep_handed_few_add(&f, 77, 1001) == 1, "sketch: each hour begins anew");
	ok(rep_handed_few_add(&f, 77, 900) == 1, "sketch: an older log, too");
}

int
main(void)
{
	make_dir();
	test_sketch();
	test_jump("login", REP_HANDED_LOGINS);
	test_jump("client", REP_HANDED_CLIENTS);
	test_busy();
	drop_dir();
	return done();
}
