/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* explicit_bzero */
#include "web/users.h"
#include "base/bytes.h"
#include "base/json_out.h"
#include "base/time.h"

#include <openssl/evp.h>

static const struct rep_str first_line = { "reputed-users 1", 15 };

/* What a new hash costs (see users.h), and what one that is read may cost: 128 * N * r bytes of memory. */
enum { COST_N = 1 << 15, COST_R = 8, COST_P = 3 };
enum { LEAST_N = 1 << 14, MOST_N = 1 << 17, MOST_P = 16, MOST_BYTES = 192 << 20 };

static const struct {
	const char *word;
	unsigned scope;
} scopes_words[] = { { "read", REP_MAY_READ }, { "act", REP_MAY_ACT }, { "trace", REP_MAY_TRACE },
	{ "metrics", REP_MAY_METRICS } };

bool
rep_may_read(struct rep_str word, unsigned *scope)
{
	for (size_t i = 0; i < REP_COUNT(scopes_words); i++)
		if (rep_str_eq(word, rep_str_c(scopes_words[i].word))) {
			*scope = scopes_words[i].scope;
			return true;
		}
	return false;
}

const char *
rep_may_text(unsigned scopes, char buf[REP_MAY_TEXT])
{
	size_t n = 0;

	for (size_t i = 0; i < REP_COUNT(scopes_words); i++) {
		size_t len = strlen(scopes_words[i].word);

		if ((scopes & scopes_words[i].scope) == 0)
			continue;
		if (n > 0)
			buf[n++] = ',';
		memcpy(buf + n, scopes_words[i].word, len);
		n += len;
	}
	buf[n] = '\0';
	return buf;
}

/* --- what a name and a password may be ---------------------------------------------------------------- */

static bool
is_name(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!rep_digit(c) && (c < 'a' || c > 'z') &&
		    (i == 0 || c == '\0' || strchr("._-+@", c) == NULL))
			return false;
	}
	return s.n > 0 && s.n <= REP_USER_NAME_MAX;
}

enum rep_rc
rep_user_name_check(struct rep_str name, struct rep_err *err)
{
	if (is_name(name))
		return REP_OK;
	if (name.n > REP_USER_NAME_MAX)
		return rep_fail(err, REP_EUSAGE,
		    "a name has at most %d characters, this one has %zu", REP_USER_NAME_MAX,
		    name.n);
	return rep_fail(err, REP_EUSAGE,
	    "\"%.*s\" cannot be a name: it begins with a letter or a digit, and has small letters, "
	    "digits and . _ - + @",
	    REP_PR(name));
}

/* Its characters. SIZE_MAX: it is not UTF-8, or has control characters. *few: there are one or two different ones. */
static size_t
characters(struct rep_str s, bool *few)
{
	uint32_t seen[2] = { 0, 0 };
	size_t n = 0, different = 0;

	for (size_t i = 0, len; i < s.n; i += len, n++) {
		uint32_t code;

		len = rep_utf8_len(s, i);
		if (len == 0 || (len == 1 && ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)))
			return SIZE_MAX;
		code = rep_utf8_code(s, i, len);
		if (different > 0 && (code == seen[0] || (different > 1 && code == seen[1])))
			continue;
		if (different < 2)
			seen[different] = code;
		different++;
	}
	*few = different <= 2;
	return n;
}

enum rep_rc
rep_password_check(struct rep_str password, struct rep_str name, struct rep_err *err)
{
	bool few = false;
	size_t n;

	password = rep_str_trim(password);
	n = characters(password, &few);

	if (password.n > REP_PASSWORD_MAX)
		return rep_fail(
		    err, REP_EUSAGE, "the password has more than %d bytes", REP_PASSWORD_MAX);
	if (n == SIZE_MAX)
		return rep_fail(
		    err, REP_EUSAGE, "the password has control characters in it, or is not UTF-8");
	if (n < REP_PASSWORD_MIN)
		return rep_fail(err, REP_EUSAGE,
		    "the password has %zu character%s; it needs %d or more: four random words are good, "
		    "and easy to keep in mind",
		    n, rep_plural(n), REP_PASSWORD_MIN);
	if (few)
		return rep_fail(err, REP_EUSAGE,
		    "the password is made of one or two different characters; anybody tries that");
	if (rep_str_eq_nocase(password, name))
		return rep_fail(err, REP_EUSAGE, "the password is the name; anybody tries that");
	return REP_OK;
}

/* --- the file ------------------------------------------------------------------------------------------ */

struct users_reading {
	const char *file;
	unsigned line;
	struct rep_users *u;
	struct rep_err *err;
};

static enum rep_rc wrong(struct users_reading *r, enum rep_rc rc, const char *fmt, ...)
    REP_PRINTF(3, 4);
static enum rep_rc
wrong(struct users_reading *r, enum rep_rc rc, const char *fmt, ...)
{
	char text[300];
	va_list ap;
	bool fine;

	va_start(ap, fmt);
	fine = rep_sentence(text, sizeof text, fmt, ap);
	va_end(ap);
	return rep_fail(
	    r->err, rc, "%s:%u: %s", r->file, r->line, fine ? text : "it cannot be read");
}

enum { FIELDS_MAX = 10 };

/* The fields between single blanks. 0: there are more, or an empty one. */
static size_t
split(struct rep_str line, struct rep_str *v)
{
	size_t n = 0, at = 0, end;

	do {
		end = rep_str_chr(line, ' ', at);
		if (n == FIELDS_MAX)
			return 0;
		v[n] = rep_str_sub(line, at, end == SIZE_MAX ? line.n : end - at);
		if (v[n++].n == 0)
			return 0;
		at = end + 1;
	} while (end != SIZE_MAX);
	return n;
}

/* Only in lower case: what is written is read as the same. */
static bool
read_hex(struct rep_str s, unsigned char *out, size_t n)
{
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int v = s.p[i] >= 'A' && s.p[i] <= 'F' ? -1 : rep_hex(s.p[i]);

		if (v < 0)
			return false;
		if (i % 2 == 0)
			out[i / 2] = (unsigned char)(v << 4);
		else
			out[i / 2] |= (unsigned char)v;
	}
	return true;
}

static void
write_hex(const unsigned char *b, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[b[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[b[i] & 15];
	}
	out[2 * n] = '\0';
}

/* Only as they are written: each once, in their order. */
static bool
read_scopes(struct rep_str s, unsigned *scopes)
{
	char text[REP_MAY_TEXT];
	unsigned all = 0, one;
	size_t at = 0, comma;

	do {
		comma = rep_str_chr(s, ',', at);
		if (!rep_may_read(rep_str_sub(s, at, comma == SIZE_MAX ? s.n : comma - at), &one))
			return false;
		all |= one;
		at = comma + 1;
	} while (comma != SIZE_MAX);
	*scopes = all;
	return rep_str_eq(s, rep_str_c(rep_may_text(all, text)));
}

static bool
read_time(struct rep_str s, int64_t *at_s)
{
	char text[REP_TIME_TEXT];

	return rep_time_parse(s, at_s, NULL, NULL) == REP_OK && *at_s >= 0 &&
	    rep_str_eq(s, rep_str_c(rep_time_text(*at_s, text)));
}

static bool
read_cost(const struct rep_str *v, struct rep_user *x)
{
	uint64_t n, r, p;

	if (!rep_str_u64(v[0], MOST_N, &n) || !rep_str_u64(v[1], MOST_BYTES / 128, &r) ||
	    !rep_str_u64(v[2], MOST_P, &p) || n < LEAST_N || (n & (n - 1)) != 0 || r == 0 ||
	    p == 0 || 128 * n * r > MOST_BYTES || v[0].p[0] == '0' || v[1].p[0] == '0' ||
	    v[2].p[0] == '0')
		return false;
	x->n = (uint32_t)n;
	x->r = (uint32_t)r;
	x->p = (uint32_t)p;
	return true;
}

static void
copy_name(struct rep_str name, char out[REP_USER_NAME_MAX + 1])
{
	memcpy(out, name.p, name.n);
	out[name.n] = '\0';
}

/* user NAME SCOPES MADE scrypt N R P SALT HASH */
static enum rep_rc
read_user(struct users_reading *r, const struct rep_str *v, size_t n)
{
	struct rep_user x = { .scopes = 0 };

	if (n != 10 || !rep_str_eq(v[4], REP_S("scrypt")))
		return wrong(r, REP_ESYNTAX, "not user NAME SCOPES TIME scrypt N R P SALT HASH");
	if (!is_name(v[1]))
		return wrong(r, REP_ESYNTAX, "\"%.*s\" cannot be a name", REP_PR(v[1]));
	if (rep_users_find(r->u, v[1]) != NULL)
		return wrong(r, REP_ESYNTAX, "the user %.*s a second time", REP_PR(v[1]));
	if (!read_scopes(v[2], &x.scopes))
		return wrong(r, REP_ESYNTAX, "\"%.*s\" are no scopes", REP_PR(v[2]));
	if (!read_time(v[3], &x.made_at_s))
		return wrong(r, REP_ESYNTAX, "\"%.*s\" is no time", REP_PR(v[3]));
	if (!read_cost(v + 5, &x))
		return wrong(r, REP_ESYNTAX,
		    "%.*s %.*s %.*s is no cost of scrypt that is safe and has room here",
		    REP_PR(v[5]), REP_PR(v[6]), REP_PR(v[7]));
	if (!read_hex(v[8], x.salt, sizeof x.salt) || !read_hex(v[9], x.hash, sizeof x.hash))
		return wrong(
		    r, REP_ESYNTAX, "the salt or the hash of %.*s is damaged", REP_PR(v[1]));
	if (r->u->users == REP_USERS_MAX)
		return wrong(r, REP_ELIMIT, "more than %d users", REP_USERS_MAX);
	copy_name(v[1], x.name);
	r->u->user[r->u->users++] = x;
	return REP_OK;
}

static const struct rep_user_token *
token_of(const struct rep_users *u, struct rep_str id)
{
	for (size_t i = 0; i < u->tokens; i++)
		if (rep_str_eq(id, rep_str_c(u->token[i].id)))
			return &u->token[i];
	return NULL;
}

/* token ID NAME SCOPES MADE sha256 HASH */
static enum rep_rc
read_token(struct users_reading *r, const struct rep_str *v, size_t n)
{
	struct rep_user_token x = { .scopes = 0 };
	unsigned char id[REP_TOKEN_ID_BYTES];

	if (n != 7 || !rep_str_eq(v[5], REP_S("sha256")))
		return wrong(r, REP_ESYNTAX, "not token ID NAME SCOPES TIME sha256 HASH");
	if (!read_hex(v[1], id, sizeof id))
		return wrong(r, REP_ESYNTAX, "\"%.*s\" is no id of a token", REP_PR(v[1]));
	if (token_of(r->u, v[1]) != NULL)
		return wrong(r, REP_ESYNTAX, "the token %.*s a second time", REP_PR(v[1]));
	/* It stands behind its user, and so behind no other. */
	if (r->u->users == 0 || !rep_str_eq(v[2], rep_str_c(r->u->user[r->u->users - 1].name)))
		return wrong(
		    r, REP_ESYNTAX, "the token %.*s does not stand behind its user", REP_PR(v[1]));
	if (!read_scopes(v[3], &x.scopes))
		return wrong(r, REP_ESYNTAX, "\"%.*s\" are no scopes", REP_PR(v[3]));
	if (!read_time(v[4], &x.made_at_s))
		return wrong(r, REP_ESYNTAX, "\"%.*s\" is no time", REP_PR(v[4]));
	if (!read_hex(v[6], x.hash, sizeof x.hash))
		return wrong(r, REP_ESYNTAX, "the hash of the token %.*s is damaged", REP_PR(v[1]));
	if (r->u->tokens == REP_TOKENS_MAX)
		return wrong(r, REP_ELIMIT, "more than %d tokens", REP_TOKENS_MAX);
	write_hex(id, sizeof id, x.id);
	copy_name(v[2], x.name);
	r->u->token[r->u->tokens++] = x;
	return REP_OK;
}

static enum rep_rc
read_line(struct users_reading *r, struct rep_str line)
{
	struct rep_str v[FIELDS_MAX];
	size_t n;

	if (line.n == 0 || line.p[0] == '#')
		return REP_OK;
	if (!rep_str_printable(line, true) || (n = split(line, v)) == 0)
		return wrong(r, REP_ESYNTAX, "not words with one blank between them");
	if (rep_str_eq(v[0], REP_S("user")))
		return read_user(r, v, n);
	if (rep_str_eq(v[0], REP_S("token")))
		return read_token(r, v, n);
	return wrong(r, REP_ESYNTAX, "neither a user nor a token");
}

enum rep_rc
rep_users_parse(const char *file, struct rep_str text, struct rep_users *out, struct rep_err *err)
{
	struct users_reading r = { .file = file, .line = 1, .u = out, .err = err };
	enum rep_rc rc = REP_OK;
	struct rep_str line;

	memset(out, 0, sizeof *out);
	if (text.n > REP_USERS_BYTES_MAX)
		return wrong(
		    &r, REP_ELIMIT, "the file has more than %d bytes", REP_USERS_BYTES_MAX);
	if (!rep_str_take_line(&text, &line) || !rep_str_eq(line, first_line))
		return wrong(&r, REP_ESYNTAX,
		    "the first line is not \"%.*s\": no such file, or one of a newer reputed",
		    REP_PR(first_line));
	while (rc == REP_OK && text.n > 0) {
		r.line++;
		if (rep_str_chr(text, '\n', 0) == SIZE_MAX)
			rc = wrong(&r, REP_ESYNTAX, "the last line has no end: the file was cut");
		else if (rep_str_take_line(&text, &line))
			rc = read_line(&r, line);
	}
	if (rc != REP_OK)
		memset(out, 0, sizeof *out);
	return rc;
}

static void
write_token(const struct rep_user_token *x, struct rep_buf *out)
{
	char scopes[REP_MAY_TEXT], at[REP_TIME_TEXT], hash[2 * REP_HASH_BYTES + 1];

	write_hex(x->hash, sizeof x->hash, hash);
	rep_buf_printf(out, "token %s %s %s %s sha256 %s\n", x->id, x->name,
	    rep_may_text(x->scopes, scopes), rep_time_text(x->made_at_s, at), hash);
}

void
rep_users_write(const struct rep_users *u, struct rep_buf *out)
{
	char scopes[REP_MAY_TEXT], at[REP_TIME_TEXT];
	char salt[2 * REP_SALT_BYTES + 1], hash[2 * REP_HASH_BYTES + 1];

	rep_buf_printf(out,
	    "%.*s\n# Who may use the page of reputed, and its API. Written by: reputed user\n",
	    REP_PR(first_line));
	for (size_t i = 0; i < u->users; i++) {
		const struct rep_user *x = &u->user[i];

		write_hex(x->salt, sizeof x->salt, salt);
		write_hex(x->hash, sizeof x->hash, hash);
		rep_buf_printf(out, "user %s %s %s scrypt %u %u %u %s %s\n", x->name,
		    rep_may_text(x->scopes, scopes), rep_time_text(x->made_at_s, at), x->n, x->r,
		    x->p, salt, hash);
		for (size_t k = 0; k < u->tokens; k++)
			if (strcmp(u->token[k].name, x->name) == 0)
				write_token(&u->token[k], out);
	}
}

/* --- accounts ------------------------------------------------------------------------------------------ */

struct rep_user *
rep_users_find(struct rep_users *u, struct rep_str name)
{
	for (size_t i = 0; i < u->users; i++)
		if (rep_str_eq_nocase(name, rep_str_c(u->user[i].name)))
			return &u->user[i];
	return NULL;
}

enum rep_rc
rep_users_add(struct rep_users *u, struct rep_str name, unsigned scopes, int64_t now_s,
    struct rep_user **out, struct rep_err *err)
{
	enum rep_rc rc = rep_user_name_check(name, err);
	struct rep_user *x;

	if (rc != REP_OK)
		return rc;
	if (rep_users_find(u, name) != NULL)
		return rep_fail(err, REP_EUSAGE,
		    "there is an account %.*s; another password for it: reputed user password %.*s",
		    REP_PR(name), REP_PR(name));
	if (u->users == REP_USERS_MAX)
		return rep_fail(
		    err, REP_ELIMIT, "there are %d accounts, and no more have room", REP_USERS_MAX);
	x = &u->user[u->users++];
	*x = (struct rep_user){ .scopes = scopes, .made_at_s = now_s };
	copy_name(name, x->name);
	*out = x;
	return REP_OK;
}

static bool
scrypt(struct rep_str password, const struct rep_user *x, unsigned char hash[REP_HASH_BYTES])
{
	password = rep_str_trim(password);
	/* OpenSSL counts a little more than 128 * N * r. */
	return EVP_PBE_scrypt(password.p, password.n, x->salt, sizeof x->salt, x->n, x->r, x->p,
		   (uint64_t)MOST_BYTES + (8 << 20), hash, REP_HASH_BYTES) == 1;
}

enum rep_rc
rep_user_password(struct rep_user *user, struct rep_str password,
    const unsigned char salt[REP_SALT_BYTES], struct rep_err *err)
{
	struct rep_user x = *user;

	x.n = COST_N;
	x.r = COST_R;
	x.p = COST_P;
	memcpy(x.salt, salt, sizeof x.salt);
	if (!scrypt(password, &x, x.hash))
		return rep_fail(
		    err, REP_EMEM, "the password could not be hashed; that takes 32 MiB of memory");
	*user = x;
	return REP_OK;
}

size_t
rep_users_remove(struct rep_users *u, struct rep_str name)
{
	struct rep_user *x = rep_users_find(u, name);
	size_t kept = 0, removed;

	if (x == NULL)
		return SIZE_MAX;
	for (size_t i = 0; i < u->tokens; i++)
		if (strcmp(u->token[i].name, x->name) != 0)
			u->token[kept++] = u->token[i];
	removed = u->tokens - kept;
	u->tokens = kept;
	memmove(x, x + 1, (size_t)(u->user + u->users - (x + 1)) * sizeof *x);
	u->users--;
	return removed;
}

const struct rep_user *
rep_users_login(const struct rep_users *u, struct rep_str name, struct rep_str password)
{
	/* Whose hash is compared when there is no such account: no password has it. */
	static const struct rep_user nobody = { .n = COST_N, .r = COST_R, .p = COST_P };
	unsigned char hash[REP_HASH_BYTES];
	const struct rep_user *x = NULL;
	bool fits;

	for (size_t i = 0; i < u->users; i++)
		if (rep_str_eq_nocase(name, rep_str_c(u->user[i].name)))
			x = &u->user[i];
	if (password.n > REP_PASSWORD_MAX)
		return NULL;
	fits = scrypt(password, x != NULL ? x : &nobody, hash) &&
	    rep_hashed_eq(hash, x != NULL ? x->hash : nobody.hash);
	explicit_bzero(hash, sizeof hash);
	return fits ? x : NULL;
}

uint64_t
rep_user_mark(const struct rep_user *user)
{
	unsigned char hash[REP_HASHED_BYTES] = { 0 };

	if (!rep_hashed(REP_S("mark"),
		(struct rep_str){ (const char *)user->hash, sizeof user->hash }, hash))
		return 0;
	return rep_le64(hash);
}

/* --- tokens -------------------------------------------------------------------------------------------- */

static const struct rep_str begins = { "rep_", 4 };

enum rep_rc
rep_users_token_add(struct rep_users *u, struct rep_str name, unsigned scopes, int64_t now_s,
    const unsigned char random[REP_TOKEN_BYTES + REP_TOKEN_ID_BYTES], char text[REP_TOKEN_TEXT],
    const struct rep_user_token **out, struct rep_err *err)
{
	const struct rep_user *x = rep_users_find(u, name);
	struct rep_user_token t = { .scopes = scopes, .made_at_s = now_s };
	char all[REP_MAY_TEXT];

	if (x == NULL)
		return rep_fail(err, REP_ENOTFOUND, "there is no account %.*s", REP_PR(name));
	if (scopes == 0)
		t.scopes = x->scopes;
	if ((t.scopes & ~x->scopes) != 0)
		return rep_fail(err, REP_EUSAGE, "%s may do no more than: %s", x->name,
		    rep_may_text(x->scopes, all));
	if (u->tokens == REP_TOKENS_MAX)
		return rep_fail(err, REP_ELIMIT,
		    "there are %d tokens, and no more have room; revoke those that nobody uses: "
		    "reputed user list",
		    REP_TOKENS_MAX);
	memcpy(text, begins.p, begins.n);
	(void)rep_hashed_text(random, text + begins.n);
	if (!rep_hashed(REP_S(""), rep_str_c(text), t.hash))
		return rep_fail(err, REP_EMEM, "out of memory");
	write_hex(random + REP_TOKEN_BYTES, REP_TOKEN_ID_BYTES, t.id);
	/* One of 2^48 for each that is there. */
	if (token_of(u, rep_str_c(t.id)) != NULL)
		return rep_fail(
		    err, REP_EIO, "the token got an id that there is already; try again");
	memcpy(t.name, x->name, sizeof t.name);
	u->token[u->tokens] = t;
	*out = &u->token[u->tokens++];
	return REP_OK;
}

const struct rep_user_token *
rep_users_token(const struct rep_users *u, struct rep_str text, unsigned *scopes)
{
	const struct rep_user_token *found = NULL;
	unsigned char hash[REP_HASHED_BYTES];

	if (!rep_str_starts(text, begins) ||
	    !rep_hashed_is_text(rep_str_sub(text, begins.n, text.n)) ||
	    !rep_hashed(REP_S(""), text, hash))
		return NULL;
	for (size_t i = 0; i < u->tokens; i++)
		if (rep_hashed_eq(hash, u->token[i].hash))
			found = &u->token[i];
	for (size_t i = 0; found != NULL && i < u->users; i++)
		if (strcmp(u->user[i].name, found->name) == 0) {
			*scopes = found->scopes & u->user[i].scopes;
			return found;
		}
	return NULL;
}

bool
rep_users_token_remove(struct rep_users *u, struct rep_str id, char name[REP_USER_NAME_MAX + 1])
{
	const struct rep_user_token *t = token_of(u, id);
	size_t at;

	if (t == NULL)
		return false;
	at = (size_t)(t - u->token);
	memcpy(name, t->name, sizeof t->name);
	memmove(&u->token[at], &u->token[at + 1], (u->tokens - at - 1) * sizeof *t);
	u->tokens--;
	return true;
}
