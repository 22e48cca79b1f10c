/* SPDX-License-Identifier: Apache-2.0 */
#include "store/trail.h"
#include "fact/identity.h"
#include "store/inside.h"

#include <stdlib.h>

struct trail {
	const struct rep_trail_ask *ask;
	uint64_t recipient, messages[REP_TRAIL_IDS + 2];
	size_t messages_n;
	struct rep_trail_step *v; /* a ring of REP_TRAIL_MAX */
	uint64_t seen;
	size_t n;
	struct rep_arena *a;
	struct rep_err *err;
};

static bool
wanted(const struct trail *t, const struct rep_fact_row *row)
{
	if (t->recipient != 0 && row->recipient == t->recipient)
		return true;
	if (t->ask->queue_id.n > 0 && rep_str_eq(row->queue_id, t->ask->queue_id))
		return true;
	for (size_t i = 0; row->message != 0 && i < t->messages_n; i++)
		if (t->messages[i] == row->message)
			return true;
	return false;
}

static enum rep_rc
on_row(void *ctx, const struct rep_fact_row *row)
{
	struct trail *t = ctx;
	struct rep_str id;

	if (!wanted(t, row))
		return REP_OK;
	if ((id = rep_arena_dup(t->a, row->queue_id)).p == NULL)
		return rep_fail(t->err, REP_ELIMIT, "too many deliveries to show");
	t->v[t->seen++ % REP_TRAIL_MAX] = (struct rep_trail_step){ .at_s = row->at_s,
		.delay_ms = row->delay_ms,
		.recipient = row->recipient,
		.message = row->message,
		.label = row->label,
		.route = row->route,
		.provider = row->provider,
		.provider_domain = row->provider_domain,
		.stream = row->stream,
		.rule = row->rule,
		.status = (enum rep_status)row->status,
		.class = (enum rep_class)row->class,
		.scope = (enum rep_scope)row->scope,
		.stage = (enum rep_stage)row->stage,
		.evidence = row->evidence,
		.certain = row->certain,
		.code = row->code,
		.enhanced = row->enhanced,
		.form = row->sample,
		.queue_id = id };
	return REP_OK;
}

/* The words of a form, for every step that has it. */
static enum rep_rc
on_form(void *ctx, const struct rep_sample_row *row)
{
	struct rep_str text = { NULL, 0 }, host = { NULL, 0 };
	struct trail *t = ctx;

	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].form == 0 || t->v[i].form != row->id)
			continue;
		if (text.p == NULL) {
			text = rep_arena_dup(t->a, row->text);
			host = rep_arena_dup(t->a, row->host);
		}
		if (text.p == NULL || host.p == NULL)
			return rep_fail(t->err, REP_ELIMIT, "too many replies to show");
		t->v[i].text = text;
		t->v[i].host = host;
	}
	return REP_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct rep_trail_step *x = a, *y = b;

	if (x->at_s != y->at_s)
		return x->at_s < y->at_s ? -1 : 1;
	return rep_str_cmp(x->queue_id, y->queue_id);
}

/* Logs have the Message-ID with brackets, some events without: both are looked for. */
static void
ask_message(struct trail *t, const struct rep_store *s, struct rep_str id)
{
	struct rep_str with;

	id = rep_str_trim(id);
	if (id.n > 1 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		id = rep_str_sub(id, 1, id.n - 2);
	if (id.n == 0)
		return;
	t->messages[t->messages_n++] = rep_store_message_hash(s, id);
	with = rep_arena_printf(t->a, "<%.*s>", REP_PR(id));
	if (with.p != NULL)
		t->messages[t->messages_n++] = rep_store_message_hash(s, with);
}

enum rep_rc
rep_store_trail(struct rep_store *s, const struct rep_trail_ask *ask, struct rep_arena *a,
    struct rep_trail_step **v, size_t *n, uint64_t *left_out, struct rep_err *err)
{
	struct trail t = { .ask = ask, .a = a, .err = err };
	enum rep_rc rc = rep_store_flush(s, err);

	if (rc != REP_OK)
		return rc;
	if ((t.v = rep_arena_alloc(a, REP_TRAIL_MAX * sizeof *t.v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (ask->address.n > 0)
		t.recipient = rep_recipient_hash(&s->key, ask->address);
	for (; t.messages_n < ask->messages_n && t.messages_n < REP_TRAIL_IDS; t.messages_n++)
		t.messages[t.messages_n] = ask->messages[t.messages_n];
	ask_message(&t, s, ask->message_id);
	if ((rc = s->b->ops->trail(s->b, on_row, &t, err)) != REP_OK)
		return rc;
	t.n = t.seen < REP_TRAIL_MAX ? (size_t)t.seen : REP_TRAIL_MAX;
	if (t.n > 0 && (rc = s->b->ops->samples(s->b, on_form, &t, err)) != REP_OK)
		return rc;
	if (t.n > 0)
		qsort(t.v, t.n, sizeof *t.v, by_time);
	*v = t.v;
	*n = t.n;
	*left_out = t.seen - t.n;
	return REP_OK;
}
