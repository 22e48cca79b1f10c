/*
 * unit/test_certificates.c -- when the certificates of Postfix end, in files that the test makes; and what is kept of
 * those that cannot be read, or when Postfix does not answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/certificates.h"
#include "store/store.h"
#include "tap.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { T = 1700000000, DAY = 86400 };

static const struct rep_key key = { "a test's key...." };
static struct rep_arena *arena;
static struct rep_store *store;
static struct rep_certificates got;
static EVP_PKEY *pair;
static char folder[] = "/tmp/reputed-certificates-XXXXXX";

/* --- files -------------------------------------------------------------------------------------------- */

static const char *
path_of(const char *name)
{
	return rep_arena_printf(arena, "%s/%s", folder, name).p;
}

static FILE *
file(const char *name)
{
	FILE *f = fopen(path_of(name), "w");

	if (f == NULL)
		abort();
	return f;
}

/* A certificate that ends at a time; 0: a key. */
static void
put(FILE *f, int64_t ends_s)
{
	X509 *x = X509_new();

	if (x == NULL)
		abort();
	if (ends_s == 0 && PEM_write_PrivateKey(f, pair, NULL, NULL, 0, NULL, NULL) != 1)
		abort();
	if (ends_s != 0 &&
	    (ASN1_TIME_set(X509_getm_notBefore(x), ends_s - 90 * DAY) == NULL ||
		ASN1_TIME_set(X509_getm_notAfter(x), ends_s) == NULL ||
		X509_set_pubkey(x, pair) != 1 || X509_sign(x, pair, EVP_sha256()) == 0 ||
		PEM_write_X509(f, x) != 1))
		abort();
	X509_free(x);
}

/* Each is a certificate that ends at a time, 0 a key; -1 is the end. */
static void
make(const char *name, const int64_t *ends_s)
{
	FILE *f = file(name);

	for (; *ends_s >= 0; ends_s++)
		put(f, *ends_s);
	if (fclose(f) != 0)
		abort();
}

static void
make_text(const char *name, const char *text)
{
	FILE *f = file(name);

	if (fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

/* What is known now, as "name days, ..."; days after T; "?": it cannot be read. */
static struct rep_str
known(void)
{
	struct rep_str all = REP_S("");

	for (size_t i = 0; i < got.n; i++) {
		const struct rep_certificate *x = &got.v[i];
		struct rep_str name =
		    rep_str_sub(x->file, rep_str_rchr(x->file, '/') + 1, x->file.n);

		all = rep_arena_printf(
		    arena, "%.*s%s%.*s", REP_PR(all), i > 0 ? ", " : "", REP_PR(name));
		if (x->ends_s != 0)
			all = rep_arena_printf(
			    arena, "%.*s %lld", REP_PR(all), (long long)(x->ends_s - T) / DAY);
		if (x->unread)
			all = rep_arena_printf(arena, "%.*s ?", REP_PR(all));
	}
	return all;
}

/* '@' is the folder. */
static struct rep_str
line(const char *text)
{
	struct rep_str out = REP_S("");

	for (; *text != '\0'; text++)
		out = *text == '@' ? rep_arena_printf(arena, "%.*s%s/", REP_PR(out), folder)
				   : rep_arena_printf(arena, "%.*s%c", REP_PR(out), *text);
	return out;
}

static void
read_files(const char *cert_file, const char *chain_files)
{
	struct rep_err err = { .msg = "" };

	if (rep_certificates_of(line(cert_file), line(chain_files), arena, T, &got, &err) != REP_OK)
		ok(false, "read: %s", err.msg);
}

static void
files(void)
{
	static const int64_t soon[] = { T + 5 * DAY, -1 }, over[] = { T - 3 * DAY, -1 },
			     fine[] = { T + 60 * DAY, -1 },
			     chain[] = { T + 9 * DAY, T + 2 * DAY, T + 900 * DAY, -1 },
			     two[] = { 0, T + 70 * DAY, T + 2 * DAY, 0, T + 8 * DAY, T + DAY, -1 },
			     secret[] = { 0, -1 };

	make("soon.pem", soon);
	make("over.pem", over);
	make("fine.pem", fine);
	make("chain.pem", chain);
	make("two.pem", two);
	make("key.pem", secret);
	make_text("none.pem", "no certificate\n");
	make("half.pem", two);
	if (truncate(path_of("half.pem"), 600) != 0)
		abort();
	make_text("odd.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

	read_files("@soon.pem", "");
	is_str(known(), "soon.pem 5", "a certificate that ends soon");
	read_files("@over.pem", "");
	is_str(known(), "over.pem -3", "one that has ended");
	read_files("@fine.pem", "");
	is_str(known(), "fine.pem 60", "one that is fine");
	read_files("@chain.pem", "");
	is_str(known(), "chain.pem 9", "the first of a file is the server's, the others are not");
	read_files("", "@two.pem");
	is_str(known(), "two.pem 8", "so is the one behind each key; the first end counts");
	read_files("", "@key.pem, @soon.pem,@two.pem");
	is_str(known(), "soon.pem 5, two.pem 8", "a file with a key alone is none");
	read_files("@over.pem", "@fine.pem");
	is_str(known(), "fine.pem 60", "where there are chains, Postfix uses nothing else");
	read_files("", "");
	is_str(known(), "", "there is none");
	read_files("none", "");
	is_str(known(), "", "it is to have none");

	read_files("@missing.pem", "");
	is_str(known(), "missing.pem ?", "a file that is not there");
	is_str(got.v[0].why, "No such file or directory", "and why");
	read_files("@none.pem", "");
	is_str(known(), "none.pem ?", "a file without a certificate");
	is_str(got.v[0].why, "there is no certificate in it", "and why");
	read_files("@odd.pem", "");
	is_str(known(), "odd.pem ?", "one that is damaged");
	is_str(got.v[0].why, "it is damaged", "and why");
	read_files("", "@none.pem @odd.pem @half.pem @key.pem");
	is_str(known(), "none.pem ?, odd.pem ?, half.pem ?", "the same of chains");
	read_files("@", "");
	is_str(known(), " ?", "a folder");
	is_str(got.v[0].why, "Is a directory", "and why");
	read_files("",
	    "@fine.pem @fine.pem @fine.pem @fine.pem @fine.pem @fine.pem @fine.pem @fine.pem "
	    "@over.pem");
	ok(got.n == REP_CERTIFICATES_MAX && got.left_out == 1, "one more than are looked at");
}

/* --- what is kept ------------------------------------------------------------------------------------- */

/* Reads one file, notes it, and reads what is known. Returns why it cannot be read, where that is news. */
static struct rep_str
note(const char *name)
{
	struct rep_err err = { .msg = "" };
	struct rep_str why = REP_S("");

	read_files(name, "");
	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_certificates_note(&got, store, arena, &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		ok(false, "note: %s", err.msg);
	else if (got.n > 0)
		why = got.v[0].why;
	if (rep_certificates_load(store, arena, &got, &err) != REP_OK)
		ok(false, "load: %s", err.msg);
	return why;
}

static void
kept(void)
{
	static const int64_t soon[] = { T + 5 * DAY, -1 }, later[] = { T + 80 * DAY, -1 };
	struct rep_err err = { .msg = "" };

	ok(rep_certificates_load(store, arena, &got, &err) == REP_OK && got.at_s == 0 && got.n == 0,
	    "nothing is known at first");
	is_str(note("@a.pem"), "No such file or directory", "one that cannot be read is news");
	is_str(known(), "a.pem ?", "nothing is known of it");
	is_str(note("@a.pem"), "", "the second time it is no news");
	make("a.pem", soon);
	is_str(note("@a.pem"), "", "it can be read");
	is_str(known(), "a.pem 5", "and ends soon");
	is_int(got.at_s, T, "and when that was read");
	if (unlink(path_of("a.pem")) != 0)
		abort();
	is_str(note("@a.pem"), "No such file or directory", "it cannot be read any more");
	is_str(known(), "a.pem 5 ?", "what was known is kept");
	is_str(note("@a.pem"), "", "it still cannot");
	is_str(known(), "a.pem 5 ?", "and still is");
	make("a.pem", later);
	is_str(note("@a.pem"), "", "a new one");
	is_str(known(), "a.pem 80", "is known");
	is_str(note("@fine.pem"), "", "another file");
	is_str(known(), "fine.pem 60", "Postfix does not use the first one any more");
	ok(rep_store_begin(store, &err) == REP_OK &&
		rep_store_state_put(store, "certificates",
		    REP_S("t 7 2\n5 /a\nx /b\nunread /c\n9\nunread 6 /d e\n"), &err) == REP_OK &&
		rep_store_commit(store, &err) == REP_OK &&
		rep_certificates_load(store, arena, &got, &err) == REP_OK,
	    "a state with lines that are none");
	ok(got.at_s == 7 && got.left_out == 2 && got.n == 2 && got.v[0].ends_s == 5 &&
		!got.v[0].unread && got.v[1].unread && got.v[1].ends_s == 6,
	    "has the others");
	is_str(got.v[1].file, "/d e", "with their names");
}

/* --- Postfix ------------------------------------------------------------------------------------------ */

/* What a postconf prints that ends with a code. */
static enum rep_rc
postconf(const char *prints, int code)
{
	FILE *f = file("postconf");
	struct rep_str text = line(prints);
	struct rep_err err;

	fprintf(f, "#!/bin/sh\ncat <<'END'\n%.*sEND\nexit %d\n", REP_PR(text), code);
	if (fclose(f) != 0 || chmod(path_of("postconf"), 0700) != 0)
		abort();
	got = (struct rep_certificates){ .at_s = 1 };
	return rep_certificates_read(arena, T, &got, &err);
}

static void
asked(void)
{
	const char *path = getenv("PATH");

	if (setenv("PATH", rep_arena_printf(arena, "%s:%s", folder, path == NULL ? "/bin" : path).p,
		1) != 0)
		abort();
	ok(postconf("@soon.pem\n\n", 0) == REP_OK, "postconf answers");
	is_str(known(), "soon.pem 5", "with the older parameter");
	ok(postconf("@soon.pem\n@fine.pem\n", 0) == REP_OK, "it answers");
	is_str(known(), "fine.pem 60", "with both");
	ok(postconf("\n\n", 0) == REP_OK && got.n == 0 && got.at_s == T, "there is none");
	ok(postconf("@soon.pem\n\n", 1) == REP_EIO && got.at_s == 1, "a postconf that fails");
	ok(postconf("", 0) == REP_EIO && got.at_s == 1, "or says nothing: nothing is known");
}

int
main(void)
{
	static const char *const made[] = { "soon.pem", "over.pem", "fine.pem", "chain.pem",
		"two.pem", "key.pem", "none.pem", "half.pem", "odd.pem", "a.pem", "postconf" };
	struct rep_err err;

	arena = rep_arena_new(16 << 20);
	pair = EVP_EC_gen("P-256");
	if (arena == NULL || pair == NULL || mkdtemp(folder) == NULL ||
	    rep_store_open_memory(0, &key, &store, &err) != REP_OK)
		return 1;
	files();
	kept();
	asked();
	for (size_t i = 0; i < REP_COUNT(made); i++)
		(void)unlink(path_of(made[i]));
	(void)rmdir(folder);
	EVP_PKEY_free(pair);
	rep_store_close(store);
	rep_arena_free(arena);
	return done();
}
