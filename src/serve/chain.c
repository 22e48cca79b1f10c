/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/chain.h"

#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <time.h>

/* The certificates of a text, at most `max`. NULL: out of memory. */
static STACK_OF(X509) * read_pem(struct rep_str pem, int max)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	BIO *in = pem.n <= INT_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	X509 *one;

	while (in != NULL && all != NULL && sk_X509_num(all) < max &&
	    (one = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
		if (sk_X509_push(all, one) == 0)
			X509_free(one);
	BIO_free(in);
	return all;
}

static X509_STORE *
read_authorities(struct rep_str pem)
{
	STACK_OF(X509) *all = read_pem(pem, 4096);
	X509_STORE *store = X509_STORE_new();

	for (int i = 0; store != NULL && all != NULL && i < sk_X509_num(all); i++)
		(void)X509_STORE_add_cert(store, sk_X509_value(all, i));
	sk_X509_pop_free(all, X509_free);
	return store;
}

/* Why the chain is not trusted; NULL: it is. */
static const char *
distrust(STACK_OF(X509) * shown, struct rep_str authorities, int64_t now_s)
{
	X509_STORE *store = read_authorities(authorities);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	const char *why = "out of memory";

	if (store != NULL && ctx != NULL &&
	    X509_STORE_CTX_init(ctx, store, sk_X509_value(shown, 0), shown) == 1) {
		X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(ctx);

		(void)X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_SSL_SERVER);
		X509_VERIFY_PARAM_set_time(p, (time_t)now_s);
		why = X509_verify_cert(ctx) == 1
		    ? NULL
		    : X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return why;
}

/* A time as seconds; false: it is none. */
static bool
seconds(const ASN1_TIME *t, int64_t *out)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, rest = 0;
	bool good = epoch != NULL && t != NULL && ASN1_TIME_diff(&days, &rest, epoch, t) == 1;

	ASN1_TIME_free(epoch);
	if (good)
		*out = (int64_t)days * 86400 + rest;
	return good;
}

/* The DNS names, with a comma between two. */
static struct rep_str
names_of(X509 *cert, struct rep_arena *a)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	struct rep_buf b;

	rep_buf_init(&b, REP_STARTTLS_NAMES_MAX);
	for (int i = 0; all != NULL && i < sk_GENERAL_NAME_num(all); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(all, i);
		struct rep_str name;

		if (g->type != GEN_DNS)
			continue;
		name = (struct rep_str){ (const char *)ASN1_STRING_get0_data(g->d.dNSName),
			(size_t)ASN1_STRING_length(g->d.dNSName) };
		if (b.n + name.n + 7 > REP_STARTTLS_NAMES_MAX) {
			rep_buf_add(&b, REP_S(", ...")); /* what is compared is the certificate */
			break;
		}
		rep_buf_printf(&b, "%s%.*s", b.n > 0 ? ", " : "", REP_PR(name));
	}
	GENERAL_NAMES_free(all);
	return rep_arena_take(a, &b);
}

static struct rep_str
taken(unsigned char *der, int n, struct rep_arena *a)
{
	struct rep_str out = { "", 0 };

	if (n > 0 && n <= REP_STARTTLS_DER_MAX)
		out = rep_arena_dup(a, (struct rep_str){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	return out.p != NULL ? out : (struct rep_str){ "", 0 };
}

/* Whether `by` signed the certificate. */
static bool
signed_by(X509 *cert, X509 *by)
{
	EVP_PKEY *key = X509_get0_pubkey(by);

	return key != NULL && X509_check_issued(by, cert) == X509_V_OK &&
	    X509_verify(cert, key) == 1;
}

/* Keeps the bytes of the first one, and of the others as long as each signed the one before. */
static void
keep(STACK_OF(X509) * shown, struct rep_arena *a, struct rep_starttls *out)
{
	for (int i = 0; i < sk_X509_num(shown) && out->chain_n < REP_STARTTLS_CHAIN; i++) {
		X509 *cert = sk_X509_value(shown, i);
		unsigned char *der = NULL, *key = NULL;
		int n;

		if (i > 0 && !signed_by(sk_X509_value(shown, i - 1), cert))
			break;
		n = i2d_X509(cert, &der);
		out->chain[out->chain_n].certificate = taken(der, n, a);
		n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &key);
		out->chain[out->chain_n].key = taken(key, n, a);
		if (out->chain[out->chain_n].certificate.n == 0 ||
		    out->chain[out->chain_n].key.n == 0)
			break;
		out->chain_n++;
	}
}

bool
rep_chain_read(struct rep_str pem, struct rep_str authorities, const char *host, int64_t now_s,
    struct rep_arena *a, struct rep_starttls *out)
{
	enum {
		ONLY_NAMES =
		    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
	};
	STACK_OF(X509) *shown = read_pem(pem, 2 * REP_STARTTLS_CHAIN);
	X509 *cert = shown != NULL && sk_X509_num(shown) > 0 ? sk_X509_value(shown, 0) : NULL;
	int64_t from_s = 0;
	const char *why;

	out->why = REP_S("its certificate cannot be read");
	if (cert != NULL)
		keep(shown, a, out);
	if (out->chain_n == 0 || !seconds(X509_get0_notBefore(cert), &from_s) ||
	    !seconds(X509_get0_notAfter(cert), &out->until_s)) {
		out->chain_n = 0;
		sk_X509_pop_free(shown, X509_free);
		return false;
	}
	why = distrust(shown, authorities, now_s);
	out->trusted = why == NULL;
	out->in_time = from_s <= now_s && now_s <= out->until_s;
	if (out->until_s < 0)
		out->until_s = 0;
	out->named = X509_check_host(cert, host, 0, ONLY_NAMES, NULL) == 1;
	out->names = names_of(cert, a);
	out->why = rep_str_c(why != NULL ? why : out->named ? "" : "it does not have this name");
	sk_X509_pop_free(shown, X509_free);
	return true;
}
