/*
 * cli/dmarc_found.c -- the text of what is broken, of what one receiver sees differently, of who is silent and who is new.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/dmarc_behind.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "cli/out.h"

/* SHOWN: new senders. Judgement; --all shows the rest. */
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

static void
differences(struct rep_buf *out, const struct rep_reports_answer *r, struct rep_arena *a)
{
	char n1[32], n2[32], n3[32], since[REP_TIME_TEXT];

	for (size_t i = 0; i < r->is.differs_n; i++) {
		const struct rep_report_differs *d = &r->is.differs[i];
		struct rep_str receiver = rep_dmarc_receiver(r, d->receiver, a);
		const char *result =
		    rep_said_word(d->dkim ? REP_SAID_DKIM : REP_SAID_SPF, d->result);
		struct rep_str command = { "", 0 };
		struct rep_behind behind;
		struct rep_buf b;

		if (i == 0)
			rep_buf_printf(out, "\n%sSeen differently by one receiver%s\n",
			    rep_paint(REP_BOLD), rep_unpaint());
		rep_buf_init(&b, SENTENCE);
		rep_buf_printf(&b, "%.*s: ", REP_PR(receiver));
		add_what(&b, r, d->dkim, d->domain, d->selector, a);
		rep_buf_printf(&b, " fails there");
		if (d->since_s > 0)
			rep_buf_printf(&b, " since %s", rep_out_day(d->since_s, since));
		rep_buf_printf(&b, " (%s, %s of %s messages), and passes at %s other receiver%s. ",
		    result != NULL ? result : "not pass", rep_out_number(d->here_failed, n1),
		    rep_out_number(d->here, n2), rep_out_number(d->receivers, n3),
		    rep_plural(d->receivers));
		rep_dmarc_behind_differs(r, d, &behind);
		(void)rep_dmarc_behind_text(&b, &behind, d->dkim, a);
		if (d->result == REP_REPORTED_TEMPERROR)
			rep_buf_printf(&b,
			    "Its resolver does not get the answer in time: a slow name server, or an answer too large for UDP "
			    "where TCP is blocked");
		else if (d->result == REP_REPORTED_PERMERROR)
			rep_buf_printf(&b,
			    "It reads the %s differently from the others: an answer that is cut, several records, or too many "
			    "lookups",
			    d->dkim ? "key" : "record");
		else if (d->dkim)
			rep_buf_printf(&b,
			    "A key that is wrong fails everywhere; so something on the way to this receiver changes the "
			    "message: a gateway before it, or how the mail is routed there");
		else
			rep_buf_printf(&b,
			    "Mail to it leaves by another address, or somebody forwards it there");
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
	differences(b, r, a);
}

void
rep_dmarc_news_text(
    struct rep_buf *b, const struct rep_reports_answer *r, bool all, struct rep_arena *a)
{
	silent(b, r, a);
	new_senders(b, r, all, a);
}
