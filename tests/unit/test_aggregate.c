/*
 * unit/test_aggregate.c -- reads aggregate reports: those of the standards, and those that the field sends.
 *
 * Each report is fed in pieces of several sizes, one byte among them: what is read must not depend on that.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/aggregate.h"
#include "base/time.h"
#include "tap.h"

/* What was read, in a few lines: R a record, E the end of a report, N a fault. */
static void
show_word(struct rep_buf *out, const char *name, enum rep_said_list list, const struct rep_said *s)
{
	struct rep_str text = rep_said_text(list, s);

	if (s->v == 0)
		return;
	rep_buf_printf(out, " %s=%.*s", name, REP_PR(text));
	if (s->raw.n > 0)
		rep_buf_printf(out, "(%.*s)", REP_PR(s->raw));
}

static void
show_text(struct rep_buf *out, const char *name, struct rep_str s)
{
	if (s.n > 0)
		rep_buf_printf(out, " %s=%.*s", name, REP_PR(s));
}

static void
show_record(struct rep_buf *out, const struct rep_aggregate_record *p)
{
	char ip[REP_IP_TEXT];

	rep_buf_printf(out, "R %s x%llu",
	    p->source_ip.version != 0 ? rep_ip_text(&p->source_ip, ip) : "-",
	    (unsigned long long)p->count);
	show_word(out, "disp", REP_SAID_DISPOSITION, &p->disposition);
	show_word(out, "dkim", REP_SAID_EVALUATED, &p->dkim);
	show_word(out, "spf", REP_SAID_EVALUATED, &p->spf);
	show_text(out, "from", p->header_from);
	show_text(out, "mfrom", p->envelope_from);
	show_text(out, "to", p->envelope_to);
	for (size_t i = 0; i < p->reasons_n; i++) {
		show_word(out, "reason", REP_SAID_REASON, &p->reasons[i].type);
		show_text(out, "comment", p->reasons[i].comment);
	}
	for (size_t i = 0; i < p->auth_n; i++) {
		const struct rep_auth_said *a = &p->auth[i];

		rep_buf_printf(out, " [%s", a->dkim ? "DKIM" : "SPF");
		show_text(out, "d", a->domain);
		show_text(out, "s", a->selector);
		show_word(out, "scope", REP_SAID_SCOPE, &a->scope);
		show_word(out, "result", a->dkim ? REP_SAID_DKIM : REP_SAID_SPF, &a->result);
		show_text(out, "human", a->human);
		rep_buf_addc(out, ']');
	}
	rep_buf_addc(out, '\n');
}

static void
show_end(struct rep_buf *out, const struct rep_aggregate_reader *r)
{
	const struct rep_aggregate *h = rep_aggregate_head(r);
	const struct rep_report_note *v;
	uint64_t left;
	size_t n;

	rep_buf_printf(out, "E %s", rep_schema_word(h->schema));
	show_text(out, "org", h->org);
	show_text(out, "email", h->email);
	show_text(out, "contact", h->contact);
	show_text(out, "id", h->report_id);
	show_text(out, "error", h->error);
	show_text(out, "generator", h->generator);
	rep_buf_printf(out, " %lld-%lld", (long long)h->begin_s, (long long)h->end_s);
	show_text(out, "domain", h->domain);
	show_word(out, "p", REP_SAID_POLICY, &h->p);
	show_word(out, "sp", REP_SAID_POLICY, &h->sp);
	show_word(out, "np", REP_SAID_POLICY, &h->np);
	show_word(out, "adkim", REP_SAID_ALIGNMENT, &h->adkim);
	show_word(out, "aspf", REP_SAID_ALIGNMENT, &h->aspf);
	show_word(out, "t", REP_SAID_YES_NO, &h->testing);
	show_word(out, "discovery", REP_SAID_DISCOVERY, &h->discovery);
	if (h->pct >= 0)
		rep_buf_printf(out, " pct=%d", h->pct);
	show_text(out, "fo", h->fo);
	rep_buf_printf(out, " records=%llu count=%llu\n", (unsigned long long)h->records,
	    (unsigned long long)h->count);
	v = rep_aggregate_notes(r, &n, &left);
	for (size_t i = 0; i < n; i++)
		rep_buf_printf(out, "N %s %.*s%s%.*s%s x%llu\n", rep_fault_word(v[i].fault),
		    REP_PR(v[i].element), v[i].value.n > 0 ? " \"" : "", REP_PR(v[i].value),
		    v[i].value.n > 0 ? "\"" : "", (unsigned long long)v[i].times);
	if (left > 0)
		rep_buf_printf(out, "N and %llu more\n", (unsigned long long)left);
}

/* Reads a document that is fed in pieces of `size` bytes. */
static void
read_all(struct rep_aggregate_reader *r, struct rep_str doc, size_t size, struct rep_buf *out)
{
	enum rep_aggregate_item item;
	struct rep_err err;
	enum rep_rc rc;
	bool fed = false;

	rep_buf_clear(out);
	rep_aggregate_reset(r);
	for (;;) {
		rc = rep_aggregate_next(r, &item, &err);
		if (rc == REP_ENOTFOUND && (!fed || doc.n > 0)) {
			size_t n = rep_aggregate_feed(r, rep_str_sub(doc, 0, size), size >= doc.n);

			fed = true;
			doc = rep_str_sub(doc, n, SIZE_MAX);
			continue;
		}
		if (rc == REP_ENOTFOUND)
			return;
		if (rc != REP_OK) {
			rep_buf_printf(out, "! %s\n", err.msg);
			return;
		}
		if (item == REP_AGGREGATE_RECORD)
			show_record(out, rep_aggregate_record(r));
		else
			show_end(out, r);
	}
}

static const struct {
	const char *name, *doc, *want;
} cases[] = {
#include "aggregate_cases.h"
};

static void
test_cases(struct rep_aggregate_reader *r)
{
	static const size_t sizes[] = { 1, 7, 64, 1 << 20 };
	struct rep_buf out;

	rep_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < REP_COUNT(cases); i++)
		for (size_t k = 0; k < REP_COUNT(sizes); k++) {
			read_all(r, rep_str_c(cases[i].doc), sizes[k], &out);
			if (k == 0)
				is_str(rep_buf_str(&out), cases[i].want, "%s", cases[i].name);
			else if (!rep_str_eq(rep_buf_str(&out), rep_str_c(cases[i].want)))
				ok(false, "%s: the same in pieces of %zu bytes", cases[i].name,
				    sizes[k]);
		}
	rep_buf_fini(&out);
}

#define HEAD                                                                                        \
	"<feedback><report_metadata><org_name>r</org_name><email>e</email><report_id>1</report_id>" \
	"<date_range><begin>1790000000</begin><end>1790086400</end></date_range></report_metadata>" \
	"<policy_published><domain>shop.example</domain><p>none</p></policy_published>"

/* UTF-16 of both kinds, with a mark and without. */
static void
test_wide(struct rep_aggregate_reader *r)
{
	static const char doc[] =
	    HEAD "<record><row><source_ip>192.0.2.1</source_ip><count>2</count>"
		 "<policy_evaluated><disposition>none</disposition></policy_evaluated></row>"
		 "<identifiers><header_from>shop.example</header_from></identifiers>"
		 "<auth_results><spf><domain>shop.example</domain><result>pass</result></spf>"
		 "</auth_results></record></feedback>";
	struct rep_buf plain, wide, out;

	rep_buf_init(&plain, 1 << 16);
	rep_buf_init(&wide, 1 << 16);
	rep_buf_init(&out, 1 << 16);
	read_all(r, REP_S(doc), 1 << 20, &plain);
	ok(rep_str_find(rep_buf_str(&plain), REP_S("R 192.0.2.1 x2"), 0) == 0,
	    "UTF-8: the record is read");
	for (int how = 0; how < 4; how++) {
		bool big = how % 2 == 0, mark = how < 2;

		rep_buf_clear(&wide);
		if (mark)
			rep_buf_add(&wide, big ? REP_S("\xfe\xff") : REP_S("\xff\xfe"));
		for (size_t i = 0; i + 1 < sizeof doc; i++) {
			rep_buf_addc(&wide, big ? '\0' : doc[i]);
			rep_buf_addc(&wide, big ? doc[i] : '\0');
		}
		for (size_t size = 1; size < 1 << 17; size *= 3) {
			read_all(r, rep_buf_str(&wide), size, &out);
			if (!rep_str_eq(rep_buf_str(&out), rep_buf_str(&plain)))
				break;
		}
		ok(rep_str_eq(rep_buf_str(&out), rep_buf_str(&plain)),
		    "UTF-16 %s, %s byte order mark: the same", big ? "BE" : "LE",
		    mark ? "with" : "without");
		ok(rep_aggregate_begins(rep_str_sub(rep_buf_str(&wide), 0, 400)),
		    "it is known by its beginning");
	}
	rep_buf_fini(&plain);
	rep_buf_fini(&wide);
	rep_buf_fini(&out);
}

/* What is large in some way: bounded, and said. */
static void
test_large(struct rep_aggregate_reader *r)
{
	struct rep_buf doc, out;

	rep_buf_init(&doc, 64 << 20);
	rep_buf_init(&out, 1 << 20);
	rep_buf_printf(&doc, "%s", HEAD);
	for (int i = 0; i < 100000; i++)
		rep_buf_printf(&doc, "<x%d>", i % 7);
	read_all(r, rep_buf_str(&doc), 1 << 16, &out);
	ok(rep_str_find(rep_buf_str(&out), REP_S("N long"), 0) != SIZE_MAX &&
		rep_str_find(rep_buf_str(&out), REP_S("N truncated"), 0) != SIZE_MAX,
	    "100,000 elements in one another: said, and the head is read");

	rep_buf_clear(&doc);
	rep_buf_printf(&doc, "%s<record ", HEAD);
	for (int i = 0; i < 1000000; i++)
		rep_buf_printf(&doc, "a%d=\"x\" ", i);
	rep_buf_printf(&doc, "/></feedback>");
	read_all(r, rep_buf_str(&doc), 1 << 16, &out);
	ok(rep_str_find(rep_buf_str(&out), REP_S("org=r"), 0) != SIZE_MAX &&
		rep_str_find(rep_buf_str(&out), REP_S("N stray"), 0) != SIZE_MAX,
	    "a million attributes: no tag, and said");

	rep_buf_clear(&doc);
	rep_buf_printf(&doc, "<feedback><report_metadata><org_name>");
	for (int i = 0; i < 100000; i++)
		rep_buf_printf(&doc, "0123456789");
	rep_buf_printf(&doc, "</org_name></report_metadata></feedback>");
	read_all(r, rep_buf_str(&doc), 1000, &out);
	ok(rep_str_find(rep_buf_str(&out), REP_S("N long org_name"), 0) != SIZE_MAX,
	    "a value of a megabyte: cut, and said");

	rep_buf_clear(&doc);
	rep_buf_printf(
	    &doc, "%s<record><row><source_ip>192.0.2.1</source_ip></row><auth_results>", HEAD);
	for (int i = 0; i < 1000; i++)
		rep_buf_printf(
		    &doc, "<dkim><domain>d%d.example</domain><result>pass</result></dkim>", i);
	rep_buf_printf(&doc, "</auth_results></record></feedback>");
	read_all(r, rep_buf_str(&doc), 1000, &out);
	ok(rep_str_find(rep_buf_str(&out), REP_S("d=d255.example"), 0) != SIZE_MAX &&
		rep_str_find(rep_buf_str(&out), REP_S("N long dkim x744"), 0) != SIZE_MAX,
	    "a thousand signatures: 256 are kept, and the others are counted");

	rep_buf_clear(&doc);
	rep_buf_printf(&doc, "%s", HEAD);
	for (int i = 0; i < 10000; i++)
		rep_buf_printf(&doc, "<strange%d>x</strange%d>", i, i);
	rep_buf_printf(&doc, "</feedback>");
	read_all(r, rep_buf_str(&doc), 1000, &out);
	ok(rep_str_find(rep_buf_str(&out), REP_S("N and "), 0) != SIZE_MAX,
	    "ten thousand kinds of faults: 64, and how many more");
	rep_buf_fini(&doc);
	rep_buf_fini(&out);
}

static void
test_begins(void)
{
	ok(rep_aggregate_begins(REP_S("<?xml version=\"1.0\"?>\n<x>")), "XML");
	ok(rep_aggregate_begins(REP_S("\n <feedback>")), "a report without a first line");
	ok(rep_aggregate_begins(REP_S("\xef\xbb\xbf<feedback>")), "behind a byte order mark");
	ok(rep_aggregate_begins(REP_S("<d:feedback xmlns:d=\"x\">")), "with a prefix");
	ok(!rep_aggregate_begins(REP_S("<22>Nov  3 06:42:11 mx1 postfix/smtp[1]: feedback")) ||
		rep_aggregate_begins(REP_S("<22>feedback")),
	    "a line of syslog with its priority");
	ok(!rep_aggregate_begins(REP_S("<html><body>Hello</body></html>")), "a page is none");
	ok(!rep_aggregate_begins(REP_S("feedback")), "a word is none");
	ok(!rep_aggregate_begins(REP_S("")), "nothing is none");
}

int
main(void)
{
	struct rep_aggregate_reader *r = rep_aggregate_new();

	if (r == NULL)
		return 1;
	test_cases(r);
	test_wide(r);
	test_large(r);
	test_begins();
	rep_aggregate_free(r);
	return done();
}
