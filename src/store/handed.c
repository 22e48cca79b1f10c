/* SPDX-License-Identifier: Apache-2.0 */
#include "store/handed.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/time.h"
#include "store/inside.h"

#include <stdlib.h>

enum { HOUR_S = 3600, IDLE_S = 3 * REP_DAY_S, HOST_MAX = 255, PACKED_HOUR = 8 };
enum { HOURS_MAX = (REP_HANDED_DAYS + 1) * 24 + 1 };
enum { ROW_MAX = REP_HANDED_FEW_BYTES + 64 }; /* the longest row: of a place 2 * 256 + 361 * 8 */
enum { GIVES_WAY = 4 }; /* a name that is not quiet gives way to so many times its busiest hour */

#define AT_MOST (UINT32_C(1) << 31) /* in the count of a row */

struct rep_handed_place {
	uint64_t hash;		       /* of host and name; 0: nothing is here */
	struct rep_str host, who;      /* owned, in one block at host.p */
	struct rep_handed_hour *hours; /* owned, ascending */
	size_t n, cap;
	uint32_t peak; /* of its hours */
	bool dirty;
};

static void
empty(struct rep_handed_place *p)
{
	free((char *)(uintptr_t)p->host.p);
	free(p->hours);
	*p = (struct rep_handed_place){ .dirty = true };
}

void
rep_handed_clear(struct rep_handed_table *t)
{
	for (size_t i = 0; t->v != NULL && i < REP_HANDED_PLACES; i++)
		empty(&t->v[i]);
	free(t->v);
	free(t->few);
	*t = (struct rep_handed_table){ .v = NULL };
}

/* --- one place --------------------------------------------------------------------------------- */

static uint64_t
hash_of(struct rep_str host, struct rep_str who)
{
	uint64_t h = rep_hash_mix(rep_hash(host)) ^ rep_hash(who);

	return h == 0 ? 1 : h;
}

static bool
name(struct rep_handed_place *p, struct rep_str host, struct rep_str who)
{
	char *block = malloc(host.n + who.n + 1);

	if (block == NULL)
		return false;
	empty(p);
	if (host.n > 0)
		memcpy(block, host.p, host.n);
	if (who.n > 0)
		memcpy(block + host.n, who.p, who.n);
	p->host = (struct rep_str){ block, host.n };
	p->who = (struct rep_str){ block + host.n, who.n };
	p->hash = hash_of(host, who);
	return true;
}

static void
drop_before(struct rep_handed_place *p, int64_t from_s)
{
	size_t k = 0;

	while (k < p->n && p->hours[k].from_s < from_s)
		k++;
	if (k == 0)
		return;
	memmove(p->hours, p->hours + k, (p->n - k) * sizeof *p->hours);
	p->n -= k;
	p->dirty = true;
	p->peak = 0;
	for (k = 0; k < p->n; k++)
		p->peak = p->hours[k].n > p->peak ? p->hours[k].n : p->peak;
}

/* Adds to the hour at index `at`. */
static void
add_to(struct rep_handed_place *p, size_t at, uint32_t n)
{
	uint32_t *to = &p->hours[at].n;

	*to = n < AT_MOST - 1 - *to ? *to + n : AT_MOST - 1;
	p->peak = *to > p->peak ? *to : p->peak;
}

static bool
count(struct rep_handed_place *p, int64_t hour_s, uint32_t n)
{
	size_t at = p->n;

	while (at > 0 && p->hours[at - 1].from_s > hour_s)
		at--;
	p->dirty = true;
	if (at > 0 && p->hours[at - 1].from_s == hour_s) {
		add_to(p, at - 1, n);
		return true;
	}
	if (p->n == HOURS_MAX) /* of before the newest: gone at the next prune */
		return true;
	if (p->n == p->cap) {
		size_t cap = p->cap == 0 ? 8 : p->cap * 2;
		struct rep_handed_hour *v = realloc(p->hours, cap * sizeof *v);

		if (v == NULL)
			return false;
		p->hours = v;
		p->cap = cap;
	}
	memmove(p->hours + at + 1, p->hours + at, (p->n - at) * sizeof *p->hours);
	p->hours[at] = (struct rep_handed_hour){ .from_s = hour_s };
	p->n++;
	add_to(p, at, n);
	return true;
}

/* Says in the hour before its first one that no hour before had more than n. */
static bool
known_from(struct rep_handed_place *p, int64_t hour_s, uint32_t n)
{
	if (!count(p, hour_s - HOUR_S, n))
		return false;
	p->hours[0].at_most = true;
	return true;
}

/* --- rows: host and name after their lengths, then hour and count, four bytes each --------------- */

static void
pack(const struct rep_handed_place *p, struct rep_buf *b)
{
	char c[PACKED_HOUR];

	rep_buf_clear(b);
	if (p->hash == 0)
		return;
	rep_buf_addc(b, (char)p->host.n);
	rep_buf_add(b, p->host);
	rep_buf_addc(b, (char)p->who.n);
	rep_buf_add(b, p->who);
	for (size_t i = 0; i < p->n; i++) {
		rep_le_put(c, (uint64_t)(p->hours[i].from_s / HOUR_S), 4);
		rep_le_put(c + 4, p->hours[i].n | (p->hours[i].at_most ? AT_MOST : 0), 4);
		rep_buf_add(b, (struct rep_str){ c, sizeof c });
	}
}

static struct rep_str
counted(struct rep_str *s)
{
	size_t n = s->n == 0 ? 0 : (unsigned char)s->p[0];
	struct rep_str out = rep_str_sub(*s, 1, n);

	*s = rep_str_sub(*s, 1 + n, s->n);
	return out;
}

struct handed_loading {
	struct rep_handed_place *v;
	struct rep_handed_few *few;
	struct rep_err *err;
};

/* The hours of a row, ascending as they were written. */
static bool
unpack_hours(struct rep_handed_place *p, struct rep_str s)
{
	bool held = true;

	for (; held && s.n >= PACKED_HOUR; s = rep_str_sub(s, PACKED_HOUR, s.n)) {
		uint32_t n = (uint32_t)rep_le(s.p + 4, 4);

		held = count(p, (int64_t)rep_le(s.p, 4) * HOUR_S, n & ~AT_MOST);
		if (held && n >= AT_MOST)
			p->hours[p->n - 1].at_most = true;
	}
	return held;
}

static enum rep_rc
on_row(void *ctx, int64_t id, struct rep_str s)
{
	const struct handed_loading *to = ctx;
	struct rep_str host, who;
	bool held;

	if (id == REP_HANDED_FEW_ROW)
		(void)rep_handed_few_unpack(to->few, s);
	if (id < 0 || id >= REP_HANDED_PLACES || s.n < 2)
		return REP_OK;
	host = counted(&s);
	who = counted(&s);
	held = name(&to->v[id], host, who) && unpack_hours(&to->v[id], s);
	to->v[id].dirty = false;
	return held ? REP_OK : rep_fail(to->err, REP_EMEM, "out of memory for the store");
}

static enum rep_rc
load(struct rep_handed_table *t, struct rep_backend *b, struct rep_err *err)
{
	struct handed_loading to = { .err = err };
	enum rep_rc rc;

	if (t->v != NULL)
		return REP_OK;
	to.v = t->v = calloc(REP_HANDED_PLACES, sizeof *t->v);
	to.few = t->few = calloc(1, sizeof *t->few);
	if (t->v == NULL || t->few == NULL) {
		rep_handed_clear(t);
		return rep_fail(err, REP_EMEM, "out of memory for the store");
	}
	if ((rc = b->ops->notes(b, REP_NOTE_HANDED, on_row, &to, err)) != REP_OK)
		rep_handed_clear(t);
	return rc;
}

enum rep_rc
rep_handed_flush(struct rep_handed_table *t, struct rep_backend *b, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	struct rep_buf row;

	rep_buf_init(&row, ROW_MAX);
	for (size_t i = 0; t->v != NULL && i < REP_HANDED_PLACES && rc == REP_OK; i++) {
		if (!t->v[i].dirty)
			continue;
		pack(&t->v[i], &row);
		rc = row.full ? rep_fail(err, REP_EMEM, "out of memory for the store")
			      : b->ops->note_put(b, REP_NOTE_HANDED, i, rep_buf_str(&row), err);
		t->v[i].dirty = false;
	}
	if (rc == REP_OK && t->few != NULL && t->few->dirty) {
		rep_buf_clear(&row);
		rep_handed_few_pack(t->few, &row);
		rc = row.full ? rep_fail(err, REP_EMEM, "out of memory for the store")
			      : b->ops->note_put(
				    b, REP_NOTE_HANDED, REP_HANDED_FEW_ROW, rep_buf_str(&row), err);
		t->few->dirty = false;
	}
	rep_buf_fini(&row);
	return rc;
}

/* --- counting ------------------------------------------------------------------------------------ */

/* The places of a kind: [*from, *until). */
static void
places_of(enum rep_who kind, size_t *from, size_t *until)
{
	static const size_t n[REP_WHO_N] = { REP_HANDED_LOGINS, REP_HANDED_CLIENTS,
		REP_HANDED_UIDS };

	*from = 0;
	for (int k = 0; k < (int)kind; k++)
		*from += n[k];
	*until = *from + n[kind];
}

static int64_t
last_of(const struct rep_handed_place *p)
{
	return p->n == 0 ? INT64_MIN / 2 : p->hours[p->n - 1].from_s;
}

static bool
is_quiet(const struct rep_handed_place *p)
{
	return p->peak < REP_HANDED_BAR;
}

/* Whether a place is a better one to take: a free one, else a quiet one, else that idle for longer. */
static bool
is_easier(const struct rep_handed_place *p, const struct rep_handed_place *than)
{
	if ((p->hash == 0) != (than->hash == 0))
		return p->hash == 0;
	if (is_quiet(p) != is_quiet(than))
		return is_quiet(p);
	return last_of(p) < last_of(than);
}

/* The place of a name. A free one, or an idle one, is not named yet. */
static size_t
place_of(const struct rep_handed_table *t, enum rep_who kind, struct rep_str host,
    struct rep_str who, int64_t at_s)
{
	uint64_t h = hash_of(host, who);
	size_t from, until, idle = SIZE_MAX;

	places_of(kind, &from, &until);
	if (t->last >= from && t->last < until && t->v[t->last].hash == h &&
	    rep_str_eq(t->v[t->last].who, who) && rep_str_eq(t->v[t->last].host, host))
		return t->last;
	for (size_t i = from; i < until; i++) {
		const struct rep_handed_place *p = &t->v[i];

		if (p->hash == h && rep_str_eq(p->who, who) && rep_str_eq(p->host, host))
			return i;
		if (idle == SIZE_MAX || is_easier(p, &t->v[idle]))
			idle = i;
	}
	if (t->v[idle].hash != 0 &&
	    (!is_quiet(&t->v[idle]) || last_of(&t->v[idle]) > at_s - IDLE_S))
		return REP_HANDED_NAMES + kind;
	return idle;
}

/*
 * The place for a name that has none: that of the others, unless it has so many in this hour that the
 * quietest name gives way. It is looked for at 5, 10, 20 and so on: a search for each would be slow.
 */
static size_t
place_of_one_more(struct rep_handed_table *t, enum rep_who kind, uint64_t hash, int64_t at_s)
{
	unsigned n = rep_handed_few_add(t->few, hash, at_s / HOUR_S), at = REP_HANDED_BAR;
	size_t from, until, least;

	while (at < n)
		at *= 2;
	if (at != n)
		return REP_HANDED_NAMES + kind;
	places_of(kind, &from, &until);
	least = from;
	for (size_t i = from + 1; i < until; i++)
		if (t->v[i].peak < t->v[least].peak ||
		    (t->v[i].peak == t->v[least].peak && last_of(&t->v[i]) < last_of(&t->v[least])))
			least = i;
	if (!is_quiet(&t->v[least])) {
		if (t->v[least].peak > n / GIVES_WAY)
			return REP_HANDED_NAMES + kind;
		if (t->v[least].peak > t->few->lost)
			t->few->lost = t->v[least].peak;
		t->few->lost_hour = at_s / HOUR_S;
	}
	return least;
}

/* Gives a place to a name. If others of its kind were counted together, it may have been among them. */
static bool
take_place(struct rep_handed_table *t, size_t at, enum rep_who kind, struct rep_str host,
    struct rep_str who, int64_t hour_s)
{
	struct rep_handed_place *p = &t->v[at], *others = &t->v[REP_HANDED_NAMES + kind];
	struct rep_handed_few *few = t->few;
	bool held = true;

	if (p->hash != 0 && others->hash == 0)
		held = name(others, REP_S(""), REP_S(""));
	for (size_t i = 0; held && p->hash != 0 && i < p->n; i++)
		held = p->hours[i].at_most || count(others, p->hours[i].from_s, p->hours[i].n);
	if (!held || !name(p, host, who))
		return false;
	if (p == others || others->n == 0)
		return true;
	if (hour_s / HOUR_S - few->lost_hour > (int64_t)REP_HANDED_DAYS * 24)
		few->lost = 0;
	return known_from(
	    p, hour_s, few->lost >= REP_HANDED_BAR ? few->lost : (uint32_t)REP_HANDED_BAR - 1);
}

enum rep_rc
rep_handed_add(struct rep_handed_table *t, struct rep_backend *b, struct rep_str label,
    struct rep_str who, int64_t at_s, int64_t newest_s, struct rep_err *err)
{
	struct rep_str host = rep_str_sub(label, 0, rep_str_chr(label, '/', 0)), only;
	struct rep_handed_place *p;
	enum rep_who kind;
	enum rep_rc rc;
	size_t at;

	if (!rep_who_split(who, &kind, &only) || who.n >= REP_WHO_MAX || host.n > HOST_MAX ||
	    at_s < newest_s - REP_HANDED_DAYS * (int64_t)REP_DAY_S)
		return REP_OK;
	if ((rc = load(t, b, err)) != REP_OK)
		return rc;
	at = place_of(t, kind, host, who, at_s);
	if (at >= REP_HANDED_NAMES)
		at = place_of_one_more(t, kind, hash_of(host, who), at_s);
	if (at >= REP_HANDED_NAMES)
		host = who = REP_S("");
	p = &t->v[at];
	t->last = at;
	if ((p->hash != hash_of(host, who) || !rep_str_eq(p->who, who) ||
		!rep_str_eq(p->host, host)) &&
	    !take_place(t, at, kind, host, who, at_s - at_s % HOUR_S))
		return rep_fail(err, REP_EMEM, "out of memory for the store");
	if (p->n >= HOURS_MAX - 24)
		drop_before(p, newest_s - REP_HANDED_DAYS * (int64_t)REP_DAY_S);
	return count(p, at_s - at_s % HOUR_S, 1)
	    ? REP_OK
	    : rep_fail(err, REP_EMEM, "out of memory for the store");
}

/* --- keeping house -------------------------------------------------------------------------------- */

enum rep_rc
rep_handed_prune(
    struct rep_handed_table *t, struct rep_backend *b, int64_t now_s, struct rep_err *err)
{
	enum rep_rc rc = load(t, b, err);

	for (size_t i = 0; rc == REP_OK && i < REP_HANDED_PLACES; i++) {
		drop_before(&t->v[i], now_s - REP_HANDED_DAYS * (int64_t)REP_DAY_S);
		if (t->v[i].hash != 0 && t->v[i].n == 0)
			empty(&t->v[i]);
	}
	return rc != REP_OK ? rc : rep_handed_flush(t, b, err);
}

enum rep_rc
rep_handed_forget(
    struct rep_handed_table *t, struct rep_backend *b, struct rep_str address, struct rep_err *err)
{
	struct rep_str local = rep_str_sub(address, 0, rep_str_rchr(address, '@')), login;
	enum rep_rc rc = load(t, b, err);
	enum rep_who kind;

	for (size_t i = 0; rc == REP_OK && i < REP_HANDED_PLACES; i++)
		if (t->v[i].hash != 0 && rep_who_split(t->v[i].who, &kind, &login) &&
		    (rep_str_eq_nocase(login, address) || rep_str_eq_nocase(login, local)))
			empty(&t->v[i]);
	return rc != REP_OK ? rc : rep_handed_flush(t, b, err);
}

/* --- reading -------------------------------------------------------------------------------------- */

enum rep_rc
rep_store_handed(struct rep_store *s, const struct rep_handed **v, size_t *n, struct rep_err *err)
{
	enum rep_rc rc = rep_store_flush(s, err);

	*n = 0;
	if (!s->open) /* another process may have written */
		rep_handed_clear(&s->handed);
	if (rc != REP_OK || (rc = load(&s->handed, s->b, err)) != REP_OK)
		return rc;
	if (s->handed_rows == NULL &&
	    (s->handed_rows = calloc(REP_HANDED_PLACES, sizeof *s->handed_rows)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for the store");
	for (size_t i = 0; i < REP_HANDED_PLACES; i++)
		if (s->handed.v[i].n > 0)
			s->handed_rows[(*n)++] = (struct rep_handed){ s->handed.v[i].host,
				s->handed.v[i].who, s->handed.v[i].hours, s->handed.v[i].n };
	*v = s->handed_rows;
	return REP_OK;
}
