/* tests/unit/test_typed.c -- domains, selectors and addresses as people type them. SPDX-License-Identifier: Apache-2.0 */
#include "audit/typed.h"

#include "tap.h"

static const struct {
	const char *text, *want; /* want: NULL: refused */
	const char *selector;
	bool read;
} domains[] = {
	{ "shop.example", "shop.example", "", false },
	{ "shop.example.", "shop.example", "", false },
	{ "SHOP.Example", "shop.example", "", false },
	{ " shop.example ", "shop.example", "", false },
	{ "jo@shop.example", "shop.example", "", true },
	{ "<jo@shop.example>", "shop.example", "", true },
	{ "Jo Smith <jo@shop.example>", "shop.example", "", true },
	{ "mailto:jo@shop.example", "shop.example", "", true },
	{ "https://shop.example/", "shop.example", "", true },
	{ "https://www.shop.example/", "shop.example", "", true },
	{ "http://shop.example:8080/a?b=c", "shop.example", "", true },
	{ "shop.example:25", "shop.example", "", true },
	{ "_dmarc.shop.example", "shop.example", "", true },
	{ "s1._domainkey.shop.example", "shop.example", "s1", true },
	{ "a.b._DomainKey.shop.example.", "shop.example", "a.b", true },
	{ "_domainkey.shop.example", "shop.example", "", true },
	{ "*.shop.example", "shop.example", "", true },
	{ "b\xc3\xbc"
	  "cher.example",
	    "xn--bcher-kva.example", "", false },
	{ "shop,example", NULL, "", false },
	{ "shop.example,news.example", NULL, "", false },
	{ "shop example", NULL, "", false },
	{ "shop", NULL, "", false },
	{ "localhost", NULL, "", false },
	{ "", NULL, "", false },
	{ ".", NULL, "", false },
	{ "a..b", NULL, "", false },
	{ "-a.example", NULL, "", false },
	{ "x_y.shop.example", NULL, "", false },
	{ "shop.example\\032", NULL, "", false },
	{ "192.0.2.7", NULL, "", false },
	{ "[192.0.2.7]", NULL, "", false },
	{ "2001:db8::7", NULL, "", false },
	{ "http://192.0.2.7/", NULL, "", false },
};

static const struct {
	const char *text, *want;
} selectors[] = {
	{ "s1", "s1" },
	{ "s1._domainkey", "s1" },
	{ "s1._domainkey.shop.example", "s1" },
	{ "s1._domainkey.shop.example.", "s1" },
	{ "s1._domainkey.other.example", "" },
	{ "s=s1;", "s1" },
	{ "2024.a_b-c", "2024.a_b-c" },
	{ "a b", "" },
	{ "a/b", "" },
};

static const struct {
	const char *text;
	bool good;
} addresses[] = { { "192.0.2.7", true }, { "[192.0.2.7]", true }, { "192.0.2.7/32", true },
	{ "192.0.2.0/24", false }, { "ip4:192.0.2.7", true }, { "2001:db8::7/128", true },
	{ "ip6:2001:db8::7", true }, { "shop.example", false }, { "192.0.2", false } };

static const struct {
	const char *text, *want;
} helos[] = { { "mail.shop.example", "mail.shop.example" },
	{ "mail.shop.example.", "mail.shop.example" },
	{ "EHLO mail.shop.example", "mail.shop.example" },
	{ "helo=<mail.shop.example>", "mail.shop.example" }, { "jo@shop.example", "shop.example" },
	{ "https://mail.shop.example/", "mail.shop.example" }, { "[192.0.2.7]", "[192.0.2.7]" },
	{ "localhost", "localhost" }, { "under_score", "under_score" }, { "mail shop", "" },
	{ "a,b", "" }, { "", "" }, { "EHLO ", "EHLO" } };

int
main(void)
{
	struct rep_typed t;
	struct rep_name shop;
	struct rep_ip ip;
	char text[REP_NAME_TEXT];

	for (size_t i = 0; i < REP_COUNT(domains); i++) {
		bool good = rep_typed_domain(rep_str_c(domains[i].text), &t);

		if (domains[i].want == NULL) {
			ok(!good && t.problem[0] != '\0', "refused: \"%s\" (%s)", domains[i].text,
			    t.problem);
			continue;
		}
		if (!ok(good && t.read == domains[i].read, "understood: \"%s\"", domains[i].text))
			continue;
		is_str(rep_str_c(rep_name_text(&t.domain, text)), domains[i].want, "as its domain");
		is_str(t.selector, domains[i].selector, "with its selector");
	}
	(void)rep_name_parse(REP_S("shop.example"), &shop);
	for (size_t i = 0; i < REP_COUNT(selectors); i++)
		is_str(rep_typed_selector(rep_str_c(selectors[i].text), &shop), selectors[i].want,
		    "selector: %s", selectors[i].text);
	for (size_t i = 0; i < REP_COUNT(addresses); i++)
		ok(rep_typed_ip(rep_str_c(addresses[i].text), &ip) == addresses[i].good,
		    "address: %s", addresses[i].text);
	for (size_t i = 0; i < REP_COUNT(helos); i++)
		is_str(rep_typed_helo(rep_str_c(helos[i].text)), helos[i].want, "HELO: %s",
		    helos[i].text);
	return done();
}
