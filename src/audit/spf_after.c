/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/spf_after.h"
#include "audit/spf_own.h"
#include "dns/overlay.h"

enum {
	RECORD_MAX = 8192,
	/* A check follows ten (RFC 7208, 4.6.4), so of more not all can count. Further ones are not moved. */
	INCLUDES_MAX = 16
};

struct after {
	const struct rep_audit_in *in;
	const struct rep_dns_view *view;
	struct rep_arena *a;
	bool known;
	struct rep_spf_audit walk; /* over a record of the includes behind `all` */
};

/* Whether the term is one address that somebody said to be an own one. */
static bool
own_address(const struct after *x, const struct rep_spf_term *t)
{
	const struct rep_audit_in *in = x->in;
	int version = t->mech == REP_SPF_IP6 ? 6 : 4;
	size_t bytes = version == 6 ? 16 : 4;

	if (t->cidr4 != 32 || t->cidr6 != 128)
		return false;
	for (size_t i = 0; i < in->ip_n; i++)
		if (in->ip[i].version == version && memcmp(in->ip[i].b, t->net, bytes) == 0)
			return true;
	for (size_t i = 0; i < in->known_n; i++)
		if (in->known[i].stated && in->known[i].ip.version == version &&
		    memcmp(in->known[i].ip.b, t->net, bytes) == 0)
			return true;
	return false;
}

static void
add(struct rep_buf *b, struct rep_str term)
{
	rep_buf_addc(b, ' ');
	rep_buf_add(b, term);
}

/* Walks all includes behind `all` at once. */
static void
walk_includes(struct after *x, const struct rep_spf_record *rec, size_t all)
{
	struct rep_dns_overlay overlay;
	struct rep_dns_view view;
	struct rep_buf b;
	size_t n = 0;

	rep_buf_init(&b, RECORD_MAX);
	rep_buf_add(&b, REP_S("v=spf1"));
	for (size_t i = all + 1; i < rec->n; i++)
		if (rec->terms[i].mech == REP_SPF_INCLUDE && rec->terms[i].qualifier == '+' &&
		    n++ < INCLUDES_MAX)
			add(&b, rec->terms[i].text);
	rep_dns_overlay_init(&overlay, x->a, x->view);
	if (n > 0 && !b.full &&
	    rep_dns_overlay_txt(&overlay, &x->in->domain, rep_spf_is_record,
		rep_arena_dup(x->a, rep_buf_str(&b)))) {
		view = rep_dns_overlay_view(&overlay);
		x->known = rep_spf_audit(&x->in->domain, &view, x->a, &x->walk) && x->known;
	}
	rep_buf_fini(&b);
}

/* Whether an include leads to a record without faults, which lets not everybody pass. */
static bool
good_service(const struct after *x, const struct rep_spf_term *t)
{
	const struct rep_spf_audit *w = &x->walk;
	size_t i = 0;

	while (i < w->n && (w->leaf[i].depth > 0 || !rep_str_eq(w->leaf[i].term->text, t->text)))
		i++;
	if (i == w->n || w->truncated || rep_spf_of_message(&w->leaf[i]))
		return false;
	do {
		if (w->leaf[i].state != REP_SPF_STATE_OK || w->leaf[i].fatal || w->leaf[i].failed ||
		    (w->leaf[i].broad && !w->leaf[i].after_all))
			return false;
	} while (++i < w->n && w->leaf[i].depth > 0);
	return true;
}

static bool
may_count(struct after *x, const struct rep_spf_term *t)
{
	struct rep_name name = x->in->domain;

	if (t->qualifier != '+')
		return false;
	switch (t->mech) {
	case REP_SPF_INCLUDE: return good_service(x, t);
	case REP_SPF_IP4:
	case REP_SPF_IP6: return own_address(x, t);
	case REP_SPF_A:
	case REP_SPF_MX:
		if (t->cidr4 != 32 || t->cidr6 != 128 || rep_str_chr(t->spec, '%', 0) != SIZE_MAX ||
		    (t->spec.n > 0 && !rep_name_raw(t->spec, &name)))
			return false;
		return t->mech == REP_SPF_A ? rep_spf_own_host(x->in, &name, x->view, &x->known)
					    : rep_spf_own_mx(x->in, &name, x->view, &x->known);
	default: return false;
	}
}

/* Whether the term stands before `all` too. */
static bool
stands_before(const struct rep_spf_record *rec, size_t all, const struct rep_spf_term *t)
{
	for (size_t i = 0; i < all; i++)
		if (rep_str_eq_nocase(
			rep_spf_term_plain(rec->terms[i].text), rep_spf_term_plain(t->text)))
			return true;
	return false;
}

static void
write_record(struct after *x, const struct rep_spf_record *rec, size_t all,
    struct rep_spf_moved *moved, struct rep_str *out)
{
	struct rep_buf b;
	size_t next = 0; /* of those that are moved, which are in order */

	rep_buf_init(&b, RECORD_MAX);
	rep_buf_add(&b, REP_S("v=spf1"));
	for (size_t i = 0; i < all; i++)
		add(&b, rec->terms[i].text);
	for (size_t i = 0; i < moved->n; i++)
		add(&b, moved->term[i]);
	for (size_t i = all; i < rec->n; i++)
		if (next < moved->n && rec->terms[i].text.p == moved->term[next].p)
			next++;
		else
			add(&b, rec->terms[i].text);
	if (!b.full)
		*out = rep_arena_dup(x->a, rep_buf_str(&b));
	else
		moved->n = 0;
	rep_buf_fini(&b);
}

bool
rep_spf_after_all(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_str record, struct rep_str *out, struct rep_spf_moved *moved)
{
	struct after x = { .in = in, .view = v, .a = a, .known = true };
	struct rep_spf_record rec;
	struct rep_err err;
	size_t all = 0;

	*out = record;
	moved->n = 0;
	if (rep_spf_record_parse(record, a, &rec, &err) != REP_OK)
		return true;
	while (all < rec.n && rec.terms[all].mech != REP_SPF_ALL)
		all++;
	walk_includes(&x, &rec, all);
	moved->term = rep_arena_alloc(a, (rec.n + 1) * sizeof *moved->term);
	for (size_t i = all + 1; i < rec.n && moved->term != NULL; i++)
		if (rec.terms[i].mech < REP_SPF_REDIRECT &&
		    !stands_before(&rec, all, &rec.terms[i]) && may_count(&x, &rec.terms[i]))
			moved->term[moved->n++] = rec.terms[i].text;
	if (x.known && moved->n > 0)
		write_record(&x, &rec, all, moved, out);
	return x.known;
}
