/* SPDX-License-Identifier: Apache-2.0 */
#include "web/sns.h"
#include "base/time.h"
#include "config/place.h"

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <time.h>

enum { REGION_MAX = 32, LEAST_BITS = 2048, SIGNATURE_MAX = 1024, URL_MAX = 2048 };

static const struct {
	int status;
	const char *word;
} outcomes[REP_SNS_OUTCOMES] = {
	[REP_SNS_FETCH] = { 503, "fetch" },
	[REP_SNS_STORE] = { 503, "store" },
	[REP_SNS_CONFIRM] = { 503, "confirm" },
	[REP_SNS_STORED] = { 200, "stored" },
	[REP_SNS_CONFIRMED] = { 200, "confirmed" },
	[REP_SNS_NOTED] = { 200, "noted" },
	[REP_SNS_KNOWN] = { 200, "known" },
	[REP_SNS_NO_NAME] = { 404, "no-name" },
	[REP_SNS_TOO_LARGE] = { 413, "too-large" },
	[REP_SNS_MALFORMED] = { 400, "malformed" },
	[REP_SNS_RAW] = { 400, "raw" },
	[REP_SNS_OTHER_TOPIC] = { 403, "other-topic" },
	[REP_SNS_OLD] = { 403, "old" },
	[REP_SNS_AHEAD] = { 503, "ahead" },
	[REP_SNS_OTHER_HOST] = { 403, "other-host" },
	[REP_SNS_NO_CERT] = { 503, "no-certificate" },
	[REP_SNS_FORGED] = { 403, "forged" },
	[REP_SNS_NOT_DONE] = { 503, "not-done" },
	[REP_SNS_BUSY] = { 503, "busy" },
};

int
rep_sns_status(enum rep_sns_outcome o)
{
	return outcomes[o].status;
}

const char *
rep_sns_word(enum rep_sns_outcome o)
{
	return outcomes[o].word;
}

static enum rep_sns_outcome say(enum rep_sns_outcome o, struct rep_err *why, const char *fmt, ...)
    REP_PRINTF(3, 4);
static enum rep_sns_outcome
say(enum rep_sns_outcome o, struct rep_err *why, const char *fmt, ...)
{
	char text[sizeof why->msg];
	va_list ap;

	va_start(ap, fmt);
	if (rep_sentence(text, sizeof text, fmt, ap))
		(void)rep_fail(why, REP_ESYNTAX, "%s", text);
	va_end(ap);
	return o;
}

/* --- URLs ------------------------------------------------------------------------------------------------ */

static bool
is_region(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'z') && s.p[i] != '-')
			return false;
	return s.n >= 3 && s.n <= REGION_MAX && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

/* "sns.REGION.amazonaws.com", and in China alone ".cn" behind it. */
static bool
is_host(struct rep_str host, struct rep_str *region)
{
	const struct rep_str begins = REP_S("sns."), ends = REP_S(".amazonaws.com"),
			     ends_cn = REP_S(".amazonaws.com.cn");
	bool cn = rep_str_ends(host, ends_cn);
	size_t tail = cn ? ends_cn.n : ends.n;

	if (!rep_str_starts(host, begins) || (!cn && !rep_str_ends(host, ends)) ||
	    host.n <= begins.n + tail)
		return false;
	*region = rep_str_sub(host, begins.n, host.n - begins.n - tail);
	return is_region(*region) && cn == rep_str_starts(*region, REP_S("cn-"));
}

/* https://HOST/REST, where HOST is one of SNS: a user, a port or an upper case letter is none of it. */
static bool
take_url(struct rep_str url, struct rep_str *host, struct rep_str *region, struct rep_str *rest)
{
	const struct rep_str scheme = REP_S("https://");
	size_t slash;

	if (url.n > URL_MAX || !rep_str_starts(url, scheme) || !rep_str_printable(url, false))
		return false;
	url = rep_str_sub(url, scheme.n, url.n);
	if ((slash = rep_str_chr(url, '/', 0)) == SIZE_MAX)
		return false;
	*host = rep_str_sub(url, 0, slash);
	*rest = rep_str_sub(url, slash, url.n);
	return is_host(*host, region);
}

/* "/NAME.pem": one name of letters, digits, '-', '_', with no dot but the last. */
static bool
is_cert_path(struct rep_str s)
{
	const struct rep_str end = REP_S(".pem");

	if (s.n <= 1 + end.n || s.n > 256 || s.p[0] != '/' || !rep_str_ends(s, end))
		return false;
	for (size_t i = 1; i < s.n - end.n; i++)
		if (!rep_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

static bool
is_token(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]))
			return false;
	return s.n > 0 && s.n <= REP_SNS_TOKEN_MAX;
}

/* Whether the topic is one of this region. */
static bool
is_of_region(struct rep_str topic, struct rep_str region)
{
	struct rep_str its;

	return rep_config_topic_parse(topic, &its) && is_region(its) && rep_str_eq(its, region);
}

/* One byte of a value in a query, escapes undone. False: a bad escape, or the end of the value. */
static bool
take_byte(struct rep_str s, size_t *i, char *c)
{
	if (*i >= s.n || s.p[*i] == '&')
		return false;
	if (s.p[*i] != '%') {
		*c = s.p[(*i)++];
		return true;
	}
	if (*i + 2 >= s.n || rep_hex(s.p[*i + 1]) < 0 || rep_hex(s.p[*i + 2]) < 0)
		return false;
	*c = (char)(rep_hex(s.p[*i + 1]) * 16 + rep_hex(s.p[*i + 2]));
	*i += 3;
	return true;
}

/* Takes "NAME=VALUE" with this very value from a query, and the '&' behind it. */
static bool
take_param(struct rep_str *query, struct rep_str name, struct rep_str value)
{
	size_t i = name.n, at = 0;
	char c;

	if (!rep_str_starts(*query, name))
		return false;
	while (at < value.n && take_byte(*query, &i, &c) && c == value.p[at])
		at++;
	if (at < value.n || (i < query->n && query->p[i] != '&'))
		return false;
	*query = rep_str_sub(*query, i < query->n ? i + 1 : i, query->n);
	return true;
}

/* Whether the URL is of this very subscription: three parameters in any order, each once, and nothing else. */
static bool
is_subscribe_url(const struct rep_sns_message *m)
{
	const struct {
		struct rep_str name, value;
	} want[] = { { REP_S("Action="), REP_S("ConfirmSubscription") },
		{ REP_S("TopicArn="), m->topic }, { REP_S("Token="), m->token } };
	struct rep_str host, region, query;
	unsigned seen = 0;

	if (!take_url(m->subscribe_url, &host, &region, &query) ||
	    !is_of_region(m->topic, region) || !rep_str_starts(query, REP_S("/?")) ||
	    query.p[query.n - 1] == '&')
		return false;
	query = rep_str_sub(query, 2, query.n);
	for (size_t left = REP_COUNT(want); left > 0; left--) {
		size_t i = 0;

		while (i < REP_COUNT(want) &&
		    ((seen >> i & 1) != 0 || !take_param(&query, want[i].name, want[i].value)))
			i++;
		if (i == REP_COUNT(want))
			return false;
		seen |= 1u << i;
	}
	return query.n == 0;
}

/* --- the JSON ---------------------------------------------------------------------------------------------- */

/* A string member, copied. p == NULL: there is none. */
static struct rep_str
member(const json_t *o, const char *key, struct rep_arena *a)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_string(v))
		return (struct rep_str){ NULL, 0 };
	return rep_arena_dup(a, (struct rep_str){ json_string_value(v), json_string_length(v) });
}

static bool
read_type(struct rep_str s, enum rep_sns_type *type)
{
	if (rep_str_eq(s, REP_S("Notification")))
		*type = REP_SNS_NOTIFICATION;
	else if (rep_str_eq(s, REP_S("SubscriptionConfirmation")))
		*type = REP_SNS_SUBSCRIBED;
	else if (rep_str_eq(s, REP_S("UnsubscribeConfirmation")))
		*type = REP_SNS_UNSUBSCRIBED;
	else
		return false;
	return true;
}

/* Base64 with its padding and nothing else (RFC 4648, 4). */
static bool
read_signature(struct rep_str s, struct rep_arena *a, struct rep_str *out)
{
	unsigned char *b;
	size_t pad = 0;
	int n;

	if (s.n == 0 || s.n % 4 != 0 || s.n > SIGNATURE_MAX)
		return false;
	while (pad < 2 && s.p[s.n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < s.n - pad; i++)
		if (!rep_alnum(s.p[i]) && s.p[i] != '+' && s.p[i] != '/')
			return false;
	b = rep_arena_alloc(a, s.n);
	if (b == NULL || (n = EVP_DecodeBlock(b, (const unsigned char *)s.p, (int)s.n)) < (int)pad)
		return false;
	*out = (struct rep_str){ (const char *)b, (size_t)n - pad };
	return true;
}

static enum rep_sns_outcome
read_object(const json_t *o, struct rep_arena *a, struct rep_sns_message *m, struct rep_err *why)
{
	struct rep_str type = member(o, "Type", a), version = member(o, "SignatureVersion", a),
		       signature = member(o, "Signature", a);

	*m = (struct rep_sns_message){ .id = member(o, "MessageId", a),
		.topic = member(o, "TopicArn", a),
		.message = member(o, "Message", a),
		.timestamp = member(o, "Timestamp", a),
		.subject = member(o, "Subject", a),
		.token = member(o, "Token", a),
		.subscribe_url = member(o, "SubscribeURL", a),
		.cert_url = member(o, "SigningCertURL", a) };
	if (type.p == NULL &&
	    (json_object_get(o, "eventType") != NULL ||
		json_object_get(o, "notificationType") != NULL))
		return say(REP_SNS_RAW, why,
		    "an event of SES without a signature: switch off raw message delivery of the subscription");
	if (!read_type(type, &m->type))
		return say(REP_SNS_MALFORMED, why, "it has no Type that SNS has");
	if (m->message.p == NULL || m->id.n == 0 || m->id.n > REP_SNS_ID_MAX ||
	    !rep_str_printable(m->id, false))
		return say(REP_SNS_MALFORMED, why, "it has no Message, or no MessageId");
	if (m->topic.n == 0 || m->topic.n > REP_SNS_TOPIC_MAX ||
	    !rep_str_printable(m->topic, false))
		return say(REP_SNS_MALFORMED, why, "it has no TopicArn");
	if (rep_time_parse(m->timestamp, &m->at_s, NULL, NULL) != REP_OK)
		return say(REP_SNS_MALFORMED, why, "it has no Timestamp");
	if (m->type != REP_SNS_NOTIFICATION && (!is_token(m->token) || m->subscribe_url.n == 0))
		return say(REP_SNS_MALFORMED, why, "it has no Token, or no SubscribeURL");
	m->has_subject = m->subject.p != NULL;
	m->version = rep_str_eq(version, REP_S("1")) ? 1 : rep_str_eq(version, REP_S("2")) ? 2 : 0;
	if (m->version == 0)
		return say(REP_SNS_MALFORMED, why, "its SignatureVersion is neither 1 nor 2");
	if (m->cert_url.n == 0 || !read_signature(signature, a, &m->signature))
		return say(REP_SNS_MALFORMED, why, "it has no Signature, or no SigningCertURL");
	return REP_SNS_FETCH;
}

static enum rep_sns_outcome
read_body(struct rep_str body, struct rep_arena *a, struct rep_sns_message *m, struct rep_err *why)
{
	json_error_t wrong;
	enum rep_sns_outcome o;
	json_t *all;

	if (body.n > REP_SNS_BODY_MAX)
		return say(REP_SNS_TOO_LARGE, why, "it has more than %d bytes", REP_SNS_BODY_MAX);
	all = json_loadb(body.n > 0 ? body.p : "", body.n, JSON_REJECT_DUPLICATES, &wrong);
	if (all == NULL)
		return say(REP_SNS_MALFORMED, why, "not JSON: %s", wrong.text);
	o = json_is_object(all) ? read_object(all, a, m, why)
				: say(REP_SNS_MALFORMED, why, "it is no JSON object");
	json_decref(all);
	return o;
}

enum rep_sns_outcome
rep_sns_look(struct rep_str body, const struct rep_str *topics, size_t topics_n, int64_t now_s,
    struct rep_arena *a, struct rep_sns_message *m, struct rep_err *why)
{
	struct rep_str host, region, path;
	enum rep_sns_outcome o = read_body(body, a, m, why);
	char span[REP_TIME_TEXT];
	size_t i = 0;

	if (o != REP_SNS_FETCH)
		return o;
	while (i < topics_n && !rep_str_eq(topics[i], m->topic))
		i++;
	if (i == topics_n)
		return say(REP_SNS_OTHER_TOPIC, why, "its topic %.*s is not in the configuration",
		    REP_PR(m->topic));
	if (now_s - m->at_s > REP_SNS_AGE_S)
		return say(REP_SNS_OLD, why, "it is %s old", rep_time_span(now_s - m->at_s, span));
	if (m->at_s - now_s > REP_SNS_AHEAD_S)
		return say(REP_SNS_AHEAD, why,
		    "it is of the future, %s from now; is this machine's clock right?",
		    rep_time_span(m->at_s - now_s, span));
	if (!take_url(m->cert_url, &host, &region, &path) || !is_cert_path(path))
		return say(REP_SNS_OTHER_HOST, why, "its SigningCertURL is not one of Amazon SNS");
	if (m->type == REP_SNS_SUBSCRIBED && !is_subscribe_url(m))
		return say(REP_SNS_OTHER_HOST, why, "its SubscribeURL is not that of its topic");
	return REP_SNS_FETCH;
}

static void
copy(struct rep_str s, char *out, size_t room)
{
	snprintf(out, room, "%.*s", REP_PR(s));
}

void
rep_sns_cert_at(
    const struct rep_sns_message *m, char host[REP_SNS_HOST_TEXT], char path[REP_SNS_PATH_TEXT])
{
	struct rep_str h, region, p;

	if (!take_url(m->cert_url, &h, &region, &p))
		h = p = REP_S("");
	copy(h, host, REP_SNS_HOST_TEXT);
	copy(p, path, REP_SNS_PATH_TEXT);
}

void
rep_sns_confirm(
    const struct rep_sns_message *m, char host[REP_SNS_HOST_TEXT], char path[REP_SNS_PATH_TEXT])
{
	struct rep_str h, region, rest;
	struct rep_buf b;

	if (!take_url(m->subscribe_url, &h, &region, &rest))
		h = REP_S("");
	copy(h, host, REP_SNS_HOST_TEXT);
	rep_buf_init(&b, REP_SNS_PATH_TEXT - 1);
	rep_buf_add(&b, REP_S("/?Action=ConfirmSubscription&TopicArn="));
	for (size_t i = 0; i < m->topic.n; i++)
		if (rep_alnum(m->topic.p[i]) || memchr("-._~:", m->topic.p[i], 5) != NULL)
			rep_buf_addc(&b, m->topic.p[i]);
		else
			rep_buf_printf(&b, "%%%02X", (unsigned char)m->topic.p[i]);
	rep_buf_printf(&b, "&Token=%.*s", REP_PR(m->token));
	copy(b.full ? REP_S("") : rep_buf_str(&b), path, REP_SNS_PATH_TEXT);
	rep_buf_fini(&b);
}

/* --- the signature ------------------------------------------------------------------------------------------ */

static void
put(struct rep_buf *out, const char *key, struct rep_str value)
{
	rep_buf_add(out, rep_str_c(key));
	rep_buf_addc(out, '\n');
	rep_buf_add(out, value);
	rep_buf_addc(out, '\n');
}

static struct rep_str
type_word(enum rep_sns_type t)
{
	return t == REP_SNS_NOTIFICATION ? REP_S("Notification")
	    : t == REP_SNS_SUBSCRIBED	 ? REP_S("SubscriptionConfirmation")
					 : REP_S("UnsubscribeConfirmation");
}

void
rep_sns_signed_text(const struct rep_sns_message *m, struct rep_buf *out)
{
	bool notification = m->type == REP_SNS_NOTIFICATION;

	put(out, "Message", m->message);
	put(out, "MessageId", m->id);
	if (notification && m->has_subject)
		put(out, "Subject", m->subject);
	if (!notification)
		put(out, "SubscribeURL", m->subscribe_url);
	put(out, "Timestamp", m->timestamp);
	if (!notification)
		put(out, "Token", m->token);
	put(out, "TopicArn", m->topic);
	put(out, "Type", type_word(m->type));
}

static enum rep_sns_outcome
check_cert(X509 *cert, int64_t now_s, struct rep_err *why)
{
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	time_t now = (time_t)now_s;

	if (X509_cmp_time(X509_get0_notBefore(cert), &now) >= 0 ||
	    X509_cmp_time(X509_get0_notAfter(cert), &now) <= 0)
		return say(REP_SNS_NO_CERT, why, "its certificate is not valid now");
	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
	    EVP_PKEY_get_bits(key) < LEAST_BITS)
		return say(REP_SNS_NO_CERT, why,
		    "its certificate has no RSA key of %d bits or more", LEAST_BITS);
	return REP_SNS_FETCH;
}

static enum rep_sns_outcome
check_signature(const struct rep_sns_message *m, X509 *cert, struct rep_err *why)
{
	const EVP_MD *md = m->version == 1 ? EVP_sha1() : EVP_sha256();
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	enum rep_sns_outcome o = REP_SNS_NOT_DONE;
	struct rep_buf text;

	/* All of it came in a body of that size; the names of the fields are some bytes more. */
	rep_buf_init(&text, REP_SNS_BODY_MAX + 4096);
	rep_sns_signed_text(m, &text);
	if (text.full || c == NULL ||
	    EVP_DigestVerifyInit(c, NULL, md, NULL, X509_get0_pubkey(cert)) != 1)
		o = say(REP_SNS_NOT_DONE, why, "the signature could not be checked");
	else if (EVP_DigestVerify(c, (const unsigned char *)m->signature.p, m->signature.n,
		     (const unsigned char *)text.p, text.n) != 1)
		o = say(
		    REP_SNS_FORGED, why, "its signature does not fit: Amazon did not send this");
	else
		o = m->type == REP_SNS_NOTIFICATION ? REP_SNS_STORE
		    : m->type == REP_SNS_SUBSCRIBED ? REP_SNS_CONFIRM
						    : REP_SNS_NOTED;
	rep_buf_fini(&text);
	EVP_MD_CTX_free(c);
	return o;
}

enum rep_sns_outcome
rep_sns_verify(
    const struct rep_sns_message *m, struct rep_str pem, int64_t now_s, struct rep_err *why)
{
	enum rep_sns_outcome o;
	X509 *cert = NULL;
	BIO *in;

	if (pem.n > REP_SNS_CERT_MAX)
		return say(REP_SNS_NO_CERT, why, "its certificate has more than %d bytes",
		    REP_SNS_CERT_MAX);
	if ((in = BIO_new_mem_buf(pem.n > 0 ? pem.p : "", (int)pem.n)) == NULL)
		return say(REP_SNS_NOT_DONE, why, "out of memory");
	cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
	BIO_free(in);
	o = cert == NULL
	    ? say(REP_SNS_NO_CERT, why, "what is at its SigningCertURL is no certificate")
	    : check_cert(cert, now_s, why);
	if (o == REP_SNS_FETCH)
		o = check_signature(m, cert, why);
	X509_free(cert);
	ERR_clear_error();
	return o;
}
