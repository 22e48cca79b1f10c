/* SPDX-License-Identifier: Apache-2.0 */
#include "api/metrics.h"
#include "base/version.h"
#include "engine/trend.h"
#include "api/feeds.h"
#include "api/words.h"

#include <inttypes.h>
#include <stdlib.h>

void
rep_metrics_value(struct rep_buf *out, struct rep_str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t n = rep_utf8_len(s, i);

		if (n == 0)
			rep_buf_add(out, REP_S("\xef\xbf\xbd"));
		else if (s.p[i] == '\\' || s.p[i] == '"')
			rep_buf_printf(out, "\\%c", s.p[i]);
		else if (s.p[i] == '\n')
			rep_buf_add(out, REP_S("\\n"));
		else
			rep_buf_add(out, rep_str_sub(s, i, n));
		i += n == 0 ? 1 : n;
	}
}

/* --- families ---------------------------------------------------------------------------------------- */

static void
family(struct rep_buf *b, const char *name, const char *type, const char *unit, const char *help)
{
	rep_buf_printf(b, "# TYPE reputed_%s %s\n", name, type);
	if (unit != NULL)
		rep_buf_printf(b, "# UNIT reputed_%s %s\n", name, unit);
	rep_buf_printf(b, "# HELP reputed_%s %s\n", name, help);
}

static void
label(struct rep_buf *b, const char *before, const char *name, struct rep_str value)
{
	rep_buf_printf(b, "%s%s=\"", before, name);
	rep_metrics_value(b, value);
	rep_buf_addc(b, '"');
}

static void
number(struct rep_buf *b, uint64_t v)
{
	rep_buf_printf(b, " %" PRIu64 "\n", v);
}

static void
plain(struct rep_buf *b, const char *name, uint64_t v)
{
	rep_buf_printf(b, "reputed_%s", name);
	number(b, v);
}

/* --- what was counted ---------------------------------------------------------------------------------- */

/*
 * All that was ever counted, by provider, class and status. It comes from days, which are kept for ever, so it never becomes
 * less.
 */
struct metrics_counting {
	struct rep_names names;
	uint32_t *place; /* by name of a provider: its row + 1 */
	uint32_t *name;	 /* of each row, but that of OTHER */
	uint64_t (*n)[REP_CLASS_N][REP_STATUS_N];
	size_t rows;
};

/* The row of small hosts, and of all providers that are too many. */
enum { OTHER = 0 };
#define OTHER_ID REP_S("other")

static enum rep_rc
on_day(void *ctx, const struct rep_observation *o)
{
	struct metrics_counting *c = ctx;

	if (rep_trend_of(o) == REP_TREND_KINDS || o->provider >= c->names.n)
		return REP_OK;
	if (c->place[o->provider] == 0) {
		size_t row = c->rows < REP_METRICS_PROVIDERS &&
			!rep_str_eq(rep_name(&c->names, o->provider), OTHER_ID)
		    ? c->rows++
		    : OTHER;

		c->name[row] = o->provider;
		c->place[o->provider] = (uint32_t)row + 1;
	}
	c->n[c->place[o->provider] - 1][o->class][o->status] += o->count;
	return REP_OK;
}

static enum rep_rc
replies(struct rep_buf *b, const struct rep_api_world *w, struct rep_err *err)
{
	struct metrics_counting c = { .names = rep_store_names(w->store), .rows = OTHER + 1 };
	enum rep_rc rc;

	c.place = rep_arena_alloc(w->arena, (c.names.n + 1) * sizeof *c.place);
	c.name = rep_arena_alloc(w->arena, REP_METRICS_PROVIDERS * sizeof *c.name);
	c.n = rep_arena_alloc(w->arena, REP_METRICS_PROVIDERS * sizeof *c.n);
	if (c.place == NULL || c.name == NULL || c.n == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for metrics");
	if ((rc = rep_store_observations(
		 w->store, REP_LEVEL_DAY, 0, INT64_MAX / 2, on_day, &c, err)) != REP_OK)
		return rc;
	family(b, "attempts", "counter", NULL,
	    "Attempts to deliver, by provider, class of the reply and what became of them.");
	for (size_t i = 0; i < c.rows; i++)
		for (int k = 0; k < REP_CLASS_N; k++)
			for (int s = REP_STATUS_SENT; s <= REP_STATUS_EXPIRED; s++) {
				if (c.n[i][k][s] == 0)
					continue;
				rep_buf_add(b, REP_S("reputed_attempts_total"));
				label(b, "{", "provider",
				    i == OTHER ? OTHER_ID : rep_name(&c.names, c.name[i]));
				label(
				    b, ",", "class", rep_str_c(rep_class_word((enum rep_class)k)));
				label(b, ",", "status",
				    rep_str_c(rep_status_word((enum rep_status)s)));
				rep_buf_addc(b, '}');
				number(b, c.n[i][k][s]);
			}
	return REP_OK;
}

static void
lines(struct rep_buf *b, const struct rep_store_totals *t)
{
	family(b, "log_lines", "counter", NULL, "Lines of mail logs that were read.");
	plain(b, "log_lines_total", t->lines);
	family(b, "log_lines_bad", "counter", NULL, "Lines of mail logs that could not be read.");
	plain(b, "log_lines_bad_total", t->bad);
	family(b, "deliveries", "counter", NULL, "Deliveries that were counted, each once.");
	plain(b, "deliveries_total", t->counted);
}

/* --- how it stands now --------------------------------------------------------------------------------- */

/* One source to one provider: the worst of its cells, and what was tried in 24 hours. */
struct standing {
	uint32_t provider;
	size_t source; /* index in the sources */
	enum rep_state state;
	uint64_t sent, deferred, lost;
};

struct stands {
	struct standing *v;
	size_t n;
	struct rep_str *source, *other; /* those that have rows; those that have none, some twice */
	size_t sources, others, left;	/* left: rows that others would have */
	uint32_t *of; /* by name of a label: its index in `source` + 1, or OTHERS */
};

enum { OTHERS = REP_METRICS_SOURCES + 1 };

static bool
stands_open(struct stands *s, const struct rep_api_world *w)
{
	size_t cells = w->set->verdicts.cells_n, names = w->set->in.names.n;

	s->v = rep_arena_alloc(w->arena, (cells + 1) * sizeof *s->v);
	s->source = rep_arena_alloc(w->arena, REP_METRICS_SOURCES * sizeof *s->source);
	s->other = rep_arena_alloc(w->arena, (names + 1) * sizeof *s->other);
	s->of = rep_arena_alloc(w->arena, (names + 1) * sizeof *s->of);
	return s->v != NULL && s->source != NULL && s->other != NULL && s->of != NULL;
}

/* The source that a label is of, as in `of`; 0: out of memory. Labels with one public address are one source. */
static uint32_t
source_of(struct stands *s, const struct rep_api_world *w, uint32_t label)
{
	const struct rep_judge_in *in = w->set->verdicts.in;
	char ip[REP_IP_TEXT];
	struct rep_str name;
	size_t k = 0;

	if (s->of[label] != 0)
		return s->of[label];
	name = rep_arena_dup(w->arena, rep_source_text(in, label, ip));
	if (name.p == NULL)
		return 0;
	while (k < s->sources && !rep_str_eq(s->source[k], name))
		k++;
	if (k == REP_METRICS_SOURCES)
		s->other[s->others++] = name;
	else if (k == s->sources)
		s->source[s->sources++] = name;
	return s->of[label] = (uint32_t)k + 1;
}

static int
by_name(const void *a, const void *b)
{
	return rep_str_cmp(*(const struct rep_str *)a, *(const struct rep_str *)b);
}

/* How many different sources have no rows. */
static size_t
others(struct stands *s)
{
	size_t n = 0;

	qsort(s->other, s->others, sizeof *s->other, by_name);
	for (size_t i = 0; i < s->others; i++)
		n += i == 0 || !rep_str_eq(s->other[i], s->other[i - 1]);
	return n;
}

/* The worst cells come first, so a source in trouble is always told apart. */
static bool
gather(struct stands *s, const struct rep_api_world *w)
{
	const struct rep_verdicts *v = &w->set->verdicts;

	if (!stands_open(s, w))
		return false;
	for (size_t i = 0; i < v->cells_n; i++) {
		const struct rep_cell *c = &v->cells[i];
		uint64_t lost = c->count[REP_STATUS_BOUNCED] + c->count[REP_STATUS_EXPIRED];
		uint32_t source;
		size_t k = 0;

		if (c->folded ||
		    (c->count[REP_STATUS_SENT] + c->count[REP_STATUS_DEFERRED] + lost == 0 &&
			c->incident == 0))
			continue;
		if ((source = source_of(s, w, c->key.label)) == 0)
			return false;
		if (source == OTHERS) {
			s->left++;
			continue;
		}
		while (k < s->n &&
		    (s->v[k].provider != c->key.provider || s->v[k].source != source - 1))
			k++;
		if (k == s->n)
			s->v[s->n++] =
			    (struct standing){ .provider = c->key.provider, .source = source - 1 };
		s->v[k].state = c->state > s->v[k].state ? c->state : s->v[k].state;
		s->v[k].sent += c->count[REP_STATUS_SENT];
		s->v[k].deferred += c->count[REP_STATUS_DEFERRED];
		s->v[k].lost += lost;
	}
	return true;
}

static void
of_standing(struct rep_buf *b, const char *name, const struct stands *s, const struct standing *x,
    const struct rep_names *names)
{
	rep_buf_printf(b, "reputed_%s", name);
	label(b, "{", "source", s->source[x->source]);
	label(b, ",", "provider", rep_name(names, x->provider));
}

static enum rep_rc
standings(struct rep_buf *b, const struct rep_api_world *w, struct rep_err *err)
{
	const struct rep_names *names = &w->set->in.names;
	struct stands s = { .n = 0 };

	if (!gather(&s, w))
		return rep_fail(err, REP_EMEM, "out of memory for metrics");
	/* A number for each state would mean nothing: so one row for each, 1 where it is so. */
	family(b, "state", "gauge", NULL,
	    "How a provider treats a source now: 1 for the state that holds, 0 for the others.");
	for (size_t i = 0; i < s.n; i++)
		for (int k = REP_STATE_UNKNOWN; k <= REP_STATE_BLOCKED; k++) {
			of_standing(b, "state", &s, &s.v[i], names);
			label(b, ",", "state", rep_str_c(rep_state_word((enum rep_state)k)));
			rep_buf_addc(b, '}');
			number(b, s.v[i].state == (enum rep_state)k);
		}
	family(b, "day_attempts", "gauge", NULL,
	    "Attempts of the last 24 hours, by source, provider and what became of them.");
	for (size_t i = 0; i < s.n; i++) {
		const uint64_t n[] = { s.v[i].sent, s.v[i].deferred, s.v[i].lost };
		static const char *const words[] = { "sent", "deferred", "bounced" };

		for (size_t k = 0; k < REP_COUNT(n); k++) {
			of_standing(b, "day_attempts", &s, &s.v[i], names);
			label(b, ",", "status", rep_str_c(words[k]));
			rep_buf_addc(b, '}');
			number(b, n[k]);
		}
	}
	family(b, "sources_left_out", "gauge", NULL,
	    "Sources that have no rows here, because too many others have: those in trouble come first.");
	plain(b, "sources_left_out", others(&s));
	family(b, "rows_left_out", "gauge", NULL,
	    "Rows of a source and a provider that are missing with these sources.");
	plain(b, "rows_left_out", s.left);
	return REP_OK;
}

static void
incidents(struct rep_buf *b, const struct rep_verdict_set *set)
{
	uint64_t open[REP_TROUBLE_N] = { 0 }, suspected = 0, over = 0;
	const struct rep_verdicts *v = &set->verdicts;

	for (size_t i = 0; i < v->incidents_n; i++) {
		open[v->incidents[i].trouble] += rep_incident_open(&v->incidents[i]);
		suspected += v->incidents[i].life == REP_LIFE_SUSPECTED;
		over += !rep_incident_open(&v->incidents[i]);
	}
	family(b, "incidents_open", "gauge", NULL,
	    "Incidents that are open, by their trouble; those that are not sure yet are among them.");
	for (int k = 0; k < REP_TROUBLE_N; k++) {
		rep_buf_add(b, REP_S("reputed_incidents_open"));
		label(b, "{", "trouble", rep_str_c(rep_trouble_word((enum rep_trouble)k)));
		rep_buf_addc(b, '}');
		number(b, open[k]);
	}
	family(b, "incidents_suspected", "gauge", NULL,
	    "Incidents that are not sure yet, of those that are open.");
	plain(b, "incidents_suspected", suspected);
	family(b, "incidents_over", "gauge", NULL, "Incidents that are over, of all that is kept.");
	plain(b, "incidents_over", over);
}

static void
queue(struct rep_buf *b, const struct rep_waits *w)
{
	uint64_t n[REP_WAIT_N] = { 0 }, expiring = 0;

	if (w->at_s == 0)
		return;
	for (size_t i = 0; i < w->n; i++) {
		n[w->v[i].wait] += w->v[i].messages;
		expiring += w->v[i].expiring;
	}
	family(b, "queue_messages", "gauge", NULL,
	    "Messages that wait in the queue, by who keeps them from leaving.");
	for (int k = 0; k < REP_WAIT_N; k++) {
		rep_buf_add(b, REP_S("reputed_queue_messages"));
		label(b, "{", "waits", rep_str_c(rep_wait_word((enum rep_wait)k)));
		rep_buf_addc(b, '}');
		number(b, n[k]);
	}
	family(b, "queue_expiring_messages", "gauge", NULL,
	    "Messages that return to their senders within a day.");
	plain(b, "queue_expiring_messages", expiring);
}

/* --- the feeds ------------------------------------------------------------------------------------------- */

static void
of_feed(struct rep_buf *b, const char *name, int k)
{
	rep_buf_printf(b, "reputed_%s", name);
	label(b, "{", "feed", rep_str_c(rep_feed_word((enum rep_feed_kind)k)));
	rep_buf_addc(b, '}');
}

static void
feeds(struct rep_buf *b, const struct rep_feeds *f)
{
	family(b, "feed_ok", "gauge", NULL,
	    "1: the feed is well; 0: it is late, silent, failing, or was never there.");
	for (int k = 0; k < REP_FEED_KINDS; k++) {
		of_feed(b, "feed_ok", k);
		number(b, f->of[k].state == REP_FEED_OK);
	}
	family(b, "feed_age_seconds", "gauge", "seconds",
	    "How long ago the newest thing of the feed was; missing where there never was one.");
	for (int k = 0; k < REP_FEED_KINDS; k++)
		if (f->of[k].last_s != 0) {
			of_feed(b, "feed_age_seconds", k);
			number(b,
			    f->present_s > f->of[k].last_s
				? (uint64_t)(f->present_s - f->of[k].last_s)
				: 0);
		}
	family(b, "feed_backlog", "gauge", NULL,
	    "What waits: messages in the queue, alerts, documents that could not be read, reports without proof.");
	for (int k = 0; k < REP_FEED_KINDS; k++)
		if (f->of[k].backlog >= 0) {
			of_feed(b, "feed_backlog", k);
			number(b, (uint64_t)f->of[k].backlog);
		}
	family(b, "conditions", "gauge", NULL,
	    "Conditions that hold besides incidents, by their kind (doc/alerts.md).");
	for (int k = 0; k < REP_KIND_N; k++) {
		uint64_t n = 0;

		for (size_t i = 0; i < f->held.n; i++)
			n += f->held.v[i].kind == (enum rep_kind)k && f->held.v[i].over_s == 0;
		rep_buf_add(b, REP_S("reputed_conditions"));
		label(b, "{", "kind", rep_str_c(rep_kind_names[k]));
		rep_buf_addc(b, '}');
		number(b, n);
	}
}

enum rep_rc
rep_metrics_text(struct rep_buf *out, const struct rep_api_world *w, struct rep_err *err)
{
	struct rep_feeds f;
	enum rep_rc rc = rep_feeds_make(w, &f, err);

	if (rc != REP_OK)
		return rc;
	family(out, "build", "info", NULL, "The version of reputed.");
	rep_buf_add(out, REP_S("reputed_build_info"));
	label(out, "{", "version", rep_str_c(REP_VERSION));
	rep_buf_add(out, REP_S("} 1\n"));
	lines(out, &f.totals);
	if ((rc = replies(out, w, err)) != REP_OK || (rc = standings(out, w, err)) != REP_OK)
		return rc;
	incidents(out, w->set);
	queue(out, &f.waits);
	feeds(out, &f);
	rep_buf_add(out, REP_S("# EOF\n"));
	return out->full ? rep_fail(err, REP_ELIMIT, "metrics: the answer is larger than %zu MiB",
			       out->max >> 20)
			 : REP_OK;
}
