/*
 * cli/dmarc_found.c -- the text of what is broken, of what some receivers see differently, of what failed for a time, of who is silent and who is new.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/dmarc_behind.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "cli/out.h"

/* SHOWN: new senders, receivers of one signature. Judgement; --all shows the rest, or --json. */
enum { SHOWN = 12, SENTENCE = 2000 };

/* --- text: receivers --------------------------------------------------------------------------------------- */

/* "the signature of D with selector S", "SPF of D" */
static void
add_what(struct rep_buf *b, const struct rep_reports_answer *r, bool dkim, uint32_t domain,
    uint32_t selector, struct rep_arena *a)
{
	struct rep_str d = rep_dmarc_shown(r, domain, a), s = rep_dmarc_shown(r, selector, a);

	rep_buf_printf(b, "%s of %.*s", dkim ? "the signature" : "SPF", REP_PR(d));
	if (dkim && s.n > 0)
		rep_buf_printf(b, " with selector %.*s", REP_PR(s));
}

/* A paragraph, and the command that it ends with, if there is one. */
static void
with_command(struct rep_buf *out, struct rep_str text, struct rep_str command)
{
	rep_out_paragraph(out, rep_str_trim(text));
	if (command.n > 0)
		rep_out_command(out, 2, command);
}

static void
broken(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], n2[32], n3[32], since[REP_TIME_TEXT];

	for (size_t i = 0; i < r->is.broken_n; i++) {
		const struct rep_report_broken *d = &r->is.broken[i];
		const char *result =
		    rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result);
		struct rep_str domain = rep_dmarc_name(r, d->domain),
			       selector = rep_dmarc_name(r, d->selector);
		struct rep_str command = { "", 0 };
		struct rep_behind behind;
		struct rep_buf b, what;
		bool known;

		if (i == 0)
			rep_buf_printf(out, "\n%sBroken at most receivers%s\n", rep_paint(REP_BOLD),
			    rep_unpaint());
		rep_buf_init(&b, SENTENCE);
		rep_buf_init(&what, SENTENCE);
		add_what(&what, r, d->dkim, d->domain, d->selector, a);
		rep_out_sentence(&b, rep_buf_str(&what));
		rep_buf_fini(&what);
		if (d->since_s > 0)
			rep_buf_printf(&b, " fails since %s", rep_out_day(d->since_s, since));
		else
			rep_buf_printf(&b, " fails in all of this time");
		rep_buf_printf(&b, ": %s of %s messages (%s), at %s receiver%s. ",
		    rep_out_number(d->failed, n1), rep_out_number(d->messages, n2),
		    result != NULL ? result : "not pass", rep_out_number(d->receivers, n3),
		    rep_plural(d->receivers));
		rep_dmarc_behind_broken(r, d, &behind);
		known = rep_dmarc_behind_text(&b, &behind, d->dkim, a);
		if (!known && d->dkim && d->since_s > 0)
			rep_buf_printf(&b,
			    "What was changed on that day: the key, the signer, or something behind it? ");
		/* Older reports than those asked for may show when it began. */
		if (d->since_s == 0)
			rep_buf_printf(&b,
			    "If older reports are stored, a longer --since may show the day when it began. ");
		if (d->dkim && selector.n > 0 && !rep_out_may_paste(selector))
			rep_buf_printf(&b, "%s", REP_DMARC_NO_SELECTOR);
		else
			command = d->dkim ? rep_dmarc_command("dkim check", domain, selector, a)
					  : rep_dmarc_command("spf check", domain, REP_S(""), a);
		if (command.n > 0)
			rep_buf_printf(&b, "%s",
			    d->dkim ? "Compare the key with the signer:"
				    : "Look whether the record names all that send:");
		with_command(out, rep_buf_str(&b), command);
		rep_buf_fini(&b);
	}
}

/* Own addresses that SPF fails for, though DMARC passes by the signature. What is to be fixed first has it among its steps. */
static void
lost(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	size_t n = 0;

	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];
		char ip[REP_IP_TEXT];
		struct rep_str command;
		struct rep_buf b;

		if (!s->spf_lost.is)
			continue;
		if (n++ == 0)
			rep_buf_printf(out, "\n%sOwn addresses that SPF fails for%s\n",
			    rep_paint(REP_BOLD), rep_unpaint());
		rep_buf_init(&b, SENTENCE);
		rep_buf_printf(&b, "%s: ", rep_ip_text(&s->ip, ip));
		if (s->sums.passed > s->sums.messages / 2)
			rep_buf_printf(&b,
			    "DMARC passes by the signature alone, and fails where that breaks on the way. ");
		rep_dmarc_add_lost(&b, r, s, &command, a);
		with_command(out, rep_buf_str(&b), command);
		rep_buf_fini(&b);
	}
}

/* Senders that were not seen in the first quarter of the time. */
static void
new_senders(struct rep_buf *out, const struct rep_reports_answer *r, bool all, struct rep_arena *a)
{
	char n1[32], first[REP_TIME_TEXT];
	size_t n = 0, more = 0;

	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];
		struct rep_str name = rep_dmarc_called(r, s, a);

		if (!s->fresh)
			continue;
		if (!all && n == SHOWN) {
			more++;
			continue;
		}
		if (n++ == 0)
			rep_buf_printf(
			    out, "\n%sNew senders%s\n", rep_paint(REP_BOLD), rep_unpaint());
		rep_out_paragraph(out,
		    rep_arena_printf(a, "%s %.*s: since %s, %s message%s",
			rep_report_sender_word(s->who), REP_PR(name),
			rep_out_day(s->first_s, first), rep_out_number(s->sums.messages, n1),
			rep_plural(s->sums.messages)));
	}
	if (more > 0)
		rep_out_more(out, more);
}

/* " since DAY (fail, 3 of 40 messages)" */
static void
add_there(struct rep_buf *b, const struct rep_report_differs *d)
{
	const char *result = rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result);
	char n1[32], n2[32], since[REP_TIME_TEXT];

	if (d->since_s > 0)
		rep_buf_printf(b, " since %s", rep_out_day(d->since_s, since));
	rep_buf_printf(b, " (%s, %s of %s messages)", result != NULL ? result : "not pass",
	    rep_out_number(d->here_failed, n1), rep_out_number(d->here, n2));
}

/* Each receiver of a signature that fails at n of them. */
static void
add_receivers(struct rep_buf *b, const struct rep_reports_answer *r, size_t nth, size_t n,
    struct rep_arena *a)
{
	const struct rep_report_differs *d = &r->is.differs[nth];
	size_t shown = 0;
	char n1[32], n2[32];
	struct rep_buf what;

	rep_buf_init(&what, SENTENCE);
	add_what(&what, r, d->dkim, d->domain, d->selector, a);
	rep_out_sentence(b, rep_buf_str(&what));
	rep_buf_fini(&what);
	rep_buf_printf(b,
	    " fails at %s receivers, and passes at %s other%s: ", rep_out_number(n, n1),
	    rep_out_number(d->receivers, n2), rep_plural(d->receivers));
	for (size_t i = nth; i < r->is.differs_n && shown < SHOWN; i++) {
		const struct rep_report_differs *x = &r->is.differs[i];
		struct rep_str name = rep_dmarc_receiver(r, x->receiver, a);

		if (!rep_report_same_signature(x, d))
			continue;
		rep_buf_printf(b, "%s%.*s", shown > 0 ? "; " : "", REP_PR(name));
		add_there(b, x);
		shown++;
	}
	if (shown < n)
		rep_buf_printf(b, "; and %s more", rep_out_number(n - shown, n1));
	rep_buf_printf(b, ". ");
}

/* What makes such a result at some receivers only. */
static void
add_cause(struct rep_buf *b, const struct rep_report_differs *d, bool one)
{
	if (d->result == REP_REPORTED_TEMPERROR)
		rep_buf_printf(b,
		    "%s not get the answer in time: a slow name server, or an answer too large for UDP where TCP is blocked",
		    one ? "Its resolver does" : "Their resolvers do");
	else if (d->result == REP_REPORTED_PERMERROR)
		rep_buf_printf(b,
		    "%s the %s differently from the others: an answer that is cut, several records, or too many lookups",
		    one ? "It reads" : "They read", d->dkim ? "key" : "record");
	else if (d->dkim && one)
		rep_buf_printf(b,
		    "A key that is wrong fails everywhere; so something on the way to this receiver changes the message: a "
		    "gateway before it, or how the mail is routed there");
	else if (d->dkim)
		rep_buf_printf(b,
		    "A key that is wrong fails everywhere; so look for what these have in common: the same filter before them, "
		    "the same way that mail to them takes, or name servers of yours that differ");
	else
		rep_buf_printf(b,
		    "Mail to %s leaves by another address, or somebody forwards it there",
		    one ? "it" : "them");
}

static void
differences(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], n2[32];

	for (size_t i = 0; i < r->is.differs_n; i++) {
		const struct rep_report_differs *d = &r->is.differs[i];
		struct rep_str receiver = rep_dmarc_receiver(r, d->receiver, a);
		struct rep_str command = { "", 0 };
		struct rep_behind behind;
		struct rep_buf b;
		size_t before, n = rep_report_of_signature(&r->is, i, false, &before);

		if (i == 0)
			rep_buf_printf(out, "\n%sSeen differently by %s%s\n", rep_paint(REP_BOLD),
			    r->is.differs_n == 1 ? "one receiver" : "some receivers",
			    rep_unpaint());
		if (before > 0)
			continue;
		rep_buf_init(&b, SENTENCE);
		if (n > 1) {
			add_receivers(&b, r, i, n, a);
		} else {
			rep_buf_printf(&b, "%.*s: ", REP_PR(receiver));
			add_what(&b, r, d->dkim, d->domain, d->selector, a);
			rep_buf_printf(&b, " fails there");
			add_there(&b, d);
			rep_buf_printf(&b, ", and passes at %s other receiver%s%s. ",
			    rep_out_number(d->receivers, n2), rep_plural(d->receivers),
			    d->there_failed > 0
				? rep_arena_printf(a, " (%s of %s fail%s)",
				      rep_out_number(d->there_failed, n1),
				      rep_out_number(d->there, n2), d->there_failed == 1 ? "s" : "")
				      .p
				: "");
		}
		if (d->by_domain)
			rep_buf_printf(&b,
			    "%s no selectors, so all signatures of the domain were compared. ",
			    n > 1 ? "They name" : "It names");
		rep_dmarc_behind_differs(r, d, &behind);
		(void)rep_dmarc_behind_text(&b, &behind, d->dkim, a);
		add_cause(&b, d, n == 1);
		/* What it sees is in DNS. */
		if (d->result == REP_REPORTED_TEMPERROR || d->result == REP_REPORTED_PERMERROR)
			command =
			    rep_dmarc_command("check", rep_dmarc_name(r, d->domain), REP_S(""), a);
		rep_buf_printf(&b, "%s", command.n > 0 ? ". Look at it:" : ".");
		with_command(out, rep_buf_str(&b), command);
		rep_buf_fini(&b);
	}
	if (r->is.differs_left_out > 0)
		rep_buf_printf(out, "and %s more\n", rep_out_number(r->is.differs_left_out, n1));
}

/* What failed for a time, and passes again. */
static void
healed(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], n2[32], n3[32], since[REP_TIME_TEXT], until[REP_TIME_TEXT];
	size_t shown = r->is.healed_n < SHOWN ? r->is.healed_n : SHOWN;
	uint64_t more = r->is.healed_n - shown + r->is.healed_left_out;

	if (shown > 0 || more > 0)
		rep_buf_printf(out, "\n%sFailed for a time, and passes again%s\n",
		    rep_paint(REP_BOLD), rep_unpaint());
	for (size_t i = 0; i < shown; i++) {
		const struct rep_report_healed *d = &r->is.healed[i];
		struct rep_str receiver = rep_dmarc_receiver(r, d->receiver, a);
		const char *result =
		    rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result);
		struct rep_buf b, what;

		rep_buf_init(&b, SENTENCE);
		rep_buf_init(&what, SENTENCE);
		add_what(&what, r, d->dkim, d->domain, d->selector, a);
		rep_out_sentence(&b, rep_buf_str(&what));
		rep_buf_fini(&what);
		rep_buf_printf(&b, " failed");
		if (d->receiver != 0)
			rep_buf_printf(&b, " at %.*s", REP_PR(receiver));
		else
			rep_buf_printf(&b, " at %s receiver%s", rep_out_number(d->receivers, n3),
			    rep_plural(d->receivers));
		if (d->since_s > 0)
			rep_buf_printf(&b, " from %s", rep_out_day(d->since_s, since));
		rep_buf_printf(&b, " until %s: %s of %s messages (%s).",
		    rep_out_day(d->until_s - 1, until), rep_out_number(d->failed, n1),
		    rep_out_number(d->messages, n2), result != NULL ? result : "not pass");
		rep_out_paragraph(out, rep_buf_str(&b));
		rep_buf_fini(&b);
	}
	if (more > 0)
		rep_buf_printf(
		    out, "%s%s more\n", shown > 0 ? "and " : "", rep_out_number(more, n1));
}

static void
silent(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char last[REP_TIME_TEXT], usual[REP_TIME_TEXT];
	bool any = false;

	for (size_t i = 0; i < r->is.receivers_n; i++) {
		const struct rep_report_receiver *v = &r->is.receivers[i];
		struct rep_str name = rep_dmarc_receiver(r, v->name, a);

		if (!v->silent)
			continue;
		if (!any)
			rep_buf_printf(
			    out, "\n%sNo longer reporting%s\n", rep_paint(REP_BOLD), rep_unpaint());
		any = true;
		rep_out_paragraph(out,
		    rep_arena_printf(a,
			"%.*s: its last report ends on %s; one came every %s before", REP_PR(name),
			rep_out_day(v->last_s, last), rep_time_span(v->usual_s, usual)));
	}
	if (any)
		rep_out_paragraph(out,
		    REP_S(
			"Either it gets no mail of yours any more (it blocks, or nothing is sent there), or its reports "
			"do not arrive: look at the rua address, and at the mailbox behind it."));
}

void
rep_dmarc_faults_text(struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a)
{
	broken(b, r, a);
	lost(b, r, a);
	differences(b, r, a);
	healed(b, r, a);
}

void
rep_dmarc_news_text(
    struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a)
{
	silent(b, r, a);
	new_senders(b, r, all, a);
}
