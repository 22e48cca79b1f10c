/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_report.h"
#include "base/json_out.h"
#include "base/one_line.h"
#include "base/time.h"
#include "cli/grid.h"
#include "cli/out.h"

enum { SHOWN = 12, SENTENCE = 2000 };

/* As it was reported: for JSON. */
static struct rep_str
name_of(const struct rep_reports_answer *r, uint32_t name)
{
	return rep_reported_name(&r->reported, name);
}

/* For people: strangers chose it. */
static struct rep_str
shown(const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a)
{
	char line[300];

	return rep_arena_printf(
	    a, "%s", rep_one_line(name_of(r, name), NULL, 0, line, sizeof line));
}

static uint64_t
failed(const struct rep_report_sums *s)
{
	return s->messages - s->passed;
}

/* Whether it looks like a sender of ours, so that somebody has to mend it. */
static bool
to_mend(const struct rep_report_source *s)
{
	return failed(&s->sums) > 0 &&
	    (s->who == REP_SENDER_OWN || s->who == REP_SENDER_SIGNED ||
		s->who == REP_SENDER_ALLOWED || s->who == REP_SENDER_SERVICE);
}

bool
rep_dmarc_report_trouble(const struct rep_reports_answer *r)
{
	for (size_t i = 0; i < r->is.sources_n; i++)
		if (to_mend(&r->is.sources[i]))
			return true;
	for (size_t i = 0; i < r->is.receivers_n; i++)
		if (r->is.receivers[i].silent)
			return true;
	return r->is.differs_n + r->is.broken_n > 0;
}

/* Receivers with reports that are counted: those that stopped before have no messages, so they are last. */
static size_t
reporting(const struct rep_reports_answer *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->is.receivers_n; i++)
		n += r->is.receivers[i].reports > 0;
	return n;
}

static void
add_percent(struct rep_buf *b, uint64_t part, uint64_t of)
{
	double v = of == 0 ? 100 : 100.0 * (double)part / (double)of;

	/* What is not all is never shown as all, and what is not nothing never as nothing. */
	if (part < of && v > 99.9)
		v = 99.9;
	if (part > 0 && v < 0.1)
		v = 0.1;
	rep_buf_printf(b, part == of || part == 0 ? "%.0f %%" : "%.1f %%", v);
}

static struct rep_str
percent(struct rep_arena *a, uint64_t part, uint64_t of)
{
	struct rep_buf b;
	struct rep_str s;

	rep_buf_init(&b, 32);
	add_percent(&b, part, of);
	s = rep_arena_take(a, &b);
	return s.p != NULL ? s : REP_S("?");
}

static const char *
day(int64_t at_s, char buf[REP_TIME_TEXT])
{
	rep_time_text(at_s, buf);
	buf[10] = '\0';
	return buf;
}

/* What a source is called. */
static struct rep_str
called(const struct rep_reports_answer *r, const struct rep_report_source *s, struct rep_arena *a)
{
	char ip[REP_IP_TEXT];
	struct rep_str name = shown(r, s->name, a);

	if (s->name != 0 && s->who != REP_SENDER_OWN)
		return name;
	if (s->who == REP_SENDER_UNKNOWN)
		return REP_S("nobody vouches for it");
	if (s->ips == 1)
		return rep_arena_printf(a, "%s", rep_ip_text(&s->ip, ip));
	return rep_arena_printf(a, "%s and others", rep_ip_text(&s->ip, ip));
}

/* --- text: the sentence at the top --------------------------------------------------------------------- */

static void
paragraph(struct rep_buf *b, struct rep_str text)
{
	rep_out_wrap(b, text, 0, 0);
	rep_buf_addc(b, '\n');
}

struct report_parts {
	uint64_t mend, unknown, forwarded;
	uint64_t unknown_ips, unknown_stopped; /* quarantined or rejected */
	int64_t unknown_s;		       /* begin of the first report of such */
	size_t senders;
};

static struct report_parts
parts_of(const struct rep_reports_answer *r)
{
	struct report_parts p = { .mend = 0 };

	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];
		uint64_t n = failed(&s->sums);

		if (to_mend(s)) {
			p.mend += n;
			p.senders++;
		} else if (s->who == REP_SENDER_UNKNOWN) {
			p.unknown += n;
			p.unknown_ips += s->ips;
			p.unknown_stopped += s->sums.quarantined + s->sums.rejected;
			p.unknown_s =
			    p.unknown_s == 0 || s->first_s < p.unknown_s ? s->first_s : p.unknown_s;
		} else {
			p.forwarded += n;
		}
	}
	return p;
}

static void
summary(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_str domain)
{
	const struct rep_report_answer *is = &r->is;
	struct report_parts p = parts_of(r);
	char n1[32], n2[32], n3[32], from[REP_TIME_TEXT], until[REP_TIME_TEXT];
	struct rep_str whose = rep_str_or(domain, REP_S("all your domains"));
	struct rep_buf b;

	rep_buf_init(&b, SENTENCE);
	rep_buf_printf(&b,
	    "%.*s: %s message%s from %s to %s, as %s receiver%s report%s in %s report%s; ",
	    REP_PR(whose), rep_out_number(is->sums.messages, n1), rep_plural(is->sums.messages),
	    day(is->from_s, from), day(is->until_s, until), rep_out_number(reporting(r), n2),
	    rep_plural(reporting(r)), reporting(r) == 1 ? "s" : "", rep_out_number(is->reports, n3),
	    rep_plural(is->reports));
	if (failed(&is->sums) == 0) {
		rep_buf_printf(&b, "all of it passes DMARC.");
	} else {
		add_percent(&b, is->sums.passed, is->sums.messages);
		rep_buf_printf(&b, " of it passes DMARC, %s message%s fail%s.",
		    rep_out_number(failed(&is->sums), n1), rep_plural(failed(&is->sums)),
		    failed(&is->sums) == 1 ? "s" : "");
	}
	if (p.mend > 0)
		rep_buf_printf(&b,
		    " %s of them come%s from %zu sender%s that may be yours: mend these first.",
		    rep_out_number(p.mend, n1), p.mend == 1 ? "s" : "", p.senders,
		    rep_plural(p.senders));
	if (p.forwarded > 0)
		rep_buf_printf(
		    &b, " %s were forwarded by others.", rep_out_number(p.forwarded, n1));
	if (p.unknown > 0) {
		rep_buf_printf(&b,
		    " %s come%s from %s address%s that nothing vouches for: forged, or a sender of yours without any "
		    "authentication. ",
		    rep_out_number(p.unknown, n1), p.unknown == 1 ? "s" : "",
		    rep_out_number(p.unknown_ips, n2), p.unknown_ips == 1 ? "" : "es");
		if (p.unknown_s > is->from_s)
			rep_buf_printf(&b, "The first are of %s. ", day(p.unknown_s, from));
		if (p.unknown_stopped == 0)
			rep_buf_printf(&b, "Receivers let all of them through.");
		else
			rep_buf_printf(&b, "Receivers stopped %s of them.",
			    rep_out_number(p.unknown_stopped, n3));
	}
	paragraph(out, rep_buf_str(&b));
	rep_buf_fini(&b);
}

/* --- text: sources --------------------------------------------------------------------------------------- */

enum { WHO, NAME, ADDRESSES, MESSAGES, DMARC, DKIM, SPF, SOURCE_COLUMNS };
static const struct rep_grid_column source_columns[SOURCE_COLUMNS] = {
	[WHO] = { .title = "WHO" },
	[NAME] = { .title = "SOURCE", .least = 16, .most = 44, .cut_head = true },
	[ADDRESSES] = { .title = "ADDRESSES", .right = true, .may_go = true },
	[MESSAGES] = { .title = "MESSAGES", .right = true },
	[DMARC] = { .title = "DMARC", .right = true },
	[DKIM] = { .title = "DKIM", .right = true },
	[SPF] = { .title = "SPF", .right = true },
};

static bool
sources(struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a)
{
	size_t n = all || r->is.sources_n <= SHOWN ? r->is.sources_n : SHOWN;
	struct rep_grid t;
	bool fine;

	rep_grid_init(&t, source_columns, SOURCE_COLUMNS, a);
	for (size_t i = 0; i < n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];

		rep_grid_row(&t);
		rep_grid_cell(&t, WHO, rep_str_c(rep_report_sender_word(s->who)));
		rep_grid_cell(&t, NAME, called(r, s, a));
		rep_grid_number(&t, ADDRESSES, s->ips);
		rep_grid_number(&t, MESSAGES, s->sums.messages);
		rep_grid_cell(&t, DMARC, percent(a, s->sums.passed, s->sums.messages));
		rep_grid_cell(&t, DKIM, percent(a, s->sums.dkim, s->sums.messages));
		rep_grid_cell(&t, SPF, percent(a, s->sums.spf, s->sums.messages));
		rep_grid_paint(&t,
		    to_mend(s)		       ? REP_RED
			: failed(&s->sums) > 0 ? REP_YELLOW
					       : REP_GREEN);
	}
	fine = rep_grid_print(&t, b);
	if (n < r->is.sources_n)
		rep_buf_printf(b, "and %zu more: --all shows them\n", r->is.sources_n - n);
	return fine;
}

/* What is wrong with one half, in a clause. */
static void
add_half(struct rep_buf *b, const struct rep_reports_answer *r, bool dkim,
    enum rep_report_half half, uint32_t other, struct rep_arena *a)
{
	struct rep_str name = shown(r, other, a);
	const char *what = dkim ? "DKIM" : "SPF";

	switch (half) {
	case REP_HALF_NONE:
		rep_buf_printf(
		    b, "%s", dkim ? "no signature was found" : "SPF says nothing about it");
		break;
	case REP_HALF_UNALIGNED:
		rep_buf_printf(b, "%s passes, but for %.*s, which is not the domain in From", what,
		    REP_PR(name));
		break;
	case REP_HALF_FAILS: rep_buf_printf(b, "%s fails", what); break;
	case REP_HALF_ERROR:
		rep_buf_printf(b,
		    "%s ends in an error (a key or record that cannot be read, or a name server that does not answer)",
		    what);
		break;
	default: break;
	}
}

/* What to do about a source: by what it is, and by the half that is easier to mend. */
static void
add_cure(struct rep_buf *b, const struct rep_report_source *s)
{
	static const struct {
		enum rep_report_sender who; /* 0: any */
		enum rep_report_half dkim;
		const char *text;
	} cures[] = {
		{ REP_SENDER_SERVICE, REP_HALF_UNALIGNED,
		    "If you use this service, switch on signing with your own domain there, and publish the key that it "
		    "gives you. If you do not, somebody uses it to send as you." },
		{ REP_SENDER_SERVICE, REP_HALF_NONE,
		    "If you use this service, let it sign with your own domain. If you do not, somebody uses it to send as "
		    "you." },
		{ 0, REP_HALF_NONE,
		    "Sign what leaves this address with DKIM: reputed explain dkim" },
		{ 0, REP_HALF_FAILS,
		    "The signature is broken or the key is not the one that signs. Compare the key: reputed dkim check "
		    "DOMAIN; if it is right, something behind the signer changes the message." },
		{ 0, REP_HALF_ERROR,
		    "Look at the key as receivers see it: reputed dkim check DOMAIN; a large key on a slow name server "
		    "ends in such errors." },
		{ 0, REP_HALF_UNALIGNED,
		    "Sign with the domain in From, not only with another one: reputed explain dmarc" },
	};

	for (size_t i = 0; i < REP_COUNT(cures); i++)
		if ((cures[i].who == 0 || cures[i].who == s->who) && cures[i].dkim == s->dkim) {
			rep_buf_printf(b, "%s", cures[i].text);
			return;
		}
	rep_buf_printf(b, "See which half fails: reputed explain dmarc");
}

static void
steps(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	size_t n = 0;
	char n1[32], n2[32];

	for (size_t i = 0; i < r->is.sources_n && n < 5; i++) {
		const struct rep_report_source *s = &r->is.sources[i];
		struct rep_str name = called(r, s, a);
		struct rep_buf b;

		if (!to_mend(s))
			continue;
		if (n++ == 0)
			rep_buf_printf(
			    out, "\n%sWhat to mend%s\n", rep_paint(REP_BOLD), rep_unpaint());
		rep_buf_init(&b, SENTENCE);
		rep_buf_printf(&b, "%zu. %.*s: %s of %s message%s fail%s. ", n, REP_PR(name),
		    rep_out_number(failed(&s->sums), n1), rep_out_number(s->sums.messages, n2),
		    rep_plural(s->sums.messages), failed(&s->sums) == 1 ? "s" : "");
		{
			struct rep_buf halves;

			rep_buf_init(&halves, SENTENCE);
			add_half(&halves, r, true, s->dkim, s->dkim_other, a);
			rep_buf_printf(&halves, "; ");
			add_half(&halves, r, false, s->spf, s->spf_other, a);
			rep_out_sentence(&b, rep_buf_str(&halves));
			rep_buf_fini(&halves);
		}
		rep_buf_printf(&b, ". ");
		add_cure(&b, s);
		rep_out_wrap(out, rep_buf_str(&b), 0, 3);
		rep_buf_addc(out, '\n');
		rep_buf_fini(&b);
	}
}

/* --- text: receivers --------------------------------------------------------------------------------------- */

/* "the signature of D with selector S", "SPF of D" */
static void
add_what(struct rep_buf *b, const struct rep_reports_answer *r, bool dkim, uint32_t domain,
    uint32_t selector, struct rep_arena *a)
{
	struct rep_str d = shown(r, domain, a), s = shown(r, selector, a);

	rep_buf_printf(b, "%s of %.*s", dkim ? "the signature" : "SPF", REP_PR(d));
	if (dkim && s.n > 0)
		rep_buf_printf(b, " with selector %.*s", REP_PR(s));
}

static void
broken(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], n2[32], n3[32], since[REP_TIME_TEXT];

	for (size_t i = 0; i < r->is.broken_n; i++) {
		const struct rep_report_broken *d = &r->is.broken[i];
		const char *result =
		    rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result);
		struct rep_str domain = shown(r, d->domain, a);
		struct rep_buf b, what;

		if (i == 0)
			rep_buf_printf(out, "\n%sBroken at most receivers%s\n", rep_paint(REP_BOLD),
			    rep_unpaint());
		rep_buf_init(&b, SENTENCE);
		rep_buf_init(&what, SENTENCE);
		add_what(&what, r, d->dkim, d->domain, d->selector, a);
		rep_out_sentence(&b, rep_buf_str(&what));
		rep_buf_fini(&what);
		if (d->since_s > 0)
			rep_buf_printf(&b, " fails since %s", day(d->since_s, since));
		else
			rep_buf_printf(&b, " fails in all of this time");
		rep_buf_printf(&b, ": %s of %s messages (%s), at %s receiver%s. ",
		    rep_out_number(d->failed, n1), rep_out_number(d->messages, n2),
		    result != NULL ? result : "not pass", rep_out_number(d->receivers, n3),
		    rep_plural(d->receivers));
		if (d->dkim && d->since_s > 0)
			rep_buf_printf(&b,
			    "What was changed on that day: the key, the signer, or something behind it? ");
		if (d->dkim)
			rep_buf_printf(&b,
			    "Compare the key with the signer: reputed dkim check %.*s",
			    REP_PR(domain));
		else
			rep_buf_printf(&b,
			    "Look whether the record names all that send: reputed spf check %.*s",
			    REP_PR(domain));
		rep_out_wrap(out, rep_buf_str(&b), 0, 0);
		rep_buf_addc(out, '\n');
		rep_buf_fini(&b);
	}
}

/* Senders that were not seen in the first quarter of the time. */
static void
new_senders(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], first[REP_TIME_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < r->is.sources_n && n < SHOWN; i++) {
		const struct rep_report_source *s = &r->is.sources[i];
		struct rep_str name = called(r, s, a);

		if (!s->fresh)
			continue;
		if (n++ == 0)
			rep_buf_printf(
			    out, "\n%sNew senders%s\n", rep_paint(REP_BOLD), rep_unpaint());
		rep_buf_printf(out, "%s %.*s: since %s, %s message%s\n",
		    rep_report_sender_word(s->who), REP_PR(name), day(s->first_s, first),
		    rep_out_number(s->sums.messages, n1), rep_plural(s->sums.messages));
	}
}

static void
differences(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], n2[32], since[REP_TIME_TEXT];

	for (size_t i = 0; i < r->is.differs_n; i++) {
		const struct rep_report_differs *d = &r->is.differs[i];
		struct rep_str domain = shown(r, d->domain, a), receiver = shown(r, d->receiver, a);
		const char *result =
		    rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result);
		struct rep_buf b;

		if (i == 0)
			rep_buf_printf(out, "\n%sSeen otherwise by one receiver%s\n",
			    rep_paint(REP_BOLD), rep_unpaint());
		rep_buf_init(&b, SENTENCE);
		rep_buf_printf(&b, "%.*s: ", REP_PR(receiver));
		add_what(&b, r, d->dkim, d->domain, d->selector, a);
		rep_buf_printf(&b, " fails there");
		if (d->since_s > 0)
			rep_buf_printf(&b, " since %s", day(d->since_s, since));
		rep_buf_printf(&b,
		    " (%s, %s of %s messages), and passes at %llu other receiver%s. ",
		    result != NULL ? result : "not pass", rep_out_number(d->here_failed, n1),
		    rep_out_number(d->here, n2), (unsigned long long)d->receivers,
		    rep_plural(d->receivers));
		if (d->result == REP_REPORTED_TEMPERROR)
			rep_buf_printf(&b,
			    "Its resolver does not get the answer in time: a slow name server, or an answer too large for UDP "
			    "where TCP is blocked. Look at both: reputed check %.*s",
			    REP_PR(domain));
		else if (d->result == REP_REPORTED_PERMERROR)
			rep_buf_printf(&b,
			    "It reads the %s otherwise than the others: an answer that is cut, several records, or too many "
			    "lookups. Look at it: reputed check %.*s",
			    d->dkim ? "key" : "record", REP_PR(domain));
		else if (d->dkim)
			rep_buf_printf(&b,
			    "A key that is wrong fails everywhere; so something on the way to this receiver changes the "
			    "message: a gateway before it, or how the mail is routed there");
		else
			rep_buf_printf(&b,
			    "Mail to it leaves by another address, or somebody forwards it there");
		rep_buf_addc(&b, '.');
		rep_out_wrap(out, rep_buf_str(&b), 0, 0);
		rep_buf_addc(out, '\n');
		rep_buf_fini(&b);
	}
	if (r->is.differs_left_out > 0)
		rep_buf_printf(out, "and %llu more\n", (unsigned long long)r->is.differs_left_out);
}

static void
silent(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char last[REP_TIME_TEXT], usual[REP_TIME_TEXT];
	bool any = false;

	for (size_t i = 0; i < r->is.receivers_n; i++) {
		const struct rep_report_receiver *v = &r->is.receivers[i];
		struct rep_str name = shown(r, v->name, a);

		if (!v->silent)
			continue;
		if (!any)
			rep_buf_printf(
			    out, "\n%sNo longer reporting%s\n", rep_paint(REP_BOLD), rep_unpaint());
		any = true;
		rep_buf_printf(out, "%.*s: its last report ends on %s; one came every %s before\n",
		    REP_PR(name), day(v->last_s, last), rep_time_span(v->usual_s, usual));
	}
	if (any)
		paragraph(out,
		    REP_S(
			"Either it gets no mail of yours any more (it blocks, or nothing is sent there), or its reports "
			"do not arrive: look at the rua address, and at the mailbox behind it."));
}

enum { RECEIVER, REPORTS, R_MESSAGES, R_DMARC, R_DKIM, R_SPF, R_STOPPED, RECEIVER_COLUMNS };
static const struct rep_grid_column receiver_columns[RECEIVER_COLUMNS] = {
	[RECEIVER] = { .title = "RECEIVER", .least = 14, .most = 40, .cut_head = true },
	[REPORTS] = { .title = "REPORTS", .right = true, .may_go = true },
	[R_MESSAGES] = { .title = "MESSAGES", .right = true },
	[R_DMARC] = { .title = "DMARC", .right = true },
	[R_DKIM] = { .title = "DKIM", .right = true },
	[R_SPF] = { .title = "SPF", .right = true },
	[R_STOPPED] = { .title = "STOPPED", .right = true, .may_go = true },
};

static bool
receivers(struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a)
{
	size_t counted = reporting(r), n = all || counted <= SHOWN ? counted : SHOWN;
	struct rep_grid t;
	bool fine;

	rep_grid_init(&t, receiver_columns, RECEIVER_COLUMNS, a);
	for (size_t i = 0; i < n; i++) {
		const struct rep_report_receiver *v = &r->is.receivers[i];

		rep_grid_row(&t);
		rep_grid_cell(&t, RECEIVER, rep_str_or(shown(r, v->name, a), REP_S("(no name)")));
		rep_grid_number(&t, REPORTS, v->reports);
		rep_grid_number(&t, R_MESSAGES, v->sums.messages);
		rep_grid_cell(&t, R_DMARC, percent(a, v->sums.passed, v->sums.messages));
		rep_grid_cell(&t, R_DKIM, percent(a, v->sums.dkim, v->sums.messages));
		rep_grid_cell(&t, R_SPF, percent(a, v->sums.spf, v->sums.messages));
		rep_grid_number(&t, R_STOPPED, v->sums.quarantined + v->sums.rejected);
	}
	rep_buf_addc(b, '\n');
	fine = rep_grid_print(&t, b);
	if (n < counted)
		rep_buf_printf(b, "and %zu more: --all shows them\n", counted - n);
	return fine;
}

/* What may make the numbers wrong. */
static void
doubts(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], n2[32];

	if (r->is.overlaps > 0)
		paragraph(b,
		    rep_arena_printf(a,
			"%s of these reports cover%s a time that another one of the same receiver covers too: some messages may be counted twice.",
			rep_out_number(r->is.overlaps, n1), r->is.overlaps == 1 ? "s" : ""));
	if (r->reported.left_out > 0)
		paragraph(b,
		    rep_arena_printf(a,
			"%s records are not counted: more than %s were in this time. Ask for less: --since 7d",
			rep_out_number(r->reported.left_out, n1),
			rep_out_number(REP_REPORTED_ROWS_MAX, n2)));
	if (r->unsure > 0)
		paragraph(b,
		    rep_arena_printf(a,
			"%s more report%s (%s message%s) came by mail, and nothing proves who sent %s: not counted here.",
			rep_out_number(r->unsure, n1), rep_plural(r->unsure),
			rep_out_number(r->unsure_messages, n2), rep_plural(r->unsure_messages),
			r->unsure == 1 ? "it" : "them"));
	if (!r->has_own && r->is.sources_n > 0)
		paragraph(b,
		    REP_S(
			"No address of yours is known, so no source is shown as your own: read a mail log, or name them (source blocks in reputed.conf)."));
}

bool
rep_dmarc_report_text(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain,
    bool all, struct rep_arena *a)
{
	if (r->any == 0) {
		paragraph(b,
		    REP_S(
			"No aggregate report was read yet. Read the mailbox that the rua address of your DMARC record names, or files: reputed ingest PATH"));
		return true;
	}
	if (r->is.reports == 0) {
		paragraph(b,
		    rep_arena_printf(a,
			"No report of %.*s is in this time; %llu %s kept of other times or domains. Look further back: --since 400d",
			REP_PR(domain), (unsigned long long)r->any, r->any == 1 ? "is" : "are"));
		doubts(b, r, a);
		return true;
	}
	summary(b, r, domain);
	rep_buf_addc(b, '\n');
	if (!sources(b, r, all, a))
		return false;
	steps(b, r, a);
	broken(b, r, a);
	differences(b, r, a);
	silent(b, r, a);
	new_senders(b, r, a);
	if (!receivers(b, r, all, a))
		return false;
	rep_buf_addc(b, '\n');
	doubts(b, r, a);
	return true;
}

/* --- JSON -------------------------------------------------------------------------------------------------- */

static void
json_sums(struct rep_json *j, const struct rep_report_sums *s)
{
	rep_json_int(j, "messages", (int64_t)s->messages);
	rep_json_int(j, "passed", (int64_t)s->passed);
	rep_json_int(j, "dkim", (int64_t)s->dkim);
	rep_json_int(j, "spf", (int64_t)s->spf);
	rep_json_int(j, "quarantined", (int64_t)s->quarantined);
	rep_json_int(j, "rejected", (int64_t)s->rejected);
}

static const char *
half_word(enum rep_report_half v)
{
	static const char *const words[] = { NULL, "none", "unaligned", "fails", "error" };

	return (unsigned)v < REP_COUNT(words) ? words[v] : NULL;
}

static void
json_sources(struct rep_json *j, const struct rep_reports_answer *r)
{
	char ip[REP_IP_TEXT];

	rep_json_arr(j, "sources");
	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "who", rep_report_sender_word(s->who));
		rep_json_str_or_null(j, "name", name_of(r, s->name));
		rep_json_cstr(j, "address", s->ip.version != 0 ? rep_ip_text(&s->ip, ip) : NULL);
		rep_json_int(j, "addresses", (int64_t)s->ips);
		json_sums(j, &s->sums);
		rep_json_time_or_null(j, "first", s->first_s);
		rep_json_time_or_null(j, "last", s->last_s);
		rep_json_int(j, "receivers", (int64_t)s->receivers);
		rep_json_cstr(j, "dkim_fault", half_word(s->dkim));
		rep_json_str_or_null(j, "dkim_passes_for", name_of(r, s->dkim_other));
		rep_json_cstr(j, "spf_fault", half_word(s->spf));
		rep_json_str_or_null(j, "spf_passes_for", name_of(r, s->spf_other));
		rep_json_bool(j, "new", s->fresh);
		rep_json_bool(j, "mend", to_mend(s));
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
json_receivers(struct rep_json *j, const struct rep_reports_answer *r)
{
	rep_json_arr(j, "receivers");
	for (size_t i = 0; i < r->is.receivers_n; i++) {
		const struct rep_report_receiver *v = &r->is.receivers[i];

		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "name", name_of(r, v->name));
		json_sums(j, &v->sums);
		rep_json_int(j, "reports", (int64_t)v->reports);
		rep_json_int(j, "overlaps", (int64_t)v->overlaps);
		rep_json_time_or_null(j, "first", v->first_s);
		rep_json_time_or_null(j, "last", v->last_s);
		if (v->usual_s > 0)
			rep_json_int(j, "usual_s", v->usual_s);
		else
			rep_json_null(j, "usual_s");
		rep_json_bool(j, "silent", v->silent);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "differs");
	for (size_t i = 0; i < r->is.differs_n; i++) {
		const struct rep_report_differs *d = &r->is.differs[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "what", d->dkim ? "dkim" : "spf");
		rep_json_str_or_null(j, "receiver", name_of(r, d->receiver));
		rep_json_str_or_null(j, "domain", name_of(r, d->domain));
		rep_json_str_or_null(j, "selector", name_of(r, d->selector));
		rep_json_cstr(
		    j, "result", rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result));
		rep_json_time_or_null(j, "since", d->since_s);
		rep_json_int(j, "messages", (int64_t)d->here);
		rep_json_int(j, "failed", (int64_t)d->here_failed);
		rep_json_int(j, "messages_elsewhere", (int64_t)d->there);
		rep_json_int(j, "failed_elsewhere", (int64_t)d->there_failed);
		rep_json_int(j, "receivers_elsewhere", (int64_t)d->receivers);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "broken");
	for (size_t i = 0; i < r->is.broken_n; i++) {
		const struct rep_report_broken *d = &r->is.broken[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "what", d->dkim ? "dkim" : "spf");
		rep_json_str_or_null(j, "domain", name_of(r, d->domain));
		rep_json_str_or_null(j, "selector", name_of(r, d->selector));
		rep_json_cstr(
		    j, "result", rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result));
		rep_json_time_or_null(j, "since", d->since_s);
		rep_json_int(j, "messages", (int64_t)d->messages);
		rep_json_int(j, "failed", (int64_t)d->failed);
		rep_json_int(j, "receivers", (int64_t)d->receivers);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

void
rep_dmarc_report_json(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain)
{
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str_or_null(&j, "domain", domain);
	rep_json_time_or_null(&j, "from", r->is.from_s);
	rep_json_time_or_null(&j, "until", r->is.until_s);
	rep_json_int(&j, "reports", (int64_t)r->is.reports);
	rep_json_int(&j, "overlaps", (int64_t)r->is.overlaps);
	json_sums(&j, &r->is.sums);
	json_sources(&j, r);
	json_receivers(&j, r);
	rep_json_int(&j, "differs_left_out", (int64_t)r->is.differs_left_out);
	rep_json_int(&j, "records_left_out", (int64_t)r->reported.left_out);
	rep_json_int(&j, "unproven_reports", (int64_t)r->unsure);
	rep_json_int(&j, "unproven_messages", (int64_t)r->unsure_messages);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}
