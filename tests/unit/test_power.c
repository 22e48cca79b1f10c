/*
 * unit/test_power.c -- the power goes at a random write: the database opens, has no damage, and
 * holds what some commit held, none older than the last close or forget. REPUTED_POWER=2000 tries so
 * often (make kills), else 60 times.
 *
 * The disk is lossy_vfs.h. Facts, commits, a close and a forget are the store's own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lossy_vfs.h"
#include "store_world.h"

enum { STEPS = 10, FACTS = 9, STATES = STEPS + 2 };

static char path[128];
static uint64_t states[STATES];	  /* of the contents: empty, and after each step */
static size_t states_n, floor_at; /* the state that a close or a forget has made sure of */

/* --- the contents as one number --------------------------------------------------------------- */

static void
mix(uint64_t *h, uint64_t v)
{
	*h = (*h ^ v) * UINT64_C(0x100000001b3);
	*h ^= *h >> 29;
}

static enum rep_rc
on_cell(void *ctx, const struct rep_observation *o)
{
	mix(ctx, (uint64_t)o->from_s);
	mix(ctx, o->label);
	mix(ctx, o->provider);
	mix(ctx, o->rule);
	mix(ctx, o->count);
	return REP_OK;
}

/* Facts come in any order, so they are added. */
static enum rep_rc
on_fact(void *ctx, const struct rep_stored_fact *f)
{
	uint64_t h = 1;

	mix(&h, (uint64_t)f->o.first_s);
	mix(&h, f->o.provider);
	mix(&h, f->text.n);
	*(uint64_t *)ctx += h;
	return REP_OK;
}

static bool
contents(struct rep_store *s, uint64_t *h)
{
	uint64_t facts = 0;
	bool good = true;

	*h = 1;
	for (int level = 0; level < REP_LEVEL_N; level++)
		good = good &&
		    fine(rep_store_observations(
			     s, (enum rep_level)level, 0, INT64_MAX, on_cell, h, &err),
			"observations");
	good = good && fine(rep_store_facts(s, 0, INT64_MAX, on_fact, &facts, &err), "facts");
	mix(h, facts);
	return good;
}

/* --- what is written -------------------------------------------------------------------------- */

static enum rep_rc
add_some(struct rep_store *s, int step)
{
	enum rep_rc rc = rep_store_begin(s, &err);
	char who[32], id[24];

	for (int i = 0; i < FACTS && rc == REP_OK; i++) {
		struct rep_fact f;

		snprintf(who, sizeof who, "jo%d@example.com", i);
		f = i % 2 == 0 ? refused(T + step * DAY + i, who, "550 S3140")
			       : accepted(T + step * DAY + i, who);
		snprintf(id, sizeof id, "Q%d-%d", step, i);
		f.queue_id = rep_str_c(id);
		rc = rep_store_add(s, &f, NULL, &err);
	}
	if (rc == REP_OK)
		rc = rep_store_commit(s, &err);
	rep_store_rollback(s);
	return rc;
}

/* All steps, or until the power goes. `note`: what each leaves behind is kept in states. */
static void
write_all(bool note)
{
	struct rep_store *s = NULL;
	enum rep_rc rc = rep_store_open(path, REP_STORE_CREATE, &key, &s, &err);
	uint64_t facts;

	floor_at = 0;
	for (int step = 0; rc == REP_OK; step++) {
		if (note && contents(s, &states[states_n]))
			states_n++;
		if (step == STEPS)
			break;
		if (step == 4) {
			rep_store_close(s); /* which empties the WAL */
			s = NULL;
			floor_at = lossy.off ? 0 : 4;
			if ((rc = rep_store_open(path, REP_STORE_CREATE, &key, &s, &err)) != REP_OK)
				break;
		}
		if (step == 8)
			floor_at = 8; /* forgotten is forgotten */
		rc = step == 7 ? rep_store_forget(s, REP_S("jo2@example.com"), &facts, &err)
			       : add_some(s, step);
	}
	rep_store_close(s);
}

/* --- the power comes back --------------------------------------------------------------------- */

static void
on_damage(void *ctx, struct rep_str sentence)
{
	if (*(bool *)ctx)
		printf("#  %.*s\n", REP_PR(sentence));
}

/* Opens, is whole, holds a state, and can be written. */
static bool
survived(bool tell)
{
	struct rep_store *s = NULL;
	size_t damage = 0, i = floor_at;
	uint64_t h = 0;
	bool good = rep_store_open(path, REP_STORE_CREATE, &key, &s, &err) == REP_OK &&
	    rep_store_check(s, on_damage, &tell, &damage, &err) == REP_OK && damage == 0 &&
	    contents(s, &h);

	while (good && i < states_n && states[i] != h)
		i++;
	if (tell && good && i == states_n)
		printf("#  the contents of no commit that may be the last\n");
	good = good && i < states_n && add_some(s, STEPS) == REP_OK &&
	    rep_store_check(s, on_damage, &tell, &damage, &err) == REP_OK && damage == 0;
	rep_store_close(s);
	return good;
}

static size_t
cuts(unsigned tries, uint64_t writes, bool ignore_sync)
{
	size_t wrong = 0;

	for (unsigned seed = 1; seed <= tries; seed++) {
		lossy_begin(seed, 0, ignore_sync);
		lossy.cut_at = 1 + lossy_random(writes);
		write_all(false);
		lossy_power_back();
		if (survived(!ignore_sync))
			continue;
		if (!ignore_sync)
			printf("#  seed %u: %s\n", seed, err.msg);
		wrong++;
	}
	return wrong;
}

int
main(void)
{
	const char *wanted = getenv("REPUTED_POWER");
	unsigned tries = wanted != NULL ? (unsigned)strtoul(wanted, NULL, 10) : 60;
	uint64_t writes;

	make_dir();
	snprintf(path, sizeof path, "%s/power.db", dir);
	if (!ok(lossy_register(), "the disk is there"))
		return done();
	lossy_begin(1, 0, false);
	write_all(true);
	writes = lossy.writes;
	is_int(
	    (int64_t)states_n, STEPS + 1, "undisturbed: every step, %u writes", (unsigned)writes);
	is_int((int64_t)cuts(tries, writes, false), 0,
	    "the power went at %u random writes: what a commit held", tries);
	ok(cuts(20, writes, true) > 0, "a disk that ignores sync is noticed");
	lossy_begin(1, 0, false);
	drop_dir();
	return done();
}
