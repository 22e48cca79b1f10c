/*
 * web/users.h -- who may use the web page and its API: the accounts and tokens in the file DATABASE-users.
 *
 * The file is text, one account or token a line, and has no password and no token in it, only what they are checked
 * by:
 *
 * 	reputed-users 1
 * 	user NAME SCOPES MADE scrypt N R P SALT HASH
 * 	token ID NAME SCOPES MADE sha256 HASH
 *
 * Fields are separated by one blank; SALT, HASH and ID are hexadecimal, MADE is RFC 3339 in UTC, SCOPES are words with
 * commas between them. A token stands behind its user. Lines that are empty or begin with '#' are passed over. One line
 * that is anything else, and nothing of the file is used: half of who may come in is worse than an error.
 *
 * Passwords are hashed by scrypt (RFC 7914) with 16 random bytes of salt. The cost is that of OWASP's Password Storage
 * Cheat Sheet for 32 MiB: N = 2^15, r = 8, p = 3 (an older edition says p = 2). It stands beside each hash, so that it
 * can be raised. Blanks at both ends of a password do not count: people paste them. A token is 32 random bytes and cannot be guessed, so one SHA-256 of it is enough.
 *
 * Pure: the bytes of the file, random bytes and the time are given. Nothing here prints or keeps a password; whoever
 * has one clears it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_USERS_H
#define REP_WEB_USERS_H

#include "base/buf.h"
#include "base/err.h"
#include "web/hashed.h"

/* What somebody may do. */
enum rep_may {
	REP_MAY_READ = 1,    /* look at everything but single recipients */
	REP_MAY_ACT = 2,     /* acknowledge, snooze, take notes */
	REP_MAY_TRACE = 4,   /* ask what happened to the mail of one recipient */
	REP_MAY_METRICS = 8, /* /metrics alone */
	REP_MAY_ALL = 15
};

enum {
	REP_USERS_MAX = 256,	       /* accounts: nobody has so many people who look after mail */
	REP_TOKENS_MAX = 1024,	       /* tokens of all accounts: four each */
	REP_USERS_BYTES_MAX = 1 << 20, /* the file: full, with the longest names, it has 0.5 MB */
	REP_USER_NAME_MAX =
	    64, /* bytes of a name: the longest local part of an address (RFC 5321, 4.5.3.1.1) */
	REP_PASSWORD_MIN =
	    12, /* characters: judgement; NIST SP 800-63B asks for 8, of people who have more */
	REP_PASSWORD_MAX = 256, /* bytes: 64 characters of any script (NIST SP 800-63B, 5.1.1.2) */
	REP_SALT_BYTES = 16,
	REP_HASH_BYTES = 32,
	REP_TOKEN_BYTES = REP_HASHED_BYTES, /* random bytes of a token */
	REP_TOKEN_ID_BYTES = 6,		    /* of the id by which it is revoked */
	REP_TOKEN_TEXT =
	    4 + REP_HASHED_TEXT, /* room for "rep_", the text of the bytes, and a NUL */
	REP_MAY_TEXT = 32	 /* room for all scopes, and a NUL */
};

struct rep_user {
	char name[REP_USER_NAME_MAX + 1]; /* lower case */
	unsigned scopes;		  /* of enum rep_may; at least one */
	int64_t made_at_s;
	uint32_t n, r, p; /* what the hash has cost */
	unsigned char salt[REP_SALT_BYTES], hash[REP_HASH_BYTES];
};

struct rep_user_token {
	char id[2 * REP_TOKEN_ID_BYTES + 1];
	char name[REP_USER_NAME_MAX + 1]; /* whose */
	unsigned scopes;
	int64_t made_at_s;
	unsigned char hash[REP_HASHED_BYTES];
};

/* 300 KB: lies in an arena. All zero: nobody. */
struct rep_users {
	struct rep_user user[REP_USERS_MAX];
	size_t users;
	struct rep_user_token token[REP_TOKENS_MAX];
	size_t tokens;
};

/* "read", ... Reads one word; false: it is none. */
bool rep_may_read(struct rep_str word, unsigned *scope);
/* "read,act". Writes them in the order of enum rep_may. Returns buf. */
const char *rep_may_text(unsigned scopes, char buf[REP_MAY_TEXT]);

/*
 * Whether a name can be one of an account: a letter or digit, then letters, digits and . _ - + @, in lower case, at most
 * REP_USER_NAME_MAX bytes. REP_EUSAGE with a sentence.
 */
enum rep_rc rep_user_name_check(struct rep_str name, struct rep_err *err) REP_NODISCARD;
/*
 * Whether a password can be one: valid UTF-8 without control characters, at least REP_PASSWORD_MIN characters, at most
 * REP_PASSWORD_MAX bytes, of more than two different characters, and not the name. REP_EUSAGE with a sentence that
 * does not have it in it.
 */
enum rep_rc rep_password_check(
    struct rep_str password, struct rep_str name, struct rep_err *err) REP_NODISCARD;

/* Reads all of a file. REP_ESYNTAX, REP_ELIMIT: "file:line: ..."; *out is then empty. */
enum rep_rc rep_users_parse(const char *file, struct rep_str text, struct rep_users *out,
    struct rep_err *err) REP_NODISCARD;
/* Writes it, in the order of *u, each user followed by its tokens. What was written is read as the same. */
void rep_users_write(const struct rep_users *u, struct rep_buf *out);

/* Upper and lower case alike. NULL: there is none. */
struct rep_user *rep_users_find(struct rep_users *u, struct rep_str name);

/*
 * Adds an account whose password is set afterwards. REP_EUSAGE: it exists, or its name cannot be one; REP_ELIMIT: there
 * are REP_USERS_MAX. *out points into u.
 */
enum rep_rc rep_users_add(struct rep_users *u, struct rep_str name, unsigned scopes, int64_t now_s,
    struct rep_user **out, struct rep_err *err) REP_NODISCARD;
/* Sets the password, of which rep_password_check has said that it can be one. Takes 32 MiB. REP_EMEM. */
enum rep_rc rep_user_password(struct rep_user *user, struct rep_str password,
    const unsigned char salt[REP_SALT_BYTES], struct rep_err *err) REP_NODISCARD;
/* Removes an account and its tokens. How many those were; SIZE_MAX: there is no such account. */
size_t rep_users_remove(struct rep_users *u, struct rep_str name);

/*
 * Whose name and password these are; NULL: nobody's. It costs the same 32 MiB and as much time when there is no such
 * account, so that names cannot be found out by the clock. Limit how often it is called: web/logins.h.
 */
const struct rep_user *rep_users_login(
    const struct rep_users *u, struct rep_str name, struct rep_str password);

/*
 * Changes when the password does, and tells nothing of it: a session keeps it, and ends when it is another one
 * (web/sessions.h).
 */
uint64_t rep_user_mark(const struct rep_user *user);

/*
 * Makes a token for an account and writes it to `text`, which is the only time it can be seen. scopes 0: those of the
 * account; others than the account has are REP_EUSAGE. REP_ENOTFOUND: no such account. REP_ELIMIT. `random`:
 * REP_TOKEN_BYTES of the token, then REP_TOKEN_ID_BYTES of its id.
 */
enum rep_rc rep_users_token_add(struct rep_users *u, struct rep_str name, unsigned scopes,
    int64_t now_s, const unsigned char random[REP_TOKEN_BYTES + REP_TOKEN_ID_BYTES],
    char text[REP_TOKEN_TEXT], const struct rep_user_token **out,
    struct rep_err *err) REP_NODISCARD;
/* The token that was shown as this text; NULL: none. *scopes: those that it and its account both have, maybe none. */
const struct rep_user_token *rep_users_token(
    const struct rep_users *u, struct rep_str text, unsigned *scopes);
/* Whose it was is copied to `name`. False: there is no token of this id. */
bool rep_users_token_remove(
    struct rep_users *u, struct rep_str id, char name[REP_USER_NAME_MAX + 1]);

#endif
