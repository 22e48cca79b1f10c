/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/certificates.h"
#include "base/time.h"
#include "engine/postfix.h"
#include "store/store.h"

#include <openssl/pem.h>
#include <time.h>

#define STATE "certificates" /* rep_store_state_put: lines "ENDS FILE" */

enum { STATE_MAX = 1 << 14 };

/* The first certificate of a file is that of the server. */
static bool
read_one(const char *path, int64_t *ends_s)
{
	BIO *b = BIO_new_file(path, "r");
	X509 *x = b == NULL ? NULL : PEM_read_bio_X509(b, NULL, NULL, NULL);
	struct rep_civil c;
	struct tm t;
	bool read = x != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(x), &t) == 1;

	if (read) {
		c = (struct rep_civil){ t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
			t.tm_min, t.tm_sec };
		*ends_s = rep_time_from_civil(&c);
	}
	X509_free(x);
	BIO_free(b);
	return read;
}

/* The files of a line, with blanks or commas between them. */
static void
files(struct rep_str line, struct rep_arena *a, struct rep_certificate *v, size_t *n)
{
	while (line.n > 0 && *n < REP_CERTIFICATES_MAX) {
		size_t end = 0;
		struct rep_str file;

		while (end < line.n && line.p[end] != ' ' && line.p[end] != ',')
			end++;
		file = rep_arena_dup(a, rep_str_sub(line, 0, end));
		line = rep_str_sub(line, end + 1, line.n);
		if (file.n == 0 || file.p[0] != '/' || !rep_str_printable(file, false) ||
		    !read_one(file.p, &v[*n].ends_s))
			continue;
		v[(*n)++].file = file;
	}
}

size_t
rep_certificates_read(struct rep_arena *a, struct rep_certificate v[REP_CERTIFICATES_MAX])
{
	static char name[] = "postconf", option[] = "-xh", one[] = "smtpd_tls_cert_file",
		    chains[] = "smtpd_tls_chain_files";
	char *const argv[] = { name, option, one, chains, NULL };
	char text[4096];
	struct rep_str s;
	size_t n = 0;

	if (!rep_postfix_says(argv, text, sizeof text, &s))
		return 0;
	while (s.n > 0) {
		size_t nl = rep_str_chr(s, '\n', 0);

		files(rep_str_sub(s, 0, nl == SIZE_MAX ? s.n : nl), a, v, &n);
		s = rep_str_sub(s, nl == SIZE_MAX ? s.n : nl + 1, s.n);
	}
	return n;
}

enum rep_rc
rep_certificates_save(
    const struct rep_certificate *v, size_t n, struct rep_store *store, struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, STATE_MAX);
	for (size_t i = 0; i < n; i++)
		if (v[i].ends_s >= 0)
			rep_buf_printf(
			    &b, "%lld %.*s\n", (long long)v[i].ends_s, REP_PR(v[i].file));
	rc = b.full ? rep_fail(err, REP_ELIMIT, "the names of certificates are too long")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

enum rep_rc
rep_certificates_load(struct rep_store *store, struct rep_arena *a,
    struct rep_certificate v[REP_CERTIFICATES_MAX], size_t *n, struct rep_err *err)
{
	struct rep_str text;
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	*n = 0;
	while (rc == REP_OK && text.n > 0 && *n < REP_CERTIFICATES_MAX) {
		size_t end = rep_str_chr(text, '\n', 0), blank = rep_str_chr(text, ' ', 0);
		struct rep_str line = rep_str_sub(text, 0, end);
		uint64_t ends_s;

		if (blank < line.n &&
		    rep_str_u64(rep_str_sub(line, 0, blank), (uint64_t)1 << 48, &ends_s)) {
			v[*n] = (struct rep_certificate){ rep_arena_dup(a,
							      rep_str_sub(line, blank + 1, line.n)),
				(int64_t)ends_s };
			if (v[*n].file.p == NULL)
				return rep_fail(err, REP_EMEM, "out of memory");
			++*n;
		}
		text = rep_str_sub(text, end == SIZE_MAX ? text.n : end + 1, text.n);
	}
	return rc;
}
