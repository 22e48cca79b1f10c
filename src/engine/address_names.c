/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/address_names.h"

enum { ARENA_MAX = 4 << 20 }; /* of one turn, which keeps nothing in it */

void
rep_address_names_add(struct rep_address_names *a, const struct rep_ip *ip)
{
	if (ip->version == 0 || rep_ip_private(ip) || a->n == REP_ADDRESS_NAMES_MAX)
		return;
	for (size_t i = 0; i < a->n; i++)
		if (rep_ip_eq(&a->v[i].ip, ip))
			return;
	a->v[a->n++] = (struct rep_address_name){ .ip = *ip };
}

const struct rep_address_name *
rep_address_name_of(const struct rep_address_names *a, const struct rep_ip *ip)
{
	for (size_t i = 0; i < a->n; i++)
		if (rep_ip_eq(&a->v[i].ip, ip))
			return a->v[i].name.n > 0 ? &a->v[i] : NULL;
	return NULL;
}

struct names_work {
	struct rep_address_names *names;
	struct rep_arena *kept;
};

/* The first names by their order: that of an answer changes from one to the next. */
static size_t
first_names(const struct rep_dns_answer *ptr, char text[REP_ADDRESS_PTR_MAX][REP_NAME_TEXT],
    const struct rep_name *out[REP_ADDRESS_PTR_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < ptr->n; i++) {
		char name[REP_NAME_TEXT];
		size_t at = n;

		rep_name_text(ptr->rr[i]->target, name);
		while (at > 0 && strcmp(name, text[at - 1]) < 0)
			at--;
		if (at == REP_ADDRESS_PTR_MAX)
			continue;
		n += n < REP_ADDRESS_PTR_MAX;
		for (size_t k = n - 1; k > at; k--) {
			memcpy(text[k], text[k - 1], sizeof text[k]);
			out[k] = out[k - 1];
		}
		memcpy(text[at], name, sizeof name);
		out[at] = ptr->rr[i]->target;
	}
	return n;
}

static bool
leads_back(const struct rep_dns_answer *ans, const struct rep_ip *ip)
{
	for (size_t i = 0; i < ans->n; i++)
		if (rep_ip_eq(&ans->rr[i]->ip, ip))
			return true;
	return false;
}

/* False: more answers are needed. */
static bool
look(struct rep_address_name *v, const struct rep_dns_view *view, struct rep_arena *kept)
{
	char text[REP_ADDRESS_PTR_MAX][REP_NAME_TEXT];
	const struct rep_name *name[REP_ADDRESS_PTR_MAX];
	const struct rep_dns_answer *ptr, *forward;
	struct rep_name arpa;
	bool known = true;
	size_t n;

	if (!rep_name_arpa(&v->ip, &arpa))
		return true;
	if ((ptr = rep_dns_get(view, &arpa, REP_DNS_PTR)) == NULL)
		return false;
	v->failed = rep_dns_failed(ptr->state);
	n = first_names(ptr, text, name);
	for (size_t i = 0; i < n; i++) {
		forward = rep_dns_get(view, name[i], rep_dns_address_type(&v->ip));
		if (forward == NULL) {
			known = false;
		} else if (known && v->name.n == 0 && leads_back(forward, &v->ip)) {
			v->name = rep_arena_dup(kept, rep_str_c(text[i]));
		} else {
			v->failed = v->failed || rep_dns_failed(forward->state);
		}
	}
	return known;
}

static bool
names_turn(void *ctx, const struct rep_dns_view *view, struct rep_arena *a)
{
	struct names_work *w = ctx;
	bool known = true;

	(void)a;
	for (size_t i = 0; i < w->names->n; i++) {
		w->names->v[i].name.n = 0;
		known = look(&w->names->v[i], view, w->kept) && known;
	}
	return known;
}

enum rep_rc
rep_address_names_ask(struct rep_address_names *a, const struct rep_session *s,
    struct rep_resolver *r, const struct rep_known_senders *k, const struct rep_clouds *clouds,
    struct rep_arena *kept, struct rep_err *err)
{
	struct names_work w = { a, kept };
	struct rep_arena *turn = rep_arena_new(ARENA_MAX);
	enum rep_rc rc;

	if (turn == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = rep_evaluate(s, r, turn, names_turn, &w, err);
	rep_arena_free(turn);
	for (size_t i = 0; rc == REP_OK && i < a->n; i++) {
		struct rep_address_name *v = &a->v[i];

		if (v->name.n == 0)
			continue;
		v->sender = rep_known_sender_of_host(k, v->name);
		v->cloud = rep_cloud_of(clouds, v->name);
	}
	return rc;
}
