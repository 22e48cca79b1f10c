/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_words.h"
#include "base/one_line.h"
#include "base/time.h"
#include "cli/out.h"

struct rep_str
rep_dmarc_name(const struct rep_reports_answer *r, uint32_t name)
{
	return rep_reported_name(&r->reported, name);
}

struct rep_str
rep_dmarc_line(struct rep_str s, struct rep_arena *a)
{
	char line[300];

	return rep_arena_printf(a, "%s", rep_one_line(s, NULL, 0, line, sizeof line));
}

struct rep_str
rep_dmarc_shown(const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a)
{
	return rep_dmarc_line(rep_dmarc_name(r, name), a);
}

struct rep_str
rep_dmarc_command(
    const char *command, struct rep_str domain, struct rep_str selector, struct rep_arena *a)
{
	struct rep_str none = { "", 0 };

	if (!rep_out_may_paste(domain) || (selector.n > 0 && !rep_out_may_paste(selector)))
		return none;
	return rep_arena_printf(a, "reputed %s %.*s%s%.*s", command, REP_PR(domain),
	    selector.n > 0 ? " --selector " : "", REP_PR(selector));
}

struct rep_str
rep_dmarc_same_time(const struct rep_reports_answer *r, const char *word, struct rep_str domain,
    const char *more, struct rep_arena *a)
{
	int64_t s = r->until_s - r->from_s;
	struct rep_str since = s == (int64_t)REP_DMARC_SINCE_DAYS * REP_DAY_S ? REP_S("")
	    : s % REP_DAY_S == 0 ? rep_arena_printf(a, " --since %lldd", (long long)(s / REP_DAY_S))
				 : rep_arena_printf(a, " --since %llds", (long long)s);

	return rep_arena_printf(a, "reputed dmarc %s%s%.*s%.*s%s", word, domain.n > 0 ? " " : "",
	    REP_PR(domain), REP_PR(since), more);
}

uint64_t
rep_dmarc_failed(const struct rep_report_sums *s)
{
	return s->messages - s->passed;
}

bool
rep_dmarc_contradicts(const struct rep_report_source *s)
{
	return s->dkim == REP_HALF_UNALIGNED && s->dkim_domain != 0 && s->dkim_domain == s->from;
}

bool
rep_dmarc_to_mend(const struct rep_report_source *s)
{
	return rep_dmarc_failed(&s->sums) > 0 && s->wanted && !rep_dmarc_contradicts(s);
}

void
rep_dmarc_add_percent(struct rep_buf *b, uint64_t part, uint64_t of)
{
	double v = of == 0 ? 100 : 100.0 * (double)part / (double)of;

	/* What is not all is never shown as all, and what is not nothing never as nothing. */
	if (part < of && v > 99.9)
		v = 99.9;
	if (part > 0 && v < 0.1)
		v = 0.1;
	rep_buf_printf(b, part == of || part == 0 ? "%.0f %%" : "%.1f %%", v);
}

struct rep_str
rep_dmarc_percent(struct rep_arena *a, uint64_t part, uint64_t of)
{
	struct rep_buf b;
	struct rep_str s;

	rep_buf_init(&b, 32);
	rep_dmarc_add_percent(&b, part, of);
	s = rep_arena_take(a, &b);
	return s.p != NULL ? s : REP_S("?");
}

struct rep_str
rep_dmarc_receiver(const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a)
{
	return rep_dmarc_line(rep_reported_spelling(&r->reported, name), a);
}

/* Of the address with the most messages. */
static const struct rep_address_name *
address_of(const struct rep_reports_answer *r, const struct rep_report_source *s)
{
	return r->names != NULL ? rep_address_name_of(r->names, &s->ip) : NULL;
}

static struct rep_known_sender
sender(const struct rep_reports_answer *r, uint16_t number)
{
	return rep_known_sender(r->senders, number);
}

const struct rep_service *
rep_dmarc_service(const struct rep_reports_answer *r, const struct rep_report_source *s)
{
	const struct rep_address_name *v;

	if (s->service != 0 && !s->through)
		return sender(r, s->service).service;
	if (s->name != 0 || s->who == REP_SENDER_OWN || s->who == REP_SENDER_UNKNOWN ||
	    (v = address_of(r, s)) == NULL)
		return NULL;
	return sender(r, v->sender).service;
}

const struct rep_provider *
rep_dmarc_mailbox(const struct rep_reports_answer *r, const struct rep_report_source *s)
{
	return s->through ? NULL : sender(r, s->service).provider;
}

struct rep_str
rep_dmarc_runs(const struct rep_reports_answer *r, const struct rep_address_name *v)
{
	struct rep_known_sender is = sender(r, v->sender);

	if (is.service != NULL)
		return is.service->name;
	if (v->cloud != NULL)
		return v->cloud->name;
	return is.provider != NULL ? is.provider->in_sentence : (struct rep_str){ NULL, 0 };
}

struct rep_str
rep_dmarc_address(const struct rep_reports_answer *r, const struct rep_ip *ip, struct rep_arena *a)
{
	const struct rep_address_name *v =
	    r->names != NULL ? rep_address_name_of(r->names, ip) : NULL;
	struct rep_str by, name;
	char line[300];

	if (v == NULL)
		return REP_S("-");
	by = rep_dmarc_runs(r, v);
	name = rep_str_c(rep_one_line(v->name, NULL, 0, line, sizeof line));
	return by.p != NULL ? rep_arena_printf(a, "%.*s: %.*s", REP_PR(by), REP_PR(name))
			    : rep_arena_dup(a, name);
}

/* By its address, and by the service, or by the name of the address where it was asked. */
static struct rep_str
by_address(
    const struct rep_reports_answer *r, const struct rep_report_source *s, struct rep_arena *a)
{
	const struct rep_address_name *v = s->who == REP_SENDER_OWN ? NULL : address_of(r, s);
	const struct rep_service *is = sender(r, s->service).service;
	char ip[REP_IP_TEXT], line[300];
	const char *others = s->ips == 1 ? "" : " and others";
	struct rep_str by = { NULL, 0 };

	rep_ip_text(&s->ip, ip);
	if (is != NULL) {
		by = is->name;
	} else if (v != NULL) {
		by = rep_dmarc_runs(r, v);
		if (by.n == 0)
			by = rep_str_c(rep_one_line(v->name, NULL, 0, line, sizeof line));
	}
	return by.n > 0 ? rep_arena_printf(a, "%.*s (%s%s)", REP_PR(by), ip, others)
			: rep_arena_printf(a, "%s%s", ip, others);
}

struct rep_str
rep_dmarc_called(
    const struct rep_reports_answer *r, const struct rep_report_source *s, struct rep_arena *a)
{
	struct rep_str name = rep_dmarc_shown(r, s->name, a), by;
	const struct rep_service *is = sender(r, s->service).service;

	if (s->who == REP_SENDER_UNKNOWN)
		return REP_S("nobody vouches for it");
	if (s->who == REP_SENDER_OWN || s->name == 0)
		return by_address(r, s, a);
	if (is == NULL)
		return name;
	by = is->name;
	return s->through ? rep_arena_printf(a, "%.*s (through %.*s)", REP_PR(name), REP_PR(by))
			  : rep_arena_printf(a, "%.*s (%.*s)", REP_PR(by), REP_PR(name));
}

/* "the signature of shop.example (selector s1)", "SPF of shop.example", as far as it is said. */
static void
add_of(struct rep_buf *b, const struct rep_reports_answer *r, bool dkim, uint32_t domain,
    uint32_t selector, struct rep_arena *a)
{
	struct rep_str d = rep_dmarc_shown(r, domain, a), s = rep_dmarc_shown(r, selector, a);

	rep_buf_printf(b, "%s", dkim ? "the signature" : "SPF");
	if (domain != 0)
		rep_buf_printf(b, " of %.*s", REP_PR(d));
	if (selector != 0)
		rep_buf_printf(b, " (selector %.*s)", REP_PR(s));
}

/* What is wrong with one half, in a clause. */
static void
add_half(struct rep_buf *b, const struct rep_reports_answer *r, bool dkim,
    enum rep_report_half half, uint32_t domain, uint32_t selector, uint32_t from,
    struct rep_arena *a)
{
	switch (half) {
	case REP_HALF_NONE:
		rep_buf_printf(
		    b, "%s", dkim ? "no signature was found" : "SPF says nothing about it");
		break;
	case REP_HALF_UNALIGNED:
		add_of(b, r, dkim, domain, selector, a);
		rep_buf_printf(b, " passes, %s",
		    domain != 0 && domain == from
			? "and the report says all the same that it does not count"
			: domain != 0 ? "but that is not the domain in From"
				      : "but its domain is not the domain in From");
		break;
	case REP_HALF_FAILS:
		add_of(b, r, dkim, domain, selector, a);
		rep_buf_printf(b, " fails");
		break;
	case REP_HALF_ERROR:
		add_of(b, r, dkim, domain, selector, a);
		rep_buf_printf(b,
		    " ends in an error (a key or record that cannot be read, or a name server that does not answer)");
		break;
	default: break;
	}
}

struct rep_str
rep_dmarc_from(const struct rep_reports_answer *r, const struct rep_report_source *s,
    struct rep_str domain, struct rep_arena *a)
{
	struct rep_str from = rep_dmarc_shown(r, s->from, a);

	return s->from != 0 ? from : rep_str_or(domain, REP_S("the domain in From"));
}

/* Both pass, but for others: the usual case of a service that is not set up. */
static void
add_others(struct rep_buf *b, const struct rep_reports_answer *r, const struct rep_report_source *s,
    struct rep_str from, struct rep_arena *a)
{
	struct rep_str dkim = rep_dmarc_shown(r, s->dkim_domain, a),
		       spf = rep_dmarc_shown(r, s->spf_domain, a),
		       selector = rep_dmarc_shown(r, s->dkim_selector, a);

	rep_buf_printf(b, "DKIM passes for %.*s", REP_PR(dkim));
	if (s->dkim_selector != 0)
		rep_buf_printf(b, " (selector %.*s)", REP_PR(selector));
	rep_buf_printf(b, " and SPF for %.*s, not for %.*s", REP_PR(spf), REP_PR(from));
}

void
rep_dmarc_add_halves(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_str domain, struct rep_arena *a)
{
	struct rep_str from = rep_dmarc_from(r, s, domain, a);
	struct rep_buf halves;

	if (s->dkim == REP_HALF_UNALIGNED && s->spf == REP_HALF_UNALIGNED && s->dkim_domain != 0 &&
	    s->spf_domain != 0 && s->dkim_domain != s->from && s->spf_domain != s->from) {
		add_others(b, r, s, from, a);
		return;
	}
	rep_buf_init(&halves, REP_DMARC_PARAGRAPH);
	add_half(&halves, r, true, s->dkim, s->dkim_domain, s->dkim_selector, s->from, a);
	rep_buf_printf(&halves, "; ");
	add_half(&halves, r, false, s->spf, s->spf_domain, 0, s->from, a);
	rep_out_sentence(b, rep_buf_str(&halves));
	rep_buf_fini(&halves);
}

const char *
rep_dmarc_half_word(enum rep_report_half v)
{
	static const char *const words[] = { NULL, "none", "unaligned", "fails", "error" };

	return (unsigned)v < REP_COUNT(words) ? words[v] : NULL;
}
