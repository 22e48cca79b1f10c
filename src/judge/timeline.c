/*
 * From observations to cells, episodes and incidents: what happened, not why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/timeline.h"
#include "judge/index.h"
#include "judge/mute.h"
#include "judge/outage.h"

enum { HOUR = 3600 };

struct timeline {
	struct rep_incident_list list;
	struct rep_outages outages;
	struct rep_track *track; /* owned by rep_judge_timeline */
};

static enum rep_rc
too_small(struct rep_err *err)
{
	return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
}

/* Among the incidents of one cell, ends an open throttling where it turned into a block. */
static void
throttle_before_block(struct rep_verdicts *v, size_t first)
{
	for (size_t t = first; t < v->incidents_n; t++) {
		struct rep_incident *x = &v->incidents[t];
		struct rep_episode *e =
		    (struct rep_episode *)(uintptr_t)&x->episodes[x->episodes_n - 1];

		if (x->trouble != REP_TROUBLE_THROTTLE || e->until_s != 0)
			continue;
		for (size_t b = first; b < v->incidents_n; b++) {
			const struct rep_incident *y = &v->incidents[b];
			const struct rep_episode *f = &y->episodes[y->episodes_n - 1];

			if (y->trouble == REP_TROUBLE_BLOCK && f->since_s >= e->since_s &&
			    e->last_s <= f->since_s + HOUR) {
				e->until_s = f->since_s;
				x->life = REP_LIFE_OVER;
			}
		}
	}
}

/* --- cells ---------------------------------------------------------------------------------------- */

/* Whether most of a drop is part of a trouble of a named kind. */
static bool
named_already(const struct rep_stay *drop, struct rep_stays *out[REP_TROUBLE_N])
{
	for (int k = 0; k < REP_TROUBLE_DROP; k++)
		for (size_t n = 0; n < out[k]->n; n++) {
			const struct rep_episode *e = &out[k]->v[n].e, *d = &drop->e;
			int64_t until_s = e->until_s != 0 ? e->until_s : INT64_MAX;

			if (e->since_s <= d->last_s && until_s >= d->since_s &&
			    e->replies > d->replies)
				return true;
		}
	return false;
}

/* Handles drops. A drop that the provider caused waits until the other sources are known. */
static enum rep_rc
drops(struct timeline *tl, size_t cell, struct rep_stays *out[REP_TROUBLE_N], struct rep_err *err)
{
	struct rep_stays *s = out[REP_TROUBLE_DROP];
	size_t kept = 0;

	for (size_t n = 0; n < s->n; n++) {
		if (named_already(&s->v[n], out))
			continue;
		if (s->v[n].theirs * 2 > s->v[n].e.replies) {
			if (!rep_outages_note(&tl->outages, cell, &s->v[n]))
				return rep_fail(err, REP_EMEM, "out of memory");
			continue;
		}
		s->v[kept++] = s->v[n];
	}
	return rep_incidents_add_returning(&tl->list, cell, REP_TROUBLE_DROP, s->v, kept, err);
}

static enum rep_rc
one_cell(struct timeline *tl, size_t cell, struct rep_err *err)
{
	struct rep_verdicts *v = tl->list.v;
	struct rep_stays *out[REP_TROUBLE_N];
	size_t n, first = v->incidents_n;
	const struct rep_observation *obs = rep_index_obs(v, &v->cells[cell], &n);
	enum rep_rc rc;

	if (rep_judge_has(v->in, "mute"))
		rep_mute_look(v, &v->cells[cell].key, obs, n);
	rc = rep_track_cell(tl->track, obs, n, out, err);

	for (int k = 0; rc == REP_OK && k < REP_TROUBLE_DROP; k++)
		rc = rep_incidents_add_returning(
		    &tl->list, cell, (enum rep_trouble)k, out[k]->v, out[k]->n, err);
	throttle_before_block(v, first);
	return rc == REP_OK ? drops(tl, cell, out, err) : rc;
}

/* Counts the observations of a cell that are in the window. Returns how many belong to the cell. */
static size_t
count_window(struct rep_verdicts *v, struct rep_cell *c, const struct rep_observation *o, size_t n)
{
	const struct rep_judge_in *in = v->in;
	size_t k = 0;

	for (; k < n; k++) {
		struct rep_cell_key key = rep_cell_key_of(&o[k]);

		if (rep_cell_key_cmp(&key, &c->key) != 0)
			break;
		if (o[k].status == REP_STATUS_DELAYED)
			continue; /* no attempt (judge/seen.h tells it) */
		if (in->window_s != 0 &&
		    (o[k].last_s <= in->now_s - in->window_s || o[k].first_s > in->now_s))
			continue;
		c->count[o[k].status] += o[k].count;
		c->classes[o[k].class] += o[k].count;
		v->totals[o[k].status] += o[k].count;
	}
	return k;
}

static size_t
different_keys(const struct rep_observation *o, size_t n)
{
	size_t different = 0;

	for (size_t i = 0; i < n; i++) {
		struct rep_cell_key x = { 0 }, y = rep_cell_key_of(&o[i]);

		if (i > 0)
			x = rep_cell_key_of(&o[i - 1]);
		different += i == 0 || rep_cell_key_cmp(&x, &y) != 0;
	}
	return different;
}

/* Makes the cells of the history and of the window, by key. */
static enum rep_rc
make_cells(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	const struct rep_history *h = &v->index->history;
	const struct rep_judge_in *in = v->in;
	size_t most = h->cells_n + different_keys(in->recent, in->recent_n), recent = 0;

	if ((v->cells = rep_arena_alloc(a, (most + 1) * sizeof *v->cells)) == NULL)
		return too_small(err);
	for (size_t place = 0; place < h->cells_n || recent < in->recent_n;) {
		struct rep_cell *c = &v->cells[v->cells_n++];
		struct rep_cell_key next;
		const struct rep_observation *o = NULL;
		size_t n = 0;

		*c = (struct rep_cell){ .place = SIZE_MAX, .first_s = INT64_MAX };
		if (place < h->cells_n)
			o = h->of(h->ctx, place, &c->key, &n);
		if (recent < in->recent_n) {
			next = rep_cell_key_of(&in->recent[recent]);
			if (o == NULL || rep_cell_key_cmp(&next, &c->key) < 0) {
				c->key = next;
				o = NULL;
			}
		}
		if (o != NULL) {
			c->place = place++;
			for (size_t k = 0; k < n && o[k].from_s == o[0].from_s; k++)
				if (o[k].first_s < c->first_s)
					c->first_s = o[k].first_s;
		}
		recent += count_window(v, c, in->recent + recent, in->recent_n - recent);
	}
	return REP_OK;
}

/* --- states ----------------------------------------------------------------------------------- */

static void
take_state(struct rep_cell *c, const struct rep_incident *i, size_t n)
{
	enum rep_state s = rep_incident_state(i, &i->episodes[i->episodes_n - 1]);

	c->named = true;
	if (!rep_incident_open(i) || s <= c->state)
		return;
	c->state = s;
	c->since_s = i->episodes[i->episodes_n - 1].since_s;
	c->rule = i->rule;
	c->incident = n + 1;
}

static void
state_by_window(struct rep_cell *c)
{
	uint64_t all = 0, well, lost_n;

	for (int s = 0; s < REP_STATUS_N; s++)
		all += c->count[s];
	well = (uint64_t)c->classes[REP_CLASS_ACCEPTED] + c->classes[REP_CLASS_RECIPIENT] +
	    c->classes[REP_CLASS_MAILBOX] + c->classes[REP_CLASS_GREYLISTED];
	lost_n = all > well ? all - well : 0;
	if (c->state != REP_STATE_UNKNOWN || all == 0)
		return;
	c->state = all >= 20 && lost_n * 2 >= all ? REP_STATE_FAILING
	    : c->classes[REP_CLASS_ACCEPTED] > 0  ? REP_STATE_WELL
						  : REP_STATE_UNKNOWN;
}

static void
set_states(struct rep_verdicts *v)
{
	for (size_t n = 0; n < v->incidents_n; n++) {
		const struct rep_incident *i = &v->incidents[n];
		const struct rep_cell *lead = &v->cells[i->cell];

		take_state(&v->cells[i->cell], i, n);
		for (size_t k = 0; i->everywhere && k < v->cells_n; k++)
			if (&v->cells[k] != lead &&
			    rep_index_same_provider(&v->cells[k].key, &lead->key))
				take_state(&v->cells[k], i, n);
	}
}

/* Returns the row for all small hosts of a label. If there is none yet, makes it of this one. */
static struct rep_cell *
row_of_all(struct rep_cell **rows, size_t *n, struct rep_cell *c)
{
	struct rep_cell_key k = c->key;

	k.provider_domain = 0;
	for (size_t i = *n; i-- > 0;) { /* sorted by label: the last rows are of this one */
		if (rows[i]->key.label != k.label)
			break;
		if (rep_cell_key_cmp(&rows[i]->key, &k) == 0)
			return rows[i];
	}
	c->key = k;
	rows[(*n)++] = c;
	return c;
}

/* Counts small hosts that are not in trouble in one row instead of a thousand. */
static enum rep_rc
fold_small_hosts(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_cell **rows = rep_arena_alloc(a, (v->cells_n + 1) * sizeof *rows);
	size_t n = 0;

	if (rows == NULL)
		return too_small(err);
	for (size_t i = 0; i < v->cells_n; i++) {
		struct rep_cell *c = &v->cells[i], *sum;

		if (c->key.provider_domain == 0) {
			rows[n++] = c; /* comes before the small hosts: 0 sorts first */
			continue;
		}
		if (c->named || (sum = row_of_all(rows, &n, c)) == c)
			continue;
		for (int s = 0; s < REP_STATUS_N; s++)
			sum->count[s] += c->count[s];
		for (int s = 0; s < REP_CLASS_N; s++)
			sum->classes[s] += c->classes[s];
		c->folded = true;
	}
	return REP_OK;
}

enum rep_rc
rep_judge_timeline(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct timeline tl = { .list = { .v = v, .a = a } };
	enum rep_rc rc;

	if ((rc = make_cells(v, a, err)) != REP_OK)
		return rc;
	if ((tl.track = rep_track_new(v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t c = 0; rc == REP_OK && c < v->cells_n; c++)
		rc = one_cell(&tl, c, err);
	if (rc == REP_OK)
		rc = rep_outages_add_incidents(&tl.outages, &tl.list, err);
	rep_outages_fini(&tl.outages);
	rep_track_free(tl.track);
	if (rc != REP_OK)
		return rc;
	set_states(v);
	rc = fold_small_hosts(v, a, err);
	for (size_t n = 0; n < v->cells_n; n++)
		if (!v->cells[n].folded)
			state_by_window(&v->cells[n]);
	return rc;
}
