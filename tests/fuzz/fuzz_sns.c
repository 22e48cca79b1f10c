/*
 * tests/fuzz/fuzz_sns.c -- what anybody can post to the path of SNS, and the certificate that is fetched for it.
 *
 * The input is a certificate as PEM, a line of "-", and the body. Without such a line all of it is the body.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "web/sns.h"

static bool
amazons(const char *host)
{
	struct rep_str h = rep_str_c(host);

	return rep_str_starts(h, REP_S("sns.")) &&
	    (rep_str_ends(h, REP_S(".amazonaws.com")) ||
		rep_str_ends(h, REP_S(".amazonaws.com.cn"))) &&
	    strpbrk(host, "/:@?#%\\ ") == NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rep_str topics[] = { { "arn:aws:sns:us-east-1:123456789012:ses-events",
	    45 } };
	static struct rep_arena *a;
	char host[REP_SNS_HOST_TEXT], path[REP_SNS_PATH_TEXT];
	struct rep_str s = { (const char *)data, size }, pem = REP_S(""), body = s;
	size_t cut = rep_str_find(s, REP_S("\n-\n"), 0);
	struct rep_sns_message m;
	struct rep_err why = { .msg = "" };
	enum rep_sns_outcome o;
	struct rep_buf b;

	if (a == NULL && (a = rep_arena_new(16 << 20)) == NULL)
		return 0;
	rep_arena_reset(a);
	if (cut != SIZE_MAX) {
		pem = rep_str_sub(s, 0, cut + 1);
		body = rep_str_sub(s, cut + 3, s.n);
	}
	o = rep_sns_look(body, topics, 1, 1798761600, a, &m, &why);
	MUST(rep_sns_status(o) >= 400);
	if (o != REP_SNS_FETCH) {
		MUST(why.msg[0] != '\0');
		return 0;
	}
	MUST(rep_str_eq(m.topic, topics[0]));
	rep_sns_cert_at(&m, host, path);
	MUST(amazons(host) && path[0] == '/' && rep_str_ends(rep_str_c(path), REP_S(".pem")));
	if (m.type == REP_SNS_SUBSCRIBED) {
		rep_sns_confirm(&m, host, path);
		MUST(strcmp(host, "sns.us-east-1.amazonaws.com") == 0);
		MUST(
		    strncmp(path,
			"/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:123456789012:ses-events&Token=",
			90) == 0);
		MUST(strlen(path) == 90 + m.token.n);
	}
	rep_buf_init(&b, REP_SNS_BODY_MAX + 4096);
	rep_sns_signed_text(&m, &b);
	MUST(!b.full && rep_str_starts(rep_buf_str(&b), REP_S("Message\n")));
	rep_buf_fini(&b);
	/* Nobody who fuzzes has a key, so no signature fits; but that of the seed, which is signed. */
	o = rep_sns_verify(&m, pem, 1798761600, &why);
	MUST(o == REP_SNS_NO_CERT || o == REP_SNS_FORGED || o == REP_SNS_STORE ||
	    o == REP_SNS_CONFIRM || o == REP_SNS_NOTED);
	return 0;
}
