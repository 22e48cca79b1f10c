/*
 * store/handed.h -- who handed mail in, by hour, in a bounded table.
 *
 * Each kind of name has its places: logins 600, clients 250, local users 150. A new name takes a
 * free place, or that of a quiet name that was idle for longest, if that is three days or more. Else it
 * is counted with the others of its kind (store/handed_few.h) until it has REP_HANDED_BAR recipients in an
 * hour. Then it takes the place of the quietest name. So the names that keep a place are those with
 * the busiest hours, and one that jumps has a place within minutes, however many names there are.
 *
 * Quiet: no hour had REP_HANDED_BAR. If no name is quiet, one gives way to a name with four times its
 * busiest hour. A place that was not free from the beginning says, in the hour before its first one, how
 * many recipients its name may have had in an hour at most. A place is one row, written when it changed.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_HANDED_H
#define REP_STORE_HANDED_H

#include "store/backend.h"
#include "store/handed_few.h"

/* Judgement: more logins than a small provider has in use, and few enough to read at once (2 MB). */
enum { REP_HANDED_LOGINS = 600, REP_HANDED_CLIENTS = 250, REP_HANDED_UIDS = 150 };
enum {
	REP_HANDED_NAMES = REP_HANDED_LOGINS + REP_HANDED_CLIENTS + REP_HANDED_UIDS,
	REP_HANDED_PLACES = REP_HANDED_NAMES + REP_WHO_N, /* one for the others of each kind */
	REP_HANDED_FEW_ROW = REP_HANDED_PLACES		  /* the id of the row of the sketch */
};

/*
 * Judgement: a person seldom writes to five others within an hour; a stolen login writes to dozens. The judge
 * names nobody with less than 20 in an hour and five times what was usual (judge/account.h): 4 leave
 * room for that.
 */
enum { REP_HANDED_BAR = 5 };

struct rep_handed_place;
struct rep_handed_table {
	struct rep_handed_place *v; /* owned, REP_HANDED_PLACES; NULL: not loaded */
	struct rep_handed_few *few; /* owned; NULL: not loaded */
	size_t last;		    /* found last */
};

void rep_handed_clear(struct rep_handed_table *t);
/* Counts one recipient of `who`. Facts older than the newest by REP_HANDED_DAYS are left out. */
enum rep_rc rep_handed_add(struct rep_handed_table *t, struct rep_backend *b, struct rep_str label,
    struct rep_str who, int64_t at_s, int64_t newest_s, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_handed_flush(
    struct rep_handed_table *t, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;
/* Removes hours that are too old, and names without any. Flushes. */
enum rep_rc rep_handed_prune(struct rep_handed_table *t, struct rep_backend *b, int64_t now_s,
    struct rep_err *err) REP_NODISCARD;
/* Removes the logins "jo@shop.example" and "jo" of an address. Flushes. */
enum rep_rc rep_handed_forget(struct rep_handed_table *t, struct rep_backend *b,
    struct rep_str address, struct rep_err *err) REP_NODISCARD;

#endif
