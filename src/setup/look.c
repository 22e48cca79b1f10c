/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/look.h"
#include "engine/ingest.h"
#include "setup/signers.h"

#include <stdio.h>
#include <stdlib.h>

/* CARRY: a line in which OpenDKIM names two names is no longer, behind the words by which it is found. */
enum { CARRY = 1024 };

struct look_work {
	struct rep_look_log *out;
	struct rep_arena *a;
	const struct rep_sources *known;
	bool full;
	char carry[2 * CARRY];
	size_t carry_n;
};

/* --- from its facts ----------------------------------------------------------------------------------- */

static struct rep_look_label *
label_of(struct look_work *w, const struct rep_fact *f)
{
	struct rep_look_log *o = w->out;
	struct rep_look_label *l;
	size_t i;

	for (i = 0; i < o->labels_n && !rep_str_eq(o->labels[i].label, f->label); i++)
		;
	if (i == REP_LOOK_LABELS) {
		o->cut = true;
		return NULL;
	}
	l = &o->labels[i];
	if (i == o->labels_n) {
		*l = (struct rep_look_label){ .label = rep_arena_dup(w->a, f->label),
			.host = rep_arena_dup(w->a, f->log_host) };
		w->full |= l->label.p == NULL || l->host.p == NULL;
		o->labels_n++;
	}
	return l;
}

/* Mail that is only passed on says nothing of own domains (doc/words.md: stream). */
static bool
is_own(const struct rep_fact *f)
{
	return f->sender_domain.n > 0 && !rep_str_ends(f->stream, REP_S("/srs")) &&
	    !rep_str_ends(f->stream, REP_S("/forwarded"));
}

static void
count_domain(struct look_work *w, struct rep_str name)
{
	struct rep_look_log *o = w->out;
	size_t i;

	for (i = 0; i < o->domains_n && !rep_str_eq(o->domains[i].name, name); i++)
		;
	if (i == o->domains_n) {
		if (!rep_signer_domain(name))
			return;
		if (i == REP_LOOK_DOMAINS) {
			o->cut = true;
			return;
		}
		o->domains[i] = (struct rep_look_domain){ rep_arena_dup(w->a, name), 0 };
		w->full |= o->domains[i].name.p == NULL;
		o->domains_n++;
	}
	o->domains[i].accepted++;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, const struct rep_sources *known, struct rep_err *err)
{
	struct look_work *w = ctx;
	struct rep_look_log *o = w->out;
	struct rep_look_label *l;

	w->known = known;
	if (f->status == REP_STATUS_NONE)
		return REP_OK;
	o->first_s = o->first_s == 0 || f->at_s < o->first_s ? f->at_s : o->first_s;
	o->last_s = f->at_s > o->last_s ? f->at_s : o->last_s;
	if (f->route.n > 0)
		o->relayed++;
	else
		o->deliveries++;
	if (f->route.n == 0 && f->label.n > 0 && (l = label_of(w, f)) != NULL)
		l->tries++;
	if (f->status == REP_STATUS_SENT) {
		o->accepted++;
		if (is_own(f))
			count_domain(w, f->sender_domain);
	}
	return w->full ? rep_fail(err, REP_ELIMIT, "the log has more names than there is room for")
		       : REP_OK;
}

/* --- from its text ------------------------------------------------------------------------------------ */

static void
on_signer(void *ctx, struct rep_str domain, struct rep_str selector)
{
	struct look_work *w = ctx;
	struct rep_look_log *o = w->out;
	size_t i;

	for (i = 0; i < o->signers_n; i++)
		if (rep_str_eq_nocase(o->signers[i].domain, domain) &&
		    rep_str_eq_nocase(o->signers[i].selector, selector))
			return;
	if (domain.n == 0)
		return;
	if (i == REP_LOOK_SIGNERS) {
		o->cut = true;
		return;
	}
	o->signers[i] =
	    (struct rep_look_signer){ rep_arena_dup(w->a, domain), rep_arena_dup(w->a, selector) };
	if (o->signers[i].domain.p != NULL && o->signers[i].selector.p != NULL)
		o->signers_n++;
}

/* Pieces come cut anywhere: what is around a cut is looked at once more. */
static void
take_text(struct look_work *w, struct rep_str text)
{
	struct rep_str head = rep_str_sub(text, 0, CARRY), tail;

	memcpy(w->carry + w->carry_n, head.p, head.n);
	w->carry_n += head.n;
	rep_signed_lines((struct rep_str){ w->carry, w->carry_n }, on_signer, w);
	rep_signed_lines(text, on_signer, w);
	if (text.n >= CARRY) {
		tail = rep_str_sub(text, text.n - CARRY, CARRY);
		memcpy(w->carry, tail.p, tail.n);
		w->carry_n = CARRY;
	} else if (w->carry_n > CARRY) {
		memmove(w->carry, w->carry + w->carry_n - CARRY, CARRY);
		w->carry_n = CARRY;
	}
}

static enum rep_rc
look_for_signers(
    struct look_work *w, struct rep_reader *reader, struct rep_order_input *o, struct rep_err *err)
{
	struct rep_str text;
	enum rep_rc rc;

	if ((rc = rep_order_open(reader, o, 0, err)) != REP_OK)
		return rc;
	if ((rc = rep_reader_bytes(reader, o->reading, UINT64_MAX, err)) == REP_OK)
		while ((rc = rep_reader_next_bytes(reader, &text, err)) == REP_OK)
			take_text(w, text);
	rep_order_close(reader, o);
	return rc == REP_ENOTFOUND ? REP_OK : rc;
}

/* --- both --------------------------------------------------------------------------------------------- */

static int
by_tries(const void *a, const void *b)
{
	const struct rep_look_label *x = a, *y = b;

	return x->tries != y->tries ? (x->tries < y->tries ? 1 : -1)
				    : rep_str_cmp(x->label, y->label);
}

static int
by_accepted(const void *a, const void *b)
{
	const struct rep_look_domain *x = a, *y = b;

	return x->accepted != y->accepted ? (x->accepted < y->accepted ? 1 : -1)
					  : rep_str_cmp(x->name, y->name);
}

/* The addresses that are known of each label now, and the order. */
static void
complete(struct look_work *w)
{
	struct rep_look_log *o = w->out;

	for (size_t i = 0; i < o->labels_n && w->known != NULL; i++) {
		const struct rep_ip *ip = rep_sources_public(w->known, o->labels[i].label);

		if (ip != NULL)
			o->labels[i].public = *ip;
		o->labels[i].pool = rep_sources_pool(w->known, o->labels[i].label);
	}
	if (o->labels_n > 0)
		qsort(o->labels, o->labels_n, sizeof *o->labels, by_tries);
	if (o->domains_n > 0)
		qsort(o->domains, o->domains_n, sizeof *o->domains, by_accepted);
}

static enum rep_rc
look(struct look_work *w, struct rep_ingest *g, const char *path, const char *name,
    struct rep_err *err)
{
	struct rep_order_input facts = { .path = path, .name = name, .given = true }, text = facts;
	enum rep_rc rc;

	if ((rc = rep_ingest_learnt(g, err)) != REP_OK ||
	    (rc = rep_order_open(rep_ingest_reader(g), &facts, 0, err)) != REP_OK)
		return rc;
	facts.kind = facts.reading->kind;
	rc = rep_ingest_input(g, &facts, err);
	rep_order_close(rep_ingest_reader(g), &facts);
	if (rc == REP_OK)
		rc = look_for_signers(w, rep_ingest_reader(g), &text, err);
	if (rc == REP_OK)
		complete(w);
	return rc;
}

enum rep_rc
rep_look_at_log(const struct rep_session *s, int fd, const char *name, struct rep_arena *a,
    struct rep_look_log *out, struct rep_err *err)
{
	struct rep_session quiet = *s;
	struct look_work w = { .out = out, .a = a };
	struct rep_ingest_params o = {
		.session = &quiet, .dry_run = true, .on = { .fact = on_fact, .ctx = &w }
	};
	struct rep_ingest *g;
	char path[32];
	enum rep_rc rc;

	*out = (struct rep_look_log){ .labels =
					  rep_arena_alloc(a, REP_LOOK_LABELS * sizeof *out->labels),
		.domains = rep_arena_alloc(a, REP_LOOK_DOMAINS * sizeof *out->domains),
		.signers = rep_arena_alloc(a, REP_LOOK_SIGNERS * sizeof *out->signers) };
	if (out->labels == NULL || out->domains == NULL || out->signers == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	quiet.problem = NULL;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if ((rc = rep_ingest_open(&o, &g, err)) != REP_OK)
		return rc;
	rc = look(&w, g, path, name, err);
	rep_ingest_close(g);
	return rc;
}
