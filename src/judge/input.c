/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/input.h"

bool
rep_judge_has(const struct rep_judge_in *in, const char *piece)
{
	for (size_t i = 0; i < in->without_n; i++)
		if (strcmp(in->without[i], piece) == 0)
			return false;
	return true;
}

const struct rep_label *
rep_label_of(const struct rep_judge_in *in, uint32_t label)
{
	size_t lo = 0, hi = in->labels_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (in->labels[mid].label < label)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < in->labels_n && in->labels[lo].label == label ? &in->labels[lo] : NULL;
}

bool
rep_label_one_address(const struct rep_label *x, const struct rep_label *y)
{
	return x != NULL && y != NULL && !x->pool && !y->pool && x->public.version != 0 &&
	    rep_ip_eq(&x->public, &y->public);
}

bool
rep_label_neighbours(const struct rep_label *x, const struct rep_label *y)
{
	return x != NULL && y != NULL && !x->pool && !y->pool &&
	    rep_ip_same_subnet(&x->public, &y->public) && !rep_ip_eq(&x->public, &y->public);
}

struct rep_str
rep_source_text(const struct rep_judge_in *in, uint32_t label, char buf[REP_IP_TEXT])
{
	const struct rep_label *l = rep_label_of(in, label);

	if (l != NULL && l->public.version != 0)
		return rep_str_c(rep_ip_text(&l->public, buf));
	return rep_name(&in->names, label);
}

bool
rep_stream_urgent(const struct rep_judge_in *in, uint32_t stream)
{
	for (size_t i = 0; i < in->urgent_n; i++)
		if (rep_str_eq(in->urgent[i], rep_name(&in->names, stream)))
			return true;
	return false;
}

static void
earlier(int64_t *to, int64_t at_s)
{
	if (at_s != 0 && (*to == 0 || at_s < *to))
		*to = at_s;
}

bool
rep_waiting_for(const struct rep_judge_in *in, struct rep_str provider, struct rep_str domain,
    bool own, struct rep_waiting_sum *out)
{
	*out = (struct rep_waiting_sum){ 0 };
	for (size_t i = 0; i < in->waits.n; i++) {
		const struct rep_waiting_mail *w = &in->waits.v[i];

		if (!rep_str_eq(w->provider, provider) ||
		    (domain.n > 0 && !rep_str_eq(w->domain, domain)) ||
		    (own ? w->wait != REP_WAIT_TRANSPORT && w->wait != REP_WAIT_HELD
			 : w->wait != REP_WAIT_REFUSED))
			continue;
		out->messages += w->messages;
		out->expiring += w->expiring;
		earlier(&out->since_s, w->since_s);
		earlier(&out->oldest_s, w->oldest_s);
		earlier(&out->expires_s, w->expires_s);
	}
	return out->messages > 0;
}

const struct rep_wording *
rep_wording_of(const struct rep_judge_in *in, uint32_t provider, uint32_t domain, uint32_t rule)
{
	for (size_t n = 0; n < in->wordings_n; n++) {
		const struct rep_wording *w = &in->wordings[n];

		if (rep_str_eq(w->provider, rep_name(&in->names, provider)) &&
		    rep_str_eq(w->provider_domain, rep_name(&in->names, domain)) &&
		    rep_str_eq(w->rule, rep_name(&in->names, rule)))
			return w;
	}
	return NULL;
}

struct rep_str
rep_provider_text(const struct rep_judge_in *in, const struct rep_cell_key *k, struct rep_arena *a)
{
	const struct rep_provider *p =
	    rep_provider_by_id(rep_know_providers(in->know), rep_name(&in->names, k->provider));
	struct rep_str domain = rep_name(&in->names, k->provider_domain), s;

	if (p != NULL)
		return p->in_sentence;
	if (domain.n == 0)
		return REP_S("other mail hosts");
	s = rep_arena_printf(a, "the mail hosts of %.*s", REP_PR(domain));
	return s.p != NULL ? s : domain;
}

bool
rep_provider_plural(struct rep_str in_sentence)
{
	struct rep_str s = rep_str_sub(in_sentence, 0, rep_str_chr(in_sentence, '(', 0));

	return rep_str_find(s, REP_S(" and "), 0) != SIZE_MAX ||
	    rep_str_find(s, REP_S("mail hosts"), 0) != SIZE_MAX;
}
