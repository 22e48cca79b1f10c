/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/answer.h"

#include "tap.h"

static const struct {
	const char *name, *text, *want; /* NULL: it is not a name */
} names[] = {
	{ "plain", "example.com", "example.com" },
	{ "a final dot", "example.com.", "example.com" },
	{ "capitals", "EXAMPLE.Com", "example.com" },
	{ "the root", ".", "." },
	{ "empty", "", NULL },
	{ "an empty label", "a..b", NULL },
	{ "a dot first", ".a", NULL },
	{ "an escaped dot", "a\\.b.c", "a\\.b.c" },
	{ "a number", "a\\046b.c", "a\\.b.c" },
	{ "a control byte", "a\\027b", "a\\027b" },
	{ "a number too large", "a\\256b", NULL },
	{ "half a number", "a\\02", NULL },
	{ "a backslash last", "a\\", NULL },
	{ "a quote is shown escaped", "a\"b", "a\\034b" },
	{ "63 bytes", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg.x",
	    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg.x" },
	{ "64 bytes", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.x", NULL },
};

static void
test_names(void)
{
	struct rep_name a, b, up;
	char text[REP_NAME_TEXT], longest[300];
	struct rep_ip ip;

	for (size_t i = 0; i < REP_COUNT(names); i++) {
		bool good = rep_name_parse(rep_str_c(names[i].text), &a);

		if (names[i].want == NULL)
			ok(!good, "name, refused: %s", names[i].name);
		else if (ok(good, "name, read: %s", names[i].name))
			is_str(rep_str_c(rep_name_text(&a, text)), names[i].want, "name, shown: %s",
			    names[i].name);
	}
	memset(longest, 'a', sizeof longest);
	for (size_t i = 63; i < sizeof longest; i += 64)
		longest[i] = '.';
	ok(rep_name_parse((struct rep_str){ longest, 253 }, &a) && a.n == 255, "name of 253 bytes");
	ok(!rep_name_parse((struct rep_str){ longest, 254 }, &a), "name of 254 bytes is too long");
	(void)rep_name_parse(REP_S("a.b.example.com"), &a);
	(void)rep_name_parse(REP_S("example.com"), &b);
	ok(rep_name_under(&a, &b) && !rep_name_under(&b, &a) && rep_name_under(&b, &b),
	    "below, and not above");
	ok(rep_name_before(&a, &b, &up) && !rep_name_before(&b, &b, &up) &&
		!rep_name_before(&b, &a, &up),
	    "what stands before");
	is_str(rep_str_c(rep_name_text(&up, text)), "a.b", "the labels before");
	(void)rep_name_parse(REP_S("badexample.com"), &a);
	ok(!rep_name_under(&a, &b), "labels are whole");
	is_int(rep_name_labels(&b), 2, "labels are counted");
	ok(rep_name_up(&b, 1, &up) && rep_name_labels(&up) == 1 && !rep_name_up(&b, 3, &up), "up");
	ok(rep_name_join(REP_S("_dmarc"), &b, &a), "join");
	is_str(rep_str_c(rep_name_text(&a, text)), "_dmarc.example.com", "joined");
	(void)rep_ip_parse(REP_S("192.0.2.7"), &ip);
	ok(rep_name_arpa(&ip, &a), "reverse");
	is_str(rep_str_c(rep_name_text(&a, text)), "7.2.0.192.in-addr.arpa", "reversed");
	(void)rep_ip_parse(REP_S("2001:db8::1"), &ip);
	ok(rep_name_reverse(&ip, REP_S("x"), &a), "reverse, version 6");
	is_str(rep_str_c(rep_name_text(&a, text)),
	    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.x",
	    "reversed, version 6");
	ok(rep_name_person(REP_S("b\xc3\xbc"
				 "cher.example"),
	       &a),
	    "a name beyond ASCII");
	is_str(rep_str_c(rep_name_text(&a, text)), "xn--bcher-kva.example", "as A-label");
}

/* Header of a response with one question: TXT of "a.b". */
#define HEAD(an, ns)                               \
	"\x12\x34\x81\x80\0\1\0" an "\0" ns "\0\0" \
	"\1a\1b\0\0\x10\0\1"

static const struct {
	const char *name, *wire;
	size_t n;
	int records; /* -1: refused */
} messages[] = {
#define M(name, wire, records)                        \
	{                                             \
		name, wire, sizeof(wire) - 1, records \
	}
	M("empty", "", -1),
	M("half a header", "\x12\x34\x81\x80\0\1", -1),
	M("no answer", HEAD("\0", "\0"), 0),
	M("a TXT", HEAD("\1", "\0") "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\3\2hi", 1),
	M("a TXT of two strings", HEAD("\1", "\0") "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\5\1a\2bc", 1),
	M("a TXT whose string goes beyond it",
	    HEAD("\1", "\0") "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\3\3hi", -1),
	M("a TXT of no string", HEAD("\1", "\0") "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\0", 1),
	M("a length beyond the message", HEAD("\1", "\0") "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\xff\2hi",
	    -1),
	M("more records than bytes", HEAD("\xff", "\xff") "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\3\2hi",
	    -1),
	M("fewer records than said", HEAD("\2", "\0") "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\3\2hi", -1),
	M("a pointer to itself", HEAD("\1", "\0") "\xc0\x15\0\x10\0\1\0\0\0\x3c\0\3\2hi", -1),
	M("a pointer forward", HEAD("\1", "\0") "\xc0\x20\0\x10\0\1\0\0\0\x3c\0\3\2hi", -1),
	M("an A of 3 bytes", HEAD("\1", "\0") "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\3abc", -1),
	M("an A of 3 bytes beside the answer", HEAD("\0", "\1") "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\3abc",
	    1),
	M("one that goes beyond the message beside the answer",
	    HEAD("\0", "\1") "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4abc", -1),
	M("an A", HEAD("\1", "\0") "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1", 1),
	M("an MX", HEAD("\1", "\0") "\xc0\x0c\0\x0f\0\1\0\0\0\x3c\0\4\0\x0a\xc0\x0c", 1),
	M("an MX without a name", HEAD("\1", "\0") "\xc0\x0c\0\x0f\0\1\0\0\0\x3c\0\2\0\x0a", -1),
	M("a name that ends beyond its record",
	    HEAD("\1", "\0") "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2\5a", -1),
	M("a label of 64",
	    HEAD("\1", "\0") "\x40"
			     "a\0\x10\0\1\0\0\0\x3c\0\3\2hi",
	    -1),
	M("another class", HEAD("\1", "\0") "\xc0\x0c\0\x10\0\3\0\0\0\x3c\0\3\2hi", 1),
#undef M
};

static void
test_messages(void)
{
	struct rep_arena *a = rep_arena_new(1 << 20);

	for (size_t i = 0; i < REP_COUNT(messages); i++) {
		struct rep_dns_msg m = { .id = 0 };
		struct rep_err err = { .msg = "" };
		enum rep_rc rc = rep_dns_msg_parse(
		    (struct rep_str){ messages[i].wire, messages[i].n }, a, &m, &err);

		if (messages[i].records < 0)
			ok(rc != REP_OK && err.msg[0] != '\0', "message, refused: %s (%s)",
			    messages[i].name, err.msg);
		else
			ok(rc == REP_OK && m.n == (size_t)messages[i].records && m.id == 0x1234,
			    "message, read: %s", messages[i].name);
	}
	rep_arena_free(a);
}

/* What is left of an answer of which single records cannot be read. */
static const struct {
	const char *name, *wire;
	size_t n;
	enum rep_dns_state state;
	const char *text; /* of the first record */
} left_of[] = {
#define L(name, wire, state, text)                        \
	{                                                 \
		name, wire, sizeof(wire) - 1, state, text \
	}
#define TXT_OF_NONE "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\0"
#define TXT_HI "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\3\2hi"
	L("a TXT of no string, then another", HEAD("\2", "\0") TXT_OF_NONE TXT_HI, REP_DNS_YES,
	    "hi"),
	L("a TXT, then one of no string", HEAD("\2", "\0") TXT_HI TXT_OF_NONE, REP_DNS_YES, "hi"),
	L("a TXT of no string alone", HEAD("\1", "\0") TXT_OF_NONE, REP_DNS_NODATA, NULL),
	L("a TXT, and a broken NS beside the answer",
	    HEAD("\1", "\1") TXT_HI "\xc0\x0c\0\2\0\1\0\0\0\x3c\0\2\5a", REP_DNS_YES, "hi"),
#undef L
};

static void
test_skipped(void)
{
	struct rep_arena *a = rep_arena_new(1 << 20);

	for (size_t i = 0; i < REP_COUNT(left_of); i++) {
		struct rep_dns_answer ans = { .type = REP_DNS_TXT };
		struct rep_dns_msg m = { .id = 0 };
		bool right = rep_dns_msg_parse((struct rep_str){ left_of[i].wire, left_of[i].n }, a,
				 &m, NULL) == REP_OK;

		ans.name = m.qname;
		right = right && rep_dns_answer_from(&m, a, &ans) &&
		    ans.state == left_of[i].state && ans.n == (left_of[i].text != NULL) &&
		    (ans.n == 0 || rep_str_eq(ans.rr[0]->data, rep_str_c(left_of[i].text)));
		ok(right, "what is left: %s", left_of[i].name);
	}
	rep_arena_free(a);
}

static void
test_queries(void)
{
	unsigned char wire[REP_DNS_QUERY_MAX];
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_dns_msg m;
	struct rep_name name;
	size_t n;

	(void)rep_name_parse(REP_S("example.com"), &name);
	for (unsigned flags = 0; flags < 8; flags++) {
		n = rep_dns_query_make(7, flags, &name, REP_DNS_MX, wire);
		ok(rep_dns_msg_parse((struct rep_str){ (char *)wire, n }, a, &m, NULL) == REP_OK &&
			m.id == 7 && rep_name_eq(&m.qname, &name) && m.qtype == REP_DNS_MX &&
			!m.response && m.edns == ((flags & REP_DNS_EDNS) != 0) &&
			m.authentic == ((flags & REP_DNS_RECURSE) != 0) &&
			wire[2] == ((flags & REP_DNS_RECURSE) != 0) &&
			(wire[3] & 0x10) / 8 == (flags & REP_DNS_UNCHECKED),
		    "a query of flags %u reads back", flags);
	}
	rep_arena_free(a);
}

int
main(void)
{
	test_names();
	test_messages();
	test_skipped();
	test_queries();
	return done();
}
