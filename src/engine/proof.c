/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/proof.h"
#include "auth/dkim_later.h"
#include "base/time.h"
#include "engine/evaluate.h"
#include "serve/report_msg.h"

enum { VERSION = 1, ASK_BYTES = 64 << 20 };

enum proof_state { OPEN = 0, PROVEN, REFUSED, UNANSWERED };

struct rep_proof {
	uint64_t id; /* of the report */
	int64_t read_s;
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

struct proofs_loading {
	struct rep_proofs *out;
	struct rep_arena *a;
	struct rep_err *err;
	size_t cap;
};

static bool
room(struct proofs_loading *l)
{
	struct rep_proofs *p = l->out;
	size_t cap = l->cap == 0 ? 64 : l->cap * 2;
	struct rep_proof *v;

	if (p->n < l->cap)
		return true;
	if ((v = rep_arena_alloc(l->a, cap * sizeof *v)) == NULL)
		return false;
	if (p->n > 0)
		memcpy(v, p->v, p->n * sizeof *v);
	p->v = v;
	l->cap = cap;
	return true;
}

static enum rep_rc
on_unproven(void *ctx, uint64_t id, const struct rep_kept_report *r, struct rep_str proof)
{
	struct proofs_loading *l = ctx;
	struct rep_proofs *p = l->out;
	struct rep_msg_reader m;

	if (p->n == REP_PROOFS_MAX) {
		p->more = true;
		return REP_OK;
	}
	if (!room(l) || (proof = rep_arena_dup(l->a, proof)).p == NULL)
		return rep_fail(l->err, REP_EMEM, "out of memory for what proves reports");
	p->v[p->n] = (struct rep_proof){ .id = id, .read_s = r->read_s };
	m = (struct rep_msg_reader){ proof, 0, false };
	m.bad = rep_msg_get(&m, 1) != VERSION;
	rep_msg_get_signatures(&m, &p->v[p->n].by);
	/* What was damaged in the file proves nothing. */
	if (!rep_msg_done(&m))
		p->v[p->n].by.n = 0;
	p->n++;
	return REP_OK;
}

enum rep_rc
rep_proofs_load(
    struct rep_store *store, struct rep_arena *a, struct rep_proofs *out, struct rep_err *err)
{
	struct proofs_loading l = { .out = out, .a = a, .err = err };

	*out = (struct rep_proofs){ .v = NULL };
	return rep_store_unproven(store, on_unproven, &l, err);
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
rep_proofs_store(
    const struct rep_proofs *p, struct rep_store *store, int64_t clock_s, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < p->n && rc == REP_OK; i++) {
		const struct rep_proof *x = &p->v[i];
		bool old = clock_s - x->read_s > REP_PROOFS_DAYS * REP_DAY_S;

		if (x->is == PROVEN)
			rc = rep_store_report_prove(store, x->id, clock_s, err);
		else if (x->is == REFUSED || old)
			rc = rep_store_report_disprove(store, x->id, err);
	}
	return rc;
}
