/*
 * tests/fuzz/fuzz_rules.c -- a file of rules with any content.
 *
 * Problems have their place, rules in force are complete, and replies are read with them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/know.h"

static const char providers[] = "provider acme { mx .acme.example; domains acme.example }\n";

static const char *const replies[] = { "550 5.7.1 messages from [192.0.2.1] were not sent (S3140)",
	"421-4.7.28 too many mails 421 4.7.28 from 192.0.2.1", "452 4.2.2 mailbox full", "250 ok",
	"connect to mx.acme.example[192.0.2.1]:25: Connection refused" };

static void
on_problem(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	MUST(strncmp(sentence, "fuzz.rules:", 11) == 0 && rep_digit(sentence[11]));
	++*n;
}

static void
on_tie(void *ctx, const char *sentence)
{
	(void)ctx;
	MUST(strncmp(sentence, "fuzz.rules:", 11) == 0);
}

static void
rule_is_whole(const struct rep_rule *r)
{
	MUST(r->id.n > 0 && r->meaning.n > 0 && r->source.n > 0);
	MUST(r->class < REP_CLASS_N && r->scope < REP_SCOPE_N && r->retry < REP_RETRY_N);
	MUST(r->cause >= -1 && r->cause < REP_CAUSE_N && r->retry_after_s >= -1);
	MUST(r->codes_n + r->enhs_n + r->tokens_n + r->texts_n > 0);
	MUST(r->line > 0 && r->col > 0 && r->speaker <= REP_SPEAKER_PROVIDER);
	MUST((r->speaker == REP_SPEAKER_ANY) == (r->speaker_id.n == 0));
	for (size_t i = 0; i < r->texts_n; i++)
		MUST(rep_pattern_literal(r->texts[i]).n >= 3);
}

static void
readings(const struct rep_know *k)
{
	static struct rep_reading r;

	for (size_t i = 0; i < REP_COUNT(replies); i++)
		for (int host = 0; host < 2; host++) {
			struct rep_str text = rep_str_c(replies[i]);

			rep_know_read(
			    k, host != 0 ? REP_S("mx.acme.example") : REP_S(""), text, &r);
			MUST(r.class < REP_CLASS_N);
			for (int c = 0; c < REP_CAPTURE_N; c++)
				MUST(c == REP_CAPTURE_CODE || r.capture[c].n == 0 ||
				    (r.capture[c].p >= text.p &&
					r.capture[c].p + r.capture[c].n <= text.p + text.n));
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_know *k = rep_know_new();
	unsigned told = 0, bad = 0;
	struct rep_err err;

	MUST(k != NULL);
	MUST(rep_know_add(k, "p.providers", rep_str_c(providers), NULL, NULL, &bad, &err) ==
		REP_OK &&
	    bad == 0);
	if (rep_know_add(k, "fuzz.rules", (struct rep_str){ (const char *)data, size }, on_problem,
		&told, &bad, &err) == REP_OK) {
		MUST(bad == told);
		for (size_t i = 0; i < rep_know_rules_n(k); i++) {
			const struct rep_rule *r = rep_know_rule_at(k, i);

			rule_is_whole(r);
			MUST(rep_know_rule(k, r->id) == r);
		}
		MUST(rep_know_ready(k, &err) == REP_OK);
		(void)rep_know_ties(k, on_tie, NULL);
		(void)rep_know_dead_words(k, on_tie, NULL);
		readings(k);
	}
	rep_know_free(k);
	return 0;
}
