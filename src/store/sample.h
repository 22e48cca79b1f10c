/*
 * store/sample.h -- the replies of providers, grouped by form, each in its newest wording.
 *
 * Two replies are of one form when provider, domain, rule and class are the same
 * and the texts differ only in digits, addresses and ids. All forms (4096 at most)
 * are in memory while the store writes; a text is masked before it goes to the
 * back end, and the local part of the recipient is taken out at once, wherever it
 * stands as a word ("mailbox jo.smith is full").
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_SAMPLE_H
#define REP_STORE_SAMPLE_H

#include "store/backend.h"

enum {
	REP_FORMS_MAX = 4096, /* all in memory; beyond it the least recent go (forms_dropped) */
	REP_SAMPLE_TEXT_MAX =
	    1024 /* bytes of a text that are compared and kept; what is cut ends in " [...]" */
};

struct rep_form {
	struct rep_sample_row row; /* its texts are in p */
	char *p;		   /* owned; text, then host */
	uint32_t cap;
	bool dirty;  /* not in the back end as it is here */
	bool stored; /* the back end has a row of it */
};

struct rep_forms {
	struct rep_form *v; /* owned */
	uint16_t *slot;	    /* owned; number in v, plus 1 */
	uint32_t n, cap;
	bool loaded, dirty;
	uint32_t dropped; /* since the caller set it to 0: went to make room */
};

void rep_forms_clear(struct rep_forms *f);
enum rep_rc rep_forms_load(
    struct rep_forms *f, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/*
 * Counts the text of a fact; *id gets the number of its form. `row` brings the
 * names (provider, provider_domain, rule); *next_id is the number of the next form.
 */
enum rep_rc rep_forms_add(struct rep_forms *f, struct rep_backend *b, const struct rep_key *key,
    const struct rep_fact *fact, const struct rep_sample_row *row, int64_t *next_id, int64_t *id,
    struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_forms_flush(
    struct rep_forms *f, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/* Drops the forms whose text holds `masked`, here and in the back end. */
enum rep_rc rep_forms_drop(struct rep_forms *f, struct rep_backend *b, struct rep_str masked,
    struct rep_err *err) REP_NODISCARD;

/* The text without what tells one reply of a form from the next; out has room for s.n. */
size_t rep_sample_fold(struct rep_str s, char *out);

#endif
