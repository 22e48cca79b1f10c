/* Messages of SNS: what is believed, and what is not. SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "sns_world.h"
#include "web/sns_kept.h"

#include <stdlib.h>

enum { NOW = 1793688131 };

#define AT "2026-11-03T06:42:11.000Z"

static const struct sns_post notification = { .type = "Notification",
	.id = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
	.topic = SNS_TOPIC,
	.message =
	    "{\"notificationType\":\"Bounce\",\"text\":\"two\\nlines \xc3\xa4 \\\"quoted\\\"\"}",
	.timestamp = AT,
	.version = "2",
	.cert_url = SNS_CERT };
static const struct sns_post subscribed = { .type = "SubscriptionConfirmation",
	.id = "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
	.topic = SNS_TOPIC,
	.message =
	    "You have chosen to subscribe to the topic.\nTo confirm, visit the SubscribeURL.",
	.timestamp = AT,
	.token = SNS_TOKEN,
	.subscribe_url = SNS_SUBSCRIBE,
	.version = "2",
	.cert_url = SNS_CERT };

static const struct rep_str topics[] = { { "arn:aws:sns:eu-west-1:123456789012:other", 40 },
	{ SNS_TOPIC, sizeof SNS_TOPIC - 1 } };

static struct sns_key key, stranger;
static struct rep_arena *arena;

/* Looks, and checks with this certificate where it comes so far. */
static enum rep_sns_outcome
judge(struct rep_str body, struct rep_str pem, int64_t now_s, struct rep_sns_message *m,
    struct rep_err *why)
{
	enum rep_sns_outcome o;

	rep_arena_reset(arena);
	why->msg[0] = '\0';
	o = rep_sns_look(body, topics, REP_COUNT(topics), now_s, arena, m, why);
	return o == REP_SNS_FETCH ? rep_sns_verify(m, pem, now_s, why) : o;
}

/* The same for a post that our key signs. */
static enum rep_sns_outcome
posted(const struct sns_post *p, int64_t now_s, struct rep_sns_message *m, struct rep_err *why)
{
	char signature[1024];
	enum rep_sns_outcome o;
	struct rep_buf b;

	rep_buf_init(&b, 4 << 20);
	sns_sign(p, &key, signature);
	sns_body(p, signature, &b);
	o = judge(rep_buf_str(&b), sns_pem(&key), now_s, m, why);
	rep_buf_fini(&b);
	return o;
}

static bool
is(enum rep_sns_outcome got, enum rep_sns_outcome want, const char *what, const struct rep_err *why)
{
	bool held = ok(got == want, "%s: %s", what, rep_sns_word(want));

	if (!held)
		printf("#  got %s: %s\n", rep_sns_word(got), why->msg);
	return held;
}

static void
believed(void)
{
	struct sns_post p = notification;
	struct rep_sns_message m;
	struct rep_err why;
	char host[REP_SNS_HOST_TEXT], path[REP_SNS_PATH_TEXT];

	is(posted(&p, NOW, &m, &why), REP_SNS_STORE, "a notification, version 2", &why);
	is_str(m.message, p.message, "its message is as it was");
	is_int(m.at_s, NOW, "its time");
	rep_sns_cert_at(&m, host, path);
	is_str(rep_str_c(host), "sns.us-east-1.amazonaws.com", "the host of its certificate");
	is_str(rep_str_c(path), "/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem",
	    "and the path");
	p.version = "1";
	is(posted(&p, NOW, &m, &why), REP_SNS_STORE, "version 1", &why);
	p.subject = "Amazon SES Email Event Notification";
	is(posted(&p, NOW, &m, &why), REP_SNS_STORE, "with a subject", &why);
	p.subject = "";
	is(posted(&p, NOW, &m, &why), REP_SNS_STORE, "with an empty subject", &why);
	p.message = "";
	is(posted(&p, NOW, &m, &why), REP_SNS_STORE, "with an empty message", &why);
	p.message = "Successfully validated SNS topic for Amazon SES event publishing.";
	is(posted(&p, NOW, &m, &why), REP_SNS_STORE, "with a message that is no JSON", &why);
	p = subscribed;
	is(posted(&p, NOW, &m, &why), REP_SNS_CONFIRM, "a subscription", &why);
	rep_sns_confirm(&m, host, path);
	is_str(rep_str_c(host), "sns.us-east-1.amazonaws.com", "the host to ask");
	is_str(rep_str_c(path),
	    "/?Action=ConfirmSubscription&TopicArn=" SNS_TOPIC "&Token=" SNS_TOKEN, "what to ask");
	p.subscribe_url =
	    "https://sns.us-east-1.amazonaws.com/?Token=" SNS_TOKEN
	    "&Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3a123456789012%3Ases-events";
	is(posted(&p, NOW, &m, &why), REP_SNS_CONFIRM,
	    "a SubscribeURL in another order, with escapes", &why);
	p = subscribed;
	p.type = "UnsubscribeConfirmation";
	is(posted(&p, NOW, &m, &why), REP_SNS_NOTED, "the end of a subscription", &why);
}

static void
times(void)
{
	static const struct {
		const char *what;
		int64_t later_s;
		enum rep_sns_outcome o;
	} row[] = { { "an hour and five minutes old", REP_SNS_AGE_S, REP_SNS_STORE },
		{ "a second older", REP_SNS_AGE_S + 1, REP_SNS_OLD },
		{ "five minutes ahead", -REP_SNS_AHEAD_S, REP_SNS_STORE },
		{ "a second more", -REP_SNS_AHEAD_S - 1, REP_SNS_AHEAD } };
	struct rep_sns_message m;
	struct rep_err why;

	for (size_t i = 0; i < REP_COUNT(row); i++)
		is(posted(&notification, NOW + row[i].later_s, &m, &why), row[i].o, row[i].what,
		    &why);
}

/* URLs that are not Amazon's, or not of SNS. */
static void
hosts(void)
{
	static const struct {
		const char *url;
		bool fine;
	} row[] = { { SNS_CERT, true }, { "https://sns.eu-west-3.amazonaws.com/A-1_b.pem", true },
		{ "https://sns.us-gov-west-1.amazonaws.com/a.pem", true },
		{ "https://sns.cn-north-1.amazonaws.com.cn/a.pem", true },
		{ "https://sns.cn-north-1.amazonaws.com/a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com.cn/a.pem", false },
		{ "http://sns.us-east-1.amazonaws.com/a.pem", false },
		{ "HTTPS://sns.us-east-1.amazonaws.com/a.pem", false },
		{ "https://SNS.us-east-1.amazonaws.com/a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com:443/a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com:8443/a.pem", false },
		{ "https://x@sns.us-east-1.amazonaws.com/a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com@evil.example/a.pem", false },
		{ "https://evil.example/sns.us-east-1.amazonaws.com/a.pem", false },
		{ "https://evil.example#sns.us-east-1.amazonaws.com/a.pem", false },
		{ "https://evil.example?sns.us-east-1.amazonaws.com/a.pem", false },
		{ "https://evil.example\\.sns.us-east-1.amazonaws.com/a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com.evil.example/a.pem", false },
		{ "https://sns.evil.example.amazonaws.com/a.pem", false },
		{ "https://evilsns.us-east-1.amazonaws.com/a.pem", false },
		{ "https://sns.us-east-1.evilamazonaws.com/a.pem", false },
		{ "https://sns.amazonaws.com/a.pem", false },
		{ "https://sns..amazonaws.com/a.pem", false },
		{ "https://sns.-us.amazonaws.com/a.pem", false },
		{ "https://bucket.s3.us-east-1.amazonaws.com/a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com./a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com", false },
		{ "https://sns.us-east-1.amazonaws.com/", false },
		{ "https://sns.us-east-1.amazonaws.com/.pem", false },
		{ "https://sns.us-east-1.amazonaws.com/a", false },
		{ "https://sns.us-east-1.amazonaws.com/a.pem?x=1", false },
		{ "https://sns.us-east-1.amazonaws.com/a.pem#x", false },
		{ "https://sns.us-east-1.amazonaws.com/?x=a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com/../a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com/x/a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com//a.pem", false },
		{ "https://sns.us-east-1.amazonaws.com/%61.pem", false },
		{ "https://sns.us-east-1.amazonaws.com/a .pem", false },
		{ "https://sns.us-east-1.amazonaws.com/a\n.pem", false },
		{ " https://sns.us-east-1.amazonaws.com/a.pem", false },
		{ "//sns.us-east-1.amazonaws.com/a.pem", false },
		{ "file:///etc/ssl/a.pem", false }, { "", false } };
	struct rep_sns_message m;
	struct rep_err why;

	for (size_t i = 0; i < REP_COUNT(row); i++) {
		struct sns_post p = notification;
		enum rep_sns_outcome o;

		p.cert_url = row[i].url;
		o = posted(&p, NOW, &m, &why);
		ok(o ==
			(row[i].fine		     ? REP_SNS_STORE
				: row[i].url[0] == 0 ? REP_SNS_MALFORMED
						     : REP_SNS_OTHER_HOST),
		    "certificate at %zu: %s", i, row[i].fine ? "Amazon's" : "refused");
	}
}

#define ASK "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"

static void
subscribe_urls(void)
{
	static const char *const bad[] = {
		"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" SNS_TOPIC
		"&Token=" SNS_TOKEN,
		"http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" SNS_TOPIC
		"&Token=" SNS_TOKEN,
		"https://evil.example/?Action=ConfirmSubscription&TopicArn=" SNS_TOPIC
		"&Token=" SNS_TOKEN,
		"https://sns.us-east-1.amazonaws.com/x?Action=ConfirmSubscription&TopicArn=" SNS_TOPIC
		"&Token=" SNS_TOKEN,
		"https://sns.us-east-1.amazonaws.com/?Action=DeleteTopic&TopicArn=" SNS_TOPIC
		"&Token=" SNS_TOKEN,
		ASK "&TopicArn=arn:aws:sns:us-east-1:999999999999:ses-events&Token=" SNS_TOKEN,
		ASK "&TopicArn=" SNS_TOPIC "x&Token=" SNS_TOKEN,
		ASK "&TopicArn=" SNS_TOPIC "&Token=" SNS_TOKEN "0",
		ASK "&TopicArn=" SNS_TOPIC "&Token=0",
		ASK "&TopicArn=" SNS_TOPIC,
		ASK "&TopicArn=" SNS_TOPIC "&Token=" SNS_TOKEN "&AuthenticateOnUnsubscribe=true",
		ASK "&TopicArn=" SNS_TOPIC "&Token=" SNS_TOKEN "&",
		ASK "&Action=ConfirmSubscription&TopicArn=" SNS_TOPIC "&Token=" SNS_TOKEN,
		ASK "&TopicArn=" SNS_TOPIC "&TopicArn=" SNS_TOPIC,
		ASK "&TopicArn=" SNS_TOPIC "&Token=" SNS_TOKEN "#x",
		ASK "&TopicArn=arn%3&Token=" SNS_TOKEN,
		ASK "&TopicArn=arn%zzaws:sns:us-east-1:123456789012:ses-events&Token=" SNS_TOKEN,
		"https://sns.us-east-1.amazonaws.com/?",
		"https://sns.us-east-1.amazonaws.com/",
	};
	struct rep_sns_message m;
	struct rep_err why;

	for (size_t i = 0; i < REP_COUNT(bad); i++) {
		struct sns_post p = subscribed;

		p.subscribe_url = bad[i];
		ok(posted(&p, NOW, &m, &why) == REP_SNS_OTHER_HOST,
		    "SubscribeURL %zu is refused, though it is signed: %s", i, why.msg);
	}
}

static void
malformed(void)
{
	static const struct {
		const char *what;
		size_t field; /* of struct sns_post */
		const char *value;
		enum rep_sns_outcome o;
	} row[] = {
		{ "no Type", offsetof(struct sns_post, type), NULL, REP_SNS_MALFORMED },
		{ "another Type", offsetof(struct sns_post, type), "Other", REP_SNS_MALFORMED },
		{ "no MessageId", offsetof(struct sns_post, id), NULL, REP_SNS_MALFORMED },
		{ "an empty MessageId", offsetof(struct sns_post, id), "", REP_SNS_MALFORMED },
		{ "a MessageId with a line end", offsetof(struct sns_post, id), "a\nTopicArn",
		    REP_SNS_MALFORMED },
		{ "no TopicArn", offsetof(struct sns_post, topic), NULL, REP_SNS_MALFORMED },
		{ "another topic", offsetof(struct sns_post, topic),
		    "arn:aws:sns:us-east-1:999999999999:ses-events", REP_SNS_OTHER_TOPIC },
		{ "a topic in capitals", offsetof(struct sns_post, topic),
		    "arn:aws:sns:us-east-1:123456789012:SES-events", REP_SNS_OTHER_TOPIC },
		{ "a part of the topic", offsetof(struct sns_post, topic),
		    "arn:aws:sns:us-east-1:123456789012:ses-event", REP_SNS_OTHER_TOPIC },
		{ "no Message", offsetof(struct sns_post, message), NULL, REP_SNS_MALFORMED },
		{ "no Timestamp", offsetof(struct sns_post, timestamp), NULL, REP_SNS_MALFORMED },
		{ "a Timestamp that is none", offsetof(struct sns_post, timestamp), "today",
		    REP_SNS_MALFORMED },
		{ "no SignatureVersion", offsetof(struct sns_post, version), NULL,
		    REP_SNS_MALFORMED },
		{ "SignatureVersion 3", offsetof(struct sns_post, version), "3",
		    REP_SNS_MALFORMED },
		{ "no SigningCertURL", offsetof(struct sns_post, cert_url), NULL,
		    REP_SNS_MALFORMED },
	};
	static const struct {
		const char *what, *body;
		enum rep_sns_outcome o;
	} whole[] = { { "nothing", "", REP_SNS_MALFORMED },
		{ "no JSON", "Hello", REP_SNS_MALFORMED }, { "an array", "[]", REP_SNS_MALFORMED },
		{ "a string", "\"x\"", REP_SNS_MALFORMED },
		{ "an empty object", "{}", REP_SNS_MALFORMED },
		{ "cut", "{\"Type\":\"Notification\"", REP_SNS_MALFORMED },
		{ "a number as Type", "{\"Type\":1}", REP_SNS_MALFORMED },
		{ "a key twice", "{\"Type\":\"Notification\",\"Type\":\"Notification\"}",
		    REP_SNS_MALFORMED },
		{ "a NUL", "{\"Type\":\"Notification\\u0000\"}", REP_SNS_MALFORMED },
		{ "an event of SES without an envelope", "{\"eventType\":\"Bounce\",\"mail\":{}}",
		    REP_SNS_RAW },
		{ "one of the other dialect", "{\"notificationType\":\"Bounce\"}", REP_SNS_RAW } };
	struct rep_sns_message m;
	struct rep_err why;

	for (size_t i = 0; i < REP_COUNT(row); i++) {
		struct sns_post p = notification;

		memcpy((char *)&p + row[i].field, &row[i].value, sizeof row[i].value);
		is(posted(&p, NOW, &m, &why), row[i].o, row[i].what, &why);
	}
	for (size_t i = 0; i < REP_COUNT(whole); i++)
		is(judge(rep_str_c(whole[i].body), sns_pem(&key), NOW, &m, &why), whole[i].o,
		    whole[i].what, &why);
}

/* Each byte of a signed message changed: none is believed that says anything else. */
static void
changed(void)
{
	struct sns_post p = notification;
	char signature[1024];
	struct rep_sns_message m, whole;
	struct rep_arena *own = rep_arena_new(1 << 20);
	struct rep_err why;
	struct rep_buf b;
	unsigned believed_n = 0, wrong = 0, cut = 0;

	p.subject = "Bounce";
	rep_buf_init(&b, 1 << 20);
	sns_sign(&p, &key, signature);
	sns_body(&p, signature, &b);
	assert(rep_sns_look(rep_buf_str(&b), topics, REP_COUNT(topics), NOW, own, &whole, &why) ==
	    REP_SNS_FETCH);
	for (size_t i = 0; i < b.n; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			enum rep_sns_outcome o;

			b.p[i] = (char)(b.p[i] ^ 1 << bit);
			o = judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why);
			b.p[i] = (char)(b.p[i] ^ 1 << bit);
			if (rep_sns_status(o) == 200 || o == REP_SNS_STORE) {
				believed_n++;
				wrong += !rep_str_eq(m.message, whole.message) ||
				    !rep_str_eq(m.id, whole.id) ||
				    !rep_str_eq(m.topic, whole.topic) ||
				    !rep_str_eq(m.timestamp, whole.timestamp);
			}
		}
	is_int(wrong, 0, "each bit of a message changed: none says anything else and is believed");
	ok(believed_n < b.n / 2, "what is believed differs in what is not signed: %u", believed_n);
	for (size_t n = 0; n < b.n; n++)
		cut += judge(rep_str_sub(rep_buf_str(&b), 0, n), sns_pem(&key), NOW, &m, &why) ==
		    REP_SNS_MALFORMED;
	is_int(cut, (int64_t)b.n, "cut anywhere, it is malformed");
	rep_buf_fini(&b);
	rep_arena_free(own);
}

static void
signatures(void)
{
	struct rep_sns_message m;
	struct sns_post p = notification;
	char signature[1024], no_padding[1024];
	struct rep_err why;
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	sns_sign(&p, &stranger, signature);
	sns_body(&p, signature, &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_FORGED,
	    "signed by a stranger", &why);
	is(judge(rep_buf_str(&b), sns_pem(&stranger), NOW, &m, &why), REP_SNS_STORE,
	    "that key has signed it", &why);
	sns_sign(&p, &key, signature);
	p.version = "1";
	sns_body(&p, signature, &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_FORGED,
	    "version 2 told as 1", &why);
	p.version = "2";
	/* A subject that is not signed: SNS leaves it out of the text only where there is none. */
	p.subject = "added";
	sns_body(&p, signature, &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_FORGED, "a subject added",
	    &why);
	p.subject = NULL;
	/* The fields of another type under the same signature. */
	p = subscribed;
	sns_sign(&p, &key, signature);
	p.type = "UnsubscribeConfirmation";
	sns_body(&p, signature, &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_FORGED, "another type",
	    &why);
	p = notification;
	sns_body(&p, "", &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_MALFORMED,
	    "an empty signature", &why);
	sns_body(&p, NULL, &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_MALFORMED, "no signature",
	    &why);
	sns_body(&p, "AAAA", &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_FORGED,
	    "a short signature", &why);
	sns_sign(&p, &key, signature);
	snprintf(no_padding, sizeof no_padding, "%.*s", (int)strcspn(signature, "="), signature);
	sns_body(&p, no_padding, &b);
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_MALFORMED,
	    "without its padding", &why);
	rep_buf_fini(&b);
}

static void
certificates(void)
{
	struct sns_key old, later, small, other;
	struct rep_sns_message m;
	char signature[1024];
	struct rep_err why;
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	sns_key_init(&old, EVP_RSA_gen(2048), NOW - 900000, NOW - 1);
	sns_key_init(&later, EVP_RSA_gen(2048), NOW + 1, NOW + 900000);
	sns_key_init(&small, EVP_RSA_gen(1024), NOW - 900000, NOW + 900000);
	sns_key_init(&other, EVP_EC_gen("P-256"), NOW - 900000, NOW + 900000);
	sns_sign(&notification, &key, signature);
	sns_body(&notification, signature, &b);
	is(judge(rep_buf_str(&b), sns_pem(&old), NOW, &m, &why), REP_SNS_NO_CERT,
	    "a certificate that has ended", &why);
	is(judge(rep_buf_str(&b), sns_pem(&later), NOW, &m, &why), REP_SNS_NO_CERT,
	    "one that has not begun", &why);
	is(judge(rep_buf_str(&b), sns_pem(&small), NOW, &m, &why), REP_SNS_NO_CERT,
	    "one of 1,024 bits", &why);
	is(judge(rep_buf_str(&b), sns_pem(&other), NOW, &m, &why), REP_SNS_NO_CERT,
	    "one of another kind of key", &why);
	is(judge(rep_buf_str(&b), REP_S(""), NOW, &m, &why), REP_SNS_NO_CERT, "none", &why);
	is(judge(rep_buf_str(&b), REP_S("<html>"), NOW, &m, &why), REP_SNS_NO_CERT,
	    "something else", &why);
	is(judge(rep_buf_str(&b), rep_str_sub(sns_pem(&key), 0, key.n / 2), NOW, &m, &why),
	    REP_SNS_NO_CERT, "a half of it", &why);
	sns_key_fini(&old);
	sns_key_fini(&later);
	sns_key_fini(&small);
	sns_key_fini(&other);
	rep_buf_fini(&b);
}

static void
sizes(void)
{
	static char text[2 << 20];
	struct sns_post p = notification;
	struct rep_sns_message m;
	struct rep_err why;
	char signature[1024];
	struct rep_buf b;
	size_t around;

	rep_buf_init(&b, 4 << 20);
	p.message = text;
	sns_sign(&p, &key, signature);
	sns_body(&p, signature, &b);
	around = b.n;
	memset(text, 'x', REP_SNS_BODY_MAX - around);
	sns_sign(&p, &key, signature);
	sns_body(&p, signature, &b);
	is_int((int64_t)b.n, REP_SNS_BODY_MAX, "a body of 1 MB");
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_STORE, "is taken", &why);
	text[REP_SNS_BODY_MAX - around] = 'x';
	is(posted(&p, NOW, &m, &why), REP_SNS_TOO_LARGE, "a byte more is not", &why);
	rep_buf_clear(&b);
	while (b.n < REP_SNS_BODY_MAX)
		rep_buf_addc(&b, '[');
	is(judge(rep_buf_str(&b), sns_pem(&key), NOW, &m, &why), REP_SNS_MALFORMED, "1 MB of [",
	    &why);
	rep_buf_fini(&b);
}

static void
kept(void)
{
	struct rep_sns_kept *k = malloc(sizeof *k);
	const struct rep_key secret = { { 1 } };
	struct rep_sns_message a = { .topic = REP_S("t"), .id = REP_S("1") },
			       b = { .topic = REP_S("t"), .id = REP_S("2") };
	uint64_t x, y;
	char url[64];
	unsigned n = 0;

	rep_sns_kept_init(k, &secret);
	x = rep_sns_kept_id(k, &a);
	y = rep_sns_kept_id(k, &b);
	ok(x != y && !rep_sns_kept_seen(k, x, NOW), "a message that did not come");
	rep_sns_kept_note(k, x, NOW);
	ok(rep_sns_kept_seen(k, x, NOW) && !rep_sns_kept_seen(k, y, NOW), "one that came");
	ok(rep_sns_kept_seen(k, x, NOW + REP_SNS_AGE_S),
	    "is known for as long as it would be believed");
	ok(!rep_sns_kept_seen(k, x, NOW + REP_SNS_AGE_S + REP_SNS_AHEAD_S + 1), "and not for ever");
	for (uint64_t i = 0; i < REP_SNS_SEEN_MAX - 1; i++) {
		/* Not by _note, which looks at all of them for each. */
		k->seen[k->next].id = UINT64_C(1) << 40 | i;
		k->seen[k->next].at_s = NOW;
		k->next = (k->next + 1) % REP_SNS_SEEN_MAX;
	}
	ok(rep_sns_kept_seen(k, x, NOW), "with 65,536 it is there still");
	rep_sns_kept_note(k, y, NOW);
	ok(!rep_sns_kept_seen(k, x, NOW) && rep_sns_kept_seen(k, y, NOW),
	    "one more, and the oldest is forgotten");

	is_str(rep_sns_kept_get(k, REP_S("u0"), NOW), "", "a certificate that is not kept");
	for (unsigned i = 0; i < REP_SNS_CERTS_MAX; i++) {
		snprintf(url, sizeof url, "u%u", i);
		rep_sns_kept_put(k, rep_str_c(url), rep_str_c(url), NOW + i);
	}
	is_str(rep_sns_kept_get(k, REP_S("u0"), NOW + 20), "u0", "eight are kept");
	rep_sns_kept_put(k, REP_S("u8"), REP_S("new"), NOW + 21);
	ok(rep_sns_kept_get(k, REP_S("u1"), NOW + 22).n == 0 &&
		rep_sns_kept_get(k, REP_S("u0"), NOW + 22).n == 2,
	    "one more takes the place of that which was not used for longest");
	rep_sns_kept_put(k, REP_S("u0"), REP_S("again"), NOW + 23);
	is_str(rep_sns_kept_get(k, REP_S("u0"), NOW + 24), "again", "the same URL has one");
	rep_sns_kept_put(
	    k, REP_S("u9"), (struct rep_str){ (const char *)k, REP_SNS_CERT_MAX + 1 }, NOW + 25);
	ok(rep_sns_kept_get(k, REP_S("u9"), NOW + 25).n == 0, "one that is too long is not kept");

	for (unsigned i = 0; i < 100; i++)
		n += rep_sns_kept_may_fetch(k, NOW);
	is_int(n, REP_SNS_FETCHES, "ten are fetched at once");
	ok(!rep_sns_kept_may_fetch(k, NOW + 5) && rep_sns_kept_may_fetch(k, NOW + 6) &&
		!rep_sns_kept_may_fetch(k, NOW + 6),
	    "then one every six seconds");
	ok(!rep_sns_kept_may_fetch(k, NOW - 86400) && rep_sns_kept_may_fetch(k, NOW - 86400 + 6),
	    "also when the clock is set back");
	free(k);
}

static void
answers(void)
{
	unsigned words = 0;

	for (unsigned o = 0; o < REP_SNS_OUTCOMES; o++) {
		int s = rep_sns_status((enum rep_sns_outcome)o);

		words += rep_sns_word((enum rep_sns_outcome)o) != NULL &&
		    (s == 200 || s == 400 || s == 403 || s == 404 || s == 413 || s == 503);
	}
	is_int(words, REP_SNS_OUTCOMES, "every outcome has a word and a status");
}

int
main(void)
{
	arena = rep_arena_new(16 << 20);
	sns_key_init(&key, EVP_RSA_gen(2048), NOW - 900000, NOW + 900000);
	sns_key_init(&stranger, EVP_RSA_gen(2048), NOW - 900000, NOW + 900000);
	believed();
	times();
	hosts();
	subscribe_urls();
	malformed();
	changed();
	signatures();
	certificates();
	sizes();
	kept();
	answers();
	sns_key_fini(&key);
	sns_key_fini(&stranger);
	rep_arena_free(arena);
	return done();
}
