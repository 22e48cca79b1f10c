/* SPDX-License-Identifier: Apache-2.0 */
#include "api/words.h"

struct rep_str
rep_api_provider_name(
    const struct rep_judge_in *in, const struct rep_cell_key *k, struct rep_arena *a)
{
	struct rep_str domain = rep_name(&in->names, k->provider_domain);

	return domain.n > 0 ? domain : rep_provider_text(in, k, a);
}

/* One trouble, as a verb that the provider is the subject of, or the mail. */
struct trouble_words {
	const char *one, *many, *past, *stem,
	    *what; /* "refuses" "refuse" "refused" "refuse" "mail from" */
};

static const struct trouble_words providers_do[] = {
	[REP_TROUBLE_BLOCK] = { "refuses", "refuse", "refused", "refuse", "mail from" },
	[REP_TROUBLE_THROTTLE] = { "slows down", "slow down", "slowed down", "slow down",
	    "mail from" },
	[REP_TROUBLE_FAIL] = { "refuses", "refuse", "refused", "refuse",
	    "mail for its authentication or identity from" },
	[REP_TROUBLE_DROP] = { "accepts less than usual of", "accept less than usual of",
	    "accepted less than usual of", "accept less than usual of", "the mail from" },
};

static const struct trouble_words away = { "cannot be reached", "cannot be reached",
	"could not be reached", "be out of reach", "from" };

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

struct rep_str
rep_api_incident_words(const struct rep_verdicts *v, const struct rep_incident *i,
    enum rep_api_tense tense, struct rep_arena *a)
{
	const struct rep_judge_in *in = v->in;
	const struct rep_cell_key *key = &v->cells[i->cell].key;
	const struct trouble_words *w =
	    i->theirs && i->class == REP_CLASS_NETWORK ? &away : &providers_do[i->trouble];
	struct rep_str provider = rep_provider_text(in, key, a), source,
		       route = rep_name(&in->names, key->route);
	bool many = rep_provider_plural(provider);
	const char *now = many ? w->many : w->one;
	struct rep_str none = { NULL, 0 }, b;
	char ip[REP_IP_TEXT];

	if (provider.n == 0)
		return none;
	source = i->everywhere ? REP_S("all your addresses")
	    : route.n > 0      ? route
			       : rep_source_text(in, key->label, ip);
	b = rep_arena_printf(
	    a, "%c%.*s", upper(provider.p[0]), (int)provider.n - 1, provider.p + 1);
	if (b.p == NULL)
		return none;
	switch (tense) {
	case REP_API_IS:
		return rep_arena_printf(
		    a, "%.*s %s %s %.*s", REP_PR(b), now, w->what, REP_PR(source));
	case REP_API_WAS:
		return rep_arena_printf(
		    a, "%.*s %s %s %.*s", REP_PR(b), w->past, w->what, REP_PR(source));
	case REP_API_BEGAN:
		return rep_arena_printf(
		    a, "%.*s began to %s %s %.*s", REP_PR(b), w->stem, w->what, REP_PR(source));
	case REP_API_RETURNED:
		return rep_arena_printf(
		    a, "%.*s %s %s %.*s again", REP_PR(b), now, w->what, REP_PR(source));
	case REP_API_ENDED: break;
	}
	if (w == &away)
		return rep_arena_printf(
		    a, "%.*s can be reached again from %.*s", REP_PR(b), REP_PR(source));
	return rep_arena_printf(
	    a, "%.*s no longer %s %s %.*s", REP_PR(b), now, w->what, REP_PR(source));
}
