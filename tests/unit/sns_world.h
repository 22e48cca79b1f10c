/*
 * unit/sns_world.h -- messages of SNS that are signed here, and the certificate they are checked with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_SNS_WORLD_H
#define REP_TEST_SNS_WORLD_H

#include "base/arena.h"
#include "base/json_out.h"
#include "base/time.h"
#include "web/sns.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define SNS_TOPIC "arn:aws:sns:us-east-1:123456789012:ses-events"
#define SNS_CERT \
	"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem"
#define SNS_TOKEN "2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92"
#define SNS_SUBSCRIBE                                                                         \
	"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" SNS_TOPIC \
	"&Token=" SNS_TOKEN

/* A key, and a certificate of it that is valid from one time to another. Both live until sns_key_fini. */
struct sns_key {
	EVP_PKEY *key;
	char pem[8192];
	size_t n;
};

static inline void
sns_key_init(struct sns_key *k, EVP_PKEY *key, int64_t from_s, int64_t until_s)
{
	X509 *x = X509_new();
	BIO *out = BIO_new(BIO_s_mem());
	char *text;

	k->key = key;
	assert(k->key != NULL && x != NULL && out != NULL);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from_s);
	ASN1_TIME_set(X509_getm_notAfter(x), (time_t)until_s);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
	    (const unsigned char *)"sns.amazonaws.com", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, k->key);
	X509_sign(x, k->key, EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256());
	PEM_write_bio_X509(out, x);
	k->n = (size_t)BIO_get_mem_data(out, &text);
	assert(k->n > 0 && k->n < sizeof k->pem);
	memcpy(k->pem, text, k->n);
	BIO_free(out);
	X509_free(x);
}

static inline void
sns_key_fini(struct sns_key *k)
{
	EVP_PKEY_free(k->key);
}

static inline struct rep_str
sns_pem(const struct sns_key *k)
{
	return (struct rep_str){ k->pem, k->n };
}

/* What is posted. NULL: the field is left out. */
struct sns_post {
	const char *type, *id, *topic, *message, *timestamp, *subject, *token, *subscribe_url,
	    *version, *cert_url;
};

static inline const char *
sns_text(const char *s)
{
	return s != NULL ? s : "";
}

/* The signature in base64 over the text that SNS signs, by its own description: not by the code under test. */
static inline void
sns_sign(const struct sns_post *p, const struct sns_key *k, char out[1024])
{
	const bool notification = strcmp(sns_text(p->type), "Notification") == 0;
	static char text[3 << 20];
	unsigned char raw[512];
	size_t n = sizeof raw, at;
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	at = (size_t)snprintf(text, sizeof text, "Message\n%s\nMessageId\n%s\n",
	    sns_text(p->message), sns_text(p->id));
	if (notification && p->subject != NULL)
		at += (size_t)snprintf(text + at, sizeof text - at, "Subject\n%s\n", p->subject);
	if (!notification)
		at += (size_t)snprintf(
		    text + at, sizeof text - at, "SubscribeURL\n%s\n", sns_text(p->subscribe_url));
	at += (size_t)snprintf(
	    text + at, sizeof text - at, "Timestamp\n%s\n", sns_text(p->timestamp));
	if (!notification)
		at += (size_t)snprintf(
		    text + at, sizeof text - at, "Token\n%s\n", sns_text(p->token));
	at += (size_t)snprintf(text + at, sizeof text - at, "TopicArn\n%s\nType\n%s\n",
	    sns_text(p->topic), sns_text(p->type));
	assert(at < sizeof text);
	assert(EVP_DigestSignInit(c, NULL,
		   strcmp(sns_text(p->version), "1") == 0 ? EVP_sha1() : EVP_sha256(), NULL,
		   k->key) == 1);
	assert(EVP_DigestSign(c, raw, &n, (const unsigned char *)text, at) == 1);
	EVP_EncodeBlock((unsigned char *)out, raw, (int)n);
	EVP_MD_CTX_free(c);
}

/* The body of the request. signature NULL: none. */
static inline void
sns_body(const struct sns_post *p, const char *signature, struct rep_buf *out)
{
	const struct {
		const char *key, *value;
	} field[] = { { "Type", p->type }, { "MessageId", p->id }, { "TopicArn", p->topic },
		{ "Subject", p->subject }, { "Message", p->message }, { "Token", p->token },
		{ "SubscribeURL", p->subscribe_url }, { "Timestamp", p->timestamp },
		{ "SignatureVersion", p->version }, { "Signature", signature },
		{ "SigningCertURL", p->cert_url } };
	struct rep_json j;

	rep_buf_clear(out);
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	for (size_t i = 0; i < REP_COUNT(field); i++)
		if (field[i].value != NULL)
			rep_json_cstr(&j, field[i].key, field[i].value);
	rep_json_end_obj(&j);
}

#endif
