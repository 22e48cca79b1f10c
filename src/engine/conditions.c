/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/conditions.h"
#include "base/hash.h"

struct rep_str
rep_condition_name(struct rep_arena *a, struct rep_str s)
{
	static const struct rep_key key = { "condition's name" };
	struct rep_str shown = rep_shown(a, s, REP_CONDITION_SHOWN);

	return s.n <= REP_CONDITION_SHOWN || shown.n == 0
	    ? shown
	    : rep_arena_printf(
		  a, "%.*s %016llx", REP_PR(shown), (unsigned long long)rep_siphash(&key, s));
}

void
rep_condition_add(struct rep_conditions *c, enum rep_kind kind, struct rep_str subject,
    struct rep_str of, int64_t since_s, struct rep_str text)
{
	struct rep_condition x = { .kind = kind,
		.subject = rep_condition_name(c->a, subject),
		.of = rep_condition_name(c->a, of),
		.since_s = since_s,
		.text = text };

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].kind == kind && rep_str_eq(c->v[i].subject, x.subject) &&
		    rep_str_eq(c->v[i].of, x.of))
			return;
	c->small = c->small || x.subject.n == 0 || (of.n > 0 && x.of.n == 0) || text.p == NULL;
	if (c->n == REP_CONDITIONS_MAX)
		c->left_out++;
	else
		c->v[c->n++] = x;
}

void
rep_condition_add_known_as(struct rep_conditions *c, enum rep_kind kind, struct rep_str subject,
    struct rep_str key, int64_t since_s, struct rep_str text)
{
	size_t n = c->n;

	rep_condition_add(c, kind, subject, REP_S(""), since_s, text);
	if (c->n > n) {
		c->v[n].key = rep_condition_name(c->a, key);
		c->small = c->small || c->v[n].key.n == 0;
	}
}

bool
rep_condition_held(const struct rep_conditions_in *in, struct rep_conditions *out,
    enum rep_kind kind, struct rep_str subject)
{
	const struct rep_condition c = { .kind = kind,
		.subject = rep_condition_name(out->a, subject) };
	const struct rep_held *h = in->held == NULL ? NULL : rep_held_find(in->held, &c);

	return h != NULL && h->over_s == 0;
}

struct rep_str
rep_condition_provider(const struct rep_conditions_in *in, struct rep_str id)
{
	const struct rep_provider *p = rep_provider_by_id(rep_know_providers(in->in->know), id);

	return p != NULL		     ? p->in_sentence
	    : rep_str_eq(id, REP_S("other")) ? REP_S("other mail hosts")
					     : id;
}

enum rep_rc
rep_conditions_make(const struct rep_conditions_in *in, struct rep_arena *a,
    struct rep_conditions *out, struct rep_err *err)
{
	static void (*const kinds[])(const struct rep_conditions_in *, struct rep_conditions *) = {
		rep_conditions_found,
		rep_conditions_account,
		rep_conditions_rates,
		rep_conditions_relay,
		rep_conditions_auth,
		rep_conditions_reported,
		rep_conditions_silent,
		rep_conditions_folder,
		rep_conditions_queue,
		rep_conditions_late,
		rep_conditions_machine,
	};

	*out = (struct rep_conditions){ .a = a,
		.v = rep_arena_alloc(a, REP_CONDITIONS_MAX * sizeof *out->v) };
	for (size_t i = 0; i < REP_COUNT(kinds) && out->v != NULL; i++)
		kinds[i](in, out);
	return out->v == NULL || out->small ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
}
