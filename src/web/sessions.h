/*
 * web/sessions.h -- who has logged in on the page: a table of sessions in memory.
 *
 * A session's id is 32 random bytes, which only the browser has, in its cookie. The table keeps the SHA-256 of it, and
 * compares all of each row, so that neither a copy of the memory nor the clock shows an id. Every login makes a new id
 * and ends the session that the browser had before: an id that somebody else has put into the browser is of no use
 * (fixation). The CSRF token is a hash of the id, too; it says nothing about the id, and needs no row.
 *
 * A session ends at logout, after REP_SESSIONS_IDLE_S without a request, REP_SESSIONS_WHOLE_S after the login, and when
 * its account is removed or gets another password.
 *
 * Pure: the time and the random bytes are given. A clock that is set back lets no session end and none begin anew.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_SESSIONS_H
#define REP_WEB_SESSIONS_H

#include "web/users.h"

enum {
	REP_SESSIONS_MAX = 1024,       /* in all: four for each of REP_USERS_MAX accounts */
	REP_SESSIONS_OF_USER_MAX = 32, /* of one account: nobody sits before so many browsers */
	REP_SESSIONS_IDLE_S = 12 * 3600,
	REP_SESSIONS_WHOLE_S = 7 * 24 * 3600,
	REP_SESSIONS_ID_BYTES = REP_HASHED_BYTES,
	REP_COOKIE_TEXT = REP_HASHED_TEXT,
	REP_CSRF_TEXT = REP_HASHED_TEXT
};

/* Who an account is, without what its password is checked by: the front of the page knows no more (web/front.h). */
struct rep_web_who {
	char name[REP_USER_NAME_MAX + 1];
	unsigned scopes;
	uint64_t mark; /* rep_user_mark */
};

struct rep_signed_in {
	unsigned char id[REP_HASHED_BYTES]; /* SHA-256 of what the browser has */
	char name[REP_USER_NAME_MAX + 1];   /* "": the row is free */
	unsigned scopes;
	uint64_t mark; /* rep_user_mark at the login */
	int64_t made_s, seen_s;
};

/* 150 KB. All zero: nobody. */
struct rep_sessions {
	struct rep_signed_in v[REP_SESSIONS_MAX];
};

/*
 * Somebody has logged in: begins a session, writes its id to `cookie`, and ends the session of `old`, the cookie that
 * came with the request ("" for none). When the account has REP_SESSIONS_OF_USER_MAX, or the table is full, that
 * session of the account ends, or of all, that was not used for longest. NULL: no memory for the hash.
 */
const struct rep_signed_in *rep_sessions_begin(struct rep_sessions *s,
    const struct rep_web_who *who, struct rep_str old,
    const unsigned char random[REP_SESSIONS_ID_BYTES], int64_t now_s, char cookie[REP_COOKIE_TEXT]);

/* Whose session a cookie is; notes that it was used. NULL: nobody's, or it has ended. */
const struct rep_signed_in *rep_sessions_find(
    struct rep_sessions *s, struct rep_str cookie, int64_t now_s);

/* What it may do; 0: it has ended. That is not a use of it. */
unsigned rep_sessions_may(const struct rep_sessions *s, struct rep_str cookie, int64_t now_s);

/* Logout. Nothing when there is no such session. */
void rep_sessions_end(struct rep_sessions *s, struct rep_str cookie);

/*
 * The accounts are others now: sessions of those that are gone, or have another password, end; the others get the
 * scopes of today. Returns how many ended.
 */
size_t rep_sessions_refresh(struct rep_sessions *s, const struct rep_web_who *v, size_t n);

/* The CSRF token that belongs to a cookie; "" when it cannot be one. Returns buf. */
const char *rep_sessions_csrf(struct rep_str cookie, char buf[REP_CSRF_TEXT]);
/* Whether a request that writes has the token of its cookie. Compared in constant time. */
bool rep_sessions_csrf_fits(struct rep_str cookie, struct rep_str token);

#endif
