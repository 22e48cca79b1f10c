/*
 * tests/fuzz/fuzz_reply.c -- a reply with any content, read with the built-in rules.
 *
 * The first line is the host that spoke (may be empty), the rest is the reply. Views are in the
 * text, words are in their ranges, and text that is already folded gives the same result.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/know.h"

static const struct rep_know *
built_in(void)
{
	static struct rep_know *k;
	struct rep_err err;

	if (k == NULL) {
		k = rep_know_new();
		MUST(k != NULL && rep_know_add_builtin(k, &err) == REP_OK);
		MUST(rep_know_ready(k, &err) == REP_OK);
	}
	return k;
}

static bool
inside(struct rep_str part, struct rep_str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void
parts_are_inside(struct rep_str text)
{
	struct rep_smtp_reply r;

	rep_smtp_reply_find(text, &r);
	MUST(inside(r.text, text) && inside(r.host, text));
	MUST(r.code == 0 || (r.code >= 200 && r.code <= 599));
	MUST(r.enh[0] == 0 || r.enh[0] == 2 || r.enh[0] == 4 || r.enh[0] == 5);
	MUST(r.stage < REP_STAGE_N && (!r.own || r.code == 0));
	if (rep_smtp_reply_parse(text, &r, NULL) == REP_OK)
		MUST(inside(r.text, text) && (r.code != 0 || r.enh[0] != 0));
}

static void
reading_is_sane(const struct rep_know *k, const struct rep_reading *r, struct rep_str text)
{
	MUST(r->class < REP_CLASS_N && r->scope < REP_SCOPE_N);
	MUST(inside(r->reply.text, text));
	for (int c = 0; c < REP_CAPTURE_N; c++)
		MUST(r->capture[c].n == 0 || inside(r->capture[c], r->reply.text) ||
		    c == REP_CAPTURE_CODE);
	if (r->rule == NULL) {
		MUST(r->class == REP_CLASS_UNKNOWN || r->class == REP_CLASS_ACCEPTED);
		return;
	}
	MUST(rep_know_rule(k, r->rule->id) == r->rule);
	MUST(r->class == r->rule->class && r->scope == r->rule->scope);
	MUST(!r->certain || r->rule->certain);
	/*
	 * Anybody can print S3140: a provider's rule counts for the provider, and what its code says
	 * elsewhere is uncertain and no word of another provider.
	 */
	if (r->rule->speaker == REP_SPEAKER_PROVIDER)
		MUST(r->provider != NULL ? rep_str_eq(r->provider->id, r->rule->speaker_id)
					 : !r->certain);
	for (size_t i = 0; i < r->folded.n; i++)
		MUST(r->folded.at[i] < r->reply.text.n);
}

/* The folded words instead of the words give the same rule. */
static void
same_when_folded(const struct rep_know *k, const struct rep_reading *r)
{
	static struct rep_reading again;
	static struct rep_folded twice;
	static char copy[REP_FOLD_MAX + 16];
	struct rep_smtp_reply reply = r->reply;

	if (r->class == REP_CLASS_ACCEPTED)
		return;
	memcpy(copy, r->folded.p, r->folded.n);
	reply.text = (struct rep_str){ copy, r->folded.n };
	reply.multi = false;
	rep_fold(reply.text, reply.code, false, &twice);
	if (twice.n != r->folded.n || memcmp(twice.p, copy, twice.n) != 0)
		return; /* "n'tn't" */
	rep_know_read_reply(k, r->provider, reply.host.n > 0, &reply, &again);
	if (r->provider == NULL || reply.host.n > 0)
		MUST(again.rule == r->rule && again.class == r->class && again.scope == r->scope);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_reading r;
	const struct rep_know *k = built_in();
	struct rep_str text = { (const char *)data, size }, host = { "", 0 };
	size_t n = rep_str_chr(text, '\n', 0);

	if (n != SIZE_MAX) {
		host = rep_str_sub(text, 0, n);
		text = rep_str_sub(text, n + 1, text.n);
	}
	parts_are_inside(text);
	rep_know_read(k, host, text, &r);
	reading_is_sane(k, &r, text);
	same_when_folded(k, &r);
	return 0;
}
