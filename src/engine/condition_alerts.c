/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/condition_alerts.h"
#include "engine/condition_words.h"

/* As with incidents (cli/news_text.c): nobody reads five calls. Judgement. */
enum { AT_ONCE = 4 };

/* Where messages go. */
struct posting {
	const struct rep_know *know;
	const struct rep_conditions *c;
	struct rep_held_all *held;
	const struct rep_outbox_to *to;
	struct rep_outbox *box;
	struct rep_condition_news *news;
};

/* What is told of one kind at once. */
struct condition_piece {
	enum rep_kind kind;
	struct rep_condition_shown *v;
	struct rep_held **held;
	size_t n;
	uint64_t alert; /* the open one of this kind; 0: none */
	struct rep_str title;
};

static const struct rep_alert_kind *
entry(const struct posting *p, enum rep_kind kind)
{
	return rep_know_alert(p->know, kind);
}

/* A clock that was ahead leaves times behind that are still to come: they are now. */
static void
set_back(struct rep_held *h, int64_t now_s)
{
	int64_t *times[] = { &h->first_s, &h->seen_s, &h->told_s, &h->over_s };

	for (size_t i = 0; i < REP_COUNT(times); i++)
		if (*times[i] > now_s)
			*times[i] = now_s;
}

/* --- what begins and ends ---------------------------------------------------------------------------- */

/* Notes that a condition holds. NULL: there is no room. */
static struct rep_held *
holds(const struct posting *p, const struct rep_condition *c)
{
	struct rep_held *h = rep_held_find(p->held, c);
	int64_t now_s = p->to->now_s;

	if (h == NULL) {
		if (p->held->n == REP_HELD_MAX)
			return NULL;
		h = &p->held->v[p->held->n++];
		*h = (struct rep_held){
			.kind = c->kind, .subject = rep_held_key(c), .of = c->of, .first_s = now_s
		};
	} else if (h->over_s != 0) {
		h->back = now_s - h->over_s < REP_HELD_BACK_S;
		h->first_s = now_s;
		h->told_s = h->so_s = h->over_s = 0;
		h->alert = 0;
	}
	h->seen_s = now_s;
	h->here = true;
	return h;
}

/* Whether it has held for long enough, and was not told. */
static bool
is_news(const struct posting *p, const struct rep_held *h)
{
	const struct rep_alert_kind *kind = entry(p, h->kind);
	int64_t wait_s = kind->after_s;

	if (h->back && kind->quiet_s > wait_s)
		wait_s = kind->quiet_s;
	return kind->known && h->told_s == 0 && h->over_s == 0 &&
	    p->to->now_s - h->first_s >= wait_s;
}

/* What does not hold any more is over when it was quiet for long enough; what was never told is forgotten. */
static void
ends(const struct posting *p, bool silent)
{
	int64_t now_s = p->to->now_s;
	size_t kept = 0;

	for (size_t i = 0; i < p->held->n; i++) {
		struct rep_held h = p->held->v[i];
		/* Two looks may fall into one second. */
		bool gone = !h.here && !p->c->unknown[h.kind] && p->c->left_out == 0;

		if (h.told_s != 0 && h.over_s == 0 && gone && !silent &&
		    now_s - h.seen_s >= entry(p, h.kind)->quiet_s)
			h.over_s = now_s;
		if ((h.told_s == 0 && gone) ||
		    (h.over_s != 0 && now_s - h.over_s >= REP_HELD_BACK_S && h.alert == 0))
			continue;
		p->held->v[kept++] = h;
	}
	p->held->n = kept;
}

/* --- telling ----------------------------------------------------------------------------------------- */

static enum rep_rc
say(const struct posting *p, uint64_t *alert, enum rep_alert_event event, const char *before,
    struct rep_str title, struct rep_str text, struct rep_err *err)
{
	if (title.p == NULL || text.p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	p->news->v[p->news->n++] = text;
	return rep_outbox_add(p->box, alert, event, before, title, text, p->to, err);
}

/* The open alert of a kind to go on with: of one that a person has answered nothing more is told. */
static uint64_t
open_of(const struct posting *p, enum rep_kind kind)
{
	uint64_t found = 0;

	for (size_t i = 0; i < p->held->n; i++) {
		const struct rep_held *h = &p->held->v[i];
		const struct rep_outbox_alert *a =
		    h->kind != kind || h->alert == 0 ? NULL : rep_outbox_alert(p->box, h->alert);

		if (a != NULL && a->open && !a->acked && a->snoozed_s <= p->to->now_s &&
		    (found == 0 || a->n < found))
			found = a->n;
	}
	return found;
}

/* What is news of one kind. n == 0: nothing is. */
static bool
gather(const struct posting *p, enum rep_kind kind, struct condition_piece *out)
{
	struct rep_arena *a = p->box->arena;

	*out = (struct condition_piece){ .kind = kind,
		.v = rep_arena_alloc(a, (p->c->n + 1) * sizeof *out->v),
		.held = rep_arena_alloc(a, (p->c->n + 1) * sizeof *out->held) };
	if (out->v == NULL || out->held == NULL)
		return false;
	for (size_t i = 0; i < p->c->n; i++) {
		const struct rep_condition *c = &p->c->v[i];
		struct rep_held *h = c->kind == kind ? rep_held_find(p->held, c) : NULL;

		if (h == NULL || !is_news(p, h))
			continue;
		out->held[out->n] = h;
		out->v[out->n++] = (struct rep_condition_shown){ c,
			c->since_s < h->first_s ? c->since_s : h->first_s };
	}
	if (out->n == 0)
		return true;
	out->alert = open_of(p, kind);
	out->title = rep_condition_title(p->know, a, out->v, out->n);
	return out->title.p != NULL;
}

static void
told(const struct posting *p, const struct condition_piece *x, uint64_t alert)
{
	for (size_t i = 0; i < x->n; i++) {
		x->held[i]->told_s = p->to->now_s;
		x->held[i]->so_s = x->v[i].since_s;
		x->held[i]->alert = entry(p, x->kind)->once ? 0 : alert;
	}
}

static enum rep_rc
one_piece(const struct posting *p, const struct condition_piece *x, struct rep_err *err)
{
	struct rep_str text = rep_condition_text(p->know, p->box->arena, x->v, x->n);
	uint64_t alert = x->alert;
	enum rep_rc rc;

	rc = say(p, &alert, alert == 0 ? REP_ALERT_OPENED : REP_ALERT_UPDATED,
	    alert == 0 ? "" : "More: ", x->title, text, err);
	if (rc != REP_OK)
		return rc;
	rep_outbox_of_conditions(p->box, alert);
	told(p, x, alert);
	if (entry(p, x->kind)->once)
		rep_outbox_close_alert(p->box, alert, p->to->now_s);
	return REP_OK;
}

/* Many that would open alerts are one, which is over when all of them are. */
static enum rep_rc
storm(const struct posting *p, const struct condition_piece *v, size_t n, size_t fresh,
    struct rep_err *err)
{
	struct rep_arena *a = p->box->arena;
	struct rep_str titles[REP_KIND_N], texts[REP_KIND_N], title;
	bool once = true;
	uint64_t alert = 0;
	size_t k = 0;
	enum rep_rc rc;

	for (size_t i = 0; i < n; i++)
		if (v[i].alert == 0) {
			titles[k] = v[i].title;
			texts[k++] = rep_condition_text(p->know, a, v[i].v, v[i].n);
		}
	title =
	    rep_arena_printf(a, "%zu things at once. The first: %.*s", fresh, REP_PR(titles[0]));
	rc = say(p, &alert, REP_ALERT_OPENED, "", title,
	    rep_condition_storm_text(a, titles, texts, k), err);
	if (rc != REP_OK)
		return rc;
	rep_outbox_of_conditions(p->box, alert);
	for (size_t i = 0; i < n; i++)
		if (v[i].alert == 0) {
			told(p, &v[i], alert);
			once = once && entry(p, v[i].kind)->once;
		}
	if (once)
		rep_outbox_close_alert(p->box, alert, p->to->now_s);
	return REP_OK;
}

static enum rep_rc
begins(const struct posting *p, struct rep_err *err)
{
	struct condition_piece v[REP_KIND_N];
	size_t n = 0, fresh = 0;
	enum rep_rc rc = REP_OK;

	for (int kind = 0; kind < REP_KIND_N; kind++) {
		if (!gather(p, (enum rep_kind)kind, &v[n]))
			return rep_fail(err, REP_EMEM, "out of memory");
		fresh += v[n].n > 0 && v[n].alert == 0;
		n += v[n].n > 0;
	}
	if (fresh > AT_ONCE)
		rc = storm(p, v, n, fresh, err);
	for (size_t i = 0; i < n && rc == REP_OK; i++)
		if (fresh <= AT_ONCE || v[i].alert != 0)
			rc = one_piece(p, &v[i], err);
	return rc;
}

/* Whether a condition that was told in the alert may still hold. */
static bool
lives(const struct posting *p, uint64_t alert)
{
	for (size_t i = 0; i < p->held->n; i++)
		if (p->held->v[i].alert == alert && p->held->v[i].over_s == 0)
			return true;
	return false;
}

static enum rep_rc
over(const struct posting *p, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < p->box->alerts_n && rc == REP_OK; i++) {
		const struct rep_outbox_alert *a = &p->box->alerts[i];
		uint64_t n = a->n;
		struct rep_str title = a->title;

		if (!a->open || !a->of_conditions || lives(p, n))
			continue;
		rc = say(p, &n, REP_ALERT_RESOLVED, "Over: ", title,
		    rep_arena_printf(p->box->arena, "Over: %.*s.\n", REP_PR(title)), err);
		for (size_t k = 0; k < p->held->n; k++)
			if (p->held->v[k].alert == n)
				p->held->v[k].alert = 0;
	}
	return rc;
}

enum rep_rc
rep_condition_alerts_put(const struct rep_know *know, const struct rep_conditions *c, bool silent,
    struct rep_held_all *held, const struct rep_outbox_to *to, struct rep_outbox *box,
    struct rep_condition_news *news, struct rep_err *err)
{
	const struct posting p = { know, c, held, to, box, news };
	enum rep_rc rc = REP_OK;

	*news = (struct rep_condition_news){
		.v = rep_arena_alloc(box->arena, (REP_KIND_N + box->alerts_n + 2) * sizeof *news->v)
	};
	if (news->v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < held->n; i++) {
		set_back(&held->v[i], to->now_s);
		held->v[i].here = false;
	}
	for (size_t i = 0; i < c->n; i++)
		(void)holds(&p, &c->v[i]);
	ends(&p, silent);
	if (!silent && (rc = begins(&p, err)) == REP_OK)
		rc = over(&p, err);
	return rc;
}
