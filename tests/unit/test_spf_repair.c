/*
 * tests/unit/test_spf_repair.c -- what a record with mistakes was meant to say, and what is said of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/spf_repair.h"
#include "dns/zone.h"

#include "tap.h"

#include <stdlib.h>

/* The notes of the TXT record `txt`, with "; " between them; several records: with '|'. */
static struct rep_str
repaired(struct rep_arena *a, const char *txt, struct rep_spf_repair *out)
{
	struct rep_zone_memory *z = rep_zone_memory_new(1 << 20);
	struct rep_dns_view v;
	struct rep_str rest = rep_str_c(txt), notes = { "", 0 }, one;
	struct rep_name name;
	struct rep_err err;
	struct rep_buf b;

	rep_buf_init(&b, 1 << 16);
	rep_buf_printf(&b,
	    "twonames.example TXT \"v=spf1 -all\"\ntwo.names.example TXT \"v=spf1 -all\"\n"
	    "mail.ticket.example TXT \"v=spf1 -all\"\nstranger.example TXT \"v=spf1 -all\"\n"
	    "host.example A 192.0.2.80\nslow.ex TIMEOUT\nsl.ow TIMEOUT\n");
	while (z != NULL && rest.n > 0) {
		size_t bar = rep_str_chr(rest, '|', 0);

		one = rep_str_sub(rest, 0, bar);
		rep_buf_printf(&b, "t.example TXT \"%.*s\"\n", REP_PR(one));
		rest = bar == SIZE_MAX ? notes : rep_str_sub(rest, bar + 1, rest.n);
	}
	if (z == NULL || b.full || rep_zone_memory_add(z, rep_buf_str(&b), &err) != REP_OK)
		abort();
	rep_buf_fini(&b);
	v = rep_zone_memory_view(z);
	(void)rep_name_parse(REP_S("t.example"), &name);
	if (!rep_spf_repair(rep_dns_get(&v, &name, REP_DNS_TXT), &v, a, out))
		abort();
	out->record = rep_arena_dup(a, out->record);
	for (size_t i = 0; i < out->notes; i++)
		notes = rep_arena_printf(
		    a, "%.*s%s%.*s", REP_PR(notes), i == 0 ? "" : "; ", REP_PR(out->note[i]));
	rep_zone_memory_free(z);
	return notes;
}

static void
test_notes(struct rep_arena *a)
{
	static const struct {
		const char *txt, *record, *notes;
	} rows[] = {
		{ "v=spf1 ip4:192.0.2.7 -all", "v=spf1 ip4:192.0.2.7 -all", "" },
		{ "v=spf1 ip4:192.0.2.0\\\\24 -all", "v=spf1 ip4:192.0.2.0/24 -all",
		    "the record has a backslash in it, read as /" },
		{ "v=spf1 ip4:192.0.2.7\\\\ -all", "v=spf1 ip4:192.0.2.7 -all",
		    "the record has a backslash in it, which is left out" },
		{ "v=spf1 ip4:192.0.2.0\\\\24 ip4:203.0.113.7\\\\ -all",
		    "v=spf1 ip4:192.0.2.0/24 ip4:203.0.113.7 -all",
		    "the record has a backslash in it, read as /; "
		    "the record has a backslash in it, which is left out" },
		{ "v=spf1 ip4:192.0.2.\xef\xbc\x97 -all", "v=spf1 ip4:192.0.2.7 -all",
		    "the record has a digit that only looks like ASCII in it, read as 7" },
		{ "v=spf1 ip4\xef\xbc\x9a"
		  "192.0.2.7 -all",
		    "v=spf1 ip4:192.0.2.7 -all",
		    "the record has a sign that only looks like ASCII in it, read as :" },
		{ "v=spf1 \xef\xbd\x89p4:192.0.2.7 -all", "v=spf1 ip4:192.0.2.7 -all",
		    "the record has a letter that only looks like ASCII in it, read as i" },
		{ "v=spf1 ip4:192.0.2.7 -allv=DMARC1; p=none; rua=mailto:d@t.example",
		    "v=spf1 ip4:192.0.2.7 -all",
		    "\"v=DMARC1; p=none; rua=mailto:d@t.example\" stands in the same string: it "
		    "belongs to _dmarc as a TXT record of its own" },
		{ "v=spf1 ipv4:192.0.2.9 v=DMARC1; p=none; ip4:192.0.2.7 redirect=t.example",
		    "v=spf1 ip4:192.0.2.9 ip4:192.0.2.7 redirect=t.example",
		    "\"v=DMARC1; p=none;\" stands in the same string: it belongs to _dmarc as a TXT record of "
		    "its own; \"ipv4:192.0.2.9\" must be \"ip4:192.0.2.9\"" },
		{ "v=spf1 ipv4:192.0.2.7 -all v=tlsrptv1; rua=mailto:d@t.example",
		    "v=spf1 ip4:192.0.2.7 -all",
		    "\"v=tlsrptv1; rua=mailto:d@t.example\" stands in the same string: it belongs "
		    "to _smtp._tls as a TXT record of its own; \"ipv4:192.0.2.7\" must be \"ip4:192.0.2.7\"" },
		{ "v=spf1 ip4:192.0.2.9 v=DMARC1; p=none; rua=mailto:d@t.example, mailto:e@t.example "
		  "ip4=192.0.2.7 -all",
		    "v=spf1 ip4:192.0.2.9 ip4:192.0.2.7 -all",
		    "\"v=DMARC1; p=none; rua=mailto:d@t.example, mailto:e@t.example\" stands in the same "
		    "string: it belongs to _dmarc as a TXT record of its own; "
		    "\"ip4=192.0.2.7\" must be \"ip4:192.0.2.7\"" },
		{ "v=spf1 ip4:192.0.2.7 -all v=BIMI1; l=https://t.example/l.svg; a=self",
		    "v=spf1 ip4:192.0.2.7 -all",
		    "\"v=BIMI1; l=https://t.example/l.svg; a=self\" stands in the same string: it "
		    "belongs to default._bimi as a TXT record of its own" },
		{ "v=spf1 ip4:192.0.2.7 -all\xef\xbc\x82", "v=spf1 ip4:192.0.2.7 -all",
		    "the record has a quotation mark in it, which is left out" },
	};
	struct rep_spf_repair out;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_str notes = repaired(a, rows[i].txt, &out);

		is_str(out.record, rows[i].record, "%s", rows[i].txt);
		is_str(notes, rows[i].notes, "what is said of it");
	}
}

/* A space, or a letter that is not ASCII, inside of a name: the rest of it is never a name of its own. */
static void
test_cut_names(struct rep_arena *a)
{
	static const struct {
		const char *txt, *record;
		bool unread;
	} rows[] = {
		{ "v=spf1 include:mail.tic ket.example -all",
		    "v=spf1 include:mail.ticket.example -all", false },
		{ "v=spf1 mail.tic ket.example -all", "v=spf1 include:mail.ticket.example -all",
		    false },
		{ "v=spf1 include:mail.tic ket.example-all",
		    "v=spf1 include:mail.ticket.example -all", false },
		{ "v=spf1 include:mail.ti ck et.example -all", "v=spf1 include:mail.ti -all",
		    true },
		{ "v=spf1 include:mail.gone stranger.example mx -all", "v=spf1 mx -all", true },
		{ "v=spf1 include:mail.gone, stranger.example mx -all", "v=spf1 mx -all", true },
		{ "v=spf1 include:gone stranger.example -all", "v=spf1 -all", true },
		{ "v=spf1 include:_spf. stranger.example -all", "v=spf1 -all", true },
		{ "v=spf1 include:_spf.stranger .example -all", "v=spf1 -all", true },
		{ "v=spf1 include:_spf.stranger. example mx -all", "v=spf1 mx -all", true },
		{ "v=spf1 include:mail.ticket. example mx -all",
		    "v=spf1 include:mail.ticket.example mx -all", false },
		{ "v=spf1 include:mail.tick et.example mx -all",
		    "v=spf1 include:mail.ticket.example mx -all", false },
		/* A dot may be lost, too: both names have a record. */
		{ "v=spf1 include:two names.example mx -all", "v=spf1 mx -all", true },
		{ "v=spf1 a:gone.example stranger.example -all", "v=spf1 -all", true },
		{ "v=spf1 exists:%{i}.list stranger.example -all", "v=spf1 exists:%{i}.list -all",
		    true },
		{ "v=spf1 x=y.z stranger.example -all", "v=spf1 x=y.z -all", true },
		{ "v=spf1 exp=why.ticket.example stranger.example mx -all",
		    "v=spf1 exp=why.ticket.example mx -all", true },
		{ "v=spf1 nonsense stranger.example -all", "v=spf1 -all", true },
		{ "v=spf1 ip4:192.0.2 stranger.example -all", "v=spf1 -all", true },
		{ "v=spf1 .stranger.example -all", "v=spf1 -all", true },
		/* In three pieces, of which the first works, or may. */
		{ "v=spf1 include:slow.ex ample.gone stranger.example mx -all",
		    "v=spf1 include:slow.ex mx -all", true },
		{ "v=spf1 exists:%{i}.list more stranger.example mx -all",
		    "v=spf1 exists:%{i}.list mx -all", true },
		/* No answer: the name may be whole, and what stands behind it is read in no case. */
		{ "v=spf1 sl.ow stranger.example mx -all", "v=spf1 include:sl.ow mx -all", true },
		/* What is whole. */
		{ "v=spf1 stranger.example -all", "v=spf1 include:stranger.example -all", false },
		{ "v=spf1 mx stranger.example -all", "v=spf1 mx include:stranger.example -all",
		    false },
		{ "v=spf1 ip4:192.0.2.7 stranger.example -all",
		    "v=spf1 ip4:192.0.2.7 include:stranger.example -all", false },
		{ "v=spf1 include:mail.ticket.example stranger.example -all",
		    "v=spf1 include:mail.ticket.example include:stranger.example -all", false },
		{ "v=spf1 a:host.example stranger.example -all",
		    "v=spf1 a:host.example include:stranger.example -all", false },
		{ "v=spf1 host.example stranger.example -all",
		    "v=spf1 include:host.example include:stranger.example -all", false },
		{ "v=spf1 a:gone.example/24 stranger.example -all",
		    "v=spf1 a:gone.example/24 include:stranger.example -all", false },
		/* Letters. */
		{ "v=spf1 include:m\303\274ller.example -all",
		    "v=spf1 include:xn--mller-kva.example -all", false },
		{ "v=spf1 include:m\303\274l ler.example -all", "v=spf1 -all", true },
		{ "v=spf1 include:mail.gone str\303\244nger.example -all", "v=spf1 -all", true },
		{ "v=spf1 include:m\374stranger.example mx -all", "v=spf1 mx -all", true },
		{ "v=spf1 m\303\274ller.example mx -all",
		    "v=spf1 include:xn--mller-kva.example mx -all", false },
		{ "v=spf1 x=\303\274 exp=\303\274.example mx -all",
		    "v=spf1 exp=xn--tda.example mx -all", true },
		{ "v=spf1 ip4:192.0.2.7\303\274 mx -all", "v=spf1 mx -all", true },
		{ "v=spf1 mx\342\200\242stranger.example -all",
		    "v=spf1 mx include:stranger.example -all", false },
	};
	struct rep_spf_repair out;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_str notes = repaired(a, rows[i].txt, &out);

		is_str(out.record, rows[i].record, "cut: %s", rows[i].txt);
		ok(out.unread == rows[i].unread && notes.n > 0, "it says so: %.*s", REP_PR(notes));
	}
}

/* `n` different terms of 44 bytes, with spaces between them. */
static void
add_terms(struct rep_buf *b, char family, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rep_buf_printf(b, "include:_spf-%c%05u.a-long-name.s.example ", family, i);
}

/* A record of which a part would be missing is not written at all. */
static void
test_too_long(struct rep_arena *a)
{
	static const struct {
		const char *name;
		unsigned records, terms; /* of each record */
		const char *mistake;
		bool too_long;
	} rows[] = {
		{ "a long one without a mistake", 1, 120, "", false },
		{ "one that can be read", 1, 80, "ipv4:192.0.2.7 ", false },
		{ "one that is too long to read", 1, 120, "ipv4:192.0.2.7 ", true },
		{ "two that can be written as one", 2, 80, "", false },
		{ "three that are too long for one", 3, 80, "", true },
	};
	struct rep_spf_repair out;
	struct rep_buf b;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		unsigned terms = 0;

		rep_buf_init(&b, 1 << 15);
		for (unsigned k = 0; k < rows[i].records; k++) {
			rep_buf_printf(&b, "%sv=spf1 %s", k == 0 ? "" : "|", rows[i].mistake);
			add_terms(&b, (char)('a' + k), rows[i].terms);
			rep_buf_add(&b, REP_S("-all"));
		}
		(void)repaired(a, b.p, &out);
		for (size_t k = 0; k < out.record.n; k++)
			terms += out.record.p[k] == ' ';
		ok(out.too_long == rows[i].too_long, "too long: %s", rows[i].name);
		is_int(terms,
		    rows[i].too_long
			? 0
			: rows[i].records * rows[i].terms + 1 + (rows[i].mistake[0] != '\0'),
		    "too long: %s: all terms or none", rows[i].name);
		rep_buf_fini(&b);
	}
}

int
main(void)
{
	struct rep_arena *a = rep_arena_new(16 << 20);

	if (a == NULL)
		return 1;
	test_notes(a);
	test_cut_names(a);
	test_too_long(a);
	rep_arena_free(a);
	return done();
}
