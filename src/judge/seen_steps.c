/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/seen_steps.h"
#include "base/time.h"
#include "judge/advised.h"
#include "judge/hearing.h"
#include "judge/index.h"
#include "judge/named.h"
#include "judge/passed.h"
#include "judge/request.h"
#include "judge/scope.h"

enum { FOUND_STEPS = 2 /* beside the reply itself, the worst are enough: judgement */ };

static const struct rep_str none = { "", 0 };

/* One row, and where its steps go. */
struct steps {
	const struct rep_verdicts *v;
	const struct rep_seen_list *seen;
	const struct rep_seen_row *r;
	const struct rep_rule *rule;
	const struct rep_wording *said; /* NULL: not kept */
	struct rep_arena *a;
	struct rep_str address, domain; /* of ours; n == 0: not known */
	struct rep_next *next;
	size_t n;
	bool small;
};

/* --- what is known ------------------------------------------------------------------------------- */

const struct rep_wording *
rep_seen_wording(const struct rep_verdicts *v, const struct rep_seen_row *r)
{
	const struct rep_judge_in *in = v->in;
	struct rep_str rule = rep_name(&in->names, r->rule),
		       provider = rep_name(&in->names, r->provider);

	for (size_t n = 0; n < in->wordings_n; n++)
		if (rep_str_eq(in->wordings[n].provider, provider) &&
		    rep_str_eq(in->wordings[n].rule, rule) && in->wordings[n].text.n > 0)
			return &in->wordings[n];
	return NULL;
}

static const struct rep_rule *
rule_of(const struct rep_verdicts *v, const struct rep_seen_row *r)
{
	return rep_know_rule(v->in->know, rep_name(&v->in->names, r->rule));
}

/* Where the words were not read, because only the state is told, the rule speaks for them. */
bool
rep_seen_is_clear(const struct rep_verdicts *v, const struct rep_seen_row *r)
{
	const struct rep_rule *rule = rule_of(v, r);
	const struct rep_wording *w = rep_seen_wording(v, r);
	struct rep_reading reading;

	if (rule == NULL || rule->remedy.n == 0 || r->class == REP_CLASS_NETWORK ||
	    r->class == REP_CLASS_UNKNOWN ||
	    (r->is != REP_SEEN_TOO_LITTLE && r->is != REP_SEEN_ONE_MESSAGE))
		return false;
	if (rule->speaker != REP_SPEAKER_ANY && rule->tokens_n > 0)
		return true;
	if (w == NULL)
		return rule->certain;
	rep_know_read(v->in->know, w->host, w->text, &reading);
	return reading.certain;
}

/* A refusal that another address would not have met, or one of its name, signature or pace. */
static bool
about_sender(const struct rep_seen_row *r)
{
	switch (r->class) {
	case REP_CLASS_BLOCKED:
	case REP_CLASS_LISTED:
	case REP_CLASS_THROTTLED:
	case REP_CLASS_IDENTITY:
	case REP_CLASS_AUTHENTICATION: return r->is == REP_SEEN_TOO_LITTLE;
	default: return false;
	}
}

static bool
of_document(const struct rep_seen_row *r)
{
	return r->by == REP_SEEN_BY_BOUNCE || r->by == REP_SEEN_BY_NOTICE;
}

struct rep_str
rep_seen_address(const struct rep_verdicts *v, const struct rep_seen_row *r, char buf[REP_IP_TEXT])
{
	const struct rep_label *l = rep_label_of(v->in, r->label);
	const struct rep_wording *w = rep_seen_wording(v, r);
	struct rep_reading reading;
	struct rep_ip ip;

	if (!of_document(r) && l != NULL && l->public.version != 0)
		return rep_source_text(v->in, r->label, buf);
	if (w == NULL)
		return none;
	rep_know_read(v->in->know, w->host, w->text, &reading);
	if (!rep_ip_parse(reading.capture[REP_CAPTURE_ADDRESS], &ip) || rep_ip_private(&ip))
		return none;
	return rep_str_c(rep_ip_text(&ip, buf));
}

/* The sender's domain, which a stream's name begins with; n == 0: not known. */
static struct rep_str
domain_of(const struct rep_verdicts *v, const struct rep_seen_row *r)
{
	struct rep_str name = rep_name(&v->in->names, r->stream);

	if (rep_passed_stays(v->in, r->stream))
		return none;
	name = rep_str_sub(name, 0, rep_str_chr(name, '/', 0));
	for (size_t i = 0; i < name.n; i++)
		if (!rep_alnum(name.p[i]) && name.p[i] != '.' && name.p[i] != '-')
			return none;
	return rep_str_chr(name, '.', 0) == SIZE_MAX || name.p[0] == '-' ? none : name;
}

/* --- steps --------------------------------------------------------------------------------------- */

static void
step(struct steps *s, struct rep_str text, struct rep_str paste, struct rep_str url, bool commands)
{
	if (text.p == NULL || paste.p == NULL)
		s->small = true;
	else if (s->n < REP_SEEN_STEPS)
		s->next[s->n++] = (struct rep_next){ text, paste, url, none, commands };
}

/*
 * Whether a request would be premature: something else that was seen, or that a look at DNS found,
 * says that the server's name or the mail's signatures are wrong.
 */
static bool
in_doubt(const struct steps *s, size_t found)
{
	if (found > 0)
		return true;
	for (size_t n = 0; n < s->seen->n; n++) {
		const struct rep_seen_row *r = &s->seen->v[n];

		if (r->is == REP_SEEN_TOO_LITTLE &&
		    (r->class == REP_CLASS_IDENTITY || r->class == REP_CLASS_AUTHENTICATION))
			return true;
	}
	for (size_t n = 0; n < s->v->incidents_n; n++) {
		const struct rep_incident *i = &s->v->incidents[n];

		if (rep_incident_open(i) &&
		    (i->class == REP_CLASS_IDENTITY || i->class == REP_CLASS_AUTHENTICATION))
			return true;
	}
	return false;
}

/*
 * What a look at DNS found wrong, worst first. Returns how many steps that made. *said: one of them
 * is the remedy of the rule.
 */
static size_t
fix_found(struct steps *s, const struct rep_found_of *of, bool *said)
{
	struct rep_found_step v[FOUND_STEPS];
	size_t n = rep_found_steps(of, v, REP_COUNT(v));

	for (size_t k = 0; k < n; k++)
		step(s, v[k].text, v[k].fix, none, false);
	*said = rep_found_covers(v, n, s->rule);
	return n;
}

/* What receivers see of the address and the domain: to be looked at before anybody is asked. */
static void
look(struct steps *s)
{
	struct rep_str paste = s->domain.n == 0
	    ? rep_arena_printf(s->a, "reputed ptr %.*s\nreputed check YOUR.DOMAIN --ip %.*s\n",
		  REP_PR(s->address), REP_PR(s->address))
	    : s->address.n == 0 ? rep_arena_printf(s->a, "reputed check %.*s\n", REP_PR(s->domain))
				: rep_arena_printf(s->a, "reputed check %.*s --ip %.*s\n",
				      REP_PR(s->domain), REP_PR(s->address));

	if (s->domain.n == 0 && s->address.n == 0)
		paste = REP_S("reputed check YOUR.DOMAIN\n");
	step(s,
	    REP_S("check what they see of you: PTR, HELO, SPF, DKIM and DMARC. Fix what it finds "
		  "before you ask anybody for anything."),
	    paste, none, true);
}

/* A bounce says nothing about other mail; its log does. Lines of a log may be a part of it only. */
static void
read_more(struct steps *s)
{
	step(s,
	    of_document(s->r)
		? REP_S("read the mail log of the server that sent it, old ones too: it shows "
			"whether other mail is refused (Exim: /var/log/exim4/mainlog*).")
		: REP_S("read the whole mail log, old ones too, if you have not: it shows whether "
			"other mail is refused, and since when (Exim: /var/log/exim4/mainlog*)."),
	    REP_S("reputed ingest /var/log/mail.log*\nreputed why\n"), none, true);
}

static void
whose(struct steps *s)
{
	step(s,
	    rep_arena_printf(s->a,
		"see whose address %s%.*s is. It belongs to the server that wrote this mail "
		"(Reporting-MTA in it). If that is not your own server, but a relay, a mailing list "
		"or somebody who forwards, send them this %s: only they can fix it, and the steps "
		"below are for them.",
		s->address.n > 0 ? "" : "the refused one", REP_PR(s->address),
		s->r->by == REP_SEEN_BY_NOTICE ? "notice" : "bounce"),
	    none, none, false);
}

/*
 * The same receiver accepts the same server over IPv4: the quickest way, until the IPv6 address has what
 * they ask for. It is no other sender (judge/advice.c, over_ipv4).
 */
static void
over_ipv4(struct steps *s)
{
	const struct rep_names *names = &s->v->in->names;
	struct rep_str label = rep_name(names, s->r->label), mark = REP_S(REP_LABEL_IPV6);
	uint64_t accepted = 0;
	char n1[32];

	if (s->r->class != REP_CLASS_IDENTITY || !rep_str_ends(label, mark) ||
	    s->v->conduct.own_fault ||
	    rep_str_find(s->rule->remedy, REP_S("smtp_address_preference"), 0) != SIZE_MAX)
		return;
	label.n -= mark.n;
	for (size_t c = 0; c < s->v->cells_n; c++) {
		const struct rep_cell *x = &s->v->cells[c];

		if (x->key.route == 0 && x->key.provider == s->r->provider &&
		    x->key.provider_domain == s->r->hosts[0].domain &&
		    rep_str_eq(rep_name(names, x->key.label), label))
			accepted += x->count[REP_STATUS_SENT];
	}
	if (accepted == 0)
		return;
	step(s,
	    rep_arena_printf(s->a,
		"send over IPv4 for now: over IPv4 they accepted %s message%s from the same server. "
		"For Postfix: postconf -e smtp_address_preference=ipv4, then postfix reload. When the "
		"IPv6 address is right, do the same with any instead of ipv4.",
		rep_number_text(accepted, n1), rep_plural(accepted)),
	    none, none, false);
}

static void
leaves(struct steps *s)
{
	step(s,
	    REP_S("check that all mail that leaves is yours (mailq). Mail that none of you sent "
		  "comes from a stolen account, a web form or an open relay. Lock that, and delete "
		  "its mail, before anything else."),
	    none, none, false);
}

static struct rep_str
text_of_request(const struct steps *s, const struct rep_found_of *of)
{
	char when[REP_TIME_TEXT], n1[32];
	struct rep_str about = rep_request_about(of), please = rep_request_please(s->rule);
	struct rep_str address = rep_str_or(s->address, REP_S("[____ its address]"));
	struct rep_str host = rep_str_or(s->said->host, REP_S("not known"));

	return rep_arena_printf(s->a,
	    "Mail from our address %.*s is refused by your servers.\n"
	    "\n"
	    "%s:\n"
	    "  refused so far  %s, the last at %s\n"
	    "  your reply      host %.*s: %.*s\n"
	    "\n"
	    "Faults of our own that we found:\n"
	    "  [____ what our mail log and our DNS records show]\n"
	    "\n"
	    "%.*s\n"
	    "%.*s\n",
	    REP_PR(address),
	    of_document(s->r) ? "Counted in the bounces that we got" : "Measured in our mail log",
	    rep_number_text(s->r->n, n1), rep_time_text(s->r->last_s, when), REP_PR(host),
	    REP_PR(s->said->text), REP_PR(about), REP_PR(please));
}

/* Whether the address in mailto: stands in the remedy already. */
static bool
is_in_remedy(const struct rep_rule *r)
{
	const struct rep_str scheme = REP_S("mailto:");

	return rep_str_starts(r->url, scheme) &&
	    rep_str_find(r->remedy, rep_str_sub(r->url, scheme.n, r->url.n), 0) != SIZE_MAX;
}

/* The rule's own remedy; with a request where they take one and nothing speaks against it. */
static void
remedy(struct steps *s, const struct rep_found_of *of, size_t found)
{
	const struct rep_rule *rule = s->rule;
	struct rep_str todo = rule->remedy;
	struct rep_str url = is_in_remedy(rule) ? none : rule->url;
	bool ask = s->said != NULL && s->r->class == REP_CLASS_BLOCKED && rule->form &&
	    !rule->no_direct && rep_scope_steps(s->r->scope)->delist;

	if (s->r->forwarded * 2 > s->r->n && s->r->class == REP_CLASS_AUTHENTICATION) {
		step(s, rep_passed_remedy(), none, none, false);
		return;
	}
	if (!ask) {
		if (s->r->class == REP_CLASS_THROTTLED)
			todo = rep_arena_printf(s->a,
			    "%.*s%s Nothing is lost meanwhile: the mail waits in the queue, and is "
			    "tried again by itself.",
			    REP_PR(todo), rep_str_ends(todo, REP_S(".")) ? "" : ".");
		step(s, todo, none, url, false);
		return;
	}
	if (rule->first.n > 0) {
		step(s, rule->first, none, none, false);
		todo = rep_str_trim(rep_str_sub(todo, rule->first.n, todo.n));
	}
	if (in_doubt(s, found))
		step(s,
		    rep_arena_printf(s->a,
			"then %s: %.*s Do not ask before: a request is turned down while the name "
			"of the server or SPF, DKIM and DMARC are wrong. When they are right, "
			"reputed why prints the text of the request",
			rep_str_starts(rule->url, REP_S("mailto:")) ? "write to them"
								    : "send a request",
			REP_PR(todo)),
		    none, url, false);
	else
		step(s,
		    rep_arena_printf(s->a,
			"%s, when nothing of that is wrong any more. The text is below; fill in "
			"each [____]. %.*s",
			rep_str_starts(rule->url, REP_S("mailto:")) ? "write to them"
								    : "send the request",
			REP_PR(todo)),
		    text_of_request(s, of), url, false);
}

static void
all_steps(struct steps *s)
{
	/* the same things, in the form in which what DNS shows is asked for */
	struct rep_lost_stream stream = { .stream = s->r->stream };
	struct rep_cell cell = { .key = { .label = s->r->label } };
	struct rep_incident as = {
		.cell = 0, .class = s->r->class, .streams = &stream, .streams_n = s->r->stream != 0
	};
	const struct rep_incident *group[] = { &as };
	struct rep_found_of of = { .in = s->v->in,
		.a = s->a,
		.incidents = group,
		.cells = &cell,
		.n = 1,
		.named = s->address };
	bool of_address = s->r->scope == REP_SCOPE_SOURCE ||
	    s->r->scope == REP_SCOPE_SOURCE_OR_SUBNET || s->r->scope == REP_SCOPE_SUBNET ||
	    s->r->scope == REP_SCOPE_RANGE;
	bool named = s->r->class == REP_CLASS_IDENTITY || s->r->class == REP_CLASS_AUTHENTICATION;
	size_t found;
	bool said;

	if (of_document(s->r) && of_address)
		whose(s);
	else if (!of_document(s->r) && !named && s->rule->cause != REP_CAUSE_VOLUME &&
	    s->r->scope == REP_SCOPE_SOURCE)
		leaves(s);
	found = fix_found(s, &of, &said);
	if (named) {
		over_ipv4(s);
		if (!said)
			remedy(s, &of, found);
		if (found == 0)
			look(s);
		read_more(s);
		return;
	}
	if (!s->rule->no_direct && found == 0 && s->r->class != REP_CLASS_THROTTLED)
		look(s);
	if (s->r->class == REP_CLASS_THROTTLED) {
		remedy(s, &of, found);
		read_more(s);
		return;
	}
	read_more(s);
	remedy(s, &of, found);
}

bool
rep_seen_steps(const struct rep_verdicts *v, const struct rep_seen_list *seen,
    const struct rep_seen_row *r, struct rep_arena *a, struct rep_next next[REP_SEEN_STEPS],
    size_t *n)
{
	char ip[REP_IP_TEXT];
	struct steps s = { .v = v,
		.seen = seen,
		.r = r,
		.rule = rule_of(v, r),
		.said = rep_seen_wording(v, r),
		.a = a,
		.next = next };

	*n = 0;
	if (!rep_seen_is_clear(v, r) || !about_sender(r))
		return true;
	s.address = rep_arena_dup(a, rep_seen_address(v, r, ip));
	s.domain = domain_of(v, r);
	if (s.address.p == NULL)
		return false;
	all_steps(&s);
	*n = s.n;
	return !s.small;
}
