/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/mask.h"

#include "tap.h"

static const struct {
	const char *name, *in, *out;
} texts[] = {
	{ "nothing to mask", "550 5.7.1 blocked [203.0.113.7]", "550 5.7.1 blocked [203.0.113.7]" },
	{ "empty", "", "" },
	{ "an address", "jo@hotmail.com", "j***@hotmail.com" },
	{ "one letter", "j@hotmail.com", "j***@hotmail.com" },
	{ "in brackets", "550 <jo.smith@hotmail.com>: unknown", "550 <j***@hotmail.com>: unknown" },
	{ "in parentheses", "account (jo@yahoo.com) [0]", "account (j***@yahoo.com) [0]" },
	{ "quoted by the server", "mailbox 'jo@x.example' full", "mailbox 'j***@x.example' full" },
	{ "two", "<a@b.example>, <c@d.example>", "<a***@b.example>, <c***@d.example>" },
	{ "a tag", "jo+news@x.example", "j***@x.example" },
	{ "VERP", "bounce-7-jo=hotmail.com@shop.example", "***@shop.example" },
	{ "SRS", "SRS0=hX=TT=hotmail.com=jo@fwd.example", "***@fwd.example" },
	{ "percent hack", "jo%hotmail.com@relay.example", "***@relay.example" },
	{ "bang path", "hotmail.com!jo@relay.example", "***@relay.example" },
	{ "X.400", "</G=jo/S=smith/@gw.example>", "</***@gw.example>" },
	{ "quoted local part", "<\"jo smith\"@x.example>", "<***@x.example>" },
	{ "quoted, with a quote", "<\"jo \\\"the\\\" smith\"@x.example>", "<***@x.example>" },
	{ "half a quote", "jo\"@x.example", "j***@x.example" },
	{ "beyond ASCII", "j\xc3\xb6rg@x.example", "j***@x.example" },
	{ "beyond ASCII first", "\xc3\xb6rg@x.example", "***@x.example" },
	{ "not even UTF-8", "j\xff\xfe@x.example", "j***@x.example" },
	{ "domain literal", "jo@[192.0.2.1]", "j***@[192.0.2.1]" },
	{ "two ats", "jo@smith@x.example", "j***@s***@x.example" },
	{ "at alone", "mail @ 10 msgs/s", "mail @ 10 msgs/s" },
	{ "at first", "@x.example", "@x.example" },
	{ "at last", "jo@", "j***@" },
	{ "mailto", "mailto:jo@x.example", "mailto:j***@x.example" },
	{ "in a URL", "https://x.example/?e=jo%40hotmail.com&a=1",
	    "https://x.example/?e=j***%40hotmail.com&a=1" },
	{ "VERP in a URL", "https://x.example/u/b%3Djo%3Dh.example%40s.example",
	    "https://x.example/u/***%40s.example" },
	{ "masked already", "<j***@hotmail.com> and ***@shop.example",
	    "<j***@hotmail.com> and ***@shop.example" },
};

static const struct {
	const char *in, *out;
} addresses[] = {
	{ "jo@example.com", "j***@example.com" },
	{ "jo", "***" },
	{ "", "***" },
	{ "@example.com", "***@example.com" },
	{ "\"jo@home\"@example.com", "***@example.com" },
	{ "bounce-jo=hotmail.com@shop.example", "***@shop.example" },
};

/*
 * Properties, on all kinds of bytes: masking twice is the same as once, and the length has a limit.
 */
static void
test_any_bytes(void)
{
	static const char some[] = "jo@.\"<>=%40\\ \xc3\xa9*/'@a1";
	struct rep_buf once, twice;
	uint64_t x = 1;
	bool same = true, bounded = true;

	rep_buf_init(&once, 4096);
	rep_buf_init(&twice, 4096);
	for (int round = 0; round < 20000; round++) {
		char in[40];
		size_t n = 0, ats = 0;

		while (n < sizeof in && (x = x * 6364136223846793005u + 1442695040888963407u) >> 59)
			in[n++] = some[(x >> 33) % (sizeof some - 1)];
		for (size_t i = 0; i < n; i++)
			ats += in[i] == '@' || (n - i >= 3 && memcmp(in + i, "%40", 3) == 0);
		rep_buf_clear(&once);
		rep_buf_clear(&twice);
		rep_mask(&once, (struct rep_str){ in, n });
		rep_mask(&twice, rep_buf_str(&once));
		bounded = bounded && once.n <= n + 3 * ats;
		if (same && !rep_str_eq(rep_buf_str(&once), rep_buf_str(&twice))) {
			printf("#  \"%.*s\" -> \"%s\" -> \"%s\"\n", (int)n, in, once.p, twice.p);
			same = false;
		}
	}
	ok(same, "what is masked stays as it is");
	ok(bounded, "never longer than 3 bytes for each at");
	rep_buf_fini(&once);
	rep_buf_fini(&twice);
}

static void
test_names(void)
{
	static const char *const of_it[] = { "o@shop.co", "<O@Shop.co>.", "e=o@shop.co;",
		"%3Co@shop.co%3E", "a!o@shop.co-", "jo@shop.co o@shop.co", "o@shop.co@list.example",
		" -o@shop.co" };
	static const char *const of_others[] = { "", "jo@shop.co", "o@shop.com", "o@shop.co.uk",
		"j.o@shop.co", "x-o@shop.co", "o@shop.co-op.example", "a@o@shop.co" };

	for (size_t i = 0; i < REP_COUNT(of_it); i++)
		ok(rep_mask_has(rep_str_c(of_it[i]), REP_S("o@shop.co")), "names it: \"%s\"",
		    of_it[i]);
	for (size_t i = 0; i < REP_COUNT(of_others); i++)
		ok(!rep_mask_has(rep_str_c(of_others[i]), REP_S("o@shop.co")),
		    "names another: \"%s\"", of_others[i]);
	ok(rep_mask_stands(REP_S("7-jo=a.b@x"), 2, 6, "-", "@") &&
		!rep_mask_stands(REP_S("7-jo=a.b@x"), 2, 6, "", "@") &&
		!rep_mask_stands(REP_S("login jo@a.b"), 0, 8, "", ""),
	    "what may stand beside it");
}

int
main(void)
{
	struct rep_buf out;

	rep_buf_init(&out, 4096);
	for (size_t i = 0; i < REP_COUNT(texts); i++) {
		rep_buf_clear(&out);
		rep_mask(&out, rep_str_c(texts[i].in));
		is_str(rep_buf_str(&out), texts[i].out, "text: %s", texts[i].name);
	}
	for (size_t i = 0; i < REP_COUNT(addresses); i++) {
		rep_buf_clear(&out);
		rep_mask_address(&out, rep_str_c(addresses[i].in));
		is_str(rep_buf_str(&out), addresses[i].out, "address: %s", addresses[i].in);
	}
	rep_buf_fini(&out);
	test_any_bytes();
	test_names();
	return done();
}
