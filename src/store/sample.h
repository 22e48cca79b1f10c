/*
 * store/sample.h -- replies of providers, grouped by form, each with its newest wording.
 *
 * Two replies have the same form when provider, domain, rule and class are the same and the texts
 * differ only in digits, addresses and ids. All forms (at most 4096) are in memory while the store
 * writes. A text is masked before it goes to the back end. The local part of the recipient is
 * removed at once, wherever it is a word of the text ("mailbox jo.smith is full").
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_SAMPLE_H
#define REP_STORE_SAMPLE_H

#include "store/backend.h"

enum {
	REP_FORMS_MAX = 4096, /* all in memory; the oldest are removed (forms_dropped) */
	REP_SAMPLE_TEXT_MAX =
	    1024 /* bytes of a text that are compared and stored; a cut text ends in " [...]" */
};

struct rep_form {
	struct rep_sample_row row; /* its texts are in p */
	char *p;		   /* owned; text, then host */
	uint32_t cap;
	char contact[64]; /* in text: the provider's own address, not masked; "": none is known */
	bool dirty;	  /* it differs from the row in the back end */
	bool stored;	  /* the back end has a row for it */
};

struct rep_forms {
	struct rep_form *v; /* owned */
	uint16_t *slot;	    /* owned; index in v, plus 1 */
	uint32_t n, cap;
	bool loaded, dirty;
	bool header_dirty; /* faults of headers (sample_header.h) are not written yet */
	uint32_t dropped;  /* forms removed to make room, since the caller set this to 0 */
};

void rep_forms_clear(struct rep_forms *f);
enum rep_rc rep_forms_load(
    struct rep_forms *f, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/*
 * Counts the text of a fact. *id gets the number of its form. `row` has the names (provider,
 * provider_domain, rule). *next_id is the number for the next new form.
 */
enum rep_rc rep_forms_add(struct rep_forms *f, struct rep_backend *b, const struct rep_key *key,
    const struct rep_fact *fact, const struct rep_sample_row *row, int64_t *next_id, int64_t *id,
    struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_forms_flush(
    struct rep_forms *f, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/* Removes the forms whose text contains `masked`, here and in the back end. */
enum rep_rc rep_forms_drop(struct rep_forms *f, struct rep_backend *b, struct rep_str masked,
    struct rep_err *err) REP_NODISCARD;

/* Folds a text: what differs between replies of one form is removed. out has room for s.n. */
size_t rep_sample_fold(struct rep_str s, char *out);

#endif
