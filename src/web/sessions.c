/* SPDX-License-Identifier: Apache-2.0 */
#include "web/sessions.h"

static const struct rep_str csrf_of = { "reputed csrf ", 13 };

static bool
ended(const struct rep_signed_in *x, int64_t now_s)
{
	return x->name[0] == '\0' || now_s - x->seen_s >= REP_SESSIONS_IDLE_S ||
	    now_s - x->made_s >= REP_SESSIONS_WHOLE_S;
}

static void
end(struct rep_signed_in *x)
{
	*x = (struct rep_signed_in){ .scopes = 0 };
}

/* Whose row, ended or not. Every row is compared: a wrong id takes as long as a right one. */
static struct rep_signed_in *
row_of(struct rep_sessions *s, struct rep_str cookie)
{
	unsigned char id[REP_HASHED_BYTES];
	struct rep_signed_in *found = NULL;

	if (!rep_hashed_is_text(cookie) || !rep_hashed(REP_S(""), cookie, id))
		return NULL;
	for (size_t i = 0; i < REP_SESSIONS_MAX; i++)
		if (rep_hashed_eq(id, s->v[i].id) && s->v[i].name[0] != '\0')
			found = &s->v[i];
	return found;
}

/* A row for one more session of this account: free, ended, or that which was not used for longest. */
static struct rep_signed_in *
room_for(struct rep_sessions *s, const char *name, int64_t now_s)
{
	struct rep_signed_in *free_row = NULL, *oldest = NULL, *own = NULL;
	size_t n = 0;

	for (size_t i = 0; i < REP_SESSIONS_MAX; i++) {
		struct rep_signed_in *x = &s->v[i];

		if (ended(x, now_s)) {
			free_row = free_row != NULL ? free_row : x;
			continue;
		}
		if (oldest == NULL || x->seen_s < oldest->seen_s)
			oldest = x;
		if (strcmp(x->name, name) != 0)
			continue;
		n++;
		if (own == NULL || x->seen_s < own->seen_s)
			own = x;
	}
	if (n >= REP_SESSIONS_OF_USER_MAX)
		return own;
	return free_row != NULL ? free_row : oldest;
}

const struct rep_signed_in *
rep_sessions_begin(struct rep_sessions *s, const struct rep_web_who *who, struct rep_str old,
    const unsigned char random[REP_SESSIONS_ID_BYTES], int64_t now_s, char cookie[REP_COOKIE_TEXT])
{
	struct rep_signed_in x = { .scopes = who->scopes,
		.mark = who->mark,
		.made_s = now_s,
		.seen_s = now_s },
			     *row;

	if (!rep_hashed(REP_S(""), rep_str_c(rep_hashed_text(random, cookie)), x.id))
		return NULL;
	rep_sessions_end(s, old);
	memcpy(x.name, who->name, sizeof x.name);
	row = room_for(s, x.name, now_s);
	*row = x;
	return row;
}

const struct rep_signed_in *
rep_sessions_find(struct rep_sessions *s, struct rep_str cookie, int64_t now_s)
{
	struct rep_signed_in *x = row_of(s, cookie);

	if (x == NULL)
		return NULL;
	if (ended(x, now_s)) {
		end(x);
		return NULL;
	}
	if (now_s > x->seen_s)
		x->seen_s = now_s;
	return x;
}

unsigned
rep_sessions_may(const struct rep_sessions *s, struct rep_str cookie, int64_t now_s)
{
	const struct rep_signed_in *x = row_of((struct rep_sessions *)(uintptr_t)s, cookie);

	return x != NULL && !ended(x, now_s) ? x->scopes : 0;
}

void
rep_sessions_end(struct rep_sessions *s, struct rep_str cookie)
{
	struct rep_signed_in *x = row_of(s, cookie);

	if (x != NULL)
		end(x);
}

static const struct rep_web_who *
account_of(const struct rep_signed_in *x, const struct rep_web_who *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].name, x->name) == 0 && v[i].mark == x->mark)
			return &v[i];
	return NULL;
}

size_t
rep_sessions_refresh(struct rep_sessions *s, const struct rep_web_who *v, size_t n)
{
	size_t gone = 0;

	for (size_t i = 0; i < REP_SESSIONS_MAX; i++) {
		struct rep_signed_in *x = &s->v[i];
		const struct rep_web_who *u;

		if (x->name[0] == '\0')
			continue;
		if ((u = account_of(x, v, n)) != NULL) {
			x->scopes = u->scopes;
			continue;
		}
		end(x);
		gone++;
	}
	return gone;
}

const char *
rep_sessions_csrf(struct rep_str cookie, char buf[REP_CSRF_TEXT])
{
	unsigned char hash[REP_HASHED_BYTES];

	buf[0] = '\0';
	if (rep_hashed_is_text(cookie) && rep_hashed(csrf_of, cookie, hash))
		(void)rep_hashed_text(hash, buf);
	return buf;
}

bool
rep_sessions_csrf_fits(struct rep_str cookie, struct rep_str token)
{
	unsigned char a[REP_HASHED_BYTES], b[REP_HASHED_BYTES];
	char own[REP_CSRF_TEXT];

	/* Of both a hash: so the comparison is of equal lengths, whatever came. */
	return rep_hashed_is_text(token) && rep_sessions_csrf(cookie, own)[0] != '\0' &&
	    rep_hashed(REP_S(""), rep_str_c(own), a) && rep_hashed(REP_S(""), token, b) &&
	    rep_hashed_eq(a, b);
}
