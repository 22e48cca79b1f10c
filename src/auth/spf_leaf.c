/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_leaf.h"
#include "auth/dmarc.h"

size_t
rep_spf_leaf_end(const struct rep_spf_audit *w, size_t i)
{
	size_t k = i + 1;

	while (k < w->n && w->leaf[k].depth > w->leaf[i].depth)
		k++;
	return k;
}

char
rep_spf_leaf_all(const struct rep_spf_audit *w, size_t i)
{
	size_t to = i;

	for (size_t k = i + 1; k < rep_spf_leaf_end(w, i); k++) {
		if (w->leaf[k].depth != w->leaf[to].depth + 1 || w->leaf[k].after_all ||
		    w->leaf[k].ignored)
			continue;
		if (w->leaf[k].term->mech == REP_SPF_ALL)
			return w->leaf[k].term->qualifier;
		if (w->leaf[k].term->mech == REP_SPF_REDIRECT)
			to = k;
	}
	return 0;
}

bool
rep_spf_leaf_leads(const struct rep_spf_leaf *l)
{
	return l->term->mech == REP_SPF_INCLUDE || l->term->mech == REP_SPF_REDIRECT;
}

bool
rep_spf_own_name(const struct rep_spf_among *d, const struct rep_name *name)
{
	return rep_dmarc_same_org(name, d->domain);
}

bool
rep_spf_leaf_own(const struct rep_spf_among *d, size_t i)
{
	struct rep_name target;

	return rep_spf_target(&d->walk->leaf[i], d->domain, &target) &&
	    rep_spf_own_name(d, &target);
}

bool
rep_spf_leaf_opens(const struct rep_spf_among *d, size_t i)
{
	const struct rep_spf_audit *w = d->walk;
	const struct rep_spf_leaf *l = &w->leaf[i];

	if (!rep_spf_leaf_leads(l) || l->state != REP_SPF_STATE_OK ||
	    (l->term->mech == REP_SPF_INCLUDE && l->term->qualifier != '+') ||
	    !rep_spf_leaf_own(d, i))
		return false;
	for (size_t k = i + 1; k < rep_spf_leaf_end(w, i); k++) {
		const struct rep_spf_leaf *b = &w->leaf[k];

		if (b->depth != l->depth + 1 || b->after_all || b->term->mech == REP_SPF_ALL ||
		    b->term->mech >= REP_SPF_EXP)
			continue;
		if ((b->term->qualifier != '+' && b->term->mech != REP_SPF_REDIRECT) ||
		    rep_spf_of_message(b))
			return false;
	}
	return true;
}

bool
rep_spf_leaf_mended(const struct rep_spf_among *d, size_t i)
{
	struct rep_name target;

	if (!rep_spf_leaf_leads(&d->walk->leaf[i]) ||
	    !rep_spf_target(&d->walk->leaf[i], d->domain, &target))
		return false;
	for (size_t k = 0; k < d->mended_n; k++)
		if (rep_name_eq(&d->mended[k], &target))
			return true;
	return false;
}

const char rep_spf_leads_to_error[] = "its record leads to an error (permerror)";

const char *
rep_spf_leaf_wrong(const struct rep_spf_among *d, size_t i)
{
	const struct rep_spf_audit *w = d->walk;

	for (size_t k = i + 1; k < rep_spf_leaf_end(w, i); k++) {
		if (w->leaf[k].fatal || rep_spf_leaf_mended(d, k))
			return rep_spf_leads_to_error;
		if (w->leaf[k].everybody && !w->leaf[k].after_all)
			return "its record lets everybody pass";
	}
	return NULL;
}

bool
rep_spf_leaf_works(const struct rep_spf_among *d, size_t i)
{
	const struct rep_spf_audit *w = d->walk;
	size_t refused = 0; /* up to here a match is no pass */

	if (w->leaf[i].fatal || rep_spf_leaf_mended(d, i) ||
	    (w->leaf[i].term->mech == REP_SPF_INCLUDE && w->leaf[i].term->qualifier != '+'))
		return false;
	for (size_t k = i + 1; k < rep_spf_leaf_end(w, i); k++)
		if (w->leaf[k].everybody && !w->leaf[k].after_all)
			return false; /* once the error is repaired */
	for (size_t k = i + 1; k < rep_spf_leaf_end(w, i); k++) {
		const struct rep_spf_leaf *b = &w->leaf[k];
		bool plus = b->term->qualifier == '+' && b->term->mech != REP_SPF_ALL;

		if (b->after_all || b->ignored || b->term->mech >= REP_SPF_REDIRECT)
			continue;
		if (b->fatal || rep_spf_leaf_mended(d, k))
			return false;
		if (rep_spf_leaf_leads(b) && !plus && refused < rep_spf_leaf_end(w, k))
			refused = rep_spf_leaf_end(w, k);
		if (plus && !rep_spf_leaf_leads(b) && !b->dead && k >= refused)
			return true;
	}
	return false;
}

bool
rep_spf_leaf_voids(const struct rep_spf_audit *w, const struct rep_spf_leaf *l)
{
	return rep_spf_leaf_leads(l) &&
	    (l->voids4 > REP_SPF_MAX_VOID || (w->six && l->voids6 > REP_SPF_MAX_VOID));
}

bool
rep_spf_leaf_untidy(const struct rep_spf_audit *w, size_t i)
{
	for (size_t k = i + 1; k < rep_spf_leaf_end(w, i); k++)
		if (!w->leaf[k].after_all &&
		    ((w->leaf[k].dead && !w->leaf[k].failed) ||
			(w->leaf[k].broad && w->leaf[k].term->qualifier == '+') ||
			w->leaf[k].term->mech == REP_SPF_PTR))
			return true;
	return false;
}

bool
rep_spf_leaf_goes(const struct rep_spf_leaf *l)
{
	return l->after_all || l->ignored || l->duplicate || l->term->mech == REP_SPF_PTR ||
	    (l->dead && !l->failed && !rep_spf_leaf_leads(l)) ||
	    (l->broad && l->term->qualifier == '+');
}

const char *
rep_spf_leaf_why(const struct rep_spf_leaf *l)
{
	if (l->duplicate || l->term->mech == REP_SPF_ALL || l->term->mech > REP_SPF_REDIRECT)
		return NULL;
	if (l->after_all)
		return "it stands after all, where it never counted";
	if (l->ignored)
		return "it never counted beside all";
	if (l->term->mech == REP_SPF_PTR)
		return "large receivers skip it";
	if (l->dead)
		return l->note;
	if (l->everybody)
		return "it lets everybody pass";
	return l->broad ? "far more addresses than yours" : NULL;
}
