/* SPDX-License-Identifier: Apache-2.0 */
#include "know/service.h"
#include "base/buf.h"
#include "know/embedded.h"

#include <stdlib.h>

enum { SERVICE_NAME_MAX = 253 }; /* RFC 1035 2.3.4, without the final dot */

/* --- reading a file ------------------------------------------------------------------ */

struct services_reading {
	struct rep_services *s;
	struct rep_lex_reader in;
	struct rep_err *err;
	enum rep_rc rc; /* of what ends the reading */
};

static void
tell(struct services_reading *r, const struct rep_lex_word *w, const char *what,
    struct rep_str word, const char *near)
{
	rep_lex_tell(&r->in, w, "%s \"%.*s\"%s%s%s", what, REP_PR(word),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

/* A name in lower case, as DNS has it: at least two labels. p == NULL: it is none. */
static struct rep_str
domain_name(struct rep_arena *a, struct rep_str s)
{
	struct rep_str none = { NULL, 0 }, key;

	if (s.n > SERVICE_NAME_MAX || rep_str_chr(s, '.', 0) == SIZE_MAX)
		return none;
	for (size_t i = 0; i < s.n; i++)
		if ((!rep_alnum(s.p[i]) && strchr("-._", s.p[i]) == NULL) ||
		    (s.p[i] == '.' && (i == 0 || i + 1 == s.n || s.p[i - 1] == '.')))
			return none;
	key = rep_arena_dup(a, s);
	for (size_t i = 0; key.p != NULL && i < key.n; i++)
		((char *)(uintptr_t)key.p)[i] = rep_lower(key.p[i]);
	return key;
}

static void
add_names(struct services_reading *r, size_t i, const struct rep_lex_stmt *st)
{
	struct rep_services *s = r->s;
	bool host = rep_str_eq(st->w[0].s, REP_S("hosts")),
	     shared = rep_str_eq(st->w[0].s, REP_S("shared"));

	for (size_t k = 1; k < st->n; k++) {
		struct rep_str key = domain_name(s->a, st->w[k].s);

		if (key.p == NULL) {
			tell(r, &st->w[k], "expected a name such as mail.example.com, not",
			    st->w[k].s, NULL);
		} else if (s->names_n == REP_SERVICE_NAMES_MAX) {
			r->rc = rep_fail(r->err, REP_ELIMIT, "more than %d names of services",
			    REP_SERVICE_NAMES_MAX);
			return;
		} else {
			s->names[s->names_n++] =
			    (struct rep_service_name){ key, (uint16_t)i, host, shared };
		}
	}
}

static void
take_text(struct services_reading *r, struct rep_str *out, const struct rep_lex_stmt *st)
{
	if (st->n != 2 || st->w[1].s.n == 0 || st->w[1].s.n > REP_SERVICE_TEXT_MAX)
		rep_lex_tell(&r->in, &st->w[0],
		    "expected one text of at most %d bytes after \"%.*s\"", REP_SERVICE_TEXT_MAX,
		    REP_PR(st->w[0].s));
	else
		*out = rep_arena_dup(r->s->a, st->w[1].s);
}

/* fix { dkim TEXT; spf TEXT|never; page URL } */
static void
fix(struct services_reading *r, struct rep_service *v)
{
	static const char *const names[] = { "dkim", "spf", "page" };
	struct rep_lex_stmt st;

	while (rep_lex_inside(&r->in, &st)) {
		struct rep_str w = st.w[0].s;

		if (st.opens) {
			tell(r, &st.w[0], "no block", w, NULL);
			rep_lex_pass_over(&r->in);
		} else if (rep_str_eq(w, REP_S("dkim"))) {
			take_text(r, &v->fix_dkim, &st);
		} else if (rep_str_eq(w, REP_S("spf")) && st.n == 2 && !st.w[1].quoted &&
		    rep_str_eq(st.w[1].s, REP_S("never"))) {
			v->spf_never = true;
		} else if (rep_str_eq(w, REP_S("spf"))) {
			take_text(r, &v->fix_spf, &st);
		} else if (rep_str_eq(w, REP_S("page"))) {
			if (st.n == 2 && rep_str_starts(st.w[1].s, REP_S("https://")))
				take_text(r, &v->page, &st);
			else
				tell(r, &st.w[st.n > 1], "expected one https: page, not",
				    st.w[st.n > 1].s, NULL);
		} else {
			tell(r, &st.w[0], "no field of fix", w,
			    rep_word_nearest(w, names, REP_COUNT(names)));
		}
	}
}

static void
field(struct services_reading *r, size_t i, const struct rep_lex_stmt *st)
{
	static const char *const names[] = { "name", "domains", "shared", "hosts", "spf",
		"provider", "fix", "source" };
	struct rep_service *v = &r->s->v[i];
	struct rep_str w = st->w[0].s;

	if (st->opens && rep_str_eq(w, REP_S("fix")) && st->n == 1) {
		fix(r, v);
	} else if (st->opens) {
		tell(r, &st->w[0], "no block", w, rep_word_nearest(w, names, REP_COUNT(names)));
		rep_lex_pass_over(&r->in);
	} else if (rep_str_eq(w, REP_S("name"))) {
		take_text(r, &v->name, st);
	} else if (rep_str_eq(w, REP_S("domains")) || rep_str_eq(w, REP_S("shared")) ||
	    rep_str_eq(w, REP_S("hosts"))) {
		add_names(r, i, st);
	} else if (rep_str_eq(w, REP_S("spf"))) {
		struct rep_str key =
		    st->n == 2 ? domain_name(r->s->a, st->w[1].s) : (struct rep_str){ NULL, 0 };

		if (key.p == NULL)
			tell(r, &st->w[st->n > 1],
			    "expected one name, as in spf _spf.example.com, not",
			    st->w[st->n > 1].s, NULL);
		else
			v->spf = key;
	} else if (rep_str_eq(w, REP_S("provider"))) {
		take_text(r, &v->provider, st);
	} else if (!rep_str_eq(w, REP_S("source"))) {
		tell(r, &st->w[0], "no field", w, rep_word_nearest(w, names, REP_COUNT(names)));
	}
}

static void
drop_names(struct rep_services *s, size_t service)
{
	size_t n = 0;

	for (size_t i = 0; i < s->names_n; i++)
		if (s->names[i].service != service)
			s->names[n++] = s->names[i];
	s->names_n = n;
}

static void
one_service(struct services_reading *r, const struct rep_lex_stmt *open)
{
	struct rep_services *s = r->s;
	struct rep_lex_word at = open->w[0];
	struct rep_lex_stmt st;
	struct rep_service *v;
	size_t i = 0;

	while (i < s->n && !rep_str_eq(s->v[i].id, open->w[1].s))
		i++;
	if (i == REP_SERVICES_MAX) {
		r->rc = rep_fail(r->err, REP_ELIMIT, "more than %d services", REP_SERVICES_MAX);
		return;
	}
	v = &s->v[i];
	drop_names(s, i);
	*v = (struct rep_service){
		.id = rep_arena_dup(s->a, open->w[1].s), .file = r->in.lex.file, .line = at.line
	};
	if (v->id.p == NULL) {
		r->rc = rep_fail(r->err, REP_ELIMIT, "out of memory for services");
		return;
	}
	s->n += i == s->n;
	while (r->rc == REP_OK && rep_lex_inside(&r->in, &st))
		field(r, i, &st);
	if (v->name.n == 0)
		v->name = v->id;
	if (v->fix_spf.n > 0 && v->spf.n == 0 && v->provider.n == 0 &&
	    rep_str_find(v->fix_spf, REP_S("INCLUDE"), 0) != SIZE_MAX)
		tell(r, &at, "INCLUDE stands for nothing: expected spf NAME in the", at.s, NULL);
}

static int
by_key(const void *a, const void *b)
{
	const struct rep_service_name *x = a, *y = b;

	if (x->host != y->host)
		return x->host - y->host;
	return rep_str_cmp(x->key, y->key);
}

/* The same name of two services would be that of either. */
static void
tell_doubles(struct services_reading *r)
{
	const struct rep_services *s = r->s;

	for (size_t i = 1; i < s->names_n; i++) {
		const struct rep_service_name *x = &s->names[i - 1], *y = &s->names[i];
		const struct rep_lex_word at = { .line = s->v[y->service].line, .col = 1 };

		if (by_key(x, y) == 0)
			rep_lex_tell(&r->in, &at, "\"%.*s\" is a name of %.*s, and of %.*s",
			    REP_PR(y->key), REP_PR(s->v[x->service].id),
			    REP_PR(s->v[y->service].id));
	}
}

enum rep_rc
rep_services_parse(struct rep_services *s, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err)
{
	struct services_reading r = {
		.s = s, .err = err, .in = { .problem = problem, .ctx = ctx }
	};
	struct rep_lex_stmt st;

	rep_lex_init(&r.in.lex, file, text, s->a);
	while (r.rc == REP_OK && rep_lex_inside(&r.in, &st)) {
		if (st.n == 2 && st.opens && rep_str_eq(st.w[0].s, REP_S("service"))) {
			one_service(&r, &st);
		} else {
			tell(&r, &st.w[0], "expected service ID {, not", st.w[0].s, NULL);
			if (st.opens)
				rep_lex_pass_over(&r.in);
		}
	}
	if (s->names_n > 1)
		qsort(s->names, s->names_n, sizeof *s->names, by_key);
	if (r.rc == REP_OK)
		tell_doubles(&r);
	*bad = r.in.bad;
	return r.rc;
}

enum rep_rc
rep_services_builtin(struct rep_services *s, struct rep_err *err)
{
	const struct rep_embedded *e;
	enum rep_rc rc = REP_OK;
	unsigned bad = 0;

	for (size_t i = 0;
	     rc == REP_OK && (e = rep_embedded_next(REP_S(".services"), &i)) != NULL;) {
		rc = rep_services_parse(
		    s, e->name, (struct rep_str){ e->text, e->n }, NULL, NULL, &bad, err);
		if (rc == REP_OK && bad > 0)
			rc = rep_fail(
			    err, REP_ESYNTAX, "%s: %u problem%s", e->name, bad, rep_plural(bad));
	}
	return rc;
}

/* --- finding one --------------------------------------------------------------------- */

/* The longest name of these that the host is, or is below. NULL: none. *from: where it begins in `host`. */
static const struct rep_service_name *
find(const struct rep_services *s, struct rep_str host, bool is_host, size_t *from)
{
	char low[SERVICE_NAME_MAX];
	struct rep_str h;

	while (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n == 0 || host.n > sizeof low)
		return NULL;
	for (size_t i = 0; i < host.n; i++)
		low[i] = rep_lower(host.p[i]);
	h = (struct rep_str){ low, host.n };
	for (size_t i = 0; i < h.n; i++) {
		const struct rep_service_name key = { .key = rep_str_sub(h, i, h.n),
			.host = is_host };
		const struct rep_service_name *is;

		if (i > 0 && h.p[i - 1] != '.')
			continue;
		is = s->names_n == 0
		    ? NULL
		    : bsearch(&key, s->names, s->names_n, sizeof *s->names, by_key);
		if (is != NULL) {
			*from = i;
			return is;
		}
	}
	return NULL;
}

const struct rep_service *
rep_service_of_domain(const struct rep_services *s, struct rep_str domain, struct rep_str *shared)
{
	size_t from;
	const struct rep_service_name *is = find(s, domain, false, &from);

	*shared = (struct rep_str){ domain.p, 0 };
	if (is == NULL)
		return NULL;
	if (is->shared)
		*shared = rep_str_sub(domain, from, is->key.n);
	return &s->v[is->service];
}

const struct rep_service *
rep_service_of_host(const struct rep_services *s, struct rep_str host)
{
	size_t from;
	const struct rep_service_name *is = find(s, host, true, &from);

	return is != NULL ? &s->v[is->service] : NULL;
}

const struct rep_service *
rep_service_of_provider(const struct rep_services *s, struct rep_str provider)
{
	for (size_t i = 0; i < s->n; i++)
		if (provider.n > 0 && rep_str_eq(s->v[i].provider, provider))
			return &s->v[i];
	return NULL;
}

struct rep_str
rep_service_text(
    struct rep_arena *a, struct rep_str text, struct rep_str domain, struct rep_str include)
{
	struct rep_buf b;
	struct rep_str out;
	size_t at = 0, d, i;

	/* Each place takes at most a name. */
	rep_buf_init(&b, REP_SERVICE_TEXT_MAX * (SERVICE_NAME_MAX + 1));
	while (at < text.n) {
		d = rep_str_find(text, REP_S("DOMAIN"), at);
		i = rep_str_find(text, REP_S("INCLUDE"), at);
		rep_buf_add(&b,
		    rep_str_sub(text, at,
			(d < i ? d : i) == SIZE_MAX ? text.n - at : (d < i ? d : i) - at));
		if (d == SIZE_MAX && i == SIZE_MAX)
			break;
		rep_buf_add(&b, d < i ? domain : include);
		at = d < i ? d + 6 : i + 7;
	}
	out = rep_arena_take(a, &b);
	return out;
}
