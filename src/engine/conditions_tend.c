/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/conditions_tend.h"
#include "engine/digest.h"

#include <sys/statvfs.h>

/* rep_store_state_put: "1" or nothing. */
#define LEFT_OUT "conditions-left-out"
#define NO_PLACE "delays-left-out"
#define UNSEEN "certificates-left-out"

/* The folder of the database, and how much room its disk has. Zeros: it does not say. */
static void
look_at_disk(const struct rep_session *s, struct rep_conditions_in *in)
{
	struct rep_str db = rep_str_c(rep_session_db(s));
	size_t slash = rep_str_rchr(db, '/');
	struct statvfs v;

	in->disk = slash == SIZE_MAX ? REP_S(".")
	    : slash == 0	     ? REP_S("/")
				     : rep_arena_dup(s->arena, rep_str_sub(db, 0, slash));
	if (in->disk.p == NULL || statvfs(in->disk.p, &v) != 0)
		return;
	in->disk_free = (uint64_t)v.f_bavail * v.f_frsize;
	in->disk_all = (uint64_t)v.f_blocks * v.f_frsize;
}

/* A part that was told to fail still does, until it has worked. */
static void
add_unsure(
    const struct rep_conditions_tend *o, const struct rep_held_all *held, struct rep_conditions *c)
{
	for (size_t i = 0; i < o->unsure_n; i++) {
		const struct rep_condition x = {
			.kind = REP_KIND_WATCH_LIMPS, .subject = o->unsure[i], .of = REP_S("")
		};
		const struct rep_held *h = rep_held_find(held, &x);

		if (h != NULL && h->told_s != 0 && h->over_s == 0)
			rep_condition_add(c, x.kind, x.subject, x.of, h->first_s,
			    REP_S("It failed before reputed was started again."));
	}
}

/* What is not read yet is no silence; nor is it known that a silence is over. */
static void
leave_out(struct rep_conditions *c, enum rep_kind kind)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].kind != kind)
			c->v[kept++] = c->v[i];
	c->n = kept;
	c->unknown[kind] = true;
}

enum rep_rc
rep_conditions_numbers(struct rep_outbox *box, struct rep_held_all *held, struct rep_err *err)
{
	enum rep_rc rc = rep_held_load(box->store, box->arena, held, err);

	for (size_t i = 0; rc == REP_OK && i < held->n; i++)
		if (held->v[i].alert > box->alerts_last)
			box->alerts_last = held->v[i].alert;
	return rc;
}

/* Whether something begins to be so: it is said then, and not by each pass. */
static enum rep_rc
is_new(struct rep_store *store, const char *state, bool so, bool *out, struct rep_err *err)
{
	const struct rep_str now = so ? REP_S("1") : REP_S("");
	struct rep_str before;
	enum rep_rc rc = rep_store_state_get(store, state, &before, err);

	*out = rc == REP_OK && so && !rep_str_eq(before, now);
	if (rc != REP_OK || rep_str_eq(before, now))
		return rc;
	return rep_store_state_put(store, state, now, err);
}

static enum rep_rc
say_left_out(
    const struct rep_session *s, struct rep_store *store, size_t left_out, struct rep_err *err)
{
	bool new;
	enum rep_rc rc = is_new(store, LEFT_OUT, left_out > 0, &new, err);

	if (rc == REP_OK && new)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "more than %d conditions hold; the last %zu are not told", REP_CONDITIONS_MAX,
		    left_out);
	return rc;
}

static enum rep_rc
say_no_place(const struct rep_session *s, struct rep_store *store, const struct rep_delays *d,
    struct rep_err *err)
{
	bool new;
	enum rep_rc rc = is_new(store, NO_PLACE, d->left_out > 0, &new, err);

	if (rc == REP_OK && new)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "how late mail is accepted is compared at %d providers; at others it is not told",
		    REP_DELAYS_PROVIDERS);
	return rc;
}

static enum rep_rc
say_unseen(const struct rep_session *s, struct rep_store *store, const struct rep_certificates *c,
    struct rep_err *err)
{
	bool new;
	enum rep_rc rc = is_new(store, UNSEEN, c->left_out > 0, &new, err);

	if (rc == REP_OK && new)
		rep_session_say(s, REP_PROBLEM_NOTE,
		    "Postfix has more than %d files of certificates; when the last %llu expire is "
		    "not told",
		    REP_CERTIFICATES_MAX, (unsigned long long)c->left_out);
	return rc;
}

enum rep_rc
rep_conditions_tend(const struct rep_conditions_tend *o, const struct rep_verdict_set *set,
    const struct rep_outbox_to *to, struct rep_held_all *held, struct rep_outbox *box,
    struct rep_condition_news *news, struct rep_err *err)
{
	struct rep_queue_usual queue;
	struct rep_delays delays;
	struct rep_certificates certificates;
	struct rep_folders folders;
	struct rep_alarms alarms;
	const struct rep_outbox_to digest = { o->digests, o->digests_n, to->now_s };
	struct rep_own own;
	struct rep_conditions_in in = { .in = &set->in,
		.verdicts = &set->verdicts,
		.own = &own,
		.held = held,
		.host = o->host,
		.queue = &queue,
		.delays = &delays,
		.certificates = &certificates,
		.folders = o->folders != NULL ? &folders : NULL,
		.alarms = &alarms,
		.limps = o->limps,
		.limps_n = o->limps_n };
	struct rep_conditions c;
	bool counted = false;
	enum rep_rc rc;

	if (o->disk)
		look_at_disk(o->session, &in);
	if ((rc = rep_queue_usual_load(box->store, box->arena, &queue, err)) != REP_OK ||
	    (rc = rep_delays_load(box->store, box->arena, &delays, err)) != REP_OK ||
	    (!o->behind &&
		(rc = rep_delays_count(&delays, box->store, set->in.now_s, &counted, err)) !=
		    REP_OK) ||
	    (counted &&
		((rc = rep_delays_save(&delays, box->store, err)) != REP_OK ||
		    (rc = say_no_place(o->session, box->store, &delays, err)) != REP_OK)) ||
	    (rc = rep_certificates_load(box->store, box->arena, &certificates, err)) != REP_OK ||
	    (rc = say_unseen(o->session, box->store, &certificates, err)) != REP_OK ||
	    (o->folders != NULL &&
		(rc = rep_folders_tend(
		     o->folders, o->folders_n, box->store, box->arena, &folders, err)) != REP_OK) ||
	    (rc = rep_own_find(o->session->cfg, &set->in, box->arena, &own, err)) != REP_OK)
		return rc;
	/* Before: what looks told of a domain does not make it the only own one. */
	if ((rc = rep_alarms_tend(o->session, set->in.now_s, &own, held, box->store, box->arena,
		 &alarms, err)) != REP_OK)
		return rc;
	rep_own_keep(o->session->cfg, held, &own);
	if ((rc = rep_conditions_make(&in, box->arena, &c, err)) != REP_OK)
		return rc;
	if (o->behind)
		leave_out(&c, REP_KIND_LOG_SILENT);
	add_unsure(o, held, &c);
	if ((rc = say_left_out(o->session, box->store, c.left_out, err)) != REP_OK ||
	    (rc = rep_condition_alerts_put(
		 set->in.know, &c, o->silent, held, to, box, news, err)) != REP_OK)
		return rc;
	if (rep_held_changed(held) && (rc = rep_held_save(held, box->store, err)) != REP_OK)
		return rc;
	return o->silent ? REP_OK : rep_digest_tend(set, &own, &digest, box, err);
}
