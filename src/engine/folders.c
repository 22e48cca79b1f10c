/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/folders.h"
#include "base/buf.h"
#include "engine/day_most.h"
#include "store/store.h"

#define STATE "folders" /* rep_store_state_put: lines "LAST DAYS PATH" */

/* A path has 4,096 bytes at most. */
enum { STATE_MAX = 1 << 19 };

#define DAYS_MASK (((uint64_t)1 << REP_FOLDER_DAYS) - 1)

/* --- pure -------------------------------------------------------------------------------------------- */

/* The days as seen from a later one. */
static uint64_t
later(uint64_t days, int64_t by)
{
	return by < REP_FOLDER_DAYS ? days << by & DAYS_MASK : 0;
}

void
rep_folder_join(struct rep_folder *f, const struct rep_folder *from)
{
	int64_t by = rep_day_of(from->last_s) - rep_day_of(f->last_s);

	if (from->last_s == 0)
		return;
	f->days = f->last_s == 0 ? from->days
	    : by >= 0		 ? later(f->days, by) | from->days
		      : f->days | (-by < REP_FOLDER_DAYS ? from->days << -by & DAYS_MASK : 0);
	f->last_s = from->last_s > f->last_s ? from->last_s : f->last_s;
}

void
rep_folder_note(struct rep_folder *f, int64_t at_s)
{
	if (at_s > 0)
		rep_folder_join(f, &(struct rep_folder){ .last_s = at_s, .days = 1 });
}

bool
rep_folder_silent(const struct rep_folder *f, int64_t now_s, int *known, int *days, int *pause)
{
	int last = 0;

	*days = *pause = 0;
	for (int k = 0; k < REP_FOLDER_DAYS; k++) {
		if ((f->days >> k & 1) == 0)
			continue;
		++*days;
		*pause = k - last > *pause ? k - last : *pause;
		last = k;
	}
	*known = last + 1;
	return f->last_s > 0 && *known >= REP_FOLDER_KNOWN && *days >= REP_FOLDER_LEAST &&
	    rep_day_of(now_s) - rep_day_of(f->last_s) >
	    REP_FOLDER_PAUSES * *pause + REP_FOLDER_MORE;
}

/* --- the store ---------------------------------------------------------------------------------------- */

/* Takes a number and the blank behind it. */
static bool
number(struct rep_str *s, uint64_t *out)
{
	size_t blank = rep_str_chr(*s, ' ', 0);

	if (blank == SIZE_MAX || !rep_str_u64(rep_str_sub(*s, 0, blank), INT64_MAX, out))
		return false;
	*s = rep_str_sub(*s, blank + 1, s->n);
	return true;
}

/* What is stored of a path is added to it. A line that cannot be read is left out. */
static void
line(struct rep_str s, struct rep_folders *all)
{
	uint64_t last_s, days;

	if (!number(&s, &last_s) || !number(&s, &days) || last_s == 0)
		return;
	for (size_t i = 0; i < all->n; i++)
		if (rep_str_eq(all->v[i].path, s))
			rep_folder_join(&all->v[i],
			    &(struct rep_folder){
				.last_s = (int64_t)last_s, .days = (days | 1) & DAYS_MASK });
}

static enum rep_rc
save(const struct rep_folders *all, struct rep_str before, struct rep_store *store,
    struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	struct rep_buf b;

	rep_buf_init(&b, STATE_MAX);
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].last_s > 0)
			rep_buf_printf(&b, "%lld %llu %.*s\n", (long long)all->v[i].last_s,
			    (unsigned long long)all->v[i].days, REP_PR(all->v[i].path));
	if (b.full)
		rc = rep_fail(err, REP_ELIMIT, "the names of watched folders are too long");
	else if (!rep_str_eq(rep_buf_str(&b), before))
		rc = rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

enum rep_rc
rep_folders_tend(const struct rep_folder *watched, size_t n, struct rep_store *store,
    struct rep_arena *a, struct rep_folders *out, struct rep_err *err)
{
	struct rep_str text, rest, s;
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	if (rc != REP_OK)
		return rc;
	rest = text = rep_arena_dup(a, text);
	if (text.p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	*out = (struct rep_folders){ .n = 0 };
	for (size_t i = 0; i < n && i < REP_WATCH_PATHS; i++)
		if (rep_str_printable(watched[i].path, true))
			out->v[out->n++] = watched[i];
	while (rep_str_take_line(&rest, &s))
		line(s, out);
	return save(out, text, store, err);
}
