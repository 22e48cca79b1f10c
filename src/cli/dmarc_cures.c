/*
 * cli/dmarc_cures.c -- what to do about a source of which mail fails: at the service that it is, or by the half that is easier
 * to mend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_words.h"
#include "cli/out.h"

enum { DKIM_HOLDS = 500 }; /* Judgement, of a thousand: a key that is wrong fails everywhere */

/* What to do, and the command that looks at the key; without one, if the selector is none. */
static void
key_check(struct rep_buf *b, const struct rep_reports_answer *r, const struct rep_report_source *s,
    struct rep_str from, const char *how, const char *then, struct rep_arena *a)
{
	struct rep_str of = rep_dmarc_name(r, s->dkim_domain),
		       selector = rep_dmarc_name(r, s->dkim_selector), command;

	if (selector.n > 0 && !rep_out_may_paste(selector)) {
		rep_buf_printf(b, " %s", REP_DMARC_NO_SELECTOR);
		return;
	}
	command = rep_dmarc_command("dkim check", rep_str_or(of, from), selector, a);
	rep_buf_printf(b, " %s%s", how, command.n > 0 ? ":\n " : ".\n");
	if (command.n > 0)
		rep_buf_printf(b, "%.*s\n", REP_PR(command));
	rep_buf_printf(b, "%s", then);
}

void
rep_dmarc_add_lost(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_str *command, struct rep_arena *a)
{
	const struct rep_report_lost *v = &s->spf_lost;
	struct rep_str domain = rep_dmarc_name(r, v->domain),
		       shown = rep_dmarc_shown(r, v->domain, a);
	char n1[32], n2[32], since[REP_TIME_TEXT], ip[REP_IP_TEXT];

	*command = rep_dmarc_command("spf check", domain, REP_S(""), a);
	if (command->n > 0)
		*command = rep_arena_printf(
		    a, "%.*s --ip %s", (int)command->n, command->p, rep_ip_text(&s->ip, ip));
	rep_buf_printf(b, "SPF of %.*s fails for it", REP_PR(shown));
	if (v->since_s > 0)
		rep_buf_printf(b, " since %s", rep_out_day(v->since_s, since));
	else
		rep_buf_printf(b, " in all of this time");
	rep_buf_printf(b,
	    " (%s of %s messages): the record does not name this address%s. Add it to the record%s",
	    rep_out_number(v->failed, n1), rep_out_number(v->messages, n2),
	    v->since_s > 0 ? " any more, or mail leaves by another one than before" : "",
	    command->n > 0 ? ":" : ".");
}

/* By the half of DKIM: it survives forwarding, and SPF does not. */
static void
by_half(struct rep_buf *b, const struct rep_reports_answer *r, const struct rep_report_source *s,
    struct rep_str from, struct rep_arena *a)
{
	switch (s->dkim) {
	case REP_HALF_NONE:
		rep_buf_printf(b,
		    "Sign what leaves this address with DKIM for %.*s. How that is done:\n reputed explain dkim",
		    REP_PR(from));
		break;
	case REP_HALF_UNALIGNED:
		rep_buf_printf(b,
		    "Sign with %.*s too, not only with another domain. Why that matters:\n reputed explain dmarc",
		    REP_PR(from));
		break;
	case REP_HALF_FAILS:
		rep_buf_printf(b, "The signature is broken, or the key is not the one that signs.");
		key_check(b, r, s, from, "Compare the key",
		    "If it is right, something behind the signer changes the message.", a);
		break;
	case REP_HALF_ERROR:
		rep_buf_printf(b, "Receivers could not read the key.");
		key_check(b, r, s, from, "Look at it as they see it",
		    "A large key on a slow name server ends in such errors.", a);
		break;
	default: rep_buf_printf(b, "How to see which half fails:\n reputed explain dmarc"); break;
	}
}

/* Whether there is nothing of the domain in From yet that could pass. */
static bool
not_set_up(enum rep_report_half half)
{
	return half == REP_HALF_NONE || half == REP_HALF_UNALIGNED;
}

static void
add_text(struct rep_buf *b, const char *half, const struct rep_reports_answer *r,
    const struct rep_service *v, struct rep_str text, struct rep_str from, struct rep_arena *a)
{
	struct rep_str spf = rep_known_sender_spf(r->senders, v), is,
		       include = rep_arena_printf(a, "include:%.*s", REP_PR(spf));

	is = rep_service_text(a, text, from, include);
	rep_buf_printf(b, "\n%s: %.*s", half, REP_PR(is));
}

/* What to do at a service: for the signature first. */
static void
at_service(struct rep_buf *b, const struct rep_reports_answer *r, const struct rep_report_source *s,
    const struct rep_service *v, struct rep_str from, struct rep_arena *a)
{
	struct rep_str name = v->name, page = v->page;
	bool set_up = !not_set_up(s->dkim);

	if (s->who == REP_SENDER_SERVICE)
		rep_buf_printf(b,
		    "\nIf you use %.*s (if not, somebody sends as you through it):", REP_PR(name));
	else
		rep_buf_printf(b, "\nAt %.*s:", REP_PR(name));
	if (set_up) {
		rep_buf_printf(b, "\nDKIM: ");
		by_half(b, r, s, from, a);
	} else {
		add_text(b, "DKIM", r, v, v->fix_dkim, from, a);
	}
	if (v->spf_never)
		rep_buf_printf(b,
		    "\nSPF: The envelope is always of the service, so SPF cannot align: the signature is the only way.");
	if (!v->spf_never && v->fix_spf.n > 0 && s->spf != REP_HALF_ERROR) {
		add_text(b, "SPF", r, v, v->fix_spf, from, a);
		rep_buf_printf(
		    b, "\nOne of both is enough; the signature survives forwarding, too.");
	}
	if (page.n > 0)
		rep_buf_printf(b, "\nMore: %s%.*s%s", rep_mark(REP_MARK_LINK), REP_PR(page),
		    rep_mark(REP_MARK_LINKED));
}

void
rep_dmarc_add_cure(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_str domain, struct rep_arena *a)
{
	const struct rep_service *v = rep_dmarc_service(r, s);
	struct rep_str from = rep_dmarc_from(r, s, domain, a),
		       name = rep_dmarc_shown(r, s->name, a);

	if (rep_dmarc_contradicts(s)) {
		rep_buf_printf(b,
		    "\nThe reports contradict themselves: a signature of the domain in From that passes is aligned. Nothing that "
		    "they show is yours to fix.");
		return;
	}
	if (s->spf_lost.is && s->dkim == REP_HALF_FAILS &&
	    rep_report_share(s->sums.dkim, s->sums.messages, DKIM_HOLDS)) {
		struct rep_str command;

		rep_buf_printf(b,
		    "\nThe key is right: DKIM passes for most of its mail, and these are broken on the way. ");
		rep_dmarc_add_lost(b, r, s, &command, a);
		if (command.n > 0)
			rep_buf_printf(b, "\n %.*s", REP_PR(command));
		return;
	}
	if (v != NULL && v->fix_dkim.n > 0) {
		at_service(b, r, s, v, from, a);
		return;
	}
	rep_buf_addc(b, '\n');
	if (s->who == REP_SENDER_SERVICE && v != NULL)
		rep_buf_printf(b,
		    "If one of your people sends through %.*s: reputed does not know how such mail passes for %.*s. If not, "
		    "it is forged.",
		    REP_PR(v->name), REP_PR(from));
	else if (s->who == REP_SENDER_SERVICE && rep_dmarc_mailbox(r, s) != NULL)
		rep_buf_printf(b,
		    "Somebody sends as %.*s from a mailbox at %.*s. If it is one of your people: give them a mailbox of "
		    "%.*s, or let their mail program send through your own server. If not, it is forged.",
		    REP_PR(from), REP_PR(name), REP_PR(from));
	else if (s->who == REP_SENDER_SERVICE && not_set_up(s->dkim))
		rep_buf_printf(b,
		    "If you use this service, let it sign with %.*s, and publish the key that it gives you. If you do "
		    "not, somebody uses it to send as you.",
		    REP_PR(from));
	else
		by_half(b, r, s, from, a);
}

void
rep_dmarc_item(struct rep_buf *out, const struct rep_reports_answer *r, size_t nth,
    const struct rep_report_source *s, uint64_t failed, uint64_t messages, struct rep_str domain,
    struct rep_arena *a)
{
	struct rep_str name = rep_dmarc_called(r, s, a), text, line;
	char n1[32], n2[32];
	struct rep_buf b;

	rep_buf_init(&b, REP_DMARC_PARAGRAPH);
	rep_buf_printf(&b, "%s%zu. %.*s: %s of %s message%s fail%s. ", rep_mark(REP_MARK_ITEM), nth,
	    REP_PR(name), rep_out_number(failed, n1), rep_out_number(messages, n2),
	    rep_plural(messages), failed == 1 ? "s" : "");
	rep_dmarc_add_halves(&b, r, s, domain, a);
	rep_buf_addc(&b, '.');
	rep_dmarc_add_cure(&b, r, s, domain, a);
	text = rep_buf_str(&b);
	for (bool first = true; text.n > 0; first = false) {
		size_t n = rep_str_chr(text, '\n', 0);

		line = rep_str_sub(text, 0, n);
		text = rep_str_sub(text, n == SIZE_MAX ? text.n : n + 1, text.n);
		if (line.n > 0 && line.p[0] == ' ') {
			rep_out_command(out, 5, rep_str_trim(line));
			continue;
		}
		if (!first)
			rep_buf_printf(out, "   ");
		rep_out_wrap(out, line, first ? 0 : 3, 3);
		rep_buf_addc(out, '\n');
	}
	rep_buf_fini(&b);
}
