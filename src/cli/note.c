/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/note.h"
#include "cli/control_work.h"
#include "engine/verdicts.h"

#include <pwd.h>
#include <unistd.h>

struct rep_str
rep_note_who(const struct rep_cli *c)
{
	long uid = c->task != NULL ? c->task->uid : (long)getuid();
	const struct passwd *p = uid >= 0 ? getpwuid((uid_t)uid) : NULL;

	if (c->by != NULL)
		return rep_str_c(c->by);
	return p != NULL ? rep_arena_dup(c->arena, rep_str_c(p->pw_name))
			 : rep_arena_printf(c->arena, "user %ld", uid);
}

/* The sentence of the step that a number or a sentence names, so that it is known when the order of steps changes. */
static enum rep_rc
find_step(const struct rep_incident *i, struct rep_noted *x, struct rep_err *err)
{
	uint64_t n;

	if (x->step.n == 0)
		return REP_OK;
	if (rep_str_u64(x->step, 1000, &n) && n >= 1 && n <= i->next_n) {
		x->step = i->next[n - 1].step;
		return REP_OK;
	}
	for (size_t k = 0; k < i->next_n; k++)
		if (rep_noted_same_step(i->next[k].step, x->step)) {
			x->step = i->next[k].step;
			return REP_OK;
		}
	return rep_fail(err, REP_EUSAGE,
	    i->next_n == 0
		? "incident %lld has no steps"
		: "incident %lld has the steps 1 to %zu, or their sentences (reputed why %lld)",
	    (long long)i->id, i->next_n, (long long)i->id);
}

static enum rep_rc
put(struct rep_cli *c, struct rep_store *store, const struct rep_know *know, struct rep_noted *x,
    struct rep_err *err)
{
	struct rep_verdict_set set = { 0 };
	const struct rep_incident *i = NULL;
	enum rep_rc rc = rep_verdicts_make(&c->session, know, store,
	    x->step.n > 0 ? REP_DEPTH_REASONS : REP_DEPTH_NUMBERS, &set, err);

	for (size_t k = 0; rc == REP_OK && k < set.verdicts.incidents_n; k++)
		if (set.verdicts.incidents[k].id == x->incident)
			i = &set.verdicts.incidents[k];
	if (rc == REP_OK && i == NULL)
		rc = rep_fail(err, REP_EUSAGE, "there is no incident %lld; reputed why shows all",
		    (long long)x->incident);
	if (rc == REP_OK)
		rc = find_step(i, x, err);
	if (rc == REP_OK && (x->step = rep_arena_dup(c->arena, x->step)).p == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	if (rc == REP_OK)
		rc = rep_store_noted_put(store, x, err);
	rep_verdicts_free(&set);
	return rc;
}

enum rep_rc
rep_note_put(struct rep_cli *c, struct rep_noted *x, struct rep_err *err)
{
	struct rep_store *store = NULL;
	struct rep_know *know = NULL;
	enum rep_rc rc = rep_session_store(&c->session, 0, &store, err);

	if (rc == REP_OK)
		rc = rep_session_know(&c->session, &know, err);
	if (rc == REP_OK)
		rc = rep_store_begin(store, err);
	if (rc == REP_OK && (rc = put(c, store, know, x, err)) == REP_OK)
		rc = rep_store_commit(store, err);
	rep_know_free(know);
	rep_store_close(store);
	return rc;
}
