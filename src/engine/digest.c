/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/digest.h"
#include "base/time.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#define STATE "digest" /* rep_store_state_put: seconds, in decimal */

enum { WEEK_S = 7 * REP_DAY_S, HOUR_S = 3600, TEXT_MAX = 1 << 16, NAME_COLUMNS = 34 };
enum { QUOTED = 40 }; /* bytes of a record; judgement: with a domain they are a line */

/* The first Monday was the fifth day of 1970. */
enum { MONDAY_S = 4 * REP_DAY_S + 7 * HOUR_S };

int64_t
rep_digest_monday(int64_t now_s)
{
	return now_s - ((now_s - MONDAY_S) % WEEK_S + WEEK_S) % WEEK_S;
}

/* What one digest is made of. */
struct digesting {
	const struct rep_verdict_set *set;
	const struct rep_judge_in *in;
	const struct rep_own *own;
	const struct rep_outbox *box;
	int64_t from_s, until_s;
	struct rep_arena *a;
	struct rep_buf b;
};

/* "2026-11-24 02:09" */
static const char *
minute(int64_t at_s, char buf[REP_TIME_TEXT])
{
	struct rep_civil c;

	rep_time_to_civil(at_s, &c);
	snprintf(
	    buf, REP_TIME_TEXT, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.min);
	return buf;
}

/* --- what was sent ----------------------------------------------------------------------------------- */

struct digest_provider {
	uint32_t provider;
	uint64_t accepted[2], failed[2]; /* in this week, and in the week before */
};

static int
most_mail_first(const void *a, const void *b)
{
	const struct digest_provider *x = a, *y = b;
	uint64_t nx = x->accepted[0] + x->failed[0], ny = y->accepted[0] + y->failed[0];

	if (nx != ny)
		return nx > ny ? -1 : 1;
	return x->provider < y->provider ? -1 : x->provider > y->provider;
}

/* "99.8 %". Nothing was sent: "-". Rounded down: what is not all is not 100 %. */
static const char *
share(uint64_t accepted, uint64_t failed, char buf[16])
{
	uint64_t all = accepted + failed, tenths = all > 0 ? accepted * 1000 / all : 0;

	if (all == 0)
		snprintf(buf, 16, "-");
	else
		snprintf(buf, 16, "%u.%u %%", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
	return buf;
}

static void
row(struct digesting *d, struct rep_str name, const struct digest_provider *p)
{
	char now[16], before[16];

	rep_buf_printf(&d->b, "  %-*.*s %10llu %10s %10s\n", NAME_COLUMNS, REP_PR(name),
	    (unsigned long long)p->accepted[0], share(p->accepted[0], p->failed[0], now),
	    share(p->accepted[1], p->failed[1], before));
}

static size_t
sum_up(struct digesting *d, struct digest_provider *v)
{
	size_t n = 0;

	for (size_t i = 0; i < d->in->obs_n; i++) {
		const struct rep_observation *o = &d->in->obs[i];
		int week = o->from_s >= d->from_s ? 0 : 1;
		size_t k = 0;

		if (!o->evidence || o->from_s < d->from_s - WEEK_S || o->from_s >= d->until_s ||
		    o->status == REP_STATUS_DEFERRED || o->status == REP_STATUS_NONE)
			continue;
		while (k < n && v[k].provider != o->provider)
			k++;
		if (k == n)
			v[n++] = (struct digest_provider){ .provider = o->provider };
		if (o->status == REP_STATUS_SENT)
			v[k].accepted[week] += o->count;
		else
			v[k].failed[week] += o->count;
	}
	qsort(v, n, sizeof *v, most_mail_first);
	return n;
}

/* The names of providers are few, whatever strangers write. */
static void
sent(struct digesting *d)
{
	struct digest_provider *v = rep_arena_alloc(d->a, (d->in->names.n + 1) * sizeof *v),
			       others = { 0 };
	size_t n, left = 0;

	if (v == NULL) {
		d->b.full = true;
		return;
	}
	n = sum_up(d, v);
	rep_buf_printf(
	    &d->b, "  %-*s %10s %10s %10s\n", NAME_COLUMNS, "", "accepted", "share", "before");
	for (size_t i = 0; i < n; i++) {
		struct rep_str id = rep_name(&d->in->names, v[i].provider);
		const struct rep_provider *p =
		    rep_provider_by_id(rep_know_providers(d->in->know), id);

		if (i < REP_DIGEST_PROVIDERS && p != NULL) {
			row(d, p->name, &v[i]);
			continue;
		}
		left++;
		for (int w = 0; w < 2; w++) {
			others.accepted[w] += v[i].accepted[w];
			others.failed[w] += v[i].failed[w];
		}
	}
	if (left > 0)
		row(d, REP_S("all others"), &others);
	if (n == 0)
		rep_buf_add(&d->b, REP_S("  nothing was sent\n"));
}

/* --- what was wrong ----------------------------------------------------------------------------------- */

static void
trouble(struct digesting *d, const struct rep_incident *i)
{
	const struct rep_episode *e = rep_incident_last(i);
	const struct rep_cell_key *key = &d->set->verdicts.cells[i->cell].key;
	struct rep_str provider = rep_provider_text(d->in, key, d->a), source;
	char ip[REP_IP_TEXT], from[REP_TIME_TEXT], span[REP_TIME_TEXT];

	source =
	    i->everywhere ? REP_S("all your addresses") : rep_source_text(d->in, key->label, ip);
	rep_buf_printf(&d->b, "  %.*s, mail from %.*s: %s from %s, ", REP_PR(provider),
	    REP_PR(source), rep_class_word(i->class), minute(e->since_s, from));
	if (e->until_s == 0 || i->life == REP_LIFE_ACTIVE)
		rep_buf_printf(&d->b, "and still is");
	else
		rep_buf_printf(&d->b, "for %s", rep_time_span(e->until_s - e->since_s, span));
	rep_buf_printf(&d->b, " (reputed why %lld)\n", (long long)i->id);
}

static void
troubles(struct digesting *d)
{
	size_t n = 0;

	rep_buf_add(&d->b, REP_S("\nTrouble\n"));
	for (size_t k = 0; k < d->set->verdicts.incidents_n; k++) {
		const struct rep_incident *i = &d->set->verdicts.incidents[k];
		const struct rep_episode *e = rep_incident_last(i);

		if (i->life == REP_LIFE_SUSPECTED || e->since_s >= d->until_s ||
		    (!rep_incident_open(i) && e->until_s < d->from_s))
			continue;
		if (n++ < REP_DIGEST_TROUBLES)
			trouble(d, i);
	}
	if (n == 0)
		rep_buf_add(&d->b, REP_S("  none: no incident in this week\n"));
	else if (n > REP_DIGEST_TROUBLES)
		rep_buf_printf(&d->b, "  and %zu more: reputed why\n", n - REP_DIGEST_TROUBLES);
}

/* --- what has changed, and what to look at ------------------------------------------------------------ */

/* Quotes a record where it differs from those of the same kind that begin alike. */
static void
add_change(struct digesting *d, const struct rep_found *f, const char *what)
{
	size_t from = 0, common;
	struct rep_str text;

	for (size_t k = 0; k < d->in->found_n; k++) {
		const struct rep_found *x = &d->in->found[k];

		if (!x->record || !rep_str_eq(x->subject, f->subject) ||
		    !rep_str_eq(x->id, f->id) || rep_str_eq(x->text, f->text))
			continue;
		common = rep_str_common(x->text, f->text);
		from = common > from ? common : from;
	}
	text = rep_quoted(d->a, f->text, from, QUOTED);
	d->b.full = d->b.full || text.p == NULL;
	rep_buf_printf(&d->b, "  %.*s, %.*s %s: %.*s\n", REP_PR(f->subject), REP_PR(f->id), what,
	    REP_PR(text));
}

static void
changes(struct digesting *d)
{
	size_t n = 0;

	for (size_t k = 0; k < d->in->found_n; k++) {
		const struct rep_found *f = &d->in->found[k];
		bool came = f->clear_s != 0 && f->first_s >= d->from_s && f->first_s < d->until_s,
		     went = f->gone_s >= d->from_s && f->gone_s < d->until_s && f->gone_s != 0;

		if (!f->record || !(came || went) || !rep_own_has(d->own, f->subject))
			continue;
		if (n++ == 0)
			rep_buf_add(&d->b, REP_S("\nChanged in DNS\n"));
		if (n <= REP_DIGEST_CHANGES)
			add_change(d, f, came ? "is new" : "is gone");
	}
	if (n > REP_DIGEST_CHANGES)
		rep_buf_printf(&d->b, "  and %zu more: reputed check\n", n - REP_DIGEST_CHANGES);
}

static void
next(struct digesting *d)
{
	size_t n = 0, bad = 0;
	struct rep_str domain = REP_S("DOMAIN");
	bool named = false;

	for (size_t i = 0; i < d->box->alerts_n; i++) {
		const struct rep_outbox_alert *x = &d->box->alerts[i];

		if (!x->open)
			continue;
		if (n++ == 0)
			rep_buf_add(&d->b, REP_S("\nLook at next\n"));
		if (n <= REP_DIGEST_NEXT)
			rep_buf_printf(&d->b, "  alert %llu: %.*s\n", (unsigned long long)x->n,
			    REP_PR(x->title));
	}
	if (n > REP_DIGEST_NEXT)
		rep_buf_printf(&d->b, "  and %zu more: reputed alert list\n", n - REP_DIGEST_NEXT);
	for (size_t k = 0; k < d->in->found_n; k++) {
		const struct rep_found *f = &d->in->found[k];
		struct rep_ip ip;

		if (f->record || f->gone_s != 0 || f->severity > REP_SERIOUS ||
		    !rep_own_has(d->own, f->subject))
			continue;
		bad++;
		if (!named && !rep_ip_parse(f->subject, &ip)) {
			domain = f->subject;
			named = true;
		}
	}
	if (bad == 0)
		return;
	if (n == 0)
		rep_buf_add(&d->b, REP_S("\nLook at next\n"));
	rep_buf_printf(&d->b, "  %zu thing%s in DNS that cost%s mail: reputed check %.*s\n", bad,
	    rep_plural(bad), bad == 1 ? "s" : "", REP_PR(domain));
}

struct rep_str
rep_digest_text(const struct rep_verdict_set *set, const struct rep_own *own,
    const struct rep_outbox *box, int64_t until_s, struct rep_arena *a)
{
	struct digesting d = { .set = set,
		.in = &set->in,
		.own = own,
		.box = box,
		.from_s = until_s - WEEK_S,
		.until_s = until_s,
		.a = a };
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT];

	rep_buf_init(&d.b, TEXT_MAX);
	rep_buf_printf(&d.b, "The week from %s to %s UTC.\n\n", minute(d.from_s, from),
	    minute(d.until_s, until));
	sent(&d);
	troubles(&d);
	changes(&d);
	next(&d);
	return rep_arena_take(a, &d.b);
}

/* --- when --------------------------------------------------------------------------------------------- */

static enum rep_rc
put(const struct rep_verdict_set *set, const struct rep_own *own, const struct rep_outbox_to *to,
    struct rep_outbox *box, int64_t monday_s, struct rep_err *err)
{
	struct rep_str text = rep_digest_text(set, own, box, monday_s, box->arena);
	uint64_t alert = 0;
	enum rep_rc rc;

	if (text.p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = rep_outbox_add(
	    box, &alert, REP_ALERT_DIGEST, "", REP_S("Your mail of the week"), text, to, err);
	if (rc == REP_OK)
		rep_outbox_close_alert(box, alert, to->now_s);
	return rc;
}

enum rep_rc
rep_digest_tend(const struct rep_verdict_set *set, const struct rep_own *own,
    const struct rep_outbox_to *to, struct rep_outbox *box, struct rep_err *err)
{
	int64_t monday_s = rep_digest_monday(to->now_s);
	struct rep_str text;
	uint64_t last = 0;
	char seen[24];
	enum rep_rc rc;

	if (to->n == 0)
		return REP_OK;
	if ((rc = rep_store_state_get(box->store, STATE, &text, err)) != REP_OK)
		return rc;
	/* A time to come is of a clock that was ahead: nothing is known. */
	if (!rep_str_u64(text, INT64_MAX, &last) || (int64_t)last > to->now_s)
		last = 0;
	if ((int64_t)last >= monday_s)
		return REP_OK;
	/* What a daemon saw only a part of is no week. */
	if (last != 0 && (int64_t)last <= monday_s - 6 * REP_DAY_S &&
	    (rc = put(set, own, to, box, monday_s, err)) != REP_OK)
		return rc;
	/* The Monday, not now: a digest that is late leaves the next one where it was. */
	snprintf(seen, sizeof seen, "%lld", (long long)(last == 0 ? to->now_s : monday_s));
	return rep_store_state_put(box->store, STATE, rep_str_c(seen), err);
}
