/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/proof.h"
#include "auth/dkim_later.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/evaluate.h"
#include "know/provider.h"
#include "serve/report_msg.h"

#include <stdlib.h>

enum { VERSION = 1, ASK_BYTES = 64 << 20, DOMAIN_BYTES = 253 };

enum proof_state { OPEN = 0, PROVEN, REFUSED, UNANSWERED };

struct rep_proof {
	struct rep_unproven m; /* its proof is in the arena */
	struct rep_signatures by;
	enum proof_state is;
};

void
rep_proof_pack(const struct rep_signatures *s, struct rep_buf *out)
{
	rep_msg_put(out, VERSION, 1);
	rep_msg_put_signatures(out, s);
}

/* --- what waits ----------------------------------------------------------------------------------------- */

/* What is known of a mail without its proof. */
struct proof_head {
	uint64_t id, domain; /* domain: a hash of the one in From */
	int64_t read_s, asked_s;
};

struct proofs_loading {
	struct rep_proofs *out;
	struct proof_head *heads; /* owned */
	size_t heads_n, cap;
	struct rep_arena *a;
	struct rep_err *err;
};

static bool
unpack(struct rep_str proof, struct rep_signatures *by)
{
	struct rep_msg_reader m = { proof, 0, false };

	m.bad = rep_msg_get(&m, 1) != VERSION;
	rep_msg_get_signatures(&m, by);
	return rep_msg_done(&m);
}

/* Whose mail it is, as a number: by the registered domain, for names below it cost nothing. */
static uint64_t
owner(struct rep_str from)
{
	struct rep_str domain = rep_str_cut(rep_registered_domain(from), DOMAIN_BYTES);
	char low[DOMAIN_BYTES];

	for (size_t i = 0; i < domain.n; i++)
		low[i] = rep_lower(domain.p[i]);
	return rep_hash((struct rep_str){ low, domain.n });
}

static enum rep_rc
on_head(void *ctx, const struct rep_unproven *m)
{
	struct proofs_loading *l = ctx;
	struct rep_signatures by = { .n = 0 };
	struct proof_head *v;

	if (l->heads_n == l->cap) {
		size_t cap = l->cap == 0 ? 64 : l->cap * 2;

		if ((v = realloc(l->heads, cap * sizeof *v)) == NULL)
			return rep_fail(l->err, REP_EMEM, "out of memory for what proves reports");
		l->heads = v;
		l->cap = cap;
	}
	(void)unpack(m->proof, &by);
	l->heads[l->heads_n++] = (struct proof_head){
		.id = m->id, .domain = owner(by.from), .read_s = m->read_s, .asked_s = m->asked_s
	};
	return REP_OK;
}

static int
first_to_ask(const void *a, const void *b)
{
	const struct proof_head *x = a, *y = b;

	if (x->asked_s != y->asked_s)
		return x->asked_s < y->asked_s ? -1 : 1;
	if (x->read_s != y->read_s)
		return x->read_s > y->read_s ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_domain(const void *a, const void *b)
{
	const struct proof_head *x = a, *y = b;

	return x->domain != y->domain ? (x->domain < y->domain ? -1 : 1) : first_to_ask(a, b);
}

static int
by_id(const void *a, const void *b)
{
	const struct proof_head *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Those that are asked this time, by id. */
static void
choose(struct proofs_loading *l)
{
	struct proof_head *v = l->heads;
	size_t n = 0, of_domain = 0;

	if (l->heads_n == 0)
		return;
	qsort(v, l->heads_n, sizeof *v, by_domain);
	for (size_t i = 0; i < l->heads_n; i++) {
		of_domain = i > 0 && v[i].domain == v[i - 1].domain ? of_domain + 1 : 0;
		if (of_domain < REP_PROOFS_OF_DOMAIN)
			v[n++] = v[i];
	}
	qsort(v, n, sizeof *v, first_to_ask);
	n = n < REP_PROOFS_MAX ? n : REP_PROOFS_MAX;
	l->out->waiting += l->heads_n - n;
	l->heads_n = n;
	qsort(v, n, sizeof *v, by_id);
}

static enum rep_rc
on_chosen(void *ctx, const struct rep_unproven *m)
{
	struct proofs_loading *l = ctx;
	struct proof_head key = { .id = m->id };
	struct rep_proof *p = &l->out->v[l->out->n];

	if (l->out->n == l->heads_n ||
	    bsearch(&key, l->heads, l->heads_n, sizeof key, by_id) == NULL)
		return REP_OK;
	*p = (struct rep_proof){ .m = *m };
	if ((p->m.proof = rep_arena_dup(l->a, m->proof)).p == NULL) {
		l->out->waiting++; /* there is no room: the next time */
		return REP_OK;
	}
	/* What was damaged in the file proves nothing. */
	if (!unpack(p->m.proof, &p->by))
		p->by.n = 0;
	l->out->n++;
	return REP_OK;
}

enum rep_rc
rep_proofs_load(
    struct rep_store *store, struct rep_arena *a, struct rep_proofs *out, struct rep_err *err)
{
	struct proofs_loading l = { .out = out, .a = a, .err = err };
	enum rep_rc rc;

	*out = (struct rep_proofs){ .v = NULL };
	if ((rc = rep_store_unproven(store, on_head, &l, err)) == REP_OK) {
		choose(&l);
		out->v = rep_arena_alloc(a, (l.heads_n + 1) * sizeof *out->v);
		rc = out->v == NULL ? rep_fail(err, REP_EMEM, "out of memory")
		    : l.heads_n > 0 ? rep_store_unproven(store, on_chosen, &l, err)
				    : REP_OK;
	}
	free(l.heads);
	return rc;
}

/* --- their keys -------------------------------------------------------------------------------------------- */

struct asking {
	struct rep_proofs *p;
	struct rep_dkim_keys *keys;
};

/* One signature that holds is enough. True: it is decided. */
static bool
decide(struct rep_proof *p, const struct rep_dns_view *v, struct rep_dkim_keys *keys,
    struct rep_arena *a)
{
	bool pending = false, unanswered = false;

	for (size_t i = 0; i < p->by.n; i++) {
		struct rep_dkim_signature s;

		if (!rep_dkim_with_key(&p->by.v[i], v, keys, a, &s)) {
			pending = true;
		} else if (s.result == REP_DKIM_PASS) {
			p->is = PROVEN;
			return true;
		} else {
			unanswered = unanswered || s.result == REP_DKIM_TEMPERROR;
		}
	}
	if (pending)
		return false;
	p->is = unanswered ? UNANSWERED : REFUSED;
	return true;
}

static bool
turn(void *ctx, const struct rep_dns_view *v, struct rep_arena *a)
{
	struct asking *t = ctx;
	bool all = true;

	for (size_t i = 0; i < t->p->n; i++)
		if (t->p->v[i].is == OPEN && !decide(&t->p->v[i], v, t->keys, a))
			all = false;
	return all;
}

enum rep_rc
rep_proofs_ask(
    const struct rep_session *s, struct rep_resolver *r, struct rep_proofs *p, struct rep_err *err)
{
	struct asking t = { .p = p, .keys = rep_dkim_keys_new() };
	struct rep_arena *a = rep_arena_new(ASK_BYTES);
	enum rep_rc rc = a == NULL ? rep_fail(err, REP_EMEM, "out of memory")
				   : rep_evaluate(s, r, a, turn, &t, err);

	rep_arena_free(a);
	rep_dkim_keys_free(t.keys);
	for (size_t i = 0; i < p->n; i++) {
		p->proven += p->v[i].is == PROVEN;
		p->refused += p->v[i].is == REFUSED;
		p->unanswered += p->v[i].is == UNANSWERED || p->v[i].is == OPEN;
	}
	return rc;
}

enum rep_rc
rep_proofs_store(const struct rep_proofs *p, struct rep_store *store, int64_t clock_s,
    struct rep_arena *a, struct rep_err *err)
{
	struct rep_decided *v = rep_arena_alloc(a, (p->n + 1) * sizeof *v);
	enum rep_rc rc = v == NULL ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
	size_t n = 0;

	for (size_t i = 0; i < p->n && rc == REP_OK; i++) {
		const struct rep_proof *x = &p->v[i];
		bool old = clock_s - x->m.read_s > REP_PROOFS_DAYS * REP_DAY_S;

		if (x->is == PROVEN || x->is == REFUSED || old)
			v[n++] = (struct rep_decided){ x->m.id, x->m.read_s, x->is == PROVEN };
		else
			rc = rep_store_unproven_asked(store, &x->m, clock_s, err);
	}
	return rc != REP_OK ? rc : rep_store_decide(store, v, n, clock_s, err);
}
