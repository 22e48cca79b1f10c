/*
 * auth/spf_leaf.h -- what a term of a walk is to the one who writes the record anew (auth/spf_propose.h).
 *
 * Whether it is the domain's own, leads to an error, may be written out, or goes.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_LEAF_H
#define REP_AUTH_SPF_LEAF_H

#include "auth/spf_audit.h"

/* Where the leaves are looked at. All is borrowed. */
struct rep_spf_among {
	const struct rep_spf_audit *walk;
	const struct rep_name *domain;
	const struct rep_name *mended; /* of rep_spf_propose_in */
	size_t mended_n;
};

/* What rep_spf_leaf_wrong() says of a leaf that leads to a permerror; compared by its address. */
extern const char rep_spf_leads_to_error[];

/* The index behind leaf i and all leaves below it. */
size_t rep_spf_leaf_end(const struct rep_spf_audit *w, size_t i);

/* The qualifier of `all` in the record behind leaf i, or in the one that it redirects to. 0: it has none. */
char rep_spf_leaf_all(const struct rep_spf_audit *w, size_t i);

/* Whether it is an include or a redirect. */
bool rep_spf_leaf_leads(const struct rep_spf_leaf *l);

/* Whether a name is of the domain's own organization. */
bool rep_spf_own_name(const struct rep_spf_among *d, const struct rep_name *name);

/* Whether a leaf leads to a name of the domain's own organization. */
bool rep_spf_leaf_own(const struct rep_spf_among *d, size_t i);

/* Whether the record behind leaf i can be written in its place: only terms that let pass. */
bool rep_spf_leaf_opens(const struct rep_spf_among *d, size_t i);

/* Whether what a leaf leads to was read as it was meant: it cannot stay an include. */
bool rep_spf_leaf_mended(const struct rep_spf_among *d, size_t i);

/* What is wrong below a leaf, so that it cannot stay as it is. NULL: nothing. */
const char *rep_spf_leaf_wrong(const struct rep_spf_among *d, size_t i);

/*
 * Whether somebody may pass by the record behind a leaf before the error that it leads to. A redirect
 * comes behind the rest of its record (RFC 7208, 6.1).
 */
bool rep_spf_leaf_works(const struct rep_spf_among *d, size_t i);

/*
 * Whether a record looks up more names that find nothing than are allowed. Not all receivers count them, so it is
 * an error for some only (RFC 7208, 4.6.4).
 */
bool rep_spf_leaf_voids(const struct rep_spf_audit *w, const struct rep_spf_leaf *l);

/* What an own record behind a leaf has that is better left out. */
bool rep_spf_leaf_untidy(const struct rep_spf_audit *w, size_t i);

/* Whether a term goes without anybody losing a pass that should have been. */
bool rep_spf_leaf_goes(const struct rep_spf_leaf *l);

/* Why a term that goes is worth a word: mail may have passed by it, or was meant to. NULL: it is not. */
const char *rep_spf_leaf_why(const struct rep_spf_leaf *l);

#endif
