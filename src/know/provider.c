/* SPDX-License-Identifier: Apache-2.0 */
#include "know/provider.h"
#include "base/hash.h"
#include "know/embedded.h"

#include <libpsl.h>
#include <stdlib.h>

enum { MAX_PROVIDERS = 512, SLOTS = 8192, MAX_WILD = 64 };

struct slot {
	struct rep_str key;
	uint16_t provider; /* index + 1 */
	bool domain;	   /* a mail domain; false: an MX suffix */
};

struct rep_providers {
	struct rep_arena *a; /* borrowed */
	struct rep_provider v[MAX_PROVIDERS];
	size_t n;
	struct slot slots[SLOTS];
	size_t used;
	struct {
		struct rep_str suffix;
		uint16_t provider;
	} wild[MAX_WILD];
	size_t wild_n;
};

struct rep_providers *
rep_providers_new(struct rep_arena *a)
{
	struct rep_providers *p = calloc(1, sizeof *p);

	if (p != NULL)
		p->a = a;
	return p;
}

void
rep_providers_free(struct rep_providers *p)
{
	free(p);
}

static struct slot *
slot_of(const struct rep_providers *p, struct rep_str key, bool domain)
{
	size_t i = rep_hash(key) + domain;

	for (;; i++) {
		const struct slot *s = &p->slots[i % SLOTS];

		if (s->provider == 0 || (s->domain == domain && rep_str_eq(s->key, key)))
			return (struct slot *)(uintptr_t)s;
	}
}

static enum rep_rc
add_name(
    struct rep_providers *p, struct rep_str name, size_t provider, bool domain, struct rep_err *err)
{
	struct rep_str key = rep_arena_dup(p->a, name);
	struct slot *s;

	if (key.p == NULL || p->used + 1 >= SLOTS / 2)
		return rep_fail(err, REP_ELIMIT, "more provider names than there is room for");
	for (size_t i = 0; i < key.n; i++)
		((char *)(uintptr_t)key.p)[i] = rep_lower(key.p[i]);
	if (key.n > 0 && key.p[0] == '.')
		key = rep_str_sub(key, 1, key.n);
	if (rep_str_chr(key, '*', 0) != SIZE_MAX) {
		if (p->wild_n == MAX_WILD)
			return rep_fail(err, REP_ELIMIT, "more than %d names with a *", MAX_WILD);
		p->wild[p->wild_n].suffix = key;
		p->wild[p->wild_n++].provider = (uint16_t)(provider + 1);
		return REP_OK;
	}
	s = slot_of(p, key, domain);
	p->used += s->provider == 0;
	*s = (struct slot){ key, (uint16_t)(provider + 1), domain };
	return REP_OK;
}

/* Whether the last labels of `host` match those of `suffix`. "*" matches any one label. */
static bool
wild_match(struct rep_str host, struct rep_str suffix)
{
	size_t h, s;

	while (suffix.n > 0) {
		if (host.n == 0)
			return false;
		h = rep_str_rchr(host, '.');
		s = rep_str_rchr(suffix, '.');
		h = h == SIZE_MAX ? 0 : h + 1;
		s = s == SIZE_MAX ? 0 : s + 1;
		if (!rep_str_eq(rep_str_sub(suffix, s, suffix.n), REP_S("*")) &&
		    !rep_str_eq(rep_str_sub(suffix, s, suffix.n), rep_str_sub(host, h, host.n)))
			return false;
		host.n = h == 0 ? 0 : h - 1;
		suffix.n = s == 0 ? 0 : s - 1;
	}
	return true;
}

static bool
lower(struct rep_str s, char buf[256], struct rep_str *out)
{
	if (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	if (s.n == 0 || s.n > 255)
		return false;
	for (size_t i = 0; i < s.n; i++)
		buf[i] = rep_lower(s.p[i]);
	*out = (struct rep_str){ buf, s.n };
	return true;
}

const struct rep_provider *
rep_provider_by_host(const struct rep_providers *p, struct rep_str host)
{
	const struct slot *s;
	struct rep_str h;
	char buf[256];

	if (!lower(host, buf, &h))
		return NULL;
	for (size_t i = 0; i != SIZE_MAX; i = rep_str_chr(h, '.', i)) {
		i += i > 0; /* skip the dot */
		s = slot_of(p, rep_str_sub(h, i, h.n), false);
		if (s->provider != 0)
			return &p->v[s->provider - 1];
		if (i == 0 && h.p[0] == '.')
			break;
	}
	for (size_t i = 0; i < p->wild_n; i++)
		if (wild_match(h, p->wild[i].suffix))
			return &p->v[p->wild[i].provider - 1];
	return NULL;
}

const struct rep_provider *
rep_provider_by_domain(const struct rep_providers *p, struct rep_str domain)
{
	const struct slot *s;
	struct rep_str d;
	char buf[256];

	if (!lower(domain, buf, &d))
		return NULL;
	s = slot_of(p, d, true);
	return s->provider == 0 ? NULL : &p->v[s->provider - 1];
}

const struct rep_provider *
rep_provider_by_words(const struct rep_providers *p, struct rep_str text)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].says_n; k++)
			if (rep_str_find_nocase(text, p->v[i].says[k], 0) != SIZE_MAX)
				return &p->v[i];
	return NULL;
}

const struct rep_provider *
rep_provider_by_reporter(const struct rep_providers *p, struct rep_str domain, struct rep_str org)
{
	if (domain.n == 0 || rep_provider_by_domain(p, domain) != NULL)
		return NULL;
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].reports_n; k++) {
			const struct rep_report_from *f = &p->v[i].reports[k];

			if (rep_str_within(domain, f->domain) &&
			    (f->org.n == 0 || rep_str_eq_nocase(f->org, org)))
				return &p->v[i];
		}
	return NULL;
}

const struct rep_provider *
rep_provider_by_id(const struct rep_providers *p, struct rep_str id)
{
	for (size_t i = 0; i < p->n; i++)
		if (rep_str_eq(p->v[i].id, id))
			return &p->v[i];
	return NULL;
}

enum rep_rc
rep_providers_builtin(struct rep_providers *p, struct rep_err *err)
{
	const struct rep_embedded *e;
	enum rep_rc rc = REP_OK;
	unsigned bad = 0;

	for (size_t i = 0;
	     rc == REP_OK && (e = rep_embedded_next(REP_S(".providers"), &i)) != NULL;) {
		rc = rep_providers_parse(
		    p, e->name, (struct rep_str){ e->text, e->n }, NULL, NULL, &bad, err);
		if (rc == REP_OK && bad > 0)
			rc = rep_fail(
			    err, REP_ESYNTAX, "%s: %u problem%s", e->name, bad, rep_plural(bad));
	}
	return rc;
}

size_t
rep_providers_n(const struct rep_providers *p)
{
	return p->n;
}

const struct rep_provider *
rep_providers_at(const struct rep_providers *p, size_t i)
{
	return &p->v[i];
}

struct providers_reading {
	struct rep_providers *p;
	struct rep_lex_reader in;
};

static void
tell(struct providers_reading *r, const struct rep_lex_word *w, const char *what,
    struct rep_str word, const char *near)
{
	rep_lex_tell(&r->in, w, "%s \"%.*s\"%s%s%s", what, REP_PR(word),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

static void
feed_field(struct providers_reading *r, struct rep_feed *f, const struct rep_lex_stmt *st)
{
	static const char *const names[] = { "tells", "how" };
	const char *near;

	if (rep_str_eq(st->w[0].s, REP_S("how")) && st->n == 2) {
		f->how = rep_arena_dup(r->p->a, st->w[1].s);
	} else if (rep_str_eq(st->w[0].s, REP_S("tells")) && (st->n == 2 || st->n == 3)) {
		f->tells_n = 0;
		for (size_t k = 1; k < st->n; k++)
			if (rep_cause_parse(st->w[k].s, &f->tells[f->tells_n], &near))
				f->tells_n++;
			else
				tell(r, &st->w[k], "no cause", st->w[k].s, near);
	} else {
		tell(r, &st->w[0],
		    "expected \"tells CAUSE [CAUSE]\" or \"how TEXT\" in a feed, not", st->w[0].s,
		    rep_word_nearest(st->w[0].s, names, REP_COUNT(names)));
	}
	if (st->opens)
		rep_lex_pass_over(&r->in);
}

/* feed complaints { tells own-reputation range; how "..." } */
static void
feed(struct providers_reading *r, struct rep_provider *v, const struct rep_lex_stmt *open)
{
	struct rep_lex_word at = open->w[0];
	struct rep_feed f = { .tells_n = 0 };
	unsigned bad = r->in.bad;
	struct rep_lex_stmt st;

	if (open->n == 2) {
		f.what = rep_arena_dup(r->p->a, open->w[1].s);
		f.complaints = rep_str_eq(f.what, REP_S("complaints"));
	}
	while (rep_lex_inside(&r->in, &st))
		feed_field(r, &f, &st);
	if (r->in.bad > bad) /* reported already */
		return;
	if (f.what.n == 0 || f.how.n == 0 || f.tells_n == 0)
		tell(r, &at, "expected feed NAME { tells CAUSE; how TEXT } at", at.s, NULL);
	else if (v->feeds_n == REP_FEEDS_MAX)
		tell(r, &at, "more feeds than a provider may have at", at.s, NULL);
	else
		v->feeds[v->feeds_n++] = f;
}

/* A share below 1 with digits after the point, like "0.001". < 0: not of that form. */
static double
share(struct rep_str s)
{
	double v = 0, unit = 1;

	if (s.n < 3 || s.n > 8 || s.p[0] != '0' || s.p[1] != '.')
		return -1;
	for (size_t i = 2; i < s.n; i++) {
		if (!rep_digit(s.p[i]))
			return -1;
		unit /= 10;
		v += (s.p[i] - '0') * unit;
	}
	return v;
}

static void
limit_field(
    struct providers_reading *r, struct rep_complaint_limit *l, const struct rep_lex_stmt *st)
{
	static const char *const names[] = { "who", "warn", "act", "acts", "source" };
	struct rep_str *const texts[] = { &l->who, NULL, NULL, &l->acts, &l->source };
	double *const shares[] = { NULL, &l->warn, &l->act, NULL, NULL };
	size_t k = 0;

	while (k < REP_COUNT(names) && !rep_str_eq(st->w[0].s, rep_str_c(names[k])))
		k++;
	if (k == REP_COUNT(names) || st->n != 2 || st->opens) {
		tell(r, &st->w[0],
		    "expected who TEXT, warn SHARE, act SHARE, acts TEXT or source TEXT in "
		    "complaints, not",
		    st->w[0].s, rep_word_nearest(st->w[0].s, names, REP_COUNT(names)));
		if (st->opens)
			rep_lex_pass_over(&r->in);
	} else if (texts[k] != NULL) {
		*texts[k] = rep_arena_dup(r->p->a, st->w[1].s);
	} else if ((*shares[k] = share(st->w[1].s)) <= 0) {
		tell(r, &st->w[1], "expected a share such as 0.001, not", st->w[1].s, NULL);
	}
}

/* complaints { who Google; warn 0.001; act 0.003; acts "..."; source "..." } */
static void
limit(struct providers_reading *r, struct rep_provider *v, const struct rep_lex_stmt *open)
{
	struct rep_lex_word at = open->w[0];
	struct rep_complaint_limit l = { .warn = 0 };
	unsigned bad = r->in.bad;
	struct rep_lex_stmt st;

	while (rep_lex_inside(&r->in, &st))
		limit_field(r, &l, &st);
	if (r->in.bad > bad) /* reported already */
		return;
	if (l.who.n == 0 || l.acts.n == 0 || l.source.n == 0 || l.warn <= 0 || l.act < l.warn)
		tell(r, &at,
		    "expected complaints { who TEXT; warn SHARE; act SHARE; acts TEXT; source TEXT } "
		    "with act no lower than warn, at",
		    at.s, NULL);
	else
		v->limit = l;
}

static enum rep_rc
add_names(struct providers_reading *r, struct rep_provider *v, size_t i,
    const struct rep_lex_stmt *st, struct rep_err *err)
{
	bool domain = st->w[0].s.n > 2;
	enum rep_rc rc = REP_OK;

	for (size_t k = 1; k < st->n && rc == REP_OK; k++) {
		rc = add_name(r->p, st->w[k].s, i, domain, err);
		if (!domain) {
			if (v->mx_n < REP_MX_MAX)
				v->mx[v->mx_n] = rep_arena_dup(r->p->a, st->w[k].s);
			v->mx_n++;
			continue;
		}
		v->domains_n++;
		if (v->hold_n < REP_HOLD_MAX)
			v->hold[v->hold_n++] = rep_arena_dup(r->p->a, st->w[k].s);
	}
	return rc;
}

/* says "- gsmtp": words that name the provider when no host does. Short ones would name too many. */
static void
add_says(struct providers_reading *r, struct rep_provider *v, const struct rep_lex_stmt *st)
{
	for (size_t k = 1; k < st->n; k++)
		if (st->w[k].s.n < 6)
			tell(r, &st->w[k], "expected words of at least 6 letters, not", st->w[k].s,
			    NULL);
		else if (v->says_n == REP_SAYS_MAX)
			tell(r, &st->w[k], "more words than a provider may have at", st->w[k].s,
			    NULL);
		else
			v->says[v->says_n++] = rep_arena_dup(r->p->a, st->w[k].s);
}

/* A name as it may stand in an SPF record: no macros. */
static bool
plain_name(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && strchr("-._", s.p[i]) == NULL)
			return false;
	return s.n > 0 && rep_str_chr(s, '.', 0) != SIZE_MAX;
}

static void
add_report_from(struct providers_reading *r, struct rep_provider *v,
    const struct rep_lex_word *domain, struct rep_str org)
{
	if (!plain_name(domain->s))
		tell(r, domain, "expected a domain, as in reports example.com, not", domain->s,
		    NULL);
	else if (v->reports_n == REP_REPORT_FROM_MAX)
		tell(r, domain, "more reports than a provider may have at", domain->s, NULL);
	else
		v->reports[v->reports_n++] = (struct rep_report_from){
			rep_arena_dup(r->p->a, domain->s),
			org.n > 0 ? rep_arena_dup(r->p->a, org) : org,
		};
}

/* reports example.com [example.net ...] or reports example.com as "Example Mail" */
static void
add_reports(struct providers_reading *r, struct rep_provider *v, const struct rep_lex_stmt *st)
{
	const struct rep_str any = { "", 0 };

	if (st->n == 4 && rep_str_eq(st->w[2].s, REP_S("as"))) {
		add_report_from(r, v, &st->w[1], st->w[3].s);
		return;
	}
	if (st->n < 2)
		tell(r, &st->w[0], "expected reports DOMAIN [as ORGANISATION], not", st->w[0].s,
		    NULL);
	for (size_t k = 1; k < st->n; k++)
		add_report_from(r, v, &st->w[k], any);
}

static enum rep_rc
field(struct providers_reading *r, struct rep_provider *v, size_t i, const struct rep_lex_stmt *st,
    struct rep_err *err)
{
	static const char *const names[] = { "name", "short", "kind", "mx", "domains", "says",
		"spf", "reports", "feed", "complaints", "source" };
	static const char *const kinds[] = { "mailbox", "gateway", "route" };
	struct rep_str w = st->w[0].s, val = st->n > 1 ? st->w[1].s : (struct rep_str){ "", 0 };

	if (st->opens) {
		if (rep_str_eq(w, REP_S("feed"))) {
			feed(r, v, st);
			return REP_OK;
		}
		if (rep_str_eq(w, REP_S("complaints"))) {
			limit(r, v, st);
			return REP_OK;
		}
		tell(r, &st->w[0], "no block", w, rep_word_nearest(w, names, REP_COUNT(names)));
		rep_lex_pass_over(&r->in);
	} else if (rep_str_eq(w, REP_S("name"))) {
		v->name = rep_arena_dup(r->p->a, val);
	} else if (rep_str_eq(w, REP_S("short"))) {
		v->in_sentence = rep_arena_dup(r->p->a, val);
	} else if (rep_str_eq(w, REP_S("spf"))) {
		if (st->n != 2 || !plain_name(val))
			tell(r, &st->w[st->n > 1],
			    "expected one name, as in spf _spf.example.com, not", val, NULL);
		else
			v->spf = rep_arena_dup(r->p->a, val);
	} else if (rep_str_eq(w, REP_S("kind"))) {
		for (size_t k = 0; k < REP_COUNT(kinds); k++)
			if (rep_str_eq(val, rep_str_c(kinds[k]))) {
				v->kind = (enum rep_provider_kind)k;
				return REP_OK;
			}
		tell(r, &st->w[st->n > 1], "no kind", val,
		    rep_word_nearest(val, kinds, REP_COUNT(kinds)));
	} else if (rep_str_eq(w, REP_S("mx")) || rep_str_eq(w, REP_S("domains"))) {
		return add_names(r, v, i, st, err);
	} else if (rep_str_eq(w, REP_S("says"))) {
		add_says(r, v, st);
	} else if (rep_str_eq(w, REP_S("reports"))) {
		add_reports(r, v, st);
	} else if (!rep_str_eq(w, REP_S("source"))) {
		tell(r, &st->w[0], "no field", w, rep_word_nearest(w, names, REP_COUNT(names)));
	}
	return REP_OK;
}

static enum rep_rc
one_provider(struct providers_reading *r, const struct rep_lex_stmt *open, struct rep_err *err)
{
	struct rep_providers *p = r->p;
	struct rep_lex_stmt st;
	enum rep_rc rc;
	size_t i;

	for (i = 0; i < p->n; i++)
		if (rep_str_eq(p->v[i].id, open->w[1].s))
			break;
	if (i == MAX_PROVIDERS)
		return rep_fail(err, REP_ELIMIT, "more than %d providers", MAX_PROVIDERS);
	p->v[i] = (struct rep_provider){ .id = rep_arena_dup(p->a, open->w[1].s),
		.file = r->in.lex.file,
		.line = open->w[0].line };
	if (p->v[i].id.p == NULL)
		return rep_fail(err, REP_ELIMIT, "out of memory for providers");
	if (i == p->n)
		p->n++;
	while (rep_lex_inside(&r->in, &st))
		if ((rc = field(r, &p->v[i], i, &st, err)) != REP_OK)
			return rc;
	if (p->v[i].name.n == 0)
		p->v[i].name = p->v[i].id;
	if (p->v[i].in_sentence.n == 0)
		p->v[i].in_sentence = p->v[i].name;
	return REP_OK;
}

enum rep_rc
rep_providers_parse(struct rep_providers *p, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err)
{
	struct providers_reading r = { .p = p, .in = { .problem = problem, .ctx = ctx } };
	struct rep_lex_stmt st;
	enum rep_rc rc;

	rep_lex_init(&r.in.lex, file, text, p->a);
	while (rep_lex_inside(&r.in, &st)) {
		if (st.n == 2 && st.opens && rep_str_eq(st.w[0].s, REP_S("provider"))) {
			if ((rc = one_provider(&r, &st, err)) != REP_OK)
				return rc;
		} else {
			tell(&r, &st.w[0], "expected provider ID {, not", st.w[0].s, NULL);
		}
	}
	*bad = r.in.bad;
	return REP_OK;
}

struct rep_str
rep_registered_domain(struct rep_str host)
{
	const psl_ctx_t *psl = psl_builtin();
	char buf[256];
	struct rep_str h;
	const char *reg;

	if (psl == NULL || !lower(host, buf, &h) || h.n > 254)
		return host;
	buf[h.n] = '\0';
	reg = psl_registrable_domain(psl, buf);
	if (reg == NULL)
		return rep_str_sub(host, 0, h.n);
	return rep_str_sub(host, (size_t)(reg - buf), h.n - (size_t)(reg - buf));
}
