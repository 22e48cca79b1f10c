/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/alarm_words.h"
#include "base/time.h"

enum { NAME_SHOWN = 253 }; /* bytes of a name that a stranger gave: as long as a domain may be */

struct alarm_saying {
	const struct rep_reported *v;
	const struct rep_report_alarm *x;
	struct rep_str domain; /* safe to show */
	struct rep_arena *a;
};

/* "1,234"; of the arena. */
static const char *
num(const struct alarm_saying *s, uint64_t v)
{
	char text[32];
	struct rep_str is = rep_arena_printf(s->a, "%s", rep_number_text(v, text));

	return is.p != NULL ? is.p : "?";
}

static struct rep_str
name(const struct alarm_saying *s, uint32_t number)
{
	return rep_shown(s->a, rep_reported_name(s->v, number), NAME_SHOWN);
}

/* For the text, as its newest report spells it. What an alarm is of keeps the folded name: it is known by that. */
static struct rep_str
receiver(const struct alarm_saying *s)
{
	return rep_shown(s->a, rep_reported_spelling(s->v, s->x->receiver), NAME_SHOWN);
}

/* "s2 of shop.example", or the domain. */
static struct rep_str
signature(const struct alarm_saying *s)
{
	struct rep_str domain = name(s, s->x->domain), selector = name(s, s->x->selector);

	if (!s->x->dkim)
		return rep_arena_printf(s->a, "SPF of %.*s", REP_PR(domain));
	if (selector.n == 0)
		return rep_arena_printf(s->a, "The signature of %.*s", REP_PR(domain));
	return rep_arena_printf(
	    s->a, "The signature of %.*s with selector %.*s", REP_PR(domain), REP_PR(selector));
}

static const char *
result(const struct rep_report_alarm *x)
{
	const char *word = rep_said_word(x->dkim ? REP_SAID_DKIM : REP_SAID_SPF, x->result);

	return word != NULL ? word : "not pass";
}

/* The sender: its domain, or its address. */
static struct rep_str
sender(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	char ip[REP_IP_TEXT];
	struct rep_str domain = name(s, x->name);

	if (x->ip.version == 0)
		return x->name != 0 ? domain : REP_S("addresses that are not said");
	(void)rep_ip_text(&x->ip, ip);
	if (x->name == 0)
		return rep_arena_printf(s->a, "%s%s", ip, x->ips > 1 ? " and others" : "");
	return rep_arena_printf(
	    s->a, "%.*s (%s%s)", REP_PR(domain), ip, x->ips > 1 ? " and others" : "");
}

/* What a sender is known by, whatever address it has now. */
static struct rep_str
sender_key(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	const char *who = rep_report_sender_word(x->who);
	char ip[REP_IP_TEXT];
	struct rep_str domain = name(s, x->name);

	if (x->name == 0 && x->ips == 1)
		return rep_arena_printf(s->a, "%s %s", who, rep_ip_text(&x->ip, ip));
	return rep_arena_printf(s->a, "%s %.*s", who, REP_PR(domain));
}

/* Whether mail is lost by it. */
static struct rep_str
harm(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;

	if (x->dmarc_failed == 0)
		return rep_arena_printf(s->a, "DMARC still passes, by %s alone%s.",
		    x->dkim ? "SPF" : "DKIM", x->dkim ? ", but not where mail is forwarded" : "");
	if (x->dmarc_failed >= x->failed)
		return REP_S("DMARC fails for all of them.");
	return rep_arena_printf(s->a, "DMARC fails for %s of them.", num(s, x->dmarc_failed));
}

/* --- each kind ---------------------------------------------------------------------------------------- */

static struct rep_alarm
broken(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	struct rep_str what = signature(s), how_bad = harm(s);
	const char *why = x->result == REP_REPORTED_TEMPERROR
	    ? "They get no answer from the name servers in time."
	    : x->dkim
	    ? "What was changed on that day: the key, the signer, or something behind it?"
	    : "What was changed on that day: the record, or the address that mail leaves by?";

	return (struct rep_alarm){ .kind = REP_KIND_DMARC_FAILS,
		.of = what,
		.text = rep_arena_printf(s->a,
		    "%.*s fails at %s receiver%s: %s of %s messages (%s), and it passed "
		    "before. %.*s %s",
		    REP_PR(what), num(s, x->receivers), rep_plural(x->receivers), num(s, x->failed),
		    num(s, x->messages), result(x), REP_PR(how_bad), why) };
}

static struct rep_alarm
differs(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	struct rep_str where = receiver(s), at = name(s, x->receiver), what, who, how_bad = harm(s);
	const char *why = x->result == REP_REPORTED_TEMPERROR
	    ? "Its resolver does not get the answer in time: a slow name server, or an answer too "
	      "large for UDP where TCP is blocked."
	    : x->result == REP_REPORTED_PERMERROR
	    ? "It reads the key or the record differently from the others."
	    : x->dkim ? "Something on the way to it changes the messages."
		      : "Mail to it leaves by another address, or somebody forwards it there.";

	if (x->domain == 0) {
		who = sender(s);
		return (struct rep_alarm){ .kind = REP_KIND_DMARC_DIFFERS,
			.of = rep_arena_printf(s->a, "%.*s at %.*s", REP_PR(who), REP_PR(at)),
			.text = rep_arena_printf(s->a,
			    "%.*s says that mail of %.*s fails DMARC: %s of %s messages, and "
			    "it passed before. No other receiver says so.",
			    REP_PR(where), REP_PR(who), num(s, x->failed), num(s, x->messages)) };
	}
	what = signature(s);
	return (struct rep_alarm){ .kind = REP_KIND_DMARC_DIFFERS,
		.of = rep_arena_printf(s->a, "%.*s at %.*s", REP_PR(what), REP_PR(at)),
		.text = rep_arena_printf(s->a,
		    "%.*s fails at %.*s: %s of %s messages (%s). It passes at %s other "
		    "receiver%s. %.*s %s",
		    REP_PR(what), REP_PR(where), num(s, x->failed), num(s, x->messages), result(x),
		    num(s, x->receivers), rep_plural(x->receivers), REP_PR(how_bad), why) };
}

static struct rep_alarm
fails(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	struct rep_str who = sender(s);

	return (struct rep_alarm){ .kind = REP_KIND_DMARC_FAILS,
		.of = sender_key(s),
		.text = rep_arena_printf(s->a,
		    "Mail of %.*s fails DMARC at %s receiver%s: %s of %s messages, and it "
		    "passed before. In these no signature of yours passes, and SPF does not either.",
		    REP_PR(who), num(s, x->receivers), rep_plural(x->receivers), num(s, x->failed),
		    num(s, x->messages)) };
}

static struct rep_alarm
new_sender(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	struct rep_str who = sender(s);
	bool steady = x->kind == REP_ALARM_STEADY;

	return (struct rep_alarm){
		.kind = REP_KIND_DMARC_SENDER,
		.of = sender_key(s),
		.text = rep_arena_printf(s->a,
		    "%.*s sent %s message%s as %.*s on %s day%s, at %s receiver%s. %s", REP_PR(who),
		    num(s, x->messages), rep_plural(x->messages), REP_PR(s->domain),
		    num(s, x->days), rep_plural(x->days), num(s, x->receivers),
		    rep_plural(x->receivers),
		    steady
			? "It fails DMARC. Who forges a domain seldom sends from one place for so "
			  "long: it may be a sender of yours that was forgotten."
			: x->who == REP_SENDER_SIGNED
			? "It passes DMARC: it has a key of yours to sign with. The log does not know it."
			: "It passes DMARC: your SPF record allows it. The log does not know it.")
	};
}

static struct rep_alarm
forged(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	const char *protects = x->policy == REP_PUBLISHED_REJECT
	    ? "Your policy is reject, which asks them to refuse it. There is nothing more to do."
	    : x->policy == REP_PUBLISHED_QUARANTINE
	    ? "Your policy is quarantine, which asks them to put it into the spam folder."
	    : x->policy == REP_PUBLISHED_NONE ? "Your policy is none, which asks nobody to stop it."
					      : "No report says what your policy is.";

	return (struct rep_alarm){ .kind = REP_KIND_DMARC_FORGED,
		.of = REP_S(""),
		.text = rep_arena_printf(s->a,
		    "Up to %s messages a day that nothing vouches for; never more than %s on "
		    "a day before. Of %s since then receivers rejected %s, put %s into "
		    "spam, and let %s through. %s",
		    num(s, x->most), num(s, x->most_before), num(s, x->messages),
		    num(s, x->rejected), num(s, x->quarantined), num(s, x->let_through),
		    protects) };
}

static struct rep_alarm
silent(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;
	struct rep_str who = receiver(s);

	return (struct rep_alarm){ .kind = REP_KIND_REPORTER_SILENT,
		.of = name(s, s->x->receiver),
		.text = rep_arena_printf(s->a,
		    "%.*s reported on %s of 28 days before that, on %s message%s, and has "
		    "stopped. Others still report.",
		    REP_PR(who), num(s, x->days), num(s, x->messages), rep_plural(x->messages)) };
}

static struct rep_alarm
stopped(const struct alarm_saying *s)
{
	const struct rep_report_alarm *x = s->x;

	return (struct rep_alarm){ .kind = REP_KIND_REPORTS_STOPPED,
		.of = REP_S(""),
		.text = rep_arena_printf(s->a,
		    "The last report of those that come each day ends then. Before that, %s receiver%s "
		    "reported each day, on %s message%s in four weeks.",
		    num(s, x->receivers), rep_plural(x->receivers), num(s, x->messages),
		    rep_plural(x->messages)) };
}

struct rep_alarm
rep_alarm_words(const struct rep_reported *v, const struct rep_report_alarm *x,
    struct rep_str domain, struct rep_arena *a)
{
	static struct rep_alarm (*const kinds[])(const struct alarm_saying *) = {
		[REP_ALARM_BROKEN] = broken,
		[REP_ALARM_DIFFERS] = differs,
		[REP_ALARM_FAILS] = fails,
		[REP_ALARM_SENDER] = new_sender,
		[REP_ALARM_STEADY] = new_sender,
		[REP_ALARM_FORGED] = forged,
		[REP_ALARM_SILENT] = silent,
		[REP_ALARM_STOPPED] = stopped,
	};
	const struct alarm_saying s = { v, x, rep_shown(a, domain, NAME_SHOWN), a };
	struct rep_alarm out = kinds[x->kind](&s);

	out.subject = s.domain;
	out.since_s = x->since_s;
	out.begins = x->begins;
	return out;
}

/* --- TLS ---------------------------------------------------------------------------------------------- */

static double
percent(int64_t failed, int64_t successful)
{
	double all = (double)failed + (double)successful;

	return all > 0 ? 100 * (double)failed / all : 0;
}

/* "certificate-expired at mx1.shop.example" */
static struct rep_str
reason(const struct rep_tls_trouble *t, struct rep_arena *a)
{
	const struct rep_said said = { .v = t->result, .raw = t->raw };
	struct rep_str word = t->result == 0
	    ? REP_S("no reason is given")
	    : rep_shown(a, rep_word_text(&rep_tls_results, &said), NAME_SHOWN),
		       host = rep_shown(a, t->host, NAME_SHOWN);

	return rep_arena_printf(
	    a, "%.*s%s%.*s", REP_PR(word), host.n > 0 ? " at " : "", REP_PR(host));
}

struct rep_alarm
rep_alarm_tls_words(const struct rep_tls_alarm *x, struct rep_arena *a)
{
	struct rep_str why = x->most != NULL ? reason(x->most, a) : REP_S("no reason is given");
	struct rep_str who =
	    x->most != NULL ? rep_shown(a, x->most->reporter, NAME_SHOWN) : REP_S("");

	return (struct rep_alarm){ .kind = REP_KIND_TLS_FAILS,
		.subject = rep_shown(a, x->domain, NAME_SHOWN),
		.of = REP_S(""),
		.since_s = x->most != NULL ? x->most->first_s : 0,
		.begins = x->begins,
		.text = rep_arena_printf(a,
		    "In the last days %lld of %lld sessions failed (%.1f %%); before that %.1f %%. "
		    "Most of them: %.*s%s%.*s%s.",
		    (long long)x->failed, (long long)(x->failed + x->successful),
		    percent(x->failed, x->successful),
		    percent(x->before_failed, x->before_successful), REP_PR(why),
		    who.n > 0 ? " (says " : "", REP_PR(who), who.n > 0 ? ")" : "") };
}
