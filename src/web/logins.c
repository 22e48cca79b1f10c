/* SPDX-License-Identifier: Apache-2.0 */
#include "web/logins.h"
#include "base/time.h"

static const struct rep_budget_limit in_all = { REP_LOGINS_BURST, REP_LOGINS_EVERY_S };

void
rep_logins_init(struct rep_logins *l, const struct rep_key *key)
{
	memset(l, 0, sizeof *l);
	l->key = *key;
}

/* --- who ------------------------------------------------------------------------------------------------ */

/* Never 0, which is a free row. */
static uint64_t
hashed(const struct rep_logins *l, const unsigned char *b, size_t n)
{
	uint64_t h = rep_siphash(&l->key, (struct rep_str){ (const char *)b, n });

	return h != 0 ? h : 1;
}

enum { FROM_BYTES = 17, NAME_BYTES = 256 };

static size_t
put_from(const struct rep_ip *from, unsigned char *out)
{
	struct rep_ip net = *from;

	if (net.version == 6)
		rep_ip_set_host(&net, 64, false);
	out[0] = (unsigned char)net.version;
	memset(out + 1, 0, FROM_BYTES - 1);
	if (net.version != 0)
		memcpy(out + 1, net.b, net.version == 6 ? 16 : 4);
	return FROM_BYTES;
}

/* Upper and lower case alike, as accounts are found. What is longer than any name falls together. */
static size_t
put_name(struct rep_str name, unsigned char *out)
{
	size_t n = name.n < NAME_BYTES ? name.n : NAME_BYTES;

	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)rep_lower(name.p[i]);
	return n;
}

static uint64_t
of_from(const struct rep_logins *l, const struct rep_ip *from)
{
	unsigned char b[FROM_BYTES];

	return hashed(l, b, put_from(from, b));
}

static uint64_t
of_name(const struct rep_logins *l, struct rep_str name)
{
	unsigned char b[NAME_BYTES];

	return hashed(l, b, put_name(name, b));
}

static uint64_t
of_pair(const struct rep_logins *l, const struct rep_ip *from, struct rep_str name)
{
	unsigned char b[FROM_BYTES + NAME_BYTES];
	size_t n = put_from(from, b);

	return hashed(l, b, n + put_name(name, b + n));
}

/* --- rows ------------------------------------------------------------------------------------------------ */

static struct rep_logins_row *
row_of(struct rep_logins_row *v, size_t n, uint64_t who)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].who == who)
			return &v[i];
	return NULL;
}

/* The row of somebody, or one for it: free, or forgotten by now. NULL: all are in use. */
static struct rep_logins_row *
room_for(struct rep_logins_row *v, uint64_t who, int64_t now_s)
{
	struct rep_logins_row *row = row_of(v, REP_LOGINS_ROWS_MAX, who);

	if (row != NULL && now_s - row->last_s < REP_LOGINS_FORGET_S)
		return row;
	for (size_t i = 0; i < REP_LOGINS_ROWS_MAX && row == NULL; i++)
		if (v[i].who == 0 || now_s - v[i].last_s >= REP_LOGINS_FORGET_S)
			row = &v[i];
	if (row != NULL)
		*row = (struct rep_logins_row){ .who = who };
	return row;
}

/* When the first row of a full table is forgotten, in seconds. */
static int64_t
room_in(const struct rep_logins_row *v, int64_t now_s)
{
	int64_t oldest_s = now_s;

	for (size_t i = 0; i < REP_LOGINS_ROWS_MAX; i++)
		if (v[i].last_s < oldest_s)
			oldest_s = v[i].last_s;
	return oldest_s + REP_LOGINS_FORGET_S - now_s;
}

static int64_t
wait_of(struct rep_logins_row *row, int64_t most_s, int64_t now_s)
{
	int64_t due_s;

	if (row->failed == 0)
		return 0;
	if (row->last_s > now_s) /* the clock was set back */
		row->last_s = now_s;
	due_s = row->last_s + rep_doubled(REP_LOGINS_FIRST_S, row->failed, most_s);
	return due_s > now_s ? due_s - now_s : 0;
}

static void
count(struct rep_logins_row *row, int64_t now_s)
{
	row->failed++;
	row->last_s = now_s;
}

static int64_t
longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* --- tries ----------------------------------------------------------------------------------------------- */

static struct rep_logins_row *
known_pair(struct rep_logins *l, uint64_t who, int64_t now_s)
{
	struct rep_logins_row *row = row_of(l->pair, REP_LOGINS_PAIRS_MAX, who);

	return row != NULL && now_s - row->worked_s < REP_LOGINS_PAIR_S ? row : NULL;
}

static int64_t
try_unknown(struct rep_logins *l, uint64_t from, uint64_t name, int64_t now_s)
{
	int64_t wait_s = rep_budget_wait(&l->unknown, &in_all, now_s);
	struct rep_logins_row *a, *b;

	if (wait_s > 0)
		return wait_s;
	a = room_for(l->address, from, now_s);
	b = room_for(l->name, name, now_s);
	if (a == NULL || b == NULL)
		return longer(1, room_in(a == NULL ? l->address : l->name, now_s));
	wait_s =
	    longer(wait_of(a, REP_LOGINS_ADDRESS_S, now_s), wait_of(b, REP_LOGINS_NAME_S, now_s));
	if (wait_s > 0)
		return wait_s;
	count(a, now_s);
	count(b, now_s);
	rep_budget_take(&l->unknown, &in_all, now_s);
	return 0;
}

int64_t
rep_logins_try(struct rep_logins *l, const struct rep_ip *from, struct rep_str name, int64_t now_s)
{
	struct rep_logins_row *pair = known_pair(l, of_pair(l, from, name), now_s);
	int64_t wait_s;

	if (pair == NULL)
		return try_unknown(l, of_from(l, from), of_name(l, name), now_s);
	wait_s = longer(
	    rep_budget_wait(&l->known, &in_all, now_s), wait_of(pair, REP_LOGINS_NAME_S, now_s));
	if (wait_s > 0)
		return wait_s;
	count(pair, now_s);
	rep_budget_take(&l->known, &in_all, now_s);
	return 0;
}

/* Forgets what failed. */
static void
clear(struct rep_logins_row *v, uint64_t who)
{
	struct rep_logins_row *row = row_of(v, REP_LOGINS_ROWS_MAX, who);

	if (row != NULL)
		*row = (struct rep_logins_row){ .who = 0 };
}

void
rep_logins_worked(
    struct rep_logins *l, const struct rep_ip *from, struct rep_str name, int64_t now_s)
{
	uint64_t who = of_pair(l, from, name);
	struct rep_logins_row *row = row_of(l->pair, REP_LOGINS_PAIRS_MAX, who);

	if (known_pair(l, who, now_s) == NULL) {
		clear(l->address, of_from(l, from));
		clear(l->name, of_name(l, name));
	}
	for (size_t i = 0; i < REP_LOGINS_PAIRS_MAX && (row == NULL || row->who != who); i++)
		if (row == NULL || l->pair[i].worked_s < row->worked_s)
			row = &l->pair[i];
	*row = (struct rep_logins_row){ .who = who, .last_s = now_s, .worked_s = now_s };
}
