/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/alarms.h"
#include "base/time.h"
#include "report/alarm.h"
#include "store/store.h"

#include <string.h>

/* rep_store_state_put: "t MADE PUT LEFT-OUT UNKNOWN PARTIAL", then a line for each: fields, and a tab behind each. */
#define STATE "alarms"

enum {
	STATE_MAX = 4 << 20,
	DOMAIN_BYTES = 253, /* RFC 1035 2.3.4 */
	/* Judgement: 500,000 domains that report. With more nothing is told, and that is said. */
	HEARD_BYTES = 64 << 20,
};

/* --- the store ---------------------------------------------------------------------------------------- */

static bool
field(struct rep_str *s, char end, struct rep_str *out)
{
	size_t at = rep_str_chr(*s, end, 0);

	if (at == SIZE_MAX)
		return false;
	*out = rep_str_sub(*s, 0, at);
	*s = rep_str_sub(*s, at + 1, s->n);
	return true;
}

static bool
number(struct rep_str *s, char end, uint64_t *out)
{
	struct rep_str text;

	return field(s, end, &text) && rep_str_u64(text, INT64_MAX, out);
}

static bool
head(struct rep_str s, struct rep_alarms *out)
{
	uint64_t made, put, left_out, unknown, partial;

	if (!rep_str_starts(s, REP_S("t ")))
		return false;
	s = rep_str_sub(s, 2, s.n);
	if (!number(&s, ' ', &made) || !number(&s, ' ', &put) || !number(&s, ' ', &left_out) ||
	    !number(&s, ' ', &unknown) || !rep_str_u64(s, 1, &partial))
		return false;
	out->made_s = (int64_t)made;
	out->put = put;
	out->left_out = left_out;
	out->unknown = unknown != 0;
	out->partial = partial != 0;
	return true;
}

static bool
line(struct rep_str s, struct rep_alarm *out)
{
	struct rep_str kind;
	uint64_t since, begins;

	if (!field(&s, '\t', &kind) || !rep_kind_parse(kind, &out->kind, NULL) ||
	    !field(&s, '\t', &out->subject) || !field(&s, '\t', &out->of) ||
	    !number(&s, '\t', &since) || !number(&s, '\t', &begins) || !field(&s, '\t', &out->text))
		return false;
	out->since_s = (int64_t)since;
	out->begins = begins != 0;
	return true;
}

/* What is damaged is as if it had never been made: it is found again. */
enum rep_rc
rep_alarms_load(
    struct rep_store *store, struct rep_arena *a, struct rep_alarms *out, struct rep_err *err)
{
	struct rep_str text, s;
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	if (rc != REP_OK)
		return rc;
	*out = (struct rep_alarms){ .v = rep_arena_alloc(a, REP_ALARMS_MAX * sizeof *out->v) };
	text = rep_arena_dup(a, text);
	if (out->v == NULL || text.p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (!rep_str_take_line(&text, &s) || !head(s, out))
		return REP_OK;
	while (out->n < REP_ALARMS_MAX && rep_str_take_line(&text, &s))
		out->n += line(s, &out->v[out->n]);
	return REP_OK;
}

static enum rep_rc
save(const struct rep_alarms *v, struct rep_store *store, struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, STATE_MAX);
	rep_buf_printf(&b, "t %lld %llu %llu %d %d\n", (long long)v->made_s,
	    (unsigned long long)v->put, (unsigned long long)v->left_out, v->unknown, v->partial);
	for (size_t i = 0; i < v->n; i++)
		rep_buf_printf(&b, "%s\t%.*s\t%.*s\t%lld\t%d\t%.*s\t\n",
		    rep_kind_names[v->v[i].kind], REP_PR(v->v[i].subject), REP_PR(v->v[i].of),
		    (long long)v->v[i].since_s, v->v[i].begins, REP_PR(v->v[i].text));
	rc = b.full ? rep_fail(err, REP_EMEM, "out of memory for what reports say")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

/* --- finding them ------------------------------------------------------------------------------------- */

/* Nothing in it may end a field or a line: all of it was made safe to show (rep_shown), except what a test gives. */
static struct rep_str
copy(struct rep_alarms_finding *f, struct rep_str s)
{
	struct rep_str c = s.p == NULL || !rep_str_printable(s, true) ? (struct rep_str){ NULL, 0 }
								      : rep_arena_dup(f->a, s);

	f->full = f->full || c.p == NULL;
	return c;
}

void
rep_alarms_add(struct rep_alarms_finding *f, struct rep_alarm x)
{
	if (f->out->n == REP_ALARMS_MAX) {
		f->out->left_out += x.begins;
		f->out->partial = true;
		return;
	}
	x.subject = copy(f, x.subject);
	x.of = copy(f, x.of);
	x.text = copy(f, x.text);
	f->out->v[f->out->n++] = x;
}

bool
rep_alarms_kind(enum rep_kind kind)
{
	switch (kind) {
	case REP_KIND_DMARC_FAILS:
	case REP_KIND_DMARC_DIFFERS:
	case REP_KIND_DMARC_SENDER:
	case REP_KIND_DMARC_FORGED:
	case REP_KIND_REPORTS_STOPPED:
	case REP_KIND_REPORTER_SILENT:
	case REP_KIND_TLS_FAILS: return true;
	default: return false;
	}
}

/* A stranger may have written it, and a person pastes the command that it is in. */
static bool
is_plain(struct rep_str domain)
{
	for (size_t i = 0; i < domain.n; i++) {
		char c = rep_lower(domain.p[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
			(c == '-' && i > 0)))
			return false;
	}
	return domain.n > 0 && domain.n <= DOMAIN_BYTES;
}

bool
rep_alarms_own(const struct rep_alarms_finding *f, struct rep_str domain)
{
	if (!is_plain(domain))
		return false;
	/* The record of shop.example is the one that mail from news.shop.example gets, too. */
	for (size_t i = 0; i < f->own->domains_n; i++)
		if (rep_str_within(f->own->domains[i], domain))
			return true;
	/* That less mail is from it mends nothing. */
	for (size_t i = 0; f->held != NULL && i < f->held->n; i++) {
		const struct rep_held *h = &f->held->v[i];

		if (h->told_s != 0 && h->over_s == 0 && rep_alarms_kind(h->kind) &&
		    rep_str_eq_nocase(h->subject, domain))
			return true;
	}
	return f->own->domains_n == 0;
}

static enum rep_rc
find_all(struct rep_alarms_finding *f, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(HEARD_BYTES);
	struct rep_long_heard *heard = NULL;
	enum rep_rc rc = a == NULL
	    ? rep_fail(err, REP_EMEM, "out of memory")
	    : rep_long_heard_load(f->store, f->session->now_s, a, &heard, err);

	f->heard = heard;
	if (rc == REP_OK && (rc = rep_alarms_dmarc(f, err)) == REP_OK)
		rc = rep_alarms_tls(f, err);
	rep_long_heard_free(heard);
	rep_arena_free(a);
	f->heard = NULL;
	return rc;
}

static bool
is_due(const struct rep_alarms *v, uint64_t put, int64_t now_s)
{
	if (put == 0)
		return false;
	/* The clock was set back. */
	if (v->made_s == 0 || v->made_s > now_s)
		return true;
	return v->put != put ? now_s - v->made_s >= REP_ALARMS_EACH_S
			     : now_s / REP_DAY_S != v->made_s / REP_DAY_S;
}

enum rep_rc
rep_alarms_tend(const struct rep_session *s, int64_t now_s, const struct rep_own *own,
    const struct rep_held_all *held, struct rep_store *store, struct rep_arena *a,
    struct rep_alarms *out, struct rep_err *err)
{
	struct rep_session then = *s;
	struct rep_alarms_finding f = {
		.session = &then, .store = store, .own = own, .held = held, .a = a, .out = out
	};
	bool was_unknown, was_partial;
	uint64_t put, were_left_out;
	enum rep_rc rc;

	if ((rc = rep_alarms_load(store, a, out, err)) != REP_OK ||
	    (rc = rep_store_reports_put(store, &put, err)) != REP_OK || !is_due(out, put, now_s))
		return rc;
	then.now_s = then.clock_s = now_s;
	was_unknown = out->unknown;
	was_partial = out->partial;
	were_left_out = out->left_out;
	out->n = 0;
	out->left_out = 0;
	out->partial = false;
	out->put = put;
	out->made_s = now_s;
	rc = find_all(&f, err);
	if (f.full && (rc == REP_OK || rc == REP_EMEM || rc == REP_EIO))
		rc = rep_fail(err, REP_EMEM, "a text of it cannot be kept");
	/* What else the pass tells is worth more than this. */
	out->unknown = rc == REP_EMEM || rc == REP_EIO;
	if (rc != REP_OK && !out->unknown)
		return rc;
	if (out->unknown) {
		out->n = 0;
		if (!was_unknown)
			rep_session_say(s, REP_PROBLEM_NOTE,
			    "what reports of receivers say is not told: %s", err->msg);
	}
	out->partial = out->partial || f.domains_left > 0;
	if (f.domains_left > 0 && !was_partial)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "reports are of %zu domains more than %d, which are not looked at for news; name "
		    "yours in the configuration (domain)",
		    f.domains_left, REP_OWN_DOMAINS);
	if (out->left_out > 0 && were_left_out == 0)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "reports of receivers say more than is told at once; the last %llu are not told: "
		    "reputed dmarc report",
		    (unsigned long long)out->left_out);
	return save(out, store, err);
}
