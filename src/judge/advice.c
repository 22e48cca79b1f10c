/*
 * The next steps, in the order of their effect, and the text of the request that a person sends.
 * The scope of the refusal decides which kinds of step make sense (judge/scope.h). Own conduct
 * decides whether another way is named (judge/conduct.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/advice.h"
#include "judge/advice_hold.h"
#include "judge/advised.h"
#include "base/time.h"
#include "judge/conduct.h"
#include "judge/hearing.h"
#include "judge/index.h"
#include "judge/passed.h"
#include "judge/request.h"
#include "judge/scope.h"

#include <assert.h>
#include <stdio.h>

enum {
	FOUND_STEPS = 5 /* the worst are enough for a night: judgement */,
	MAX_STEPS = 16 /* more than any trouble has */,
	HOLD_TAKES_S = 900, /* what was under way when the hold began is over by then: judgement */
	LEAKS_PART = 10,    /* refused since then, of ten held, and it is still a hold: judgement */
	TEXT_MAX = 1 << 20
};

static const struct rep_str none = { "", 0 };

static void
step(struct rep_advice *d, struct rep_str text, struct rep_str paste, struct rep_str url)
{
	if (text.p == NULL) {
		d->small = true;
		return;
	}
	assert(d->i->next_n < MAX_STEPS);
	d->i->next[d->i->next_n++] = (struct rep_next){ text, paste, url, none, false };
}

static const struct rep_scope_steps *
scope_steps(const struct rep_advice *d)
{
	return rep_scope_steps(d->i->scope);
}

/* A rule tells a sender to sign and to publish; a forwarder cannot do that for others. */
static bool
vouches_for_others(const struct rep_advice *d)
{
	return d->i->class == REP_CLASS_AUTHENTICATION &&
	    rep_passed_kind(d->in, d->i) == REP_PASSED_FORWARDED;
}

/* What the rule says to do. Another way only where conduct allows it. n == 0: nothing. */
static struct rep_str
remedy(const struct rep_advice *d)
{
	if (vouches_for_others(d))
		return rep_passed_remedy();
	if (rep_class_of_recipient(d->i->class))
		return REP_S(REP_ADVISED_MUTE_REMEDY);
	if (d->rule == NULL || d->rule->remedy.n == 0)
		return none;
	if (d->rule->way.n == 0 || !d->i->conduct.way)
		return d->rule->remedy;
	return rep_arena_printf(d->a, "%.*s %.*s", REP_PR(d->rule->remedy), REP_PR(d->rule->way));
}

/* What other receivers show together with this one; REP_ACROSS_N: nothing. */
static enum rep_across_kind
across(const struct rep_advice *d)
{
	return d->i->across != 0 ? d->v->across[d->i->across - 1].is : REP_ACROSS_N;
}

/* --- steps ------------------------------------------------------------------------------------- */

/* Mail that waits keeps; what is worthless after minutes does not. Names it where it is known. */
static struct rep_str
goes_stale(const struct rep_advice *d)
{
	for (size_t k = 0; k < d->i->streams_n; k++) {
		struct rep_str name = rep_name(&d->in->names, d->i->streams[k].stream);

		if (rep_stream_urgent(d->in, d->i->streams[k].stream))
			return rep_arena_printf(d->a,
			    "%.*s cannot wait that long: tell people another way", REP_PR(name));
	}
	return REP_S("login codes and password resets cannot wait that long: tell people another "
		     "way");
}

static void
hold(struct rep_advice *d, uint64_t again)
{
	struct rep_str stale = goes_stale(d);
	struct rep_hold h = rep_advice_hold(d);
	char when[REP_TIME_TEXT], n1[32];
	bool by_bounces = rep_index_by_bounces(d->v->index, d->cell->key.label);

	if (h.paste.n == 0 && h.paste.p != NULL) { /* not Postfix */
		step(d,
		    rep_arena_printf(d->a,
			"hold mail for %.*s in the queue of your mail server: %s more attempt%s "
			"failed since %s. It waits there instead of being lost; %.*s%s",
			REP_PR(d->provider), rep_number_text(again, n1), rep_plural(again),
			rep_time_text(d->e->since_s, when), REP_PR(stale),
			by_bounces
			    ? ". The commands need the log of the server: reputed ingest "
			      "/var/log/mail.log (Exim: /var/log/exim4/mainlog). For Postfix, "
			      "reputed why prints them then"
			    : ""),
		    none, none);
		return;
	}
	step(d,
	    rep_arena_printf(d->a,
		"hold mail for %.*s, so that no more is lost: %s more attempt%s failed since %s. "
		"The commands are below, for root on %.*s%s. Held mail waits in the queue, 5 days by "
		"default; %.*s. How to try one message, and let the rest go later: reputed explain "
		"hold",
		REP_PR(d->provider), rep_number_text(again, n1), rep_plural(again),
		rep_time_text(d->e->since_s, when), REP_PR(h.servers),
		h.filter ? "; mail that leaves over other transports goes on" : "", REP_PR(stale)),
	    h.paste, none);
	if (d->i->next_n > 0 && !d->small)
		d->i->next[d->i->next_n - 1].undo = h.undo;
}

/* What waits for the provider of the incident. */
static bool
waiting(const struct rep_advice *d, bool own, struct rep_waiting_sum *out)
{
	return rep_waiting_for(d->in, rep_name(&d->in->names, d->cell->key.provider),
	    rep_name(&d->in->names, d->cell->key.provider_domain), own, out);
}

/* "; 812 messages are still held"; "" when there are none. */
static const char *
still_held(struct rep_advice *d, const struct rep_waiting_sum *held)
{
	struct rep_str s;

	if (held->messages == 0)
		return "";
	s = rep_arena_printf(d->a, "; %llu message%s still held",
	    (unsigned long long)held->messages, held->messages == 1 ? " is" : "s are");
	return s.p != NULL ? s.p : "";
}

/*
 * True when so much mail without a refusal is no chance: under 5 % if the block went on as before.
 * Of a block that refuses everything one accepted message is enough; of one that refuses a third,
 * eight are needed.
 */
static bool
no_chance(const struct rep_sums *during, uint64_t accepted)
{
	double taken = during->accepted + during->trouble == 0
	    ? 0
	    : (double)during->accepted / (double)(during->accepted + during->trouble);
	double p = 1;

	for (uint64_t n = 0; n < accepted && p >= 0.05; n++)
		p *= taken;
	return p < 0.05;
}

/*
 * True when mail was accepted after the last refusal and none was refused: the block may be lifted.
 * Adds the step that says so. Whoever waits for a release must not read "hold" then.
 */
static bool
looks_lifted(struct rep_advice *d)
{
	struct rep_waiting_sum held;
	const struct rep_incident *group[REP_TOGETHER_MAX];
	struct rep_found_of of = rep_advice_found(d, group);
	int64_t last_s = 0, first_s = INT64_MAX;
	struct rep_sums sums = { 0 }, during = { 0 };
	char when[REP_TIME_TEXT], n1[32];

	for (size_t k = 0; k < of.n; k++)
		if (rep_incident_last(group[k])->last_s > last_s)
			last_s = rep_incident_last(group[k])->last_s;
	for (size_t k = 0; k < of.n; k++) {
		struct rep_sums s = { 0 };

		rep_index_sum(d->v, &d->v->cells[group[k]->cell],
		    rep_incident_last(group[k])->since_s, last_s + 1, REP_ANY_STREAM,
		    REP_TROUBLE_BLOCK, &during);
		rep_index_sum(d->v, &d->v->cells[group[k]->cell], last_s + 1, d->in->now_s + 1,
		    REP_ANY_STREAM, REP_TROUBLE_BLOCK, &s);
		sums.accepted += s.accepted;
		sums.trouble += s.trouble;
		if (s.accepted > 0 && s.first_s < first_s)
			first_s = s.first_s;
	}
	if (sums.trouble > 0 || !no_chance(&during, sums.accepted))
		return false;
	d->i->lifted = sums.accepted;
	d->i->lifted_s = first_s;
	(void)waiting(d, true, &held);
	step(d,
	    rep_arena_printf(d->a,
		"release held mail in small batches, never all at once: reputed explain hold. "
		"%s message%s accepted since %s, none refused: it looks lifted%s",
		rep_number_text(sums.accepted, n1), sums.accepted == 1 ? " was" : "s were",
		rep_time_text(first_s, when), still_held(d, &held)),
	    none, none);
	return true;
}

/*
 * True when the mail is held already: since then next to nothing was refused any more. Adds the
 * step that says what to do with it. A try that was refused does not end the hold.
 */
static bool
is_held(struct rep_advice *d)
{
	const struct rep_incident *group[REP_TOGETHER_MAX];
	struct rep_waiting_sum held;
	struct rep_sums sums = { 0 };
	char when[REP_TIME_TEXT], until[REP_TIME_TEXT], n1[32];
	size_t n;

	if (!waiting(d, true, &held))
		return false;
	n = rep_advice_found(d, group).n;
	for (size_t k = 0; k < n; k++)
		rep_index_sum(d->v, &d->v->cells[group[k]->cell],
		    held.since_s != 0 ? held.since_s + HOLD_TAKES_S : d->in->now_s,
		    d->in->now_s + 1, REP_ANY_STREAM, REP_TROUBLE_BLOCK, &sums);
	if (sums.trouble * LEAKS_PART > held.messages)
		return false;
	step(d,
	    rep_arena_printf(d->a,
		"leave it held, and try one message: %s message%s for %.*s wait%s in your own "
		"queue%s%s; they are not refused%s%s. If the one is accepted, release the rest in "
		"small batches, never all at once. All commands: reputed explain hold",
		rep_number_text(held.messages, n1), rep_plural(held.messages), REP_PR(d->provider),
		held.messages == 1 ? "s" : "", held.since_s != 0 ? " since " : "",
		held.since_s != 0 ? rep_time_text(held.since_s, when) : "",
		held.expires_s != 0 ? "; the first of them returns to its sender at " : "",
		held.expires_s != 0 ? rep_time_text(held.expires_s, until) : ""),
	    none, none);
	return true;
}

/* A refusal that the mail server defers (at the greeting, say) loses nothing: there is nothing to hold. */
static void
nothing_lost(struct rep_advice *d)
{
	struct rep_str stale = goes_stale(d);
	char when[REP_TIME_TEXT], n1[32];

	step(d,
	    rep_arena_printf(d->a,
		"leave that mail in the queue: none of it is lost. So far %s attempt%s "
		"deferred since %s, and your mail server keeps trying, for 5 days by default; %.*s",
		rep_number_text(d->e->deferred, n1), d->e->deferred == 1 ? " was" : "s were",
		rep_time_text(d->e->since_s, when), REP_PR(stale)),
	    none, none);
}

static void
stop_sending(struct rep_advice *d)
{
	const struct rep_scope_steps *s = scope_steps(d);
	uint64_t again;
	char when[REP_TIME_TEXT], n1[32];

	(void)rep_advice_together(d, NULL, 0, &again);
	if (again == 0 || s->stop == NULL)
		return;
	if (s->hold && d->e->bounced == 0)
		nothing_lost(d);
	else if (s->hold)
		hold(d, again);
	else
		step(d,
		    rep_arena_printf(d->a, "%s: %s more attempt%s failed since %s", s->stop,
			rep_number_text(again, n1), rep_plural(again),
			rep_time_text(d->e->since_s, when)),
		    none, none);
}

/* What helps where the range of an address may not send mail itself. No request does. */
static void
no_direct(struct rep_advice *d)
{
	if (!d->i->conduct.way) {
		step(d,
		    REP_S(
			"rent a static address and set its PTR to a name of your own. Delisting does "
			"not help: the list holds ranges that may not send mail"),
		    none, none);
		return;
	}
	step(d,
	    REP_S(
		"send through " REP_ADVISED_RELAY
		". Delisting does not help: the list holds ranges "
		"that may not send mail. Or rent a static address and set its PTR to a name of your "
		"own"),
	    rep_str_c(rep_advised_relay(
		rep_advised_exim(rep_name(&d->v->in->names, d->v->cells[d->i->cell].key.label)))),
	    d->rule != NULL ? d->rule->url : none);
	if (!d->small)
		d->i->next[d->i->next_n - 1].commands = true;
}

/* Nobody looked at DNS yet: a request while something is wrong there is turned down. */
static struct rep_str
look_first(const struct rep_advice *d)
{
	const struct rep_incident *group[REP_TOGETHER_MAX];
	struct rep_found_of of = rep_advice_found(d, group);
	const struct rep_label *l = rep_label_of(d->in, d->cell->key.label);
	struct rep_str domain = rep_found_domains(&of);
	char ip[REP_IP_TEXT];

	domain = rep_str_sub(domain, 0, rep_str_chr(domain, ',', 0));
	if (d->in->looked_n > 0 || domain.n == 0)
		return none;
	return rep_arena_printf(d->a,
	    ". Before you send it, look at PTR, HELO, SPF, DKIM and DMARC, and fix what is wrong "
	    "there: reputed check %.*s%s%s",
	    REP_PR(domain), l != NULL && l->public.version != 0 ? " --ip " : "",
	    l != NULL && l->public.version != 0 ? rep_ip_text(&l->public, ip) : "");
}

/* What the rule says after "Then write to ...": the step itself says that already. */
static struct rep_str
after_the_address(struct rep_str todo)
{
	size_t at = 0;

	if (!rep_str_starts(todo, REP_S("Then write to ")))
		return todo;
	at = rep_str_find(todo, REP_S(". "), 0);
	return at == SIZE_MAX ? none : rep_str_sub(todo, at + 2, todo.n);
}

/* The request itself: its first words say to whom it goes. */
static void
request(struct rep_advice *d, enum rep_request how)
{
	struct rep_str url = d->rule != NULL ? d->rule->url : none, todo = remedy(d), to;
	struct rep_str address = rep_str_sub(url, strlen("mailto:"), url.n);
	const char *after = d->i->conduct.own_fault ? "when that is fixed, " : "";
	struct rep_str first = look_first(d);

	if (d->rule != NULL && d->rule->first.n > 0) /* a step of its own, before this one */
		todo = rep_str_trim(rep_str_sub(todo, d->rule->first.n, todo.n));
	if (how == REP_REQUEST_WRITE)
		todo = after_the_address(todo);
	to = how == REP_REQUEST_WRITE ? rep_arena_printf(d->a, "write to %.*s. ", REP_PR(address))
				      : REP_S("send the delisting request. ");
	step(d,
	    rep_arena_printf(d->a, "%s%.*sThe text is below; fill in each [____]%s%.*s%s%.*s%s",
		after, REP_PR(to),
		how == REP_REQUEST_POSTMASTER
		    ? " (the reply names no form: write to their postmaster)"
		    : "",
		REP_PR(first), todo.n > 0 ? ". " : "", REP_PR(todo),
		how != REP_REQUEST_FORM		     ? ""
		    : rep_str_ends(todo, REP_S(".")) ? " Form:"
						     : ". Form:"),
	    rep_advice_request(d), how == REP_REQUEST_FORM ? url : none);
}

/* The rule's own remedy is always a step. A request only where they take one. */
static void
ask(struct rep_advice *d)
{
	enum rep_request how = rep_advised_request(d->v, d->i);
	struct rep_str url = d->rule != NULL ? d->rule->url : none, todo = remedy(d);

	if (how == REP_REQUEST_FORM || how == REP_REQUEST_WRITE || how == REP_REQUEST_POSTMASTER) {
		if (d->rule != NULL && d->rule->first.n > 0)
			step(d, d->rule->first, none, none);
		request(d, how);
		return;
	}
	if (todo.n == 0 && d->i->class == REP_CLASS_LISTED)
		todo = REP_S("find the name of the list in the reply, fix what the list reports, "
			     "then ask that list for removal");
	if (todo.n > 0 || todo.p == NULL)
		step(d, todo, none, url);
}

/*
 * The same server is accepted over IPv4: the quickest way, until its IPv6 address has what they ask
 * for. It is no other sender: the same host carries this mail there already.
 */
static void
over_ipv4(struct rep_advice *d)
{
	const struct rep_evidence *e = rep_incident_evidence(d->i, REP_EVIDENCE_OTHER_FAMILY_WELL);

	if (e == NULL || d->i->conduct.own_fault ||
	    rep_str_find(e->facts, REP_S("true"), 0) == SIZE_MAX ||
	    (d->rule != NULL &&
		rep_str_find(d->rule->remedy, REP_S("smtp_address_preference"), 0) != SIZE_MAX))
		return;
	step(d,
	    rep_arena_printf(d->a,
		"send over IPv4 for now: %.*s. For Postfix: postconf -e smtp_address_preference=ipv4, "
		"then postfix reload. When the IPv6 address is right, do the same with any instead of ipv4",
		REP_PR(e->sentence)),
	    none, none);
}

/* Advises one other path that carries these streams already, at no more than its present volume. */
static void
move(struct rep_advice *d)
{
	const struct rep_evidence *e = rep_incident_evidence(d->i, REP_EVIDENCE_OTHER_SUBNET_WELL);
	struct rep_str to = rep_name(&d->in->names, d->cell->key.provider_domain), stream = none;

	if (to.n == 0)
		to = rep_name(&d->in->names, d->cell->key.provider);
	for (size_t k = 0; k < d->i->streams_n; k++) /* the line of the others has no name */
		if (rep_passed_stays(d->in, d->i->streams[k].stream))
			continue;
		else if (stream.n == 0 || rep_stream_urgent(d->in, d->i->streams[k].stream)) {
			stream = rep_name(&d->in->names, d->i->streams[k].stream);
			if (rep_stream_urgent(d->in, d->i->streams[k].stream))
				break;
		}
	stream = rep_str_or(stream, REP_S("password resets, receipts"));
	if (!scope_steps(d)->move)
		return; /* the refusal follows this mail to any address */
	if (!d->i->conduct.way && !d->i->conduct.own_fault &&
	    rep_advised_about(d->v, d->i) == REP_ABOUT_UNKNOWN_THERE) {
		step(d,
		    REP_S(
			"do not spread this mail over other addresses meanwhile: they are not known "
			"there either, and would be refused too. Replacing an address once, and "
			"keeping the new one, is different"),
		    none, none);
		return;
	}
	if (!d->i->conduct.way) {
		step(d,
		    rep_arena_printf(d->a, "do not move this mail elsewhere %s: %.*s%s",
			d->i->conduct.own_fault ? "before that is fixed" : "yet",
			REP_PR(d->i->conduct.why),
			d->i->conduct.own_fault ? "; the trouble would move with it" : ""),
		    none, none);
		return;
	}
	over_ipv4(d);
	if (e != NULL)
		step(d,
		    rep_arena_printf(d->a,
			"move what people wait for (%.*s first) to the path that works. Send no "
			"more through it than it carries today. It works: %.*s. What each way "
			"out costs: reputed options %.*s",
			REP_PR(stream), REP_PR(e->sentence), REP_PR(to)),
		    none, none);
	else
		step(d,
		    rep_arena_printf(d->a,
			"if mail is urgent, send that stream through a relay or an address in "
			"another network; another address of the same network would be refused "
			"too. What each way out costs: reputed options %.*s",
			REP_PR(to)),
		    none, none);
}

/*
 * What looks at DNS found wrong is fixed before anybody is asked for anything. True: it says what
 * the rule says, too.
 */
static bool
publish(struct rep_advice *d)
{
	struct rep_found_step v[FOUND_STEPS];
	const struct rep_incident *group[REP_TOGETHER_MAX];
	struct rep_found_of of = rep_advice_found(d, group);
	size_t n = rep_found_steps(&of, v, REP_COUNT(v));

	for (size_t k = 0; k < n; k++)
		step(d, v[k].text, v[k].fix, none);
	return rep_found_covers(v, n, d->rule);
}

/* If complaints or traps reach a limit, they are fixed first, whatever the rule says. */
static void
stop_complaints(struct rep_advice *d)
{
	const struct rep_conduct_answer *c = &d->i->conduct;

	if (!rep_conduct_complained(c))
		return;
	step(d,
	    rep_arena_printf(d->a,
		"send only to people who asked for this mail, and remove everybody who "
		"complained: %.*s. How: reputed explain list-hygiene",
		REP_PR(c->why)),
	    none, none);
}

/* A small rise of unknown recipients is worth a sentence, and no step. NULL: none counts. */
static const struct rep_evidence *
rise_that_counts(const struct rep_incident *i)
{
	const struct rep_evidence *e = rep_incident_evidence(i, REP_EVIDENCE_HYGIENE_RISE);

	return e != NULL && e->ratio[REP_CAUSE_HYGIENE] > 1 ? e : NULL;
}

static void
fix(struct rep_advice *d)
{
	const struct rep_evidence *e = rep_incident_evidence(d->i, REP_EVIDENCE_HYGIENE_HIGH);

	stop_complaints(d);
	if (e == NULL)
		e = rep_incident_evidence(d->i, REP_EVIDENCE_HYGIENE_HIGH_SIBLING);
	if (e == NULL)
		e = rise_that_counts(d->i);
	if (e != NULL)
		step(d,
		    rep_arena_printf(d->a,
			"look at the list that was mailed, and remove addresses that do not "
			"exist: %.*s",
			REP_PR(e->sentence)),
		    none, none);
	e = rep_incident_evidence(d->i, REP_EVIDENCE_VOLUME_BIG_STEP);
	if (e != NULL)
		step(d,
		    rep_arena_printf(
			d->a, "go back to the usual volume: %.*s", REP_PR(e->sentence)),
		    none, none);
}

/* How much finding it out would help; 0: not at all. */
static int
worth_asking(const struct rep_advice *d, const struct rep_unknown *u)
{
	const struct rep_provider *p = rep_provider_by_id(
	    rep_know_providers(d->in->know), rep_name(&d->in->names, d->cell->key.provider));

	switch (u->id) {
	case REP_UNKNOWN_OWN_CONDUCT: /* where hardly any own mail was seen, more of it decides most */
		return rep_advised_about(d->v, d->i) == REP_ABOUT_UNKNOWN_THERE ? 2 : 0;
	case REP_UNKNOWN_ANOTHER_NETWORK: /* else the refusal is the same from every network */
		return scope_steps(d)->move;
	case REP_UNKNOWN_COMPLAINTS: return p != NULL && p->feeds_n > 0;
	default: return 0;
	}
}

/* The domain that fails at the provider by its own reports, where that is the likeliest reason. n == 0: none. */
static struct rep_str
reported_domain(const struct rep_advice *d)
{
	const struct rep_evidence *e = rep_incident_evidence(d->i, REP_EVIDENCE_REPORTS_FELL);

	return e != NULL && rep_advised_cause(d->i) == REP_CAUSE_AUTHENTICATION ? e->domain : none;
}

static void
find_out(struct rep_advice *d)
{
	const char *how = NULL;
	int most = 0;

	if (d->i->probability[REP_CAUSE_RANGE] >= d->in->weights->probably ||
	    reported_domain(d).n > 0)
		return;
	for (size_t n = 0; n < d->i->unknown_n; n++) {
		int worth = worth_asking(d, &d->i->unknown[n]);

		if (worth > most) {
			most = worth;
			how = d->i->unknown[n].how;
		}
	}
	if (how != NULL)
		step(d, rep_arena_printf(d->a, "find out more: %s", how), none, none);
}

/* A relay is refused. Its addresses are not ours, so only its operator can ask for delisting. */
static void
blocked_at_relay(struct rep_advice *d)
{
	struct rep_str relay = rep_name(&d->in->names, d->cell->key.route);

	(void)publish(d);
	step(d,
	    rep_arena_printf(d->a,
		"tell the support of the relay %.*s: its address is refused, and only they can "
		"ask for delisting; the text is below",
		REP_PR(relay)),
	    rep_advice_request(d), none);
	fix(d);
	if (d->i->conduct.way)
		step(d,
		    REP_S(
			"until they answer, send what people wait for over another path that "
			"carries such mail already, at no more than its volume today, or hold it: "
			"reputed explain hold. What each way out costs, also dedicated addresses "
			"at the relay: reputed options"),
		    none, none);
	else
		step(d,
		    rep_arena_printf(d->a,
			"until they answer, hold it (reputed explain hold); do not move it "
			"elsewhere yet: %.*s",
			REP_PR(d->i->conduct.why)),
		    none, none);
}

static void
blocked(struct rep_advice *d)
{
	bool own = d->i->conduct.own_fault;

	if (d->cell->key.route != 0) {
		blocked_at_relay(d);
		return;
	}
	if (own) /* a request before own faults are fixed only costs credit */
		fix(d);
	/* What never ends by itself is not waited for: held mail would only come back later. */
	if (rep_advised_about(d->v, d->i) == REP_ABOUT_NO_DIRECT) {
		(void)publish(d);
		no_direct(d);
		return;
	}
	if (!looks_lifted(d) && !is_held(d))
		stop_sending(d);
	(void)publish(d);
	ask(d);
	if (!own)
		fix(d);
	move(d);
	find_out(d);
}

static void
throttled(struct rep_advice *d)
{
	char span[REP_TIME_TEXT] = "";

	if (d->rule != NULL && d->rule->retry_after_s > 0)
		rep_time_span(d->rule->retry_after_s, span);
	/* What the rule says to do may be to pause: a general advice beside it would contradict it. */
	if (d->rule != NULL && d->rule->remedy.n > 0) {
		struct rep_str todo = remedy(d);

		step(d,
		    rep_arena_printf(d->a,
			"%.*s%s%s%s%s Postfix keeps deferred mail in its queue and keeps trying, for 5 "
			"days by default",
			REP_PR(todo), rep_str_ends(todo, REP_S(".")) ? "" : ".",
			span[0] != '\0' ? " Make no new try before " : "", span,
			span[0] != '\0' ? "." : ""),
		    none, d->rule->url);
	} else {
		step(d,
		    rep_arena_printf(d->a,
			"slow down there, do not stop: one or two connections at a time%s%s. Postfix "
			"keeps deferred mail in its queue and keeps trying",
			span[0] != '\0' ? ", and no new try before " : "", span),
		    none, none);
	}
	fix(d);
	(void)publish(d);
	find_out(d);
}

static void
failing(struct rep_advice *d)
{
	bool said;

	over_ipv4(d);
	said = publish(d);
	if (d->rule != NULL && !said)
		step(d, rep_arena_dup(d->a, d->rule->remedy.n > 0 ? remedy(d) : d->rule->meaning),
		    none, vouches_for_others(d) ? none : d->rule->url);
	step(d,
	    REP_S("then send one message there and look at the result: reputed ingest LOG, "
		  "reputed status"),
	    none, none);
}

/* The provider accepts less mail than usual, and its replies name no refusal. */
static void
dropped(struct rep_advice *d)
{
	if (d->i->nobody) {
		step(d,
		    REP_S("look at your own network first: on that server, try nc -vz HOST 25 with "
			  "MX hosts of two providers, and dig MX of one domain. If all of them "
			  "fail, it is the route, a firewall, the resolver, or a cloud that closes "
			  "port 25 until you ask for it"),
		    none, none);
		step(d,
		    REP_S("nothing is lost in the meantime: Postfix keeps the mail and keeps "
			  "trying, five days by default"),
		    none, none);
		return;
	}
	if (d->i->theirs && d->i->everywhere) {
		step(d,
		    REP_S("wait: nothing on your side refuses or loses this mail. Postfix keeps it "
			  "and keeps trying, five days by default. Do not flush the queue, and do "
			  "not send the mail twice"),
		    none, none);
		return;
	}
	if (d->i->theirs) {
		step(d,
		    REP_S(
			"check on that server whether it reaches them at all (nc -vz MX 25). Your "
			"other addresses do, so look at its firewall, its route and its resolver "
			"first"),
		    none, none);
	} else if (d->rule != NULL && d->rule->remedy.n > 0) {
		step(d, remedy(d), none, d->rule->url);
	} else {
		step(d,
		    REP_S(
			"read their reply (above), and compare a refused message with an accepted "
			"one: sender, links, attachments, size"),
		    none, none);
	}
	fix(d);
	(void)publish(d);
	find_out(d);
}

/* Mail of others, and mail without a sender: what to do comes before all that is about own mail. */
static void
never_moved(struct rep_advice *d)
{
	switch (rep_passed_kind(d->in, d->i)) {
	case REP_PASSED_FORWARDED:
		step(d,
		    REP_S(
			"most of what is refused is mail that you forward (sender SRS0= or SRS1=): its "
			"spam counts as yours. The command below names the domains that it comes from. "
			"If you do not know them, turn that forwarding off first. Filter before you "
			"forward, refuse spam when it comes in instead of passing it on, or let people "
			"fetch this mail from here"),
		    rep_arena_printf(d->a, "%s\n", rep_advised_forwarded), none);
		if (!d->small)
			d->i->next[d->i->next_n - 1].commands = true;
		break;
	case REP_PASSED_BOUNCES:
		step(d,
		    REP_S(
			"stop sending bounces to strangers: most of what is refused has an empty "
			"sender (from=<>). Your server accepts mail that it cannot deliver and returns "
			"it, mostly to forged addresses; automatic replies do the same. Refuse unknown "
			"recipients and spam while they come in, not afterwards. What to look at: "
			"reputed explain backscatter"),
		    none, none);
		break;
	case REP_PASSED_TO_MANY:
		step(d,
		    REP_S(
			"find what sends with an empty sender to many recipients: most of what is "
			"refused is from=<> with several recipients, and a bounce has only one. Look in "
			"the log who handed it in (client=, sasl_username= or uid= beside the queue id), "
			"stop that login, form or script, and delete what is left in the queue. More: "
			"reputed explain backscatter"),
		    none, none);
		break;
	default: break;
	}
}

static void
reported(struct rep_advice *d)
{
	struct rep_str domain = reported_domain(d);

	if (domain.n > 0)
		step(d,
		    rep_arena_printf(d->a,
			"repair SPF and DKIM of %.*s first: they fail there, as the reports of %.*s say. What "
			"fails and what mends it: reputed dmarc report %.*s. What DNS has: reputed check %.*s",
			REP_PR(domain), REP_PR(d->provider), REP_PR(domain), REP_PR(domain)),
		    none, none);
}

enum rep_rc
rep_judge_advice(
    struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a, struct rep_err *err)
{
	static void (*const by_trouble[REP_TROUBLE_N])(
	    struct rep_advice *) = { blocked, throttled, failing, dropped };
	struct rep_advice d = { .v = v,
		.in = v->in,
		.i = i,
		.cell = &v->cells[i->cell],
		.a = a,
		.e = &i->episodes[i->episodes_n - 1],
		.rule = rep_know_rule(v->in->know, rep_name(&v->in->names, i->rule)) };

	i->next = rep_arena_alloc(a, MAX_STEPS * sizeof *i->next);
	if (i->next == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	if (!rep_incident_open(i)) /* nothing to do */
		return REP_OK;
	d.provider = rep_provider_text(v->in, &d.cell->key, a);
	if (i->account)
		step(&d,
		    REP_S("first lock the account that submits this mail, and delete what is left "
			  "of it in the queue. Which account, and how: at the top of reputed why"),
		    none, none);
	else if (across(&d) == REP_ACROSS_OWN_MAIL)
		step(&d,
		    REP_S("first find and stop the unwanted mail that leaves this server: a stolen "
			  "login, a web form or forwarded spam. How: at the top of reputed why"),
		    none, none);
	never_moved(&d);
	reported(&d);
	by_trouble[i->trouble](&d);
	return d.small ? rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for")
		       : REP_OK;
}
