/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/certificates.h"
#include "base/time.h"
#include "engine/day_most.h"
#include "engine/postfix.h"
#include "store/store.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <time.h>

/* rep_store_state_put: "t AT LEFT-OUT", then lines "ENDS FILE", or "unread ENDS FILE". */
#define STATE "certificates"

enum { STATE_MAX = 1 << 14 };

/* No time is larger. */
#define NUMBER_MAX ((uint64_t)1 << 48)

/* --- a file ------------------------------------------------------------------------------------------- */

/* When a certificate ends, at least 1. False: it is none. */
static bool
end_of(const unsigned char *der, long n, int64_t *ends_s)
{
	X509 *x = d2i_X509(NULL, &der, n);
	struct rep_civil c;
	struct tm t;
	bool read = x != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(x), &t) == 1;

	if (read) {
		c = (struct rep_civil){ t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
			t.tm_min, t.tm_sec };
		*ends_s = rep_time_from_civil(&c);
		*ends_s = *ends_s > 1 ? *ends_s : 1;
	}
	X509_free(x);
	return read;
}

/*
 * The first end of the servers' certificates: the first one, and each behind a key (postconf(5), smtpd_tls_chain_files).
 * The others are those of authorities. 0: there is none. *key: there is a key. False: something cannot be read, such as
 * a file that is being written.
 */
static bool
first_end(BIO *b, bool *key, int64_t *ends_s)
{
	bool server = true, read = true;
	char *name, *header;
	unsigned char *der;
	int64_t s = 0;
	long n;

	*key = false;
	*ends_s = 0;
	while (read && PEM_read_bio(b, &name, &header, &der, &n) == 1) {
		struct rep_str what = rep_str_c(name);

		if (rep_str_ends(what, REP_S("PRIVATE KEY"))) {
			*key = server = true;
		} else if (server && rep_str_ends(what, REP_S("CERTIFICATE"))) {
			server = false;
			read = end_of(der, n, &s);
			*ends_s = *ends_s == 0 || s < *ends_s ? s : *ends_s;
		}
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)n);
	}
	read = read && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	ERR_clear_error();
	return read;
}

/* NULL: it was read. *ends_s is 0 if it has keys alone, which it may. */
static const char *
read_one(const char *path, bool keys, int64_t *ends_s)
{
	FILE *f = fopen(path, "re");
	BIO *b = f == NULL ? NULL : BIO_new_fp(f, BIO_NOCLOSE);
	const char *why = f == NULL ? strerror(errno) : b == NULL ? "out of memory" : NULL;
	bool read, key = false;

	if (why == NULL) {
		errno = 0;
		read = first_end(b, &key, ends_s);
		why = ferror(f) != 0		     ? strerror(errno)
		    : !read			     ? "it is damaged"
		    : *ends_s == 0 && !(keys && key) ? "there is no certificate in it"
						     : NULL;
	}
	*ends_s = why == NULL ? *ends_s : 0;
	BIO_free(b);
	if (f != NULL)
		(void)fclose(f);
	return why;
}

/* The files of a line, with blanks or commas between them. `keys`: a key may be in the file before its certificate. */
static enum rep_rc
files(struct rep_str line, bool keys, struct rep_arena *a, struct rep_certificates *c,
    struct rep_err *err)
{
	while (line.n > 0) {
		struct rep_certificate x = { .why = REP_S("") };
		const char *why;
		size_t end = 0;

		while (end < line.n && line.p[end] != ' ' && line.p[end] != ',')
			end++;
		x.file = rep_str_sub(line, 0, end);
		line = rep_str_sub(line, end + 1, line.n);
		if (x.file.n == 0 || x.file.p[0] != '/' || !rep_str_printable(x.file, false))
			continue;
		if (c->n == REP_CERTIFICATES_MAX) {
			c->left_out++;
			continue;
		}
		if ((x.file = rep_arena_dup(a, x.file)).p == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
		why = read_one(x.file.p, keys, &x.ends_s);
		if (why == NULL && x.ends_s == 0)
			continue;
		x.unread = why != NULL;
		if (x.unread && (x.why = rep_arena_dup(a, rep_str_c(why))).p == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
		c->v[c->n++] = x;
	}
	return REP_OK;
}

enum rep_rc
rep_certificates_of(struct rep_str cert_file, struct rep_str chain_files, struct rep_arena *a,
    int64_t at_s, struct rep_certificates *out, struct rep_err *err)
{
	bool chains = rep_str_trim(chain_files).n > 0;
	struct rep_certificates c = { .at_s = at_s };
	/* Where there are chains, Postfix ignores the older parameter. */
	enum rep_rc rc = files(chains ? chain_files : cert_file, chains, a, &c, err);

	if (rc == REP_OK)
		*out = c;
	return rc;
}

enum rep_rc
rep_certificates_read(
    struct rep_arena *a, int64_t at_s, struct rep_certificates *out, struct rep_err *err)
{
	static char name[] = "postconf", option[] = "-xh", one[] = "smtpd_tls_cert_file",
		    chains[] = "smtpd_tls_chain_files";
	char *const argv[] = { name, option, one, chains, NULL };
	char text[8192];
	struct rep_str s, cert_file, chain_files = REP_S("");

	if (!rep_postfix_says(argv, text, sizeof text, &s) || s.n == sizeof text ||
	    !rep_str_take_line(&s, &cert_file))
		return rep_fail(err, REP_EIO, "postconf does not say which certificates it has");
	(void)rep_str_take_line(&s, &chain_files);
	return rep_certificates_of(cert_file, chain_files, a, at_s, out, err);
}

/* --- the store ---------------------------------------------------------------------------------------- */

static enum rep_rc
save(const struct rep_certificates *c, struct rep_store *store, struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, STATE_MAX);
	rep_buf_printf(&b, "t %lld %llu\n", (long long)c->at_s, (unsigned long long)c->left_out);
	for (size_t i = 0; i < c->n; i++)
		rep_buf_printf(&b, "%s%lld %.*s\n", c->v[i].unread ? "unread " : "",
		    (long long)c->v[i].ends_s, REP_PR(c->v[i].file));
	rc = b.full ? rep_fail(err, REP_ELIMIT, "the names of certificates are too long")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

enum rep_rc
rep_certificates_note(
    struct rep_certificates *now, struct rep_store *store, struct rep_arena *a, struct rep_err *err)
{
	struct rep_certificates before;
	enum rep_rc rc = rep_certificates_load(store, a, &before, err);

	if (rc != REP_OK)
		return rc;
	for (size_t i = 0; i < now->n; i++) {
		struct rep_certificate *x = &now->v[i];

		for (size_t k = 0; x->unread && k < before.n; k++)
			if (rep_str_eq(before.v[k].file, x->file)) {
				x->ends_s = before.v[k].ends_s;
				x->why = before.v[k].unread ? REP_S("") : x->why;
			}
	}
	return save(now, store, err);
}

/* False: it is none, or (*out).file.p is NULL: out of memory. */
static bool
line(struct rep_str s, struct rep_arena *a, struct rep_certificate *out)
{
	bool unread = rep_str_starts(s, REP_S("unread "));
	size_t blank;
	uint64_t ends_s;

	s = rep_str_sub(s, unread ? 7 : 0, s.n);
	blank = rep_str_chr(s, ' ', 0);
	if (blank >= s.n || !rep_str_u64(rep_str_sub(s, 0, blank), NUMBER_MAX, &ends_s))
		return false;
	*out = (struct rep_certificate){ .file = rep_arena_dup(a, rep_str_sub(s, blank + 1, s.n)),
		.ends_s = (int64_t)ends_s,
		.unread = unread };
	return true;
}

enum rep_rc
rep_certificates_load(
    struct rep_store *store, struct rep_arena *a, struct rep_certificates *out, struct rep_err *err)
{
	struct rep_str text, s;
	int64_t v[2];
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	*out = (struct rep_certificates){ .at_s = 0 };
	while (rc == REP_OK && out->n < REP_CERTIFICATES_MAX && rep_str_take_line(&text, &s)) {
		struct rep_str rest = rep_str_sub(s, 1, s.n);

		if (rep_str_starts(s, REP_S("t ")) && rep_days_numbers(&rest, v, 2)) {
			out->at_s = v[0];
			out->left_out = (uint64_t)v[1];
		} else if (line(s, a, &out->v[out->n]) && out->v[out->n++].file.p == NULL) {
			rc = rep_fail(err, REP_EMEM, "out of memory");
		}
	}
	return rc;
}
